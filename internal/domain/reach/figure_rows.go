package reach

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Behind asks for the rows behind a figure; what is zero narrows nothing.
type Behind struct {
	Counting
	Cell          Cell
	Neighbourhood string // [NotTold]: those of whom it is not known
	After         string
}

// NotTold stands for the neighbourhood of those of whom it is not known.
const NotTold = "-"

// lessFar is the condition that no other line of the same right of the family
// was less far at the end of a day.
var lessFar = `NOT EXISTS (SELECT 1 FROM reach_right m JOIN reach_step r ON r.alliance = m.alliance AND r.line = m.id
	WHERE m.alliance = l.alliance AND m.family = l.family AND m.right_id = l.right_id AND r.stage <> ''
	AND r.since = (SELECT max(u.since) FROM reach_step u WHERE u.alliance = m.alliance AND u.line = m.id AND u.since <= $%%d)
	AND ` + strings.NewReplacer("p.", "r.", "l.", "m.").Replace(cellOf) + ` < %d)`

// TakeRows lists what a figure of the own organisation counts: the lines of the
// families behind it. Behind the figures of all no rows stand: Forbidden
// ("reach.no_rows").
func (s *Service) TakeRows(ctx context.Context, q Behind) (page Page, err error) {
	if q.Side != OwnSide {
		return page, kernel.NewForbidden("reach.no_rows")
	}
	after, err := parseCursor(q.After)
	if err != nil {
		return page, err
	}
	if q.Right == "" {
		return page, kernel.NewInvalid("claim.right").At("right")
	}
	if q.Cell != "" && !slices.Contains(Cells[:], q.Cell) {
		return page, kernel.NewInvalid("reach.cell").At("cell")
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "reach.figures", ""); err != nil {
			return err
		}
		if q.On == "" || q.On > a.Today() {
			q.On = a.Today()
		}
		page = Page{}
		w := q.stood(a, q.On)
		if q.Cell != "" {
			far := slices.Index(byRank[:], q.Cell)
			w.parts = append(w.parts, fmt.Sprintf("%s = %d", cellOf, far))
			w.and(fmt.Sprintf(lessFar, far), q.On) // a family stands where it is least far
		}
		if q.Neighbourhood != "" {
			w.and("l.neighbourhood = $%d", strings.TrimPrefix(q.Neighbourhood, NotTold))
		}
		if after.id != "" {
			w.and("l.id < $%d", after.id)
		}
		var lines []Line
		err := db.Each(ctx, a, func(rows *sql.Rows) error {
			x, err := scanLine(rows)
			lines = append(lines, x)
			return err
		}, `SELECT l.id, l.family, l.right_id, l.person, l.municipality, l.neighbourhood, p.stage, p.why, l.until, l.comes, l.year_cents, l.open, l.found_on, l.ended_on, l.closes_on`+
			stoodFrom+w.where()+` ORDER BY l.id DESC LIMIT 51`, w.args...)
		if err != nil {
			return err
		}
		if len(lines) > 50 {
			lines = lines[:50]
			page.Next = cursor{"id", lines[49].ID}.String()
		}
		page.Rows, err = s.rows(ctx, a, lines)
		return err
	})
	return page, err
}

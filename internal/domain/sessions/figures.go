package sessions

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Month is what came of the sessions of a series in a month.
type Month struct {
	Month    string // "2026-11"
	Sessions int64  // that were held
	Families int64  // that got something, with those who walked in
	WalkIns  int64
	NoShows  int64
	Given    map[string]int64 // pieces by the key of the item
	Counts   map[string]int64 // what an open session counts
}

// Figures are the months of a series of the actor's organisation, the newest
// first: at most the last thirteen in which there was a session.
func (s *Service) Figures(ctx context.Context, id kernel.ID) (series Series, all []Month, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if series, err = loadSeries(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		if err := a.Allow(ctx, "handout.list", series.Org); err != nil {
			return err
		}
		all, err = monthsOf(ctx, a, a.Alliance(), id, a.Today().AddMonths(-12)[:8]+"01", a.Now)
		return err
	})
	return series, all, err
}

func monthsOf(ctx context.Context, q db.Querier, alliance, series kernel.ID, from kernel.Date, now kernel.Instant) (all []Month, err error) {
	at := map[string]int{}
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		m := Month{Given: map[string]int64{}, Counts: map[string]int64{}}
		err := rows.Scan(&m.Month, &m.Sessions)
		at[m.Month] = len(all)
		all = append(all, m)
		return err
	}, `SELECT substr(day, 1, 7), count(*) FROM handout_session WHERE alliance = $1 AND series = $2 AND day >= $3 AND starts <= $4 AND cancelled = $5
		GROUP BY substr(day, 1, 7) ORDER BY substr(day, 1, 7) DESC`, alliance, series, from, now, false)
	if err != nil {
		return nil, err
	}
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var month, given string
		var state State
		var walked bool
		if err := rows.Scan(&month, &state, &walked, &given); err != nil {
			return err
		}
		n, ok := at[month]
		if !ok {
			return nil
		}
		m := &all[n]
		if state == NoShow {
			m.NoShows++
			return nil
		}
		m.Families++
		if walked {
			m.WalkIns++
		}
		var lines []Line
		err := json.Unmarshal([]byte(given), &lines)
		for _, l := range lines {
			m.Given[l.Item] += l.Quantity
		}
		return err
	}, `SELECT substr(s.day, 1, 7), b.state, b.walk_in, b.given FROM handout_booking b JOIN handout_session s ON s.alliance = b.alliance AND s.id = b.session
		WHERE s.alliance = $1 AND s.series = $2 AND s.day >= $3 AND b.state IN ($4, $5)`, alliance, series, from, Handed, NoShow)
	if err != nil {
		return nil, err
	}
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var month, what string
		var sum int64
		err := rows.Scan(&month, &what, &sum)
		if n, ok := at[month]; ok {
			all[n].Counts[what] = sum
		}
		return err
	}, `SELECT substr(s.day, 1, 7), c.what, CAST(sum(c.n) AS BIGINT) FROM handout_counted c JOIN handout_session s ON s.alliance = c.alliance AND s.id = c.session
		WHERE s.alliance = $1 AND s.series = $2 AND s.day >= $3 GROUP BY substr(s.day, 1, 7), c.what`, alliance, series, from)
	return all, err
}

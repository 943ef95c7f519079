package families

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// QuietWeeks is after how many weeks an open file in which nothing happened is
// shown to who keeps it, unless the organisation arranged otherwise.
const QuietWeeks = 8

// The terms that an organisation may choose, in weeks.
const (
	quietLeast = 1
	quietMost  = 52
)

// Quiet is an open file in which nothing happened for the term: nobody changed
// it, no referral, claim or decision of it moved, nothing was written to or by the
// family, and no step of its plan was made or done. That somebody read it does not
// count.
type Quiet struct {
	Row
	Since   kernel.Date // on which something happened last
	Workers []kernel.ID // who is in the care team in person; none: only organisations are
}

// AskQuiet asks for the actor's quiet files.
type AskQuiet struct {
	Mine  bool        // only those whose care team names the worker at this post
	Of    []kernel.ID // with Mine: those of these colleagues too, as far as the actor may know them
	Limit int         // 1 to 100; otherwise 25
}

// QuietPage is what was found, the longest quiet first, and the term in weeks.
type QuietPage struct {
	Rows  []Quiet
	Weeks int64
	Own   bool // the organisation arranged the term; otherwise it is [QuietWeeks], or that of its house
}

// Quiet lists the open files of the care teams that the actor or the actor's
// organisation is in, in which nothing happened for the term.
func (s *Service) Quiet(ctx context.Context, ask AskQuiet) (page QuietPage, err error) {
	if ask.Limit < 1 || ask.Limit > 100 {
		ask.Limit = 25
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		page = QuietPage{}
		if page.Weeks, page.Own, err = s.quietWeeks(ctx, a); err != nil {
			return err
		}
		before := kernel.InstantOf(a.Now.Time().AddDate(0, 0, -7*int(page.Weeks)))
		ids, err := s.quietIDs(ctx, a, ask, before)
		if err != nil {
			return err
		}
		page.Rows, err = s.quietRows(ctx, a, ids, ask.Limit)
		return err
	})
	return page, err
}

// still is the condition that nothing moved in a file since a moment, $n.
func still(column string, alliance, before int) string {
	return `NOT EXISTS (SELECT 1 FROM family_event e WHERE e.alliance = $` + strconv.Itoa(alliance) + ` AND e.family = ` + column + ` AND e.at >= $` + strconv.Itoa(before) + `)`
}

// quietIDs walks what the actor keeps, from what moved longest ago.
func (s *Service) quietIDs(ctx context.Context, a *act.Act, ask AskQuiet, before kernel.Instant) (ids []kernel.ID, err error) {
	walk := policy.Walk{Shelves: []string{string(StateOpen)}, Through: policy.CareTeam, Before: before, Rising: true, Limit: ask.Limit,
		Also: func(column string, from int) (string, []any) {
			return still(column, from, from+1), []any{a.Alliance(), before}
		}}
	if ask.Mine {
		walk.Own = policy.CareTeam
	}
	read := func(rows *sql.Rows) error {
		var id kernel.ID
		var moved kernel.Instant
		err := rows.Scan(&id, &moved)
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
		return err
	}
	query, args, ok := a.Walk("family.list", walk, 1)
	if !ok {
		return nil, errNoWalk
	}
	if err := db.Each(ctx, a, read, query, args...); err != nil || !ask.Mine || len(ask.Of) == 0 {
		return ids, err
	}
	args = []any{a.Alliance(), before}
	for _, id := range ask.Of {
		args = append(args, id)
	}
	may, more := a.FilterEach("family.list", "f.id", len(args)+1)
	return ids, db.Each(ctx, a, read, `SELECT f.id, f.changed_at FROM family_carer c JOIN family f ON f.alliance = c.alliance AND f.id = c.family
		WHERE c.alliance = $1 AND c.holder IN (`+db.Marks(3, len(ask.Of))+`) AND c.until = '' AND f.state = 'open' AND f.changed_at < $2
		AND `+still("f.id", 1, 2)+` AND (`+may+`) ORDER BY f.changed_at, f.id LIMIT `+strconv.Itoa(ask.Limit), append(args, more...)...)
}

// errNoWalk is a fault of the table of rules: whoever lists families does so
// through a relation.
var errNoWalk = errors.New("family.list goes through no relation")

// quietRows brings people, the day of the last event and the workers into the
// rows, the longest quiet first.
func (s *Service) quietRows(ctx context.Context, a *act.Act, ids []kernel.ID, limit int) ([]Quiet, error) {
	found, err := s.RowsIn(ctx, a, ids)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	args := []any{a.Alliance()}
	for _, id := range ids {
		args = append(args, id)
	}
	last, workers := map[kernel.ID]kernel.Instant{}, map[kernel.ID][]kernel.ID{}
	among := `alliance = $1 AND family IN (` + db.Marks(2, len(ids)) + `)`
	err = db.Each(ctx, a, func(rows *sql.Rows) error {
		var family kernel.ID
		var at kernel.Instant
		err := rows.Scan(&family, &at)
		last[family] = at
		return err
	}, `SELECT family, max(at) FROM family_event WHERE `+among+` GROUP BY family`, args...)
	if err != nil {
		return nil, err
	}
	err = db.Each(ctx, a, func(rows *sql.Rows) error {
		var family, worker kernel.ID
		err := rows.Scan(&family, &worker)
		workers[family] = append(workers[family], worker)
		return err
	}, `SELECT family, holder FROM family_carer WHERE `+among+` AND kind = 'worker' AND until = '' ORDER BY family, since, id`, args...)
	var quiet []Quiet
	for _, id := range ids {
		if row, ok := found[id]; ok {
			quiet = append(quiet, Quiet{row, max(row.ChangedAt, last[id]).Date(), workers[id]})
		}
	}
	slices.SortFunc(quiet, func(x, y Quiet) int {
		return cmp.Or(cmp.Compare(x.Since, y.Since), cmp.Compare(x.ChangedAt, y.ChangedAt), cmp.Compare(x.ID, y.ID))
	})
	return quiet[:min(limit, len(quiet))], err
}

// LookAgain says that somebody thought of the family and that nothing is to be
// done now: the file is quiet again after the term.
func (s *Service) LookAgain(ctx context.Context, family kernel.ID) error {
	return s.change(ctx, family, func(a *act.Act, f *Family) (act.Entry, error) {
		return act.Entry{Fields: []string{"looked_after"}}, mark(ctx, a, family, Event{Kind: "looked.after"})
	})
}

// Touch says that something happened with an open family, within an act of a
// module above, where it leaves no event. No version changes: nobody who has the
// file open is in anybody's way.
func (s *Service) Touch(ctx context.Context, a *act.Act, family kernel.ID) error {
	result, err := a.ExecContext(ctx, `UPDATE family SET changed_at = $3 WHERE alliance = $1 AND id = $2 AND state = 'open'`, a.Alliance(), family, a.Now)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err // a closed file keeps the day on which it closed
	}
	return policy.Place(ctx, a, a.Alliance(), family, string(StateOpen), a.Now)
}

// SetQuiet arranges after how many weeks the quiet files of the actor's
// organisation are shown, from 1 to 52. Its teams follow, unless they arrange
// their own.
func (s *Service) SetQuiet(ctx context.Context, weeks int64) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "quiet.arrange", ""); err != nil {
			return err
		}
		if weeks < quietLeast || weeks > quietMost {
			var wrong kernel.Faults
			wrong.Check("weeks", kernel.NewInvalid("family.quiet_weeks"))
			return wrong.Err()
		}
		if _, err := a.ExecContext(ctx, `INSERT INTO family_quiet (alliance, org, weeks) VALUES ($1, $2, $3)
			ON CONFLICT (alliance, org) DO UPDATE SET weeks = excluded.weeks`, a.Alliance(), a.Actor.Org, weeks); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "quiet.arrange", Subject: a.Actor.Org, Detail: map[string]string{"weeks": strconv.FormatInt(weeks, 10)}})
	})
}

func (s *Service) quietWeeks(ctx context.Context, a *act.Act) (weeks int64, own bool, err error) {
	org, err := s.Members.OrganisationIn(ctx, a, a.Actor.Org)
	if err != nil {
		return 0, false, err
	}
	for _, id := range []kernel.ID{org.ID, org.PartOf} {
		err := a.QueryRowContext(ctx, `SELECT weeks FROM family_quiet WHERE alliance = $1 AND org = $2 AND org <> ''`, a.Alliance(), id).Scan(&weeks)
		if !errors.Is(err, sql.ErrNoRows) {
			return weeks, id == org.ID, err
		}
	}
	return QuietWeeks, false, nil
}

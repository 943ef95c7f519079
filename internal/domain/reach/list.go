package reach

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Order is how the work list is sorted.
type Order string

// The orders.
const (
	ByValue    Order = "value"    // what brings most in a year comes first
	ByDeadline Order = "deadline" // what closes first
)

// Query asks for a page of the work list.
type Query struct {
	Order  Order     // zero: by value
	Worker kernel.ID // only files of which this colleague at the own post is a carer; zero: all
	Right  string    // only this right; empty: all
	Put    bool      // what was put off, instead of what waits
	Comes  bool      // also what comes by itself
	Apart  bool      // what gives no sum and does not stop soon is counted by right, in Groups, and is no row
	After  string    // the Next of the page before
	Limit  int       // 1 to 100; otherwise 50
}

// Row is a line in a list, with whose it is.
type Row struct {
	Line
	FamilyRow families.Row
	Name      kernel.Text // of the right; empty when the rules no longer have it
}

// Whom is the person for whom the right is; ok is false for the family.
func (r Row) Whom() (p families.RowPerson, ok bool) { return whom(r.FamilyRow, r.Person) }

func whom(f families.Row, id kernel.ID) (p families.RowPerson, ok bool) {
	i := slices.IndexFunc(f.Persons, func(p families.RowPerson) bool { return p.ID == id })
	if id == "" || i < 0 {
		return p, false
	}
	return f.Persons[i], true
}

// Page is part of the work list; Next continues it. N and Year count all of it.
type Page struct {
	Rows   []Row
	Only   kernel.Text // the name of the one right that was asked for
	Groups []Group     // on the first page: what was set apart, by right
	Next   string
	N      int64
	Year   kernel.Cents // what it all gives in a year, at least
	Open   bool         // it may be more
	Comes  int64        // how many lines are left out because they come by themselves
	Going  bool         // a round is going on: more may be found
}

// Group is a right that some families can still ask for, and that gives no sum.
type Group struct {
	Right    string
	Name     kernel.Text
	Families int64
}

// last sorts after every day.
const last = kernel.Date("9999-12-31")

// cursor is where a list went on.
type cursor struct {
	by string
	id kernel.ID
}

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(c.by + " " + string(c.id)))
}

func parseCursor(s string) (c cursor, err error) {
	if s == "" {
		return c, nil
	}
	bad := kernel.NewInvalid("reach.cursor").At("after")
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return c, bad
	}
	by, id, _ := strings.Cut(string(b), " ")
	if c.id, err = kernel.ParseID(id); err != nil || by == "" {
		return c, bad
	}
	c.by = by
	return c, nil
}

// mine keeps a list to what the actor may see, and to what was asked for.
func (q Query) mine(a *act.Act) ask {
	w := ask{parts: []string{"l.alliance = $1", "l.ended_on = ''"}, args: []any{a.Alliance()}}
	w.filter(a.Filter("reach.list", "l.family", w.next()))
	if q.Put {
		w.and("l.stage = 'later' AND l.until > $%d", a.Today())
	} else {
		w.and("l.stage = 'unreached' OR l.stage = 'later' AND l.until <= $%d", a.Today())
	}
	if !q.Comes {
		w.parts = append(w.parts, "l.comes = FALSE")
	}
	if q.Right != "" {
		w.and("l.right_id = $%d", q.Right)
	}
	if q.Worker != "" {
		w.filter(policy.Held(a.Alliance(), policy.At(q.Worker, a.Actor.Org), policy.CareTeam, "l.family", w.next(), a.Now))
	}
	return w
}

// apart is a line that gives no sum and does not stop soon.
const apart = "l.year_cents = 0 AND l.open = FALSE AND l.closes_on = ''"

// groups counts what is set apart, by right: what most families miss comes first.
func (s *Service) groups(ctx context.Context, a *act.Act, q Query) (groups []Group, err error) {
	w := q.mine(a)
	w.parts = append(w.parts, apart)
	err = db.Each(ctx, a, func(rows *sql.Rows) error {
		var g Group
		err := rows.Scan(&g.Right, &g.Families)
		groups = append(groups, g)
		return err
	}, `SELECT l.right_id, count(DISTINCT l.family) FROM reach_right l WHERE `+w.where()+` GROUP BY l.right_id ORDER BY 2 DESC, 1`, w.args...)
	if err != nil || len(groups) == 0 {
		return nil, err
	}
	name, err := s.Rights.NamesIn(ctx, a)
	if err != nil {
		return nil, err
	}
	for i, g := range groups {
		groups[i].Name = name(g.Right)
	}
	return groups, nil
}

// left counts what a list leaves out because it comes by itself.
func (q Query) left(ctx context.Context, a *act.Act) (n int64, err error) {
	if q.Comes {
		return 0, nil
	}
	q.Comes = true
	w := q.mine(a)
	w.parts = append(w.parts, "l.comes = TRUE")
	if err := a.QueryRowContext(ctx, `SELECT count(*) FROM reach_right l WHERE `+w.where(), w.args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("reach: %w", err)
	}
	return n, nil
}

// List is what the own families can still ask for: the work list.
func (s *Service) List(ctx context.Context, q Query) (page Page, err error) {
	if q.Limit < 1 || q.Limit > 100 {
		q.Limit = 50
	}
	after, err := parseCursor(q.After)
	if err != nil {
		return page, err
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		w := q.mine(a)
		page = Page{}
		var year, open int64
		err := a.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(l.year_cents), 0), coalesce(sum(CASE WHEN l.open THEN 1 ELSE 0 END), 0)
			FROM reach_right l WHERE `+w.where(), w.args...).Scan(&page.N, &year, &open)
		if err != nil {
			return fmt.Errorf("reach: %w", err)
		}
		page.Year, page.Open = kernel.Cents(year), open > 0
		if page.Comes, err = q.left(ctx, a); err != nil {
			return err
		}
		round, err := lastRound(ctx, a, a.Alliance())
		if err != nil {
			return err
		}
		page.Going = round.ID != "" && round.EndedAt == ""
		if q.Apart {
			w.parts = append(w.parts, "NOT ("+apart+")")
			if after.id == "" {
				if page.Groups, err = s.groups(ctx, a, q); err != nil {
					return err
				}
			}
		}
		if q.Right != "" {
			name, err := s.Rights.NamesIn(ctx, a)
			if err != nil {
				return err
			}
			page.Only = name(q.Right)
		}
		order := q.order(&w, after)
		var lines []Line
		err = db.Each(ctx, a, func(rows *sql.Rows) error {
			x, err := scanLine(rows)
			lines = append(lines, x)
			return err
		}, `SELECT `+lineColumns+` FROM reach_right l WHERE `+w.where()+order+fmt.Sprintf(" LIMIT %d", q.Limit+1), w.args...)
		if err != nil {
			return err
		}
		if len(lines) > q.Limit {
			lines = lines[:q.Limit]
			page.Next = q.at(lines[q.Limit-1]).String()
		}
		page.Rows, err = s.rows(ctx, a, lines)
		return err
	})
	return page, err
}

const byDay = `CASE WHEN l.closes_on = '' THEN '` + string(last) + `' ELSE l.closes_on END`

// worth sorts lines by what they give at least. Of two that give the same, one
// that may give more comes first; what gives no sum is last.
const worth = `(2 * l.year_cents + CASE WHEN l.open THEN 1 ELSE 0 END)`

func (x Line) worth() int64 {
	n := 2 * int64(x.Year)
	if x.Open {
		n++
	}
	return n
}

// order says where the page begins and how it is sorted. Of what stops on the
// same day, or does not stop, what brings most comes first.
func (q Query) order(w *ask, after cursor) string {
	day, by, found := strings.Cut(after.by, "/")
	if !found {
		by = day
	}
	n, err := strconv.ParseInt(by, 10, 64)
	if err != nil {
		n = 0 // of another order: the list ends
	}
	if q.Order == ByDeadline {
		if after.id != "" {
			w.and("("+byDay+", -"+worth+", l.id) > ($%d, $%d, $%d)", day, -n, after.id)
		}
		return " ORDER BY " + byDay + ", " + worth + " DESC, l.id"
	}
	if after.id != "" {
		w.and("("+worth+", l.id) < ($%d, $%d)", n, after.id)
	}
	return " ORDER BY " + worth + " DESC, l.id DESC"
}

func (q Query) at(x Line) cursor {
	by := strconv.FormatInt(x.worth(), 10)
	if q.Order == ByDeadline {
		by = string(cmp.Or(x.ClosesOn, last)) + "/" + by
	}
	return cursor{by, x.ID}
}

// rows brings families and names to the lines of one page.
func (s *Service) rows(ctx context.Context, a *act.Act, lines []Line) ([]Row, error) {
	var ids []kernel.ID
	for _, x := range lines {
		if !slices.Contains(ids, x.Family) {
			ids = append(ids, x.Family)
		}
	}
	of, err := s.Families.RowsIn(ctx, a, ids)
	if err != nil {
		return nil, err
	}
	name, err := s.Rights.NamesIn(ctx, a)
	if err != nil {
		return nil, err
	}
	rows := make([]Row, 0, len(lines))
	for _, x := range lines {
		rows = append(rows, Row{x, of[x.Family], name(x.Right)})
	}
	return rows, nil
}

// Coming is a right that opens or closes soon, with whose it is.
type Coming struct {
	Turn
	FamilyRow families.Row
	Name      kernel.Text
}

// Whom is the person for whom the right is; ok is false for the family.
func (c Coming) Whom() (p families.RowPerson, ok bool) { return whom(c.FamilyRow, c.Person) }

// Coming lists what opens or closes for the own families until a day, the
// nearest first, at most limit (1 to 100).
func (s *Service) Coming(ctx context.Context, until kernel.Date, limit int) (coming []Coming, err error) {
	limit = max(1, min(limit, 100))
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		w := ask{parts: []string{"l.alliance = $1"}, args: []any{a.Alliance()}}
		w.filter(a.Filter("reach.list", "l.family", w.next()))
		w.and("l.turns_on > $%d AND l.turns_on <= $%d", a.Today(), until)
		coming, err = s.coming(ctx, a, w, limit)
		return err
	})
	return coming, err
}

func (s *Service) coming(ctx context.Context, a *act.Act, w ask, limit int) (coming []Coming, err error) {
	var ids []kernel.ID
	err = db.Each(ctx, a, func(rows *sql.Rows) error {
		t, err := scanTurn(rows)
		coming = append(coming, Coming{Turn: t})
		if !slices.Contains(ids, t.Family) {
			ids = append(ids, t.Family)
		}
		return err
	}, `SELECT `+turnColumns+` FROM reach_turn l WHERE `+w.where()+fmt.Sprintf(" ORDER BY l.turns_on, l.family, l.right_id, l.person LIMIT %d", limit), w.args...)
	if err != nil {
		return nil, err
	}
	of, err := s.Families.RowsIn(ctx, a, ids)
	if err != nil {
		return nil, err
	}
	name, err := s.Rights.NamesIn(ctx, a)
	if err != nil {
		return nil, err
	}
	for i, c := range coming {
		coming[i].FamilyRow, coming[i].Name = of[c.Family], name(c.Right)
	}
	return coming, nil
}

// ComingOf lists what opens or closes for one family, for who may know its
// rights. It leaves a record.
func (s *Service) ComingOf(ctx context.Context, family kernel.ID) (coming []Coming, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "rights.read", family); err != nil {
			return err
		}
		w := ask{parts: []string{"l.alliance = $1"}, args: []any{a.Alliance()}}
		w.and("l.family = $%d AND l.turns_on > $%d", family, a.Today())
		if coming, err = s.coming(ctx, a, w, 100); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "rights.read", Subject: family, Detail: map[string]string{"coming": strconv.Itoa(len(coming))}})
	})
	return coming, err
}

// Colleagues are who keeps files at the own post, for whom a list can be
// narrowed.
func (s *Service) Colleagues(ctx context.Context) (posts []members.Post, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "network.read", ""); err != nil {
			return err
		}
		all, err := s.Members.ColleaguesIn(ctx, a, a.Actor.Org)
		posts = slices.DeleteFunc(all, func(p members.Post) bool { return !policy.May(policy.Actor{Roles: p.Roles}, "family.read") })
		return err
	})
	return posts, err
}

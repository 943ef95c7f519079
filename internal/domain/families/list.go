package families

import (
	"context"
	"encoding/base64"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// Query asks for a page of a list.
type Query struct {
	State State  // of the files; zero: the open ones; "any": closed ones too
	Mine  bool   // only those whose care team names the worker at this post, not just the organisation
	After string // the Next of the page before; empty: from the newest
	Limit int    // 1 to 100; otherwise 25
}

// AnyState asks for open files and closed ones.
const AnyState State = "any"

// Page is part of a list; Next continues it, and is empty at its end. Rows is
// never nil.
type Page struct {
	Rows []Row
	Next string
}

// Row is a family in a list.
type Row struct {
	Family
	Persons      []RowPerson // who belongs to it, in order
	NextBirthday Birthday    // of a child; zero: no birth date known
	Due          kernel.Date // of the child that is expected next; zero: none, or not known
}

// RowPerson is a person in a list.
type RowPerson struct {
	ID    kernel.ID
	Role  Role
	First string
	Last  string
	Birth kernel.Date
}

// Birthday is a day that is a feast soon.
type Birthday struct {
	Person kernel.ID
	Day    kernel.Date
	Age    int // that the child becomes
}

// Title is how the family is called in a list: the adults by name.
func (r Row) Title() string {
	var names []string
	for _, p := range r.Persons {
		if p.Role == Applicant || p.Role == Partner {
			if name := strings.TrimSpace(p.First + " " + p.Last); name != "" {
				names = append(names, name)
			}
		}
	}
	return strings.Join(names, " & ")
}

// Children counts the children that belong to the family, born ones.
func (r Row) Children() (n int) {
	for _, p := range r.Persons {
		if p.Role == Child {
			n++
		}
	}
	return n
}

// List is the actor's own families, the newest change first.
func (s *Service) List(ctx context.Context, q Query) (Page, error) {
	return s.list(ctx, q, nil)
}

// Search finds the actor's own families by what was typed: every word must
// begin a name, sound like one, or be a telephone or national number. When
// nothing is found and when what is there is not for the actor, the answer is
// the same, and takes as long.
func (s *Service) Search(ctx context.Context, typed string, q Query) (Page, error) {
	began := time.Now()
	page, err := s.list(ctx, q, &typed)
	select {
	case <-time.After(evenly - time.Since(began)%evenly + rand.N(evenly/2)):
	case <-ctx.Done():
	}
	return page, err
}

// evenly is to what the time of a search is rounded up. A word that leads to
// families of others takes some tenths of a millisecond more than one that
// leads to nobody; whoever asked often enough could tell the two apart. Up to
// half of it is added by chance, for who wakes up from a pause wakes up some
// tenths late, and the later the shorter the pause.
const evenly = 10 * time.Millisecond

func (s *Service) list(ctx context.Context, q Query, typed *string) (page Page, err error) {
	after, err := parseCursor(q.After)
	if err != nil {
		return page, err
	}
	if q.Limit < 1 || q.Limit > 100 {
		q.Limit = 25
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		ask := listing{Query: q, after: after, args: []any{a.Alliance()}}
		if err := s.way(ctx, a, &ask, typed); err != nil {
			return err
		}
		rows, err := listFamilies(ctx, a, ask)
		if err != nil {
			return err
		}
		page = Page{Rows: rows}
		if len(rows) > q.Limit {
			page.Rows = rows[:q.Limit]
			page.Next = cursorAt(page.Rows[q.Limit-1].Family).String()
		}
		return s.fill(ctx, a, page.Rows)
	})
	return page, err
}

const (
	// few is of how many families each is asked, whatever was typed.
	few = 64
	// many is how many families, or traces of a word, are counted before a
	// search chooses its way.
	many = 256
)

// way chooses where a list begins. What the actor may see is walked from the
// newest change, and each family is asked for what was typed, if anything was;
// unless a word of it leads to fewer families than the actor may see: then it
// begins with those, and asks of each whether the actor may see it. So a search
// takes as many steps as the smaller of the two has families. Of two words that
// lead to more than many, it stops at the end of the page.
func (s *Service) way(ctx context.Context, a *act.Act, ask *listing, typed *string) error {
	walk := policy.Walk{Shelves: ask.shelves(), Limit: ask.Limit + 1, Moved: ask.after.at, Object: ask.after.id}
	if ask.Mine {
		walk.Own = policy.CareTeam
	}
	var sought vault.Sought
	if typed != nil {
		sought = s.Vault.Seek(a.Alliance(), *typed)
		walk.Also = sought.Each
		for _, bits := range sought.Hints() {
			walk.Hints = append(walk.Hints, hintsOf(bits))
		}
		reach, err := a.Reach(ctx, "family.list", walk.Shelves, many)
		if err != nil {
			return err
		}
		if reach > few {
			sorted, traces, err := sought.Fewest(ctx, a, reach)
			if err != nil {
				return err
			}
			if traces < reach && !ask.Mine {
				ask.from(sorted.Query(len(ask.args) + 1))
				ask.and(a.FilterEach("family.list", "w.family", len(ask.args)+1))
				return nil
			}
		}
	}
	query, args, ok := a.Walk("family.list", walk, len(ask.args)+1)
	if ok {
		ask.from(`SELECT p.object AS family FROM (`+query+`) p`, args)
		return nil
	}
	ask.and(a.Filter("family.list", "f.id", len(ask.args)+1)) // all families in order, then
	if typed != nil {
		ask.and(sought.Each("f.id", len(ask.args)+1))
	}
	return nil
}

// fill brings the people into the rows of one page, in as many queries for a
// hundred rows as for one. A family whose key is gone stays without a name until
// [Service.ForgetKeyless] takes it off the list.
func (s *Service) fill(ctx context.Context, a *act.Act, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	at, ids := map[kernel.ID]int{}, []kernel.ID{}
	for i, r := range rows {
		at[r.ID] = i
		ids = append(ids, r.ID)
	}
	if err := fillPersons(ctx, a, a.Alliance(), rows, at); err != nil {
		return err
	}
	if err := fillDays(ctx, a, a.Alliance(), rows, at); err != nil {
		return err
	}
	err := s.Vault.EachOf(ctx, a, a.Alliance(), ids, "person/", func(family kernel.ID, name string, decode func(any) error) error {
		persons := rows[at[family]].Persons
		i := slices.IndexFunc(persons, func(p RowPerson) bool { return "person/"+string(p.ID) == name })
		if i < 0 {
			return nil // who left
		}
		var who identity
		err := decode(&who)
		persons[i].First, persons[i].Last = who.First, who.Last
		return err
	})
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].NextBirthday = nextBirthday(rows[i].Persons, a.Today())
	}
	return narrowRows(ctx, a, rows, ids)
}

// nextBirthday is the first birthday of a child from today on; who is born on
// 29 February has it on 1 March in other years.
func nextBirthday(persons []RowPerson, today kernel.Date) (next Birthday) {
	for _, p := range persons {
		if p.Role != Child || p.Birth == "" {
			continue
		}
		born := p.Birth.Time()
		day := kernel.DateOf(today.Time().Year(), born.Month(), born.Day())
		if day < today {
			day = kernel.DateOf(today.Time().Year()+1, born.Month(), born.Day())
		}
		if next.Day == "" || day < next.Day {
			next = Birthday{p.ID, day, day.Time().Year() - born.Year()}
		}
	}
	return next
}

// cursor is where a list went on: the moment and ID of its last row.
type cursor struct {
	at kernel.Instant
	id kernel.ID
}

func cursorAt(f Family) cursor { return cursor{f.ChangedAt, f.ID} }

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(string(c.at) + " " + string(c.id)))
}

func parseCursor(s string) (c cursor, err error) {
	if s == "" {
		return c, nil
	}
	bad := kernel.NewInvalid("family.cursor").At("after")
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return c, bad
	}
	at, id, _ := strings.Cut(string(b), " ")
	if c.id, err = kernel.ParseID(id); err != nil {
		return c, bad
	}
	if c.at, err = kernel.ParseInstant(at); err != nil {
		return c, bad
	}
	return c, nil
}

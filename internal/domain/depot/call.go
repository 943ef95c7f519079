package depot

import (
	"context"
	"database/sql"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Calling is what somebody who works in a place asks everybody for.
type Calling struct {
	ID      kernel.ID // made by who asks: the same is done once
	Place   kernel.ID
	Service kernel.ID // of the directory: where and when to bring it
	Items   []kernel.ID
	Grade   Grade // the least that is wished
	LastDay kernel.Date
}

// mostCallDays is how long a call lasts at most: then somebody looks again.
const mostCallDays = 92

// Call is one sort of thing that everybody is asked for.
type Call struct {
	Place   Place
	Item    Item
	Service kernel.ID
	Grade   Grade
	LastDay kernel.Date
	Runs    bool // everybody can read it: its last day has not passed, and there is too little
}

// Wanted is what everybody may know of a call. How much is missing, and how many
// wait, is not part of it.
type Wanted struct {
	Category Category
	Name     string
	Size     string
	Season   Season
	Grade    Grade
	Service  kernel.ID
	LastDay  kernel.Date
}

// Call asks everybody for what there is too little of in a place. Nothing is
// asked by itself: somebody who works there chooses, for so many days. A sort
// that is asked for already is asked for as now.
func (s *Service) Call(ctx context.Context, in Calling) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		p, err := s.works(ctx, a, in.Place)
		if err != nil {
			return err
		}
		if again, err := sent(ctx, a, in.ID, "call", in); err != nil {
			return err
		} else if again {
			return done(ctx, a, "depot.work", p.ID, "call", "again")
		}
		sh, err := s.shelf(ctx, a, p.ID)
		if err != nil {
			return err
		}
		if err := s.checkCall(ctx, a, sh, in); err != nil {
			return err
		}
		for _, item := range in.Items {
			if err := saveCall(ctx, a, in, item); err != nil {
				return err
			}
			if err := a.Record(ctx, act.Entry{Action: "depot.work", Subject: p.ID, Detail: map[string]string{"call": "made", "item": string(item), "until": string(in.LastDay)}}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) checkCall(ctx context.Context, a *act.Act, sh shelf, in Calling) error {
	var faults kernel.Faults
	shorts, err := sh.shorts(ctx, a)
	if err != nil {
		return err
	}
	switch {
	case sh.place.Closed:
		faults.Check("items", kernel.NewConflict("depot.closed"))
	case len(in.Items) == 0 || len(in.Items) > mostLines:
		faults.Check("items", kernel.NewInvalid("depot.call.items").With("most", strconv.Itoa(mostLines)))
	}
	for _, item := range in.Items {
		if !slices.ContainsFunc(shorts, func(x Short) bool { return x.Item.ID == item }) {
			faults.Check("items", kernel.NewInvalid("depot.call.over"))
			break
		}
	}
	if _, err := kernel.ParseID(string(in.Service)); err != nil {
		faults.Check("service", kernel.NewInvalid("depot.call.service"))
	}
	if !slices.Contains(Grades[:], in.Grade) {
		faults.Check("grade", kernel.NewInvalid("depot.choose"))
	}
	if _, err := kernel.ParseDate(string(in.LastDay)); err != nil || in.LastDay < a.Today() || in.LastDay > a.Today().AddDays(mostCallDays) {
		faults.Check("last_day", kernel.NewInvalid("depot.call.day").With("most", strconv.Itoa(mostCallDays)))
	}
	return faults.Err()
}

// StopCall asks for it no longer. What is not asked for is none: twice is once.
func (s *Service) StopCall(ctx context.Context, place, item kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		p, err := s.works(ctx, a, place)
		if err != nil {
			return err
		}
		if _, err := a.ExecContext(ctx, `DELETE FROM depot_call WHERE alliance = $1 AND place = $2 AND item = $3`, a.Alliance(), p.ID, item); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "depot.work", Subject: p.ID, Detail: map[string]string{"call": "stopped", "item": string(item)}})
	})
}

// Calls lists what a place asks for, those too that ended by themselves, and of
// what there is too little, for who works there.
func (s *Service) Calls(ctx context.Context, place kernel.ID) (all []Call, shorts []Short, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		p, err := s.works(ctx, a, place)
		if err != nil {
			return err
		}
		if all, err = callsIn(ctx, a, place, ""); err != nil {
			return err
		}
		shorts, err = s.run(ctx, a, p, all)
		return err
	})
	return all, shorts, err
}

// Wanted is what everybody is asked for in an alliance today, for who has not
// signed in too.
func (s *Service) Wanted(ctx context.Context, alliance kernel.ID) (all []Wanted, err error) {
	err = s.Acts.Look(act.As(ctx, policy.Actor{Alliance: alliance}), func(a *act.Act) error {
		all = nil
		if err := a.Allow(ctx, "directory.read", ""); err != nil {
			return err
		}
		asked, err := callsIn(ctx, a, "", a.Today())
		if err != nil || len(asked) == 0 {
			return err
		}
		places, err := placesOf(ctx, a, alliance)
		if err != nil {
			return err
		}
		for _, p := range places {
			calls := slices.DeleteFunc(slices.Clone(asked), func(c Call) bool { return c.Place.ID != p.ID })
			if len(calls) == 0 {
				continue
			}
			if _, err := s.run(ctx, a, p, calls); err != nil {
				return err
			}
			slices.SortFunc(calls, func(x, y Call) int { return CompareItems(x.Item, y.Item) })
			for _, c := range calls {
				if c.Runs {
					all = append(all, Wanted{c.Item.Category, c.Item.Name, c.Item.Size, c.Item.Season, c.Grade, c.Service, c.LastDay})
				}
			}
		}
		return nil
	})
	return all, err
}

// run says of the calls of a place which run, and of what.
func (s *Service) run(ctx context.Context, a *act.Act, p Place, calls []Call) ([]Short, error) {
	sh, err := shelfOf(ctx, a, a.Alliance(), p, a.Today())
	if err != nil {
		return nil, err
	}
	shorts, err := sh.shorts(ctx, a)
	for n := range calls {
		c := &calls[n]
		c.Place, c.Item = p, sh.items[c.Item.ID]
		c.Runs = !p.Closed && c.LastDay >= a.Today() && slices.ContainsFunc(shorts, func(x Short) bool { return x.Item.ID == c.Item.ID })
	}
	return shorts, err
}

// callsIn lists the calls of a place, or of all, that last until a day at least.
func callsIn(ctx context.Context, q *act.Act, place kernel.ID, from kernel.Date) (all []Call, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var c Call
		err := rows.Scan(&c.Place.ID, &c.Item.ID, &c.Service, &c.Grade, &c.LastDay)
		all = append(all, c)
		return err
	}, `SELECT place, item, service, grade, last_day FROM depot_call WHERE alliance = $1 AND ($2 = '' OR place = $2) AND last_day >= $3 ORDER BY place, made_at, item`,
		q.Alliance(), place, from)
	return all, err
}

func saveCall(ctx context.Context, a *act.Act, in Calling, item kernel.ID) error {
	_, err := a.ExecContext(ctx, `INSERT INTO depot_call (alliance, place, item, service, grade, last_day, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (alliance, place, item) DO UPDATE SET service = excluded.service, grade = excluded.grade, last_day = excluded.last_day,
			made_at = excluded.made_at, made_by = excluded.made_by`,
		a.Alliance(), in.Place, item, in.Service, in.Grade, in.LastDay, a.Now, a.Actor.Person)
	return err
}

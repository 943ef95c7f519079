package families

import (
	"context"
	"fmt"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// RulesIn is what rules may see of a family, for the house itself at work after
// a commit: who belongs to it in which role, where it lives, what is known. Of
// who they are nothing is opened: the vault stays shut. For anybody else there
// is no such file.
func (s *Service) RulesIn(ctx context.Context, a *act.Act, id kernel.ID) (file File, err error) {
	if !a.Actor.Is(policy.System) {
		return file, kernel.NewNotFound("family")
	}
	file.law = s.Law
	if file.Family, err = loadKept(ctx, a, id); err != nil {
		return file, err
	}
	persons, err := personsOf(ctx, a, a.Alliance(), id)
	if err != nil {
		return file, err
	}
	if file.live, err = factsOf(ctx, a, a.Alliance(), id, stillHolding); err != nil {
		return file, err
	}
	file.Facts = file.FactsOn(a.Today())
	for _, p := range persons {
		p.Birth, p.Due = dateOf(file.Facts, p.ID, factBirth), dateOf(file.Facts, p.ID, factDue)
		if p.LeftOn == "" {
			file.Persons = append(file.Persons, p)
		} else {
			file.Gone = append(file.Gone, p)
		}
	}
	return file, nil
}

// NumbersIn lists the numbers of open files after one, in their order, for a module
// above that has asked whether it may know them.
func (s *Service) NumbersIn(ctx context.Context, a *act.Act, after kernel.ID, limit int) (ids []kernel.ID, err error) {
	rows, err := a.QueryContext(ctx, fmt.Sprintf(`SELECT f.id FROM family f WHERE f.alliance = $1 AND f.state = 'open' AND f.id > $2
		ORDER BY f.id LIMIT %d`, limit), a.Alliance(), after)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id kernel.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// Born is the file as it will be on a day if each child that is due from
// another day on is born when it is due.
func (f File) Born(from, day kernel.Date) File {
	f.Persons, f.live = slices.Clone(f.Persons), slices.Clone(f.live)
	for i, p := range f.Persons {
		if p.Role != Unborn || p.Due < from || p.Due > day {
			continue
		}
		f.Persons[i].Role, f.Persons[i].Birth, f.Persons[i].Due = Child, p.Due, ""
		f.live = slices.DeleteFunc(f.live, func(x Fact) bool { return x.Person == p.ID && x.Key == factDue })
		f.live = append(f.live, Fact{Person: p.ID, Key: factBirth, Value: quoted(string(p.Due))})
	}
	return f
}

// Turns lists the days after one, until another, on which what is known of the
// family can mean something else: on which somebody is a month older, a month
// more has passed since any other day that is known, or a fact begins or ends to
// hold. They are in order.
func (f File) Turns(after, until kernel.Date) (days []kernel.Date) {
	add := func(d kernel.Date) {
		if after < d && d <= until {
			days = append(days, d)
		}
	}
	for _, x := range f.live {
		add(x.ValidFrom)
		if x.ValidTo != "" {
			add(x.ValidTo.AddDays(1))
		}
		d := dateIn(x.Value)
		if d == "" || !x.known() {
			continue
		}
		add(d)
		for n := d.MonthsUntil(after); ; n++ {
			next := d.AddMonths(n)
			if next > until {
				break
			}
			add(next)
		}
	}
	for _, p := range f.Gone {
		add(p.LeftOn)
	}
	slices.Sort(days)
	return slices.Compact(days)
}

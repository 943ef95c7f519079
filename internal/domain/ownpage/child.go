package ownpage

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// ChildsPage is what a child sees: who is there for them, and how to reach that
// person.
type ChildsPage struct {
	First  string
	Worker string // the name of who is there; empty: works here no more
	Org    string
	Phone  kernel.Phone
	When   string
}

const maxWhen = 200 // letters

func childEntry(person kernel.ID) string { return "own/child/" + string(person) }

// putChildsPerson seals who is there for a child. It must be somebody who works
// with the family.
func (s *Service) putChildsPerson(ctx context.Context, a *act.Act, file families.File, child kernel.ID, in ChildsPerson) error {
	var wrong kernel.Faults
	posts, err := s.Members.PostsIn(ctx, a, in.Worker)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(posts, func(p members.Post) bool {
		return slices.ContainsFunc(file.Team, func(c families.Carer) bool { return c.Holder == p.Organisation.ID || c.Holder == in.Worker })
	})
	if in.Worker == "" || i < 0 {
		wrong.Check("worker", kernel.NewInvalid("pagecode.worker"))
	}
	if in.Phone != "" {
		phone, err := kernel.AcceptPhone(string(in.Phone), s.Families.Fictional)
		wrong.Check("phone", err)
		in.Phone = phone
	}
	if in.When != "" {
		when, err := line(in.When, maxWhen)
		wrong.Check("when", err)
		in.When = when
	}
	if in.Phone == "" && in.When == "" {
		wrong.Check("phone", kernel.NewInvalid("pagecode.reach"))
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	in.Org = posts[i].Organisation.ID
	key, err := s.Vault.Open(ctx, a, a.Alliance(), file.ID)
	if err != nil {
		return err
	}
	return key.Put(ctx, a, childEntry(child), in)
}

// ChildsPage is the page of the child who visits.
func (s *Service) ChildsPage(ctx context.Context, v Visit) (page ChildsPage, err error) {
	ctx = act.As(ctx, v.Actor())
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "own.child", v.Family); err != nil {
			return err
		}
		file, err := s.Families.OwnIn(ctx, a, v.Family)
		if err != nil {
			return err
		}
		if !belongs(v.Code, file) {
			return kernel.NewNotFound("family")
		}
		key, err := s.Vault.Open(ctx, a, a.Alliance(), v.Family)
		if err != nil {
			return err
		}
		var kept ChildsPerson
		if _, err := key.Get(ctx, a, childEntry(v.Person), &kept); err != nil {
			return err
		}
		names, err := s.Members.NamesIn(ctx, a, kept.Worker, kept.Org)
		if err != nil {
			return err
		}
		me, _ := file.Person(v.Person)
		page = ChildsPage{First: me.First, Worker: names[kept.Worker], Org: names[kept.Org], Phone: kept.Phone, When: kept.When}
		return a.Record(ctx, act.Entry{Action: "own.child", Subject: v.Person})
	})
	if err != nil {
		return ChildsPage{}, err
	}
	return page, nil
}

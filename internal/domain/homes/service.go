package homes

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Of lists the other homes of a family's children, for its care team.
func (s *Service) Of(ctx context.Context, family kernel.ID) (all []Home, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.homes", family); err != nil {
			return err
		}
		links, err := linksOf(ctx, a, a.Alliance(), family)
		if err != nil {
			return err
		}
		all = nil
		for _, l := range links {
			h, shown, err := s.seen(ctx, a, l)
			if err != nil {
				return err
			}
			if shown {
				all = append(all, h)
			}
		}
		return nil
	})
	return all, err
}

// seen is a link as the care team of one of its homes sees it. From a home
// whose address became secret nothing is seen any more, not even that it is.
func (s *Service) seen(ctx context.Context, a *act.Act, l link) (h Home, shown bool, err error) {
	h = Home{Link: l.id, Child: l.own.person, State: l.state, Mine: l.own.asked, Until: l.until, Since: l.linkedAt, Lives: l.own.lives, Gives: l.own.gives}
	if !l.live(a.Now) {
		return h, false, nil
	}
	if l.other.family == "" || l.state == Asked {
		return h, true, nil
	}
	other, err := s.Families.FamilyIn(ctx, a, l.other.family)
	if err != nil {
		return h, false, err
	}
	_, err = policy.Decide(ctx, a, a.Actor, "family.homes", other.ID, a.Now)
	if kernel.CodeOf(err) == kernel.Internal {
		return h, false, err
	}
	both := err == nil
	if both {
		h.Theirs.Family = other.ID
	}
	if other.Confidential {
		return h, both, nil
	}
	if slices.Contains(l.other.gives, GivesLives) {
		h.Theirs.Lives = l.other.lives
	}
	if slices.Contains(l.other.gives, GivesTeam) {
		h.Theirs.Team, err = s.Families.TeamIn(ctx, a, other.ID)
		return h, true, err
	}
	return h, true, nil
}

// Waiting lists the families of the actor in whose file a question waits for an
// answer, the oldest first.
func (s *Service) Waiting(ctx context.Context) (all []Awaiting, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		may, args := a.Filter("family.homes", "s.family", 3)
		all, err = waiting(ctx, a, a.Alliance(), a.Now, may, args)
		return err
	})
	return all, err
}

// Ask says that a child has another home too. If the alliance helps that home,
// its team is asked whether the two may know of each other. Who asks is told
// the same in every case, and a no is told by nobody: it stays a question until
// it lapses. From a home whose address is secret nothing is asked: Conflict
// ("home.secret").
func (s *Service) Ask(ctx context.Context, family, child kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		_, who, err := s.begin(ctx, a, family, child)
		if err != nil {
			return err
		}
		l := link{id: kernel.NewID(), state: Asked, askedAt: a.Now, until: a.Now.Add(askFor), own: side{family: family, person: child, asked: true}}
		l.other.family, l.other.person, err = s.Families.ChildElsewhereIn(ctx, a, family, who)
		if err != nil {
			return err
		}
		if err := s.free(ctx, a, l.other.family, l.other.person); kernel.CodeOf(err) == kernel.Conflict {
			l.other = side{} // that home is linked with another, or asked already
		} else if err != nil {
			return err
		}
		if err := insertLink(ctx, a, a.Alliance(), l); err != nil {
			return err
		}
		return s.done(ctx, a, family, "asked")
	})
}

// Link says that a child of one file and a child of another are one, who has
// two homes. It is done by somebody who works with both. With is the number of
// the other file.
func (s *Service) Link(ctx context.Context, family, child, with kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		_, who, err := s.begin(ctx, a, family, child)
		if err != nil {
			return err
		}
		if with == family {
			return kernel.NewInvalid("home.self").At("with")
		}
		nothing := kernel.NewInvalid("home.with").At("with")
		if err := a.Allow(ctx, "family.homes", with); err != nil {
			if kernel.CodeOf(err) == kernel.Internal {
				return err
			}
			return nothing // as though there were none
		}
		other, err := s.Families.ReadIn(ctx, a, with)
		if err != nil {
			return err
		}
		there, same := families.SameChild(other.Persons, who)
		switch {
		case other.Confidential:
			return kernel.NewConflict("home.secret")
		case other.State != families.StateOpen:
			return kernel.NewConflict("family.closed")
		case !same:
			return kernel.NewInvalid("home.child").At("with")
		}
		if err := s.free(ctx, a, with, there); err != nil {
			return err
		}
		l := link{id: kernel.NewID(), state: Linked, askedAt: a.Now, until: a.Now, linkedAt: a.Now,
			own: side{family: family, person: child, asked: true}, other: side{family: with, person: there}}
		if err := insertLink(ctx, a, a.Alliance(), l); err != nil {
			return err
		}
		if err := s.done(ctx, a, with, "linked"); err != nil {
			return err
		}
		return s.done(ctx, a, family, "linked")
	})
}

// begin asks whether the actor may say of a child that it has another home.
func (s *Service) begin(ctx context.Context, a *act.Act, family, child kernel.ID) (file families.File, who families.Person, err error) {
	if err := a.Allow(ctx, "family.homes", family); err != nil {
		return file, who, err
	}
	if file, err = s.Families.ReadIn(ctx, a, family); err != nil {
		return file, who, err
	}
	i := slices.IndexFunc(file.Persons, func(p families.Person) bool { return p.ID == child && p.Role == families.Child })
	switch {
	case file.State != families.StateOpen:
		return file, who, kernel.NewConflict("family.closed")
	case file.Confidential:
		return file, who, kernel.NewConflict("home.secret")
	case i < 0:
		return file, who, kernel.NewInvalid("family.person").At("child")
	}
	return file, file.Persons[i], s.free(ctx, a, family, child)
}

// free refuses a child who has another home already, or was asked about.
func (s *Service) free(ctx context.Context, a *act.Act, family, child kernel.ID) error {
	if family == "" {
		return nil
	}
	links, err := linksOf(ctx, a, a.Alliance(), family)
	for _, l := range links {
		if l.own.person == child && l.live(a.Now) {
			return kernel.NewConflict("home." + string(l.state)).At("child")
		}
	}
	return err
}

// done leaves on record what happened in one file, and nothing of the other. It
// leaves no event: a timeline is printed, and lies about.
func (s *Service) done(ctx context.Context, a *act.Act, family kernel.ID, what string) error {
	return a.Record(ctx, act.Entry{Action: "family.homes", Subject: family, Detail: map[string]string{"home": what}})
}

// own is a link of a family that its care team changes.
func (s *Service) own(ctx context.Context, a *act.Act, family, id kernel.ID, state State) (l link, err error) {
	if err := a.Allow(ctx, "family.homes", family); err != nil {
		return l, err
	}
	if l, err = loadLink(ctx, a, a.Alliance(), family, id); err != nil {
		return l, err
	}
	if _, shown, err := s.seen(ctx, a, l); err != nil || !shown || l.state != state {
		if err == nil {
			err = kernel.NewNotFound("home")
		}
		return l, err
	}
	return l, nil
}

// Answer says whether two homes may know of each other. A no is told to nobody.
func (s *Service) Answer(ctx context.Context, family, id kernel.ID, yes bool) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		l, err := s.own(ctx, a, family, id, Asked)
		if err == nil && l.own.asked {
			err = kernel.NewNotFound("home") // one does not answer oneself
		}
		if err != nil {
			return err
		}
		if !yes {
			if err := deleteSide(ctx, a, a.Alliance(), l.own); err != nil {
				return err
			}
			return s.done(ctx, a, family, "declined")
		}
		for _, id := range []kernel.ID{family, l.other.family} {
			f, err := s.Families.FamilyIn(ctx, a, id)
			switch {
			case err != nil:
				return err
			case id == family && f.Confidential:
				return kernel.NewConflict("home.secret")
			case f.Confidential || f.State != families.StateOpen:
				return kernel.NewNotFound("home") // it ended meanwhile; why is not told
			}
		}
		if err := linkUp(ctx, a, a.Alliance(), id, a.Now); err != nil {
			return err
		}
		return s.done(ctx, a, family, "linked")
	})
}

// Give sets what the other home's team is given from now on. Nothing is given
// from a home whose address is secret, whatever is set.
func (s *Service) Give(ctx context.Context, family, id kernel.ID, gives []Share) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		l, err := s.own(ctx, a, family, id, Linked)
		if err != nil {
			return err
		}
		l.own.gives = nil
		for _, g := range Shares {
			if slices.Contains(gives, g) {
				l.own.gives = append(l.own.gives, g)
			}
		}
		for _, g := range gives {
			if !slices.Contains(Shares[:], g) {
				return kernel.NewInvalid("home.gives").At("gives")
			}
		}
		if err := saveSide(ctx, a, a.Alliance(), l.own); err != nil {
			return err
		}
		return s.done(ctx, a, family, "gives")
	})
}

// End says that two homes are no longer known to be of one child. Either team
// can, also one that asked and takes it back.
func (s *Service) End(ctx context.Context, family, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.homes", family); err != nil {
			return err
		}
		l, err := loadLink(ctx, a, a.Alliance(), family, id)
		if err != nil {
			return err
		}
		if l.state == Asked && !l.own.asked {
			return kernel.NewNotFound("home") // that is answered, not ended
		}
		if err := deleteLink(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		return s.done(ctx, a, family, "ended")
	})
}

// Sweep takes away questions that nobody can answer any more.
func (s *Service) Sweep(ctx context.Context) (swept int64, err error) {
	const atOnce = 100
	for {
		n := 0
		err := s.Acts.DB.Write(ctx, func(q db.Querier) error {
			ids, alliances, err := lapsed(ctx, q, kernel.InstantOf(s.Acts.Now()), atOnce)
			if err != nil {
				return err
			}
			n = len(ids)
			for i := range ids {
				if err := deleteLink(ctx, q, alliances[i], ids[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if swept += int64(n); err != nil || n < atOnce {
			return swept, err
		}
	}
}

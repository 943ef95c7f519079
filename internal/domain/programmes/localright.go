package programmes

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/rules"
)

// LocalRight is one version of a right that an alliance wrote itself.
type LocalRight struct {
	ID      kernel.ID
	Version int64
	State   State // Draft, On or Ended
	Wish    Wish
	Pack    string // the rule, as it was made of the wish; empty in a draft that is not complete
	SavedAt kernel.Instant
	SavedBy kernel.ID
}

// Right is the id by which the rules know it.
func (l LocalRight) Right() string { return "loc.own.r" + string(l.ID) }

// Weighed is what a wish comes to: the rule, and what the rules say of it.
type Weighed struct {
	Pack    string
	Right   string
	Rules   *rules.Library // the law and this right; nil when it cannot be read
	Remarks []Noted
}

// Noted is something about the rule, at the field from which it comes.
type Noted struct {
	Field  string
	Code   string // of the linter; "pack" where it cannot be read, "test" of a test that fails
	What   string // in the words of the rules: English, with the place in the rule
	Remedy string
}

// blocks tells whether a right with this remark cannot be offered.
func (n Noted) blocks() bool { return n.Code != rules.LintUntested && n.Code != rules.LintDue }

// Weigh makes the rule of a wish and looks what is wrong with it; the error is
// what is missing or cannot be, each at its field. It changes nothing.
func (s *Service) Weigh(ctx context.Context, w Wish) (out Weighed, err error) {
	here, err := s.ownMunicipalities(ctx)
	if err != nil {
		return out, err
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "programme.manage", ""); err != nil {
			return err
		}
		out, err = s.weigh(w, "loc.own.trial", here, a.Today())
		return err
	})
	return out, err
}

func (s *Service) weigh(w Wish, id string, here []kernel.NIS, today kernel.Date) (out Weighed, err error) {
	if err := w.check(s.Law).Err(); err != nil {
		return out, err
	}
	text := w.pack(id, here, s.Law)
	out.Pack, out.Right = text.String(), id
	lib, err := s.Law.Add("loc/"+id+".yaml", []byte(out.Pack))
	if problems, ok := errors.AsType[rules.Problems](err); ok {
		for _, p := range problems {
			out.Remarks = append(out.Remarks, Noted{text.field(p.Line), "pack", p.What, p.Remedy})
		}
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Rules = lib
	day, err := rules.ParseDate(string(today))
	if err != nil {
		return out, err
	}
	for _, r := range lib.Lint(day, id) {
		field := text.field(r.Line)
		if r.Code == rules.LintUntested {
			field = "tests"
		}
		out.Remarks = append(out.Remarks, Noted{field, r.Code, r.What, r.Remedy})
	}
	for _, failure := range lib.TestOf(id).Failures {
		out.Remarks = append(out.Remarks, Noted{"tests", "test", failure, ""})
	}
	return out, nil
}

// LocalEdit is a wish to keep: a new right, or another version of one.
type LocalEdit struct {
	ID      kernel.ID // zero: a new one
	Version int64     // from which the edit began
	Wish    Wish
	Draft   bool // keep it and offer it to nobody yet
}

// Keep saves a local right as a new version of it. On, it is offered to
// families from its first day; it must be whole then, and nothing may be wrong
// with its rule ("localright.remarks"). What somebody else changed meanwhile is
// Conflict ("stale").
func (s *Service) Keep(ctx context.Context, e LocalEdit) (l LocalRight, err error) {
	here, err := s.ownMunicipalities(ctx)
	if err != nil {
		return l, err
	}
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "programme.manage", ""); err != nil {
			return err
		}
		l = LocalRight{ID: e.ID, Version: 1, State: On, Wish: e.Wish, SavedAt: a.Now, SavedBy: a.Actor.Person}
		if e.ID == "" {
			l.ID = kernel.NewID()
		} else {
			before, err := localRight(ctx, a, a.Alliance(), e.ID)
			if err != nil {
				return err
			}
			if err := act.Fresh(e.Version, before.Version); err != nil {
				return err
			}
			if before.State == Ended {
				return kernel.NewConflict("programme.ended")
			}
			l.Version = before.Version + 1
		}
		weighed, err := s.weigh(l.Wish, l.Right(), here, a.Today())
		switch {
		case e.Draft:
			l.State = Draft
			if kernel.CodeOf(err) != kernel.Invalid && err != nil {
				return err
			}
		case err != nil:
			return err
		default:
			for _, n := range weighed.Remarks {
				if n.blocks() {
					return kernel.NewInvalid("localright.remarks").At(n.Field)
				}
			}
		}
		l.Pack = weighed.Pack
		return s.save(ctx, a, l)
	})
	return l, err
}

// EndLocal ends a local right today; it stays to be read.
func (s *Service) EndLocal(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "programme.manage", ""); err != nil {
			return err
		}
		l, err := localRight(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		if l.State == Ended {
			return kernel.NewConflict("programme.ended")
		}
		l.Version, l.State, l.SavedAt, l.SavedBy = l.Version+1, Ended, a.Now, a.Actor.Person
		return s.save(ctx, a, l)
	})
}

func (s *Service) save(ctx context.Context, a *act.Act, l LocalRight) error {
	if err := saveLocal(ctx, a, a.Alliance(), l); err != nil {
		return err
	}
	if err := a.Record(ctx, act.Entry{Action: "programme.manage", Subject: l.ID,
		Detail: map[string]string{"local_right": l.Right(), "state": string(l.State), "version": strconv.FormatInt(l.Version, 10)}}); err != nil {
		return err
	}
	return a.Tell(ctx, Changed{Programme: l.ID, State: l.State})
}

// LocalRights are the rights that the alliance wrote, each as it stands now, the
// newest first.
func (s *Service) LocalRights(ctx context.Context) (all []LocalRight, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "programme.read", ""); err != nil {
			return err
		}
		all, err = localRights(ctx, a, a.Alliance(), "")
		return err
	})
	return all, err
}

// LocalRight is a local right with all its versions, the newest first.
func (s *Service) LocalRight(ctx context.Context, id kernel.ID) (versions []LocalRight, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "programme.read", ""); err != nil {
			return err
		}
		versions, err = localVersions(ctx, a, a.Alliance(), id)
		if err == nil && len(versions) == 0 {
			err = kernel.NewNotFound("programme")
		}
		return err
	})
	return versions, err
}

func wishOf(b string) (w Wish, err error) {
	err = json.Unmarshal([]byte(b), &w)
	return w, err
}

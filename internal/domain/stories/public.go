package stories

import (
	"cmp"
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Told is the page of a programme as everybody reads it.
type Told struct {
	Programme kernel.ID
	Name      kernel.Text
	Summary   kernel.Text
	Over      bool // it is not offered now
	Page      Page
	At        kernel.Instant // when it was published
}

// Published are the pages that everybody reads, those of programmes that run
// first, then by name.
func (s *Service) Published(ctx context.Context, alliance kernel.ID) (all []Told, err error) {
	err = s.public(ctx, alliance, func(a *act.Act) error {
		list, err := published(ctx, a, alliance, "")
		if err != nil {
			return err
		}
		all = nil
		for _, st := range list {
			told, err := s.told(ctx, a, st)
			if err != nil {
				return err
			}
			all = append(all, told)
		}
		return nil
	})
	slices.SortStableFunc(all, func(x, y Told) int {
		return cmp.Or(cmp.Compare(asInt(x.Over), asInt(y.Over)), cmp.Compare(x.Name.NL, y.Name.NL))
	})
	return all, err
}

// PublishedOne is the page of one programme; NotFound ("page") while nobody
// published it.
func (s *Service) PublishedOne(ctx context.Context, alliance, programme kernel.ID) (told Told, err error) {
	err = s.public(ctx, alliance, func(a *act.Act) error {
		list, err := published(ctx, a, alliance, programme)
		if err == nil && len(list) == 0 {
			err = kernel.NewNotFound("page")
		}
		if err == nil {
			told, err = s.told(ctx, a, list[0])
		}
		return err
	})
	return told, err
}

func (s *Service) told(ctx context.Context, a *act.Act, st Story) (t Told, err error) {
	p, err := s.Programmes.ProgrammeIn(ctx, a, st.Programme)
	return Told{Programme: st.Programme, Name: p.Name(), Summary: p.Summary(), Over: p.State != programmes.On, Page: st.Public, At: st.PublicAt}, err
}

// PublicPhoto is a photograph that stands on a page that everybody reads, as
// JPEG; NotFound ("page") for any other.
func (s *Service) PublicPhoto(ctx context.Context, alliance, id kernel.ID, small bool) (file []byte, err error) {
	err = s.public(ctx, alliance, func(a *act.Act) error {
		file, _, err = onePhoto(ctx, a, alliance, id, small, true)
		return err
	})
	return file, err
}

// Photo is any photograph of a programme whose page the actor may write.
func (s *Service) Photo(ctx context.Context, id kernel.ID, small bool) (file []byte, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		var programme kernel.ID
		if file, programme, err = onePhoto(ctx, a, a.Alliance(), id, small, false); err != nil && kernel.CodeOf(err) != kernel.NotFound {
			return err
		}
		missing := err
		if _, err := may(ctx, a, programme); err != nil {
			return err
		}
		return missing
	})
	if err != nil {
		return nil, err
	}
	return file, nil
}

// public looks as somebody who has not signed in.
func (s *Service) public(ctx context.Context, alliance kernel.ID, fn func(a *act.Act) error) error {
	return s.Acts.Look(act.As(ctx, policy.Actor{Alliance: alliance}), func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.read", ""); err != nil {
			return err
		}
		return fn(a)
	})
}

func (p Page) size() int { return len(p.Photos) + len(p.News) + len(p.Reached) }

// has tells whether a photograph stands on the page.
func (p Page) has(id kernel.ID) bool {
	return slices.ContainsFunc(p.Photos, func(x Photo) bool { return x.ID == id })
}

func asInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

package stories

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Service keeps the pages of programmes.
type Service struct {
	Acts       *act.Acts
	Programmes *programmes.Service
	Directory  *directory.Desk

	developing sync.Mutex // one photograph at a time: it takes much memory
}

// may asks whether the actor may write the page of a programme, and says in
// the name of which action.
func may(ctx context.Context, a *act.Act, programme kernel.ID) (action string, err error) {
	action = "story.write"
	if a.Actor.Is(policy.Coordinator) {
		action = "story.manage"
	}
	return action, a.Allow(ctx, action, programme)
}

// Of is the page of a programme as its writers see it; one that nobody began is
// empty.
func (s *Service) Of(ctx context.Context, programme kernel.ID) (st Story, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if _, err := may(ctx, a, programme); err != nil {
			return err
		}
		if _, err := s.Programmes.ProgrammeIn(ctx, a, programme); err != nil {
			return err
		}
		st, err = load(ctx, a, a.Alliance(), programme)
		return err
	})
	return st, err
}

// change loads a page, changes it and saves it. began is the version from which
// the writer began: where another came between, Conflict ("stale").
func (s *Service) change(ctx context.Context, programme kernel.ID, began int64, step string, fn func(a *act.Act, st *Story) error) (st Story, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		action, err := may(ctx, a, programme)
		if err != nil {
			return err
		}
		if _, err := s.Programmes.ProgrammeIn(ctx, a, programme); err != nil {
			return err
		}
		if st, err = load(ctx, a, a.Alliance(), programme); err != nil {
			return err
		}
		if err := act.Fresh(began, st.Version); err != nil {
			return err
		}
		before := st.Page
		if err := fn(a, &st); err != nil {
			return err
		}
		if err := s.Directory.Untold(ctx, a, st.Page.told()...); err != nil {
			return err
		}
		st.Version++
		st.ChangedAt = a.Now
		if err := save(ctx, a, a.Alliance(), st); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: action, Subject: programme, Fields: act.Differing(before, st.Page), Detail: map[string]string{"what": "story", "step": step}})
	})
	return st, err
}

// Tell says what the programme does.
func (s *Service) Tell(ctx context.Context, programme kernel.ID, began int64, about kernel.Text) (Story, error) {
	return s.change(ctx, programme, began, "about", func(_ *act.Act, st *Story) error {
		var wrong kernel.Faults
		st.Page.About = trimmed(about)
		wrong.Check("about", within(st.Page.About, longestText))
		return wrong.Err()
	})
}

// AddNews adds something that happened.
func (s *Service) AddNews(ctx context.Context, programme kernel.ID, began int64, day kernel.Date, title, text kernel.Text) (Story, error) {
	return s.change(ctx, programme, began, "news", func(a *act.Act, st *Story) error {
		n := News{ID: kernel.NewID(), Day: day, Title: trimmed(title), Text: trimmed(text)}
		if err := n.check(a.Today()); err != nil {
			return err
		}
		st.Page.News = append(slices.Clone(st.Page.News), n)
		slices.SortStableFunc(st.Page.News, func(x, y News) int { return strings.Compare(string(y.Day), string(x.Day)) })
		return room(len(st.Page.News), MostNews, "title")
	})
}

// AddReached adds what was reached, in a figure.
func (s *Service) AddReached(ctx context.Context, programme kernel.ID, began int64, year, count int, what kernel.Text) (Story, error) {
	return s.change(ctx, programme, began, "reached", func(a *act.Act, st *Story) error {
		r := Reached{ID: kernel.NewID(), Year: year, Count: count, What: trimmed(what)}
		if err := r.check(a.Today()); err != nil {
			return err
		}
		st.Page.Reached = append(slices.Clone(st.Page.Reached), r)
		return room(len(st.Page.Reached), MostReached, "what")
	})
}

// Photographed is a photograph with what its bringer says of it.
type Photographed struct {
	File    []byte
	Alt     kernel.Text // what one sees, for who does not see it
	Nobody  bool        // no child can be recognised on it
	Allowed bool        // every grown-up who can be recognised said yes
}

// AddPhoto adds a photograph. No child can be recognised on it, and every
// grown-up who can said yes: who brings it answers for both.
func (s *Service) AddPhoto(ctx context.Context, programme kernel.ID, began int64, in Photographed) (st Story, err error) {
	if _, err := s.Of(ctx, programme); err != nil { // nobody else makes us develop anything
		return st, err
	}
	var wrong kernel.Faults
	if !in.Nobody {
		wrong.Check("nobody", kernel.NewInvalid("story.child"))
	}
	if !in.Allowed {
		wrong.Check("allowed", kernel.NewInvalid("story.allowed"))
	}
	alt := trimmed(in.Alt)
	wrong.Check("alt", phrase(alt, "story.alt"))
	var p Picture
	if len(in.File) == 0 {
		wrong.Check("photo", kernel.NewInvalid("story.photo_none"))
	} else {
		s.developing.Lock()
		p, err = Develop(in.File)
		s.developing.Unlock()
		wrong.Check("photo", err)
	}
	if err := wrong.Err(); err != nil {
		return st, err
	}
	return s.change(ctx, programme, began, "photo", func(a *act.Act, st *Story) error {
		id := kernel.NewID()
		st.Page.Photos = append(slices.Clone(st.Page.Photos), Photo{ID: id, Alt: alt, Width: p.Width, Height: p.Height})
		if err := room(len(st.Page.Photos), MostPhotos, "photo"); err != nil {
			return err
		}
		return insertPhoto(ctx, a, a.Alliance(), programme, id, p)
	})
}

// Remove takes a photograph, news or a figure off the page. What everybody
// reads stays until the page is published again.
func (s *Service) Remove(ctx context.Context, programme kernel.ID, began int64, id kernel.ID) (Story, error) {
	return s.change(ctx, programme, began, "remove", func(a *act.Act, st *Story) error {
		p, n := st.Page, st.Page.size()
		p.Photos = slices.DeleteFunc(slices.Clone(p.Photos), func(x Photo) bool { return x.ID == id })
		p.News = slices.DeleteFunc(slices.Clone(p.News), func(x News) bool { return x.ID == id })
		p.Reached = slices.DeleteFunc(slices.Clone(p.Reached), func(x Reached) bool { return x.ID == id })
		if p.size() == n {
			return kernel.NewNotFound("story")
		}
		st.Page = p
		return dropPhotos(ctx, a, a.Alliance(), *st)
	})
}

// Publish lets everybody read the page as it is written now. One that says
// nothing is Invalid ("story.about").
func (s *Service) Publish(ctx context.Context, programme kernel.ID, began int64) (Story, error) {
	return s.change(ctx, programme, began, "publish", func(a *act.Act, st *Story) error {
		if st.Page.About == (kernel.Text{}) {
			return kernel.NewInvalid("story.about")
		}
		st.Public, st.PublicAt = st.Page, a.Now
		return publishPhotos(ctx, a, a.Alliance(), *st)
	})
}

// Withdraw takes the page from everybody at once; what is written stays.
func (s *Service) Withdraw(ctx context.Context, programme kernel.ID, began int64) (Story, error) {
	return s.change(ctx, programme, began, "withdraw", func(a *act.Act, st *Story) error {
		st.Public, st.PublicAt = Page{}, ""
		return publishPhotos(ctx, a, a.Alliance(), *st)
	})
}

func room(n, most int, field string) error {
	var wrong kernel.Faults
	if n > most {
		wrong.Check(field, kernel.NewTooMany("story.most").With("limit", strconv.Itoa(most)))
	}
	return wrong.Err()
}

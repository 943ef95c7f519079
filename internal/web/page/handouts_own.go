package page

import (
	"net/url"

	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// ownHandoutsView is what the family comes to collect, and where it can make an
// appointment itself.
type ownHandoutsView struct {
	ownView
	Mine   []sessions.Mine
	Next   []sessions.Coming
	Now    kernel.Instant
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) ownHandouts(r *Request, v ownpage.Visit) (Answer, error) {
	return s.showOwnHandouts(r, v, nil)
}

func (s *Site) showOwnHandouts(r *Request, v ownpage.Visit, wrong error) (Answer, error) {
	if !v.Whole { // of another household: where it goes and when is not theirs to know
		return Answer{}, kernel.NewNotFound("page")
	}
	w := ownHandoutsView{ownView: viewOf(v), Now: kernel.InstantOf(s.Now()), Errors: r.View.Problems(wrong)}
	var err error
	if w.Mine, w.Next, err = s.Sessions.Mine(r.Context()); err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		w.Form = r.PostForm
		return again(ownHandoutsPage(r.View, w), wrong)
	}
	return show(ownHandoutsPage(r.View, w))
}

func (s *Site) ownBook(r *Request, v ownpage.Visit) (Answer, error) {
	if !v.Whole {
		return Answer{}, kernel.NewNotFound("page")
	}
	slot, err := slotTyped(r.PostForm.Get("slot"))
	var b sessions.Booking
	if err == nil {
		b, err = s.Sessions.BookOwn(r.Context(), kernel.ID(r.PostForm.Get("session")), slot)
	}
	switch {
	case faulty(err):
		return s.showOwnHandouts(r, v, err)
	case err != nil:
		return Answer{}, err
	case b.State == sessions.Waiting:
		return Answer{To: "/mine/handouts?said=waits"}, nil
	}
	return Answer{To: "/mine/handouts?said=booked"}, nil
}

func (s *Site) ownCancelHandout(r *Request, v ownpage.Visit) (Answer, error) {
	id, err := kernel.ParseID(r.PostForm.Get("booking"))
	if err != nil || !v.Whole {
		return Answer{}, kernel.NewNotFound("page")
	}
	if err := s.Sessions.Cancel(r.Context(), id); faulty(err) {
		return s.showOwnHandouts(r, v, err)
	} else if err != nil {
		return Answer{}, err
	}
	return Answer{To: "/mine/handouts?said=unbooked"}, nil
}

// ownLines is what an appointment was for, or what was handed out.
func ownLines(m sessions.Mine) []sessions.Line {
	if m.State == sessions.Handed {
		return m.Given
	}
	return m.Lines
}

// ownVisits are all appointments of the household of a visitor; none where it
// is not their own.
func (s *Site) ownVisits(r *Request, v ownpage.Visit) ([]sessions.Mine, error) {
	if !v.Whole {
		return nil, nil
	}
	return s.Sessions.Everything(r.Context())
}

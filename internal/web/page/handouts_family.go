package page

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// familyHandoutPages are the appointments of a family with which one works.
func (s *Site) familyHandoutPages(page register) {
	page("GET /families/{id}/handouts", "handout.book", s.familyHandouts)
	page("POST /families/{id}/handouts", "handout.book", s.bookHandout)
	page("POST /families/{id}/handouts/{booking}", "handout.book", s.changeHandout)
}

// familyHandoutsView is a family's appointments, and the day for which another
// is made.
type familyHandoutsView struct {
	fileView
	Booked []sessions.Mine
	Next   []sessions.Coming
	Walked []sessions.Coming // to which somebody came whose file is not known
	Chosen *sessions.Coming  // the day for which an appointment is made
	Now    kernel.Instant
	Told   families.Addressee // where the house reminds the family
	Off    bool               // it might get a text message, if this house sent them
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) familyHandouts(r *Request) (Answer, error) { return s.showFamilyHandouts(r, nil) }

func (s *Site) showFamilyHandouts(r *Request, wrong error) (Answer, error) {
	w := familyHandoutsView{Errors: r.View.Problems(wrong), Now: kernel.InstantOf(s.Now())}
	var err error
	if w.fileView, err = s.readOpenFile(r); err != nil {
		return Answer{}, err
	}
	if w.Booked, err = s.Sessions.Of(r.Context(), w.ID); err != nil {
		return Answer{}, err
	}
	if w.Next, err = s.Sessions.Next(r.Context(), false, handoutsShown); err != nil {
		return Answer{}, err
	}
	if w.Walked, err = s.Sessions.WalkedIn(r.Context()); err != nil {
		return Answer{}, err
	}
	w.Next = slices.DeleteFunc(w.Next, func(c sessions.Coming) bool { return c.Way != sessions.ByAppointment })
	w.Told = s.Families.Addressee(w.Contact)
	_, may := w.Reach(families.ByText)
	w.Off = may && !s.Families.Texting
	if id, err := kernel.ParseID(r.FormValue("session")); err == nil {
		i := slices.IndexFunc(w.Next, func(c sessions.Coming) bool { return c.Session.ID == id })
		if i >= 0 {
			w.Chosen = &w.Next[i]
		}
	}
	if wrong != nil {
		w.Form = r.PostForm
		return again(familyHandoutsPage(r.View, w), wrong)
	}
	return show(familyHandoutsPage(r.View, w))
}

// slotTyped reads which time was chosen: "wait" for none.
func slotTyped(typed string) (int64, error) {
	if typed == "wait" {
		return sessions.NoSlot, nil
	}
	n, err := strconv.ParseInt(typed, 10, 64)
	if err != nil || n < 0 {
		return 0, kernel.NewInvalid("handout.no_slot").At("slot")
	}
	return n, nil
}

func (s *Site) bookHandout(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	if r.PostForm.Get("do") == "tie" {
		n, _ := strconv.ParseInt(strings.TrimSpace(r.PostForm.Get("number")), 10, 64) // what is no number is nobody's
		_, err := s.Sessions.Tie(r.Context(), id, kernel.ID(r.PostForm.Get("walked")), n)
		return s.handoutDone(r, id, sessions.Booking{}, "said.handout.tied", err)
	}
	in := sessions.Asking{Session: kernel.ID(r.PostForm.Get("session")), Family: id, Person: kernel.ID(r.PostForm.Get("person"))}
	if in.Slot, err = slotTyped(r.PostForm.Get("slot")); err == nil {
		in.Lines, err = linesTyped(r.PostForm)
	}
	if in.Lines == nil {
		in.Lines = []sessions.Line{} // nothing was chosen: what is usual is not put in its place
	}
	var b sessions.Booking
	if err == nil {
		b, err = s.Sessions.Book(r.Context(), in)
	}
	return s.handoutDone(r, id, b, "said.handout.booked", err)
}

func (s *Site) changeHandout(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	booking, err := r.ID("booking")
	if err != nil {
		return Answer{}, err
	}
	switch r.PostForm.Get("do") {
	case "cancel":
		err = s.Sessions.Cancel(r.Context(), booking)
		return s.handoutDone(r, id, sessions.Booking{}, "said.handout.cancelled", err)
	case "untie":
		return s.handoutDone(r, id, sessions.Booking{}, "said.handout.untied", s.Sessions.Untie(r.Context(), id, booking))
	case "move":
		session, slot, _ := strings.Cut(r.PostForm.Get("to"), "/")
		n, err := slotTyped(slot)
		if err != nil {
			err = kernel.NewInvalid("handout.no_slot").At("to")
		}
		var b sessions.Booking
		if err == nil {
			b, err = s.Sessions.Move(r.Context(), booking, kernel.ID(session), n)
		}
		return s.handoutDone(r, id, b, "said.handout.moved", err)
	}
	return Answer{}, kernel.NewNotFound("page")
}

func (s *Site) handoutDone(r *Request, family kernel.ID, b sessions.Booking, said string, wrong error) (Answer, error) {
	switch {
	case faulty(wrong):
		return s.showFamilyHandouts(r, wrong)
	case wrong != nil:
		return Answer{}, wrong
	case b.State == sessions.Waiting:
		said = "said.handout.waiting"
	}
	return goTo("/families/"+string(family)+"/handouts", said)
}

// walkedOptions are the days on which somebody walked in.
func (w familyHandoutsView) walkedOptions(v kit.View) (options []kit.Option) {
	for _, c := range w.Walked {
		options = append(options, kit.Option{Value: string(c.Session.ID), Label: v.Date(c.Session.Day) + ", " + c.Name})
	}
	return options
}

// slotOptions are the times of a day that are still to come, with how many
// places are left at each, and the waiting list when it is full.
func slotOptions(v kit.View, s sessions.Session, now kernel.Instant) (options []kit.Option) {
	free := int64(0)
	for _, t := range s.Slots {
		if t.Ends <= now || t.Free() == 0 {
			continue
		}
		free += t.Free()
		options = append(options, kit.Option{Value: strconv.FormatInt(t.N, 10), Label: v.Time(t.Starts), Hint: v.T("handouts.room.free", "n", int(t.Free()))})
	}
	if free == 0 {
		options = append(options, kit.Option{Value: "wait", Label: v.T("handout.wait")})
	}
	return options
}

// moveOptions are the days and times of the same series to which an
// appointment can go.
func (w familyHandoutsView) moveOptions(v kit.View, m sessions.Mine) (options []kit.Option) {
	for _, c := range w.Next {
		if c.Series.ID != m.Coming.Series.ID {
			continue
		}
		for _, t := range c.Session.Slots {
			if t.Starts > w.Now && t.Free() > 0 && (c.Session.ID != m.Session || t.N != m.Slot) {
				options = append(options, kit.Option{Value: string(c.Session.ID) + "/" + strconv.FormatInt(t.N, 10), Label: v.DateShort(c.Session.Day) + ", " + v.Time(t.Starts)})
			}
		}
	}
	return options
}

// people are who can come for a family.
func (w familyHandoutsView) people(v kit.View) (options []kit.Option) {
	for _, p := range w.Persons {
		if p.Role != families.Unborn && p.Role != families.Child {
			options = append(options, kit.Option{Value: string(p.ID), Label: personName(v, p)})
		}
	}
	return options
}

// mayCancel tells whether an appointment can still be taken back.
func (w familyHandoutsView) mayCancel(m sessions.Mine) bool {
	return (m.State == sessions.Booked || m.State == sessions.Waiting) && m.Coming.Session.Ends > w.Now
}

// told is how the house reminds the family, as the words for it are named.
func (w familyHandoutsView) told() string {
	switch {
	case !w.Sight.Of(policy.Contact):
		return "unseen"
	case w.Told.Mail != "":
		return "mail"
	case w.Told.Text != "":
		return "text"
	case w.Off:
		return "off"
	}
	return "nobody"
}

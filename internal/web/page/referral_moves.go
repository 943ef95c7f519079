package page

import (
	"errors"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// moved makes a move with the referral in the path and leads back to it, or
// shows it again with what is wrong.
func (s *Site) moved(r *Request, said string, move func(id kernel.ID) error) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	err = move(id)
	if faulty(err) {
		return s.showReferral(r, id, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/referrals/"+string(id), said)
}

func (s *Site) acceptReferral(r *Request) (Answer, error) {
	return s.moved(r, "said.referral.accepted", func(id kernel.ID) error {
		_, err := s.Referrals.Accept(r.Context(), id)
		return err
	})
}

func (s *Site) declineReferral(r *Request) (Answer, error) {
	return s.moved(r, "said.referral.declined", func(id kernel.ID) error {
		instead, _ := kernel.ParseID(r.PostForm.Get("instead")) // none proposes nobody
		_, err := s.Referrals.Decline(r.Context(), id, referrals.Reason(r.PostForm.Get("reason")), instead)
		return err
	})
}

// openReferred opens a file of what the sender told. When a file seems to
// exist already, the page shows it and asks which it is.
func (s *Site) openReferred(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	done, err := s.Referrals.OpenFile(r.Context(), id, referrals.Filing{Anyway: r.PostFormValue("anyway") == "yes"})
	if twin, ok := errors.AsType[*families.DuplicateError](err); ok {
		letter, readErr := s.Referrals.Read(r.Context(), id)
		if readErr != nil {
			return Answer{}, readErr
		}
		known, readErr := s.Families.Rows(r.Context(), twin.Families)
		if readErr != nil {
			return Answer{}, readErr
		}
		return s.showLetter(r, letter, err, known)
	}
	if faulty(err) {
		return s.showReferral(r, id, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/families/"+string(done.Family)+"/conversation", "said.referral.filed")
}

func (s *Site) tieReferral(r *Request) (Answer, error) {
	return s.moved(r, "said.referral.filed", func(id kernel.ID) error {
		family, err := kernel.ParseID(r.PostForm.Get("family"))
		if err != nil {
			return kernel.NewNotFound("family")
		}
		_, err = s.Referrals.Tie(r.Context(), id, family)
		return err
	})
}

func (s *Site) scheduleReferral(r *Request) (Answer, error) {
	return s.moved(r, "said.referral.scheduled", func(id kernel.ID) error {
		at, err := momentOf(r.PostForm)
		if err != nil {
			return err
		}
		_, err = s.Referrals.Schedule(r.Context(), id, at, r.PostForm.Get("place"))
		return err
	})
}

func (s *Site) arriveReferral(r *Request) (Answer, error) {
	return s.moved(r, "said.referral.arrived", func(id kernel.ID) error {
		_, err := s.Referrals.Arrived(r.Context(), id)
		return err
	})
}

func (s *Site) missReferral(r *Request) (Answer, error) {
	return s.moved(r, "said.referral.missed", func(id kernel.ID) error {
		_, err := s.Referrals.NoShow(r.Context(), id, referrals.Absence(r.PostForm.Get("absence")))
		return err
	})
}

func (s *Site) closeReferral(r *Request) (Answer, error) {
	return s.moved(r, "said.referral.closed", func(id kernel.ID) error {
		how := referrals.Outcome(r.PostForm.Get("outcome"))
		if how == referrals.NotWanted {
			_, err := s.Referrals.Stop(r.Context(), id)
			return err
		}
		_, err := s.Referrals.Close(r.Context(), id, how)
		return err
	})
}

func (s *Site) holdReferral(r *Request) (Answer, error) {
	return s.moved(r, "said.referral.held", func(id kernel.ID) error {
		var faults kernel.Faults
		until, err := kit.DateOf(r.PostForm, "until")
		faults.Check("until", err)
		if err := faults.Err(); err != nil {
			return err
		}
		_, err = s.Referrals.Wait(r.Context(), id, referrals.Hold(r.PostForm.Get("hold")), until)
		return err
	})
}

func (s *Site) releaseReferral(r *Request) (Answer, error) {
	return s.moved(r, "said.referral.released", func(id kernel.ID) error {
		_, err := s.Referrals.Release(r.Context(), id, referrals.Reason(r.PostForm.Get("reason")))
		return err
	})
}

func (s *Site) withdrawReferral(r *Request) (Answer, error) {
	return s.moved(r, "said.referral.withdrawn", func(id kernel.ID) error {
		return s.Referrals.Withdraw(r.Context(), id, referrals.Outcome(r.PostForm.Get("ending")))
	})
}

func (s *Site) handOverReferral(r *Request) (Answer, error) {
	return s.moved(r, "said.referral.offered", func(id kernel.ID) error {
		worker, err := kernel.ParseID(r.PostForm.Get("worker"))
		if err != nil {
			return kernel.NewInvalid("referral.colleague").At("worker")
		}
		_, err = s.Referrals.HandOver(r.Context(), id, worker)
		return err
	})
}

func (s *Site) takeOverReferral(r *Request) (Answer, error) {
	return s.moved(r, "said.referral.taken_over", func(id kernel.ID) error {
		_, err := s.Referrals.TakeOver(r.Context(), id)
		return err
	})
}

func (s *Site) turnDownReferral(r *Request) (Answer, error) {
	return s.moved(r, "said.referral.turned_down", func(id kernel.ID) error {
		_, err := s.Referrals.TurnDown(r.Context(), id)
		return err
	})
}

func (s *Site) linkReferral(r *Request) (Answer, error) {
	return s.moved(r, "said.referral.linked", func(id kernel.ID) error { return s.Referrals.SendLink(r.Context(), id) })
}

// referralKind is the colour of a state: what waits for an answer is new, what
// arrived is certain.
func referralKind(s referrals.State) kit.Kind {
	switch s {
	case referrals.Sent:
		return kit.New
	case referrals.Accepted, referrals.Waiting, referrals.Scheduled, referrals.Missed:
		return kit.Possible
	case referrals.Arrived:
		return kit.Certain
	}
	return kit.Plain
}

func progressKind(p referrals.Progress) kit.Kind {
	switch p {
	case referrals.Received:
		return kit.New
	case referrals.TakenOn:
		return kit.Possible
	case referrals.HasArrived:
		return kit.Certain
	}
	return kit.Plain
}

// letterSteps are the states on a referral's way and where it stands; each
// step still to come says who does what by when.
func letterSteps(v kit.View, l letterView) []kit.Step {
	way := []referrals.State{referrals.Sent, referrals.Accepted, referrals.Scheduled, referrals.Arrived, referrals.Closed}
	switch l.State { // the way on leads to an appointment
	case referrals.Waiting, referrals.Missed:
		way[2] = l.State
	}
	at := 0
	for i, state := range way {
		if state == l.State {
			at = i
		}
	}
	var steps []kit.Step
	for i, state := range way {
		step := kit.Step{Label: v.T("referral.state." + string(state)), Progress: kit.Ahead}
		switch {
		case i < at || l.State == referrals.Closed:
			step.Progress = kit.Done
		case i == at:
			step.Progress = kit.Current
			step.Note = nextWords(v, l.Referral, l.Names)
		}
		steps = append(steps, step)
	}
	return steps
}

// nextWords says who does what by when.
func nextWords(v kit.View, r referrals.Referral, names map[kernel.ID]string) string {
	if r.Next == "" {
		return ""
	}
	who := names[r.Owner]
	if r.Owner == "" {
		who = names[r.ReceiverOrg]
	}
	if who == "" {
		return v.T("referrals.next_by", "what", v.T("referral.next."+string(r.Next)), "day", r.Due)
	}
	return v.T("referrals.next", "who", who, "what", v.T("referral.next."+string(r.Next)), "day", r.Due)
}

func receiptSteps(v kit.View, r referrals.Receipt) []kit.Step {
	steps := []kit.Step{
		{Label: v.T("referral.progress.received"), Note: v.Date(r.SentAt.Date()), Progress: kit.Done},
		{Label: v.T("referral.progress.accepted"), Progress: kit.Ahead},
		{Label: v.T("referral.progress.arrived"), Progress: kit.Ahead},
	}
	if r.Progress == referrals.Received {
		steps[0].Progress = kit.Current
	}
	if r.AcceptedOn != "" {
		steps[1].Progress, steps[1].Note = kit.Done, v.Date(r.AcceptedOn)
		if r.ArrivedOn == "" && r.EndedOn == "" {
			steps[1].Progress = kit.Current
		}
	}
	if r.ArrivedOn != "" {
		steps[2].Progress, steps[2].Note = kit.Done, v.Date(r.ArrivedOn)
	}
	return steps
}

// letterEvents is what happened, the latest last.
func letterEvents(v kit.View, l letterView) []kit.Event {
	var events []kit.Event
	for _, step := range l.Steps {
		e := kit.Event{When: v.Moment(step.At), Title: v.T("referral.move." + string(step.Move)), Icon: "arrow-right", Kind: referralKind(step.To)}
		by := l.Names[step.Worker]
		if org := l.Names[step.Org]; by != "" && org != "" {
			by += ", " + org
		}
		e.Body = kit.Text(by)
		events = append(events, e)
	}
	return events
}

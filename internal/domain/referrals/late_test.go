package referrals_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Nobody answers: the office is reminded on the last day, its coordinator
// hears of it on the next working day, and ten working days after the last day
// it ends and is the sender's again.
func TestWhatNobodyAnswersEndsAndTheSenderHearsOfIt(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.hire("Carla", "carla@ocmw.example", w.ocmw, policy.Coordinator)
		id := w.send() // Monday 23 November; the last day is Wednesday
		at := func(day, hour int) map[string][]referrals.Reminder {
			w.clock.now = time.Date(2026, 11, day, hour, 0, 0, 0, time.UTC)
			return w.worked()
		}
		to := func(m []referrals.Reminder) string {
			if len(m) != 1 {
				t.Fatalf("%d mails: %+v", len(m), m)
			}
			return addresses(m[0])
		}
		if m := at(25, 9); to(m[referrals.ReminderJob]) != "aicha@ocmw.example bram@ocmw.example carla@ocmw.example" || len(m) != 1 {
			t.Errorf("on the last day: %+v", m)
		}
		if m := at(26, 9); to(m[referrals.LateJob]) != "carla@ocmw.example" || len(m) != 1 {
			t.Errorf("a day later: %+v", m)
		}
		if m := at(39, 6); len(m) != 0 || w.stored(id).State != referrals.Sent {
			t.Errorf("before its time: %+v", m)
		}
		m := at(39, 8) // Wednesday 9 December
		if r := w.stored(id); r.State != referrals.Expired || r.Outcome != referrals.NoAnswer || r.TaskCode() != "cancelled" {
			t.Fatalf("it is %+v", r)
		}
		m = merged(m, w.worked())
		if to(m[referrals.BackJob]) != "mia@vroedvrouwen.example" {
			t.Errorf("the sender: %+v", m)
		}
		if r := must(w.Receipt(w.mia, id)); r.Progress != referrals.Unanswered || !r.Can(referrals.ReRefer) {
			t.Errorf("the receipt says %+v", r)
		}
		next := must(w.ReRefer(w.mia, id, referrals.Again{To: w.house, Told: w.told()}))
		if next.PartOf != id || must(w.Read(w.chloe, next.ID)).Why == "" {
			t.Errorf("the next try: %+v", next)
		}
		w.verified()
	})
}

func merged(a, b map[string][]referrals.Reminder) map[string][]referrals.Reminder {
	for k, v := range b {
		a[k] = append(a[k], v...)
	}
	return a
}

// Taken on and then left: it does not lie there for ever.
func TestWhatIsLeftAfterItWasTakenOnEnds(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		last := map[kernel.ID]kernel.Date{}
		for _, state := range []referrals.State{referrals.Accepted, referrals.Waiting, referrals.Scheduled, referrals.Missed, referrals.Arrived} {
			id := w.bring(state)
			last[id] = w.stored(id).Due.AddDays(120)
		}
		for range 160 {
			w.later(24 * time.Hour)
			w.worked()
			for id, day := range last {
				r, today := w.stored(id), kernel.InstantOf(w.Now()).Date()
				if over := r.State == referrals.Expired; over != (today >= day) || over && r.Outcome != referrals.Unattended {
					t.Fatalf("on %s it is %s (%s), and its end is %s", today, r.State, r.Outcome, day)
				}
			}
		}
	})
}

func TestWithinHowManyDaysAnAnswerIsDue(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		carla := w.hire("Carla", "carla@ocmw.example", w.ocmw, policy.Coordinator)
		due := func(to kernel.ID) kernel.Date {
			in := w.letter()
			in.To = to
			return must(w.Send(w.mia, in)).AnswerBy
		}
		if got := due(w.ocmw); got != "2026-11-25" {
			t.Errorf("by default: %s", got)
		}
		w.ok(w.SetTerms(carla, w.ocmw, referrals.Terms{Answer: 4, Contact: 1}))
		if got := due(w.ocmw); got != "2026-11-27" {
			t.Errorf("of the organisation: %s", got)
		}
		if got := due(w.team); got != "2026-11-27" {
			t.Errorf("of a team without its own: %s", got)
		}
		w.ok(w.SetTerms(carla, w.team, referrals.Terms{Answer: 1, Contact: 1}))
		if got := due(w.team); got != "2026-11-24" {
			t.Errorf("of a team with its own: %s", got)
		}
		if got := due(w.house); got != "2026-11-25" {
			t.Errorf("of another organisation: %s", got)
		}
		if r := must(w.Accept(w.aicha, w.send())); r.Due != "2026-11-24" {
			t.Errorf("a first contact by %s", r.Due)
		}
		if got, own, err := w.Terms(w.mia, w.team); got.Answer != 1 || !own || err != nil {
			t.Errorf("the terms are %+v, own %v, %v", got, own, err)
		}
		_, _, err := w.Terms(w.mia, kernel.NewID())
		for name, tt := range map[string]struct {
			err  error
			want string
		}{
			"those of nobody":           {err, "not_found programme"},
			"no days":                   {w.SetTerms(carla, w.ocmw, referrals.Terms{Contact: 1}), "invalid referral.term"},
			"a month":                   {w.SetTerms(carla, w.ocmw, referrals.Terms{Answer: 21, Contact: 1}), "invalid referral.term"},
			"by a caseworker":           {w.SetTerms(w.aicha, w.ocmw, referrals.DefaultTerms), "forbidden role"},
			"of another's organisation": {w.SetTerms(carla, w.house, referrals.DefaultTerms), "not_found organisation"},
			"of nobody":                 {w.SetTerms(carla, kernel.NewID(), referrals.DefaultTerms), "not_found programme"},
		} {
			if got := fault(tt.err); got != tt.want {
				t.Errorf("%s: %q, want %q", name, got, tt.want)
			}
		}
	})
}

// Who took it on gives it back: all that was written stays, somebody else can
// take it on, and the one who gave it back no longer reads the sender's file.
func TestWhatWasGivenBackIsTakenOnByAnother(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		id := w.bring(referrals.Scheduled)
		must(w.Release(w.aicha, id, referrals.Full))
		if r := w.stored(id); r.State != referrals.Sent || r.Owner != "" || r.ScheduledFor != "" || r.Next != referrals.ToAnswer || r.Due != "2026-11-25" || r.Held != "full" {
			t.Errorf("given back: %+v", r)
		}
		if r := must(w.Receipt(w.mia, id)); r.Progress != referrals.Received || r.AcceptedOn != "" {
			t.Errorf("the sender sees %+v", r)
		}
		l := must(w.Read(w.bram, id))
		if !strings.Contains(l.Why, secretWhy) || l.Place != "" || len(l.Steps) != 4 {
			t.Errorf("the letter says %+v", l)
		}
		if r := must(w.Accept(w.bram, id)); r.Owner != person(w.bram) || r.Released != 1 || r.AnsweredAt == "" {
			t.Errorf("taken on again: %+v", r)
		}

		family := must(w.Families.Open(w.aicha, zelmira())).ID
		known := must(w.Send(w.aicha, referrals.NewReferral{To: w.house, Family: family, Why: "Speelgroep.", Told: w.told()})).ID
		must(w.Accept(w.chloe, known))
		if _, err := w.Families.Read(w.chloe, family, "care"); err != nil {
			t.Errorf("taken on: %v", err)
		}
		must(w.Release(w.chloe, known, referrals.NotOurs))
		_, err := w.Families.Read(w.chloe, family, "care")
		wants(t, "given back", err, "not_found object")
		w.verified()
	})
}

// What was entered in error is forgotten at once, and leaves a figure.
func TestAMistakeIsForgottenAtOnce(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		for _, state := range referrals.States {
			if state == referrals.Mistaken {
				continue
			}
			id := w.bring(state)
			family := w.stored(id).Family
			w.ok(w.Withdraw(w.mia, id, referrals.InError))
			if r := w.stored(id); r.State != referrals.Mistaken || r.ForgottenAt == "" || w.known(family) {
				t.Errorf("%s: %+v, key there: %v", state, r, w.known(family))
			}
			if l := must(w.Read(w.aicha, id)); !l.Shut || l.Who != "" {
				t.Errorf("%s: the receiver reads %+v", state, l)
			}
			wants(t, "twice", w.Withdraw(w.mia, id, referrals.InError), "conflict referral.over")
		}
		family := must(w.Families.Open(w.aicha, zelmira())).ID
		known := must(w.Send(w.aicha, referrals.NewReferral{To: w.house, Family: family, Why: "Verkeerd gezin.", Told: w.told()})).ID
		must(w.Accept(w.chloe, known))
		w.ok(w.Withdraw(w.aicha, known, referrals.InError))
		if l := must(w.Read(w.chloe, known)); l.Why != "" {
			t.Errorf("the letter about a file says %+v", l)
		}
		if !w.known(family) {
			t.Error("the file is forgotten with it")
		}
		_, err := w.Families.Read(w.chloe, family, "care")
		wants(t, "the receiver reads the file", err, "not_found object")
		w.verified()
	})
}

package referrals_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
)

func TestEachOpenStateHasItsActionAndItsDay(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) { // Monday 23 November 2026, ten o'clock in Kortenaken
		for name, tt := range map[string]struct {
			state referrals.State
			next  referrals.Action
			due   kernel.Date
		}{
			"sent: answer within two working days":            {referrals.Sent, referrals.ToAnswer, "2026-11-25"},
			"waiting: look again after twenty working days":   {referrals.Waiting, referrals.ToReview, "2026-12-21"},
			"missed: get in touch again":                      {referrals.Missed, referrals.ToContactAgain, "2026-11-30"},
			"accepted: get in touch within five working days": {referrals.Accepted, referrals.ToContact, "2026-11-30"},
			"scheduled for Wednesday: say on Thursday":        {referrals.Scheduled, referrals.ToConfirm, "2026-11-26"},
			"arrived: conclude within thirty days":            {referrals.Arrived, referrals.ToConclude, "2026-12-23"},
			"declined: nothing":                               {referrals.Declined, "", ""},
			"closed: nothing":                                 {referrals.Closed, "", ""},
			"withdrawn: nothing":                              {referrals.Withdrawn, "", ""},
		} {
			if r := w.stored(w.bring(tt.state)); r.Next != tt.next || r.Due != tt.due {
				t.Errorf("%s: %s by %s", name, r.Next, r.Due)
			}
		}
		in := w.letter()
		in.Urgency = referrals.Urgent
		urgent := must(w.Send(w.mia, in))
		if urgent.AnswerBy != "2026-11-24" {
			t.Errorf("urgent: answer by %s", urgent.AnswerBy)
		}
		if r := must(w.Accept(w.aicha, urgent.ID)); r.Due != "2026-11-24" {
			t.Errorf("urgent: get in touch by %s", r.Due)
		}
		if r := must(w.Schedule(w.aicha, urgent.ID, w.in(4*24*time.Hour), "")); r.Due != "2026-11-30" { // a Friday
			t.Errorf("an appointment on Friday: say by %s, want the Monday after", r.Due)
		}
		if r := must(w.NoShow(w.aicha, urgent.ID, referrals.NoWay)); r.Next != referrals.ToContactAgain || r.NoShows != 1 || r.ScheduledFor != "" || r.Owner != person(w.aicha) {
			t.Errorf("did not come: %+v", r)
		}
		must(w.Schedule(w.aicha, urgent.ID, w.in(time.Hour), ""))
		w.later(2 * time.Hour)
		if r := must(w.NoShow(w.aicha, urgent.ID, referrals.NotThere)); r.NoShows != 2 {
			t.Errorf("did not come again: %+v", r)
		}
	})
}

// due runs the queue and answers whom was reminded.
func (w *town) due() []referrals.Reminder { return w.worked()[referrals.ReminderJob] }

// worked runs the queue and answers what was mailed, by the kind of its job.
func (w *town) worked() map[string][]referrals.Reminder {
	w.t.Helper()
	mailed := map[string][]referrals.Reminder{}
	mails := func(of func(context.Context, kernel.ID, referrals.Reminding) (referrals.Reminder, error)) job.Handler {
		return func(ctx context.Context, j job.Job) error {
			var about referrals.Reminding
			if err := json.Unmarshal(j.Payload, &about); err != nil {
				return err
			}
			m, err := of(ctx, j.Alliance, about)
			if err == nil && len(m.To) > 0 {
				mailed[j.Kind] = append(mailed[j.Kind], m)
			}
			return err
		}
	}
	queue := &job.Queue{DB: w.db, Now: w.Now, Logger: slog.New(slog.DiscardHandler), Handlers: map[string]job.Handler{
		referrals.ReminderJob: mails(w.ReminderToMail),
		referrals.LateJob:     mails(w.LateToMail),
		referrals.BackJob:     mails(w.BackToMail),
		referrals.ExpireJob: func(ctx context.Context, j job.Job) error {
			var about referrals.Reminding
			return errors.Join(json.Unmarshal(j.Payload, &about), w.Expire(ctx, j.Alliance, about))
		},
		referrals.ForgetJob: func(ctx context.Context, j job.Job) error {
			var about struct{ Referral kernel.ID }
			return errors.Join(json.Unmarshal(j.Payload, &about), w.Forget(ctx, j.Alliance, about.Referral))
		},
	}}
	for {
		did, err := queue.Once(context.Background())
		w.ok(err)
		if !did {
			return mailed
		}
	}
}

func TestAReminderGoesToWhoHasToAct(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		id := w.send()
		w.clock.now = time.Date(2026, 11, 25, 6, 59, 0, 0, time.UTC) // a minute before eight in Belgium, in winter
		if m := w.due(); len(m) != 0 {
			t.Errorf("reminded too early: %+v", m)
		}
		w.later(time.Minute)
		m := w.due()
		if len(m) != 1 || m[0].Referral != id || m[0].Next != referrals.ToAnswer || m[0].Due != "2026-11-25" {
			t.Fatalf("reminded: %+v", m)
		}
		if to := addresses(m[0]); to != "aicha@ocmw.example bram@ocmw.example" {
			t.Errorf("nobody has it: reminded %s", to)
		}
		if m := w.due(); len(m) != 0 {
			t.Errorf("reminded twice: %+v", m)
		}

		must(w.Accept(w.aicha, id))
		must(w.HandOver(w.aicha, id, person(w.bram)))
		must(w.TakeOver(w.bram, id))
		w.clock.now = time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC)
		if m = w.due(); len(m) != 1 || addresses(m[0]) != "bram@ocmw.example" || m[0].Next != referrals.ToContact {
			t.Errorf("Bram has it: reminded %+v", m)
		}

		must(w.Schedule(w.bram, id, w.in(24*time.Hour), ""))
		must(w.Schedule(w.bram, id, w.in(72*time.Hour), "")) // later: the first day no longer counts
		w.later(48 * time.Hour)
		if m = w.due(); len(m) != 0 {
			t.Errorf("reminded of a day that was moved: %+v", m)
		}
		w.later(72 * time.Hour)
		if m = w.due(); len(m) != 1 || m[0].Next != referrals.ToConfirm {
			t.Errorf("after the appointment: %+v", m)
		}
		must(w.Arrived(w.bram, id))
		must(w.Close(w.bram, id, referrals.Helped))
		w.later(40 * 24 * time.Hour)
		if m = w.due(); len(m) != 0 {
			t.Errorf("reminded of one that is over: %+v", m)
		}
	})
}

func TestAReminderFindsSomebodyWhenTheOwnerIsGone(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.bring(referrals.Accepted)
		w.ok(w.Members.SetRoles(w.admin, person(w.aicha), w.ocmw))
		w.later(7 * 24 * time.Hour)
		if m := w.due(); len(m) != 1 || addresses(m[0]) != "bram@ocmw.example" {
			t.Errorf("Aïcha left: reminded %+v", m)
		}
		o, _, err := w.Members.Organisation(w.admin, w.ocmw)
		w.ok(err)
		o.Mail = "onthaal@ocmw.example"
		must(w.Members.ChangeOrganisation(w.admin, o))
		w.send()
		w.later(8 * 24 * time.Hour)
		if m := w.due(); len(m) != 1 || addresses(m[0]) != "onthaal@ocmw.example" || m[0].To[0].Lang != kernel.NL {
			t.Errorf("the organisation has an address: reminded %+v", m)
		}
	})
}

func addresses(m referrals.Reminder) string {
	var to []string
	for _, r := range m.To {
		to = append(to, string(r.Mail))
	}
	slices.Sort(to)
	return strings.Join(to, " ")
}

func TestJobsHoldNothingButIDs(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.bring(referrals.Declined)
		w.bring(referrals.Scheduled)
		for _, kind := range []string{referrals.ReminderJob, referrals.LateJob, referrals.ExpireJob, referrals.BackJob, referrals.ForgetJob} {
			jobs := w.jobs(kind)
			if len(jobs) == 0 {
				t.Errorf("no job %s", kind)
			}
			for _, j := range jobs {
				var payload map[string]string
				w.ok(json.Unmarshal(j.Payload, &payload))
				for name, value := range payload {
					if _, err := kernel.ParseID(value); err != nil {
						t.Errorf("%s: %s is %q", kind, name, value)
					}
				}
			}
		}
	})
}

// A family of whom no file came is forgotten ninety days after its referral
// ended, however it did; a figure stays.
func TestASketchIsForgotten(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		over := map[referrals.State]kernel.ID{}
		for _, s := range []referrals.State{referrals.Declined, referrals.Withdrawn, referrals.Closed} {
			over[s] = w.bring(s)
		}
		open := w.bring(referrals.Accepted)
		filed := w.bring(referrals.Arrived)
		must(w.OpenFile(w.aicha, filed, referrals.Filing{Anyway: true}))
		must(w.Close(w.aicha, filed, referrals.GoesOn))

		w.later(90*24*time.Hour - time.Minute)
		w.due()
		for s, id := range over {
			if r := w.stored(id); r.ForgottenAt != "" || !w.known(r.Family) {
				t.Errorf("%s: forgotten before its time", s)
			}
		}
		w.later(time.Minute)
		w.due()
		for s, id := range over {
			r := w.stored(id)
			if r.ForgottenAt == "" || w.known(r.Family) || r.State != s {
				t.Errorf("%s: %+v, key there: %v", s, r, w.known(r.Family))
			}
			if receipt := must(w.Receipt(w.mia, id)); receipt.Reference != "" {
				t.Errorf("%s: the sender still has %q", s, receipt.Reference)
			}
			if letter := must(w.Read(w.aicha, id)); !letter.Shut || letter.Who != "" {
				t.Errorf("%s: the receiver reads %+v", s, letter)
			}
		}
		for what, id := range map[string]kernel.ID{"an open one": open, "one that has a file": filed} {
			w.ok(w.Forget(context.Background(), w.alliance, id))
			if r := w.stored(id); r.ForgottenAt != "" || !w.known(r.Family) {
				t.Errorf("%s is forgotten", what)
			}
		}
		_, err := w.ReRefer(w.mia, over[referrals.Declined], referrals.Again{To: w.house, Told: w.told()})
		wants(t, "sent again", err, "conflict referral.forgotten")
		if rows := must(w.Inbox(w.aicha, referrals.Query{Over: true})).Rows; len(rows) != 4 {
			t.Errorf("%d are over", len(rows))
		}
		w.verified()
	})
}

func TestAFamilyWithoutAFileIsForgottenWhenItAsks(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		id := w.bring(referrals.Scheduled)
		family := w.stored(id).Family
		wants(t, "a caseworker", w.Erase(w.aicha, family), "forbidden role")
		wants(t, "of nobody", w.Erase(w.dirk, kernel.NewID()), "not_found family")
		w.ok(w.Erase(w.dirk, family))
		if r := w.stored(id); r.State != referrals.Closed || r.Outcome != referrals.Erased || r.ForgottenAt == "" || w.known(family) || r.TaskCode() != "cancelled" {
			t.Errorf("forgotten: %+v", r)
		}
		if receipt := must(w.Receipt(w.mia, id)); receipt.Progress != referrals.EndedBefore {
			t.Errorf("the sender sees %+v", receipt)
		}
		wants(t, "twice", w.Erase(w.dirk, family), "not_found family")
		w.due()
	})
}

func TestAFamilyWithAFileTakesItsReferralsAlongWhenItIsForgotten(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		family := must(w.Families.Open(w.aicha, zelmira())).ID
		in := referrals.NewReferral{To: w.house, Family: family, Why: "Speelgroep.", Told: w.told()}
		open, closed := must(w.Send(w.aicha, in)).ID, must(w.Send(w.aicha, in)).ID
		must(w.Accept(w.chloe, open))
		must(w.Accept(w.chloe, closed))
		must(w.Close(w.chloe, closed, referrals.NotNeeded))
		wants(t, "not by this way", w.Erase(w.dirk, family), "not_found family")

		w.ok(w.Families.Forget(w.dirk, family, "asked"))
		if r := w.stored(open); r.State != referrals.Closed || r.Outcome != referrals.Erased || r.ForgottenAt == "" {
			t.Errorf("the open one: %+v", r)
		}
		if r := w.stored(closed); r.Outcome != referrals.NotNeeded || r.ForgottenAt == "" {
			t.Errorf("the closed one: %+v", r)
		}
		if rows := must(w.Inbox(w.chloe, referrals.Query{Over: true})).Rows; len(rows) != 2 || rows[0].Who != "" {
			t.Errorf("the house lists %+v", rows)
		}
		w.verified()
	})
}

package members_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// as is a context in which the worker acts for the OCMW.
func (w town) as(worker members.Worker) context.Context {
	return act.As(context.Background(), policy.Actor{Alliance: w.alliance, Person: worker.ID, Org: w.ocmw.ID, Roles: []policy.Role{policy.Caseworker}})
}

// works does what is due of the jobs about new addresses.
func (w town) works(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	nothing := func(context.Context, job.Job) error { return nil }
	queue := &job.Queue{DB: w.db, Now: func() time.Time { return *w.clock }, Handlers: map[string]job.Handler{
		members.SignInCodeJob: nothing, members.MailChangeToldJob: nothing,
		members.MailChangeJob: func(ctx context.Context, j job.Job) error {
			var about struct{ Worker, Change kernel.ID }
			if err := json.Unmarshal(j.Payload, &about); err != nil {
				return err
			}
			return w.TakeDueMail(ctx, j.Alliance, about.Worker, about.Change)
		},
	}}
	for {
		did, err := queue.Once(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if !did {
			return
		}
	}
}

// idOf is the code that a ticket is for.
func idOf(ticket string) kernel.ID {
	_, id, _ := strings.Cut(ticket, ".")
	return kernel.ID(id)
}

func TestANameAndALanguageChangeAtOnce(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		cookie := must(w.SignInAs(context.Background(), w.alliance, w.aicha.ID, w.ocmw.ID))
		changed := w.aicha
		changed.Name, changed.Lang = " Aïcha Peeters-Maes ", kernel.FR
		stored, pending, err := w.ChangeWorker(w.admin, changed)
		if err != nil || pending.ID != "" || stored.Name != "Aïcha Peeters-Maes" || stored.Lang != kernel.FR || stored.Version != 2 {
			t.Fatalf("%+v, %+v, %v", stored, pending, err)
		}
		if session := must(w.Session(context.Background(), cookie)); session.Worker.Name != "Aïcha Peeters-Maes" {
			t.Errorf("the session still says %s", session.Worker.Name)
		}
		changed.Name = "Somebody Else"
		_, _, err = w.ChangeWorker(w.admin, changed)
		fault, ok := err.(*kernel.Fault)
		if !ok || fault.Key != "stale" || len(fault.More) != 1 || fault.More[0].Field != "name" {
			t.Errorf("from an older version: %v, want a conflict about the name", err)
		}
		if err := w.SetLanguage(w.as(w.aicha), kernel.DE); err != nil {
			t.Fatal(err)
		}
		if own := must(w.Own(w.as(w.aicha))); own.Worker.Lang != kernel.DE {
			t.Errorf("one's own language is %s", own.Worker.Lang)
		}
		if err := w.SetLanguage(w.as(w.aicha), "xx"); kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("a language that is none: %v", err)
		}
		if _, _, err := w.ChangeWorker(w.as(w.aicha), must(w.Own(w.as(w.aicha))).Worker); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("a caseworker changes a worker: %v", err)
		}
	})
}

func TestANewAddressWaitsThreeDaysAndShutsWhatTheOldOneOpened(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		desk := members.Browser{Device: "the desk in the office"}
		ticket := must(w.AskCode(ctx, desk, "aicha@ocmw.example"))
		must(w.SignIn(ctx, desk, ticket, w.mailed(t, ticket)))

		changed := w.aicha
		changed.Mail = "Aicha.Peeters@OCMW.example"
		stored, pending, err := w.ChangeWorker(w.admin, changed)
		if err != nil || stored.Mail != "aicha@ocmw.example" || pending.Mail != "aicha.peeters@ocmw.example" {
			t.Fatalf("%+v, %+v, %v", stored, pending, err)
		}
		letters := must(w.MailChangeToTell(ctx, w.alliance, w.aicha.ID, pending.ID))
		if letters.Old != "aicha@ocmw.example" || letters.New != "aicha.peeters@ocmw.example" || letters.Due != "2026-11-26" {
			t.Errorf("letters %+v", letters)
		}
		*w.clock = w.clock.Add(3*24*time.Hour - time.Minute)
		w.works(t)
		ticket = must(w.AskCode(ctx, desk, "aicha@ocmw.example"))
		cookie := must(w.SignIn(ctx, desk, ticket, w.mailed(t, ticket)))
		under := must(w.AskCode(ctx, desk, "aicha@ocmw.example"))
		code := w.mailed(t, under)

		*w.clock = w.clock.Add(2 * time.Minute)
		w.works(t)
		if _, err := w.Session(ctx, cookie); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("the session under the old address: %v", err)
		}
		if _, err := w.SignIn(ctx, desk, under, code); kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("a code that went to the old address: %v", err)
		}
		_, err = w.CodeToMail(ctx, w.alliance, idOf(must(w.AskCode(ctx, desk, "aicha@ocmw.example"))))
		if kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("the old address still gets codes: %v", err)
		}
		ticket = must(w.AskCode(ctx, desk, "aicha.peeters@ocmw.example"))
		must(w.SignIn(ctx, desk, ticket, w.mailed(t, ticket)))
	})
}

func TestANewAddressIsStoppedOrTaken(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		must(w.SignInAs(ctx, w.alliance, w.aicha.ID, w.ocmw.ID))
		change := func(mail kernel.Email) {
			own := must(w.Own(w.as(w.aicha))).Worker
			own.Mail = mail
			if _, pending, err := w.ChangeWorker(w.admin, own); err != nil || pending.Mail != mail {
				t.Fatalf("%+v, %v", pending, err)
			}
		}
		change("thief@elsewhere.example")
		if err := w.StopMailChange(w.as(w.aicha), w.aicha.ID); err != nil {
			t.Fatal(err)
		}
		*w.clock = w.clock.Add(4 * 24 * time.Hour)
		w.works(t)
		if own := must(w.Own(w.as(w.aicha))); own.Worker.Mail != "aicha@ocmw.example" || own.Pending.ID != "" {
			t.Errorf("after it was stopped: %+v", own)
		}
		// An older change does not bring a newer one in before its day.
		change("first@ocmw.example")
		*w.clock = w.clock.Add(2 * 24 * time.Hour)
		change("second@ocmw.example")
		*w.clock = w.clock.Add(25 * time.Hour)
		w.works(t)
		if own := must(w.Own(w.as(w.aicha))); own.Worker.Mail != "aicha@ocmw.example" || own.Pending.Mail != "second@ocmw.example" {
			t.Errorf("something came through: %+v", own)
		}
		cookie := must(w.SignInAs(ctx, w.alliance, w.aicha.ID, w.ocmw.ID))
		if err := w.TakeMailChange(w.as(w.aicha)); err != nil {
			t.Fatal(err)
		}
		if own := must(w.Own(w.as(w.aicha))); own.Worker.Mail != "second@ocmw.example" {
			t.Errorf("taken at once: %+v", own)
		}
		if _, err := w.Session(ctx, cookie); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("the session stands: %v", err)
		}
		if err := w.TakeMailChange(w.as(w.aicha)); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("taken twice: %v", err)
		}

		wim := must(w.AddWorker(w.admin, members.Worker{Name: "Wim Hermans", Mail: "wmi@ocmw.example", Lang: kernel.NL}, w.ocmw.ID, policy.Caseworker))
		if err := w.StopMailChange(w.as(wim), w.aicha.ID); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("a colleague stops it: %v", err)
		}
		wim.Mail = "second@ocmw.example"
		if _, _, err := w.ChangeWorker(w.admin, wim); kernel.CodeOf(err) != kernel.Conflict {
			t.Errorf("a colleague's address: %v", err)
		}
		wim.Mail = "wim@ocmw.example"
		stored, pending, err := w.ChangeWorker(w.admin, wim)
		if err != nil || stored.Mail != "wim@ocmw.example" || pending.ID != "" {
			t.Errorf("who never came in gets it at once: %+v, %+v, %v", stored, pending, err)
		}
	})
}

func TestWhatHasEndedIsSweptAway(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		desk := members.Browser{Device: "the desk in the office"}
		ticket := must(w.AskCode(ctx, desk, "aicha@ocmw.example"))
		must(w.SignIn(ctx, desk, ticket, w.mailed(t, ticket)))
		left := func() (n []int) {
			for _, table := range []string{"session", "sign_in_code", "worker_device"} {
				var c int
				err := d.Read(ctx, func(q db.Querier) error {
					return q.QueryRowContext(ctx, `SELECT count(*) FROM `+table).Scan(&c)
				})
				if err != nil {
					t.Fatal(err)
				}
				n = append(n, c)
			}
			return n
		}
		for _, tt := range []struct {
			later time.Duration
			want  []int
		}{
			{9 * time.Hour, []int{1, 1, 1}},
			{2 * time.Hour, []int{1, 1, 1}},
			{14 * time.Hour, []int{1, 0, 1}},
			{7 * 24 * time.Hour, []int{0, 0, 1}},
			{400 * 24 * time.Hour, []int{0, 0, 0}},
		} {
			*w.clock = w.clock.Add(tt.later)
			must(w.Sweep(ctx))
			if got := left(); !slices.Equal(got, tt.want) {
				t.Errorf("%s: sessions, codes, browsers %v, want %v", w.clock, got, tt.want)
			}
		}
		for range 3 {
			must(w.SignInAs(ctx, w.alliance, w.aicha.ID, w.ocmw.ID))
		}
		*w.clock = w.clock.Add(11*time.Hour + 7*24*time.Hour) // it stays known whose they were
		if n := must(w.Sweep(ctx)); n != 3 {
			t.Errorf("%d rows were swept away, want 3", n)
		}
	})
}

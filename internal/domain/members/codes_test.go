package members_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// A hundred guesses sent at the same moment get no more tries than five sent
// one after another.
func TestAHundredWrongCodesAtOnceAreFiveTries(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		ticket := must(w.AskCode(ctx, "aicha@ocmw.example"))
		code := w.mailed(t, ticket)

		var guessing sync.WaitGroup
		for range 100 {
			guessing.Go(func() {
				if cookie, err := w.SignIn(ctx, ticket, "x"+code[1:]); cookie != "" || kernel.CodeOf(err) != kernel.Invalid {
					t.Errorf("a wrong code: cookie %q, %v", cookie, err)
				}
			})
		}
		guessing.Wait()

		_, id, _ := strings.Cut(ticket, ".")
		var tries, records int
		err := d.Read(ctx, func(q db.Querier) error {
			err := q.QueryRowContext(ctx, `SELECT tries FROM sign_in_code WHERE alliance = $1 AND id = $2`, w.alliance, id).Scan(&tries)
			if err != nil {
				return err
			}
			return q.QueryRowContext(ctx, `SELECT count(*) FROM audit_record WHERE alliance = $1 AND action = 'session.refused'`, w.alliance).Scan(&records)
		})
		if err != nil || tries != 5 || records != 5 {
			t.Errorf("%d tries and %d records of them (%v), want 5 and 5", tries, records, err)
		}
		if _, err := w.SignIn(ctx, ticket, code); kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("the right code after them: %v, want it refused", err)
		}
	})
}

// Twenty browsers send the right code at the same moment: one of them is in.
func TestARightCodeSentTwentyTimesAtOnceOpensOneSession(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		ticket := must(w.AskCode(ctx, "aicha@ocmw.example"))
		code := w.mailed(t, ticket)

		cookies := make([]string, 20)
		var sending sync.WaitGroup
		for i := range cookies {
			sending.Go(func() { cookies[i], _ = w.SignIn(ctx, ticket, code) })
		}
		sending.Wait()
		opened := slices.DeleteFunc(cookies, func(cookie string) bool { return cookie == "" })
		if len(opened) != 1 {
			t.Fatalf("%d sessions were opened, want 1", len(opened))
		}
		if _, err := w.Session(ctx, opened[0]); err != nil {
			t.Error(err)
		}
	})
}

func TestSixCodesAnHourAndNoMore(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		var tickets []string
		for range 8 {
			tickets = append(tickets, must(w.AskCode(ctx, "aicha@ocmw.example")))
			*w.clock = w.clock.Add(time.Minute)
		}
		if n := w.letters(t); n != 6 {
			t.Errorf("%d letters are on their way, want 6", n)
		}
		if _, err := w.SignIn(ctx, tickets[5], w.mailed(t, tickets[5])); err != nil {
			t.Errorf("the sixth code: %v", err)
		}
		if len(tickets[7]) != len(tickets[0]) {
			t.Errorf("the ticket past the bound shows it: %q, before %q", tickets[7], tickets[0])
		}
		_, id, _ := strings.Cut(tickets[6], ".")
		if _, err := w.CodeToMail(ctx, w.alliance, kernel.ID(id)); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("the seventh has a code to mail: %v", err)
		}
		if _, err := w.SignIn(ctx, tickets[6], "123456"); kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("the seventh ticket: %v, want it refused like any wrong code", err)
		}

		must(w.AddWorker(w.admin, members.Worker{Name: "Wim Hermans", Mail: "wim@ocmw.example", Lang: kernel.NL}, w.ocmw.ID, policy.Caseworker))
		w.mailed(t, must(w.AskCode(ctx, "wim@ocmw.example"))) // the bound is one worker's, not the alliance's

		*w.clock = w.clock.Add(time.Hour)
		ticket := must(w.AskCode(ctx, "aicha@ocmw.example"))
		if _, err := w.SignIn(ctx, ticket, w.mailed(t, ticket)); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

// letters is how many letters with a code wait to be sent.
func (w town) letters(t *testing.T) (n int) {
	t.Helper()
	err := w.db.Read(context.Background(), func(q db.Querier) error {
		jobs, err := job.List(context.Background(), q, w.alliance, job.Waiting, 100)
		for _, j := range jobs {
			if j.Kind == members.SignInCodeJob {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

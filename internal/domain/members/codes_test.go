package members_test

import (
	"context"
	"fmt"
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
		ticket := must(w.AskCode(ctx, members.Browser{}, "aicha@ocmw.example"))
		code := w.mailed(t, ticket)

		var guessing sync.WaitGroup
		for range 100 {
			guessing.Go(func() {
				if cookie, err := w.SignIn(ctx, members.Browser{}, ticket, "x"+code[1:]); cookie != "" || kernel.CodeOf(err) != kernel.Invalid {
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
		if _, err := w.SignIn(ctx, members.Browser{}, ticket, code); kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("the right code after them: %v, want it refused", err)
		}
	})
}

// Twenty browsers send the right code at the same moment: one of them is in.
func TestARightCodeSentTwentyTimesAtOnceOpensOneSession(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		ticket := must(w.AskCode(ctx, members.Browser{}, "aicha@ocmw.example"))
		code := w.mailed(t, ticket)

		cookies := make([]string, 20)
		var sending sync.WaitGroup
		for i := range cookies {
			sending.Go(func() { cookies[i], _ = w.SignIn(ctx, members.Browser{}, ticket, code) })
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

func TestSixCodesAnHourFromAKnownBrowserAndNoMore(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		desk := members.Browser{Device: "the desk in the office", Source: "192.0.2.1"}
		ticket := must(w.AskCode(ctx, desk, "aicha@ocmw.example"))
		must(w.SignIn(ctx, desk, ticket, w.mailed(t, ticket)))
		var tickets []string
		for range 8 {
			tickets = append(tickets, must(w.AskCode(ctx, desk, "Aicha@ocmw.example")))
			*w.clock = w.clock.Add(time.Minute)
		}
		if n := w.letters(t); n != 7 {
			t.Errorf("%d letters are on their way, want the first and six", n)
		}
		if _, err := w.SignIn(ctx, desk, tickets[5], w.mailed(t, tickets[5])); err != nil {
			t.Errorf("the sixth code: %v", err)
		}
		if len(tickets[7]) != len(tickets[0]) {
			t.Errorf("the ticket past the bound shows it: %q, before %q", tickets[7], tickets[0])
		}
		_, id, _ := strings.Cut(tickets[6], ".")
		if _, err := w.CodeToMail(ctx, w.alliance, kernel.ID(id)); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("the seventh has a code to mail: %v", err)
		}
		if _, err := w.SignIn(ctx, desk, tickets[6], "123456"); kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("the seventh ticket: %v, want it refused like any wrong code", err)
		}

		must(w.AddWorker(w.admin, members.Worker{Name: "Wim Hermans", Mail: "wim@ocmw.example", Lang: kernel.NL}, w.ocmw.ID, policy.Caseworker))
		w.mailed(t, must(w.AskCode(ctx, desk, "wim@ocmw.example"))) // the bound is one worker's, not the alliance's

		*w.clock = w.clock.Add(time.Hour)
		ticket = must(w.AskCode(ctx, desk, "aicha@ocmw.example"))
		if _, err := w.SignIn(ctx, desk, ticket, w.mailed(t, ticket)); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

// A stranger who asks code after code in a colleague's name takes nothing from
// the browser that the colleague uses, nor the codes that are on their way; one
// network alone does not take what the others have.
func TestAStrangerKeepsNobodyFromTheirCodes(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		desk := members.Browser{Device: "the desk in the office", Source: "192.0.2.1"}
		ticket := must(w.AskCode(ctx, desk, "aicha@ocmw.example"))
		must(w.SignIn(ctx, desk, ticket, w.mailed(t, ticket)))
		*w.clock = w.clock.Add(2 * time.Hour)
		underWay := must(w.AskCode(ctx, desk, "aicha@ocmw.example"))

		before := w.letters(t)
		var asking sync.WaitGroup
		for range 100 {
			asking.Go(func() { must(w.AskCode(ctx, members.Browser{Source: "198.51.100.1"}, "aicha@ocmw.example")) })
		}
		asking.Wait()
		if n := w.letters(t) - before; n != 4 {
			t.Errorf("a hundred requests of one network at once sent %d letters, want 4", n)
		}
		elsewhere := members.Browser{Source: "203.0.113.9"} // at home, on a new telephone
		ticket = must(w.AskCode(ctx, elsewhere, "aicha@ocmw.example"))
		if _, err := w.SignIn(ctx, elsewhere, ticket, w.mailed(t, ticket)); err != nil {
			t.Errorf("from another network: %v", err)
		}
		for i := range 40 {
			must(w.AskCode(ctx, members.Browser{Source: fmt.Sprintf("198.51.100.%d", i)}, "aicha@ocmw.example"))
		}
		if n := w.letters(t) - before; n != 12 {
			t.Errorf("strangers of many networks sent %d letters in an hour, want 12", n)
		}
		if _, err := w.SignIn(ctx, desk, underWay, w.mailed(t, underWay)); err != nil {
			t.Errorf("the code that was on its way: %v", err)
		}
		ticket = must(w.AskCode(ctx, desk, "aicha@ocmw.example"))
		if _, err := w.SignIn(ctx, desk, ticket, w.mailed(t, ticket)); err != nil {
			t.Errorf("from the desk, after all of them: %v", err)
		}
		other := must(w.AddWorker(w.admin, members.Worker{Name: "Wim Hermans", Mail: "wim@ocmw.example", Lang: kernel.NL}, w.ocmw.ID, policy.Caseworker))
		w.mailed(t, must(w.AskCode(ctx, members.Browser{Device: desk.Device, Source: "198.51.100.1"}, other.Mail)))
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

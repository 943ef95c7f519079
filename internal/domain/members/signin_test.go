package members_test

import (
	"context"
	"crypto/ed25519"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

var modules = []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), members.Migrations()}

// town is an alliance with two organisations and a caseworker at the first.
type town struct {
	*members.Service
	clock    *time.Time
	db       *db.DB
	alliance kernel.ID
	admin    context.Context
	ocmw     members.Organisation
	house    members.Organisation
	aicha    members.Worker
}

func newTown(t *testing.T, d *db.DB) town {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := vault.CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	keeper, err := vault.OpenKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	w := town{clock: &now, db: d}
	w.Service = &members.Service{Keeper: keeper, Acts: &act.Acts{
		DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}, Now: func() time.Time { return now },
	}}
	ctx := context.Background()
	al, err := w.Found(ctx, members.Alliance{Slug: "kortenaken", Municipalities: []kernel.NIS{"24054"},
		Name: kernel.Text{NL: "Kortenaken", FR: "Kortenaken", DE: "Kortenaken", EN: "Kortenaken"}})
	if err != nil {
		t.Fatal(err)
	}
	w.alliance = al.ID
	w.admin = act.As(ctx, policy.Actor{Alliance: al.ID, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.Administrator}})
	w.ocmw = must(w.AddOrganisation(w.admin, members.Organisation{Name: "OCMW Kortenaken", Kind: members.OCMW, Receives: true}))
	w.house = must(w.AddOrganisation(w.admin, members.Organisation{Name: "Huis van het Kind", Kind: members.HouseOfChild, Receives: true}))
	w.aicha = must(w.AddWorker(w.admin, members.Worker{Name: "Aïcha Peeters", Mail: "aicha@ocmw.example", Lang: kernel.NL}, w.ocmw.ID, policy.Caseworker))
	return w
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// mailed is the code that the newest job would mail, and its ticket.
func (w town) mailed(t *testing.T, ticket string) string {
	t.Helper()
	_, id, _ := strings.Cut(ticket, ".")
	m, err := w.CodeToMail(context.Background(), w.alliance, kernel.ID(id))
	if err != nil {
		t.Fatal(err)
	}
	return m.Code
}

func TestACodeOpensOneSession(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		ticket := must(w.AskCode(ctx, members.Browser{}, "aicha@ocmw.example"))
		code := w.mailed(t, ticket)

		cookie, err := w.SignIn(ctx, members.Browser{}, ticket, code[:3]+" "+code[3:])
		if err != nil {
			t.Fatalf("a code typed with a space: %v", err)
		}
		session := must(w.Session(ctx, cookie))
		if session.Worker.Name != "Aïcha Peeters" || session.Organisation.ID != w.ocmw.ID || !session.Actor().Is(policy.Caseworker) {
			t.Errorf("session %+v", session)
		}
		if _, err := w.SignIn(ctx, members.Browser{}, ticket, code); kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("the same code again: %v", err)
		}
		if err := w.SignOut(ctx, cookie); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Session(ctx, cookie); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("after signing out: %v", err)
		}
	})
}

func TestACodeIsRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		later time.Duration
		wrong int // tries with a wrong code before the right one
	}{
		"after ten minutes":      {10*time.Minute + time.Second, 0},
		"after five wrong tries": {0, 5},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
				w, ctx := newTown(t, d), context.Background()
				ticket := must(w.AskCode(ctx, members.Browser{}, "aicha@ocmw.example"))
				code := w.mailed(t, ticket)
				for range tt.wrong {
					if _, err := w.SignIn(ctx, members.Browser{}, ticket, "x"+code[1:]); kernel.CodeOf(err) != kernel.Invalid {
						t.Fatalf("a wrong code: %v", err)
					}
				}
				*w.clock = w.clock.Add(tt.later)
				if _, err := w.SignIn(ctx, members.Browser{}, ticket, code); kernel.CodeOf(err) != kernel.Invalid {
					t.Errorf("SignIn = %v, want it refused", err)
				}
			})
		})
	}
}

func TestASessionEnds(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		cookie := must(w.SignInAs(ctx, w.alliance, w.aicha.ID, w.ocmw.ID))

		*w.clock = w.clock.Add(9 * time.Hour)
		if _, err := w.Session(ctx, cookie); err != nil {
			t.Fatalf("within the working day: %v", err)
		}
		*w.clock = w.clock.Add(10*time.Hour + time.Minute)
		if _, err := w.Session(ctx, cookie); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("after a night: %v", err)
		}

		cookie = must(w.SignInAs(ctx, w.alliance, w.aicha.ID, w.ocmw.ID))
		if err := w.SetRoles(w.admin, w.aicha.ID, w.ocmw.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Session(ctx, cookie); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("after the roles were taken away: %v", err)
		}
	})
}

func TestAskingACodeTellsNobodyWhoWorksHere(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		known := must(w.AskCode(ctx, members.Browser{}, "aicha@ocmw.example"))
		stranger := must(w.AskCode(ctx, members.Browser{}, "nobody@ocmw.example"))
		if len(known) != len(stranger) {
			t.Errorf("tickets differ: %q and %q", known, stranger)
		}
		first, _, _ := strings.Cut(known, ".")
		if again := must(w.AskCode(ctx, members.Browser{}, "aicha@ocmw.example")); strings.HasPrefix(again, first) || strings.Contains(again, string(w.alliance)) {
			t.Errorf("a second ticket %q begins like the first, %q, or names the alliance %s; a stranger's never does", again, known, w.alliance)
		}
		_, err1 := w.SignIn(ctx, members.Browser{}, known, "abcdef")
		_, err2 := w.SignIn(ctx, members.Browser{}, stranger, "abcdef")
		if err1 == nil || err2 == nil || err1.Error() != err2.Error() {
			t.Errorf("a wrong code answers %v, a stranger's %v", err1, err2)
		}
	})
}

func TestAWorkerActsForOneOrganisationAtATime(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		must(w.AddWorker(w.admin, w.aicha, w.house.ID, policy.Coordinator))
		cookie := must(w.SignInAs(ctx, w.alliance, w.aicha.ID, w.ocmw.ID))
		session := must(w.Session(ctx, cookie))

		next, err := w.ActFor(ctx, cookie, session, w.alliance, w.house.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Session(ctx, cookie); err == nil {
			t.Error("the first session still stands")
		}
		session = must(w.Session(ctx, next))
		if session.Organisation.ID != w.house.ID || session.Actor().Is(policy.Caseworker) || !session.Actor().Is(policy.Coordinator) {
			t.Errorf("acting for %s as %v", session.Organisation.Name, session.Roles)
		}
	})
}

func TestAStaleEditOfAnOrganisationNamesTheFields(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		first, second := w.house, w.house
		first.Phone = "+3221234567"
		must(w.ChangeOrganisation(w.admin, first))
		second.Website = "https://huis.example"
		_, err := w.ChangeOrganisation(w.admin, second)
		fault, ok := err.(*kernel.Fault)
		if !ok || fault.Code != kernel.Conflict || len(fault.More) != 2 || fault.More[0].Field != "phone" || fault.More[1].Field != "website" {
			t.Errorf("ChangeOrganisation = %v, want a conflict about phone and website", err)
		}
	})
}

func TestOrganisationsAreListedByPage(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		var names []string
		ask := members.Query{Limit: 1}
		for range 3 {
			page := must(w.Organisations(w.admin, ask))
			for _, o := range page.Rows {
				names = append(names, o.Name)
			}
			if ask.After = page.Next; page.Next == "" {
				break
			}
		}
		if got := strings.Join(names, ", "); got != "Huis van het Kind, OCMW Kortenaken" {
			t.Errorf("listed %s", got)
		}
		if page := must(w.Organisations(w.admin, members.Query{Typed: "kind huis"})); len(page.Rows) != 1 {
			t.Errorf("two words found %d", len(page.Rows))
		}
	})
}

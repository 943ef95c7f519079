package families_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
	"github.com/bondgenoot/bondgenoot/rules"
)

var modules = []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), vault.Migrations(),
	members.Migrations(), families.Migrations()}

// town is an alliance with two organisations: Aïcha and Bram work for the
// welfare office, Chloé for the house of the child, and Dirk is the privacy
// officer.
type town struct {
	*families.Service
	t                        testing.TB
	db                       *db.DB
	clock                    *time.Time
	alliance                 kernel.ID
	ocmw, house              kernel.ID
	aicha, bram, chloe, dirk context.Context
	told                     *[]any // guarded by mu while workers act at once
	mu                       *sync.Mutex
}

// inTown runs fn in a new town on each engine.
func inTown(t *testing.T, fn func(w town)) {
	t.Helper()
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) { fn(newTown(t, d)) })
}

func newTown(t testing.TB, d *db.DB) town {
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
	w := town{t: t, db: d, clock: &now, told: new([]any), mu: new(sync.Mutex)}
	acts := &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}, Now: func() time.Time { return now }}
	people := &members.Service{Acts: acts, Keeper: keeper}
	w.Service = &families.Service{Acts: acts, Vault: &vault.Vault{Keeper: keeper}, Members: people, Law: law(), Fictional: true}
	hear[families.Opened](w)
	hear[families.FactsChanged](w)
	hear[families.Born](w)
	hear[families.Closed](w)
	hear[families.Reopened](w)
	hear[families.Forgotten](w)

	ctx := context.Background()
	al := must(people.Found(ctx, members.Alliance{Slug: "kortenaken", Municipalities: []kernel.NIS{"24054"},
		Name: kernel.Text{NL: "Kortenaken", FR: "Kortenaken", DE: "Kortenaken", EN: "Kortenaken"}}))
	w.alliance = al.ID
	admin := act.As(ctx, policy.Actor{Alliance: al.ID, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.Administrator}})
	w.ocmw = must(people.AddOrganisation(admin, members.Organisation{Name: "OCMW", Kind: members.OCMW})).ID
	w.house = must(people.AddOrganisation(admin, members.Organisation{Name: "Huis van het Kind", Kind: members.HouseOfChild})).ID
	hire := func(name, mail string, org kernel.ID, role policy.Role) context.Context {
		worker := must(people.AddWorker(admin, members.Worker{Name: name, Mail: kernel.Email(mail), Lang: kernel.NL}, org, role))
		return act.As(ctx, policy.Actor{Alliance: al.ID, Person: worker.ID, Org: org, Roles: []policy.Role{role}})
	}
	w.aicha = hire("Aïcha", "aicha@ocmw.example", w.ocmw, policy.Caseworker)
	w.bram = hire("Bram", "bram@ocmw.example", w.ocmw, policy.Caseworker)
	w.chloe = hire("Chloé", "chloe@huis.example", w.house, policy.Caseworker)
	w.dirk = hire("Dirk", "dirk@ocmw.example", w.ocmw, policy.PrivacyOfficer)
	return w
}

// hear keeps every event of a type, in the order in which they were told.
func hear[E any](w town) {
	act.On(w.Acts, func(_ context.Context, _ *act.Act, e E) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		*w.told = append(*w.told, e)
		return nil
	})
}

func (w town) person(ctx context.Context) kernel.ID { return act.ActorOf(ctx).Person }

func (w town) later(d time.Duration) { *w.clock = w.clock.Add(d) }

// records counts what stands on record of a family, by action.
func (w town) records(family kernel.ID) map[string]int {
	w.t.Helper()
	n := map[string]int{}
	err := w.db.Read(context.Background(), func(q db.Querier) error {
		all, err := w.Acts.Audit.Of(context.Background(), q, w.alliance, family, 0, 1000)
		for _, r := range all {
			n[r.Action]++
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// law is a small dictionary, read once.
var law = sync.OnceValue(func() *rules.Library { return must(rules.Load(os.DirFS("testdata"))) })

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// wants fails the test when an error has another code or key than "code key".
func wants(t *testing.T, what string, err error, want string) {
	t.Helper()
	got := ""
	if f, ok := errors.AsType[*kernel.Fault](err); ok {
		got = string(f.Code) + " " + f.Key
	} else if err != nil {
		got = err.Error()
	}
	if got != want {
		t.Errorf("%s: got %q (%v), want %q", what, got, err, want)
	}
}

// peeters is a mother with a child of two who expects another, all fictional.
func peeters() families.NewFamily {
	return families.NewFamily{
		Persons: []families.NewPerson{
			{Role: families.Applicant, First: "Amina", Last: "Peeters", Birth: "1996-05-17"},
			{Role: families.Child, First: "Noor", Last: "Peeters", Birth: "2024-03-01"},
			{Role: families.Unborn, Due: "2027-02-10"},
		},
		Contact: families.Contact{
			Phones: []kernel.Phone{"02 123 45 67"}, Mails: []kernel.Email{"amina@example.be"}, Languages: []string{"ar", "nl"},
			Address: families.Address{Street: "Dorpsstraat", Number: "12 bus 3"},
			Safe:    families.Safe{NoVoicemail: true, Note: "Enkel overdag bellen."},
		},
		PostalCode: "3470",
	}
}

package rights_test

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/json"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
	"github.com/bondgenoot/bondgenoot/packs"
	templates "github.com/bondgenoot/bondgenoot/programmes"
	"github.com/bondgenoot/bondgenoot/rules"
)

var modules = []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), vault.Migrations(),
	members.Migrations(), families.Migrations(), programmes.Migrations(), rights.Migrations()}

// law is the dictionary and three rights of the packs, so that these tests
// hold whatever packs come after them.
var law = sync.OnceValue(func() *rules.Library {
	few := fstest.MapFS{}
	for _, name := range []string{"facts.yaml", "be/leefloon.yaml", "be/vt-bim.yaml", "vl/groeipakket-basis.yaml"} {
		b, err := packs.FS.ReadFile(name)
		if err != nil {
			panic(err)
		}
		few[name] = &fstest.MapFile{Data: b}
	}
	return must(rules.Load(few))
})

const (
	leefloon = "be.leefloon"
	basis    = "vl.groeipakket.basis"
)

// town is Leuven with Kirikou switched on. Aïcha and Bram are caseworkers of
// the welfare office, Chloé of the house of the child; Katrien coordinates and
// Dirk is the privacy officer.
type town struct {
	*rights.Service
	t                                 testing.TB
	db                                *db.DB
	clock                             *time.Time
	alliance, ocmw                    kernel.ID
	aicha, bram, chloe, katrien, dirk context.Context
	moved                             *[]rights.Moved
	noor                              kernel.ID // a mother with a child of two
	noorHerself, noorsChild           kernel.ID
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
	keeper := must(vault.OpenKeyFile(path))
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	w := town{t: t, db: d, clock: &now, moved: new([]rights.Moved)}
	acts := &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}, Now: func() time.Time { return now }}
	people := &members.Service{Acts: acts, Keeper: keeper}
	family := &families.Service{Acts: acts, Vault: &vault.Vault{Keeper: keeper}, Members: people, Law: law(), Fictional: true}
	programme := &programmes.Service{Acts: acts, Members: people, Library: must(programmes.ReadLibrary(templates.FS)), Law: law()}
	w.Service = &rights.Service{Acts: acts, Families: family, Programmes: programme, Packs: must(rights.Fingerprint(packs.FS))}
	act.On(acts, w.FactsChanged)
	act.On(acts, w.Forgotten)
	act.On(acts, func(_ context.Context, _ *act.Act, e rights.Moved) error {
		*w.moved = append(*w.moved, e)
		return nil
	})

	ctx := context.Background()
	al := must(people.Found(ctx, members.Alliance{Slug: "leuven", Municipalities: []kernel.NIS{"24062"},
		Name: kernel.Text{NL: "Leuven", FR: "Louvain", DE: "Löwen", EN: "Leuven"}}))
	w.alliance = al.ID
	admin := act.As(ctx, policy.Actor{Alliance: al.ID, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.Administrator}})
	w.ocmw = must(people.AddOrganisation(admin, members.Organisation{Name: "OCMW", Kind: members.OCMW, Municipality: "24062"})).ID
	house := must(people.AddOrganisation(admin, members.Organisation{Name: "Huis van het Kind", Kind: members.HouseOfChild})).ID
	hire := func(name, mail string, org kernel.ID, role policy.Role) context.Context {
		worker := must(people.AddWorker(admin, members.Worker{Name: name, Mail: kernel.Email(mail), Lang: kernel.NL}, org, role))
		return act.As(ctx, policy.Actor{Alliance: al.ID, Person: worker.ID, Org: org, Roles: []policy.Role{role}})
	}
	w.aicha = hire("Aïcha", "aicha@ocmw.example", w.ocmw, policy.Caseworker)
	w.bram = hire("Bram", "bram@ocmw.example", w.ocmw, policy.Caseworker)
	w.chloe = hire("Chloé", "chloe@huis.example", house, policy.Caseworker)
	w.katrien = hire("Katrien", "katrien@huis.example", house, policy.Coordinator)
	w.dirk = hire("Dirk", "dirk@ocmw.example", w.ocmw, policy.PrivacyOfficer)
	must(programme.SwitchOn(w.katrien, programmes.New{Template: "leuven-kirikou"}))
	w.noor = w.open("Noor", "2024-08-02")
	file := must(family.Read(w.aicha, w.noor, families.ForCare))
	w.noorHerself, w.noorsChild = file.Persons[0].ID, file.Persons[1].ID
	return w
}

// open makes the file of a mother with a child.
func (w town) open(first string, born kernel.Date) kernel.ID {
	w.t.Helper()
	f := must(w.Families.Open(w.aicha, families.NewFamily{PostalCode: "3000", Municipality: "24062", Persons: []families.NewPerson{
		{Role: families.Applicant, First: first, Last: "Verbeeck", Birth: "1996-03-14"},
		{Role: families.Child, First: "Sami", Last: "Verbeeck", Birth: born},
	}, Anyway: true}))
	return f.ID
}

// tell records a fact of the family.
func (w town) tell(person kernel.ID, key, value string) {
	w.t.Helper()
	must(w.Families.RecordFacts(w.aicha, w.noor, 0, []families.Fact{{Person: person, Key: key, Value: json.RawMessage(value), Source: families.Told}}))
}

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

// count is the answer to a question for one number.
func (w town) count(query string, args ...any) (n int) {
	w.t.Helper()
	err := w.db.Read(context.Background(), func(q db.Querier) error {
		return q.QueryRowContext(context.Background(), query, args...).Scan(&n)
	})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		w.t.Fatal(err)
	}
	return n
}

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

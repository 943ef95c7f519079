package ownpage_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
	"github.com/bondgenoot/bondgenoot/packs"
	templates "github.com/bondgenoot/bondgenoot/programmes"
	"github.com/bondgenoot/bondgenoot/rules"
)

var modules = []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), vault.Migrations(), members.Migrations(),
	families.Migrations(), sharing.Migrations(), programmes.Migrations(), rights.Migrations(), reach.Migrations(), ledger.Migrations(), vouchers.Migrations(), referrals.Migrations(), ownpage.Migrations(), depot.Migrations()}

// law is the dictionary and a few rights of the packs.
var law = sync.OnceValue(func() *rules.Library {
	few := fstest.MapFS{}
	for _, name := range []string{"facts.yaml", "facts/home-and-school.yaml", "be/leefloon.yaml", "be/vt-bim.yaml", "vl/groeipakket-basis.yaml"} {
		b, err := packs.FS.ReadFile(name)
		if err != nil {
			panic(err)
		}
		few[name] = &fstest.MapFile{Data: b}
	}
	return must(rules.Load(few))
})

// town is Leuven: Aïcha and Bram work for the welfare office, Chloé elsewhere.
type town struct {
	*ownpage.Service
	t                  testing.TB
	db                 *db.DB
	alliance           kernel.ID
	aicha, bram, chloe context.Context
	ocmw, house        kernel.ID

	mu    *sync.Mutex
	clock *time.Time
}

func inTown(t *testing.T, fn func(t *testing.T, w town)) {
	t.Helper()
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) { fn(t, newTown(t, d)) })
}

func newTown(t testing.TB, d *db.DB) town {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := vault.CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	keeper := must(vault.OpenKeyFile(path))
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	w := town{t: t, db: d, clock: &now, mu: new(sync.Mutex)}
	acts := &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}, Now: func() time.Time {
		w.mu.Lock()
		defer w.mu.Unlock()
		return now
	}}
	safe := &vault.Vault{Keeper: keeper}
	people := &members.Service{Acts: acts, Keeper: keeper}
	family := &families.Service{Acts: acts, Vault: safe, Members: people, Law: law(), Fictional: true}
	programme := &programmes.Service{Acts: acts, Members: people, Library: must(programmes.ReadLibrary(templates.FS)), Law: law()}
	right := &rights.Service{Acts: acts, Families: family, Programmes: programme, Packs: must(rights.Fingerprint(packs.FS))}
	referral := &referrals.Service{Acts: acts, Vault: safe, Members: people, Families: family, Programmes: programme}
	w.Service = &ownpage.Service{Acts: acts, Vault: safe, Keeper: keeper, Members: people, Families: family, Rights: right, Referrals: referral,
		Sharing: &sharing.Service{Acts: acts, Members: people, Families: family}, Reach: &reach.Service{Acts: acts, Members: people, Families: family, Rights: right},
		Vouchers: &vouchers.Service{Acts: acts, Keeper: keeper, Members: people, Families: family, Programmes: programme}, Depot: &depot.Service{Acts: acts, Members: people}}
	act.On(acts, right.FactsChanged)
	act.On(acts, right.Forgotten)
	act.On(acts, w.FamilyForgotten)

	ctx := context.Background()
	w.alliance = must(people.Found(ctx, members.Alliance{Slug: "leuven", Municipalities: []kernel.NIS{"24062"},
		Name: kernel.Text{NL: "Leuven", FR: "Louvain", DE: "Löwen", EN: "Leuven"}})).ID
	admin := act.As(ctx, policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.Administrator}})
	w.ocmw = must(people.AddOrganisation(admin, members.Organisation{Name: "OCMW", Kind: members.OCMW, Municipality: "24062"})).ID
	w.house = must(people.AddOrganisation(admin, members.Organisation{Name: "Huis van het Kind", Kind: members.HouseOfChild, Receives: true})).ID
	hire := func(name, mail string, org kernel.ID) context.Context {
		worker := must(people.AddWorker(admin, members.Worker{Name: name, Mail: kernel.Email(mail), Lang: kernel.NL}, org, policy.Caseworker))
		return act.As(ctx, policy.Actor{Alliance: w.alliance, Person: worker.ID, Org: org, Roles: []policy.Role{policy.Caseworker}})
	}
	w.aicha, w.bram = hire("Aïcha", "aicha@ocmw.example", w.ocmw), hire("Bram", "bram@ocmw.example", w.ocmw)
	w.chloe = hire("Chloé", "chloe@huis.example", w.house)
	return w
}

func (w town) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	*w.clock = w.clock.Add(d)
}

// home is a household: Amina and Jan with Noor (two) and Yara (nine).
type home struct {
	id                     kernel.ID
	amina, jan, noor, yara kernel.ID
}

func (w town) open() home {
	w.t.Helper()
	f := must(w.Families.Open(w.aicha, families.NewFamily{Anyway: true, PostalCode: "3000", Persons: []families.NewPerson{
		{Role: families.Applicant, First: "Amina", Last: "Peeters", Birth: "1996-05-17"},
		{Role: families.Partner, First: "Jan", Last: "Claes", Birth: "1990-01-09"},
		{Role: families.Child, First: "Noor", Last: "Peeters", Birth: "2024-02-01"},
		{Role: families.Child, First: "Yara", Last: "Peeters", Birth: "2016-11-20"},
	}, Contact: families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(3)}, Address: families.Address{Street: "Dorpsstraat", Number: "12"}}}))
	p := must(w.Families.Read(w.aicha, f.ID, families.ForCare)).Persons
	return home{f.ID, p[0].ID, p[1].ID, p[2].ID, p[3].ID}
}

// give gives a code for ninety days.
func (w town) give(family kernel.ID, in ownpage.Give) ownpage.Slip {
	w.t.Helper()
	if in.Lang == "" {
		in.Lang = kernel.NL
	}
	if in.Days == 0 {
		in.Days = 90
	}
	return must(w.GiveCode(w.aicha, family, in))
}

// enter comes in with a slip.
func (w town) enter(slip ownpage.Slip) ownpage.Visit {
	w.t.Helper()
	return must(w.Visit(context.Background(), must(w.Scanned(context.Background(), slip.Scan))))
}

// all is everything that an adult's pages show, as text.
func (w town) all(v ownpage.Visit) string {
	w.t.Helper()
	return string(must(json.Marshal(must(w.Everything(context.Background(), v, kernel.NL)))))
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
		got = string(f.Code) + " " + f.All()[0].Key
	} else if err != nil {
		got = err.Error()
	}
	if got != want {
		t.Errorf("%s: got %q (%v), want %q", what, got, err, want)
	}
}

func (w town) person(ctx context.Context) kernel.ID { return act.ActorOf(ctx).Person }

// as is the privacy officer of the welfare office.
func (w town) as(string) context.Context {
	return act.As(context.Background(), policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Org: w.ocmw, Roles: []policy.Role{policy.PrivacyOfficer}})
}

// count is the answer to a question for one number.
func (w town) count(query string) (n int) {
	w.t.Helper()
	err := w.db.Read(context.Background(), func(q db.Querier) error {
		return q.QueryRowContext(context.Background(), query).Scan(&n)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// open is a database of this test's own, for what needs no second engine.
func open(t testing.TB) *db.DB { return dbtest.Open(t, dbtest.SQLite(t), modules...) }

package loans_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
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
	"github.com/bondgenoot/bondgenoot/rules"
)

var law = sync.OnceValue(func() *rules.Library { return must(rules.Load(packs.FS)) })

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// town is an alliance with a bicycle library, which Saar leads and in which Rik
// helps. Ines works with families, for another organisation.
type town struct {
	*loans.Service
	t               testing.TB
	db              *db.DB
	clock           *time.Time
	alliance        kernel.ID
	saar, rik, ines context.Context
	library         loans.Library
	marks           int
}

func inTown(t *testing.T, fn func(w *town)) {
	t.Helper()
	modules := []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), vault.Migrations(), members.Migrations(),
		families.Migrations(), ledger.Migrations(), payments.Migrations(), loans.Migrations()}
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) { fn(newTown(t, d)) })
}

func newTown(t testing.TB, d *db.DB) *town {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := vault.CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	keeper := must(vault.OpenKeyFile(path))
	now := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	w := &town{t: t, db: d, clock: &now}
	acts := &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}, Now: func() time.Time { return *w.clock }}
	people, sealed := &members.Service{Acts: acts, Keeper: keeper}, &vault.Vault{Keeper: keeper}
	files := &families.Service{Acts: acts, Vault: sealed, Members: people, Law: law(), Fictional: true, Texting: true}
	w.Service = &loans.Service{Acts: acts, Vault: sealed, Families: files, Payments: &payments.Service{Acts: acts, Vault: sealed, Members: people}}
	act.On(acts, w.FamilyMerged)
	act.On(acts, w.FamilyParted)
	act.On(acts, w.FamilyForgotten)
	ctx := context.Background()
	w.alliance = must(people.Found(ctx, members.Alliance{Slug: "leuven", Municipalities: []kernel.NIS{"24062"},
		Name: kernel.Text{NL: "Leuven", FR: "Louvain", DE: "Löwen", EN: "Leuven"}})).ID
	admin := act.As(ctx, policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Roles: []policy.Role{policy.Administrator}})
	org := func(name string) kernel.ID {
		return must(people.AddOrganisation(admin, members.Organisation{Name: name, Kind: members.NonProfit})).ID
	}
	hire := func(name string, org kernel.ID, role policy.Role) context.Context {
		who := must(people.AddWorker(admin, members.Worker{Name: name, Mail: kernel.Email(name + "@huis.example"), Lang: kernel.NL}, org, role))
		return act.As(ctx, policy.Actor{Alliance: w.alliance, Person: who.ID, Org: org, Roles: []policy.Role{role}})
	}
	lender, house := org("De Fietsboom"), org("Huis van het Kind")
	w.saar, w.rik, w.ines = hire("saar", lender, policy.Coordinator), hire("rik", lender, policy.Volunteer), hire("ines", house, policy.Caseworker)
	w.library = must(w.Save(w.saar, bikes()))
	return w
}

// bikes is a library as Zemst asks it.
func bikes() loans.Library {
	return loans.Library{ID: kernel.NewID(), Name: "De Fietsboom", Place: "Tweede zaterdag, 10 tot 12 uur", Months: 12, MoreMonths: 12, KeepDays: 14,
		Sizes: []loans.Size{{Kind: "Fiets", Name: "14 inch", FromMonths: 36, ToMonths: 60, FromCM: 95, ToCM: 110},
			{Kind: "Fiets", Name: "16 inch", FromMonths: 54, ToMonths: 84, FromCM: 105, ToCM: 120}, {Kind: "Fiets", Name: "20 inch", FromMonths: 78, ToMonths: 120, FromCM: 115, ToCM: 135}},
		Checks: []string{"Remmen", "Bel", "Licht"}, Tariff: loans.Models()[1].Tariff}
}

// bike is a bicycle of a size: "1" is the smallest.
func (w *town) bike(size string) kernel.ID {
	w.t.Helper()
	w.marks++
	id := kernel.NewID()
	_, err := w.Add(w.rik, loans.NewThing{ID: id, Library: w.library.ID, Mark: "F" + string(rune('0'+w.marks)), Size: size})
	w.did(err)
	return id
}

// comes is a child who has no file.
func (w *town) comes(first string, birth kernel.Date, sibling int64) loans.Borrower {
	w.t.Helper()
	return must(w.Enrol(w.rik, loans.NewBorrower{ID: kernel.NewID(), Library: w.library.ID, Sibling: sibling, Card: loans.Card{First: first, Birth: birth, Mail: kernel.Email("thuis@gezin.example")}}))
}

// family is a child of a family with a file, who borrows.
func (w *town) family(first string, birth kernel.Date) (family kernel.ID, b loans.Borrower) {
	w.t.Helper()
	f := must(w.Families.Open(w.ines, families.NewFamily{Anyway: true, PostalCode: "3000", Persons: []families.NewPerson{
		{Role: families.Applicant, First: "Fatima", Last: "Peeters", Birth: "1994-03-04"}, {Role: families.Child, First: first, Last: "Peeters", Birth: birth}}}))
	child := must(w.Families.Read(w.ines, f.ID, families.ForCare)).Persons[1].ID
	return f.ID, must(w.Enrol(w.ines, loans.NewBorrower{ID: kernel.NewID(), Library: w.library.ID, Family: f.ID, Child: child}))
}

// lends hands a thing over at its price.
func (w *town) lends(thing kernel.ID, b loans.Borrower) loans.Loan {
	w.t.Helper()
	in := loans.Lending{ID: kernel.NewID(), Thing: thing, Borrower: b.ID}
	q, err := w.Quote(w.rik, in)
	w.did(err)
	in.Agreed = q.Price
	loan, err := w.HandOver(w.rik, in)
	w.did(err)
	return loan
}

func (w *town) did(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) refused(err error, key string) {
	w.t.Helper()
	f, ok := errors.AsType[*kernel.Fault](err)
	if !ok || f.Key != key {
		w.t.Fatalf("refused with %v, want %s", err, key)
	}
}

func (w *town) euros(path string) (n int64) {
	w.t.Helper()
	w.did(w.db.Read(context.Background(), func(q db.Querier) (err error) {
		n, err = ledger.Balance(context.Background(), q, w.alliance, ledger.Account{Path: path, Asset: ledger.Euro})
		return err
	}))
	return n
}

// balanced holds that the book agrees with itself.
func (w *town) balanced() {
	w.t.Helper()
	w.did(w.db.Read(context.Background(), func(q db.Querier) error {
		r, err := ledger.Verify(context.Background(), q)
		if err == nil && len(r.Differences) > 0 {
			w.t.Errorf("the book: %v", r.Differences)
		}
		return err
	}))
}

func (w *town) state(thing kernel.ID) loans.State {
	w.t.Helper()
	return must(w.Thing(w.rik, thing)).Thing.State
}

// day moves the clock to eleven o'clock of a day.
func (w *town) day(d kernel.Date) { *w.clock = d.Time().Add(10 * time.Hour) }

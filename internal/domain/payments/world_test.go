package payments_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

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
)

var modules = []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), vault.Migrations(), ledger.Migrations(),
	members.Migrations(), payments.Migrations()}

// clock is a time that a test moves.
type clock struct {
	sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.Lock()
	defer c.Unlock()
	return c.now
}

func (c *clock) later(d time.Duration) {
	c.Lock()
	defer c.Unlock()
	c.now = c.now.Add(d)
}

// town is an alliance in which the welfare office pays: Ann and Ben coordinate
// there, Ann at the town hall as well; Cas is a caseworker with a family; Pia
// works at a pharmacy, Sam at a shop; Ada is the administrator.
type town struct {
	*payments.Service
	*clock
	t                                 testing.TB
	db                                *db.DB
	alliance, ocmw, hall, gaper, boom kernel.ID
	family                            kernel.ID
	ada, ann, annHall, ben, cas       context.Context
	pia, sam, hal                     context.Context
	house                             context.Context
	annPerson                         kernel.ID
}

const (
	ocmwIBAN  = "BE71096123456769"
	gaperIBAN = "BE68539007547034"
	boomIBAN  = "NL91ABNA0417164300"
	homeIBAN  = "FR7630006000011234567890189"
)

func inTown(t *testing.T, fn func(t *testing.T, w *town)) {
	t.Helper()
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) { fn(t, newTown(t, d)) })
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func newTown(t testing.TB, d *db.DB) *town {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := vault.CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	keeper := must(vault.OpenKeyFile(path))
	w := &town{t: t, db: d, clock: &clock{now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}}
	acts := &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}, Now: w.Now}
	people := &members.Service{Acts: acts, Keeper: keeper}
	w.Service = &payments.Service{Acts: acts, Vault: &vault.Vault{Keeper: keeper}, Members: people}
	ctx := context.Background()
	al := must(people.Found(ctx, members.Alliance{Slug: "kortenaken", Municipalities: []kernel.NIS{"24054"},
		Name: kernel.Text{NL: "Kortenaken", FR: "Kortenaken", DE: "Kortenaken", EN: "Kortenaken"}}))
	w.alliance = al.ID
	as := func(person, org kernel.ID, roles ...policy.Role) context.Context {
		return act.As(ctx, policy.Actor{Alliance: al.ID, Person: person, Org: org, Roles: roles})
	}
	w.ada = as(kernel.NewID(), kernel.NewID(), policy.Administrator)
	found := func(name string, kind members.Kind) kernel.ID {
		return must(people.AddOrganisation(w.ada, members.Organisation{Name: name, Kind: kind})).ID
	}
	w.ocmw, w.hall = found("OCMW Kortenaken", members.OCMW), found("Gemeente", members.Municipality)
	w.gaper, w.boom = found("Apotheek De Gaper", members.Shop), found("Boempetat", members.Shop)
	w.annPerson = kernel.NewID()
	w.ann, w.annHall = as(w.annPerson, w.ocmw, policy.Coordinator), as(w.annPerson, w.hall, policy.Coordinator)
	w.ben = as(kernel.NewID(), w.ocmw, policy.Coordinator)
	cas := kernel.NewID()
	w.cas = as(cas, w.ocmw, policy.Caseworker)
	w.hal = as(kernel.NewID(), w.hall, policy.Coordinator)
	w.pia, w.sam = as(kernel.NewID(), w.gaper, policy.Provider), as(kernel.NewID(), w.boom, policy.Provider)
	w.house = act.As(ctx, policy.SystemActor(al.ID))
	w.family = kernel.NewID()
	if err := d.Write(ctx, func(q db.Querier) error {
		return policy.Related(ctx, q, al.ID, policy.At(cas, w.ocmw), policy.CareTeam, w.family, kernel.InstantOf(w.Now()))
	}); err != nil {
		t.Fatal(err)
	}
	w.ok(w.Arrange(w.ada, w.ocmw, true))
	for org, c := range map[kernel.ID]payments.Account{
		w.ocmw:  {Name: "OCMW Kortenaken", IBAN: "BE71 0961 2345 6769", BIC: "gkccbebb"},
		w.gaper: {Name: "Apotheek De Gaper", IBAN: gaperIBAN},
		w.boom:  {Name: "Boempetat vzw", IBAN: boomIBAN},
	} {
		w.ok(w.SetAccount(w.ada, org, 0, c))
	}
	w.ok(w.SetFamilyAccount(w.cas, w.family, "", 0, payments.Account{Name: "Samira Été", IBAN: homeIBAN}))
	return w
}

func (w *town) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// fault is the key of an error, or what it says.
func fault(err error) string {
	if err == nil {
		return ""
	}
	if f, ok := errors.AsType[*kernel.Fault](err); ok {
		return f.Key
	}
	return err.Error()
}

// does runs fn as an act of the house.
func (w *town) does(fn func(a *act.Act) error) error {
	return w.Acts.Do(w.house, func(a *act.Act) error {
		if err := a.Allow(w.house, "system.work", ""); err != nil {
			return err
		}
		if err := fn(a); err != nil {
			return err
		}
		return a.Record(w.house, act.Entry{Action: "system.work"})
	})
}

// owes makes something owed, and returns its ID.
func (w *town) owes(payee kernel.ID, cents kernel.Cents, day kernel.Date) kernel.ID {
	w.t.Helper()
	id := kernel.NewID()
	w.ok(w.does(func(a *act.Act) error {
		_, err := w.OweIn(w.house, a, payments.Owe{ID: id, Payer: w.ocmw, Payee: payee, Cents: cents, From: "world/budget", Kind: "allowance", Day: day})
		return err
	}))
	return id
}

// books writes a transfer to what is owed itself, as vouchers do.
func (w *town) books(payee kernel.ID, cents int64, day kernel.Date) kernel.ID {
	w.t.Helper()
	id := kernel.NewID()
	w.ok(w.does(func(a *act.Act) error {
		_, err := a.Post(w.house, ledger.Transfer{ID: id, Kind: "voucher.redeem", Day: day,
			Moves: []ledger.Move{{From: "world/budget", To: payments.Payable(payee), Asset: ledger.Euro, Amount: cents}}})
		return err
	}))
	return id
}

func (w *town) corrects(transfer kernel.ID) error {
	return w.does(func(a *act.Act) error {
		_, err := a.Correct(w.house, kernel.NewID(), transfer, "undo")
		return err
	})
}

func (w *town) familyPayee() (payee kernel.ID) {
	w.t.Helper()
	w.ok(w.does(func(a *act.Act) (err error) {
		payee, err = w.FamilyPayeeIn(w.house, a, w.family)
		return err
	}))
	return payee
}

// lies is what lies at an account of the book, in cents.
func (w *town) lies(path string) (cents int64) {
	w.t.Helper()
	w.ok(w.db.Read(w.t.Context(), func(q db.Querier) (err error) {
		cents, err = ledger.Balance(w.t.Context(), q, w.alliance, ledger.Account{Path: path, Asset: ledger.Euro})
		return err
	}))
	return cents
}

// made is a draft of all that is owed.
func (w *town) made(payees ...kernel.ID) payments.Batch {
	w.t.Helper()
	b, err := w.Make(w.ann, payments.New{ID: kernel.NewID(), Until: "2026-11-23", Day: "2026-11-25", Payees: payees})
	w.ok(err)
	return b
}

// exported is a batch of which the bank has the file.
func (w *town) exported(payees ...kernel.ID) (payments.Batch, []byte) {
	w.t.Helper()
	b := w.made(payees...)
	must(w.Approve(w.ben, b.ID))
	b, file, err := w.Export(w.ann, b.ID)
	w.ok(err)
	return b, file
}

// refund is that a payee owes something back.
func refund(payee kernel.ID, cents int64) ledger.Transfer {
	return ledger.Transfer{ID: kernel.NewID(), Kind: "voucher.undo",
		Moves: []ledger.Move{{From: "world/refund/" + string(payee), To: "programme/1/budget", Asset: ledger.Euro, Amount: cents}}}
}

package vouchers_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
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

var (
	law     = sync.OnceValue(func() *rules.Library { return must(rules.Load(packs.FS)) })
	library = sync.OnceValue(func() *programmes.Library { return must(programmes.ReadLibrary(templates.FS)) })
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// boom is the alliance of Boom: Ines grants and coordinates, Boempetat! and
// another shop take vouchers, and Yusuf is two today.
type boom struct {
	*vouchers.Service
	t             testing.TB
	clock         *time.Time
	alliance      kernel.ID
	ines          context.Context
	coordinator   context.Context
	swap, other   kernel.ID // shops
	family, yusuf kernel.ID
	queue         *job.Queue
	bags          programmes.Programme
}

// bagTables are the tables that Boom needs.
func bagTables() []db.Migrations {
	return []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), ledger.Migrations(), vault.Migrations(), members.Migrations(),
		families.Migrations(), programmes.Migrations(), vouchers.Migrations(), payments.Migrations()}
}

func inBoom(t *testing.T, fn func(w *boom)) {
	t.Helper()
	dbtest.Each(t, bagTables(), func(t *testing.T, d *db.DB) { fn(newBoom(t, d)) })
}

func newBoom(t testing.TB, d *db.DB) *boom {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := vault.CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	keeper := must(vault.OpenKeyFile(path))
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	w := &boom{t: t, clock: &now}
	clock := func() time.Time { return *w.clock }
	w.queue = &job.Queue{DB: d, Now: clock}
	acts := &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}, Queue: w.queue, Now: clock}
	people := &members.Service{Acts: acts, Keeper: keeper}
	files := &families.Service{Acts: acts, Vault: &vault.Vault{Keeper: keeper}, Members: people, Law: law(), Fictional: true, Texting: true}
	offers := &programmes.Service{Acts: acts, Members: people, Library: library(), Law: law()}
	w.Service = &vouchers.Service{Acts: acts, Keeper: keeper, Members: people, Families: files, Programmes: offers,
		Rights: &rights.Service{Acts: acts, Families: files, Programmes: offers}, Payments: &payments.Service{Acts: acts, Vault: &vault.Vault{Keeper: keeper}, Members: people}}
	w.queue.Handlers = map[string]job.Handler{vouchers.RoundJob: w.Walk}
	act.On(acts, w.FamilyMerged)
	act.On(acts, w.FamilyParted)
	act.On(acts, w.FamilyForgotten)

	w.alliance = must(people.Found(context.Background(), members.Alliance{Slug: "boom", Municipalities: []kernel.NIS{"11005"},
		Name: kernel.Text{NL: "Boom", FR: "Boom", DE: "Boom", EN: "Boom"}})).ID
	as := func(person, org kernel.ID, role policy.Role) context.Context {
		return act.As(context.Background(), policy.Actor{Alliance: w.alliance, Person: person, Org: org, Roles: []policy.Role{role}})
	}
	admin := as(kernel.NewID(), kernel.NewID(), policy.Administrator)
	office := must(people.AddOrganisation(admin, members.Organisation{Name: "OCMW Boom", Kind: members.OCMW})).ID
	w.swap = must(people.AddOrganisation(admin, members.Organisation{Name: "Boempetat!", Kind: members.Shop})).ID
	w.other = must(people.AddOrganisation(admin, members.Organisation{Name: "De andere winkel", Kind: members.Shop})).ID
	ines := must(people.AddWorker(admin, members.Worker{Name: "Ines", Mail: "ines@boom.example", Lang: kernel.NL}, office, policy.Caseworker)).ID
	w.ines, w.coordinator = as(ines, office, policy.Caseworker), as(ines, office, policy.Coordinator)

	w.bags = must(offers.SwitchOn(w.coordinator, programmes.New{Template: "boom-school-bag", Params: map[string]string{"months_valid": "12"}, From: "2026-01-01",
		Partners: []programmes.Partner{{Org: office, Part: programmes.Lead}, {Org: w.swap, Part: programmes.Redeems}, {Org: w.other, Part: programmes.Redeems}}}))
	w.family, w.yusuf = w.opens("2024-11-23")
	return w
}

// opens opens a file of a mother and a child.
func (w *boom) opens(birth kernel.Date) (family, child kernel.ID) {
	w.t.Helper()
	f := must(w.Families.Open(w.ines, families.NewFamily{Anyway: true, PostalCode: "2850", Persons: []families.NewPerson{
		{Role: families.Applicant, First: "Fatima", Last: "Peeters", Birth: "1994-03-04"}, {Role: families.Child, First: "Yusuf", Last: "Peeters", Birth: birth}}}))
	return f.ID, must(w.Families.Read(w.ines, f.ID, families.ForCare)).Persons[1].ID
}

// fund sets money and pieces aside.
func (w *boom) fund(cents kernel.Cents, units int64) {
	w.t.Helper()
	w.did(w.AddBudget(w.coordinator, vouchers.Fund{ID: kernel.NewID(), Programme: w.bags.ID, Offer: "bag", Cents: cents, Units: units}))
}

// arranged changes how the bag is given.
func (w *boom) arranged(change func(s *vouchers.Setup)) {
	w.t.Helper()
	setup, _, err := w.Setup(w.coordinator, w.bags.ID, "bag")
	w.did(err)
	change(&setup)
	w.did(w.Arrange(w.coordinator, setup))
}

// bag is what a worker asks for a child.
func (w *boom) bag(family, child kernel.ID) vouchers.NewGrant {
	return vouchers.NewGrant{ID: kernel.NewID(), Family: family, Child: child, Programme: w.bags.ID, Offer: "bag"}
}

// given is what a family holds, with one grant in it.
func (w *boom) given(family kernel.ID) vouchers.Held {
	w.t.Helper()
	all, _, _, err := w.OfFamily(w.ines, family)
	if err != nil || len(all) != 1 {
		w.t.Fatalf("%d grants, want 1: %v", len(all), err)
	}
	return all[0]
}

// till is a till of a shop, let in.
func (w *boom) till(shop kernel.ID) context.Context {
	w.t.Helper()
	made := must(w.OpenTill(w.coordinator, shop, "Kassa 1"))
	_, link, pin, err := w.Till(w.coordinator, made.ID)
	w.did(err)
	alliance, t, _, err := w.Session(context.Background(), must(w.Enter(context.Background(), link, pin)))
	w.did(err)
	return act.As(context.Background(), vouchers.AtTill(alliance, t))
}

func (w *boom) did(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// refused holds that an error is a fault with a key, and gives it.
func (w *boom) refused(err error, key string) *kernel.Fault {
	w.t.Helper()
	f, ok := errors.AsType[*kernel.Fault](err)
	if !ok || f.Key != key {
		w.t.Fatalf("refused with %v, want %s", err, key)
	}
	return f
}

// balance is what lies in an account.
func (w *boom) balance(path, asset string) (n int64) {
	w.t.Helper()
	w.did(w.Acts.DB.Read(context.Background(), func(q db.Querier) (err error) {
		n, err = ledger.Balance(context.Background(), q, w.alliance, ledger.Account{Path: path, Asset: asset})
		return err
	}))
	return n
}

func (w *boom) budget(asset string) int64 {
	return w.balance("programme/"+string(w.bags.ID)+"/budget", asset)
}

// night walks the families, as the house does after two o'clock.
func (w *boom) night() {
	w.t.Helper()
	w.did(w.Begin(context.Background(), w.alliance))
	for {
		did, err := w.queue.Once(context.Background())
		w.did(err)
		if !did {
			return
		}
	}
}

func (w *boom) later(days int) { *w.clock = w.clock.AddDate(0, 0, days) }

// The thread of Boom: money and bags set aside, a voucher by itself on the
// second birthday, taken at Boempetat! for one euro, owed to the shop, seen.
func TestABagIsGivenOnTheSecondBirthdayAndFetchedForOneEuro(t *testing.T) {
	inBoom(t, func(w *boom) {
		w.arranged(func(s *vouchers.Setup) { s.Worth, s.Straight = 24_00, true })
		w.fund(50_00, 20)
		w.night()
		held := w.given(w.family)
		if held.State != vouchers.Granted || held.LastDay != "2027-11-22" || held.Left != 1 || held.Copay != 1_00 || held.Cause != vouchers.ByEvent {
			t.Fatalf("granted: %+v", held)
		}
		if e, p := w.budget("EUR"), w.budget("grant/bag"); e != 26_00 || p != 19 {
			t.Errorf("the budget holds %d cents and %d bags", e, p)
		}
		w.night() // twice is once
		till := w.till(w.swap)
		seen, err := w.Look(till, strings.ToLower(held.Paper.Serial.String()), "")
		if err != nil || seen.Units != 1 || seen.Copay != 1_00 || seen.For.NL != "Bon voor een boekentas" {
			t.Fatalf("seen: %+v, %v", seen, err)
		}
		sale := vouchers.Sale{ID: kernel.NewID(), Shown: held.QR, Units: 1}
		for range 2 {
			u, _, err := w.Redeem(till, sale)
			if err != nil || u.Copay != 1_00 || u.Cents != 24_00 || u.Till == "" || u.Worker != "" {
				t.Fatalf("redeemed: %+v, %v", u, err)
			}
		}
		if owed := w.balance(vouchers.Payable(w.swap), "EUR"); owed != 24_00 {
			t.Errorf("the shop is owed %d", owed)
		}
		f := w.refused(second(w.Look(till, held.Paper.Serial.String(), "")), "voucher.used")
		if f.Args["shop"] != "Boempetat!" || !strings.HasPrefix(f.Args["moment"], "2026-11-23T09") {
			t.Errorf("used when and where: %v", f.Args)
		}
		sale.Units = 2
		w.refused(third(w.Redeem(till, sale)), "voucher.other_content")
		b := must(w.Board(w.coordinator, w.bags.ID))
		if len(b.Offers) != 1 || b.Offers[0].All.Granted != 1 || b.Offers[0].All.Redeemed != 1 || b.Offers[0].All.Euros != 24_00 || b.Offers[0].Pieces != 19 {
			t.Errorf("the board: %+v", b.Offers)
		}
		if p := must(w.Provider(till, "")); p.Cents != 24_00 || len(p.Uses) != 1 {
			t.Errorf("the shop: %+v", p)
		}
	})
}

func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

func TestATillIsToldWhyAVoucherIsNoGood(t *testing.T) {
	inBoom(t, func(w *boom) {
		w.fund(0, 5)
		g := must(w.Give(w.ines, w.bag(w.family, w.yusuf)))
		held, here := w.given(w.family), w.till(w.swap)
		code := held.Paper.Serial.String()
		says := func(what, shown, key string) *kernel.Fault {
			t.Helper()
			w.refused(third(w.Redeem(here, vouchers.Sale{ID: kernel.NewID(), Shown: shown})), key)
			return w.refused(second(w.Look(here, shown, "")), key)
		}
		says("a slip of the finger", code[:len(code)-1]+map[bool]string{true: "0", false: "1"}[code[len(code)-1] != '0'], "voucher.code")
		says("a code that nobody made", vouchers.Serial(1).String(), "voucher.unknown")
		says("a letter of the QR changed", changed(held.QR), "voucher.unsigned")
		w.arranged(func(s *vouchers.Setup) { s.Anywhere = false }) // what was granted stays as it was
		family, child := w.opens("2024-10-01")
		must(w.Give(w.ines, w.bag(family, child)))
		elsewhere := w.till(w.other)
		if f := w.refused(second(w.Look(elsewhere, w.given(family).Paper.Serial.String(), "")), "voucher.other_shop"); f.Args["shop"] != "Boempetat!" {
			t.Errorf("it is good at %v", f.Args)
		}
		w.did(w.Replace(w.ines, w.family, g.ID))
		says("lost and found", code, "voucher.replaced")
		fresh := w.given(w.family).Paper.Serial.String()
		if fresh == code {
			t.Error("the new serial is the old one")
		}
		must(w.Look(here, fresh, ""))
		w.did(w.Block(w.ines, w.family, g.ID))
		says("stolen", fresh, "voucher.blocked")
		w.did(w.Replace(w.ines, w.family, g.ID))
		fresh = w.given(w.family).Paper.Serial.String()
		w.later(365)
		if f := says("after its last day", fresh, "voucher.expired"); f.Args["day"] != "2027-11-22" {
			t.Errorf("expired on %v", f.Args)
		}
		w.later(-365)
		w.did(w.Revoke(w.ines, w.family, g.ID))
		says("taken back", fresh, "voucher.blocked")
		if n := w.budget("grant/bag"); n != 4 {
			t.Errorf("the budget holds %d bags, want the one that was taken back too", n)
		}
	})
}

// changed is a text with one letter in its middle changed.
func changed(qr string) string {
	i := len(qr) / 2
	return qr[:i] + map[bool]string{true: "A", false: "B"}[qr[i] != 'A'] + qr[i+1:]
}

func TestOfAHundredTillsOneTakesTheLastPiece(t *testing.T) {
	inBoom(t, func(w *boom) {
		w.fund(0, 1)
		must(w.Give(w.ines, w.bag(w.family, w.yusuf)))
		code := w.given(w.family).Paper.Serial.String()
		till := w.till(w.swap)
		var mu sync.Mutex
		var wg sync.WaitGroup
		took, used := 0, 0
		for range 100 {
			wg.Go(func() {
				_, _, err := w.Redeem(till, vouchers.Sale{ID: kernel.NewID(), Shown: code})
				mu.Lock()
				defer mu.Unlock()
				f, ok := errors.AsType[*kernel.Fault](err)
				switch {
				case err == nil:
					took++
				case ok && f.Key == "voucher.used":
					used++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if took != 1 || used != 99 {
			t.Errorf("%d took it and %d were told so; want 1 and 99", took, used)
		}
	})
}

func TestABudgetIsPromisedOnce(t *testing.T) {
	inBoom(t, func(w *boom) {
		w.arranged(func(s *vouchers.Setup) { s.Worth = 24_00 })
		w.fund(40_00, 5)
		must(w.Give(w.ines, w.bag(w.family, w.yusuf)))
		family, child := w.opens("2024-10-01")
		f := w.refused(second(w.Give(w.ines, w.bag(family, child))), "voucher.short")
		if f.Args["short"] != "8.00" || f.Args["left"] != "16.00" {
			t.Errorf("short by %v", f.Args)
		}
		all, _, _, err := w.OfFamily(w.ines, family)
		if err != nil || len(all) != 0 || w.budget("grant/bag") != 4 {
			t.Errorf("half done: %+v, %v", all, err)
		}
		w.fund(8_00, 0)
		in := w.bag(family, child)
		first := must(w.Give(w.ines, in))
		if again := must(w.Give(w.ines, in)); again.ID != first.ID || w.budget("grant/bag") != 3 {
			t.Error("sent twice it was given twice")
		}
		in.Child = w.yusuf
		w.refused(second(w.Give(w.ines, in)), "family.person")
		w.refused(second(w.Give(w.ines, w.bag(family, child))), "voucher.twice")
	})
}

func TestWhatExpiresGoesBackToTheBudget(t *testing.T) {
	inBoom(t, func(w *boom) {
		w.arranged(func(s *vouchers.Setup) { s.Worth = 24_00 })
		w.fund(24_00, 1)
		must(w.Give(w.ines, w.bag(w.family, w.yusuf)))
		w.later(364)
		w.night()
		if held := w.given(w.family); held.State != vouchers.Granted {
			t.Fatalf("on its last day it is %s", held.State)
		}
		w.later(1)
		w.night()
		if held := w.given(w.family); held.State != vouchers.Expired || w.budget("EUR") != 24_00 || w.budget("grant/bag") != 1 {
			t.Errorf("a day later it is %s and the budget holds %d and %d", held.State, w.budget("EUR"), w.budget("grant/bag"))
		}
	})
}

func TestAUseIsUndoneBeforeThePaymentAndOwedBackAfterIt(t *testing.T) {
	inBoom(t, func(w *boom) {
		w.arranged(func(s *vouchers.Setup) { s.Units, s.Cents, s.Copay, s.Covers = 0, 30_00, 0, []string{"Melk", "Luiers"} })
		w.fund(30_00, 0)
		must(w.Give(w.ines, w.bag(w.family, w.yusuf)))
		code, till := w.given(w.family).Paper.Serial.String(), w.till(w.swap)
		sale := func(cents kernel.Cents, item string) vouchers.Sale {
			return vouchers.Sale{ID: kernel.NewID(), Shown: code, Cents: cents, Item: item}
		}
		w.refused(third(w.Redeem(till, sale(10_00, "Bier"))), "voucher.item")
		w.refused(third(w.Redeem(till, sale(0, "Melk"))), "voucher.amount")
		part, _, err := w.Redeem(till, sale(12_50, "Melk"))
		w.did(err)
		if f := w.refused(third(w.Redeem(till, sale(17_51, "Luiers"))), "voucher.too_much"); f.Args["left"] != "17.50" {
			t.Errorf("left: %v", f.Args)
		}
		for range 2 {
			if u := must(w.Undo(till, part.ID, "")); u.State != vouchers.Undone {
				t.Errorf("it is %s", u.State)
			}
		}
		if left, owed := w.given(w.family).Euro, w.balance(vouchers.Payable(w.swap), "EUR"); left != 30_00 || owed != 0 {
			t.Errorf("%d is left and the shop is owed %d", left, owed)
		}
		part, _, err = w.Redeem(till, sale(20_00, "Melk"))
		w.did(err)
		w.did(w.Acts.Do(w.coordinator, func(a *act.Act) error { // the shop is paid
			if err := a.Allow(w.coordinator, "voucher.manage", ""); err != nil {
				return err
			}
			_, err := a.Post(w.coordinator, ledger.Transfer{ID: kernel.NewID(), Kind: "paid", Moves: []ledger.Move{{From: vouchers.Payable(w.swap), To: "world/bank", Asset: "EUR", Amount: 20_00}}})
			return errors.Join(err, a.Record(w.coordinator, act.Entry{Action: "paid"}))
		}))
		if u := must(w.Undo(till, part.ID, "")); u.State != vouchers.Refunded {
			t.Errorf("it is %s", u.State)
		}
		if p := must(w.Provider(till, "")); p.Back != 20_00 || p.Cents != 0 || w.given(w.family).Euro != 30_00 {
			t.Errorf("the shop owes back %d: %+v", p.Back, p)
		}
		w.refused(second(w.Undo(w.till(w.other), part.ID, "")), "voucher.use")
	})
}

func TestATillOpensWithItsPINAndShutsAfterFiveWrongOnes(t *testing.T) {
	inBoom(t, func(w *boom) {
		ctx := context.Background()
		made := must(w.OpenTill(w.coordinator, w.swap, "Kassa 1"))
		_, link, pin, err := w.Till(w.coordinator, made.ID)
		w.did(err)
		wrong := fmt.Sprintf("%06d", (1+must(fmt.Sscan(pin, new(int))))%10)
		first := must(w.Enter(ctx, link, pin))
		again := must(w.Enter(ctx, link, " "+pin+" "))
		if _, _, _, err := w.Session(ctx, first); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("the telephone of before is let in: %v", err)
		}
		_, _, shop, err := w.Session(ctx, again)
		if err != nil || shop != "Boempetat!" {
			t.Errorf("%q, %v", shop, err)
		}
		for range 5 {
			w.refused(second(w.Enter(ctx, link, wrong)), "voucher.till.pin")
		}
		w.refused(second(w.Enter(ctx, link, pin)), "voucher.till.gone")
		w.refused(second(w.Enter(ctx, "nobody-made-this", pin)), "voucher.till.gone")
		w.did(w.CloseTill(w.coordinator, made.ID))
		if _, _, _, err := w.Session(ctx, again); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("a closed till is let in: %v", err)
		}
	})
}

func TestADecisionHasAReferenceAndADate(t *testing.T) {
	inBoom(t, func(w *boom) {
		w.fund(0, 5)
		in := w.bag(w.family, w.yusuf)
		for name, tt := range map[string]struct {
			ref  string
			on   kernel.Date
			want string
		}{
			"a sentence about the family": {"Fatima verdient te weinig, dus mag het", "2026-11-20", "voucher.decision"},
			"no figure":                   {"BCSD", "2026-11-20", "voucher.decision"},
			"no date":                     {"BCSD 2026/114", "", "voucher.decided_on"},
			"a day to come":               {"BCSD 2026/114", "2026-11-24", "voucher.decided_on"},
		} {
			in.Decision, in.DecidedOn = tt.ref, tt.on
			if _, err := w.Give(w.ines, in); !strings.Contains(fmt.Sprint(err), tt.want) {
				t.Errorf("%s: %v, want %s", name, err, tt.want)
			}
		}
		in.Decision, in.DecidedOn = "BCSD 2026/114, punt 7", "2026-11-20"
		if g := must(w.Give(w.ines, in)); g.Cause != vouchers.ByDecision || g.Decision != "BCSD 2026/114, punt 7" {
			t.Errorf("%+v", g)
		}
	})
}

func TestWhatAForgottenFamilyDidNotSpendReturns(t *testing.T) {
	inBoom(t, func(w *boom) {
		w.fund(0, 2)
		must(w.Give(w.ines, w.bag(w.family, w.yusuf)))
		code, till := w.given(w.family).Paper.Serial.String(), w.till(w.swap)
		w.did(w.Acts.Do(w.ines, func(a *act.Act) error {
			if err := a.Allow(w.ines, "voucher.grant", w.family); err != nil {
				return err
			}
			return errors.Join(w.FamilyForgotten(w.ines, a, families.Forgotten{Family: w.family}), a.Record(w.ines, act.Entry{Action: "x"}))
		}))
		if n := w.budget("grant/bag"); n != 2 {
			t.Errorf("the budget holds %d bags", n)
		}
		w.refused(second(w.Look(till, code, "")), "voucher.blocked")
		var n int64
		w.did(w.Acts.DB.Read(w.ines, func(q db.Querier) error {
			return q.QueryRowContext(w.ines, `SELECT count(*) FROM voucher_grant WHERE family = $1 OR child = $2`, w.family, w.yusuf).Scan(&n)
		}))
		if n != 0 {
			t.Errorf("%d grants still say whose they were", n)
		}
	})
}

// A bag is for who is two: a worker does not give it to an older child, and the
// night proposes none; a committee may decide otherwise.
func TestTheRuleOfTheProgrammeSaysForWhomItIs(t *testing.T) {
	inBoom(t, func(w *boom) {
		w.fund(0, 10)
		family, older := w.opens("2020-05-06")
		in := w.bag(family, older)
		if _, err := w.Give(w.ines, in); !errors.Is(err, kernel.NewConflict("voucher.not_for")) {
			w.t.Errorf("a child of six: %v", err)
		}
		in.Decision, in.DecidedOn = "BCSD 2026/114", "2026-11-20"
		if _, err := w.Give(w.ines, in); err != nil {
			w.t.Errorf("a committee decided: %v", err)
		}
		if _, err := w.Give(w.ines, w.bag(w.family, w.yusuf)); err != nil {
			w.t.Errorf("a child of two: %v", err)
		}

		// Arranged for a third birthday, which the programme's rule is past.
		w.arranged(func(s *vouchers.Setup) { s.Event, s.Age, s.Straight = vouchers.Birthday, 3, true })
		three, _ := w.opens("2023-11-20")
		w.night()
		if held, _, _, err := w.OfFamily(w.ines, three); err != nil || len(held) != 0 {
			w.t.Errorf("the night proposed what the rule refuses: %+v, %v", held, err)
		}
	})
}

package vouchers_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// premium makes the bag fifty euros that are transferred.
func premium(s *vouchers.Setup) {
	s.Form, s.Units, s.Cents, s.Worth, s.Copay, s.Event, s.Age, s.Covers = vouchers.Transfer, 0, 50_00, 0, 0, vouchers.NoEvent, 0, nil
}

// owed is what lies ready for a family, and the payee.
func (w *boom) owed(family kernel.ID) (payee kernel.ID, cents int64) {
	w.t.Helper()
	all := must(w.Payments.FamilyAccounts(w.ines, family))
	return all[0].Payee.ID, w.balance(payments.Payable(all[0].Payee.ID), ledger.Euro)
}

func (w *boom) banks(family kernel.ID) {
	w.t.Helper()
	w.did(w.Payments.SetFamilyAccount(w.ines, family, "", 0, payments.Account{Name: "Fatima Peeters", IBAN: "BE68 5390 0754 7034"}))
}

func TestAnAllowanceIsOwedToTheAccountOfTheFamily(t *testing.T) {
	inBoom(t, func(w *boom) {
		w.arranged(premium)
		w.fund(120_00, 0)
		w.refused(second(w.Give(w.ines, w.bag(w.family, w.yusuf))), "payment.account.none")
		if n := w.budget(ledger.Euro); n != 120_00 {
			t.Errorf("refused, and the budget is %d", n)
		}
		w.banks(w.family)
		g := must(w.Give(w.ines, w.bag(w.family, w.yusuf)))
		payee, cents := w.owed(w.family)
		h := w.given(w.family)
		if cents != 50_00 || w.budget(ledger.Euro) != 70_00 || h.Paper.Serial != 0 || !h.Paying.Owed || h.Paying.Taken {
			t.Errorf("%d are owed, %d left, %+v", cents, w.budget(ledger.Euro), h.Paying)
		}
		if f := must(w.Board(w.coordinator, w.bags.ID)).Offers[0]; f.All.Granted != 1 || f.All.Redeemed != 1 || f.All.Euros != 50_00 {
			t.Errorf("the board shows %+v", f.All)
		}
		w.did(w.Revoke(w.ines, w.family, g.ID))
		if n := w.balance(payments.Payable(payee), ledger.Euro); n != 0 || w.budget(ledger.Euro) != 120_00 {
			t.Errorf("taken back, %d are owed, %d left", n, w.budget(ledger.Euro))
		}

		family, child := w.opens("2024-11-23")
		w.banks(family)
		must(w.Give(w.ines, w.bag(family, child)))
		payee, _ = w.owed(family)
		w.forgets(family)
		if n := w.balance(payments.Payable(payee), ledger.Euro); n != 0 || w.budget(ledger.Euro) != 120_00 {
			t.Errorf("of a forgotten family %d stay owed, %d left", n, w.budget(ledger.Euro))
		}
	})
}

func TestAProviderBillsWhatAChildHad(t *testing.T) {
	inBoom(t, func(w *boom) {
		setup := func(home kernel.ID) error {
			s, _, err := w.Setup(w.coordinator, w.bags.ID, "bag")
			w.did(err)
			s.Form, s.Units, s.Worth, s.Copay, s.Event, s.Age, s.Home = vouchers.Billed, 40, 3_50, 0, vouchers.NoEvent, 0, home
			return w.Arrange(w.coordinator, s)
		}
		w.refused(setup(""), "voucher.setup.billed")
		w.did(setup(w.swap))
		w.fund(140_00, 40)
		g := must(w.Give(w.ines, w.bag(w.family, w.yusuf)))
		bill := vouchers.Bill{ID: kernel.NewID(), Units: 20}
		for range 2 { // sent twice
			if u := must(w.WriteBill(w.ines, w.family, g.ID, bill)); u.Cents != 70_00 || u.Org != w.swap {
				t.Errorf("the bill is %+v", u)
			}
		}
		w.refused(second(w.WriteBill(w.ines, w.family, g.ID, vouchers.Bill{ID: bill.ID, Units: 3})), "voucher.other_content")
		w.refused(second(w.WriteBill(w.ines, w.family, g.ID, vouchers.Bill{ID: kernel.NewID(), Units: 21})), "voucher.too_many")
		w.refused(w.Replace(w.ines, w.family, g.ID), "voucher.over")
		h := w.given(w.family)
		uses, more, err := w.UsesAfter(w.coordinator, w.swap, vouchers.Use{}, 1)
		if err != nil || len(uses) != 1 || more {
			t.Errorf("the file of the provider has %d lines, more: %v, %v", len(uses), more, err)
		}
		if rest, _, err := w.UsesAfter(w.coordinator, w.swap, uses[0], 0); err != nil || len(rest) != 0 {
			t.Errorf("after the last line there are %d (%v)", len(rest), err)
		}
		if _, _, err := w.UsesAfter(w.coordinator, kernel.NewID(), vouchers.Use{}, 0); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("a shop that is not there has a file: %v", err)
		}
		if n := w.balance(vouchers.Payable(w.swap), ledger.Euro); n != 70_00 || h.Left != 20 || h.Paper.Serial != 0 {
			t.Errorf("%d are owed, %d meals left, serial %s", n, h.Left, h.Paper.Serial)
		}
	})
}

func TestAllThatWaitsIsGrantedWhileThereIsBudget(t *testing.T) {
	inBoom(t, func(w *boom) {
		w.arranged(func(s *vouchers.Setup) { s.Worth = 24_00 })
		w.opens("2024-11-23")
		w.night()
		w.fund(24_00, 20)
		if done := must(w.ApproveAll(w.coordinator, w.bags.ID, "bag")); done.Granted != 1 || done.Waiting != 1 {
			t.Errorf("with budget for one: %+v", done)
		}
		w.fund(24_00, 0)
		if done := must(w.ApproveAll(w.coordinator, w.bags.ID, "bag")); done.Granted != 1 || done.Waiting != 0 {
			t.Errorf("with budget for the other: %+v", done)
		}
		if done := must(w.ApproveAll(w.coordinator, w.bags.ID, "bag")); done.Granted != 0 || w.budget(ledger.Euro) != 0 {
			t.Errorf("once more: %+v, %d left", done, w.budget(ledger.Euro))
		}
	})
}

func TestWhatWasSpentDoesNotExpire(t *testing.T) {
	inBoom(t, func(w *boom) {
		qr := w.bagged(func(*vouchers.Setup) {})
		family, child := w.opens("2024-11-23")
		other := must(w.Give(w.ines, w.bag(family, child)))
		_, _, err := w.Redeem(w.till(w.swap), vouchers.Sale{ID: kernel.NewID(), Shown: qr})
		w.did(err)
		w.refused(w.Extend(w.ines, family, other.ID, other.LastDay), "voucher.extend")
		w.did(w.Extend(w.ines, family, other.ID, other.LastDay.AddDays(10)))
		w.later(370)
		w.night()
		if s, o := w.given(w.family).State, w.given(family).State; s != vouchers.Spent || o != vouchers.Granted {
			t.Errorf("a year later the spent one is %s, the extended one %s", s, o)
		}
		w.later(10)
		w.night()
		if f := must(w.Board(w.coordinator, w.bags.ID)).Offers[0].All; f.Granted != 2 || f.Redeemed != 1 || f.Expired != 1 {
			t.Errorf("the board shows %+v", f)
		}
	})
}

// forgets tells the house that a family is forgotten.
func (w *boom) forgets(family kernel.ID) {
	w.t.Helper()
	w.did(w.Acts.Do(w.ines, func(a *act.Act) error {
		if err := a.Allow(w.ines, "voucher.grant", family); err != nil {
			return err
		}
		return errors.Join(w.FamilyForgotten(w.ines, a, families.Forgotten{Family: family}), w.Payments.FamilyForgotten(w.ines, a, family),
			a.Record(w.ines, act.Entry{Action: "x"}))
	}))
}

// What is given straight at birth is given where the programme's rule is sure of
// it; where the rule leaves it to the welfare centre, it waits for somebody.
func TestWhatTheRuleLeavesOpenIsNotGivenStraight(t *testing.T) {
	inBoom(t, func(w *boom) {
		p := must(w.Programmes.SwitchOn(w.coordinator, programmes.New{Template: "kortenaken-kikaz", From: "2026-01-01",
			Municipalities: []kernel.NIS{"11005"}, Partners: []programmes.Partner{{Org: w.swap, Part: programmes.Redeems}}}))
		s, _, err := w.Setup(w.coordinator, p.ID, "baby_card")
		w.did(err)
		s.Units, s.Worth, s.Event, s.Straight = 6, 15_00, vouchers.Birth, true
		w.did(w.Arrange(w.coordinator, s))
		gift, _, err := w.Setup(w.coordinator, p.ID, "birth_gift")
		w.did(err)
		gift.Event = vouchers.NoEvent
		w.did(w.Arrange(w.coordinator, gift))
		w.did(w.AddBudget(w.coordinator, vouchers.Fund{ID: kernel.NewID(), Programme: p.ID, Offer: "baby_card", Units: 60, Cents: 900_00}))
		w.arranged(func(s *vouchers.Setup) { s.Straight = true })
		w.fund(0, 5)
		family, _ := w.opens("2026-11-20")
		w.night()
		if h := w.given(family); h.State != vouchers.Proposed || h.Programme != p.ID {
			t.Errorf("what the rule leaves open is %s", h.State)
		}
		if h := w.given(w.family); h.State != vouchers.Granted {
			t.Errorf("what the rule is sure of is %s", h.State)
		}
	})
}

// Woluwe's premium is by age, as its own table says: by the age on the first of
// September, also for who waited past a birthday; the year after it is the next
// step. Nobody asked for the income, so a worker judges; what the rule lacks to
// reckon is asked, and another amount needs a decision.
func TestAPremiumByAgeFollowsTheProgrammesRule(t *testing.T) {
	inBoom(t, func(w *boom) {
		p := must(w.Programmes.SwitchOn(w.coordinator, programmes.New{Template: "woluwe-school-premium", From: "2026-01-01", Municipalities: []kernel.NIS{"11005"},
			Params: map[string]string{"premium_nursery": "50", "premium_primary": "100", "premium_secondary": "160", "income_limit": "2000"}}))
		s, _, err := w.Setup(w.coordinator, p.ID, "premium")
		w.did(err)
		if !s.ByRule || s.Units != 0 || s.Cents != 0 {
			t.Fatalf("the programme offers %+v", s)
		}
		s.Event, s.Period, s.Form = vouchers.EachYear, vouchers.SchoolYear, vouchers.OnPaper
		typed := s
		typed.Cents = 90_00
		w.refused(w.Arrange(w.coordinator, typed), "voucher.setup.by_rule")
		typed = must1(w.Setup(w.coordinator, p.ID, "further"))
		typed.Units, typed.ByRule = 0, true
		w.refused(w.Arrange(w.coordinator, typed), "voucher.setup.no_rule")
		w.did(w.Arrange(w.coordinator, s))
		w.did(w.AddBudget(w.coordinator, vouchers.Fund{ID: kernel.NewID(), Programme: p.ID, Offer: "premium", Cents: 1000_00}))
		w.arranged(func(s *vouchers.Setup) { s.Event, s.Age = vouchers.NoEvent, 0 })

		asks := func(family, child kernel.ID) vouchers.NewGrant {
			return vouchers.NewGrant{ID: kernel.NewID(), Family: family, Child: child, Programme: p.ID, Offer: "premium"}
		}
		six, sixth := w.opens("2020-10-01") // six since October, five on the first of September
		twelve, _ := w.opens("2014-09-01")  // twelve on that very day
		nobody, none := w.opens("")
		w.night()
		if h := w.given(six); h.State != vouchers.Proposed || h.Cents != 50_00 {
			t.Errorf("proposed to who was five: %+v", h.Grant)
		}
		_, _, offered, err := w.OfFamily(w.ines, six)
		w.did(err)
		if i := slices.IndexFunc(offered, func(o vouchers.Offered) bool { return o.Offer.ID == "premium" }); i < 0 || len(offered[i].Ruled) != 1 || offered[i].Ruled[0].Cents != 50_00 {
			t.Errorf("the worker is shown %+v", offered)
		}
		w.refused(second(w.Give(w.ines, asks(nobody, none))), "voucher.by_rule")
		in := asks(nobody, none)
		in.Cents = 70_00
		w.refused(second(w.Give(w.ines, in)), "voucher.by_rule.decision")
		in.Decision, in.DecidedOn = "BCSD 2026/14", "2026-11-20"
		for range 2 { // sent twice
			if g := must(w.Give(w.ines, in)); g.Cents != 70_00 {
				t.Errorf("a committee decided 70 euros, and it is %+v", g)
			}
		}
		w.did(w.Approve(w.ines, six, w.given(six).ID))
		if done := must(w.ApproveAll(w.coordinator, p.ID, "premium")); done.Granted != 1 || done.Waiting != 0 {
			t.Errorf("the others: %+v", done)
		}
		if a, b := w.given(six), w.given(twelve); a.Euro != 50_00 || b.Euro != 160_00 || b.State != vouchers.Granted {
			t.Errorf("five in September has %s, twelve %s", a.Euro, b.Euro)
		}
		w.later(365)
		again := asks(six, sixth)
		for range 2 { // sent twice, with nothing typed
			if g := must(w.Give(w.ines, again)); g.Cents != 100_00 || g.Period != "2027-2028" {
				t.Errorf("a year later it is %+v", g)
			}
		}
		if n := w.balance("programme/"+string(p.ID)+"/budget", ledger.Euro); n != 1000_00-70_00-50_00-160_00-100_00 {
			t.Errorf("%d are left", n)
		}
	})
}

func must1[T, U any](x T, _ U, err error) T { return must(x, err) }

// Four weeks before its last day a family is told that a voucher ends: where
// something is left of it, and by its last day as it is then.
func TestAFamilyIsRemindedFourWeeksBeforeItsVoucherEnds(t *testing.T) {
	inBoom(t, func(w *boom) {
		told := map[kernel.ID]int{}
		w.queue.Handlers[vouchers.RemindJob] = func(ctx context.Context, j job.Job) error {
			var about vouchers.Reminding
			w.did(json.Unmarshal(j.Payload, &about))
			l, err := w.LetterToMail(ctx, w.alliance, about)
			if l.LastDay != "" {
				told[about.Grant]++
			}
			return err
		}
		qr := w.bagged(func(*vouchers.Setup) {})
		spent := w.given(w.family)
		family, child := w.opens("2024-11-23")
		kept := must(w.Give(w.ines, w.bag(family, child)))
		other, sister := w.opens("2024-11-23")
		longer := must(w.Give(w.ines, w.bag(other, sister)))
		_, _, err := w.Redeem(w.till(w.swap), vouchers.Sale{ID: kernel.NewID(), Shown: qr})
		w.did(err)
		w.did(w.Extend(w.ines, other, longer.ID, longer.LastDay.AddDays(60)))
		until := func(day kernel.Date) {
			w.later(kernel.InstantOf(*w.clock).Date().DaysUntil(day))
			w.night()
		}
		until(kept.LastDay.AddDays(-30))
		if len(told) != 0 {
			t.Errorf("too early: %v", told)
		}
		until(kept.LastDay.AddDays(-27))
		if told[kept.ID] != 1 || told[spent.ID] != 0 || told[longer.ID] != 0 {
			t.Errorf("told of %v; %s is kept, %s is spent and %s lasts longer", told, kept.ID, spent.ID, longer.ID)
		}
		until(longer.LastDay.AddDays(60 - 27))
		if told[longer.ID] != 1 || told[kept.ID] != 1 {
			t.Errorf("told of %v; %s lasts longer", told, longer.ID)
		}
	})
}

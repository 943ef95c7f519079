package loans_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// The life of a bicycle: it waits, is lent, is outgrown, comes back, is looked
// at, and the deposit goes back to the cent.
func TestABicycleIsReservedLentOutgrownExchangedAndBroughtBack(t *testing.T) {
	inTown(t, func(w *town) {
		family, noor := w.family("Noor", "2021-04-01") // almost five
		small := w.bike("1")
		wish := must(w.Reserve(w.ines, loans.Wishing{ID: kernel.NewID(), Borrower: noor.ID, Size: "1"}))
		if wish.State != loans.Kept || wish.Holds != small || wish.Until != "2026-03-28" {
			t.Fatalf("%+v", wish)
		}
		loan := w.lends(small, noor)
		if loan.Fee != 30_00 || loan.Deposit != 50_00 || loan.Due != "2027-03-14" || loan.PaidUntil != "2027-03-13" {
			t.Fatalf("%+v", loan)
		}
		if b := must(w.Board(w.rik, w.library.ID)); b.Deposits != 50_00 || b.Out[0].Borrower.First != "Noor" || len(b.Waits) != 0 {
			t.Errorf("the desk sees %s, %+v", b.Deposits, b.Out)
		}

		w.day("2026-04-02") // five: the smallest is outgrown
		must(w.Sweep(t.Context()))
		open := must(w.Open(w.rik, loan.ID))
		if open.GrownOn != "2026-04-02" || open.Fit != loans.Small {
			t.Errorf("nobody saw that it is outgrown: %+v", open.Loan)
		}
		letter := must(w.LetterToMail(t.Context(), w.alliance, loans.Reminding{Loan: loan.ID, Why: loans.Grown}))
		if letter.Mail != "" || letter.Text != "" {
			t.Errorf("a family that left no mail is written to: %s", letter.Mail)
		}
		w.did(w.Families.ChangeContact(w.ines, family, families.ContactEdit{Version: 1, PostalCode: "2850", Contact: families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "0400 12 34 56"}}))
		for why, want := range map[loans.Why]bool{loans.Soon: true, loans.Grown: false} { // that a size is too small is not said on a screen
			letter := must(w.LetterToMail(t.Context(), w.alliance, loans.Reminding{Loan: loan.ID, Why: why, Day: loan.Due}))
			if (letter.Text != "") != want || letter.Mail != "" {
				t.Errorf("%s by text message: %+v", why, letter)
			}
		}

		larger := w.bike("2")
		in := loans.Lending{ID: kernel.NewID(), Thing: larger}
		q := must(w.QuoteSwap(w.rik, loan.ID, in))
		if q.Price != (loans.Price{Fee: 0, Deposit: 50_00}) || q.More() != 0 || q.Due != "2027-03-14" {
			t.Fatalf("%+v", q)
		}
		in.Agreed = q.Price
		second := must(w.Swap(w.rik, loan.ID, in))
		if again := must(w.Swap(w.rik, loan.ID, in)); again.ID != second.ID || again.Number != second.Number {
			t.Errorf("sent twice it is another: %+v", again)
		}
		if w.euros("deposit/"+string(loan.ID)) != 0 || w.euros("deposit/"+string(second.ID)) != 50_00 || second.PaidUntil != loan.PaidUntil {
			t.Error("the deposit did not go along")
		}
		if w.state(small) != loans.Inspect || w.state(larger) != loans.Out {
			t.Errorf("%s and %s", w.state(small), w.state(larger))
		}

		// The small one has a broken bell: five euros of the deposit that went along.
		w.did(w.Judge(w.rik, loans.Judging{ID: kernel.NewID(), Loan: loan.ID, Verdict: loans.Repair, Missing: []string{"Bel"}, Keep: 5_00, Reason: loans.Damage}))
		if w.euros("deposit/"+string(second.ID)) != 45_00 || w.state(small) != loans.Repair {
			t.Error("what was broken on the first was not taken of the deposit")
		}
		w.did(w.Mend(w.rik, kernel.NewID(), small, loans.Ready))

		w.did(w.Payments.SetFamilyAccount(w.ines, family, "", 0, payments.Account{Name: "Fatima Peeters", IBAN: "BE68539007547034"}))
		w.did(w.TakeBack(w.rik, kernel.NewID(), second.ID))
		judging := loans.Judging{ID: kernel.NewID(), Loan: second.ID, Verdict: loans.Ready, Transfer: true}
		w.did(w.Judge(w.rik, judging))
		w.did(w.Judge(w.rik, judging))
		judging.Keep = 1_00
		w.refused(w.Judge(w.rik, judging), "loan.other_content")
		all := must(w.Payments.FamilyAccounts(w.ines, family))
		if got := w.euros(payments.Payable(all[0].Payee.ID)); got != 45_00 {
			t.Errorf("%d are owed to the family", got)
		}
		if w.euros("deposit/"+string(second.ID)) != 0 || w.euros("lending/"+string(w.library.ID)+"/fees") != 30_00 || w.euros("lending/"+string(w.library.ID)+"/kept") != 5_00 {
			t.Error("the money does not add up")
		}
		told := must(w.Thing(w.rik, small))
		kinds := ""
		for _, s := range told.Steps {
			kinds = s.Kind + " " + kinds
		}
		if told.Thing.State != loans.Ready || len(told.Steps) != 4 {
			t.Errorf("its history: %s", kinds)
		}
		w.balanced()
	})
}

func TestTheSecondChildAndTheCouponPayWhatTheTableSays(t *testing.T) {
	inTown(t, func(w *town) {
		tuur := w.comes("Tuur", "2020-05-05", 0)
		lou := w.comes("Lou", "2022-05-05", tuur.Number)
		other := w.comes("Jef", "2021-05-05", 0)
		if l := w.lends(w.bike("1"), lou); l.Fee != 30_00 || l.Deposit != 50_00 {
			t.Errorf("the first: %s %s", l.Fee, l.Deposit)
		}
		if l := w.lends(w.bike("2"), tuur); l.Fee != 20_00 || l.Deposit != 30_00 {
			t.Errorf("the second of the house: %s %s", l.Fee, l.Deposit)
		}
		if l := w.lends(w.bike("2"), other); l.Fee != 30_00 {
			t.Errorf("somebody else: %s", l.Fee)
		}
		w.refused(func() error {
			_, err := w.HandOver(w.rik, loans.Lending{ID: kernel.NewID(), Thing: w.bike("1"), Borrower: lou.ID, Agreed: loans.Price{Fee: 1}})
			return err
		}(), "loan.price")

		w.library.Tariff = loans.Models()[0].Tariff
		w.library = must(w.Save(w.saar, w.library))
		given := loans.NewThing{ID: kernel.NewID(), Library: w.library.ID, Mark: "G1", Size: "3", Given: true}
		code := must(w.Add(w.rik, given))
		if again := must(w.Add(w.rik, given)); again != code || len(code) != 8 {
			t.Errorf("the coupon is %q and then %q", code, again)
		}
		in := loans.Lending{ID: kernel.NewID(), Thing: given.ID, Borrower: other.ID, Coupon: code, Agreed: loans.Price{Deposit: 20_00}}
		wrong := in
		wrong.ID, wrong.Coupon = kernel.NewID(), "nietgoed"
		_, err := w.HandOver(w.rik, wrong)
		w.refused(err, "loan.coupon")
		if got := must(w.HandOver(w.rik, in)); got.Fee != 0 {
			t.Errorf("with a coupon: %s", got.Fee)
		}
		in.ID, in.Thing = kernel.NewID(), w.bike("1")
		_, err = w.HandOver(w.rik, in)
		w.refused(err, "loan.coupon") // it was good once
		w.balanced()
	})
}

func TestWhoWaitsLongestGetsTheNextOne(t *testing.T) {
	inTown(t, func(w *town) {
		a, b, c := w.comes("An", "2022-01-01", 0), w.comes("Bo", "2022-01-01", 0), w.comes("Cis", "2022-01-01", 0)
		bike := w.bike("1")
		loan := w.lends(bike, a)
		wishB := must(w.Reserve(w.rik, loans.Wishing{ID: kernel.NewID(), Borrower: b.ID, Size: "1"}))
		in := loans.Wishing{ID: kernel.NewID(), Borrower: c.ID, Size: "1"}
		wishC := must(w.Reserve(w.rik, in))
		if again := must(w.Reserve(w.rik, in)); again != wishC || wishB.Place != 1 || wishC.Place != 2 {
			t.Fatalf("%+v %+v %+v", wishB, wishC, again)
		}
		_, err := w.Reserve(w.rik, loans.Wishing{ID: kernel.NewID(), Borrower: c.ID, Size: "1"})
		w.refused(err, "loan.waits_already")
		_, err = w.Extend(w.rik, kernel.NewID(), loan.ID, 0)
		w.refused(err, "loan.waited")

		w.did(w.TakeBack(w.rik, kernel.NewID(), loan.ID))
		w.refused(w.Mend(w.rik, kernel.NewID(), bike, loans.Ready), "loan.look_first")
		w.did(w.Judge(w.rik, loans.Judging{ID: kernel.NewID(), Loan: loan.ID, Verdict: loans.Ready}))
		if w.state(bike) != loans.Held {
			t.Fatalf("it is %s", w.state(bike))
		}
		_, err = w.HandOver(w.rik, loans.Lending{ID: kernel.NewID(), Thing: bike, Borrower: c.ID, Agreed: loans.Price{Fee: 30_00, Deposit: 50_00}})
		w.refused(err, "loan.gone")
		letter := must(w.LetterToMail(t.Context(), w.alliance, loans.Reminding{Wish: wishB.ID, Why: loans.Fetch}))
		if letter.Mail != "thuis@gezin.example" || letter.Day != "2026-03-28" {
			t.Errorf("%+v", letter)
		}
		w.day("2026-03-29") // nobody came: the next one
		if n := must(w.Sweep(t.Context())); n != 1 {
			t.Errorf("%d ended", n)
		}
		if l := w.lends(bike, c); l.Number != 2 {
			t.Errorf("%+v", l)
		}
		w.balanced()
	})
}

func TestALateThingIsNotPromisedAndIsAskedBackKindly(t *testing.T) {
	inTown(t, func(w *town) {
		a := w.comes("An", "2022-01-01", 0)
		loan := w.lends(w.bike("1"), a)
		if next := must(w.Board(w.ines, w.library.ID)).Stock[0].Next; next != "2027-03-14" {
			t.Errorf("expected on %q", next)
		}
		if people := must(w.Board(w.ines, w.library.ID)).People; len(people) > 0 {
			t.Error("who does not work there sees who borrows")
		}
		w.day("2027-03-20")
		b := must(w.Board(w.rik, w.library.ID))
		if late := b.Late(); len(late) != 1 || late[0].Days != 6 || b.Stock[0].Next != "" {
			t.Errorf("%+v, expected on %q", late, b.Stock[0].Next)
		}
		past := loans.Reminding{Loan: loan.ID, Why: loans.Past, Day: loan.Due, On: "2027-03-20"}
		if l := must(w.LetterToMail(t.Context(), w.alliance, past)); l.Mail == "" {
			t.Error("nobody is reminded")
		}
		for today, late := range map[kernel.Date][]loans.Reminding{
			"2027-03-14": {{Loan: loan.ID, Why: loans.Past, Day: loan.Due, On: "2027-03-13"}},
			"2027-03-20": {{Loan: loan.ID, Why: loans.Past, Day: loan.Due, On: "2027-03-17"}, {Loan: loan.ID, Why: loans.Past, Day: loan.Due}, {Loan: loan.ID, Why: loans.Soon, Day: loan.Due}},
		} {
			w.day(today)
			for _, j := range late {
				if l := must(w.LetterToMail(t.Context(), w.alliance, j)); l.Mail != "" {
					t.Errorf("on %s %+v is still said", today, j)
				}
			}
		}
		w.day("2027-03-14")
		if l := must(w.LetterToMail(t.Context(), w.alliance, loans.Reminding{Loan: loan.ID, Why: loans.Soon, Day: loan.Due})); l.Mail == "" {
			t.Error("nobody is told that the last day is today")
		}
		w.day("2027-03-20")
		longer := must(w.Extend(w.rik, kernel.NewID(), loan.ID, 30_00))
		if longer.Due != "2028-03-20" || longer.Fee != 60_00 || longer.PaidUntil < "2028-03-19" {
			t.Errorf("%+v", longer)
		}
		if l := must(w.LetterToMail(t.Context(), w.alliance, past)); l.Mail != "" {
			t.Error("who may keep it longer is still reminded")
		}
		w.did(w.Judge(w.rik, loans.Judging{ID: kernel.NewID(), Loan: loan.ID, Verdict: loans.Lost, Keep: 50_00, Reason: loans.NotBack}))
		if w.state(loan.Thing) != loans.Lost {
			t.Errorf("it is %s", w.state(loan.Thing))
		}
		w.did(w.Mend(w.rik, kernel.NewID(), loan.Thing, loans.Inspect)) // it turned up
		w.did(w.Mend(w.rik, kernel.NewID(), loan.Thing, loans.Retired))
		if w.state(loan.Thing) != loans.Retired {
			t.Errorf("it is %s", w.state(loan.Thing))
		}
		w.balanced()
	})
}

// together does something many times at once, and tells how often it succeeded.
func together(n int, fn func(i int) error) (won int, others []error) {
	var all sync.WaitGroup
	var mu sync.Mutex
	for i := range n {
		all.Go(func() {
			err := fn(i)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else {
				others = append(others, err)
			}
		})
	}
	all.Wait()
	return won, others
}

func TestOfAHundredAtOnceOneGetsTheLastOne(t *testing.T) {
	inTown(t, func(w *town) {
		const many = 100
		var who []loans.Borrower
		for range 10 {
			who = append(who, w.comes("Kind", "2022-01-01", 0))
		}
		bike := w.bike("1")
		won, others := together(many, func(i int) error {
			_, err := w.HandOver(w.rik, loans.Lending{ID: kernel.NewID(), Thing: bike, Borrower: who[i%10].ID, Agreed: loans.Price{Fee: 30_00, Deposit: 50_00}})
			return err
		})
		if won != 1 {
			t.Fatalf("%d lent it", won)
		}
		for _, err := range others {
			if f, ok := errors.AsType[*kernel.Fault](err); !ok || f.Key != "loan.gone" && f.Key != "loan.price" {
				t.Fatalf("refused with %v", err)
			}
		}
		w.bike("2")
		won, _ = together(many, func(i int) error {
			wish, err := w.Reserve(w.rik, loans.Wishing{ID: kernel.NewID(), Borrower: who[i%10].ID, Size: "2"})
			if err == nil && wish.State != loans.Kept {
				err = kernel.NewConflict("waits")
			}
			return err
		})
		b := must(w.Board(w.rik, w.library.ID))
		places := map[int64]int{}
		for _, x := range b.Waits {
			places[x.Place]++
		}
		if won != 1 || len(b.Waits) != 10 || len(places) != 10 {
			t.Errorf("%d got it, %d places of %d", won, len(places), len(b.Waits))
		}
		w.balanced()
	})
}

func TestWhatAFamilyBorrowsFollowsItAndIsForgottenWithIt(t *testing.T) {
	inTown(t, func(w *town) {
		family, noor := w.family("Noor", "2022-01-01")
		bike := w.bike("1")
		loan := w.lends(bike, noor)
		must(w.Reserve(w.ines, loans.Wishing{ID: kernel.NewID(), Borrower: noor.ID, Size: "2"}))
		all, _, _, err := w.OfFamily(w.ines, family)
		w.did(err)
		if len(all) != 2 || all[0].Loan.ID != loan.ID || all[0].Deposit != 50_00 || all[1].Wish.Place != 1 {
			t.Fatalf("%+v", all)
		}
		if _, _, _, err := w.OfFamily(w.rik, family); kernel.CodeOf(err) != kernel.NotFound && kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("the lender reads the file: %v", err)
		}
		officer := act.As(t.Context(), policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.PrivacyOfficer}})
		w.did(w.Families.Forget(officer, family, families.EraseReasons[0]))
		b := must(w.Board(w.rik, w.library.ID))
		if len(b.Out) != 1 || b.Out[0].Borrower.First != "" || b.Out[0].Borrower.Family != "" || len(b.Waits) != 0 {
			t.Errorf("after it was forgotten: %+v %+v", b.Out, b.Waits)
		}
		w.did(w.TakeBack(w.rik, kernel.NewID(), loan.ID))
		w.did(w.Judge(w.rik, loans.Judging{ID: kernel.NewID(), Loan: loan.ID, Verdict: loans.Ready}))
		w.balanced()
	})
}

func TestALibraryIsArrangedByWhoLeadsIt(t *testing.T) {
	inTown(t, func(w *town) {
		_, err := w.Save(w.rik, w.library)
		if kernel.CodeOf(err) != kernel.Forbidden && kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("a volunteer changes the price: %v", err)
		}
		_, err = w.Add(w.ines, loans.NewThing{ID: kernel.NewID(), Library: w.library.ID, Mark: "X", Size: "1"})
		if kernel.CodeOf(err) != kernel.Forbidden && kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("somebody else adds a thing: %v", err)
		}
		w.bike("1")
		for name, change := range map[string]func(l *loans.Library){
			"loan.tariff.last":  func(l *loans.Library) { l.Tariff.Fees = []loans.Row{{From: 2, Cents: 1}} },
			"loan.tariff.never": func(l *loans.Library) { l.Tariff.Fees = []loans.Row{{From: 1, Cents: 1}, {From: 2, Cents: 2}} },
			"loan.band":         func(l *loans.Library) { l.Sizes[0].ToCM = 90 },
			"loan.size_used":    func(l *loans.Library) { l.Sizes = l.Sizes[1:] },
			"loan.within":       func(l *loans.Library) { l.Months = 40 },
		} {
			l := must(w.Board(w.saar, w.library.ID)).Library
			change(&l)
			_, err := w.Save(w.saar, l)
			f, ok := errors.AsType[*kernel.Fault](err)
			if !ok || f.Key != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err = w.Add(w.rik, loans.NewThing{ID: kernel.NewID(), Library: w.library.ID, Mark: "F1", Size: "1"})
		w.refused(err, "loan.mark_twice")
	})
}

// Who has no file is forgotten when they ask, or a year after their last loan
// ended; not while something is out. The number stays in the book.
func TestWhoHasNoFileIsForgotten(t *testing.T) {
	inTown(t, func(w *town) {
		_, noor := w.family("Noor", "2021-04-01")
		mats, lou := w.comes("Mats", "2021-05-01", 0), w.comes("Lou", "2021-06-01", 0)
		first, second := w.bike("1"), w.bike("1")
		loan := w.lends(first, mats)
		if err := w.Forget(w.rik, mats.ID); kernel.CodeOf(err) != kernel.Conflict {
			t.Errorf("with a bicycle at home: %v", err)
		}
		if err := w.Forget(w.rik, noor.ID); kernel.CodeOf(err) != kernel.Conflict {
			t.Errorf("of a file: %v", err)
		}
		w.did(w.TakeBack(w.rik, kernel.NewID(), loan.ID))
		w.did(w.Judge(w.rik, loans.Judging{ID: kernel.NewID(), Loan: loan.ID, Verdict: loans.Ready}))
		w.did(w.Forget(w.rik, mats.ID))
		w.did(w.Forget(w.rik, mats.ID)) // sent twice
		known := func() (names []string) {
			for _, b := range must(w.Board(w.rik, w.library.ID)).Known() {
				names = append(names, b.First)
			}
			return names
		}
		if got := known(); !slices.Equal(got, []string{"Noor", "Lou"}) {
			t.Errorf("known are %v", got)
		}
		if _, err := w.Quote(w.rik, loans.Lending{ID: kernel.NewID(), Thing: first, Borrower: mats.ID}); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("who was forgotten borrows: %v", err)
		}
		again := w.lends(second, lou)
		w.day("2027-03-20")
		must(w.Sweep(t.Context()))
		w.did(w.TakeBack(w.rik, kernel.NewID(), again.ID))
		w.did(w.Judge(w.rik, loans.Judging{ID: kernel.NewID(), Loan: again.ID, Verdict: loans.Ready}))
		w.day("2028-03-19")
		must(w.Sweep(t.Context()))
		if got := known(); !slices.Equal(got, []string{"Noor", "Lou"}) {
			t.Errorf("before a year is over known are %v", got)
		}
		w.day("2028-03-21")
		must(w.Sweep(t.Context()))
		if got := known(); !slices.Equal(got, []string{"Noor"}) {
			t.Errorf("after a year known are %v", got)
		}
		w.balanced()
	})
}

// What its maker asks back, or is too old, is lent to nobody: not at the desk,
// not kept for who waits, not for longer. Where it is out the library sees it
// and the family is told; who waited for it waits in the old place.
func TestWhatIsRecalledIsLentToNobody(t *testing.T) {
	inTown(t, func(w *town) {
		second := func(_ any, err error) error { return err }
		library := w.library
		library.Sizes[0].Years = 10
		library = must(w.Save(w.saar, library))
		w.refused(second(w.Add(w.rik, loans.NewThing{ID: kernel.NewID(), Library: library.ID, Mark: "Oud", Size: "1", Made: "2010-01-01"})), "loan.unsafe.old")
		w.refused(second(w.Add(w.rik, loans.NewThing{ID: kernel.NewID(), Library: library.ID, Mark: "Zonder", Size: "1"})), "loan.unsafe.undated")
		add := func(mark string) kernel.ID {
			id := kernel.NewID()
			must(w.Add(w.rik, loans.NewThing{ID: id, Library: library.ID, Mark: mark, Size: "1", Made: "2020-05-06"}))
			return id
		}
		one, two := add("S1"), add("S2")
		child, other := w.comes("Sam", "2021-01-01", 0), w.comes("Noor", "2021-02-02", 0)
		loan := w.lends(one, child)
		kept := must(w.Reserve(w.rik, loans.Wishing{ID: kernel.NewID(), Borrower: other.ID, Size: "1"}))
		if kept.Holds != two {
			t.Fatalf("the wish holds %q", kept.Holds)
		}

		if err := w.Recall(w.rik, one, true); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("a volunteer recalls: %v", err)
		}
		for range 2 { // said twice
			w.did(w.Recall(w.saar, one, true))
			w.did(w.Recall(w.saar, two, true))
		}
		b := must(w.Board(w.rik, library.ID))
		if out := b.Unsafe(); len(out) != 1 || out[0].Loan.ID != loan.ID || out[0].Borrower.First != "Sam" || b.Stock[0].Unsafe != 1 || b.Stock[0].Count[loans.Ready] != 0 {
			t.Errorf("to be fetched: %+v, of the stock %+v", out, b.Stock[0])
		}
		if len(b.Waits) != 1 || b.Waits[0].State != loans.Waiting || b.Waits[0].Place != 1 {
			t.Errorf("who waited for it: %+v", b.Waits)
		}
		w.refused(second(w.HandOver(w.rik, loans.Lending{ID: kernel.NewID(), Thing: two, Borrower: other.ID, Agreed: loans.Price{Fee: 30_00, Deposit: 50_00}})), "loan.unsafe.recalled")
		w.refused(second(w.Extend(w.rik, kernel.NewID(), loan.ID, 0)), "loan.unsafe.recalled")
		if l := must(w.LetterToMail(t.Context(), w.alliance, loans.Reminding{Loan: loan.ID, Why: loans.Recalled})); l.Why != loans.Recalled {
			t.Errorf("the letter: %+v", l)
		}
		three := add("S3")
		if x := must(w.Thing(w.rik, three)); x.Thing.State != loans.Held {
			t.Errorf("what is safe goes to who waits: %s", x.Thing.State)
		}

		w.did(w.TakeBack(w.rik, kernel.NewID(), loan.ID))
		w.refused(w.Judge(w.rik, loans.Judging{ID: kernel.NewID(), Loan: loan.ID, Verdict: loans.Ready}), "loan.unsafe.recalled")
		w.did(w.Judge(w.rik, loans.Judging{ID: kernel.NewID(), Loan: loan.ID, Verdict: loans.Repair}))
		w.did(w.Recall(w.saar, one, false)) // the maker mended it
		w.did(w.Mend(w.rik, kernel.NewID(), one, loans.Ready))
		again := w.lends(one, child)
		w.day("2030-05-07") // ten years old by now
		if out := must(w.Board(w.rik, library.ID)).Unsafe(); len(out) != 1 || out[0].Loan.ID != again.ID || out[0].Unsafe != loans.TooOld {
			t.Errorf("too old by now: %+v", out)
		}
		w.did(w.Date(w.rik, one, "2024-05-06")) // the label was misread
		if out := must(w.Board(w.rik, library.ID)).Unsafe(); len(out) != 0 {
			t.Errorf("not too old after all: %+v", out)
		}
		w.balanced()
	})
}

// Who has no file has a deposit transferred too: the account is told at the desk,
// sealed, paid by two people like any other, and forgotten with the borrower, not
// before the money is there.
func TestADepositGoesBackByTransferWithoutAFile(t *testing.T) {
	inTown(t, func(w *town) {
		b := w.comes("Mauro", "2021-03-04", 0)
		loan := w.lends(w.bike("1"), b)
		w.did(w.TakeBack(w.rik, kernel.NewID(), loan.ID))
		in := loans.Judging{ID: kernel.NewID(), Loan: loan.ID, Verdict: loans.Ready, Transfer: true}
		w.refused(w.Judge(w.rik, in), "payment.name.empty")
		in.Account = payments.Account{Name: "Ouder van Mauro", IBAN: "BE68 5390 0754 7035"}
		w.refused(w.Judge(w.rik, in), "iban.check")
		if w.euros(payments.Payable(b.ID)) != 0 {
			t.Error("with a wrong account something is owed")
		}
		in.Account.IBAN = "BE68 5390 0754 7034"
		for range 2 { // sent twice
			w.did(w.Judge(w.rik, in))
		}
		if owed := w.euros(payments.Payable(b.ID)); owed != 50_00 || w.euros("deposit/"+string(loan.ID)) != 0 {
			t.Errorf("owed are %d", owed)
		}
		w.refused(w.Forget(w.rik, b.ID), "loan.still_open")
		w.day("2028-01-01") // longer than a name is kept
		must(w.Sweep(t.Context()))
		if p := must(w.Board(w.rik, w.library.ID)).People; p[0].First != "Mauro" {
			t.Error("who is still owed a deposit was forgotten")
		}
		w.balanced()
	})
}

// A borrower who was written down under a number is not answered for another.
func TestAnotherBorrowerUnderANumberThatWasUsedIsRefused(t *testing.T) {
	inTown(t, func(w *town) {
		in := loans.NewBorrower{ID: kernel.NewID(), Library: w.library.ID, Card: loans.Card{First: "Tuur", Birth: "2020-05-05"}}
		tuur := must(w.Enrol(w.rik, in))
		if again := must(w.Enrol(w.rik, in)); again.Number != tuur.Number {
			t.Errorf("sent twice it is number %d, and %d", tuur.Number, again.Number)
		}
		for what, change := range map[string]func(in *loans.NewBorrower){
			"another child":   func(in *loans.NewBorrower) { in.First = "Lou" },
			"another day":     func(in *loans.NewBorrower) { in.Birth = "2021-05-05" },
			"from elsewhere":  func(in *loans.NewBorrower) { in.Outside = true },
			"with little":     func(in *loans.NewBorrower) { in.Social = true },
			"a brother of it": func(in *loans.NewBorrower) { in.Sibling = tuur.Number; in.First = "Lou" },
		} {
			other := in
			change(&other)
			if _, err := w.Enrol(w.rik, other); err == nil {
				t.Errorf("%s under the same number is answered", what)
			} else {
				w.refused(err, "loan.other_content")
			}
		}
	})
}

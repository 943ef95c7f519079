package payments_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

var endToEnd = regexp.MustCompile(`<EndToEndId>(\w+)</EndToEndId>`)

// idsOf are the payments of a file, as the bank calls them.
func idsOf(file []byte) (ids []string) {
	for _, m := range endToEnd.FindAllSubmatch(file, -1) {
		ids = append(ids, string(m[1]))
	}
	return ids
}

// faults are the keys of all that is wrong, with the lines.
func faults(err error) (keys []string) {
	f, ok := errors.AsType[*kernel.Fault](err)
	if !ok {
		return nil
	}
	for _, one := range f.All() {
		keys = append(keys, one.Key+" "+one.Args["line"])
	}
	return keys
}

// Whatever of an answer contradicts what we know is told by its line, and then
// nothing of the file is booked.
func TestAnAnswerThatContradictsBooksNothing(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.owes(w.gaper, 10_00, "2026-11-01")
		w.owes(w.boom, 20_00, "2026-11-01")
		b, file := w.exported()
		id := idsOf(file)
		w.owes(w.gaper, 1_00, "2026-11-02")
		unsent := w.made()
		must(w.Approve(w.ben, unsent.ID))
		other := strings.Replace(string(statement(1000_00, 990_00, "2026-11-25", "-10.00 "+id[0])), ocmwIBAN, gaperIBAN, 1)
		for name, tt := range map[string]struct {
			file []byte
			want string
		}{
			"a cent too few, and one that is right": {statement(1000_00, 970_01, "2026-11-25", "-20.00 "+id[1], "-9.99 "+id[0]), "payment.answer.amount 5"},
			"one payment twice":                     {statement(1000_00, 980_00, "2026-11-25", "-10.00 "+id[0], "-10.00 "+id[0]), "payment.answer.contradicts 5"},
			"back before it went":                   {statement(1000_00, 1010_00, "2026-11-25", "10.00 "+id[0]), "payment.answer.contradicts 3"},
			"another account":                       {[]byte(other), "payment.answer.account 3"},
			"a report of a batch nobody sent":       {report(unsent, "ACCP"), "payment.answer.batch 1"},
			"a payment of another batch":            {report(b, "PART", unsent.Message()+" RJCT"), "payment.answer.payment 3"},
			"a report broken off":                   {report(b, "PART")[:150], "payment.file.xml 2"},
			"another kind of file":                  {[]byte(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"></Document>`), "payment.file.message 1"},
			"nothing":                               {nil, "payment.file.xml 1"},
		} {
			_, err := w.Read(w.ben, tt.file)
			if got := faults(err); len(got) != 1 || got[0] != tt.want {
				t.Errorf("%s: %v (%v), want %s", name, got, err, tt.want)
			}
			if w.lies("clearing/"+string(b.ID)) != 30_00 {
				t.Fatalf("%s: %d lies at clearing", name, w.lies("clearing/"+string(b.ID)))
			}
		}
		// What is none of ours is left alone.
		if x := must(w.Read(w.ben, statement(1000_00, 900_00, "2026-11-25", "-100.00 ELSEWHERE"))); x.Others != 1 || x.Paid != 0 {
			t.Errorf("%+v", x)
		}
	})
}

// Answers come twice, in files that overlap, as a whole or one by one.
func TestAnswersThatOverlapAreBookedOnce(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.owes(w.gaper, 10_00, "2026-11-01")
		w.owes(w.boom, 20_00, "2026-11-01")
		b, file := w.exported()
		id := idsOf(file)
		if x := must(w.Read(w.ann, report(b, "ACSP"))); x.Accepted != 2 {
			t.Errorf("%+v", x)
		}
		first := statement(1000_00, 990_00, "2026-11-25", "-10.00 "+id[0])
		must(w.Read(w.ann, first))
		if x := must(w.Read(w.ben, first)); !x.Before {
			t.Errorf("the same file is booked again: %+v", x)
		}
		// The next statement holds the same line, and the other; then one comes back.
		x := must(w.Read(w.ann, statement(1000_00, 970_00, "2026-11-25", "-10.00 "+id[0], "-20.00 "+id[1])))
		if x.Again != 1 || x.Paid != 1 || w.lies("clearing/"+string(b.ID)) != 0 {
			t.Errorf("%+v", x)
		}
		for i, want := range []int64{1, 0} {
			back := must(w.Read(w.ann, statement(970_00, 990_00, kernelDay(i), "20.00 "+id[1])))
			if back.Returned != want || back.Again != 1-want {
				t.Errorf("time %d: %+v", i, back)
			}
		}
		if w.lies(payments.Payable(w.boom)) != 20_00 || w.lies("world/bank/"+string(w.ocmw)) != 10_00 {
			t.Errorf("%d is owed, %d left the bank", w.lies(payments.Payable(w.boom)), w.lies("world/bank/"+string(w.ocmw)))
		}
		v := must(w.Batch(w.ann, b.ID))
		if v.State != payments.Settled || v.Lines[1].Fate != payments.Returned || v.Lines[1].Reason != "AC06" {
			t.Errorf("%+v", v.Lines[1])
		}
		again, second := w.exported(w.boom)
		if again.Cents != 20_00 || idsOf(second)[0] == id[1] {
			t.Errorf("%+v", again)
		}
	})
}

func kernelDay(i int) string { return []string{"2026-11-27", "2026-11-28"}[i] }

// A batch is booked by the bank as a whole: what it refused before is left out.
func TestABankMayBookABatchAsAWhole(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.owes(w.gaper, 10_00, "2026-11-01")
		w.owes(w.boom, 20_00, "2026-11-01")
		b, file := w.exported()
		must(w.Read(w.ann, report(b, "PART", idsOf(file)[0]+" RJCT AC04")))
		whole := func(cents string) []byte {
			return []byte(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>` + ocmwIBAN + `</IBAN></Id></Acct>
<Ntry><Amt Ccy="EUR">` + cents + `</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-25</Dt></BookgDt><NtryDtls><Btch><PmtInfId>` + b.Message() + `</PmtInfId></Btch></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>`)
		}
		if _, err := w.Read(w.ann, whole("30.00")); fault(err) != "payment.answer.amount" {
			t.Errorf("the bank booked what it refused: %v", err)
		}
		if x := must(w.Read(w.ann, whole("20.00"))); x.Paid != 1 || w.lies("clearing/"+string(b.ID)) != 0 {
			t.Errorf("%+v", x)
		}
	})
}

// The accounts of a family come along when files are joined, go back when they
// part, and are gone with the family; what it was paid stays a number.
func TestAccountsFollowTheFamily(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		home := w.familyPayee()
		w.owes(home, 50_00, "2026-11-04")
		kept := kernel.NewID()
		if err := w.does(func(a *act.Act) error { return w.FamilyMerged(w.house, a, kept, w.family) }); err != nil {
			t.Fatal(err)
		}
		of := func(family kernel.ID) (all []payments.FamilyAccount) {
			t.Helper()
			w.ok(w.does(func(a *act.Act) (err error) {
				all, err = w.FamilyAccountsIn(w.house, a, family)
				return err
			}))
			return all
		}
		if got := of(kept); len(got) != 1 || got[0].Payee.ID != home || len(of(w.family)) != 0 {
			t.Errorf("after joining: %+v", got)
		}
		w.ok(w.does(func(a *act.Act) error { return w.FamilyParted(w.house, a, kept, w.family) }))
		if len(of(kept)) != 0 || len(of(w.family)) != 1 {
			t.Error("after parting")
		}
		b := w.made()
		w.ok(w.does(func(a *act.Act) error { return w.FamilyForgotten(w.house, a, w.family) }))
		if len(of(w.family)) != 0 {
			t.Error("after forgetting")
		}
		if _, err := w.Approve(w.ben, b.ID); fault(err) != "payment.account.gone" {
			t.Errorf("a family that was forgotten is paid: %v", err)
		}
		w.ok(w.Cancel(w.ann, b.ID))
		board := must(w.Board(w.ann))
		if len(board.Owed) != 1 || board.Owed[0].Name != "" || board.Owed[0].Has || board.Owed[0].Cents != 50_00 {
			t.Errorf("%+v", board.Owed)
		}
	})
}

// After any of this the book adds up.
func TestTheBookAddsUpAfterPaying(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.owes(w.gaper, 10_00, "2026-11-01")
		w.books(w.boom, 20_00, "2026-11-01")
		b, file := w.exported()
		must(w.Read(w.ann, report(b, "PART", idsOf(file)[1]+" RJCT AC04")))
		must(w.Read(w.ann, statement(1000_00, 990_00, "2026-11-25", "-10.00 "+idsOf(file)[0])))
		w.made()
		w.ok(w.db.Read(t.Context(), func(q db.Querier) error {
			for _, part := range []string{"payable", "payment", "clearing", "world/bank", "world/budget"} {
				held, err := ledger.Balances(t.Context(), q, w.alliance, part)
				if err != nil {
					return err
				}
				sum := int64(0)
				for _, h := range held {
					sum += h.Balance
				}
				if want := map[string]int64{"payment": 20_00, "world/bank": 10_00, "world/budget": -30_00}[part]; sum != want {
					t.Errorf("%s holds %d, want %d", part, sum, want)
				}
			}
			return nil
		}))
	})
}

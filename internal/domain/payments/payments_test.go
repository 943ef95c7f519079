package payments_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// The pharmacy is owed 30 € by transfers of its own and 5 € by a due, a family
// its birth gift; one pays, another approves, the bank pays one and refuses the
// other, and the book ends at nothing under way.
func TestWhatIsOwedGoesToTheBankAndComesBack(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		home := w.familyPayee()
		w.books(w.gaper, 10_00, "2026-10-31")
		w.books(w.gaper, 20_00, "2026-11-02")
		w.owes(w.gaper, 5_00, "2026-11-03")
		w.owes(home, 50_00, "2026-11-04")

		b := w.made()
		if b.Payments != 2 || b.Cents != 85_00 || b.Number != 1 {
			t.Fatalf("%+v", b)
		}
		if w.lies(payments.Payable(w.gaper)) != 0 || w.lies(payments.Payable(home)) != 0 {
			t.Error("what is in a draft is still free to be paid")
		}
		v := must(w.Batch(w.ben, b.ID))
		if len(v.Lines[0].Dues) != 3 || v.Lines[0].Name != "Apotheek De Gaper" || v.Lines[1].Name != "Samira Été" {
			t.Errorf("%+v", v.Lines)
		}
		b = must(w.Approve(w.ben, b.ID))
		_, file, err := w.Export(w.ann, b.ID)
		w.ok(err)
		hash := sha256.Sum256(file)
		if hex.EncodeToString(hash[:]) != b.SHA256 {
			t.Error("the hash is not that of the file")
		}
		for _, part := range []string{"<CtrlSum>85.00</CtrlSum>", "<IBAN>" + homeIBAN, "<Nm>Samira Ete</Nm>", "<Dt>2026-11-25</Dt>", "<BICFI>GKCCBEBB</BICFI>"} {
			if !strings.Contains(string(file), part) {
				t.Errorf("the file lacks %s:\n%s", part, file)
			}
		}
		ids := regexp.MustCompile(`<EndToEndId>(\w+)</EndToEndId>`).FindAllStringSubmatch(string(file), -1)
		if w.lies("clearing/"+string(b.ID)) != 85_00 {
			t.Error("what the bank is to pay does not lie at clearing")
		}

		x := must(w.Read(w.ann, report(b, "PART", ids[0][1]+" ACSC", ids[1][1]+" RJCT AC04")))
		if x.Accepted != 1 || x.Rejected != 1 || w.lies(payments.Payable(home)) != 50_00 {
			t.Errorf("%+v, and the family is owed %d", x, w.lies(payments.Payable(home)))
		}
		x = must(w.Read(w.ben, statement(100_00, 65_00, "2026-11-25", "-35.00 "+ids[0][1])))
		if x.Paid != 1 || w.lies("clearing/"+string(b.ID)) != 0 || w.lies("world/bank/"+string(w.ocmw)) != 35_00 {
			t.Errorf("%+v", x)
		}
		v = must(w.Batch(w.ann, b.ID))
		if v.State != payments.Settled || v.Lines[1].Reason != "AC04" || v.Lines[0].PaidOn != "2026-11-25" {
			t.Errorf("%+v", v)
		}

		// What was refused is paid by the next batch, under another name.
		w.ok(w.SetFamilyAccount(w.cas, w.family, home, 1, payments.Account{Name: "Samira Été", IBAN: "BE68539007547034"}))
		_, again := w.exported()
		if strings.Contains(string(again), ids[1][1]) || strings.Contains(string(again), homeIBAN) || !strings.Contains(string(again), ">50.00<") {
			t.Errorf("%s", again)
		}
	})
}

// report is a pain.002 with outcomes "ID STATUS REASON".
func report(b payments.Batch, group string, outcomes ...string) []byte {
	var s strings.Builder
	fmt.Fprintf(&s, `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.12"><CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>%s</OrgnlMsgId><GrpSts>%s</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>`, b.Message(), group)
	for _, o := range outcomes {
		f := append(strings.Fields(o), "")
		fmt.Fprintf(&s, "\n<TxInfAndSts><OrgnlEndToEndId>%s</OrgnlEndToEndId><TxSts>%s</TxSts><StsRsnInf><Rsn><Cd>%s</Cd></Rsn></StsRsnInf></TxInfAndSts>", f[0], f[1], f[2])
	}
	s.WriteString("\n</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>")
	return []byte(s.String())
}

// statement is a camt.053 of the welfare office with entries "-AMOUNT ID": out
// when below zero.
func statement(opens, closes kernel.Cents, day string, entries ...string) []byte {
	var s strings.Builder
	fmt.Fprintf(&s, `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>%s</IBAN></Id></Acct>`, ocmwIBAN)
	for code, cents := range map[string]kernel.Cents{"OPBD": opens, "CLBD": closes} {
		fmt.Fprintf(&s, `<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>`, code, cents)
	}
	for i, e := range entries {
		amount, id, _ := strings.Cut(e, " ")
		amount, out := strings.CutPrefix(amount, "-")
		fmt.Fprintf(&s, "\n"+`<Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%s</Dt></BookgDt><AcctSvcrRef>R%s%d</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><EndToEndId>%s</EndToEndId></Refs><Amt Ccy="EUR">%s</Amt><RtrInf><Rsn><Cd>AC06</Cd></Rsn></RtrInf></TxDtls></NtryDtls></Ntry>`,
			amount, map[bool]string{true: "DBIT", false: "CRDT"}[out], day, day, i, id, amount)
	}
	s.WriteString("</Stmt></BkToCstmrStmt></Document>")
	return []byte(s.String())
}

func TestNobodyPaysAlone(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.owes(w.gaper, 12_34, "2026-11-01")
		b := w.made()
		for who, got := range map[string]error{
			"who made it":                        second(w.Approve(w.ann, b.ID)),
			"who made it, for another that pays": func() error { w.ok(w.Arrange(w.ada, w.hall, true)); return second(w.Approve(w.annHall, b.ID)) }(),
			"another organisation that pays":     second(w.Approve(w.hal, b.ID)),
			"the pharmacy":                       second(w.Approve(w.pia, b.ID)),
		} {
			want := map[string]string{"who made it": "payment.four_eyes", "the pharmacy": "role"}[who]
			if want == "" {
				want = "payment.batch"
			}
			if fault(got) != want {
				t.Errorf("%s: %v, want %s", who, got, want)
			}
		}
		// Who writes an account does not approve what is paid to it.
		w.ok(w.SetAccount(w.ben, w.gaper, 1, payments.Account{Name: "Ben zelf", IBAN: homeIBAN}))
		if _, err := w.Approve(w.ben, b.ID); fault(err) != "payment.four_eyes.account" {
			t.Errorf("who wrote the account approved: %v", err)
		}
		w.ok(w.SetAccount(w.ada, w.gaper, 2, payments.Account{Name: "Apotheek De Gaper", IBAN: gaperIBAN}))
		b = must(w.Approve(w.ben, b.ID))
		if again := must(w.Approve(w.ben, b.ID)); again != b {
			t.Errorf("approved twice it is %+v", again)
		}
		// What changes after the approval does not change the file.
		w.ok(w.SetAccount(w.ada, w.gaper, 3, payments.Account{Name: "Een ander", IBAN: homeIBAN}))
		_, first, err := w.Export(w.ann, b.ID)
		w.ok(err)
		w.later(400 * 24 * time.Hour)
		_, second, err := w.Export(w.ben, b.ID)
		if err != nil || string(first) != string(second) || !strings.Contains(string(first), gaperIBAN) || strings.Contains(string(first), homeIBAN) {
			t.Errorf("%v\n%s\n%s", err, first, second)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestWhatIsOwedIsInOneBatchAtMost(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		for day := range 5 {
			w.owes(w.gaper, 10_00, kernel.Date(fmt.Sprintf("2026-11-0%d", day+1)))
		}
		n := 40
		var wg sync.WaitGroup
		done := make(chan payments.Batch, n)
		for i := range n {
			wg.Go(func() {
				who := w.ann
				if i%2 == 0 {
					who = w.ben
				}
				b, err := w.Make(who, payments.New{ID: kernel.NewID(), Until: "2026-11-23", Day: "2026-11-25"})
				if err == nil {
					done <- b
				} else if fault(err) != "payment.batch.empty" {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		close(done)
		var made []payments.Batch
		for b := range done {
			made = append(made, b)
		}
		if len(made) != 1 || made[0].Cents != 50_00 {
			t.Errorf("%d batches hold the same: %+v", len(made), made)
		}
		w.ok(w.Cancel(w.ann, made[0].ID))
		w.ok(w.Cancel(w.ann, made[0].ID))
		if w.lies(payments.Payable(w.gaper)) != 50_00 || w.made().Cents != 50_00 {
			t.Error("what a cancelled batch held is not owed again")
		}
	})
}

func TestABatchIsMadeOnceHoweverOftenItIsAsked(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.owes(w.gaper, 10_00, "2026-11-01")
		in := payments.New{ID: kernel.NewID(), Until: "2026-11-23", Day: "2026-11-25"}
		first := must(w.Make(w.ann, in))
		w.owes(w.gaper, 7_00, "2026-11-02")
		if again := must(w.Make(w.ann, in)); again != first {
			t.Errorf("%+v, then %+v", first, again)
		}
		in.Day = "2026-11-26"
		if _, err := w.Make(w.ann, in); fault(err) != "payment.other_content" {
			t.Errorf("the same number with another day: %v", err)
		}
		id, payee := kernel.NewID(), w.gaper
		for i := range 3 {
			w.ok(w.does(func(a *act.Act) error {
				again, err := w.OweIn(w.house, a, payments.Owe{ID: id, Payee: payee, Cents: 1_00, From: "world/budget", Kind: "allowance"})
				if again != (i > 0) {
					t.Errorf("time %d: again is %v", i, again)
				}
				return err
			}))
		}
		if got := w.lies(payments.Payable(w.gaper)); got != 8_00 {
			t.Errorf("%d is owed", got)
		}
	})
}

// What was undone, and what was paid too much before, is taken off.
func TestWhatIsOwedBackIsTakenOff(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		undone := w.books(w.gaper, 30_00, "2026-10-31")
		w.books(w.gaper, 20_00, "2026-10-30")
		b := w.made()
		if err := w.corrects(undone); err == nil {
			t.Error("what is in a batch was undone")
		}
		w.ok(w.Cancel(w.ann, b.ID))
		w.ok(w.corrects(undone))
		w.ok(w.does(func(a *act.Act) error { // 5 € were paid for what was taken back since
			_, err := a.Post(w.house, refund(w.gaper, 5_00))
			return err
		}))
		b, _ = w.exported()
		v := must(w.Batch(w.ann, b.ID))
		if b.Cents != 15_00 || v.Lines[0].Credit != 5_00 || w.lies("world/refund/"+string(w.gaper)) != 0 {
			t.Errorf("%+v", v.Lines[0])
		}
		// Refused by the bank, both are as they were.
		must(w.Read(w.ann, report(b, "RJCT")))
		if w.lies(payments.Payable(w.gaper)) != 20_00 || w.lies("world/refund/"+string(w.gaper)) != -5_00 {
			t.Errorf("%d is owed, %d owed back", w.lies(payments.Payable(w.gaper)), w.lies("world/refund/"+string(w.gaper)))
		}
		if b := w.made(); b.Cents != 15_00 {
			t.Errorf("the next batch pays %v", b.Cents)
		}
	})
}

func TestABatchHoldsWhatIsOwedUpToItsDay(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.owes(w.gaper, 1_00, "2026-10-31")
		w.owes(w.gaper, 2_00, "2026-11-01")
		w.books(w.boom, 4_00, "2026-10-31")
		w.books(w.boom, 8_00, "2026-11-01")
		b := must(w.Make(w.ann, payments.New{ID: kernel.NewID(), Until: "2026-10-31", Day: "2026-11-25"}))
		if b.Cents != 5_00 || b.Payments != 2 {
			t.Errorf("%+v", b)
		}
		if b = w.made(w.boom); b.Cents != 8_00 || b.Payments != 1 {
			t.Errorf("%+v", b)
		}
		if b = w.made(); b.Cents != 2_00 {
			t.Errorf("%+v", b)
		}
	})
}

func TestWhoIsPaidSeesItsOwnTotalsAlone(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.owes(w.gaper, 12_00, "2026-11-01")
		w.owes(w.boom, 99_00, "2026-11-01")
		b, _ := w.exported()
		w.owes(w.gaper, 3_00, "2026-11-20")
		o := must(w.Own(w.pia))
		if o.Waiting != 3_00 || o.Coming != 12_00 || len(o.Payments) != 1 || o.Payments[0].Payer != "OCMW Kortenaken" {
			t.Errorf("%+v", o)
		}
		mine := o.Payments[0].ID
		x := must(w.Statement(w.pia, mine))
		if x.Cents != 12_00 || len(x.Dues) != 1 || x.OGM() == "" {
			t.Errorf("%+v", x)
		}
		for who, err := range map[string]error{
			"another shop":         second(w.Statement(w.sam, mine)),
			"another organisation": second(w.Statement(w.hal, mine)),
		} {
			if kernel.CodeOf(err) != kernel.NotFound {
				t.Errorf("%s: %v", who, err)
			}
		}
		for what, err := range map[string]error{
			"the batch":                  second(w.Batch(w.pia, b.ID)),
			"the board":                  second(w.Board(w.pia)),
			"its own account, by itself": w.SetAccount(w.pia, w.gaper, 1, payments.Account{Name: "x", IBAN: homeIBAN}),
			"an answer":                  second(w.Read(w.pia, nil)),
			"accounts, at the town hall, which does not pay": w.SetAccount(w.hal, w.gaper, 1, payments.Account{Name: "x", IBAN: homeIBAN}),
		} {
			if kernel.CodeOf(err) != kernel.Forbidden {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := second(w.FamilyAccounts(w.ann, w.family)); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("the account of a family, for who does not work with it: %v", err)
		}
	})
}

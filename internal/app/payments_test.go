package app_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// owes writes what an alliance owes into the book, as the house.
func (w *world) owes(alliance kernel.ID, o payments.Owe) {
	w.Helper()
	ctx := act.As(w.Context(), policy.SystemActor(alliance))
	w.did(w.app.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		o.ID, o.From = kernel.NewID(), "world/budget"
		if _, err := w.app.Payments.OweIn(ctx, a, o); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "system.work"})
	}))
}

// A pharmacy and a family wait for their money. Stijn prepares, and cannot
// approve; Roos approves; the file goes to the bank, which pays one and refuses
// the other; the pharmacist sees what is his, and nothing else.
func TestThePharmacyIsPaidByTwoPeople(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := w.towns["kortenaken"]
		ocmw, pharmacy := town.Orgs["ocmw"].ID, town.Orgs["pharmacy"].ID
		stijn, roos, piet, hilde, griet := w.as("kortenaken", "stijn").reads("en"), w.as("kortenaken", "roos").reads("en"),
			w.as("kortenaken", "piet").reads("en"), w.as("kortenaken", "hilde").reads("en"), w.as("kortenaken", "griet").reads("en")

		// Who pays, and to which account.
		stijn.sees("GET /payments", nil, 200, "Your organisation does not pay out")
		hilde.sees("GET /payments/accounts", nil, 200, "No account yet")
		hilde.sees("POST /payments/accounts/"+string(ocmw)+"/pays", url.Values{"pays": {"yes"}}, 200, "That is arranged")
		account := func(who *person, path, began, name, iban string, want int, words ...string) {
			t.Helper()
			who.sees("POST "+path, url.Values{"began": {began}, "name": {name}, "iban": {iban}, "bic": {""}}, want, words...)
		}
		account(hilde, "/payments/accounts/"+string(ocmw), "0", "OCMW Kortenaken", "BE71 0961 2345 6769", 200, "The account is kept")
		account(hilde, "/payments/accounts/"+string(pharmacy), "0", "Аптека", "BE68 5390 0754 7035", 422, "Latin letters")
		account(hilde, "/payments/accounts/"+string(pharmacy), "0", "Apotheek Kortenaken", "BE68 5390 0754 7034", 200)
		account(hilde, "/payments/accounts/"+string(pharmacy), "0", "Iemand anders", "BE71 0961 2345 6769", 409)
		f, err := w.app.Families.Open(town.As(w.Context(), "griet"), families.NewFamily{PostalCode: "3470", Persons: []families.NewPerson{
			{Role: families.Applicant, First: "Samira", Last: "Zomer", Birth: "1994-03-04"}}})
		w.did(err)
		account(griet, "/families/"+string(f.ID)+"/accounts", "0", "Samira Zomer", "NL91 ABNA 0417 1643 00", 200, "The account is kept", "Another account")

		var home kernel.ID
		all, err := w.app.Payments.FamilyAccounts(town.As(w.Context(), "griet"), f.ID)
		w.did(err)
		home = all[0].Payee.ID
		w.owes(town.ID, payments.Owe{Payer: ocmw, Payee: pharmacy, Cents: 35_00, Kind: "booked", Day: "2026-10-31"})
		w.owes(town.ID, payments.Owe{Payer: ocmw, Payee: home, Cents: 50_00, Kind: "allowance", Day: "2026-11-01"})

		piet.sees("GET /payments/own", nil, 200, "€35.00", "Still to come")
		piet.misses("GET /payments/own", "Zomer", "€50.00")
		stijn.sees("GET /payments", nil, 200, "€85.00", "Samira Zomer", "Prepare a payment")
		form := url.Values{"id": {string(kernel.NewID())}, "until-day": {"23"}, "until-month": {"11"}, "until-year": {"2026"}, "day-day": {"25"}, "day-month": {"11"}, "day-year": {"2026"}}
		at := stijn.sees("POST /payments/batches", form, 200, "Waits for approval", "You cannot approve it yourself", "€85.00", "BE68 5390 0754 7034")
		if again := stijn.sees("POST /payments/batches", form, 200); again != at {
			t.Errorf("pressed twice it is %s, then %s", at, again)
		}
		stijn.sees("POST "+at+"/approve", url.Values{}, 403, "Somebody else must approve it")
		piet.sees("GET "+at, nil, 403)
		roos.sees("POST "+at+"/approve", url.Values{}, 200, "You approved the payment", "Checksum")
		_, file, _ := stijn.asks("POST "+at+"/file", url.Values{})
		_, twice, _ := roos.asks("POST "+at+"/file", url.Values{})
		sum := sha256.Sum256([]byte(file))
		stijn.sees("GET "+at, nil, 200, hex.EncodeToString(sum[:]), "With the bank", "€85.00")
		if file != twice || !strings.Contains(file, "pain.001.001.09") || !strings.Contains(file, "<CtrlSum>85.00</CtrlSum>") {
			t.Errorf("the file is\n%s\nand then\n%s", file, twice)
		}
		stijn.sees("POST "+at+"/cancel", url.Values{}, 409, "no longer possible")

		// The bank answers.
		ids := regexp.MustCompile(`<EndToEndId>(\w+)</EndToEndId>`).FindAllStringSubmatch(file, -1)
		message := regexp.MustCompile(`<MsgId>(\w+)</MsgId>`).FindStringSubmatch(file)[1]
		answers := func(file []byte, want int, words ...string) {
			t.Helper()
			status, body, _ := roos.brings("/payments/answers", "file", file, nil)
			for _, word := range words {
				if status != want || !strings.Contains(plain(body), word) {
					t.Errorf("%d, want %d and %q:\n%s", status, want, word, plain(body))
				}
			}
		}
		report := `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.12"><CstmrPmtStsRpt><GrpHdr><MsgId>1</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>` + message +
			`</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>` + ids[1][1] +
			`</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`
		answers([]byte("%PDF-1.7 een afschrift"), 422, "no whole file of a bank", "We booked nothing of this file")
		answers([]byte(report), 200, "Refused: 1")
		answers([]byte(report), 200, "read already")
		entry := func(cents string) []byte {
			return []byte(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>BE71096123456769</IBAN></Id></Acct>
<Ntry><Amt Ccy="EUR">` + cents + `</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-25</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>` + ids[0][1] + `</EndToEndId></Refs></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>`)
		}
		answers(entry("34.99"), 409, "Line 2: the bank says 34.99 euros, we asked for 35.00 euros")
		answers(entry("35.00"), 200, "Paid: 1")
		stijn.sees("GET "+at, nil, 200, "Finished", "The account is closed", "25 November 2026")
		stijn.sees("GET /payments", nil, 200, "€50.00")

		// The pharmacist finds it, on paper and in a table.
		_, page, _ := piet.asks("GET /payments/own", nil)
		statement := regexp.MustCompile(`/payments/statements/[0-9a-f-]+`).FindString(page)
		piet.sees("GET "+statement, nil, 200, "+++000/0000/001", "€35.00", "Vouchers and cards")
		piet.sees("GET "+statement+"/table.csv", nil, 200, "2026-10-31", "35.00")
		if status, book, _ := piet.asks("GET "+statement+"/table.xlsx", nil); status != 200 || !strings.HasPrefix(book, "PK") {
			t.Errorf("the workbook: %d, %.20q", status, book)
		}
		_, paper, _ := piet.asks("GET "+statement+"/statement.pdf", nil)
		_, theirs, _ := stijn.asks("GET "+statement+"/statement.pdf", nil)
		if !strings.HasPrefix(paper, "%PDF-") || paper != theirs || !strings.Contains(paper, "/Lang (en)") || !strings.Contains(paper, "(D:20261123") {
			t.Errorf("the statement on paper: %.40q, %.40q", paper, theirs)
		}
		griet.sees("GET "+statement+"/statement.pdf", nil, 403)
		griet.sees("GET "+statement, nil, 403)
		w.as("leuven", "wim").sees("GET "+statement, nil, 403)

		// The book holds nothing that is on its way.
		w.did(w.app.Acts.Look(town.As(w.Context(), "stijn"), func(a *act.Act) error {
			if err := a.Allow(w.Context(), "payment.settle", ""); err != nil {
				return err
			}
			held, err := ledger.Balances(w.Context(), a, town.ID, "clearing")
			if len(held) != 0 {
				t.Errorf("%+v", held)
			}
			return err
		}))
	})
}

// paidOut has a welfare office pay: a draft that waits, and a payment of which
// the bank has the file.
func (w *world) paidOut(administrator context.Context, town demo.Town) (batch, line kernel.ID) {
	w.Helper()
	tine := town.As(w.Context(), "tine")
	office := town.Workers["tine"].Org.ID
	toon, err := w.app.Members.AddWorker(administrator, members.Worker{Name: "Toon Teller", Lang: kernel.NL, Mail: "toon@leuven.example"}, office, policy.Coordinator)
	w.did(err)
	shop := town.Orgs["kirikou"].ID
	w.did(w.app.Payments.Arrange(administrator, office, true))
	w.did(w.app.Payments.SetAccount(administrator, office, 0, payments.Account{Name: "Sociale dienst", IBAN: "BE71096123456769"}))
	w.did(w.app.Payments.SetAccount(administrator, shop, 0, payments.Account{Name: "Kirikou vzw", IBAN: "BE68539007547034"}))
	today := kernel.InstantOf(w.clock()).Date()
	make := func() payments.Batch {
		w.owes(town.ID, payments.Owe{Payer: office, Payee: shop, Cents: 12_50, Kind: "booked"})
		b, err := w.app.Payments.Make(tine, payments.New{ID: kernel.NewID(), Until: today, Day: today.AddDays(2)})
		w.did(err)
		return b
	}
	first := make()
	_, err = w.app.Payments.Approve(act.As(w.Context(), policy.Actor{Alliance: town.ID, Person: toon.ID, Org: office, Roles: []policy.Role{policy.Coordinator}}), first.ID)
	w.did(err)
	_, _, err = w.app.Payments.Export(tine, first.ID)
	w.did(err)
	v, err := w.app.Payments.Batch(tine, first.ID)
	w.did(err)
	return make().ID, v.Lines[0].ID
}

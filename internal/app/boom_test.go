package app_test

import (
	"fmt"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// The year of Boom: twenty children turn two and get a bag by themselves,
// fifteen are fetched, the swap shop is paid and nothing stays on its way, and
// a year later five have expired and their money is in the budget again.
func TestTheYearOfBoom(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := w.towns["rivierenland"]
		bags, ines := w.bags(), w.as("rivierenland", "ines")
		as, els := town.As(w.Context(), "ines"), town.As(w.Context(), "els")
		office, swap := town.Orgs["boom"].ID, town.Orgs["swap"].ID
		board := "/vouchers/" + string(bags.ID)
		var homes []kernel.ID
		for range 20 {
			family, _ := w.toddler()
			homes = append(homes, family)
		}
		ines.sees("POST "+board+"/bag", aid("", url.Values{"units": {"1"}, "worth": {"24,00"}, "copay": {"1,00"}, "event": {"birthday"}, "age": {"2"}, "period": {"once"}}), 200)
		w.did(w.app.Vouchers.Begin(w.Context(), town.ID))
		w.work()
		ines.sees("GET "+board, nil, 200, "Wacht op een beslissing: 20. Alles geven kost € 480,00. Er is nog € 0,00 budget.")
		w.did(w.app.Vouchers.AddBudget(as, vouchers.Fund{ID: kernel.NewID(), Programme: bags.ID, Offer: "bag", Units: 20, Cents: 480_00}))
		ines.sees("POST "+board+"/bag/approve", url.Values{}, 200, "Alles wat wachtte, is gegeven", "Nog € 0,00")

		phone := w.letsIn(ines, "swap")
		for _, family := range homes[:15] {
			all, _, _, err := w.app.Vouchers.OfFamily(as, family)
			w.did(err)
			phone.sees("POST /till/take", url.Values{"id": {string(kernel.NewID())}, "code": {all[0].Paper.Serial.String()}, "units": {"1"}}, 200, "De bon is aangenomen")
		}
		phone.sees("GET /till", nil, 200, "Te betalen aan de winkel: € 360,00")

		// Two people pay, and the bank says that it did.
		second, err := w.app.Members.AddWorker(els, members.Worker{Name: "Bo Tweede", Lang: kernel.NL, Mail: "bo@boom.example"}, office, policy.Coordinator)
		w.did(err)
		w.did(w.app.Payments.Arrange(els, office, true))
		w.did(w.app.Payments.SetAccount(els, office, 0, payments.Account{Name: "OCMW Boom", IBAN: "BE71096123456769"}))
		w.did(w.app.Payments.SetAccount(els, swap, 0, payments.Account{Name: "Boempetat", IBAN: "BE68539007547034"}))
		today := kernel.InstantOf(w.clock()).Date()
		b, err := w.app.Payments.Make(as, payments.New{ID: kernel.NewID(), Until: today, Day: today.AddDays(2)})
		w.did(err)
		_, err = w.app.Payments.Approve(act.As(w.Context(), policy.Actor{Alliance: town.ID, Person: second.ID, Org: office, Roles: []policy.Role{policy.Coordinator}}), b.ID)
		w.did(err)
		_, file, err := w.app.Payments.Export(as, b.ID)
		w.did(err)
		id := regexp.MustCompile(`<EndToEndId>(\w+)</EndToEndId>`).FindSubmatch(file)
		_, err = w.app.Payments.Read(as, fmt.Appendf(nil, `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>BE71096123456769</IBAN></Id></Acct>
<Ntry><Amt Ccy="EUR">360.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-25</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>%s</EndToEndId></Refs></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>`, id[1]))
		w.did(err)
		phone.sees("GET /till", nil, 200, "Te betalen aan de winkel: € 0,00")
		w.did(w.app.Acts.Look(as, func(a *act.Act) error {
			if err := a.Allow(as, "payment.settle", ""); err != nil {
				return err
			}
			for _, under := range []string{"clearing", "payable"} {
				held, err := ledger.Balances(as, a, town.ID, under)
				if err != nil || len(held) > 0 {
					t.Errorf("%s holds %+v, %v", under, held, err)
				}
			}
			return nil
		}))

		w.later(366 * 24 * time.Hour)
		w.did(w.app.Vouchers.Begin(w.Context(), town.ID))
		w.work()
		shown, err := w.app.Vouchers.Board(as, bags.ID)
		w.did(err)
		if f := shown.Offers[0]; f.All.Granted != 20 || f.All.Redeemed != 15 || f.All.Expired != 5 || f.Pieces != 5 || shown.Budget != 120_00 || f.All.Euros != 360_00 {
			t.Errorf("the board shows %+v, %d bags and %s left", f.All, f.Pieces, shown.Budget)
		}
	})
}

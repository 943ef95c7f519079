package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
)

// aid is how a coordinator arranges an offer on a page.
func aid(form string, more url.Values) url.Values {
	f := url.Values{"version": {"0"}, "form": {form}, "months": {"12"}, "event": {""}, "period": {"month"}, "anywhere": {"1"}, "offline": {"1"}}
	for name, values := range more {
		f[name] = values
	}
	return f
}

// The first year of a baby and its sister in Kortenaken, through pages: the baby
// card in the pharmacy, a gift at birth and the school premium of Woluwe to the
// account of the family, free meals of Hannut for which the provider bills. All
// is settled by two people; a file that never reached the bank is paid once.
func TestTheAllowancesOfAFamilyEndToEnd(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := w.towns["kortenaken"]
		ocmw, pharmacy := town.Orgs["ocmw"].ID, town.Orgs["pharmacy"].ID
		stijn, roos, hilde, griet := w.as("kortenaken", "stijn"), w.as("kortenaken", "roos"), w.as("kortenaken", "hilde"), w.as("kortenaken", "griet")
		on := func(template string, params map[string]string) string {
			p, err := w.app.Programmes.SwitchOn(town.As(w.Context(), "stijn"), programmes.New{Template: template, Params: params, From: "2026-01-01", Partners: []programmes.Partner{
				{Org: ocmw, Part: programmes.Lead}, {Org: pharmacy, Part: programmes.Redeems}, {Org: pharmacy, Part: programmes.HandsOut}}})
			w.did(err)
			return string(p.ID)
		}
		kikaz, woluwe, hannut := on("kortenaken-kikaz", nil), on("woluwe-school-premium", map[string]string{"premium_nursery": "50.00", "premium_primary": "90.00", "premium_secondary": "160.00"}), on("hannut-meals", nil)
		arranged := func(programme, offer, form string, fund url.Values, more url.Values) {
			t.Helper()
			board := "/vouchers/" + programme
			stijn.sees("POST "+board+"/"+offer, aid(form, more), 200, "Zo wordt het voortaan gegeven")
			fund.Set("id", stijn.found(hiddenID, "GET "+board, nil))
			stijn.sees("POST "+board+"/"+offer+"/budget", fund, 200, "Het budget is groter")
		}
		stijn.sees("POST /vouchers/"+woluwe+"/premium", aid("transfer", url.Values{"units": {"1"}}), 422, "Een overschrijving is een bedrag")
		stijn.sees("POST /vouchers/"+hannut+"/free_meal", aid("billed", url.Values{"units": {"20"}}), 422, "Kies wie de rekening stuurt")
		arranged(kikaz, "baby_card", "", url.Values{"units": {"60"}, "cents": {"900"}}, url.Values{"units": {"6"}, "worth": {"15,00"}})
		arranged(kikaz, "birth_gift", "transfer", url.Values{"cents": {"100"}}, url.Values{"cents": {"50,00"}})
		arranged(woluwe, "premium", "transfer", url.Values{"cents": {"500"}}, url.Values{"cents": {"90,00"}})
		arranged(hannut, "free_meal", "billed", url.Values{"units": {"100"}, "cents": {"350"}}, url.Values{"units": {"20"}, "worth": {"3,50"}, "home": {string(pharmacy)}})

		f, err := w.app.Families.Open(town.As(w.Context(), "griet"), families.NewFamily{PostalCode: "3470", Anyway: true, Contact: families.Contact{Languages: []string{"fr"}}, Persons: []families.NewPerson{
			{Role: families.Applicant, First: "Nora", Last: "Lente", Birth: "1994-03-04"}, {Role: families.Child, First: "Mila", Last: "Lente", Birth: "2026-11-20"},
			{Role: families.Child, First: "Lou", Last: "Lente", Birth: "2018-05-06"}}})
		w.did(err)
		file, err := w.app.Families.Read(town.As(w.Context(), "griet"), f.ID, families.ForCare)
		w.did(err)
		mila, lou := string(file.Persons[1].ID), string(file.Persons[2].ID)
		page := "/families/" + string(f.ID) + "/vouchers"
		give := func(programme, offer, child string, want int, words ...string) {
			t.Helper()
			griet.sees("POST "+page, url.Values{"id": {string(kernel.NewID())}, "offer": {programme + "/" + offer}, "child": {child}, "decision": {"BCSD 2026/7"},
				"decided-day": {"20"}, "decided-month": {"11"}, "decided-year": {"2026"}}, want, words...)
		}
		give(kikaz, "birth_gift", mila, 409, "Schrijf eerst op op welke rekening")
		account := func(path, name, iban string) {
			t.Helper()
			who := hilde
			if strings.HasPrefix(path, "/families") {
				who = griet
			}
			who.sees("POST "+path, url.Values{"began": {"0"}, "name": {name}, "iban": {iban}, "bic": {""}}, 200)
		}
		hilde.sees("POST /payments/accounts/"+string(ocmw)+"/pays", url.Values{"pays": {"yes"}}, 200)
		account("/payments/accounts/"+string(ocmw), "OCMW Kortenaken", "BE71 0961 2345 6769")
		account("/payments/accounts/"+string(pharmacy), "Apotheek Kortenaken", "BE68 5390 0754 7034")
		account("/families/"+string(f.ID)+"/accounts", "Nora Lente", "NL91 ABNA 0417 1643 00")
		give(kikaz, "birth_gift", mila, 200, "Wacht op de volgende betaling")
		give(woluwe, "premium", lou, 200, "€ 90,00")
		give(hannut, "free_meal", lou, 200, "Er kwam een rekening", "Nog 20 stuks")
		give(kikaz, "baby_card", mila, 200, "Nog 6 stuks")

		// The pharmacy has no telephone at hand; the provider of the meals bills.
		_, body, _ := griet.asks("GET "+page, nil)
		cards := grantPath.FindAllString(body, -1)
		var code, meals string
		for _, path := range cards {
			if status, card, _ := griet.asks("GET "+path, nil); status == 200 && codeShown.MatchString(card) {
				code = codeShown.FindString(card)
			}
		}
		if at := strings.Index(body, "Er kwam een rekening"); at >= 0 {
			meals = grantPath.FindString(body[at:])
		}
		stijn.sees("POST /shops/take/"+string(pharmacy), url.Values{"id": {string(kernel.NewID())}, "code": {code}, "units": {"2"}}, 200, "De bon is aangenomen voor de winkel", "€ 30,00")
		stijn.sees("POST /shops/take/"+string(pharmacy), url.Values{"id": {string(kernel.NewID())}, "code": {code}, "units": {"5"}}, 409, "nog 4 over")
		stijn.sees("GET /shops/uses/"+string(pharmacy)+"/table.csv", nil, 200, "30.00", "Aangenomen")
		bill := url.Values{"do": {"bill"}, "id": {string(kernel.NewID())}, "units": {"12"}}
		griet.sees("POST "+meals, bill, 200, "De rekening is opgeschreven", "Nog 8 stuks")
		griet.sees("POST "+meals, bill, 200, "Nog 8 stuks") // sent twice
		griet.sees("POST "+meals, url.Values{"do": {"extend"}, "extend": {"x"}, "until-day": {"1"}, "until-month": {"1"}, "until-year": {"2026"}}, 422, "Kies een dag na")
		griet.sees("POST "+meals, url.Values{"do": {"extend"}, "until-day": {"31"}, "until-month": {"12"}, "until-year": {"2027"}}, 200, "31 december 2027")
		arranged(kikaz, "clothing_cheque", "", url.Values{"units": {"5"}}, url.Values{"units": {"1"}})
		give(kikaz, "clothing_cheque", mila, 200, "Print alle bonnen op één blad")
		_, sheet, _ := griet.asks("GET "+page+"/cards", nil)
		if n := len(codeShown.FindAllString(sheet, -1)); n != 2 || strings.Contains(sheet, "Lente") {
			t.Errorf("the sheet has %d codes:\n%s", n, plain(sheet))
		}
		griet.sees("GET "+page+"/cards", nil, 200, "Carte bébé", "Chèque vêtements")
		stijn.sees("GET /vouchers/"+woluwe, nil, 200, "Nog € 410,00", "november 2026", "€ 90,00")
		stijn.sees("GET /vouchers/"+woluwe+"/figures.csv", nil, 200, "2026-11,1,1,0,90.00")
		for _, path := range []string{"/vouchers/" + woluwe + "/figures", "/shops/uses/" + string(pharmacy) + "/table"} {
			_, book, _ := stijn.asks("GET "+path+".xlsx", nil)
			if l, err := lists.Read([]byte(book)); err != nil || l.Form != lists.XLSX || len(l.Rows) == 0 {
				t.Errorf("the workbook of %s has %+v (%v)", path, l, err)
			}
			griet.sees("GET "+path+".xlsx", nil, map[bool]int{true: 200, false: 403}[strings.HasPrefix(path, "/vouchers/")])
			w.stranger().sees("GET "+path+".xlsx", nil, 401)
		}

		// Two people pay; the first file is lost before it reaches the bank.
		batch := func() (at string) {
			t.Helper()
			at = stijn.sees("POST /payments/batches", url.Values{"id": {string(kernel.NewID())}, "until-day": {"23"}, "until-month": {"11"}, "until-year": {"2026"}, "day-day": {"25"}, "day-month": {"11"}, "day-year": {"2026"}},
				200, "€ 212,00", "Nora Lente")
			roos.sees("POST "+at+"/approve", url.Values{}, 200)
			_, file, _ := stijn.asks("POST "+at+"/file", url.Values{})
			amounts := regexp.MustCompile(`<InstdAmt Ccy="EUR">([0-9.]+)<`).FindAllStringSubmatch(file, -1)
			if len(amounts) != 2 || !strings.Contains(file, "NL91ABNA0417164300") || !strings.Contains(file, ">140.00<") || !strings.Contains(file, ">72.00<") {
				t.Errorf("the file pays %v:\n%s", amounts, file)
			}
			return at
		}
		lost := batch()
		griet.sees("GET "+page, nil, 200, "De betaling is onderweg")
		stijn.misses("GET "+lost, "De bank heeft dit bestand nooit gekregen")
		stijn.sees("POST "+lost+"/back", url.Values{}, 403, "Een ander dan wie het bestand haalde")
		roos.sees("POST "+lost+"/back", url.Values{}, 200, "Alles is opnieuw verschuldigd")
		griet.sees("GET "+page, nil, 200, "Wacht op de volgende betaling")
		batch()
		stijn.sees("GET /payments", nil, 200, "€ 212,00")
	})
}

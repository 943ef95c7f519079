package app_test

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
)

// The year of one baby of KiKaZ, in a browser: at birth what KiKaZ gives waits
// by itself, the coordinator gives all of it and takes cards and cheques for the
// pharmacy, each month brings a pack of nappies and September the allowance of
// the brother; a year later the page says by month what was given, used, come
// back and left, with a bar beside the words, and the family's page what it has
// and had.
func TestTheKiKaZYearInABrowser(t *testing.T) {
	chromium(t)
	w := onSQLite(t)
	town := w.towns["kortenaken"]
	kikaz := w.kikaz()
	griet := town.As(w.Context(), "griet")
	f, err := w.app.Families.Open(griet, families.NewFamily{PostalCode: "3470", Anyway: true, Persons: []families.NewPerson{
		{Role: families.Applicant, First: "Nora", Last: "Lente", Birth: "1994-03-04"}, {Role: families.Child, First: "Mila", Last: "Lente", Birth: "2026-11-20"},
		{Role: families.Child, First: "Lou", Last: "Lente", Birth: "2018-05-06"}}})
	w.did(err)
	page, board, pharmacy := "/families/"+string(f.ID)+"/vouchers", "/vouchers/"+string(kikaz), "/shops/"+string(town.Orgs["pharmacy"].ID)
	night := func(month int) {
		t.Helper()
		w.later(monday.AddDate(0, month, 0).Sub(w.clock()))
		w.did(w.app.Vouchers.Begin(w.Context(), town.ID))
		w.work()
	}
	night(0)
	b := w.browse("kortenaken", "griet")
	b.goes("/families/" + string(f.ID) + "/accounts")
	b.types("Op naam van", "Nora Lente")
	b.types("Rekeningnummer", "BE68 5390 0754 7034")
	b.clicks("Bewaar deze rekening")
	b.goes(page)
	b.sees("Wacht op u", "Vanzelf voorgesteld", "Geboortegeschenk", "Babykaart", "Luiers", "Kledingcheque", "Septembertoelage")

	b.enters("kortenaken", "stijn")
	b.goes(board)
	gives := func(offers int) {
		t.Helper()
		for range offers {
			b.clicks("Geef alles wat wacht")
			b.sees("Alles wat wachtte, is gegeven")
		}
		b.misses("Geef alles wat wacht")
	}
	gives(5)
	all, _, _, err := w.app.Vouchers.OfFamily(griet, f.ID)
	w.did(err)
	code := map[string]string{}
	for _, h := range all {
		code[h.Offer] = h.Paper.Serial.String()
	}
	b.goes(pharmacy)
	for _, x := range []struct{ offer, label, much string }{{"birth_gift", "Hoeveel stuks?", "1"}, {"baby_card", "Hoeveel stuks?", "2"}, {"clothing_cheque", "Welk bedrag neemt u aan?", "25,00"}} {
		b.types("Code van de bon", code[x.offer])
		b.types(x.label, x.much)
		b.clicks("Neem de bon aan")
		b.sees("De bon is aangenomen voor de winkel")
	}
	for month := 1; month <= 12; month++ {
		night(month)
		switch {
		case month == 10: // September: the brother goes to school
			b.enters("kortenaken", "stijn") // months after the last time
			b.goes(board)
			gives(2)
		case month < 12:
			_, err := w.app.Vouchers.ApproveAll(town.As(w.Context(), "stijn"), kikaz, "nappies")
			w.did(err)
		}
	}
	b.enters("kortenaken", "stijn")
	b.goes(board)
	b.sees("Het budget, maand per maand")
	b.sees("Nog € 1.445,00", "mei 2027 € 0,00 € 0,00 € 60,00 € 1.460,00", "september 2027 € 0,00 € 50,00 € 0,00 € 1.410,00", "november 2027 € 0,00 € 0,00 € 35,00 € 1.445,00",
		"Luiers Gegeven 12 Keer gebruikt 0 Vervallen 12", "Septembertoelage Gegeven 2 Keer gebruikt 2", "Te betalen aan de winkel: € 55,00")
	b.enters("kortenaken", "griet")
	b.goes(page)
	b.sees("Geboortegeschenk Gebruikt", "Babykaart Vervallen Mila Lente Vanzelf voorgesteld 2 stuks, € 30,00 gebruikt", "Kledingcheque Vervallen", "€ 25,00 gebruikt",
		"Septembertoelage Gegeven Lou Lente € 50,00")
}

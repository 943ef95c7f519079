package app_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// kikaz arranges all that KiKaZ gives, with its budget, through pages.
func (w *world) kikaz() kernel.ID {
	w.Helper()
	town, stijn := w.towns["kortenaken"], w.as("kortenaken", "stijn")
	ocmw, pharmacy := town.Orgs["ocmw"].ID, town.Orgs["pharmacy"].ID
	p, err := w.app.Programmes.SwitchOn(town.As(w.Context(), "stijn"), programmes.New{Template: "kortenaken-kikaz", From: "2026-01-01", Partners: []programmes.Partner{
		{Org: ocmw, Part: programmes.Lead}, {Org: ocmw, Part: programmes.HandsOut}, {Org: pharmacy, Part: programmes.Redeems}}})
	w.did(err)
	board := "/vouchers/" + string(p.ID)
	stijn.sees("POST "+board+"/nappies", aid("", url.Values{"units": {"1"}, "event": {"each_month"}, "period": {"once"}}), 422, "Dit past niet bij het moment")
	for _, x := range []struct {
		offer, form string
		how, fund   url.Values
	}{
		{"birth_gift", "", url.Values{"units": {"1"}, "event": {"birth"}, "period": {"once"}, "months": {"6"}}, url.Values{"units": {"5"}}},
		{"baby_card", "", url.Values{"units": {"6"}, "worth": {"15,00"}, "event": {"birth"}, "period": {"once"}, "months": {"6"}}, url.Values{"units": {"60"}, "cents": {"900"}}},
		{"nappies", "", url.Values{"units": {"1"}, "event": {"each_month"}, "period": {"age_month"}, "months": {"1"}}, url.Values{"units": {"20"}}},
		{"clothing_cheque", "", url.Values{"cents": {"60,00"}, "event": {"birth"}, "period": {"once"}, "months": {"12"}}, url.Values{"cents": {"300"}}},
		{"september_allowance", "transfer", url.Values{"cents": {"50,00"}, "event": {"each_year"}, "period": {"school_year"}, "months": {"12"}}, url.Values{"cents": {"200"}}},
		{"glasses_allowance", "transfer", url.Values{"cents": {"80,00"}, "period": {"school_year"}, "months": {"12"}}, url.Values{"cents": {"200"}}},
	} {
		stijn.sees("POST "+board+"/"+x.offer, aid(x.form, x.how), 200, "Zo wordt het voortaan gegeven")
		x.fund.Set("id", string(kernel.NewID()))
		stijn.sees("POST "+board+"/"+x.offer+"/budget", x.fund, 200, "Het budget is groter")
	}
	return p.ID
}

// The year of one baby of KiKaZ: at birth the gift, the baby card and the cheque
// for clothes are there by themselves, each month a pack of nappies until the
// first birthday, each September the allowance of the brother, and glasses
// because a committee said so. What nobody used is in the budget again, and the
// page of the year says what was granted, used, expired and left, by month.
func TestTheKiKaZYearOfOneBaby(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := w.towns["kortenaken"]
		kikaz := w.kikaz()
		board, pharmacy := "/vouchers/"+string(kikaz), town.Orgs["pharmacy"].ID
		stijn, griet := town.As(w.Context(), "stijn"), town.As(w.Context(), "griet")
		f, err := w.app.Families.Open(griet, families.NewFamily{PostalCode: "3470", Anyway: true, Persons: []families.NewPerson{
			{Role: families.Applicant, First: "Nora", Last: "Lente", Birth: "1994-03-04"}, {Role: families.Child, First: "Mila", Last: "Lente", Birth: "2026-11-20"},
			{Role: families.Child, First: "Lou", Last: "Lente", Birth: "2018-05-06"}}})
		w.did(err)
		file, err := w.app.Families.Read(griet, f.ID, families.ForCare)
		w.did(err)
		page := "/families/" + string(f.ID) + "/vouchers"
		w.as("kortenaken", "griet").sees("POST /families/"+string(f.ID)+"/accounts", url.Values{"began": {"0"}, "name": {"Nora Lente"}, "iban": {"NL91 ABNA 0417 1643 00"}, "bic": {""}}, 200)
		made, err := w.app.Sessions.Plan(stijn, sessions.Series{Name: "Luiers", Place: "OCMW", Way: sessions.ByAppointment, Slot: 60, Places: 6,
			Items:  []sessions.Item{{Name: "Pak luiers", Usual: 1, Paid: sessions.Promise{Programme: kikaz, Offer: "nappies"}}},
			Recurs: sessions.Recurrence{Weeks: 1, Days: []string{"MO"}, From: "13:00", To: "16:00", First: "2026-11-23", Holidays: true}})
		w.did(err)

		// What is proposed by itself on a night, and granted by a coordinator.
		night := func(month int, offers ...string) {
			t.Helper()
			w.later(monday.AddDate(0, month, 0).Sub(w.clock()))
			w.did(w.app.Vouchers.Begin(w.Context(), town.ID))
			w.work()
			for _, offer := range offers {
				w.as("kortenaken", "stijn").sees("POST "+board+"/"+offer+"/approve", url.Values{}, 200, "Alles wat wachtte, is gegeven")
			}
		}
		// A pack of nappies at the desk, on the next Monday.
		desk := func() {
			t.Helper()
			_, err := w.app.Sessions.Sweep(w.Context()) // makes the days ahead
			w.did(err)
			_, days, err := w.app.Sessions.Series(stijn, made.ID, kernel.InstantOf(w.clock()).Date())
			w.did(err)
			b, err := w.app.Sessions.Book(griet, sessions.Asking{Session: days[0].ID, Slot: 0, Family: f.ID})
			w.did(err)
			w.later(days[0].Starts.Time().Sub(w.clock()))
			_, err = w.app.Sessions.Tell(stijn, days[0].ID, sessions.Event{ID: kernel.NewID(), Booking: b.ID, Kind: sessions.Hand, Lines: b.Lines, At: kernel.InstantOf(w.clock())})
			w.did(err)
		}

		night(0)
		w.as("kortenaken", "griet").sees("GET "+page, nil, 200, "Wacht op u", "Vanzelf voorgesteld", "Geboortegeschenk", "Babykaart", "Luiers", "Kledingcheque", "Septembertoelage")
		night(0, "birth_gift", "baby_card", "nappies", "clothing_cheque", "september_allowance")
		held := map[string]vouchers.Held{}
		all, _, _, err := w.app.Vouchers.OfFamily(griet, f.ID)
		w.did(err)
		for _, h := range all {
			held[h.Offer] = h
		}
		if len(all) != 5 || held["september_allowance"].Child != file.Persons[2].ID || held["nappies"].Period != "age-0" || held["september_allowance"].Period != "2026-2027" {
			t.Fatalf("at birth there is %+v", held)
		}
		counter := w.as("kortenaken", "stijn")
		take := func(offer string, form url.Values) {
			t.Helper()
			form.Set("id", string(kernel.NewID()))
			form.Set("code", held[offer].Paper.Serial.String())
			counter.sees("POST /shops/take/"+string(pharmacy), form, 200, "De bon is aangenomen voor de winkel")
		}
		take("birth_gift", url.Values{"units": {"1"}})
		take("baby_card", url.Values{"units": {"2"}})
		take("clothing_cheque", url.Values{"cents": {"25,00"}})
		w.as("kortenaken", "griet").sees("POST "+page, url.Values{"id": {string(kernel.NewID())}, "offer": {string(kikaz) + "/glasses_allowance"}, "child": {string(file.Persons[2].ID)}, "decision": {"BCSD 2026/9"},
			"decided-day": {"20"}, "decided-month": {"11"}, "decided-year": {"2026"}}, 200, "€ 80,00")
		desk()
		for month := 1; month <= 12; month++ {
			switch {
			case month == 10: // September: the brother goes to school, again
				night(month, "nappies", "september_allowance")
			case month < 12:
				night(month, "nappies")
			default: // the first birthday was
				night(month)
			}
			if month < 3 {
				desk()
			}
		}

		shown, err := w.app.Vouchers.Board(stijn, kikaz)
		w.did(err)
		got := map[string]string{}
		for _, o := range shown.Offers {
			got[o.Offer.ID] = fmt.Sprintf("%d granted, %d used, %d expired, %d proposed, %s", o.All.Granted, o.All.Redeemed, o.All.Expired, o.Proposed, o.All.Euros)
		}
		for offer, want := range map[string]string{
			"birth_gift": "1 granted, 1 used, 0 expired, 0 proposed, 0.00", "baby_card": "1 granted, 1 used, 1 expired, 0 proposed, 30.00",
			"nappies": "12 granted, 3 used, 9 expired, 0 proposed, 0.00", "clothing_cheque": "1 granted, 1 used, 1 expired, 0 proposed, 25.00",
			"september_allowance": "2 granted, 2 used, 0 expired, 0 proposed, 100.00", "glasses_allowance": "1 granted, 1 used, 0 expired, 0 proposed, 80.00",
		} {
			if got[offer] != want {
				t.Errorf("%s: %s, want %s", offer, got[offer], want)
			}
		}
		// 1600 less 30, 25, 100 and 80; in May the card gave 60 back, in November the cheque 35.
		w.as("kortenaken", "stijn").sees("GET "+board, nil, 200, "Nog € 1.365,00", "Het budget, maand per maand", "mei 2027 € 0,00 € 0,00 € 60,00 € 1.380,00",
			"september 2027 € 0,00 € 50,00 € 0,00 € 1.330,00", "november 2027 € 0,00 € 0,00 € 35,00 € 1.365,00", "Stuks die u nog kunt geven 17")
		if y := shown.Year; len(y) != 12 || y[0].Month != "2026-12" || y[0].Left != 1320_00 {
			t.Errorf("the year begins with %+v", shown.Year[0])
		}
		w.as("kortenaken", "griet").sees("GET "+page, nil, 200, "Vervallen")
	})
}

package app_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// bicycles is a library that asks what Zemst asks.
func bicycles() loans.Library {
	return loans.Library{ID: kernel.NewID(), Name: "De Fietsboom", Place: "Tweede zaterdag, 10 tot 12 uur", Months: 12, MoreMonths: 12, KeepDays: 14,
		Sizes:  []loans.Size{{Kind: "Fiets", Name: "14 inch", FromMonths: 36, ToMonths: 60}, {Kind: "Fiets", Name: "16 inch", FromMonths: 54, ToMonths: 84}},
		Checks: []string{"Remmen", "Bel"}, Tariff: loans.Models()[1].Tariff}
}

// lends is a library with a bicycle that is out to a child of a family, one
// that is ready, and one that is kept for the child.
func (w *world) lends(lead, desk, team context.Context, family kernel.ID) objects {
	w.Helper()
	library, err := w.app.Loans.Save(lead, bicycles())
	w.did(err)
	file, err := w.app.Families.Read(team, family, families.ForCare)
	w.did(err)
	var borrower loans.Borrower
	for _, p := range file.Persons {
		if p.Role == families.Child && p.Birth != "" {
			borrower, err = w.app.Loans.Enrol(team, loans.NewBorrower{ID: kernel.NewID(), Library: library.ID, Family: family, Child: p.ID})
			w.did(err)
			break
		}
	}
	var things []kernel.ID
	for _, x := range []struct{ mark, size string }{{"F1", "1"}, {"F2", "1"}, {"F3", "2"}} {
		things = append(things, kernel.NewID())
		_, err := w.app.Loans.Add(desk, loans.NewThing{ID: things[len(things)-1], Library: library.ID, Mark: x.mark, Size: x.size})
		w.did(err)
	}
	loan, err := w.app.Loans.HandOver(desk, loans.Lending{ID: kernel.NewID(), Thing: things[0], Borrower: borrower.ID, Agreed: loans.Price{Fee: 30_00, Deposit: 50_00}})
	w.did(err)
	wish, err := w.app.Loans.Reserve(team, loans.Wishing{ID: kernel.NewID(), Borrower: borrower.ID, Size: "2"})
	w.did(err)
	return objects{"{library}": library.ID, "{loan}": loan.ID, "{wish}": wish.ID, "/api/v1/lending/things/{thing}": things[0], "/loans/libraries/{id}": library.ID, "/loans/out/{id}": library.ID, "/loans/things/{id}": things[0], "/loans/one/{id}": loan.ID, "{borrower}": borrower.ID, "{free}": things[1]}
}

// The life of a bicycle through pages: a library is opened, a caseworker
// reserves for a child, the desk hands over with a photograph, the family is
// reminded and asks for longer, the bicycle is exchanged for the next size,
// comes back, is looked at, and the deposit goes back.
func TestABicycleIsBorrowedThroughPages(t *testing.T) {
	onEachEngine(t, func(w *world) {
		h := w.atHome()
		saar, rik, aicha := w.as("leuven", "saar"), w.as("leuven", "rik"), w.as("leuven", "aicha")
		form := url.Values{"id": {saar.found(hiddenID, "GET /loans/new?like=zemst", nil)}, "version": {"0"}, "name": {"De Fietsboom 2"}, "place": {"In de loods"}, "months": {"12"}, "more": {"12"}, "keep": {"14"},
			"sizes.0": {"Fiets"}, "sizes.0.name": {"20 inch"}, "sizes.0.from_years": {"6,5"}, "sizes.0.to_years": {"10"}, "sizes.1": {"Fiets"}, "sizes.1.name": {"24 inch"}, "checks": {"Remmen\nBel"},
			"fees.0": {"20"}, "fees.0.from": {"2"}, "fees.2": {"30"}, "fees.2.from": {"2"}, "deposits.0": {"50"}, "deposits.0.from": {"1"}}
		saar.sees("POST /loans", form, 422, "Deze rij telt nooit")
		form.Set("fees.2.from", "1")
		form.Set("deposits.0.from", "2")
		saar.sees("POST /loans", form, 422, "De laatste rij moet voor iedereen tellen")
		form.Set("deposits.0.from", "1")
		library := saar.sees("POST /loans", form, 200, "Bewaard", "Fiets 20 inch", "€ 30,00", "€ 50,00")
		saar.sees("POST /loans", form, 200, "Bewaard") // sent twice
		add := func(mark, size string) {
			saar.sees("POST "+library+"/things", url.Values{"id": {saar.found(hiddenID, "GET "+library+"/things", nil)}, "mark": {mark}, "size": {size}}, 200, mark)
		}
		add("B1", "1")
		saar.sees("POST "+library+"/things", url.Values{"id": {string(kernel.NewID())}, "mark": {"B1"}, "size": {"1"}}, 409, "Dit nummer staat al op iets anders")

		file := "/families/" + string(h.family) + "/loans"
		id := kernel.ID(strings.TrimPrefix(library, "/loans/libraries/"))
		aicha.sees("GET "+file, nil, 200, "Wat het gezin leent", "De Fietsboom 2")
		aicha.sees("POST "+file, url.Values{"id": {string(kernel.NewID())}}, 422, "Kies een maat", "Kies een kind")
		wish := url.Values{"id": {aicha.found(hiddenID, "GET "+file, nil)}, "child": {string(h.yara)}, "what": {string(id) + "/1"}, "where": {"here"}}
		aicha.sees("POST "+file, wish, 200, "Het ligt klaar", "Ligt klaar tot en met")
		aicha.sees("POST "+file, wish, 200, "Het ligt klaar") // sent twice

		rik.sees("GET "+library+"/waiting", nil, 200, "Yara", "B1 ligt klaar")
		rik.misses("GET "+library+"/waiting", "Fatima", string(h.family), string(h.yara))
		board, err := w.app.Loans.Board(w.towns["leuven"].As(w.Context(), "rik"), id)
		w.did(err)
		hand := library + "/hand?borrower=" + string(board.Waits[0].Borrower.ID) + "&thing=" + string(board.Things[0].ID)
		rik.sees("GET "+hand, nil, 200, "€ 30,00", "€ 50,00", "Meegeven – € 80,00 ontvangen")
		out := url.Values{"id": {rik.found(hiddenID, "GET "+hand, nil)}, "thing": {string(board.Things[0].ID)}, "borrower": {string(board.Waits[0].Borrower.ID)}, "fee": {"30.00"}, "deposit": {"50.00"}, "missing": {"Bel"}}
		if status, body, _ := rik.brings("/loans/out/"+string(id), "photo", []byte("<svg/>"), out); status != 422 || !strings.Contains(body, "Deze foto kunnen we niet lezen") {
			t.Errorf("a photograph that is none: %d %s", status, body)
		}
		status, body, loan := rik.brings("/loans/out/"+string(id), "photo", pngOf(3, 3), out)
		if status != 200 || !strings.Contains(body, "Meegegeven") {
			t.Fatalf("%d at %s: %s", status, loan, body)
		}
		if status, _, again := rik.brings("/loans/out/"+string(id), "photo", pngOf(3, 3), out); status != 200 || again != loan {
			t.Errorf("sent twice: %d at %s", status, again)
		}
		if status, picture, _ := rik.asks("GET "+loan+"/photo.jpg", nil); status != 200 || !strings.HasPrefix(picture, "\xff\xd8") {
			t.Errorf("the photograph: %d", status)
		}
		for _, other := range []*person{aicha, w.as("leuven", "omar")} {
			other.sees("GET "+loan, nil, 404)
			other.sees("GET "+loan+"/photo.jpg", nil, 404)
		}
		aicha.sees("GET "+library, nil, 200, "Fiets 20 inch")
		aicha.misses("GET "+library, "Yara")

		mother := w.stranger()
		mother.sees("POST /mine", url.Values{"k": {h.slip.Scan}}, 200)
		mother.sees("POST /mine/language", url.Values{"lang": {"nl"}, "back": {"/mine"}}, 200)
		mother.sees("GET /mine/loans", nil, 200, "Fiets 20 inch", "De Fietsboom 2", "€ 50,00 waarborg")
		mother.sees("POST /mine/loans", url.Values{"loan": {strings.TrimPrefix(loan, "/loans/one/")}}, 200, "U vroeg om het langer te houden")
		mother.sees("GET /mine/copy", nil, 200, "Fiets 20 inch")
		mother.sees("GET /mine/download", nil, 200, `"loans": [`, "Fiets 20 inch")
		rik.sees("GET "+library, nil, 200, "Gezinnen die langer willen")
		aicha.sees("GET "+file, nil, 200, "Yara", "De Fietsboom 2", "Tot en met 23 november 2027")

		add("B2", "2")
		board, err = w.app.Loans.Board(w.towns["leuven"].As(w.Context(), "rik"), id)
		w.did(err)
		swap := library + "/hand?old=" + strings.TrimPrefix(loan, "/loans/one/")
		rik.sees("GET "+swap, nil, 200, "komt terug", "B2")
		swap += "&thing=" + string(board.Things[1].ID)
		rik.sees("GET "+swap, nil, 200, "Ruilen kost niets", "Waarborg die blijft € 50,00")
		second := rik.sees("POST /loans/out/"+string(id), url.Values{"id": {rik.found(hiddenID, "GET "+swap, nil)}, "thing": {string(board.Things[1].ID)}, "old": {strings.TrimPrefix(loan, "/loans/one/")},
			"fee": {"0.00"}, "deposit": {"50.00"}}, 200, "Meegegeven")
		rik.sees("GET "+loan, nil, 200, "Terug, nog na te kijken", "De waarborg blijft staan")
		rik.sees("POST "+loan, url.Values{"do": {"judge"}, "id": {string(kernel.NewID())}, "verdict": {"ready"}, "keep": {"99"}, "reason": {"damage"}}, 422, "er staat € 50,00")
		rik.sees("POST "+loan, url.Values{"do": {"judge"}, "id": {string(kernel.NewID())}, "verdict": {"ready"}}, 200, "Afgerond")

		rik.sees("POST "+second, url.Values{"do": {"back"}, "id": {rik.found(hiddenID, "GET "+second, nil)}}, 200, "Welkom terug")
		rik.sees("POST "+second, url.Values{"do": {"judge"}, "id": {string(kernel.NewID())}, "verdict": {"ready"}, "way": {"transfer"}}, 409, "Geef de waarborg in de hand")
		end := url.Values{"do": {"judge"}, "id": {string(kernel.NewID())}, "verdict": {"repair"}, "missing": {"Remmen"}, "keep": {"7,50"}, "reason": {"damage"}, "way": {"hand"}}
		rik.sees("POST "+second, end, 200, "Afgerond", "€ 7,50", "Remmen")
		rik.sees("POST "+second, end, 200, "Afgerond", "€ 7,50") // sent twice
		thing := "/loans/things/" + string(board.Things[1].ID)
		saar.sees("POST "+thing, url.Values{"do": {"made"}, "made-day": {"31"}, "made-month": {"2"}, "made-year": {"2020"}}, 422)
		saar.sees("POST "+thing, url.Values{"do": {"made"}, "made-day": {"3"}, "made-month": {"2"}, "made-year": {"2020"}}, 200, "De dag is bewaard")
		rik.sees("POST "+thing, url.Values{"do": {"recall"}}, 403)
		saar.sees("POST "+thing, url.Values{"do": {"recall"}}, 200, "Teruggeroepen of niet veilig")
		rik.sees("POST "+thing, url.Values{"id": {string(kernel.NewID())}, "to": {"ready"}}, 409, "teruggeroepen of niet veilig")
		saar.sees("POST "+thing, url.Values{"do": {"safe"}}, 200, "Het mag weer uitgeleend worden")
		rik.sees("POST "+thing, url.Values{"id": {string(kernel.NewID())}, "to": {"ready"}}, 200, "Klaar om uit te lenen", "Meegegeven bij een ruil")
		rik.misses("GET "+thing, "Yara")
		rik.sees("GET "+library+"/loans.csv", nil, 200, "B1")
		rik.misses("GET "+library+"/loans.csv", "Yara")
		_, book, _ := rik.asks("GET "+library+"/loans.xlsx", nil)
		if l, err := lists.Read([]byte(book)); err != nil || l.Form != lists.XLSX || l.Rows[0].Cells[0] != "B1" {
			t.Errorf("the workbook has %+v (%v)", l, err)
		}

		people := library + "/people"
		rik.misses("GET "+people, "Iemand vergeten") // the child is of a file
		rik.sees("POST "+people, url.Values{"id": {rik.found(hiddenID, "GET "+people, nil)}, "first": {"Wolf"}, "birth": {"2021-05-01"}, "where": {"here"}}, 200, "Wolf")
		board, err = w.app.Loans.Board(w.towns["leuven"].As(w.Context(), "rik"), id)
		w.did(err)
		known := board.Known()
		rik.sees("GET "+people, nil, 200, "Iemand vergeten", "Wolf")
		rik.sees("POST "+people, url.Values{"do": {"forget"}, "borrower": {string(known[0].ID)}}, 409, "Dit kind hoort bij een dossier")
		rik.sees("POST "+people, url.Values{"do": {"forget"}, "borrower": {string(known[1].ID)}}, 200, "Alleen het nummer blijft")
		rik.misses("GET "+people, "Wolf", "Iemand vergeten")
		w.booksAgree()
	})
}

// What is late is asked back in warm words, under the rules of safe contact.
func TestWhoIsLateIsRemindedKindly(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := w.towns["leuven"]
		aicha := town.As(w.Context(), "aicha")
		opens := func(mail kernel.Email, safe families.Safe) kernel.ID {
			f, err := w.app.Families.Open(aicha, families.NewFamily{Anyway: true, PostalCode: "3000", Persons: []families.NewPerson{{Role: families.Applicant, First: "Zephyrine", Last: "Quintelier", Birth: "1996-02-02"},
				{Role: families.Child, First: "Wolf", Last: "Quintelier", Birth: "2022-05-01"}}, Contact: families.Contact{Mails: []kernel.Email{mail}, Safe: safe}})
			w.did(err)
			return f.ID
		}
		for mail, safe := range map[kernel.Email]families.Safe{"wel@gezin.example": {}, "niet@gezin.example": {NoMail: true}} {
			w.lends(town.As(w.Context(), "saar"), town.As(w.Context(), "rik"), aicha, opens(mail, safe))
		}
		due := kernel.InstantOf(w.clock()).Date().AddMonths(12)
		for _, days := range []int{-7, 3, 14, 42, 400} {
			w.later(due.AddDays(days).Time().Add(10 * time.Hour).Sub(w.clock()))
			_, err := w.app.Loans.Sweep(w.Context())
			w.did(err)
			w.work()
		}
		late := 0
		for _, letter := range w.mail.Kept() {
			if letter.To == "niet@gezin.example" {
				t.Errorf("who may not be mailed gets %q", letter.Subject)
			}
			if letter.To != "wel@gezin.example" {
				continue
			}
			if strings.Contains(letter.Text, "geen boete") {
				late++
			}
			if strings.Contains(letter.Text, "Wolf") {
				t.Errorf("a letter says who: %s", letter.Text)
			}
		}
		if late != 3 {
			t.Errorf("%d reminders of what is late", late)
		}
		rik := w.as("leuven", "rik")
		_, body, _ := rik.asks("GET /loans", nil)
		library := "/loans/libraries/" + string(idAfter(body, "/loans/libraries/"))
		rik.sees("GET "+library+"/late", nil, 200, "Er is geen boete", "Wolf")
	})
}

// pngOf is a picture.
func pngOf(width, height int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// idAfter is the first number on a page after some words.
func idAfter(body, words string) kernel.ID {
	_, rest, _ := strings.Cut(body, words)
	return kernel.ID(rest[:min(36, len(rest))])
}

// booksAgree holds that the book of the house agrees with itself.
func (w *world) booksAgree() {
	w.Helper()
	w.did(w.db.Read(w.Context(), func(q db.Querier) error {
		r, err := ledger.Verify(w.Context(), q)
		if err == nil && len(r.Differences) > 0 {
			w.Errorf("the book: %v", r.Differences)
		}
		return err
	}))
}

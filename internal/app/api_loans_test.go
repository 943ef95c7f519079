package app_test

import (
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// The program of a lending library opens it, lends a bicycle to a child of a
// family and to one without a file, exchanges it, takes it back and settles the
// deposit; the care team's reserves. What they answer to what changes something
// holds no name.
func TestALendingLibraryWorksWithAProgram(t *testing.T) {
	onEachEngine(t, func(w *world) {
		lead, desk, team, other := w.token("leuven", "saar", false), w.token("leuven", "rik", false), w.token("leuven", "aicha", false), w.token("leuven", "goele", false)
		id := func() string { return string(kernel.NewID()) }
		file := team.gets("GET /families/"+team.gets("POST /families", vermeiren(), 201).text("id"), nil, 200)
		family, child := "/families/"+file.text("id"), file.text("persons.1.id")

		at := "/lending/libraries/" + id()
		library := obj{"version": 0, "name": "De Fietsboom", "months": 12, "more_months": 6, "keep_days": 14, "checks": []string{"Remmen", "Bel"},
			"sizes": []obj{{"kind": "Fiets", "name": "12 inch", "from_months": 24, "to_months": 48}, {"kind": "Fiets", "name": "14 inch", "from_months": 40}},
			"fees":  []obj{{"from": 2, "amount": "20.00"}, {"from": 1, "amount": "30.00"}}, "deposits": []obj{{"from": 2, "amount": "30.00"}, {"from": 1, "amount": "50.00"}}}
		lead.gets("PUT "+at, library, 200)
		desk.gets("PUT "+at, library, 403)
		library["version"], library["fees"] = 1, []obj{{"from": 2, "amount": "20.00"}}
		if r := lead.gets("PUT "+at, library, 422); r.text("errors.0.field") != "fees" {
			t.Errorf("a tariff in which somebody has no price: %s", r.body)
		}
		add := func(mark, size string, given bool) (thing, coupon string) {
			in := obj{"id": id(), "mark": mark, "size": size, "given": given}
			r := desk.gets("POST "+at+"/things", in, 201)
			desk.gets("POST "+at+"/things", in, 201) // sent twice
			return r.text("id"), r.text("coupon")
		}
		small, _ := add("F1", "1", false)
		large, coupon := add("F2", "2", true)
		if coupon == "" {
			t.Error("who gave a thing gets no coupon")
		}
		if r := desk.gets("POST "+at+"/things", obj{"id": id(), "mark": "F1", "size": "1"}, 409); r.text("errors.0.field") != "mark" {
			t.Errorf("a number twice: %s", r.body)
		}
		other.gets("POST "+at+"/things", obj{"id": id(), "mark": "F9", "size": "1"}, 404)

		enrol := obj{"id": id(), "library": strings.TrimPrefix(at, "/lending/libraries/"), "child": child}
		borrower := team.gets("POST "+family+"/borrowers", enrol, 201).text("id")
		other.gets("POST "+family+"/borrowers", enrol, 404)
		walker := desk.gets("POST "+at+"/borrowers", obj{"id": id(), "first": "Mauro", "birth": "2022-05-05"}, 201)
		if strings.Contains(string(walker.body), "Mauro") {
			t.Errorf("a name stands in what is remembered: %s", walker.body)
		}
		desk.gets("POST /lending/borrowers/"+walker.text("id")+"/measure", obj{"height": 95}, 204)
		kept := team.gets("POST /lending/borrowers/"+borrower+"/wishes", obj{"id": id(), "size": "1"}, 201)
		if kept.text("state") != "held" || kept.text("holds") != small {
			t.Errorf("what is kept for the child: %s", kept.body)
		}
		if r := desk.gets("POST /lending/borrowers/"+walker.text("id")+"/wishes", obj{"id": id(), "size": "1"}, 201); r.text("state") != "waiting" || r.field("place") != 1.0 {
			t.Errorf("who waits: %s", r.body)
		} else {
			desk.gets("DELETE /lending/wishes/"+r.text("id"), nil, 204)
		}

		ask := obj{"thing": small, "borrower": borrower}
		quote := desk.gets("POST /loans/quote", ask, 200)
		if quote.text("fee") != "30.00" || quote.text("deposit") != "50.00" {
			t.Errorf("the price: %s", quote.body)
		}
		lend := obj{"id": id(), "thing": small, "borrower": borrower, "agreed": obj{"fee": "20.00", "deposit": "50.00"}}
		if r := desk.gets("POST /loans", lend, 409); r.text("type") != "urn:bondgenoot:fault:loan.price" {
			t.Errorf("another price than was shown: %s", r.body)
		}
		lend["agreed"] = obj{"fee": "30.00", "deposit": "50.00"}
		loan := "/loans/" + desk.gets("POST /loans", lend, 201).text("id")
		desk.gets("POST /loans", lend, 201) // sent twice
		lend["id"], lend["borrower"] = id(), walker.text("id")
		desk.gets("POST /loans", lend, 409)
		if read := desk.gets("GET "+loan, nil, 200); read.text("held") != "50.00" || read.text("first") != "Tuur" || read.text("mark") != "F1" {
			t.Errorf("the loan at the desk: %s", read.body)
		}
		other.gets("GET "+loan, nil, 404)
		longer := desk.gets("POST "+loan+"/extend", obj{"id": id(), "agreed": "30.00"}, 200)
		if longer.text("due") <= quote.text("due") {
			t.Errorf("made longer: %s", longer.body)
		}

		if q := desk.gets("POST "+loan+"/quote", obj{"thing": large}, 200); q.text("fee") != "0.00" || q.text("carried") != "50.00" {
			t.Errorf("what an exchange comes to: %s", q.body)
		}
		swap := obj{"id": id(), "thing": large, "agreed": obj{"fee": "0.00", "deposit": "50.00"}}
		next := "/loans/" + desk.gets("POST "+loan+"/swap", swap, 201).text("id")
		desk.gets("POST "+loan+"/judge", obj{"id": id(), "verdict": "repair", "missing": []string{"Bel"}}, 204)
		desk.gets("POST /lending/things/"+small+"/mend", obj{"id": id(), "to": "ready"}, 204)
		if thing := desk.gets("GET /lending/things/"+small, nil, 200); thing.text("state") != "ready" || thing.count("steps") < 4 {
			t.Errorf("the thing and its history: %s", thing.body)
		}
		if board := desk.gets("GET "+at, nil, 200); board.text("out.0.first") != "Tuur" || board.text("deposits") != "50.00" || board.field("desk") != true {
			t.Errorf("the library at its desk: %s", board.body)
		}
		if board := other.gets("GET "+at, nil, 200); strings.Contains(string(board.body), "Tuur") || board.field("stock.0.ready") != 1.0 {
			t.Errorf("the library to a partner: %s", board.body)
		}
		lead.gets("POST /lending/things/"+large+"/recall", obj{"recalled": true}, 204)
		desk.gets("POST /lending/things/"+large+"/recall", obj{"recalled": false}, 403)
		if board := desk.gets("GET "+at, nil, 200); board.text("out.0.unsafe") != "recalled" {
			t.Errorf("what is to be fetched: %s", board.body)
		}
		desk.gets("POST "+next+"/extend", obj{"id": id(), "agreed": "0.00"}, 409)
		lead.gets("POST /lending/things/"+large+"/recall", obj{"recalled": false}, 204)
		desk.gets("POST /lending/things/"+large+"/date", obj{"made": "2025-02-03"}, 204)
		desk.gets("POST "+next+"/take-back", obj{"id": id()}, 204)
		end := obj{"id": id(), "verdict": "ready", "keep": "5.00"}
		if r := desk.gets("POST "+next+"/judge", end, 422); r.text("errors.0.field") != "reason" {
			t.Errorf("kept without a reason: %s", r.body)
		}
		end["reason"] = "parts"
		desk.gets("POST "+next+"/judge", end, 204)
		desk.gets("POST "+next+"/judge", end, 204) // sent twice
		if has := team.gets("GET "+family+"/loans", nil, 200); has.count("items") != 2 || has.text("items.0.loan.kept") != "5.00" {
			t.Errorf("what the family had: %s", has.body)
		}
		other.gets("GET "+family+"/loans", nil, 404)
		desk.gets("DELETE /lending/borrowers/"+borrower, nil, 409)
		desk.gets("DELETE /lending/borrowers/"+walker.text("id"), nil, 204)
		if all := other.gets("GET /lending/libraries", nil, 200); all.count("items") == 0 {
			t.Errorf("the libraries: %s", all.body)
		}
		w.booksAgree()
	})
}

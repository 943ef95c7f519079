package app_test

import (
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// The program of a depot keeps its list and its shelf, a partner's asks for a
// child, and what is reserved, ready and fetched is the same in both; nobody
// else's program sees the request, and the depot's sees no family.
func TestADepotWorksWithAPartnersProgram(t *testing.T) {
	onEachEngine(t, func(w *world) {
		lead, desk, team, other := w.token("leuven", "saar", false), w.token("leuven", "rik", false), w.token("leuven", "aicha", false), w.token("leuven", "goele", false)
		id := func() string { return string(kernel.NewID()) }
		family := team.gets("POST /families", vermeiren(), 201).text("id")

		opened := obj{"id": id(), "name": "Kirikou", "kind": "store"}
		at := "/depot/places/" + lead.gets("POST /depot/places", opened, 201).text("id")
		lead.gets("POST /depot/places", opened, 201) // sent twice
		desk.gets("POST /depot/places", opened, 403)
		rules := obj{"keep_days": 5, "most": 10, "first": "youngest"}
		lead.gets("PUT "+at, obj{"version": 1, "name": "Kirikou", "kind": "store", "rules": rules}, 200)
		if r := lead.gets("PUT "+at, obj{"version": 1, "name": "Kiriku", "kind": "store", "rules": rules}, 409); r.text("errors.0.key") != "stale.field" && r.text("type") != "urn:bondgenoot:fault:stale" {
			t.Errorf("a stale edit: %s", r.body)
		}
		sort := func(more obj) string {
			in, item := obj{"version": 0, "category": "trousers", "size": "104", "season": "winter", "grade": "good", "pack": 1}, id()
			for k, v := range more {
				in[k] = v
			}
			lead.gets("PUT /depot/items/"+item, in, 200)
			lead.gets("PUT /depot/items/"+item, in, 200) // sent twice
			return item
		}
		trousers := sort(obj{"ean": "5412345000013", "level": 10})
		next := sort(obj{"size": "110"})
		seat := sort(obj{"category": "car_seat", "size": "", "season": "all", "numbered": true, "years": 10})
		if r := lead.gets("PUT /depot/items/"+id(), obj{"version": 0, "category": "trousers", "size": "104", "season": "winter", "grade": "good", "pack": 1}, 409); r.text("errors.0.field") != "category" {
			t.Errorf("the same sort twice: %s", r.body)
		}

		came := obj{"id": id(), "from": "given", "lines": []obj{{"item": trousers, "amount": 2}, {"item": next, "amount": 3}, {"item": seat, "amount": 1, "mark": "ZITJE-1", "made": "2024-01-01"}}}
		desk.gets("POST "+at+"/deliveries", came, 204)
		desk.gets("POST "+at+"/deliveries", came, 204) // sent twice
		if r := desk.gets("POST "+at+"/deliveries", obj{"id": id(), "from": "given", "lines": []obj{{"item": seat, "amount": 1, "mark": "ZITJE-2", "made": "2010-01-01"}}}, 422); r.text("errors.0.field") != "lines.0.made" {
			t.Errorf("a seat that is too old: %s", r.body)
		}
		if thanks := desk.gets("GET "+at+"/gifts/"+came["id"].(string), nil, 200); thanks.count("lines") != 3 {
			t.Errorf("the gift: %s", thanks.body)
		}
		thing := desk.gets("POST "+at+"/scan", obj{"code": "zitje-1"}, 200).text("thing")
		lead.gets("POST /depot/things/"+thing+"/recall", obj{"recalled": true}, 204)
		if seen := desk.gets("POST "+at+"/scan", obj{"code": "zitje-1"}, 200); seen.text("warn") != "recalled" {
			t.Errorf("a recalled seat: %s", seen.body)
		}
		if shelf := other.gets("GET "+at+"/stock", nil, 200); shelf.count("items") != 3 || shelf.field("items.2.blocked") != 1.0 {
			t.Errorf("the shelf: %s", shelf.body)
		}
		other.gets("POST "+at+"/deliveries", came, 404)

		ask := obj{"id": id(), "place": opened["id"], "family": family, "months": 48, "lines": []obj{{"item": trousers, "pieces": 4}}}
		request := "/depot/requests/" + team.gets("POST /depot/requests", ask, 201).text("id")
		team.gets("POST /depot/requests", ask, 201) // sent twice
		other.gets("POST /depot/requests", obj{"id": id(), "place": opened["id"], "family": family, "months": 48, "lines": []obj{{"item": trousers, "pieces": 1}}}, 404)
		if read := desk.gets("GET "+request, nil, 200); read.field("lines.0.free") != 2.0 || strings.Contains(string(read.body), family) {
			t.Errorf("what the depot sees of the request: %s", read.body)
		}
		other.gets("GET "+request, nil, 404)
		hold := obj{"id": id()}
		if r := desk.gets("POST "+request+"/reserve", hold, 409); r.text("errors.0.field") != "lines.0" {
			t.Errorf("what is short: %s", r.body)
		}
		if short := other.gets("GET "+at+"/shortages", nil, 200); short.field("items.0.missing") != 2.0 {
			t.Errorf("the shortages: %s", short.body)
		}
		hold["partly"] = true
		desk.gets("POST "+request+"/reserve", hold, 204)
		desk.gets("POST "+request+"/reserve", hold, 204) // sent twice
		if instead := desk.gets("GET "+request+"/substitutes", nil, 200); instead.text("items.0.stock.0.item") != next {
			t.Errorf("in its place: %s", instead.body)
		}
		desk.gets("POST "+request+"/propose", obj{"line": 1, "item": next}, 204)
		team.gets("POST "+request+"/answer", obj{"line": 1, "welcome": false}, 204)
		desk.gets("POST "+request+"/ready", nil, 204)
		if mine := team.gets("GET /depot/requests", nil, 200); mine.text("items.0.state") != "ready" {
			t.Errorf("what the partner sees: %s", mine.body)
		}
		out := obj{"id": id(), "last": true}
		desk.gets("POST "+request+"/hand-over", out, 204)
		desk.gets("POST "+request+"/hand-over", out, 204) // sent twice
		if done := team.gets("GET /families/"+family+"/depot", nil, 200); done.text("items.0.state") != "collected" || done.field("items.0.lines.0.handed") != 2.0 {
			t.Errorf("what the family got: %s", done.body)
		}
		other.gets("GET /families/"+family+"/depot", nil, 404)

		var numbers []string
		for range 3 {
			numbers = append(numbers, team.gets("POST /depot/requests", obj{"id": id(), "place": opened["id"], "months": -1, "lines": []obj{{"item": next, "pieces": 1}}}, 201).text("id"))
		}
		team.gets("POST /depot/requests/"+numbers[0]+"/cancel", nil, 204)
		if helped := desk.gets("POST "+at+"/share-out", obj{"id": id()}, 200); helped.field("requests") != 2.0 {
			t.Errorf("shared out: %s", helped.body)
		}
		page := desk.gets("GET "+at+"/requests?limit=1", nil, 200)
		if rest := desk.gets("GET "+at+"/requests?limit=5&after="+page.text("next"), nil, 200); page.text("items.0.id") != numbers[1] || rest.count("items") != 1 || rest.text("items.0.id") != numbers[2] {
			t.Errorf("page by page: %s %s", page.body, rest.body)
		}
		desk.gets("POST /depot/requests/"+numbers[1]+"/put-back", obj{"id": id()}, 204)
		team.gets("POST /depot/requests/"+numbers[1]+"/ask-again", nil, 409)

		buy := lead.gets("GET "+at+"/orders", nil, 200)
		if buy.field("buy.0.buy") != 10.0 {
			t.Errorf("what to buy: %s", buy.body)
		}
		order := id()
		lead.gets("POST "+at+"/orders", obj{"id": order, "lines": []obj{{"item": trousers, "pieces": 10}}}, 204)
		desk.gets("POST /depot/orders/"+order+"/arrive", obj{"lines": []obj{{"item": trousers, "amount": 9}}}, 204)
		lead.gets("POST /depot/orders/"+order+"/call-off", nil, 409)
		desk.gets("POST "+at+"/losses", obj{"id": id(), "asset": obj{"item": trousers}, "pieces": 1, "why": "broken"}, 204)
		second := lead.gets("POST /depot/places", obj{"id": id(), "name": "Zolder", "kind": "store"}, 201).text("id")
		desk.gets("POST "+at+"/moves", obj{"id": id(), "to": second, "asset": obj{"item": trousers}, "pieces": 3}, 204)
		lead.gets("PUT /depot/places/"+second, obj{"version": 1, "name": "Zolder", "kind": "store", "rules": rules, "closed": true}, 409)
		box := lead.gets("POST /depot/places", obj{"id": id(), "name": "Geefkast", "kind": "container"}, 201).text("id")
		desk.gets("POST /depot/places/"+box+"/swaps", obj{"id": id(), "day": "2026-11-20", "people": 7, "given": 12, "taken": 10}, 204)

		desk.gets("GET "+at+"/count", nil, 404)
		count := id()
		desk.gets("POST "+at+"/count", obj{"id": count}, 204)
		desk.gets("POST /depot/counts/"+count+"/tell", obj{"lines": []obj{{"asset": obj{"item": trousers}, "pieces": 4}}}, 204)
		if c := desk.gets("GET "+at+"/count", nil, 200); c.text("id") != count || !strings.Contains(string(c.body), `"counted":4`) {
			t.Errorf("the count: %s", c.body)
		}
		desk.gets("POST /depot/counts/"+count+"/book", nil, 403)
		lead.gets("POST /depot/counts/"+count+"/book", nil, 204)
		lead.gets("POST /depot/counts/"+count+"/drop", nil, 409)
		if board := other.gets("GET "+at, nil, 200); board.count("months") != 12 || board.text("name") != "Kirikou" {
			t.Errorf("the board: %s", board.body)
		}
		if all := other.gets("GET /depot/places", nil, 200); all.count("items") != 3 {
			t.Errorf("the places: %s", all.body)
		}
		if all := other.gets("GET /depot/items", nil, 200); all.count("items") != 3 {
			t.Errorf("the list of things: %s", all.body)
		}
		// A set: two pairs of trousers in one case.
		set := sort(obj{"category": "other", "size": "", "season": "all", "name": "Koffer"})
		lead.gets("PUT /depot/kits/"+set, obj{"version": 1, "parts": []obj{{"item": next, "pieces": 2}}}, 200)
		lead.gets("PUT /depot/kits/"+set, obj{"version": 1, "parts": []obj{}}, 409)
		desk.gets("PUT /depot/kits/"+set, obj{"version": 2, "parts": []obj{}}, 403)
		desk.gets("POST "+at+"/deliveries", obj{"id": id(), "from": "given", "lines": []obj{{"item": next, "amount": 2}}}, 204)
		if sets := desk.gets("GET "+at+"/kits", nil, 200); sets.field("items.0.most") != 2.0 {
			t.Errorf("the sets: %s", sets.body)
		}
		putting := obj{"id": id(), "sets": 2}
		desk.gets("POST "+at+"/kits/"+set+"/put-together", putting, 204)
		desk.gets("POST "+at+"/kits/"+set+"/put-together", putting, 204) // sent twice
		desk.gets("POST "+at+"/kits/"+set+"/put-together", obj{"id": id(), "sets": 1}, 409)
		desk.gets("POST "+at+"/kits/"+set+"/take-apart", obj{"id": id(), "sets": 2}, 204)
		other.gets("POST "+at+"/kits/"+set+"/take-apart", obj{"id": id(), "sets": 2}, 404)
		if kits := team.gets("GET /depot/kits", nil, 200); kits.count("items.0.parts") != 1 {
			t.Errorf("what a set is made of: %s", kits.body)
		}
	})
}

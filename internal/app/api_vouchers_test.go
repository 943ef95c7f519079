package app_test

import (
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// The city's program arranges the school bag and grants it, the till of the swap
// shop takes it with a program of its own, and neither knows more than its page
// would show.
func TestAVoucherGoesFromACitysProgramToAShopsTill(t *testing.T) {
	onEachEngine(t, func(w *world) {
		bags := w.bags()
		family, child := w.toddler()
		town := w.towns["rivierenland"]
		city, till := w.token("rivierenland", "ines", false), w.token("rivierenland", "mia", false)
		at, shop := "/programmes/"+string(bags.ID)+"/vouchers", "/shops/"+string(town.Orgs["swap"].ID)

		was := city.gets("GET "+at+"/bag", nil, 200)
		how := obj{"version": was.field("version"), "units": 2, "worth": "24.00", "copay": "1.00", "months": 12, "period": "once", "anywhere": true}
		city.gets("PUT "+at+"/bag", how, 204)
		if r := city.gets("PUT "+at+"/bag", how, 409); !strings.HasSuffix(r.text("type"), "stale") {
			t.Errorf("a stale setup: %s", r.body)
		}
		how["version"], how["amount"] = 1, "5.00"
		if r := city.gets("PUT "+at+"/bag", how, 422); r.text("errors.0.field") != "amount" {
			t.Errorf("pieces and euros at once: %s", r.body)
		}
		fund := obj{"id": kernel.NewID(), "amount": "48.00", "units": 2}
		city.gets("POST "+at+"/bag/budget", fund, 204)
		city.gets("POST "+at+"/bag/budget", fund, 204) // sent twice
		fund["units"] = 3
		city.gets("POST "+at+"/bag/budget", fund, 422)

		given := obj{"id": kernel.NewID(), "child": child, "programme": bags.ID, "offer": "bag"}
		file := "/families/" + string(family)
		mine := city.with("Idempotency-Key", "the-bag")
		g := mine.gets("POST "+file+"/grants", given, 201)
		if again := mine.gets("POST "+file+"/grants", given, 201); again.text("id") != g.text("id") || again.header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("the same key again: %s", again.body)
		}
		city.gets("POST "+file+"/grants", given, 201) // sent twice
		given["id"] = kernel.NewID()
		if r := city.gets("POST "+file+"/grants", given, 409); r.text("errors.0.key") != "voucher.twice" {
			t.Errorf("a second bag: %s", r.body)
		}
		till.gets("GET "+file+"/grants", nil, 403)
		one := file + "/grants/" + g.text("id")
		code := city.gets("GET "+one+"/paper", nil, 200).text("code")
		if all := city.gets("GET "+file+"/grants", nil, 200); all.text("items.0.state") != "granted" || all.field("items.0.units_left") != 2.0 || strings.Contains(string(all.body), code) {
			t.Errorf("what the family has: %s", all.body)
		}
		if all := city.gets("GET "+file+"/papers", nil, 200); all.count("items") != 1 || all.text("items.0.qr") == "" {
			t.Errorf("its papers: %s", all.body)
		}

		if seen := till.gets("POST "+shop+"/look", obj{"shown": strings.ToLower(code)}, 200); seen.field("units") != 2.0 || seen.text("copay") != "1.00" || strings.Contains(string(seen.body), string(family)) {
			t.Errorf("the till sees: %s", seen.body)
		}
		sale := obj{"id": kernel.NewID(), "shown": code}
		took := till.gets("POST "+shop+"/redemptions", sale, 201)
		if took.text("amount") != "24.00" || took.text("copay") != "1.00" || took.field("units_left") != 1.0 {
			t.Errorf("the till took: %s", took.body)
		}
		till.gets("POST "+shop+"/redemptions", sale, 201) // sent twice
		sale["units"] = 2
		till.gets("POST "+shop+"/redemptions", sale, 422)
		sale["id"] = kernel.NewID()
		if r := till.gets("POST "+shop+"/redemptions", sale, 409); r.text("errors.0.key") != "voucher.too_many" {
			t.Errorf("more than there is: %s", r.body)
		}
		if r := till.gets("POST "+shop+"/look", obj{"shown": "AAAAA-AAAAA-2"}, 422); r.text("errors.0.field") != "shown" {
			t.Errorf("a code that is none: %s", r.body)
		}
		sale["units"] = 1
		last := till.gets("POST "+shop+"/redemptions", sale, 201)
		page := till.gets("GET "+shop+"/redemptions?limit=1", nil, 200)
		if rest := till.gets("GET "+shop+"/redemptions?limit=1&after="+page.text("next"), nil, 200); page.count("items") != 1 || rest.text("items.0.id") != last.text("id") || rest.text("next") != "" {
			t.Errorf("page by page: %s %s", page.body, rest.body)
		}
		till.gets("GET "+shop+"/redemptions?after=yesterday", nil, 422)
		if seen := till.gets("GET "+shop, nil, 200); seen.text("owed") != "48.00" || seen.count("last") != 2 {
			t.Errorf("what the shop is owed: %s", seen.body)
		}
		till.gets("POST "+shop+"/redemptions/"+last.text("id")+"/undo", nil, 200)
		city.gets("POST "+one+"/replace", nil, 204)
		if r := till.gets("POST "+shop+"/look", obj{"shown": code}, 409); r.text("errors.0.key") != "voucher.replaced" {
			t.Errorf("a paper that was replaced: %s", r.body)
		}
		till.gets("GET "+shop+"/conflicts", nil, 200)
		if board := city.gets("GET "+at, nil, 200); board.text("offers.0.all.amount") != "24.00" || board.text("shops.0.owed") != "24.00" {
			t.Errorf("the board: %s", board.body)
		}
		if all := city.gets("GET /vouchers", nil, 200); all.count("items") == 0 {
			t.Errorf("the boards: %s", all.body)
		}
		city.gets("POST "+one+"/extend", obj{"until": "2026-01-01"}, 422)
		city.gets("POST "+one+"/revoke", nil, 204)
		city.gets("GET "+one+"/paper", nil, 409)
		city.gets("POST "+one+"/bills", obj{"id": kernel.NewID()}, 409)
		city.gets("POST "+at+"/bag/approve", nil, 200)

		// Another shop's program learns nothing of this one's.
		other := w.token("rivierenland", "tom", false)
		for _, what := range []string{"", "/redemptions", "/conflicts"} {
			other.gets("GET "+shop+what, nil, 403)
		}
		made := city.gets("POST "+shop+"/tills", obj{"name": "Toonbank"}, 201)
		if all := city.gets("GET "+shop+"/tills", nil, 200); all.text("items.0.id") != made.text("id") {
			t.Errorf("the tills: %s", all.body)
		}
		city.gets("DELETE /tills/"+made.text("id"), nil, 204)
		city.gets("DELETE /tills/"+string(kernel.NewID()), nil, 404)
		if board, err := w.app.Vouchers.Board(town.As(w.Context(), "ines"), bags.ID); err != nil || board.Offers[0].Setup.Form != vouchers.OnPaper {
			t.Errorf("the board on the page: %+v, %v", board, err)
		}
	})
}

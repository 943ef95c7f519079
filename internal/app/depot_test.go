package app_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Kirikou: its coordinator opens the depot and says what there can be, a
// volunteer takes a gift in, a midwife asks for a child, the depot reserves,
// prints, says that it is ready, and hands it out. What is sent twice happens
// once.
func TestAChildGetsTrousersFromTheDepot(t *testing.T) {
	onEachEngine(t, func(w *world) {
		saar, rik, lies, goele := w.as("leuven", "saar").reads("en"), w.as("leuven", "rik").reads("en"), w.as("leuven", "lies").reads("en"), w.as("leuven", "goele").reads("en")
		saar.sees("GET /material", nil, 200, "Depot")
		saar.sees("GET /depot", nil, 200, "There is no depot yet")
		place := string(kernel.NewID())
		saar.sees("POST /depot", url.Values{"id": {place}, "name": {""}, "kind": {"store"}}, 422, "Give a name")
		saar.sees("POST /depot", url.Values{"id": {place}, "name": {"Kirikou"}, "kind": {"store"}}, 200, "The place is open")
		rik.sees("POST /depot", url.Values{"id": {string(kernel.NewID())}, "name": {"Elsewhere"}, "kind": {"store"}}, 403)
		at := "/depot/places/" + place

		item := string(kernel.NewID())
		sort := url.Values{"id": {item}, "version": {"0"}, "category": {"trousers"}, "size": {"104"}, "season": {"winter"}, "grade": {"good"}, "pack": {"1"}, "ean": {"5412345000010"}}
		saar.sees("POST /depot/items", sort, 422, "A figure is wrong")
		sort.Set("ean", "5412345000013")
		saar.sees("POST /depot/items", sort, 200, "The sort is in the list", "Trousers · size 104 · winter")

		gift := url.Values{"id": {string(kernel.NewID())}, "from": {"given"}, "amount." + item: {"many"}}
		rik.sees("POST "+at+"/in", gift, 422, "Give a number from 1 to")
		gift.Set("amount."+item, "3")
		for range 2 {
			rik.sees("POST "+at+"/in", gift, 200, "Say thank you")
		}
		rik.sees("GET "+at+"/stock", nil, 200, "Trousers · size 104 · winter")
		rik.sees("POST "+at+"/scan", url.Values{"code": {"5412345000013"}, "do": {"look"}}, 200, "Trousers · size 104")
		rik.sees("POST "+at+"/scan", url.Values{"code": {"5412345000012"}, "do": {"look"}}, 422, "A figure is wrong")
		goele.sees("POST "+at+"/in", gift, 404)

		lies.sees("GET "+at+"/ask", nil, 200, "Free: 3")
		ask := url.Values{"id": {string(kernel.NewID())}, "months": {""}, "amount." + item: {"2"}}
		lies.sees("POST "+at+"/ask", ask, 422, "Say about how old the child is")
		ask.Set("months", "48")
		for range 2 {
			lies.sees("POST "+at+"/ask", ask, 200, "Request 1", "4 years")
		}
		request := "/depot/requests/" + ask.Get("id")
		second := url.Values{"id": {string(kernel.NewID())}, "months": {"60"}, "amount." + item: {"4"}}
		lies.sees("POST "+at+"/ask", second, 200, "Request 2")
		goele.sees("GET "+request, nil, 404)
		lies.sees("POST "+request+"/work", url.Values{"do": {"reserve"}, "id": {string(kernel.NewID())}}, 403)

		rik.sees("GET "+at+"/requests", nil, 200, "Request 1", "Vroedvrouwen Leuven (fictief)")
		hold := url.Values{"do": {"reserve"}, "id": {string(kernel.NewID())}}
		for range 2 {
			rik.sees("POST "+request+"/work", hold, 200, "Reserved")
		}
		rik.sees("POST /depot/requests/"+second.Get("id")+"/work", url.Values{"do": {"reserve"}, "id": {string(kernel.NewID())}}, 409, "asked 4, free 1, for others 2")
		rik.sees("GET "+at+"/pick", nil, 200, "Request 1", "2 × Trousers · size 104")
		_, picked, _ := rik.asks("GET "+at+"/pick", nil)
		if lies := w.towns["leuven"].Workers["lies"]; strings.Contains(picked, lies.Name) {
			t.Error("the pick list names who asked")
		}
		rik.sees("POST "+request+"/work", url.Values{"do": {"ready"}}, 200, "Who asked is told")
		w.work()
		letters := w.mail.Kept()
		if n := len(letters); n == 0 || !strings.Contains(letters[n-1].Text, "Kirikou") || letters[n-1].To != "lies@leuven.example" {
			t.Errorf("no letter to who asked: %+v", letters)
		}
		lies.sees("GET "+request, nil, 200, "Ready, collect until")
		out := url.Values{"do": {"hand"}, "id": {string(kernel.NewID())}}
		for range 2 {
			rik.sees("POST "+request+"/work", out, 200, "Handed out")
		}
		lies.sees("GET /depot/asked", nil, 200, "Collected")
		rik.sees("GET "+at, nil, 200, "What runs short", "Trousers · size 104 · winter")
		_, file, _ := rik.asks("GET "+at+"/stock.csv", nil)
		if !strings.Contains(file, "Trousers,,104,winter,used and good,5412345000013,1,0,0") {
			t.Errorf("the file says %s", file)
		}
		w.stranger().sees("GET "+at+"/stock.csv", nil, 401)

		// Who does not come: it is free again.
		rik.sees("POST /depot/requests/"+second.Get("id")+"/work", url.Values{"do": {"partly"}, "id": {string(kernel.NewID())}}, 200, "Reserved")
		rik.sees("POST /depot/requests/"+second.Get("id")+"/work", url.Values{"do": {"ready"}}, 200)
		w.later(9 * 24 * time.Hour)
		if n, err := w.app.Depot.Sweep(w.Context()); n != 1 || err != nil {
			t.Errorf("%d swept, %v", n, err)
		}
		w.as("leuven", "lies").reads("en").sees("GET /depot/requests/"+second.Get("id"), nil, 200, "Not collected", "Ask again")
	})
}

// For whom it is asked, the care team knows and the depot does not; it comes
// along when files are merged, and it is forgotten with the family.
func TestTheDepotKnowsNoFamily(t *testing.T) {
	onEachEngine(t, func(w *world) {
		saar, rik, aicha, goele := w.as("leuven", "saar"), w.as("leuven", "rik").reads("en"), w.as("leuven", "aicha").reads("en"), w.as("leuven", "goele").reads("en")
		saarIn := w.towns["leuven"].As(w.Context(), "saar")
		place, err := w.app.Depot.OpenPlace(saarIn, depot.Place{ID: kernel.NewID(), Name: "Kirikou", Kind: depot.Store})
		if err != nil {
			t.Fatal(err)
		}
		item, err := w.app.Depot.SaveItem(saarIn, depot.Item{ID: kernel.NewID(), Category: "coats", Size: "116", Season: depot.Winter, Grade: depot.Good, Pack: 1})
		if err != nil {
			t.Fatal(err)
		}
		saar.sees("GET /depot/items", nil, 200)
		home := w.homeOf("aicha", "Fatima", "Haddad", "Bondgenotenlaan", "zeegroen", 5)
		ask := "/depot/places/" + string(place.ID) + "/ask?family=" + string(home.id)
		aicha.sees("GET /families/"+string(home.id)+"/depot", nil, 200, "Ask Kirikou")
		aicha.sees("GET "+ask, nil, 200, "Noor")
		goele.sees("GET "+ask, nil, 404)
		form := url.Values{"id": {string(kernel.NewID())}, "family": {string(home.id)}, "child": {string(home.child) + ":116"}, "amount." + string(item.ID): {"1"}}
		goele.sees("POST /depot/places/"+string(place.ID)+"/ask", form, 404)
		aicha.sees("POST /depot/places/"+string(place.ID)+"/ask", form, 200, "Request 1")
		aicha.sees("GET /families/"+string(home.id)+"/depot", nil, 200, "Request 1", "1 × Coats")
		for _, path := range []string{"/depot/requests/" + form.Get("id"), "/depot/places/" + string(place.ID) + "/requests", "/depot/places/" + string(place.ID) + "/pick"} {
			_, page, _ := rik.asks("GET "+path, nil)
			for _, secret := range home.secrets {
				if secret != "" && strings.Contains(page, secret) {
					t.Errorf("%s tells the depot %q", path, secret)
				}
			}
		}
		if err := w.app.Families.Forget(w.towns["leuven"].As(w.Context(), "nele"), home.id, "asked"); err != nil {
			t.Fatal(err)
		}
		rik.sees("GET /depot/requests/"+form.Get("id"), nil, 200, "Request 1")
		for table, cells := range w.cells() {
			if strings.HasPrefix(table, "depot_") && (strings.Contains(cells, string(home.id)) || strings.Contains(cells, string(home.child))) {
				t.Errorf("%s still leads to the family", table)
			}
		}
	})
}

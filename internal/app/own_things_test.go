package app_test

import (
	"context"
	"net/url"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// A family sees what it has, how much is left of it, where and until when; why
// what was asked of the depot has not come yet, and who comes first there. Of
// others it sees nothing, and who lives elsewhere sees none of it.
func TestAFamilySeesWhatItHasAndWhyItWaits(t *testing.T) {
	onEachEngine(t, func(w *world) {
		h := w.atHome()
		town := w.towns["leuven"]
		in := func(who string) context.Context { return town.As(w.Context(), who) }
		saar, rik, aicha, katrien := in("saar"), in("rik"), in("aicha"), in("katrien")
		rules := depot.Usual
		rules.First = depot.Urgent
		place, err := w.app.Depot.OpenPlace(saar, depot.Place{ID: kernel.NewID(), Name: "Kirikou", Kind: depot.Store, Rules: rules})
		w.did(err)
		coat, err := w.app.Depot.SaveItem(saar, depot.Item{ID: kernel.NewID(), Category: "coats", Size: "140", Season: depot.Winter, Grade: depot.Good, Pack: 1})
		w.did(err)
		asks := func(in depot.Asking) kernel.ID {
			in.ID, in.Place, in.Lines = kernel.NewID(), place.ID, []depot.Wish{{Item: coat.ID, Pieces: 1}}
			r, err := w.app.Depot.Ask(aicha, in)
			w.did(err)
			return r.ID
		}
		asks(depot.Asking{Months: 100}) // of nobody with a file
		request := asks(depot.Asking{Family: h.family, Child: h.yara, Months: 126, Urgent: true})

		house := town.Orgs["ocmw"].ID
		p, err := w.app.Programmes.SwitchOn(katrien, programmes.New{Template: "woluwe-school-premium", From: "2026-01-01", Partners: []programmes.Partner{{Org: house, Part: programmes.Lead}, {Org: house, Part: programmes.Redeems}},
			Params: map[string]string{"premium_nursery": "50", "premium_primary": "100", "premium_secondary": "160"}})
		w.did(err)
		w.did(w.app.Vouchers.AddBudget(katrien, vouchers.Fund{ID: kernel.NewID(), Programme: p.ID, Offer: "premium", Cents: 500_00}))
		w.as("leuven", "aicha").sees("GET /families/"+string(h.family)+"/vouchers", nil, 200, "volgens de regel van het programma", "Yara Peeters: € 100,00")
		_, err = w.app.Vouchers.Give(aicha, vouchers.NewGrant{ID: kernel.NewID(), Family: h.family, Child: h.yara, Programme: p.ID, Offer: "premium", Decision: "BCSD 2026/3", DecidedOn: "2026-11-20"})
		w.did(err)

		mother := w.stranger()
		mother.sees("POST /mine", url.Values{"k": {h.slip.Scan}}, 200)
		mother.sees("POST /mine/language", url.Values{"lang": {"nl"}, "back": {"/mine"}}, 200, "Wat u hebt en krijgt")
		mother.sees("GET /mine/things", nil, 200, "Schoolpremie – Yara", "Nog € 100,00 van € 100,00", "OCMW", "Waar u op wacht", "1 × Jassen", "Kirikou – Yara",
			"Dit is er nu niet. We zoeken ernaar.", "eerst wie het dringend nodig heeft", "Het depot weet dat het dringend is")
		w.as("leuven", "aicha").sees("GET /depot/requests/"+string(request), nil, 200, "Dit is er nu niet. Het depot zoekt ernaar.", "Is er te weinig, dan komt eerst: wie het dringend nodig heeft")
		w.as("leuven", "rik").misses("GET /depot/requests/"+string(request), "Het depot zoekt ernaar")

		w.did(w.app.Depot.Receive(rik, depot.Receiving{ID: kernel.NewID(), Place: place.ID, From: depot.Given, Lines: []depot.Incoming{{Item: coat.ID, Amount: 1}}}))
		mother.sees("GET /mine/things", nil, 200, "Het depot bekijkt uw vraag nog")
		helped, err := w.app.Depot.ShareOut(rik, kernel.NewID(), place.ID)
		w.did(err)
		if helped != 1 {
			t.Errorf("of one coat %d have theirs", helped)
		}
		mother.sees("GET /mine/things", nil, 200, "Dit ligt apart voor u")
		w.did(w.app.Depot.Ready(rik, request))
		mother.sees("GET /mine/things", nil, 200, "Klaar om te halen", "30 november 2026")
		mother.misses("GET /mine/things", "Waar u op wacht")
		mother.misses("GET /mine/things", "8 jaar") // of somebody else's child

		child := w.stranger()
		child.sees("POST /mine", url.Values{"k": {w.gives(h.family, ownpage.Give{Person: h.yara, Lang: kernel.AR, Days: 30,
			Contact: ownpage.ChildsPerson{Worker: town.Workers["bram"].ID, Phone: "02 123 45 67", When: "Dinsdag"}}).Scan}}, 200)
		child.misses("GET /mine/things", "Kirikou") // a child's page is another
		w.stranger().sees("GET /mine/things", nil, 200, "Uw bezoek is voorbij")
	})
}

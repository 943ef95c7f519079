package app_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// shelf is a depot with so many pieces of something new in it.
func (w *world) shelfOf(lead context.Context, name string, i depot.Item, n int64) (place, item kernel.ID) {
	w.Helper()
	p, err := w.app.Depot.OpenPlace(lead, depot.Place{ID: kernel.NewID(), Name: name, Kind: depot.Store})
	w.did(err)
	if i.ID == "" {
		i.ID, i.Season, i.Grade, i.Pack = kernel.NewID(), depot.AllYear, depot.New, 1
		i, err = w.app.Depot.SaveItem(lead, i)
		w.did(err)
	}
	if n > 0 {
		w.did(w.app.Depot.Receive(lead, depot.Receiving{ID: kernel.NewID(), Place: p.ID, From: depot.Given, Lines: []depot.Incoming{{Item: i.ID, Amount: n}}}))
	}
	return p.ID, i.ID
}

// handed books a family for a day, hands out, and answers with what the family
// has of it then.
func (w *world) handed(team, desk context.Context, session, family kernel.ID) sessions.Mine {
	w.Helper()
	b, err := w.app.Sessions.Book(team, sessions.Asking{Session: session, Slot: 0, Family: family})
	w.did(err)
	d, err := w.app.Sessions.Day(desk, session)
	w.did(err)
	w.later(d.Session.Starts.Time().Sub(w.clock()))
	_, err = w.app.Sessions.Tell(desk, session, sessions.Event{ID: kernel.NewID(), Booking: b.ID, Kind: sessions.Hand, Lines: b.Lines, At: kernel.InstantOf(w.clock())})
	w.did(err)
	all, err := w.app.Sessions.Of(team, family)
	w.did(err)
	for _, x := range all {
		if x.ID == b.ID {
			return x
		}
	}
	return sessions.Mine{}
}

// The spaces of the Restos du Cœur: a second place of the same organisation that
// gets its nappies from the first, and milk once a month; and a container in
// which people give and take. From what the rule says of a family to what it
// has, and what the book says.
func TestTheProgrammesOfHandOutsRun(t *testing.T) {
	w := onSQLite(t)
	town := w.towns["liege"]
	chantal, nadia := town.As(w.Context(), "chantal"), town.As(w.Context(), "nadia")
	on := func(template string, params map[string]string) {
		t.Helper()
		_, err := w.app.Programmes.SwitchOn(town.As(w.Context(), "marc"), programmes.New{Template: template, Params: params, From: "2026-01-01",
			Partners: []programmes.Partner{{Org: town.Orgs["resto"].ID, Part: programmes.Lead}}})
		w.did(err)
	}
	on("charleroi-parent-child-space", map[string]string{"age_to": "12"})
	on("la-louviere-milk", map[string]string{"milk_months": "12"})
	on("vielsalm-pas-a-pas", map[string]string{"papote_age": "3", "tresor_age": "12"})
	f, err := w.app.Families.Open(nadia, families.NewFamily{PostalCode: "4000", Persons: []families.NewPerson{
		{Role: families.Applicant, First: "Fatoumata", Last: "Inventée", Birth: "1994-03-04"}, {Role: families.Child, First: "Awa", Last: "Inventée", Birth: "2026-06-01"}}})
	w.did(err)
	w.as("liege", "nadia").reads("fr").sees("GET /families/"+string(f.ID)+"/rights", nil, 200, "Espace parents-enfants à Charleroi", "Lait pour les bébés", "Trésor des enfants")

	// Charleroi: what the second place gives came from the first.
	first, nappies := w.shelfOf(chantal, "Liège", depot.Item{Category: "nappies", Size: "3"}, 10)
	second, _ := w.shelfOf(chantal, "Charleroi", depot.Item{ID: nappies}, 0)
	w.did(w.app.Depot.Move(chantal, depot.Moving{ID: kernel.NewID(), From: first, To: second, Asset: depot.Asset{Item: nappies}, Pieces: 4}))
	daysOf := func(series kernel.ID) []sessions.Session {
		t.Helper()
		_, days, err := w.app.Sessions.Series(chantal, series, kernel.InstantOf(w.clock()).Date())
		w.did(err)
		return days
	}
	plan := func(s sessions.Series) []sessions.Session {
		t.Helper()
		made, err := w.app.Sessions.Plan(chantal, s)
		w.did(err)
		return daysOf(made.ID)
	}
	goods := plan(sessions.Series{Name: "Matériel", Place: "Charleroi", Way: sessions.ByAppointment, Slot: 30, Places: 2, Depot: second, Items: []sessions.Item{{Name: "Langes", Usual: 3, Asset: nappies}},
		Recurs: sessions.Recurrence{Weeks: 1, Days: []string{"TU", "FR"}, From: "09:00", To: "12:00", First: "2026-11-23"}})
	if b := w.handed(nadia, chantal, goods[0].ID, f.ID); b.State != sessions.Handed || len(b.Given) != 1 || b.Given[0].Quantity != 3 {
		t.Errorf("in Charleroi the family has %+v", b)
	}
	if a, b := w.free(chantal, first), w.free(chantal, second); a != 6 || b != 1 {
		t.Errorf("%d lie in the first place and %d in the second", a, b)
	}

	// La Louvière: once a month.
	milk := plan(sessions.Series{Name: "Lait", Place: "La Louvière", Way: sessions.ByAppointment, Slot: 30, Places: 20, Items: []sessions.Item{{Name: "Lait", Usual: 2}},
		Recurs: sessions.Recurrence{Days: []string{"WE"}, Nth: 1, From: "14:00", To: "16:00", First: "2026-11-23"}})
	if b := w.handed(nadia, chantal, milk[0].ID, f.ID); milk[0].Day != "2026-12-02" || b.Given[0].Quantity != 2 {
		t.Errorf("in La Louvière the family has %+v on %s", b, milk[0].Day)
	}
	_, err = w.app.Sessions.Sweep(w.Context())
	w.did(err)
	if next := daysOf(milk[0].Series); len(next) < 2 || next[1].Day != "2027-01-06" {
		t.Errorf("the milk is there again on %+v", next)
	}

	// Vielsalm: people give and take, every other Wednesday, and nobody is named.
	open := plan(sessions.Series{Name: "Le Trésor des enfants", Place: "Vielsalm", Way: sessions.Open,
		Recurs: sessions.Recurrence{Weeks: 2, Days: []string{"WE"}, From: "13:00", To: "16:00", First: "2026-12-02"}})
	if open[1].Day != "2026-12-16" {
		t.Errorf("the container opens again on %s", open[1].Day)
	}
	w.did(w.app.Sessions.Count(chantal, open[0].ID, "", map[string]int64{"families": 9, "children": 14, "brought": 40, "taken": 35}))
	box, err := w.app.Depot.OpenPlace(chantal, depot.Place{ID: kernel.NewID(), Name: "Le Trésor des enfants", Kind: depot.Container})
	w.did(err)
	w.did(w.app.Depot.Swapped(chantal, depot.Swap{ID: kernel.NewID(), Place: box.ID, Day: "2026-12-02", People: 23, Given: 40, Taken: 35}))
	b, err := w.app.Depot.Board(chantal, box.ID)
	w.did(err)
	if m := b.Months[len(b.Months)-1]; m.Given != 40 || m.Taken != 35 || m.People != 23 {
		t.Errorf("the container gave %+v", m)
	}
}

// Kirikou with its fifty-five partners: each asks for a child, by number; what
// there is goes to who needs it at once, then to who waits longest; each is
// told, once, that it is ready, and fetches it. A family has what was asked for
// its child, and a rule bounds how much one child gets.
func TestKirikouServesFiftyFivePartners(t *testing.T) {
	w := onSQLite(t)
	town := w.towns["leuven"]
	saar, rik, aicha := town.As(w.Context(), "saar"), town.As(w.Context(), "rik"), town.As(w.Context(), "aicha")
	_, err := w.app.Programmes.SwitchOn(town.As(w.Context(), "katrien"), programmes.New{Template: "leuven-kirikou", Partners: []programmes.Partner{{Org: town.Orgs["kirikou"].ID, Part: programmes.HandsOut}}})
	w.did(err)
	home := w.homeOf("aicha", "Fatima", "Haddad", "Bondgenotenlaan", "zeegroen", 5)
	w.as("leuven", "aicha").sees("GET /families/"+string(home.id)+"/rights", nil, 200, "Kirikou")
	place, coat := w.shelfOf(saar, "Kirikou", depot.Item{Category: "coats", Size: "116"}, 41)
	all, err := w.app.Depot.Places(saar)
	w.did(err)
	all[0].Rules.First, all[0].Rules.PerChild = depot.Urgent, 2
	w.did(w.app.Depot.ChangePlace(saar, all[0]))

	ask := url.Values{"id": {string(kernel.NewID())}, "family": {string(home.id)}, "child": {string(home.child) + ":60"}, "urgent": {"yes"}, "amount." + string(coat): {"3"}}
	at := "/depot/places/" + string(place)
	w.as("leuven", "aicha").sees("POST "+at+"/ask", ask, 409, "Dit depot geeft een kind 2 stuks", "U kunt er nog 2 vragen")
	admin := town.As(w.Context(), "wim")
	for n := range 54 {
		org, err := w.app.Members.AddOrganisation(admin, members.Organisation{Name: fmt.Sprintf("Partner %d", n), Kind: members.NonProfit})
		w.did(err)
		who, err := w.app.Members.AddWorker(admin, members.Worker{Name: "Iemand", Lang: kernel.NL, Mail: kernel.Email(fmt.Sprintf("p%d@partner.example", n))}, org.ID, policy.Referrer)
		w.did(err)
		_, err = w.app.Depot.Ask(act.As(w.Context(), policy.Actor{Alliance: town.ID, Person: who.ID, Org: org.ID, Roles: []policy.Role{policy.Referrer}}),
			depot.Asking{ID: kernel.NewID(), Place: place, Months: 60, Lines: []depot.Wish{{Item: coat, Pieces: 1}}})
		w.did(err)
	}
	ask.Set("amount."+string(coat), "2")
	w.as("leuven", "aicha").sees("POST "+at+"/ask", ask, 200, "Aanvraag 55", "dringend") // the last that asks, and it is urgent
	if n, err := w.app.Depot.ShareOut(rik, kernel.NewID(), place); n != 40 || err != nil {
		t.Fatalf("%d are helped: %v", n, err)
	}
	waiting, next, err := w.app.Depot.Requests(rik, depot.Query{Place: place, State: depot.Asked})
	w.did(err)
	more, _, err := w.app.Depot.Requests(rik, depot.Query{Place: place, State: depot.Asked, After: next})
	w.did(err)
	var ready []kernel.ID
	for _, r := range append(waiting, more...) {
		r, _, err := w.app.Depot.Read(rik, r.ID)
		w.did(err)
		if r.Held() != (r.Number <= 39 || r.Number == 55) {
			t.Errorf("request %d is held: %v", r.Number, r.Held())
		}
		if !r.Held() {
			continue
		}
		ready = append(ready, r.ID)
		w.did(w.app.Depot.Ready(rik, r.ID))
	}
	w.work()
	if letters := w.mail.Kept(); len(letters) != 40 || strings.Contains(letters[0].Text, "Haddad") {
		t.Errorf("%d are told", len(letters))
	}
	for _, id := range ready {
		w.did(w.app.Depot.HandOver(rik, kernel.NewID(), id, false))
	}
	w.as("leuven", "saar").sees("GET "+at, nil, 200, "15 Wachten", "Jassen")
	mine, err := w.app.Depot.OfFamily(aicha, home.id)
	w.did(err)
	if len(mine) != 1 || mine[0].State != depot.Collected || mine[0].Lines[0].Handed != 2 || len(ready) != 40 {
		t.Errorf("%d were ready, and the family has %+v", len(ready), mine)
	}
	w.as("leuven", "aicha").sees("POST "+at+"/ask", url.Values{"id": {string(kernel.NewID())}, "family": {string(home.id)}, "child": {string(home.child) + ":60"}, "amount." + string(coat): {"1"}}, 409, "U kunt er nog 0 vragen")
}

// BONGO: a school asks for a class, without a name; what is new is bought at
// once, comes, and is handed out. A bicycle of VELOKadee grows along with who the
// rule means.
func TestASchoolBuysForAClass(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := w.towns["leuven"]
		saar := town.As(w.Context(), "saar")
		for template, params := range map[string]map[string]string{"geel-bongo": nil, "leuven-velokadee": {"price": "12", "age_to": "12"}} {
			_, err := w.app.Programmes.SwitchOn(town.As(w.Context(), "katrien"), programmes.New{Template: template, Params: params, Partners: []programmes.Partner{{Org: town.Orgs["kirikou"].ID, Part: programmes.HandsOut}}})
			w.did(err)
		}
		place, bag := w.shelfOf(saar, "Schoolgerief", depot.Item{Category: "school", Name: "gevulde pennenzak"}, 0)
		lies, lead := w.as("leuven", "lies"), w.as("leuven", "saar") // who sits at a school acts as any partner does
		at := "/depot/places/" + string(place)
		ask := url.Values{"id": {string(kernel.NewID())}, "months": {"84"}, "children": {"veel"}, "amount." + string(bag): {"24"}}
		lies.sees("POST "+at+"/ask", ask, 422, "Kies een aantal van 1 tot 60")
		ask.Set("children", "24")
		request := lies.sees("POST "+at+"/ask", ask, 200, "een klas van 24", "7 jaar")
		lead.sees("GET "+at+"/orders", nil, 200, "Aangevraagd: 24.")
		lead.sees("POST "+at+"/orders", url.Values{"id": {string(kernel.NewID())}, "amount." + string(bag): {"24"}}, 200, "24 × Schoolgerei, gevulde pennenzak", "Er is van alles genoeg")
		_, underway, err := w.app.Depot.Proposals(saar, place)
		w.did(err)
		lead.sees("POST "+at+"/orders/"+string(underway[0].ID), url.Values{"amount." + string(bag): {"24"}}, 200, "Er is niets onderweg")
		for _, do := range []string{"reserve", "ready", "hand"} {
			lead.sees("POST "+request+"/work", url.Values{"do": {do}, "id": {string(kernel.NewID())}}, 200)
		}
		lies.sees("GET "+request, nil, 200, "Opgehaald")
		b, err := w.app.Depot.Board(saar, place)
		w.did(err)
		if m := b.Months[len(b.Months)-1]; m.In != 24 || m.Out != 24 || b.Free != 0 {
			t.Errorf("for the class %+v", m)
		}

		home := w.homeOf("aicha", "Fatima", "Haddad", "Bondgenotenlaan", "zeegroen", 5)
		aicha := w.as("leuven", "aicha")
		aicha.sees("GET /families/"+string(home.id)+"/rights", nil, 200, "VELOKadee")
		w.lends(saar, town.As(w.Context(), "rik"), town.As(w.Context(), "aicha"), home.id)
		aicha.sees("GET /families/"+string(home.id)+"/loans", nil, 200, "14 inch", "16 inch")
	})
}

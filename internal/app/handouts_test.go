package app_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// handout is the first day of a hand-out that a coordinator plans.
func (w *world) handout(coordinator context.Context) sessions.Session {
	w.Helper()
	today := kernel.InstantOf(w.clock()).Date()
	made, err := w.app.Sessions.Plan(coordinator, sessions.Series{Name: "Melk en luiers", Place: "Voorbeeldstraat 1, Leuven", Way: sessions.ByAppointment,
		Slot: 30, Places: 12, Release: 30, Own: true, Items: []sessions.Item{{Name: "Blik melk", Usual: 2}, {Name: "Pak luiers", Usual: 1}},
		Recurs: sessions.Recurrence{Weeks: 1, Days: []string{"TU", "TH"}, From: "13:30", To: "16:00", First: today}})
	w.did(err)
	_, days, err := w.app.Sessions.Series(coordinator, made.ID, today)
	w.did(err)
	return days[0]
}

var hiddenValue = regexp.MustCompile(`name="(event|booking)" value="([^"]+)"`)

// entryOf is the form of the entry of a number on the desk's page.
func entryOf(p *person, desk, number string) url.Values {
	p.Helper()
	_, body, _ := p.asks("GET "+desk, nil)
	_, body, ok := strings.Cut(body, `id="number-`+number+`"`)
	if !ok {
		p.Fatalf("number %s is not on the list", number)
	}
	body, _, _ = strings.Cut(body, "</li>")
	form := url.Values{}
	for _, part := range strings.Split(body, "<form")[1:] { // of the two forms the one that is shown
		if head, _, _ := strings.Cut(part, ">"); !strings.Contains(head, " hidden") {
			form.Set("kind", regexp.MustCompile(`data-kind="([a-z_]+)"`).FindStringSubmatch(head)[1])
			body = part
		}
	}
	for _, m := range hiddenValue.FindAllStringSubmatch(body, -1) {
		form.Set(m[1], m[2])
	}
	for _, m := range regexp.MustCompile(`name="(quantity\.[^"]+)"[^>]*value="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		form.Set(m[1], m[2])
	}
	return form
}

// The Tuesday of Liège: Chantal plans the hand-out, Nadia of another house makes
// an appointment for a mother, Jeanne at the desk sees a number and a first name
// and ticks it off, once, however often it is sent. Nobody's surname is
// anywhere on the way.
func TestTheTuesdayOfLiegeThroughPages(t *testing.T) {
	onEachEngine(t, func(w *world) {
		chantal, nadia, jeanne := w.as("liege", "chantal").reads("fr"), w.as("liege", "nadia").reads("fr"), w.as("liege", "jeanne").reads("fr")
		plan := url.Values{"name": {"Lait et langes"}, "place": {"Espace parents-enfants, Liège"}, "way": {"appointment"}, "days": {"TU", "TH"}, "weeks": {"1"},
			"from": {"13h30"}, "to": {"16:00"}, "first": {"2026-11-23"}, "slot": {"30"}, "places": {"2"}, "release": {"30"}, "own": {"1"},
			"items": {"2 Lait 1er âge\n1 Langes taille 3\nVêtements"}}
		wrong := url.Values{}
		for k, v := range plan {
			wrong[k] = v
		}
		wrong.Set("to", "12:00")
		wrong.Set("items", "")
		chantal.sees("POST /handouts/new", wrong, 422, "La fin vient après le début", "Écrivez au moins une chose", "Lait et langes")
		plan.Set("id", string(kernel.NewID()))
		chantal.sees("POST /handouts/new", plan, 200, "La série est planifiée")
		chantal.sees("POST /handouts/new", plan, 200, "La série est planifiée", "Chaque semaine : mardi et jeudi, 13:30–16:00", "10 libres")
		jeanne.sees("GET /handouts/new", nil, 403)
		if all, err := w.app.Sessions.Ours(w.towns["liege"].As(w.Context(), "chantal")); err != nil || len(all) != 1 {
			t.Errorf("sent twice it is planned %d times (%v)", len(all), err)
		}
		wrong = url.Values{"name": {"Autre chose"}}
		for k, v := range plan {
			if k != "name" {
				wrong[k] = v
			}
		}
		chantal.sees("POST /handouts/new", wrong, 422, "déjà été envoyé")
		plan.Del("id")

		liege := w.towns["liege"]
		mother, err := w.app.Families.Open(liege.As(w.Context(), "nadia"), families.NewFamily{PostalCode: "4000", Persons: []families.NewPerson{
			{Role: families.Applicant, First: "Fatoumata", Last: "Inventée", Birth: "1994-03-04"}, {Role: families.Child, First: "Awa", Last: "Inventée", Birth: "2026-06-01"}},
			Contact: families.Contact{Mails: []kernel.Email{"fatoumata@famille.example"}, Languages: []string{"fr"}}})
		w.did(err)
		next, err := w.app.Sessions.Next(liege.As(w.Context(), "nadia"), false, 10)
		w.did(err)
		day, file := string(next[0].Session.ID), "/families/"+string(mother.ID)
		nadia.sees("GET "+file+"/handouts?session="+day, nil, 200, "Lait et langes", "13 h 30", "Lait 1er âge")
		item := next[0].Items
		booking := url.Values{"session": {day}, "slot": {"0"}, "quantity." + item[0].Key: {"3"}, "quantity." + item[1].Key: {"1"}, "quantity." + item[2].Key: {""}}
		nadia.sees("POST "+file+"/handouts", url.Values{"session": {day}, "slot": {"0"}}, 422, "Choisissez au moins une chose")
		nadia.sees("POST "+file+"/handouts", booking, 200, "Le rendez-vous est pris", "Numéro 1", "3 × Lait 1er âge")
		nadia.sees("POST "+file+"/handouts", booking, 409, "Il y a déjà un rendez-vous")
		nadia.sees("GET /desk/"+day, nil, 404)
		jeanne.sees("GET "+file+"/handouts", nil, 403)

		store, milk := w.milkFor(liege.As(w.Context(), "chantal"), 10)
		series := "/handouts/" + string(next[0].Series.ID)
		for k, v := range map[string]string{"version": "1", "depot": string(store), "asset-" + item[0].Key: string(milk)} {
			plan.Set(k, v)
		}
		chantal.sees("GET "+series+"/change", nil, 200, "De quel dépôt cela vient-il ?", "Remise du lait", "Comment s’appelle « Lait 1er âge » au dépôt ?")
		chantal.sees("POST "+series+"/change", plan, 200, "Lait et langes")

		desk := "/desk/" + day
		jeanne.sees("GET "+desk, nil, 200, "Fatoumata", "3 × Lait 1er âge, 1 × Langes taille 3")
		jeanne.misses("GET "+desk, "Inventée", "Awa", string(mother.ID))
		status, calendar, _ := w.stranger().asks("GET "+strings.TrimPrefix(feedOn(chantal, "/handouts/"+string(next[0].Series.ID)), w.name), nil)
		if status != 200 || !strings.Contains(calendar, "DTSTART:20261124T123000Z") || strings.Contains(calendar, "Fatoumata") {
			t.Errorf("the calendar answers %d: %s", status, calendar)
		}
		w.stranger().sees("GET /calendar/nobody-made-this/days.ics", nil, 404)

		w.work()
		w.later(2 * time.Hour)
		w.work()
		told := 0
		for _, m := range w.mail.Kept() {
			if m.To == "fatoumata@famille.example" {
				told++
				if !strings.Contains(m.Text, "13\u00a0h\u00a030") || strings.Contains(m.Text, "Lait") || strings.Contains(m.Text, "Fatoumata") {
					t.Errorf("the reminder says %q", m.Text)
				}
			}
		}
		if told != 1 {
			t.Errorf("the mother is reminded %d times", told)
		}

		w.later(27 * time.Hour) // Tuesday, two o'clock
		chantal, nadia, jeanne = w.as("liege", "chantal").reads("fr"), w.as("liege", "nadia").reads("fr"), w.as("liege", "jeanne").reads("fr")
		form := entryOf(jeanne, desk, "1")
		jeanne.sees("POST "+desk, form, 200, "Coché", "Reçu")
		jeanne.sees("POST "+desk, form, 200, "Coché", "1 famille servie") // sent twice
		if free := w.free(liege.As(w.Context(), "chantal"), store); free != 7 {
			t.Errorf("of ten tins three were handed out, and %d lie in the depot", free)
		}
		again := url.Values{"kind": {"hand"}, "event": {string(kernel.NewID())}, "booking": form["booking"], "quantity." + item[0].Key: {"3"}}
		chantal.sees("POST "+desk, again, 200, "C’était déjà coché", "Coché deux fois", "Le numéro 1")
		chantal.sees("POST "+desk+"/seen", url.Values{"event": again["event"]}, 200, "Vérifié")
		chantal.misses("GET "+desk, "Coché deux fois")
		walk := url.Values{"kind": {"walk_in"}, "event": {string(kernel.NewID())}, "booking": {string(kernel.NewID())}, "quantity." + item[0].Key: {"1"}}
		jeanne.sees("POST "+desk, walk, 200, "2 familles servies", "Sans rendez-vous")
		walk.Set("quantity."+item[0].Key, "100")
		walk.Set("event", string(kernel.NewID()))
		jeanne.sees("POST "+desk, walk, 422, "écrivez un nombre de 0 à 99")
		undo := entryOf(jeanne, desk, "1")
		jeanne.sees("POST "+desk, undo, 200, "La coche est enlevée", "Attendu")
		if free := w.free(liege.As(w.Context(), "chantal"), store); free != 9 {
			t.Errorf("the walk-in took one tin, and %d lie in the depot", free)
		}
		nadia.sees("GET "+file+"/handouts", nil, 200, "Attendu", "reçoit la veille à 10 h un courriel")
		reach := families.ContactEdit{Version: 1, PostalCode: "4000", Contact: families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "0400 12 34 56"}}
		w.did(w.app.Families.ChangeContact(liege.As(w.Context(), "nadia"), mother.ID, reach))
		nadia.sees("GET "+file+"/handouts", nil, 200, "reçoit la veille à 10 h un SMS")
		w.app.Families.Texting = false // no provider is named
		nadia.sees("GET "+file+"/handouts", nil, 200, "Bondgenoot n’en envoie pas ici", "Appelez-la vous-même")
		reach.Version, reach.TextTo = 2, ""
		w.did(w.app.Families.ChangeContact(liege.As(w.Context(), "nadia"), mother.ID, reach))
		nadia.sees("GET "+file+"/handouts", nil, 200, "ne reçoit aucun rappel, ni par courriel ni par SMS")
	})
}

// milkFor opens a depot with so many tins of milk, as its coordinator.
func (w *world) milkFor(coordinator context.Context, tins int64) (store, milk kernel.ID) {
	w.Helper()
	place, err := w.app.Depot.OpenPlace(coordinator, depot.Place{ID: kernel.NewID(), Name: "Remise du lait", Kind: depot.Store})
	w.did(err)
	item, err := w.app.Depot.SaveItem(coordinator, depot.Item{ID: kernel.NewID(), Category: "milk", Name: "Essai", Season: depot.AllYear, Grade: depot.New, Pack: 1, Dated: true})
	w.did(err)
	w.did(w.app.Depot.Receive(coordinator, depot.Receiving{ID: kernel.NewID(), Place: place.ID, From: depot.Bought,
		Lines: []depot.Incoming{{Item: item.ID, Amount: tins, Until: "2027-05-01"}}}))
	return place.ID, item.ID
}

// free is how much lies free in a depot, of everything together.
func (w *world) free(worker context.Context, store kernel.ID) (n int64) {
	w.Helper()
	shelf, err := w.app.Depot.At(worker, store)
	w.did(err)
	for _, of := range shelf.Stock {
		n += of.Free
	}
	return n
}

// feedOn is the address of the calendar that a page shows.
func feedOn(p *person, page string) string {
	p.Helper()
	_, body, _ := p.asks("GET "+page, nil)
	m := regexp.MustCompile(`https?://[^"<]+/calendar/[^"<]+`).FindString(body)
	if m == "" {
		p.Fatal("no calendar on ", page)
	}
	return m
}

// A mother makes her own appointment on her own page, takes it along and takes
// it back. Who does not belong to the household any more sees nothing of it.
func TestAFamilyMakesItsOwnAppointment(t *testing.T) {
	onEachEngine(t, func(w *world) {
		h := w.atHome()
		town := w.towns["leuven"]
		aicha := town.As(w.Context(), "aicha")
		day := w.handout(town.As(w.Context(), "katrien"))
		mother := w.stranger()
		mother.sees("POST /mine", url.Values{"k": {h.slip.Scan}}, 200, "Fatima")
		mother.sees("POST /mine/language", url.Values{"lang": {"nl"}, "back": {"/mine"}}, 200)
		mother.sees("GET /mine/handouts", nil, 200, "Melk en luiers", "Voorbeeldstraat 1", "13.30 uur")
		mother.sees("POST /mine/handouts", url.Values{"session": {string(day.ID)}, "slot": {"x"}}, 422, "Kies een uur")
		mother.sees("POST /mine/handouts", url.Values{"session": {string(day.ID)}, "slot": {"1"}}, 200, "Uw afspraak staat", "Uw nummer: 1", "2 × Blik melk")
		mother.sees("GET /mine/copy", nil, 200, "Voorbeeldstraat 1", "2 × Blik melk")
		mother.sees("GET /mine/download", nil, 200, `"visits": [`, "Blik melk")

		other, err := w.app.Families.AddPerson(aicha, h.family, families.NewPerson{Role: families.Partner, First: "Zebedeus", Last: "Ander", Birth: "1985-01-01"})
		w.did(err)
		slip, err := w.app.Own.GiveCode(aicha, h.family, ownpage.Give{Person: other.ID, Lang: kernel.NL, Names: kernel.NL, Days: 30})
		w.did(err)
		w.did(w.app.Families.Left(aicha, h.family, other.ID, kernel.InstantOf(w.clock()).Date(), families.LeftSeparated))
		left := w.stranger()
		left.sees("POST /mine", url.Values{"k": {slip.Scan}}, 200, "Zebedeus")
		left.sees("GET /mine/handouts", nil, 404)
		left.misses("GET /mine/copy", "Voorbeeldstraat")
		left.misses("GET /mine/download", "Voorbeeldstraat")

		mine, err := w.app.Sessions.Of(aicha, h.family)
		if err != nil || len(mine) != 2 { // one that her worker made stands in the scene
			t.Fatal(len(mine), err)
		}
		if mine[0].Session != day.ID {
			mine[0] = mine[1]
		}
		left.sees("POST /mine/handouts/cancel", url.Values{"booking": {string(mine[0].ID)}}, 404)
		mother.sees("POST /mine/handouts/cancel", url.Values{"booking": {string(mine[0].ID)}}, 200, "Uw afspraak is afgezegd")
	})
}

// What a desk sends after a session without net is done once, in its order,
// each by itself: what is wrong is told with its reason and leaves the others.
func TestWhatADeskSendsIsDoneOnce(t *testing.T) {
	onEachEngine(t, func(w *world) {
		day, coming := w.crowd(3)
		jeanne, rik := w.as("liege", "jeanne").reads("fr"), w.as("leuven", "rik")
		now := w.clock().UTC().Format(time.RFC3339)
		event := func(kind string, booking kernel.ID, lines ...sessions.Line) map[string]any {
			return map[string]any{"id": kernel.NewID(), "booking": booking, "kind": kind, "lines": lines, "seq": 1, "at": now}
		}
		events := []map[string]any{event("hand", coming[0].ID, coming[0].Lines...), event("hand", coming[0].ID, coming[0].Lines...), event("undo", coming[1].ID),
			event("hand", kernel.NewID(), coming[0].Lines...), event("hand", coming[1].ID, sessions.Line{Item: "9", Quantity: 1}), event("dance", coming[1].ID, coming[1].Lines...),
			event("walk_in", kernel.NewID(), coming[0].Lines...), {"id": "x", "booking": coming[2].ID, "kind": "hand", "lines": coming[2].Lines, "at": now},
			{"id": kernel.NewID(), "booking": coming[2].ID, "kind": "hand", "lines": coming[2].Lines, "at": "yesterday"}, event("hand", coming[2].ID)}
		sync := "POST /desk/" + string(day) + "/sync"
		outcomes := func(again bool) string {
			var got []string
			for _, r := range jeanne.calls(sync, map[string]any{"events": events}, 200)["results"].([]any) {
				one := r.(map[string]any)
				got = append(got, one["outcome"].(string))
				if one["outcome"] == "refused" && one["why"] == "" {
					t.Errorf("%v is refused without a reason", one)
				}
				if one["outcome"] != "refused" && one["again"] != again {
					t.Errorf("%v: told again is %v", one, again)
				}
			}
			return strings.Join(got, " ")
		}
		const want = "done already nothing refused refused refused done refused refused refused"
		for _, again := range []bool{false, true} {
			if got := outcomes(again); got != want {
				t.Errorf("%s\nwant %s", got, want)
			}
		}
		d, err := w.app.Sessions.Day(w.towns["liege"].As(w.Context(), "chantal"), day)
		w.did(err)
		if d.Of(sessions.Handed) != 2 || d.Of(sessions.Booked) != 2 {
			t.Errorf("%d handed out and %d expected", d.Of(sessions.Handed), d.Of(sessions.Booked))
		}
		jeanne.sees(sync, url.Values{"events": {"rubbish"}}, 422)
		rik.calls(sync, map[string]any{"events": []any{}}, 200)
		if r := rik.calls(sync, map[string]any{"events": events[:1]}, 200)["results"].([]any)[0].(map[string]any); r["outcome"] != "refused" {
			t.Errorf("somebody of another alliance hands out: %v", r)
		}
	})
}

package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// A caseworker's program books, moves and cancels, the desk's reads its list and
// says what was handed out: once, however often it is sent.
func TestAProgramBooksAndADesksProgramHandsOut(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := w.towns["leuven"]
		day := w.handout(town.As(w.Context(), "katrien"))
		team, desk, other := w.token("leuven", "aicha", false), w.token("leuven", "katrien", false), w.token("leuven", "goele", false)
		id := func() string { return string(kernel.NewID()) }
		family := "/families/" + team.gets("POST /families", vermeiren(), 201).text("id")
		at := "/handouts/" + string(day.ID)

		if next := team.gets("GET /handouts", nil, 200); next.text("items.0.id") != string(day.ID) || next.count("items.0.slots") == 0 {
			t.Errorf("the next days: %s", next.body)
		}
		one := team.gets("GET "+at, nil, 200)
		if days := team.gets("GET /handout-series/"+one.text("of.id"), nil, 200); days.count("days") == 0 {
			t.Errorf("the days of the series: %s", days.body)
		}
		visit := team.gets("POST "+family+"/appointments", obj{"session": day.ID, "slot": 0}, 201)
		if strings.Contains(string(visit.body), "Hanna") {
			t.Errorf("a name stands in what is remembered: %s", visit.body)
		}
		team.gets("POST "+family+"/appointments", obj{"session": day.ID, "slot": 1}, 409)
		other.gets("POST "+family+"/appointments", obj{"session": day.ID, "slot": 1}, 404)
		other.gets("DELETE /appointments/"+visit.text("id"), nil, 404)
		team.gets("POST /appointments/"+visit.text("id")+"/move", obj{"session": day.ID, "slot": 1}, 200)
		if mine := team.gets("GET "+family+"/appointments", nil, 200); mine.field("items.0.slot") != 1.0 {
			t.Errorf("the appointment: %s", mine.body)
		}

		event := obj{"id": id(), "booking": visit.text("id"), "kind": "hand", "lines": visit.field("lines"), "at": w.clock().Format(time.RFC3339)}
		desk.gets("POST "+at+"/events", event, 409) // too early
		w.later(day.Starts.Time().Sub(w.clock()))
		team, desk, other = w.token("leuven", "aicha", false), w.token("leuven", "katrien", false), w.token("leuven", "goele", false)
		list := desk.gets("GET "+at+"/list", nil, 200)
		if list.text("entries.0.first") != "Hanna" || strings.Contains(string(list.body), "Vermeiren") || strings.Contains(string(list.body), strings.TrimPrefix(family, "/families/")) {
			t.Errorf("the list of the desk: %s", list.body)
		}
		other.gets("GET "+at+"/list", nil, 404)
		event["at"] = w.clock().Format(time.RFC3339)
		if told := desk.gets("POST "+at+"/events", event, 200); told.text("outcome") != "done" || told.field("again") != false {
			t.Errorf("handed out: %s", told.body)
		}
		if told := desk.gets("POST "+at+"/events", event, 200); told.field("again") != true {
			t.Errorf("sent twice: %s", told.body)
		}
		event["id"] = id()
		if told := desk.gets("POST "+at+"/events", event, 200); told.text("outcome") != "already" {
			t.Errorf("once more: %s", told.body)
		}
		desk.gets("POST "+at+"/events/"+event["id"].(string)+"/seen", nil, 204)
		desk.gets("DELETE /appointments/"+visit.text("id"), nil, 409)
		if figures := desk.gets("GET /handout-series/"+one.text("of.id")+"/figures", nil, 200); figures.field("items.0.families") != 1.0 {
			t.Errorf("the figures: %s", figures.body)
		}
		if ours := desk.gets("GET /handout-series", nil, 200); ours.count("items") != 1 {
			t.Errorf("our series: %s", ours.body)
		}
		desk.gets("POST "+at+"/counts", obj{"families": 3}, 404) // nobody counts where families register
		// What a coordinator plans, a program plans and changes; who walked in is tied.
		series := "/handout-series/" + one.text("of.id")
		walked := obj{"id": id(), "booking": id(), "kind": "walk_in", "lines": visit.field("lines"), "at": w.clock().Format(time.RFC3339)}
		number := desk.gets("POST "+at+"/events", walked, 200).field("number")
		if days := team.gets("GET /walk-ins", nil, 200); days.text("items.0.id") != string(day.ID) {
			t.Errorf("who walked in: %s", days.body)
		}
		other.gets("POST "+family+"/walk-ins", obj{"session": day.ID, "number": number}, 404)
		team.gets("POST "+family+"/walk-ins", obj{"session": day.ID, "number": 999}, 422)
		tied := team.gets("POST "+family+"/walk-ins", obj{"session": day.ID, "number": number}, 200)
		team.gets("DELETE "+family+"/walk-ins/"+tied.text("id"), nil, 204)
		plan := obj{"name": "Luiers", "place": "Kerkstraat", "way": "appointment", "slot": 15, "places": 2, "items": []obj{{"name": "Luiers", "usual": 1}},
			"recurs": obj{"weeks": 2, "days": []string{"TU"}, "from": "09:00", "to": "11:00", "first": "2026-12-01"}}
		team.gets("POST /handout-series", plan, 403)
		made := desk.gets("POST /handout-series", plan, 201)
		if made.text("recurs.first") != "2026-12-01" || made.count("items") != 1 {
			t.Errorf("planned: %s", made.body)
		}
		plan["version"], plan["places"] = 1, 4
		if changed := desk.gets("PUT /handout-series/"+made.text("id"), plan, 200); changed.field("places") != 4.0 || changed.field("version") != 2.0 {
			t.Errorf("changed: %s", changed.body)
		}
		plan["places"] = 5
		desk.gets("PUT /handout-series/"+made.text("id"), plan, 409)
		other.gets("PUT "+series, plan, 403)
		desk.gets("GET /handout-promises", nil, 200)
		desk.gets("POST "+at+"/call-off", nil, 204)
		desk.gets("POST "+at+"/call-off", nil, 409)
		desk.gets("POST /handout-series/"+one.text("of.id")+"/end", nil, 204)
	})
}

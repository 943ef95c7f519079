package app_test

import (
	"encoding/csv"
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/domain/gaps"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// A coordinator stands before the matrix, opens a cell and finds the very
// services that it counts; the file says the same. Drafts and private numbers
// are in neither, and another alliance sees its own alone.
func TestACoordinatorSeesWhatIsMissing(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.fillDirectory(w.towns["leuven"].ID)
		katrien := w.as("leuven", "katrien").reads("en")
		katrien.sees("GET /directory/gaps", nil, 200, "10 services count, of 10 that are open", "None", "Baby, to 1 year", "Income", "There are three or more")
		katrien.sees("GET /network", nil, 200, "See where there is little or no help")
		_, rows, _ := katrien.asks("GET /directory/gaps/rows?rows=phase&columns=lever&row=baby&column=8", nil)
		if n := strings.Count(rows, "Lait pour bébés") + strings.Count(rows, "Melk voor baby’s"); n != 10 {
			t.Errorf("%d services in the cell, not 10:\n%s", n, plain(rows))
		}
		if strings.Contains(rows, "Nog niet bekend") {
			t.Error("a draft stands in a cell")
		}
		for _, path := range []string{"/directory/gaps/rows?rows=phase&columns=lever&row=colour&column=8", "/directory/gaps/rows"} {
			katrien.sees("GET "+path, nil, 404)
		}
		_, file, _ := katrien.asks("GET /directory/gaps.csv?rows=lever&columns=cost&only_language=ar", nil)
		lines, err := csv.NewReader(strings.NewReader(file)).ReadAll()
		if err != nil || len(lines) != 1+9*2 {
			t.Fatalf("%d lines, %v", len(lines), err)
		}
		for _, line := range lines[1:] {
			want := map[string]string{"Income": "10", "Childcare": "4", "Education": "4", "Leisure": "2"}[line[0]]
			if want == "" {
				want = "0"
			}
			if line[3] != want || (line[3] == "0") != (line[2] == "None") {
				t.Errorf("%v, not %s", line, want)
			}
		}
		w.stranger().sees("GET /directory/gaps.csv", nil, 401)
	})
}

// What stood on a day is kept, by the month and by a coordinator; a later day
// laid beside it shows what came and what went, and opens the very services.
func TestADayIsLaidBesideAnother(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.fillDirectory(w.towns["leuven"].ID)
		katrien, lies := w.as("leuven", "katrien").reads("en"), w.as("leuven", "lies").reads("en")
		katrien.misses("GET /directory/gaps", "Lay beside it")
		lies.sees("POST /directory/gaps/days", url.Values{}, 403)
		katrien.sees("POST /directory/gaps/days", url.Values{}, 200, "You can lay this day beside a later one")
		then := kernel.InstantOf(w.clock()).Date()
		town := w.towns["leuven"].As(w.Context(), "katrien")
		page, err := w.app.Directory.List(town, directory.Query{State: directory.Open})
		if err != nil || len(page.Rows) != 10 {
			t.Fatal(len(page.Rows), err)
		}
		stopped := page.Rows[0].Service
		stopped.State = directory.Stopped
		if _, err := w.app.Directory.ChangeService(town, stopped); err != nil {
			t.Fatal(err)
		}
		if _, err := w.app.Directory.AddService(town, directory.Service{Organisation: stopped.Organisation, State: directory.Open, Name: kernel.Text{NL: "Huiswerkclub"}, Levers: []directory.Lever{8}, Phases: []directory.Phase{directory.Baby, directory.Teen}}); err != nil {
			t.Fatal(err)
		}
		w.later(40 * 24 * time.Hour)
		if _, err := w.app.Gaps.Sweep(w.Context()); err != nil {
			t.Fatal(err)
		}
		katrien, lies = w.as("leuven", "katrien").reads("en"), w.as("leuven", "lies").reads("en")
		_, all, _ := katrien.asks("GET /directory/gaps", nil)
		if n := strings.Count(all, `<option value="20`); n != 2 {
			t.Errorf("%d days are kept, not the one of the coordinator and the one of the month", n)
		}
		if _, err := w.app.Gaps.Sweep(w.Context()); err != nil {
			t.Fatal(err)
		}
		if _, again, _ := katrien.asks("GET /directory/gaps", nil); strings.Count(again, `<option value="20`) != 2 {
			t.Error("a month is kept twice")
		}
		lies.sees("GET /directory/gaps?then="+string(then), nil, 200, "10 services were open", "Then: None, 0 services")
		katrien.sees("GET /directory/gaps/rows?rows=phase&columns=lever&row=baby&column=8&then="+string(then), nil, 200, "New here since", "Huiswerkclub", "Was here on", stopped.Name.NL)
		katrien.misses("GET /directory/gaps/rows?rows=phase&columns=lever&row=teen&column=8&then="+string(then), "Was here on")
		_, file, _ := katrien.asks("GET /directory/gaps.csv?rows=phase&columns=lever&only_language=not_told&then="+string(then), nil)
		if !strings.Contains(file, ",Income,Little,1,0,0,0,0,0,0,1110,None,0") {
			t.Errorf("the file says\n%s", file)
		}
		for _, day := range []string{"2019-01-01", "x", "2026-13-40"} {
			katrien.sees("GET /directory/gaps?then="+day, nil, 404)
		}
		w.as("liege", "sophie").sees("GET /directory/gaps?then="+string(then), nil, 404)
	})
}

// The figures of children that come along are those of Statbel, with their
// year; a coordinator tells newer ones, and who works here reads them.
func TestHowManyChildrenLiveSomewhere(t *testing.T) {
	onEachEngine(t, func(w *world) {
		katrien, lies := w.as("leuven", "katrien").reads("en"), w.as("leuven", "lies").reads("en")
		lies.sees("GET /directory/gaps", nil, 200, "For whom there has to be help", "5,544", "Statbel, 2013", "Not told")
		form := url.Values{"version": {"0"}, "year": {"2025"}, "births": {"1.050"}, "to_4": {"5100"}, "to_9": {"4 900"}, "to_14": {"4800"}, "to_19": {"4700"}, "source": {"Dienst bevolking"}}
		lies.sees("GET /directory/gaps/children/24062", nil, 403)
		lies.sees("POST /directory/gaps/children/24062", form, 403)
		katrien.sees("GET /directory/gaps/children/24062", nil, 200, "How many children live there?")
		if _, page, _ := katrien.asks("GET /directory/gaps/children/24062", nil); !strings.Contains(page, `value="2013"`) || !strings.Contains(page, `value="5544"`) {
			t.Error("the form does not begin with what is known")
		}
		katrien.sees("GET /directory/gaps/children/11002", nil, 404)
		katrien.sees("POST /directory/gaps/children/11002", form, 404)
		for field, wrong := range map[string][2]string{"year": {"1999", "from 2000 to 2026"}, "to_4": {"veel", "Write a number in figures"}, "births": {"-3", "Write a number in figures"}, "to_9": {"2000000", "Write a number in figures"}, "source": {" ", "Write who gives these figures"}} {
			bad := maps.Clone(form)
			bad.Set(field, wrong[0])
			status, page, _ := katrien.asks("POST /directory/gaps/children/24062", bad)
			if status != 422 || !strings.Contains(plain(page), wrong[1]) || !strings.Contains(page, `value="4800"`) {
				t.Errorf("%s: %d\n%s", field, status, plain(page))
			}
		}
		katrien.sees("POST /directory/gaps/children/24062", form, 200, "Saved")
		katrien.sees("POST /directory/gaps/children/24062", form, 409)
		lies.sees("GET /directory/gaps", nil, 200, "1,050", "5,100", "Dienst bevolking, 2025")
	})
}

// Who refers to whom: ways with enough referrals stand by themselves, the
// others together, and no small figure is in the page.
func TestWhoRefersToWhom(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.as("leuven", "aicha").sees("GET /referrals/network", nil, 403)
		katrien := w.as("leuven", "katrien").reads("en")
		katrien.sees("GET /referrals/figures", nil, 200, "See who refers to whom")
		katrien.sees("GET /referrals/network", nil, 200, "Who refers to whom?")
		katrien.sees("GET /referrals/network?from=2026-02-30", nil, 422)
		katrien.sees("GET /referrals/network?from=2026-12-01&to=2026-11-01", nil, 422)
		katrien.sees("GET /referrals/network?from=2001-01-01&to=2001-02-01", nil, 200, "There is nothing in this period")
	})
}

// What is asked for stands in the cell, with the rows behind each number one
// step on, and on a sheet for a consultation in the reader's language. Who
// works here says that something is missing, by choices alone; who does not
// coordinate sees what there is, not what was asked for.
func TestWhatIsAskedForStandsBesideWhatThereIs(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.fillDirectory(w.towns["leuven"].ID)
		katrien, lies := w.as("leuven", "katrien").reads("en"), w.as("leuven", "lies").reads("nl")
		lies.sees("GET /directory/gaps/signal?phase=baby&lever=5", nil, 200, "Zeg dat hier iets ontbreekt", "Over het gezin vragen we niets")
		lies.sees("POST /directory/gaps/signal", url.Values{"phase": {"baby"}}, 422, "Kies een thema")
		lies.sees("POST /directory/gaps/signal", url.Values{"lever": {"5"}, "phase": {"grown"}, "place": {"11002"}, "part": {"noon"}}, 422, "deel van de week kennen wij niet")
		form := url.Values{"lever": {"5"}, "phase": {"baby"}}
		w.stranger().sees("POST /directory/gaps/signal", form, 401)
		for range 60 { // sixty days; the second word of a day counts no more
			w.did(w.app.Gaps.Signal(w.towns["leuven"].As(w.Context(), "lies"), gaps.Signal{Lever: 5, Phase: directory.Baby}))
			w.did(w.app.Gaps.Signal(w.towns["leuven"].As(w.Context(), "lies"), gaps.Signal{Lever: 5, Phase: directory.Baby}))
			w.later(24 * time.Hour)
		}
		katrien, lies = w.as("leuven", "katrien").reads("en"), w.as("leuven", "lies").reads("nl")
		lies.sees("POST /directory/gaps/signal", form, 200, "Het telt mee")
		for range 30 {
			w.did(w.app.Finder.Missed(w.Context(), w.towns["leuven"].ID, find.Query{Phase: directory.Baby, Lever: 5, NIS: "24062"}, find.Found{Concepts: []string{"gp"}}))
		}
		katrien.sees("GET /directory/gaps", nil, 200, "61 times told by partners", "searched 30 times in vain", "about 1,110 children")
		lies.misses("GET /directory/gaps", "gesignaleerd door partners", "vergeefs gezocht")
		cell := "GET /directory/gaps/rows?rows=phase&columns=lever&row=baby&column=5"
		katrien.sees(cell, nil, 200, "What is asked for", "Partners that say it is missing 61", "Searched in vain 30", "Children who live there (about) 1,110", "Statbel, 2013", "From this we reckon")
		lies.misses(cell, "Wie het zegt", "Partners die zeggen", "Vergeefs gezocht")
		katrien.sees("GET /directory/gaps/rows?rows=phase&columns=lever&row=baby&column=8", nil, 200, "Families that wait", "Melk voor baby’s 10 OCMW Noord")
		sheet := "GET /directory/gaps/sheet?rows=phase&columns=lever"
		_, one, _ := katrien.asks(sheet, nil)
		if _, again, _ := katrien.asks(sheet, nil); plain(one) != plain(again) {
			t.Error("the sheet is another when it is made again")
		}
		katrien.sees(sheet, nil, 200, "Leuven", "None or little; what is asked for most comes first Part of life Theme", "Baby, to 1 year Health None 0 0 30 61 1,110")
		w.as("leuven", "katrien").reads("fr").sees(sheet, nil, 200, "Aide aux familles", "Signalé :")
		w.as("leuven", "katrien").reads("de").sees(sheet, nil, 200, "Hilfe für Familien", "Gemeldet:")
		lies.misses(sheet, "Vergeefs gezocht")
		_, file, _ := katrien.asks("GET /directory/gaps.csv?rows=phase&columns=lever", nil)
		if !strings.Contains(file, `"Baby, to 1 year",Health,None,0,0,0,0,30,0,61,1110`) {
			t.Errorf("the file says\n%s", file)
		}
	})
}

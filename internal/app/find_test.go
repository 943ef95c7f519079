package app_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/openreferral"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// offering is what Leuven tells to everybody in these tests, and what it tells
// to nobody.
type offering struct {
	bank, care kernel.ID
	place      kernel.ID
}

func all[T any](w *world, v T, err error) T {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	return v
}

// offers writes what help there is in Leuven.
func (w *world) offers() (o offering) {
	w.Helper()
	katrien := w.towns["leuven"].As(w.Context(), "katrien")
	desk := w.app.Directory
	org, err := desk.AddOrganisation(katrien, directory.Organisation{Name: "Huis Zonnebloem", Website: "https://zonnebloem.example",
		Numbers: []directory.Phone{{Number: kernel.FictionalPhone(71)}, {Number: kernel.FictionalPhone(72), Private: true}}})
	all(w, org, err)
	place, err := desk.AddLocation(katrien, directory.Location{Organisation: org.ID, Name: "Het Hoekhuis", Street: "Voorbeeldstraat 1", Postal: "3001", City: "Heverlee",
		Municipality: "24062", Hours: []directory.Hours{{Rule: "FREQ=WEEKLY;BYDAY=MO,WE", From: "08:30", To: "12:00", Since: "2026-01-01"}}})
	all(w, place, err)
	o.place = place.ID
	open := func(s directory.Service) kernel.ID {
		s.Organisation, s.State = org.ID, directory.Open
		v, err := desk.AddService(katrien, s)
		return all(w, v, err).ID
	}
	o.bank = open(directory.Service{Name: kernel.Text{NL: "Luierbank", FR: "Banque de langes"}, About: kernel.Text{NL: "Luiers voor een kleine prijs.", FR: "Des langes à petit prix."},
		How: kernel.Text{NL: "Bel of kom langs."}, Levers: []directory.Lever{8}, Phases: []directory.Phase{directory.Baby, directory.Toddler}, Languages: []string{"nl", "ar"},
		Costs: []directory.Cost{{Free: true}}, At: []directory.Place{{Location: place.ID}}})
	o.care = open(directory.Service{Name: kernel.Text{NL: "Kinderopvang De Beer"}, Levers: []directory.Lever{1}, Phases: []directory.Phase{directory.Baby}, At: []directory.Place{{Location: place.ID}}})
	return o
}

// A mother finds the way on an old telephone: where she lives, what she looks
// for, where it is. Nothing of it is kept.
func TestAnybodyFindsHelp(t *testing.T) {
	onEachEngine(t, func(w *world) {
		o := w.offers()
		mother := w.stranger()
		mother.sees("GET /find", nil, 200, "Waar woont u?", "We vragen niet wie u bent", "112", "Verlaat snel deze pagina")
		mother.sees("GET /find?at=3000", nil, 200, "Hulp voor gezinnen in Leuven", "Hoe oud is het kind?", "2 plekken gevonden", "Luierbank", "Huis Zonnebloem", "ongeveer", "Nu open", "Vraag of er plaats is", "Gratis")
		found := url.Values{"lang": {"nl"}, "nis": {"24062"}, "postal": {"3000"}}
		for _, typed := range []struct{ lang, words, sees string }{
			{"nl", "pampers", "1 plek gevonden"}, {"fr", "couches", "1 résultat"}, {"ar", "حفاضات", "نتيجة واحدة"}, {"uk", "підгузки", "Знайдено 1 варіант"}, {"tr", "bebek bezi", "1 sonuç"},
			{"de", "Windeln", "1 Ergebnis"}, {"en", "diapers", "1 found"}, {"nl", "luierbnak", "We zochten ook naar"},
		} {
			found.Set("q", typed.words)
			found.Set("lang", typed.lang)
			mother.sees("POST /find", found, 200, typed.sees, "Huis Zonnebloem")
		}
		mother.sees("GET /find?nis=24062&phase=toddler", nil, 200, "1 plek gevonden", "Luierbank")
		mother.sees("GET /find?nis=24062&only=free&speaks=ar&lang=fr", nil, 200, "Banque de langes", "On y parle : arabe et néerlandais")
		one := "GET /find/leuven/" + string(o.bank)
		mother.sees(one, nil, 200, "Bel of kom langs.", "Baby, tot 1 jaar", "Voorbeeldstraat 1, 3001 Heverlee", "Maandag en woensdag: 08:30 – 12:00", kernel.FictionalPhone(71).Display(), "zonnebloem.example", "Laatst nagekeken op 23 november 2026")
		mother.misses(one, kernel.FictionalPhone(72).Display(), string(kernel.FictionalPhone(72)))
		mother.sees(one+"/poster/"+string(o.place), nil, 200, "Scan met uw telefoon", "Hulp voor gezinnen in Heverlee", "/find?nis=24062&postal=3001")
		mother.sees(one+"/poster", nil, 200, "Luierbank", "/find/leuven/"+string(o.bank))
		_, calendar, _ := mother.asks(one+"/hours.ics", nil)
		for _, line := range []string{"BEGIN:VEVENT", "DTSTART;TZID=Europe/Brussels:20261123T083000", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE", "SUMMARY:Luierbank"} {
			if !strings.Contains(calendar, line) {
				t.Errorf("the calendar has no %s:\n%s", line, calendar)
			}
		}
		katrien := w.towns["leuven"].As(w.Context(), "katrien")
		swap, _, err := w.app.Directory.Service(katrien, o.care)
		w.did(err)
		swap.Hours = []directory.Hours{{Rule: "FREQ=MONTHLY;BYDAY=1SA", From: "10:00", To: "12:00", Holidays: directory.TermOnly}}
		_, err = w.app.Directory.ChangeService(katrien, swap)
		w.did(err)
		mother.sees("GET /find/leuven/"+string(o.care), nil, 200, "De eerste zaterdag van de maand: 10:00 – 12:00", "Zet de uren in uw agenda")
		mother.misses("GET /find/leuven/"+string(o.care), "Maandag en woensdag: 08:30", "Nu open")
		if _, calendar, _ := mother.asks("GET /find/leuven/"+string(o.care)+"/hours.ics", nil); !strings.Contains(calendar, "RRULE:FREQ=MONTHLY;BYDAY=1SA") || !strings.Contains(calendar, "BEGIN:VTIMEZONE") || !strings.Contains(calendar, "DESCRIPTION:") {
			t.Errorf("once a month is in no calendar:\n%s", calendar)
		}
		base, _ := url.Parse(w.url)
		if cookies := mother.client.Jar.Cookies(base); len(cookies) != 0 {
			t.Errorf("the finder left cookies: %v", cookies)
		}
	})
}

// What somebody looks for in vain is counted, and they are told whom to call.
func TestWhatIsNotThereIsCounted(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.offers()
		p := w.stranger()
		form := url.Values{"lang": {"nl"}, "nis": {"24062"}, "q": {"tandarts voor Zoë Janssens"}, "lever": {"5"}}
		p.sees("POST /find", form, 200, "Hiervoor vonden we niets", "zonder te weten wie", "OCMW Leuven", "Zoek zonder keuzes")
		misses, err := w.app.Finder.Misses(w.towns["leuven"].As(w.Context(), "katrien"), "2026-11-23", "2026-11-23")
		want := find.Miss{Day: "2026-11-23", Lever: 5, Municipality: "24062", Lang: kernel.NL, Concept: "teeth", Why: find.Nothing, Times: 1}
		if got := all(w, misses, err); len(got) != 1 || got[0] != want {
			t.Errorf("counted %+v", got)
		}
		p.sees("GET /find?nis=24062", nil, 200, "2 plekken gevonden") // looking around is not looking in vain
		if got, _ := w.app.Finder.Misses(w.towns["leuven"].As(w.Context(), "katrien"), "2026-11-23", "2026-11-23"); len(got) != 1 {
			t.Errorf("counted %+v", got)
		}
	})
}

var hrefs = regexp.MustCompile(`(?:href|action)="([^"]*)"`)

// What is typed stands in no address, nor what was answered in the check.
func TestWhatIsTypedStandsInNoAddress(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.offers()
		form := url.Values{"lang": {"nl"}, "nis": {"24062"}, "postal": {"3000"}, "q": {"luiers geheim"}, "from": {"check"}, "child": {"2025-11-01"}, "called": {"Noor"}}
		_, body, _ := w.stranger().asks("POST /find", form)
		for _, m := range hrefs.FindAllStringSubmatch(body, -1) {
			for _, secret := range []string{"luiers", "geheim", "2025-11-01", "Noor", "q="} {
				if strings.Contains(html.UnescapeString(m[1]), secret) {
					t.Errorf("%s stands in %s", secret, m[1])
				}
			}
		}
		if !strings.Contains(body, `name="q" type="text" value="luiers geheim"`) && !strings.Contains(body, "luiers geheim") {
			t.Error("what was typed is lost")
		}
		w.stranger().sees("GET /find?nis=24062&q=tandarts", nil, 200, "2 plekken gevonden") // from an address nothing is looked for
	})
}

func TestThePlaceDecidesWhereOneLooks(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.offers()
		for name, tt := range map[string]struct {
			query  string
			status int
			sees   string
		}{
			"a name":                        {"at=leuven", 200, "Hulp voor gezinnen in Leuven"},
			"a part of a municipality":      {"at=3001", 200, "Hulp voor gezinnen in Leuven"},
			"nothing that is a place":       {"at=zzzz", 422, "Deze plaats kennen we niet"},
			"a place that several have":     {"at=sint", 200, "Welke gemeente bedoelt u?"},
			"where nobody takes part":       {"at=arlon", 200, "houdt nog niemand hier bij"},
			"a municipality that is none":   {"nis=99999", 200, "Waar woont u?"},
			"choices that are none":         {"nis=24062&phase=x&lever=99&when=never&skip=-3&speaks=klingon&only=x", 200, "2 plekken gevonden"},
			"a page behind the last":        {"nis=24062&skip=9999", 200, "2 plekken gevonden"},
			"in Arabic, from right to left": {"nis=24062&lang=ar", 200, `dir="rtl"`},
		} {
			status, body, _ := w.stranger().asks("GET /find?"+tt.query, nil)
			if status != tt.status || !strings.Contains(body, tt.sees) && !strings.Contains(plain(body), tt.sees) {
				t.Errorf("%s: %d, without %q:\n%s", name, status, tt.sees, plain(body))
			}
		}
		p := w.stranger()
		p.sees("GET /find/nowhere/"+string(kernel.NewID()), nil, 404)
		p.sees("GET /find/leuven/"+string(kernel.NewID()), nil, 404)
		p.sees("GET /find/leuven/x", nil, 404)
	})
}

// What the check answers goes along to the finder and back, in the form alone.
func TestFromTheCheckToTheFinderAndBack(t *testing.T) {
	onEachEngine(t, func(w *world) {
		startProgrammes(w)
		w.offers()
		p := w.stranger()
		_, body, _ := p.asks("POST /check", first())
		form := carried(body)
		form.Set("do", "result")
		_, result, _ := p.asks("POST /check", form)
		if !strings.Contains(result, `action="/find"`) {
			t.Fatal("the result does not lead to the finder")
		}
		_, after, _ := strings.Cut(result, `action="/find"`)
		form = carried("<main" + after)
		_, list, _ := p.asks("POST /find", form)
		for _, want := range []string{"We kijken mee met wat u antwoordde", "Luierbank", `action="/check"`} {
			if !strings.Contains(list, want) {
				t.Errorf("the finder does not say %q:\n%s", want, plain(list))
			}
		}
		_, back, _ := strings.Cut(list, `action="/check"`)
		form = carried("<main" + back)
		form.Set("do", "result")
		p.sees("POST /check", form, 200, "Wat er is voor u", "Voor wie woont in Leuven")
		if got := form["child"]; !slices.Equal(got, []string{"2024-08-02"}) {
			t.Errorf("on the way back the child was %v", got)
		}
	})
}

// A coordinator sees why a service stands first, and what was looked for in
// vain: few of it not by number.
func TestACoordinatorSeesWhy(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.offers()
		katrien := w.as("leuven", "katrien")
		katrien.sees("GET /finder", nil, 200, "Hoe gezinnen zoeken", "zocht nog niemand tevergeefs", "/find/leuven/widget")
		katrien.sees("POST /finder", url.Values{"q": {"pampers"}}, 200, "Luierbank", "Een ander woord voor", "Nu open: 3")
		for range 7 {
			w.stranger().sees("POST /find", url.Values{"lang": {"nl"}, "nis": {"24062"}, "q": {"tandarts"}}, 200, "Hiervoor vonden we niets")
		}
		w.stranger().sees("POST /find", url.Values{"lang": {"nl"}, "nis": {"24062"}, "q": {"advocaat"}}, 200, "Hiervoor vonden we niets")
		katrien.sees("GET /finder", nil, 200, "tandarts", "minder dan 5", "Kleine aantallen tonen we niet")
		w.as("leuven", "aicha").sees("GET /finder", nil, 403)
	})
}

// A city puts the field into a page of its own, and reads what is new; no other
// page may be framed, and neither tells what is private.
func TestACitysOwnSite(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.offers()
		for path, framed := range map[string]bool{"/find/leuven/widget": true, "/find": false, "/find?nis=24062": false, "/check": false} {
			answer, err := http.Get(w.url + path)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			policy := answer.Header.Get("Content-Security-Policy")
			if got := !strings.Contains(policy, "frame-ancestors 'none'") && answer.Header.Get("X-Frame-Options") == ""; got != framed {
				t.Errorf("%s may be framed: %v (%s)", path, got, policy)
			}
		}
		p := w.stranger()
		p.sees("GET /find/leuven/widget?lang=nl", nil, 200, "Hulp voor gezinnen in Leuven")
		p.sees("GET /find/leuven/widget?lang=ar", nil, 200, "مساعدة للعائلات في Leuven") // as on its signs, not Louvain
		for _, path := range []string{"feed.atom", "feed.json"} {
			_, body, _ := p.asks("GET /find/leuven/"+path, nil)
			if !strings.Contains(body, "Luierbank") || !strings.Contains(body, "/find/leuven/") {
				t.Errorf("%s: %s", path, body)
			}
			if strings.Contains(body, string(kernel.FictionalPhone(72))) {
				t.Errorf("%s tells a private number", path)
			}
		}
	})
}

// Two services that are one are joined by the coordinator: at once everybody
// finds one, by the words of both, at every address that the other ever had, of
// people and of programs, and it is undone as easily.
func TestAJoinedServiceIsFoundAtEveryAddressItHad(t *testing.T) {
	onEachEngine(t, func(w *world) {
		o := w.offers()
		katrien := w.towns["leuven"].As(w.Context(), "katrien")
		house, _, err := w.app.Directory.Organisations(katrien, directory.OrganisationQuery{Typed: "zonnebloem"})
		w.did(err)
		place, err := w.app.Directory.AddLocation(katrien, directory.Location{Organisation: house[0].ID, Name: "Hoekhuis", Street: "Voorbeeldstraat 1", Postal: "3001", City: "Heverlee"})
		w.did(err)
		twin, err := w.app.Directory.AddService(katrien, directory.Service{Organisation: house[0].ID, State: directory.Open, Name: kernel.Text{NL: "Luierbank", EN: "Diaper bank"}, Words: []string{"zwierezwaai"}, At: []directory.Place{{Location: place.ID}}})
		w.did(err)
		mother, coordinator, lies := w.stranger(), w.as("leuven", "katrien").reads("en"), w.as("leuven", "lies")
		mother.sees("GET /find?at=3000", nil, 200, "3 plekken gevonden")
		_, _, was := w.feed("/hsds/leuven/service_at_locations/" + openreferral.AtID(twin.ID, place.ID))
		if !strings.Contains(string(was), string(twin.ID)) {
			t.Fatalf("%s", was)
		}
		lies.sees("GET /directory/doubles/services", nil, 403)
		coordinator.sees("GET /directory/doubles/services", nil, 200, "Luierbank", "The same name: Luierbank", "Of the same organisation: Huis Zonnebloem", "Lay them side by side")
		coordinator.sees("GET /directory/doubles/places", nil, 200, "Het Hoekhuis", "The same address: Voorbeeldstraat 1, 3001")
		join := "/directory/services/" + string(o.bank) + "/join"
		coordinator.sees("GET "+join+"?with="+string(twin.ID), nil, 200, "Is this the same service?", "Stays", "Goes up in it")
		form := url.Values{"with": {string(twin.ID)}, "kept": {"1"}, "gone": {"1"}, "do": {"join"}, "choose.name": {"gone"}}
		lies.sees("POST "+join, form, 403)
		coordinator.sees("POST "+join, form, 200, "It is one now", "Diaper bank", "Het Hoekhuis")
		coordinator.sees("POST "+join, form, 404)
		places := "/directory/places/" + string(o.place) + "/join"
		coordinator.sees("GET "+places+"?with="+string(place.ID), nil, 200, "Is this the same place?", "Diaper bank")
		coordinator.sees("POST "+places, url.Values{"with": {string(place.ID)}, "kept": {"1"}, "gone": {"7"}, "do": {"join"}}, 409, "Is this the same place?")
		coordinator.sees("POST "+places, url.Values{"with": {string(place.ID)}, "kept": {"1"}, "gone": {"1"}, "do": {"join"}}, 200, "It is one now")

		mother.sees("GET /find?at=3000", nil, 200, "2 plekken gevonden")
		mother.sees("POST /find", url.Values{"lang": {"nl"}, "nis": {"24062"}, "q": {"zwierezwaai"}}, 200, "1 plek gevonden", "Huis Zonnebloem")
		old, now := "/find/leuven/"+string(twin.ID), "/find/leuven/"+string(o.bank)
		for path, to := range map[string]string{old + "?lang=fr": now + "?lang=fr", old + "/poster": now + "/poster", old + "/hours.ics": now + "/hours.ics",
			now + "/poster/" + string(place.ID): now + "/poster/" + string(o.place), "/hsds/leuven/services/" + string(twin.ID): "/hsds/leuven/services/" + string(o.bank),
			"/hsds/3.0/leuven/locations/" + string(place.ID) + "/?lang=fr":              "/hsds/3.0/leuven/locations/" + string(o.place) + "?lang=fr",
			"/hsds/leuven/service_at_locations/" + openreferral.AtID(twin.ID, place.ID): "/hsds/leuven/service_at_locations/" + openreferral.AtID(o.bank, o.place)} {
			r, err := http.NewRequestWithContext(w.Context(), http.MethodGet, w.url+path, nil)
			w.did(err)
			answer, err := http.DefaultTransport.RoundTrip(r)
			w.did(err)
			_ = answer.Body.Close()
			if got := answer.Header.Get("Location"); answer.StatusCode/100 != 3 || got != to {
				t.Errorf("%s leads to %q (%d), not to %q", path, got, answer.StatusCode, to)
			}
		}
		_, _, all := w.feed("/hsds/leuven/services")
		if strings.Contains(string(all), string(twin.ID)) {
			t.Error("programs read both")
		}
		coordinator.sees("GET /directory/services/"+string(twin.ID), nil, 200, "Diaper bank")
		for _, kind := range []directory.Kind{directory.APlace, directory.AService} {
			merges, err := w.app.Directory.Merges(katrien, kind)
			w.did(err)
			coordinator.sees("POST /directory/merges/"+string(merges[0].ID)+"/undo", url.Values{}, 200, "Both are there again", "Joined by", "Taken apart by")
		}
		mother.sees("GET /find?at=3000", nil, 200, "3 plekken gevonden")
		mother.sees("GET "+old, nil, 200, "Luierbank")
		if _, _, back := w.feed("/hsds/leuven/service_at_locations/" + openreferral.AtID(twin.ID, place.ID)); string(back) != string(was) {
			t.Errorf("apart again programs read\n%s\nnot\n%s", back, was)
		}
		coordinator.sees("POST "+join, url.Values{"with": {string(twin.ID)}, "do": {"apart"}}, 200, "We remember that these are two")
		coordinator.misses("GET /directory/doubles/services", "Lay them side by side")
	})
}

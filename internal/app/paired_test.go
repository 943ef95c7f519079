package app_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

var (
	pairAt      = regexp.MustCompile(`http://[^"<>]+(/pair/[A-Za-z0-9_-]+)`)
	ofDevice    = regexp.MustCompile(`/devices/[0-9a-f-]{36}`)
	threeDigits = regexp.MustCompile(`>([0-9] [0-9] [0-9])<`)
)

// Aïcha shows a code, Rik's telephone scans it, both show one number, and he
// helps for an afternoon: he sees what a volunteer sees, and no account's page.
func TestAVolunteersTelephoneTakesPart(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, phone := w.as("leuven", "aicha"), w.stranger()
		w.as("leuven", "lies").sees("GET /devices", nil, 403)
		aicha.sees("GET /account", nil, 200, "Een telefoon laten meedoen")
		aicha.sees("GET /devices", nil, 200, "Nog een telefoon", "zonder account")
		aicha.sees("POST /devices", form("place", "", "hours", "13"), 422, "hoogstens zestig tekens", "hoogstens twaalf uur")
		_, page, at := aicha.asks("POST /devices", form("place", "Kleding, tafel 2", "hours", "4"))
		link := pairAt.FindStringSubmatch(html.UnescapeString(page))
		if link == nil || !ofDevice.MatchString(at) || !strings.Contains(page, "<svg class=\"bg-qr") {
			w.Fatalf("there is no code at %s:\n%s", at, plain(page))
		}
		device := ofDevice.FindString(at)

		phone.sees("GET "+link[1], nil, 200, "Meedoen met deze telefoon", "bedankt dat u helpt")
		phone.sees("GET "+link[1], nil, 200) // telephones look at addresses by themselves
		_, shows, path := phone.asks("POST "+link[1], form())
		same := threeDigits.FindStringSubmatch(shows)
		if path != "/pair" || same == nil {
			w.Fatalf("the telephone is at %s and shows\n%s", path, plain(shows))
		}
		w.stranger().sees("POST "+link[1], form(), 409, "werkt niet meer", "Vraag een nieuwe code")
		phone.sees("GET /today", nil, 200, "Wij sturen u een code") // not yet
		if still, changed := aicha.polls(device+"?seen=claimed"), aicha.polls(device+"?seen=offered"); still || !changed {
			w.Errorf("the page is told to load anew: %v, and where it changed: %v", still, changed)
		}
		aicha.sees("GET "+device, nil, 200, same[1], "Staat dit getal ook op de telefoon?")
		w.as("leuven", "goele").sees("GET "+device, nil, 404) // another organisation
		aicha.sees("POST "+device+"/confirm", form("number", "0000"), 409, "werkt niet meer")
		aicha.sees("POST "+device+"/confirm", form("number", strings.ReplaceAll(same[1], " ", "")), 200, "De telefoon doet mee", "Kleding, tafel 2")

		if !phone.polls("/pair?seen=claimed") {
			w.Error("the telephone is not told to go on")
		}
		if path := phone.sees("GET /pair", nil, 200, "Kleding, tafel 2, tot 13.00 uur"); path != "/today" {
			w.Errorf("the telephone goes on to %s", path)
		}
		phone.sees("GET /programmes", nil, 200)
		for _, closed := range []string{"/families", "/families/new", "/claims", "/devices", "/administration", "/search"} {
			if status, body, _ := phone.asks("GET "+closed, nil); status != 403 {
				w.Errorf("the telephone gets %s: %d\n%s", closed, status, plain(body))
			}
		}
		phone.sees("GET /account", nil, 404)
		phone.misses("GET /today", `href="/account"`, `href="/session"`)
		phone.sees("POST /tokens", form("name", "x", "may", "all", "last_day", "30"), 404)

		aicha.sees("POST "+device+"/end", form(), 200, "De telefoon doet niet meer mee")
		phone.sees("GET /today", nil, 200, "Wij sturen u een code")
		w.later(time.Minute)
		nele := w.as("leuven", "nele")
		nele.sees("GET /administration/record", nil, 200, "bood een telefoon aan", "een telefoon scande de code", "liet een telefoon meedoen", "liet een telefoon stoppen")
	})
}

// polls asks as a page does by itself whether it is still so, and whether it is
// told to load anew.
func (p *person) polls(address string) bool {
	p.Helper()
	r, err := http.NewRequestWithContext(p.Context(), http.MethodGet, p.url+address, nil)
	if err != nil {
		p.Fatal(err)
	}
	r.Header.Set("HX-Request", "true")
	answer, err := p.client.Do(r)
	if err != nil {
		p.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		p.Errorf("%s answers %d", address, answer.StatusCode)
	}
	return answer.Header.Get("HX-Refresh") == "true"
}

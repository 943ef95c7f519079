package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A worker takes more time for a request to correct; the mother reads why. What
// nobody answers then stands on the privacy officer's page, by number.
func TestMoreTimeForARequestAndWhoHearsThatItIsLate(t *testing.T) {
	onEachEngine(t, func(w *world) {
		h := w.atHome()
		mother, aicha, nele := w.stranger(), w.as("leuven", "aicha"), w.as("leuven", "nele")
		mother.sees("POST /mine", url.Values{"k": {h.slip.Scan}}, 200, "Fatima")
		mother.sees("POST /mine/language", url.Values{"lang": {"nl"}, "back": {"/mine"}}, 200)
		mother.sees("POST /mine/correct", url.Values{"about": {"people"}, "text": {"Noor is op 2 december geboren."}}, 200)
		path := "/families/" + string(h.family) + "/messages"
		_, page, _ := aicha.asks("GET "+path, nil)
		_, after, _ := strings.Cut(page, "Noor is op 2 december")
		message := regexp.MustCompile(`name="message" value="([^"]+)"`).FindStringSubmatch(after)
		if message == nil || !strings.Contains(after, "Meer tijd nodig?") {
			t.Fatalf("nothing takes more time:\n%s", plain(page))
		}
		longer := url.Values{"message": {message[1]}, "longer": {""}}
		aicha.sees("POST "+path+"/longer", longer, 422, "Leg het gezin uit waarom het langer duurt")
		aicha.sees("POST "+path+"/longer", url.Values{"message": {"x"}}, 404)
		longer.Set("longer", "De akte komt uit Marokko.")
		aicha.sees("POST "+path+"/longer", longer, 200, "U hebt twee maanden meer", "Antwoord voor 23 februari 2027")
		aicha.misses("GET "+path, "Meer tijd nodig?")
		aicha.sees("POST "+path+"/longer", longer, 409, "al een keer meer tijd")
		mother.sees("GET /mine/messages", nil, 200, "We hebben meer tijd nodig", "ten laatste op 23 februari 2027", "De akte komt uit Marokko.")

		nele.misses("GET /today", "/administration/requests")
		nele.sees("GET /administration/requests", nil, 200, "Niets is te laat")
		w.later(94 * 24 * time.Hour)
		nele = w.as("leuven", "nele")
		nele.sees("GET /today", nil, 200, "vraag om te verbeteren is te laat")
		nele.sees("GET /administration", nil, 200, "1 vraag te laat")
		nele.sees("GET /administration/requests", nil, 200, "Antwoord was nodig op 23 februari 2027", "Gevraagd op 23 november 2026", "Gezinsteam", string(h.family))
		nele.misses("GET /administration/requests", "Fatima", "Noor", "Marokko")
		w.as("leuven", "aicha").sees("GET /administration/requests", nil, 403)
	})
}

package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// The team cannot help. The midwife who asked is offered who can, with why, and
// sends it on with one form; nothing is written again.
func TestWhatWasDeclinedGoesOnToTheNextBest(t *testing.T) {
	onEachEngine(t, func(w *world) {
		s := w.furnish()
		lies, aicha := w.as("leuven", "lies"), w.as("leuven", "aicha")
		here := "/referrals/" + string(s.referral)
		lies.sees("GET "+here+"/onward", nil, 409)
		aicha.sees("POST "+here+"/decline", url.Values{}, 422)
		aicha.sees("POST "+here+"/decline", url.Values{"reason": {"full"}}, 200)
		if _, body, _ := lies.asks("GET "+here, nil); !strings.Contains(body, here+"/onward") {
			t.Error("the receipt does not lead on")
		}
		lies.sees("GET "+here+"/onward", nil, 200, "Wie kan wel helpen?", "Huis van het Kind", "Doet hetzelfde soort werk.")
		_, body, _ := lies.asks("GET "+here+"/onward", nil)
		first := regexp.MustCompile(`name="to"[^>]*value="([^"]+)"`).FindStringSubmatch(body)
		if first == nil {
			t.Fatalf("nothing is offered:\n%s", plain(body))
		}
		form := url.Values{"move": {"re_refer"}, "to": {first[1]}, "told.how": {"phone"}}
		lies.sees("POST "+here+"/onward", form, 422, "akkoord")
		form.Set("told.agrees", "yes")
		next := lies.sees("POST "+here+"/onward", form, 200)
		if next == here {
			t.Error("it did not go on")
		}
		lies.sees("POST "+here+"/onward", form, 409)
		w.as("leuven", "goele").sees("GET "+here+"/onward", nil, 404)
	})
}

// Who has taken a family on passes it on to a service that fits better.
func TestWhoHasItPassesItOn(t *testing.T) {
	onEachEngine(t, func(w *world) {
		s := w.furnish()
		aicha := w.as("leuven", "aicha")
		here := "/referrals/" + string(s.visit)
		aicha.sees("GET "+here, nil, 200, "Geef door aan een dienst die beter past")
		_, body, _ := aicha.asks("GET "+here+"/onward", nil)
		first := regexp.MustCompile(`name="to"[^>]*value="([^"]+)"`).FindStringSubmatch(body)
		if first == nil {
			t.Fatalf("nothing is offered:\n%s", plain(body))
		}
		aicha.sees("POST "+here+"/onward", url.Values{"move": {"pass_on"}, "to": {first[1]}, "told.how": {"phone"}, "told.agrees": {"yes"}}, 200, "Ontvangen")
		aicha.sees("GET "+here, nil, 200)
	})
}

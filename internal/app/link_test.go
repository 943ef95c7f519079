package app_test

import (
	"net/url"
	"testing"
)

// A shop at which nobody has an account is asked for a bed, says yes, gets a
// second link, and each link works once. No mail names anybody.
func TestAPartnerWithoutAnAccountAnswers(t *testing.T) {
	onEachEngine(t, func(w *world) {
		link := "/answer/" + w.furnish().link
		shop := w.stranger()
		shop.sees("GET "+link, nil, 200, "Kunt u dit gezin helpen?", "Een bed.", "Leeftijd van de kinderen")
		shop.misses("GET "+link, "Sanne", "Peeters", "Er is geen bed.")
		shop.sees("POST "+link, url.Values{"move": {"schedule"}, "day.d": {"1"}}, 422, "Dit is geen uur")
		shop.sees("POST "+link, url.Values{"move": {"accept"}}, 200, "Dank u", "nieuwe link")
		shop.sees("POST "+link, url.Values{"move": {"accept"}}, 409, "al geantwoord", "nieuwere mail")
		shop.sees("GET "+link, nil, 409, "al geantwoord")
		shop.sees("GET /answer/nobody-made-this", nil, 404, "kennen we niet")
	})
}

package app_test

import (
	"net/url"
	"testing"
)

// dayFields are the three fields of a date.
func dayFields(form url.Values, name, year, month, day string) {
	form.Set(name+"-year", year)
	form.Set(name+"-month", month)
	form.Set(name+"-day", day)
}

// Aïcha goes on leave and Bram stands in: what she has comes to his list, and
// goes back when she is.
func TestWhoIsAwayIsStoodInFor(t *testing.T) {
	onEachEngine(t, func(w *world) {
		s := w.furnish()
		aicha, bram, lies := w.as("leuven", "aicha"), w.as("leuven", "bram"), w.as("leuven", "lies")
		here := "/referrals/" + string(s.referral)
		aicha.sees("POST "+here+"/accept", url.Values{}, 200)
		aicha.sees("GET /referrals", nil, 200, "Afwezig en vervanging")
		lies.sees("GET /referrals/away", nil, 403)
		form := url.Values{"stand_in": {string(s.colleague)}}
		aicha.sees("POST /referrals/away", form, 422, "bestaat niet in de kalender")
		dayFields(form, "from", "2026", "11", "23")
		dayFields(form, "to", "2026", "11", "20")
		aicha.sees("POST /referrals/away", form, 422)
		dayFields(form, "to", "2026", "11", "27")
		form.Del("stand_in")
		aicha.sees("POST /referrals/away", form, 422)
		form.Set("stand_in", string(s.colleague))
		form.Set("worker", string(s.colleague))
		aicha.sees("POST /referrals/away", form, 403) // she coordinates nobody
		form.Del("worker")
		aicha.sees("POST /referrals/away", form, 200, "Van 23 november 2026 tot en met 27 november 2026. Bram Claes vervangt.")
		bram.sees("GET /referrals/away", nil, 200, "Aïcha El Amrani")
		bram.misses("GET /referrals/away", "is terug")
		bram.sees("POST /referrals/away/back", url.Values{"worker": {string(w.towns["leuven"].Workers["aicha"].ID)}}, 403)
		aicha.sees("POST /referrals/away/back", url.Values{}, 200, "Iedereen is er.")
	})
}

// The coordinator arranges how soon the house, its team and its programmes
// answer; what is too long is refused where it was typed.
func TestHowSoonEachTeamAnswersIsArrangedOnAPage(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.furnish()
		katrien := w.as("leuven", "katrien")
		team := string(w.towns["leuven"].Orgs["team"].ID)
		katrien.sees("GET /referrals/terms", nil, 200, "Huis van het Kind Leuven", "Gezinsteam", "Niets afgesproken")
		katrien.sees("POST /referrals/terms", url.Values{"holder": {team}, "answer": {"99"}, "contact": {"3"}}, 422, "werkdagen")
		katrien.sees("POST /referrals/terms", url.Values{"holder": {team}, "answer": {"4"}, "contact": {"3"}}, 200, "Dit is zo afgesproken.")
		katrien.sees("POST /referrals/terms", url.Values{"holder": {string(w.towns["leuven"].Orgs["kirikou"].ID)}, "answer": {"4"}, "contact": {"3"}}, 404)
		katrien.sees("POST /referrals/terms", url.Values{"answer": {"3"}, "contact": {"6"}}, 200)
		w.as("leuven", "aicha").sees("GET /referrals/terms", nil, 403)
	})
}

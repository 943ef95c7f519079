package app_test

import (
	"testing"
)

// The family lets the welfare office know about their income, and takes it
// back: the office sees that and nothing else, and then nothing.
func TestAFamilySharesAndStops(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, goele := w.as("leuven", "aicha"), w.as("leuven", "goele")
		file := aicha.opens(peeters())
		ocmw := string(w.towns["leuven"].Orgs["ocmw"].ID)
		share := form("recipients", ocmw, "groups", "contact", "basis", "consent", "told_how", "interpreter", "evidence", "spoken",
			"starts", "2026-11-23", "ends", "2027-05-01", "told_on", "2026-11-23")
		aicha.sees("GET "+file+"/sharing", nil, 200, "We delen nog niets")
		aicha.sees("GET "+file+"/sharing/new", nil, 200, "Met wie?", "OCMW Leuven", "Het gezin zegt ja")
		aicha.sees("POST "+file+"/sharing/new", form("recipients", ocmw), 422, "Kies waarom u dit mag delen")
		goele.sees("GET "+file, nil, 404)
		aicha.sees("POST "+file+"/sharing/new", share, 200, "Het is gedeeld", "OCMW Leuven", "hoe men hen bereikt")
		goele.sees("GET "+file, nil, 200, "Fatima Peeters", "U ziet wat u nodig hebt")
		goele.sees("GET /families", nil, 200, "Fatima Peeters")
		for _, closed := range []string{"/sharing", "/rights", "/team", "/contact", "/notes", "/looks", "/copy", "/sharing/new", "/sharing/object"} {
			goele.sees("GET "+file+closed, nil, 404)
		}
		goele.sees("POST "+file+"/sharing/new", share, 404)
		shared := aicha.program().gets("GET "+file+"/sharing", nil, 200)
		decision := shared.text("decisions.0.id")
		goele.sees("POST "+file+"/sharing/"+decision+"/end", form("why", "withdrawn"), 404)
		aicha.sees("POST "+file+"/sharing/"+decision+"/end", form("why", "withdrawn"), 200, "Het delen is gestopt", "het gezin zei stop")
		goele.sees("GET "+file, nil, 404)
		aicha.sees("POST "+file+"/sharing/object", form("told_how", "person"), 200, "Nee tegen Iedereen buiten het team")
		aicha.sees("POST "+file+"/sharing/new", share, 409, "Het gezin wil dit niet delen")
		aicha.sees("GET "+file+"/looks", nil, 200, "noteerde wat we delen")
	})
}

package app_test

import (
	"strings"
	"testing"
	"time"
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

// Goele of the welfare office fears for a child: she opens the file for a
// quarter of an hour, the privacy officer sees it, and then it is shut.
func TestAFileIsOpenedInAnEmergency(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, goele, nele := w.as("leuven", "aicha"), w.as("leuven", "goele"), w.as("leuven", "nele")
		file := aicha.opens(peeters())
		goele.sees("GET "+file, nil, 404)
		alarm := form("last", "Peeters", "birth", "1994-03-04", "reason", "child", "words", "Het kind is alleen thuis.", "minutes", "15")
		goele.sees("GET /emergency", nil, 200, "Bel eerst 112")
		goele.sees("POST /emergency", form("last", "Peeters"), 422, "Kies waarom het nu moet")
		goele.sees("POST /emergency", form("last", "Onbekend", "birth", "1994-03-04", "reason", "child", "words", "Het kind is alleen thuis.", "minutes", "15"), 200, "We vinden niemand")
		if path := goele.sees("POST /emergency", alarm, 200, "Het sluit vanzelf", "Fatima Peeters"); path != file {
			t.Errorf("it opened %s", path)
		}
		nele.sees("GET /administration", nil, 200, "2 wachten op u")
		nele.sees("GET /administration/emergencies", nil, 200, "Het kind is alleen thuis.", "Goele Willems", "niemand gevonden")
		w.later(15 * time.Minute)
		goele.sees("GET "+file, nil, 404)
		aicha.sees("GET "+file+"/looks", nil, 200, "Goele Willems", "Opende het dossier in nood")
		aicha.sees("GET "+file+"/delays", nil, 200, "Wie mag het nog niet zien?")
		ocmw := string(w.towns["leuven"].Orgs["ocmw"].ID)
		aicha.sees("POST "+file+"/delays", form("org", ocmw, "reason", "adult", "review_on", "2026-12-20"), 200, "Dit blijft voorlopig verborgen")
		if page := w.outsider("leuven", "aicha").tries("GET", file+"/copy", "", ""); page.Code != 200 || strings.Contains(page.Body.String(), "Goele Willems") {
			t.Error("paper shows what is kept back")
		}
	})
}

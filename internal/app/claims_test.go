package app_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// claimOf is the newest claim of a family of Leuven.
func (w *world) claimOf(family kernel.ID) kernel.ID {
	w.Helper()
	page, err := w.app.Rights.Claims(w.towns["leuven"].As(w.Context(), "aicha"), rights.Query{Family: family, Every: true})
	if err != nil || len(page.Rows) == 0 {
		w.Fatalf("claims of the family: %d, %v", len(page.Rows), err)
	}
	return page.Rows[len(page.Rows)-1].ID
}

// A right is asked for, refused for want of a paper, fought, and granted.
func TestAClaimFromTheFirstDayToTheLast(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, family := w.as("leuven", "aicha"), noor(w)
		aicha.sees("GET /claims", nil, 200, "Hier staan straks aanvragen")
		path := aicha.sees("POST /families/"+string(family)+"/claims", url.Values{"right": {"be.leefloon"}}, 200,
			"Leefloon", "Noor Verbeeck", "Vraag het samen aan, ten laatste op 7 december 2026")
		if want := "/claims/" + string(w.claimOf(family)); path != want {
			t.Fatalf("opening a claim leads to %s, want %s", path, want)
		}
		aicha.sees("POST /families/"+string(family)+"/claims", url.Values{"right": {"be.leefloon"}}, 409)
		aicha.sees("POST /families/"+string(family)+"/claims", url.Values{"right": {"be.moon"}}, 422)
		aicha.sees("GET "+path+"/refused", nil, 409, "nog niet aangevraagd")

		aicha.sees("GET "+path+"/applied", nil, 200, "Wanneer is het aangevraagd?", "Laat leeg voor dertig dagen")
		aicha.sees("POST "+path+"/applied", url.Values{"version": {"1"}, "on-day": {"23"}, "on-month": {"11"}, "on-year": {"2026"}}, 200,
			"Genoteerd dat het aangevraagd is", "Is er niets op 23 december 2026, vraag er dan naar")

		w.later(31 * 24 * time.Hour)
		aicha = w.as("leuven", "aicha")
		aicha.sees("GET /claims", nil, 200, "1 te laat", "Leefloon", "Noor Verbeeck")
		fr := aicha.reads("fr")
		letter := url.Values{"version": {"2"}, "on-day": {"20"}, "on-month": {"12"}, "on-year": {"2026"}}
		fr.sees("POST "+path+"/refused", letter, 422, "Choisissez pourquoi", "Il reste une chose à corriger")
		letter.Set("reason", "documents")
		letter.Set("on-year", "2027")
		fr.sees("POST "+path+"/refused", letter, 422, "Donnez une date passée")
		letter.Set("on-year", "20x6")
		fr.sees("POST "+path+"/refused", letter, 422, "date")
		letter.Set("on-year", "2026")
		aicha.sees("POST "+path+"/refused", letter, 200, "Dat kan tot 20 maart 2027", "er ontbrak een papier", "arbeidsrechtbank")

		bram := w.as("leuven", "bram")
		bram.sees("POST "+path+"/appeal", url.Values{"version": {"3"}}, 200, "Genoteerd dat u in beroep gaat")
		aicha.sees("POST "+path+"/dropped", url.Values{"version": {"3"}, "reason": {"accepted"}}, 409, "Een collega was u voor", "In beroep")
		aicha.sees("POST "+path+"/granted", url.Values{"version": {"4"}, "amount": {"veel"}, "per": {"month"}}, 422, "bedrag")
		aicha.sees("POST "+path+"/granted", url.Values{"version": {"4"}, "amount": {"1.314,20"}, "per": {"month"}}, 200,
			"Genoteerd dat het toegekend is", "€ 1.314,20 per maand")
		aicha.sees("GET /claims", nil, 200, "Hier staan straks aanvragen")
		aicha.sees("GET /claims?every=1", nil, 200, "Toegekend", "€ 1.314,20")
		aicha.sees("GET /claims?after=nonsense", nil, 422, "Begin opnieuw bij het begin van de lijst")
		aicha.sees("GET /families/"+string(family)+"/rights", nil, 200, "Wat u aanvroeg", "Toegekend")
	})
}

func TestADateOfAClaimCanBeMoved(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, family := w.as("leuven", "aicha"), noor(w)
		path := aicha.sees("POST /families/"+string(family)+"/claims", url.Values{"right": {"be.leefloon"}}, 200)
		day := func(y string) url.Values {
			return url.Values{"version": {"1"}, "deadline-day": {"5"}, "deadline-month": {"1"}, "deadline-year": {y}}
		}
		aicha.sees("POST "+path+"/later", day("2026"), 422, "Kies een dag vanaf vandaag")
		aicha.sees("POST "+path+"/later", url.Values{"version": {"1"}}, 422, "Kies een dag vanaf vandaag")
		aicha.sees("POST "+path+"/later", day("2027"), 200, "De datum is verzet", "5 januari 2027")
	})
}

// What a family has is not asked for; what is for a child is asked for that
// child, and stands on the page of today by its last day.
func TestARightIsAskedForEachChildAndNotWhereTheyHaveIt(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, id := w.as("leuven", "aicha"), noor(w)
		ctx := w.towns["leuven"].As(w.Context(), "aicha")
		lina, err := w.app.Families.AddPerson(ctx, id, families.NewPerson{Role: families.Child, First: "Lina", Last: "Verbeeck", Birth: "2021-05-01"})
		if err != nil {
			t.Fatal(err)
		}
		page, claims := "/families/"+string(id)+"/rights", "/families/"+string(id)+"/claims"
		_, body, _ := aicha.asks("GET "+page, nil)
		if strings.Contains(body, `id="have"`) {
			t.Error("a family that said nothing has something already")
		}
		for _, f := range []string{"family.all_may_stay", "family.all_live_here", "family.has_bim"} {
			aicha.sees("POST /families/"+string(id)+"/conversation", url.Values{"fact": {f}, "do": {"answer"}, "answer": {"yes"}, "began": {"9"}}, 200)
		}
		aicha.sees("GET "+page, nil, 200, "1 hebt u al", "Verhoogde tegemoetkoming", "Voor wie?", "Lina")
		aicha.sees("GET /families/"+string(id)+"/conversation", nil, 200, "1 hebt u al")
		basis := url.Values{"right": {"vl.groeipakket.basis"}}
		aicha.sees("POST "+claims, basis, 422, "Kies voor wie")
		basis.Set("person", "nobody")
		aicha.sees("POST "+claims, basis, 422)
		basis.Set("person", string(lina.ID))
		aicha.sees("POST "+claims, basis, 200, "voor Lina", "Groeipakket")
		aicha.sees("POST "+claims, basis, 409)
		_, body, _ = aicha.asks("GET "+page, nil)
		if !strings.Contains(body, "voor Sami") {
			t.Error("the other child is no longer to be asked for")
		}
		w.later(14 * 24 * time.Hour)
		aicha = w.as("leuven", "aicha")
		aicha.sees("GET /today", nil, 200, "Groeipakket - basisbedrag voor Lina")
		aicha.sees("GET /claims", nil, 200, "voor Lina")

		aicha.sees("POST "+claims, url.Values{"right": {"be.vt-bim"}}, 200, "U hebt dit al, vertelde u")
		aicha.sees("GET "+page, nil, 200, "Dan kan de aanvraag dicht")
	})
}

package app_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// A partner writes the page of its programme and publishes it; a mother finds
// it in her language, with a photograph that cannot be anything but a
// photograph. Who is no partner cannot write it, and nobody reads it before.
func TestAPartnerTellsEverybodyOfItsProgramme(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := w.towns["leuven"]
		bikes, err := w.app.Programmes.SwitchOn(town.As(w.Context(), "katrien"), programmes.New{Template: "leuven-velokadee", Params: map[string]string{"price": "12", "age_to": "12"},
			Partners: []programmes.Partner{{Org: town.Workers["aicha"].Org.ID, Part: programmes.HandsOut}}})
		w.did(err)
		aicha, lies, mother := w.as("leuven", "aicha").reads("nl"), w.as("leuven", "lies"), w.stranger()
		desk, everybody := "/story/"+string(bikes.ID), "/stories/leuven/"+string(bikes.ID)
		aicha.sees("GET /programmes/"+string(bikes.ID), nil, 200, "De pagina voor iedereen")
		lies.sees("GET "+desk, nil, 404)
		if _, body, _ := lies.asks("GET /programmes/"+string(bikes.ID), nil); strings.Contains(body, desk) {
			t.Error("who is no partner is led to what they may not write")
		}
		_, err = w.app.Directory.TakeKnown(town.As(w.Context(), "katrien"))
		w.did(err)
		var found kernel.ID
		for r, err := range w.app.Directory.Published(w.Context(), town.ID) {
			w.did(err)
			if r.Service.Programme == bikes.ID {
				found = r.Service.ID
			}
		}
		mother.misses("GET /find/leuven/"+string(found), "Lees meer over dit programma")
		version := 0
		post := func(step string, status int, sees string, form url.Values) {
			w.Helper()
			form.Set("version", strconv.Itoa(version))
			aicha.sees("POST "+desk+step, form, status, sees)
			if status == 200 {
				version++
			}
		}
		post("", 200, "Bewaard.", url.Values{"about_nl": {"Een fiets die meegroeit.\n\nKom hem halen."}, "about_fr": {"Un vélo qui grandit."}})
		post("/reached", 422, "Schrijf een aantal vanaf 5", url.Values{"count": {"3"}, "year": {"2026"}, "what_nl": {"kinderen"}})
		post("/reached", 200, "kinderen kregen een fiets", url.Values{"count": {"1200"}, "year": {"2026"}, "what_nl": {"kinderen kregen een fiets"}})
		post("/news", 422, "Schrijf een titel", url.Values{"day-day": {"1"}, "day-month": {"10"}, "day-year": {"2026"}})
		post("/news", 200, "Feest", url.Values{"day-day": {"1"}, "day-month": {"10"}, "day-year": {"2026"}, "title_nl": {"Feest in de werkplaats"}})
		form := url.Values{"version": {strconv.Itoa(version)}, "alt_nl": {"Drie kleine fietsen"}}
		status, body, _ := aicha.brings("/story/photos/"+string(bikes.ID), "photo", onePicture(600, 400), form)
		if status != 422 || !strings.Contains(body, "waarop een kind te herkennen is") {
			t.Errorf("without the rule: %d", status)
		}
		form["rule"] = []string{"nobody", "allowed"}
		if status, body, _ = aicha.brings("/story/photos/"+string(bikes.ID), "photo", []byte("<script>alert(1)</script>"), form); status != 422 || !strings.Contains(body, "geen foto die we kunnen lezen") {
			t.Errorf("a script: %d", status)
		}
		if status, _, _ = aicha.brings("/story/photos/"+string(bikes.ID), "photo", onePicture(600, 400), form); status != 200 {
			t.Errorf("a photograph: %d", status)
		}
		version++
		st, err := w.app.Stories.Of(town.As(w.Context(), "katrien"), bikes.ID)
		w.did(err)
		photo := string(st.Page.Photos[0].ID)
		mother.sees("GET "+everybody, nil, 404)
		mother.sees("GET /photos/leuven/"+photo+"/small.jpg", nil, 404)
		lies.sees("GET /story/photos/"+photo+"/small.jpg", nil, 404)
		aicha.sees("GET /story/photos/"+photo+"/small.jpg", nil, 200)
		mother.sees("GET /stories/leuven", nil, 200, "Hier staat nog niets")

		post("/publish", 200, "Iedereen kan de pagina nu lezen", url.Values{})
		mother.sees("GET "+everybody, nil, 200, "VELOKadee", "Een fiets die meegroeit.", "1.200", "kinderen kregen een fiets", "Feest in de werkplaats", "1 oktober 2026", "Deze pagina is van 23 november 2026")
		mother.sees("GET /find/leuven/"+string(found), nil, 200, "Lees meer over dit programma")
		if _, body, _ := mother.asks("GET "+everybody, nil); !strings.Contains(body, "/find/leuven/"+string(found)) {
			t.Error("the page does not lead to what one can find of it")
		}
		mother.sees("GET "+everybody+"?lang=fr", nil, 200, "Un vélo qui grandit.", "Nouvelles")
		mother.sees("GET "+everybody+"?lang=ar", nil, 200, "أخبار", "Feest in de werkplaats")
		mother.sees("GET /stories/leuven?lang=tr", nil, 200, "VELOKadee")
		mother.sees("GET /find?at=3000", nil, 200, "Goed om te kennen: Alliantie Leuven")
		mother.sees("GET /stories/luik", nil, 404)
		mother.sees("GET /stories/liege/"+string(bikes.ID), nil, 404)
		answer, err := mother.client.Get(w.url + "/photos/leuven/" + photo + "/large.jpg")
		w.did(err)
		defer answer.Body.Close()
		for header, want := range map[string]string{"Content-Type": "image/jpeg", "Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff", "Content-Disposition": `attachment; filename="photo.jpg"`} {
			if got := answer.Header.Get(header); answer.StatusCode != http.StatusOK || got != want {
				t.Errorf("%s of a photograph is %q", header, got)
			}
		}
		post("/withdraw", 200, "Niemand kan de pagina nog lezen", url.Values{})
		mother.sees("GET "+everybody, nil, 404)
		mother.sees("GET /photos/leuven/"+photo+"/large.jpg", nil, 404)
	})
}

// onePicture is a photograph of so many points.
func onePicture(w, h int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, w, h)), nil); err != nil {
		panic(err) // cannot happen: it is written to memory
	}
	return b.Bytes()
}

package app_test

import (
	"context"
	"maps"
	"net/url"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/incoming"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// A programme that the alliance switches on is a service that everybody finds,
// while it is on, and no longer.
func TestAProgrammeThatIsOnIsToldToEverybody(t *testing.T) {
	onEachEngine(t, func(w *world) {
		towns := townsOf(w)
		leuven := w.towns["leuven"]
		katrien := leuven.As(w.Context(), "katrien")
		shown := func() map[string]directory.PublicRecord {
			all := map[string]directory.PublicRecord{}
			for r, err := range w.app.Directory.Published(w.Context(), leuven.ID) {
				if err != nil {
					w.Fatal(err)
				}
				all[r.Service.Name.NL] = r
			}
			return all
		}
		p, err := w.app.Programmes.SwitchOn(katrien, programmes.New{Template: "leuven-kirikou"})
		if err != nil {
			w.Fatal(err)
		}
		r, told := shown()[p.Name().NL]
		if !told || r.Service.Programme != p.ID || r.Service.About.FR == "" || r.Service.Told["about"].Source != directory.ByProgramme {
			w.Errorf("told %+v", shown())
		}
		for name, step := range map[string]func() error{
			"paused": func() error { _, err := w.app.Programmes.Pause(katrien, p.ID); return err },
		} {
			if err := step(); err != nil {
				w.Fatal(err)
			}
			if _, told := shown()[p.Name().NL]; told {
				w.Errorf("%s, and still told", name)
			}
		}
		if _, err := w.app.Programmes.Resume(katrien, p.ID); err != nil {
			w.Fatal(err)
		}
		if err := demo.Help(w.Context(), w.app, towns); err != nil {
			w.Fatal(err)
		}
		if again, told := shown()[p.Name().NL]; !told || again.Service.ID != r.Service.ID || again.Organisation.ID != r.Organisation.ID {
			w.Errorf("what is known was taken over beside it: %+v", again)
		}
		if _, told := shown()["Hulp van het OCMW van Leuven"]; !told {
			w.Error("the welfare office is not told")
		}
		if _, err := w.app.Programmes.End(katrien, p.ID); err != nil {
			w.Fatal(err)
		}
		if _, told := shown()[p.Name().NL]; told {
			w.Error("ended, and still told")
		}
	})
}

// helpIn takes over what is known of Leuven, and names something of each kind
// that its directory holds.
func helpIn(t testing.TB, desk *directory.Desk, katrien context.Context) (objects map[string]kernel.ID) {
	t.Helper()
	if _, err := desk.TakeKnown(katrien); err != nil {
		t.Fatal(err)
	}
	page, err := desk.List(katrien, directory.Query{Typed: "ocmw"})
	if err != nil || len(page.Rows) == 0 {
		t.Fatal(len(page.Rows), err)
	}
	v, h, err := desk.Service(katrien, page.Rows[0].Service.ID)
	if err != nil || len(h.Locations) == 0 {
		t.Fatal(len(h.Locations), err)
	}
	inbox := &incoming.Inbox{Acts: desk.Acts, Desk: desk}
	file, err := inbox.Bring(katrien, incoming.Brought{Source: "kaart", Lang: kernel.NL}, []byte("Organisatie;Aanbod\nBuurthuis;Babybabbel\n"))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]kernel.ID{"/directory/import/{id}": file.ID, "/directory/organisations/{id}": h.ID, "/directory/services/{id}": v.ID, "/directory/places/{id}": h.Locations[0].ID}
}

// The welfare office opens its own record, writes hours and a number, says that
// there is room, and everybody reads it; somebody of another house may not, and
// a number for partners alone reaches nobody else.
func TestAPartnerKeepsItsOwnServices(t *testing.T) {
	onEachEngine(t, func(w *world) {
		leuven := w.towns["leuven"]
		katrien := leuven.As(w.Context(), "katrien")
		ids := helpIn(w, w.app.Directory, katrien)
		service := "/directory/services/" + string(ids["/directory/services/{id}"])
		goele, lies, coordinator := w.as("leuven", "goele"), w.as("leuven", "lies"), w.as("leuven", "katrien")
		goele.sees("GET "+service, nil, 200, "Hulp van het OCMW van Leuven", "Aanpassen", "nog niet bekend")
		lies.misses("GET "+service, "Aanpassen")
		form := url.Values{"version": {"1"}, "state": {"open"}, "name_nl": {"Hulp van het OCMW van Leuven"}, "name_fr": {"L’aide du CPAS"}, "levers": {"8"}, "phases": {"parents"},
			"areas": {"24062"}, "cost": {"free"}, "from-MO0": {"09:00"}, "to-MO0": {"12:00"}, "from-WE0": {"09:00"}, "to-WE0": {"12:00"}, "language-0": {"ar"},
			"number-0": {"02 123 45 67"}, "number-1": {"02 123 45 68"}, "number-private-1": {"yes"}, "at": {string(ids["/directory/places/{id}"])}}
		lies.sees("POST "+service+"/edit", form, 404)
		wrong := maps.Clone(form)
		wrong["to-MO0"], wrong["amount"], wrong["cost"] = []string{"08:00"}, []string{"much"}, []string{"price"}
		goele.sees("POST "+service+"/edit", wrong, 422, "We kunnen dit bedrag niet lezen")
		goele.sees("POST "+service+"/edit", form, 200)
		goele.sees("GET "+service, nil, 200, "maandag en woensdag 09:00–12:00", "02 123 45 68", "Alleen voor partners", "Gratis", "De organisatie zelf, nagekeken op")
		coordinator.sees("POST "+service+"/edit", form, 409, "intussen")
		goele.sees("POST "+service+"/room", url.Values{"status": {"free"}, "free": {"4"}}, 200)
		goele.sees("GET "+service, nil, 200, "Er is plaats: 4")
		lies.sees("POST "+service+"/room", url.Values{"status": {"full"}}, 404)
		goele.sees("POST "+service+"/room", url.Values{"status": {"free"}, "free": {"many"}}, 422, "Dit aantal kan niet")
		r, err := w.app.Directory.PublishedOne(w.Context(), leuven.ID, ids["/directory/services/{id}"])
		if err != nil || len(r.Service.Numbers) != 1 || len(r.Service.Hours) != 1 || r.Service.Room.Free != 4 {
			w.Errorf("told %+v, %v", r, err)
		}
		organisation := "/directory/organisations/" + string(r.Organisation.ID)
		goele.sees("GET "+organisation, nil, 200, "Geheime plaatsen")
		coordinator.misses("GET "+organisation, "Geheime plaatsen")
		goele.sees("POST "+organisation+"/shelters", url.Values{"name": {"Huis"}, "address": {"Verborgenlaan 12, 3000 Leuven"}}, 200)
		goele.sees("GET "+organisation+"/shelters", nil, 200, "Verborgenlaan 12")
		goele.misses("GET "+organisation+"/shelters", "Dit adres kan iedereen lezen")
		coordinator.sees("GET "+organisation+"/shelters", nil, 404)
		form.Set("version", "3")
		form.Set("about_nl", "Kom naar Verborgenlaan 12.")
		goele.sees("POST "+service+"/edit", form, 422, "een adres dat niemand mag lezen")

		_, h, err := w.app.Directory.Service(katrien, ids["/directory/services/{id}"])
		if err != nil {
			w.Fatal(err)
		}
		told := h.Locations[0] // to everybody, before anybody said that it is secret
		goele.sees("POST "+organisation+"/shelters", url.Values{"name": {"Nog een"}, "address": {told.Street + ", " + told.Postal + " " + told.City}}, 200,
			"Dit adres kan iedereen lezen", "Haal het weg uit:")
	})
}

// helpLink asks an organisation of Leuven by mail whether its record is right,
// and is the address in the letter.
func (w *world) helpLink(id kernel.ID) string {
	w.Helper()
	katrien := w.towns["leuven"].As(w.Context(), "katrien")
	held, err := w.app.Directory.Organisation(katrien, id)
	if err != nil {
		w.Fatal(err)
	}
	held.Mail = "gids@ocmw.example"
	if _, err := w.app.Directory.ChangeOrganisation(katrien, held.Organisation); err != nil {
		w.Fatal(err)
	}
	if err := w.app.Directory.AskToCheck(katrien, id, kernel.NL); err != nil {
		w.Fatal(err)
	}
	w.work()
	for _, letter := range w.mail.Kept() {
		if _, token, found := strings.Cut(letter.Text, "/right/"); found && letter.To == "gids@ocmw.example" {
			token, _, _ = strings.Cut(token, "\n")
			return "/right/" + token
		}
	}
	w.Fatal("no link was mailed")
	return ""
}

// An organisation without an account opens the link from a mail, mends its
// record, says that all is right, and the link is used up. Its answer carries a
// trace; nobody else's record opens by it.
func TestAnOrganisationKeepsItsRecordByALink(t *testing.T) {
	onEachEngine(t, func(w *world) {
		leuven := w.towns["leuven"]
		katrien := leuven.As(w.Context(), "katrien")
		ids := helpIn(w, w.app.Directory, katrien)
		other, _, err := w.app.Directory.Organisations(katrien, directory.OrganisationQuery{Typed: "Lampeke"})
		if err != nil || len(other) == 0 {
			w.Fatal(len(other), err)
		}
		held, err := w.app.Directory.Organisation(katrien, ids["/directory/organisations/{id}"])
		if err != nil {
			w.Fatal(err)
		}
		elsewhere, err := w.app.Directory.AddLocation(katrien, directory.Location{Organisation: other[0].ID, Name: "Huis van een ander", Street: "Dorp 9", Postal: "3000"})
		w.did(err)
		given, own := held.Services[0], held.Locations[0].ID
		given.At = append(given.At, directory.Place{Location: elsewhere.ID})
		_, err = w.app.Directory.ChangeService(katrien, given)
		w.did(err)
		_, err = w.app.Directory.AddService(katrien, directory.Service{Organisation: held.ID, Name: kernel.Text{NL: "Babyuitzet"}})
		w.did(err)
		address := w.helpLink(held.ID)
		coordinator, outside := w.as("leuven", "katrien"), w.stranger()
		coordinator.sees("POST /directory/organisations/"+string(held.ID)+"/ask", url.Values{}, 200, "De mail is onderweg")
		outside.sees("GET "+address, nil, 200, "Wat gezinnen lezen over OCMW Leuven", "Hulp van het OCMW van Leuven", "Alles klopt nog",
			"Wat kost het?", "Vraag wat het kost", "Wat gezinnen niet zien", "Pas Babyuitzet aan In ontwerp", "Huis van een ander")
		outside.misses("GET "+address, "Pas Huis van een ander aan")
		place := outside.formAt(address + "/places/" + string(own))
		place.Set("travel_nl", "Bus 3, halte Markt.")
		outside.sees("POST "+address+"/places/"+string(own), place, 200, "Bus 3, halte Markt.")
		outside.sees("POST "+address+"/places/"+string(own), with(place, "travel_nl", "Bus 4"), 409, "Bus 4")
		outside.sees("GET "+address+"/places/"+string(elsewhere.ID), nil, 404)
		outside.sees("POST "+address+"/places/"+string(elsewhere.ID), place, 404)
		outside.sees("GET "+address+"A", nil, 404)
		outside.sees("GET /right/"+strings.Repeat("A", len(address)-len("/right/")), nil, 404)
		service := address + "/services/" + string(held.Services[0].ID)
		form := with(outside.formAt(service), "how_nl", "Kom langs zonder afspraak.")
		outside.sees("POST "+service, form, 200, "Kom langs zonder afspraak")
		outside.sees("GET "+address+"/services/"+string(kernel.NewID()), nil, 404)
		outside.sees("GET /directory/organisations/"+string(other[0].ID), nil, 200, "Aanmelden")
		outside.sees("POST "+address, url.Values{}, 200, "Dank u")
		outside.sees("POST "+address, url.Values{}, 409, "al gebruikt")
		outside.sees("POST "+service, form, 409, "al gebruikt")
		r, err := w.app.Directory.PublishedOne(w.Context(), leuven.ID, held.Services[0].ID)
		if err != nil || r.Service.Told["how"].Source != directory.ByLink || r.Service.Told["levers"].Verified != "2026-11-23" || r.Service.Told["levers"].Source != directory.ByRegister {
			w.Errorf("told %+v, %v", r.Service.Told, err)
		}
		v, _, err := w.app.Directory.Service(katrien, held.Services[0].ID)
		if err != nil || v.Told["how"].By == "" || v.Told["levers"].By == "" || len(v.Stale("2026-11-24")) != 0 {
			w.Errorf("without a trace: %+v, %v", v.Told, err)
		}
		if len(v.At) != 2 || v.At[1].Location != elsewhere.ID {
			w.Errorf("an edit by a link took a place away: %+v", v.At)
		}
		l, _, err := w.app.Directory.Location(katrien, own)
		if err != nil || l.Travel.NL != "Bus 3, halte Markt." || l.Told["travel"].Source != directory.ByLink || l.Told["travel"].By == "" {
			w.Errorf("a place by a link: %+v, %v", l, err)
		}
	})
}

// A coordinator brings a table, says what its columns are, sees which line cannot
// be, and takes over the others, as drafts that say where they come from; what
// is open goes out as a table and as a folder.
func TestATableIsTriedAndTakenOver(t *testing.T) {
	onEachEngine(t, func(w *world) {
		helpIn(w, w.app.Directory, w.towns["leuven"].As(w.Context(), "katrien"))
		katrien, lies := w.as("leuven", "katrien"), w.as("leuven", "lies")
		form := url.Values{"source": {"sociale-kaart"}, "lang": {"nl"}, "retrieved-day": {"20"}, "retrieved-month": {"11"}, "retrieved-year": {"2026"}}
		table := []byte("Wie;aanbod;straat;postcode;kbo\nBuurthuis;Babybabbel;Markt 1;3000;\nBuurthuis;Ruilwinkel;;;12\n")
		status, body, path := katrien.brings("/directory/import", "file", table, form)
		if status != 200 || !strings.Contains(body, "Zeg eerst wat de kolommen zijn") || !strings.Contains(body, "Bijvoorbeeld: Buurthuis") {
			t.Fatalf("%d %s", status, body)
		}
		columns := url.Values{"to.0": {"organisation"}, "to.1": {"service_nl"}, "to.2": {"street"}, "to.3": {"street"}, "to.4": {"kbo"}}
		katrien.sees("POST "+path+"/columns", columns, 422, "Een andere kolom is dit al")
		columns.Set("to.3", "postal_code")
		katrien.sees("POST "+path+"/columns", columns, 200, "Er is nog niets veranderd", "Wat niet kan", "Ondernemingsnummer:", "Babybabbel")
		katrien.misses("GET /directory?q=babybabbel&state=draft", "Babybabbel")
		lies.sees("GET "+path, nil, 403)
		lies.sees("POST "+path+"/take", url.Values{}, 403)
		katrien.sees("POST "+path+"/take", url.Values{}, 200, "sociale-kaart is ingelezen", "in ontwerp")
		katrien.sees("GET "+path, nil, 404)
		katrien.sees("GET /directory?q=babybabbel&state=draft", nil, 200, "Babybabbel", "Buurthuis")
		if _, again, _ := katrien.brings("/directory/import", "file", table, form); !strings.Contains(again, "1gelijk") && !strings.Contains(again, "1 gelijk") {
			t.Errorf("brought again: %s", again)
		}
		if status, body, _ := katrien.brings("/directory/import", "file", []byte("%PDF-1.4"), form); status != 422 || !strings.Contains(body, "geen lijst die we kunnen lezen") {
			t.Errorf("%d %s", status, body)
		}
		if status, _, _ := lies.brings("/directory/import", "file", table, form); status != 403 {
			t.Errorf("lies brings: %d", status)
		}
		_, _, waits := katrien.brings("/directory/import", "file", []byte(`[{"@id":"http://x.example/1","@type":"Instantie","naam":{"nl":"Geboortepremie"}}]`),
			url.Values{"source": {"ipdc"}, "lang": {"nl"}, "organisation": {"Stad Leuven"}, "retrieved-day": {"20"}, "retrieved-month": {"11"}, "retrieved-year": {"2026"}})
		katrien.sees("GET "+waits, nil, 200, "producten- en dienstencatalogus", "Geboortepremie")
		katrien.sees("GET /directory/import", nil, 200, "Dit wacht nog", "ipdc")
		katrien.sees("POST "+waits+"/drop", url.Values{}, 200, "Er is niets veranderd")
		lies.sees("GET /directory/table.csv", nil, 200, "organisation_id,organisation", "Hulp van het OCMW van Leuven")
		lies.misses("GET /directory/table.csv", "Babybabbel")
		lies.sees("GET /directory/folder?postal=3000", nil, 200, "Hulp van het OCMW van Leuven", "Andreas Vesaliusstraat")

		// On paper: theme by theme, by neighbourhood where those were drawn, in the language of the family.
		town := w.towns["leuven"].As(w.Context(), "katrien")
		house, err := w.app.Directory.AddOrganisation(town, directory.Organisation{Name: "Buurthuis Oost", Numbers: []directory.Phone{{Number: kernel.FictionalPhone(61)}, {Number: kernel.FictionalPhone(62), Private: true}}})
		w.did(err)
		for name, lon := range map[string]string{"Speelgroep Oost": "4.7205", "Speelgroep West": "4.6805", "Babylijn": ""} {
			v := directory.Service{Organisation: house.ID, State: directory.Open, Name: kernel.Text{NL: name}, Levers: []directory.Lever{3, 4}, Costs: []directory.Cost{{Free: true}}, Phases: []directory.Phase{directory.Baby}}
			if lon != "" {
				l, err := w.app.Directory.AddLocation(town, directory.Location{Organisation: house.ID, Street: "Dreef 4", Postal: "3001", Lat: "50.8800", Lon: lon, Hours: []directory.Hours{{Rule: "FREQ=WEEKLY;BYDAY=TU", From: "09:00", To: "11:00"}}})
				w.did(err)
				v.At = []directory.Place{{Location: l.ID}}
			}
			_, err := w.app.Directory.AddService(town, v)
			w.did(err)
		}
		_, err = w.app.Atlas.Bring(town, "stad", []byte(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Oost"},"geometry":{"type":"Polygon","coordinates":[[[4.71,50.87],[4.73,50.87],[4.73,50.89],[4.71,50.89],[4.71,50.87]]]}}]}`))
		w.did(err)
		lies.sees("GET /directory/folder?area=Oost", nil, 200, "Hulp voor gezinnen in Oost", "Spelen, sport en vrije tijd", "Speelgroep Oost", "Gratis", "Dinsdag: 09:00", kernel.FictionalPhone(61).Display(), "Bel of schrijf: hiervoor gaat u niet naar een vaste plaats", "Babylijn")
		for _, none := range []string{"Speelgroep West", "Andreas Vesaliusstraat", kernel.FictionalPhone(62).Display()} {
			lies.misses("GET /directory/folder?area=Oost", none)
		}
		lies.sees("GET /directory/folder?postal=3001&lang=ar", nil, 200, "مساعدة للعائلات في 3001", "Speelgroep West", "Speelgroep Oost", "مجاني", "اتصلوا أو راسلوا: لا يوجد مكان ثابت")
	})
}

// A coordinator sees that two organisations look like one, joins them field by
// field, undoes it, and says of two others that they are not the same.
func TestACoordinatorJoinsTwoOrganisationsAndUndoesIt(t *testing.T) {
	onEachEngine(t, func(w *world) {
		leuven := w.towns["leuven"]
		katrien := leuven.As(w.Context(), "katrien")
		ids := map[string]kernel.ID{}
		for _, o := range []directory.Organisation{{Name: "Buurthuis Noord", Mail: "noord@buurt.example"}, {Name: "vzw Buurthuis Noord", Mail: "noord@buurt.example", Website: "https://buurt.example"}} {
			made, err := w.app.Directory.AddOrganisation(katrien, o)
			if err != nil {
				w.Fatal(err)
			}
			ids[o.Name] = made.ID
		}
		one, other := ids["Buurthuis Noord"], ids["vzw Buurthuis Noord"]
		coordinator, lies := w.as("leuven", "katrien"), w.as("leuven", "lies")
		coordinator.sees("GET /directory/doubles", nil, 200, "Buurthuis Noord", "Dezelfde naam", "Hetzelfde mailadres: noord@buurt.example")
		join := "/directory/organisations/" + string(one) + "/join"
		coordinator.sees("GET "+join+"?with="+string(other), nil, 200, "Is dit dezelfde organisatie?", "Dit komt mee van de andere: Website")
		form := url.Values{"with": {string(other)}, "kept": {"1"}, "gone": {"1"}, "choose.name": {"gone"}, "do": {"join"}}
		lies.sees("POST "+join, form, 403)
		coordinator.sees("POST "+join, form, 200, "vzw Buurthuis Noord", "https://buurt.example")
		coordinator.sees("POST "+join, form, 404)
		merges, err := w.app.Directory.Merges(katrien, directory.AnOrganisation)
		if err != nil || len(merges) != 1 {
			w.Fatal(len(merges), err)
		}
		undo := "POST /directory/merges/" + string(merges[0].ID) + "/undo"
		lies.sees(undo, url.Values{}, 403)
		coordinator.sees(undo, url.Values{}, 200, "Beide staan er weer", "Weer uit elkaar op", "Leg ze naast elkaar")
		coordinator.sees(undo, url.Values{}, 409)
		form.Set("do", "apart")
		coordinator.sees("POST "+join, form, 200, "Wij onthouden dat dit er twee zijn")
		coordinator.misses("GET /directory/doubles", "Leg ze naast elkaar")

		// Two that no likeness shows are found by a search, and joined on the same page.
		desk := w.app.Directory
		here, err := desk.AddLocation(katrien, directory.Location{Organisation: one, Name: "Zaal", Street: "Dreef 1", Postal: "3000"})
		w.did(err)
		there, err := desk.AddLocation(katrien, directory.Location{Organisation: other, Name: "Kapel", Street: "Hoek 2", Postal: "3010"})
		w.did(err)
		babble, err := desk.AddService(katrien, directory.Service{Organisation: one, State: directory.Open, Name: kernel.Text{NL: "Babybabbel"}, At: []directory.Place{{Location: here.ID}}})
		w.did(err)
		play, err := desk.AddService(katrien, directory.Service{Organisation: other, State: directory.Draft, Name: kernel.Text{NL: "Speeluurtje"}, At: []directory.Place{{Location: there.ID}}})
		w.did(err)
		for _, x := range []struct {
			kind, path    string
			kept, gone    kernel.ID
			first, second string
		}{
			{"services", "/directory/doubles/services", babble.ID, play.ID, "Babybabbel", "Speeluurtje"},
			{"places", "/directory/doubles/places", here.ID, there.ID, "Zaal", "Kapel"},
		} {
			record := "/directory/" + x.kind + "/" + string(x.kept)
			form := url.Values{"with": {string(x.gone)}, "kept": {"1"}, "gone": {"1"}, "do": {"join"}}
			coordinator.misses("GET "+x.path, x.first)
			coordinator.sees("GET "+x.path+"?q="+strings.ToLower(x.first[:4]), nil, 200, x.first+" Buurthuis Noord")
			coordinator.sees("GET "+record, nil, 200, "Samenvoegen met een ander")
			coordinator.sees("GET "+record+"/join?q=zzz", nil, 200, "Met welke voegt u "+x.first+" samen?", "Niets anders gevonden")
			coordinator.sees("GET "+record+"/join?q="+strings.ToLower(x.second), nil, 200, x.second+" vzw Buurthuis Noord")
			coordinator.misses("GET "+record+"/join?q="+strings.ToLower(x.first), x.first+" Buurthuis Noord") // itself is no other
			lies.sees("GET "+record+"/join?q=a", nil, 403)
			coordinator.sees("GET "+record+"/join?with="+string(x.gone), nil, 200, x.first, x.second)
			coordinator.sees("POST "+record+"/join", form, 200, "Het is nu één")
			coordinator.sees("GET "+x.path, nil, 200, "Met "+x.second, "Samengevoegd door Katrien")
		}
	})
}

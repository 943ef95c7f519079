package app_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// familyOf is the ID in a file's address.
func familyOf(t *testing.T, file string) kernel.ID {
	t.Helper()
	m := idIn.FindStringSubmatch(file)
	if m == nil {
		t.Fatalf("%s is no file", file)
	}
	return kernel.ID(m[1])
}

// fileOf reads a file as a worker of Leuven.
func (w *world) fileOf(file, worker string) families.File {
	w.Helper()
	f, err := w.app.Families.Read(w.towns["leuven"].As(w.Context(), worker), familyOf(w.T, file), families.ForCare)
	if err != nil {
		w.Fatal(err)
	}
	return f
}

// A file shows who the family is, what must be kept to in contact, what is
// known and how, who works with it and what happened; and where to go on.
func TestAFileShowsTheFamily(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha := w.as("leuven", "aicha")
		file := aicha.opens(peeters())
		aicha.sees("GET "+file, nil, 200, "Fatima Peeters", "1 kind · 1 op komst · woont in Leuven · spreekt Arabisch en Nederlands",
			"Let op: zo blijft contact veilig", "Geen bericht inspreken", "Alleen bereiken via Samira, haar zus",
			"Noor Peeters", "2 jaar", "Verwacht op 10 januari 2027", "Bondgenotenlaan 1, 3000 Leuven", "02 123 45 67",
			"Verteld · 23 november 2026 · Aïcha El Amrani", "Gezinsteam", "Dossier geopend", "Het gesprek voortzetten", "Rechten en aanbod", "Doorverwijzen")
		aicha.reads("fr").sees("GET "+file, nil, 200, "Attention : pour un contact sûr", "Ne pas laisser de message vocal", "parle arabe et néerlandais", "Enfant à naître")
		aicha.sees("GET "+file+"/timeline", nil, 200, "Dossier geopend", "Aïcha El Amrani, Gezinsteam")
		aicha.sees("GET "+file+"/copy", nil, 200, "Dit staat er over uw gezin", "Noor Peeters", "U vroeg ons om hierop te letten", "Uw rechten op deze gegevens")
		aicha.sees("GET "+file+"/timeline?after=nergens", nil, 200, "Dossier geopend")
		for _, nowhere := range []string{"/families/0197", "/families/" + string(kernel.NewID()), file + "/people/" + string(kernel.NewID()), file + "/facts/family.niets", file + "/facts/x"} {
			aicha.sees("GET "+nowhere, nil, 404, "Deze pagina vinden we niet")
		}
	})
}

// Who belongs to a family changes: somebody comes, is named better, is born,
// goes. Each change is one form, and what is wrong with it is told.
func TestWhoBelongsToAFamilyChanges(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha := w.as("leuven", "aicha")
		file := aicha.opens(peeters())
		before := w.fileOf(file, "aicha")
		noor, coming := before.Persons[1], before.Persons[2]

		aicha.sees("POST "+file+"/people/new", form("role", "partner"), 422, "Vul een voornaam of een achternaam in")
		aicha.sees("POST "+file+"/people/new", form("role", "partner", "birth-day", "32", "birth-month", "1", "birth-year", "1990"), 422, "Deze dag bestaat niet in de kalender", "Vul een voornaam of een achternaam in")
		aicha.sees("POST "+file+"/people/new", form("role", "partner", "first", "Youssef", "last", "Amrani"), 200, "Toegevoegd aan het gezin", "Fatima Peeters en Youssef Amrani")
		aicha.sees("POST "+file+"/people/new", form("role", "partner", "first", "Sam"), 422, "Er kan één partner in het gezin zijn")
		aicha.reads("fr").sees("POST "+file+"/people/new", form("role", "king", "first", "Sam"), 422, "Choisissez qui est cette personne")

		child := file + "/people/" + string(noor.ID)
		aicha.sees("GET "+child, nil, 200, "Noor Peeters", "Geboortedatum wijzigen", "Hoort niet meer bij het gezin")
		aicha.sees("POST "+child, form("version", "1", "role", "child", "first", "Nour", "last", "Peeters"), 200, "De gegevens zijn bewaard", "Nour Peeters")
		aicha.sees("POST "+child, form("version", "1", "role", "child", "first", "Noortje", "last", "Peeters"), 409, "Iemand was u net voor", "Nour", "Noortje")
		_, page, _ := aicha.asks("POST "+child, form("version", "1", "role", "child", "first", "Noortje", "last", "Peeters"))
		if !strings.Contains(page, `value="Noortje"`) || !strings.Contains(page, `name="version" value="2"`) {
			t.Error("what was typed is kept, and saving again keeps it")
		}
		aicha.sees("POST "+child, form("version", "2", "role", "child", "first", "Noortje", "last", "Peeters"), 200, "Noortje Peeters")

		aicha.sees("GET "+file+"/people/"+string(coming.ID)+"/left", nil, 200, "Neem de tijd die het gezin nodig heeft", "Het gezin heeft het kind verloren")
		baby := file + "/people/" + string(coming.ID) + "/born"
		aicha.sees("GET "+baby, nil, 200, "De baby is er", "Proficiat")
		aicha.sees("POST "+baby, form("birth-day", "1", "birth-month", "1", "birth-year", "2027"), 422, "Deze geboortedatum kan niet")
		aicha.sees("POST "+baby, form("birth-day", "20", "birth-month", "11", "birth-year", "2026", "first", "Ilyas"), 200, "De geboorte is genoteerd", "Ilyas", "0 maanden", "Geboorte")
		if path := aicha.sees("GET "+baby, nil, 200, "Ilyas"); path != file {
			t.Errorf("who is born already is born again at %s", path)
		}

		gone := child + "/left"
		aicha.sees("POST "+gone, form("from-day", "1", "from-month", "1", "from-year", "2030", "reason", "moved"), 422, "Deze dag moet nog komen")
		aicha.sees("POST "+gone, form("from-day", "1", "from-month", "11", "from-year", "2026"), 422, "Kies waarom deze persoon niet meer bij het gezin hoort")
		aicha.sees("POST "+gone, form("from-day", "1", "from-month", "11", "from-year", "2026", "reason", "moved"), 200, "Noortje Peeters: Woont nu elders")
		aicha.sees("GET "+child, nil, 404)
		mother := file + "/people/" + string(before.Persons[0].ID)
		aicha.sees("GET "+mother, nil, 200, "Een gezin heeft altijd een aanspreekpunt")
		aicha.sees("POST "+mother+"/left", form("from-day", "1", "from-month", "11", "from-year", "2026", "reason", "moved"), 422, "één persoon met wie het dossier begon")
	})
}

// Home and contact are one form; two who change it at once see both versions
// side by side.
func TestContactChangesSideBySide(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, bram := w.as("leuven", "aicha"), w.as("leuven", "bram")
		file := aicha.opens(peeters())
		here := file + "/contact"
		aicha.sees("GET "+here, nil, 200, "Hoe bereiken we het gezin?")
		first := form("version", "1", "address.street", "Diestsestraat", "address.number", "2", "postal_code", "3000", "phones.1", "02 123 45 68", "languages.2", "fr", "safe", "no_mail")
		aicha.sees("POST "+here, first, 200, "Thuis en contact zijn bewaard", "Diestsestraat 2", "02 123 45 68", "Frans", "Geen e-mail sturen")
		second := form("version", "1", "address.street", "Bondgenotenlaan", "address.number", "1", "postal_code", "3000", "phones.0", "02 123 45 67", "languages.0", "fr", "safe", "no_mail")
		bram.sees("POST "+here, second, 409, "Iemand was u net voor", "Diestsestraat", "Bondgenotenlaan", "02 123 45 68", "02 123 45 67")
		bram.reads("fr").sees("POST "+here, second, 409, "Quelqu’un vous a devancé", "Gardé maintenant")
		second.Set("version", "2")
		bram.sees("POST "+here, second, 200, "Bondgenotenlaan 1")
		second.Set("version", "3")
		second.Set("phones.0", "geen idee")
		second.Set("postal_code", "0001")
		bram.sees("POST "+here, second, 422, "Naar dit telefoonnummer kunnen we niet bellen", "Deze postcode kennen we niet")
		if _, page, _ := bram.asks("POST "+here, second); !strings.Contains(page, `value="geen idee"`) {
			t.Error("what was typed is kept")
		}
		bram.reads("fr").sees("POST "+here, second, 422, "code postal")
		secret := form("version", "3", "address.street", "Bondgenotenlaan", "postal_code", "3000", "confidential", "1")
		bram.sees("POST "+here, secret, 200, "Dit adres is geheim")
		text := form("version", "4", "postal_code", "3000", "phones.0", "02 123 45 67", "text_to", "0400 12 34 56", "safe", "no_text", "confidential", "1")
		bram.sees("POST "+here, text, 422, "Hierboven staat dat er geen sms mag")
		text.Del("safe")
		bram.sees("POST "+here, text, 422, "Dit nummer staat niet bij de telefoonnummers")
		text.Set("phones.1", "0400/12.34.56")
		bram.sees("POST "+here, text, 200, "0400 12 34 56", "Hier mag een sms naartoe")
		text.Set("text_to", "")
		aicha.sees("POST "+here, text, 409, "Naar welk gsm-nummer mag een sms?", "0400 12 34 56")
	})
}

// A fact carries how it is known, and what it said before; a question that
// somebody answered otherwise meanwhile shows both answers.
func TestAFactAndItsHistory(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, bram := w.as("leuven", "aicha"), w.as("leuven", "bram")
		file := aicha.opens(peeters())
		mother := w.fileOf(file, "aicha").Persons[0].ID
		work, bim := file+"/facts/"+string(mother)+".work", file+"/facts/family.has_bim"
		aicha.sees("GET "+bim, nil, 200, "Hoe weten we dit?", "Hierover is nog niets genoteerd")
		aicha.sees("POST "+bim, form("began", "1", "answer", "yes", "source", "document"), 200, "Het antwoord is bewaard", "Op papier gezien · 23 november 2026 · Aïcha El Amrani")
		bram.sees("POST "+bim, form("began", "1", "answer", "no", "source", "told"), 409, "Iemand was u net voor", "Ja (Op papier gezien", "Nee")
		bram.reads("fr").sees("POST "+bim, form("began", "1", "answer", "perhaps", "source", "told"), 422, "Choisissez")
		bram.sees("POST "+bim, form("began", "2", "answer", "no", "source", "told"), 200, "Het antwoord is bewaard")
		bram.sees("GET "+bim, nil, 200, "Wat er eerder stond", "Nee", "Ja", "Bram Claes")
		bram.sees("POST "+work, form("began", "2", "answer", "unemployed", "source", "", "from-day", "1", "from-month", "9", "from-year", "2026"), 422, "Kies hoe u dit weet")
		bram.sees("POST "+work, form("began", "2", "answer", "unemployed", "source", "told", "from-day", "1", "from-month", "9", "from-year", "2026"), 200, "werkloos", "sinds 1 september 2026")
		bram.sees("POST "+work, form("began", "4", "gone", "1", "source", "told"), 200, "Het antwoord is bewaard")
		bram.sees("GET "+work, nil, 200, "Klopte niet meer", "werkloos")
		if path := bram.sees("GET "+file+"/facts/family.municipality", nil, 200, "Waar woont het gezin?"); path != file+"/contact" {
			t.Errorf("where a family lives is changed at %s", path)
		}
	})
}

// The care team is a family's own: one adds a colleague or a partner, one
// leaves, and the last one stays.
func TestTheCareTeam(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, bram := w.as("leuven", "aicha"), w.as("leuven", "bram")
		file := aicha.opens(peeters())
		team := file + "/team"
		leuven := w.towns["leuven"]
		ocmw, own, house := leuven.Orgs["ocmw"].ID, leuven.Orgs["team"].ID, leuven.Orgs["house"].ID
		me := leuven.Workers["aicha"].ID
		aicha.sees("GET "+team, nil, 200, "Aïcha El Amrani", "Gezinsteam", "Bram Claes", "Huis van het Kind Leuven", "Iemand van buiten")
		aicha.sees("POST "+team, form("kind", "organisation", "organisation", ""), 422, "kan niet gekozen worden")
		aicha.sees("POST "+team, form("kind", "king", "king", string(ocmw)), 422, "Kies of u een medewerker of een organisatie toevoegt")
		aicha.sees("POST "+team, form("kind", "organisation", "organisation", string(ocmw)), 422, "Deel het dossier met hen, samen met het gezin")
		aicha.sees("POST "+team, form("kind", "organisation", "organisation", string(house)), 200, "Toegevoegd aan het team")
		aicha.sees("POST "+team+"/"+string(house)+"/leave", form(), 200, "Weggehaald uit het team")
		aicha.sees("POST "+team+"/"+string(own)+"/leave", form(), 200, "Weggehaald uit het team")
		bram.sees("GET "+file, nil, 404)
		aicha.sees("POST "+team+"/"+string(me)+"/leave", form(), 409, "Een gezin heeft altijd iemand")
		aicha.sees("POST "+team+"/"+string(house)+"/leave", form(), 404)
	})
}

// Notes are for the team; a file closes with a reason, changes no more, and
// opens again.
func TestNotesAndTheEndOfTheWork(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha := w.as("leuven", "aicha")
		file := aicha.opens(peeters())
		aicha.sees("POST "+file+"/notes", form("text", " "), 422, "Schrijf eerst iets op")
		aicha.sees("POST "+file+"/notes", form("text", "Belt vrijdag over de kinderopvang <b>"), 200, "De notitie is bewaard", "Belt vrijdag over de kinderopvang <b>", "Aïcha El Amrani, Gezinsteam")
		aicha.sees("GET "+file+"/close", nil, 200, "Waarom sluit u het?", "Het gezin is verhuisd")
		aicha.reads("fr").sees("POST "+file+"/close", form(), 422, "Choisissez pourquoi vous fermez le dossier")
		aicha.sees("POST "+file+"/close", form("reason", "moved"), 200, "Het dossier is gesloten", "Dit dossier is gesloten", "Het gezin is verhuisd")
		aicha.misses("GET "+file, "Iemand toevoegen", "/conversation")
		aicha.sees("GET "+file+"/contact", nil, 409, "Dit dossier is gesloten")
		aicha.sees("POST "+file+"/notes", form("text", "Nog iets"), 409)
		aicha.sees("GET /families", nil, 200, "Hier komen uw gezinnen")
		aicha.sees("GET /families?show=closed", nil, 200, "Fatima Peeters")
		aicha.sees("POST "+file+"/reopen", form(), 200, "Het dossier is weer open")
		aicha.sees("GET /families?show=mine", nil, 200, "Fatima Peeters")
	})
}

// Who looked is told in plain words: who, for which organisation, when, why.
func TestWhoLookedInWords(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, bram, goele := w.as("leuven", "aicha"), w.as("leuven", "bram"), w.as("leuven", "goele")
		file := aicha.opens(peeters())
		w.later(2 * time.Hour)
		bram.sees("GET "+file, nil, 200)
		bram.sees("GET "+file+"/rights", nil, 200)
		w.later(time.Hour)
		bram.sees("GET "+file+"/copy", nil, 200)
		aicha.sees("GET "+file+"/looks", nil, 200, "Bram Claes, Gezinsteam", "23 november 2026, van 11.00 uur tot 12.00 uur",
			"Keek in het dossier om met het gezin te werken, keek welke rechten er zijn, maakte een afdruk voor het gezin",
			"Aïcha El Amrani, Gezinsteam", "Opende het dossier")
		aicha.reads("fr").sees("GET "+file+"/looks", nil, 200, "Qui a regardé ce dossier", "a fait une copie pour la famille", "de 11 h 00 à 12 h 00")
		goele.sees("GET "+file+"/looks", nil, 404)
		w.as("leuven", "nele").sees("GET "+file+"/looks", nil, 403)
		_, page, _ := aicha.asks("GET "+file+"/looks", nil)
		if regexp.MustCompile(`looks\.|family\.read|deed iets met het dossier`).MatchString(plain(page)) {
			t.Errorf("codes stand where words should:\n%s", plain(page))
		}
	})
}

// Who accepted a referral of a family sees who it is and how it may be
// reached, as long as the referral is open; not the notes, not who looked, and
// nothing that can be changed.
func TestWhoAcceptedAReferralSeesWhatItNeeds(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, omar := w.as("leuven", "aicha"), w.as("leuven", "omar")
		file := aicha.opens(peeters())
		aicha.sees("POST "+file+"/notes", form("text", "Een geheim van het team"), 200)
		aicha.sees("POST "+file+"/facts/family.has_bim", form("began", "1", "answer", "yes", "source", "told"), 200)
		leuven := w.towns["leuven"]
		sent, err := w.app.Referrals.Send(leuven.As(t.Context(), "aicha"), referrals.NewReferral{To: leuven.Orgs["lampeke"].ID,
			Family: familyOf(t, file), Why: "Zoekt een speelplek.", Told: referrals.Told{How: referrals.Spoken, On: "2026-11-23", Agrees: true}})
		if err != nil {
			t.Fatal(err)
		}
		aicha.sees("GET "+file, nil, 200, "’t Lampeke", "Ontvangen")
		omar.sees("GET "+file, nil, 404)
		if _, err := w.app.Referrals.Accept(leuven.As(t.Context(), "omar"), sent.ID); err != nil {
			t.Fatal(err)
		}
		omar.sees("GET "+file, nil, 200, "Fatima Peeters", "U ziet wat u nodig hebt", "Let op: zo blijft contact veilig", "02 123 45 67", "Aan ons gevraagd")
		omar.misses("GET "+file, "Een geheim van het team", "/looks", "/team", "/contact\"", "/people/new", "Wijzigen")
		omar.sees("GET /families", nil, 200, "Fatima Peeters")
		for _, closed := range []string{"/looks", "/copy", "/team", "/contact", "/notes", "/close", "/people/new", "/rights", "/conversation"} {
			omar.sees("GET "+file+closed, nil, 404)
		}
		for _, closed := range []string{"/notes", "/close", "/contact", "/people/new", "/team", "/facts/family.has_bim", "/reopen"} {
			omar.sees("POST "+file+closed, form("text", "x", "reason", "moved", "answer", "no", "source", "told", "began", "9"), 404)
		}
		omar.misses("GET "+file+"/facts/family.has_bim", "Bewaren")
	})
}

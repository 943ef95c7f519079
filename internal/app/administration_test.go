package app_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
)

// Each role finds its own doors, and no others.
func TestTheDoorsOfTheAdministration(t *testing.T) {
	onEachEngine(t, func(w *world) {
		wim, nele, aicha, hilde := w.as("leuven", "wim"), w.as("leuven", "nele"), w.as("leuven", "aicha"), w.as("kortenaken", "hilde")
		mine := []string{"/administration/organisations", "/administration/jobs"}
		hers := []string{"/administration/record", "/administration/twins", "/administration/requests", "/administration/erasure"}
		wim.sees("GET /administration", nil, 200, "Organisaties en mensen", "Alles loopt")
		wim.misses("GET /administration", hers...)
		nele.sees("GET /administration", nil, 200, "Wie deed wat", "Niets te bekijken", "Een gezin wissen")
		nele.misses("GET /administration", mine...)
		hilde.sees("GET /administration", nil, 200, "Organisaties en mensen", "Een gezin wissen")
		aicha.sees("GET /administration", nil, 403)
		aicha.misses("GET /network", `href="/administration"`)
		for _, p := range []*person{wim, nele} {
			if _, page, _ := p.asks("GET /network", nil); !strings.Contains(page, `href="/administration"`) {
				t.Error("there is no way to the administration")
			}
		}
		for _, page := range mine {
			wim.sees("GET "+page, nil, 200)
			nele.sees("GET "+page, nil, 403)
		}
		for _, page := range hers {
			nele.sees("GET "+page, nil, 200)
			wim.sees("GET "+page, nil, 403)
		}
	})
}

// keptAt is the address of an organisation in the administration.
var keptAt = regexp.MustCompile(`^/administration/organisations/[0-9a-f-]{36}$`)

// An administrator adds an organisation, gives somebody a role there, and
// takes it away.
func TestAnAdministratorKeepsWhoTakesPart(t *testing.T) {
	onEachEngine(t, func(w *world) {
		wim := w.as("leuven", "wim")
		const here = "/administration/organisations"
		wim.sees("GET "+here, nil, 200, "OCMW Leuven", "Een organisatie toevoegen")
		bad := form("name", " ", "kind", "", "phone", "12", "mail", "nergens", "website", "www", "kbo", "0123456789", "does", "Speelt met kinderen")
		for lang, words := range map[string][]string{
			"nl": {"Hier ontbreekt een naam", "Kies wat voor organisatie", "website", "e-mailadres", "telefoonnummer", "ondernemingsnummer"},
			"fr": {"Il manque un nom", "Choisissez de quel type", "site web", "adresse e-mail", "appeler ce numéro", "numéro d’entreprise"},
		} {
			reader := wim.reads(lang)
			reader.sees("POST "+here+"/new", bad, 422, words...)
			_, page, _ := reader.asks("POST "+here+"/new", bad)
			for _, part := range []string{`href="#field-name"`, `href="#field-kbo"`, `value="nergens"`, "Speelt met kinderen</textarea>"} {
				if !strings.Contains(page, part) {
					t.Errorf("in %s the page lacks %s", lang, part)
				}
			}
		}
		path := wim.sees("POST "+here+"/new", form("name", "Speelotheek (fictief)", "kind", "non_profit", "phone", kernel.FictionalPhone(7).Display(), "receives", "yes"), 200, "De organisatie doet nu mee")
		if !keptAt.MatchString(path) {
			t.Fatalf("the organisation is at %s", path)
		}
		public := strings.Replace(path, here, "/network", 1)
		w.as("leuven", "lies").sees("GET "+public, nil, 200, "Speelotheek", kernel.FictionalPhone(7).Display(), "nog niet bekend")

		wim.sees("POST "+path+"/people/new", form("name", "", "mail", "fout", "lang", "xx"), 422, "Hier ontbreekt een naam", "e-mailadres")
		wim.sees("POST "+path+"/people/new", form("name", "Sam Maes", "mail", "sam@leuven.example", "lang", "nl"), 422, "Deze rol past hier niet")
		wim.sees("POST "+path+"/people/new", form("name", "Sam Maes", "mail", "Sam@leuven.example", "lang", "nl", "roles", "volunteer"), 200, "Sam Maes", "vrijwilliger")
		_, page, _ := wim.asks("GET "+path, nil)
		sam := regexp.MustCompile(path + `/people/[0-9a-f-]{36}`).FindString(page)
		wim.sees("GET "+sam, nil, 200, "Sam Maes", "Werkt hier niet meer")
		wim.sees("POST "+sam, url.Values{}, 422, "Kies minstens één rol")
		wim.sees("POST "+sam, form("roles", "boss"), 422, "Deze rol past hier niet")
		wim.sees("POST "+sam, form("roles", "caseworker", "roles", "referrer"), 200, "De rollen zijn bewaard", "maatschappelijk werker en verwijzer")
		wim.sees("GET "+sam+"/remove", nil, 200, "wordt meteen afgemeld")
		wim.sees("POST "+sam+"/remove", url.Values{}, 200, "werkt niet meer voor de organisatie")
		wim.sees("GET "+sam, nil, 404)

		own := here + "/" + string(w.towns["leuven"].Orgs["house"].ID) + "/people/" + string(w.towns["leuven"].Workers["wim"].ID)
		wim.sees("POST "+own+"/remove", url.Values{}, 409, "Dan blijft er geen beheerder over")
		wim.sees("POST "+own, form("roles", "caseworker"), 409, "Dan blijft er geen beheerder over")
		wim.sees("GET "+here+"/"+string(w.towns["liege"].Orgs["cpas"].ID), nil, 404)
	})
}

// An edit that began before another one shows both; an organisation that
// leaves can be found back.
func TestTwoAdministratorsChangeAnOrganisation(t *testing.T) {
	onEachEngine(t, func(w *world) {
		wim := w.as("leuven", "wim")
		here := "/administration/organisations/" + string(w.towns["leuven"].Orgs["kirikou"].ID)
		first := form("version", "1", "name", "Kirikou", "kind", "non_profit", "phone", kernel.FictionalPhone(7).Display(), "receives", "yes")
		wim.sees("POST "+here, first, 200, "De gegevens zijn bewaard")
		second := form("version", "1", "name", "Kirikou vzw", "kind", "shop", "does", "Een depot")
		wim.sees("POST "+here, second, 409, "Iemand was u net voor", kernel.FictionalPhone(7).Display(), "Kirikou vzw", "Winkel of apotheek")
		_, page, _ := wim.asks("POST "+here, second)
		if !strings.Contains(page, `name="version" value="2"`) || !strings.Contains(page, `value="Kirikou vzw"`) {
			t.Error("the page does not let one decide for what was typed")
		}
		second.Set("version", "2")
		second.Set("gone", "yes")
		wim.sees("POST "+here, second, 200, "De gegevens zijn bewaard")
		wim.misses("GET /administration/organisations", "Kirikou")
		wim.sees("GET /administration/organisations?show=gone", nil, 200, "Kirikou vzw")
		wim.misses("GET /network", "Kirikou")
		wim.sees("POST "+here, form("name", "x", "kind", "shop"), 409) // without a version it began from nothing
	})
}

// Work that failed is seen by the administrator and tried again: at once, when
// the mail server refused a letter for good.
func TestWorkThatFailedIsTriedAgain(t *testing.T) {
	onEachEngine(t, func(w *world) {
		wim := w.as("leuven", "wim")
		mailed := w.app.Queue.Handlers[members.SignInCodeJob]
		w.app.Queue.Handlers[members.SignInCodeJob] = func(context.Context, job.Job) error { return &mail.Failure{Permanent: true, Code: 550} }
		w.stranger().asks("POST /sign-in", url.Values{"mail": {"aicha@leuven.example"}})
		wim.sees("GET /administration/jobs", nil, 200, "Alles is gelukt", "Een code mailen om aan te melden")
		w.work()
		wim.sees("GET /administration", nil, 200, "1 keer mislukt")
		_, page, _ := wim.asks("GET /administration/jobs", nil)
		retry := regexp.MustCompile(`/administration/jobs/[0-9a-f-]{36}/retry`).FindString(page)
		if retry == "" || !strings.Contains(plain(page), "reply 550") {
			t.Fatalf("the job that failed is not shown:\n%s", plain(page))
		}
		w.as("liege", "sophie").sees("POST "+retry, url.Values{}, 404)
		w.as("leuven", "nele").sees("POST "+retry, url.Values{}, 403)
		w.app.Queue.Handlers[members.SignInCodeJob] = mailed
		wim.sees("POST "+retry, url.Values{}, 200, "opnieuw geprobeerd", "Alles is gelukt")
		wim.sees("POST "+retry, url.Values{}, 404)
	})
}

// The privacy officer reads who did what, in words and by page, and sees at
// once when somebody changed a byte of it.
func TestTheRecordIsReadAndVerified(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, nele := w.as("leuven", "aicha"), w.as("leuven", "nele")
		file := aicha.opens(peeters())
		nele.sees("GET /administration/record", nil, 200, "Aïcha El Amrani", "Gezinsteam", "opende het dossier", "uit het zorgteam", "gezin "+strings.TrimPrefix(file, "/families/"))
		nele.misses("GET /administration/record", "Fatima", "Noor Peeters", `href="`+file)
		nele.reads("fr").sees("GET /administration/record", nil, 200, "a ouvert le dossier", "n°")
		for range 20 {
			aicha.asks("GET "+file+"/conversation", nil)
		}
		nele.sees("GET /administration/record?before=3", nil, 200, "richtte de alliantie op", "nr. 0", "Naar het begin")
		nele.sees("GET /administration/record?before=x", nil, 200)
		nele.sees("POST /administration/record/verify", url.Values{}, 200, "Ja, alles klopt")
		w.as("leuven", "wim").sees("POST /administration/record/verify", url.Values{}, 403)

		err := w.db.Write(t.Context(), func(q db.Querier) error { // whoever owns the database can take its locks off
			drop := `DROP TRIGGER audit_record_no_update`
			if w.db.Engine == db.PostgreSQL {
				drop = `DROP TRIGGER audit_record_no_change ON audit_record`
			}
			if _, err := q.ExecContext(t.Context(), drop); err != nil {
				return err
			}
			_, err := q.ExecContext(t.Context(), `UPDATE audit_record SET action = 'family.change' WHERE alliance = $1 AND seq = 3`, w.towns["leuven"].ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		nele.sees("POST /administration/record/verify", url.Values{}, 200, "Nee, op", "nr. 3")
		w.as("liege", "sophie").sees("POST /administration/record/verify", url.Values{}, 200, "Ja, alles klopt")
	})
}

// A privacy officer settles two files that are alike, and erases a family that
// asks for it: by number, and asked once more.
func TestAPrivacyOfficerErasesAFamily(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, goele, nele := w.as("leuven", "aicha"), w.as("leuven", "goele"), w.as("leuven", "nele")
		file := aicha.opens(peeters())
		goele.opens(peeters())
		nele.sees("GET /administration", nil, 200, "1 te bekijken")
		number := strings.TrimPrefix(file, "/families/")
		_, page, _ := nele.asks("GET /administration/twins", nil)
		if !strings.Contains(page, number) || strings.Contains(page, "Peeters") {
			t.Error("the officer sees two numbers and no name")
		}
		hidden := regexp.MustCompile(`name="(family|other)" value="([^"]+)"`).FindAllStringSubmatch(page, 2)
		nele.sees("POST /administration/twins", form("family", hidden[0][2], "other", hidden[1][2], "verdict", "maybe"), 422)
		nele.sees("POST /administration/twins", form("family", hidden[0][2], "other", hidden[1][2], "verdict", "same"), 200, "Genoteerd", "Er is niets te bekijken")

		const erase = "POST /administration/erasure"
		nele.sees(erase, form("family", "12", "reason", ""), 422, "Dit is geen dossiernummer", "Kies waarom")
		nele.reads("fr").sees(erase, form("family", "12", "reason", ""), 422, "Ce n’est pas un numéro de dossier", "Choisissez pourquoi")
		nele.sees(erase, form("family", string(kernel.NewID()), "reason", "asked", "sure", "yes"), 422, "geen dossier met dit nummer")
		nele.sees(erase, form("family", number, "reason", "asked"), 200, "voorgoed wissen", number, "Het gezin vraagt het")
		aicha.sees("GET "+file+"/conversation", nil, 200)
		aicha.sees(erase, form("family", number, "reason", "asked", "sure", "yes"), 403)
		w.as("liege", "sophie").sees(erase, form("family", number, "reason", "asked", "sure", "yes"), 422, "geen dossier met dit nummer")
		nele.sees(erase, form("family", number, "reason", "asked", "sure", "yes"), 200, "Het gezin is gewist")
		aicha.sees("GET "+file+"/conversation", nil, 404)
		nele.sees(erase, form("family", number, "reason", "asked", "sure", "yes"), 409, "al gewist")
	})
}

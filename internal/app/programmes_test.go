package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// programmeAt is the ID of a programme in a path.
var programmeAt = regexp.MustCompile(`^/programmes/([0-9a-f-]{36})$`)

// takes sends the form with which a template is taken over and answers with
// the address of the programme.
func (p *person) takes(template string, in url.Values) string {
	p.Helper()
	status, body, path := p.asks("POST /programmes/library/"+template+"/take", in)
	if status != 200 || !programmeAt.MatchString(path) {
		p.Fatalf("%s is not taken over: %d at %s\n%s", template, status, path, plain(body))
	}
	return path
}

// bag is the form of Boom's school bag as its coordinator fills it in.
func bag(w *world) url.Values {
	boom := w.towns["rivierenland"]
	return form("params.months_valid", "12", "partner.0.org", string(boom.Orgs["boom"].ID), "partner.0.part", "lead",
		"partner.4.org", string(boom.Orgs["swap"].ID), "partner.4.part", "redeems",
		"from-day", "1", "from-month", "11", "from-year", "2026", "budget", "12.500,50", "municipalities", "11005", "do", "on")
}

// A coordinator takes a programme over from the library; everybody reads it,
// and it is paused, resumed and ended.
func TestAProgrammeIsTakenOverFromTheLibrary(t *testing.T) {
	onEachEngine(t, func(w *world) {
		ines, tom, mia := w.as("rivierenland", "ines"), w.as("rivierenland", "tom"), w.as("rivierenland", "mia")
		ines.sees("GET /programmes", nil, 200, "Hier komen de programma’s van uw alliantie", "Kies uit de bibliotheek")
		ines.sees("GET /programmes/library?q=boekentas", nil, 200, "1 programma", "Boom")
		ines.sees("GET /programmes/library?lever=2", nil, 200, "Onderwijs")
		ines.sees("GET /programmes/library?q=ruimtevaart", nil, 200, "Hier past geen programma bij", "Toon alle programma’s")
		ines.sees("GET /programmes/library/boom-school-bag", nil, 200, "Dit overnemen", "Wat u zelf beslist", "Elk kind, vanaf die verjaardag", "Gevonden in Boom")
		tom.misses("GET /programmes/library/boom-school-bag", "/take")

		here := ines.takes("boom-school-bag", bag(w))
		ines.sees("GET "+here, nil, 200, "Loopt sinds 1 november 2026", "Wat u krijgt", "Voor wie", "Hoe u het krijgt", "Boempetat!", "€ 12.500,50", "beslist door de alliantie", "Wijzigen", "Een gezin doorverwijzen")
		tom.sees("GET "+here, nil, 200, "Een gezin doorverwijzen")
		tom.misses("GET "+here, "Voor de coördinator")
		mia.misses("GET "+here, "Een gezin doorverwijzen")
		mia.reads("fr").sees("GET "+here, nil, 200, "Pour qui", "Comment l’obtenir")
		tom.sees("GET /programmes", nil, 200, "Loopt", "Boempetat!")
		tom.sees("GET /network/"+string(w.towns["rivierenland"].Orgs["swap"].ID), nil, 200, "Doet mee aan", "Neemt bonnen of kaarten aan")
		w.as("leuven", "katrien").sees("GET "+here, nil, 404)

		tom.sees("POST "+here+"/pause", url.Values{}, 403)
		tom.sees("GET "+here+"/change", nil, 403)
		ines.sees("POST "+here+"/pause", url.Values{}, 200, "staat stil", "Hervatten")
		tom.misses("GET "+here, "/referrals/new")
		ines.sees("POST "+here+"/pause", url.Values{}, 409)
		ines.sees("POST "+here+"/resume", url.Values{}, 200, "loopt weer")
		ines.sees("GET "+here+"/end", nil, 200, "Vandaag is dan de laatste dag", "Beëindigen")
		ines.sees("POST "+here+"/end", url.Values{}, 200, "Het programma is beëindigd")
		ines.sees("GET "+here+"/change", nil, 404)
		ines.sees("GET /programmes", nil, 200, "Hier komen de programma’s van uw alliantie")
		ines.sees("GET /programmes?show=over", nil, 200, "Beëindigd")
		for _, lost := range []string{"/programmes/nothing", "/programmes/" + string(kernel.NewID()), here + "/nothing", "/programmes/library/nothing", "/programmes/library/nothing/take"} {
			ines.sees("GET "+lost, nil, 404)
		}
		ines.sees("GET /programmes?after=nothing", nil, 200)
	})
}

// What cannot be right is told at its field, in the reader's language, and
// everything that was typed is still there.
func TestAProgrammeThatCannotBeRight(t *testing.T) {
	onEachEngine(t, func(w *world) {
		ines := w.as("rivierenland", "ines")
		const take = "POST /programmes/library/boom-school-bag/take"
		bad := bag(w)
		bad.Set("params.months_valid", "")
		bad.Set("to-day", "1")
		bad.Set("to-month", "1")
		bad.Set("to-year", "2026")
		bad.Set("names.nl", "Een tas vol moed")
		for lang, words := range map[string][]string{
			"nl": {"De laatste dag", "alle vier de talen"},
			"fr": {"Le dernier jour", "quatre langues"},
		} {
			reader := ines.reads(lang)
			reader.sees(take, bad, 422, words...)
			_, page, _ := reader.asks(take, bad)
			for _, part := range []string{`href="#field-params.months_valid"`, `id="field-params.months_valid"`, `href="#field-to"`, `id="field-to"`,
				`href="#field-names.fr"`, `value="Een tas vol moed"`, `value="12.500,50"`, `name="partner.1.org"`} {
				if !strings.Contains(page, part) {
					t.Errorf("in %s the page lacks %s", lang, part)
				}
			}
		}
		wrong := bag(w)
		wrong.Set("budget", "veel")
		wrong.Set("from-month", "13")
		wrong.Set("partner.1.org", "somebody")
		ines.sees(take, wrong, 422, "We kunnen dit bedrag niet lezen", "Deze dag bestaat niet", "doet niet mee")
		_, page, _ := ines.asks(take, wrong)
		for _, part := range []string{`href="#field-budget"`, `href="#field-from"`, `href="#field-partner.0.org"`, `value="veel"`, `value="13"`} {
			if !strings.Contains(page, part) {
				t.Errorf("the page lacks %s", part)
			}
		}
		more := bag(w)
		more.Set("do", "more")
		_, page, _ = ines.asks(take, more)
		if !strings.Contains(page, `name="partner.4.org"`) || !strings.Contains(page, `value="12.500,50"`) {
			t.Error("more partners are not asked, or something typed is lost")
		}
		ines.sees("GET /programmes", nil, 200, "Hier komen de programma’s van uw alliantie")
	})
}

// A draft may be incomplete; to start it, everything must be decided.
func TestADraftIsCompletedAndStarted(t *testing.T) {
	onEachEngine(t, func(w *world) {
		ines, tom := w.as("rivierenland", "ines"), w.as("rivierenland", "tom")
		in := bag(w)
		in.Set("do", "draft")
		in.Del("params.months_valid")
		here := ines.takes("boom-school-bag", in)
		ines.sees("GET "+here, nil, 200, "Nog niet aangeboden", "nog niet beslist", "Nu starten")
		tom.misses("GET /programmes", here)
		ines.sees("POST "+here+"/start", url.Values{}, 422, "Er klopt nog één ding niet")
		p, err := w.app.Programmes.Programme(w.towns["rivierenland"].As(t.Context(), "ines"), kernel.ID(strings.TrimPrefix(here, "/programmes/")))
		if err != nil || p.State != programmes.Draft {
			t.Fatalf("%v, %v", p.State, err)
		}
		in.Set("params.months_valid", "9")
		in.Set("version", "1")
		in.Del("do")
		ines.sees("POST "+here+"/change", in, 200, "De wijzigingen zijn bewaard", "9 maanden")
		ines.sees("POST "+here+"/start", url.Values{}, 200, "Het programma loopt nu")
		tom.sees("GET /programmes", nil, 200, "Loopt")
	})
}

// Two coordinators change one programme at once: the second sees what the
// first saved beside what she typed, and decides.
func TestTwoCoordinatorsChangeAProgramme(t *testing.T) {
	onEachEngine(t, func(w *world) {
		katrien, omar := w.as("leuven", "katrien"), w.as("leuven", "omar")
		leuven := w.towns["leuven"]
		in := form("partner.0.org", string(leuven.Orgs["house"].ID), "partner.0.part", "lead", "from", "2026-11-01", "municipalities", "24062", "do", "on")
		here := katrien.takes("leuven-kirikou", in)
		in.Set("version", "1")
		first, second := url.Values{}, url.Values{}
		for k, v := range in {
			first[k], second[k] = v, v
		}
		first.Set("budget", "1000")
		second.Set("budget", "2500")
		second.Set("to", "2027-06-30")
		katrien.sees("POST "+here+"/change", first, 200, "€ 1.000")
		omar.sees("POST "+here+"/change", second, 409, "Iemand was u net voor", "€ 1.000", "€ 2.500", "30 juni 2027")
		omar.reads("fr").sees("POST "+here+"/change", second, 409, "Quelqu’un vous a devancé", "pas de fin prévue")
		_, page, _ := omar.asks("POST "+here+"/change", second)
		if !strings.Contains(page, `name="version" value="2"`) || !strings.Contains(page, `value="2500"`) {
			t.Error("the page does not let one decide for what was typed")
		}
		katrien.sees("GET "+here, nil, 200, "€ 1.000")
		second.Set("version", "2")
		omar.sees("POST "+here+"/change", second, 200, "€ 2.500", "tot en met 30 juni 2027")
	})
}

// rawKey is what stands on a page when a text is missing.
var rawKey = regexp.MustCompile(`\b(programme|library|beside|kit|network|organisation)\.[a-z_]+|<no value>|\{\{`)

// Every template can be read and its form opened, in every language.
func TestEveryTemplateIsShown(t *testing.T) {
	w := onSQLite(t)
	ines := w.as("rivierenland", "ines")
	for _, tmpl := range w.app.Programmes.Library.All() {
		for _, lang := range []string{"nl", "fr", "de", "en"} {
			for _, page := range []string{"/programmes/library/" + tmpl.ID, "/programmes/library/" + tmpl.ID + "/take"} {
				status, body, _ := ines.reads(lang).asks("GET "+page, nil)
				if status != 200 || !strings.Contains(plain(body), plain(tmpl.Names.In(kernel.Lang(lang)))) {
					t.Errorf("%s in %s answers %d", page, lang, status)
				}
				if raw := rawKey.FindString(plain(body)); raw != "" {
					t.Errorf("%s in %s shows %s", page, lang, raw)
				}
			}
		}
	}
}

// The search above every page finds what is offered, as it says.
func TestTheSearchFindsAnOffer(t *testing.T) {
	onEachEngine(t, func(w *world) {
		startProgrammes(w)
		aicha := w.as("leuven", "aicha")
		aicha.sees("GET /families", nil, 200, "Zoek een gezin, een aanbod of een organisatie")
		aicha.sees("POST /search", url.Values{"q": {"kirikou"}}, 200, "Aanbod", "Kirikou")
		aicha.reads("fr").sees("POST /search", url.Values{"q": {"kirikou"}}, 200, "Offres", "Kirikou")
		_, body, _ := aicha.asks("POST /search", url.Values{"q": {"Coin Papote"}}) // of Liège
		if strings.Contains(body, `id="programmes"`) {
			t.Error("an offer of another alliance is found")
		}
	})
}

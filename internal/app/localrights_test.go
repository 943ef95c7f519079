package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var localRightAt = regexp.MustCompile(`^/local-rights/([0-9a-f-]{36})$`)

// nappies is the form of a nappy allowance: for each child under three of a
// family with increased reimbursement.
func nappies() url.Values {
	return form("names.nl", "Luiertoelage", "names.fr", "Allocation langes", "names.de", "Windelzuschuss", "names.en", "Nappy allowance",
		"summary.nl", "Geld voor luiers.", "summary.fr", "De l’argent pour des langes.", "summary.de", "Geld für Windeln.", "summary.en", "Money for nappies.",
		"how.nl", "Vraag het aan het loket.", "how.fr", "Demandez-la au guichet.", "how.de", "Fragen Sie am Schalter.", "how.en", "Ask at the desk.",
		"for", "child", "age_below", "3", "condition.0.fact", "family.has_bim", "condition.0.is", "yes",
		"amount", "70,50", "per", "quarter", "authority", "OCMW Leuven", "from-day", "1", "from-month", "11", "from-year", "2026",
		"address", "https://www.example.org/luiers", "decided-day", "5", "decided-month", "10", "decided-year", "2026")
}

func filled(in url.Values, pairs ...string) url.Values {
	out := url.Values{}
	for k, v := range in {
		out[k] = append([]string{}, v...)
	}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

// A coordinator writes a right by filling in a form, sees the rule that comes of
// it, what is wrong with it and how many families it reaches, and offers it.
func TestALocalRightIsWritten(t *testing.T) {
	onEachEngine(t, func(w *world) {
		s := w.furnish()
		katrien, aicha := w.as("leuven", "katrien"), w.as("leuven", "aicha")
		w.as("rivierenland", "ines").sees("GET /local-rights", nil, 200, "Hier komen de rechten die u zelf schrijft")
		katrien.sees("GET /local-rights/new", nil, 200, "Voor elk kind apart", "Ouders samen: netto-inkomen", "Bekijken")
		aicha.sees("GET /local-rights/new", nil, 403)
		aicha.sees("POST /local-rights", filled(nappies(), "do", "on"), 403)

		status, page, _ := katrien.asks("POST /local-rights", filled(nappies(), "do", "look"))
		for _, part := range []string{"De regel klopt", "minder dan 5", "gezinnen misschien", "p.age &lt; 3", "value: 70.50", "when: &#39;family.has_bim&#39;", "Er zijn nog geen voorbeelden", `value="70,50"`} {
			if status != 200 || !strings.Contains(page, part) {
				t.Errorf("%d: the page lacks %s", status, part)
			}
		}
		katrien.misses("GET /local-rights", "Luiertoelage") // looking keeps nothing

		// All families are counted by the house; what was filled in stays to go on with.
		_, _, count := katrien.asks("POST /local-rights", filled(nappies(), "do", "all"))
		katrien.sees("GET "+count, nil, 200, "Hoeveel gezinnen?", "Luiertoelage", "Verder schrijven")
		w.work()
		katrien.sees("GET "+count, nil, 200, "minder dan 5", "gezinnen misschien")
		katrien.sees("GET /local-rights", nil, 200, "Naar uw telling van alle gezinnen")
		on := "/local-rights/new?count=" + strings.TrimPrefix(count, "/what-if/")
		if _, page, _ := katrien.asks("GET "+on, nil); !strings.Contains(page, `value="70,50"`) || !strings.Contains(page, "Geld voor luiers.") {
			t.Error("what was filled in is gone")
		}
		w.as("rivierenland", "ines").sees("GET "+count, nil, 404)
		katrien.sees("GET /local-rights/"+string(s.written)+"/change?count="+strings.TrimPrefix(count, "/what-if/"), nil, 404)

		status, _, here := katrien.asks("POST /local-rights", filled(nappies(), "do", "on"))
		if status != 200 || !localRightAt.MatchString(here) {
			t.Fatalf("it is not kept: %d at %s", status, here)
		}
		katrien.sees("GET "+here, nil, 200, "Luiertoelage", "Versie 1", "id: loc.own.r")
		family := "/families/" + string(s.family)
		aicha.sees("GET "+family+"/rights", nil, 200, "Luiertoelage")
		aicha.sees("GET /local-rights", nil, 200, "Luiertoelage")
		aicha.misses("GET "+here, "/change")
		w.as("rivierenland", "ines").sees("GET "+here, nil, 404)
		w.as("rivierenland", "ines").sees("POST "+here+"/end", url.Values{}, 404)

		// Who began before a colleague saved is told so; what was typed is there.
		katrien.sees("GET "+here+"/change", nil, 200, "Geld voor luiers.", "Ouders samen: netto-inkomen")
		katrien.sees("POST "+here+"/change", filled(nappies(), "do", "on", "version", "1", "amount", "80"), 200, "Versie 2", "value: 80.00", "Vroegere versies", "value: 70.50")
		katrien.sees("POST "+here+"/change", filled(nappies(), "do", "on", "version", "1", "amount", "90"), 409, "Geld voor luiers.")
		katrien.sees("GET "+here, nil, 200, "value: 80.00")

		katrien.sees("GET "+here+"/end", nil, 200, "Vanaf nu krijgt geen gezin")
		katrien.sees("POST "+here+"/end", url.Values{}, 200, "Beëindigd")
		katrien.sees("POST "+here+"/end", url.Values{}, 409)
		katrien.sees("GET "+here+"/change", nil, 404)
		aicha.misses("GET "+family+"/rights", "Luiertoelage")
		for _, lost := range []string{"/local-rights/nothing", here + "/nothing"} {
			katrien.sees("GET "+lost, nil, 404)
		}
	})
}

// What is missing or cannot be is told at its field; what the rules say of the
// rule too; a rule with which something is wrong is not offered.
func TestALocalRightThatCannotBeRight(t *testing.T) {
	onEachEngine(t, func(w *world) {
		katrien, aicha := w.as("leuven", "katrien"), w.as("leuven", "aicha")
		const write = "POST /local-rights"
		at := func(in url.Values, status int, field, words string) {
			t.Helper()
			got, page, _ := katrien.asks(write, in)
			if got != status || field != "" && !strings.Contains(page, `href="#field-`+field+`"`) || !strings.Contains(plain(page), words) {
				t.Errorf("%d, at %s no %q:\n%s", got, field, words, plain(page))
			}
		}
		at(filled(nappies(), "do", "on", "names.de", ""), 422, "names.de", "alle vier de talen")
		at(filled(nappies(), "do", "on", "amount", "veel"), 422, "amount", "bedrag")
		at(filled(nappies(), "do", "on", "amount", ""), 422, "gives.nl", "alle vier de talen")
		at(filled(nappies(), "do", "on", "age_from", "5"), 422, "age_below", "hoger zijn dan de eerste")
		at(filled(nappies(), "do", "on", "age_below", "drie"), 422, "age_below", "een leeftijd van 0 tot 25")
		at(filled(nappies(), "do", "on", "address", "het stadhuis"), 422, "address", "geen adres op het web")
		at(filled(nappies(), "do", "on", "from-day", "31"), 422, "from", "Deze dag bestaat niet")
		at(filled(nappies(), "do", "on", "condition.1.fact", "family.nothing"), 422, "condition.1.fact", "Kies iets uit de lijst")
		at(filled(nappies(), "do", "on", "for", "family", "condition.1.fact", "child.disability_66", "condition.1.is", "yes"), 422, "condition.1.fact", "Voor elk kind apart")
		at(filled(nappies(), "do", "on", "condition.1.fact", "parents.net_income_month", "condition.1.is", "yes"), 422, "condition.1.is", "niet vergeleken")
		at(filled(nappies(), "do", "on", "condition.1.fact", "family.tenure", "condition.1.is", "is", "condition.1.value", "kasteel"), 422, "condition.1.value", "uit de lijst")

		contradiction := filled(nappies(), "condition.1.fact", "family.has_bim", "condition.1.is", "no")
		at(filled(contradiction, "do", "look"), 200, "", "niemand het krijgen")
		at(filled(contradiction, "do", "on"), 200, "", "niemand het krijgen")
		at(filled(nappies(), "do", "look", "condition.1.fact", "parents.net_income_month", "condition.1.is", "at_least", "condition.1.value", "0"), 200, "condition.1.value", "altijd waar")
		at(filled(nappies(), "do", "look", "tests", "  - {name: one, date: 2026-12-01, family: {municipality: \"24062\", has_bim: true}, persons: [{id: a, role: applicant}, {id: k, role: child, birth_date: 2025-12-01}], expect: {status: not_entitled}}"),
			200, "tests", "doet niet wat de toets zegt")
		at(filled(nappies(), "do", "look", "tests", "  - {name: one, date: 2026-12-01, family: {municipality: \"24062\", has_bim: true}, persons: [{id: a, role: applicant}, {id: k, role: child, birth_date: 2025-12-01}], expect: {status: entitled, amounts: [{value: 70.50, per: quarter, to: k}]}}"),
			200, "", "De regel klopt")
		at(filled(nappies(), "do", "look", "tests", "{{{ not yaml"), 200, "tests", "niet gelezen")
		at(filled(nappies(), "do", "more"), 200, "", "Voorwaarde 3")
		katrien.sees("GET /local-rights", nil, 200, "Hier komen de rechten die u zelf schrijft")

		// A draft may be anything; only who writes it sees it.
		status, _, here := katrien.asks(write, filled(form("for", "family"), "do", "draft"))
		if status != 200 || !localRightAt.MatchString(here) {
			t.Fatalf("a draft is not kept: %d at %s", status, here)
		}
		katrien.sees("GET "+here, nil, 200, "Een recht zonder naam", "Ontwerp")
		aicha.sees("GET "+here, nil, 404)
		aicha.misses("GET /local-rights", here)
		katrien.reads("fr").sees("GET "+here+"/change", nil, 200, "Pour qui est-ce", "Parents ensemble")
	})
}

// Two people change a right at once: what each of them typed is kept, and where
// both changed the same they see it and choose.
func TestTwoPeopleWriteOneRight(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.furnish()
		katrien := w.as("leuven", "katrien")
		_, _, here := katrien.asks("POST /local-rights", filled(nappies(), "do", "on"))
		path := here + "/change"
		one, two, three := katrien.formAt(path), katrien.formAt(path), katrien.formAt(path)
		katrien.sees("POST "+path, with(one, "names.nl", "Luierpremie", "do", "on"), 200)
		katrien.sees("POST "+path, with(two, "summary.nl", "Voor luiers.", "do", "on"), 200)
		if now := katrien.formAt(path); now.Get("names.nl") != "Luierpremie" || now.Get("summary.nl") != "Voor luiers." || now.Get("condition.0.fact") != "family.has_bim" {
			t.Errorf("kept is %v", now)
		}
		katrien.sees("POST "+path, with(three, "names.nl", "Pamperpremie", "do", "on"), 409, "Het was: Luiertoelage", "Wat uw collega schreef: Luierpremie", "Wat u typte: Pamperpremie")
	})
}

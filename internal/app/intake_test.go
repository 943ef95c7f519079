package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
)

// form makes form values of names and values by turns.
func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// idIn is the ID of a family in a path.
var idIn = regexp.MustCompile(`/families/([0-9a-f-]{36})`)

// peeters is a filled intake form: a mother, a child of two, one on the way.
func peeters() url.Values {
	return form("applicant.first", "Fatima", "applicant.last", "Peeters", "applicant.birth-day", "4", "applicant.birth-month", "3", "applicant.birth-year", "1994",
		"child.0.first", "Noor", "child.0.last", "Peeters", "child.0.birth-day", "1", "child.0.birth-month", "12", "child.0.birth-year", "2023",
		"expected.coming", "1", "expected.due-day", "10", "expected.due-month", "1", "expected.due-year", "2027",
		"address.street", "Bondgenotenlaan", "address.number", "1", "postal_code", "3000",
		"phones.0", "02 123 45 67", "languages.0", "ar", "languages.1", "nl", "safe", "no_voicemail", "safe.only_via", "Samira, haar zus")
}

// opens opens a file by the form and answers with its address.
func (p *person) opens(in url.Values) string {
	p.Helper()
	status, body, path := p.asks("POST /families/new", in)
	m := idIn.FindStringSubmatch(path)
	if status != 200 || m == nil {
		p.Fatalf("the file does not open: %d at %s\n%s", status, path, plain(body))
	}
	return m[0]
}

// A caseworker opens a file; it ends in the conversation, and the family is in
// her list and found by name and telephone. Somebody of another organisation
// finds the same as for a name that nobody has.
func TestACaseworkerOpensAFile(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, goele := w.as("leuven", "aicha"), w.as("leuven", "goele")
		aicha.sees("GET /families", nil, 200, "Hier komen uw gezinnen", "Een nieuw dossier openen")
		aicha.sees("GET /families/new", nil, 200, "Wie hoort bij het gezin?", "Veilig contact")
		file := aicha.opens(peeters())
		if path := aicha.sees("GET "+file+"/conversation", nil, 200, "Fatima Peeters"); path != file+"/conversation" {
			t.Errorf("the conversation is at %s", path)
		}
		aicha.sees("GET /families", nil, 200, "Fatima Peeters", "1 kind, 1 op komst", "Leuven", "Noor wordt 3 op dinsdag 1 december")
		aicha.sees("GET /families?show=closed", nil, 200, "Er zijn geen gesloten dossiers")
		for _, typed := range []string{"peeters", "Fati", "Pieters", "02 123 45 67", "noor"} {
			aicha.sees("POST /search", form("q", typed), 200, "Fatima Peeters")
		}
		_, nobody, _ := goele.asks("POST /search", form("q", "Zebedeus"))
		for _, typed := range []string{"peeters", "02 123 45 67"} {
			_, hidden, _ := goele.asks("POST /search", form("q", typed))
			if strings.ReplaceAll(hidden, typed, "X") != strings.ReplaceAll(nobody, "Zebedeus", "X") {
				t.Errorf("%q is answered otherwise than a name that nobody has:\n%s\n%s", typed, plain(hidden), plain(nobody))
			}
		}
		goele.sees("GET "+file, nil, 404, "Deze pagina vinden we niet")
		goele.sees("GET /families", nil, 200, "Hier komen uw gezinnen")
	})
}

// What is wrong with an intake is told field by field, in the reader's
// language, and nothing that was typed is lost or half kept.
func TestAnIntakeThatCannotBeRight(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha := w.as("leuven", "aicha")
		bad := form("applicant.last", "", "partner.first", "Sam", "partner.birth-day", "31", "partner.birth-month", "2", "partner.birth-year", "1990",
			"child.1.first", "Noor", "child.1.birth-day", "1", "child.1.birth-month", "12", "child.1.birth-year", "2099",
			"postal_code", "9", "phones.0", "12", "mails.0", "nergens", "expected.due-day", "1", "expected.due-month", "1", "expected.due-year", "2031")
		for lang, words := range map[string][]string{
			"nl": {"Deze dag bestaat niet in de kalender", "Vul een voornaam of een achternaam in", "Deze uitgerekende datum kan niet", "Er kloppen nog 7 dingen niet"},
			"fr": {"Ce jour n’existe pas", "Écrivez un prénom ou un nom", "Cette date prévue n’est pas possible", "Il reste 7 choses à corriger"},
		} {
			aicha.reads(lang).sees("POST /families/new", bad, 422, words...)
		}
		bad.Set("partner.birth-day", "28")
		for lang, words := range map[string][]string{
			"nl": {"Vul een voornaam of een achternaam in", "Deze geboortedatum kan niet", "Deze uitgerekende datum kan niet"},
			"fr": {"Écrivez un prénom ou un nom", "Cette date de naissance n’est pas possible", "Cette date prévue n’est pas possible"},
		} {
			reader := aicha.reads(lang)
			reader.sees("POST /families/new", bad, 422, words...)
			_, page, _ := reader.asks("POST /families/new", bad)
			for _, part := range []string{`value="Sam"`, `value="Noor"`, `value="nergens"`, `value="2099"`, `href="#field-applicant.first"`,
				`href="#field-child.0.birth"`, `id="field-child.0.birth"`, `href="#field-postal_code"`, `href="#field-phones.0"`, `href="#field-mails.0"`, `href="#field-expected.due"`} {
				if !strings.Contains(page, part) {
					t.Errorf("in %s the page lacks %s", lang, part)
				}
			}
		}
		aicha.sees("GET /families", nil, 200, "Hier komen uw gezinnen")

		more := peeters()
		more.Set("more", "1")
		aicha.sees("POST /families/new", more, 200, "Kind 3", "Kind 4")
		aicha.sees("GET /families", nil, 200, "Hier komen uw gezinnen")
	})
}

// Before a second file is made of people whom the worker knows, the first one
// is shown; of people whom she may not know, nothing is said.
func TestAFileOfTheSamePeople(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, goele := w.as("leuven", "aicha"), w.as("leuven", "goele")
		first := aicha.opens(peeters())
		again := peeters()
		aicha.sees("POST /families/new", again, 409, "Kent u dit gezin al?", "Fatima Peeters", "Dit zijn andere mensen")
		_, page, _ := aicha.asks("POST /families/new", again)
		if !strings.Contains(page, `href="`+first+`"`) || !strings.Contains(page, `value="Bondgenotenlaan"`) {
			t.Error("the page leads to the file that is known, and keeps what was typed")
		}
		again.Set("anyway", "1")
		if second := aicha.opens(again); second == first {
			t.Error("no second file was made")
		}
		goele.opens(peeters())

		nele := w.towns["leuven"].As(t.Context(), "nele")
		twins, err := w.app.Families.Twins(nele)
		if err != nil || len(twins) == 0 {
			t.Errorf("the privacy officer sees %d pairs: %v", len(twins), err)
		}
		if err := w.app.Families.SettleTwins(nele, twins[0].Family, twins[0].Other, families.SamePeople); err != nil {
			t.Error(err)
		}
	})
}

// Who has no right to open files is told so, and finds no door to it.
func TestAReferrerOpensNoFile(t *testing.T) {
	onEachEngine(t, func(w *world) {
		lies := w.as("leuven", "lies")
		lies.sees("GET /families/new", nil, 403)
		lies.sees("GET /families", nil, 403)
		lies.sees("POST /search", form("q", "x"), 403)
	})
}

// A list goes on by key: each page leads to the next, and every family is on
// one of them.
func TestALongListGoesOn(t *testing.T) {
	onEachEngine(t, func(w *world) {
		ctx := w.towns["leuven"].As(t.Context(), "aicha")
		for i := range 30 {
			_, err := w.app.Families.Open(ctx, families.NewFamily{Persons: []families.NewPerson{
				{Role: families.Applicant, First: "Sam", Last: "Nummer" + string(rune('A'+i))}}})
			if err != nil {
				t.Fatal(err)
			}
		}
		aicha := w.as("leuven", "aicha")
		next := regexp.MustCompile(`href="(/families\?after=[^"]+)" rel="next"`)
		seen, at := map[string]bool{}, "/families"
		for pages := 0; at != ""; pages++ {
			if pages > 3 {
				t.Fatal("the list does not end")
			}
			_, page, _ := aicha.asks("GET "+at, nil)
			for _, m := range regexp.MustCompile(`Sam Nummer.`).FindAllString(page, -1) {
				seen[m] = true
			}
			at = ""
			if m := next.FindStringSubmatch(page); m != nil {
				at = m[1]
			}
		}
		if len(seen) != 30 {
			t.Errorf("%d of 30 families are on a page", len(seen))
		}
		if path := aicha.sees("GET /families?after=nergens", nil, 200, "Gezinnen"); path != "/families" {
			t.Errorf("a place that no list gave leads to %s", path)
		}
		aicha.sees("POST /search", form("q", "Sam"), 200, "Volgende")
	})
}

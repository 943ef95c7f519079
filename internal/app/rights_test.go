package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// startProgrammes switches on the programmes of the demonstration.
func startProgrammes(w *world) {
	w.Helper()
	var towns []demo.Town
	for _, t := range w.towns {
		towns = append(towns, t)
	}
	if err := demo.Programmes(w.Context(), w.app, towns); err != nil {
		w.Fatal(err)
	}
}

// noor is a mother of Leuven with a child of two and another on the way, whose
// file Aïcha has just opened. Nobody lives there.
func noor(w *world) kernel.ID {
	w.Helper()
	f, err := w.app.Families.Open(w.towns["leuven"].As(w.Context(), "aicha"), families.NewFamily{
		PostalCode: "3000", Municipality: "24062",
		Persons: []families.NewPerson{
			{Role: families.Applicant, First: "Noor", Last: "Verbeeck", Birth: "1996-03-14"},
			{Role: families.Child, First: "Sami", Last: "Verbeeck", Birth: "2024-08-02"},
			{Role: families.Unborn, Due: "2027-02-20"},
		},
	})
	if err != nil {
		w.Fatal(err)
	}
	return f.ID
}

// hidden is the value of a hidden field of a page; "" when it has none.
func hidden(body, name string) string {
	m := regexp.MustCompile(`<input type="hidden" name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
	if m == nil {
		return ""
	}
	return strings.NewReplacer("&#34;", `"`, "&amp;", "&", "&#39;", "'").Replace(m[1])
}

// said are the answers that Noor gives, by fact; what is not here she leaves
// open.
var said = map[string]string{
	"all_may_stay": "yes", "all_live_here": "yes", "residence_right": "belgian", "benefit": "leefloon", "benefit_months": "5",
	"net_income_month": "1.340,47", "work": "none", "willing_to_work": "yes_willing", "has_bim": "no", "widowed": "no",
	"gross_taxable_month": "0", "gross_taxable_year_1": "0", "gross_taxable_year_2": "0", "disability_66": "no",
}

// converse goes on with a conversation until nothing is left to ask, or max
// questions were answered. It gives the facts in the order in which they were
// asked, and those that were left open.
func (p *person) converse(here string, max int) (answered, open []string) {
	p.Helper()
	for range 60 {
		status, body, _ := p.asks("GET "+here, nil)
		if status != http.StatusOK {
			p.Fatalf("GET %s answers %d", here, status)
		}
		ref := hidden(body, "fact")
		if ref == "" {
			return answered, open
		}
		_, fact, _ := strings.Cut(ref, ".")
		form := url.Values{"fact": {ref}, "began": {hidden(body, "began")}, "do": {"later"}}
		answer, known := said[fact]
		if known && len(answered) < max {
			form.Set("do", "answer")
			form.Set("answer", answer)
			answered = append(answered, ref)
		} else {
			open = append(open, ref)
		}
		p.sees("POST "+here, form, 200)
	}
	p.Fatalf("the conversation does not end: %v, left open %v", answered, open)
	return nil, nil
}

func TestAConversationOfTwelveQuestionsMakesMostOfItCertain(t *testing.T) {
	onEachEngine(t, func(w *world) {
		startProgrammes(w)
		aicha, id := w.as("leuven", "aicha"), noor(w)
		here := "/families/" + string(id) + "/conversation"
		aicha.sees("GET "+here, nil, 200, "Noor Verbeeck", "Wat al duidelijk is", "Nu niet", "Geen vraag")

		answered, open := aicha.converse(here, 12)
		w.Logf("asked %d: %v; left open %v", len(answered), answered, open)
	})
}

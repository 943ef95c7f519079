package programmes

import (
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestEveryTemplateSaysForWhomItIs(t *testing.T) {
	for _, tmpl := range library(t).All() {
		opened := 0
		for _, w := range tmpl.ForWhom() {
			opened += len(w.Offers)
			texts := slices.Concat(w.Conditions, w.Exclusions)
			if w.Each != (kernel.Text{}) {
				texts = append(texts, w.Each)
			}
			for _, r := range w.Refers {
				texts = append(texts, r.Text, r.Decides)
			}
			if len(texts) == 0 {
				t.Errorf("%s: a rule without words opens %v", tmpl.ID, w.Offers)
			}
			for _, text := range texts {
				if len(text.Missing()) > 0 || strings.Contains(text.NL, "{{") {
					t.Errorf("%s: %+v", tmpl.ID, text)
				}
			}
		}
		if opened != len(tmpl.Offers) {
			t.Errorf("%s: %d of %d offers have a rule in words", tmpl.ID, opened, len(tmpl.Offers))
		}
	}
}

func TestTheLibraryIsSearched(t *testing.T) {
	for name, tt := range map[string]struct {
		typed string
		lever Lever
		want  string // ids that must be there, and no other where it ends in "."
	}{
		"nothing asked gives all":            {"", 0, "leuven-kirikou hannut-meals"},
		"a word of the name":                 {"velo", 0, "leuven-velokadee."},
		"two words, in capitals and accents": {"REPAS hánnut", 0, "hannut-meals."},
		"a place":                            {"kortenaken", 0, "kortenaken-kikaz."},
		"a theme":                            {"", Income, "leuven-kirikou"},
		"a theme and a word that do not go":  {"kirikou", Participation, "."},
		"what nobody offers":                 {"ruimtevaart", 0, "."},
	} {
		t.Run(name, func(t *testing.T) {
			var ids []string
			for _, f := range library(t).Find(tt.typed, tt.lever) {
				ids = append(ids, f.ID)
			}
			only := strings.HasSuffix(tt.want, ".")
			want := strings.Fields(strings.TrimSuffix(tt.want, "."))
			for _, id := range want {
				if !slices.Contains(ids, id) {
					t.Errorf("found %v, without %s", ids, id)
				}
			}
			if only && len(ids) != len(want) {
				t.Errorf("found %v, want %v alone", ids, want)
			}
		})
	}
}

func TestTheProgrammesOfAPartner(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		in := bikes()
		in.Partners = []Partner{{w.shop, HandsOut}, {w.shop, Redeems}}
		mine := must(w.SwitchOn(w.katrien, in))
		must(w.SwitchOn(w.katrien, bikes()))
		page := must(w.List(w.aicha, Query{Partner: w.shop}))
		if len(page.Rows) != 1 || page.Rows[0].ID != mine.ID {
			t.Errorf("the shop has a part in %d programmes", len(page.Rows))
		}
		if page := must(w.List(w.aicha, Query{Partner: w.house})); len(page.Rows) != 0 {
			t.Errorf("the house has a part in %d programmes", len(page.Rows))
		}
	})
}

package directory

import (
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

const forSingles = `persons.exists(q, q.role == "child" && q.age < 3)`

func TestAConditionThatTheEngineCannotTakeIsRefusedWhenItIsSaved(t *testing.T) {
	law, err := rules.Load(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	r := &Rulings{Law: law}
	for name, tt := range map[string]struct{ rule, says string }{
		"none":                    {"", ""},
		"one over the facts":      {forSingles, ""},
		"of an unknown fact":      {`family.has_dragon`, "has_dragon"},
		"that is no condition":    {`1 + 1`, " "},
		"that cannot be read":     {`family.has_bim &&`, " "},
		"that always holds":       {`1 < 2`, " "},
		"that breaks out of YAML": {"true\nkind: local", " "},
	} {
		err := r.Check(tt.rule, "2026-11-23")
		f, _ := err.(*kernel.Fault)
		if (err == nil) != (tt.says == "") || f != nil && (f.Key != "directory.eligibility" || !strings.Contains(f.Args["why"], tt.says)) {
			t.Errorf("%s: %v %+v", name, err, f)
		}
	}
	yes := `{"date":"2026-11-23","persons":[{"id":"a","role":"applicant"},{"id":"b","role":"child","birth_date":"2025-01-01"}]}`
	no := strings.Replace(yes, "2025", "2015", 1)
	open := `{"date":"2026-11-23","persons":[{"id":"a","role":"applicant"},{"id":"b","role":"child"}]}`
	for name, tt := range map[string]struct {
		document string
		want     bool
	}{"a baby": {yes, true}, "a schoolchild": {no, false}, "nobody knows how old": {open, false}, "rubbish": {"{", false}} {
		if got := r.Fits(forSingles, []byte(tt.document)); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	inTown(t, func(t *testing.T, w *town) {
		w.Rulings = r
		v := w.milk()
		v.For.Rule = "family.has_dragon"
		_, err := w.AddService(w.katrien, v)
		wants(t, "a service for dragons", err, "invalid directory.eligibility rule")
		v.For.Rule = forSingles
		must(w.AddService(w.katrien, v))
		item := told(2, "a")
		item.Service.For.Rule = "family.has_dragon"
		if got := must(w.TakeOver(w.katrien, Take{Source: "kaart", Items: []Item{item}})); len(got.Refused) != 1 {
			t.Errorf("%+v", got)
		}
	})
}

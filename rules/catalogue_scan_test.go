package rules_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

// batchOf puts families of one person each, written as cases, into columns. Of
// each fact of each family, it takes the one that pick names.
func batchOf(t testing.TB, lib *rules.Library, documents [][]byte, families int, pick func(family int) (document int)) *rules.Batch {
	t.Helper()
	cases := make([]struct {
		Family map[string]any `json:"family"`
	}, len(documents))
	for i, d := range documents {
		if err := json.Unmarshal(d, &cases[i]); err != nil {
			t.Fatal(err)
		}
	}
	b := &rules.Batch{Starts: make([]int32, families+1), Families: map[string]*rules.Column{},
		Persons: map[string]*rules.Column{"role": {Codes: make([]int32, families), Words: []string{"applicant"}}}}
	for f := range families {
		b.Starts[f+1] = int32(f) + 1
	}
	for _, x := range lib.Facts().Facts {
		if x.Entity != rules.OfFamily || !x.Given {
			continue
		}
		c := &rules.Column{Known: rules.NewBits(families)}
		places := map[string]int32{}
		switch x.Type {
		case rules.TypeBool:
			c.Bools = rules.NewBits(families)
		case rules.TypeInt:
			c.Ints = make([]int64, families)
		default:
			c.Codes = make([]int32, families)
		}
		for f := range families {
			v := cases[pick(f)].Family[x.Key]
			if v == nil {
				continue
			}
			c.Known.Set(f)
			switch v := v.(type) {
			case bool:
				if v {
					c.Bools.Set(f)
				}
			case float64:
				c.Ints[f] = int64(v)
			case string:
				k, ok := places[v]
				if !ok {
					k = int32(len(c.Words))
					places[v], c.Words = k, append(c.Words, v)
				}
				c.Codes[f] = k
			}
		}
		b.Families[x.Key] = c
	}
	return b
}

// scanCatalogue is the catalogue and the households that its own evaluator
// answered for.
func scanCatalogue(t testing.TB) (cat catalogue, households []theirHousehold, documents [][]byte, day rules.Date) {
	households = catalogueLines[theirHousehold](t, "oracle.jsonl")
	var where []theirPlace
	for _, h := range households {
		where = append(where, *h.Facts.Place)
		documents = append(documents, h.document())
	}
	day, err := rules.ParseDate(households[0].Date)
	if err != nil {
		t.Fatal(err)
	}
	return readCatalogue(t, where, 10*highestIncome), households, documents, day
}

// In columns, too, what 500 households get of 643 benefits is what the
// evaluator of those who wrote the benefits says.
func TestAForeignCatalogueInColumnsGivesWhatItsOwnEvaluatorGives(t *testing.T) {
	cat, households, documents, day := scanCatalogue(t)
	answers, err := cat.Scan(batchOf(t, cat.Library, documents, len(documents), func(f int) int { return f }), rules.ScanOptions{Date: day})
	if err != nil {
		t.Fatal(err)
	}
	if len(answers.Refused) > 0 {
		t.Fatal("refused: ", answers.Refused[0].Why)
	}
	given := 0
	for i := range answers.Rights {
		a := &answers.Rights[i]
		b := cat.byID[a.Right.ID]
		for f, h := range households {
			got, theirs := string(a.Status[f].Status()), string(rules.NotEntitled)
			want, due := h.Eligible[b.ID]
			if due {
				given++
				theirs = string(rules.Entitled)
			}
			if v, ok := want.(float64); ok && b.Unit == "€" {
				got += fmt.Sprintf(" %.2f", float64(a.Cents[0][f])/100)
				theirs += fmt.Sprintf(" %.2f", v)
			}
			if got != theirs || len(a.Open) > 0 {
				t.Fatalf("%s: we say %s, they say %s\n%s", b.ID, got, theirs, documents[f])
			}
		}
	}
	if given == 0 {
		t.Error("nobody gets anything")
	}
}

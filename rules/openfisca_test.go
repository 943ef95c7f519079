package rules_test

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

// template is OpenFisca's country template as packs of ours.
func template(t testing.TB) *rules.Library {
	t.Helper()
	lib, err := rules.Load(os.DirFS(filepath.Join("..", "bench", "openfisca", "pack")))
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// templateTable reads one of the two tables, a column each.
func templateTable(t testing.TB, name string) map[string][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(catalogueDir(t), "..", "openfisca-country-template", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for i, name := range rows[0] {
		for _, row := range rows[1:] {
			out[name] = append(out[name], row[i])
		}
	}
	return out
}

func float(t testing.TB, s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Of 5,000 households, the formulas of OpenFisca's country template give what
// OpenFisca gives. Theirs are computed in 32 bits from amounts with fractions
// of a cent, ours from whole cents.
func TestOpenFiscasTemplateInColumnsGivesWhatOpenFiscaGives(t *testing.T) {
	households, persons := templateTable(t, "households.csv"), templateTable(t, "persons.csv")
	n, m := len(households["household"]), len(persons["household"])
	b := &rules.Batch{Starts: []int32{0}, Families: map[string]*rules.Column{}, Persons: map[string]*rules.Column{}}
	money := func(list []string) *rules.Column {
		c := &rules.Column{Ints: make([]int64, len(list))}
		for i, s := range list {
			c.Ints[i] = int64(math.Round(float(t, s) * 100))
		}
		return c
	}
	b.Families["rent"], b.Families["size"] = money(households["rent"]), money(households["accommodation_size"])
	b.Families["occupancy"] = &rules.Column{Codes: make([]int32, n), Words: []string{"owner", "tenant", "free_lodger", "homeless"}}
	for i, s := range households["housing_occupancy_status"] {
		for k, w := range b.Families["occupancy"].Words {
			if s == w {
				b.Families["occupancy"].Codes[i] = int32(k)
			}
		}
	}
	b.Persons["salary"], b.Persons["capital_returns"] = money(persons["salary"]), money(persons["capital_returns"])
	b.Persons["birth"] = &rules.Column{Dates: make([]rules.Date, m)}
	b.Persons["role"] = &rules.Column{Codes: make([]int32, m), Words: []string{"applicant", "adult", "child"}}
	sums := map[string][]float64{}
	for _, key := range []string{"basic_income", "pension", "income_tax"} {
		sums[key] = make([]float64, n)
	}
	for i := range m {
		family := int(float(t, persons["household"][i]))
		for len(b.Starts) <= family {
			b.Starts = append(b.Starts, int32(i))
		}
		day, err := rules.ParseDate(persons["birth"][i])
		if err != nil {
			t.Fatal(err)
		}
		b.Persons["birth"].Dates[i] = day
		switch {
		case persons["role"][i] == "child":
			b.Persons["role"].Codes[i] = 2
		case int(b.Starts[family]) != i:
			b.Persons["role"].Codes[i] = 1
		}
		for key, sum := range sums {
			sum[family] += float(t, persons[key][i])
		}
	}
	b.Starts = append(b.Starts, int32(m))
	for _, key := range []string{"housing_allowance", "parenting_allowance", "disposable_income"} {
		sums[key] = make([]float64, n)
		for i, s := range households[key] {
			sums[key][i] = float(t, s)
		}
	}
	b.Starts = b.Starts[:n+1]
	b.Starts[n] = int32(m)
	answers, err := template(t).Scan(b, rules.ScanOptions{Date: rules.DateOf(2016, 1, 1)})
	if err != nil {
		t.Fatal(err)
	}
	if len(answers.Refused) > 0 {
		t.Fatal(answers.Refused[0].Why)
	}
	ours := map[string][]int64{}
	for i := range answers.Rights {
		ours[answers.Rights[i].Right.ID] = answers.Rights[i].Cents[0]
	}
	for key, right := range map[string]string{"basic_income": "of.basic-income", "pension": "of.pension", "income_tax": "of.income-tax",
		"housing_allowance": "of.housing-allowance", "parenting_allowance": "of.parenting-allowance", "disposable_income": "of.disposable-income"} {
		for f := range n {
			got := float64(ours[right][f]) / 100
			if key == "disposable_income" {
				got -= float64(ours["of.shortfall"][f]) / 100
			}
			// Each of a household's amounts was rounded to a cent before.
			if off := math.Abs(got - sums[key][f]); off > 0.01*float64(1+b.Starts[f+1]-b.Starts[f]) {
				t.Fatalf("%s of household %d: %v, theirs %v", key, f, got, sums[key][f])
			}
		}
	}
}

package registers

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

func law(t testing.TB) *rules.Library {
	t.Helper()
	lib, err := rules.Load(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func TestAnAmountIsReadAsTheListWritesIt(t *testing.T) {
	for _, tt := range []struct{ cell, decimal, want string }{
		{"1.250,75", ",", "1250.75"}, {"1,250.75", ".", "1250.75"}, {"€ 450", ",", "450"}, {"450,5", ",", "450.50"}, {"450,50 EUR", ",", "450.50"},
		{"1250,00", ",", "1250"}, {"-12,30", ",", "-12.30"}, {",50", ",", "0.50"}, {"1 250,75", ",", "1250.75"},
		{"12.5", ",", ""}, {"1,2,3", ".", ""}, {"1250,755", ",", ""}, {"veel", ",", ""}, {"", ",", ""}, {"--5", ",", ""}, {"1e9", ".", ""},
	} {
		got, ok := number(tt.cell, tt.decimal)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("%q with %q is %q, want %q", tt.cell, tt.decimal, got, tt.want)
		}
	}
}

func TestTheColumnsOfAListAreGuessed(t *testing.T) {
	l, err := lists.Read([]byte("Naam;Prénom;Geburtsdatum;RRN;Postcode;Uitkering;Opmerking\nPeeters;An;11.03.1990;;3000;leefloon;x\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	m := propose(l, law(t), "2026-11-23")
	for _, c := range m.Columns {
		got = append(got, c.To)
	}
	want := []string{"applicant.last", "applicant.first", "applicant.birth", "applicant.insz", "family.postal", "applicant.benefit", ""}
	if !slices.Equal(got, want) || m.Dates != lists.DayFirst {
		t.Errorf("%v, %s; want %v", got, m.Dates, want)
	}
}

func TestTheNameOfAListNamesNobody(t *testing.T) {
	for name, ok := range map[string]bool{"leefloon 2026-11": true, "": false, "90.63.01-002.68": false, "a\x00b": false, "a\u202eb": false} {
		if _, err := listName(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// Figures are rounded, and none under five is told, nor what would tell it.
func TestWhatAComparisonCountsShowsNobody(t *testing.T) {
	homes, rights := map[kernel.ID]kernel.PostalCode{}, map[kernel.ID][]string{}
	for i := range 23 {
		id := kernel.NewID()
		homes[id] = "3470"
		if i >= 20 {
			homes[id] = "3473" // three
		}
		rights[id] = []string{"a"}
		if i < 4 {
			rights[id] = []string{"a", "b"} // b: four
		}
	}
	o := outcomeOf(41, homes, rights)
	if o.People != 40 || o.Matched.N != 0 && o.Matched.N%5 != 0 {
		t.Errorf("%+v", o)
	}
	all := []few.Figure{o.Matched}
	for _, a := range o.Areas {
		all = append(all, a.Families)
	}
	for _, r := range o.Rights {
		all = append(all, r.Families)
		for _, a := range r.Areas {
			all = append(all, a.Families)
		}
		if r.Right == "b" && (!r.Families.Hidden || !r.Areas[0].Families.Hidden) {
			t.Errorf("four families are shown: %+v", r)
		}
	}
	for _, f := range all {
		if !f.Hidden && f.N%5 != 0 || f.Hidden && f.N != 0 {
			t.Errorf("%+v", f)
		}
	}
	if !o.Areas[1].Families.Hidden || o.Areas[0].Families.N == 20 && !o.Areas[0].Families.Hidden && !o.Matched.Hidden {
		t.Errorf("three families can be told: %+v", o)
	}
}

// A file of columns from elsewhere is read or refused; what is read can be
// written, and says the same when it is read again.
func FuzzMapping(f *testing.F) {
	lib := law(f)
	f.Add([]byte(`{"bondgenoot_columns":"1","name":"leefloon","dates":"dmy","decimal":",","columns":[{"head":"RRN","to":"applicant.insz"},{"head":"Steun","to":"applicant.benefit","values":{"ja":"leefloon"}}]}`))
	f.Add([]byte(`{"bondgenoot_columns":"1","name":"","columns":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ParseFile(data, lib)
		if err != nil {
			if kernel.CodeOf(err) != kernel.Invalid {
				t.Fatal(err)
			}
			return
		}
		kept, err := m.File()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ParseFile(kept, lib); len(kept) <= LongestFile && (err != nil || !reflect.DeepEqual(again, m)) {
			t.Fatalf("what was read is not read again: %v\n%s", err, kept)
		}
		read := reader{Mapping: m.Mapping, law: lib, today: "2026-11-23", as: "2026-11-23"}
		cells := make([]string, len(m.Mapping.Columns))
		for i := range cells {
			cells[i] = "1/2/1990"
		}
		read.read(lists.Row{Line: 2, Cells: cells})
	})
}

func TestAFileOfColumnsSaysWhatIsWrongWithIt(t *testing.T) {
	lib := law(t)
	good := `{"bondgenoot_columns":"1","name":"leefloon","dates":"dmy","decimal":",","columns":[{"head":"RRN","to":"applicant.insz"},{"head":"Steun","to":"applicant.benefit"}]}`
	for name, tt := range map[string]struct{ file, key, n string }{
		"as it was written":               {good, "", ""},
		"with the mark of an editor":      {"\ufeff" + good, "", ""},
		"a list instead":                  {"Naam;Voornaam\nMaes;An\n", "register.file", ""},
		"of a later version":              {strings.Replace(good, `"1"`, `"2"`, 1), "register.file", ""},
		"without a name":                  {strings.Replace(good, "leefloon", " ", 1), "register.file", ""},
		"with something that nobody asks": {strings.Replace(good, `"name"`, `"rows":[],"name"`, 1), "register.file", ""},
		"a fact that there is not":        {strings.Replace(good, "applicant.benefit", "family.colour", 1), "register.file_column", "2"},
		"two columns that are one":        {strings.Replace(good, "applicant.benefit", "applicant.insz", 1), "register.file_column", "2"},
		"a column of nobody":              {strings.Replace(good, "applicant.insz", "", 1), "register.file", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseFile([]byte(tt.file), lib)
			fault, _ := errors.AsType[*kernel.Fault](err)
			if fault == nil {
				fault = &kernel.Fault{}
			}
			if fault.Key != tt.key || fault.Args["n"] != tt.n {
				t.Errorf("%v with %v, want %s with %s", err, fault.Args, tt.key, tt.n)
			}
		})
	}
}

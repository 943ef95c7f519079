package population

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/bondgenoot/bondgenoot/rules"
)

// all reads a population to its end: what is known of each family and person,
// as text, and the problems.
func all(t *testing.T, r *Reader, problems *[]string) (lines []string) {
	t.Helper()
	defer r.Close()
	for {
		l, err := r.Next()
		if err == io.EOF {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range l.Len() {
			lines = append(lines, l.Keys.Text(i)+" "+told(l.Families, i))
			for p := l.Starts[i]; p < l.Starts[i+1]; p++ {
				lines = append(lines, "  "+told(l.Persons, int(p)))
			}
		}
		r.Done(l)
	}
}

func told(columns map[string]*rules.Column, row int) string {
	var out []string
	for _, x := range library().Facts().Facts {
		c := columns[x.Key]
		if c == nil || !c.Has(row) {
			continue
		}
		out = append(out, x.Key+"="+string(appendCell(nil, x.Type, c, row)))
	}
	return strings.Join(out, " ")
}

// csvReader reads two CSVs from memory.
func csvReader(t *testing.T, families, persons string, problems *[]string) *Reader {
	t.Helper()
	f, err := newCSV("families.csv", strings.NewReader(families), int64(len(families)))
	if err != nil {
		t.Fatal(err)
	}
	p, err := newCSV("persons.csv", strings.NewReader(persons), int64(len(persons)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := newReader(library(), f, p, func(p Problem) { *problems = append(*problems, p.String()) })
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	var want []string
	for _, format := range []Format{Parquet, CSV} {
		dir, _ := made(t, Options{Households: 9_000, Seed: 5, Date: theDay}, format)
		f, p, err := Find([]string{dir})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Open(library(), f, p, func(p Problem) { t.Error(p) })
		if err != nil {
			t.Fatal(err)
		}
		got := all(t, r, nil)
		if r.Read != 9_000 || r.LeftOut != 0 {
			t.Errorf("%s: %d read, %d left out", format, r.Read, r.LeftOut)
		}
		if want == nil {
			want = got
			if !strings.Contains(want[0], "municipality=") || !strings.Contains(want[1], "birth_date=") {
				t.Fatalf("%q", want[:2])
			}
		} else if !reflect.DeepEqual(got, want) {
			t.Error("CSV and Parquet differ")
		}
	}
}

func TestCSVAsItComesOutOfASpreadsheet(t *testing.T) {
	var problems []string
	got := all(t, csvReader(t,
		"\ufeffFamily;municipality;rent_month;has_bim\r\nA-1;24062;1.234,5;ja\r\nB;;€ 650;\r\n",
		"family;person;role;birth_date;net_income_month\r\nA-1;1;applicant;1/3/1990;1 200,00\r\nA-1;2;child;2021-04-01;\r\nB;1;applicant;;0\r\n", &problems), &problems)
	want := []string{
		"A-1 municipality=24062 has_bim=true rent_month=1234.50",
		"  role=applicant birth_date=1990-03-01 net_income_month=1200.00",
		"  role=child birth_date=2021-04-01",
		"B rent_month=650.00",
		"  role=applicant net_income_month=0.00",
	}
	if !reflect.DeepEqual(got, want) || problems != nil {
		t.Errorf("%q, %q", got, problems)
	}
}

func TestABadRowIsNamedAndStopsNobodyElse(t *testing.T) {
	good := "1,24062,\n2,24062,500\n3,24062,\n"
	persons := "1,1,applicant,1990-05-01\n2,1,applicant,1991-05-01\n2,2,child,2020-05-01\n3,1,applicant,1980-05-01\n"
	for name, tt := range map[string]struct {
		families, persons string
		want              string // the problems
		left              string // the families that remain
	}{
		"nothing wrong":                         {good, persons, "", "1 2 3"},
		"an amount with three decimals":         {"1,24062,\n2,24062,500.123\n3,24062,\n", persons, "families.csv, line 3, rent_month: this is no amount with at most two decimals; write it as 1234,56 or 1234.56", "1 3"},
		"a day that does not exist":             {good, strings.Replace(persons, "2020-05-01", "2020-02-30", 1), "persons.csv, line 4, birth_date: this is no day that exists; write it as 2026-03-01 or 01/03/2026", "1 3"},
		"a town that is nowhere":                {strings.Replace(good, "24062", "99999", 1), persons, "families.csv, line 2, municipality: no municipality of Belgium has this code; write its NIS code, as 24062 for Leuven", "2 3"},
		"a family twice":                        {good + "2,24062,\n", persons, "families.csv, line 5, family: another family has this key; give every family one of its own", "1 3"},
		"a family without a key":                {good + ",24062,\n", persons, "families.csv, line 5, family: the family has no key; give every family one of its own", "1 2 3"},
		"a person of nobody":                    {good, persons + "9,1,applicant,\n", "persons.csv, line 6, family: no family with this key stands here; put the persons in the order of the families", "1 2 3"},
		"a person apart from the family":        {good, persons + "2,3,child,\n", "persons.csv, line 6, family: this person does not stand beside the others of the family; put the persons in the order of the families", "1 3"},
		"a line with too few cells":             {good, strings.Replace(persons, "2,2,child,2020-05-01", "2,2,child", 1), "persons.csv, line 4: this line has not as many cells as the first has names; check its separators and quotes", "1 3"},
		"a quote too many, of nobody knows who": {good, strings.Replace(persons, "2,2,child,2020-05-01", `2,2,"ch"ild,2020`, 1), "persons.csv, line 4: this line cannot be taken apart; check its quotes", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			var problems []string
			r := csvReader(t, "family,municipality,rent_month\n"+tt.families, "family,person,role,birth_date\n"+tt.persons, &problems)
			var left []string
			for _, line := range all(t, r, &problems) {
				if key, _, _ := strings.Cut(line, " "); key != "" {
					left = append(left, key)
				}
			}
			if got := strings.Join(problems, "\n"); got != tt.want {
				t.Errorf("problems\n%s\nand not\n%s", got, tt.want)
			}
			if got := strings.Join(left, " "); got != tt.left {
				t.Errorf("left are %s, and not %s", got, tt.left)
			}
		})
	}
}

func TestAColumnThatNobodyKnowsIsNamedWithTheNearest(t *testing.T) {
	var problems []string
	r := csvReader(t, "family,municipalty,has_partner,birth_date,shoe size\n1,24062,true,,\n", "family,role\n1,applicant\n", &problems)
	all(t, r, &problems)
	want := []string{
		"families.csv, municipalty: there is no fact with this name, so the column is not read; did you mean municipality?",
		"families.csv, has_partner: this fact follows from others, so the column is not read; leave it out",
		"families.csv, birth_date: this fact belongs in the other table, so the column is not read; move it there",
		`families.csv, shoe size: there is no fact with this name, so the column is not read; "bondgenoot rights facts" lists the names`,
	}
	if !reflect.DeepEqual(problems, want) {
		t.Errorf("%q", problems)
	}
}

// foreign are rows as other programs write them.
type foreignFamily struct {
	Family int32    `parquet:"family"`
	Town   int32    `parquet:"municipality"`
	Rent   *float64 `parquet:"rent_month"`
	Bim    string   `parquet:"has_bim"`
}

type foreignPerson struct {
	Family string   `parquet:"family"`
	Role   string   `parquet:"role"`
	Born   string   `parquet:"birth_date"`
	Net    [9]byte  `parquet:"net_income_month,decimal(3:20)"`
	Care   float32  `parquet:"care_points"`
	Names  []string `parquet:"names,list"`
}

func TestParquetOfOtherProgramsIsRead(t *testing.T) {
	dir := t.TempDir()
	rent, odd := 650.25, 650.125
	write := func(name string, rows any) string {
		path := filepath.Join(dir, name)
		var err error
		switch rows := rows.(type) {
		case []foreignFamily:
			err = parquet.WriteFile(path, rows)
		case []foreignPerson:
			err = parquet.WriteFile(path, rows)
		}
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	net := [9]byte{6: 0x12, 7: 0x4f, 8: 0x80} // 1200.000
	f := write("families.parquet", []foreignFamily{{1, 24062, &rent, "true"}, {2, 44021, nil, ""}, {3, 44021, &odd, "false"}})
	p := write("persons.parquet", []foreignPerson{{"1", "applicant", "1990-05-01", net, 3, nil}, {"2", "applicant", "", net, 0, nil}, {"3", "applicant", "", net, 0, nil}})
	var problems []string
	r, err := Open(library(), f, p, func(p Problem) { problems = append(problems, strings.TrimPrefix(p.String(), dir+"/")) })
	if err != nil {
		t.Fatal(err)
	}
	got := all(t, r, &problems)
	want := []string{
		"1 municipality=24062 has_bim=true rent_month=650.25",
		"  role=applicant birth_date=1990-05-01 net_income_month=1200.00 care_points=3",
		"2 municipality=44021",
		"  role=applicant net_income_month=1200.00 care_points=0",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	if want := []string{
		`persons.parquet, names: there is no fact with this name, so the column is not read; "bondgenoot rights facts" lists the names`,
		"families.parquet, row 3, rent_month: this is no amount with at most two decimals; write it as 1234,56 or 1234.56",
	}; !reflect.DeepEqual(problems, want) {
		t.Errorf("%q", problems)
	}
}

func TestWhatIsNoParquetIsSaidSo(t *testing.T) {
	for name, b := range map[string][]byte{"nothing": nil, "a text": []byte("family,role\n"), "a beginning": []byte("PAR1xxxxPAR1")} {
		if _, err := newParquet("families.parquet", bytes.NewReader(b), int64(len(b))); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

// small is a population of a few families as Parquet, for the fuzzer to break.
func small(f *testing.F) (families, persons []byte) {
	dir := f.TempDir()
	w, err := Create(dir, Parquet, library())
	if err != nil {
		f.Fatal(err)
	}
	if _, err := Generate(context.Background(), Options{Households: 5, Seed: 1, Date: theDay}, w); err != nil {
		f.Fatal(err)
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	for i, to := range []*[]byte{&families, &persons} {
		b, err := os.ReadFile(filepath.Join(dir, []string{"families", "persons"}[i]+".parquet"))
		if err != nil {
			f.Fatal(err)
		}
		*to = b
	}
	return families, persons
}

// exhaust reads until the end or an error: neither hangs, and nothing panics.
func exhaust(t *testing.T, a, b source) {
	r, err := newReader(library(), a, b, func(p Problem) { _ = p.String() })
	if err != nil {
		return
	}
	for {
		l, err := r.Next()
		if err != nil {
			return
		}
		if _, err := library().Scan(&rules.Batch{Keys: l.Keys, Starts: l.Starts, Families: l.Families, Persons: l.Persons}, rules.ScanOptions{Date: theDay, Rights: []string{"vl.groeipakket.basis"}}); err != nil {
			t.Fatal(err)
		}
		r.Done(l)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add("family,municipality\n1,24062\n", "family,role,birth_date\n1,applicant,1990-01-01\n")
	f.Add("\ufefffamily;rent_month\n1;1.234,50\n\"", "family;role\n1;child\n1;\"x\n")
	f.Fuzz(func(t *testing.T, families, persons string) {
		a, err := newCSV("families.csv", strings.NewReader(families), 0)
		if err != nil {
			return
		}
		b, err := newCSV("persons.csv", strings.NewReader(persons), 0)
		if err != nil {
			return
		}
		exhaust(t, a, b)
	})
}

func FuzzParquet(f *testing.F) {
	families, persons := small(f)
	f.Add(families, persons)
	f.Add(families[:len(families)/2], persons)
	f.Fuzz(func(t *testing.T, families, persons []byte) {
		if len(families)+len(persons) > 1<<17 {
			return
		}
		a, err := newParquet("families.parquet", bytes.NewReader(families), int64(len(families)))
		if err != nil {
			return
		}
		b, err := newParquet("persons.parquet", bytes.NewReader(persons), int64(len(persons)))
		if err != nil {
			return
		}
		exhaust(t, a, b)
	})
}

func BenchmarkRead(b *testing.B) {
	dir := os.Getenv("BONDGENOOT_POPULATION")
	if dir == "" {
		b.Skip("BONDGENOOT_POPULATION names no folder of a population")
	}
	for b.Loop() {
		f, p, err := Find([]string{dir})
		if err != nil {
			b.Fatal(err)
		}
		r, err := Open(library(), f, p, func(p Problem) { b.Error(p) })
		if err != nil {
			b.Fatal(err)
		}
		for {
			l, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			r.Done(l)
		}
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

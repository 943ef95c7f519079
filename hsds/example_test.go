package hsds

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// loose is a JSON document as it stands, with what is empty left out.
func loose(t testing.TB, b []byte) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return without(v)
}

func without(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if member = without(member); member == nil || reflect.DeepEqual(member, []any{}) || member == "" {
				delete(v, name)
			}
		}
	case []any:
		for i := range v {
			v[i] = without(v[i])
		}
	}
	return v
}

// again reads a document and writes it.
func again[T Record](t testing.TB, b []byte) []byte {
	t.Helper()
	var out []byte
	for record, err := range Read[T](bytes.NewReader(b)) {
		if ps, ok := err.(Problems); err != nil && (!ok || len(ps.Serious()) > 0) {
			t.Fatal(err)
		}
		out = Append(out, &record, V31)
	}
	return out
}

func againPage[T Record](t testing.TB, b []byte) []byte {
	t.Helper()
	page, err := ReadPage[T](bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return AppendPage(nil, page, V31, false)
}

var examples = map[string]struct {
	record string
	again  func(testing.TB, []byte) []byte
}{
	"service_full.json":             {"service", again[Service]},
	"organization_full.json":        {"organization", again[Organization]},
	"service_at_location_full.json": {"service_at_location", again[ServiceAtLocation]},
	"location.json":                 {"location", again[Location]},
	"taxonomy.json":                 {"taxonomy", again[Taxonomy]},
	"taxonomy_term.json":            {"taxonomy_term", again[TaxonomyTerm]},
	"service_list.json":             {"", againPage[Service]},
	"organization_list.json":        {"", againPage[Organization]},
	"service_at_location_list.json": {"", againPage[ServiceAtLocation]},
	"taxonomy_list.json":            {"", againPage[Taxonomy]},
	"taxonomy_term_list.json":       {"", againPage[TaxonomyTerm]},
}

func TestTheExamplesComeBackEqual(t *testing.T) {
	files, err := os.ReadDir(fixture(t, "examples-3.0"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := f.Name()
		if slices.Contains([]string{"base.json", "tabular.json", "csv", "make_datapackages.py"}, name) {
			continue // the document at /, and the tables, which have tests of their own
		}
		e, ok := examples[name]
		if !ok {
			t.Errorf("the example %s is not tried", name)
			continue
		}
		before := read(t, "examples-3.0", name)
		after := e.again(t, before)
		if got, want := loose(t, after), loose(t, before); !reflect.DeepEqual(got, want) {
			t.Errorf("%s comes back as\n%s", name, after)
		}
		if e.record == "" {
			continue
		}
		for _, v := range []Version{V30, V31} {
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(after))
			if err != nil {
				t.Fatal(err)
			}
			if err := schemas(t, v, true)[e.record].Validate(doc); err != nil {
				t.Errorf("%s, written again, is not %s: %v", name, v, err)
			}
		}
	}
}

// folder keeps the files of a package in memory.
type folder map[string]*bytes.Buffer

func (f folder) create(name string) (io.Writer, error) {
	f[name] = &bytes.Buffer{}
	return f[name], nil
}

func exampleTables(t testing.TB) Tables {
	t.Helper()
	tables, err := ReadTables(os.DirFS(fixture(t, "examples-3.0", "csv")))
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

func TestTheExampleTablesComeBackToTheByte(t *testing.T) {
	tables := exampleTables(t)
	out := folder{}
	if err := tables.Write(V30, out.create); err != nil {
		t.Fatal(err)
	}
	files, _ := os.ReadDir(fixture(t, "examples-3.0", "csv"))
	for _, f := range files {
		if f.Name() == "datapackage.json" {
			continue
		}
		want := bytes.TrimSpace(bytes.ReplaceAll(read(t, "examples-3.0", "csv", f.Name()), []byte("\r\n"), []byte("\n")))
		if out[f.Name()] == nil {
			t.Errorf("%s is not written", f.Name())
		} else if got := bytes.TrimSpace(out[f.Name()].Bytes()); !bytes.Equal(got, want) {
			t.Errorf("%s comes back as\n%s\nnot\n%s", f.Name(), got, want)
		}
	}
	if !json.Valid(out["datapackage.json"].Bytes()) {
		t.Error("datapackage.json is no JSON")
	}
}

func TestTheExampleTablesNestAndComeBack(t *testing.T) {
	tables := exampleTables(t)
	d, astray := tables.Nest()
	if len(d.Services) != 1 || len(d.Organizations) != 1 {
		t.Fatalf("%d services, %d organizations", len(d.Services), len(d.Organizations))
	}
	for _, p := range astray {
		if p.Reason != Astray {
			t.Errorf("%v", p)
		}
	}
	if len(astray) == 0 {
		t.Error("the examples name records that are not there, and nothing is told")
	}
	back, problems := Flatten(d)
	if len(problems) > 0 {
		t.Errorf("%v", problems)
	}
	if !reflect.DeepEqual(back, tables) {
		t.Errorf("comes back as\n%+v\nnot\n%+v", back, tables)
	}
	for _, v := range []Version{V30, V31} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Append(nil, &d.Services[0], v)))
		if err != nil {
			t.Fatal(err)
		}
		if err := schemas(t, v, true)["service"].Validate(doc); err != nil {
			t.Errorf("the nested service is not %s: %v", v, err)
		}
	}
}

// The specification tells the same service twice, nested and in tables. The
// tables, nested, hold all that the nested one has.
func TestTheTablesNestToTheNestedExample(t *testing.T) {
	tables := exampleTables(t)
	d, _ := tables.Nest()
	got := loose(t, Append(nil, &d.Services[0], V30)).(map[string]any)
	want := loose(t, read(t, "examples-3.0", "service_full.json")).(map[string]any)
	for _, member := range []string{"id", "name", "status", "phones", "schedules", "languages", "cost_options", "program", "last_modified"} {
		if got[member] == nil || !reflect.DeepEqual(got[member], want[member]) {
			t.Errorf("%s is %v, not %v", member, got[member], want[member])
		}
	}
}

package hsds

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// fixture is the folder of the specification. It is no part of the project
// (CC BY-SA 4.0) and lies beside it.
func fixture(t testing.TB, names ...string) string {
	t.Helper()
	folder := os.Getenv("BONDGENOOT_FIXTURES")
	if folder == "" {
		folder = filepath.Join("..", "..", "shared", "fixtures")
	}
	folder = filepath.Join(folder, "hsds")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("the schemas and examples of HSDS are not there: set BONDGENOOT_FIXTURES to the folder that holds hsds (%v)", err)
	}
	return filepath.Join(append([]string{folder}, names...)...)
}

func read(t testing.TB, names ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(fixture(t, names...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// schemas compiles the schemas of an edition. Strict ones forbid every member
// that the specification does not name, but for the two that its nested
// documents have beside the tables.
func schemas(t testing.TB, v Version, strict bool) map[string]*jsonschema.Schema {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(fixture(t, "schema-"+string(v)), "*.json"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d schemas of %s (%v)", len(files), v, err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	var names []string
	for _, file := range files {
		name := filepath.Base(file)
		if name == "openapi.json" {
			continue
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(read(t, "schema-"+string(v), name)))
		if err != nil {
			t.Fatal(err)
		}
		if strict {
			whole := doc.(map[string]any)
			whole["additionalProperties"] = false
			switch properties := whole["properties"].(map[string]any); name {
			case "organization.json":
				properties["services"] = map[string]any{"type": "array", "items": map[string]any{"$ref": "service.json"}}
			case "service_at_location.json":
				properties["service"] = map[string]any{"$ref": "service.json"}
			}
		}
		if err := c.AddResource("https://hsds.example/"+name, doc); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	out := map[string]*jsonschema.Schema{}
	for _, name := range names {
		s, err := c.Compile("https://hsds.example/" + name)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(name, ".json")] = s
	}
	return out
}

func TestTheTablesAreThoseOfTheSpecification(t *testing.T) {
	type property struct {
		Type, Format string
		Ref          string `json:"$ref"`
		Enum         []string
		Datapackage  string `json:"datapackage_type"`
		Items        struct {
			Ref string `json:"$ref"`
		}
	}
	type table struct {
		Name, Path string
		Properties map[string]property
		Required   []string
		Tabular    []string `json:"tabular_required"`
	}
	load := func(v Version, record string) (out table) {
		b, err := os.ReadFile(filepath.Join(fixture(t, "schema-"+string(v)), record+".json"))
		if err == nil {
			err = json.Unmarshal(b, &out)
		}
		if err != nil && v == V31 {
			t.Fatal(err)
		}
		return out
	}
	files, _ := filepath.Glob(filepath.Join(fixture(t, "schema-3.1"), "*.json"))
	if len(files)-1 != len(tables) { // one is the description of the API
		t.Errorf("the specification has %d tables, we have %d", len(files)-1, len(tables))
	}
	for _, listed := range tables {
		s := shapes[listed.typ]
		now, before := load(V31, s.record), load(V30, s.record)
		if (before.Name == "") != s.since31() {
			t.Errorf("%s: in 3.0 is %v", s.record, before.Name != "")
		}
		if now.Path != s.file {
			t.Errorf("%s: the file is %s, not %s", s.record, now.Path, s.file)
		}
		for name := range now.Properties {
			if s.byName[name] == nil {
				t.Errorf("%s lacks %s", s.record, name)
			}
		}
		for _, f := range s.fields {
			p, ok := now.Properties[f.name]
			if ok == f.beside {
				t.Errorf("%s.%s: in the specification is %v", s.record, f.name, ok)
			}
			if !ok {
				continue
			}
			_, old := before.Properties[f.name]
			if before.Name != "" && old == f.since31 {
				t.Errorf("%s.%s: in 3.0 is %v", s.record, f.name, old)
			}
			format := p.Format
			switch p.Datapackage {
			case "date", "time":
				format = p.Datapackage
			}
			wantKind := map[string]kind{"string": text, "number": number, "array": many, "": one}[p.Type]
			switch {
			case f.kind != wantKind:
				t.Errorf("%s.%s is %q", s.record, f.name, p.Type)
			case f.kind == one && p.Ref != f.of.record+".json", f.kind == many && p.Items.Ref != f.of.record+".json":
				t.Errorf("%s.%s holds %s", s.record, f.name, p.Ref+p.Items.Ref)
			case f.format != format:
				t.Errorf("%s.%s has the format %q, not %q", s.record, f.name, format, f.format)
			case !slices.Equal(f.allowed, p.Enum):
				t.Errorf("%s.%s allows %v", s.record, f.name, p.Enum)
			case f.required != slices.Contains(now.Required, f.name):
				t.Errorf("%s.%s required is %v", s.record, f.name, !f.required)
			case f.inTable != slices.Contains(now.Tabular, f.name):
				t.Errorf("%s.%s required in a table is %v", s.record, f.name, !f.inTable)
			}
		}
	}
}

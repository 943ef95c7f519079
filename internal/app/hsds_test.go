package app_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/bondgenoot/bondgenoot/hsds"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// hsdsFixture is a folder of the specification of Open Referral, or of the
// profile of the United Kingdom.
func hsdsFixture(t testing.TB, names ...string) string {
	t.Helper()
	folder := os.Getenv("BONDGENOOT_FIXTURES")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared", "fixtures")
	}
	folder = filepath.Join(folder, "hsds")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("the schemas of HSDS are not there: set BONDGENOOT_FIXTURES to the folder that holds hsds (%v)", err)
	}
	return filepath.Join(append([]string{folder}, names...)...)
}

// hsdsSchemas compiles the schemas of an edition, with every member forbidden
// that the specification does not name, but for the two that its nested
// documents have beside the tables.
func hsdsSchemas(t testing.TB, v hsds.Version) map[string]*jsonschema.Schema {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(hsdsFixture(t, "schema-"+string(v)), "*.json"))
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	out := map[string]*jsonschema.Schema{}
	for _, file := range files {
		name := filepath.Base(file)
		doc := readJSON(t, file)
		whole := doc.(map[string]any)
		properties, ok := whole["properties"].(map[string]any)
		if !ok { // the description of the API
			continue
		}
		whole["additionalProperties"] = false
		switch name {
		case "organization.json":
			properties["services"] = map[string]any{"type": "array", "items": map[string]any{"type": "object", "required": []any{"id"}}}
		case "service_at_location.json":
			properties["service"] = map[string]any{"$ref": "service.json"}
		}
		if err := c.AddResource("https://hsds.example/"+name, doc); err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(name, ".json")] = nil
	}
	for name := range out {
		s, err := c.Compile("https://hsds.example/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		out[name] = s
	}
	return out
}

func readJSON(t testing.TB, file string) any {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// fillDirectory gives an alliance services with everything that can be told of
// them, more than stand on one page of five.
func (w *world) fillDirectory(alliance kernel.ID) {
	w.Helper()
	ctx := act.As(w.Context(), policy.Actor{Alliance: alliance, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.Coordinator}})
	desk := w.app.Directory
	must := func(err error) {
		w.Helper()
		if err != nil {
			w.Fatal(err)
		}
	}
	o, err := desk.AddOrganisation(ctx, directory.Organisation{Name: "OCMW Noord", Mail: "hulp@noord.example", Website: "https://noord.example", KBO: "0207437468",
		About: kernel.Text{NL: "Hulp bij u in de buurt."}, Numbers: []directory.Phone{{Number: kernel.FictionalPhone(3), For: "onthaal"}, {Number: kernel.FictionalPhone(4444), Private: true}}})
	must(err)
	l, err := desk.AddLocation(ctx, directory.Location{Organisation: o.ID, Name: "Loket", Street: "Kerkstraat 1", Postal: "3000", City: "Leuven", Lat: "50.8798", Lon: "4.7005",
		Access: []directory.Access{directory.StepFree}, Travel: kernel.Text{NL: "Bus 2"}, Hours: []directory.Hours{{Rule: "FREQ=WEEKLY;BYDAY=MO,WE", From: "09:00", To: "12:00"}}})
	must(err)
	for i := range 11 {
		v := directory.Service{Organisation: o.ID, State: directory.Open, Name: kernel.Text{NL: fmt.Sprintf("Melk voor baby’s %d", i), FR: "Lait pour bébés"},
			About: kernel.Text{NL: "Gratis melkpoeder."}, How: kernel.Text{FR: "Appelez"}, Levers: []directory.Lever{8, directory.Lever(1 + i%3)}, Phases: []directory.Phase{directory.Baby},
			For: directory.Audience{From: 1, To: 30}, Costs: []directory.Cost{{Free: true}, {Amount: 12_50, Per: "month"}}, Languages: []string{"nl", "ar"},
			Areas: []kernel.NIS{"24062"}, Numbers: []directory.Phone{{Number: kernel.FictionalPhone(5)}}, Words: []string{"pampers"}, Website: "https://noord.example/melk",
			At:    []directory.Place{{Location: l.ID, Hours: []directory.Hours{{Rule: "FREQ=DAILY", From: "10:00", To: "24:00", Holidays: directory.TermOnly, Not: []kernel.Date{"2026-12-24"}}}}},
			Hours: []directory.Hours{{Rule: "FREQ=YEARLY;BYMONTH=6", Words: kernel.Text{NL: "In juni"}}}}
		if i == 4 {
			v.Sheltered, v.At, v.State = true, nil, directory.Open
		}
		if i == 5 {
			v.State = directory.Draft
			v.Name = kernel.Text{NL: "Nog niet bekend"}
		}
		_, err := desk.AddService(ctx, v)
		must(err)
	}
}

// feed asks the open directory.
func (w *world) feed(path string, headers ...string) (status int, header http.Header, body []byte) {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), http.MethodGet, w.url+path, nil)
	if err != nil {
		w.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return w.asked(r)
}

func (w *world) asked(r *http.Request) (int, http.Header, []byte) {
	w.Helper()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		w.Fatal(err)
	}
	return res.StatusCode, res.Header, b.Bytes()
}

// feedPage is a page of a list as it came.
type feedPage struct {
	TotalItems int               `json:"total_items"`
	TotalPages int               `json:"total_pages"`
	PageNumber int               `json:"page_number"`
	Size       int               `json:"size"`
	FirstPage  *bool             `json:"first_page"`
	LastPage   *bool             `json:"last_page"`
	Empty      *bool             `json:"empty"`
	Contents   []json.RawMessage `json:"contents"`
}

func (w *world) feedPage(path string) (p feedPage) {
	w.Helper()
	status, _, body := w.feed(path)
	if err := json.Unmarshal(body, &p); err != nil || status != http.StatusOK {
		w.Fatalf("%s: %d %s", path, status, body)
	}
	return p
}

// Every record of every list, whole and brief, holds to both editions, with
// every other member forbidden.
func TestOpenDataHoldToTheSpecification(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.fillDirectory(w.towns["leuven"].ID)
		records := map[string]string{"services": "service", "service_at_locations": "service_at_location", "organizations": "organization",
			"locations": "location", "taxonomies": "taxonomy", "taxonomy_terms": "taxonomy_term"}
		for _, v := range []hsds.Version{hsds.V30, hsds.V31} {
			schemas := hsdsSchemas(w, v)
			prefix := map[hsds.Version]string{hsds.V30: "/hsds/3.0/leuven/", hsds.V31: "/hsds/leuven/"}[v]
			for list, record := range records {
				page := w.feedPage(prefix + list)
				if len(page.Contents) == 0 {
					w.Errorf("%s %s is empty", v, list)
				}
				checked := page.Contents
				for _, whole := range []string{"?full=true&lang=fr", "?format=ndjson"} {
					if list == "taxonomies" || list == "taxonomy_terms" {
						whole = "?format=ndjson"
					}
					_, _, body := w.feed(prefix + list + whole)
					if strings.Contains(whole, "full") {
						checked = append(checked, w.feedPage(prefix+list+whole).Contents...)
						continue
					}
					for _, line := range bytes.Split(bytes.TrimSpace(body), []byte("\n")) {
						checked = append(checked, line)
					}
				}
				var one struct{ ID string }
				_ = json.Unmarshal(page.Contents[0], &one)
				_, _, body := w.feed(prefix + list + "/" + one.ID)
				for _, b := range append(checked, body) {
					doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
					if err == nil {
						err = schemas[record].Validate(doc)
					}
					if err != nil {
						w.Fatalf("%s %s is not to the letter: %v\n%s", v, record, err, b)
					}
				}
			}
		}
	})
}

func TestOpenDataIsOpenAndNothingElse(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.fillDirectory(w.towns["leuven"].ID)
		status, header, body := w.feed("/hsds/leuven/services?full=true")
		if status != 200 || header.Get("Access-Control-Allow-Origin") != "*" || header.Get("Content-Language") != "nl" || header.Get("Set-Cookie") != "" {
			w.Errorf("%d %v", status, header)
		}
		private := string(kernel.FictionalPhone(4444))
		for _, secret := range []string{"Nog niet bekend", private, kernel.FictionalPhone(4444).Display()} {
			if bytes.Contains(body, []byte(secret)) {
				w.Errorf("what is not open is told: %s", secret)
			}
		}
		if status, _, body := w.feed("/hsds/leuven/services?full=true", "If-None-Match", header.Get("ETag")); status != 304 || len(body) > 0 {
			w.Errorf("asked again: %d with %d bytes", status, len(body))
		}
		ctx := act.As(w.Context(), policy.Actor{Alliance: w.towns["leuven"].ID, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.Coordinator}})
		page, err := w.app.Directory.List(ctx, directory.Query{State: directory.Draft})
		if err != nil || len(page.Rows) != 1 {
			w.Fatalf("%d drafts, %v", len(page.Rows), err)
		}
		if status, _, _ := w.feed("/hsds/leuven/services/" + string(page.Rows[0].Service.ID)); status != 404 {
			w.Errorf("a draft: %d", status)
		}
		v := page.Rows[0].Service
		v.State = directory.Open
		if _, err := w.app.Directory.ChangeService(ctx, v); err != nil {
			w.Fatal(err)
		}
		if status, again, body := w.feed("/hsds/leuven/services?full=true", "If-None-Match", header.Get("ETag")); status != 200 || again.Get("ETag") == header.Get("ETag") || !bytes.Contains(body, []byte("Nog niet bekend")) {
			w.Errorf("after a change: %d %s", status, body)
		}
		for path, want := range map[string]int{
			"/hsds/": 200, "/hsds/leuven": 200, "/hsds/leuven/": 200, "/hsds/leuven/openapi.json": 200, "/hsds/openapi.json": 200, "/hsds/leuven/services/": 200,
			"/hsds/leuven/services/?page=1": 200, "/hsds/3.0/leuven/services": 200, "/hsds/3.1/leuven/services": 200, "/hsds/leuven/services?page=99": 200,
			"/hsds/services": 404, "/hsds/nowhere/services": 404, "/hsds/nowhere/": 404, "/hsds/leuven/children": 404, "/hsds/leuven/services/x": 404, "/hsds/leuven/services/x/y": 404,
			"/hsds/2.0/leuven/services": 404, "/hsds/leuven/services?page=0": 400, "/hsds/leuven/services?per_page=many": 400, "/hsds/leuven/services?serch=x": 400,
			"/hsds/leuven/services?modified_after=yesterday": 400, "/hsds/leuven/services?full=perhaps": 400, "/hsds/leuven/services?proximity=5": 400,
			"/hsds/leuven/services?postcode=0": 400, "/hsds/leuven/services?lang=xx": 400, "/hsds/leuven/services?format=xml": 400, "/hsds/leuven/tables.zip?page=1": 400,
		} {
			if status, _, body := w.feed(path); status != want || !json.Valid(body) {
				w.Errorf("%s: %d %s", path, status, body)
			}
		}
		r, _ := http.NewRequestWithContext(w.Context(), http.MethodDelete, w.url+"/hsds/leuven/services", nil)
		if status, header, body := w.asked(r); status != 405 || header.Get("Content-Type") != "application/problem+json" {
			w.Errorf("DELETE: %d %s", status, body)
		}
		r, _ = http.NewRequestWithContext(w.Context(), http.MethodOptions, w.url+"/hsds/leuven/services", nil)
		r.Header.Set("Origin", "https://elsewhere.example")
		if status, header, _ := w.asked(r); status != 204 || !strings.Contains(header.Get("Access-Control-Allow-Methods"), "GET") {
			w.Errorf("OPTIONS: %d %v", status, header)
		}
	})
}

// What is asked for narrows a list, each time.
func TestOpenDataIsNarrowedByAllThatIsAsked(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.fillDirectory(w.towns["leuven"].ID)
		terms := map[string]string{}
		for _, b := range w.feedPage("/hsds/leuven/taxonomy_terms?per_page=500").Contents {
			var term hsds.TaxonomyTerm
			for t := range hsds.Read[hsds.TaxonomyTerm](bytes.NewReader(b)) {
				term = t
			}
			if terms[term.Code] == "" {
				terms[term.Code] = term.ID
			}
		}
		for name, tt := range map[string]struct {
			query string
			want  int
		}{
			"nothing is asked":                {"", 10},
			"a word":                          {"search=pampers", 10},
			"a word in another language":      {"search=bébés", 10},
			"two words, one of which is none": {"search=pampers+nergens", 0},
			"words and a term":                {"search=pampers&taxonomy_term_id=" + terms["2"], 4},
			"two terms":                       {"taxonomy_term_id=" + terms["2"] + "," + terms["baby"], 4},
			"two terms that exclude":          {"taxonomy_term_id=" + terms["2"] + "&taxonomy_term_id=" + terms["3"], 0},
			"changed before today":            {"modified_after=2026-11-24", 0},
			"changed today":                   {"modified_after=2026-11-23", 10},
			"an organisation of nobody":       {"organization_id=018f0000-0000-7000-8000-000000000000", 0},
			"where one lives":                 {"postcode=3000", 10},
			"where one does not live":         {"postcode=9000", 0},
			"near":                            {"postcode=3000&proximity=5000", 9},
			"everything at once, briefly":     {"minimal=true", 10},
		} {
			if got := w.feedPage("/hsds/leuven/services?" + tt.query); got.TotalItems != tt.want {
				w.Errorf("%s: %d, not %d", name, got.TotalItems, tt.want)
			}
			r, _ := http.NewRequestWithContext(w.Context(), http.MethodPost, w.url+"/hsds/leuven/services", strings.NewReader(tt.query))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			var p feedPage
			if _, _, body := w.asked(r); json.Unmarshal(body, &p) != nil || p.TotalItems != tt.want {
				w.Errorf("%s, as a form: %s", name, body)
			}
		}
	})
}

func TestOpenDataAsTablesNestToTheSame(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.fillDirectory(w.towns["leuven"].ID)
		_, _, body := w.feed("/hsds/leuven/tables.zip")
		archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		if err != nil {
			w.Fatal(err)
		}
		tables, err := hsds.ReadTables(archive)
		if err != nil {
			w.Fatal(err)
		}
		d, astray := tables.Nest()
		if len(astray) > 0 || len(d.Services) != 10 {
			w.Errorf("%d services; %v", len(d.Services), astray)
		}
		for _, b := range w.feedPage("/hsds/leuven/services?full=true&per_page=3").Contents {
			for s := range hsds.Read[hsds.Service](bytes.NewReader(b)) {
				for _, same := range d.Services {
					if same.ID == s.ID && (len(same.Schedules) != len(s.Schedules) || len(same.Attributes) != len(s.Attributes) || same.Organization.Name != s.Organization.Name) {
						w.Errorf("the tables tell another service than %s", b)
					}
				}
			}
		}
	})
}

package hsds

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

const anID = "ac148810-d857-441c-9679-408f346de14b"

func TestAProblemNamesRecordFieldAndReason(t *testing.T) {
	for name, tt := range map[string]struct{ document, want string }{
		"a name that is missing":             {`{"id":"` + anID + `","status":"active"}`, "service " + anID + ", name: missing"},
		"null where a name must stand":       {`{"id":"` + anID + `","name":null,"status":"active"}`, "service " + anID + ", name: missing"},
		"an identifier that is none":         {`{"id":"12","name":"x","status":"active"}`, "service 12, id: malformed, an identifier such as 3a19ff88-4620-4d17-9830-ac1d859eb5d5"},
		"a state that is not allowed":        {`{"id":"` + anID + `","name":"x","status":"open"}`, "service " + anID + ", status: unlisted, one of active, inactive, defunct, temporarily closed"},
		"a number in quotes":                 {`{"id":"` + anID + `","name":"x","status":"active","minimum_age":"12"}`, "service " + anID + ", minimum_age: malformed, a number"},
		"a number that is words":             {`{"id":"` + anID + `","name":"x","status":"active","minimum_age":"two"}`, "service " + anID + ", minimum_age: malformed, a number"},
		"a day that does not exist":          {`{"id":"` + anID + `","name":"x","status":"active","assured_date":"2026-02-30"}`, "service " + anID + ", assured_date: malformed, a date such as 2026-03-01"},
		"an address on the web without way":  {`{"id":"` + anID + `","name":"x","status":"active","url":"example.org"}`, "service " + anID + ", url: malformed, an address such as https://example.org"},
		"a mail address that is none":        {`{"id":"` + anID + `","name":"x","status":"active","email":"here"}`, "service " + anID + ", email: malformed, a mail address"},
		"a list where an object must stand":  {`{"id":"` + anID + `","name":"x","status":"active","program":[]}`, "service " + anID + ", program: malformed, an object"},
		"an object where a list must stand":  {`{"id":"` + anID + `","name":"x","status":"active","phones":{"id":1}}`, "service " + anID + ", phones: malformed, a list"},
		"a text where an object must stand":  {`{"id":"` + anID + `","name":"x","status":"active","phones":["02 123 45 67"]}`, "service " + anID + ", phones: malformed, a list of objects"},
		"a list where a text must stand":     {`{"id":"` + anID + `","name":["x",{"y":[1]}],"status":"active"}`, "service " + anID + ", name: malformed, a text\nservice " + anID + ", name: missing"},
		"a member that is not known":         {`{"id":"` + anID + `","name":"x","status":"active","colour":"red"}`, "service " + anID + ", colour: unknown"},
		"a member that is given twice":       {`{"id":"` + anID + `","name":"x","status":"active","name":"y"}`, "service " + anID + ", name: twice"},
		"a nested record with its own fault": {`{"id":"` + anID + `","name":"x","status":"active","phones":[{"id":"` + anID + `"}]}`, "phone " + anID + ", number: missing"},
		"a list of no records":               {`["x"]`, "service: malformed, an object"},
		"a document within too many others":  {strings.Repeat(`{"id":"`+anID+`","name":"x","status":"active","organization":{"id":"`+anID+`","name":"x","description":"","services":[`, 20) + strings.Repeat(`]}}`, 20), "service " + anID + ", organization: too deep"},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			for _, err := range Read[Service](strings.NewReader(tt.document)) {
				if n++; err == nil || err.Error() != tt.want {
					t.Errorf("says %q, not %q", err, tt.want)
				}
				if !errors.As(err, new(Problems)) {
					t.Errorf("is no Problems but %T", err)
				}
			}
			if n != 1 {
				t.Errorf("%d records", n)
			}
		})
	}
}

func TestAProblemDoesNotStopTheNextRecord(t *testing.T) {
	var names []string
	wrong := 0
	for s, err := range Read[Service](strings.NewReader(`{"total_items":2,"contents":[{"id":"1","name":"a","status":"x"},{"id":"` + anID + `","name":"b","status":"active"}]}
		{"id":"` + anID + `","name":"c","status":"active"} [{"id":"` + anID + `","name":"d","status":"active"}]`)) {
		if err != nil {
			wrong++
		}
		names = append(names, s.Name)
	}
	if strings.Join(names, "") != "abcd" || wrong != 1 {
		t.Errorf("read %v, %d wrong", names, wrong)
	}
}

func TestWhatIsNoJSONEndsTheReading(t *testing.T) {
	for name, tt := range map[string]struct{ document, want string }{
		"a document that ends too early": {`[{"id":"` + anID + `"`, "hsds: the document ends too early"},
		"a word":                         {`services`, "hsds: not JSON at byte 1"},
		"a number":                       {`12`, "hsds: expected an object or a list"},
		"a page whose contents are none": {`{"contents":{}}`, "hsds: the contents of a page are a list"},
		"a page with words for numbers":  {`{"total_items":"many"}`, "hsds: "},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			for _, err := range Read[Service](strings.NewReader(tt.document)) {
				if n++; err == nil || !strings.HasPrefix(err.Error(), tt.want) || errors.As(err, new(Problems)) {
					t.Errorf("says %q, not %q", err, tt.want)
				}
			}
			if n != 1 {
				t.Errorf("%d errors", n)
			}
		})
	}
	failing := io.MultiReader(strings.NewReader(`[{"id":"`), &brokenReader{})
	for _, err := range Read[Service](failing) {
		if !errors.Is(err, errBroken) {
			t.Errorf("says %q", err)
		}
	}
}

var errBroken = errors.New("the line is broken")

type brokenReader struct{}

func (*brokenReader) Read([]byte) (int, error) { return 0, errBroken }

func TestATableSaysInWhichLine(t *testing.T) {
	for name, tt := range map[string]struct {
		file, text string
		want       []string
	}{
		"a column that is missing is told once": {"organizations.csv", "id,name\n" + anID + ",a\n" + anID[:35] + "c,b\n",
			[]string{"organization (line 1), description: missing"}},
		"a value that is missing": {"services.csv", "id,organization_id,name,status\n" + anID + ",,a,active\n",
			[]string{"service " + anID + " (line 2), organization_id: missing"}},
		"a line that is too long": {"url.csv", "id,url\n" + anID + ",https://example.org,more\n",
			[]string{"url " + anID + " (line 2): malformed, as many values as there are columns"}},
		"an identifier twice": {"url.csv", "id,url\n" + anID + ",https://example.org\n" + anID + ",https://example.org\n",
			[]string{"url " + anID + " (line 3), id: twice"}},
		"a column twice": {"url.csv", "id,url,url\n", []string{"url (line 1), url: twice"}},
		"a quote that is never closed": {"url.csv", "id,url\n" + anID + ",\"https\n",
			[]string{"url (line 2): malformed, CSV; nothing is read from here on"}},
		"a file that is not known":        {"children.csv", "id\n", []string{"children.csv: unknown, a file of the specification, such as services.csv"}},
		"a mark at the beginning is none": {"url.csv", "\ufeffid,url\n" + anID + ",https://example.org\n", nil},
		"an empty file":                   {"url.csv", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadTables(fstest.MapFS{tt.file: {Data: []byte(tt.text)}})
			var got Problems
			if err != nil && !errors.As(err, &got) {
				t.Fatal(err)
			}
			want := strings.Join(tt.want, "\n")
			if got.Error() != want {
				t.Errorf("says %q, not %q", got.Error(), want)
			}
		})
	}
}

func TestARowThatTwoRecordsClaimIsTold(t *testing.T) {
	phone := Phone{ID: anID, Number: "02 123 45 67"}
	other := phone
	other.Number = "02 123 45 68"
	_, problems := Flatten(Dataset{Services: []Service{{ID: "a", Phones: []Phone{phone}}, {ID: "b", Phones: []Phone{other}}}})
	want := "phone " + anID + ", service_id: differs\nphone " + anID + ", number: differs"
	if problems.Error() != want {
		t.Errorf("says %q, not %q", problems.Error(), want)
	}
}

func TestWhatTheSpecificationDoesNotKnowIsKept(t *testing.T) {
	in := `{"id":"` + anID + `","name":"x","status":"active","colour":{"a":[1.50,null]},"size_of":"b"}`
	for s, err := range Read[Service](strings.NewReader(in)) {
		if ps, ok := err.(Problems); !ok || len(ps) != 2 || len(ps.Serious()) != 0 {
			t.Errorf("says %v", err)
		}
		if got := string(Append(nil, &s, V31)); got != in {
			t.Errorf("comes back as %s", got)
		}
		out := folder{}
		flat, _ := Flatten(Dataset{Services: []Service{s}})
		if err := flat.Write(V31, out.create); err != nil {
			t.Fatal(err)
		}
		if got := out["services.csv"].String(); !strings.Contains(got, `,colour,size_of`) || !strings.Contains(got, `"{""a"":[1.50,null]}",b`) {
			t.Errorf("as a table %s", got)
		}
	}
}

func TestTheOlderEditionLacksWhatIsNew(t *testing.T) {
	s := Service{ID: anID, Name: "x", Status: "active",
		AdditionalURLs: []URL{{ID: anID, URL: "https://example.org"}},
		Capacities:     []ServiceCapacity{{ID: anID, Available: "3", Updated: "2026-03-01T09:00:00Z", Unit: &Unit{ID: anID, Name: "place"}}},
		Attributes:     []Attribute{{ID: anID, Label: "y"}}}
	if got := string(Append(nil, &s, V30)); got != `{"id":"`+anID+`","name":"x","status":"active","attributes":[{"id":"`+anID+`"}]}` {
		t.Errorf("3.0 is %s", got)
	}
	if got := string(Append(nil, &s, V31)); !strings.Contains(got, "capacities") || !strings.Contains(got, "additional_urls") || !strings.Contains(got, "label") {
		t.Errorf("3.1 is %s", got)
	}
	flat, _ := Flatten(Dataset{Services: []Service{s}})
	old, now := folder{}, folder{}
	if err := errors.Join(flat.Write(V30, old.create), flat.Write(V31, now.create)); err != nil {
		t.Fatal(err)
	}
	if len(old) != 3 || len(now) != 6 {
		t.Errorf("%d files in 3.0, %d in 3.1", len(old), len(now))
	}
}

func TestCheckSaysOfWhatIsMadeWhatReadSaysOfWhatIsRead(t *testing.T) {
	s := Service{ID: "1", Status: "open", MinimumAge: "x", Phones: []Phone{{ID: anID, Number: "02 123 45 67", Extension: "1e"}},
		Capacities: []ServiceCapacity{{ID: anID, Available: "1", Updated: "now"}}, Also: Members{"x": []byte("{")}}
	want := []string{"id", "status", "minimum_age", "extension", "unit", "updated", "x"}
	var got []string
	for _, p := range Check(&s) {
		got = append(got, p.Field)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("finds %v, not %v", got, want)
	}
	good := Service{ID: anID, Status: "active"}
	if p := Check(&good); p != nil {
		t.Errorf("finds %v", p)
	}
}

func TestThePagesOfAList(t *testing.T) {
	for name, tt := range map[string]struct {
		total, number, per int
		want               PageHead
		from               int
	}{
		"no page but the first":    {3, 1, 5, PageHead{3, 1, 1, 3, true, true, false}, 0},
		"the first of three":       {11, 1, 5, PageHead{11, 3, 1, 5, true, false, false}, 0},
		"the one in the middle":    {11, 2, 5, PageHead{11, 3, 2, 5, false, false, false}, 5},
		"the last, which is short": {11, 3, 5, PageHead{11, 3, 3, 1, false, true, false}, 10},
		"the last, which is full":  {10, 2, 5, PageHead{10, 2, 2, 5, false, true, false}, 5},
		"one after the last":       {11, 4, 5, PageHead{11, 3, 4, 0, false, true, true}, 11},
		"nothing at all":           {0, 1, 5, PageHead{0, 0, 1, 0, true, true, true}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := PageOf(tt.total, tt.number, tt.per)
			if got != tt.want || got.From(tt.per) != tt.from {
				t.Errorf("is %+v from %d", got, got.From(tt.per))
			}
			page := Page[Taxonomy]{PageHead: got, Contents: make([]Taxonomy, got.Size)}
			for i := range page.Contents {
				page.Contents[i] = Taxonomy{ID: anID, Name: "é\u2028\"\\"}
			}
			back, err := ReadPage[Taxonomy](bytes.NewReader(AppendPage(nil, page, V31, true)))
			if err != nil || back.PageHead != got || len(back.Contents) != got.Size || got.Size > 0 && back.Contents[0].Name != "é\u2028\"\\" {
				t.Errorf("comes back as %+v, %v", back, err)
			}
		})
	}
}

package incoming

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

var reading = Reading{Lang: kernel.NL, Today: "2026-11-23"}

// zipped is an archive of files.
func zipped(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const aService = `{"id":"ac148810-d857-441c-9679-408f346de14b","name":"Babybabbel","status":"active","description":"Koffie met baby's.",
	"organization":{"id":"d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610","name":"Buurthuis","description":"x"},
	"phones":[{"id":"1554c9da-12eb-4a02-80d1-3d5c6d3f3f60","number":"02 123 45 67"},{"id":"1554c9da-12eb-4a02-80d1-3d5c6d3f3f61","number":"veel"}],
	"service_areas":[{"id":"1554c9da-12eb-4a02-80d1-3d5c6d3f3f62","extent":"NIS 44034","extent_type":"text"}],
	"service_at_locations":[{"id":"1554c9da-12eb-4a02-80d1-3d5c6d3f3f63","location":{"id":"1554c9da-12eb-4a02-80d1-3d5c6d3f3f64","location_type":"physical","name":"Zaal",
		"addresses":[{"id":"1554c9da-12eb-4a02-80d1-3d5c6d3f3f65","address_1":"Markt 1","city":"Leuven","postal_code":"3000","state_province":"x","country":"BE","address_type":"physical"}]}}]}`

func TestWhatAFileIsShowsItsContent(t *testing.T) {
	other := strings.ReplaceAll(aService, "ac148810", "bc148810")
	for name, tt := range map[string]struct {
		data []byte
		form Form
		n    int
	}{
		"a record":                      {[]byte(aService), HSDS, 1},
		"a list":                        {[]byte("[" + aService + "," + other + "]"), HSDS, 2},
		"a page":                        {[]byte(`{"total_items":1,"contents":[` + aService + `]}`), HSDS, 1},
		"records after each other":      {[]byte("\ufeff" + aService + "\n" + other), HSDS, 2},
		"an organisation with services": {[]byte(`{"id":"d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610","name":"Buurthuis","description":"x","services":[` + aService + `]}`), HSDS, 1},
		"an archive of records":         {zipped(t, map[string]string{"a/1.json": aService, "a/2.json": other}), HSDS, 2},
		"an archive of tables": {zipped(t, map[string]string{"gids/organizations.csv": "id,name,description\nd9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610,Buurthuis,x\n",
			"gids/services.csv": "id,organization_id,name,status\nac148810-d857-441c-9679-408f346de14b,d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610,Babybabbel,active\n"}), Tables, 1},
		"linked data": {[]byte(`[{"@id":"http://x.example/1","@type":"Instantie","naam":{"nl":"Dienst"}}]`), IPDC, 1},
		"a table":     {[]byte("Organisatie;Aanbod;Postcode\nBuurthuis;Babybabbel;3000\n"), Table, 1},
	} {
		t.Run(name, func(t *testing.T) {
			how := reading
			how.Organisation = "Stad"
			f, err := Read(tt.data, how)
			if err != nil || f.Form != tt.form || len(f.Items) != tt.n || len(f.Refused) > 0 {
				t.Fatalf("%+v, %v", f, err)
			}
			if v := f.Items[0].Service; v.State != directory.Draft || f.Items[0].Organisation.Name == "" || f.Items[0].ServiceID == "" {
				t.Errorf("%+v", f.Items[0])
			}
		})
	}
}

func TestWhatCannotBeReadIsLeftOutAndNamed(t *testing.T) {
	f, err := Read([]byte(aService), reading)
	if err != nil || len(f.Items) != 1 {
		t.Fatal(f, err)
	}
	x := f.Items[0]
	if len(x.Service.Numbers) != 1 || len(f.Notes) != 1 || f.Notes[0].Record != "phone" || f.Notes[0].Name != "Babybabbel" {
		t.Errorf("%+v %+v", x.Service.Numbers, f.Notes)
	}
	if len(x.Places) != 1 || x.Places[0].Location.Street != "Markt 1" || !slices.Equal(x.Service.Areas, []kernel.NIS{"44034"}) {
		t.Errorf("%+v %v", x.Places, x.Service.Areas)
	}
	torn, err := Read([]byte(aService+`{"id":`), reading)
	if err != nil || len(torn.Items) != 1 || len(torn.Refused) != 1 || torn.Refused[0].Why.Key != "incoming.torn" {
		t.Errorf("%+v, %v", torn, err)
	}
	for name, data := range map[string]string{"nothing": " ", "a picture": "\x89PNG\x00", "an archive of letters": string(zipped(t, map[string]string{"a.txt": "x"})), "half a record": `{"id":`, "no record": `{"a":1`} {
		if f, err := Read([]byte(data), reading); kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

func TestAFileClaimsNothingThatIsNotItsOwnToSay(t *testing.T) {
	f, err := Read([]byte(`[{"@id":"http://x.example/1","naam":{"nl":"Dienst"},"Member":"member-office","state":"open","programme":"p","told":{"name":{"verified":"2026-11-01"}}}]`),
		Reading{Lang: kernel.NL, Organisation: "Stad"})
	if err != nil || len(f.Items) != 1 {
		t.Fatal(f, err)
	}
	if x := f.Items[0]; x.Service.State != directory.Draft || x.Service.Programme != "" || x.Organisation.Member != "" || x.Service.Told != nil {
		t.Errorf("%+v", x)
	}
}

func TestARecordOfTheCatalogueBecomesAService(t *testing.T) {
	data, err := os.ReadFile("testdata/ipdc.jsonld")
	if err != nil {
		t.Fatal(err)
	}
	how := reading
	how.Organisation = "Stad"
	how.Authority = func(ovo string) (directory.Organisation, bool) {
		return directory.Organisation{Name: "OCMW Gent", KBO: "0212214125"}, ovo == "OVO001234"
	}
	f, err := Read(data, how)
	if err != nil || len(f.Items) != 2 || len(f.Refused) != 2 {
		t.Fatalf("%+v, %v", f, err)
	}
	x := f.Items[0]
	v := x.Service
	for what, got := range map[string][2]string{
		"the last snapshot, in the polite form": {v.Name.NL, "Vraag uw geboortepremie"},
		"another language":                      {v.Name.EN, "Birth grant"},
		"a text without its markup":             {v.About.NL, "U krijgt € 75.\n- per kind\n- een keer"},
		"steps in their order":                  {v.How.NL, "Eerst: Schrijf ons.\n\nDaarna: Wacht op een brief."},
		"for whom":                              {v.For.Words.NL, "Wonen: U woont in de gemeente."},
		"what it costs":                         {v.Costs[0].Words.NL, "Gratis: Dit kost niets."},
		"who":                                   {x.Organisation.Name, "OCMW Gent"},
		"by which name it is known again":       {x.ServiceID, "http://data.lblod.info/id/public-service/a"},
		"where":                                 {x.Places[0].Location.Street + ", " + x.Places[0].Location.Postal, "Markt 1 bus 2, 9000"},
		"areas":                                 {fmt.Sprint(v.Areas), "[44034 44021]"},
		"languages":                             {fmt.Sprint(v.Languages), "[nl]"},
		"mail and website":                      {string(v.Mail) + " " + v.Website, "geboorte@stad.example https://stad.example/geboorte"},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %q, want %q", what, got[0], got[1])
		}
	}
	if over := f.Items[1]; over.Service.State != directory.Stopped || over.Organisation.Name != "Stad" || over.Places[0].Location.City != "Leuven" {
		t.Errorf("%+v", over)
	}
	if f.Refused[0].Why.Key != "incoming.concept" || f.Refused[1].Why.Key != "name" || len(f.Notes) != 2 {
		t.Errorf("%+v %+v", f.Refused, f.Notes)
	}
}

func workbook(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	for i, row := range rows {
		if err := book.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	b, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAWorkbookIsReadAsSomebodySaysItsColumnsAre(t *testing.T) {
	data := workbook(t, []any{"Wie", "Wat", "Prijs", "Straat", "Postcode"}, []any{"Buurthuis", "Babybabbel", 2.5, "Markt 1", 3000}, []any{"Buurthuis", "Ruilwinkel", "veel", "", ""})
	f, err := Read(data, reading)
	if err != nil || f.Ready(reading) || f.Columns[2].To != "price" || !slices.Equal(f.Columns[0].Samples, []string{"Buurthuis"}) {
		t.Fatalf("%+v, %v", f, err)
	}
	how := reading
	how.Columns = map[string]string{"Wie": "organisation", "Wat": "service_nl", "Prijs": "price", "Straat": "street", "Postcode": "postal_code"}
	f, err = Read(data, how)
	if err != nil || !f.Ready(how) || len(f.Items) != 1 || len(f.Refused) != 1 || f.Refused[0].Line != 3 || f.Refused[0].Why.Field != "price" {
		t.Fatalf("%+v, %v", f, err)
	}
	if x := f.Items[0]; x.Service.Costs[0].Amount != 2_50 || x.Places[0].Location.Postal != "3000" || x.Organisation.Name != "Buurthuis" {
		t.Errorf("%+v", x)
	}
}

// The examples of the specification are taken as they are.
func TestTheExamplesOfTheSpecificationAreRead(t *testing.T) {
	folder := os.Getenv("BONDGENOOT_FIXTURES")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "..", "..", "shared", "fixtures")
	}
	if _, err := os.Stat(filepath.Join(folder, "hsds")); err != nil {
		t.Skipf("the examples of the specification are not there: set BONDGENOOT_FIXTURES to the folder that holds hsds (%v)", err)
	}
	for _, name := range []string{"service_full.json", "service_list.json", "organization_full.json", "organization_list.json"} {
		data, err := os.ReadFile(filepath.Join(folder, "hsds", "examples-3.0", name))
		if err != nil {
			t.Fatal(err)
		}
		how := reading
		how.Organisation = "Stad" // a list of services names none
		if f, err := Read(data, how); err != nil || len(f.Items) == 0 || len(f.Refused) > 0 {
			t.Errorf("%s: %+v, %v", name, f.Refused, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	ipdc, err := os.ReadFile("testdata/ipdc.jsonld")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{[]byte(aService), ipdc, []byte("Organisatie;Aanbod\nA;B\n"), []byte(`[{"@id":"1","naam":"<p"}]`), []byte(`{"@graph":[{"naam":{"nl":["a"]},"order":9}]}`),
		[]byte("{\"id\":\"\\u0000\",\"organization\":{\"name\":\"x\"}}"), zipped(f, map[string]string{"services.csv": "id,name\n1,a", "x.json": "[]"})} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		how := Reading{Lang: kernel.FR, Organisation: "Stad", Today: "2026-11-23"}
		file, err := Read(data, how)
		if err != nil {
			if kernel.CodeOf(err) == kernel.Internal {
				t.Errorf("not told to who brought it: %v", err)
			}
			return
		}
		for _, x := range file.Items {
			if x.OrganisationID == "" || x.Organisation.Name == "" || x.Service.State == directory.Open || x.Organisation.Member != "" || x.Service.Programme != "" {
				t.Errorf("an item that nobody knows again, or that claims too much: %+v", x)
			}
		}
	})
}

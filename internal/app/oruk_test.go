package app_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The profile of Open Referral UK, as its own suite runs it: which addresses
// are asked, against which schema, and what must hold of pages.
type orukProfile struct {
	TestGroups []struct {
		Name  string
		Tests []struct {
			Name, Endpoint, Schema string
			Pagination             bool
			UseIDFrom              string `json:"useIdFrom"`
		}
	} `json:"testGroups"`
}

// orukFaults runs the profile against a server and says what does not hold, by
// group.
func orukFaults(t testing.TB, base string) map[string][]error {
	t.Helper()
	var profile orukProfile
	b, _ := json.Marshal(readJSON(t, hsdsFixture(t, "oruk", "HSDS-UK-3.0.json")))
	if err := json.Unmarshal(b, &profile); err != nil || len(profile.TestGroups) != 2 {
		t.Fatalf("the profile cannot be read: %v", err)
	}
	faults := map[string][]error{}
	for _, group := range profile.TestGroups {
		for _, test := range group.Tests {
			schema, err := jsonschema.NewCompiler().Compile(hsdsFixture(t, "oruk", "OpenReferralApi", "Schemas", test.Schema))
			if err != nil {
				t.Fatal(err)
			}
			wrong := func(err error) {
				if err != nil {
					faults[group.Name] = append(faults[group.Name], fmt.Errorf("%s: %w", test.Endpoint, err))
				}
			}
			path := test.Endpoint
			if test.UseIDFrom != "" {
				id, err := orukID(base + path + "?page=1")
				if err != nil {
					wrong(err)
					continue
				}
				path += id
			}
			body, err := orukGet(base + path)
			wrong(err)
			if err != nil {
				continue
			}
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
			if err == nil {
				err = schema.Validate(doc)
			}
			wrong(err)
			if test.Pagination {
				for _, err := range orukPages(base + path) {
					wrong(err)
				}
			}
		}
	}
	return faults
}

func orukGet(address string) ([]byte, error) {
	res, err := http.Get(address)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return nil, err
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s: status %d", address, res.StatusCode)
	case res.Header.Get("Access-Control-Allow-Origin") != "*":
		return nil, errors.New("no other page on the web may read it")
	}
	return body, nil
}

func orukPage(address string) (p feedPage, err error) {
	body, err := orukGet(address)
	if err == nil {
		err = json.Unmarshal(body, &p)
	}
	return p, err
}

func orukID(list string) (string, error) {
	p, err := orukPage(list)
	if err != nil || len(p.Contents) == 0 {
		return "", fmt.Errorf("no identifiers: %w", err)
	}
	var one struct{ ID string }
	if err := json.Unmarshal(p.Contents[len(p.Contents)/2], &one); err != nil || one.ID == "" {
		return "", errors.New("a record without an identifier")
	}
	return one.ID, nil
}

// orukPages walks a list five at a time.
func orukPages(list string) (faults []error) {
	seen := map[string]bool{}
	for n, pages := 1, 1; n <= pages+1; n++ {
		p, err := orukPage(fmt.Sprintf("%s?per_page=5&page=%d", list, n))
		if err != nil {
			return append(faults, err)
		}
		if n == 1 {
			pages = p.TotalPages
		}
		fault := func(bad bool, what string) {
			if bad {
				faults = append(faults, fmt.Errorf("page %d: %s", n, what))
			}
		}
		if fault(p.FirstPage == nil || p.LastPage == nil || p.Empty == nil, "a flag is missing"); len(faults) > 0 {
			return faults
		}
		fault(p.PageNumber != n, "has another number")
		fault(p.TotalPages != pages || p.TotalPages != (p.TotalItems+4)/5, "the count of pages is wrong")
		fault(*p.FirstPage != (n == 1), "first_page is wrong")
		fault(*p.LastPage != (n >= pages), "last_page is wrong")
		fault(*p.Empty != (len(p.Contents) == 0), "empty is wrong")
		fault(p.Size != len(p.Contents), "size is not how many there are")
		fault(len(p.Contents) > 5 || n < pages && len(p.Contents) != 5 || n > pages && len(p.Contents) > 0, "holds too many or too few")
		for _, b := range p.Contents {
			var one struct{ ID string }
			_ = json.Unmarshal(b, &one)
			fault(seen[one.ID], "tells again what stood on an earlier one")
			seen[one.ID] = true
		}
		if n == pages+1 && len(seen) != p.TotalItems {
			faults = append(faults, fmt.Errorf("%d records of %d", len(seen), p.TotalItems))
		}
	}
	return faults
}

func TestOpenDataPassTheProfileOfTheUnitedKingdom(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.fillDirectory(w.towns["leuven"].ID)
		for _, root := range []string{"/hsds/3.0/leuven", "/hsds/leuven"} {
			for group, faults := range orukFaults(w, w.url+root) {
				w.Errorf("%s, %s: %v", root, group, errors.Join(faults...))
			}
		}
	})
}

// A suite that nothing can fail holds nothing.
func TestTheProfileFailsWhatIsBroken(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.fillDirectory(w.towns["leuven"].ID)
		for name, spoil := range map[string]func(body string) string{
			"names are missing":          func(b string) string { return strings.ReplaceAll(b, `"name":`, `"naam":`) },
			"a state that is none":       func(b string) string { return strings.ReplaceAll(b, `"status":"active"`, `"status":"open"`) },
			"the last page is not last":  func(b string) string { return strings.ReplaceAll(b, `"last_page":true`, `"last_page":false`) },
			"the count is wrong":         func(b string) string { return strings.ReplaceAll(b, `"total_items":1`, `"total_items":2`) },
			"pages are not told to end":  func(b string) string { return strings.ReplaceAll(b, `"empty":true`, `"empty":false`) },
			"nothing tells the edition":  func(b string) string { return strings.ReplaceAll(b, `"version":"3.0",`, ``) },
			"what is served is no JSON":  func(b string) string { return b[:len(b)/2] },
			"a page holds another's":     func(b string) string { return strings.ReplaceAll(b, `"page_number":2`, `"page_number":1`) },
			"records have no identifier": func(b string) string { return strings.ReplaceAll(b, `"id":`, `"key":`) },
		} {
			broken := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				_, header, body := w.feed(r.URL.RequestURI())
				rw.Header().Set("Access-Control-Allow-Origin", header.Get("Access-Control-Allow-Origin"))
				_, _ = io.WriteString(rw, spoil(string(body)))
			}))
			if len(orukFaults(w, broken.URL+"/hsds/3.0/leuven")) == 0 {
				w.Errorf("passes although %s", name)
			}
			broken.Close()
		}
	})
}

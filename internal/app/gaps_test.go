package app_test

import (
	"encoding/csv"
	"strings"
	"testing"
)

// A coordinator stands before the matrix, opens a cell and finds the very
// services that it counts; the file says the same. Drafts and private numbers
// are in neither, and another alliance sees its own alone.
func TestACoordinatorSeesWhatIsMissing(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.fillDirectory(w.towns["leuven"].ID)
		katrien := w.as("leuven", "katrien").reads("en")
		katrien.sees("GET /directory/gaps", nil, 200, "10 services count, of 10 that are open", "None", "Baby, to 1 year", "Income", "There are three or more")
		katrien.sees("GET /network", nil, 200, "See where there is little or no help")
		_, rows, _ := katrien.asks("GET /directory/gaps/rows?rows=phase&columns=lever&row=baby&column=8", nil)
		if n := strings.Count(rows, "Lait pour bébés") + strings.Count(rows, "Melk voor baby’s"); n != 10 {
			t.Errorf("%d services in the cell, not 10:\n%s", n, plain(rows))
		}
		if strings.Contains(rows, "Nog niet bekend") {
			t.Error("a draft stands in a cell")
		}
		for _, path := range []string{"/directory/gaps/rows?rows=phase&columns=lever&row=colour&column=8", "/directory/gaps/rows"} {
			katrien.sees("GET "+path, nil, 404)
		}
		_, file, _ := katrien.asks("GET /directory/gaps.csv?rows=lever&columns=cost&only_language=ar", nil)
		lines, err := csv.NewReader(strings.NewReader(file)).ReadAll()
		if err != nil || len(lines) != 1+9*2 {
			t.Fatalf("%d lines, %v", len(lines), err)
		}
		for _, line := range lines[1:] {
			want := map[string]string{"Income": "10", "Childcare": "4", "Education": "4", "Leisure": "2"}[line[0]]
			if want == "" {
				want = "0"
			}
			if line[3] != want || (line[3] == "0") != (line[2] == "None") {
				t.Errorf("%v, not %s", line, want)
			}
		}
		w.stranger().sees("GET /directory/gaps.csv", nil, 401)
	})
}

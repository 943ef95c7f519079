package app_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Whoever works down the list begins with what brings most, or stops first. What
// gives no sum stands apart, a line for each right with how many families miss
// it, and does not push away what gives one; each page goes on where the one
// before ended.
func TestTheListBeginsWithWhatBringsMost(t *testing.T) {
	onEachEngine(t, func(w *world) {
		family, leuven := noor(w), w.towns["leuven"]
		none := kernel.Date("")
		lines := []struct {
			right  string
			cents  int64
			open   bool
			closes kernel.Date
		}{
			{"be.vt-bim", 0, false, none},
			{"vl.uitpas-kansentarief", 0, false, "2026-12-24"},
			{"be.leefloon", 764_92, true, none},
			{"vl.groeipakket.basis", 2215_44, false, none},
			{"be.maf", 0, true, none},
			{"vl.groeipakket.kleutertoeslag", 120_00, false, "2026-12-24"},
			{"vl.huurpremie", 900_00, false, "2027-01-15"},
			{"vl.delijn-vg", 0, false, none},
		}
		w.did(w.db.Write(w.Context(), func(q db.Querier) error {
			for _, x := range lines {
				if _, err := q.ExecContext(w.Context(), `INSERT INTO reach_right (alliance, id, family, right_id, person, municipality, neighbourhood, stage, why, until, comes, year_cents, open, found_on, ended_on, closes_on)
					VALUES ($1, $2, $3, $4, '', '24062', '', 'unreached', '', '', FALSE, $5, $6, '2026-11-20', '', $7)`,
					leuven.ID, kernel.NewID(), family, x.right, x.cents, x.open, x.closes); err != nil {
					return err
				}
			}
			return nil
		}))
		for name, tt := range map[string]struct {
			q    reach.Query
			want string
		}{
			"by value":            {reach.Query{}, "vl.groeipakket.basis vl.huurpremie be.leefloon vl.groeipakket.kleutertoeslag be.maf"},
			"by value, apart":     {reach.Query{Apart: true}, "vl.groeipakket.basis vl.huurpremie be.leefloon vl.groeipakket.kleutertoeslag be.maf vl.uitpas-kansentarief"},
			"by deadline, apart":  {reach.Query{Apart: true, Order: reach.ByDeadline}, "vl.groeipakket.kleutertoeslag vl.uitpas-kansentarief vl.huurpremie vl.groeipakket.basis be.leefloon be.maf"},
			"one that is no sum":  {reach.Query{Right: "be.vt-bim"}, "be.vt-bim"},
			"of nobody who works": {reach.Query{Worker: leuven.Workers["bram"].ID, Apart: true}, ""},
		} {
			for _, limit := range []int{1, 4, 100} { // a page of any size goes on where the one before ended
				var got []string
				groups := 0
				for q := tt.q; ; {
					q.Limit = limit
					page, err := w.app.Reach.List(leuven.As(w.Context(), "aicha"), q)
					w.did(err)
					for _, x := range page.Rows {
						got = append(got, x.Right)
					}
					groups += len(page.Groups)
					if q.After = page.Next; page.Next == "" {
						break
					}
				}
				if s := strings.Join(got, " "); s != tt.want && (tt.q.Apart || tt.want == "" || !strings.HasPrefix(s, tt.want)) {
					t.Errorf("%s, %d a page: %s, want %s", name, limit, s, tt.want)
				}
				if !tt.q.Apart && name == "by value" && len(got) != len(lines) {
					t.Errorf("%s, %d a page: %d lines of %d", name, limit, len(got), len(lines))
				}
				if want := 2; groups != want && slices.Contains([]string{"by value, apart", "by deadline, apart"}, name) {
					t.Errorf("%s: %d groups, want %d, told once", name, groups, want)
				}
			}
		}
		aicha := w.as("leuven", "aicha")
		aicha.sees("GET /reach", nil, 200, "8 rechten die niemand aanvroeg", "Samen goed voor minstens € 4.000,36 per jaar", "vanaf € 764,92", "nog niet bekend",
			"Zonder bedrag", "Verhoogde tegemoetkoming", "1 gezin")
		aicha.sees("GET /reach?right=be.vt-bim", nil, 200, "Alleen: Verhoogde tegemoetkoming", "Noor Verbeeck", "geen bedrag", "Toon alle rechten")
		aicha.misses("GET /reach?right=be.vt-bim", "Leefloon")
		aicha.sees("GET /reach?after=YQ", nil, 422)
	})
}

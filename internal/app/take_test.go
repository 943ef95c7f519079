package app_test

import (
	"fmt"
	"maps"
	"net/url"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Seven families are entitled to the basic amount for their children; one asked
// and was refused for want of a paper, one put it off. The coordinator of their
// organisation sees each figure and the rows behind it, also how it stood before
// anybody did anything; that of another sees no figure under five, nor one from
// which it could be reckoned, and no rows.
func TestWhomWeReachIsCountedAndNobodyIsShown(t *testing.T) {
	onEachEngine(t, func(w *world) {
		leuven := w.towns["leuven"]
		lead, err := w.app.Members.AddWorker(leuven.As(w.Context(), "wim"), members.Worker{Name: "Hanne Leemans", Lang: kernel.NL, Mail: "hanne@leuven.example"},
			leuven.Orgs["team"].ID, policy.Coordinator)
		w.did(err)
		leuven.Workers["hanne"] = demo.Worker{Worker: lead, Org: leuven.Orgs["team"], Roles: []policy.Role{policy.Coordinator}}
		aicha, hanne, katrien := leuven.As(w.Context(), "aicha"), leuven.As(w.Context(), "hanne"), leuven.As(w.Context(), "katrien")
		for n := range 7 {
			f, err := w.app.Families.Open(aicha, families.NewFamily{PostalCode: kernel.PostalCode([]string{"3000", "3470"}[n%2]), Anyway: true, Persons: []families.NewPerson{
				{Role: families.Applicant, First: "Zephyrine", Last: "Maes", Birth: kernel.Date(fmt.Sprintf("199%d-06-11", n))},
				{Role: families.Child, First: "Mats", Last: "Maes", Birth: "2022-06-11"}, {Role: families.Child, First: "Lou", Last: "Maes", Birth: "2024-06-11"}}})
			w.did(err)
			w.tells(f.ID, "all_may_stay", "all_live_here")
			file, err := w.app.Families.Read(aicha, f.ID, families.ForCare)
			w.did(err)
			_, err = w.app.Families.RecordFacts(aicha, f.ID, 0, []families.Fact{{Key: "benefit", Person: file.Persons[0].ID, Value: []byte(`"disability"`), Source: families.Told}})
			w.did(err)
		}
		w.night()
		first := kernel.InstantOf(w.clock()).Date()
		const right = "vl.groeipakket.basis"
		w.later(48 * time.Hour)
		page, err := w.app.Reach.List(aicha, reach.Query{Comes: true, Right: right, Limit: 100})
		w.did(err)
		if len(page.Rows) != 14 {
			t.Fatalf("%d rights for children are on the list, want 14", len(page.Rows))
		}
		by := map[kernel.ID][]reach.Row{}
		var order []kernel.ID
		for _, x := range page.Rows {
			if by[x.Family] == nil {
				order = append(order, x.Family)
			}
			by[x.Family] = append(by[x.Family], x)
		}
		for _, x := range by[order[0]] { // both children of one family
			c, err := w.app.Reach.Claim(aicha, x.ID)
			w.did(err)
			c, err = w.app.Rights.Apply(aicha, c.ID, c.Version, "", "")
			w.did(err)
			_, err = w.app.Rights.Refuse(aicha, c.ID, c.Version, "", rights.ByDocuments, "")
			w.did(err)
		}
		w.did(w.app.Reach.Put(aicha, by[order[1]][0].ID, reach.Papers, "")) // one of two: the family stands at the least far
		for _, x := range by[order[2]] {
			w.did(w.app.Reach.Put(aicha, x.ID, reach.NotWanted, ""))
		}
		count := func(right string, q reach.Counting, cells ...string) {
			t.Helper()
			take, err := w.app.Reach.Take(hanne, q)
			w.did(err)
			for _, l := range take.Lines {
				if l.Key != right {
					continue
				}
				got := []string{fmt.Sprint(l.All.N)}
				for _, c := range reach.Cells {
					got = append(got, fmt.Sprint(l.Cells[c].N))
				}
				if fmt.Sprint(got) != fmt.Sprint(cells) {
					t.Errorf("on %s: %v, want %v", q.On, got, cells)
				}
				return
			}
			t.Errorf("on %s the right is not counted: %+v", q.On, take.Lines)
		}
		count(right, reach.Counting{Side: reach.OwnSide, On: first}, "7", "0", "0", "0", "7", "0", "0") // it comes by itself: nobody was forgotten
		count(right, reach.Counting{Side: reach.OwnSide}, "7", "0", "2", "0", "4", "0", "1")
		count("be.vt-bim", reach.Counting{Side: reach.OwnSide}, "7", "7", "0", "0", "0", "0", "0")                                                      // one has to ask for it
		for cell, want := range map[reach.Cell]int{reach.NeverReached: 0, reach.ByItself: 8, reach.NotNow: 3, reach.TurnedDown: 2, reach.Received: 0} { // rows of four, two and one families
			rows, err := w.app.Reach.TakeRows(hanne, reach.Behind{Counting: reach.Counting{Side: reach.OwnSide, Right: right}, Cell: cell})
			if err != nil || len(rows.Rows) != want {
				t.Errorf("behind %s stand %d rows, want %d; %v", cell, len(rows.Rows), want, err)
			}
		}
		all, err := w.app.Reach.Take(katrien, reach.Counting{Side: reach.Everyone})
		w.did(err)
		for _, l := range append(all.Lines, all.Months...) {
			hidden := 0
			if l.All.Hidden {
				hidden++
			}
			for cell, c := range l.Cells {
				if c.Hidden {
					hidden++
				} else if c.N > 0 && c.N < 5 {
					t.Errorf("%s of %s is %d", cell, l.Key, c.N)
				}
			}
			if hidden == 1 {
				t.Errorf("one figure of %s is kept back, and is the total less the others", l.Key)
			}
		}
		if _, err := w.app.Reach.TakeRows(katrien, reach.Behind{Counting: reach.Counting{Side: reach.Everyone, Right: right}}); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("rows behind the figures of all: %v", err)
		}
		if own, err := w.app.Reach.Take(katrien, reach.Counting{Side: reach.OwnSide}); err != nil || len(own.Lines) != 0 {
			t.Errorf("an organisation without files counts %+v, %v", own.Lines, err)
		}

		h := w.as("leuven", "hanne")
		h.sees("GET /reach", nil, 200, "Wie we bereiken")
		h.sees("GET /reach/figures", nil, 200, "Groeipakket - basisbedrag", "Nooit bereikt", "Waarom niet", "Het gezin wil het niet", "er ontbrak een papier")
		h.misses("GET /reach/figures", "Elke reden kwam")
		h.sees("GET /reach/figures?right="+right, nil, 200, "Leuven", "Kortenaken")
		h.sees("GET /reach/figures?right="+right+"&place=24062", nil, 200, "Buurt", "3000 Leuven")
		h.misses("GET /reach/figures?right="+right+"&place=24062", "Kortenaken")
		h.sees("GET /reach/figures?right="+right+"&place=99999", nil, 404)
		near, err := w.app.Reach.TakeRows(hanne, reach.Behind{Counting: reach.Counting{Side: reach.OwnSide, Right: right, Municipality: "24062"}, Neighbourhood: "3000"})
		if err != nil || len(near.Rows) != 8 {
			t.Errorf("in the neighbourhood stand %d rows, want those of four families; %v", len(near.Rows), err)
		}
		h.sees("GET /reach/figures/rows?right="+right+"&cell=refused", nil, 200, "Zephyrine Maes", "Geweigerd")
		h.sees("GET /reach/figures?on=2031-01-01", nil, 422, "Kies vandaag of een dag die voorbij is")
		k := w.as("leuven", "katrien")
		k.sees("GET /reach/figures?side=all", nil, 200, "*", "Kleine getallen tonen we niet", "Elke reden kwam bij te weinig gezinnen voor")
		k.sees("GET /reach/figures?side=all&right="+right, nil, 200, "te weinig gezinnen om per gemeente")
		k.sees("GET /reach/figures", nil, 200, "Kleine getallen tonen we niet") // her organisation has no family: she sees those of all
		k.sees("GET /reach/figures?side=own", nil, 200, "Er valt nog niets te tellen")
		k.misses("GET /reach/figures?side=all", "Zephyrine", "/reach/figures/rows")
		k.sees("GET /reach/figures/rows?side=all&right="+right, nil, 403)
		w.as("leuven", "aicha").sees("GET /reach/figures", url.Values(nil), 403)
	})
}

// Of a right in one municipality the figures are told by neighbourhood; one of
// whom nobody may know where it lives is in none. What is too small is kept back
// there too, with another, since the figure of the municipality is shown.
func TestANeighbourhoodShowsNobody(t *testing.T) {
	onEachEngine(t, func(w *world) {
		leuven := w.towns["leuven"]
		katrien := leuven.As(w.Context(), "katrien")
		const right = "be.vt-bim"
		today := kernel.InstantOf(w.clock()).Date()
		w.did(w.db.Write(w.Context(), func(q db.Querier) error {
			for near, n := range map[string]int{"3000": 5, "3001": 7, "3010": 6, "": 1} {
				for range n {
					id := kernel.NewID()
					if _, err := q.ExecContext(w.Context(), `INSERT INTO reach_right (alliance, id, family, right_id, person, municipality, neighbourhood, stage, why, until, comes, year_cents, found_on, ended_on, closes_on)
						VALUES ($1, $2, $3, $4, '', '24062', $5, 'unreached', '', '', FALSE, 0, $6, '', '')`, leuven.ID, id, kernel.NewID(), right, near, today); err != nil {
						return err
					}
					if _, err := q.ExecContext(w.Context(), `INSERT INTO reach_step (alliance, line, since, stage, why) VALUES ($1, $2, $3, 'unreached', '')`, leuven.ID, id, today); err != nil {
						return err
					}
				}
			}
			return nil
		}))
		take, err := w.app.Reach.Take(katrien, reach.Counting{Side: reach.Everyone, Right: right, Municipality: "24062"})
		w.did(err)
		if take.In.All.N != 19 || take.Kept || len(take.Months)+len(take.Reasons) != 0 {
			t.Fatalf("of the municipality is told: %+v", take)
		}
		shown := map[string]int64{}
		for _, l := range take.Lines {
			if !l.All.Hidden {
				shown[l.Key] = l.All.N
			}
		}
		if len(take.Lines) != 4 || !maps.Equal(shown, map[string]int64{"3001": 7, "3010": 6}) {
			t.Errorf("by neighbourhood %v is shown: what is kept back is the difference", shown)
		}
		if few, err := w.app.Reach.Take(katrien, reach.Counting{Side: reach.Everyone, Right: right, Municipality: "11002"}); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("of a municipality with nobody: %+v, %v", few, err)
		}
		k := w.as("leuven", "katrien")
		k.sees("GET /reach/figures?side=all&right="+right+"&place=24062", nil, 200, "3010", "buurt niet bekend, of afgeschermd", "*")
		k.sees("GET /reach/figures?side=all&right="+right, nil, 200, "Leuven", "19")
	})
}

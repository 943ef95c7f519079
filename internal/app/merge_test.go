package app_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// whose is which family each claim and referral of two files is of, for whom
// and how far, and who reads which file.
func (w *world) whose(kept, gone kernel.ID) (lines []string) {
	w.Helper()
	err := w.db.Read(context.Background(), func(q db.Querier) error {
		for _, query := range []string{
			`SELECT 'claim ' || id, family, person || ' ' || state || ' ' || deadline || ' ' || reason FROM claim WHERE family IN ($1, $2)`,
			`SELECT 'referral ' || id, family, state FROM referral WHERE family IN ($1, $2)`,
			`SELECT 'reads ' || holder, object, relation FROM policy_relation WHERE object IN ($1, $2)`,
		} {
			rows, err := q.QueryContext(context.Background(), query, kept, gone)
			if err != nil {
				return err
			}
			for rows.Next() {
				var what, family, more string
				if err := rows.Scan(&what, &family, &more); err != nil {
					return err
				}
				lines = append(lines, fmt.Sprint(what, " ", family, " ", more))
			}
			rows.Close()
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

// Two colleagues each opened a file of one family. One of them makes one file
// of the two: claims and referrals come along, and go back when she undoes it.
func TestTwoFilesOfOneFamily(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, bram, omar := w.as("leuven", "aicha"), w.as("leuven", "bram"), w.as("leuven", "omar")
		town := w.towns["leuven"]
		first := aicha.opens(peeters())
		again := peeters()
		again.Set("applicant.last", "Peters")
		again.Set("anyway", "yes")
		again.Set("address.street", "Diestsesteenweg")
		status, body, path := bram.asks("POST /families/new", again)
		m := idIn.FindStringSubmatch(path)
		if status != 200 || m == nil {
			t.Fatalf("the second file does not open: %d\n%s", status, plain(body))
		}
		other := m[0]
		kept, gone := familyOf(t, first), familyOf(t, other)
		child := w.fileOf(other, "bram").Persons[1].ID
		for _, c := range []struct {
			who    string
			family kernel.ID
			in     rights.New
		}{
			{"aicha", kept, rights.New{Right: "be.leefloon"}}, {"bram", gone, rights.New{Right: "be.leefloon"}},
			{"bram", gone, rights.New{Right: "be.groeipakket", Person: child}},
		} {
			_, err := w.app.Rights.Claim(town.As(t.Context(), c.who), c.family, c.in)
			if err != nil && c.in.Person == "" {
				t.Fatal(err)
			}
		}
		mine, err := w.app.Rights.Claims(town.As(t.Context(), "bram"), rights.Query{Family: gone})
		if err != nil || len(mine.Rows) == 0 {
			t.Fatal(err)
		}
		for _, c := range mine.Rows {
			if c.Right == "be.leefloon" {
				if _, err := w.app.Rights.Apply(town.As(t.Context(), "bram"), c.ID, c.Version, "2026-11-20", ""); err != nil {
					t.Fatal(err)
				}
			}
		}
		sent, err := w.app.Referrals.Send(town.As(t.Context(), "bram"), referrals.NewReferral{To: town.Orgs["lampeke"].ID, Family: gone,
			Why: "Zoekt een speelplek.", Told: referrals.Told{How: referrals.Spoken, On: "2026-11-23", Agrees: true}})
		if err == nil {
			_, err = w.app.Referrals.Accept(town.As(t.Context(), "omar"), sent.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		omar.sees("GET "+other, nil, 200, "Peters")
		before := w.whose(kept, gone)

		aicha.sees("GET "+first, nil, 200, "Twee dossiers van één gezin")
		aicha.sees("GET "+first+"/merge", nil, 200, "Nummer of adres van het andere dossier")
		aicha.sees("GET "+first+"/merge?with=nergens", nil, 422, "U werkt aan geen ander dossier met dit nummer")
		aicha.sees("GET "+first+"/merge?with="+string(kernel.NewID()), nil, 422, "U werkt aan geen ander dossier met dit nummer")
		aicha.sees("GET "+first+"/merge?with="+string(kept), nil, 422, "Dit is hetzelfde dossier")
		aicha.sees("GET "+first+"/merge?with="+url.QueryEscape("https://example.be"+other), nil, 200, "Wie is wie?", "Achternaam – Fatima Peeters",
			"Peters", "Adres", "Diestsesteenweg 1, 3000", "U kunt dit 30 dagen lang ongedaan maken")
		both, err := w.app.Families.Compare(town.As(t.Context(), "aicha"), kept, gone, nil)
		if err != nil || len(both.Same) != 3 {
			t.Fatalf("%+v, %v", both.Same, err)
		}
		send := url.Values{"with": {string(gone)}, "kept": {fmt.Sprint(both.Kept.Version)}, "gone": {fmt.Sprint(both.Gone.Version)}, "do": {"join"}}
		for g, k := range both.Same {
			send.Set("same."+string(g), string(k))
		}
		aicha.sees("POST "+first+"/merge", send, 422, "Kies welke van de twee klopt")
		for _, d := range both.Differences {
			send.Set("choose."+d.Field, string(families.InGone))
		}
		send.Set("do", "look")
		aicha.sees("POST "+first+"/merge", send, 200, "Wie is wie?")
		send.Set("do", "join")
		old := url.Values{}
		for k, v := range send {
			old[k] = v
		}
		old.Set("kept", "1")
		if both.Kept.Version != 1 {
			aicha.sees("POST "+first+"/merge", old, 409)
		}
		aicha.sees("POST /drafts", url.Values{"form": {other + "/notes"}, "page": {other + "/notes"}, "typed": {"text=Nog+niet+verstuurd"}, "who": {aicha.post()}}, 204)
		aicha.sees("POST "+first+"/merge", send, 200, "Het is nu één dossier", "Fatima Peters", "Diestsesteenweg 1", "Dit dossier kwam uit twee dossiers")
		aicha.sees("GET "+other, nil, 200, "Dat dossier hoort nu bij dit dossier", "Fatima Peters")
		_, notes, _ := aicha.asks("GET "+first+"/notes", nil)
		_, draft, found := strings.Cut(notes, "/notes?draft=")
		draft, _, _ = strings.Cut(draft, `"`)
		if !found {
			t.Errorf("what was being typed in the other file is gone:\n%s", plain(notes))
		}
		aicha.sees("GET "+first+"/notes?draft="+draft, nil, 200, "Nog niet verstuurd")
		aicha.sees("POST /drafts/"+draft+"/drop", url.Values{}, 200)
		omar.sees("GET "+first, nil, 200, "Fatima Peters")
		omar.sees("GET "+other, nil, 404)
		all, err := w.app.Rights.Claims(town.As(t.Context(), "aicha"), rights.Query{Family: kept})
		if err != nil || !slices.ContainsFunc(all.Rows, func(c rights.Row) bool { return c.Right == "be.leefloon" && c.State == rights.Applied }) ||
			slices.ContainsFunc(all.Rows, func(c rights.Row) bool { return c.Right == "be.leefloon" && c.State == rights.ToApply }) {
			t.Errorf("claims: %+v, %v", all.Rows, err)
		}
		w.later(time.Hour)
		merges, err := w.app.Families.Merges(town.As(t.Context(), "aicha"), kept)
		if err != nil || len(merges) != 1 {
			t.Fatal(merges, err)
		}
		aicha.sees("POST "+first+"/merge/"+string(merges[0].ID), nil, 200, "Het zijn weer twee dossiers", "Fatima Peeters", "Bondgenotenlaan 1")
		if after := w.whose(kept, gone); !slices.Equal(after, before) {
			t.Errorf("before\n%s\nand after\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
		}
		omar.sees("GET "+other, nil, 200, "Fatima Peters")
		omar.sees("GET "+first, nil, 404)
	})
}

// withFamily says of every table that holds the number of a family what becomes
// of its rows when two files become one.
var withFamily = map[string]string{
	"draft":             "come along, for their writer, under the key of the file that stays",
	"family_person":     "come along, or are matched",
	"family_fact":       "come along with source and day",
	"family_carer":      "who is new joins the team",
	"family_event":      "come along",
	"family_twin":       "stay: pairs for the privacy officer, who settles them",
	"finding":           "stay: what was found is found anew",
	"finding_look":      "stay: what was told of the file as it was, to be told again",
	"finding_round":     "stay: what was found is found anew",
	"claim":             "come along; of two for one right the further goes on",
	"claim_merge":       "are what undoing needs",
	"voucher_grant":     "come along; who was given the same in both keeps both",
	"depot_request":     "come along; the depot sees no difference",
	"loan_borrower":     "come along, with what they have on loan; the lender sees no difference",
	"referral":          "come along, with the receiver's reading",
	"own_code":          "end: new ones are given by who looks anew",
	"own_visit":         "end",
	"own_message":       "come along",
	"own_step":          "come along",
	"handout_booking":   "come along, and the names by which they are called",
	"sharing_decision":  "stay: of both together nobody decided yet",
	"sharing_objection": "hold for both",
	"sharing_emergency": "stay: it was opened for some minutes, and is judged by its number",
	"sharing_delay":     "hold for both",
	"reach_right":       "come along where the care team waits with them; the rest is found anew",
	"reach_merge":       "is what undoing needs",
	"reach_family":      "ends: the house looks anew",
	"register_match":    "stay: the list was compared with the files as they were",
	"register_entry":    "come along",
	"reach_turn":        "end: they are reckoned anew",
	"retention_hold":    "end: a file that went into another is closed no more",
	"payment_payee":     "comes along, and goes back when the files part",
	"home_side":         "comes along, unless it is of the very same child: then the two are not joined",
	"vault_key":         "stays, as long as the other: older backups",
	"vault_entry":       "are sealed anew with the other key",
	"vault_token":       "are made anew",
}

func TestNoTableOfAFamilyIsForgottenWhenFilesBecomeOne(t *testing.T) {
	onEachEngine(t, func(w *world) {
		tables, err := w.db.Schema(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range tables {
			for _, c := range table.Columns {
				if c.Name == "family" && withFamily[table.Name] == "" {
					t.Errorf("%s holds the number of a family: say in withFamily what becomes of it when two files become one, and do it", table.Name)
				}
			}
		}
	})
}

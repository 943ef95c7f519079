package rights_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/rules"
)

// more is a basic amount of 250 euros.
func more() []rules.Override {
	return []rules.Override{{Right: basis, Parameter: "basic", Value: "250"}}
}

// What is counted over all families says what a count at once says, also when
// the rules changed halfway; a count of somebody else is nobody's.
func TestACountOverAllSaysWhatACountAtOnceSays(t *testing.T) {
	inTown(t, func(w town) {
		for i := range 12 {
			w.noor = w.open(fmt.Sprint("Noor ", i), "2024-08-02")
			w.tell("", "all_may_stay", "true")
			w.tell("", "all_live_here", "true")
		}
		want := must(w.WhatIf(w.katrien, more(), kernel.NL))
		if want.All.More != 10 {
			t.Fatalf("a count at once says %+v", want)
		}
		first := must(w.BeginTrial(w.katrien, basis, more()))
		id := must(w.BeginTrial(w.katrien, basis, more()))
		_, err := w.TrialOf(w.katrien, first, kernel.NL)
		wants(t, "a count that another took the place of", err, "not_found trial")
		if before := must(w.TrialOf(w.katrien, id, kernel.NL)); before.Share() != 0 || before.EndedAt != "" {
			t.Errorf("before it began: %+v", before)
		}
		// It was halfway, by rules that are no longer those.
		w.does(`UPDATE whatif_trial SET edition = 'before', looked = 7, families = 99, after = 'f', counts = '{"all":{"3000":{"Families":7,"Gain":7}}}' WHERE id = $1`, id)
		if n := must(w.TrialOf(w.katrien, id, kernel.NL)).Share(); n != 7 {
			t.Errorf("seven of 99 are %d %%", n)
		}
		payload := must(json.Marshal(id))
		for range 2 { // doing it twice is as good as once
			if err := w.Count(context.Background(), job.Job{Alliance: w.alliance, Payload: payload}); err != nil {
				t.Fatal(err)
			}
			w.later(time.Minute)
		}
		got := must(w.TrialOf(w.katrien, id, kernel.NL))
		if got.EndedAt == "" || got.Looked != 13 || got.Families != 13 || got.Share() != 100 {
			t.Errorf("after it was counted: %+v", got)
		}
		if !reflect.DeepEqual(got.Prospect, want) {
			t.Errorf("counted are\n%+v, at once\n%+v", got.Prospect, want)
		}
		if n := w.count(`SELECT count(*) FROM whatif_trial WHERE counts <> '' OR after <> ''`); n != 0 {
			t.Error("counts that are not rounded are kept")
		}
		other := act.As(context.Background(), policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Org: w.ocmw, Roles: []policy.Role{policy.Coordinator}})
		_, err = w.TrialOf(other, id, kernel.NL)
		wants(t, "another coordinator", err, "not_found trial")
		_, err = w.BeginTrial(w.aicha, basis, more())
		wants(t, "a caseworker", err, "forbidden role")
		_, err = w.BeginTrial(w.katrien, basis, []rules.Override{{Right: basis, Parameter: "basic", Value: "184.62"}})
		if err != nil {
			wants(t, "numbers that change nothing", err, "invalid whatif.same")
		}
	})
}

// A right that is being written is counted over all families too, as it is over
// the first ones at once; what was filled in is there to go on with.
func TestAWrittenRightIsCountedOverAll(t *testing.T) {
	inTown(t, func(w town) {
		for i := range 12 {
			w.open(fmt.Sprint("Noor ", i), "2024-08-02")
		}
		text := func(s string) kernel.Text { return kernel.Text{NL: s, FR: s + " fr", DE: s + " de", EN: s + " en"} }
		edit := programmes.LocalEdit{Version: 3, Wish: programmes.Wish{Names: text("Luiers"), Summary: text("Voor luiers"), How: text("Vraag het"), Child: true, AgeBelow: "3",
			Amount: "70.50", Per: "year", Authority: "OCMW", From: "2026-01-01", Address: "https://www.example.org/luiers", Decided: "2025-12-01"}}
		weighed := must(w.Programmes.Weigh(w.katrien, edit.Wish))
		want := must(w.Try(w.katrien, weighed.Rules, weighed.Right))
		if want.Certain != 15 || want.Looked != 15 {
			t.Fatalf("a count at once says %+v", want)
		}
		id := must(w.BeginTally(w.katrien, edit, weighed))
		w.does(`UPDATE whatif_trial SET edition = 'before', looked = 7, after = 'f', counts = '{"Certain":7,"Looked":7}' WHERE id = $1`, id)
		for range 2 {
			if err := w.Count(context.Background(), job.Job{Alliance: w.alliance, Payload: must(json.Marshal(id))}); err != nil {
				t.Fatal(err)
			}
		}
		got := must(w.TrialOf(w.katrien, id, kernel.NL))
		if got.EndedAt == "" || got.Tally != want || got.Names.NL != "Luiers" || !reflect.DeepEqual(*got.Written, edit) {
			t.Errorf("counted are %+v of %+v, at once %+v", got.Tally, got.Written, want)
		}
		if n := w.count(`SELECT count(*) FROM whatif_trial WHERE counts <> '' OR after <> ''`); n != 0 {
			t.Error("counts that are not rounded are kept")
		}
		_, err := w.BeginTally(w.aicha, edit, weighed)
		wants(t, "a caseworker", err, "forbidden role")
		_, err = w.BeginTally(w.katrien, edit, programmes.Weighed{})
		wants(t, "a rule that cannot be read", err, "invalid localright.remarks")
	})
}

// Families are counted where they live, by the names that people use; of those
// of whom nobody may know it, nothing is told.
func TestNeighbourhoodsAreCountedByTheirPostalCode(t *testing.T) {
	inTown(t, func(w town) {
		for i := range 12 {
			code := []kernel.PostalCode{"3000", "3010"}[i%2]
			w.noor = w.open(fmt.Sprint("Noor ", i), "2024-08-02")
			w.does(`UPDATE family SET postal_code = $1 WHERE id = $2`, code, w.noor)
			w.tell("", "all_may_stay", "true")
			w.tell("", "all_live_here", "true")
		}
		hidden := w.open("Noor in hiding", "2024-08-02")
		w.does(`UPDATE family SET confidential = $1 WHERE id = $2`, true, hidden)
		p := must(w.WhatIf(w.katrien, more(), kernel.NL))
		var names []string
		for _, h := range p.Homes {
			names = append(names, fmt.Sprint(h.Name, " ", h.More))
		}
		if want := []string{" 0", "3000 Leuven 5", "3010 Kessel Lo 5"}; !reflect.DeepEqual(names, want) {
			t.Errorf("by neighbourhood: %q, want %q", names, want)
		}
	})
}

// BenchmarkWhatIf is a change on some hundreds of families beside one look at
// them by the same right.
func BenchmarkWhatIf(b *testing.B) {
	w := newTown(b, dbtest.Open(b, dbtest.SQLite(b), modules...))
	for i := range 400 {
		w.open(fmt.Sprint("Noor ", i), "2024-08-02")
	}
	b.Run("one look", func(b *testing.B) {
		for b.Loop() {
			must(w.Try(w.katrien, law(), basis))
		}
	})
	b.Run("what if", func(b *testing.B) {
		for b.Loop() {
			must(w.WhatIf(w.katrien, more(), kernel.NL))
		}
	})
}

package rights_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/rules"
)

// amended is the law of these tests after somebody wrote another basic amount
// into a pack, as the next version of the program would bring it.
func amended(t *testing.T) *rules.Library {
	t.Helper()
	files := law().Files()
	const name = "vl/groeipakket-basis.yaml"
	changed := bytes.ReplaceAll(files[name], []byte("value: 184.62"), []byte("value: 199.99"))
	if bytes.Equal(changed, files[name]) {
		t.Fatal("the pack has no amount of 184.62 any more")
	}
	files[name] = changed
	return must(rules.Again(files))
}

// What was found once is found again, to the letter, with the packs and the
// facts of then, whatever became of both; and whoever changed either is found
// out.
func TestAFindingIsFoundAgainWhenThePacksAreOthers(t *testing.T) {
	inTown(t, func(w town) {
		w.tell("", "all_may_stay", "true")
		w.tell("", "all_live_here", "true")
		found := must(w.Find(w.aicha, w.noor, kernel.FR))
		was := must(json.Marshal(found.Finding(basis)))
		w.later(24 * time.Hour)
		must(w.Find(w.aicha, w.noor, kernel.NL)) // nothing new: no look is kept

		w.Programmes = &programmes.Service{Acts: w.Acts, Members: w.Programmes.Members, Library: w.Programmes.Library, Law: amended(t)}
		w.Service.Packs = "0123456789abcdef" // Fingerprint of other files
		w.later(24 * time.Hour)
		now := must(w.Find(w.aicha, w.noor, kernel.NL))
		if got := now.Finding(basis).Amounts[0].Value; got != "199.99" {
			t.Fatalf("by the packs of now it is %s", got)
		}
		looks := looksOf(w, basis)
		if len(looks) != 2 || looks[1].Status != rules.Entitled || looks[0].As || looks[1].On != "2026-03-02" || looks[0].Edition == looks[1].Edition {
			t.Fatalf("kept are %+v", looks)
		}
		then := must(w.Again(w.aicha, w.noor, looks[1].ID, basis, kernel.DE))
		if !then.Same || !bytes.Equal(then.Answer, was) {
			t.Errorf("found again (the same: %v):\n%s\nwant\n%s", then.Same, then.Answer, was)
		}
		if x := then.Found.Finding(basis); x == nil || x.Amounts[0].Value != "184.62" || x.Name != found.Rules.Right(basis).Names.DE || then.Found.On != "2026-03-02" {
			t.Errorf("in the language of the reader: %+v", x)
		}
		for _, x := range found.Result.Rights {
			again := must(w.Again(w.aicha, w.noor, looks[1].ID, x.ID, kernel.NL))
			if want := must(json.Marshal(x)); !again.Same || !bytes.Equal(again.Answer, want) {
				t.Errorf("%s is found otherwise alone than among the others:\n%s\nwant\n%s", x.ID, again.Answer, want)
			}
		}

		_, err := w.Again(w.aicha, w.noor, looks[1].ID, "be.nothing", kernel.NL)
		wants(t, "a right of which nothing was said", err, "not_found look")
		_, err = w.Again(w.aicha, w.noor, kernel.NewID(), basis, kernel.NL)
		wants(t, "a look that never was", err, "not_found look")
		_, err = w.Again(w.chloe, w.noor, looks[1].ID, basis, kernel.NL)
		wants(t, "who does not work with the family", err, "not_found object")
		_, _, err = w.Service.Looks(w.katrien, w.noor, basis)
		wants(t, "a coordinator", err, "forbidden role")

		w.does(`UPDATE finding_look SET facts = REPLACE(facts, '"all_may_stay":true', '"all_may_stay":false') WHERE id = $1`, looks[1].ID)
		if other := must(w.Again(w.aicha, w.noor, looks[1].ID, basis, kernel.NL)); other.Same {
			t.Error("facts that were changed since give the same answer")
		}
		w.does(`UPDATE pack_text SET content = REPLACE(content, 'value: 184.62', 'value: 184.63')`)
		if _, err := w.Again(w.aicha, w.noor, looks[1].ID, basis, kernel.NL); err == nil {
			t.Error("a pack that was changed since is taken for the one of then")
		}
	})
}

// An administrator sees which versions of the rules something was found with,
// and in which files they differ; a right that the alliance wrote is among
// them.
func TestTheVersionsOfTheRulesAreListed(t *testing.T) {
	inTown(t, func(w town) {
		admin := act.As(context.Background(), policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.Administrator}})
		if all := must(w.Editions(admin)); len(all) != 0 {
			t.Errorf("before anything was found: %+v", all)
		}
		first := must(w.Find(w.aicha, w.noor, kernel.NL))
		w.later(time.Hour)
		running := must(w.Programmes.List(w.katrien, programmes.Query{States: []programmes.State{programmes.On}})).Rows[0]
		must(w.Programmes.Pause(w.katrien, running.ID))
		must(w.Find(w.aicha, w.noor, kernel.NL))
		all := must(w.Editions(admin))
		if len(all) != 2 || all[1].Name != first.PackVersion || len(all[0].Differ) != 1 || len(all[1].Differ) != 0 || all[0].Short() == all[1].Short() {
			t.Fatalf("the versions are %+v", all)
		}
		files := must(w.EditionFiles(admin, all[1].Name))
		if !slices.Equal(files["be/leefloon.yaml"], law().Files()["be/leefloon.yaml"]) || files[all[0].Differ[0]] == nil {
			t.Errorf("the files of %s are %d", all[1].Name, len(files))
		}
		_, err := w.EditionFiles(admin, "another")
		wants(t, "a version that never was", err, "not_found edition")
		_, err = w.Editions(w.aicha)
		wants(t, "a caseworker", err, "forbidden role")
	})
}

// What was found is kept once, however many look at the same moment, and goes
// with the family.
func TestTheFactsOfThenGoWithTheFamily(t *testing.T) {
	inTown(t, func(w town) {
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() { must(w.Find(w.aicha, w.noor, kernel.NL)) })
		}
		wg.Wait()
		const kept = `SELECT count(*) FROM finding_look WHERE family = $1`
		if n := w.count(kept, w.noor); n != 1 {
			t.Errorf("a hundred who look at once keep %d looks", n)
		}
		if err := w.Families.Forget(w.dirk, w.noor, families.EraseReasons[0]); err != nil {
			t.Fatal(err)
		}
		if n := w.count(kept, w.noor); n != 0 {
			t.Errorf("of an erased family %d looks are left", n)
		}
	})
}

func looksOf(w town, right string) []rights.Look {
	_, all, err := w.Service.Looks(w.aicha, w.noor, right)
	return must(all, err)
}

// does changes the database behind the back of the house.
func (w town) does(statement string, args ...any) {
	w.t.Helper()
	err := w.db.Write(context.Background(), func(q db.Querier) error {
		_, err := q.ExecContext(context.Background(), statement, args...)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

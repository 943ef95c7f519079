package families_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func told(person kernel.ID, key, value string) families.Fact {
	return families.Fact{Person: person, Key: key, Value: json.RawMessage(value), Source: families.Told}
}

func TestFactsAreKnownFromTheDayTheyHold(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		mother := must(w.Read(w.aicha, f.ID, families.ForCare)).Persons[0].ID
		must(w.RecordFacts(w.aicha, f.ID, 0, []families.Fact{told(mother, "net_income_month", `"1200.00"`), told("", "rent", `"650.00"`)}))
		w.later(time.Hour)
		raise := told(mother, "net_income_month", `"1500.00"`)
		raise.ValidFrom = "2026-11-01"
		must(w.RecordFacts(w.bram, f.ID, 0, []families.Fact{raise}))

		file := must(w.Read(w.aicha, f.ID, families.ForCare))
		for day, want := range map[kernel.Date]string{"2026-10-31": `"1200.00"`, "2026-11-01": `"1500.00"`, "2026-12-01": `"1500.00"`} {
			i := slices.IndexFunc(file.FactsOn(day), func(x families.Fact) bool { return x.Key == "net_income_month" })
			if got := file.FactsOn(day)[i]; string(got.Value) != want {
				t.Errorf("on %s she earned %s, want %s", day, got.Value, want)
			}
		}
		x, _ := file.Fact(mother, "net_income_month")
		if x.RecordedBy != w.person(w.bram) || x.RecordedOrg != w.ocmw || x.Source != families.Told || x.SupersededAt != "" {
			t.Errorf("fact %+v, want who said so and how", x)
		}

		w.later(time.Hour)
		wrong := told(mother, "net_income_month", `"1450.00"`)
		wrong.Source = families.Document
		must(w.RecordFacts(w.aicha, f.ID, 0, []families.Fact{wrong}))
		history := must(w.FactHistory(w.aicha, f.ID, mother, "net_income_month"))
		var values []string
		for _, x := range history {
			values = append(values, string(x.Value))
		}
		if !slices.Equal(values, []string{`"1450.00"`, `"1500.00"`, `"1200.00"`}) || history[1].SupersededAt == "" || history[2].SupersededAt == "" {
			t.Errorf("history %v, want all that was ever said, the newest first", values)
		}
		if file := must(w.Read(w.aicha, f.ID, families.ForCare)); len(file.FactsOn("2026-01-01")) != 5 {
			t.Errorf("of January is known %+v", file.FactsOn("2026-01-01"))
		}

		must(w.RecordFacts(w.aicha, f.ID, 0, []families.Fact{told(mother, "net_income_month", `null`)}))
		if _, ok := must(w.Read(w.aicha, f.ID, families.ForCare)).Fact(mother, "net_income_month"); ok {
			t.Error("what no longer holds is still known")
		}
	})
}

func TestFactsAreRecordedAllOrNone(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		file := must(w.Read(w.aicha, f.ID, families.ForCare))
		mother, child, unborn := file.Persons[0].ID, file.Persons[1].ID, file.Persons[2].ID
		rent := told("", "rent", `"650.00"`)
		late := rent
		late.ValidFrom, late.ValidTo = "2026-03-01", "2026-02-01"
		nowhere := rent
		nowhere.Source = "hearsay"
		for name, tt := range map[string]struct {
			fact families.Fact
			want string
			at   string
		}{
			"a fact that there is not":         {told("", "shoe_size", `38`), "invalid family.fact_unknown", "shoe_size"},
			"a fact of a person of the family": {told("", "net_income_month", `"1.00"`), "invalid family.fact_unknown", "net_income_month"},
			"an answer of another kind":        {told(mother, "net_income_month", `true`), "invalid family.fact_value", string(mother) + ".net_income_month"},
			"somebody of another family":       {told(kernel.NewID(), "works", `true`), "invalid family.person", ""},
			"a birth tomorrow":                 {told(child, "birth_date", `"2026-11-24"`), "invalid family.birth", string(child) + ".birth_date"},
			"a birth of an unborn child":       {told(unborn, "birth_date", `"2026-11-01"`), "invalid family.birth_unborn", string(unborn) + ".birth_date"},
			"a due date of a born child":       {told(child, "due_date", `"2027-01-01"`), "invalid family.due_born", string(child) + ".due_date"},
			"a period that ends before":        {late, "invalid family.fact_period", "rent"},
			"a source that there is not":       {nowhere, "invalid family.source", "rent"},
		} {
			_, err := w.RecordFacts(w.aicha, f.ID, 0, []families.Fact{told("", "tenure", `"tenant"`), tt.fact})
			wants(t, name, err, tt.want)
			if fault, ok := errors.AsType[*kernel.Fault](err); ok && tt.at != "" && fault.Field != tt.at {
				t.Errorf("%s: at %q, want %q", name, fault.Field, tt.at)
			}
		}
		_, err := w.RecordFacts(w.aicha, f.ID, 0, []families.Fact{rent, rent})
		wants(t, "the same fact twice", err, "invalid family.fact_twice")
		_, err = w.RecordFacts(w.aicha, f.ID, 0, nil)
		wants(t, "nothing", err, "invalid family.facts")
		if _, ok := must(w.Read(w.aicha, f.ID, families.ForCare)).Fact("", "tenure"); ok {
			t.Error("half of what was refused is kept")
		}
	})
}

func TestWhoWritesOverWhatSomebodyElseSaidSinceIsTold(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		began := f.FactsVersion
		g := must(w.RecordFacts(w.bram, f.ID, began, []families.Fact{told("", "rent", `"650.00"`)}))
		if g.FactsVersion != began+1 || g.Version != f.Version+1 {
			t.Errorf("version %d.%d, want one more than %d.%d", g.Version, g.FactsVersion, f.Version, f.FactsVersion)
		}
		_, err := w.RecordFacts(w.aicha, f.ID, began, []families.Fact{told("", "rent", `"700.00"`), told("", "tenure", `"tenant"`)})
		wants(t, "another rent", err, "conflict stale")
		if fault, ok := errors.AsType[*kernel.Fault](err); !ok || len(fault.More) != 1 || fault.More[0].Field != "rent" {
			t.Errorf("%v, want the rent named", err)
		}
		_, err = w.RecordFacts(w.aicha, f.ID, began, []families.Fact{told("", "tenure", `"tenant"`)})
		wants(t, "something else", err, "")
		_, err = w.RecordFacts(w.aicha, f.ID, began, []families.Fact{told("", "rent", `"650.00"`)})
		wants(t, "the same", err, "")
		if history := must(w.FactHistory(w.aicha, f.ID, "", "rent")); len(history) != 1 {
			t.Errorf("what was said twice on one day stands there %d times", len(history))
		}
	})
}

func TestOnlyWhatChangesIsTold(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		*w.told = nil
		must(w.RecordFacts(w.aicha, f.ID, 0, []families.Fact{told("", "tenure", `"tenant"`), told("", "rent", `"650.00"`)}))
		w.later(48 * time.Hour)
		again := must(w.RecordFacts(w.aicha, f.ID, 0, []families.Fact{told("", "rent", `"650.00"`)}))
		if len(*w.told) != 1 || !slices.Equal((*w.told)[0].(families.FactsChanged).Keys, []string{"rent", "tenure"}) {
			t.Errorf("told %+v, want the first two once", *w.told)
		}
		x, _ := must(w.Read(w.aicha, f.ID, families.ForCare)).Fact("", "rent")
		if x.RecordedAt.Date() != "2026-11-25" || again.FactsVersion != x.Version {
			t.Errorf("%+v, want the day on which it was last confirmed", x)
		}
	})
}

func TestAHundredWorkersRecordFactsAtOnce(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		const workers = 100
		var wg sync.WaitGroup
		failed := make(chan error, workers)
		for i := range workers {
			wg.Go(func() {
				x := told("", "rent", fmt.Sprintf(`"%d.00"`, 500+i))
				if i%2 == 0 {
					x.ValidFrom = kernel.DateOf(2026, 1, 1+i) // disjoint beginnings: none replaces another wholly
				}
				if _, err := w.RecordFacts(w.aicha, f.ID, 0, []families.Fact{x}); err != nil {
					failed <- err
				}
			})
		}
		wg.Wait()
		close(failed)
		for err := range failed {
			t.Error(err)
		}
		history := must(w.FactHistory(w.aicha, f.ID, "", "rent"))
		seen := map[string]bool{}
		for _, x := range history {
			seen[string(x.Value)] = true
		}
		file := must(w.Read(w.aicha, f.ID, families.ForCare))
		if len(seen) != workers || file.FactsVersion != 1+workers || w.records(f.ID)["family.change"] != workers {
			t.Errorf("%d values, version %d, %d records; want %d of each", len(seen), file.FactsVersion, w.records(f.ID)["family.change"], workers)
		}
	})
}

func TestTheCaseHoldsWhatRulesMaySee(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		file := must(w.Read(w.aicha, f.ID, families.ForCare))
		p := file.Persons
		must(w.RecordFacts(w.aicha, f.ID, 0, []families.Fact{told(p[0].ID, "works", `true`), told("", "rent", `"650.00"`)}))
		must1(t, w.Left(w.aicha, f.ID, p[1].ID, "2026-11-20", families.LeftMoved))
		file = must(w.Read(w.aicha, f.ID, families.ForCare))
		for day, want := range map[kernel.Date]string{
			"2026-11-23": fmt.Sprintf(`{"date":"2026-11-23","family":{"municipality":"24054","rent":"650.00"},"persons":[`+
				`{"birth_date":"1996-05-17","id":"%s","role":"applicant","works":true},{"due_date":"2027-02-10","id":"%s","role":"unborn"}]}`, p[0].ID, p[2].ID),
			"2026-11-19": fmt.Sprintf(`{"date":"2026-11-19","family":{"municipality":"24054","rent":"650.00"},"persons":[`+
				`{"birth_date":"1996-05-17","id":"%s","role":"applicant","works":true},{"due_date":"2027-02-10","id":"%s","role":"unborn"},`+
				`{"birth_date":"2024-03-01","id":"%s","role":"child"}]}`, p[0].ID, p[2].ID, p[1].ID),
		} {
			if got := string(must(file.Case(day))); got != want {
				t.Errorf("case of %s:\n got %s\nwant %s", day, got, want)
			}
		}
	})
}

func must1(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

package programmes

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/rules"
)

// rulesFor is the ruleset that a caseworker would evaluate with.
func (w *town) rulesFor(ctx context.Context) (set *Ruleset) {
	w.t.Helper()
	err := w.Acts.Look(ctx, func(a *act.Act) (err error) {
		a.Filter("programme.read", "id", 1)
		set, err = w.RulesIn(ctx, a)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return set
}

// finding is what a ruleset says about the right to an offer, for a mother in Leuven with a child born on a day.
func (w *town) finding(set *Ruleset, programme kernel.ID, offer, born string) (rules.Finding, bool) {
	w.t.Helper()
	c, err := set.Rules.ParseCase([]byte(`{"date":"2026-11-23","family":{"municipality":"24062"},"persons":[
		{"id":"mother","role":"applicant","net_income_month":"1500.00"},{"id":"child","role":"child","birth_date":"` + born + `"}]}`))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range set.Rules.Evaluate(c, rules.Options{Rights: set.Rights()}).Rights {
		if from, local := set.Origin(f.ID); local && from.Programme == programme && slices.Contains(from.Offers, offer) {
			return f, true
		}
	}
	return rules.Finding{}, false
}

func TestAProgrammeThatIsOnAnswersBesideTheLaw(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		before := w.rulesFor(w.aicha)
		if len(before.Rights()) != len(w.Law.Rights()) {
			t.Errorf("%d rights without any programme, the law has %d", len(before.Rights()), len(w.Law.Rights()))
		}
		in := New{Template: "woluwe-school-premium", Partners: []Partner{{w.house, Lead}}, Params: map[string]string{
			"premium_nursery": "45", "premium_primary": "90,50", "premium_secondary": "140", "income_limit": "1500"}}
		p := must(w.SwitchOn(w.katrien, in))
		set := w.rulesFor(w.aicha)
		f, ok := w.finding(set, p.ID, "premium", "2017-05-01")
		if !ok || f.Status != rules.Entitled || len(f.Amounts) != 1 || f.Amounts[0].Value != "90.50" {
			t.Fatalf("found %v, %+v", ok, f)
		}
		if f.Kind != "local" || len(f.Warnings) != 0 {
			t.Errorf("kind %s, warnings %v: the alliance's own amount is certain", f.Kind, f.Warnings)
		}
		if right := set.Rules.Right(f.ID); right.Authority.NL != "Huis van het Kind" {
			t.Errorf("decided by %q, want the alliance's own lead", right.Authority.NL)
		}
		if from, _ := set.Origin(f.ID); !slices.Equal(from.Offers, []string{"premium"}) {
			t.Errorf("it opens %v", from.Offers)
		}
		if other := w.rulesFor(w.elsewhere); len(other.Rights()) != len(w.Law.Rights()) {
			t.Error("another alliance has it too")
		}

		e := edit(p)
		e.Params = map[string]string{"premium_nursery": "45", "premium_primary": "100", "premium_secondary": "140", "income_limit": "1499,99"}
		p = must(w.Change(w.katrien, p.ID, e))
		if f, _ := w.finding(w.rulesFor(w.aicha), p.ID, "premium", "2017-05-01"); f.Status != rules.NotEntitled {
			t.Errorf("a cent above the new limit: %s", f.Status)
		}
		must(w.Pause(w.katrien, p.ID))
		if _, ok := w.finding(w.rulesFor(w.aicha), p.ID, "premium", "2017-05-01"); ok {
			t.Error("a paused programme still answers")
		}
	})
}

func TestWhatTheAllianceLeftOpenIsNotComputed(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		p := must(w.SwitchOn(w.katrien, New{Template: "woluwe-school-premium", Params: map[string]string{
			"premium_nursery": "45", "premium_primary": "90", "premium_secondary": "140"}}))
		f, _ := w.finding(w.rulesFor(w.aicha), p.ID, "premium", "2017-05-01")
		if f.Status != rules.Refer || len(f.Amounts) != 0 {
			t.Errorf("without an income limit: %s %v", f.Status, f.Amounts)
		}
	})
}

func TestADefaultFromABrochureIsShownWithAWarning(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		p := must(w.SwitchOn(w.katrien, New{Template: "leuven-parelcoaching"}))
		set := w.rulesFor(w.aicha)
		for _, r := range set.Rules.Rights() {
			if from, local := set.Origin(r.ID); local && from.Programme == p.ID {
				i := slices.IndexFunc(r.Parameters, func(q *rules.Parameter) bool { return q.Name == "months_after" })
				if v := r.Parameters[i].Values[0]; v.Value != "6" || v.Confidence != "medium" || v.Source != "brochure" {
					t.Errorf("the default is %+v", v)
				}
				return
			}
		}
		t.Error("no right")
	})
}

func TestARunningProgrammeReplacesTheRightOfThePacks(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		const replaced = "loc.kortenaken.babykaart"
		if w.Law.Right(replaced) == nil { // whatever the packs hold today
			const n = `{nl: a, fr: a, de: a, en: a}`
			pack := `{id: ` + replaced + `, kind: local, names: ` + n + `, summary: ` + n + `, authority: ` + n + `, sources: [], in_kind: ` + n + `, apply: {mode: application, how: ` + n + `}}`
			w.Law = must(w.Law.Add("loc/babykaart.yaml", []byte(pack)))
		}
		if !slices.Contains(w.rulesFor(w.aicha).Rights(), replaced) {
			t.Fatal("the packs do not have it")
		}
		p := must(w.SwitchOn(w.katrien, New{Template: "kortenaken-kikaz"}))
		if slices.Contains(w.rulesFor(w.aicha).Rights(), replaced) {
			t.Error("the family would be told the same twice")
		}
		must(w.End(w.katrien, p.ID))
		if !slices.Contains(w.rulesFor(w.aicha).Rights(), replaced) {
			t.Error("after the programme the right of the packs is back")
		}
	})
}

func TestARulesetIsCompiledOnceAndNeverFromWhatWasRolledBack(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		p := must(w.SwitchOn(w.katrien, bikes()))
		set := w.rulesFor(w.aicha)
		if again := w.rulesFor(w.aicha); again != set {
			t.Error("compiled again although nothing changed")
		}
		undone := errors.New("undone")
		err := w.Acts.Do(w.katrien, func(a *act.Act) error {
			stored, err := load(w.katrien, a, w.alliance, p.ID)
			if err != nil {
				return err
			}
			stored.Version, stored.Params["age_to"] = 2, "3"
			if err := save(w.katrien, a, w.alliance, stored); err != nil {
				return err
			}
			if _, err := w.RulesIn(w.katrien, a); err != nil {
				return err
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		e := edit(p)
		e.Params = map[string]string{"price": "12", "age_to": "5"}
		must(w.Change(w.katrien, p.ID, e))
		if f, _ := w.finding(w.rulesFor(w.aicha), p.ID, "bike", "2022-05-01"); f.Status != rules.Entitled {
			t.Errorf("a child of four, below the age of five: %s", f.Status)
		}
	})
}

func TestManyReadersShareARulesetWhileProgrammesChange(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		must(w.SwitchOn(w.katrien, bikes()))
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 3 {
					set := w.rulesFor(w.aicha)
					for _, id := range set.Rights() {
						if set.Rules.Right(id) == nil {
							t.Errorf("no right %s", id)
						}
					}
				}
			})
		}
		wg.Go(func() {
			for range 3 {
				must(w.SwitchOn(w.katrien, bikes()))
			}
		})
		wg.Wait()
		if got, want := len(w.rulesFor(w.aicha).Rights()), len(w.Law.Rights())+4; got != want {
			t.Errorf("%d rights, want %d", got, want)
		}
	})
}

// What a coordinator writes is text, whatever is in it.
func TestTheAlliancesOwnWordsCannotBreakTheRules(t *testing.T) {
	for _, odd := range []string{
		`a "quoted" \ 'word'`, "a line\nand another", "a tab\there", "a\u2028b", "\u0001", "\ufeffx", "a: b # c", "---", "*a &b !c",
		"\\u005b", `\"[`, "{{.x}}", strings.Repeat("[", 200), strings.Repeat(`\"{`, 100),
	} {
		own := kernel.Text{NL: odd, FR: odd, DE: odd, EN: odd}
		template, err := library(t).Template("woluwe-school-premium")
		if err != nil {
			t.Fatal(err)
		}
		m := template.own()
		m.names, m.summary, m.how, m.authority = own, own, own, own
		files := map[string][]byte{}
		for _, r := range template.rights(m) {
			files[r.id+".yaml"] = r.pack
		}
		all, err := law(t).With(must(inMemory(files)))
		if err != nil {
			t.Errorf("%q: %v", odd, err)
			continue
		}
		if got := all.Right("loc.woluwe-school-premium.premium"); got.Summary.FR != odd || got.Apply.How.DE != odd || got.Authority.NL != odd {
			t.Errorf("%q is read as %q", odd, got.Summary.FR)
		}
	}
}

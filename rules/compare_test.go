package rules_test

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

var noon = rules.DateOf(2026, 3, 1)

func changed(t *testing.T, lib *rules.Library, files ...string) *rules.Library {
	t.Helper()
	var c rules.Change
	for i, text := range files {
		if err := c.Read([]string{"one.yaml", "two.yaml"}[i], []byte(text), noon); err != nil {
			t.Fatal(err)
		}
	}
	next, err := lib.Changed(c)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

const moreForMany = `
values:
  - {right: vl.groeipakket.basis, parameter: basic, value: 200}
  - {right: be.leefloon, parameter: month, field: cat3, value: 2500, from: 2026-02-01}
  - {right: vl.huurpremie, parameter: income_limit, field: alone, value: 40000}
`

// What a change does is counted right by right, as one who evaluates every
// family before and after would count it, in whatever pieces the families come.
func TestAComparisonCountsWhatEvaluationFinds(t *testing.T) {
	lib := library(t)
	next := changed(t, lib, moreForMany)
	touched := lib.Touched(next)
	c, err := lib.Compare(next, rules.ScanOptions{Date: noon})
	if err != nil {
		t.Fatal(err)
	}
	type moved struct{ families, gain, lose, more, less, mayGain, mayLose, before, after, cents int64 }
	want := map[string]*moved{}
	var batches []*rules.Batch
	for seed := range uint64(4) {
		b := lib.DrawBatch(seed, 12, 10, noon)
		batches = append(batches, b)
		for family := range b.Len() {
			one, err := lib.ParseCase(inJSON(t, lib, b, family, noon))
			if err != nil {
				continue // cannot be
			}
			two, err := next.ParseCase(inJSON(t, next, b, family, noon))
			if err != nil {
				t.Fatal(err)
			}
			before, after := lib.Evaluate(one, rules.Options{NoNext: true}), next.Evaluate(two, rules.Options{NoNext: true})
			for i := range before.Rights {
				was, is := &before.Rights[i], &after.Rights[i]
				same := was.Status == is.Status && reflect.DeepEqual(sums(was), sums(is))
				if !slices.Contains(touched, was.ID) {
					if !same {
						t.Fatalf("%s answers otherwise and is not among what the change touches", was.ID)
					}
					continue
				}
				m := want[was.ID]
				if m == nil {
					m = &moved{}
					want[was.ID] = m
				}
				m.families++
				had, has := a(t, was), a(t, is)
				m.cents += has - had
				count := func(n *int64, holds bool) {
					if holds {
						*n++
					}
				}
				count(&m.before, was.Status == rules.Entitled)
				count(&m.after, is.Status == rules.Entitled)
				no := func(f *rules.Finding) bool { return f.Status == rules.NotEntitled || f.Status == rules.Refer }
				count(&m.gain, was.Status != rules.Entitled && is.Status == rules.Entitled)
				count(&m.lose, was.Status == rules.Entitled && no(is))
				count(&m.more, was.Status == rules.Entitled && is.Status == rules.Entitled && has > had)
				count(&m.less, was.Status == rules.Entitled && is.Status == rules.Entitled && has < had)
				count(&m.mayGain, no(was) && is.Status == rules.Unknown)
				count(&m.mayLose, was.Status == rules.Entitled && is.Status == rules.Unknown || was.Status == rules.Unknown && no(is))
			}
		}
	}
	var all sync.WaitGroup
	for i, b := range batches {
		all.Go(func() {
			if _, err := c.Add(b, func(family int) string { return []string{"north", "south"}[(family+i)%2] }); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	effects := c.Effects()
	single, err := lib.Compare(next, rules.ScanOptions{Date: noon})
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range batches {
		for family := range b.Len() {
			err := single.AddCase(inJSON(t, lib, b, family, noon), []string{"north", "south"}[(family+i)%2])
			if _, cannot := errors.AsType[*rules.InputError](err); err != nil && !cannot {
				t.Fatal(err)
			}
		}
	}
	for i, e := range single.Effects() {
		if !reflect.DeepEqual(e.All, effects[i].All) || !reflect.DeepEqual(e.Areas, effects[i].Areas) {
			t.Errorf("one by one: %+v, in batches %+v", e.All, effects[i].All)
		}
	}
	if effects[0].Right != nil || len(effects) != len(touched)+1 {
		t.Fatalf("%d effects of %d rights", len(effects), len(touched))
	}
	somebody := int64(0)
	for _, e := range effects[1:] {
		got := moved{e.All.Families, e.All.Gain, e.All.Lose, e.All.More, e.All.Less, e.All.MayGain, e.All.MayLose,
			e.All.Before.Entitled, e.All.After.Entitled, e.All.GainCents - e.All.LoseCents}
		if got != *want[e.Right.ID] {
			t.Errorf("%s: counted %+v, want %+v", e.Right.ID, got, *want[e.Right.ID])
		}
		if e.Areas["north"].Families+e.Areas["south"].Families != e.All.Families || e.All.After.Cents-e.All.Before.Cents != got.cents {
			t.Errorf("%s: %+v does not add up", e.Right.ID, e)
		}
		somebody += got.gain + got.more + got.less
	}
	if somebody == 0 || effects[0].All.GainCents == 0 {
		t.Error("the change does nothing: the test shows nothing")
	}
}

// sums are the amounts of a finding without what explains them.
func sums(f *rules.Finding) (out []string) {
	for _, a := range f.Amounts {
		out = append(out, a.Value+a.Per+a.To)
	}
	return out
}

// a is what a finding comes to in a year, in cents.
func a(t *testing.T, f *rules.Finding) (cents int64) {
	t.Helper()
	if f.Status != rules.Entitled {
		return 0
	}
	for _, x := range f.Amounts {
		times := map[string]int64{"once": 1, "year": 1, "quarter": 4, "month": 12, "week": 52}[x.Per]
		cent, err := strconv.ParseInt(strings.Replace(x.Value, ".", "", 1), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		cents += times * cent
	}
	return cents
}

// A right is touched when it is written otherwise, when it asks for one that
// is, and when it borrows a number of one that is.
func TestWhatAChangeTouches(t *testing.T) {
	const gives, asks = "amount: {value: 1, per: month}\n", "conditions: [{id: c, text: {nl: n, fr: n, de: n, en: n}, when: 'right(\"be.one\")'}]\n"
	borrows := strings.Replace(smallPack("be.three", gives), "parameters:\n", "parameters:\n  - {name: theirs, borrow: be.one/limit}\n", 1)
	lib := small(t, smallPack("be.one", gives), smallPack("be.two", gives+asks), borrows, smallPack("be.four", gives))
	for what, tt := range map[string]struct{ change, want string }{
		"a value":                {"values: [{right: be.one, parameter: limit, value: 3}]", "be.one be.three be.two"},
		"a value that none uses": {"values: [{right: be.four, parameter: limit, value: 3}]", "be.four"},
		"a pack in its place":    {smallPack("be.one", gives+"notes: {nl: x, fr: x, de: x, en: x}\n"), "be.one be.three be.two"},
		"the same pack":          {smallPack("be.one", gives), ""},
		"a new one":              {smallPack("be.five", gives), "be.five"},
	} {
		t.Run(what, func(t *testing.T) {
			if got := strings.Join(lib.Touched(changed(t, lib, tt.change)), " "); got != tt.want {
				t.Errorf("touched are %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAChangeSaysWhatIsWrongWithIt(t *testing.T) {
	lib := small(t, smallPack("be.one", "in_kind: {nl: n, fr: n, de: n, en: n}\n"))
	for text, want := range map[string]string{
		"values: [{right: be.one, parameter: limit}]":                             "one.yaml:1:10: a value has no value; add value:",
		"values: [{right: be.one, parameter: limit, value: many}]":                "write it as 1234.56",
		"values: [{right: be.one, parameter: limit, value: 3, from: soon}]":       "write it as 2026-03-01",
		"values: [{right: be.one, parameter: limit, value: 3, till: 2027-01-01}]": "unknown key till",
		"values: [{right: be.two, parameter: limit, value: 3}]":                   "there is no right be.two to override",
		"values: [{right: be.one, parameter: ceiling, value: 3}]":                 "the parameter ceiling of be.one cannot be overridden so",
		"values: [{right: be.one, parameter: limit, field: first, value: 3}]":     "the parameter limit of be.one cannot be overridden so",
		"- one":    "should be a mapping",
		"id: be.x": "the right has no names",
	} {
		var c rules.Change
		err := c.Read("one.yaml", []byte(text), noon)
		if err == nil {
			_, err = lib.Changed(c)
		}
		if problems, ok := errors.AsType[rules.Problems](err); !ok || !strings.Contains(problems.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

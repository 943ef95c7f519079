package rules_test

import (
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/bondgenoot/bondgenoot/rules"
)

const dry = `{"date": "2026-03-01", "family": {"wet": false, "rooms": 2}, "persons": [{"id": "a", "role": "applicant"}]}`

func amountOf(t *testing.T, lib *rules.Library, right string) string {
	t.Helper()
	f := finding(t, lib, right, dry, rules.NL)
	if len(f.Amounts) != 1 {
		return string(f.Status)
	}
	return f.Amounts[0].Value
}

// A library that grows leaves the one it came from as it was.
func TestLibrariesGrowWithoutChanging(t *testing.T) {
	base := small(t, smallPack("be.one", "amount: {value: param.limit, per: month}\n"))
	added, err := base.Add("loc/new.yaml", []byte(smallPack("loc.new", "parameters0: 1\namount: {value: 'amount(\"be.one\") + 1', per: month}\n")))
	if err == nil || added != nil {
		t.Fatal("a key that is none was taken")
	}
	added, err = base.Add("loc/new.yaml", []byte(smallPack("loc.new", "amount: {value: 'amount(\"be.one\") + 1', per: month}\n")))
	if err != nil {
		t.Fatal(err)
	}
	if got := amountOf(t, added, "loc.new"); got != "3.00" {
		t.Errorf("the new right gives %s", got)
	}
	if base.Right("loc.new") != nil || len(base.Rights()) != 1 || len(added.Rights()) != 2 {
		t.Error("the first library has the new right too")
	}
	replaced, err := added.With(fstest.MapFS{"other.yaml": {Data: []byte(smallPack("be.one", "amount: {value: 10, per: month}\n"))}})
	if err != nil {
		t.Fatal(err)
	}
	for lib, want := range map[*rules.Library]string{base: "2.00", added: "2.00", replaced: "10.00"} {
		if got := amountOf(t, lib, "be.one"); got != want {
			t.Errorf("be.one gives %s, want %s", got, want)
		}
	}
	if got := amountOf(t, replaced, "loc.new"); got != "11.00" {
		t.Errorf("what hangs on the replaced right gives %s", got)
	}
	if _, err := added.Add("x.yaml", []byte(smallPack("loc.new", "amount: {value: 5, per: month}\n"))); err != nil {
		t.Errorf("a right cannot take the place of one that was added: %v", err)
	}
	two := fstest.MapFS{"a.yaml": {Data: []byte(smallPack("loc.x", "amount: {value: 1, per: month}\n"))}, "b.yaml": {Data: []byte(smallPack("loc.x", "amount: {value: 1, per: month}\n"))}}
	if _, err := base.With(two); err == nil || !strings.Contains(err.Error(), "is also in a.yaml") {
		t.Errorf("two rights with one id: %v", err)
	}
	facts := fstest.MapFS{"facts/more.yaml": {Data: []byte("facts:\n  - {key: extra, entity: family, type: bool, names: {nl: n, fr: n, de: n, en: n}}\n")}}
	if lib, err := base.With(facts); err != nil || lib.Facts().Fact(rules.OfFamily, "extra") == nil || base.Facts().Fact(rules.OfFamily, "extra") != nil {
		t.Errorf("a larger dictionary: %v", err)
	}
}

func TestAnAllianceSetsItsOwnAmount(t *testing.T) {
	borrower := strings.Replace(smallPack("be.two", "amount: {value: param.theirs, per: month}\n"), "parameters:\n", "parameters:\n  - {name: theirs, borrow: be.one/limit}\n", 1)
	base := small(t, smallPack("be.one", "amount: {value: param.limit, per: month}\n"), borrower)
	day, _ := rules.ParseDate("2026-01-01")
	later, _ := rules.ParseDate("2026-04-01")
	for name, tt := range map[string]struct {
		from rules.Date
		want string
	}{"from this day on": {day, "25.50"}, "not before it": {later, "2.00"}} {
		t.Run(name, func(t *testing.T) {
			lib, err := base.Override(rules.Override{Right: "be.one", Parameter: "limit", Value: "25.50", From: tt.from, Source: "council"})
			if err != nil {
				t.Fatal(err)
			}
			for _, right := range []string{"be.one", "be.two"} {
				if got := amountOf(t, lib, right); got != tt.want {
					t.Errorf("%s gives %s, want %s", right, got, tt.want)
				}
			}
		})
	}
	for name, o := range map[string]rules.Override{
		"no such right":     {Right: "be.none", Parameter: "limit", Value: "1"},
		"no such parameter": {Right: "be.one", Parameter: "limt", Value: "1"},
		"no number":         {Right: "be.one", Parameter: "limit", Value: "much"},
		"no such field":     {Right: "be.one", Parameter: "limit", Field: "x", Value: "1"},
	} {
		if _, err := base.Override(o); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if got := amountOf(t, base, "be.one"); got != "2.00" {
		t.Errorf("the first library now gives %s", got)
	}
}

func TestManyAskAtOnce(t *testing.T) {
	lib := library(t)
	var want string
	for name, in := range benchCases {
		c, err := lib.ParseCase([]byte(in))
		if err != nil {
			t.Fatal(err)
		}
		want = answers(lib.Evaluate(c, rules.Options{}))
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if got := answers(lib.Evaluate(c, rules.Options{})); got != want {
					t.Errorf("%s: got %s, want %s", name, got, want)
				}
			})
		}
		all.Wait()
	}
}

func answers(r *rules.Result) string {
	var out []string
	for _, f := range r.Rights {
		out = append(out, f.ID+" "+answer(f))
	}
	if r.Next != nil {
		out = append(out, place(r.Next.Person, r.Next.Fact)+" "+r.Next.Why)
	}
	return strings.Join(out, "; ")
}

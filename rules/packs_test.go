package rules_test

import (
	"encoding/json"
	"sync"
	"testing"

	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

// library is the dictionary and the rights that come with the product.
func library(t testing.TB) *rules.Library {
	t.Helper()
	lib, err := rules.Load(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func TestEveryPackKeepsItsOwnPromises(t *testing.T) {
	report := library(t).Test()
	for _, p := range report.Packs {
		if p.Tests == 0 {
			t.Errorf("%s has no tests", p.File)
		}
		for _, f := range p.Failures {
			t.Error(f)
		}
	}
}

// What is prepared beforehand is what the first family would have made: it is
// given the same answer, also while it is being made.
func TestPreparingChangesNoAnswer(t *testing.T) {
	answer := func(lib *rules.Library) string {
		c, err := lib.ParseCase([]byte(benchCases["little known"]))
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(lib.Evaluate(c, rules.Options{}))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	want, lib := answer(library(t)), library(t)
	var done sync.WaitGroup
	done.Go(lib.Prepare)
	if got := answer(lib); got != want {
		t.Error("an answer given meanwhile differs")
	}
	done.Wait()
	if got := answer(lib); got != want {
		t.Error("an answer given afterwards differs")
	}
	for _, r := range lib.Rights() {
		if r.Starts() > 0 {
			return
		}
	}
	t.Error("nothing was prepared")
}

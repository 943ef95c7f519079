package rules_test

import (
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

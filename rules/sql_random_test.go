package rules_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/rules"
)

// So it is with rights of random expressions, of which one uses the other.
func TestSQLOfRandomRightsSaysWhatEvaluateSaysOrUnknown(t *testing.T) {
	d := newPostgres(t)
	var sum agreement
	made := false
	rapid.Check(t, func(r *rapid.T) {
		one := drawPack(r, "be.one", "")
		two := drawPack(r, "be.two", "be.one")
		lib, err := loadSmall(one, two)
		if err != nil {
			r.Fatal(err)
		}
		if !made {
			d.exec(t, lib.SQLTables(rules.Postgres))
			made = true
		}
		seed, known := rapid.Uint64().Draw(r, "seed"), rapid.IntRange(2, 10).Draw(r, "known of ten")
		day := rules.DateOf(2026, 3, 1)
		defer func() {
			if t.Failed() {
				t.Log(one, two)
			}
		}()
		asks(t, d, rules.Postgres, lib, lib.DrawBatch(seed, 20, known, day), day, &sum)
	})
	t.Logf("%d answers the same, %d left unknown in SQL, %d amounts equal", sum.same, sum.unknown, sum.amounts)
}

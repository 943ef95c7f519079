package rules_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/rules"
)

// A pack from outside cannot make numbers that grow without end.
func TestANumberThatGrowsWithoutEndIsNotTold(t *testing.T) {
	body := "let:\n  x0: 1.234567\n"
	for i := range 60 {
		body += fmt.Sprintf("  x%d: x%d * x%d\n", i+1, i, i)
	}
	lib := small(t, smallPack("be.one", body+"amount: {value: x60, per: month}\n"))
	f := finding(t, lib, "be.one", dry, rules.NL)
	if f.Status != rules.Refer || len(f.Amounts) != 0 {
		t.Errorf("got %s %v", f.Status, f.Amounts)
	}
}

// A pack from outside and a very large family of whom nothing is known end all
// the same: a search that grows too large keeps what it could not prove.
func TestALargeFamilyAndADeepPackEnd(t *testing.T) {
	pack := smallPack("be.one", "conditions:\n  - {id: c, text: {nl: n, fr: n, de: n, en: n}, when: '"+
		"persons.exists(x, persons.exists(y, persons.exists(z, x.coins + y.coins + z.coins == 8 && x != y && y != z && x.happy && !y.happy)))'}\namount: {value: 1, per: month}\n")
	lib := small(t, pack)
	var more []string
	for i := range 39 {
		more = append(more, fmt.Sprintf(`{"id": "k%d", "role": "child"}`, i))
	}
	c, err := lib.ParseCase([]byte(people(strings.Join(more, ", "))))
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	f := lib.Evaluate(c, rules.Options{NoNext: true}).Rights[0]
	if f.Status != rules.Unknown || len(f.Missing) == 0 {
		t.Errorf("got %s, missing %d", f.Status, len(f.Missing))
	}
	t.Logf("%d persons in %v", 40, time.Since(begin))
}

// A pack from outside that would keep everybody waiting is refused, with its
// place; what the limit leaves through ends soon, also in the largest family.
func TestAPackThatTakesTooLongIsRefused(t *testing.T) {
	const deep = "persons.exists(x, persons.exists(y, persons.exists(z, x.coins + y.coins + z.coins == %d && x.coins * y.coins > z.coins && x != y && y != z && x.happy && !y.happy)))"
	with := func(n int) string {
		body := "conditions:\n"
		for i := range n {
			body += fmt.Sprintf("  - {id: c%d, text: {nl: n, fr: n, de: n, en: n}, when: '"+deep+" || family.rooms == %d'}\n", i, 1000+i, i)
		}
		return smallPack("be.one", body+"amount: {value: 1, per: month}\n")
	}
	if _, err := loadSmall(with(100)); err == nil || !strings.Contains(err.Error(), "takes too long in a large family") || !strings.Contains(err.Error(), ".yaml:") {
		t.Errorf("a hundred conditions of everybody against everybody: %v", err)
	}
	most := 1 // so many are let through
	for ; most < 100; most++ {
		if _, err := loadSmall(with(most + 1)); err != nil {
			break
		}
	}
	lib := small(t, with(most))
	var more []string
	for i := range 39 {
		more = append(more, fmt.Sprintf(`{"id": "k%d", "role": "child"}`, i))
	}
	c := mustParse(t, lib, []byte(people(strings.Join(more, ", "))))
	begin := time.Now()
	lib.Evaluate(c, rules.Options{})
	t.Logf("%d such conditions, %d persons: %v", most, 40, time.Since(begin))
}

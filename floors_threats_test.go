package bondgenoot_test

import (
	"fmt"
	"go/ast"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A promise whose test is gone is a wish.
func TestTheThreatModelNamesTestsThatAreThere(t *testing.T) {
	there := map[string]bool{}
	for _, f := range sources(t) {
		for _, d := range f.tree.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && f.test && fn.Recv == nil {
				there[fn.Name.Name] = true
			}
		}
	}
	for _, document := range []string{"docs/threat-model.md", "docs/asvs.md"} {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		named := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(string(text), -1)
		for _, m := range named {
			if !there[m[1]] {
				t.Errorf("%s leans on %s, which is not there", document, m[1])
			}
		}
		if len(named) < 50 {
			t.Errorf("%s names only %d tests", document, len(named))
		}
	}
}

// items are those of levels 1 and 2 of the standard, 5.0: of each section how
// many there are, counted from one. Those of level 3 stand at the end of a
// section, or in between where they are named here.
var items = map[string]int{
	"1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
	"3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
	"6.1": 3, "6.2": 11, "6.3": 3, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
	"8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
	"11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
	"14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}

// Each item of the standard is answered once: by a test, or by the reason why
// there is none.
func TestEveryItemOfTheStandardIsAnswered(t *testing.T) {
	text, err := os.ReadFile("docs/asvs.md")
	if err != nil {
		t.Fatal(err)
	}
	answered := map[string]int{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) < 4 || !regexp.MustCompile(`\d+\.\d+\.\d+`).MatchString(cells[1]) {
			continue
		}
		for _, item := range strings.Split(cells[1], ",") {
			answered[strings.TrimSpace(item)]++
		}
		reasons := []string{"no object", "open", "in front", ".md"}
		if !strings.Contains(cells[3], "`Test") && !strings.Contains(cells[3], "`Fuzz") &&
			!slices.ContainsFunc(reasons, func(r string) bool { return strings.Contains(strings.ToLower(cells[2]), r) }) {
			t.Errorf("%s: neither a test nor a reason", cells[1])
		}
	}
	for section, n := range items {
		for i := range n {
			item := fmt.Sprintf("%s.%d", section, i+1)
			if answered[item] != 1 {
				t.Errorf("%s is answered %d times", item, answered[item])
			}
			delete(answered, item)
		}
	}
	for item := range answered {
		t.Errorf("%s is no item of levels 1 and 2", item)
	}
}

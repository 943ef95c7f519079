package rules_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

// incomes are the sums of the dictionary that say which income they mean, a line
// each: what it counts, how it comes about, and which rights read it.
func incomes(lib *rules.Library, readers map[string][]string) (lines []string) {
	for _, x := range lib.Facts().Facts {
		if x.Type != rules.TypeMoney || x.Concept.EN == "" {
			continue
		}
		how := "asked"
		if x.Derive != "" {
			how = "added up: `" + x.Derive + "`"
			if at := x.Law + x.Source; at != "" {
				how += ", " + at
			}
		}
		lines = append(lines, "| `"+x.Key+"` | "+x.Unit+" | "+x.Concept.EN+" | "+how+" | "+strings.Join(readers[x.Key], " ")+" |")
	}
	return lines
}

// read is a fact where an expression reads it.
var read = regexp.MustCompile(`\b(?:family|applicant|[a-z])\.([a-z][a-z0-9_]*)\b`)

// readersOf are the rights in whose expressions each fact stands, in their own
// or in those of facts that follow from it.
func readersOf(lib *rules.Library) map[string][]string {
	into := map[string][]string{} // what follows from a fact at once
	for _, x := range lib.Facts().Facts {
		for _, m := range read.FindAllStringSubmatch(x.Derive, -1) {
			into[m[1]] = append(into[m[1]], x.Key)
		}
	}
	all := map[string][]string{}
	files := lib.Files()
	for _, r := range lib.Rights() {
		body, _, _ := strings.Cut(string(files[r.File]), "\ntests:")
		direct := map[string]bool{}
		for _, m := range read.FindAllStringSubmatch(body, -1) {
			direct[m[1]] = true
		}
		for _, x := range lib.Facts().Facts {
			if direct[x.Key] || slices.ContainsFunc(into[x.Key], func(k string) bool { return direct[k] }) {
				all[x.Key] = append(all[x.Key], "`"+r.ID+"`")
			}
		}
	}
	for _, ids := range all {
		slices.Sort(ids)
	}
	return all
}

// The page of incomes says of each what the dictionary says, and no right that
// it names counts another one than it tells.
func TestThePageOfIncomesSaysWhatTheDictionarySays(t *testing.T) {
	lib, err := rules.Load(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	readers := readersOf(lib)
	const page = "../docs/incomes.md"
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	laws, facts, _ := strings.Cut(string(b), "## The facts\n")
	want := "\n| fact | unit | what it counts | how it comes about | rights that read it |\n|---|---|---|---|---|\n" + strings.Join(incomes(lib, readers), "\n") + "\n"
	if os.Getenv("RENEW") != "" {
		if err := os.WriteFile(page, []byte(laws+"## The facts\n"+want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if facts != want {
		t.Errorf("%s is not what the dictionary says: RENEW=1 go test ./rules -run TestThePageOfIncomes", page)
	}
	row := regexp.MustCompile("(?m)^\\| `([a-z.-]+)` \\|[^|]*\\| ([^|]*) \\|")
	said := row.FindAllStringSubmatch(laws, -1)
	if len(said) != 11 {
		t.Errorf("%d rights stand there", len(said))
	}
	for _, m := range said {
		if lib.Right(m[1]) == nil {
			t.Errorf("there is no right %s", m[1])
			continue
		}
		for _, key := range strings.Fields(strings.ReplaceAll(m[2], "`", "")) {
			if !slices.Contains(readers[key], "`"+m[1]+"`") {
				t.Errorf("%s does not count %s", m[1], key)
			}
		}
	}
	// A sum that follows from others has somebody who says so.
	for _, x := range lib.Facts().Facts {
		if x.Type == rules.TypeMoney && x.Derive != "" && x.Law+x.Source == "" {
			t.Errorf("nobody says that %s is added up so", x.Key)
		}
	}
}

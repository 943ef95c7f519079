package rules_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/programmes"
	"github.com/bondgenoot/bondgenoot/rules"
)

// What was found about the rights of families in Belgium: every right with its
// dated amounts. Each is in a pack or in a programme.

type knownRight struct {
	ID      string        `yaml:"id"`
	Amounts []knownAmount `yaml:"amounts"`
}

type knownAmount struct {
	Label      string `yaml:"label"`
	Value      any    `yaml:"value"`
	From       string `yaml:"valid_from"`
	To         string `yaml:"valid_to"`
	Confidence string `yaml:"confidence"`
}

// factFile reads what was found; the test is left out, and says so, where it
// does not lie.
func factFile(t *testing.T, name string, into any) {
	t.Helper()
	folder := os.Getenv("BONDGENOOT_FIXTURES")
	if folder == "" {
		folder = filepath.Join("..", "..", "shared", "fixtures")
	}
	b, err := os.ReadFile(filepath.Join(filepath.Dir(folder), "facts", name))
	if err != nil {
		t.Skipf("the facts about the rights are not there: set BONDGENOOT_FIXTURES to the folder beside facts (%v)", err)
	}
	if err := yaml.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

func factBase(t *testing.T) []knownRight {
	t.Helper()
	var base struct {
		Rights []knownRight `yaml:"rights"`
	}
	factFile(t, "rights.yaml", &base)
	return base.Rights
}

// Each example that an authority worked out, or that was worked out for us, is a
// test of the pack of its right, and is named there.
func TestEveryWorkedExampleIsATestOfItsPack(t *testing.T) {
	var base struct {
		Examples []struct {
			ID    string `yaml:"id"`
			Right any    `yaml:"right"`
		} `yaml:"examples"`
	}
	factFile(t, "worked-examples.yaml", &base)
	lib := library(t)
	for _, e := range base.Examples {
		of, several := e.Right.([]any)
		if !several {
			of = []any{e.Right}
		}
		for _, right := range of {
			r := lib.Right(fmt.Sprint(right))
			if r == nil {
				t.Errorf("%s is of %v, of which there is no pack", e.ID, right)
				continue
			}
			pack, err := fs.ReadFile(packs.FS, r.File)
			if err != nil {
				t.Fatal(err)
			}
			if _, tests, _ := strings.Cut(string(pack), "\ntests:\n"); !strings.Contains(tests, e.ID) {
				t.Errorf("no test of %s is the example %s", r.File, e.ID)
			}
		}
	}
	if len(base.Examples) < 9 {
		t.Errorf("read %d examples", len(base.Examples))
	}
}

// keptNumber is one number of a pack or programme, with the days for which it holds.
type keptNumber struct {
	value, from, to, confidence string
}

// keptOf are all numbers of the pack of a right, of those that share its
// sources, or of the programme that stands for it.
func keptOf(t *testing.T, lib *rules.Library, id string) (out []keptNumber) {
	t.Helper()
	with := map[string][]string{
		"wal.af.base": {"wal.af.prime-naissance", "wal.af.prime-scolaire"}, "bru.af.base": {"bru.af.prime-naissance", "bru.af.supplement-annuel"},
		"dg.kindergeld": {"dg.geburtspraemie", "dg.sozialzuschlag"},
	}
	for _, id := range append([]string{id}, with[id]...) {
		r := lib.Right(id)
		if r == nil {
			return programmeFor(t, id)
		}
		for _, p := range r.Parameters {
			for i, v := range p.Values {
				to := ""
				if v.To != nil {
					to = v.To.String()
				} else if i+1 < len(p.Values) {
					to = (p.Values[i+1].From - 1).String()
				}
				for _, n := range append([]string{v.Value}, valuesOf(v.Fields)...) {
					if n != "" {
						out = append(out, keptNumber{plainNumber(n), v.From.String(), to, v.Confidence})
					}
				}
			}
		}
	}
	return out
}

func programmeFor(t *testing.T, id string) (out []keptNumber) {
	t.Helper()
	files, err := fs.Glob(programmes.FS, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		b, err := fs.ReadFile(programmes.FS, file)
		if err != nil {
			t.Fatal(err)
		}
		var p struct {
			Replaces   []string `yaml:"replaces"`
			Period     struct{ From, To string }
			Parameters []struct{ Type, Default, From, Trust string }
			Figures    []struct {
				Value int
				Unit  string
			}
		}
		if err := yaml.Unmarshal(b, &p); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(p.Replaces, id) {
			continue
		}
		out = append(out, keptNumber{from: p.Period.From}) // it is there, also without a number
		for _, x := range p.Parameters {
			if x.Default != "" && (x.Type == "money" || x.Type == "count") {
				out = append(out, keptNumber{plainNumber(x.Default), x.From, "", x.Trust})
			}
		}
		for _, x := range p.Figures {
			if x.Unit == "eur" {
				out = append(out, keptNumber{plainNumber(fmt.Sprint(x.Value / 100)), "", "", "low"})
			}
		}
	}
	return out
}

func valuesOf(fields map[string]string) (out []string) {
	for _, v := range fields {
		out = append(out, v)
	}
	return out
}

func plainNumber(s string) string {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

var labelNumbers = regexp.MustCompile(`\d+(\.\d+)?`)

// numbers are the numbers of an amount. Of a band [from, to, value] the first
// is a cent above the band before, and says nothing new. Where the numbers
// stand in the words, as "the set of 2024: 48.76/60.95", they are read there.
func (a knownAmount) numbers() (out []string) {
	list, _ := a.Value.([]any)
	for _, v := range list {
		if band, ok := v.([]any); ok && len(band) == 3 && len(list) > 2 {
			out = append(out, knownAmount{Value: band[1:]}.numbers()...)
		} else if v != nil {
			out = append(out, knownAmount{Value: v}.numbers()...)
		}
	}
	switch v := a.Value.(type) {
	case uint64, int64, int, float64:
		out = append(out, plainNumber(fmt.Sprint(v)))
	case nil:
		if _, set, ok := strings.Cut(a.Label, ":"); ok {
			for _, n := range labelNumbers.FindAllString(set, -1) {
				out = append(out, plainNumber(n))
			}
		}
	}
	return out
}

var (
	wholeDay = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
	month    = regexp.MustCompile(`^(c\. )?(\d{4}-(0\d|1[0-2]))$`)
	year     = regexp.MustCompile(`\d{4}`)
)

// dates tells whether a number of a pack holds for the days of an amount, as
// exactly as these are known: a day, a month, years ("2015-2016"), or nothing.
func (a knownAmount) dates(f keptNumber) bool {
	before, _, _ := strings.Cut(a.From, " (income")
	years := year.FindAllString(before, -1)
	switch m := month.FindStringSubmatch(a.From); {
	case wholeDay.MatchString(a.From):
		if a.From != f.from {
			return false
		}
	case strings.HasPrefix(a.From, "before"):
		return f.to != "" && f.to < years[0]
	case m != nil:
		return strings.HasPrefix(f.from, m[2])
	case len(years) > 0 && (f.from < years[0] || len(f.from) < 4 || f.from[:4] > years[len(years)-1]):
		return false
	}
	return !wholeDay.MatchString(a.To) || f.to == a.To
}

// elsewhere are the numbers that stand in no parameter, with the reason.
var elsewhere = map[string]string{
	"fwb.allocation-etudes-secondaire 53918.89": "a slip of the source: with 6,546.44 for each further dependant it is 59,918.33",
	"loc.lovendegem.gezinstoeslag 1816.66":      "computed: 140% of the living wage of 2017, and 10% for one child; a test of the pack holds it",
	"loc.lovendegem.gezinstoeslag 1981.81":      "computed, with two children",
	"loc.lovendegem.gezinstoeslag 2146.96":      "computed, with three children",
	"loc.charleroi.garderie 0":                  "it was free until the end of 2025: the programme ends on that day",
}

func TestEveryRightThatIsKnownIsThereWithItsAmounts(t *testing.T) {
	lib, numbers := library(t), 0
	base := factBase(t)
	for _, right := range base {
		kept := keptOf(t, lib, right.ID)
		if lib.Right(right.ID) == nil && len(kept) == 0 {
			t.Errorf("%s is in no pack and in no programme", right.ID)
		}
		for _, a := range right.Amounts {
			for _, n := range a.numbers() {
				numbers++
				if elsewhere[right.ID+" "+n] != "" {
					continue
				}
				var close []keptNumber
				ok := false
				for _, f := range kept {
					// A pack may be more careful than its source, never less.
					if f.value != n {
						continue
					}
					close = append(close, f)
					ok = ok || a.dates(f) && slices.Index(trusts, f.confidence) >= slices.Index(trusts, a.Confidence)
				}
				if !ok {
					t.Errorf("%s, %s: %s from %q to %q (%s) is not there; there is %v", right.ID, a.Label, n, a.From, a.To, a.Confidence, close)
				}
			}
		}
	}
	if len(base) < 51 || numbers < 250 {
		t.Errorf("read %d rights and %d numbers", len(base), numbers)
	}
}

var trusts = []string{"high", "medium", "low"}

// Whoever changes a pack in a way that loses an amount is told so.
func TestAnAmountThatIsLostIsNoticed(t *testing.T) {
	a := knownAmount{Value: []any{uint64(70), []any{70.5, 1.0}}, From: "2026-01-01", To: "2026-02-28"}
	if got := strings.Join(a.numbers(), " "); got != "70 70.5 1" {
		t.Errorf("numbers %s", got)
	}
	for name, tt := range map[string]struct {
		f    keptNumber
		want bool
	}{
		"the same days":    {keptNumber{from: "2026-01-01", to: "2026-02-28"}, true},
		"a day later":      {keptNumber{from: "2026-01-02", to: "2026-02-28"}, false},
		"without its end":  {keptNumber{from: "2026-01-01"}, false},
		"another last day": {keptNumber{from: "2026-01-01", to: "2026-03-01"}, false},
	} {
		if got := a.dates(tt.f); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if _, err := fs.Stat(packs.FS, "facts.yaml"); err != nil {
		t.Error(err)
	}
}

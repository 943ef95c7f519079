package rules_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

// What the Belgian packs say of families of which up to five facts are not
// known, amounts of money and days among them, is held beside what these facts
// can be: all answers of a yes-or-no or a choice; of an amount the ends of its
// domain and limits of the right, with a cent less and a cent more; of a day ages
// that the right names, with a day before and a day after. Of limits and ages
// only some are drawn, the same ones each time: what those do not show of a fact
// that is listed, a further search among all of them has to.
func TestRealPacksAgainstTheirOwnThresholds(t *testing.T) {
	lib := library(t)
	var n thresholds
	for i, right := range lib.Rights() {
		r := rand.New(rand.NewPCG(uint64(i), 20))
		for range familiesPerRight {
			n.hold(t, lib, r, right)
		}
	}
	t.Log(n)
	if n.wanted < 100 || n.money < 10 || n.days < 20 {
		t.Errorf("too little was met to say so: %v", n)
	}
	if n.missed+n.needless+n.asked-n.useful > 0 {
		t.Errorf("relevance is not exact: %v", n)
	}
}

// familiesPerRight is how many families of each right are looked at.
const familiesPerRight = 3

// completionsPerFamily bounds what is tried of a family.
const completionsPerFamily = 64

// thresholds counts what the test met.
type thresholds struct {
	families, completions, wanted, listed, missed, needless, unproven, sought, money, days, asked, useful int
}

func (n thresholds) String() string {
	share := func(part, whole int) float64 { return float64(part) / float64(max(1, whole)) }
	return fmt.Sprintf("%d families in %d completions; %d facts can change a right and %d are listed, of which %d amounts and %d days; recall %.3f, precision %.3f (%d shown by a further search); %d not proved; %d questions, needless %.1f %%",
		n.families, n.completions, n.wanted, n.listed, n.money, n.days, 1-share(n.missed, n.wanted), 1-share(n.needless, n.listed), n.sought, n.unproven, n.asked, 100*(1-share(n.useful, max(1, n.asked))))
}

// unknown is a fact that is left open, with the values that are tried.
type unknown struct {
	of     map[string]any
	path   string
	fact   *rules.Fact
	values []any
}

// hold makes a family of which a few facts are open for the right, and holds
// what is said of it beside its completions.
func (n *thresholds) hold(t *testing.T, lib *rules.Library, r *rand.Rand, right *rules.Right) {
	t.Helper()
	h, open := n.family(t, lib, r, right)
	if len(open) == 0 {
		return
	}
	only := rules.Options{Rights: []string{right.ID}}
	look := func() (string, rules.Status, bool) {
		c, err := lib.ParseCase(h.json())
		if err != nil {
			return "", "", false // no such family can be
		}
		f := lib.Evaluate(c, rules.Options{Rights: only.Rights, NoNext: true}).Rights[0]
		return answer(f), f.Status, true
	}
	result := lib.Evaluate(mustParse(t, lib, h.json()), only)
	said := result.Rights[0]
	document := string(h.json())
	answers, statuses := map[string]string{}, map[rules.Status]bool{}
	var paths []string
	at := make([]int, len(open))
	var try func(i int)
	try = func(i int) {
		if i == len(open) {
			if a, s, can := look(); can {
				answers[fmt.Sprint(at)], statuses[s] = a, true
			}
			return
		}
		for k, v := range open[i].values {
			at[i], open[i].of[open[i].fact.Key] = k, v
			try(i + 1)
		}
		delete(open[i].of, open[i].fact.Key)
	}
	try(0)
	n.families++
	n.completions += len(answers)
	for _, u := range open {
		paths = append(paths, u.path)
	}
	listed, doubted := map[string]bool{}, map[string]bool{}
	for _, m := range said.Missing {
		listed[place(m.Person, m.Fact)] = true
	}
	for _, m := range said.Unproven {
		doubted[place(m.Person, m.Fact)] = true
		n.unproven++
	}
	next := ""
	if q := result.Next; q != nil {
		next = place(q.Person, q.Fact)
		n.asked++
	}
	switch {
	case said.Status != rules.Unknown && (len(statuses) != 1 || !statuses[said.Status]):
		t.Errorf("%s: says %s, but it can be %v\n%s", said.ID, said.Status, statuses, document)
	case len(listed) == 0 && slices.ContainsFunc(values(answers), func(a string) bool { return a != answer(said) }):
		t.Errorf("%s: says %s, and it can be other\n%s", said.ID, answer(said), document)
	}
	for i, u := range open {
		matters := changes(answers, i)
		if !matters && listed[u.path] && !doubted[u.path] {
			if matters = further(r, open, i, look); matters {
				n.sought++
			}
		}
		if matters {
			n.wanted++
			switch u.fact.Type {
			case rules.TypeMoney:
				n.money++
			case rules.TypeDate:
				n.days++
			}
		}
		if next == u.path && (matters || doubted[u.path]) {
			n.useful++
		}
		if listed[u.path] {
			n.listed++
		}
		switch {
		case matters && !listed[u.path]:
			n.missed++
			t.Errorf("%s: %s can change it and is not listed\n%s", said.ID, u.path, document)
		case !matters && listed[u.path] && !doubted[u.path]:
			n.needless++
			t.Errorf("%s: %s is listed, and nothing shows that it can change it\n%s", said.ID, u.path, document)
		}
	}
	for path := range listed {
		if !slices.Contains(paths, path) {
			t.Errorf("%s: lists %s, which is known\n%s", said.ID, path, document)
		}
	}
}

func values(m map[string]string) (out []string) {
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

// further looks among random values of the others for a family in which the
// i-th fact changes the answer, and where the answer turns by an amount there: a
// limit of one income lies elsewhere when there is another.
func further(r *rand.Rand, open []unknown, i int, look func() (string, rules.Status, bool)) bool {
	defer func() {
		for _, u := range open {
			delete(u.of, u.fact.Key)
		}
	}()
	v := open[i]
	turns := func() bool {
		before, first := v.of[v.fact.Key], ""
		defer func() { v.of[v.fact.Key] = before }()
		for _, x := range append([]any{anyValue(r, v.fact), anyValue(r, v.fact)}, v.values...) {
			if f, ok := x.(float64); ok {
				x = fmt.Sprintf("%.2f", f)
			}
			v.of[v.fact.Key] = x
			if a, _, can := look(); can && first != "" && a != first {
				return true
			} else if can {
				first = a
			}
		}
		return false
	}
	for range 150 {
		for _, u := range open {
			u.of[u.fact.Key] = u.values[r.IntN(len(u.values))]
			if x := anyValue(r, u.fact); u.fact.Type == rules.TypeDate && r.IntN(2) == 0 {
				u.of[u.fact.Key] = x
			}
		}
		if turns() {
			return true
		}
		for k, u := range open {
			if k == i || u.fact.Type != rules.TypeMoney {
				continue
			}
			give := func(cents int) string {
				u.of[u.fact.Key] = fmt.Sprintf("%d.%02d", cents/100, cents%100)
				a, _, _ := look()
				return a
			}
			lo, hi := 0, 20_000_000
			here := give(lo)
			if give(hi) == here {
				continue
			}
			for hi-lo > 1 {
				if middle := (lo + hi) / 2; give(middle) == here {
					lo = middle
				} else {
					hi = middle
				}
			}
			for _, cents := range []int{lo, hi} {
				if give(cents); turns() {
					return true
				}
			}
		}
	}
	return false
}

// family is one that can have the right, as far as chance allows, and of which
// nothing is open for it but what is given beside.
func (n *thresholds) family(t *testing.T, lib *rules.Library, r *rand.Rand, right *rules.Right) (h household, open []unknown) {
	t.Helper()
	h = household{family: map[string]any{"municipality": somewhere(right)}, persons: []map[string]any{{"id": "a", "role": "applicant"}}}
	for _, role := range []string{"partner", "child", "child", "unborn"} {
		if r.IntN(3) > 0 {
			h.persons = append(h.persons, map[string]any{"id": fmt.Sprint("p", len(h.persons)), "role": role})
		}
	}
	only := rules.Options{Rights: []string{right.ID}, NoNext: true}
	missing := func() []rules.Missing {
		c, err := lib.ParseCase(h.json())
		if err != nil {
			return nil
		}
		return lib.Evaluate(c, only).Rights[0].Missing
	}
	ways, ordered := 1, 0
	refused := map[rules.Missing]bool{}
	left := missing()
	for range 60 {
		list := slices.DeleteFunc(slices.Clone(left), func(m rules.Missing) bool {
			return slices.ContainsFunc(open, func(u unknown) bool { return u.path == place(m.Person, m.Fact) }) || refused[m]
		})
		if len(list) == 0 {
			if len(refused) > 0 { // something is open that could not be made known
				return h, nil
			}
			return h, open
		}
		m := list[r.IntN(len(list))]
		if i := slices.IndexFunc(list, func(m rules.Missing) bool { return isAmount(lib, m) }); i >= 0 && r.IntN(3) > 0 {
			m = list[i]
		}
		of, entity := h.family, rules.OfFamily
		if m.Person != "" {
			entity = rules.OfPerson
			of = h.persons[slices.IndexFunc(h.persons, func(p map[string]any) bool { return p["id"] == m.Person })]
		}
		x := lib.Facts().Fact(entity, m.Fact)
		all := smallDomain(x)
		isOrdered := all == nil && x.Type != rules.TypeCode
		if isOrdered {
			all = turning(r, right, x)
		}
		if most := 1 + r.IntN(5); len(all) > 0 && len(open) < most && ways*len(all) <= completionsPerFamily && (!isOrdered || ordered < 2) {
			ways *= len(all)
			if isOrdered {
				ordered++
			}
			open = append(open, unknown{of, place(m.Person, m.Fact), x, all})
			continue
		}
		// It is made known: with a value that leaves something open, if one of a
		// few does.
		delete(of, x.Key)
		for range 6 {
			v := anyValue(r, x)
			if x.Type == rules.TypeMoney {
				v = []any{"0", "900.00", fmt.Sprintf("%.2f", v)}[r.IntN(3)]
			}
			before := of[x.Key]
			of[x.Key] = v
			if _, err := lib.ParseCase(h.json()); err != nil {
				delete(of, x.Key)
				if before != nil {
					of[x.Key] = before
				}
				continue
			}
			if left = missing(); len(left) > 0 {
				break
			}
		}
		if _, known := of[x.Key]; !known {
			refused[m] = true
		}
	}
	return h, nil
}

func isAmount(lib *rules.Library, m rules.Missing) bool {
	x := lib.Facts().Fact(map[bool]string{true: rules.OfFamily, false: rules.OfPerson}[m.Person == ""], m.Fact)
	return x.Type == rules.TypeMoney
}

// somewhere is a municipality where the right is.
func somewhere(right *rules.Right) string {
	if len(right.Municipalities) > 0 {
		return right.Municipalities[0]
	}
	in := map[string]string{"flanders": "24062", "brussels": "21004", "wallonia": "62063", "ostbelgien": "63023"}
	if len(right.Regions) > 0 {
		return in[right.Regions[0]]
	}
	return in["flanders"]
}

var (
	aWhole = regexp.MustCompile(`\b(age|years|months)[^\n]{0,40}?[<>=]+ *(\d{1,3})\b`)
	aDay   = regexp.MustCompile(`date\("(\d{4}-\d\d-\d\d)"\)`)
)

// turning are values of an amount, a number or a day at which the right may
// turn, and those beside them: of many limits some.
func turning(r *rand.Rand, right *rules.Right, x *rules.Fact) (out []any) {
	source, _ := packs.FS.ReadFile(right.File)
	add := func(v any) {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	const most = 3 // limits, with what is beside them
	switch x.Type {
	case rules.TypeMoney:
		var limits []float64
		for _, p := range right.Parameters {
			for _, v := range p.Values {
				for _, s := range append(fields(v.Fields), v.Value) {
					if f, err := strconv.ParseFloat(s, 64); err == nil && f > 1 {
						limits = append(limits, f)
					}
				}
			}
		}
		r.Shuffle(len(limits), func(i, j int) { limits[i], limits[j] = limits[j], limits[i] })
		add("0")
		for _, f := range limits[:min(most, len(limits))] {
			for _, cent := range []float64{-0.01, 0, 0.01} {
				add(fmt.Sprintf("%.2f", f+cent))
			}
		}
		if x.Max != "" {
			add(x.Max)
		}
	case rules.TypeInt:
		for _, m := range aWhole.FindAllStringSubmatch(string(source), -1) {
			k, _ := strconv.Atoi(m[2])
			for _, n := range []int{k - 1, k, k + 1} {
				add(n)
			}
		}
		for _, end := range []string{x.Min, x.Max} {
			if n, err := strconv.Atoi(end); err == nil {
				add(n)
			}
		}
		out = out[max(0, len(out)-3*most):]
	case rules.TypeDate:
		today := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		days := []time.Time{today, today.AddDate(-18, 0, 0)}
		for _, m := range aWhole.FindAllStringSubmatch(string(source), -1) {
			k, _ := strconv.Atoi(m[2])
			if strings.Contains(m[0], "months") {
				days = append(days, today.AddDate(0, -k, 0))
			} else {
				days = append(days, today.AddDate(-k, 0, 0))
			}
		}
		for _, m := range aDay.FindAllStringSubmatch(string(source), -1) {
			if d, err := time.Parse(time.DateOnly, m[1]); err == nil {
				days = append(days, d)
			}
		}
		r.Shuffle(len(days), func(i, j int) { days[i], days[j] = days[j], days[i] })
		for _, d := range days[:min(most, len(days))] {
			for _, by := range []int{-1, 0, 1} {
				add(d.AddDate(0, 0, by).Format(time.DateOnly))
			}
		}
		add("1950-01-01")
		add("2026-02-28")
	}
	return out
}

func fields(m map[string]string) (out []string) {
	for _, v := range m {
		out = append(out, v)
	}
	slices.Sort(out)
	return out
}

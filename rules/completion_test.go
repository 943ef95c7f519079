package rules_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

// household is a made-up family as JSON has it.
type household struct {
	family  map[string]any
	persons []map[string]any
}

func (h household) json() []byte {
	b, err := json.Marshal(map[string]any{"date": "2026-03-01", "family": h.family, "persons": h.persons})
	if err != nil {
		panic(err)
	}
	return b
}

// anyValue is a value that a fact can have.
func anyValue(r *rand.Rand, x *rules.Fact) any {
	switch x.Type {
	case rules.TypeBool:
		return r.IntN(2) == 0
	case rules.TypeChoice:
		return x.Values[r.IntN(len(x.Values))].Key
	case rules.TypeCode:
		return []string{"24062", "21004", "62063", "63023", "11005", "23044"}[r.IntN(6)]
	case rules.TypeDate:
		if x.Key == "due_date" {
			return fmt.Sprintf("2026-%02d-15", 4+r.IntN(8))
		}
		return fmt.Sprintf("%d-%02d-%02d", 2026-1-r.IntN(30), 1+r.IntN(12), 1+r.IntN(28))
	case rules.TypeMoney:
		return float64(r.IntN(4_000_000)) / 100 / float64(1+r.IntN(20)*r.IntN(20))
	}
	return r.IntN(5)
}

// fill gives every fact a value that the library can read, and leaves the
// rest as it is.
func fill(r *rand.Rand, lib *rules.Library, h household) household {
	out := household{family: map[string]any{}}
	for k, v := range h.family {
		out.family[k] = v
	}
	for _, p := range h.persons {
		q := map[string]any{}
		for k, v := range p {
			q[k] = v
		}
		out.persons = append(out.persons, q)
	}
	for _, x := range lib.Facts().Facts {
		if x.Derive != "" || x.Key == "role" {
			continue
		}
		of := out.persons
		if x.Entity == rules.OfFamily {
			of = []map[string]any{out.family}
		}
		for _, m := range of {
			if _, known := m[x.Key]; known {
				continue
			}
			for range 20 {
				v := anyValue(r, x)
				if f, isMoney := v.(float64); isMoney {
					v = fmt.Sprintf("%.2f", f)
				}
				m[x.Key] = v
				if _, err := lib.ParseCase(out.json()); err == nil {
					break
				}
				delete(m, x.Key)
			}
		}
	}
	return out
}

// What the real packs say of a family of whom something is not known is true
// of every family that it can turn out to be: of those that are tried here.
func TestRealPacksHoldForWhatAFamilyTurnsOutToBe(t *testing.T) {
	lib := library(t)
	r := rand.New(rand.NewPCG(1, 2))
	decided, open := 0, 0
	for range 8 {
		h := household{family: map[string]any{}, persons: []map[string]any{{"id": "a", "role": "applicant"}}}
		for i, role := range []string{"partner", "child", "child", "unborn", "other"} {
			if r.IntN(2) == 0 {
				h.persons = append(h.persons, map[string]any{"id": fmt.Sprint("p", i), "role": role})
			}
		}
		whole := fill(r, lib, h)
		part := household{family: map[string]any{}}
		forget := 2 + r.IntN(6) // one in so many is not known
		for k, v := range whole.family {
			if r.IntN(forget) > 0 {
				part.family[k] = v
			}
		}
		for _, p := range whole.persons {
			q := map[string]any{"id": p["id"], "role": p["role"]}
			for k, v := range p {
				if r.IntN(forget) > 0 {
					q[k] = v
				}
			}
			part.persons = append(part.persons, q)
		}
		partly := lib.Evaluate(mustParse(t, lib, part.json()), rules.Options{NoNext: true})
		for _, f := range partly.Rights {
			if !excused(f) {
				t.Errorf("%s is not due, and nothing says why\n%s", f.ID, part.json())
			}
		}
		for k := range 4 {
			full := whole
			if k > 0 {
				full = fill(r, lib, part)
			}
			for i, f := range lib.Evaluate(mustParse(t, lib, full.json()), rules.Options{NoNext: true}).Rights {
				p := partly.Rights[i]
				switch {
				case len(f.Missing) > 0 && f.Status == rules.Unknown:
					t.Errorf("%s is unknown with everything known: %v\n%s", f.ID, f.Missing, full.json())
				case len(p.Missing) == 0 && answer(p) != answer(f):
					t.Errorf("%s: said %s, is %s\n%s\n%s", f.ID, answer(p), answer(f), part.json(), full.json())
				case p.Status != rules.Unknown && p.Status != f.Status:
					t.Errorf("%s: said %s, is %s\n%s\n%s", f.ID, p.Status, f.Status, part.json(), full.json())
				}
				if len(p.Missing) == 0 {
					decided++
				} else {
					open++
				}
			}
		}
	}
	t.Logf("%d answers were decided and held, %d were open", decided, open)
}

func mustParse(t *testing.T, lib *rules.Library, b []byte) *rules.Case {
	t.Helper()
	c, err := lib.ParseCase(b)
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	return c
}

// smallDomain tells whether all answers to a fact can be tried, and gives them.
func smallDomain(x *rules.Fact) (out []any) {
	switch x.Type {
	case rules.TypeBool:
		return []any{true, false}
	case rules.TypeChoice:
		for _, v := range x.Values {
			out = append(out, v.Key)
		}
	case rules.TypeInt:
		low, err1 := strconv.Atoi(x.Min)
		high, err2 := strconv.Atoi(x.Max)
		for n := low; err1 == nil && err2 == nil && high-low <= 12 && n <= high; n++ {
			out = append(out, n)
		}
	}
	return out
}

// What the real packs say of families of which up to five facts are not known
// is held beside all that these facts can be: what is listed, and nothing else,
// can change the answer; what is asked is never needless.
func TestRealPacksAgainstEveryCompletion(t *testing.T) {
	lib := library(t)
	r := rand.New(rand.NewPCG(4, 2))
	var count tally
	families := 0
	for families < 12 {
		h := household{family: map[string]any{}, persons: []map[string]any{{"id": "a", "role": "applicant"}}}
		for i, role := range []string{"partner", "child", "child", "unborn"} {
			if r.IntN(3) > 0 {
				h.persons = append(h.persons, map[string]any{"id": fmt.Sprint("p", i), "role": role})
			}
		}
		h = fill(r, lib, h)
		c := forget(t, r, lib, h)
		if len(c.open) == 0 {
			continue
		}
		families++
		all := map[string]map[string]string{} // of each right, the answer by completion
		c.completions(func(values []int) {
			known, err := lib.ParseCase(c.household.json())
			if err != nil {
				return // no such family can be
			}
			for _, f := range lib.Evaluate(known, rules.Options{NoNext: true}).Rights {
				if all[f.ID] == nil {
					all[f.ID] = map[string]string{}
				}
				all[f.ID][fmt.Sprint(values)] = answer(f)
			}
		})
		result := lib.Evaluate(mustParse(t, lib, c.household.json()), rules.Options{})
		var matter []string
		for _, f := range result.Rights {
			of, wrong := smallCase{open: c.paths()}.compare(f, all[f.ID], &count)
			if wrong != "" {
				t.Errorf("%s: %s\n%s", f.ID, wrong, c.household.json())
			}
			matter = append(matter, of...)
		}
		if q := result.Next; q != nil {
			count.asked++
			if !slices.Contains(matter, place(q.Person, q.Fact)) {
				t.Errorf("asks %s, which changes nothing\n%s", place(q.Person, q.Fact), c.household.json())
			}
		} else if len(matter) > 0 {
			t.Logf("asks nothing while %v can change an answer", matter)
		}
	}
	t.Log(count)
}

// partly is a household of which some facts are not known.
type partly struct {
	household
	open []struct {
		of   map[string]any
		who  string
		fact *rules.Fact
	}
}

func (c *partly) paths() (out []string) {
	for _, o := range c.open {
		out = append(out, o.who+"."+o.fact.Key)
	}
	return out
}

// forget takes up to five facts from a household that can change something, and
// of which all answers can be tried.
func forget(t *testing.T, r *rand.Rand, lib *rules.Library, h household) *partly {
	t.Helper()
	c := &partly{household: h}
	part := household{family: map[string]any{}}
	left := func(entity string, from map[string]any) map[string]any {
		to := map[string]any{}
		for k, v := range from {
			if x := lib.Facts().Fact(entity, k); x == nil || x.Key == "role" || smallDomain(x) == nil || r.IntN(3) == 0 {
				to[k] = v
			}
		}
		return to
	}
	part.family = left(rules.OfFamily, h.family)
	for _, p := range h.persons {
		part.persons = append(part.persons, left(rules.OfPerson, p))
	}
	var missing []rules.Missing
	for _, f := range lib.Evaluate(mustParse(t, lib, part.json()), rules.Options{NoNext: true}).Rights {
		for _, m := range f.Missing {
			if !slices.Contains(missing, m) {
				missing = append(missing, m)
			}
		}
	}
	r.Shuffle(len(missing), func(i, j int) { missing[i], missing[j] = missing[j], missing[i] })
	ways := 1
	for _, m := range missing {
		of, entity, who := h.family, rules.OfFamily, rules.OfFamily
		if m.Person != "" {
			entity, who = rules.OfPerson, m.Person
			of = h.persons[slices.IndexFunc(h.persons, func(p map[string]any) bool { return p["id"] == m.Person })]
		}
		x := lib.Facts().Fact(entity, m.Fact)
		if n := len(smallDomain(x)); n > 0 && ways*n <= 150 && len(c.open) < 5 {
			ways *= n
			delete(of, x.Key)
			c.open = append(c.open, struct {
				of   map[string]any
				who  string
				fact *rules.Fact
			}{of, who, x})
		}
	}
	return c
}

// completions calls see with every way to fill in what is not known.
func (c *partly) completions(see func(values []int)) {
	values := make([]int, len(c.open))
	var fill func(i int)
	fill = func(i int) {
		if i == len(c.open) {
			see(values)
			return
		}
		o := c.open[i]
		for k, v := range smallDomain(o.fact) {
			values[i], o.of[o.fact.Key] = k, v
			fill(i + 1)
		}
		delete(o.of, o.fact.Key)
	}
	fill(0)
}

// Of a family that told its region and not its municipality, what is said is
// true in each municipality of the region.
func TestWhatIsSaidOfARegionIsTrueInItsMunicipalities(t *testing.T) {
	lib := library(t)
	r := rand.New(rand.NewPCG(8, 2))
	for k := range 3 {
		h := household{family: map[string]any{"municipality": "24062"}, persons: []map[string]any{{"id": "a", "role": "applicant"}, {"id": "k", "role": "child"}}}
		h = fill(r, lib, h)
		if k == 0 {
			delete(h.persons[1], "school")
		}
		for region, list := range map[string][]string{"flanders": {"24062", "44021", "23044", "11002"}, "brussels": {"21004"}, "wallonia": {"62063", "25112"}, "ostbelgien": {"63023"}} {
			h.family["region"] = region
			delete(h.family, "municipality")
			said := lib.Evaluate(mustParse(t, lib, h.json()), rules.Options{NoNext: true}).Rights
			for _, nis := range list {
				h.family["municipality"] = nis
				for i, f := range lib.Evaluate(mustParse(t, lib, h.json()), rules.Options{NoNext: true}).Rights {
					p := said[i]
					if p.Status != rules.Unknown && f.Status != rules.Unknown && p.Status != f.Status || len(p.Missing) == 0 && answer(p) != answer(f) {
						t.Errorf("%s: said %s of %s, is %s in %s", f.ID, answer(p), region, answer(f), nis)
					}
				}
			}
		}
	}
}

package rules

import "math/rand/v2"

// SpoilStarts prepares every right and then makes what was prepared wrong: each
// start has the values of others, and says of every fact that it mattered.
func (lib *Library) SpoilStarts(seed uint64) {
	draw := rand.New(rand.NewPCG(seed, 1))
	for _, r := range lib.rights {
		r.prepared(newFrame(lib, r.households(lib)[0]))
		list := r.starts.list
		for _, t := range list {
			for p := range t.values {
				from := list[draw.IntN(len(list))]
				if c, ok := at(from.values, p); ok {
					t.values[p] = c
				}
				t.turns[p] = t.values[p]
				if c, ok := at(list[draw.IntN(len(list))].values, p); ok && draw.IntN(4) > 0 {
					t.turns[p] = c
				}
			}
		}
		draw.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
}

// Starts is how many families were prepared for a right.
func (r *Right) Starts() int { return len(r.starts.list) }

// RuledOut are the facts that supposing comparisons shows not to matter for a
// right, of all that the first look meets.
func (lib *Library) RuledOut(c *Case, id string) (out []Missing) {
	f := newFrame(lib, c)
	s := newSearch(f, lib.byID[id])
	f.fresh()
	var o outcome
	s.look(&o)
	s.candidates = append(s.candidates, s.trail.order...)
	for _, v := range s.candidates {
		s.fuel = fuelPerFact
		if s.ruledOut(v) {
			out = append(out, f.missing(v))
		}
	}
	return out
}

// ForgetAll makes every right forget what it found for other families.
func (lib *Library) ForgetAll() {
	for _, r := range lib.rights {
		r.recall.mu.Lock()
		r.recall.newer, r.recall.older = nil, nil
		r.recall.mu.Unlock()
	}
}

// Remembered is how many answers the rights remember, and PerRight how many
// one of them remembers at most.
func (lib *Library) Remembered() (all, most int) {
	for _, r := range lib.rights {
		n := len(r.recall.newer) + len(r.recall.older)
		all, most = all+n, max(most, n)
	}
	return all, most
}

// Looks is how often the rights were looked at to find what they remember.
func (lib *Library) Looks() (n int) {
	for _, r := range lib.rights {
		for _, kept := range []map[digest]*remembered{r.recall.newer, r.recall.older} {
			for _, m := range kept {
				n += m.looks
			}
		}
	}
	return n
}

// PerRight is half of how many answers a right remembers at most.
const PerRight = perRight

// Met are the facts that the first look at a right meets and that may matter.
func (lib *Library) Met(c *Case, id string) (out []Missing) {
	f := newFrame(lib, c)
	s := newSearch(f, lib.byID[id])
	f.fresh()
	var o outcome
	s.look(&o)
	for _, v := range s.trail.order {
		out = append(out, f.missing(v))
	}
	return out
}

// LintCost is how many comparisons are looked at to say what is wrong in a
// right, and the most that may be when so many questions are asked.
func (lib *Library) LintCost(id string, questions int) (spent, most int) {
	l := &linter{lib: lib, right: lib.byID[id]}
	l.conditions()
	l.tables()
	return l.purse.spent, maxLooks + maxCases + questions*leastLooks
}

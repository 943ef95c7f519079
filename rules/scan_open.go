package rules

import (
	"slices"
)

// What columns leave open is searched, as Evaluate does, once for all families of
// whom the same is left to decide.

// restFamilies is of how many families it is found at once what is left.
const restFamilies = 256

// undecided answers what is open for families of the chunk. The machine has others
// in hand then.
func (s *Scanner) undecided(m *machine, open []Bits, some Bits, out *Answers) {
	var rows []int
	each(some, func(row int) { rows = append(rows, row) })
	families := m.families
	for part := range slices.Chunk(rows, restFamilies) {
		list := make([]int32, len(part))
		for i, row := range part {
			list[i] = families[row]
		}
		m.take(m.batch, list)
		for i, row := range part {
			s.family(m, i, func(right int) bool { return open[right].Get(row) }, out)
		}
	}
}

// family answers what is open for one family that the machine has in hand. What is
// searched takes of the fuel that Evaluate has for all rights, also where the
// answer was found before.
func (s *Scanner) family(m *machine, at int, open func(right int) bool, out *Answers) {
	family, people := int(m.families[at]), int(m.starts[at+1]-m.starts[at])
	var f *frame
	m.resting++
	fuel := fuelPerCase
	for i, r := range s.rights {
		if !open(i) { // Evaluate looks at it once, and sees that it is decided
			fuel -= r.costOf(people)
			continue
		}
		same, told := m.restOf(m.p.scanned[i], at)
		if told {
			if a := s.alike.find(same, perScan); a != nil && fuel-a.spent >= a.margin {
				fuel -= a.spent
				s.put(m, i, at, a, out)
				continue
			}
		}
		if f == nil {
			c, err := m.batch.caseOf(s.lib, family, s.day)
			if err != nil {
				return // cannot be: it was looked at before
			}
			f = newFrame(s.lib, c)
			defer f.done()
		}
		f.fuel = fuel
		a := s.search(f, r)
		fuel = f.fuel
		if out.Searched++; told && fuel >= a.margin { // else the other rights may have left too little: with more it could be another
			s.alike.keep(same, a, perScan)
		}
		s.put(m, i, at, a, out)
	}
}

// answered is what a search found of a right, for every family of which the same
// was left.
type answered struct {
	outcome      outcome
	status       bool // the status is that of the outcome
	undetermined bool
	missing      []MissingFact
	spent        int // of the fuel of the case
	margin       int // what has to be left of it, so that it never bounded the search
}

func (s *Scanner) search(f *frame, r *Right) *answered {
	before := f.fuel
	rel := r.relevant(f)
	a := &answered{outcome: rel.outcome, status: rel.status, undetermined: !rel.status && !rel.varies, spent: before - f.fuel, margin: max(fuelPerFact, fuelPerRight)}
	for _, cell := range rel.missing {
		person, x := f.factAt(cell)
		a.missing = append(a.missing, MissingFact{x, person})
	}
	return a
}

// put writes an answer for a family that the machine has in hand. Amounts that
// columns know may be others than those of the family that was searched.
func (s *Scanner) put(m *machine, right, at int, a *answered, answers *Answers) {
	r, out, nodes, family := s.rights[right], &answers.Rights[right], m.p.scanned[right], int(m.families[at])
	first := int(m.batch.Starts[family])
	status := Unknown
	if a.status {
		status = statusNames[a.outcome.status]
	}
	out.Status[family] = answerOf(status)
	for i := range a.outcome.people {
		v := &a.outcome.people[i]
		if r.ForEach && !v.outside {
			out.Persons[first+v.person] = AnswerUnknown
			if single(v.status) {
				out.Persons[first+v.person] = answerOf(statusNames[v.status])
			}
		}
		if status != Entitled || v.status != canEntitle {
			continue
		}
		for k, amount := range r.amounts {
			n := v.amounts[k]
			if nodes != nil {
				n = m.known(nodes.amounts[k], int(m.at[nodes.status.level][at])+max(0, v.person), n)
			}
			if n.certain() {
				out.Cents[slices.Index(out.Pays, amount.per)][family] += n.lo.cents()
			}
		}
	}
	if len(a.missing) > 0 {
		out.Open = append(out.Open, Open{Family: family, Missing: a.missing, Undetermined: a.undetermined})
	}
}

// perScan is how many answers a scan keeps at least, and half of how many at most.
const perScan = 1 << 16

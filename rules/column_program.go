package rules

import (
	"slices"
	"strings"
)

// program makes the nodes for the rights of a scan, for batches with the same
// columns as this one; the one that was made before, if there is one.
func (s *Scanner) program(b *Batch) *program {
	keys := strings.Join(sortedKeys(b.Families), " ") + "/" + strings.Join(sortedKeys(b.Persons), " ")
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.programs[keys]; p != nil {
		return p
	}
	p := &program{number: len(s.programs), lib: s.lib, day: s.day, has: map[*Fact]bool{}, byKey: map[string]*node{}, facts: map[*Fact]*node{},
		rights: map[*Right]*rightNodes{}, lets: map[*let]placed{}, ratios: map[*node]ratio{}}
	for _, x := range s.lib.facts.Facts {
		columns := b.Families
		if x.Entity == OfPerson {
			columns = b.Persons
		}
		p.has[x] = columns[x.Key] != nil
	}
	for _, r := range s.rights {
		p.scanned = append(p.scanned, p.tryRight(r))
	}
	p.contradictions()
	s.programs[keys] = p
	return p
}

// tryRight makes the nodes of a right; nil for one that columns do not hold.
func (p *program) tryRight(r *Right) (out *rightNodes) {
	defer func() {
		if e := recover(); e != nil {
			if _, ok := e.(tooWide); !ok {
				panic(e)
			}
			out = nil
		}
	}()
	return p.right(r)
}

// doubt is a node that says which families cannot be, or may not be and have to
// be looked at one by one.
type doubt struct {
	*node
	fact   *Fact // look only at rows in which this is given
	not    bool  // doubtful is what cannot hold; else, what surely holds
	either bool  // what may hold and may not is doubtful too
}

// contradictions makes the nodes that find families that cannot be.
func (p *program) contradictions() {
	var ties []binding
	for _, n := range p.lib.facts.nevers {
		if out, ok := p.tryExpression(n.when, n.entity == OfPerson); ok {
			p.doubts = append(p.doubts, doubt{node: out})
			ties = append(ties, binding{len(p.doubts) - 1, n.when, n.entity == OfPerson})
		} else {
			p.doubtAll = true
		}
	}
	for _, x := range p.lib.facts.Facts {
		if x.derive == nil || !p.has[x] {
			continue
		}
		var by []int
		if x.Entity == OfPerson {
			by = []int{0}
		}
		follows, given := p.expression(x.derive, nil, x.Entity == OfPerson), placed{p.given(x, nil), by}
		var same placed
		switch x.kind {
		case kindBool:
			same = p.or(p.and(follows, given), p.and(p.not(follows), p.not(given)))
		case kindText:
			same = p.sameText(follows, given)
		default:
			same = p.equal(follows, given)
		}
		p.doubts = append(p.doubts, doubt{node: p.level(same, by), not: true, fact: x})
		if len(x.derive.reads.gives) == 0 {
			ties = append(ties, binding{len(p.doubts) - 1, x.derive, x.Entity == OfPerson})
		}
	}
	for _, r := range p.rights {
		r.loose = r.right.ForEach && slices.ContainsFunc(ties, func(t binding) bool { return t.narrowsEach(r.right) })
		for _, t := range ties {
			if t.binds(r.right) {
				r.ties = append(r.ties, t.doubt)
			}
		}
	}
	for i, a := range ties {
		if a.narrows() && a.person || slices.ContainsFunc(ties[i+1:], func(b binding) bool { return a.meets(b) }) ||
			slices.ContainsFunc(ties[:i], func(b binding) bool { return a.meets(b) }) {
			p.doubts[a.doubt].either = true
		}
	}
}

// binding is what binds facts: its doubt and its expression.
type binding struct {
	doubt  int
	when   *expr
	person bool
}

// loose tells whether a tie can take away values of the fact.
func (x *Fact) loose() bool {
	return (x.Type == TypeBool || x.Type == TypeChoice) && x.Key != "role" && (x.derive == nil || x.Given)
}

// meets tells whether two ties can take away values of the same fact: what is
// left may then break one of them.
func (a binding) meets(b binding) bool {
	of := b.when.all()
	return slices.ContainsFunc(a.when.all(), func(x *Fact) bool { return x.loose() && slices.Contains(of, x) })
}

// narrows tells the same of one tie of several persons.
func (a binding) narrows() bool {
	return slices.ContainsFunc(a.when.all(), func(x *Fact) bool { return x.loose() && x.Entity == OfFamily })
}

// binds tells whether a tie can bear on the facts that a right can read.
func (a binding) binds(r *Right) bool {
	return slices.ContainsFunc(a.when.all(), func(x *Fact) bool {
		who := 0
		if x.Entity == OfPerson {
			who = 1
		}
		return r.recall.reads(who, x.index)
	})
}

// narrowsEach tells whether a tie can take away values of a fact by which it
// turns for whom a right is.
func (a binding) narrowsEach(r *Right) bool {
	of := r.each.all()
	return len(r.each.reads.lets)+len(r.each.reads.rights) > 0 ||
		slices.ContainsFunc(a.when.all(), func(x *Fact) bool { return x.loose() && slices.Contains(of, x) })
}

func (p *program) tryExpression(e *expr, person bool) (out *node, ok bool) {
	defer func() {
		if e := recover(); e != nil {
			if _, wide := e.(tooWide); !wide {
				panic(e)
			}
		}
	}()
	var by []int
	if person {
		by = []int{0}
	}
	return p.level(p.expression(e, nil, person), by), true
}

// given tells whether there is anything to doubt in a row of the chunk.
func (d *doubt) given(m *machine, row int) bool {
	switch {
	case d.fact == nil:
		return true
	case d.fact.Entity == OfPerson:
		return m.batch.Persons[d.fact.Key].Has(int(m.persons[row]))
	}
	return m.batch.Families[d.fact.Key].Has(int(m.families[row]))
}

// doubtful marks the families of the chunk that have to be looked at one by
// one.
func (m *machine) doubtful() Bits {
	out := NewBits(len(m.families))
	if m.p.doubtAll {
		for i := range m.families {
			out.Set(i)
		}
		return out
	}
	for _, d := range m.p.doubts {
		v := m.get(d.node)
		at := NewBits(m.size(d.level))
		for i := range at {
			switch {
			case d.not && d.either:
				at[i] = ^v.t[i] | v.f[i]
			case d.not:
				at[i] = ^v.t[i]
			case d.either:
				at[i] = v.t[i]
			default:
				at[i] = v.t[i] &^ v.f[i]
			}
		}
		last(at, m.size(d.level))
		rows, c := m.families, (*Column)(nil)
		if d.level == 1 {
			rows = m.persons
		}
		if d.fact != nil {
			if c = m.batch.Families[d.fact.Key]; d.fact.Entity == OfPerson {
				c = m.batch.Persons[d.fact.Key]
			}
		}
		each(at, func(row int) {
			if c != nil && !c.Has(int(rows[row])) {
				return
			}
			family := row
			if d.level == 1 {
				family, _ = slices.BinarySearch(m.starts, int32(row)+1)
				family--
			}
			out.Set(family)
		})
	}
	return out
}

package rules

import "slices"

// decided writes the answers of a right for the families of the chunk that are
// not open.
func (r *rightNodes) decided(m *machine, open Bits, out *RightAnswers) {
	v, whole := m.get(r.status), m.get(r.family)
	m.refused(out.Status)
	each(whole.t, func(i int) { out.Status[m.families[i]] = AnswerEntitled })
	if whole.s != nil {
		each(whole.s, func(i int) {
			if !whole.t.Get(i) {
				out.Status[m.families[i]] = AnswerRefer
			}
		})
	}
	if r.each != nil {
		whom, family := m.get(r.each), m.spread(spreading{to: 1})
		mine := slices.Clone(whom.t)
		for i := range mine {
			mine[i] |= word64(whom.s, i)
		}
		each(mine, func(i int) {
			if !open.Get(int(family[i])) {
				out.Persons[m.persons[i]] = v.answer(i)
			}
		})
	}
	for k, a := range r.right.amounts {
		if none(whole.t) {
			break
		}
		r.pay(m, r.amounts[k], open, v, whole, out.Cents[slices.Index(out.Pays, a.per)])
	}
}

// refused writes for all families of the chunk what most of them are told.
func (m *machine) refused(into []Answer) {
	if m.inRow {
		copy(into[m.families[0]:], allRefused[:len(m.families)])
		return
	}
	for _, f := range m.families {
		into[f] = AnswerNotEntitled
	}
}

var allRefused = slices.Repeat([]Answer{AnswerNotEntitled}, chunkFamilies)

func (v *vec) answer(row int) Answer {
	switch {
	case v.t.Get(row):
		return AnswerEntitled
	case v.f.Get(row):
		return AnswerNotEntitled
	}
	return AnswerRefer
}

// pay adds an amount of a right to what families get.
func (r *rightNodes) pay(m *machine, a *node, open Bits, v, whole *vec, cents []int64) {
	o := m.odds(a)
	one := func(row int) int64 {
		k := int32(row)
		switch {
		case a.fixed || o.here(k):
			return o.span(k).lo.cents()
		case a.den == 100:
			return o.v.n[row]
		}
		return number{n: o.v.n[row], d: a.den}.cents()
	}
	same := int64(0)
	if a.fixed {
		same = a.n.lo.cents()
	}
	each(whole.t, func(f int) {
		switch family := m.families[f]; {
		case open.Get(f):
		case r.status.level == 0 && a.fixed:
			cents[family] += same
		case r.status.level == 0:
			cents[family] += one(f)
		default:
			for i := m.starts[f]; i < m.starts[f+1]; i++ {
				if v.t.Get(int(i)) {
					cents[family] += one(int(i))
				}
			}
		}
	})
}

// suspects marks families with a value that cannot be: they are looked at one
// by one.
func (b *Batch) suspects(lib *Library, day Date) Bits {
	n := b.Len()
	families := NewBits(n)
	if n == 0 {
		return families
	}
	persons := NewBits(int(b.Starts[n]))
	for _, x := range lib.facts.Facts {
		if x.Entity == OfFamily && b.Families[x.Key] != nil {
			x.suspects(b.Families[x.Key], n, day, families)
		} else if x.Entity == OfPerson && b.Persons[x.Key] != nil {
			x.suspects(b.Persons[x.Key], int(b.Starts[n]), day, persons)
		}
	}
	role := b.Persons["role"]
	if role == nil {
		return families
	}
	of := make([]int, len(role.Words)) // which role each word is
	for i, s := range role.Words {
		of[i] = slices.IndexFunc(lib.facts.Roles, func(r *Role) bool { return r.Key == s })
	}
	counts := make([]int, len(lib.facts.Roles))
	for f := range n {
		clear(counts)
		bad := b.Starts[f+1]-b.Starts[f] > maxPersons
		for row := b.Starts[f]; row < b.Starts[f+1]; row++ {
			if bad = bad || persons.Get(int(row)) || !role.Has(int(row)); !bad {
				counts[of[role.Codes[row]]]++
			}
		}
		for i, r := range lib.facts.Roles {
			bad = bad || r.Required && counts[i] != 1 || r.Max > 0 && counts[i] > r.Max
		}
		if bad {
			families.Set(f)
		}
	}
	return families
}

// suspects marks the rows of a column that hold what the fact cannot be.
func (x *Fact) suspects(c *Column, rows int, day Date, into Bits) {
	switch {
	case x.Type == TypeBool:
	case x.kind == kindText:
		bad := make([]bool, len(c.Words))
		any := false
		for i, s := range c.Words {
			_, reason, _ := x.read(value{kind: valueText, text: s}, day)
			bad[i] = reason != ""
			any = any || bad[i]
		}
		for row := 0; any && row < rows; row++ {
			if c.Has(row) && bad[c.Codes[row]] {
				into.Set(row)
			}
		}
	default:
		den := int64(1)
		if x.Type == TypeMoney {
			den = 100
		}
		lo, hi := -mostScaled, mostScaled
		if x.min.given {
			lo = x.min.on(day).mul(integer(den)).whole(roundUp)
		}
		if x.max.given {
			hi = x.max.on(day).mul(integer(den)).whole(roundDown)
		}
		for row := range rows {
			n := int64(0)
			if c.Dates != nil {
				n = int64(c.Dates[row])
			} else {
				n = c.Ints[row]
			}
			if (n < lo || n > hi) && c.Has(row) {
				into.Set(row)
			}
		}
	}
}

// inOrder puts families of one place together, so that of most rights of
// elsewhere no column has to be computed.
func (b *Batch) inOrder(families []int32) {
	where := b.Families["municipality"]
	if where == nil {
		where = b.Families["region"]
	}
	if where == nil || where.Codes == nil {
		return
	}
	slices.SortStableFunc(families, func(i, j int32) int { return int(where.Codes[i]) - int(where.Codes[j]) })
}

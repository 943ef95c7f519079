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
		whom, family := m.get(r.each), m.spread(outer(0))
		mine := slices.Clone(whom.t[:words64(len(family))])
		for i := range mine {
			mine[i] |= word64(whom.s, i)
		}
		last(mine, len(family))
		if none(open) {
			each(mine, func(i int) { out.Persons[m.persons[i]] = AnswerNotEntitled })
			each(v.t, func(i int) { out.Persons[m.persons[i]] = AnswerEntitled })
			each(v.s, func(i int) { out.Persons[m.persons[i]] = AnswerRefer })
		} else {
			each(mine, func(i int) {
				if !open.Get(int(family[i])) {
					out.Persons[m.persons[i]] = v.answer(i)
				}
			})
		}
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
	var rows []int64
	times, by := a.inCents()
	if !a.fixed && len(o.v.odd) == 0 && times > 0 {
		rows = o.v.n
	}
	same := int64(0)
	if a.fixed {
		same = a.n.lo.cents()
	}
	one := func(row int) int64 {
		switch {
		case rows != nil:
			return (2*rows[row]*times + by) / (2 * by)
		case a.fixed:
			return same
		}
		return o.span(int32(row)).lo.cents()
	}
	if r.status.level == 0 {
		each(whole.t, func(f int) {
			if !open.Get(f) {
				cents[m.families[f]] += one(f)
			}
		})
		return
	}
	family := m.spread(spreading{to: 1})
	each(v.t, func(i int) {
		if f := int(family[i]); whole.t.Get(f) && !open.Get(f) {
			cents[m.families[f]] += one(i)
		}
	})
}

// inCents is by what a value, which is never below nothing, is multiplied and
// divided to be a number of cents; 0 where it may grow too large on the way.
func (n *node) inCents() (times, by int64) {
	if n.den == 0 || n.hi > mostScaled/400 {
		return 0, 1
	}
	k := lcm(n.den, 100)
	if k == 0 {
		return 0, 1
	}
	return k / n.den, k / 100
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
	if role == nil || len(lib.facts.Roles) > 8 { // nobody, or more than are counted here
		for f := range n {
			families.Set(f)
		}
		return families
	}
	of := make([]uint64, len(role.Words)) // a byte for each role
	for i, s := range role.Words {
		if k := slices.IndexFunc(lib.facts.Roles, func(r *Role) bool { return r.Key == s }); k >= 0 {
			of[i] = 1 << (8 * k)
		}
	}
	for f := range n {
		from, to := b.Starts[f], b.Starts[f+1]
		if to-from > maxPersons {
			families.Set(f)
			continue
		}
		counts := uint64(0)
		for _, k := range role.Codes[from:to] {
			if uint(k) < uint(len(of)) { // not known otherwise, and found below
				counts += of[k]
			}
		}
		for i, r := range lib.facts.Roles {
			if k := int(counts >> (8 * i) & 255); r.Required && k != 1 || r.Max > 0 && k > r.Max {
				families.Set(f)
			}
		}
	}
	if role.Known != nil {
		for row := range int(b.Starts[n]) {
			if !role.Has(row) {
				persons.Set(row)
			}
		}
	}
	each(persons, func(row int) {
		f, _ := slices.BinarySearch(b.Starts, int32(row)+1)
		families.Set(f - 1)
	})
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

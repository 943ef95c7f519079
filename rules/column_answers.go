package rules

import "slices"

// decided writes the answers of a right for the families of the chunk that are
// not open.
func (r *rightNodes) decided(m *machine, open Bits, out *RightAnswers) {
	v, whole := m.get(r.status), m.get(r.family)
	if !m.inRow {
		m.refused(out.Status)
	}
	if m.inRow {
		entitled(out.Status[m.families[0]:][:len(m.families)], whole.t)
	} else {
		each(whole.t, func(i int) { out.Status[m.families[i]] = AnswerEntitled })
	}
	if whole.s != nil {
		each(whole.s, func(i int) {
			if !whole.t.Get(i) {
				out.Status[m.families[i]] = AnswerRefer
			}
		})
	}
	if r.each != nil {
		whom, family := m.get(r.each), m.persons
		mine := slices.Clone(whom.t[:words64(len(family))])
		for i := range mine {
			mine[i] |= word64(whom.s, i)
		}
		last(mine, len(family))
		if none(open) && m.inRow && len(family) > 0 {
			persons := out.Persons[family[0]:][:len(family)]
			decidedPersons(persons, mine, v.t)
			each(v.s, func(i int) { persons[i] = AnswerRefer })
		} else if family = m.spread(outer(0)); none(open) {
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

// eight has for eight bits what eight families or persons are told, where a
// bit is set.
func eight(set, clear Answer) (out [256][8]Answer) {
	for b := range out {
		for i := range 8 {
			out[b][i] = clear
			if b>>i&1 != 0 {
				out[b][i] = set
			}
		}
	}
	return out
}

var (
	entitledOrRefused = eight(AnswerEntitled, AnswerNotEntitled)
	refusedOrNobody   = eight(AnswerNotEntitled, AnswerNone)
)

// entitled writes which rows are entitled and which are refused.
func entitled(into []Answer, yes Bits) {
	i := 0
	for ; i+8 <= len(into); i += 8 {
		*(*[8]Answer)(into[i:]) = entitledOrRefused[uint8(yes[i>>6]>>(i&63))]
	}
	for ; i < len(into); i++ {
		into[i] = entitledOrRefused[1&(yes[i>>6]>>(i&63))][0]
	}
}

// decidedPersons writes who is entitled and who of those for whom the right is
// is refused.
func decidedPersons(into []Answer, mine, yes Bits) {
	i := 0
	for ; i+8 <= len(into); i += 8 {
		whose, entitled := uint8(mine[i>>6]>>(i&63)), uint8(yes[i>>6]>>(i&63))
		if entitled == 0 {
			*(*[8]Answer)(into[i:]) = refusedOrNobody[whose]
			continue
		}
		if whose == 255 {
			*(*[8]Answer)(into[i:]) = entitledOrRefused[entitled]
			continue
		}
		*(*[8]Answer)(into[i:]) = refusedOrNobody[whose]
		for j := range 8 {
			if entitled>>j&1 != 0 {
				into[i+j] = AnswerEntitled
			}
		}
	}
	for ; i < len(into); i++ {
		into[i] = refusedOrNobody[1&(mine[i>>6]>>(i&63))][0]
		if yes[i>>6]>>(i&63)&1 != 0 {
			into[i] = AnswerEntitled
		}
	}
}

// refused writes for all families of the chunk what most of them are told.
func (m *machine) refused(into []Answer) {
	for _, f := range m.families {
		into[f] = AnswerNotEntitled
	}
}

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
	if !a.fixed && len(o.v.odd) == 0 && times > 0 && a.hi*times < newDivisor(by).below-by {
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
	if m.inRow && none(open) && (rows != nil || a.fixed) {
		m.payAll(cents[m.families[0]:][:len(m.families)], v, r.status.level, rows, same, times, newDivisor(by))
		return
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

// payAll adds what families get of which none is open: who is entitled is so
// surely.
func (m *machine) payAll(cents []int64, v *vec, level int, rows []int64, same, times int64, by divisor) {
	if rows == nil {
		if level == 0 {
			for f := range cents {
				cents[f] += same & -int64(v.t[f>>6]>>(f&63)&1)
			}
			return
		}
		m.sums = roomInts(m.sums, len(cents))
		m.countEach(m.sums, v.t)
		for f, n := range m.sums {
			cents[f] += n * same
		}
		return
	}
	of, total := m.size(level), int64(0)
	half := int64(by.by / 2) // of what is never below nothing, a half is rounded up
	run := roomInts(m.running, of+1)
	m.running, run[0] = run, 0
	for from := 0; from < of; from += 64 {
		w := v.t[from>>6]
		into := run[from+1:][:min(64, of-from)]
		part := rows[from:][:len(into)]
		if by.by == 1 {
			for j, n := range part {
				total += n * times & -int64(w&1)
				w >>= 1
				into[j] = total
			}
			continue
		}
		for j, n := range part {
			total += by.divide(n*times+half) & -int64(w&1)
			w >>= 1
			into[j] = total
		}
	}
	before := int64(0)
	for f, end := range m.at[level][1:][:len(cents)] {
		now := run[end]
		cents[f] += now - before
		before = now
	}
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
	must, mask, ones := uint64(0), uint64(0), uint64(0) // roles that there is one of, and those that have a largest number
	for i, r := range lib.facts.Roles {
		if r.Required {
			must |= 255 << (8 * i)
			ones |= 1 << (8 * i)
		} else if r.Max > 0 {
			mask |= 255 << (8 * i)
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
		if counts&must == ones && counts&mask == 0 { // as most are
			continue
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
		if c.Dates != nil {
			outside(c.Dates[:rows], c, lo, hi, into)
		} else {
			outside(c.Ints[:rows], c, lo, hi, into)
		}
	}
}

// outside marks the rows that are known and lie outside two limits. Most columns
// have none in 64 rows, and are looked at no further.
func outside[T Date | int64](list []T, c *Column, lo, hi int64, into Bits) {
	for from := 0; from < len(list); from += 64 {
		part := list[from:min(from+64, len(list))]
		some := false
		for _, n := range part {
			if int64(n) < lo || int64(n) > hi {
				some = true
			}
		}
		if !some {
			continue
		}
		for j, n := range part {
			if (int64(n) < lo || int64(n) > hi) && c.Has(from+j) {
				into.Set(from + j)
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

package rules

import (
	"slices"
	"sync"
)

const maxCuts = 48 // values at which a number is cut, for one right

// values are those that a search tries for a right on one day. They are the
// same for every family, so they are found once; nobody changes them.
type values struct {
	today  Date
	parts  byFact // what is possible, cut into parts
	likely byFact // single values
}

// valuesOn are the values of a day; those of the last day that was asked for
// are kept.
func (r *Right) valuesOn(today Date) *values {
	v := r.values.Load()
	if v == nil || v.today != today {
		v = &values{today: today}
		r.values.Store(v)
	}
	return v
}

// byFact keeps values of facts.
type byFact struct{ kept sync.Map }

func (b *byFact) of(x *Fact, find func() []cell) []cell {
	if v, ok := b.kept.Load(x); ok {
		return v.([]cell)
	}
	v := slices.Clip(find())
	b.kept.Store(x, v)
	return v
}

// parts cuts what is possible for an unknown fact into cells that together
// hold all of it, in order: single values that matter to a right (its limits and
// their neighbours), and what lies between them. The parts of a yes-or-no, of
// a choice and of a code are single values and are all there are.
func (f *frame) parts(u *uses, x *Fact) []cell {
	switch x.Type {
	case TypeBool:
		return []cell{{known: true, b: isTrue}, {known: true, b: isFalse}}
	case TypeChoice:
		out := make([]cell, len(x.set.set))
		for i := range x.set.set {
			out[i] = cell{known: true, s: words{set: x.set.set[i : i+1]}}
		}
		return out
	case TypeCode:
		return u.codes[x]
	}
	_, all, _ := x.possible(f.today)
	g := x.grain()
	cuts := f.cuts(u, x, all)
	out := make([]cell, 0, 2*len(cuts)+1)
	from := all.lo
	for _, c := range cuts {
		out = appendPart(out, from, c.sub(g))
		out = appendPart(out, c, c)
		from = c.add(g)
	}
	return appendPart(out, from, all.hi)
}

// ordered tells whether the parts of a fact lie in order.
func (x *Fact) ordered() bool { return x.kind == kindNumber || x.kind == kindDate }

// hull holds all of some neighbouring parts of a number.
func hull(parts []cell) cell {
	return cell{part: true, n: between(parts[0].n.lo, parts[len(parts)-1].n.hi)}
}

func appendPart(parts []cell, lo, hi number) []cell {
	if lo.cmp(hi) > 0 {
		return parts
	}
	return append(parts, cell{known: lo.cmp(hi) == 0, n: between(lo, hi)})
}

// grain is the distance between neighbouring values of a number.
func (x *Fact) grain() number {
	if x.Type == TypeMoney {
		return cents(1)
	}
	return integer(1)
}

// cuts are the values of a number at which the answer of a right may turn, in
// order, within what is possible.
func (f *frame) cuts(u *uses, x *Fact, all span) []number {
	var found []number
	add := func(n number) {
		if n.cmp(all.lo) >= 0 && n.cmp(all.hi) <= 0 && (x.Type != TypeInt && x.Type != TypeDate || n.isWhole()) {
			found = append(found, n)
		}
	}
	if x.Type == TypeDate {
		f.dayCuts(u, add)
	} else {
		for _, n := range u.numbers {
			add(n)
		}
		for _, slot := range u.params {
			if n := f.param(slot); n.has {
				add(n.lo.roundTo(x.grain(), roundDown))
			}
		}
	}
	slices.SortFunc(found, number.cmp)
	found = slices.CompactFunc(found, func(a, b number) bool { return a.cmp(b) == 0 })
	if len(found) > maxCuts {
		found = found[:maxCuts]
	}
	ends := []number{all.lo, all.hi}
	for _, n := range found {
		if n.cmp(all.lo) != 0 && n.cmp(all.hi) != 0 {
			ends = append(ends, n)
		}
	}
	slices.SortFunc(ends, number.cmp)
	return slices.CompactFunc(ends, func(a, b number) bool { return a.cmp(b) == 0 })
}

// dayCuts are the days named in a right, and the days so many years or months
// before today as it names numbers: ages turn there.
func (f *frame) dayCuts(u *uses, add func(number)) {
	day := func(d Date) {
		add(integer(int64(d) - 1))
		add(integer(int64(d)))
	}
	for _, d := range u.days {
		day(d)
	}
	for _, n := range u.numbers {
		if n.big != nil || !n.isWhole() || n.sign() < 0 {
			continue
		}
		k := n.n / n.den()
		if k <= 130 {
			for _, years := range []int{int(k), int(k) + 1} {
				day(f.today.AddMonths(-12*years) + 1)
			}
		}
		if k <= 60 {
			day(f.today.AddMonths(-int(k)) + 1)
		}
	}
}

// codeParts are a code's values as far as a right can tell them apart: of
// those that pass the same tests one stands for all. A code that is listed has
// no other values than those; of another, each text that it is compared with is
// looked at, each code of the tables that say something about it, one that only
// begins like each beginning, and one that is like none. Codes are compared with
// nothing else.
func (x *Fact) codeParts(uses []textUse) []cell {
	const other = "\x00" // stands for any further text
	texts := x.set.set
	if len(texts) == 0 {
		for _, u := range uses {
			switch {
			case u.find != nil:
				texts = append(texts, u.in.codes...)
			case u.prefix:
				texts = append(texts, u.texts[0]+other)
			default:
				texts = append(texts, u.texts...)
			}
		}
		slices.Sort(texts)
		texts = append(slices.Compact(texts), other)
	}
	var out []cell
	seen := map[string]bool{}
	passed := make([]byte, len(uses))
	for i, s := range texts {
		for k, u := range uses {
			passed[k] = '-'
			if u.holds(s) {
				passed[k] = '+'
			}
		}
		if !seen[string(passed)] {
			seen[string(passed)] = true
			out = append(out, cell{known: true, s: words{set: texts[i : i+1]}})
		}
	}
	return out
}

// narrower cuts an interval into its ends and two halves, in order; nothing for
// a single value.
func (x *Fact) narrower(c cell) []cell {
	if x.Type != TypeMoney && x.Type != TypeInt && x.Type != TypeDate || !c.n.has || c.n.lo.cmp(c.n.hi) == 0 {
		return nil
	}
	g := x.grain()
	lo, hi := c.n.lo.add(g), c.n.hi.sub(g)
	middle := lo.add(hi).div(integer(2)).roundTo(g, roundDown)
	parts := appendPart(nil, c.n.lo, c.n.lo)
	parts = appendPart(appendPart(parts, lo, middle), middle.add(g), hi)
	return appendPart(parts, c.n.hi, c.n.hi)
}

package rules

import "slices"

// Evaluation works on sets of possible values. A fact that is known has one
// possible value; a fact that is not has all the values of its domain. Every
// operation here gives a set that holds at least every value that some
// completion of the facts can give, so what comes out as one single value is
// certain.
//
// Beside its values a set can hold two marks: absent (the fact makes no sense
// for this person: no comparison with it holds, and in arithmetic it counts as
// 0) and stuck (no fact can tell: an amount is not published for this day,
// somebody else decides, a division by zero).

// tri is a set of truth values.
type tri uint8

const (
	isFalse tri = 1 << iota
	isTrue
	isStuck
	either = isFalse | isTrue
)

func triOf(b bool) tri {
	if b {
		return isTrue
	}
	return isFalse
}

func (a tri) certain() bool { return a == isTrue || a == isFalse }

func (a tri) not() tri { return a&isStuck | a&isFalse<<1 | a&isTrue>>1 }

// and is false where either side is false, whatever the other holds.
func (a tri) and(b tri) tri {
	out := (a | b) & isFalse
	if a&isTrue != 0 && b&isTrue != 0 {
		out |= isTrue
	}
	if a&isStuck != 0 && b&(isTrue|isStuck) != 0 || b&isStuck != 0 && a&(isTrue|isStuck) != 0 {
		out |= isStuck
	}
	return out
}

func (a tri) or(b tri) tri { return a.not().and(b.not()).not() }

// span is a set of numbers or days: an interval, and the marks.
type span struct {
	lo, hi number
	has    bool // holds numbers at all
	loInf  bool // no lower bound
	hiInf  bool
	absent bool
	stuck  bool
}

var (
	absentSpan = span{absent: true}
	stuckSpan  = span{stuck: true}
)

func exactly(n number) span { return span{lo: n, hi: n, has: true} }

func between(lo, hi number) span { return span{lo: lo, hi: hi, has: true} }

func (a span) bounded() bool { return !a.loInf && !a.hiInf }

// told is the span, or stuck when a number in it is larger than any law needs.
func (a span) told() span {
	if a.has && (a.lo.isTooLarge() || a.hi.isTooLarge()) {
		return stuckSpan
	}
	return a
}

// certain tells whether only one number is possible.
func (a span) certain() bool {
	return a.has && a.bounded() && !a.absent && !a.stuck && a.lo.cmp(a.hi) == 0
}

// join is the smallest span that holds both.
func (a span) join(b span) span {
	a.absent, a.stuck = a.absent || b.absent, a.stuck || b.stuck
	switch {
	case !b.has:
		return a
	case !a.has:
		b.absent, b.stuck = a.absent, a.stuck
		return b
	}
	a.loInf, a.hiInf = a.loInf || b.loInf, a.hiInf || b.hiInf
	if b.lo.cmp(a.lo) < 0 {
		a.lo = b.lo
	}
	if b.hi.cmp(a.hi) > 0 {
		a.hi = b.hi
	}
	return a
}

// counted is the span as arithmetic sees it: what is absent counts as 0.
func (a span) counted() span {
	if !a.absent {
		return a
	}
	a.absent = false
	return a.join(exactly(number{}))
}

func (a span) neg() span {
	a = a.counted()
	a.lo, a.hi = a.hi.neg(), a.lo.neg()
	a.loInf, a.hiInf = a.hiInf, a.loInf
	return a
}

func (a span) add(b span) span {
	a, b = a.counted(), b.counted()
	a.stuck = a.stuck || b.stuck
	if a.has = a.has && b.has; a.has {
		a.lo, a.hi = a.lo.add(b.lo), a.hi.add(b.hi)
		a.loInf, a.hiInf = a.loInf || b.loInf, a.hiInf || b.hiInf
	}
	return a.told()
}

func (a span) mul(b span) span {
	a, b = a.counted(), b.counted()
	out := span{stuck: a.stuck || b.stuck, has: a.has && b.has}
	if !out.has {
		return out
	}
	if !a.bounded() || !b.bounded() {
		out.loInf, out.hiInf = true, true
		return out
	}
	if a.lo.cmp(a.hi) == 0 && b.lo.cmp(b.hi) == 0 {
		out.lo = a.lo.mul(b.lo)
		out.hi = out.lo
		return out.told()
	}
	for i, p := range [...]number{a.lo.mul(b.lo), a.lo.mul(b.hi), a.hi.mul(b.lo), a.hi.mul(b.hi)} {
		if p.isTooLarge() {
			return stuckSpan
		}
		if i == 0 || p.cmp(out.lo) < 0 {
			out.lo = p
		}
		if i == 0 || p.cmp(out.hi) > 0 {
			out.hi = p
		}
	}
	return out
}

func (a span) div(b span) span {
	a, b = a.counted(), b.counted()
	if b.has && (b.loInf || b.lo.sign() <= 0) && (b.hiInf || b.hi.sign() >= 0) { // zero is possible
		out := span{stuck: true}
		if b.loInf || b.hiInf || b.lo.sign() != 0 || b.hi.sign() != 0 {
			out.has, out.loInf, out.hiInf = a.has, true, true
		}
		return out
	}
	if !b.has || !b.bounded() {
		return span{stuck: a.stuck || b.stuck, has: a.has && b.has, loInf: true, hiInf: true}
	}
	one := integer(1)
	out := a.mul(span{lo: one.div(b.hi), hi: one.div(b.lo), has: true})
	out.stuck = out.stuck || b.stuck
	return out
}

// least and most take absent as 0, as all arithmetic does.
func (a span) least(b span) span {
	a, b = a.counted(), b.counted()
	out := span{stuck: a.stuck || b.stuck, has: a.has && b.has}
	if !out.has {
		return out
	}
	out.lo, out.hi = a.lo, a.hi
	out.loInf = a.loInf || b.loInf
	if b.lo.cmp(a.lo) < 0 {
		out.lo = b.lo
	}
	switch {
	case a.hiInf:
		out.hi, out.hiInf = b.hi, b.hiInf
	case !b.hiInf && b.hi.cmp(a.hi) < 0:
		out.hi = b.hi
	}
	return out
}

func (a span) most(b span) span { return a.neg().least(b.neg()).neg() }

func (a span) round(unit number, mode roundMode) span {
	a = a.counted()
	if a.has && !a.loInf {
		a.lo = a.lo.roundTo(unit, mode)
	}
	if a.has && !a.hiInf {
		a.hi = a.hi.roundTo(unit, mode)
	}
	return a
}

func marks(a, b span) (out tri) {
	if a.stuck || b.stuck {
		out |= isStuck
	}
	if a.absent && (b.has || b.absent) || b.absent && (a.has || a.absent) {
		out |= isFalse
	}
	return out
}

// less is a < b, or a <= b when equal counts too.
func (a span) less(b span, orEqual bool) tri {
	out := marks(a, b)
	if !a.has || !b.has {
		return out
	}
	want := 0 // the comparison must be below this
	if orEqual {
		want = 1
	}
	if a.loInf || b.hiInf || a.lo.cmp(b.hi) < want {
		out |= isTrue
	}
	if a.hiInf || b.loInf || a.hi.cmp(b.lo) >= want {
		out |= isFalse
	}
	return out
}

func (a span) equal(b span) tri {
	out := marks(a, b)
	if !a.has || !b.has {
		return out
	}
	if (a.loInf || b.hiInf || a.lo.cmp(b.hi) <= 0) && (a.hiInf || b.loInf || b.lo.cmp(a.hi) <= 0) {
		out |= isTrue
	}
	if !(a.bounded() && b.bounded() && a.lo.cmp(a.hi) == 0 && b.lo.cmp(b.hi) == 0 && a.lo.cmp(b.lo) == 0) {
		out |= isFalse
	}
	return out
}

// words is a set of texts: those in set, or all but those when others is true.
type words struct {
	set    []string
	others bool
	absent bool
	stuck  bool
}

func word(s string) words { return words{set: []string{s}} }

func (a words) certain() bool {
	return !a.others && !a.absent && !a.stuck && len(a.set) == 1
}

func (a words) join(b words) words {
	out := words{absent: a.absent || b.absent, stuck: a.stuck || b.stuck}
	switch {
	case a.others && b.others: // all but what neither holds
		for _, s := range a.set {
			if slices.Contains(b.set, s) {
				out.set = append(out.set, s)
			}
		}
		out.others = true
	case a.others || b.others:
		open, closed := a, b
		if b.others {
			open, closed = b, a
		}
		for _, s := range open.set {
			if !slices.Contains(closed.set, s) {
				out.set = append(out.set, s)
			}
		}
		out.others = true
	case len(a.set) == 0:
		out.set = b.set
	case subset(b.set, a.set):
		out.set = a.set
	default:
		out.set = append(slices.Clone(a.set), b.set...)
	}
	return out
}

func subset(a, b []string) bool {
	for _, s := range a {
		if !slices.Contains(b, s) {
			return false
		}
	}
	return true
}

// matches is what a test says about the members of the set; open is what it
// may say about the members that are not named.
func (a words) matches(test func(string) bool, open tri) (out tri) {
	if a.stuck {
		out |= isStuck
	}
	if a.absent {
		out |= isFalse
	}
	if a.others {
		return out | open
	}
	for _, s := range a.set {
		out |= triOf(test(s))
		if out&either == either {
			break
		}
	}
	return out
}

func (a words) is(s string) tri {
	if a.others && slices.Contains(a.set, s) {
		return a.matches(nil, isFalse)
	}
	return a.matches(func(t string) bool { return t == s }, either)
}

func (a words) equal(b words) tri {
	if b.certain() {
		return a.is(b.set[0])
	}
	if a.certain() {
		return b.is(a.set[0])
	}
	out := either
	if a.stuck || b.stuck {
		out |= isStuck
	}
	return out
}

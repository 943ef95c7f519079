package rules

import (
	"slices"
)

// Whether a condition can hold at all is found by cutting. Each number, day or
// text that it looks at is an axis. The numbers it is compared with cut the
// axis into points and the stretches between them, and within one of these
// every comparison has one answer. So there are only so many cases, and all
// are looked at, none drawn.
//
// Two axes are taken to be independent, also where they hang together (an age
// and a day of birth). There may then seem to be more cases than there are,
// never fewer: what is found never to hold, never holds.

// axis is one thing that conditions look at.
type axis struct {
	label string // as the author wrote it
	kind  kind
	cuts  []number // of a number or a day
	texts []string // of a text, those that it is compared with or can be
	whole bool     // no fractions
	lo    *number
	hi    *number
	none  bool // it may be absent; no comparison with it holds then
	more  bool // a text can be another than those
}

// region is a part of an axis in which every comparison has one answer.
type region struct {
	absent bool
	yes    bool    // of an axis of yes and no
	text   string  // of a text; "" is any other
	lo, hi *number // between them, or both the same for the point itself
	point  bool
}

// cut is a comparison with an axis: whether it is less than a number, at most
// that number, or the number itself; or one of some texts; or yes.
type cut struct {
	axis  *axis
	op    cutOp
	n     number
	texts []string
}

type cutOp uint8

const (
	cutLess cutOp = iota
	cutAtMost
	cutEqual
	cutMore // more than the number: of an axis that may be absent, where not at most is not enough
	cutAmong
	cutYes
)

// prop is a condition over axes.
type prop struct {
	op   propOp
	args []*prop
	cut  cut
}

type propOp uint8

const (
	propTrue propOp = iota
	propFalse
	propAnd
	propOr
	propNot
	propCut
)

var (
	always0 = &prop{op: propTrue}
	never0  = &prop{op: propFalse}
)

func propOf(b bool) *prop {
	if b {
		return always0
	}
	return never0
}

func (p *prop) not() *prop {
	switch p.op {
	case propTrue:
		return never0
	case propFalse:
		return always0
	case propNot:
		return p.args[0]
	}
	return &prop{op: propNot, args: []*prop{p}}
}

func allOf(ps ...*prop) *prop { return join(propAnd, propTrue, propFalse, ps) }
func anyOf(ps ...*prop) *prop { return join(propOr, propFalse, propTrue, ps) }

// join leaves out what changes nothing, and stops at what decides.
func join(op, nothing, decides propOp, ps []*prop) *prop {
	var args []*prop
	for _, p := range ps {
		switch p.op {
		case nothing:
		case decides:
			return p
		case op:
			args = append(args, p.args...)
		default:
			args = append(args, p)
		}
	}
	switch len(args) {
	case 0:
		return &prop{op: nothing}
	case 1:
		return args[0]
	}
	return &prop{op: op, args: args}
}

// in is what is left of a condition when an axis lies in a region.
func (p *prop) in(a *axis, r region, c *cases) *prop {
	if c.spent++; c.over() {
		return p
	}
	switch p.op {
	case propCut:
		if p.cut.axis == a {
			return propOf(p.cut.holds(r))
		}
	case propNot:
		if q := p.args[0].in(a, r, c); q != p.args[0] {
			return q.not()
		}
	case propAnd, propOr:
		args, same := make([]*prop, len(p.args)), true
		for i, q := range p.args {
			args[i] = q.in(a, r, c)
			same = same && args[i] == q
		}
		if same {
			return p
		}
		if p.op == propAnd {
			return allOf(args...)
		}
		return anyOf(args...)
	}
	return p
}

// first is an axis that the condition still looks at; nil when it is decided.
func (p *prop) first() *axis {
	switch p.op {
	case propCut:
		return p.cut.axis
	case propNot, propAnd, propOr:
		return p.args[0].first()
	}
	return nil
}

func (c cut) holds(r region) bool {
	switch {
	case r.absent:
		return false
	case c.op == cutYes:
		return r.yes
	case c.op == cutAmong:
		return slices.Contains(c.texts, r.text)
	case c.op == cutMore:
		return r.lo != nil && (r.lo.cmp(c.n) > 0 || !r.point && r.lo.cmp(c.n) == 0)
	case r.point:
		d := r.lo.cmp(c.n)
		return d < 0 && c.op != cutEqual || d == 0 && c.op != cutLess
	case c.op == cutEqual:
		return false
	}
	return r.hi != nil && r.hi.cmp(c.n) <= 0 // a stretch lies on one side of every cut
}

// cutAt makes sure that a number is where the axis is cut.
func (a *axis) cutAt(n number) {
	i, there := slices.BinarySearchFunc(a.cuts, n, number.cmp)
	if !there {
		a.cuts = slices.Insert(a.cuts, i, n)
	}
}

func (a *axis) mention(texts []string) {
	for _, s := range texts {
		if !slices.Contains(a.texts, s) {
			a.texts = append(a.texts, s)
		}
	}
}

// regions are all parts of the axis, within what it can be.
func (a *axis) regions() (out []region) {
	switch a.kind {
	case kindBool:
		return []region{{yes: true}, {yes: false}}
	case kindText:
		for _, s := range a.texts {
			out = append(out, region{text: s})
		}
		if a.more {
			out = append(out, region{})
		}
	default:
		var before *number
		for i := range a.cuts {
			n := &a.cuts[i]
			out = a.stretch(out, before, n)
			if a.within(*n) && (!a.whole || n.isWhole()) {
				out = append(out, region{lo: n, hi: n, point: true})
			}
			before = n
		}
		out = a.stretch(out, before, nil)
	}
	if a.none {
		out = append(out, region{absent: true})
	}
	return out
}

func (a *axis) within(n number) bool {
	return (a.lo == nil || n.cmp(*a.lo) >= 0) && (a.hi == nil || n.cmp(*a.hi) <= 0)
}

// stretch adds what lies between two cuts, if something does.
func (a *axis) stretch(out []region, lo, hi *number) []region {
	first, last := lo, hi // what lies strictly between them, and from a.lo to a.hi
	if a.lo != nil && (first == nil || first.cmp(*a.lo) < 0) {
		if hi != nil && a.lo.cmp(*hi) >= 0 {
			return out
		}
		first = nil
	}
	if a.hi != nil && (last == nil || last.cmp(*a.hi) > 0) {
		if lo != nil && a.hi.cmp(*lo) <= 0 {
			return out
		}
		last = nil
	}
	if a.whole && small(first, last, a.lo, a.hi) {
		from, to := a.lo, a.hi
		if first != nil {
			n := integer(first.whole(roundDown) + 1)
			from = &n
		}
		if last != nil {
			n := integer(last.whole(roundUp) - 1)
			to = &n
		}
		if from != nil && to != nil && from.whole(roundUp) > to.whole(roundDown) {
			return out
		}
	}
	return append(out, region{lo: lo, hi: hi})
}

// small tells whether none of some numbers has grown out of 64 bits.
func small(ns ...*number) bool {
	return !slices.ContainsFunc(ns, func(n *number) bool { return n != nil && n.big != nil })
}

// in says where an axis lies, for people: "income from 0 to 20763.88".
func (a *axis) in(r region) string {
	show := func(n number) string {
		if a.kind == kindDate {
			return n.day().String()
		}
		return n.plain()
	}
	switch {
	case r.absent:
		return a.label + " is not there"
	case a.kind == kindBool && r.yes:
		return a.label
	case a.kind == kindBool:
		return "not " + a.label
	case a.kind == kindText && r.text == "":
		return a.label + " is something else"
	case a.kind == kindText:
		return a.label + " is " + r.text
	case r.point:
		return a.label + " is " + show(*r.lo)
	case r.lo == nil && r.hi == nil:
		return a.label + " is anything"
	case r.lo == nil:
		return a.label + " is below " + show(*r.hi)
	case r.hi == nil:
		return a.label + " is above " + show(*r.lo)
	}
	return a.label + " is between " + show(*r.lo) + " and " + show(*r.hi)
}

// size counts of how many comparisons a condition is made, as it would be
// written out; beyond a number it only says that there are more.
func (p *prop) size(most int) int {
	if p.op == propCut {
		return 1
	}
	n := 0
	for _, arg := range p.args {
		if n += arg.size(most - n); n > most {
			break
		}
	}
	return n
}

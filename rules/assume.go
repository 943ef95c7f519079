package rules

import (
	"strings"

	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
)

// Whether somebody's debts matter where an income above a limit is enough: a
// proof over all incomes takes hundreds of looks, one over the truth of
// "income <= limit" takes two. So before a search goes into values it supposes
// comparisons to hold and not to hold. Only such are supposed on which the
// fact in question has no bearing, as a value of it may not take the family
// from one side to the other.

// atom is a comparison of numbers or days in the expressions of a right. The
// same two sides give the same atom, whichever way round they are compared.
type atom struct {
	site
	turned bool // it says the opposite of what its memo supposes
}

// atom is the place of a comparison a < b (or a <= b); false where one of its
// sides cannot be told from others, or differs by a person of an aggregate.
func (c *compiler) atom(a, b celast.Expr, orEqual bool, by []int) (atom, bool) {
	x, y := written(a), written(b)
	if c.slots == nil || x == "" || y == "" || len(by) > 1 || len(by) == 1 && by[0] != 0 {
		return atom{}, false
	}
	turned := x > y
	if turned {
		x, y, orEqual = y, x, !orEqual
	}
	key := x + " < " + y
	if orEqual {
		key = x + " <= " + y
	}
	at, ok := c.atoms[key]
	if !ok {
		at = site{*c.slots, by}
		*c.slots++
		c.atoms[key] = at
	}
	return atom{at, turned}, true
}

// written is a text that is the same for the same expression; "" for what is
// too long to be compared.
func written(e celast.Expr) string {
	var b strings.Builder
	var write func(e celast.Expr) bool
	write = func(e celast.Expr) bool {
		switch e.Kind() {
		case celast.IdentKind:
			b.WriteString(e.AsIdent())
		case celast.SelectKind:
			if !write(e.AsSelect().Operand()) {
				return false
			}
			b.WriteString("." + e.AsSelect().FieldName())
		case celast.LiteralKind:
			n, ok := e.AsLiteral().(types.Double)
			if !ok {
				return false
			}
			l, _ := literalNumber(n)
			b.WriteString(l.plain())
		case celast.CallKind:
			b.WriteString("(" + e.AsCall().FunctionName())
			for _, x := range e.AsCall().Args() {
				b.WriteByte(' ')
				if !write(x) {
					return false
				}
			}
			b.WriteByte(')')
		default:
			return false
		}
		return true
	}
	if !write(e) {
		return ""
	}
	return b.String()
}

// supposing is a proof that goes on: what is supposed, and what may be.
type supposing struct {
	about int32 // the fact in question
	open  *memo // the first comparison that was met on which it has no bearing
}

// less compares two numbers, or says what is supposed.
func (at atom) less(f *frame, a, b func(*frame) span, orEqual bool) tri {
	m := f.memo(at.site)
	if m.supposed != 0 {
		if at.turned {
			return m.supposed.not()
		}
		return m.supposed
	}
	outer := f.aside()
	x, y := a(f), b(f)
	v := x.less(y, orEqual)
	if v == either && !x.absent && !y.absent && f.proof.open == nil && outer != nil && !f.trail.has(f.proof.about) {
		f.proof.open = m
	}
	f.back(outer, &m.kept, v.certain())
	return v
}

// looksToSuppose bounds how often a proof of this kind looks.
const looksToSuppose = 12

// ruledOut tells whether v is shown not to matter by supposing comparisons.
func (s *search) ruledOut(v int32) bool {
	s.f.proof = &supposing{about: v}
	looks := looksToSuppose
	out := s.suppose(v, &looks)
	s.f.proof = nil
	s.f.fresh()
	return out
}

func (s *search) suppose(v int32, looks *int) bool {
	if *looks == 0 || s.fuel <= 0 {
		return false
	}
	*looks--
	s.f.proof.open = nil
	s.f.fresh()
	s.look(&s.open)
	if s.void || s.settled(&s.open) || !s.trail.has(v) {
		return true
	}
	m := s.f.proof.open
	if m == nil {
		return false
	}
	defer func() { m.supposed = 0 }()
	for _, truth := range []tri{isTrue, isFalse} {
		m.supposed = truth
		if !s.suppose(v, looks) {
			return false
		}
	}
	return true
}

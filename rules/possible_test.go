package rules

import (
	"testing"

	"pgregory.net/rapid"
)

// drawSpan is a set of numbers and one that is in it, or says that the member
// is absent.
func drawSpan(t *rapid.T, label string) (s span, member number, absent bool) {
	lo := rapid.Int64Range(-6, 6).Draw(t, label+" low")
	wide := rapid.Int64Range(0, 5).Draw(t, label+" wide")
	s = between(integer(lo), integer(lo+wide))
	member = integer(lo + rapid.Int64Range(0, wide).Draw(t, label+" member"))
	if rapid.IntRange(0, 3).Draw(t, label+" may be absent") == 0 {
		s.absent = true
		absent = rapid.Bool().Draw(t, label+" absent")
	}
	return s, member, absent
}

func (a span) holdsNumber(n number) bool {
	return a.has && (a.loInf || a.lo.cmp(n) <= 0) && (a.hiInf || a.hi.cmp(n) >= 0)
}

// Whatever members two sets have, the result of an operation holds what the
// operation makes of them.
func TestResultsHoldEveryMember(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s1, m1, absent1 := drawSpan(t, "a")
		s2, m2, absent2 := drawSpan(t, "b")
		c1, c2 := m1, m2 // as arithmetic sees them
		if absent1 {
			c1 = number{}
		}
		if absent2 {
			c2 = number{}
		}
		for name, tt := range map[string]struct {
			got  span
			want number
		}{
			"+": {s1.add(s2), c1.add(c2)}, "-": {s1.add(s2.neg()), c1.sub(c2)}, "*": {s1.mul(s2), c1.mul(c2)},
			"min": {s1.least(s2), lower(c1, c2)}, "max": {s1.most(s2), lower(c1.neg(), c2.neg()).neg()},
		} {
			if !tt.got.holdsNumber(tt.want) {
				t.Fatalf("%s of %v and %v misses %v", name, m1, m2, tt.want)
			}
		}
		if q := s1.div(s2); c2.sign() == 0 && !q.stuck || c2.sign() != 0 && !q.holdsNumber(c1.div(c2)) {
			t.Fatalf("%v / %v is missed", m1, m2)
		}
		neither := absent1 || absent2
		for name, tt := range map[string]struct {
			got  tri
			want bool
		}{
			"<": {s1.less(s2, false), !neither && m1.cmp(m2) < 0}, "<=": {s1.less(s2, true), !neither && m1.cmp(m2) <= 0},
			"==": {s1.equal(s2), !neither && m1.cmp(m2) == 0},
		} {
			if tt.got&triOf(tt.want) == 0 {
				t.Fatalf("%v %s %v is never %v", m1, name, m2, tt.want)
			}
		}
		if j := s1.join(s2); !j.holdsNumber(m1) || !j.holdsNumber(m2) || j.absent != (s1.absent || s2.absent) {
			t.Fatalf("the join of %v and %v misses one", m1, m2)
		}
	})
}

func lower(a, b number) number {
	if a.cmp(b) < 0 {
		return a
	}
	return b
}

// Truth on sets: each pair of members, and stuck, as Kleene has it.
func TestTruthOfSets(t *testing.T) {
	and := func(a, b tri) tri { // of single members
		switch {
		case a == isFalse || b == isFalse:
			return isFalse
		case a == isTrue && b == isTrue:
			return isTrue
		}
		return isStuck
	}
	for a := tri(1); a < 8; a++ {
		for b := tri(1); b < 8; b++ {
			var all, any tri
			for _, x := range []tri{isFalse, isTrue, isStuck} {
				for _, y := range []tri{isFalse, isTrue, isStuck} {
					if a&x != 0 && b&y != 0 {
						all |= and(x, y)
						any |= and(x.not(), y.not()).not()
					}
				}
			}
			if a.and(b) != all || a.or(b) != any {
				t.Errorf("%b and %b = %b, want %b; or = %b, want %b", a, b, a.and(b), all, a.or(b), any)
			}
		}
	}
}

func TestSetsOfWords(t *testing.T) {
	red, blue := word("red"), word("blue")
	either1 := red.join(blue)
	for name, tt := range map[string]struct{ got, want tri }{
		"one word is itself":               {red.is("red"), isTrue},
		"one word is no other":             {red.is("blue"), isFalse},
		"two words may be one of them":     {either1.is("red"), either},
		"two words are no third":           {either1.is("green"), isFalse},
		"any word may be this one":         {words{others: true}.is("red"), either},
		"any but red is not red":           {words{others: true, set: []string{"red"}}.is("red"), isFalse},
		"what is absent is no word":        {words{absent: true}.is("red"), isFalse},
		"any but red, joined with red":     {words{others: true, set: []string{"red"}}.join(red).is("red"), either},
		"two sets that share a word":       {either1.equal(either1), either},
		"what nobody can tell stays stuck": {words{stuck: true}.is("red"), isStuck},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %b, want %b", tt.got, tt.want)
			}
		})
	}
}

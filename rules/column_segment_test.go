package rules

import (
	"testing"

	"pgregory.net/rapid"
)

// A division that is a multiplication gives what a division gives, up to the
// largest number that it takes.
func TestADivisorDivides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		by := rapid.OneOf(rapid.Int64Range(1, 5000), rapid.Int64Range(1, 1<<40)).Draw(t, "by")
		d := newDivisor(by)
		n := rapid.OneOf(rapid.Int64Range(0, d.below-1), rapid.Map(rapid.Int64Range(0, (d.below-1)/by), func(k int64) int64 { return k * by }),
			rapid.Map(rapid.Int64Range(1, max(1, (d.below-1)/by)), func(k int64) int64 { return k*by - 1 }), rapid.Just(d.below-1)).Draw(t, "n")
		if n = min(max(0, n), d.below-1); d.divide(n) != n/by {
			t.Fatalf("%d / %d is %d", n, by, d.divide(n))
		}
		n = rapid.OneOf(rapid.Just(n), rapid.Just(-n), rapid.Int64Range(-mostScaled, mostScaled), rapid.Map(rapid.Int64Range(-1000, 1000), func(k int64) int64 { return k*by + by/2 })).Draw(t, "to be rounded")
		if got, want := d.halfUp(n, by/2), (number{n: n, d: by}).whole(roundHalfUp); got != want {
			t.Fatalf("%d / %d is rounded to %d, and is %d", n, by, got, want)
		}
	})
}

// What is summed and counted of families is what walking through them gives,
// however large they are and wherever a word of 64 ends.
func TestFamiliesAreSummedAndCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{}
		m.starts = []int32{0}
		for range rapid.IntRange(1, 90).Draw(t, "families") {
			m.starts = append(m.starts, m.starts[len(m.starts)-1]+int32(rapid.SampledFrom([]int{1, 1, 2, 3, 6, 40}).Draw(t, "persons")))
		}
		families, persons := len(m.starts)-1, int(m.starts[len(m.starts)-1])
		numbers, yes := make([]int64, persons), NewBits(persons)
		for i := range numbers {
			numbers[i] = rapid.Int64Range(-mostScaled/64, mostScaled/64).Draw(t, "number")
			if rapid.Bool().Draw(t, "yes") {
				yes.Set(i)
			}
		}
		all, some, count, any := make([]int64, families), make([]int64, families), make([]int64, families), NewBits(families)
		m.sumEach(all, numbers, nil)
		m.sumEach(some, numbers, yes)
		m.countEach(count, yes)
		m.anyEach(any, yes)
		for f := range families {
			var a, s, c int64
			for i := m.starts[f]; i < m.starts[f+1]; i++ {
				a += numbers[i]
				if yes.Get(int(i)) {
					s, c = s+numbers[i], c+1
				}
			}
			if all[f] != a || some[f] != s || count[f] != c || any.Get(f) != (c > 0) {
				t.Fatalf("family %d: %d %d %d %v, walking gives %d %d %d", f, all[f], some[f], count[f], any.Get(f), a, s, c)
			}
		}
	})
}

// Eight answers at a time are the same answers.
func TestAnswersAreWrittenEightAtATime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(t, "rows")
		mine, yes := NewBits(n), NewBits(n)
		for i := range n {
			if rapid.IntRange(0, 9).Draw(t, "mine") > 0 {
				mine.Set(i)
				if rapid.Bool().Draw(t, "yes") {
					yes.Set(i)
				}
			}
		}
		persons, families := make([]Answer, n), make([]Answer, n)
		decidedPersons(persons, mine, yes)
		entitled(families, yes)
		for i := range n {
			want, of := AnswerNone, AnswerNotEntitled
			if mine.Get(i) {
				want = AnswerNotEntitled
			}
			if yes.Get(i) {
				want, of = AnswerEntitled, AnswerEntitled
			}
			if persons[i] != want || families[i] != of {
				t.Fatalf("row %d: %v and %v, expected %v and %v", i, persons[i], families[i], want, of)
			}
		}
	})
}

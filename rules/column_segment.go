package rules

import "math/bits"

// The persons of a family lie together, so what is summed or counted over them
// is the difference of two running totals. No branch hangs on how large a family
// is.

// sumEach adds for each family the numbers of its persons for which a bit is
// set; nil: all of them.
func (m *machine) sumEach(out []int64, numbers []int64, yes Bits) {
	run := roomInts(m.running, len(numbers)+1)
	m.running = run
	total := int64(0)
	run[0] = 0
	if yes == nil {
		for i, n := range numbers {
			total += n
			run[i+1] = total
		}
	} else {
		for from := 0; from < len(numbers); from += 64 {
			w := yes[from>>6]
			part := numbers[from:min(from+64, len(numbers))]
			into := run[from+1:][:len(part)]
			for j, n := range part {
				total += n & -int64(w&1)
				w >>= 1
				into[j] = total
			}
		}
	}
	m.apart(out, run)
}

// apart takes from running totals what each family adds.
func (m *machine) apart(out []int64, run []int64) {
	before := int64(0)
	ends := m.starts[1:][:len(out)]
	for f := range out {
		now := run[ends[f]]
		out[f] = now - before
		before = now
	}
}

// countEach counts for each family its persons for whom a bit is set.
func (m *machine) countEach(out []int64, b Bits) {
	before, total, word := int64(0), int64(0), int32(0)
	ends := m.starts[1:][:len(out)]
	for f, end := range ends {
		for ; word < end>>6; word++ {
			total += int64(bits.OnesCount64(b[word]))
		}
		now := total
		if rest := end & 63; rest != 0 {
			now += int64(bits.OnesCount64(b[word] << (64 - rest)))
		}
		out[f] = now - before
		before = now
	}
}

// anyEach tells for each family whether a bit is set for one of its persons.
func (m *machine) anyEach(into, b Bits) {
	clear(into)
	before, word := int32(0), int32(0)
	total := int32(0)
	for f, end := range m.starts[1:] {
		for ; word < end>>6; word++ {
			total += int32(bits.OnesCount64(b[word]))
		}
		now := total
		if rest := end & 63; rest != 0 {
			now += int32(bits.OnesCount64(b[word] << (64 - rest)))
		}
		into[f>>6] |= uint64(uint32(before-now)>>31) << (f & 63)
		before = now
	}
}

// divisor divides by the same number again and again, with one multiplication.
type divisor struct {
	by    uint64
	inv   uint64 // 2^64 / by, rounded up
	below int64  // what is smaller, and not below 0, may be divided
}

func newDivisor(by int64) divisor {
	if by < 2 {
		return divisor{by: 1, below: mostScaled}
	}
	return divisor{by: uint64(by), inv: ^uint64(0)/uint64(by) + 1, below: (1 << 62) / by}
}

// divide is n / by, rounded down, of what may be divided: inv is too large by
// less than by, so the product too large by less than 1/by as long as n is below
// 2^64/by.
func (d divisor) divide(n int64) int64 {
	if d.by == 1 {
		return n
	}
	q, _ := bits.Mul64(uint64(n), d.inv)
	return int64(q)
}

// halfUp is n / by, rounded to a whole number, a half away from nothing; half is
// half of by.
func (d divisor) halfUp(n, half int64) int64 {
	sign := n >> 63
	k := (n ^ sign) - sign + half // without its sign
	if k >= d.below {
		return number{n: n, d: int64(d.by)}.whole(roundHalfUp)
	}
	return (d.divide(k) ^ sign) - sign
}

package rules

// A search looks at a right thousands of times, and from one look to the next
// changes one fact or two. So results are kept: of each condition, of each
// named value, and of each person that an aggregate goes over. A result is
// found anew only when a fact that it read has changed.

// memo is a value that was found, with what it hangs on.
type memo struct {
	cell
	kept
	plain    bool // the fact makes sense and is not derived: only its own cell counts
	supposed tri  // of a comparison: what a proof takes it to be
}

// kept is what a result that is kept hangs on.
type kept struct {
	stamp   uint32
	at      int     // how many changes there had been when it last held
	touched []int32 // the unknown facts that can change it
	seen    bitset  // the same, as a set
	reads   bitset
	shown   *look // the explanation that has seen what the result was found from
}

// Stamps of what holds whatever is still found out about facts that are not
// known yet.
const (
	always = ^uint32(0) - 1 // and whatever the parameters are
	lasts  = 1 << 31        // from here on; with the parameters of the day: frame.settled
)

// lasting tells whether the result can change no more, so that nothing hangs
// on what it read.
func (k *kept) lasting() bool { return k.stamp >= lasts }

// holds tells whether a result found before is still what would be found.
func (f *frame) holds(k *kept) bool {
	if k.stamp != f.gen {
		return k.stamp == always || k.stamp == f.settled && !f.doubting
	}
	for _, i := range f.changed[k.at:] {
		if k.reads.has(i) {
			return false
		}
	}
	k.at = len(f.changed)
	return true
}

// site is a part of an expression whose results are kept, for each of the
// persons by whom it differs.
type site struct {
	slot int
	by   []int // places of frame.bound
}

// nodesWorthKeeping is from how many parts on an expression is worth a memo:
// what is smaller is found as fast as it is looked up.
const nodesWorthKeeping = 7

// site is a new place for results that differ by the persons named there;
// false for one that costs more than it spares.
func (s *scope) site(nodes int, by []int) (site, bool) {
	if s.slots == nil || nodes < nodesWorthKeeping || len(by) > 2 {
		return site{}, false
	}
	*s.slots++
	return site{*s.slots - 1, by}, true
}

// memo is the place for the result of the persons in hand.
func (f *frame) memo(s site) *memo {
	row := f.memos[s.slot]
	if row == nil {
		n := 1
		for range s.by {
			n *= f.people
		}
		row = make([]memo, n)
		f.memos[s.slot] = row
	}
	at := 0
	for _, b := range s.by {
		at = at*f.people + int(f.bound[b])
	}
	return &row[at]
}

// keepB keeps the results of a yes-or-no.
func (s site) keepB(see func(*frame) tri) func(*frame) tri {
	return func(f *frame) tri {
		if f.look != nil {
			return see(f)
		}
		m := f.memo(s)
		if f.holds(&m.kept) {
			f.trail.again(&m.kept)
			return m.b
		}
		outer := f.aside()
		m.b = see(f)
		f.back(outer, &m.kept, m.b.certain())
		return m.b
	}
}

// keepN keeps the results of a number or a day.
func (s site) keepN(see func(*frame) span) func(*frame) span {
	return func(f *frame) span {
		if f.look != nil {
			return see(f)
		}
		m := f.memo(s)
		if f.holds(&m.kept) {
			f.trail.again(&m.kept)
			return m.n
		}
		outer := f.aside()
		m.n = see(f)
		f.back(outer, &m.kept, m.n.certain())
		return m.n
	}
}

package rules

// trail gathers the unknown facts that a result hangs on, in the order in
// which they were met. What turns out to be certain whatever those facts are
// takes them back off, so that only facts are left that still do something.
// reads are all the facts that were looked at, certain or not: as long as
// none of them changes, neither does the result.
type trail struct {
	seen  bitset // those in order
	order []int32
	reads bitset
}

// bitset is a set of cells.
type bitset []uint64

func (b bitset) add(i int) { b[i/64] |= 1 << (i % 64) }

// has is false for any cell of a set that was never filled.
func (b bitset) has(i int32) bool { return b != nil && b[i/64]&(1<<(i%64)) != 0 }

func (b bitset) addAll(c bitset) {
	for i, w := range c {
		b[i] |= w
	}
}

// within tells whether all of b are in c too.
func (b bitset) within(c bitset) bool {
	for i, w := range b {
		if w&^c[i] != 0 {
			return false
		}
	}
	return true
}

// meets tells whether b and c have something in common.
func (b bitset) meets(c bitset) bool {
	for i, w := range b {
		if w&c[i] != 0 {
			return true
		}
	}
	return false
}

// setsAtOnce is for how many results room is made at once.
const setsAtOnce = 64

// twoSets are empty sets of the cells of the frame.
func (f *frame) twoSets() (a, b bitset) {
	n := (len(f.cells) + 63) / 64
	if len(f.room) < 2*n {
		f.room = make(bitset, setsAtOnce*2*n)
	}
	a, b = f.room[:n:n], f.room[n:2*n:2*n]
	f.room = f.room[2*n:]
	return a, b
}

func (t *trail) reset(f *frame) {
	if t.seen == nil {
		t.seen, t.reads = f.twoSets()
	} else {
		clear(t.seen)
		clear(t.reads)
	}
	t.order = t.order[:0]
}

func (t *trail) add(i int) {
	if !t.seen.has(int32(i)) {
		t.seen.add(i)
		t.order = append(t.order, int32(i))
	}
}

// again adds what a result that was found before hangs on and what it read:
// nothing, when it can change no more. A nil trail takes none.
func (t *trail) again(k *kept) {
	if t == nil || k.lasting() {
		return
	}
	if len(k.touched) > 0 && !k.seen.within(t.seen) {
		for _, i := range k.touched {
			t.add(int(i))
		}
	}
	t.reads.addAll(k.reads)
}

func (t *trail) has(i int32) bool { return t.seen.has(i) }

// mark is how far the trail has come.
func (f *frame) mark() int {
	if f.trail == nil {
		return 0
	}
	return len(f.trail.order)
}

// forget takes off what was met since mark, when the result is certain.
func (f *frame) forget(mark int, certain bool) {
	if t := f.trail; t != nil && certain && len(t.order) > mark {
		for _, i := range t.order[mark:] {
			t.seen[i/64] &^= 1 << (i % 64)
		}
		t.order = t.order[:mark]
	}
}

// aside begins a trail of its own, for a result that is kept: it must know all
// the facts it hangs on, also those that the trail around it already holds.
func (f *frame) aside() (outer *trail) {
	outer = f.trail
	if outer == nil {
		return nil
	}
	if n := len(f.spare); n > 0 {
		f.trail, f.spare = f.spare[n-1], f.spare[:n-1]
	} else {
		f.trail = &trail{}
	}
	f.trail.reset(f)
	return outer
}

// back ends it and notes what the result hangs on and that it holds now.
func (f *frame) back(outer *trail, k *kept, certain bool) {
	k.stamp, k.at = f.gen, len(f.changed)
	k.touched = k.touched[:0]
	if outer == nil {
		clear(k.reads)
		return
	}
	own := f.trail
	f.trail, f.spare = outer, append(f.spare, own)
	if k.reads == nil {
		k.seen, k.reads = f.twoSets()
	}
	if !certain {
		k.touched = append(k.touched, own.order...)
		copy(k.seen, own.seen)
	}
	copy(k.reads, own.reads)
	if certain && f.first {
		k.stamp = f.settled
	}
	outer.again(k)
}

package rules

// trail gathers the unknown facts that a result hangs on, in the order in
// which they were met. What turns out to be certain whatever those facts are
// takes them back off, so that only facts are left that still do something.
type trail struct {
	seen  []uint64
	order []int32
}

func (t *trail) reset(cells int) {
	if need := (cells + 63) / 64; len(t.seen) < need {
		t.seen = make([]uint64, need)
	} else {
		clear(t.seen)
	}
	t.order = t.order[:0]
}

func (t *trail) add(i int) {
	if t.seen[i/64]&(1<<(i%64)) == 0 {
		t.seen[i/64] |= 1 << (i % 64)
		t.order = append(t.order, int32(i))
	}
}

// addAll adds facts; a nil trail takes none.
func (t *trail) addAll(list []int32) {
	if t == nil {
		return
	}
	for _, i := range list {
		t.add(int(i))
	}
}

func (t *trail) has(i int32) bool { return t.seen[i/64]&(1<<(i%64)) != 0 }

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
	f.trail.reset(len(f.cells))
	return outer
}

// back ends it and gives what the result hangs on, into the space of kept.
func (f *frame) back(outer *trail, kept []int32, certain bool) []int32 {
	if outer == nil {
		return kept[:0]
	}
	own := f.trail
	f.trail, f.spare = outer, append(f.spare, own)
	kept = kept[:0]
	if !certain {
		kept = append(kept, own.order...)
		outer.addAll(kept)
	}
	return kept
}

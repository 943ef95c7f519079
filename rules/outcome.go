package rules

// bits of what a right's answer can be
const (
	canEntitle uint8 = 1 << iota
	canRefuse
	canRefer
)

// outcome is the set of answers that are possible for a right.
type outcome struct {
	status  uint8
	people  []verdict // of each person in order; one with person -1 for a family right
	unknown bool      // somebody's status or amount is not certain
	space   []span    // where the amounts of people are kept
}

// verdict is the answer for one person, or for the family (-1).
type verdict struct {
	person  int
	status  uint8
	amounts []span // by amount rule; meaningless unless status has canEntitle
	outside bool   // the right cannot be for this person at all
}

func (o *outcome) certain() bool {
	return single(o.status) && !o.unknown
}

// sameAs compares two certain outcomes of one family.
func (o *outcome) sameAs(p *outcome) bool {
	if o.status != p.status {
		return false
	}
	for i := range o.people {
		v, w := &o.people[i], &p.people[i]
		if v.status != w.status {
			return false
		}
		if v.status != canEntitle {
			continue
		}
		for k := range v.amounts {
			if v.amounts[k].lo.cmp(w.amounts[k].lo) != 0 {
				return false
			}
		}
	}
	return true
}

// decide finds the answers that are possible for the right with what the frame
// knows. It may be asked again with other cells after frame.fresh.
func (r *Right) decide(f *frame, out *outcome) {
	out.people, out.space = out.people[:0], out.space[:0]
	saved := f.bound
	if r.ForEach {
		for i := range f.people {
			f.bound[0] = int8(i)
			out.keep(r.found(f, i))
		}
	} else {
		f.bound[0] = -1
		out.keep(r.found(f, -1))
	}
	f.bound = saved
	out.sum()
}

// decideFor finds the answers that are possible for one person of a right for
// each person, as if it were for that person alone.
func (r *Right) decideFor(f *frame, person int, out *outcome) {
	out.people, out.space = out.people[:0], out.space[:0]
	saved := f.bound
	f.bound[0] = int8(person)
	out.keep(r.found(f, person))
	f.bound = saved
	out.sum()
}

// keep adds a verdict, with amounts of its own.
func (o *outcome) keep(v *verdict) {
	from := len(o.space)
	o.space = append(o.space, v.amounts...)
	o.people = append(o.people, *v)
	o.people[len(o.people)-1].amounts = o.space[from:len(o.space):len(o.space)]
}

// found is the verdict for a person, or for the family (-1); the one found
// before where nothing that it read has changed.
func (r *Right) found(f *frame, person int) *verdict {
	row := f.rights[r.index].verdicts
	if row == nil {
		row = make([]verdictMemo, 1)
		if r.ForEach {
			row = make([]verdictMemo, f.people)
		}
		f.rights[r.index].verdicts = row
	}
	v := &row[max(0, person)]
	if f.look == nil && f.holds(&v.kept) {
		f.trail.again(&v.kept)
		return &v.verdict
	}
	outer := f.aside()
	v.person, v.status, v.outside, v.amounts = person, canRefuse, false, v.amounts[:0]
	whom := isTrue
	if r.ForEach {
		whom = r.each.b(f)
	}
	if v.outside = whom == isFalse; !v.outside {
		r.verdict(f, &v.verdict, whom)
	}
	f.back(outer, &v.kept, v.status == canRefuse || v.status == canRefer)
	return &v.verdict
}

// sum is the answer for the family: entitled when it is through one person;
// else referred when one person is; else refused.
func (o *outcome) sum() {
	o.status, o.unknown = 0, false
	surely, refusable := false, true
	for i := range o.people {
		v := &o.people[i]
		o.status |= v.status & (canEntitle | canRefer)
		surely = surely || v.status == canEntitle
		refusable = refusable && v.status&canRefuse != 0
		o.unknown = o.unknown || !single(v.status) || v.open()
	}
	if surely {
		o.status = canEntitle
	} else if refusable {
		o.status |= canRefuse
	}
}

func single(status uint8) bool {
	return status == canEntitle || status == canRefuse || status == canRefer
}

func (v *verdict) open() bool {
	if v.status&canEntitle == 0 {
		return false
	}
	for _, a := range v.amounts {
		if !a.certain() {
			return true
		}
	}
	return false
}

// verdict is the answer for the family or for the person in frame.bound[0].
func (r *Right) verdict(f *frame, v *verdict, whom tri) {
	v.status = 0
	holds := whom
	for _, c := range r.conditions {
		if holds = holds.and(c.holds(f)); holds == isFalse {
			v.status = canRefuse
			return
		}
	}
	away, mark := isFalse, f.mark()
	for _, rf := range r.refers {
		if away = away.or(rf.when.b(f)); away == isTrue {
			break
		}
	}
	f.forget(mark, away.certain())
	if holds&isFalse != 0 {
		v.status |= canRefuse
	}
	if holds&isStuck != 0 || holds&isTrue != 0 && away&(isTrue|isStuck) != 0 {
		v.status |= canRefer
	}
	if holds&isTrue == 0 || away&isFalse == 0 {
		return
	}
	v.status |= canEntitle
	for _, a := range r.amounts {
		n := a.compute(f)
		if n.stuck { // an amount that nobody published: somebody has to look it up
			v.status |= canRefer
			if !n.has {
				v.status &^= canEntitle
				v.amounts = v.amounts[:0]
				return
			}
			n.stuck = false
		}
		v.amounts = append(v.amounts, n)
	}
}

// compute is what an amount can be, rounded: never less than nothing, and
// nothing where its own condition fails.
func (a *amountRule) compute(f *frame) span {
	mark := f.mark()
	when := isTrue
	if a.when != nil {
		when = a.when.b(f)
	}
	var n span
	if when&isTrue != 0 {
		n = a.value.n(f).counted()
		if !a.exact {
			n = n.round(a.unit, a.mode)
		}
		n = n.most(exactly(number{}))
	}
	if when&isFalse != 0 {
		n = n.join(exactly(number{}))
	}
	n.stuck = n.stuck || when&isStuck != 0
	f.forget(mark, n.certain())
	return n
}

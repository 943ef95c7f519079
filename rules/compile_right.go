package rules

import celast "cel.dev/cel-go/common/ast"

// right compiles right("id") and right("id", p): whether another right is
// given, to the family or to one person. A right that is not computed leaves
// the answer stuck: no fact of the family can tell.
func (c *compiler) right(e celast.Expr, args []celast.Expr) func(*frame) tri {
	id, who := c.otherRight(e, args)
	return func(f *frame) tri {
		mark := f.mark()
		var status uint8
		if who == nil {
			status = f.rightOutcome(id).status
		} else if person := who(f); f.apart(id) {
			status = f.rightFor(id, person).status
		} else {
			status = f.rightOutcome(id).statusOf(person)
		}
		var out tri
		if status&canEntitle != 0 {
			out |= isTrue
		}
		if status&canRefuse != 0 {
			out |= isFalse
		}
		if status&canRefer != 0 {
			out |= isStuck
		}
		f.forget(mark, out.certain())
		return out
	}
}

// amount compiles amount("id") and amount("id", p): what another right gives,
// 0 when it is not given.
func (c *compiler) amount(e celast.Expr, args []celast.Expr) func(*frame) span {
	id, who := c.otherRight(e, args)
	return func(f *frame) span {
		mark := f.mark()
		total, person := exactly(number{}), -2 // everybody
		if who != nil {
			person = who(f)
		}
		if who != nil && f.apart(id) {
			total = total.add(f.rightFor(id, person).gives())
		} else {
			o := f.rightOutcome(id)
			for i := range o.people {
				if v := &o.people[i]; person == -2 || v.person == person {
					total = total.add(v.gives())
				}
			}
		}
		f.forget(mark, total.certain())
		return total
	}
}

// gives is what all amounts of a verdict can be together.
func (v *verdict) gives() (part span) {
	if v.status&canEntitle != 0 {
		part = exactly(number{})
		for _, a := range v.amounts {
			part = part.add(a)
		}
	}
	if v.status&canRefuse != 0 {
		part = part.join(exactly(number{}))
	}
	part.stuck = part.stuck || v.status&canRefer != 0
	return part
}

func (c *compiler) otherRight(e celast.Expr, args []celast.Expr) (id string, who func(*frame) int) {
	id, _ = literalText(args[0])
	c.reads.rights = append(c.reads.rights, id)
	c.reads.rightsAt[id] = c.x.placeOf(e.ID())
	if len(args) == 2 {
		who = c.person(args[1])
	}
	return id, who
}

// rightOutcome is the outcome of another right of the library, found once.
func (f *frame) rightOutcome(id string) *outcome {
	r := f.lib.byID[id]
	c := &f.rights[r.index]
	if (f.look == nil || f.look == c.shown || c.stamp == always) && f.holds(&c.kept) {
		f.trail.again(&c.kept)
	} else {
		if f.look != nil {
			f.look.depth++
		}
		outer := f.aside()
		c.shown = f.look
		r.decide(f, &c.outcome)
		f.back(outer, &c.kept, c.outcome.certain())
		if f.look != nil {
			f.look.depth--
		}
	}
	if f.look != nil && f.look.depth == 0 {
		f.look.right(id, &c.outcome)
	}
	return &c.outcome
}

// statusOf is the answer for one person; a right of the family is everybody's.
func (o *outcome) statusOf(person int) uint8 {
	if len(o.people) > 0 && o.people[0].person == -1 {
		return o.people[0].status
	}
	return o.people[person].status
}

// apart tells whether what another right is for one person can be found without
// what it is for the others, so that nothing hangs on them. An explanation shows
// the right as a whole, and one that is certain is found already.
func (f *frame) apart(id string) bool {
	r := f.lib.byID[id]
	return r.ForEach && f.look == nil && f.rights[r.index].stamp != always
}

// rightFor is what another right is for one person.
func (f *frame) rightFor(id string, person int) *verdict {
	saved := f.bound
	f.bound[0] = int8(person)
	v := f.lib.byID[id].found(f, person)
	f.bound = saved
	return v
}

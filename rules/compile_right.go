package rules

import celast "cel.dev/cel-go/common/ast"

// right compiles right("id") and right("id", p): whether another right is
// given, to the family or to one person. A right that is not computed leaves
// the answer stuck: no fact of the family can tell.
func (c *compiler) right(e celast.Expr, args []celast.Expr) func(*frame) tri {
	id, who := c.otherRight(e, args)
	return func(f *frame) tri {
		o := f.rightOutcome(id)
		status := o.status
		if who != nil {
			status = o.statusOf(who(f))
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
		return out
	}
}

// amount compiles amount("id") and amount("id", p): what another right gives,
// 0 when it is not given.
func (c *compiler) amount(e celast.Expr, args []celast.Expr) func(*frame) span {
	id, who := c.otherRight(e, args)
	return func(f *frame) span {
		o := f.rightOutcome(id)
		person := -2 // everybody
		if who != nil {
			person = who(f)
		}
		total := exactly(number{})
		for _, v := range o.people {
			if person != -2 && v.person != person {
				continue
			}
			var part span
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
			total = total.add(part)
		}
		return total
	}
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

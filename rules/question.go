package rules

import (
	"fmt"
	"slices"
)

// undecided is a right whose answer is still open.
type undecided struct {
	right  *Right
	month  number // euros a month that it can be worth, at most
	atMost number // what it can be worth to decide it
	relevance
}

// candidate is a fact that could be asked.
type candidate struct {
	cell   int32
	rights []*undecided
	score  number // what an answer decides on average, in rights and euros a month
	atMost number // more than this the score cannot be
	most   int    // rights that one answer decides at most
	month  number // euros a month that hang on those rights, at most
	whole  bool   // score is what it is; else the weighing was broken off, and it is less than was asked for
}

// fuelPerQuestion bounds the weighing of answers; what it does not reach
// counts by how many rights wait for it.
const fuelPerQuestion = 20000

// euroWeight is how many euros a month count as much as one right decided.
const euroWeight = 100

// questions are the facts whose answers decide most, the best first: each that
// an undecided right asks for is tried with the answers that are likely, and
// what becomes certain is counted, in rights and in euros. None when nothing is
// left to ask, or nothing that this audience may be asked and did not put off.
func (f *frame) questions(open []*undecided, o Options) (out []Question) {
	var list []*candidate
	byCell := map[int32]*candidate{}
	later := f.putOff(o.Skip)
	for _, u := range open {
		for _, cell := range u.missing {
			_, x := f.factAt(cell)
			if !x.AskableBy(o.Audience) || later[cell] {
				continue
			}
			c := byCell[cell]
			if c == nil {
				c = &candidate{cell: cell}
				byCell[cell] = c
				list = append(list, c)
			}
			c.rights = append(c.rights, u)
		}
	}
	f.fresh()
	list = slices.DeleteFunc(list, func(c *candidate) bool { return f.hidden(c, later) })
	first := slices.DeleteFunc(slices.Clone(list), func(c *candidate) bool { return c.gated(byCell) })
	if len(first) == 0 {
		first = list
	}
	best := f.best(first)
	if best == nil {
		return nil
	}
	out = append(out, *f.question(best, o.Lang))
	for _, c := range f.further(first, best, o.Questions-1) {
		out = append(out, *f.question(c, o.Lang))
	}
	return out
}

// putOff are the cells of the facts that the family would rather not tell now.
func (f *frame) putOff(skip []Missing) map[int32]bool {
	cells := map[int32]bool{}
	for _, m := range skip {
		person, entity := -1, OfFamily
		if m.Person != "" {
			person, entity = slices.Index(f.ids, m.Person), OfPerson
		}
		if x := f.lib.facts.Fact(entity, m.Fact); x != nil && (person >= 0 || m.Person == "") {
			cells[int32(f.cellIndex(person, x))] = true
		}
	}
	return cells
}

// hidden tells whether a fact may make no sense, and what would say so was put
// off: how much somebody earns with a house that they may not have.
func (f *frame) hidden(c *candidate, later map[int32]bool) bool {
	person, x := f.factAt(c.cell)
	if len(later) == 0 || x.onlyFor == nil || !slices.ContainsFunc(c.rights[0].search.before(c.cell), func(cell int32) bool { return later[cell] }) {
		return false
	}
	f.bound[0] = int8(person)
	return x.onlyFor.b(f) != isTrue
}

// gated tells whether another question of the list says for whom this one
// makes sense at all: that one is asked before.
func (c *candidate) gated(list map[int32]*candidate) bool {
	return slices.ContainsFunc(c.rights[0].search.before(c.cell), func(cell int32) bool { return list[cell] != nil })
}

// best is the candidate that decides most; of equals the first in the
// dictionary, the family first. They are weighed in the order of what they can
// be worth at most, until none that is left can be worth as much.
func (f *frame) best(list []*candidate) (best *candidate) {
	f.fuel = fuelPerQuestion
	for _, c := range list {
		for _, u := range c.rights {
			u.month = u.right.monthly(&u.outcome)
			u.atMost = u.worth(canEntitle).roundTo(grainOfWeight, roundUp)
			c.atMost = c.atMost.add(u.atMost)
		}
	}
	slices.SortStableFunc(list, func(a, b *candidate) int {
		if d := b.atMost.cmp(a.atMost); d != 0 {
			return d
		}
		return int(a.cell) - int(b.cell)
	})
	for _, c := range list {
		if best != nil && c.atMost.cmp(best.score) < 0 {
			break
		}
		if f.weigh(c, best); best == nil || c.before(best) {
			best = c
		}
	}
	return best
}

// before tells which of two candidates is asked first.
func (c *candidate) before(d *candidate) bool {
	by := c.score.cmp(d.score)
	return by > 0 || by == 0 && c.cell < d.cell
}

// further are so many that are worth asking beside the best, in order. The list
// stands in the order in which best left it.
func (f *frame) further(list []*candidate, best *candidate, n int) (out []*candidate) {
	f.fuel = fuelPerQuestion * f.effort
	for _, c := range list {
		var last *candidate
		if c == best || n <= 0 {
			continue
		}
		if len(out) >= n {
			last = out[n-1]
		}
		if last != nil && c.atMost.cmp(last.score) < 0 {
			break
		}
		if !c.whole {
			f.weigh(c, last)
		}
		if !c.whole || last != nil && !c.before(last) {
			continue
		}
		at, _ := slices.BinarySearchFunc(out, c, func(a, b *candidate) int {
			if a.before(b) {
				return -1
			}
			return 1
		})
		out = slices.Insert(out, at, c)[:min(len(out)+1, n)]
	}
	return out
}

// weigh tries the likely answers. What one decides counts whole; what it only
// brings nearer, because fewer facts are then left to ask, counts by half of
// that share: few facts decide a right alone, and one that many rights need is
// worth asking early. It stops where the candidate can no longer be better
// than the best so far.
func (f *frame) weigh(c, best *candidate) {
	_, x := f.factAt(c.cell)
	answers := f.possible(c.cell, f.answers(c, x))
	n := integer(int64(max(1, len(answers))))
	saved := f.cells[c.cell]
	defer f.set(c.cell, saved)
	var total, enough number
	if best != nil {
		enough = best.score.mul(n)
	}
	left := c.atMost.mul(n)
	var out outcome
	for _, a := range answers {
		f.set(c.cell, a)
		decided, euros := 0, number{}
		for _, u := range c.rights {
			if f.fuel -= u.right.cost(f); f.fuel < 0 {
				break
			}
			g := u.gained(c.cell, a, &out)
			if single(g.status) && (g.certain || !u.status) {
				decided++
				euros = euros.add(u.month)
			}
			total = total.add(u.gain(g).mul(u.worth(g.status)).roundTo(grainOfWeight, roundHalfUp))
			left = left.sub(u.atMost)
			if best != nil && total.add(left).cmp(enough) < 0 {
				return // its score stays 0
			}
		}
		if decided > c.most || decided == c.most && euros.cmp(c.month) > 0 {
			c.most, c.month = decided, euros
		}
	}
	c.score, c.whole = total.div(n), true
}

// gained is what an answer that stands in the frame brings, weighed before or
// now.
func (u *undecided) gained(at int32, answer cell, out *outcome) gained {
	if g, ok := u.weighed(at, answer); ok {
		u.search.f.fuel -= u.right.cost(u.search.f)
		return g
	}
	g := gained{answer: answer, left: u.left(out)}
	g.status, g.certain = out.status, out.certain()
	u.weigh(at, g)
	return g
}

// gain is how much nearer an answer brings the right: 1 when it decides it.
func (u *undecided) gain(g gained) number {
	switch {
	case g.certain:
		return integer(1)
	case !u.status && single(g.status): // whether, if not yet how much
		return number{n: 3, d: 4}
	}
	return integer(int64(len(u.missing) - g.left)).div(integer(int64(2 * len(u.missing))))
}

// worth is what it is worth to decide the right with such a status: a no is
// good to know; a yes is money.
func (u *undecided) worth(status uint8) number {
	worth := integer(1)
	if status&canEntitle != 0 {
		worth = worth.add(u.month.div(integer(euroWeight)))
	}
	return worth
}

// grainOfWeight keeps the numbers of a score small.
var grainOfWeight = number{n: 1, d: 1000}

// left evaluates an undecided right with an answer in place and counts the
// facts that it still hangs on.
func (u *undecided) left(out *outcome) (n int) {
	s := u.search
	s.f.settled = always - 1 - uint32(u.right.index)
	s.look(out)
	for _, cell := range u.missing {
		if s.trail.has(cell) {
			n++
		}
	}
	return n
}

// answers are those that the dictionary calls typical, or else those that
// matter to the rights.
func (f *frame) answers(c *candidate, x *Fact) []cell {
	if len(x.typical) > 0 {
		return x.typicalOn(f.today)
	}
	var out []cell
	const most = 12
	for _, u := range c.rights {
		for _, p := range u.search.split(c.cell) {
			if !p.known || len(out) >= most {
				continue
			}
			if !slices.ContainsFunc(out, func(q cell) bool { return sameCell(p, q) }) {
				out = append(out, p)
			}
		}
	}
	return out
}

func sameCell(a, b cell) bool {
	return a.b == b.b && slices.Equal(a.s.set, b.s.set) && a.n.has == b.n.has && (!a.n.has || a.n.lo.cmp(b.n.lo) == 0)
}

// monthly is what a right can be worth a month, at most, as far as something
// bounds it: a yearly sum counts for a twelfth, one that is paid once too.
func (r *Right) monthly(o *outcome) number {
	total := number{}
	for _, v := range o.people {
		if v.status&canEntitle == 0 {
			continue
		}
		for i, a := range v.amounts {
			if !a.has || a.hiInf || a.hi.sign() < 0 {
				continue
			}
			part := a.hi
			switch r.amounts[i].per {
			case "year", "once":
				part = part.div(integer(12))
			case "quarter":
				part = part.div(integer(3))
			case "week":
				part = part.mul(integer(52)).div(integer(12))
			case "day", "session", "meal":
				part = part.mul(integer(20))
			case "month":
			default:
				continue
			}
			total = total.add(part)
		}
	}
	return total
}

// Why a question is worth asking: of one right, and of more.
var (
	whyDecides = [2]Text{
		{"Dit antwoord kan %d recht duidelijk maken", "Cette réponse peut éclaircir %d droit", "Diese Antwort kann %d Recht klären", "This answer can decide %d right"},
		{"Dit antwoord kan %d rechten duidelijk maken", "Cette réponse peut éclaircir %d droits", "Diese Antwort kann %d Rechte klären", "This answer can decide %d rights"},
	}
	whyNeeded = [2]Text{
		{"Dit antwoord is nodig voor %d recht", "Cette réponse est nécessaire pour %d droit", "Diese Antwort ist für %d Recht nötig", "This answer is needed for %d right"},
		{"Dit antwoord is nodig voor %d rechten", "Cette réponse est nécessaire pour %d droits", "Diese Antwort ist für %d Rechte nötig", "This answer is needed for %d rights"},
	}
	whyEuros = Text{", tot %s € per maand", ", jusqu'à %s € par mois", ", bis zu %s € im Monat", ", up to %s € a month"}
)

func counted(texts [2]Text, n int, lang Lang) string {
	return fmt.Sprintf(texts[min(1, n-1)].In(lang), n)
}

func (f *frame) question(c *candidate, lang Lang) *Question {
	person, x := f.factAt(c.cell)
	q := &Question{Fact: x.Key, Text: x.Question.In(lang), Rights: c.most}
	if person >= 0 {
		q.Person = f.ids[person]
	}
	for _, u := range c.rights {
		q.Open = append(q.Open, u.right.ID)
	}
	if c.most > 0 {
		q.Why = counted(whyDecides, c.most, lang)
	} else { // it decides none alone, and all of these wait for it
		q.Why = counted(whyNeeded, len(c.rights), lang)
		for _, u := range c.rights {
			c.month = c.month.add(u.month)
		}
	}
	if c.month.sign() > 0 {
		q.Month = c.month.roundTo(integer(1), roundUp).plain()
		q.Why += fmt.Sprintf(whyEuros.In(lang), Localize(q.Month, lang))
	}
	q.Why += "."
	return q
}

package rules

import (
	"fmt"
	"slices"
)

// undecided is a right whose answer is still open.
type undecided struct {
	right *Right
	relevance
}

// candidate is a fact that could be asked.
type candidate struct {
	cell   int32
	rights []*undecided
	score  number // what an answer decides on average, in rights and euros a month
	most   int    // rights that one answer decides at most
	month  number // euros a month that hang on those rights, at most
}

// fuelPerQuestion bounds the weighing of answers; what it does not reach
// counts by how many rights wait for it.
const fuelPerQuestion = 20000

// euroWeight is how many euros a month count as much as one right decided.
const euroWeight = 100

// nextQuestion is the fact whose answer decides most: each that an undecided
// right asks for is tried with the answers that are likely, and what becomes
// certain is counted, in rights and in euros. nil when nothing is left to ask,
// or nothing that this audience may be asked.
func (f *frame) nextQuestion(open []*undecided, o Options) *Question {
	var list []*candidate
	byCell := map[int32]*candidate{}
	for _, u := range open {
		for _, cell := range u.missing {
			_, x := f.factAt(cell)
			if !x.AskableBy(o.Audience) {
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
	if len(list) == 0 {
		return nil
	}
	f.fuel = fuelPerQuestion
	f.fresh()
	for _, c := range list {
		f.weigh(c)
	}
	slices.SortStableFunc(list, func(a, b *candidate) int {
		if d := b.score.cmp(a.score); d != 0 {
			return d
		}
		return int(a.cell) - int(b.cell) // the order of the dictionary, the family first
	})
	for _, c := range list {
		if !c.gated(byCell) {
			return f.question(c, o.Lang)
		}
	}
	return f.question(list[0], o.Lang)
}

// gated tells whether another question of the list says for whom this one
// makes sense at all: that one is asked before.
func (c *candidate) gated(list map[int32]*candidate) bool {
	return slices.ContainsFunc(c.rights[0].search.before(c.cell), func(cell int32) bool { return list[cell] != nil })
}

// weigh tries the likely answers. What one decides counts whole; what it only
// brings nearer, because fewer facts are then left to ask, counts by half of
// that share: few facts decide a right alone, and one that many rights need is
// worth asking early.
func (f *frame) weigh(c *candidate) {
	_, x := f.factAt(c.cell)
	answers := f.answers(c, x)
	saved := f.cells[c.cell]
	var total number
	var out outcome
	for _, a := range answers {
		f.set(c.cell, a)
		decided, euros := 0, number{}
		for _, u := range c.rights {
			if f.fuel -= u.right.cost(f); f.fuel < 0 {
				break
			}
			left := u.left(&out)
			month := u.right.monthly(&u.outcome)
			var gain number
			switch {
			case out.certain():
				gain = integer(1)
			case !u.status && single(out.status): // whether, if not yet how much
				gain = number{n: 3, d: 4}
			default:
				gain = integer(int64(len(u.missing) - left)).div(integer(int64(2 * len(u.missing))))
			}
			if single(out.status) && (out.certain() || !u.status) {
				decided++
				euros = euros.add(month)
			}
			worth := integer(1)
			if out.status&canEntitle != 0 { // a no is good to know; a yes is money
				worth = worth.add(month.div(integer(euroWeight)))
			}
			total = total.add(gain.mul(worth).roundTo(grainOfWeight, roundHalfUp))
		}
		if decided > c.most || decided == c.most && euros.cmp(c.month) > 0 {
			c.most, c.month = decided, euros
		}
	}
	f.set(c.cell, saved)
	c.score = total.div(integer(int64(max(1, len(answers)))))
}

// grainOfWeight keeps the numbers of a score small.
var grainOfWeight = number{n: 1, d: 1000}

// left evaluates an undecided right with an answer in place and counts the
// facts that it still hangs on.
func (u *undecided) left(out *outcome) (n int) {
	s := u.search
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
	} else {
		q.Why = counted(whyNeeded, len(c.rights), lang)
	}
	if c.month.sign() > 0 {
		q.Month = c.month.roundTo(integer(1), roundUp).plain()
		q.Why += fmt.Sprintf(whyEuros.In(lang), Localize(q.Month, lang))
	}
	q.Why += "."
	return q
}

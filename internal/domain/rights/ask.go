package rights

import (
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/rules"
)

// Ask is a question that is worth asking.
type Ask struct {
	Fact   *rules.Fact
	Person string // "" for a fact of the family
	Rights int    // how many rights one answer can decide; 0 when that is not known
	Waits  int    // how many rights wait for the answer
	Month  int    // of how many euros a month that is about, at most; 0: not known
	Left   int    // how many questions are open, this one among them
}

// Next is the question to ask now: the one whose answer decides most, but not
// one that was left open, which the rules are best told when they are asked.
// ok is false when nothing is left to ask this audience, or only what makes
// sense after a question that was left open.
func (f *Found) Next(audience string, leftOpen []rules.Missing) (ask Ask, ok bool) {
	open := f.open(audience, leftOpen)
	if len(open) == 0 || f.Result.Next == nil {
		return ask, false
	}
	q := f.Result.Next
	m := rules.Missing{Fact: q.Fact, Person: q.Person}
	if x := f.fact(m); x != nil && slices.Contains(open, m) {
		return asked(x, q, len(open)), true
	}
	return Ask{Fact: f.fact(open[0]), Person: open[0].Person, Left: len(open)}, true
}

// Others are further questions that are worth asking now, the best first: not
// the one about this fact, and none that was left open.
func (f *Found) Others(audience string, but rules.Missing, leftOpen []rules.Missing) (list []Ask) {
	open := f.open(audience, leftOpen)
	for i := range f.Result.Questions {
		q := &f.Result.Questions[i]
		m := rules.Missing{Fact: q.Fact, Person: q.Person}
		if x := f.fact(m); x != nil && m != but && slices.Contains(open, m) {
			list = append(list, asked(x, q, len(open)))
		}
	}
	return list
}

// asked is a question of the rules about a fact.
func asked(x *rules.Fact, q *rules.Question, left int) Ask {
	euros, _ := strconv.Atoi(q.Month) // nothing is bounded by "": 0
	return Ask{Fact: x, Person: q.Person, Rights: q.Rights, Waits: len(q.Open), Month: euros, Left: left}
}

// Open counts the questions that are still to be asked.
func (f *Found) Open(audience string) int { return len(f.open(audience, nil)) }

// Named is the question about one fact, whether it is open or not; ok is false
// when there is no such fact, or nobody is to be asked about it.
func (f *Found) Named(audience string, m rules.Missing) (ask Ask, ok bool) {
	x := f.fact(m)
	if x == nil || !x.AskableBy(audience) {
		return ask, false
	}
	return Ask{Fact: x, Person: m.Person}, true
}

// FirstMissing is the question that a right waits for, for this audience: of
// several the one for which most rights wait, so that few questions stand for
// many rights. more counts the others.
func (f *Found) FirstMissing(x rules.Finding, audience string) (ask Ask, more int, ok bool) {
	for _, m := range f.open(audience, nil) {
		switch {
		case !slices.Contains(x.Missing, m):
		case ok:
			more++
		default:
			ask, ok = Ask{Fact: f.fact(m), Person: m.Person}, true
		}
	}
	return ask, more, ok
}

// open lists the questions that rights wait for, those for which most wait
// first.
func (f *Found) open(audience string, leftOpen []rules.Missing) (open []rules.Missing) {
	waiting := map[rules.Missing]int{}
	for _, x := range f.Result.Rights {
		if f.Had(x) { // nobody has to answer for what they have
			continue
		}
		for _, m := range x.Missing {
			fact := f.fact(m)
			if fact == nil || !fact.AskableBy(audience) || slices.Contains(leftOpen, m) {
				continue
			}
			if waiting[m] == 0 {
				open = append(open, m)
			}
			waiting[m]++
		}
	}
	slices.SortStableFunc(open, func(a, b rules.Missing) int { return waiting[b] - waiting[a] })
	return open
}

func (f *Found) fact(m rules.Missing) *rules.Fact { return factOf(f.Rules, m) }

func factOf(lib *rules.Library, m rules.Missing) *rules.Fact {
	entity := rules.OfPerson
	if m.Person == "" {
		entity = rules.OfFamily
	}
	return lib.Facts().Fact(entity, m.Fact)
}

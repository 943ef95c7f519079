package rules

import "slices"

// Options say what to look at and for whom.
type Options struct {
	Rights    []string  // ids; nil: all rights of the library
	Lang      Lang      // of the texts; Dutch when empty
	Audience  string    // who answers questions: family or worker; "" when either does
	NoNext    bool      // leave the next question out: a list needs none
	Questions int       // how many questions to list beside each other, the best first; 0: the next one alone
	Effort    int       // how many times longer than usual to search before something stays undetermined; 0 is as usual
	Skip      []Missing // facts that the family would rather not tell now: another question comes next
	Brief     bool      // only what Brief findings hold; it takes a fraction of the time, and no next question
}

// maxEffort keeps a search that is asked to be thorough from lasting for ever.
const maxEffort = 1000

// Evaluate says for each right whether the family is entitled, why, what it
// gets and which facts can still change that, and which question is worth
// asking first. An id in Options that the library does not have is left out.
// It never fails: what cannot be computed is an answer too. What a finding holds
// may be shared with other results: it is to be read, not changed.
func (lib *Library) Evaluate(c *Case, o Options) *Result {
	if o.Lang == "" {
		o.Lang = NL
	}
	f := newFrame(lib, c)
	defer f.done()
	f.effort = min(max(1, o.Effort), maxEffort)
	f.fuel *= f.effort
	out, questions := &Result{Date: c.date, Rights: []Finding{}}, o.Questions
	var open, had []*undecided
	if o.Brief {
		return lib.briefly(f, o)
	}
	given := f.known(c)
	wanted, to := lib.sought(given, o.Rights), telling{o.Lang, given.ids}
	out.Rights = make([]Finding, 0, len(wanted))
	lib.ahead(f, c, slices.DeleteFunc(slices.Clone(wanted), func(w sought) bool { return w.right.recall.find(w.at, perRight) != nil }), to)
	for _, w := range wanted {
		r := w.right
		rel := r.recalled(f, w.at)
		found := rel.finding(to, func() Finding { return r.explain(f, rel, o.Lang) })
		out.Rights = append(out.Rights, found)
		switch u := (&undecided{right: r, relevance: rel}); {
		case rel.decided:
		case found.Had():
			had = append(had, u)
		default:
			open = append(open, u)
		}
	}
	if !o.NoNext {
		list := f.questions(open, o)
		if len(list) == 0 || len(list) < o.Questions { // what a family has already can wait
			o.Questions -= len(list)
			for _, q := range f.questions(had, o) {
				if !slices.ContainsFunc(list, func(x Question) bool { return x.Fact == q.Fact && x.Person == q.Person }) {
					list = append(list, q)
				}
			}
		}
		if len(list) > 0 {
			out.Next = &list[0]
		}
		if questions > 0 {
			out.Questions = list
		}
	}
	return out
}

// explain writes the finding of a right.
func (r *Right) explain(f *frame, rel relevance, lang Lang) Finding {
	f.fresh()
	o := &rel.outcome
	out := Finding{
		ID: r.ID, Name: r.Names.In(lang), Summary: r.Summary.In(lang), Kind: r.Kind, Status: Unknown, Right: r,
		Amounts: []Amount{}, Reasons: []Reason{}, Missing: []Missing{}, InKind: r.InKind.In(lang), Decides: r.Authority.In(lang),
		Apply: r.Apply.How.In(lang), Mode: r.Apply.Mode, Where: r.Apply.Where, Law: r.Law, Sources: r.Sources, Notes: r.Notes.In(lang),
	}
	if rel.status {
		out.Status = statusNames[o.status]
	}
	for _, i := range rel.missing {
		out.Missing = append(out.Missing, f.missing(i))
	}
	for _, i := range rel.unproven {
		out.Unproven = append(out.Unproven, f.missing(i))
	}
	out.Undetermined = !rel.status && !rel.varies
	e := &explainer{frame: f, right: r, lang: lang, out: &out, decided: rel.decided, warned: map[string]bool{}, said: map[*condition]bool{}}
	saved := f.bound
	if r.ForEach {
		e.persons(o)
	} else {
		f.bound[0] = -1
		e.has(&o.people[0])
		e.verdict(&o.people[0])
	}
	e.together()
	f.bound = saved
	if out.Status == Refer {
		e.decider()
	}
	return out
}

// missing is how a finding names the fact of a cell.
func (f *frame) missing(cell int32) Missing {
	person, x := f.factAt(cell)
	m := Missing{Fact: x.Key}
	if person >= 0 {
		m.Person = f.ids[person]
	}
	return m
}

var statusNames = map[uint8]Status{canEntitle: Entitled, canRefuse: NotEntitled, canRefer: Refer}

// explainer writes one finding.
type explainer struct {
	*frame
	right   *Right
	lang    Lang
	out     *Finding
	decided bool
	warned  map[string]bool
	said    map[*condition]bool // conditions that are the same for everybody
}

// persons explains a right for each person it can be for.
func (e *explainer) persons(o *outcome) {
	r := e.right
	nobody := true
	for i := range o.people {
		v := &o.people[i]
		if v.outside {
			continue
		}
		nobody = false
		e.bound[0] = int8(v.person)
		e.has(v)
		e.verdict(v)
		status := Unknown
		if single(v.status) {
			status = statusNames[v.status]
		}
		e.out.Persons = append(e.out.Persons, PersonStatus{e.ids[v.person], status})
	}
	if nobody {
		e.out.Reasons = append(e.out.Reasons, Reason{Condition: "for", Text: r.forText.In(e.lang), Holds: holds(isFalse), Law: r.firstLaw()})
	}
}

func (r *Right) firstLaw() string {
	if len(r.Law) > 0 {
		return r.Law[0]
	}
	return ""
}

func holds(t tri) *bool {
	if !t.certain() {
		return nil
	}
	b := t == isTrue
	return &b
}

func (e *explainer) person(v *verdict) string {
	if v.person < 0 {
		return ""
	}
	return e.ids[v.person]
}

func (e *explainer) to(v *verdict) string {
	if v.person < 0 {
		return OfFamily
	}
	return e.ids[v.person]
}

// has notes who said to have the right already. What is not known says nothing.
func (e *explainer) has(v *verdict) {
	if e.right.received != nil && e.right.received.b(e.frame) == isTrue {
		e.out.Received = append(e.out.Received, e.to(v))
	}
}

// verdict explains the conditions and amounts for the family or one person.
func (e *explainer) verdict(v *verdict) {
	r := e.right
	if r.ForEach {
		whom := e.watch(func() tri { return r.each.b(e.frame) })
		if !whom.holds.certain() {
			e.reason(v, Reason{Condition: "for", Text: r.forText.In(e.lang)}, whom, "", "")
		}
	}
	for _, c := range r.conditions {
		v := v
		if r.ForEach && !c.mine { // the same for everybody: said once
			if e.said[c] {
				continue
			}
			e.said[c] = true
			v = &verdict{person: -1}
		}
		w := e.watch(func() tri { return c.holds(e.frame) })
		e.reason(v, Reason{Condition: c.id, Text: c.text.In(e.lang)}, w, c.law, c.source)
		if w.holds != isFalse {
			e.warn(w.look)
		}
	}
	for _, rf := range r.refers {
		w := e.watch(func() tri { return rf.when.b(e.frame) })
		if w.holds == isFalse {
			continue
		}
		e.reason(v, Reason{Condition: rf.id, Text: rf.text.In(e.lang)}, watched{holds: w.holds.not(), look: w.look}, rf.law, rf.source)
		if w.holds == isTrue && v.status == canRefer {
			e.out.Refers = append(e.out.Refers, Referral{rf.id, rf.text.In(e.lang), rf.decides.In(e.lang), e.person(v)})
		}
	}
	if v.status&canEntitle == 0 || e.out.Status == NotEntitled || e.out.Status == Refer {
		return
	}
	for i, a := range r.amounts {
		e.amount(v, a, v.amounts[i])
	}
}

// watched is the truth of a condition and what it saw.
type watched struct {
	holds tri
	*look
}

func (e *explainer) watch(see func() tri) watched {
	e.look = newLook(e.frame, e.lang)
	saved := e.bound
	w := watched{look: e.look}
	w.holds = see()
	e.bound = saved
	e.look = nil
	return w
}

func (e *explainer) reason(v *verdict, r Reason, w watched, law, source string) {
	r.Person, r.Holds, r.Saw, r.Parameters = e.person(v), holds(w.holds), w.saw, w.seen()
	if r.Law = law; law == "" {
		r.Law = e.right.firstLaw()
	}
	if r.Source = source; source == "" && len(e.right.Sources) > 0 {
		r.Source = e.right.Sources[0].URL
	}
	e.out.Reasons = append(e.out.Reasons, r)
}

// amount adds a sum with its arithmetic, or the range in which it will lie. A
// sum that its own condition takes away, or that is nothing, is left out.
func (e *explainer) amount(v *verdict, a *amountRule, n span) {
	w := e.watch(func() tri { a.compute(e.frame); return isTrue })
	if n.certain() {
		if n.lo.sign() == 0 {
			return
		}
		e.warn(w.look)
		if v.status != canEntitle || e.out.Status != Entitled {
			e.ranges(v, a, n)
			return
		}
		value := n.lo.decimal(2, a.most)
		e.out.Amounts = append(e.out.Amounts, Amount{Value: value, Currency: "EUR", Per: a.per, To: e.to(v), Text: a.text.In(e.lang),
			Steps: e.steps(a, value), Cents: n.lo.cents()})
		return
	}
	e.warn(w.look)
	e.ranges(v, a, n)
}

func (e *explainer) ranges(v *verdict, a *amountRule, n span) {
	r := Range{Currency: "EUR", Per: a.per, To: e.to(v)}
	if !n.has {
		return
	}
	if !n.loInf {
		r.Min, r.Least = n.lo.decimal(2, a.most), n.lo.cents()
	}
	if !n.hiInf {
		r.Max = n.hi.decimal(2, a.most)
	}
	e.out.Ranges = append(e.out.Ranges, r)
}

// cents is the number in hundredths, rounded half up.
func (a number) cents() int64 {
	c := a.mul(integer(100)).roundTo(integer(1), roundHalfUp)
	if c.big != nil {
		return 0
	}
	return c.n / c.den()
}

// decider names who decides what is not computed: the body of the referral,
// or of the other right on which this one depends; else the authority itself,
// because an amount is not known for the day.
func (e *explainer) decider() {
	if len(e.out.Refers) > 0 {
		e.out.Decides = e.out.Refers[0].Decides
		return
	}
	for _, x := range e.right.expressions() {
		for _, id := range x.reads.rights {
			other := e.lib.byID[id]
			if e.rightOutcome(id).status&canRefer != 0 {
				e.out.Decides = other.Authority.In(e.lang)
				e.out.Refers = append(e.out.Refers, Referral{ID: "depends_on", Decides: e.out.Decides,
					Text: dependsText.In(e.lang) + " " + other.Names.In(e.lang)})
				return
			}
		}
	}
	e.out.Refers = append(e.out.Refers, Referral{ID: "no_amount", Decides: e.out.Decides, Text: noAmountText.In(e.lang)})
}

var (
	dependsText = Text{"Dit hangt af van een ander recht, dat iemand anders beoordeelt:", "Cela dépend d'un autre droit, que quelqu'un d'autre examine :",
		"Das hängt von einem anderen Recht ab, das jemand anders prüft:", "This depends on another right that somebody else decides on:"}
	noAmountText = Text{"Voor deze dag kennen we geen officieel bedrag. Vraag het aan de dienst die beslist.",
		"Nous ne connaissons pas de montant officiel pour cette date. Demandez-le au service qui décide.",
		"Für diesen Tag kennen wir keinen offiziellen Betrag. Fragen Sie die Stelle, die entscheidet.",
		"We know of no official amount for this day. Ask the service that decides."}
)

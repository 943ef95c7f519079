package rules

// Right is one right as a pack describes it: what it is, who decides, on what
// conditions, and what it gives.
type Right struct {
	ID             string       `json:"id"`
	Names          Text         `json:"names"`
	Summary        Text         `json:"summary"`
	Authority      Text         `json:"authority"` // who decides and pays
	Kind           string       `json:"kind"`      // statutory or local
	Regions        []string     `json:"regions,omitempty"`
	Municipalities []string     `json:"municipalities,omitempty"` // NIS codes
	Law            []string     `json:"law,omitempty"`
	Sources        []Source     `json:"sources"`
	ValidFrom      *Date        `json:"valid_from,omitempty"`
	ValidTo        *Date        `json:"valid_to,omitempty"`
	Parameters     []*Parameter `json:"parameters,omitempty"`
	InKind         Text         `json:"in_kind,omitzero"` // what it gives that is no sum of money
	Apply          Apply        `json:"apply"`
	Notes          Text         `json:"notes,omitzero"`
	File           string       `json:"file"`
	ForEach        bool         `json:"for_each"` // the right belongs to persons, not to the family

	index      int
	at         place
	forText    Text
	each       *expr
	lets       []*let
	conditions []*condition
	refers     []*refer
	amounts    []*amountRule
	tests      []packTest
	scope      *scope
	source     object // the document, until it is linked
	uses       *uses
	weight     int // how much a look costs, beside the simplest right
	loops      int // how deep its aggregates are nested
}

// Apply is how a family gets the right.
type Apply struct {
	Mode  string `json:"mode"` // automatic or application
	How   Text   `json:"how"`
	Where string `json:"where,omitempty"` // an address on the web
}

// Source is a page or text that a pack was made from.
type Source struct {
	ID    string `json:"id"`
	URL   string `json:"url"`
	Kind  string `json:"kind"`
	Dated string `json:"dated"`
}

// Parameter is a number of the law with the days for which each value holds.
type Parameter struct {
	Name    string        `json:"name"`
	Unit    string        `json:"unit"`
	Text    Text          `json:"text"`
	Indexed string        `json:"indexed"` // pivot, january, july, september, none, unknown
	Fields  []string      `json:"fields,omitempty"`
	Values  []*DatedValue `json:"values"`

	right  *Right
	at     place
	borrow string // "be.leefloon/amount": the parameter of another right
}

// DatedValue is what a parameter is from one day on.
type DatedValue struct {
	From       Date              `json:"from"`
	To         *Date             `json:"to,omitempty"`
	Value      string            `json:"value,omitempty"`
	Fields     map[string]string `json:"fields,omitempty"`
	Confidence string            `json:"confidence"` // high, medium, low
	Source     string            `json:"source"`     // a source's id
	Note       string            `json:"note,omitempty"`

	numbers map[string]number // by field; "" when there are none
}

func (v *DatedValue) field(name string) number { return v.numbers[name] }

// on is the value that holds on a day: the last that began. A value whose last
// day has passed without a newer one is still given, with a warning beside it.
// nil before the first.
func (p *Parameter) on(day Date) *DatedValue {
	var out *DatedValue
	for _, v := range p.Values {
		if v.From <= day {
			out = v
		}
	}
	return out
}

// paramRef is one number of a parameter, by its slot in a frame.
type paramRef struct {
	parameter *Parameter
	field     string
}

func (r paramRef) name() string {
	if r.field == "" {
		return r.parameter.Name
	}
	return r.parameter.Name + "." + r.field
}

// let is a named expression: a plain one, or rows of which the first that fits
// gives the value.
type let struct {
	name  string
	text  Text
	unit  string
	at    place
	kind  kind
	slot  int
	plain *expr
	rows  []row
	reads []*expr
	mine  bool // it is another for each person of the right
}

// row is one line of a decision table or bracket; when is nil in the last.
type row struct {
	when *expr
	then *expr
	of   *expr // of a bracket: what is compared with upTo
	upTo *expr
}

func (r row) fits(f *frame) tri {
	switch {
	case r.when != nil:
		return r.when.b(f)
	case r.of != nil:
		return r.of.n(f).less(r.upTo.n(f), true)
	}
	return isTrue
}

func (l *let) value(f *frame) (b tri, n span, s words) {
	if l.plain != nil {
		return l.plain.value(f)
	}
	first := true
	for _, r := range l.rows {
		fits := r.fits(f)
		if fits == isFalse {
			continue
		}
		rb, rn, rs := tri(0), span{}, words{}
		if fits&isTrue != 0 {
			rb, rn, rs = r.then.value(f)
		}
		if fits&isStuck != 0 {
			rb, rn.stuck, rs.stuck = rb|isStuck, true, true
		}
		if first {
			b, n, s, first = rb, rn, rs, false
		} else {
			b, n, s = b|rb, n.join(rn), s.join(rs)
		}
		if fits&isFalse == 0 {
			break
		}
	}
	return b, n, s
}

// condition is one thing that must hold. An exclusion is written the other way
// round: its expression says when it is broken.
type condition struct {
	id        string
	text      Text
	when      *expr
	exclusion bool
	mine      bool // it may hold for one person of the right and not for another
	law       string
	source    string
	at        place
}

func (c *condition) holds(f *frame) tri {
	if c.exclusion {
		return c.when.b(f).not()
	}
	return c.when.b(f)
}

// refer is a case that is not computed, and who decides it.
type refer struct {
	id      string
	text    Text
	decides Text
	when    *expr
	law     string
	source  string
}

// amountRule is one sum that the right gives.
type amountRule struct {
	id    string
	text  Text
	when  *expr // nil: always
	value *expr
	per   string
	each  bool // to each person of the right, else to the family
	unit  number
	mode  roundMode
	exact bool // no rounding
	most  int  // decimals shown
}

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
	away := isFalse
	for _, rf := range r.refers {
		away = away.or(rf.when.b(f))
	}
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

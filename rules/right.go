package rules

import "sync/atomic"

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
	received   *expr // nil: no fact says that a family has it already
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
	starts     starts
	sites      []site // of its conditions
	values     atomic.Pointer[values]
	recall     recall
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
	Told    bool          `json:"told,omitempty"` // people are told it; nothing is computed with it

	right  *Right
	at     place
	borrow string // "be.leefloon/amount": the parameter of another right
}

// Borrowed tells whether the values are those of another right.
func (p *Parameter) Borrowed() bool { return p.borrow != "" }

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

// On is the value that holds on a day; nil before the first.
func (p *Parameter) On(day Date) *DatedValue { return p.on(day) }

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
	site  site
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

// fits tells whether the row gives the value; of is what r.of is.
func (r row) fits(f *frame, of span) tri {
	switch {
	case r.when != nil:
		return r.when.b(f)
	case r.of != nil:
		return of.less(r.upTo.n(f), true)
	}
	return isTrue
}

// of is the number that a bracket is about, the same in every row.
func (l *let) of(f *frame) (n span) {
	if l.rows[0].of != nil {
		n = l.rows[0].of.n(f)
	}
	return n
}

func (l *let) value(f *frame) (b tri, n span, s words) {
	if l.plain != nil {
		return l.plain.value(f)
	}
	first, of := true, l.of(f)
	for _, r := range l.rows {
		fits := r.fits(f, of)
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

// openSites are where the results of what can leave the right open are kept.
func (r *Right) openSites() (out []site) {
	add := func(es ...*expr) {
		for _, e := range es {
			if e != nil && e.kept {
				out = append(out, e.site)
			}
		}
	}
	add(r.each)
	for _, c := range r.conditions {
		add(c.when)
	}
	for _, rf := range r.refers {
		add(rf.when)
	}
	return out
}

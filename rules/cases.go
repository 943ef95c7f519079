package rules

import "strings"

// example is a case: where each axis lies that was looked at.
type example []string

func (e example) String() string {
	if len(e) == 0 {
		return "in every case"
	}
	return strings.Join(e, ", ")
}

// A pack from outside may not cost more than it should: maxLooks is how many
// comparisons may be looked at for all that is asked about one right, and
// maxCases for one question. When that is spent, leastLooks are left for each
// further question, so that a simple slip is still told. The packs of the house
// need some thousands; the school allowance a hundred thousand.
const (
	maxLooks   = 1_000_000
	maxCases   = 500_000
	leastLooks = 2_000
)

// purse is what has been spent on one right.
type purse struct{ spent int }

// take is what one question may spend; pay puts down what it did.
func (w *purse) take() *cases {
	return &cases{most: min(maxCases, max(maxLooks-w.spent, leastLooks))}
}

func (w *purse) pay(c *cases) { w.spent += c.spent }

// cases looks at all cases of some conditions.
type cases struct {
	most   int // how many comparisons it may look at
	spent  int // how many it has
	looked int // how many whole cases it has seen
}

// over tells whether a question takes more than it may.
func (c *cases) over() bool { return c.spent > c.most }

// taken gives see every case of a list of rows of which the first that holds is
// taken, and which that is: -1 where none does. ok is false when there are too
// many cases to look at them all.
func (c *cases) taken(rows []*prop, first int, at example, see func(row int, at example)) (ok bool) {
	for len(rows) > 0 && rows[0].op == propFalse {
		rows, first = rows[1:], first+1
	}
	if len(rows) == 0 || rows[0].op == propTrue {
		c.looked++
		if len(rows) == 0 {
			first = -1
		}
		see(first, at)
		return true
	}
	next := rows[0].first()
	for _, r := range next.regions() {
		rest := make([]*prop, len(rows))
		for i, p := range rows {
			rest[i] = p.in(next, r, c)
		}
		if c.over() {
			return false
		}
		if !c.taken(rest, first, append(at[:len(at):len(at)], next.in(r)), see) {
			return false
		}
	}
	return true
}

// can finds a case in which a condition holds; sure is false when there are too
// many to say that there is none.
func (p *prop) can(w *purse) (at example, found, sure bool) {
	c := w.take()
	found = p.search(c, nil, &at)
	w.pay(c)
	return at, found, !c.over()
}

// search looks at the cases of one condition, and at no more once it fails.
func (p *prop) search(c *cases, so example, at *example) bool {
	next := p.first()
	if next == nil {
		c.looked++
		if p.op == propTrue {
			*at = so
			return true
		}
		return false
	}
	for _, r := range next.regions() {
		q := p.in(next, r, c)
		if c.over() {
			return false
		}
		if q.search(c, append(so[:len(so):len(so)], next.in(r)), at) {
			return true
		}
	}
	return false
}

package rules

import "slices"

// Proof is that a decision table or bracket has no hole and no row for nothing:
// in each case that its conditions can tell apart, exactly one row is taken.
type Proof struct {
	Right   string      `json:"right"`
	Name    string      `json:"name"`
	File    string      `json:"file"`
	Line    int         `json:"line"`
	Bracket bool        `json:"bracket"`
	Periods int         `json:"periods"` // stretches of days in which no number of it changes
	Cases   int         `json:"cases"`   // over all periods; each was looked at
	Rows    []ProvedRow `json:"rows"`
	Whole   bool        `json:"whole"` // false: there were too many cases to look at them all
}

// ProvedRow is a row of it: in how many cases it is taken, and one of them.
type ProvedRow struct {
	Line    int    `json:"line"`
	Cases   int    `json:"cases"`
	Example string `json:"example,omitempty"`
}

// Proofs are those of every table and bracket of some rights; of all rights
// when none is named.
func (lib *Library) Proofs(ids ...string) (out []Proof) {
	for _, r := range lib.rights {
		if len(ids) > 0 && !slices.Contains(ids, r.ID) {
			continue
		}
		w := purse{}
		for _, l := range r.lets {
			if len(l.rows) > 0 {
				p, _ := lib.prove(r, l, &w)
				out = append(out, p)
			}
		}
	}
	return out
}

// prove looks at every case of a table. backwards are the rows of a bracket
// that are taken in no case of some period: their limit is not above the one
// before.
func (lib *Library) prove(r *Right, l *let, w *purse) (p Proof, backwards map[int]period) {
	p = Proof{Right: r.ID, Name: l.name, File: r.File, Line: l.at.line, Whole: true, Bracket: l.rows[0].of != nil}
	for _, row := range l.rows {
		p.Rows = append(p.Rows, ProvedRow{Line: row.line()})
	}
	backwards = map[int]period{}
	for _, days := range lib.periods(r, l.reads...) {
		read := lib.regionReader(r, days)
		rows := read.rows(l)
		if p.Bracket {
			for i := range rows { // a row of the period it is in, whoever the right is for
				taken := make([]*prop, 0, i+1)
				for _, before := range rows[:i] {
					taken = append(taken, before.not())
				}
				if _, found, sure := allOf(append(taken, rows[i])...).can(w); !found && sure {
					if _, there := backwards[i]; !there {
						backwards[i] = days
					}
				}
			}
		}
		within := read.inForce(r)
		if l.mine {
			within = allOf(read.of(r.each), within)
		}
		// What is outside the right is a case of no row.
		rows = append([]*prop{within.not()}, rows...)
		c := w.take()
		p.Whole = c.taken(rows, 0, nil, func(row int, at example) {
			if row == 0 {
				return
			}
			p.Cases++
			if row > 0 {
				if x := &p.Rows[row-1]; x.Cases == 0 {
					x.Example = at.String()
				}
				p.Rows[row-1].Cases++
			}
		}) && p.Whole
		w.pay(c)
		p.Periods++
	}
	return p, backwards
}

// line is where a row begins to say when it is taken.
func (r row) line() int { return r.place().line }

func (r row) place() place {
	switch {
	case r.when != nil:
		return r.when.at
	case r.upTo != nil:
		return r.upTo.at
	}
	return r.then.at
}

// inForce are the days on which the right exists.
func (r *regionReader) inForce(right *Right) *prop {
	for _, c := range right.conditions {
		if c.id == "in_force" && c.at == right.at {
			return r.of(c.when)
		}
	}
	return always0
}

// parametersOf are the parameters that some expressions need, also through
// named values.
func (lib *Library) parametersOf(of ...*expr) (out []*Parameter) {
	seen := map[*let]bool{}
	var take func(x *expr)
	take = func(x *expr) {
		if x == nil {
			return
		}
		for _, slot := range x.reads.params {
			if p := lib.params[slot].parameter; !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
		for _, l := range x.reads.lets {
			if !seen[l] {
				seen[l] = true
				for _, y := range l.reads {
					take(y)
				}
			}
		}
	}
	for _, x := range of {
		take(x)
	}
	return out
}

// periods are the stretches of days in which no parameter of some expressions
// changes: from the day on which all of them have a value.
func (lib *Library) periods(r *Right, of ...*expr) (out []period) {
	var from Date
	var starts []Date
	bounded := false
	if r.ValidFrom != nil {
		from, bounded = *r.ValidFrom, true
	}
	for _, p := range lib.parametersOf(of...) {
		for i, v := range p.Values {
			if i == 0 && (!bounded || v.From > from) {
				from, bounded = v.From, true
			}
			starts = append(starts, v.From)
		}
	}
	if !bounded {
		return []period{{to: r.ValidTo}}
	}
	slices.Sort(starts)
	begin := from
	add := func(to *Date) {
		day := begin
		out = append(out, period{&day, to})
	}
	for _, d := range slices.Compact(starts) {
		if d <= from || r.ValidTo != nil && d > *r.ValidTo {
			continue
		}
		last := d - 1
		add(&last)
		begin = d
	}
	add(r.ValidTo)
	return out
}

package rules

import (
	"cmp"
	"fmt"
	"slices"

	celast "cel.dev/cel-go/common/ast"
)

// Remark is something in a pack that can be loaded, and is still not right or
// not up to date.
type Remark struct {
	Problem
	Right string `json:"right"`
	Code  string `json:"code"`
	Due   bool   `json:"due"` // nothing is wrong, but somebody has to look at it by now
}

// The codes of remarks.
const (
	LintNever     = "never"      // a condition that can never hold
	LintAlways    = "always"     // one that always holds
	LintUnreached = "unreached"  // a row that is never taken
	LintOverlap   = "overlap"    // rows that both fit, and give something else
	LintHole      = "hole"       // days between two values
	LintDue       = "due"        // a value past its indexation or its last day
	LintSource    = "source"     // a number that nobody can check
	LintUnused    = "unused"     // a parameter or name that nothing needs
	LintText      = "text"       // a text that is missing or was not translated
	LintUnknown   = "unknowable" // a fact that nobody can know
	LintUntested  = "untested"   // no tests
	LintTooMany   = "too_many"   // more cases than can be looked at
)

// Lint looks for what is wrong in rights that load: conditions that can never
// hold, rows that are never taken, numbers past their date, and the like. on is
// the day on which numbers must be up to date. Without ids it looks at all.
func (lib *Library) Lint(on Date, ids ...string) []Remark {
	l := &linter{lib: lib, on: on}
	for _, r := range lib.rights {
		if len(ids) == 0 || slices.Contains(ids, r.ID) {
			l.right, l.purse = r, purse{}
			l.conditions()
			l.tables()
			l.parameters()
			l.lets()
			l.texts()
			l.facts()
			if len(r.tests) == 0 {
				l.find(LintUntested, r.at, "add tests: a family on either side of each limit", "the right %s has no tests", r.ID)
			}
		}
	}
	slices.SortStableFunc(l.found, func(a, b Remark) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return l.found
}

type linter struct {
	lib   *Library
	right *Right
	purse purse
	on    Date
	found []Remark
}

func (l *linter) find(code string, at place, remedy, what string, args ...any) {
	if at.file == "" {
		at.file = l.right.File
	}
	l.found = append(l.found, Remark{Right: l.right.ID, Code: code, Due: code == LintDue,
		Problem: Problem{at.file, at.line, at.col, fmt.Sprintf(what, args...), remedy}})
}

// verdict says whether a condition can hold and can fail, over all periods,
// within what is supposed to hold.
func (l *linter) verdict(of *expr, suppose *expr, turned bool) (can, cannot, sure bool) {
	sure = true
	for _, days := range l.lib.periods(l.right, of, suppose) {
		read := l.lib.regionReader(l.right, days)
		within := allOf(read.of(suppose), read.inForce(l.right))
		p := read.of(of)
		if turned {
			p = p.not()
		}
		_, yes, sure1 := allOf(within, p).can(&l.purse)
		_, no, sure2 := allOf(within, p.not()).can(&l.purse)
		can, cannot, sure = can || yes, cannot || no, sure && (sure1 || yes) && (sure2 || no)
	}
	return can, cannot, sure
}

func (l *linter) conditions() {
	r := l.right
	all := []*expr{}
	for _, c := range r.conditions {
		all = append(all, c.when)
		if c.at == r.at {
			continue // region, municipality and period
		}
		can, cannot, sure := l.verdict(c.when, r.each, c.exclusion)
		switch {
		case !sure:
			l.tooMany(c.when.at, "the condition "+c.id)
		case !can && c.exclusion:
			l.find(LintNever, c.when.at, "look at the limits and at what is joined by || and &&", "the exclusion %s takes the right away from everybody", c.id)
		case !can:
			l.find(LintNever, c.when.at, "look at the limits and at what is joined by && and ||", "the condition %s can never hold, so nobody gets the right", c.id)
		case !cannot && c.exclusion:
			l.find(LintAlways, c.when.at, "leave it out, or look at its limits", "the exclusion %s can never take the right away", c.id)
		case !cannot:
			l.find(LintAlways, c.when.at, "leave it out, or look at its limits", "the condition %s always holds, so it asks nothing", c.id)
		}
	}
	if r.each != nil {
		if can, _, sure := l.verdict(r.each, nil, false); sure && !can {
			l.find(LintNever, r.each.at, "look at the condition under for:", "the right is for nobody")
		}
	}
	l.together(all)
	for _, rf := range r.refers {
		if can, _, sure := l.verdict(rf.when, r.each, false); sure && !can {
			l.find(LintNever, rf.when.at, "leave it out, or look at its limits", "the referral %s can never happen", rf.id)
		}
	}
	for _, a := range r.amounts {
		if a.when == nil {
			continue
		}
		switch can, cannot, sure := l.verdict(a.when, r.each, false); {
		case sure && !can:
			l.find(LintNever, a.when.at, "leave the amount out, or look at the limits", "this amount is never given")
		case sure && !cannot:
			l.find(LintAlways, a.when.at, "leave when: out", "the condition of this amount always holds")
		}
	}
	for _, x := range r.expressions() {
		l.inside(x)
	}
}

// together looks whether all conditions can hold for the same family.
func (l *linter) together(all []*expr) {
	r := l.right
	if slices.ContainsFunc(l.found, func(f Remark) bool { return f.Right == r.ID && f.Code == LintNever }) || len(all) < 2 {
		return
	}
	for _, days := range l.lib.periods(r, append(slices.Clone(all), r.each)...) {
		read := l.lib.regionReader(r, days)
		parts := []*prop{read.of(r.each)}
		for _, c := range r.conditions {
			p := read.of(c.when)
			if c.exclusion {
				p = p.not()
			}
			parts = append(parts, p)
		}
		if _, found, sure := allOf(parts...).can(&l.purse); found || !sure {
			return
		}
	}
	l.find(LintNever, r.at, "look at which two conditions contradict each other", "the conditions of %s can never hold together, so nobody gets the right", r.ID)
}

// inside looks at the conditions within aggregates.
func (l *linter) inside(x *expr) {
	walk(x.tree.Expr(), func(e celast.Expr) bool {
		if e.Kind() != celast.ComprehensionKind {
			return true
		}
		step := e.AsComprehension().LoopStep().AsCall()
		var can, cannot bool
		for _, days := range l.lib.periods(l.right, x) {
			read := l.lib.regionReader(l.right, days)
			p := read.boolean(step.Args()[1], x)
			_, yes, sure1 := p.can(&l.purse)
			_, no, sure2 := p.not().can(&l.purse)
			can, cannot = can || yes || !sure1, cannot || no || !sure2
		}
		if !can {
			l.find(LintNever, x.placeOf(e.ID()), "look at what is joined by && within the aggregate", "no person can ever fit the condition of this aggregate")
		} else if !cannot && step.FunctionName() == loopAll {
			l.find(LintAlways, x.placeOf(e.ID()), "leave it out, or look at its limits", "every person always fits the condition of this aggregate")
		}
		return true
	})
}

func (l *linter) tooMany(at place, what string) {
	l.find(LintTooMany, at, "split it with let:, or compare with fewer numbers", "%s has more cases than can be looked at, so nothing is proved of it", what)
}

func (l *linter) tables() {
	for _, t := range l.right.lets {
		if len(t.rows) == 0 {
			continue
		}
		proof, backwards := l.lib.prove(l.right, t, &l.purse)
		if !proof.Whole {
			l.tooMany(t.at, "the table "+t.name)
			continue
		}
		for i, row := range t.rows {
			days, inverted := backwards[i]
			last := i == len(t.rows)-1
			switch {
			case inverted && proof.Bracket && !last:
				l.find(LintUnreached, row.place(), "write the limits from low to high", "this limit of %s is not above the one before it %s, so its row is never taken", t.name, days)
			case proof.Rows[i].Cases > 0:
			case last && !proof.Bracket:
				l.find(LintUnreached, row.place(), "make the row before it the last: otherwise: …", "the rows before it take every case of %s, so the last is never taken", t.name)
			default:
				l.find(LintUnreached, row.place(), "move it up, or look at its condition: the first row that fits is taken", "this row of %s is never taken", t.name)
			}
		}
		if !proof.Bracket {
			l.bands(t)
		}
	}
}

// bands looks at a table of which every row looks at the same one number: at
// two rows that share a part of it and give something else, and at a part
// between rows that falls to the last one by a slip (up to 10, from 11).
// Where rows look at different things, their order says which comes first, and
// that is how tables are meant.
func (l *linter) bands(t *let) {
	rows := t.rows[:len(t.rows)-1]
	overlapping := map[[2]int]bool{}
	hole := false
	for _, days := range l.lib.periods(l.right, t.reads...) {
		read := l.lib.regionReader(l.right, days)
		conditions := read.rows(t)[:len(rows)]
		a := conditions[0].first()
		if a == nil || a.kind != kindNumber && a.kind != kindDate {
			return
		}
		regions, c := a.regions(), l.purse.take()
		fits := make([][]bool, len(rows))
		for i, p := range conditions {
			for _, r := range regions {
				q := p.in(a, r, c)
				if q.op != propTrue && q.op != propFalse {
					l.purse.pay(c)
					return // it looks at something else too
				}
				fits[i] = append(fits[i], q.op == propTrue)
			}
		}
		l.purse.pay(c)
		for j := range rows {
			for i := range j {
				if !overlapping[[2]int{i, j}] && spelled(rows[i].then.tree.Expr()) != spelled(rows[j].then.tree.Expr()) {
					if r, ok := shared(fits[i], fits[j], regions); ok {
						overlapping[[2]int{i, j}] = true
						l.find(LintOverlap, rows[j].place(), "let one of them begin where the other ends", "this row of %s and the one on line %d both fit when %s", t.name, rows[i].line(), a.in(r))
					}
				}
			}
		}
		if r, ok := a.between(fits, regions); ok && !hole {
			hole = true
			l.find(LintHole, t.at, "let each row begin where the one before ends", "no row of %s but the last says what holds when %s", t.name, a.in(r))
		}
	}
}

// shared is a part that both of two rows take, where neither is a special case
// of the other.
func shared(a, b []bool, regions []region) (r region, ok bool) {
	first, second := false, false
	for i := range regions {
		switch {
		case a[i] && b[i] && !ok:
			r, ok = regions[i], true
		case a[i] && !b[i]:
			first = true
		case b[i] && !a[i]:
			second = true
		}
	}
	return r, ok && first && second
}

// between is a part that no row takes, with rows on both sides: one of several
// such parts, or one that is not wider than 1.
func (a *axis) between(fits [][]bool, regions []region) (r region, ok bool) {
	last, open, parts := -1, region{}, 0
	none := func(i int) bool {
		return !slices.ContainsFunc(fits, func(row []bool) bool { return row[i] })
	}
	for i, x := range regions {
		switch {
		case x.absent:
			continue
		case none(i):
			if i == 0 || last == i-1 {
				parts++
				open = x
			} else {
				open.hi = x.hi
				open.point = false
			}
			continue
		}
		if last >= 0 && last < i-1 && !a.whole && open.lo != nil && open.hi != nil && open.hi.sub(*open.lo).cmp(integer(1)) <= 0 {
			return open, true
		}
		if last >= 0 && last < i-1 && !ok {
			r, ok = open, true
		}
		last = i
	}
	return r, ok && parts > 1
}

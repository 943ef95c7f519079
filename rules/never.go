package rules

import (
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// Some facts cannot be true together: a child of three is not in secondary
// school. The dictionary says so with conditions that never hold. A case in
// which one does is refused, and what is not known yet is only thought to be
// what it can be beside the rest. A fact that was given although it follows
// from others binds those others in the same way.

// never is a condition of the dictionary that holds for no family and nobody.
type never struct {
	key    string
	entity string
	text   Text
	source string
	at     place
	when   *expr
}

// readNever reads one of them; it is linked with the facts.
func (d document) readNever(n ast.Node, dict *Dictionary) {
	o := d.object(n, "what never is", "key!", "entity!", "when!", "text!")
	out := &never{key: o.str("key"), entity: o.oneOf("entity", OfFamily, OfFamily, OfPerson), text: o.text("text"), source: o.str("when"), at: o.placeOf("when")}
	if slices.ContainsFunc(dict.nevers, func(x *never) bool { return x.key == out.key }) {
		d.report(o.where, "use another key", "what never is stands here twice: %s", out.key)
		return
	}
	dict.nevers = append(dict.nevers, out)
}

// linkNevers parses and checks them.
func (d *Dictionary) linkNevers(problems *Problems) {
	for _, n := range d.nevers {
		doc := document{n.at.file, problems}
		tree, ok := doc.parse(n.source, n.at)
		if !ok {
			continue
		}
		if n.when = newScope(doc, d, n.entity == OfPerson).check(tree, kindBool); n.when == nil {
			continue
		}
		if len(n.when.reads.rights) > 0 || len(n.when.reads.facts) == 0 {
			doc.report(n.at, "name facts that cannot be so together", "what never is does not speak of facts alone")
		}
	}
}

// refused is a fact of a case that cannot be beside the others: of those that
// the condition names, the last that was given.
func (n *never) refused(given func(*Fact) bool) *Fact {
	for _, x := range slices.Backward(n.when.reads.facts) {
		if given(x) {
			return x
		}
	}
	return nil
}

// tie is what binds facts of one case to each other: a condition that never
// holds, or a fact that was given and follows from others.
type tie struct {
	person int
	when   *expr // never holds
	derive *expr // gives what is in cell
	cell   int32
	over   bitset // the unknown facts that it binds
}

// broken tells whether the family that stands in the frame cannot be.
func (t *tie) broken(f *frame) tri {
	saved, outer := f.bound, f.trail
	if outer == nil { // what is kept on the way has to know what it hangs on
		f.scratch.reset(f)
		f.trail = &f.scratch
	}
	defer func() { f.bound, f.trail = saved, outer }()
	f.bound[0] = int8(t.person)
	if t.when != nil {
		return t.when.b(f) &^ isStuck
	}
	_, x := f.factAt(t.cell)
	b, n, s := t.derive.value(f)
	c := &f.cells[t.cell]
	var same tri
	switch x.kind {
	case kindBool:
		same = b.and(c.b).or(b.not().and(c.b.not()))
	case kindText:
		same = s.equal(c.s)
	default:
		same = n.equal(c.n)
	}
	return same.not() &^ isStuck
}

// tie finds what binds the facts of the case, and takes away the answers that
// nothing else can make possible: once it is known that a child is three, its
// school is not the secondary one.
func (f *frame) tie() {
	f.ties = f.tiesOf()
	for again := len(f.ties) > 0; again; {
		again = false
		for _, t := range f.ties {
			for i := range f.cells {
				if t.over.has(int32(i)) && f.narrow(t, int32(i)) {
					again = true
				}
			}
		}
		f.fresh()
		f.ties = slices.DeleteFunc(f.ties, func(t *tie) bool { return t.broken(f) != either })
	}
	f.fresh()
}

// narrow takes from a yes-or-no or a choice what a tie rules out; false when
// that is nothing.
func (f *frame) narrow(t *tie, u int32) bool {
	_, x := f.factAt(u)
	if x.Type != TypeBool && x.Type != TypeChoice {
		return false
	}
	was := f.cells[u]
	now := cell{}
	for _, c := range f.answersTo(u) {
		f.set(u, c)
		if t.broken(f) != isTrue {
			now.b |= c.b
			now.s.set = append(now.s.set, c.s.set...)
		}
	}
	f.set(u, was)
	if now.b == was.b && len(now.s.set) == len(was.s.set) || now.b == 0 && len(now.s.set) == 0 {
		return false
	}
	f.set(u, now)
	if f.narrowed == nil {
		f.narrowed = map[int32][]cell{}
	}
	f.narrowed[u] = f.answersTo(u)
	return true
}

// answersTo are the single values that are left of a yes-or-no or a choice.
func (f *frame) answersTo(u int32) (out []cell) {
	c := &f.cells[u]
	for _, b := range []tri{isTrue, isFalse} {
		if c.b&b != 0 {
			out = append(out, cell{known: true, b: b})
		}
	}
	for i := range c.s.set {
		out = append(out, cell{known: true, s: words{set: c.s.set[i : i+1]}})
	}
	return out
}

// tiesOf are the ties of the case that what is not known yet may still break. A
// fact that is what a table has for another binds it too, but by more values
// than a search tells apart: such a tie is left out, and more may be asked.
func (f *frame) tiesOf() (out []*tie) {
	var tr trail
	see := func(t *tie) {
		tr.reset(f)
		f.trail = &tr
		if t.broken(f) == either {
			t.over = slices.Clone(tr.seen)
			out = append(out, t)
		}
		f.trail = nil
	}
	for _, n := range f.lib.facts.nevers {
		if n.entity == OfFamily {
			see(&tie{person: -1, when: n.when})
			continue
		}
		for person := range f.people {
			see(&tie{person: person, when: n.when})
		}
	}
	for person := -1; person < f.people; person++ {
		for _, x := range f.lib.facts.rows[min(1, person+1)] {
			if i := f.cellIndex(person, x); x.derive != nil && f.cells[i].known && len(x.derive.reads.gives) == 0 {
				see(&tie{person: person, derive: x.derive, cell: int32(i)})
			}
		}
	}
	return out
}

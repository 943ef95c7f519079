package rules

import "sync"

// A frame is some hundreds of kilobytes, and a family is looked at in
// milliseconds. So a library keeps the frames that were done with, one kind for
// each number of persons, emptied of the family, and the next family takes the
// room of one.

// frames are those that wait to be taken, by the number of their persons.
type frames [maxPersons + 1]sync.Pool

// take gives an empty frame.
func (lib *Library) take(people int) *frame {
	if f, ok := lib.frames[people].Get().(*frame); ok {
		return f
	}
	n := (1 + people) * lib.facts.width
	return &frame{
		lib: lib, people: people, width: lib.facts.width,
		cells: make([]cell, n), derived: make([]memo, n),
		params: make([]param, len(lib.params)),
		memos:  make([][]memo, lib.slots),
		rights: make([]rightCell, len(lib.rights)),
		desk:   &desk{},
	}
}

// done empties the frame of its family and gives back its room. Nothing that
// was taken from the frame may be used after it.
func (f *frame) done() {
	clear(f.cells)
	clear(f.params)
	for i := range f.derived {
		f.derived[i].empty()
	}
	for _, row := range f.memos {
		for i := range row {
			row[i].empty()
		}
	}
	for i := range f.rights {
		r := &f.rights[i]
		r.outcome.empty()
		r.kept.empty()
		for k := range r.verdicts {
			v := &r.verdicts[k]
			v.verdict = verdict{amounts: emptied(v.amounts)}
			v.kept.empty()
		}
	}
	f.desk.empty()
	f.scratch.order = f.scratch.order[:0]
	*f = frame{
		lib: f.lib, people: f.people, width: f.width, cells: f.cells, derived: f.derived, params: f.params, memos: f.memos, rights: f.rights,
		ids: emptied(f.ids), seats: f.seats[:0], changed: f.changed[:0], spare: f.spare, room: f.room, met: f.met, scratch: f.scratch,
		fixed: emptied(f.fixed), desk: f.desk,
	}
	f.lib.frames[f.people].Put(f)
}

// emptied is the room of a slice, with nothing of what was in it.
func emptied[T any](s []T) []T {
	clear(s[:cap(s)])
	return s[:0]
}

// empty takes out what was found and leaves the room for it.
func (m *memo) empty() {
	m.kept.empty()
	m.cell, m.plain, m.supposed = cell{}, false, 0
}

func (k *kept) empty() {
	k.stamp, k.at, k.touched, k.shown = 0, 0, k.touched[:0], nil
}

func (o *outcome) empty() {
	*o = outcome{people: emptied(o.people), space: emptied(o.space)}
}

// desk is where the searches of a frame work, one after the other.
type desk struct {
	trail trail // of the last look
	tied  trail // the facts on which it hangs whether the family can be

	all    []cell   // of each candidate, all that it can be
	first  []cell   // for each, a value to try first, where it is known
	pivot  []cell   // a family in which a fact was seen to matter: the cells of the candidates
	pivots [][]cell // the same of the last few, until they were looked around in
	tries  []cell
	places []int  // where starts have something for each; -1: nowhere
	sheets []cell // where copies of pivots are kept

	edgesMet []edge // the first numbers that turned the answer

	base, next outcome
	turned     outcome // of the family in which the last flip turned the answer
	open       outcome // of a family that is still open
}

// clear makes room for the next search.
func (d *desk) clear() {
	d.all, d.first, d.pivot, d.pivots, d.tries = d.all[:0], d.first[:0], d.pivot[:0], d.pivots[:0], d.tries[:0]
	d.places, d.sheets, d.edgesMet = d.places[:0], d.sheets[:0], d.edgesMet[:0]
}

// copyOf keeps a copy of cells until the next search.
func (d *desk) copyOf(cells []cell) []cell {
	at := len(d.sheets)
	d.sheets = append(d.sheets, cells...)
	return d.sheets[at:len(d.sheets):len(d.sheets)]
}

func (d *desk) empty() {
	d.all, d.first, d.pivot, d.pivots, d.tries = emptied(d.all), emptied(d.first), emptied(d.pivot), emptied(d.pivots), emptied(d.tries)
	d.places, d.sheets, d.edgesMet = d.places[:0], emptied(d.sheets), emptied(d.edgesMet)
	for _, o := range []*outcome{&d.base, &d.next, &d.turned, &d.open} {
		o.empty()
	}
}

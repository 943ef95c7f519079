package population

import (
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/rules"
)

// nowhere are the families whose municipality has a code that none has: the
// engine knows regions by how codes begin, and a slip of the finger would give
// the rights of another region.
func (l *Loaded) nowhere() (out []fault) {
	f := l.familyColumns["municipality"]
	if f == nil || l.Families["municipality"] == nil {
		return nil
	}
	wrong := make([]bool, len(f.Words))
	some := false
	for i, w := range f.Words {
		_, err := kernel.ParseNIS(w)
		wrong[i] = err != nil && w != ""
		some = some || wrong[i]
	}
	for row := range f.Codes {
		if some && f.Known.Get(row) && wrong[f.Codes[row]] {
			out = append(out, fault{row: row, column: "municipality", reason: "no municipality of Belgium has this code", remedy: "write its NIS code, as 24062 for Leuven"})
		}
	}
	return out
}

// assemble makes the batch of the rows that were read, without the families
// that are left out.
func (l *Loaded) assemble(families, persons []rowKey, owner []int, out map[int]bool) {
	l.families, l.persons = l.families[:0], l.persons[:0]
	keep, keepPersons := make([]int32, 0, len(families)), make([]int32, 0, len(persons))
	text := false
	at := 0
	for i, f := range families {
		for at < len(persons) && owner[at] < 0 {
			at++
		}
		from := len(keepPersons)
		for at < len(persons) && owner[at] <= i {
			if owner[at] == i && !out[i] {
				keepPersons = append(keepPersons, int32(at))
				l.persons = append(l.persons, persons[at].at)
			}
			at++
		}
		if out[i] {
			continue
		}
		l.Starts = append(l.Starts, int32(from))
		l.families = append(l.families, f.at)
		keep = append(keep, int32(i))
		text = text || f.s != numbered
	}
	l.Starts = append(l.Starts, int32(len(keepPersons)))
	l.Keys = rules.Column{}
	for _, i := range keep {
		k := families[i].key
		if !text {
			l.Keys.Ints = append(l.Keys.Ints, k.n)
			continue
		}
		l.Keys.Codes = append(l.Keys.Codes, int32(len(l.Keys.Words)))
		l.Keys.Words = append(l.Keys.Words, k.String())
	}
	if len(keep) < len(families) {
		for _, c := range l.Families {
			squeeze(c, keep)
		}
	}
	if len(keepPersons) < len(persons) {
		for _, c := range l.Persons {
			squeeze(c, keepPersons)
		}
	}
}

// squeeze keeps some rows of a column, in order.
func squeeze(c *rules.Column, keep []int32) {
	bits := func(b rules.Bits) {
		for to, from := range keep {
			if b.Get(int(from)) {
				b.Set(to)
			} else {
				b[to>>6] &^= 1 << (to & 63)
			}
		}
	}
	bits(c.Known)
	if c.Bools != nil {
		bits(c.Bools)
	}
	for to, from := range keep {
		switch {
		case c.Ints != nil:
			c.Ints[to] = c.Ints[from]
		case c.Dates != nil:
			c.Dates[to] = c.Dates[from]
		case c.Codes != nil:
			c.Codes[to] = c.Codes[from]
		}
	}
}

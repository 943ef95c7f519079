package rules

import (
	"fmt"
	"slices"
	"strconv"
)

// Batch is some families on their way through a scan, in columns: as they lie
// in the tables families (the key, then a column for each fact of a family) and
// persons (family, person, role, then a column for each fact of a person). The
// persons stand in the order of the families. A fact without a column is known
// of nobody.
type Batch struct {
	Keys     Column             // what the file calls each family: texts or whole numbers
	Starts   []int32            // where the persons of each family begin, and at the end how many persons there are
	Names    Column             // what the file calls each person within a family; may be left out
	Families map[string]*Column // by the key of the fact
	Persons  map[string]*Column // by the key of the fact; role is among them
}

// Len is how many families the batch holds.
func (b *Batch) Len() int { return max(0, len(b.Starts)-1) }

// Column holds the values of one fact, in the one of its slices that fits the
// type of the fact.
type Column struct {
	Known Bits     // what is known; nil: all of it
	Bools Bits     // of a yes-or-no
	Ints  []int64  // of a whole number; of an amount of money, in cents
	Dates []Date   // of a day
	Codes []int32  // of a choice or a code: places in Words
	Words []string // the texts that occur; columns may share them
}

// Has tells whether the value in a row is known.
func (c *Column) Has(row int) bool { return c.Known == nil || c.Known.Get(row) }

// Len is for how many rows there is room; of a yes-or-no, rounded up to 64.
func (c *Column) Len() int {
	return max(64*len(c.Bools), len(c.Ints), len(c.Dates), len(c.Codes))
}

// Text is the key in a row as text.
func (c *Column) Text(row int) string {
	switch {
	case c == nil || row >= c.Len() || !c.Has(row):
		return ""
	case c.Codes != nil:
		return c.Words[c.Codes[row]]
	case c.Ints != nil:
		return strconv.FormatInt(c.Ints[row], 10)
	}
	return ""
}

// Bits are yes-or-no's, 64 to a word, the first in the lowest bit.
type Bits []uint64

// NewBits has room for n, all no.
func NewBits(n int) Bits { return make(Bits, (n+63)/64) }

// Get is the bit in a row.
func (b Bits) Get(row int) bool { return b[row>>6]>>(row&63)&1 != 0 }

// Set makes the bit in a row a yes.
func (b Bits) Set(row int) { b[row>>6] |= 1 << (row & 63) }

// column checks that a batch has a column as its fact asks, long enough.
func (x *Fact) column(c *Column, rows int) error {
	have := map[string]int{"bools": 64 * len(c.Bools), "ints": len(c.Ints), "dates": len(c.Dates), "codes": len(c.Codes)}
	want := map[string]string{TypeBool: "bools", TypeInt: "ints", TypeMoney: "ints", TypeDate: "dates", TypeChoice: "codes", TypeCode: "codes"}[x.Type]
	switch {
	case !x.Given:
		return fmt.Errorf("the column %s: this fact follows from others and cannot be given", x.path())
	case have[want] < rows || c.Known != nil && 64*len(c.Known) < rows:
		return fmt.Errorf("the column %s has not the %d values that a fact of type %s needs", x.path(), rows, x.Type)
	}
	for row, k := range c.Codes[:min(len(c.Codes), rows)] {
		if (k < 0 || int(k) >= len(c.Words)) && c.Has(row) {
			return fmt.Errorf("the column %s names a text that it does not have", x.path())
		}
	}
	return nil
}

// check finds what no family of the batch could be read with.
func (b *Batch) check(lib *Library) error {
	n := b.Len()
	if n > 0 && (b.Starts[0] != 0 || !slices.IsSorted(b.Starts)) {
		return fmt.Errorf("the persons of the batch are not in the order of its families")
	}
	persons := 0
	if n > 0 {
		persons = int(b.Starts[n])
	}
	if persons > 0 && b.Persons["role"] == nil {
		return fmt.Errorf("the batch has no column role of its persons")
	}
	of := func(entity string, columns map[string]*Column, rows int) error {
		for _, key := range sortedKeys(columns) {
			x := lib.facts.Fact(entity, key)
			if x == nil {
				return fmt.Errorf("there is no fact %s.%s", entity, key)
			}
			if err := x.column(columns[key], rows); err != nil {
				return err
			}
		}
		return nil
	}
	if err := of(OfFamily, b.Families, n); err != nil {
		return err
	}
	return of(OfPerson, b.Persons, persons)
}

// Case is one family of the batch, as [Library.ParseCase] would read it. Its
// persons are called "1", "2", … in their order. The error is an [InputError].
func (b *Batch) Case(lib *Library, family int, day Date) (*Case, error) {
	c, err := b.caseOf(lib, family, day)
	if err != nil {
		return nil, err
	}
	return c, lib.contradiction(c)
}

func (b *Batch) caseOf(lib *Library, family int, day Date) (*Case, error) {
	c := &Case{date: day, family: make([]cell, lib.facts.width)}
	if err := b.facts(lib, OfFamily, "family", family, day, c.family); err != nil {
		return nil, err
	}
	from, to := int(b.Starts[family]), int(b.Starts[family+1])
	if to-from > maxPersons {
		return nil, tooManyPersons()
	}
	role := lib.facts.Fact(OfPerson, "role")
	for row := from; row < to; row++ {
		p := casePerson{id: strconv.Itoa(row - from + 1), facts: make([]cell, lib.facts.width)}
		at := fmt.Sprintf("persons[%d]", row-from)
		if err := b.facts(lib, OfPerson, at, row, day, p.facts); err != nil {
			return nil, err
		}
		if !p.facts[role.index].known {
			return nil, noRole(at, role)
		}
		p.role = p.facts[role.index].s.set[0]
		c.persons = append(c.persons, p)
	}
	return c, lib.countRoles(c)
}

// facts reads a row of one of the two tables.
func (b *Batch) facts(lib *Library, entity, at string, row int, day Date, into []cell) error {
	columns := b.Families
	if entity == OfPerson {
		columns = b.Persons
	}
	for _, x := range lib.facts.Facts {
		c := columns[x.Key]
		if x.Entity != entity || c == nil || !c.Has(row) {
			continue
		}
		v, reason, remedy := x.take(c, row, day)
		if reason != "" {
			return &InputError{at + "." + x.Key, x.Key, reason, remedy}
		}
		into[x.index] = v
	}
	return nil
}

// take reads one value of a column.
func (x *Fact) take(c *Column, row int, today Date) (v cell, reason, remedy string) {
	v.known = true
	switch x.Type {
	case TypeBool:
		v.b = triOf(c.Bools.Get(row))
	case TypeChoice, TypeCode:
		return x.read(value{kind: valueText, text: c.Words[c.Codes[row]]}, today)
	case TypeDate:
		v.n = exactly(integer(int64(c.Dates[row])))
	case TypeMoney:
		v.n = exactly(cents(c.Ints[row]))
	default:
		v.n = exactly(integer(c.Ints[row]))
	}
	if x.Type != TypeBool {
		reason, remedy = x.within(v.n.lo, today)
	}
	return v, reason, remedy
}

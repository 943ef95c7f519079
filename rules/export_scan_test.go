package rules

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
)

// DrawBatch makes families of random shape, with random facts and random
// holes: known is how many facts of ten are known. What cannot be beside the
// rest is mostly taken away again, so that few families are refused; with 11
// no value lies outside its domain.
func (lib *Library) DrawBatch(seed uint64, families, known int, day Date) *Batch {
	draw := rand.New(rand.NewPCG(seed, 7))
	b := &Batch{Starts: []int32{0}, Families: map[string]*Column{}, Persons: map[string]*Column{}}
	var roles [][]string
	persons := 0
	for range families {
		var of []string
		for _, r := range lib.facts.Roles {
			n := draw.IntN(3) * draw.IntN(2)
			if r.Max == 1 {
				n = draw.IntN(2)
			}
			if r.Required {
				n = 1
			}
			for range n {
				of = append(of, r.Key)
			}
		}
		draw.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
		roles = append(roles, of)
		persons += len(of)
		b.Starts = append(b.Starts, int32(persons))
	}
	codes := lib.codesDrawn()
	for _, x := range lib.facts.Facts {
		rows, columns := families, b.Families
		if x.Entity == OfPerson {
			rows, columns = persons, b.Persons
		}
		if !x.Given || x.Key != "role" && known < 10 && draw.IntN(20) == 0 {
			continue
		}
		c := &Column{Known: NewBits(rows)}
		columns[x.Key] = c
		x.fill(c, rows, day, draw, codes[x], known)
	}
	role := b.Persons["role"]
	for f, of := range roles {
		for i, key := range of {
			row := int(b.Starts[f]) + i
			role.Known.Set(row)
			role.Codes[row] = int32(slices.Index(role.Words, key))
		}
	}
	for f := range families {
		for range draw.IntN(40) {
			_, err := b.Case(lib, f, day)
			why, ok := errors.AsType[*InputError](err)
			if !ok {
				break
			}
			rows, columns := []int{f}, b.Families
			if strings.HasPrefix(why.Path, "persons") {
				rows, columns = nil, b.Persons
				for row := b.Starts[f]; row < b.Starts[f+1]; row++ {
					rows = append(rows, int(row))
				}
			}
			if c := columns[why.Key]; c != nil && why.Key != "role" {
				for _, row := range rows {
					c.Known[row>>6] &^= 1 << (row & 63)
				}
			}
		}
	}
	return b
}

func (x *Fact) fill(c *Column, rows int, day Date, draw *rand.Rand, codes []string, known int) {
	switch x.Type {
	case TypeBool:
		c.Bools = NewBits(rows)
	case TypeChoice:
		c.Codes, c.Words = make([]int32, rows), slices.Clone(x.set.set)
		draw.Shuffle(len(c.Words), func(i, j int) { c.Words[i], c.Words[j] = c.Words[j], c.Words[i] })
	case TypeCode:
		c.Codes, c.Words = make([]int32, rows), codes
	case TypeDate:
		c.Dates = make([]Date, rows)
	default:
		c.Ints = make([]int64, rows)
	}
	for row := range rows {
		if draw.IntN(10) >= known || c.Codes != nil && len(c.Words) == 0 {
			continue
		}
		c.Known.Set(row)
		switch x.Type {
		case TypeBool:
			if draw.IntN(2) == 0 {
				c.Bools.Set(row)
			}
		case TypeChoice, TypeCode:
			c.Codes[row] = int32(draw.IntN(len(c.Words)))
		case TypeDate:
			c.Dates[row] = Date(x.drawNumber(day, draw, integer(1), known < 11))
		case TypeMoney:
			c.Ints[row] = x.drawNumber(day, draw, cents(1), known < 11)
		default:
			c.Ints[row] = x.drawNumber(day, draw, integer(1), known < 11)
		}
	}
}

// drawNumber is a value within the domain, often a likely one, near a likely
// one or an end; in whole units.
func (x *Fact) drawNumber(day Date, draw *rand.Rand, unit number, outside bool) int64 {
	in := func(n number) int64 { return n.div(unit).whole(roundDown) }
	lo, hi := in(x.min.on(day)), in(x.max.on(day))
	likely := x.typicalOn(day)
	switch k := draw.IntN(10); {
	case k < 4 && len(likely) > 0:
		return in(likely[draw.IntN(len(likely))].n.lo)
	case k < 7 && len(likely) > 0:
		near := in(likely[draw.IntN(len(likely))].n.lo)
		return min(hi, max(lo, near/2+draw.Int64N(1+abs64(near))))
	case k == 7:
		return lo
	case k == 8 && outside && draw.IntN(100) == 0:
		return hi + 1 // outside: the family is refused
	}
	return lo + draw.Int64N(1+min(hi-lo, 40000))
}

// codesDrawn are values of each code that rights tell apart.
func (lib *Library) codesDrawn() map[*Fact][]string {
	out := map[*Fact][]string{}
	for _, r := range lib.rights {
		for x, cells := range r.uses.codes {
			for _, c := range cells {
				s := c.s.set[0]
				if x.pattern != nil && !x.pattern.MatchString(s) || x.Listed != "" && !x.listed(s) || strings.Contains(s, "\x00") {
					continue
				}
				if !slices.Contains(out[x], s) {
					out[x] = append(out[x], s)
				}
			}
		}
	}
	for x := range out {
		slices.Sort(out[x])
	}
	return out
}

// DrawAlike repeats each of some families, with other numbers and days near those
// that were known of it and the same holes.
func (lib *Library) DrawAlike(seed uint64, families, times, known int, day Date) *Batch {
	draw := rand.New(rand.NewPCG(seed, 11))
	b := lib.DrawBatch(seed, families, known, day)
	out := &Batch{Starts: []int32{0}, Families: map[string]*Column{}, Persons: map[string]*Column{}}
	var rowsOf [2][]int32 // of families and of persons, in b
	for family := range families {
		for range times {
			rowsOf[0] = append(rowsOf[0], int32(family))
			for row := b.Starts[family]; row < b.Starts[family+1]; row++ {
				rowsOf[1] = append(rowsOf[1], row)
			}
			out.Starts = append(out.Starts, int32(len(rowsOf[1])))
		}
	}
	for i, from := range []map[string]*Column{b.Families, b.Persons} {
		into := []map[string]*Column{out.Families, out.Persons}[i]
		for _, key := range sortedKeys(from) {
			entity := []string{OfFamily, OfPerson}[i]
			into[key] = from[key].near(rowsOf[i], lib.facts.Fact(entity, key), day, draw)
		}
	}
	return out
}

// near takes rows of a column, with other values near the known ones.
func (c *Column) near(rows []int32, x *Fact, day Date, draw *rand.Rand) *Column {
	out := &Column{Words: c.Words, Known: NewBits(len(rows)), Bools: NewBits(len(rows))}
	near := func(n int64) int64 {
		unit := integer(1)
		if x.Type == TypeMoney {
			unit = cents(1)
		}
		in := func(n number) int64 { return n.div(unit).whole(roundDown) }
		by := int64(draw.IntN(4)/3) * int64(draw.IntN(9)-4)
		if lo, hi := in(x.min.on(day)), in(x.max.on(day)); n >= lo && n <= hi {
			return min(hi, max(lo, n+by))
		}
		return n
	}
	for i, row := range rows {
		if c.Has(int(row)) {
			out.Known.Set(i)
		}
		switch {
		case c.Bools != nil:
			if c.Bools.Get(int(row)) {
				out.Bools.Set(i)
			}
		case c.Codes != nil:
			out.Codes = append(out.Codes, c.Codes[row])
		case c.Dates != nil:
			out.Dates = append(out.Dates, Date(near(int64(c.Dates[row]))))
		default:
			out.Ints = append(out.Ints, near(c.Ints[row]))
		}
	}
	return out
}

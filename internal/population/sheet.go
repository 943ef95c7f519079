package population

import "github.com/bondgenoot/bondgenoot/rules"

// sheet is a batch while it is filled. It is used again for the next one.
type sheet struct {
	families, people *columns
	keys             *rules.Column
	starts           []int32
}

// columns are the facts of one table, a row at a time.
type columns struct {
	rows  int
	room  int
	known map[string]*filled
}

// filled is a column with what is needed to add to it.
type filled struct {
	rules.Column
	word map[string]int32
}

func newSheet() *sheet {
	return &sheet{
		families: &columns{room: batchSize, known: map[string]*filled{}},
		people:   &columns{room: batchSize * maxHousehold, known: map[string]*filled{}},
		keys:     &rules.Column{Ints: make([]int64, batchSize)},
		starts:   make([]int32, 1, batchSize+1),
	}
}

// maxHousehold is more than a household that is made up can have.
const maxHousehold = 10

func (s *sheet) clear() {
	s.starts = s.starts[:1]
	for _, c := range []*columns{s.families, s.people} {
		c.rows = 0
		for _, f := range c.known {
			clear(f.Known)
			clear(f.Bools)
		}
	}
}

// batch is what was filled in.
func (s *sheet) batch() *rules.Batch {
	b := &rules.Batch{Keys: *s.keys, Starts: s.starts, Families: map[string]*rules.Column{}, Persons: map[string]*rules.Column{}}
	for key, f := range s.families.known {
		b.Families[key] = &f.Column
	}
	for key, f := range s.people.known {
		b.Persons[key] = &f.Column
	}
	return b
}

func (c *columns) of(key string) *filled {
	f := c.known[key]
	if f == nil {
		f = &filled{Column: rules.Column{Known: rules.NewBits(c.room)}}
		c.known[key] = f
	}
	return f
}

func (c *columns) yes(key string, v bool) {
	f := c.of(key)
	if f.Bools == nil {
		f.Bools = rules.NewBits(c.room)
	}
	f.Known.Set(c.rows)
	if v {
		f.Bools.Set(c.rows)
	}
}

// number sets a whole number, or an amount in cents.
func (c *columns) number(key string, v int64) {
	f := c.of(key)
	if f.Ints == nil {
		f.Ints = make([]int64, c.room)
	}
	f.Known.Set(c.rows)
	f.Ints[c.rows] = v
}

func (c *columns) day(key string, v rules.Date) {
	f := c.of(key)
	if f.Dates == nil {
		f.Dates = make([]rules.Date, c.room)
	}
	f.Known.Set(c.rows)
	f.Dates[c.rows] = v
}

func (c *columns) text(key, v string) {
	f := c.of(key)
	if f.Codes == nil {
		f.Codes, f.word = make([]int32, c.room), map[string]int32{}
	}
	at, ok := f.word[v]
	if !ok {
		at = int32(len(f.Words))
		f.word[v] = at
		f.Words = append(f.Words, v)
	}
	f.Known.Set(c.rows)
	f.Codes[c.rows] = at
}

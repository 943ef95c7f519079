package rules

import "slices"

// maxLevel is how many persons an expression of a program may differ by at
// once; what goes further is left to evaluation.
const maxLevel = 3

// chunk is the families that a machine has in hand, and how its rows lie: level
// 0 has a row for each family, level 1 one for each person, level 2 one for
// each pair of persons of a family, the first person outside.
type chunk struct {
	batch    *Batch
	families []int32 // rows of the batch
	inRow    bool    // they follow each other
	persons  []int32 // rows of the batch, in the order of families
	starts   []int32 // where the persons of each family begin
	who      []int32 // the person who asks, of each family
	found    uint32  // the chunk for which who holds
	running  []int64 // room for running totals
	sums     []int64 // room for a number of each family
	at       [maxLevel + 1][]int32
	widest   int // the highest level of the program
	spreads  map[spreading]*spread
	rowsRoom []int32
	texts    map[*Column][]int32 // of each column of the batch: its words in the lexicon
}

// take puts families of a batch into the machine.
func (m *machine) take(b *Batch, families []int32) {
	m.now++
	if m.batch != b || m.texts == nil {
		m.batch, m.texts = b, map[*Column][]int32{}
	}
	m.families, m.inRow = families, true
	for i, f := range families {
		m.inRow = m.inRow && f == families[0]+int32(i)
	}
	m.starts = roomInts(m.starts, len(families)+1)
	if m.inRow {
		first := b.Starts[families[0]]
		for i, at := range b.Starts[families[0]:][:len(m.starts)] {
			m.starts[i] = at - first
		}
		m.persons = roomInts(m.persons, int(m.starts[len(families)]))
		for i := range m.persons {
			m.persons[i] = first + int32(i)
		}
	} else {
		m.persons = m.persons[:0]
		for i, f := range families {
			m.starts[i] = int32(len(m.persons))
			for row := b.Starts[f]; row < b.Starts[f+1]; row++ {
				m.persons = append(m.persons, row)
			}
		}
		m.starts[len(families)] = int32(len(m.persons))
	}
	m.levels()
}

// levels finds where the rows of each family begin, at each level that the
// program has.
func (m *machine) levels() {
	families := m.families
	for f := len(m.at[0]); f <= len(families); f++ {
		m.at[0] = append(m.at[0], int32(f))
	}
	m.at[1] = m.starts
	m.widest = max(1, m.p.widest)
	for level := 2; level <= m.p.widest; level++ {
		at := m.at[level][:0]
		total := int32(0)
		for f := range families {
			at = append(at, total)
			n, rows := m.starts[f+1]-m.starts[f], int32(1)
			for range level {
				rows *= n
			}
			total += rows
		}
		m.at[level] = append(at, total)
	}
}

// asks finds the person who asks in each family.
func (m *machine) asks() []int32 {
	if m.found == m.now {
		return m.who
	}
	m.found = m.now
	role := m.batch.Persons["role"]
	m.who = roomInts(m.who, len(m.families))
	clear(m.who)
	if role == nil {
		return m.who
	}
	asks := int32(slices.Index(role.Words, roleApplicant))
	for f := range m.families {
		for i := m.starts[f]; i < m.starts[f+1]; i++ {
			if role.Codes[m.persons[i]] == asks {
				m.who[f] = i
			}
		}
	}
	return m.who
}

// size is how many rows a level has.
func (m *machine) size(level int) int { return int(m.at[level][len(m.families)]) }

// spreading says which rows of a lower level go with the rows of a higher one:
// those of the persons in these of its places.
type spreading struct {
	from, to int
	places   [maxLevel]int
}

type spread struct {
	rows  []int32
	stamp uint32
}

// spread finds for each row of a level the row of a lower one that goes with
// it.
func (m *machine) spread(k spreading) []int32 {
	s := m.spreads[k]
	if s == nil {
		s = &spread{}
		if m.spreads == nil {
			m.spreads = map[spreading]*spread{}
		}
		m.spreads[k] = s
	}
	if s.stamp == m.now {
		return s.rows
	}
	out := s.rows[:0]
	if k.from == 0 && k.to == 1 { // as most are
		out = roomInts(s.rows, len(m.persons))
		for f := range m.families {
			for row := m.starts[f]; row < m.starts[f+1]; row++ {
				out[row] = int32(f)
			}
		}
		s.rows, s.stamp = out, m.now
		return out
	}
	from := m.at[k.from]
	for f := range m.families {
		n := int(m.starts[f+1] - m.starts[f])
		var who [maxLevel]int
		for range m.at[k.to][f+1] - m.at[k.to][f] {
			row := 0
			for _, p := range k.places[:k.from] {
				row = row*n + who[p]
			}
			out = append(out, from[f]+int32(row))
			for i := k.to - 1; i >= 0; i-- {
				if who[i]++; who[i] < n {
					break
				}
				who[i] = 0
			}
		}
	}
	s.rows, s.stamp = out, m.now
	return out
}

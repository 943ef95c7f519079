package rules

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"sync"
)

// What a search found about a right hangs on the day, on who is in the family
// and on the facts that were given of those that the right can read at all. So
// it is remembered: for the same family after an answer that the right does not
// read, and for every other family of whom the same is known. It is found under
// a digest of exactly that, so what is remembered is what would be found, to the
// letter, and no fact of a family is kept to find it by.

// perRight is how many answers one right remembers at least, and half of how
// many at most.
const perRight = 128

// recall is what one right remembers. Every library that shares the right
// shares it.
type recall struct {
	recent[digest, remembered]
	facts [2][]bool // by fact, of the family and of a person: whether the right can read it
}

type digest [sha256.Size]byte

// remembered is the result of one search. It does not change, but for what the
// weighing of questions adds.
type remembered struct {
	relevance
	ties   []*tie
	spent  int // of the fuel of the case
	looks  int // that were taken
	margin int // what has to be left of it, so that it never bounded the search

	mu    sync.Mutex
	gains map[int32][]gained
	told  map[telling]*Finding
}

// telling is to whom a finding was explained: in which language, about whom.
type telling struct {
	lang Lang
	ids  digest // of the persons
}

// tellings is in how many languages and of how many families that are alike a
// finding is kept.
const tellings = 8

// gained is what an answer would bring.
type gained struct {
	answer  cell
	status  uint8
	certain bool
	left    int // facts on which the right then still hangs
}

// known is what the digests of a case are made of: its day, its persons and
// each fact that was given.
type known struct {
	whole []byte
	facts []knownFact
	ids   digest
}

type knownFact struct {
	who  int // 0 for a fact of the family, 1 for one of a person
	fact int
	text []byte
}

// known writes down what was given.
func (f *frame) known(c *Case) (out known) {
	var b []byte
	b = binary.AppendVarint(b, int64(c.date))
	b = binary.AppendVarint(b, int64(f.effort))
	for _, s := range f.seats {
		b = append(b, byte(s.role))
	}
	out.whole, b = b[:len(b):len(b)], b[len(b):]
	var ids []byte
	for _, id := range f.ids {
		ids = append(append(ids, id...), 0)
	}
	out.ids = sha256.Sum256(ids)
	take := func(row int, given []cell) {
		who := min(row, 1)
		for i := range given {
			if !given[i].known {
				continue
			}
			from := len(b)
			b = binary.AppendUvarint(b, uint64(row))
			b = binary.AppendUvarint(b, uint64(i))
			b = given[i].append(b)
			out.facts = append(out.facts, knownFact{who, i, b[from:len(b):len(b)]})
		}
	}
	take(0, c.family)
	for i := range c.persons {
		take(1+i, c.persons[i].facts)
	}
	return out
}

// append writes a value that was given, so that no two are written alike.
func (c *cell) append(b []byte) []byte {
	b = append(b, byte(c.b))
	b = binary.AppendUvarint(b, uint64(len(c.s.set)))
	for _, s := range c.s.set {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	if !c.n.has {
		return append(b, 0)
	}
	if big := c.n.lo.big; big != nil {
		s := big.String()
		b = binary.AppendUvarint(append(b, 2), uint64(len(s)))
		return append(b, s...)
	}
	b = binary.AppendVarint(append(b, 1), c.n.lo.n)
	return binary.AppendVarint(b, c.n.lo.den())
}

// digest is under what the right remembers its answer for a case.
func (r *Right) digest(k known, room []byte) (digest, []byte) {
	room = append(room[:0], k.whole...)
	for _, x := range k.facts {
		if r.recall.reads(x.who, x.fact) {
			room = append(room, x.text...)
		}
	}
	return sha256.Sum256(room), room
}

func (k *recall) reads(who, fact int) bool { return k.facts[who][fact] }

// readBy notes which facts a right can read, who has it already included.
func (k *recall) readBy(facts map[*Fact]bool, received *expr, width int) {
	k.facts[0], k.facts[1] = make([]bool, width), make([]bool, width)
	read := func(x *Fact) {
		who := 0
		if x.Entity == OfPerson {
			who = 1
		}
		k.facts[who][x.index] = true
	}
	for x := range facts {
		read(x)
	}
	for _, x := range received.all() {
		read(x)
	}
}

// recalled is what a search of the right finds, remembered where it can be.
func (r *Right) recalled(f *frame, at digest) relevance {
	if m := r.recall.find(at, perRight); m != nil && f.fuel-m.spent >= m.margin {
		f.fuel -= m.spent
		out := m.relevance
		out.search, out.remembered = newSearch(f, r), m
		out.search.ties = m.ties
		return out
	}
	before := f.fuel
	out := r.relevant(f)
	margin := f.effort * max(fuelPerFact, fuelPerRight)
	if f.fuel < margin { // the other rights may have left too little: with more it could be another
		return out
	}
	m := &remembered{relevance: out, ties: slices.Clip(out.search.ties), spent: before - f.fuel, looks: out.search.looks, margin: margin}
	m.relevance.search = nil
	r.recall.keep(at, m, perRight)
	out.remembered = m
	return out
}

// finding explains what was found, or gives what was explained before to the
// same reader about the same persons. It is not to be changed.
func (m *remembered) finding(to telling, explain func() Finding) Finding {
	if m == nil {
		return explain()
	}
	m.mu.Lock()
	out := m.told[to]
	m.mu.Unlock()
	if out != nil {
		return *out
	}
	fresh := explain()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.told == nil || len(m.told) >= tellings {
		m.told = map[telling]*Finding{}
	}
	m.told[to] = &fresh
	return fresh
}

// weighed is what an answer brings, if it was weighed before.
func (m *remembered) weighed(at int32, answer cell) (gained, bool) {
	if m == nil {
		return gained{}, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, g := range m.gains[at] {
		if sameCell(g.answer, answer) {
			return g, true
		}
	}
	return gained{}, false
}

// weigh keeps it.
func (m *remembered) weigh(at int32, g gained) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.gains == nil {
		m.gains = map[int32][]gained{}
	}
	m.gains[at] = append(m.gains[at], g)
}

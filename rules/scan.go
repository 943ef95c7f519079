package rules

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// ScanOptions say what a scan looks at.
type ScanOptions struct {
	Date   Date     // the day for which the rights are looked at
	Rights []string // ids; nil: all rights of the library
}

// Scanner answers for families in columns what [Library.Evaluate] answers for
// one. Any number of goroutines may use it at once.
type Scanner struct {
	lib    *Library
	day    Date
	rights []*Right

	secrets secrets
	alike   recent[rest, answered] // answers by what was left to decide

	mu       sync.Mutex
	programs map[string]*program // by the columns of the batches
	idle     map[*program][]*machine
	spare    sync.Pool // answers that were read
}

// Scanner prepares a scan for one day.
func (lib *Library) Scanner(o ScanOptions) (*Scanner, error) {
	if y, _, _ := o.Date.Civil(); y < 1990 || y > 2100 {
		return nil, errors.New("no rights are known for this year: use a day from 1990 to 2100")
	}
	s := &Scanner{lib: lib, day: o.Date, secrets: newSecrets(), programs: map[string]*program{}, idle: map[*program][]*machine{}}
	for _, id := range o.Rights {
		if lib.byID[id] == nil {
			return nil, fmt.Errorf("there is no right %s", id)
		}
	}
	for _, r := range lib.rights {
		if o.Rights == nil || slices.Contains(o.Rights, r.ID) {
			s.rights = append(s.rights, r)
		}
	}
	return s, nil
}

// Scan answers for all families of a batch. To scan many batches, make a
// [Library.Scanner] once.
func (lib *Library) Scan(b *Batch, o ScanOptions) (*Answers, error) {
	s, err := lib.Scanner(o)
	if err != nil {
		return nil, err
	}
	return s.Scan(b)
}

// Rights are the rights of which the scan answers, in the order of its answers.
func (s *Scanner) Rights() []*Right { return slices.Clone(s.rights) }

// chunkFamilies is how many families are computed at once: their columns fit a
// cache.
const chunkFamilies = 4096

// Scan answers for all families of a batch. A family that cannot be is refused
// and does not stop the others; an error is about the batch itself.
func (s *Scanner) Scan(b *Batch) (*Answers, error) {
	if err := b.check(s.lib); err != nil {
		return nil, err
	}
	out := s.answers(b)
	m := s.machine(b)
	defer s.rest(m)
	var list []int32
	bad := b.suspects(s.lib, s.day)
	for family := range b.Len() {
		if !bad.Get(family) || !s.refuse(b, family, out) {
			list = append(list, int32(family))
		}
	}
	b.inOrder(list)
	for part := range slices.Chunk(list, chunkFamilies) {
		m.take(b, part)
		if doubt := m.doubtful(); !none(doubt) {
			var left []int32
			for i, family := range part {
				if !doubt.Get(i) || !s.refuse(b, int(family), out) {
					left = append(left, family)
				}
			}
			if len(left) == 0 {
				continue
			}
			if len(left) < len(part) {
				m.take(b, left)
			}
		}
		s.chunk(m, out)
	}
	for i := range out.Rights { // those of all others were written
		for _, f := range out.Refused {
			out.Rights[i].Status[f.Family] = AnswerNone
		}
	}
	slices.SortFunc(out.Refused, func(a, b Refused) int { return a.Family - b.Family })
	for i := range out.Rights {
		slices.SortFunc(out.Rights[i].Open, func(a, b Open) int { return a.Family - b.Family })
	}
	return out, nil
}

// machine is one that is idle, or a new one.
func (s *Scanner) machine(b *Batch) *machine {
	p := s.program(b)
	s.mu.Lock()
	defer s.mu.Unlock()
	if list := s.idle[p]; len(list) > 0 {
		m := list[len(list)-1]
		s.idle[p] = list[:len(list)-1]
		return m
	}
	return newMachine(p, s.secrets)
}

func (s *Scanner) rest(m *machine) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.batch, m.texts = nil, nil
	s.idle[m.p] = append(s.idle[m.p], m)
}

// refuse looks at one family as a case is looked at; false when it can be.
func (s *Scanner) refuse(b *Batch, family int, out *Answers) bool {
	_, err := b.Case(s.lib, family, s.day)
	why, ok := errors.AsType[*InputError](err)
	if ok {
		out.Refused = append(out.Refused, Refused{family, why})
	}
	return ok
}

// answers has room for the answers for a batch.
func (s *Scanner) answers(b *Batch) *Answers {
	n, persons := b.Len(), 0
	if n > 0 {
		persons = int(b.Starts[n])
	}
	out, _ := s.spare.Get().(*Answers)
	if out == nil {
		out = &Answers{Rights: make([]RightAnswers, len(s.rights))}
	}
	out.Refused, out.Searched = nil, 0
	for i, r := range s.rights {
		a := &out.Rights[i]
		a.Right, a.Status, a.Pays, a.Open = r, slices.Grow(a.Status[:0], n)[:n], r.pays(), nil
		if r.ForEach {
			a.Persons = empty(a.Persons, persons)
		}
		if a.Cents == nil {
			a.Cents = make([][]int64, len(a.Pays))
		}
		for k := range a.Cents {
			a.Cents[k] = empty(a.Cents[k], n)
		}
	}
	return out
}

func empty[T any](list []T, n int) []T {
	if cap(list) < n {
		return make([]T, n)
	}
	clear(list[:n])
	return list[:n]
}

// Done gives back answers that were read, to be used again for another batch.
// It need not be called.
func (s *Scanner) Done(a *Answers) { s.spare.Put(a) }

// chunk answers for the families that the machine has in hand: what columns
// decide, and for the rest what evaluation finds.
func (s *Scanner) chunk(m *machine, out *Answers) {
	open := make([]Bits, len(s.rights))
	some := NewBits(len(m.families))
	for i, r := range m.p.scanned {
		if r == nil {
			open[i] = NewBits(len(m.families))
			for row := range m.families {
				open[i].Set(row)
			}
		} else {
			open[i] = r.unknown(m)
			r.decided(m, open[i], &out.Rights[i])
		}
		for k, w := range open[i] {
			some[k] |= w
		}
	}
	s.undecided(m, open, some, out)
}

package rules

import (
	"errors"
	"fmt"
	"slices"
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
}

// Scanner prepares a scan for one day.
func (lib *Library) Scanner(o ScanOptions) (*Scanner, error) {
	if y, _, _ := o.Date.Civil(); y < 1990 || y > 2100 {
		return nil, errors.New("no rights are known for this year: use a day from 1990 to 2100")
	}
	s := &Scanner{lib: lib, day: o.Date}
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

// Scan answers for all families of a batch. A family that cannot be is refused
// and does not stop the others; an error is about the batch itself.
func (s *Scanner) Scan(b *Batch) (*Answers, error) {
	if err := b.check(s.lib); err != nil {
		return nil, err
	}
	out := s.answers(b)
	for family := range b.Len() {
		c, err := b.Case(s.lib, family, s.day)
		if err != nil {
			why, _ := errors.AsType[*InputError](err)
			out.Refused = append(out.Refused, Refused{family, why})
			continue
		}
		f := newFrame(s.lib, c)
		for i, r := range s.rights {
			s.one(f, r, &out.Rights[i], family, int(b.Starts[family]))
		}
	}
	return out, nil
}

// answers has room for the answers for a batch.
func (s *Scanner) answers(b *Batch) *Answers {
	n, persons := b.Len(), 0
	if n > 0 {
		persons = int(b.Starts[n])
	}
	out := &Answers{Rights: make([]RightAnswers, len(s.rights))}
	for i, r := range s.rights {
		a := &out.Rights[i]
		a.Right, a.Status, a.Pays = r, make([]Answer, n), r.pays()
		if r.ForEach {
			a.Persons = make([]Answer, persons)
		}
		a.Cents = make([][]int64, len(a.Pays))
		for k := range a.Cents {
			a.Cents[k] = make([]int64, n)
		}
	}
	return out
}

// one takes the answer for one family from its frame. first is the row of its
// first person.
func (s *Scanner) one(f *frame, r *Right, out *RightAnswers, family, first int) {
	rel := r.relevant(f)
	status := Unknown
	if rel.status {
		status = statusNames[rel.outcome.status]
	}
	out.Status[family] = answerOf(status)
	for i := range rel.outcome.people {
		v := &rel.outcome.people[i]
		if r.ForEach && !v.outside {
			out.Persons[first+v.person] = AnswerUnknown
			if single(v.status) {
				out.Persons[first+v.person] = answerOf(statusNames[v.status])
			}
		}
		if status != Entitled || v.status != canEntitle {
			continue
		}
		for k, a := range r.amounts {
			if n := v.amounts[k]; n.certain() {
				out.Cents[slices.Index(out.Pays, a.per)][family] += n.lo.cents()
			}
		}
	}
	if len(rel.missing) == 0 {
		return
	}
	open := Open{Family: family}
	for _, cell := range rel.missing {
		person, x := f.factAt(cell)
		open.Missing = append(open.Missing, MissingFact{x, person})
	}
	out.Open = append(out.Open, open)
}

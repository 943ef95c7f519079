package population

import (
	"cmp"
	"context"
	"errors"
	"io"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/bondgenoot/bondgenoot/rules"
)

// Scan says what a population is looked at for, and where the answers go.
type Scan struct {
	Scanner  *rules.Scanner
	Out      string // a folder that is there
	Format   Format
	All      bool                                // write a row for every family and right, also where the answer is no
	Report   func(Problem)                       // hears what cannot be read, or cannot be
	Progress func(share float64, families int64) // may be nil
}

// Total is what a scan found for one right.
type Total struct {
	Right        *rules.Right
	Entitled     int64
	Not          int64
	Unknown      int64 // what is not known of them can change the answer
	Undetermined int64 // the search ended before it saw whether it can
	Refer        int64
	Pays         []string // the periods in which it pays
	Cents        []int64  // what all families together get in each
}

// Yearly is what all families together get in a year, in cents. What is paid
// once counts once.
func (t Total) Yearly() (sum int64) {
	for i, per := range t.Pays {
		sum += t.Cents[i] * rules.TimesAYear(per)
	}
	return sum
}

// answers are the columns of the table of answers.
func answerFields(numbered bool) []Field {
	k := Field{Name: "family", Type: rules.TypeCode, Must: true}
	if numbered {
		k.Type = rules.TypeInt
	}
	return []Field{k, {Name: "right", Type: rules.TypeChoice, Must: true}, {Name: "status", Type: rules.TypeChoice, Must: true},
		{Name: "amount", Type: rules.TypeMoney}, {Name: "per", Type: rules.TypeChoice}, {Name: "missing", Type: rules.TypeCode}}
}

// scanned is a batch with its answers, on its way into the file.
type scanned struct {
	section  *Section
	totals   []Total
	refused  []Problem
	families int64
	err      error
}

// Run answers for every family of a population, as many batches at a time as
// there are cores. The answers lie in a file "answers" that has its name only
// when it is whole.
func (s *Scan) Run(ctx context.Context, r *Reader) (totals []Total, err error) {
	numbered := r.Numbered()
	table, err := CreateTable(filepath.Join(s.Out, "answers."+string(s.Format)), s.Format, answerFields(numbered))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, table.Abandon()) }()
	for _, right := range s.Scanner.Rights() {
		totals = append(totals, Total{Right: right})
	}
	ctx, stop := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer stop()
	queue := make(chan chan *scanned, runtime.GOMAXPROCS(0))
	var ended error
	workers.Go(func() {
		defer close(queue)
		ended = s.feed(ctx, r, queue, table, numbered, &workers)
	})
	done, refused := int64(0), int64(0)
	for out := range queue {
		b := <-out
		if b.err == nil {
			b.err = table.Commit(b.section)
		}
		if b.err != nil {
			return nil, b.err
		}
		for _, p := range b.refused {
			s.Report(p)
		}
		for i := range totals {
			totals[i].add(b.totals[i])
		}
		refused += int64(len(b.refused))
		if done += b.families; s.Progress != nil {
			s.Progress(r.Share(), done)
		}
	}
	if err := cmp.Or(ended, ctx.Err()); err != nil {
		return nil, err
	}
	r.LeftOut += refused
	r.Read -= refused
	return totals, table.Close()
}

// feed reads batches and has each answered by whoever is free, in order.
func (s *Scan) feed(ctx context.Context, r *Reader, queue chan<- chan *scanned, table *Table, numbered bool, workers *sync.WaitGroup) error {
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for {
		l, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		out := make(chan *scanned, 1)
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		select {
		case queue <- out:
		case <-ctx.Done():
			return ctx.Err()
		}
		workers.Go(func() {
			defer func() { <-slots }()
			b := s.answer(l, table.Begin(), numbered)
			r.Done(l)
			out <- b
		})
	}
}

// answer scans one batch and lays its answers out.
func (s *Scan) answer(l *Loaded, section *Section, numbered bool) *scanned {
	b := &scanned{section: section, families: int64(l.Len())}
	found, err := s.Scanner.Scan(&l.Batch)
	if err != nil {
		b.err = err
		return b
	}
	for _, f := range found.Refused {
		b.refused = append(b.refused, l.refused(f))
	}
	t := newAnswers(numbered)
	for i := range found.Rights {
		a := &found.Rights[i]
		total := Total{Pays: a.Pays, Cents: make([]int64, len(a.Pays))}
		open := a.Open
		for family, status := range a.Status {
			var rest rules.Open
			if len(open) > 0 && open[0].Family == family {
				rest, open = open[0], open[1:]
			}
			said := string(status.Status())
			switch status {
			case rules.AnswerNone:
				continue
			case rules.AnswerEntitled:
				total.Entitled++
			case rules.AnswerNotEntitled:
				total.Not++
				if !s.All && len(rest.Missing) == 0 {
					continue
				}
			case rules.AnswerUnknown:
				if rest.Undetermined {
					total.Undetermined++
					said = string(rules.Undetermined)
				} else {
					total.Unknown++
				}
			case rules.AnswerRefer:
				total.Refer++
			}
			rows := 0
			for k, cents := range a.Cents {
				if status == rules.AnswerEntitled && (cents[family] != 0 || rows == 0 && k == len(a.Cents)-1) {
					total.Cents[k] += cents[family]
					t.add(&l.Keys, family, a.Right.ID, said, &cents[family], a.Pays[k], rest.Missing)
					rows++
				}
			}
			if rows == 0 {
				t.add(&l.Keys, family, a.Right.ID, said, nil, "", rest.Missing)
			}
		}
		b.totals = append(b.totals, total)
	}
	b.err = section.Write(t.columns(), t.rows)
	return b
}

func (t *Total) add(o Total) {
	t.Entitled += o.Entitled
	t.Not += o.Not
	t.Unknown += o.Unknown
	t.Undetermined += o.Undetermined
	t.Refer += o.Refer
	t.Pays = o.Pays
	if t.Cents == nil {
		t.Cents = make([]int64, len(o.Cents))
	}
	for i := range o.Cents {
		t.Cents[i] += o.Cents[i]
	}
}

// refused says in which row a family stands that cannot be.
func (l *Loaded) refused(f rules.Refused) Problem {
	p := Problem{Column: f.Why.Key, Reason: f.Why.Reason, Remedy: f.Why.Remedy}
	person := -1
	if rest, ok := strings.CutPrefix(f.Why.Path, "persons["); ok {
		if n, _, ok := strings.Cut(rest, "]"); ok {
			person, _ = strconv.Atoi(n)
		}
	}
	p.File, p.Row = l.At(f.Family, person)
	return p
}

// answerTable is rows of answers, in columns.
type answerTable struct {
	rows                       int
	numbered                   bool
	key, amount                rules.Column
	right, status, per, absent filled
}

func newAnswers(numbered bool) *answerTable { return &answerTable{numbered: numbered} }

func (t *answerTable) add(keys *rules.Column, family int, right, status string, cents *int64, per string, missing []rules.MissingFact) {
	if t.numbered {
		t.key.Ints = append(t.key.Ints, keys.Ints[family])
	} else {
		t.key.Codes = append(t.key.Codes, int32(len(t.key.Words)))
		if n := len(t.key.Words); n > 0 && t.key.Words[n-1] == keys.Text(family) {
			t.key.Codes[t.rows] = int32(n - 1)
		} else {
			t.key.Words = append(t.key.Words, keys.Text(family))
		}
	}
	t.right.more(t.rows, right)
	t.status.more(t.rows, status)
	amount := int64(0)
	if t.amount.Known == nil || t.rows>>6 >= len(t.amount.Known) {
		t.amount.Known = append(t.amount.Known, 0)
	}
	if cents != nil {
		amount = *cents
		t.amount.Known.Set(t.rows)
	}
	t.amount.Ints = append(t.amount.Ints, amount)
	t.per.more(t.rows, per)
	t.absent.more(t.rows, missingText(missing))
	t.rows++
}

// more adds a text to a column; "" is not known.
func (f *filled) more(row int, text string) {
	if row>>6 >= len(f.Known) {
		f.Known = append(f.Known, 0)
	}
	f.Codes = append(f.Codes, 0)
	if f.Words == nil {
		f.Words, f.word = []string{""}, map[string]int32{}
	}
	if text != "" {
		f.setWord(row, text)
	}
}

func (t *answerTable) columns() []*rules.Column {
	return []*rules.Column{&t.key, &t.right.Column, &t.status.Column, &t.amount, &t.per.Column, &t.absent.Column}
}

// missingText lists facts that are missing: of the family by their key, of its
// second person as 2.birth_date.
func missingText(missing []rules.MissingFact) string {
	var b strings.Builder
	for i, m := range missing {
		if i > 0 {
			b.WriteByte(' ')
		}
		if m.Person >= 0 {
			b.WriteString(strconv.Itoa(m.Person + 1))
			b.WriteByte('.')
		}
		b.WriteString(m.Fact.Key)
	}
	return b.String()
}

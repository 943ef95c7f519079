package payments

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
	"github.com/bondgenoot/bondgenoot/sepa"
)

// Answer is a file of the bank that was read, and what came of it.
type Answer struct {
	ID       kernel.ID
	Payer    kernel.ID
	SHA256   string
	Kind     string // "report" (pain.002) or "statement" (camt.053)
	Accepted int64
	Paid     int64
	Rejected int64
	Returned int64
	Again    int64 // that were known already
	Others   int64 // entries of the account that are none of ours
	ReadAt   kernel.Instant
	ReadBy   kernel.ID

	Before bool // this file was read before, and nothing was done again
}

// The kinds of answers.
const (
	reportKind    = "report"
	statementKind = "statement"
)

// Read takes in what the bank answered: a pain.002 or a camt.053. When anything
// in it contradicts what we know, nothing of it is booked, and every fault is
// told with its line. The same file read twice does nothing the second time.
func (s *Service) Read(ctx context.Context, data []byte) (x Answer, err error) {
	var report sepa.Report
	var statements []sepa.Statement
	kind := statementKind
	statements, wrong := sepa.ReadStatement(data)
	if isOther(wrong) {
		kind = reportKind
		report, wrong = sepa.ReadReport(data)
	}
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "payment.answer", ""); err != nil {
			return err
		}
		if err := payer(ctx, a); err != nil {
			return err
		}
		if wrong != nil {
			return problems(wrong)
		}
		x, err = answerOf(ctx, a, a.Alliance(), a.Actor.Org, sum(data))
		if err == nil {
			x.Before = true
			return a.Record(ctx, act.Entry{Action: "payment.answer", Subject: x.ID, Detail: map[string]string{"again": "yes"}})
		}
		if kernel.CodeOf(err) != kernel.NotFound {
			return err
		}
		r := &reading{s: s, a: a, batches: map[kernel.ID]*Batch{}, lines: map[string]*Line{}, froms: map[kernel.ID]kernel.IBAN{}}
		r.x = Answer{ID: kernel.NewID(), Payer: a.Actor.Org, SHA256: sum(data), Kind: kind, ReadAt: a.Now, ReadBy: a.Actor.Person}
		if kind == reportKind {
			err = r.report(ctx, report)
		} else {
			err = r.statements(ctx, statements)
		}
		if err := errors.Join(err, r.faults.Err()); err != nil {
			if f := r.faults.Err(); f != nil {
				return f
			}
			return err
		}
		if err := r.settle(ctx); err != nil {
			return err
		}
		x = r.x
		if err := insertAnswer(ctx, a, a.Alliance(), x); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "payment.answer", Subject: x.ID, Detail: map[string]string{"kind": kind, "sha256": x.SHA256,
			"paid": strconv.FormatInt(x.Paid, 10), "rejected": strconv.FormatInt(x.Rejected, 10), "returned": strconv.FormatInt(x.Returned, 10)}})
	})
	if err != nil {
		return Answer{}, err
	}
	return x, nil
}

// isOther tells whether a file is another kind of message.
func isOther(err error) bool {
	ps, ok := errors.AsType[sepa.Problems](err)
	return ok && len(ps) == 1 && ps[0].Reason == "message"
}

// problems are the faults of a file that could not be read.
func problems(err error) error {
	ps, ok := errors.AsType[sepa.Problems](err)
	if !ok {
		return err
	}
	var faults kernel.Faults
	for _, p := range ps {
		faults.Check("file", fileFault(p.Reason).With("line", strconv.Itoa(p.Line)).With("at", p.At))
	}
	return faults.Err()
}

// fileFault is the text for what is wrong with a file.
func fileFault(reason string) *kernel.Fault {
	switch reason {
	case "size":
		return kernel.NewTooMany("payment.file.size")
	case "xml", "forbidden", "deep", "long":
		return kernel.NewInvalid("payment.file.xml")
	case "message":
		return kernel.NewInvalid("payment.file.message")
	case "currency":
		return kernel.NewInvalid("payment.file.currency")
	case "sum":
		return kernel.NewInvalid("payment.file.sum")
	case "missing":
		return kernel.NewInvalid("payment.file.missing")
	}
	return kernel.NewInvalid("payment.file.value")
}

// reading is one file on its way into the book.
type reading struct {
	s       *Service
	a       *act.Act
	x       Answer
	batches map[kernel.ID]*Batch
	lines   map[string]*Line // by what the bank calls them
	froms   map[kernel.ID]kernel.IBAN
	faults  kernel.Faults
}

// wrong tells of a fault in a line of the file.
func (r *reading) wrong(line int, key string, args ...string) {
	f := kernel.NewConflict(key).With("line", strconv.Itoa(line))
	for i := 0; i+1 < len(args); i += 2 {
		f = f.With(args[i], args[i+1])
	}
	if len(r.faults) < 200 {
		r.faults.Check("file", f)
	}
}

// batch is one of our batches of which the bank has the file, or nil.
func (r *reading) batch(ctx context.Context, id kernel.ID) (*Batch, error) {
	if b, ok := r.batches[id]; ok {
		return b, nil
	}
	b, err := loadBatch(ctx, r.a, r.a.Alliance(), id)
	if kernel.CodeOf(err) == kernel.NotFound || err == nil && (b.Payer != r.a.Actor.Org || b.ExportedAt == "") {
		r.batches[id] = nil
		return nil, nil
	}
	r.batches[id] = &b
	return &b, err
}

// line is one of our payments by what the bank calls it, or nil.
func (r *reading) line(ctx context.Context, endToEnd string) (*Line, error) {
	if endToEnd == "" {
		return nil, nil
	}
	if l, ok := r.lines[endToEnd]; ok {
		return l, nil
	}
	l, err := lineBy(ctx, r.a, r.a.Alliance(), endToEnd)
	if kernel.CodeOf(err) == kernel.NotFound {
		r.lines[endToEnd] = nil
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b, err := r.batch(ctx, l.Batch)
	if b == nil || err != nil {
		r.lines[endToEnd] = nil
		return nil, err
	}
	r.lines[endToEnd] = &l
	return &l, nil
}

// message finds a batch by what the bank calls it, with all its payments.
func (r *reading) message(ctx context.Context, id string) (*Batch, []*Line, error) {
	if len(id) != 32 {
		return nil, nil, nil
	}
	b, err := r.batch(ctx, kernel.ID(id[:8]+"-"+id[8:12]+"-"+id[12:16]+"-"+id[16:20]+"-"+id[20:]))
	if b == nil || err != nil {
		return nil, nil, err
	}
	all, err := linesOf(ctx, r.a, r.a.Alliance(), b.ID)
	lines := make([]*Line, 0, len(all))
	for _, l := range all {
		if r.lines[l.EndToEnd] == nil {
			r.lines[l.EndToEnd] = &l
		}
		lines = append(lines, r.lines[l.EndToEnd])
	}
	return b, lines, err
}

// report books what a pain.002 says.
func (r *reading) report(ctx context.Context, report sepa.Report) error {
	b, lines, err := r.message(ctx, report.Order)
	if err != nil {
		return err
	}
	if b == nil {
		r.wrong(1, "payment.answer.batch")
		return nil
	}
	if len(report.Outcomes) == 0 && !report.Partly {
		for _, l := range lines {
			if err := r.outcome(ctx, l, sepa.Outcome{Verdict: report.Verdict, Reason: report.Reason, Line: 1}); err != nil {
				return err
			}
		}
		return nil
	}
	for _, o := range report.Outcomes {
		l, err := r.line(ctx, o.ID)
		if err != nil {
			return err
		}
		if l == nil || l.Batch != b.ID {
			r.wrong(o.Line, "payment.answer.payment")
			continue
		}
		if err := r.outcome(ctx, l, o); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) outcome(ctx context.Context, l *Line, o sepa.Outcome) error {
	switch {
	case o.Verdict == sepa.Pending:
	case o.Verdict == sepa.Rejected && l.Fate == Rejected, o.Verdict == sepa.Accepted && (l.Fate == Accepted || l.Fate == Paid):
		r.x.Again++
	case o.Verdict == sepa.Rejected && (l.Fate == Waiting || l.Fate == Accepted):
		r.x.Rejected++
		if err := move(ctx, r.a, backKind, clearingOf(l.Batch), lineOf(l.ID), l.Cents); err != nil {
			return err
		}
		l.Fate, l.Reason = Rejected, o.Reason
		return release(ctx, r.a, *l, "rejected")
	case o.Verdict == sepa.Accepted && l.Fate == Waiting:
		r.x.Accepted++
		l.Fate = Accepted
		return saveLine(ctx, r.a, r.a.Alliance(), *l)
	default:
		r.wrong(o.Line, "payment.answer.contradicts", "payment", strconv.FormatInt(l.Number, 10), "fate", string(l.Fate))
	}
	return nil
}

// settle ends the batches of which every payment ended. What was on its way
// through the bank is then nothing, or the book does not commit.
func (r *reading) settle(ctx context.Context) error {
	for _, b := range r.batches {
		if b == nil || b.State != Exported {
			continue
		}
		lines, err := linesOf(ctx, r.a, r.a.Alliance(), b.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(lines, func(l Line) bool { return !l.Fate.Ended() }) {
			continue
		}
		there, err := ledger.Balance(ctx, r.a, r.a.Alliance(), ledger.Account{Path: clearingOf(b.ID), Asset: ledger.Euro})
		if err != nil {
			return err
		}
		if there != 0 {
			return errors.New("payments: a batch ended and its clearing account holds something: " + string(b.ID))
		}
		b.State, b.EndedBy, b.EndedAt = Settled, r.a.Actor.Person, r.a.Now
		if err := saveBatch(ctx, r.a, r.a.Alliance(), *b); err != nil {
			return err
		}
	}
	return nil
}

package registers

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// walk is a list on which the house works.
type walk struct {
	*Service
	run     kernel.ID
	actor   policy.Actor
	measure *rights.Measure
}

// some does the rows of one chunk; false when there are no more, or when the run
// was stopped.
func (w *walk) some(ctx context.Context) (more bool, err error) {
	var r Run
	var rows []lists.Row
	err = w.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.import", ""); err != nil {
			return err
		}
		if r, err = w.own(ctx, a, w.run); err != nil || !r.State.Busy() {
			return err
		}
		if w.measure == nil && r.State == Trying {
			m, err := w.Rights.MeasureIn(ctx, a)
			if err != nil {
				return err
			}
			w.measure = &m
		}
		rows = nil
		if r.At < r.Rows {
			rows, err = w.rows(ctx, a, r.ID, r.At)
		}
		return err
	})
	if err != nil || !r.State.Busy() {
		return false, err
	}
	read := w.reader(r, kernel.InstantOf(w.Acts.Now()).Date())
	for i, row := range rows {
		still, err := w.row(ctx, r, r.At+int64(i), row, read)
		if err != nil || !still {
			return false, err
		}
	}
	if len(rows) > 0 {
		return true, nil
	}
	return false, w.end(ctx)
}

// row does one row, whole or not at all. A row that cannot be taken is noted, and
// the rest goes on.
func (w *walk) row(ctx context.Context, r Run, at int64, row lists.Row, read reader) (still bool, err error) {
	e, faults := read.read(row)
	var out families.Entered
	if len(faults) == 0 {
		e.Try = r.State == Trying
		still, err = w.step(ctx, r.State, at, func(a *act.Act, r *Run) (err error) {
			if out, err = w.Families.EnterIn(ctx, a, e.Entry); err != nil {
				return err
			}
			return w.count(ctx, a, r, out, e.Try)
		})
		switch kernel.CodeOf(err) {
		case "":
		case kernel.Internal:
			return false, err
		default:
			faults, err = e.faults(row.Line, err), nil
		}
	}
	if len(faults) > 0 {
		return w.step(ctx, r.State, at, func(a *act.Act, r *Run) error {
			r.Wrong++
			if err := insertFaults(ctx, a, a.Alliance(), r.ID, faults); err != nil {
				return err
			}
			return a.Record(ctx, act.Entry{Action: "register.row", Subject: r.ID, Detail: map[string]string{"line": strconv.FormatInt(row.Line, 10)}})
		})
	}
	if still && e.Try && out.Standing != families.Left {
		return true, w.open(ctx, out)
	}
	return still, nil
}

// step does something with a row and goes on to the next, unless that was done
// already, or the run is no longer in that state.
func (w *walk) step(ctx context.Context, state State, at int64, fn func(a *act.Act, r *Run) error) (still bool, err error) {
	err = w.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.import", ""); err != nil {
			return err
		}
		r, err := w.own(ctx, a, w.run)
		if err != nil {
			return err
		}
		if still = r.State == state && r.At == at; !still {
			return a.Record(ctx, act.Entry{Action: "register.row", Subject: r.ID, Detail: map[string]string{"line": "other"}})
		}
		r.At++
		if err := fn(a, &r); err != nil {
			return err
		}
		return saveRun(ctx, a, a.Alliance(), r)
	})
	return still, err
}

// count counts what became of a row and leaves the record of it, with the family
// when the worker works with it.
func (w *walk) count(ctx context.Context, a *act.Act, r *Run, out families.Entered, try bool) error {
	entry := act.Entry{Action: "register.enter", Subject: out.Family, Fields: out.Keys, Detail: map[string]string{"list": string(r.ID), "standing": string(out.Standing)}}
	if try {
		entry.Action, entry.Fields = "register.try", nil
	}
	switch out.Standing {
	case families.Met:
		r.Met++
		if len(out.Keys) > 0 {
			r.Altered++
		}
	case families.Made:
		r.Made++
	case families.Left:
		r.Unmade++
	}
	r.Facts += int64(len(out.Keys))
	if out.Family == "" {
		entry.Action, entry.Subject, entry.Detail = "register.row", r.ID, nil
	} else if !try {
		if err := insertEntry(ctx, a, a.Alliance(), out.Family, r.ID, a.Now); err != nil {
			return err
		}
	}
	return a.Record(ctx, entry)
}

// open counts the rights that a row would open. It is thought through outside
// the act of the row: a break between the two costs a dry run one count.
func (w *walk) open(ctx context.Context, out families.Entered) error {
	opened, err := w.measure.Opened(out.Before, out.After, out.Standing == families.Made)
	if err != nil || len(opened) == 0 {
		return err
	}
	return w.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.import", ""); err != nil {
			return err
		}
		for _, right := range opened {
			if err := countOpening(ctx, a, a.Alliance(), w.run, right); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "register.row", Subject: w.run})
	})
}

// end ends a dry run, or a run: then the list is destroyed.
func (w *walk) end(ctx context.Context) error {
	return w.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.import", ""); err != nil {
			return err
		}
		r, err := w.own(ctx, a, w.run)
		if err != nil {
			return err
		}
		entry := act.Entry{Action: "register.import", Subject: r.ID, Detail: map[string]string{"state": string(Tried)}}
		switch r.State {
		case Trying:
			r.State = Tried
			err = saveRun(ctx, a, a.Alliance(), r)
		case Running:
			entry = act.Entry{Action: "register.destroyed", Subject: r.ID, Detail: map[string]string{"list": "read"}}
			err = w.destroy(ctx, a, &r, Done, "")
		}
		if err != nil {
			return err
		}
		return a.Record(ctx, entry)
	})
}

// faults are what an error says of a row, each at the column from which it came.
func (e entry) faults(line int64, err error) (faults []Fault) {
	lead, ok := errors.AsType[*kernel.Fault](err)
	if !ok {
		return []Fault{{Line: line, Column: -1, Reason: "register.row.other"}}
	}
	for _, f := range lead.All() {
		one := faultOf(f)
		one.Line = line
		field := f.Field
		if _, there := e.at[field]; !there { // a fact: its key, after the person
			field = field[strings.LastIndexByte(field, '.')+1:]
		}
		switch {
		case f.Field == "contact.phones.0":
			field = lists.Phone
		case f.Field == "postal_code", f.Field == "municipality":
			field = lists.Postal
		}
		if i, there := e.at[field]; there {
			one.Column = i
		}
		if !slices.Contains(faults, one) {
			faults = append(faults, one)
		}
	}
	return faults
}

package registers

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Preview is the first rows of a list as they would be read.
type Preview struct {
	Run
	Rows []Shown
	Odd  map[int][]string // by column, cells that no value of the fact is called
}

// Shown is a row, with what could not be read of it.
type Shown struct {
	lists.Row
	Faults []Fault
	Entry  families.Entry
}

// Of is what could not be read of a cell; ok is false when it could.
func (r Shown) Of(column int) (f Fault, ok bool) {
	i := slices.IndexFunc(r.Faults, func(f Fault) bool { return f.Column == column })
	if i < 0 {
		return f, false
	}
	return r.Faults[i], true
}

const (
	shownRows = 8
	mostOdd   = 12
)

// Preview shows the first rows as a mapping would read them, without looking for
// anybody; the zero Mapping stands for the one that is kept with the run. It
// leaves a record.
func (s *Service) Preview(ctx context.Context, id kernel.ID, m Mapping) (p Preview, err error) {
	var all []lists.Row
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.import", ""); err != nil {
			return err
		}
		p = Preview{Odd: map[int][]string{}}
		if p.Run, err = s.own(ctx, a, id); err != nil {
			return err
		}
		if !p.State.Held() {
			return kernel.NewConflict("register.gone")
		}
		all = nil
		for from := int64(0); from < min(p.Run.Rows, 20*chunk); from += chunk {
			rows, err := s.rows(ctx, a, id, from)
			if err != nil {
				return err
			}
			all = append(all, rows...)
		}
		return a.Record(ctx, act.Entry{Action: "register.preview", Subject: id})
	})
	if err != nil {
		return Preview{}, err
	}
	if m.Columns != nil {
		p.Mapping = m
	}
	read := s.reader(p.Run, kernel.InstantOf(s.Acts.Now()).Date())
	for _, row := range all[:min(shownRows, len(all))] {
		e, faults := read.read(row)
		p.Rows = append(p.Rows, Shown{row, faults, e.Entry})
	}
	for i, c := range p.Mapping.Columns {
		x := FactOf(s.Law, c.To)
		if x == nil || x.Type != rules.TypeChoice && x.Type != rules.TypeBool {
			continue
		}
		for _, row := range all {
			if row.Wrong != "" || row.Cells[i] == "" || slices.Contains(p.Odd[i], row.Cells[i]) || len(p.Odd[i]) == mostOdd {
				continue
			}
			_, err := read.value(x, c, row.Cells[i])
			if _, told := c.Values[kernel.Fold(row.Cells[i])]; err != nil || told {
				p.Odd[i] = append(p.Odd[i], row.Cells[i])
			}
		}
	}
	return p, nil
}

func (s *Service) reader(r Run, today kernel.Date) reader {
	return reader{Mapping: r.Mapping, law: s.Law, today: today, as: r.AsOf, make: r.Make}
}

// Map keeps what the columns of a list are, with the run and, under its name,
// for the next time; and whether files are made of who has none.
func (s *Service) Map(ctx context.Context, id kernel.ID, m Mapping, makes bool) error {
	if err := m.Check(s.Law); err != nil {
		return err
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.import", ""); err != nil {
			return err
		}
		r, err := s.own(ctx, a, id)
		if err != nil {
			return err
		}
		if r.State != Uploaded && r.State != Tried {
			return kernel.NewConflict("register.busy")
		}
		if !m.fits(r.Found.Head) {
			return kernel.NewInvalid("register.mapping")
		}
		if makes {
			if err := a.Allow(ctx, "family.open", ""); err != nil {
				return kernel.NewForbidden("register.make")
			}
			if err := a.Allow(ctx, "register.import", ""); err != nil {
				return err
			}
		}
		r.Mapping, r.Make, r.State = m, makes, Uploaded
		if err := saveRun(ctx, a, a.Alliance(), r); err != nil {
			return err
		}
		if err := keepMapping(ctx, a, a.Alliance(), a.Actor.Org, a.Actor.Person, Saved{ID: kernel.NewID(), Name: r.Name, Mapping: m, SavedAt: a.Now}); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "register.mapping", Subject: id})
	})
}

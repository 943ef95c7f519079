package reach

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// longest is for how many days something can be put off.
const longest = 366

// Line is one line of the work list with whose it is, for the care team.
func (s *Service) Line(ctx context.Context, id kernel.ID) (row Row, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		line, err := s.ours(ctx, a, id)
		if err != nil {
			return err
		}
		rows, err := s.rows(ctx, a, []Line{line})
		if err != nil {
			return err
		}
		row = rows[0]
		return a.Record(ctx, act.Entry{Action: "rights.read", Subject: line.Family, Detail: map[string]string{"right": line.Right}})
	})
	return row, err
}

// ours is a line of a family that the actor works with.
func (s *Service) ours(ctx context.Context, a *act.Act, id kernel.ID) (Line, error) {
	line, err := loadLine(ctx, a, a.Alliance(), id)
	if err != nil {
		return line, err
	}
	return line, a.Allow(ctx, "rights.change", line.Family)
}

// Put puts a right off until a day (zero: in thirty days), and says why. What
// was asked for meanwhile is Conflict ("reach.moved").
func (s *Service) Put(ctx context.Context, id kernel.ID, why Reason, until kernel.Date) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		line, err := s.ours(ctx, a, id)
		if err != nil {
			return err
		}
		if until == "" {
			until = a.Today().AddDays(30)
		}
		var wrong kernel.Faults
		if !slices.Contains(Reasons[:], why) {
			wrong.Check("reason", kernel.NewInvalid("reach.reason"))
		}
		if _, err := kernel.ParseDate(string(until)); err != nil {
			wrong.Check("until", err)
		} else if until <= a.Today() || a.Today().DaysUntil(until) > longest {
			wrong.Check("until", kernel.NewInvalid("reach.until"))
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		if line.EndedOn != "" || line.Stage != Unreached && line.Stage != Later {
			return kernel.NewConflict("reach.moved")
		}
		line.Stage, line.Why, line.Until = Later, string(why), until
		return s.set(ctx, a, line)
	})
}

// TakeUp puts a right that was put off back on the list.
func (s *Service) TakeUp(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		line, err := s.ours(ctx, a, id)
		if err != nil {
			return err
		}
		if line.EndedOn != "" || line.Stage != Later {
			return kernel.NewConflict("reach.moved")
		}
		line.Stage, line.Why, line.Until = Unreached, "", ""
		return s.set(ctx, a, line)
	})
}

func (s *Service) set(ctx context.Context, a *act.Act, line Line) error {
	if err := saveLine(ctx, a, a.Alliance(), line); err != nil {
		return err
	}
	if err := saveStep(ctx, a, a.Alliance(), line, line.Stage, a.Today()); err != nil {
		return err
	}
	return a.Record(ctx, act.Entry{Action: "rights.change", Subject: line.Family, Fields: []string{"reach"},
		Detail: map[string]string{"right": line.Right, "stage": string(line.Stage), "reason": line.Why}})
}

// Claim opens a claim of what a line is about.
func (s *Service) Claim(ctx context.Context, id kernel.ID) (c rights.Claim, err error) {
	row, err := s.Line(ctx, id)
	if err != nil {
		return c, err
	}
	return s.Rights.Claim(ctx, row.Family, rights.New{Right: row.Right, Person: row.Person})
}

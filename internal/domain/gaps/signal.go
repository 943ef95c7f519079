package gaps

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
)

// Signal is that a partner says that something is missing: choices alone, so
// that no family can be in it. A zero choice was not made; the theme is.
type Signal struct {
	Day          kernel.Date
	Organisation kernel.ID
	Phase        directory.Phase
	Lever        directory.Lever
	Municipality kernel.NIS
	Language     string
	Part         string // of the week
}

// Signal writes down that the actor's organisation misses something. The same on
// the same day counts once, whoever of it says so.
func (s *Service) Signal(ctx context.Context, x Signal) error {
	var alliance kernel.ID
	if err := s.Acts.Look(ctx, func(a *act.Act) error {
		alliance = a.Alliance()
		return a.Allow(ctx, "gap.signal", "")
	}); err != nil {
		return err
	}
	places, err := s.places(ctx, alliance)
	if err != nil {
		return err
	}
	if err := x.check(places); err != nil {
		return err
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "gap.signal", ""); err != nil {
			return err
		}
		if _, err := a.ExecContext(ctx, `INSERT INTO gap_signal (alliance, day, organisation, phase, lever, municipality, language, part) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (alliance, day, organisation, phase, lever, municipality, language, part) DO NOTHING`,
			a.Alliance(), a.Today(), a.Actor.Org, x.Phase, int64(x.Lever), x.Municipality, x.Language, x.Part); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "gap.signal", Detail: map[string]string{"what": "gaps", "step": "signal"}})
	})
}

// check refuses what the matrix has no place for.
func (x Signal) check(places []kernel.NIS) error {
	var wrong kernel.Faults
	if x.Lever < 1 || x.Lever > 9 {
		wrong.Check("lever", kernel.NewInvalid("gaps.signal.lever"))
	}
	if x.Phase != "" && !slices.Contains(directory.Phases[:], x.Phase) {
		wrong.Check("phase", kernel.NewInvalid("directory.phase"))
	}
	if x.Municipality != "" && !slices.Contains(places, x.Municipality) {
		wrong.Check("place", kernel.NewInvalid("nis"))
	}
	if x.Language != "" && !slices.Contains(spoken, x.Language) {
		wrong.Check("language", kernel.NewInvalid("directory.language"))
	}
	if x.Part != "" && !slices.Contains(parts[:], x.Part) {
		wrong.Check("part", kernel.NewInvalid("gaps.signal.part"))
	}
	return wrong.Err()
}

// on is the place on an axis of a signal. False where no signal says it: of a
// price.
func (x Signal) on(axis Axis) (key string, told bool) {
	switch axis {
	case ByPhase:
		key = string(x.Phase)
	case ByLever:
		key = strconv.Itoa(int(x.Lever))
	case ByPlace:
		key = string(x.Municipality)
	case ByLanguage:
		key = x.Language
	case ByPart:
		key = x.Part
	default:
		return "", false
	}
	if key == "" {
		key = NotTold
	}
	return key, true
}

// Hear lays beside the cells how often partners said that something is missing
// there, with small figures kept back. It does nothing where an axis is one of
// which no signal says anything.
func (m *Matrix) Hear(signals []Signal) {
	counts, told := tally(m, signals, Signal.on, func(Signal) int64 { return 1 })
	if !told {
		return
	}
	figures := few.Hide(counts)
	for i := range m.Cells {
		for j := range m.Cells[i] {
			m.Cells[i][j].Signals = figures[i][j]
		}
	}
	m.Heard = true
}

// tally counts what is asked for in the cells in which it belongs. False where
// the matrix has an axis of which it says nothing.
func tally[T any](m *Matrix, all []T, on func(T, Axis) (string, bool), times func(T) int64) (counts [][]int64, told bool) {
	var none T
	axes := []Axis{m.Rows, m.Columns}
	for axis := range m.Only {
		axes = append(axes, axis)
	}
	for _, axis := range axes {
		if _, told := on(none, axis); !told {
			return nil, false
		}
	}
	counts = make([][]int64, len(m.RowKeys))
	for i := range counts {
		counts[i] = make([]int64, len(m.ColKeys))
	}
	for _, x := range all {
		if i, j, fits := cellOf(m, x, on); fits {
			counts[i][j] += times(x)
		}
	}
	return counts, true
}

// cellOf is the cell to which something that was asked for belongs.
func cellOf[T any](m *Matrix, x T, on func(T, Axis) (string, bool)) (i, j int, fits bool) {
	row, _ := on(x, m.Rows)
	col, _ := on(x, m.Columns)
	i, j = slices.Index(m.RowKeys, row), slices.Index(m.ColKeys, col)
	for axis, key := range m.Only {
		if got, _ := on(x, axis); got != key {
			return i, j, false
		}
	}
	return i, j, i >= 0 && j >= 0
}

// listSignals are those from one day to another, both included, in their order.
func listSignals(ctx context.Context, q db.Querier, alliance kernel.ID, from, to kernel.Date) (all []Signal, err error) {
	rows, err := q.QueryContext(ctx, `SELECT day, organisation, phase, lever, municipality, language, part FROM gap_signal
		WHERE alliance = $1 AND day >= $2 AND day <= $3 ORDER BY day, organisation, lever, phase, municipality, language, part`, alliance, from, to)
	if err != nil {
		return nil, fmt.Errorf("gaps: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var x Signal
		if err := rows.Scan(&x.Day, &x.Organisation, &x.Phase, &x.Lever, &x.Municipality, &x.Language, &x.Part); err != nil {
			return nil, fmt.Errorf("gaps: %w", err)
		}
		all = append(all, x)
	}
	return all, rows.Err()
}

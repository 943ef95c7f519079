// Package gaps lays the directory out as a matrix, so that an alliance sees
// where help overlaps, where it is thin and where it is missing. Rows and
// columns are two [Axis] of six; the other four narrow what is counted. A cell
// says how much help there is, whether there is room, how many wait, and what
// follows from that, by the rules of [Cell.Verdict] and nothing else.
//
// It counts what is open to everybody, read through the gate of the directory,
// and lays beside it, for who coordinates, how often somebody searched in vain
// how often a partner had no room for a family that was referred, how often a
// partner said that it is missing, and how many children live there; no family
// is in it. The same directory on the same moment gives the same matrix. Where
// help stood is kept on the first day of each month and when a coordinator
// wants it ([Service.Keep]), so that a later day can be laid beside it.
//
// It owns gap_day, gap_children and gap_signal; reading needs directory.work,
// saying that something is missing gap.signal.
package gaps

import (
	"maps"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
)

// Axis is one way to part what help there is.
type Axis string

// The axes.
const (
	ByPhase    Axis = "phase"
	ByLever    Axis = "lever"
	ByPlace    Axis = "place"    // the municipality where one lives
	ByPart     Axis = "part"     // of the week
	ByLanguage Axis = "language" // spoken there
	ByCost     Axis = "cost"
)

// Axes are the axes in the order in which they are offered.
var Axes = [...]Axis{ByPhase, ByLever, ByPlace, ByPart, ByLanguage, ByCost}

// NotTold is the place on an axis of a service of which nobody told. It counts
// there and nowhere else, save on [ByPlace]: a service that names no
// municipality is for who lives in any.
const NotTold = "not_told"

// Parts of a week.
const (
	Morning   = "morning"   // of a weekday, before noon
	Afternoon = "afternoon" // of a weekday, from noon to six
	Evening   = "evening"   // of a weekday, after six
	Wednesday = "wednesday" // its afternoon, when there is no school
	Saturday  = "saturday"
	Sunday    = "sunday"
	Holidays  = "holidays" // the school holidays
)

var parts = [...]string{Morning, Afternoon, Evening, Wednesday, Saturday, Sunday, Holidays}

// spoken are the languages that have a place whether a service names them or
// not.
var spoken = []string{"nl", "fr", "de", "en", "ar", "tr", "uk"}

// Spoken are the languages that always have a place, in their order.
func Spoken() []string { return slices.Clone(spoken) }

// Parts are the parts of a week, in their order.
func Parts() []string { return slices.Clone(parts[:]) }

// Costs.
const (
	Free = "free"
	Paid = "paid"
)

// Ask is what the matrix shows.
type Ask struct {
	Rows, Columns Axis
	Only          map[Axis]string // on the other axes: only what is in this place; none: all
	Then          kernel.Date     // the day that was kept, to lay beside today; "": none
}

// check puts an ask right that cannot be: two axes that are the same, or none.
func (q *Ask) check() {
	q.Only = maps.Clone(q.Only)
	if !slices.Contains(Axes[:], q.Rows) {
		q.Rows = ByPhase
	}
	if !slices.Contains(Axes[:], q.Columns) || q.Columns == q.Rows {
		q.Columns = ByLever
		if q.Rows == ByLever {
			q.Columns = ByPhase
		}
	}
	for axis := range q.Only {
		if axis == q.Rows || axis == q.Columns || q.Only[axis] == "" {
			delete(q.Only, axis)
		}
	}
}

// Matrix is the answer.
type Matrix struct {
	Ask
	At      kernel.Instant
	RowKeys []string
	ColKeys []string
	Cells   [][]Cell // by row and column
	Counted int      // services that fit what the other axes ask
	All     int      // open services in all
	Was     [][]Cell // by row and column, on the day that was kept; nil: none is laid beside it
	WasAll  int      // open services on that day
	Asked   bool     // searches in vain stand beside the cells
	Refused bool     // refusals for lack of room stand beside the cells
	Heard   bool     // signals of partners stand beside the cells
}

// Cell is one place in the matrix.
type Cell struct {
	Services []kernel.ID // in the order of their IDs
	Free     int         // of these, how many said that there is room
	Full     int         // how many said that there is none, or a list of who waits
	Waiting  int         // how many families wait, where that was counted
	Signals  few.Figure  // how often a partner said that it is missing
	Sought   few.Figure  // how often somebody searched in vain for it on the channel
	NoRoom   few.Figure  // how often a partner refused a referral to one of these services, or to one that would be here, for lack of room
}

// Verdict is what a cell shows.
type Verdict string

// The verdicts.
const (
	Missing     Verdict = "missing"
	Thin        Verdict = "thin"
	Covered     Verdict = "covered"
	Overlapping Verdict = "overlapping"
)

// Verdict says what follows from the numbers: missing where there is nothing;
// thin where there is one service, or where every one is full; overlapping
// where three or more are there, at least two say that they have room and
// nobody waits; covered otherwise.
func (c Cell) Verdict() Verdict {
	switch n := len(c.Services); {
	case n == 0:
		return Missing
	case n == 1 || c.Full == n:
		return Thin
	case n >= 3 && c.Free >= 2 && c.Waiting == 0 && c.Full == 0:
		return Overlapping
	}
	return Covered
}

// Compute lays open services out. Places are the municipalities of the
// alliance. Keys of the axes are those of these services and of others.
func Compute(q Ask, standings, others []Standing, places []kernel.NIS, now kernel.Instant) Matrix {
	q.check()
	m := Matrix{Ask: q, At: now, All: len(standings)}
	all := slices.Concat(standings, others)
	m.RowKeys, m.ColKeys = keys(q.Rows, all, places), keys(q.Columns, all, places)
	m.Cells, m.Counted = q.lay(standings, m.RowKeys, m.ColKeys, places)
	return m
}

// lay puts each service that fits in its cells, and counts those that fit.
func (q Ask) lay(standings []Standing, rowKeys, colKeys []string, places []kernel.NIS) (cells [][]Cell, counted int) {
	cells = make([][]Cell, len(rowKeys))
	for i := range cells {
		cells[i] = make([]Cell, len(colKeys))
	}
	for _, x := range standings {
		if !q.takes(x, places) {
			continue
		}
		counted++
		for _, row := range x.on(q.Rows, places) {
			for _, col := range x.on(q.Columns, places) {
				if i, j := slices.Index(rowKeys, row), slices.Index(colKeys, col); i >= 0 && j >= 0 {
					cells[i][j].add(x)
				}
			}
		}
	}
	return cells, counted
}

func (c *Cell) add(x Standing) {
	c.Services = append(c.Services, x.ID)
	switch x.Room {
	case directory.RoomFree:
		c.Free++
	case directory.RoomFull, directory.RoomWaiting:
		c.Full++
		c.Waiting += max(0, x.Waiting)
	}
}

func (q Ask) takes(x Standing, places []kernel.NIS) bool {
	for axis, key := range q.Only {
		if !slices.Contains(x.on(axis, places), key) {
			return false
		}
	}
	return true
}

// keys are the places on an axis, in their order. That nobody told has a place
// only where it is so of some service.
func keys(axis Axis, standings []Standing, places []kernel.NIS) (all []string) {
	switch axis {
	case ByPhase:
		for _, p := range directory.Phases {
			all = append(all, string(p))
		}
	case ByLever:
		for n := 1; n <= 9; n++ {
			all = append(all, strconv.Itoa(n))
		}
	case ByPlace:
		for _, n := range places {
			all = append(all, string(n))
		}
	case ByPart:
		all = append(all, parts[:]...)
	case ByLanguage:
		all = slices.Clone(spoken)
		for _, x := range standings {
			for _, l := range x.On[ByLanguage] {
				if l != NotTold && !slices.Contains(all, l) {
					all = append(all, l)
				}
			}
		}
		slices.Sort(all[7:])
	case ByCost:
		all = []string{Free, Paid}
	}
	if slices.ContainsFunc(standings, func(x Standing) bool { return slices.Contains(x.on(axis, places), NotTold) }) {
		all = append(all, NotTold)
	}
	return all
}

package gaps

import (
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Standing is where one open service stands on a day: all that a matrix reads
// of it.
type Standing struct {
	ID      kernel.ID            `json:"id"`
	On      map[Axis][]string    `json:"on"`              // every axis but [ByPlace]; [NotTold] where nobody told
	Areas   []kernel.NIS         `json:"areas,omitempty"` // none: for who lives anywhere
	Room    directory.RoomStatus `json:"room,omitempty"`  // what still counted on that day
	Waiting int                  `json:"waiting,omitempty"`
}

// StandingOf is where a service stands at a moment.
func StandingOf(r directory.PublicRecord, at kernel.Instant) Standing {
	status, waiting := roomOf(r, at)
	x := Standing{ID: r.Service.ID, Areas: r.Service.Areas, Room: status, Waiting: waiting,
		On: map[Axis][]string{ByPart: partsOf(r), ByLanguage: slices.Clone(r.Service.Languages)}}
	for _, p := range r.Service.Phases {
		x.On[ByPhase] = append(x.On[ByPhase], string(p))
	}
	for _, l := range r.Service.Levers {
		x.On[ByLever] = append(x.On[ByLever], strconv.Itoa(int(l)))
	}
	for _, c := range r.Service.Costs {
		key := Paid
		if c.Free {
			key = Free
		}
		x.On[ByCost] = append(x.On[ByCost], key)
	}
	for _, axis := range Axes {
		if axis == ByPlace {
			continue
		}
		all := x.On[axis]
		if len(all) == 0 {
			all = []string{NotTold}
		}
		slices.Sort(all)
		x.On[axis] = slices.Compact(all)
	}
	return x
}

// roomOf is what still counts of what was said of room: of the service, or,
// where that is nothing, of its places. There is room where one place has it,
// and none where those that said something are full.
func roomOf(r directory.PublicRecord, at kernel.Instant) (status directory.RoomStatus, waiting int) {
	if room := r.Service.Room.At(at); room.Status != directory.RoomUnknown {
		return room.Status, max(0, room.Waiting)
	}
	for _, p := range r.Places {
		room := p.Room.At(at)
		switch {
		case room.Status == directory.RoomUnknown:
			continue
		case status != directory.RoomFree:
			status = room.Status
		}
		waiting += max(0, room.Waiting)
	}
	return status, waiting
}

// on are the places on an axis in which a service stands, each once.
func (x Standing) on(axis Axis, places []kernel.NIS) (all []string) {
	if axis != ByPlace {
		return x.On[axis]
	}
	for _, n := range places {
		if len(x.Areas) == 0 || slices.Contains(x.Areas, n) {
			all = append(all, string(n))
		}
	}
	return all
}

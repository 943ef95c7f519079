package directory

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// maxRoom is the most that can be free or wait; maxTerm is the longest that
// what is said of room counts, in days.
const (
	maxRoom = 100_000
	maxTerm = 366
)

// DefaultTerm is for how many days what is said of room counts, where nobody
// says otherwise: that there is room passes sooner than that there is none.
func DefaultTerm(s RoomStatus) int {
	switch s {
	case RoomFree:
		return 14
	case RoomFull, RoomWaiting:
		return 30
	}
	return 0
}

// Saying is what somebody says of room: at one place of a service, or of the
// service wherever it is (a zero Location).
type Saying struct {
	Service  kernel.ID
	Location kernel.ID
	Status   RoomStatus
	Free     int // how many can come; -1 where it is not counted
	Waiting  int // how many wait; -1 where it is not counted
	Days     int // for how long it counts; 0: for the default term
}

// SayRoom says how much room there is. It counts from now on, until its term is
// over; nobody needs to know what was said before, so the last word stands.
func (d *Desk) SayRoom(ctx context.Context, s Saying) (v Service, err error) {
	err = d.Acts.Do(ctx, func(a *act.Act) error {
		stored, by, err := d.mayService(ctx, a, s.Service)
		if err != nil {
			return err
		}
		room, err := s.room(a)
		if err != nil {
			return err
		}
		v = stored
		if s.Location == "" {
			v.Room = room
		} else {
			v.At = slices.Clone(v.At)
			i := slices.IndexFunc(v.At, func(p Place) bool { return p.Location == s.Location })
			if i < 0 {
				return kernel.NewInvalid("directory.location").At("location")
			}
			v.At[i].Room = room
		}
		v.Version, v.ChangedAt = stored.Version+1, a.Now
		if err := saveService(ctx, a, a.Alliance(), v); err != nil {
			return err
		}
		if err := d.tell(ctx, a, v); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: action(by), Subject: v.ID, Fields: []string{"room"},
			Detail: map[string]string{"what": "service", "step": "room", "by": by, "state": string(s.Status)}})
	})
	return v, err
}

func (s Saying) room(a *act.Act) (Room, error) {
	wrong := kernel.Faults{}
	switch s.Status {
	case RoomUnknown:
		return Room{Free: -1, Waiting: -1}, nil
	case RoomFree, RoomFull, RoomWaiting:
	default:
		wrong.Check("status", kernel.NewInvalid("directory.room"))
	}
	if s.Free < -1 || s.Free > maxRoom || s.Status == RoomFree && s.Free == 0 {
		wrong.Check("free", kernel.NewInvalid("directory.count"))
	}
	if s.Waiting < -1 || s.Waiting > maxRoom {
		wrong.Check("waiting", kernel.NewInvalid("directory.count"))
	}
	if s.Days < 0 || s.Days > maxTerm {
		wrong.Check("days", kernel.NewInvalid("directory.days"))
	}
	if err := wrong.Err(); err != nil {
		return Room{}, err
	}
	if s.Days == 0 {
		s.Days = DefaultTerm(s.Status)
	}
	r := Room{Status: s.Status, Free: -1, Waiting: -1, Said: a.Now, Until: dayEnd(a.Today().AddDays(s.Days))}
	switch s.Status {
	case RoomFree:
		r.Free = s.Free
	case RoomWaiting:
		r.Waiting = s.Waiting
	}
	return r, nil
}

// dayEnd is the last second of a day in Belgium.
func dayEnd(d kernel.Date) kernel.Instant {
	t := d.AddDays(1).Time()
	y, m, day := t.Date()
	return kernel.InstantOf(timeIn(y, m, day)).Add(-1e9)
}

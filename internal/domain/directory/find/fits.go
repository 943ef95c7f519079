package find

import (
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// fits tells whether a service is for who asks. Elsewhere tells that it would
// be, did they live in another municipality. What nobody told stands in the way
// of nothing, save where somebody has to count on it: when it is open, what it
// costs, what is spoken there.
func (e *entry) fits(q Query, m moment) (fits, elsewhere bool) {
	s := &e.record.Service
	switch {
	case q.Lever != 0 && !slices.Contains(s.Levers, q.Lever),
		q.Phase != "" && !forPhase(s, q.Phase),
		len(q.Months) > 0 && !slices.ContainsFunc(q.Months, func(n int) bool { return forAge(s.For, n) }),
		q.Free && !isFree(s.Costs),
		q.Speaks != "" && !slices.Contains(s.Languages, q.Speaks),
		q.Access != "" && !e.hasAccess(q.Access),
		q.Room && !e.mayHaveRoom(q.Now),
		q.When != "" && !e.openWhen(m):
		return false, false
	}
	if q.NIS != "" && len(s.Areas) > 0 && !slices.Contains(s.Areas, q.NIS) {
		return false, true
	}
	return true, false
}

// forPhase tells whether a service is for a phase. One that says ages alone is
// for the phases that they touch.
func forPhase(s *directory.PublicService, p directory.Phase) bool {
	if len(s.Phases) > 0 {
		return slices.Contains(s.Phases, p)
	}
	ages, known := agesOf[p]
	return !known || s.For.From <= ages[1] && (s.For.To == 0 || ages[0] <= s.For.To)
}

// agesOf are the months of age that a phase covers.
var agesOf = map[directory.Phase][2]int{
	directory.Baby: {0, 12}, directory.Toddler: {12, 30}, directory.Preschool: {30, 71}, directory.Primary: {72, 143}, directory.Teen: {144, 215},
}

func forAge(a directory.Audience, months int) bool {
	return a.From <= months && (a.To == 0 || months <= a.To)
}

// isFree tells whether all of it costs nothing.
func isFree(costs []directory.Cost) bool {
	return len(costs) > 0 && !slices.ContainsFunc(costs, func(c directory.Cost) bool { return !c.Free })
}

func (e *entry) hasAccess(a directory.Access) bool {
	if slices.Contains(e.record.Service.Access, a) {
		return true
	}
	return slices.ContainsFunc(e.record.Places, func(p directory.PublicPlace) bool { return slices.Contains(p.Access, a) })
}

// mayHaveRoom tells whether somebody can still come somewhere, or nobody knows.
func (e *entry) mayHaveRoom(now kernel.Instant) bool {
	open := func(place int) bool {
		r := e.room(now, place)
		return r.Status == directory.RoomUnknown || r.Status == directory.RoomFree
	}
	for i := range e.spots {
		if open(i) {
			return true
		}
	}
	return len(e.spots) == 0 && open(-1)
}

func (e *entry) openWhen(m moment) bool {
	for i := range e.spots {
		if e.spots[i].week.fits(m) {
			return true
		}
	}
	return len(e.spots) == 0 && e.week.fits(m)
}

// nearest is the nearest place and how far it is; a place of the municipality
// when no distance is known, else the first.
func (e *entry) nearest(at kernel.Point, nis kernel.NIS) (place int16, metres int32) {
	place, metres = -1, farAway
	for i, s := range e.spots {
		if s.point != (kernel.Point{}) && at != (kernel.Point{}) {
			if d := int32(at.Metres(s.point)); d < metres {
				place, metres = int16(i), d
			}
		}
	}
	if place >= 0 || len(e.spots) == 0 {
		return place, metres
	}
	return int16(max(0, slices.IndexFunc(e.spots, func(s spot) bool { return nis != "" && s.nis == nis }))), farAway
}

// standing is what where, when and room are worth; each is told to why.
func (e *entry) standing(q Query, m moment, r ranked, here bool, why func(Kind, int)) (points int32) {
	add := func(k Kind, worth int) {
		points += int32(worth)
		if why != nil {
			why(k, worth)
		}
	}
	if p := e.record.Service.Programme; p != "" && slices.Contains(q.Yours, p) || slices.Contains(q.Certain, e.record.Service.ID) {
		add(Yours, yoursWorth)
	}
	if here && r.metres < farAway {
		for _, near := range nearWorth {
			if int(r.metres) <= near.within {
				add(Near, near.worth)
				break
			}
		}
	}
	if q.NIS != "" && (r.place >= 0 && e.spots[r.place].nis == q.NIS || slices.Contains(e.record.Service.Areas, q.NIS)) {
		add(SameTown, townWorth)
	}
	if e.weekAt(int(r.place)).at(m.today, m.minute) == IsOpen {
		add(OpenNow, openWorth)
	}
	switch e.room(q.Now, int(r.place)).Status {
	case directory.RoomFree:
		add(HasRoom, roomWorth)
	case directory.RoomFull:
		add(Full, fullWorth)
	case directory.RoomWaiting:
		add(Full, waitingWorth)
	}
	return points
}

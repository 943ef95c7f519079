package find

import (
	"cmp"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// hit is what is told of one that is shown, with all reasons.
func (ix *Index) hit(q Query, m moment, r ranked, here bool, clauses []clause) Hit {
	e := &ix.entries[r.entry]
	h := Hit{Record: &e.record, Place: int(r.place), Metres: -1, Points: int(r.points), Room: e.room(q.Now, int(r.place))}
	if r.metres < farAway {
		h.Metres = int(r.metres)
	}
	h.Open = e.weekAt(int(r.place)).at(m.today, m.minute)
	for _, c := range clauses {
		if why := ix.why(c, r.entry); why.Points > 0 {
			h.Why = append(h.Why, why)
		}
	}
	e.standing(q, m, r, here, func(k Kind, points int) { h.Why = append(h.Why, Reason{Kind: k, Points: points}) })
	return h
}

// Hit is how one service stands for who asks; false when it is told to nobody.
func (ix *Index) Hit(id kernel.ID, q Query) (Hit, bool) {
	i, known := ix.byID[id]
	if !known {
		return Hit{}, false
	}
	at, here := whereOf(q)
	m := momentOf(q)
	r := ranked{entry: int32(i), place: -1, metres: farAway}
	r.place, r.metres = ix.entries[i].nearest(at, q.NIS)
	return ix.hit(q, m, r, here, nil), true
}

// why tells for what a clause gave a service its points.
func (ix *Index) why(c clause, entry int32) (why Reason) {
	at := func(all []posting) (field, bool) {
		i, found := slices.BinarySearchFunc(all, entry, func(p posting, e int32) int { return cmp.Compare(p.entry, e) })
		if !found {
			return 0, false
		}
		return all[i].fields, true
	}
	take := func(r Reason) {
		if c.guessed {
			r.Points /= 2
		}
		if r.Points > why.Points {
			why = r
		}
	}
	for _, s := range c.terms {
		if in, found := at(ix.postings[s]); found {
			worth, kind := in.worth()
			take(Reason{kind, c.typed, int(worth)})
		}
	}
	for _, concept := range c.concepts {
		if in, found := at(ix.concepts[concept]); found {
			take(Reason{BySynonym, meanings().names[concept], int(in.synonym())})
		}
	}
	return why
}

// whereOf is the point from which distance is reckoned.
func whereOf(q Query) (at kernel.Point, here bool) {
	if at, here = kernel.PointOf(q.Postal); !here {
		at, here = kernel.MiddleOf(q.NIS)
	}
	return at, here
}

// room is the room at a place, as it still counts: what is told of the place,
// else of the service.
func (e *entry) room(now kernel.Instant, place int) directory.Room {
	if place >= 0 {
		if r := e.record.Places[place].Room.At(now); r.Status != directory.RoomUnknown {
			return r
		}
	}
	return e.record.Service.Room.At(now)
}

func (e *entry) weekAt(place int) week {
	if place >= 0 {
		return e.spots[place].week
	}
	return e.week
}

package app_test

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// goods opens a depot and has one piece for a child of a family, asked by its
// team, ready; it answers with what stands for the wildcards of its addresses.
func (w *world) goods(lead, team context.Context, family kernel.ID) objects {
	w.Helper()
	place, err := w.app.Depot.OpenPlace(lead, depot.Place{ID: kernel.NewID(), Name: "Depot", Kind: depot.Store})
	w.did(err)
	item, err := w.app.Depot.SaveItem(lead, depot.Item{ID: kernel.NewID(), Category: "pram", Name: string(kernel.NewID()[24:]), Season: depot.AllYear, Grade: depot.Good, Pack: 1})
	w.did(err)
	set, err := w.app.Depot.SaveItem(lead, depot.Item{ID: kernel.NewID(), Category: "other", Name: string(kernel.NewID()[24:]), Season: depot.AllYear, Grade: depot.New, Pack: 1})
	w.did(err)
	w.did(w.app.Depot.SetKit(lead, set.ID, set.Version, []depot.Part{{Item: item.ID, Pieces: 2}}))
	gift := kernel.NewID()
	w.did(w.app.Depot.Receive(lead, depot.Receiving{ID: gift, Place: place.ID, From: depot.Given, Lines: []depot.Incoming{{Item: item.ID, Amount: 1}}}))
	r, err := w.app.Depot.Ask(team, depot.Asking{ID: kernel.NewID(), Place: place.ID, Family: family, Months: 12, Lines: []depot.Wish{{Item: item.ID, Pieces: 1}}})
	w.did(err)
	w.did(w.app.Depot.Reserve(lead, kernel.NewID(), r.ID, false))
	w.did(w.app.Depot.Ready(lead, r.ID))
	order := kernel.NewID()
	w.did(w.app.Depot.Order(lead, order, place.ID, []depot.Ordered{{Item: item.ID, Pieces: 1}}))
	seat, err := w.app.Depot.SaveItem(lead, depot.Item{ID: kernel.NewID(), Category: "car_seat", Name: string(kernel.NewID()[24:]), Season: depot.AllYear, Grade: depot.Good, Pack: 1, Numbered: true})
	w.did(err)
	mark := string(kernel.NewID()[24:])
	w.did(w.app.Depot.Receive(lead, depot.Receiving{ID: kernel.NewID(), Place: place.ID, From: depot.Given, Lines: []depot.Incoming{{Item: seat.ID, Amount: 1, Mark: mark}}}))
	found, err := w.app.Depot.Scan(lead, place.ID, mark)
	w.did(err)
	count := kernel.NewID()
	w.did(w.app.Depot.BeginCount(lead, count, place.ID))
	return objects{"/api/v1/depot/places/{place}": place.ID, "{thing}": found.Thing.ID, "{count}": count, "/depot/places/{id}": place.ID, "{request}": r.ID, "{item}": item.ID, "{order}": order, "{gift}": gift}
}

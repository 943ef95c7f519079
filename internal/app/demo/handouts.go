package demo

import (
	"context"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Handouts plans the hand-out of Liège, with a depot of which it gives, and in
// which milk runs short. Its days and hours are made up, and it says so: at
// which hours the real one is open is nobody's to guess.
func Handouts(ctx context.Context, a *app.App, towns []Town, today kernel.Date) error {
	if err := called(towns, "liege").handsOut(ctx, a, today); err != nil {
		return fmt.Errorf("demonstration of liege: the hand-out: %w", err)
	}
	return nil
}

func (t Town) handsOut(ctx context.Context, a *app.App, today kernel.Date) error {
	chantal := t.As(ctx, "chantal")
	place, err := a.Depot.OpenPlace(chantal, depot.Place{ID: kernel.NewID(), Name: "Remise de l’espace parents-enfants (fictif)", Kind: depot.Store})
	if err != nil {
		return err
	}
	items := []sessions.Item{{Name: "boîtes de lait 1er âge", Usual: 2}, {Name: "paquet de langes", Usual: 1}, {Name: "sac de vêtements"}}
	in := depot.Receiving{ID: kernel.NewID(), Place: place.ID, From: depot.Given}
	for n, x := range []struct {
		item  depot.Item
		there int64
		until kernel.Date
	}{
		{depot.Item{Category: "milk", Name: "1er âge", Pack: 6, Dated: true, Level: 12}, 12, today.AddDays(150)},
		{depot.Item{Category: "nappies", Name: "paquet", Pack: 1, Level: 10}, 30, ""},
	} {
		x.item.ID, x.item.Season, x.item.Grade = kernel.NewID(), depot.AllYear, depot.New
		made, err := a.Depot.SaveItem(chantal, x.item)
		if err != nil {
			return err
		}
		items[n].Asset = made.ID
		in.Lines = append(in.Lines, depot.Incoming{Item: made.ID, Amount: x.there, Until: x.until})
	}
	if err := a.Depot.Receive(chantal, in); err != nil {
		return err
	}
	_, err = a.Sessions.Plan(chantal, sessions.Series{Name: "Lait, langes et vêtements (horaire fictif)", Place: "Espace parents-enfants, Liège", Way: sessions.ByAppointment,
		Slot: 30, Places: 4, Release: 30, Own: true, Depot: place.ID, Items: items,
		Recurs: sessions.Recurrence{Weeks: 1, Days: []string{"TU", "TH"}, From: "13:30", To: "16:00", First: today}})
	return err
}

// expected is how many families come to the next day of the hand-out.
const expected = 9

// expect makes appointments for some families of a town, where it has a
// hand-out.
func expect(ctx context.Context, a *app.App) error {
	next, err := a.Sessions.Next(ctx, false, 1)
	if err != nil || len(next) == 0 {
		return err
	}
	some, err := a.Families.List(ctx, families.Query{Limit: expected})
	if err != nil {
		return err
	}
	for i, row := range some.Rows {
		slot := next[0].Session.Slots[i%len(next[0].Session.Slots)]
		if _, err := a.Sessions.Book(ctx, sessions.Asking{Session: next[0].Session.ID, Slot: slot.N, Family: row.ID}); err != nil && kernel.CodeOf(err) != kernel.Conflict { // a time that is over
			return err
		}
	}
	return nil
}

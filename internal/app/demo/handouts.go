package demo

import (
	"context"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Handouts plans the hand-out of Liège. Its days and hours are made up, and it
// says so: at which hours the real one is open is nobody's to guess.
func Handouts(ctx context.Context, a *app.App, towns []Town, today kernel.Date) error {
	chantal := called(towns, "liege").As(ctx, "chantal")
	_, err := a.Sessions.Plan(chantal, sessions.Series{Name: "Lait, langes et vêtements (horaire fictif)", Place: "Espace parents-enfants, Liège", Way: sessions.ByAppointment,
		Slot: 30, Places: 4, Release: 30, Own: true,
		Items:  []sessions.Item{{Name: "boîtes de lait 1er âge", Usual: 2}, {Name: "paquet de langes", Usual: 1}, {Name: "sac de vêtements"}},
		Recurs: sessions.Recurrence{Weeks: 1, Days: []string{"TU", "TH"}, From: "13:30", To: "16:00", First: today}})
	if err != nil {
		return fmt.Errorf("demonstration of liege: the hand-out: %w", err)
	}
	return nil
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

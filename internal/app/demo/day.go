package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Day lets happen what a day with goods and vouchers brings: a transfer from one
// depot to another, a car seat whose maker asks it back, a pack of nappies that
// a grant pays at a desk, and a voucher that a till without net took once too
// often.
func Day(ctx context.Context, a *app.App, towns []Town, now time.Time) error {
	today := kernel.InstantOf(now).Date()
	for town, day := range map[string]func(Town) error{
		"leuven":       func(t Town) error { return t.moves(ctx, a, today) },
		"kortenaken":   func(t Town) error { return t.desk(ctx, a, today) },
		"rivierenland": func(t Town) error { return t.twice(ctx, a, now) },
	} {
		if err := day(called(towns, town)); err != nil {
			return fmt.Errorf("demonstration of %s: a day: %w", town, err)
		}
	}
	return nil
}

// moves brings a pack of nappies from Kirikou to a cupboard near by, and finds a
// car seat that may not go out.
func (t Town) moves(ctx context.Context, a *app.App, today kernel.Date) error {
	saar, rik, omar := t.As(ctx, "saar"), t.As(ctx, "rik"), t.As(ctx, "omar")
	near, err := a.Depot.OpenPlace(omar, depot.Place{ID: kernel.NewID(), Name: "Kast van ’t Lampeke (fictief)", Kind: depot.Store})
	if err != nil {
		return err
	}
	places, err := a.Depot.Places(saar)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(places, func(p depot.Place) bool { return p.Org == t.Orgs["kirikou"].ID })
	if i < 0 {
		return errors.New("Kirikou has no depot")
	}
	kirikou := places[i].ID
	shelf, err := a.Depot.At(saar, kirikou)
	if err != nil {
		return err
	}
	sort := map[depot.Category]kernel.ID{}
	for _, of := range shelf.Stock {
		sort[of.Item.Category] = of.Item.ID
	}
	if err := a.Depot.Move(rik, depot.Moving{ID: kernel.NewID(), From: kirikou, To: near.ID, Asset: depot.Asset{Item: sort["nappies"]}, Pieces: 30}); err != nil {
		return err
	}
	if err := a.Depot.Receive(rik, depot.Receiving{ID: kernel.NewID(), Place: kirikou, From: depot.Given,
		Lines: []depot.Incoming{{Item: sort["car_seat"], Amount: 1, Mark: "K-102", Made: today.AddMonths(-30)}}}); err != nil {
		return err
	}
	if shelf, err = a.Depot.At(saar, kirikou); err != nil {
		return err
	}
	for _, of := range shelf.Stock {
		for _, lot := range of.Lots {
			if lot.Thing.Mark == "K-102" {
				return a.Depot.Recall(saar, lot.Thing.ID, true)
			}
		}
	}
	return errors.New("the car seat is nowhere")
}

// desk hands a pack of nappies out today that KiKaZ granted.
func (t Town) desk(ctx context.Context, a *app.App, today kernel.Date) error {
	stijn, griet := t.As(ctx, "stijn"), t.As(ctx, "griet")
	return t.gives(ctx, a, "kortenaken-kikaz", func(p programmes.Programme) error {
		setup, _, err := a.Vouchers.Setup(stijn, p.ID, "nappies")
		if err != nil {
			return err
		}
		setup.Units, setup.Months, setup.Event, setup.Period = 1, 2, vouchers.EachMonth, vouchers.AgeMonth
		if err := a.Vouchers.Arrange(stijn, setup); err != nil {
			return err
		}
		if err := a.Vouchers.AddBudget(stijn, vouchers.Fund{ID: kernel.NewID(), Programme: p.ID, Offer: "nappies", Units: 120}); err != nil {
			return err
		}
		place, err := a.Depot.OpenPlace(stijn, depot.Place{ID: kernel.NewID(), Name: "Luierkast (fictief)", Kind: depot.Store})
		if err != nil {
			return err
		}
		packs, err := a.Depot.SaveItem(stijn, depot.Item{ID: kernel.NewID(), Category: "nappies", Name: "pak", Season: depot.AllYear, Grade: depot.New, Pack: 1, Level: 12})
		if err != nil {
			return err
		}
		if err := a.Depot.Receive(stijn, depot.Receiving{ID: kernel.NewID(), Place: place.ID, From: depot.Bought, Lines: []depot.Incoming{{Item: packs.ID, Amount: 10}}}); err != nil {
			return err
		}
		made, err := a.Sessions.Plan(stijn, sessions.Series{Name: "Luiers (fictieve uren)", Place: "OCMW Kortenaken", Way: sessions.ByAppointment, Slot: 60, Places: 6, Release: 30, Depot: place.ID,
			Items:  []sessions.Item{{Name: "pak luiers", Usual: 1, Asset: packs.ID, Paid: sessions.Promise{Programme: p.ID, Offer: "nappies"}}},
			Recurs: sessions.Recurrence{Weeks: 1, Days: []string{weekday(today)}, From: "09:00", To: "20:00", First: today, Holidays: true}})
		if err != nil {
			return err
		}
		_, days, err := a.Sessions.Series(stijn, made.ID, today)
		if err != nil || len(days) == 0 {
			return err
		}
		list, err := a.Families.List(griet, families.Query{Limit: 100})
		if err != nil {
			return err
		}
		for _, row := range list.Rows {
			file, err := a.Families.Read(griet, row.ID, families.ForCare)
			if err != nil {
				return err
			}
			baby := youngest(file, today, 0, 12)
			if baby == "" {
				continue
			}
			if _, err := a.Vouchers.Give(griet, vouchers.NewGrant{ID: kernel.NewID(), Family: row.ID, Child: baby, Programme: p.ID, Offer: "nappies", Decision: "BCSD 2026/115", DecidedOn: today.AddDays(-7)}); err != nil {
				return err
			}
			slots := days[0].Slots
			b, err := a.Sessions.Book(griet, sessions.Asking{Session: days[0].ID, Slot: slots[len(slots)-1].N, Family: row.ID})
			if kernel.CodeOf(err) == kernel.Conflict || days[0].Day != today {
				return nil // the hours of today are over
			}
			if err != nil {
				return err
			}
			_, err = a.Sessions.Tell(stijn, days[0].ID, sessions.Event{ID: kernel.NewID(), Booking: b.ID, Kind: sessions.Hand, Lines: b.Lines, At: kernel.InstantOf(time.Now())})
			return err
		}
		return nil
	})
}

// weekday is the day of the week as a series names it.
func weekday(day kernel.Date) string {
	return sessions.Weekdays[(int(day.Time().Weekday())+6)%7]
}

// twice lets the till of Boempetat! tell of a bag that it took without net, and
// that was taken before.
func (t Town) twice(ctx context.Context, a *app.App, now time.Time) error {
	ines := t.As(ctx, "ines")
	return t.gives(ctx, a, "boom-school-bag", func(p programmes.Programme) error {
		tills, err := a.Vouchers.Tills(ines, t.Orgs["swap"].ID)
		if err != nil || len(tills) == 0 {
			return err
		}
		list, err := a.Families.List(ines, families.Query{Limit: 100})
		if err != nil {
			return err
		}
		for _, row := range list.Rows {
			held, _, _, err := a.Vouchers.OfFamily(ines, row.ID)
			if err != nil {
				return err
			}
			for _, h := range held {
				if h.Programme != p.ID || len(h.Uses) == 0 || h.QR == "" {
					continue
				}
				_, link, pin, err := a.Vouchers.Till(ines, tills[0].ID)
				if err != nil {
					return err
				}
				if _, err := a.Vouchers.Enter(ctx, link, pin); err != nil {
					return err
				}
				till := act.As(ctx, vouchers.AtTill(t.ID, tills[0]))
				if _, err := a.Vouchers.Ready(till); err != nil {
					return err
				}
				_, err = a.Vouchers.TakeOffline(till, vouchers.Taken{Sale: vouchers.Sale{ID: kernel.NewID(), Shown: h.QR, Units: 1}, At: kernel.InstantOf(now)})
				return err
			}
		}
		return nil
	})
}

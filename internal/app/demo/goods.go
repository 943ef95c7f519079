package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// kept is what Kirikou's depot has in the demonstration, and what it began with.
var kept = []struct {
	item  depot.Item
	there int64
	until int // days from now until the last on which it may go out
	mark  string
}{
	{depot.Item{Category: "bodysuits", Size: "62"}, 24, 0, ""},
	{depot.Item{Category: "trousers", Size: "98"}, 6, 0, ""},
	{depot.Item{Category: "trousers", Size: "104"}, 0, 0, ""},
	{depot.Item{Category: "trousers", Size: "110"}, 5, 0, ""},
	{depot.Item{Category: "coats", Size: "116", Season: depot.Winter}, 3, 0, ""},
	{depot.Item{Category: "football_boots", Size: "33"}, 0, 0, ""},
	{depot.Item{Category: "shoes", Size: "28"}, 7, 0, ""},
	{depot.Item{Category: "nappies", Size: "4", Grade: depot.New, Pack: 30, Level: 150}, 90, 0, ""},
	{depot.Item{Category: "milk", Name: "1", Grade: depot.New, Pack: 6, Dated: true, Level: 12}, 10, 120, ""},
	{depot.Item{Category: "car_seat", Numbered: true, Years: 6}, 1, 0, "K-101"},
	{depot.Item{Category: "pram"}, 2, 0, ""},
	{depot.Item{Category: "toys"}, 40, 0, ""},
}

// Goods fills Kirikou's depot: what came in, and four requests, of which one is
// ready and one waits for what there is not.
func Goods(ctx context.Context, a *app.App, towns []Town, now time.Time) error {
	t := called(towns, "leuven")
	if err := t.goods(ctx, a, kernel.InstantOf(now).Date()); err != nil {
		return fmt.Errorf("demonstration of %s: the depot: %w", t.Slug, err)
	}
	return nil
}

func (t Town) goods(ctx context.Context, a *app.App, today kernel.Date) error {
	saar, rik, lies, aicha := t.As(ctx, "saar"), t.As(ctx, "rik"), t.As(ctx, "lies"), t.As(ctx, "aicha")
	place, err := a.Depot.OpenPlace(saar, depot.Place{ID: kernel.NewID(), Name: "Kirikou", Kind: depot.Store})
	if err != nil {
		return err
	}
	items := map[string]kernel.ID{}
	in := depot.Receiving{ID: kernel.NewID(), Place: place.ID, From: depot.Given}
	for _, k := range kept {
		i := k.item
		i.ID, i.Pack = kernel.NewID(), max(1, i.Pack)
		if i.Season == "" {
			i.Season = depot.AllYear
		}
		if i.Grade == "" {
			i.Grade = depot.Good
		}
		if i, err = a.Depot.SaveItem(saar, i); err != nil {
			return err
		}
		items[string(i.Category)+i.Size] = i.ID
		if k.there == 0 {
			continue
		}
		line := depot.Incoming{Item: i.ID, Amount: k.there, Mark: k.mark}
		if k.until > 0 {
			line.Until = today.AddDays(k.until)
		}
		if k.mark != "" {
			line.Made = today.AddMonths(-20)
		}
		in.Lines = append(in.Lines, line)
	}
	if err := a.Depot.Receive(rik, in); err != nil {
		return err
	}
	for n, x := range []struct {
		who    context.Context
		months int64
		wishes map[string]int64
	}{
		{lies, 2, map[string]int64{"bodysuits62": 6, "milk": 4}},
		{aicha, 48, map[string]int64{"trousers104": 3}},
		{aicha, 108, map[string]int64{"football_boots33": 1}},
		{lies, depot.Unborn, map[string]int64{"pram": 1, "car_seat": 1}},
	} {
		ask := depot.Asking{ID: kernel.NewID(), Place: place.ID, Months: x.months}
		for name, pieces := range x.wishes {
			ask.Lines = append(ask.Lines, depot.Wish{Item: items[name], Pieces: pieces})
		}
		r, err := a.Depot.Ask(x.who, ask)
		if err != nil {
			return err
		}
		if n%3 != 0 { // there is nothing for them yet
			continue
		}
		if err := a.Depot.Reserve(rik, kernel.NewID(), r.ID, false); err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		if err := a.Depot.Ready(rik, r.ID); err != nil {
			return err
		}
	}
	return nil
}

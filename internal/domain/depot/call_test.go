package depot_test

import (
	"context"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Who works in a depot asks everybody for what is short, until a day. Everybody
// reads what, and never how much or for how many; it stops on its day, when
// there is enough, when the place closes, and when somebody says so.
func TestEverybodyIsAskedForWhatIsShort(t *testing.T) {
	inTown(t, func(w *town) {
		wanted := func() []depot.Wanted {
			t.Helper()
			return must(w.Wanted(context.Background(), w.alliance))
		}
		w.asks(depot.Wish{Item: w.trousers.ID, Pieces: 3}, depot.Wish{Item: w.trousersX.ID, Pieces: 1})
		if all := wanted(); len(all) != 0 {
			t.Fatalf("nobody chose it, and it is asked for: %+v", all)
		}
		service, last := kernel.NewID(), kernel.Date("2026-12-24")
		in := depot.Calling{ID: kernel.NewID(), Place: w.place.ID, Service: service, Items: []kernel.ID{w.trousersX.ID, w.trousers.ID}, Grade: depot.Good, LastDay: last}
		for range 2 { // sent twice
			if err := w.Call(w.rik, in); err != nil {
				t.Fatal(err)
			}
		}
		if all := wanted(); len(all) != 2 || all[0] != (depot.Wanted{Category: "trousers", Size: "104", Season: depot.AllYear, Grade: depot.Good, Service: service, LastDay: last}) || all[1].Size != "128" {
			t.Errorf("%+v", all)
		}
		for name, x := range map[string]struct {
			who  context.Context
			in   func(c *depot.Calling)
			want kernel.Code
		}{
			"of another organisation":  {w.piet, func(*depot.Calling) {}, kernel.NotFound},
			"who works in no depot":    {w.lies, func(*depot.Calling) {}, kernel.Forbidden},
			"nobody":                   {context.Background(), func(*depot.Calling) {}, kernel.Unauthenticated},
			"of what there is enough":  {w.rik, func(c *depot.Calling) { c.Items = []kernel.ID{w.milk.ID} }, kernel.Invalid},
			"of nothing":               {w.rik, func(c *depot.Calling) { c.Items = nil }, kernel.Invalid},
			"for no place to bring it": {w.rik, func(c *depot.Calling) { c.Service = "" }, kernel.Invalid},
			"until yesterday":          {w.rik, func(c *depot.Calling) { c.LastDay = "2026-11-22" }, kernel.Invalid},
			"for ever":                 {w.rik, func(c *depot.Calling) { c.LastDay = "2027-11-22" }, kernel.Invalid},
			"in no state":              {w.rik, func(c *depot.Calling) { c.Grade = "" }, kernel.Invalid},
		} {
			c := in
			c.ID = kernel.NewID()
			x.in(&c)
			if err := w.Call(x.who, c); kernel.CodeOf(err) != x.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := w.Calls(w.piet, w.place.ID); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("the calls of another depot: %v", err)
		}
		if err := w.StopCall(w.piet, w.place.ID, w.trousers.ID); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("who stops it: %v", err)
		}

		w.gives(w.trousers, 3)
		if all := wanted(); len(all) != 1 || all[0].Size != "128" {
			t.Errorf("there is enough of one: %+v", all)
		}
		calls, shorts, err := w.Calls(w.saar, w.place.ID)
		if err != nil || len(calls) != 2 || calls[0].Runs == calls[1].Runs || len(shorts) != 1 {
			t.Errorf("%+v, %+v, %v", calls, shorts, err)
		}
		*w.clock = w.clock.AddDate(0, 0, 31)
		if all := wanted(); len(all) != 1 {
			t.Errorf("on its last day: %+v", all)
		}
		*w.clock = w.clock.Add(24 * time.Hour)
		if all := wanted(); len(all) != 0 {
			t.Errorf("after its last day: %+v", all)
		}
		at := in
		at.ID, at.Place, at.Items, at.LastDay = kernel.NewID(), w.other.ID, []kernel.ID{w.milk.ID}, "2027-01-15"
		must(w.Ask(w.lies, depot.Asking{ID: kernel.NewID(), Place: w.other.ID, Months: 4, Lines: []depot.Wish{{Item: w.milk.ID, Pieces: 6}}}))
		if err := w.Call(w.rik, at); err != nil || len(wanted()) != 1 {
			t.Errorf("in another place: %v, %+v", err, wanted())
		}
		p := w.other
		p.Closed = true
		if err := w.ChangePlace(w.saar, p); err != nil || len(wanted()) != 0 {
			t.Errorf("the place is closed: %v, %+v", err, wanted())
		}
		in.ID, in.Items, in.LastDay = kernel.NewID(), []kernel.ID{w.trousersX.ID}, "2027-01-15"
		if err := w.Call(w.saar, in); err != nil || len(wanted()) != 1 {
			t.Errorf("asked for anew: %v, %+v", err, wanted())
		}
		for range 2 {
			if err := w.StopCall(w.rik, w.place.ID, w.trousersX.ID); err != nil || len(wanted()) != 0 {
				t.Errorf("stopped: %v, %+v", err, wanted())
			}
		}
	})
}

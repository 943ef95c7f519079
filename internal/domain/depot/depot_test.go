package depot_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// town is an alliance with a depot, in which Rik works and which Saar leads;
// Lies asks, for another organisation.
type town struct {
	*depot.Service
	t                       testing.TB
	db                      *db.DB
	clock                   *time.Time
	alliance                kernel.ID
	rik, saar, lies, piet   context.Context // piet is a volunteer elsewhere
	place, other            depot.Place
	trousers, milk, pram    depot.Item
	trousersNext, trousersX depot.Item
}

func inTown(t *testing.T, fn func(w *town)) {
	t.Helper()
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) { fn(newTown(t, d)) })
}

var modules = []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), vault.Migrations(), members.Migrations(), ledger.Migrations(), depot.Migrations()}

func newTown(t testing.TB, d *db.DB) *town {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := vault.CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	w := &town{t: t, db: d, clock: &now}
	acts := &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}, Now: func() time.Time { return *w.clock }}
	people := &members.Service{Acts: acts, Keeper: must(vault.OpenKeyFile(path))}
	w.Service = &depot.Service{Acts: acts, Members: people}
	ctx := context.Background()
	w.alliance = must(people.Found(ctx, members.Alliance{Slug: "leuven", Municipalities: []kernel.NIS{"24062"},
		Name: kernel.Text{NL: "Leuven", FR: "Louvain", DE: "Löwen", EN: "Leuven"}})).ID
	admin := act.As(ctx, policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Roles: []policy.Role{policy.Administrator}})
	org := func(name string) kernel.ID {
		return must(people.AddOrganisation(admin, members.Organisation{Name: name, Kind: members.NonProfit})).ID
	}
	hire := func(name string, org kernel.ID, role policy.Role) context.Context {
		who := must(people.AddWorker(admin, members.Worker{Name: name, Mail: kernel.Email(name + "@huis.example"), Lang: kernel.NL}, org, role))
		return act.As(ctx, policy.Actor{Alliance: w.alliance, Person: who.ID, Org: org, Roles: []policy.Role{role}})
	}
	kirikou, midwives := org("Kirikou"), org("Vroedvrouwen")
	w.rik, w.saar = hire("rik", kirikou, policy.Volunteer), hire("saar", kirikou, policy.Coordinator)
	w.lies, w.piet = hire("lies", midwives, policy.Referrer), hire("piet", midwives, policy.Volunteer)
	w.place = must(w.OpenPlace(w.saar, depot.Place{ID: kernel.NewID(), Name: "Depot", Kind: depot.Store}))
	w.other = must(w.OpenPlace(w.saar, depot.Place{ID: kernel.NewID(), Name: "Zolder", Kind: depot.Store}))
	item := func(i depot.Item) depot.Item {
		i.ID, i.Season = kernel.NewID(), depot.AllYear
		if i.Pack == 0 {
			i.Pack = 1
		}
		return must(w.SaveItem(w.saar, i))
	}
	w.trousers = item(depot.Item{Category: "trousers", Size: "104", Grade: depot.Good})
	w.trousersNext = item(depot.Item{Category: "trousers", Size: "110", Grade: depot.Good})
	w.trousersX = item(depot.Item{Category: "trousers", Size: "128", Grade: depot.Good})
	w.milk = item(depot.Item{Category: "milk", Size: "1", Grade: depot.New, Pack: 6, Dated: true, Level: 20})
	w.pram = item(depot.Item{Category: "car_seat", Grade: depot.Good, Numbered: true, Years: 6})
	return w
}

func (w *town) gives(i depot.Item, n int64) {
	w.t.Helper()
	w.receives(depot.Incoming{Item: i.ID, Amount: n})
}

func (w *town) receives(lines ...depot.Incoming) {
	w.t.Helper()
	if err := w.Receive(w.rik, depot.Receiving{ID: kernel.NewID(), Place: w.place.ID, From: depot.Given, Lines: lines}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) asks(lines ...depot.Wish) depot.Request {
	w.t.Helper()
	r, err := w.Ask(w.lies, depot.Asking{ID: kernel.NewID(), Place: w.place.ID, Months: 48, Lines: lines})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// stock is what lies in a place of an item.
func (w *town) stock(place depot.Place, i depot.Item) depot.Stock {
	w.t.Helper()
	for _, of := range must(w.At(w.rik, place.ID)).Stock {
		if of.Item.ID == i.ID {
			return of
		}
	}
	return depot.Stock{}
}

func (w *town) has(i depot.Item, free, held, blocked int64) {
	w.t.Helper()
	if of := w.stock(w.place, i); of.Free != free || of.Held != held || of.Blocked != blocked {
		w.t.Errorf("%s %s: free %d, held %d, blocked %d, want %d, %d, %d", i.Category, i.Size, of.Free, of.Held, of.Blocked, free, held, blocked)
	}
}

func wants(t testing.TB, what string, err error, want string) {
	t.Helper()
	got := ""
	if f, ok := errors.AsType[*kernel.Fault](err); ok {
		got = string(f.Code) + " " + f.Key
		if f.Field != "" {
			got += " at " + f.Field
		}
	} else if err != nil {
		got = err.Error()
	}
	if got != want {
		t.Errorf("%s: %q (%v), want %q", what, got, err, want)
	}
}

// A gift comes in, a midwife asks, the depot reserves, picks, and somebody comes
// for it. What each step sends twice happens once.
func TestAGiftReachesAChild(t *testing.T) {
	inTown(t, func(w *town) {
		in := depot.Receiving{ID: kernel.NewID(), Place: w.place.ID, From: depot.Given, Lines: []depot.Incoming{{Item: w.trousers.ID, Amount: 3}}}
		for range 2 {
			wants(w.t, "a gift", w.Receive(w.rik, in), "")
		}
		w.has(w.trousers, 3, 0, 0)
		in.Lines[0].Amount = 4
		wants(w.t, "another gift under the same number", w.Receive(w.rik, in), "invalid ledger.other_content")

		asking := depot.Asking{ID: kernel.NewID(), Place: w.place.ID, Months: 48, Lines: []depot.Wish{{Item: w.trousers.ID, Pieces: 2}}}
		r := must(w.Ask(w.lies, asking))
		if again := must(w.Ask(w.lies, asking)); again.Number != r.Number {
			w.t.Errorf("asked twice: %d and %d", r.Number, again.Number)
		}
		hold := kernel.NewID()
		for range 2 {
			wants(w.t, "reserves", w.Reserve(w.rik, hold, r.ID, false), "")
		}
		w.has(w.trousers, 1, 2, 0)
		for range 2 {
			wants(w.t, "ready", w.Ready(w.rik, r.ID), "")
		}
		seen, _, err := w.Read(w.lies, r.ID)
		if err != nil || seen.State != depot.Ready || seen.Until != "2026-11-30" || seen.Lines[0].Held != 2 {
			w.t.Errorf("who asked sees %+v, %v", seen, err)
		}
		letter := must(w.ReadyToMail(context.Background(), w.alliance, depot.About{Request: r.ID, Until: seen.Until}))
		if letter.To != "lies@huis.example" || letter.Number != r.Number {
			w.t.Errorf("letter %+v", letter)
		}
		out := kernel.NewID()
		for range 2 {
			wants(w.t, "hands over", w.HandOver(w.rik, out, r.ID, false), "")
		}
		w.has(w.trousers, 1, 0, 0)
		if seen, _, _ := w.Read(w.lies, r.ID); seen.State != depot.Collected || seen.Lines[0].Handed != 2 {
			w.t.Errorf("afterwards %+v", seen)
		}
		wants(w.t, "hands over once more", w.HandOver(w.rik, kernel.NewID(), r.ID, false), "conflict depot.request_closed")
	})
}

func TestWhoMayWhat(t *testing.T) {
	inTown(t, func(w *town) {
		w.gives(w.trousers, 1)
		r := w.asks(depot.Wish{Item: w.trousers.ID, Pieces: 1})
		other := act.As(context.Background(), policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.Referrer, policy.Coordinator}})
		_, _, err := w.Read(other, r.ID)
		wants(w.t, "another organisation reads", err, "not_found depot.request")
		wants(w.t, "another organisation reserves", w.Reserve(other, kernel.NewID(), r.ID, true), "not_found depot.request")
		wants(w.t, "who asks reserves", w.Reserve(w.lies, kernel.NewID(), r.ID, true), "not_found depot.request")
		wants(w.t, "a volunteer of another house takes in", w.Receive(w.piet, depot.Receiving{ID: kernel.NewID(), Place: w.place.ID, From: depot.Given,
			Lines: []depot.Incoming{{Item: w.trousers.ID, Amount: 1}}}), "not_found object")
		_, err = w.SaveItem(w.rik, w.trousers)
		wants(w.t, "a volunteer changes what there is", err, "forbidden role")
		_, err = w.SaveItem(other, w.trousers)
		wants(w.t, "who keeps no depot changes what there is", err, "conflict depot.no_place")
		_, err = w.Ask(w.lies, depot.Asking{ID: kernel.NewID(), Place: w.place.ID, Family: kernel.NewID(), Months: 1, Lines: []depot.Wish{{Item: w.trousers.ID, Pieces: 1}}})
		wants(w.t, "a referrer asks for a file", err, "forbidden role")
		wants(w.t, "another cancels", w.Cancel(other, r.ID), "not_found depot.request")
		wants(w.t, "who asked cancels", w.Cancel(w.lies, r.ID), "")
	})
}

// All that is short is told at once, line by line, and nothing is reserved.
func TestAllShortagesAreToldAtOnce(t *testing.T) {
	inTown(t, func(w *town) {
		w.gives(w.trousers, 3)
		w.gives(w.trousersX, 5)
		first := w.asks(depot.Wish{Item: w.trousers.ID, Pieces: 1})
		wants(w.t, "the first", w.Reserve(w.rik, kernel.NewID(), first.ID, false), "")
		r := w.asks(depot.Wish{Item: w.trousers.ID, Pieces: 4}, depot.Wish{Item: w.trousersX.ID, Pieces: 2}, depot.Wish{Item: w.milk.ID, Pieces: 6})
		err := w.Reserve(w.rik, kernel.NewID(), r.ID, false)
		f, ok := errors.AsType[*kernel.Fault](err)
		if !ok || len(f.All()) != 2 || f.Field != "lines.0" || f.Args["asked"] != "4" || f.Args["free"] != "2" || f.Args["reserved"] != "1" || f.More[0].Field != "lines.2" {
			w.t.Fatalf("short: %+v", err)
		}
		w.has(w.trousersX, 5, 0, 0)
		wants(w.t, "what there is", w.Reserve(w.rik, kernel.NewID(), r.ID, true), "")
		w.has(w.trousers, 0, 3, 0)
		w.has(w.trousersX, 3, 2, 0)
		shorts, _, err := w.Shorts(w.lies, w.place.ID)
		if err != nil || len(shorts) != 2 || shorts[0].Item.ID != w.milk.ID || shorts[0].Missing != 6 || shorts[1].Missing != 2 {
			w.t.Errorf("missing: %+v, %v", shorts, err)
		}
		wants(w.t, "goes out in part", w.HandOver(w.rik, kernel.NewID(), r.ID, false), "")
		seen, _, _ := w.Read(w.rik, r.ID)
		if seen.State != depot.Asked || !seen.Lines[0].Open || seen.Lines[1].Open || seen.Lines[0].Missing() != 2 {
			w.t.Errorf("what is missing keeps waiting: %+v", seen)
		}
		if shorts, _, _ := w.Shorts(w.lies, w.place.ID); len(shorts) != 2 || shorts[1].Missing != 2 {
			w.t.Errorf("missing afterwards: %+v", shorts)
		}
		w.gives(w.trousers, 9)
		if n, err := w.ShareOut(w.rik, kernel.NewID(), w.place.ID); n != 1 || err != nil {
			w.t.Errorf("shared out to %d: %v", n, err)
		}
		w.has(w.trousers, 7, 3, 0) // two for this one, one for the first
	})
}

// A hundred reserve the last piece: one gets it.
func TestAHundredReserveTheLast(t *testing.T) {
	inTown(t, func(w *town) {
		w.gives(w.trousers, 1)
		requests := make([]depot.Request, 100)
		for n := range requests {
			requests[n] = w.asks(depot.Wish{Item: w.trousers.ID, Pieces: 1})
		}
		var all sync.WaitGroup
		errs := make([]error, len(requests))
		for n := range requests {
			all.Go(func() { errs[n] = w.Reserve(w.rik, kernel.NewID(), requests[n].ID, n%2 == 0) })
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if kernel.CodeOf(err) != kernel.Conflict {
				w.t.Errorf("one of a hundred: %v", err)
			}
		}
		if won != 1 {
			w.t.Errorf("%d have the last piece", won)
		}
		w.has(w.trousers, 0, 1, 0)
	})
}

func TestWhatMayNotGoOut(t *testing.T) {
	inTown(t, func(w *town) {
		w.receives(depot.Incoming{Item: w.milk.ID, Amount: 2, Packs: true, Until: "2026-12-31"}, depot.Incoming{Item: w.milk.ID, Amount: 5, Until: "2026-11-25"},
			depot.Incoming{Item: w.pram.ID, Amount: 1, Mark: "CS-1", Made: "2024-03-01"})
		w.has(w.milk, 17, 0, 0)
		a, b := w.asks(depot.Wish{Item: w.milk.ID, Pieces: 4}), w.asks(depot.Wish{Item: w.milk.ID, Pieces: 3})
		wants(w.t, "reserves what ends first", w.Reserve(w.rik, kernel.NewID(), a.ID, false), "")
		if of := w.stock(w.place, w.milk); of.Lots[0].Until != "2026-11-25" || of.Lots[0].Free != 1 {
			w.t.Errorf("lots %+v", of.Lots)
		}
		*w.clock = w.clock.AddDate(0, 0, 2)
		wants(w.t, "on its last day", w.Reserve(w.rik, kernel.NewID(), b.ID, false), "")
		*w.clock = w.clock.AddDate(0, 0, 1)
		wants(w.t, "a day later", w.HandOver(w.rik, kernel.NewID(), a.ID, false), "conflict depot.blocked at lines.0")
		wants(w.t, "goes back", w.PutBack(w.rik, kernel.NewID(), a.ID, false), "")
		w.has(w.milk, 10, 3, 4)
		lot := depot.Asset{Item: w.milk.ID, Until: "2026-11-25"}
		wants(w.t, "more than there is", w.Lose(w.rik, depot.Losing{ID: kernel.NewID(), Place: w.place.ID, Asset: lot, Pieces: 5, Why: depot.Expired}), "conflict depot.too_few at pieces")
		wants(w.t, "thrown away", w.Lose(w.rik, depot.Losing{ID: kernel.NewID(), Place: w.place.ID, Asset: lot, Pieces: 4, Why: depot.Expired}), "")
		w.has(w.milk, 10, 3, 0)

		thing := w.stock(w.place, w.pram).Lots[0].Asset.Thing
		wants(w.t, "recalled", w.Recall(w.saar, thing, true), "")
		w.has(w.pram, 0, 0, 1)
		c := w.asks(depot.Wish{Item: w.pram.ID, Pieces: 1})
		wants(w.t, "a recalled seat", w.Reserve(w.rik, kernel.NewID(), c.ID, true), "conflict depot.nothing_free")
		wants(w.t, "safe after all", w.Recall(w.saar, thing, false), "")
		*w.clock = w.clock.AddDate(4, 0, 0)
		w.has(w.pram, 0, 0, 1) // it has grown too old
	})
}

func TestWhatComesInIsCheckedLineByLine(t *testing.T) {
	inTown(t, func(w *town) {
		err := w.Receive(w.rik, depot.Receiving{ID: kernel.NewID(), Place: w.place.ID, From: depot.Given, Lines: []depot.Incoming{
			{Item: w.trousers.ID, Amount: 1}, {Item: w.milk.ID, Amount: 1}, {Item: w.milk.ID, Amount: 1, Until: "2026-01-01"}, {Item: kernel.NewID(), Amount: 1},
			{Item: w.trousers.ID, Amount: -1}, {Item: w.pram.ID, Amount: 2, Mark: "CS-2", Made: "2019-01-01"}, {Item: w.trousers.ID, Amount: 1, Until: "2027-01-01"}}})
		var fields []string
		if f, ok := errors.AsType[*kernel.Fault](err); ok {
			for _, x := range f.All() {
				fields = append(fields, x.Field+" "+x.Key)
			}
		}
		want := "lines.1.until depot.until, lines.2.until depot.expired_in, lines.3.item depot.choose, lines.4.amount depot.pieces, " +
			"lines.5.amount depot.one, lines.5.made depot.too_old, lines.6.until depot.until_not"
		if got := strings.Join(fields, ", "); got != want {
			w.t.Errorf("faults %s", got)
		}
		w.has(w.trousers, 0, 0, 0)
		in := func(mark string) error {
			return w.Receive(w.rik, depot.Receiving{ID: kernel.NewID(), Place: w.place.ID, From: depot.Given, Lines: []depot.Incoming{{Item: w.pram.ID, Amount: 1, Mark: mark, Made: "2024-01-01"}}})
		}
		wants(w.t, "a seat", in("CS-9"), "")
		wants(w.t, "the same seat again", in("cs-9"), "conflict depot.there at lines.0.mark")
	})
}

func TestNobodyComes(t *testing.T) {
	inTown(t, func(w *town) {
		w.gives(w.trousers, 1)
		r := w.asks(depot.Wish{Item: w.trousers.ID, Pieces: 1})
		wants(w.t, "reserves", w.Reserve(w.rik, kernel.NewID(), r.ID, false), "")
		wants(w.t, "ready", w.Ready(w.rik, r.ID), "")
		*w.clock = w.clock.AddDate(0, 0, 7)
		if n := must(w.Sweep(context.Background())); n != 0 {
			w.t.Errorf("%d swept on the last day", n)
		}
		*w.clock = w.clock.AddDate(0, 0, 1)
		if n := must(w.Sweep(context.Background())); n != 1 {
			w.t.Errorf("%d swept", n)
		}
		w.has(w.trousers, 1, 0, 0)
		if seen, _, _ := w.Read(w.lies, r.ID); seen.State != depot.Missed {
			w.t.Errorf("who asked sees %s", seen.State)
		}
		wants(w.t, "asks again", w.AskAgain(w.lies, r.ID), "")
		wants(w.t, "reserves again", w.Reserve(w.rik, kernel.NewID(), r.ID, false), "")
	})
}

func TestTheNextSizeInstead(t *testing.T) {
	inTown(t, func(w *town) {
		w.gives(w.trousersNext, 1)
		w.gives(w.trousersX, 1)
		r := w.asks(depot.Wish{Item: w.trousers.ID, Pieces: 1})
		by := must(w.Substitutes(w.rik, r.ID))
		if len(by[1]) != 1 || by[1][0].Item.ID != w.trousersNext.ID {
			w.t.Errorf("instead: %+v", by)
		}
		wants(w.t, "much too large", w.Propose(w.rik, r.ID, 1, w.trousersX.ID), "invalid depot.instead at item")
		wants(w.t, "the next size", w.Propose(w.rik, r.ID, 1, w.trousersNext.ID), "")
		wants(w.t, "the depot decides itself", w.Answer(w.rik, r.ID, 1, true), "not_found depot.request")
		wants(w.t, "who asked says yes", w.Answer(w.lies, r.ID, 1, true), "")
		wants(w.t, "reserves it", w.Reserve(w.rik, kernel.NewID(), r.ID, false), "")
		w.has(w.trousersNext, 0, 1, 0)
	})
}

// A count does not stop the work: what goes out meanwhile is reckoned with, and
// what nobody counted stays.
func TestACountDoesNotStopTheWork(t *testing.T) {
	inTown(t, func(w *town) {
		w.gives(w.trousers, 10)
		w.gives(w.trousersX, 4)
		r := w.asks(depot.Wish{Item: w.trousers.ID, Pieces: 3})
		wants(w.t, "reserves", w.Reserve(w.rik, kernel.NewID(), r.ID, false), "")
		id := kernel.NewID()
		wants(w.t, "begins", w.BeginCount(w.rik, id, w.place.ID), "")
		wants(w.t, "begins another", w.BeginCount(w.rik, kernel.NewID(), w.place.ID), "conflict depot.counting")
		wants(w.t, "goes out meanwhile", w.HandOver(w.rik, kernel.NewID(), r.ID, false), "")
		w.gives(w.trousers, 2)
		wants(w.t, "counts", w.Tell(w.rik, id, []depot.Told{{Asset: depot.Asset{Item: w.trousers.ID}, Pieces: 8}}), "")
		w.gives(w.trousers, 5)
		wants(w.t, "a volunteer books", w.Book(w.rik, id), "forbidden role")
		for range 2 {
			wants(w.t, "books", w.Book(w.saar, id), "")
		}
		w.has(w.trousers, 13, 0, 0) // 10 - 3 + 2 were there, 8 were counted, 5 came after
		w.has(w.trousersX, 4, 0, 0)
		wants(w.t, "counts again", w.BeginCount(w.saar, kernel.NewID(), w.place.ID), "")
		c, _, _ := w.CountOf(w.rik, w.place.ID)
		wants(w.t, "counts alone", w.Tell(w.saar, c.ID, []depot.Told{{Asset: depot.Asset{Item: w.trousers.ID}, Pieces: 1}}), "")
		wants(w.t, "books alone", w.Book(w.saar, c.ID), "conflict depot.four_eyes")
	})
}

func TestWhatRunsOutIsOrdered(t *testing.T) {
	inTown(t, func(w *town) {
		w.receives(depot.Incoming{Item: w.milk.ID, Amount: 5, Until: "2027-01-01"})
		all, _, err := w.Proposals(w.rik, w.place.ID)
		if err != nil || len(all) != 1 || all[0].Buy != 18 { // fifteen are missing: three packs of six
			w.t.Fatalf("proposed %+v, %v", all, err)
		}
		id := kernel.NewID()
		for range 2 {
			wants(w.t, "orders", w.Order(w.saar, id, w.place.ID, []depot.Ordered{{Item: w.milk.ID, Pieces: 18}}), "")
		}
		if all, underway, _ := w.Proposals(w.rik, w.place.ID); len(all) != 0 || len(underway) != 1 {
			w.t.Errorf("ordered: %+v, %+v", all, underway)
		}
		for range 2 {
			wants(w.t, "arrives", w.Arrive(w.rik, id, []depot.Incoming{{Item: w.milk.ID, Amount: 3, Packs: true, Until: "2027-06-01"}}), "")
		}
		w.has(w.milk, 23, 0, 0)
	})
}

func TestFromOnePlaceToAnother(t *testing.T) {
	inTown(t, func(w *town) {
		w.gives(w.trousers, 5)
		m := depot.Moving{ID: kernel.NewID(), From: w.place.ID, To: w.other.ID, Asset: depot.Asset{Item: w.trousers.ID}, Pieces: 2}
		for range 2 {
			wants(w.t, "moves", w.Move(w.rik, m), "")
		}
		w.has(w.trousers, 3, 0, 0)
		if of := w.stock(w.other, w.trousers); of.Free != 2 {
			w.t.Errorf("there: %+v", of)
		}
		m.ID, m.To = kernel.NewID(), w.place.ID
		wants(w.t, "to itself", w.Move(w.rik, m), "invalid depot.to at to")
	})
}

func TestACodeLeadsToWhatItIsOf(t *testing.T) {
	inTown(t, func(w *town) {
		w.milk.EAN = "5412345000017"
		_, err := w.SaveItem(w.saar, w.milk)
		wants(w.t, "a wrong figure", err, "invalid depot.ean_digit at ean")
		w.milk.EAN = "5412345 00001 3"
		w.milk, err = w.SaveItem(w.saar, w.milk)
		wants(w.t, "an EAN", err, "")
		w.receives(depot.Incoming{Item: w.pram.ID, Amount: 1, Mark: "CS-1", Made: "2024-03-01"})
		r := w.asks(depot.Wish{Item: w.milk.ID, Pieces: 1})
		for code, is := range map[string]func(depot.Scanned) bool{
			"5412345000013": func(s depot.Scanned) bool { return s.Item.ID == w.milk.ID },
			"https://a.example/depot/c/I-" + string(w.milk.ID): func(s depot.Scanned) bool { return s.Item.ID == w.milk.ID },
			"R-1":  func(s depot.Scanned) bool { return s.Request == r.ID },
			"cs-1": func(s depot.Scanned) bool { return s.Thing.Mark == "CS-1" && s.Item.ID == w.pram.ID },
		} {
			if s, err := w.Scan(w.rik, w.place.ID, code); err != nil || !is(s) {
				w.t.Errorf("%s: %+v, %v", code, s, err)
			}
		}
		for code, want := range map[string]string{"": "invalid depot.code at code", "R-99": "invalid depot.code at code", "5412345000010": "invalid depot.ean_digit at code"} {
			_, err := w.Scan(w.rik, w.place.ID, code)
			wants(w.t, code, err, want)
		}
	})
}

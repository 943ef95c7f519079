package directory

import (
	"context"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// dairy is the milk of the welfare office once more, as the refuge told it: at
// a place of its own in the same street, by another name.
func (w *town) dairy() (milk, same Service) {
	milk = must(w.AddService(w.katrien, w.milk()))
	l := must(w.AddLocation(w.katrien, Location{Organisation: w.refuge.ID, Street: "Kerkstraat 1", Postal: "3000", City: "Leuven", Travel: kernel.Text{NL: "Bus 2"}}))
	same = must(w.AddService(w.katrien, Service{Organisation: w.refuge.ID, State: Open, Name: kernel.Text{NL: "Melk voor de baby’s", EN: "Formula"}, How: kernel.Text{NL: "Bel aan."},
		Areas: []kernel.NIS{"24062"}, At: []Place{{Location: l.ID, Room: Room{Free: -1, Waiting: -1}}}, Numbers: []Phone{{Number: kernel.FictionalPhone(7)}}, Words: []string{"flesjes"}}))
	return milk, same
}

func TestServicesAndPlacesThatLookLikeOneAreShownWithTheReason(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		milk, same := w.dairy()
		must(w.AddService(w.katrien, Service{Organisation: w.office.ID, State: Open, Name: kernel.Text{NL: "Juridisch advies"}, At: milk.At, Numbers: milk.Numbers}))
		what := func(why []Alike) (all []string) {
			for _, x := range why {
				all = append(all, x.What)
			}
			return all
		}
		services := must(w.ServiceTwins(w.katrien))
		if len(services) != 1 || services[0].One.ID != milk.ID || services[0].Other.ID != same.ID || !slices.Equal(what(services[0].Why), []string{"nearly", "address", "phone"}) &&
			!slices.Equal(what(services[0].Why), []string{"name", "address", "phone"}) {
			t.Fatalf("%+v", services)
		}
		places := must(w.PlaceTwins(w.katrien))
		if len(places) != 1 || !slices.Equal(what(places[0].Why), []string{"address"}) {
			t.Fatalf("%+v", places)
		}
		if _, err := w.ServiceTwins(w.aicha); kernel.CodeOf(err) != kernel.Forbidden {
			t.Error(err)
		}
		if err := w.Apart(w.katrien, AService, same.ID, milk.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.Apart(w.katrien, APlace, milk.At[0].Location, same.At[0].Location); err != nil {
			t.Fatal(err)
		}
		if len(must(w.ServiceTwins(w.katrien)))+len(must(w.PlaceTwins(w.katrien))) != 0 {
			t.Error("asked again")
		}
	})
}

// Two services become one: it is found by the words of both, is given where both
// were, and every address of the other leads to it; its places become one too;
// and undone, both are as they were.
func TestTwoServicesAndTheirPlacesBecomeOneAndAreBack(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		milk, same := w.dairy()
		before := w.shown("north")
		in := Merging{Kept: milk.ID, Gone: same.ID, KeptVersion: 1, GoneVersion: 1, Gones: []string{"name"}}
		m := must(w.JoinServices(w.katrien, in))
		if m.By != "katrien" {
			t.Errorf("%s did it", m.By)
		}
		_, err := w.JoinServices(w.katrien, in)
		wants(t, "joined twice", err, "conflict stale")
		shown := w.shown("north")
		if len(shown) != 1 {
			t.Fatalf("%+v", shown)
		}
		one := shown[0]
		if one.Service.Name.NL != "Melk voor de baby’s" || one.Service.How.NL != "Bel aan." || len(one.Places) != 2 || one.Service.Told["how"].Source != ByCoordinator || len(one.Service.Areas) != 1 {
			t.Errorf("%+v", one)
		}
		if one.Service.Name.FR != "Lait pour bébés" || one.Service.Name.EN != "Formula" {
			t.Errorf("who reads French or English lost the name: %+v", one.Service.Name)
		}
		for _, word := range []string{"flesjes", "pampers", "Melk voor baby's"} {
			if !slices.Contains(one.Service.Words, word) {
				t.Errorf("nobody finds it by %q: %v", word, one.Service.Words)
			}
		}
		if now := must(w.WentIn(context.Background(), "north", AService, same.ID)); now != milk.ID {
			t.Errorf("its address leads to %s", now)
		}
		if _, err := w.WentIn(context.Background(), "north", AService, milk.ID); kernel.CodeOf(err) != kernel.NotFound {
			t.Error(err)
		}
		if _, err := w.WentIn(context.Background(), "south", AService, same.ID); kernel.CodeOf(err) != kernel.NotFound {
			t.Error(err)
		}
		for name, do := range map[string]func() error{
			"changes it": func() error { v := same; _, err := w.ChangeService(w.katrien, v); return err },
			"says its room": func() error {
				_, err := w.SayRoom(w.katrien, Saying{Service: same.ID, Status: RoomFull, Free: -1, Waiting: -1})
				return err
			},
			"a caseworker":   func() error { _, err := w.JoinServices(w.aicha, in); return err },
			"somebody else":  func() error { _, err := w.JoinServices(w.stranger, in); return err },
			"places of kind": func() error { _, err := w.JoinPlaces(w.katrien, in); return err },
		} {
			want := kernel.NotFound
			if name == "a caseworker" {
				want = kernel.Forbidden
			}
			if err := do(); kernel.CodeOf(err) != want {
				t.Errorf("%s: %v", name, err)
			}
		}
		p := must(w.JoinPlaces(w.katrien, Merging{Kept: milk.At[0].Location, Gone: same.At[0].Location, KeptVersion: 1, GoneVersion: 1}))
		if one := w.shown("north")[0]; len(one.Places) != 1 || one.Places[0].Name != "Loket" || one.Places[0].Travel.NL != "Bus 2" || one.Places[0].Lat != "50.8798" {
			t.Errorf("%+v", one.Places)
		}
		went := must(w.WentAt(context.Background(), "north"))
		if !slices.Contains(went, Went{[2]kernel.ID{same.ID, same.At[0].Location}, [2]kernel.ID{milk.ID, milk.At[0].Location}}) {
			t.Errorf("%+v", went)
		}
		for _, id := range []kernel.ID{p.ID, m.ID} {
			if _, clashes, err := w.Part(w.katrien, id); err != nil || len(clashes) > 0 {
				t.Fatal(clashes, err)
			}
		}
		if after := w.shown("north"); !reflect.DeepEqual(unversioned(before), unversioned(after)) {
			t.Errorf("was %+v\nis  %+v", before, after)
		}
		if all := must(w.Merges(w.katrien, AService)); len(all) != 1 || all[0].UndoneBy != "katrien" || all[0].Names[1].EN != "Formula" {
			t.Errorf("%+v", all)
		}
	})
}

// unversioned are records without what counts changes.
func unversioned(all []PublicRecord) (out []PublicRecord) {
	for _, r := range all {
		r.Service.Version, r.Service.ChangedAt, r.Organisation.Version, r.Organisation.ChangedAt = 0, "", 0, ""
		r.Places = slices.Clone(r.Places)
		for i := range r.Places {
			r.Places[i].Version, r.Places[i].ChangedAt = 0, ""
		}
		out = append(out, r)
	}
	return out
}

// What is sheltered stays so whatever it is joined with, and what people changed
// after a merge stays when it is undone.
func TestAJoinedServiceTellsNoSecretAndLosesNoChange(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		milk, same := w.dairy()
		hidden := same
		hidden.Sheltered = true
		hidden = must(w.ChangeService(w.katrien, hidden))
		m := must(w.JoinServices(w.katrien, Merging{Kept: milk.ID, Gone: hidden.ID, KeptVersion: 1, GoneVersion: 2}))
		one := w.shown("north")[0]
		if !one.Service.Sheltered || len(one.Places) > 0 {
			t.Fatalf("a shelter is told: %+v", one)
		}
		kept, _, err := w.Service(w.katrien, milk.ID)
		if err != nil {
			t.Fatal(err)
		}
		kept.Mail = "melk@noord.example"
		must(w.ChangeService(w.katrien, kept))
		must(w.SayRoom(w.katrien, Saying{Service: milk.ID, Status: RoomWaiting, Free: -1, Waiting: 4}))
		_, clashes, err := w.Part(w.katrien, m.ID)
		if err != nil || len(clashes) != 0 {
			t.Fatal(clashes, err)
		}
		for _, r := range w.shown("north") {
			switch r.Service.ID {
			case milk.ID:
				if r.Service.Sheltered || len(r.Places) != 1 || r.Service.Mail != "melk@noord.example" || r.Service.Room.Waiting != 4 {
					t.Errorf("%+v", r)
				}
			case hidden.ID:
				if !r.Service.Sheltered || len(r.Places) > 0 {
					t.Errorf("%+v", r)
				}
			}
		}
	})
}

// A source that tells again of a service that went up in another tells of that
// one, unless it tells of that one by itself too: then what it tells of each
// does not overwrite the other at every reading.
func TestASourceThatTellsAgainOfWhatWasJoined(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		item := func(id, name, how string) Item {
			return Item{OrganisationID: "1", Organisation: Organisation{Name: "Buurthuis"}, ServiceID: id, Service: Service{State: Open, Name: kernel.Text{NL: name}, How: kernel.Text{NL: how}},
				Places: []ItemPlace{{SourceID: "p" + id, Location: Location{Street: "Dorp " + id, Postal: "3000"}}}}
		}
		take := func(day kernel.Date, items ...Item) Taken {
			return must(w.TakeOver(w.katrien, Take{Source: "kaart", Retrieved: day, Items: items}))
		}
		a, b := item("a", "Speelgoed lenen", "Bel"), item("b", "Speelotheek", "Mail")
		take("2026-11-01", a, b)
		id := func(name string) kernel.ID {
			page := must(w.List(w.katrien, Query{Typed: name}))
			if len(page.Rows) != 1 {
				t.Fatal(name, len(page.Rows))
			}
			return page.Rows[0].Service.ID
		}
		one, other := id("speelgoed"), id("speelotheek")
		m := must(w.JoinServices(w.katrien, Merging{Kept: one, Gone: other, KeptVersion: 1, GoneVersion: 1}))
		if got := take("2026-11-02", a, b); got.Added+got.Changed != 0 || got.Same != 2 {
			t.Errorf("told twice over: %+v", got)
		}
		b.Service.How.NL = "Kom langs"
		if got := take("2026-11-03", a, b); got.Added+got.Changed != 0 || w.shown("north")[0].Service.How.NL != "Bel" {
			t.Errorf("the one that went is told over the one that stayed: %+v", got)
		}
		if _, clashes, err := w.Part(w.katrien, m.ID); err != nil || len(clashes) > 0 {
			t.Fatal(clashes, err)
		}
		if got := take("2026-11-04", a, b); got.Changed != 1 || got.Same != 1 {
			t.Errorf("apart again: %+v", got)
		}
		mine := must(w.AddService(w.katrien, Service{Organisation: w.office.ID, State: Open, Name: kernel.Text{NL: "Uitleen"}}))
		stored, _, err := w.Service(w.katrien, other)
		if err != nil {
			t.Fatal(err)
		}
		must(w.JoinServices(w.katrien, Merging{Kept: mine.ID, Gone: other, KeptVersion: 1, GoneVersion: stored.Version}))
		b.Service.How.NL = "Bel aan"
		if got := take("2026-11-05", b); got.Changed != 1 {
			t.Errorf("%+v", got)
		}
		if v, _, err := w.Service(w.katrien, mine.ID); err != nil || v.How.NL != "Bel aan" || v.Name.NL != "Uitleen" {
			t.Errorf("%+v %v", v, err)
		}
	})
}

// Of a service that was joined from the records of two sources, each goes on
// telling what is its own: neither rises again beside it, neither writes over
// what the other told or what was chosen, and what is read again is the same.
func TestEachSourceOfAJoinedServiceTellsItsOwn(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		item := func(id string, v Service, street string) Item {
			v.State = Open
			return Item{OrganisationID: "o" + id, Organisation: Organisation{Name: "Buurthuis"}, ServiceID: id, Service: v,
				Places: []ItemPlace{{SourceID: "p" + id, Location: Location{Street: street, Postal: "3000"}}}}
		}
		take := func(source string, day kernel.Date, x Item) Taken {
			return must(w.TakeOver(w.katrien, Take{Source: source, Retrieved: day, Items: []Item{x}, Whole: true}))
		}
		card := item("1", Service{Name: kernel.Text{NL: "Speelgoed lenen"}, How: kernel.Text{NL: "Bel"}, Website: "https://kaart.example/1"}, "Dorp 1")
		city := item("77", Service{Name: kernel.Text{NL: "Speelotheek"}, How: kernel.Text{NL: "Mail"}, Mail: "spel@stad.example"}, "Plein 2")
		take("kaart", "2026-11-01", card)
		take("stad", "2026-11-01", city)
		one, other := must(w.List(w.katrien, Query{Typed: "speelgoed"})).Rows[0], must(w.List(w.katrien, Query{Typed: "speelotheek"})).Rows[0]
		m := must(w.JoinServices(w.katrien, Merging{Kept: one.Service.ID, Gone: other.Service.ID, KeptVersion: 1, GoneVersion: 1, Gones: []string{"how"}}))
		stands := func(what, name, how string, mail kernel.Email, site string) {
			t.Helper()
			all := w.shown("north")
			if len(all) != 1 || len(all[0].Places) != 2 {
				t.Fatalf("%s: %d services stand, the first at %d places", what, len(all), len(all[0].Places))
			}
			if v := all[0].Service; v.Name.NL != name || v.How.NL != how || v.Mail != mail || v.Website != site {
				t.Errorf("%s: %q %q %q %q", what, v.Name.NL, v.How.NL, v.Mail, v.Website)
			}
		}
		for _, x := range []struct {
			source string
			item   Item
		}{{"stad", city}, {"kaart", card}} {
			if got := take(x.source, "2026-11-02", x.item); got.Added+got.Changed != 0 || got.Same != 1 || len(got.Gone) != 0 {
				t.Errorf("%s tells the same: %+v", x.source, got)
			}
		}
		stands("told again", "Speelgoed lenen", "Mail", "spel@stad.example", "https://kaart.example/1")
		city.Service.How.NL, city.Service.Mail, city.Service.Name.NL, city.Service.Website = "Mail eerst", "nieuw@stad.example", "Ludotheek", "https://stad.example/77"
		got := take("stad", "2026-11-03", city)
		if got.Added != 0 || got.Changed != 1 || len(got.Steps) != 1 || !slices.Contains(got.Steps[0].Fields, "mail") || slices.Contains(got.Steps[0].Fields, "name") {
			t.Errorf("the city tells more: %+v", got)
		}
		stands("the city told more", "Speelgoed lenen", "Mail eerst", "nieuw@stad.example", "https://kaart.example/1")
		card.Service.Website, card.Service.How.NL = "https://kaart.example/een", "Bel aan"
		if got := take("kaart", "2026-11-04", card); got.Added != 0 || got.Changed != 1 {
			t.Errorf("the card tells more: %+v", got)
		}
		stands("the card told more", "Speelgoed lenen", "Mail eerst", "nieuw@stad.example", "https://kaart.example/een")
		if _, _, err := w.Part(w.katrien, m.ID); err != nil {
			t.Fatal(err)
		}
		if n := len(w.shown("north")); n != 2 {
			t.Errorf("apart again there are %d", n)
		}
	})
}

// Whatever is joined with whatever, in any order, the public finds each service
// that it knew: by its address, by its name, at each of its places; nothing that
// went up in another is told beside it; and undone in reverse, all is what it
// was.
func TestWhateverIsJoinedIsStillFoundAndAllComesBack(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		var places, services []kernel.ID
		at := map[kernel.ID][]kernel.ID{}
		names := map[kernel.ID]string{}
		orgs := []kernel.ID{w.office.ID, w.refuge.ID}
		for i, name := range []string{"Markt", "Plein", "Dijk", "Brug"} {
			places = append(places, must(w.AddLocation(w.katrien, Location{Organisation: orgs[i%2], Name: name, Street: name + " 1", Postal: "3000"})).ID)
		}
		for i, name := range []string{"Melk", "Brood", "Bed", "Fiets", "Raad"} {
			v := Service{Organisation: orgs[i%2], State: Open, Name: kernel.Text{NL: name}, At: []Place{{Location: places[i%4]}, {Location: places[(i+1)%4]}}[:1+i%2]}
			v = must(w.AddService(w.katrien, v))
			services, names[v.ID] = append(services, v.ID), name
			for _, p := range v.At {
				at[v.ID] = append(at[v.ID], p.Location)
			}
		}
		begin := unversioned(w.shown("north"))
		for seed := range uint64(4) {
			random := rand.New(rand.NewPCG(seed, 5))
			var done []kernel.ID
			for range 6 {
				kind, from := AService, services
				if random.IntN(2) == 0 {
					kind, from = APlace, places
				}
				one, other := from[random.IntN(len(from))], from[random.IntN(len(from))]
				m, err := w.joinNow(kind, one, other)
				if code := kernel.CodeOf(err); code == kernel.Invalid || code == kernel.Conflict {
					continue // the same twice, or one that is in another already
				} else if err != nil {
					t.Fatal(err)
				}
				done = append(done, m.ID)
				w.allFound(services, names, at)
			}
			for _, id := range slices.Backward(done) {
				if _, clashes, err := w.Part(w.katrien, id); err != nil || len(clashes) > 0 {
					t.Fatal(seed, clashes, err)
				}
				w.allFound(services, names, at)
			}
			if now := unversioned(w.shown("north")); !reflect.DeepEqual(begin, now) {
				t.Fatalf("seed %d: was %+v\nis  %+v", seed, begin, now)
			}
		}
	})
}

// joinNow joins two as they stand.
func (w *town) joinNow(kind Kind, one, other kernel.ID) (Merge, error) {
	in := Merging{Kept: one, Gone: other}
	if kind == APlace {
		l, _, err := w.Location(w.katrien, one)
		m, _, wrong := w.Location(w.katrien, other)
		if err != nil || wrong != nil {
			w.t.Fatal(err, wrong)
		}
		in.KeptVersion, in.GoneVersion = l.Version, m.Version
		return w.JoinPlaces(w.katrien, in)
	}
	v, _, err := w.Service(w.katrien, one)
	x, _, wrong := w.Service(w.katrien, other)
	if err != nil || wrong != nil {
		w.t.Fatal(err, wrong)
	}
	in.KeptVersion, in.GoneVersion = v.Version, x.Version
	return w.JoinServices(w.katrien, in)
}

// allFound holds that the public still finds each service at each place.
func (w *town) allFound(services []kernel.ID, names map[kernel.ID]string, at map[kernel.ID][]kernel.ID) {
	w.t.Helper()
	now := func(kind Kind, id kernel.ID) kernel.ID {
		if to, err := w.WentIn(context.Background(), "north", kind, id); err == nil {
			return to
		}
		return id
	}
	shown := map[kernel.ID]PublicRecord{}
	for _, r := range w.shown("north") {
		shown[r.Service.ID] = r
	}
	leads := map[kernel.ID]bool{}
	for _, id := range services {
		leads[now(AService, id)] = true
		r, there := shown[now(AService, id)]
		if !there {
			w.t.Fatalf("%s leads nowhere", names[id])
		}
		if words := strings.Join(append(r.Service.Words, r.Service.Name.NL), " "); !strings.Contains(words, names[id]) {
			w.t.Fatalf("%s is not found among %q", names[id], words)
		}
		for _, place := range at[id] {
			if !slices.ContainsFunc(r.Places, func(p PublicPlace) bool { return p.ID == now(APlace, place) }) {
				w.t.Fatalf("%s is not given where it was", names[id])
			}
		}
	}
	if len(leads) != len(shown) {
		w.t.Fatalf("%d are shown, of %d that stand", len(shown), len(leads))
	}
}

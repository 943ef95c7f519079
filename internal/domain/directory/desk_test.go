package directory

import (
	"context"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestAServiceIsToldToThePublicWhenItIsOpen(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		draft := w.milk()
		draft.State = Draft
		v := must(w.AddService(w.katrien, draft))
		if got := w.shown("north"); len(got) != 0 {
			t.Fatalf("a draft is told: %+v", got)
		}
		v.State = Open
		v = must(w.ChangeService(w.katrien, v))
		got := w.shown("north")
		if len(got) != 1 || got[0].Service.Name.FR != "Lait pour bébés" || got[0].Organisation.Name != "OCMW Noord" || len(got[0].Places) != 1 ||
			got[0].Places[0].Street != "Kerkstraat 1" || got[0].Places[0].Municipality != "24062" {
			t.Fatalf("told %+v", got)
		}
		if phones := got[0].Service.Numbers; len(phones) != 1 || phones[0].Number != kernel.FictionalPhone(7) {
			t.Errorf("the numbers told are %+v", phones)
		}
		if len(w.shown("south")) != 0 {
			t.Error("it is told in another alliance")
		}
		if one := must(w.PublishedOne(context.Background(), "north", v.ID)); !reflect.DeepEqual(one, got[0]) {
			t.Errorf("one by one it is %+v", one)
		}
		if n := len(*w.told); n != 2 || !slices.Equal((*w.told)[1].Services, []kernel.ID{v.ID}) {
			t.Errorf("told %v", *w.told)
		}
		v.State = Stopped
		v = must(w.ChangeService(w.katrien, v))
		_, err := w.PublishedOne(context.Background(), "north", v.ID)
		wants(t, "one that stopped", err, "not_found directory")
	})
}

func TestEachFieldSaysWhoToldIt(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		v := must(w.AddService(w.katrien, w.milk()))
		w.clock = w.clock.AddDate(0, 0, 3)
		v.How = kernel.Text{NL: "Kom langs."}
		v = must(w.ChangeService(w.aicha, v))
		if got, want := v.Told["how"], (Told{Source: ByPartner, Retrieved: "2026-11-26", Verified: "2026-11-26", By: "aicha"}); got != want {
			t.Errorf("how: %+v, want %+v", got, want)
		}
		if got, want := v.Told["about"], (Told{Source: ByCoordinator, Retrieved: "2026-11-23", Verified: "2026-11-23", By: "katrien"}); got != want {
			t.Errorf("about: %+v, want %+v", got, want)
		}
		for field := range v.Told {
			if slices.Contains(ours, field) {
				t.Errorf("%s is said to be told", field)
			}
		}
		for _, field := range filled(v) {
			if _, told := v.Told[field]; !told && !slices.Contains(ours, field) {
				t.Errorf("nobody told %s", field)
			}
		}
		r := must(w.PublishedOne(context.Background(), "north", v.ID))
		if got, want := r.Service.Told["how"], (PublicTold{Source: ByPartner, Retrieved: "2026-11-26", Verified: "2026-11-26"}); got != want {
			t.Errorf("to the public: %+v, want %+v", got, want)
		}
	})
}

func TestWhoMayChangeTheDirectory(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		v := must(w.AddService(w.katrien, w.milk()))
		change := func(ctx context.Context) error {
			x := must1(w.Service(w.katrien, v.ID))
			x.Website = "https://noord.example/" + string(kernel.NewID())
			_, err := w.ChangeService(ctx, x)
			return err
		}
		wants(t, "the coordinator", change(w.katrien), "")
		wants(t, "who works for the organisation", change(w.aicha), "")
		wants(t, "who works for another", change(w.jan), "not_found object")
		wants(t, "the coordinator of another alliance", change(w.stranger), "not_found directory")
		wants(t, "nobody", change(context.Background()), "unauthenticated sign_in")

		o := w.office
		o.Member, o.Also = "member-refuge", "Sociaal Huis"
		if o = must(w.ChangeOrganisation(w.aicha, o)); o.Member != "member-office" || o.Also != "Sociaal Huis" {
			t.Errorf("a partner made it %+v", o)
		}
		_, err := w.AddOrganisation(w.aicha, Organisation{Name: "Nieuw"})
		wants(t, "a partner adds an organisation", err, "forbidden role")
		_, err = w.AddService(w.jan, w.milk())
		wants(t, "a service of another", err, "not_found object")
	})
}

func must1[T, U any](v T, _ U, err error) T { return must(v, err) }

func TestADraftIsItsWritersAlone(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		v := w.milk()
		v.State = Draft
		v = must(w.AddService(w.aicha, v))
		for name, tt := range map[string]struct {
			ctx  context.Context
			rows int
			err  string
		}{
			"the coordinator": {w.katrien, 1, ""},
			"its own people":  {w.aicha, 1, ""},
			"others":          {w.jan, 0, "not_found directory"},
		} {
			page := must(w.List(tt.ctx, Query{}))
			_, _, err := w.Service(tt.ctx, v.ID)
			if len(page.Rows) != tt.rows || page.All != int64(tt.rows) {
				t.Errorf("%s see %d", name, page.All)
			}
			wants(t, name, err, tt.err)
		}
	})
}

func TestAnEditOfAnOlderVersionIsStale(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		v := must(w.AddService(w.katrien, w.milk()))
		first, second := v, v
		first.Website = "https://noord.example"
		second.Mail = "melk@noord.example"
		must(w.ChangeService(w.katrien, first))
		_, err := w.ChangeService(w.katrien, second)
		wants(t, "the second", err, "conflict stale, conflict stale.field mail, conflict stale.field website")
		o := w.office
		o.Version = 9
		_, err = w.ChangeOrganisation(w.katrien, o)
		wants(t, "an organisation", err, "conflict stale")
	})
}

func TestWhatCannotBeIsToldAndNotKept(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		good := w.milk()
		for name, tt := range map[string]struct {
			change func(*Service)
			want   string
		}{
			"no name":                     {func(v *Service) { v.Name = kernel.Text{NL: " "} }, "invalid name name"},
			"a lever that is none":        {func(v *Service) { v.Levers = []Lever{10} }, "invalid directory.lever levers"},
			"ages that run backward":      {func(v *Service) { v.For = Audience{From: 12, To: 6} }, "invalid directory.age for"},
			"free, for money":             {func(v *Service) { v.Costs = []Cost{{Free: true, Amount: 1}} }, "invalid directory.cost costs"},
			"a language that is none":     {func(v *Service) { v.Languages = []string{"Arabic!"} }, "invalid directory.language languages"},
			"a place nobody knows":        {func(v *Service) { v.At = []Place{{Location: kernel.NewID()}} }, "invalid directory.location at"},
			"a rule that is none":         {func(v *Service) { v.Hours = []Hours{{Rule: "EVERY MONDAY"}} }, "invalid directory.rule hours"},
			"a rule of every second":      {func(v *Service) { v.Hours = []Hours{{Rule: "FREQ=SECONDLY"}} }, "invalid directory.rule hours"},
			"an end before the beginning": {func(v *Service) { v.Hours = []Hours{{Rule: "FREQ=DAILY", From: "12:00", To: "09:00"}} }, "invalid directory.times hours"},
			"a website without a host":    {func(v *Service) { v.Website = "javascript:alert(1)" }, "invalid website website"},
			"a number that is none":       {func(v *Service) { v.Numbers = []Phone{{Number: "12"}} }, "invalid phone numbers"},
			"two things at once":          {func(v *Service) { v.State, v.Mail = "shut", "nobody" }, "invalid directory.state state, invalid email mail"},
		} {
			t.Run(name, func(t *testing.T) {
				v := good
				tt.change(&v)
				_, err := w.AddService(w.katrien, v)
				wants(t, "AddService", err, tt.want)
			})
		}
		if page := must(w.List(w.katrien, Query{})); page.All != 0 {
			t.Errorf("%d were kept", page.All)
		}
	})
}

func TestAMunicipalityThatWentUpInAnotherIsTheOther(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		v := w.milk()
		v.Areas = []kernel.NIS{"24062", "44043"} // Merelbeke is Merelbeke-Melle since 2025
		next, ok := kernel.Successor("44043", "2026-11-23")
		if !ok || next == "44043" {
			t.Fatal("the tables know of no merger")
		}
		v = must(w.AddService(w.katrien, v))
		if want := []kernel.NIS{"24062", next}; !slices.Equal(v.Areas, want) {
			t.Errorf("areas %v, want %v", v.Areas, want)
		}
	})
}

func TestRoomIsKnownForATime(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		v := must(w.AddService(w.katrien, w.milk()))
		v = must(w.SayRoom(w.aicha, Saying{Service: v.ID, Status: RoomFree, Free: 3, Waiting: 9}))
		v = must(w.SayRoom(w.aicha, Saying{Service: v.ID, Location: v.At[0].Location, Status: RoomWaiting, Free: 3, Waiting: 9, Days: 2}))
		now := kernel.InstantOf(w.clock)
		if r := v.Room.At(now); r.Status != RoomFree || r.Free != 3 || r.Waiting != -1 {
			t.Errorf("%+v", r)
		}
		if r := v.At[0].Room.At(now.Add(2 * 24 * time.Hour)); r.Status != RoomWaiting || r.Waiting != 9 || r.Free != -1 {
			t.Errorf("%+v", r)
		}
		if r := v.At[0].Room.At(now.Add(3 * 24 * time.Hour)); r.Status != RoomUnknown || r.Waiting != -1 {
			t.Errorf("after its term it is %+v", r)
		}
		if r := v.Room.At(now.Add(15 * 24 * time.Hour)); r.Status != RoomUnknown {
			t.Errorf("after its term it is %+v", r)
		}
		v.About.NL = "Anders"
		if v = must(w.ChangeService(w.katrien, v)); v.Room.Status != RoomFree || v.At[0].Room.Status != RoomWaiting {
			t.Errorf("an edit took the room: %+v", v.Room)
		}
		for name, s := range map[string]Saying{
			"free, with none free": {Status: RoomFree}, "less than nothing": {Status: RoomWaiting, Waiting: -2},
			"longer than a year": {Status: RoomFull, Days: 400}, "a word that is none": {Status: "maybe"},
			"a place it does not have": {Status: RoomFull, Location: kernel.NewID()},
		} {
			s.Service = v.ID
			if _, err := w.SayRoom(w.aicha, s); kernel.CodeOf(err) != kernel.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err := w.SayRoom(w.jan, Saying{Service: v.ID, Status: RoomFull})
		wants(t, "another organisation", err, "not_found object")
	})
}

func TestAHundredWhoSayRoomAtOnce(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		v := must(w.AddService(w.katrien, w.milk()))
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				if _, err := w.SayRoom(w.aicha, Saying{Service: v.ID, Status: RoomFree, Free: i + 1, Waiting: -1}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := must1(w.Service(w.katrien, v.ID)); got.Version != 101 || got.Room.Free < 1 {
			t.Errorf("version %d, %+v", got.Version, got.Room)
		}
	})
}

func TestAListIsNarrowed(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		must(w.AddService(w.katrien, w.milk()))
		other := w.milk()
		other.Name, other.Words, other.Levers, other.Phases, other.Areas = kernel.Text{NL: "Huiswerkklas"}, nil, []Lever{2}, []Phase{Primary}, nil
		must(w.AddService(w.katrien, other))
		for name, tt := range map[string]struct {
			q    Query
			want int
		}{
			"all": {Query{}, 2}, "by word": {Query{Typed: "PAMPERS"}, 1}, "by two words": {Query{Typed: "bébes melk"}, 1},
			"by lever": {Query{Lever: 2}, 1}, "by phase": {Query{Phase: Baby}, 1}, "by both": {Query{Phase: Baby, Lever: 2}, 0},
			"where one lives": {Query{Area: "24062"}, 2}, "elsewhere": {Query{Area: "44021"}, 1}, "stopped": {Query{State: Stopped}, 0},
			"stale": {Query{Stale: true}, 0},
		} {
			page := must(w.List(w.aicha, tt.q))
			if len(page.Rows) != tt.want || page.All != int64(tt.want) {
				t.Errorf("%s: %d rows, %d in all, want %d", name, len(page.Rows), page.All, tt.want)
			}
		}
		first := must(w.List(w.aicha, Query{Limit: 1}))
		second := must(w.List(w.aicha, Query{Limit: 1, After: first.Next}))
		if first.Next == "" || second.Next != "" || first.Rows[0].Service.Name.NL != "Huiswerkklas" || second.Rows[0].Service.Words[0] != "pampers" {
			t.Errorf("pages %+v, %+v", first, second)
		}
		w.clock = w.clock.AddDate(0, 0, 130) // the hours of the places are too old, and nothing of the services themselves
		if page := must(w.List(w.aicha, Query{Stale: true})); len(page.Rows) != 2 || !page.Rows[0].Old || len(page.Rows[0].Service.Stale(kernel.InstantOf(w.clock).Date())) != 0 {
			t.Errorf("where the hours of a place are too old: %+v", page.Rows)
		}
		if err := w.StillRight(w.katrien, w.office.ID); err != nil {
			t.Fatal(err)
		}
		if page := must(w.List(w.aicha, Query{Stale: true})); len(page.Rows) != 0 {
			t.Errorf("still to be checked: %+v", page.Rows)
		}
		w.clock = w.clock.AddDate(0, 0, 200)
		if page := must(w.List(w.aicha, Query{Stale: true})); len(page.Rows) != 2 || !slices.Contains(page.Rows[0].Service.Stale("2027-10-19"), "numbers") {
			t.Errorf("after half a year %d are too old", len(page.Rows))
		}
	})
}

package directory

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// told is what a register tells of one service.
func told(line int, name string) Item {
	return Item{Line: line, OrganisationID: "o" + name, Organisation: Organisation{Name: "Huis " + name, Website: "https://" + name + ".example"},
		Places:    []ItemPlace{{SourceID: "p" + name, Location: Location{Name: "Balie " + name, Street: "Markt " + fmt.Sprint(line), Postal: "3000", City: "Leuven"}}},
		ServiceID: "s" + name, Service: Service{State: Open, Name: kernel.Text{NL: "Dienst " + name}, Levers: []Lever{1}}}
}

func TestWhatASourceTellsTwiceIsThereOnce(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		take := Take{Source: "kaart", Retrieved: "2026-11-01", Items: []Item{told(2, "a"), told(3, "b"), told(4, "c")}}
		if trial := must(w.TakeOver(w.katrien, Take{Source: take.Source, Retrieved: take.Retrieved, Items: take.Items, Dry: true})); trial.Added != 3 || len(w.shown("north")) != 0 {
			t.Fatalf("the trial: %+v, and %d are kept", trial, len(w.shown("north")))
		}
		if got := must(w.TakeOver(w.katrien, take)); got.Added != 3 || len(got.Refused)+got.Changed+got.Same != 0 {
			t.Fatalf("first %+v", got)
		}
		before := w.shown("north")
		if got := must(w.TakeOver(w.katrien, take)); got.Same != 3 || got.Added+got.Changed != 0 {
			t.Errorf("again %+v", got)
		}
		if after := w.shown("north"); len(after) != 3 || after[0].Service.Version != before[0].Service.Version || len(after[0].Places) != 1 {
			t.Errorf("%+v", after)
		}
		if v := must1(w.Service(w.katrien, before[0].Service.ID)); v.Told["name"] != (Told{Source: "kaart", Retrieved: "2026-11-01", By: "katrien"}) {
			t.Errorf("told %+v", v.Told["name"])
		}
		_, err := w.TakeOver(w.aicha, take)
		wants(t, "a caseworker", err, "forbidden role")
	})
}

func TestASourceDoesNotOverwriteWhatPeopleWrote(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		item := told(2, "a")
		take := Take{Source: "kaart", Retrieved: "2026-11-01", Items: []Item{item}}
		must(w.TakeOver(w.katrien, take))
		v := must(w.List(w.katrien, Query{})).Rows[0].Service
		v.Name.NL = "Dienst zoals hij heet"
		v = must(w.ChangeService(w.katrien, v))
		must(w.SayRoom(w.katrien, Saying{Service: v.ID, Status: RoomFull}))
		item.Service.Name.NL, item.Service.Levers, item.Service.About.NL = "Dienst zoals de kaart zegt", []Lever{2}, "Nieuw."
		take.Items, take.Retrieved = []Item{item}, "2026-11-20"
		got := must(w.TakeOver(w.katrien, take))
		if got.Changed != 1 || !slices.Equal(got.Kept, []Kept{{2, "name", "Dienst zoals de kaart zegt", "Dienst zoals hij heet", "Dienst zoals de kaart zegt"}}) {
			t.Errorf("%+v", got)
		}
		v = must1(w.Service(w.katrien, v.ID))
		if v.Name.NL != "Dienst zoals hij heet" || !slices.Equal(v.Levers, []Lever{2}) || v.About.NL != "Nieuw." || v.Room.Status != RoomFull {
			t.Errorf("%+v", v)
		}
	})
}

func TestARowThatCannotBeKeepsNothingAndTheOthersStay(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		bad := told(3, "b")
		bad.Places[0].Location.Postal, bad.Service.For = "0000", Audience{From: 9, To: 3}
		got := must(w.TakeOver(w.katrien, Take{Source: "kaart", Items: []Item{told(2, "a"), bad, told(4, "c")}}))
		if got.Added != 2 || len(got.Refused) != 1 || got.Refused[0].Line != 3 || len(got.Refused[0].Why.All()) != 2 {
			t.Errorf("%+v", got)
		}
		rows, _, err := w.Organisations(w.katrien, OrganisationQuery{Typed: "huis b"})
		if err != nil || len(rows) != 0 {
			t.Errorf("its organisation was kept: %+v, %v", rows, err)
		}
	})
}

func TestAnOrganisationThatTwoSourcesKnowIsOne(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		register := Take{Source: "register", Items: []Item{{OrganisationID: "OVO1", Organisation: Organisation{Name: "OCMW Noord", KBO: "0212237186"}}}}
		other := Take{Source: "kaart", Items: []Item{{OrganisationID: "77", Organisation: Organisation{Name: "Sociaal Huis", KBO: "0212237186", Website: "https://noord.example"}}}}
		must(w.TakeOver(w.katrien, register))
		must(w.TakeOver(w.katrien, other))
		rows, _, err := w.Organisations(w.katrien, OrganisationQuery{})
		if err != nil || len(rows) != 2 { // and the house of refuge
			t.Fatalf("%d organisations, %v", len(rows), err)
		}
		if o := rows[0]; o.ID != w.office.ID || o.KBO != "0212237186" || o.Website != "https://noord.example" || o.Name != "OCMW Noord" {
			t.Errorf("%+v", o)
		}
	})
}

func BenchmarkTakeOver(b *testing.B) {
	d := dbtest.Open(b, dbtest.SQLite(b), modules...)
	w := newTown(b, d)
	var items []Item
	for i := range 20_000 {
		items = append(items, told(i+2, fmt.Sprint(i)))
	}
	for b.Loop() {
		began := time.Now()
		got := must(w.TakeOver(w.katrien, Take{Source: "kaart", Items: items}))
		b.ReportMetric(time.Since(began).Seconds(), "s/20000")
		if len(got.Refused) > 0 {
			b.Fatal(got.Refused[0].Why)
		}
		n := 0
		began = time.Now()
		for _, err := range w.Published(act.As(b.Context(), act.ActorOf(w.katrien)), "north") {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		b.ReportMetric(time.Since(began).Seconds(), "s/published")
	}
}

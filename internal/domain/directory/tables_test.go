package directory

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

func TestATableThatIsWrittenIsReadAgain(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		must(w.AddService(w.katrien, w.milk()))
		var table bytes.Buffer
		if err := WriteTable(&table, w.Published(w.katrien, "north"), kernel.InstantOf(w.clock)); err != nil {
			t.Fatal(err)
		}
		items := itemsOf(t, table.String())
		if len(items) != 1 {
			t.Fatalf("%+v", items)
		}
		got := must(w.TakeOver(w.stranger, Take{Source: "north", Items: items, State: Open}))
		there := w.shown("south")
		if got.Added != 1 || len(there) != 1 {
			t.Fatalf("%+v", got)
		}
		var again bytes.Buffer
		if err := WriteTable(&again, w.Published(w.katrien, "south"), kernel.InstantOf(w.clock)); err != nil {
			t.Fatal(err)
		}
		here, ours := there[0].Service, w.shown("north")[0].Service
		if here.Name != ours.Name || here.About != ours.About || fmt.Sprint(here.Levers, here.Phases, here.For, here.Costs, here.Languages, here.Access, here.Areas, here.Words) !=
			fmt.Sprint(ours.Levers, ours.Phases, ours.For, ours.Costs, ours.Languages, ours.Access, ours.Areas, ours.Words) {
			t.Errorf("%+v\nwas %+v", here, ours)
		}
	})
}

// itemsOf are the lines of a table.
func itemsOf(t *testing.T, table string) (items []Item) {
	t.Helper()
	rows := must(csv.NewReader(strings.NewReader(table)).ReadAll())
	for _, row := range rows[1:] {
		cells := map[string]string{}
		for i, name := range rows[0] {
			cells[name] = strings.TrimPrefix(row[i], "'")
		}
		items = append(items, must(ItemOf(cells)))
	}
	return items
}

func TestALineThatCannotBeReadSaysAllThatIsWrong(t *testing.T) {
	x, err := ItemOf(map[string]string{"organisation": "Huis", "service": "Melk", "kbo": "0212.237.186", "price": "€ 12,50", "per": "month", "areas": "12002"})
	if err != nil || x.Service.Name.NL != "Melk" || x.Service.Costs[0].Amount != 12_50 || x.Organisation.KBO != "0212237186" {
		t.Errorf("%+v, %v", x, err)
	}
	_, err = ItemOf(map[string]string{"organisation": "Huis", "service": "Brood", "kbo": "12", "numbers": "0", "price": "veel"})
	wants(t, "a line of mistakes", err, "invalid amount price, invalid kbo kbo, invalid phone numbers")
}

// Whoever keeps a table writes numbers as people do, with spaces in them.
func TestNumbersOfATableAreReadAsPeopleWriteThem(t *testing.T) {
	one, two := kernel.FictionalPhone(7), kernel.FictionalPhone(8)
	for cell, want := range map[string][]kernel.Phone{
		one.Display(): {one}, one.Display() + "; " + two.Display(): {one, two}, one.Display() + ", " + two.Display(): {one, two},
		one.Display() + "\n" + two.Display(): {one, two}, one.String() + " " + two.String(): {one, two}, " ; ": nil,
	} {
		x, err := ItemOf(map[string]string{"organisation": "Huis", "service": "Brood", "numbers": cell})
		var got []kernel.Phone
		for _, p := range x.Service.Numbers {
			got = append(got, p.Number)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q is read as %v, %v", cell, got, err)
		}
	}
	_, err := ItemOf(map[string]string{"organisation": "Huis", "service": "Brood", "numbers": "12 34 aa 99"})
	wants(t, "no number", err, "invalid phone numbers")
}

// A directory of chance, in which everything that is secret holds a mark: the
// address of a shelter, a private number, a draft, the place of a sheltered
// service, who wrote. No byte that leaves by the gate holds one.
func TestNothingSecretLeavesByTheGate(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		dice := rand.New(rand.NewPCG(20261123, 5))
		mark := 0
		secret := func() string { mark++; return fmt.Sprintf("zqx%04dzqx", mark) }
		for range 6 {
			must(w.KeepShelter(w.jan, Shelter{Organisation: w.refuge.ID, Name: secret(), Address: secret() + " 7, " + secret(), Municipality: "24062"}))
		}
		number := func() kernel.Phone { mark++; return kernel.FictionalPhone(5000 + mark) }
		var privates []string
		for i := range 40 {
			v := Service{Organisation: w.office.ID, Name: kernel.Text{NL: fmt.Sprint("Dienst ", i)}, State: []State{Draft, Open, Open, Stopped}[dice.IntN(4)], Words: []string{"woord"}}
			if dice.IntN(2) == 0 {
				v.Organisation = w.refuge.ID
			}
			private := number()
			privates = append(privates, private.String())
			v.Numbers = []Phone{{Number: private, For: secret(), Private: true}, {Number: kernel.FictionalPhone(i)}}
			place := Location{Organisation: v.Organisation, Name: "Balie", Street: fmt.Sprint("Straat ", i)}
			v.Sheltered = dice.IntN(3) == 0
			if v.State != Open {
				v.Name.FR, v.About.NL = secret(), secret()
			}
			if v.Sheltered {
				place.Name, place.Street, place.Travel.EN = secret(), secret(), secret()
			}
			v.At = []Place{{Location: must(w.AddLocation(w.katrien, place)).ID, Numbers: []Phone{{Number: number(), For: secret(), Private: true}}}}
			must(w.AddService(w.katrien, v))
		}
		var out bytes.Buffer
		for _, r := range w.shown("north") {
			fmt.Fprintf(&out, "%+v\n", r)
			body, err := document(r)
			if err != nil {
				t.Fatal(err)
			}
			out.WriteString(body)
			if _, err := Calendar(r, Telling{Title: r.Service.Name.NL}, "2026-11-23", kernel.InstantOf(w.clock)).WriteTo(&out); err != nil {
				t.Fatal(err)
			}
		}
		if err := WriteTable(&out, w.Published(w.katrien, "north"), kernel.InstantOf(w.clock)); err != nil {
			t.Fatal(err)
		}
		for _, c := range *w.told {
			err := w.Acts.DB.Read(w.katrien, func(q db.Querier) error {
				all, err := w.PublishedIn(w.katrien, q, "north", c.Services...)
				fmt.Fprintf(&out, "%+v", all)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		text := out.String()
		if !strings.Contains(text, "Dienst") || mark < 60 {
			t.Fatal("nothing was told at all")
		}
		for _, s := range append(privates, "zqx", "katrien", "member-office", "member-refuge") {
			if at := strings.Index(text, s); at >= 0 {
				t.Errorf("%s leaves: …%s…", s, text[max(0, at-200):min(len(text), at+100)])
			}
		}
	})
}

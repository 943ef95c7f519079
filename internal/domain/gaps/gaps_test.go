package gaps

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

const now = kernel.Instant("2026-03-02T09:00:00.000000Z")

func TestWhatACellSays(t *testing.T) {
	ids := func(n int) (all []kernel.ID) {
		for i := range n {
			all = append(all, kernel.ID(fmt.Sprint(i)))
		}
		return all
	}
	for name, tt := range map[string]struct {
		cell Cell
		want Verdict
	}{
		"nothing":                               {Cell{}, Missing},
		"one with room":                         {Cell{Services: ids(1), Free: 1}, Thin},
		"two of which nobody told":              {Cell{Services: ids(2)}, Covered},
		"two that are full":                     {Cell{Services: ids(2), Full: 2, Waiting: 7}, Thin},
		"two with room":                         {Cell{Services: ids(2), Free: 2}, Covered},
		"three, two with room":                  {Cell{Services: ids(3), Free: 2}, Overlapping},
		"three, one with room":                  {Cell{Services: ids(3), Free: 1}, Covered},
		"three, two with room, one full":        {Cell{Services: ids(3), Free: 2, Full: 1}, Covered},
		"four, of which three are full":         {Cell{Services: ids(4), Full: 3, Free: 1}, Covered},
		"three with room, and a list all alike": {Cell{Services: ids(3), Free: 3, Waiting: 1}, Covered},
	} {
		if got := tt.cell.Verdict(); got != tt.want {
			t.Errorf("%s: %s, not %s", name, got, tt.want)
		}
	}
}

func TestInWhichPartsOfTheWeek(t *testing.T) {
	for name, tt := range map[string]struct {
		hours directory.Hours
		want  []string
	}{
		"a morning":                {directory.Hours{Rule: "FREQ=WEEKLY;BYDAY=MO", From: "09:00", To: "12:00"}, []string{Morning, Holidays}},
		"a whole Wednesday":        {directory.Hours{Rule: "FREQ=WEEKLY;BYDAY=WE", From: "09:00", To: "17:00"}, []string{Morning, Afternoon, Wednesday, Holidays}},
		"an evening in term":       {directory.Hours{Rule: "FREQ=WEEKLY;BYDAY=TH", From: "18:00", To: "20:00", Holidays: directory.TermOnly}, []string{Evening}},
		"the first Saturday":       {directory.Hours{Rule: "FREQ=MONTHLY;BYDAY=1SA", From: "09:00", To: "12:00"}, []string{Saturday, Holidays}},
		"every day, no times":      {directory.Hours{Rule: "FREQ=DAILY"}, []string{Morning, Afternoon, Evening, Wednesday, Saturday, Sunday, Holidays}},
		"in words alone":           {directory.Hours{Words: kernel.Text{NL: "op afspraak"}}, nil},
		"a rule that names no day": {directory.Hours{Rule: "FREQ=MONTHLY;BYMONTHDAY=2"}, nil},
	} {
		if got := partsOfHours(tt.hours); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %v, not %v", name, got, tt.want)
		}
	}
}

// Whatever is asked, each service that fits stands in a cell for each of its
// places on both axes, and in no other; and asked again the answer is the same.
func TestEveryServiceStandsWhereItBelongs(t *testing.T) {
	places := []kernel.NIS{"24062", "24009"}
	rapid.Check(t, func(t *rapid.T) {
		var standings []Standing
		for i := range rapid.IntRange(0, 8).Draw(t, "services") {
			v := directory.PublicService{ID: kernel.ID(fmt.Sprint("s", i)), Levers: rapid.SliceOfNDistinct(rapid.Map(rapid.IntRange(1, 9), func(n int) directory.Lever { return directory.Lever(n) }), 0, 3, rapid.ID[directory.Lever]).Draw(t, "levers"),
				Phases: rapid.SliceOfNDistinct(rapid.SampledFrom(directory.Phases[:]), 0, 3, rapid.ID[directory.Phase]).Draw(t, "phases"),
				Areas:  rapid.SampledFrom([][]kernel.NIS{nil, {"24062"}, {"11001"}}).Draw(t, "areas"), Languages: rapid.SampledFrom([][]string{nil, {"nl"}, {"nl", "so"}}).Draw(t, "languages"),
				Costs: rapid.SampledFrom([][]directory.Cost{nil, {{Free: true}}, {{Amount: 5}, {Free: true}}}).Draw(t, "costs"),
				Hours: rapid.SampledFrom([][]directory.Hours{nil, {{Rule: "FREQ=WEEKLY;BYDAY=SA"}}}).Draw(t, "hours"),
				Room:  directory.Room{Status: rapid.SampledFrom([]directory.RoomStatus{"", "free", "full"}).Draw(t, "room"), Until: rapid.SampledFrom([]kernel.Instant{"2026-03-01", "2026-04-01"}).Draw(t, "until")}}
			standings = append(standings, StandingOf(directory.PublicRecord{Service: v}, now))
		}
		q := Ask{Rows: rapid.SampledFrom(Axes[:]).Draw(t, "rows"), Columns: rapid.SampledFrom(append(Axes[:], "", "colour")).Draw(t, "columns"), Only: map[Axis]string{ByCost: rapid.SampledFrom([]string{"", Free, NotTold}).Draw(t, "only")}}
		m := Compute(q, standings, nil, places, now)
		if again := Compute(q, standings, nil, places, now); !reflect.DeepEqual(m, again) {
			t.Fatal("asked again it is another")
		}
		if m.Rows == m.Columns {
			t.Fatalf("both axes are %s", m.Rows)
		}
		stood := 0
		for _, x := range standings {
			fits := m.takes(x, places)
			for i, row := range m.RowKeys {
				for j, col := range m.ColKeys {
					want := fits && slices.Contains(x.on(m.Rows, places), row) && slices.Contains(x.on(m.Columns, places), col)
					if got := slices.Contains(m.Cells[i][j].Services, x.ID); got != want {
						t.Fatalf("%s in %s and %s is %v", x.ID, row, col, got)
					}
				}
			}
			if fits {
				stood++
			}
		}
		if m.Counted != stood || m.All != len(standings) {
			t.Fatalf("counted %d of %d, not %d", m.Counted, m.All, stood)
		}
		for _, row := range m.Cells {
			for _, c := range row {
				if c.Free+c.Full > len(c.Services) {
					t.Fatal("more rooms than services")
				}
			}
		}
	})
}

func TestRoomThatWasSaidLongAgoIsNotCounted(t *testing.T) {
	r := directory.PublicRecord{Service: directory.PublicService{ID: "a", Room: directory.Room{Status: directory.RoomFree, Until: "2026-03-01T09:00:00.000000Z"}}}
	m := Compute(Ask{}, []Standing{StandingOf(r, now)}, nil, nil, now)
	for _, row := range m.Cells {
		for _, c := range row {
			if c.Free > 0 {
				t.Error("room of yesterday counts")
			}
		}
	}
}

// The bound is 300 ms for twenty thousand services.
func BenchmarkMatrix20000(b *testing.B) {
	var records []Standing
	for i := range 20_000 {
		records = append(records, StandingOf(directory.PublicRecord{Service: directory.PublicService{ID: kernel.ID(fmt.Sprint(i)), Levers: []directory.Lever{directory.Lever(1 + i%9), 8},
			Phases: directory.Phases[:i%7], Languages: []string{"nl", "ar"}, Areas: []kernel.NIS{"24062"}, Costs: []directory.Cost{{Free: true}},
			Hours: []directory.Hours{{Rule: "FREQ=WEEKLY;BYDAY=MO,WE", From: "09:00", To: "17:00"}}}}, now))
	}
	for b.Loop() {
		Compute(Ask{Rows: ByPhase, Columns: ByLever, Only: map[Axis]string{ByPart: Wednesday}}, records, nil, []kernel.NIS{"24062"}, kernel.InstantOf(time.Now()))
	}
}

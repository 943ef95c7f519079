package gaps

import (
	"reflect"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
)

// demanded is a matrix of parts of life and themes with all that is asked for.
func demanded(only map[Axis]string) View {
	service := directory.PublicRecord{Service: directory.PublicService{ID: "beds", Organisation: "depot", Levers: []directory.Lever{8}, Phases: []directory.Phase{directory.Baby},
		Room: directory.Room{Status: directory.RoomWaiting, Waiting: 7, Until: "2026-12-01"}}}
	v := View{Records: []directory.PublicRecord{service}, partners: map[kernel.ID][]kernel.ID{"d": {"depot"}},
		Children: []Children{{Municipality: "24062", Births: 900, To4: 5000, To9: 4000, To14: 3000, To19: 2000}, {Municipality: "24009", Births: -1, To4: 500, To9: 400, To14: 300, To19: 200}},
		misses:   []find.Miss{{Phase: directory.Baby, Lever: 8, Concept: "nappies", Times: 90}, {Phase: directory.Baby, Lever: 8, Concept: "milk", Times: 60}, {Phase: directory.Baby, Lever: 8, Times: 2}, {Phase: directory.Teen, Lever: 1, Concept: "bike", Times: 3}},
		refused:  []referrals.Refusals{{SentTo: "d", Times: 6}, {SentTo: "d", Programme: "other", Times: 9}}}
	for range 60 {
		v.signals = append(v.signals, Signal{Organisation: "school", Phase: directory.Baby, Lever: 8, Part: Evening})
	}
	v.signals = append(v.signals, Signal{Organisation: "nurse", Phase: directory.Baby, Lever: 8}, Signal{Organisation: "nurse", Phase: directory.Teen, Lever: 1})
	for _, phase := range []directory.Phase{directory.Toddler, directory.Preschool, directory.Primary, directory.Teen} { // enough to hide behind
		for _, lever := range []directory.Lever{2, 3, 5} {
			v.misses = append(v.misses, find.Miss{Phase: phase, Lever: lever, Times: 20})
			for range 9 {
				v.signals = append(v.signals, Signal{Organisation: "school", Phase: phase, Lever: lever})
			}
		}
	}
	v.Matrix = Compute(Ask{Rows: ByPhase, Columns: ByLever, Only: only}, []Standing{StandingOf(service, now)}, nil, []kernel.NIS{"24062", "24009"}, now)
	v.Seek(v.misses)
	v.Hear(v.signals)
	v.Refuse(v.refused, v.Records, v.partners)
	return v
}

// Every number of a cell is the sum of rows that can be read, and neither tells
// a small one.
func TestWhatIsAskedForStandsBesideWhatThereIsWithItsRows(t *testing.T) {
	v := demanded(nil)
	c := v.Cells[1][7] // babies and income
	if c.Waiting != 7 || c.NoRoom.N != 6 {
		t.Errorf("%+v", c)
	}
	if c.Sought.N != 152 || c.Signals.N != 61 {
		t.Errorf("searched %+v, told %+v", c.Sought, c.Signals)
	}
	if c := v.Cells[5][0]; c.Signals.N != 0 || !c.Signals.Hidden {
		t.Errorf("one partner that said so once: %+v", c.Signals)
	}
	lines := v.SoughtIn(1, 7)
	if len(lines) != 3 || lines[0].Concept != "nappies" || !lines[2].Times.Hidden {
		t.Errorf("%+v", lines)
	}
	shown := 0
	for _, x := range lines {
		if !x.Times.Hidden {
			shown++
		}
	}
	if shown > 1 { // with two shown, the third is the sum less those
		t.Errorf("two searches can be reckoned out: %+v", lines)
	}
	if signals := v.SignalsIn(1, 7); len(signals) != 2 || signals[0].Organisation != "school" || !signals[1].Times.Hidden || !signals[0].Times.Hidden {
		t.Errorf("%+v", signals)
	}
	if refused := v.NoRoomIn(1, 7); !reflect.DeepEqual(refused, []RefusedLine{{SentTo: "d", Times: few.Figure{N: 6}}}) {
		t.Errorf("%+v", refused)
	}
	if none := v.SoughtIn(5, 0); none != nil {
		t.Errorf("what is kept back has rows: %+v", none)
	}
	if m := demanded(map[Axis]string{ByPart: Evening}); !m.Heard || m.Asked || m.Cells[1][7].Signals.N != 60 {
		t.Errorf("in the evening: %+v", m.Cells[1][7].Signals)
	}
	if m := demanded(map[Axis]string{ByCost: Free}); m.Heard {
		t.Error("no signal says a price")
	}
}

func TestHowManyChildrenACellIsFor(t *testing.T) {
	v := demanded(nil)
	for phase, want := range map[directory.Phase]int{
		directory.Pregnancy: 1000, // 900 births, and a fifth of 500
		directory.Baby:      1000,
		directory.Toddler:   1650, // three tenths of 5,500
		directory.Preschool: 3630, // half of 5,500, and a fifth of 4,400
		directory.Primary:   4840,
		directory.Teen:      3300,
	} {
		if n, known := v.Living(string(phase), "8"); !known || n != want {
			t.Errorf("%s: %d, not %d", phase, n, want)
		}
	}
	for _, none := range []string{string(directory.Parents), NotTold} {
		if n, known := v.Living(none, "8"); known {
			t.Errorf("%s: %d", none, n)
		}
	}
	v = demanded(map[Axis]string{ByPlace: "24009"})
	if n, known := v.Living(string(directory.Teen), "1"); !known || n != 300 {
		t.Errorf("in one municipality %d", n)
	}
	v.Children = nil
	if _, known := v.Living(string(directory.Teen), "1"); known {
		t.Error("nobody told")
	}
}

// The sheet begins with what is asked for most, and is the same however often it
// is made.
func TestTheSheetBeginsWithWhatIsAskedForMost(t *testing.T) {
	v := demanded(nil)
	all := v.Standing(Missing, Thin)
	if len(all) != 7*9 || all[0].Row != string(directory.Baby) || all[0].Column != "8" || all[0].Verdict() != Thin || all[1].Demand() > all[0].Demand() {
		t.Fatalf("%d: %+v, %+v", len(all), all[0], all[1])
	}
	for range 5 {
		if again := demanded(nil).Standing(Missing, Thin); !reflect.DeepEqual(all, again) {
			t.Fatal("made again it is another")
		}
	}
}

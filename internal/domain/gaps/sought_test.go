package gaps

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestWhatWasSoughtInVainStandsBesideWhatThereIs(t *testing.T) {
	misses := []find.Miss{
		{Phase: directory.Baby, Lever: 8, Lang: kernel.FR, Times: 9}, {Phase: directory.Baby, Lever: 8, Lang: kernel.NL, Times: 7},
		{Phase: directory.Teen, Lever: 5, Lang: kernel.FR, Times: 30}, {Phase: directory.Teen, Lever: 8, Lang: kernel.FR, Times: 20},
		{Phase: directory.Baby, Lever: 5, Lang: kernel.FR, Times: 2}, {Lever: 5, Lang: kernel.FR, Times: 50},
	}
	cell := func(q Ask, row, col int) Cell {
		m := Compute(q, nil, nil, now)
		m.Seek(misses)
		return m.Cells[row][col]
	}
	q := Ask{Rows: ByPhase, Columns: ByLever}
	if c := cell(q, 1, 7); c.Sought.N != 16 && !c.Sought.Hidden {
		t.Errorf("babies and income: %+v", c.Sought)
	}
	if c := cell(q, 1, 4); !c.Sought.Hidden || c.Sought.N != 0 {
		t.Errorf("two searches are shown: %+v", c.Sought)
	}
	if c := cell(Ask{Rows: ByPhase, Columns: ByLever, Only: map[Axis]string{ByLanguage: "nl"}}, 1, 7); c.Sought.N != 7 {
		t.Errorf("in Dutch: %+v", c.Sought)
	}
	for _, none := range []Ask{{Rows: ByPhase, Columns: ByCost}, {Rows: ByPhase, Columns: ByLever, Only: map[Axis]string{ByPart: Morning}}} {
		m := Compute(none, nil, nil, now)
		if m.Seek(misses); m.Asked {
			t.Errorf("%+v: nobody who searches says so", none)
		}
	}
}

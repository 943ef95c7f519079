package gaps

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
)

func TestWhatWasSoughtInVainStandsBesideWhatThereIs(t *testing.T) {
	misses := []find.Miss{
		{Phase: directory.Baby, Lever: 8, Lang: kernel.FR, Times: 9}, {Phase: directory.Baby, Lever: 8, Lang: kernel.NL, Times: 7},
		{Phase: directory.Teen, Lever: 5, Lang: kernel.FR, Times: 30}, {Phase: directory.Teen, Lever: 8, Lang: kernel.FR, Times: 20},
		{Phase: directory.Baby, Lever: 5, Lang: kernel.FR, Times: 2}, {Lever: 5, Lang: kernel.FR, Times: 50},
	}
	cell := func(q Ask, row, col int) Cell {
		m := Compute(q, nil, nil, nil, now)
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
		m := Compute(none, nil, nil, nil, now)
		if m.Seek(misses); m.Asked {
			t.Errorf("%+v: nobody who searches says so", none)
		}
	}
}

// A refusal for a programme counts with its services, any other with all
// services of who refused. Few refusals from one side are in no figure, so that
// no difference between two cells tells them.
func TestRefusalsForLackOfRoomStandBesideWhatThereIs(t *testing.T) {
	service := func(id, organisation, programme kernel.ID, lever directory.Lever) directory.PublicRecord {
		return directory.PublicRecord{Service: directory.PublicService{ID: id, Organisation: organisation, Programme: programme, Levers: []directory.Lever{lever}, Phases: []directory.Phase{directory.Baby}}}
	}
	records := []directory.PublicRecord{service("beds", "depot", "kirikou", 1), service("talk", "depot", "", 2), service("coach", "house", "", 2), service("bikes", "other", "", 3)}
	var standings []Standing
	for _, r := range records {
		standings = append(standings, StandingOf(r, now))
	}
	m := Compute(Ask{Rows: ByPhase, Columns: ByLever}, standings, nil, nil, now)
	m.Refuse([]referrals.Refusals{{SentTo: "d", Programme: "kirikou", Times: 6}, {SentTo: "d", Times: 10}, {SentTo: "h", Times: 4}, {SentTo: "o", Times: 3}},
		records, map[kernel.ID][]kernel.ID{"d": {"depot"}, "h": {"house"}, "o": {"other"}})
	for lever, want := range map[int]few.Figure{1: {N: 16}, 2: {N: 10}, 3: {Hidden: true}, 4: {}} {
		if got := m.Cells[1][lever-1].NoRoom; got != want {
			t.Errorf("lever %d: %+v, not %+v", lever, got, want)
		}
	}
}

package referrals_test

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Who refers to whom is counted by where each referral stands. A way with few
// referrals stands with the others, and no small figure is told; refusals for
// lack of room are counted by partner.
func TestTheNetworkIsCounted(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		carla := w.hire("Carla", "carla@ocmw.example", w.ocmw, policy.Coordinator)
		for range 6 {
			w.bring(referrals.Arrived)
		}
		for range 5 {
			must(w.Decline(w.aicha, w.send(), referrals.Full, ""))
		}
		in := w.letter()
		in.To = w.house
		must(w.Send(w.mia, in))
		n := must(w.Network(carla, "2026-11-01", "2026-12-31"))
		if len(n.Paths) != 1 || n.Totals.All.N != 12 {
			t.Fatalf("%d ways, %+v in all", len(n.Paths), n.Totals.All)
		}
		if p := n.Paths[0]; p.Sender != "" || p.Cells[referrals.CameThrough] != (few.Figure{N: 6}) || p.Cells[referrals.Refused] != (few.Figure{Hidden: true}) || p.Cells[referrals.Unanswering] != (few.Figure{Hidden: true}) {
			t.Errorf("the one referral to another partner can be told from %+v", p)
		}
		for range 5 {
			must(w.Send(w.mia, in))
		}
		n = must(w.Network(carla, "2026-11-01", "2026-12-31"))
		if len(n.Paths) != 2 || n.Paths[0].Receiver != w.ocmw || n.Paths[0].All.N != 11 || n.Paths[1].Receiver != w.house || n.Paths[1].All.N != 6 || n.Paths[1].Sender != w.midwives {
			t.Errorf("the ways are %+v", n.Paths)
		}
		if none := must(w.Network(carla, "2026-01-01", "2026-01-31")); len(none.Paths) != 0 {
			t.Errorf("in another period there are %+v", none.Paths)
		}
		refused := must(w.WithoutRoom(carla, "2026-11-01", "2026-12-31"))
		if len(refused) != 1 || refused[0] != (referrals.Refusals{SentTo: w.ocmw, Times: 5}) {
			t.Errorf("refused for lack of room: %+v", refused)
		}
		for _, days := range [][2]kernel.Date{{"2026-02-30", "2026-03-01"}, {"2026-03-02", "2026-03-01"}} {
			if _, err := w.Network(carla, days[0], days[1]); kernel.CodeOf(err) != kernel.Invalid {
				t.Errorf("%v: %v", days, err)
			}
		}
		if _, err := w.Network(w.aicha, "2026-11-01", "2026-12-31"); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("a caseworker: %v", err)
		}
		if _, err := w.WithoutRoom(w.aicha, "2026-11-01", "2026-12-31"); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("a caseworker: %v", err)
		}
	})
}

package page

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
)

// Whatever went where, the picture has each partner once on a side, names that
// do not cover each other, and bands that lie within it.
func TestThePictureOfTheNetwork(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := waysView{Names: map[kernel.ID]string{}}
		partner := rapid.Map(rapid.IntRange(0, 9), func(n int) kernel.ID { return kernel.ID(fmt.Sprint("p", n)) })
		seen := map[[2]kernel.ID]bool{}
		for range rapid.IntRange(0, 40).Draw(t, "ways") {
			p := referrals.Path{Sender: partner.Draw(t, "from"), Receiver: partner.Draw(t, "to")}
			if seen[[2]kernel.ID{p.Sender, p.Receiver}] {
				continue
			}
			seen[[2]kernel.ID{p.Sender, p.Receiver}] = true
			w.Names[p.Sender], w.Names[p.Receiver] = "Een organisatie met een lange naam in de gemeente", "Kort"
			p.Line = referrals.Line{Cells: map[referrals.Cell]few.Figure{}}
			for _, cell := range referrals.Cells {
				f := few.Figure{N: rapid.Int64Range(0, 4000).Draw(t, "n")}
				p.All.N += f.N
				if f.N < 5 {
					f = few.Figure{Hidden: f.N > 0}
				}
				p.Cells[cell] = f
			}
			w.Paths = append(w.Paths, p)
		}
		if rapid.Bool().Draw(t, "others") {
			w.Paths = append(w.Paths, referrals.Path{})
		}
		w.draw()
		for _, side := range [][]bandEnd{w.Left, w.Right} {
			at := map[int]bool{}
			last := -bandsGap
			for _, e := range side {
				if at[e.Y] || e.Y-last < bandsGap || e.Y < 0 || e.Y > w.Height {
					t.Fatalf("a name at %d after one at %d, in a picture of %d", e.Y, last, w.Height)
				}
				at[e.Y], last = true, e.Y
				if e.from > w.Height {
					t.Fatalf("bands reach down to %d, in a picture of %d", e.from, w.Height)
				}
				if n := len([]rune(e.Name)); n > bandsLong {
					t.Fatalf("a name of %d characters", n)
				}
			}
		}
		if want := min(len(seen), bandsMost); len(w.Bands) < want {
			t.Fatalf("%d bands for %d ways", len(w.Bands), want)
		}
	})
}

package depot_test

import (
	"flag"
	"testing"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

var steps = flag.Int("depot.steps", 40, "how many steps the walk through a depot makes on each engine")

// small is a depot as simple as it can be thought: how much lies free, and of
// each request what was asked, what is held and what went out.
type small struct {
	free  map[kernel.ID]int64
	asked map[kernel.ID]*smallRequest
}

type smallRequest struct {
	item             kernel.ID
	asked, held, out int64
	state            depot.State
}

// Whatever is done, in whichever order, and sent twice: the depot has what the
// small one has, and never less than nothing.
func TestAWalkThroughADepot(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		m := small{map[kernel.ID]int64{}, map[kernel.ID]*smallRequest{}}
		items := []kernel.ID{w.trousers.ID, w.trousersNext.ID}
		var requests []kernel.ID
		random := rapid.Custom(func(r *rapid.T) [4]int {
			return [4]int{rapid.IntRange(0, 6).Draw(r, "do"), rapid.IntRange(0, 1).Draw(r, "item"), rapid.IntRange(1, 5).Draw(r, "n"), rapid.IntRange(0, 1000).Draw(r, "which")}
		})
		for step := range *steps {
			x := random.Example(step)
			item, n, id := items[x[1]], int64(x[2]), kernel.NewID()
			var r *smallRequest
			var of kernel.ID
			if len(requests) > 0 {
				of = requests[x[3]%len(requests)]
				r = m.asked[of]
			}
			var do func() error
			want := kernel.Code("")
			open := r != nil && (r.state == depot.Asked || r.state == depot.Ready)
			refuse := func(ok bool) bool {
				if !ok {
					want = kernel.Conflict
				}
				return ok
			}
			switch {
			case x[0] == 0 || x[0] < 5 && r == nil:
				m.free[item] += n
				do = func() error {
					return w.Receive(w.rik, depot.Receiving{ID: id, Place: w.place.ID, From: depot.Given, Lines: []depot.Incoming{{Item: item, Amount: n}}})
				}
			case x[0] == 1:
				partly := x[3]%2 == 0
				need := r.asked - r.held - r.out
				got := min(need, m.free[r.item])
				if refuse(open && need > 0 && got > 0 && (partly || got == need)) {
					m.free[r.item], r.held = m.free[r.item]-got, r.held+got
				}
				do = func() error { return w.Reserve(w.rik, id, of, partly) }
			case x[0] == 2:
				last := x[3]%2 == 0
				if refuse(open && r.held > 0) {
					r.out, r.held = r.out+r.held, 0
					if r.state = depot.Asked; last || r.out == r.asked {
						r.state = depot.Collected
					}
				}
				do = func() error { return w.HandOver(w.rik, id, of, last) }
			case x[0] == 3:
				missed := x[3]%2 == 0
				if refuse(missed && r.state == depot.Ready || !missed && r.held > 0) {
					m.free[r.item], r.held = m.free[r.item]+r.held, 0
					if r.state = depot.Asked; missed {
						r.state = depot.Missed
					}
				}
				do = func() error { return w.PutBack(w.rik, id, of, missed) }
			case x[0] == 4:
				if refuse(r.state == depot.Ready || r.state == depot.Asked && r.held > 0) {
					r.state = depot.Ready
				}
				do = func() error { return w.Ready(w.rik, of) }
			case x[0] == 5:
				m.asked[id] = &smallRequest{item: item, asked: n, state: depot.Asked}
				requests = append(requests, id)
				do = func() error {
					_, err := w.Ask(w.lies, depot.Asking{ID: id, Place: w.place.ID, Months: 12, Lines: []depot.Wish{{Item: item, Pieces: n}}})
					return err
				}
			default:
				if refuse(m.free[item] >= n) {
					m.free[item] -= n
				}
				do = func() error {
					return w.Lose(w.rik, depot.Losing{ID: id, Place: w.place.ID, Asset: depot.Asset{Item: item}, Pieces: n, Why: depot.Broken})
				}
			}
			if err := do(); kernel.CodeOf(err) != want {
				t.Fatalf("step %d %v: %v, want %q", step, x, err, want)
			}
			if want == "" && x[0] != 4 {
				if err := do(); err != nil {
					t.Fatalf("step %d %v sent twice: %v", step, x, err)
				}
			}
			same(t, w, m, items, step)
		}
	})
}

func same(t *testing.T, w *town, m small, items []kernel.ID, step int) {
	t.Helper()
	held := map[kernel.ID]int64{}
	for id, r := range m.asked {
		held[r.item] += r.held
		seen, _, err := w.Read(w.rik, id)
		if err != nil || seen.State != r.state || seen.Lines[0].Held != r.held || seen.Lines[0].Handed != r.out {
			t.Fatalf("step %d: a request is %+v, want %+v (%v)", step, seen, *r, err)
		}
	}
	for _, of := range must(w.At(w.rik, w.place.ID)).Stock {
		if of.Free != m.free[of.Item.ID] || of.Held != held[of.Item.ID] || of.Free < 0 {
			t.Fatalf("step %d: %s %s: free %d, held %d; want %d, %d", step, of.Item.Category, of.Item.Size, of.Free, of.Held, m.free[of.Item.ID], held[of.Item.ID])
		}
	}
}

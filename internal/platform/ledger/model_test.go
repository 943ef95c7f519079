package ledger

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// book is what the ledger should be: a map, and what was sent.
type book struct {
	holds map[Account]int64
	sent  map[kernel.ID]Transfer
	fixed map[kernel.ID]kernel.ID // by which correction
}

// after is what the book would hold after the moves, and whether it may be so.
func (b book) after(moves []Move) (map[Account]int64, bool) {
	next := maps.Clone(b.holds)
	for _, m := range moves {
		next[Account{m.From, m.Asset}] -= m.Amount
		next[Account{m.To, m.Asset}] += m.Amount
	}
	inside := map[string]int64{}
	for account, n := range next {
		if strings.HasPrefix(account.Path, Outside) {
			continue
		}
		if n < 0 {
			return nil, false
		}
		inside[account.Asset] += n
	}
	for asset, n := range inside {
		if strings.HasPrefix(asset, Single) && n > 1 {
			return nil, false
		}
	}
	return next, true
}

var (
	places = rapid.SampledFrom([]string{"world/giver", "world/families", "depot/a/free", "depot/a/reserved", "depot/b/free", "voucher/1"})
	things = rapid.SampledFrom([]string{"tin", Euro, Single + "bike"})
	moves  = rapid.Custom(func(t *rapid.T) Move {
		m := Move{From: places.Draw(t, "from"), Asset: things.Draw(t, "asset"), Amount: rapid.Int64Range(1, 6).Draw(t, "amount")}
		m.To = places.Filter(func(p string) bool { return p != m.From }).Draw(t, "to")
		if strings.HasPrefix(m.Asset, Single) {
			m.Amount = 1
		}
		return m
	})
)

// Whatever is sent, in whatever order and however often, the ledger holds what a
// map would hold, refuses what the map refuses, and adds up. The everyday run
// takes few short sequences; -rapid.checks=10000 takes ten thousand of a hundred
// steps each.
func TestTheLedgerHoldsWhatAMapWouldHold(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		n, steps := 0, rapid.IntRange(1, 25)
		if checks := flag.Lookup("rapid.checks"); len(checks.Value.String()) >= len("10000") {
			steps = rapid.Just(100)
		}
		rapid.Check(t, func(t *rapid.T) {
			n++
			by := north
			by.Alliance = kernel.ID(fmt.Sprint("alliance ", n))
			b := book{map[Account]int64{}, map[kernel.ID]Transfer{}, map[kernel.ID]kernel.ID{}}
			err := d.Write(ctx, func(q db.Querier) error {
				for step := range steps.Draw(t, "steps") {
					b.step(t, q, by, kernel.ID(fmt.Sprint(step)))
				}
				b.hold(t, q, by)
				return errUndo // for each sequence a book of its own
			})
			if !errors.Is(err, errUndo) {
				t.Fatal(err)
			}
		})
	})
}

func (b book) step(t *rapid.T, q db.Querier, by Writer, id kernel.ID) {
	ids := rapid.SampledFrom(append([]kernel.ID{""}, slices.Sorted(maps.Keys(b.sent))...))
	switch old := ids.Draw(t, "about"); {
	case old != "" && rapid.Bool().Draw(t, "replayed"):
		if again, err := Post(ctx, q, by, b.sent[old]); !again || err != nil {
			t.Fatalf("sent again: %v, %v", again, err)
		}
		other := b.sent[old]
		other.Kind += "x"
		if _, err := Post(ctx, q, by, other); !errors.Is(err, kernel.NewInvalid("ledger.other_content")) {
			t.Fatalf("another content: %v", err)
		}
	case old != "":
		var back []Move
		for _, m := range b.sent[old].Moves {
			back = append(back, Move{m.To, m.From, m.Asset, m.Amount})
		}
		next, may := b.after(back)
		may = may && b.fixed[old] == ""
		if _, err := Correct(ctx, q, by, id, old, "mistake"); (err == nil) != may {
			t.Fatalf("corrected: %v, want %v", err, may)
		}
		if may {
			maps.Copy(b.holds, next)
			b.fixed[old] = id
		}
	default:
		tr := Transfer{ID: id, Kind: "move", Moves: rapid.SliceOfN(moves, 1, 4).Draw(t, "moves")}
		if len(tr.entries()) == 0 {
			return
		}
		next, may := b.after(tr.Moves)
		if _, err := Post(ctx, q, by, tr); (err == nil) != may {
			t.Fatalf("posted %v: %v, want %v", tr.Moves, err, may)
		}
		if may {
			maps.Copy(b.holds, next)
			b.sent[id] = tr
		}
	}
}

func (b book) hold(t *rapid.T, q db.Querier, by Writer) {
	for account, want := range b.holds {
		if got, err := Balance(ctx, q, by.Alliance, account); err != nil || got != want {
			t.Fatalf("%v holds %d, want %d (%v)", account, got, want, err)
		}
	}
	report, err := Verify(ctx, q)
	if err != nil || len(report.Differences) > 0 || report.Transfers != int64(len(b.sent)+len(b.fixed)) {
		t.Fatalf("the book is %+v, %v", report, err)
	}
}

package ledger

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

var (
	ctx   = context.Background()
	north = Writer{Alliance: "north", Person: "mia", Org: "depot", At: "2026-03-03T10:00:00.000000Z"}
)

// posts writes a transfer in a transaction of its own.
func posts(d *db.DB, by Writer, t Transfer) (again bool, err error) {
	err = d.Write(ctx, func(q db.Querier) error {
		again, err = Post(ctx, q, by, t)
		return err
	})
	return again, err
}

func corrects(d *db.DB, id, of kernel.ID, reason string) (again bool, err error) {
	err = d.Write(ctx, func(q db.Querier) error {
		again, err = Correct(ctx, q, north, id, of, reason)
		return err
	})
	return again, err
}

func balance(t testing.TB, d *db.DB, path, asset string) (n int64) {
	t.Helper()
	err := d.Read(ctx, func(q db.Querier) (err error) {
		n, err = Balance(ctx, q, "north", Account{path, asset})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func whole(t testing.TB, d *db.DB) Report {
	t.Helper()
	var report Report
	err := d.Read(ctx, func(q db.Querier) (err error) {
		report, err = Verify(ctx, q)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, difference := range report.Differences {
		t.Error(difference)
	}
	return report
}

func one(id kernel.ID, from, to, asset string, amount int64) Transfer {
	return Transfer{ID: id, Kind: "move", Moves: []Move{{from, to, asset, amount}}}
}

func TestATransferThatNobodyCouldPostIsRefused(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t), Migrations())
	good := one("1", "world/giver", "depot/a/free", "tin", 3)
	for name, tt := range map[string]struct {
		spoil func(t *Transfer)
		want  string
	}{
		"without an ID":                {func(t *Transfer) { t.ID = "" }, "ledger.id"},
		"without a kind":               {func(t *Transfer) { t.Kind = "" }, "ledger.kind"},
		"with a sentence for a kind":   {func(t *Transfer) { t.Kind = "Given by Mia" }, "ledger.kind"},
		"with a sentence for a reason": {func(t *Transfer) { t.Reason = "for the twins of Mia" }, "ledger.reason"},
		"without moves":                {func(t *Transfer) { t.Moves = nil }, "ledger.moves"},
		"with more moves than a page":  {func(t *Transfer) { t.Moves = slices.Repeat(t.Moves, maxMoves+1) }, "ledger.moves"},
		"of nothing":                   {func(t *Transfer) { t.Moves[0].Amount = 0 }, "ledger.amount"},
		"of less than nothing":         {func(t *Transfer) { t.Moves[0].Amount = -1 }, "ledger.amount"},
		"of more than there can be":    {func(t *Transfer) { t.Moves[0].Amount = maxAmount + 1 }, "ledger.amount"},
		"to where it came from":        {func(t *Transfer) { t.Moves[0].To = t.Moves[0].From }, "ledger.account"},
		"to a path of one part":        {func(t *Transfer) { t.Moves[0].To = "depot" }, "ledger.account"},
		"to a path with a name":        {func(t *Transfer) { t.Moves[0].To = "family/Peeters" }, "ledger.account"},
		"to a path with a hole":        {func(t *Transfer) { t.Moves[0].To = "depot//free" }, "ledger.account"},
		"of something with a space":    {func(t *Transfer) { t.Moves[0].Asset = "tin of milk" }, "ledger.asset"},
		"in a circle": {func(t *Transfer) {
			t.Moves = []Move{{"depot/a/free", "depot/b/free", "tin", 1}, {"depot/b/free", "depot/a/free", "tin", 1}}
		}, "ledger.moves"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := good
			bad.Moves = slices.Clone(good.Moves)
			tt.spoil(&bad)
			if _, err := posts(d, north, bad); !errors.Is(err, kernel.NewInvalid(tt.want)) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	if r := whole(t, d); r.Accounts != 0 || r.Transfers != 0 {
		t.Errorf("something was written: %+v", r)
	}
}

func TestWhatLeavesOneAccountComesIntoAnother(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		if _, err := posts(d, north, one("1", "world/giver", "depot/a/free", "tin", 5)); err != nil {
			t.Fatal(err)
		}
		pick := Transfer{ID: "2", Kind: "reserve", Reason: "request", Moves: []Move{
			{"depot/a/free", "depot/a/reserved/7", "tin", 3},
			{"depot/a/free", "depot/a/reserved/8", "tin", 1},
		}}
		if _, err := posts(d, north, pick); err != nil {
			t.Fatal(err)
		}
		for path, want := range map[string]int64{"world/giver": -5, "depot/a/free": 1, "depot/a/reserved/7": 3, "depot/a/reserved/8": 1, "depot/b/free": 0} {
			if got := balance(t, d, path, "tin"); got != want {
				t.Errorf("%s holds %d, want %d", path, got, want)
			}
		}
		if got := balance(t, d, "depot/a/free", "bag"); got != 0 {
			t.Errorf("of another asset it holds %d", got)
		}
		err := d.Read(ctx, func(q db.Querier) error {
			held, err := Balances(ctx, q, "north", "depot/a/reserved")
			if err != nil || fmt.Sprint(held) != "[{{depot/a/reserved/7 tin} 3} {{depot/a/reserved/8 tin} 1}]" {
				t.Errorf("Balances = %v, %v", held, err)
			}
			if held, err = Balances(ctx, q, "north", "depot"); err != nil || len(held) != 3 {
				t.Errorf("Balances of all depots = %v, %v", held, err)
			}
			if held, err = Where(ctx, q, "north", "tin"); err != nil || len(held) != 3 {
				t.Errorf("Where = %v, %v", held, err)
			}
			lines, err := Lines(ctx, q, "north", Account{"depot/a/free", "tin"}, 0, 10)
			if err != nil || len(lines) != 2 || lines[0].Amount != -4 || lines[0].Balance != 1 || lines[1].Balance != 5 || lines[0].Reason != "request" {
				t.Errorf("Lines = %+v, %v", lines, err)
			}
			if lines, err = Lines(ctx, q, "north", Account{"depot/a/free", "tin"}, 2, 10); err != nil || len(lines) != 1 {
				t.Errorf("the page after = %+v, %v", lines, err)
			}
			sums, err := Months(ctx, q, "north", "depot/a", "2026-01-01", "2026-12-31")
			if err != nil || fmt.Sprint(sums) != "[{2026-03 move tin 5 0} {2026-03 reserve tin 4 4}]" {
				t.Errorf("Months = %v, %v", sums, err)
			}
			if held, err = Balances(ctx, q, "south", "depot"); err != nil || len(held) != 0 {
				t.Errorf("another alliance sees %v, %v", held, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if r := whole(t, d); r.Accounts != 4 || r.Transfers != 2 || r.Entries != 5 {
			t.Errorf("the book is %+v", r)
		}
	})
}

func TestAllThatIsTooLittleIsToldAtOnce(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		if _, err := posts(d, north, one("1", "world/giver", "depot/a/free", "trousers-104", 2)); err != nil {
			t.Fatal(err)
		}
		_, err := posts(d, north, Transfer{ID: "2", Kind: "reserve", Moves: []Move{
			{"depot/a/free", "depot/a/reserved/1", "trousers-104", 3},
			{"depot/a/free", "depot/a/reserved/2", "trousers-104", 1},
			{"depot/a/free", "depot/a/reserved/1", "coat-110", 1},
		}})
		short, ok := errors.AsType[*Short](err)
		if !ok || kernel.CodeOf(err) != kernel.Conflict {
			t.Fatalf("got %v", err)
		}
		want := []Shortage{{Account{"depot/a/free", "coat-110"}, 1, 0}, {Account{"depot/a/free", "trousers-104"}, 4, 2}}
		if !slices.Equal(short.Lines, want) {
			t.Errorf("told %v, want %v", short.Lines, want)
		}
		if r := whole(t, d); r.Transfers != 1 || balance(t, d, "depot/a/free", "trousers-104") != 2 {
			t.Error("something of it was posted")
		}
	})
}

func TestATransferIsPostedOnceHoweverOftenItIsSent(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		gift := one("1", "world/giver", "depot/a/free", "tin", 5)
		if again, err := posts(d, north, gift); again || err != nil {
			t.Fatal(again, err)
		}
		later := north
		later.At = "2026-03-04T10:00:00.000000Z" // on the next day
		later.Person = "jan"
		if again, err := posts(d, later, gift); !again || err != nil {
			t.Errorf("the second time: %v, %v", again, err)
		}
		other := gift
		for name, spoil := range map[string]func(t *Transfer){
			"amount":  func(t *Transfer) { t.Moves = []Move{{"world/giver", "depot/a/free", "tin", 6}} },
			"account": func(t *Transfer) { t.Moves = []Move{{"world/giver", "depot/b/free", "tin", 5}} },
			"kind":    func(t *Transfer) { t.Kind = "purchase" },
			"reason":  func(t *Transfer) { t.Reason = "found" },
			"day":     func(t *Transfer) { t.Day = "2026-03-02" },
		} {
			other = gift
			spoil(&other)
			if _, err := posts(d, north, other); !errors.Is(err, kernel.NewInvalid("ledger.other_content")) {
				t.Errorf("with another %s: %v", name, err)
			}
		}
		south := north
		south.Alliance = "south"
		if again, err := posts(d, south, gift); again || err != nil {
			t.Errorf("in another alliance: %v, %v", again, err)
		}
		if balance(t, d, "depot/a/free", "tin") != 5 {
			t.Error("it was posted more than once")
		}
		whole(t, d)
	})
}

func TestAMistakeIsCorrectedOnce(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		for _, tr := range []Transfer{one("1", "world/giver", "depot/a/free", "tin", 5), one("2", "depot/a/free", "world/families", "tin", 4)} {
			if _, err := posts(d, north, tr); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := corrects(d, "3", "1", "typed_wrong"); kernel.CodeOf(err) != kernel.Conflict || !isShort(err) {
			t.Errorf("what is gone was taken back: %v", err)
		}
		for range 2 {
			if _, err := corrects(d, "4", "2", "typed_wrong"); err != nil {
				t.Fatal(err)
			}
		}
		for want, of := range map[string][2]kernel.ID{
			"ledger.corrected":  {"5", "2"},
			"ledger.correction": {"6", "4"},
			"ledger.transfer":   {"7", "no such"},
		} {
			_, err := corrects(d, of[0], of[1], "")
			if f, ok := errors.AsType[*kernel.Fault](err); !ok || f.Key != want {
				t.Errorf("got %v, want %s", err, want)
			}
		}
		if _, err := corrects(d, "3", "1", "typed_wrong"); err != nil {
			t.Errorf("what lies there again can be taken back: %v", err)
		}
		if got := balance(t, d, "depot/a/free", "tin"); got != 0 {
			t.Errorf("left %d", got)
		}
		err := d.Read(ctx, func(q db.Querier) error {
			was, err := Find(ctx, q, "north", "2")
			if err != nil || was.CorrectedBy != "4" || was.Corrects != "" || len(was.Entries) != 2 {
				t.Errorf("Find = %+v, %v", was, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		whole(t, d)
	})
}

func isShort(err error) bool { _, ok := errors.AsType[*Short](err); return ok }

func TestAThingOfWhichThereIsOneLiesInOnePlace(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		bike := Single + "bike-17"
		for _, tr := range []Transfer{
			one("1", "world/giver", "loans/a/ready", bike, 1),
			one("2", "loans/a/ready", "loans/a/out", bike, 1),
			one("3", "loans/a/out", "world/families", bike, 1),
			one("4", "world/families", "loans/b/ready", bike, 1),
		} {
			if _, err := posts(d, north, tr); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := posts(d, north, one("5", "world/giver", "loans/a/ready", bike, 1)); !errors.Is(err, kernel.NewConflict("ledger.elsewhere")) {
			t.Errorf("it came in a second time: %v", err)
		}
		if r := whole(t, d); r.Transfers != 4 {
			t.Errorf("%d transfers", r.Transfers)
		}
	})
}

// A hundred reach for the last one at once, and one has it.
func TestOfAHundredOneHasTheLast(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		if _, err := posts(d, north, one("0", "world/giver", "depot/a/free", "pram", 1)); err != nil {
			t.Fatal(err)
		}
		var won, short atomic.Int64
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				_, err := posts(d, north, one(kernel.ID(fmt.Sprint("r", i)), "depot/a/free", fmt.Sprint("depot/a/reserved/", i), "pram", 1))
				switch {
				case err == nil:
					won.Add(1)
				case isShort(err):
					short.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 || short.Load() != 99 {
			t.Errorf("%d had it and %d were told that it is gone", won.Load(), short.Load())
		}
		whole(t, d)
	})
}

// The same transfer is sent a hundred times at once, in two contents.
func TestOfAHundredTheSameOneIsPosted(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		var posted, again, other atomic.Int64
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				was, err := posts(d, north, one("1", "world/giver", "depot/a/free", "tin", 5+int64(i%2)))
				switch {
				case err == nil && was:
					again.Add(1)
				case err == nil:
					posted.Add(1)
				case errors.Is(err, kernel.NewInvalid("ledger.other_content")):
					other.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if posted.Load() != 1 || again.Load() != 49 || other.Load() != 50 {
			t.Errorf("posted %d, again %d, other %d", posted.Load(), again.Load(), other.Load())
		}
		whole(t, d)
	})
}

// Two go opposite ways between the same accounts, many times: nobody waits for
// ever, and nothing is lost.
func TestOppositeWaysDoNotBlockEachOther(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		for i, path := range []string{"depot/a/free", "depot/b/free"} {
			if _, err := posts(d, north, one(kernel.ID(fmt.Sprint("g", i)), "world/giver", path, "tin", 1000)); err != nil {
				t.Fatal(err)
			}
		}
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				from, to := "depot/a/free", "depot/b/free"
				if i%2 == 1 {
					from, to = to, from
				}
				if _, err := posts(d, north, one(kernel.ID(fmt.Sprint("t", i)), from, to, "tin", rand.Int64N(20)+1)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := balance(t, d, "depot/a/free", "tin") + balance(t, d, "depot/b/free", "tin"); got != 2000 {
			t.Errorf("of 2000 there are %d", got)
		}
		whole(t, d)
	})
}

package act_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// step is one act of the life of a voucher, and what lies in the accounts after
// it: in the budget, in the voucher, owed to the shop, at the bank; of euros
// first, then of pieces.
type step struct {
	id    kernel.ID
	post  func(a *act.Act, id kernel.ID) (again bool, err error)
	after lies
}

type lies [5]int64

var accounts = [...]ledger.Account{{Path: "programme/bags/budget", Asset: ledger.Euro}, {Path: "voucher/yusuf", Asset: ledger.Euro},
	{Path: "payable/shop", Asset: ledger.Euro}, {Path: "clearing/week", Asset: ledger.Euro}, {Path: "voucher/yusuf", Asset: "grant/bag"}}

// chain is that life: reserved from the budget, taken by a shop, taken back,
// taken again for less, and paid.
var chain = []step{
	{"reserve", posts("programme/bags/budget", "voucher/yusuf", 24_00, "voucher/yusuf"), lies{76_00, 24_00, 0, 0, 1}},
	{"redeem", posts("voucher/yusuf", "payable/shop", 24_00, "world/given"), lies{76_00, 0, 24_00, 0, 0}},
	{"correct", func(a *act.Act, id kernel.ID) (bool, error) { return a.Correct(ctx, id, "redeem", "undo") }, lies{76_00, 24_00, 0, 0, 1}},
	{"redeem-again", posts("voucher/yusuf", "payable/shop", 10_00, "world/given"), lies{76_00, 14_00, 10_00, 0, 0}},
	{"pay", posts("payable/shop", "clearing/week", 10_00, ""), lies{76_00, 14_00, 0, 10_00, 0}},
}

// posts moves euros, and with them a bag to where it goes, if anywhere.
func posts(from, to string, cents int64, bag string) func(*act.Act, kernel.ID) (bool, error) {
	moves := []ledger.Move{{From: from, To: to, Asset: ledger.Euro, Amount: cents}}
	if bag != "" {
		moves = append(moves, ledger.Move{From: from, To: bag, Asset: "grant/bag", Amount: 1})
	}
	return func(a *act.Act, id kernel.ID) (bool, error) {
		return a.Post(ctx, ledger.Transfer{ID: id, Kind: "voucher.step", Moves: moves})
	}
}

// take does a step, or finds the answer that it gave when it was done before.
func (s step) take(ctx context.Context, acts *act.Acts) (answer kernel.ID, err error) {
	err = acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, manage, ""); err != nil {
			return err
		}
		err := a.QueryRowContext(ctx, `SELECT label FROM box WHERE alliance = $1 AND id = $2`, a.Alliance(), s.id).Scan(&answer)
		if err == nil {
			return a.Record(ctx, act.Entry{Action: "box.again", Subject: s.id})
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		answer = kernel.NewID() // which no second time would give
		again, err := s.post(a, s.id)
		if err == nil && again {
			err = errors.New("the book had it, and the box had not")
		}
		if err != nil {
			return err
		}
		if _, err := a.ExecContext(ctx, `INSERT INTO box (alliance, id, n, label, tags) VALUES ($1, $2, 1, $3, '')`, a.Alliance(), s.id, answer); err != nil {
			return err
		}
		if err := a.Later(ctx, "box.send", s.id, "", ""); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "box.fill", Subject: s.id})
	})
	return answer, err
}

// dies says, in this program started anew, which step it takes, at which moment
// of it it is killed, and in which database.
const dies = "BONDGENOOT_TEST_DIES"

// takeUntilKilled takes a step and is killed at one moment: before its first
// statement that writes, before the second and so on, when all is written, and
// when all is committed. Past the last moment it answers.
func takeUntilKilled(said string) error {
	var number, moment, now int
	var address string
	if _, err := fmt.Sscan(said, &number, &moment, &address); err != nil {
		return err
	}
	d, err := db.Open(ctx, address)
	if err != nil {
		return err
	}
	reaches := func() {
		if now++; now == moment {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = self.Kill()
			}
			panic(err) // it is not reached alive
		}
	}
	watched := db.Heard(ctx, func(query string, _ []any) {
		if word := strings.Fields(query)[0]; word == "INSERT" || word == "UPDATE" {
			reaches()
		}
	})
	watched = act.Along(watched, func(ctx context.Context, q db.Querier) error {
		_, err := q.ExecContext(ctx, `UPDATE box SET n = n WHERE alliance = ''`) // what waits is written before it
		reaches()
		return err
	})
	answer, err := chain[number].take(watched, acts(d))
	if err != nil {
		return err
	}
	reaches()
	fmt.Print(answer)
	return nil
}

// A voucher is reserved, taken, taken back and paid by a program that is killed
// at each moment of each act: between any two of its statements, before the
// commit, and after it before anybody was answered. The book then holds the act
// wholly or not at all and adds up; who asks again is answered as the first
// time, and nothing moves twice.
func TestAProcessKilledAtAnyMomentOfATransferLeavesTheBookWhole(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, modules...)
		s := acts(d)
		err := s.Do(ctx, func(a *act.Act) error {
			_, err := a.Post(ctx, ledger.Transfer{ID: "fund", Kind: "voucher.budget", Moves: []ledger.Move{
				{From: "world/budget", To: "programme/bags/budget", Asset: ledger.Euro, Amount: 100_00}, {From: "world/budget", To: "programme/bags/budget", Asset: "grant/bag", Amount: 5}}})
			return errors.Join(a.Allow(ctx, manage, ""), err, a.Record(ctx, act.Entry{Action: "box.fill"}))
		})
		if err != nil {
			t.Fatal(err)
		}
		before, answers := lies{100_00}, map[kernel.ID]kernel.ID{}
		for number, step := range chain {
			var there []bool // after each time that it was killed
			for moment := 1; answers[step.id] == ""; moment++ {
				answers[step.id] = takenUntil(t, address, number, moment)
				switch now := stands(t, d, int64(number+1)); now {
				case before:
					there = append(there, false)
				case step.after:
					there = append(there, true)
				default:
					t.Fatalf("%s killed at moment %d: %v lies in the accounts, want %v or %v", step.id, moment, now, before, step.after)
				}
			}
			want := make([]bool, len(there))
			copy(want[len(want)-2:], []bool{true, true}) // committed and not answered, then answered
			if len(there) < 10 || !reflect.DeepEqual(there, want) {
				t.Errorf("%s killed at %d moments was there: %v", step.id, len(there)-1, there)
			}
			before = step.after
		}
		for _, step := range chain {
			if answer, err := step.take(ctx, s); err != nil || answer != answers[step.id] {
				t.Errorf("%s asked again: %s, want %s (%v)", step.id, answer, answers[step.id], err)
			}
		}
		if now := stands(t, d, int64(len(chain))); now != before {
			t.Errorf("asked again, and %v lies in the accounts, want %v", now, before)
		}
		count(t, s, "box") // which verifies the record
	})
}

// takenUntil starts a program that takes a step and is killed; what it answered
// is empty when it was.
func takenUntil(t *testing.T, address string, number, moment int) kernel.ID {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	taker := exec.CommandContext(t.Context(), program)
	taker.Env = append(os.Environ(), fmt.Sprint(dies, "=", number, " ", moment, " ", address))
	var said bytes.Buffer
	taker.Stderr = &said
	answer, err := taker.Output()
	if said.Len() > 0 || err == nil && len(answer) == 0 {
		t.Fatalf("the program failed by itself: %v %s", err, said.String())
	}
	return kernel.ID(answer)
}

// stands is what lies in the accounts of a book that adds up and has the fund
// and so many transfers, or one less.
func stands(t *testing.T, d *db.DB, most int64) (now lies) {
	t.Helper()
	err := d.Read(ctx, func(q db.Querier) error {
		report, err := ledger.Verify(ctx, q)
		if err != nil || len(report.Differences) > 0 || report.Transfers != most && report.Transfers != most+1 {
			t.Fatalf("%d transfers, and %v: %v", report.Transfers, report.Differences, err)
		}
		all, err := ledger.BalancesOf(ctx, q, "north", accounts[:]...)
		for i, a := range accounts {
			now[i] = all[a]
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return now
}

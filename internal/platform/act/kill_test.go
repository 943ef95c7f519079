package act_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// writes names the database in which this program, started anew, writes until
// it is killed.
const writes = "BONDGENOOT_TEST_WRITES"

func TestMain(m *testing.M) {
	if address := os.Getenv(writes); address != "" {
		fmt.Fprintln(os.Stderr, writeUntilKilled(address))
		os.Exit(1)
	}
	if said := os.Getenv(dies); said != "" {
		if err := takeUntilKilled(said); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// writeUntilKilled makes boxes, each an act with two rows, a transfer in the
// book, a record and work for later, and tells of each as soon as it is
// answered.
func writeUntilKilled(address string) error {
	d, err := db.Open(ctx, address)
	if err != nil {
		return err
	}
	s := acts(d)
	s.Queue = &job.Queue{DB: d, Now: time.Now}
	errs := make(chan error)
	for range 3 {
		go func() {
			for {
				id := kernel.NewID()
				err := s.Do(ctx, func(a *act.Act) error {
					if err := fill(ctx, a, id, 1); err != nil {
						return err
					}
					if _, err := a.ExecContext(ctx, `INSERT INTO box (alliance, id, n, label, tags) VALUES ('north', $1, 2, '', '')`, "lid of "+id); err != nil {
						return err
					}
					if _, err := a.Post(ctx, ledger.Transfer{ID: id, Kind: "box", Moves: []ledger.Move{
						{From: "world/givers", To: "boxes/of/" + string(id), Asset: "box", Amount: 1},
					}}); err != nil {
						return err
					}
					return a.Later(ctx, "box.send", id, "", "")
				})
				if err != nil {
					errs <- err
				}
				fmt.Println(id) // one write: it is told whole or not at all
			}
		}()
	}
	return <-errs
}

// A process is killed at any moment under writes: whatever was answered is
// there, nothing is half there, and the record verifies.
func TestAKilledProcessLosesNothingThatWasAnswered(t *testing.T) {
	kills := 200
	if testing.Short() {
		kills = 10
	}
	dbtest.EachURL(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, modules...)
		answered := map[string]bool{}
		for n := range kills {
			for _, id := range killedAtRandom(t, address) {
				answered[id] = true
			}
			if t.Failed() {
				return
			}
			if (n+1)%10 != 0 {
				continue // what is lost stays lost: it is seen with the next ones
			}
			boxes, lids, recorded, work := whatIsThere(t, d)
			for id := range answered {
				if !boxes[id] {
					t.Fatalf("%s was answered and is not there", id)
				}
			}
			if len(boxes) != lids || len(boxes) != recorded || len(boxes) != work {
				t.Fatalf("half of something is there: %d boxes, %d lids, %d records, %d jobs", len(boxes), lids, recorded, work)
			}
		}
		count(t, acts(d), "box") // which verifies the record
		adds(t, d)
		if len(answered) < kills {
			t.Errorf("only %d were answered before %d kills: the processes hardly wrote", len(answered), kills)
		}
		t.Logf("%d answered, %d kills", len(answered), kills)
	})
}

// killedAtRandom starts a process that writes, kills it at a random moment after
// a random answer, and returns all that it had answered. It is a few answers and
// not a time that ends it: on a fast disk a time would be thousands.
func killedAtRandom(t *testing.T, address string) (answered []string) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	within, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	writer := exec.CommandContext(within, program)
	writer.Env = append(os.Environ(), writes+"="+address)
	var said strings.Builder
	writer.Stderr = &said
	out, err := writer.StdoutPipe()
	if err == nil {
		err = writer.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	last := 1 + rand.N(8)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		answered = append(answered, lines.Text())
		if len(answered) == last {
			time.AfterFunc(rand.N(4*time.Millisecond), func() { writer.Process.Kill() }) // it may have ended
		}
	}
	_ = writer.Wait() // killed
	if said.Len() > 0 {
		t.Errorf("the process failed by itself: %s", said.String())
	}
	return answered
}

// whatIsThere looks at one moment: a server may yet be ending what the killed
// process had asked of it.
func whatIsThere(t *testing.T, d *db.DB) (boxes map[string]bool, lids, recorded, work int) {
	t.Helper()
	err := d.Read(ctx, func(q db.Querier) (err error) {
		if boxes, err = ids(q, `SELECT id FROM box WHERE n = 1`); err != nil {
			return err
		}
		for query, n := range map[string]*int{
			`SELECT count(*) FROM box b WHERE b.n = 2 AND EXISTS (SELECT 1 FROM box c WHERE c.alliance = b.alliance AND 'lid of ' || c.id = b.id)`: &lids,
			`SELECT count(*) FROM audit_record`: &recorded,
			`SELECT count(*) FROM job`:          &work,
		} {
			if err := q.QueryRowContext(ctx, query).Scan(n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return boxes, lids, recorded, work
}

// adds holds the book against the boxes: it adds up, with a transfer for each.
func adds(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Read(ctx, func(q db.Querier) error {
		boxes, err := ids(q, `SELECT id FROM box WHERE n = 1`)
		if err != nil {
			return err
		}
		report, err := ledger.Verify(ctx, q)
		if err == nil && (len(report.Differences) > 0 || report.Transfers != int64(len(boxes))) {
			t.Errorf("of %d boxes the book has %d transfers, and %d differences", len(boxes), report.Transfers, len(report.Differences))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func ids(q db.Querier, query string) (map[string]bool, error) {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[string]bool{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		found[id] = true
	}
	return found, rows.Err()
}

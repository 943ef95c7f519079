package incoming

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// manyRows is a table of n services at places, every hundredth of them with a
// postal code that is none.
func manyRows(n int) []byte {
	var b strings.Builder
	b.WriteString("Organisatie;Aanbod;Straat;Postcode;Uitleg\n")
	for i := range n {
		code := "3000"
		if i%100 == 99 {
			code = "0000"
		}
		fmt.Fprintf(&b, "Huis %d;Aanbod %d;Markt %d;%s;Koffie en praten\n", i%(n/4+1), i, i, code)
	}
	return []byte(b.String())
}

// jobOf is the work that Begin leaves.
func jobOf(id kernel.ID) job.Job {
	payload, _ := json.Marshal(taking{id})
	return job.Job{Alliance: "north", Kind: TakeJob, Payload: payload}
}

func withQueue(w *hall) {
	w.Acts.Queue = &job.Queue{DB: w.Acts.DB, Now: w.Acts.Now, Handlers: map[string]job.Handler{TakeJob: w.Walk}}
}

// A large file is taken over in the background: broken off, it goes on where it
// was, each row once; done by two at once or begun a hundred times, it is the
// same. What is refused says in which row and why.
func TestALargeFileIsTakenOverInTheBackground(t *testing.T) {
	const n = AtOnce + 200
	eachHall(t, func(t *testing.T, w *hall) {
		withQueue(w)
		b := must(w.Bring(w.katrien, kart(true), manyRows(n)))
		p := must(w.Look(w.katrien, b.ID))
		if p.Tried != AtOnce || p.Taken.Added != AtOnce-AtOnce/100 || len(p.File.Items) != n {
			t.Fatalf("tried %d of %d, %d are new", p.Tried, len(p.File.Items), p.Taken.Added)
		}
		if err := w.Begin(w.aicha, b.ID); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("somebody who may not: %v", err)
		}
		var began sync.WaitGroup
		for range 100 {
			began.Go(func() {
				if err := w.Begin(w.katrien, b.ID); err != nil {
					t.Error(err)
				}
			})
		}
		began.Wait()
		brought, file, err := w.open(w.katrien, b.ID)
		if err != nil {
			t.Fatal(err)
		}
		half := must(w.some(w.katrien, b.ID, brought, file, 0)) // and then the house went down
		if half.At != part || half.State != Taking || half.Share() != part*100/n {
			t.Fatalf("after a part: %+v", half)
		}
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if err := w.Walk(context.WithoutCancel(t.Context()), jobOf(b.ID)); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		_, r, err := w.How(w.katrien, b.ID)
		if err != nil || r.State != Over || r.Added != n-n/100 || r.Changed+r.Same != 0 || r.Refusals != n/100 || len(r.Refused) != n/100 || r.Refused[0].Line != 101 || r.Refused[0].Why == nil {
			t.Fatalf("%v: %+v", err, r)
		}
		if rows := must(w.Desk.List(w.katrien, directory.Query{})); rows.All != n-n/100 {
			t.Errorf("%d services are there, want %d", rows.All, n-n/100)
		}
		if body := must(bodyIn(w, b.ID)); len(body) != 0 {
			t.Errorf("%d bytes of the file are kept", len(body))
		}
		w.clock = w.clock.Add(Life + time.Hour)
		if swept := must(w.Sweep(t.Context())); swept != 1 {
			t.Errorf("the report is kept for ever: %d", swept)
		}
	})
}

func bodyIn(w *hall, id kernel.ID) (body []byte, err error) {
	err = w.Acts.Look(w.katrien, func(a *act.Act) error {
		if err := a.Allow(w.katrien, "directory.manage", ""); err != nil {
			return err
		}
		body, err = bodyOf(w.katrien, a, a.Alliance(), id)
		return err
	})
	return body, err
}

// Who brought it and may not any more takes nothing over.
func TestALargeFileOfSomebodyWhoLeftIsLeft(t *testing.T) {
	eachHall(t, func(t *testing.T, w *hall) {
		withQueue(w)
		w.Post = func(_ context.Context, a *act.Act, worker, org kernel.ID) (policy.Actor, error) {
			return policy.Actor{Alliance: a.Alliance(), Person: worker, Org: org, Roles: []policy.Role{policy.Volunteer}}, nil
		}
		b := must(w.Bring(w.katrien, kart(false), manyRows(20)))
		if err := w.Begin(w.katrien, b.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.Walk(t.Context(), jobOf(b.ID)); err != nil {
			t.Fatal(err)
		}
		if _, r, err := w.How(w.katrien, b.ID); err != nil || r.State != Broken || r.At != 0 {
			t.Errorf("%v: %+v", err, r)
		}
	})
}

var rowsTaken = flag.Int("rows", 2_000, "how many rows the benchmark takes over")

// BenchmarkTakingOver takes a table over with nothing there before.
func BenchmarkTakingOver(b *testing.B) {
	for name, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				w := newHall(b, dbtest.Open(b, address(b), modules...))
				withQueue(w)
				b.StartTimer()
				file := must(w.Bring(w.katrien, kart(true), manyRows(*rowsTaken)))
				if err := w.Begin(w.katrien, file.ID); err != nil {
					b.Fatal(err)
				}
				if err := w.Walk(b.Context(), jobOf(file.ID)); err != nil {
					b.Fatal(err)
				}
				if _, r, err := w.How(w.katrien, file.ID); err != nil || r.State != Over {
					b.Fatal(err, r.State, r.At)
				}
			}
		})
	}
}

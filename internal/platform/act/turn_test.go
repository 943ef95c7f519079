package act_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Acts of one alliance meet at the end of its record, so on PostgreSQL one
// begins when the one before it has ended; another alliance's waits for none of
// them.
func TestActsOfAnAllianceWaitForEachOther(t *testing.T) {
	address := dbtest.Postgres(t)
	dbtest.Open(t, address, modules...)
	d, err := db.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	s := acts(d)
	south := act.As(context.Background(), policy.Actor{Alliance: "south", Person: "bram", Org: "school", Roles: []policy.Role{policy.Coordinator}})
	make := func(ctx context.Context, inside func()) {
		err := s.Do(ctx, func(a *act.Act) error {
			inside()
			return fill(ctx, a, kernel.NewID(), 1)
		})
		if err != nil {
			t.Error(err)
		}
	}
	for try := 0; ; try++ {
		var wg sync.WaitGroup
		var second atomic.Bool
		var held time.Duration
		make(ctx, func() {
			began := time.Now()
			wg.Go(func() { make(ctx, func() { second.Store(true) }) })
			var others sync.WaitGroup // an act within an act would be refused
			for range 5 {
				others.Go(func() { make(south, func() {}) })
			}
			others.Wait()
			held = time.Since(began)
			if second.Load() && held < time.Second/2 { // nobody waits for long
				t.Error("a second act of the alliance began while the first had not ended")
			}
		})
		if wg.Wait(); held < time.Second/2 || try == 5 {
			return
		}
	}
}

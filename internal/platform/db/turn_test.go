package db_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// Of a hundred who write into one record none is refused and begins again, on
// PostgreSQL either: each waits for the one before it.
func TestThoseWhoMeetGoOneAfterAnother(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, things)
		if d.Engine == db.PostgreSQL {
			d.WaitsFor(time.Hour)
		}
		write(t, d, func(q db.Querier) error { put(t, q, thing{id: "1", sealed: []byte{}}); return nil })
		var runs atomic.Int64
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				err := d.Write(db.InTurn(ctx, "the record"), func(q db.Querier) error {
					runs.Add(1)
					_, err := q.ExecContext(ctx, `UPDATE thing SET n = n + 1 WHERE id = '1'`)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := list(t, d, `id = '1'`); got[0].n != 100 || runs.Load() != 100 {
			t.Errorf("counted to %d in %d tries, want 100 in 100", got[0].n, runs.Load())
		}
	})
}

// Who is long at work holds nobody up for long, and nobody of another record at
// all; who gives up while waiting is told so.
func TestATurnEnds(t *testing.T) {
	d := dbtest.Open(t, dbtest.Postgres(t), things)
	d.WaitsFor(time.Hour)
	begun, end := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := d.Write(db.InTurn(ctx, "a"), func(db.Querier) error {
			close(begun)
			<-end
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-begun
	nothing := func(db.Querier) error { return nil }
	if err := d.Write(db.InTurn(ctx, "b"), nothing); err != nil {
		t.Error("beside another record: ", err)
	}
	gone, leave := context.WithCancel(db.InTurn(ctx, "a"))
	leave()
	if err := d.Write(gone, nothing); !errors.Is(err, context.Canceled) {
		t.Error("who left is told ", err)
	}
	d.WaitsFor(time.Millisecond)
	if err := d.Write(db.InTurn(ctx, "a"), nothing); err != nil {
		t.Error("after a while: ", err)
	}
	close(end)
	wg.Wait()
}

package dbtest

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Twenty tests at once have a copy each; the original is made once, and what
// one writes the others do not see.
func TestAnOriginalIsMadeOnceAndCopied(t *testing.T) {
	ctx := context.Background()
	var made sync.Map
	o := &Original{Make: func(address string) error {
		engine, _, _ := strings.Cut(address, ":")
		n, _ := made.LoadOrStore(engine, new(atomic.Int64))
		n.(*atomic.Int64).Add(1)
		d, err := db.Open(ctx, address)
		if err != nil {
			return err
		}
		defer d.Close()
		return d.Write(ctx, func(q db.Querier) error {
			_, err := q.ExecContext(ctx, "CREATE TABLE apple (name TEXT NOT NULL)")
			if err == nil {
				_, err = q.ExecContext(ctx, "INSERT INTO apple (name) VALUES ('first')")
			}
			return err
		})
	}}
	for range 20 {
		t.Run("of twenty", func(t *testing.T) {
			t.Parallel()
			o.Each(t, func(t *testing.T, address string) {
				d := Open(t, address)
				var n int
				err := d.Write(ctx, func(q db.Querier) error {
					if _, err := q.ExecContext(ctx, "INSERT INTO apple (name) VALUES ('mine')"); err != nil {
						return err
					}
					return q.QueryRowContext(ctx, "SELECT COUNT(*) FROM apple").Scan(&n)
				})
				if err != nil || n != 2 {
					t.Errorf("%d apples: %v", n, err)
				}
				engine, _, _ := strings.Cut(address, ":")
				if n, _ := made.Load(engine); n.(*atomic.Int64).Load() != 1 {
					t.Errorf("made %d times on %s", n.(*atomic.Int64).Load(), engine)
				}
			})
		})
	}
}

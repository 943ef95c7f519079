package vault

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// A key that was destroyed stays in the file of its table on PostgreSQL, also
// when that was vacuumed, and is gone when the table was written anew. That waits
// for nobody for long.
func TestADestroyedKeyIsWrittenOverOnPostgreSQL(t *testing.T) {
	address := dbtest.Postgres(t)
	d := dbtest.Open(t, address, Migrations())
	v := newVault(t, 1)
	write(t, d, func(q db.Querier) error {
		for _, id := range []kernel.ID{one, two} {
			if _, err := v.Create(ctx, q, north, id); err != nil {
				return err
			}
		}
		return nil
	})
	var key []byte
	write(t, d, func(q db.Querier) error {
		return q.QueryRowContext(ctx, `SELECT sealed FROM vault_key WHERE family = $1`, one).Scan(&key)
	})
	lives := func() bool {
		t.Helper()
		var file []byte
		err := d.Read(ctx, func(q db.Querier) error {
			return q.QueryRowContext(ctx, `SELECT pg_read_binary_file(pg_relation_filepath('vault_key'))`).Scan(&file)
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(file) == 0 {
			t.Fatal("the file of the table is empty: this test looks at the wrong one")
		}
		return bytes.Contains(file, key)
	}
	write(t, d, func(q db.Querier) error { return v.Forget(ctx, q, north, one) })
	if err := checkpoint(d); err != nil {
		t.Fatal(err)
	}
	if !lives() {
		t.Error("the key is gone before the table was written anew: this test holds nothing")
	}

	held, release := make(chan bool), make(chan bool)
	done := make(chan error)
	go func() {
		done <- d.Read(context.Background(), func(q db.Querier) error {
			var n int
			err := q.QueryRowContext(ctx, `SELECT count(*) FROM vault_key`).Scan(&n)
			held <- true
			<-release
			return err
		})
	}()
	<-held
	began := time.Now()
	if err := d.Overwrite(ctx, KeyTable); err == nil || time.Since(began) > 20*time.Second {
		t.Errorf("while somebody reads: %v after %s", err, time.Since(began))
	}
	close(release)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(overwritten(d), checkpoint(d)); err != nil {
		t.Fatal(err)
	}
	if lives() {
		t.Error("the destroyed key is still in the file of the table")
	}
	write(t, d, func(q db.Querier) error {
		_, err := v.Open(ctx, q, north, two)
		return err
	})
	if err := d.Overwrite(ctx, "no_such_table"); err == nil {
		t.Error("a table that is not there was overwritten")
	}
}

// overwritten tries as the queue does: others work on the same server.
func overwritten(d *db.DB) (err error) {
	for range 10 {
		if err = d.Overwrite(ctx, KeyTable); err == nil {
			return nil
		}
	}
	return err
}

// checkpoint brings what PostgreSQL holds in memory into its files.
func checkpoint(d *db.DB) error {
	return d.Write(ctx, func(q db.Querier) error {
		_, err := q.ExecContext(ctx, `CHECKPOINT`)
		return err
	})
}

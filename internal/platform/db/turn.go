package db

import (
	"context"
	"time"
)

// Whoever writes into the same record meets there: of a hundred who begin at
// once on PostgreSQL one is let through, and ninety-nine are refused at their
// end, and begin again. So those who are known to meet go one after another
// from the start. What else runs beside them, another program on the same
// database too, is told apart by the engine as ever.

// longestTurn is how long a writer waits for the one before it. A longer one is
// at work on much, and need not be waited for: the engine tells whether they met.
const longestTurn = time.Second

// AllAtOnce lets those who are known to meet begin together, as those of two
// programs do: for tests of what holds then.
func (d *DB) AllAtOnce() { d.turnFor = 0 }

type turnKey struct{}

// InTurn is a context whose write transactions on PostgreSQL begin one after
// another with those of the same key; SQLite has one writer as it is.
func InTurn(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, turnKey{}, key)
}

// turn waits until it is this writer's turn, and gives what ends it.
func (d *DB) turn(ctx context.Context) (end func(), err error) {
	end = func() {}
	key, ok := ctx.Value(turnKey{}).(string)
	if !ok || d.turnFor == 0 {
		return end, nil
	}
	held, _ := d.turns.LoadOrStore(key, make(chan struct{}, 1))
	mine := held.(chan struct{})
	wait := time.NewTimer(d.turnFor)
	defer wait.Stop()
	select {
	case mine <- struct{}{}:
		return func() { <-mine }, nil
	case <-wait.C:
		return end, nil
	case <-ctx.Done():
		return end, ctx.Err()
	}
}

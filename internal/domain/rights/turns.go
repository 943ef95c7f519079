package rights

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// patience is how long a check waits for its turn.
const patience = 4 * time.Second

// turns lets as many checks be thought through at once as there are cores, less
// one where there is one to spare: what anybody may ask without signing in
// must not keep those from working who are at work. The zero value is ready.
type turns struct {
	once sync.Once
	free chan struct{}
}

// take waits for a turn; done gives it back. Who waits too long is told that
// it is too busy: TooMany ("check.busy").
func (t *turns) take(ctx context.Context) (done func(), err error) {
	t.once.Do(func() { t.free = make(chan struct{}, max(1, runtime.NumCPU()-1)) })
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case t.free <- struct{}{}:
		return func() { <-t.free }, nil
	case <-wait.C:
		return nil, kernel.NewTooMany("check.busy")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

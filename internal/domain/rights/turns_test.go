package rights

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestAPublicCheckWaitsForItsTurnAndNotForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all turns
		ctx := context.Background()
		first, err := all.take(ctx)
		if err != nil {
			t.Fatal(err)
		}
		held := []func(){first}
		for range cap(all.free) - 1 {
			done, err := all.take(ctx)
			if err != nil {
				t.Fatal(err)
			}
			held = append(held, done)
		}
		if _, err := all.take(ctx); kernel.CodeOf(err) != kernel.TooMany {
			t.Errorf("one more than there are turns: %v", err)
		}
		held[0]()
		done, err := all.take(ctx)
		if err != nil {
			t.Errorf("after a turn was given back: %v", err)
		}
		done()
	})
}

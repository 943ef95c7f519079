package ownpage_test

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// BenchmarkDigits is what one try of the digits of a slip costs, ours or that of
// somebody who has key file and database.
func BenchmarkDigits(b *testing.B) {
	w := newTown(b, dbtest.Open(b, dbtest.SQLite(b), modules...))
	for b.Loop() {
		if _, err := w.Typed(ctx, "000000000000", "2024-01-01"); err == nil {
			b.Fatal("digits that were never given open something")
		}
	}
}

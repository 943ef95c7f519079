package kernel_test

import (
	"errors"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// today is the day on which the tests of this package are read.
const today = kernel.Date("2026-03-01")

// wantFault holds err against the key of the fault that is wanted, "" for none.
func wantFault(t *testing.T, err error, key string) {
	t.Helper()
	got := ""
	if f, ok := errors.AsType[*kernel.Fault](err); ok {
		got = f.Key
	} else if err != nil {
		t.Fatalf("an error that nobody may read: %v", err)
	}
	if got != key {
		t.Errorf("fault %q, want %q", got, key)
	}
}

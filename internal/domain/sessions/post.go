package sessions

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// post is the one place where what was handed out leaves the stock, in the act
// that says so. An item is no more than a name and a quantity yet, so nothing
// moves.
func post(_ context.Context, _ *act.Act, _ Series, _ Told) error { return nil }

// unpost takes back what an event moved.
func unpost(_ context.Context, _ *act.Act, _ Series, _ Told, _ kernel.ID) error { return nil }

package demo

import (
	"context"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/app"
)

// coordinators keep the directory of each town.
var coordinators = map[string]string{"leuven": "katrien", "kortenaken": "stijn", "liege": "marc", "rivierenland": "ines"}

// Help takes over what is known of the municipalities of each town into its
// directory, and adds offers that do not exist. What nobody knows of a real
// organisation stays empty.
func Help(ctx context.Context, a *app.App, towns []Town) error {
	for _, t := range towns {
		ctx := t.As(ctx, coordinators[t.Slug])
		if _, err := a.Directory.TakeKnown(ctx); err != nil {
			return fmt.Errorf("demonstration of %s: the directory: %w", t.Slug, err)
		}
		if err := t.offer(ctx, a.Directory); err != nil {
			return fmt.Errorf("demonstration of %s: what can be found: %w", t.Slug, err)
		}
	}
	return nil
}

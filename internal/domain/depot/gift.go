package depot

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// Gift is what somebody gave, whoever that was.
type Gift struct {
	Place Place
	Day   kernel.Date
	Lines []GiftLine
}

// GiftLine is so many pieces of one sort of thing.
type GiftLine struct {
	Item   Item
	Pieces int64
}

// Gift is what came into a place as a gift under a number, for a note of thanks.
// What is no gift, or was taken back, is NotFound.
func (s *Service) Gift(ctx context.Context, place, id kernel.ID) (g Gift, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		g = Gift{}
		if g.Place, err = s.works(ctx, a, place); err != nil {
			return err
		}
		t, err := ledger.Find(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		if t.Kind != "depot."+string(Given) || t.CorrectedBy != "" {
			return kernel.NewNotFound("ledger.transfer")
		}
		items, err := itemsOf(ctx, a, a.Alliance())
		if err != nil {
			return err
		}
		g.Day = t.Day
		at := map[kernel.ID]int{}
		for _, e := range t.Entries {
			x, ok := assetOf(e.Asset)
			if !ok || e.Path != freePath(place) {
				continue
			}
			n, seen := at[x.Item]
			if !seen {
				n = len(g.Lines)
				at[x.Item] = n
				g.Lines = append(g.Lines, GiftLine{Item: items[x.Item]})
			}
			g.Lines[n].Pieces += e.Amount
		}
		if len(g.Lines) == 0 { // it came into another place
			return kernel.NewNotFound("ledger.transfer")
		}
		return nil
	})
	return g, err
}

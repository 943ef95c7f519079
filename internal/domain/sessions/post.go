package sessions

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// moves posts what was handed out, in the act that says so: from what was
// granted to the family, and from the stock. Both, or neither.
func (s *Service) moves(ctx context.Context, a *act.Act, series Series, t *Told, family kernel.ID) error {
	if err := s.pay(ctx, a, series, t, family); err != nil {
		return err
	}
	return s.post(ctx, a, series, t)
}

// post is the one place where what was handed out leaves the stock, under the
// ID of the event and in the act that says so. What no depot knows moves
// nothing. Where less lies free than was handed out the event is [Short], for
// a person to look at.
func (s *Service) post(ctx context.Context, a *act.Act, series Series, t *Told) error {
	var given []depot.Handed
	for _, l := range t.Lines {
		if i, ok := series.Item(l.Item); ok && series.Depot != "" && i.Asset != "" {
			given = append(given, depot.Handed{Item: i.Asset, Pieces: l.Quantity})
		}
	}
	if len(given) == 0 {
		return nil
	}
	enough, err := s.Depot.HandOutIn(ctx, a, t.ID, series.Depot, t.Session, given)
	if err == nil && !enough && t.Outcome == Done {
		t.Outcome = Short
	}
	return err
}

// unpost takes back what an event moved, if it moved anything.
func (s *Service) unpost(ctx context.Context, a *act.Act, undo Told, of kernel.ID) error {
	return s.Depot.TakeBackIn(ctx, a, undo.ID, of)
}

// draws refuses a depot from which the actor's organisation may not give, and
// grants that it may not spend.
func (s *Service) draws(ctx context.Context, a *act.Act, before, in Series) error {
	if err := s.promised(ctx, a, before, in); err != nil {
		return err
	}
	var items []kernel.ID
	for _, i := range in.Items {
		if i.Asset != "" {
			items = append(items, i.Asset)
		}
	}
	switch {
	case in.Depot != "":
		return s.Depot.GivesIn(ctx, a, in.Depot, items)
	case len(items) > 0:
		return kernel.NewInvalid("handout.depot").At("depot")
	}
	return nil
}

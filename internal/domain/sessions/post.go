package sessions

import (
	"context"
	"errors"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// post is the one place where what was handed out leaves the stock: a transfer
// from what is free at the place of the depot to the world, under the ID of the
// event, in the act that says so. What the book knows nothing of moves nothing.
//
// Where the book holds less than was handed out, nothing moves and the event is
// [Short]: the things are in somebody's hands, so it is the book that is to be
// looked at, and a person does that.
func post(ctx context.Context, a *act.Act, s Series, t *Told) error {
	var moves []ledger.Move
	for _, l := range t.Lines {
		if i, ok := s.Item(l.Item); ok && s.Depot != "" && i.Asset != "" {
			moves = append(moves, ledger.Move{From: "depot/" + string(s.Depot) + "/free", To: ledger.Outside + string(t.Session),
				Asset: "item/" + string(i.Asset), Amount: l.Quantity})
		}
	}
	if len(moves) == 0 {
		return nil
	}
	_, err := ledger.Post(ctx, a, writer(a), ledger.Transfer{ID: t.ID, Kind: "hand_out", Moves: moves})
	if _, short := errors.AsType[*ledger.Short](err); short {
		t.Outcome = Short
		return nil
	}
	return err
}

// unpost takes back what an event moved, if it moved anything.
func unpost(ctx context.Context, a *act.Act, undo Told, of kernel.ID) error {
	_, err := ledger.Find(ctx, a, a.Alliance(), of)
	if kernel.CodeOf(err) == kernel.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = ledger.Correct(ctx, a, writer(a), undo.ID, of, "undone")
	return err
}

func writer(a *act.Act) ledger.Writer {
	return ledger.Writer{Alliance: a.Alliance(), Person: a.Actor.Person, Org: a.Actor.Org, At: a.Now}
}

// draws refuses a depot from which the actor's organisation may not give.
func (s *Service) draws(ctx context.Context, a *act.Act, in Series) error {
	for _, i := range in.Items {
		if i.Asset != "" && in.Depot == "" {
			return kernel.NewInvalid("handout.depot").At("depot")
		}
	}
	if in.Depot == "" {
		return nil
	}
	if s.Depot == nil {
		return kernel.NewInvalid("handout.depot").At("depot")
	}
	for _, i := range in.Items {
		if i.Asset == "" {
			continue
		}
		if err := s.Depot(ctx, a, in.Depot, i.Asset); err != nil {
			return err
		}
	}
	return nil
}

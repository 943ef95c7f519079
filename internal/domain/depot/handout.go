package depot

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// handOut is the kind of transfer by which something is handed out at a session.
const handOut = "hand_out"

// Handed is pieces of one sort of thing that are handed out at a session.
type Handed struct {
	Item   kernel.ID
	Pieces int64
}

// GivesIn refuses, in an act that asked the policy, a place from which the
// actor's organisation may not hand out, and things that cannot be handed out
// by the piece (Invalid "depot.gives"): what no depot knows, and what has a
// number of its own.
func (s *Service) GivesIn(ctx context.Context, a *act.Act, place kernel.ID, items []kernel.ID) error {
	p, err := loadPlace(ctx, a, a.Alliance(), place)
	if err != nil && kernel.CodeOf(err) != kernel.NotFound {
		return err
	}
	if err != nil || p.Org != a.Actor.Org || p.Kind != Store || p.Closed {
		return kernel.NewInvalid("depot.gives").At("depot")
	}
	known, err := itemsOf(ctx, a, a.Alliance())
	if err != nil {
		return err
	}
	for _, id := range items {
		if i, ok := known[id]; !ok || i.Numbered {
			return kernel.NewInvalid("depot.gives").At("depot")
		}
	}
	return nil
}

// HandOutIn takes things from what lies free in a place and hands them to
// somebody who came to a session, within the act of the module above that says
// so. What ends first goes first, and what is past its last day stays. The same
// ID is handed out once. Where less lies free than was handed out nothing moves,
// and enough is false: the things are in somebody's hands, so a person looks at
// the book.
func (s *Service) HandOutIn(ctx context.Context, a *act.Act, id, place, session kernel.ID, all []Handed) (enough bool, err error) {
	switch _, err := ledger.Find(ctx, a, a.Alliance(), id); {
	case err == nil:
		return true, nil
	case kernel.CodeOf(err) != kernel.NotFound:
		return false, err
	}
	sh, err := s.shelf(ctx, a, place)
	if err != nil {
		return false, err
	}
	pieces := map[kernel.ID]int64{}
	for _, g := range all {
		pieces[g.Item] += g.Pieces
	}
	t := ledger.Transfer{ID: id, Kind: handOut}
	for _, g := range all {
		lots, left := sh.take(g.Item, pieces[g.Item])
		if left > 0 {
			return false, nil
		}
		delete(pieces, g.Item) // the lines of one item went together
		for _, lot := range lots {
			lot.From, lot.To = freePath(place), handedPath(session)
			t.Moves = append(t.Moves, lot)
		}
	}
	if len(t.Moves) == 0 {
		return true, nil
	}
	_, err = a.Post(ctx, t)
	return err == nil, err
}

// TakeBackIn undoes what [Service.HandOutIn] moved under an ID, if it moved
// anything: the things lie where they lay.
func (s *Service) TakeBackIn(ctx context.Context, a *act.Act, id, of kernel.ID) error {
	_, err := a.Correct(ctx, id, of, "undone")
	if kernel.CodeOf(err) == kernel.NotFound {
		return nil
	}
	return err
}

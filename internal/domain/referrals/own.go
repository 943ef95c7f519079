package referrals

import (
	"context"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// OwnReferral is what a family is told of a referral: which organisation that was asked to help it, how far
// that is, and when and where it is expected.
type OwnReferral struct {
	ID    kernel.ID
	Org   kernel.ID // who was asked, or the team of it that answers
	Owner kernel.ID // the worker who has it; zero: nobody yet
	State State
	Next  Action
	Due   kernel.Date    // by which they do the next thing
	At    kernel.Instant // the appointment; zero: none
	Place string
}

// OwnIn lists the open referrals of a family, for the family itself, within an
// act of a module above, which has asked whether it may and leaves the record.
// Why it was referred is not among it: those are the sender's words. The
// appointments come first, the nearest before the others.
func (s *Service) OwnIn(ctx context.Context, a *act.Act, family kernel.ID) (own []OwnReferral, err error) {
	all, err := ofFamily(ctx, a, a.Alliance(), family)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		if !r.State.Open() || r.Provisional {
			continue
		}
		x := OwnReferral{ID: r.ID, Org: r.ReceiverOrg, Owner: r.Owner, State: r.State, Next: r.Next, Due: r.Due}
		if r.State == Scheduled {
			x.At = r.ScheduledFor
			if err := s.sealed(ctx, a, r, place(r.ID), &x.Place); err != nil {
				return nil, err
			}
		}
		own = append(own, x)
	}
	slices.SortStableFunc(own, func(x, y OwnReferral) int {
		if (x.At == "") != (y.At == "") {
			return map[bool]int{true: 1, false: -1}[x.At == ""]
		}
		return strings.Compare(string(x.At)+string(x.Due), string(y.At)+string(y.Due))
	})
	return own, nil
}

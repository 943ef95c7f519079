package sessions

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// FamilyMerged hears that two files became one: the appointments of the one
// come along with the other, and the names by which its people are called.
func (s *Service) FamilyMerged(ctx context.Context, a *act.Act, e families.Merged) error {
	all, err := bookingsOf(ctx, a, a.Alliance(), `family = $2`, e.Gone)
	if err != nil {
		return err
	}
	for _, b := range all {
		if err := keepMerge(ctx, a, a.Alliance(), e.Merge, b.ID); err != nil {
			return err
		}
		if err := s.goesTo(ctx, a, b, e.Kept); err != nil {
			return err
		}
	}
	return nil
}

// FamilyParted hears that the two files are two again: what came along goes
// back.
func (s *Service) FamilyParted(ctx context.Context, a *act.Act, e families.Parted) error {
	all, err := mergedBy(ctx, a, a.Alliance(), e.Merge)
	if err != nil {
		return err
	}
	for _, b := range all {
		if b.Family != e.Kept {
			continue
		}
		if err := s.goesTo(ctx, a, b, e.Gone); err != nil {
			return err
		}
	}
	return forgetMerge(ctx, a, a.Alliance(), e.Merge)
}

// goesTo makes a booking one of another family, sealed with its key.
func (s *Service) goesTo(ctx context.Context, a *act.Act, b Booking, to kernel.ID) error {
	from, err := s.Vault.Open(ctx, a, a.Alliance(), b.Family)
	if err != nil {
		return err
	}
	into, err := s.Vault.Open(ctx, a, a.Alliance(), to)
	if err != nil {
		return err
	}
	var c called
	found, err := from.Get(ctx, a, sealed(b.ID), &c)
	if err != nil {
		return err
	}
	if found {
		if err := into.Put(ctx, a, sealed(b.ID), c); err != nil {
			return err
		}
		if err := from.Drop(ctx, a, sealed(b.ID)); err != nil {
			return err
		}
	}
	b.Family = to
	return saveBooking(ctx, a, a.Alliance(), b)
}

// FamilyForgotten hears that a family was erased: its places go to others, and
// of what it was given the quantities are left, with nobody.
func (s *Service) FamilyForgotten(ctx context.Context, a *act.Act, e families.Forgotten) error {
	all, err := bookingsOf(ctx, a, a.Alliance(), `family = $2`, e.Family)
	if err != nil {
		return err
	}
	for _, b := range all {
		was := b
		if b.State == Booked || b.State == Waiting {
			b.State = Cancelled
		}
		b.Family = ""
		if err := saveBooking(ctx, a, a.Alliance(), b); err != nil {
			return err
		}
		if err := forgetBooking(ctx, a, a.Alliance(), b.ID); err != nil {
			return err
		}
		if was.State != Booked {
			continue
		}
		c, err := sessionIn(ctx, a, b.Session)
		if err != nil {
			return err
		}
		if err := s.free(ctx, a, c, was); err != nil {
			return err
		}
	}
	return nil
}

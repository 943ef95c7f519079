package homes

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// FamilyMerged hears that two files became one: the other homes of its children
// come along. Two homes of one child are not one family: Conflict ("home.two").
func (s *Service) FamilyMerged(ctx context.Context, a *act.Act, e families.Merged) error {
	links, err := linksOf(ctx, a, a.Alliance(), e.Gone)
	if err != nil {
		return err
	}
	for _, l := range links {
		switch {
		case l.other.family == e.Kept && l.state == Linked:
			return kernel.NewConflict("home.two")
		case l.other.family == e.Kept: // asked of each other; now there is nobody to ask
			if err := deleteLink(ctx, a, a.Alliance(), l.id); err != nil {
				return err
			}
			continue
		}
		if err := keepMerge(ctx, a, a.Alliance(), e.Merge, l.own); err != nil {
			return err
		}
		person := l.own.person
		if kept := e.Persons[person]; kept != "" {
			person = kept
		}
		if err := moveSide(ctx, a, a.Alliance(), l.own, e.Kept, person); err != nil {
			return err
		}
	}
	return nil
}

// FamilyParted hears that the two files are two again: what came along goes
// back, and with those who go back what is known of their other home since.
func (s *Service) FamilyParted(ctx context.Context, a *act.Act, e families.Parted) error {
	was, err := mergedBy(ctx, a, a.Alliance(), e.Merge)
	if err != nil {
		return err
	}
	links, err := linksOf(ctx, a, a.Alliance(), e.Kept)
	if err != nil {
		return err
	}
	for _, l := range links {
		person, came := was[l.id]
		if !came && !slices.Contains(e.Back, l.own.person) {
			continue
		}
		if !came {
			person = l.own.person
		}
		if err := moveSide(ctx, a, a.Alliance(), l.own, e.Gone, person); err != nil {
			return err
		}
	}
	return forgetMerge(ctx, a, a.Alliance(), e.Merge)
}

// FamilyForgotten hears that a family was erased: that its children had another
// home is nobody's to know any more. The other home stays as it is.
func (s *Service) FamilyForgotten(ctx context.Context, a *act.Act, e families.Forgotten) error {
	links, err := linksOf(ctx, a, a.Alliance(), e.Family)
	if err != nil {
		return err
	}
	for _, l := range links {
		if err := deleteLink(ctx, a, a.Alliance(), l.id); err != nil {
			return err
		}
	}
	return nil
}

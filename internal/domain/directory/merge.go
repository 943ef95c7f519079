package directory

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Kind is a kind of record, as [Desk] joins two of it and as a source names it.
type Kind string

// The kinds of records.
const (
	AnOrganisation Kind = "organisation"
	AService       Kind = "service"
	APlace         Kind = "location"
)

// Kinds are the kinds in order.
var Kinds = [...]Kind{AnOrganisation, AService, APlace}

// Merging says which record stays, which goes up in it, and from which each
// field comes. The versions are those that who decides has seen.
type Merging struct {
	Kept, Gone               kernel.ID
	KeptVersion, GoneVersion int64
	Gones                    []string // fields that come from the one that goes; where only one has a value, it stays
}

// fresh holds that a merge can begin: of two records that are there, as who
// decides has seen them.
func (m Merging) fresh(keptVersion, goneVersion int64, keptIn, goneIn kernel.ID) error {
	if keptIn != "" || goneIn != "" || keptVersion != m.KeptVersion || goneVersion != m.GoneVersion {
		return kernel.NewConflict("stale")
	}
	return nil
}

// Merge is one that was done.
type Merge struct {
	ID       kernel.ID
	Kind     Kind
	Kept     kernel.ID
	Gone     kernel.ID
	Names    [2]kernel.Text // of both, as they were; of organisations and places in one language
	At       kernel.Instant
	By       kernel.ID      // the worker who did it
	Undone   kernel.Instant // "" while they are joined
	UndoneBy kernel.ID

	body string // JSON: what it takes to put both back
}

// merged is what it takes to put two organisations back.
type merged struct {
	Kept, Gone, After Organisation
	Services          []kernel.ID // that moved
	Locations         []kernel.ID
	Shelters          []kernel.ID
	Links             []kernel.ID
}

// MergeFields are the fields of an organisation of which one is chosen.
var MergeFields = [...]string{"name", "also", "about", "kbo", "website", "mail", "numbers", "member"}

// SideBySide are two organisations before they are joined, with how much each
// has.
func (d *Desk) SideBySide(ctx context.Context, kept, gone kernel.ID) (both [2]Held, err error) {
	err = d.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		for i, id := range []kernel.ID{kept, gone} {
			if both[i], err = d.held(ctx, a, id); err != nil {
				return err
			}
			if both[i].MergedIn != "" {
				return kernel.NewNotFound("directory")
			}
		}
		return nil
	})
	return both, err
}

// Join makes one organisation of two in one act. Services with their programmes
// and their room, places, shelters and links that were mailed follow to the one
// that stays; what sources knew the other by leads to it. Two partners of the
// network are not one: Conflict ("directory.merge_partners").
func (d *Desk) Join(ctx context.Context, in Merging) (m Merge, err error) {
	err = d.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		if in.Kept == in.Gone {
			return kernel.NewInvalid("directory.merge_self").At("with")
		}
		kept, err := loadOrganisation(ctx, a, a.Alliance(), in.Kept)
		if err != nil {
			return err
		}
		gone, err := loadOrganisation(ctx, a, a.Alliance(), in.Gone)
		if err != nil {
			return err
		}
		switch {
		case in.fresh(kept.Version, gone.Version, kept.MergedIn, gone.MergedIn) != nil:
			return in.fresh(kept.Version, gone.Version, kept.MergedIn, gone.MergedIn)
		case kept.Member != "" && gone.Member != "" && kept.Member != gone.Member:
			return kernel.NewConflict("directory.merge_partners")
		}
		after, told := joinedOf(kept, gone, kept.Told, gone.Told, MergeFields[:], in.Gones)
		after.Told = told
		if err := after.tidy(); err != nil {
			return err
		}
		for _, id := range []kernel.ID{kept.ID, gone.ID} {
			if err := d.unsheltered(ctx, a, id, after.tellable()...); err != nil {
				return err
			}
		}
		m = begun(a, AnOrganisation, kept.ID, gone.ID, kernel.Text{NL: kept.Name}, kernel.Text{NL: gone.Name})
		body := merged{Kept: kept, Gone: gone}
		if body.Services, body.Locations, err = d.move(ctx, a, gone.ID, kept.ID, nil, nil); err != nil {
			return err
		}
		if body.Shelters, err = moveRows(ctx, a, a.Alliance(), shelterRows, gone.ID, kept.ID, nil); err != nil {
			return err
		}
		if body.Links, err = moveRows(ctx, a, a.Alliance(), linkRows, gone.ID, kept.ID, nil); err != nil {
			return err
		}
		after.Version, after.ChangedAt = kept.Version+1, a.Now
		body.After = after
		if err := saveOrganisation(ctx, a, a.Alliance(), after); err != nil {
			return err
		}
		gone.MergedIn, gone.Version, gone.ChangedAt = kept.ID, gone.Version+1, a.Now
		if err := saveOrganisation(ctx, a, a.Alliance(), gone); err != nil {
			return err
		}
		if err := saveMerge(ctx, a, a.Alliance(), m, body); err != nil {
			return err
		}
		if err := d.tellOf(ctx, a, kept.ID); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: kept.ID, Fields: act.Differing(kept, after),
			Detail: map[string]string{"what": "organisation", "step": "merge", "gone": string(gone.ID)}})
	})
	return m, err
}

// begun is a merge that the actor does now.
func begun(a *act.Act, kind Kind, kept, gone kernel.ID, keptName, goneName kernel.Text) Merge {
	return Merge{ID: kernel.NewID(), Kind: kind, Kept: kept, Gone: gone, Names: [2]kernel.Text{keptName, goneName}, At: a.Now, By: a.Actor.Person}
}

// move gives services and places of one organisation to another: all, or, where
// they are named, those of them that are still there. It returns which.
func (d *Desk) move(ctx context.Context, a *act.Act, from, to kernel.ID, onlyServices, onlyLocations []kernel.ID) (services, locations []kernel.ID, err error) {
	everything := onlyServices == nil && onlyLocations == nil
	all, err := everyServiceOf(ctx, a, a.Alliance(), from)
	if err != nil {
		return nil, nil, err
	}
	for _, v := range all {
		if everything || slices.Contains(onlyServices, v.ID) {
			v.Organisation, v.Version, v.ChangedAt = to, v.Version+1, a.Now
			if err := saveService(ctx, a, a.Alliance(), v); err != nil {
				return nil, nil, err
			}
			services = append(services, v.ID)
		}
	}
	places, err := everyLocationOf(ctx, a, a.Alliance(), from)
	if err != nil {
		return nil, nil, err
	}
	for _, l := range places {
		if everything || slices.Contains(onlyLocations, l.ID) {
			l.Organisation, l.Version, l.ChangedAt = to, l.Version+1, a.Now
			if err := saveLocation(ctx, a, a.Alliance(), l); err != nil {
				return nil, nil, err
			}
			locations = append(locations, l.ID)
		}
	}
	return services, locations, nil
}

// tellOf says that the services of an organisation may be different for the
// public.
func (d *Desk) tellOf(ctx context.Context, a *act.Act, organisation kernel.ID) error {
	services, err := servicesOf(ctx, a, a.Alliance(), organisation)
	if err != nil {
		return err
	}
	return d.tell(ctx, a, services...)
}

// Merges are those of a kind that were done, the newest first, at most fifty.
func (d *Desk) Merges(ctx context.Context, kind Kind) (all []Merge, err error) {
	err = d.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		all, err = listMerges(ctx, a, a.Alliance(), kind)
		return err
	})
	return all, err
}

// Part undoes a merge: both records are what they were, and what moved goes
// back. What somebody changed since on a field that the merge left alone, stays;
// where they changed one that the merge had changed, that stays too and is named
// in clashes. What was added to the one that stayed, stays with it. A merge of
// which the record that stayed went up in another itself is undone after that
// one: Conflict ("directory.merge_later").
func (d *Desk) Part(ctx context.Context, id kernel.ID) (m Merge, clashes []string, err error) {
	err = d.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		var err error
		if m, err = loadMerge(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		switch {
		case m.Undone != "":
			return kernel.NewConflict("stale")
		case m.Kind == AService:
			clashes, err = d.partServices(ctx, a, m)
		case m.Kind == APlace:
			clashes, err = d.partPlaces(ctx, a, m)
		default:
			clashes, err = d.partOrganisations(ctx, a, m)
		}
		if err != nil {
			return err
		}
		if err := undoMerge(ctx, a, a.Alliance(), id, a.Now, a.Actor.Person); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: m.Kept, Fields: clashes,
			Detail: map[string]string{"what": string(m.Kind), "step": "part", "gone": string(m.Gone)}})
	})
	return m, clashes, err
}

// parting holds that a merge can be undone, where its records stand in others.
func (m Merge) parting(keptIn, goneIn kernel.ID) error {
	switch {
	case goneIn != m.Kept:
		return kernel.NewConflict("stale")
	case keptIn != "":
		return kernel.NewConflict("directory.merge_later")
	}
	return nil
}

func (d *Desk) partOrganisations(ctx context.Context, a *act.Act, m Merge) (clashes []string, err error) {
	var body merged
	if err := m.put(&body); err != nil {
		return nil, err
	}
	now, err := loadOrganisation(ctx, a, a.Alliance(), m.Kept)
	if err != nil {
		return nil, err
	}
	gone, err := loadOrganisation(ctx, a, a.Alliance(), m.Gone)
	if err != nil {
		return nil, err
	}
	if err := m.parting(now.MergedIn, gone.MergedIn); err != nil {
		return nil, err
	}
	back, told, clashes := partedOf(body.Kept, body.After, now, [3]Tellings{body.Kept.Told, body.After.Told, now.Told}, MergeFields[:])
	back.Told, back.Version, back.ChangedAt = told, now.Version+1, a.Now
	if err := saveOrganisation(ctx, a, a.Alliance(), back); err != nil {
		return nil, err
	}
	was := body.Gone
	was.Version, was.ChangedAt = gone.Version+1, a.Now
	if err := saveOrganisation(ctx, a, a.Alliance(), was); err != nil {
		return nil, err
	}
	if _, _, err := d.move(ctx, a, m.Kept, m.Gone, orNone(body.Services), orNone(body.Locations)); err != nil {
		return nil, err
	}
	if _, err := moveRows(ctx, a, a.Alliance(), shelterRows, m.Kept, m.Gone, orNone(body.Shelters)); err != nil {
		return nil, err
	}
	if _, err := moveRows(ctx, a, a.Alliance(), linkRows, m.Kept, m.Gone, orNone(body.Links)); err != nil {
		return nil, err
	}
	for _, org := range []kernel.ID{m.Kept, m.Gone} {
		if err := d.tellOf(ctx, a, org); err != nil {
			return nil, err
		}
	}
	return clashes, nil
}

// orNone is a list that is there even when it is empty: none, not all.
func orNone(all []kernel.ID) []kernel.ID {
	if all == nil {
		return []kernel.ID{}
	}
	return all
}

package directory

import (
	"context"
	"reflect"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Merging says which record stays, which goes up in it, and from which each
// field comes. The versions are those that who decides has seen.
type Merging struct {
	Kept, Gone               kernel.ID
	KeptVersion, GoneVersion int64
	Gones                    []string // fields that come from the one that goes; where only one has a value, it stays
}

// Merge is one that was done.
type Merge struct {
	ID     kernel.ID
	Kept   kernel.ID
	Gone   kernel.ID
	Names  [2]string // of both, as they were
	At     kernel.Instant
	Undone kernel.Instant // "" while they are joined

	body merged
}

// merged is what it takes to put both back.
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
		case kept.MergedIn != "" || gone.MergedIn != "" || kept.Version != in.KeptVersion || gone.Version != in.GoneVersion:
			return kernel.NewConflict("stale")
		case kept.Member != "" && gone.Member != "" && kept.Member != gone.Member:
			return kernel.NewConflict("directory.merge_partners")
		}
		after := joinedOf(kept, gone, in.Gones)
		if err := after.tidy(); err != nil {
			return err
		}
		if err := d.unsheltered(ctx, a, gone.ID, after.Name, after.Also, after.About, after.Website); err != nil {
			return err
		}
		m = Merge{ID: kernel.NewID(), Kept: kept.ID, Gone: gone.ID, Names: [2]string{kept.Name, gone.Name}, At: a.Now}
		m.body = merged{Kept: kept, Gone: gone}
		if m.body.Services, m.body.Locations, err = d.move(ctx, a, gone.ID, kept.ID, nil, nil); err != nil {
			return err
		}
		if m.body.Shelters, err = moveRows(ctx, a, a.Alliance(), shelterRows, gone.ID, kept.ID, nil); err != nil {
			return err
		}
		if m.body.Links, err = moveRows(ctx, a, a.Alliance(), linkRows, gone.ID, kept.ID, nil); err != nil {
			return err
		}
		after.Version, after.ChangedAt = kept.Version+1, a.Now
		m.body.After = after
		if err := saveOrganisation(ctx, a, a.Alliance(), after); err != nil {
			return err
		}
		gone.MergedIn, gone.Version, gone.ChangedAt = kept.ID, gone.Version+1, a.Now
		if err := saveOrganisation(ctx, a, a.Alliance(), gone); err != nil {
			return err
		}
		if err := saveMerge(ctx, a, a.Alliance(), m); err != nil {
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

// joinedOf is the record that stays, with what comes from the other: the fields
// that were chosen, and those that it has alone.
func joinedOf(kept, gone Organisation, gones []string) Organisation {
	after := kept
	into, from := reflect.ValueOf(&after).Elem(), reflect.ValueOf(gone)
	told := stamp(kept.Told, nil, Told{})
	for i := range from.NumField() {
		name := fieldName(from.Type().Field(i).Name)
		if !slices.Contains(MergeFields[:], name) || from.Field(i).IsZero() || !slices.Contains(gones, name) && !into.Field(i).IsZero() {
			continue
		}
		into.Field(i).Set(from.Field(i))
		if t, known := gone.Told[name]; known {
			told[name] = t
		} else {
			delete(told, name)
		}
	}
	after.Told = told
	return after
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

// Merges are those that were done, the newest first, at most fifty.
func (d *Desk) Merges(ctx context.Context) (all []Merge, err error) {
	err = d.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		all, err = listMerges(ctx, a, a.Alliance())
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
func (d *Desk) Part(ctx context.Context, id kernel.ID) (clashes []string, err error) {
	err = d.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		m, err := loadMerge(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		now, err := loadOrganisation(ctx, a, a.Alliance(), m.Kept)
		if err != nil {
			return err
		}
		gone, err := loadOrganisation(ctx, a, a.Alliance(), m.Gone)
		if err != nil {
			return err
		}
		switch {
		case m.Undone != "" || gone.MergedIn != m.Kept:
			return kernel.NewConflict("stale")
		case now.MergedIn != "":
			return kernel.NewConflict("directory.merge_later")
		}
		var back Organisation
		back, clashes = partedOf(m.body.Kept, m.body.After, now)
		back.Version, back.ChangedAt = now.Version+1, a.Now
		if err := saveOrganisation(ctx, a, a.Alliance(), back); err != nil {
			return err
		}
		was := m.body.Gone
		was.Version, was.ChangedAt = gone.Version+1, a.Now
		if err := saveOrganisation(ctx, a, a.Alliance(), was); err != nil {
			return err
		}
		if _, _, err := d.move(ctx, a, m.Kept, m.Gone, orNone(m.body.Services), orNone(m.body.Locations)); err != nil {
			return err
		}
		if _, err := moveRows(ctx, a, a.Alliance(), shelterRows, m.Kept, m.Gone, orNone(m.body.Shelters)); err != nil {
			return err
		}
		if _, err := moveRows(ctx, a, a.Alliance(), linkRows, m.Kept, m.Gone, orNone(m.body.Links)); err != nil {
			return err
		}
		if err := undoMerge(ctx, a, a.Alliance(), id, a.Now); err != nil {
			return err
		}
		for _, org := range []kernel.ID{m.Kept, m.Gone} {
			if err := d.tellOf(ctx, a, org); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: m.Kept, Fields: clashes,
			Detail: map[string]string{"what": "organisation", "step": "part", "gone": string(m.Gone)}})
	})
	return clashes, err
}

// orNone is a list that is there even when it is empty: none, not all.
func orNone(all []kernel.ID) []kernel.ID {
	if all == nil {
		return []kernel.ID{}
	}
	return all
}

// partedOf is a record as it was before a merge, with what was changed since.
func partedOf(before, after, now Organisation) (back Organisation, clashes []string) {
	back = now
	into, old, joined := reflect.ValueOf(&back).Elem(), reflect.ValueOf(before), reflect.ValueOf(after)
	told := stamp(now.Told, nil, Told{})
	for i := range old.NumField() {
		name := fieldName(old.Type().Field(i).Name)
		if !slices.Contains(MergeFields[:], name) {
			continue
		}
		same := func(a, b reflect.Value) bool { return reflect.DeepEqual(a.Interface(), b.Interface()) }
		switch {
		case !same(into.Field(i), joined.Field(i)): // changed since
			if !same(old.Field(i), joined.Field(i)) {
				clashes = append(clashes, name)
			}
			continue
		case reflect.DeepEqual(now.Told[name], after.Told[name]): // nobody said anything of it since
			if t, known := before.Told[name]; known {
				told[name] = t
			} else {
				delete(told, name)
			}
		case !same(old.Field(i), joined.Field(i)): // somebody said that the value of the other is right here
			clashes = append(clashes, name)
			continue
		}
		into.Field(i).Set(old.Field(i))
	}
	if len(told) == 0 && before.Told == nil {
		told = nil
	}
	back.Told = told
	return back, clashes
}

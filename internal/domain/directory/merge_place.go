package directory

import (
	"cmp"
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// mergedPlaces is what it takes to put two places back.
type mergedPlaces struct {
	Kept, Gone, After Location
	Moved             []movedService
}

// movedService is a service that named the place that went, before and after.
type movedService struct {
	Service     kernel.ID
	Was, Became []Place
}

// PlaceMergeFields are the fields of a place of which one is chosen. The
// address is one: a street of one and a number on the map of another lead
// nowhere.
var PlaceMergeFields = [...]string{"name", "address", "hours", "access", "travel"}

// addressed are the fields that are an address.
var addressed = []string{"street", "postal", "city", "municipality", "lat", "lon"}

// placeMoves are all fields that a merge of places may change.
var placeMoves = append([]string{"name", "hours", "access", "travel"}, addressed...)

// called is by what one knows a place.
func (l Location) called() string { return cmp.Or(l.Name, l.Street) }

// PlaceBeside is a place with what it takes to tell it from another.
type PlaceBeside struct {
	Location
	Of       Organisation
	Services []Service // that are given there
}

// PlacesBeside are two places before they are joined.
func (d *Desk) PlacesBeside(ctx context.Context, kept, gone kernel.ID) (both [2]PlaceBeside, err error) {
	err = d.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		for i, id := range []kernel.ID{kept, gone} {
			l, err := loadLocation(ctx, a, a.Alliance(), id)
			if err == nil && l.MergedIn != "" {
				err = kernel.NewNotFound("directory")
			}
			if err != nil {
				return err
			}
			o, err := loadOrganisation(ctx, a, a.Alliance(), l.Organisation)
			if err != nil {
				return err
			}
			services, err := servicesAt(ctx, a, a.Alliance(), id)
			if err != nil {
				return err
			}
			both[i] = PlaceBeside{Location: l, Of: o, Services: services}
		}
		return nil
	})
	return both, err
}

// JoinPlaces makes one place of two in one act: what is given at either is given
// there, and the public address of the other leads to it.
func (d *Desk) JoinPlaces(ctx context.Context, in Merging) (m Merge, err error) {
	err = d.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		if in.Kept == in.Gone {
			return kernel.NewInvalid("directory.merge_self").At("with")
		}
		kept, err := loadLocation(ctx, a, a.Alliance(), in.Kept)
		if err != nil {
			return err
		}
		gone, err := loadLocation(ctx, a, a.Alliance(), in.Gone)
		if err != nil {
			return err
		}
		if err := in.fresh(kept.Version, gone.Version, kept.MergedIn, gone.MergedIn); err != nil {
			return err
		}
		after := onePlace(kept, gone, in.Gones)
		if err := d.fitLocation(ctx, a, &after); err != nil {
			return err
		}
		if err := d.unsheltered(ctx, a, gone.Organisation, after.tellable()...); err != nil {
			return err
		}
		after.Version, after.ChangedAt = kept.Version+1, a.Now
		m = begun(a, APlace, kept.ID, gone.ID, kernel.Text{NL: kept.called()}, kernel.Text{NL: gone.called()})
		body := mergedPlaces{Kept: kept, Gone: gone, After: after}
		if err := saveLocation(ctx, a, a.Alliance(), after); err != nil {
			return err
		}
		gone.MergedIn, gone.Version, gone.ChangedAt = kept.ID, gone.Version+1, a.Now
		if err := saveLocation(ctx, a, a.Alliance(), gone); err != nil {
			return err
		}
		services, err := everyServiceAt(ctx, a, a.Alliance(), gone.ID)
		if err != nil {
			return err
		}
		for _, v := range services {
			moved := movedService{Service: v.ID, Was: v.At, Became: moveAt(v.At, gone.ID, kept.ID)}
			body.Moved = append(body.Moved, moved)
			if err := d.givenAt(ctx, a, v, moved.Became); err != nil {
				return err
			}
		}
		if err := saveMerge(ctx, a, a.Alliance(), m, body); err != nil {
			return err
		}
		if err := d.tellAt(ctx, a, kept.ID); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: kept.ID, Fields: act.Differing(kept, after),
			Detail: map[string]string{"what": "location", "step": "merge", "gone": string(gone.ID)}})
	})
	return m, err
}

// onePlace is the place that stays, with what comes from the other.
func onePlace(kept, gone Location, gones []string) Location {
	after, told := joinedOf(kept, gone, kept.Told, gone.Told, placeMoves[:4], gones)
	same := foldedOf(kept.Street) == foldedOf(gone.Street) && kept.Postal == gone.Postal
	switch {
	case (gone.Street != "" || gone.Postal != "") && (slices.Contains(gones, "address") || kept.Street == "" && kept.Postal == ""):
		after.Street, after.Postal, after.City, after.Municipality, after.Lat, after.Lon = gone.Street, gone.Postal, gone.City, gone.Municipality, gone.Lat, gone.Lon
		for _, name := range addressed {
			takeTold(told, gone.Told, name)
		}
	case same:
		after, told = joinedOf(after, gone, told, gone.Told, addressed, nil)
	}
	after.Told = told
	return after
}

// moveAt are places in which one takes the stead of another. What was told of
// the one that was there already comes first.
func moveAt(at []Place, from, to kernel.ID) (out []Place) {
	i := slices.IndexFunc(at, func(p Place) bool { return p.Location == to })
	for _, p := range at {
		switch {
		case p.Location == from && i >= 0: // it is given at both
			continue
		case p.Location == from:
			p.Location = to
		case p.Location == to:
			other := at[slices.IndexFunc(at, func(q Place) bool { return q.Location == from })]
			if len(p.Hours) == 0 {
				p.Hours = other.Hours
			}
			if len(p.Numbers) == 0 {
				p.Numbers = other.Numbers
			}
			if p.Room.Status == RoomUnknown {
				p.Room = other.Room
			}
		}
		out = append(out, p)
	}
	return out
}

// givenAt saves a service at other places. Who told where it is given, stays.
func (d *Desk) givenAt(ctx context.Context, a *act.Act, v Service, at []Place) error {
	v.At, v.Version, v.ChangedAt = at, v.Version+1, a.Now
	return saveService(ctx, a, a.Alliance(), v)
}

// tellAt says that the services that are given at places may be different for
// the public.
func (d *Desk) tellAt(ctx context.Context, a *act.Act, locations ...kernel.ID) error {
	var all []Service
	for _, id := range locations {
		services, err := servicesAt(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		all = append(all, services...)
	}
	return d.tell(ctx, a, all...)
}

func (d *Desk) partPlaces(ctx context.Context, a *act.Act, m Merge) (clashes []string, err error) {
	var body mergedPlaces
	if err := m.put(&body); err != nil {
		return nil, err
	}
	now, err := loadLocation(ctx, a, a.Alliance(), m.Kept)
	if err != nil {
		return nil, err
	}
	gone, err := loadLocation(ctx, a, a.Alliance(), m.Gone)
	if err != nil {
		return nil, err
	}
	if err := m.parting(now.MergedIn, gone.MergedIn); err != nil {
		return nil, err
	}
	back, told, clashes := partedOf(body.Kept, body.After, now, [3]Tellings{body.Kept.Told, body.After.Told, now.Told}, placeMoves)
	back.Told, back.Version, back.ChangedAt = told, now.Version+1, a.Now
	if err := saveLocation(ctx, a, a.Alliance(), back); err != nil {
		return nil, err
	}
	gone.MergedIn, gone.Version, gone.ChangedAt = "", gone.Version+1, a.Now // as with services
	if err := saveLocation(ctx, a, a.Alliance(), gone); err != nil {
		return nil, err
	}
	for _, moved := range body.Moved {
		v, err := loadService(ctx, a, a.Alliance(), moved.Service)
		if err != nil {
			return nil, err
		}
		at := moved.Was
		if !sameAt(v.At, moved.Became) {
			at = v.backAt(moved.Was, m.Kept, m.Gone)
		}
		if err := d.givenAt(ctx, a, v, at); err != nil {
			return nil, err
		}
	}
	return clashes, d.tellAt(ctx, a, m.Kept, m.Gone)
}

// backAt are the places of a service that somebody changed after two of them
// were joined: where it still names the one that stayed, it names again which of
// the two it named before.
func (v Service) backAt(was []Place, kept, gone kernel.ID) (out []Place) {
	named := func(at []Place, id kernel.ID) bool {
		return slices.ContainsFunc(at, func(p Place) bool { return p.Location == id })
	}
	for _, p := range v.At {
		if p.Location != kept || named(was, kept) {
			out = append(out, p)
		}
		if p.Location == kept && named(was, gone) && !named(v.At, gone) {
			p.Location = gone
			out = append(out, p)
		}
	}
	return out
}

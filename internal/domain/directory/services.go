package directory

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// AddService writes down a service of an organisation: a coordinator of any, a
// partner of its own. It is told to the public when its state is [Open].
func (d *Desk) AddService(ctx context.Context, v Service) (Service, error) {
	err := d.Acts.Do(ctx, func(a *act.Act) error {
		by, err := d.may(ctx, a, v.Organisation)
		if err != nil {
			return err
		}
		if _, err := loadOrganisation(ctx, a, a.Alliance(), v.Organisation); err != nil {
			return err
		}
		v.ID, v.Version, v.ChangedAt, v.MergedIn, v.Told, v.Programme = kernel.NewID(), 1, a.Now, "", nil, ""
		v.Room = Room{Free: -1, Waiting: -1}
		if v.State == "" {
			v.State = Draft
		}
		if err := d.fit(ctx, a, &v, nil); err != nil {
			return err
		}
		v.Told = stamp(nil, filled(v), tellingNow(a, by))
		if err := saveService(ctx, a, a.Alliance(), v); err != nil {
			return err
		}
		if err := d.tell(ctx, a, v); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: action(by), Subject: v.ID, Detail: map[string]string{"what": "service", "step": "add", "by": by, "state": string(v.State)}})
	})
	return v, err
}

// fit holds what a service needs to be kept: that it is right in itself, that
// its places are the organisation's or were there before, and that it tells no
// address of a shelter.
func (d *Desk) fit(ctx context.Context, a *act.Act, v *Service, before []Place) error {
	if err := v.tidy(a.Today()); err != nil {
		return err
	}
	if err := d.ruled(v.For.Rule, a.Today()); err != nil {
		return err
	}
	had := map[kernel.ID]bool{}
	for _, p := range before {
		had[p.Location] = true
	}
	var locations []kernel.ID
	for _, p := range v.At {
		locations = append(locations, p.Location)
	}
	known, err := locationsByID(ctx, a, a.Alliance(), locations)
	if err != nil {
		return err
	}
	for _, id := range locations {
		if l, ok := known[id]; !ok || l.MergedIn != "" && !had[id] {
			return kernel.NewInvalid("directory.location").At("at")
		}
	}
	return d.unsheltered(ctx, a, v.Organisation, v.tellable()...)
}

// ruled refuses a condition that the engine cannot take.
func (d *Desk) ruled(rule string, today kernel.Date) error {
	var wrong kernel.Faults
	wrong.Check("rule", d.Rulings.Check(rule, today))
	return wrong.Err()
}

// ChangeService replaces what is known of a service. v carries the version from
// which the edit began; where another came between, it is Conflict ("stale")
// with the fields that differ. Its organisation, programme and room stay what
// they were: room is said by [Desk.SayRoom].
func (d *Desk) ChangeService(ctx context.Context, v Service) (Service, error) {
	err := d.Acts.Do(ctx, func(a *act.Act) error {
		stored, by, err := d.mayService(ctx, a, v.ID)
		if err != nil {
			return err
		}
		next := v
		next.Organisation, next.Programme, next.Room = stored.Organisation, stored.Programme, stored.Room
		next.Told, next.ChangedAt, next.MergedIn, next.Version = stored.Told, stored.ChangedAt, stored.MergedIn, stored.Version
		for i := range next.At { // what was said of room at a place stays too
			next.At[i].Room = roomAt(stored, next.At[i].Location)
		}
		if err := d.fit(ctx, a, &next, stored.At); err != nil {
			return err
		}
		v, err = d.serviceBecomes(ctx, a, stored, next, v.Version, by)
		return err
	})
	return v, err
}

// mayService reads a service that the actor may change, and says as whom. Who
// may not is not told that it is there.
func (d *Desk) mayService(ctx context.Context, a *act.Act, id kernel.ID) (v Service, by string, err error) {
	v, err = loadService(ctx, a, a.Alliance(), id)
	if err != nil && kernel.CodeOf(err) != kernel.NotFound {
		return v, "", err
	}
	if err == nil && v.MergedIn != "" { // it is told of elsewhere
		err = kernel.NewNotFound("directory")
	}
	by, mayErr := d.may(ctx, a, v.Organisation)
	if mayErr != nil {
		return v, by, mayErr
	}
	return v, by, err
}

func roomAt(v Service, location kernel.ID) Room {
	for _, p := range v.At {
		if p.Location == location {
			return p.Room
		}
	}
	return Room{Free: -1, Waiting: -1}
}

// serviceBecomes saves one service over another state of it, with who told
// what.
func (d *Desk) serviceBecomes(ctx context.Context, a *act.Act, stored, next Service, began int64, by string) (Service, error) {
	fields := act.Differing(stored, next)
	if err := act.Fresh(began, stored.Version, fields...); err != nil {
		return next, err
	}
	if len(fields) > 0 {
		next.Told = stamp(stored.Told, fields, tellingNow(a, by))
		next.Version, next.ChangedAt = stored.Version+1, a.Now
		if err := saveService(ctx, a, a.Alliance(), next); err != nil {
			return next, err
		}
		if err := d.tell(ctx, a, next); err != nil {
			return next, err
		}
	}
	return next, a.Record(ctx, act.Entry{Action: action(by), Subject: next.ID, Fields: fields,
		Detail: map[string]string{"what": "service", "step": "change", "by": by, "before": string(stored.State), "state": string(next.State)}})
}

// AddLocation writes down a place of an organisation that everybody may know.
func (d *Desk) AddLocation(ctx context.Context, l Location) (Location, error) {
	err := d.Acts.Do(ctx, func(a *act.Act) error {
		by, err := d.may(ctx, a, l.Organisation)
		if err != nil {
			return err
		}
		if _, err := loadOrganisation(ctx, a, a.Alliance(), l.Organisation); err != nil {
			return err
		}
		l.ID, l.Version, l.ChangedAt, l.MergedIn, l.Told = kernel.NewID(), 1, a.Now, "", nil
		if err := d.fitLocation(ctx, a, &l); err != nil {
			return err
		}
		l.Told = stamp(nil, filled(l), tellingNow(a, by))
		if err := saveLocation(ctx, a, a.Alliance(), l); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: action(by), Subject: l.ID, Detail: map[string]string{"what": "location", "step": "add", "by": by}})
	})
	return l, err
}

func (d *Desk) fitLocation(ctx context.Context, a *act.Act, l *Location) error {
	if err := l.tidy(a.Today()); err != nil {
		return err
	}
	return d.unsheltered(ctx, a, l.Organisation, l.tellable()...)
}

// ChangeLocation replaces what is known of a place. l carries the version from
// which the edit began, as with [Desk.ChangeService].
func (d *Desk) ChangeLocation(ctx context.Context, l Location) (Location, error) {
	err := d.Acts.Do(ctx, func(a *act.Act) error {
		stored, err := loadLocation(ctx, a, a.Alliance(), l.ID)
		if err != nil && kernel.CodeOf(err) != kernel.NotFound {
			return err
		}
		if err == nil && stored.MergedIn != "" { // it is told of elsewhere
			err = kernel.NewNotFound("directory")
		}
		by, mayErr := d.may(ctx, a, stored.Organisation)
		if mayErr != nil {
			return mayErr
		}
		if err != nil {
			return err
		}
		next := l
		next.Organisation, next.Told, next.ChangedAt, next.MergedIn, next.Version = stored.Organisation, stored.Told, stored.ChangedAt, stored.MergedIn, stored.Version
		if err := d.fitLocation(ctx, a, &next); err != nil {
			return err
		}
		fields := act.Differing(stored, next)
		if err := act.Fresh(l.Version, stored.Version, fields...); err != nil {
			return err
		}
		if len(fields) > 0 {
			next.Told = stamp(stored.Told, fields, tellingNow(a, by))
			next.Version, next.ChangedAt = stored.Version+1, a.Now
			if err := saveLocation(ctx, a, a.Alliance(), next); err != nil {
				return err
			}
			services, err := servicesAt(ctx, a, a.Alliance(), next.ID)
			if err != nil {
				return err
			}
			if err := d.tell(ctx, a, services...); err != nil {
				return err
			}
		}
		l = next
		return a.Record(ctx, act.Entry{Action: action(by), Subject: l.ID, Fields: fields, Detail: map[string]string{"what": "location", "step": "change", "by": by}})
	})
	return l, err
}

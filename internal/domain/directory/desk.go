package directory

import (
	"cmp"
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// Desk is where the directory is kept: the module's use cases.
type Desk struct {
	Acts   *act.Acts
	Keeper vault.Keeper // makes the tokens of links
	Vault  *vault.Vault // keeps where shelters are

	Rulings *Rulings // read for whom a service is; nil: a condition is kept as it stands

	// Known is what the house knows of the municipalities of the actor's alliance
	// from elsewhere; nil: nothing.
	Known func(ctx context.Context) ([]Take, error)
}

// may asks whether the actor may change what belongs to an organisation, and
// says as whom: the coordinator anything, a partner and who holds a link what
// is the organisation's own.
func (d *Desk) may(ctx context.Context, a *act.Act, organisation kernel.ID) (by string, err error) {
	switch {
	case a.Actor.Is(policy.Coordinator):
		return ByCoordinator, a.Allow(ctx, "directory.manage", organisation)
	case a.Actor.Is(policy.Invited):
		return ByLink, a.Allow(ctx, "directory.confirm", organisation)
	}
	o, err := loadOrganisation(ctx, a, a.Alliance(), organisation)
	if err != nil && kernel.CodeOf(err) != kernel.NotFound {
		return "", err
	}
	return ByPartner, a.Allow(ctx, "directory.keep", o.Member)
}

// now is what a person tells at this moment.
func tellingNow(a *act.Act, by string) Told {
	return Told{Source: by, Retrieved: a.Today(), Verified: a.Today(), By: cmp.Or(a.Actor.Person, a.Actor.Token)}
}

// AddOrganisation writes down an organisation. A coordinator does.
func (d *Desk) AddOrganisation(ctx context.Context, o Organisation) (Organisation, error) {
	err := d.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		o.ID, o.Version, o.ChangedAt, o.MergedIn, o.Told = kernel.NewID(), 1, a.Now, "", nil
		if err := o.tidy(); err != nil {
			return err
		}
		o.Told = stamp(nil, filled(o), tellingNow(a, ByCoordinator))
		if err := saveOrganisation(ctx, a, a.Alliance(), o); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: o.ID, Detail: map[string]string{"what": "organisation", "step": "add"}})
	})
	return o, err
}

// ChangeOrganisation replaces what is known of an organisation. o carries the
// version from which the edit began; where another came between, it is Conflict
// ("stale") with the fields that differ. Which partner it is, only a
// coordinator says.
func (d *Desk) ChangeOrganisation(ctx context.Context, o Organisation) (Organisation, error) {
	err := d.Acts.Do(ctx, func(a *act.Act) error {
		by, err := d.may(ctx, a, o.ID)
		if err != nil {
			return err
		}
		stored, err := loadOrganisation(ctx, a, a.Alliance(), o.ID)
		if err == nil && stored.MergedIn != "" { // it is told of elsewhere
			err = kernel.NewNotFound("directory")
		}
		if err != nil {
			return err
		}
		next := o
		next.Told, next.ChangedAt, next.MergedIn, next.Version = stored.Told, stored.ChangedAt, stored.MergedIn, stored.Version
		if by != ByCoordinator {
			next.Member = stored.Member
		}
		o, err = d.organisationBecomes(ctx, a, stored, next, o.Version, by)
		return err
	})
	return o, err
}

// organisationBecomes saves one organisation over another state of it, with who
// told what, and tells of the services that it changes for the public.
func (d *Desk) organisationBecomes(ctx context.Context, a *act.Act, stored, next Organisation, began int64, by string) (Organisation, error) {
	if err := next.tidy(); err != nil {
		return next, err
	}
	fields := act.Differing(stored, next)
	if err := act.Fresh(began, stored.Version, fields...); err != nil {
		return next, err
	}
	if err := d.unsheltered(ctx, a, stored.ID, next.tellable()...); err != nil {
		return next, err
	}
	if len(fields) > 0 {
		next.Told = stamp(stored.Told, fields, tellingNow(a, by))
		next.Version, next.ChangedAt = stored.Version+1, a.Now
		if err := saveOrganisation(ctx, a, a.Alliance(), next); err != nil {
			return next, err
		}
		services, err := servicesOf(ctx, a, a.Alliance(), next.ID)
		if err != nil {
			return next, err
		}
		if err := d.tell(ctx, a, services...); err != nil {
			return next, err
		}
	}
	return next, a.Record(ctx, act.Entry{Action: action(by), Subject: next.ID, Fields: fields, Detail: map[string]string{"what": "organisation", "step": "change", "by": by}})
}

// action is the action in whose name somebody writes.
func action(by string) string {
	switch by {
	case ByCoordinator:
		return "directory.manage"
	case ByLink:
		return "directory.confirm"
	}
	return "directory.keep"
}

// tell says which services may be different for the public.
func (d *Desk) tell(ctx context.Context, a *act.Act, services ...Service) error {
	var ids []kernel.ID
	for _, v := range services {
		ids = append(ids, v.ID)
	}
	if ids = distinct(ids); len(ids) == 0 {
		return nil
	}
	return a.Tell(ctx, Changed{ids})
}

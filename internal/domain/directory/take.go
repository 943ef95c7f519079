package directory

import (
	"context"
	"errors"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Item is what a source tells: an organisation, and with it, if it has them,
// places and a service. The IDs are those by which the source knows them, so
// that what is read again is the same.
type Item struct {
	Line           int // where it stands in the source; for faults
	OrganisationID string
	Organisation   Organisation
	Places         []ItemPlace
	ServiceID      string // "": it tells of no service
	Service        Service
}

// ItemPlace is a place as a source tells it. The service of its item is given
// there.
type ItemPlace struct {
	SourceID string
	Location Location
	Hours    []Hours // of the service there, where they are its own
	Numbers  []Phone
}

// Take is what is taken over from a source at once.
type Take struct {
	Source    string      // its name: "sociale-kaart"
	Retrieved kernel.Date // when it was read there; "" when nobody knows
	Items     []Item
	State     State // of its services, whatever the items and people here say; "": what the items say
	Dry       bool  // only says what would happen
	Whole     bool  // the source tells of nothing else, so that what is missing is gone there
}

// Taken is what became of it. Nothing of an item that is refused is kept; all
// others are.
type Taken struct {
	Added, Changed, Same int    // services; of items without one, organisations
	Steps                []Step // what is new and what is different, in the order of the source
	Gone                 []Service
	Kept                 []Kept
	Refused              []Refused
}

// Step is what one item came to.
type Step struct {
	Line   int
	Name   string   // of the service, or of the organisation
	New    bool     // nobody told of it here before
	Fields []string // in which it differs, where it is not new
}

// Kept is a field that somebody wrote here, or another source, so that what the
// source tells of it was left: it stands beside what is here.
type Kept struct {
	Line        int
	Field       string
	Name        string // of the record
	Here, There string // what stands here, and what the source tells, in short
}

// Refused is an item that cannot be taken, and all that is wrong with it.
type Refused struct {
	Line int
	Name string // of what it tells; "" where not even that can be read
	Why  *kernel.Fault
}

// TakeKnown takes over what is known of the municipalities of the actor's
// alliance before anybody types: its authorities, its partners, its programmes.
// The coordinator answers for it, and may do it again.
func (d *Desk) TakeKnown(ctx context.Context) (all Taken, err error) {
	known, err := d.Known(ctx)
	if err != nil {
		return all, err
	}
	for _, t := range known {
		done, err := d.TakeOver(ctx, t)
		if err != nil {
			return all, err
		}
		all.add(done)
		all.Refused = append(all.Refused, done.Refused...)
	}
	return all, nil
}

// add counts another part; its refusals are for the caller.
func (all *Taken) add(part Taken) {
	all.Added, all.Changed, all.Same = all.Added+part.Added, all.Changed+part.Changed, all.Same+part.Same
	all.Steps, all.Kept = append(all.Steps, part.Steps...), append(all.Kept, part.Kept...)
}

// takeAtOnce is how many items are taken in one act: few enough that nobody
// waits for them.
const takeAtOnce = 250

// TakeOver takes over what a source tells, a part after a part, each whole or
// not at all. Who wrote something here is not overwritten: only what nobody
// told, and what came from the same source and was not confirmed since. To take
// the same over twice is to take it over once.
func (d *Desk) TakeOver(ctx context.Context, t Take) (all Taken, err error) {
	lines := map[int]bool{}
	for part := range slices.Chunk(t.Items, takeAtOnce) {
		var done Taken
		err := d.act(ctx, t.Dry, func(a *act.Act) error {
			if err := a.Allow(ctx, "directory.manage", ""); err != nil {
				return err
			}
			var err error
			done, err = d.TakeIn(ctx, a, Take{Source: t.Source, Retrieved: t.Retrieved, Items: part, State: t.State, Dry: t.Dry})
			return err
		})
		if err != nil {
			return all, err
		}
		all.add(done)
		for _, r := range done.Refused {
			if !lines[r.Line] || r.Line == 0 {
				all.Refused = append(all.Refused, r)
			}
			lines[r.Line] = true
		}
	}
	if !t.Whole {
		return all, nil
	}
	err = d.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		all.Gone, err = d.GoneIn(ctx, a, t)
		return err
	})
	return all, err
}

// GoneIn are the services of which a source that tells of nothing else tells no
// more, within an act that has asked for permission.
func (d *Desk) GoneIn(ctx context.Context, a *act.Act, t Take) ([]Service, error) {
	return goneFrom(ctx, a, a.Alliance(), t)
}

// act does or, for a trial, only looks: nothing a trial does is kept.
func (d *Desk) act(ctx context.Context, dry bool, fn func(a *act.Act) error) error {
	if dry {
		return d.Acts.Look(ctx, fn)
	}
	return d.Acts.Do(ctx, fn)
}

// taking is a part of a source on its way in.
type taking struct {
	d        *Desk
	a        *act.Act
	told     Told
	dry      bool
	out      Taken
	orgs     shelf[Organisation]
	places   shelf[Location]
	services shelf[Service]
	shelters bool

	there  bool     // what the item tells of was here before
	fields []string // in which it differs
}

// TakeIn is [Desk.TakeOver] within an act that has asked for permission: the
// house's own work when a programme of the alliance changes. It leaves the
// record.
func (d *Desk) TakeIn(ctx context.Context, a *act.Act, t Take) (Taken, error) {
	w := &taking{d: d, a: a, dry: t.Dry, told: Told{Source: t.Source, Retrieved: t.Retrieved, By: a.Actor.Person}}
	if err := w.look(ctx, t); err != nil {
		return w.out, err
	}
	for _, item := range t.Items {
		err := w.take(ctx, item, t.State)
		if f, ok := errors.AsType[*kernel.Fault](err); ok && f.Code != kernel.Internal {
			w.out.Refused = append(w.out.Refused, Refused{item.Line, item.name(), f})
		} else if err != nil {
			return w.out, err
		}
	}
	if t.Dry {
		return w.out, nil
	}
	return w.out, w.write(ctx)
}

// look finds what the source told before.
func (w *taking) look(ctx context.Context, t Take) (err error) {
	var orgs, places, services, kbos, members, names []string
	for _, x := range t.Items {
		orgs, services = append(orgs, x.OrganisationID), append(services, x.ServiceID)
		for _, p := range x.Places {
			places = append(places, p.SourceID)
		}
	}
	alliance := w.a.Alliance()
	if w.orgs.known, err = bySources(ctx, w.a, alliance, t.Source, "organisation", orgs); err != nil {
		return err
	}
	if w.places.known, err = bySources(ctx, w.a, alliance, t.Source, "location", places); err != nil {
		return err
	}
	if w.services.known, err = bySources(ctx, w.a, alliance, t.Source, "service", services); err != nil {
		return err
	}
	w.orgs.kind, w.places.kind, w.services.kind = "organisation", "location", "service"
	if w.orgs.stored, err = organisationsByID(ctx, w.a, alliance, ids(w.orgs.known)); err != nil {
		return err
	}
	for _, x := range t.Items {
		if _, known := w.orgs.known[x.OrganisationID]; known && x.OrganisationID != "" {
			continue
		}
		kbos, members = append(kbos, string(x.Organisation.KBO)), append(members, string(x.Organisation.Member))
		names = append(names, foldedOf(x.Organisation.Name))
	}
	same, err := organisationsAlike(ctx, w.a, alliance, kbos, members, names)
	if err != nil {
		return err
	}
	for _, o := range same { // what another source told of the same enterprise
		if _, known := w.orgs.stored[o.ID]; !known {
			w.orgs.stored[o.ID] = o
		}
	}
	if w.places.stored, err = locationsByID(ctx, w.a, alliance, ids(w.places.known)); err != nil {
		return err
	}
	w.services.stored = map[kernel.ID]Service{}
	for part := range slices.Chunk(ids(w.services.known), batch) {
		found, err := servicesByID(ctx, w.a, alliance, part)
		if err != nil {
			return err
		}
		for _, v := range found {
			w.services.stored[v.ID] = v
		}
	}
	w.shelters, err = anyShelter(ctx, w.a, alliance)
	return err
}

// take lays one item over what is there. It changes nothing when it refuses.
func (w *taking) take(ctx context.Context, x Item, state State) error {
	wrong := kernel.Faults{}
	org, orgStep, orgKept, err := w.organisation(ctx, x)
	wrong = gather(wrong, err)
	w.there, w.fields = false, nil
	var steps []func()
	steps = append(steps, orgStep)
	v := x.Service
	now, err := w.serviceNow(ctx, x)
	if err != nil {
		return err
	}
	if now.record.Sheltered {
		v.Sheltered, v.At, x.Places = true, nil, nil // somebody said that where it is, is told to nobody
	}
	for _, p := range x.Places {
		l, step, kept, err := w.place(ctx, p, org.ID)
		wrong = gather(wrong, err)
		steps, orgKept = append(steps, step), append(orgKept, kept...)
		if !v.Sheltered && !slices.ContainsFunc(v.At, func(q Place) bool { return q.Location == l.ID }) {
			v.At = append(v.At, Place{Location: l.ID, Hours: p.Hours, Numbers: p.Numbers})
		}
		wrong = gather(wrong, w.untold(ctx, l.tellable(), org.ID, l.Organisation))
	}
	wrong = gather(wrong, w.untold(ctx, org.tellable(), org.ID))
	if x.ServiceID != "" {
		step, kept, err := w.service(x, now, v, org.ID, state)
		wrong = gather(wrong, err)
		steps, orgKept = append(steps, step), append(orgKept, kept...)
		wrong = gather(wrong, w.untold(ctx, v.tellable(), org.ID, now.record.Organisation))
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	for _, step := range steps {
		step()
	}
	w.counted(x)
	for _, k := range orgKept {
		k.Line = x.Line
		w.out.Kept = append(w.out.Kept, k)
	}
	return nil
}

// untold refuses words that hold the address of a shelter of one of the
// organisations whose they are, or become.
func (w *taking) untold(ctx context.Context, told []any, organisations ...kernel.ID) error {
	if !w.shelters {
		return nil
	}
	for _, id := range distinct(organisations) {
		if err := w.d.unsheltered(ctx, w.a, id, told...); err != nil {
			return err
		}
	}
	return nil
}

// name is how the item is called, for who reads what came of it.
func (x Item) name() string {
	for _, lang := range kernel.Langs {
		if s := x.Service.Name.In(lang); s != "" && x.ServiceID != "" {
			return s
		}
	}
	return x.Organisation.Name
}

// counted says what an item came to, once all of it was laid over what is there.
func (w *taking) counted(x Item) {
	switch {
	case !w.there:
		w.out.Added++
		w.out.Steps = append(w.out.Steps, Step{Line: x.Line, Name: x.name(), New: true})
	case len(w.fields) > 0:
		w.out.Changed++
		w.out.Steps = append(w.out.Steps, Step{Line: x.Line, Name: x.name(), Fields: distinct(w.fields)})
	default:
		w.out.Same++
	}
}

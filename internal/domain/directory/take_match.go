package directory

import (
	"context"
	"errors"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// shelf holds the records of one kind that a part meets: found, by the
// source's name, and new or changed ones that wait to be written.
type shelf[T any] struct {
	kind    string
	known   map[string]kernel.ID // by the source's name
	stored  map[kernel.ID]T
	add     []kernel.ID
	change  []T
	sources [][2]string // the source's name, the record
}

func (w *taking) organisation(ctx context.Context, x Item) (o Organisation, step func(), kept []Kept, err error) {
	id, known := w.orgs.known[x.OrganisationID]
	if x.OrganisationID == "" || !known {
		id = w.alike(x.Organisation)
	}
	stored, there := w.orgs.stored[id]
	if there && stored.MergedIn != "" { // what was joined stays joined
		stay, err := wentTo(ctx, w, &w.orgs, AnOrganisation, id, loadOrganisation)
		if err != nil || stay.twice {
			return stay.record, func() { w.met(true, x.ServiceID == "", nil) }, nil, err
		}
		stored = stay.record
	}
	next := stored
	if !there {
		next = Organisation{ID: kernel.NewID(), Version: 0, ChangedAt: w.a.Now}
	}
	incoming := x.Organisation
	if err := incoming.tidy(); err != nil {
		return next, nil, nil, err
	}
	next.Told, kept = overlay(&next, next.Told, incoming, w.told)
	kept = of(kept, next.Name)
	step = func() {
		fields := act.Differing(stored, next)
		changed := !there || len(fields) > 0
		if changed {
			next.Version, next.ChangedAt = next.Version+1, w.a.Now
		}
		w.orgs.put(x.OrganisationID, next.ID, next, there, changed)
		w.met(there, x.ServiceID == "", fields)
	}
	return next, step, kept, nil
}

// alike is the record of the same organisation that another source told of: by
// enterprise number, as partner, or by name where no number says otherwise.
func (w *taking) alike(o Organisation) kernel.ID {
	for _, is := range []func(x Organisation) bool{
		func(x Organisation) bool { return o.KBO != "" && x.KBO == o.KBO },
		func(x Organisation) bool { return o.Member != "" && x.Member == o.Member },
		func(x Organisation) bool {
			return foldedOf(x.Name) == foldedOf(o.Name) && (x.KBO == "" || o.KBO == "" || x.KBO == o.KBO) &&
				(x.Member == "" || o.Member == "" || x.Member == o.Member)
		},
	} {
		var first kernel.ID // the oldest, whatever the order of the map
		for id, x := range w.orgs.stored {
			if x.MergedIn == "" && is(x) && (first == "" || id < first) {
				first = id
			}
		}
		if first != "" {
			return first
		}
	}
	return ""
}

func (w *taking) place(ctx context.Context, p ItemPlace, org kernel.ID) (l Location, step func(), kept []Kept, err error) {
	stored, there := w.places.stored[w.places.known[p.SourceID]]
	if there && stored.MergedIn != "" {
		stay, err := wentTo(ctx, w, &w.places, APlace, stored.ID, loadLocation)
		if err != nil || stay.twice {
			return stay.record, func() { w.met(true, false, nil) }, nil, err
		}
		stored = stay.record
	}
	next := stored
	if !there {
		next = Location{ID: kernel.NewID(), Organisation: org}
	}
	incoming := p.Location
	if err := incoming.tidy(w.a.Today()); err != nil {
		return next, nil, nil, err
	}
	next.Told, kept = overlay(&next, next.Told, incoming, w.told)
	kept = of(kept, next.Name)
	step = func() {
		fields := act.Differing(stored, next)
		changed := !there || len(fields) > 0
		if changed {
			next.Version, next.ChangedAt = next.Version+1, w.a.Now
		}
		w.places.put(p.SourceID, next.ID, next, there, changed)
		w.met(there, false, fields)
	}
	return next, step, kept, nil
}

// stay is the record in which one went up. twice: the source tells of that one
// by itself too, so that what it tells of this one is not written over it.
type stay[T any] struct {
	record T
	twice  bool
}

// wentTo is the record that holds what one said that the source knows.
func wentTo[T any](ctx context.Context, w *taking, s *shelf[T], kind Kind, id kernel.ID, load func(context.Context, db.Querier, kernel.ID, kernel.ID) (T, error)) (out stay[T], err error) {
	now, err := standing(ctx, w.a, w.a.Alliance(), kind, id)
	if err != nil {
		return out, err
	}
	met := false
	if out.record, met = s.stored[now]; !met {
		if out.record, err = load(ctx, w.a, w.a.Alliance(), now); err != nil {
			return out, err
		}
	}
	var n int64
	err = w.a.QueryRowContext(ctx, `SELECT count(*) FROM directory_source WHERE alliance = $1 AND record = $2 AND source = $3 AND kind = $4`,
		w.a.Alliance(), now, w.told.Source, kind).Scan(&n)
	out.twice = n > 0
	return out, err
}

// serviceNow is the service of which an item tells, where it stands now.
func (w *taking) serviceNow(ctx context.Context, x Item) (stay[Service], error) {
	stored := w.services.stored[w.services.known[x.ServiceID]]
	if stored.MergedIn == "" {
		return stay[Service]{record: stored}, nil
	}
	return wentTo(ctx, w, &w.services, AService, stored.ID, loadService)
}

func (w *taking) service(x Item, now stay[Service], incoming Service, org kernel.ID, state State) (step func(), kept []Kept, err error) {
	stored, there := now.record, now.record.ID != ""
	if now.twice {
		return func() { w.met(true, true, nil) }, nil, nil
	}
	next := stored
	if !there {
		next = Service{ID: kernel.NewID(), Organisation: org, Programme: incoming.Programme, Room: Room{Free: -1, Waiting: -1}}
	}
	for i := range incoming.At {
		incoming.At[i].Room = roomAt(stored, incoming.At[i].Location)
	}
	if incoming.State == "" {
		incoming.State = Draft
	}
	if err := incoming.tidy(w.a.Today()); err != nil {
		return nil, nil, err
	}
	if err := w.d.ruled(incoming.For.Rule, w.a.Today()); err != nil {
		return nil, nil, err
	}
	next.Told, kept = overlay(&next, next.Told, incoming, w.told)
	if state != "" && next.State != state {
		next.State, next.Told = state, stamp(next.Told, []string{"state"}, w.told)
	}
	step = func() {
		fields := act.Differing(stored, next)
		changed := !there || len(fields) > 0
		if changed {
			next.Version, next.ChangedAt = next.Version+1, w.a.Now
		}
		w.services.put(x.ServiceID, next.ID, next, there, changed)
		w.met(there, true, fields)
	}
	return step, of(kept, x.name()), nil
}

// met notes that a record of the item was laid over what is there; itself, when
// the item is about it.
func (w *taking) met(there, itself bool, fields []string) {
	w.there = w.there || there && itself
	for _, field := range fields {
		if there && !slices.Contains(ours, field) {
			w.fields = append(w.fields, field)
		}
	}
}

// of names the record whose fields were kept.
func of(kept []Kept, name string) []Kept {
	for i := range kept {
		kept[i].Name = name
	}
	return kept
}

// put keeps a record for the writing, and for the items that come after.
func (s *shelf[T]) put(sourceID string, id kernel.ID, v T, there, changed bool) {
	if _, known := s.known[sourceID]; !known && sourceID != "" {
		s.known[sourceID] = id
		s.sources = append(s.sources, [2]string{sourceID, string(id)})
	}
	s.stored[id] = v
	switch {
	case !there:
		s.add = append(s.add, id)
	case changed && !slices.Contains(s.add, id):
		s.change = append(s.change, v)
	}
}

// fresh are the records that are new, as the last item left them.
func (s *shelf[T]) fresh() (all []T) {
	for _, id := range s.add {
		all = append(all, s.stored[id])
	}
	return all
}

// gather adds to faults what else is wrong.
func gather(wrong kernel.Faults, err error) kernel.Faults {
	if err == nil {
		return wrong
	}
	if f, ok := errors.AsType[*kernel.Fault](err); ok {
		for _, one := range f.All() {
			alone := *one
			alone.More = nil
			wrong = append(wrong, &alone)
		}
		return wrong
	}
	wrong.Check("", err)
	return wrong
}

func ids(known map[string]kernel.ID) (all []kernel.ID) {
	for _, id := range known {
		all = append(all, id)
	}
	return distinct(all)
}

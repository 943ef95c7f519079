package directory

import (
	"cmp"
	"context"
	"reflect"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// mergedServices is what it takes to put two services back.
type mergedServices struct {
	Kept, Gone, After Service
}

// ServiceMergeFields are the fields of a service of which one is chosen. Where
// it is given and the words by which people look for it come from both.
var ServiceMergeFields = [...]string{"name", "about", "how", "state", "levers", "phases", "for", "costs", "languages", "access", "areas", "hours", "numbers", "mail", "website"}

// serviceMoves are all fields that a merge of services may change.
var serviceMoves = append(ServiceMergeFields[:], "at", "words", "sheltered", "programme", "room")

// ServicesBeside are two services before they are joined, each with its
// organisation and the places that it names.
func (d *Desk) ServicesBeside(ctx context.Context, kept, gone kernel.ID) (both [2]ServiceBeside, err error) {
	err = d.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		for i, id := range []kernel.ID{kept, gone} {
			v, err := loadService(ctx, a, a.Alliance(), id)
			if err == nil && v.MergedIn != "" {
				err = kernel.NewNotFound("directory")
			}
			if err != nil {
				return err
			}
			o, err := loadOrganisation(ctx, a, a.Alliance(), v.Organisation)
			if err != nil {
				return err
			}
			both[i] = ServiceBeside{Service: v, Of: o}
			for _, p := range v.At {
				l, err := loadLocation(ctx, a, a.Alliance(), p.Location)
				if err != nil {
					return err
				}
				both[i].Places = append(both[i].Places, l)
			}
		}
		return nil
	})
	return both, err
}

// ServiceBeside is a service with what it takes to tell it from another.
type ServiceBeside struct {
	Service
	Of     Organisation
	Places []Location
}

// JoinServices makes one service of two in one act. It is found by the words of
// both, is given where both were, and the public address of the other leads to
// it. Where one of them is sheltered, so is what comes of them. Two programmes
// are not one: Conflict ("directory.merge_programmes").
func (d *Desk) JoinServices(ctx context.Context, in Merging) (m Merge, err error) {
	err = d.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		if in.Kept == in.Gone {
			return kernel.NewInvalid("directory.merge_self").At("with")
		}
		kept, err := loadService(ctx, a, a.Alliance(), in.Kept)
		if err != nil {
			return err
		}
		gone, err := loadService(ctx, a, a.Alliance(), in.Gone)
		if err != nil {
			return err
		}
		if err := in.fresh(kept.Version, gone.Version, kept.MergedIn, gone.MergedIn); err != nil {
			return err
		}
		if kept.Programme != "" && gone.Programme != "" && kept.Programme != gone.Programme {
			return kernel.NewConflict("directory.merge_programmes")
		}
		after := oneService(kept, gone, in.Gones)
		if err := d.fit(ctx, a, &after, slices.Concat(kept.At, gone.At)); err != nil {
			return err
		}
		if err := d.unsheltered(ctx, a, gone.Organisation, after.tellable()...); err != nil {
			return err
		}
		after.Version, after.ChangedAt = kept.Version+1, a.Now
		m = begun(a, AService, kept.ID, gone.ID, kept.Name, gone.Name)
		if err := saveService(ctx, a, a.Alliance(), after); err != nil {
			return err
		}
		body := mergedServices{Kept: kept, Gone: gone, After: after}
		gone.MergedIn, gone.Version, gone.ChangedAt = kept.ID, gone.Version+1, a.Now
		if err := saveService(ctx, a, a.Alliance(), gone); err != nil {
			return err
		}
		if err := saveMerge(ctx, a, a.Alliance(), m, body); err != nil {
			return err
		}
		if err := d.tell(ctx, a, after, gone); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: kept.ID, Fields: act.Differing(kept, after),
			Detail: map[string]string{"what": "service", "step": "merge", "gone": string(gone.ID)}})
	})
	return m, err
}

// oneService is the service that stays, with what comes from the other. Areas
// are taken where that was chosen alone: none of them means everywhere.
func oneService(kept, gone Service, gones []string) Service {
	fields := slices.DeleteFunc(slices.Clone(ServiceMergeFields[:]), func(name string) bool {
		return name == "areas" && !slices.Contains(gones, name)
	})
	after, told := joinedOf(kept, gone, kept.Told, gone.Told, fields, gones)
	if slices.Contains(gones, "areas") {
		after.Areas = gone.Areas
		takeTold(told, gone.Told, "areas")
	}
	after.Programme = cmp.Or(kept.Programme, gone.Programme)
	if after.Room.Status == RoomUnknown {
		after.Room = gone.Room
	}
	if gone.Sheltered && !kept.Sheltered {
		after.Sheltered = true
		takeTold(told, gone.Told, "sheltered")
	}
	after.At = slices.Clone(kept.At)
	for _, p := range gone.At {
		if !slices.ContainsFunc(after.At, func(q Place) bool { return q.Location == p.Location }) {
			after.At = append(after.At, p)
		}
	}
	if after.Sheltered {
		after.At = nil
	}
	switch {
	case len(kept.At) == 0 && len(after.At) > 0:
		takeTold(told, gone.Told, "at")
	case !sameAt(kept.At, after.At):
		told["at"] = chose(told["at"])
	}
	if after.Words = foundBy(after, kept, gone); !slices.Equal(after.Words, kept.Words) {
		told["words"] = chose(told["words"])
	}
	after.Told = told
	return after
}

// foundBy are the words by which people look for what two services came to:
// those of both, and the names that it bears no more.
func foundBy(after, kept, gone Service) []string {
	all := slices.Concat(kept.Words, gone.Words)
	for _, old := range []kernel.Text{kept.Name, gone.Name} {
		for _, lang := range kernel.Langs {
			if name := old.In(lang); name != "" && kernel.Fold(name) != kernel.Fold(after.Name.In(lang)) {
				all = append(all, name)
			}
		}
	}
	all = words(all)
	return all[:min(len(all), maxList)]
}

func (d *Desk) partServices(ctx context.Context, a *act.Act, m Merge) (clashes []string, err error) {
	var body mergedServices
	if err := m.put(&body); err != nil {
		return nil, err
	}
	now, err := loadService(ctx, a, a.Alliance(), m.Kept)
	if err != nil {
		return nil, err
	}
	gone, err := loadService(ctx, a, a.Alliance(), m.Gone)
	if err != nil {
		return nil, err
	}
	if err := m.parting(now.MergedIn, gone.MergedIn); err != nil {
		return nil, err
	}
	back, told, clashes := partedOf(body.Kept, body.After, now, [3]Tellings{body.Kept.Told, body.After.Told, now.Told}, serviceMoves)
	if back.Sheltered { // whatever was put back: where it is, is told to nobody
		back.At = nil
	}
	back.Told, back.Version, back.ChangedAt = told, now.Version+1, a.Now
	if err := saveService(ctx, a, a.Alliance(), back); err != nil {
		return nil, err
	}
	// Nobody changes what went up in another but a merge of its organisation or
	// its places, which moves it along: what stands there is what it was.
	gone.MergedIn, gone.Version, gone.ChangedAt = "", gone.Version+1, a.Now
	if err := saveService(ctx, a, a.Alliance(), gone); err != nil {
		return nil, err
	}
	return clashes, d.tell(ctx, a, back, gone)
}

// sameAt tells whether two lists of places are the same.
func sameAt(x, y []Place) bool { return len(x) == 0 && len(y) == 0 || reflect.DeepEqual(x, y) }

package depot

import (
	"context"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Places lists the places of the alliance, those that are closed too.
func (s *Service) Places(ctx context.Context) (all []Place, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "depot.read", ""); err != nil {
			return err
		}
		all, err = placesOf(ctx, a, a.Alliance())
		return err
	})
	return all, err
}

// OpenPlace opens a place of the actor's organisation. The ID is made by who
// asks: the same place is opened once.
func (s *Service) OpenPlace(ctx context.Context, in Place) (p Place, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "depot.manage", a.Actor.Org); err != nil {
			return err
		}
		if _, err := kernel.ParseID(string(in.ID)); err != nil {
			return kernel.NewInvalid("ledger.id")
		}
		p = in
		if p.Org = a.Actor.Org; p.Rules == (Rules{}) {
			p.Rules = Usual
		}
		if err := p.check(); err != nil {
			return err
		}
		was, err := loadPlace(ctx, a, a.Alliance(), p.ID)
		switch {
		case err == nil && was.Org == p.Org && was.Name == p.Name && was.Kind == p.Kind && was.Rules == p.Rules:
			p = was
			return done(ctx, a, "depot.manage", p.ID, "place", "again")
		case err == nil:
			return kernel.NewInvalid("ledger.other_content")
		case kernel.CodeOf(err) != kernel.NotFound:
			return err
		}
		p.Version = 1
		if err := savePlace(ctx, a, a.Alliance(), p); err != nil {
			return err
		}
		return done(ctx, a, "depot.manage", p.ID, "place", "opened")
	})
	return p, err
}

// ChangePlace changes a place: its name, its rules, whether it is closed. A
// place in which something lies is not closed: Conflict ("depot.not_empty").
func (s *Service) ChangePlace(ctx context.Context, in Place) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		p, err := s.manages(ctx, a, in.ID)
		if err != nil {
			return err
		}
		began := p.Version
		if err := act.Fresh(in.Version, p.Version, act.Differing(in, p)...); err != nil {
			return err
		}
		p.Name, p.Kind, p.Rules, p.Closed, p.Version = in.Name, in.Kind, in.Rules, in.Closed, began+1
		if err := p.check(); err != nil {
			return err
		}
		if p.Closed {
			sh, err := shelfOf(ctx, a, a.Alliance(), p, a.Today())
			if err != nil {
				return err
			}
			for _, of := range sh.stock {
				if of.There() > 0 {
					return kernel.NewConflict("depot.not_empty").At("closed")
				}
			}
		}
		if err := savePlace(ctx, a, a.Alliance(), p); err != nil {
			return err
		}
		return done(ctx, a, "depot.manage", p.ID, "place", "changed")
	})
}

// works is a place in which the actor works: it is of their organisation.
func (s *Service) works(ctx context.Context, a *act.Act, place kernel.ID) (Place, error) {
	return s.keeps(ctx, a, "depot.work", place)
}

func (s *Service) manages(ctx context.Context, a *act.Act, place kernel.ID) (Place, error) {
	return s.keeps(ctx, a, "depot.manage", place)
}

func (s *Service) keeps(ctx context.Context, a *act.Act, action string, place kernel.ID) (Place, error) {
	p, err := loadPlace(ctx, a, a.Alliance(), place)
	if kernel.CodeOf(err) == kernel.NotFound {
		if err := a.Allow(ctx, action, place); err != nil { // who has no such role is told so
			return p, err
		}
	}
	if err != nil {
		return p, err
	}
	return p, a.Allow(ctx, action, p.Org)
}

// done leaves on record what was done.
func done(ctx context.Context, a *act.Act, action string, subject kernel.ID, what, how string) error {
	return a.Record(ctx, act.Entry{Action: action, Subject: subject, Detail: map[string]string{what: how}})
}

// Items lists what a depot can have, in the order in which it is shown.
func (s *Service) Items(ctx context.Context) (all []Item, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "depot.read", ""); err != nil {
			return err
		}
		items, err := itemsOf(ctx, a, a.Alliance())
		all = make([]Item, 0, len(items))
		for _, i := range items {
			all = append(all, i)
		}
		slices.SortFunc(all, CompareItems)
		return err
	})
	return all, err
}

// SaveItem adds a sort of thing, or changes one. The same sort twice is a
// Conflict ("depot.same_item"). What has been counted in pieces cannot become a
// thing with a last day or a number of its own. A new one sent twice is added
// once; another under its ID is Invalid ("ledger.other_content").
func (s *Service) SaveItem(ctx context.Context, in Item) (i Item, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "depot.manage", a.Actor.Org); err != nil {
			return err
		}
		if err := s.keepsOne(ctx, a); err != nil {
			return err
		}
		i, err = saveOne(ctx, a, in)
		if err != nil {
			return err
		}
		return done(ctx, a, "depot.manage", i.ID, "item", "saved")
	})
	return i, err
}

// keepsOne refuses an organisation that keeps no place: the list of things is
// kept by who works with it.
func (s *Service) keepsOne(ctx context.Context, a *act.Act) error {
	all, err := placesOf(ctx, a, a.Alliance())
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(p Place) bool { return p.Org == a.Actor.Org }) {
		return kernel.NewConflict("depot.no_place")
	}
	return nil
}

func saveOne(ctx context.Context, a *act.Act, in Item) (Item, error) {
	i := in
	if err := i.check(); err != nil {
		return i, err
	}
	if _, err := kernel.ParseID(string(i.ID)); err != nil {
		return i, kernel.NewInvalid("ledger.id")
	}
	was, err := loadItem(ctx, a, a.Alliance(), i.ID)
	again := false
	if in.Version == 0 && (err == nil || kernel.CodeOf(err) == kernel.NotFound) {
		var bad error
		if again, bad = sent(ctx, a, i.ID, "item", i); bad != nil {
			return i, bad
		}
	}
	switch {
	case kernel.CodeOf(err) == kernel.NotFound:
		i.Version = 1
	case err != nil:
		return i, err
	case again:
		return was, nil
	case in.Version == 0: // of before prints were kept, or an ID that is in use
		if i.Version = was.Version; i != was {
			return i, kernel.NewInvalid("ledger.other_content")
		}
		return was, nil
	default:
		if err := act.Fresh(in.Version, was.Version, act.Differing(in, was)...); err != nil {
			return i, err
		}
		if was.Dated != i.Dated || was.Numbered != i.Numbered {
			return i, kernel.NewConflict("depot.item_kind").At("dated")
		}
		i.Version = was.Version + 1
	}
	all, err := itemsOf(ctx, a, a.Alliance())
	if err != nil {
		return i, err
	}
	for _, o := range all {
		if o.ID != i.ID && o.same(i) {
			return i, kernel.NewConflict("depot.same_item").At("category")
		}
		if o.ID != i.ID && i.EAN != "" && o.EAN == i.EAN {
			return i, kernel.NewConflict("depot.same_ean").At("ean")
		}
	}
	return i, saveItem(ctx, a, a.Alliance(), i)
}

func (i Item) same(o Item) bool {
	return i.Category == o.Category && kernel.Fold(i.Name) == kernel.Fold(o.Name) && i.Size == o.Size && i.Season == o.Season && i.Grade == o.Grade
}

// Recall says that a thing is asked back by its maker, or is not safe; or that
// it is safe after all.
func (s *Service) Recall(ctx context.Context, thing kernel.ID, recalled bool) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "depot.manage", a.Actor.Org); err != nil {
			return err
		}
		if err := s.keepsOne(ctx, a); err != nil {
			return err
		}
		all, err := thingsOf(ctx, a, a.Alliance())
		if err != nil {
			return err
		}
		t, ok := all[thing]
		if !ok {
			return kernel.NewNotFound("depot.thing")
		}
		t.Recalled = recalled
		if err := saveThing(ctx, a, a.Alliance(), t); err != nil {
			return err
		}
		return done(ctx, a, "depot.manage", t.ID, "thing", map[bool]string{true: "recalled", false: "safe"}[recalled])
	})
}

// Scanned is what a code leads to.
type Scanned struct {
	Item    Item
	Thing   Thing
	Request kernel.ID
	Until   kernel.Date // that stands in the code; zero: none does
	Warn    string      // why it may not go out: "recalled", "old", "expired"; empty: nothing is known
}

// Scan finds what belongs to a code that was typed or read by a camera: an
// EAN, the number of a thing, one of our labels ("I-…", "R-…" or an address
// that ends so), or a GS1 code with a last day in it. What leads nowhere is
// Invalid: an EAN that nobody gave a sort of thing ("depot.scan.unknown"), one of
// our papers of another place ("depot.scan.elsewhere"), an address of others
// ("depot.scan.theirs"), or anything else ("depot.code").
func (s *Service) Scan(ctx context.Context, place kernel.ID, code string) (found Scanned, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if _, err := s.works(ctx, a, place); err != nil {
			return err
		}
		code := strings.TrimSpace(code)
		ours := "/depot/places/" + string(place) + "/c/"
		switch {
		case strings.Contains(code, "/depot/places/") && !strings.Contains(code, ours):
			return kernel.NewInvalid("depot.scan.elsewhere").At("code")
		case strings.Contains(code, "://") && !strings.Contains(code, "/depot/"):
			return kernel.NewInvalid("depot.scan.theirs").At("code")
		}
		printed, gs1 := ReadGS1(code)
		if gs1 {
			code, found.Until = printed.EAN, printed.Until
		}
		if i := strings.LastIndexByte(code, '/'); i >= 0 {
			code = code[i+1:]
		}
		items, err := itemsOf(ctx, a, a.Alliance())
		if err != nil {
			return err
		}
		wrong := kernel.NewInvalid("depot.code").At("code")
		switch kind, rest, _ := strings.Cut(code, "-"); {
		case len(code) > 60 || code == "":
			return wrong
		case strings.EqualFold(kind, "i"):
			i, ok := items[kernel.ID(strings.ToLower(rest))]
			if !ok {
				return wrong
			}
			found.Item = i
			return nil
		case strings.EqualFold(kind, "r"):
			found.Request, err = requestNumbered(ctx, a, a.Alliance(), place, rest)
			if kernel.CodeOf(err) == kernel.NotFound {
				return wrong
			}
			return err
		}
		for _, i := range items {
			if sameArticle(i.EAN, digitsOf(code)) {
				found.Item = i
				if found.Until != "" && found.Until < a.Today() {
					found.Warn = "expired"
				}
				return nil
			}
		}
		things, err := thingsOf(ctx, a, a.Alliance())
		if err != nil {
			return err
		}
		for _, t := range things {
			if strings.EqualFold(t.Mark, code) {
				found.Thing, found.Item = t, items[t.Item]
				switch {
				case t.Recalled:
					found.Warn = "recalled"
				case t.Unsafe(found.Item, a.Today()):
					found.Warn = "old"
				}
				return nil
			}
		}
		if e := checkEAN(digitsOf(code)); e != nil && len(digitsOf(code)) >= 8 && strings.Trim(digitsOf(code), "0123456789") == "" {
			return e.(*kernel.Fault).At("code")
		} else if e == nil && digitsOf(code) != "" {
			return kernel.NewInvalid("depot.scan.unknown").At("code").With("code", digitsOf(code))
		}
		return wrong
	})
	return found, err
}

func requestNumbered(ctx context.Context, q db.Querier, alliance, place kernel.ID, number string) (kernel.ID, error) {
	n := int64(0)
	for _, c := range number {
		if c < '0' || c > '9' || n > 1_000_000_000 {
			return "", kernel.NewNotFound("depot.request")
		}
		n = n*10 + int64(c-'0')
	}
	all, err := requestsWhere(ctx, q, alliance, `place = $2 AND number = $3`, 1, place, n)
	if err == nil && len(all) == 0 {
		err = kernel.NewNotFound("depot.request")
	}
	if err != nil {
		return "", err
	}
	return all[0].ID, nil
}

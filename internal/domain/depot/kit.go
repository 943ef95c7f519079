package depot

import (
	"context"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// Kit is a set with a name: a birth case, a filled school bag. It is a sort of
// thing like any other, and knows what it is made of. A set that has a part with
// a last day has one itself: the first of its parts'.
type Kit struct {
	Item  Item
	Parts []Part
}

// Part is so many pieces of one sort in a set.
type Part struct {
	Item   kernel.ID
	Pieces int64
}

const (
	mostParts = 30
	inKits    = "world/kit" // where parts are while they are a set
	kitMade   = "depot.kit"
)

// Kits lists the sets of the alliance.
func (s *Service) Kits(ctx context.Context) (all []Kit, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "depot.read", ""); err != nil {
			return err
		}
		items, err := itemsOf(ctx, a, a.Alliance())
		if err != nil {
			return err
		}
		all, err = kitsOf(ctx, a, a.Alliance(), items)
		return err
	})
	return all, err
}

// SetKit says what a sort is made of; no parts: it is no set any more. The
// version is that of the sort. Parts of a set that lies somewhere put together do
// not change: Conflict ("depot.kit_lies"), for it would be taken apart as
// something else.
func (s *Service) SetKit(ctx context.Context, kit kernel.ID, version int64, parts []Part) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "depot.manage", a.Actor.Org); err != nil {
			return err
		}
		if err := s.keepsOne(ctx, a); err != nil {
			return err
		}
		items, err := itemsOf(ctx, a, a.Alliance())
		if err != nil {
			return err
		}
		i := items[kit]
		if i.ID == "" {
			return kernel.NewNotFound("depot.item")
		}
		if err := act.Fresh(version, i.Version); err != nil {
			return err
		}
		all, err := kitsOf(ctx, a, a.Alliance(), items)
		if err != nil {
			return err
		}
		if err := checkParts(i, parts, items, all); err != nil {
			return err
		}
		if lies, err := s.lies(ctx, a, kit); err != nil {
			return err
		} else if lies {
			return kernel.NewConflict("depot.kit_lies")
		}
		if _, err := a.ExecContext(ctx, `DELETE FROM depot_kit WHERE alliance = $1 AND kit = $2`, a.Alliance(), kit); err != nil {
			return err
		}
		for _, p := range parts {
			if _, err := a.ExecContext(ctx, `INSERT INTO depot_kit (alliance, kit, part, pieces) VALUES ($1, $2, $3, $4)`, a.Alliance(), kit, p.Item, p.Pieces); err != nil {
				return err
			}
		}
		i.Version++
		if err := saveItem(ctx, a, a.Alliance(), i); err != nil {
			return err
		}
		return done(ctx, a, "depot.manage", kit, "kit", "set")
	})
}

// checkParts refuses what cannot be a set: one with a number of its own, one of
// sets, and one without a last day that has a part with one.
func checkParts(kit Item, parts []Part, items map[kernel.ID]Item, all []Kit) error {
	var faults kernel.Faults
	if len(parts) > mostParts {
		faults.Check("parts", kernel.NewInvalid("depot.lines"))
	}
	if len(parts) > 0 && kit.Numbered {
		faults.Check("parts", kernel.NewInvalid("depot.kit_numbered"))
	}
	isKit := func(id kernel.ID) bool { return slices.ContainsFunc(all, func(k Kit) bool { return k.Item.ID == id }) }
	if len(parts) > 0 && slices.ContainsFunc(all, func(k Kit) bool { return slices.ContainsFunc(k.Parts, func(p Part) bool { return p.Item == kit.ID }) }) {
		faults.Check("parts", kernel.NewInvalid("depot.kit_in_kit"))
	}
	seen := map[kernel.ID]bool{}
	for n, p := range parts {
		at, i := "lines."+strconv.Itoa(n), items[p.Item]
		switch {
		case i.ID == "" || i.Off || seen[p.Item]:
			faults.Check(at, kernel.NewInvalid("depot.choose"))
		case i.Numbered:
			faults.Check(at, kernel.NewInvalid("depot.kit_numbered"))
		case p.Item == kit.ID || isKit(p.Item):
			faults.Check(at, kernel.NewInvalid("depot.kit_in_kit"))
		case i.Dated && !kit.Dated:
			faults.Check(at, kernel.NewInvalid("depot.kit_dated"))
		case p.Pieces < 1 || p.Pieces > 1000:
			faults.Check(at, kernel.NewInvalid("depot.most"))
		}
		seen[p.Item] = true
	}
	return faults.Err()
}

// lies tells whether a sort lies in any place of the alliance.
func (s *Service) lies(ctx context.Context, a *act.Act, item kernel.ID) (bool, error) {
	places, err := placesOf(ctx, a, a.Alliance())
	if err != nil {
		return false, err
	}
	for _, p := range places {
		sh, err := shelfOf(ctx, a, a.Alliance(), p, a.Today())
		if err != nil {
			return false, err
		}
		if of := sh.stock[item]; of != nil && of.There() > 0 {
			return true, nil
		}
	}
	return false, nil
}

// Set is a set in a place: what lies there of it, and of its parts.
type Set struct {
	Kit
	There Stock
	Parts []Stock // of each part, in the order of the set's
	Most  int64   // how many more can be put together of what lies free
}

// Sets are the sets as a place has them.
func (s *Service) Sets(ctx context.Context, place kernel.ID) (all []Set, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		p, err := s.works(ctx, a, place)
		if err != nil {
			return err
		}
		sh, err := shelfOf(ctx, a, a.Alliance(), p, a.Today())
		if err != nil {
			return err
		}
		kits, err := kitsOf(ctx, a, a.Alliance(), sh.items)
		if err != nil {
			return err
		}
		all = nil
		for _, k := range kits {
			x := Set{Kit: k, There: *sh.of(k.Item.ID), Most: mostPieces}
			x.There.Item = k.Item
			for _, part := range k.Parts {
				of := *sh.of(part.Item)
				of.Item = sh.items[part.Item]
				x.Parts, x.Most = append(x.Parts, of), min(x.Most, of.Free/part.Pieces)
			}
			all = append(all, x)
		}
		return nil
	})
	return all, err
}

// PutTogether makes so many sets of what lies free in a place. When parts are
// short nothing is made, and each that is short says so: Conflict
// ("depot.kit_short") at "parts.N".
func (s *Service) PutTogether(ctx context.Context, id, place, kit kernel.ID, n int64) error {
	return s.kits(ctx, id, place, kit, n, "together", func(sh shelf, k Kit) (moves []ledger.Move, err error) {
		var faults kernel.Faults
		until := kernel.Date("")
		for i, part := range k.Parts {
			lots, left := sh.take(part.Item, n*part.Pieces)
			if left > 0 {
				faults.Check("parts."+strconv.Itoa(i), kernel.NewConflict("depot.kit_short").With("asked", strconv.FormatInt(n*part.Pieces, 10)).
					With("free", strconv.FormatInt(n*part.Pieces-left, 10)))
			}
			for _, m := range lots {
				if x, _ := assetOf(m.Asset); x.Until != "" && (until == "" || x.Until < until) {
					until = x.Until
				}
				m.From, m.To = freePath(place), inKits
				moves = append(moves, m)
			}
		}
		if k.Item.Dated && until == "" {
			faults.Check("pieces", kernel.NewConflict("depot.kit_undated"))
		}
		return append(moves, ledger.Move{From: inKits, To: freePath(place), Asset: Asset{Item: kit, Until: until}.name(), Amount: n}), faults.Err()
	})
}

// TakeApart makes of sets what they were made of. A part with a last day gets
// that of its set, which is never a later one than its own.
func (s *Service) TakeApart(ctx context.Context, id, place, kit kernel.ID, n int64) error {
	return s.kits(ctx, id, place, kit, n, "apart", func(sh shelf, k Kit) (moves []ledger.Move, err error) {
		left := n
		for _, lot := range sh.of(kit).Lots { // those past their day too: what is in them may be good
			m := min(left, lot.Free)
			if m == 0 {
				continue
			}
			left -= m
			moves = append(moves, ledger.Move{From: freePath(place), To: inKits, Asset: lot.name(), Amount: m})
			for _, part := range k.Parts {
				x := Asset{Item: part.Item}
				if sh.items[part.Item].Dated {
					x.Until = lot.Until
				}
				moves = append(moves, ledger.Move{From: inKits, To: freePath(place), Asset: x.name(), Amount: m * part.Pieces})
			}
		}
		if left > 0 {
			return nil, kernel.NewConflict("depot.too_few").At("pieces").With("asked", strconv.FormatInt(n, 10)).With("free", strconv.FormatInt(n-left, 10))
		}
		return moves, nil
	})
}

// kits moves sets and their parts in a place, once for an ID.
func (s *Service) kits(ctx context.Context, id, place, kit kernel.ID, n int64, how string, fn func(sh shelf, k Kit) ([]ledger.Move, error)) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		p, err := s.works(ctx, a, place)
		if err != nil {
			return err
		}
		again, err := before(ctx, a, id, kitMade, freePath(p.ID), kit, n, how)
		if err != nil {
			return err
		}
		if again {
			return done(ctx, a, "depot.work", p.ID, "kit", "again")
		}
		if p.Closed || p.Kind != Store {
			return kernel.NewConflict("depot.closed")
		}
		if err := checkPieces(n); err != nil || n > 1000 {
			return kernel.NewInvalid("depot.most").At("pieces")
		}
		sh, err := shelfOf(ctx, a, a.Alliance(), p, a.Today())
		if err != nil {
			return err
		}
		all, err := kitsOf(ctx, a, a.Alliance(), sh.items)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(k Kit) bool { return k.Item.ID == kit })
		if i < 0 {
			return kernel.NewNotFound("depot.item")
		}
		moves, err := fn(sh, all[i])
		if err != nil {
			return err
		}
		if _, err := ledger.Post(ctx, a, writer(a), ledger.Transfer{ID: id, Kind: kitMade, Reason: how, Moves: moves}); err != nil {
			return err
		}
		return done(ctx, a, "depot.work", p.ID, "kit", how)
	})
}

// kitsOf are the sets of an alliance, in the order in which sorts are shown.
func kitsOf(ctx context.Context, q db.Querier, alliance kernel.ID, items map[kernel.ID]Item) (all []Kit, err error) {
	rows, err := q.QueryContext(ctx, `SELECT kit, part, pieces FROM depot_kit WHERE alliance = $1 ORDER BY kit, part`, alliance)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var kit kernel.ID
		var p Part
		if err := rows.Scan(&kit, &p.Item, &p.Pieces); err != nil {
			return nil, err
		}
		if n := len(all); n == 0 || all[n-1].Item.ID != kit {
			all = append(all, Kit{Item: items[kit]})
		}
		k := &all[len(all)-1]
		k.Parts = append(k.Parts, p)
	}
	for _, k := range all {
		slices.SortFunc(k.Parts, func(x, y Part) int { return CompareItems(items[x.Item], items[y.Item]) })
	}
	slices.SortFunc(all, func(x, y Kit) int { return CompareItems(x.Item, y.Item) })
	return all, rows.Err()
}

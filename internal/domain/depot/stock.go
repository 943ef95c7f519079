package depot

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// The accounts outside the alliance from which things come, and where they go.
const (
	fromGivers = "world/given"
	fromShops  = "world/bought"
	toLoss     = "world/lost/"
	toCounts   = "world/counted"
)

func placePath(place kernel.ID) string     { return "depot/" + string(place) }
func freePath(place kernel.ID) string      { return placePath(place) + "/free" }
func heldPath(place, req kernel.ID) string { return placePath(place) + "/held/" + string(req) }
func handedPath(req kernel.ID) string      { return "world/" + string(req) }

// Asset is an item as the book names it: as such, a lot of it with a last day,
// or one thing.
type Asset struct {
	Item  kernel.ID
	Until kernel.Date // the last day of a lot
	Thing kernel.ID
}

func (x Asset) name() string {
	switch {
	case x.Thing != "":
		return ledger.Single + string(x.Item) + "/" + string(x.Thing)
	case x.Until != "":
		return "lot/" + string(x.Item) + "/" + string(x.Until)
	}
	return "item/" + string(x.Item)
}

// assetOf reads the name of an asset; false for what is not of a depot.
func assetOf(name string) (x Asset, ok bool) {
	parts := strings.Split(name, "/")
	switch {
	case len(parts) == 2 && parts[0] == "item":
		return Asset{Item: kernel.ID(parts[1])}, true
	case len(parts) == 3 && parts[0] == "lot":
		return Asset{Item: kernel.ID(parts[1]), Until: kernel.Date(parts[2])}, true
	case len(parts) == 3 && parts[0]+"/" == ledger.Single:
		return Asset{Item: kernel.ID(parts[1]), Thing: kernel.ID(parts[2])}, true
	}
	return x, false
}

// Lot is how much of an asset lies free in a place.
type Lot struct {
	Asset
	Thing   Thing // of what has a number
	Free    int64
	Blocked bool // it may not go out: its last day is past, or it is not safe
}

// Stock is how much of an item lies in a place.
type Stock struct {
	Item    Item
	Free    int64 // can be promised
	Held    int64 // is promised
	Blocked int64 // lies there, and may not go out
	Lots    []Lot // what lies free, in the order in which it goes out
}

// There is all that lies on the shelf.
func (s Stock) There() int64 { return s.Free + s.Held + s.Blocked }

// shelf is a place as the book has it at one moment.
type shelf struct {
	place  Place
	items  map[kernel.ID]Item
	stock  map[kernel.ID]*Stock
	held   map[kernel.ID]map[kernel.ID]int64 // by request, by item
	lots   map[kernel.ID][]ledger.Held       // held, by request
	things map[kernel.ID]Thing
}

// shelfOf reads what lies in a place on a day.
func shelfOf(ctx context.Context, q db.Querier, alliance kernel.ID, p Place, today kernel.Date) (s shelf, err error) {
	s = shelf{place: p, stock: map[kernel.ID]*Stock{}, held: map[kernel.ID]map[kernel.ID]int64{}, lots: map[kernel.ID][]ledger.Held{}}
	if s.items, err = itemsOf(ctx, q, alliance); err != nil {
		return s, err
	}
	all, err := ledger.Balances(ctx, q, alliance, placePath(p.ID))
	if err != nil {
		return s, err
	}
	if slices.ContainsFunc(all, func(h ledger.Held) bool { return strings.HasPrefix(h.Asset, ledger.Single) }) {
		if s.things, err = thingsOf(ctx, q, alliance); err != nil {
			return s, err
		}
	}
	held := placePath(p.ID) + "/held/"
	for _, h := range all {
		x, ok := assetOf(h.Asset)
		if !ok {
			continue
		}
		of := s.of(x.Item)
		if request, ok := strings.CutPrefix(h.Path, held); ok {
			r := kernel.ID(request)
			of.Held += h.Balance
			if s.held[r] == nil {
				s.held[r] = map[kernel.ID]int64{}
			}
			s.held[r][x.Item] += h.Balance
			s.lots[r] = append(s.lots[r], h)
			continue
		}
		lot := Lot{Asset: x, Thing: s.things[x.Thing], Free: h.Balance, Blocked: s.blocked(x, today)}
		of.Lots = append(of.Lots, lot)
		if lot.Blocked {
			of.Blocked += h.Balance
		} else {
			of.Free += h.Balance
		}
	}
	for _, of := range s.stock {
		slices.SortFunc(of.Lots, func(a, b Lot) int { // what ends first goes first
			return cmp.Or(cmp.Compare(a.Until, b.Until), cmp.Compare(a.Thing.Mark, b.Thing.Mark), cmp.Compare(a.Asset.Thing, b.Asset.Thing))
		})
	}
	return s, nil
}

func (s shelf) of(item kernel.ID) *Stock {
	of := s.stock[item]
	if of == nil {
		of = &Stock{Item: s.items[item]}
		s.stock[item] = of
	}
	return of
}

// blocked tells whether an asset may not go out on a day. On its last day it
// still may.
func (s shelf) blocked(x Asset, today kernel.Date) bool {
	if x.Thing != "" {
		return s.things[x.Thing].Unsafe(s.items[x.Item], today)
	}
	return x.Until != "" && x.Until < today
}

// take picks pieces of an item from what lies free: what ends first goes first.
func (s shelf) take(item kernel.ID, pieces int64) (lots []ledger.Move, left int64) {
	of := s.stock[item]
	if of == nil {
		return nil, pieces
	}
	for _, lot := range of.Lots {
		if pieces == 0 {
			break
		}
		if n := min(lot.Free, pieces); !lot.Blocked && n > 0 {
			lots = append(lots, ledger.Move{Asset: lot.name(), Amount: n})
			pieces -= n
		}
	}
	return lots, pieces
}

// writer is who writes in the book.
func writer(a *act.Act) ledger.Writer {
	return ledger.Writer{Alliance: a.Alliance(), Person: a.Actor.Person, Org: a.Actor.Org, At: a.Now}
}

// Shelf is a place with all that lies in it.
type Shelf struct {
	Place Place
	Stock []Stock // by category, name, size
}

// At is what lies in a place: all partners may know it.
func (s *Service) At(ctx context.Context, place kernel.ID) (out Shelf, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "depot.read", ""); err != nil {
			return err
		}
		sh, err := s.shelf(ctx, a, place)
		if err != nil {
			return err
		}
		out = Shelf{Place: sh.place}
		for id, i := range sh.items {
			of := sh.of(id)
			if of.Item = i; !i.Off || of.There() > 0 {
				out.Stock = append(out.Stock, *of)
			}
		}
		slices.SortFunc(out.Stock, func(a, b Stock) int { return CompareItems(a.Item, b.Item) })
		return nil
	})
	return out, err
}

func (s *Service) shelf(ctx context.Context, a *act.Act, place kernel.ID) (sh shelf, err error) {
	p, err := loadPlace(ctx, a, a.Alliance(), place)
	if err != nil {
		return sh, err
	}
	return shelfOf(ctx, a, a.Alliance(), p, a.Today())
}

// CompareItems orders items as they are shown: by category, then by size as a
// child grows, then by name.
func CompareItems(a, b Item) int {
	sizes := a.Category.Sizes()
	return cmp.Or(cmp.Compare(slices.Index(Categories[:], a.Category), slices.Index(Categories[:], b.Category)),
		cmp.Compare(slices.Index(sizes, a.Size), slices.Index(sizes, b.Size)), cmp.Compare(a.Size, b.Size),
		cmp.Compare(kernel.Fold(a.Name), kernel.Fold(b.Name)), cmp.Compare(a.Season, b.Season),
		cmp.Compare(slices.Index(Grades[:], a.Grade), slices.Index(Grades[:], b.Grade)), cmp.Compare(a.ID, b.ID))
}

package depot

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// Source is from where something comes in.
type Source string

// The sources. Who gave something is nobody's to know.
const (
	Given  Source = "given"
	Bought Source = "bought"
)

// Incoming is something that comes in, of one sort.
type Incoming struct {
	Item   kernel.ID
	Amount int64       // pieces, or packs
	Packs  bool        // Amount counts packs
	Until  kernel.Date // the last day on which it may go out, where it has one
	Mark   string      // the number on a thing that has one
	Made   kernel.Date // when that thing was made; zero: not known
	Sure   bool        // it is as many as that, however unusual
}

// Receiving is what comes into a place at once.
type Receiving struct {
	ID    kernel.ID // made by who asks: sent twice, it comes in once
	Place kernel.ID
	From  Source
	Lines []Incoming
}

// Receive books what comes in, all of it or nothing. What is wrong is told of
// every line at once, at "lines.N.field".
func (s *Service) Receive(ctx context.Context, in Receiving) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		p, err := s.works(ctx, a, in.Place)
		if err != nil {
			return err
		}
		if in.From != Given && in.From != Bought {
			return kernel.NewInvalid("depot.choose").At("from")
		}
		return s.receive(ctx, a, p, in)
	})
}

func (s *Service) receive(ctx context.Context, a *act.Act, p Place, in Receiving) error {
	if p.Closed || p.Kind != Store {
		return kernel.NewConflict("depot.closed")
	}
	if len(in.Lines) == 0 || len(in.Lines) > mostIncoming {
		return kernel.NewInvalid("depot.lines").At("lines.0.amount")
	}
	items, err := itemsOf(ctx, a, a.Alliance())
	if err != nil {
		return err
	}
	things, err := thingsOf(ctx, a, a.Alliance())
	if err != nil {
		return err
	}
	from := map[Source]string{Given: fromGivers, Bought: fromShops}[in.From]
	t := ledger.Transfer{ID: in.ID, Kind: "depot." + string(in.From)}
	var faults kernel.Faults
	var fresh []Thing
	_, err = ledger.Find(ctx, a, a.Alliance(), in.ID)
	again := err == nil
	for n, l := range in.Lines {
		at := "lines." + strconv.Itoa(n) + "."
		i := items[l.Item]
		asset, pieces, wrong := l.asset(i, a.Today())
		for _, f := range wrong {
			faults = append(faults, f.At(at+f.Field))
		}
		if len(wrong) > 0 {
			continue
		}
		if i.Numbered {
			thing := Thing{ID: kernel.NewID(), Item: i.ID, Mark: strings.TrimSpace(l.Mark), Made: l.Made}
			known := thing.knownIn(things)
			switch {
			case known.ID != "" && known.Made != "" && l.Made != "" && known.Made != l.Made:
				faults = append(faults, kernel.NewConflict("depot.made").At(at+"made"))
				continue
			case known.ID != "":
				thing = known
				if thing.Made == "" {
					thing.Made = l.Made
				}
				at := at + "mark"
				if lies, err := ledger.Where(ctx, a, a.Alliance(), Asset{Item: i.ID, Thing: thing.ID}.name()); err != nil {
					return err
				} else if len(lies) > 0 && !again {
					faults = append(faults, kernel.NewConflict("depot.there").At(at))
					continue
				}
			}
			things[thing.ID] = thing
			fresh = append(fresh, thing)
			asset.Thing = thing.ID
		}
		if !l.Sure && !again {
			if usual, err := usually(ctx, a, freePath(p.ID), asset, pieces); err != nil {
				return err
			} else if usual > 0 {
				faults = append(faults, kernel.NewConflict("depot.unusual").At(at+"amount").With("usual", strconv.FormatInt(usual, 10)).With("n", strconv.FormatInt(pieces, 10)))
				continue
			}
		}
		t.Moves = append(t.Moves, ledger.Move{From: from, To: freePath(p.ID), Asset: asset.name(), Amount: pieces})
	}
	if err := faults.Err(); err != nil {
		return err
	}
	for _, thing := range fresh {
		if err := saveThing(ctx, a, a.Alliance(), thing); err != nil {
			return err
		}
	}
	if _, err := ledger.Post(ctx, a, writer(a), t); err != nil {
		return err
	}
	return done(ctx, a, "depot.work", p.ID, "in", string(in.From))
}

// unusually is how many times what comes in otherwise is asked about once more.
const unusually = 10

// usually is how much of an asset comes into an account otherwise, in the
// middle of the last times, where this is ten times as much; zero, where it is
// not, or where it came in fewer than three times.
func usually(ctx context.Context, a *act.Act, path string, x Asset, pieces int64) (int64, error) {
	if x.Thing != "" || pieces <= unusually {
		return 0, nil
	}
	lines, err := ledger.Lines(ctx, a, a.Alliance(), ledger.Account{Path: path, Asset: x.name()}, 0, 50)
	if err != nil {
		return 0, err
	}
	var in []int64
	for _, l := range lines {
		if l.Amount > 0 && (l.Kind == "depot."+string(Given) || l.Kind == "depot."+string(Bought)) {
			in = append(in, l.Amount)
		}
	}
	slices.Sort(in)
	if len(in) < 3 || pieces < unusually*in[len(in)/2] {
		return 0, nil
	}
	return in[len(in)/2], nil
}

// knownIn is the thing that has this number already.
func (t Thing) knownIn(things map[kernel.ID]Thing) Thing {
	for _, o := range things {
		if o.Item == t.Item && strings.EqualFold(o.Mark, t.Mark) {
			return o
		}
	}
	return Thing{}
}

// asset is what comes in as the book names it, in pieces.
func (l Incoming) asset(i Item, today kernel.Date) (x Asset, pieces int64, wrong kernel.Faults) {
	pieces = l.Amount
	if l.Packs && l.Amount > 0 && l.Amount <= mostPieces {
		pieces = l.Amount * i.Pack
	}
	if i.ID == "" || i.Off {
		wrong.Check("item", kernel.NewInvalid("depot.choose"))
		return x, 0, wrong
	}
	wrong.Check("amount", checkPieces(pieces))
	x = Asset{Item: i.ID}
	switch {
	case i.Dated && l.Until == "":
		wrong.Check("until", kernel.NewInvalid("depot.until"))
	case i.Dated && l.Until < today:
		wrong.Check("until", kernel.NewInvalid("depot.expired_in"))
	case i.Dated:
		x.Until = l.Until
	case l.Until != "":
		wrong.Check("until", kernel.NewInvalid("depot.until_not"))
	}
	if i.Numbered {
		mark := strings.TrimSpace(l.Mark)
		if mark == "" || len(mark) > 40 || strings.ContainsAny(mark, "\r\n\t\x00/") {
			wrong.Check("mark", kernel.NewInvalid("depot.mark"))
		}
		if pieces != 1 {
			wrong.Check("amount", kernel.NewInvalid("depot.one"))
		}
		if l.Made > today {
			wrong.Check("made", kernel.NewInvalid("depot.made_later"))
		}
		if i.Years > 0 && (Thing{Made: l.Made}).Unsafe(i, today) {
			wrong.Check("made", kernel.NewInvalid("depot.too_old").With("years", strconv.FormatInt(i.Years, 10)))
		}
	}
	return x, pieces, wrong
}

func checkPieces(n int64) error {
	if n <= 0 || n > mostPieces {
		return kernel.NewInvalid("depot.pieces").With("most", strconv.Itoa(mostPieces))
	}
	return nil
}

// Loss is why something left the depot without helping anybody.
type Loss string

// The losses.
const (
	Broken   Loss = "broken"
	Expired  Loss = "expired"
	UnsafeAs Loss = "unsafe"
	Recycled Loss = "recycled"
	Vanished Loss = "vanished"
)

// Losses lists the losses as they are offered.
var Losses = [...]Loss{Broken, Expired, UnsafeAs, Recycled, Vanished}

// Losing is something that goes lost.
type Losing struct {
	ID     kernel.ID
	Place  kernel.ID
	Asset  Asset
	Pieces int64
	Why    Loss
}

// Lose books what is lost out of what lies free.
func (s *Service) Lose(ctx context.Context, in Losing) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		p, err := s.works(ctx, a, in.Place)
		if err != nil {
			return err
		}
		if !slices.Contains(Losses[:], in.Why) {
			return kernel.NewInvalid("depot.choose").At("why")
		}
		if err := checkPieces(in.Pieces); err != nil {
			return err.(*kernel.Fault).At("pieces")
		}
		_, err = ledger.Post(ctx, a, writer(a), ledger.Transfer{ID: in.ID, Kind: "depot.lost", Reason: string(in.Why),
			Moves: []ledger.Move{{From: freePath(p.ID), To: toLoss + string(in.Why), Asset: in.Asset.name(), Amount: in.Pieces}}})
		if err != nil {
			return tooFew(err, "pieces")
		}
		return done(ctx, a, "depot.work", p.ID, "lost", string(in.Why))
	})
}

// Moving is something that goes from one place to another.
type Moving struct {
	ID       kernel.ID
	From, To kernel.ID
	Asset    Asset
	Pieces   int64
}

// Move brings what lies free to another place of the alliance.
func (s *Service) Move(ctx context.Context, in Moving) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		from, err := s.works(ctx, a, in.From)
		if err != nil {
			return err
		}
		to, err := loadPlace(ctx, a, a.Alliance(), in.To)
		if err != nil || to.ID == from.ID || to.Closed || to.Kind != Store {
			if kernel.CodeOf(err) == kernel.Internal {
				return err
			}
			return kernel.NewInvalid("depot.to").At("to")
		}
		if err := checkPieces(in.Pieces); err != nil {
			return err.(*kernel.Fault).At("pieces")
		}
		_, err = ledger.Post(ctx, a, writer(a), ledger.Transfer{ID: in.ID, Kind: "depot.moved",
			Moves: []ledger.Move{{From: freePath(from.ID), To: freePath(to.ID), Asset: in.Asset.name(), Amount: in.Pieces}}})
		if err != nil {
			return tooFew(err, "pieces")
		}
		return done(ctx, a, "depot.work", from.ID, "moved", "to")
	})
}

// tooFew says of one thing that there is less of it than was asked.
func tooFew(err error, field string) error {
	short, ok := errors.AsType[*ledger.Short](err)
	if !ok {
		return err
	}
	l := short.Lines[0]
	return kernel.NewConflict("depot.too_few").At(field).With("asked", strconv.FormatInt(l.Asked, 10)).With("free", strconv.FormatInt(l.There, 10))
}

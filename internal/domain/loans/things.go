package loans

import (
	"context"
	"crypto/rand"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// The accounts of this module; the package comment says what lies where.
func branchOf(library kernel.ID) string           { return "lending/" + string(library) }
func stateOf(library kernel.ID, s State) string   { return branchOf(library) + "/" + string(s) }
func heldFor(library, wish kernel.ID) string      { return stateOf(library, Held) + "/" + string(wish) }
func outOn(library, loan kernel.ID) string        { return stateOf(library, Out) + "/" + string(loan) }
func depositOf(loan kernel.ID) string             { return "deposit/" + string(loan) }
func feesOf(library kernel.ID) string             { return branchOf(library) + "/fees" }
func keptOf(library kernel.ID) string             { return branchOf(library) + "/kept" }
func cash(library kernel.ID) string               { return "world/lending/" + string(library) }
func ended(library kernel.ID, s State) string     { return "world/" + string(s) + "/" + string(library) }
func couponOf(library kernel.ID, c string) string { return branchOf(library) + "/coupon/" + c }
func assetOf(t Thing) string                      { return ledger.Single + string(t.Library) + "/" + string(t.ID) }
func moved(asset, from, to string) ledger.Move {
	return ledger.Move{From: from, To: to, Asset: asset, Amount: 1}
}
func at(path, asset string) ledger.Account { return ledger.Account{Path: path, Asset: asset} }
func euros(c kernel.Cents, from, to string) ledger.Move {
	return ledger.Move{From: from, To: to, Asset: ledger.Euro, Amount: int64(c)}
}

// coupon is the asset of what somebody is given who gives a thing.
const coupon = "coupon"

// lies reads the state of a thing from the account in which it is.
func (t *Thing) lies(path string) {
	rest, ok := strings.CutPrefix(path, branchOf(t.Library)+"/")
	if !ok {
		return
	}
	state, by, _ := strings.Cut(rest, "/")
	t.State, t.By = State(state), kernel.ID(by)
}

// loadThing reads a thing, and where the book says it is.
func loadThing(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Thing, error) {
	t, err := rawThing(ctx, q, alliance, id)
	if err != nil {
		return t, err
	}
	held, err := ledger.Where(ctx, q, alliance, assetOf(t))
	if err != nil {
		return t, err
	}
	if len(held) == 1 {
		t.lies(held[0].Path)
		return t, nil
	}
	t.State = Retired
	lost, err := ledger.Balance(ctx, q, alliance, at(ended(t.Library, Lost), assetOf(t)))
	if lost > 0 {
		t.State = Lost
	}
	return t, err
}

// thingsOf are the things of a library with where they are. What was lost or
// retired is among them.
func thingsOf(ctx context.Context, q db.Querier, alliance, library kernel.ID) ([]Thing, error) {
	all, err := collect(ctx, q, scanThing, `SELECT `+thingColumns+` FROM loan_thing WHERE alliance = $1 AND library = $2 ORDER BY mark`, alliance, library)
	if err != nil {
		return nil, err
	}
	paths := map[string]string{}
	for _, under := range []string{branchOf(library), ended(library, Lost)} {
		held, err := ledger.Balances(ctx, q, alliance, under)
		if err != nil {
			return nil, err
		}
		for _, h := range held {
			if h.Balance > 0 {
				paths[h.Asset] = h.Path
			}
		}
	}
	for n := range all {
		t := &all[n]
		switch path := paths[assetOf(*t)]; path {
		case "":
			t.State = Retired
		case ended(library, Lost):
			t.State = Lost
		default:
			t.lies(path)
		}
	}
	return all, nil
}

// NewThing is a thing that comes into a library.
type NewThing struct {
	ID      kernel.ID // of the thing, made by who asks
	Library kernel.ID
	Mark    string
	Size    string
	Name    string
	Given   bool        // somebody gave it, and gets a coupon
	Made    kernel.Date // when it was made; zero: not known
}

// Add takes a thing into a library. It is ready to be lent, or kept at once for
// who waits longest. Who gave it gets a coupon: its code is told. A number that
// another thing of the library has is Conflict ("loan.mark_twice"). The same ID
// is added once.
func (s *Service) Add(ctx context.Context, in NewThing) (code string, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		code = ""
		l, err := works(ctx, a, in.Library)
		if err != nil {
			return err
		}
		t := Thing{ID: in.ID, Library: l.ID, Mark: tidy(in.Mark), Size: in.Size, Name: tidy(in.Name), AddedOn: a.Today(), Made: in.Made}
		var wrong kernel.Faults
		wrong.Check("mark", line(t.Mark, false))
		wrong.Check("name", line(t.Name, true))
		if _, ok := l.Size(t.Size); !ok {
			wrong.Check("size", kernel.NewInvalid("loan.size"))
		}
		if wrong.Check("made", t.checkMade(l, a.Today())); len(wrong) > 0 {
			return wrong.Err()
		}
		from := "bought"
		if in.Given {
			from = "given"
		}
		again, err := once(ctx, a, Step{ID: in.ID, Library: l.ID, Thing: t.ID, Kind: "add", Detail: from}, append([]string{t.Mark, t.Size, t.Name}, t.since()...)...)
		if err != nil {
			return err
		}
		if again {
			if code, err = couponFor(ctx, a, l.ID, t.ID); err != nil {
				return err
			}
			return done(ctx, a, "loan.work", l.ID, "again", "add")
		}
		same, err := collect(ctx, a, scanThing, `SELECT `+thingColumns+` FROM loan_thing WHERE alliance = $1 AND library = $2 AND mark = $3`, a.Alliance(), l.ID, t.Mark)
		if err != nil {
			return err
		}
		if len(same) > 0 {
			return kernel.NewConflict("loan.mark_twice").At("mark")
		}
		if err := insertThing(ctx, a, a.Alliance(), t); err != nil {
			return err
		}
		moves := []ledger.Move{moved(assetOf(t), "world/things/"+string(l.ID), stateOf(l.ID, Ready))}
		if in.Given {
			code = newCode()
			moves = append(moves, moved(coupon, "world/coupons/"+string(t.ID), couponOf(l.ID, code)))
		}
		if _, err := a.Post(ctx, ledger.Transfer{ID: in.ID, Kind: "loan.add", Reason: from, Moves: moves}); err != nil {
			return err
		}
		if err := s.promote(ctx, a, l, t); err != nil {
			return err
		}
		return done(ctx, a, "loan.work", l.ID, "thing", string(t.ID))
	})
	if err != nil {
		return "", err
	}
	return code, nil
}

// newCode is what is typed of a coupon: eight letters and digits that are not
// taken for one another.
func newCode() string {
	const letters = "23456789abcdefghjkmnpqrstuvwxyz"
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails
	for n := range b {
		b[n] = letters[int(b[n])%len(letters)]
	}
	return string(b)
}

// couponFor finds the coupon that was given for a thing.
func couponFor(ctx context.Context, a *act.Act, library, thing kernel.ID) (string, error) {
	was, err := ledger.Find(ctx, a, a.Alliance(), thing)
	if err != nil {
		return "", err
	}
	for _, e := range was.Entries {
		if code, ok := strings.CutPrefix(e.Path, couponOf(library, "")); ok {
			return code, nil
		}
	}
	return "", nil
}

// Mend ends what was done to a thing that was looked at or repaired: it is ready
// again, must be repaired, or is not lent any more. It may also bring back a
// thing that was thought lost, to be looked at. The same ID does it once. A
// thing that is out, or for which the step makes no sense, is Conflict
// ("loan.not_so").
func (s *Service) Mend(ctx context.Context, id, thing kernel.ID, to State) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		t, err := loadThing(ctx, a, a.Alliance(), thing)
		if err != nil {
			return err
		}
		l, err := works(ctx, a, t.Library)
		if err != nil {
			return err
		}
		again, err := once(ctx, a, Step{ID: id, Library: l.ID, Thing: t.ID, Kind: "mend", Detail: string(to)})
		if err != nil {
			return err
		}
		if again {
			return done(ctx, a, "loan.work", l.ID, "again", "mend")
		}
		if open, err := loansWhere(ctx, a, a.Alliance(), `thing = $2 AND state = $3`, t.ID, Returned); err != nil || len(open) > 0 {
			if err == nil {
				err = kernel.NewConflict("loan.look_first")
			}
			return err
		}
		if err := s.goes(ctx, a, l, t, id, to); err != nil {
			return err
		}
		return done(ctx, a, "loan.work", l.ID, "thing", string(t.ID))
	})
}

// ways is from which states a thing may come into one.
var ways = map[State][]State{
	Ready:   {Inspect, Repair},
	Repair:  {Inspect, Ready},
	Retired: {Inspect, Repair, Ready},
	Inspect: {Lost, Retired},
}

// goes moves a thing that nobody has to another state.
func (s *Service) goes(ctx context.Context, a *act.Act, l Library, t Thing, id kernel.ID, to State) error {
	for _, from := range ways[to] {
		if t.State != from {
			continue
		}
		if err := l.refuses(t, a.Today()); err != nil && to == Ready {
			return err
		}
		source, target := stateOf(l.ID, from), stateOf(l.ID, to)
		if from == Lost || from == Retired {
			source = ended(l.ID, from)
		}
		if to == Retired {
			target = ended(l.ID, to)
		}
		if _, err := a.Post(ctx, ledger.Transfer{ID: id, Kind: "loan." + string(to), Moves: []ledger.Move{moved(assetOf(t), source, target)}}); err != nil {
			return err
		}
		if to != Ready {
			return nil
		}
		return s.promote(ctx, a, l, t)
	}
	return kernel.NewConflict("loan.not_so")
}

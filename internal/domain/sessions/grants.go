package sessions

import (
	"context"
	"strconv"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Promise names the grants that pay an item: an offer of a programme. Its zero
// value says that nothing has to be granted first.
type Promise struct {
	Programme kernel.ID `json:"programme,omitempty"`
	Offer     string    `json:"offer,omitempty"`
}

// Named is a promise with what people call it.
type Named struct {
	Promise
	Programme, Offer kernel.Text
}

// Grants are what programmes promised to families, in pieces. The module that
// keeps them stands above this one and is handed in.
type Grants interface {
	// PromisesIn lists what an organisation may hand out from grants today.
	PromisesIn(ctx context.Context, a *act.Act, org kernel.ID) ([]Named, error)
	// LeftIn is how many pieces of a promise a family may still get here today, and
	// what it pays itself for the next one.
	LeftIn(ctx context.Context, a *act.Act, org, family kernel.ID, of Promise) (pieces int64, copay kernel.Cents, err error)
	// SpendIn takes pieces from what a family was granted, those first that end
	// first, and names what it took and what the family pays for it. It takes all of
	// them, or with an error none.
	SpendIn(ctx context.Context, a *act.Act, org, family kernel.ID, of Promise, pieces int64) (uses []kernel.ID, copay kernel.Cents, err error)
	// ReturnIn puts back what was taken; twice is as good as once.
	ReturnIn(ctx context.Context, a *act.Act, uses []kernel.ID) error
}

// just is for how long a tick is a question that may be refused. What was
// ticked longer ago is in somebody's hands.
const just = 5 * time.Minute

// pay takes what was handed out from what was granted to the family, in the act
// that says so. Where less is left than is asked nothing is handed out (Conflict
// "handout.spent"), unless it was handed out a while ago, without net: then the
// event is [Unpaid], for a person to look at.
func (s *Service) pay(ctx context.Context, a *act.Act, series Series, t *Told, family kernel.ID) error {
	asked := map[Promise]int64{}
	var order []Promise
	for _, l := range t.Lines {
		i, ok := series.Item(l.Item)
		if !ok || i.Paid == (Promise{}) {
			continue
		}
		if asked[i.Paid] == 0 {
			order = append(order, i.Paid)
		}
		asked[i.Paid] += l.Quantity
		left := int64(0)
		if family != "" {
			n, _, err := s.Grants.LeftIn(ctx, a, series.Org, family, i.Paid)
			if err != nil {
				return err
			}
			left = n
		}
		switch {
		case left >= asked[i.Paid]:
		case t.At < a.Now.Add(-just):
			t.Outcome = Unpaid
			return nil
		case family == "":
			return kernel.NewConflict("handout.granted").At("lines").With("item", i.Name)
		default:
			return kernel.NewConflict("handout.spent").At("lines").With("item", i.Name).With("left", strconv.FormatInt(left, 10))
		}
	}
	for _, of := range order {
		uses, copay, err := s.Grants.SpendIn(ctx, a, series.Org, family, of, asked[of])
		if err != nil {
			return err
		}
		t.Uses, t.Copay = append(t.Uses, uses...), t.Copay+copay
	}
	return nil
}

// unpay puts back what an event took from what was granted.
func (s *Service) unpay(ctx context.Context, a *act.Act, event kernel.ID) error {
	before, found, err := loadEvent(ctx, a, a.Alliance(), event)
	if err != nil || !found || len(before.Uses) == 0 {
		return err
	}
	return s.Grants.ReturnIn(ctx, a, before.Uses)
}

// left brings into the entries of a day how much each family may still get of
// what has to be granted.
func (s *Service) left(ctx context.Context, a *act.Act, series Series, all []Booking) error {
	for n := range all {
		b := &all[n]
		if b.Family == "" || b.State == Handed {
			continue
		}
		known, price := map[Promise]int64{}, map[Promise]kernel.Cents{}
		for _, i := range series.Items {
			if i.Paid == (Promise{}) {
				continue
			}
			if _, ok := known[i.Paid]; !ok {
				left, copay, err := s.Grants.LeftIn(ctx, a, series.Org, b.Family, i.Paid)
				if err != nil {
					return err
				}
				known[i.Paid], price[i.Paid] = left, copay
			}
			if b.Left == nil {
				b.Left, b.Copay = map[string]int64{}, map[string]kernel.Cents{}
			}
			if b.Left[i.Key] = known[i.Paid]; price[i.Paid] > 0 {
				b.Copay[i.Key] = price[i.Paid]
			}
		}
	}
	return nil
}

// Promises lists what the actor's organisation may hand out from grants today.
func (s *Service) Promises(ctx context.Context) (all []Named, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "handout.manage", a.Actor.Org); err != nil {
			return err
		}
		all, err = s.Grants.PromisesIn(ctx, a, a.Actor.Org)
		return err
	})
	return all, err
}

// promised refuses an item of which the actor's organisation hands out no
// grants. What was so before stays so.
func (s *Service) promised(ctx context.Context, a *act.Act, before, in Series) error {
	var all []Named
	for _, i := range in.Items {
		if was, _ := before.Item(i.Key); i.Paid == (Promise{}) || i.Paid == was.Paid {
			continue
		}
		if all == nil {
			var err error
			if all, err = s.Grants.PromisesIn(ctx, a, a.Actor.Org); err != nil {
				return err
			}
		}
		known := false
		for _, p := range all {
			known = known || p.Promise == i.Paid
		}
		if !known {
			return kernel.NewInvalid("handout.promise").At("items")
		}
	}
	return nil
}

package vouchers

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// A till that has no net takes a voucher by its signed QR alone. It cannot know
// whether the same was spent elsewhere, so what it may take is bounded, and the
// programme says beforehand who bears it when that happened.

// Limits are how much a till takes without net.
type Limits struct {
	Units  int64         // of one voucher on one day
	Cents  kernel.Cents  // of one voucher on one day
	Device kernel.Cents  // of all vouchers together, since the till last had net
	Since  time.Duration // how long it may be without net
}

// WithoutNet are the limits of every till.
var WithoutNet = Limits{Units: 1, Cents: 30_00, Device: 300_00, Since: 72 * time.Hour}

// clockSlack is how far a telephone's clock may be from ours.
const clockSlack = 10 * time.Minute

// Bearer is who bears what was taken without net and was no good any more.
type Bearer string

// The bearers. Outside the limits, and of what the till could have known, it is
// always the shop.
const (
	AllianceBears Bearer = ""
	ShopBears     Bearer = "shop"
)

// Bearers are the bearers, in the order in which they are offered.
var Bearers = [...]Bearer{AllianceBears, ShopBears}

// Taken is what a till took without net.
type Taken struct {
	Sale
	At kernel.Instant // by the clock of the telephone
}

// Conflict is what a till took without net and was not good any more.
type Conflict struct {
	ID        kernel.ID // of the sale
	Grant     kernel.ID // zero: no voucher has that code
	Programme kernel.ID
	Offer     string
	Serial    Serial
	Org       kernel.ID
	Till      kernel.ID
	Units     int64
	Cents     kernel.Cents // what the shop gave for it
	Item      string
	At        kernel.Instant
	Told      kernel.Instant
	Why       string // the key of the fault that says so
	Bears     Bearer // who does; where it is the alliance the shop is paid
}

// Came is what came of what a till took without net: a use, or a conflict.
type Came struct {
	Use      Use
	Conflict *Conflict
	Again    bool // it was told before
}

// whys that a till could not know without net. For all others the shop stands.
var unforeseen = []string{"voucher.used", "voucher.replaced", "voucher.blocked", "voucher.too_much", "voucher.too_many", "voucher.expired", "voucher.item"}

// The faults of what goes beyond the limits.
const (
	whyLate   = "voucher.offline.late"
	whyDay    = "voucher.offline.day"
	whyDevice = "voucher.offline.device"
	whyOff    = "voucher.offline.off"
)

// TakeOffline keeps what a till took without net. The same told twice is kept
// once and answered alike. What is good is taken as though there had been net,
// on the day on which it was; what is not is a conflict, and never a balance
// under zero. Only what was signed by us can be taken so (Invalid
// "voucher.offline.code").
func (s *Service) TakeOffline(ctx context.Context, in Taken) (came Came, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		came = Came{}
		if err := a.Allow(ctx, "voucher.redeem", ""); err != nil {
			return err
		}
		if !a.Actor.Is(policy.Till) {
			return kernel.NewForbidden("voucher.offline.till")
		}
		if _, err := kernel.ParseID(string(in.ID)); err != nil {
			return kernel.NewInvalid("voucher.id").At("id")
		}
		if !LooksSigned(in.Shown) {
			return kernel.NewInvalid("voucher.offline.code").At("code")
		}
		in.Org = a.Actor.Org
		if came.Use, came.Again, err = s.takenBefore(ctx, a, in.Sale, in.Org); came.Again || err != nil {
			return err
		}
		serial, err := s.serialIn(ctx, a, in.Shown)
		if err != nil {
			return err
		}
		if came.Conflict, came.Again, err = s.toldBefore(ctx, a, in, serial); came.Again || err != nil {
			return err
		}
		in.At = min(in.At, a.Now)
		return s.takeIn(ctx, a, in, serial, &came)
	})
	if err != nil {
		return Came{}, err
	}
	return came, nil
}

func (s *Service) takeIn(ctx context.Context, a *act.Act, in Taken, serial Serial, came *Came) error {
	h, err := s.openAt(ctx, a, serial, in.Org, in.At)
	var u Use
	if err == nil {
		u, err = h.use(in.Sale, in.Org, a)
		u.At, u.Told = in.At, a.Now
	}
	if err == nil {
		err = s.within(ctx, a, h, in)
	}
	if err == nil {
		err = s.spend(ctx, a, h.grant, u)
	}
	f, refused := errors.AsType[*kernel.Fault](err)
	switch {
	case err == nil:
		came.Use = u
		if err := insertUse(ctx, a, a.Alliance(), u); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "voucher.redeem", Subject: u.Grant, Detail: map[string]string{"use": string(u.ID), "org": string(in.Org), "offline": "yes"}})
	case !refused || f.Code != kernel.Conflict && f.Code != kernel.Invalid:
		return err
	}
	c, err := s.conflictIn(ctx, a, h, in, serial, f.Key)
	if err != nil {
		return err
	}
	came.Conflict = &c
	return a.Record(ctx, act.Entry{Action: "voucher.conflict", Subject: c.Grant, Detail: map[string]string{"conflict": string(c.ID), "org": string(c.Org), "why": c.Why, "bears": string(c.Bears)}})
}

// worth is what the shop gave for a sale.
func (in Taken) worth(g Grant) (units int64, cents kernel.Cents) {
	if g.ID == "" || g.Euros() {
		return 0, max(in.Cents, 0)
	}
	units = max(in.Units, 1)
	return units, kernel.Cents(units) * g.Worth
}

// within refuses what goes beyond what a till may take without net.
func (s *Service) within(ctx context.Context, a *act.Act, h holding, in Taken) error {
	t, err := loadTill(ctx, a, a.Alliance(), "id", string(a.Actor.Person))
	if err != nil {
		return err
	}
	units, cents := in.worth(h.grant)
	day, err := offlineSum(ctx, a, a.Alliance(), t.ID, h.grant.ID, "", in.At)
	if err != nil {
		return err
	}
	all, err := offlineSum(ctx, a, a.Alliance(), t.ID, "", t.ready, "")
	if err != nil {
		return err
	}
	refuse := func(key string) error { return kernel.NewConflict(key).At("code") }
	switch most := WithoutNet; {
	case !h.setup.Offline:
		return refuse(whyOff)
	case t.ready == "" || t.ready.Add(most.Since+clockSlack).Before(in.At):
		return refuse(whyLate)
	case day.units+units > most.Units || day.cents+cents > most.Cents:
		return refuse(whyDay)
	case all.cents+cents > most.Device:
		return refuse(whyDevice)
	}
	return nil
}

// conflictIn keeps what was no good any more. Where the alliance bears it, the
// shop is owed it out of the programme's budget, or beside it when that is
// empty: it is never taken from another voucher.
func (s *Service) conflictIn(ctx context.Context, a *act.Act, h holding, in Taken, serial Serial, why string) (c Conflict, err error) {
	c = Conflict{ID: in.ID, Grant: h.grant.ID, Programme: h.grant.Programme, Offer: h.grant.Offer, Serial: serial, Org: in.Org, Till: a.Actor.Person,
		Item: in.Item, At: in.At, Told: a.Now, Why: why, Bears: ShopBears}
	c.Units, c.Cents = in.worth(h.grant)
	if h.grant.ID != "" && h.setup.Bears == AllianceBears && slices.Contains(unforeseen, why) {
		bears, err := s.allianceBears(ctx, a, h, in)
		if err != nil {
			return c, err
		}
		if bears {
			c.Bears = AllianceBears
		}
	}
	if c.Bears == AllianceBears && c.Cents > 0 {
		if err := s.bear(ctx, a, c); err != nil {
			return c, err
		}
	}
	return c, insertConflict(ctx, a, a.Alliance(), c)
}

// allianceBears tells whether what was taken lies within the limits, and the
// till was not told before that it is no good.
func (s *Service) allianceBears(ctx context.Context, a *act.Act, h holding, in Taken) (bool, error) {
	t, err := loadTill(ctx, a, a.Alliance(), "id", string(a.Actor.Person))
	if err != nil {
		return false, err
	}
	late := h.grant.LastDay < in.At.Date() || in.At.Date() < h.grant.Begins
	known := h.paper.Ended != "" && h.paper.Ended <= t.ready
	err = s.within(ctx, a, h, in)
	if kernel.CodeOf(err) == kernel.Conflict {
		return false, nil
	}
	return !late && !known, err
}

// bear makes the alliance owe the shop what it gave for a voucher that was
// spent already.
func (s *Service) bear(ctx context.Context, a *act.Act, c Conflict) error {
	pay := func(from string) error {
		_, err := a.Post(ctx, ledger.Transfer{ID: c.ID, Kind: "voucher.twice", Moves: moves(from, Payable(c.Org), c.Cents, "", 0)})
		return err
	}
	err := pay(budgetOf(c.Programme))
	if _, short := errors.AsType[*ledger.Short](err); short {
		return pay(twiceOf(c.Programme))
	}
	return err
}

// twiceOf is the account, under zero, of what a programme paid for vouchers that
// were spent twice and its budget did not hold.
func twiceOf(programme kernel.ID) string { return "world/twice/" + string(programme) }

// toldBefore finds the conflict that a sale made when it was told before.
func (s *Service) toldBefore(ctx context.Context, a *act.Act, in Taken, serial Serial) (*Conflict, bool, error) {
	c, err := loadConflict(ctx, a, a.Alliance(), in.ID)
	if kernel.CodeOf(err) == kernel.NotFound {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if c.Serial != serial || c.Org != in.Org || c.Item != in.Item || c.Units > 0 && c.Units != max(in.Units, 1) || c.Units == 0 && c.Cents != max(in.Cents, 0) {
		return nil, false, kernel.NewInvalid("voucher.other_content").At("id")
	}
	return &c, true, a.Record(ctx, act.Entry{Action: "voucher.conflict", Subject: c.Grant, Detail: map[string]string{"conflict": string(c.ID), "again": "yes"}})
}

// Conflicts are what a shop took without net and was no good, the newest first.
// For another shop than the own one a coordinator looks.
func (s *Service) Conflicts(ctx context.Context, org kernel.ID) (all []Conflict, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		shop, err := shopOf(ctx, a, org)
		if err != nil {
			return err
		}
		if _, err := s.Members.OrganisationIn(ctx, a, shop); err != nil {
			return err
		}
		all, err = conflictsAt(ctx, a, a.Alliance(), shop, lastUses)
		return err
	})
	return all, err
}

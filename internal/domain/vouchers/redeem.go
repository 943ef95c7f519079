package vouchers

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Seen is what a shop sees of a voucher: that it is good, what it is for and
// how much is left. Of the family it says nothing.
type Seen struct {
	Serial  Serial
	For     kernel.Text // what it is for, as the programme names it
	About   kernel.Text // what the family gets
	Euros   bool
	Units   int64        // pieces left
	Cents   kernel.Cents // euros left; of pieces zero
	Copay   kernel.Cents // what the family pays for one piece
	Covers  []string     // of which the family chooses one; none: there is nothing to choose
	LastDay kernel.Date
}

// Sale is a voucher as a shop takes it.
type Sale struct {
	ID    kernel.ID // made by who takes it
	Shown string    // what was scanned or typed
	Units int64     // of pieces; zero: one
	Cents kernel.Cents
	Item  string
	Org   kernel.ID // the shop for which a worker takes it; zero: the actor's own
}

// holding is a voucher with all that decides whether a shop may take it.
type holding struct {
	grant     Grant
	paper     Paper
	programme programmes.Programme
	setup     Setup
	units     int64
	cents     kernel.Cents
}

// open reads what was scanned or typed, and says why the voucher is not good
// for this shop today: the fault has a sentence of its own for each reason.
func (s *Service) open(ctx context.Context, a *act.Act, shown string, shop kernel.ID) (h holding, err error) {
	serial, err := s.serialIn(ctx, a, shown)
	if err != nil {
		return h, err
	}
	return s.openAt(ctx, a, serial, shop, a.Now)
}

// openAt opens a voucher as it was to be taken at a moment. Of what is no good
// it tells as much as it found.
func (s *Service) openAt(ctx context.Context, a *act.Act, serial Serial, shop kernel.ID, moment kernel.Instant) (h holding, err error) {
	if h, err = loadHolding(ctx, a, a.Alliance(), serial); err != nil {
		return h, unknown(err)
	}
	if h.programme, err = s.Programmes.ProgrammeIn(ctx, a, h.grant.Programme); err != nil {
		return h, err
	}
	if h.setup, err = setupIn(ctx, a, a.Alliance(), &h.programme, h.grant.Offer); err != nil {
		return h, err
	}
	if err := s.mayTake(ctx, a, h, shop, moment); err != nil {
		return h, err
	}
	if h.units, h.cents, err = s.left(ctx, a, h.grant); err != nil {
		return h, err
	}
	if h.units == 0 && h.cents == 0 || h.grant.Units > 0 && h.units == 0 {
		return h, s.usedUp(ctx, a, h.grant)
	}
	return h, nil
}

// unknown turns what is not there into what somebody at a till can mend.
func unknown(err error) error {
	if kernel.CodeOf(err) == kernel.NotFound {
		return kernel.NewInvalid("voucher.unknown").At("code")
	}
	return err
}

func (s *Service) serialIn(ctx context.Context, a *act.Act, shown string) (Serial, error) {
	if !LooksSigned(shown) {
		serial, err := ParseSerial(shown)
		return serial, at("code", err)
	}
	ring, err := keyring(ctx, a, a.Alliance())
	if err != nil {
		return 0, err
	}
	token, err := ReadToken(a.Alliance(), shown, ring)
	return token.Serial, at("code", err)
}

// at says of which field a fault is.
func at(field string, err error) error {
	wrong := kernel.Faults{}
	wrong.Check(field, err)
	return wrong.Err()
}

func (s *Service) mayTake(ctx context.Context, a *act.Act, h holding, shop kernel.ID, moment kernel.Instant) error {
	g, takers, day := h.grant, shops(&h.programme), moment.Date()
	ended := h.paper.Ended != "" && h.paper.Ended <= moment
	refuse := func(key string) *kernel.Fault { return kernel.NewConflict(key).At("code") }
	switch {
	case h.paper.State == Replaced && ended:
		return refuse("voucher.replaced").With("day", string(h.paper.Ended.Date()))
	case h.paper.State == Blocked && ended:
		return refuse("voucher.blocked")
	case g.State == Expired, g.State == Granted && g.LastDay < day:
		return refuse("voucher.expired").With("day", string(g.LastDay))
	case g.State != Granted:
		return refuse("voucher.blocked")
	case day < g.Begins:
		return refuse("voucher.early").With("day", string(g.Begins))
	case !slices.Contains(takers, shop):
		return refuse("voucher.other_programme")
	case !g.Anywhere && g.Home != "" && g.Home != shop:
		home, err := s.Members.OrganisationIn(ctx, a, g.Home)
		if err != nil {
			return err
		}
		return refuse("voucher.other_shop").With("shop", home.Name)
	}
	return nil
}

// usedUp says when and where the last of a voucher was taken.
func (s *Service) usedUp(ctx context.Context, a *act.Act, g Grant) error {
	all, err := usesOf(ctx, a, a.Alliance(), g.ID)
	if err != nil {
		return err
	}
	for _, u := range slices.Backward(all) {
		if u.State != Done {
			continue
		}
		shop, err := s.Members.OrganisationIn(ctx, a, u.Org)
		if err != nil {
			return err
		}
		return kernel.NewConflict("voucher.used").At("code").With("moment", string(u.At)).With("shop", shop.Name)
	}
	return kernel.NewConflict("voucher.blocked").At("code") // nothing was ever in it
}

func (h holding) seen() Seen {
	seen := Seen{Serial: h.paper.Serial, For: h.programme.Name(), Euros: h.grant.Euros(), Units: h.units, Copay: h.grant.Copay,
		Covers: h.setup.Covers, LastDay: h.grant.LastDay}
	if o, err := offerOf(&h.programme, h.grant.Offer); err == nil {
		seen.For, seen.About = o.Names, o.Text
	}
	if seen.Euros {
		seen.Cents = h.cents
	}
	return seen
}

// shopOf is the shop for which the actor takes vouchers. For another than the
// own one a coordinator does it, when a shop has no telephone at hand.
func shopOf(ctx context.Context, a *act.Act, org kernel.ID) (kernel.ID, error) {
	if org == "" || org == a.Actor.Org {
		return a.Actor.Org, a.Allow(ctx, "voucher.redeem", "")
	}
	return org, a.Allow(ctx, "voucher.manage", "")
}

// Look is what a shop sees before it takes a voucher. What is no good is
// refused with the reason.
func (s *Service) Look(ctx context.Context, shown string, org kernel.ID) (seen Seen, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		shop, err := shopOf(ctx, a, org)
		if err != nil {
			return err
		}
		h, err := s.open(ctx, a, shown, shop)
		seen = h.seen()
		return err
	})
	if err != nil {
		return Seen{}, err
	}
	return seen, nil
}

// Redeem takes a voucher, whole or in part. The same sale sent twice is taken
// once and answered twice; another sale under its number is Invalid
// ("voucher.other_content"). Of any number who take the last piece at once,
// one does.
func (s *Service) Redeem(ctx context.Context, in Sale) (u Use, seen Seen, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		shop, err := shopOf(ctx, a, in.Org)
		if err != nil {
			return err
		}
		if _, err := kernel.ParseID(string(in.ID)); err != nil {
			return kernel.NewInvalid("voucher.id").At("id")
		}
		if again, done, err := s.takenBefore(ctx, a, in, shop); done || err != nil {
			u = again
			return err
		}
		h, err := s.open(ctx, a, in.Shown, shop)
		if err != nil {
			return err
		}
		if u, err = h.use(in, shop, a); err != nil {
			return err
		}
		if err := s.spend(ctx, a, h.grant, u); err != nil {
			return err
		}
		if err := insertUse(ctx, a, a.Alliance(), u); err != nil {
			return err
		}
		h.units, h.cents = h.units-u.Units, h.cents-u.Cents
		seen = h.seen()
		return a.Record(ctx, act.Entry{Action: "voucher.redeem", Subject: u.Grant, Detail: map[string]string{"use": string(u.ID), "org": string(shop)}})
	})
	if err != nil {
		return Use{}, Seen{}, err
	}
	return u, seen, nil
}

// use is a sale of what is held, if there is enough of it.
func (h holding) use(in Sale, shop kernel.ID, a *act.Act) (Use, error) {
	u := Use{ID: in.ID, Grant: h.grant.ID, Serial: h.paper.Serial, Org: shop, Item: in.Item, At: a.Now, State: Done, Worker: a.Actor.Person}
	if a.Actor.Is(policy.Till) {
		u.Worker, u.Till = "", a.Actor.Person
	}
	if len(h.setup.Covers) > 0 && !slices.Contains(h.setup.Covers, in.Item) || len(h.setup.Covers) == 0 && in.Item != "" {
		return u, kernel.NewInvalid("voucher.item").At("item")
	}
	if h.grant.Euros() {
		switch {
		case in.Cents <= 0:
			return u, kernel.NewInvalid("voucher.amount").At("cents")
		case in.Cents > h.cents:
			return u, kernel.NewConflict("voucher.too_much").At("cents").With("left", h.cents.String())
		}
		u.Cents = in.Cents
		return u, nil
	}
	u.Units = max(in.Units, 1)
	if in.Units < 0 || u.Units > h.units {
		return u, kernel.NewConflict("voucher.too_many").At("units").With("left", number(h.units))
	}
	u.Cents, u.Copay = kernel.Cents(u.Units)*h.grant.Worth, kernel.Cents(u.Units)*h.grant.Copay
	return u, nil
}

// takenBefore finds the use that a sale made when it was sent before.
func (s *Service) takenBefore(ctx context.Context, a *act.Act, in Sale, shop kernel.ID) (u Use, done bool, err error) {
	u, err = loadUse(ctx, a, a.Alliance(), in.ID)
	if kernel.CodeOf(err) == kernel.NotFound {
		return u, false, nil
	}
	if err != nil {
		return u, false, err
	}
	serial, err := s.serialIn(ctx, a, in.Shown)
	if err != nil {
		return u, false, err
	}
	if u.Serial != serial || u.Org != shop || u.Item != in.Item || u.Units > 0 && u.Units != max(in.Units, 1) || u.Units == 0 && u.Cents != in.Cents {
		return Use{}, false, kernel.NewInvalid("voucher.other_content").At("id")
	}
	return u, true, a.Record(ctx, act.Entry{Action: "voucher.redeem", Subject: u.Grant, Detail: map[string]string{"use": string(u.ID), "again": "yes"}})
}

// Uses are what a shop took, the newest first, from a moment on.
func (s *Service) Uses(ctx context.Context, org kernel.ID, since kernel.Instant, limit int) (all []Use, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		shop, err := shopOf(ctx, a, org)
		if err != nil {
			return err
		}
		all, err = usesAt(ctx, a, a.Alliance(), shop, since, limit)
		return err
	})
	return all, err
}

// Undo takes a use back that should not have been: what was taken is in the
// voucher again. Before the shop was paid it is as though nothing happened;
// afterwards the shop owes it back, and the next payment is so much less.
// Whoever works for the shop may, and once.
func (s *Service) Undo(ctx context.Context, id kernel.ID, org kernel.ID) (u Use, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		shop, err := shopOf(ctx, a, org)
		if err != nil {
			return err
		}
		if u, err = loadUse(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		if u.Org != shop {
			return kernel.NewNotFound("voucher.use")
		}
		record := func(how string) error {
			return a.Record(ctx, act.Entry{Action: "voucher.undo", Subject: u.Grant, Detail: map[string]string{"use": string(id), "how": how}})
		}
		if u.State != Done {
			return record("again")
		}
		g, err := loadGrant(ctx, a, a.Alliance(), u.Grant)
		if err != nil {
			return err
		}
		if g.State != Granted {
			return kernel.NewConflict("voucher.over")
		}
		if u.State, err = s.restore(ctx, a, g, u); err != nil {
			return err
		}
		u.Undone = a.Now
		if err := endUse(ctx, a, a.Alliance(), u); err != nil {
			return err
		}
		return record(string(u.State))
	})
	return u, err
}

const useColumns = `id, voucher, code, org, till, worker, units, cents, copay, item, at, state, undone_at, told_at`

func scanUse(row scanner) (u Use, err error) {
	err = row.Scan(&u.ID, &u.Grant, &u.Serial, &u.Org, &u.Till, &u.Worker, &u.Units, &u.Cents, &u.Copay, &u.Item, &u.At, &u.State, &u.Undone, &u.Told)
	return u, err
}

func loadUse(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Use, error) {
	return first(ctx, q, "voucher.use", scanUse, `SELECT `+useColumns+` FROM voucher_use WHERE alliance = $1 AND id = $2`, alliance, id)
}

// usesOf lists the uses of a grant, the oldest first.
func usesOf(ctx context.Context, q db.Querier, alliance, grant kernel.ID) ([]Use, error) {
	return collect(ctx, q, scanUse, `SELECT `+useColumns+` FROM voucher_use WHERE alliance = $1 AND voucher = $2 ORDER BY at, id`, alliance, grant)
}

func usesAt(ctx context.Context, q db.Querier, alliance, org kernel.ID, since kernel.Instant, limit int) ([]Use, error) {
	return collect(ctx, q, scanUse, `SELECT `+useColumns+` FROM voucher_use WHERE alliance = $1 AND org = $2 AND at >= $3 ORDER BY at DESC, id DESC LIMIT $4`,
		alliance, org, since, limit)
}

func insertUse(ctx context.Context, q db.Querier, alliance kernel.ID, u Use) error {
	return db.Soon(ctx, q, `INSERT INTO voucher_use (alliance, `+useColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		alliance, u.ID, u.Grant, int64(u.Serial), u.Org, u.Till, u.Worker, u.Units, u.Cents, u.Copay, u.Item, u.At, string(u.State), u.Undone, u.Told)
}

func endUse(ctx context.Context, q db.Querier, alliance kernel.ID, u Use) error {
	_, err := q.ExecContext(ctx, `UPDATE voucher_use SET state = $3, undone_at = $4 WHERE alliance = $1 AND id = $2 AND state = 'done'`,
		alliance, u.ID, string(u.State), u.Undone)
	return err
}

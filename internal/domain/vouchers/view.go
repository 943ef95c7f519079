package vouchers

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Held is a grant as the family and those who work with it see it.
type Held struct {
	Grant
	For    kernel.Text // what it is for
	About  kernel.Text
	Shops  []Shop // where it can be spent, the home shop first
	Paper  Paper  // the live one; zero: none
	QR     string // what the live paper's QR holds; empty without one
	Left   int64  // pieces
	Euro   kernel.Cents
	Covers []string
	Uses   []Use             // the oldest first
	Paying payments.Progress // of a transfer: how far it is
}

// Shop is a shop that takes a voucher.
type Shop struct {
	Org  kernel.ID
	Name string
}

// Open tells whether something can still be spent on a day.
func (h Held) Open(today kernel.Date) bool {
	return h.State == Granted && today <= h.LastDay && (h.Left > 0 || h.Euros() && h.Euro > 0)
}

// OfFamily is what the children of a family were given, the newest first, with
// what can be granted to them, for those who work with it. It leaves a record,
// as all reading of a file does.
func (s *Service) OfFamily(ctx context.Context, family kernel.ID) (all []Held, file families.File, offered []Offered, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "voucher.read", family); err != nil {
			return err
		}
		if file, err = s.Families.ReadIn(ctx, a, family); err != nil {
			return err
		}
		if all, err = s.HeldIn(ctx, a, family); err != nil {
			return err
		}
		if offered, err = s.offeredIn(ctx, a, file); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "voucher.read", Subject: family})
	})
	if err != nil {
		return nil, families.File{}, nil, err
	}
	return all, file, offered, nil
}

// HeldIn is what the children of a family were given, the newest first, within
// an act of a module above that asked whether it may and leaves the record.
func (s *Service) HeldIn(ctx context.Context, a *act.Act, family kernel.ID) (all []Held, err error) {
	grants, err := grantsOf(ctx, a, a.Alliance(), family)
	if err != nil {
		return nil, err
	}
	for _, g := range grants {
		h, err := s.heldIn(ctx, a, g)
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

func (s *Service) heldIn(ctx context.Context, a *act.Act, g Grant) (h Held, err error) {
	h.Grant = g
	p, err := s.Programmes.ProgrammeIn(ctx, a, g.Programme)
	if err != nil {
		return h, err
	}
	h.For = p.Name()
	if o, err := offerOf(&p, g.Offer); err == nil {
		h.For, h.About = o.Names, o.Text
	}
	if setup, err := setupIn(ctx, a, a.Alliance(), &p, g.Offer); err == nil {
		h.Covers = setup.Covers
	} else if kernel.CodeOf(err) != kernel.NotFound { // the library lost the offer; what was given stays
		return h, err
	}
	if g.Form == Transfer {
		h.Paying, err = s.Payments.ProgressIn(ctx, a, g.ID)
		return h, err
	}
	takers := shops(&p)
	if g.Form == Billed {
		takers = []kernel.ID{g.Home}
	}
	for _, org := range takers {
		if !g.Anywhere && g.Home != "" && org != g.Home {
			continue
		}
		o, err := s.Members.OrganisationIn(ctx, a, org)
		if err != nil {
			return h, err
		}
		h.Shops = append(h.Shops, Shop{org, o.Name})
	}
	slices.SortStableFunc(h.Shops, func(x, y Shop) int {
		switch {
		case x.Org == g.Home && y.Org != g.Home:
			return -1
		case y.Org == g.Home && x.Org != g.Home:
			return 1
		}
		return 0
	})
	if h.Left, h.Euro, err = s.left(ctx, a, g); err != nil {
		return h, err
	}
	if h.Uses, err = usesOf(ctx, a, a.Alliance(), g.ID); err != nil {
		return h, err
	}
	papers, err := papersOf(ctx, a, a.Alliance(), g.ID)
	if err != nil {
		return h, err
	}
	for _, p := range papers {
		if p.State == Live {
			h.Paper = p
			h.QR, err = s.signed(ctx, a, a.Alliance(), g, p)
		}
	}
	return h, err
}

// Offered is an offer that can be granted today.
type Offered struct {
	Programme kernel.ID
	Named     kernel.Text // of the programme
	Offer     programmes.Offer
	Setup     Setup
	Ruled     []Ruled // where it follows from the programme's rule: of each child
}

// offeredIn lists what the running programmes grant to a family.
func (s *Service) offeredIn(ctx context.Context, a *act.Act, file families.File) (all []Offered, err error) {
	running, err := s.Programmes.RunningIn(ctx, a)
	if err != nil {
		return nil, err
	}
	for _, p := range running {
		if !forWhoLivesIn(&p, file.Municipality) {
			continue
		}
		for _, o := range Offers(&p) {
			setup, err := setupIn(ctx, a, a.Alliance(), &p, o.ID)
			if err != nil {
				return nil, err
			}
			ruled, err := s.ruledFor(ctx, a, file, &p, setup)
			if err != nil {
				return nil, err
			}
			all = append(all, Offered{p.ID, p.Name(), o, setup, ruled})
		}
	}
	return all, nil
}

// forWhoLivesIn tells whether a programme is for families of a municipality.
// Where it is not known where a family lives, somebody decides.
func forWhoLivesIn(p *programmes.Programme, lives kernel.NIS) bool {
	return len(p.Municipalities) == 0 || lives == "" || slices.Contains(p.Municipalities, lives)
}

// Print is one grant of a family, to be printed.
func (s *Service) Print(ctx context.Context, family, id kernel.ID) (h Held, file families.File, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "voucher.read", family); err != nil {
			return err
		}
		g, err := loadGrant(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		if g.Family != family {
			return kernel.NewNotFound("voucher")
		}
		if g.State != Granted {
			return kernel.NewConflict("voucher.over")
		}
		if file, err = s.Families.ReadIn(ctx, a, family); err != nil {
			return err
		}
		if h, err = s.heldIn(ctx, a, g); err != nil {
			return err
		}
		if h.Paper.Serial == 0 {
			return kernel.NewConflict("voucher.no_paper")
		}
		return a.Record(ctx, act.Entry{Action: "voucher.print", Subject: family, Detail: map[string]string{"grant": string(id)}})
	})
	return h, file, err
}

// PrintAll are the papers of a family that are good for something today, to be
// printed on one sheet.
func (s *Service) PrintAll(ctx context.Context, family kernel.ID) (all []Held, file families.File, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		all = nil
		if err := a.Allow(ctx, "voucher.read", family); err != nil {
			return err
		}
		if file, err = s.Families.ReadIn(ctx, a, family); err != nil {
			return err
		}
		held, err := s.HeldIn(ctx, a, family)
		if err != nil {
			return err
		}
		for _, h := range held {
			if h.Open(a.Today()) && h.Paper.Serial != 0 {
				all = append(all, h)
			}
		}
		return a.Record(ctx, act.Entry{Action: "voucher.print", Subject: family, Detail: map[string]string{"papers": number(int64(len(all)))}})
	})
	return all, file, err
}

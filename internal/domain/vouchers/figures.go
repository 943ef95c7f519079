package vouchers

import (
	"cmp"
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// Month is what happened with the vouchers of an offer in a month. Of pieces,
// all but Euros counts pieces.
type Month struct {
	Month    string // "2026-03"
	Granted  int64  // vouchers
	Redeemed int64  // times that a shop took one, a provider billed one, or one was transferred
	Expired  int64  // vouchers of which something was left
	Euros    kernel.Cents
}

// Figures are what an offer of a programme gave, and what is left for it.
type Figures struct {
	Offer    programmes.Offer
	Setup    Setup
	Proposed int64
	Ruled    kernel.Cents // what the programme's rule gives to those that are proposed, as far as it is known
	All      Month        // over all months; its Month is empty
	Months   []Month      // the last twelve in which anything happened, the oldest first
	Pieces   int64        // left of the budget
	Counted  bool         // the offer is given in pieces

	Twice     int64        // taken without net, and no good any more by then
	TwicePaid kernel.Cents // what the alliance paid for these
}

// Board is a programme with its vouchers.
type Board struct {
	Programme programmes.Programme
	Budget    kernel.Cents  // left
	Year      []BudgetMonth // of its euros, the oldest month first; of a single board alone
	Offers    []Figures
	Shops     []Owed
}

// Owed is a shop and what it is to be paid.
type Owed struct {
	Shop
	Cents kernel.Cents // owed now, for all programmes
	Back  kernel.Cents // that it owes back
	Tills int64
}

// Boards are the running programmes of which something can be given as a voucher.
func (s *Service) Boards(ctx context.Context) (all []Board, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "voucher.figures", ""); err != nil {
			return err
		}
		running, err := s.Programmes.RunningIn(ctx, a)
		if err != nil {
			return err
		}
		all = nil
		for _, p := range running {
			if len(Offers(&p)) == 0 {
				continue
			}
			b, err := s.boardIn(ctx, a, p)
			if err != nil {
				return err
			}
			all = append(all, b)
		}
		return nil
	})
	return all, err
}

// Board is one programme with its vouchers, by offer and month.
func (s *Service) Board(ctx context.Context, programme kernel.ID) (b Board, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "voucher.figures", programme); err != nil {
			return err
		}
		p, err := s.Programmes.ProgrammeIn(ctx, a, programme)
		if err != nil {
			return err
		}
		if b, err = s.boardIn(ctx, a, p); err != nil {
			return err
		}
		b.Year, err = yearIn(ctx, a, p.ID, b.Budget)
		return err
	})
	return b, err
}

func (s *Service) boardIn(ctx context.Context, a *act.Act, p programmes.Programme) (b Board, err error) {
	b.Programme = p
	cents, err := ledger.Balance(ctx, a, a.Alliance(), account(budgetOf(p.ID), ledger.Euro))
	if err != nil {
		return b, err
	}
	b.Budget = kernel.Cents(cents)
	for _, o := range Offers(&p) {
		f := Figures{Offer: o}
		if f.Setup, err = setupIn(ctx, a, a.Alliance(), &p, o.ID); err != nil {
			return b, err
		}
		f.Counted = f.Setup.Units > 0
		if f.Pieces, err = ledger.Balance(ctx, a, a.Alliance(), account(budgetOf(p.ID), pieceOf(o.ID))); err != nil {
			return b, err
		}
		if f.Twice, f.TwicePaid, err = twice(ctx, a, a.Alliance(), p.ID, o.ID); err != nil {
			return b, err
		}
		if err := f.count(ctx, a, a.Alliance(), p.ID); err != nil {
			return b, err
		}
		b.Offers = append(b.Offers, f)
	}
	for _, org := range shops(&p) {
		owed, err := s.owedIn(ctx, a, org)
		if err != nil {
			return b, err
		}
		b.Shops = append(b.Shops, owed)
	}
	return b, nil
}

func (s *Service) owedIn(ctx context.Context, a *act.Act, org kernel.ID) (o Owed, err error) {
	shop, err := s.Members.OrganisationIn(ctx, a, org)
	if err != nil {
		return o, err
	}
	tills, err := tillsOf(ctx, a, a.Alliance(), org)
	if err != nil {
		return o, err
	}
	owed, err := ledger.Balance(ctx, a, a.Alliance(), account(Payable(org), ledger.Euro))
	if err != nil {
		return o, err
	}
	back, err := ledger.Balance(ctx, a, a.Alliance(), account(OwedBack(org), ledger.Euro))
	return Owed{Shop{org, shop.Name}, kernel.Cents(owed), kernel.Cents(-back), int64(len(tills))}, err
}

// Provider is what a shop sees of itself.
type Provider struct {
	Owed
	Uses []Use // the newest first
}

// Provider is what a shop is to be paid, and for what. For another shop than
// the own one a coordinator looks.
func (s *Service) Provider(ctx context.Context, org kernel.ID) (p Provider, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		shop, err := shopOf(ctx, a, org)
		if err != nil {
			return err
		}
		if p.Owed, err = s.owedIn(ctx, a, shop); err != nil {
			return err
		}
		p.Uses, err = usesAt(ctx, a, a.Alliance(), shop, "", lastUses)
		return err
	})
	return p, err
}

// lastUses is how many uses a shop is shown.
const lastUses = 100

// shownMonths is how many months a board shows.
const shownMonths = 12

// count fills in what happened, by month.
func (f *Figures) count(ctx context.Context, q db.Querier, alliance, programme kernel.ID) error {
	months := map[string]*Month{}
	at := func(month string) *Month {
		if months[month] == nil {
			months[month] = &Month{Month: month}
		}
		return months[month]
	}
	type row struct {
		month, state string
		n, euros     int64
	}
	scan := func(r scanner) (x row, err error) {
		err = r.Scan(&x.month, &x.state, &x.n, &x.euros)
		return x, err
	}
	paid, err := collect(ctx, q, scan, `SELECT substr(granted_at, 1, 7), form, count(*), CAST(sum(cents) AS BIGINT) FROM voucher_grant
		WHERE alliance = $1 AND programme = $2 AND offer = $3 AND form = 'transfer' AND state IN ('granted', 'spent') GROUP BY substr(granted_at, 1, 7), form`,
		alliance, programme, f.Offer.ID)
	if err != nil {
		return err
	}
	for _, x := range paid {
		m := at(x.month)
		m.Redeemed, m.Euros = m.Redeemed+x.n, m.Euros+kernel.Cents(x.euros)
	}
	grants, err := collect(ctx, q, scan, `SELECT substr(granted_at, 1, 7), state, count(*), CAST(sum(cents) AS BIGINT) FROM voucher_grant
		WHERE alliance = $1 AND programme = $2 AND offer = $3 GROUP BY substr(granted_at, 1, 7), state`, alliance, programme, f.Offer.ID)
	if err != nil {
		return err
	}
	for _, x := range grants {
		switch State(x.state) {
		case Proposed:
			f.Proposed, f.Ruled = f.Proposed+x.n, f.Ruled+kernel.Cents(x.euros)
		case Granted, Expired, Spent, Revoked:
			at(x.month).Granted += x.n
		}
	}
	ended, err := collect(ctx, q, scan, `SELECT substr(ended_at, 1, 7), state, count(*), 0 FROM voucher_grant
		WHERE alliance = $1 AND programme = $2 AND offer = $3 AND state = 'expired' GROUP BY substr(ended_at, 1, 7), state`, alliance, programme, f.Offer.ID)
	if err != nil {
		return err
	}
	for _, x := range ended {
		at(x.month).Expired += x.n
	}
	used, err := collect(ctx, q, scan, `SELECT substr(u.at, 1, 7), u.state, count(*), CAST(sum(u.cents) AS BIGINT) FROM voucher_use u
		JOIN voucher_grant g ON g.alliance = u.alliance AND g.id = u.voucher
		WHERE g.alliance = $1 AND g.programme = $2 AND g.offer = $3 AND u.state = 'done' GROUP BY substr(u.at, 1, 7), u.state`, alliance, programme, f.Offer.ID)
	if err != nil {
		return err
	}
	for _, x := range used {
		m := at(x.month)
		m.Redeemed, m.Euros = m.Redeemed+x.n, m.Euros+kernel.Cents(x.euros)
	}
	for _, m := range months {
		f.All.Granted, f.All.Redeemed, f.All.Expired, f.All.Euros = f.All.Granted+m.Granted, f.All.Redeemed+m.Redeemed, f.All.Expired+m.Expired, f.All.Euros+m.Euros
		f.Months = append(f.Months, *m)
	}
	slices.SortFunc(f.Months, func(x, y Month) int { return cmp.Compare(x.Month, y.Month) })
	f.Months = f.Months[max(0, len(f.Months)-shownMonths):]
	return nil
}

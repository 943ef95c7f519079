package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// setupEndpoints are how a programme gives its vouchers, what it has for them,
// and what came of it.
func (s *API) setupEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/vouchers", Action: "voucher.figures", ID: "list-voucher-programmes", Tag: "vouchers",
		Says: "The running programmes of which something is given as a voucher, in numbers alone.", More: "They are few: they come whole."}, s.voucherBoards)
	add(d, endpoint{Method: "GET", Path: "/programmes/{programme}/vouchers", Action: "voucher.figures", ID: "read-voucher-programme", Tag: "vouchers",
		Says: "What a programme gave, by offer and month, and what is left of its budget."}, s.voucherBoard)
	add(d, endpoint{Method: "GET", Path: "/programmes/{programme}/vouchers/{offer}", Action: "voucher.figures", ID: "read-voucher-setup", Tag: "vouchers",
		Says: "How an offer is given."}, s.voucherSetup)
	add(d, endpoint{Method: "PUT", Path: "/programmes/{programme}/vouchers/{offer}", Action: "voucher.manage", ID: "set-voucher-setup", Tag: "vouchers", Status: noContent,
		Says: "Say how an offer is given from now on.", More: "What was granted stays as it was granted. An edit that began from an older version is 409."}, s.arrangeVouchers)
	add(d, endpoint{Method: "POST", Path: "/programmes/{programme}/vouchers/{offer}/budget", Action: "voucher.manage", ID: "add-budget", Tag: "vouchers", Status: noContent,
		Says: "Set euros or pieces aside for an offer."}, s.addBudget)
	add(d, endpoint{Method: "POST", Path: "/programmes/{programme}/vouchers/{offer}/approve", Action: "voucher.manage", ID: "approve-waiting", Tag: "vouchers",
		Says: "Grant what waits for an offer, the oldest first, as long as there is budget.", More: "At most 200 at once."}, s.approveWaiting)
}

// voucherMonth is what happened in a month.
type voucherMonth struct {
	Month    string `json:"month,omitempty" doc:"2026-03; left out: over all months."`
	Granted  int64  `json:"granted"`
	Redeemed int64  `json:"redeemed"`
	Expired  int64  `json:"expired"`
	Amount   euros  `json:"amount"`
}

func voucherMonthJSON(m vouchers.Month) voucherMonth {
	return voucherMonth{m.Month, m.Granted, m.Redeemed, m.Expired, euros(m.Euros.String())}
}

type offerFigures struct {
	Offer      string         `json:"offer"`
	Names      kernel.Text    `json:"names"`
	Proposed   int64          `json:"proposed" doc:"That wait for a decision."`
	All        voucherMonth   `json:"all"`
	Months     []voucherMonth `json:"months" nullable:"false" doc:"The last twelve in which anything happened, the oldest first."`
	UnitsLeft  int64          `json:"units_left" doc:"Pieces that are left of the budget, of an offer that is given in pieces."`
	Twice      int64          `json:"twice" doc:"Taken without net, and no good any more by then."`
	TwiceBorne euros          `json:"twice_borne" doc:"What the alliance paid for these."`
}

type shopOwed struct {
	ID    kernel.ID `json:"id"`
	Name  string    `json:"name"`
	Owed  euros     `json:"owed"`
	Back  euros     `json:"back" doc:"That it owes back."`
	Tills int64     `json:"tills"`
}

type voucherProgramme struct {
	Programme kernel.ID      `json:"programme"`
	Names     kernel.Text    `json:"names"`
	Left      euros          `json:"left" doc:"Of the budget, in euros."`
	Offers    []offerFigures `json:"offers" nullable:"false"`
	Shops     []shopOwed     `json:"shops" nullable:"false" doc:"What each is owed, for all programmes."`
}

func boardJSON(b vouchers.Board) voucherProgramme {
	out := voucherProgramme{b.Programme.ID, b.Programme.Name(), euros(b.Budget.String()), []offerFigures{}, []shopOwed{}}
	for _, f := range b.Offers {
		x := offerFigures{f.Offer.ID, f.Offer.Names, f.Proposed, voucherMonthJSON(f.All), []voucherMonth{}, f.Pieces, f.Twice, euros(f.TwicePaid.String())}
		for _, m := range f.Months {
			x.Months = append(x.Months, voucherMonthJSON(m))
		}
		out.Offers = append(out.Offers, x)
	}
	for _, o := range b.Shops {
		out.Shops = append(out.Shops, shopOwed{o.Org, o.Name, euros(o.Cents.String()), euros(o.Back.String()), o.Tills})
	}
	return out
}

func (s *API) voucherBoards(ctx context.Context, _ *nothingAsked) (*listed[voucherProgramme], error) {
	all, err := s.Vouchers.Boards(ctx)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", boardJSON), nil
}

func (s *API) voucherBoard(ctx context.Context, in *programmeAsked) (*one[voucherProgramme], error) {
	b, err := s.Vouchers.Board(ctx, in.Programme)
	if err != nil {
		return nil, err
	}
	return answer(boardJSON(b))
}

// Setup is how an offer is given.
type Setup struct {
	Units    int64           `json:"units,omitempty" minimum:"0" maximum:"1000" doc:"How many pieces a grant is of; left out: it is of euros."`
	Amount   euros           `json:"amount,omitempty" doc:"What a grant of euros is worth."`
	ByRule   bool            `json:"by_rule,omitempty" doc:"What a grant is worth follows from the programme's own rule, for each child; amount and units are left out then."`
	Worth    euros           `json:"worth,omitempty" doc:"What the shop is paid for one piece."`
	Copay    euros           `json:"copay,omitempty" doc:"What the family pays for one piece."`
	Months   int64           `json:"months" minimum:"1" maximum:"60" doc:"How long a voucher is valid."`
	Event    vouchers.Event  `json:"event,omitempty" doc:"At which it is proposed by itself; left out: never."`
	Age      int64           `json:"age,omitempty" minimum:"0" maximum:"18" doc:"Of birthday: which one."`
	Period   vouchers.Period `json:"period" doc:"How often a child can be given it."`
	Straight bool            `json:"straight,omitempty" doc:"What is proposed by itself is granted, while there is budget."`
	Home     kernel.ID       `json:"home,omitempty" doc:"The shop at which it is spent, or the provider who bills; left out: every shop of the programme."`
	Anywhere bool            `json:"anywhere,omitempty" doc:"Other shops of the programme take it too."`
	Covers   []string        `json:"covers,omitempty" maxItems:"12" nullable:"false" doc:"Of which one may choose; none: what the offer says."`
	Offline  bool            `json:"offline,omitempty" doc:"A till takes it without net, within bounds."`
	Bears    vouchers.Bearer `json:"bears,omitempty" doc:"Who bears it when it was no good any more by then; left out: the alliance."`
	Form     vouchers.Form   `json:"form,omitempty" doc:"Left out: a voucher on paper, that a shop takes."`
}

type setup struct {
	Version int64 `json:"version" doc:"For an edit; 0: as the programme says."`
	Setup
}

type setupAsked struct {
	Programme kernel.ID `path:"programme"`
	Offer     string    `path:"offer" maxLength:"100" pattern:"^[a-z0-9_-]+$"`
}

func (s *API) voucherSetup(ctx context.Context, in *setupAsked) (*one[setup], error) {
	x, _, err := s.Vouchers.Setup(ctx, in.Programme, in.Offer)
	if err != nil {
		return nil, err
	}
	return answer(setup{x.Version, Setup{x.Units, amount(x.Cents), x.ByRule, amount(x.Worth), amount(x.Copay), x.Months, x.Event, x.Age, x.Period, x.Straight,
		x.Home, x.Anywhere, texts(x.Covers), x.Offline, x.Bears, x.Form}})
}

type arranging struct {
	Programme kernel.ID `path:"programme"`
	Offer     string    `path:"offer" maxLength:"100" pattern:"^[a-z0-9_-]+$"`
	Body      struct {
		Version int64 `json:"version" minimum:"0" doc:"From which the edit began."`
		Setup
	}
}

func (s *API) arrangeVouchers(ctx context.Context, in *arranging) (*nothing, error) {
	b := in.Body
	x := vouchers.Setup{Programme: in.Programme, Offer: in.Offer, Version: b.Version, Units: b.Units, ByRule: b.ByRule, Months: b.Months, Event: b.Event, Age: b.Age, Period: b.Period,
		Straight: b.Straight, Home: b.Home, Anywhere: b.Anywhere, Covers: b.Covers, Offline: b.Offline, Bears: b.Bears, Form: b.Form}
	for _, c := range []struct {
		to    *kernel.Cents
		from  euros
		field string
	}{{&x.Cents, b.Amount, "amount"}, {&x.Worth, b.Worth, "worth"}, {&x.Copay, b.Copay, "copay"}} {
		var err error
		if *c.to, err = c.from.cents(c.field); err != nil {
			return nil, err
		}
	}
	return &nothing{}, called(s.Vouchers.Arrange(ctx, x), "cents", "amount")
}

type funding struct {
	Programme kernel.ID `path:"programme"`
	Offer     string    `path:"offer" maxLength:"100" pattern:"^[a-z0-9_-]+$"`
	Body      struct {
		ID     kernel.ID `json:"id" doc:"Made by you: sent twice, it is added once."`
		Amount euros     `json:"amount,omitempty"`
		Units  int64     `json:"units,omitempty" minimum:"0" maximum:"1000000" doc:"Pieces."`
	}
}

func (s *API) addBudget(ctx context.Context, in *funding) (*nothing, error) {
	cents, err := in.Body.Amount.cents("amount")
	if err != nil {
		return nil, err
	}
	return &nothing{}, called(s.Vouchers.AddBudget(ctx, vouchers.Fund{ID: in.Body.ID, Programme: in.Programme, Offer: in.Offer, Cents: cents, Units: in.Body.Units}), "cents", "amount")
}

type approved struct {
	Granted int64 `json:"granted"`
	Waiting int64 `json:"waiting" doc:"That still wait: for budget, for an account, or because there were too many at once."`
}

func (s *API) approveWaiting(ctx context.Context, in *setupAsked) (*one[approved], error) {
	done, err := s.Vouchers.ApproveAll(ctx, in.Programme, in.Offer)
	if err != nil {
		return nil, err
	}
	return answer(approved(done))
}

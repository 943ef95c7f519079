package api

import (
	"context"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// shopEndpoints are what the till of a shop asks, and who lets tills in.
func (s *API) shopEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/shops/{shop}", Action: "voucher.redeem", ID: "read-shop", Tag: "shops",
		Says: "What a shop is to be paid, and what it took last.", More: "A shop is an organisation. Of another than your own a coordinator asks."}, s.shop)
	add(d, endpoint{Method: "POST", Path: "/shops/{shop}/look", Action: "voucher.redeem", ID: "look-at-voucher", Tag: "shops", Safe: true,
		Says: "What a voucher is good for in this shop today, and how much is left of it.",
		More: "Of the family it says nothing. A voucher that is no good is 409 with the reason: expired, used already, another shop, replaced. What was scanned or typed stands in the body, for addresses are written in logs."}, s.lookAtVoucher)
	add(d, endpoint{Method: "POST", Path: "/shops/{shop}/redemptions", Action: "voucher.redeem", ID: "redeem-voucher", Tag: "shops", Status: created,
		Says: "Take a voucher, whole or in part.", More: "The same sale sent twice is taken once; another one under its ID is 422. Of any number who take the last piece at once, one does."}, s.redeemVoucher)
	add(d, endpoint{Method: "GET", Path: "/shops/{shop}/redemptions", Action: "voucher.redeem", ID: "list-redemptions", Tag: "shops",
		Says: "What a shop took, the oldest first."}, s.redemptions)
	add(d, endpoint{Method: "POST", Path: "/shops/{shop}/redemptions/{use}/undo", Action: "voucher.redeem", ID: "undo-redemption", Tag: "shops",
		Says: "Take back what was taken by mistake.", More: "After the shop was paid it owes it back, and its next payment is so much less."}, s.undoRedemption)
	add(d, endpoint{Method: "GET", Path: "/shops/{shop}/conflicts", Action: "voucher.redeem", ID: "list-conflicts", Tag: "shops",
		Says: "What a shop took without net and was no good, the newest first, and who bears it."}, s.shopConflicts)
	add(d, endpoint{Method: "GET", Path: "/shops/{shop}/tills", Action: "voucher.manage", ID: "list-tills", Tag: "shops",
		Says: "The telephones and counters of a shop that may take vouchers without an account."}, s.tills)
	add(d, endpoint{Method: "POST", Path: "/shops/{shop}/tills", Action: "voucher.manage", ID: "open-till", Tag: "shops", Status: created,
		Says: "Make a till for a shop.", More: "Its link and its PIN stand on a page, for a coordinator to hand over: no program passes them on."}, s.openTill)
	add(d, endpoint{Method: "DELETE", Path: "/tills/{till}", Action: "voucher.manage", ID: "close-till", Tag: "shops", Status: noContent,
		Says: "End a till: whoever holds it is a stranger from now on."}, s.closeTill)
}

type shopAsked struct {
	Shop kernel.ID `path:"shop" doc:"The organisation."`
}

type shop struct {
	ID    kernel.ID `json:"id"`
	Name  string    `json:"name"`
	Owed  euros     `json:"owed" doc:"That it is to be paid now, for all programmes."`
	Back  euros     `json:"back" doc:"That it owes back."`
	Tills int64     `json:"tills"`
	Last  []Used    `json:"last" nullable:"false" doc:"What it took last, the newest first."`
}

func (s *API) shop(ctx context.Context, in *shopAsked) (*one[shop], error) {
	p, err := s.Vouchers.Provider(ctx, in.Shop)
	if err != nil {
		return nil, err
	}
	out := shop{p.Org, p.Name, euros(p.Cents.String()), euros(p.Back.String()), p.Tills, []Used{}}
	for _, u := range p.Uses {
		out.Last = append(out.Last, usedJSON(u))
	}
	return answer(out)
}

// goodFor is what a shop sees of a voucher.
type goodFor struct {
	For     kernel.Text `json:"for" doc:"What it is for."`
	About   kernel.Text `json:"about,omitzero" doc:"What the family gets."`
	Units   int64       `json:"units,omitempty" doc:"Pieces that are left; left out: it is of euros."`
	Amount  euros       `json:"amount,omitempty" doc:"Euros that are left."`
	Copay   euros       `json:"copay,omitempty" doc:"What the family pays you for one piece."`
	Covers  []string    `json:"covers" nullable:"false" doc:"Of which the family chooses one; none: there is nothing to choose."`
	LastDay kernel.Date `json:"last_day"`
}

type looking struct {
	Shop kernel.ID `path:"shop"`
	Body struct {
		Shown string `json:"shown" minLength:"1" maxLength:"300" doc:"What was scanned of the QR, or the code that was typed."`
	}
}

func (s *API) lookAtVoucher(ctx context.Context, in *looking) (*one[goodFor], error) {
	v, err := s.Vouchers.Look(ctx, in.Body.Shown, in.Shop)
	if err != nil {
		return nil, called(err, "code", "shown")
	}
	return answer(goodFor{v.For, v.About, v.Units, amount(v.Cents), amount(v.Copay), texts(v.Covers), v.LastDay})
}

// sold is a sale as it was taken.
type sold struct {
	Used
	UnitsLeft int64 `json:"units_left,omitempty" doc:"Pieces that are left; left out when it was sent before."`
	Left      euros `json:"left,omitempty" doc:"Euros that are left; left out when it was sent before."`
}

type redeeming struct {
	Shop kernel.ID `path:"shop"`
	Body struct {
		ID     kernel.ID `json:"id" doc:"Of the sale, made by you: sent twice, it is taken once."`
		Shown  string    `json:"shown" minLength:"1" maxLength:"300" doc:"What was scanned of the QR, or the code that was typed."`
		Units  int64     `json:"units,omitempty" minimum:"0" maximum:"1000" doc:"Of pieces; left out: one."`
		Amount euros     `json:"amount,omitempty" doc:"Of euros: how much of it."`
		Item   string    `json:"item,omitempty" maxLength:"60" doc:"Which of what it covers was chosen."`
	}
}

func (s *API) redeemVoucher(ctx context.Context, in *redeeming) (*made[sold], error) {
	b := in.Body
	cents, err := b.Amount.cents("amount")
	if err != nil {
		return nil, err
	}
	u, seen, err := s.Vouchers.Redeem(ctx, vouchers.Sale{ID: b.ID, Shown: b.Shown, Units: b.Units, Cents: cents, Item: b.Item, Org: in.Shop})
	if err != nil {
		return nil, called(err, "code", "shown", "cents", "amount")
	}
	return &made[sold]{Root + "/shops/" + string(in.Shop) + "/redemptions", sold{usedJSON(u), seen.Units, amount(seen.Cents)}}, nil
}

type redemptionsAsked struct {
	Shop kernel.ID `path:"shop"`
	Paging
}

func (s *API) redemptions(ctx context.Context, in *redemptionsAsked) (*listed[Used], error) {
	last, err := usedAt(in.After)
	if err != nil {
		return nil, err
	}
	all, more, err := s.Vouchers.UsesAfter(ctx, in.Shop, last, in.Limit)
	if err != nil {
		return nil, err
	}
	next := ""
	if more {
		next = string(all[len(all)-1].At) + "_" + string(all[len(all)-1].ID)
	}
	return listOf(askedOf(ctx).URL, all, next, usedJSON), nil
}

// usedAt reads where a list of redemptions went on.
func usedAt(after string) (u vouchers.Use, err error) {
	if after == "" {
		return u, nil
	}
	moment, id, _ := strings.Cut(after, "_")
	if u.At, err = kernel.ParseInstant(moment); err == nil {
		u.ID, err = kernel.ParseID(id)
	}
	if err != nil {
		err = kernel.NewInvalid("api.value").At("after")
	}
	return u, err
}

type undoing struct {
	Shop kernel.ID `path:"shop"`
	Use  kernel.ID `path:"use"`
}

func (s *API) undoRedemption(ctx context.Context, in *undoing) (*one[Used], error) {
	u, err := s.Vouchers.Undo(ctx, in.Use, in.Shop)
	if err != nil {
		return nil, err
	}
	return answer(usedJSON(u))
}

// noGood is what a till took without net and was no good any more.
type noGood struct {
	ID        kernel.ID       `json:"id" doc:"Of the sale."`
	Programme kernel.ID       `json:"programme,omitempty"`
	Offer     string          `json:"offer,omitempty"`
	Units     int64           `json:"units,omitempty"`
	Amount    euros           `json:"amount,omitempty" doc:"What the shop gave for it."`
	Item      string          `json:"item,omitempty"`
	At        kernel.Instant  `json:"at"`
	Told      kernel.Instant  `json:"told_at" doc:"When the till told of it."`
	Why       string          `json:"why" doc:"As a key that does not change with the language."`
	Bears     vouchers.Bearer `json:"bears,omitempty" doc:"Who bears it; left out: the alliance, which pays the shop."`
}

func (s *API) shopConflicts(ctx context.Context, in *shopAsked) (*listed[noGood], error) {
	all, err := s.Vouchers.Conflicts(ctx, in.Shop)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", func(c vouchers.Conflict) noGood {
		return noGood{c.ID, c.Programme, c.Offer, c.Units, amount(c.Cents), c.Item, c.At, c.Told, c.Why, c.Bears}
	}), nil
}

type till struct {
	ID     kernel.ID      `json:"id"`
	Shop   kernel.ID      `json:"shop"`
	Name   string         `json:"name"`
	MadeAt kernel.Instant `json:"made_at"`
	Paired kernel.Instant `json:"paired_at,omitempty" doc:"Since when a telephone has it."`
	Shut   bool           `json:"shut" doc:"Too many wrong PINs were typed: make another."`
}

func tillJSON(t vouchers.Till) till { return till{t.ID, t.Org, t.Name, t.MadeAt, t.Paired, t.Shut()} }

func (s *API) tills(ctx context.Context, in *shopAsked) (*listed[till], error) {
	all, err := s.Vouchers.Tills(ctx, in.Shop)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", tillJSON), nil
}

type tillOpened struct {
	Shop kernel.ID `path:"shop"`
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"40" doc:"In your words: counter 1."`
	}
}

func (s *API) openTill(ctx context.Context, in *tillOpened) (*made[till], error) {
	t, err := s.Vouchers.OpenTill(ctx, in.Shop, in.Body.Name)
	if err != nil {
		return nil, err
	}
	return &made[till]{Root + "/shops/" + string(in.Shop) + "/tills", tillJSON(t)}, nil
}

type tillAsked struct {
	Till kernel.ID `path:"till"`
}

func (s *API) closeTill(ctx context.Context, in *tillAsked) (*nothing, error) {
	return &nothing{}, s.Vouchers.CloseTill(ctx, in.Till)
}

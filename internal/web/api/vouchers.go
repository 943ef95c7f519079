package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// voucherEndpoints are what the children of a family were given, for those who
// work with it.
func (s *API) voucherEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/families/{family}/grants", Action: "voucher.read", ID: "list-grants", Tag: "vouchers",
		Says: "What the children of a family were given, the newest first, and what can be granted to them.",
		More: "It leaves a record. No code is in it: those stand on the papers."}, s.grants)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/grants", Action: "voucher.grant", ID: "give-grant", Tag: "vouchers", Status: created, Names: true,
		Says: "Grant an offer of a programme to a child, once for a period.",
		More: "It is reserved at once. Who has it already, a child whom the programme does not mean, and a budget that is short are 409."}, s.giveGrant)
	step := func(path, id, says, more string, fn func(context.Context, kernel.ID, kernel.ID) error) {
		add(d, endpoint{Method: "POST", Path: "/families/{family}/grants/{voucher}/" + path, Action: "voucher.grant", ID: id, Tag: "vouchers", Status: noContent, Says: says, More: more},
			func(ctx context.Context, in *grantAsked) (*nothing, error) {
				return &nothing{}, fn(ctx, in.Family, in.Grant)
			})
	}
	step("approve", "approve-grant", "Grant what was proposed.", "", s.Vouchers.Approve)
	step("decline", "decline-grant", "Do not grant what was proposed.", "", s.Vouchers.Decline)
	step("revoke", "revoke-grant", "Take a grant back.", "What is left of it returns to the budget; what was spent stays spent.", s.Vouchers.Revoke)
	step("replace", "replace-paper", "Give what was lost a new code over the same balance.", "The old one is good for nothing from now on; the new one stands on the paper.", s.Vouchers.Replace)
	step("block", "block-paper", "Make a paper good for nothing until it is replaced.", "", s.Vouchers.Block)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/grants/{voucher}/extend", Action: "voucher.grant", ID: "extend-grant", Tag: "vouchers", Status: noContent,
		Says: "Give a grant a later last day.", More: "What was printed before is good until then too."}, s.extendGrant)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/grants/{voucher}/bills", Action: "voucher.grant", ID: "write-bill", Tag: "vouchers", Status: created,
		Says: "Write down what the provider of a grant billed: it is owed that, and so much less is left."}, s.writeBill)
	add(d, endpoint{Method: "GET", Path: "/families/{family}/grants/{voucher}/paper", Action: "voucher.read", ID: "read-paper", Tag: "vouchers", Stands: true,
		Says: "What stands on the paper of a grant, to be printed: its code, and what its QR holds.",
		More: "It leaves a record. A grant without a paper, or one that is over, is 409."}, s.paper)
	add(d, endpoint{Method: "GET", Path: "/families/{family}/papers", Action: "voucher.read", ID: "list-papers", Tag: "vouchers",
		Says: "The papers of a family that are good for something today.", More: "It leaves a record."}, s.papers)
}

// Used is one time that a shop took a voucher.
type Used struct {
	ID      kernel.ID         `json:"id"`
	Shop    kernel.ID         `json:"shop"`
	Units   int64             `json:"units,omitempty" doc:"Of a grant of pieces."`
	Amount  euros             `json:"amount,omitempty" doc:"That the shop is owed for it."`
	Copay   euros             `json:"copay,omitempty" doc:"That the family paid."`
	Item    string            `json:"item,omitempty" doc:"Which of what it covers was chosen."`
	At      kernel.Instant    `json:"at"`
	State   vouchers.UseState `json:"state"`
	Undone  kernel.Instant    `json:"undone_at,omitempty"`
	Offline bool              `json:"offline" doc:"It was taken without net."`
}

func usedJSON(u vouchers.Use) Used {
	return Used{u.ID, u.Org, u.Units, amount(u.Cents), amount(u.Copay), u.Item, u.At, u.State, u.Undone, u.Told != ""}
}

// shopNamed is a shop that takes a voucher.
type shopNamed struct {
	ID   kernel.ID `json:"id"`
	Name string    `json:"name"`
}

// grant is what a child was given.
type grant struct {
	ID        kernel.ID      `json:"id"`
	Programme kernel.ID      `json:"programme"`
	Offer     string         `json:"offer" doc:"Of the programme."`
	Names     kernel.Text    `json:"names" doc:"What it is for."`
	Child     kernel.ID      `json:"child"`
	Period    string         `json:"period" doc:"For which it was given: once, a month, a school year, or a month of the child's age."`
	State     vouchers.State `json:"state"`
	Cause     vouchers.Cause `json:"cause" doc:"Why it was proposed."`
	Decision  string         `json:"decision,omitempty" doc:"The reference of a committee's decision."`
	Decided   kernel.Date    `json:"decided,omitempty" doc:"The day of that decision."`
	Form      vouchers.Form  `json:"form,omitempty" doc:"Left out: a voucher on paper, that a shop takes."`
	Units     int64          `json:"units,omitempty" doc:"How many pieces it is of; left out: it is of euros."`
	Amount    euros          `json:"amount,omitempty" doc:"All that was set aside for it."`
	Copay     euros          `json:"copay,omitempty" doc:"What the family pays for one piece."`
	UnitsLeft int64          `json:"units_left" doc:"Pieces that are left."`
	Left      euros          `json:"left,omitempty" doc:"Euros that are left."`
	Shops     []shopNamed    `json:"shops" nullable:"false" doc:"Where it can be spent, the home shop first."`
	Covers    []string       `json:"covers" nullable:"false" doc:"Of which one is chosen; none: there is nothing to choose."`
	Begins    kernel.Date    `json:"begins"`
	LastDay   kernel.Date    `json:"last_day"`
	Open      bool           `json:"open" doc:"Something can be spent of it today."`
	Uses      []Used         `json:"uses" nullable:"false" doc:"The oldest first."`
}

func grantJSON(h vouchers.Held, today kernel.Date) grant {
	g := grant{
		ID: h.ID, Programme: h.Programme, Offer: h.Offer, Names: h.For, Child: h.Child, Period: h.Period, State: h.State, Cause: h.Cause,
		Decision: h.Decision, Decided: h.DecidedOn, Form: h.Form, Units: h.Units, Amount: amount(h.Cents), Copay: amount(h.Copay),
		UnitsLeft: h.Left, Left: amount(h.Euro), Shops: []shopNamed{}, Covers: texts(h.Covers), Begins: h.Begins, LastDay: h.LastDay,
		Open: h.Open(today), Uses: []Used{},
	}
	for _, o := range h.Shops {
		g.Shops = append(g.Shops, shopNamed{o.Org, o.Name})
	}
	for _, u := range h.Uses {
		g.Uses = append(g.Uses, usedJSON(u))
	}
	return g
}

// today is the day on which it is asked.
func (s *API) today() kernel.Date { return kernel.InstantOf(s.Now()).Date() }

type grantable struct {
	Programme kernel.ID     `json:"programme"`
	Offer     string        `json:"offer"`
	Names     kernel.Text   `json:"names"`
	Units     int64         `json:"units,omitempty" doc:"That are usual; left out: it is of euros."`
	Amount    euros         `json:"amount,omitempty" doc:"That is usual."`
	Copay     euros         `json:"copay,omitempty"`
	Form      vouchers.Form `json:"form,omitempty" doc:"Left out: a voucher on paper, that a shop takes."`
	ByRule    bool          `json:"by_rule,omitempty" doc:"How much it is follows from the programme's own rule."`
	Sums      []childSum    `json:"sums,omitempty" doc:"Of each child, where it follows from the rule."`
}

// childSum is what a child would get.
type childSum struct {
	Child  kernel.ID `json:"child"`
	Amount euros     `json:"amount,omitempty" doc:"Left out: it hangs on what is not known yet."`
}

// familyGrants is what a family was given and what it can be given.
type familyGrants struct {
	Items   []grant     `json:"items" nullable:"false"`
	Offered []grantable `json:"offered" nullable:"false" doc:"What running programmes grant to who lives there."`
}

func (s *API) grants(ctx context.Context, in *familyAsked) (*one[familyGrants], error) {
	all, _, offered, err := s.Vouchers.OfFamily(ctx, in.Family)
	if err != nil {
		return nil, err
	}
	out := familyGrants{[]grant{}, []grantable{}}
	for _, h := range all {
		out.Items = append(out.Items, grantJSON(h, s.today()))
	}
	for _, o := range offered {
		x := grantable{o.Programme, o.Offer.ID, o.Offer.Names, o.Setup.Units, amount(o.Setup.Cents), amount(o.Setup.Copay), o.Setup.Form, o.Setup.ByRule, nil}
		for _, r := range o.Ruled {
			x.Sums = append(x.Sums, childSum{r.Child, amount(r.Cents)})
		}
		out.Offered = append(out.Offered, x)
	}
	return answer(out)
}

// grantRef is a grant in an answer that is remembered.
type grantRef struct {
	ID    kernel.ID      `json:"id"`
	State vouchers.State `json:"state"`
}

type giving struct {
	Family kernel.ID `path:"family"`
	Body   struct {
		ID        kernel.ID   `json:"id" doc:"Made by you: sent twice, it is granted once."`
		Child     kernel.ID   `json:"child"`
		Programme kernel.ID   `json:"programme"`
		Offer     string      `json:"offer" maxLength:"100"`
		Decision  string      `json:"decision,omitempty" maxLength:"39" doc:"The reference of a committee's decision; left out: the worker decides."`
		Decided   kernel.Date `json:"decided,omitempty" doc:"The day of that decision."`
		Units     int64       `json:"units,omitempty" minimum:"0" maximum:"1000" doc:"Where it differs from what is usual."`
		Amount    euros       `json:"amount,omitempty" doc:"Where it differs from what is usual; from what a rule says only by a committee's decision."`
	}
}

func (s *API) giveGrant(ctx context.Context, in *giving) (*made[grantRef], error) {
	b := in.Body
	cents, err := b.Amount.cents("amount")
	if err != nil {
		return nil, err
	}
	g, err := s.Vouchers.Give(ctx, vouchers.NewGrant{ID: b.ID, Family: in.Family, Child: b.Child, Programme: b.Programme, Offer: b.Offer,
		Decision: b.Decision, DecidedOn: b.Decided, Units: b.Units, Cents: cents})
	if err != nil {
		return nil, called(err, "cents", "amount")
	}
	return &made[grantRef]{Root + "/families/" + string(in.Family) + "/grants", grantRef{g.ID, g.State}}, nil
}

type grantAsked struct {
	Family kernel.ID `path:"family"`
	Grant  kernel.ID `path:"voucher"`
}

type extending struct {
	Family kernel.ID `path:"family"`
	Grant  kernel.ID `path:"voucher"`
	Body   struct {
		Until kernel.Date `json:"until" doc:"The new last day."`
	}
}

func (s *API) extendGrant(ctx context.Context, in *extending) (*nothing, error) {
	return &nothing{}, s.Vouchers.Extend(ctx, in.Family, in.Grant, in.Body.Until)
}

type billing struct {
	Family kernel.ID `path:"family"`
	Grant  kernel.ID `path:"voucher"`
	Body   struct {
		ID     kernel.ID `json:"id" doc:"Made by you: sent twice, it counts once."`
		Units  int64     `json:"units,omitempty" minimum:"0" maximum:"1000" doc:"Of pieces; left out: one."`
		Amount euros     `json:"amount,omitempty" doc:"Of euros."`
	}
}

func (s *API) writeBill(ctx context.Context, in *billing) (*made[Used], error) {
	cents, err := in.Body.Amount.cents("amount")
	if err != nil {
		return nil, err
	}
	u, err := s.Vouchers.WriteBill(ctx, in.Family, in.Grant, vouchers.Bill{ID: in.Body.ID, Units: in.Body.Units, Cents: cents})
	if err != nil {
		return nil, called(err, "cents", "amount")
	}
	return &made[Used]{Root + "/families/" + string(in.Family) + "/grants", usedJSON(u)}, nil
}

// paper is what is printed of a grant.
type paper struct {
	Grant grant  `json:"grant"`
	Code  string `json:"code" doc:"That is typed."`
	QR    string `json:"qr,omitempty" doc:"What its QR holds, signed; left out when a new code is needed."`
}

func (s *API) paperJSON(h vouchers.Held) paper {
	return paper{grantJSON(h, s.today()), h.Paper.Serial.String(), h.QR}
}

func (s *API) paper(ctx context.Context, in *grantAsked) (*one[paper], error) {
	h, _, err := s.Vouchers.Print(ctx, in.Family, in.Grant)
	if err != nil {
		return nil, err
	}
	return answer(s.paperJSON(h))
}

func (s *API) papers(ctx context.Context, in *familyAsked) (*listed[paper], error) {
	all, _, err := s.Vouchers.PrintAll(ctx, in.Family)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", s.paperJSON), nil
}

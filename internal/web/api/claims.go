package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// claimEndpoints are the rights that a family asks for.
func (s *API) claimEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/claims", Action: "rights.read", ID: "list-claims", Tag: "claims",
		Says: "The claims of your own families, by deadline."}, s.claims)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/claims", Action: "rights.change", ID: "open-claim", Tag: "claims", Status: created,
		Says: "Open a claim.", More: "While one is open for the same right and person the answer is 409."}, s.openClaim)
	add(d, endpoint{Method: "GET", Path: "/claims/{claim}", Action: "rights.read", ID: "read-claim", Tag: "claims",
		Says: "One claim.", More: "It leaves a record."}, s.claim)
	step := func(id, path, says string, fn func(context.Context, *claimStep) (*one[claim], error)) {
		add(d, endpoint{Method: "POST", Path: "/claims/{claim}/" + path, Action: "rights.change", ID: id, Tag: "claims", Says: says,
			More: "A step that began from an older version is 409."}, fn)
	}
	step("apply-claim", "apply", "The right was asked for; deadline is when to ask after the answer.", s.applyClaim)
	step("appeal-claim", "appeal", "The decision is fought; deadline is when to ask how far it is.", s.appealClaim)
	add(d, endpoint{Method: "POST", Path: "/claims/{claim}/grant", Action: "rights.change", ID: "grant-claim", Tag: "claims",
		Says: "The right was given."}, s.grantClaim)
	add(d, endpoint{Method: "POST", Path: "/claims/{claim}/refuse", Action: "rights.change", ID: "refuse-claim", Tag: "claims",
		Says: "The right was refused; deadline is the last day of appeal."}, s.refuseClaim)
	add(d, endpoint{Method: "POST", Path: "/claims/{claim}/drop", Action: "rights.change", ID: "drop-claim", Tag: "claims",
		Says: "Let a claim go, and why."}, s.dropClaim)
	add(d, endpoint{Method: "POST", Path: "/claims/{claim}/postpone", Action: "rights.change", ID: "postpone-claim", Tag: "claims",
		Says: "Give an open claim another deadline."}, s.postponeClaim)
}

type claim struct {
	ID        kernel.ID      `json:"id"`
	Version   int64          `json:"version"`
	Family    kernel.ID      `json:"family"`
	Right     string         `json:"right"`
	Person    kernel.ID      `json:"person,omitempty" doc:"For whom; left out: for the family."`
	State     rights.State   `json:"state"`
	Next      []rights.State `json:"next" nullable:"false" doc:"The states that can follow."`
	Deadline  kernel.Date    `json:"deadline,omitempty" doc:"By which the next step is due."`
	AppliedOn kernel.Date    `json:"applied_on,omitempty"`
	DecidedOn kernel.Date    `json:"decided_on,omitempty"`
	Amount    euros          `json:"amount,omitempty" doc:"That was granted, in euros."`
	Per       rights.Per     `json:"per,omitempty"`
	Reason    string         `json:"reason,omitempty" doc:"Why it was refused or let go, as a code."`
	OpenedAt  kernel.Instant `json:"opened_at"`
	ChangedAt kernel.Instant `json:"changed_at"`
}

func claimJSON(c rights.Claim) claim {
	out := claim{
		ID: c.ID, Version: c.Version, Family: c.Family, Right: c.Right, Person: c.Person, State: c.State,
		Next: append([]rights.State{}, c.State.Next()...), Deadline: c.Deadline, AppliedOn: c.AppliedOn, DecidedOn: c.DecidedOn,
		Per: c.Per, Reason: string(c.Reason), OpenedAt: c.OpenedAt, ChangedAt: c.ChangedAt,
	}
	if c.Amount != 0 {
		out.Amount = euros(c.Amount.String())
	}
	return out
}

func claimsJSON(all []rights.Claim) []claim {
	out := make([]claim, 0, len(all))
	for _, c := range all {
		out = append(out, claimJSON(c))
	}
	return out
}

// claimed is the answer with one claim, or the error.
func claimed(c rights.Claim, err error) (*one[claim], error) {
	if err != nil {
		return nil, err
	}
	return answer(claimJSON(c))
}

type claimsAsked struct {
	Paging
	Family kernel.ID   `query:"family" doc:"Only of this family."`
	Every  bool        `query:"every" doc:"Those that are settled too."`
	Due    kernel.Date `query:"due" doc:"Only those whose next step is due by that day."`
}

func (s *API) claims(ctx context.Context, in *claimsAsked) (*listed[claim], error) {
	p, err := s.Rights.Claims(ctx, rights.Query{Family: in.Family, Every: in.Every, Due: in.Due, After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, p.Rows, p.Next, func(r rights.Row) claim { return claimJSON(r.Claim) }), nil
}

type claimOpened struct {
	Family kernel.ID `path:"family"`
	Body   struct {
		Right    string      `json:"right" maxLength:"200"`
		Person   kernel.ID   `json:"person,omitempty" doc:"For whom; left out: for the family."`
		Deadline kernel.Date `json:"deadline,omitempty" doc:"By which it must be asked; left out: within two weeks."`
	}
}

func (s *API) openClaim(ctx context.Context, in *claimOpened) (*made[claim], error) {
	c, err := s.Rights.Claim(ctx, in.Family, rights.New{Right: in.Body.Right, Person: in.Body.Person, Deadline: in.Body.Deadline})
	if err != nil {
		return nil, err
	}
	return &made[claim]{Root + "/claims/" + string(c.ID), claimJSON(c)}, nil
}

type claimAsked struct {
	Claim kernel.ID `path:"claim"`
}

func (s *API) claim(ctx context.Context, in *claimAsked) (*one[claim], error) {
	row, err := s.Rights.ClaimOf(ctx, in.Claim)
	return claimed(row.Claim, err)
}

type claimStep struct {
	Claim kernel.ID `path:"claim"`
	Body  struct {
		Version  int64       `json:"version" minimum:"1" doc:"That you saw."`
		On       kernel.Date `json:"on,omitempty" doc:"When it happened; left out: today."`
		Deadline kernel.Date `json:"deadline,omitempty" doc:"Left out: the house's own clock."`
	}
}

func (s *API) applyClaim(ctx context.Context, in *claimStep) (*one[claim], error) {
	return claimed(s.Rights.Apply(ctx, in.Claim, in.Body.Version, in.Body.On, in.Body.Deadline))
}

func (s *API) appealClaim(ctx context.Context, in *claimStep) (*one[claim], error) {
	return claimed(s.Rights.Appeal(ctx, in.Claim, in.Body.Version, in.Body.On, in.Body.Deadline))
}

type claimGranted struct {
	Claim kernel.ID `path:"claim"`
	Body  struct {
		Version int64       `json:"version" minimum:"1" doc:"That you saw."`
		On      kernel.Date `json:"on,omitempty" doc:"Of the decision; left out: today."`
		Amount  euros       `json:"amount,omitempty" doc:"As the letter says, in euros; left out when it gives no sum."`
		Per     rights.Per  `json:"per,omitempty"`
	}
}

func (s *API) grantClaim(ctx context.Context, in *claimGranted) (*one[claim], error) {
	amount, err := in.Body.Amount.cents("amount")
	if err != nil {
		return nil, err
	}
	return claimed(s.Rights.Grant(ctx, in.Claim, in.Body.Version, in.Body.On, amount, in.Body.Per))
}

type claimRefused struct {
	Claim kernel.ID `path:"claim"`
	Body  struct {
		Version  int64       `json:"version" minimum:"1" doc:"That you saw."`
		On       kernel.Date `json:"on,omitempty" doc:"Of the letter; left out: today."`
		Reason   string      `json:"reason" maxLength:"40" doc:"income, residence, household, documents, late or other."`
		Deadline kernel.Date `json:"deadline,omitempty" doc:"The last day of appeal as the letter tells it."`
	}
}

func (s *API) refuseClaim(ctx context.Context, in *claimRefused) (*one[claim], error) {
	b := in.Body
	return claimed(s.Rights.Refuse(ctx, in.Claim, b.Version, b.On, rights.Reason(b.Reason), b.Deadline))
}

type claimDropped struct {
	Claim kernel.ID `path:"claim"`
	Body  struct {
		Version int64  `json:"version" minimum:"1" doc:"That you saw."`
		Reason  string `json:"reason" maxLength:"40" doc:"not_wanted, elsewhere, not_entitled, accepted, mistake or other."`
	}
}

func (s *API) dropClaim(ctx context.Context, in *claimDropped) (*one[claim], error) {
	return claimed(s.Rights.Drop(ctx, in.Claim, in.Body.Version, rights.Reason(in.Body.Reason)))
}

type claimPostponed struct {
	Claim kernel.ID `path:"claim"`
	Body  struct {
		Version  int64       `json:"version" minimum:"1" doc:"That you saw."`
		Deadline kernel.Date `json:"deadline"`
	}
}

func (s *API) postponeClaim(ctx context.Context, in *claimPostponed) (*one[claim], error) {
	return claimed(s.Rights.Postpone(ctx, in.Claim, in.Body.Version, in.Body.Deadline))
}

package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// borrowerRef is a borrower in an answer that is remembered.
type borrowerRef struct {
	ID     kernel.ID `json:"id"`
	Number int64     `json:"number" doc:"By which the desk calls it."`
}

type enrollingChild struct {
	Family kernel.ID `path:"family"`
	Body   struct {
		ID      kernel.ID `json:"id" doc:"Made by you: sent twice, it is one borrower."`
		Library kernel.ID `json:"library"`
		Child   kernel.ID `json:"child"`
		Outside bool      `json:"outside,omitempty" doc:"Lives elsewhere than where the library is."`
		Social  bool      `json:"social,omitempty" doc:"Pays what those pay who have little."`
	}
}

func (s *API) enrolChild(ctx context.Context, in *enrollingChild) (*made[borrowerRef], error) {
	b := in.Body
	return enrolled(s.Loans.Enrol(ctx, loans.NewBorrower{ID: b.ID, Library: b.Library, Family: in.Family, Child: b.Child, Outside: b.Outside, Social: b.Social}))
}

// enrolled is the answer with a borrower, or the error.
func enrolled(b loans.Borrower, err error) (*made[borrowerRef], error) {
	if err != nil {
		return nil, err
	}
	return &made[borrowerRef]{Root + "/lending/libraries/" + string(b.Library), borrowerRef{b.ID, b.Number}}, nil
}

type enrollingAtDesk struct {
	Library kernel.ID `path:"library"`
	Body    struct {
		ID      kernel.ID    `json:"id" doc:"Made by you: sent twice, it is one borrower."`
		First   string       `json:"first" minLength:"1" maxLength:"80"`
		Birth   kernel.Date  `json:"birth"`
		Height  int64        `json:"height,omitempty" minimum:"40" maximum:"220" doc:"In centimetres."`
		Mail    kernel.Email `json:"mail,omitempty" maxLength:"200"`
		Lang    kernel.Lang  `json:"lang,omitempty"`
		Sibling int64        `json:"sibling,omitempty" minimum:"1" doc:"The number of a brother or sister who borrows here."`
		Outside bool         `json:"outside,omitempty" doc:"Lives elsewhere than where the library is."`
		Social  bool         `json:"social,omitempty" doc:"Pays what those pay who have little."`
	}
}

func (s *API) enrolBorrower(ctx context.Context, in *enrollingAtDesk) (*made[borrowerRef], error) {
	b := in.Body
	return enrolled(s.Loans.Enrol(ctx, loans.NewBorrower{ID: b.ID, Library: in.Library, Outside: b.Outside, Social: b.Social, Sibling: b.Sibling,
		Card: loans.Card{First: b.First, Birth: b.Birth, Height: b.Height, Mail: b.Mail, Lang: b.Lang}}))
}

type measuring struct {
	Borrower kernel.ID `path:"borrower"`
	Body     struct {
		Height int64 `json:"height" minimum:"40" maximum:"220" doc:"In centimetres."`
	}
}

func (s *API) measure(ctx context.Context, in *measuring) (*nothing, error) {
	return &nothing{}, s.Loans.Measure(ctx, in.Borrower, in.Body.Height)
}

type borrowerAsked struct {
	Borrower kernel.ID `path:"borrower"`
}

func (s *API) forgetBorrower(ctx context.Context, in *borrowerAsked) (*nothing, error) {
	return &nothing{}, s.Loans.Forget(ctx, in.Borrower)
}

type wishing struct {
	Borrower kernel.ID `path:"borrower"`
	Body     struct {
		ID    kernel.ID `json:"id" doc:"Made by you: sent twice, it is one reservation."`
		Size  string    `json:"size,omitempty" maxLength:"9" doc:"The key of a size."`
		Thing kernel.ID `json:"thing,omitempty" doc:"Left out: whichever of the size."`
	}
}

type wish struct {
	ID    kernel.ID       `json:"id"`
	Size  string          `json:"size"`
	State loans.WishState `json:"state"`
	Holds kernel.ID       `json:"holds,omitempty" doc:"The thing that is kept for it."`
	Until kernel.Date     `json:"until,omitempty" doc:"The last day on which it is kept."`
	Place int64           `json:"place,omitempty" doc:"In the row; left out: it does not wait."`
}

func wishJSON(w loans.Wish) wish { return wish{w.ID, w.Size, w.State, w.Holds, w.Until, w.Place} }

func (s *API) reserveThing(ctx context.Context, in *wishing) (*made[wish], error) {
	w, err := s.Loans.Reserve(ctx, loans.Wishing{ID: in.Body.ID, Borrower: in.Borrower, Size: in.Body.Size, Thing: in.Body.Thing})
	if err != nil {
		return nil, err
	}
	return &made[wish]{Root + "/lending/wishes/" + string(w.ID), wishJSON(w)}, nil
}

type wishAsked struct {
	Wish kernel.ID `path:"wish"`
}

func (s *API) dropWish(ctx context.Context, in *wishAsked) (*nothing, error) {
	return &nothing{}, s.Loans.Drop(ctx, in.Wish)
}

// familyHas is a loan or a wish of a child of a family.
type familyHas struct {
	Library  kernel.ID `json:"library"`
	Borrower kernel.ID `json:"borrower"`
	Number   int64     `json:"number" doc:"Of the borrower."`
	Child    kernel.ID `json:"child,omitempty"`
	Size     string    `json:"size" doc:"Its key."`
	Loan     *LoanTold `json:"loan,omitempty" doc:"Left out: a wish."`
	Deposit  euros     `json:"deposit,omitempty" doc:"That the library holds now."`
	Waited   bool      `json:"waited,omitempty" doc:"Somebody waits for such a thing."`
	Wish     *wish     `json:"wish,omitempty" doc:"Left out: a loan."`
}

func (s *API) familyLoans(ctx context.Context, in *familyAsked) (*listed[familyHas], error) {
	all, _, _, err := s.Loans.OfFamily(ctx, in.Family)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", func(h loans.Has) familyHas {
		out := familyHas{Library: h.Library.ID, Borrower: h.Borrower.ID, Number: h.Borrower.Number, Child: h.Borrower.Child, Size: h.Size.Key, Deposit: amount(h.Deposit), Waited: h.Waited}
		if h.Wish.ID != "" {
			w := wishJSON(h.Wish)
			out.Wish = &w
		} else {
			l := loanJSON(h.Loan)
			out.Loan = &l
		}
		return out
	}), nil
}

package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// libraryEndpoints are the lending libraries: what there is, and who borrows.
func (s *API) libraryEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/lending/libraries", Action: "loan.read", ID: "list-libraries", Tag: "loans",
		Says: "The lending libraries of the alliance, the open ones first."}, s.libraries)
	add(d, endpoint{Method: "PUT", Path: "/lending/libraries/{library}", Action: "loan.manage", ID: "save-library", Tag: "loans",
		Says: "Open a library of your organisation under an ID that you make, or change one.", More: "The version is 0 for a new one. What was lent stays as it was agreed. A size that things have does not go: 409."}, s.saveLibrary)
	add(d, endpoint{Method: "GET", Path: "/lending/libraries/{library}", Action: "loan.read", ID: "read-library", Tag: "loans",
		Says: "What a library has of each size, and how many wait for it.", More: "Who works there is told what is out, by number and first name, and what is to be looked at."}, s.readLibrary)
	add(d, endpoint{Method: "POST", Path: "/lending/libraries/{library}/things", Action: "loan.work", ID: "add-thing", Tag: "loans", Status: created,
		Says: "Take a thing into a library.", More: "Who gave it gets a coupon. A number that another thing has is 409."}, s.addThing)
	add(d, endpoint{Method: "GET", Path: "/lending/things/{thing}", Action: "loan.work", ID: "read-thing", Tag: "loans",
		Says: "One thing with its history, in which nobody is named."}, s.lentThing)
	add(d, endpoint{Method: "POST", Path: "/lending/things/{thing}/mend", Action: "loan.work", ID: "mend-thing", Tag: "loans", Status: noContent,
		Says: "Say that a thing was looked at or mended: it is ready, must be mended, or is not lent any more.", More: "A thing that is out is 409."}, s.mendThing)
	add(d, endpoint{Method: "POST", Path: "/lending/things/{thing}/recall", Action: "loan.manage", ID: "recall-lent-thing", Tag: "loans", Status: noContent,
		Says: "Say that a thing is asked back by its maker or is not safe, or that it is safe after all.", More: "It is lent to nobody; a family that has it is told, and stands on the board until it is fetched."}, s.recallLent)
	add(d, endpoint{Method: "POST", Path: "/lending/things/{thing}/date", Action: "loan.work", ID: "date-lent-thing", Tag: "loans", Status: noContent,
		Says: "Write down when a thing was made."}, s.dateLent)
	enrol := func(path, action, id, says string) endpoint {
		return endpoint{Method: "POST", Path: path, Action: action, ID: id, Tag: "loans", Status: created, Says: says, Names: true}
	}
	add(d, enrol("/families/{family}/borrowers", "loan.family", "enrol-child", "Let a child of a family borrow of a library."), s.enrolChild)
	add(d, enrol("/lending/libraries/{library}/borrowers", "loan.work", "enrol-borrower", "Write down at the desk who borrows and has no file: a first name, and no more than is needed."), s.enrolBorrower)
	add(d, endpoint{Method: "POST", Path: "/lending/borrowers/{borrower}/measure", Action: "loan.work", ID: "measure-borrower", Tag: "loans", Status: noContent,
		Says: "Write down how tall a child is: the reminder that it outgrows a thing looks at it first."}, s.measure)
	add(d, endpoint{Method: "DELETE", Path: "/lending/borrowers/{borrower}", Action: "loan.work", ID: "forget-borrower", Tag: "loans", Status: noContent,
		Says: "Forget who borrowed and has no file.", More: "While something is on loan it is 409; a child of a file is forgotten with the file: 409."}, s.forgetBorrower)
	add(d, endpoint{Method: "POST", Path: "/lending/borrowers/{borrower}/wishes", Action: "loan.work", ID: "reserve-thing", Tag: "loans", Status: created,
		Says: "Keep a thing for a borrower, or give it a place in the row of those who wait.", More: "For who works at the desk or with the family."}, s.reserveThing)
	add(d, endpoint{Method: "DELETE", Path: "/lending/wishes/{wish}", Action: "loan.work", ID: "drop-wish", Tag: "loans", Status: noContent,
		Says: "End a wish: what was kept is for the next."}, s.dropWish)
	add(d, endpoint{Method: "GET", Path: "/families/{family}/loans", Action: "loan.family", ID: "list-family-loans", Tag: "loans",
		Says: "What the children of a family have on loan, had and wait for.", More: "It leaves a record."}, s.familyLoans)
}

// LentSize is one size of a kind of thing, and which children it fits.
type LentSize struct {
	Key        string `json:"key,omitempty" maxLength:"9" doc:"Stable within the library; left out of a new one."`
	Kind       string `json:"kind" minLength:"1" maxLength:"80"`
	Name       string `json:"name,omitempty" maxLength:"80"`
	FromMonths int64  `json:"from_months,omitempty" minimum:"0" maximum:"240"`
	ToMonths   int64  `json:"to_months,omitempty" minimum:"0" maximum:"240"`
	FromCM     int64  `json:"from_cm,omitempty" minimum:"0" maximum:"220"`
	ToCM       int64  `json:"to_cm,omitempty" minimum:"0" maximum:"220"`
	Years      int64  `json:"years,omitempty" minimum:"0" maximum:"50" doc:"How old such a thing may be; left out: no bound."`
}

// TariffRow is one line of a tariff: the first that fits decides.
type TariffRow struct {
	From   int64       `json:"from" minimum:"1" maximum:"9" doc:"From the first, the second…; 1 is every one."`
	Where  loans.Where `json:"where,omitempty" doc:"Left out: wherever one lives."`
	Social bool        `json:"social,omitempty" doc:"Only for who pays less because they have little."`
	Coupon bool        `json:"coupon,omitempty" doc:"Only for who shows a coupon."`
	Amount euros       `json:"amount"`
}

// LibraryKept is a library without its ID.
type LibraryKept struct {
	Name       string      `json:"name" minLength:"1" maxLength:"80"`
	Place      string      `json:"place,omitempty" maxLength:"80" doc:"Where and when one can come."`
	Months     int64       `json:"months" minimum:"1" maximum:"12" doc:"For how long a thing is lent."`
	MoreMonths int64       `json:"more_months" minimum:"1" maximum:"12" doc:"By how much a loan is made longer."`
	KeepDays   int64       `json:"keep_days" minimum:"1" maximum:"60" doc:"How many days a thing is kept for who waited."`
	Sizes      []LentSize  `json:"sizes" minItems:"1" maxItems:"16" nullable:"false" doc:"Of a kind the smallest first."`
	Checks     []string    `json:"checks,omitempty" maxItems:"12" nullable:"false" doc:"What is looked at when a thing goes and when it comes back."`
	Fees       []TariffRow `json:"fees" minItems:"1" maxItems:"12" nullable:"false" doc:"For a year; from counts the children of a household who borrow."`
	Deposits   []TariffRow `json:"deposits" minItems:"1" maxItems:"12" nullable:"false" doc:"For a thing; from counts the things that a household has."`
	Closed     bool        `json:"closed,omitempty"`
}

// Library is a place of an organisation that lends things.
type Library struct {
	ID           kernel.ID `json:"id"`
	Version      int64     `json:"version"`
	Organisation kernel.ID `json:"organisation"`
	LibraryKept
}

func rowsJSON(all []loans.Row) []TariffRow {
	out := make([]TariffRow, 0, len(all))
	for _, r := range all {
		out = append(out, TariffRow{r.From, r.Where, r.Social, r.Coupon, euros(r.Cents.String())})
	}
	return out
}

func rowsOf(all []TariffRow) (out []loans.Row, err error) {
	for _, r := range all {
		cents, err := r.Amount.cents("amount")
		if err != nil {
			return nil, err
		}
		out = append(out, loans.Row{From: r.From, Where: r.Where, Social: r.Social, Coupon: r.Coupon, Cents: cents})
	}
	return out, nil
}

func libraryJSON(l loans.Library) Library {
	out := Library{l.ID, l.Version, l.Org, LibraryKept{Name: l.Name, Place: l.Place, Months: l.Months, MoreMonths: l.MoreMonths, KeepDays: l.KeepDays,
		Sizes: []LentSize{}, Checks: texts(l.Checks), Fees: rowsJSON(l.Tariff.Fees), Deposits: rowsJSON(l.Tariff.Deposits), Closed: l.Closed}}
	for _, z := range l.Sizes {
		out.Sizes = append(out.Sizes, LentSize(z))
	}
	return out
}

func (s *API) libraries(ctx context.Context, _ *nothingAsked) (*listed[Library], error) {
	all, err := s.Loans.Libraries(ctx)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", libraryJSON), nil
}

type librarySaved struct {
	Library kernel.ID `path:"library"`
	Body    struct {
		Version int64 `json:"version" minimum:"0" doc:"From which the edit began; 0: it is new."`
		LibraryKept
	}
}

func (s *API) saveLibrary(ctx context.Context, in *librarySaved) (*one[Library], error) {
	b := in.Body
	l := loans.Library{ID: in.Library, Version: b.Version, Name: b.Name, Place: b.Place, Months: b.Months, MoreMonths: b.MoreMonths, KeepDays: b.KeepDays, Checks: b.Checks, Closed: b.Closed}
	for _, z := range b.Sizes {
		l.Sizes = append(l.Sizes, loans.Size(z))
	}
	var err error
	if l.Tariff.Fees, err = rowsOf(b.Fees); err != nil {
		return nil, err
	}
	if l.Tariff.Deposits, err = rowsOf(b.Deposits); err != nil {
		return nil, err
	}
	if l, err = s.Loans.Save(ctx, l); err != nil {
		return nil, called(err, "more", "more_months", "keep", "keep_days")
	}
	return answer(libraryJSON(l))
}

type lendingAsked struct {
	Library kernel.ID `path:"library"`
}

type sizeStock struct {
	Size    string      `json:"size" doc:"Its key."`
	Ready   int         `json:"ready"`
	Held    int         `json:"held" doc:"For somebody who waited."`
	Out     int         `json:"out"`
	Unsafe  int         `json:"unsafe" doc:"Lie there, and are not lent."`
	Inspect int         `json:"inspect" doc:"Came back, and is still to be looked at."`
	Repair  int         `json:"repair"`
	Waiting int         `json:"waiting" doc:"How many wait for it."`
	Next    kernel.Date `json:"next,omitempty" doc:"When the next one is expected back; left out: nobody knows."`
}

// LentThing is one thing that is lent.
type LentThing struct {
	ID    kernel.ID   `json:"id"`
	Mark  string      `json:"mark" doc:"The number that stands on it."`
	Size  string      `json:"size"`
	Name  string      `json:"name,omitempty"`
	State loans.State `json:"state"`

	Made     kernel.Date `json:"made,omitempty"`
	Recalled bool        `json:"recalled,omitempty"`
}

func lentThingJSON(t loans.Thing) LentThing {
	return LentThing{t.ID, t.Mark, t.Size, t.Name, t.State, t.Made, t.Recalled}
}

type loanAtDesk struct {
	LoanTold
	First string `json:"first,omitempty" doc:"Of the child, where the desk may know it."`
	Days  int    `json:"days_late,omitempty"`

	Unsafe loans.Unsafe `json:"unsafe,omitempty" doc:"Why it is not to be used any more: somebody fetches it."`
}

type wishAtDesk struct {
	ID       kernel.ID       `json:"id"`
	Borrower kernel.ID       `json:"borrower"`
	Number   int64           `json:"number" doc:"Of the borrower."`
	First    string          `json:"first,omitempty"`
	Size     string          `json:"size"`
	State    loans.WishState `json:"state"`
	Holds    kernel.ID       `json:"holds,omitempty" doc:"The thing that is kept for it."`
	Until    kernel.Date     `json:"until,omitempty" doc:"The last day on which it is kept."`
	Place    int64           `json:"place,omitempty" doc:"In the row; left out: it does not wait."`
}

type libraryTold struct {
	Library
	Stock    []sizeStock  `json:"stock" nullable:"false"`
	Desk     bool         `json:"desk" doc:"You work there; else the rest is left out."`
	Things   []LentThing  `json:"things,omitempty" nullable:"false"`
	Out      []loanAtDesk `json:"out,omitempty" nullable:"false" doc:"By their last day."`
	Look     []loanAtDesk `json:"look,omitempty" nullable:"false" doc:"Came back, and are to be looked at."`
	Waits    []wishAtDesk `json:"waits,omitempty" nullable:"false"`
	Deposits euros        `json:"deposits,omitempty" doc:"That the library holds."`
}

func (s *API) readLibrary(ctx context.Context, in *lendingAsked) (*one[libraryTold], error) {
	b, err := s.Loans.Board(ctx, in.Library)
	if err != nil {
		return nil, err
	}
	out := libraryTold{Library: libraryJSON(b.Library), Stock: []sizeStock{}, Desk: b.Desk, Deposits: amount(b.Deposits)}
	for _, x := range b.Stock {
		out.Stock = append(out.Stock, sizeStock{x.Size.Key, x.Count[loans.Ready], x.Count[loans.Held], x.Count[loans.Out], x.Unsafe, x.Count[loans.Inspect], x.Count[loans.Repair], x.Waiting, x.Next})
	}
	for _, t := range b.Things {
		out.Things = append(out.Things, lentThingJSON(t))
	}
	for _, l := range b.Out {
		out.Out = append(out.Out, loanAtDesk{loanJSON(l.Loan), l.Borrower.First, l.Days, l.Unsafe})
	}
	for _, l := range b.Look {
		out.Look = append(out.Look, loanAtDesk{loanJSON(l.Loan), l.Borrower.First, l.Days, l.Unsafe})
	}
	for _, w := range b.Waits {
		out.Waits = append(out.Waits, wishAtDesk{w.ID, w.Wish.Borrower, w.Borrower.Number, w.Borrower.First, w.Wish.Size, w.State, w.Holds, w.Until, w.Place})
	}
	return answer(out)
}

type thingAdded struct {
	Library kernel.ID `path:"library"`
	Body    struct {
		ID    kernel.ID   `json:"id" doc:"Of the thing, made by you: sent twice, it is added once."`
		Mark  string      `json:"mark" minLength:"1" maxLength:"80" doc:"The number that stands on it."`
		Size  string      `json:"size" maxLength:"9" doc:"The key of its size."`
		Name  string      `json:"name,omitempty" maxLength:"80" doc:"What one recognises it by."`
		Given bool        `json:"given,omitempty" doc:"Somebody gave it, and gets a coupon."`
		Made  kernel.Date `json:"made,omitempty" doc:"When it was made; of what may not be older than some years it must be known."`
	}
}

type thingRef struct {
	ID     kernel.ID `json:"id"`
	Coupon string    `json:"coupon,omitempty" doc:"For who gave it."`
}

func (s *API) addThing(ctx context.Context, in *thingAdded) (*made[thingRef], error) {
	b := in.Body
	code, err := s.Loans.Add(ctx, loans.NewThing{ID: b.ID, Library: in.Library, Mark: b.Mark, Size: b.Size, Name: b.Name, Given: b.Given, Made: b.Made})
	if err != nil {
		return nil, err
	}
	return &made[thingRef]{Root + "/lending/things/" + string(b.ID), thingRef{b.ID, code}}, nil
}

type thingAsked struct {
	Thing kernel.ID `path:"thing"`
}

type thingStep struct {
	Kind string         `json:"kind" doc:"As a code: add, out, back, judge, longer…"`
	At   kernel.Instant `json:"at"`
	Loan kernel.ID      `json:"loan,omitempty"`
}

type thingTold struct {
	LentThing
	Library kernel.ID   `json:"library"`
	AddedOn kernel.Date `json:"added_on"`
	Steps   []thingStep `json:"steps" nullable:"false" doc:"The newest first."`
}

func (s *API) lentThing(ctx context.Context, in *thingAsked) (*one[thingTold], error) {
	t, err := s.Loans.Thing(ctx, in.Thing)
	if err != nil {
		return nil, err
	}
	out := thingTold{lentThingJSON(t.Thing), t.Thing.Library, t.Thing.AddedOn, []thingStep{}}
	for _, x := range t.Steps {
		out.Steps = append(out.Steps, thingStep{x.Kind, x.At, x.Loan})
	}
	return answer(out)
}

type mending struct {
	Thing kernel.ID `path:"thing"`
	Body  struct {
		ID kernel.ID `json:"id" doc:"Made by you: sent twice, it is done once."`
		To string    `json:"to" enum:"ready,repair,retired,inspect" doc:"inspect brings back what was thought lost or was retired."`
	}
}

func (s *API) mendThing(ctx context.Context, in *mending) (*nothing, error) {
	return &nothing{}, s.Loans.Mend(ctx, in.Body.ID, in.Thing, loans.State(in.Body.To))
}

func (s *API) recallLent(ctx context.Context, in *recalling) (*nothing, error) {
	return &nothing{}, s.Loans.Recall(ctx, in.Thing, in.Body.Recalled)
}

type dating struct {
	Thing kernel.ID `path:"thing"`
	Body  struct {
		Made kernel.Date `json:"made"`
	}
}

func (s *API) dateLent(ctx context.Context, in *dating) (*nothing, error) {
	return &nothing{}, s.Loans.Date(ctx, in.Thing, in.Body.Made)
}

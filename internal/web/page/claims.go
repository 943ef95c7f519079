package page

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// claimList is the page of one's own claims.
type claimList struct {
	Late, Soon, Later []rights.Row
	Every             bool
	Pages             kit.Pages
}

func (s *Site) claimsPage(r *Request) (Answer, error) {
	q := rights.Query{After: r.URL.Query().Get("after"), Every: r.URL.Query().Get("every") == "1", Limit: 50}
	page, err := s.Rights.Claims(r.Context(), q)
	if err != nil {
		return Answer{}, err
	}
	w := claimList{Every: q.Every}
	week := r.View.Today.AddDays(7)
	for _, c := range page.Rows {
		switch {
		case c.Overdue(r.View.Today):
			w.Late = append(w.Late, c)
		case c.State.Open() && c.Deadline != "" && c.Deadline <= week:
			w.Soon = append(w.Soon, c)
		default:
			w.Later = append(w.Later, c)
		}
	}
	base := url.Values{}
	if q.Every {
		base.Set("every", "1")
	}
	if q.After != "" {
		w.Pages.First = "/claims?" + base.Encode()
	}
	if page.Next != "" {
		base.Set("after", page.Next)
		w.Pages.Next = "/claims?" + base.Encode()
	}
	return show(claimsPage(r.View, w))
}

func (s *Site) claimPage(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	c, err := s.Rights.ClaimOf(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	return show(claimPage(r.View, c))
}

// claimStep is a form with which a claim takes one step.
type claimStep struct {
	rights.Row
	Step   string
	Form   url.Values
	Errors kit.Errors
	Stale  bool // somebody else was quicker
}

// laterStep only moves the deadline.
const laterStep = "later"

// stepsOf are the steps that a claim can take now, in the order in which they
// are offered.
func stepsOf(c rights.Claim) (steps []string) {
	for _, to := range c.State.Next() {
		steps = append(steps, string(to))
	}
	if c.State.Open() {
		steps = append(steps, laterStep)
	}
	return steps
}

func (s *Site) stepForm(r *Request) (Answer, error) {
	w, err := s.claimStep(r)
	if err != nil {
		return Answer{}, err
	}
	return show(stepPage(r.View, w))
}

func (s *Site) claimStep(r *Request) (w claimStep, err error) {
	id, err := r.ID("id")
	if err != nil {
		return w, err
	}
	if w.Row, err = s.Rights.ClaimOf(r.Context(), id); err != nil {
		return w, err
	}
	if w.Step = r.PathValue("step"); !slices.Contains(stepsOf(w.Claim), w.Step) {
		if !slices.Contains(rights.States[:], rights.State(w.Step)) && w.Step != laterStep {
			return w, kernel.NewNotFound("page")
		}
		return w, kernel.NewConflict("claim.state." + string(w.State))
	}
	return w, nil
}

func (s *Site) takeStep(r *Request) (Answer, error) {
	w, err := s.claimStep(r)
	if err != nil {
		return Answer{}, err
	}
	err = s.step(r, w)
	if faulty(err) {
		w.Form, w.Errors = r.PostForm, r.View.Problems(err)
		return again(stepPage(r.View, w), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/claims/"+string(w.ID), "said.claim."+w.Step)
}

// step reads the form and asks the service for the step.
func (s *Site) step(r *Request, w claimStep) error {
	var wrong kernel.Faults
	on, err := kit.DateOf(r.PostForm, "on")
	wrong.Check("on", err)
	deadline, err := kit.DateOf(r.PostForm, "deadline")
	wrong.Check("deadline", err)
	var amount kernel.Cents
	per := rights.Per(r.PostFormValue("per"))
	if typed := r.PostFormValue("amount"); typed != "" {
		amount, err = kernel.ParseCents(typed)
		wrong.Check("amount", err)
	} else {
		per = ""
	}
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		version = -1 // an edit that began nowhere
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	ctx, why := r.Context(), rights.Reason(r.PostFormValue("reason"))
	switch rights.State(w.Step) {
	case rights.Applied:
		_, err = s.Rights.Apply(ctx, w.ID, version, on, deadline)
	case rights.Granted:
		_, err = s.Rights.Grant(ctx, w.ID, version, on, amount, per)
	case rights.Refused:
		_, err = s.Rights.Refuse(ctx, w.ID, version, on, why, deadline)
	case rights.Appeal:
		_, err = s.Rights.Appeal(ctx, w.ID, version, on, deadline)
	case rights.Dropped:
		_, err = s.Rights.Drop(ctx, w.ID, version, why)
	default:
		_, err = s.Rights.Postpone(ctx, w.ID, version, deadline)
	}
	return err
}

// field is a field of a step's form, with what was typed.
func (w claimStep) field(v kit.View, name string) kit.Field {
	f := kit.Field{Name: name, Label: v.T("claim.field." + name)}
	switch name {
	case "on":
		f.Label, f.Value = v.T("claim.field.on."+w.Step), string(v.Today)
	case "deadline":
		if key := "claim.field.deadline." + w.Step; v.Has(key) {
			f.Label = v.T("claim.field.deadline." + w.Step)
		}
		if key := "claim.field.deadline.hint." + w.Step; v.Has(key) {
			f.Hint = v.T("claim.field.deadline.hint." + w.Step)
		}
		f.Optional = w.Step != laterStep
	case "amount":
		f.Hint, f.Optional = v.T("claim.field.amount.hint"), true
	case "per":
		f.Value, f.Inline = string(rights.PerMonth), true
		for _, p := range rights.Pers {
			f.Options = append(f.Options, kit.Option{Value: string(p), Label: v.T("per." + string(p))})
		}
	case "reason":
		f.Label = v.T("claim.field.reason." + w.Step)
		reasons := rights.RefusalReasons[:]
		if w.Step == string(rights.Dropped) {
			reasons = rights.DropReasons[:]
		}
		for _, why := range reasons {
			if why == rights.Accepted && w.State != rights.Refused {
				continue
			}
			f.Options = append(f.Options, kit.Option{Value: string(why), Label: v.T("claim.reason." + string(why))})
		}
	}
	return f.Kept(w.Form, w.Errors)
}

// claimName is what a claim asks for.
func claimName(v kit.View, c rights.Row) string {
	name := c.Name.In(v.Lang())
	if name == "" {
		name = v.T("claim.gone")
	}
	if whom, ok := c.Whom(); ok && whom.First != "" {
		return v.T("claim.for", "what", name, "name", whom.First)
	}
	return name
}

// claimFamily is whose claim it is.
func claimFamily(v kit.View, c rights.Row) string {
	if title := c.FamilyRow.Title(); title != "" {
		return title
	}
	return v.T("rights.family")
}

// claimWay is the way of a claim, and where it is.
func claimWay(v kit.View, c rights.Claim) []kit.Step {
	at := map[rights.State]int{rights.ToApply: 0, rights.Applied: 1, rights.Granted: 2, rights.Refused: 2, rights.Appeal: 3, rights.Dropped: 2}[c.State]
	way := []kit.Step{{Label: v.T("claim.way.to_apply")}, {Label: v.T("claim.way.applied")}, {Label: v.T("claim.way.decided")}}
	if c.AppliedOn != "" {
		way[1].Note = v.Date(c.AppliedOn)
	}
	if c.DecidedOn != "" {
		way[2].Note = v.Date(c.DecidedOn)
	}
	if c.State == rights.Appeal {
		way = append(way, kit.Step{Label: v.T("claim.way.appeal")})
	}
	for i := range way {
		switch {
		case i < at || i == at && !c.State.Open():
			way[i].Progress = kit.Done
		case i == at:
			way[i].Progress = kit.Current
		default:
			way[i].Progress = kit.Ahead
		}
	}
	if c.State == rights.ToApply || c.State == rights.Applied { // what waits, stands at the next step's date
		way[at].Note = v.Date(c.Deadline)
	}
	return way
}

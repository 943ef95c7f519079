package page

import (
	"net/url"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// reachPages are the rights that families are entitled to and do not have.
func (s *Site) reachPages(page register) {
	page("GET /reach", "reach.list", s.reachList)
	page("GET /reach/coming", "reach.list", s.reachComing)
	page("GET /reach/{line}/later", "rights.change", s.laterForm)
	page("POST /reach/{line}/later", "rights.change", s.putOff)
	page("POST /reach/{line}/again", "rights.change", s.takeUp)
	page("POST /reach/{line}/claim", "rights.change", s.claimLine)
	page("GET /families/{id}/letter", "rights.change", s.rightsLetter)
}

// reachView is the work list.
type reachView struct {
	Query      reach.Query
	Page       reach.Page
	Coming     []reach.Coming
	Colleagues []members.Post
	Pages      kit.Pages
	Me         kernel.ID
	mayClaim   bool // works with files, and so opens them
	mayCount   bool
}

// soon is how many turning points stand beside the list.
const soon = 6

func (s *Site) reachList(r *Request) (Answer, error) {
	form := r.URL.Query()
	actor := r.Session.Actor()
	w := reachView{Me: actor.Person, mayClaim: policy.May(actor, "rights.change"), mayCount: policy.May(actor, "reach.figures")}
	w.Query = reach.Query{Order: reach.ByValue, Right: form.Get("right"), Put: form.Get("show") == "later", Comes: form.Get("comes") == "1", After: form.Get("after"), Limit: 25}
	if form.Get("order") == string(reach.ByDeadline) {
		w.Query.Order = reach.ByDeadline
	}
	w.Query.Worker, _ = kernel.ParseID(form.Get("worker")) // nobody: all
	w.Query.Apart = !w.Query.Put && w.Query.Right == ""
	var err error
	if w.Page, err = s.Reach.List(r.Context(), w.Query); err != nil {
		return Answer{}, err
	}
	if w.Coming, err = s.Reach.Coming(r.Context(), r.View.Today.AddDays(reach.Ahead), soon); err != nil {
		return Answer{}, err
	}
	if w.Colleagues, err = s.Reach.Colleagues(r.Context()); err != nil {
		return Answer{}, err
	}
	if w.Query.After != "" {
		w.Pages.First = w.address(func(*reach.Query) {})
	}
	if w.Page.Next != "" {
		w.Pages.Next = w.address(func(q *reach.Query) { q.After = w.Page.Next })
	}
	return show(reachPage(r.View, w))
}

// nothing is said where no line is: that the house still looks, that nobody
// misses anything, or that there is only what comes by itself.
func (w reachView) nothing(v kit.View) kit.Blank {
	if w.Page.Going {
		return kit.Blank{Picture: "path", Title: v.T("reach.going"), Text: v.T("reach.going.text")}
	}
	if w.Page.Comes == 0 {
		return kit.Blank{Picture: "path", Title: v.T("reach.none"), Text: v.T("reach.none.text")}
	}
	return kit.Blank{Picture: "path", Title: v.T("reach.none.ask"), Text: v.T("reach.none.ask.text"),
		Action: &kit.Link{Href: w.address(func(q *reach.Query) { q.Comes = true }), Label: v.T("reach.comes.left", "n", int(w.Page.Comes))}}
}

// address is the list with something else asked of it, from its beginning.
func (w reachView) address(alter func(*reach.Query)) string {
	q := w.Query
	q.After = ""
	alter(&q)
	form := url.Values{}
	for key, value := range map[string]string{"worker": string(q.Worker), "right": q.Right, "after": q.After} {
		if value != "" {
			form.Set(key, value)
		}
	}
	if q.Order == reach.ByDeadline {
		form.Set("order", string(q.Order))
	}
	if q.Put {
		form.Set("show", "later")
	}
	if q.Comes {
		form.Set("comes", "1")
	}
	if len(form) == 0 {
		return "/reach"
	}
	return "/reach?" + form.Encode()
}

func (w reachView) workers(v kit.View) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("reach.everybody")}}
	for _, p := range w.Colleagues {
		label := p.Worker.Name
		if p.Worker.ID == w.Me {
			label = v.T("reach.me", "name", label)
		}
		options = append(options, kit.Option{Value: string(p.Worker.ID), Label: label})
	}
	return options
}

// orders are the orders in which the list can stand.
func (w reachView) orders(v kit.View) []kit.Option {
	return []kit.Option{{Value: string(reach.ByValue), Label: v.T("reach.order.value")}, {Value: string(reach.ByDeadline), Label: v.T("reach.order.deadline")}}
}

func (s *Site) reachComing(r *Request) (Answer, error) {
	coming, err := s.Reach.Coming(r.Context(), r.View.Today.AddDays(reach.Ahead), 100)
	if err != nil {
		return Answer{}, err
	}
	return show(comingPage(r.View, coming, policy.May(r.Session.Actor(), "rights.read")))
}

// laterView is the form with which a right is put off.
type laterView struct {
	reach.Row
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) line(r *Request) (w laterView, err error) {
	id, err := r.ID("line")
	if err != nil {
		return w, err
	}
	w.Row, err = s.Reach.Line(r.Context(), id)
	return w, err
}

func (s *Site) laterForm(r *Request) (Answer, error) {
	w, err := s.line(r)
	if err != nil {
		return Answer{}, err
	}
	return show(laterPage(r.View, w))
}

func (s *Site) putOff(r *Request) (Answer, error) {
	w, err := s.line(r)
	if err != nil {
		return Answer{}, err
	}
	until, err := kit.DateOf(r.PostForm, "until")
	if err == nil {
		err = s.Reach.Put(r.Context(), w.ID, reach.Reason(r.PostForm.Get("reason")), until)
	} else {
		var wrong kernel.Faults
		wrong.Check("until", err)
		err = wrong.Err()
	}
	if faulty(err) {
		w.Form, w.Errors = r.PostForm, r.View.Problems(err)
		return again(laterPage(r.View, w), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/reach", "said.reach.later")
}

func (s *Site) takeUp(r *Request) (Answer, error) {
	id, err := r.ID("line")
	if err != nil {
		return Answer{}, err
	}
	if err := s.Reach.TakeUp(r.Context(), id); err != nil {
		return Answer{}, err
	}
	return goTo("/reach", "said.reach.again")
}

func (s *Site) claimLine(r *Request) (Answer, error) {
	id, err := r.ID("line")
	if err != nil {
		return Answer{}, err
	}
	c, err := s.Reach.Claim(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	return goTo("/claims/"+string(c.ID), "said.claim.opened")
}

// reachName is what a line is about.
func reachName(v kit.View, name kernel.Text, whom families.RowPerson, of bool) string {
	title := name.In(v.Lang())
	if title == "" {
		title = v.T("claim.gone")
	}
	if !of {
		return title
	}
	who := whom.First
	switch {
	case who != "":
	case whom.Role == families.Unborn:
		who = v.T("rights.called.unborn")
	default:
		who = v.T("reach.child")
	}
	return v.T("claim.for", "what", title, "name", who)
}

func lineName(v kit.View, x reach.Row) string {
	whom, of := x.Whom()
	return reachName(v, x.Name, whom, of)
}

func comingName(v kit.View, x reach.Coming) string {
	whom, of := x.Whom()
	return reachName(v, x.Name, whom, of)
}

// comingWords says when a right opens or closes.
func comingWords(v kit.View, x reach.Coming) string {
	key := "reach.closes"
	if x.Opens {
		key = "reach.opens"
	}
	if x.Birth && x.Opens {
		key = "reach.opens.birth"
	}
	return v.T(key, "day", x.On)
}

// yearWords is what a right gives in a year.
func yearWords(v kit.View, x reach.Line) string {
	switch {
	case x.Year != 0 && x.Open:
		return v.T("reach.least_sum", "amount", x.Year)
	case x.Year != 0:
		return v.Euro(x.Year)
	case x.Open:
		return v.T("reach.open_sum")
	}
	return v.T("reach.no_sum")
}

func laterReasons(v kit.View) (options []kit.Option) {
	for _, why := range reach.Reasons {
		options = append(options, kit.Option{Value: string(why), Label: v.T("reach.reason." + string(why))})
	}
	return options
}

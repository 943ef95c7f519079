package page

import (
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// depotAskPages are where a partner asks for a child, and follows it.
func (s *Site) depotAskPages(page register) {
	page("GET /depot/places/{id}/ask", "depot.ask", s.depotAsk)
	page("POST /depot/places/{id}/ask", "depot.ask", s.depotAsked)
	page("GET /depot/asked", "depot.follow", s.depotOwn)
	page("GET /families/{id}/depot", "depot.family", s.depotOfFamily)
}

// depotAskView is the form of a request: every sort of thing with what lies there
// beside it.
type depotAskView struct {
	depotView
	Groups []depotGroup
	Family kernel.ID
	Child  kernel.ID
	Age    string // of that child
	Kids   []kit.Option
}

func (s *Site) depotAsk(r *Request) (Answer, error) { return s.showDepotAsk(r, nil) }

func (s *Site) showDepotAsk(r *Request, wrong error) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	shelf, err := s.Depot.At(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	w := depotAskView{depotView: s.depotView(r, shelf.Place, wrong), Family: kernel.ID(r.FormValue("family"))}
	if shelf.Place.Closed || shelf.Place.Kind != depot.Store {
		return Answer{}, kernel.NewNotFound("depot.place")
	}
	w.Groups = grouped(shelf.Stock, func(i depot.Item) bool { return w.Form.Get("amount."+string(i.ID)) != "" })
	if w.Family != "" {
		file, err := s.Families.Read(r.Context(), w.Family, families.ForCare)
		if err != nil {
			return Answer{}, err
		}
		for _, p := range file.Persons {
			if age, ok := childAge(p, r.View.Today); ok {
				w.Kids = append(w.Kids, kit.Option{Value: string(p.ID) + ":" + age, Label: personName(r.View, p)})
			}
		}
	}
	if wrong != nil {
		return again(depotAskPage(r.View, w), wrong)
	}
	return show(depotAskPage(r.View, w))
}

// childAge is the age of a child of a file, in months; "-1" for one on the way.
func childAge(p families.Person, today kernel.Date) (string, bool) {
	switch {
	case p.Role == families.Unborn:
		return "-1", true
	case p.Role == families.Child && p.Birth != "" && p.Birth <= today:
		return strconv.Itoa(min(18*12, p.Birth.MonthsUntil(today))), true
	}
	return "", false
}

func (s *Site) depotAsked(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	items, err := s.Depot.Items(r.Context())
	if err != nil {
		return Answer{}, err
	}
	in := depot.Asking{ID: kernel.ID(r.PostForm.Get("id")), Place: id, Family: kernel.ID(r.PostForm.Get("family")), Months: -2,
		Children: 1, Urgent: r.PostForm.Get("urgent") == "yes"}
	if typed := strings.TrimSpace(r.PostForm.Get("children")); typed != "" {
		if in.Children = depotNumber(typed); in.Children < 1 {
			in.Children = depot.MostChildren + 1 // refused, with what is right
		}
	}
	age := r.PostForm.Get("months")
	if who, months, ok := strings.Cut(r.PostForm.Get("child"), ":"); ok && in.Family != "" {
		in.Child, age = kernel.ID(who), months
	}
	if n, err := strconv.ParseInt(age, 10, 64); err == nil {
		in.Months = n
	}
	for _, i := range items {
		if typed := r.PostForm.Get("amount." + string(i.ID)); strings.TrimSpace(typed) != "" && depotNumber(typed) != 0 {
			in.Lines = append(in.Lines, depot.Wish{Item: i.ID, Pieces: depotNumber(typed)})
		}
	}
	asked, err := s.Depot.Ask(r.Context(), in)
	if faulty(err) {
		return s.showDepotAsk(r, depotFaults(err, func(n int) string {
			if n >= len(in.Lines) {
				return ""
			}
			return string(in.Lines[n].Item)
		}))
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/depot/requests/"+string(asked.ID), "said.depot.asked")
}

func (w depotAskView) amount(v kit.View, of depot.Stock) kit.Field {
	hint := v.T("depot.ask.none")
	if of.Free > 0 {
		hint = v.T("depot.ask.free", "count", piecesWords(v, of.Item, of.Free))
	}
	return w.field(kit.Field{Name: "amount." + string(of.Item.ID), Label: itemWords(v, of.Item), InputMode: "numeric", Width: 3, Autocomplete: "off", Hint: hint})
}

// ageOptions are the ages that can be told: nobody's day of birth.
func ageOptions(v kit.View) []kit.Option {
	options := []kit.Option{{Label: v.T("depot.choose")}, {Value: "-1", Label: v.T("depot.age.unborn")}}
	for _, m := range []int{0, 3, 6, 9, 12, 18} {
		options = append(options, kit.Option{Value: strconv.Itoa(m), Label: v.T("depot.age.months", "n", m)})
	}
	for y := 2; y <= 18; y++ {
		options = append(options, kit.Option{Value: strconv.Itoa(12 * y), Label: v.T("depot.age.years", "n", y)})
	}
	return options
}

// depotRequestsView is a list of requests.
type depotRequestsView struct {
	depotView
	Requests []depot.Request
	State    depot.State
	Next     int64
	Items    map[kernel.ID]depot.Item
	Names    map[kernel.ID]string
	Depot    bool // as the depot sees it: who asks is an organisation
	Family   kernel.ID
}

func (s *Site) depotRequestsView(r *Request, all []depot.Request) (w depotRequestsView, err error) {
	w.Requests = all
	items, err := s.Depot.Items(r.Context())
	if err != nil {
		return w, err
	}
	w.Items = map[kernel.ID]depot.Item{}
	for _, i := range items {
		w.Items[i.ID] = i
	}
	var ids []kernel.ID
	for _, x := range all {
		ids = append(ids, x.Org, x.Worker)
	}
	w.Names, err = s.Members.Names(r.Context(), ids...)
	return w, err
}

func (s *Site) depotOwn(r *Request) (Answer, error) {
	all, next, err := s.Depot.Requests(r.Context(), depot.Query{After: depotNumber(r.URL.Query().Get("after"))})
	if err != nil {
		return Answer{}, err
	}
	w, err := s.depotRequestsView(r, all)
	if err != nil {
		return Answer{}, err
	}
	w.Next = next
	return show(depotOwnPage(r.View, w))
}

// depotOfFamily is what was asked for the children of a file.
func (s *Site) depotOfFamily(r *Request) (Answer, error) {
	file, err := s.readOpenFile(r)
	if err != nil {
		return Answer{}, err
	}
	all, err := s.Depot.OfFamily(r.Context(), file.ID)
	if err != nil {
		return Answer{}, err
	}
	w, err := s.depotRequestsView(r, all)
	if err != nil {
		return Answer{}, err
	}
	places, err := s.Depot.Places(r.Context())
	if err != nil {
		return Answer{}, err
	}
	return show(depotFamilyPage(r.View, file, w, places))
}

// lineWords is a line of a request: how many of what.
func (w depotRequestsView) lineWords(v kit.View, l depot.Line) string {
	return v.Number(int(l.Asked)) + " × " + itemWords(v, w.Items[l.Item])
}

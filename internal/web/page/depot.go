package page

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// depotPages are the depot: what lies there, what comes in, what is asked and
// what goes out.
func (s *Site) depotPages(page register, routes *kit.Routes) {
	page("GET /depot", "depot.read", s.depots)
	page("POST /depot", "depot.manage", s.openDepot)
	page("GET /depot/places/{id}", "depot.read", s.depotBoard)
	page("GET /depot/places/{id}/stock", "depot.read", s.depotStock)
	page("GET /depot/places/{id}/short", "depot.read", s.depotShort)
	page("GET /depot/places/{id}/rules", "depot.manage", s.depotRules)
	page("POST /depot/places/{id}/rules", "depot.manage", s.setDepotRules)
	page("GET /depot/places/{id}/in", "depot.work", s.depotIn)
	page("POST /depot/places/{id}/in", "depot.work", s.depotTakeIn)
	page("GET /depot/places/{id}/swap", "depot.work", s.depotSwap)
	page("POST /depot/places/{id}/swap", "depot.work", s.depotSwapped)
	s.depotAskPages(page)
	s.depotRequestPages(page)
	s.depotShelfPages(page, routes)
	s.depotCountPages(page)
	s.depotBringPages(page)
	s.depotKitPages(page)
	s.depotCallPages(page, routes)
}

// depotForm is what every page with a form of the depot has: what was typed,
// what is wrong, and the number under which it is sent once.
type depotForm struct {
	Sent   string
	Form   url.Values
	Errors kit.Errors

	Unusual map[string]bool // the amounts that are asked about once more, by field
}

// depotSent is a form that was sent, or a new one when nothing was wrong.
func depotSent(r *Request, wrong error) depotForm {
	f := depotForm{Sent: string(kernel.NewID()), Errors: r.View.Problems(wrong)}
	if wrong != nil {
		f.Form = r.PostForm
		if id := r.PostForm.Get("id"); id != "" {
			f.Sent = id
		}
		f.Unusual = unusual(wrong)
	}
	return f
}

// unusual are the fields with an amount that is ten times what is usual.
func unusual(wrong error) map[string]bool {
	f, ok := errors.AsType[*kernel.Fault](wrong)
	if !ok {
		return nil
	}
	fields := map[string]bool{}
	for _, x := range f.All() {
		fields[x.Field] = fields[x.Field] || x.Key == "depot.unusual"
	}
	return fields
}

// field is a field with what was typed and what is wrong with it.
func (f depotForm) field(x kit.Field) kit.Field { return x.Kept(f.Form, f.Errors) }

// depotNumber reads a whole number that somebody typed; what is none is -1, and
// refused as such. Nothing typed is nothing.
func depotNumber(s string) int64 {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// itemWords is what a sort of thing is called.
func itemWords(v kit.View, i depot.Item) string {
	if i.ID == "" {
		return v.T("depot.item.unknown")
	}
	parts := []string{v.T("depot.category." + string(i.Category))}
	if i.Name != "" {
		parts[0] += ", " + i.Name
	}
	if i.Size != "" {
		parts = append(parts, v.T("depot.size.of", "size", i.Size))
	}
	if i.Season != depot.AllYear {
		parts = append(parts, v.T("depot.season."+string(i.Season)))
	}
	if i.Grade != depot.Good {
		parts = append(parts, v.T("depot.grade."+string(i.Grade)))
	}
	return strings.Join(parts, " · ")
}

// requestAge is how old a child is, as far as the depot knows.
func requestAge(v kit.View, months int64) string {
	switch {
	case months == depot.Unborn:
		return v.T("depot.age.unborn")
	case months < 24:
		return v.T("depot.age.months", "n", int(months))
	}
	return v.T("depot.age.years", "n", int(months/12))
}

// piecesWords is a number of pieces, with the packs that they make.
func piecesWords(v kit.View, i depot.Item, n int64) string {
	words := v.Number(int(n))
	if i.Pack > 1 && n >= i.Pack {
		words = v.T("depot.packs.are", "count", v.Number(int(n)), "n", int(n/i.Pack), "each", v.Number(int(i.Pack)))
	}
	return words
}

// depotsView is the places of the alliance.
type depotsView struct {
	depotForm
	Places  []depot.Place
	Names   map[kernel.ID]string
	Own     kernel.ID // the organisation acted for
	MayAsk  bool
	MayOpen bool
}

func (s *Site) depots(r *Request) (Answer, error) { return s.showDepots(r, nil) }

func (s *Site) showDepots(r *Request, wrong error) (Answer, error) {
	w := depotsView{depotForm: depotSent(r, wrong), Own: r.Session.Organisation.ID, MayAsk: r.may("depot.ask"), MayOpen: r.may("depot.manage")}
	var err error
	if w.Places, err = s.Depot.Places(r.Context()); err != nil {
		return Answer{}, err
	}
	var ids []kernel.ID
	for _, p := range w.Places {
		ids = append(ids, p.Org)
	}
	if w.Names, err = s.Members.Names(r.Context(), ids...); err != nil {
		return Answer{}, err
	}
	slices.SortStableFunc(w.Places, func(a, b depot.Place) int { // the own ones first
		return strings.Compare(strconv.FormatBool(b.Org == w.Own), strconv.FormatBool(a.Org == w.Own))
	})
	if wrong != nil {
		return again(depotsPage(r.View, w), wrong)
	}
	return show(depotsPage(r.View, w))
}

func (s *Site) openDepot(r *Request) (Answer, error) {
	p, err := s.Depot.OpenPlace(r.Context(), depot.Place{ID: kernel.ID(r.PostForm.Get("id")), Name: r.PostForm.Get("name"), Kind: depot.Kind(r.PostForm.Get("kind"))})
	if faulty(err) {
		return s.showDepots(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/depot/places/"+string(p.ID), "said.depot.opened")
}

// depotView is a place and what the reader may do there.
type depotView struct {
	depotForm
	depot.Place
	Mine, Lead, MayAsk bool
}

func (w depotView) path(rest string) string { return "/depot/places/" + string(w.Place.ID) + rest }

func (w depotView) back(v kit.View) *kit.Link {
	return &kit.Link{Href: w.path(""), Label: w.Name}
}

func (s *Site) depotView(r *Request, p depot.Place, wrong error) depotView {
	mine := p.Org == r.Session.Organisation.ID
	return depotView{depotForm: depotSent(r, wrong), Place: p, Mine: mine && r.may("depot.work"), Lead: mine && r.may("depot.manage"), MayAsk: r.may("depot.ask")}
}

// depotBoardView is how a place fares.
type depotBoardView struct {
	depotView
	depot.Board
	Most int64 // the highest of its months
}

func (s *Site) depotBoard(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	b, err := s.Depot.Board(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	w := depotBoardView{depotView: s.depotView(r, b.Place, nil), Board: b, Most: 1}
	now := string(r.View.Today)[:len("2026-03")]
	w.Months = slices.DeleteFunc(w.Months, func(m depot.Month) bool { return m.Month != now && m == depot.Month{Month: m.Month} })
	for _, m := range w.Months {
		w.Most = max(w.Most, m.In+m.Given, m.Out+m.Taken, m.Lost)
	}
	return show(depotBoardPage(r.View, w))
}

// depotStockView is what lies in a place.
type depotStockView struct {
	depotView
	Stock    []depot.Stock
	Category depot.Category
	Words    string
}

func (s *Site) depotStock(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	shelf, err := s.Depot.At(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	form := r.URL.Query()
	w := depotStockView{depotView: s.depotView(r, shelf.Place, nil), Category: depot.Category(form.Get("category")), Words: form.Get("q")}
	for _, of := range shelf.Stock {
		fits := true
		for _, word := range kernel.Words(w.Words) {
			fits = fits && slices.ContainsFunc(kernel.Words(itemWords(r.View, of.Item)), func(x string) bool { return strings.HasPrefix(x, word) })
		}
		if fits && (w.Category == "" || w.Category == of.Item.Category) {
			w.Stock = append(w.Stock, of)
		}
	}
	return show(depotStockPage(r.View, w))
}

func (w depotStockView) table(v kit.View) kit.Table {
	t := kit.Table{Caption: v.T("depot.stock"), Columns: []kit.Column{{Title: v.T("depot.item")}, {Title: v.T("depot.free"), Number: true},
		{Title: v.T("depot.held"), Number: true}, {Title: v.T("depot.blocked"), Number: true}}}
	for _, of := range w.Stock {
		name := kit.Text(itemWords(v, of.Item))
		if w.Mine {
			name = kit.LinkText(kit.Link{Href: w.path("/items/" + string(of.Item.ID)), Label: itemWords(v, of.Item)})
		}
		t.Rows = append(t.Rows, []templ.Component{name, kit.Text(piecesWords(v, of.Item, of.Free)), kit.Text(v.Number(int(of.Held))), kit.Text(v.Number(int(of.Blocked)))})
	}
	return t
}

func categoryOptions(v kit.View, all string) (options []kit.Option) {
	options = append(options, kit.Option{Label: all})
	for _, c := range depot.Categories {
		options = append(options, kit.Option{Value: string(c), Label: v.T("depot.category." + string(c))})
	}
	return options
}

// depotShortView is of what there is too little: to print, or to pass on.
type depotShortView struct {
	depotView
	Shorts []depot.Short
}

func (s *Site) depotShort(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	all, p, err := s.Depot.Shorts(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	return show(depotShortPage(r.View, depotShortView{s.depotView(r, p, nil), all}))
}

func shortTable(v kit.View, all []depot.Short) kit.Table {
	t := kit.Table{Caption: v.T("depot.short.table"), Columns: []kit.Column{{Title: v.T("depot.item")}, {Title: v.T("depot.missing"), Number: true}, {Title: v.T("depot.waiting"), Number: true},
		{Title: v.T("depot.lacked"), Number: true}}}
	most := int64(1)
	for _, x := range all {
		most = max(most, x.Missing)
	}
	for _, x := range all {
		t.Rows = append(t.Rows, []templ.Component{kit.Text(itemWords(v, x.Item)), barCell(v, v.T("depot.missing")+" – "+itemWords(v, x.Item), x.Missing, most), kit.Text(v.Number(int(x.Waiting))), kit.Text(v.Number(int(x.Lacked)))})
	}
	return t
}

// place is a place as its own page needs it.
func (s *Site) depotPlace(r *Request) (p depot.Place, err error) {
	id, err := r.ID("id")
	if err != nil {
		return p, err
	}
	all, err := s.Depot.Places(r.Context())
	if err != nil {
		return p, err
	}
	i := slices.IndexFunc(all, func(p depot.Place) bool { return p.ID == id })
	if i < 0 {
		return p, kernel.NewNotFound("depot.place")
	}
	return all[i], nil
}

// ownDepot is a place of the reader's organisation; of any other there is no
// such page.
func (s *Site) ownDepot(r *Request) (p depot.Place, err error) {
	p, err = s.depotPlace(r)
	if err == nil && p.Org != r.Session.Organisation.ID {
		err = kernel.NewNotFound("depot.place")
	}
	return p, err
}

func (s *Site) depotRules(r *Request) (Answer, error) { return s.showDepotRules(r, nil) }

func (s *Site) showDepotRules(r *Request, wrong error) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	page := depotRulesPage(r.View, s.depotView(r, p, wrong))
	if wrong != nil {
		return again(page, wrong)
	}
	return show(page)
}

func (s *Site) setDepotRules(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	form := r.PostForm
	p.Name, p.Kind, p.Closed, p.Version = form.Get("name"), depot.Kind(form.Get("kind")), form.Get("closed") == "yes", depotNumber(form.Get("version"))
	p.Rules = depot.Rules{KeepDays: depotNumber(form.Get("keep_days")), Most: depotNumber(form.Get("most")), First: depot.First(form.Get("first")),
		PerChild: depotNumber(form.Get("per_child")), PerMonths: depotNumber(form.Get("per_months"))}
	err = s.Depot.ChangePlace(r.Context(), p)
	if faulty(err) {
		return s.showDepotRules(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/depot/places/"+string(p.ID), "said.depot.changed")
}

func (s *Site) depotSwap(r *Request) (Answer, error) { return s.showDepotSwap(r, nil) }

func (s *Site) showDepotSwap(r *Request, wrong error) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	page := depotSwapPage(r.View, s.depotView(r, p, wrong))
	if wrong != nil {
		return again(page, wrong)
	}
	return show(page)
}

func (s *Site) depotSwapped(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	form := r.PostForm
	err = s.Depot.Swapped(r.Context(), depot.Swap{ID: kernel.ID(form.Get("id")), Place: id, Day: kernel.Date(form.Get("day")),
		People: depotNumber(form.Get("people")), Given: depotNumber(form.Get("given")), Taken: depotNumber(form.Get("taken"))})
	if faulty(err) {
		return s.showDepotSwap(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/depot/places/"+string(id), "said.depot.swapped")
}

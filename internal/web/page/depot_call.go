package page

import (
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// depotCallPages are how a depot asks everybody for what is short, and the page
// on which everybody reads it.
func (s *Site) depotCallPages(page register, routes *kit.Routes) {
	page("GET /depot/places/{id}/calls", "depot.work", s.depotCalls)
	page("POST /depot/places/{id}/calls", "depot.work", s.depotCall)
	page("POST /depot/places/{id}/calls/{item}/stop", "depot.work", s.depotCallStop)
	public := func(pattern string, h handler) { routes.Handle(pattern, "directory.read", s.finding(h)) }
	public("GET /gifts/{alliance}", s.gifts)
	public("GET /gifts/{alliance}/poster", s.giftsPoster)
}

// depotCallsView is what a depot asks for, and what it may ask for.
type depotCallsView struct {
	depotView
	Calls    []depot.Call
	Shorts   []depot.Short // that are not asked for now
	Services []*directory.PublicRecord
	Public   string // the address that everybody reads
}

func (s *Site) depotCalls(r *Request) (Answer, error) { return s.showDepotCalls(r, nil) }

func (s *Site) showDepotCalls(r *Request, wrong error) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	w := depotCallsView{depotView: s.depotView(r, p, wrong), Public: giftsPath(r.Session.Alliance, r.View)}
	if w.Calls, w.Shorts, err = s.Depot.Calls(r.Context(), p.ID); err != nil {
		return Answer{}, err
	}
	w.Shorts = slices.DeleteFunc(w.Shorts, func(x depot.Short) bool {
		return slices.ContainsFunc(w.Calls, func(c depot.Call) bool { return c.Runs && c.Item.ID == x.Item.ID })
	})
	if w.Services, err = s.bringable(r, r.Session.Alliance.ID); err != nil {
		return Answer{}, err
	}
	if own := slices.DeleteFunc(slices.Clone(w.Services), func(x *directory.PublicRecord) bool { return !sameOrganisation(x.Organisation, r.Session.Organisation) }); len(own) > 0 {
		w.Services = own
	}
	if wrong != nil {
		return again(depotCallsPage(r.View, w), wrong)
	}
	if w.Form == nil {
		w.Form = map[string][]string{}
		w.Form.Set("grade", string(depot.Good))
		putDay(w.Form, "last_day", r.View.Today.AddDays(28))
	}
	return show(depotCallsPage(r.View, w))
}

func sameOrganisation(x directory.PublicOrganisation, own members.Organisation) bool {
	return x.KBO != "" && x.KBO == own.KBO || kernel.Fold(x.Name) == kernel.Fold(own.Name)
}

// bringable are the services of an alliance of which everybody may know where
// they are, by the name of who gives them.
func (s *Site) bringable(r *Request, alliance kernel.ID) (all []*directory.PublicRecord, err error) {
	index, err := s.Finder.Index(r.Context(), alliance)
	if err != nil {
		return nil, err
	}
	for x := range index.All() {
		if mayBring(x) {
			all = append(all, x)
		}
	}
	slices.SortFunc(all, func(a, b *directory.PublicRecord) int {
		return strings.Compare(kernel.Fold(a.Organisation.Name)+string(a.Service.ID), kernel.Fold(b.Organisation.Name)+string(b.Service.ID))
	})
	return all, nil
}

// mayBring tells whether everybody may know where a service is.
func mayBring(x *directory.PublicRecord) bool {
	return x != nil && !x.Service.Sheltered && len(x.Places) > 0
}

func (s *Site) depotCall(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	var faults kernel.Faults
	in := depot.Calling{ID: kernel.ID(r.PostForm.Get("id")), Place: p.ID, Service: kernel.ID(r.PostForm.Get("service")), Grade: depot.Grade(r.PostForm.Get("grade"))}
	for _, item := range r.PostForm["items"] {
		in.Items = append(in.Items, kernel.ID(item))
	}
	in.LastDay, err = kit.DateOf(r.PostForm, "last_day")
	faults.Check("last_day", err)
	if err := s.mayBringTo(r, in.Service); err != nil {
		faults.Check("service", err)
	}
	if err = faults.Err(); err == nil {
		err = s.Depot.Call(r.Context(), in)
	}
	if faulty(err) {
		return s.showDepotCalls(r, err)
	}
	return Answer{To: "/depot/places/" + string(p.ID) + "/calls", Said: "said.depot.call"}, err
}

// mayBringTo refuses a service of which not everybody may know where it is.
func (s *Site) mayBringTo(r *Request, service kernel.ID) error {
	index, err := s.Finder.Index(r.Context(), r.Session.Alliance.ID)
	if err == nil && !mayBring(index.Record(service)) {
		err = kernel.NewInvalid("depot.call.service")
	}
	return err
}

func (s *Site) depotCallStop(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	item, err := r.ID("item")
	if err == nil {
		err = s.Depot.StopCall(r.Context(), p.ID, item)
	}
	return Answer{To: "/depot/places/" + string(p.ID) + "/calls", Said: "said.depot.call.stop"}, err
}

// giftsView is what an alliance asks everybody for, by where to bring it.
type giftsView struct {
	Alliance members.Alliance
	At       []giftsAt
	Path     string // without choices
	Link     string // the whole address, for a poster
}

// giftsAt is what one place asks for.
type giftsAt struct {
	oneView
	Wanted []depot.Wanted
}

func giftsPath(al members.Alliance, v kit.View) string {
	return "/gifts/" + al.Slug + "?lang=" + string(v.Lang())
}

// openGifts reads what everybody is asked for. What has to be brought where
// not everybody may know is left out, whenever that came to be so.
func (s *Site) openGifts(r *Request) (w giftsView, err error) {
	if w.Alliance, err = s.alliancePublic(r); err != nil {
		return w, err
	}
	w.Path = "/gifts/" + w.Alliance.Slug
	w.Link = s.base(r) + w.Path
	r.View.Languages.Values, r.View.Languages.Offered = map[string][]string{"back": {r.URL.EscapedPath()}}, nil // its words are in four languages
	all, err := s.Depot.Wanted(r.Context(), w.Alliance.ID)
	if err != nil || len(all) == 0 {
		return w, err
	}
	index, err := s.Finder.Index(r.Context(), w.Alliance.ID)
	if err != nil {
		return w, err
	}
	for _, x := range all {
		record := index.Record(x.Service)
		if !mayBring(record) {
			continue
		}
		i := slices.IndexFunc(w.At, func(at giftsAt) bool { return at.Service.ID == x.Service })
		if i < 0 {
			i = len(w.At)
			w.At = append(w.At, giftsAt{oneView: oneView{PublicRecord: *record, Alliance: w.Alliance, Part: string(x.Service) + "-"}})
		}
		w.At[i].Wanted = append(w.At[i].Wanted, x)
	}
	return w, nil
}

func (s *Site) gifts(r *Request) (Answer, error) {
	w, err := s.openGifts(r)
	if err != nil {
		return Answer{}, err
	}
	return show(giftsPage(r.View, w))
}

func (s *Site) giftsPoster(r *Request) (Answer, error) {
	w, err := s.openGifts(r)
	if err != nil {
		return Answer{}, err
	}
	return show(giftsPosterPage(r.View, w))
}

// wantedWords is a thing as everybody is asked for it.
func wantedWords(v kit.View, x depot.Wanted) string {
	return itemWords(v, depot.Item{ID: "wanted", Category: x.Category, Name: x.Name, Size: x.Size, Season: x.Season, Grade: depot.Good})
}

// lastWanted is the last day of what a place asks for.
func (at giftsAt) lastWanted() (day kernel.Date) {
	for _, x := range at.Wanted {
		day = max(day, x.LastDay)
	}
	return day
}

// serviceOptions are services to choose among, by who gives them.
func serviceOptions(v kit.View, all []*directory.PublicRecord) (options []kit.Option) {
	if len(all) > 1 { // nobody is sent to a place that nobody chose
		options = append(options, kit.Option{Label: v.T("depot.call.choose")})
	}
	for _, x := range all {
		options = append(options, kit.Option{Value: string(x.Service.ID), Label: joinParts(" – ", x.Organisation.Name, toldOf(v, x.Service.Name).Text, addressOf(x.Places[0].PublicLocation))})
	}
	return options
}

func wantedOptions(v kit.View, all []depot.Short) (options []kit.Option) {
	for _, x := range all {
		options = append(options, kit.Option{Value: string(x.Item.ID), Label: itemWords(v, x.Item)})
	}
	return options
}

func callGrades(v kit.View) (options []kit.Option) {
	for _, g := range depot.Grades {
		options = append(options, kit.Option{Value: string(g), Label: v.T("gifts.grade." + string(g))})
	}
	return options
}

package page

import (
	"net/url"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// doublePages show the coordinator which organisations, services and places
// look like one, side by side, join them, and undo it.
func (s *Site) doublePages(page register) {
	page("GET /directory/doubles", "directory.manage", s.doublesOf(directory.AnOrganisation))
	page("GET /directory/doubles/services", "directory.manage", s.doublesOf(directory.AService))
	page("GET /directory/doubles/places", "directory.manage", s.doublesOf(directory.APlace))
	page("GET /directory/organisations/{id}/join", "directory.manage", s.joinForm(directory.AnOrganisation))
	page("POST /directory/organisations/{id}/join", "directory.manage", s.join(directory.AnOrganisation))
	page("GET /directory/services/{id}/join", "directory.manage", s.joinForm(directory.AService))
	page("POST /directory/services/{id}/join", "directory.manage", s.join(directory.AService))
	page("GET /directory/places/{id}/join", "directory.manage", s.joinForm(directory.APlace))
	page("POST /directory/places/{id}/join", "directory.manage", s.join(directory.APlace))
	page("POST /directory/merges/{merge}/undo", "directory.manage", s.part)
}

// doublesView are the pairs of a kind that look like one, and what was joined.
type doublesView struct {
	Kind   directory.Kind
	Pairs  []pair
	Merges []directory.Merge
	Names  map[kernel.ID]string // of who joined and parted
	Picks  picks                // of the first of two that no pair shows
}

// picks are records that are found by what was typed, to join one of them.
type picks struct {
	Typed string
	Of    string // the first of the two, where it was picked
	Rows  []pick
	More  bool // there are others that fit
	Back  string
}

// pick is one of them.
type pick struct{ Name, Note, Path string }

// mostPicks is how many are shown: who sees more types another word.
const mostPicks = 20

// pair are two records that look like one.
type pair struct {
	One, Other       string // how they are called
	OneOf, OtherOf   string // whose they are; "" for an organisation
	Path             string // where they lie side by side
	Score            int
	Why              []directory.Alike
	OneNote, OtherAt string // where they are, or how far
}

// folderOf is under which address the records of a kind stand.
func folderOf(kind directory.Kind) string {
	switch kind {
	case directory.AService:
		return "/directory/services/"
	case directory.APlace:
		return "/directory/places/"
	}
	return "/directory/organisations/"
}

// doublesAt is where the pairs of a kind are listed.
func doublesAt(kind directory.Kind) string {
	switch kind {
	case directory.AService:
		return "/directory/doubles/services"
	case directory.APlace:
		return "/directory/doubles/places"
	}
	return "/directory/doubles"
}

// joinPath is where two are laid side by side.
func joinPath(kind directory.Kind, one, other kernel.ID) string {
	return folderOf(kind) + string(one) + "/join?with=" + string(other)
}

func (s *Site) doublesOf(kind directory.Kind) handler {
	return func(r *Request) (Answer, error) {
		w := doublesView{Kind: kind}
		var err error
		if w.Pairs, err = s.pairs(r, kind); err != nil {
			return Answer{}, err
		}
		if w.Merges, err = s.Directory.Merges(r.Context(), kind); err != nil {
			return Answer{}, err
		}
		var who []kernel.ID
		for _, m := range w.Merges {
			who = append(who, m.By, m.UndoneBy)
		}
		if w.Names, err = s.Members.Names(r.Context(), who...); err != nil {
			return Answer{}, err
		}
		if w.Picks, err = s.picks(r, kind, "", func(id kernel.ID) string { return folderOf(kind) + string(id) + "/join" }); err != nil {
			return Answer{}, err
		}
		return show(doublesPage(r.View, w))
	}
}

func (s *Site) pairs(r *Request, kind directory.Kind) (all []pair, err error) {
	switch kind {
	case directory.AService:
		found, err := s.Directory.ServiceTwins(r.Context())
		for _, t := range found {
			all = append(all, pair{One: anyText(r.View, t.One.Name), Other: anyText(r.View, t.Other.Name), OneOf: t.Of[0], OtherOf: t.Of[1],
				Path: joinPath(kind, t.One.ID, t.Other.ID), Score: t.Score, Why: t.Why,
				OneNote: r.View.T("directory.state." + string(t.One.State)), OtherAt: r.View.T("directory.state." + string(t.Other.State))})
		}
		return all, err
	case directory.APlace:
		found, err := s.Directory.PlaceTwins(r.Context())
		for _, t := range found {
			all = append(all, pair{One: placeTitle(t.One), Other: placeTitle(t.Other), OneOf: t.Of[0], OtherOf: t.Of[1],
				Path: joinPath(kind, t.One.ID, t.Other.ID), Score: t.Score, Why: t.Why, OneNote: placeAddress(t.One), OtherAt: placeAddress(t.Other)})
		}
		return all, err
	}
	found, err := s.Directory.Twins(r.Context())
	for _, t := range found {
		all = append(all, pair{One: t.One.Name, Other: t.Other.Name, Path: joinPath(kind, t.One.ID, t.Other.ID), Score: t.Score, Why: t.Why})
	}
	return all, err
}

// kindText is a text about two of a kind: of organisations it has the plain
// name, of others that of the kind behind it.
func kindText(v kit.View, key string, kind directory.Kind) string {
	if kind == directory.AnOrganisation {
		return v.T("doubles." + key)
	}
	return v.T("doubles." + key + "." + string(kind))
}

// joinView is two records of a kind side by side.
type joinView struct {
	Kind    directory.Kind
	Halves  [2]joinHalfView
	Choices []mergeChoice
	Comes   []string // fields that come along because only the other has them
	Form    url.Values
	Errors  kit.Errors
}

// joinHalfView is one of them.
type joinHalfView struct {
	ID      kernel.ID
	Version int64
	Name    string
	Has     string   // how much it has, or whose it is
	Lines   []string // numbers, addresses, services
}

// mergeChoice is one field of both, where both have something and differ.
type mergeChoice struct {
	Field      string
	Kept, Gone string
}

func (s *Site) joinForm(kind directory.Kind) handler {
	return func(r *Request) (Answer, error) {
		with := r.URL.Query().Get("with")
		if with != "" {
			return s.showJoin(r, kind, with, nil, nil)
		}
		id, err := r.ID("id") // with which one, is asked first
		if err != nil {
			return Answer{}, err
		}
		both, err := s.beside(r, kind, id, id)
		if err != nil {
			return Answer{}, err
		}
		w, err := s.picks(r, kind, id, func(other kernel.ID) string { return joinPath(kind, id, other) })
		if err != nil {
			return Answer{}, err
		}
		w.Of, w.Back = both.Halves[0].Name, folderOf(kind)+string(id)
		return show(pickPage(r.View, w))
	}
}

// picks looks for records of a kind by what was typed, but for one; nothing is
// shown before something is typed.
func (s *Site) picks(r *Request, kind directory.Kind, but kernel.ID, path func(kernel.ID) string) (w picks, err error) {
	w.Typed = strings.TrimSpace(r.URL.Query().Get("q"))
	if len(kernel.Words(w.Typed)) == 0 {
		return w, nil
	}
	found := 0
	add := func(id kernel.ID, name string, notes ...string) {
		if found++; id != but {
			w.Rows = append(w.Rows, pick{name, joinParts(", ", notes...), path(id)})
		}
	}
	switch kind {
	case directory.AService:
		page, err := s.Directory.List(r.Context(), directory.Query{Typed: w.Typed, Limit: mostPicks + 1})
		if err != nil {
			return w, err
		}
		for _, x := range page.Rows {
			add(x.Service.ID, anyText(r.View, x.Name), x.Organisation.Name, r.View.T("directory.state."+string(x.State)))
		}
	case directory.APlace:
		rows, err := s.Directory.Places(r.Context(), w.Typed, mostPicks+1)
		if err != nil {
			return w, err
		}
		for _, l := range rows {
			add(l.ID, placeTitle(l.Location), l.Of.Name, placeAddress(l.Location))
		}
	default:
		rows, _, err := s.Directory.Organisations(r.Context(), directory.OrganisationQuery{Typed: w.Typed, Limit: mostPicks + 1})
		if err != nil {
			return w, err
		}
		for _, o := range rows {
			add(o.ID, o.Name, o.Also, o.KBO.Display())
		}
	}
	w.More = found > mostPicks
	w.Rows = w.Rows[:min(len(w.Rows), mostPicks)]
	return w, nil
}

func (s *Site) showJoin(r *Request, kind directory.Kind, with string, form url.Values, wrong error) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	w, err := s.beside(r, kind, id, numberIn(with))
	if err != nil {
		return Answer{}, err
	}
	w.Form = form
	if wrong == nil {
		return show(joinPage(r.View, w))
	}
	w.Errors = r.View.Problems(wrong)
	if isStale(wrong) {
		w.Errors = staleErrors(r.View)
	}
	return again(joinPage(r.View, w), wrong)
}

// beside lays two records of a kind side by side.
func (s *Site) beside(r *Request, kind directory.Kind, kept, gone kernel.ID) (w joinView, err error) {
	w.Kind = kind
	switch kind {
	case directory.AService:
		both, err := s.Directory.ServicesBeside(r.Context(), kept, gone)
		if err == nil {
			w.services(r.View, both)
		}
		return w, err
	case directory.APlace:
		both, err := s.Directory.PlacesBeside(r.Context(), kept, gone)
		if err == nil {
			w.places(r.View, both)
		}
		return w, err
	}
	both, err := s.Directory.SideBySide(r.Context(), kept, gone)
	if err == nil {
		w.organisations(r.View, both)
	}
	return w, err
}

func (s *Site) join(kind directory.Kind) handler {
	return func(r *Request) (Answer, error) {
		id, err := r.ID("id")
		if err != nil {
			return Answer{}, err
		}
		form := r.PostForm
		with := numberIn(form.Get("with"))
		if form.Get("do") == "apart" {
			if err := s.Directory.Apart(r.Context(), kind, id, with); err != nil {
				return Answer{}, err
			}
			return goTo(doublesAt(kind), "said.doubles.apart")
		}
		in := directory.Merging{Kept: id, Gone: with, KeptVersion: numberOf(form, "kept"), GoneVersion: numberOf(form, "gone")}
		for name := range form {
			if field, chosen := strings.CutPrefix(name, "choose."); chosen && form.Get(name) == "gone" {
				in.Gones = append(in.Gones, field)
			}
		}
		slices.Sort(in.Gones)
		switch kind {
		case directory.AService:
			_, err = s.Directory.JoinServices(r.Context(), in)
		case directory.APlace:
			_, err = s.Directory.JoinPlaces(r.Context(), in)
		default:
			_, err = s.Directory.Join(r.Context(), in)
		}
		if faulty(err) {
			return s.showJoin(r, kind, string(with), form, err)
		}
		if err != nil {
			return Answer{}, err
		}
		if kind == directory.AnOrganisation {
			return goTo(folderOf(kind)+string(id), "said.doubles.joined")
		}
		return goTo(folderOf(kind)+string(id), "said.doubles.joined.other")
	}
}

func (s *Site) part(r *Request) (Answer, error) {
	id, err := r.ID("merge")
	if err != nil {
		return Answer{}, err
	}
	m, clashes, err := s.Directory.Part(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	if len(clashes) > 0 {
		return goTo(doublesAt(m.Kind), "said.doubles.clash")
	}
	return goTo(doublesAt(m.Kind), "said.doubles.parted")
}

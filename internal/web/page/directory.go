package page

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// directoryPages are where those who work here keep the directory of help. Who
// may change what, the service decides.
func (s *Site) directoryPages(page register) {
	page("GET /directory", "directory.work", s.helpList)
	page("POST /directory/take", "directory.manage", s.takeKnown)
	page("GET /directory/organisations", "directory.work", s.listedAll)
	page("GET /directory/organisations/new", "directory.manage", s.newListed)
	page("POST /directory/organisations/new", "directory.manage", s.addListed)
	page("GET /directory/organisations/{id}", "directory.work", s.listedOne)
	page("GET /directory/organisations/{id}/edit", "directory.work", s.editListed)
	page("POST /directory/organisations/{id}/edit", "directory.work", s.changeListed)
	page("GET /directory/organisations/{id}/services/new", "directory.work", s.newHelp)
	page("POST /directory/organisations/{id}/services/new", "directory.work", s.addHelp)
	page("GET /directory/organisations/{id}/places/new", "directory.work", s.newHelpPlace)
	page("POST /directory/organisations/{id}/places/new", "directory.work", s.addHelpPlace)
	page("GET /directory/organisations/{id}/shelters", "directory.shelter", s.shelters)
	page("POST /directory/organisations/{id}/shelters", "directory.shelter", s.keepShelter)
	page("GET /directory/places/{id}", "directory.work", s.helpPlace)
	page("POST /directory/places/{id}", "directory.work", s.changeHelpPlace)
	page("GET /directory/services/{id}", "directory.work", s.help)
	page("GET /directory/services/{id}/edit", "directory.work", s.editHelp)
	page("POST /directory/services/{id}/edit", "directory.work", s.changeHelp)
	page("GET /directory/services/{id}/room", "directory.work", s.helpRoom)
	page("POST /directory/services/{id}/room", "directory.work", s.sayRoom)
}

// helpListing is the list of services as it was asked for.
type helpListing struct {
	Rows      []directory.Row
	All       int64
	Q         directory.Query
	Places    []kernel.NIS
	Today     kernel.Date
	Now       kernel.Instant
	MayManage bool
	Pages     kit.Pages
}

// asked tells whether the list was narrowed.
func (w helpListing) asked() bool {
	q := w.Q
	q.After, q.Limit = "", 0
	return q != (directory.Query{})
}

func (s *Site) helpList(r *Request) (Answer, error) {
	asked := r.URL.Query()
	w := helpListing{MayManage: r.may("directory.manage"), Now: kernel.InstantOf(s.Now())}
	w.Today = w.Now.Date()
	w.Q = directory.Query{Typed: asked.Get("q"), After: asked.Get("after"), Stale: asked.Get("show") == "stale", Limit: 50}
	if n, err := strconv.Atoi(asked.Get("lever")); err == nil && n >= 1 && n <= 9 {
		w.Q.Lever = directory.Lever(n)
	}
	if p := directory.Phase(asked.Get("phase")); slices.Contains(directory.Phases[:], p) {
		w.Q.Phase = p
	}
	if st := directory.State(asked.Get("state")); slices.Contains([]directory.State{directory.Draft, directory.Open, directory.Stopped}, st) {
		w.Q.State = st
	}
	if n, err := kernel.ParseNIS(asked.Get("in")); err == nil {
		w.Q.Area = n
	}
	page, err := s.Directory.List(r.Context(), w.Q)
	if err != nil {
		return Answer{}, err
	}
	w.Rows, w.All = page.Rows, page.All
	w.Pages = listPager("/directory", asked, page.Next, "q", "lever", "phase", "state", "in", "show")
	if w.Places, err = s.ownMunicipalities(r); err != nil {
		return Answer{}, err
	}
	return show(helpListPage(r.View, w))
}

// listPager leads through a list, and keeps what was asked for.
func listPager(path string, asked url.Values, next string, names ...string) (p kit.Pages) {
	address := func(after string) string {
		q := url.Values{}
		for _, name := range names {
			if asked.Get(name) != "" {
				q.Set(name, asked.Get(name))
			}
		}
		if after != "" {
			q.Set("after", after)
		}
		if len(q) == 0 {
			return path
		}
		return path + "?" + q.Encode()
	}
	if asked.Get("after") != "" {
		p.First = address("")
	}
	if next != "" {
		p.Next = address(next)
	}
	return p
}

func (s *Site) takeKnown(r *Request) (Answer, error) {
	if _, err := s.Directory.TakeKnown(r.Context()); err != nil {
		return Answer{}, err
	}
	return goTo("/directory", "said.directory.taken")
}

// listedListing is the list of organisations.
type listedListing struct {
	Rows      []directory.Organisation
	Typed     string
	Stale     bool
	MayManage bool
	Today     kernel.Date
	Pages     kit.Pages
}

func (w listedListing) title(v kit.View) string {
	if w.Stale {
		return v.T("directory.organisations.stale")
	}
	return v.T("directory.organisations")
}

func (s *Site) listedAll(r *Request) (Answer, error) {
	asked := r.URL.Query()
	w := listedListing{Typed: asked.Get("q"), Stale: asked.Get("show") == "stale", MayManage: r.may("directory.manage"),
		Today: kernel.InstantOf(s.Now()).Date()}
	rows, next, err := s.Directory.Organisations(r.Context(), directory.OrganisationQuery{Typed: w.Typed, Stale: w.Stale, After: asked.Get("after")})
	if err != nil {
		return Answer{}, err
	}
	w.Rows, w.Pages = rows, listPager("/directory/organisations", asked, next, "q", "show")
	return show(listedAllPage(r.View, w))
}

// listedView is one organisation with all that it has here.
type listedView struct {
	directory.Held
	Today     kernel.Date
	Now       kernel.Instant
	MayManage bool
	Shelters  bool // the actor works there, and may have secret places
}

func (s *Site) listedOne(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	w := listedView{Now: kernel.InstantOf(s.Now()), MayManage: r.may("directory.manage")}
	w.Today = w.Now.Date()
	if w.Held, err = s.Directory.Organisation(r.Context(), id); err != nil {
		return Answer{}, err
	}
	if w.MergedIn != "" { // what was joined is told of there
		return goTo(folderOf(directory.AnOrganisation)+string(w.MergedIn), "")
	}
	w.Shelters = r.may("directory.shelter") && w.Member != "" && w.Member == r.Session.Organisation.ID
	return show(listedPage(r.View, w))
}

// helpView is one service as who works here sees it.
type helpView struct {
	directory.Service
	In     directory.Held
	Today  kernel.Date
	Now    kernel.Instant
	Manage bool
}

func (s *Site) help(r *Request) (Answer, error) {
	w, err := s.helpOf(r)
	if err != nil {
		return Answer{}, err
	}
	if w.MergedIn != "" {
		return goTo(folderOf(directory.AService)+string(w.MergedIn), "")
	}
	return show(helpPage(r.View, w))
}

func (s *Site) helpOf(r *Request) (w helpView, err error) {
	id, err := r.ID("id")
	if err != nil {
		return w, err
	}
	w.Now = kernel.InstantOf(s.Now())
	w.Today, w.Manage = w.Now.Date(), r.may("directory.manage")
	w.Service, w.In, err = s.Directory.Service(r.Context(), id)
	return w, err
}

// location is one of the places that the service names.
func (w helpView) location(id kernel.ID) directory.Location {
	for _, l := range w.In.Locations {
		if l.ID == id {
			return l
		}
	}
	return directory.Location{}
}

// roomForm says how much room there is.
type roomForm struct {
	helpView
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) helpRoom(r *Request) (Answer, error) {
	w, err := s.helpOf(r)
	if err != nil {
		return Answer{}, err
	}
	if !w.In.MayChange || w.MergedIn != "" {
		return Answer{}, kernel.NewNotFound("page")
	}
	return show(roomPage(r.View, roomForm{helpView: w}))
}

func (s *Site) sayRoom(r *Request) (Answer, error) {
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	w, err := s.helpOf(r)
	if err != nil {
		return Answer{}, err
	}
	number := func(name string, none int) int {
		if r.PostForm.Get(name) == "" {
			return none
		}
		n, err := strconv.Atoi(r.PostForm.Get(name))
		if err != nil {
			return -2 // what is no number is refused as one
		}
		return n
	}
	say := directory.Saying{Service: w.ID, Location: kernel.ID(r.PostForm.Get("location")), Status: directory.RoomStatus(r.PostForm.Get("status")),
		Free: number("free", -1), Waiting: number("waiting", -1), Days: number("days", 0)}
	if !r.PostForm.Has("status") {
		say.Status = "none"
	}
	if _, err = s.Directory.SayRoom(r.Context(), say); faulty(err) {
		return again(roomPage(r.View, roomForm{w, r.PostForm, r.View.Problems(err)}), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/directory/services/"+string(w.ID), "said.directory.room")
}

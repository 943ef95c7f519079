package page

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// oneView is one service.
type oneView struct {
	directory.PublicRecord
	Alliance members.Alliance
	Hit      find.Hit // how it stands now, from where one lives
	Back     string
	Path     string // of the service, without choices
	Link     string // the whole address, for a poster
	Here     *directory.PublicPlace
	Story    string // the address of the page of its programme; "": there is none
	Part     string // before the names of its parts, where several services stand on one page
	Now      string // where it is told of since it was joined with another; the rest is empty then
}

// wentElsewhere says where an address of what was joined with another leads now;
// what was never there is NotFound.
func (s *Site) wentElsewhere(r *Request, w *oneView, kind directory.Kind, id kernel.ID) error {
	now, err := s.Directory.WentIn(r.Context(), w.Alliance.ID, kind, id)
	if kernel.CodeOf(err) == kernel.NotFound {
		return kernel.NewNotFound("page")
	}
	w.Now = (&url.URL{Path: strings.Replace(r.URL.Path, string(id), string(now), 1), RawQuery: r.URL.RawQuery}).String()
	return err
}

// alliancePublic is an alliance by the name in an address.
func (s *Site) alliancePublic(r *Request) (members.Alliance, error) {
	all, err := s.Members.Alliances(r.Context())
	if err != nil {
		return members.Alliance{}, err
	}
	i := slices.IndexFunc(all, func(al members.Alliance) bool { return al.Slug == r.PathValue("alliance") })
	if i < 0 {
		return members.Alliance{}, kernel.NewNotFound("page")
	}
	return all[i], nil
}

// openOne reads the service of an address.
func (s *Site) openOne(r *Request) (w oneView, err error) {
	if w.Alliance, err = s.alliancePublic(r); err != nil {
		return w, err
	}
	id, err := r.ID("service")
	if err != nil {
		return w, err
	}
	index, err := s.Finder.Index(r.Context(), w.Alliance.ID)
	if err != nil {
		return w, err
	}
	c := parseFind(r.URL.Query(), nil, r.View.Today)
	schools, err := s.Calendar.Of(r.Context(), w.Alliance.ID)
	if err != nil {
		return w, err
	}
	hit, known := index.Hit(id, find.Query{NIS: c.NIS, Postal: c.Postal, Schools: schools, Now: kernel.InstantOf(s.Now())})
	if !known {
		return w, s.wentElsewhere(r, &w, directory.AService, id)
	}
	w.PublicRecord, w.Hit, w.Back = *hit.Record, hit, c.path(r.View.Lang())
	w.Path = "/find/" + w.Alliance.Slug + "/" + string(id)
	w.Link = s.base(r) + w.Path
	return w, nil
}

func (s *Site) findOne(r *Request) (Answer, error) {
	w, err := s.openOne(r)
	if err != nil || w.Now != "" {
		return Answer{To: w.Now}, err
	}
	known, err := s.hasStory(r, w.Alliance.ID, w.Service.Programme)
	if err != nil {
		return Answer{}, err
	}
	if known {
		w.Story = storyPath(w.Alliance.Slug, w.Service.Programme) + "?lang=" + string(r.View.Lang())
	}
	r.View.Languages.Values = url.Values{"back": {r.URL.EscapedPath()}}
	return show(findOnePage(r.View, w))
}

// findPoster is a sheet for a wall: of a service, with a code that leads to it;
// of a place, with a code that leads to all that is near.
func (s *Site) findPoster(r *Request) (Answer, error) {
	w, err := s.openOne(r)
	if err != nil || w.Now != "" {
		return Answer{To: w.Now}, err
	}
	if id := r.PathValue("place"); id != "" {
		i := slices.IndexFunc(w.Places, func(p directory.PublicPlace) bool { return string(p.ID) == id })
		if i < 0 {
			err := s.wentElsewhere(r, &w, directory.APlace, kernel.ID(id))
			return Answer{To: w.Now}, err
		}
		w.Here = &w.Places[i]
		c := findChoices{NIS: w.Here.Municipality}
		if code, err := kernel.ParsePostalCode(w.Here.Postal); err == nil {
			c.Postal = code
		}
		w.Link = s.base(r) + c.path("")
	}
	return show(findPosterPage(r.View, w))
}

// findHours is the opening hours as a file for a calendar.
func (s *Site) findHours(r *Request) (Answer, error) {
	w, err := s.openOne(r)
	if err != nil || w.Now != "" {
		return Answer{To: w.Now}, err
	}
	schools, err := s.Calendar.Of(r.Context(), w.Alliance.ID)
	if err != nil {
		return Answer{}, err
	}
	name, _ := wording(w.Service.Name, r.View.Lang())
	note := func(h directory.Hours) string {
		return joinParts(" ", toldOf(r.View, h.Words).Text, hoursNote(r.View, h.Holidays))
	}
	now := kernel.InstantOf(s.Now())
	calendar := directory.Calendar(w.PublicRecord, directory.Telling{Title: name, Note: note, Holidays: schools.Is}, now.Date(), now)
	h := r.writer.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="hours.ics"`)
	h.Set("Cache-Control", "no-store")
	r.writer.WriteHeader(http.StatusOK)
	_, _ = calendar.WriteTo(r.writer) // a reader who left is no fault of ours
	return Answer{Sent: true}, nil
}

// addressOf is where a place is, in one line.
func addressOf(l directory.PublicLocation) string {
	return strings.TrimPrefix(strings.TrimSpace(l.Street+", "+strings.TrimSpace(l.Postal+" "+l.City)), ", ")
}

// numbers to call: those of the service before those of who gives it.
func (w oneView) numbers() []directory.PublicPhone {
	if len(w.Service.Numbers) > 0 {
		return w.Service.Numbers
	}
	for _, p := range w.Places {
		if len(p.ServiceNumbers) > 0 {
			return p.ServiceNumbers
		}
	}
	return w.Organisation.Numbers
}

func (w oneView) mail() kernel.Email { return cmp.Or(w.Service.Mail, w.Organisation.Mail) }
func (w oneView) site() string {
	return secureAddress(cmp.Or(w.Service.Website, w.Organisation.Website))
}

// secureAddress is a link that may stand in a page; "" for anything but the web.
func secureAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	return u.String()
}

// checkedOn is the last day on which somebody said that it is right.
func (w oneView) checkedOn() (day kernel.Date) {
	for _, t := range w.Service.Told {
		day = max(day, t.Verified, t.Retrieved)
	}
	return day
}

// audience is for whom it is: in its own words, else the phases that it names.
func (w oneView) audience(v kit.View) (all []saying) {
	if words := toldOf(v, w.Service.For.Words); words.Text != "" {
		return []saying{words}
	}
	for _, p := range w.Service.Phases {
		all = append(all, saying{Text: v.T("find.phase." + string(p))})
	}
	return all
}

// hasCalendar tells whether some hours can go into a calendar.
func (w oneView) hasCalendar() bool {
	all := slices.Clone(w.Service.Hours)
	for _, p := range w.Places {
		all = append(all, w.HoursAt(p)...)
	}
	return slices.ContainsFunc(all, func(h directory.Hours) bool {
		return h.Rule != "" && h.From != ""
	})
}

// hoursThere are the hours at a place: those that are told of it, or those of
// the service.
func (w oneView) hoursThere(p directory.PublicPlace) []directory.Hours {
	if hours := w.HoursAt(p); len(hours) > 0 {
		return hours
	}
	return w.Service.Hours
}

// mapLink shows the way on a map of somebody else: only where one taps it.
func mapLink(l directory.PublicLocation) string {
	if l.Street == "" {
		return ""
	}
	return "https://www.openstreetmap.org/search?" + url.Values{"query": {addressOf(l)}}.Encode()
}

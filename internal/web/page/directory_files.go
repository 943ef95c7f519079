package page

import (
	"bytes"
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/outlines"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// helpFilePages let the directory go in and out as a table, and print it for a
// neighbourhood. What goes out passes the gate to the public: it holds nothing
// that not everybody may read.
func (s *Site) helpFilePages(page register, routes *kit.Routes) {
	routes.Handle("GET /directory/table.csv", "directory.work", s.helpTable())
	page("GET /directory/folder", "directory.work", s.folder)
	s.incomingPages(page)
	s.doublePages(page)
}

func (s *Site) helpTable() http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, hr *http.Request) {
		r := &Request{Request: hr, writer: writer}
		var body bytes.Buffer
		err := s.open(r, false)
		switch {
		case err != nil:
		case !r.Session.Actor().SignedIn():
			err = &kernel.Fault{Code: kernel.Unauthenticated, Key: "sign_in"}
		case !policy.May(r.Session.Actor(), "directory.work"):
			err = kernel.NewForbidden("role")
		default:
			err = directory.WriteTable(&body, s.Directory.Published(r.Context(), r.Session.Alliance.ID), kernel.InstantOf(s.Now()))
		}
		if err != nil {
			s.fail(r, err)
			return
		}
		writer.Header().Set("Content-Type", "text/csv; charset=utf-8")
		writer.Header().Set("Content-Disposition", `attachment; filename="directory.csv"`)
		writer.Header().Set("Cache-Control", "no-store")
		_, _ = writer.Write(body.Bytes()) // the reader may have gone
	})
}

// folderView is what a folder of one neighbourhood shows, theme by theme, to
// whom it is given: in the language of the family, and by its words alone.
type folderView struct {
	Postal string // "": everywhere
	Area   string // a neighbourhood that was drawn; it counts before the postal code
	Codes  []string
	Areas  []string
	Place  string   // what the folder is of, in words
	Link   string   // where all of it is found, as it is today
	Family kit.View // in whose language it is
	Parts  []folderPart
	Day    kernel.Date
}

// folderPart is what there is of one theme.
type folderPart struct {
	Title string
	Shown []oneView
}

func (s *Site) folder(r *Request) (Answer, error) {
	asked := r.URL.Query()
	w := folderView{Postal: asked.Get("postal"), Area: asked.Get("area"), Family: r.View, Day: r.View.Today}
	if lang, err := kernel.ParseFamilyLang(asked.Get("lang")); err == nil {
		w.Family.Reader = s.Texts.In(lang)
	}
	drawn, err := s.Atlas.Of(r.Context(), r.Session.Alliance.ID)
	if err != nil {
		return Answer{}, err
	}
	var area outlines.Outline
	for _, o := range drawn.Areas {
		if o.Name != "" && !slices.Contains(w.Areas, o.Name) {
			w.Areas = append(w.Areas, o.Name)
		}
		if o.Name == w.Area && o.Name != "" {
			area.Rings = append(area.Rings, o.Rings...)
		}
	}
	if area.Rings == nil {
		w.Area = ""
	}
	themes, called := map[directory.Lever][]oneView{}, []oneView{}
	for record, err := range s.Directory.Published(r.Context(), r.Session.Alliance.ID) {
		if err != nil {
			return Answer{}, err
		}
		for _, p := range record.Places {
			if p.Postal != "" && !slices.Contains(w.Codes, p.Postal) {
				w.Codes = append(w.Codes, p.Postal)
			}
		}
		anywhere := len(record.Places) == 0 // it comes to one, or one calls
		record.Places = slices.DeleteFunc(record.Places, func(p directory.PublicPlace) bool { return !w.near(area, p) })
		x := oneView{PublicRecord: record, Alliance: r.Session.Alliance}
		switch {
		case anywhere:
			called = append(called, x)
		case len(record.Places) == 0:
		case len(record.Service.Levers) == 0:
			themes[0] = append(themes[0], x)
		default: // under its first theme alone: paper has no room for it twice
			themes[record.Service.Levers[0]] = append(themes[record.Service.Levers[0]], x)
		}
	}
	slices.Sort(w.Codes)
	slices.Sort(w.Areas)
	for lever := directory.Lever(1); lever <= 9; lever++ {
		w.part(w.Family.T("find.lever."+strconv.Itoa(int(lever))), themes[lever])
	}
	w.part(w.Family.T("find.folder.other"), themes[0])
	w.part(w.Family.T("find.folder.anywhere"), called)
	c := findChoices{}
	if code, err := kernel.ParsePostalCode(w.Postal); err == nil {
		c.Postal = code
		if of := kernel.MunicipalitiesByPostalCode(code); len(of) > 0 {
			c.NIS = of[0].NIS
		}
	} else if len(r.Session.Alliance.Municipalities) == 1 {
		c.NIS = r.Session.Alliance.Municipalities[0]
	}
	w.Link = s.base(r) + c.path(w.Family.Lang())
	w.Place = cmp.Or(w.Area, w.Postal, r.Session.Alliance.Called(w.Family.Lang()))
	return show(folderPage(r.View, w))
}

// near tells whether a place lies where the folder is of. What lies nowhere on
// the map is in no neighbourhood.
func (w folderView) near(area outlines.Outline, p directory.PublicPlace) bool {
	if w.Area != "" {
		point, err := kernel.ParsePoint(p.Lat, p.Lon)
		return err == nil && area.Holds(point)
	}
	return w.Postal == "" || p.Postal == w.Postal
}

// part adds a theme that has something, by name.
func (w *folderView) part(title string, all []oneView) {
	name := func(x oneView) string { return kernel.Fold(toldOf(w.Family, x.Service.Name).Text) }
	slices.SortFunc(all, func(x, y oneView) int {
		return cmp.Or(cmp.Compare(name(x), name(y)), cmp.Compare(x.Service.ID, y.Service.ID))
	})
	if len(all) > 0 {
		w.Parts = append(w.Parts, folderPart{title, all})
	}
}

func (w folderView) choices(v kit.View, all []string) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("directory.any")}}
	for _, c := range all {
		options = append(options, kit.Option{Value: c, Label: c})
	}
	return options
}

func (w folderView) languages(v kit.View) (options []kit.Option) {
	for _, l := range kernel.FamilyLangs {
		options = append(options, kit.Option{Value: string(l), Label: languageName(v, string(l))})
	}
	return options
}

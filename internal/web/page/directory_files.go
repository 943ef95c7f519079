package page

import (
	"bytes"
	"net/http"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
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

// folderView is what a folder of one neighbourhood shows, theme by theme.
type folderView struct {
	Postal  string
	Codes   []string
	Records []directory.PublicRecord
	Now     kernel.Instant
}

func (s *Site) folder(r *Request) (Answer, error) {
	w := folderView{Postal: r.URL.Query().Get("postal"), Now: kernel.InstantOf(s.Now())}
	for record, err := range s.Directory.Published(r.Context(), r.Session.Alliance.ID) {
		if err != nil {
			return Answer{}, err
		}
		near := len(record.Places) == 0 // it comes to one, or one calls
		for _, p := range record.Places {
			if p.Postal != "" && !slices.Contains(w.Codes, p.Postal) {
				w.Codes = append(w.Codes, p.Postal)
			}
			near = near || p.Postal == w.Postal
		}
		if w.Postal == "" || near {
			w.Records = append(w.Records, record)
		}
	}
	slices.Sort(w.Codes)
	return show(folderPage(r.View, w))
}

func (w folderView) codes(v kit.View) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("directory.any")}}
	for _, c := range w.Codes {
		options = append(options, kit.Option{Value: c, Label: c})
	}
	return options
}

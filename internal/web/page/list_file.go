package page

import (
	"net/http"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// fileForms are the forms in which a list can be taken along.
var fileForms = [...]lists.Form{lists.CSV, lists.XLSX}

// fileKinds are the media types of files that are sent.
var fileKinds = map[lists.Form]string{lists.CSV: "text/csv; charset=utf-8", lists.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

// listFile sends a list as a file to who may do an action, row by row: nothing
// is gathered first. What begins the file says that it is one; until then a
// fault is a page. A file that breaks off afterwards is cut short, and logged.
func (s *Site) listFile(name, action string, form lists.Form, write func(r *Request, out func() (*lists.Writer, error)) error) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, hr *http.Request) {
		r, began := &Request{Request: hr, writer: writer}, false
		err := s.open(r, false)
		switch {
		case err != nil:
		case !r.Session.Actor().SignedIn():
			err = &kernel.Fault{Code: kernel.Unauthenticated, Key: "sign_in"}
		case !policy.May(r.Session.Actor(), action):
			err = kernel.NewForbidden("role")
		default:
			err = write(r, func() (*lists.Writer, error) {
				began = true
				h := writer.Header()
				h.Set("Content-Type", fileKinds[form])
				h.Set("Content-Disposition", `attachment; filename="`+name+"."+string(form)+`"`)
				h.Set("Cache-Control", "no-store")
				return lists.WriterOf(writer, form)
			})
		}
		switch {
		case err == nil:
		case began:
			s.Log.Error("a file broke off", "file", name, "error", err)
		default:
			s.fail(r, err)
		}
	})
}

package kit

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Render sends a page. It is written whole before the first byte goes out, so
// that a page that fails halfway becomes an error page and not half a page.
func Render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	var b bytes.Buffer
	if err := page.Render(r.Context(), &b); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store") // what stands here is about people
	}
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a reader who left is no fault of ours
	return nil
}

// Fail sends the page that an error deserves: what happened, why, and how to
// go on. What is not for outsiders is told in general words; whoever calls
// Fail has logged it.
func Fail(w http.ResponseWriter, r *http.Request, v View, err error) {
	status := Status(err)
	if r.Header.Get("HX-Request") == "true" { // asked for a part: the answer takes the place of all that the frame holds
		w.Header().Set("HX-Retarget", "#main")
		w.Header().Set("HX-Reselect", "#main")
		w.Header().Set("HX-Reswap", "outerHTML")
	}
	if err := Render(w, r, status, errorPage(v, status, v.explain(status, err))); err != nil {
		http.Error(w, http.StatusText(status), status)
	}
}

// explain is the reason in the reader's words.
func (v View) explain(status int, err error) string {
	if status == http.StatusRequestEntityTooLarge || status == http.StatusMethodNotAllowed {
		return v.errorText(status, "text")
	}
	f, ok := errors.AsType[*kernel.Fault](err)
	if !ok {
		f = &kernel.Fault{Code: kernel.Internal}
	}
	if f.Code == kernel.NotFound { // said alike for all that is not there
		f = &kernel.Fault{Code: kernel.NotFound}
	}
	return v.Fault(f)
}

// errorText is the title or the advice of an error page.
func (v View) errorText(status int, part string) string {
	key := "kit.http." + itoa(status) + "." + part
	if v.Has(key) {
		return v.T(key)
	}
	return v.T("kit.http.500." + part)
}

// errorPicture is the illustration of an error page.
func errorPicture(status int) string {
	switch status {
	case http.StatusNotFound:
		return "lost"
	case http.StatusForbidden, http.StatusUnauthorized:
		return "door"
	case http.StatusConflict:
		return "two"
	}
	return "pause"
}

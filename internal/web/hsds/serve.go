package hsds

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/hsds"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/openreferral"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// lists are the names of the lists that are served.
var lists = [...]string{"services", "service_at_locations", "organizations", "locations", "taxonomies", "taxonomy_terms"}

// serve answers any address under the root.
func (f *Feed) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST, OPTIONS")
		h.Set("Access-Control-Allow-Headers", "Content-Type, If-None-Match")
		h.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	h.Set("Access-Control-Expose-Headers", "ETag, Content-Language")
	if err := f.answer(w, r); err != nil {
		f.fail(w, r, err)
	}
}

// Refuse answers what a guard refuses of these addresses; false for any other.
func (f *Feed) Refuse(w http.ResponseWriter, r *http.Request, err error) bool {
	if !strings.HasPrefix(r.URL.Path, Root) {
		return false
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	f.fail(w, r, err)
	return true
}

// fail says what is wrong, as RFC 9457 writes it, in English: whoever reads it
// writes a program.
func (f *Feed) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
	}{"about:blank", "", kit.Status(err), "Nothing stands at this address. " + Root + " tells what there is."}
	if bad, ok := errors.AsType[*wrong](err); ok {
		p.Status, p.Detail = http.StatusBadRequest, bad.Error()
	} else if p.Status == http.StatusTooManyRequests {
		p.Detail = "That was too much at once. Please wait a few seconds."
	} else if p.Status == http.StatusMethodNotAllowed {
		p.Detail = "Use GET, HEAD, POST with a form, or OPTIONS."
	} else if p.Status >= http.StatusInternalServerError {
		p.Detail = "This is our mistake, not yours. Please try again in a minute."
		if !errors.Is(err, r.Context().Err()) {
			f.Log.ErrorContext(r.Context(), "the open directory failed", "error", err)
		}
	}
	p.Title = http.StatusText(p.Status)
	body, _ := json.Marshal(p) // texts always are JSON
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // a reader who left is no fault of ours
}

// Error implements error.
func (e *wrong) Error() string { return "The parameter " + e.name + " " + e.why + "." }

// answer finds out what is asked, and gives it.
func (f *Feed) answer(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if r.Method == http.MethodPost {
		if err := r.ParseForm(); err != nil {
			return &wrong{"body", "is not a form"}
		}
		if q = r.Form; !kit.Legible(q) {
			return &wrong{"body", "is no text"}
		}
	}
	in := request{Request: r, version: hsds.V31}
	parts := strings.Split(strings.Trim(r.PathValue("path"), "/"), "/")
	if parts[0] == string(hsds.V30) || parts[0] == string(hsds.V31) {
		in.version, parts = hsds.Version(parts[0]), parts[1:]
	}
	all, err := f.Members.Alliances(r.Context())
	if err != nil {
		return err
	}
	al, parts, found := choose(all, parts)
	if len(parts) > 0 {
		in.list = parts[0]
	}
	if len(parts) > 1 {
		in.id = parts[1]
	}
	switch {
	case len(parts) > 2:
		return kernel.NewNotFound("page")
	case in.list == "" || in.list == "openapi.json" && in.id == "":
		return f.about(w, in, all, al)
	case !found:
		return kernel.NewNotFound("page")
	}
	if in.shelf, err = f.shelfOf(r.Context(), al); err != nil {
		return err
	}
	return f.give(w, in, q)
}

// choose takes the alliance off the front of a path. Where none is named, it
// is the only one.
func choose(all []members.Alliance, parts []string) (al members.Alliance, rest []string, found bool) {
	if len(parts) == 0 {
		parts = []string{""}
	}
	named := parts[0] != "" && parts[0] != "openapi.json" && parts[0] != tablesName && !slices.Contains(lists[:], parts[0])
	if !named {
		if len(all) == 1 {
			return all[0], parts, true
		}
		return al, parts, false
	}
	for _, al := range all {
		if al.Slug == parts[0] {
			return al, parts[1:], true
		}
	}
	return al, []string{"", "", ""}, false // an address too long: nothing stands there
}

// give answers with a list, a record or all of it.
func (f *Feed) give(w http.ResponseWriter, in request, q url.Values) (err error) {
	if in.list == tablesName && in.id == "" {
		return f.tables(w, in, q)
	}
	if !slices.Contains(lists[:], in.list) {
		return kernel.NewNotFound("page")
	}
	if in.id != "" {
		if in.ask, err = parseOne(in.list, q); err != nil {
			return err
		}
		return f.one(w, in)
	}
	var bad *wrong
	if in.ask, bad = parse(in.list, q); bad != nil {
		return bad
	}
	s, lang := in.source(f)
	if in.ask.stream {
		return f.stream(w, in, s, lang)
	}
	body := s.page(nil, in)
	return send(w, in.Request, "application/json", string(lang), body)
}

// parseOne reads what one record is asked with: the page that the suite of the
// profile of the United Kingdom sends along, and nothing else that matters.
func parseOne(list string, q url.Values) (ask, error) {
	for name := range q {
		if name != "lang" && name != "full_service" && name != "full" && name != "page" {
			return ask{}, &wrong{name, "is not a parameter of one record; it takes lang" + map[bool]string{true: " and full_service"}[list == "organizations"]}
		}
	}
	a, bad := parse("organizations", url.Values{"lang": q["lang"], "full_service": q["full_service"]})
	if bad != nil {
		return a, bad
	}
	return a, nil
}

// teller tells in the language that was asked for, or that of the alliance.
func (f *Feed) teller(in request) (openreferral.Teller, kernel.Lang) {
	lang := in.ask.lang
	if lang == "" {
		lang = in.shelf.lang
	}
	return openreferral.Teller{Read: f.Texts.In(lang), Now: kernel.InstantOf(f.Now())}, lang
}

func (f *Feed) one(w http.ResponseWriter, in request) error {
	s, lang := in.source(f)
	body, ok := s.record(nil, in)
	if !ok {
		return f.elsewhere(w, in)
	}
	return send(w, in.Request, "application/json", string(lang), body)
}

// stream sends everything that fits, whole, a record a line, as it is made.
func (f *Feed) stream(w http.ResponseWriter, in request, s source, lang kernel.Lang) error {
	h := w.Header()
	h.Set("Content-Type", "application/x-ndjson")
	h.Set("Content-Language", string(lang))
	h.Set("Cache-Control", "public, max-age=60")
	b := make([]byte, 0, 1<<16)
	for i := range s.n() {
		if b = append(s.whole(b, i, in), '\n'); len(b) > 1<<15 {
			if err := put(in.Context(), w, b); err != nil {
				return nil // the reader left; the answer has begun and cannot be another
			}
			b = b[:0]
		}
	}
	_ = put(in.Context(), w, b) // as above
	return nil
}

func put(ctx context.Context, w http.ResponseWriter, b []byte) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("stopped: %w", err)
	}
	_, err := w.Write(b)
	return err
}

package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// problem is what went wrong, as RFC 9457 writes it.
type problem struct {
	Type     string         `json:"type" doc:"What kind of problem it is: urn:bondgenoot:fault: and a key that does not change with the language."`
	Title    string         `json:"title" doc:"In a few words, in the reader's language."`
	Status   int            `json:"status" doc:"The HTTP status."`
	Detail   string         `json:"detail" doc:"The reason and what to do, in the reader's language (Accept-Language: nl, fr, de or en)."`
	Errors   []problemField `json:"errors,omitempty" doc:"What is wrong, field by field." nullable:"false"`
	Families []kernel.ID    `json:"families,omitempty" doc:"Of family.duplicate: the files that you know and that seem to be of the same people." nullable:"false"`
}

// problemField is what is wrong with one field.
type problemField struct {
	Field  string `json:"field" doc:"Where: persons.0.first is the first name of the first person. Of a fact it is its key, after the ID of the person and a point. Empty when it concerns the whole."`
	Key    string `json:"key" doc:"What is wrong, as a key that does not change with the language."`
	Detail string `json:"detail" doc:"The reason and what to do, in the reader's language."`
}

// Error implements error.
func (p *problem) Error() string { return p.Type }

// GetStatus implements [huma.StatusError].
func (p *problem) GetStatus() int { return p.Status }

// ContentType implements [huma.ContentTypeFilter].
func (p *problem) ContentType(string) string { return "application/problem+json" }

// problem is an error as the asker reads it. What is ours to mend is logged
// and told in general words.
func (s *API) problem(ctx context.Context, err error) *problem {
	status := kit.Status(err)
	if status >= http.StatusInternalServerError && !errors.Is(err, ctx.Err()) {
		s.Log.ErrorContext(ctx, "an endpoint failed", "route", askedOf(ctx).Route, "error", err)
	}
	p := s.problemOf(kit.Reading(ctx), status, err)
	if same, ok := errors.AsType[*families.DuplicateError](err); ok {
		p.Families = same.Families
	}
	return p
}

// problemOf writes a fault, or for what is none a status, in a language.
func (s *API) problemOf(read i18n.Reader, status int, err error) *problem {
	code := strconv.Itoa(status)
	title := "api.title." + code
	if !read.Has(title) {
		title = "api.title.500"
	}
	p := &problem{Type: "about:blank", Title: read.T(title), Status: status}
	f, ok := errors.AsType[*kernel.Fault](err)
	switch {
	case status == http.StatusRequestEntityTooLarge || status == http.StatusMethodNotAllowed:
		p.Detail = read.T("api.detail." + code)
		return p
	case status == http.StatusNotFound: // said alike for all that is not there
		f = kernel.NewNotFound("not_found")
	case !ok || f.Code == kernel.Internal:
		f = &kernel.Fault{Code: kernel.Internal, Key: "internal"}
	}
	p.Type, p.Detail = "urn:bondgenoot:fault:"+f.Key, read.Fault(f)
	for _, one := range f.All() {
		if one.Field != "" || len(f.More) > 0 {
			p.Errors = append(p.Errors, problemField{fieldName(one.Field), one.Key, read.Fault(one)})
		}
	}
	return p
}

// fieldName writes the place of a field one way: persons[0].first as
// persons.0.first.
func fieldName(at string) string {
	return strings.NewReplacer("[", ".", "]", "").Replace(at)
}

// translate puts what huma finds wrong into the reader's words. It repeats
// nothing of what was sent.
func (s *API) translate(ctx huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	if model.Status >= http.StatusInternalServerError {
		return s.problem(ctx.Context(), errors.New("huma: "+model.Title)), nil
	}
	var faults kernel.Faults
	for _, d := range model.Errors {
		at := d.Location
		for _, part := range []string{"body.", "query.", "path.", "header.", "body"} {
			if rest, cut := strings.CutPrefix(at, part); cut {
				at = rest
				break
			}
		}
		faults.Check(at, kernel.NewInvalid(wrongKey(d.Message, model.Status)))
	}
	if len(faults) == 0 {
		faults.Check("", kernel.NewInvalid("api.json"))
	}
	p := s.problemOf(kit.Reading(ctx.Context()), http.StatusUnprocessableEntity, faults.Err())
	p.Status = model.Status // it is on its way already
	return p, nil
}

// wrongKey is the key of what huma says about a field.
func wrongKey(said string, status int) string {
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(said, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("unexpected property", "unknown query parameter"):
		return "api.unknown"
	case has("required"):
		return "api.required"
	case has("RFC 3339 date") && !has("date-time"):
		return "api.date"
	case has("date-time"):
		return "api.instant"
	case has("one of"):
		return "api.choice"
	case has("length <=", "number <=", "number >=", "length >="):
		return "api.range"
	case status == http.StatusBadRequest, has("invalid character", "unexpected end"):
		return "api.json"
	}
	return "api.value"
}

// fail answers a request that did not reach its handler.
func (s *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	if kernel.CodeOf(err) == kernel.Unauthenticated {
		w.Header().Set("WWW-Authenticate", `Bearer realm="bondgenoot"`)
	}
	ctx := kit.WithReader(r.Context(), s.reader(r))
	s.sendProblem(w, s.problem(ctx, err))
}

// Refuse answers for the guards of the house what never came to an endpoint;
// false when it was not asked of the API.
func (s *API) Refuse(w http.ResponseWriter, r *http.Request, err error) bool {
	if !strings.HasPrefix(r.URL.Path, Root+"/") {
		return false
	}
	s.sendProblem(w, s.problemOf(s.reader(r), kit.Status(err), err))
	return true
}

func (s *API) sendProblem(w http.ResponseWriter, p *problem) {
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(p) // a reader who left is no fault of ours
}

// reader is the language of a request, also before one was chosen.
func (s *API) reader(r *http.Request) i18n.Reader {
	if read := kit.Reading(r.Context()); read.Has("api.title.500") {
		return read
	}
	return s.Texts.In(i18n.Match(r.Header.Get("Accept-Language")))
}

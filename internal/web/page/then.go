package page

import (
	"archive/zip"
	"bytes"
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// thenPages show what was found of a right before, made once more from the
// packs and the facts of then, and which versions of the rules there were.
func (s *Site) thenPages(page register) {
	page("GET /families/{id}/rights/before", "rights.read", s.before)
	page("GET /families/{id}/rights/then/{look}", "rights.read", s.then)
	page("GET /administration/versions", "job.manage", s.versions)
}

// beforeView is what was found of one right, and when.
type beforeView struct {
	Family kernel.ID
	Right  string
	Name   string
	Title  string
	Looks  []rights.Look
}

func (s *Site) before(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	w := beforeView{Family: id, Right: r.URL.Query().Get("right")}
	file, looks, err := s.Rights.Looks(r.Context(), id, w.Right)
	if err != nil {
		return Answer{}, err
	}
	if len(looks) == 0 {
		return Answer{}, kernel.NewNotFound("look")
	}
	w.Looks, w.Title, w.Name = looks, titleOf(r.View, file), r.View.T("claim.gone")
	then, err := s.Rights.Again(r.Context(), id, looks[0].ID, w.Right, r.View.Lang())
	if err == nil {
		w.Name = then.Found.Finding(w.Right).Name
	} else if kernel.CodeOf(err) != kernel.Conflict {
		return Answer{}, err
	}
	return show(beforePage(r.View, w))
}

// thenAddress is where a look is shown again.
func thenAddress(family, look kernel.ID, right string) string {
	return "/families/" + string(family) + "/rights/then/" + string(look) + "?right=" + url.QueryEscape(right)
}

func beforeAddress(family kernel.ID, right string) string {
	return "/families/" + string(family) + "/rights/before?right=" + url.QueryEscape(right)
}

// statusWords is a status as a tag says it.
func statusWords(v kit.View, s rules.Status) string { return v.T("then.status." + string(s)) }

func statusKind(s rules.Status) kit.Kind {
	return cmp.Or(map[rules.Status]kit.Kind{rules.Entitled: kit.Certain, rules.Unknown: kit.Possible, rules.NotEntitled: kit.Not}[s], kit.Plain)
}

// thenView is one right as it was found once.
type thenView struct {
	rights.Then
	Family kernel.ID
	Right  string
	Title  string
	Card   rightCard
}

func (s *Site) then(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	look, err := r.ID("look")
	if err != nil {
		return Answer{}, err
	}
	w := thenView{Family: id, Right: r.URL.Query().Get("right")}
	if w.Then, err = s.Rights.Again(r.Context(), id, look, w.Right, r.View.Lang()); err != nil {
		return Answer{}, err
	}
	b := cardBuilder{r.View, &w.Found, called(r.View, &w.Found), "worker"}
	w.Card, w.Title = b.card(*w.Found.Finding(w.Right)), titleOf(r.View, w.Found.File)
	return show(thenPage(r.View, w))
}

func (s *Site) versions(r *Request) (Answer, error) {
	all, err := s.Rights.Editions(r.Context())
	if err != nil {
		return Answer{}, err
	}
	return show(versionsPage(r.View, all))
}

// versionFile is a version of the rules as an archive of its packs, which the
// commands read once it is unpacked.
func (s *Site) versionFile() http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, hr *http.Request) {
		r := &Request{Request: hr, writer: writer}
		body, err := s.versionZip(r)
		if err != nil {
			s.fail(r, err)
			return
		}
		writer.Header().Set("Content-Type", "application/zip")
		writer.Header().Set("Content-Disposition", `attachment; filename="packs.zip"`)
		writer.Header().Set("Cache-Control", "no-store")
		_, _ = writer.Write(body) // the reader may have gone
	})
}

func (s *Site) versionZip(r *Request) ([]byte, error) {
	if err := s.open(r, false); err != nil {
		return nil, err
	}
	switch {
	case !r.Session.Actor().SignedIn():
		return nil, &kernel.Fault{Code: kernel.Unauthenticated, Key: "sign_in"}
	case !policy.May(r.Session.Actor(), "job.manage"):
		return nil, kernel.NewForbidden("role")
	}
	files, err := s.Rights.EditionFiles(r.Context(), r.URL.Query().Get("version"))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := z.Create(name)
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(files[name]); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

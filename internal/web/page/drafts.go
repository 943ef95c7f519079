package page

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/drafts"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// draftPages keep what somebody types before they send it. The script sends it
// after a pause; without scripts it is kept when a form arrives after the
// session had ended. Its writer finds it again on the page of the form.
func (s *Site) draftPages(page register) {
	page("POST "+draftsPath, "draft.own", s.keepDraft)
	page("POST "+draftsPath+"/{id}/drop", "draft.own", s.dropDraft)
}

const (
	draftsPath = "/drafts"
	draftQuery = "draft" // which draft is put back into the page that is asked for
)

// notKept are the forms of which nothing is kept: those of the door, and those
// that show or make a code. What anybody may do is stored nowhere.
var notKept = []string{"public.", "session.", "token.", "own.", "draft.", "referral.link", "referral.reply", "family.codes", "family.homes", "door."}

// kept tells whether what is typed into a form at this path is kept, and what
// the form is about.
func (s *Site) kept(actor policy.Actor, form string) (d drafts.Draft, ok bool) {
	ask, err := http.NewRequest(http.MethodPost, form, nil)
	if err != nil {
		return d, false
	}
	_, pattern := s.routes.Handler(ask)
	action := ""
	for _, route := range s.routes.Table() {
		if route.Pattern == pattern {
			action = route.Action
		}
	}
	never := slices.ContainsFunc(notKept, func(start string) bool { return strings.HasPrefix(action, start) })
	if action == "" || never || !strings.HasPrefix(pattern, "POST ") || strings.HasPrefix(form, "/api/") || !policy.May(actor, action) {
		return d, false
	}
	d.Form = ask.URL.Path
	if parts := strings.Split(d.Form, "/"); len(parts) > 2 {
		if id, err := kernel.ParseID(parts[2]); err == nil {
			if parts[1] == "families" {
				d.Family = id
			} else {
				d.About = id
			}
		}
	}
	return d, true
}

// keepDraft takes what the script sends: no page, and no word more than whether
// it is kept.
func (s *Site) keepDraft(r *Request) (Answer, error) {
	if r.PostForm.Get("who") != postOf(r.Session) {
		return Answer{}, kernel.NewConflict("draft.other")
	}
	err := s.keep(r.Context(), r.Session.Actor(), r.PostForm.Get("form"), r.PostForm.Get("page"), r.PostForm.Get("typed"))
	if err != nil {
		return Answer{}, err
	}
	return Answer{Status: http.StatusNoContent}, nil
}

// postOf tells one's own pages from those of whoever signs in after one, and
// names nobody.
func postOf(session members.Session) string {
	sum := sha256.Sum256([]byte("page of " + string(session.Organisation.ID) + "/" + string(session.Worker.ID)))
	return hex.EncodeToString(sum[:12])
}

// keep keeps what was typed into a form; NotFound for a form of which nothing
// is kept.
func (s *Site) keep(ctx context.Context, actor policy.Actor, form, page, typed string) error {
	d, ok := s.kept(actor, form)
	if !ok {
		return kernel.NewNotFound("page")
	}
	var err error
	if d.Typed, err = url.ParseQuery(typed); err != nil || !kit.Legible(d.Typed) {
		return kernel.NewInvalid("form")
	}
	if d.Page = page; kit.LocalPath(page) != page || page == "" || strings.ContainsAny(page, "?#") {
		d.Page = d.Form
	}
	return s.Drafts.Keep(ctx, d)
}

func (s *Site) dropDraft(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	page, err := s.Drafts.Drop(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	return goTo(kit.LocalPath(page), "said.draft.dropped")
}

// keepUnsigned keeps what a form held that was sent after its session had ended,
// for whoever that session was of, and tells whether it did. It shows nothing
// to who sent it.
func (s *Site) keepUnsigned(r *Request) (back string, ok bool) {
	c, err := r.Cookie(s.cookieName())
	if err != nil || r.ParseForm() != nil || !kit.Legible(r.PostForm) {
		return "", false
	}
	ended, err := s.Members.Ended(r.Context(), c.Value)
	if err != nil {
		return "", false
	}
	form, page, typed := r.URL.Path, r.URL.Path, r.PostForm.Encode()
	if from, err := url.Parse(r.Referer()); err == nil && from.Host == r.Host {
		page = from.Path
	}
	if form == draftsPath { // it was the script that sent it
		if r.PostForm.Get("who") != postOf(ended) {
			return "", false
		}
		form, page, typed = r.PostForm.Get("form"), r.PostForm.Get("page"), r.PostForm.Get("typed")
	}
	ctx := act.As(r.Context(), ended.Actor())
	if err := s.keep(ctx, ended.Actor(), form, page, typed); err != nil {
		if kit.Status(err) >= http.StatusInternalServerError {
			s.Log.ErrorContext(ctx, "what was typed could not be kept", "route", r.Pattern, "error", err)
		}
		return "", false
	}
	return kit.LocalPath(page), true
}

// drafted brings the drafts of who signed in to a page: it tells that there is
// one, or puts one back that was asked for.
func (s *Site) drafted(r *Request) (put *drafts.Draft, again string, err error) {
	if r.Method != http.MethodGet || !policy.May(r.Session.Actor(), "draft.own") || strings.HasPrefix(r.URL.Path, "/assets/") {
		return nil, "", nil
	}
	if asked := r.URL.Query().Get(draftQuery); asked != "" {
		id, err := kernel.ParseID(asked)
		if err != nil {
			return nil, "", kernel.NewNotFound("page")
		}
		d, err := s.Drafts.Open(r.Context(), id)
		if err != nil {
			return nil, "", err
		}
		if d.Page != r.URL.Path {
			return nil, "", kernel.NewNotFound("page")
		}
		if fact := d.Typed.Get("fact"); fact != "" && !r.URL.Query().Has("fact") { // the question that was being answered
			return nil, d.Page + "?" + url.Values{"fact": {fact}, draftQuery: {asked}}.Encode(), nil
		}
		r.View.Draft = &kit.Draft{Saved: d.Saved, Back: true, Drop: dropPath(d)}
		return &d, "", nil
	}
	d, found, err := s.Drafts.On(r.Context(), r.URL.Path)
	if err != nil || !found {
		return nil, "", err
	}
	query := r.URL.Query()
	query.Set(draftQuery, string(d.ID))
	r.View.Draft = &kit.Draft{Saved: d.Saved, Restore: d.Page + "?" + query.Encode(), Drop: dropPath(d)}
	return nil, "", nil
}

func dropPath(d drafts.Draft) string { return draftsPath + "/" + string(d.ID) + "/drop" }

// putBack is a page with a draft put back into its form. A page that has no such
// form (any more) stays as it is.
func putBack(page templ.Component, d *drafts.Draft) templ.Component {
	if d == nil {
		return page
	}
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b bytes.Buffer
		if err := page.Render(ctx, &b); err != nil {
			return err
		}
		out := b.Bytes()
		if sheet, ok := kit.SheetOf(out, d.Form); ok && sheet.Values().Get("fact") == d.Typed.Get("fact") {
			sheet.Fill(d.Typed)
			out = sheet.Bytes()
		}
		_, err := w.Write(out)
		return err
	})
}

// sent ends the draft of a form that was sent and taken.
func (s *Site) sent(r *Request, a Answer) error {
	if r.Method != http.MethodPost || a.To == "" || r.URL.Path == draftsPath || !r.Session.Actor().SignedIn() {
		return nil
	}
	return s.Drafts.Sent(r.Context(), r.URL.Path)
}

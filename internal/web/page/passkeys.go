package page

import (
	"net/http"
	"net/url"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// What a passkey is asked travels in the page; what must come back unchanged
// in a cookie, so that the page cannot be answered from elsewhere.
const (
	newKeyCookie  = "new-passkey"
	doorKeyCookie = "passkey"
)

// passkeyView is the page on which somebody makes a passkey.
type passkeyView struct {
	Options string
	Form    url.Values
	Errors  kit.Errors
}

func (s *Site) askNewPasskey(r *Request) (Answer, error) {
	return s.showNewPasskey(r, passkeyView{}, nil)
}

func (s *Site) showNewPasskey(r *Request, w passkeyView, wrong error) (Answer, error) {
	q, err := s.Members.AskNewPasskey(r.Context())
	if err != nil {
		return Answer{}, err
	}
	http.SetCookie(r.writer, s.cookie(s.ownName(newKeyCookie), q.Sealed, ticketLife))
	w.Options, w.Errors = string(q.Options), r.View.Problems(wrong)
	if wrong != nil {
		return again(newPasskeyPage(r.View, w), wrong)
	}
	return show(newPasskeyPage(r.View, w))
}

func (s *Site) addPasskey(r *Request) (Answer, error) {
	_, err := s.Members.AddPasskey(r.Context(), s.brought(r, newKeyCookie), r.PostForm.Get("name"), r.PostForm.Get("answer"))
	if faulty(err) {
		return s.showNewPasskey(r, passkeyView{Form: url.Values{"name": r.PostForm["name"]}}, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return Answer{To: "/account", Said: "said.passkey.added", Cookie: s.gone(s.ownName(newKeyCookie))}, nil
}

func (s *Site) removePasskey(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err == nil {
		err = s.Members.RemovePasskey(r.Context(), id)
	}
	return Answer{To: "/account", Said: "said.passkey.removed"}, err
}

// doorKey is what the sign-in page asks any passkey; empty where there are
// none.
func (s *Site) doorKey(r *Request) (options string, err error) {
	q, err := s.Members.AskPasskey()
	if kernel.CodeOf(err) == kernel.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	http.SetCookie(r.writer, s.cookie(s.ownName(doorKeyCookie), q.Sealed, ticketLife))
	return string(q.Options), nil
}

func (s *Site) takePasskey(r *Request) (Answer, error) {
	browser := s.knownBrowser(r)
	back := kit.LocalPath(r.PostForm.Get("back"))
	cookie, err := s.Members.SignInWithPasskey(r.Context(), browser, s.brought(r, doorKeyCookie), r.PostForm.Get("answer"))
	if faulty(err) {
		return s.showSignIn(r, signInForm{Back: back}, err)
	}
	if err != nil {
		return Answer{}, err
	}
	http.SetCookie(r.writer, s.gone(s.ownName(doorKeyCookie)))
	return s.signedIn(r, browser, cookie, back, true)
}

// signedIn leads in, and lets the browser be known from now on. Who was signed
// in there already, and stays, goes on at the post where they were.
func (s *Site) signedIn(r *Request, browser members.Browser, cookie, back string, stays bool) (Answer, error) {
	http.SetCookie(r.writer, s.cookie(s.ownName("device"), browser.Device, deviceCookie))
	if stays && r.Session.Actor().SignedIn() {
		next, err := s.atPost(r, cookie)
		if err != nil {
			return Answer{}, err
		}
		cookie = next
	}
	if former, err := r.Cookie(s.cookieName()); err == nil { // whoever's it was: this browser has another from now on
		if err := s.Members.SignOut(r.Context(), former.Value); err != nil {
			return Answer{}, err
		}
	}
	if back == "/" {
		back = "/today"
	}
	return Answer{To: back, Cookie: s.cookie(s.cookieName(), cookie, sessionCookie)}, nil
}

// atPost is the cookie of a session at the post where the reader was until now,
// when it is theirs still and the new session may go there; otherwise the one
// that is given.
func (s *Site) atPost(r *Request, cookie string) (string, error) {
	begun, err := s.Members.Session(r.Context(), cookie)
	if err != nil {
		return "", err
	}
	was := r.Session
	if begun.Worker.Mail != was.Worker.Mail || begun.Alliance.ID == was.Alliance.ID && begun.Organisation.ID == was.Organisation.ID {
		return cookie, nil
	}
	next, err := s.Members.ActFor(r.Context(), cookie, begun, was.Alliance.ID, was.Organisation.ID)
	switch kernel.CodeOf(err) {
	case kernel.NotFound, kernel.Conflict:
		return cookie, nil
	}
	return next, err
}

// brought is what a cookie of this site brought back.
func (s *Site) brought(r *Request, name string) string {
	c, err := r.Cookie(s.ownName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

package page

import (
	"net/http"
	"net/url"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/identity"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// accountPages are what a worker keeps of themself: the language, and a new
// mail address that waits.
func (s *Site) accountPages(page register) {
	page("GET /account", "session.own", s.account)
	page("POST /account/language", "session.own", s.setLanguage)
	page("POST /account/mail", "session.own", s.answerNewMail)
	page("POST /account/sessions/{id}/end", "session.own", s.proven(s.endSession))
	page("POST /account/sign-out", "session.own", s.proven(s.signOutEverywhere))
	page("GET /account/passkeys/new", "session.own", s.proven(s.askNewPasskey))
	page("POST /account/passkeys/new", "session.own", s.proven(s.addPasskey))
	page("POST /account/passkeys/{id}/remove", "session.own", s.proven(s.removePasskey))
	page("POST /sign-in/passkey", "session.begin", s.takePasskey)
}

// accountView is one's own page.
type accountView struct {
	members.Own
	Here       kernel.ID // the session in which one looks
	Sessions   []members.OpenSession
	Passkeys   []members.Passkey
	Offered    bool // passkeys work here
	Identities []members.Identity
	Providers  []identity.Settings
	MayPair    bool
	Labels     map[string]string // of providers, by name
	Form       url.Values
	Errors     kit.Errors
}

func (s *Site) account(r *Request) (Answer, error) { return s.showAccount(r, nil) }

func (s *Site) showAccount(r *Request, wrong error) (Answer, error) {
	own, err := s.Members.Own(r.Context())
	if err != nil {
		return Answer{}, err
	}
	open, err := s.Members.Sessions(r.Context())
	if err != nil {
		return Answer{}, err
	}
	keys, err := s.Members.Passkeys(r.Context())
	if err != nil {
		return Answer{}, err
	}
	identities, err := s.Members.Identities(r.Context())
	if err != nil {
		return Answer{}, err
	}
	labels := map[string]string{}
	for _, one := range identities {
		labels[one.Provider] = s.providerLabel(one.Provider)
	}
	w := accountView{MayPair: policy.May(r.Session.Actor(), "device.pair"), Identities: identities, Providers: s.offered(), Labels: labels, Own: own, Here: r.Session.ID, Sessions: open, Passkeys: keys, Offered: s.Members.HasPasskeys(), Form: url.Values{"lang": {string(own.Worker.Lang)}}, Errors: r.View.Problems(wrong)}
	if wrong != nil {
		return again(accountPage(r.View, w), wrong)
	}
	return show(accountPage(r.View, w))
}

// setLanguage is for pages and letters: the browser in which it was chosen
// remembers it too.
func (s *Site) setLanguage(r *Request) (Answer, error) {
	lang := kernel.Lang(r.PostForm.Get("lang"))
	err := s.Members.SetLanguage(r.Context(), lang)
	if faulty(err) {
		return s.showAccount(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return Answer{To: "/account", Said: "said.account.language", Cookie: kit.LanguageCookie(lang, s.Secure)}, nil
}

// answerNewMail takes the new address today, or stops it.
func (s *Site) answerNewMail(r *Request) (Answer, error) {
	if r.PostForm.Get("do") != "take" {
		err := s.Members.StopMailChange(r.Context(), r.Session.Worker.ID)
		return Answer{To: "/account", Said: "said.account.mail_stopped"}, err
	}
	return s.proven(s.takeNewMail)(r)
}

func (s *Site) takeNewMail(r *Request) (Answer, error) {
	if err := s.Members.TakeMailChange(r.Context()); err != nil {
		return Answer{}, err
	}
	return Answer{To: "/sign-in", Said: "said.account.mail_taken", Cookie: s.gone(s.cookieName())}, nil
}

// gone takes a cookie away.
func (s *Site) gone(name string) *http.Cookie {
	c := s.cookie(name, "", time.Second)
	c.MaxAge = -1
	return c
}

// endSession ends another session of one's own; this one is ended by signing
// out.
func (s *Site) endSession(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err == nil {
		err = s.Members.EndSession(r.Context(), id)
	}
	return Answer{To: "/account", Said: "said.account.session_ended"}, err
}

func (s *Site) signOutEverywhere(r *Request) (Answer, error) {
	err := s.Members.SignOutEverywhere(r.Context())
	return Answer{To: "/sign-in", Said: "said.account.everywhere", Cookie: s.gone(s.cookieName())}, err
}

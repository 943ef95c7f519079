package page

import (
	"net/http"
	"net/url"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// accountPages are what a worker keeps of themself: the language, and a new
// mail address that waits.
func (s *Site) accountPages(page register) {
	page("GET /account", "session.own", s.account)
	page("POST /account/language", "session.own", s.setLanguage)
	page("POST /account/mail", "session.own", s.answerNewMail)
}

// accountView is one's own page.
type accountView struct {
	members.Own
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) account(r *Request) (Answer, error) { return s.showAccount(r, nil) }

func (s *Site) showAccount(r *Request, wrong error) (Answer, error) {
	own, err := s.Members.Own(r.Context())
	if err != nil {
		return Answer{}, err
	}
	w := accountView{Own: own, Form: url.Values{"lang": {string(own.Worker.Lang)}}, Errors: r.View.Problems(wrong)}
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

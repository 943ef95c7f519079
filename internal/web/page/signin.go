package page

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/identity"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// signInPages are the way in and out: a mail address, a code, and the
// organisation for which one acts.
func (s *Site) signInPages(page register) {
	page("GET /sign-in", "session.begin", s.signIn)
	page("POST /sign-in", "session.begin", s.askCode)
	page("GET /sign-in/code", "session.begin", s.codeForm)
	page("POST /sign-in/code", "session.begin", s.takeCode)
	page("POST /sign-out", "session.own", s.signOut)
	page("GET /session", "session.own", s.posts)
	page("POST /session", "session.own", s.actFor)
	if s.Demo {
		page("POST /demo/sign-in", "session.begin", s.signInAs)
		page("GET /demo/mail", "public.read", s.demoMail)
	}
}

const (
	ticketCookie  = "ticket"
	backCookie    = "back"
	ticketLife    = 15 * time.Minute
	sessionCookie = 7 * 24 * time.Hour
	deviceCookie  = 365 * 24 * time.Hour
)

// askTakes is how long an answer to who asks a code takes, whoever it is. A
// code that is made costs a write, and a stranger's costs none: quick answers
// would tell who works here.
const askTakes = 300 * time.Millisecond

// browser is what is known of the browser that asks.
func (s *Site) browser(r *Request) (b members.Browser) {
	b.Source, b.Kind = kit.Source(r.Request, s.Secure).String(), browserKind(r.UserAgent())
	if c, err := r.Cookie(s.ownName("device")); err == nil && len(c.Value) <= 100 {
		b.Device = c.Value
	}
	return b
}

// knownBrowser is a browser that is known from now on, if it was not before.
func (s *Site) knownBrowser(r *Request) members.Browser {
	b := s.browser(r)
	if b.Device == "" {
		b.Device = rand.Text() + rand.Text()
	}
	return b
}

// browserKind is what one needs to recognise a browser of one's own, and no
// more: its family and its system.
func browserKind(agent string) string {
	find := func(kinds ...[2]string) string {
		for _, k := range kinds {
			if strings.Contains(agent, k[0]) {
				return k[1]
			}
		}
		return ""
	}
	browser := find([2]string{"Firefox", "Firefox"}, [2]string{"Edg", "Edge"}, [2]string{"OPR", "Opera"}, [2]string{"SamsungBrowser", "Samsung Internet"},
		[2]string{"Chrome", "Chrome"}, [2]string{"CriOS", "Chrome"}, [2]string{"Safari", "Safari"})
	system := find([2]string{"Android", "Android"}, [2]string{"iPhone", "iPhone"}, [2]string{"iPad", "iPad"}, [2]string{"Windows", "Windows"},
		[2]string{"Mac OS", "Mac"}, [2]string{"CrOS", "Chromebook"}, [2]string{"Linux", "Linux"})
	return strings.Trim(browser+", "+system, ", ")
}

// signInForm is what the first sign-in page shows.
type signInForm struct {
	Form   url.Values
	Errors kit.Errors
	Back   string
	Key    string // what a passkey is asked; empty: none here
	Doors  []identity.Settings
	Demo   []members.Post // whom a demonstration lets one be
	Again  bool           // who is signed in shows once more who they are
	Codes  members.Codes  // to whom codes go by mail
}

func (s *Site) signIn(r *Request) (Answer, error) {
	f := signInForm{Back: kit.LocalPath(r.URL.Query().Get("back"))}
	return s.showSignIn(r, f, nil)
}

func (s *Site) showSignIn(r *Request, f signInForm, wrong error) (Answer, error) {
	var err error
	f.Doors, f.Codes = s.offered(), s.Members.Codes
	if r.Session.Actor().SignedIn() && r.Session.How != members.ByChoice {
		f.Again = true
		if f.Form == nil {
			f.Form = url.Values{"mail": {string(r.Session.Worker.Mail)}}
		}
	}
	if f.Key, err = s.doorKey(r); err != nil {
		return Answer{}, err
	}
	if s.Demo {
		if f.Demo, err = s.demoPosts(r); err != nil {
			return Answer{}, err
		}
	}
	if wrong != nil {
		f.Errors = r.View.Problems(wrong)
		return again(signInPage(r.View, f), wrong)
	}
	return show(signInPage(r.View, f))
}

func (s *Site) askCode(r *Request) (Answer, error) {
	back := kit.LocalPath(r.PostFormValue("back"))
	mail, err := kernel.ParseEmail(r.PostFormValue("mail"))
	if err != nil {
		err = kernel.NewInvalid("email").At("mail")
		return s.showSignIn(r, signInForm{Form: r.PostForm, Back: back}, err)
	}
	answered := time.After(askTakes)
	ticket, err := s.Members.AskCode(r.Context(), s.browser(r), mail)
	if err != nil {
		return Answer{}, err
	}
	<-answered
	http.SetCookie(r.writer, s.cookie(s.ownName(backCookie), back, ticketLife))
	return Answer{To: "/sign-in/code", Cookie: s.cookie(s.ownName(ticketCookie), ticket, ticketLife)}, nil
}

func (s *Site) codeForm(r *Request) (Answer, error) {
	if _, err := r.Cookie(s.ownName(ticketCookie)); err != nil {
		return goTo("/sign-in", "")
	}
	return show(codePage(r.View, s.Members.Codes, nil, nil, s.Demo))
}

func (s *Site) takeCode(r *Request) (Answer, error) {
	ticket, err := r.Cookie(s.ownName(ticketCookie))
	if err != nil {
		return goTo("/sign-in", "")
	}
	browser := s.knownBrowser(r)
	cookie, err := s.Members.SignIn(r.Context(), browser, ticket.Value, r.PostFormValue("code"))
	if faulty(err) {
		return again(codePage(r.View, s.Members.Codes, nil, r.View.Problems(err), s.Demo), err)
	}
	if err != nil {
		return Answer{}, err
	}
	back := "/"
	if c, err := r.Cookie(s.ownName(backCookie)); err == nil {
		back = kit.LocalPath(c.Value)
	}
	for _, used := range []string{ticketCookie, backCookie} {
		http.SetCookie(r.writer, s.gone(s.ownName(used)))
	}
	return s.signedIn(r, browser, cookie, back, true)
}

func (s *Site) signOut(r *Request) (Answer, error) {
	if c, err := r.Cookie(s.cookieName()); err == nil {
		if err := s.Members.SignOut(r.Context(), c.Value); err != nil {
			return Answer{}, err
		}
	}
	to, said := "/sign-in", "said.signed_out"
	if _, err := s.Providers.Named(r.Session.Provider); err == nil {
		to, said = "/signed-out/"+r.Session.Provider, ""
	}
	r.writer.Header().Set("Clear-Site-Data", `"cache", "storage"`) // who comes after finds nothing by going back
	return Answer{To: to, Said: said, Cookie: s.gone(s.cookieName())}, nil
}

func (s *Site) posts(r *Request) (Answer, error) { return s.showPosts(r, nil) }

func (s *Site) showPosts(r *Request, wrong error) (Answer, error) {
	posts, err := s.Members.Choices(r.Context(), r.Session)
	if err != nil {
		return Answer{}, err
	}
	page := postsPage(r.View, r.Session, s.providerLabel(r.Session.Provider), posts, r.View.Problems(wrong))
	if wrong != nil {
		return again(page, wrong)
	}
	return show(page)
}

func (s *Site) actFor(r *Request) (Answer, error) {
	alliance, err1 := kernel.ParseID(r.PostFormValue("alliance"))
	org, err2 := kernel.ParseID(r.PostFormValue("org"))
	current, err3 := r.Cookie(s.cookieName())
	if err1 != nil || err2 != nil || err3 != nil {
		return Answer{}, kernel.NewNotFound("organisation")
	}
	cookie, err := s.Members.ActFor(r.Context(), current.Value, r.Session, alliance, org)
	if faulty(err) {
		return s.showPosts(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return Answer{To: "/today", Said: "said.acting_for", Cookie: s.cookie(s.cookieName(), cookie, sessionCookie)}, nil
}

// signInAs is the door that only a demonstration has.
func (s *Site) signInAs(r *Request) (Answer, error) {
	parts := strings.Fields(r.PostFormValue("as"))
	var ids [3]kernel.ID
	for i := range ids {
		if i >= len(parts) {
			return goTo("/sign-in", "")
		}
		id, err := kernel.ParseID(parts[i])
		if err != nil {
			return goTo("/sign-in", "")
		}
		ids[i] = id
	}
	cookie, err := s.Members.SignInAs(r.Context(), ids[0], ids[1], ids[2])
	if err != nil {
		return Answer{}, err
	}
	to := kit.LocalPath(r.PostFormValue("back"))
	if to == "/" {
		to = "/today"
	}
	return Answer{To: to, Cookie: s.cookie(s.cookieName(), cookie, sessionCookie)}, nil
}

// demoPosts lists everybody in the demonstration, alliance by alliance.
func (s *Site) demoPosts(r *Request) ([]members.Post, error) {
	alliances, err := s.Members.Alliances(r.Context())
	if err != nil {
		return nil, err
	}
	var all []members.Post
	for _, al := range alliances {
		ctx := act.As(r.Context(), policy.Actor{Alliance: al.ID, Roles: []policy.Role{policy.Administrator}})
		posts, err := s.Members.Workers(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, posts...)
	}
	return all, nil
}

// demoMail shows the letters that a demonstration kept instead of sending.
func (s *Site) demoMail(r *Request) (Answer, error) {
	return show(demoMailPage(r.View, s.Mail.Kept(), s.SMS.Kept()))
}

// signInValue names a post in the form of the demonstration.
func signInValue(p members.Post) string {
	return string(p.Alliance.ID) + " " + string(p.Worker.ID) + " " + string(p.Organisation.ID)
}

// rolesIn says a post's roles in the reader's words.
func rolesIn(v kit.View, roles []policy.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = v.T("role." + string(r))
	}
	return v.List(words)
}

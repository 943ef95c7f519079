// Package page is what people see: server-rendered pages that work without
// scripts and get better with them, one file an area. A page reads the
// request, asks one service, and shows the answer; no rule of the business
// lives here.
//
// It owns no table. Every route is registered with the action that the policy
// must allow; what may be seen of an object is decided by the service.
package page

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/holidays"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/incoming"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/outlines"
	"github.com/bondgenoot/bondgenoot/internal/domain/drafts"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/gaps"
	"github.com/bondgenoot/bondgenoot/internal/domain/homes"
	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/oversight"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/registers"
	"github.com/bondgenoot/bondgenoot/internal/domain/retention"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/domain/stories"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/platform/identity"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/sms"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// Site is all pages over the services of the house.
type Site struct {
	Texts     *i18n.Texts
	Log       *slog.Logger
	Now       func() time.Time
	Members   *members.Service
	Providers *identity.Providers // where workers may show who they are
	Mail      *mail.Mailer        // whose kept letters a demonstration shows
	SMS       *sms.Sender         // and whose kept text messages

	Families   *families.Service
	Sharing    *sharing.Service
	Programmes *programmes.Service
	Rights     *rights.Service
	Referrals  *referrals.Service
	Oversight  *oversight.Service
	Own        *ownpage.Service
	Base       string // the public address, without a slash at its end; empty: that of the request
	Drafts     *drafts.Service
	Homes      *homes.Service
	Retention  *retention.Service
	Reach      *reach.Service
	Finder     *find.Finder
	Incoming   *incoming.Inbox
	Directory  *directory.Desk
	Registers  *registers.Service
	Gaps       *gaps.Service
	Stories    *stories.Service
	Atlas      *outlines.Atlas
	Calendar   *holidays.Calendar
	Sessions   *sessions.Service
	Vouchers   *vouchers.Service
	Payments   *payments.Service
	Depot      *depot.Service
	Loans      *loans.Service
	Asks       *kit.Limiter // how often one client asks from outside; nil: no bound

	Demo   bool // offers "sign in as" and says on every page that the people are made up
	Secure bool // served over TLS

	routes *kit.Routes // to ask a page of the house itself
}

// Register adds every page to routes.
func (s *Site) Register(routes *kit.Routes) {
	s.routes = routes
	page := func(pattern, action string, h handler) {
		routes.Handle(pattern, action, s.framed(action, h))
	}
	s.draftPages(page)
	s.homePages(page)
	s.todayPages(page)
	s.familiesPages(page)
	s.intakePages(page)
	s.filePages(page)
	s.emergencyPages(page)
	s.signInPages(page)
	s.tokenPages(page)
	s.accountPages(page)
	s.providerPages(page)
	s.pairedPages(page)
	s.referralPages(page)
	s.answerPages(page)
	s.doorPages(page)
	s.askPages(routes)
	s.figurePages(page)
	routes.Handle("GET /referrals/{id}/appointment.ics", "referral.list", s.appointmentFile())
	routes.Handle("GET /referrals/figures.csv", "referral.figures", s.figureFile())
	s.gapPages(page)
	routes.Handle("GET /directory/gaps.csv", "directory.work", s.gapFile())
	routes.Handle("GET /administration/versions.zip", "job.manage", s.versionFile())
	s.handoutPages(page)
	routes.Handle("GET /desk/worker.js", "public.read", kit.Worker("desk-worker.js"))
	routes.Handle("GET /calendar/{feed}/days.ics", "handout.feed", s.handoutFeed())
	s.rightsPages(page)
	s.thenPages(page)
	s.reachPages(page)
	s.takePages(page)
	s.registerPages(page)
	s.conversationPages(page)
	s.checkPages(page)
	s.findPages(routes)
	s.feedPages(routes)
	s.outlinePages(page)
	s.holidayPages(page)
	s.storyPages(page, routes)
	s.finderPages(page)
	s.programmesPages(page)
	s.materialPages(page)
	s.voucherPages(page, routes)
	s.tillPages(routes, page)
	s.paymentPages(page)
	s.libraryPages(page)
	s.localRightPages(page)
	s.whatIfPages(page)
	s.networkPages(page)
	s.directoryPages(page)
	s.helpLinkPages(page)
	s.helpFilePages(page, routes)
	s.administrationPages(page)
	s.depotPages(page, routes)
	s.loanPages(page, routes)
	s.ownPages(routes)
	routes.Handle("POST /language", "public.read", kit.SwitchLanguage(s.Secure))
	nowhere := func(*Request) (Answer, error) { return Answer{}, kernel.NewNotFound("page") }
	routes.Handle("GET /assets/", "public.read", kit.Assets(s.framed("public.read", nowhere)))
	page("GET /", "public.read", nowhere) // every address that is none
}

// register adds one page: its pattern, the action it needs, its handler.
type register func(pattern, action string, h handler)

// handler answers one request with a page or an error.
type handler func(r *Request) (Answer, error)

// Request is a request with what every page needs of it.
type Request struct {
	*http.Request
	View    kit.View
	Session members.Session // zero when nobody signed in

	writer http.ResponseWriter
}

// ID is the ID in the path under name; what is none is NotFound, like an ID
// that nobody has.
func (r *Request) ID(name string) (kernel.ID, error) {
	id, err := kernel.ParseID(r.PathValue(name))
	if err != nil {
		return "", kernel.NewNotFound("page")
	}
	return id, nil
}

// Answer is a page to show, or an address to go to.
type Answer struct {
	Page   templ.Component
	Status int    // zero: 200
	To     string // go there instead (303)
	Wrong  error  // why a form is shown again
	Said   string // the key of a text that the next page says once
	Cookie *http.Cookie
	Sent   bool // the handler has answered already
}

func show(page templ.Component) (Answer, error) { return Answer{Page: page}, nil }

// again shows a form with what was typed and what is wrong with it.
func again(page templ.Component, err error) (Answer, error) {
	return Answer{Page: page, Status: kit.Status(err), Wrong: err}, nil
}

func goTo(path, said string) (Answer, error) { return Answer{To: path, Said: said}, nil }

// faulty tells whether err is something that the reader can mend in the form.
func faulty(err error) bool {
	switch kernel.CodeOf(err) {
	case kernel.Invalid, kernel.Conflict, kernel.TooMany:
		return true
	}
	return false
}

// framed puts session, policy and error pages around a handler.
func (s *Site) framed(action string, h handler) http.Handler {
	public := policy.May(policy.Actor{}, action)
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		r := &Request{Request: hr, writer: w}
		if err := s.open(r, public); err != nil {
			s.fail(r, err)
			return
		}
		if !public && !r.Session.Actor().SignedIn() {
			s.askToSignIn(r)
			return
		}
		if !policy.May(r.Session.Actor(), action) {
			s.fail(r, kernel.NewForbidden("role"))
			return
		}
		if err := r.ParseForm(); err != nil { // too large, or not written as a form is
			s.fail(r, unreadable(err))
			return
		}
		if !kit.Legible(r.PostForm) {
			s.fail(r, kernel.NewInvalid("form"))
			return
		}
		put, elsewhere, err := s.drafted(r)
		if err != nil || elsewhere != "" {
			if err == nil {
				err = s.send(r, Answer{To: elsewhere})
			}
			if err != nil {
				s.fail(r, err)
			}
			return
		}
		answer, err := s.together(r, action, h)
		if to, ok := errors.AsType[*families.MergedError](err); ok { // the old number of a file leads to the new one
			answer, err = goTo("/families/"+string(to.Into), "said.file.elsewhere")
		}
		if err == nil {
			err = s.sent(r, answer)
		}
		if answer.Page != nil {
			answer.Page = putBack(carried(answer.Page, r.PostForm), put)
		}
		if err == nil {
			err = s.send(r, answer)
		}
		if err != nil {
			s.fail(r, err)
		}
	})
}

// unreadable is a form that could not be read: the sender's fault.
func unreadable(err error) error {
	if kit.Status(err) == http.StatusRequestEntityTooLarge {
		return err
	}
	return kernel.NewInvalid("form")
}

// open reads who is there, in which language, and what the last page left to
// be said.
func (s *Site) open(r *Request, public bool) error {
	now := kernel.InstantOf(s.Now())
	if c, err := r.Cookie(s.cookieName()); err == nil {
		session, err := s.Members.Session(r.Context(), c.Value)
		if err != nil && kernel.CodeOf(err) != kernel.Unauthenticated {
			return err
		}
		r.Session = session
	}
	ctx := r.Context()
	if r.Session.Actor().SignedIn() {
		ctx = act.As(ctx, r.Session.Actor())
	}
	r.Request = r.WithContext(ctx)
	r.View = kit.NewView(r.Request, now.Date())
	r.View.Demo = s.Demo
	r.View.Public = public && !r.Session.Actor().SignedIn()
	if r.Session.Actor().SignedIn() {
		r.View.Actor = &kit.Actor{
			Post: postOf(r.Session), Name: r.Session.Worker.Name, Organisation: r.Session.Organisation.Name,
			Alliance: r.Session.Alliance.Name.In(r.View.Lang()),
			Account:  "/account", Switch: "/session", SignOut: "/sign-out",
		}
		if r.Session.How == members.ByPairing { // it has no account, and acts for one organisation alone
			r.View.Actor.Account, r.View.Actor.Switch = "", ""
			r.View.Actor.Name = r.View.T("paired.until", "place", r.Session.Worker.Name, "time", r.View.Time(r.Session.Until))
		}
		r.View.Nav = s.navigation(r)
		if policy.May(r.Session.Actor(), "family.list") {
			r.View.Search = "/search"
		}
	}
	r.View.Flash = s.said(r)
	return nil
}

// send writes an answer.
func (s *Site) send(r *Request, a Answer) error {
	if a.Sent {
		return nil
	}
	if a.Cookie != nil {
		http.SetCookie(r.writer, a.Cookie)
	}
	if a.Said != "" {
		http.SetCookie(r.writer, s.cookie(s.ownName("said"), a.Said, time.Minute))
	}
	if a.Status == http.StatusNoContent {
		r.writer.WriteHeader(a.Status)
		return nil
	}
	if a.To != "" {
		http.Redirect(r.writer, r.Request, a.To, http.StatusSeeOther)
		return nil
	}
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	return kit.Render(r.writer, r.Request, a.Status, a.Page)
}

// said takes what the last page left to be said: the key of a text, never a
// text.
func (s *Site) said(r *Request) *kit.Flash {
	c, err := r.Cookie(s.ownName("said"))
	if err != nil || r.Method != http.MethodGet {
		return nil
	}
	http.SetCookie(r.writer, s.gone(s.ownName("said")))
	if !strings.HasPrefix(c.Value, "said.") || !r.View.Has(c.Value) {
		return nil
	}
	return &kit.Flash{Kind: kit.Certain, Text: r.View.T(c.Value)}
}

// fail shows the page for an error, and logs what is ours to mend.
func (s *Site) fail(r *Request, err error) {
	if kit.Status(err) >= http.StatusInternalServerError && !errors.Is(err, r.Context().Err()) {
		s.Log.ErrorContext(r.Context(), "a page failed", "route", r.Pattern, "error", err)
	}
	kit.Fail(r.writer, r.Request, r.View, err)
}

// askToSignIn leads to the sign-in page and from there back to what was asked
// for. What a form held that was sent after the session had ended is kept for
// whoever that session was of.
func (s *Site) askToSignIn(r *Request) {
	if r.Method != http.MethodGet {
		back, ok := s.keepUnsigned(r)
		if ok && r.URL.Path != draftsPath {
			to := "/sign-in?back=" + url.QueryEscape(back)
			http.SetCookie(r.writer, s.cookie(s.ownName("said"), "said.draft.kept", time.Minute))
			if r.Header.Get("HX-Request") == "true" { // a part was asked for: the whole page goes
				r.writer.Header().Set("HX-Redirect", to)
				r.writer.WriteHeader(http.StatusNoContent)
				return
			}
			http.Redirect(r.writer, r.Request, to, http.StatusSeeOther)
			return
		}
		s.fail(r, &kernel.Fault{Code: kernel.Unauthenticated, Key: "sign_in"})
		return
	}
	to := "/sign-in"
	if r.URL.Path != "/" {
		to += "?back=" + url.QueryEscape(r.URL.Path)
	}
	http.Redirect(r.writer, r.Request, to, http.StatusSeeOther)
}

package page

import (
	"net/http"
	"net/url"

	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// ownPages are the family's own page, and a child's. They know a visit and no
// worker: who is signed in as a worker is nobody here. They are written to the
// family, in the seven languages that families read, without scripts.
func (s *Site) ownPages(routes *kit.Routes) {
	page := func(pattern, action string, h visiting) { routes.Handle(pattern, action, s.visited(action, h)) }
	page("GET /mine", "session.begin", s.ownDoor)
	page("POST /mine", "session.begin", s.ownEnter)
	page("POST /mine/language", "session.begin", s.ownLanguage)
	page("GET /mine/leave", "session.begin", s.ownLeave)
	page("GET /mine/rights", "own.read", s.ownRights)
	page("GET /mine/plan", "own.read", s.ownPlan)
	page("POST /mine/plan", "own.write", s.ownTick)
	page("GET /mine/handouts", "handout.own", s.ownHandouts)
	page("POST /mine/handouts", "handout.own", s.ownBook)
	page("POST /mine/handouts/cancel", "handout.own", s.ownCancelHandout)
	page("GET /mine/things", "own.read", s.ownThings)
	page("GET /mine/vouchers", "own.read", s.ownVouchers)
	page("GET /mine/loans", "loan.own", s.ownLoans)
	page("POST /mine/loans", "loan.own", s.ownAskLonger)
	page("GET /mine/messages", "own.read", s.ownMessages)
	page("POST /mine/messages", "own.write", s.ownWrite)
	page("GET /mine/looks", "own.read", s.ownLooks)
	page("GET /mine/about", "own.read", s.ownAbout)
	page("GET /mine/correct", "own.read", s.ownCorrect)
	page("POST /mine/correct", "own.write", s.ownAskCorrection)
	page("GET /mine/sharing", "own.read", s.ownSharing)
	page("POST /mine/sharing", "own.write", s.ownObject)
	page("POST /mine/sharing/stop", "own.write", s.ownStop)
	page("GET /mine/download", "own.read", s.ownDownload)
	page("GET /mine/copy", "own.read", s.ownCopy)
	page("GET /mine/me", "own.child", s.ownChild)
}

// visiting answers a visitor; the visit is zero where the page needs none and
// nobody came in yet.
type visiting func(r *Request, v ownpage.Visit) (Answer, error)

// visited puts visit, policy and error pages around a family's page.
func (s *Site) visited(action string, h visiting) http.Handler {
	public := policy.May(policy.Actor{}, action)
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		r := &Request{Request: hr, writer: w}
		v, err := s.openVisit(r)
		if err != nil {
			s.fail(r, err)
			return
		}
		if err := r.ParseForm(); err != nil {
			s.fail(r, unreadable(err))
			return
		}
		if !kit.Legible(r.PostForm) {
			s.fail(r, kernel.NewInvalid("form"))
			return
		}
		var answer Answer
		switch {
		case !public && v.Person == "":
			answer, err = s.ownOver(r)
		case !public && !policy.May(v.Actor(), action) && r.Method == http.MethodGet:
			answer = Answer{To: homeOf(v)} // a child on a parent's page, or the other way round
		case !public && !policy.May(v.Actor(), action):
			err = kernel.NewNotFound("page")
		default:
			answer, err = h(r, v)
		}
		if err == nil {
			err = s.send(r, answer)
		}
		if err != nil {
			s.fail(r, err)
		}
	})
}

// homeOf is the first page of a visitor.
func homeOf(v ownpage.Visit) string {
	if v.Child {
		return "/mine/me"
	}
	return "/mine"
}

// openVisit reads who visits, and in which language: the visit's own, else the
// one that the address asks for, else the browser's.
func (s *Site) openVisit(r *Request) (v ownpage.Visit, err error) {
	if c, err := r.Cookie(s.visitCookie()); err == nil {
		v, err = s.Own.Visit(r.Context(), c.Value)
		if err != nil && kernel.CodeOf(err) != kernel.Unauthenticated {
			return v, err
		}
	}
	lang := v.Lang
	if v.Person == "" {
		asked, err := kernel.ParseFamilyLang(r.URL.Query().Get("lang"))
		if lang = asked; err != nil {
			lang = i18n.MatchFamily(r.Header.Get("Accept-Language"))
		}
	}
	reader := s.Texts.In(lang)
	ctx := kit.WithReader(r.Context(), reader)
	if v.Person != "" {
		ctx = act.As(ctx, v.Actor())
	}
	r.Request = r.WithContext(ctx)
	r.View = kit.NewView(r.Request, kernel.InstantOf(s.Now()).Date())
	r.View.Demo, r.View.Family, r.View.Leave = s.Demo, true, "/mine/leave"
	r.View.Languages = kit.LanguageSwitch{Action: "/mine/language", Offered: kernel.FamilyLangs[:],
		Values: url.Values{"back": {r.URL.EscapedPath()}, "k": {r.URL.Query().Get("k")}}}
	if said := "own.said." + r.URL.Query().Get("said"); v.Person != "" && r.View.Has(said) {
		r.View.Flash = &kit.Flash{Kind: kit.Certain, Text: r.View.T(said)}
	}
	return v, nil
}

func (s *Site) visitCookie() string {
	if s.Secure {
		return "__Host-visit"
	}
	return "visit"
}

// doorForm is the page on which a family comes in.
type doorForm struct {
	Scan   string // what was scanned
	Over   bool   // a visit has just ended
	Kept   string // what was written when it ended
	Form   url.Values
	Errors kit.Errors
}

// ownDoor is the first page: of who came in, and of who is to come in.
func (s *Site) ownDoor(r *Request, v ownpage.Visit) (Answer, error) {
	switch {
	case v.Child:
		return Answer{To: homeOf(v)}, nil
	case v.Person != "":
		return s.ownHome(r, v)
	}
	q := r.URL.Query()
	return show(ownDoorPage(r.View, doorForm{Scan: q.Get("k"), Over: q.Get("over") != ""}))
}

// ownOver asks who wrote something after the visit had ended to come in again;
// what they wrote goes along.
func (s *Site) ownOver(r *Request) (Answer, error) {
	if r.Method == http.MethodGet {
		return Answer{To: "/mine?over=1"}, nil
	}
	return Answer{Page: ownDoorPage(r.View, doorForm{Over: true, Kept: r.PostForm.Get("text")}), Status: http.StatusUnauthorized}, nil
}

func (s *Site) ownEnter(r *Request, _ ownpage.Visit) (Answer, error) {
	f := doorForm{Scan: r.PostForm.Get("k"), Kept: r.PostForm.Get("text"), Form: r.PostForm}
	var cookie string
	var err error
	if f.Scan != "" {
		cookie, err = s.Own.Scanned(r.Context(), f.Scan)
	} else {
		var birth kernel.Date
		if birth, err = kit.DateOf(r.PostForm, "birth"); err == nil {
			cookie, err = s.Own.Typed(r.Context(), r.PostForm.Get("digits"), birth)
		}
	}
	if faulty(err) {
		f.Scan, f.Errors = "", r.View.Problems(err)
		return again(ownDoorPage(r.View, f), err)
	}
	if err != nil {
		return Answer{}, err
	}
	answer := Answer{To: "/mine", Cookie: s.cookie(s.visitCookie(), cookie, 0)}
	if v, err := s.Own.Visit(r.Context(), cookie); err == nil && f.Kept != "" && !v.Child {
		r.Request = r.WithContext(act.As(r.Context(), v.Actor()))
		page, err := s.talkPage(r, v, r.PostForm, nil)
		answer.To, answer.Page = "", page
		return answer, err
	}
	return answer, nil
}

// ownLanguage sets the language of a visit; before it, of the page.
func (s *Site) ownLanguage(r *Request, v ownpage.Visit) (Answer, error) {
	back := kit.LocalPath(r.PostForm.Get("back"))
	lang, err := kernel.ParseFamilyLang(r.PostForm.Get("lang"))
	if err != nil {
		lang = r.View.Lang()
	}
	if v.Person == "" {
		to := url.Values{"lang": {string(lang)}}
		if k := r.PostForm.Get("k"); k != "" {
			to.Set("k", k)
		}
		return Answer{To: "/mine?" + to.Encode()}, nil
	}
	c, err := r.Cookie(s.visitCookie())
	if err != nil {
		return Answer{To: "/mine"}, nil
	}
	names, err := kernel.ParseLang(r.PostForm.Get("names"))
	if err != nil {
		names = v.Names
	}
	return Answer{To: back}, s.Own.Speak(r.Context(), c.Value, lang, names)
}

// ownLeave ends the visit and shows the weather. It is a plain link: it works
// at once, without scripts, and as often as one likes.
func (s *Site) ownLeave(r *Request, _ ownpage.Visit) (Answer, error) {
	if c, err := r.Cookie(s.visitCookie()); err == nil {
		if err := s.Own.Leave(r.Context(), c.Value); err != nil {
			s.Log.ErrorContext(r.Context(), "a visit could not be ended", "error", err) // who leaves, leaves
		}
	}
	r.writer.Header().Set("Clear-Site-Data", `"cache"`)
	return Answer{To: kit.Elsewhere, Cookie: s.gone(s.visitCookie())}, nil
}

package page

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// askPages are for whoever has no account: the form of an organisation, and
// how far what was asked is. They are light and work without scripts, know no
// session, and set no cookie. What was typed and the code of it stand in no
// address.
func (s *Site) askPages(routes *kit.Routes) {
	page := func(pattern string, h handler) { routes.Handle(pattern, "door.find", s.fromOutside(h)) }
	page("GET /ask", s.follow)
	page("POST /ask", s.followed)
	page("POST /ask/language", s.askLanguage)
	page("GET /ask/{token}", s.askForm)
	page("POST /ask/{token}", s.askSend)
}

// fromOutside puts language and error pages around a page of who has no
// account.
func (s *Site) fromOutside(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		r := &Request{Request: hr, writer: w}
		err := r.ParseForm()
		s.openOutside(r)
		switch {
		case err != nil:
			err = unreadable(err)
		case !kit.Legible(r.PostForm):
			err = kernel.NewInvalid("form")
		default:
			var answer Answer
			if answer, err = h(r); err == nil {
				err = s.send(r, answer)
			}
		}
		if err != nil {
			s.fail(r, err)
		}
	})
}

// openOutside chooses the language: that of the form or the address, else the
// browser's.
func (s *Site) openOutside(r *Request) {
	lang, err := kernel.ParseFamilyLang(r.Form.Get("lang"))
	if err != nil {
		lang = i18n.MatchFamily(r.Header.Get("Accept-Language"))
	}
	s.speak(r, lang, kernel.FamilyLangs[:])
}

// speak sets the language of the page, and which are offered.
func (s *Site) speak(r *Request, lang kernel.Lang, offered []kernel.Lang) {
	r.Request = r.WithContext(kit.WithReader(r.Context(), s.Texts.In(lang)))
	r.View = kit.NewView(r.Request, kernel.InstantOf(s.Now()).Date())
	r.View.Demo, r.View.Public = s.Demo, true
	r.View.Languages = kit.LanguageSwitch{Action: "/ask/language", Offered: offered, Values: url.Values{"back": {r.URL.EscapedPath()}}}
}

func (s *Site) askLanguage(r *Request) (Answer, error) {
	back := kit.LocalPath(r.PostForm.Get("back"))
	if !strings.HasPrefix(back, "/ask") {
		back = "/ask"
	}
	return Answer{To: back + "?" + url.Values{"lang": {string(r.View.Lang())}}.Encode()}, nil
}

// askView is the form at a door.
type askView struct {
	referrals.Threshold
	Form   url.Values
	Errors kit.Errors
	Stop   bool // the family does not know, or does not agree
	Trap   bool // what nobody sees was filled in
}

// own tells whether the family itself asks.
func (w askView) own() bool { return w.For == referrals.ForFamilies }

// t is a text in the words for who asks.
func (w askView) t(v kit.View, key string) string {
	if w.own() {
		return v.T("ask.family." + key)
	}
	return v.T("ask.partners." + key)
}

func (s *Site) askForm(r *Request) (Answer, error) { return s.showAsk(r, nil) }

// showAsk shows the form, or that there is none.
func (s *Site) showAsk(r *Request, wrong error) (Answer, error) {
	at, err := s.Referrals.Threshold(r.Context(), r.PathValue("token"))
	if keyOf(err) == "door.shut" {
		return Answer{Page: askShutPage(r.View), Status: http.StatusNotFound}, nil
	}
	if err != nil {
		return Answer{}, err
	}
	lang := r.View.Lang()
	if asked := r.Form.Get("lang"); asked == "" && r.Header.Get("Accept-Language") == "" {
		lang = at.Lang
	}
	if !slices.Contains(at.For.Langs(), lang) {
		lang = lang.Nearest()
	}
	s.speak(r, lang, at.For.Langs())
	w := askView{Threshold: at, Form: r.PostForm, Errors: r.View.Problems(wrong)}
	w.Stop, w.Trap = keyOf(wrong) == "door.consent", keyOf(wrong) == "door.trap"
	if wrong != nil {
		if keyOf(wrong) != "door.ticket" && r.PostForm.Get("ticket") != "" {
			w.Ticket = r.PostForm.Get("ticket")
		}
		return again(askPage(r.View, w), wrong)
	}
	return show(askPage(r.View, w))
}

// keyOf is what a fault is called; of anything else nothing.
func keyOf(err error) string {
	if fault, ok := errors.AsType[*kernel.Fault](err); ok {
		return fault.Key
	}
	return ""
}

func (s *Site) askSend(r *Request) (Answer, error) {
	f := r.PostForm
	switch {
	case f.Get("website") != "": // a field that nobody sees: a person who filled it in all the same is told
		return s.showAsk(r, kernel.NewInvalid("door.trap").At("website"))
	case s.Asks != nil && !s.Asks.Allow(r.Request, s.Now()):
		return s.showAsk(r, kernel.NewTooMany("door.source"))
	}
	code, err := s.Referrals.Knock(r.Context(), r.PathValue("token"), referrals.Knock{
		Ticket: f.Get("ticket"), Lang: r.View.Lang(), Origin: referrals.Origin(f.Get("origin")), Name: f.Get("name"), Reach: f.Get("reach"),
		Consent: referrals.Consent(f.Get("consent")), First: f.Get("first"), Phone: strings.TrimSpace(f.Get("phone")), Safely: f.Get("safely"), Hours: f.Get("hours"),
		Careful: f.Get("careful") == "yes", Town: f.Get("town"), Asked: f.Get("asked"),
	})
	if faulty(err) {
		return s.showAsk(r, err)
	}
	at, gone := s.Referrals.Threshold(r.Context(), r.PathValue("token"))
	if keyOf(err) == "door.shut" || keyOf(gone) == "door.shut" && err != nil {
		return Answer{Page: askShutPage(r.View), Status: http.StatusNotFound}, nil
	}
	if err != nil {
		return Answer{}, err
	}
	s.speak(r, r.View.Lang(), []kernel.Lang{r.View.Lang()}) // to switch would lose the code
	return show(askedPage(r.View, at.Organisation, referrals.GroupedCode(code), s.base(r)+"/ask"))
}

// following is how far something is that was asked.
type following struct {
	Word         referrals.Word
	Organisation string
	Form         url.Values
	Errors       kit.Errors
}

func (s *Site) follow(r *Request) (Answer, error) { return show(followPage(r.View, following{})) }

// followed answers the same for a code that never was and for one that is too
// old.
func (s *Site) followed(r *Request) (Answer, error) {
	w := following{Form: r.PostForm}
	var err error
	w.Word, w.Organisation, err = s.Referrals.Follow(r.Context(), r.PostForm.Get("code"))
	if keyOf(err) == "door.code" {
		wrong := kernel.NewInvalid("door.code").At("code")
		w.Errors = r.View.Problems(wrong)
		return again(followPage(r.View, w), wrong)
	}
	if err != nil {
		return Answer{}, err
	}
	return show(followPage(r.View, w))
}

func originOptions(v kit.View) (options []kit.Option) {
	for _, o := range referrals.Origins {
		options = append(options, kit.Option{Value: string(o), Label: v.T("referral.origin." + string(o))})
	}
	return options
}

func consentOptions(v kit.View) (options []kit.Option) {
	for _, c := range referrals.Consents {
		options = append(options, kit.Option{Value: string(c), Label: v.T("ask.consent." + string(c))})
	}
	return options
}

package page

import (
	"net/http"
	"net/url"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// tillPages are for a shop: with the telephone of a till, or with the account
// of somebody who works there. To open the link uses nothing up; the PIN lets in.
func (s *Site) tillPages(routes *kit.Routes, page register) {
	page("GET /till/{link}", "voucher.till", s.tillDoor)
	page("POST /till/{link}", "voucher.till", s.enterTill)
	at := func(pattern string, h handler) { routes.Handle(pattern, "voucher.redeem", s.atTill(h)) }
	at("GET /till", s.till)
	at("POST /till", s.lookAtVoucher)
	at("POST /till/take", s.takeVoucher)
	at("POST /till/undo", s.undoUse)
	at("POST /till/ready", s.tillReady)
	at("POST /till/sync", s.tillSync)
	page("GET /till/manifest.webmanifest", "public.read", s.tillManifest)
	routes.Handle("GET /till-worker.js", "public.read", kit.Worker("desk-worker.js"))
}

// What a telephone keeps that is a till.
const tillCookie = "till"

// atTill puts who is there around a page of a shop: a till, or else a worker.
func (s *Site) atTill(h handler) http.Handler {
	signedIn := s.framed("voucher.redeem", h)
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		c, err := hr.Cookie(s.ownName(tillCookie))
		if err != nil {
			signedIn.ServeHTTP(w, hr)
			return
		}
		alliance, t, shop, err := s.Vouchers.Session(hr.Context(), c.Value)
		if kernel.CodeOf(err) == kernel.Unauthenticated { // closed, or another telephone has it
			http.SetCookie(w, s.gone(s.ownName(tillCookie)))
			signedIn.ServeHTTP(w, hr)
			return
		}
		r := &Request{Request: hr.WithContext(act.As(hr.Context(), vouchers.AtTill(alliance, t))), writer: w}
		r.View = kit.NewView(r.Request, kernel.InstantOf(s.Now()).Date())
		r.View.Demo, r.View.Actor = s.Demo, &kit.Actor{Name: t.Name, Organisation: shop}
		r.View.Flash = s.said(r)
		var answer Answer
		if err == nil {
			err = unreadableForm(r)
		}
		if err == nil {
			answer, err = h(r)
		}
		if err == nil {
			err = s.send(r, answer)
		}
		if err != nil {
			s.fail(r, err)
		}
	})
}

// unreadableForm is what is wrong with a form before anybody looks at it.
func unreadableForm(r *Request) error {
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	if !kit.Legible(r.PostForm) {
		return kernel.NewInvalid("form")
	}
	return nil
}

func (s *Site) tillDoor(r *Request) (Answer, error) {
	return show(tillDoorPage(r.View, r.PathValue("link"), nil))
}

func (s *Site) enterTill(r *Request) (Answer, error) {
	secret, err := s.Vouchers.Enter(r.Context(), r.PathValue("link"), r.PostForm.Get("pin"))
	if faulty(err) {
		return again(tillDoorPage(r.View, r.PathValue("link"), r.View.Problems(err)), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return Answer{To: "/till", Cookie: s.cookie(s.ownName(tillCookie), secret, vouchers.TillLife)}, nil
}

// tillView is what somebody at a till sees.
type tillView struct {
	vouchers.Provider
	Seen   *vouchers.Seen // the voucher that was shown; nil: none yet
	Shown  string         // what was scanned or typed
	New    kernel.ID      // of the sale
	Took   *vouchers.Use  // what was just taken
	Form   url.Values
	Errors kit.Errors
	Own    bool // a till, not somebody with an account
	Twice  []vouchers.Conflict
}

func (s *Site) till(r *Request) (Answer, error) { return s.showTill(r, tillView{}, nil) }

func (s *Site) showTill(r *Request, w tillView, wrong error) (Answer, error) {
	var err error
	if w.Provider, err = s.Vouchers.Provider(r.Context(), ""); err != nil {
		return Answer{}, err
	}
	if w.Twice, err = s.Vouchers.Conflicts(r.Context(), ""); err != nil {
		return Answer{}, err
	}
	w.Own = act.ActorOf(r.Context()).Is(policy.Till)
	if w.Own {
		r.writer.Header().Set("X-Desk-Until", s.Now().Add(vouchers.WithoutNet.Since).UTC().Format(time.RFC3339))
	}
	w.Errors = r.View.Problems(inWords(r.View, wrong))
	page := tillPage(r.View, w)
	if wrong != nil {
		return again(page, wrong)
	}
	return show(page)
}

// lookAtVoucher shows what a voucher is good for, before anything is taken.
func (s *Site) lookAtVoucher(r *Request) (Answer, error) {
	w := tillView{Shown: r.PostForm.Get("code"), New: kernel.NewID()}
	seen, err := s.Vouchers.Look(r.Context(), w.Shown, "")
	switch {
	case faulty(err):
		w.Form = r.PostForm
		return s.showTill(r, w, err)
	case err != nil:
		return Answer{}, err
	}
	w.Seen = &seen
	return s.showTill(r, w, nil)
}

// takeVoucher takes it. Sent twice it is taken once, and answered the same.
func (s *Site) takeVoucher(r *Request) (Answer, error) {
	f, faults := r.PostForm, kernel.Faults{}
	in := vouchers.Sale{ID: kernel.ID(f.Get("id")), Shown: f.Get("code"), Units: wholeOf(f, "units", &faults), Cents: centsOf(f, "cents", &faults), Item: f.Get("item")}
	var u vouchers.Use
	err := faults.Err()
	if err == nil {
		u, _, err = s.Vouchers.Redeem(r.Context(), in)
	}
	if err == nil {
		return s.showTill(r, tillView{Took: &u}, nil)
	}
	if !faulty(err) {
		return Answer{}, err
	}
	w := tillView{Shown: in.Shown, New: kernel.NewID(), Form: f}
	seen, looked := s.Vouchers.Look(r.Context(), in.Shown, "")
	switch {
	case looked == nil:
		w.Seen = &seen
	case !faulty(looked):
		return Answer{}, looked
	}
	return s.showTill(r, w, err)
}

func (s *Site) undoUse(r *Request) (Answer, error) {
	_, err := s.Vouchers.Undo(r.Context(), kernel.ID(r.PostForm.Get("id")), "")
	if faulty(err) {
		return s.showTill(r, tillView{}, err)
	}
	return Answer{To: "/till", Said: "said.voucher.undone"}, err
}

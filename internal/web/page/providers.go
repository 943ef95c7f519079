package page

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/identity"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// providerPages are the way in by a provider that the installation trusts,
// such as ACM/IDM. Going there changes nothing here, so it is a link: browsers
// send no form to another site from ours.
func (s *Site) providerPages(page register) {
	page("GET /sign-in/with/{provider}", "session.begin", s.goToProvider)
	page("GET /sign-in/with/{provider}/back", "session.begin", s.fromProvider)
	page("GET /sign-in/with/{provider}/keys", "session.begin", s.providerKeys)
	page("GET /signed-out/{provider}", "session.begin", s.signedOut)
	page("GET /session/{alliance}/{org}", "session.own", s.goToActFor)
	page("GET /account/identities/new/{provider}", "session.own", s.proven(s.askLink))
	page("POST /account/identities/{id}/remove", "session.own", s.proven(s.removeIdentity))
}

// What was asked of a provider travels in a cookie of this site alone.
const providerCookie = "provider"

// offered are the providers that the installation trusts.
func (s *Site) offered() (all []identity.Settings) {
	if s.Providers == nil {
		return nil
	}
	for _, p := range s.Providers.All {
		all = append(all, p.Settings)
	}
	return all
}

// providerLabel is how people know a provider; one that the installation no
// longer trusts is named as it was kept.
func (s *Site) providerLabel(name string) string {
	if p, err := s.Providers.Named(name); err == nil {
		return p.Label
	}
	return name
}

func (s *Site) goToProvider(r *Request) (Answer, error) {
	back := kit.LocalPath(r.URL.Query().Get("back"))
	to, sealed, err := s.Providers.Ask(r.Context(), r.PathValue("provider"), identity.Question{Back: back, Fresh: r.URL.Query().Has("fresh")})
	if faulty(err) {
		s.tellOperator(r, err)
		return s.showSignIn(r, signInForm{Back: back}, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return Answer{To: to, Cookie: s.cookie(s.ownName(providerCookie), sealed, ticketLife)}, nil
}

// providerKeys are the public keys that a provider fetches, where it asks for
// some.
func (s *Site) providerKeys(r *Request) (Answer, error) {
	p, err := s.Providers.Named(r.PathValue("provider"))
	if err != nil {
		return Answer{}, err
	}
	keys, err := p.Key.Public()
	if err != nil {
		return Answer{}, kernel.NewNotFound("provider")
	}
	r.writer.Header().Set("Content-Type", "application/json")
	r.writer.Header().Set("Cache-Control", "no-store")
	_, _ = r.writer.Write(keys) // who left is no fault of ours
	return Answer{Sent: true}, nil
}

// switching is what a provider is asked about when somebody who came by it
// wants to act for another organisation.
const switching = "to/"

// goToActFor leads to the provider by which somebody came, and takes along for
// which organisation they want to act.
func (s *Site) goToActFor(r *Request) (Answer, error) {
	alliance, err1 := r.ID("alliance")
	org, err2 := r.ID("org")
	all, err := s.Members.Choices(r.Context(), r.Session)
	if err != nil {
		return Answer{}, err
	}
	for _, c := range all {
		if err1 != nil || err2 != nil || c.Alliance.ID != alliance || c.Organisation.ID != org {
			continue
		}
		if c.Provider == "" || c.Code == "" {
			return goTo("/session", "")
		}
		q := identity.Question{About: switching + string(alliance) + "/" + string(org), Back: "/today", Organisation: c.Code, Kind: string(c.Organisation.Kind)}
		p, err := s.Providers.Named(c.Provider)
		if err != nil {
			return Answer{}, err
		}
		q.Fresh = r.URL.Query().Has("fresh") || p.OrganisationHint == "" // without a hint one has to choose there
		to, sealed, err := s.Providers.Ask(r.Context(), c.Provider, q)
		if faulty(err) {
			s.tellOperator(r, err)
			return s.showPosts(r, err)
		}
		if err != nil {
			return Answer{}, err
		}
		return Answer{To: to, Cookie: s.cookie(s.ownName(providerCookie), sealed, ticketLife)}, nil
	}
	return Answer{}, kernel.NewNotFound("organisation")
}

// linking is what a provider is asked about while a worker links an identity:
// the answer counts for this worker alone.
func linking(session members.Session) string {
	return string(session.Alliance.ID) + "/" + string(session.Worker.ID)
}

// askLink says what will happen, before one goes to the provider.
func (s *Site) askLink(r *Request) (Answer, error) {
	name := r.PathValue("provider")
	to, sealed, err := s.Providers.Ask(r.Context(), name, identity.Question{About: linking(r.Session), Fresh: true})
	if faulty(err) {
		s.tellOperator(r, err)
		return s.showAccount(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	http.SetCookie(r.writer, s.cookie(s.ownName(providerCookie), sealed, ticketLife))
	return show(linkPage(r.View, s.providerLabel(name), to))
}

// fromProvider reads what a provider sent back: somebody comes in, or links
// what the provider knows them by.
func (s *Site) fromProvider(r *Request) (Answer, error) {
	name := r.PathValue("provider")
	person, err := s.Providers.Answer(r.Context(), name, s.brought(r, providerCookie), r.URL.Query())
	http.SetCookie(r.writer, s.gone(s.ownName(providerCookie)))
	if faulty(err) {
		s.tellOperator(r, err)
		switch {
		case !r.Session.Actor().SignedIn() || person.About == "":
		case strings.HasPrefix(person.About, switching):
			return s.showPosts(r, err)
		default:
			return s.showAccount(r, err)
		}
		return s.showSignIn(r, signInForm{Back: kit.LocalPath(person.Back)}, err)
	}
	if err != nil {
		return Answer{}, err
	}
	shown := members.Shown{Provider: name, Issuer: person.Issuer, Subject: person.Subject, Bound: person.Bound, Organisation: person.Organisation, Once: person.Once}
	anew := "/sign-in/with/" + name + "?fresh"
	if to, ok := strings.CutPrefix(person.About, switching); ok {
		alliance, org, _ := strings.Cut(to, "/")
		shown.Alliance, shown.At = kernel.ID(alliance), kernel.ID(org)
		anew = "/session/" + to + "?fresh"
	} else if person.About != "" {
		return s.link(r, person.About, shown)
	}
	browser := s.knownBrowser(r)
	cookie, err := s.Members.SignInWithIdentity(r.Context(), browser, shown)
	label := s.providerLabel(name)
	switch {
	case errors.Is(err, kernel.NewForbidden("identity.unknown")):
		return again(unknownPersonPage(r.View, label), err)
	case errors.Is(err, kernel.NewForbidden("identity.organisation")):
		return again(otherOrganisationPage(r.View, label, anew, calledBy(person)), err)
	case faulty(err):
		return s.showSignIn(r, signInForm{}, err)
	case err != nil:
		return Answer{}, err
	}
	return s.signedIn(r, browser, cookie, kit.LocalPath(person.Back), person.About == "")
}

// calledBy is how the provider names the organisation.
func calledBy(p identity.Person) string {
	switch {
	case p.Called != "" && p.Organisation != "":
		return p.Called + " (" + p.Organisation + ")"
	case p.Called != "":
		return p.Called
	}
	return p.Organisation
}

// link keeps what a provider said of the worker who asked it, if that worker
// sits there still.
func (s *Site) link(r *Request, about string, shown members.Shown) (Answer, error) {
	if !r.Session.Actor().SignedIn() || about != linking(r.Session) {
		return s.showSignIn(r, signInForm{Back: "/account"}, kernel.NewInvalid("provider.state"))
	}
	err := s.Members.LinkIdentity(r.Context(), shown)
	if faulty(err) {
		return s.showAccount(r, err)
	}
	return Answer{To: "/account", Said: "said.identity.linked"}, err
}

func (s *Site) removeIdentity(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err == nil {
		err = s.Members.RemoveIdentity(r.Context(), id)
	}
	return Answer{To: "/account", Said: "said.identity.removed"}, err
}

// signedOut says that one is signed out here, and where one may sign out at the
// provider too: who shares a computer wants that.
func (s *Site) signedOut(r *Request) (Answer, error) {
	p, err := s.Providers.Named(r.PathValue("provider"))
	if err != nil {
		return Answer{}, err
	}
	return show(signedOutPage(r.View, p.Label, s.Providers.SignOut(r.Context(), p.Name)))
}

// tellOperator logs why a provider could not be used or believed. The reason
// names nobody.
func (s *Site) tellOperator(r *Request, err error) {
	if errors.Is(r.Context().Err(), context.Canceled) || errors.Is(err, kernel.NewInvalid("provider.state")) || errors.Is(err, kernel.NewConflict("provider.refused")) {
		return
	}
	s.Log.WarnContext(r.Context(), "signing in by a provider failed", "provider", r.PathValue("provider"), "error", err)
}

// backAfter is the address of a provider with where to go afterwards; fresh is
// for who shows once more who they are.
func backAfter(provider, back string, fresh bool) string {
	to := "/sign-in/with/" + provider + "?back=" + url.QueryEscape(back)
	if fresh {
		to += "&fresh"
	}
	return to
}

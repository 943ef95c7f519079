package page

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// tokenPages are the keys with which programs work for somebody.
func (s *Site) tokenPages(page register) {
	page("GET /tokens", "token.own", s.tokens)
	page("POST /tokens", "token.own", s.proven(s.makeToken))
	page("POST /tokens/{id}/stop", "token.own", s.stopToken)
	page("GET /administration/tokens", "token.manage", s.allTokens)
	page("POST /administration/tokens/{id}/stop", "token.manage", s.stopAnyToken)
}

// tokenDays are how long a token can be made to work.
var tokenDays = [...]int{30, 90, 365}

// tokenView is one's own tokens and the form for another.
type tokenView struct {
	Tokens []members.Token
	Names  map[kernel.ID]string // of workers and organisations
	Here   string               // the organisation for which one acts
	Secret string               // of the token that was just made: told once
	Form   url.Values
	Errors kit.Errors
	All    bool // an administrator looks at those of everybody
}

// stop is where a POST ends a token.
func (w tokenView) stop(t members.Token) string {
	if w.All {
		return "/administration/tokens/" + string(t.ID) + "/stop"
	}
	return "/tokens/" + string(t.ID) + "/stop"
}

// title is how a token is called: by its maker's word, to others by its maker.
func (w tokenView) title(t members.Token) string {
	if w.All {
		return w.Names[t.Worker]
	}
	return t.Name
}

func (s *Site) tokens(r *Request) (Answer, error) { return s.showTokens(r, tokenView{}, nil) }

func (s *Site) showTokens(r *Request, w tokenView, wrong error) (Answer, error) {
	var err error
	if w.Tokens, err = s.Members.Tokens(r.Context()); err != nil {
		return Answer{}, err
	}
	w.Here = r.Session.Organisation.Name
	if w.Names, err = s.tokenNames(r, w.Tokens); err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		w.Form, w.Errors = r.PostForm, r.View.Problems(wrong)
		return again(tokensPage(r.View, w), wrong)
	}
	return show(tokensPage(r.View, w))
}

func (s *Site) tokenNames(r *Request, tokens []members.Token) (map[kernel.ID]string, error) {
	var ids []kernel.ID
	for _, t := range tokens {
		ids = append(ids, t.Worker, t.Org)
	}
	return s.Members.Names(r.Context(), ids...)
}

// makeToken shows the secret in its answer, and nothing remembers it.
func (s *Site) makeToken(r *Request) (Answer, error) {
	days, err := strconv.Atoi(r.PostForm.Get("last_day"))
	if err != nil || !slices.Contains(tokenDays[:], days) {
		days = 0
	}
	in := members.NewToken{Name: r.PostForm.Get("name"), ReadOnly: r.PostForm.Get("may") != "all"}
	if days > 0 {
		in.LastDay = kernel.InstantOf(s.Now()).Date().AddDays(days)
	}
	_, secret, err := s.Members.MakeToken(r.Context(), in)
	if faulty(err) {
		return s.showTokens(r, tokenView{}, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return s.showTokens(r, tokenView{Secret: secret}, nil)
}

func (s *Site) stopToken(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err == nil {
		err = s.Members.RevokeToken(r.Context(), id)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/tokens", "said.token.revoked")
}

func (s *Site) allTokens(r *Request) (Answer, error) {
	w := tokenView{All: true}
	var err error
	if w.Tokens, err = s.Members.AllTokens(r.Context()); err != nil {
		return Answer{}, err
	}
	if w.Names, err = s.tokenNames(r, w.Tokens); err != nil {
		return Answer{}, err
	}
	return show(allTokensPage(r.View, w))
}

func (s *Site) stopAnyToken(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err == nil {
		err = s.Members.RevokeAnyToken(r.Context(), id)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/administration/tokens", "said.token.revoked")
}

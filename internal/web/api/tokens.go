package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// tokenEndpoints are the tokens with which programs sign in: to see, and to
// stop. None is made here.
func (s *API) tokenEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/tokens", Action: "token.own", ID: "list-tokens", Tag: "tokens",
		Says: "Your own tokens that work.", More: "The secret of a token is told once, when it is made. The list comes whole."}, s.tokens)
	add(d, endpoint{Method: "DELETE", Path: "/tokens/{token}", Action: "token.own", ID: "revoke-token", Tag: "tokens", Status: noContent,
		Says: "Stop one of your own tokens, at once.", More: "Also the one with which you ask."}, s.revokeToken)
	add(d, endpoint{Method: "GET", Path: "/tokens/all", Action: "token.manage", ID: "list-all-tokens", Tag: "tokens",
		Says: "The tokens of your alliance that work, of whomever.", More: "The list comes whole."}, s.allTokens)
	add(d, endpoint{Method: "DELETE", Path: "/tokens/all/{token}", Action: "token.manage", ID: "revoke-any-token", Tag: "tokens", Status: noContent,
		Says: "Stop a token of whomever, at once."}, s.revokeAnyToken)
}

type token struct {
	ID       kernel.ID      `json:"id"`
	Worker   kernel.ID      `json:"worker" doc:"For whom it acts."`
	Org      kernel.ID      `json:"organisation" doc:"At which organisation."`
	Name     string         `json:"name,omitempty" doc:"By which its maker knows it; told to nobody else."`
	ReadOnly bool           `json:"read_only" doc:"It changes nothing."`
	MadeAt   kernel.Instant `json:"made_at"`
	LastDay  kernel.Date    `json:"last_day"`
	UsedAt   kernel.Instant `json:"used_at,omitempty" doc:"About when it was used last; left out: never."`
}

func tokenJSON(t members.Token) token {
	return token{t.ID, t.Worker, t.Org, t.Name, t.ReadOnly, t.MadeAt, t.LastDay, t.UsedAt}
}

func (s *API) tokens(ctx context.Context, _ *struct{}) (*listed[token], error) {
	all, err := s.Members.Tokens(ctx)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", tokenJSON), nil
}

func (s *API) allTokens(ctx context.Context, _ *struct{}) (*listed[token], error) {
	all, err := s.Members.AllTokens(ctx)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", func(t members.Token) token {
		t.Name = ""
		return tokenJSON(t)
	}), nil
}

type tokenAsked struct {
	Token kernel.ID `path:"token"`
}

func (s *API) revokeToken(ctx context.Context, in *tokenAsked) (*nothing, error) {
	return &nothing{}, s.Members.RevokeToken(ctx, in.Token)
}

func (s *API) revokeAnyToken(ctx context.Context, in *tokenAsked) (*nothing, error) {
	return &nothing{}, s.Members.RevokeAnyToken(ctx, in.Token)
}

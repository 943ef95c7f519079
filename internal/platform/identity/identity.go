// Package identity asks an OpenID provider who somebody is: ACM/IDM, itsme,
// or the provider of an organisation. It uses the authorization code flow with
// PKCE, checks what comes back (issuer, audience, signature, nonce, time), and
// keeps nothing of it: no token, no name, no number.
//
// What must come back unchanged travels in a sealed text, for a cookie. Who
// somebody is to Bondgenoot is not decided here.
//
// Owns no table.
package identity

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

const (
	askLife   = 15 * time.Minute // to show who one is
	skew      = time.Minute      // between the clock of a provider and ours
	patience  = 10 * time.Second // with a provider that does not answer
	knownLife = 24 * time.Hour   // of what a provider says about itself
	largest   = 1 << 20          // bytes of one answer
	maxClaim  = 255              // bytes of a subject, as the standard has it
)

// Providers are those of an installation, in the order in which they are
// offered.
type Providers struct {
	All  []*Provider
	Base string                   // the public address, without a slash at its end
	Seal func(text []byte) []byte // a digest that nobody else can make
	Now  func() time.Time
}

// Provider is one place where people show who they are.
type Provider struct {
	Settings

	mu     sync.Mutex
	found  *described
	at     time.Time
	failed time.Time
}

// described is what a provider says about itself.
type described struct {
	*oidc.Provider
	Methods []string `json:"token_endpoint_auth_methods_supported"`
	SignOut string   `json:"end_session_endpoint"`
	Names   bool     `json:"authorization_response_iss_parameter_supported"`
}

// Person is who a provider says that somebody is.
type Person struct {
	Provider     string // its name among the settings
	Issuer       string
	Subject      string // that is theirs alone with this issuer
	Organisation string // the code of that for which they act; empty: not told
	Called       string // its name, as the provider writes it
	Bound        bool   // the provider says for which organisation they act
	Once         string // names this answer: it counts once
	About, Back  string // as given to Ask
}

// Named is the provider with a name; NotFound when there is none.
func (ps *Providers) Named(name string) (*Provider, error) {
	if ps != nil {
		for _, p := range ps.All {
			if p.Name == name {
				return p, nil
			}
		}
	}
	return nil, kernel.NewNotFound("provider")
}

// asked is what travels in the sealed text.
type asked struct {
	Provider string `json:"p"`
	State    string `json:"s"`
	About    string `json:"a,omitempty"`
	Back     string `json:"b,omitempty"`
	Ends     int64  `json:"e"` // in seconds, as Unix counts
	Fresh    bool   `json:"f,omitempty"`
}

// Question is what somebody wants of a provider.
type Question struct {
	About, Back  string // come back with the answer, unchanged
	Fresh        bool   // not who is there already: they show once more who they are
	Organisation string // the code of the one for which they want to act; empty: any
	Kind         string // what sort of organisation that is, as the settings name groups
}

// Ask is the address at which somebody shows who they are, and the sealed text
// that Answer takes. A provider that cannot be reached is Conflict
// ("provider.down").
func (ps *Providers) Ask(ctx context.Context, name string, of Question) (address, sealed string, err error) {
	p, err := ps.Named(name)
	if err != nil {
		return "", "", err
	}
	d, err := p.describe(ctx, ps.Now())
	if err != nil {
		return "", "", err
	}
	q := asked{Provider: name, State: rand.Text() + rand.Text(), About: of.About, Back: of.Back, Fresh: of.Fresh, Ends: ps.Now().Add(askLife).Unix()}
	text, err := json.Marshal(q)
	if err != nil {
		return "", "", err
	}
	more := []oauth2.AuthCodeOption{oidc.Nonce(ps.secret("nonce", q.State)), oauth2.S256ChallengeOption(ps.secret("verifier", q.State))}
	if of.Fresh {
		more = append(more, oauth2.SetAuthURLParam("prompt", "login"))
	}
	if hint := p.hint(of); hint != "" {
		more = append(more, oauth2.SetAuthURLParam("login_hint", hint))
	}
	if len(p.Levels) > 0 {
		more = append(more, oauth2.SetAuthURLParam("acr_values", strings.Join(p.Levels, " ")))
	}
	packed := base64.RawURLEncoding.EncodeToString(text)
	return ps.client(p, d).AuthCodeURL(q.State, more...), packed + "." + ps.secret("asked", packed), nil
}

// secret is a text that only this installation can make of another.
func (ps *Providers) secret(what, of string) string {
	return base64.RawURLEncoding.EncodeToString(ps.Seal([]byte("identity/" + what + "/" + of)))
}

func (ps *Providers) opened(sealed string) (q asked, ok bool) {
	packed, seal, _ := strings.Cut(sealed, ".")
	if subtle.ConstantTimeCompare([]byte(seal), []byte(ps.secret("asked", packed))) != 1 {
		return q, false
	}
	text, err := base64.RawURLEncoding.DecodeString(packed)
	return q, err == nil && json.Unmarshal(text, &q) == nil && ps.Now().Unix() <= q.Ends
}

// redirect is where a provider sends people back to: an address of its own
// each, so that what one provider sent cannot pass for another's.
func (ps *Providers) redirect(p *Provider) string {
	return ps.Base + "/sign-in/with/" + p.Name + "/back"
}

func (ps *Providers) client(p *Provider, d *described) *oauth2.Config {
	c := &oauth2.Config{ClientID: p.ClientID, ClientSecret: p.Secret, Endpoint: d.Endpoint(), RedirectURL: ps.redirect(p),
		Scopes: slices.Concat([]string{oidc.ScopeOpenID}, p.Scopes)}
	c.Endpoint.AuthStyle = oauth2.AuthStyleInHeader // never tried out: a code is sent once
	if p.Secret == "" || len(d.Methods) > 0 && !slices.Contains(d.Methods, "client_secret_basic") {
		c.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return c
}

// Answer reads what the provider with this name sent back along with the
// sealed text. What does not fit together, or comes too late, is Invalid
// ("provider.state"); that the person or the provider said no is Conflict
// ("provider.refused"); an answer that cannot be trusted is Invalid
// ("provider.answer"); that they showed it less well than the settings ask is
// Conflict ("provider.level"); no answer is Conflict ("provider.down"). An error that
// an operator should read wraps its reason, which names nobody.
func (ps *Providers) Answer(ctx context.Context, name, sealed string, query url.Values) (who Person, err error) {
	p, err := ps.Named(name)
	if err != nil {
		return who, err
	}
	q, ok := ps.opened(sealed)
	if !ok || q.Provider != name || subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(q.State)) != 1 {
		return who, kernel.NewInvalid("provider.state")
	}
	who = Person{Provider: name, Issuer: p.Issuer, Bound: p.OrganisationClaim != "", Once: q.State, About: q.About, Back: q.Back}
	d, err := p.describe(ctx, ps.Now())
	if err != nil {
		return who, err
	}
	if iss := query.Get("iss"); iss != p.Issuer && (iss != "" || d.Names) {
		return who, untrusted(errors.New("the answer names another issuer"))
	}
	if query.Has("error") {
		return who, kernel.NewConflict("provider.refused")
	}
	err = ps.read(ctx, p, d, q, query.Get("code"), &who)
	return who, err
}

// read changes the code for what the provider says of the person.
func (ps *Providers) read(ctx context.Context, p *Provider, d *described, q asked, code string, who *Person) error {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, careful), patience)
	defer cancel()
	more := []oauth2.AuthCodeOption{oauth2.VerifierOption(ps.secret("verifier", q.State))}
	if p.Secret == "" && p.Key.private != nil {
		shows, err := p.Key.assertion(p.ClientID, d.Endpoint().TokenURL, ps.Now())
		if err != nil {
			return err
		}
		more = append(more, shows...)
	}
	token, err := ps.client(p, d).Exchange(ctx, code, more...)
	if err != nil {
		if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.Response.StatusCode < http.StatusInternalServerError {
			return untrusted(fmt.Errorf("the code was refused with status %d", refused.Response.StatusCode))
		}
		return down(errors.New("the code could not be changed"))
	}
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return untrusted(errors.New("no ID token came"))
	}
	if raw, err = p.Key.opened(raw); err != nil {
		return untrusted(err)
	}
	checked, err := d.VerifierContext(ctx, &oidc.Config{ClientID: p.ClientID, Now: ps.Now}).Verify(ctx, raw)
	switch {
	case err != nil:
		return untrusted(err)
	case subtle.ConstantTimeCompare([]byte(checked.Nonce), []byte(ps.secret("nonce", q.State))) != 1:
		return untrusted(errors.New("the nonce is another's"))
	}
	claims := map[string]any{}
	if err := checked.Claims(&claims); err != nil {
		return untrusted(errors.New("the claims cannot be read"))
	}
	if azp, told := claims["azp"]; told && azp != p.ClientID || !told && len(checked.Audience) > 1 {
		return untrusted(errors.New("the ID token was made for another"))
	}
	if then, told := claims["auth_time"].(float64); told && q.Fresh && int64(then) < q.Ends-int64((askLife+skew).Seconds()) {
		return kernel.NewConflict("provider.stale")
	}
	// Of the ID token alone, which is signed; what more is told is not.
	if !p.enough(claims) {
		return fmt.Errorf("%w: the claim %s names none of the levels in the settings", kernel.NewConflict("provider.level"), p.levelClaim())
	}
	if !p.complete(claims) && d.UserInfoEndpoint() != "" {
		info, err := d.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil {
			return down(errors.New("what more is known of the person could not be had"))
		}
		more := map[string]any{}
		if err := info.Claims(&more); err != nil || info.Subject != checked.Subject {
			return untrusted(errors.New("what more is known is another's"))
		}
		for k, v := range more {
			if _, told := claims[k]; !told {
				claims[k] = v
			}
		}
	}
	who.Subject = text(claims[p.PersonClaim])
	if who.Subject == "" || len(who.Subject) > maxClaim {
		return untrusted(fmt.Errorf("the claim %s is missing or too long", p.PersonClaim))
	}
	if who.Bound {
		who.Organisation, who.Called = text(claims[p.OrganisationClaim]), text(claims[p.OrganisationName])
		if len(who.Organisation) > maxClaim || len(who.Called) > maxClaim {
			return untrusted(errors.New("a claim is too long"))
		}
	}
	return nil
}

// complete tells whether all that is asked of a person was told.
func (s Settings) complete(claims map[string]any) bool {
	for _, name := range []string{s.PersonClaim, s.OrganisationClaim} {
		if name != "" && text(claims[name]) == "" {
			return false
		}
	}
	return true
}

// enough tells whether somebody showed who they are as well as is asked: one of
// the levels, which the claim names, alone or in a list.
func (s Settings) enough(claims map[string]any) bool {
	told, _ := claims[s.levelClaim()].([]any)
	if one, ok := claims[s.levelClaim()].(string); ok {
		told = []any{one}
	}
	return len(s.Levels) == 0 || slices.ContainsFunc(told, func(level any) bool {
		name, ok := level.(string)
		return ok && slices.Contains(s.Levels, name)
	})
}

func (s Settings) levelClaim() string { return cmp.Or(s.LevelClaim, "acr") }

// text is a claim that is one text, or a list of one.
func text(claim any) string {
	if list, ok := claim.([]any); ok && len(list) == 1 {
		claim = list[0]
	}
	s, _ := claim.(string)
	return strings.TrimSpace(s)
}

// SignOut is where somebody signs out at a provider too; empty when it offers
// no such place, or cannot be reached.
func (ps *Providers) SignOut(ctx context.Context, name string) string {
	p, err := ps.Named(name)
	if err != nil {
		return ""
	}
	d, err := p.describe(ctx, ps.Now())
	if err != nil || d.SignOut == "" {
		return ""
	}
	u, err := url.Parse(d.SignOut)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	q := u.Query()
	q.Set("client_id", p.ClientID)
	q.Set("post_logout_redirect_uri", ps.Base+"/sign-in")
	u.RawQuery = q.Encode()
	return u.String()
}

// describe asks the provider about itself, once a day; what it said yesterday
// holds while it does not answer. After a failure it is left alone for a while.
func (p *Provider) describe(ctx context.Context, now time.Time) (*described, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil && now.Before(p.at.Add(knownLife)) {
		return p.found, nil
	}
	if now.Before(p.failed.Add(patience)) {
		return p.yesterday(errors.New("it did not answer a moment ago"))
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, careful), patience)
	defer cancel()
	found, err := oidc.NewProvider(ctx, p.Issuer)
	d := &described{Provider: found}
	if err == nil {
		err = found.Claims(d)
	}
	if err != nil {
		p.failed = now
		return p.yesterday(err)
	}
	p.found, p.at = d, now
	return d, nil
}

func (p *Provider) yesterday(err error) (*described, error) {
	if p.found != nil {
		return p.found, nil
	}
	return nil, down(err)
}

func down(err error) error { return fmt.Errorf("%w: %w", kernel.NewConflict("provider.down"), err) }

func untrusted(err error) error {
	return fmt.Errorf("%w: %w", kernel.NewInvalid("provider.answer"), err)
}

// careful asks providers, follows them nowhere else, and reads only so much.
var careful = &http.Client{
	Timeout:       patience,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Transport:     bounded{http.DefaultTransport},
}

type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(answer.Body, largest), answer.Body}
	}
	return answer, err
}

package identity_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/identity"
)

// teller is a provider that says what a test lets it say: an honest one never
// sends what must be refused.
type teller struct {
	*testing.T
	*httptest.Server
	key    *ecdsa.PrivateKey
	claims map[string]any // of the next ID token, over the right ones
	more   map[string]any // what it tells besides
	sign   func(payload []byte) string
	about  map[string]any // what it says of itself, over the right things
	codes  map[string]url.Values
	broken bool
	now    time.Time
}

const secret = "s3cret:/+"

func tells(t *testing.T) (*teller, *identity.Providers) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := &teller{T: t, key: key, codes: map[string]url.Values{}, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	s.sign = func(payload []byte) string { return signed(t, s.key, payload) }
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		if s.broken {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		about := map[string]any{"issuer": s.URL, "authorization_endpoint": s.URL + "/auth", "token_endpoint": s.URL + "/token",
			"jwks_uri": s.URL + "/keys", "userinfo_endpoint": s.URL + "/me", "id_token_signing_alg_values_supported": []string{"ES256", "none"}}
		for k, v := range s.about {
			about[k] = v
		}
		answer(w, about)
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, r *http.Request) {
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "one", Algorithm: "ES256", Use: "sig"}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		asked, ok := s.codes[r.PostFormValue("code")]
		delete(s.codes, r.PostFormValue("code"))
		sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		id, password, _ := r.BasicAuth()
		password, _ = url.QueryUnescape(password)
		if s.broken {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		if !ok || base64.RawURLEncoding.EncodeToString(sum[:]) != asked.Get("code_challenge") || id != "bondgenoot" || password != secret ||
			r.PostFormValue("redirect_uri") != asked.Get("redirect_uri") {
			w.WriteHeader(http.StatusBadRequest)
			answer(w, map[string]any{"error": "invalid_grant"})
			return
		}
		claims := map[string]any{"iss": s.URL, "aud": "bondgenoot", "sub": "anna", "nonce": asked.Get("nonce"),
			"exp": s.now.Add(5 * time.Minute).Unix(), "iat": s.now.Unix(), "org": "0123456749"}
		for k, v := range s.claims {
			claims[k] = v
			if v == nil {
				delete(claims, k)
			}
		}
		payload, _ := json.Marshal(claims)
		answer(w, map[string]any{"access_token": "access", "token_type": "Bearer", "id_token": s.sign(payload)})
	})
	mux.HandleFunc("GET /me", func(w http.ResponseWriter, r *http.Request) { answer(w, s.more) })
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	ps := identity.New([]identity.Settings{{Name: "here", Label: "Here", Issuer: s.URL, ClientID: "bondgenoot", Secret: secret, PersonClaim: "sub", OrganisationClaim: "org"},
		{Name: "there", Label: "There", Issuer: s.URL, ClientID: "bondgenoot", Secret: secret, PersonClaim: "sub"}},
		identity.Providers{Base: "https://bondgenoot.example.org", Now: func() time.Time { return s.now },
			Seal: func(text []byte) []byte { m := hmac.New(sha256.New, []byte("key")); m.Write(text); return m.Sum(nil) }})
	return s, ps
}

func signed(t *testing.T, key any, payload []byte) string {
	alg := jose.ES256
	if _, symmetric := key.([]byte); symmetric {
		alg = jose.HS256
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: "one"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// goes shows who one is: it answers with what the provider sends back.
func (s *teller) goes(ps *identity.Providers, name string) (sealed string, back url.Values) {
	s.Helper()
	address, sealed, err := ps.Ask(s.Context(), name, identity.Question{About: "door", Back: "/today"})
	if err != nil {
		s.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		s.Fatal(err)
	}
	q := u.Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("response_type") != "code" || q.Get("redirect_uri") != "https://bondgenoot.example.org/sign-in/with/"+name+"/back" {
		s.Errorf("asked %v", q)
	}
	code := rand.Text()
	s.codes[code] = q
	return sealed, url.Values{"code": {code}, "state": {q.Get("state")}}
}

func TestAnHonestAnswerSaysWhoSomebodyIs(t *testing.T) {
	s, ps := tells(t)
	sealed, back := s.goes(ps, "here")
	who, err := ps.Answer(t.Context(), "here", sealed, back)
	if err != nil || who.Subject != "anna" || who.Issuer != s.URL || who.Organisation != "0123456749" || !who.Bound || who.About != "door" || who.Back != "/today" || who.Once == "" {
		t.Errorf("Answer = %+v, %v", who, err)
	}
	if _, err := ps.Answer(t.Context(), "here", sealed, back); !errors.Is(err, kernel.NewInvalid("provider.answer")) {
		t.Errorf("the same answer again: %v", err)
	}
	sealed, back = s.goes(ps, "there")
	if who, err := ps.Answer(t.Context(), "there", sealed, back); err != nil || who.Bound || who.Organisation != "" {
		t.Errorf("where no organisation is told: %+v, %v", who, err)
	}
	s.claims, s.more = map[string]any{"org": nil}, map[string]any{"sub": "anna", "org": []string{"0203201340"}}
	sealed, back = s.goes(ps, "here")
	if who, err := ps.Answer(t.Context(), "here", sealed, back); err != nil || who.Organisation != "0203201340" {
		t.Errorf("what is told besides the ID token: %+v, %v", who, err)
	}
}

// Who showed who they are less well than is asked is not let in, and told so; the
// provider is asked for what is enough.
func TestHowWellSomebodyShowedWhoTheyAreIsAsked(t *testing.T) {
	level := errors.New("level")
	for name, tt := range map[string]struct {
		levels []string
		claim  string
		told   map[string]any
		more   map[string]any
		want   error
	}{
		"nothing is asked":                {nil, "", nil, nil, nil},
		"one that is asked":               {[]string{"urn:low", "urn:high"}, "", map[string]any{"acr": "urn:high"}, nil, nil},
		"a lower one":                     {[]string{"urn:high"}, "", map[string]any{"acr": "urn:low"}, nil, level},
		"none is told":                    {[]string{"urn:high"}, "", nil, nil, level},
		"no text":                         {[]string{"urn:high"}, "", map[string]any{"acr": 3}, nil, level},
		"by another claim":                {[]string{"mfa"}, "amr", map[string]any{"amr": []string{"pwd", "mfa"}}, nil, nil},
		"by another claim, not there":     {[]string{"mfa"}, "amr", map[string]any{"acr": "mfa", "amr": []string{"pwd"}}, nil, level},
		"told besides, which none signed": {[]string{"urn:high"}, "", map[string]any{"org": nil}, map[string]any{"sub": "anna", "org": "0203201340", "acr": "urn:high"}, level},
	} {
		t.Run(name, func(t *testing.T) {
			s, ps := tells(t)
			ps.All[0].Levels, ps.All[0].LevelClaim, s.claims, s.more = tt.levels, tt.claim, tt.told, tt.more
			sealed, back := s.goes(ps, "here")
			asked := s.codes[back.Get("code")].Get("acr_values")
			if asked != strings.Join(tt.levels, " ") {
				t.Errorf("the provider is asked for %q", asked)
			}
			_, err := ps.Answer(t.Context(), "here", sealed, back)
			if tt.want == nil && err != nil || tt.want != nil && !errors.Is(err, kernel.NewConflict("provider.level")) {
				t.Errorf("Answer: %v", err)
			}
		})
	}
}

// What an honest provider never sends is refused, whatever it is.
// Whoever wants to act for another organisation takes it along, in the form
// that the provider reads.
func TestAnOrganisationIsTakenAlong(t *testing.T) {
	s, ps := tells(t)
	for name, tt := range map[string]struct {
		how  string
		kind string
		want string // as it arrives; empty: nothing is asked for
	}{
		"where the provider takes none":    {"", "ocmw", ""},
		"where it takes the code":          {"code", "ocmw", "OVO000123"},
		"as ACM/IDM, with its group":       {"acmidm", "ocmw", `{"cap_hint":"LB","code_hint":"OVO000123"}`},
		"as ACM/IDM, of a group not named": {"acmidm", "shop", `{"code_hint":"OVO000123"}`},
	} {
		ps.All[0].OrganisationHint, ps.All[0].OrganisationGroup = tt.how, identity.Groups{"ocmw": "LB"}
		address, _, err := ps.Ask(s.Context(), "here", identity.Question{Organisation: "OVO000123", Kind: tt.kind})
		if err != nil {
			t.Fatal(err)
		}
		u, _ := url.Parse(address)
		got := u.Query().Get("login_hint")
		if tt.how == "acmidm" {
			read, err := base64.StdEncoding.DecodeString(got)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			got = string(read)
		}
		if got != tt.want {
			t.Errorf("%s: asked for %q, want %q", name, got, tt.want)
		}
	}
}

// Where somebody must show once more who they are, an answer that says that
// they did so long ago is not enough.
func TestAFreshAnswerIsFresh(t *testing.T) {
	s, ps := tells(t)
	for name, tt := range map[string]struct {
		fresh bool
		then  any
		want  error
	}{
		"just now":                              {true, s.now.Unix(), nil},
		"half a minute before, by a slow clock": {true, s.now.Add(-30 * time.Second).Unix(), nil},
		"an hour ago":                           {true, s.now.Add(-time.Hour).Unix(), kernel.NewConflict("provider.stale")},
		"an hour ago, and that is fine":         {false, s.now.Add(-time.Hour).Unix(), nil},
		"a provider that does not say":          {true, nil, nil},
	} {
		s.claims = map[string]any{"auth_time": tt.then}
		address, sealed, err := ps.Ask(s.Context(), "here", identity.Question{Fresh: tt.fresh})
		if err != nil {
			t.Fatal(err)
		}
		u, _ := url.Parse(address)
		if got := u.Query().Get("prompt") == "login"; got != tt.fresh {
			t.Errorf("%s: asks to sign in anew: %v", name, got)
		}
		s.codes["code"] = u.Query()
		_, err = ps.Answer(s.Context(), "here", sealed, url.Values{"state": {u.Query().Get("state")}, "code": {"code"}})
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

func TestWhatDoesNotFitIsRefused(t *testing.T) {
	hour := time.Hour
	for name, tt := range map[string]struct {
		lie  func(s *teller)
		bend func(ps *identity.Providers, s *teller, sealed *string, back url.Values)
		want error
	}{
		"another nonce":          {lie: func(s *teller) { s.claims = map[string]any{"nonce": "of somebody else"} }, want: kernel.NewInvalid("provider.answer")},
		"no nonce":               {lie: func(s *teller) { s.claims = map[string]any{"nonce": nil} }, want: kernel.NewInvalid("provider.answer")},
		"another issuer":         {lie: func(s *teller) { s.claims = map[string]any{"iss": "https://evil.example"} }, want: kernel.NewInvalid("provider.answer")},
		"for another":            {lie: func(s *teller) { s.claims = map[string]any{"aud": "another"} }, want: kernel.NewInvalid("provider.answer")},
		"for several, not said":  {lie: func(s *teller) { s.claims = map[string]any{"aud": []string{"bondgenoot", "another"}} }, want: kernel.NewInvalid("provider.answer")},
		"for several, another's": {lie: func(s *teller) { s.claims = map[string]any{"aud": []string{"bondgenoot", "another"}, "azp": "another"} }, want: kernel.NewInvalid("provider.answer")},
		"too old":                {lie: func(s *teller) { s.claims = map[string]any{"exp": s.now.Add(-hour).Unix()} }, want: kernel.NewInvalid("provider.answer")},
		"without an end":         {lie: func(s *teller) { s.claims = map[string]any{"exp": nil} }, want: kernel.NewInvalid("provider.answer")},
		"nobody":                 {lie: func(s *teller) { s.claims = map[string]any{"sub": ""} }, want: kernel.NewInvalid("provider.answer")},
		"a subject too long":     {lie: func(s *teller) { s.claims = map[string]any{"sub": strings.Repeat("a", 256)} }, want: kernel.NewInvalid("provider.answer")},
		"no signature (alg none)": {lie: func(s *teller) {
			s.sign = func(payload []byte) string {
				enc := base64.RawURLEncoding.EncodeToString
				return enc([]byte(`{"alg":"none"}`)) + "." + enc(payload) + "."
			}
		}, want: kernel.NewInvalid("provider.answer")},
		"signed with the secret": {lie: func(s *teller) {
			s.sign = func(payload []byte) string { return signed(s.T, []byte(strings.Repeat(secret, 8)), payload) }
		}, want: kernel.NewInvalid("provider.answer")},
		"signed by another": {lie: func(s *teller) {
			other, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			s.sign = func(payload []byte) string { return signed(s.T, other, payload) }
		}, want: kernel.NewInvalid("provider.answer")},
		"encrypted for another": {lie: func(s *teller) {
			s.sign = func(payload []byte) string {
				other, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
				box, err := jose.NewEncrypter(jose.A128GCM, jose.Recipient{Algorithm: jose.ECDH_ES, Key: other.Public()}, nil)
				if err != nil {
					s.Fatal(err)
				}
				sealed, err := box.Encrypt([]byte(signed(s.T, s.key, payload)))
				if err != nil {
					s.Fatal(err)
				}
				text, _ := sealed.CompactSerialize()
				return text
			}
		}, want: kernel.NewInvalid("provider.answer")},
		"no ID token": {lie: func(s *teller) { s.sign = func([]byte) string { return "" } }, want: kernel.NewInvalid("provider.answer")},
		"what more is known is another's": {lie: func(s *teller) {
			s.claims, s.more = map[string]any{"org": nil}, map[string]any{"sub": "bert", "org": "0203201340"}
		}, want: kernel.NewInvalid("provider.answer")},
		"another state": {bend: func(_ *identity.Providers, _ *teller, _ *string, back url.Values) { back.Set("state", "another") }, want: kernel.NewInvalid("provider.state")},
		"no state":      {bend: func(_ *identity.Providers, _ *teller, _ *string, back url.Values) { back.Del("state") }, want: kernel.NewInvalid("provider.state")},
		"the state of another visit": {bend: func(ps *identity.Providers, s *teller, sealed *string, _ url.Values) {
			*sealed, _ = s.goes(ps, "here")
		}, want: kernel.NewInvalid("provider.state")},
		"the code of another visit": {bend: func(ps *identity.Providers, s *teller, _ *string, back url.Values) {
			_, other := s.goes(ps, "here")
			back.Set("code", other.Get("code"))
		}, want: kernel.NewInvalid("provider.answer")},
		"what another provider was asked": {bend: func(ps *identity.Providers, s *teller, sealed *string, back url.Values) {
			other, theirs := s.goes(ps, "there")
			*sealed = other
			back.Set("state", theirs.Get("state"))
		}, want: kernel.NewInvalid("provider.state")},
		"the sealed text was changed": {bend: func(_ *identity.Providers, _ *teller, sealed *string, _ url.Values) { *sealed = "e30" + *sealed }, want: kernel.NewInvalid("provider.state")},
		"no sealed text":              {bend: func(_ *identity.Providers, _ *teller, sealed *string, _ url.Values) { *sealed = "" }, want: kernel.NewInvalid("provider.state")},
		"after a quarter of an hour":  {bend: func(_ *identity.Providers, s *teller, _ *string, _ url.Values) { s.now = s.now.Add(16 * time.Minute) }, want: kernel.NewInvalid("provider.state")},
		"another issuer in the address": {bend: func(_ *identity.Providers, _ *teller, _ *string, back url.Values) {
			back.Set("iss", "https://evil.example")
		}, want: kernel.NewInvalid("provider.answer")},
		"no issuer in the address, though promised": {lie: func(s *teller) {
			s.about = map[string]any{"authorization_response_iss_parameter_supported": true}
		}, want: kernel.NewInvalid("provider.answer")},
		"the person said no": {bend: func(_ *identity.Providers, _ *teller, _ *string, back url.Values) {
			back.Del("code")
			back.Set("error", "access_denied")
		}, want: kernel.NewConflict("provider.refused")},
		"a code that was never given": {bend: func(_ *identity.Providers, _ *teller, _ *string, back url.Values) { back.Set("code", "x") }, want: kernel.NewInvalid("provider.answer")},
		"it does not answer":          {bend: func(_ *identity.Providers, s *teller, _ *string, _ url.Values) { s.broken = true }, want: kernel.NewConflict("provider.down")},
	} {
		t.Run(name, func(t *testing.T) {
			s, ps := tells(t)
			if tt.lie != nil {
				tt.lie(s)
			}
			sealed, back := s.goes(ps, "here")
			if tt.bend != nil {
				tt.bend(ps, s, &sealed, back)
			}
			who, err := ps.Answer(t.Context(), "here", sealed, back)
			if !errors.Is(err, tt.want) || who.Subject != "" && err == nil {
				t.Errorf("Answer = %+v, %v; want %v", who, err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "anna") {
				t.Errorf("the error names the person: %v", err)
			}
		})
	}
}

func TestAProviderThatDoesNotAnswer(t *testing.T) {
	s, ps := tells(t)
	s.broken = true
	ask := func() error {
		_, _, err := ps.Ask(t.Context(), "here", identity.Question{})
		return err
	}
	if err := ask(); !errors.Is(err, kernel.NewConflict("provider.down")) {
		t.Errorf("Ask = %v", err)
	}
	s.broken = false
	if err := ask(); !errors.Is(err, kernel.NewConflict("provider.down")) {
		t.Errorf("it is asked again at once: %v", err)
	}
	s.now = s.now.Add(time.Minute)
	if err := ask(); err != nil {
		t.Errorf("it answers again: %v", err)
	}
	s.broken, s.now = true, s.now.Add(48*time.Hour)
	if err := ask(); err != nil {
		t.Errorf("what it said yesterday does not hold: %v", err)
	}
	s.about = map[string]any{"issuer": "https://evil.example"}
	other, ps := tells(t)
	other.about = s.about
	if _, _, err := ps.Ask(t.Context(), "here", identity.Question{}); err == nil {
		t.Error("one that calls itself otherwise is believed")
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add("", "code=1&state=2")
	f.Add("e30.x", "error=a&state=")
	f.Fuzz(func(t *testing.T, sealed, query string) {
		ps := identity.New([]identity.Settings{{Name: "here"}}, identity.Providers{Now: time.Now, Seal: func([]byte) []byte { return []byte("never the same by chance") }})
		back, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		if _, err := ps.Answer(t.Context(), "here", sealed, back); !errors.Is(err, kernel.NewInvalid("provider.state")) {
			t.Errorf("Answer = %v", err)
		}
	})
}

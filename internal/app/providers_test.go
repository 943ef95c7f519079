package app_test

import (
	"bufio"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/identity"
)

// provider starts a certified OpenID provider that sends people back to the
// house, and lets the house trust it, as "acmidm"; beside it stands one that
// never answers, as "closed".
func (w *world) provider() {
	w.Helper()
	if testing.Short() {
		w.Skip("signing in by a certified provider needs Node and what make test fetches")
	}
	folder := os.Getenv("BONDGENOOT_TEST_PROVIDER")
	if folder == "" {
		folder = "../../.cache/provider"
	}
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "oidc-provider")); err != nil {
		w.Fatalf("the provider is not there (%v): run `make test`, which fetches it", err)
	}
	w.later(time.Since(w.clock())) // a provider has a clock of its own
	w.url = w.name
	redirects, _ := json.Marshal([]string{w.name + "/sign-in/with/acmidm/back", w.name + "/sign-in/with/keyed/back"})
	keyed := w.keyed()
	keys, err := keyed.Key.Public()
	if err != nil {
		w.Fatal(err)
	}
	node := exec.Command("node", "../../scripts/provider/provider.mjs", folder)
	node.Env = append(os.Environ(), "BONDGENOOT_REDIRECTS="+string(redirects), "BONDGENOOT_KEYS="+string(keys))
	stdin, err := node.StdinPipe()
	if err != nil {
		w.Fatal(err)
	}
	stdout, err := node.StdoutPipe()
	if err != nil {
		w.Fatal(err)
	}
	if err := node.Start(); err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { stdin.Close(); _ = node.Wait() })
	issuer, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		w.Fatalf("the provider did not start: %v", err)
	}
	about := identity.Settings{Name: "acmidm", Label: "ACM/IDM", Issuer: strings.TrimSpace(issuer), ClientID: "bondgenoot", Secret: "made up: for tests/only",
		Scopes: []string{"vo"}, PersonClaim: "vo_id", OrganisationClaim: "vo_orgcode", OrganisationName: "vo_orgnaam"}
	closed := about
	closed.Name, closed.Label, closed.Issuer = "closed", "Gesloten", "http://127.0.0.1:9"
	keyed.Issuer = about.Issuer
	w.app.Providers.All = []*identity.Provider{{Settings: about}, {Settings: closed}, {Settings: keyed}}
}

// keyed is a provider that wants a key and no secret, as an operator writes it.
func (w *world) keyed() identity.Settings {
	w.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		w.Fatal(err)
	}
	written, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		w.Fatal(err)
	}
	dir := w.TempDir()
	w.did(os.WriteFile(filepath.Join(dir, "keyed.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: written}), 0o600))
	path := filepath.Join(dir, "providers.yaml")
	w.did(os.WriteFile(path, []byte("providers: [{name: keyed, label: itsme, issuer: \"http://localhost:1\", client_id: keyed, key_file: keyed.pem}]"), 0o600))
	all, err := identity.ReadSettings(path)
	if err != nil {
		w.Fatal(err)
	}
	return all[0]
}

// As itsme has it: the client shows itself by a key, and the ID token is
// encrypted for that key.
func TestAProviderThatWantsAKeyAndEncrypts(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.provider()
		aicha := w.as("leuven", "aicha")
		_, page, _ := aicha.asks("GET /account/identities/new/keyed", nil)
		to := outTo.FindStringSubmatch(page)
		if to == nil {
			w.Fatalf("the page leads to no provider:\n%s", plain(page))
		}
		if status, body, _ := aicha.shows(html.UnescapeString(to[1]), "anna"); status != 200 || !strings.Contains(plain(body), "itsme loskoppelen") {
			w.Fatalf("linking: %d\n%s", status, plain(body))
		}
		p := w.stranger()
		if status, body, at := p.shows(p.url+"/sign-in/with/keyed", "anna"); status != 200 || at.Path != "/today" {
			w.Errorf("signing in leads to %s: %d\n%s", at, status, plain(body))
		}
		_, keys, _ := p.asks("GET /sign-in/with/keyed/keys", nil)
		if !strings.Contains(keys, `"use":"enc"`) || strings.Contains(keys, `"d":`) {
			w.Errorf("the public keys are %s", keys)
		}
		p.sees("GET /sign-in/with/acmidm/keys", nil, 404)
		w.app.Providers.All[2].Key = w.keyed().Key // another: neither does it show the client, nor open the token
		status, body, _ := w.stranger().shows(p.url+"/sign-in/with/keyed", "anna")
		if status != 422 || !strings.Contains(plain(body), "Het antwoord van deze dienst klopt niet") {
			w.Errorf("with another key: %d\n%s", status, plain(body))
		}
	})
}

var (
	formTo   = regexp.MustCompile(`<form[^>]* action="([^"]+)"`)
	hiddenIn = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"/>`)
	abortTo  = regexp.MustCompile(`href="([^"]+/abort)"`)
	outTo    = regexp.MustCompile(`href="(http://localhost:[0-9]+/(?:auth|session/end)\?[^"]+)"`)
)

// fetches sends a request to any address and follows redirects, to ours and
// back; it answers with where that ended too.
func (p *person) fetches(address string, form url.Values) (status int, body string, at *url.URL) {
	p.Helper()
	var answer *http.Response
	var err error
	if form == nil {
		answer, err = p.client.Get(address)
	} else {
		answer, err = p.client.PostForm(address, form)
	}
	if err != nil {
		p.Fatal(err)
	}
	defer answer.Body.Close()
	all, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(all), answer.Request.URL
}

// shows is somebody at the provider, from an address of ours or of the
// provider until they are back: they say who they are, and that we may know.
func (p *person) shows(address, who string) (status int, body string, at *url.URL) {
	p.Helper()
	status, body, at = p.fetches(address, nil)
	for range 3 {
		form := formTo.FindStringSubmatch(body)
		if form != nil && strings.HasPrefix(at.Path, "/auth/") { // somebody else was there: the provider signs them out first
			sent := url.Values{}
			for _, field := range hiddenIn.FindAllStringSubmatch(body, -1) {
				sent.Set(field[1], html.UnescapeString(field[2]))
			}
			status, body, at = p.fetches(html.UnescapeString(form[1]), sent)
			form = formTo.FindStringSubmatch(body)
		}
		if form == nil || !strings.HasPrefix(at.Path, "/interaction/") {
			return status, body, at
		}
		said := url.Values{"prompt": {"consent"}}
		if strings.Contains(body, `name="login"`) {
			said = url.Values{"prompt": {"login"}, "login": {who}, "password": {"any"}}
		}
		to, err := at.Parse(html.UnescapeString(form[1]))
		if err != nil {
			p.Fatal(err)
		}
		status, body, at = p.fetches(to.String(), said)
	}
	return status, body, at
}

// comes wants to come in by the provider as somebody, and where they end.
func (p *person) comes(who string, want int, words ...string) {
	p.Helper()
	status, body, at := p.shows(p.url+"/sign-in/with/acmidm?back=/account&fresh", who)
	if status != want {
		p.Errorf("%s comes to %s: %d, want %d:\n%s", who, at.Path, status, want, plain(body))
	}
	for _, word := range words {
		if !strings.Contains(plain(body), word) {
			p.Errorf("%s does not read %q at %s:\n%s", who, word, at.Path, plain(body))
		}
	}
}

// links goes from the page that explains it to the provider, and back.
func (p *person) links(who string) (status int, body string) {
	p.Helper()
	_, page, _ := p.asks("GET /account/identities/new/acmidm", nil)
	to := outTo.FindStringSubmatch(page)
	if to == nil {
		p.Fatalf("the page leads to no provider:\n%s", plain(page))
	}
	status, body, _ = p.shows(html.UnescapeString(to[1]), who)
	return status, body
}

// Aïcha links ACM/IDM, is told by letter, and comes in by it from then on, for
// the organisation that it names; signs out at both; and unlinks it.
func TestSomebodySignsInByAProvider(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.provider()
		leuven := w.towns["leuven"]
		aicha, wim := w.as("leuven", "aicha"), w.as("leuven", "wim")
		team := leuven.Workers["aicha"].Org
		org := "/administration/organisations/" + string(team.ID)
		code := url.Values{"name": {team.Name}, "kind": {string(team.Kind)}, "part_of": {string(team.PartOf)}, "receives": {"yes"}, "version": {"1"}}
		code.Set("sign_in_code", "geen code!")
		wim.sees("POST "+org, code, 422, "zoals OVO000123")
		code.Set("sign_in_code", "ovo000123")
		wim.sees("POST "+org, code, 200)

		w.stranger().comes("anna/OVO000123", 403, "Wij kennen u hier nog niet", "Vraag de beheerder")
		aicha.sees("GET /account", nil, 200, "Aanmelden met een andere dienst", "ACM/IDM koppelen")
		aicha.sees("GET /account/identities/new/acmidm", nil, 200, "rijksregisternummer niet", "Verder naar ACM/IDM")
		if status, body := aicha.links("anna/OVO000123"); status != 200 || !strings.Contains(plain(body), "Het is gelukt") || !strings.Contains(plain(body), "ACM/IDM loskoppelen") {
			w.Fatalf("linking: %d\n%s", status, plain(body))
		}
		if status, body := aicha.links("anna/OVO000123"); status != 409 || !strings.Contains(plain(body), "al gekoppeld") {
			w.Errorf("linking again: %d\n%s", status, plain(body))
		}
		if status, body := wim.links("anna/OVO000123"); status != 409 || !strings.Contains(plain(body), "Iemand anders in uw alliantie") {
			w.Errorf("a colleague links the same: %d\n%s", status, plain(body))
		}
		w.work()
		letters := w.mail.Kept()
		last := letters[len(letters)-1]
		if last.To != leuven.Workers["aicha"].Mail || !strings.Contains(last.Text, "ACM/IDM") || strings.Contains(last.Text, "anna") {
			w.Errorf("the letter is %+v", last)
		}
		if kept := w.kept(`SELECT token || provider || worker FROM identity`); len(kept) != 1 || strings.Contains(kept[0], "anna") {
			w.Errorf("of who she is there is kept: %v", kept)
		}

		home := w.stranger()
		home.sees("GET /sign-in", nil, 200, "Aanmelden met ACM/IDM")
		home.comes("anna/OVO000123", 200, "Mijn gegevens", "Met een andere dienst", "Het laatst gebruikt op")
		w.stranger().comes("anna/OVO999999", 403, "Voor deze organisatie kennen wij u niet", "Huis van het Kind (OVO999999)", "Opnieuw kiezen bij ACM/IDM")
		w.stranger().comes("anna", 403, "zonder organisatie")
		w.stranger().comes("anna/ovo000123", 200, "Mijn gegevens")

		_, page, _ := home.asks("POST /sign-out", form())
		to := outTo.FindStringSubmatch(page)
		if to == nil || !strings.Contains(plain(page), "U bent hier afgemeld") {
			w.Fatalf("after signing out:\n%s", plain(page))
		}
		if status, body, _ := home.fetches(html.UnescapeString(to[1]), nil); status != 200 || !strings.Contains(body, "logout") {
			w.Errorf("signing out at the provider: %d\n%s", status, body)
		}
		home.sees("GET /account", nil, 200, "Wij sturen u een code")

		remove := regexp.MustCompile(`/account/identities/[0-9a-f-]{36}/remove`)
		_, page, _ = aicha.asks("GET /account", nil)
		wim.sees("POST "+remove.FindString(page), form(), 404)
		aicha.sees("POST "+remove.FindString(page), form(), 200, "opent hier niets meer")
		w.stranger().comes("anna/OVO000123", 403, "Wij kennen u hier nog niet")
		w.as("leuven", "nele").sees("GET /administration/record", nil, 200, "koppelde een dienst om zich aan te melden", "koppelde een dienst los")
	})
}

// Who came by a provider and wants to act for another organisation asks the
// provider, which is told for which one; for one that it does not name, or that
// is another than was asked, nothing changes.
func TestAnotherOrganisationIsTakenToTheProvider(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.provider()
		w.app.Providers.All[0].OrganisationHint = "acmidm"
		w.app.Providers.All[0].OrganisationGroup = identity.Groups{"house_of_the_child": "LB"}
		leuven := w.towns["leuven"]
		wim := w.as("leuven", "wim")
		aicha, first, second := w.as("leuven", "aicha"), leuven.Workers["aicha"].Org, leuven.Workers["nele"].Org
		for code, o := range map[string]members.Organisation{"OVO000123": first, "OVO000456": second} {
			typed := url.Values{"name": {o.Name}, "kind": {"house_of_the_child"}, "part_of": {string(o.PartOf)}, "receives": {"yes"}, "version": {"1"}, "sign_in_code": {code}}
			wim.sees("POST /administration/organisations/"+string(o.ID), typed, 200)
		}
		wim.sees("POST /administration/organisations/"+string(second.ID)+"/people/new",
			url.Values{"name": {"Aïcha El Amrani"}, "mail": {string(leuven.Workers["aicha"].Mail)}, "lang": {"nl"}, "roles": {"caseworker"}}, 200)
		if status, body := aicha.links("anna/OVO000123"); status != 200 {
			w.Fatalf("linking: %d\n%s", status, plain(body))
		}
		p := w.stranger()
		p.comes("anna/OVO000123", 200, "Mijn gegevens")
		p.sees("GET /session", nil, 200, "ACM/IDM vraagt u daarvoor nog even wie u bent")
		to := "/session/" + string(leuven.ID) + "/" + string(second.ID)
		p.sees("POST /session", url.Values{"alliance": {string(leuven.ID)}, "org": {string(second.ID)}}, 409, "U kwam binnen voor een andere organisatie")

		var hint, prompt string
		p.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
			if q := r.URL.Query(); q.Has("login_hint") {
				read, _ := base64.StdEncoding.DecodeString(q.Get("login_hint"))
				hint, prompt = string(read), q.Get("prompt")
			}
			return nil
		}
		// the provider answers for the organisation in which she is there still
		if status, body, _ := p.shows(p.url+to, "anna/OVO000456"); status != 403 || !strings.Contains(plain(body), "Opnieuw kiezen bij ACM/IDM") || !strings.Contains(body, to+"?fresh") {
			w.Errorf("for the former organisation: %d\n%s", status, plain(body))
		}
		if hint != `{"cap_hint":"LB","code_hint":"OVO000456"}` || prompt != "" {
			w.Errorf("the provider is asked for %q, prompt %q", hint, prompt)
		}
		p.sees("GET /session", nil, 200, "ACM/IDM vraagt u daarvoor nog even wie u bent") // she is where she was
		if status, body, at := p.shows(p.url+to+"?fresh", "anna/OVO000456"); status != 200 || at.Path != "/today" || prompt != "login" {
			w.Errorf("signing in anew there leads to %s, prompt %q: %d\n%s", at, prompt, status, plain(body))
		}
		if _, posts, _ := p.asks("GET /session", nil); strings.Contains(posts, to) || !strings.Contains(posts, "/session/"+string(leuven.ID)+"/"+string(first.ID)) {
			w.Errorf("she acts for:\n%s", plain(posts))
		}
		p.sees("GET /session/"+string(leuven.ID)+"/"+string(kernel.NewID()), nil, 404)
	})
}

// kept are the texts that a query answers with.
func (w *world) kept(query string) (all []string) {
	w.Helper()
	err := w.db.Read(w.Context(), func(q db.Querier) error {
		rows, err := q.QueryContext(w.Context(), query)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				return err
			}
			all = append(all, s)
		}
		return rows.Err()
	})
	if err != nil {
		w.Fatal(err)
	}
	return all
}

// Whatever goes wrong on the way is told in plain words, and lets nobody in.
func TestWhatGoesWrongOnTheWayToAProvider(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.provider()
		aicha := w.as("leuven", "aicha")
		if status, body := aicha.links("anna"); status != 200 {
			w.Fatalf("linking: %d\n%s", status, plain(body))
		}
		w.app.Providers.All[0].OrganisationClaim = "" // one that tells of no organisation

		p := w.stranger()
		p.sees("GET /sign-in/with/nobody", nil, 404)
		p.sees("GET /sign-in/with/closed?back=/account", nil, 409, "antwoordt nu niet", "een code per e-mail")
		aicha.sees("GET /account/identities/new/closed", nil, 409, "antwoordt nu niet")
		p.sees("GET /sign-in/with/acmidm/back?code=1&state=2", nil, 422, "Begin hier opnieuw")

		_, body, at := p.fetches(p.url+"/sign-in/with/acmidm", nil)
		abort := abortTo.FindStringSubmatch(body)
		if abort == nil {
			w.Fatalf("at %s one cannot stop:\n%s", at, body)
		}
		if status, body, at := p.fetches(html.UnescapeString(abort[1]), nil); status != 409 || !strings.Contains(plain(body), "u bent gestopt") {
			w.Errorf("who stops is at %s: %d\n%s", at, status, plain(body))
		}

		// the way back is walked once, in the browser that set out
		var back *url.URL
		p.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
			if strings.HasSuffix(r.URL.Path, "/back") {
				back = r.URL
				return http.ErrUseLastResponse
			}
			return nil
		}
		p.shows(p.url+"/sign-in/with/acmidm", "anna")
		if back == nil {
			w.Fatal("the provider sent nobody back")
		}
		base, _ := url.Parse(p.url)
		cookies := p.client.Jar.Cookies(base)
		elsewhere := w.stranger()
		elsewhere.sees("GET "+back.RequestURI(), nil, 422, "Begin hier opnieuw")
		p.client.CheckRedirect = nil
		p.sees("GET "+back.RequestURI(), nil, 200, "Vandaag")
		p.sees("GET "+back.RequestURI(), nil, 422, "Begin hier opnieuw")
		again := w.stranger()
		again.client.Jar.SetCookies(base, cookies) // somebody kept the cookie, and what was in the address
		again.sees("GET "+back.RequestURI(), nil, 422, "Het antwoord van deze dienst klopt niet")

		// she set out to link, and a colleague sits there when the answer comes
		_, page, _ := aicha.asks("GET /account/identities/new/acmidm", nil)
		to := outTo.FindStringSubmatch(page)
		wim := w.as("leuven", "wim")
		aicha.client.Jar.SetCookies(base, []*http.Cookie{{Name: "session", Value: cookieOf(wim, base, "session"), Path: "/"}})
		if status, body, _ := aicha.shows(html.UnescapeString(to[1]), "anna"); status != 422 || !strings.Contains(plain(body), "Begin hier opnieuw") {
			w.Errorf("a colleague gets what she set out for: %d\n%s", status, plain(body))
		}
		if n := len(w.kept(`SELECT id FROM identity`)); n != 1 {
			w.Errorf("%d identities are linked, want 1", n)
		}
	})
}

func cookieOf(p *person, base *url.URL, name string) string {
	for _, c := range p.client.Jar.Cookies(base) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

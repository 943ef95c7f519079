package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// program is a program that somebody signed in, and that holds every answer
// against the document.
type program struct {
	*person
	promise *promise
	headers http.Header
}

func (p *person) program() *program {
	p.Helper()
	promise, err := promises()
	if err != nil {
		p.Fatal(err)
	}
	return &program{person: p, promise: promise, headers: http.Header{}}
}

// with is the same program that also sends a header.
func (p *program) with(name, value string) *program {
	q := *p
	q.headers = p.headers.Clone()
	q.headers.Set(name, value)
	return &q
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// field reads a value in the answer: "errors.0.field".
func (r reply) field(path string) any {
	var v any
	if json.Unmarshal(r.body, &v) != nil {
		return nil
	}
	for _, key := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			i := int(key[0] - '0')
			if len(key) != 1 || i < 0 || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func (r reply) text(path string) string {
	s, _ := r.field(path).(string)
	return s
}

func (r reply) count(path string) int {
	list, _ := r.field(path).([]any)
	return len(list)
}

// sends sends bytes as they are and holds the answer against the document.
func (p *program) sends(what string, body []byte) reply {
	p.Helper()
	r, answer, err := p.try(what, body)
	if err != nil {
		p.Fatalf("%s: %v", what, err)
	}
	if err := p.promised(r, answer); err != nil {
		p.Errorf("%s answers %d against the document: %v\n%s", what, answer.status, err, answer.body)
	}
	return answer
}

// try sends bytes and says what came back; it may be used by many at once.
func (p *program) try(what string, body []byte) (*http.Request, reply, error) {
	method, target, _ := strings.Cut(what, " ")
	var send io.Reader
	if body != nil {
		send = bytes.NewReader(body)
	}
	r, err := http.NewRequestWithContext(p.Context(), method, p.url+"/api/v1"+target, send)
	if err != nil {
		return nil, reply{}, err
	}
	r.Header.Set("Accept-Language", p.lang)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, values := range p.headers {
		r.Header[name] = values
	}
	answer, err := p.client.Do(r)
	if err != nil {
		return r, reply{}, err
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	return r, reply{answer.StatusCode, answer.Header, all}, err
}

// promised holds an answer against the document.
func (p *program) promised(r *http.Request, answer reply) error { return p.promise.kept(r, answer) }

// gets sends a value as JSON (nil: nothing) and wants a status.
func (p *program) gets(what string, in any, want int) reply {
	p.Helper()
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			p.Fatal(err)
		}
	}
	answer := p.sends(what, body)
	if answer.status != want {
		p.Fatalf("%s answers %d, want %d:\n%s", what, answer.status, want, answer.body)
	}
	if want >= 400 && answer.header.Get("Content-Type") != "application/problem+json" {
		p.Errorf("%s fails with %s", what, answer.header.Get("Content-Type"))
	}
	return answer
}

type obj = map[string]any

// vermeiren is a family as a program opens it: a mother, a child of two, one
// on the way. Nobody lives there.
func vermeiren() obj {
	return obj{
		"persons": []obj{
			{"role": "applicant", "first": "Hanna", "last": "Vermeiren", "birth": "1995-04-11"},
			{"role": "child", "first": "Tuur", "last": "Vermeiren", "birth": "2024-02-03"},
			{"role": "unborn", "due": "2027-01-20"},
		},
		"contact":     obj{"phones": []string{"02 123 45 67"}, "address": obj{"street": "Verzonnenstraat", "number": "3"}, "languages": []string{"nl"}},
		"postal_code": "3000",
	}
}

// rows counts the rows of a table.
func (w *world) rows(table string) (n int) {
	w.Helper()
	err := w.db.Read(w.Context(), func(q db.Querier) error {
		return q.QueryRowContext(w.Context(), "SELECT count(*) FROM "+table).Scan(&n)
	})
	if err != nil {
		w.Fatal(err)
	}
	return n
}

// A midwife's program refers a family; the team's accepts, opens the file,
// writes down facts, asks what there is, claims, plans, and closes. The
// midwife's sees received, accepted, arrived, and no more.
func TestAProgramGoesTheWholeWay(t *testing.T) {
	onEachEngine(t, func(w *world) {
		startProgrammes(w)
		lies, aicha := w.as("leuven", "lies").program(), w.as("leuven", "aicha").program()
		if me := aicha.gets("GET /session", nil, 200); me.text("organisation.name") != "Gezinsteam" || me.text("alliance.slug") != "leuven" {
			t.Errorf("who one is: %s", me.body)
		}
		team := aicha.gets("GET /organisations?q=gezinsteam&receives=true", nil, 200)
		to := team.text("items.0.id")
		lies.gets("GET /organisations/"+to, nil, 200)

		family := vermeiren()
		sent := lies.gets("POST /referrals", obj{
			"to": to, "persons": family["persons"], "contact": family["contact"], "postal_code": "3000",
			"why": "Hanna zoekt spullen voor de baby.", "told": obj{"how": "together", "on": "2026-11-20", "agrees": true}, "reference": "H.V.",
		}, 201)
		ref := "/referrals/" + sent.text("id")
		if sent.header.Get("Location") != "/api/v1"+ref+"/receipt" || strings.Contains(string(sent.body), "H.V.") {
			t.Errorf("the receipt is at %s: %s", sent.header.Get("Location"), sent.body)
		}
		if r := lies.gets("GET "+ref+"/receipt", nil, 200); r.text("progress") != "received" || r.text("reference") != "H.V." {
			t.Errorf("the receipt: %s", r.body)
		}
		lies.gets("GET "+ref, nil, 403)
		if in := aicha.gets("GET /referrals/inbox", nil, 200); in.text("items.0.who") != "Hanna Vermeiren" {
			t.Errorf("the inbox: %s", in.body)
		}
		if l := aicha.gets("GET "+ref, nil, 200); l.text("persons.1.first") != "Tuur" || l.text("contact.address.street") != "Verzonnenstraat" {
			t.Errorf("the letter: %s", l.body)
		}
		aicha.gets("POST "+ref+"/accept", nil, 200)
		aicha.gets("POST "+ref+"/accept", nil, 409)
		opened := aicha.gets("POST "+ref+"/open-file", obj{}, 200)
		file := "/families/" + opened.text("family")

		whole := aicha.gets("GET "+file+"?purpose=intake", nil, 200)
		mother := whole.text("persons.0.id")
		aicha.gets("POST "+file+"/facts", obj{"began": whole.field("facts_version"), "facts": []obj{
			{"person": mother, "key": "residence_right", "value": "belgian", "source": "told"},
			{"key": "all_live_here", "value": true, "source": "document"},
		}}, 200)
		aicha.gets("GET "+file+"/facts?key=residence_right&person="+mother, nil, 200)
		found := aicha.gets("GET "+file+"/rights", nil, 200)
		if found.count("result.rights") < 20 || found.count("local") == 0 {
			t.Errorf("%d rights, %d of programmes", found.count("result.rights"), found.count("local"))
		}
		claim := aicha.gets("POST "+file+"/claims", obj{"right": "be.leefloon"}, 201)
		at := "/claims/" + claim.text("id")
		aicha.gets("POST "+at+"/apply", obj{"version": 1}, 200)
		aicha.gets("POST "+at+"/apply", obj{"version": 1}, 409)
		granted := aicha.gets("POST "+at+"/grant", obj{"version": 2, "amount": "123.45", "per": "month"}, 200)
		if granted.text("state") != "granted" || granted.text("amount") != "123.45" {
			t.Errorf("the claim: %s", granted.body)
		}
		aicha.gets("GET "+at, nil, 200)
		if all := aicha.gets("GET /claims?every=true&family="+opened.text("family"), nil, 200); all.count("items") != 1 {
			t.Errorf("the claims: %s", all.body)
		}

		aicha.gets("POST "+ref+"/schedule", obj{"at": "2026-11-25T10:00:00+01:00", "place": "Verzonnenplein 1"}, 200)
		lies.gets("POST "+ref+"/schedule", obj{"at": "2026-11-25T10:00:00+01:00"}, 403)
		aicha.gets("POST "+ref+"/arrived", nil, 200)
		aicha.gets("POST "+ref+"/close", obj{"outcome": "helped"}, 200)
		if r := lies.gets("GET "+ref+"/receipt", nil, 200); r.text("progress") != "arrived" || strings.Contains(string(r.body), "helped") {
			t.Errorf("the last receipt: %s", r.body)
		}
		lies.gets("GET /referrals/outbox?over=true", nil, 200)

		born := aicha.gets("POST "+file+"/persons/"+whole.text("persons.2.id")+"/born", obj{"birth": "2026-11-22", "first": "Lena"}, 200)
		if born.text("role") != "child" {
			t.Errorf("the birth: %s", born.body)
		}
		aicha.gets("PUT "+file+"/contact", obj{"version": 1, "phones": []string{"02 123 45 68"}, "postal_code": "3000"}, 204)
		aicha.gets("PUT "+file+"/contact", obj{"version": 1, "phones": []string{"02 123 45 69"}, "postal_code": "3000"}, 409)
		aicha.gets("GET "+file, nil, 200)

		for _, path := range []string{"/alliances", "/programmes", "/library?lever=4", "/rights/facts", "/families?state=any"} {
			if all := aicha.gets("GET "+path, nil, 200); path != "/rights/facts" && all.count("items") == 0 {
				t.Errorf("%s is empty", path)
			}
		}
		programme := aicha.gets("GET /programmes?limit=1", nil, 200)
		aicha.gets("GET /programmes/"+programme.text("items.0.id"), nil, 200)
		aicha.gets("GET /library/"+programme.text("items.0.template"), nil, 200)
	})
}

// What is not there and what is not for one is answered alike, to the byte.
func TestAProgramLearnsNothingOfOtherFamilies(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, goele := w.as("leuven", "aicha").program(), w.as("leuven", "goele").program()
		file := "/families/" + aicha.gets("POST /families", vermeiren(), 201).text("id")
		none := "/families/" + string(kernel.NewID())
		facts := obj{"facts": []obj{{"key": "all_live_here", "value": true, "source": "told"}}}
		for what, in := range map[string]any{
			"GET %": nil, "GET %/rights": nil, "GET %/facts?key=all_live_here": nil, "POST %/facts": facts,
			"POST %/claims": obj{"right": "be.leefloon"}, "POST %/persons": obj{"role": "other", "first": "Sam"},
			"PUT %/contact": obj{"version": 1},
		} {
			hidden := goele.gets(strings.ReplaceAll(what, "%", file), in, 404)
			absent := goele.gets(strings.ReplaceAll(what, "%", none), in, 404)
			if !bytes.Equal(hidden.body, absent.body) {
				t.Errorf("%s tells the two apart:\n%s\n%s", what, hidden.body, absent.body)
			}
		}
		if own := aicha.gets("POST /families/search", obj{"q": "vermeiren"}, 200); own.count("items") != 1 {
			t.Errorf("one's own family is not found: %s", own.body)
		}
		hidden, absent := goele.gets("POST /families/search", obj{"q": "vermeiren"}, 200), goele.gets("POST /families/search", obj{"q": "zebedeus"}, 200)
		if !bytes.Equal(hidden.body, absent.body) {
			t.Errorf("the search tells the two apart:\n%s\n%s", hidden.body, absent.body)
		}
		if list := goele.gets("GET /families", nil, 200); list.count("items") != 0 {
			t.Errorf("the list of another organisation: %s", list.body)
		}
		goele.gets("POST /families", vermeiren(), 201) // and no word of the other file
		again := aicha.gets("POST /families", vermeiren(), 409)
		if again.text("families.0") != strings.TrimPrefix(file, "/families/") || again.count("families") != 1 {
			t.Errorf("of the same people the worker knows one file: %s", again.body)
		}
	})
}

// Without a session there is what is public. With Bearer a program does
// without cookies.
func TestAProgramSaysWhoAsks(t *testing.T) {
	onEachEngine(t, func(w *world) {
		nobody := w.stranger().program()
		if r := nobody.gets("GET /families", nil, 401); r.header.Get("WWW-Authenticate") == "" || r.text("title") != "Meld u eerst aan" {
			t.Errorf("nobody is told %s", r.body)
		}
		nobody.gets("POST /families", vermeiren(), 401)
		nobody.with("Authorization", "Bearer nonsense").gets("GET /session", nil, 401)
		nobody.gets("GET /alliances", nil, 200)
		w.as("leuven", "rik").program().gets("GET /families", nil, 403)

		bearer := w.token("leuven", "aicha", false)
		if me := bearer.gets("GET /session", nil, 200); me.text("name") != "Aïcha El Amrani" {
			t.Errorf("the bearer is %s", me.body)
		}
		bearer.gets("POST /families", vermeiren(), 201)
	})
}

// The public check answers like the engine, keeps nothing and sets no cookie.
func TestThePublicCheck(t *testing.T) {
	onEachEngine(t, func(w *world) {
		startProgrammes(w)
		nobody := w.stranger().program().with("Idempotency-Key", "one")
		case1 := obj{"date": "2026-11-23", "family": obj{"municipality": "24062"},
			"persons": []obj{{"id": "a", "role": "applicant", "birth_date": "1994-03-04"}, {"id": "b", "role": "child", "birth_date": "2024-02-01"}}}
		plain := nobody.gets("POST /rights/check", case1, 200)
		there := nobody.gets("POST /rights/check?alliance=leuven", case1, 200)
		if plain.count("rights") == 0 || there.count("rights") <= plain.count("rights") || len(there.header.Values("Set-Cookie")) > 0 {
			t.Errorf("%d rights, with the alliance %d, cookies %v", plain.count("rights"), there.count("rights"), there.header.Values("Set-Cookie"))
		}
		bad := obj{"date": "2026-11-23", "persons": []obj{{"id": "a", "role": "applicant", "birth_date": "2026-02-30"}}}
		for lang, word := range map[string]string{"nl": "", "fr": "", "de": "", "en": ""} {
			q := *nobody
			q.person = nobody.reads(lang)
			r := q.gets("POST /rights/check", bad, 422)
			if r.text("errors.0.field") != "persons.0.birth_date" || r.text("detail") == word {
				t.Errorf("in %s: %s", lang, r.body)
			}
		}
		nobody.gets("POST /rights/check?alliance=nowhere", case1, 422)
		nobody.gets("POST /rights/check", []int{1}, 422)
		for _, table := range []string{"idempotent_request", "finding", "family"} {
			if n := w.rows(table); n != 0 {
				t.Errorf("a check left %d rows in %s", n, table)
			}
		}
	})
}

// A list goes on where it ended, through Link and next alike.
func TestAListGoesOn(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha := w.as("leuven", "aicha").program()
		for range 5 {
			in := vermeiren()
			in["anyway"] = true
			aicha.gets("POST /families", in, 201)
		}
		for _, list := range []string{"/families?state=any&limit=2", "/organisations?limit=2"} {
			seen, at := map[string]bool{}, list
			for range 20 {
				part := aicha.gets("GET "+at, nil, 200)
				for i := range part.count("items") {
					id := part.text("items." + string(rune('0'+i)) + ".id")
					if id == "" || seen[id] {
						t.Errorf("%s shows %q twice", at, id)
					}
					seen[id] = true
				}
				link := part.header.Get("Link")
				if part.text("next") == "" {
					if link != "" {
						t.Errorf("the end of the list has a link: %s", link)
					}
					break
				}
				next, rel, _ := strings.Cut(strings.TrimPrefix(link, "<"), ">")
				if rel != `; rel="next"` {
					t.Fatalf("the link is %s", link)
				}
				at = strings.TrimPrefix(next, "/api/v1")
			}
			if len(seen) < 5 {
				t.Errorf("%s shows %d", list, len(seen))
			}
		}
		page := aicha.gets("POST /families/search", obj{"q": "vermeiren", "limit": 3}, 200)
		rest := aicha.gets("POST /families/search", obj{"q": "vermeiren", "limit": 3, "after": page.text("next")}, 200)
		if page.count("items") != 3 || rest.count("items") != 2 || rest.text("next") != "" {
			t.Errorf("the search shows %d and %d", page.count("items"), rest.count("items"))
		}
		aicha.gets("GET /families?after=nonsense", nil, 422)
		aicha.gets("GET /families?limit=1000", nil, 422)
		aicha.gets("GET /families?limt=1", nil, 422)
	})
}

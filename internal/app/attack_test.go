package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/web/api"
)

// outsider is somebody who tries doors, straight at the handler: nothing is
// followed, every answer is looked at as it is.
type outsider struct {
	*world
	name   string
	cookie string
	visit  string // of somebody of a family
	token  string // of a program
	lang   string // empty: none that is told
}

func (w *world) outsider(town, worker string) outsider {
	w.Helper()
	o := outsider{world: w, name: "a stranger"}
	if town != "" {
		t := w.towns[town]
		who, ok := t.Workers[worker]
		if !ok {
			w.Fatalf("nobody is called %s in %s", worker, town)
		}
		cookie, err := w.app.Members.SignInAs(w.Context(), t.ID, who.ID, who.Org.ID)
		if err != nil {
			w.Fatal(err)
		}
		o.name, o.cookie = worker+" of "+town, cookie
	}
	return o
}

// tries sends a request with a body of a kind; kind "" sends none.
func (o outsider) tries(method, path, kind, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://bondgenoot.example/", strings.NewReader(body))
	r.URL = &url.URL{Scheme: "http", Host: r.Host}
	r.URL.Path, r.URL.RawQuery, _ = strings.Cut(path, "?")
	r.RequestURI = path
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if o.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: o.cookie})
	}
	if o.visit != "" {
		r.AddCookie(&http.Cookie{Name: "visit", Value: o.visit})
	}
	if o.lang != "" {
		r.Header.Set("Accept-Language", o.lang)
	}
	if o.token != "" {
		r.Header.Set("Authorization", "Bearer "+o.token)
	}
	answer := httptest.NewRecorder()
	o.app.Handler.ServeHTTP(answer, r)
	return answer
}

const (
	asForm = "application/x-www-form-urlencoded"
	asJSON = "application/json"
)

// told is all that an answer tells, with what was asked for taken out.
func told(answer *httptest.ResponseRecorder, asked ...kernel.ID) string {
	header := answer.Header().Clone()
	header.Del("Content-Length")
	var b strings.Builder
	fmt.Fprintln(&b, answer.Code)
	_ = header.Write(&b) // sorted; never fails
	b.Write(answer.Body.Bytes())
	text := b.String()
	for _, id := range asked {
		text = strings.ReplaceAll(text, string(id), "ID")
	}
	return text
}

// difference shows where two answers part.
func difference(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	cut := func(s string) string { return s[max(0, min(i, len(s))-80):min(len(s), i+120)] }
	return fmt.Sprintf("…%s\n--- but of an ID that nobody has ---\n…%s", cut(a), cut(b))
}

// objects are what stands in the wildcards of a path.
type objects map[string]kernel.ID

// wildcards that name no object.
var steps = map[string][]string{
	"{step}": {"change", "start", "apply", "grant"}, "{move}": {"start"}, "{fact}": {"family.has_bim"},
	"{template}": {"leuven-kirikou"}, "{token}": {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}, "{right}": {"be.leefloon"}, "{provider}": {"acmidm"}, "{code}": {"nobody-made-this"}, "{nis}": {"24062"},
}

// paths fills a pattern; none when nothing is known for a wildcard, and false
// when it names no object.
func (o objects) paths(path string) (all []string, names bool) {
	all = []string{path}
	for _, part := range strings.Split(path, "/") {
		if !strings.HasPrefix(part, "{") || part == "{$}" {
			continue
		}
		choices, isStep := steps[part]
		if !isStep {
			id, known := o[strings.TrimSuffix(path[:strings.Index(path, part)], "/")+"/"+part]
			if !known {
				id, known = o[part]
			}
			if !known {
				return nil, false
			}
			choices, names = []string{string(id)}, true
		}
		var next []string
		for _, p := range all {
			for _, c := range choices {
				next = append(next, strings.Replace(p, part, c, 1))
			}
		}
		all = next
	}
	return all, names
}

// nobodys are IDs that nobody has, in the same places.
func (o objects) nobodys() objects {
	n := objects{}
	for name := range o {
		n[name] = kernel.NewID()
	}
	return n
}

func (o objects) ids() (all []kernel.ID) {
	for _, id := range o {
		all = append(all, id)
	}
	return all
}

// typed is a form that fills what any page asks, with these objects wherever
// one can be named.
func typed(o objects) string {
	form := url.Values{
		"version": {"1"}, "began": {"1"}, "reason": {"other"}, "hours": {"4"}, "number": {"000"}, "hour": {"10:00"}, "place": {"Aan de balie"}, "absence": {"let_know"},
		"outcome": {"helped"}, "right": {"be.leefloon"}, "text": {"Een regel."}, "first": {"Mira"}, "last": {"Verzonnen"}, "birth": {"1990-01-01"},
		"role": {"child"}, "value": {"true"}, "source": {"told"}, "kind": {"worker"}, "verdict": {"other"}, "sure": {"yes"},
		"name": {"Nieuwe naam"}, "mail": {"nieuw@leuven.example"}, "roles": {"caseworker"}, "why": {"Er is te weinig geld."},
		"told.how": {"spoken"}, "told.on": {"2026-11-20"}, "told.agrees": {"yes"}, "phone": {"02 123 45 67"}, "on": {"2026-11-20"},
		"day": {"2026-11-30"}, "from": {"2026-11-20"}, "do": {"add"}, "anyway": {"yes"}, "postal_code": {"3000"}, "lang": {"nl"},
		"family": {string(o["family"])}, "other": {string(o["family"])}, "programme": {string(o["programme"])}, "part_of": {string(o["referral"])},
		"to": {string(o["organisation"])}, "instead": {string(o["organisation"])}, "holder": {string(o["worker"])}, "partner": {string(o["organisation"])},
		"org": {string(o["organisation"])}, "person": {string(o["person"])}, "worker": {string(o["worker"])}, "named": {string(o["worker"])},
	}
	return form.Encode()
}

// knowledge is one of everything in Leuven that belongs to Aïcha's team.
func (w *world) knowledge() (objects, scene) {
	w.Helper()
	s := w.furnish()
	var job kernel.ID
	leuven := w.towns["leuven"]
	err := w.db.Read(w.Context(), func(q db.Querier) error {
		return q.QueryRowContext(w.Context(), `SELECT id FROM job WHERE alliance = $1 ORDER BY id LIMIT 1`, leuven.ID).Scan(&job)
	})
	if err != nil {
		w.Fatal(err)
	}
	key, _, err := w.app.Members.MakeToken(leuven.As(w.Context(), "aicha"), members.NewToken{Name: "Test", LastDay: "2026-12-31"})
	if err != nil {
		w.Fatal(err)
	}
	if _, err := w.app.Members.SignInAs(w.Context(), leuven.ID, leuven.Workers["aicha"].ID, leuven.Workers["aicha"].Org.ID); err != nil {
		w.Fatal(err)
	}
	open, err := w.app.Members.Sessions(leuven.As(w.Context(), "aicha"))
	if err != nil || len(open) == 0 {
		w.Fatalf("sessions of Aïcha: %v, %v", open, err)
	}
	passkey := kernel.NewID()
	err = w.db.Write(w.Context(), func(q db.Querier) error {
		_, err := q.ExecContext(w.Context(), `INSERT INTO passkey (alliance, id, worker, name, key_id, credential, made_at, used_at)
			VALUES ($1, $2, $3, 'telephone', 'key', '{}', '', '')`, leuven.ID, passkey, leuven.Workers["aicha"].ID)
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	aicha, form := w.as("leuven", "aicha"), "/families/"+string(s.family)+"/notes"
	aicha.sees("POST /drafts", url.Values{"form": {form}, "page": {form}, "typed": {"text=x"}, "who": {aicha.post()}}, 204)
	var draft kernel.ID
	err = w.db.Read(w.Context(), func(q db.Querier) error {
		return q.QueryRowContext(w.Context(), `SELECT id FROM draft WHERE alliance = $1`, leuven.ID).Scan(&draft)
	})
	if err != nil {
		w.Fatal(err)
	}
	aichas := leuven.As(w.Context(), "aicha")
	w.did(w.app.Members.LinkIdentity(aichas, members.Shown{Provider: "acmidm", Issuer: "https://acmidm.example", Subject: "aicha", Once: "1"}))
	linked, err := w.app.Members.Identities(aichas)
	w.did(err)
	door, err := w.app.Referrals.OpenDoor(leuven.As(w.Context(), "omar"), leuven.Orgs["lampeke"].ID, referrals.ForPartners, kernel.NL)
	w.did(err)
	help := helpIn(w, w.app.Directory, leuven.As(w.Context(), "katrien"))
	all := objects{
		"/story/{id}": s.told, "/story/photos/{id}": s.told, "{photo}": s.photo, "{size}": "small",
		"/vouchers/{id}": s.bags, "{offer}": "bag", "{voucher}": s.bag, "{shop}": s.organisation, "{till}": s.till, "{use}": kernel.NewID(), "{batch}": s.batch, "{payment}": s.paid, "{series}": s.day.Series, "{event}": kernel.NewID(), "/shops/{id}": s.organisation, "/shops/tills/{id}": s.till, "/shops/take/{id}": s.organisation, "/shops/uses/{id}": s.organisation, "/till/{link}": kernel.ID(s.tillLink),
		"/directory/import/{id}": help["/directory/import/{id}"], "/directory/organisations/{id}": help["/directory/organisations/{id}"], "/directory/services/{id}": help["/directory/services/{id}"],
		"/directory/places/{id}": help["/directory/places/{id}"], "/right/{token}/services/{id}": help["/directory/services/{id}"], "/right/{token}/places/{id}": help["/directory/places/{id}"],
		"/payments/batches/{id}": s.batch, "/payments/statements/{id}": s.paid, "/payments/accounts/{id}": s.organisation,
		"/handouts/{id}": s.day.Series, "{session}": s.day.ID, "{booking}": s.booking, "{feed}": kernel.NewID(), "/registers/{id}": s.list, "/comparisons/{id}": s.comparison, "/registers/mappings/{id}": s.columns, "/account/identities/{id}": linked[0].ID, "/doors/{id}": door.ID, "{door}": door.ID, "/devices/{id}": s.phone,
		"/account/sessions/{id}": open[0].ID, "/account/passkeys/{id}": passkey,
		"/drafts/{id}": draft, "{token}": key.ID, "/tokens/{id}": key.ID, "/administration/tokens/{id}": key.ID,
		"/families/{id}": s.family, "/api/v1/families/{family}": s.family, "{family}": s.family, "{person}": s.person, "{holder}": leuven.Workers["aicha"].ID,
		"/claims/{id}": s.claim, "{claim}": s.claim, "{line}": s.line, "{look}": s.look, "/what-if/{id}": s.trial, "/referrals/{id}": s.referral, "{referral}": s.referral,
		"/local-rights/{id}": s.written, "/programmes/{id}": s.programme, "{programme}": s.programme, "/network/{id}": s.organisation, "{organisation}": s.organisation,
		"/administration/organisations/{id}": s.organisation, "/administration/jobs/{id}": job, "{job}": job, "{worker}": s.colleague, "{decision}": s.decision, "{objection}": s.objection, "{emergency}": s.emergency, "{delay}": s.delay, "{merge}": kernel.NewID(), "/session/{alliance}": leuven.ID, "{org}": s.team,
		"family": s.family, "person": s.person, "programme": s.programme, "organisation": s.organisation, "referral": s.referral, "worker": s.colleague,
	}
	maps.Copy(all, s.goods)
	maps.Copy(all, s.lent)
	return all, s
}

// Whoever is not of the team that works with a family, and whoever is of
// another alliance, tries every route on what exists and on what does not.
// Nothing opens, and nothing tells the two apart.
func TestWhoMayNotKnowItCannotTellItFromNothing(t *testing.T) {
	onEachEngine(t, func(w *world) {
		real, _ := w.knowledge()
		bodies := bodiesOfTheAPI(t)
		for _, who := range []outsider{
			w.outsider("leuven", "goele"), w.outsider("leuven", "katrien"), w.outsider("leuven", "omar"), w.outsider("leuven", "rik"),
			w.outsider("leuven", "wim"), w.outsider("leuven", "nele"), w.outsider("leuven", "lies"),
			w.outsider("kortenaken", "stijn"), w.outsider("kortenaken", "piet"), w.outsider("kortenaken", "hilde"),
			w.outsider("liege", "nadia"), w.outsider("liege", "elise"), w.outsider("rivierenland", "dirk"), w.outsider("", ""),
		} {
			neighbour := strings.HasSuffix(who.name, "of leuven")
			for _, route := range w.app.Routes.Table() {
				method, pattern, _ := strings.Cut(route.Pattern, " ")
				shared := strings.Contains(pattern, "/programmes/") || strings.Contains(pattern, "/local-rights/") || strings.Contains(pattern, "/network/") ||
					strings.Contains(pattern, "/directory/") || strings.Contains(pattern, "/depot/") && !strings.Contains(pattern, "{request}") || strings.Contains(pattern, "/organisations/") || strings.Contains(pattern, "/administration/") ||
					who.name == "nele of leuven" && strings.Contains(pattern, "/emergencies/") ||
					strings.HasPrefix(pattern, "/vouchers/") || strings.HasPrefix(pattern, "/story/") || pattern == "/loans/libraries/{id}" || pattern == api.Root+"/lending/libraries/{library}" || method == http.MethodGet && (pattern == api.Root+"/handouts/{session}" || pattern == api.Root+"/handout-series/{series}") || strings.Contains(pattern, "/shops/") || strings.Contains(pattern, "/tills/") || strings.HasPrefix(pattern, "/payments/accounts/") || strings.Contains(pattern, "/workers/") || strings.Contains(pattern, "/jobs/") || strings.Contains(pattern, "/tokens/all/") || route.Action == "family.erase"
				if neighbour && (shared || who.name == "rik of leuven" && (strings.Contains(pattern, "/depot/") || (strings.Contains(pattern, "/loans/") || strings.Contains(pattern, "/lending/"))) || pattern == "/handouts/{id}" || who.name == "katrien of leuven" && (strings.HasPrefix(pattern, "/desk/") || strings.Contains(pattern, "/handouts/") || strings.Contains(pattern, "/handout-series/") || strings.Contains(pattern, "/appointments/")) || who.name == "omar of leuven" && strings.Contains(pattern, "/doors/") || who.name == "katrien of leuven" && strings.HasPrefix(pattern, "/what-if/")) || who.name == "lies of leuven" && strings.Contains(pattern, "/referrals/") {
					continue // theirs to see
				}
				if route.Action == "voucher.till" { // the link of a till is its secret: whoever holds it is asked for the PIN
					continue
				}
				if route.Action == "directory.read" || strings.HasPrefix(pattern, "/hsds/") {
					continue // told to everybody
				}
				none := real.nobodys()
				kind, mine, nobodys := "", "", ""
				switch {
				case method == http.MethodGet:
				case strings.HasPrefix(pattern, api.Root):
					kind, mine = asJSON, bodies[route.Pattern]
					nobodys = mine
				default:
					kind, mine, nobodys = asForm, typed(real), typed(none)
				}
				there, names := real.paths(pattern)
				if len(there) == 0 {
					w.Fatalf("nothing stands for the wildcards of %s: name an object in knowledge", route.Pattern)
				}
				if !names {
					continue
				}
				nowhere, _ := none.paths(pattern)
				for i := range there {
					got := who.tries(method, there[i], kind, mine)
					want := who.tries(method, nowhere[i], kind, nobodys)
					if got.Code < 300 {
						w.Errorf("%s: %s answers %d to %s", route.Action, route.Pattern, got.Code, who.name)
					}
					if a, b := told(got, real.ids()...), told(want, none.ids()...); a != b {
						w.Errorf("%s tells %s that there is something:\n%s", route.Pattern, who.name, difference(a, b))
					}
				}
			}
		}
	})
}

// Under what is one's own, and in the fields of one's own forms, an ID of what
// is others' does what an ID of nothing does. Both are tried in turn.
func TestAnIDOfOthersIsLikeAnIDOfNothingInEveryField(t *testing.T) {
	onEachEngine(t, func(w *world) {
		_, own := w.knowledge()
		theirs := w.othersFile()
		leuven, liege := w.towns["leuven"], w.towns["liege"]
		referral := url.Values{"to": {string(leuven.Orgs["kirikou"].ID)}, "why": {"Er is te weinig geld."}, "first": {"Mira"}, "last": {"Verzonnen"},
			"birth": {"1990-01-01"}, "phone": {"02 123 45 67"}, "told.how": {"spoken"}, "told.on": {"2026-11-20"}, "told.agrees": {"yes"}}
		with := func(form url.Values, field string) url.Values {
			changed := url.Values{}
			for name, values := range form {
				changed[name] = values
			}
			changed.Set(field, "THEIRS")
			return changed
		}
		family, claim, asked := "/families/"+string(own.family), "/claims/"+string(own.claim), "/referrals/"+string(own.referral)
		for _, try := range []struct {
			who, what string
			form      url.Values
			theirs    kernel.ID
		}{
			{"aicha", "GET " + family + "/people/THEIRS", nil, theirs.person},
			{"aicha", "POST " + family + "/people/THEIRS", url.Values{"version": {"1"}, "role": {"child"}, "first": {"A"}, "last": {"B"}}, theirs.person},
			{"aicha", "GET " + family + "/people/THEIRS/left", nil, theirs.person},
			{"aicha", "POST " + family + "/people/THEIRS/left", url.Values{"from": {"2026-11-20"}, "reason": {"moved"}}, theirs.person},
			{"aicha", "POST " + family + "/people/THEIRS/born", url.Values{"birth": {"2026-11-20"}, "first": {"A"}, "last": {"B"}}, theirs.person},
			{"aicha", "GET " + family + "/facts/THEIRS.benefit", nil, theirs.person},
			{"aicha", "POST " + family + "/facts/THEIRS.benefit", url.Values{"value": {"leefloon"}, "source": {"told"}}, theirs.person},
			{"aicha", "GET " + family + "/team/THEIRS/leave", nil, liege.Workers["nadia"].ID},
			{"aicha", "POST " + family + "/team/THEIRS/leave", url.Values{}, liege.Workers["nadia"].ID},
			{"aicha", "POST " + family + "/team", url.Values{"kind": {"worker"}, "worker": {"THEIRS"}}, liege.Workers["nadia"].ID},
			{"aicha", "POST " + family + "/team", url.Values{"kind": {"organisation"}, "organisation": {"THEIRS"}}, liege.Orgs["team"].ID},
			{"aicha", "POST " + family + "/claims", url.Values{"right": {"be.leefloon"}, "person": {"THEIRS"}}, theirs.person},
			{"aicha", "GET /referrals/new?family=THEIRS", nil, theirs.family},
			{"aicha", "GET /referrals/new?to=THEIRS", nil, liege.Orgs["team"].ID},
			{"aicha", "POST /referrals", with(referral, "family"), theirs.family},
			{"aicha", "POST /referrals", with(referral, "to"), liege.Orgs["team"].ID},
			{"aicha", "POST /referrals", with(referral, "programme"), theirs.programme},
			{"aicha", "POST /referrals", with(referral, "part_of"), theirs.referral},
			{"aicha", "POST " + asked + "/decline", url.Values{"reason": {"full"}, "instead": {"THEIRS"}}, liege.Orgs["team"].ID},
			{"aicha", "POST " + asked + "/accept", url.Values{}, ""},
			{"aicha", "POST " + asked + "/tie", url.Values{"family": {"THEIRS"}}, theirs.family},
			{"aicha", "GET " + claim + "/THEIRS", nil, theirs.claim},
			{"aicha", "GET /api/v1/claims?family=THEIRS", nil, theirs.family},
			{"aicha", "GET /api/v1" + family + "/facts?key=benefit&person=THEIRS", nil, theirs.person},
			{"aicha", "POST /session", url.Values{"alliance": {string(leuven.ID)}, "org": {"THEIRS"}}, leuven.Orgs["ocmw"].ID},
			{"aicha", "POST /session", url.Values{"alliance": {"THEIRS"}, "org": {string(liege.Orgs["team"].ID)}}, liege.ID},
			{"wim", "GET /administration/organisations/THEIRS", nil, liege.Orgs["team"].ID},
			{"nele", "POST /administration/twins", url.Values{"family": {"THEIRS"}, "other": {string(own.family)}, "verdict": {"different"}}, theirs.family},
			{"nele", "POST /administration/erasure", url.Values{"family": {"THEIRS"}, "reason": {"asked"}, "sure": {"yes"}}, theirs.abroad},
			{"katrien", "GET /programmes/THEIRS", nil, theirs.programme},
			{"katrien", "POST /programmes/THEIRS/pause", url.Values{}, theirs.programme},
		} {
			who := w.outsider("leuven", try.who)
			ask := func(id kernel.ID) string {
				method, path, _ := strings.Cut(strings.ReplaceAll(try.what, "THEIRS", string(id)), " ")
				answer := who.tries(method, path, asForm, strings.ReplaceAll(try.form.Encode(), "THEIRS", string(id)))
				if try.theirs != "" && method == http.MethodPost && answer.Code == http.StatusSeeOther {
					w.Errorf("%s by %s was done with an ID of others", try.what, try.who)
				}
				return told(answer, id)
			}
			if try.theirs == "" { // a step on the way
				ask("")
				continue
			}
			if a, b := ask(try.theirs), ask(kernel.NewID()); a != b {
				w.Errorf("%s tells %s that there is something:\n%s", try.what, try.who, difference(a, b))
			}
		}
	})
}

// others is what belongs to others: to another organisation of Leuven, or to
// another alliance.
type others struct{ family, person, claim, referral, programme, abroad kernel.ID }

func (w *world) othersFile() (o others) {
	w.Helper()
	goele, nadia, elise := w.towns["leuven"].As(w.Context(), "goele"), w.towns["liege"].As(w.Context(), "nadia"), w.towns["liege"].As(w.Context(), "elise")
	who := families.NewFamily{Anyway: true, Persons: []families.NewPerson{
		{Role: families.Applicant, First: "Vera", Last: "Lemaire", Birth: "1991-05-06"}, {Role: families.Child, First: "Sam", Last: "Lemaire", Birth: "2022-01-01"}},
		Contact: families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(9)}}}
	f, err := w.app.Families.Open(goele, who)
	if err != nil {
		w.Fatal(err)
	}
	file, err := w.app.Families.Read(goele, f.ID, families.ForCare)
	if err != nil {
		w.Fatal(err)
	}
	claim, err := w.app.Rights.Claim(goele, f.ID, rights.New{Right: "be.leefloon"})
	if err != nil {
		w.Fatal(err)
	}
	abroad, err := w.app.Families.Open(nadia, who)
	if err != nil {
		w.Fatal(err)
	}
	sent, err := w.app.Referrals.Send(elise, referrals.NewReferral{To: w.towns["liege"].Orgs["team"].ID, Why: "Il manque de l’argent.", Sketch: who,
		Told: referrals.Told{How: referrals.Spoken, On: "2026-11-20", Agrees: true}})
	if err != nil {
		w.Fatal(err)
	}
	running, err := w.app.Programmes.List(nadia, programmes.Query{States: []programmes.State{programmes.On}})
	if err != nil || len(running.Rows) == 0 {
		w.Fatalf("no programme runs in Liège: %v", err)
	}
	return others{f.ID, file.Persons[1].ID, claim.ID, sent.ID, running.Rows[0].ID, abroad.ID}
}

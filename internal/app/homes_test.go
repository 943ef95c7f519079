package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/homes"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/api"
)

// aHome is one of two homes of Noor: a file of one parent, all that must not
// come to the other, and the workers and pages that read it.
type aHome struct {
	id, adult, child kernel.ID
	worker           string
	secrets          []string
	visit            string // of the adult
}

// homeOf opens a file of Noor and one parent, who is in it with much that is
// theirs alone.
func (w *world) homeOf(worker, first, last, street, word string, phone int) (h aHome) {
	w.Helper()
	town := w.towns["leuven"]
	who := town.As(w.Context(), worker)
	f, err := w.app.Families.Open(who, families.NewFamily{Anyway: true, PostalCode: "3010", Persons: []families.NewPerson{
		{Role: families.Applicant, First: first, Last: last, Birth: "1988-07-08"}, {Role: families.Child, First: "Noor", Last: "Vermeiren", Birth: "2017-03-09"}},
		Contact: families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(phone)}, Mails: []kernel.Email{kernel.Email(strings.ToLower(first) + "@gezin.example")},
			Address: families.Address{Street: street, Number: "9"}, Safe: families.Safe{Hours: "na " + word}}})
	if err != nil {
		w.Fatal(err)
	}
	file, err := w.app.Families.Read(who, f.ID, families.ForCare)
	if err != nil {
		w.Fatal(err)
	}
	h = aHome{id: f.ID, adult: file.Persons[0].ID, child: file.Persons[1].ID, worker: worker}
	if _, err := w.app.Families.AddNote(who, f.ID, word+" in een nota"); err != nil {
		w.Fatal(err)
	}
	if _, err := w.app.Rights.Claim(who, f.ID, rights.New{Right: "be.leefloon"}); err != nil {
		w.Fatal(err)
	}
	if _, err := w.app.Referrals.Send(who, referrals.NewReferral{To: town.Orgs["kirikou"].ID, Family: f.ID, Why: word + " in een vraag",
		Told: referrals.Told{How: referrals.Together, On: "2026-11-20", Agrees: true}}); err != nil {
		w.Fatal(err)
	}
	if err := w.app.Own.AddStep(who, f.ID, ownpage.NewStep{Text: word + " in een stap", Due: "2026-12-01"}); err != nil {
		w.Fatal(err)
	}
	slip, err := w.app.Own.GiveCode(who, f.ID, ownpage.Give{Person: h.adult, Lang: kernel.NL, Names: kernel.NL, Days: 90})
	if err != nil {
		w.Fatal(err)
	}
	if h.visit, err = w.app.Own.Scanned(w.Context(), slip.Scan); err != nil {
		w.Fatal(err)
	}
	me := town.Workers[worker]
	h.secrets = []string{string(f.ID), string(h.adult), string(h.child), first, last, street, word, kernel.FictionalPhone(phone).Display(),
		strings.ToLower(first) + "@gezin.example", string(me.ID), me.Name}
	return h
}

// reads walks every page, endpoint and file that the readers of a home can
// open, and gives all of it; n counts what answered.
func (w *world) reads(h aHome) (all string, n int) {
	w.Helper()
	var b strings.Builder
	worker, parent := w.outsider("leuven", h.worker), w.outsider("", "")
	parent.visit = h.visit
	named := objects{"/families/{id}": h.id, "/api/v1/families/{family}": h.id, "{family}": h.id, "{person}": h.child, "{holder}": w.towns["leuven"].Workers[h.worker].ID}
	for _, route := range w.app.Routes.Table() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		if method != http.MethodGet || strings.HasPrefix(pattern, "/assets/") || pattern == "/mine/leave" || pattern == "/demo/mail" || pattern == "/sign-in" { // which lists all workers of a demonstration
			continue
		}
		who, paths := worker, []string{pattern}
		if strings.HasPrefix(pattern, "/mine") {
			who = parent
		} else {
			paths, _ = named.paths(pattern)
		}
		if pattern == "/search" || pattern == api.Root+"/families" {
			paths = append(paths, pattern+"?q=Noor", pattern+"?q=Vermeiren", pattern+"?q=2017")
		}
		for _, path := range paths {
			if answer := who.tries(method, strings.TrimSuffix(path, "{$}"), "", ""); answer.Code < 300 {
				fmt.Fprintln(&b, "\n=====", path)
				b.Write(answer.Body.Bytes())
				n++
			}
		}
	}
	return b.String(), n
}

// keepsApart wants that nothing of one home stands on anything that the other's
// readers can open, except what was given.
func (w *world) keepsApart(when string, one, other aHome, given ...string) {
	w.Helper()
	all, n := w.reads(other)
	if n < 40 || !strings.Contains(all, other.secrets[3]) || !strings.Contains(all, other.secrets[6]) {
		w.Fatalf("%s: only %d answers were looked at, or none of their own", when, n)
	}
	at := ""
	for line := range strings.Lines(all) {
		if strings.HasPrefix(line, "===== ") {
			at = strings.TrimSpace(line)
		}
		for i, secret := range one.secrets {
			if strings.Contains(line, secret) && !(i == len(one.secrets)-1 && len(given) > 0 && strings.HasSuffix(at, "/homes")) {
				w.Errorf("%s: %s says %q of the other home", when, at, secret)
			}
		}
	}
	for _, word := range given {
		if !strings.Contains(all, word) {
			w.Errorf("%s: %q was given and is not seen", when, word)
		}
	}
	if own, _, _ := strings.Cut(all, "===== /mine"); own == all {
		w.Fatal("no page of the parent was looked at")
	}
	for _, part := range strings.Split(all, "\n===== ") {
		if strings.HasPrefix(part, "/mine") && (strings.Contains(part, "thuis") && strings.Contains(part, "nog een thuis") || strings.Contains(part, "family.homes")) {
			w.Errorf("%s: the parent's page %s tells that the other home is helped too", when, strings.Fields(part)[0])
		}
	}
}

// Noor has two homes. Whatever her two care teams tell each other, nothing of
// the one parent comes to the other, or to who works with them.
func TestNothingOfOneHomeComesToTheOther(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := w.towns["leuven"]
		mother := w.homeOf("aicha", "Zephyrine", "Quintelier", "Lievevrouwstraat", "marsepein", 41)
		father := w.homeOf("goele", "Barnabas", "Ossenblok", "Zevenslapersweg", "hagelslag", 42)
		aicha, goele := town.As(w.Context(), "aicha"), town.As(w.Context(), "goele")
		apart := func(when string, given ...string) {
			w.Helper()
			w.keepsApart(when, mother, father, given...)
			w.keepsApart(when, father, mother)
		}
		must := func(err error) {
			w.Helper()
			if err != nil {
				w.Fatal(err)
			}
		}
		linkOf := func() kernel.ID {
			all, err := w.app.Homes.Of(goele, father.id)
			if err != nil || len(all) != 1 {
				w.Fatalf("%+v, %v", all, err)
			}
			return all[0].Link
		}
		apart("before anything")
		must(w.app.Homes.Ask(aicha, mother.id, mother.child))
		apart("when it is asked")
		link := linkOf()
		must(w.app.Homes.Answer(goele, father.id, link, true))
		must(w.app.Homes.Lives(aicha, mother.id, link, homes.Here))
		apart("when both know")
		must(w.app.Homes.Give(aicha, mother.id, link, []homes.Share{homes.GivesLives, homes.GivesTeam}))
		apart("when the mother's team gives all it can", town.Workers["aicha"].Name)
		file, err := w.app.Families.Read(aicha, mother.id, families.ForCare)
		must(err)
		must(w.app.Families.ChangeContact(aicha, mother.id, families.ContactEdit{Contact: file.Contact, Version: file.ContactVersion,
			PostalCode: file.PostalCode, Municipality: file.Municipality, Confidential: true}))
		apart("when the mother went to a shelter")
		must(w.app.Homes.End(aicha, mother.id, link))
		apart("when it ended")
		for _, h := range []aHome{mother, father} {
			v, err := w.app.Own.Visit(w.Context(), h.visit)
			must(err)
			looks, err := w.app.Own.Looks(w.Context(), v, 0)
			must(err)
			for _, x := range looks.Records {
				if x.Action == "family.homes" || x.Rule != "" || x.Detail["home"] != "" {
					w.Errorf("who looked tells of another home: %+v", x)
				}
			}
		}
	})
}

// A worker asks on the page of a family, the other team finds the question,
// says yes, and what each gives is theirs to choose.
func TestTwoTeamsFindEachOtherForAChild(t *testing.T) {
	onEachEngine(t, func(w *world) {
		mother := w.homeOf("aicha", "Zephyrine", "Quintelier", "Lievevrouwstraat", "marsepein", 41)
		father := w.homeOf("goele", "Barnabas", "Ossenblok", "Zevenslapersweg", "hagelslag", 42)
		aicha, goele := w.as("leuven", "aicha"), w.as("leuven", "goele")
		hers, his := "/families/"+string(mother.id), "/families/"+string(father.id)
		aicha.sees("GET "+hers, nil, 200, "Een kind met twee thuizen")
		aicha.sees("GET "+hers+"/homes", nil, 200, "Noor Vermeiren", "Vraag het aan het andere thuis")
		aicha.sees("POST "+hers+"/homes", url.Values{"child": {string(mother.child)}, "do": {"link"}, "with": {string(father.id)}}, 422, "We vinden dat dossier niet")
		aicha.sees("POST "+hers+"/homes", url.Values{"child": {string(mother.child)}, "do": {"ask"}}, 200, "De vraag is gesteld", "23 december 2026")
		aicha.sees("POST "+hers+"/homes", url.Values{"child": {string(mother.child)}, "do": {"ask"}}, 409, "al gevraagd")
		goele.sees("GET /today", nil, 200, "vraag over het andere thuis")
		goele.sees("GET "+his, nil, 200, "Een team vraagt iets")
		goele.sees("GET "+his+"/homes", nil, 200, "Een ander team van de alliantie vraagt", "Zegt u nee, dan hoort niemand dat")
		all, err := w.app.Homes.Of(w.towns["leuven"].As(w.Context(), "goele"), father.id)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		with := func(do string, more ...string) url.Values {
			return form(append([]string{"link", string(all[0].Link), "child", string(father.child), "do", do}, more...)...)
		}
		goele.sees("POST "+his+"/homes/other", with("yes"), 200, "heeft nu twee thuizen")
		aicha.sees("GET "+hers, nil, 200, "Heeft nog een thuis")
		goele.sees("POST "+his+"/homes/other", with("lives"), 422, "Kies of het kind hier ingeschreven staat")
		goele.sees("POST "+his+"/homes/other", with("lives", "lives", "elsewhere"), 200, "Dat is bewaard")
		goele.sees("GET "+his, nil, 200, "Staat op dit adres ingeschreven", "Nee")
		goele.sees("POST "+his+"/homes/other", with("give", "gives", "lives"), 200, "Dat is bewaard")
		aicha.sees("GET "+hers+"/homes", nil, 200, "Het kind staat daar niet ingeschreven")
		goele.sees("POST "+his+"/homes/other", with("end"), 200, "weten niets meer van elkaar")
		aicha.misses("GET "+hers, "Heeft nog een thuis")
		goele.sees("POST "+his+"/homes/other", with("give", "gives", "lives"), 404)
	})
}

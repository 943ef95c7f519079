package app_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
)

// comesByCode signs somebody in with a code from a letter, and answers with the
// path at which that ended.
func (p *person) comesByCode(mail, back string) (path string) {
	p.Helper()
	p.sees("POST /sign-in", url.Values{"mail": {mail}, "back": {back}}, 200)
	p.work()
	for _, l := range p.mail.Kept() { // the newest first
		if code := sixDigits.FindString(l.Text); code != "" && string(l.To) == mail {
			_, _, path = p.asks("POST /sign-in/code", url.Values{"code": {code}})
			return path
		}
	}
	p.Fatalf("no letter brought %s a code", mail)
	return ""
}

// Whoever sits down at a screen that was left open changes nothing of how its
// worker signs in: each door asks once more who one is. The worker shows it,
// stays at their post, and goes on.
func TestWaysInChangeForWhoJustShowedWhoTheyAre(t *testing.T) {
	onEachEngine(t, func(w *world) {
		leuven := w.towns["leuven"]
		aicha := w.stranger()
		aicha.comesByCode(string(leuven.Workers["aicha"].Mail), "/today")
		aicha.sees("GET /account/passkeys/new", nil, 200, "Hoe noemt u dit toestel?")
		w.later(members.Provenance + time.Minute)

		nobody := "/" + strings.Repeat("0", 8) + "-0000-4000-8000-" + strings.Repeat("0", 12)
		shut := []string{"GET /account/passkeys/new", "POST /account/passkeys/new", "POST /account/passkeys" + nobody + "/remove",
			"GET /account/identities/new/acmidm", "POST /account/identities" + nobody + "/remove",
			"POST /account/sessions" + nobody + "/end", "POST /account/sign-out", "POST /tokens"}
		for _, what := range shut {
			var typed url.Values
			if strings.HasPrefix(what, "POST") {
				typed = form()
			}
			if path := aicha.sees(what, typed, 200, "Toon nog eens dat u het bent", "Er is nog niets veranderd"); path != "/sign-in" {
				w.Errorf("%s leads to %s", what, path)
			}
		}
		if path := aicha.sees("POST /account/mail", url.Values{"do": {"take"}}, 200, "Toon nog eens"); path != "/sign-in" {
			w.Errorf("taking a new address leads to %s", path)
		}
		aicha.sees("GET /account", nil, 200, "Waar u aangemeld bent") // what is there may be seen
		open := []string{"POST /account/language", "POST /account/mail"}
		for _, r := range w.app.Routes.Table() { // one that is new is thought about
			pattern := strings.ReplaceAll(strings.ReplaceAll(r.Pattern, "/{id}", nobody), "{provider}", "acmidm")
			if strings.HasPrefix(r.Pattern, "POST /account") && !slices.Contains(shut, pattern) && !slices.Contains(open, pattern) {
				w.Errorf("%s: say whether it asks once more who one is", r.Pattern)
			}
		}

		if path := aicha.comesByCode(string(leuven.Workers["aicha"].Mail), "/account/passkeys/new"); path != "/account/passkeys/new" {
			w.Errorf("having shown who she is, she is at %s", path)
		}
		aicha.sees("GET /account", nil, 200, "Hier bent u nu")
	})
}

// The address to which somebody else's codes go, and a telephone that takes
// part, are for who just showed who they are too; the rest of an administrator's
// day is not asked again.
func TestDoorsOfOthersOpenForWhoJustShowedWhoTheyAre(t *testing.T) {
	onEachEngine(t, func(w *world) {
		leuven := w.towns["leuven"]
		wim, aicha := w.stranger(), w.stranger()
		who := leuven.Workers["aicha"]
		wim.comesByCode(string(leuven.Workers["wim"].Mail), "/today")
		aicha.comesByCode(string(who.Mail), "/today")
		person := "/administration/organisations/" + string(who.Org.ID) + "/people/" + string(who.ID)
		wim.sees("GET "+person+"/details", nil, 200, "Naam, adres en taal")
		aicha.sees("GET /devices", nil, 200)
		w.later(members.Provenance + time.Minute)
		for _, what := range []string{"GET " + person + "/details", "POST " + person + "/details"} {
			if path := wim.sees(what, url.Values{"mail": {"iemand@anders.example"}}, 200, "Toon nog eens dat u het bent", "Er is nog niets veranderd"); path != "/sign-in" {
				w.Errorf("%s leads to %s", what, path)
			}
		}
		wim.sees("GET "+person, nil, 200, "Aïcha El Amrani")
		if path := aicha.sees("POST /devices", url.Values{"name": {"Depot"}}, 200, "Toon nog eens dat u het bent"); path != "/sign-in" {
			w.Errorf("pairing leads to %s", path)
		}
		aicha.sees("GET /devices", nil, 200)
	})
}

// Who has two posts and shows once more who they are stays at the one where
// they were.
func TestShowingOnceMoreWhoOneIsKeepsThePost(t *testing.T) {
	onEachEngine(t, func(w *world) {
		leuven := w.towns["leuven"]
		wim := w.as("leuven", "wim")
		who, other := leuven.Workers["aicha"], leuven.Workers["nele"].Org
		wim.sees("POST /administration/organisations/"+string(other.ID)+"/people/new",
			url.Values{"name": {"Aïcha El Amrani"}, "mail": {string(who.Mail)}, "lang": {"nl"}, "roles": {"caseworker"}}, 200)
		aicha := w.stranger()
		aicha.comesByCode(string(who.Mail), "/today")
		_, posts, _ := aicha.asks("GET /session", nil)
		target := who.Org
		if !strings.Contains(posts, `value="`+string(who.Org.ID)+`"`) {
			target = other
		}
		aicha.sees("POST /session", url.Values{"alliance": {string(leuven.ID)}, "org": {string(target.ID)}}, 200)
		w.later(time.Hour)
		aicha.sees("GET /account/passkeys/new", nil, 200, "Toon nog eens")
		aicha.comesByCode(string(who.Mail), "/account")
		if _, posts, _ := aicha.asks("GET /session", nil); strings.Contains(posts, `value="`+string(target.ID)+`"`) {
			w.Error("she was taken to another post")
		}
	})
}

// Where no codes go by mail, the page says by which way one comes in, whoever
// asks is answered the same, and the code that is handed on by voice opens.
func TestWhereNoCodesGoByMail(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.app.Members.Codes = members.CodesForNobody
		mail := string(w.towns["leuven"].Workers["aicha"].Mail)
		for _, typed := range []string{mail, "niemand@leuven.example"} {
			p := w.stranger()
			p.sees("GET /sign-in", nil, 200, "Codes per e-mail sturen wij hier niet", "Ik heb een code nodig")
			p.sees("POST /sign-in", url.Values{"mail": {typed}}, 200, "Typ de code die u kreeg")
		}
		w.work()
		if letters := w.mail.Kept(); len(letters) != 0 {
			w.Errorf("%d letters left", len(letters))
		}
		w.app.Members.Codes = members.CodesUntilBetter
		p := w.stranger()
		p.sees("GET /sign-in", nil, 200, "Wie er nog geen heeft, krijgt een code per e-mail")
		if path := p.comesByCode(mail, "/account"); path != "/account" {
			w.Errorf("who has nothing stronger is at %s", path)
		}
	})
}

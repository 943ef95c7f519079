package app_test

import (
	"net/url"
	"regexp"
	"testing"
)

var sixDigits = regexp.MustCompile(`\b[0-9]{6}\b`)

// A caseworker comes in with a code from a letter, acts for her team, and goes
// home.
func TestACaseworkerSignsInWithACode(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha := w.stranger()
		aicha.sees("GET /sign-in", nil, 200, "Aanmelden", "Uw e-mailadres")
		aicha.sees("POST /sign-in", url.Values{"mail": {"aicha"}}, 422, "Uw e-mailadres")
		path := aicha.sees("POST /sign-in", url.Values{"mail": {"aicha@leuven.example"}}, 200, "Kijk in uw mailbox")
		if path != "/sign-in/code" {
			t.Errorf("asking a code leads to %s", path)
		}
		w.work()
		_, letters, _ := aicha.asks("GET /demo/mail", nil)
		code := sixDigits.FindString(plain(letters))
		aicha.sees("POST /sign-in/code", url.Values{"code": {"12"}}, 422, "Deze code opent niets")
		aicha.sees("POST /sign-in/code", url.Values{"code": {code}}, 200, "Aïcha El Amrani", "Gezinsteam")
		aicha.sees("POST /sign-out", url.Values{}, 200, "U bent afgemeld")
		if path := aicha.sees("GET /today", nil, 200, "Aanmelden"); path != "/sign-in" {
			t.Errorf("after signing out, /today leads to %s", path)
		}
	})
}

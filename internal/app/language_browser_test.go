package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Whoever chooses another language halfway through a form goes on in it with
// all that was typed.
func TestAnotherLanguageKeepsWhatWasTyped(t *testing.T) {
	w := onSQLite(t)
	b := w.browse("leuven", "wim")
	who := w.towns["leuven"].Workers["aicha"]
	b.goes(keptFor(who.Org.ID, who.ID) + "/details")
	b.types("Voornaam en naam", "Aïcha Verzonnen")
	b.chooses("Taal van de mails", "Duits")
	b.speaks("fr")
	b.sees("Nom, adresse et langue", "Prénom et nom")
	b.holds("name", "Aïcha Verzonnen")
	b.holds("lang", "de")
	b.clicks("Enregistrer")
	b.sees("Les données sont enregistrées", "Aïcha Verzonnen")

	// What was refused is not in the address: it goes along too.
	b.goes("/administration/organisations/new")
	b.types("Nom", "De Speelvogel")
	b.types("Téléphone", "12")
	b.clicks("Enregistrer")
	b.speaks("en")
	b.sees("Organisation")
	b.holds("name", "De Speelvogel")
	b.holds("phone", "12")
}

// speaks presses the button of a language and waits until the page speaks it.
func (b *browser) speaks(lang string) {
	b.Helper()
	var speaks bool
	b.must(chromedp.Evaluate(`document.querySelector(".bg-languages button[value=`+lang+`]").click()`, nil))
	for range 200 {
		if b.must(chromedp.Evaluate(`document.documentElement.lang === "`+lang+`" && document.readyState === "complete"`, &speaks)); speaks {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	b.Fatalf("%s does not speak %s:\n%s", b.path(), lang, b.text())
}

// holds wants a value in a field of the page.
func (b *browser) holds(name, value string) {
	b.Helper()
	var held string
	b.must(chromedp.Evaluate(`new FormData(document.querySelector("main form[method=post] [name=`+name+`]").form).getAll("`+name+`").join(" ")`, &held))
	if !strings.Contains(held, value) {
		b.Errorf("the field %s holds %q, want %q", name, held, value)
	}
}

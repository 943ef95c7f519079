package app_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// The pages of the check follow on forms, so that no address leads to them:
// they are walked by hand, by somebody who takes back an answer and changes
// the language on the way.
func TestThePagesOfTheCheckAreAccessible(t *testing.T) {
	chromium(t)
	script := axe(t)
	w := onSQLite(t)
	startProgrammes(w)
	b := w.browse("leuven", "")
	b.goes("/check")
	b.clicks("Begin")
	b.inspect(script, "the first page, empty")
	b.types("Wat is uw postcode?", "3000")
	b.chooses("Woont u samen met een partner?", "Nee")
	b.dates("Geboortedatum van kind 1", "2024-08-02")
	b.clicks("Nog een kind toevoegen")
	b.dates("Geboortedatum van kind 2", "2021-05-01")
	b.clicks("Begin")
	b.sees("Voor wie woont in Leuven", "Wat al duidelijk is")
	b.inspect(script, "a question")
	b.clicks("Volgende")
	b.inspect(script, "a question without an answer")
	for range 6 {
		b.on(`
			const radio = document.querySelector("main input[name=answer][type=radio]"), box = document.querySelector("main input[name=answer]");
			if (radio) radio.checked = true; else if (box) box.value = "1";
			const form = document.querySelector("main .bg-question");
			form.requestSubmit(form.querySelector(radio || box ? "button[value=answer]" : "button[value=later]"));
			return "";`, "", "")
	}
	b.sees("Wat u antwoordde")
	b.inspect(script, "a question with answers")
	b.clicks("Wijzigen")
	b.clicks("Français")
	b.sees("Pour qui habite à Louvain", "Ce qui est déjà clair", "Ce que vous avez répondu")
	b.clicks("Montrer ce qu’il y a déjà")
	b.sees("Ce qui existe pour vous", "Besoin d’aide ?", "CPAS", "Imprimer")
	b.inspect(script, "the result")
	b.must(chromedp.Evaluate(`document.querySelectorAll("details").forEach(d => d.open = true)`, nil))
	b.inspect(script, "the result, unfolded")
}

package app_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// value is what a script finds on the page.
func (b *browser) value(script string) (s string) {
	b.Helper()
	b.must(chromedp.Evaluate(`String(`+script+`)`, &s))
	return s
}

// With scripts an answer is saved and the side is brought up to date without
// another page; the cursor goes to the next question, and what is clear is said
// aloud. Without scripts the same answers bring the same side.
func TestTheSideOfTheConversationFollowsEachAnswer(t *testing.T) {
	const side = `document.querySelector("main aside").innerText.replace(/\s+/g, " ")`
	var sides []string
	for _, scripts := range []bool{true, false} {
		w := onSQLite(t)
		startProgrammes(w)
		path := "/families/" + string(noor(w)) + "/conversation"
		b := w.browse("leuven", "aicha")
		if !scripts {
			b.must(emulation.SetScriptExecutionDisabled(true))
		}
		b.goes(path + "?fact=family.all_may_stay")
		before := b.value(side)
		b.must(chromedp.Evaluate(`window.stays = true`, nil))
		b.clicks("Volgende")
		b.sees("Vul een antwoord in")
		if now := b.value(side); now != before {
			t.Errorf("scripts %v: no answer, and the side says\n%s", scripts, now)
		}
		b.answers("yes")
		for n := 0; !strings.Contains(b.value(side), "€ 184,62 per maand"); n++ {
			if n > 40 {
				t.Fatalf("scripts %v: beside the question stands\n%s", scripts, b.value(side))
			}
			if b.value(`document.querySelector("main input[name=fact]").value`) == "family.all_live_here" {
				b.answers("yes")
			} else {
				b.clicks("Nu niet")
			}
		}
		sides = append(sides, b.value(side))
		if stayed := b.value(`window.stays === true`) == "true"; stayed != scripts {
			t.Errorf("scripts %v: the page stayed: %v", scripts, stayed)
		}
		if here := b.value(`location.pathname + location.search`); here != path {
			t.Errorf("scripts %v: the address is %s", scripts, here)
		}
		if scripts {
			if on := b.value(`document.activeElement.tagName`); on != "H1" {
				t.Errorf("the cursor is on %s", on)
			}
			if said := b.value(`document.querySelector("[role=status]").textContent`); !strings.Contains(said, "184,62") {
				t.Errorf("said aloud: %q", said)
			}
		}
	}
	if sides[0] != sides[1] {
		t.Errorf("with scripts\n%s\nwithout\n%s", sides[0], sides[1])
	}
}

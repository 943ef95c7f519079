package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// browser is a real Chromium in somebody's hands.
type browser struct {
	*world
	ctx context.Context
}

// chromium finds the browser; `make test` sees to it, `make quick` leaves it
// out and says so.
func chromium(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("no browser in a short run: `make test` has one")
	}
	if path := os.Getenv("BONDGENOOT_TEST_CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no Chromium: run `make test`, which installs it, or name one in BONDGENOOT_TEST_CHROMIUM")
	return ""
}

// browse opens a window in which a worker of a town has signed in; an empty
// worker is a stranger.
func (w *world) browse(town, worker string) *browser {
	w.Helper()
	path := chromium(w.T)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.WindowSize(1280, 900))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	w.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	w.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	w.Cleanup(cancel)
	b := &browser{w, ctx}
	b.must(network.Enable(), network.SetExtraHTTPHeaders(network.Headers{"Accept-Language": "nl"}))
	if worker != "" {
		b.enters(town, worker)
	}
	return b
}

// enters signs a worker in, now.
func (b *browser) enters(town, worker string) {
	b.Helper()
	t := b.towns[town]
	who := t.Workers[worker]
	cookie, err := b.app.Members.SignInAs(b.Context(), t.ID, who.ID, who.Org.ID)
	if err != nil {
		b.Fatal(err)
	}
	b.must(network.SetCookie("session", cookie).WithURL(b.url))
}

func (b *browser) must(actions ...chromedp.Action) {
	b.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.Fatalf("%v\n%s", err, b.text())
	}
}

// reads sets the language that the browser asks for.
func (b *browser) reads(lang string) {
	b.Helper()
	b.must(network.SetExtraHTTPHeaders(network.Headers{"Accept-Language": lang}))
}

// looks makes the window as wide as a desk or a phone, light or dark.
func (b *browser) looks(width int64, dark bool) {
	b.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	b.must(emulation.SetDeviceMetricsOverride(width, 900, 1, false),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}})) // a colour on its way is none to judge
}

// goes opens a page by its path.
func (b *browser) goes(path string) {
	b.Helper()
	b.must(chromedp.Navigate(b.url + path))
}

// text is all that a reader sees on the page.
func (b *browser) text() string {
	var text string
	if err := chromedp.Run(b.ctx, chromedp.Evaluate(`document.body ? document.body.innerText : ""`, &text)); err != nil {
		return err.Error()
	}
	return strings.Join(strings.Fields(text), " ")
}

// path is where the browser is.
func (b *browser) path() string {
	var path string
	b.must(chromedp.Evaluate(`location.pathname`, &path))
	return path
}

// sees wants each of the words on the page.
func (b *browser) sees(words ...string) {
	b.Helper()
	text := b.text()
	for _, word := range words {
		if !strings.Contains(text, word) {
			b.Errorf("%s does not say %q:\n%s", b.path(), word, text)
		}
	}
}

// misses wants none of the words on the page, nor in its markup.
func (b *browser) misses(words ...string) {
	b.Helper()
	var html string
	b.must(chromedp.Evaluate(`document.documentElement.outerHTML`, &html))
	for _, word := range words {
		if strings.Contains(html, word) {
			b.Errorf("%s says %q", b.path(), word)
		}
	}
}

// clicks presses the first button or link with these words, unfolding what
// hides it, and waits for the page that follows.
func (b *browser) clicks(words string) {
	b.Helper()
	b.on(`
		const all = [...document.querySelectorAll("main button, main a, main summary, header button, header a")];
		const it = all.find(e => e.innerText.trim() === words) || all.find(e => e.innerText.includes(words)) || all.find(e => e.textContent.includes(words));
		if (!it) return "there is nothing to press that says " + words;
		for (let e = it; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
		if (it.tagName === "SUMMARY") { it.parentElement.open = true; return "stays"; }
		it.click();
		return "";`, words, "")
}

// types writes into the field with this label.
func (b *browser) types(label, value string) {
	b.Helper()
	b.on(field+`
		if (!it) return "there is no field " + words;
		if (it.tagName === "SELECT") {
			const o = [...it.options].find(o => o.text.includes(value));
			if (!o) return words + " does not offer " + value;
			it.value = o.value;
		} else it.value = value;
		it.dispatchEvent(new Event("input", {bubbles: true}));
		it.dispatchEvent(new Event("change", {bubbles: true}));
		return "stays";`, label, value)
}

// dates writes a day into the three inputs under this question.
func (b *browser) dates(question, day string) {
	b.Helper()
	parts := strings.Split(day, "-")
	b.on(`
		const set = [...document.querySelectorAll("fieldset")].find(f => f.querySelector("legend")?.innerText.includes(words));
		if (!set) return "there is no date " + words;
		for (let e = set; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
		const [y, m, d] = value.split("-"), inputs = set.querySelectorAll("input");
		inputs[0].value = d; inputs[1].value = m; inputs[2].value = y;
		return "stays";`, question, strings.Join(parts, "-"))
}

// chooses ticks the answer with these words, under the question with those.
func (b *browser) chooses(question, answer string) {
	b.Helper()
	b.on(`
		const set = [...document.querySelectorAll("fieldset")].find(f => f.querySelector("legend")?.textContent.includes(words));
		if (!set) return "there is no question " + words;
		const label = [...set.querySelectorAll("label")].find(l => l.textContent.trim() === value) || [...set.querySelectorAll("label")].find(l => l.textContent.includes(value));
		if (!label) return words + " does not offer " + value;
		for (let e = set; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
		label.click();
		return "stays";`, question, answer)
}

const field = `
	const label = [...document.querySelectorAll("label")].find(l => l.innerText.trim() === words || l.textContent.trim().startsWith(words));
	const it = label && document.getElementById(label.htmlFor);
	if (it) for (let e = it; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;`

// on runs a script with words and value. It answers with what went wrong,
// "stays" when the page stays, or nothing when another one follows.
func (b *browser) on(script, words, value string) {
	b.Helper()
	w, _ := json.Marshal(words)
	v, _ := json.Marshal(value)
	var answer string
	run := chromedp.Evaluate(fmt.Sprintf(`((words, value) => {%s})(%s, %s)`, script, w, v), &answer)
	if err := chromedp.Run(b.ctx, chromedp.Evaluate(`window.here = document.querySelector("main").here = true`, nil), run); err != nil {
		b.Fatal(err)
	}
	switch answer {
	case "stays":
	case "":
		b.follows()
	default:
		b.Fatalf("%s: %s\n%s", b.path(), answer, b.text())
	}
}

// follows waits until another page stands where this one was, or another part
// of it where a script brings one.
func (b *browser) follows() {
	b.Helper()
	for range 200 {
		var ready bool
		err := chromedp.Run(b.ctx, chromedp.Evaluate(`(!window.here || !document.querySelector("main")?.here) && document.readyState === "complete" &&
			!document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling")`, &ready))
		if err == nil && ready {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	b.Fatalf("%s: no other page followed\n%s", b.path(), b.text())
}

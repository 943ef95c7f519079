package app_test

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axe is the checker of accessibility that runs in the page.
func axe(t *testing.T) string {
	t.Helper()
	path := os.Getenv("BONDGENOOT_TEST_AXE")
	if path == "" {
		path = "../../.cache/browser/node_modules/axe-core/axe.min.js"
	}
	script, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("axe-core is not there (%v): run `make test`, which fetches it", err)
	}
	return string(script)
}

// violation is one rule that a page breaks.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML string `json:"html"`
	} `json:"nodes"`
}

const runAxe = `axe.run(document, {resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r => r.violations)`

// runAxeAgain asks in another width and colours what can be another there; the
// page itself is the same.
const runAxeAgain = `axe.run(document, {resultTypes: ["violations"], runOnly: {type: "rule", values: ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable",
	"aria-hidden-focus", "button-name", "link-name", "label", "bypass", "region", "meta-viewport"]}}).then(r => r.violations)`

// TestEveryPageIsAccessible walks over every page that a route answers, as the
// person whose page it is, wide and narrow, light and dark, and wants not one
// violation. A route without an example here fails, so that none is forgotten.
func TestEveryPageIsAccessible(t *testing.T) {
	t.Parallel()
	chromium(t)
	script := axe(t)
	w := onSQLite(t)
	scene := w.furnish()
	seen := map[string]bool{}
	for _, reader := range []string{"aicha", "katrien", "wim", "nele", "lies", "tine", "saar", ""} {
		b := w.browse("leuven", reader)
		for _, route := range w.app.Routes.Table() {
			method, pattern, _ := strings.Cut(route.Pattern, " ")
			if method != "GET" || noPage(pattern) {
				continue
			}
			for _, path := range scene.paths(pattern, reader) {
				seen[pattern] = true
				b.check(script, path)
			}
		}
	}
	for _, route := range w.app.Routes.Table() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		if method == "GET" && !noPage(pattern) && !seen[pattern] {
			t.Errorf("no example of %s: give it one in scene.paths", route.Pattern)
		}
	}
}

// noPage tells whether an address answers with something else than a page.
func noPage(pattern string) bool {
	return strings.HasPrefix(pattern, "/assets/") || strings.HasPrefix(pattern, "/api/") || strings.HasPrefix(pattern, "/hsds") ||
		strings.HasSuffix(pattern, ".csv") || strings.HasSuffix(pattern, ".xlsx") || strings.HasSuffix(pattern, "/{size}") || strings.Contains(pattern, "/feed.") || strings.HasSuffix(pattern, ".ics") || strings.HasSuffix(pattern, ".zip") || strings.HasSuffix(pattern, ".webmanifest") || strings.HasSuffix(pattern, ".js") || // files
		strings.HasPrefix(pattern, "/mine/") // of a visit: TestEveryPageOfAFamilyIsAccessible
}

func (b *browser) check(script, path string) {
	b.Helper()
	b.looks(1280, false)
	b.goes(path)
	b.inspect(script, path)
}

// inspect wants the page as it stands, wide and narrow, light and dark, without
// one violation and without anything that runs out of the window, on a tablet
// neither.
func (b *browser) inspect(script, what string) {
	b.Helper()
	for i, look := range []struct {
		name  string
		width int64
		dark  bool
		asks  string
	}{{"wide, light", 1280, false, runAxe}, {"narrow, dark", 320, true, runAxeAgain}} {
		b.looks(look.width, look.dark)
		if i == 0 {
			b.must(chromedp.Evaluate(script+";0", nil))
		}
		var violations []violation
		b.must(chromedp.Evaluate(look.asks, &violations, chromedp.EvalAsValue, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
		for _, v := range violations {
			where := ""
			if len(v.Nodes) > 0 {
				where = v.Nodes[0].HTML
			}
			b.Errorf("%s (%s): %s: %s\n%s", what, look.name, v.ID, v.Help, where)
		}
		b.fits(what)
	}
	for _, tablet := range []int64{660, 900} {
		b.looks(tablet, false)
		b.fits(what)
	}
	b.looks(1280, false)
}

// fits wants that nothing runs out of the window sideways.
func (b *browser) fits(what string) {
	b.Helper()
	var out [2]int
	if b.must(chromedp.Evaluate(`[document.documentElement.scrollWidth, document.documentElement.clientWidth]`, &out)); out[0] > out[1]+1 {
		b.Errorf("%s runs out of a window of %d sideways: %d", what, out[1], out[0])
	}
}

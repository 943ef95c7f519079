package kit

import (
	"bytes"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
)

var update = flag.Bool("update", false, "write the golden files anew")

// shown is the gallery as one reader gets it.
func shown(t *testing.T, lang kernel.Lang, query string) string {
	t.Helper()
	r := httptest.NewRequest("GET", "/gallery?"+query, nil)
	r.AddCookie(&http.Cookie{Name: langCookie, Value: string(lang)})
	w := httptest.NewRecorder()
	Languages(i18n.MustLoad(), Gallery()).ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("the gallery answers %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestTheMarkupStaysAsItWasAgreed(t *testing.T) {
	for name, query := range map[string]string{"signed-in": "actor=1", "errors": "errors=1&public=1"} {
		t.Run(name, func(t *testing.T) {
			got := strings.ReplaceAll(shown(t, kernel.NL, query), built().hash, "HASH")
			got = strings.ReplaceAll(got, "><", ">\n<") + "\n"
			golden := filepath.Join("testdata", "gallery-"+name+".html")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
			for i := range max(len(gotLines), len(wantLines)) {
				if i >= len(gotLines) || i >= len(wantLines) || gotLines[i] != wantLines[i] {
					t.Fatalf("%s:%d differs; look at it, then go test -update\n got: %q\nwant: %q", golden, i+1, at(gotLines, i), at(wantLines, i))
				}
			}
		})
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

func TestEveryLanguageSaysEverything(t *testing.T) {
	key := regexp.MustCompile(`>[^<]*\b(kit|fault)\.[a-z_.]+`)
	for _, lang := range kernel.Langs {
		for _, query := range []string{"actor=1", "errors=1&public=1"} {
			page := shown(t, lang, query)
			if m := key.FindString(page); m != "" {
				t.Errorf("%s shows a key: %q", lang, m)
			}
			if !strings.Contains(page, `<html lang="`+string(lang)+`" dir="ltr"`) {
				t.Errorf("the page does not say that it is written in %s", lang)
			}
		}
	}
}

// TestMarkupIsWired holds what a screen reader and the content security policy
// need: ids that exist once, names for every control, nothing inline.
func TestMarkupIsWired(t *testing.T) {
	for _, query := range []string{"actor=1", "errors=1&public=1"} {
		doc, err := html.Parse(bytes.NewBufferString(shown(t, kernel.NL, query)))
		if err != nil {
			t.Fatal(err)
		}
		ids, labelled := map[string]int{}, map[string]bool{}
		all := []*html.Node{}
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			all = append(all, n)
			if id := attr(n, "id"); id != "" {
				ids[id]++
			}
			if n.Data == "label" {
				labelled[attr(n, "for")] = true
			}
		}
		for id, n := range ids {
			if n > 1 {
				t.Errorf("%s: id %q stands there %d times", query, id, n)
			}
		}
		for _, n := range all {
			checkWiring(t, n, ids, labelled)
		}
	}
}

func checkWiring(t *testing.T, n *html.Node, ids map[string]int, labelled map[string]bool) {
	t.Helper()
	for _, a := range n.Attr {
		switch {
		case a.Key == "aria-describedby" || a.Key == "aria-labelledby" || a.Key == "for":
			for _, id := range strings.Fields(a.Val) {
				if ids[id] == 0 {
					t.Errorf("<%s> %s names %q, which is not there", n.Data, a.Key, id)
				}
			}
		case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
			if ids[a.Val[1:]] == 0 {
				t.Errorf("a link leads to %q, which is not there", a.Val)
			}
		case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
			t.Errorf("<%s> has %s, which the content security policy forbids", n.Data, a.Key)
		}
	}
	switch n.Data {
	case "input", "select", "textarea":
		if attr(n, "type") != "hidden" && !labelled[attr(n, "id")] {
			t.Errorf("<%s name=%q> has no label", n.Data, attr(n, "name"))
		}
	case "svg":
		if attr(n, "aria-hidden") != "true" {
			t.Error("an svg is not hidden from screen readers: a picture stands beside a word")
		}
	case "script":
		if attr(n, "src") == "" {
			t.Error("a script stands in the page")
		}
	case "style":
		t.Error("a style stands in the page")
	case "button":
		if attr(n, "type") == "" {
			t.Error("a button has no type")
		}
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func TestAnErrorLeadsToItsField(t *testing.T) {
	page := shown(t, kernel.EN, "errors=1")
	for name, want := range map[string]string{
		"the tab says that something is wrong": `<title>Error: Rights and offers – bondgenoot</title>`,
		"the summary links to the name":        `<a href="#field-name">`,
		"the name knows its hint and error":    `aria-describedby="field-name-hint field-name-error" aria-invalid="true"`,
		"the date links to the day":            `id="field-birth" name="birth-day" type="text" inputmode="numeric" maxlength="2" value="31"`,
		"what was typed is kept":               `name="rent" type="text" value="8oo" inputmode="decimal"`,
		"an answer that was chosen stays":      `name="home" type="radio" value="rent" checked`,
		"a box that was ticked stays":          `name="needs" type="checkbox" value="care" checked`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%s: no %s", name, want)
		}
	}
	if strings.Contains(page, `value="home" checked`) {
		t.Error("a box is ticked that nobody ticked")
	}
}

// TestEveryIconIsInTheSprite reads the pages' source for the names of icons.
func TestEveryIconIsInTheSprite(t *testing.T) {
	sprite := string(built().files["icons.svg"])
	used := regexp.MustCompile(`\bIcon\("([^"]+)"\)|\bIcon:\s*"([^"]+)"|IconButton\([^,]+,[^,]+,\s*"([^"]+)"`)
	err := filepath.WalkDir(filepath.Join(".."), func(path string, d os.DirEntry, err error) error {
		isSource := strings.HasSuffix(path, ".templ") || strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, "_templ.go")
		if err != nil || d.IsDir() || !isSource {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range used.FindAllStringSubmatch(string(source), -1) {
			if name := m[1] + m[2] + m[3]; !strings.Contains(sprite, `id="`+name+`"`) {
				t.Errorf("%s: no icon %q in assets/src/icons.txt", path, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []Kind{Plain, New, Certain, Possible, Not, Danger} {
		for _, name := range []string{k.icon(), noticeIcon(k)} {
			if !strings.Contains(sprite, `id="`+name+`"`) {
				t.Errorf("no icon %q for what is %s", name, k)
			}
		}
	}
}

func TestAnAddressThatRunsCodeIsNotLinked(t *testing.T) {
	var b strings.Builder
	if err := LinkText(Link{"javascript:alert(1)", "x"}).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "javascript") {
		t.Errorf("got %s", b.String())
	}
}

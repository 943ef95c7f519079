package kit

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

const someForm = `<!doctype html><html><body><form action="/search"><input name="q" value="before"></form>
<form action="/families/1/notes" method="post" data-together="street number">
<input type="hidden" name="version" value="7"><label for="text">Nota</label><textarea id="text" name="text">Eerst.</textarea>
<input id="street" name="street" value="Dorpsstraat"><select name="lang"><option value="nl" selected>Nederlands</option><option value="fr">Frans</option></select>
<input type="radio" name="safe" value="yes" checked><input type="radio" name="safe" value="no"><input type="checkbox" name="way" value="a"><input type="checkbox" name="way" value="b" checked>
</form></body></html>`

// What is put back into a form stands in it as it was typed, when the page is
// read again too, and nothing of it becomes markup.
func TestWhatIsPutBackStandsInTheForm(t *testing.T) {
	typed := url.Values{"text": {"</textarea><script>alert(1)</script>"}, "street": {`"><b onclick="x">`}, "lang": {"fr"}, "safe": {"no"}, "way": {"a"}, "gone": {"lost"}, "version": {"8"}}
	s, ok := SheetOf([]byte(someForm), "/families/1/notes")
	if !ok || s.Values().Get("text") != "Eerst." || s.Values().Get("safe") != "yes" || s.Values().Get("way") != "b" {
		t.Fatalf("the form is read as %v, %v", s.Values(), ok)
	}
	if left := s.Fill(typed); left.Get("gone") != "lost" || len(left) != 1 {
		t.Errorf("left over is %v", left)
	}
	again, ok := SheetOf(s.Bytes(), "/families/1/notes")
	for name, want := range typed {
		if got := again.Values()[name]; !ok || name != "gone" && (len(got) != 1 || got[0] != want[0]) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if bytes.Contains(s.Bytes(), []byte("<script")) || bytes.Contains(s.Bytes(), []byte("<b ")) {
		t.Errorf("something became markup: %s", s.Bytes())
	}
	if other, _ := SheetOf(s.Bytes(), "/search"); other.Values().Get("q") != "before" {
		t.Error("another form of the page was touched")
	}
}

// Whatever was typed is put back as it was; what is no text of a page at all
// (a NUL, half a letter) does not come this far: [Legible].
func FuzzWhatIsPutBack(f *testing.F) {
	f.Add("Een regel.", "Dorpsstraat", "nl")
	f.Add("</textarea><script>", `" onfocus="x`, "fr")
	f.Add("\n\n  &amp; &lt;", "'", "")
	f.Add("<!--", "&#34;", "xx")
	f.Fuzz(func(t *testing.T, text, street, lang string) {
		for _, s := range []string{text, street, lang} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r") {
				t.Skip("is refused before it comes here")
			}
		}
		s, _ := SheetOf([]byte(someForm), "/families/1/notes")
		left := s.Fill(url.Values{"text": {text}, "street": {street}, "lang": {lang}, "safe": {"yes"}})
		page := s.Bytes()
		again, ok := SheetOf(page, "/families/1/notes")
		if !ok {
			t.Fatalf("the form is gone: %s", page)
		}
		got := again.Values()
		if strings.TrimLeft(got.Get("text"), "\n") != strings.TrimLeft(text, "\n") || got.Get("street") != street {
			t.Errorf("%q and %q stand there, want %q and %q", got.Get("text"), got.Get("street"), text, street)
		}
		if known := lang == "nl" || lang == "fr"; known != (got.Get("lang") == lang) && lang != "" || !known && strings.TrimSpace(lang) != "" && left.Get("lang") != lang {
			t.Errorf("the language %q stands as %q, left over is %v", lang, got.Get("lang"), left)
		}
		if len(got) != 5 { // version, text, street, lang, safe: no way is chosen
			t.Errorf("the form has become %v", got)
		}
	})
}

// Any page is read, filled and written without a panic.
func FuzzSheetOf(f *testing.F) {
	f.Add(someForm, "/families/1/notes", "text", "x")
	f.Add(`<form action="/a"><table><select name=a><textarea name=b><form><input name`, "/a", "a", "")
	f.Add(`<form data-together=","><template><input name=a></template><label for=a>`, "", "a", "b")
	f.Fuzz(func(t *testing.T, page, action, name, value string) {
		s, ok := SheetOf([]byte(page), action)
		if !ok {
			return
		}
		s.Fill(url.Values{name: {value, value}})
		s.Hide(name, value)
		_, _, _ = s.Values(), s.Label(func(n string) bool { return n == name }), s.Bytes()
	})
}

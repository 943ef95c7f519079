package page

import (
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// steps are forms with a version that edit nothing: they take a step, from a
// state that a colleague may have changed. Two steps do not go together.
var steps = map[string]bool{"claims.templ": true}

func TestEveryFormThatEditsAVersionBringsEditsTogether(t *testing.T) {
	files, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range strings.Split(string(text), "<form")[1:] {
			form, _, _ = strings.Cut(form, "</form>")
			if !strings.Contains(form, `name="version"`) || steps[file] {
				continue
			}
			found++
			if !strings.Contains(form, "data-together") {
				t.Errorf("%s: a form with a version loses what a colleague saved: mark it data-together\n%.200s", file, form)
			}
		}
	}
	if found < 5 {
		t.Errorf("%d forms found", found)
	}
}

func TestWhatTwoPeopleTypedIsMergedFieldByField(t *testing.T) {
	const page = `<form data-together="street number"><input name="version" type="hidden" value="4">
		<label for="a">Telefoon</label><input id="a" name="phones.0" value="1"><input name="phones.1" value="">
		<label for="s">Straat</label><input id="s" name="street" value="Dorp"><input name="number" value="1">
		<fieldset><legend>Hoe niet <span class="bg-optional">(mag leeg)</span></legend>
		<input type="checkbox" id="m" name="safe" value="mail"><label for="m">Nooit mailen</label>
		<input type="checkbox" id="l" name="safe" value="letter" checked><label for="l">Nooit schrijven</label></fieldset>
		<select name="lang"><option value="nl">Nederlands</option><option value="fr" selected>Frans</option></select>
		<textarea name="note">
een
twee</textarea></form>`
	sheet, ok := kit.SheetOf([]byte(page), "")
	if !ok {
		t.Fatal("no form")
	}
	now := sheet.Values()
	edit := func(of url.Values, pairs ...string) url.Values {
		c := copied(of)
		for i := 0; i < len(pairs); i += 2 {
			c.Set(pairs[i], pairs[i+1])
		}
		return c
	}
	for name, tt := range map[string]struct {
		was, typed url.Values
		want       map[string]string // in the merged form
		clashes    []string
	}{
		"each another field":         {edit(now, "lang", "nl", "version", "3"), edit(now, "lang", "nl", "version", "3", "note", "drie"), map[string]string{"lang": "fr", "note": "drie", "version": "4"}, nil},
		"both the same":              {edit(now, "lang", "nl"), edit(now, "lang", "fr"), map[string]string{"lang": "fr"}, nil},
		"both one field otherwise":   {edit(now, "note", "nul"), edit(now, "note", "drie"), map[string]string{"note": "drie"}, []string{"note"}},
		"lines of one list":          {edit(now, "phones.0", "0"), edit(now, "phones.0", "0", "phones.1", "2"), map[string]string{"phones.1": "2"}, []string{"phones"}},
		"a street and its number":    {edit(now, "street", "Stad"), edit(now, "street", "Stad", "number", "2"), nil, []string{"street+number"}},
		"only how lines are broken":  {edit(now, "lang", "nl"), edit(now, "lang", "nl", "note", "een\r\ntwee"), map[string]string{"lang": "fr"}, nil},
		"a box that both have moved": {edit(now, "safe", "mail"), copied(url.Values{"version": {"3"}, "safe": {"mail", "letter"}, "street": {"Dorp"}, "number": {"1"}, "phones.0": {"1"}, "lang": {"fr"}, "note": {"een\ntwee"}}), nil, []string{"safe"}},
	} {
		merged, clashes := merge(sheet, tt.was, tt.typed)
		var names []string
		for _, c := range clashes {
			names = append(names, c.Name)
		}
		if !reflect.DeepEqual(names, tt.clashes) {
			t.Errorf("%s: clashes %q, want %q", name, names, tt.clashes)
		}
		for field, want := range tt.want {
			if got := strings.ReplaceAll(merged.Get(field), "\r", ""); got != want {
				t.Errorf("%s: %s is %q, want %q", name, field, got, want)
			}
		}
	}
	_, clashes := merge(sheet, edit(now, "safe", "mail"), edit(now, "safe", "mail", "safe", ""))
	if len(clashes) != 1 || clashes[0].Label != "Hoe niet" || clashes[0].Was != "Nooit mailen" || clashes[0].Kept != "Nooit schrijven" || clashes[0].Typed != "" {
		t.Errorf("the words of a clash: %+v", clashes)
	}
}

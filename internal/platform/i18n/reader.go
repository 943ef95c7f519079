package i18n

import (
	"strings"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Reader reads the texts in one language. Its zero value reads nothing: it
// answers every key with the key.
type Reader struct {
	texts *Texts
	lang  kernel.Lang
}

// Lang is the language read.
func (r Reader) Lang() kernel.Lang { return r.lang }

// Dir is the direction of writing as HTML names it: "ltr" or "rtl".
func (r Reader) Dir() string {
	if r.lang.RightToLeft() {
		return "rtl"
	}
	return "ltr"
}

// Has tells whether there is a text for key.
func (r Reader) Has(key string) bool {
	if r.texts == nil {
		return false
	}
	_, ok := r.texts.entries[key]
	return ok
}

// LangOf is the language in which the reader gets the text for key: its own,
// or the nearest one when only who works here reads that text.
func (r Reader) LangOf(key string) kernel.Lang {
	if r.texts != nil {
		if _, own := r.texts.entries[key].in[r.lang]; own {
			return r.lang
		}
	}
	return r.lang.Nearest()
}

// T is the text for key. The args are names and values by turns, for the
// names that the text mentions: T("family.children", "n", 3). An int named n
// selects the plural form. Integers, [kernel.Cents], [kernel.Date],
// [kernel.Instant], [kernel.Text] and lists of strings are written as the
// reader's language writes them. A key without a text gives the key.
func (r Reader) T(key string, args ...any) string {
	if !r.Has(key) {
		return key
	}
	e := r.texts.entries[key]
	if text := e.in[r.LangOf(key)].Other; len(args) == 0 && !strings.Contains(text, "{{") {
		return text
	}
	data := make(map[string]string, len(args)/2)
	var count any
	for i := 0; i+1 < len(args); i += 2 {
		name, _ := args[i].(string)
		data[name] = r.write(args[i+1])
		if n, ok := args[i+1].(int); ok && name == "n" && e.plural {
			count = n
		}
	}
	return r.localize(key, data, count)
}

func (r Reader) localize(key string, data map[string]string, count any) string {
	lang := r.LangOf(key)
	for _, name := range namesIn(r.texts.entries[key].in[lang].Other) {
		if _, given := data[name]; !given {
			data[name] = "…" // never "<no value>" before a reader's eyes
		}
	}
	s, err := r.texts.localizers[lang].Localize(&goi18n.LocalizeConfig{
		MessageID: key, TemplateData: data, PluralCount: count,
	})
	if err != nil {
		return key
	}
	return s
}

// Fault tells an outsider what went wrong: the text of "fault."+Key, or a
// courteous general one for its code. The other faults in f.More are not told.
func (r Reader) Fault(f *kernel.Fault) string {
	if f == nil {
		return ""
	}
	key := "fault." + f.Key
	general := "fault.code." + string(f.Code)
	if !r.Has(key) || r.LangOf(key) != r.lang && r.LangOf(general) == r.lang {
		key = general // better a general word in one's own language
	}
	if !r.Has(key) {
		key = "fault.code." + string(kernel.Internal)
	}
	if !r.Has(key) {
		return key
	}
	data := make(map[string]string, len(f.Args))
	for k, v := range f.Args {
		data[k] = v
	}
	return r.localize(key, data, nil)
}

// List joins words as one says them: "a, b en c".
func (r Reader) List(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	between := ", "
	if r.lang == kernel.AR {
		between = "، "
	}
	last := len(items) - 1
	return strings.Join(items[:last], between) + and[r.lang] + items[last]
}

var and = map[kernel.Lang]string{kernel.NL: " en ", kernel.FR: " et ", kernel.DE: " und ", kernel.EN: " and ",
	kernel.AR: " و", kernel.UK: " і ", kernel.TR: " ve "}

// Package i18n says everything the product says, in four languages, and what
// families read in seven. The texts lie in texts/*.yaml, one file per area, and
// are complete by construction: a text that misses a language, a plural form or
// a name that another language mentions does not load, so the program does not
// start.
//
// It owns no table and knows nothing of HTTP but the Accept-Language header.
package i18n

import (
	"embed"
	"fmt"
	"io/fs"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

//go:embed texts/*.yaml
var files embed.FS

// Texts are all texts in all languages. They never change after [Load] and may
// be shared by any number of readers.
type Texts struct {
	entries    map[string]entry
	localizers map[kernel.Lang]*goi18n.Localizer
}

// Load reads the embedded texts. An error names the file, the line, the key
// and what is missing.
func Load() (*Texts, error) {
	texts, err := fs.Sub(files, "texts")
	if err != nil {
		return nil, err
	}
	return LoadFrom(texts)
}

// LoadFrom reads the *.yaml files at the root of fsys.
func LoadFrom(fsys fs.FS) (*Texts, error) {
	entries, err := parseAll(fsys)
	if err != nil {
		return nil, err
	}
	bundle := goi18n.NewBundle(language.Dutch)
	t := &Texts{entries: entries, localizers: map[kernel.Lang]*goi18n.Localizer{}}
	for _, lang := range kernel.FamilyLangs {
		tag := language.MustParse(string(lang))
		for key, e := range entries {
			if _, written := e.in[lang]; !written {
				continue
			}
			if err := bundle.AddMessages(tag, e.message(key, lang)); err != nil {
				return nil, fmt.Errorf("text %s in %s: %w", key, lang, err)
			}
		}
	}
	for _, lang := range kernel.FamilyLangs {
		t.localizers[lang] = goi18n.NewLocalizer(bundle, string(lang))
	}
	return t, nil
}

// MustLoad is [Load] for a program that cannot speak without its texts; the
// tests of this package keep the embedded ones loadable.
func MustLoad() *Texts {
	t, err := Load()
	if err != nil {
		panic(err)
	}
	return t
}

// Keys lists every key, in no particular order.
func (t *Texts) Keys() []string {
	keys := make([]string, 0, len(t.entries))
	for k := range t.entries {
		keys = append(keys, k)
	}
	return keys
}

// In is a reader of the texts in one language; a language that the house does
// not speak is read in Dutch. A text that is only for who works here is read in
// the language nearest to one that only families read.
func (t *Texts) In(lang kernel.Lang) Reader {
	if _, spoken := t.localizers[lang]; !spoken {
		lang = kernel.NL
	}
	return Reader{texts: t, lang: lang}
}

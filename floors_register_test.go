package bondgenoot_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// familiar are the words by which a reader would be called thou. Everybody is
// called u, vous and Sie.
var familiar = map[string]*regexp.Regexp{
	"nl": regexp.MustCompile(`(?i)(^|[^\p{L}-])(je|jij|jou|jouw|jouwe|jullie|jezelf)($|[^\p{L}-])`),
	"fr": regexp.MustCompile(`(?i)(^|[^\p{L}-])(tu|toi|ton|tes|t['’]es|t['’]as)($|[^\p{L}-])|-(tu|toi)($|[^\p{L}])`),
	"de": regexp.MustCompile(`(?i)(^|[^\p{L}-])(dich|dir|dein|deine[rmns]?|euch|euer|eure[rmns]?)($|[^\p{L}-])|(^|[^\p{L}-])(?-i:du|Du)($|[^\p{L}-])`),
}

// ownNames are names in which such a word stands: they are quoted, not said.
var ownNames = strings.NewReplacer("Resto du Cœur", "")

// toChildren are texts that only a child reads: a child of eight is called je,
// tu and du, as by anybody who is there for it.
const toChildren = "ownchild.yaml"

// Whoever reads is called u, vous and Sie: in the texts of pages and mails, in
// packs and programmes, and in the words that the engine has of itself.
func TestReadersAreCalledPolitely(t *testing.T) {
	texts := 0
	check := func(where, lang, text string) {
		texts++
		if m := familiar[lang].FindString(ownNames.Replace(text)); m != "" {
			t.Errorf("%s: %s says %q: %s", where, lang, strings.TrimSpace(m), text)
		}
	}
	for _, dir := range []string{"packs", "programmes", "internal/platform/i18n/texts"} {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".yaml" || e.Name() == toChildren {
				return err
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			var all any
			if err := yaml.Unmarshal(b, &all); err != nil {
				return err
			}
			said(path, all, check)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	sources, err := filepath.Glob("rules/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range sources {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.CompositeLit); ok && len(lit.Elts) == 4 {
				for i, lang := range []string{"nl", "fr", "de"} {
					if s, ok := lit.Elts[i].(*ast.BasicLit); ok && s.Kind == token.STRING {
						if text, err := strconv.Unquote(s.Value); err == nil {
							check(path, lang, text)
						}
					}
				}
			}
			return true
		})
	}
	if texts < 3000 {
		t.Errorf("only %d texts were read", texts)
	}
}

// said finds the texts in a document: what stands under the name of a language,
// with its plurals.
func said(where string, node any, check func(where, lang, text string)) {
	switch n := node.(type) {
	case map[string]any:
		for key, value := range n {
			if _, lang := familiar[key]; lang {
				switch v := value.(type) {
				case string:
					check(where, key, v)
				case map[string]any:
					for _, plural := range v {
						if s, ok := plural.(string); ok {
							check(where, key, s)
						}
					}
				}
				continue
			}
			said(where, value, check)
		}
	case []any:
		for _, value := range n {
			said(where, value, check)
		}
	}
}

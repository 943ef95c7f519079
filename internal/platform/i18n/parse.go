package i18n

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// forms are the plural forms of one text in one language. A text without
// plurals has Other alone.
type forms struct {
	Zero, One, Two, Few, Many, Other string
}

// counted are the forms that a plural needs, by language.
var counted = map[kernel.Lang][]string{
	kernel.NL: {"one", "other"}, kernel.FR: {"one", "other"}, kernel.DE: {"one", "other"}, kernel.EN: {"one", "other"},
	kernel.AR: {"zero", "one", "two", "few", "many", "other"}, kernel.UK: {"one", "few", "many", "other"}, kernel.TR: {"one", "other"},
}

// form is the place of a form by its name; nil when there is none.
func (f *forms) form(name string) *string {
	switch name {
	case "zero":
		return &f.Zero
	case "one":
		return &f.One
	case "two":
		return &f.Two
	case "few":
		return &f.Few
	case "many":
		return &f.Many
	case "other":
		return &f.Other
	}
	return nil
}

// all is every form, for what must hold in each.
func (f forms) all() string {
	return strings.Join([]string{f.Zero, f.One, f.Two, f.Few, f.Many, f.Other}, " ")
}

// frenchMarks are the marks before which, or after which, French leaves a space
// at which no line breaks. In the files it is typed as any other.
var frenchMarks = strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " ?", "\u00a0?", " !", "\u00a0!", " »", "\u00a0»", "« ", "«\u00a0")

// tied are the forms with those spaces: no line begins with a mark.
func (f forms) tied() forms {
	for _, form := range []*string{&f.Zero, &f.One, &f.Two, &f.Few, &f.Many, &f.Other} {
		*form = frenchMarks.Replace(*form)
	}
	return f
}

// toFamilies are how the keys begin of what families read: such a text is
// there in all their languages. Any other text may be, in all of them or none.
var toFamilies = [...]string{"own.", "fault.own.", "find.", "fault.find."}

// entry is one text in every language.
type entry struct {
	at     string // "kit.yaml:12", for errors
	plural bool   // in at least one language
	in     map[kernel.Lang]forms
}

// message is the entry as go-i18n wants it. French has a form of its own for
// round millions ("un million de ..."); nothing here counts so far, so it
// repeats the ordinary one.
func (e entry) message(key string, lang kernel.Lang) *goi18n.Message {
	f := e.in[lang]
	m := &goi18n.Message{ID: key, Zero: f.Zero, One: f.One, Two: f.Two, Few: f.Few, Many: f.Many, Other: f.Other}
	if !e.plural {
		return m
	}
	for _, form := range []*string{&m.Zero, &m.One, &m.Two, &m.Few, &m.Many} {
		if *form == "" {
			*form = f.Other
		}
	}
	return m
}

func parseAll(fsys fs.FS) (map[string]entry, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	entries := map[string]entry{}
	var wrong []error
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		wrong = append(wrong, parseFile(name, data, entries)...)
	}
	return entries, errors.Join(wrong...)
}

// parseFile adds the texts of one file to entries and tells all that is wrong
// with them, so that an author mends a file in one go.
func parseFile(name string, data []byte, entries map[string]entry) (wrong []error) {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return []error{fmt.Errorf("%s: %w", name, err)}
	}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		for _, kv := range pairs(doc.Body) {
			key := kv.Key.String()
			at := fmt.Sprintf("%s:%d", name, kv.Key.GetToken().Position.Line)
			if before, twice := entries[key]; twice {
				wrong = append(wrong, fmt.Errorf("%s: %s: already written at %s", at, key, before.at))
				continue
			}
			e, err := parseEntry(kv.Value)
			if err == nil {
				err = e.check(key)
			}
			if err != nil {
				wrong = append(wrong, fmt.Errorf("%s: %s: %w", at, key, err))
				continue
			}
			e.at = at
			entries[key] = e
		}
	}
	return wrong
}

// pairs are the entries of a mapping; the parser has one kind of node for a
// mapping with a single entry and another for all others.
func pairs(n ast.Node) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

func parseEntry(n ast.Node) (entry, error) {
	e := entry{in: map[kernel.Lang]forms{}}
	for _, kv := range pairs(n) {
		lang, err := kernel.ParseFamilyLang(kv.Key.String())
		if err != nil {
			return e, fmt.Errorf("%q is not a language of the house (nl, fr, de, en, and for families ar, uk, tr)", kv.Key.String())
		}
		if _, twice := e.in[lang]; twice {
			return e, fmt.Errorf("%s stands there twice", lang)
		}
		f, plural, err := parseForms(kv.Value, counted[lang])
		if err != nil {
			return e, fmt.Errorf("%s: %w", lang, err)
		}
		if lang == kernel.FR {
			f = f.tied()
		}
		e.in[lang] = f
		e.plural = e.plural || plural
	}
	return e, nil
}

func parseForms(n ast.Node, wanted []string) (f forms, plural bool, err error) {
	kvs := pairs(n)
	if kvs == nil {
		f.Other, err = scalar(n)
		return f, false, err
	}
	for _, kv := range kvs {
		s, err := scalar(kv.Value)
		if err != nil {
			return f, true, err
		}
		form := kv.Key.String()
		if !slices.Contains(wanted, form) {
			return f, true, fmt.Errorf("%q is not a plural form of this language (%s)", form, strings.Join(wanted, ", "))
		}
		*f.form(form) = s
	}
	for _, form := range wanted {
		if *f.form(form) == "" {
			return f, true, fmt.Errorf("a plural needs each of %s", strings.Join(wanted, ", "))
		}
	}
	return f, true, nil
}

func scalar(n ast.Node) (string, error) {
	switch n := n.(type) {
	case *ast.StringNode:
		return strings.TrimSpace(n.Value), nil
	case *ast.LiteralNode: // a block: | or >
		return strings.TrimSpace(n.Value.Value), nil
	case *ast.NullNode:
		return "", nil
	}
	return "", fmt.Errorf("%s is not a text; put it between quotes", n.String())
}

var placeholder = regexp.MustCompile(`{{\s*\.([A-Za-z_][A-Za-z0-9_]*)\s*}}`)

// check holds an entry to the promise: every language, every form, the same
// names in all of them, and nothing in braces but names.
func (e entry) check(key string) error {
	langs := kernel.Langs[:]
	if e.toFamilies(key) {
		langs = kernel.FamilyLangs[:]
	}
	var reference []string
	for i, lang := range langs {
		f, written := e.in[lang]
		if !written || f.Other == "" {
			return fmt.Errorf("no text in %s", lang)
		}
		all := f.all()
		if _, err := template.New("").Parse(all); err != nil {
			return fmt.Errorf("%s: %w", lang, err)
		}
		if rest := placeholder.ReplaceAllString(all, ""); strings.Contains(rest, "{{") {
			return fmt.Errorf("%s: between braces stands a name only, such as {{.n}}", lang)
		}
		names := namesIn(all)
		if i == 0 {
			reference = names
		} else if !slices.Equal(names, reference) {
			return fmt.Errorf("%s mentions %v, %s mentions %v", lang, names, kernel.Langs[0], reference)
		}
	}
	return nil
}

// toFamilies tells whether the text must be there in the languages of
// families: its key says so, or one of them is there already.
func (e entry) toFamilies(key string) bool {
	for _, prefix := range toFamilies {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return len(e.in) > len(kernel.Langs)
}

// namesIn are the names that a text mentions, sorted, without n: "one child"
// may leave its number out.
func namesIn(text string) []string {
	names := []string{}
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if m[1] != "n" {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

package page

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// spoken are the languages that a form offers: those of the country, and those
// that families who came here speak most.
var spoken = [...]string{
	"nl", "fr", "de", "en",
	"am", "ar", "bg", "bn", "bs", "ca", "cs", "da", "el", "es", "fa", "ff", "fi", "ha", "he", "hi", "hr", "hu", "hy", "id",
	"it", "ja", "ka", "ko", "ku", "ln", "lt", "lv", "mk", "mn", "ne", "om", "pa", "pl", "ps", "pt", "rn", "ro", "ru", "rw",
	"sk", "sl", "so", "sq", "sr", "sv", "sw", "ta", "th", "ti", "tl", "tr", "uk", "ur", "uz", "vi", "wo", "zgh", "zh",
}

// languageName is a language in the reader's words.
func languageName(v kit.View, code string) string {
	tag, err := language.Parse(code)
	reader, err2 := language.Parse(string(v.Lang()))
	if err != nil || err2 != nil {
		return code
	}
	if name := display.Languages(reader).Name(tag); name != "" {
		return name
	}
	return code
}

// languageNames are several of them.
func languageNames(v kit.View, codes []string) []string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = languageName(v, c)
	}
	return names
}

// languageOptions are the languages to choose from, first those of the country,
// then the rest by name; also is one that is known already and not among them.
func languageOptions(v kit.View, also string) []kit.Option {
	var rest []kit.Option
	options := []kit.Option{{Value: "", Label: v.T("intake.language.none")}}
	codes := spoken[:]
	if also != "" && !slices.Contains(codes, also) {
		codes = append([]string{}, append(codes, also)...)
	}
	for i, c := range codes {
		o := kit.Option{Value: c, Label: languageName(v, c)}
		if i < len(kernel.Langs) {
			options = append(options, o)
		} else {
			rest = append(rest, o)
		}
	}
	slices.SortFunc(rest, func(a, b kit.Option) int { return strings.Compare(kernel.Fold(a.Label), kernel.Fold(b.Label)) })
	return append(options, rest...)
}

// languageField asks the i-th language that a family speaks.
func languageField(v kit.View, form url.Values, errs kit.Errors, i int) kit.Field {
	f := kit.Field{Name: "languages." + strconv.Itoa(i), Label: v.T("intake.language.also")}
	if i == 0 {
		f.Label, f.Hint = v.T("intake.language"), v.T("intake.language.hint")
	}
	f = f.Kept(form, errs)
	f.Options = languageOptions(v, f.Value)
	return f
}

// lines is how many lines a form shows for a list of which some are filled:
// those, one more, and at least so many.
func lines(form url.Values, name string, least int) []int {
	n := 0
	for form.Get(name+"."+strconv.Itoa(n)) != "" {
		n++
	}
	all := make([]int, min(max(n+1, least), mostLines))
	for i := range all {
		all[i] = i
	}
	return all
}

// lineField asks the i-th telephone or mail address.
func lineField(v kit.View, form url.Values, errs kit.Errors, name string, i int) kit.Field {
	f := kit.Field{Name: name + "." + strconv.Itoa(i), Label: v.T("intake." + name), Width: 20}
	if i > 0 {
		f.Label = v.T("intake." + name + ".more")
	}
	f.Type, f.Autocomplete = "tel", "off"
	if name == "mails" {
		f.Type = "email"
	}
	return f.Kept(form, errs)
}

// personField is one question about a person; field names the person in the
// form, "" on a page about one person alone.
func personField(v kit.View, form url.Values, errs kit.Errors, person, field string) kit.Field {
	name := field
	if person != "" {
		name = person + "." + field
	}
	f := kit.Field{Name: name, Label: v.T("intake.person." + field), Autocomplete: "off"}
	switch field {
	case "due":
		f.Hint = v.T("intake.person.due.hint")
	case "insz":
		f.InputMode, f.Width, f.Optional, f.Hint = "numeric", 20, true, v.T("intake.person.insz.hint")
	}
	return f.Kept(form, errs)
}

// safeOptions are what a family may ask to be kept to.
func safeOptions(v kit.View) (options []kit.Option) {
	for _, what := range safeWays {
		options = append(options, kit.Option{Value: what, Label: v.T("safe." + what)})
	}
	return options
}

// safeWays are the ways that can be unsafe, as the forms name them.
var safeWays = [...]string{"no_voicemail", "no_text", "no_mail", "no_letter"}

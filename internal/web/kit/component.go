package kit

import (
	"maps"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// languageAction is where the choice of a language goes.
func (v View) languageAction() string {
	if v.Languages.Action == "" {
		return "/language"
	}
	return v.Languages.Action
}

// languageValues are the names and values that go along with the choice.
func (v View) languageValues() (along [][2]string) {
	if v.Languages.Action == "" {
		return [][2]string{{"back", v.Path}}
	}
	for _, name := range slices.Sorted(maps.Keys(v.Languages.Values)) {
		for _, value := range v.Languages.Values[name] {
			along = append(along, [2]string{name, value})
		}
	}
	return along
}

// offered are the languages that the page can be read in.
func (v View) offered() []kernel.Lang {
	if len(v.Languages.Offered) == 0 {
		return kernel.Langs[:]
	}
	return v.Languages.Offered
}

// leaveHref is where the quick way out leads.
func (v View) leaveHref() string {
	if v.Leave == "" {
		return Elsewhere
	}
	return v.Leave
}

// homeHref is where a page begins.
func (v View) homeHref() string {
	if v.Family {
		return "/mine"
	}
	return "/"
}

func sortedNames(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// money asks for euros with the right keys on a phone.
func (f Field) money() Field {
	if f.Prefix == "" {
		f.Prefix = "€"
	}
	if f.Width == 0 {
		f.Width = 10
	}
	f.InputMode = "decimal"
	return f
}

func noticeIcon(k Kind) string {
	switch k {
	case Possible:
		return "warning"
	case Plain:
		return "info"
	}
	return k.icon()
}

package i18n

import (
	"golang.org/x/text/language"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Match chooses the language of the house that serves a reader best by the
// browser's Accept-Language header. A header that is empty, wrong or names
// nothing near gives Dutch.
func Match(header string) kernel.Lang { return ofHouse.match(header) }

// MatchFamily is [Match] among the languages of what families see.
func MatchFamily(header string) kernel.Lang { return ofFamilies.match(header) }

// choice is languages to choose from; its matcher takes longer to build than
// all else that a small answer needs.
type choice struct {
	among   []kernel.Lang
	matcher language.Matcher
}

var ofHouse, ofFamilies = choiceOf(kernel.Langs[:]), choiceOf(kernel.FamilyLangs[:])

func choiceOf(among []kernel.Lang) choice {
	tags := make([]language.Tag, len(among))
	for i, l := range among {
		tags[i] = language.MustParse(string(l))
	}
	return choice{among, language.NewMatcher(tags)}
}

func (c choice) match(header string) kernel.Lang {
	if len(header) > 200 {
		return kernel.NL // no browser writes that
	}
	wanted, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(wanted) == 0 {
		return kernel.NL
	}
	_, at, sure := c.matcher.Match(wanted...)
	if sure == language.No {
		return kernel.NL
	}
	return c.among[at]
}

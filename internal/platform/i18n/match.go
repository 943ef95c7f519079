package i18n

import (
	"golang.org/x/text/language"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Match chooses the language of the house that serves a reader best by the
// browser's Accept-Language header. A header that is empty, wrong or names
// nothing near gives Dutch.
func Match(header string) kernel.Lang { return match(header, kernel.Langs[:]) }

// MatchFamily is [Match] among the languages of what families see.
func MatchFamily(header string) kernel.Lang { return match(header, kernel.FamilyLangs[:]) }

func match(header string, among []kernel.Lang) kernel.Lang {
	if len(header) > 200 {
		return kernel.NL // no browser writes that
	}
	wanted, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(wanted) == 0 {
		return kernel.NL
	}
	tags := make([]language.Tag, len(among))
	for i, l := range among {
		tags[i] = language.MustParse(string(l))
	}
	_, at, sure := language.NewMatcher(tags).Match(wanted...)
	if sure == language.No {
		return kernel.NL
	}
	return among[at]
}

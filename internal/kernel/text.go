package kernel

// Lang is a language in which the house speaks to its users.
type Lang string

// The languages that are complete: a text that misses one does not load.
const (
	NL Lang = "nl"
	FR Lang = "fr"
	DE Lang = "de"
	EN Lang = "en"
)

// The languages that only families read: what is written to them is complete
// in these too, and nothing else is.
const (
	AR Lang = "ar"
	UK Lang = "uk"
	TR Lang = "tr"
)

// Langs are the complete languages in the order in which they are offered.
var Langs = [...]Lang{NL, FR, DE, EN}

// FamilyLangs are the languages of what families see, in the order in which
// they are offered.
var FamilyLangs = [...]Lang{NL, FR, DE, EN, AR, UK, TR}

// ParseLang reads a language; what the house does not speak is Invalid
// ("lang").
func ParseLang(s string) (Lang, error) { return parseLang(s, Langs[:]) }

// ParseFamilyLang reads a language in which families are spoken to; any other
// is Invalid ("lang").
func ParseFamilyLang(s string) (Lang, error) { return parseLang(s, FamilyLangs[:]) }

func parseLang(s string, among []Lang) (Lang, error) {
	for _, l := range among {
		if s == string(l) {
			return l, nil
		}
	}
	return "", NewInvalid("lang")
}

// Nearest is the complete language in which a reader of l is shown what has no
// text in l, such as the name of a right, unless they chose another one.
func (l Lang) Nearest() Lang {
	switch l {
	case NL, FR, DE, EN:
		return l
	case AR:
		return FR
	case UK:
		return EN
	}
	return NL
}

// RightToLeft tells whether the language is written from right to left, for
// texts that are read in more languages than the house speaks itself.
func (l Lang) RightToLeft() bool {
	switch l {
	case "ar", "fa", "he", "ps", "ur", "ckb":
		return true
	}
	return false
}

// Text is one text in the four languages.
type Text struct {
	NL string `json:"nl" yaml:"nl"`
	FR string `json:"fr" yaml:"fr"`
	DE string `json:"de" yaml:"de"`
	EN string `json:"en" yaml:"en"`
}

// In is the text in one language, Dutch when the language is not spoken.
func (t Text) In(l Lang) string {
	switch l {
	case FR:
		return t.FR
	case DE:
		return t.DE
	case EN:
		return t.EN
	}
	return t.NL
}

// Missing names the languages in which the text is empty.
func (t Text) Missing() []Lang {
	var missing []Lang
	for _, l := range Langs {
		if t.In(l) == "" {
			missing = append(missing, l)
		}
	}
	return missing
}

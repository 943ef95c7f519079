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

// Langs are the complete languages in the order in which they are offered.
var Langs = [...]Lang{NL, FR, DE, EN}

// ParseLang reads a language; what the house does not speak is Invalid
// ("lang").
func ParseLang(s string) (Lang, error) {
	for _, l := range Langs {
		if s == string(l) {
			return l, nil
		}
	}
	return "", NewInvalid("lang")
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

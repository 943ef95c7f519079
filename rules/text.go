package rules

// Lang is one of the four languages in which every text of a pack is given.
type Lang string

// The languages.
const (
	NL Lang = "nl"
	FR Lang = "fr"
	DE Lang = "de"
	EN Lang = "en"
)

// Langs lists the languages in their fixed order.
var Langs = [...]Lang{NL, FR, DE, EN}

// ParseLang reads a language code; ok is false for any other.
func ParseLang(s string) (l Lang, ok bool) {
	for _, l := range Langs {
		if string(l) == s {
			return l, true
		}
	}
	return NL, false
}

// Text is one text in the four languages.
type Text struct {
	NL string `json:"nl"`
	FR string `json:"fr"`
	DE string `json:"de"`
	EN string `json:"en"`
}

// In is the text in a language; Dutch for a language that is not spoken.
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

// IsZero tells whether no text was given at all.
func (t Text) IsZero() bool { return t == Text{} }

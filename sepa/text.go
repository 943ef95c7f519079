package sepa

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters are characters that no accent explains, as banks write them.
var letters = map[rune]string{
	'ß': "ss", 'ẞ': "SS", 'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE", 'ø': "o", 'Ø': "O", 'đ': "d", 'Đ': "D",
	'ð': "d", 'Ð': "D", 'þ': "th", 'Þ': "TH", 'ł': "l", 'Ł': "L", 'ı': "i", 'ħ': "h", 'Ħ': "H", 'ŋ': "n", 'Ŋ': "N",
	'’': "'", '‘': "'", '‚': "'", '“': "'", '”': "'", '"': "'", '`': "'", '´': "'", '«': "'", '»': "'",
	'–': "-", '—': "-", '‐': "-", '‑': "-", '−': "-", '_': "-", '~': "-", '&': "+", '€': "EUR", '@': "(at)",
	'[': "(", ']': ")", '{': "(", '}': ")", '<': "(", '>': ")", ';': ",", '!': ".", '…': "...", '•': ".", '·': ".",
	'*': ".", '#': ".", '%': ".", '=': ".", '$': ".", '^': ".", '|': "/", '\\': "/", '№': "No", '\u2044': "/", 'º': "o", 'ª': "a",
}

// Text writes s in the characters that every bank of SEPA takes: the letters a
// to z and A to Z, digits, spaces and / - ? : ( ) . , ' +. Accents are left off,
// runs of spaces become one. ok is false when s holds a letter that has no such
// writing, as of another script: to guess at somebody's name would have the bank
// refuse it.
func Text(s string) (text string, ok bool) {
	var b strings.Builder
	ok = true
	for _, r := range norm.NFKD.String(spelled(s)) {
		switch {
		case r < unicode.MaxASCII && isLatin(byte(r)):
			b.WriteRune(r)
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.Is(unicode.Mn, r): // an accent
		case unicode.IsControl(r), !unicode.IsPrint(r), unicode.IsLetter(r), unicode.IsNumber(r):
			ok = false
		case letters[r] != "":
			b.WriteString(letters[r])
		default:
			b.WriteByte('.')
		}
	}
	return strings.Join(strings.Fields(b.String()), " "), ok
}

// spelled replaces what has a spelling of its own, before it is taken apart.
func spelled(s string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(s) {
		if w := letters[r]; w != "" {
			b.WriteString(w)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isLatin tells whether banks take the character.
func isLatin(c byte) bool {
	return c >= 'a' && c <= 'z' || isCapital(c) || c >= '0' && c <= '9' || strings.IndexByte("/-?:().,'+ ", c) >= 0
}

// IsID tells whether banks take s as an identification: of 1 to 35 characters
// that they know, no slash at either end, no two slashes together, no space at
// either end.
func IsID(s string) bool {
	return s != "" && len(s) <= maxID && all(s, isLatin) && s == strings.TrimSpace(s) &&
		s[0] != '/' && s[len(s)-1] != '/' && !strings.Contains(s, "//")
}

package sms

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The letters that every telephone has in seven bits (3GPP TS 23.038), and those
// for which it needs two of them. A message in these letters alone is one SMS of
// 160; with any other letter it is one of 70.
const (
	septets = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	double  = "^{}\\[~]|€"
)

// typographic are signs that a printer has and such a telephone has not.
var typographic = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'", "‘", "'", "“", `"`, "”", `"`, "–", "-", "—", "-", "…", "...", "«", `"`, "»", `"`)

// unaccented are the letters of the languages of this country that are read as
// well without their sign. Letters of other languages are left as they are: there
// the sign makes another word.
var unaccented = strings.NewReplacer("â", "a", "ê", "e", "ë", "e", "î", "i", "ï", "i", "ô", "o", "û", "u", "ç", "c", "À", "A", "Â", "A", "È", "E", "Ê", "E", "Ë", "E",
	"Î", "I", "Ï", "I", "Ô", "O", "Ù", "U", "Û", "U", "œ", "oe", "Œ", "OE", "á", "a", "í", "i", "ó", "o", "ú", "u")

// Plain writes a text in the letters of one cheap SMS where that leaves it
// readable: "août" becomes "aout". A text that needs other letters anyhow keeps
// all of its own.
func Plain(text string) string {
	text = typographic.Replace(text)
	if bare := unaccented.Replace(text); fits(bare) {
		return bare
	}
	return text
}

func fits(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune(septets, r) && !strings.ContainsRune(double, r) })
}

// Parts is how many SMS a text takes: of 160 letters of seven bits, or of 70 of
// sixteen, and a little less each where it takes several. No text, and what is
// no text, takes none.
func Parts(text string) int {
	if text == "" || !utf8.ValidString(text) {
		return 0
	}
	room, each := 70, 67
	width := func(r rune) int { return utf16.RuneLen(r) }
	if fits(text) {
		room, each = 160, 153
		width = func(r rune) int { return 1 + strings.Count(double, string(r)) }
	}
	all, parts, left := 0, 1, each
	for _, r := range text {
		n := width(r)
		if all += n; n > left { // a sign is not cut in two
			parts, left = parts+1, each
		}
		left -= n
	}
	if all <= room {
		return 1
	}
	return parts
}

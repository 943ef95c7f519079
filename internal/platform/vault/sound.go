package vault

import (
	"slices"
	"strings"
)

// sounds are the ways in which a folded word sounds to somebody who writes it
// down in Dutch, French or German, so that "Dehaene" finds "De Haen",
// "Mohammed" finds "Muhamed" and "Pieters" finds "Peeters". Vowels after the
// first letter, doubled letters and silent endings fall away; letters that
// sound alike become one. What is written ch sounds in two ways: Aïcha is
// Aisha, and Achraf is Agraf. It is coarse on purpose: what it finds is shown
// to a person.
func sounds(word string) []string {
	if strings.ContainsAny(word, "0123456789") {
		return nil // a number is not heard
	}
	heard := []string{sound(word, "g"), sound(word, "s")}
	return slices.Compact(slices.DeleteFunc(heard, func(s string) bool { return s == "" }))
}

// sound is how a word sounds when its ch sounds like ch.
func sound(word, ch string) string {
	word = strings.ReplaceAll(strings.ReplaceAll(word, "sch", "s"), "ch", ch)
	for _, alike := range soundsAlike {
		word = strings.ReplaceAll(word, alike[0], alike[1])
	}
	var out []byte
	for i := range len(word) {
		c := word[i]
		if c < 'a' || c > 'z' {
			continue
		}
		switch c {
		case 'a', 'e', 'i', 'o', 'u', 'y', 'j', 'h', 'w':
			if i > 0 {
				continue
			}
			if c == 'y' || c == 'j' {
				c = 'i'
			}
		case 'c', 'q':
			c = 'k'
		case 'z':
			c = 's'
		case 'd':
			c = 't'
		case 'v':
			c = 'f'
		case 'b':
			c = 'p'
		}
		if len(out) == 0 || out[len(out)-1] != c {
			out = append(out, c)
		}
	}
	if n := len(out); n > 2 && out[n-1] == 's' {
		out = out[:n-1] // Peeters and Peeter, Janssens and Janssen
	}
	if len(out) < 2 {
		return ""
	}
	return string(out)
}

// soundsAlike lists groups of letters that are one sound, in order.
var soundsAlike = [...][2]string{
	{"tsj", "s"}, {"sh", "s"}, {"sj", "s"}, {"gh", "g"}, {"kh", "g"}, {"ph", "f"}, {"bv", "v"},
	{"ck", "k"}, {"x", "ks"}, {"ce", "se"}, {"ci", "si"}, {"cy", "si"}, {"qu", "k"}, {"th", "t"}, {"dt", "t"}, {"dj", "i"},
}

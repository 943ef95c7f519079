package vault

import (
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Terms are the words by which a family can be found.
type Terms struct {
	Names   []string // of persons, as written
	Births  []string // name and day of birth together, "peeters 2024-03-01": one strong key
	Phones  []string // E.164
	Numbers []string // national numbers, digits only
}

// shortest is the fewest letters that find a word by its beginning.
const shortest = 3

// all lists every term, each with a mark of its kind, once.
func (t Terms) all() []string {
	terms := t.exact()
	for _, name := range t.Names {
		words := kernel.Words(name)
		for i, word := range words {
			terms = append(append(terms, "w:"+word), beginnings(word)...)
			for _, whole := range joined(words[i:]) {
				terms = append(terms, beginnings(whole)...)
			}
		}
	}
	slices.Sort(terms)
	return slices.Compact(terms)
}

// longest is the most letters of a beginning.
const longest = 12

// beginnings are the terms by which a word is found when it is not written out
// or not spelled so: its first letters, and how it sounds.
func beginnings(word string) (terms []string) {
	letters := []rune(word)
	for n := shortest; n <= min(len(letters), longest); n++ {
		terms = append(terms, "p:"+string(letters[:n]))
	}
	return append(terms, soundTerms(letters, word)...)
}

// soundTerms are how a word sounds; one of three letters sounds like too many
// others.
func soundTerms(letters []rune, word string) (terms []string) {
	if len(letters) > shortest {
		for _, s := range sounds(word) {
			terms = append(terms, "s:"+s)
		}
	}
	return terms
}

// joined are the ways in which the first of some words is also written in one
// with those that follow: De Haene, Dehaene; Van den Berghe, Vandenberghe; Ben
// Saïd, Bensaïd. Only short words and such beginnings are written so.
func joined(words []string) (wholes []string) {
	whole := words[0]
	for i := 0; i+1 < len(words) && i < 3 && opens(words[i]); i++ {
		whole += words[i+1]
		wholes = append(wholes, whole)
	}
	return wholes
}

func opens(word string) bool {
	switch word {
	case "vande", "vanden", "vander", "abdel", "abdul", "abdoul", "aboul":
		return true
	}
	return utf8.RuneCountInString(word) <= 4
}

// exact lists the terms that say that two files are of the same people.
func (t Terms) exact() []string {
	var terms []string
	for _, b := range t.Births {
		terms = append(terms, "b:"+strings.Join(kernel.Words(b), " "))
	}
	for _, p := range t.Phones {
		terms = append(terms, "t:"+p)
	}
	for _, n := range t.Numbers {
		terms = append(terms, "n:"+n)
	}
	return terms
}

const (
	maxWords = 6   // that one search may ask for
	maxTyped = 200 // letters that are looked at
)

// queryTerms reads what somebody typed: for each word the terms of which one
// must be found. What is all digits may be a telephone or a national number;
// any other word is searched as a beginning or by its sound, by itself or in
// one with those around it.
func queryTerms(typed string) [][]string {
	if letters := []rune(typed); len(letters) > maxTyped {
		typed = string(letters[:maxTyped])
	}
	if digits := onlyDigits(typed); len(digits) >= 8 && len(digits) >= len(strings.ReplaceAll(typed, " ", ""))-5 {
		return [][]string{numberTerms(typed, digits)}
	}
	words := kernel.Words(typed)
	words = words[:min(len(words), maxWords)]
	asked := make([][]string, len(words))
	for i, word := range words {
		if digits := onlyDigits(word); len(digits) >= 8 && len(digits) == len(word) {
			asked[i] = append(asked[i], numberTerms(word, digits)...)
			continue
		}
		asked[i] = append(asked[i], wordTerms(word)...)
		for n, whole := range joined(words[i:]) {
			for k := i; k <= i+n+1; k++ { // found as one word, each of them is found
				asked[k] = append(asked[k], wordTerms(whole)...)
			}
		}
	}
	for i := range asked {
		slices.Sort(asked[i])
		asked[i] = slices.Compact(asked[i])
	}
	return asked
}

func numberTerms(typed, digits string) []string {
	terms := []string{"n:" + digits}
	if phone, err := kernel.AcceptPhone(typed, true); err == nil {
		terms = append(terms, "t:"+string(phone))
	}
	return terms
}

// wordTerms are the terms of which one finds a word that was typed: short ones
// are found whole only.
func wordTerms(word string) []string {
	letters := []rune(word)
	if len(letters) < shortest {
		return []string{"w:" + word}
	}
	return append(soundTerms(letters, word), "p:"+string(letters[:min(len(letters), longest)]))
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// tokens turns terms into keyed digests of 16 bytes, as hexadecimal text. The
// alliance is part of the digest: the same name in two alliances has nothing
// in common.
func (v *Vault) tokens(alliance kernel.ID, terms []string) []string {
	out := make([]string, len(terms))
	for i, term := range terms {
		out[i] = tokenOf(v.Keeper.Token(about(alliance, term)))
	}
	return out
}

// sought are the tokens under which the terms may lie: while the
// installation's key is replaced, some families still have those of the former.
func (v *Vault) sought(alliance kernel.ID, terms []string) (out []string) {
	for _, term := range terms {
		for _, digest := range v.Keeper.Tokens(about(alliance, term)) {
			out = append(out, tokenOf(digest))
		}
	}
	return out
}

func about(alliance kernel.ID, term string) []byte { return []byte(string(alliance) + "/" + term) }

func tokenOf(digest []byte) string { return hex.EncodeToString(digest[:16]) }

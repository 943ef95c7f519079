package vault

import (
	"encoding/hex"
	"slices"
	"strings"

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
		for _, word := range kernel.Words(name) {
			terms = append(terms, "w:"+word)
			letters := []rune(word)
			for n := shortest; n <= len(letters) && n <= 12; n++ {
				terms = append(terms, "p:"+string(letters[:n]))
			}
			if s := sound(word); s != "" {
				terms = append(terms, "s:"+s)
			}
		}
	}
	slices.Sort(terms)
	return slices.Compact(terms)
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

// maxWords bounds what one search may ask.
const maxWords = 6

// queryTerms reads what somebody typed: for each word the terms of which one
// must be found. A word of digits may be a telephone or a national number;
// any other is searched as a beginning or by its sound.
func queryTerms(typed string) [][]string {
	if digits := onlyDigits(typed); len(digits) >= 8 && len(digits) >= len(strings.ReplaceAll(typed, " ", ""))-4 {
		terms := []string{"n:" + digits}
		if phone, err := kernel.ParsePhone(typed); err == nil {
			terms = append(terms, "t:"+string(phone))
		}
		return [][]string{terms}
	}
	var words [][]string
	for _, word := range kernel.Words(typed) {
		letters := []rune(word)
		if len(words) == maxWords {
			break
		}
		if len(letters) < shortest {
			words = append(words, []string{"w:" + word})
			continue
		}
		terms := []string{"p:" + string(letters[:min(len(letters), 12)])}
		if s := sound(word); s != "" && len(letters) > shortest {
			terms = append(terms, "s:"+s)
		}
		words = append(words, terms)
	}
	return words
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
		out[i] = hex.EncodeToString(v.Keeper.Token([]byte(string(alliance) + "/" + term))[:16])
	}
	return out
}

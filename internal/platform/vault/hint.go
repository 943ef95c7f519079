package vault

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Hint is what the names of a family come down to in two numbers of 64 bits: of
// every word one bit in each, which the first letters and the sound of the word
// choose by their keyed digests. Whoever walks through many families passes over
// those that lack a bit without looking their words up: they do not have the
// word. The others may have it.
func (v *Vault) Hint(alliance kernel.ID, terms Terms) (hint [2]int64) {
	for _, term := range terms.all() {
		if known, ok := hinted(term); ok && known == term {
			bits := bitsOf(v.Keeper.Token(about(alliance, term)))
			hint[0] |= bits[0]
			hint[1] |= bits[1]
		}
	}
	return hint
}

// Hints are, for each word that was typed, the bits of which a family that has
// it carries all of one; nil for a word of which a hint says nothing.
func (s Sought) Hints() [][][2]int64 { return s.hints }

// hinted is the term that chooses the bits of another: beginnings of any length
// choose by their first letters, and words too short to have a beginning as they
// are. Numbers have no bits: they lead to few families by themselves.
func hinted(term string) (chooses string, ok bool) {
	kind, word, _ := strings.Cut(term, ":")
	switch letters := []rune(word); {
	case kind == "p":
		return "p:" + string(letters[:min(len(letters), shortest)]), true
	case kind == "s", kind == "w" && utf8.RuneCountInString(word) < shortest:
		return term, true
	}
	return "", false
}

// hintsOf are the bits of the terms of which one must be there, by each key that
// may have made them.
func (v *Vault) hintsOf(alliance kernel.ID, terms []string) (hints [][2]int64) {
	for _, term := range terms {
		chooses, ok := hinted(term)
		if !ok {
			return nil
		}
		for _, digest := range v.Keeper.Tokens(about(alliance, chooses)) {
			if bits := bitsOf(digest); !slices.Contains(hints, bits) {
				hints = append(hints, bits)
			}
		}
	}
	return hints
}

func bitsOf(digest []byte) [2]int64 { return [2]int64{1 << (digest[0] & 63), 1 << (digest[1] & 63)} }

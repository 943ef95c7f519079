package find

import (
	_ "embed"
	"maps"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

//go:embed synonyms.yaml
var synonymsYAML []byte

// thesaurus knows concepts by the words for them.
type thesaurus struct {
	names []string                    // of the concepts, in order
	books map[kernel.Lang]*phraseBook // how each is called, by language
	words map[string]bool             // every single word of it, folded
}

// phraseBook holds the words for concepts in one language, twice: as written,
// and by their stems.
type phraseBook struct {
	single map[string][]int    // one word
	longer map[string][]phrase // the first of several words
	said   [][]string          // by concept, as written
}

// phrase is what follows a first word.
type phrase struct {
	rest    []string
	concept int
}

// meanings is the thesaurus of synonyms.yaml, read once; the tests keep it
// readable.
var meanings = sync.OnceValue(func() *thesaurus {
	var written map[string]map[kernel.Lang][]string
	if err := yaml.Unmarshal(synonymsYAML, &written); err != nil {
		panic(err) // cannot happen: the file is part of the program
	}
	t := &thesaurus{names: slices.Sorted(maps.Keys(written)), books: map[kernel.Lang]*phraseBook{}, words: map[string]bool{}}
	for _, lang := range kernel.FamilyLangs {
		book := &phraseBook{single: map[string][]int{}, longer: map[string][]phrase{}}
		t.books[lang] = book
		for c, name := range t.names {
			book.said = append(book.said, written[name][lang])
			for _, said := range written[name][lang] {
				var plain, stems []string
				for _, w := range content(tokens(said)) {
					plain, stems = append(plain, w.folded), append(stems, stem(w, lang))
				}
				book.add(plain, c)
				book.add(stems, c)
				if len(plain) == 1 {
					t.words[plain[0]] = true
				}
			}
		}
	}
	return t
})

func (b *phraseBook) add(words []string, concept int) {
	switch {
	case len(words) == 1 && !slices.Contains(b.single[words[0]], concept):
		b.single[words[0]] = append(b.single[words[0]], concept)
	case len(words) > 1:
		b.longer[words[0]] = append(b.longer[words[0]], phrase{words[1:], concept})
	}
}

// at tells each concept that the words mean from their first on, with how many
// of them.
func (b *phraseBook) at(words []string, tell func(concept, n int)) {
	for _, c := range b.single[words[0]] {
		tell(c, 1)
	}
	for _, p := range b.longer[words[0]] {
		if n := len(p.rest); n < len(words) && slices.Equal(p.rest, words[1:n+1]) {
			tell(p.concept, n+1)
		}
	}
}

// content is the words without those that say nothing, unless nothing is left.
func content(all []token) []token {
	var some []token
	for _, t := range all {
		if !stopWords[t.folded] {
			some = append(some, t)
		}
	}
	if len(some) == 0 {
		return all
	}
	return some
}

// ConceptWord is how a concept is called in a language: the first word for it.
// A name that is none gives "".
func ConceptWord(name string, lang kernel.Lang) string {
	i, known := slices.BinarySearch(meanings().names, name)
	if !known {
		return ""
	}
	book := meanings().books[lang]
	if book == nil || len(book.said[i]) == 0 {
		return ""
	}
	return book.said[i][0]
}

// Concepts are the names of all concepts, in order.
func Concepts() []string { return slices.Clone(meanings().names) }

package find

import (
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/turkish"
	"golang.org/x/text/unicode/norm"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// token is a word as it was written, in lower case, and folded.
type token struct{ written, folded string }

// longestWord is how many letters of a word count; nobody types more.
const longestWord = 40

// tokens are the words of a text, in order. An apostrophe parts words, save
// within a Ukrainian one.
func tokens(s string) (all []token) {
	runes := []rune(norm.NFC.String(strings.ToLower(s)))
	from := -1
	end := func(to int) {
		if from >= 0 {
			written := string(runes[from:min(to, from+longestWord)])
			if folded := fold(written); folded != "" {
				all = append(all, token{written, folded})
			}
		}
		from = -1
	}
	for i, r := range runes {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if from < 0 {
				from = i
			}
		case unicode.Is(unicode.Mn, r):
		case apostrophe(r) && from >= 0 && i+1 < len(runes) && unicode.Is(unicode.Cyrillic, runes[i-1]) && unicode.Is(unicode.Cyrillic, runes[i+1]):
		default:
			end(i)
		}
	}
	end(len(runes))
	return all
}

func apostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

// sameLetters are letters that Arabic writers use one for the other.
var sameLetters = strings.NewReplacer("ة", "ه", "ى", "ي", "ـ", "", "'", "", "’", "", "ʼ", "", "ґ", "г")

// fold is a word as it is compared.
func fold(s string) string { return sameLetters.Replace(kernel.Fold(s)) }

// stemmers cut the endings off words, by language; the other languages have
// rules of our own.
var stemmers = map[kernel.Lang]func(*snowballstem.Env) bool{
	kernel.NL: dutch.Stem, kernel.FR: french.Stem, kernel.DE: german.Stem, kernel.EN: english.Stem,
	kernel.AR: arabic.Stem, kernel.TR: turkish.Stem,
}

// stem is the folded beginning that the forms of a word in a language share.
func stem(t token, lang kernel.Lang) string {
	if len(t.folded) < 4 || unicode.IsDigit(rune(t.folded[0])) {
		return t.folded
	}
	if lang == kernel.UK {
		return stemUkrainian(t.folded)
	}
	cut, known := stemmers[lang]
	if !known {
		return t.folded
	}
	env := snowballstem.NewEnv(t.written)
	cut(env)
	if s := fold(env.Current()); s != "" {
		return s
	}
	return t.folded
}

// ukrainian are endings of nouns, adjectives and verbs, folded (й is и, ї is
// і), longest first.
var ukrainian = []string{
	"уваннями", "уванням", "ування", "аннями", "ення", "ання", "еннями", "ості", "ість", "ями", "ами", "ого", "ому", "ими", "іми", "ові",
	"еві", "ах", "ях", "ам", "ям", "ом", "ем", "ів", "оі", "еі", "ою", "ею", "их", "им", "ии", "іи", "а", "я", "у", "ю", "і", "и", "е", "о", "ь",
}

// stemUkrainian cuts one ending off, and leaves three letters at least.
func stemUkrainian(word string) string {
	letters := []rune(word)
	for _, ending := range ukrainian {
		if n := len(letters) - len([]rune(ending)); n >= 3 && strings.HasSuffix(word, ending) {
			return string(letters[:n])
		}
	}
	return word
}

// stopWords say nothing of what somebody looks for.
var stopWords = words(`
de het een en of in op te van voor met bij naar om aan dat die dit er is zijn ik wij we mijn ons mij heb hebben wil zoek zoeken nodig waar hoe kan iets hulp dochter zoon
le la les l un une des d du et ou au aux en dans pour avec chez sur je nous mon ma mes notre nos est sont ai avons veux cherche besoin aide comment fille fils
der die das dem den ein eine einen einer und oder im in am an zu zum zur von vom fur mit bei ist sind ich wir mein meine unser suche brauche hilfe wo wie tochter sohn
the a an and or of to for with at by on is are i we my our me have need want looking help where how some
من في على الى عن مع هو هي انا نحن اريد احتاج ابحث مساعده
в на з до для та і и або за у я ми мій моя потрібна потрібно шукаю допомога де як
ve veya icin ile bir bu ben biz benim ariyorum lazim yardim nerede nasil
`)

func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[fold(w)] = true
	}
	return set
}

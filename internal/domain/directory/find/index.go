package find

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Index is what is told to everybody, ready to be asked. It never changes after
// [New] and may be asked by any number at once.
type Index struct {
	entries  []entry
	byID     map[kernel.ID]int
	postings map[string][]posting // by a stem
	concepts [][]posting          // by the place of a concept in the thesaurus
	known    map[string]string    // folded words that stand in a text, to one spelling of it
	spelling *spelling
	scratch  sync.Pool // of *tally
}

// entry is a service with what is asked of it again and again.
type entry struct {
	record directory.PublicRecord
	name   string // folded, for services that are alike in all else
	spots  []spot
	week   week // of the service itself
}

// spot is a place at which it is given.
type spot struct {
	point kernel.Point // zero: not known
	exact bool         // told for the place, not for its postal code
	nis   kernel.NIS
	week  week
}

// posting is that a word stands in a service.
type posting struct {
	entry  int32
	fields field
}

// field is where a word stands; a set of them.
type field uint8

// The fields.
const (
	inName field = 1 << iota
	inWords
	inOrganisation
	inText
	partOfName // within a longer word: opvang in kinderopvang
	partOfText
)

// written is a text of an entry, in its language; "" is any.
type written struct {
	text string
	lang kernel.Lang
	in   field
}

// New makes an index of all records. An error of the source is handed on.
func New(records iter.Seq2[directory.PublicRecord, error]) (*Index, error) {
	ix := &Index{byID: map[kernel.ID]int{}, postings: map[string][]posting{}, known: map[string]string{}, concepts: make([][]posting, len(meanings().names))}
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		ix.byID[r.Service.ID] = len(ix.entries)
		ix.entries = append(ix.entries, entryOf(r))
	}
	b := builder{Index: ix, stems: map[token]*[len(kernel.FamilyLangs)]string{}}
	for i := range ix.entries {
		b.note(i)
	}
	for i := range ix.entries {
		b.add(int32(i), textsOf(&ix.entries[i].record))
	}
	ix.spelling = spellingOf(ix.known)
	ix.scratch.New = func() any { return newTally(len(ix.entries)) }
	return ix, nil
}

// Len is how many services are in it.
func (ix *Index) Len() int { return len(ix.entries) }

// Certain are the services whose own condition fits: each condition is asked
// once, however many say the same.
func (ix *Index) Certain(fits func(rule string) bool) (all []kernel.ID) {
	said := map[string]bool{}
	for i := range ix.entries {
		v := &ix.entries[i].record.Service
		if v.For.Rule == "" {
			continue
		}
		fit, known := said[v.For.Rule]
		if !known && len(said) < maxRules {
			fit = fits(v.For.Rule)
			said[v.For.Rule] = fit
		}
		if fit {
			all = append(all, v.ID)
		}
	}
	return all
}

// maxRules is how many different conditions are asked for one who looks.
const maxRules = 200

// Record is a service by its ID; nil when it is told to nobody. It is shared:
// not to be changed.
func (ix *Index) Record(id kernel.ID) *directory.PublicRecord {
	i, known := ix.byID[id]
	if !known {
		return nil
	}
	return &ix.entries[i].record
}

// All are the records in the order in which they were given.
func (ix *Index) All() iter.Seq[*directory.PublicRecord] {
	return func(yield func(*directory.PublicRecord) bool) {
		for i := range ix.entries {
			if !yield(&ix.entries[i].record) {
				return
			}
		}
	}
}

func entryOf(r directory.PublicRecord) entry {
	e := entry{record: r, name: kernel.Fold(nameOf(&r)), week: weekOf(r.Service.Hours)}
	if len(r.Service.Areas) > 0 {
		e.week.in = r.Service.Areas[0]
	}
	for _, p := range r.Places {
		s := spot{nis: p.Municipality, week: weekOf(r.HoursAt(p))}
		if len(s.week.spans) == 0 && !s.week.rough {
			s.week = e.week
		}
		s.week.in = p.Municipality
		if at, err := kernel.ParsePoint(p.Lat, p.Lon); err == nil {
			s.point, s.exact = at, true
		} else if at, known := kernel.PointOf(kernel.PostalCode(p.Postal)); known {
			s.point = at
		}
		e.spots = append(e.spots, s)
	}
	return e
}

// nameOf is a name of a service in any language that it has.
func nameOf(r *directory.PublicRecord) string {
	n := r.Service.Name
	return cmp.Or(n.NL, n.FR, n.DE, n.EN)
}

// textsOf are the texts by which a record is found.
func textsOf(r *directory.PublicRecord) (all []written) {
	texts := func(t kernel.Text, in field) {
		for _, lang := range kernel.Langs {
			if s := t.In(lang); s != "" && (lang == kernel.NL || s != t.NL) {
				all = append(all, written{s, lang, in})
			}
		}
	}
	texts(r.Service.Name, inName)
	for _, w := range r.Service.Words {
		all = append(all, written{w, "", inWords})
	}
	all = append(all, written{r.Organisation.Name, "", inOrganisation}, written{r.Organisation.Also, "", inOrganisation})
	texts(r.Service.About, inText)
	texts(r.Service.How, inText)
	texts(r.Service.For.Words, inText)
	for _, p := range r.Places {
		all = append(all, written{p.Name, "", inOrganisation})
	}
	return all
}

// builder puts words into an index, and remembers their stems.
type builder struct {
	*Index
	stems map[token]*[len(kernel.FamilyLangs)]string
	parts map[string][]string // of long words
}

// note remembers which words there are, before any is taken apart.
func (b *builder) note(i int) {
	for _, w := range textsOf(&b.entries[i].record) {
		for _, t := range tokens(w.text) {
			if _, known := b.known[t.folded]; !known {
				b.known[t.folded] = t.written
			}
		}
	}
}

// stem is the stem of a word, reckoned once.
func (b *builder) stem(t token, lang kernel.Lang) string {
	of := b.stems[t]
	if of == nil {
		of = new([len(kernel.FamilyLangs)]string)
		b.stems[t] = of
	}
	i := slices.Index(kernel.FamilyLangs[:], lang)
	if of[i] == "" {
		of[i] = stem(t, lang)
	}
	return of[i]
}

// add puts the words of a service into the index.
func (b *builder) add(entry int32, texts []written) {
	found, meant := map[string]field{}, map[int]field{}
	for _, w := range texts {
		all := content(tokens(w.text))
		langs := scripts(all, w.lang)
		plain := make([]string, len(all))
		for i, t := range all {
			plain[i] = t.folded
			found[t.folded] |= w.in
			if w.lang == kernel.NL || w.lang == kernel.DE || w.in == inWords {
				for _, part := range b.split(t.folded) {
					for _, lang := range langs {
						found[b.stem(token{part, part}, lang)] |= w.in.part()
					}
				}
			}
		}
		stems := make([]string, len(all))
		for _, lang := range langs {
			book := meanings().books[lang]
			for i, t := range all {
				stems[i] = b.stem(t, lang)
				found[stems[i]] |= w.in
			}
			for i := range all {
				tell := func(concept, _ int) { meant[concept] |= w.in }
				book.at(plain[i:], tell)
				book.at(stems[i:], tell)
			}
		}
	}
	for s, in := range found {
		b.postings[s] = append(b.postings[s], posting{entry, in})
	}
	for c, in := range meant {
		b.concepts[c] = append(b.concepts[c], posting{entry, in})
	}
}

func (f field) part() field {
	if f == inName {
		return partOfName
	}
	return partOfText
}

// scripts are the languages in which words can be read: the one they are
// written in, or else those of their letters.
func scripts(all []token, lang kernel.Lang) []kernel.Lang {
	if lang != "" {
		return []kernel.Lang{lang}
	}
	for _, t := range all {
		for _, r := range t.folded {
			switch {
			case '؀' <= r && r <= 'ۿ':
				return []kernel.Lang{kernel.AR}
			case 'Ѐ' <= r && r <= 'ӿ':
				return []kernel.Lang{kernel.UK}
			}
		}
	}
	return []kernel.Lang{kernel.NL, kernel.FR, kernel.DE, kernel.EN}
}

// shortestPart is how many letters a part of a compound word has at least.
const shortestPart = 4

// split takes a compound apart into words that are known: kinderopvang into
// kinder and opvang. Between them may stand an s, en, e or n.
func (b *builder) split(word string) []string {
	if parts, known := b.parts[word]; known {
		return parts
	}
	parts := splitInto(word, func(s string) bool { return b.known[s] != "" || meanings().words[s] })
	if b.parts == nil {
		b.parts = map[string][]string{}
	}
	b.parts[word] = parts
	return parts
}

func splitInto(word string, known func(string) bool) []string {
	if len(word) < 2*shortestPart || word[0] > 'z' || word[0] < 'a' {
		return nil
	}
	for at := len(word) - shortestPart; at >= shortestPart; at-- {
		tail := word[at:]
		if !known(tail) {
			continue
		}
		for _, link := range [...]string{"", "s", "en", "e", "n"} {
			if head, ok := strings.CutSuffix(word[:at], link); ok && len(head) >= shortestPart && known(head) {
				return []string{head, tail}
			}
		}
	}
	return nil
}

// isNumber tells whether a word is a number.
func isNumber(s string) bool { _, err := strconv.Atoi(s); return err == nil }

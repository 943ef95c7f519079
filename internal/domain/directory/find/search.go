package find

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// mostClauses is how many words of a query count; mostTyped how many letters.
const (
	mostClauses = 8
	mostTyped   = 200
)

// pageSize is how many hits a page has, unless a query says otherwise.
const pageSize = 20

// clause is one word of a query, or several that mean one thing.
type clause struct {
	typed    string   // as the reader is told of it
	terms    []string // stems, any of which will do
	concepts []int
	guessed  bool // another word than was typed: counts half
}

// tally adds up points by entry.
type tally struct {
	points  []int32 // of all clauses
	clauses []uint8 // how many were found
	best    []int32 // of the clause at hand
	touched []int32 // entries with points
	hits    []ranked
}

func newTally(n int) *tally {
	return &tally{points: make([]int32, n), clauses: make([]uint8, n), best: make([]int32, n)}
}

// ranked is an entry with what puts it before another.
type ranked struct {
	entry   int32
	clauses uint8
	points  int32
	metres  int32 // far when not known
	place   int16
}

const farAway = 1 << 30

// Search finds what fits. Services that hold more of the words come first, then
// those with more points, then the nearer.
func (ix *Index) Search(q Query) (f Found) {
	clauses := ix.read(q, &f)
	t := ix.scratch.Get().(*tally)
	defer ix.scratch.Put(t)
	at, here := whereOf(q)
	m := momentOf(q)
	rank := func(i int32) {
		e := &ix.entries[i]
		fits, elsewhere := e.fits(q, m)
		if elsewhere {
			f.Elsewhere++
		}
		if !fits {
			return
		}
		r := ranked{entry: i, clauses: t.clauses[i], metres: farAway, place: -1, points: t.points[i]}
		r.place, r.metres = e.nearest(at, q.NIS)
		r.points += e.standing(q, m, r, here, nil)
		t.hits = append(t.hits, r)
	}
	t.hits = t.hits[:0]
	if len(clauses) == 0 && len(f.Unknown) == 0 {
		for i := range ix.entries {
			rank(int32(i))
		}
	} else {
		ix.count(clauses, t)
		for _, i := range t.touched {
			rank(i)
		}
		for _, i := range t.touched {
			t.points[i], t.clauses[i] = 0, 0
		}
		t.touched = t.touched[:0]
	}
	f.Total = len(t.hits)
	limit := q.Limit
	if limit <= 0 {
		limit = pageSize
	}
	for _, r := range ix.page(t.hits, max(q.Skip, 0), limit) {
		f.Hits = append(f.Hits, ix.hit(q, m, r, here, clauses))
	}
	return f
}

// read makes clauses of what was typed: words that mean one thing together,
// words that are known, and the words for which unknown ones may be taken.
func (ix *Index) read(q Query, f *Found) (clauses []clause) {
	all := content(tokens(q.Words[:min(len(q.Words), mostTyped)]))
	langs := readings(all, q.Lang)
	for i := 0; i < len(all) && len(clauses) < mostClauses; {
		c, n := ix.clause(all[i:], langs)
		i += n
		if !ix.knows(c) {
			c = ix.guess(c, all[i-n], langs, f)
		}
		if len(c.terms) == 0 && len(c.concepts) == 0 {
			f.Unknown = append(f.Unknown, c.typed)
			continue
		}
		clauses = append(clauses, c)
	}
	sure := slices.ContainsFunc(clauses, func(c clause) bool { return !c.guessed && len(c.concepts) > 0 })
	for _, c := range clauses {
		for _, concept := range c.concepts {
			if c.guessed && sure {
				continue
			}
			if name := meanings().names[concept]; !slices.Contains(f.Concepts, name) {
				f.Concepts = append(f.Concepts, name)
			}
		}
	}
	return clauses
}

// readings are the languages in which a query can be meant, the reader's first.
func readings(all []token, reader kernel.Lang) []kernel.Lang {
	langs := scripts(all, "")
	if reader == kernel.TR && len(langs) > 1 || slices.Contains(langs, reader) {
		langs = append([]kernel.Lang{reader}, slices.DeleteFunc(langs, func(l kernel.Lang) bool { return l == reader })...)
	} else if len(langs) > 1 {
		langs = append(langs, kernel.TR) // somebody writes Turkish whatever the page is in
	}
	return langs
}

// clause is what the first words mean, and how many they are: the longest that
// mean something together, in the reader's language before any other.
func (ix *Index) clause(all []token, langs []kernel.Lang) (c clause, n int) {
	n = 1
	c.typed = all[0].written
	for _, lang := range langs {
		plain, stems := make([]string, 0, 4), make([]string, 0, 4)
		for _, t := range all[:min(len(all), 4)] {
			plain, stems = append(plain, t.folded), append(stems, stem(t, lang))
		}
		tell := func(concept, words int) {
			switch {
			case words > n:
				n, c.concepts = words, []int{concept}
			case words == n && !slices.Contains(c.concepts, concept):
				c.concepts = append(c.concepts, concept)
			}
		}
		book := meanings().books[lang]
		book.at(plain, tell)
		book.at(stems, tell)
		if len(c.concepts) > 0 {
			break
		}
	}
	for i, t := range all[:n] {
		if i > 0 {
			c.typed += " " + t.written
		}
		c.terms = termsOf(c.terms, t, langs)
	}
	return c, n
}

// termsOf adds the stems of a word in all languages in which it can be meant.
func termsOf(terms []string, t token, langs []kernel.Lang) []string {
	add := func(s string) {
		if !slices.Contains(terms, s) {
			terms = append(terms, s)
		}
	}
	add(t.folded)
	for _, lang := range langs {
		add(stem(t, lang))
		if t.folded != t.written {
			add(stem(token{t.folded, t.folded}, lang))
		}
	}
	return terms
}

// knows tells whether a clause can be found, or means something.
func (ix *Index) knows(c clause) bool {
	return len(c.concepts) > 0 || slices.ContainsFunc(c.terms, func(s string) bool { return ix.postings[s] != nil })
}

// guess takes an unknown word for a compound of known ones, for one that it
// begins, or for the nearest to it; else it stays unknown.
func (ix *Index) guess(c clause, t token, langs []kernel.Lang, f *Found) clause {
	c.terms, c.concepts, c.guessed = nil, nil, true
	known := func(s string) bool { return ix.known[s] != "" || meanings().words[s] }
	meant := splitInto(t.folded, known)
	if len(meant) > 0 {
		meant = meant[len(meant)-1:] // the last part says what it is
	}
	if len(meant) == 0 && len([]rune(t.folded)) >= 4 && !isNumber(t.folded) {
		meant = ix.spelling.beginning(t.folded)
	}
	if len(meant) == 0 {
		meant = ix.spelling.near(t.folded)
	}
	var as []string
	for _, m := range meant {
		spelled := cmp.Or(ix.known[m], m)
		as = append(as, spelled)
		other, _ := ix.clause([]token{{spelled, m}}, langs)
		for _, concept := range other.concepts {
			if !slices.Contains(c.concepts, concept) {
				c.concepts = append(c.concepts, concept)
			}
		}
		for _, s := range other.terms {
			if !slices.Contains(c.terms, s) {
				c.terms = append(c.terms, s)
			}
		}
	}
	if len(as) > 0 {
		f.Read = append(f.Read, Correction{t.written, as[:min(len(as), mostMeant)]})
	}
	return c
}

// worth is what a word is worth in the best of its fields.
func (f field) worth() (int32, Kind) {
	switch {
	case f&inName != 0:
		return nameWorth, InName
	case f&inWords != 0:
		return wordsWorth, InWords
	case f&inOrganisation != 0:
		return organisationWorth, InOrganisation
	case f&partOfName != 0:
		return nameWorth * 3 / 4, InName
	case f&inText != 0:
		return textWorth, InText
	}
	return textWorth * 3 / 4, InText
}

// synonym is what a concept is worth.
func (f field) synonym() int32 {
	if f&(inName|inWords) != 0 {
		return synonymNameWorth
	}
	return synonymWorth
}

// count adds up what the words are worth.
func (ix *Index) count(clauses []clause, t *tally) {
	for _, c := range clauses {
		var seen []int32
		take := func(entry, points int32) {
			if c.guessed {
				points /= 2
			}
			if t.best[entry] == 0 {
				seen = append(seen, entry)
			}
			t.best[entry] = max(t.best[entry], points)
		}
		for _, s := range c.terms {
			for _, p := range ix.postings[s] {
				worth, _ := p.fields.worth()
				take(p.entry, worth)
			}
		}
		for _, concept := range c.concepts {
			for _, p := range ix.concepts[concept] {
				take(p.entry, p.fields.synonym())
			}
		}
		for _, i := range seen {
			if t.clauses[i] == 0 {
				t.touched = append(t.touched, i)
			}
			t.clauses[i]++
			t.points[i] += t.best[i]
			t.best[i] = 0
		}
	}
}

// before tells whether a stands before b.
func (ix *Index) before(a, b ranked) int {
	return cmp.Or(int(b.clauses)-int(a.clauses), int(b.points-a.points), cmp.Compare(a.metres, b.metres),
		strings.Compare(ix.entries[a.entry].name, ix.entries[b.entry].name), int(a.entry-b.entry))
}

// page are the hits from skip on. Only as many as are needed are put in order.
func (ix *Index) page(hits []ranked, skip, limit int) []ranked {
	if skip >= len(hits) {
		return nil
	}
	want := min(skip+limit, len(hits))
	top := hits[:want:want]
	slices.SortFunc(top, ix.before)
	for _, r := range hits[want:] {
		if ix.before(r, top[want-1]) < 0 {
			at, _ := slices.BinarySearchFunc(top, r, ix.before)
			copy(top[at+1:], top[at:want-1])
			top[at] = r
		}
	}
	return top[skip:]
}

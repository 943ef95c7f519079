package find

import (
	"cmp"
	"hash/maphash"
	"maps"
	"slices"
	"strings"
)

// spelling finds the known words that somebody may have meant who made a typing
// error. Each known word lies under itself with letters left out, and so does
// what was typed: where the two meet they are near. Only the first letters are
// taken, so that a long word takes no more room than a short one.
type spelling struct {
	seed  maphash.Seed
	words []string // folded, in order
	gaps  []gap    // by hash
}

type gap struct {
	hash uint64
	word int32
}

// firstLetters are the letters in which an error is looked for at once.
const firstLetters = 7

// errorsIn is how many errors a word of so many letters may have.
func errorsIn(letters int) int {
	switch {
	case letters < 4:
		return 0
	case letters < 8:
		return 1
	}
	return 2
}

// spellingOf knows the words of the index and those of the thesaurus.
func spellingOf(known map[string]string) *spelling {
	s := &spelling{seed: maphash.MakeSeed()}
	for w := range known {
		if !isNumber(w) && len(w) >= 4 {
			s.words = append(s.words, w)
		}
	}
	s.words = append(s.words, slices.Collect(maps.Keys(meanings().words))...)
	slices.Sort(s.words)
	s.words = slices.Compact(s.words)
	for i, w := range s.words {
		for _, h := range s.hashes(w, errorsIn(len([]rune(w)))) {
			s.gaps = append(s.gaps, gap{h, int32(i)})
		}
	}
	slices.SortFunc(s.gaps, func(a, b gap) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.word, b.word)) })
	return s
}

// hashes are those of a word's beginning with up to n letters left out.
func (s *spelling) hashes(word string, n int) []uint64 {
	letters := []rune(word)
	if len(letters) > firstLetters {
		letters = letters[:firstLetters]
	}
	found := []uint64{maphash.String(s.seed, string(letters))}
	var leave func(letters []rune, from, n int)
	leave = func(letters []rune, from, n int) {
		for i := from; i < len(letters) && n > 0; i++ {
			shorter := slices.Concat(letters[:i], letters[i+1:])
			found = append(found, maphash.String(s.seed, string(shorter)))
			leave(shorter, i, n-1)
		}
	}
	leave(letters, 0, n)
	slices.Sort(found)
	return slices.Compact(found)
}

// mostMeant is for how many words a mistyped one is taken at most.
const mostMeant = 3

// near are the known words nearest to a folded one, within as many errors as
// its length allows; the nearest alone.
func (s *spelling) near(word string) (meant []string) {
	letters := []rune(word)
	most := errorsIn(len(letters))
	if most == 0 || isNumber(word) {
		return nil
	}
	seen := map[int32]bool{}
	best := most
	for _, h := range s.hashes(word, most) {
		i, _ := slices.BinarySearchFunc(s.gaps, h, func(g gap, h uint64) int { return cmp.Compare(g.hash, h) })
		for ; i < len(s.gaps) && s.gaps[i].hash == h; i++ {
			if seen[s.gaps[i].word] {
				continue
			}
			seen[s.gaps[i].word] = true
			candidate := s.words[s.gaps[i].word]
			switch d := distance(letters, []rune(candidate), best); {
			case d < best || d == best && len(meant) == 0:
				best, meant = d, []string{candidate}
			case d == best:
				meant = append(meant, candidate)
			}
		}
	}
	slices.SortFunc(meant, func(a, b string) int { // the same first letter is likelier
		first := func(s string) int {
			if strings.HasPrefix(s, string(letters[:1])) {
				return 0
			}
			return 1
		}
		return cmp.Or(first(a)-first(b), cmp.Compare(a, b))
	})
	return meant[:min(len(meant), mostMeant)]
}

// beginning are known words that begin so, the shortest first.
func (s *spelling) beginning(word string) (found []string) {
	i, _ := slices.BinarySearch(s.words, word)
	for ; i < len(s.words) && strings.HasPrefix(s.words[i], word) && len(found) < 200; i++ {
		found = append(found, s.words[i])
	}
	slices.SortStableFunc(found, func(a, b string) int { return len(a) - len(b) })
	return found[:min(len(found), 8)]
}

// distance is how many letters are too many, missing, wrong, or changed places
// with their neighbour; more than most is most+1.
func distance(a, b []rune, most int) int {
	if d := len(a) - len(b); d > most || -d > most {
		return most + 1
	}
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		next[0] = i + 1
		least := next[0]
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
			least = min(least, next[j+1])
		}
		if least > most {
			return most + 1
		}
		before, row, next = row, next, before
	}
	return min(row[len(b)], most+1)
}

package few

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestSmallFiguresAreKeptBack(t *testing.T) {
	for name, tt := range map[string]struct {
		rows [][]int64
		want string // rows and their totals; ? is kept back
	}{
		"nothing small":                       {[][]int64{{5, 6}, {7, 8}}, "5 6 11 / 7 8 15 / 12 14 26"},
		"nought is no family":                 {[][]int64{{0, 6}, {7, 0}}, "0 6 6 / 7 0 7 / 7 6 13"},
		"one small, and what would tell it":   {[][]int64{{2, 9}, {8, 9}}, "? ? 11 / ? ? 17 / 10 18 28"},
		"fewer than five in all":              {[][]int64{{2, 1}, {0, 1}}, "? ? ? / 0 ? ? / ? ? ?"},
		"one service":                         {[][]int64{{9, 3, 8}}, "9 ? ? 20 / 9 ? ? 20"},
		"one service with nothing to hide by": {[][]int64{{3, 0, 0}}, "? 0 0 ? / ? 0 0 ?"},
		"one alone beside others":             {[][]int64{{1, 0}, {5, 0}, {7, 0}}, "? 0 ? / ? 0 ? / 7 0 7 / 13 0 13"},
		"nothing at all":                      {[][]int64{{0, 0}}, "0 0 0 / 0 0 0"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := drawn(Hide(tt.rows)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func drawn(table [][]Figure) string {
	var lines []string
	for _, row := range table {
		var words []string
		for _, c := range row {
			if c.Hidden {
				words = append(words, "?")
			} else {
				words = append(words, fmt.Sprint(c.N))
			}
		}
		lines = append(lines, strings.Join(words, " "))
	}
	return strings.Join(lines, " / ")
}

// Somebody with patience tries every table that agrees with what is shown:
// what is kept back could always have been something else. They know that what
// is kept back is at least one.
func TestWhatIsKeptBackCannotBeReckoned(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 5))
	rounds := 400
	shown := 0
	for range rounds {
		rows := make([][]int64, 1+random.IntN(3))
		for i := range rows {
			for range 3 {
				rows[i] = append(rows[i], random.Int64N([]int64{2, 4, 9, 14}[random.IntN(4)]))
			}
		}
		out := Hide(rows)
		total := withTotals(rows)
		for i := range rows {
			for j, n := range rows[i] {
				c := out[i][j]
				if 0 < n && n < Smallest && !c.Hidden || !c.Hidden && c.N != n {
					t.Fatalf("%v: %d is shown in %s", rows, n, drawn(out))
				}
				if !c.Hidden {
					shown++
					continue
				}
				if total[len(rows)][3] >= Smallest && !couldDiffer(out, spot{i, j}, n) {
					t.Fatalf("%v: %d at %d, %d can be reckoned out of %s", rows, n, i, j, drawn(out))
				}
			}
		}
	}
	if shown < rounds {
		t.Errorf("only %d figures are shown in %d tables", shown, rounds)
	}
}

// couldDiffer tries the tables that agree with what is shown, until one says
// something else at a spot.
func couldDiffer(out [][]Figure, at spot, truth int64) bool {
	last, width := len(out)-1, len(out[0])-1
	guess := make([][]int64, last)
	var open []spot
	for i := range guess {
		guess[i] = make([]int64, width)
		for j := range width {
			if guess[i][j] = out[i][j].N; out[i][j].Hidden {
				open = append(open, spot{i, j})
			}
		}
	}
	// The spot in question first: its other values are what we look for.
	at0 := slices.Index(open, at)
	open[0], open[at0] = open[at0], open[0]
	fits := func(done int) bool { // no sum that is shown is exceeded, nor missed once its line is filled
		for _, l := range lines(out2(out)) {
			end := l[len(l)-1]
			if out[end.i][end.j].Hidden || end.i == last && end.j == width && len(l) != last+1 {
				continue
			}
			sum, full := int64(0), true
			for _, s := range l[:len(l)-1] {
				if s.i == last || s.j == width { // a total among totals: known only when shown
					if out[s.i][s.j].Hidden {
						full = false
						continue
					}
					sum += out[s.i][s.j].N
					continue
				}
				if slices.Contains(open[done:], s) {
					full = false
				} else {
					sum += guess[s.i][s.j]
				}
			}
			if sum > out[end.i][end.j].N || full && sum != out[end.i][end.j].N {
				return false
			}
		}
		return true
	}
	patience := 20000
	var try func(n int) bool
	try = func(n int) bool {
		if patience--; patience < 0 {
			return true // who would have to try longer has not reckoned it
		}
		if n == len(open) {
			return true
		}
		s := open[n]
		for v := int64(1); v <= 20; v++ {
			if n == 0 && v == truth {
				continue
			}
			if guess[s.i][s.j] = v; !fits(n + 1) {
				continue
			}
			if try(n + 1) {
				return true
			}
		}
		return false
	}
	return try(0)
}

// out2 is a table of the size of what is shown.
func out2(out [][]Figure) [][]int64 {
	table := make([][]int64, len(out))
	for i := range out {
		table[i] = make([]int64, len(out[i]))
	}
	return table
}

// A table with a row for each municipality of the country.
func BenchmarkHideACountry(b *testing.B) {
	random := rand.New(rand.NewPCG(6, 7))
	rows := make([][]int64, 581)
	for i := range rows {
		for range 6 {
			rows[i] = append(rows[i], random.Int64N([]int64{1, 3, 40}[random.IntN(3)]))
		}
	}
	for b.Loop() {
		Hide(rows)
	}
}

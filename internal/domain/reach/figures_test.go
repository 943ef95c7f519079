package reach

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// The figures of a right by municipality stand beside the figures of the right
// itself, which are their totals. Whatever they are, no figure under five is
// shown, and none that is kept back is what a total leaves when the others are
// taken off.
func TestNoMunicipalityIsToldByTheTotalsOfItsRight(t *testing.T) {
	chance := rand.New(rand.NewPCG(7, 7))
	shown := 0
	for range 400 {
		keys, counts := []string{}, map[string][]int64{}
		for k := range 1 + chance.IntN(4) {
			key := fmt.Sprint(k)
			keys = append(keys, key)
			for range Cells {
				n := int64(0)
				if chance.IntN(3) > 0 {
					n = chance.Int64N(12)
				}
				counts[key] = append(counts[key], n)
			}
		}
		lines, kept := Counting{Side: Everyone}.lines(keys, counts)
		if kept {
			continue
		}
		shown++
		hiddenOf := map[Cell]int{}
		for i, l := range lines {
			row := 0
			for j, cell := range Cells {
				c, n := l.Cells[cell], counts[keys[i]][j]
				if c.Hidden {
					row++
					hiddenOf[cell]++
				} else if c.N != n || 0 < n && n < 5 {
					t.Fatalf("%d is shown as %d", n, c.N)
				}
			}
			if row == 1 && !l.All.Hidden {
				t.Fatalf("of %v one figure is kept back, and the total is shown", counts[keys[i]])
			}
		}
		for cell, n := range hiddenOf {
			if n == 1 {
				t.Fatalf("of the municipalities one figure is kept back under %s, whose total is shown with the right: %v", cell, counts)
			}
		}
	}
	if shown < 20 {
		t.Errorf("only %d of 400 tables are shown", shown)
	}
}

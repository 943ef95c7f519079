package population

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/rules"
)

// Problem is what cannot be read, or cannot be, and how to mend it. It holds no
// value of anybody: only where it stands.
type Problem struct {
	File   string
	Row    int64 // of a CSV the line, of Parquet the row, from 1; 0: the whole file
	Column string
	Reason string
	Remedy string
}

func (p Problem) String() string {
	s := p.File
	if p.Row > 0 {
		word := "row"
		if strings.HasSuffix(p.File, ".csv") {
			word = "line"
		}
		s += fmt.Sprintf(", %s %d", word, p.Row)
	}
	if p.Column != "" {
		s += ", " + p.Column
	}
	s += ": " + p.Reason
	if p.Remedy != "" {
		s += "; " + p.Remedy
	}
	return s
}

// unknownColumn says that a column is not read, and which one it may have been.
func unknownColumn(file, name string, x *rules.Fact, known, others []string) Problem {
	p := Problem{File: file, Column: name, Reason: "there is no fact with this name, so the column is not read"}
	switch {
	case x != nil:
		p.Reason, p.Remedy = "this fact follows from others, so the column is not read", "leave it out"
	case slices.Contains(others, name):
		p.Reason, p.Remedy = "this fact belongs in the other table, so the column is not read", "move it there"
	default:
		if near := nearest(name, known); near != "" {
			p.Remedy = "did you mean " + near + "?"
		} else {
			p.Remedy = `"bondgenoot rights facts" lists the names`
		}
	}
	return p
}

// nearest is the name that differs least, when it differs little.
func nearest(name string, names []string) string {
	best, least := "", 1+len(name)/3
	for _, n := range names {
		if d := apart(strings.ToLower(name), n); d <= least && (best == "" || d < least) {
			best, least = n, d
		}
	}
	return best
}

// apart is how many letters must be added, dropped or changed.
func apart(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			before, row[j] = row[j], min(row[j]+1, row[j-1]+1, before+cost)
		}
	}
	return row[len(b)]
}

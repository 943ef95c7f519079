package rules

import (
	"fmt"
	"sort"
	"strings"
)

// Problem is one thing that is wrong in a pack or in the dictionary: where it
// stands, what is wrong and how to mend it.
type Problem struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	What   string `json:"what"`
	Remedy string `json:"remedy"`
}

// Error is "file:line:column: what is wrong; how to mend it".
func (p Problem) Error() string {
	s := fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.What)
	if p.Remedy != "" {
		s += "; " + p.Remedy
	}
	return s
}

// Problems are all that is wrong, so that an author mends it in one go.
type Problems []Problem

// Error has one problem a line, in the order of the files.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	sort.SliceStable(ps, func(i, j int) bool {
		a, b := ps[i], ps[j]
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
	return ps
}

// InputError says which place of a family's facts cannot be right, why, and
// what to write instead. It never repeats the value that was given.
type InputError struct {
	Path   string `json:"path"` // "persons[2].birth_date"
	Key    string `json:"key"`  // the fact or field; "" for the document itself
	Reason string `json:"reason"`
	Remedy string `json:"remedy"`
}

// Error is "path: reason; remedy".
func (e *InputError) Error() string { return e.Path + ": " + e.Reason + "; " + e.Remedy }

// nearest is the known word most like s, for "did you mean"; "" when none is
// close.
func nearest(s string, known []string) string {
	best, distance := "", 1+len(s)/3
	for _, k := range known {
		if d := editDistance(s, k); d < distance || d == distance && best != "" && k < best {
			best, distance = k, d
		}
	}
	return best
}

func didYouMean(s string, known []string) string {
	if n := nearest(s, known); n != "" {
		return "did you mean " + n + "?"
	}
	const most = 24
	list := append([]string(nil), known...)
	if len(list) > most {
		return ""
	}
	return "known: " + strings.Join(list, ", ")
}

func editDistance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		previous := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := previous
			if a[i-1] != b[j-1] {
				cost++
			}
			previous = row[j]
			row[j] = min(row[j]+1, row[j-1]+1, cost)
		}
	}
	return row[len(b)]
}

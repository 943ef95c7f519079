package page

import (
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// together tells once what is the same of everybody a right is for: of three
// children their parents' income need not be told three times. Where much
// differs it is folded under each one's name, so that why fits a screen.
func together(v kit.View, groups []whyGroup) []whyGroup {
	var people, rest []whyGroup
	for _, g := range groups {
		if g.For == "" {
			rest = append(rest, g)
		} else {
			people = append(people, g)
		}
	}
	if len(people) < 2 {
		return groups
	}
	same := func(a whyLine) func(whyLine) bool {
		return func(b whyLine) bool {
			return a.Text == b.Text && a.Kind == b.Kind && a.Law == b.Law && slices.Equal(a.Saw, b.Saw)
		}
	}
	var all whyGroup
	var names []string
	for _, g := range people {
		names = append(names, g.For)
	}
	for _, line := range people[0].Lines {
		if !slices.ContainsFunc(people[1:], func(g whyGroup) bool { return !slices.ContainsFunc(g.Lines, same(line)) }) {
			all.Lines = append(all.Lines, line)
		}
	}
	if len(all.Lines) == 0 {
		return folded(groups)
	}
	all.For = v.List(names)
	var own []whyGroup
	for _, g := range people {
		g.Lines = slices.DeleteFunc(slices.Clone(g.Lines), func(line whyLine) bool { return slices.ContainsFunc(all.Lines, same(line)) })
		if len(g.Lines) > 0 {
			own = append(own, g)
		}
	}
	return append(append(rest, all), folded(own)...)
}

// fewLines is how many lines that differ may stand open.
const fewLines = 4

// folded folds what is told of one person where there is much of it.
func folded(groups []whyGroup) []whyGroup {
	n := 0
	for _, g := range groups {
		if g.For != "" {
			n += len(g.Lines)
		}
	}
	for i := range groups {
		groups[i].Folded = n > fewLines && groups[i].For != ""
	}
	return groups
}

package kernel

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"
	"sync"
)

//go:embed municipalities.csv
var municipalitiesCSV []byte

//go:embed postal.csv
var postalCSV []byte

//go:embed successors.csv
var successorsCSV []byte

// gazetteer is the tables of places, read once and never changed.
type gazetteer struct {
	all        []Municipality // by code
	byNIS      map[NIS]int    // into all
	byCode     map[PostalCode][]Place
	successors map[NIS]successor
	names      []placeName
	named      map[placeName]bool // what names holds, while they are read
}

type successor struct {
	nis   NIS
	since Date
}

// placeName is one name under which a municipality can be found.
type placeName struct {
	at     int    // into all
	folded string // its words, with one space between them
	part   bool   // the name of a part of it, or a postal code
}

// gazette reads the tables when they are first asked for. They are part of the
// program: what is wrong with them is found by the tests.
var gazette = sync.OnceValue(func() *gazetteer {
	g := &gazetteer{byNIS: map[NIS]int{}, byCode: map[PostalCode][]Place{}, successors: map[NIS]successor{},
		named: map[placeName]bool{}}
	for i, r := range tableRows(municipalitiesCSV) {
		m := Municipality{
			NIS: NIS(r[0]), Name: Text{NL: r[1], FR: r[2], DE: r[3], EN: r[4]}, Region: Region(r[5]), Province: NIS(r[6]),
			Languages: langsIn(r[7]), Facilities: langsIn(r[8]), PostalCodes: []PostalCode{PostalCode(r[9])},
		}
		m.German = m.Languages[0] == DE
		if m.Name.EN == "" {
			m.Name.EN = m.Name.In(m.Languages[0])
		}
		g.all = append(g.all, m)
		g.byNIS[m.NIS] = i
		for _, name := range []string{m.Name.NL, m.Name.FR, m.Name.DE, m.Name.EN} {
			g.name(i, name, false)
		}
	}
	for _, r := range tableRows(postalCSV) {
		i := g.byNIS[NIS(r[1])]
		g.place(i, PostalCode(r[0]), r[2], r[3])
		g.name(i, r[0], true)
		g.name(i, r[2], true)
		g.name(i, r[3], true)
	}
	for _, r := range tableRows(successorsCSV) {
		g.successors[NIS(r[0])] = successor{NIS(r[1]), Date(r[2])}
	}
	g.named = nil
	return g
})

// place adds a place to municipality i. A place that bears the name of its
// municipality has all its names; any other is called the same everywhere,
// save in Brussels.
func (g *gazetteer) place(i int, code PostalCode, name, dutch string) {
	m := &g.all[i]
	p := Place{PostalCode: code, NIS: m.NIS, Name: Text{name, name, name, name}}
	if dutch != "" {
		p.Name.NL = dutch
	}
	for _, l := range Langs {
		if Fold(m.Name.In(l)) == Fold(name) {
			p.Name = m.Name
		}
	}
	g.byCode[code] = append(g.byCode[code], p)
	if !slices.Contains(m.PostalCodes, code) {
		m.PostalCodes = append(m.PostalCodes, code) // the table is sorted by code
	}
}

func (g *gazetteer) name(i int, name string, part bool) {
	n := placeName{i, strings.Join(Words(name), " "), part}
	if n.folded != "" && !g.named[n] {
		g.names, g.named[n] = append(g.names, n), true
	}
}

// SearchMunicipalities finds the municipalities whose name in any language, or
// the name or postal code of a part of them, begins with what was typed, or
// has a word that does. Case, accents and dashes do not matter. The best come
// first: the whole name, its beginning, a word in it, a part; alike by name.
func SearchMunicipalities(typed string) []Municipality {
	want := strings.Join(Words(typed), " ")
	if want == "" {
		return nil
	}
	type hit struct {
		rank int
		name string
		at   int
	}
	g, best, inside := gazette(), map[int]hit{}, " "+want
	for _, n := range g.names {
		rank := 0
		switch {
		case n.folded == want:
		case strings.HasPrefix(n.folded, want):
			rank = 1
		case strings.Contains(n.folded, inside):
			rank = 2
		default:
			continue
		}
		if n.part {
			rank += 3
		}
		if h, ok := best[n.at]; !ok || rank < h.rank {
			best[n.at] = hit{rank, Fold(g.all[n.at].Name.NL), n.at}
		}
	}
	var hits []hit
	for _, h := range best {
		hits = append(hits, h)
	}
	slices.SortFunc(hits, func(a, b hit) int {
		if a.rank != b.rank {
			return a.rank - b.rank
		}
		return strings.Compare(a.name, b.name)
	})
	var found []Municipality
	for _, h := range hits {
		found = append(found, g.all[h.at].copy())
	}
	return found
}

func langsIn(s string) []Lang {
	var langs []Lang
	for l := range strings.SplitSeq(s, "+") {
		if l != "" {
			langs = append(langs, Lang(l))
		}
	}
	return langs
}

func tableRows(table []byte) [][]string {
	r := csv.NewReader(bytes.NewReader(table))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		panic(err) // cannot happen: the table is part of the program
	}
	return rows[1:]
}

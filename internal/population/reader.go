package population

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/bondgenoot/bondgenoot/rules"
)

// Reader reads a population from two files, some families at a time, in
// memory that does not grow with the files. A row that cannot be read is
// reported and its family left out; the rest goes on.
type Reader struct {
	report   func(Problem)
	families *side
	persons  *side
	ahead    []rowKey // families that were looked at and not read
	waiting  []rowKey // persons
	spare    sync.Pool
	size     int
	Read     int64 // families that were handed on
	LeftOut  int64 // families of which something could not be read
}

// side is one of the two tables.
type side struct {
	source
	facts []*rules.Fact // of each column; nil: not read
	ended bool
}

// Loaded is a batch with where it came from.
type Loaded struct {
	rules.Batch
	families, persons       []int64 // in which row of its file each stands
	familiesFile, rowsFile  string
	familyColumns, ofPerson map[string]*filled
}

// At says where something about a family (or of one of its persons, from 0)
// stands.
func (l *Loaded) At(family, person int) (file string, row int64) {
	if person < 0 {
		return l.familiesFile, l.families[family]
	}
	return l.rowsFile, l.persons[int(l.Starts[family])+person]
}

// Find finds the two files of a population: in a folder, or named.
func Find(paths []string) (families, persons string, err error) {
	if len(paths) == 1 {
		for _, ext := range []string{".parquet", ".csv"} {
			f, p := filepath.Join(paths[0], "families"+ext), filepath.Join(paths[0], "persons"+ext)
			if there(f) && there(p) {
				return f, p, nil
			}
		}
		return "", "", fmt.Errorf("%s holds no families.parquet and persons.parquet, and no families.csv and persons.csv", paths[0])
	}
	for _, path := range paths {
		switch base := strings.ToLower(filepath.Base(path)); {
		case len(paths) > 2:
		case strings.HasPrefix(base, "famil"):
			families = path
		case strings.HasPrefix(base, "person"):
			persons = path
		}
	}
	if families == "" || persons == "" {
		return "", "", errors.New("name a folder, or two files: families… and persons…")
	}
	return families, persons, nil
}

func there(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// Open begins to read a population.
func Open(lib *rules.Library, families, persons string, report func(Problem)) (*Reader, error) {
	var sides [2]source
	for i, path := range []string{families, persons} {
		var err error
		if strings.EqualFold(filepath.Ext(path), ".parquet") {
			sides[i], err = openParquet(path)
		} else {
			sides[i], err = openCSV(path)
		}
		if err != nil {
			if sides[0] != nil && i > 0 {
				err = errors.Join(err, sides[0].Close())
			}
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	r, err := newReader(lib, sides[0], sides[1], report)
	if err != nil {
		return nil, errors.Join(err, sides[0].Close(), sides[1].Close())
	}
	return r, nil
}

func newReader(lib *rules.Library, families, persons source, report func(Problem)) (*Reader, error) {
	r := &Reader{report: report, families: &side{source: families}, persons: &side{source: persons}, size: batchSize}
	known := map[string][]string{}
	for _, x := range lib.Facts().Facts {
		known[x.Entity] = append(known[x.Entity], x.Key)
	}
	for i, s := range []*side{r.families, r.persons} {
		entity, other, own := rules.OfFamily, rules.OfPerson, []string{"family"}
		if i == 1 {
			entity, other, own = other, entity, []string{"family", "person", "role"}
		}
		for j, name := range s.header() {
			x := lib.Facts().Fact(entity, name)
			switch {
			case slices.Contains(s.header()[:j], name):
				return nil, fmt.Errorf("%s: two columns are called %s; keep one", s.name(), name)
			case slices.Contains(own[:min(2, len(own))], name):
				x = nil
			case x == nil || !x.Given:
				report(unknownColumn(s.name(), name, x, slices.Concat(known[entity], own), known[other]))
				x = nil
			}
			s.facts = append(s.facts, x)
		}
		for _, name := range own {
			if name != "person" && !slices.Contains(s.header(), name) {
				return nil, fmt.Errorf("%s: there is no column %s; the columns are %s, and facts", s.name(), name, strings.Join(own, ", "))
			}
		}
	}
	if p, ok := families.(*parquetSource); ok && p.key < 0 {
		return nil, fmt.Errorf("%s: the column family cannot be read", p.file)
	}
	if p, ok := persons.(*parquetSource); ok && p.key < 0 {
		return nil, fmt.Errorf("%s: the column family cannot be read", p.file)
	}
	return r, nil
}

// Share is how much was read, from 0 to 1.
func (r *Reader) Share() float64 { return r.families.share() }

// Close closes the files.
func (r *Reader) Close() error { return errors.Join(r.families.Close(), r.persons.Close()) }

// fault is a cell that cannot be read.
type fault struct {
	person bool
	row    int
	column string
	reason string
	remedy string
}

// Next reads some families; io.EOF after the last. Give what was read back
// with Done, or let it go.
func (r *Reader) Next() (*Loaded, error) {
	families, err := r.peek(r.size)
	if err != nil {
		return nil, err
	}
	if len(families) == 0 {
		return nil, r.rest()
	}
	r.ahead = r.ahead[len(families):]
	out := map[int]bool{} // families that are left out
	place := make(map[key]int, len(families))
	for i, k := range families {
		_, twice := place[k.key]
		if k.torn || twice {
			out[i] = true
		}
		if twice && !k.torn {
			out[place[k.key]] = true // whose persons are whose, nobody knows
			r.report(Problem{File: r.families.name(), Row: k.at, Column: "family", Reason: "another family has this key", Remedy: "give every family one of its own"})
		} else if k.key != (key{}) {
			place[k.key] = i
		}
	}
	persons, owner, err := r.match(families, place, out)
	if err != nil {
		return nil, err
	}
	l, _ := r.spare.Get().(*Loaded)
	if l == nil {
		l = &Loaded{familyColumns: map[string]*filled{}, ofPerson: map[string]*filled{}}
	}
	l.familiesFile, l.rowsFile = r.families.name(), r.persons.name()
	faults, err := r.fill(l, len(families), len(persons))
	if err != nil {
		return nil, err
	}
	for _, f := range append(faults, l.nowhere()...) {
		p := Problem{File: r.families.name(), Column: f.column, Reason: f.reason, Remedy: f.remedy}
		if f.person {
			p.File, p.Row = r.persons.name(), persons[f.row].at
			if owner[f.row] >= 0 {
				out[owner[f.row]] = true
			}
		} else {
			p.Row = families[f.row].at
			out[f.row] = true
		}
		r.report(p)
	}
	l.assemble(families, persons, owner, out)
	r.LeftOut += int64(len(out))
	r.Read += int64(l.Len())
	return l, nil
}

// Done gives back what Next gave, to be used again.
func (r *Reader) Done(l *Loaded) { r.spare.Put(l) }

// peek looks at the keys of the next n families and, as far as they are
// needed to know a stray person, of as many after them.
func (r *Reader) peek(n int) ([]rowKey, error) {
	for !r.families.ended && len(r.ahead) < 2*n {
		more, err := r.families.keys(n, r.report)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.families.name(), err)
		}
		r.families.ended = len(more) == 0
		r.ahead = append(r.ahead, more...)
	}
	return r.ahead[:min(n, len(r.ahead))], nil
}

// match takes the persons of some families off the other file, and says whose
// each is; -1 is nobody's.
func (r *Reader) match(families []rowKey, place map[key]int, out map[int]bool) (persons []rowKey, owner []int, err error) {
	later := make(map[key]bool, len(r.ahead))
	for _, k := range r.ahead {
		later[k.key] = true
	}
	now, tornBefore := 0, false
	for {
		if len(r.waiting) == 0 {
			if r.persons.ended {
				return persons, owner, nil
			}
			if r.waiting, err = r.persons.keys(r.size, r.report); err != nil {
				return nil, nil, fmt.Errorf("%s: %w", r.persons.name(), err)
			}
			r.persons.ended = len(r.waiting) == 0
			continue
		}
		k := r.waiting[0]
		i, mine := place[k.key]
		switch {
		case k.torn && mine:
			out[i] = true
			i = -1
		case k.torn: // it may be of the family before it or behind it
			out[now] = true
			tornBefore = true
			i = -1
		case mine && i >= now:
			if tornBefore {
				out[i] = true
			}
			now, tornBefore = i, false
		case mine:
			out[i] = true
			i = -1
			r.report(Problem{File: r.persons.name(), Row: k.at, Column: "family", Reason: "this person does not stand beside the others of the family", Remedy: "put the persons in the order of the families"})
		case later[k.key]:
			return persons, owner, nil
		default:
			i = -1
			r.report(Problem{File: r.persons.name(), Row: k.at, Column: "family", Reason: "no family with this key stands here", Remedy: "put the persons in the order of the families"})
		}
		persons, owner = append(persons, k), append(owner, i)
		r.waiting = r.waiting[1:]
	}
}

// rest reports persons behind the last family.
func (r *Reader) rest() error {
	for !r.persons.ended || len(r.waiting) > 0 {
		for _, k := range r.waiting {
			if !k.torn {
				r.report(Problem{File: r.persons.name(), Row: k.at, Column: "family", Reason: "no family with this key stands here", Remedy: "put the persons in the order of the families"})
			}
		}
		var err error
		if r.waiting, err = r.persons.keys(r.size, r.report); err != nil {
			return err
		}
		r.persons.ended = r.persons.ended || len(r.waiting) == 0
	}
	return io.EOF
}

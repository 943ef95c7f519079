package population

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/bondgenoot/bondgenoot/rules"
)

// Writer writes a population as two tables into a folder.
type Writer struct {
	families, persons *Table
}

// follows are facts that are given by others in every population.
var follows = map[string]bool{"region": true, "age": true}

// Create begins the files of a population. Their columns are the facts of the
// dictionary that do not follow from others.
func Create(dir string, format Format, lib *rules.Library) (*Writer, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	families := []Field{{Name: "family", Type: rules.TypeInt, Must: true}}
	persons := []Field{{Name: "family", Type: rules.TypeInt, Must: true}, {Name: "person", Type: rules.TypeInt, Must: true}, {Name: "role", Type: rules.TypeChoice, Must: true}}
	for _, x := range lib.Facts().Facts {
		if !x.Given || follows[x.Key] || x.Key == "role" {
			continue
		}
		f := Field{Name: x.Key, Type: x.Type}
		if x.Entity == rules.OfFamily {
			families = append(families, f)
		} else {
			persons = append(persons, f)
		}
	}
	w := &Writer{}
	var err error
	if w.families, err = CreateTable(filepath.Join(dir, "families."+string(format)), format, families); err != nil {
		return nil, err
	}
	if w.persons, err = CreateTable(filepath.Join(dir, "persons."+string(format)), format, persons); err != nil {
		return nil, errors.Join(err, w.families.Abandon())
	}
	return w, nil
}

// Group is some families on their way into the files.
type Group struct {
	to                *Writer
	families, persons *Section
	keys, names       rules.Column
}

// Begin starts a group of families.
func (w *Writer) Begin() *Group {
	return &Group{to: w, families: w.families.Begin(), persons: w.persons.Begin()}
}

// Write adds the families of a batch whose keys are whole numbers. Its persons
// are called 1, 2, … within their family.
func (g *Group) Write(b *rules.Batch) error {
	columns := []*rules.Column{&b.Keys}
	for _, f := range g.to.families.fields[1:] {
		columns = append(columns, b.Families[f.Name])
	}
	if err := g.families.Write(columns, b.Len()); err != nil {
		return err
	}
	g.keys.Ints, g.names.Ints = g.keys.Ints[:0], g.names.Ints[:0]
	for family := range b.Len() {
		for n := range b.Starts[family+1] - b.Starts[family] {
			g.keys.Ints = append(g.keys.Ints, b.Keys.Ints[family])
			g.names.Ints = append(g.names.Ints, int64(n+1))
		}
	}
	columns = append(columns[:0], &g.keys, &g.names)
	for _, f := range g.to.persons.fields[2:] {
		columns = append(columns, b.Persons[f.Name])
	}
	return g.persons.Write(columns, len(g.keys.Ints))
}

// Commit puts a group into the files, after those before it.
func (w *Writer) Commit(g *Group) error {
	return errors.Join(w.families.Commit(g.families), w.persons.Commit(g.persons))
}

// Close gives the files their names; they are whole.
func (w *Writer) Close() error {
	if err := w.families.Close(); err != nil {
		return errors.Join(err, w.persons.Abandon())
	}
	return w.persons.Close()
}

// Abandon leaves no file. After Close it does nothing.
func (w *Writer) Abandon() error { return errors.Join(w.families.Abandon(), w.persons.Abandon()) }

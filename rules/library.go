package rules

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"
)

const (
	maxFiles  = 2000
	maxRights = 2000
)

// Library is a dictionary of facts and a set of rights over it. It does not
// change: [Library.With] and [Library.Add] make a new one. Any number of
// goroutines may use it at once.
type Library struct {
	facts      *Dictionary
	rights     []*Right
	byID       map[string]*Right
	files      map[string][]byte // the packs as they were read, by file name
	dictionary map[string][]byte
	overrides  []Override
	params     []paramRef
	slots      int    // how many sites there are
	asked      []bool // of each right: whether another right asks for it
	frames     frames
}

// Override replaces the values of one parameter, from a day on: an alliance
// that takes over a programme sets its own amount.
type Override struct {
	Right     string
	Parameter string
	Field     string // of a parameter whose values have names
	Value     string // "25.00"
	From      Date
	Source    string // who decided it, for the explanation
}

// Load reads the dictionary (facts.yaml and facts/*.yaml) and every other
// .yaml file in fsys as a pack. The error holds all [Problems], each with its
// place and how to mend it.
func Load(fsys fs.FS) (*Library, error) {
	lib := &Library{files: map[string][]byte{}, dictionary: map[string][]byte{}}
	if err := lib.gather(fsys); err != nil {
		return nil, err
	}
	return lib.build()
}

// With is a library that has the packs of fsys too. A pack with the id of one
// that is there takes its place. Where fsys only adds packs, what was compiled
// before is shared.
func (lib *Library) With(fsys fs.FS) (*Library, error) {
	added := &Library{files: map[string][]byte{}, dictionary: lib.dictionary}
	if err := added.gather(fsys); err != nil {
		return nil, err
	}
	return lib.with(added)
}

// Add is a library with one more pack, from a document that stands nowhere in
// a file system: a local programme that was just switched on. name is what
// messages call it.
func (lib *Library) Add(name string, pack []byte) (*Library, error) {
	return lib.with(&Library{files: map[string][]byte{name: pack}, dictionary: lib.dictionary})
}

// Override is a library in which parameters have other values.
func (lib *Library) Override(overrides ...Override) (*Library, error) {
	next := lib.copy()
	next.overrides = append(slices.Clone(lib.overrides), overrides...)
	return next.build()
}

func (lib *Library) copy() *Library {
	return &Library{files: maps.Clone(lib.files), dictionary: lib.dictionary, overrides: lib.overrides}
}

// with reads the packs of added. Only when one takes the place of another, or
// the dictionary changes too, everything is compiled anew.
func (lib *Library) with(added *Library) (*Library, error) {
	next := lib.copy()
	next.dictionary = added.dictionary
	again := len(lib.overrides) > 0 || len(added.dictionary) != len(lib.dictionary)
	for name, b := range added.dictionary {
		again = again || !bytes.Equal(lib.dictionary[name], b)
	}
	var problems Problems
	var fresh []*Right
	for _, name := range sortedKeys(added.files) {
		d := document{name, &problems}
		root := d.read(added.files[name])
		if root == nil {
			continue
		}
		r := d.readRight(root)
		if r == nil {
			continue
		}
		if old := lib.byID[r.ID]; old != nil {
			delete(next.files, old.File)
			again = true
		}
		if _, taken := next.files[name]; taken {
			again = true
		}
		next.files[name] = added.files[name]
		fresh = append(fresh, r)
	}
	if err := problems.err(); err != nil {
		return nil, err
	}
	if again {
		return next.build()
	}
	next.facts, next.byID = lib.facts, maps.Clone(lib.byID)
	next.rights, next.params, next.slots = slices.Clone(lib.rights), slices.Clone(lib.params), lib.slots
	for _, r := range fresh {
		next.keep(document{r.File, &problems}, r)
	}
	return next.finish(fresh, problems)
}

func (lib *Library) gather(fsys fs.FS) error {
	return fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path.Ext(name) != ".yaml" {
			return err
		}
		if len(lib.files)+len(lib.dictionary) >= maxFiles {
			return fmt.Errorf("more than %d packs", maxFiles)
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if info.Size() > maxFileBytes {
			return Problems{{name, 1, 1, fmt.Sprintf("the file is larger than %d KiB", maxFileBytes>>10), "split it into several files"}}
		}
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if name == "facts.yaml" || path.Dir(name) == "facts" {
			lib.dictionary = withFile(lib.dictionary, name, b)
		} else {
			lib.files[name] = b
		}
		return nil
	})
}

func withFile(files map[string][]byte, name string, b []byte) map[string][]byte {
	next := map[string][]byte{name: b}
	for k, v := range files {
		if k != name {
			next[k] = v
		}
	}
	return next
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// build parses, checks and compiles everything.
func (lib *Library) build() (*Library, error) {
	var problems Problems
	lib.readDictionary(&problems)
	if len(problems) > 0 {
		return nil, problems.err()
	}
	lib.byID = map[string]*Right{}
	for _, name := range sortedKeys(lib.files) {
		d := document{name, &problems}
		if root := d.read(lib.files[name]); root != nil {
			if r := d.readRight(root); r != nil {
				lib.keep(d, r)
			}
		}
	}
	if len(problems) == 0 {
		lib.applyOverrides(&problems)
	}
	return lib.finish(lib.rights, problems)
}

// finish links rights that were read.
func (lib *Library) finish(fresh []*Right, problems Problems) (*Library, error) {
	if len(problems) == 0 {
		for _, r := range fresh {
			lib.link(r, &problems)
		}
	}
	if len(problems) == 0 {
		lib.checkReferences(&problems)
	}
	if err := problems.err(); err != nil {
		return nil, err
	}
	for _, r := range fresh {
		r.uses = lib.usesOf(r)
		r.sites = r.openSites()
	}
	return lib, nil
}

func (lib *Library) readDictionary(problems *Problems) {
	lib.facts = newDictionary()
	names := sortedKeys(lib.dictionary)
	if len(names) == 0 {
		*problems = append(*problems, Problem{"facts.yaml", 1, 1, "there is no dictionary", "add facts.yaml"})
		return
	}
	slices.SortStableFunc(names, func(a, b string) int { return strings.Count(a, "/") - strings.Count(b, "/") })
	rest := newDictionary()
	for _, name := range names {
		d := document{name, problems}
		if root := d.read(lib.dictionary[name]); root != nil {
			d.readFacts(root, rest)
		}
	}
	lib.facts.Roles, lib.facts.Tables, lib.facts.tables = rest.Roles, rest.Tables, rest.tables
	lib.facts.nevers = rest.nevers
	lib.facts.add(lib.facts.roleFact())
	for _, x := range rest.Facts {
		if lib.facts.byKey[x.path()] != nil {
			document{x.at.file, problems}.report(x.at, "leave it out: roles are listed under roles:", "the fact %s is built in", x.path())
			continue
		}
		lib.facts.add(x)
	}
	if len(lib.facts.Facts) > maxFacts {
		document{names[0], problems}.report(place{names[0], 1, 1}, "leave some out", "the dictionary has more than %d facts", maxFacts)
	}
	if len(*problems) == 0 {
		lib.facts.link(problems)
		lib.facts.linkNevers(problems)
	}
}

// keep takes a right in; two with one id are a mistake.
func (lib *Library) keep(d document, r *Right) {
	if other := lib.byID[r.ID]; other != nil {
		d.report(r.at, "give one of them another id", "the right %s is also in %s", r.ID, other.File)
		return
	}
	if len(lib.rights) >= maxRights {
		d.report(r.at, "leave some out", "there are more than %d rights", maxRights)
		return
	}
	r.index = len(lib.rights)
	lib.rights = append(lib.rights, r)
	lib.byID[r.ID] = r
}

func (lib *Library) applyOverrides(problems *Problems) {
	for _, o := range lib.overrides {
		d := document{"override", problems}
		r := lib.byID[o.Right]
		if r == nil {
			d.report(place{}, "name a right that is there", "there is no right %s to override", o.Right)
			continue
		}
		i := slices.IndexFunc(r.Parameters, func(p *Parameter) bool { return p.Name == o.Parameter })
		n, err := parseNumber(o.Value)
		if i < 0 || err != nil || o.Field == "" && len(r.Parameters[i].Fields) > 0 || o.Field != "" && !slices.Contains(r.Parameters[i].Fields, o.Field) {
			d.report(place{}, "name a parameter of the right, its field, and a number such as 25.00", "the parameter %s of %s cannot be overridden so", o.Parameter, o.Right)
			continue
		}
		r.Parameters[i].override(o, n)
	}
}

// override sets a value from a day on; what was set for later days is dropped.
func (p *Parameter) override(o Override, n number) {
	v := &DatedValue{From: o.From, Confidence: "high", Source: o.Source, numbers: map[string]number{}}
	if before := p.on(o.From); before != nil && o.Field != "" {
		v.Fields = map[string]string{}
		for k, m := range before.numbers {
			v.numbers[k], v.Fields[k] = m, before.Fields[k]
		}
	}
	v.numbers[o.Field] = n
	if o.Field == "" {
		v.Value = o.Value
	} else {
		v.Fields[o.Field] = o.Value
	}
	var kept []*DatedValue
	for _, old := range p.Values {
		if old.From < o.From {
			kept = append(kept, old)
		}
	}
	p.Values, p.Indexed = append(kept, v), "none"
}

// checkReferences refuses a right that names one that is not there, and rights
// that depend on each other in a circle.
func (lib *Library) checkReferences(problems *Problems) {
	const open, closed = 1, 2
	state := make([]int, len(lib.rights))
	lib.asked = make([]bool, len(lib.rights))
	var visit func(r *Right, chain []string)
	visit = func(r *Right, chain []string) {
		state[r.index] = open
		chain = append(chain, r.ID)
		for _, e := range r.expressions() {
			for _, id := range e.reads.rights {
				other := lib.byID[id]
				d := document{r.File, problems}
				switch {
				case other == nil:
					d.report(e.reads.rightsAt[id], didYouMean(id, sortedKeys(lib.byID)), "there is no right %s", id)
				case state[other.index] == open:
					d.report(e.reads.rightsAt[id], "break the circle", "rights depend on each other: %s, %s", strings.Join(chain, ", "), id)
				case state[other.index] == 0:
					visit(other, chain)
				}
				if other != nil {
					lib.asked[other.index] = true
				}
			}
		}
		state[r.index] = closed
	}
	for _, r := range lib.rights {
		if state[r.index] == 0 {
			visit(r, nil)
		}
	}
}

// expressions are all that a right is made of.
func (r *Right) expressions() (out []*expr) {
	add := func(es ...*expr) {
		for _, e := range es {
			if e != nil {
				out = append(out, e)
			}
		}
	}
	add(r.each)
	for _, l := range r.lets {
		add(l.reads...)
	}
	for _, c := range r.conditions {
		add(c.when)
	}
	for _, rf := range r.refers {
		add(rf.when)
	}
	for _, a := range r.amounts {
		add(a.when, a.value)
	}
	return out
}

// Facts is the dictionary.
func (lib *Library) Facts() *Dictionary { return lib.facts }

// Rights lists the rights in the order of their files.
func (lib *Library) Rights() []*Right { return slices.Clone(lib.rights) }

// Right finds a right; nil when there is none with this id.
func (lib *Library) Right(id string) *Right { return lib.byID[id] }

package rules

import (
	"maps"
	"slices"
)

// Change is something that could be decided otherwise: other values of
// parameters, and rights that are new or take the place of others.
type Change struct {
	Values []Override
	Packs  map[string][]byte // by the name of the file
}

// Read adds what a file says: a pack, as it would lie among the others, or
//
//	values:
//	  - {right: be.verwarmingstoelage, parameter: ceiling, field: first, value: 30000, from: 2027-01-01}
//
// A value without a from holds from the day on which one looks. The error is
// [Problems].
func (c *Change) Read(file string, b []byte, day Date) error {
	var problems Problems
	d := document{file, &problems}
	root := d.read(b)
	if root == nil {
		return problems.err()
	}
	o, ok := d.entries(root, "the change")
	if !ok {
		return problems.err()
	}
	if !o.has("values") {
		if c.Packs == nil {
			c.Packs = map[string][]byte{}
		}
		c.Packs[file] = b
		return problems.err()
	}
	o = d.object(root, "the change", "values!")
	for _, n := range o.list("values") {
		v := d.object(n, "a value", "right!", "parameter!", "field", "value!", "from")
		from, given := v.date("from")
		if !given {
			from = day
		}
		if _, given := v.number("value"); given {
			c.Values = append(c.Values, Override{Right: v.str("right"), Parameter: v.str("parameter"), Field: v.str("field"), Value: v.str("value"), From: from})
		}
	}
	return problems.err()
}

// Changed is the library as it would be. The error is [Problems].
func (lib *Library) Changed(c Change) (*Library, error) {
	next := lib
	if len(c.Packs) > 0 {
		var err error
		if next, err = lib.with(&Library{files: c.Packs, dictionary: lib.dictionary}); err != nil {
			return nil, err
		}
	}
	if len(c.Values) == 0 {
		return next, nil
	}
	return next.Override(c.Values...)
}

// Touched are the rights of either library that can answer otherwise in the
// other, by id: those that differ, and those that ask for them or use their
// parameters.
func (lib *Library) Touched(changed *Library) []string {
	differs := map[string]bool{}
	for id, r := range lib.byID {
		if other := changed.byID[id]; other == nil || !lib.same(changed, r, other) {
			differs[id] = true
		}
	}
	for id := range changed.byID {
		differs[id] = differs[id] || lib.byID[id] == nil
	}
	touched := map[string]bool{}
	for _, l := range []*Library{lib, changed} {
		for _, r := range l.rights {
			for used := range r.uses.rights {
				if differs[used.ID] || slices.ContainsFunc(used.Parameters, func(p *Parameter) bool { return differs[p.right.ID] }) {
					touched[r.ID] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(touched))
}

// same tells whether a right is written in the same words in two libraries, and
// nobody set its parameters.
func (lib *Library) same(other *Library, r, its *Right) bool {
	set := func(l *Library) (out []Override) {
		for _, o := range l.overrides {
			if o.Right == r.ID {
				out = append(out, o)
			}
		}
		return out
	}
	return string(lib.files[r.File]) == string(other.files[its.File]) && slices.Equal(set(lib), set(other))
}

package hsds

import (
	"reflect"
	"slices"
)

// Dataset is the same as [Tables], nested: what belongs to a service stands in
// it, its organization and its places among them.
type Dataset struct {
	Organizations         []Organization
	Services              []Service
	Locations             []Location // of no organization
	TaxonomyTerms         []TaxonomyTerm
	Taxonomies            []Taxonomy
	MetaTableDescriptions []MetaTableDescription
	Rest                  Tables // rows that belong to no record that is there
}

// rooted are the tables whose records stand by themselves.
var rooted = []string{"organization", "service", "location", "taxonomy_term", "taxonomy", "meta_table_description"}

// Nest puts the rows of tables into each other. A row that names several
// records, such as a telephone of a service and of a contact, stands in each
// of them. A link to a record that is not there stays as it is and is told as
// a [Problem]; what belongs nowhere is kept in Rest.
func (t *Tables) Nest() (Dataset, Problems) {
	n := &nesting{
		tables: t, byID: map[*shape]map[string]int{}, under: map[underKey][]int{},
		placed: map[*shape][]bool{}, whole: map[rowKey]reflect.Value{},
	}
	n.index()
	var d Dataset
	out := reflect.ValueOf(&d).Elem()
	for i := range out.NumField() {
		list := out.Field(i)
		if list.Kind() != reflect.Slice {
			continue
		}
		s := shapes[list.Type().Elem()]
		for at := range t.rows(s).Len() {
			if s.record == "location" && n.hasHolder(at) {
				continue
			}
			list.Set(reflect.Append(list, n.nest(s, at)))
			n.placed[s][at] = true
		}
	}
	n.rest(&d.Rest)
	return d, n.found
}

type underKey struct {
	child  *shape
	parent *shape
	id     string
}

type rowKey struct {
	s  *shape
	at int
}

// nesting is the work of putting tables into each other.
type nesting struct {
	tables *Tables
	byID   map[*shape]map[string]int // rows by their identifiers; of two the first
	under  map[underKey][]int        // rows of a table by the record that they name
	placed map[*shape][]bool
	whole  map[rowKey]reflect.Value // pointers to records that others hold
	found  Problems
}

func (n *nesting) index() {
	for _, table := range tables {
		s := shapes[table.typ]
		rows := n.tables.rows(s)
		n.byID[s], n.placed[s] = map[string]int{}, make([]bool, rows.Len())
		for at := range rows.Len() {
			id := rows.Index(at).Field(s.id).String()
			if _, twice := n.byID[s][id]; !twice {
				n.byID[s][id] = at
			}
		}
	}
	for _, table := range tables {
		s := shapes[table.typ]
		rows := n.tables.rows(s)
		for at := range rows.Len() {
			n.indexRow(s, at, rows.Index(at))
		}
	}
}

// indexRow notes which records a row names, and tells of those that are not
// there.
func (n *nesting) indexRow(s *shape, at int, row reflect.Value) {
	id := row.Field(s.id).String()
	for i := range s.fields {
		f := &s.fields[i]
		to := f.names
		if to == nil {
			continue
		}
		named := row.Field(f.index).String()
		if named == "" {
			continue
		}
		if _, there := n.byID[to][named]; !there {
			n.found = append(n.found, Problem{Record: s.record, ID: id, Field: f.name, Reason: Astray, Detail: "a record of " + to.file})
			continue
		}
		key := underKey{s, to, named}
		n.under[key] = append(n.under[key], at)
	}
	if entity, link, ok := polymorphic(s, row); ok {
		to := shapeOfRecord(entity)
		if _, there := n.byID[to][link]; to == nil || !there {
			n.found = append(n.found, Problem{Record: s.record, ID: id, Field: polymorphicColumns[s.record][1], Reason: Astray})
			return
		}
		key := underKey{s, to, link}
		n.under[key] = append(n.under[key], at)
	}
}

// polymorphicColumns are the two columns by which attributes and metadata name
// the table and the record that they belong to.
var polymorphicColumns = map[string][2]string{
	"attribute": {"link_entity", "link_id"},
	"metadata":  {"resource_type", "resource_id"},
}

func polymorphic(s *shape, row reflect.Value) (entity, id string, ok bool) {
	c, ok := polymorphicColumns[s.record]
	if !ok {
		return "", "", false
	}
	return row.Field(s.byName[c[0]].index).String(), row.Field(s.byName[c[1]].index).String(), true
}

func shapeOfRecord(record string) *shape {
	for _, s := range shapes {
		if s.record == record {
			return s
		}
	}
	return nil
}

// hasHolder tells whether an organization or a service that is there holds the
// location.
func (n *nesting) hasHolder(at int) bool {
	row := n.tables.Locations[at]
	if _, ok := n.byID[shapeOf[Organization]()][row.OrganizationID]; ok && row.OrganizationID != "" {
		return true
	}
	for _, given := range n.under[underKey{shapeOf[ServiceAtLocation](), shapeOf[Location](), row.ID}] {
		if _, ok := n.byID[shapeOf[Service]()][n.tables.ServiceAtLocations[given].ServiceID]; ok {
			return true
		}
	}
	return false
}

// nest makes the record of a row with everything that belongs in it.
func (n *nesting) nest(s *shape, at int) reflect.Value {
	n.placed[s][at] = true
	out := reflect.New(s.typ).Elem()
	out.Set(n.tables.rows(s).Index(at))
	id := out.Field(s.id).String()
	for i := range s.fields {
		f := &s.fields[i]
		switch {
		case f.beside || f.flat():
		case f.kind == one:
			n.nestOne(s, f, out)
		default:
			list := out.Field(f.index)
			for _, child := range n.under[underKey{f.of, s, id}] {
				nested := n.nest(f.of, child)
				n.unlink(f.of, nested)
				list.Set(reflect.Append(list, nested))
			}
		}
	}
	return out
}

// nestOne puts the record that a column names in its place. Those who name
// the same one hold the same one.
func (n *nesting) nestOne(s *shape, f *field, out reflect.Value) {
	column := out.Field(s.byName[f.linkOfOne()].index)
	at, ok := n.byID[f.of][column.String()]
	if column.String() == "" || !ok {
		return
	}
	key := rowKey{f.of, at}
	held, ok := n.whole[key]
	if !ok {
		held = reflect.New(f.of.typ)
		held.Elem().Set(n.nest(f.of, at))
		n.unlink(f.of, held.Elem())
		n.whole[key] = held
	}
	out.Field(f.index).Set(held)
	column.SetString("")
}

// unlink empties the columns of a nested record that its place in the
// document tells.
func (n *nesting) unlink(s *shape, row reflect.Value) {
	for i := range s.fields {
		f := &s.fields[i]
		to := f.names
		if to == nil || to == s || f.name == "parent_organization_id" {
			continue
		}
		column := row.Field(f.index)
		if _, there := n.byID[to][column.String()]; there && holds(to, s) {
			column.SetString("")
		}
	}
	if entity, link, ok := polymorphic(s, row); ok {
		if to := shapeOfRecord(entity); to != nil {
			if _, there := n.byID[to][link]; there {
				for _, name := range polymorphicColumns[s.record] {
					row.Field(s.byName[name].index).SetString("")
				}
			}
		}
	}
}

// holds tells whether records of the one table have a list of the other.
func holds(around, inside *shape) bool {
	return slices.ContainsFunc(around.fields, func(f field) bool { return f.kind == many && f.of == inside })
}

// rest keeps the rows that found no place.
func (n *nesting) rest(t *Tables) {
	for _, table := range tables {
		s := shapes[table.typ]
		if slices.Contains(rooted, s.record) {
			continue
		}
		from, to := n.tables.rows(s), t.rows(s)
		for at, placed := range n.placed[s] {
			if !placed {
				to.Set(reflect.Append(to, from.Index(at)))
			}
		}
	}
}

package rules

import (
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// maxRows bounds a table; what is larger is no part of a dictionary.
const maxRows = 10000

// Table lists codes with what goes with each: the municipalities with their
// district and their welfare zone. A fact that is listed in it has no other
// values than its codes.
type Table struct {
	Key     string   `json:"key"`
	Columns []string `json:"columns"` // the first is the code itself

	rows    map[string]int // by code
	codes   []string
	columns [][]words // of each column, what stands in each row
	whole   []words   // of each column, everything that stands in it
}

var tableName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)

// noEntry stands in a column where there is nothing to say: no comparison
// with it holds.
const noEntry = "-"

// readTable reads a table of the dictionary. Its rows stand in one text, a line
// a code, with spaces between the columns.
func (d document) readTable(n ast.Node, dict *Dictionary) {
	o := d.object(n, "a table", "key!", "columns!", "rows!")
	t := &Table{Key: o.str("key"), Columns: o.strings("columns"), rows: map[string]int{}}
	for _, name := range append([]string{t.Key}, t.Columns...) {
		if !tableName.MatchString(name) {
			d.report(o.where, "use small letters, digits and _", "%q cannot be the name of a table or a column", name)
			return
		}
	}
	if dict.tables[t.Key] != nil {
		d.report(o.where, "keep one of the two", "the table %s stands here twice", t.Key)
		return
	}
	lines := strings.Split(o.str("rows"), "\n")
	if len(lines) > maxRows {
		d.report(o.placeOf("rows"), "make it shorter", "the table %s has more than %d rows", t.Key, maxRows)
		return
	}
	t.columns = make([][]words, len(t.Columns))
	at := o.placeOf("rows")
	for i, line := range lines {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		here := place{at.file, at.line + 1 + i, 1}
		if len(fields) != len(t.Columns) || fields[0] == noEntry {
			d.report(here, "write a code and what goes with it, with spaces between: "+strings.Join(t.Columns, " ")+"; - where there is nothing", "this row of %s does not have %d columns", t.Key, len(t.Columns))
			return
		}
		if _, twice := t.rows[fields[0]]; twice {
			d.report(here, "keep one of the two", "the code %s stands twice in %s", fields[0], t.Key)
			return
		}
		t.rows[fields[0]] = len(t.codes)
		t.codes = append(t.codes, fields[0])
		for c, v := range fields {
			if v == noEntry {
				t.columns[c] = append(t.columns[c], words{absent: true})
			} else {
				t.columns[c] = append(t.columns[c], word(v))
			}
		}
	}
	if len(t.codes) == 0 || len(t.Columns) == 0 {
		d.report(o.placeOf("rows"), "write rows: | and below it a line for each code", "the table %s is empty", t.Key)
		return
	}
	for _, column := range t.columns {
		t.whole = append(t.whole, gathered(column))
	}
	if dict.tables == nil {
		dict.tables = map[string]*Table{}
	}
	dict.tables[t.Key] = t
	dict.Tables = append(dict.Tables, t)
}

// gathered is everything that stands in some rows of a column.
func gathered(column []words) (out words) {
	seen := make(map[string]bool, len(column))
	for _, w := range column {
		out.absent = out.absent || w.absent
		for _, s := range w.set {
			if !seen[s] {
				seen[s] = true
				out.set = append(out.set, s)
			}
		}
	}
	return out
}

// column finds "places.district": the table and which of its columns.
func (d *Dictionary) column(name string) (t *Table, column int) {
	key, of, _ := strings.Cut(name, ".")
	if t = d.tables[key]; t == nil {
		return nil, 0
	}
	if column = slices.Index(t.Columns, of); column < 0 {
		return nil, 0
	}
	return t, column
}

func tableKeys(tables []*Table) (out []string) {
	for _, t := range tables {
		out = append(out, t.Key)
	}
	return out
}

// columnNames are all that lookup can name.
func (d *Dictionary) columnNames() (out []string) {
	for _, t := range d.Tables {
		for _, c := range t.Columns {
			out = append(out, t.Key+"."+c)
		}
	}
	return out
}

// find is what stands in a column for the codes that are possible. For a code
// that the table does not have there is nothing.
func (t *Table) find(column int, codes words) words {
	if codes.certain() {
		if row, ok := t.rows[codes.set[0]]; ok {
			return t.columns[column][row]
		}
		return words{absent: true}
	}
	out := t.whole[column]
	if !codes.others && !t.holds(codes.set) {
		rows := make([]words, 0, len(codes.set))
		for _, s := range codes.set {
			if row, ok := t.rows[s]; ok {
				rows = append(rows, t.columns[column][row])
			} else {
				rows = append(rows, words{absent: true})
			}
		}
		out = gathered(rows)
	}
	out.absent = out.absent || codes.absent || codes.others
	out.stuck = codes.stuck
	return out
}

// holds tells whether these are all codes of the table, in the table's own list.
func (t *Table) holds(set []string) bool {
	return len(set) == len(t.codes) && len(set) > 0 && &set[0] == &t.codes[0]
}

// entry is what stands in a column for a code; false where there is nothing.
func (t *Table) entry(column int, code string) (string, bool) {
	row, ok := t.rows[code]
	if !ok || len(t.columns[column][row].set) == 0 {
		return "", false
	}
	return t.columns[column][row].set[0], true
}

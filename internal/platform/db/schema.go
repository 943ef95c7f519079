package db

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Table is a table as the engine holds it, in words that do not depend on the
// engine, so that the tables of the two can be held side by side.
type Table struct {
	Name       string
	Columns    []Column // in order
	Key        []string // the columns of the primary key, in order
	Indexes    []Index  // other than that of the key, by name and columns
	References []Reference
}

// Column is one column. Type is in lower case as PostgreSQL writes it; Default
// is bare of quotes and casts.
type Column struct {
	Name, Type, Default string
	Required, Generated bool
}

// Index is one index. One that a UNIQUE constraint made has no name; a column
// that is an expression is called "expression".
type Index struct {
	Name            string
	Unique, Partial bool
	Columns         []string
}

// Reference is one foreign key.
type Reference struct {
	Columns  []string
	Table    string
	Of       []string
	OnDelete string
}

// Schema lists the tables of the house in the order in which they were made.
// The tables that count migrations are left out.
func (d *DB) Schema(ctx context.Context) (tables []Table, err error) {
	err = d.Read(ctx, func(q Querier) error {
		tables, err = d.tables(ctx, q)
		return err
	})
	return tables, err
}

func (d *DB) tables(ctx context.Context, q Querier) ([]Table, error) {
	words := sqliteCatalogue
	if d.Engine == PostgreSQL {
		words = postgresCatalogue
	}
	var tables []Table
	at := map[string]*Table{}
	names, err := lines(ctx, q, words.tables)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		if !strings.HasPrefix(n[0], versionTable) {
			tables = append(tables, Table{Name: n[0]})
		}
	}
	for i := range tables {
		at[tables[i].Name] = &tables[i]
	}
	for _, part := range []struct {
		query string
		add   func(t *Table, cells []string)
	}{{words.columns, addColumn}, {words.indexes, addIndex}, {words.references, addReference}} {
		found, err := lines(ctx, q, part.query)
		if err != nil {
			return nil, err
		}
		for _, cells := range found {
			if t := at[cells[0]]; t != nil {
				part.add(t, cells[1:])
			}
		}
	}
	for i := range tables {
		tables[i].settle(at)
	}
	return tables, nil
}

// settle puts in order what the engines list in orders of their own, and
// writes out what SQLite leaves unsaid.
func (t *Table) settle(at map[string]*Table) {
	for i, r := range t.References {
		if other := at[r.Table]; len(r.Of) == 0 && other != nil {
			t.References[i].Of = other.Key
		}
	}
	slices.SortFunc(t.References, func(a, b Reference) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	slices.SortFunc(t.Indexes, func(a, b Index) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
}

func addColumn(t *Table, cells []string) {
	t.Columns = append(t.Columns, Column{
		Name: cells[0], Type: strings.ToLower(cells[1]), Default: bareDefault(cells[3]),
		Required: cells[2] == "1", Generated: cells[4] == "1",
	})
}

// addIndex reads name, how it came to be (c: by its own statement, u: by a
// constraint, pk: the key), unique, partial and the columns in order.
func addIndex(t *Table, cells []string) {
	columns := strings.Split(cells[4], ",")
	switch cells[1] {
	case "pk":
		t.Key = columns
		return
	case "u":
		cells[0] = ""
	}
	t.Indexes = append(t.Indexes, Index{Name: cells[0], Unique: cells[2] == "1", Partial: cells[3] == "1", Columns: columns})
}

func addReference(t *Table, cells []string) {
	r := Reference{Columns: strings.Split(cells[0], ","), Table: cells[1], OnDelete: strings.ToLower(cells[3])}
	if cells[2] != "" {
		r.Of = strings.Split(cells[2], ",")
	}
	t.References = append(t.References, r)
}

// bareDefault takes quotes, casts and parentheses from a default value.
func bareDefault(s string) string {
	s, _, _ = strings.Cut(s, "::")
	return strings.ToLower(strings.Trim(s, "'()"))
}

// lines reads a query whose columns are all text.
func lines(ctx context.Context, q Querier, query string) ([][]string, error) {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var found [][]string
	for rows.Next() {
		cells := make([]string, len(columns))
		into := make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		found = append(found, cells)
	}
	return found, rows.Err()
}

// catalogue is how one engine is asked about its tables. Each query begins
// with the name of the table and answers in text alone.
type catalogue struct{ tables, columns, indexes, references string }

var sqliteCatalogue = catalogue{
	tables: `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid`,
	columns: `SELECT m.name, c.name, c.type, CAST(c."notnull" AS TEXT), coalesce(c.dflt_value, ''),
			CASE WHEN c.hidden IN (2, 3) THEN '1' ELSE '0' END
		FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' ORDER BY m.rowid, c.cid`,
	indexes: `SELECT m.name, i.name, i.origin, CAST(i."unique" AS TEXT), CAST(i.partial AS TEXT),
			(SELECT group_concat(coalesce(c.name, 'expression'), ',' ORDER BY c.seqno) FROM pragma_index_info(i.name) c)
		FROM sqlite_master m, pragma_index_list(m.name) i WHERE m.type = 'table' ORDER BY m.rowid, i.name`,
	references: `SELECT m.name, group_concat(f."from", ',' ORDER BY f.seq), f."table",
			coalesce(group_concat(f."to", ',' ORDER BY f.seq), ''), f.on_delete
		FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
		GROUP BY m.name, f.id, f."table", f.on_delete ORDER BY m.name, f.id`,
}

var postgresCatalogue = catalogue{
	tables: `SELECT c.relname FROM pg_class c
		WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.oid`,
	columns: `SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
			CASE WHEN a.attnotnull THEN '1' ELSE '0' END,
			CASE WHEN a.attgenerated = '' THEN coalesce(pg_get_expr(d.adbin, d.adrelid), '') ELSE '' END,
			CASE WHEN a.attgenerated = '' THEN '0' ELSE '1' END
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
			LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
		WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.oid, a.attnum`,
	indexes: `SELECT t.relname, i.relname,
			CASE WHEN x.indisprimary THEN 'pk'
				WHEN EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype = 'u') THEN 'u' ELSE 'c' END,
			CASE WHEN x.indisunique THEN '1' ELSE '0' END, CASE WHEN x.indpred IS NULL THEN '0' ELSE '1' END,
			(SELECT string_agg(coalesce(a.attname, 'expression'), ',' ORDER BY k.n)
				FROM unnest(x.indkey::smallint[]) WITH ORDINALITY k (attnum, n)
				LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum AND k.attnum > 0)
		FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
		WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace ORDER BY t.oid, i.relname`,
	references: `SELECT t.relname,
			(SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(f.conkey) WITH ORDINALITY k (attnum, n)
				JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.attnum),
			o.relname,
			(SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(f.confkey) WITH ORDINALITY k (attnum, n)
				JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.attnum),
			CASE f.confdeltype WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade'
				WHEN 'n' THEN 'set null' ELSE 'set default' END
		FROM pg_constraint f JOIN pg_class t ON t.oid = f.conrelid JOIN pg_class o ON o.oid = f.confrelid
		WHERE f.contype = 'f' AND t.relnamespace = current_schema()::regnamespace ORDER BY t.oid, f.oid`,
}

package bondgenoot_test

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// dialect lists words that only one of the two engines knows, or that the two
// understand differently, and what to write instead. SQL is written once.
var dialect = []struct{ what, pattern, instead string }{
	{"the engine's clock", `(?i)\b(now|datetime|strftime|julianday|date_trunc|to_char|age)\s*\(|\bCURRENT_(TIMESTAMP|DATE|TIME)\b`, "times and dates are made in Go and passed in"},
	{"a cast by ::", `::`, "CAST(x AS TEXT)"},
	{"ILIKE", `(?i)\bILIKE\b`, "search a folded column made in Go"},
	{"ANY($1)", `(?i)\bANY\s*\(`, "IN with as many marks as values (db.Marks)"},
	{"JSON inside SQL", `(?i)\bjsonb?_\w+\s*\(|->`, "JSON is opaque text; what one filters on is a column"},
	{"FOR UPDATE", `(?i)\bFOR\s+UPDATE\b|\bSKIP\s+LOCKED\b`, "write transactions run as though alone already"},
	{"DISTINCT ON", `(?i)\bDISTINCT\s+ON\b`, "a window function with row_number()"},
	{"LATERAL", `(?i)\bLATERAL\b`, "a join or a second query"},
	{"MERGE", `\bMERGE\s+INTO\b`, "INSERT … ON CONFLICT … DO UPDATE"},
	{"INSERT OR …, REPLACE INTO", `(?i)\bINSERT\s+OR\b|\bREPLACE\s+INTO\b`, "INSERT … ON CONFLICT"},
	{"a CTE that changes data", `(?i)\bAS\s*\(\s*(INSERT|UPDATE|DELETE)\b`, "two statements in one transaction"},
	{"a function of one engine", `(?i)\b(instr|position|strpos|ifnull|nvl|gen_random_uuid|array_agg|group_concat|unnest|generate_series|printf)\s*\(`, "do it in Go, or use coalesce and string_agg"},
	{"max or min of several values", `(?i)\b(max|min)\s*\([^()]*,`, "CASE WHEN a > b THEN a ELSE b END"},
	{"a parameter without a type", `\$\d+\s+IS\s+(NOT\s+)?NULL`, "CAST($1 AS TEXT) IS NULL"},
	{"arithmetic on a parameter", `\$\d+\s*[-+*/]\s*\w|\w\s*[-+*/]\s*\$\d+`, "reckon in Go and pass the result"},
	{"? for a parameter", `[=(,<>]\s*\?`, "$1"},
	{"GLOB, REGEXP, SIMILAR TO", `\b(GLOB|REGEXP)\b|\bSIMILAR\s+TO\b`, "LIKE over a folded column"},
	{"the engine's own row number", `(?i)\b(rowid|ctid|oid)\b|\bAUTOINCREMENT\b|SERIAL\b`, "kernel.NewID"},
	{"PRAGMA, SET", `^\s*(PRAGMA|SET)\b`, "bend the engine in platform/db alone"},
	{"a column type that is not shared", `\b(INTEGER|INT|SMALLINT|VARCHAR|CHAR|NUMERIC|DECIMAL|REAL|FLOAT|BLOB|TIMESTAMP|TIMESTAMPTZ|DATETIME|DATE|TIME|UUID|JSONB?)\b`, "TEXT, BIGINT, BOOLEAN, DOUBLE PRECISION, BYTEA"},
}

// ownDialect lists where SQL is not the house's shared SQL, and why.
var ownDialect = map[string]string{
	"internal/platform/db": "bends the two engines toward each other, so it must speak to each",
	"rules":                "prints SQL for registers that are not ours",
}

// systemTables are the engines' own, for the one package that asks about them.
var systemTables = regexp.MustCompile(`^(sqlite_|pg_|information_schema|goose_|pragma_)`)

// foreignTables lists where SQL may name the tables of modules, and why.
var foreignTables = map[string]string{
	"bench": "a bare peer reads the same rows without the house, to show what the house costs",
}

// foreignSteps lists the migrations that name another module's table, and why.
var foreignSteps = map[string]string{
	"internal/domain/families/migrations/0002_place.sql": "brings the files that were there before relations had a place into their place, once",
}

// withoutAlliance lists the tables whose key does not start with the
// alliance, and why they may not.
var withoutAlliance = map[string]string{}

func TestSQLSpeaksBothEngines(t *testing.T) {
	for _, s := range statements(t) {
		for what, instead := range spoken(s.text) {
			t.Errorf("%s: %s; write instead: %s", s.at, what, instead)
		}
	}
	for name, text := range texts(t, ".sql") {
		if strings.HasSuffix(name, ".sqlite.sql") || strings.HasSuffix(name, ".postgres.sql") || ownDialect[moduleOf(name)] != "" {
			continue // a step that could not be shared has a file for each engine
		}
		for what, instead := range spoken(text) {
			t.Errorf("%s: %s; write instead: %s", name, what, instead)
		}
	}
}

func TestAModuleNamesOnlyItsOwnTables(t *testing.T) {
	owner := map[string]string{}
	for name, text := range texts(t, ".sql") {
		for _, table := range created(text) {
			if other := owner[table]; other != "" && other != moduleOf(name) {
				t.Errorf("%s and %s both make the table %s", other, moduleOf(name), table)
			}
			owner[table] = moduleOf(name)
		}
	}
	for name, text := range texts(t, ".sql") {
		for _, table := range named(text) {
			if owner[table] != moduleOf(name) && owner[table] != "" && foreignSteps[name] == "" {
				t.Errorf("%s names %s, a table of %s", name, table, owner[table])
			}
		}
	}
	foreign := map[string]bool{}
	for _, s := range statements(t) {
		for _, table := range named(s.text) {
			switch {
			case owner[table] == s.pkg, within(s.pkg, "rules"):
			case within(s.pkg, "internal/platform/db") && systemTables.MatchString(table):
			case owner[table] == "":
				t.Errorf("%s names %s, a table that no migration makes", s.at, table)
			case foreignTables[s.pkg] != "":
				foreign[s.pkg] = true
			default:
				t.Errorf("%s names %s, a table of %s: call that module instead", s.at, table, owner[table])
			}
		}
	}
	for pkg := range foreignTables {
		if !foreign[pkg] {
			t.Errorf("%s names no table of a module any more; take it off the list in floors_sql_test.go", pkg)
		}
	}
}

func TestEveryTableIsKeyedByItsAlliance(t *testing.T) {
	keyed := regexp.MustCompile(`PRIMARY KEY \(alliance\b|(?m)^\s*alliance\s[^,]*PRIMARY KEY`)
	for name, text := range texts(t, ".sql") {
		for _, m := range createTable.FindAllStringSubmatch(bare(text), -1) {
			if table, body := m[1], m[2]; !keyed.MatchString(body) && withoutAlliance[table] == "" {
				t.Errorf("%s: the key of %s does not start with alliance, so it cannot be spread over a cluster", name, table)
			}
		}
	}
}

var (
	createTable = regexp.MustCompile(`(?s)CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?(\w+)(.*?)(?:;|$)`)
	tableList   = regexp.MustCompile(`\b(?:FROM|JOIN|INTO|UPDATE)\s+((?:ONLY\s+)?[a-z_][a-z0-9_.]*(?:\s+(?:AS\s+)?[a-z_][a-z0-9_]*)?(?:\s*,\s*[a-z_][a-z0-9_.]*(?:\s+(?:AS\s+)?[a-z_][a-z0-9_]*)?)*)(\s*\()?`)
	distinct    = regexp.MustCompile(`IS (NOT )?DISTINCT FROM`)
	withName    = regexp.MustCompile(`([a-z_][a-z0-9_]*)\s*(?:\([^()]*\))?\s+AS\s+(?:NOT\s+)?(?:MATERIALIZED\s+)?\(`)
	quoted      = regexp.MustCompile(`'[^']*'`)
	remark      = regexp.MustCompile(`(?m)--.*$`)
	looksLike   = regexp.MustCompile(`\b(SELECT\s|INSERT INTO\s|UPDATE [a-z_]+\s|DELETE FROM\s|FROM [a-z_]+\b|WHERE\s|ORDER BY\s|GROUP BY\s|ON CONFLICT\b|VALUES\s*\(|CREATE (UNIQUE )?(TABLE|INDEX)\s)`)
)

// bare is SQL without remarks and without what stands between quotes.
func bare(text string) string {
	return quoted.ReplaceAllString(remark.ReplaceAllString(text, ""), "''")
}

// spoken finds words of a dialect: what they are, and what to write instead.
func spoken(text string) map[string]string {
	found := map[string]string{}
	text = bare(text)
	for i, d := range dialect {
		if patterns[i].MatchString(text) {
			found[d.what] = d.instead
		}
	}
	return found
}

var patterns = func() (all []*regexp.Regexp) {
	for _, d := range dialect {
		all = append(all, regexp.MustCompile(d.pattern))
	}
	return all
}()

// created are the tables that a migration makes.
func created(text string) (tables []string) {
	for _, m := range createTable.FindAllStringSubmatch(bare(text), -1) {
		tables = append(tables, m[1])
	}
	return tables
}

// named are the tables that SQL reads or writes; names it makes up itself
// (WITH x AS) and functions are none.
func named(text string) (tables []string) {
	text = distinct.ReplaceAllString(bare(text), "=")
	var own []string
	for _, m := range withName.FindAllStringSubmatch(text, -1) {
		own = append(own, m[1])
	}
	for _, m := range tableList.FindAllStringSubmatchIndex(text, -1) {
		list := text[m[2]:m[3]]
		isInsert := strings.HasPrefix(text[m[0]:], "INTO")
		for i, item := range strings.Split(list, ",") {
			name := strings.Fields(strings.TrimPrefix(strings.TrimSpace(item), "ONLY "))[0]
			isFunction := m[4] >= 0 && !isInsert && i == strings.Count(list, ",") && strings.HasSuffix(list, name)
			if !isFunction && !slices.Contains(own, name) {
				tables = append(tables, name)
			}
		}
	}
	return tables
}

// moduleOf is the package that a migration belongs to.
func moduleOf(name string) string { return strings.TrimSuffix(path.Dir(name), "/migrations") }

// statement is a piece of SQL in Go source.
type statement struct{ at, pkg, text string }

// statements are the strings of the house's Go files that look like SQL, with
// the constants of their package put in. What only the running program knows
// becomes an ellipsis.
func statements(t *testing.T) (found []statement) {
	constants := map[string]ast.Expr{}
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		for _, d := range f.tree.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, spec := range g.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok {
					for i, name := range v.Names {
						if i < len(v.Values) {
							constants[f.pkg+"."+name.Name] = v.Values[i]
						}
					}
				}
			}
		}
	}
	for _, f := range sources(t) {
		if f.test || f.generated || ownDialect[f.pkg] != "" && f.pkg != "internal/platform/db" {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			if _, isImport := n.(*ast.ImportSpec); isImport || !ok {
				return !isImport
			}
			text, ok := text(e, f.pkg, constants, 0)
			if !ok {
				return true
			}
			if looksLike.MatchString(text) && ownDialect[f.pkg] == "" {
				found = append(found, statement{f.at(n), f.pkg, text})
			}
			return false
		})
	}
	return found
}

// text is what a string expression says; false if it is none.
func text(e ast.Expr, pkg string, constants map[string]ast.Expr, depth int) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, e.Kind == token.STRING && err == nil
	case *ast.ParenExpr:
		return text(e.X, pkg, constants, depth)
	case *ast.BinaryExpr:
		left, isLeft := text(e.X, pkg, constants, depth)
		right, isRight := text(e.Y, pkg, constants, depth)
		if e.Op != token.ADD || !isLeft && !isRight {
			return "", false
		}
		if !isLeft {
			left = constant(e.X, pkg, constants, depth)
		}
		if !isRight {
			right = constant(e.Y, pkg, constants, depth)
		}
		return left + right, true
	}
	return "", false
}

// constant is the value of a constant of the package, or an ellipsis.
func constant(e ast.Expr, pkg string, constants map[string]ast.Expr, depth int) string {
	if name, ok := e.(*ast.Ident); ok && depth < 10 {
		if value := constants[pkg+"."+name.Name]; value != nil {
			if s, ok := text(value, pkg, constants, depth+1); ok {
				return s
			}
		}
	}
	return " … "
}

func TestTheDialectFinderFinds(t *testing.T) {
	for sql, want := range map[string]string{
		`SELECT id FROM family WHERE alliance = $1 AND (at, id) > ($2, $3) ORDER BY at, id LIMIT 20`: "",
		`INSERT INTO a (b, c) VALUES ($1, $2) ON CONFLICT (b) DO UPDATE SET c = excluded.c`:          "",
		`SELECT coalesce(max(seq), 0) + 1, count(*) FILTER (WHERE a) FROM b`:                         "",
		`SELECT 'a::b, now()' FROM c -- ILIKE`:                                                       "",
		`SELECT now()`:                                                                               "the engine's clock",
		`SELECT a::text FROM b`:                                                                      "a cast by ::",
		`SELECT a FROM b WHERE c ILIKE $1`:                                                           "ILIKE",
		`SELECT a FROM b WHERE c = ANY($1)`:                                                          "ANY($1)",
		`SELECT a->>'b' FROM c`:                                                                      "JSON inside SQL",
		`SELECT a FROM b FOR UPDATE`:                                                                 "FOR UPDATE",
		`SELECT DISTINCT ON (a) b FROM c`:                                                            "DISTINCT ON",
		`WITH x AS (DELETE FROM a RETURNING b) SELECT b FROM x`:                                      "a CTE that changes data",
		`SELECT max(a, b) FROM c`:                                                                    "max or min of several values",
		`SELECT a FROM b WHERE ($1 IS NULL OR c = $1)`:                                               "a parameter without a type",
		`UPDATE a SET b = b + $1`:                                                                    "arithmetic on a parameter",
		`SELECT a FROM b WHERE c = ?`:                                                                "? for a parameter",
		`CREATE TABLE a (id INTEGER PRIMARY KEY)`:                                                    "a column type that is not shared",
		`CREATE TABLE a (alliance TEXT, at BIGINT, ok BOOLEAN, PRIMARY KEY (alliance, at))`:          "",
	} {
		found := spoken(sql)
		if _, ok := found[want]; want != "" && !ok || want == "" && len(found) > 0 {
			t.Errorf("%s: found %v, want %q", sql, found, want)
		}
	}
}

func TestTheTableFinderFinds(t *testing.T) {
	for sql, want := range map[string]string{
		`SELECT a FROM family f JOIN person AS p ON p.family = f.id LEFT JOIN home ON true`:                                          "family person home",
		`SELECT a FROM family, person p WHERE 1 = 1`:                                                                                 "family person",
		`INSERT INTO voucher (id, a) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET a = 1`:                                           "voucher",
		`INSERT INTO voucher(id) SELECT id FROM grant_offer`:                                                                         "voucher grant_offer",
		`UPDATE job SET a = 1 WHERE id = (SELECT id FROM job ORDER BY at LIMIT 1)`:                                                   "job job",
		`DELETE FROM session WHERE a IS NOT DISTINCT FROM b`:                                                                         "session",
		`WITH RECURSIVE up (id) AS (SELECT id FROM org UNION SELECT o.id FROM org o JOIN up ON up.id = o.part_of) SELECT id FROM up`: "org org",
		`WITH a AS (SELECT 1), b AS (SELECT x FROM c) SELECT x FROM a, b`:                                                            "c",
	} {
		if got := strings.Join(named(sql), " "); got != want {
			t.Errorf("%s: found %q, want %q", sql, got, want)
		}
	}
}

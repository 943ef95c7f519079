package bondgenoot_test

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

// floors is the house from the roof down. A package may import what stands on
// a lower floor, and what is within its own room; never a neighbour, never
// upward. A room is a folder with everything below it, unless a folder below
// has a line of its own.
var floors = [][]string{
	{"cmd", "bench"},
	{"internal/app"},
	{"internal/web/page", "internal/web/api", "internal/web/hsds"},
	{"internal/domain/insight", "internal/domain/ownpage", "internal/domain/registers"},
	{"internal/domain/carepaths", "internal/domain/vouchers", "internal/domain/signals", "internal/domain/drafts", "internal/domain/reach", "internal/domain/gaps"},
	{"internal/domain/rights", "internal/domain/referrals", "internal/domain/sessions", "internal/domain/homes", "internal/domain/retention",
		"internal/domain/places", "internal/domain/loans", "internal/domain/voice", "internal/domain/stories"},
	{"internal/domain/sharing"},
	{"internal/domain/families", "internal/domain/programmes", "internal/domain/depot", "internal/domain/payments", "internal/domain/projects"},
	{"internal/domain/members", "internal/domain/directory", "internal/domain/oversight"},
	{"internal/web/kit"},
	{"internal/platform/act"},
	{"internal/platform/audit", "internal/platform/policy", "internal/platform/job", "internal/platform/ledger", "internal/platform/idempotent"},
	{"internal/platform/config"},
	{"internal/platform/sms", "internal/platform/vault", "internal/platform/db/dbtest"},
	{"internal/platform/db", "internal/platform/i18n", "internal/platform/mail", "internal/platform/identity", "internal/platform/few", "internal/platform/photo"},
	{"internal/population", "internal/lists", "internal/codes", "internal/web/paper"},
	{"rules", "packs", "programmes", "directory", "hsds", "sepa"},
	{"internal/kernel"},
	{"."},
}

// never lists what a room may not import although it stands lower, or is
// none of ours at all. /... means with everything below it.
var never = []struct{ room, imports, why string }{
	{"rules", "internal/...", "rules is a public library: whoever takes it takes nothing else along"},
	{"rules", "net/http", "rules is a pure library: it reads packs and does no other I/O"},
	{"rules", "database/sql", "rules is a pure library: it prints SQL and runs none"},
	{"rules", "os", "rules is a pure library: packs come as an fs.FS"},
	{"hsds", "internal/...", "hsds is a public library: whoever takes it takes nothing else along"},
	{"hsds", "net/http", "hsds is a pure library: it reads and writes what it is given"},
	{"hsds", "database/sql", "hsds is a pure library: it reads and writes what it is given"},
	{"hsds", "os", "hsds is a pure library: packages come as an fs.FS"},
	{"sepa", "internal/...", "sepa is a public library: whoever takes it takes nothing else along"},
	{"sepa", "net/http", "sepa is a pure library: it reads and writes what it is given"},
	{"sepa", "database/sql", "sepa is a pure library: it reads and writes what it is given"},
	{"sepa", "os", "sepa is a pure library: files come as bytes"},
	{"packs", "internal/...", "packs are data"},
	{"programmes", "internal/...", "programme templates are data"},
	{"directory", "internal/...", "what registers tell is data"},
	{"internal/kernel", "net/http", "the kernel does no I/O"},
	{"internal/kernel", "database/sql", "the kernel does no I/O"},
	{"internal/kernel", "os", "the kernel does no I/O"},
	{"internal/platform/act", "net/http", "only web/kit knows HTTP: return a kernel.Fault"},
	{"internal/domain", "net/http", "only web/kit knows HTTP: return a kernel.Fault"},
	{"internal/domain", "internal/web/...", "a module does not know how it is shown"},
	{"internal/web/kit", "internal/domain/...", "the kit draws any page; a page brings the domain's words along"},
}

// nameless are package names that say nothing about what is inside.
var nameless = []string{
	"util", "utils", "common", "helper", "helpers", "manager", "managers", "misc", "shared", "base",
	"model", "models", "types", "lib", "core", "tools", "impl", "internal",
}

// longest is how many lines a file may have that somebody reads.
const longest = 600

// moneyRooms hold amounts: whole cents, and exact decimals where a law
// divides. A float there is a mistake, unless the file is listed below.
var moneyRooms = []string{"internal/kernel", "internal/domain", "internal/platform/ledger", "rules", "sepa"}

// floatsAllowed are files in those rooms whose floats are no money.
var floatsAllowed = map[string]string{
	"rules/number_literal.go": "reads a literal that the expression parser hands over as a float, and at once makes it exact again",
}

func TestImportsRunDownward(t *testing.T) {
	for _, f := range sources(t) {
		if f.test {
			continue // a test may call on any room to build its scene
		}
		from := roomOf(f.pkg)
		if from.room == "" {
			t.Errorf("%s: the package %s has no floor; give it one in floors_test.go", f.path, f.pkg)
			continue
		}
		for _, imported := range f.house {
			to := roomOf(imported)
			switch {
			case to.room == "" || to.room == from.room:
			case to.floor == from.floor:
				t.Errorf("%s imports %s, a neighbour on its own floor", f.path, imported)
			case to.floor < from.floor:
				t.Errorf("%s imports %s, which stands above it", f.path, imported)
			}
		}
	}
}

func TestNoForbiddenImports(t *testing.T) {
	for _, f := range sources(t) {
		for _, n := range never {
			if f.test || f.tree.Name.Name == "main" || !within(f.pkg, n.room) {
				continue
			}
			folder, below := strings.CutSuffix(n.imports, "/...")
			for _, imported := range slices.Concat(f.house, f.foreign) {
				if imported == folder || below && within(imported, folder) {
					t.Errorf("%s imports %s: %s", f.path, imported, n.why)
				}
			}
		}
	}
}

func TestPackagesSayWhatTheyAre(t *testing.T) {
	said := map[string]bool{}
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		doc := ""
		if f.tree.Doc != nil {
			doc = f.tree.Doc.Text()
		}
		want := "Package " + f.tree.Name.Name + " "
		if f.tree.Name.Name == "main" {
			want = "Command " + path.Base(f.pkg) + " "
		}
		said[f.pkg] = said[f.pkg] || strings.HasPrefix(doc, want)
	}
	for pkg, ok := range said {
		if !ok {
			t.Errorf("%s has no comment that begins with Package or Command and its name", pkg)
		}
	}
}

func TestPackageNamesMeanSomething(t *testing.T) {
	for _, f := range sources(t) {
		name := strings.TrimSuffix(f.tree.Name.Name, "_test")
		if slices.Contains(nameless, name) {
			t.Errorf("%s: the package name %s says nothing; name what is inside", f.path, name)
		}
	}
}

func TestFilesStayShort(t *testing.T) {
	for _, f := range sources(t) {
		if !f.generated && f.lines > longest {
			t.Errorf("%s has %d lines, more than %d: split it by meaning", f.path, f.lines, longest)
		}
	}
	for _, ext := range []string{".sql", ".templ", ".sh"} {
		for name, text := range texts(t, ext) {
			if n := strings.Count(text, "\n"); n > longest {
				t.Errorf("%s has %d lines, more than %d: split it by meaning", name, n, longest)
			}
		}
	}
}

func TestNoFloatNearMoney(t *testing.T) {
	used := map[string]bool{}
	for _, f := range sources(t) {
		if f.test || !slices.ContainsFunc(moneyRooms, func(room string) bool { return within(f.pkg, room) }) {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			found := ""
			switch n := n.(type) {
			case *ast.Ident:
				if n.Name == "float64" || n.Name == "float32" {
					found = n.Name
				}
			case *ast.SelectorExpr:
				if n.Sel.Name == "ParseFloat" || n.Sel.Name == "Float64" {
					found = n.Sel.Name
				}
			}
			switch {
			case found == "":
			case floatsAllowed[f.path] != "":
				used[f.path] = true
			default:
				t.Errorf("%s uses %s: amounts are whole cents or exact decimals", f.at(n), found)
			}
			return true
		})
	}
	for file := range floatsAllowed {
		if !used[file] {
			t.Errorf("%s uses no float any more; take it off the list in floors_test.go", file)
		}
	}
}

// place is where a package stands.
type place struct {
	room  string
	floor int // 0 is the roof
}

// roomOf finds the longest line in floors that holds the package; the zero
// place if there is none.
func roomOf(pkg string) (found place) {
	for i, floor := range floors {
		for _, room := range floor {
			if within(pkg, room) && len(room) > len(found.room) {
				found = place{room, i}
			}
		}
	}
	return found
}

// within tells whether pkg is the folder or below it.
func within(pkg, folder string) bool {
	return pkg == folder || strings.HasPrefix(pkg, folder+"/")
}

func TestTheRulesSeeWhatTheyForbid(t *testing.T) {
	for name, tt := range map[string]struct {
		from, to string
		allowed  bool
	}{
		"a page calls a module":              {"internal/web/page", "internal/domain/rights", true},
		"a module calls a lower module":      {"internal/domain/vouchers", "internal/domain/members", true},
		"a module calls its neighbour":       {"internal/domain/vouchers", "internal/domain/signals", false},
		"a module calls a higher module":     {"internal/domain/members", "internal/domain/families", false},
		"the platform calls the domain":      {"internal/platform/act", "internal/domain/members", false},
		"a room calls its own inner folder":  {"internal/web/page/parts", "internal/web/page", true},
		"the test database calls its engine": {"internal/platform/db/dbtest", "internal/platform/db", true},
		"the engine calls the test database": {"internal/platform/db", "internal/platform/db/dbtest", false},
		"the kernel calls rules":             {"internal/kernel", "rules", false},
		"the kit calls the platform":         {"internal/web/kit", "internal/platform/i18n", true},
	} {
		t.Run(name, func(t *testing.T) {
			from, to := roomOf(tt.from), roomOf(tt.to)
			if got := to.room == from.room || to.floor > from.floor; got != tt.allowed {
				t.Errorf("%s to %s allowed: %v", tt.from, tt.to, got)
			}
		})
	}
}

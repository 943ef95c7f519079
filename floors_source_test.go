package bondgenoot_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/bondgenoot/bondgenoot"

// source is one Go file of the house.
type source struct {
	path      string   // from the root, with slashes
	pkg       string   // its folder; "." is the root
	house     []string // what it imports of ours, named from the root
	foreign   []string // what it imports of others
	tree      *ast.File
	positions *token.FileSet
	lines     int
	test      bool
	generated bool
}

// at is where in the house a piece of source stands.
func (s source) at(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.positions.Position(n.Pos()).Line)
}

var readSources = sync.OnceValues(func() (all []source, err error) {
	err = walk(".go", func(name string, content []byte) error {
		s := source{
			path: name, pkg: path.Dir(name), positions: token.NewFileSet(),
			lines: bytes.Count(content, []byte("\n")), test: strings.HasSuffix(name, "_test.go"),
		}
		if s.tree, err = parser.ParseFile(s.positions, name, content, parser.ParseComments); err != nil {
			return err
		}
		s.generated = ast.IsGenerated(s.tree)
		for _, spec := range s.tree.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if inside, ok := strings.CutPrefix(imported, module+"/"); ok {
				s.house = append(s.house, inside)
			} else {
				s.foreign = append(s.foreign, imported)
			}
		}
		all = append(all, s)
		return nil
	})
	return all, err
})

// sources are all Go files, those of tests too.
func sources(t *testing.T) []source {
	t.Helper()
	all, err := readSources()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Fatalf("only %d Go files were found: the test looks in the wrong folder", len(all))
	}
	return all
}

// texts are all files that end in ext, by their path.
func texts(t *testing.T, ext string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := walk(ext, func(name string, content []byte) error {
		found[name] = string(content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// walk reads the files of the house that end in ext. What was fetched or
// built, hidden folders, testdata and modules of their own are not of the house.
func walk(ext string, file func(name string, content []byte) error) error {
	return filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			base := entry.Name()
			if name != "." && (strings.HasPrefix(base, ".") || base == "testdata" || base == "node_modules" || ownModule(name)) {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ext {
			return nil
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return file(filepath.ToSlash(name), content)
	})
}

func ownModule(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return err == nil
}

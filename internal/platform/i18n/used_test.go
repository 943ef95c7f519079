package i18n

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// T("key"  — and T("prefix." + x, whose key is built
	textUsed = regexp.MustCompile(`\bT\("([^"]+)"(\s*\+)?`)
	// NewInvalid("key"), NewConflict("key"), …; what is not found is told in
	// the same words whatever it is, so NewNotFound needs no text of its own.
	faultUsed = regexp.MustCompile(`\bNew(?:Invalid|Conflict|Forbidden|TooMany)\("([^"]+)"(\s*\+)?`)
	// Fault{Code: kernel.Invalid, Key: "key"}
	literalUsed = regexp.MustCompile(`\bFault\{[^}\n]*\bKey:\s*"([^"]+)"(\s*\+)?`)
)

// TestEveryKeyUsedHasAText reads the source of the whole house. A key that is
// built ("claim.state." + state) needs at least one text that starts so; the
// area's own test holds the rest.
func TestEveryKeyUsedHasAText(t *testing.T) {
	texts := MustLoad()
	keys := texts.Keys()
	has := func(key string, built bool) bool {
		if !built {
			return texts.In("").Has(key)
		}
		for _, k := range keys {
			if strings.HasPrefix(k, key) {
				return true
			}
		}
		return false
	}

	root := filepath.Join("..", "..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules" || d.Name() == "testdata") {
			return fs.SkipDir
		}
		isCode := strings.HasSuffix(path, ".templ") || strings.HasSuffix(path, ".go") &&
			!strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, "_templ.go")
		if d.IsDir() || !isCode {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for n, line := range strings.Split(string(source), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "//") {
				continue
			}
			for _, m := range textUsed.FindAllStringSubmatch(line, -1) {
				if !has(m[1], m[2] != "") {
					t.Errorf("%s:%d: no text for %q", path, n+1, m[1])
				}
			}
			for _, m := range append(faultUsed.FindAllStringSubmatch(line, -1), literalUsed.FindAllStringSubmatch(line, -1)...) {
				if !has("fault."+m[1], m[2] != "") {
					t.Errorf("%s:%d: no text for %q", path, n+1, "fault."+m[1])
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

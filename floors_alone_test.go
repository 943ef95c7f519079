package bondgenoot_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The list says by name what runs without the race detector: a name that is
// nowhere would run nothing, and one that is elsewhere too would take the
// detector from a test that nobody judged.
func TestWhatRunsWithoutTheRaceDetectorIsThereOnce(t *testing.T) {
	list, err := os.ReadFile("scripts/one-at-a-time.txt")
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string][]string{} // the packages of each test
	define := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(\w \*testing\.[TF]\)`)
	err = filepath.WalkDir(".", func(path string, e os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && path != "." && strings.HasPrefix(e.Name(), "."):
			return filepath.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(path)
		for _, m := range define.FindAllStringSubmatch(string(source), -1) {
			tests[m[1]] = append(tests[m[1]], "./"+filepath.ToSlash(filepath.Dir(path)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(list)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "#") {
			continue
		}
		folder, name, ok := strings.Cut(strings.TrimSuffix(line, " once"), " ")
		if found := tests[name]; !ok || len(found) != 1 || found[0] != folder {
			t.Errorf("%q: the test is in %q; it must be there, and nowhere else", line, found)
		}
	}
}

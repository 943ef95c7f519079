package bondgenoot_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The lists say by name what runs without the race detector, and in the rooms that
// stand on all others what runs under it: a name that is nowhere would run nothing,
// and one that is elsewhere too would take the detector from a test that nobody
// judged.
func TestWhatRunsWithoutTheRaceDetectorIsThereOnce(t *testing.T) {
	tests := map[string][]string{} // the packages of each test
	define := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(\w \*testing\.[TF]\)`)
	eachTestFile(t, ".", func(path, source string) {
		for _, m := range define.FindAllStringSubmatch(source, -1) {
			tests[m[1]] = append(tests[m[1]], "./"+filepath.ToSlash(filepath.Dir(path)))
		}
	})
	listed := map[string]bool{}
	above := map[string]bool{}
	for _, list := range []string{"scripts/one-at-a-time.txt", "scripts/at-once.txt"} {
		text, err := os.ReadFile(list)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "#") {
				continue
			}
			folder, name, ok := strings.Cut(strings.TrimSuffix(line, " once"), " ")
			if found := tests[name]; !ok || len(found) != 1 || found[0] != folder {
				t.Errorf("%s: %q: the test is in %q; it must be there, and nowhere else", list, line, found)
			}
			if listed[name] {
				t.Errorf("%s: %q is listed already", list, line)
			}
			listed[name] = true
			above[folder] = above[folder] || strings.HasSuffix(list, "at-once.txt")
		}
	}
	starts := regexp.MustCompile(`(?ms)^func (Test\w+)\(t \*testing\.T\) \{$(.*?)^\}$`)
	for folder := range above {
		if !above[folder] {
			continue
		}
		eachTestFile(t, folder, func(path, source string) {
			for _, m := range starts.FindAllStringSubmatch(source, -1) {
				if !listed[m[1]] && (strings.Contains(m[2], "go func") || strings.Contains(m[2], ".Go(")) {
					t.Errorf("%s: %s starts something beside itself: add it to scripts/at-once.txt, that the race detector watches it", path, m[1])
				}
			}
		})
	}
}

// eachTestFile reads the source of every test under a folder.
func eachTestFile(t *testing.T, folder string, see func(path, source string)) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, e os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && path != "." && strings.HasPrefix(e.Name(), "."):
			return filepath.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(path)
		if err == nil {
			see(path, string(source))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

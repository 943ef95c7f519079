package main

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

// keptFinding is what check --keep writes, with some parts replaced or ("") left
// out.
func keptFinding(t *testing.T, replace map[string]string) *zip.Reader {
	t.Helper()
	lib, err := rules.Load(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	family := []byte(`{"date": "2026-03-01", "persons": [{"id": "a", "role": "applicant"}]}`)
	a, file := asked{Lang: "nl", Rights: []string{"be.leefloon"}}, filepath.Join(t.TempDir(), "finding.zip")
	answer, err := a.answer(lib, family)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.keep(file, packs.FS, family, answer); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range z.File {
		text, changed := replace[f.Name]
		if !changed {
			if err := w.Copy(f); err != nil {
				t.Fatal(err)
			}
		} else if text != "" {
			part, err := w.Create(f.Name)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = part.Write([]byte(text))
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A kept finding in which anything was changed is not repeated as though it
// were the one.
func TestAFindingThatWasChangedIsNotRepeated(t *testing.T) {
	if _, err := repeat(keptFinding(t, nil)); err != nil {
		t.Error(err)
	}
	for name, tt := range map[string]struct{ part, text, want string }{
		"without the case":           {keptCase, "", "case.json is missing"},
		"another answer":             {keptAnswer, "{}\n", "not the one that was kept"},
		"another family":             {keptCase, `{"date": "2026-03-01", "persons": [{"id": "b", "role": "applicant"}]}`, "not the one that was kept"},
		"a case that cannot be":      {keptCase, `{}`, "the day is missing"},
		"a question nobody can read": {keptAsked, `{`, "asked.json cannot be read"},
		"a dictionary that is gone":  {keptPacks + "/facts.yaml", "", "its packs cannot be read"},
		"a pack with another word":   {keptPacks + "/be/leefloon.yaml", "id: be.leefloon\n", "its packs cannot be read"},
		"a pack left out":            {keptPacks + "/loc/tienen-babyvoeding.yaml", "", "not those with which it was made"},
	} {
		if _, err := repeat(keptFinding(t, map[string]string{tt.part: tt.text})); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

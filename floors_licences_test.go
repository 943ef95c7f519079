package bondgenoot_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// licences are those that may stand in one program under the EUPL-1.2, each
// with words that its text must hold.
var licences = []struct {
	name  string
	words []string
}{
	{"Apache-2.0", []string{"Apache License", "Version 2.0, January 2004"}},
	{"MPL-2.0", []string{"Mozilla Public License", "2.0"}},
	{"MIT", []string{"Permission is hereby granted, free of charge", "without restriction"}},
	{"BSD", []string{"Redistribution and use in source and binary forms"}},
	{"ISC", []string{"Permission to use, copy, modify, and", "distribute this software for any purpose with or without fee"}},
	{"CC0-1.0", []string{"CC0 1.0 Universal"}},
	{"Unlicense", []string{"This is free and unencumbered software"}},
}

// refused are words of licences that ask more than the EUPL can promise, or
// that are no licence for free software.
var refused = []string{
	"GNU GENERAL PUBLIC LICENSE", "GNU AFFERO GENERAL PUBLIC LICENSE", "GNU LESSER GENERAL PUBLIC LICENSE",
	"Business Source License", "Server Side Public License", "Commons Clause", "Elastic License",
}

// linked is a module whose code is in the program.
type linked struct {
	Path, Version, Dir string
	Main               bool
}

func TestTheProgramLinksOnlyLicencesThatFit(t *testing.T) {
	for _, m := range linkedModules(t) {
		text, err := licenceOf(m.Dir)
		if err != nil {
			t.Errorf("%s %s: %v", m.Path, m.Version, err)
			continue
		}
		name, err := licenceName(text)
		if err != nil {
			t.Errorf("%s %s: %v", m.Path, m.Version, err)
			continue
		}
		t.Logf("%-24s %s %s", name, m.Path, m.Version)
	}
}

// linkedModules asks Go for the modules behind the program's packages.
func linkedModules(t *testing.T) (modules []linked) {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=Module", "./cmd/...")
	var complaint bytes.Buffer
	list.Stderr = &complaint
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, complaint.String())
	}
	seen := map[string]bool{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
		var p struct{ Module *linked }
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		if m := p.Module; m != nil && !m.Main && !seen[m.Path] {
			seen[m.Path] = true
			modules = append(modules, *m)
		}
	}
	slices.SortFunc(modules, func(a, b linked) int { return strings.Compare(a.Path, b.Path) })
	return modules
}

// licenceOf is the text of the licence files at the top of a module.
func licenceOf(dir string) (text string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		upper := strings.ToUpper(e.Name())
		isLicence := strings.HasPrefix(upper, "LICENSE") || strings.HasPrefix(upper, "LICENCE") || strings.HasPrefix(upper, "COPYING")
		if !isLicence || e.IsDir() {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return "", err
		}
		text += string(content) + "\n"
	}
	if text == "" {
		return "", errors.New("no licence file: without one nobody may use it")
	}
	return text, nil
}

// licenceName recognises a text; a module that carries parts of others has several.
func licenceName(text string) (string, error) {
	flat := strings.Join(strings.Fields(text), " ")
	for _, words := range refused {
		// The MPL names the GNU licences as ones it can be combined with.
		if strings.Contains(flat, words) && !strings.Contains(flat, "Mozilla Public License") {
			return "", fmt.Errorf("its licence says %q, which does not fit in a program under the EUPL-1.2", words)
		}
	}
	var names []string
	for _, l := range licences {
		if !slices.ContainsFunc(l.words, func(w string) bool { return !strings.Contains(flat, w) }) {
			names = append(names, l.name)
		}
	}
	if len(names) > 0 {
		return strings.Join(names, ", "), nil
	}
	return "", errors.New("its licence is not known; read it, and add it to floors_licences_test.go if it fits")
}

func TestLicencesAreRecognised(t *testing.T) {
	own, err := os.ReadFile("LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"EUROPEAN UNION PUBLIC LICENCE v. 1.2", "15.Applicable Law", "Appendix", "LiLiQ-R+"} {
		if !strings.Contains(string(own), words) {
			t.Errorf("our own licence lacks %q", words)
		}
	}
	for text, fits := range map[string]bool{
		"Permission is hereby granted, free of charge, to any person …\nto deal in the Software without restriction": true,
		"Redistribution and use in source\nand binary forms, with or without modification":                           true,
		"GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007":                                                        false,
		"Business Source License 1.1": false,
		"All rights reserved.":        false,
	} {
		if name, err := licenceName(text); (err == nil) != fits {
			t.Errorf("%.40q: %q, %v; fits: %v", text, name, err, fits)
		}
	}
}

package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/rules"
)

// A finding can be asked for again years later: why was this said then? So an
// answer can be kept with everything that it was made from, in one file.

// RightsRepeatCmd finds again what was found once.
type RightsRepeatCmd struct {
	File string `arg:"" type:"existingfile" help:"What rights check --keep wrote."`
}

// Help teaches.
func (RightsRepeatCmd) Help() string {
	return `Keep an answer with all that it was made from, the packs of that day included,
and find it again whenever somebody asks, whatever has become of the packs:

    bondgenoot rights check family.json --keep finding.zip
    bondgenoot rights repeat finding.zip

The answer is written once more. If it is not the one that was kept, to the
letter, or if something in the file was changed, that is said and the command
fails. The file holds the facts of the family: keep it as you keep those.`
}

// What a kept finding consists of: these, and the packs in a folder.
const (
	keptPacks  = "packs"
	keptCase   = "case.json"
	keptAsked  = "asked.json"
	keptAnswer = "answer.json"
)

// maxKept is more than any part of a finding is long.
const maxKept = 16 << 20

// asked is what was asked of the rules.
type asked struct {
	Edition   string   `json:"edition"` // of the packs
	Lang      string   `json:"lang"`
	Rights    []string `json:"rights"` // null: all
	Audience  string   `json:"audience"`
	Questions int      `json:"questions"`
}

// answer is what the rules say, as it is written.
func (a asked) answer(lib *rules.Library, family []byte) ([]byte, error) {
	c, err := lib.ParseCase(family)
	if err != nil {
		return nil, err
	}
	lang, _ := rules.ParseLang(a.Lang)
	var out bytes.Buffer
	err = writeJSON(&out, lib.Evaluate(c, rules.Options{Rights: a.Rights, Lang: lang, Audience: a.Audience, Questions: max(0, a.Questions)}))
	return out.Bytes(), err
}

// keep writes an answer with what it was made from.
func (a asked) keep(file string, from fs.FS, family, answer []byte) (err error) {
	if a.Edition, err = rights.Fingerprint(from); err != nil {
		return err
	}
	question, err := json.Marshal(a)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name string, content []byte) error {
		w, err := z.Create(name)
		if err != nil {
			return err
		}
		_, err = w.Write(content)
		return err
	}
	err = fs.WalkDir(from, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path.Ext(name) != ".yaml" {
			return err
		}
		content, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		return put(path.Join(keptPacks, name), content)
	})
	if err := errors.Join(err, put(keptCase, family), put(keptAsked, question), put(keptAnswer, answer), z.Close()); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o600)
}

// Run writes the answer again.
func (c RightsRepeatCmd) Run(out io.Writer) error {
	z, err := zip.OpenReader(c.File)
	if err != nil {
		return fmt.Errorf("%s holds no finding: %w", c.File, err)
	}
	defer z.Close()
	answer, err := repeat(&z.Reader)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	_, err = out.Write(answer)
	return err
}

// repeat finds again what was found, from what was kept.
func repeat(z *zip.Reader) ([]byte, error) {
	part := func(name string) ([]byte, error) {
		f, err := z.Open(name)
		if err != nil {
			return nil, fmt.Errorf("it holds no finding: %s is missing", name)
		}
		defer f.Close()
		b, err := io.ReadAll(io.LimitReader(f, maxKept+1))
		if err == nil && len(b) > maxKept {
			err = errors.New("it is too long")
		}
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", name, err)
		}
		return b, nil
	}
	family, err1 := part(keptCase)
	question, err2 := part(keptAsked)
	want, err3 := part(keptAnswer)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	var a asked
	if err := json.Unmarshal(question, &a); err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", keptAsked, err)
	}
	from, err := fs.Sub(z, keptPacks)
	if err != nil {
		return nil, err
	}
	lib, err := rules.Load(from)
	if err != nil {
		return nil, fmt.Errorf("its packs cannot be read: %w", err)
	}
	edition, err := rights.Fingerprint(from)
	if err != nil {
		return nil, err
	}
	if edition != a.Edition {
		return nil, fmt.Errorf("its packs are not those with which it was made: they are of edition %s, and it is of %s", edition, a.Edition)
	}
	got, err := a.answer(lib, family)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(got, want) {
		return nil, errors.New("the answer is not the one that was kept: this program finds otherwise, or the file was changed; find it with the program of then")
	}
	return got, nil
}

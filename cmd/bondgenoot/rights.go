package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

// RightsCmd is the rights engine for the command line: it needs no database.
type RightsCmd struct {
	Facts    RightsFactsCmd    `cmd:"" help:"Every fact that a right can look at, as JSON."`
	Check    RightsCheckCmd    `cmd:"" help:"What a family is entitled to, and why."`
	List     RightsListCmd     `cmd:"" help:"The rights that are known."`
	Repeat   RightsRepeatCmd   `cmd:"" help:"Find again what was found once, with the packs of then."`
	Edition  RightsEditionCmd  `cmd:"" help:"Which edition of the packs this is."`
	Test     RightsTestCmd     `cmd:"" help:"Run the tests inside the packs."`
	Scan     RightsScanCmd     `cmd:"" help:"What every family of a population is entitled to, from Parquet or CSV."`
	Simulate RightsSimulateCmd `cmd:"" help:"What a change of the rules would do to a population."`
	Lint     RightsLintCmd     `cmd:"" help:"What is wrong in packs that load, and what is due."`
	SQL      RightsSQLCmd      `cmd:"" name:"sql" help:"The rights as SQL, to run where a register lies."`
}

// rightsSource says where the dictionary and the packs come from.
type rightsSource struct {
	Packs string `type:"existingdir" placeholder:"DIR" help:"A directory with facts.yaml and packs, in place of those that come with the program."`
}

func (s rightsSource) load() (*rules.Library, error) { return rules.Load(s.from()) }

func (s rightsSource) from() fs.FS {
	if s.Packs != "" {
		return os.DirFS(s.Packs)
	}
	return packs.FS
}

func writeJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// RightsEditionCmd names the edition of the packs.
type RightsEditionCmd struct{ rightsSource }

// Help teaches.
func (RightsEditionCmd) Help() string {
	return `A finding in a file says with which edition it was made: what stands before the
point of its pack_version. Keep the packs of each edition, and what was found
then can be found again, to the letter:

    bondgenoot rights edition --packs DIR
    bondgenoot rights check family.json --packs DIR

"bondgenoot rights repeat --help" tells how to keep one answer with its packs.`
}

// Run writes the fingerprint of the packs.
func (c RightsEditionCmd) Run(out io.Writer) error {
	edition, err := rights.Fingerprint(c.from())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, edition)
	return err
}

// RightsFactsCmd writes the dictionary.
type RightsFactsCmd struct{ rightsSource }

// Run writes it as JSON: roles, and facts with their type, domain and question.
func (c RightsFactsCmd) Run(out io.Writer) error {
	lib, err := c.load()
	if err != nil {
		return err
	}
	return writeJSON(out, lib.Facts())
}

// RightsCheckCmd evaluates one family.
type RightsCheckCmd struct {
	rightsSource
	File      string   `arg:"" help:"A file with the facts of one family, or - for standard input."`
	Lang      string   `enum:"nl,fr,de,en" default:"nl" help:"The language of the texts: nl, fr, de or en."`
	Right     []string `placeholder:"ID" help:"Only this right; may be given more than once."`
	Audience  string   `enum:",family,worker" default:"" help:"Whom the next question is for: family or worker."`
	Questions int      `default:"5" help:"How many questions to list, the one that decides most first; 0: the next one alone."`
	Keep      string   `placeholder:"FILE" help:"Also write the answer into this file with all that it was made from, for rights repeat."`
}

// Help teaches.
func (RightsCheckCmd) Help() string {
	return `The file is JSON; "bondgenoot rights facts" lists the keys:

    {"date": "2026-03-01",
     "family": {"municipality": "24062"},
     "persons": [{"id": "a", "role": "applicant", "birth_date": "1990-05-01"},
                 {"id": "b", "role": "child", "birth_date": "2021-04-01"}]}

A fact that is left out, or null, is not known; it never counts as no or as
zero. The persons are taken as complete. The answer is JSON: for each right its
status, amounts, reasons and the facts that are missing, and the next question,
with others that are worth asking and why.
What cannot be right in the file is named with its place and how to mend it,
and nothing is answered.`
}

// maxInput is more than any family needs; the engine has its own limit below.
const maxInput = 1 << 20

// Run writes the answer as JSON.
func (c RightsCheckCmd) Run(in io.Reader, out io.Writer) error {
	lib, err := c.load()
	if err != nil {
		return err
	}
	for _, id := range c.Right {
		if lib.Right(id) == nil {
			return fmt.Errorf("there is no right %s; \"bondgenoot rights list\" names them", id)
		}
	}
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, maxInput))
	if err != nil {
		return err
	}
	if _, err := lib.ParseCase(b); err != nil {
		return err
	}
	if err := somewhere(b); err != nil {
		return err
	}
	a := asked{Lang: c.Lang, Rights: c.Right, Audience: c.Audience, Questions: c.Questions}
	answer, err := a.answer(lib, b)
	if err != nil {
		return err
	}
	if c.Keep != "" {
		if err := a.keep(c.Keep, c.from(), b, answer); err != nil {
			return err
		}
	}
	_, err = out.Write(answer)
	return err
}

// somewhere refuses a code that no municipality has or had: the engine knows
// regions by how codes begin, and a slip of the finger would give the rights of
// another region. The case has been read by the engine already.
func somewhere(b []byte) error {
	var c struct {
		Family struct {
			Municipality string `json:"municipality"`
		} `json:"family"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(b, []byte("\ufeff")), &c); err != nil || c.Family.Municipality == "" {
		return err
	}
	if _, err := kernel.ParseNIS(c.Family.Municipality); err != nil {
		return &rules.InputError{Path: "family.municipality", Key: "municipality",
			Reason: "no municipality of Belgium has this code", Remedy: "write its NIS code, as 24062 for Leuven; a postal code is another number"}
	}
	return nil
}

// RightsListCmd names the rights.
type RightsListCmd struct {
	rightsSource
	Lang string `enum:"nl,fr,de,en" default:"nl" help:"The language of the names: nl, fr, de or en."`
	JSON bool   `name:"json" help:"All that the packs say about them, as JSON."`
}

// Run writes a line for each right: its id, its name, its file.
func (c RightsListCmd) Run(out io.Writer) error {
	lib, err := c.load()
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(out, lib.Rights())
	}
	lang, _ := rules.ParseLang(c.Lang)
	t := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for _, r := range lib.Rights() {
		fmt.Fprintf(t, "%s\t%s\t%s\n", r.ID, r.Names.In(lang), r.File)
	}
	return t.Flush()
}

// RightsTestCmd runs the tests inside the packs.
type RightsTestCmd struct{ rightsSource }

// Run writes a line for each pack, what differs, and the totals; it fails when
// a test does.
func (c RightsTestCmd) Run(out io.Writer) error {
	lib, err := c.load()
	if err != nil {
		return err
	}
	report := lib.Test()
	w := bufio.NewWriter(out)
	for _, p := range report.Packs {
		word := "ok"
		if len(p.Failures) > 0 {
			word = "FAIL"
		}
		fmt.Fprintf(w, "%-4s  %-40s %3d tests\n", word, p.Right, p.Tests)
		for _, f := range p.Failures {
			fmt.Fprintf(w, "      %s\n", strings.ReplaceAll(f, "\n", "\n      "))
		}
	}
	n, tests, failures := report.Totals()
	fmt.Fprintf(w, "%d packs, %d tests, %d failures\n", n, tests, failures)
	if err := w.Flush(); err != nil {
		return err
	}
	if failures > 0 {
		return errors.New("the packs do not keep their promises")
	}
	return nil
}

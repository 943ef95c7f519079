package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/bondgenoot/bondgenoot/rules"
)

// RightsLintCmd looks for what is wrong in packs that load.
type RightsLintCmd struct {
	rightsSource
	Files []string `arg:"" optional:"" type:"existingfile" help:"Packs to look at, beside those that are there or in place of them; all packs when none is named."`
	Proof bool     `help:"Show of each table and bracket in which case each row is taken."`
	On    string   `placeholder:"DAY" help:"The day on which numbers must be up to date, as 2026-03-01; today when left out."`
	JSON  bool     `name:"json" help:"What was found, and the proofs, as JSON."`
}

// Help teaches.
func (RightsLintCmd) Help() string {
	return `Says of every pack, with the line and what to do:

  a condition that can never hold, or always does
  a row of a table or bracket that is never taken; rows that overlap; a hole
  a number past its last day or its next indexation (due: this fails nothing)
  a number without a source that can be looked up, or that nothing needs
  a text that was not translated; a fact that nobody can know; no tests

It looks at every case that the conditions can tell apart, at none by chance:
the numbers, days and texts that they name cut all there can be into parts, and
in each part every comparison has one answer. Two rows of a table may both fit
where they look at different things: the first one is taken. It ends with
status 1 when something is wrong.`
}

// Run writes a line for each remark, and the totals.
func (c RightsLintCmd) Run(out io.Writer) error {
	lib, err := c.load()
	if err != nil {
		return err
	}
	year, month, date := time.Now().Date()
	day := rules.DateOf(year, int(month), date)
	if c.On != "" {
		if day, err = rules.ParseDate(c.On); err != nil {
			return fmt.Errorf("--on: %w; write it as 2026-03-01", err)
		}
	}
	var ids []string
	for _, name := range c.Files {
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if lib, err = lib.Add(name, b); err != nil {
			return err
		}
		for _, r := range lib.Rights() {
			if r.File == name {
				ids = append(ids, r.ID)
			}
		}
	}
	remarks, proofs := lib.Lint(day, ids...), lib.Proofs(ids...)
	wrong := 0
	for _, r := range remarks {
		if !r.Due {
			wrong++
		}
	}
	if c.JSON {
		if err := writeJSON(out, map[string]any{"remarks": remarks, "proofs": proofs}); err != nil {
			return err
		}
	} else if err := c.write(out, lib, remarks, proofs, ids, wrong); err != nil {
		return err
	}
	if wrong > 0 {
		return errors.New("something is wrong in the packs")
	}
	return nil
}

func (c RightsLintCmd) write(out io.Writer, lib *rules.Library, remarks []rules.Remark, proofs []rules.Proof, ids []string, wrong int) error {
	w := bufio.NewWriter(out)
	for _, r := range remarks {
		word := ""
		if r.Due {
			word = "due: "
		}
		fmt.Fprintf(w, "%s:%d:%d: %s%s; %s\n", r.File, r.Line, r.Column, word, r.What, r.Remedy)
	}
	cases := 0
	for _, p := range proofs {
		cases += p.Cases
		if !c.Proof {
			continue
		}
		fmt.Fprintf(w, "%s:%d: %s has %d rows; %d cases in %d periods, each in exactly one row\n", p.File, p.Line, p.Name, len(p.Rows), p.Cases, p.Periods)
		for _, row := range p.Rows {
			fmt.Fprintf(w, "    line %d, %d cases: %s\n", row.Line, row.Cases, row.Example)
		}
	}
	rights := len(ids)
	if rights == 0 {
		rights = len(lib.Rights())
	}
	whole := !slices.ContainsFunc(proofs, func(p rules.Proof) bool { return !p.Whole })
	fmt.Fprintf(w, "%d packs: %d wrong, %d due", rights, wrong, len(remarks)-wrong)
	if len(proofs) > 0 && whole {
		fmt.Fprintf(w, "; %d tables and brackets, %d cases, no gap and no overlap", len(proofs), cases)
	}
	fmt.Fprintln(w)
	return w.Flush()
}

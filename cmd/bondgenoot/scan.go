package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"text/tabwriter"

	"github.com/bondgenoot/bondgenoot/internal/population"
	"github.com/bondgenoot/bondgenoot/rules"
)

// RightsScanCmd answers for a whole population.
type RightsScanCmd struct {
	rightsSource
	In     []string `required:"" type:"path" sep:"," placeholder:"DIR" help:"A folder with families and persons, or the two files."`
	Out    string   `required:"" type:"path" placeholder:"DIR" help:"The folder for the answers; it is made."`
	Date   string   `placeholder:"DAY" help:"The day for which the rights are looked at. Default: today."`
	Rights []string `placeholder:"ID" help:"Only these rights, separated by commas."`
	Format string   `enum:"parquet,csv" default:"parquet" help:"How the answers are written: parquet or csv. Default: ${default}."`
	All    bool     `help:"Write a row for every family and right, also where the answer is no."`
}

// Help teaches.
func (RightsScanCmd) Help() string {
	return `Answers for each family of a population what "bondgenoot rights check" answers
for one:

    bondgenoot rights scan --in belgium --out answers
    bondgenoot rights scan --in families.csv,persons.csv --out answers --format csv

A population is two tables, as Parquet or CSV: families (family, then a column for
each fact of a family) and persons (family, person, role, then a column for each
fact of a person), the persons in the order of the families. "bondgenoot rights
facts" lists the facts. An empty cell is not known; it is never no or zero. CSV may
have commas or semicolons, and amounts as 1.234,56.

The answers are one table: family, right, status, amount, per, missing (the facts
that can still change the answer; 2.birth_date is of the second person). A family
and right without a row is not entitled; undetermined says that the search ended
before it saw whether what is missing can change the answer. A row that cannot be read is named with
its line and how to mend it, in problems.csv too; its family is left out, and all
others are answered. Stopped half-way, no file of answers is left.`
}

// shownProblems is how many problems are shown; all are in the file.
const shownProblems = 10

// Run writes the answers and then a line for each right.
func (c RightsScanCmd) Run(ctx context.Context, out io.Writer, errOut logTo) (err error) {
	day, err := dayOr(c.Date)
	if err != nil {
		return err
	}
	families, persons, err := population.Find(c.In)
	if err != nil {
		return err
	}
	lib, err := c.load()
	if err != nil {
		return err
	}
	scanner, err := lib.Scanner(rules.ScanOptions{Date: day, Rights: c.Rights})
	if err != nil {
		return fmt.Errorf("%w; \"bondgenoot rights list\" names them", err)
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return err
	}
	problems, err := newProblems(filepath.Join(c.Out, "problems.csv"), errOut)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, problems.abandon()) }()
	r, err := population.Open(lib, families, persons, problems.report)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	bar := newProgress(errOut, "families", 0)
	defer bar.done()
	s := population.Scan{Scanner: scanner, Out: c.Out, Format: population.Format(c.Format), All: c.All, Report: problems.report, Progress: bar.part}
	totals, err := s.Run(ctx, r)
	if err != nil {
		return err
	}
	bar.done()
	if err := problems.close(); err != nil {
		return err
	}
	problems.rest(" in " + problems.path)
	t := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "right\tentitled\tnot\tunknown\tundetermined\trefer\teuros a year\t")
	for _, x := range totals {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%s\t\n", x.Right.ID, x.Entitled, x.Not, x.Unknown, x.Undetermined, x.Refer, strconv.FormatInt(x.Yearly()/100, 10))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d families for %s, %d left out\n", r.Read, day, r.LeftOut)
	return err
}

// shown shows the first few things that cannot be read.
type shown struct {
	mu  sync.Mutex
	n   int
	out io.Writer
}

func (s *shown) report(x population.Problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n++; s.n <= shownProblems {
		fmt.Fprintln(s.out, x)
	}
}

// rest says how many more there are, and where.
func (s *shown) rest(where string) {
	if s.n > shownProblems {
		fmt.Fprintf(s.out, "… and %d more%s\n", s.n-shownProblems, where)
	}
}

// problems shows what cannot be read, and keeps it in a file that has its name
// when the scan is done.
type problems struct {
	shown
	path string
	file *os.File
	rows *csv.Writer
}

func newProblems(path string, out io.Writer) (*problems, error) {
	f, err := os.Create(path + ".part")
	if err != nil {
		return nil, err
	}
	p := &problems{shown: shown{out: out}, path: path, file: f, rows: csv.NewWriter(f)}
	return p, p.rows.Write([]string{"file", "row", "column", "reason", "remedy"})
}

func (p *problems) report(x population.Problem) {
	p.shown.report(x)
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.rows.Write([]string{x.File, strconv.FormatInt(x.Row, 10), x.Column, x.Reason, x.Remedy}) // Flush tells
}

func (p *problems) close() error {
	p.rows.Flush()
	err := errors.Join(p.rows.Error(), p.file.Close())
	p.file = nil
	if err != nil || p.n == 0 {
		return errors.Join(err, os.Remove(p.path+".part"))
	}
	return os.Rename(p.path+".part", p.path)
}

func (p *problems) abandon() error {
	if p.file == nil {
		return nil
	}
	return errors.Join(p.file.Close(), os.Remove(p.path+".part"))
}

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
	"text/tabwriter"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/population"
	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

// PopulationCmd makes up populations.
type PopulationCmd struct {
	Generate PopulationGenerateCmd `cmd:"" help:"A made-up Belgium that matches what is published about the real one."`
}

// PopulationGenerateCmd makes up one.
type PopulationGenerateCmd struct {
	Households int    `required:"" placeholder:"N" help:"How many households."`
	Seed       uint64 `default:"1" placeholder:"S" help:"Another seed gives other households. Default: ${default}."`
	Date       string `placeholder:"DAY" help:"The day for which the facts hold, as 2026-03-01. Default: today."`
	Out        string `required:"" type:"path" placeholder:"DIR" help:"The folder for the files; it is made."`
	Format     string `enum:"parquet,csv" default:"parquet" help:"parquet or csv. Default: ${default}."`
}

// Help teaches.
func (PopulationGenerateCmd) Help() string {
	return `Writes two tables, families and persons, to try "bondgenoot rights scan" on, or
any other program that reads Parquet or CSV:

    bondgenoot population generate --households 100000 --out belgium
    bondgenoot rights scan --in belgium --out answers

Kinds of households, ages, incomes, homes, municipalities and benefits match what
Statbel and others publish; the table that is printed says by how much they
differ, and deviations.csv says it for each municipality too. What nobody
publishes is drawn from plain assumptions: do not do statistics with it. Nobody
in it lives anywhere. The same number, seed and day give the same files.`
}

// dayOr reads a day; today when there is none.
func dayOr(s string) (rules.Date, error) {
	if s == "" {
		y, m, d := time.Now().Date()
		return rules.DateOf(y, int(m), d), nil
	}
	d, err := rules.ParseDate(s)
	if err != nil {
		return 0, fmt.Errorf("--date %s: this is no day that exists; write it as 2026-03-01", s)
	}
	return d, nil
}

// Run writes the files, and then how they compare.
func (c PopulationGenerateCmd) Run(ctx context.Context, out io.Writer, errOut logTo) (err error) {
	day, err := dayOr(c.Date)
	if err != nil {
		return err
	}
	lib, err := rules.Load(packs.FS)
	if err != nil {
		return err
	}
	w, err := population.Create(c.Out, population.Format(c.Format), lib)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Abandon()) }()
	bar := newProgress(errOut, "households", c.Households)
	defer bar.done()
	o := population.Options{Households: c.Households, Seed: c.Seed, Date: day, Progress: bar.at}
	all, err := population.Generate(ctx, o, w)
	if err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	bar.done()
	if err := deviations(filepath.Join(c.Out, "deviations.csv"), all); err != nil {
		return err
	}
	t := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "what\twhere\t\ttarget\tgot\tdifference\tunit")
	for _, d := range population.Summary(all) {
		what := d.What
		if d.Compared {
			what += " (only compared)"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%.2f\t%.2f\t%+.2f\t%s\n", d.Topic, d.Where, what, d.Target, d.Got, d.Difference(), d.Unit)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d households for %s in %s\n", c.Households, day, c.Out)
	return err
}

// deviations writes all of them.
func deviations(path string, all []population.Deviation) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', 4, 64) }
	err = w.Write([]string{"topic", "where", "what", "unit", "target", "got", "difference", "only_compared"})
	for _, d := range all {
		err = errors.Join(err, w.Write([]string{d.Topic, d.Where, d.What, d.Unit, number(d.Target), number(d.Got), number(d.Difference()), strconv.FormatBool(d.Compared)}))
	}
	w.Flush()
	return errors.Join(err, w.Error(), f.Close())
}

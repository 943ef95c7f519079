package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
	"github.com/bondgenoot/bondgenoot/internal/population"
	"github.com/bondgenoot/bondgenoot/rules"
)

// RightsSimulateCmd says what a change of the rules would do.
type RightsSimulateCmd struct {
	rightsSource
	Change []string `required:"" type:"existingfile" placeholder:"FILE" help:"What is tried: values of parameters, or a pack; may be given more than once."`
	In     []string `required:"" type:"path" sep:"," placeholder:"DIR" help:"A folder with families and persons, or the two files."`
	Date   string   `placeholder:"DAY" help:"The day for which one looks. Default: today."`
	By     string   `enum:"none,municipality,region" default:"none" help:"Count apart by none, municipality or region. Default: ${default}."`
	Out    string   `type:"path" placeholder:"FILE" help:"Write all counts to this file too, as CSV."`
}

// Help teaches.
func (RightsSimulateCmd) Help() string {
	return `Compares a population under the rules as they are and as they would be: how many
families gain or lose, by how much, and what it costs a year.

    bondgenoot rights simulate --change more.yaml --in belgium --by region

more.yaml is a pack, in place of the one with its id or beside the others; or it
names parameters and what they would be (from a day on, or else from --date):

    values:
      - {right: vl.groeipakket.basis, parameter: basic, value: 200}
      - {right: be.leefloon, parameter: month, field: cat3, value: 1900, from: 2027-01-01}

Only rights that the change can touch are looked at. "may" are families of whom
something is not known: they could have the right now, or no longer. What is paid
by the day, meal or session counts in no euros a year. A count below five is kept
back as "<5", with what would tell it.`
}

// Run writes the counts.
func (c RightsSimulateCmd) Run(ctx context.Context, out io.Writer, errOut logTo) (err error) {
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
	comparison, err := c.comparison(lib, day)
	if err != nil {
		return err
	}
	left := &shown{out: errOut}
	r, err := population.Open(lib, families, persons, left.report)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	bar := newProgress(errOut, "families", 0)
	defer bar.done()
	s := population.Simulation{Comparison: comparison, Area: areas[c.By], Report: left.report, Progress: bar.part}
	if err := s.Run(ctx, r); err != nil {
		return err
	}
	bar.done()
	left.rest("")
	effects := comparison.Effects()
	rows := effectRows(effects)
	if err := printEffects(out, rows); err != nil {
		return err
	}
	if c.Out != "" {
		if err := writeEffects(c.Out, rows); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out, "%d families for %s, %d left out\n", r.Read, day, r.LeftOut)
	return err
}

// comparison reads what is tried.
func (c RightsSimulateCmd) comparison(lib *rules.Library, day rules.Date) (*rules.Comparison, error) {
	var change rules.Change
	for _, path := range c.Change {
		b, err := os.ReadFile(path)
		if err == nil {
			err = change.Read(filepath.Base(path), b, day)
		}
		if err != nil {
			return nil, err
		}
	}
	next, err := lib.Changed(change)
	if err != nil {
		return nil, err
	}
	if len(lib.Touched(next)) == 0 {
		return nil, errors.New("--change: nothing would be otherwise than it is; give a parameter another value, or a pack other conditions")
	}
	return lib.Compare(next, rules.ScanOptions{Date: day})
}

// areas say where a family counts.
var areas = map[string]func(l *population.Loaded, family int) string{
	"municipality": byMunicipality(func(m kernel.Municipality) string { return m.Name.NL }),
	"region":       byMunicipality(func(m kernel.Municipality) string { return string(m.Region) }),
}

func byMunicipality(name func(kernel.Municipality) string) func(l *population.Loaded, family int) string {
	names := sync.OnceValue(func() map[string]string {
		all := map[string]string{}
		for _, m := range kernel.AllMunicipalities() {
			all[string(m.NIS)] = name(m)
		}
		return all
	})
	return func(l *population.Loaded, family int) string {
		return cmp.Or(names()[l.Families["municipality"].Text(family)], "not known")
	}
}

// effectRow is a line of the answer.
type effectRow struct {
	right, area string
	moved       []few.Figure // gain, lose, more, less, may gain, may lose, and all of them
	effect      *rules.Effect
}

// moves are families by what becomes of them.
func moves(e *rules.Effect) []int64 {
	return []int64{e.Gain, e.Lose, e.More, e.Less, e.MayGain, e.MayLose}
}

// effectRows lays the counts out, small ones kept back: each right with its
// areas, and all areas together.
func effectRows(effects []rules.Effects) (rows []effectRow) {
	for _, e := range effects {
		right := "all together"
		if e.Right != nil {
			right = e.Right.ID
		}
		names := slices.Sorted(maps.Keys(e.Areas))
		table := [][]int64{}
		for _, name := range names {
			table = append(table, moves(e.Areas[name]))
		}
		if len(table) == 0 {
			table = append(table, moves(&e.All))
		}
		laid := few.Hide(table)
		if len(names) > 1 {
			for i, name := range names {
				rows = append(rows, effectRow{right, name, laid[i], e.Areas[name]})
			}
		}
		rows = append(rows, effectRow{right, "all", laid[len(laid)-1], &e.All})
	}
	return rows
}

var effectColumns = []string{"right", "area", "gain", "lose", "more", "less", "may gain", "may lose", "moved", "entitled before", "after", "euros a year before", "after", "difference"}

// cells is the row in words. Where a count is kept back, so is what would tell
// it: how many have the right before and after, and the sums.
func (r effectRow) cells() []string {
	out := []string{r.right, r.area}
	hidden := false
	for _, x := range r.moved {
		if x.Hidden {
			hidden = true
			out = append(out, "<5")
		} else {
			out = append(out, strconv.FormatInt(x.N, 10))
		}
	}
	if hidden {
		return append(out, "", "", "", "", "")
	}
	euros := func(cents int64) string {
		if cents < 0 {
			return strconv.FormatInt((cents-50)/100, 10)
		}
		return strconv.FormatInt((cents+50)/100, 10)
	}
	return append(out, strconv.FormatInt(r.effect.Before.Entitled, 10), strconv.FormatInt(r.effect.After.Entitled, 10),
		euros(r.effect.Before.Cents), euros(r.effect.After.Cents), euros(r.effect.After.Cents-r.effect.Before.Cents))
}

func printEffects(out io.Writer, rows []effectRow) error {
	t := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, strings.Join(effectColumns, "\t")+"\t")
	for _, r := range rows {
		fmt.Fprintln(t, strings.Join(r.cells(), "\t")+"\t")
	}
	return t.Flush()
}

func writeEffects(path string, rows []effectRow) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	err = w.Write(effectColumns)
	for _, r := range rows {
		err = errors.Join(err, w.Write(r.cells()))
	}
	w.Flush()
	return errors.Join(err, w.Error(), f.Close())
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory/incoming"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/config"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// DirectoryCmd is what an operator does with the directory of an alliance.
type DirectoryCmd struct {
	Import DirectoryImportCmd `cmd:"" help:"Take over a file of somebody else's directory, as drafts."`
}

// DirectoryImportCmd takes a file over.
type DirectoryImportCmd struct {
	Alliance     string   `required:"" placeholder:"WORD" help:"The alliance's short name."`
	Source       string   `required:"" placeholder:"TEXT" help:"The name of the source, such as sociale-kaart; the same one each time."`
	File         string   `arg:"" type:"existingfile" help:"Excel, CSV, Parquet, HSDS (JSON or a zip of tables), or JSON-LD of IPDC or LPDC."`
	DryRun       bool     `help:"Only say what would come of it."`
	Whole        bool     `help:"The file is all of this source: name what is no longer in it too."`
	Lang         string   `default:"nl" enum:"nl,fr,de,en" placeholder:"WORD" help:"The language of texts of which the file does not say it: ${enum}. Default: ${default}."`
	Organisation string   `placeholder:"TEXT" help:"Who offers what names no organisation."`
	Column       []string `placeholder:"NAME=FIELD" help:"What a column of a table is, such as \"Wie=organisation\"; once for each. Default: as they seem."`
	config.Database
	config.Keys
}

// Help teaches.
func (DirectoryImportCmd) Help() string {
	return `What somebody wrote in the directory stays; what came from the same source
before is brought up to date, so that the command can be run each night. What is
new comes in as drafts, which a coordinator opens on the pages. Objects that
cannot be taken are named, and the others are taken. Example:

    bondgenoot directory import --alliance voorbeeldstad --source sociale-kaart --dry-run gids.xlsx

It ends with status 1 when some objects cannot be taken.`
}

// errRefused says that some of a file was not taken; which was told already.
var errRefused = errors.New("some of it cannot be taken")

// Run tries or takes the file over.
func (c DirectoryImportCmd) Run(ctx context.Context, out io.Writer, errOut logTo) (err error) {
	b := incoming.Brought{Source: c.Source, Lang: kernel.Lang(c.Lang), Organisation: c.Organisation, Whole: c.Whole}
	for _, told := range c.Column {
		name, to, ok := strings.Cut(told, "=")
		if !ok {
			return fmt.Errorf("--column %s: write the name of the column, =, and what it is: one of %s", told, strings.Join(incoming.Targets(), ", "))
		}
		if b.Columns == nil {
			b.Columns = map[string]string{}
		}
		b.Columns[name] = to
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	if info.Size() > incoming.MaxBytes {
		return fmt.Errorf("%s is larger than %d MB; bring it in parts", c.File, incoming.MaxBytes>>20)
	}
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	h, err := openHouse(ctx, c.Database, c.Keys, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	alliance, err := h.alliance(ctx, c.Alliance)
	if err != nil {
		return err
	}
	// The coordinator who is nobody: the record shows that it was done from outside.
	ctx = act.As(ctx, policy.Actor{Alliance: alliance.ID, Roles: []policy.Role{policy.Coordinator}})
	p, err := h.Incoming.Import(ctx, b, data, c.DryRun)
	if err != nil {
		return err
	}
	return c.tell(out, errOut, p)
}

// tell says what came of the file: the counts, and each object that needs
// somebody.
func (c DirectoryImportCmd) tell(out io.Writer, errOut logTo, p incoming.Preview) error {
	texts, err := i18n.Load()
	if err != nil {
		return err
	}
	for _, x := range p.Refused {
		for _, f := range x.Why.All() {
			fmt.Fprintf(errOut, "%d %s: %s: %s\n", x.Line, x.Name, f.Field, texts.In(kernel.EN).Fault(f))
		}
	}
	for _, n := range p.Notes {
		fmt.Fprintf(errOut, "%d %s: left out or not certain: %s, %s (%s)\n", n.Line, n.Name, n.Record, n.Field, n.Reason)
	}
	for _, k := range p.Taken.Kept {
		fmt.Fprintf(errOut, "%d %s: stays as it is here: %s\n", k.Line, k.Name, k.Field)
	}
	for _, v := range p.Taken.Gone {
		fmt.Fprintf(errOut, "no longer at the source: %s (%s)\n", v.Name.NL+v.Name.FR, v.ID)
	}
	what := "taken over"
	if c.DryRun {
		what = "would be taken over"
	}
	fmt.Fprintf(out, "%s: %d new, %d different, %d the same, %d refused\n", what, p.Taken.Added, p.Taken.Changed, p.Taken.Same, len(p.Refused))
	if len(p.Refused) > 0 {
		return errRefused
	}
	return nil
}

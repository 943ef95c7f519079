package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/config"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// AuditCmd looks after the record of what was done and read.
type AuditCmd struct {
	Verify    AuditVerifyCmd    `cmd:"" help:"Check every record against the chain, the tree and the signed checkpoints."`
	Statement AuditStatementCmd `cmd:"" help:"Print a signed statement of the record as it is now, to be kept elsewhere."`
}

// AuditVerifyCmd checks the whole record.
type AuditVerifyCmd struct {
	Held []string `type:"existingfile" placeholder:"FILE" help:"A file of statements that was kept elsewhere: the record must still hold all that they state. May be given more than once."`
	config.Database
	config.Keys
}

// Help teaches.
func (AuditVerifyCmd) Help() string {
	return `Every change and every look at a family's file leaves a record, chained to the
one before it. This reads all of them and names each that was changed, removed,
added or put elsewhere, a line each. It changes nothing, and holds no personal
data. The exit status is 0 when all is whole and 1 when it is not: run it every
night.

Whoever may write in the database can cut off the end of the record, and take
away every trace of it. Only a statement that somebody else keeps shows that: see
"audit statement --help", and give it here as --held.

    bondgenoot audit verify --db sqlite:/var/lib/bondgenoot/bondgenoot.db --key-file /var/lib/bondgenoot/bondgenoot.key`
}

// Run prints what is wrong, and how much was read.
func (c AuditVerifyCmd) Run(ctx context.Context, out io.Writer) (err error) {
	if err := checkThere(c.Database, c.Keys); err != nil {
		return err
	}
	key, err := openKey(c.Keys)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, string(c.DB))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.Holds(ctx, audit.Migrations()); err != nil {
		return err
	}

	record := audit.Log{Key: key.Signer(), SignersAt: key.SignersAt}
	var report audit.Report
	held, broken := 0, 0
	err = d.Read(ctx, func(q db.Querier) (err error) {
		if report, err = record.Verify(ctx, q); err != nil {
			return err
		}
		for _, file := range c.Held {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			for i, statement := range audit.ParseStatements(string(text)) {
				held++
				err := record.Holds(ctx, q, statement)
				switch kernel.CodeOf(err) {
				case "":
				case kernel.Internal:
					return err
				default:
					broken++
					fmt.Fprintf(out, "%s, statement %d: %s\n", file, i+1, explained(err))
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, t := range report.Troubles {
		fmt.Fprintln(out, t)
	}
	fmt.Fprintf(out, "%d records and %d checkpoints in %d alliances were read.\n", report.Records, report.Checkpoints, report.Alliances)
	if len(c.Held) > 0 {
		fmt.Fprintf(out, "%d statements that were kept elsewhere were held against them.\n", held)
	}
	if n := len(report.Troubles) + broken; n > 0 {
		return fmt.Errorf("the record is not whole: %d of the lines above say where", n)
	}
	if len(c.Held) > 0 && held == 0 {
		return errors.New("no statement stands in what was given as --held")
	}
	fmt.Fprintln(out, "The record is whole.")
	return nil
}

// AuditStatementCmd states how the record is now.
type AuditStatementCmd struct {
	config.Database
	config.Keys
}

// Help teaches.
func (AuditStatementCmd) Help() string {
	return `Prints, for each alliance, how many records there are and a digest of all of
them, signed with the key of this installation. It holds no personal data. Keep
it where nobody who works on this machine can change it: with a partner, in the
minutes of a meeting, on a medium that is written once. Every week is a good
habit:

    bondgenoot audit statement --db sqlite:/var/lib/bondgenoot/bondgenoot.db \
        --key-file /var/lib/bondgenoot/bondgenoot.key > statement-$(date +%F).txt

Later "audit verify --held FILE" proves that no record from before was changed or
removed.`
}

// Run prints the statements.
func (c AuditStatementCmd) Run(ctx context.Context, out io.Writer) (err error) {
	if err := checkThere(c.Database, c.Keys); err != nil {
		return err
	}
	key, err := openKey(c.Keys)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, string(c.DB))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.Holds(ctx, audit.Migrations()); err != nil {
		return err
	}
	record := audit.Log{Key: key.Signer(), SignersAt: key.SignersAt}
	var all []string
	err = d.Write(ctx, func(q db.Querier) (err error) {
		all, err = record.Statements(ctx, q, kernel.InstantOf(time.Now()))
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(out, strings.Join(all, "\n"))
	return err
}

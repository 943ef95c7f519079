package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/bondgenoot/bondgenoot/internal/platform/config"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// LedgerCmd looks after the book of goods, entitlements and euros.
type LedgerCmd struct {
	Verify LedgerVerifyCmd `cmd:"" help:"Work every balance out again from the entries that made it."`
}

// LedgerVerifyCmd checks the whole book.
type LedgerVerifyCmd struct {
	config.Database
}

// Help teaches.
func (LedgerVerifyCmd) Help() string {
	return `Everything that moves, a tin of milk or a cent, leaves one account and comes into
another. This reads the whole book, works each balance out again, looks whether
each transfer is as it was written, and names every difference, a line each. It
changes nothing, needs no key and holds no personal data. The exit status is 0
when all adds up and 1 when it does not: run it every night.

    bondgenoot ledger verify --db sqlite:/var/lib/bondgenoot/bondgenoot.db`
}

// Run prints what does not add up, and how much was read.
func (c LedgerVerifyCmd) Run(ctx context.Context, out io.Writer) (err error) {
	var ps config.Problems
	c.Check(&ps)
	if len(ps) == 0 {
		c.CheckThere(&ps)
	}
	if err := ps.Err(); err != nil {
		return err
	}
	d, err := db.Open(ctx, string(c.DB))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.Holds(ctx, ledger.Migrations()); err != nil {
		return err
	}
	var report ledger.Report
	err = d.Read(ctx, func(q db.Querier) (err error) {
		report, err = ledger.Verify(ctx, q)
		return err
	})
	if err != nil {
		return err
	}
	for _, difference := range report.Differences {
		fmt.Fprintln(out, difference)
	}
	if report.More > 0 {
		fmt.Fprintf(out, "and %d more\n", report.More)
	}
	fmt.Fprintf(out, "%d entries of %d transfers in %d accounts were read.\n", report.Entries, report.Transfers, report.Accounts)
	if n := int64(len(report.Differences)) + report.More; n > 0 {
		return fmt.Errorf("the book does not add up: %d of the lines above say where", n)
	}
	fmt.Fprintln(out, "The book adds up.")
	return nil
}

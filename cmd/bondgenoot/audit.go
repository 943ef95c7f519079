package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/config"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// AuditCmd looks after the record of what was done and read.
type AuditCmd struct {
	Verify AuditVerifyCmd `cmd:"" help:"Check every record against the chain, the tree and the signed checkpoints."`
}

// AuditVerifyCmd checks the whole record.
type AuditVerifyCmd struct {
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

    bondgenoot audit verify --db sqlite:/var/lib/bondgenoot/bondgenoot.db --key-file /var/lib/bondgenoot/bondgenoot.key`
}

// Run prints what is wrong, and how much was read.
func (c AuditVerifyCmd) Run(ctx context.Context, out io.Writer) (err error) {
	if err := checkStore(c.Database, c.Keys); err != nil {
		return err
	}
	key, err := openKey(c.Keys)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, c.DB)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()

	record := audit.Log{Key: key.Signer()}
	var report audit.Report
	err = d.Read(ctx, func(q db.Querier) (err error) {
		report, err = record.Verify(ctx, q)
		return err
	})
	if err != nil {
		return err
	}
	for _, t := range report.Troubles {
		fmt.Fprintln(out, t)
	}
	fmt.Fprintf(out, "%d records and %d checkpoints in %d alliances were read.\n", report.Records, report.Checkpoints, report.Alliances)
	if n := len(report.Troubles); n > 0 {
		return fmt.Errorf("the record is not whole: %d troubles", n)
	}
	fmt.Fprintln(out, "The record is whole.")
	return nil
}

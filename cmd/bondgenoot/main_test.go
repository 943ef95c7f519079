package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"bondgenoot": main})
}

// The scripts in testdata run the program as a person would.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			return errors.Join(record(env.WorkDir), book(env.WorkDir))
		},
	})
}

// copyWhole writes a database to a new file.
func copyWhole(ctx context.Context, d *db.DB, to string) error {
	var file bytes.Buffer
	if _, err := d.Backup(ctx, db.Target{Data: &file}, audit.Migrations()); err != nil {
		return err
	}
	other, err := db.Open(ctx, "sqlite:"+to)
	if err != nil {
		return err
	}
	_, err = other.Restore(ctx, db.Source{Data: &file}, audit.Migrations())
	return errors.Join(err, other.Close())
}

// book leaves book.db, with a gift of five tins and two handed out, and
// changed-book.db, the same with a balance changed by hand.
func book(dir string) error {
	ctx := context.Background()
	for _, file := range []string{"book.db", "changed-book.db"} {
		d, err := db.Open(ctx, "sqlite:"+filepath.Join(dir, file))
		if err != nil {
			return err
		}
		if err := d.Migrate(ctx, ledger.Migrations()); err != nil {
			return err
		}
		err = d.Write(ctx, func(q db.Querier) error {
			by := ledger.Writer{Alliance: "north", At: "2026-03-01T09:00:00.000000Z"}
			for _, t := range []ledger.Transfer{
				{ID: "1", Kind: "gift", Moves: []ledger.Move{{From: "world/givers", To: "depot/a/free", Asset: "tin", Amount: 5}}},
				{ID: "2", Kind: "hand_out", Moves: []ledger.Move{{From: "depot/a/free", To: "world/families", Asset: "tin", Amount: 2}}},
			} {
				if _, err := ledger.Post(ctx, q, by, t); err != nil {
					return err
				}
			}
			if file == "book.db" {
				return nil
			}
			_, err := q.ExecContext(ctx, "UPDATE ledger_account SET balance = 4 WHERE path = 'depot/a/free'")
			return err
		})
		if err := errors.Join(err, d.Close()); err != nil {
			return err
		}
	}
	return nil
}

// record leaves whole.db, a record of seventy acts, short.db, the same
// without its last four, changed.db, the same with one letter of record 41
// changed, and the key that signed all three.
func record(dir string) error {
	keyFile := filepath.Join(dir, "bondgenoot.key")
	if err := vault.CreateKeyFile(keyFile); err != nil {
		return err
	}
	key, err := vault.OpenKeyFile(keyFile)
	if err != nil {
		return err
	}
	ctx := context.Background()
	d, err := db.Open(ctx, "sqlite:"+filepath.Join(dir, "whole.db"))
	if err != nil {
		return err
	}
	if err := d.Migrate(ctx, audit.Migrations()); err != nil {
		return err
	}
	log := audit.Log{Key: key.Signer()}
	alliance := kernel.NewID()
	for n := range 70 {
		if n == 66 { // as the record would be if its end were cut off
			if err := copyWhole(ctx, d, filepath.Join(dir, "short.db")); err != nil {
				return err
			}
		}
		err := d.Write(ctx, func(q db.Querier) error {
			return log.Append(ctx, q, audit.Record{
				Alliance: alliance, At: "2026-03-01T09:00:00.000000Z", Person: kernel.NewID(), Org: kernel.NewID(),
				Action: "family.read", Subject: kernel.NewID(), Rule: "care team",
			})
		})
		if err != nil {
			return err
		}
	}
	if err := d.Close(); err != nil {
		return err
	}
	content, err := os.ReadFile(filepath.Join(dir, "whole.db"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "changed.db"), content, 0o600); err != nil {
		return err
	}
	d, err = db.Open(ctx, "sqlite:"+filepath.Join(dir, "changed.db"))
	if err != nil {
		return err
	}
	err = d.Write(ctx, func(q db.Querier) error {
		for _, change := range []string{
			"DROP TRIGGER audit_record_no_update",
			"UPDATE audit_record SET rule = 'care tean' WHERE seq = 41",
		} {
			if _, err := q.ExecContext(ctx, change); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, d.Close())
}

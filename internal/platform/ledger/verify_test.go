package ledger

import (
	"errors"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

var errUndo = errors.New("undo")

// untied lets a test change what the engine holds append-only, within q.
func untied(q db.Querier, engine db.Engine) error {
	statements := []string{
		"ALTER TABLE ledger_entry DISABLE TRIGGER ALL", "ALTER TABLE ledger_transfer DISABLE TRIGGER ALL",
		"ALTER TABLE ledger_account DISABLE TRIGGER ALL",
	}
	if engine == db.SQLite {
		statements = []string{
			"DROP TRIGGER ledger_entry_no_update", "DROP TRIGGER ledger_entry_no_delete",
			"DROP TRIGGER ledger_transfer_no_update", "DROP TRIGGER ledger_transfer_no_delete", "PRAGMA defer_foreign_keys = 1",
		}
	}
	for _, s := range statements {
		if _, err := q.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func TestWhatWasChangedInTheBookIsNamed(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		for _, tr := range []Transfer{
			one("1", "world/giver", "depot/a/free", "tin", 5),
			one("2", "depot/a/free", "depot/b/free", "tin", 2),
			one("3", "world/giver", "depot/a/free", Single+"pram-1", 1),
			one("4", "depot/b/free", "depot/c/free", "tin", 1),
		} {
			if _, err := posts(d, north, tr); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := corrects(d, "5", "4", ""); err != nil {
			t.Fatal(err)
		}
		whole(t, d)
		for name, tt := range map[string]struct {
			statement string
			want      string // of one of the differences
		}{
			"a balance":                 {"UPDATE ledger_account SET balance = balance + 1 WHERE path = 'depot/b/free'", "depot/b/free tin: the balance is 3, and its entries come to 2"},
			"a count":                   {"UPDATE ledger_account SET entries = 9 WHERE path = 'depot/b/free'", "depot/b/free tin: the account counts 9 entries, and 3 are there"},
			"an amount":                 {"UPDATE ledger_entry SET amount = 3 WHERE path = 'depot/b/free' AND seq = 1", "transfer 2: what left the accounts is not what came into others: the entries of an asset come to 1"},
			"an amount and its balance": {"UPDATE ledger_entry SET amount = 3, balance = 3 WHERE path = 'depot/b/free' AND seq = 1", "transfer 2: the transfer or its entries are not as they were written"},
			"a running balance":         {"UPDATE ledger_entry SET balance = 7 WHERE path = 'depot/b/free' AND seq = 1", "depot/b/free tin: entry 1 of the account does not follow from the one before"},
			"a number":                  {"UPDATE ledger_entry SET seq = 7 WHERE path = 'depot/b/free' AND seq = 3", "depot/b/free tin: the entries of the account are not numbered one by one: after 2 comes 7"},
			"an entry taken away":       {"DELETE FROM ledger_entry WHERE path = 'depot/b/free' AND seq = 1", "after 0 comes 2"},
			"a reason":                  {"UPDATE ledger_transfer SET reason = 'theft' WHERE id = '2'", "transfer 2: the transfer or its entries are not as they were written"},
			"a transfer without entries": {
				"INSERT INTO ledger_transfer (alliance, id, kind, day, at, person, org, reason, corrects, digest) VALUES ('north', 'x', 'a', 'b', 'c', '', '', '', '', '')",
				"transfer x: the transfer has no entries",
			},
			"a correction of nothing": {"UPDATE ledger_transfer SET corrects = 'no such' WHERE id = '5'", "transfer 5: the transfer corrects one that is not there"},
			"one thing twice": {
				"INSERT INTO ledger_account (alliance, path, asset, root, branch, outside, single, balance, entries) VALUES ('north', 'depot/b/free', 'one/pram-1', 'depot', 'depot/b', 1 = 0, 1 = 1, 1, 0)",
				"one/pram-1: there is one of it, and 2 are held",
			},
			"a transfer taken away":      {"DELETE FROM ledger_transfer WHERE id = '2'", "transfer 2: an entry names a transfer that is not there"},
			"an account taken away":      {"DELETE FROM ledger_account WHERE path = 'depot/c/free'", "depot/c/free tin: entries name an account that is not there"},
			"an account that is outside": {"UPDATE ledger_account SET balance = -5, outside = (1 = 1) WHERE path = 'depot/b/free'", "depot/b/free tin: the balance is -5, and its entries come to 2"},
		} {
			t.Run(name, func(t *testing.T) {
				var report Report
				err := d.Write(ctx, func(q db.Querier) error {
					if err := untied(q, d.Engine); err != nil {
						return err
					}
					if _, err := q.ExecContext(ctx, tt.statement); err != nil {
						return err
					}
					var err error
					if report, err = Verify(ctx, q); err != nil {
						return err
					}
					return errUndo
				})
				if !errors.Is(err, errUndo) {
					t.Fatal(err)
				}
				var told []string
				for _, difference := range report.Differences {
					told = append(told, difference.String())
				}
				if !strings.Contains(strings.Join(told, "\n"), tt.want) {
					t.Errorf("told %q, want %q", told, tt.want)
				}
			})
		}
	})
}

// The engine itself refuses to change what was written, and to hold less than
// nothing.
func TestTheEngineKeepsTheBook(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		if _, err := posts(d, north, one("1", "world/giver", "depot/a/free", "tin", 5)); err != nil {
			t.Fatal(err)
		}
		for _, statement := range []string{
			"UPDATE ledger_entry SET amount = 4",
			"DELETE FROM ledger_entry",
			"UPDATE ledger_transfer SET reason = 'theft'",
			"DELETE FROM ledger_transfer",
			"UPDATE ledger_account SET balance = -1 WHERE path = 'depot/a/free'",
		} {
			err := d.Write(ctx, func(q db.Querier) error {
				_, err := q.ExecContext(ctx, statement)
				return err
			})
			if err == nil {
				t.Errorf("the engine let it happen: %s", statement)
			}
		}
		whole(t, d)
	})
}

func TestBothEnginesHaveTheSameTables(t *testing.T) { dbtest.CompareSchemas(t, Migrations()) }

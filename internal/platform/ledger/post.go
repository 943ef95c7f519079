package ledger

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Post writes a transfer down within the write transaction q, whole or not at
// all. again tells that it was there already: then nothing moved.
//
// An ID that came before with another content is Invalid
// ("ledger.other_content"); accounts that hold too little are a [*Short] that
// names all of them; one thing in two places is a Conflict
// ("ledger.elsewhere"). Anything else that it refuses could never be posted and
// is Invalid.
func Post(ctx context.Context, q db.Querier, by Writer, t Transfer) (again bool, err error) {
	if err := t.check(); err != nil {
		return false, err
	}
	return write(ctx, q, by, t, "", t.entries())
}

// Correct undoes a transfer by one that goes the other way, under an ID of its
// own. A transfer that is not there is NotFound ("ledger.transfer"); one that
// was corrected before, or is a correction itself, a Conflict
// ("ledger.corrected", "ledger.correction"); and what it brought in must still
// be there, or it is a [*Short].
func Correct(ctx context.Context, q db.Querier, by Writer, id, of kernel.ID, reason string) (again bool, err error) {
	was, err := Find(ctx, q, by.Alliance, of)
	if err != nil {
		return false, err
	}
	entries := make([]entry, len(was.Entries))
	for i, e := range was.Entries {
		entries[i] = entry{e.Account, -e.Amount}
	}
	t := Transfer{ID: id, Kind: "correct", Reason: reason}
	switch {
	case id == "":
		return false, kernel.NewInvalid("ledger.id")
	case reason != "" && !codeForm.MatchString(reason):
		return false, kernel.NewInvalid("ledger.reason")
	case was.Corrects != "":
		return false, kernel.NewConflict("ledger.correction")
	case was.CorrectedBy != "" && was.CorrectedBy != id:
		return false, kernel.NewConflict("ledger.corrected")
	}
	return write(ctx, q, by, t, of, entries)
}

// write is the whole of a posting: asked before, enough there, then written.
func write(ctx context.Context, q db.Querier, by Writer, t Transfer, corrects kernel.ID, entries []entry) (again bool, err error) {
	if len(entries) == 0 {
		return false, kernel.NewInvalid("ledger.moves") // what goes round in a circle moves nothing
	}
	day := t.Day
	if day == "" {
		day = by.At.Date()
	}
	book, err := read(ctx, q, by.Alliance, t.ID, giving(entries))
	switch {
	case err != nil:
		return false, err
	case book.digest != "":
		if t.Day == "" {
			day = book.day // asked again on the next day, it is still the same
		}
		if book.digest != digest(t, day, corrects, entries) {
			return false, kernel.NewInvalid("ledger.other_content")
		}
		return true, nil
	}
	if err := cmp.Or(enough(book.balances, entries), placed(ctx, q, by.Alliance, entries)); err != nil {
		return false, err
	}
	if err := db.Soon(ctx, q, `INSERT INTO ledger_transfer (alliance, id, kind, day, at, person, org, reason, corrects, digest)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		by.Alliance, t.ID, t.Kind, day, by.At, by.Person, by.Org, t.Reason, corrects, digest(t, day, corrects, entries)); err != nil {
		return false, err
	}
	for _, e := range entries {
		if err := weigh(ctx, q, by.Alliance, e); err != nil {
			return false, err
		}
	}
	for part := range slices.Chunk(entries, atOnce) {
		if err := enter(ctx, q, by.Alliance, t.ID, part); err != nil {
			return false, err
		}
	}
	return false, nil
}

// giving are the accounts within the alliance of which something is taken.
func giving(entries []entry) (all []Account) {
	for _, e := range entries {
		if e.amount < 0 && !strings.HasPrefix(e.Path, Outside) {
			all = append(all, e.Account)
		}
	}
	return all
}

// enough refuses, before anything is written, what the accounts cannot give,
// and names all of them. The transaction behaves as though alone, so what is
// read here still holds when it is written; the engine's own CHECK stands
// behind it.
func enough(balances map[Account]int64, entries []entry) error {
	var short Short
	for _, e := range entries {
		if e.amount > 0 || strings.HasPrefix(e.Path, Outside) {
			continue
		}
		if there := balances[e.Account]; there+e.amount < 0 {
			short.Lines = append(short.Lines, Shortage{e.Account, -e.amount, there})
		}
	}
	if len(short.Lines) > 0 {
		return &short
	}
	return nil
}

// weigh changes the balance of one account. The accounts of a transfer come in
// their one order, each by itself, so that two transfers never wait for each
// other.
func weigh(ctx context.Context, q db.Querier, alliance kernel.ID, e entry) error {
	if outside := strings.HasPrefix(e.Path, Outside); e.amount > 0 || outside {
		return db.Soon(ctx, q, `INSERT INTO ledger_account (alliance, path, asset, root, branch, outside, single, balance, entries)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)
			ON CONFLICT (alliance, path, asset) DO UPDATE
				SET balance = ledger_account.balance + excluded.balance, entries = ledger_account.entries + 1`,
			alliance, e.Path, e.Asset, root(e.Path), branch(e.Path), outside, strings.HasPrefix(e.Asset, Single), e.amount)
	}
	// the engine would hold the row that is not inserted against the CHECK
	return db.Soon(ctx, q, `UPDATE ledger_account SET balance = balance + CAST($4 AS BIGINT), entries = entries + 1
		WHERE alliance = $1 AND path = $2 AND asset = $3`, alliance, e.Path, e.Asset, e.amount)
}

// enter writes entries beside the balances that they made.
func enter(ctx context.Context, q db.Querier, alliance, transfer kernel.ID, entries []entry) error {
	var query strings.Builder
	query.WriteString(`INSERT INTO ledger_entry (alliance, path, asset, seq, transfer, amount, balance)`)
	args := []any{alliance, transfer}
	for i, e := range entries {
		if i > 0 {
			query.WriteString(` UNION ALL`)
		}
		n := len(args)
		fmt.Fprintf(&query, ` SELECT alliance, path, asset, entries, CAST($2 AS TEXT), CAST($%d AS BIGINT), balance FROM ledger_account
			WHERE alliance = $1 AND path = $%d AND asset = $%d`, n+1, n+2, n+3)
		args = append(args, e.amount, e.Path, e.Asset)
	}
	return db.Soon(ctx, q, query.String(), args...)
}

// placed refuses, before anything is written, that a thing of which there is
// one would lie in two places.
func placed(ctx context.Context, q db.Querier, alliance kernel.ID, entries []entry) error {
	comes := map[string]int64{} // into the alliance
	for _, e := range entries {
		if strings.HasPrefix(e.Asset, Single) && !strings.HasPrefix(e.Path, Outside) {
			comes[e.Asset] += e.amount
		}
	}
	for asset, n := range comes {
		if n <= 0 {
			continue
		}
		var held int64
		err := q.QueryRowContext(ctx, `SELECT CAST(coalesce(sum(balance), 0) AS BIGINT) FROM ledger_account
			WHERE alliance = $1 AND asset = $2 AND NOT outside`, alliance, asset).Scan(&held)
		if err != nil {
			return err
		}
		if held+n > 1 {
			return kernel.NewConflict("ledger.elsewhere")
		}
	}
	return nil
}

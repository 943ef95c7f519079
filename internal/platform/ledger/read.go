package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Balance is what lies in an account: nothing in one that was never used.
func Balance(ctx context.Context, q db.Querier, alliance kernel.ID, of Account) (balance int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT balance FROM ledger_account WHERE alliance = $1 AND path = $2 AND asset = $3`,
		alliance, of.Path, of.Asset).Scan(&balance)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return balance, err
}

// BalancesOf is what lies in some accounts, asked all at once.
func BalancesOf(ctx context.Context, q db.Querier, alliance kernel.ID, of ...Account) (map[Account]int64, error) {
	book, err := read(ctx, q, alliance, "", of)
	return book.balances, err
}

// atOnce is how many accounts one statement is about, at the most: engines
// have their limits.
const atOnce = 100

// opened is what the book says of a transfer and of accounts.
type opened struct {
	digest   string // of the transfer, if it is there
	day      kernel.Date
	balances map[Account]int64
}

// read looks up a transfer and accounts together.
func read(ctx context.Context, q db.Querier, alliance, transfer kernel.ID, accounts []Account) (book opened, err error) {
	book.balances = map[Account]int64{}
	for len(accounts) > 0 || transfer != "" {
		var parts []string
		args := []any{alliance}
		if transfer != "" {
			parts = append(parts, `SELECT 'transfer', digest, day, CAST(0 AS BIGINT) FROM ledger_transfer WHERE alliance = $1 AND id = $2`)
			args, transfer = append(args, transfer), ""
		}
		part := accounts[:min(len(accounts), atOnce)]
		accounts = accounts[len(part):]
		for _, a := range part {
			n := len(args)
			parts = append(parts, fmt.Sprintf(`SELECT 'account', path, asset, balance FROM ledger_account WHERE alliance = $1 AND path = $%d AND asset = $%d`, n+1, n+2))
			args = append(args, a.Path, a.Asset)
		}
		err := db.Each(ctx, q, func(rows *sql.Rows) error {
			var what, one, two string
			var balance int64
			err := rows.Scan(&what, &one, &two, &balance)
			if what == "transfer" {
				book.digest, book.day = one, kernel.Date(two)
			} else {
				book.balances[Account{one, two}] = balance
			}
			return err
		}, strings.Join(parts, ` UNION ALL `), args...)
		if err != nil {
			return book, err
		}
	}
	return book, nil
}

// Held is what lies in an account.
type Held struct {
	Account
	Balance int64
}

// Balances lists the accounts under a path that hold something, by path and
// asset. A path of one part ("payable") or two ("depot/ID") is found at once; of
// a longer one the first two parts are.
func Balances(ctx context.Context, q db.Querier, alliance kernel.ID, under string) ([]Held, error) {
	column, key := "root", under
	if strings.Contains(under, "/") {
		column, key = "branch", branch(under)
	}
	rows, err := q.QueryContext(ctx, `SELECT path, asset, balance FROM ledger_account
		WHERE alliance = $1 AND `+column+` = $2 AND balance <> 0 ORDER BY path, asset`, alliance, key)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var held []Held
	for rows.Next() {
		var h Held
		if err := rows.Scan(&h.Path, &h.Asset, &h.Balance); err != nil {
			return nil, err
		}
		if h.Path == under || strings.HasPrefix(h.Path, under+"/") {
			held = append(held, h)
		}
	}
	return held, rows.Err()
}

// Where lists the accounts within the alliance that hold something of an asset.
func Where(ctx context.Context, q db.Querier, alliance kernel.ID, asset string) ([]Held, error) {
	rows, err := q.QueryContext(ctx, `SELECT path, balance FROM ledger_account
		WHERE alliance = $1 AND asset = $2 AND balance <> 0 AND NOT outside ORDER BY path`, alliance, asset)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var held []Held
	for rows.Next() {
		h := Held{Account: Account{Asset: asset}}
		if err := rows.Scan(&h.Path, &h.Balance); err != nil {
			return nil, err
		}
		held = append(held, h)
	}
	return held, rows.Err()
}

// Line is one entry of an account, and the transfer that made it.
type Line struct {
	Seq      int64 // of the account, from 1
	Transfer kernel.ID
	Kind     string
	Reason   string
	Day      kernel.Date
	At       kernel.Instant
	Amount   int64
	Balance  int64 // of the account, after it
	Corrects kernel.ID
}

// Lines lists the entries of an account, the newest first. A page goes on
// before the Seq of the last line of the one before; zero begins.
func Lines(ctx context.Context, q db.Querier, alliance kernel.ID, of Account, before int64, limit int) ([]Line, error) {
	if before <= 0 {
		before = 1<<63 - 1
	}
	rows, err := q.QueryContext(ctx, `SELECT e.seq, e.transfer, t.kind, t.reason, t.day, t.at, e.amount, e.balance, t.corrects
		FROM ledger_entry e JOIN ledger_transfer t ON t.alliance = e.alliance AND t.id = e.transfer
		WHERE e.alliance = $1 AND e.path = $2 AND e.asset = $3 AND e.seq < $4
		ORDER BY e.seq DESC LIMIT $5`, alliance, of.Path, of.Asset, before, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var lines []Line
	for rows.Next() {
		var l Line
		if err := rows.Scan(&l.Seq, &l.Transfer, &l.Kind, &l.Reason, &l.Day, &l.At, &l.Amount, &l.Balance, &l.Corrects); err != nil {
			return nil, err
		}
		lines = append(lines, l)
	}
	return lines, rows.Err()
}

// Posted is a transfer as it stands in the book.
type Posted struct {
	ID                    kernel.ID
	Kind, Reason          string
	Day                   kernel.Date
	At                    kernel.Instant
	Person, Org           kernel.ID // who wrote it down
	Corrects, CorrectedBy kernel.ID
	Entries               []Entered
}

// Entered is what a transfer did to one account.
type Entered struct {
	Account
	Amount int64
}

// Find is a transfer of the book; one that is not there is NotFound
// ("ledger.transfer").
func Find(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Posted, error) {
	p := Posted{ID: id}
	err := q.QueryRowContext(ctx, `SELECT kind, reason, day, at, person, org, corrects,
		coalesce((SELECT c.id FROM ledger_transfer c WHERE c.alliance = t.alliance AND c.corrects = t.id AND c.corrects <> ''), '')
		FROM ledger_transfer t WHERE alliance = $1 AND id = $2`, alliance, id).
		Scan(&p.Kind, &p.Reason, &p.Day, &p.At, &p.Person, &p.Org, &p.Corrects, &p.CorrectedBy)
	if errors.Is(err, sql.ErrNoRows) {
		return Posted{}, kernel.NewNotFound("ledger.transfer")
	}
	if err != nil {
		return Posted{}, err
	}
	rows, err := q.QueryContext(ctx, `SELECT path, asset, amount FROM ledger_entry
		WHERE alliance = $1 AND transfer = $2`, alliance, id)
	if err != nil {
		return Posted{}, err
	}
	defer rows.Close()
	for rows.Next() {
		var e Entered
		if err := rows.Scan(&e.Path, &e.Asset, &e.Amount); err != nil {
			return Posted{}, err
		}
		p.Entries = append(p.Entries, e)
	}
	sortEntered(p.Entries)
	return p, rows.Err()
}

// Sum is how much of an asset came into accounts, or left them, in a month.
type Sum struct {
	Month   string // "2026-03"
	Kind    string
	Asset   string
	In, Out int64
}

// Months sums the entries of the accounts under a path of two parts or more, by
// month, kind of transfer and asset, from the first day to the last.
func Months(ctx context.Context, q db.Querier, alliance kernel.ID, under string, first, last kernel.Date) ([]Sum, error) {
	rows, err := q.QueryContext(ctx, `SELECT substr(t.day, 1, 7), t.kind, e.asset,
			CAST(sum(CASE WHEN e.amount > 0 THEN e.amount ELSE 0 END) AS BIGINT),
			CAST(sum(CASE WHEN e.amount < 0 THEN -e.amount ELSE 0 END) AS BIGINT)
		FROM ledger_account a
		JOIN ledger_entry e ON e.alliance = a.alliance AND e.path = a.path AND e.asset = a.asset
		JOIN ledger_transfer t ON t.alliance = e.alliance AND t.id = e.transfer
		WHERE a.alliance = $1 AND a.branch = $2 AND (a.path = $3 OR substr(a.path, 1, $4) = $5) AND t.day BETWEEN $6 AND $7
		GROUP BY substr(t.day, 1, 7), t.kind, e.asset ORDER BY 1, 2, 3`,
		alliance, branch(under+"/"), under, len(under)+1, under+"/", first, last)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var sums []Sum
	for rows.Next() {
		var s Sum
		if err := rows.Scan(&s.Month, &s.Kind, &s.Asset, &s.In, &s.Out); err != nil {
			return nil, err
		}
		sums = append(sums, s)
	}
	return sums, rows.Err()
}

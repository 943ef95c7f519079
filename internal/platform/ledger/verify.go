package ledger

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Report is what a check of the whole book found.
type Report struct {
	Accounts, Transfers, Entries int64
	Differences                  []Difference // the first thousand
	More                         int64        // how many there are beyond those
}

// Difference is one place where the book does not add up.
type Difference struct {
	Alliance kernel.ID
	Account  Account   // of what concerns an account
	Transfer kernel.ID // of what concerns a transfer
	Finding  Finding
	Want     int64 // what the entries say, where the finding has a number
	Have     int64 // what stands there
}

// Finding is what does not add up.
type Finding string

// The findings.
const (
	BalanceDiffers  Finding = "the balance is %[2]d, and its entries come to %[1]d"
	CountDiffers    Finding = "the account counts %[2]d entries, and %[1]d are there"
	RunningDiffers  Finding = "entry %[2]d of the account does not follow from the one before"
	NotNumbered     Finding = "the entries of the account are not numbered one by one: after %[1]d comes %[2]d"
	BelowZero       Finding = "the account lies within the alliance and holds %[2]d"
	InTwoPlaces     Finding = "there is one of it, and %[2]d are held"
	Unbalanced      Finding = "what left the accounts is not what came into others: the entries of an asset come to %[2]d"
	OtherContent    Finding = "the transfer or its entries are not as they were written"
	WithoutEntries  Finding = "the transfer has no entries"
	NoSuchTransfer  Finding = "an entry names a transfer that is not there"
	WithoutAccount  Finding = "entries name an account that is not there"
	CorrectsNothing Finding = "the transfer corrects one that is not there"
)

const mostTold = 1000

// String tells it as the command line does, in English.
func (d Difference) String() string {
	where := "transfer " + string(d.Transfer)
	if d.Account != (Account{}) {
		where = d.Account.Path + " " + d.Account.Asset
	}
	return "alliance " + string(d.Alliance) + ", " + where + ": " + fmt.Sprintf(string(d.Finding)+"%[3]s", d.Want, d.Have, "")
}

func (r *Report) tell(d Difference) {
	if len(r.Differences) == mostTold {
		r.More++
		return
	}
	r.Differences = append(r.Differences, d)
}

// Verify reads the whole book of the installation, works each balance out again
// from its entries and each transfer's digest from what it did, and names every
// difference. It changes nothing and holds in memory one account and one
// transfer at a time.
func Verify(ctx context.Context, q db.Querier) (Report, error) {
	var r Report
	for _, pass := range []func(context.Context, db.Querier) error{r.accounts, r.orphans, r.transfers, r.loose, r.singles} {
		if err := pass(ctx, q); err != nil {
			return r, err
		}
	}
	return r, nil
}

// accounts goes through the entries account by account.
func (r *Report) accounts(ctx context.Context, q db.Querier) error {
	rows, err := q.QueryContext(ctx, `SELECT a.alliance, a.path, a.asset, a.outside, a.balance, a.entries,
			coalesce(e.seq, 0), coalesce(e.amount, 0), coalesce(e.balance, 0)
		FROM ledger_account a LEFT JOIN ledger_entry e ON e.alliance = a.alliance AND e.path = a.path AND e.asset = a.asset
		ORDER BY a.alliance, a.path, a.asset, e.seq`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var at struct {
		alliance kernel.ID
		account  Account
		outside  bool
		balance  int64
		entries  int64
		sum, n   int64
		last     int64
	}
	close := func() {
		if at.alliance == "" {
			return
		}
		r.Accounts++
		d := Difference{Alliance: at.alliance, Account: at.account}
		if at.sum != at.balance {
			d.Finding, d.Want, d.Have = BalanceDiffers, at.sum, at.balance
			r.tell(d)
		}
		if at.n != at.entries {
			d.Finding, d.Want, d.Have = CountDiffers, at.n, at.entries
			r.tell(d)
		}
		if !at.outside && at.balance < 0 {
			d.Finding, d.Want, d.Have = BelowZero, 0, at.balance
			r.tell(d)
		}
	}
	for rows.Next() {
		var alliance kernel.ID
		var account Account
		var outside bool
		var balance, entries, seq, amount, after int64
		if err := rows.Scan(&alliance, &account.Path, &account.Asset, &outside, &balance, &entries, &seq, &amount, &after); err != nil {
			return err
		}
		if alliance != at.alliance || account != at.account {
			close()
			at.alliance, at.account, at.outside, at.balance, at.entries = alliance, account, outside, balance, entries
			at.sum, at.n, at.last = 0, 0, 0
		}
		if seq == 0 {
			continue // an account without entries
		}
		r.Entries++
		at.n++
		if seq != at.last+1 {
			r.tell(Difference{Alliance: alliance, Account: account, Finding: NotNumbered, Want: at.last, Have: seq})
		}
		at.sum, at.last = at.sum+amount, seq
		if after != at.sum {
			r.tell(Difference{Alliance: alliance, Account: account, Finding: RunningDiffers, Want: at.sum, Have: seq})
			at.sum = after // told once, not for each that follows; the balance is held against the last
		}
	}
	close()
	return rows.Err()
}

// orphans are entries that stand in no account. They are looked for when there
// are more entries than the accounts have.
func (r *Report) orphans(ctx context.Context, q db.Querier) error {
	var all int64
	if err := q.QueryRowContext(ctx, `SELECT count(*) FROM ledger_entry`).Scan(&all); err != nil || all == r.Entries {
		return err
	}
	rows, err := q.QueryContext(ctx, `SELECT DISTINCT e.alliance, e.path, e.asset FROM ledger_entry e
		LEFT JOIN ledger_account a ON a.alliance = e.alliance AND a.path = e.path AND a.asset = e.asset
		WHERE a.path IS NULL ORDER BY e.alliance, e.path, e.asset`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		d := Difference{Finding: WithoutAccount}
		if err := rows.Scan(&d.Alliance, &d.Account.Path, &d.Account.Asset); err != nil {
			return err
		}
		r.tell(d)
	}
	return rows.Err()
}

// transfers goes through the entries transfer by transfer. The engine puts the
// entries of one together, for a row costs more than what is in it.
func (r *Report) transfers(ctx context.Context, q db.Querier) error {
	rows, err := q.QueryContext(ctx, `SELECT e.alliance, e.transfer, coalesce(t.kind, ''), coalesce(t.day, ''), coalesce(t.reason, ''),
			coalesce(t.corrects, ''), coalesce(t.digest, ''), e.entries
		FROM (SELECT alliance, transfer, string_agg(path || ' ' || asset || ' ' || CAST(amount AS TEXT), ' ') AS entries
			FROM ledger_entry GROUP BY alliance, transfer) e
		LEFT JOIN ledger_transfer t ON t.alliance = e.alliance AND t.id = e.transfer`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var entries []entry
	for rows.Next() {
		var t Transfer
		var alliance, corrects kernel.ID
		var written, together string
		if err := rows.Scan(&alliance, &t.ID, &t.Kind, &t.Day, &t.Reason, &corrects, &written, &together); err != nil {
			return err
		}
		entries = entries[:0]
		for rest := together; rest != ""; {
			var e entry
			var amount string
			e.Path, rest, _ = strings.Cut(rest, " ")
			e.Asset, rest, _ = strings.Cut(rest, " ")
			amount, rest, _ = strings.Cut(rest, " ")
			if e.amount, err = strconv.ParseInt(amount, 10, 64); err != nil {
				return fmt.Errorf("the entries of transfer %s: %w", t.ID, err)
			}
			entries = append(entries, e)
		}
		r.transfer(alliance, t, corrects, written, entries)
	}
	return rows.Err()
}

// transfer judges one transfer by its entries.
func (r *Report) transfer(alliance kernel.ID, t Transfer, corrects kernel.ID, written string, entries []entry) {
	d := Difference{Alliance: alliance, Transfer: t.ID}
	if written == "" {
		d.Finding = NoSuchTransfer
		r.tell(d)
		return
	}
	r.Transfers++
	sums := map[string]int64{}
	for _, e := range entries {
		sums[e.Asset] += e.amount
	}
	for _, e := range entries {
		if sum := sums[e.Asset]; sum != 0 {
			delete(sums, e.Asset)
			d.Finding, d.Have = Unbalanced, sum
			r.tell(d)
		}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Asset, b.Asset))
	})
	if digest(t, t.Day, corrects, entries) != written {
		d.Finding, d.Have = OtherContent, 0
		r.tell(d)
	}
}

// loose are corrections of nothing, and transfers without entries: those are
// looked for when there are more transfers than the entries name.
func (r *Report) loose(ctx context.Context, q db.Querier) error {
	err := r.each(ctx, q, CorrectsNothing, `SELECT alliance, id FROM ledger_transfer t WHERE corrects <> '' AND NOT EXISTS
		(SELECT 1 FROM ledger_transfer w WHERE w.alliance = t.alliance AND w.id = t.corrects) ORDER BY alliance, id`)
	if err != nil {
		return err
	}
	var all int64
	if err := q.QueryRowContext(ctx, `SELECT count(*) FROM ledger_transfer`).Scan(&all); err != nil || all == r.Transfers {
		return err
	}
	return r.each(ctx, q, WithoutEntries, `SELECT alliance, id FROM ledger_transfer t WHERE NOT EXISTS
		(SELECT 1 FROM ledger_entry e WHERE e.alliance = t.alliance AND e.transfer = t.id) ORDER BY alliance, id`)
}

func (r *Report) each(ctx context.Context, q db.Querier, finding Finding, query string) error {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		d := Difference{Finding: finding}
		if err := rows.Scan(&d.Alliance, &d.Transfer); err != nil {
			return err
		}
		r.tell(d)
	}
	return rows.Err()
}

// singles are things of which there is one, held more than once.
func (r *Report) singles(ctx context.Context, q db.Querier) error {
	rows, err := q.QueryContext(ctx, `SELECT alliance, asset, CAST(sum(balance) AS BIGINT) FROM ledger_account
		WHERE single AND NOT outside GROUP BY alliance, asset HAVING sum(balance) > 1 ORDER BY alliance, asset`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		d := Difference{Finding: InTwoPlaces, Want: 1}
		if err := rows.Scan(&d.Alliance, &d.Account.Asset, &d.Have); err != nil {
			return err
		}
		r.tell(d)
	}
	return rows.Err()
}

func sortEntered(entries []Entered) {
	slices.SortFunc(entries, func(a, b Entered) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Asset, b.Asset))
	})
}

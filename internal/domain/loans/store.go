package loans

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

type scanner interface{ Scan(...any) error }

// collect runs a query and reads its rows.
func collect[T any](ctx context.Context, q db.Querier, scan func(scanner) (T, error), query string, args ...any) (all []T, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// first reads the first row of a query; NotFound (key) when there is none.
func first[T any](ctx context.Context, q db.Querier, key string, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	one, err := scan(q.QueryRowContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return one, kernel.NewNotFound(key)
	}
	return one, err
}

const libraryColumns = `id, org, name, place, months, more_months, keep_days, sizes, tariff, checks, closed, version`

func scanLibrary(r scanner) (l Library, err error) {
	var sizes, tariff, checks string
	if err = r.Scan(&l.ID, &l.Org, &l.Name, &l.Place, &l.Months, &l.MoreMonths, &l.KeepDays, &sizes, &tariff, &checks, &l.Closed, &l.Version); err != nil {
		return l, err
	}
	return l, errors.Join(json.Unmarshal([]byte(sizes), &l.Sizes), json.Unmarshal([]byte(tariff), &l.Tariff), json.Unmarshal([]byte(checks), &l.Checks))
}

func loadLibrary(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Library, error) {
	return first(ctx, q, "loan.library", scanLibrary, `SELECT `+libraryColumns+` FROM loan_library WHERE alliance = $1 AND id = $2`, alliance, id)
}

func librariesOf(ctx context.Context, q db.Querier, alliance kernel.ID) ([]Library, error) {
	return collect(ctx, q, scanLibrary, `SELECT `+libraryColumns+` FROM loan_library WHERE alliance = $1 ORDER BY closed, name, id`, alliance)
}

func saveLibrary(ctx context.Context, q db.Querier, alliance kernel.ID, l Library) error {
	sizes, err := json.Marshal(l.Sizes)
	if err != nil {
		return err
	}
	tariff, err := json.Marshal(l.Tariff)
	if err != nil {
		return err
	}
	checks, err := json.Marshal(l.Checks)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO loan_library (alliance, `+libraryColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (alliance, id) DO UPDATE SET name = excluded.name, place = excluded.place, months = excluded.months, more_months = excluded.more_months,
			keep_days = excluded.keep_days, sizes = excluded.sizes, tariff = excluded.tariff, checks = excluded.checks, closed = excluded.closed, version = excluded.version`,
		alliance, l.ID, l.Org, l.Name, l.Place, l.Months, l.MoreMonths, l.KeepDays, string(sizes), string(tariff), string(checks), l.Closed, l.Version)
	return err
}

const thingColumns = `id, library, mark, size, name, added_on, made, recalled`

func scanThing(r scanner) (t Thing, err error) {
	return t, r.Scan(&t.ID, &t.Library, &t.Mark, &t.Size, &t.Name, &t.AddedOn, &t.Made, &t.Recalled)
}

func rawThing(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Thing, error) {
	return first(ctx, q, "loan.thing", scanThing, `SELECT `+thingColumns+` FROM loan_thing WHERE alliance = $1 AND id = $2`, alliance, id)
}

func insertThing(ctx context.Context, q db.Querier, alliance kernel.ID, t Thing) error {
	_, err := q.ExecContext(ctx, `INSERT INTO loan_thing (alliance, `+thingColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		alliance, t.ID, t.Library, t.Mark, t.Size, t.Name, t.AddedOn, t.Made, t.Recalled)
	return err
}

// saveSafety writes what is known of how safe a thing is.
func saveSafety(ctx context.Context, q db.Querier, alliance kernel.ID, t Thing) error {
	_, err := q.ExecContext(ctx, `UPDATE loan_thing SET made = $3, recalled = $4 WHERE alliance = $1 AND id = $2`, alliance, t.ID, t.Made, t.Recalled)
	return err
}

const borrowerColumns = `id, number, library, family, child, household, outside, social, sealed, made_at, forgotten_on`

func scanBorrower(r scanner) (b Borrower, err error) {
	return b, r.Scan(&b.ID, &b.Number, &b.Library, &b.Family, &b.Child, &b.Household, &b.Outside, &b.Social, &b.sealed, &b.MadeAt, &b.ForgottenOn)
}

func loadBorrower(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Borrower, error) {
	return first(ctx, q, "loan.borrower", scanBorrower, `SELECT `+borrowerColumns+` FROM loan_borrower WHERE alliance = $1 AND id = $2`, alliance, id)
}

func borrowersWhere(ctx context.Context, q db.Querier, alliance kernel.ID, condition string, args ...any) ([]Borrower, error) {
	return collect(ctx, q, scanBorrower, `SELECT `+borrowerColumns+` FROM loan_borrower WHERE alliance = $1 AND `+condition+` ORDER BY number`, append([]any{alliance}, args...)...)
}

func saveBorrower(ctx context.Context, q db.Querier, alliance kernel.ID, b Borrower) error {
	_, err := q.ExecContext(ctx, `INSERT INTO loan_borrower (alliance, `+borrowerColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (alliance, id) DO UPDATE SET family = excluded.family, child = excluded.child, household = excluded.household,
			outside = excluded.outside, social = excluded.social, forgotten_on = excluded.forgotten_on`,
		alliance, b.ID, b.Number, b.Library, b.Family, b.Child, b.Household, b.Outside, b.Social, b.sealed, b.MadeAt, b.ForgottenOn)
	return err
}

const loanColumns = `id, number, library, thing, borrower, state, fee, deposit, out_on, due, paid_until, asked_at, returned_on, next, missing, verdict, kept, reason, photo, grown_on`

func scanLoan(r scanner) (l Loan, err error) {
	var missing string
	err = r.Scan(&l.ID, &l.Number, &l.Library, &l.Thing, &l.Borrower, &l.Phase, &l.Fee, &l.Deposit, &l.OutOn, &l.Due, &l.PaidUntil, &l.AskedAt, &l.ReturnedOn, &l.Next,
		&missing, &l.Verdict, &l.Kept, &l.Reason, &l.Photo, &l.GrownOn)
	if err == nil && missing != "" {
		err = json.Unmarshal([]byte(missing), &l.Missing)
	}
	return l, err
}

func loadLoan(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Loan, error) {
	return first(ctx, q, "loan", scanLoan, `SELECT `+loanColumns+` FROM loan_loan WHERE alliance = $1 AND id = $2`, alliance, id)
}

func loansWhere(ctx context.Context, q db.Querier, alliance kernel.ID, condition string, args ...any) ([]Loan, error) {
	return collect(ctx, q, scanLoan, `SELECT `+loanColumns+` FROM loan_loan WHERE alliance = $1 AND `+condition, append([]any{alliance}, args...)...)
}

func saveLoan(ctx context.Context, q db.Querier, alliance kernel.ID, l Loan) error {
	missing := ""
	if len(l.Missing) > 0 {
		b, err := json.Marshal(l.Missing)
		if err != nil {
			return err
		}
		missing = string(b)
	}
	_, err := q.ExecContext(ctx, `INSERT INTO loan_loan (alliance, `+loanColumns+`, looked_on)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, '')
		ON CONFLICT (alliance, id) DO UPDATE SET state = excluded.state, fee = excluded.fee, due = excluded.due, paid_until = excluded.paid_until,
			asked_at = excluded.asked_at, returned_on = excluded.returned_on, next = excluded.next, missing = excluded.missing, verdict = excluded.verdict,
			kept = excluded.kept, reason = excluded.reason, photo = excluded.photo, grown_on = excluded.grown_on`,
		alliance, l.ID, l.Number, l.Library, l.Thing, l.Borrower, l.Phase, l.Fee, l.Deposit, l.OutOn, l.Due, l.PaidUntil, l.AskedAt, l.ReturnedOn, l.Next,
		missing, l.Verdict, l.Kept, l.Reason, l.Photo, l.GrownOn)
	return err
}

const wishColumns = `id, number, library, borrower, size, thing, state, holds, until, made_at`

func scanWish(r scanner) (w Wish, err error) {
	return w, r.Scan(&w.ID, &w.Number, &w.Library, &w.Borrower, &w.Size, &w.Thing, &w.State, &w.Holds, &w.Until, &w.MadeAt)
}

func loadWish(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Wish, error) {
	return first(ctx, q, "loan.wish", scanWish, `SELECT `+wishColumns+` FROM loan_wish WHERE alliance = $1 AND id = $2`, alliance, id)
}

func wishesWhere(ctx context.Context, q db.Querier, alliance kernel.ID, condition string, args ...any) ([]Wish, error) {
	return collect(ctx, q, scanWish, `SELECT `+wishColumns+` FROM loan_wish WHERE alliance = $1 AND `+condition+` ORDER BY number`, append([]any{alliance}, args...)...)
}

func saveWish(ctx context.Context, q db.Querier, alliance kernel.ID, w Wish) error {
	_, err := q.ExecContext(ctx, `INSERT INTO loan_wish (alliance, `+wishColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (alliance, id) DO UPDATE SET state = excluded.state, holds = excluded.holds, until = excluded.until`,
		alliance, w.ID, w.Number, w.Library, w.Borrower, w.Size, w.Thing, w.State, w.Holds, w.Until, w.MadeAt)
	return err
}

// next is the number that comes after all that were given in a table of this
// module.
func next(ctx context.Context, q db.Querier, alliance kernel.ID, query string) (n int64, err error) {
	err = q.QueryRowContext(ctx, query, alliance).Scan(&n)
	return n + 1, err
}

const (
	borrowerNumbers = `SELECT coalesce(max(number), 0) FROM loan_borrower WHERE alliance = $1`
	loanNumbers     = `SELECT coalesce(max(number), 0) FROM loan_loan WHERE alliance = $1`
	wishNumbers     = `SELECT coalesce(max(number), 0) FROM loan_wish WHERE alliance = $1`
)

// Step is one thing that was done.
type Step struct {
	ID      kernel.ID // made by who asks, before asking
	Library kernel.ID
	Thing   kernel.ID
	Loan    kernel.ID
	Kind    string
	Detail  string // a code
	At      kernel.Instant
}

// once writes a step down. again tells that the same was asked before under this
// ID: then it is done already. Another content under the same ID is Invalid
// ("loan.other_content").
func once(ctx context.Context, a *act.Act, s Step, content ...string) (again bool, err error) {
	if _, err := kernel.ParseID(string(s.ID)); err != nil {
		return false, kernel.NewInvalid("loan.id")
	}
	sum := sha256.Sum256([]byte(strings.Join(append([]string{s.Kind, string(s.Library), string(s.Thing), string(s.Loan), s.Detail}, content...), "\x00")))
	digest, was := hex.EncodeToString(sum[:]), ""
	err = a.QueryRowContext(ctx, `SELECT digest FROM loan_step WHERE alliance = $1 AND id = $2`, a.Alliance(), s.ID).Scan(&was)
	switch {
	case err == nil && was == digest:
		return true, nil
	case err == nil:
		return false, kernel.NewInvalid("loan.other_content")
	case !errors.Is(err, sql.ErrNoRows):
		return false, err
	}
	_, err = a.ExecContext(ctx, `INSERT INTO loan_step (alliance, id, library, thing, loan, kind, detail, at, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.Alliance(), s.ID, s.Library, s.Thing, s.Loan, s.Kind, s.Detail, a.Now, digest)
	return false, err
}

func scanStep(r scanner) (s Step, err error) {
	return s, r.Scan(&s.ID, &s.Library, &s.Thing, &s.Loan, &s.Kind, &s.Detail, &s.At)
}

func stepsOf(ctx context.Context, q db.Querier, alliance, thing kernel.ID) ([]Step, error) {
	return collect(ctx, q, scanStep, `SELECT id, library, thing, loan, kind, detail, at FROM loan_step WHERE alliance = $1 AND thing = $2 ORDER BY at DESC, id DESC LIMIT 200`, alliance, thing)
}

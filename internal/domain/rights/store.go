package rights

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

func findingsOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) (map[string]Finding, error) {
	rows, err := q.QueryContext(ctx, `SELECT right_id, status, amounts, missing, pack_version, facts_version, found_on, found_at, received, had
		FROM finding WHERE alliance = $1 AND family = $2`, alliance, family)
	if err != nil {
		return nil, fmt.Errorf("findings: %w", err)
	}
	defer rows.Close()
	found := map[string]Finding{}
	for rows.Next() {
		var x Finding
		var amounts, missing string
		if err := rows.Scan(&x.Right, &x.Status, &amounts, &missing, &x.PackVersion, &x.FactsVersion, &x.FoundOn, &x.FoundAt, &x.Received, &x.Had); err != nil {
			return nil, fmt.Errorf("findings: %w", err)
		}
		x.Amounts, x.Missing = []byte(amounts), []byte(missing)
		found[x.Right] = x
	}
	return found, rows.Err()
}

func saveFinding(ctx context.Context, q db.Querier, alliance, family kernel.ID, x Finding) error {
	_, err := q.ExecContext(ctx, `INSERT INTO finding (alliance, family, right_id, status, amounts, missing, pack_version, facts_version, found_on, found_at, received, had)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (alliance, family, right_id) DO UPDATE SET status = excluded.status, amounts = excluded.amounts,
			missing = excluded.missing, pack_version = excluded.pack_version, facts_version = excluded.facts_version,
			found_on = excluded.found_on, found_at = excluded.found_at, received = excluded.received, had = excluded.had`,
		alliance, family, x.Right, string(x.Status), string(x.Amounts), string(x.Missing), x.PackVersion, x.FactsVersion, x.FoundOn, x.FoundAt, x.Received, x.Had)
	return err
}

// have tells what the families of some claims said to have already, when they
// were last looked at: by family and right, who has it.
func have(ctx context.Context, q db.Querier, alliance kernel.ID, families []kernel.ID) (map[[2]string][]string, error) {
	said := map[[2]string][]string{}
	if len(families) == 0 {
		return said, nil
	}
	args := []any{alliance}
	for _, id := range families {
		args = append(args, id)
	}
	rows, err := q.QueryContext(ctx, `SELECT family, right_id, received FROM finding
		WHERE alliance = $1 AND received <> '' AND family IN (`+db.Marks(2, len(families))+`)`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var family, right, who string
		if err := rows.Scan(&family, &right, &who); err != nil {
			return nil, err
		}
		said[[2]string{family, right}] = strings.Fields(who)
	}
	return said, rows.Err()
}

func deleteFinding(ctx context.Context, q db.Querier, alliance, family kernel.ID, right string) error {
	_, err := q.ExecContext(ctx, `DELETE FROM finding WHERE alliance = $1 AND family = $2 AND right_id = $3`, alliance, family, right)
	return err
}

func roundOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) (r round, err error) {
	err = q.QueryRowContext(ctx, `SELECT pack_version, facts_version, looked_on, changes, seen
		FROM finding_round WHERE alliance = $1 AND family = $2`, alliance, family).
		Scan(&r.PackVersion, &r.FactsVersion, &r.LookedOn, &r.Changes, &r.Seen)
	if errors.Is(err, sql.ErrNoRows) {
		return r, nil
	}
	return r, err
}

// saveRound writes down that somebody looked; how often the facts changed is
// counted by heardOf alone.
func saveRound(ctx context.Context, q db.Querier, alliance, family kernel.ID, r round) error {
	_, err := q.ExecContext(ctx, `INSERT INTO finding_round (alliance, family, pack_version, facts_version, looked_on, changes, seen)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (alliance, family) DO UPDATE SET pack_version = excluded.pack_version, facts_version = excluded.facts_version,
			looked_on = excluded.looked_on, seen = excluded.seen`,
		alliance, family, r.PackVersion, r.FactsVersion, r.LookedOn, r.Changes, r.Seen)
	return err
}

// heardOf counts a change of the facts.
func heardOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) error {
	_, err := q.ExecContext(ctx, `INSERT INTO finding_round (alliance, family, pack_version, facts_version, looked_on, changes, seen)
		VALUES ($1, $2, '', 0, '', 1, 0) ON CONFLICT (alliance, family) DO UPDATE SET changes = finding_round.changes + 1`, alliance, family)
	return err
}

func forget(ctx context.Context, q db.Querier, alliance, family kernel.ID, now kernel.Instant) error {
	for _, statement := range []string{
		`DELETE FROM finding WHERE alliance = $1 AND family = $2`,
		`DELETE FROM finding_look WHERE alliance = $1 AND family = $2`,
		`DELETE FROM finding_round WHERE alliance = $1 AND family = $2`,
		`DELETE FROM claim_merge WHERE alliance = $1 AND family = $2`,
	} {
		if _, err := q.ExecContext(ctx, statement, alliance, family); err != nil {
			return err
		}
	}
	_, err := q.ExecContext(ctx, `UPDATE claim SET state = 'dropped', reason = $3, deadline = '', version = version + 1, changed_at = $4
		WHERE alliance = $1 AND family = $2 AND state IN (`+openStates+`)`, alliance, family, string(erased), now)
	return err
}

// openStates are [OpenStates] as SQL; the index claim_open names the same.
const openStates = `'to_apply', 'applied', 'refused', 'appeal'`

const claimColumns = `id, version, family, right_id, person, state, deadline, applied_on, decided_on, amount_cents, per, reason,
	opened_at, opened_by, opened_org, changed_at`

type scanner interface{ Scan(dest ...any) error }

func scanClaim(row scanner) (c Claim, err error) {
	var cents int64
	err = row.Scan(&c.ID, &c.Version, &c.Family, &c.Right, &c.Person, &c.State, &c.Deadline, &c.AppliedOn, &c.DecidedOn,
		&cents, &c.Per, &c.Reason, &c.OpenedAt, &c.OpenedBy, &c.OpenedOrg, &c.ChangedAt)
	c.Amount = kernel.Cents(cents)
	return c, err
}

func insertClaim(ctx context.Context, q db.Querier, alliance kernel.ID, c Claim) error {
	_, err := q.ExecContext(ctx, `INSERT INTO claim (alliance, `+claimColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		alliance, c.ID, c.Version, c.Family, c.Right, c.Person, string(c.State), c.Deadline, c.AppliedOn, c.DecidedOn,
		int64(c.Amount), string(c.Per), string(c.Reason), c.OpenedAt, c.OpenedBy, c.OpenedOrg, c.ChangedAt)
	if db.Taken(err) {
		return kernel.NewConflict("claim.open").At("right")
	}
	return err
}

func loadClaim(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Claim, error) {
	c, err := scanClaim(q.QueryRowContext(ctx, `SELECT `+claimColumns+` FROM claim WHERE alliance = $1 AND id = $2`, alliance, id))
	if errors.Is(err, sql.ErrNoRows) {
		return c, kernel.NewNotFound("claim")
	}
	return c, err
}

// saveClaim writes c over the version that was loaded, as the next one.
func saveClaim(ctx context.Context, q db.Querier, alliance kernel.ID, c *Claim) error {
	done, err := q.ExecContext(ctx, `UPDATE claim SET version = $4, state = $5, deadline = $6, applied_on = $7, decided_on = $8,
		amount_cents = $9, per = $10, reason = $11, changed_at = $12 WHERE alliance = $1 AND id = $2 AND version = $3`,
		alliance, c.ID, c.Version, c.Version+1, string(c.State), c.Deadline, c.AppliedOn, c.DecidedOn,
		int64(c.Amount), string(c.Per), string(c.Reason), c.ChangedAt)
	if db.Taken(err) { // an appeal against a decision after which the right was asked for again
		return kernel.NewConflict("claim.open")
	}
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, kernel.NewConflict("stale"))
	}
	c.Version++
	return nil
}

// claimsOf lists the claims of a family, the newest first.
func claimsOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) ([]Claim, error) {
	return collect(q.QueryContext(ctx, `SELECT `+claimColumns+` FROM claim
		WHERE alliance = $1 AND family = $2 ORDER BY id DESC`, alliance, family))
}

// last sorts after every day: a claim without a deadline stands at the end.
const last = "9999-12-31"

// listClaims reads a page by deadline. condition is the policy's, with its
// parameters from $4 on.
func listClaims(ctx context.Context, q db.Querier, alliance kernel.ID, ask Query, after cursor, condition string, args []any) ([]Claim, error) {
	values := append([]any{alliance, after.day, after.id}, args...)
	where := ""
	and := func(text string, value any) {
		values = append(values, value)
		where += fmt.Sprintf(text, len(values))
	}
	if ask.Family != "" {
		and(` AND family = $%d`, ask.Family)
	}
	if ask.Due != "" {
		and(` AND deadline <> '' AND deadline <= $%d`, ask.Due)
	}
	if !ask.Every {
		where += ` AND state IN (` + openStates + `)`
	}
	return collect(q.QueryContext(ctx, `SELECT `+claimColumns+` FROM claim
		WHERE alliance = $1 AND (CASE WHEN deadline = '' THEN '`+last+`' ELSE deadline END, id) > ($2, $3) AND `+condition+where+
		fmt.Sprintf(` ORDER BY CASE WHEN deadline = '' THEN '`+last+`' ELSE deadline END, id LIMIT %d`, ask.Limit+1), values...))
}

func collect(rows *sql.Rows, err error) (claims []Claim, _ error) {
	if err != nil {
		return nil, fmt.Errorf("claims: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		c, err := scanClaim(rows)
		if err != nil {
			return nil, fmt.Errorf("claims: %w", err)
		}
		claims = append(claims, c)
	}
	return claims, rows.Err()
}

// cursor is where a list went on: the deadline and ID of its last row.
type cursor struct {
	day kernel.Date
	id  kernel.ID
}

func cursorAt(c Claim) cursor {
	if c.Deadline == "" {
		return cursor{last, c.ID}
	}
	return cursor{c.Deadline, c.ID}
}

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(string(c.day) + " " + string(c.id)))
}

func parseCursor(s string) (c cursor, err error) {
	if s == "" {
		return c, nil
	}
	bad := kernel.NewInvalid("claim.cursor").At("after")
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return c, bad
	}
	day, id, _ := strings.Cut(string(b), " ")
	if c.day, err = kernel.ParseDate(day); err != nil {
		return c, bad
	}
	if c.id, err = kernel.ParseID(id); err != nil {
		return c, bad
	}
	return c, nil
}

package members

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

const tokenColumns = `id, worker, org, name, read_only, made_at, last_day, used_at, revoked_at, revoked_by`

func (t *Token) columns() []any {
	return []any{&t.ID, &t.Worker, &t.Org, &t.Name, &t.ReadOnly, &t.MadeAt, &t.LastDay, &t.UsedAt, &t.RevokedAt, &t.RevokedBy}
}

func insertToken(ctx context.Context, q db.Querier, alliance kernel.ID, t Token, hash string) error {
	_, err := q.ExecContext(ctx, `INSERT INTO token (alliance, hash, `+tokenColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		alliance, hash, t.ID, t.Worker, t.Org, t.Name, t.ReadOnly, t.MadeAt, t.LastDay, t.UsedAt, t.RevokedAt, t.RevokedBy)
	return err
}

func tokenByHash(ctx context.Context, q db.Querier, alliance kernel.ID, hash string) (t Token, err error) {
	err = q.QueryRowContext(ctx, `SELECT `+tokenColumns+` FROM token WHERE alliance = $1 AND hash = $2`, alliance, hash).Scan(t.columns()...)
	return t, missing(err, "token")
}

// listTokens lists those that work, of a worker or (zero) of everybody.
func listTokens(ctx context.Context, q db.Querier, alliance kernel.ID, today kernel.Date, worker kernel.ID) (all []Token, err error) {
	condition, args := ``, []any{alliance, today}
	if worker != "" {
		condition, args = ` AND worker = $3`, append(args, worker)
	}
	rows, err := q.QueryContext(ctx, `SELECT `+tokenColumns+` FROM token
		WHERE alliance = $1 AND revoked_at = '' AND last_day >= $2`+condition+` ORDER BY id DESC`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t Token
		if err := rows.Scan(t.columns()...); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

func countTokens(ctx context.Context, q db.Querier, alliance, worker kernel.ID, today kernel.Date) (n int, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM token WHERE alliance = $1 AND worker = $2 AND revoked_at = '' AND last_day >= $3`,
		alliance, worker, today).Scan(&n)
	return n, err
}

func touchToken(ctx context.Context, q db.Querier, alliance, id kernel.ID, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE token SET used_at = $3 WHERE alliance = $1 AND id = $2`, alliance, id, now)
	return err
}

// revokeToken ends a token of its owner, or (zero) of whomever.
func revokeToken(ctx context.Context, q db.Querier, alliance, id, owner, by kernel.ID, now kernel.Instant) error {
	condition, args := ``, []any{alliance, id, now, by}
	if owner != "" {
		condition, args = ` AND worker = $5`, append(args, owner)
	}
	done, err := q.ExecContext(ctx, `UPDATE token SET revoked_at = $3, revoked_by = $4
		WHERE alliance = $1 AND id = $2 AND revoked_at = ''`+condition, args...)
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	if err == nil && n != 1 {
		return kernel.NewNotFound("token")
	}
	return err
}

// endTokens ends the tokens of a worker at an organisation for good, for whom
// the post was taken away.
func endTokens(ctx context.Context, q db.Querier, alliance, worker, org, by kernel.ID, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE token SET revoked_at = $4, revoked_by = $5
		WHERE alliance = $1 AND worker = $2 AND org = $3 AND revoked_at = ''`, alliance, worker, org, now, by)
	return err
}

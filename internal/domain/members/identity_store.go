package members

import (
	"context"
	"fmt"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

const identityColumns = `alliance, id, worker, provider, made_at, used_at`

func queryIdentities(ctx context.Context, q db.Querier, condition string, args ...any) (all []Identity, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+identityColumns+` FROM identity WHERE `+condition+` ORDER BY made_at, alliance, id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var one Identity
		if err := rows.Scan(&one.alliance, &one.ID, &one.Worker, &one.Provider, &one.Made, &one.Used); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

func listIdentities(ctx context.Context, q db.Querier, alliance, worker kernel.ID) ([]Identity, error) {
	return queryIdentities(ctx, q, `alliance = $1 AND worker = $2`, alliance, worker)
}

// identitiesOf finds who is linked to one of the digests, in every alliance.
func identitiesOf(ctx context.Context, q db.Querier, digests []string) ([]Identity, error) {
	var args []any
	var places []string
	for i, d := range digests {
		args = append(args, d)
		places = append(places, fmt.Sprintf("$%d", i+1))
	}
	return queryIdentities(ctx, q, `token IN (`+strings.Join(places, ", ")+`)`, args...)
}

func insertIdentity(ctx context.Context, q db.Querier, alliance kernel.ID, one Identity, token string) error {
	_, err := q.ExecContext(ctx, `INSERT INTO identity (alliance, id, worker, provider, token, made_at, used_at)
		VALUES ($1, $2, $3, $4, $5, $6, '')`, alliance, one.ID, one.Worker, one.Provider, token, one.Made)
	if db.Taken(err) {
		return kernel.NewConflict("identity.taken")
	}
	return err
}

// useIdentity writes down that somebody came in by it, and keeps its digest by
// the key in use; who was unlinked meanwhile is Forbidden.
func useIdentity(ctx context.Context, q db.Querier, one Identity, token string, now kernel.Instant) error {
	result, err := q.ExecContext(ctx, `UPDATE identity SET token = $4, used_at = $5 WHERE alliance = $1 AND id = $2 AND worker = $3`,
		one.alliance, one.ID, one.Worker, token, now)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return kernel.NewForbidden("identity.unknown")
	}
	return nil
}

func deleteIdentity(ctx context.Context, q db.Querier, alliance, worker, id kernel.ID) (provider string, err error) {
	err = q.QueryRowContext(ctx, `DELETE FROM identity WHERE alliance = $1 AND worker = $2 AND id = $3 RETURNING provider`,
		alliance, worker, id).Scan(&provider)
	return provider, missing(err, "identity")
}

// shownOnce refuses an answer of a provider that counted already.
func shownOnce(ctx context.Context, q db.Querier, alliance kernel.ID, shown Shown, now kernel.Instant) error {
	err := answerOnce(ctx, q, alliance, "provider/"+shown.Once, now)
	if kernel.CodeOf(err) == kernel.Invalid {
		return kernel.NewInvalid("provider.state")
	}
	return err
}

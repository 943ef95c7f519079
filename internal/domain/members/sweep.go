package members

import (
	"context"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// sweepAtOnce is how many rows go in one transaction, so that others write
// between them.
const sweepAtOnce = 500

// Sweep takes away what has ended by itself: sessions, codes that open nothing
// any more, tokens a month after their end, and browsers that were not seen for
// more than a year. It tells how many rows that were.
func (s *Service) Sweep(ctx context.Context) (swept int64, err error) {
	now := kernel.InstantOf(s.Acts.Now())
	for _, one := range []struct {
		table, key, ended string
		args              []any
	}{
		{"session", "alliance, token", "seen < $1 OR began < $2", []any{now.Add(-sessionIdle - sessionKnown), now.Add(-sessionLongest - sessionKnown)}},
		{"sign_in_code", "alliance, id", "asked_at < $1", []any{now.Add(-codeKept)}},
		{"passkey_answer", "alliance, token", "at < $1", []any{now.Add(-2 * questionLife)}},
		{"token", "alliance, id", "revoked_at <> '' AND revoked_at < $1 OR last_day < $2", []any{now.Add(-tokenKept), now.Add(-tokenKept).Date()}},
		{"paired", "alliance, id", "until < $1", []any{now.Add(-pairedKept)}},
		{"worker_device", "alliance, worker, token", "seen < $1", []any{now.Add(-deviceLife)}},
	} {
		statement := fmt.Sprintf(`DELETE FROM %[1]s WHERE (%[2]s) IN (SELECT %[2]s FROM %[1]s WHERE %[3]s LIMIT %[4]d)`,
			one.table, one.key, one.ended, sweepAtOnce)
		for n := int64(sweepAtOnce); n == sweepAtOnce; swept += n {
			err := s.Acts.DB.Write(ctx, func(q db.Querier) error {
				result, err := q.ExecContext(ctx, statement, one.args...)
				if err == nil {
					n, err = result.RowsAffected()
				}
				return err
			})
			if err != nil {
				return swept, err
			}
		}
	}
	return swept, nil
}

package referrals

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"encoding/hex"
	"errors"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// token is the secret of a link.
func (s *Service) token(l link) string {
	sum := s.Vault.Keeper.Token([]byte("referral link/" + string(l.Alliance) + "/" + string(l.ID)))
	return base32.StdEncoding.EncodeToString(sum[:tokenBytes])
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func insertLink(ctx context.Context, q db.Querier, l link, hash string, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `INSERT INTO referral_link (alliance, id, referral, token_hash, made_at, made_by, ends_at, used_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '')`, l.Alliance, l.ID, l.Referral, hash, now, l.MadeBy, l.EndsAt)
	return err
}

func loadLink(ctx context.Context, q db.Querier, condition string, args ...any) (l link, err error) {
	err = q.QueryRowContext(ctx, `SELECT x.alliance, x.id, x.referral, x.made_by, x.ends_at, x.used_at FROM referral_link x WHERE `+condition, args...).
		Scan(&l.Alliance, &l.ID, &l.Referral, &l.MadeBy, &l.EndsAt, &l.UsedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return l, kernel.NewNotFound("referral.link")
	}
	return l, err
}

// useLink uses a link up; Conflict ("referral.link_used") for who comes second.
func useLink(ctx context.Context, q db.Querier, l link, now kernel.Instant) error {
	result, err := q.ExecContext(ctx, `UPDATE referral_link SET used_at = $3 WHERE alliance = $1 AND id = $2 AND used_at = ''`, l.Alliance, l.ID, now)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n != 1 {
		err = kernel.NewConflict("referral.link_used")
	}
	return err
}

// endLinks uses up every link of a referral.
func endLinks(ctx context.Context, q db.Querier, alliance, referral kernel.ID, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE referral_link SET used_at = $3 WHERE alliance = $1 AND referral = $2 AND used_at = ''`, alliance, referral, now)
	return err
}

func linksSince(ctx context.Context, q db.Querier, alliance, referral kernel.ID, since kernel.Instant) (n int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM referral_link WHERE alliance = $1 AND referral = $2 AND made_at > $3`, alliance, referral, since).Scan(&n)
	return n, err
}

package members

import (
	"context"
	"encoding/base64"
	"encoding/json"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

func keyID(c webauthn.Credential) string { return base64.RawURLEncoding.EncodeToString(c.ID) }

func listPasskeys(ctx context.Context, q db.Querier, alliance, worker kernel.ID) (keys []Passkey, err error) {
	rows, err := q.QueryContext(ctx, `SELECT id, worker, name, credential, made_at, used_at FROM passkey
		WHERE alliance = $1 AND worker = $2 ORDER BY made_at, id`, alliance, worker)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k Passkey
		var credential string
		if err := rows.Scan(&k.ID, &k.worker, &k.Name, &credential, &k.Made, &k.Used); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(credential), &k.credential); err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, rows.Err()
}

func insertPasskey(ctx context.Context, q db.Querier, alliance kernel.ID, k Passkey) error {
	credential, err := json.Marshal(k.credential)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO passkey (alliance, id, worker, name, key_id, credential, made_at, used_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '')`, alliance, k.ID, k.worker, k.Name, keyID(k.credential), string(credential), k.Made)
	if db.Taken(err) {
		return kernel.NewConflict("passkey.known")
	}
	return err
}

func usePasskey(ctx context.Context, q db.Querier, alliance, worker kernel.ID, c webauthn.Credential, now kernel.Instant) error {
	credential, err := json.Marshal(c)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `UPDATE passkey SET credential = $4, used_at = $5 WHERE alliance = $1 AND worker = $2 AND key_id = $3`,
		alliance, worker, keyID(c), string(credential), now)
	return err
}

func deletePasskey(ctx context.Context, q db.Querier, alliance, worker, id kernel.ID) error {
	result, err := q.ExecContext(ctx, `DELETE FROM passkey WHERE alliance = $1 AND worker = $2 AND id = $3`, alliance, worker, id)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return kernel.NewNotFound("passkey")
	}
	return nil
}

// answerOnce refuses the second answer to a question.
func answerOnce(ctx context.Context, q db.Querier, alliance kernel.ID, challenge string, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `INSERT INTO passkey_answer (alliance, token, at) VALUES ($1, $2, $3)`, alliance, hashed(challenge), now)
	if db.Taken(err) {
		return kernel.NewInvalid("passkey")
	}
	return err
}

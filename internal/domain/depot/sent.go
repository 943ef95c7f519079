package depot

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
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// sent notes what is asked under an ID that the asker made. Again tells that the
// same was asked before, and done; something else under that ID is Invalid
// ("ledger.other_content"). Only a print is kept: what was asked stands elsewhere.
func sent(ctx context.Context, a *act.Act, id kernel.ID, content ...any) (again bool, err error) {
	if _, err := kernel.ParseID(string(id)); err != nil {
		return false, kernel.NewInvalid("ledger.id")
	}
	text, err := json.Marshal(content)
	if err != nil {
		return false, err
	}
	sum := sha256.Sum256(text)
	digest, was := hex.EncodeToString(sum[:]), ""
	err = a.QueryRowContext(ctx, `SELECT digest FROM depot_sent WHERE alliance = $1 AND id = $2`, a.Alliance(), id).Scan(&was)
	switch {
	case err == nil && was == digest:
		return true, nil
	case err == nil:
		return false, kernel.NewInvalid("ledger.other_content")
	case !errors.Is(err, sql.ErrNoRows):
		return false, err
	}
	_, err = a.ExecContext(ctx, `INSERT INTO depot_sent (alliance, id, digest) VALUES ($1, $2, $3)`, a.Alliance(), id, digest)
	return false, err
}

// before tells whether a transfer was written earlier under this ID, for the same
// content, as one that touched an account under path. Another one of that ID is
// Invalid ("ledger.other_content"). Of what was written before prints were kept,
// the kind and the path are compared.
func before(ctx context.Context, a *act.Act, id kernel.ID, kind, path string, content ...any) (bool, error) {
	again, err := sent(ctx, a, id, append([]any{kind, path}, content...)...)
	if again || err != nil {
		return again, err
	}
	was, err := ledger.Find(ctx, a, a.Alliance(), id)
	if kernel.CodeOf(err) == kernel.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for _, e := range was.Entries {
		if was.Kind == kind && (e.Path == path || strings.HasPrefix(e.Path, path+"/")) {
			return true, nil
		}
	}
	return false, kernel.NewInvalid("ledger.other_content")
}

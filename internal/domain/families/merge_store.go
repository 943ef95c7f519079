package families

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"maps"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

const mergeColumns = `id, kept, gone, merged_at, merged_by, merged_org, until, parted_at, parted_by, settled_at`

func insertMerge(ctx context.Context, q db.Querier, alliance kernel.ID, m Merge) error {
	_, err := q.ExecContext(ctx, `INSERT INTO family_merge (alliance, `+mergeColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', '')`, alliance, m.ID, m.Kept, m.Gone, m.MergedAt, m.MergedBy, m.MergedOrg, m.Until)
	if db.Taken(err) {
		return kernel.NewConflict("stale")
	}
	return err
}

// mergesOf lists merges that meet a condition of this package's own, whose one
// parameter is $2, the newest first.
func mergesOf(ctx context.Context, q db.Querier, alliance kernel.ID, condition string, id kernel.ID) (all []Merge, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var m Merge
		err := rows.Scan(&m.ID, &m.Kept, &m.Gone, &m.MergedAt, &m.MergedBy, &m.MergedOrg, &m.Until, &m.PartedAt, &m.PartedBy, &m.SettledAt)
		all = append(all, m)
		return err
	}, `SELECT `+mergeColumns+` FROM family_merge WHERE alliance = $1 AND `+condition+` ORDER BY merged_at DESC, id DESC`, alliance, id)
	return all, err
}

func endMerge(ctx context.Context, q db.Querier, alliance kernel.ID, m Merge) error {
	result, err := q.ExecContext(ctx, `UPDATE family_merge SET parted_at = $3, parted_by = $4, settled_at = $5
		WHERE alliance = $1 AND id = $2 AND parted_at = ''`, alliance, m.ID, m.PartedAt, m.PartedBy, m.SettledAt)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, kernel.NewConflict("stale"))
	}
	return nil
}

func movePerson(ctx context.Context, q db.Querier, alliance, from, to, id kernel.ID, r Role, position int64) error {
	_, err := q.ExecContext(ctx, `UPDATE family_person SET family = $3, role = $5, position = $6, version = version + 1
		WHERE alliance = $1 AND family = $2 AND id = $4`, alliance, from, to, id, r, position)
	return err
}

func touchPerson(ctx context.Context, q db.Querier, alliance, family, id kernel.ID) error {
	_, err := q.ExecContext(ctx, `UPDATE family_person SET version = version + 1
		WHERE alliance = $1 AND family = $2 AND id = $3`, alliance, family, id)
	return err
}

func deletePersons(ctx context.Context, q db.Querier, alliance, family kernel.ID) error {
	_, err := q.ExecContext(ctx, `DELETE FROM family_person WHERE alliance = $1 AND family = $2`, alliance, family)
	return err
}

func moveFact(ctx context.Context, q db.Querier, alliance, from, to kernel.ID, x Fact) error {
	_, err := q.ExecContext(ctx, `UPDATE family_fact SET family = $3, person = $5, version = $6, superseded_at = $7
		WHERE alliance = $1 AND family = $2 AND id = $4`, alliance, from, to, x.ID, x.Person, x.Version, x.SupersededAt)
	return err
}

func eventIDs(ctx context.Context, q db.Querier, alliance, family kernel.ID) (ids []kernel.ID, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var id kernel.ID
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT id FROM family_event WHERE alliance = $1 AND family = $2 ORDER BY at, id`, alliance, family)
	return ids, err
}

// moveRows gives rows of a table of this package to another family.
func moveRows(ctx context.Context, q db.Querier, table string, alliance, from, to kernel.ID, ids []kernel.ID) error {
	for some := range slices.Chunk(ids, 200) {
		args := []any{alliance, from, to}
		for _, id := range some {
			args = append(args, id)
		}
		_, err := q.ExecContext(ctx, `UPDATE `+table+` SET family = $3 WHERE alliance = $1 AND family = $2
			AND id IN (`+db.Marks(4, len(some))+`)`, args...)
		if err != nil {
			return err
		}
	}
	return nil
}

func deleteCarer(ctx context.Context, q db.Querier, alliance, family, id kernel.ID) error {
	_, err := q.ExecContext(ctx, `DELETE FROM family_carer WHERE alliance = $1 AND family = $2 AND id = $3`, alliance, family, id)
	return err
}

func keysOf[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }

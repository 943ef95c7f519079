package incoming

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

func saveFile(ctx context.Context, q db.Querier, alliance kernel.ID, b Brought, body []byte, now kernel.Instant, by kernel.ID) error {
	told, err := json.Marshal(b)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO incoming_file (alliance, id, source, told, body, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		alliance, b.ID, b.Source, string(told), body, now, by)
	return err
}

func changeFile(ctx context.Context, q db.Querier, alliance kernel.ID, b Brought) error {
	told, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return one(q.ExecContext(ctx, `UPDATE incoming_file SET told = $3 WHERE alliance = $1 AND id = $2`, alliance, b.ID, string(told)))
}

func loadFile(ctx context.Context, q db.Querier, alliance, id kernel.ID) (b Brought, err error) {
	var told string
	err = q.QueryRowContext(ctx, `SELECT source, told FROM incoming_file WHERE alliance = $1 AND id = $2`, alliance, id).Scan(&b.Source, &told)
	if err != nil {
		return b, missing(err)
	}
	b.ID = id
	return b, json.Unmarshal([]byte(told), &b)
}

// missing is what is said of a file that is not there.
func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return kernel.NewNotFound("incoming")
	}
	return fmt.Errorf("incoming: %w", err)
}

func bodyOf(ctx context.Context, q db.Querier, alliance, id kernel.ID) (body []byte, err error) {
	err = q.QueryRowContext(ctx, `SELECT body FROM incoming_file WHERE alliance = $1 AND id = $2`, alliance, id).Scan(&body)
	return body, err
}

func listFiles(ctx context.Context, q db.Querier, alliance kernel.ID, since kernel.Instant) (all []Brought, err error) {
	rows, err := q.QueryContext(ctx, `SELECT id, source, told FROM incoming_file WHERE alliance = $1 AND made_at >= $2 ORDER BY made_at DESC, id`, alliance, since)
	if err != nil {
		return nil, fmt.Errorf("incoming: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var b Brought
		var told string
		if err := rows.Scan(&b.ID, &b.Source, &told); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(told), &b); err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, rows.Err()
}

func dropFile(ctx context.Context, q db.Querier, alliance, id kernel.ID) error {
	return one(q.ExecContext(ctx, `DELETE FROM incoming_file WHERE alliance = $1 AND id = $2`, alliance, id))
}

// sweepFiles drops what nobody went on with.
func sweepFiles(ctx context.Context, q db.Querier, before kernel.Instant) (int64, error) {
	done, err := q.ExecContext(ctx, `DELETE FROM incoming_file WHERE made_at < $1`, before)
	if err != nil {
		return 0, fmt.Errorf("incoming: %w", err)
	}
	return done.RowsAffected()
}

// mappingOf is what was said last of the columns of a source; nil: nothing.
func mappingOf(ctx context.Context, q db.Querier, alliance kernel.ID, source string) (columns map[string]string, err error) {
	var told string
	err = q.QueryRowContext(ctx, `SELECT columns FROM incoming_mapping WHERE alliance = $1 AND source = $2`, alliance, source).Scan(&told)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("incoming: %w", err)
	}
	return columns, json.Unmarshal([]byte(told), &columns)
}

func saveMapping(ctx context.Context, q db.Querier, alliance kernel.ID, source string, columns map[string]string) error {
	told, err := json.Marshal(columns)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO incoming_mapping (alliance, source, columns) VALUES ($1, $2, $3)
		ON CONFLICT (alliance, source) DO UPDATE SET columns = excluded.columns`, alliance, source, string(told))
	return err
}

// one holds that a statement met a row.
func one(done sql.Result, err error) error {
	if err != nil {
		return fmt.Errorf("incoming: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(kernel.NewNotFound("incoming"), err)
	}
	return nil
}

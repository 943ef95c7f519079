package depot

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// loadColumns is what the columns of lists said in a place, by their names.
func loadColumns(ctx context.Context, q db.Querier, alliance, place kernel.ID) (columns map[string]Column, err error) {
	var text string
	err = q.QueryRowContext(ctx, `SELECT list_columns FROM depot_place WHERE alliance = $1 AND id = $2`, alliance, place).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) || err == nil && text == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return columns, json.Unmarshal([]byte(text), &columns)
}

func saveColumns(ctx context.Context, q db.Querier, alliance, place kernel.ID, columns map[string]Column) error {
	text, err := json.Marshal(columns)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `UPDATE depot_place SET list_columns = $3 WHERE alliance = $1 AND id = $2`, alliance, place, string(text))
	return err
}

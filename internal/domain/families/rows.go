package families

import (
	"context"
	"database/sql"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// RowsIn are families as a list shows them, by ID, for a list of a module
// above: of claims, of appointments. The module has kept its list to what the
// actor may see. A family of whom nothing is left is not among them.
func (s *Service) RowsIn(ctx context.Context, a *act.Act, ids []kernel.ID) (map[kernel.ID]Row, error) {
	found := map[kernel.ID]Row{}
	if len(ids) == 0 {
		return found, nil
	}
	args := []any{a.Alliance()}
	for _, id := range ids {
		args = append(args, id)
	}
	rows := []Row{}
	err := db.Each(ctx, a, func(r *sql.Rows) error {
		var row Row
		err := r.Scan(row.columns()...)
		rows = append(rows, row)
		return err
	}, `SELECT `+familyColumns+` FROM family f WHERE f.alliance = $1 AND f.state IN ('open', 'closed')
		AND f.id IN (`+db.Marks(2, len(ids))+`)`, args...)
	if err != nil {
		return nil, err
	}
	if err := s.fill(ctx, a, rows); err != nil {
		return nil, err
	}
	for _, row := range rows {
		found[row.ID] = row
	}
	return found, nil
}

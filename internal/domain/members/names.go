package members

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Names says how workers and organisations of the actor's alliance are called,
// by ID, for a page that shows who did what. Who left is still called by name;
// an ID of neither is not among them.
func (s *Service) Names(ctx context.Context, ids ...kernel.ID) (names map[kernel.ID]string, err error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	names = make(map[kernel.ID]string, len(ids))
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "network.read", ""); err != nil {
			return err
		}
		for part := range slices.Chunk(ids, 500) {
			if err := fillNames(ctx, a, a.Alliance(), part, names); err != nil {
				return err
			}
		}
		return nil
	})
	return names, err
}

// NamesIn is [Service.Names] within an act of a module above, which has asked
// whether its actor may know them.
func (s *Service) NamesIn(ctx context.Context, a *act.Act, ids ...kernel.ID) (map[kernel.ID]string, error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	names := map[kernel.ID]string{}
	for part := range slices.Chunk(slices.Compact(ids), 500) {
		if err := fillNames(ctx, a, a.Alliance(), part, names); err != nil {
			return nil, err
		}
	}
	return names, nil
}

func fillNames(ctx context.Context, q db.Querier, alliance kernel.ID, ids []kernel.ID, names map[kernel.ID]string) error {
	args := []any{alliance}
	for _, id := range ids {
		args = append(args, id)
	}
	marks := db.Marks(2, len(ids))
	rows, err := q.QueryContext(ctx, `SELECT id, name FROM worker WHERE alliance = $1 AND id IN (`+marks+`)
		UNION ALL SELECT id, name FROM organisation WHERE alliance = $1 AND id IN (`+marks+`)`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id kernel.ID
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return err
		}
		names[id] = name
	}
	return rows.Err()
}

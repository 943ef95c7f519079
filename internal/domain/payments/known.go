package payments

import (
	"context"
	"database/sql"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Known is which organisations have an account, and which pay out.
type Known struct {
	Has, Pays map[kernel.ID]bool
}

// Known tells it, without opening any account.
func (s *Service) Known(ctx context.Context) (k Known, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		k = Known{map[kernel.ID]bool{}, map[kernel.ID]bool{}}
		if err := mayAccount(ctx, a); err != nil {
			return err
		}
		return db.Each(ctx, a, func(rows *sql.Rows) error {
			var org kernel.ID
			var has, pays bool
			err := rows.Scan(&org, &has, &pays)
			k.Has[org], k.Pays[org] = k.Has[org] || has, k.Pays[org] || pays
			return err
		}, `SELECT org, TRUE, FALSE FROM payment_payee WHERE alliance = $1 AND org <> ''
			UNION ALL SELECT org, FALSE, active FROM payment_payer WHERE alliance = $1`, a.Alliance())
	})
	return k, err
}

package vault

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

func TestAFamilyWhoseKeyIsGoneIsListed(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		v := newVault(t, 1)
		keep(t, d, v, north, one, fatima)
		keep(t, d, v, north, two, fatima)
		keep(t, d, v, south, one, fatima)
		keyless := func() (all []Known) {
			t.Helper()
			err := d.Read(ctx, func(q db.Querier) (err error) { all, err = v.Keyless(ctx, q, 10); return err })
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		if all := keyless(); len(all) != 0 {
			t.Errorf("%v, and every key is there", all)
		}
		write(t, d, func(q db.Querier) error {
			_, err := q.ExecContext(ctx, `DELETE FROM vault_key WHERE alliance = $1 AND family = $2`, south, one)
			return err
		})
		if all := keyless(); len(all) != 1 || all[0] != (Known{south, one}) {
			t.Errorf("%v, want the one of the south", all)
		}
		write(t, d, func(q db.Querier) error { return v.Forget(ctx, q, south, one) })
		if all := keyless(); len(all) != 0 {
			t.Errorf("%v, after it was forgotten whole", all)
		}
	})
}

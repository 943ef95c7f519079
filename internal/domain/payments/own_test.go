package payments_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// A statement on paper is drawn once a language, of what was so at the approval,
// and is the same for who pays and who is paid, whatever changes afterwards.
// Nobody else has it.
func TestAStatementOnPaperIsTheSameForEver(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.owes(w.gaper, 12_00, "2026-11-20")
		w.owes(w.gaper, 30, "2026-11-03")
		w.exported()
		line := must(w.Own(w.pia)).Payments[0].ID
		drawn := byte(0)
		draw := func(x payments.Statement) ([]byte, error) {
			drawn++
			sum := -x.Credit
			for _, d := range x.Dues {
				sum += d.Cents
			}
			if sum != x.Cents || x.Cents != 12_30 || x.Payee != "Apotheek De Gaper" || x.Payer != "OCMW Kortenaken" || x.Account.IBAN != gaperIBAN || x.Since() != "2026-11-03" {
				t.Errorf("%+v", x)
			}
			return []byte{drawn}, nil
		}
		asks := func(who context.Context, lang kernel.Lang, want byte) {
			t.Helper()
			if _, file, err := w.StatementFile(who, line, lang, draw); err != nil || len(file) != 1 || file[0] != want {
				t.Errorf("%v, %v; want %d", file, err, want)
			}
		}
		asks(w.pia, kernel.NL, 1)
		o := must(w.Account(w.ada, w.gaper))
		o.Org.Name = "Apotheek Anders"
		must(w.Members.ChangeOrganisation(w.ada, o.Org))
		w.ok(w.SetAccount(w.ada, w.gaper, o.Payee.Version, payments.Account{Name: "Anders", IBAN: boomIBAN}))
		w.ok(w.db.Write(t.Context(), func(q db.Querier) error { // as when the bank refused it and it was taken back
			_, err := q.ExecContext(t.Context(), `DELETE FROM payment_due WHERE alliance = $1`, w.alliance)
			return err
		}))
		asks(w.ann, kernel.FR, 2)
		asks(w.ben, kernel.NL, 1)
		asks(w.pia, kernel.FR, 2)
		broken := func(payments.Statement) ([]byte, error) { return nil, io.ErrShortWrite }
		if _, _, err := w.StatementFile(w.pia, line, kernel.DE, broken); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("a paper that could not be drawn: %v", err)
		}
		asks(w.pia, kernel.DE, 3)
		for who, ctx := range map[string]context.Context{"another shop": w.sam, "another organisation": w.hal} {
			if _, file, err := w.StatementFile(ctx, line, kernel.NL, draw); kernel.CodeOf(err) != kernel.NotFound || file != nil {
				t.Errorf("%s: %v", who, err)
			}
		}
	})
}

package payments_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
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
		nested := func(x payments.Statement) ([]byte, error) { // while it is drawn, others write: the first that is kept is the one
			asks(w.pia, kernel.EN, 3)
			return []byte{0}, nil
		}
		if _, file, err := w.StatementFile(w.ann, line, kernel.EN, nested); err != nil || len(file) != 1 || file[0] != 3 {
			t.Errorf("drawn twice at once: %v, %v", file, err)
		}
		broken := func(payments.Statement) ([]byte, error) { return nil, io.ErrShortWrite }
		if x, file, err := w.StatementFile(w.pia, line, kernel.DE, broken); !errors.Is(err, io.ErrShortWrite) || x.ID != "" || file != nil {
			t.Errorf("a paper that could not be drawn: %+v, %v, %v", x, file, err)
		}
		asks(w.pia, kernel.DE, 4)
		for who, ctx := range map[string]context.Context{"another shop": w.sam, "another organisation": w.hal} {
			if _, file, err := w.StatementFile(ctx, line, kernel.NL, draw); kernel.CodeOf(err) != kernel.NotFound || file != nil {
				t.Errorf("%s: %v", who, err)
			}
		}
	})
}

// What a family is paid is drawn for who pays and never kept. Once the family is
// forgotten there is no paper of it, and no page says whom it paid: the file for
// the bank alone does.
func TestNoPaperIsLeftOfAFamily(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.owes(w.familyPayee(), 50_00, "2026-11-20")
		b, _ := w.exported()
		line := must(w.Batch(w.ann, b.ID)).Lines[0].ID
		drawn := byte(0)
		draw := func(x payments.Statement) ([]byte, error) {
			drawn++
			if x.Payee != "Samira Été" || x.Account.IBAN != homeIBAN || x.Gone {
				t.Errorf("%+v", x)
			}
			return []byte{drawn}, nil
		}
		sealed := func() (names int) {
			w.ok(w.db.Read(t.Context(), func(q db.Querier) error {
				return q.QueryRowContext(t.Context(), `SELECT count(*) FROM vault_entry WHERE name LIKE 'statement/%'`).Scan(&names)
			}))
			return names
		}
		for want := byte(1); want <= 2; want++ {
			if _, file, err := w.StatementFile(w.ann, line, kernel.NL, draw); err != nil || len(file) != 1 || file[0] != want {
				t.Errorf("%v, %v; want %d", file, err, want)
			}
		}
		if n := sealed(); n != 0 {
			t.Errorf("%d papers of a family are kept", n)
		}
		forget := func() {
			w.ok(w.does(func(a *act.Act) error { return w.FamilyForgotten(w.house, a, w.family) }))
		}
		meanwhile := func(x payments.Statement) ([]byte, error) { forget(); return draw(x) }
		for _, draws := range []func(payments.Statement) ([]byte, error){meanwhile, draw} {
			if x, file, err := w.StatementFile(w.ann, line, kernel.NL, draws); kernel.CodeOf(err) != kernel.NotFound || file != nil || x.Payee != "" {
				t.Errorf("of a family that was forgotten: %v, %v", file, err)
			}
		}
		if drawn != 3 || sealed() != 0 {
			t.Errorf("drawn %d times, %d kept", drawn, sealed())
		}
		if x := must(w.Statement(w.ann, line)); !x.Gone || x.Payee != "" || x.Account != (payments.Account{}) || x.Cents != 50_00 || len(x.Dues) != 1 || x.Dues[0].About != "" {
			t.Errorf("the statement: %+v", x)
		}
		if l := must(w.Batch(w.ann, b.ID)).Lines[0]; l.Name != "" || l.Has || l.Account != (payments.Account{}) {
			t.Errorf("the batch: %+v", l)
		}
		if _, file, err := w.Export(w.ann, b.ID); err != nil || !strings.Contains(string(file), homeIBAN) {
			t.Errorf("the file for the bank: %v", err)
		}
	})
}

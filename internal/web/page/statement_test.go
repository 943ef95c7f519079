package page

import (
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// A statement on paper says who pays, to whom, to which account, for which days,
// that two people approved it and by which words the bank tells it, in four languages; and
// nothing that may change afterwards, nor what anything follows from.
func TestAStatementOnPaperSaysWhatWasApproved(t *testing.T) {
	about := kernel.NewID()
	x := payments.Statement{PayerKBO: "0123456749", Payee: "Apotheek “Ñandú”", Account: payments.Account{Name: "De Gaper bv", IBAN: "BE68539007547034"},
		Dues: []payments.Due{{Kind: "booked", Day: "2026-10-31", Cents: 1_200_00, About: about}, {Kind: "=1+1", Day: "2026-11-02", Cents: 25_56, About: about}, {Kind: "loan.deposit", Day: "2026-11-03", Cents: 10_00}}}
	x.Payer, x.Line = "CPAS Exemple", payments.Line{ID: kernel.NewID(), Number: 12, Cents: 1_234_56, Credit: 1_00, Fate: payments.Rejected, Reason: "AC04", PaidOn: "2026-12-01"}
	x.Batch = payments.Batch{Number: 3, Until: "2026-11-22", Day: "2026-11-25", ApprovedAt: "2026-11-23T09:00:00.000000Z"}
	texts := i18n.MustLoad()
	for lang, want := range map[kernel.Lang]string{
		kernel.NL: "Afrekening 12|CPAS Exemple (0123.456.749)|€ 1.234,56|Van: CPAS Exemple (0123.456.749)|Aan: Apotheek “Ñandú”|Rekening: BE68 5390 0754 7034, De Gaper bv|Periode: 31 oktober 2026 tot en met 22 november 2026|De bank betaalt op: 25 november 2026|Gestructureerde mededeling: +++000/0000/01212+++|Goedgekeurd op: 23 november 2026, Door twee mensen van CPAS Exemple. De een maakte het klaar, de ander keurde het goed.|Bonnen en kaarten, 31 oktober 2026, € 1.200,00|Ander bedrag, 2 november 2026, € 25,56|Waarborg terug, 3 november 2026, € 10,00|€ -1,00|Samen, , € 1.234,56",
		kernel.FR: "Décompte 12|1.234,56 €|De: CPAS Exemple|du 31 octobre 2026 au 22 novembre 2026 inclus|Bons et cartes, 31 octobre 2026, 1.200,00 €|Ensemble, , 1.234,56 €",
		kernel.DE: "Abrechnung 12|31. Oktober 2026 bis einschließlich 22. November 2026|Zusammen, , 1.234,56 €",
		kernel.EN: "Statement 12|31 October 2026 up to and including 22 November 2026|Together, , €1,234.56",
	} {
		s := statementSheet(kit.View{Reader: texts.In(lang)}, x)
		said := []string{s.Title, s.From, s.Big}
		for _, f := range s.Facts {
			said = append(said, f.Name+": "+f.Text+", "+f.Note)
		}
		for _, row := range append(s.Table.Rows, s.Table.Total) {
			said = append(said, strings.Join(row, ", "))
		}
		all := strings.Join(said, "\n")
		all = strings.Map(func(r rune) rune {
			if r == '\u00a0' || r == '\u202f' {
				return ' '
			}
			return r
		}, all)
		for _, w := range strings.Split(want, "|") {
			if !strings.Contains(all, w) {
				t.Errorf("%s lacks %q:\n%s", lang, w, all)
			}
		}
		for _, never := range []string{string(about), string(x.ID), "AC04", "December", "décembre", "payment."} {
			if strings.Contains(all, never) {
				t.Errorf("%s says %q:\n%s", lang, never, all)
			}
		}
		if s.Lang != lang || s.Made != x.Batch.ApprovedAt {
			t.Errorf("%s: %s, %s", lang, s.Lang, s.Made)
		}
		if _, err := s.Bytes(); err != nil {
			t.Error(err)
		}
	}
}

// Of a family that was forgotten the page says so, and has no paper of it; nor
// does it name who approved.
func TestAStatementOfAForgottenFamilySaysSo(t *testing.T) {
	x := payments.Statement{Gone: true}
	x.Payer, x.Line = "OCMW Voorbeeld", payments.Line{ID: kernel.NewID(), Number: 12, Cents: 50_00}
	x.Batch = payments.Batch{Until: "2026-11-22", Day: "2026-11-25", ApprovedAt: "2026-11-23T09:00:00.000000Z"}
	v := kit.View{Reader: i18n.MustLoad().In(kernel.NL)}
	for gone, pdf := range map[bool]bool{true: false, false: true} {
		x.Gone = gone
		var out strings.Builder
		if err := statementPage(v, x, "/payments", nil).Render(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		page := out.String()
		if strings.Contains(page, "Een gezin van wie het dossier weg is") != gone || strings.Contains(page, "statement.pdf") != pdf || !strings.Contains(page, "Door twee mensen van OCMW Voorbeeld.") {
			t.Errorf("gone %v:\n%s", gone, page)
		}
	}
}

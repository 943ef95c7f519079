package page

import (
	"bytes"

	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/internal/web/paper"
)

func (s *Site) statement(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	x, err := s.Payments.Statement(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	twice, err := s.Vouchers.Conflicts(r.Context(), x.Paid())
	if err != nil && kernel.CodeOf(err) != kernel.Forbidden {
		return Answer{}, err
	}
	return show(statementPage(r.View, x, statementBack(r), twice))
}

// statementBack is where one came from: what one is paid, or what one pays.
func statementBack(r *Request) string {
	if policy.May(r.Session.Actor(), "payment.settle") {
		return "/payments"
	}
	return "/payments/own"
}

// statementFile is a statement for a spreadsheet.
func (s *Site) statementFile(form lists.Form) handler {
	return func(r *Request) (Answer, error) {
		id, err := r.ID("id")
		if err != nil {
			return Answer{}, err
		}
		x, err := s.Payments.Statement(r.Context(), id)
		if err != nil {
			return Answer{}, err
		}
		var out bytes.Buffer
		w, err := lists.WriterOf(&out, form)
		if err == nil {
			err = writeStatement(w, r.View, x)
		}
		if err != nil {
			return Answer{}, err
		}
		return paymentFile(r, fileKinds[form], "bondgenoot-"+x.OGM().String()+"."+string(form), out.Bytes())
	}
}

func writeStatement(w *lists.Writer, v kit.View, x payments.Statement) error {
	if err := w.Write(v.T("payment.due.day"), v.T("payment.due.what"), v.T("payment.amount"), v.T("payment.ogm")); err != nil {
		return err
	}
	for _, d := range x.Dues {
		if err := w.Write(string(d.Day), dueWords(v, d), d.Cents, x.OGM().Display()); err != nil {
			return err
		}
	}
	if x.Credit > 0 {
		if err := w.Write(string(x.Batch.Until), v.T("payment.credit"), -x.Credit, x.OGM().Display()); err != nil {
			return err
		}
	}
	return w.Close()
}

// statementPaper is a statement as a file to keep: the same bytes for ever, in
// the language in which it was asked for.
func (s *Site) statementPaper(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	x, file, err := s.Payments.StatementFile(r.Context(), id, r.View.LangOf("statement.title"), func(x payments.Statement) ([]byte, error) {
		return statementSheet(r.View, x).Bytes()
	})
	if err != nil {
		return Answer{}, err
	}
	return paymentFile(r, "application/pdf", "bondgenoot-"+x.OGM().String()+".pdf", file)
}

// statementSheet is a statement on paper. It says what was approved, and nothing
// that can change afterwards.
func statementSheet(v kit.View, x payments.Statement) paper.Sheet {
	sheet := paper.Sheet{
		Title: v.T("statement.number", "number", int(x.Number)),
		From:  withKBO(x.Payer, x.PayerKBO),
		Lang:  v.LangOf("statement.title"),
		Made:  x.Batch.ApprovedAt,
		Big:   v.Euro(x.Cents),
		Facts: []paper.Fact{
			{Name: v.T("payment.from"), Text: withKBO(x.Payer, x.PayerKBO)},
			{Name: v.T("statement.to"), Text: withKBO(x.Payee, x.PayeeKBO)},
			{Name: v.T("payment.account"), Text: x.Account.IBAN.Display(), Note: x.Account.Name},
			{Name: v.T("statement.period"), Text: v.T("statement.between", "from", firstDay(x), "until", x.Batch.Until)},
			{Name: v.T("payment.day"), Text: v.Date(x.Batch.Day)},
			{Name: v.T("payment.ogm"), Text: x.OGM().Display(), Note: v.T("statement.ogm.note")},
			{Name: v.T("statement.approved"), Text: v.Date(x.Batch.ApprovedAt.Date()), Note: v.T("statement.approved.by", "payer", x.Payer)},
			{Name: v.T("payment.batch"), Text: v.Number(int(x.Batch.Number))},
		},
		Table: paper.Table{
			Caption: v.T("statement.lines"),
			Columns: []paper.Column{{Title: v.T("payment.due.what")}, {Title: v.T("payment.due.day"), Width: 50}, {Title: v.T("payment.amount"), Number: true, Width: 40}},
			Total:   []string{v.T("payment.total"), "", v.Euro(x.Cents)},
		},
	}
	for _, d := range x.Dues {
		sheet.Table.Rows = append(sheet.Table.Rows, []string{dueWords(v, d), v.Date(d.Day), v.Euro(d.Cents)})
	}
	if x.Credit > 0 {
		sheet.Table.Rows = append(sheet.Table.Rows, []string{v.T("payment.credit"), v.Date(x.Batch.Until), v.Euro(-x.Credit)})
	}
	return sheet
}

// paidWhom is who is paid, as its page calls it.
func paidWhom(v kit.View, x payments.Statement) string {
	if x.Gone {
		return v.T("payment.forgotten")
	}
	return x.Payee
}

// firstDay is the oldest day that a statement tells of.
func firstDay(x payments.Statement) kernel.Date {
	if day := x.Since(); day != "" && day < x.Batch.Until {
		return day
	}
	return x.Batch.Until
}

// withKBO is an organisation with its enterprise number, where that is known.
func withKBO(name string, kbo kernel.KBO) string {
	if kbo == "" {
		return name
	}
	return name + " (" + kbo.Display() + ")"
}

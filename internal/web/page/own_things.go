package page

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// ownThingsView is what a family has, where and until when, and what it waits
// for, and why.
type ownThingsView struct {
	ownView
	ownpage.Holdings
	Lent   []loans.Has
	Visits []sessions.Mine
	words  kit.View // what things are called is said in the language of names: there are four of those
}

func (s *Site) ownThings(r *Request, v ownpage.Visit) (Answer, error) {
	if !v.Whole { // of another household
		return Answer{}, kernel.NewNotFound("page")
	}
	w := ownThingsView{ownView: viewOf(v), words: r.View}
	w.words.Reader = s.Texts.In(v.Names)
	var err error
	if w.Holdings, err = s.Own.Holdings(r.Context(), v); err != nil {
		return Answer{}, err
	}
	if w.Lent, err = s.Loans.Mine(r.Context()); err != nil {
		return Answer{}, err
	}
	if w.Visits, _, err = s.Sessions.Mine(r.Context()); err != nil {
		return Answer{}, err
	}
	return show(ownThingsPage(r.View, w))
}

// table is what the family has: what, how much, where and until when.
func (w ownThingsView) table(v kit.View) kit.Table {
	t := kit.Table{Caption: v.T("own.things.have"), Titled: true, Columns: []kit.Column{{Title: v.T("own.things.what")}, {Title: v.T("own.things.much")},
		{Title: v.T("own.things.where")}, {Title: v.T("own.things.until")}}}
	row := func(cells ...templ.Component) { t.Rows = append(t.Rows, cells) }
	for _, h := range (walletView{w.ownView, w.Wallet}).Open(v.Today) {
		name := ownVoucherName(walletView{w.ownView, w.Wallet}, h)
		if h.Form == vouchers.Transfer {
			row(name, kit.Text(v.Euro(h.Cents)), kit.Text(v.T("own.things.account")), kit.Text(ownPaying(v, h.Paying)))
			continue
		}
		row(name, ownAmount(v, h), ownShops(w.ownView, h), kit.Text(v.Date(h.LastDay)))
	}
	for _, x := range w.Awaited {
		if x.State == depot.Ready {
			row(w.asked(x), kit.Text(v.T("own.things.fetch")), w.formal(x.Place.Name), kit.Text(v.Date(x.Until)))
		}
	}
	for _, h := range w.Lent {
		switch {
		case h.Wish.State == loans.Kept:
			row(ownLentName(w.ownView, h), kit.Text(v.T("own.things.fetch")), w.formal(h.Library.Name), kit.Text(v.Date(h.Wish.Until)))
		case h.Wish.ID == "" && h.Loan.Phase == loans.Running:
			row(ownLentName(w.ownView, h), kit.Text(v.Number(1)+" ×"), w.formal(h.Library.Name), kit.Text(v.Date(h.Loan.Due)))
		}
	}
	for _, m := range w.Visits {
		if m.State != sessions.Waiting {
			row(w.formal(linesWords(m.Coming.Series, m.Lines)), kit.Text(v.T("own.handouts.number", "n", int(m.Number))), w.formal(m.Coming.Name+", "+m.Coming.Place), kit.Text(v.Moment(m.When())))
		}
	}
	return t
}

// asked names what a request asks, in the language of names.
func (w ownThingsView) asked(x depot.Awaited) templ.Component {
	var words []string
	for _, l := range x.Lines {
		if l.Asked > l.Handed {
			words = append(words, strconv.FormatInt(l.Asked-l.Handed, 10)+" × "+w.item(x, l))
		}
	}
	return w.formal(w.whom(strings.Join(words, ", "), x))
}

// whom adds for which child something is.
func (w ownThingsView) whom(words string, x depot.Awaited) string {
	if first := w.First[x.Child()]; first != "" {
		words += " – " + first
	}
	return words
}

func (w ownThingsView) item(x depot.Awaited, l depot.Line) string {
	return itemWords(w.words, x.Items[l.Item])
}

// waits are the requests of which something has not come.
func (w ownThingsView) waits() (all []depot.Awaited) {
	for _, x := range w.Awaited {
		if x.State == depot.Asked {
			all = append(all, x)
		}
	}
	return all
}

// inLine are the loans that a child of the family waits for, and the times for
// which it stands on a list.
func (w ownThingsView) inLine() (lent []loans.Has, visits []sessions.Mine) {
	for _, h := range w.Lent {
		if h.Wish.ID != "" && h.Wish.State != loans.Kept {
			lent = append(lent, h)
		}
	}
	for _, m := range w.Visits {
		if m.State == sessions.Waiting {
			visits = append(visits, m)
		}
	}
	return lent, visits
}

// ownPaying says to the family how far a transfer is.
func ownPaying(v kit.View, p payments.Progress) string {
	switch {
	case p.Taken && p.Line.Fate == payments.Paid:
		return v.T("own.things.paid", "day", p.Line.PaidOn)
	case p.Taken && !p.Line.Fate.Ended():
		return v.T("own.things.underway")
	case p.Taken && (p.Line.Fate == payments.Rejected || p.Line.Fate == payments.Returned):
		return v.T("own.things.account_wrong")
	}
	return v.T("own.things.soon")
}

package page

import (
	"strconv"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// thingKind is how the state of a thing looks.
func thingKind(s loans.State) kit.Kind {
	switch s {
	case loans.Ready:
		return kit.Certain
	case loans.Retired, loans.Lost:
		return kit.Not
	case loans.Out:
		return kit.Plain
	}
	return kit.Possible
}

// bandWords says which children a size fits, as far as the library says so.
func bandWords(v kit.View, z loans.Size) (words string) {
	if z.FromCM > 0 || z.ToCM > 0 {
		words += " · " + v.T("loan.band.cm", "from", int(z.FromCM), "to", int(z.ToCM))
	}
	if z.FromMonths > 0 || z.ToMonths > 0 {
		words += " · " + v.T("loan.band.years", "from", orNought(yearsShown(z.FromMonths)), "to", orNought(yearsShown(z.ToMonths)))
	}
	return words
}

func orNought(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

// stockTable is what a library has of each size.
func (w loanBoardView) stockTable(v kit.View) kit.Table {
	t := kit.Table{Caption: v.T("loan.counts"), Columns: []kit.Column{{Title: v.T("loan.size")}, {Title: v.T("loan.state.ready"), Number: true}, {Title: v.T("loan.state.held"), Number: true}, {Title: v.T("loan.state.out"), Number: true},
		{Title: v.T("loan.mending"), Number: true}, {Title: v.T("loan.waiting"), Number: true}, {Title: v.T("loan.next")}}}
	for _, of := range w.Stock {
		next := v.T("loan.next.unknown")
		if of.Count[loans.Ready] > 0 {
			next = v.T("loan.next.now")
		} else if of.Next != "" {
			next = v.Date(of.Next)
		}
		t.Rows = append(t.Rows, []templ.Component{kit.Text(of.Size.Title() + bandWords(v, of.Size)), kit.Text(v.Number(of.Count[loans.Ready])), kit.Text(v.Number(of.Count[loans.Held])), kit.Text(v.Number(of.Count[loans.Out])),
			kit.Text(v.Number(of.Count[loans.Inspect] + of.Count[loans.Repair])), kit.Text(v.Number(of.Waiting)), kit.Text(next)})
	}
	return t
}

// lentTable is loans, each with its last day.
func lentTable(v kit.View, caption string, all []loans.Lent) kit.Table {
	t := kit.Table{Caption: caption, Columns: []kit.Column{{Title: v.T("loan.thing")}, {Title: v.T("loan.borrower")}, {Title: v.T("loan.due")}, {Title: v.T("loan.late"), Number: true}}}
	for _, l := range all {
		late := ""
		if l.Days > 0 {
			late = v.Number(l.Days)
		}
		t.Rows = append(t.Rows, []templ.Component{kit.LinkText(kit.Link{Href: "/loans/one/" + string(l.Loan.ID), Label: thingWords(l.Thing, l.Size)}),
			kit.Text(lentTo(v, l.Borrower)), kit.Text(v.Date(l.Due)), kit.Text(late)})
	}
	return t
}

// unsafeTable is loans of what is to be fetched, each with why.
func unsafeTable(v kit.View, all []loans.Lent) kit.Table {
	t := kit.Table{Caption: v.T("loan.unsafe"), Columns: []kit.Column{{Title: v.T("loan.thing")}, {Title: v.T("loan.borrower")}, {Title: v.T("loan.unsafe.why")}}}
	for _, l := range all {
		t.Rows = append(t.Rows, []templ.Component{kit.LinkText(kit.Link{Href: "/loans/one/" + string(l.Loan.ID), Label: thingWords(l.Thing, l.Size)}),
			kit.Text(lentTo(v, l.Borrower)), kit.Text(v.T("loan.unsafe." + string(l.Unsafe)))})
	}
	return t
}

// thingWords is what a thing is called.
func thingWords(t loans.Thing, z loans.Size) string {
	words := t.Mark + " · " + z.Title()
	if t.Name != "" {
		words += ", " + t.Name
	}
	return words
}

func (w loanThingsView) table(v kit.View) kit.Table {
	t := kit.Table{Caption: v.T("loan.things"), Titled: true, Columns: []kit.Column{{Title: v.T("loan.thing")}, {Title: v.T("loan.state")}}}
	for _, x := range w.Things {
		z, _ := w.Library.Size(x.Size)
		t.Rows = append(t.Rows, []templ.Component{kit.LinkText(kit.Link{Href: "/loans/things/" + string(x.ID), Label: thingWords(x, z)}), w.stands(v, x)})
	}
	return t
}

// free are the things that can go, for a list.
func (w loanHandView) free(v kit.View) (options []kit.Option) {
	options = append(options, kit.Option{Label: v.T("depot.choose")})
	for _, t := range w.Things {
		z, _ := w.Library.Size(t.Size)
		if w.Library.Unsafe(t, v.Today) != loans.Safe {
			continue
		}
		label := thingWords(t, z)
		switch t.State {
		case loans.Held:
			for _, x := range w.Waits {
				if x.ID == t.By {
					label += " (" + v.T("loan.kept_for", "who", lentTo(v, x.Borrower)) + ")"
				}
			}
		case loans.Ready:
		default:
			continue
		}
		options = append(options, kit.Option{Value: string(t.ID), Label: label})
	}
	return options
}

func checkOptions(all []string) (options []kit.Option) {
	for _, c := range all {
		options = append(options, kit.Option{Value: c, Label: c})
	}
	return options
}

func verdictOptions(v kit.View) (options []kit.Option) {
	for _, s := range []loans.State{loans.Ready, loans.Repair, loans.Retired} {
		options = append(options, kit.Option{Value: string(s), Label: v.T("loan.verdict." + string(s))})
	}
	return options
}

func keepReasons(v kit.View) (options []kit.Option) {
	options = append(options, kit.Option{Label: v.T("loan.reason.none")})
	for _, x := range loans.Reasons {
		options = append(options, kit.Option{Value: string(x), Label: v.T("loan.reason." + string(x))})
	}
	return options
}

// backWays are how a deposit is given back.
func backWays(v kit.View, family kernel.ID) []kit.Option {
	hint := "loan.way.transfer.hint"
	if family == "" {
		hint = "loan.way.account.hint"
	}
	return []kit.Option{{Value: "hand", Label: v.T("loan.way.hand")}, {Value: "transfer", Label: v.T("loan.way.transfer"), Hint: v.T(hint)}}
}

func whereOptions(v kit.View, all ...loans.Where) (options []kit.Option) {
	for _, x := range all {
		key := string(x)
		if x == loans.Anywhere {
			key = "anywhere"
		}
		options = append(options, kit.Option{Value: string(x), Label: v.T("loan.where." + key)})
	}
	return options
}

func whoOptions(v kit.View) []kit.Option {
	return []kit.Option{{Label: v.T("loan.who.all")}, {Value: "social", Label: v.T("loan.who.social")}, {Value: "coupon", Label: v.T("loan.who.coupon")}}
}

func fromOptions(v kit.View, list string) (options []kit.Option) {
	for n := 1; n <= 5; n++ {
		options = append(options, kit.Option{Value: strconv.Itoa(n), Label: v.T("loan.onward."+list, "n", n)})
	}
	return options
}

// whoOf is for whom a row is.
func whoOf(r loans.Row) string {
	switch {
	case r.Coupon:
		return "coupon"
	case r.Social:
		return "social"
	}
	return ""
}

// loanAmount is an amount as somebody types it; a row that is not there has none.
func loanAmount(rows []loans.Row, n int) string {
	if n >= len(rows) {
		return ""
	}
	return rows[n].Cents.String()
}

func rowAt(rows []loans.Row, n int) loans.Row {
	if n >= len(rows) {
		return loans.Row{From: 1}
	}
	return rows[n]
}

func sizeAt(all []loans.Size, n int) loans.Size {
	if n >= len(all) {
		return loans.Size{}
	}
	return all[n]
}

// examples are what a tariff comes to.
func (w lendingEditView) examples(v kit.View) kit.Table {
	t := kit.Table{Caption: v.T("loan.examples"), Titled: true, Columns: []kit.Column{{Title: v.T("loan.example")}, {Title: v.T("loan.fee"), Number: true}, {Title: v.T("loan.deposit"), Number: true}}}
	for _, x := range w.Library.Tariff.Examples() {
		words := v.T("loan.from.fees", "n", int(x.Child))
		if x.Outside {
			words += ", " + v.T("loan.where.away")
		}
		if x.Social {
			words += ", " + v.T("loan.who.social")
		}
		if x.Coupon {
			words += ", " + v.T("loan.who.coupon")
		}
		t.Rows = append(t.Rows, []templ.Component{kit.Text(words), kit.Text(v.Euro(x.Fee)), kit.Text(v.Euro(x.Deposit))})
	}
	return t
}

// thingStep says what was done with a thing.
func thingStep(v kit.View, x loans.Step) string {
	if key := "loan.step." + x.Kind + "." + x.Detail; x.Detail != "" && v.Has(key) {
		return v.T(key)
	}
	return v.T("loan.step." + x.Kind)
}

// plain is a number in a field; nothing for zero.
func plain(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// stands is how a thing stands: first of all whether it may not be lent.
func (w loanThingsView) stands(v kit.View, t loans.Thing) templ.Component {
	if why := w.Library.Unsafe(t, v.Today); why != loans.Safe && t.State != loans.Lost && t.State != loans.Retired {
		return kit.Tag(kit.Possible, v.T("loan.unsafe."+string(why)))
	}
	return kit.Tag(thingKind(t.State), v.T("loan.state."+string(t.State)))
}

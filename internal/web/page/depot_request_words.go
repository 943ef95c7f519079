package page

import (
	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// table lists requests: the number, the age, what is asked, since when.
func (w depotRequestsView) table(v kit.View) kit.Table {
	t := kit.Table{Caption: v.T("depot.requests"), Columns: []kit.Column{{Title: v.T("depot.number")}, {Title: v.T("depot.age")}, {Title: v.T("depot.lines")}, {Title: v.T("depot.since")}, {Title: v.T("depot.state")}}}
	if w.Depot {
		t.Columns = append(t.Columns, kit.Column{Title: v.T("depot.who")})
	}
	for _, x := range w.Requests {
		var lines []string
		for _, l := range x.Lines {
			lines = append(lines, w.lineWords(v, l))
		}
		row := []templ.Component{kit.LinkText(kit.Link{Href: "/depot/requests/" + string(x.ID), Label: v.T("depot.request", "number", x.Number)}), kit.Text(forWhom(v, x)),
			linesOf(lines), kit.Text(v.Date(x.MadeAt.Date())), stateTag(v, x)}
		if w.Depot {
			row = append(row, kit.Text(w.Names[x.Org]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// forWhom is how old a child is, or a class and how many it has, and whether it
// is needed at once.
func forWhom(v kit.View, x depot.Request) string {
	words := requestAge(v, x.Months)
	if x.Children > 1 {
		words = v.T("depot.class", "n", int(x.Children), "age", words)
	}
	if x.Urgent {
		words += " · " + v.T("depot.urgent")
	}
	return words
}

func stateTag(v kit.View, x depot.Request) templ.Component {
	if x.State == depot.Ready {
		return kit.Tag(kit.Certain, v.T("depot.state.ready.until", "day", v.Date(x.Until)))
	}
	return kit.Tag(requestKind(x.State), v.T("depot.state."+string(x.State)))
}

func stateOptions(v kit.View) []kit.Option {
	options := []kit.Option{{Label: v.T("depot.state.open")}}
	for _, x := range depot.States {
		options = append(options, kit.Option{Value: string(x), Label: v.T("depot.state." + string(x))})
	}
	return options
}

// summary is what is known of a request: to the depot, no child.
func (w depotRequestView) summary(v kit.View) []kit.SummaryRow {
	rows := []kit.SummaryRow{
		{Key: v.T("depot.age"), Value: kit.Text(forWhom(v, w.Request))},
		{Key: v.T("depot.who"), Value: kit.Text(w.Names[w.Org])},
		{Key: v.T("depot.since"), Value: kit.Text(v.Date(w.MadeAt.Date()))},
		{Key: v.T("depot.state"), Value: stateTag(v, w.Request)},
	}
	if w.Theirs {
		rows = append(rows, kit.SummaryRow{Key: v.T("depot.worker"), Value: kit.Text(w.Names[w.Worker])})
	}
	return rows
}

// lines are what is asked, with what lies there beside it.
func (w depotRequestView) lines(v kit.View) kit.Table {
	t := kit.Table{Caption: v.T("depot.lines.table"), Columns: []kit.Column{{Title: v.T("depot.item")}, {Title: v.T("depot.asked"), Number: true}, {Title: v.T("depot.handed"), Number: true},
		{Title: v.T("depot.held"), Number: true}, {Title: v.T("depot.free"), Number: true}, {Title: v.T("depot.others"), Number: true}}}
	for n, l := range w.Request.Lines {
		row := []templ.Component{requestLine(v, w, n, l)}
		for _, x := range []int64{l.Asked, l.Handed, l.Held, l.Free, l.Others} {
			row = append(row, kit.Text(v.Number(int(x))))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// why says of a line why it has not come yet, to who asked for it.
func (w depotRequestView) why(v kit.View, l depot.Line) string {
	if why := l.Why(); w.Request.State == depot.Asked && why != depot.Here {
		return v.T("depot.why." + string(why))
	}
	return ""
}

// missing tells whether the depot still looks for something.
func (w depotRequestView) missing() bool {
	for _, l := range w.Request.Lines {
		if l.Open && l.Missing() > 0 {
			return true
		}
	}
	return false
}

func (w depotRequestView) backTo(v kit.View) *kit.Link {
	if w.Mine {
		return &kit.Link{Href: w.path("/requests"), Label: v.T("depot.requests")}
	}
	return &kit.Link{Href: "/depot/asked", Label: v.T("depot.own")}
}

func depotWeight(first bool) kit.Weight {
	if first {
		return kit.Primary
	}
	return kit.Secondary
}

// lossOptions are why something is lost.
func lossOptions(v kit.View) (options []kit.Option) {
	for _, x := range depot.Losses {
		options = append(options, kit.Option{Value: string(x), Label: v.T("depot.loss." + string(x))})
	}
	return options
}

func otherPlaces(all []depot.Place) (options []kit.Option) {
	for _, p := range all {
		options = append(options, kit.Option{Value: string(p.ID), Label: p.Name})
	}
	return options
}

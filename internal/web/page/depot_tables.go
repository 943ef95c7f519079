package page

import (
	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

func placeKinds(v kit.View) (options []kit.Option) {
	for _, k := range depot.Kinds {
		options = append(options, kit.Option{Value: string(k), Label: v.T("depot.kind." + string(k)), Hint: v.T("depot.kind." + string(k) + ".hint")})
	}
	return options
}

func firstOptions(v kit.View) (options []kit.Option) {
	for _, f := range depot.Firsts {
		options = append(options, kit.Option{Value: string(f), Label: v.T("depot.first." + string(f))})
	}
	return options
}

func seasonOptions(v kit.View) (options []kit.Option) {
	for _, x := range depot.Seasons {
		options = append(options, kit.Option{Value: string(x), Label: v.T("depot.season." + string(x))})
	}
	return options
}

func gradeOptions(v kit.View) (options []kit.Option) {
	for _, x := range depot.Grades {
		options = append(options, kit.Option{Value: string(x), Label: v.T("depot.grade." + string(x))})
	}
	return options
}

func closedValues(closed bool) []string {
	if closed {
		return []string{"yes"}
	}
	return nil
}

func itemFormTitle(v kit.View, i depot.Item) string {
	if i.Version == 0 {
		return v.T("depot.item.new")
	}
	return itemWords(v, i)
}

// requestsHref leads to requests, for who works there.
func (w depotBoardView) requestsHref(state string) string {
	switch {
	case !w.Mine:
		return ""
	case state == "":
		return w.path("/requests")
	}
	return w.path("/requests?state=" + state)
}

// waits is how long requests wait already.
func (w depotBoardView) waits(v kit.View) kit.Table {
	t := kit.Table{Caption: v.T("depot.waits.since", "day", w.Oldest.Date()), Columns: []kit.Column{{Title: v.T("depot.waits.how_long")}, {Title: v.T("depot.requests"), Number: true}}}
	for n, key := range []string{"week", "two", "four", "longer"} {
		t.Rows = append(t.Rows, []templ.Component{kit.Text(v.T("depot.waits." + key)), monthBar(v, w.Waits[n], max(1, w.Waiting), v.T("depot.waits."+key))})
	}
	return t
}

// year is what came in and went out, month by month.
func (w depotBoardView) year(v kit.View) kit.Table {
	t := kit.Table{Caption: v.T("depot.year.table"), Columns: []kit.Column{{Title: v.T("depot.month")}, {Title: v.T("depot.year.in"), Number: true}, {Title: v.T("depot.year.out"), Number: true}}}
	store := w.depotView.Place.Kind == depot.Store
	if store {
		t.Columns = append(t.Columns, kit.Column{Title: v.T("depot.year.lost"), Number: true})
	} else {
		t.Columns = append(t.Columns, kit.Column{Title: v.T("depot.swap.people"), Number: true})
	}
	for _, m := range w.Months {
		name := v.Month(kernel.Date(m.Month + "-01"))
		last := m.Lost
		if !store {
			last = m.People
		}
		t.Rows = append(t.Rows, []templ.Component{kit.Text(name), monthBar(v, m.In+m.Given, w.Most, v.T("depot.year.in")+", "+name),
			monthBar(v, m.Out+m.Taken, w.Most, v.T("depot.year.out")+", "+name), kit.Text(v.Number(int(last)))})
	}
	return t
}

func itemsTable(v kit.View, w depotItemsView) kit.Table {
	t := kit.Table{Caption: v.T("depot.items"), Columns: []kit.Column{{Title: v.T("depot.item")}, {Title: v.T("depot.pack"), Number: true}, {Title: v.T("depot.level"), Number: true}, {Title: v.T("depot.is")}}}
	for _, i := range w.Items {
		name := kit.Text(itemWords(v, i))
		if w.MayLead {
			name = kit.LinkText(kit.Link{Href: "/depot/items/" + string(i.ID), Label: itemWords(v, i)})
		}
		var is []string
		for _, x := range []struct {
			on  bool
			key string
		}{{i.Dated, "dated"}, {i.Numbered, "numbered"}, {i.Off, "off"}} {
			if x.on {
				is = append(is, v.T("depot.is."+x.key))
			}
		}
		t.Rows = append(t.Rows, []templ.Component{name, kit.Text(v.Number(int(i.Pack))), kit.Text(v.Number(int(i.Level))), kit.Text(v.List(is))})
	}
	return t
}

package page

import (
	"cmp"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// takePages show a coordinator how many families a right reaches.
func (s *Site) takePages(page register) {
	page("GET /reach/figures", "reach.figures", s.whomWeReach)
	page("GET /reach/figures/rows", "reach.figures", s.takeRows)
}

// takeView is how many families have what they are entitled to.
type takeView struct {
	reach.Take
	Errors kit.Errors
}

func countingOf(form url.Values) (q reach.Counting, err error) {
	q = reach.Counting{Side: reach.Side(form.Get("side")), Right: form.Get("right"), Municipality: kernel.NIS(form.Get("place"))}
	if q.Side == "" {
		q.Side = reach.OwnSide
	}
	if typed := kernel.Date(form.Get("on")); typed != "" {
		q.On, err = kernel.ParseDate(string(typed))
		return q, err
	}
	q.On, err = kit.DateOf(form, "on")
	return q, err
}

func (s *Site) whomWeReach(r *Request) (Answer, error) {
	var w takeView
	q, wrong := countingOf(r.URL.Query())
	var err error
	if wrong == nil {
		w.Take, wrong = s.Reach.Take(r.Context(), q)
		if wrong == nil && len(w.Lines) == 0 && !w.Kept && !r.URL.Query().Has("side") { // who coordinates others may have no family of their own
			q.Side = reach.Everyone
			w.Take, wrong = s.Reach.Take(r.Context(), q)
		}
	}
	if kernel.CodeOf(wrong) == kernel.Invalid { // show what can be shown, and say what is wrong
		w.Take, err = s.Reach.Take(r.Context(), reach.Counting{Side: reach.OwnSide})
		w.Errors = r.View.Problems(wrong)
		if err == nil {
			return again(takePage(r.View, w), wrong)
		}
		return Answer{}, err
	}
	if wrong != nil {
		return Answer{}, wrong
	}
	return show(takePage(r.View, w))
}

// takeRowsView is what is behind one figure.
type takeRowsView struct {
	Behind reach.Behind
	Page   reach.Page
	Next   kit.Pages
}

func (s *Site) takeRows(r *Request) (Answer, error) {
	form := r.URL.Query()
	q, err := countingOf(form)
	if err != nil {
		return Answer{}, kernel.NewNotFound("page")
	}
	w := takeRowsView{Behind: reach.Behind{Counting: q, Cell: reach.Cell(form.Get("cell")), Neighbourhood: form.Get("near"), After: form.Get("after")}}
	if w.Page, err = s.Reach.TakeRows(r.Context(), w.Behind); kernel.CodeOf(err) == kernel.Invalid {
		return Answer{}, kernel.NewNotFound("page")
	} else if err != nil {
		return Answer{}, err
	}
	if w.Page.Next != "" {
		form.Set("after", w.Page.Next)
		w.Next.Next = "/reach/figures/rows?" + form.Encode()
	}
	return show(takeRowsPage(r.View, w))
}

func (w takeView) query() url.Values {
	return url.Values{"side": {string(w.Side)}, "on": {string(w.On)}}
}

// behind is the address of the rows behind a figure; none for figures of all.
func (w takeView) behind(key string, cell reach.Cell) string {
	if w.Side == reach.Everyone {
		return ""
	}
	q := w.query()
	q.Set("right", key)
	switch {
	case w.Municipality != "":
		q.Set("right", w.Right)
		q.Set("place", string(w.Municipality))
		q.Set("near", cmp.Or(key, reach.NotTold))
	case w.Right != "":
		q.Set("right", w.Right)
		q.Set("place", key)
	}
	if cell != "" {
		q.Set("cell", string(cell))
	}
	return "/reach/figures/rows?" + q.Encode()
}

// narrowed is the address of a right by municipality, or of a municipality of it
// by neighbourhood.
func (w takeView) narrowed(right, municipality string) string {
	q := w.query()
	q.Set("right", right)
	if municipality != "" {
		q.Set("place", municipality)
	}
	return "/reach/figures?" + q.Encode()
}

func takeColumns(v kit.View, first string) []kit.Column {
	columns := []kit.Column{{Title: first}, {Title: v.T("take.all"), Number: true}}
	for _, cell := range reach.Cells {
		columns = append(columns, kit.Column{Title: v.T("take.cell." + string(cell)), Number: true})
	}
	return columns
}

func takeTable(v kit.View, w takeView) kit.Table {
	first := v.T("reach.right")
	switch {
	case w.Municipality != "":
		first = v.T("take.near")
	case w.Right != "":
		first = v.T("take.place")
	}
	t := kit.Table{Caption: v.T("take.caption"), Columns: takeColumns(v, first)}
	for _, line := range w.Lines {
		row := []templ.Component{w.name(v, line), takeCell(line.All, w.behind(line.Key, ""))}
		for _, cell := range reach.Cells {
			row = append(row, takeCell(line.Cells[cell], w.behind(line.Key, cell)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// name is what a line is called; a right opens its municipalities, and one of
// these its neighbourhoods.
func (w takeView) name(v kit.View, line reach.TakeLine) templ.Component {
	name := line.Name.In(v.Lang())
	switch {
	case w.Municipality != "" && name == "":
		return kit.Text(v.T("take.near.none"))
	case w.Municipality != "":
		return kit.Text(name)
	case w.Right != "" && name == "":
		return kit.Text(v.T("take.nowhere"))
	case w.Right != "":
		return kit.LinkText(kit.Link{Href: w.narrowed(w.Right, line.Key), Label: name})
	case name == "":
		name = v.T("claim.gone")
	}
	return kit.LinkText(kit.Link{Href: w.narrowed(line.Key, ""), Label: name})
}

func takeCell(c few.Figure, behind string) templ.Component {
	switch {
	case c.Hidden:
		return kit.Text("*")
	case c.N == 0 || behind == "":
		return kit.Text(strconv.FormatInt(c.N, 10))
	}
	return kit.LinkText(kit.Link{Href: behind, Label: strconv.FormatInt(c.N, 10)})
}

func takeMonths(v kit.View, w takeView) kit.Table {
	t := kit.Table{Columns: takeColumns(v, v.T("take.on"))}
	for _, line := range w.Months {
		row := []templ.Component{kit.Text(v.Date(kernel.Date(line.Key))), takeCell(line.All, "")}
		for _, cell := range reach.Cells {
			row = append(row, takeCell(line.Cells[cell], ""))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func takeReasons(v kit.View, w takeView) kit.Table {
	t := kit.Table{Columns: []kit.Column{{Title: v.T("figures.reason")}, {Title: v.T("claims.state")}, {Title: v.T("take.families"), Number: true}}}
	for _, x := range w.Reasons {
		t.Rows = append(t.Rows, []templ.Component{kit.Text(takeWhy(v, x)), kit.Text(v.T("take.cell." + string(x.Cell))), takeCell(x.Figure, "")})
	}
	return t
}

// takeWhy is a reason in words: of putting off, or of a claim.
func takeWhy(v kit.View, x reach.WhyCount) string {
	if key := "reach.reason." + x.Why; x.Cell == reach.NotNow && v.Has(key) {
		return v.T("reach.reason." + x.Why)
	}
	return v.T("claim.reason." + x.Why)
}

func takeSides(v kit.View) (options []kit.Option) {
	for _, side := range reach.Sides {
		options = append(options, kit.Option{Value: string(side), Label: v.T("take.side." + string(side))})
	}
	return options
}

func takeRowsTable(v kit.View, w takeRowsView) kit.Table {
	t := kit.Table{Columns: []kit.Column{{Title: v.T("claims.who")}, {Title: v.T("reach.right")}, {Title: v.T("claims.state")}, {Title: v.T("reach.since")}}}
	for _, x := range w.Page.Rows {
		t.Rows = append(t.Rows, []templ.Component{kit.Text(rowTitle(v, x.FamilyRow)), kit.Text(lineName(v, x)),
			kit.Text(v.T("reach.stage." + string(x.Stage))), kit.Text(v.DateShort(x.FoundOn))})
	}
	return t
}

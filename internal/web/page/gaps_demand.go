package page

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/domain/gaps"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// What is asked for, beside what there is: in the cells, in the rows behind
// them, and on a sheet for a consultation.

// living says how many children live there for whom something is.
func living(v kit.View, of gaps.View, row, col string) string {
	n, known := of.Living(row, col)
	if !known {
		return ""
	}
	return v.T("gaps.cell.living", "count", v.Number(n))
}

// livingFigure is the same as a number for a file.
func livingFigure(of gaps.View, row, col string) string {
	n, known := of.Living(row, col)
	if !known {
		return ""
	}
	return strconv.Itoa(n)
}

// livesBy tells whether children are counted by an axis.
func livesBy(axis gaps.Axis) bool { return axis == gaps.ByPhase || axis == gaps.ByPlace }

// livingOn is how many children there are for a whole row or column; "" where
// the other axis parts them too, since then it stands in the cells.
func (w gapsView) livingOn(v kit.View, axis, other gaps.Axis, row, col string) string {
	if !livesBy(axis) || livesBy(other) {
		return ""
	}
	return living(v, w.View, row, col)
}

// livingIn is how many there are for a cell, where both axes part them.
func (w gapsView) livingIn(v kit.View, row, col string) string {
	if !livesBy(w.Rows) || !livesBy(w.Columns) {
		return ""
	}
	return living(v, w.View, row, col)
}

// wanted tells whether anything is asked for in a cell.
func wanted(c gaps.Cell) bool {
	return c.Demand() > 0 || c.Sought.Hidden || c.NoRoom.Hidden || c.Signals.Hidden
}

// gapNames are the names of who is behind the rows of a cell.
func (s *Site) gapNames(r *Request, w gapRowsView) (map[kernel.ID]string, error) {
	var ids []kernel.ID
	for _, x := range w.Signals {
		ids = append(ids, x.Organisation)
	}
	for _, x := range w.NoRoom {
		ids = append(ids, x.SentTo)
	}
	names, err := s.Members.Names(r.Context(), ids...)
	if err != nil {
		return nil, err
	}
	for _, record := range w.Records {
		if record.Service.Programme != "" {
			names[record.Service.Programme] = anyLanguage(r.View, record.Service.Name)
		}
	}
	return names, nil
}

// asked tells whether anything that was asked for may be shown at all.
func (w gapRowsView) asked() bool { return w.View.Asked || w.View.Refused || w.View.Heard }

func gapDemandTable(v kit.View, w gapRowsView) kit.Table {
	t := kit.Table{Caption: v.T("gaps.demand"), Columns: []kit.Column{{Title: v.T("gaps.demand.what")}, {Title: v.T("gaps.demand.count"), Number: true}}}
	add := func(what, count string) { t.Rows = append(t.Rows, []templ.Component{kit.Text(what), kit.Text(count)}) }
	if n, known := w.View.Living(w.Row, w.Col); known {
		add(v.T("gaps.living"), v.Number(n))
	}
	add(v.T("gaps.waiting"), v.Number(w.Cell.Waiting))
	if w.View.Asked {
		add(v.T("gaps.sought"), countWords(w.Cell.Sought))
	}
	if w.View.Refused {
		add(v.T("gaps.no_room"), countWords(w.Cell.NoRoom))
	}
	if w.View.Heard {
		add(v.T("gaps.signals"), countWords(w.Cell.Signals))
	}
	return t
}

func gapSoughtTable(v kit.View, w gapRowsView) kit.Table {
	t := kit.Table{Caption: v.T("gaps.sought"), Columns: []kit.Column{{Title: v.T("gaps.sought.what")}, {Title: v.T("gaps.demand.count"), Number: true}}}
	for _, x := range w.Sought {
		what := v.T("gaps.sought.unknown")
		if x.Concept != "" {
			what = find.ConceptWord(x.Concept, v.Lang())
		}
		t.Rows = append(t.Rows, []templ.Component{kit.Text(what), kit.Text(countWords(x.Times))})
	}
	return t
}

func gapSignalTable(v kit.View, w gapRowsView) kit.Table {
	t := kit.Table{Caption: v.T("gaps.signals"), Columns: []kit.Column{{Title: v.T("gaps.organisation")}, {Title: v.T("gaps.demand.count"), Number: true}}}
	for _, x := range w.Signals {
		t.Rows = append(t.Rows, []templ.Component{kit.Text(w.Names[x.Organisation]), kit.Text(countWords(x.Times))})
	}
	return t
}

func gapNoRoomTable(v kit.View, w gapRowsView) kit.Table {
	t := kit.Table{Caption: v.T("gaps.no_room"), Columns: []kit.Column{{Title: v.T("gaps.organisation")}, {Title: v.T("gaps.service")}, {Title: v.T("gaps.demand.count"), Number: true}}}
	for _, x := range w.NoRoom {
		t.Rows = append(t.Rows, []templ.Component{kit.Text(w.Names[x.SentTo]), kit.Text(w.Names[x.Programme]), kit.Text(countWords(x.Times))})
	}
	return t
}

// gapChildrenTable are the figures from which is reckoned how many live there.
func gapChildrenTable(v kit.View, w gapRowsView) kit.Table {
	t := childrenTable(v, gapsView{View: w.View, MayManage: w.MayManage})
	t.Caption = v.T("gaps.living.from")
	return t
}

// signalView is the form in which a partner says that something is missing.
type signalView struct {
	Form   url.Values
	Errors kit.Errors
	Places []kernel.NIS
}

func (s *Site) gapSignal(r *Request) (Answer, error) { return s.showSignal(r, r.URL.Query(), nil) }

func (s *Site) showSignal(r *Request, form url.Values, wrong error) (Answer, error) {
	w := signalView{Form: form}
	var err error
	if w.Places, err = s.ownMunicipalities(r); err != nil {
		return Answer{}, err
	}
	if wrong == nil {
		return show(gapSignalPage(r.View, w))
	}
	w.Errors = r.View.Problems(wrong)
	return again(gapSignalPage(r.View, w), wrong)
}

func (s *Site) sayGap(r *Request) (Answer, error) {
	form := r.PostForm
	lever, _ := strconv.Atoi(form.Get("lever")) // none: the theme is asked for
	err := s.Gaps.Signal(r.Context(), gaps.Signal{Phase: directory.Phase(form.Get("phase")), Lever: directory.Lever(lever), Municipality: kernel.NIS(form.Get("place")),
		Language: form.Get("language"), Part: form.Get("part")})
	if faulty(err) {
		return s.showSignal(r, form, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/directory", "said.gaps.signal")
}

func (w signalView) field(v kit.View, name string, options []kit.Option) kit.Field {
	return kit.Field{Name: name, Label: v.T("gaps.axis." + name), Options: options, Optional: name != "lever"}.Kept(w.Form, w.Errors)
}

func gapChoices(v kit.View, axis gaps.Axis, keys []string) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("gaps.signal.any")}}
	for _, key := range keys {
		options = append(options, kit.Option{Value: key, Label: gapKey(v, axis, key)})
	}
	return options
}

func (w signalView) places() (keys []string) {
	for _, n := range w.Places {
		keys = append(keys, string(n))
	}
	return keys
}

// signalOf leads from a cell to the form that says that it is missing.
func (w gapRowsView) signalOf() string {
	q := url.Values{}
	for _, at := range []struct {
		axis gaps.Axis
		key  string
	}{{w.Rows, w.Row}, {w.Columns, w.Col}} {
		if at.key != gaps.NotTold && at.axis != gaps.ByCost {
			q.Set(string(at.axis), at.key)
		}
	}
	return "/directory/gaps/signal?" + q.Encode()
}

// gapSheetView is the sheet for a consultation.
type gapSheetView struct {
	gapsView
	Alliance string
	Short    []gaps.Spot // where there is nothing, or little
	More     int         // of those that stand on no sheet
	Much     []gaps.Spot // where there is much
}

// onSheet is how many lines fit on a sheet that somebody reads.
const onSheet = 25

func (s *Site) gapSheet(r *Request) (Answer, error) {
	w := gapSheetView{Alliance: r.Session.Alliance.Name.In(r.View.Lang())}
	var err error
	if w.View, err = s.Gaps.Look(r.Context(), gapAsk(r.URL.Query())); err != nil {
		return Answer{}, err
	}
	w.Short, w.Much = w.Standing(gaps.Missing, gaps.Thin), w.Standing(gaps.Overlapping)
	if len(w.Short) > onSheet {
		w.Short, w.More = w.Short[:onSheet], len(w.Short)-onSheet
	}
	return show(gapSheetPage(r.View, w))
}

func (w gapSheetView) table(v kit.View, caption string, spots []gaps.Spot) kit.Table {
	t := kit.Table{Caption: caption, Columns: []kit.Column{{Title: v.T("gaps.axis." + string(w.Rows))}, {Title: v.T("gaps.axis." + string(w.Columns))}, {Title: v.T("gaps.verdict")},
		{Title: v.T("gaps.services"), Number: true}, {Title: v.T("gaps.waiting"), Number: true}}}
	also := func(shown bool, key string) {
		if shown {
			t.Columns = append(t.Columns, kit.Column{Title: v.T(key), Number: true})
		}
	}
	some := func(of func(gaps.Spot) few.Figure) bool { // a column of noughts says nothing
		return slices.ContainsFunc(spots, func(x gaps.Spot) bool { return of(x).N > 0 || of(x).Hidden })
	}
	asked := w.Asked && some(func(x gaps.Spot) few.Figure { return x.Sought })
	refused := w.Refused && some(func(x gaps.Spot) few.Figure { return x.NoRoom })
	heard := w.Heard && some(func(x gaps.Spot) few.Figure { return x.Signals })
	also(asked, "gaps.sought")
	also(refused, "gaps.no_room")
	also(heard, "gaps.signals")
	also(len(w.Children) > 0, "gaps.living")
	for _, x := range spots {
		q := gapQuery(w.Ask)
		q.Set("row", x.Row)
		q.Set("column", x.Column)
		row := []templ.Component{kit.Text(gapKey(v, w.Rows, x.Row)), gapServiceLink(gapKey(v, w.Columns, x.Column), "/directory/gaps/rows?"+q.Encode()), gapVerdict(v, x.Verdict()),
			kit.Text(v.Number(len(x.Services))), kit.Text(v.Number(x.Waiting))}
		if asked {
			row = append(row, kit.Text(countWords(x.Sought)))
		}
		if refused {
			row = append(row, kit.Text(countWords(x.NoRoom)))
		}
		if heard {
			row = append(row, kit.Text(countWords(x.Signals)))
		}
		if len(w.Children) > 0 {
			figure := ""
			if n, known := w.Living(x.Row, x.Column); known {
				figure = v.Number(n)
			}
			row = append(row, kit.Text(figure))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// sheetPath is the sheet of what is shown.
func (w gapsView) sheetPath() string { return "/directory/gaps/sheet?" + gapQuery(w.Ask).Encode() }

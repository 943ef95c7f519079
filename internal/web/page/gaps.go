package page

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/gaps"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// gapPages show where help overlaps and where it is missing, now and on a day
// that was kept.
func (s *Site) gapPages(page register) {
	page("GET /directory/gaps", "directory.work", s.gaps)
	page("GET /directory/gaps/rows", "directory.work", s.gapRows)
	page("GET /directory/gaps/sheet", "directory.work", s.gapSheet)
	page("GET /directory/gaps/signal", "gap.signal", s.gapSignal)
	page("POST /directory/gaps/signal", "gap.signal", s.sayGap)
	page("POST /directory/gaps/days", "directory.manage", s.keepGaps)
	page("GET /directory/gaps/children/{nis}", "directory.manage", s.gapChildren)
	page("POST /directory/gaps/children/{nis}", "directory.manage", s.tellGapChildren)
}

// gapsView is the matrix.
type gapsView struct {
	gaps.View
	MayManage bool
}

// gapAsk reads what the matrix shows.
func gapAsk(form url.Values) gaps.Ask {
	q := gaps.Ask{Rows: gaps.Axis(form.Get("rows")), Columns: gaps.Axis(form.Get("columns")), Only: map[gaps.Axis]string{}, Then: kernel.Date(form.Get("then"))}
	for _, axis := range gaps.Axes {
		if key := form.Get("only_" + string(axis)); key != "" {
			q.Only[axis] = key
		}
	}
	return q
}

func (s *Site) gaps(r *Request) (Answer, error) {
	w := gapsView{MayManage: r.may("directory.manage")}
	var err error
	if w.View, err = s.Gaps.Look(r.Context(), gapAsk(r.URL.Query())); err != nil {
		return Answer{}, err
	}
	return show(gapsPage(r.View, w))
}

func (s *Site) keepGaps(r *Request) (Answer, error) {
	if err := s.Gaps.Keep(r.Context()); err != nil {
		return Answer{}, err
	}
	return goTo("/directory/gaps", "said.gaps.kept")
}

// gapRowsView is what stands in one cell.
type gapRowsView struct {
	gaps.Matrix
	Row, Col   string
	Cell       gaps.Cell
	Records    []directory.PublicRecord
	Came, Gone []gapService // since the day that was kept
	View       gaps.View
	Sought     []gaps.SoughtLine
	Signals    []gaps.SignalLine
	NoRoom     []gaps.RefusedLine
	Names      map[kernel.ID]string // of organisations and programmes
	MayManage  bool
}

// gapService is a service that came into a cell or went out of it.
type gapService struct {
	ID   kernel.ID // zero where nothing is known of it any more
	Name string
}

func (s *Site) gapRows(r *Request) (Answer, error) {
	form := r.URL.Query()
	m, err := s.Gaps.Look(r.Context(), gapAsk(form))
	if err != nil {
		return Answer{}, err
	}
	w := gapRowsView{Matrix: m.Matrix, Row: form.Get("row"), Col: form.Get("column"), View: m, MayManage: r.may("directory.manage")}
	i, j := slices.Index(m.RowKeys, w.Row), slices.Index(m.ColKeys, w.Col)
	if i < 0 || j < 0 {
		return Answer{}, kernel.NewNotFound("page")
	}
	w.Cell = m.Cells[i][j]
	for _, record := range m.Records {
		if slices.Contains(w.Cell.Services, record.Service.ID) {
			w.Records = append(w.Records, record)
		}
	}
	if m.Was != nil {
		was := m.Was[i][j].Services
		for _, record := range w.Records {
			if !slices.Contains(was, record.Service.ID) {
				w.Came = append(w.Came, gapService{record.Service.ID, anyLanguage(r.View, record.Service.Name)})
			}
		}
		for _, id := range was {
			if slices.Contains(w.Cell.Services, id) {
				continue
			}
			gone := gapService{Name: r.View.T("gaps.gone.unknown")}
			switch v, _, err := s.Directory.Service(r.Context(), id); kernel.CodeOf(err) {
			case "":
				gone = gapService{id, anyLanguage(r.View, v.Name)}
			case kernel.NotFound:
			default:
				return Answer{}, err
			}
			w.Gone = append(w.Gone, gone)
		}
	}
	w.Sought, w.Signals, w.NoRoom = m.SoughtIn(i, j), m.SignalsIn(i, j), m.NoRoomIn(i, j)
	if w.Names, err = s.gapNames(r, w); err != nil {
		return Answer{}, err
	}
	return show(gapRowsPage(r.View, w))
}

// query is the address of what is shown.
func gapQuery(q gaps.Ask) url.Values {
	out := url.Values{"rows": {string(q.Rows)}, "columns": {string(q.Columns)}}
	for axis, key := range q.Only {
		out.Set("only_"+string(axis), key)
	}
	if q.Then != "" {
		out.Set("then", string(q.Then))
	}
	return out
}

// gapKey is what a place on an axis is called.
func gapKey(v kit.View, axis gaps.Axis, key string) string {
	if key == gaps.NotTold {
		return v.T("gaps.not_told")
	}
	switch axis {
	case gaps.ByPhase:
		return v.T("hsds.phase." + key)
	case gaps.ByLever:
		return v.T("programme.lever." + key)
	case gaps.ByPlace:
		return municipalityName(v, kernel.NIS(key))
	case gaps.ByLanguage:
		return languageName(v, key)
	}
	return v.T("gaps." + string(axis) + "." + key)
}

func gapTable(v kit.View, w gapsView) kit.Table {
	t := kit.Table{Caption: v.T("gaps.caption", "rows", v.T("gaps.axis."+string(w.Rows)), "columns", v.T("gaps.axis."+string(w.Columns))),
		Columns: []kit.Column{{Title: v.T("gaps.axis." + string(w.Rows))}}}
	for _, key := range w.ColKeys {
		t.Columns = append(t.Columns, kit.Column{Title: joinParts(", ", gapKey(v, w.Columns, key), w.livingOn(v, w.Columns, w.Rows, "", key))})
	}
	for i, key := range w.RowKeys {
		row := []templ.Component{gapHead(gapKey(v, w.Rows, key), w.livingOn(v, w.Rows, w.Columns, key, ""))}
		for j, col := range w.ColKeys {
			q := gapQuery(w.Ask)
			q.Set("row", key)
			q.Set("column", col)
			row = append(row, gapCell(v, w.Cells[i][j], w.livingIn(v, key, col), w.before(v, i, j), "/directory/gaps/rows?"+q.Encode()))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func gapRowsTable(v kit.View, w gapRowsView) kit.Table {
	t := kit.Table{Caption: v.T("gaps.rows.caption"), Columns: []kit.Column{{Title: v.T("gaps.service")}, {Title: v.T("gaps.organisation")}, {Title: v.T("gaps.where")}, {Title: v.T("gaps.room")}, {Title: v.T("gaps.waiting"), Number: true}}}
	for _, r := range w.Records {
		where := ""
		for i, p := range r.Places {
			if i > 0 {
				where += "; "
			}
			where += joinParts(", ", p.Name, p.Street, p.City)
		}
		if where == "" {
			where = v.T("gaps.nowhere")
		}
		standing := gaps.StandingOf(r, w.At)
		room, waiting := v.T("gaps.room.unknown"), ""
		if standing.Room != directory.RoomUnknown {
			room = v.T("hsds.room." + string(standing.Room))
		}
		if standing.Waiting > 0 {
			waiting = v.Number(standing.Waiting)
		}
		t.Rows = append(t.Rows, []templ.Component{gapServiceLink(anyLanguage(v, r.Service.Name), "/directory/services/"+string(r.Service.ID)), kit.Text(r.Organisation.Name), kit.Text(where), kit.Text(room), kit.Text(waiting)})
	}
	return t
}

// joinParts joins what is there.
func joinParts(by string, parts ...string) (out string) {
	for _, p := range parts {
		if p != "" {
			if out != "" {
				out += by
			}
			out += p
		}
	}
	return out
}

// anyLanguage is a text in the reader's language, or in one in which it is
// written.
func anyLanguage(v kit.View, t kernel.Text) string {
	if s := t.In(v.Lang()); s != "" {
		return s
	}
	for _, lang := range kernel.Langs {
		if s := t.In(lang); s != "" {
			return s
		}
	}
	return ""
}

func axisOptions(v kit.View) (options []kit.Option) {
	for _, axis := range gaps.Axes {
		options = append(options, kit.Option{Value: string(axis), Label: v.T("gaps.axis." + string(axis))})
	}
	return options
}

func (w gapsView) options(v kit.View, axis gaps.Axis) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("gaps.all")}}
	for _, key := range w.Keys[axis] {
		options = append(options, kit.Option{Value: key, Label: gapKey(v, axis, key)})
	}
	return options
}

// others are the axes that are not shown, by which the matrix can be narrowed.
func (w gapsView) others() (all []gaps.Axis) {
	for _, axis := range gaps.Axes {
		if axis != w.Rows && axis != w.Columns {
			all = append(all, axis)
		}
	}
	return all
}

// gapFile is the matrix as a file, a line a cell.
func (s *Site) gapFile() http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, hr *http.Request) {
		r := &Request{Request: hr, writer: writer}
		body, err := s.gapCSV(r)
		if err != nil {
			s.fail(r, err)
			return
		}
		writer.Header().Set("Content-Type", "text/csv; charset=utf-8")
		writer.Header().Set("Content-Disposition", `attachment; filename="gaps.csv"`)
		writer.Header().Set("Cache-Control", "no-store")
		_, _ = writer.Write(body) // the reader may have gone
	})
}

func (s *Site) gapCSV(r *Request) ([]byte, error) {
	if err := s.open(r, false); err != nil {
		return nil, err
	}
	switch {
	case !r.Session.Actor().SignedIn():
		return nil, &kernel.Fault{Code: kernel.Unauthenticated, Key: "sign_in"}
	case !policy.May(r.Session.Actor(), "directory.work"):
		return nil, kernel.NewForbidden("role")
	}
	m, err := s.Gaps.Look(r.Context(), gapAsk(r.URL.Query()))
	if err != nil {
		return nil, err
	}
	v := r.View
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = true // RFC 4180
	head := []string{v.T("gaps.axis." + string(m.Rows)), v.T("gaps.axis." + string(m.Columns)), v.T("gaps.verdict"), v.T("gaps.services"), v.T("gaps.free"), v.T("gaps.full"), v.T("gaps.waiting"), v.T("gaps.sought"), v.T("gaps.no_room"), v.T("gaps.signals"), v.T("gaps.living")}
	if m.Was != nil {
		head = append(head, v.T("gaps.then", "day", v.Date(m.Then)), v.T("gaps.services.then", "day", v.Date(m.Then)))
	}
	_ = w.Write(head) // a buffer never fails
	for i, row := range m.RowKeys {
		for j, col := range m.ColKeys {
			c := m.Cells[i][j]
			line := []string{unformula(gapKey(v, m.Rows, row)), unformula(gapKey(v, m.Columns, col)), v.T("gaps.verdict." + string(c.Verdict())),
				strconv.Itoa(len(c.Services)), strconv.Itoa(c.Free), strconv.Itoa(c.Full), strconv.Itoa(c.Waiting), countedIf(m.Asked, c.Sought), countedIf(m.Refused, c.NoRoom), countedIf(m.Heard, c.Signals), livingFigure(m, row, col)}
			if m.Was != nil {
				was := m.Was[i][j]
				line = append(line, v.T("gaps.verdict."+string(was.Verdict())), strconv.Itoa(len(was.Services)))
			}
			_ = w.Write(line)
		}
	}
	w.Flush()
	return out.Bytes(), nil
}

// countedIf is a figure; empty where it is not counted.
func countedIf(counted bool, f few.Figure) string {
	if !counted {
		return ""
	}
	return countWords(f)
}

// before says what a cell was on the day that is laid beside it: nothing where
// none is, or where it was the same.
func (w gapsView) before(v kit.View, i, j int) string {
	if w.Was == nil {
		return ""
	}
	was, is := w.Was[i][j], w.Cells[i][j]
	if was.Verdict() == is.Verdict() && slices.Equal(was.Services, is.Services) {
		return ""
	}
	return v.T("gaps.was", "verdict", v.T("gaps.verdict."+string(was.Verdict())), "services", v.T("gaps.cell", "n", len(was.Services)))
}

// days are the days that can be laid beside today.
func (w gapsView) days(v kit.View) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("gaps.then.none")}}
	for _, day := range w.Days {
		options = append(options, kit.Option{Value: string(day), Label: v.Date(day)})
	}
	return options
}

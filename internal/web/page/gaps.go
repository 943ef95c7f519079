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
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// gapPages show where help overlaps and where it is missing.
func (s *Site) gapPages(page register) {
	page("GET /directory/gaps", "directory.work", s.gaps)
	page("GET /directory/gaps/rows", "directory.work", s.gapRows)
}

// gapsView is the matrix.
type gapsView struct {
	gaps.Matrix
	Keys map[gaps.Axis][]string // by which the other axes may be narrowed
}

// gapAsk reads what the matrix shows.
func gapAsk(form url.Values) gaps.Ask {
	q := gaps.Ask{Rows: gaps.Axis(form.Get("rows")), Columns: gaps.Axis(form.Get("columns")), Only: map[gaps.Axis]string{}}
	for _, axis := range gaps.Axes {
		if key := form.Get("only_" + string(axis)); key != "" {
			q.Only[axis] = key
		}
	}
	return q
}

func (s *Site) gaps(r *Request) (Answer, error) {
	m, records, places, err := s.Gaps.Look(r.Context(), gapAsk(r.URL.Query()))
	if err != nil {
		return Answer{}, err
	}
	w := gapsView{Matrix: m, Keys: map[gaps.Axis][]string{}}
	for _, axis := range gaps.Axes {
		w.Keys[axis] = gaps.Keys(axis, records, places)
	}
	return show(gapsPage(r.View, w))
}

// gapRowsView is what stands in one cell.
type gapRowsView struct {
	gaps.Matrix
	Row, Col string
	Cell     gaps.Cell
	Records  []directory.PublicRecord
}

func (s *Site) gapRows(r *Request) (Answer, error) {
	form := r.URL.Query()
	m, records, _, err := s.Gaps.Look(r.Context(), gapAsk(form))
	if err != nil {
		return Answer{}, err
	}
	w := gapRowsView{Matrix: m, Row: form.Get("row"), Col: form.Get("column")}
	i, j := slices.Index(m.RowKeys, w.Row), slices.Index(m.ColKeys, w.Col)
	if i < 0 || j < 0 {
		return Answer{}, kernel.NewNotFound("page")
	}
	w.Cell = m.Cells[i][j]
	for _, record := range records {
		if slices.Contains(w.Cell.Services, record.Service.ID) {
			w.Records = append(w.Records, record)
		}
	}
	return show(gapRowsPage(r.View, w))
}

// query is the address of what is shown.
func gapQuery(q gaps.Ask) url.Values {
	out := url.Values{"rows": {string(q.Rows)}, "columns": {string(q.Columns)}}
	for axis, key := range q.Only {
		out.Set("only_"+string(axis), key)
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
		t.Columns = append(t.Columns, kit.Column{Title: gapKey(v, w.Columns, key)})
	}
	for i, key := range w.RowKeys {
		row := []templ.Component{kit.Text(gapKey(v, w.Rows, key))}
		for j, col := range w.ColKeys {
			q := gapQuery(w.Ask)
			q.Set("row", key)
			q.Set("column", col)
			row = append(row, gapCell(v, w.Cells[i][j], "/directory/gaps/rows?"+q.Encode()))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func gapRowsTable(v kit.View, w gapRowsView) kit.Table {
	t := kit.Table{Caption: v.T("gaps.rows.caption"), Columns: []kit.Column{{Title: v.T("gaps.service")}, {Title: v.T("gaps.organisation")}, {Title: v.T("gaps.where")}, {Title: v.T("gaps.room")}}}
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
		room := v.T("gaps.room.unknown")
		if status := r.Service.Room.At(w.At).Status; status != directory.RoomUnknown {
			room = v.T("hsds.room." + string(status))
		}
		t.Rows = append(t.Rows, []templ.Component{kit.Text(anyLanguage(v, r.Service.Name)), kit.Text(r.Organisation.Name), kit.Text(where), kit.Text(room)})
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
	m, _, _, err := s.Gaps.Look(r.Context(), gapAsk(r.URL.Query()))
	if err != nil {
		return nil, err
	}
	v := r.View
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = true                                                                                                                                                                                                         // RFC 4180
	_ = w.Write([]string{v.T("gaps.axis." + string(m.Rows)), v.T("gaps.axis." + string(m.Columns)), v.T("gaps.verdict"), v.T("gaps.services"), v.T("gaps.free"), v.T("gaps.full"), v.T("gaps.waiting"), v.T("gaps.sought")}) // a buffer never fails
	for i, row := range m.RowKeys {
		for j, col := range m.ColKeys {
			c := m.Cells[i][j]
			_ = w.Write([]string{unformula(gapKey(v, m.Rows, row)), unformula(gapKey(v, m.Columns, col)), v.T("gaps.verdict." + string(c.Verdict())),
				strconv.Itoa(len(c.Services)), strconv.Itoa(c.Free), strconv.Itoa(c.Full), strconv.Itoa(c.Waiting), soughtWords(m, c)})
		}
	}
	w.Flush()
	return out.Bytes(), nil
}

// soughtWords are how often it was searched for in vain; empty where that is
// not counted.
func soughtWords(m gaps.Matrix, c gaps.Cell) string {
	if !m.Asked {
		return ""
	}
	return countWords(c.Sought)
}

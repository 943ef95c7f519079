package page

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// figurePages show a coordinator how referrals fare, and what is behind each
// figure of the own organisation; and how soon that organisation answers.
func (s *Site) figurePages(page register) {
	page("GET /referrals/figures", "referral.figures", s.figures)
	page("GET /referrals/network", "referral.figures", s.ways)
	page("GET /referrals/figures/rows", "referral.figures", s.figureRows)
	page("POST /referrals/limits", "referral.arrange", s.setLimit)
	page("GET /referrals/terms", "referral.arrange", s.terms)
	page("POST /referrals/terms", "referral.arrange", s.setTerms)
	page("GET /referrals/away", "referral.away", s.away)
	page("POST /referrals/away", "referral.away", s.setAway)
	page("POST /referrals/away/back", "referral.away", s.endAway)
}

// figuresView is how referrals fare in a period.
type figuresView struct {
	referrals.Figures
	Names  map[kernel.ID]string
	Terms  referrals.Terms
	Loads  []referrals.Load
	Form   url.Values
	Errors kit.Errors
}

// spanOf reads the period and the side; without any it is the last three
// months of what the own organisation received.
func spanOf(form url.Values, today kernel.Date) (span referrals.Span, err error) {
	span = referrals.Span{Side: referrals.Side(form.Get("side")), From: today.AddMonths(-3), To: today}
	if span.Side == "" {
		span.Side = referrals.InSide
	}
	var faults kernel.Faults
	for field, day := range map[string]*kernel.Date{"from": &span.From, "to": &span.To} {
		if typed := kernel.Date(form.Get(field)); typed != "" {
			*day, err = kernel.ParseDate(string(typed))
			faults.Check(field, err)
		} else if typed, err := kit.DateOf(form, field); err != nil || typed != "" {
			*day = typed
			faults.Check(field, err)
		}
	}
	return span, faults.Err()
}

func (s *Site) figures(r *Request) (Answer, error) { return s.showFigures(r, r.URL.Query(), nil) }

func (s *Site) showFigures(r *Request, form url.Values, wrong error) (Answer, error) {
	span, err := spanOf(form, r.View.Today)
	var w figuresView
	if err == nil {
		w.Figures, err = s.Referrals.Figures(r.Context(), span)
	}
	if kernel.CodeOf(err) == kernel.Invalid { // show what can be shown, and say what is wrong
		if wrong = err; span.Side == referrals.OutSide || span.Side == referrals.Everyone {
			span = referrals.Span{Side: span.Side}
		} else {
			span = referrals.Span{Side: referrals.InSide}
		}
		span.From, span.To = r.View.Today.AddMonths(-3), r.View.Today
		w.Figures, err = s.Referrals.Figures(r.Context(), span)
	}
	if err != nil {
		return Answer{}, err
	}
	if w.Terms, _, err = s.Referrals.Terms(r.Context(), r.Session.Organisation.ID); err != nil {
		return Answer{}, err
	}
	if w.Loads, err = s.Referrals.Caseload(r.Context()); err != nil {
		return Answer{}, err
	}
	var ids []kernel.ID
	for _, line := range w.Services {
		ids = append(ids, line.Org)
	}
	for _, l := range w.Loads {
		ids = append(ids, l.Worker)
	}
	if w.Names, err = s.Members.Names(r.Context(), ids...); err != nil {
		return Answer{}, err
	}
	w.Form, w.Errors = form, r.View.Problems(wrong)
	if wrong != nil {
		return again(figuresPage(r.View, w), wrong)
	}
	return show(figuresPage(r.View, w))
}

// figureRowsView is what is behind one figure.
type figureRowsView struct {
	Behind referrals.Behind
	Page   referrals.Page[referrals.FigureRow]
	Names  map[kernel.ID]string
	Next   kit.Pages
}

func (s *Site) figureRows(r *Request) (Answer, error) {
	form := r.URL.Query()
	span, err := spanOf(form, r.View.Today)
	if err != nil {
		return Answer{}, kernel.NewNotFound("page")
	}
	org, _ := kernel.ParseID(form.Get("org")) // none narrows nothing
	w := figureRowsView{Behind: referrals.Behind{Span: span, Org: org, Cell: referrals.Cell(form.Get("cell")), Why: form.Get("why"), After: form.Get("after")}}
	if w.Page, err = s.Referrals.FigureRows(r.Context(), w.Behind); kernel.CodeOf(err) == kernel.Invalid {
		return Answer{}, kernel.NewNotFound("page")
	} else if err != nil {
		return Answer{}, err
	}
	ids := []kernel.ID{org}
	for _, row := range w.Page.Rows {
		ids = append(ids, row.SentTo)
	}
	if w.Names, err = s.Members.Names(r.Context(), ids...); err != nil {
		return Answer{}, err
	}
	if w.Page.Next != "" {
		form.Set("after", w.Page.Next)
		w.Next.Next = "/referrals/figures/rows?" + form.Encode()
	}
	return show(figureRowsPage(r.View, w))
}

// figureFile is the table as a file, through the same gate as the page.
func (s *Site) figureFile() http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, hr *http.Request) {
		r := &Request{Request: hr, writer: writer}
		body, err := s.figureCSV(r)
		if err != nil {
			s.fail(r, err)
			return
		}
		writer.Header().Set("Content-Type", "text/csv; charset=utf-8")
		writer.Header().Set("Content-Disposition", `attachment; filename="figures.csv"`)
		writer.Header().Set("Cache-Control", "no-store")
		_, _ = writer.Write(body) // the reader may have gone
	})
}

func (s *Site) figureCSV(r *Request) ([]byte, error) {
	if err := s.open(r, false); err != nil {
		return nil, err
	}
	switch {
	case !r.Session.Actor().SignedIn():
		return nil, &kernel.Fault{Code: kernel.Unauthenticated, Key: "sign_in"}
	case !policy.May(r.Session.Actor(), "referral.figures"):
		return nil, kernel.NewForbidden("role")
	}
	span, err := spanOf(r.URL.Query(), r.View.Today)
	if err != nil {
		return nil, err
	}
	f, err := s.Referrals.Figures(r.Context(), span)
	if err != nil {
		return nil, err
	}
	var ids []kernel.ID
	for _, line := range f.Services {
		ids = append(ids, line.Org)
	}
	names, err := s.Members.Names(r.Context(), ids...)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = true // RFC 4180
	head := []string{r.View.T("figures.service")}
	for _, cell := range referrals.Cells {
		head = append(head, r.View.T("figures.cell."+string(cell)))
	}
	_ = w.Write(append(head, r.View.T("figures.all"))) // a buffer never fails
	for _, line := range append(f.Services, referrals.ServiceLine{Org: "-", Line: f.Totals}) {
		row := []string{unformula(serviceName(r.View, names, line.Org))}
		for _, cell := range referrals.Cells {
			row = append(row, countWords(line.Cells[cell]))
		}
		_ = w.Write(append(row, countWords(line.All)))
	}
	for _, reason := range f.Reasons {
		row := make([]string, 2+len(referrals.Cells)) // as wide as the others; under the state that it is a reason for
		row[0], row[len(row)-1] = unformula(whyWords(r.View, reason)), countWords(reason.Figure)
		row[1+slices.Index(referrals.Cells[:], reason.Cell)] = countWords(reason.Figure)
		_ = w.Write(row)
	}
	w.Flush()
	return out.Bytes(), nil
}

// unformula keeps a spreadsheet from taking a name for a formula.
func unformula(name string) string {
	if first, _ := utf8.DecodeRuneInString(name); strings.ContainsRune("=+-@\t\r＝＋－＠", first) {
		return "'" + name
	}
	return name
}

// serviceName is what a line is called.
func serviceName(v kit.View, names map[kernel.ID]string, org kernel.ID) string {
	switch org {
	case "":
		return v.T("figures.others")
	case "-":
		return v.T("figures.all")
	}
	return names[org]
}

func countWords(c few.Figure) string {
	if c.Hidden {
		return "<5 *"
	}
	return strconv.FormatInt(c.N, 10)
}

func whyWords(v kit.View, r referrals.ReasonCount) string {
	switch {
	case r.Cell == referrals.Refused:
		return v.T("referral.reason." + r.Why)
	case r.Why == "ended":
		return v.T("referral.progress.closed")
	}
	return v.T("referral.outcome." + r.Why)
}

// behind is the address of the rows behind a figure; none for figures of all
// partners.
func (w figuresView) behind(org kernel.ID, cell referrals.Cell, why string) string {
	if w.Side == referrals.Everyone {
		return ""
	}
	q := w.query()
	for key, value := range map[string]string{"org": string(org), "cell": string(cell), "why": why} {
		if value != "" {
			q.Set(key, value)
		}
	}
	return "/referrals/figures/rows?" + q.Encode()
}

func (w figuresView) query() url.Values {
	return url.Values{"side": {string(w.Side)}, "from": {string(w.From)}, "to": {string(w.To)}}
}

func figuresTable(v kit.View, w figuresView) kit.Table {
	t := kit.Table{Caption: v.T("figures.caption"), Columns: []kit.Column{{Title: v.T("figures.service")}}}
	for _, cell := range referrals.Cells {
		t.Columns = append(t.Columns, kit.Column{Title: v.T("figures.cell." + string(cell)), Number: true})
	}
	t.Columns = append(t.Columns, kit.Column{Title: v.T("figures.all"), Number: true})
	for _, line := range w.Services {
		t.Rows = append(t.Rows, figureCells(v, w, line.Org, line.Line))
	}
	if len(w.Services) > 1 {
		t.Rows = append(t.Rows, figureCells(v, w, "-", w.Totals))
	}
	return t
}

func figureCells(v kit.View, w figuresView, org kernel.ID, line referrals.Line) []templ.Component {
	row := []templ.Component{kit.Text(serviceName(v, w.Names, org))}
	if org == "-" {
		org = ""
	}
	for _, cell := range referrals.Cells {
		row = append(row, figureCell(line.Cells[cell], w.behind(org, cell, "")))
	}
	return append(row, figureCell(line.All, w.behind(org, "", "")))
}

// figureCell is a figure, which opens its rows where it may.
func figureCell(c few.Figure, behind string) templ.Component {
	if c.Hidden || c.N == 0 || behind == "" {
		return kit.Text(countWords(c))
	}
	return kit.LinkText(kit.Link{Href: behind, Label: countWords(c)})
}

func reasonTable(v kit.View, w figuresView) kit.Table {
	t := kit.Table{Caption: v.T("figures.reasons"), Columns: []kit.Column{{Title: v.T("figures.reason")},
		{Title: v.T("referrals.col.state")}, {Title: v.T("figures.all"), Number: true}}}
	for _, r := range w.Reasons {
		t.Rows = append(t.Rows, []templ.Component{kit.Text(whyWords(v, r)), kit.Text(v.T("figures.cell." + string(r.Cell))),
			figureCell(r.Figure, w.behind("", r.Cell, r.Why))})
	}
	return t
}

func rowsTable(v kit.View, w figureRowsView) kit.Table {
	t := kit.Table{Columns: []kit.Column{{Title: v.T("referrals.col.who")}, {Title: v.T("referrals.col.to")},
		{Title: v.T("referrals.col.sent")}, {Title: v.T("referrals.col.state")}}}
	for _, row := range w.Page.Rows {
		who := row.Who
		if who == "" {
			who = v.T("referrals.unnamed")
		}
		t.Rows = append(t.Rows, []templ.Component{kit.LinkText(kit.Link{Href: "/referrals/" + string(row.ID), Label: who}),
			kit.Text(w.Names[row.SentTo]), kit.Text(v.Date(row.SentOn)), kit.Text(v.T("figures.cell." + string(row.Cell)))})
	}
	return t
}

func sideOptions(v kit.View) (options []kit.Option) {
	for _, side := range referrals.Sides {
		options = append(options, kit.Option{Value: string(side), Label: v.T("figures.side." + string(side))})
	}
	return options
}

func (s *Site) setLimit(r *Request) (Answer, error) {
	var l referrals.Limit
	l.Worker, _ = kernel.ParseID(r.PostForm.Get("worker")) // none is the organisation as a whole
	most, err := strconv.ParseInt(r.PostForm.Get("most"), 10, 64)
	if l.Most = most; err != nil {
		l.Most = -1 // refused as such
	}
	err = s.Referrals.SetLimit(r.Context(), l)
	if faulty(err) {
		return s.showFigures(r, r.PostForm, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/referrals/figures", "said.referral.limit")
}

func loadName(v kit.View, w figuresView, worker kernel.ID) string {
	if worker == "" {
		return v.T("figures.load.team")
	}
	return w.Names[worker]
}

func loadTable(v kit.View, w figuresView) kit.Table {
	t := kit.Table{Caption: v.T("figures.load.caption"), Columns: []kit.Column{{Title: v.T("referrals.col.who")},
		{Title: v.T("figures.load.open"), Number: true}, {Title: v.T("figures.load.most"), Number: true}}}
	for _, l := range w.Loads {
		most := v.T("figures.load.none")
		if l.Most > 0 {
			most = strconv.FormatInt(l.Most, 10)
		}
		t.Rows = append(t.Rows, []templ.Component{kit.Text(loadName(v, w, l.Worker)), kit.Text(strconv.FormatInt(l.Open, 10)), kit.Text(most)})
	}
	return t
}

func loadOptions(v kit.View, w figuresView) (options []kit.Option) {
	for _, l := range w.Loads {
		options = append(options, kit.Option{Value: string(l.Worker), Label: loadName(v, w, l.Worker)})
	}
	return options
}

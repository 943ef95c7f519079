package referrals

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
)

// Cell is where a referral stands, as figures count it: each is in one.
type Cell string

// The cells. What was entered in error is in none.
const (
	Unanswering Cell = "waits"     // nobody has answered yet
	UnderWay    Cell = "under_way" // taken on, and the family has not come yet
	CameThrough Cell = "arrived"
	Refused     Cell = "declined"
	Lost        Cell = "lost" // it ended, and the family had not come
)

// Cells lists the cells in the order in which they are shown.
var Cells = [...]Cell{Unanswering, UnderWay, CameThrough, Refused, Lost}

// Figures is how referrals fare.
type Figures struct {
	Span
	Services []ServiceLine // by name of the organisation's ID; the last is what is too small to stand by itself, where figures are kept back
	Totals   Line
	Reasons  []ReasonCount
	Times    Times
}

// Line is the figures of one service, a cell each, and how many in all.
type Line struct {
	Cells map[Cell]few.Figure
	All   few.Figure
}

// ServiceLine is the figures of one organisation to which referrals were sent; a
// zero Org stands for those that are too small to stand by themselves.
type ServiceLine struct {
	Org kernel.ID
	Line
}

// ReasonCount is how often referrals were refused or lost for one reason.
type ReasonCount struct {
	Cell Cell
	Why  string
	few.Figure
}

// Times is how soon an answer came.
type Times struct {
	Answered few.Figure // how many were answered
	Hours    int64      // the median from sending to the first answer
	InTime   int64      // percent of what was answered, or should have been by now, that was so within its term
	Hidden   bool       // too few to say
}

// Figures counts. Who coordinates sees those of the own organisation whole,
// each with its rows ([Service.FigureRows]), and those of all partners with
// small figures kept back.
func (s *Service) Figures(ctx context.Context, span Span) (f Figures, err error) {
	if err := span.check(); err != nil {
		return f, err
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.figures", ""); err != nil {
			return err
		}
		f, err = figures(ctx, a, span)
		return err
	})
	return f, err
}

func figures(ctx context.Context, a *act.Act, span Span) (Figures, error) {
	f := Figures{Span: span}
	w := span.within(a)
	rows, err := a.QueryContext(ctx, fmt.Sprintf(`SELECT x.sent_to, %s AS cell, %s AS why, count(*) FROM referral x WHERE %s
		GROUP BY x.sent_to, cell, why ORDER BY x.sent_to, cell, why`, cellOf, span.why(), strings.Join(w.parts, " AND ")), w.args...)
	if err != nil {
		return f, err
	}
	defer rows.Close()
	counts := map[kernel.ID][]int64{}
	reasons := map[Cell]map[string]int64{Refused: {}, Lost: {}}
	for rows.Next() {
		var org kernel.ID
		var cell Cell
		var why string
		var n int64
		if err := rows.Scan(&org, &cell, &why, &n); err != nil {
			return f, err
		}
		if counts[org] == nil {
			counts[org] = make([]int64, len(Cells))
		}
		counts[org][slices.Index(Cells[:], cell)] += n
		if reasons[cell] != nil {
			reasons[cell][why] += n
		}
	}
	if err := rows.Err(); err != nil {
		return f, err
	}
	f.lay(counts)
	f.because(reasons)
	f.Times, err = times(ctx, a, span)
	return f, err
}

// lay lays the table of services, through the gate where it has to.
func (f *Figures) lay(counts map[kernel.ID][]int64) {
	var orgs []kernel.ID
	for org := range counts {
		orgs = append(orgs, org)
	}
	slices.Sort(orgs)
	if f.keepsBack() {
		orgs = gathered(orgs, counts, cmp.Compare[kernel.ID])
	}
	var table [][]int64
	for _, org := range orgs {
		table = append(table, counts[org])
	}
	gate := few.Plain
	if f.keepsBack() {
		gate = few.Hide
	}
	if len(table) == 0 {
		table = [][]int64{make([]int64, len(Cells))}
	}
	laid := gate(table)
	for i, org := range orgs {
		f.Services = append(f.Services, ServiceLine{org, lineOf(laid[i])})
	}
	f.Totals = lineOf(laid[len(laid)-1])
}

func lineOf(row []few.Figure) Line {
	l := Line{Cells: map[Cell]few.Figure{}, All: row[len(row)-1]}
	for i, cell := range Cells {
		l.Cells[cell] = row[i]
	}
	return l
}

// gathered puts what has few referrals together, under the zero key, with as
// many more as it takes that these are not few.
func gathered[K comparable](keys []K, counts map[K][]int64, order func(a, b K) int) []K {
	sum := func(row []int64) (n int64) {
		for _, c := range row {
			n += c
		}
		return n
	}
	slices.SortStableFunc(keys, func(a, b K) int { return cmp.Compare(sum(counts[a]), sum(counts[b])) })
	others := make([]int64, len(Cells))
	for len(keys) > 0 {
		if n := sum(others); sum(counts[keys[0]]) >= few.Smallest && (n == 0 || n >= few.Smallest) {
			break
		}
		for i, c := range counts[keys[0]] {
			others[i] += c
		}
		keys = keys[1:]
	}
	slices.SortFunc(keys, order)
	if sum(others) > 0 {
		var rest K
		counts[rest] = others
		keys = append(keys, rest)
	}
	return keys
}

// because lists the reasons, those of refusals first, the most frequent first.
// Where figures are kept back, the reasons of a cell are a column of their own
// under its total, and stand there only when that total does.
func (f *Figures) because(reasons map[Cell]map[string]int64) {
	for _, cell := range []Cell{Refused, Lost} {
		var whys []string
		for why := range reasons[cell] {
			whys = append(whys, why)
		}
		slices.SortFunc(whys, func(a, b string) int {
			return cmp.Or(cmp.Compare(reasons[cell][b], reasons[cell][a]), cmp.Compare(a, b))
		})
		var column [][]int64
		for _, why := range whys {
			column = append(column, []int64{reasons[cell][why]})
		}
		if len(column) == 0 {
			continue
		}
		laid := few.Plain(column)
		if f.keepsBack() {
			laid = few.Hide(column)
		}
		for i, why := range whys {
			c := laid[i][0]
			if f.Totals.Cells[cell].Hidden {
				c = few.Figure{Hidden: true}
			}
			f.Reasons = append(f.Reasons, ReasonCount{cell, why, c})
		}
	}
}

// times reckons how soon answers came.
func times(ctx context.Context, a *act.Act, span Span) (t Times, err error) {
	w := span.within(a)
	rows, err := a.QueryContext(ctx, `SELECT x.sent_at, x.answered_at, x.answer_by FROM referral x WHERE `+strings.Join(w.parts, " AND "), w.args...)
	if err != nil {
		return t, err
	}
	defer rows.Close()
	var hours []int64
	kept, due := int64(0), int64(0)
	for rows.Next() {
		var sent, answered kernel.Instant
		var by kernel.Date
		if err := rows.Scan(&sent, &answered, &by); err != nil {
			return t, err
		}
		if answered != "" {
			hours = append(hours, int64(answered.Time().Sub(sent.Time())/time.Hour))
		}
		switch {
		case by == "":
		case answered != "" && answered.Date() <= by:
			kept++
			due++
		case answered != "" || by < a.Today():
			due++
		}
	}
	if err := rows.Err(); err != nil {
		return t, err
	}
	t.Answered.N = int64(len(hours))
	if span.keepsBack() && (len(hours) < few.Smallest || due-kept > 0 && due-kept < few.Smallest || kept > 0 && kept < few.Smallest) {
		return Times{Answered: few.Figure{Hidden: true}, Hidden: true}, nil
	}
	if len(hours) == 0 {
		t.Hidden = true
		return t, nil
	}
	slices.Sort(hours)
	t.Hours = hours[(len(hours)-1)/2]
	if due > 0 {
		t.InTime = (100*kept + due/2) / due
	}
	return t, nil
}

// Behind asks for the rows behind one figure; what is zero narrows nothing.
type Behind struct {
	Span
	Org   kernel.ID
	Cell  Cell
	Why   string
	After string
}

// FigureRow is a referral behind a figure.
type FigureRow struct {
	ID     kernel.ID
	Who    string // how the receiver knows the family, or the sender's own words
	SentTo kernel.ID
	SentOn kernel.Date
	Cell   Cell
}

// FigureRows lists what a figure counts, the last sent first: as many rows as
// it says. Behind the figures of all partners no rows stand: Forbidden
// ("referral.no_rows").
func (s *Service) FigureRows(ctx context.Context, q Behind) (page Page[FigureRow], err error) {
	page.Rows = []FigureRow{}
	if err := q.check(); err != nil {
		return page, err
	}
	if q.keepsBack() {
		return page, kernel.NewForbidden("referral.no_rows")
	}
	_, after, err := cursor(q.After)
	if err != nil {
		return page, err
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.figures", ""); err != nil {
			return err
		}
		page = Page[FigureRow]{Rows: []FigureRow{}}
		w := q.within(a)
		w.filter(a.Filter("referral.list", "x.id", w.next()))
		if q.Org != "" {
			w.and("x.sent_to = %s", q.Org)
		}
		if q.Cell != "" {
			w.and(cellOf+" = %s", q.Cell)
		}
		if q.Why != "" {
			w.and(q.why()+" = %s", q.Why)
		}
		if after != "" {
			w.and("x.id < %s", after)
		}
		found, err := query(ctx, a, w, cellOf+" AS cell", "x.id DESC", 51)
		if err != nil {
			return err
		}
		if len(found) > 50 {
			found = found[:50]
			page.Next = "_" + string(found[49].ID)
		}
		for _, k := range found {
			row := FigureRow{ID: k.ID, SentTo: k.SentTo, SentOn: k.SentAt.Date(), Cell: Cell(k.key)}
			if q.Side == InSide {
				row.Who, err = s.who(ctx, a, k.Referral)
			} else {
				row.Who, err = s.referenceOf(ctx, a, k.Referral)
			}
			if err != nil {
				return err
			}
			page.Rows = append(page.Rows, row)
		}
		return nil
	})
	return page, err
}

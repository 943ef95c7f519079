package page

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"unicode/utf8"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// The picture of the network, in units of its own: who sent stands left, who
// received right, and a band between two is as thick as what went that way.
const (
	bandsWidth = 960
	bandsEdge  = 300 // to where names reach
	bandsGap   = 26  // between two names, at least: a line of text
	bandsTall  = 420 // of all bands together, of as many referrals as these or more:
	bandsFull  = 60
	bandsMost  = 24 // ways in the picture; the others stand in the table
	bandsLong  = 34 // characters of a name
)

// waysView is how partners refer to each other.
type waysView struct {
	referrals.Network
	Names       map[kernel.ID]string
	Left, Right []bandEnd
	Bands       []band
	Height      int
	Form        url.Values
	Errors      kit.Errors
}

// bandEnd is a partner at one side of the picture.
type bandEnd struct {
	Org  kernel.ID
	Name string
	Y    int // of the middle of its name
	all  int64
	from int // where its next band begins
}

// band is a part of what went one way: what arrived, is under way, or was lost.
type band struct {
	Kind  string // "arrived", "under_way", "lost" or "hidden"
	Path  string
	Width int
}

func (s *Site) ways(r *Request) (Answer, error) {
	form := r.URL.Query()
	form.Set("side", string(referrals.Everyone))
	span, wrong := spanOf(form, r.View.Today)
	w := waysView{Form: form}
	var err error
	if wrong == nil {
		w.Network, err = s.Referrals.Network(r.Context(), span.From, span.To)
		if kernel.CodeOf(err) == kernel.Invalid {
			wrong, err = err, nil
		}
	}
	if wrong != nil { // show what can be shown, and say what is wrong
		w.Network, err = s.Referrals.Network(r.Context(), r.View.Today.AddMonths(-3), r.View.Today)
	}
	if err != nil {
		return Answer{}, err
	}
	var ids []kernel.ID
	for _, p := range w.Paths {
		ids = append(ids, p.Sender, p.Receiver)
	}
	if w.Names, err = s.Members.Names(r.Context(), ids...); err != nil {
		return Answer{}, err
	}
	w.draw()
	if w.Errors = r.View.Problems(wrong); wrong != nil {
		return again(waysPage(r.View, w), wrong)
	}
	return show(waysPage(r.View, w))
}

// draw lays the picture out: the ways with the most referrals, those that are
// too small to stand by themselves left out.
func (w *waysView) draw() {
	paths := slices.DeleteFunc(slices.Clone(w.Paths), func(p referrals.Path) bool { return p.Sender == "" })
	paths = paths[:min(len(paths), bandsMost)]
	total := int64(0)
	for _, p := range paths {
		w.Left = end(w.Left, p.Sender, p.All.N)
		w.Right = end(w.Right, p.Receiver, p.All.N)
		total += max(p.All.N, 1)
	}
	if len(paths) == 0 {
		return
	}
	scale := func(n int64) int { return int(max(2, n*bandsTall/max(total, bandsFull))) }
	w.Height = max(stack(w.Left, w.Names, scale), stack(w.Right, w.Names, scale))
	slices.SortFunc(paths, func(a, b referrals.Path) int { // bands of one partner in the order of the other side, so that they do not cross there
		return cmp.Or(cmp.Compare(at(w.Left, a.Sender).Y, at(w.Left, b.Sender).Y), cmp.Compare(at(w.Right, a.Receiver).Y, at(w.Right, b.Receiver).Y))
	})
	for _, p := range paths {
		left, right := at(w.Left, p.Sender), at(w.Right, p.Receiver)
		for _, part := range parted(p.Line) {
			thick := scale(part.n)
			y0, y1 := left.from+thick/2, right.from+thick/2
			mid := bandsWidth / 2
			w.Bands = append(w.Bands, band{Kind: part.kind, Width: thick,
				Path: fmt.Sprintf("M%d %d C%d %d %d %d %d %d", bandsEdge+10, y0, mid, y0, mid, y1, bandsWidth-bandsEdge-10, y1)})
			left.from += thick
			right.from += thick
		}
	}
}

type bandPart struct {
	kind string
	n    int64
}

// parted parts what went one way; what is kept back of it is a part of its own.
func parted(l referrals.Line) (parts []bandPart) {
	kinds := map[string]int64{
		"arrived":   l.Cells[referrals.CameThrough].N,
		"under_way": l.Cells[referrals.Unanswering].N + l.Cells[referrals.UnderWay].N,
		"lost":      l.Cells[referrals.Refused].N + l.Cells[referrals.Lost].N,
	}
	rest := max(l.All.N, 1)
	for _, kind := range []string{"arrived", "under_way", "lost"} {
		if n := kinds[kind]; n > 0 {
			parts = append(parts, bandPart{kind, n})
			rest -= n
		}
	}
	if rest > 0 {
		parts = append(parts, bandPart{"hidden", rest})
	}
	return parts
}

func end(ends []bandEnd, org kernel.ID, n int64) []bandEnd {
	i := slices.IndexFunc(ends, func(e bandEnd) bool { return e.Org == org })
	if i < 0 {
		i, ends = len(ends), append(ends, bandEnd{Org: org})
	}
	ends[i].all += max(n, 1)
	return ends
}

func at(ends []bandEnd, org kernel.ID) *bandEnd {
	return &ends[slices.IndexFunc(ends, func(e bandEnd) bool { return e.Org == org })]
}

// stack puts partners below each other, those with the most first, and tells
// how high they stand.
func stack(ends []bandEnd, names map[kernel.ID]string, scale func(int64) int) int {
	slices.SortStableFunc(ends, func(a, b bandEnd) int { return cmp.Compare(b.all, a.all) })
	y := 10
	for i := range ends {
		thick := scale(ends[i].all) + 6 // each part is at least two thick
		ends[i].from, ends[i].Y = y+3, y+max(thick, bandsGap)/2
		if thick < bandsGap {
			ends[i].from = y + (bandsGap-thick)/2
		}
		y += max(thick, bandsGap) + 8
		ends[i].Name = shortened(names[ends[i].Org], bandsLong)
	}
	return y + 10
}

// shortened is a name of at most so many characters.
func shortened(name string, most int) string {
	if utf8.RuneCountInString(name) <= most {
		return name
	}
	return string([]rune(name)[:most-1]) + "…"
}

func waysTable(v kit.View, w waysView) kit.Table {
	t := kit.Table{Caption: v.T("ways.caption"), Columns: []kit.Column{{Title: v.T("ways.way")}}}
	for _, cell := range referrals.Cells {
		t.Columns = append(t.Columns, kit.Column{Title: v.T("figures.cell." + string(cell)), Number: true})
	}
	t.Columns = append(t.Columns, kit.Column{Title: v.T("figures.all"), Number: true})
	line := func(name string, l referrals.Line) {
		row := []templ.Component{kit.Text(name)}
		for _, cell := range referrals.Cells {
			row = append(row, kit.Text(countWords(l.Cells[cell])))
		}
		t.Rows = append(t.Rows, append(row, kit.Text(countWords(l.All))))
	}
	for _, p := range w.Paths {
		name := v.T("figures.others")
		if p.Sender != "" {
			name = v.T("ways.from_to", "from", w.Names[p.Sender], "to", w.Names[p.Receiver])
		}
		line(name, p.Line)
	}
	if len(w.Paths) > 1 {
		line(v.T("figures.all"), w.Totals)
	}
	return t
}

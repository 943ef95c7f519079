package reach

import (
	"context"
	"database/sql"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
)

// Side says whose families are counted.
type Side string

// The sides.
const (
	OwnSide  Side = "own" // the own organisation's, whole, with the rows behind each figure
	Everyone Side = "all" // of the whole alliance, as figures that show nobody
)

// Sides lists the sides in the order in which they are offered.
var Sides = [...]Side{OwnSide, Everyone}

// Cell is where a family stands with a right, as figures count it: each is in
// one. With a right for several persons of a family it is the least far of them.
type Cell string

// The cells.
const (
	NeverReached Cell = "never"    // certain, and nobody did anything about it
	NotNow       Cell = "not_now"  // put off, or given up
	TurnedDown   Cell = "refused"  //
	UnderWay     Cell = "asked"    //
	ByItself     Cell = "comes"    // nobody need ask, and nobody told that it came
	Received     Cell = "received" // granted, or there already
)

// Cells lists the cells in the order in which they are shown.
var Cells = [...]Cell{NeverReached, NotNow, UnderWay, ByItself, Received, TurnedDown}

// cellOf is the cell of a stage, as a number that grows with how far it is.
const cellOf = `CASE WHEN p.stage = 'unreached' AND l.comes = TRUE THEN 4 WHEN p.stage = 'unreached' THEN 0
	WHEN p.stage = 'later' OR p.stage = 'let_go' THEN 1 WHEN p.stage = 'refused' THEN 2 WHEN p.stage = 'asked' THEN 3 ELSE 5 END`

var byRank = [...]Cell{NeverReached, NotNow, TurnedDown, UnderWay, ByItself, Received}

// Counting asks for figures.
type Counting struct {
	Side         Side
	On           kernel.Date // how it stood at the end of that day
	Right        string      // by municipality of this right; empty: by right
	Municipality kernel.NIS  // of this right by neighbourhood of this municipality; empty: by municipality
}

// Take is how many families have a right, and how far it came with them. No line
// adds up several rights: a family with five of them would be five.
type Take struct {
	Counting
	Lines   []TakeLine // by right, municipality or neighbourhood; those with most families first
	Of      TakeLine   // the right whose municipalities these are
	In      TakeLine   // the municipality whose neighbourhoods these are
	Months  []TakeLine // how it stood at the end of each month, the newest last
	Reasons []WhyCount // why refused, put off or given up, the most frequent first
	Kept    bool       // the figures of this right, or municipality, are too small to be told by place
}

// TakeLine is one line of figures: a cell each, and how many families in all.
type TakeLine struct {
	Key   string // a right, a municipality, a postal code or a day
	Name  kernel.Text
	Cells map[Cell]few.Figure
	All   few.Figure
}

// WhyCount is how often one reason was given.
type WhyCount struct {
	Cell Cell
	Why  string
	few.Figure
}

// months is how many ends of months are shown.
const months = 6

// Take counts, per right, or of one right per municipality, or of one right in a
// municipality per neighbourhood, how many families
// are entitled, and of those how many asked, received, were refused or were
// never reached. Who coordinates sees the own organisation's whole, and those of
// all with small figures kept back.
func (s *Service) Take(ctx context.Context, q Counting) (t Take, err error) {
	if !slices.Contains(Sides[:], q.Side) {
		return t, kernel.NewInvalid("reach.side").At("side")
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "reach.figures", ""); err != nil {
			return err
		}
		if q.On == "" {
			q.On = a.Today()
		}
		if q.Right == "" {
			q.Municipality = ""
		}
		if _, err := kernel.ParseDate(string(q.On)); err != nil || q.On > a.Today() {
			return kernel.NewInvalid("reach.on").At("on")
		}
		t = Take{Counting: q}
		name, err := s.Rights.NamesIn(ctx, a)
		if err != nil {
			return err
		}
		if err := t.count(ctx, a, name); err != nil {
			return err
		}
		if t.Months, err = t.months(ctx, a); err != nil {
			return err
		}
		t.Reasons, err = t.reasons(ctx, a)
		return err
	})
	return t, err
}

// stood is the query for how each line stood at the end of a day: with the
// columns family, right_id, municipality, stage and why.
func (q Counting) stood(a *act.Act, on kernel.Date) ask {
	w := ask{parts: []string{"l.alliance = $1", "p.stage <> ''"}, args: []any{a.Alliance()}}
	w.and("p.since = (SELECT max(t.since) FROM reach_step t WHERE t.alliance = l.alliance AND t.line = l.id AND t.since <= $%d)", on)
	if q.Side == OwnSide {
		w.filter(a.Filter("reach.list", "l.family", w.next()))
	}
	if q.Right != "" {
		w.and("l.right_id = $%d", q.Right)
	}
	if q.Municipality != "" {
		w.and("l.municipality = $%d", q.Municipality)
	}
	return w
}

const stoodFrom = ` FROM reach_right l JOIN reach_step p ON p.alliance = l.alliance AND p.line = l.id WHERE `

// table counts families by a column and by cell.
func (q Counting) table(ctx context.Context, a *act.Act, on kernel.Date, column string) (keys []string, counts map[string][]int64, err error) {
	w := q.stood(a, on)
	counts = map[string][]int64{}
	err = db.Each(ctx, a, func(rows *sql.Rows) error {
		var key string
		var rank, n int64
		if err := rows.Scan(&key, &rank, &n); err != nil {
			return err
		}
		if counts[key] == nil {
			keys, counts[key] = append(keys, key), make([]int64, len(Cells))
		}
		counts[key][slices.Index(Cells[:], byRank[rank])] += n
		return nil
	}, `SELECT x.k, x.far, count(*) FROM (SELECT `+column+` AS k, l.family AS f, min(`+cellOf+`) AS far`+stoodFrom+w.where()+
		` GROUP BY `+column+`, l.family) x GROUP BY x.k, x.far ORDER BY x.k, x.far`, w.args...)
	sum := func(key string) (n int64) {
		for _, c := range counts[key] {
			n += c
		}
		return n
	}
	slices.SortStableFunc(keys, func(x, y string) int { return int(sum(y) - sum(x)) })
	return keys, counts, err
}

// lay puts counts through the gate where it has to.
func (q Counting) lay(rows [][]int64) [][]few.Figure {
	if len(rows) == 0 {
		rows = [][]int64{make([]int64, len(Cells))}
	}
	if q.Side == Everyone {
		return few.Hide(rows)
	}
	return few.Plain(rows)
}

func takeLine(key string, row []few.Figure) TakeLine {
	l := TakeLine{Key: key, Cells: map[Cell]few.Figure{}, All: row[len(row)-1]}
	for i, cell := range Cells {
		l.Cells[cell] = row[i]
	}
	return l
}

// count lays the table by right. Of one right it lays that by municipality, but
// not where a figure of the right itself is kept back: their sum would tell it.
func (t *Take) count(ctx context.Context, a *act.Act, name func(string) kernel.Text) error {
	all := t.Counting
	all.Right, all.Municipality = "", ""
	keys, counts, err := all.table(ctx, a, t.On, "l.right_id")
	if err != nil {
		return err
	}
	var lines []TakeLine
	for _, key := range keys { // no sum of several rights is shown: each is kept back by itself
		lines = append(lines, takeLine(key, t.lay([][]int64{counts[key]})[0]))
	}
	for i := range lines {
		lines[i].Name = name(lines[i].Key)
	}
	if t.Right == "" {
		t.Lines = lines
		return nil
	}
	i := slices.IndexFunc(lines, func(l TakeLine) bool { return l.Key == t.Right })
	if i < 0 {
		return kernel.NewNotFound("reach")
	}
	t.Of = lines[i]
	if t.Kept = lines[i].hides(); t.Kept {
		return nil
	}
	all = t.Counting
	all.Municipality = ""
	keys, counts, err = all.table(ctx, a, t.On, "l.municipality")
	if err != nil {
		return err
	}
	t.Lines, t.Kept = t.lines(keys, counts)
	if t.Kept {
		return nil
	}
	for i, l := range t.Lines {
		if m, ok := kernel.MunicipalityByNIS(kernel.NIS(l.Key)); ok {
			t.Lines[i].Name = m.Name
		}
	}
	if t.Municipality == "" {
		return nil
	}
	return t.within(ctx, a)
}

// within lays the table of the neighbourhoods of a municipality, of which the
// figures stand in t.Lines.
func (t *Take) within(ctx context.Context, a *act.Act) error {
	i := slices.IndexFunc(t.Lines, func(l TakeLine) bool { return l.Key == string(t.Municipality) })
	if i < 0 {
		return kernel.NewNotFound("reach")
	}
	t.In, t.Lines = t.Lines[i], nil
	if t.Kept = t.In.hides(); t.Kept {
		return nil
	}
	keys, counts, err := t.table(ctx, a, t.On, "l.neighbourhood")
	if err != nil {
		return err
	}
	t.Lines, t.Kept = t.lines(keys, counts)
	for i, l := range t.Lines {
		name := func(lang kernel.Lang) string { return rights.NeighbourhoodName(l.Key, lang) }
		t.Lines[i].Name = kernel.Text{NL: name(kernel.NL), FR: name(kernel.FR), DE: name(kernel.DE), EN: name(kernel.EN)}
	}
	return nil
}

// lines lays counts of which the totals are shown elsewhere, with the right; kept
// tells that they cannot be shown, because a total would have to be kept back.
func (q Counting) lines(keys []string, counts map[string][]int64) (lines []TakeLine, kept bool) {
	var table [][]int64
	for _, key := range keys {
		table = append(table, counts[key])
	}
	laid := q.lay(table)
	if takeLine("", laid[len(laid)-1]).hides() {
		return nil, true
	}
	for i, key := range keys {
		lines = append(lines, takeLine(key, laid[i]))
	}
	return lines, false
}

// showsPlaces tells whether the figures of a municipality are shown to who may
// not see the rows. Those of all its months, and its reasons, would be parts of
// figures that are shown elsewhere, and tell what was kept back of its neighbours.
func (t *Take) showsPlaces() bool { return t.Municipality != "" && t.Side == Everyone }

// hides tells whether any figure of a line is kept back.
func (l TakeLine) hides() bool {
	for _, c := range l.Cells {
		if c.Hidden {
			return true
		}
	}
	return l.All.Hidden
}

// months is how all stood at the end of each of the last months. A family is
// counted once, where it is least far with any of its rights. Each month stands
// by itself, and is kept back by itself.
func (t *Take) months(ctx context.Context, a *act.Act) (lines []TakeLine, err error) {
	if t.Kept || t.showsPlaces() {
		return nil, nil
	}
	first := t.On.AddDays(1 - t.On.Time().Day())
	for n := 1 - months; n <= 0; n++ {
		end := min(first.AddMonths(n+1).AddDays(-1), t.On)
		_, counts, err := t.table(ctx, a, end, "l.alliance")
		if err != nil {
			return nil, err
		}
		row := make([]int64, len(Cells))
		for _, of := range counts {
			row = of // of the one alliance
		}
		if line := takeLine(string(end), t.lay([][]int64{row})[0]); len(lines) > 0 || line.All.N > 0 || line.All.Hidden { // not before anything was counted
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// reasons counts why rights were refused, put off or given up; each family once
// a reason.
func (t *Take) reasons(ctx context.Context, a *act.Act) (out []WhyCount, err error) {
	w := t.stood(a, t.On)
	w.parts = append(w.parts, "p.stage IN ('refused', 'later', 'let_go')", "p.why <> ''")
	type why struct {
		cell Cell
		code string
	}
	counts := map[why]int64{}
	var order []why
	err = db.Each(ctx, a, func(rows *sql.Rows) error {
		var stage Stage
		var code string
		var n int64
		err := rows.Scan(&stage, &code, &n)
		x := why{NotNow, code}
		if stage == Refused {
			x.cell = TurnedDown
		}
		if counts[x] == 0 {
			order = append(order, x)
		}
		counts[x] += n
		return err
	}, `SELECT p.stage, p.why, count(DISTINCT l.family)`+stoodFrom+w.where()+` GROUP BY p.stage, p.why ORDER BY 3 DESC, p.stage, p.why`, w.args...)
	if err != nil || len(order) == 0 || t.Kept || t.showsPlaces() {
		return nil, err
	}
	for _, cell := range []Cell{TurnedDown, NotNow} {
		var column [][]int64
		var of []why
		for _, x := range order {
			if x.cell == cell {
				of, column = append(of, x), append(column, []int64{counts[x]})
			}
		}
		if len(of) == 0 {
			continue
		}
		laid := t.lay(column)
		for i, x := range of {
			figure := laid[i][0]
			if t.Right != "" && t.Of.Cells[cell].Hidden {
				figure = few.Figure{Hidden: true}
			}
			out = append(out, WhyCount{cell, x.code, figure})
		}
	}
	return out, nil
}

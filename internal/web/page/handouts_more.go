package page

import (
	"regexp"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// aDay is a day as people type it: 2026-12-24, 24/12/2026, 24.12.2026.
var aDay = regexp.MustCompile(`\b(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}))\b`)

// longestHoliday is how many days one line may span.
const longestHoliday = 100

// daysTyped reads days that are left out: a line a day, or a line with the first
// and the last day of a holiday.
func daysTyped(typed string) (days []kernel.Date, err error) {
	for line := range strings.Lines(typed) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		bad := kernel.NewInvalid("handout.not_day").With("line", line)
		var found []kernel.Date
		for _, m := range aDay.FindAllStringSubmatch(line, -1) {
			year, month, day := m[1], m[2], m[3]
			if year == "" {
				year, month, day = m[6], m[5], m[4]
			}
			d, err := kernel.ParseDate(year + "-" + twoDigits(month) + "-" + twoDigits(day))
			if err != nil {
				return nil, bad
			}
			found = append(found, d)
		}
		switch {
		case len(found) == 1:
			days = append(days, found[0])
		case len(found) == 2 && found[0] <= found[1] && found[0].DaysUntil(found[1]) <= longestHoliday:
			for d := found[0]; d <= found[1]; d = d.AddDays(1) {
				days = append(days, d)
			}
		default:
			return nil, bad
		}
	}
	return days, nil
}

func twoDigits(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// coming are the days that are not over.
func coming(days []kernel.Date, today kernel.Date) []kernel.Date {
	return slices.DeleteFunc(slices.Clone(days), func(d kernel.Date) bool { return d < today })
}

// runs puts days that follow one another together.
func runs(days []kernel.Date) (all [][2]kernel.Date) {
	for _, d := range days {
		if n := len(all); n > 0 && all[n-1][1].AddDays(1) == d {
			all[n-1][1] = d
			continue
		}
		all = append(all, [2]kernel.Date{d, d})
	}
	return all
}

// daysWritten are days that are left out as the form shows them.
func daysWritten(days []kernel.Date, today kernel.Date) string {
	var lines []string
	for _, r := range runs(coming(days, today)) {
		line := dayWritten(r[0])
		if r[0] != r[1] {
			line += " - " + dayWritten(r[1])
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func dayWritten(d kernel.Date) string { return d.Time().Format("02/01/2006") }

// dayWords are days that are left out in words.
func dayWords(v kit.View, days []kernel.Date) (words []string) {
	for _, r := range runs(days) {
		if r[0] == r[1] {
			words = append(words, v.Date(r[0]))
		} else {
			words = append(words, v.T("handouts.not.span", "from", v.Date(r[0]), "to", v.Date(r[1])))
		}
	}
	return words
}

// paidField is the field that says whose grants pay an item.
func paidField(i sessions.Item) string { return "paid-" + i.Key }

func promiseValue(p sessions.Promise) string {
	if p == (sessions.Promise{}) {
		return ""
	}
	return string(p.Programme) + "/" + p.Offer
}

func promiseTyped(typed string) sessions.Promise {
	programme, offer, ok := strings.Cut(typed, "/")
	if !ok {
		return sessions.Promise{}
	}
	return sessions.Promise{Programme: kernel.ID(programme), Offer: offer}
}

func (w seriesForm) promiseOptions(v kit.View) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("handouts.paid.none")}}
	for _, p := range w.Promises {
		options = append(options, kit.Option{Value: promiseValue(p.Promise), Label: p.Programme.In(v.Lang()) + ": " + p.Offer.In(v.Lang())})
	}
	return options
}

// figures are the months of a series.
func (w seriesView) figures(v kit.View) kit.Table {
	t := kit.Table{Caption: v.T("handouts.figures"), Columns: []kit.Column{{Title: v.T("depot.month")}, {Title: v.T("handouts.figures.days"), Number: true}}}
	if w.Way == sessions.Open {
		for _, what := range sessions.Counted {
			t.Columns = append(t.Columns, kit.Column{Title: v.T("desk.count." + what), Number: true})
		}
	} else {
		for _, key := range []string{"families", "walk_ins", "no_shows"} {
			t.Columns = append(t.Columns, kit.Column{Title: v.T("handouts.figures." + key), Number: true})
		}
		for _, i := range w.Items {
			t.Columns = append(t.Columns, kit.Column{Title: i.Name, Number: true})
		}
	}
	most := int64(1)
	for _, m := range w.Months {
		most = max(most, m.Families, m.Counts["families"])
	}
	for _, m := range w.Months {
		name := v.Month(kernel.Date(m.Month + "-01"))
		row := []templ.Component{kit.Text(name), kit.Text(v.Number(int(m.Sessions)))}
		if w.Way == sessions.Open {
			for n, what := range sessions.Counted {
				if n == 0 {
					row = append(row, monthBar(v, m.Counts[what], most, v.T("desk.count."+what)+", "+name))
				} else {
					row = append(row, kit.Text(v.Number(int(m.Counts[what]))))
				}
			}
		} else {
			row = append(row, monthBar(v, m.Families, most, v.T("handouts.figures.families")+", "+name), kit.Text(v.Number(int(m.WalkIns))), kit.Text(v.Number(int(m.NoShows))))
			for _, i := range w.Items {
				row = append(row, kit.Text(v.Number(int(m.Given[i.Key]))))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

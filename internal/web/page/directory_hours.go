package page

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// A form shows a week: for each day two spans of time. Hours that no week can
// show, every second Wednesday, say, are told in words beside it and stay,
// unless somebody takes them away.

var weekdays = [...]string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

const spansADay = 2

// weekly are the days of a rule that comes back each week and nothing else.
func weekly(h directory.Hours) (days []string, ok bool) {
	rest, found := strings.CutPrefix(h.Rule, "FREQ=WEEKLY;BYDAY=")
	if !found || h.From == "" || h.Since != "" || h.Until != "" || h.Words != (kernel.Text{}) {
		return nil, false
	}
	days = strings.Split(rest, ",")
	return days, !slices.ContainsFunc(days, func(d string) bool { return !slices.Contains(weekdays[:], d) })
}

// hoursForm is what a form shows of hours.
func hoursForm(form url.Values, all []directory.Hours) {
	count := map[string]int{}
	for i, h := range all {
		days, ok := weekly(h)
		if !ok {
			form.Add("keep", strconv.Itoa(i))
			continue
		}
		for _, d := range days {
			n := count[d]
			if n < spansADay {
				form.Set("from-"+d+strconv.Itoa(n), h.From)
				form.Set("to-"+d+strconv.Itoa(n), h.To)
			}
			count[d]++
		}
		form.Set("holidays", string(h.Holidays))
		var shut []string
		for _, d := range h.Not {
			shut = append(shut, string(d))
		}
		form.Set("shut", strings.Join(shut, ", "))
	}
}

// hoursIn reads hours out of a form; stored are those that were there.
func hoursIn(form url.Values, stored []directory.Hours) (all []directory.Hours, err error) {
	var wrong kernel.Faults
	byTime := map[[2]string][]string{}
	var order [][2]string
	for _, d := range weekdays {
		for n := range spansADay {
			at := [2]string{strings.TrimSpace(form.Get("from-" + d + strconv.Itoa(n))), strings.TrimSpace(form.Get("to-" + d + strconv.Itoa(n)))}
			if at[0] == "" && at[1] == "" {
				continue
			}
			if at[0] == "" || at[1] == "" {
				wrong.Check("hours", kernel.NewInvalid("directory.times"))
				continue
			}
			if _, known := byTime[at]; !known {
				order = append(order, at)
			}
			byTime[at] = append(byTime[at], d)
		}
	}
	var shut []kernel.Date
	for _, s := range strings.FieldsFunc(form.Get("shut"), func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' || r == '\r' }) {
		d, err := kernel.ParseDate(s)
		if err != nil {
			wrong.Check("shut", err)
			continue
		}
		shut = append(shut, d)
	}
	for _, at := range order {
		all = append(all, directory.Hours{Rule: "FREQ=WEEKLY;BYDAY=" + strings.Join(byTime[at], ","), From: at[0], To: at[1],
			Holidays: directory.Holidays(form.Get("holidays")), Not: shut})
	}
	for i, h := range stored {
		if _, ok := weekly(h); !ok && slices.Contains(form["keep"], strconv.Itoa(i)) {
			all = append(all, h)
		}
	}
	return all, wrong.Err()
}

// hoursLines are hours in words, a line each.
func hoursLines(v kit.View, all []directory.Hours) (lines []string) {
	for _, h := range all {
		line := ""
		if days, ok := weekly(h); ok {
			var names []string
			for _, d := range days {
				names = append(names, v.T("directory.day."+d))
			}
			line = v.List(names)
		} else if h.Rule != "" {
			line = ruleWords(v, h.Rule)
		}
		if h.From != "" {
			line += " " + h.From + "–" + h.To
		}
		if words := anyText(v, h.Words); words != "" {
			line = strings.TrimSpace(line + " " + words)
		}
		if h.Holidays != directory.AsEver {
			line += " (" + v.T("directory.holidays."+string(h.Holidays)) + ")"
		}
		lines = append(lines, line)
	}
	return lines
}

// ruleWords says a rule of which days: what it cannot say, it shows as it is
// written.
func ruleWords(v kit.View, rule string) string {
	parts := map[string]string{}
	for part := range strings.SplitSeq(rule, ";") {
		name, value, _ := strings.Cut(part, "=")
		parts[name] = value
	}
	var days []string
	for d := range strings.SplitSeq(parts["BYDAY"], ",") {
		if slices.Contains(weekdays[:], d) {
			days = append(days, v.T("directory.day."+d))
		}
	}
	switch {
	case parts["FREQ"] == "DAILY" && len(parts) == 1:
		return v.T("directory.daily")
	case parts["FREQ"] == "WEEKLY" && len(days) > 0 && parts["INTERVAL"] == "2":
		return v.T("directory.every_second", "days", v.List(days))
	case parts["FREQ"] == "WEEKLY" && len(days) > 0 && len(parts) == 2:
		return v.List(days)
	}
	return rule
}

// anyText is a text in the reader's language, or in the first in which there
// is one.
func anyText(v kit.View, t kernel.Text) string {
	if s := t.In(v.Lang()); s != "" {
		return s
	}
	for _, l := range kernel.Langs {
		if s := t.In(l); s != "" {
			return s
		}
	}
	return ""
}

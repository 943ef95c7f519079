package openreferral

import (
	"strings"

	"github.com/bondgenoot/bondgenoot/hsds"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// schedules are hours as the specification writes them: the parts of the rule
// apart. The specification knows weeks and months: every day is a week with
// all its days, and any other rule goes along whole, as an attribute.
func (t Teller) schedules(of string, all []directory.Hours) (out []hsds.Schedule) {
	for i, h := range all {
		id := derived(of, "schedule", i)
		x := &texts{Teller: t, of: id}
		s := hsds.Schedule{
			ID: id, ValidFrom: string(h.Since), ValidTo: string(h.Until), Start: string(h.Since),
			OpensAt: seconds(h.From), ClosesAt: seconds(h.To), Description: x.say("description", h.Words),
		}
		if !split(&s, h.Rule) {
			x.add(linkDetail, ruleCode, h.Rule, details)
		}
		if h.Holidays != directory.AsEver {
			x.add(linkDetail, string(h.Holidays), "", details)
			s.Notes = t.Read.T("hsds.detail." + string(h.Holidays))
		}
		for _, day := range h.Not {
			x.add(linkDetail, closedOn, string(day), details)
		}
		s.Attributes = x.attr
		out = append(out, s)
	}
	return out
}

// seconds is a time of day with seconds, as the specification's examples have
// it; midnight at the end of a day is its last second.
func seconds(clock string) string {
	switch clock {
	case "":
		return ""
	case "24:00":
		return "23:59:59"
	}
	return clock + ":00"
}

func minutes(clock string) string {
	if clock == "23:59:59" {
		return "24:00"
	}
	return clock[:min(5, len(clock))]
}

const everyDay = "MO,TU,WE,TH,FR,SA,SU"

// split takes a rule apart. It is false where the parts cannot say it.
func split(s *hsds.Schedule, rule string) bool {
	var out hsds.Schedule
	for _, part := range strings.Split(rule, ";") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "":
		case "FREQ":
			out.Freq = value
		case "BYDAY":
			out.ByDay = value
		case "BYMONTHDAY":
			out.ByMonthDay = value
		case "BYWEEKNO":
			out.ByWeekNo = value
		case "BYYEARDAY":
			out.ByYearDay = value
		case "INTERVAL":
			out.Interval = hsds.Number(value)
		case "COUNT":
			out.Count = hsds.Number(value)
		case "WKST":
			out.WeekStart = value
		default:
			return false
		}
	}
	if out.Freq == "DAILY" && out.ByDay == "" && out.Interval == "" && out.Count == "" {
		out.Freq, out.ByDay = "WEEKLY", everyDay
	}
	if out.Freq != "WEEKLY" && out.Freq != "MONTHLY" && rule != "" {
		return false
	}
	s.Freq, s.ByDay, s.ByMonthDay, s.ByWeekNo, s.ByYearDay = out.Freq, out.ByDay, out.ByMonthDay, out.ByWeekNo, out.ByYearDay
	s.Interval, s.Count, s.WeekStart = out.Interval, out.Count, out.WeekStart
	return true
}

// joined is the rule that the parts of a schedule are. Every day of the week
// is daily.
func joined(s hsds.Schedule) string {
	if s.Freq == "" {
		if s.ByDay == "" {
			return ""
		}
		s.Freq = "WEEKLY"
	}
	if s.Freq == "WEEKLY" && s.ByDay == everyDay && s.Interval == "" && s.Count == "" {
		return "FREQ=DAILY"
	}
	rule := "FREQ=" + s.Freq
	for _, part := range [...]struct{ name, value string }{
		{"INTERVAL", string(s.Interval)}, {"COUNT", string(s.Count)}, {"BYDAY", s.ByDay}, {"BYMONTHDAY", s.ByMonthDay},
		{"BYWEEKNO", s.ByWeekNo}, {"BYYEARDAY", s.ByYearDay}, {"WKST", s.WeekStart},
	} {
		if part.value != "" {
			rule += ";" + part.name + "=" + strings.ReplaceAll(part.value, " ", "")
		}
	}
	return rule
}

// hours reads a schedule.
func (r *reading) hours(s hsds.Schedule) directory.Hours {
	h := directory.Hours{
		Rule: joined(s), From: minutes(s.OpensAt), To: minutes(s.ClosesAt), Words: r.text("description", s.Description, s.Attributes),
		Since: kernel.Date(s.ValidFrom), Until: kernel.Date(s.ValidTo),
	}
	if h.Since == "" {
		h.Since = kernel.Date(s.Start)
	}
	if h.Until == "" {
		h.Until = kernel.Date(s.Until)
	}
	for _, a := range s.Attributes {
		switch code := codeOf(a); code {
		case closedOn:
			h.Not = append(h.Not, kernel.Date(a.Value))
		case ruleCode:
			h.Rule = a.Value
		case string(directory.TermOnly), string(directory.HolidayOnly), string(directory.EveryDay):
			h.Holidays = directory.Holidays(code)
		}
	}
	if h.Rule == "" && h.Words == (kernel.Text{}) && h.Holidays == directory.AsEver {
		h.Words = r.in(s.Notes)
	}
	return h
}

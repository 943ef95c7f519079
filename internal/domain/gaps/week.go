package gaps

import (
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
)

// partsOf are the parts of the week in which a service is open, somewhere.
func partsOf(r directory.PublicRecord) (all []string) {
	hours := slices.Clone(r.Service.Hours)
	for _, p := range r.Places {
		if len(p.ServiceHours) > 0 {
			hours = append(hours, p.ServiceHours...)
		} else {
			hours = append(hours, p.Hours...)
		}
	}
	for _, h := range hours {
		all = append(all, partsOfHours(h)...)
	}
	return all
}

// weekdays are the days on which there is school.
var weekdays = []string{"MO", "TU", "WE", "TH", "FR"}

func partsOfHours(h directory.Hours) (all []string) {
	days := daysOf(h.Rule)
	if len(days) == 0 {
		return nil // in words alone, or a rule that names no day
	}
	from, to := h.From, h.To
	if to == "" { // it is open, and nobody told from when to when
		from, to = "00:00", "24:00"
	}
	if slices.ContainsFunc(days, func(d string) bool { return slices.Contains(weekdays, d) }) {
		if from < "12:00" {
			all = append(all, Morning)
		}
		if from < "18:00" && to > "12:00" {
			all = append(all, Afternoon)
		}
		if to > "18:00" {
			all = append(all, Evening)
		}
	}
	if slices.Contains(days, "WE") && from < "18:00" && to > "12:00" {
		all = append(all, Wednesday)
	}
	if slices.Contains(days, "SA") {
		all = append(all, Saturday)
	}
	if slices.Contains(days, "SU") {
		all = append(all, Sunday)
	}
	if h.Holidays != directory.TermOnly {
		all = append(all, Holidays)
	}
	return all
}

// daysOf are the days of the week that a rule names: "MO", or "1MO" for the
// first Monday of a month.
func daysOf(rule string) (days []string) {
	for _, part := range strings.Split(rule, ";") {
		name, value, _ := strings.Cut(part, "=")
		switch {
		case name == "FREQ" && value == "DAILY":
			days = append(days, append(slices.Clone(weekdays), "SA", "SU")...)
		case name == "BYDAY":
			days = nil
			for _, day := range strings.Split(value, ",") {
				days = append(days, strings.TrimLeft(day, "+-0123456789"))
			}
			return days
		}
	}
	return days
}

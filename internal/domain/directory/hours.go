package directory

import (
	"strconv"
	"strings"

	"github.com/teambition/rrule-go"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

const maxRule = 300 // letters of a rule

// tidyHours puts hours in the form in which they are kept.
func tidyHours(all []Hours) []Hours {
	all = some(all)
	for i := range all {
		h := &all[i]
		h.Rule = strings.ToUpper(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(h.Rule), "RRULE:")))
		h.Words, h.Not = trimmed(h.Words), sorted(h.Not)
	}
	return all
}

// checkHours refuses what cannot be: a rule that is none, an end before its
// beginning.
func checkHours(wrong *kernel.Faults, field string, all []Hours) {
	if len(all) > maxList {
		wrong.Check(field, kernel.NewTooMany("directory.list").With("limit", strconv.Itoa(maxList)))
		return
	}
	for _, h := range all {
		if err := h.check(); err != nil {
			wrong.Check(field, err)
			return
		}
	}
}

func (h Hours) check() error {
	if h.Rule == "" && h.Words == (kernel.Text{}) {
		return kernel.NewInvalid("directory.hours")
	}
	if h.Rule != "" {
		if _, err := h.option(); err != nil {
			return err
		}
	}
	for _, s := range []string{h.From, h.To} {
		if s != "" && s != "24:00" && !timeOfDay.MatchString(s) {
			return kernel.NewInvalid("directory.time")
		}
	}
	if (h.From == "") != (h.To == "") || h.From != "" && h.From >= h.To {
		return kernel.NewInvalid("directory.times")
	}
	for _, d := range append([]kernel.Date{h.Since, h.Until}, h.Not...) {
		if d != "" {
			if _, err := kernel.ParseDate(string(d)); err != nil {
				return err
			}
		}
	}
	if h.Until != "" && h.Until < h.Since {
		return kernel.NewInvalid("directory.until")
	}
	switch h.Holidays {
	case AsEver, TermOnly, HolidayOnly, EveryDay:
	default:
		return kernel.NewInvalid("directory.holidays")
	}
	if len(h.Not) > maxList {
		return kernel.NewTooMany("directory.list").With("limit", strconv.Itoa(maxList))
	}
	return long(h.Words)
}

// option reads the rule; Invalid ("directory.rule") when RFC 5545 knows no such
// rule, or when it says more than on which days.
func (h Hours) option() (*rrule.ROption, error) {
	bad := kernel.NewInvalid("directory.rule")
	if len(h.Rule) > maxRule || strings.ContainsAny(h.Rule, "\r\n") {
		return nil, bad
	}
	o, err := rrule.StrToROption(h.Rule)
	if err != nil || o.Freq > rrule.DAILY || len(o.Byhour)+len(o.Byminute)+len(o.Bysecond) > 0 || o.Interval < 0 || o.Interval > 1000 || o.Count < 0 {
		return nil, bad
	}
	if _, err := rrule.NewRRule(*o); err != nil {
		return nil, bad
	}
	return o, nil
}

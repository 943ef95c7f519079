package page

import (
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// paper is a slip with the appointment, in the language of the family, for
// whom no other way is safe.
func (s *Site) paper(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	slip, err := s.Referrals.Paper(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	family := r.View
	family.Reader = s.Texts.In(slip.Lang)
	return show(paperPage(r.View, family, string(slip.Lang), "/referrals/"+string(id), slip))
}

// appointmentFile is an appointment for a calendar. It names nobody: calendars
// are shared.
func (s *Site) appointmentFile() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		r := &Request{Request: hr, writer: w}
		body, err := s.calendar(r)
		if err != nil {
			s.fail(r, err)
			return
		}
		w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="appointment.ics"`)
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write([]byte(body)) // the reader may have gone
	})
}

func (s *Site) calendar(r *Request) (string, error) {
	if err := s.open(r, false); err != nil {
		return "", err
	}
	switch {
	case !r.Session.Actor().SignedIn():
		return "", &kernel.Fault{Code: kernel.Unauthenticated, Key: "sign_in"}
	case !policy.May(r.Session.Actor(), "referral.list"):
		return "", kernel.NewForbidden("role")
	}
	id, err := r.ID("id")
	if err != nil {
		return "", err
	}
	at, err := s.Referrals.Appointment(r.Context(), id)
	if err != nil {
		return "", err
	}
	const stamp = "20060102T150405Z"
	return calendarLines(
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bondgenoot//referrals//EN", "METHOD:PUBLISH", "BEGIN:VEVENT",
		"UID:"+string(id)+"@bondgenoot", "DTSTAMP:"+s.Now().UTC().Format(stamp),
		"DTSTART:"+at.Time().UTC().Format(stamp), "DTEND:"+at.Time().Add(time.Hour).UTC().Format(stamp),
		"SUMMARY:"+calendarText.Replace(r.View.T("referrals.calendar")), "CLASS:PRIVATE", "END:VEVENT", "END:VCALENDAR",
	), nil
}

// calendarText writes a text so that a calendar reads it as one (RFC 5545,
// 3.3.11).
var calendarText = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`)

// calendarLines ends lines as RFC 5545 wants (3.1), and folds those of more
// than 75 octets, never within a letter.
func calendarLines(lines ...string) string {
	var b strings.Builder
	for _, line := range lines {
		n := 0
		for _, letter := range line {
			if size := utf8.RuneLen(letter); n+size > 75 {
				b.WriteString("\r\n ")
				n = 1
			}
			b.WriteRune(letter)
			n += utf8.RuneLen(letter)
		}
		b.WriteString("\r\n")
	}
	return b.String()
}

func meetingOptions(v kit.View) (options []kit.Option) {
	for _, m := range referrals.Meetings {
		options = append(options, kit.Option{Value: string(m), Label: v.T("referral.meets." + string(m))})
	}
	return options
}

// meetsWords says how the family meets the receiver, and by whom.
func meetsWords(v kit.View, l letterView) string {
	if l.Meets == "" {
		return ""
	}
	words := v.T("referral.meets." + string(l.Meets))
	if l.With != "" {
		words = fmt.Sprintf("%s (%s)", words, l.With)
	}
	return words
}

// colleagueOptions are who can be asked to take a referral over.
func colleagueOptions(v kit.View, l letterView) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("referrals.choose_colleague")}}
	for _, p := range l.Colleagues {
		may := policy.May(policy.Actor{Roles: p.Roles}, "referral.answer")
		if p.Worker.ID != l.Owner && may {
			options = append(options, kit.Option{Value: string(p.Worker.ID), Label: p.Worker.Name})
		}
	}
	return options
}

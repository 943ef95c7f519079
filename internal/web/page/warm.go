package page

import (
	"fmt"
	"net/http"
	"strings"
	"time"

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
	return strings.Join([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bondgenoot//referrals//EN", "METHOD:PUBLISH", "BEGIN:VEVENT",
		"UID:" + string(id) + "@bondgenoot", "DTSTAMP:" + s.Now().UTC().Format(stamp),
		"DTSTART:" + at.Time().UTC().Format(stamp), "DTEND:" + at.Time().Add(time.Hour).UTC().Format(stamp),
		"SUMMARY:" + r.View.T("referrals.calendar"), "CLASS:PRIVATE", "END:VEVENT", "END:VCALENDAR", "",
	}, "\r\n"), nil
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

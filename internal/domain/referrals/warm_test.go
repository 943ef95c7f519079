package referrals_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// slip is what the last appointment mails to the family.
func (w *town) slip() (last referrals.Slip) {
	w.t.Helper()
	for _, j := range w.jobs(referrals.ConfirmJob) {
		var about referrals.Reminding
		w.ok(json.Unmarshal(j.Payload, &about))
		if s := must(w.SlipToMail(w.mia, w.alliance, about)); s.When != "" {
			last = s
		}
	}
	return last
}

// A family hears of its appointment in its language, by a way that is safe; if
// none is, nothing goes out and there is a paper.
func TestAFamilyHearsOfItsAppointmentByASafeWay(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		for name, tt := range map[string]struct {
			contact families.Contact
			lang    kernel.Lang
			mailed  bool
			texted  bool
		}{
			"a mail address":                       {families.Contact{Mails: []kernel.Email{"z@gezin.example"}, Languages: []string{"ar", "fr"}}, kernel.FR, true, false},
			"a mail address that others read":      {families.Contact{Mails: []kernel.Email{"z@gezin.example"}, Safe: families.Safe{NoMail: true}}, kernel.NL, false, false},
			"only through the midwife":             {families.Contact{Mails: []kernel.Email{"z@gezin.example"}, Safe: families.Safe{OnlyVia: "de vroedvrouw"}}, kernel.NL, false, false},
			"a telephone and no mail address":      {families.Contact{Phones: []kernel.Phone{"02 123 45 67"}, Languages: []string{"de"}}, kernel.DE, false, false},
			"a language in which no mail is there": {families.Contact{Mails: []kernel.Email{"z@gezin.example"}, Languages: []string{"ti"}}, kernel.NL, true, false},
			"a text message":                       {families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "0400 12 34 56", Languages: []string{"uk", "fr"}}, kernel.UK, false, true},
			"a mobile number that is only known":   {families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, Languages: []string{"uk", "fr"}}, kernel.FR, false, false},
		} {
			in := w.letter()
			in.Sketch.Contact = tt.contact
			if len(tt.contact.Phones)+len(tt.contact.Mails) == 0 {
				t.Fatal(name)
			}
			id := must(w.Send(w.mia, in)).ID
			must(w.Accept(w.aicha, id))
			must(w.Schedule(w.aicha, id, w.in(50*time.Hour), secretPlace))
			slip := w.slip()
			want := referrals.ConfirmByPaper
			if tt.mailed {
				want = referrals.ConfirmByMail
			}
			if tt.texted {
				want = referrals.ConfirmByText
			}
			if got := must(w.Read(w.aicha, id)).Safely; got != want || (len(slip.To) > 0) != tt.mailed || (slip.Text != "") != tt.texted {
				t.Errorf("%s: %q, mailed to %d", name, got, len(slip.To))
			}
			paper := must(w.Paper(w.aicha, id))
			if paper.Lang != tt.lang || paper.Where != secretPlace || paper.When != w.in(50*time.Hour) || slip.Where != "" {
				t.Errorf("%s: the paper says %+v, the mail %+v", name, paper, slip)
			}
			w.later(50 * time.Hour)
			if slip := w.slip(); len(slip.To) > 0 || slip.Text != "" {
				t.Errorf("%s: an appointment that is over is told", name)
			}
			w.later(-50 * time.Hour)
			must(w.NoShow(w.aicha, id, referrals.Cancelled))
			if slip = w.slip(); len(slip.To) > 0 || slip.Text != "" {
				t.Errorf("%s: an appointment that fell through is told", name)
			}
			_, err := w.Paper(w.aicha, id)
			wants(t, name, err, "conflict referral.no_appointment")
		}
		w.verified()
	})
}

// Who comes along sees when and where; who does not, does not.
func TestWhoComesAlongSeesTheAppointment(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		in := w.letter()
		in.Meets, in.With, in.Wish = referrals.ComesAlong, "Mia", "Rust in huis."
		joint, alone := must(w.Send(w.mia, in)).ID, w.send()
		for _, id := range []kernel.ID{joint, alone} {
			must(w.Accept(w.aicha, id))
			must(w.Schedule(w.aicha, id, w.in(50*time.Hour), secretPlace))
		}
		if l := must(w.Read(w.aicha, joint)); l.Wish != "Rust in huis." || l.Meets != referrals.ComesAlong || l.With != "Mia" {
			t.Errorf("the letter says %+v", l)
		}
		if r := must(w.Receipt(w.mia, joint)); r.When != w.in(50*time.Hour) || r.Where != secretPlace {
			t.Errorf("along: %+v", r)
		}
		if r := must(w.Receipt(w.mia, alone)); r.When != "" || r.Where != "" {
			t.Errorf("alone: %+v", r)
		}
		if at, err := w.Appointment(w.mia, joint); at != w.in(50*time.Hour) || err != nil {
			t.Errorf("along: %s, %v", at, err)
		}
		_, err := w.Appointment(w.mia, alone)
		wants(t, "alone", err, "not_found object")
		if _, err := w.Appointment(w.aicha, alone); err != nil {
			t.Errorf("the receiver: %v", err)
		}
		_, err = w.Appointment(w.sam, joint)
		wants(t, "a stranger", err, "not_found object")
		in.Meets = "x"
		_, err = w.Send(w.mia, in)
		wants(t, "no meeting", err, "invalid referral.meets")
	})
}

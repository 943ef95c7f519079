package app_test

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/incoming"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/registers"
	"github.com/bondgenoot/bondgenoot/internal/domain/retention"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
)

// mailing are the kinds of work that send mail; quiet are all others. Who adds
// a kind of work says here which it is.
var (
	mailing = []string{members.SignInCodeJob, members.MailChangeJob, members.MailChangeToldJob, members.WayInToldJob,
		referrals.ReminderJob, referrals.LateJob, referrals.BackJob, referrals.LinkJob, referrals.ConfirmJob, directory.LinkJob, sessions.RemindJob, vouchers.RemindJob, depot.ReadyJob, loans.RemindJob}
	quiet = []string{families.SettleJob, referrals.ExpireJob, referrals.ForgetJob, sharing.SettleJob, retention.EraseJob, families.WipeJob, reach.LookJob, reach.BeginJob, reach.RoundJob, registers.WalkJob, incoming.TakeJob, rights.TrialJob, sessions.ReleaseJob, vouchers.RoundJob}
)

// A mother may be reached through her midwife alone, and nobody may know where
// she lives. Whatever happens with her referral in half a year, no letter of
// the house goes to her, and none says who she is. Another may be mailed: she
// is told of her appointment once, in a letter that says neither who she is nor
// why.
func TestNoLetterReachesOrNamesAFamily(t *testing.T) {
	onEachEngine(t, func(w *world) {
		kinds := slices.Sorted(maps.Keys(w.app.Queue.Handlers))
		for _, kind := range kinds {
			if !slices.Contains(mailing, kind) && !slices.Contains(quiet, kind) {
				w.Errorf("the work %s is neither in mailing nor in quiet: does it write to anybody?", kind)
			}
		}
		wrote, texts := map[string]int{}, map[string]int{} // letters and text messages by kind of work
		for _, kind := range mailing {
			work := w.app.Queue.Handlers[kind]
			w.app.Queue.Handlers[kind] = func(ctx context.Context, j job.Job) error {
				before, texted := len(w.mail.Kept()), len(w.sms.Kept())
				err := work(ctx, j)
				wrote[kind] += len(w.mail.Kept()) - before
				texts[kind] += len(w.sms.Kept()) - texted
				return err
			}
		}
		bags := w.furnish().bags
		leuven := w.towns["leuven"]
		aicha := leuven.As(w.Context(), "aicha")
		secret := families.NewFamily{Confidential: true, Anyway: true, PostalCode: "3000",
			Persons: []families.NewPerson{{Role: families.Applicant, First: "Zephyrine", Last: "Quintelier", Birth: "1996-02-02"},
				{Role: families.Child, First: "Wolf", Last: "Quintelier", Birth: "2024-11-01"}},
			Contact: families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(9)}, Mails: []kernel.Email{"zephyrine@gezin.example"},
				Address: families.Address{Street: "Lievevrouwstraat", Number: "3"},
				Safe:    families.Safe{NoMail: true, NoLetter: true, NoText: true, NoVoicemail: true, OnlyVia: "vroedvrouw Rosalinde"}}}
		f, err := w.app.Families.Open(aicha, secret)
		if err != nil {
			w.Fatal(err)
		}
		agrees := referrals.Told{How: referrals.Spoken, On: "2026-11-20", Agrees: true}
		if _, err := w.app.Referrals.Send(aicha, referrals.NewReferral{To: leuven.Orgs["kirikou"].ID, Family: f.ID, Why: "Zephyrine zoekt een bed.", Told: agrees}); err != nil {
			w.Fatal(err)
		}
		if _, err := w.app.Referrals.Send(leuven.As(w.Context(), "lies"), referrals.NewReferral{To: leuven.Orgs["team"].ID, Sketch: secret, Why: "Quintelier zoekt een bed.", Told: agrees}); err != nil {
			w.Fatal(err)
		}
		open := secret
		open.Confidential, open.Contact.Safe = false, families.Safe{}
		open.Contact.Mails = []kernel.Email{"leonie@gezin.example"}
		told := open
		told.Contact.Phones = []kernel.Phone{kernel.FictionalPhone(9), kernel.FictionalMobile(9)}
		told.Contact.Mails, told.Contact.TextTo = nil, kernel.FictionalMobile(9)
		for _, sketch := range []families.NewFamily{secret, open, told} {
			r, err := w.app.Referrals.Send(leuven.As(w.Context(), "lies"), referrals.NewReferral{To: leuven.Orgs["team"].ID, Sketch: sketch, Why: "Quintelier zoekt een bed.", Told: agrees})
			if err != nil {
				w.Fatal(err)
			}
			if _, err := w.app.Referrals.Accept(aicha, r.ID); err != nil {
				w.Fatal(err)
			}
			if _, err := w.app.Referrals.Schedule(aicha, r.ID, kernel.InstantOf(w.clock().Add(50*time.Hour)), "Lievevrouwstraat 3"); err != nil {
				w.Fatal(err)
			}
		}
		margot := families.NewFamily{Anyway: true, PostalCode: "3000", Persons: []families.NewPerson{{Role: families.Applicant, First: "Margot", Last: "Quintelier", Birth: "1991-02-02"},
			{Role: families.Child, First: "Wolf", Last: "Quintelier", Birth: "2024-11-01"}},
			Contact: families.Contact{Mails: []kernel.Email{"margot@gezin.example"}}}
		may, err := w.app.Families.Open(aicha, margot)
		w.did(err)
		margot.Contact = told.Contact
		texted, err := w.app.Families.Open(aicha, margot)
		w.did(err)
		margot.Contact.Safe.OnlyVia = "vroedvrouw Rosalinde"
		through, err := w.app.Families.Open(aicha, margot)
		w.did(err)
		next, err := w.app.Sessions.Next(aicha, false, 10)
		w.did(err)
		for _, family := range []kernel.ID{f.ID, may.ID, texted.ID, through.ID} { // expected tomorrow, and waiting for a day that is called off; with a bag to fetch
			w.bag(aicha, bags, family)
			w.lends(leuven.As(w.Context(), "saar"), leuven.As(w.Context(), "rik"), aicha, family) // with a bicycle that is kept for the child
			for i, slot := range []int64{0, sessions.NoSlot} {
				_, err := w.app.Sessions.Book(aicha, sessions.Asking{Session: next[i].Session.ID, Slot: slot, Family: family})
				w.did(err)
			}
		}
		w.did(w.app.Sessions.CallOff(leuven.As(w.Context(), "katrien"), next[1].Session.ID))
		w.later(2 * time.Hour)
		w.work()
		if _, err := w.app.Members.AskCode(w.Context(), members.Browser{Source: "192.0.2.1"}, "aicha@leuven.example"); err != nil {
			w.Fatal(err)
		}
		wim := leuven.As(w.Context(), "wim")
		_, err = w.app.Members.GiveCode(wim, "aicha@leuven.example")
		w.did(err)
		_, err = w.app.Members.SignInAs(w.Context(), leuven.ID, leuven.Workers["bram"].ID, leuven.Workers["bram"].Org.ID) // who was never in gets no letter
		w.did(err)
		who := leuven.Workers["bram"].Worker
		who.Mail = "bram.nieuw@leuven.example"
		_, _, err = w.app.Members.ChangeWorker(wim, who)
		w.did(err)
		for range 26 {
			w.work()
			w.later(7 * 24 * time.Hour)
		}
		kept := w.mail.Kept()
		if len(kept) < 3 {
			w.Fatalf("only %d letters were sent", len(kept))
		}
		confirmed, expected := 0, 0
		for _, letter := range kept {
			to := string(letter.To)
			if to == "leonie@gezin.example" {
				confirmed++
			} else if to == "margot@gezin.example" {
				expected++
			} else if !strings.HasSuffix(to, "@leuven.example") && to != "info@weggeef.example" && to != "gids@ocmw.example" { // who works there, a partner without an account, and who keeps a record of the directory
				w.Errorf("a letter went to %s", letter.To)
			}
			for _, word := range []string{"Zephyrine", "Quintelier", "zephyrine@", "Lievevrouw", "Rosalinde", kernel.FictionalPhone(9).Display()} {
				if strings.Contains(letter.Subject+letter.Text, word) {
					w.Errorf("a letter says %s: %s", word, letter.Text)
				}
			}
		}
		for _, kind := range mailing {
			if wrote[kind] == 0 && kind != members.MailChangeJob { // which puts an address in its place; the letters about it are another's
				w.Errorf("the work %s wrote to nobody here, so that this shows nothing of it: let it", kind)
			}
		}
		if expected != 4 {
			w.Errorf("who may be mailed is told %d times of two hand-outs, of which one was called off, of a bag that she did not fetch, and of a bicycle that is ready", expected)
		}
		if confirmed != 1 {
			w.Errorf("who may be mailed is told %d times of her appointment", confirmed)
		}
		for _, m := range w.sms.Kept() {
			if m.To != kernel.FictionalMobile(9) {
				w.Errorf("a text message went to %s", m.To.Display())
			}
			for _, word := range []string{"Margot", "Zephyrine", "Quintelier", "Lievevrouw", "Rosalinde", "Bondgenoot", "OCMW", "Leuven", "://"} {
				if strings.Contains(m.Text, word) {
					w.Errorf("a text message says %s: %s", word, m.Text)
				}
			}
		}
		if want := map[string]int{sessions.RemindJob: 2, vouchers.RemindJob: 1, loans.RemindJob: 1, referrals.ConfirmJob: 1}; !maps.Equal(want, positive(texts)) {
			w.Errorf("text messages to who has no mail: %v, want %v", texts, want)
		}
	})
}

// positive leaves out what was counted and is none.
func positive(counted map[string]int) map[string]int {
	maps.DeleteFunc(counted, func(_ string, n int) bool { return n == 0 })
	return counted
}

// Each thing that a family may ask of how it is reached, and what then comes of
// the one message that the house itself makes to a family. Who adds a message to
// families adds it here.
func TestWhatAFamilyAskedHoldsForEveryMessage(t *testing.T) {
	onEachEngine(t, func(w *world) {
		leuven := w.towns["leuven"]
		aicha := leuven.As(w.Context(), "aicha")
		asked := map[string]struct {
			safe   families.Safe
			secret bool
			letter bool // the confirmation of an appointment goes by mail
			text   bool // or by text message
			told   bool // a number was told to which a text message may go
		}{
			"nothing":                            {letter: true},
			"never by mail":                      {safe: families.Safe{NoMail: true}},
			"only through the midwife":           {safe: families.Safe{OnlyVia: "vroedvrouw Rosalinde"}},
			"no voice mail, which a mail is not": {safe: families.Safe{NoVoicemail: true}, letter: true},
			"no letter in the box":               {safe: families.Safe{NoLetter: true}, letter: true},
			"an address that is secret":          {secret: true, letter: true},
			"a mail, and a text message may":     {told: true, letter: true},
			"no mail, and a text message may":    {safe: families.Safe{NoMail: true}, told: true, text: true},
			"a text message at her hours":        {safe: families.Safe{NoMail: true, Hours: "voor de middag"}, told: true},
			"a text message through the midwife": {safe: families.Safe{OnlyVia: "vroedvrouw Rosalinde"}, told: true},
		}
		at, called := map[kernel.Email]string{}, map[kernel.Phone]string{}
		contact := func(name string, mail kernel.Email) families.Contact {
			number := kernel.FictionalMobile(len(called))
			called[number] = name
			c := families.Contact{Mails: []kernel.Email{mail}, Phones: []kernel.Phone{number}, Address: families.Address{Street: "Lievevrouwstraat", Number: "3"}, Safe: asked[name].safe}
			if asked[name].told {
				c.TextTo = number
			}
			return c
		}
		for _, name := range slices.Sorted(maps.Keys(asked)) {
			tt := asked[name]
			mail := kernel.Email("gezin" + strconv.Itoa(len(at)) + "@gezin.example")
			at[mail] = name
			r, err := w.app.Referrals.Send(leuven.As(w.Context(), "lies"), referrals.NewReferral{To: leuven.Orgs["team"].ID, Why: "Zoekt een bed.",
				Told: referrals.Told{How: referrals.Spoken, On: "2026-11-20", Agrees: true},
				Sketch: families.NewFamily{Confidential: tt.secret, Anyway: true, PostalCode: "3000",
					Persons: []families.NewPerson{{Role: families.Applicant, First: "Zephyrine", Last: "Quintelier", Birth: "1996-02-02"}},
					Contact: contact(name, mail)}})
			w.did(err)
			_, err = w.app.Referrals.Accept(aicha, r.ID)
			w.did(err)
			_, err = w.app.Referrals.Schedule(aicha, r.ID, kernel.InstantOf(w.clock().Add(50*time.Hour)), "Lievevrouwstraat 3")
			w.did(err)
		}
		katrien := leuven.As(w.Context(), "katrien")
		day := w.handout(katrien)
		p, err := w.app.Programmes.SwitchOn(katrien, programmes.New{Template: "boom-school-bag", Params: map[string]string{"months_valid": "3"}})
		w.did(err)
		bags := p.ID
		w.did(w.app.Vouchers.AddBudget(katrien, vouchers.Fund{ID: kernel.NewID(), Programme: bags, Offer: "bag", Units: 20}))
		for i, name := range slices.Sorted(maps.Keys(asked)) {
			tt := asked[name]
			mail := kernel.Email("uitdelen" + strconv.Itoa(i) + "@gezin.example")
			f, err := w.app.Families.Open(aicha, families.NewFamily{Confidential: tt.secret, Anyway: true, PostalCode: "3000",
				Persons: []families.NewPerson{{Role: families.Applicant, First: "Zephyrine", Last: "Quintelier", Birth: "1996-02-02"},
					{Role: families.Child, First: "Wolf", Last: "Quintelier", Birth: "2024-11-01"}},
				Contact: contact(name, mail)})
			w.did(err)
			_, err = w.app.Sessions.Book(aicha, sessions.Asking{Session: day.ID, Slot: int64(i % 2), Family: f.ID})
			w.did(err)
			w.bag(aicha, bags, f.ID)
			at[mail] = name
		}
		w.work()
		w.later(2 * time.Hour) // ten o'clock of the day before
		w.work()
		w.later(45 * 24 * time.Hour) // the bag was not fetched
		w.work()
		got := map[string]int{}
		for _, letter := range w.mail.Kept() {
			if name, ok := at[letter.To]; ok {
				got[name]++
			}
			if strings.Contains(letter.Subject+letter.Text, "Lievevrouw") || strings.Contains(letter.Subject+letter.Text, "Quintelier") {
				w.Errorf("a letter says who, or where: %s", letter.Text)
			}
		}
		texted := map[string]int{}
		for _, m := range w.sms.Kept() {
			texted[called[m.To]]++
		}
		for name, tt := range asked {
			want := 0
			if tt.text {
				want = 3
			}
			if texted[name] != want {
				w.Errorf("who asked for %s gets %d text messages, want %d", name, texted[name], want)
			}
			want = 0
			if tt.letter {
				want = 3 // the appointment is confirmed, the hand-out remembered, and that the bag is still to fetch
			}
			if got[name] != want {
				w.Errorf("who asked for %s gets %d letters, want %d", name, got[name], want)
			}
		}
	})
}

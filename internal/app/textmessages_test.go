package app_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
)

// Whatever happens between the hour at which a text message is asked for and the
// one at which it leaves, holds: the number is looked up when it leaves. And it
// leaves by day, whether it was ready at ten to twelve or its provider came back
// in the evening.
func TestATextMessageLeavesByDayToWhomItStillMay(t *testing.T) {
	onEachEngine(t, func(w *world) {
		leuven := w.towns["leuven"]
		aicha, nele := leuven.As(w.Context(), "aicha"), leuven.As(w.Context(), "nele")
		day := w.handout(leuven.As(w.Context(), "katrien"))
		numbers := int64(0)
		open := func(told bool) kernel.ID {
			numbers++
			c := families.Contact{Phones: []kernel.Phone{kernel.FictionalMobile(int(numbers))}}
			if told {
				c.TextTo = c.Phones[0]
			}
			f, err := w.app.Families.Open(aicha, families.NewFamily{Anyway: true, PostalCode: "3000", Contact: c,
				Persons: []families.NewPerson{{Role: families.Applicant, First: "Margot", Last: "Quintelier", Birth: "1991-02-02"}}})
			w.did(err)
			return f.ID
		}
		change := func(family kernel.ID, to func(*families.Contact)) {
			w.Helper()
			f, err := w.app.Families.Read(aicha, family, families.ForCare)
			w.did(err)
			in := families.ContactEdit{Contact: f.Contact, Version: f.ContactVersion, PostalCode: f.PostalCode}
			to(&in.Contact)
			w.did(w.app.Families.ChangeContact(aicha, family, in))
		}
		join := func(kept, gone kernel.ID) kernel.ID {
			w.Helper()
			both, err := w.app.Families.Compare(aicha, kept, gone, nil)
			w.did(err)
			m, err := w.app.Families.Join(aicha, families.Merging{Kept: kept, Gone: gone, KeptVersion: both.Kept.Version, GoneVersion: both.Gone.Version, Same: both.Same})
			w.did(err)
			return m.ID
		}
		cases := map[string]struct {
			silent  bool // no number was told when the message was asked for
			between func(kernel.ID)
			want    int
		}{
			"nothing happens":       {want: 1},
			"the choice taken back": {between: func(f kernel.ID) { change(f, func(c *families.Contact) { c.TextTo = "" }) }},
			"no text any more":      {between: func(f kernel.ID) { change(f, func(c *families.Contact) { c.TextTo, c.Safe.NoText = "", true }) }},
			"the number gone":       {between: func(f kernel.ID) { change(f, func(c *families.Contact) { c.TextTo, c.Phones = "", nil }) }},
			"a file came into it":   {silent: true, between: func(f kernel.ID) { join(f, open(true)) }},
			"it went into a file":   {between: func(f kernel.ID) { join(open(false), f) }},
			"it came apart again": {silent: true, between: func(f kernel.ID) {
				other := open(true)
				m := join(f, other)
				change(f, func(c *families.Contact) { c.TextTo = c.Phones[len(c.Phones)-1] }) // that of the other
				_, err := w.app.Families.Part(aicha, f, m)
				w.did(err)
			}},
			"it was forgotten": {between: func(f kernel.ID) { w.did(w.app.Families.Forget(nele, f, "asked")) }},
		}
		called := map[kernel.Phone]string{}
		ids := map[string]kernel.ID{}
		for i, name := range slices.Sorted(maps.Keys(cases)) {
			ids[name] = open(!cases[name].silent)
			called[kernel.FictionalMobile(int(numbers))] = name
			_, err := w.app.Sessions.Book(aicha, sessions.Asking{Session: day.ID, Slot: int64(i % 2), Family: ids[name]})
			w.did(err)
		}
		away, work := false, w.app.Queue.Handlers[sessions.RemindJob]
		w.app.Queue.Handlers[sessions.RemindJob] = func(ctx context.Context, j job.Job) error {
			if away {
				return errors.New("the provider is away")
			}
			return work(ctx, j)
		}
		for name, tt := range cases {
			if tt.between != nil {
				tt.between(ids[name])
			}
		}
		at := func(clock string) {
			w.Helper()
			now, err := time.ParseInLocation("2006-01-02 15:04", clock, kernel.Brussels)
			w.did(err)
			w.later(now.Sub(w.clock()))
			w.work()
		}
		quiet := func(when string) {
			w.Helper()
			if got := w.sms.Kept(); len(got) != 0 {
				w.Errorf("%s a text message goes to %s", when, called[got[0].To])
			}
		}
		away = true
		at("2026-11-23 19:59")
		away = false
		at("2026-11-23 20:05")
		quiet("in the evening, when its provider is there again,")
		at("2026-11-23 23:50")
		quiet("by night")
		at("2026-11-24 07:59")
		quiet("before eight")
		at("2026-11-24 08:00")
		got := map[string]int{}
		for _, m := range w.sms.Kept() {
			got[called[m.To]]++
		}
		for name, tt := range cases {
			if got[name] != tt.want {
				w.Errorf("%s: %d text messages, want %d", name, got[name], tt.want)
			}
		}
		if len(w.sms.Kept()) != 1 {
			w.Errorf("text messages went to %v", got)
		}
	})
}

package referrals_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
)

// named gives referrals names for a list that a test reads aloud.
type named map[kernel.ID]string

func (n named) inbox(w *town, ctx context.Context, q referrals.Query) string {
	var all []string
	for range 20 {
		page := must(w.Inbox(ctx, q))
		for _, r := range page.Rows {
			all = append(all, n[r.ID])
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	return strings.Join(all, " ")
}

func (n named) outbox(w *town, ctx context.Context, q referrals.Query) string {
	var all []string
	for range 20 {
		page := must(w.Outbox(ctx, q))
		for _, r := range page.Rows {
			all = append(all, n[r.ID])
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	return strings.Join(all, " ")
}

func TestTheInboxShowsWhatIsLateFirst(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		n := named{}
		n[w.bring(referrals.Arrived)] = "arrived" // 23 December
		n[w.send()] = "old"                       // 25 November
		n[w.bring(referrals.Accepted)] = "mine"   // 30 November
		w.later(8 * 24 * time.Hour)               // Tuesday 1 December
		n[w.send()] = "new"                       // 3 December
		n[w.bring(referrals.Scheduled)] = "soon"  // 4 December
		w.later(time.Second)
		n[w.bring(referrals.Closed)] = "closed"
		w.later(time.Second)
		n[w.bring(referrals.Declined)] = "declined"
		w.later(time.Second)
		n[w.bring(referrals.Withdrawn)] = "withdrawn"
		must(w.Send(w.mia, func() referrals.NewReferral { in := w.letter(); in.To = w.house; return in }())) // not here

		for _, limit := range []int{1, 2, 100} {
			for q, want := range map[referrals.Query]string{
				{}:                "old mine new soon arrived",
				{Overdue: true}:   "old mine",
				{Unclaimed: true}: "old new",
				{Mine: true}:      "mine soon arrived",
				{Over: true}:      "withdrawn declined closed",
			} {
				q.Limit = limit
				if got := n.inbox(w, w.aicha, q); got != want {
					t.Errorf("%+v: %s, want %s", q, got, want)
				}
			}
			if got := n.inbox(w, w.bram, referrals.Query{Mine: true, Limit: limit}); got != "" {
				t.Errorf("Bram's own: %s", got)
			}
		}
		if got, want := must(w.Counts(w.aicha)), (referrals.Count{Open: 5, Unclaimed: 2, Mine: 3, Overdue: 2}); got != want {
			t.Errorf("Counts = %+v, want %+v", got, want)
		}
	})
}

func TestTheOutboxShowsWhatAsksTheSenderFirst(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		n := named{}
		n[w.send()] = "late"
		n[w.bring(referrals.Scheduled)] = "scheduled"
		w.later(8 * 24 * time.Hour)
		n[w.bring(referrals.Accepted)] = "accepted"
		n[w.send()] = "new"
		n[w.bring(referrals.Arrived)] = "arrived"
		n[w.bring(referrals.Declined)] = "declined"
		again := w.bring(referrals.Declined)
		n[again] = "again"
		n[must(w.ReRefer(w.mia, again, referrals.Again{To: w.house, Told: w.told()})).ID] = "next"
		n[w.bring(referrals.Closed)] = "closed"
		n[w.bring(referrals.Withdrawn)] = "withdrawn"
		n[w.bring(referrals.Expired)] = "unanswered"

		for _, limit := range []int{1, 3, 100} {
			for q, want := range map[referrals.Query]string{
				{}:              "unanswered declined late next new accepted scheduled",
				{Overdue: true}: "late",
				{Over: true}:    "unanswered withdrawn closed again declined arrived",
			} {
				q.Limit = limit
				if got := n.outbox(w, w.mia, q); got != want {
					t.Errorf("%+v: %s, want %s", q, got, want)
				}
			}
		}
		for _, r := range must(w.Outbox(w.mia, referrals.Query{Overdue: true})).Rows {
			if !r.Late || r.AnswerBy != "2026-11-25" {
				t.Errorf("late: %+v", r)
			}
		}
		_, err := w.Outbox(w.mia, referrals.Query{After: "' OR 1 = 1 --"})
		wants(t, "a cursor of somebody's own", err, "invalid referral.cursor")
		_, err = w.Inbox(w.aicha, referrals.Query{After: "2026_x"})
		wants(t, "half a cursor", err, "invalid referral.cursor")
	})
}

// What lies between accepted and arrived shows nowhere to the sender, whatever
// happens there.
func TestTheSenderCannotTellWhatHappensMeanwhile(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		id := w.bring(referrals.Accepted)
		n := named{id: "it", w.bring(referrals.Accepted): "other"}
		receipt, order := must(w.Receipt(w.mia, id)), n.outbox(w, w.mia, referrals.Query{})
		for _, step := range []struct {
			what string
			do   func() error
		}{
			{"planned", func() error { _, err := w.Schedule(w.aicha, id, w.in(time.Hour), "Dorpsstraat"); return err }},
			{"handed over", func() error { _, err := w.HandOver(w.aicha, id, person(w.bram)); return err }},
			{"the file made", func() error { _, err := w.OpenFile(w.aicha, id, referrals.Filing{Anyway: true}); return err }},
			{"late by a year", func() error { w.later(365 * 24 * time.Hour); return nil }},
		} {
			w.ok(step.do())
			if got := must(w.Receipt(w.mia, id)); got != receipt {
				t.Errorf("%s: the receipt says %+v, and said %+v", step.what, got, receipt)
			}
			if got := n.outbox(w, w.mia, referrals.Query{}); got != order {
				t.Errorf("%s: the order is %s, and was %s", step.what, got, order)
			}
			if got := n.outbox(w, w.mia, referrals.Query{Overdue: true}); got != "" {
				t.Errorf("%s: late are %s", step.what, got)
			}
		}
	})
}

func TestAFileShowsItsOwnReferrals(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		family := must(w.Families.Open(w.aicha, families.NewFamily{Persons: zelmira().Persons[:1]})).ID
		n := named{}
		n[w.bring(referrals.Accepted)] = "another family"
		n[must(w.Send(w.aicha, referrals.NewReferral{To: w.house, Family: family, Why: "Speelgroep.", Told: w.told()})).ID] = "its own"
		if got := n.outbox(w, w.aicha, referrals.Query{Family: family}); got != "its own" {
			t.Errorf("sent: %s", got)
		}
		if got := n.inbox(w, w.chloe, referrals.Query{Family: family}); got != "its own" {
			t.Errorf("received: %s", got)
		}
		if got := n.inbox(w, w.aicha, referrals.Query{Family: family}); got != "" {
			t.Errorf("received by the sender: %s", got)
		}
	})
}

func TestEveryCodeHasItsWords(t *testing.T) {
	words := i18n.MustLoad().In(kernel.NL)
	var keys []string
	add := func(prefix string, codes ...string) {
		for _, c := range codes {
			keys = append(keys, prefix+c)
		}
	}
	for _, s := range referrals.States {
		add("referral.state.", string(s))
	}
	for _, p := range referrals.Progresses {
		add("referral.progress.", string(p))
		add("family.event.referral.", string(p))
	}
	for _, h := range referrals.Holds {
		add("referral.hold.", string(h))
	}
	for _, e := range referrals.Endings {
		add("referral.ending.", string(e))
	}
	for _, m := range referrals.Moves {
		add("referral.move.", string(m))
	}
	for _, r := range referrals.Reasons {
		add("referral.reason.", string(r))
	}
	for _, a := range referrals.Absences {
		add("referral.absence.", string(a))
	}
	for _, o := range referrals.AllOutcomes {
		add("referral.outcome.", string(o))
	}
	for _, u := range referrals.Urgencies {
		add("referral.urgency.", string(u))
	}
	for _, way := range referrals.Ways {
		add("referral.told.", string(way))
	}
	add("referral.move.", "send")
	add("referral.reason.", "owner_left")
	add("referral.outcome.", "passed_on", "erased")
	add("referral.progress.", "arrived")
	add("referral.next.", "answer", "contact", "contact_again", "confirm", "conclude", "review")
	add("referral.reminder.", "subject", "body")
	add("referral.late.", "subject", "body")
	add("referral.back.", "subject", "body")
	add("family.event.referral.", "sent", "accepted", "declined", "arrived", "closed", "withdrawn", "filed")
	for _, k := range keys {
		if !words.Has(k) {
			t.Errorf("no text for %s", k)
		}
	}
}

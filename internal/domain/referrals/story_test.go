package referrals_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// A midwife refers a woman; the welfare office takes it on, opens a file, plans
// a visit; she arrives and is helped. The midwife sees received, accepted,
// arrived, and nothing of the rest.
func TestAReferralArrives(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		seen := func(id kernel.ID) referrals.Progress { return must(w.Receipt(w.mia, id)).Progress }
		sent := must(w.Send(w.mia, w.letter()))
		id := sent.ID
		if sent.Progress != referrals.Received || sent.AnswerBy != "2026-11-25" || sent.To != w.ocmw || sent.Reference != secretRef {
			t.Errorf("the receipt says %+v", sent)
		}

		read := must(w.Read(w.aicha, id))
		if read.Who != secretName+" "+secretLast || !strings.Contains(read.Why, secretWhy) || !strings.Contains(read.Asked, secretAsked) ||
			read.Told != w.told() || len(read.Sketch.Persons) != 3 || read.Sketch.Contact.Phones[0] != "+3221234567" {
			t.Errorf("the letter says %+v", read)
		}

		must(w.Accept(w.aicha, id))
		if seen(id) != referrals.TakenOn {
			t.Errorf("accepted, seen as %s", seen(id))
		}
		opened := must(w.OpenFile(w.aicha, id, referrals.Filing{}))
		if opened.Provisional || opened.Family != read.Family {
			t.Errorf("the file is %s, of the sketch %s", opened.Family, read.Family)
		}
		file := must(w.Families.Read(w.aicha, opened.Family, families.ForCare))
		if len(file.Persons) != 3 || file.Persons[0].First != secretName || file.Persons[1].Birth != "2024-03-01" {
			t.Errorf("the file holds %+v", file.Persons)
		}
		must(w.Schedule(w.aicha, id, w.in(50*time.Hour), secretPlace+" 1, Kortenaken"))
		if r := must(w.Read(w.aicha, id)); r.Place != secretPlace+" 1, Kortenaken" || r.Due != "2026-11-26" || r.Next != referrals.ToConfirm {
			t.Errorf("scheduled: %+v", r)
		}
		if seen(id) != referrals.TakenOn {
			t.Errorf("scheduled, seen as %s", seen(id))
		}
		must(w.Arrived(w.aicha, id))
		if seen(id) != referrals.HasArrived {
			t.Errorf("arrived, seen as %s", seen(id))
		}
		closed := must(w.Close(w.aicha, id, referrals.Helped))
		if closed.State != referrals.Closed || closed.Due != "" || closed.Next != "" {
			t.Errorf("closed: %+v", closed)
		}
		if got := must(w.Receipt(w.mia, id)); got.Progress != referrals.HasArrived || got.EndedOn != "" {
			t.Errorf("closed, seen as %+v", got)
		}

		var steps []string
		for _, s := range must(w.Read(w.aicha, id)).Steps {
			steps = append(steps, string(s.Move)+">"+string(s.To))
		}
		if got := strings.Join(steps, " "); got != "send>sent accept>accepted open_file>accepted schedule>scheduled arrive>arrived close>closed" {
			t.Errorf("the history says %s", got)
		}
		var actions []string
		for _, r := range w.records(opened.Family) {
			actions = append(actions, r.Action)
		}
		if got := strings.Join(actions, " "); got != "referral.send referral.read referral.accept referral.open_file family.open family.read "+
			"referral.schedule referral.read referral.arrive referral.close referral.read" {
			t.Errorf("on record stands %s", got)
		}
		w.verified()
	})
}

// verified: the record is whole.
func (w *town) verified() {
	w.t.Helper()
	w.ok(w.db.Read(context.Background(), func(q db.Querier) error {
		report, err := w.Acts.Audit.Verify(context.Background(), q)
		if len(report.Troubles) > 0 {
			w.t.Errorf("the record is in trouble: %v", report.Troubles)
		}
		return err
	}))
}

func TestNobodyElseLearnsThatAReferralExists(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		id := w.bring(referrals.Scheduled)
		none := kernel.NewID()
		for name, ctx := range map[string]context.Context{"a school": w.sam, "a partner": w.chloe, "another team of the receiver": w.tess} {
			for _, over := range []bool{false, true} {
				if page := must(w.Inbox(ctx, referrals.Query{Over: over})); len(page.Rows) != 0 {
					t.Errorf("%s lists %d received", name, len(page.Rows))
				}
				if page := must(w.Outbox(ctx, referrals.Query{Over: over})); len(page.Rows) != 0 {
					t.Errorf("%s lists %d sent", name, len(page.Rows))
				}
			}
			if c := must(w.Counts(ctx)); c != (referrals.Count{}) {
				t.Errorf("%s counts %+v", name, c)
			}
			for what, try := range w.everyMove(ctx) {
				got, want := fault(try(id)), fault(try(none))
				if got != want || !strings.HasPrefix(got, "not_found") {
					t.Errorf("%s tries %s: %q, and of a referral that does not exist %q", name, what, got, want)
				}
			}
		}
		// Before the family arrived and after, the receiver's side is closed to the sender.
		_, err := w.Read(w.mia, id)
		wants(t, "the sender reads", err, "forbidden role")
		if page := must(w.Inbox(w.mia, referrals.Query{})); len(page.Rows) != 0 {
			t.Errorf("the sender lists %d received", len(page.Rows))
		}
		if _, err := w.Receipt(w.aicha, id); fault(err) != "not_found object" {
			t.Errorf("the receiver asks a receipt: %v", err)
		}
	})
}

// everyMove is each use case about one referral, tried by ctx, that asks no
// other permission.
func (w *town) everyMove(ctx context.Context) map[string]func(id kernel.ID) error {
	second := func(_ any, err error) error { return err }
	return map[string]func(id kernel.ID) error{
		"read":      func(id kernel.ID) error { return second(w.Read(ctx, id)) },
		"receipt":   func(id kernel.ID) error { return second(w.Receipt(ctx, id)) },
		"accept":    func(id kernel.ID) error { return second(w.Accept(ctx, id)) },
		"decline":   func(id kernel.ID) error { return second(w.Decline(ctx, id, referrals.Full, "")) },
		"direct":    func(id kernel.ID) error { return second(w.Direct(ctx, id, w.team)) },
		"hand over": func(id kernel.ID) error { return second(w.HandOver(ctx, id, person(ctx))) },
		"take over": func(id kernel.ID) error { return second(w.TakeOver(ctx, id)) },
		"turn down": func(id kernel.ID) error { return second(w.TurnDown(ctx, id)) },
		"open file": func(id kernel.ID) error { return second(w.OpenFile(ctx, id, referrals.Filing{})) },
		"tie":       func(id kernel.ID) error { return second(w.Tie(ctx, id, kernel.NewID())) },
		"schedule":  func(id kernel.ID) error { return second(w.Schedule(ctx, id, w.in(time.Hour), "")) },
		"arrived":   func(id kernel.ID) error { return second(w.Arrived(ctx, id)) },
		"no show":   func(id kernel.ID) error { return second(w.NoShow(ctx, id, referrals.Ill)) },
		"close":     func(id kernel.ID) error { return second(w.Close(ctx, id, referrals.NotReached)) },
		"wait":      func(id kernel.ID) error { return second(w.Wait(ctx, id, referrals.NoRoomYet, "")) },
		"release":   func(id kernel.ID) error { return second(w.Release(ctx, id, referrals.Full)) },
		"stop":      func(id kernel.ID) error { return second(w.Stop(ctx, id)) },
		"mistake":   func(id kernel.ID) error { return w.Withdraw(ctx, id, referrals.InError) },
		"withdraw":  func(id kernel.ID) error { return w.Withdraw(ctx, id, referrals.NotNeeded) },
		"re-refer": func(id kernel.ID) error {
			return second(w.ReRefer(ctx, id, referrals.Again{To: w.midwives, Told: w.told()}))
		},
		"pass on": func(id kernel.ID) error {
			return second(w.PassOn(ctx, id, referrals.Again{To: w.midwives, Told: w.told()}))
		},
	}
}

func TestNothingThatWasWrittenStandsOutsideTheVault(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		id := w.bring(referrals.Scheduled)
		must(w.NoShow(w.aicha, id, referrals.Cancelled))
		must(w.Schedule(w.aicha, id, w.in(72*time.Hour), secretPlace+" 2"))
		must(w.OpenFile(w.aicha, id, referrals.Filing{}))
		declined := w.bring(referrals.Declined)
		must(w.ReRefer(w.mia, declined, referrals.Again{To: w.house, Told: w.told()}))
		must(w.Read(w.aicha, id))
		must(w.Inbox(w.aicha, referrals.Query{}))

		all := w.everything()
		if !strings.Contains(all, string(id)) {
			t.Fatal("the tables were not read")
		}
		for _, secret := range []string{secretName, secretLast, "Oriane", secretPhone, secretWhy, secretAsked, secretPlace, secretRef} {
			if at := strings.Index(strings.ToLower(all), strings.ToLower(secret)); at >= 0 {
				t.Errorf("%q stands in clear: …%s…", secret, all[max(0, at-80):min(len(all), at+80)])
			}
		}
		w.verified()
	})
}

func TestAListShowsNamesOnlyToWhoMayReadReferrals(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.send()
		if rows := must(w.Inbox(w.aicha, referrals.Query{})).Rows; len(rows) != 1 || rows[0].Who != secretName+" "+secretLast {
			t.Errorf("a caseworker sees %+v", rows)
		}
		if rows := must(w.Inbox(w.vic, referrals.Query{})).Rows; len(rows) != 1 || rows[0].Who != "" {
			t.Errorf("a volunteer sees %+v", rows)
		}
	})
}

package referrals_test

import (
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

func TestAHundredAcceptAtOnceAndNobodyHasTooMuch(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		carla := w.hire("Carla", "carla@ocmw.example", w.ocmw, policy.Coordinator)
		w.ok(w.SetLimit(carla, referrals.Limit{Worker: person(w.aicha), Most: 3}))
		const many = 100
		ids := make([]kernel.ID, many)
		for i := range ids {
			ids[i] = w.send()
		}
		errs, begin := make(chan error, many), make(chan struct{})
		for _, id := range ids {
			go func() {
				<-begin
				_, err := w.Accept(w.aicha, id)
				errs <- err
			}()
		}
		close(begin)
		won := 0
		for range many {
			if err := <-errs; err == nil {
				won++
			} else if fault(err) != "conflict referral.full_hands" {
				t.Errorf("one hears %v", err)
			}
		}
		loads := must(w.Caseload(carla))
		if won != 3 || loads[0].Open != 3 {
			t.Errorf("%d were taken on; %+v", won, loads)
		}
		w.verified()
	})
}

func TestHowMuchATeamCanDo(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		carla := w.hire("Carla", "carla@ocmw.example", w.ocmw, policy.Coordinator)
		w.ok(w.SetLimit(carla, referrals.Limit{Most: 1}))
		first := w.bring(referrals.Accepted)
		second := w.send()
		_, err := w.Accept(w.bram, second)
		wants(t, "one too many for the team", err, "conflict referral.full_team")
		must(w.HandOver(w.aicha, first, person(w.bram)))
		must(w.TakeOver(w.bram, first)) // within the team it is no more
		must(w.Close(w.bram, first, referrals.NotReached))
		must(w.Accept(w.bram, second))
		w.ok(w.SetLimit(carla, referrals.Limit{}))
		must(w.Accept(w.bram, w.send()))
		wants(t, "less than nothing", w.SetLimit(carla, referrals.Limit{Most: -1}), "invalid referral.limit")
		wants(t, "for another's worker", w.SetLimit(carla, referrals.Limit{Worker: person(w.chloe), Most: 1}), "invalid referral.colleague")
		wants(t, "by a caseworker", w.SetLimit(w.aicha, referrals.Limit{Most: 1}), "forbidden role")
	})
}

// To hand over takes two: until the colleague agrees it is with its owner.
func TestToHandOverTakesTwo(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		carla := w.hire("Carla", "carla@ocmw.example", w.ocmw, policy.Coordinator)
		id := w.bring(referrals.Accepted)
		_, err := w.TakeOver(w.bram, id)
		wants(t, "nobody asked", err, "conflict referral.not_offered")
		if r := must(w.HandOver(w.aicha, id, person(w.bram))); r.Owner != person(w.aicha) || r.OfferedTo != person(w.bram) {
			t.Errorf("asked: %+v", r)
		}
		if rows := must(w.Inbox(w.bram, referrals.Query{Mine: true})).Rows; len(rows) != 1 {
			t.Errorf("who is asked lists %d", len(rows))
		}
		must(w.TurnDown(w.bram, id))
		_, err = w.TakeOver(w.bram, id)
		wants(t, "turned down", err, "conflict referral.not_offered")
		must(w.HandOver(w.aicha, id, person(w.bram)))
		if r := must(w.TakeOver(w.bram, id)); r.Owner != person(w.bram) || r.OfferedTo != "" {
			t.Errorf("taken over: %+v", r)
		}
		if r := must(w.TakeOver(carla, id)); r.Owner != person(carla) {
			t.Errorf("a coordinator need not be asked: %+v", r)
		}
	})
}

// An organisation to which a referral is open cannot stop: it would lie there.
func TestAnOrganisationStopsWhenNoReferralIsOpen(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		id := w.send()
		of, _, err := w.Members.Organisation(w.admin, w.ocmw)
		w.ok(err)
		of.Active = false
		_, err = w.Members.ChangeOrganisation(w.admin, of)
		wants(t, "a referral is open", err, "conflict organisation.referrals")
		w.ok(w.Withdraw(w.mia, id, referrals.InError))
		_, err = w.Members.ChangeOrganisation(w.admin, of)
		wants(t, "none is", err, "")
	})
}

// Who leaves leaves nothing behind without an owner.
func TestWhatSomebodyHadWhoLeavesIsNotLost(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		scheduled, arrived, offered := w.bring(referrals.Scheduled), w.bring(referrals.Arrived), w.send()
		must(w.Accept(w.bram, offered))
		must(w.HandOver(w.bram, offered, person(w.aicha)))
		w.ok(w.Members.SetRoles(w.admin, person(w.aicha), w.ocmw))
		if r := w.stored(scheduled); r.State != referrals.Sent || r.Owner != "" || r.Held != "owner_left" || r.Due != "2026-11-25" {
			t.Errorf("what had an appointment: %+v", r)
		}
		if r := w.stored(arrived); r.State != referrals.Arrived || r.Owner != "" || r.Due == "" {
			t.Errorf("what had arrived: %+v", r)
		}
		if r := w.stored(offered); r.Owner != person(w.bram) || r.OfferedTo != "" {
			t.Errorf("what was offered: %+v", r)
		}
		must(w.Accept(w.bram, scheduled))
		must(w.Close(w.bram, arrived, referrals.Helped))
		w.verified()
	})
}

func TestWhileSomebodyIsAwayTheClockGoesToWhoStandsIn(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		carla := w.hire("Carla", "carla@ocmw.example", w.ocmw, policy.Coordinator)
		w.bring(referrals.Accepted) // Aïcha's, by Monday 30 November
		w.ok(w.SetAway(w.aicha, referrals.Away{From: "2026-11-28", To: "2026-12-04", StandIn: person(w.bram)}))
		if rows := must(w.Inbox(w.bram, referrals.Query{Mine: true})).Rows; len(rows) != 0 {
			t.Errorf("before, Bram lists %d", len(rows))
		}
		w.later(7 * 24 * time.Hour)
		if m := w.due(); len(m) != 1 || addresses(m[0]) != "bram@ocmw.example" {
			t.Errorf("reminded: %+v", m)
		}
		if rows := must(w.Inbox(w.bram, referrals.Query{Mine: true})).Rows; len(rows) != 1 {
			t.Errorf("meanwhile, Bram lists %d", len(rows))
		}
		away := referrals.Away{Worker: person(w.aicha), From: "2026-11-28", To: "2026-12-04", StandIn: person(w.bram)}
		w.ok(w.SetAway(carla, away))
		wants(t, "by a colleague", w.SetAway(w.bram, away), "forbidden role")
		away.StandIn = person(w.chloe)
		wants(t, "somebody from elsewhere", w.SetAway(carla, away), "invalid referral.colleague")
		away.StandIn = away.Worker
		wants(t, "for oneself", w.SetAway(carla, away), "invalid referral.colleague")
		away.To = "2026-11-01"
		wants(t, "the wrong way round", w.SetAway(carla, away), "invalid referral.away")
	})
}

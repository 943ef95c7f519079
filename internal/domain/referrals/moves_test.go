package referrals_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// The whole of what can happen, written a second time: for each state the
// moves that can be made and where they lead. All else is refused.
const table = `
sent:      accept>accepted decline>declined direct>sent withdraw>withdrawn stop>stopped expire>expired mistake>mistaken
accepted:  hand_over>accepted take_over>accepted turn_down>accepted open_file>accepted wait>waiting release>sent schedule>scheduled arrive>arrived close>closed pass_on>closed withdraw>withdrawn stop>stopped expire>expired mistake>mistaken
waiting:   hand_over>waiting take_over>waiting turn_down>waiting open_file>waiting wait>waiting release>sent schedule>scheduled arrive>arrived close>closed pass_on>closed withdraw>withdrawn stop>stopped expire>expired mistake>mistaken
scheduled: hand_over>scheduled take_over>scheduled turn_down>scheduled open_file>scheduled wait>waiting release>sent schedule>scheduled arrive>arrived no_show>missed close>closed pass_on>closed withdraw>withdrawn stop>stopped expire>expired mistake>mistaken
missed:    hand_over>missed take_over>missed turn_down>missed open_file>missed wait>waiting release>sent schedule>scheduled arrive>arrived close>closed pass_on>closed withdraw>withdrawn stop>stopped expire>expired mistake>mistaken
arrived:   hand_over>arrived take_over>arrived turn_down>arrived open_file>arrived close>closed pass_on>closed expire>expired mistake>mistaken
declined:  re_refer>declined mistake>mistaken
closed:    mistake>mistaken
withdrawn: re_refer>withdrawn mistake>mistaken
stopped:   re_refer>stopped mistake>mistaken
expired:   re_refer>expired mistake>mistaken
mistaken:
`

func expected() map[referrals.State]map[referrals.Move]referrals.State {
	all := map[referrals.State]map[referrals.Move]referrals.State{}
	for _, row := range strings.Split(strings.TrimSpace(table), "\n") {
		from, moves, _ := strings.Cut(row, ":")
		of := map[referrals.Move]referrals.State{}
		for _, m := range strings.Fields(moves) {
			move, to, _ := strings.Cut(m, ">")
			of[referrals.Move(move)] = referrals.State(to)
		}
		all[referrals.State(from)] = of
	}
	return all
}

// try makes a move with a referral of Mia's to the welfare office, as whoever
// makes it, with what it needs.
func (w *town) try(m referrals.Move, id kernel.ID) error {
	var err error
	switch m {
	case referrals.Accept:
		_, err = w.Accept(w.aicha, id)
	case referrals.Decline:
		_, err = w.Decline(w.aicha, id, referrals.NotOurs, "")
	case referrals.Direct:
		_, err = w.Direct(w.aicha, id, w.team)
	case referrals.HandOver:
		_, err = w.HandOver(w.aicha, id, person(w.bram))
	case referrals.TakeOver:
		if _, err = w.HandOver(w.aicha, id, person(w.bram)); err == nil {
			_, err = w.TakeOver(w.bram, id)
		}
	case referrals.TurnDown:
		if _, err = w.HandOver(w.aicha, id, person(w.bram)); err == nil {
			_, err = w.TurnDown(w.bram, id)
		}
	case referrals.OpenFile:
		_, err = w.OpenFile(w.aicha, id, referrals.Filing{Anyway: true})
	case referrals.Wait:
		_, err = w.Wait(w.aicha, id, referrals.NoRoomYet, "")
	case referrals.Release:
		_, err = w.Release(w.aicha, id, referrals.Full)
	case referrals.Schedule:
		_, err = w.Schedule(w.aicha, id, w.in(24*time.Hour), "")
	case referrals.Arrive:
		_, err = w.Arrived(w.aicha, id)
	case referrals.NoShow:
		_, err = w.NoShow(w.aicha, id, referrals.Cancelled)
	case referrals.Close:
		how := referrals.NotReached
		if w.stored(id).State == referrals.Arrived {
			how = referrals.GoesOn
		}
		_, err = w.Close(w.aicha, id, how)
	case referrals.PassOn:
		_, err = w.PassOn(w.aicha, id, referrals.Again{To: w.house, Told: w.told()})
	case referrals.Withdraw:
		err = w.Withdraw(w.mia, id, referrals.NotNeeded)
	case referrals.Stop:
		_, err = w.Stop(w.aicha, id)
	case referrals.Mistake:
		err = w.Withdraw(w.mia, id, referrals.InError)
	case referrals.ReRefer:
		_, err = w.ReRefer(w.mia, id, referrals.Again{To: w.house, Told: w.told()})
	case referrals.Forget:
		err = w.Service.Forget(context.Background(), w.alliance, id)
	}
	return err
}

func TestEveryMoveInEveryState(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		want := expected()
		for _, from := range referrals.States {
			for _, m := range referrals.Moves {
				if m == referrals.Forget || m == referrals.Expire {
					continue // the house's own: TestASketchIsForgotten, TestWhatNobodyAnswersEndsAndTheSenderHearsOfIt
				}
				id := w.bring(from)
				before := w.stored(id)
				if before.State != from {
					t.Fatalf("brought to %s instead of %s", before.State, from)
				}
				err := w.try(m, id)
				after := w.stored(id)
				to, can := want[from][m]
				switch {
				case can && (err != nil || after.State != to):
					t.Errorf("%s, %s: %s (%v), want %s", from, m, after.State, err, to)
				case !can && (kernel.CodeOf(err) != kernel.Conflict && !(m == referrals.Close && kernel.CodeOf(err) == kernel.Invalid) || after != before):
					t.Errorf("%s, %s: %v, want it refused and nothing changed", from, m, err)
				}
				if can != before.Can(m) {
					t.Errorf("%s: Can(%s) = %v", from, m, !can)
				}
			}
		}
		w.verified()
	})
}

func TestARefusalSaysWhy(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		for name, tt := range map[string]struct {
			state referrals.State
			try   func(id kernel.ID) error
			want  string
		}{
			"accepted by a colleague first": {referrals.Accepted, func(id kernel.ID) error { _, err := w.Accept(w.bram, id); return err }, "conflict referral.taken"},
			"accepted after it was declined": {referrals.Declined, func(id kernel.ID) error { _, err := w.Accept(w.bram, id); return err },
				"conflict referral.over"},
			"declined after it was accepted": {referrals.Accepted, func(id kernel.ID) error {
				_, err := w.Decline(w.bram, id, referrals.Full, "")
				return err
			}, "conflict referral.state"},
			"declined without a reason": {referrals.Sent, func(id kernel.ID) error { _, err := w.Decline(w.aicha, id, "", ""); return err },
				"invalid referral.reason"},
			"declined for whom the sender is": {referrals.Sent, func(id kernel.ID) error {
				_, err := w.Decline(w.aicha, id, referrals.Full, w.midwives)
				return err
			}, "invalid referral.instead"},
			"declined for whom nobody knows": {referrals.Sent, func(id kernel.ID) error {
				_, err := w.Decline(w.aicha, id, referrals.Full, kernel.NewID())
				return err
			}, "invalid referral.instead"},
			"closed without an outcome": {referrals.Arrived, func(id kernel.ID) error { _, err := w.Close(w.aicha, id, ""); return err },
				"invalid referral.outcome"},
			"closed as passed on": {referrals.Arrived, func(id kernel.ID) error { _, err := w.Close(w.aicha, id, referrals.PassedOn); return err },
				"invalid referral.outcome"},
			"helped before it arrived": {referrals.Scheduled, func(id kernel.ID) error { _, err := w.Close(w.aicha, id, referrals.Helped); return err },
				"invalid referral.outcome_not_arrived"},
			"not reached after it arrived": {referrals.Arrived, func(id kernel.ID) error { _, err := w.Close(w.aicha, id, referrals.NotReached); return err },
				"invalid referral.outcome_arrived"},
			"planned in the past": {referrals.Accepted, func(id kernel.ID) error { _, err := w.Schedule(w.aicha, id, w.in(-time.Minute), ""); return err },
				"invalid referral.scheduled_for"},
			"planned in two years": {referrals.Accepted, func(id kernel.ID) error {
				_, err := w.Schedule(w.aicha, id, w.in(2*366*24*time.Hour), "")
				return err
			}, "invalid referral.scheduled_for"},
			"planned nowhere to be read": {referrals.Accepted, func(id kernel.ID) error {
				_, err := w.Schedule(w.aicha, id, w.in(time.Hour), strings.Repeat("a", 201))
				return err
			}, "too_many referral.text"},
			"not there before the hour": {referrals.Scheduled, func(id kernel.ID) error { _, err := w.NoShow(w.aicha, id, referrals.NotThere); return err },
				"conflict referral.too_early"},
			"not there for no reason": {referrals.Scheduled, func(id kernel.ID) error { _, err := w.NoShow(w.aicha, id, "x"); return err },
				"invalid referral.absence"},
			"stopped after it arrived": {referrals.Arrived, func(id kernel.ID) error { _, err := w.Stop(w.aicha, id); return err },
				"conflict referral.arrived"},
			"withdrawn for no reason": {referrals.Sent, func(id kernel.ID) error { return w.Withdraw(w.mia, id, "") },
				"invalid referral.ending"},
			"withdrawn with a receiver's outcome": {referrals.Sent, func(id kernel.ID) error { return w.Withdraw(w.mia, id, referrals.Helped) },
				"invalid referral.ending"},
			"held for no reason": {referrals.Accepted, func(id kernel.ID) error { _, err := w.Wait(w.aicha, id, "", ""); return err },
				"invalid referral.hold"},
			"held until today": {referrals.Accepted, func(id kernel.ID) error {
				_, err := w.Wait(w.aicha, id, referrals.NoRoomYet, "2026-11-23")
				return err
			}, "invalid referral.until"},
			"held for a year": {referrals.Accepted, func(id kernel.ID) error {
				_, err := w.Wait(w.aicha, id, referrals.NoRoomYet, "2027-11-23")
				return err
			}, "invalid referral.until"},
			"held before it was taken on": {referrals.Sent, func(id kernel.ID) error {
				_, err := w.Wait(w.aicha, id, referrals.NoRoomYet, "")
				return err
			}, "conflict referral.state"},
			"given back for no reason": {referrals.Accepted, func(id kernel.ID) error { _, err := w.Release(w.aicha, id, ""); return err },
				"invalid referral.reason"},
			"given back before it was taken on": {referrals.Sent, func(id kernel.ID) error {
				_, err := w.Release(w.aicha, id, referrals.Full)
				return err
			}, "conflict referral.state"},
			"a mistake by the receiver": {referrals.Accepted, func(id kernel.ID) error { return w.Withdraw(w.aicha, id, referrals.InError) },
				"not_found object"},
			"withdrawn after it arrived": {referrals.Arrived, func(id kernel.ID) error { return w.Withdraw(w.mia, id, referrals.NotNeeded) },
				"conflict referral.arrived"},
			"handed to a volunteer": {referrals.Accepted, func(id kernel.ID) error { _, err := w.HandOver(w.aicha, id, person(w.vic)); return err },
				"invalid referral.colleague"},
			"handed to another organisation's worker": {referrals.Accepted, func(id kernel.ID) error {
				_, err := w.HandOver(w.aicha, id, person(w.chloe))
				return err
			}, "invalid referral.colleague"},
			"directed to another organisation": {referrals.Sent, func(id kernel.ID) error { _, err := w.Direct(w.aicha, id, w.house); return err },
				"invalid referral.team"},
			"a second file": {referrals.Accepted, func(id kernel.ID) error {
				must(w.OpenFile(w.aicha, id, referrals.Filing{Anyway: true}))
				_, err := w.OpenFile(w.aicha, id, referrals.Filing{Anyway: true})
				return err
			}, "conflict referral.filed"},
			"sent again to the same": {referrals.Declined, func(id kernel.ID) error {
				_, err := w.ReRefer(w.mia, id, referrals.Again{To: w.ocmw, Told: w.told()})
				return err
			}, "invalid referral.same"},
			"sent again twice": {referrals.Declined, func(id kernel.ID) error {
				must(w.ReRefer(w.mia, id, referrals.Again{To: w.house, Told: w.told()}))
				_, err := w.ReRefer(w.mia, id, referrals.Again{To: w.school, Told: w.told()})
				return err
			}, "conflict referral.followed"},
			"sent again after it was taken on": {referrals.Accepted, func(id kernel.ID) error {
				w.ok(w.Withdraw(w.mia, id, referrals.NotNeeded))
				_, err := w.ReRefer(w.mia, id, referrals.Again{To: w.house, Told: w.told()})
				return err
			}, "conflict referral.write_anew"},
			"sent again after it arrived": {referrals.Closed, func(id kernel.ID) error {
				_, err := w.ReRefer(w.mia, id, referrals.Again{To: w.house, Told: w.told()})
				return err
			}, "conflict referral.arrived"},
			"answered by a volunteer": {referrals.Sent, func(id kernel.ID) error { _, err := w.Accept(w.vic, id); return err }, "forbidden role"},
		} {
			t.Run(name, func(t *testing.T) {
				id := w.bring(tt.state)
				before := w.stored(id)
				wants(t, name, tt.try(id), tt.want)
				if after := w.stored(id); before != after && !strings.HasPrefix(name, "sent again") && name != "a second file" {
					t.Errorf("changed: %+v", after)
				}
			})
		}
	})
}

func TestAHundredWorkersAcceptAtOnceAndOneHasIt(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		id := w.send()
		const workers = 100
		errs := make(chan error, workers)
		begin := make(chan struct{})
		for range workers {
			ctx := act.As(context.Background(), policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Org: w.ocmw,
				Roles: []policy.Role{policy.Caseworker}})
			go func() {
				<-begin
				_, err := w.Accept(ctx, id)
				errs <- err
			}()
		}
		close(begin)
		won := 0
		for range workers {
			err := <-errs
			if err == nil {
				won++
			} else if fault(err) != "conflict referral.taken" {
				t.Errorf("a worker hears %v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d workers accepted", won)
		}
		if r := w.stored(id); r.Owner == "" || r.Version != 2 {
			t.Errorf("it is with %q, version %d", r.Owner, r.Version)
		}
		w.verified()
	})
}

package referrals_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// walker follows one referral with the table of moves_test.go beside it.
type walker struct {
	*town
	id    kernel.ID
	want  map[referrals.State]map[referrals.Move]referrals.State
	state referrals.State
}

// Whatever anybody does in whatever order, a referral is where the table says,
// and what holds of one always holds.
func TestARandomWalkKeepsEveryPromise(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		everybody := map[string]context.Context{"mia": w.mia, "aicha": w.aicha, "bram": w.bram, "vic": w.vic, "tess": w.tess,
			"chloe": w.chloe, "sam": w.sam, "dirk": w.dirk}
		names := []string{"mia", "aicha", "bram", "vic", "tess", "chloe", "sam", "dirk"}
		rapid.Check(t, func(rt *rapid.T) {
			letter := w.letter()
			letter.Sketch.Persons = letter.Sketch.Persons[:2] // no child is expected: some walks take years
			walk := &walker{town: w, id: must(w.Send(w.mia, letter)).ID, want: expected(), state: referrals.Sent}
			for range rapid.IntRange(1, 12).Draw(rt, "steps") {
				w.later(time.Duration(rapid.SampledFrom([]int{0, 1, 20, 40, 24 * 91}).Draw(rt, "hours")) * time.Hour)
				who := rapid.SampledFrom(names).Draw(rt, "who")
				move := rapid.SampledFrom(referrals.Moves[:]).Draw(rt, "move")
				walk.step(rt, everybody[who], who, move)
			}
			walk.holds(rt)
		})
		w.verified()
	})
}

func (w *walker) step(t *rapid.T, ctx context.Context, who string, m referrals.Move) {
	before := w.stored(w.id)
	again := referrals.Again{To: w.house, Told: w.told()}
	how, err := referrals.NotReached, error(nil)
	if w.state == referrals.Arrived {
		how = referrals.PartlyGiven
	}
	switch m {
	case referrals.Accept:
		_, err = w.Accept(ctx, w.id)
	case referrals.Decline:
		_, err = w.Decline(ctx, w.id, referrals.TooLittleKnown, w.house)
	case referrals.Direct:
		_, err = w.Direct(ctx, w.id, w.team)
	case referrals.HandOver:
		_, err = w.HandOver(ctx, w.id, person(ctx))
	case referrals.TakeOver:
		_, err = w.TakeOver(ctx, w.id)
	case referrals.TurnDown:
		_, err = w.TurnDown(ctx, w.id)
	case referrals.OpenFile:
		_, err = w.OpenFile(ctx, w.id, referrals.Filing{Anyway: true})
	case referrals.Wait:
		_, err = w.Wait(ctx, w.id, referrals.FamilyLater, "")
	case referrals.Release:
		_, err = w.Release(ctx, w.id, referrals.NotOurs)
	case referrals.Schedule:
		_, err = w.Schedule(ctx, w.id, w.in(30*time.Hour), secretPlace)
	case referrals.Arrive:
		_, err = w.Arrived(ctx, w.id)
	case referrals.NoShow:
		_, err = w.NoShow(ctx, w.id, referrals.Ill)
	case referrals.Close:
		_, err = w.Close(ctx, w.id, how)
	case referrals.PassOn:
		_, err = w.PassOn(ctx, w.id, again)
	case referrals.Withdraw:
		err = w.Withdraw(ctx, w.id, referrals.NotNeeded)
	case referrals.Stop:
		if _, err = w.Stop(ctx, w.id); who == "mia" {
			err = w.Withdraw(ctx, w.id, referrals.NotWanted)
		}
	case referrals.Mistake:
		err = w.Withdraw(ctx, w.id, referrals.InError)
	case referrals.Expire:
		err = w.expire(w.id)
	case referrals.ReRefer:
		_, err = w.ReRefer(ctx, w.id, again)
	case referrals.Forget:
		err = w.Service.Forget(ctx, w.alliance, w.id)
	}
	after := w.stored(w.id)
	to, can := w.want[w.state][m]
	can = can && w.may(who, m, before)
	switch {
	case m == referrals.Forget:
		long := before.Provisional && !before.State.Open() && before.EndedAt.Add(90*24*time.Hour) <= kernel.InstantOf(w.Now())
		if err != nil || (after.ForgottenAt != "") != (before.ForgottenAt != "" || long) {
			t.Fatalf("the house forgets: %v, %+v", err, after)
		}
	case m == referrals.Expire: // by the clock, whoever looks
		if err != nil || (after.State == referrals.Expired) != (can || before.State == referrals.Expired) {
			t.Fatalf("the clock: %v, %+v, then %+v", err, before, after)
		}
		w.state = after.State
	case can != (err == nil):
		t.Fatalf("%s, %s by %s: %v, want it allowed: %v (%+v)", w.state, m, who, err, can, before)
	case !can && before != after:
		t.Fatalf("%s, %s by %s was refused and changed %+v to %+v", w.state, m, who, before, after)
	case can:
		w.state = to
	}
	w.holds(t)
}

// may says a second time who may make which move.
func (w *walker) may(who string, m referrals.Move, r referrals.Referral) bool {
	receiver := who == "aicha" || who == "bram"
	if r.ReceiverOrg == w.team {
		receiver = who == "tess"
	}
	switch m {
	case referrals.Withdraw:
		return who == "mia"
	case referrals.Mistake:
		return who == "mia" && r.ForgottenAt == ""
	case referrals.Stop:
		return who == "mia" || receiver
	case referrals.Expire:
		return true
	case referrals.ReRefer:
		return who == "mia" && r.AcceptedAt == "" && r.FollowedBy == "" && r.ForgottenAt == ""
	case referrals.TakeOver:
		return receiver && r.OfferedTo == person(map[string]context.Context{"aicha": w.aicha, "bram": w.bram, "tess": w.tess}[who])
	case referrals.TurnDown:
		return receiver && r.OfferedTo != ""
	case referrals.OpenFile:
		return receiver && r.Provisional
	case referrals.PassOn: // a file is passed on by its care team, which the receiver's caseworkers are
		return receiver
	case referrals.Direct:
		return receiver && r.ReceiverOrg == w.ocmw
	}
	return receiver
}

// holds are the promises.
func (w *walker) holds(t *rapid.T) {
	r := w.stored(w.id)
	today := kernel.InstantOf(w.Now()).Date()
	must := func(holds bool, format string, args ...any) {
		if !holds {
			t.Fatalf("%s: %+v", fmt.Sprintf(format, args...), r)
		}
	}
	must(r.State == w.state, "want it %s", w.state)
	if r.State.Open() {
		must(r.Next != "" && r.Due != "" && r.EndedAt == "", "an open one has a next action and a day")
		must(r.ReceiverOrg != "" && (r.State == referrals.Sent) == (r.Owner == ""), "an open one has an owner: the organisation, then a worker")
	} else {
		must(r.Next == "" && r.Due == "" && r.EndedAt != "", "one that is over asks nothing")
	}
	must(r.State != referrals.Declined || r.Declined != "", "who declines says why")
	must(r.State.Open() == (r.Outcome == "" && r.Declined == ""), "nothing ends without an outcome, and nothing that goes on has one")
	must((r.State == referrals.Scheduled) == (r.ScheduledFor != "") || r.State == referrals.Arrived || !r.State.Open(), "a plan has an hour, and only a plan")
	must((r.State == referrals.Waiting) == (r.ReviewOn != ""), "who waits has a day on which it is looked at again")
	must(r.OfferedTo == "" || r.Owner != "", "what is offered has an owner")
	must(r.TaskCode() != "", "every state has a code")
	must(r.State == referrals.Sent || r.AnsweredAt != "" || !r.State.Open(), "who took it on has answered")

	receipt, err := w.Receipt(w.mia, w.id)
	must(err == nil, "the sender gets a receipt: %v", err)
	want := referrals.Receipt{ID: r.ID, To: w.ocmw, By: person(w.mia), Urgency: referrals.Normal, SentAt: r.SentAt,
		Progress: r.Progress(), AcceptedOn: r.AcceptedAt.Date(), ArrivedOn: r.ArrivedAt.Date(), Reason: r.Declined, Instead: r.Proposed,
		Reference: secretRef, Mistaken: r.State == referrals.Mistaken}
	if r.State == referrals.Sent {
		want.AnswerBy, want.Late = r.Due, r.Due < today
	}
	if !r.State.Open() && r.ArrivedAt == "" {
		want.EndedOn = r.EndedAt.Date()
	}
	if r.Outcome != referrals.PassedOn {
		want.FollowedBy = r.FollowedBy
	}
	if r.ForgottenAt != "" {
		want.Reference = ""
	}
	for _, m := range []referrals.Move{referrals.Withdraw, referrals.ReRefer, referrals.Mistake} {
		_, leads := w.want[r.State][m]
		must(r.ForgottenAt != "" || receipt.Can(m) == (leads && w.may("mia", m, r)), "the receipt offers to %s", m)
	}
	must(receipt == want, "the receipt says %+v, want %+v", receipt, want)
	if r.State.Open() && r.State != referrals.Sent && r.State != referrals.Arrived {
		must(receipt.Progress == referrals.TakenOn, "between accepted and arrived nothing shows")
	}
	_, err = w.Read(w.mia, w.id)
	must(kernel.CodeOf(err) == kernel.Forbidden, "the sender does not read it: %v", err)
	_, err = w.Read(w.sam, w.id)
	must(kernel.CodeOf(err) == kernel.NotFound, "a stranger does not read it: %v", err)
}

package referrals

import (
	"slices"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Move is what somebody does with a referral.
type Move string

// The moves. The receiver makes most of them; the sender withdraws, sends again
// and says that it was a mistake; the house lets it expire and forgets.
const (
	Send     Move = "send"
	Accept   Move = "accept"
	Decline  Move = "decline"
	Direct   Move = "direct"    // to a team of the receiver
	HandOver Move = "hand_over" // ask a colleague to take it over
	TakeOver Move = "take_over" // take it over
	TurnDown Move = "turn_down" // do not take it over, or ask no longer
	OpenFile Move = "open_file" // make a file of the sketch, or tie it to a file that exists
	Wait     Move = "wait"      // put it on the waiting list, or leave it there for longer
	Release  Move = "release"   // give it back: nobody has it any more
	Schedule Move = "schedule"
	Arrive   Move = "arrive"
	NoShow   Move = "no_show"
	Close    Move = "close"
	PassOn   Move = "pass_on"
	Withdraw Move = "withdraw"
	Stop     Move = "stop"    // the family does not want it any more
	Expire   Move = "expire"  // by the clock
	Mistake  Move = "mistake" // it was entered in error
	ReRefer  Move = "re_refer"
	Forget   Move = "forget"
)

// Moves lists every move that can be made with a referral that exists.
var Moves = [...]Move{Accept, Decline, Direct, HandOver, TakeOver, TurnDown, OpenFile, Wait, Release, Schedule, Arrive, NoShow, Close, PassOn,
	Withdraw, Stop, Expire, Mistake, ReRefer, Forget}

// leadsTo is the whole of what can happen: from a state, by a move, to a
// state. What is not here is refused.
var leadsTo = map[State]map[Move]State{
	Sent: {
		Accept: Accepted, Decline: Declined, Direct: Sent,
		Withdraw: Withdrawn, Stop: Stopped, Expire: Expired, Mistake: Mistaken, Forget: Closed,
	},
	Accepted: {
		HandOver: Accepted, TakeOver: Accepted, TurnDown: Accepted, OpenFile: Accepted, Wait: Waiting, Release: Sent, Schedule: Scheduled, Arrive: Arrived,
		Close: Closed, PassOn: Closed, Withdraw: Withdrawn, Stop: Stopped, Expire: Expired, Mistake: Mistaken, Forget: Closed,
	},
	Waiting: {
		HandOver: Waiting, TakeOver: Waiting, TurnDown: Waiting, OpenFile: Waiting, Wait: Waiting, Release: Sent, Schedule: Scheduled, Arrive: Arrived,
		Close: Closed, PassOn: Closed, Withdraw: Withdrawn, Stop: Stopped, Expire: Expired, Mistake: Mistaken, Forget: Closed,
	},
	Scheduled: {
		HandOver: Scheduled, TakeOver: Scheduled, TurnDown: Scheduled, OpenFile: Scheduled, Wait: Waiting, Release: Sent, Schedule: Scheduled, Arrive: Arrived, NoShow: Missed,
		Close: Closed, PassOn: Closed, Withdraw: Withdrawn, Stop: Stopped, Expire: Expired, Mistake: Mistaken, Forget: Closed,
	},
	Missed: {
		HandOver: Missed, TakeOver: Missed, TurnDown: Missed, OpenFile: Missed, Wait: Waiting, Release: Sent, Schedule: Scheduled, Arrive: Arrived,
		Close: Closed, PassOn: Closed, Withdraw: Withdrawn, Stop: Stopped, Expire: Expired, Mistake: Mistaken, Forget: Closed,
	},
	Arrived: {
		HandOver: Arrived, TakeOver: Arrived, TurnDown: Arrived, OpenFile: Arrived, Close: Closed, PassOn: Closed, Expire: Expired, Mistake: Mistaken, Forget: Closed,
	},
	Declined:  {ReRefer: Declined, Mistake: Mistaken, Forget: Declined},
	Closed:    {ReRefer: Closed, Mistake: Mistaken, Forget: Closed},
	Withdrawn: {ReRefer: Withdrawn, Mistake: Mistaken, Forget: Withdrawn},
	Stopped:   {ReRefer: Stopped, Mistake: Mistaken, Forget: Stopped},
	Expired:   {ReRefer: Expired, Mistake: Mistaken, Forget: Expired},
	Mistaken:  {Forget: Mistaken},
}

// Leads tells to which state a move leads from s, and whether it can be made
// there at all.
func (s State) Leads(m Move) (to State, can bool) {
	to, can = leadsTo[s][m]
	return to, can
}

// Can tells whether a move can be made with the referral as it stands; whether
// the reader may make it is the policy's to say.
func (r Referral) Can(m Move) bool { return r.check(m) == nil }

func (r Referral) check(m Move) error {
	_, can := r.State.Leads(m)
	switch {
	case !can && !r.State.Open():
		return kernel.NewConflict("referral.over")
	case !can && m == Accept:
		return kernel.NewConflict("referral.taken")
	case !can && (m == Withdraw || m == Stop):
		return kernel.NewConflict("referral.arrived")
	case !can:
		return kernel.NewConflict("referral.state")
	case r.ForgottenAt != "":
		return kernel.NewConflict("referral.forgotten")
	case m == OpenFile && !r.Provisional:
		return kernel.NewConflict("referral.filed")
	case m == ReRefer && r.FollowedBy != "":
		return kernel.NewConflict("referral.followed")
	case m == ReRefer && r.ArrivedAt != "":
		return kernel.NewConflict("referral.arrived")
	}
	return nil
}

// move brings the referral to the state to which m leads.
func (r *Referral) move(m Move, now kernel.Instant) error {
	if err := r.check(m); err != nil {
		return err
	}
	was := r.State
	r.State, _ = r.State.Leads(m)
	if was.Open() && !r.State.Open() {
		r.EndedAt, r.Held, r.ReviewOn, r.OfferedTo = now, "", "", ""
	}
	return nil
}

func (r *Referral) accept(by kernel.ID, now kernel.Instant) error {
	if err := r.move(Accept, now); err != nil {
		return err
	}
	r.Owner, r.AcceptedAt = by, now
	r.answered(now)
	return nil
}

// answered notes the first answer: how long a family waited for it does not
// change when the referral is given back later.
func (r *Referral) answered(now kernel.Instant) {
	if r.AnsweredAt == "" {
		r.AnsweredAt = now
	}
}

func (r *Referral) decline(why Reason, instead kernel.ID, now kernel.Instant) error {
	if !slices.Contains(Reasons[:], why) {
		return kernel.NewInvalid("referral.reason").At("reason")
	}
	if instead != "" && (instead == r.ReceiverOrg || instead == r.SentTo || instead == r.SenderOrg) {
		return kernel.NewInvalid("referral.instead").At("instead")
	}
	if err := r.move(Decline, now); err != nil {
		return err
	}
	r.Declined, r.Proposed = why, instead
	r.answered(now)
	return nil
}

// direct keeps the clock: an organisation has its days, however many teams it
// has.
func (r *Referral) direct(team kernel.ID, now kernel.Instant) error {
	if err := r.move(Direct, now); err != nil {
		return err
	}
	r.ReceiverOrg = team
	return nil
}

// handOver keeps the clock too, and the owner: until the colleague agrees it is
// theirs.
func (r *Referral) handOver(to kernel.ID, now kernel.Instant) error {
	if err := r.move(HandOver, now); err != nil {
		return err
	}
	r.OfferedTo = to
	return nil
}

// takeOver makes whoever was asked the owner, or a coordinator, who need not
// be asked.
func (r *Referral) takeOver(by kernel.ID, coordinates bool, now kernel.Instant) error {
	if err := r.move(TakeOver, now); err != nil {
		return err
	}
	if r.OfferedTo != by && !coordinates {
		return kernel.NewConflict("referral.not_offered")
	}
	r.Owner, r.OfferedTo = by, ""
	return nil
}

func (r *Referral) turnDown(now kernel.Instant) error {
	if err := r.move(TurnDown, now); err != nil {
		return err
	}
	if r.OfferedTo == "" {
		return kernel.NewConflict("referral.not_offered")
	}
	r.OfferedTo = ""
	return nil
}

// fileUnder ties the referral to a file: a new one that took the sketch's
// place, or one that was there.
func (r *Referral) fileUnder(family kernel.ID, now kernel.Instant) error {
	if err := r.move(OpenFile, now); err != nil {
		return err
	}
	r.Family, r.Provisional = family, false
	return nil
}

// farthest bounds how far ahead an appointment can lie.
const farthest = 366 * 24 * time.Hour

func (r *Referral) schedule(at, now kernel.Instant) error {
	if at.Before(now) || now.Add(farthest).Before(at) {
		return kernel.NewInvalid("referral.scheduled_for").At("at")
	}
	if err := r.move(Schedule, now); err != nil {
		return err
	}
	r.ScheduledFor, r.Held, r.ReviewOn = at, "", ""
	return nil
}

func (r *Referral) arrive(now kernel.Instant) error {
	if err := r.move(Arrive, now); err != nil {
		return err
	}
	r.ArrivedAt, r.Held, r.ReviewOn = now, "", ""
	return nil
}

// noShow brings the referral back to its owner. That nobody came can be said
// only once the hour has passed; that the family let know, before it too.
func (r *Referral) noShow(why Absence, now kernel.Instant) error {
	if !slices.Contains(Absences[:], why) {
		return kernel.NewInvalid("referral.absence").At("reason")
	}
	if r.State == Scheduled && why == NotThere && now.Before(r.ScheduledFor) {
		return kernel.NewConflict("referral.too_early")
	}
	if err := r.move(NoShow, now); err != nil {
		return err
	}
	r.ScheduledFor, r.Held = "", string(why)
	r.NoShows++
	return nil
}

// close ends it. Of a family that did not arrive nobody can say that it was
// helped here, nor of one that did that it was not reached.
func (r *Referral) close(how Outcome, now kernel.Instant) error {
	if !slices.Contains(Outcomes[:], how) {
		return kernel.NewInvalid("referral.outcome").At("outcome")
	}
	if r.State == Arrived && !how.OfArrived() {
		return kernel.NewInvalid("referral.outcome_arrived").At("outcome")
	}
	if _, can := r.State.Leads(Close); can && r.State != Arrived && how.OfArrived() {
		return kernel.NewInvalid("referral.outcome_not_arrived").At("outcome")
	}
	if err := r.move(Close, now); err != nil {
		return err
	}
	r.Outcome = how
	return nil
}

func (r *Referral) passOn(next kernel.ID, now kernel.Instant) error {
	if err := r.move(PassOn, now); err != nil {
		return err
	}
	r.Outcome, r.FollowedBy = PassedOn, next
	return nil
}

// wait puts it on the waiting list until a day on which it is looked at again;
// without one that is in a month of working days.
func (r *Referral) wait(why Hold, until kernel.Date, now kernel.Instant) error {
	if !slices.Contains(Holds[:], why) {
		return kernel.NewInvalid("referral.hold").At("hold")
	}
	if until == "" {
		until = workdaysAfter(now.Date(), reviewWorkdays)
	}
	if until <= now.Date() || now.Date().AddMonths(longestWait) < until {
		return kernel.NewInvalid("referral.until").At("until")
	}
	if err := r.move(Wait, now); err != nil {
		return err
	}
	r.Held, r.ReviewOn, r.ScheduledFor = string(why), until, ""
	return nil
}

// release gives it back: it lies with the organisation again, as when it came.
func (r *Referral) release(why Reason, now kernel.Instant) error {
	if !slices.Contains(Reasons[:], why) && why != OwnerLeft {
		return kernel.NewInvalid("referral.reason").At("reason")
	}
	if err := r.move(Release, now); err != nil {
		return err
	}
	r.OfferedTo = ""
	r.Owner, r.AcceptedAt, r.ScheduledFor, r.ReviewOn, r.Held = "", "", "", "", string(why)
	r.Released++
	return nil
}

// end is every end but a refusal, a closing and being passed on, each with its
// outcome.
func (r *Referral) end(m Move, how Outcome, now kernel.Instant) error {
	if err := r.move(m, now); err != nil {
		return err
	}
	r.Outcome = how
	return nil
}

// expire ends what nobody did anything about.
func (r *Referral) expire(now kernel.Instant) error {
	if r.AcceptedAt == "" {
		return r.end(Expire, NoAnswer, now)
	}
	return r.end(Expire, Unattended, now)
}

func (r *Referral) followUp(next kernel.ID, now kernel.Instant) error {
	if err := r.move(ReRefer, now); err != nil {
		return err
	}
	r.FollowedBy = next
	return nil
}

// forget is the house's: nobody knows any more whom it was about.
func (r *Referral) forget(now kernel.Instant) error {
	was := r.State
	if err := r.move(Forget, now); err != nil {
		return err
	}
	if was.Open() {
		r.Outcome = Erased
	}
	r.ForgottenAt = now
	return nil
}

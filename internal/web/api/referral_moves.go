package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// referralMoves are what is done with a referral, by who received it and by
// who sent it.
func (s *API) referralMoves(d *desk) {
	move := func(path, id, action, says, more string) endpoint {
		return endpoint{Method: "POST", Path: "/referrals/{referral}/" + path, Action: action, ID: id, Tag: "referrals", Says: says, More: more}
	}
	add(d, move("accept", "accept-referral", "referral.answer", "Take a referral on: you are its owner from now.",
		"When a colleague was first, the answer is 409."), s.accept)
	add(d, move("decline", "decline-referral", "referral.answer", "Say that you cannot help, why, and who perhaps can.", "The sender sees all three."), s.decline)
	add(d, move("hand-over", "hand-over-referral", "referral.answer", "Ask a colleague to take a referral over.", "Until they do, it stays with its owner."), s.handOver)
	add(d, move("take-over", "take-over-referral", "referral.answer", "Take a referral over: you were asked, or coordinate.", ""), s.takeOver)
	add(d, move("turn-down", "turn-down-referral", "referral.answer", "Do not take a referral over, or ask no longer.", ""), s.turnDown)
	add(d, move("open-file", "open-file", "referral.answer", "Open a file for the family that was described, under the same ID.",
		"When you know a file that seems to be of the same people the answer is 409 with their IDs in families."), s.openFile)
	add(d, move("direct", "direct-referral", "referral.answer", "Hand a referral that nobody has taken on to a team of your organisation.",
		"The clock goes on, and the sender sees no difference."), s.direct)
	add(d, move("tie", "tie-referral", "referral.answer", "Say that the family that was described is one whose file you keep already.",
		"What the sender wrote goes there, and the description is forgotten."), s.tie)
	passOn := move("pass-on", "pass-on-referral", "referral.answer", "Send a family that you have taken on to another organisation.",
		"The referral is closed with it. A family whose file the sender keeps is not yours to pass on: 409.")
	passOn.Status = created
	add(d, passOn, s.passOn)
	add(d, move("schedule", "schedule-referral", "referral.answer", "Plan when the family comes, or plan it anew.", "Where is sealed."), s.schedule)
	add(d, move("arrived", "tell-arrival", "referral.answer", "Say that the family came.", ""), s.arrived)
	add(d, move("no-show", "tell-absence", "referral.answer", "Say that the family did not come, or will not.", ""), s.noShow)
	add(d, move("close", "close-referral", "referral.answer", "End a referral with its outcome.", ""), s.closeReferral)
	add(d, move("wait", "hold-referral", "referral.answer", "Put a referral on the waiting list, and say why and until when.",
		"On that day it is looked at again. Without a day that is after twenty working days."), s.wait)
	add(d, move("release", "release-referral", "referral.answer", "Give back what somebody had taken on: it lies with the organisation again.", ""), s.release)
	add(d, move("stop", "stop-referral", "referral.answer", "Say that the family does not want it any more.", ""), s.stop)
	withdraw := move("withdraw", "withdraw-referral", "referral.withdraw", "Take a referral back before the family arrived, and say why.",
		"in_error can be said at any time: what was written is then forgotten at once.")
	withdraw.Status = noContent
	add(d, withdraw, s.withdraw)
	link := move("link", "send-link", "referral.withdraw", "Mail a receiver without an account a new link for its next answer, in place of the one before.",
		"At most six a day.")
	link.Status = noContent
	add(d, link, s.sendLink)
	again := move("again", "send-again", "referral.withdraw", "Send a referral that was declined or withdrawn to another organisation, with all that was written.",
		"The family must know of that one too. Once a receiver had taken it on, it is written anew, with part_of.")
	again.Status = created
	add(d, again, s.reRefer)
}

// moved is the answer with a referral that was moved, or the error.
func moved(r referrals.Referral, err error) (*one[referral], error) {
	if err != nil {
		return nil, err
	}
	return answer(referralJSON(r))
}

func (s *API) accept(ctx context.Context, in *referralAsked) (*one[referral], error) {
	return moved(s.Referrals.Accept(ctx, in.Referral))
}

type declining struct {
	Referral kernel.ID `path:"referral"`
	Body     struct {
		Reason  referrals.Reason `json:"reason"`
		Instead kernel.ID        `json:"instead,omitempty" doc:"The organisation that perhaps can help."`
	}
}

func (s *API) decline(ctx context.Context, in *declining) (*one[referral], error) {
	return moved(s.Referrals.Decline(ctx, in.Referral, in.Body.Reason, in.Body.Instead))
}

type handingOver struct {
	Referral kernel.ID `path:"referral"`
	Body     struct {
		Worker kernel.ID `json:"worker"`
	}
}

func (s *API) handOver(ctx context.Context, in *handingOver) (*one[referral], error) {
	return moved(s.Referrals.HandOver(ctx, in.Referral, in.Body.Worker))
}

type filing struct {
	Referral kernel.ID `path:"referral"`
	Body     *struct {
		Restricted bool `json:"restricted,omitempty" doc:"For you alone: colleagues do not stand in."`
		Anyway     bool `json:"anyway,omitempty" doc:"Although a file of the same people may exist."`
	}
}

func (s *API) openFile(ctx context.Context, in *filing) (*one[referral], error) {
	var how referrals.Filing
	if in.Body != nil {
		how.Restricted, how.Anyway = in.Body.Restricted, in.Body.Anyway
	}
	return moved(s.Referrals.OpenFile(ctx, in.Referral, how))
}

type scheduling struct {
	Referral kernel.ID `path:"referral"`
	Body     struct {
		At    string `json:"at" format:"date-time" doc:"The moment, with its offset."`
		Place string `json:"place,omitempty"`
	}
}

func (s *API) schedule(ctx context.Context, in *scheduling) (*one[referral], error) {
	at, err := kernel.ParseInstant(in.Body.At)
	if err != nil {
		return nil, kernel.NewInvalid("instant").At("at")
	}
	return moved(s.Referrals.Schedule(ctx, in.Referral, at, in.Body.Place))
}

func (s *API) arrived(ctx context.Context, in *referralAsked) (*one[referral], error) {
	return moved(s.Referrals.Arrived(ctx, in.Referral))
}

type absent struct {
	Referral kernel.ID `path:"referral"`
	Body     struct {
		Reason referrals.Absence `json:"reason"`
	}
}

func (s *API) noShow(ctx context.Context, in *absent) (*one[referral], error) {
	return moved(s.Referrals.NoShow(ctx, in.Referral, in.Body.Reason))
}

type closing struct {
	Referral kernel.ID `path:"referral"`
	Body     struct {
		Outcome referrals.Outcome `json:"outcome"`
	}
}

func (s *API) closeReferral(ctx context.Context, in *closing) (*one[referral], error) {
	return moved(s.Referrals.Close(ctx, in.Referral, in.Body.Outcome))
}

type holding struct {
	Referral kernel.ID `path:"referral"`
	Body     struct {
		Reason referrals.Hold `json:"reason"`
		Until  kernel.Date    `json:"until,omitempty" doc:"The day on which it is looked at again."`
	}
}

func (s *API) wait(ctx context.Context, in *holding) (*one[referral], error) {
	return moved(s.Referrals.Wait(ctx, in.Referral, in.Body.Reason, in.Body.Until))
}

type releasing struct {
	Referral kernel.ID `path:"referral"`
	Body     struct {
		Reason referrals.Reason `json:"reason"`
	}
}

func (s *API) release(ctx context.Context, in *releasing) (*one[referral], error) {
	return moved(s.Referrals.Release(ctx, in.Referral, in.Body.Reason))
}

func (s *API) stop(ctx context.Context, in *referralAsked) (*one[referral], error) {
	return moved(s.Referrals.Stop(ctx, in.Referral))
}

type withdrawing struct {
	Referral kernel.ID `path:"referral"`
	Body     struct {
		Reason referrals.Outcome `json:"reason" doc:"One of not_needed, wrong_place, moved_away, not_wanted, in_error."`
	}
}

func (s *API) withdraw(ctx context.Context, in *withdrawing) (*nothing, error) {
	return &nothing{}, s.Referrals.Withdraw(ctx, in.Referral, in.Body.Reason)
}

type directing struct {
	Referral kernel.ID `path:"referral"`
	Body     struct {
		Team kernel.ID `json:"team"`
	}
}

func (s *API) direct(ctx context.Context, in *directing) (*one[referral], error) {
	return moved(s.Referrals.Direct(ctx, in.Referral, in.Body.Team))
}

type tying struct {
	Referral kernel.ID `path:"referral"`
	Body     struct {
		Family kernel.ID `json:"family" doc:"Whose file you keep."`
	}
}

func (s *API) tie(ctx context.Context, in *tying) (*one[referral], error) {
	return moved(s.Referrals.Tie(ctx, in.Referral, in.Body.Family))
}

type sendingAgain struct {
	Referral kernel.ID `path:"referral"`
	Body     struct {
		To        kernel.ID `json:"to,omitempty" doc:"Left out: the one that carries out the programme."`
		Programme kernel.ID `json:"programme,omitempty"`
		Told      told      `json:"told"`
		Why       string    `json:"why,omitempty" doc:"In place of what was written; left out: that stays."`
	}
}

func (in *sendingAgain) read() referrals.Again {
	b := in.Body
	return referrals.Again{To: b.To, Programme: b.Programme, Told: referrals.Told(b.Told), Why: b.Why}
}

// sentOn is the answer with the receipt of a new referral, or the error.
func sentOn(r referrals.Receipt, err error) (*made[receipt], error) {
	if err != nil {
		return nil, err
	}
	r.Reference = "" // this answer is remembered in clear
	return &made[receipt]{Root + "/referrals/" + string(r.ID) + "/receipt", receiptJSON(r)}, nil
}

func (s *API) passOn(ctx context.Context, in *sendingAgain) (*made[receipt], error) {
	return sentOn(s.Referrals.PassOn(ctx, in.Referral, in.read()))
}

func (s *API) reRefer(ctx context.Context, in *sendingAgain) (*made[receipt], error) {
	return sentOn(s.Referrals.ReRefer(ctx, in.Referral, in.read()))
}

func (s *API) sendLink(ctx context.Context, in *referralAsked) (*nothing, error) {
	return &nothing{}, s.Referrals.SendLink(ctx, in.Referral)
}

func (s *API) takeOver(ctx context.Context, in *referralAsked) (*one[referral], error) {
	return moved(s.Referrals.TakeOver(ctx, in.Referral))
}

func (s *API) turnDown(ctx context.Context, in *referralAsked) (*one[referral], error) {
	return moved(s.Referrals.TurnDown(ctx, in.Referral))
}

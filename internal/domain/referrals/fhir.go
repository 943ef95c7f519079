package referrals

// TaskCode is the state in the words of FHIR, for a partner whose system speaks
// it: the status of a Task that asks to fulfil a referral (SDOH Clinical Care).
//
//	here                                    there
//	not sent                                draft
//	sent                                    requested
//	declined                                rejected
//	accepted                                accepted
//	waiting, missed                         on-hold
//	sent or accepted, once given back       on-hold
//	scheduled, arrived                      in-progress
//	closed, the family had arrived          completed
//	closed, it had not                      failed
//	declined, once given back               failed
//	withdrawn, stopped, expired             cancelled
//	closed by erasure                       cancelled
//	mistaken                                entered-in-error
//
// There a referral that was accepted is never asked anew, so one that was given
// back is on hold until there is an appointment. A move that leaves the state
// as it is leaves the code as it is.
func (r Referral) TaskCode() string {
	switch r.State {
	case "":
		return "draft"
	case Sent:
		if r.Released > 0 {
			return "on-hold"
		}
		return "requested"
	case Declined:
		if r.Released > 0 {
			return "failed"
		}
		return "rejected"
	case Accepted:
		if r.Released > 0 {
			return "on-hold"
		}
		return "accepted"
	case Waiting, Missed:
		return "on-hold"
	case Scheduled, Arrived:
		return "in-progress"
	case Closed:
		switch {
		case r.Outcome == Erased:
			return "cancelled"
		case r.ArrivedAt != "":
			return "completed"
		}
		return "failed"
	case Withdrawn, Stopped, Expired:
		return "cancelled"
	case Mistaken:
		return "entered-in-error"
	}
	return ""
}

// TaskReason is why a task is rejected, cancelled, on hold or failed, as a
// code; those four may not be without. Empty for the others.
func (r Referral) TaskReason() string {
	switch r.TaskCode() {
	case "rejected":
		return string(r.Declined)
	case "failed":
		if r.Declined != "" {
			return string(r.Declined)
		}
		return string(r.Outcome)
	case "cancelled":
		return string(r.Outcome)
	case "on-hold":
		if r.Held == "" {
			return "given_back"
		}
		return r.Held
	}
	return ""
}

// Party is a side of a referral.
type Party string

// The parties.
const (
	Requester Party = "requester" // who sent it
	Target    Party = "target"    // who received it
)

// asTarget is what a receiver does here to bring a task from one code to
// another there.
var asTarget = map[string]map[string][]Move{
	"requested":   {"accepted": {Accept}, "rejected": {Decline}, "cancelled": {Stop}},
	"accepted":    {"in-progress": {Schedule}, "on-hold": {Wait}, "completed": {Arrive, Close}, "failed": {Close}, "cancelled": {Stop}},
	"in-progress": {"on-hold": {Wait}, "completed": {Arrive, Close}, "failed": {Close}, "cancelled": {Stop}},
	"on-hold":     {"in-progress": {Schedule}, "completed": {Arrive, Close}, "failed": {Close}, "cancelled": {Stop}},
}

// TaskMoves are the moves that bring the referral to a code when a partner's
// system sets it; ok is false when that party may not set it now. Besides what
// HL7 forbids, the house refuses to hold, fail or cancel what has arrived, and
// to change what is forgotten.
func (r Referral) TaskMoves(to string, by Party) (moves []Move, ok bool) {
	from := r.TaskCode()
	switch {
	case r.ForgottenAt != "" || from == to:
		return nil, false
	case by == Requester && to == "entered-in-error":
		if from == "draft" {
			return nil, true // it was never kept
		}
		return []Move{Mistake}, true
	case by == Requester && from == "draft" && to == "requested":
		return []Move{Send}, true
	case by == Requester && to == "cancelled":
		_, can := r.State.Leads(Withdraw)
		return []Move{Withdraw}, can
	case by != Target:
		return nil, false
	}
	moves, ok = asTarget[from][to]
	switch {
	case !ok:
		return nil, false
	case r.State == Arrived:
		return []Move{Close}, to == "completed"
	case r.State == Sent && from == "on-hold" && to == "failed":
		return []Move{Decline}, true
	case r.State == Sent && from == "on-hold" && to != "cancelled":
		return append([]Move{Accept}, moves...), true
	}
	return moves, true
}

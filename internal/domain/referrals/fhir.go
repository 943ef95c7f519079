package referrals

// TaskCode is the state in the words of FHIR, for a partner whose system speaks
// it: the status of a Task that asks to fulfil a referral (SDOH Clinical Care).
//
//	here                                    there
//	sent                                    requested
//	declined                                rejected
//	accepted                                accepted
//	accepted, after a family did not come   on-hold
//	scheduled, arrived                      in-progress
//	closed, the family had arrived          completed
//	closed, it had not                      failed
//	withdrawn; closed by erasure            cancelled
//
// A move that leaves the state as it is leaves the code as it is. There is no
// draft here: what is not sent is not kept.
func (r Referral) TaskCode() string {
	switch r.State {
	case Sent:
		return "requested"
	case Declined:
		return "rejected"
	case Accepted:
		if r.NoShows > 0 {
			return "on-hold"
		}
		return "accepted"
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
	case Withdrawn:
		return "cancelled"
	}
	return ""
}

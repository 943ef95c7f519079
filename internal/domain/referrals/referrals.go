// Package referrals carries a family from the organisation that sees it to the
// one that can help, and back comes the word that it arrived. A referral is
// sent to an organisation, one of its workers takes it on, and in every open
// state it has an owner, a next action and a day by which that must be done.
//
// A family that has no file yet is a sketch of the module families, which
// nobody lists; when the receiver opens a file it takes the sketch's place
// under the same ID. One sketch belongs to one referral: what is sent again or
// passed on is copied, so that no two organisations come to share a family
// without knowing. The sender sees a [Receipt] and nothing else.
//
// Who has no account asks for help at a [Door], the form of one organisation:
// that is a referral without a sending organisation ([Referral].Origin), about
// a sketch. Whoever sent it holds a code, and sees a [Word] and nothing else.
//
// Owns the tables referral, referral_step, referral_term, referral_link,
// referral_caseload, referral_away, referral_merge, referral_door and
// referral_knock, and in the vault, under the
// family's key, "referral/ID" (why, what is asked, what the family was told),
// "referral/ID/place" (where the appointment is) and "referral/ID/reference"
// (by which words the sender knows it).
//
// Acts: referral.send, referral.list, referral.follow, referral.read,
// referral.answer, referral.withdraw, referral.arrange, referral.away, referral.figures,
// referral.reply, door.knock, door.manage. Tells: [Moved]. Hears:
// [families.Merged], [families.Parted], [families.Forgotten], [members.Left],
// [members.Stopping]. Writes the relations sender, receiver and accepted. Leaves the jobs "referrals.reminder", "referrals.late", "referrals.expire",
// "referrals.back", "referrals.link", "referrals.confirm" and "referrals.forget".
package referrals

import (
	"embed"
	"io/fs"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this module.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "referrals", Files: files}
}

// State is how far a referral is.
type State string

// The states. The first six are open: somebody has to do something.
const (
	Sent      State = "sent"      // lies with the receiving organisation
	Accepted  State = "accepted"  // a worker there has taken it on
	Waiting   State = "waiting"   // on their waiting list
	Scheduled State = "scheduled" // there is an appointment
	Missed    State = "missed"    // the family did not come
	Arrived   State = "arrived"   // the family was there
	Declined  State = "declined"  // the receiver cannot help, and said why
	Closed    State = "closed"    // ended with an outcome
	Withdrawn State = "withdrawn" // the sender took it back
	Stopped   State = "stopped"   // the family does not want it any more
	Expired   State = "expired"   // nobody did anything for too long
	Mistaken  State = "mistaken"  // was entered in error
)

// States lists the states in the order in which a referral passes them.
var States = [...]State{Sent, Accepted, Waiting, Scheduled, Missed, Arrived, Declined, Closed, Withdrawn, Stopped, Expired, Mistaken}

// Open tells whether somebody still has to do something.
func (s State) Open() bool {
	switch s {
	case Sent, Accepted, Waiting, Scheduled, Missed, Arrived:
		return true
	}
	return false
}

// Action is what has to be done next.
type Action string

// The next actions, one for each open state.
const (
	ToAnswer       Action = "answer"        // accept or decline
	ToContact      Action = "contact"       // get in touch with the family
	ToReview       Action = "review"        // look whether there is room now, and tell the family
	ToContactAgain Action = "contact_again" // it did not come: get in touch again
	ToConfirm      Action = "confirm"       // say whether the family came
	ToConclude     Action = "conclude"      // close with an outcome
)

// Urgency is how soon an answer is needed.
type Urgency string

// The urgencies.
const (
	Normal Urgency = "normal"
	Urgent Urgency = "urgent" // an answer and a first contact on the next working day
)

// Urgencies lists the urgencies in the order in which they are offered.
var Urgencies = [...]Urgency{Normal, Urgent}

// Reason is why a receiver declines.
type Reason string

// The reasons.
const (
	Full           Reason = "full"             // no room or time now
	NotOurs        Reason = "not_ours"         // not what we do
	Elsewhere      Reason = "elsewhere"        // outside our municipality or area
	NotEligible    Reason = "not_eligible"     // age or another condition does not fit
	AlreadyHelped  Reason = "already_helped"   // we are helping this family already
	TooLittleKnown Reason = "too_little_known" // not enough is said to start
	OwnerLeft      Reason = "owner_left"       // who had it no longer works there; only by the house
)

// Reasons lists the reasons in the order in which they are offered.
var Reasons = [...]Reason{Full, NotOurs, Elsewhere, NotEligible, AlreadyHelped, TooLittleKnown}

// Hold is why a family has to wait.
type Hold string

// The holds.
const (
	NoRoomYet    Hold = "no_room"      // no room or time yet
	FamilyLater  Hold = "family_later" // the family asked to come later
	PaperMissing Hold = "paper"        // a paper is missing
)

// Holds lists the holds in the order in which they are offered.
var Holds = [...]Hold{NoRoomYet, FamilyLater, PaperMissing}

// Absence is why a family did not come.
type Absence string

// The absences.
const (
	NotThere  Absence = "not_there" // nobody came, and we do not know why
	Cancelled Absence = "cancelled" // the family let us know
	Ill       Absence = "ill"
	NoWay     Absence = "no_way"    // no transport, nobody for the children
	OurFault  Absence = "our_fault" // we had to cancel
)

// Absences lists the absences in the order in which they are offered.
var Absences = [...]Absence{NotThere, Cancelled, Ill, NoWay, OurFault}

// Outcome is how a referral ended.
type Outcome string

// The outcomes.
const (
	Helped      Outcome = "helped"      // what was asked was given
	PartlyGiven Outcome = "partly"      // some of it
	GoesOn      Outcome = "goes_on"     // the family is followed here from now on
	OtherNeed   Outcome = "other_need"  // another need came first
	LeftEarly   Outcome = "left"        // it came, and did not want to go on
	NotReached  Outcome = "not_reached" // we could not reach the family
	NotWanted   Outcome = "not_wanted"  // the family chose not to come
	MovedAway   Outcome = "moved_away"  // lives elsewhere now
	NotNeeded   Outcome = "not_needed"  // help had come already
	WrongPlace  Outcome = "wrong_place" // another organisation is better placed
	PassedOn    Outcome = "passed_on"   // to another organisation; only by [Service.PassOn]
	NoAnswer    Outcome = "no_answer"   // the receiver never answered; only by the clock
	Unattended  Outcome = "unattended"  // it was taken on, and then nobody did anything; only by the clock
	InError     Outcome = "in_error"    // it should never have been sent
	Erased      Outcome = "erased"      // the family is forgotten; only by erasure
)

// Outcomes lists the outcomes with which a receiver may close, those of a
// family that arrived first.
var Outcomes = [...]Outcome{Helped, PartlyGiven, GoesOn, OtherNeed, LeftEarly, NotReached, MovedAway, NotNeeded}

// Endings lists why a sender may take a referral back: [NotWanted] stops it,
// [InError] also forgets what was written.
var Endings = [...]Outcome{NotNeeded, WrongPlace, MovedAway, NotWanted, InError}

// AllOutcomes lists every outcome that there is.
var AllOutcomes = [...]Outcome{Helped, PartlyGiven, GoesOn, OtherNeed, LeftEarly, NotReached, NotWanted, MovedAway, NotNeeded,
	WrongPlace, PassedOn, NoAnswer, Unattended, InError, Erased}

// OfArrived tells whether the outcome is one of a family that arrived; the
// others are of one that did not.
func (o Outcome) OfArrived() bool {
	switch o {
	case Helped, PartlyGiven, GoesOn, OtherNeed, LeftEarly:
		return true
	}
	return false
}

// Referral is one family that one organisation asks another to help, in codes
// and dates alone.
type Referral struct {
	ID           kernel.ID
	Version      int64
	Family       kernel.ID
	Provisional  bool      // the family has no file: it is a sketch
	Origin       Origin    // who asked from outside; empty: an organisation of the alliance
	SenderOrg    kernel.ID // zero when it came from outside
	SenderWorker kernel.ID // likewise
	SentTo       kernel.ID // the organisation that the sender chose
	ReceiverOrg  kernel.ID // that organisation, or the team of it that answers
	Programme    kernel.ID // for which it is; zero: for none in particular
	Urgency      Urgency
	State        State
	Owner        kernel.ID   // the worker who has it; zero: the receiving organisation as a whole, as when it answers by a link
	OfferedTo    kernel.ID   // the colleague whom the owner asked to take it over; zero: nobody
	Next         Action      // empty when it is over
	Due          kernel.Date // the last day for it; zero when it is over
	SentAt       kernel.Instant
	AnswerBy     kernel.Date    // the last day for the first answer
	AnsweredAt   kernel.Instant // when the receiver first said yes or no; zero: has not
	AcceptedAt   kernel.Instant // zero: not accepted, or given back since
	Joint        bool           // the sender comes along to the first appointment, and so sees when and where it is
	ScheduledFor kernel.Instant // the appointment; zero: none
	ArrivedAt    kernel.Instant // zero: has not come
	EndedAt      kernel.Instant // zero: open
	NoShows      int64          // how often the family did not come
	Released     int64          // how often somebody who had taken it on gave it back
	Held         string         // why it stands still, as a code: a Hold while it waits, an Absence after a family did not come, a Reason once it was given back
	ReviewOn     kernel.Date    // while it waits: when it is looked at again
	Declined     Reason         // empty: not declined
	Proposed     kernel.ID      // the organisation that the receiver proposes instead; zero: none
	Outcome      Outcome        // empty: open or declined
	PartOf       kernel.ID      // the referral of which this is the next try; zero: the first
	FollowedBy   kernel.ID      // the next try; zero: none
	ForgottenAt  kernel.Instant // since when nobody knows whom it was about; zero: known

	clock kernel.ID // the step that set the day: a reminder of an older one says nothing
}

// Overdue tells whether the day by which something had to be done has passed.
func (r Referral) Overdue(today kernel.Date) bool { return r.Due != "" && r.Due < today }

// Step is one thing that happened with a referral.
type Step struct {
	ID       kernel.ID
	At       kernel.Instant
	Move     Move
	From, To State
	Worker   kernel.ID // zero: the house itself
	Org      kernel.ID
	Detail   string // a code: reason, absence or outcome
}

// Moved tells that a referral came to another state, or began.
type Moved struct {
	Referral, Family kernel.ID
	Provisional      bool
	Move             Move
	From, To         State // From is empty for one that begins
}

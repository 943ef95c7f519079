package rights

import (
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// State is how far a claim is.
type State string

// The states. Of an open claim somebody has to do something by its deadline.
const (
	ToApply State = "to_apply" // ask for the right
	Applied State = "applied"  // asked; wait for the answer, and ask after it
	Granted State = "granted"
	Refused State = "refused" // accept it, or appeal
	Appeal  State = "appeal"  // a court or a higher body looks at it
	Dropped State = "dropped"
)

// States lists the states in the order of the way.
var States = [...]State{ToApply, Applied, Refused, Appeal, Granted, Dropped}

// OpenStates are those in which somebody still has to do something.
var OpenStates = [...]State{ToApply, Applied, Refused, Appeal}

// Open tells whether somebody still has to do something.
func (s State) Open() bool { return slices.Contains(OpenStates[:], s) }

// ways says from which states each state is reached. A decision that gives
// less than it should can be appealed, just as a refusal.
var ways = map[State][]State{
	Applied: {ToApply},
	Granted: {ToApply, Applied, Appeal}, // a right can come by itself, before anybody asked
	Refused: {Applied, Appeal},
	Appeal:  {Refused, Granted},
	Dropped: {ToApply, Applied, Refused, Appeal},
}

// Next lists the states that can follow.
func (s State) Next() []State {
	var next []State
	for _, to := range States {
		if slices.Contains(ways[to], s) {
			next = append(next, to)
		}
	}
	return next
}

// Reason is why a claim was refused or dropped, as a code.
type Reason string

// The reasons of a refusal.
const (
	ByIncome    Reason = "income"
	ByResidence Reason = "residence"
	ByHousehold Reason = "household"
	ByDocuments Reason = "documents"
	ByLateness  Reason = "late"
	OtherReason Reason = "other"
)

// The reasons for which a family lets a claim go.
const (
	NotWanted   Reason = "not_wanted"
	Elsewhere   Reason = "elsewhere" // has it already
	NotEntitled Reason = "not_entitled"
	Accepted    Reason = "accepted" // the refusal
	Mistake     Reason = "mistake"
	erased      Reason = "erased"
	double      Reason = "double" // another claim of the same right goes on
)

// RefusalReasons and DropReasons list the reasons in the order in which they
// are offered.
var (
	RefusalReasons = [...]Reason{ByIncome, ByResidence, ByHousehold, ByDocuments, ByLateness, OtherReason}
	DropReasons    = [...]Reason{NotWanted, Elsewhere, NotEntitled, Accepted, Mistake, OtherReason}
)

// Per is how often an amount comes.
type Per string

// The periods.
const (
	PerDay   Per = "day"
	PerMonth Per = "month"
	PerYear  Per = "year"
	Once     Per = "once"
)

// Pers lists the periods in the order in which they are offered.
var Pers = [...]Per{PerMonth, PerYear, Once, PerDay}

// The clocks of a claim. They are the house's own, so that nothing is
// forgotten; only the term of appeal follows the law (three months before the
// labour court), and the letter of the decision goes before it.
const (
	applyWithin  = 14 // days in which to ask for what was found
	answerWithin = 30 // days after which to ask how far the answer is
	appealWithin = 3  // months in which a decision can be fought
	askAppeal    = 90 // days after which to ask how far an appeal is
)

// Claim is a right that a family asks for, from the day it is found to the
// decision. Its zero value is no claim; make one with [newClaim].
type Claim struct {
	ID        kernel.ID
	Version   int64
	Family    kernel.ID
	Right     string
	Person    kernel.ID // for whom; zero: the family
	State     State
	Deadline  kernel.Date // by which the next step is due; zero: none is
	AppliedOn kernel.Date
	DecidedOn kernel.Date
	Amount    kernel.Cents // that was granted; 0: none told
	Per       Per          // of the amount; zero while there is none
	Reason    Reason       // why refused or dropped
	OpenedAt  kernel.Instant
	OpenedBy  kernel.ID // worker
	OpenedOrg kernel.ID
	ChangedAt kernel.Instant
}

// Overdue tells whether the next step should have been taken before a day.
func (c Claim) Overdue(today kernel.Date) bool {
	return c.State.Open() && c.Deadline != "" && c.Deadline < today
}

// step is what somebody does about a claim, as it came in.
type step struct {
	to       State
	on       kernel.Date // when it happened; zero: today
	deadline kernel.Date // zero: the house's own clock
	amount   kernel.Cents
	per      Per
	reason   Reason
	local    bool // a right of the alliance: no court stands behind it
}

const (
	maxAmount kernel.Cents = 1_000_000_00
	longestDL              = 2 * 366 // days ahead that a deadline can lie
)

// move takes a step. Everything that is wrong with it is told at once.
func (c *Claim) move(s step, today kernel.Date) error {
	if !slices.Contains(ways[s.to], c.State) {
		return kernel.NewConflict("claim.state." + string(c.State))
	}
	if s.on == "" {
		s.on = today
	}
	var wrong kernel.Faults
	wrong.Check("on", c.happened(s, today))
	wrong.Check("deadline", deadline(s.deadline, today))
	switch s.to {
	case Applied:
		c.AppliedOn = s.on
	case Granted:
		wrong.Check("amount", amount(s))
		wrong.Check("per", period(s))
		c.DecidedOn, c.Amount, c.Per, c.Reason = s.on, s.amount, s.per, ""
	case Refused:
		wrong.Check("reason", reason(s.reason, RefusalReasons[:]))
		c.DecidedOn, c.Reason, c.Amount, c.Per = s.on, s.reason, 0, ""
	case Dropped:
		wrong.Check("reason", reason(s.reason, DropReasons[:]))
		c.Reason = s.reason
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	c.State, c.Deadline = s.to, s.due()
	return nil
}

// happened holds that a step lies in the past, and not before the one that
// led to it.
func (c *Claim) happened(s step, today kernel.Date) error {
	if _, err := kernel.ParseDate(string(s.on)); err != nil {
		return err
	}
	before := max(c.AppliedOn, "1990-01-01")
	if s.to == Appeal {
		before = max(before, c.DecidedOn)
	}
	if s.on > today || s.on < before {
		return kernel.NewInvalid("claim.on")
	}
	return nil
}

// due is the day of the next step after this one.
func (s step) due() kernel.Date {
	switch {
	case !s.to.Open():
		return ""
	case s.deadline != "":
		return s.deadline
	case s.to == ToApply:
		return s.on.AddDays(applyWithin)
	case s.to == Applied:
		return s.on.AddDays(answerWithin)
	case s.to == Appeal:
		return s.on.AddDays(askAppeal)
	case s.local:
		return "" // nobody set a term
	}
	return s.on.AddMonths(appealWithin)
}

func deadline(d, today kernel.Date) error {
	if d == "" {
		return nil
	}
	if _, err := kernel.ParseDate(string(d)); err != nil {
		return err
	}
	if days := today.DaysUntil(d); days < 0 || days > longestDL {
		return kernel.NewInvalid("claim.deadline")
	}
	return nil
}

func amount(s step) error {
	if s.amount < 0 || s.amount > maxAmount {
		return kernel.NewInvalid("claim.amount")
	}
	return nil
}

// period holds that an amount says how often it comes, and that only an amount
// does.
func period(s step) error {
	if s.amount == 0 && s.per == "" || s.amount != 0 && slices.Contains(Pers[:], s.per) {
		return nil
	}
	return kernel.NewInvalid("claim.per")
}

func reason(r Reason, among []Reason) error {
	if !slices.Contains(among, r) {
		return kernel.NewInvalid("claim.reason")
	}
	return nil
}

package referrals

import (
	"slices"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Side is whose referrals figures count.
type Side string

// The sides.
const (
	InSide   Side = "received" // by the actor's organisation
	OutSide  Side = "sent"     // by the actor's organisation
	Everyone Side = "alliance" // of all partners together: small figures are kept back, and no rows stand behind them
)

// Sides lists the sides in the order in which they are offered.
var Sides = [...]Side{InSide, OutSide, Everyone}

// The one definition of each figure, for counting and for the rows behind it.
const (
	cellOf = `CASE WHEN x.arrived_at <> '' THEN 'arrived' WHEN x.state = 'sent' THEN 'waits' WHEN x.state = 'declined' THEN 'declined'
	WHEN x.ended_at = '' THEN 'under_way' ELSE 'lost' END`
	whyOf = `CASE WHEN x.state = 'declined' THEN x.decline_reason ELSE x.outcome END`
	// A sender knows why it was refused and what it took back itself, and of
	// the rest that it ended.
	whyForSender = `CASE WHEN x.state = 'declined' THEN x.decline_reason WHEN x.state = 'withdrawn' THEN x.outcome
	WHEN x.state = 'expired' AND x.accepted_at = '' THEN 'no_answer' ELSE 'ended' END`
)

// Span is the period and the side that figures are about: referrals that were
// sent from its first day to its last.
type Span struct {
	Side     Side
	From, To kernel.Date
}

// longestSpan bounds a period.
const longestSpan = 366 * 5

func (p Span) check() error {
	var faults kernel.Faults
	if !slices.Contains(Sides[:], p.Side) {
		faults.Check("side", kernel.NewInvalid("referral.side"))
	}
	for field, day := range map[string]kernel.Date{"from": p.From, "to": p.To} {
		if _, err := kernel.ParseDate(string(day)); err != nil {
			faults.Check(field, err)
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	if p.To < p.From || p.From.DaysUntil(p.To) > longestSpan {
		return kernel.NewInvalid("referral.span").At("to")
	}
	return nil
}

// within are the conditions of what a span counts.
func (p Span) within(a *act.Act) *where {
	w := &where{}
	w.and("x.alliance = %s", a.Alliance())
	w.and("x.state <> 'mistaken'")
	w.and("x.sent_at >= %s", midnight(p.From))
	w.and("x.sent_at < %s", midnight(p.To.AddDays(1)))
	switch p.Side {
	case InSide:
		w.and("x.receiver_org = %s", a.Actor.Org)
	case OutSide:
		w.and("x.sender_org = %s", a.Actor.Org)
	}
	return w
}

// midnight is when a day begins in Belgium.
func midnight(d kernel.Date) kernel.Instant {
	t := d.Time()
	return kernel.InstantOf(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, kernel.Brussels))
}

func (p Span) why() string {
	if p.Side == OutSide {
		return whyForSender
	}
	return whyOf
}

// keepsBack tells whether small figures are.
func (p Span) keepsBack() bool { return p.Side == Everyone }

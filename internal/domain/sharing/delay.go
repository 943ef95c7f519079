package sharing

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
)

// DelayReason is why somebody may not see yet who looked.
type DelayReason string

// The reasons.
const (
	EndangersAdult DelayReason = "adult"   // another adult would be in danger: a shelter, a lawyer
	EndangersChild DelayReason = "child"   // a child would be
	Inquiry        DelayReason = "inquiry" // an inquiry by an authority would fail
)

// DelayReasons lists the reasons in the order in which they are offered.
var DelayReasons = [...]DelayReason{EndangersAdult, EndangersChild, Inquiry}

// Delay keeps the looks of an organisation from an adult of the family, or from
// all of them, until it is reviewed. It is a decision of somebody, on record.
type Delay struct {
	ID       kernel.ID
	Family   kernel.ID
	Org      kernel.ID // whose looks
	Adult    kernel.ID // from whom; zero: from everybody of the family
	Reason   DelayReason
	Begins   kernel.Date // looks from this day on
	ReviewOn kernel.Date // the last day; then they are shown, or it is decided anew
	MadeAt   kernel.Instant
	MadeBy   kernel.ID
	MadeOrg  kernel.ID
	EndedAt  kernel.Instant // zero: it stands
	EndedBy  kernel.ID
}

// longestDelay is in how many days a delay is reviewed at the latest.
const longestDelay = 183

// Delays are what is kept from somebody of the family, those that ended too.
func (s *Service) Delays(ctx context.Context, family kernel.ID) (all []Delay, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "looks.delay", family); err != nil {
			return err
		}
		if all, err = delaysOf(ctx, a, a.Alliance(), family); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.read", Subject: family, Detail: map[string]string{"part": "delays"}})
	})
	return all, err
}

// Delay decides that the looks of an organisation are not shown yet: of in,
// Org, Adult, Reason, Begins (zero: always) and ReviewOn.
func (s *Service) Delay(ctx context.Context, family kernel.ID, in Delay) (d Delay, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "looks.delay", family); err != nil {
			return err
		}
		file, err := s.Families.ReadIn(ctx, a, family)
		if err != nil {
			return err
		}
		d = Delay{ID: kernel.NewID(), Family: family, Org: in.Org, Adult: in.Adult, Reason: in.Reason, Begins: in.Begins, ReviewOn: in.ReviewOn,
			MadeAt: a.Now, MadeBy: a.Actor.Person, MadeOrg: a.Actor.Org}
		if err := s.checkDelay(ctx, a, file, d); err != nil {
			return err
		}
		if err := insertDelay(ctx, a, a.Alliance(), d); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "looks.delay", Subject: family, Detail: map[string]string{"delay": string(d.ID), "reason": string(d.Reason), "review": string(d.ReviewOn)}})
	})
	if err != nil {
		return Delay{}, err
	}
	return d, nil
}

func (s *Service) checkDelay(ctx context.Context, a *act.Act, file families.File, d Delay) error {
	var faults kernel.Faults
	if _, err := s.Members.OrganisationIn(ctx, a, d.Org); kernel.CodeOf(err) == kernel.NotFound {
		faults.Check("org", kernel.NewInvalid("sharing.recipients"))
	} else if err != nil {
		return err
	}
	if p, there := file.Person(d.Adult); d.Adult != "" && (!there || p.Role == families.Child || p.Role == families.Unborn) {
		faults.Check("adult", kernel.NewInvalid("delay.adult"))
	}
	if !slices.Contains(DelayReasons[:], d.Reason) {
		faults.Check("reason", kernel.NewInvalid("delay.reason"))
	}
	if _, err := kernel.ParseDate(string(d.ReviewOn)); err != nil {
		faults.Check("review_on", err)
	} else if d.ReviewOn <= a.Today() || a.Today().DaysUntil(d.ReviewOn) > longestDelay {
		faults.Check("review_on", kernel.NewInvalid("delay.review"))
	}
	if d.Begins != "" {
		if _, err := kernel.ParseDate(string(d.Begins)); err != nil {
			faults.Check("begins", err)
		}
	}
	return faults.Err()
}

// EndDelay shows again what was kept back.
func (s *Service) EndDelay(ctx context.Context, family, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "looks.delay", family); err != nil {
			return err
		}
		if err := endDelay(ctx, a, a.Alliance(), family, id, a.Now, a.Actor.Person); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "looks.delay", Subject: family, Detail: map[string]string{"delay": string(id), "ended": "yes"}})
	})
}

// Curtain tells which records a person of the family is not shown now.
type Curtain struct {
	delays      []Delay
	unjudged    []Emergency
	untold      []Decision
	adult       kernel.ID
	today       kernel.Date
	consultants map[kernel.ID]bool
}

// CurtainIn is what is kept from an adult of a family today (zero: from paper
// that anybody of the family may read), for a module above that has asked
// whether they may see who looked. Kept back are: the looks of organisations
// that a decision delays, and that decision itself; an emergency until the
// privacy officer judged it, or ought to have; what is shared on a ground of
// which the family could not be told yet; and whatever a child did.
func (s *Service) CurtainIn(ctx context.Context, a *act.Act, family, adult kernel.ID) (c Curtain, err error) {
	c = Curtain{adult: adult, today: a.Today(), consultants: map[kernel.ID]bool{}}
	if c.delays, err = delaysOf(ctx, a, a.Alliance(), family); err != nil {
		return c, err
	}
	if c.unjudged, err = emergenciesAbout(ctx, a, a.Alliance(), family); err != nil {
		return c, err
	}
	all, err := decisionsOf(ctx, a, a.Alliance(), family)
	for _, d := range all {
		if d.ToldHow == NotYetTold && d.EndedAt == "" && d.Ends >= c.today {
			c.untold = append(c.untold, d)
			for _, org := range d.Recipients {
				c.consultants[org] = true
			}
		}
	}
	return c, err
}

// Curtain is what is kept back from paper that the care team gives a family.
func (s *Service) Curtain(ctx context.Context, family kernel.ID) (c Curtain, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.looks", family); err != nil {
			return err
		}
		c, err = s.CurtainIn(ctx, a, family, "")
		return err
	})
	return c, err
}

// Hides tells whether a record is not shown.
func (c Curtain) Hides(r audit.Record) bool {
	if r.Action == "looks.delay" || r.Action == "own.child" || r.Detail["part"] == "delays" {
		return true // that something is kept back tells as much as what
	}
	for _, d := range c.delays {
		stands := d.EndedAt == "" && c.today <= d.ReviewOn
		if stands && d.Org == r.Org && r.At.Date() >= d.Begins && (d.Adult == "" || c.adult == "" || d.Adult == c.adult) {
			return true
		}
	}
	for _, e := range c.unjudged {
		if e.Verdict == "" && c.today <= e.JudgeBy && e.Worker == r.Person && e.Org == r.Org && e.Begins <= r.At && r.At <= e.Ends {
			return true
		}
	}
	for _, d := range c.untold {
		if r.Detail["decision"] == string(d.ID) {
			return true
		}
	}
	return c.consultants[r.Org]
}

// KeptBack counts the decisions for which everybody of the family is kept from
// seeing something, with the day of the last review: that is told, what lies
// behind it is not. What is kept from one adult alone is not counted, for that
// one could guess who is protected.
func (c Curtain) KeptBack() (n int, review kernel.Date) {
	for _, d := range c.delays {
		if d.EndedAt == "" && c.today <= d.ReviewOn && d.Adult == "" && d.Reason == Inquiry {
			n++
			review = max(review, d.ReviewOn)
		}
	}
	return n, review
}

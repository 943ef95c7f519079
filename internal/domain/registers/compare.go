package registers

import (
	"context"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/codes"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
)

// Stage is how far a comparison is.
type Stage string

// The stages.
const (
	Proposed Stage = "proposed" // one side wants it
	Agreed   Stage = "agreed"   // both do: there is a key
	Compared Stage = "compared" // and the key is destroyed
	Ended    Stage = "ended"    // without a result, and without a key
)

// longestTerm is for how many days at most two partners agree.
const longestTerm = 60

// Comparison is a list of one partner that is compared with the files of the
// alliance, without either side showing a name.
type Comparison struct {
	ID         kernel.ID
	Org        kernel.ID // who proposed it
	Partner    kernel.ID // whose list it is
	Name       string
	Ground     Ground
	OwnClients bool // and who proposed it sees which of its own clients are on the list
	Stage      Stage
	Until      kernel.Date // the last day on which it can be done
	Mark       string      // of the key; empty: there was none
	Outcome    Outcome
	ProposedBy kernel.ID
	ProposedAt kernel.Instant
	AgreedBy   kernel.ID
	AgreedAt   kernel.Instant
	EndedAt    kernel.Instant

	OrgName, PartnerName string // of the organisations, when it is shown
}

// Outcome is what came of a comparison: figures that show nobody. Each is kept
// back when it is small, and rounded to fives, so that nobody is told by
// comparing again with one child more.
type Outcome struct {
	People  int64      `json:"people"`  // on the list
	Matched few.Figure `json:"matched"` // families that are on it too
	Areas   []Area     `json:"areas"`   // where they live
	Rights  []Counted  `json:"rights"`  // what they can still ask for
}

// Area is a neighbourhood, by its postal code; none for those of whom it is not
// known or is nobody's to know.
type Area struct {
	PostalCode kernel.PostalCode `json:"postal_code"`
	Families   few.Figure        `json:"families"`
}

// Counted is a right, for how many families it is certain and was not asked for,
// and where they live.
type Counted struct {
	Right    string      `json:"right"`
	Families few.Figure  `json:"families"`
	Areas    []Area      `json:"areas"`
	Name     kernel.Text `json:"-"`
}

// Proposal is a comparison that somebody wants.
type Proposal struct {
	Partner    kernel.ID
	Name       string
	Ground     Ground
	Until      kernel.Date
	OwnClients bool
}

// Partners are the organisations with which a list can be compared.
func (s *Service) Partners(ctx context.Context) (all []members.Organisation, err error) {
	for q := (members.Query{Limit: 100}); ; {
		page, err := s.Members.Organisations(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, o := range page.Rows {
			if o.Active && o.ID != act.ActorOf(ctx).Org {
				all = append(all, o)
			}
		}
		if q.After = page.Next; q.After == "" {
			return all, nil
		}
	}
}

// Propose asks a partner to compare its list. Only a welfare office may see which
// of its own clients are on it.
func (s *Service) Propose(ctx context.Context, p Proposal) (c Comparison, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.compare", ""); err != nil {
			return err
		}
		var faults kernel.Faults
		name, err := listName(p.Name)
		faults.Check("name", err)
		if !slices.Contains(Grounds[:], p.Ground) {
			faults.Check("ground", kernel.NewInvalid("register.ground"))
		}
		if _, err := kernel.ParseDate(string(p.Until)); err != nil {
			faults.Check("until", err)
		} else if p.Until <= a.Today() || p.Until > a.Today().AddDays(longestTerm) {
			faults.Check("until", kernel.NewInvalid("compare.until").With("limit", strconv.Itoa(longestTerm)))
		}
		partner, err := s.Members.OrganisationIn(ctx, a, p.Partner)
		if err != nil && kernel.CodeOf(err) != kernel.NotFound {
			return err
		}
		if err != nil || !partner.Active || partner.ID == a.Actor.Org {
			faults.Check("partner", kernel.NewInvalid("compare.partner"))
		}
		if p.OwnClients {
			if may, err := s.welfare(ctx, a); err != nil {
				return err
			} else if !may {
				faults.Check("own", kernel.NewInvalid("compare.own"))
			}
		}
		if err := faults.Err(); err != nil {
			return err
		}
		c = Comparison{ID: kernel.NewID(), Org: a.Actor.Org, Partner: p.Partner, Name: name, Ground: p.Ground, OwnClients: p.OwnClients,
			Stage: Proposed, Until: p.Until, ProposedBy: a.Actor.Person, ProposedAt: a.Now}
		if err := saveComparison(ctx, a, a.Alliance(), c); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "compare.propose", Subject: c.ID, Detail: map[string]string{"ground": string(p.Ground), "partner": string(p.Partner)}})
	})
	return c, err
}

// side loads a comparison of one of the two sides; NotFound for any other.
func (s *Service) side(ctx context.Context, a *act.Act, id kernel.ID) (Comparison, error) {
	c, err := loadComparison(ctx, a, a.Alliance(), id)
	if err == nil && c.Org != a.Actor.Org && c.Partner != a.Actor.Org {
		err = kernel.NewNotFound("register")
	}
	return c, err
}

// Agree is the other side's yes. Then there is a key, which only the partner
// whose list it is can fetch.
func (s *Service) Agree(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.compare", ""); err != nil {
			return err
		}
		c, err := s.side(ctx, a, id)
		if err != nil {
			return err
		}
		if c.Partner != a.Actor.Org {
			return kernel.NewForbidden("compare.theirs")
		}
		if c.Stage != Proposed || c.Until < a.Today() {
			return kernel.NewConflict("compare.over")
		}
		key := codes.NewKey(c.ID, c.Until)
		sealed, err := s.Vault.Create(ctx, a, a.Alliance(), c.ID)
		if err != nil {
			return err
		}
		if err := sealed.Put(ctx, a, "key", key); err != nil {
			return err
		}
		c.Stage, c.Mark, c.AgreedBy, c.AgreedAt = Agreed, key.Mark(), a.Actor.Person, a.Now
		if err := saveComparison(ctx, a, a.Alliance(), c); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "compare.agree", Subject: c.ID, Detail: map[string]string{"key": c.Mark}})
	})
}

// End ends a comparison without a result; either side may.
func (s *Service) End(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.compare", ""); err != nil {
			return err
		}
		c, err := s.side(ctx, a, id)
		if err != nil {
			return err
		}
		if c.Stage != Proposed && c.Stage != Agreed {
			return kernel.NewConflict("compare.over")
		}
		return s.finish(ctx, a, c, Ended)
	})
}

// finish ends a comparison and destroys its key, and says so on record: the mark
// is that of the key which was made when both agreed.
func (s *Service) finish(ctx context.Context, a *act.Act, c Comparison, stage Stage) error {
	if err := s.Vault.Forget(ctx, a, a.Alliance(), c.ID); err != nil {
		return err
	}
	c.Stage, c.EndedAt = stage, a.Now
	if err := saveComparison(ctx, a, a.Alliance(), c); err != nil {
		return err
	}
	detail := map[string]string{"stage": string(stage)}
	if c.Mark != "" {
		detail["key"], detail["destroyed"] = c.Mark, "yes"
	}
	return a.Record(ctx, act.Entry{Action: "compare.end", Subject: c.ID, Detail: detail})
}

// Key is the key of a comparison, for the side whose list it is: with it the
// command "register codes" makes codes of the list on that side's own machine.
func (s *Service) Key(ctx context.Context, id kernel.ID) (key codes.Key, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.compare", ""); err != nil {
			return err
		}
		if _, key, err = s.bringing(ctx, a, id); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "compare.key", Subject: id})
	})
	return key, err
}

// bringing is a comparison to which the actor may bring its list now, with its
// key.
func (s *Service) bringing(ctx context.Context, a *act.Act, id kernel.ID) (c Comparison, key codes.Key, err error) {
	if c, err = s.side(ctx, a, id); err != nil {
		return c, key, err
	}
	switch {
	case c.Partner != a.Actor.Org:
		return c, key, kernel.NewForbidden("compare.theirs")
	case c.Stage == Proposed:
		return c, key, kernel.NewConflict("compare.unagreed")
	case c.Stage != Agreed || c.Until < a.Today():
		return c, key, kernel.NewConflict("compare.over")
	}
	sealed, err := s.Vault.Open(ctx, a, a.Alliance(), c.ID)
	if err != nil {
		return c, key, err
	}
	_, err = sealed.Get(ctx, a, "key", &key)
	return c, key, err
}

// Comparisons lists those of the actor's organisation, the newest first.
func (s *Service) Comparisons(ctx context.Context) (all []Comparison, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.compare", ""); err != nil {
			return err
		}
		if all, err = comparisonsOf(ctx, a, a.Alliance(), a.Actor.Org, 50); err != nil {
			return err
		}
		for i := range all {
			if err := s.name(ctx, a, &all[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// name brings the names of the two sides to a comparison.
func (s *Service) name(ctx context.Context, a *act.Act, c *Comparison) error {
	org, err := s.Members.OrganisationIn(ctx, a, c.Org)
	if err != nil {
		return err
	}
	partner, err := s.Members.OrganisationIn(ctx, a, c.Partner)
	c.OrgName, c.PartnerName = org.Name, partner.Name
	return err
}

// Comparison is one of the actor's organisation.
func (s *Service) Comparison(ctx context.Context, id kernel.ID) (c Comparison, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.compare", ""); err != nil {
			return err
		}
		if c, err = s.side(ctx, a, id); err != nil {
			return err
		}
		if err := s.name(ctx, a, &c); err != nil {
			return err
		}
		name, err := s.Rights.NamesIn(ctx, a)
		if err != nil {
			return err
		}
		for i, r := range c.Outcome.Rights {
			c.Outcome.Rights[i].Name = name(r.Right)
		}
		return nil
	})
	return c, err
}

// Worklist is what the own clients who are on the other list can still ask for,
// for those of the organisation that holds the ground: each sees the families
// with which they may work.
func (s *Service) Worklist(ctx context.Context, id kernel.ID) (c Comparison, rows []reach.Row, err error) {
	var families []kernel.ID
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.import", ""); err != nil {
			return err
		}
		if c, err = s.side(ctx, a, id); err != nil {
			return err
		}
		if c.Org != a.Actor.Org || !c.OwnClients {
			return kernel.NewNotFound("register")
		}
		families, err = matchesOf(ctx, a, a.Alliance(), id)
		return err
	})
	if err != nil || len(families) == 0 {
		return c, nil, err
	}
	rows, err = s.Reach.Among(ctx, families)
	return c, rows, err
}

package rights

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/rules"
)

// New is a right that a family wants to ask for.
type New struct {
	Right    string
	Person   kernel.ID   // for whom; zero: the family. A right of persons is asked for a person
	Deadline kernel.Date // by which it must be asked; zero: within two weeks
}

// Claim opens a claim. While one is open for the same right and person it is
// Conflict ("claim.open"). Whether the rules say that the family is entitled
// makes no difference: a worker may know better, and the authority decides.
func (s *Service) Claim(ctx context.Context, family kernel.ID, in New) (Claim, error) {
	claims, err := s.ClaimAll(ctx, family, in)
	if err != nil {
		return Claim{}, err
	}
	return claims[0], nil
}

// ClaimAll opens several claims at once, of one family: all of them or none.
func (s *Service) ClaimAll(ctx context.Context, family kernel.ID, all ...New) (claims []Claim, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		claims = nil
		if err := a.Allow(ctx, "rights.change", family); err != nil {
			return err
		}
		file, err := s.Families.ReadIn(ctx, a, family)
		if err != nil {
			return err
		}
		if file.State != families.StateOpen {
			return kernel.NewConflict("family.closed")
		}
		if len(all) == 0 {
			return kernel.NewInvalid("claim.whom").At("person")
		}
		for _, in := range all {
			c, err := s.newClaim(ctx, a, file, in)
			if err != nil {
				return err
			}
			if err := insertClaim(ctx, a, a.Alliance(), c); err != nil {
				return err
			}
			if err := s.moved(ctx, a, c, ""); err != nil {
				return err
			}
			claims = append(claims, c)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return claims, nil
}

func (s *Service) newClaim(ctx context.Context, a *act.Act, file families.File, in New) (Claim, error) {
	set, err := s.Programmes.RulesIn(ctx, a)
	if err != nil {
		return Claim{}, err
	}
	var wrong kernel.Faults
	right := set.Rules.Right(in.Right)
	if right == nil {
		wrong.Check("right", kernel.NewInvalid("claim.right"))
	} else if right.ForEach != (in.Person != "") {
		wrong.Check("person", kernel.NewInvalid(map[bool]string{true: "claim.whom", false: "claim.family"}[right.ForEach]))
	} else if in.Person != "" {
		if p, ok := file.Person(in.Person); !ok || p.LeftOn != "" {
			wrong.Check("person", kernel.NewInvalid("family.person"))
		}
	}
	wrong.Check("deadline", deadline(in.Deadline, a.Today()))
	return Claim{
		ID: kernel.NewID(), Version: 1, Family: file.ID, Right: in.Right, Person: in.Person,
		State: ToApply, Deadline: step{to: ToApply, on: a.Today(), deadline: in.Deadline}.due(),
		OpenedAt: a.Now, OpenedBy: a.Actor.Person, OpenedOrg: a.Actor.Org, ChangedAt: a.Now,
	}, wrong.Err()
}

// Apply writes down that the right was asked for, on a day (zero: today).
// Deadline is when to ask after the answer; zero: in thirty days.
func (s *Service) Apply(ctx context.Context, id kernel.ID, version int64, on, deadline kernel.Date) (Claim, error) {
	return s.step(ctx, id, version, step{to: Applied, on: on, deadline: deadline})
}

// Grant writes down that the right was given, on a day (zero: today), with the
// amount of the letter; 0 when it gives no sum.
func (s *Service) Grant(ctx context.Context, id kernel.ID, version int64, on kernel.Date, amount kernel.Cents, per Per) (Claim, error) {
	return s.step(ctx, id, version, step{to: Granted, on: on, amount: amount, per: per})
}

// Refuse writes down that the right was refused, on the day of the letter
// (zero: today), and why. Deadline is the last day of appeal as the letter
// tells it; zero: three months, for a right of the law.
func (s *Service) Refuse(ctx context.Context, id kernel.ID, version int64, on kernel.Date, why Reason, deadline kernel.Date) (Claim, error) {
	return s.step(ctx, id, version, step{to: Refused, on: on, reason: why, deadline: deadline})
}

// Appeal writes down that a decision is fought, since a day (zero: today).
// Deadline is when to ask how far it is; zero: in ninety days.
func (s *Service) Appeal(ctx context.Context, id kernel.ID, version int64, on, deadline kernel.Date) (Claim, error) {
	return s.step(ctx, id, version, step{to: Appeal, on: on, deadline: deadline})
}

// Drop lets a claim go, and why.
func (s *Service) Drop(ctx context.Context, id kernel.ID, version int64, why Reason) (Claim, error) {
	return s.step(ctx, id, version, step{to: Dropped, reason: why})
}

// Postpone gives an open claim another deadline.
func (s *Service) Postpone(ctx context.Context, id kernel.ID, version int64, to kernel.Date) (Claim, error) {
	return s.change(ctx, id, version, func(a *act.Act, c *Claim) error {
		if !c.State.Open() {
			return kernel.NewConflict("claim.state." + string(c.State))
		}
		if err := deadline(to, a.Today()); err != nil || to == "" {
			return kernel.NewInvalid("claim.deadline").At("deadline")
		}
		c.Deadline = to
		return nil
	})
}

func (s *Service) step(ctx context.Context, id kernel.ID, version int64, st step) (Claim, error) {
	return s.change(ctx, id, version, func(a *act.Act, c *Claim) error {
		set, err := s.Programmes.RulesIn(ctx, a)
		if err != nil {
			return err
		}
		if r := set.Rules.Right(c.Right); r == nil || r.Kind == "local" {
			st.local = true
		}
		return c.move(st, a.Today())
	})
}

// change is the act common to all changes of a claim. Version is the one that
// the writer saw; an older one is Conflict ("stale") with the fields that
// somebody else changed since.
func (s *Service) change(ctx context.Context, id kernel.ID, version int64, alter func(a *act.Act, c *Claim) error) (c Claim, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if c, err = loadClaim(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		if err := a.Allow(ctx, "rights.change", c.Family); err != nil {
			return err
		}
		if version != c.Version {
			return act.Fresh(version, c.Version, "state", "deadline")
		}
		before := c
		if err := alter(a, &c); err != nil {
			return err
		}
		c.ChangedAt = a.Now
		if err := saveClaim(ctx, a, a.Alliance(), &c); err != nil {
			return err
		}
		return s.moved(ctx, a, c, before.State)
	})
	if err != nil {
		return Claim{}, err
	}
	return c, nil
}

// moved leaves the record of a claim's step, marks it on the family's timeline
// and tells the modules above.
func (s *Service) moved(ctx context.Context, a *act.Act, c Claim, before State) error {
	if c.State != before {
		if err := s.Families.Mark(ctx, a, c.Family, families.Event{Kind: "claim." + string(c.State), Subject: c.ID}); err != nil {
			return err
		}
		if err := a.Tell(ctx, Moved{c.Family, c.ID, c.Right, c.Person, c.State, c.Reason}); err != nil {
			return err
		}
	}
	return a.Record(ctx, act.Entry{Action: "rights.change", Subject: c.Family, Detail: map[string]string{
		"claim": string(c.ID), "right": c.Right, "before": string(before), "state": string(c.State),
	}})
}

// ClaimOf reads one claim. Who may not know its family finds nothing.
func (s *Service) ClaimOf(ctx context.Context, id kernel.ID) (row Row, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		c, err := loadClaim(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		if err := a.Allow(ctx, "rights.read", c.Family); err != nil {
			return err
		}
		rows, err := s.rows(ctx, a, []Claim{c})
		if err != nil {
			return err
		}
		row = rows[0]
		return a.Record(ctx, act.Entry{Action: "rights.read", Subject: c.Family, Detail: map[string]string{"claim": string(c.ID)}})
	})
	if err != nil {
		return Row{}, err
	}
	return row, nil
}

// Query asks for a page of claims.
type Query struct {
	Family kernel.ID   // of one family; zero: of all one's own
	Every  bool        // those that are settled too
	Due    kernel.Date // only those whose next step is due by that day; zero: any
	After  string      // the Next of the page before
	Limit  int         // 1 to 100; otherwise 50
}

// Page is part of a list; Next continues it, and is empty at its end.
type Page struct {
	Rows []Row
	Next string
}

// Row is a claim in a list, with whose it is and what it asks for.
type Row struct {
	Claim
	FamilyRow families.Row
	Name      kernel.Text // of the right; empty when the rules no longer have it
	Has       bool        // the family said, when it was last looked at, to have it already
}

// Whom is the person for whom the right is asked; ok is false for the family,
// and for somebody who is no longer in its file.
func (r Row) Whom() (p families.RowPerson, ok bool) {
	i := slices.IndexFunc(r.FamilyRow.Persons, func(p families.RowPerson) bool { return p.ID == r.Person })
	if r.Person == "" || i < 0 {
		return p, false
	}
	return r.FamilyRow.Persons[i], true
}

// Claims lists the claims of the actor's own families, by deadline; those
// without one come last.
func (s *Service) Claims(ctx context.Context, q Query) (page Page, err error) {
	if q.Limit < 1 || q.Limit > 100 {
		q.Limit = 50
	}
	after, err := parseCursor(q.After)
	if err != nil {
		return page, err
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		condition, args := a.Filter("rights.read", "claim.family", 4)
		claims, err := listClaims(ctx, a, a.Alliance(), q, after, condition, args)
		if err != nil {
			return err
		}
		page = Page{}
		if len(claims) > q.Limit {
			claims = claims[:q.Limit]
			page.Next = cursorAt(claims[q.Limit-1]).String()
		}
		page.Rows, err = s.rows(ctx, a, claims)
		return err
	})
	return page, err
}

// rows brings families and names to the claims of one page.
func (s *Service) rows(ctx context.Context, a *act.Act, claims []Claim) ([]Row, error) {
	var ids []kernel.ID
	for _, c := range claims {
		if !slices.Contains(ids, c.Family) {
			ids = append(ids, c.Family)
		}
	}
	of, err := s.Families.RowsIn(ctx, a, ids)
	if err != nil {
		return nil, err
	}
	set, err := s.Programmes.RulesIn(ctx, a)
	if err != nil {
		return nil, err
	}
	said, err := have(ctx, a, a.Alliance(), ids)
	if err != nil {
		return nil, err
	}
	rows := make([]Row, 0, len(claims))
	for _, c := range claims {
		whom := rules.OfFamily
		if c.Person != "" {
			whom = string(c.Person)
		}
		rows = append(rows, Row{Claim: c, FamilyRow: of[c.Family], Name: nameOf(set, c.Right),
			Has: slices.Contains(said[[2]string{string(c.Family), c.Right}], whom)})
	}
	return rows, nil
}

// nameOf is what a right is called; nothing when the rules no longer have it.
func nameOf(set *programmes.Ruleset, right string) (name kernel.Text) {
	if r := set.Rules.Right(right); r != nil {
		name = kernel.Text{NL: r.Names.NL, FR: r.Names.FR, DE: r.Names.DE, EN: r.Names.EN}
	}
	return name
}

package policy

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Group is a part of what is known of a family, small enough that one can ask
// the family about it: "may the midwife know about your income?"
type Group string

// The groups. To share Rights is to share the facts from which rights follow.
const (
	Identity Group = "identity" // names, days of birth, who belongs to whom
	Contact  Group = "contact"  // telephones, mail, languages, how to reach them safely
	Home     Group = "home"     // the address, and how they live there
	School   Group = "school"   // school and childcare
	Income   Group = "income"   // money, work, benefits, debts
	Health   Group = "health"   // pregnancy, illness, disability, care that is needed
	Stay     Group = "stay"     // the right to stay in the country
	Rights   Group = "rights"   // what they are entitled to, and what they asked for
	Care     Group = "care"     // notes of the care team, and what happened when
	Child    Group = "child"    // what a child said, in its own words
	Sealed   Group = "sealed"   // national numbers, and what no other group holds: for the care team alone
)

// Groups lists the groups that can be shared, from the most common one on.
var Groups = [...]Group{Identity, Contact, Home, School, Income, Health, Stay, Rights, Care, Child}

// RightsNeed lists the groups without which rights cannot be looked at.
var RightsNeed = [...]Group{Identity, Home, School, Income, Health, Stay}

// AcceptedSees lists the groups that an accepted referral gives for as long as
// it is open: the family agreed to be referred.
var AcceptedSees = [...]Group{Identity, Contact, Home}

// EmergencySees lists the groups that are opened when there is no time to ask.
var EmergencySees = [...]Group{Identity, Contact, Home, Health, Care, Child}

// Sees is the relation to a family of those with whom a decision shares a
// group, for the daily work.
func Sees(g Group) Relation { return Relation("sees_" + g) }

// Consults is the same within a consultation on a case alone: what is said
// there is used nowhere else.
func Consults(g Group) Relation { return Relation("consults_" + g) }

// ParseGroup reads a group that can be shared; anything else is Invalid
// ("sharing.group").
func ParseGroup(s string) (Group, error) {
	if slices.Contains(Groups[:], Group(s)) {
		return Group(s), nil
	}
	return "", kernel.NewInvalid("sharing.group")
}

// Sight is what an actor may see of a family.
type Sight struct {
	All    bool // the care team
	groups map[Group]bool
}

// Of tells whether a group may be seen.
func (s Sight) Of(g Group) bool { return s.All || s.groups[g] }

// SightOf is what actor may see of a family now, by all relations that hold:
// for the daily work, or within a consultation on its case. It asks nothing of
// the role; [Decide] does.
func SightOf(ctx context.Context, q db.Querier, actor Actor, family kernel.ID, now kernel.Instant, consultation bool) (Sight, error) {
	held, err := heldBy(ctx, q, actor, family, now)
	if err != nil {
		return Sight{}, err
	}
	return sightThrough(held, consultation), nil
}

// SightsOf is [SightOf] of each of several families, for the daily work, in one
// query, which looks up each family and reads who holds it; of a family to which
// the actor stands in no relation, nothing.
func SightsOf(ctx context.Context, q db.Querier, actor Actor, families []kernel.ID, now kernel.Instant) (map[kernel.ID]Sight, error) {
	held := map[kernel.ID]map[Relation]bool{}
	args := []any{actor.Alliance, At(actor.Person, actor.Org), actor.Org, now}
	for _, id := range families {
		held[id] = map[Relation]bool{}
		args = append(args, id)
	}
	sights := map[kernel.ID]Sight{}
	if len(families) == 0 {
		return sights, nil
	}
	rows, err := q.QueryContext(ctx, `SELECT object, relation FROM policy_relation
		WHERE alliance = $1 AND holder || '' IN ($2, $3) AND holder <> '' AND begins <= $4 AND (ends = '' OR ends > $4)
		AND object IN (`+db.Marks(5, len(families))+`)`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id kernel.ID
		var r Relation
		if err := rows.Scan(&id, &r); err != nil {
			return nil, err
		}
		held[id][r] = true
	}
	for id, relations := range held {
		sights[id] = sightThrough(relations, false)
	}
	return sights, rows.Err()
}

// SightOfGroups is the sight of somebody who may see these groups, and no other.
func SightOfGroups(groups ...Group) Sight {
	s := Sight{groups: map[Group]bool{}}
	for _, g := range groups {
		s.groups[g] = true
	}
	return s
}

func sightThrough(held map[Relation]bool, consultation bool) Sight {
	s := Sight{All: held[CareTeam], groups: map[Group]bool{}}
	for _, g := range Groups {
		s.groups[g] = held[Sees(g)] ||
			consultation && held[Consults(g)] ||
			held[Accepted] && slices.Contains(AcceptedSees[:], g) ||
			held[Emergency] && slices.Contains(EmergencySees[:], g)
	}
	return s
}

// SightOfReferred is what an organisation sees of a family that was referred to
// it, and that did not object: what an accepted referral gives, or nothing.
// Who asks may be the house itself, on its behalf.
func SightOfReferred(ctx context.Context, q db.Querier, alliance, org, family kernel.ID) (Sight, error) {
	for _, whom := range []kernel.ID{Whom(org), Whom("")} {
		if no, err := Stands(ctx, q, alliance, whom, Objected, family); err != nil || no {
			return Sight{}, err
		}
	}
	return SightOfGroups(AcceptedSees[:]...), nil
}

// Objected is the relation to a family of those to whom it said no: an accepted
// referral shows them no file. [Whom] is everybody when nobody is named.
const Objected Relation = "objected"

// Whom is who is meant by an organisation, or, without one, by everybody.
func Whom(org kernel.ID) kernel.ID {
	if org == "" {
		return "*"
	}
	return org
}

// Object keeps a family's no to an organisation, or to everybody ([Whom]): what
// an accepted referral shows ends, and none that is accepted later shows it
// while the no stands.
func Object(ctx context.Context, q db.Querier, alliance, whom, family kernel.ID, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `DELETE FROM policy_relation
		WHERE alliance = $1 AND object = $2 AND relation = $3 AND (holder = $4 OR $4 = '*')`, alliance, family, Accepted, whom)
	if err != nil {
		return err
	}
	return Related(ctx, q, alliance, whom, Objected, family, now)
}

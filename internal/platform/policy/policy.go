// Package policy says who may do what. Its rules are one table that a data
// protection officer can read ([Rules], in rules.go); its relations are rows,
// so that a list is filtered where it is read, in SQL.
//
// A relation ties a holder to an object: the care team to a file, the team
// that received a referral to that referral. A holder is an organisation, or a
// person at one post, which [At] names: what a person may know through one
// organisation they do not know while acting for another. A bare person holds
// nothing. Modules write relations when their own rows change; nobody else
// does. A relation can have a beginning and an end, of which every question is
// aware: what has ended shows nothing from that moment on.
//
// What one sees of a family is cut in [Groups]: the care team sees all, others
// what a decision of the family or the law shares with them ([Sees]).
//
// Owns the table policy_relation.
package policy

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this package.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "policy", Files: files}
}

// Role is the capacity in which a person acts for an organisation.
type Role string

// The roles. Anyone is everybody, signed in or not; System is the house
// itself at work after a commit.
const (
	Anyone         Role = "anyone"
	Caseworker     Role = "caseworker"
	Coordinator    Role = "coordinator"
	Referrer       Role = "referrer"
	Volunteer      Role = "volunteer"
	Provider       Role = "provider"
	PrivacyOfficer Role = "privacy_officer"
	Administrator  Role = "administrator"
	System         Role = "system"
)

// The roles of those whom a file is about. No worker can be given them.
const (
	Invited      Role = "invited"       // a partner without an account, by a link
	Outside      Role = "outside"       // somebody without an account, by the form of an organisation
	FamilyMember Role = "family_member" // an adult on the family's own page
	FamilyChild  Role = "family_child"  // a child on the page of their own
	Till         Role = "till"          // a telephone or counter of a shop without an account
)

// Roles are the capacities that a person can be given, in the order in which
// they are offered.
var Roles = [...]Role{Caseworker, Coordinator, Referrer, Volunteer, Provider, PrivacyOfficer, Administrator}

// ParseRole reads a role that a person can be given; anything else is Invalid
// ("role").
func ParseRole(s string) (Role, error) {
	if slices.Contains(Roles[:], Role(s)) {
		return Role(s), nil
	}
	return "", kernel.NewInvalid("role")
}

// Actor is who acts: a worker for exactly one organisation of one alliance at a
// time, or one of the people of a family, for nobody but themselves. The zero
// Actor is somebody who has not signed in.
type Actor struct {
	Alliance kernel.ID
	Person   kernel.ID // a worker, or somebody of the family
	Org      kernel.ID // zero for somebody of a family
	Family   kernel.ID // whose member acts; zero for a worker
	Token    kernel.ID // with which a program acts for the person; zero: the person does
	Roles    []Role
}

// MemberActor is somebody of a family, on the family's own page or, as a child,
// on the page of their own.
func MemberActor(alliance, family, person kernel.ID, child bool) Actor {
	role := FamilyMember
	if child {
		role = FamilyChild
	}
	return Actor{Alliance: alliance, Person: person, Family: family, Roles: []Role{role}}
}

// SystemActor is the house at work in one alliance, after a commit.
func SystemActor(alliance kernel.ID) Actor {
	return Actor{Alliance: alliance, Roles: []Role{System}}
}

// Is tells whether the actor has a role here. Everybody is Anyone.
func (a Actor) Is(r Role) bool { return r == Anyone || slices.Contains(a.Roles, r) }

// SignedIn tells whether a person acts.
func (a Actor) SignedIn() bool { return a.Person != "" }

// Rule allows one action to some roles, if need be only through a relation.
type Rule struct {
	Action  string
	Roles   []Role
	Through []Relation // empty: the role is enough
	Why     string     // for the handbook
}

// At is the holder of what a person holds while acting for an organisation, and
// only then. Without a person, or without an organisation, it is nobody.
func At(person, org kernel.ID) kernel.ID {
	if person == "" || org == "" {
		return ""
	}
	return person + "@" + org
}

// Decide answers whether actor may do action on object now, and by which rule;
// the rule's Through is cut to the one relation that counted. It refuses with
// Unauthenticated when nobody is signed in and somebody must be, with Forbidden
// when the role does not have the action at all, and with NotFound when only
// the relation is missing: who may not know an object is not told that it
// exists.
func Decide(ctx context.Context, q db.Querier, actor Actor, action string, object kernel.ID, now kernel.Instant) (Rule, error) {
	rules := byAction[action]
	if len(rules) == 0 {
		return Rule{}, fmt.Errorf("policy: no rule names the action %q", action)
	}
	roleFits := false
	for _, r := range rules {
		if !slices.ContainsFunc(r.Roles, actor.Is) {
			continue
		}
		roleFits = true
		held, err := holds(ctx, q, actor, r.Through, object, now)
		if err != nil {
			return Rule{}, err
		}
		if len(r.Through) == 0 {
			return r, nil
		}
		if held != "" {
			r.Through = []Relation{held}
			return r, nil
		}
	}
	switch {
	case roleFits:
		return Rule{}, kernel.NewNotFound("object")
	case !actor.SignedIn() && !actor.Is(System):
		return Rule{}, &kernel.Fault{Code: kernel.Unauthenticated, Key: "sign_in"}
	}
	return Rule{}, kernel.NewForbidden("role").With("action", action)
}

// holds is the first of the relations in which the actor at the present post,
// or the organisation acted for, stands to the object now; "" for none.
func holds(ctx context.Context, q db.Querier, actor Actor, through []Relation, object kernel.ID, now kernel.Instant) (Relation, error) {
	if len(through) == 0 || object == "" {
		return "", nil
	}
	held, err := heldBy(ctx, q, actor, object, now)
	if err != nil {
		return "", err
	}
	for _, r := range through {
		if held[r] {
			return r, nil
		}
	}
	return "", nil
}

// heldBy are the relations in which the actor stands to the object now.
func heldBy(ctx context.Context, q db.Querier, actor Actor, object kernel.ID, now kernel.Instant) (map[Relation]bool, error) {
	held := map[Relation]bool{OwnObject: object == actor.Person || object == actor.Org, OwnFamily: object == actor.Family}
	if object == "" {
		return nil, nil
	}
	rows, err := q.QueryContext(ctx, `SELECT relation FROM policy_relation
		WHERE alliance = $1 AND object = $2 AND holder IN ($3, $4) AND holder <> '' AND begins <= $5 AND (ends = '' OR ends > $5)`,
		actor.Alliance, object, At(actor.Person, actor.Org), actor.Org, now)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r Relation
		if err := rows.Scan(&r); err != nil {
			return nil, err
		}
		held[r] = true
	}
	return held, rows.Err()
}

// Filter is a condition for a WHERE clause: that actor may now do action on the
// row whose ID is column. Its parameters are numbered from $from; args are
// their values. An actor whose role has the action on everything gets a
// condition that always holds, and one who has it on nothing gets one that
// never does. It says nothing of the alliance: the list itself is of one.
func Filter(actor Actor, action, column string, from int, now kernel.Instant) (condition string, args []any) {
	through, all := throughs(actor, action)
	switch {
	case all:
		return "1 = 1", nil
	case len(through) == 0:
		return "1 = 0", nil
	}
	condition = fmt.Sprintf(`%s IN (SELECT r.object FROM policy_relation r WHERE r.alliance = $%d
		AND r.holder IN ($%d, $%d) AND r.holder <> '' AND r.relation IN (%s)`+open+`)`, column, from, from+1, from+2, quoted(through), from+3, from+3)
	return orOwn(actor, through, condition, column, from, now)
}

// open is the part of a condition that a relation holds at a moment.
const open = ` AND r.begins <= $%d AND (r.ends = '' OR r.ends > $%d)`

// throughs are the relations through which the actor's roles have the action;
// all says that they have it without any.
func throughs(actor Actor, action string) (through []Relation, all bool) {
	for _, r := range byAction[action] {
		if !slices.ContainsFunc(r.Roles, actor.Is) {
			continue
		}
		if len(r.Through) == 0 {
			return nil, true
		}
		through = append(through, r.Through...)
	}
	slices.Sort(through)
	return slices.Compact(through), false
}

// orOwn adds to a condition on relations, whose parameters are numbered from
// $from, that the object may be the actor's own person or organisation.
func orOwn(actor Actor, through []Relation, condition, column string, from int, now kernel.Instant) (string, []any) {
	args := []any{actor.Alliance, At(actor.Person, actor.Org), actor.Org, now}
	if slices.Contains(through, OwnObject) {
		condition = fmt.Sprintf(`(%s OR %s <> '' AND %s IN ($%d, $%d))`, condition, column, column, from+2, from+4)
		args = append(args, actor.Person)
	}
	if slices.Contains(through, OwnFamily) {
		condition = fmt.Sprintf(`(%s OR %s <> '' AND %s = $%d)`, condition, column, column, from+len(args))
		args = append(args, actor.Family)
	}
	return condition, args
}

// May tells whether the actor's role has the action at all, for a page that
// decides which doors to show; it opens none.
func May(actor Actor, action string) bool {
	return slices.ContainsFunc(byAction[action], func(r Rule) bool {
		return slices.ContainsFunc(r.Roles, actor.Is)
	})
}

// Known tells whether any rule names the action.
func Known(action string) bool { return len(byAction[action]) > 0 }

var byAction = func() map[string][]Rule {
	m := map[string][]Rule{}
	for _, r := range Rules {
		m[r.Action] = append(m[r.Action], r)
	}
	return m
}()

// quoted lists relations as SQL text; they are constants of this package.
func quoted(rs []Relation) string {
	s := make([]string, 0, len(rs))
	for _, r := range rs {
		s = append(s, "'"+string(r)+"'")
	}
	return strings.Join(s, ", ")
}

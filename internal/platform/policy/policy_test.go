package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

var ctx = context.Background()

const now = kernel.Instant("2026-03-01T09:00:00.000000Z")

func relate(t testing.TB, d *db.DB, alliance, holder kernel.ID, r Relation, object kernel.ID) {
	t.Helper()
	err := d.Write(ctx, func(q db.Querier) error { return Related(ctx, q, alliance, holder, r, object, now) })
	if err != nil {
		t.Fatal(err)
	}
}

func decide(t testing.TB, d *db.DB, actor Actor, action string, object kernel.ID) (rule Rule, err error) {
	t.Helper()
	if e := d.Read(ctx, func(q db.Querier) error { rule, err = Decide(ctx, q, actor, action, object, now); return nil }); e != nil {
		t.Fatal(e)
	}
	return rule, err
}

func worker(roles ...Role) Actor {
	return Actor{Alliance: "north", Person: "aicha", Org: "welfare", Roles: roles}
}

func TestWhoMayWhat(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		relate(t, d, "north", "aicha@welfare", CareTeam, "family1")
		relate(t, d, "north", "welfare", Accepted, "family2")
		relate(t, d, "south", "aicha@welfare", CareTeam, "family3")
		relate(t, d, "north", "jan@welfare", CareTeam, "family4")
		elsewhere := worker(Caseworker)
		elsewhere.Alliance = "south"
		for name, tt := range map[string]struct {
			actor  Actor
			action string
			object kernel.ID
			want   kernel.Code
		}{
			"the care team reads":                           {worker(Caseworker), "family.read", "family1", ""},
			"the care team changes":                         {worker(Caseworker), "family.change", "family1", ""},
			"who accepted a referral reads":                 {worker(Caseworker), "family.read", "family2", ""},
			"who accepted a referral does not change":       {worker(Caseworker), "family.change", "family2", kernel.NotFound},
			"a colleague's family is not there":             {worker(Caseworker), "family.read", "family4", kernel.NotFound},
			"a family that is nobody's is not there":        {worker(Caseworker), "family.read", "family9", kernel.NotFound},
			"a family without an ID is not there":           {worker(Caseworker), "family.read", "", kernel.NotFound},
			"a relation in another alliance says nothing":   {worker(Caseworker), "family.read", "family3", kernel.NotFound},
			"nor does this one there":                       {elsewhere, "family.read", "family1", kernel.NotFound},
			"a volunteer opens no file":                     {worker(Volunteer), "family.read", "family1", kernel.Forbidden},
			"nor does the administrator":                    {worker(Administrator), "family.read", "family1", kernel.Forbidden},
			"two roles are worth what each is":              {worker(Volunteer, Caseworker), "family.read", "family1", ""},
			"without a role nothing":                        {worker(), "network.read", "", kernel.Forbidden},
			"who is not signed in is asked to":              {Actor{}, "family.read", "family1", kernel.Unauthenticated},
			"who is not signed in may look at the offer":    {Actor{}, "public.read", "", ""},
			"who is signed in may too":                      {worker(), "public.read", "", ""},
			"the house works":                               {SystemActor("north"), "system.work", "", ""},
			"the house opens no file":                       {SystemActor("north"), "family.read", "family1", kernel.Forbidden},
			"a person is not the house":                     {worker(Roles[:]...), "system.work", "", kernel.Forbidden},
			"an action that nobody wrote down is our fault": {worker(Roles[:]...), "family.sell", "family1", kernel.Internal},
		} {
			if _, err := decide(t, d, tt.actor, tt.action, tt.object); kernel.CodeOf(err) != tt.want {
				t.Errorf("%s: %v, want %q", name, err, tt.want)
			}
		}
	})
}

// Somebody of a family sees their own, through no relation that a worker could
// hold, and nothing that workers see.
func TestSomebodyOfAFamily(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		relate(t, d, "north", "aicha@welfare", CareTeam, "family1")
		mother, child := MemberActor("north", "family1", "fatima", false), MemberActor("north", "family1", "noor", true)
		for name, tt := range map[string]struct {
			actor  Actor
			action string
			object kernel.ID
			want   kernel.Code
		}{
			"reads what is theirs":                       {mother, "own.read", "family1", ""},
			"writes":                                     {mother, "own.write", "family1", ""},
			"does not see another family":                {mother, "own.read", "family2", kernel.NotFound},
			"does not see what has no ID":                {mother, "own.read", "", kernel.NotFound},
			"does not see the child's page":              {mother, "own.child", "family1", kernel.Forbidden},
			"a child sees their own page":                {child, "own.child", "family1", ""},
			"a child does not see the parents' page":     {child, "own.read", "family1", kernel.Forbidden},
			"opens no file":                              {mother, "family.read", "family1", kernel.Forbidden},
			"does not see who works here":                {mother, "network.read", "", kernel.Forbidden},
			"a worker does not come in as a family":      {worker(Caseworker), "own.read", "family1", kernel.Forbidden},
			"nobody comes in without a code":             {Actor{}, "own.read", "family1", kernel.Unauthenticated},
			"a family without an ID is nobody's":         {MemberActor("north", "", "fatima", false), "own.read", "", kernel.NotFound},
			"a member ends the visit":                    {mother, "own.visit", "", ""},
			"a member may look at what anybody looks at": {mother, "public.read", "", ""},
		} {
			if _, err := decide(t, d, tt.actor, tt.action, tt.object); kernel.CodeOf(err) != tt.want {
				t.Errorf("%s: %v, want %q", name, err, tt.want)
			}
		}
		err := d.Write(ctx, func(q db.Querier) error { return Related(ctx, q, "north", "aicha@welfare", OwnFamily, "family1", now) })
		if err == nil {
			t.Error("somebody was made to belong to a family by a row")
		}
	})
}

func TestTheDecisionNamesTheRelationThatCounted(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		relate(t, d, "north", "welfare", Accepted, "family1")
		for _, want := range []Relation{Accepted, CareTeam} {
			if want == CareTeam {
				relate(t, d, "north", "aicha@welfare", CareTeam, "family1") // the first of the rule counts
			}
			rule, err := decide(t, d, worker(Caseworker), "family.read", "family1")
			if err != nil || !slices.Equal(rule.Through, []Relation{want}) {
				t.Errorf("%+v, %v; want through %s", rule, err, want)
			}
		}
		if rule, err := decide(t, d, worker(Caseworker), "family.open", ""); err != nil || rule.Through != nil {
			t.Errorf("%+v, %v; want no relation", rule, err)
		}
		for _, r := range Rules {
			if r.Action == "family.read" && len(r.Through) != 5 {
				t.Error("a decision changed the table of rules")
			}
		}
	})
}

func TestARelationBeginsOnceAndEnds(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		relate(t, d, "north", "aicha@welfare", CareTeam, "family1")
		relate(t, d, "north", "aicha@welfare", CareTeam, "family1")
		relate(t, d, "north", "aicha@welfare", Accepted, "family1")
		end := func(r Relation) {
			err := d.Write(ctx, func(q db.Querier) error { return Unrelated(ctx, q, "north", "aicha@welfare", r, "family1") })
			if err != nil {
				t.Fatal(err)
			}
		}
		end(CareTeam)
		if _, err := decide(t, d, worker(Caseworker), "family.change", "family1"); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("after the care team: %v", err)
		}
		if _, err := decide(t, d, worker(Caseworker), "family.read", "family1"); err != nil {
			t.Errorf("the other relation ended too: %v", err)
		}
		end(CareTeam) // what has ended may end again
	})
}

// An actor without an organisation must not stand in the relations of all
// others without one.
func TestNobodyHoldsNothing(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		for name, ids := range map[string][3]kernel.ID{
			"no alliance": {"", "aicha", "family1"}, "no holder": {"north", "", "family1"}, "no object": {"north", "aicha", ""},
		} {
			err := d.Write(ctx, func(q db.Querier) error { return Related(ctx, q, ids[0], ids[1], CareTeam, ids[2], now) })
			if err == nil {
				t.Errorf("a relation with %s was kept", name)
			}
		}
		err := d.Write(ctx, func(q db.Querier) error {
			_, err := q.ExecContext(ctx, `INSERT INTO policy_relation (alliance, holder, relation, object, since) VALUES ('north', '', 'care_team', 'family1', '')`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, actor := range []Actor{
			{Alliance: "north", Person: "aicha", Roles: []Role{Caseworker}},
			{Alliance: "north", Org: "welfare", Roles: []Role{Caseworker}},
			{Alliance: "north", Roles: []Role{Caseworker}},
		} {
			if _, err := decide(t, d, actor, "family.read", "family1"); kernel.CodeOf(err) != kernel.NotFound {
				t.Errorf("%+v: %v", actor, err)
			}
			condition, args := Filter(actor, "family.read", "object", 1, now)
			var n int
			err := d.Read(ctx, func(q db.Querier) error {
				return q.QueryRowContext(ctx, `SELECT count(*) FROM policy_relation WHERE `+condition, args...).Scan(&n)
			})
			if err != nil || n != 0 {
				t.Errorf("%+v: %d in the list, %v", actor, n, err)
			}
		}
	})
}

// What a person may know through one organisation they do not know while
// acting for another.
func TestARelationCountsAtItsOwnPostAlone(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		relate(t, d, "north", At("aicha", "welfare"), CareTeam, "family1")
		relate(t, d, "north", "aicha", CareTeam, "family2")
		relate(t, d, "north", At("aicha", "school"), CareTeam, "family3")
		relate(t, d, "north", "school", CareTeam, "family4")
		elsewhere, nowhere := worker(Caseworker), worker(Caseworker)
		elsewhere.Org, nowhere.Org = "school", ""
		for _, tt := range []struct {
			name  string
			actor Actor
			may   []kernel.ID
		}{
			{"for the organisation for which it was given", worker(Caseworker), []kernel.ID{"family1"}},
			{"for another", elsewhere, []kernel.ID{"family3", "family4"}},
			{"for none", nowhere, nil},
		} {
			condition, args := Filter(tt.actor, "family.read", "r.object", 1, now)
			var listed, decided []kernel.ID
			for _, family := range []kernel.ID{"family1", "family2", "family3", "family4"} {
				var n int
				err := d.Read(ctx, func(q db.Querier) error {
					return q.QueryRowContext(ctx, `SELECT count(*) FROM policy_relation r WHERE `+condition+
						fmt.Sprintf(` AND r.object = $%d`, len(args)+1), append(args, family)...).Scan(&n)
				})
				if err != nil {
					t.Fatal(err)
				}
				if n > 0 {
					listed = append(listed, family)
				}
				if _, err := decide(t, d, tt.actor, "family.read", family); err == nil {
					decided = append(decided, family)
				}
			}
			if !slices.Equal(listed, tt.may) || !slices.Equal(decided, tt.may) {
				t.Errorf("%s: lists %v and reads %v, want %v", tt.name, listed, decided, tt.may)
			}
		}
	})
}

func TestARelationOfAPersonEndsAtEveryPost(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		for _, holder := range []kernel.ID{"aïcha@welfare", "aïcha@school", "aïcha2@welfare", "welfare"} {
			relate(t, d, "north", holder, CareTeam, "family1")
			relate(t, d, "north", holder, CareTeam, "family2")
			relate(t, d, "south", holder, CareTeam, "family1")
		}
		err := d.Write(ctx, func(q db.Querier) error {
			return errors.Join(UnrelatedPerson(ctx, q, "north", "aïcha", CareTeam, "family1"),
				UnrelatedPerson(ctx, q, "north", "", CareTeam, "family1"))
		})
		if err != nil {
			t.Fatal(err)
		}
		var left string
		err = d.Read(ctx, func(q db.Querier) error {
			return q.QueryRowContext(ctx, `SELECT string_agg(holder, ' ' ORDER BY holder) FROM policy_relation
				WHERE alliance = 'north' AND object = 'family1'`).Scan(&left)
		})
		if err != nil || left != "aïcha2@welfare welfare" {
			t.Errorf("left %q, %v", left, err)
		}
		err = d.Read(ctx, func(q db.Querier) error {
			return q.QueryRowContext(ctx, `SELECT CAST(count(*) AS TEXT) FROM policy_relation`).Scan(&left)
		})
		if err != nil || left != "10" {
			t.Errorf("%s relations are left, want the ten others; %v", left, err)
		}
	})
}

func TestEveryRuleCanBeReadAndUsed(t *testing.T) {
	for _, r := range Rules {
		if r.Why == "" || len(r.Roles) == 0 {
			t.Errorf("%s: a rule needs roles and a reason", r.Action)
		}
		if !Known(r.Action) {
			t.Errorf("%s is not known", r.Action)
		}
		for _, role := range r.Roles {
			if role != Anyone && role != System && role != Invited && role != Outside && role != FamilyMember && role != FamilyChild && role != Till && !slices.Contains(Roles[:], role) {
				t.Errorf("%s names the role %q, which nobody can be given", r.Action, role)
			}
			if !May(worker(role), r.Action) {
				t.Errorf("%s has no door for %s", r.Action, role)
			}
		}
	}
	if Known("family.sell") || May(worker(Roles[:]...), "family.sell") {
		t.Error("an action without a rule is known")
	}
	for _, s := range []string{"system", "anyone", "", "Caseworker", "boss", "family_member", "family_child"} {
		if r, err := ParseRole(s); err == nil {
			t.Errorf("%q can be given as %q", s, r)
		}
	}
	for _, want := range Roles {
		if r, err := ParseRole(string(want)); err != nil || r != want {
			t.Errorf("%q: %q, %v", want, r, err)
		}
	}
}

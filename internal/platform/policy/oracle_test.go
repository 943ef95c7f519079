package policy

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/cedar-policy/cedar-go"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// row is one relation of the test's world.
type row struct {
	alliance, holder kernel.ID
	relation         Relation
	object           kernel.ID
}

var (
	theRelations = everyRelation()
	alliances    = []kernel.ID{"north", "south"}
	people       = []kernel.ID{"aicha", "jan", "marie"}
	orgs         = []kernel.ID{"welfare", "school"}
	objects      = []kernel.ID{"o1", "o2", "o3", "o4", "o5", "o6"}
)

func everyRelation() []Relation {
	all := []Relation{CareTeam, Receiver, Sender, Accepted, Partner, Emergency}
	for _, g := range Groups {
		all = append(all, Sees(g), Consults(g))
	}
	return all
}

// The moments of the test's world: a relation began or ended long ago, begins
// or ends at this very moment, or does so later.
const (
	long  = kernel.Instant("2026-02-01T09:00:00.000000Z")
	later = kernel.Instant("2026-04-01T09:00:00.000000Z")
)

// windows are those in which a relation can hold, and whether it does now.
var windows = []struct {
	Window
	open bool
}{
	{Window{}, true}, {Window{}, true}, {Window{long, later}, true}, {Window{now, ""}, true}, {Window{"", later}, true},
	{Window{long, now}, false}, {Window{"", long}, false}, {Window{later, ""}, false},
}

// oracle answers by Cedar what the package answers by its table and SQL.
type oracle struct {
	policies, sights *cedar.PolicySet
	world            map[row]int // which of the windows
	known            map[string]bool
	holders          map[row]cedar.Set // of a relation to an object
}

// holders are the organisation acted for and the person there, each with the
// alliance.
func holders(actor Actor) cedar.Set {
	var all []cedar.Value
	if actor.Org != "" {
		all = append(all, cedar.String(actor.Alliance+"/"+actor.Org))
	}
	if actor.Org != "" && actor.Person != "" {
		all = append(all, cedar.String(actor.Alliance+"/"+actor.Person+"@"+actor.Org))
	}
	return cedar.NewSet(all...)
}

// everyHolder are the organisations, the people at each of them, and people
// alone, to whom a relation gives nothing.
func everyHolder() []kernel.ID {
	all := slices.Concat(orgs, people)
	for _, p := range people {
		for _, o := range orgs {
			all = append(all, p+"@"+o)
		}
	}
	return all
}

// allows asks Cedar, each thing once.
func (o oracle) allows(t testing.TB, actor Actor, action string, object kernel.ID) bool {
	key := fmt.Sprint(actor, action, object)
	answer, known := o.known[key]
	if !known {
		answer = ask(t, o.policies, actor, action, object, o.related(object), false)
		o.known[key] = answer
	}
	return answer
}

// sees asks Cedar whether a group of an object may be seen.
func (o oracle) sees(t testing.TB, actor Actor, g Group, object kernel.ID, consultation bool) bool {
	key := fmt.Sprint(actor.Alliance, actor.Person, actor.Org, g, object, consultation)
	answer, known := o.known[key]
	if !known {
		answer = ask(t, o.sights, actor, string(g), object, o.related(object), consultation)
		o.known[key] = answer
	}
	return answer
}

// ask asks Cedar; related gives those who stand in a relation to the object.
func ask(t testing.TB, policies *cedar.PolicySet, actor Actor, action string, object kernel.ID, related func(Relation) cedar.Set, consultation bool) bool {
	roles := []cedar.EntityUID{cedar.NewEntityUID("Role", "anyone")}
	for _, r := range actor.Roles {
		roles = append(roles, cedar.NewEntityUID("Role", cedar.String(r)))
		if r != System && r != Invited && r != Outside && r != FamilyMember && r != FamilyChild && r != Till {
			roles = append(roles, cedar.NewEntityUID("Role", "worker"))
		}
	}
	who, what := cedar.NewEntityUID("User", "actor"), cedar.NewEntityUID("Object", "object")
	family := cedar.String("")
	if actor.Family != "" {
		family = cedar.String(actor.Alliance + "/" + actor.Family)
	}
	sets := cedar.RecordMap{"id": cedar.String(actor.Alliance + "/" + object)}
	for _, r := range theRelations {
		sets[cedar.String(r)] = related(r)
	}
	decision, said := cedar.Authorize(policies, cedar.EntityMap{
		who:  {UID: who, Parents: cedar.NewEntityUIDSet(roles...), Attributes: cedar.NewRecord(cedar.RecordMap{"holders": holders(actor), "family": family})},
		what: {UID: what, Attributes: cedar.NewRecord(sets)},
	}, cedar.Request{Principal: who, Action: cedar.NewEntityUID("Action", cedar.String(action)), Resource: what,
		Context: cedar.NewRecord(cedar.RecordMap{"consultation": cedar.Boolean(consultation)})})
	if len(said.Errors) > 0 {
		t.Fatalf("Cedar cannot say whether %+v may %s: %v", actor, action, said.Errors)
	}
	return decision == cedar.Allow
}

func (o oracle) related(object kernel.ID) func(Relation) cedar.Set {
	return func(r Relation) cedar.Set {
		key := row{relation: r, object: object}
		if set, known := o.holders[key]; known {
			return set
		}
		var all []cedar.Value
		for w, window := range o.world {
			if windows[window].open && w.relation == r && w.object == object {
				all = append(all, cedar.String(w.alliance+"/"+w.holder))
			}
		}
		o.holders[key] = cedar.NewSet(all...)
		return o.holders[key]
	}
}

// code is the answer that Decide must give: what is refused to one who has the
// role, and would be allowed were every relation there, is not found.
func (o oracle) code(t testing.TB, actor Actor, action string, object kernel.ID) kernel.Code {
	role := fmt.Sprint(actor.Roles, action)
	fits, known := o.known[role]
	if !known {
		related := Actor{Alliance: "all", Person: "all", Org: "all", Family: "all", Roles: actor.Roles}
		fits = ask(t, o.policies, related, action, "all", func(Relation) cedar.Set { return cedar.NewSet(cedar.String("all/all")) }, false)
		o.known[role] = fits
	}
	switch {
	case o.allows(t, actor, action, object):
		return ""
	case fits:
		return kernel.NotFound
	case actor.Person == "" && !slices.Contains(actor.Roles, System):
		return kernel.Unauthenticated
	}
	return kernel.Forbidden
}

type question struct {
	actor  Actor
	action string
	object kernel.ID
	code   kernel.Code
	list   []kernel.ID // what a list of all objects must hold

	group        Group
	consultation bool
	seen         bool
}

// many is how many questions are asked; fewer when the test is to be short.
func many() int {
	if testing.Short() {
		return 25_000
	}
	return 100_000
}

// whoMay are the roles of all rules of an action.
func whoMay(action string) (roles []Role) {
	for _, rule := range byAction[action] {
		roles = append(roles, rule.Roles...)
	}
	return roles
}

// throughOwn tells whether an action needs that the object is the actor's own.
func throughOwn(action string) bool {
	return slices.ContainsFunc(byAction[action], func(r Rule) bool { return slices.Contains(r.Through, OwnObject) })
}

// questions asks Cedar many: any roles, anybody, anything.
func questions(t testing.TB) (oracle, []question) {
	text, err := os.ReadFile("testdata/policy.cedar")
	if err != nil {
		t.Fatal(err)
	}
	policies, err := cedar.NewPolicySetFromBytes("policy.cedar", text)
	if err != nil {
		t.Fatal(err)
	}
	sight, err := os.ReadFile("testdata/sight.cedar")
	if err != nil {
		t.Fatal(err)
	}
	sights, err := cedar.NewPolicySetFromBytes("sight.cedar", sight)
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range regexp.MustCompile(`Action::"([^"]+)"`).FindAllStringSubmatch(string(text), -1) {
		if !Known(found[1]) {
			t.Errorf("testdata/policy.cedar allows %s, of which rules.go knows nothing", found[1])
		}
	}
	dice := rand.New(rand.NewPCG(20260301, 1))
	o := oracle{policies, sights, map[row]int{}, map[string]bool{}, map[row]cedar.Set{}}
	for _, alliance := range alliances {
		for _, holder := range everyHolder() {
			for _, relation := range theRelations {
				for _, object := range objects[:5] { // to the last one nobody stands in any
					if dice.IntN(9) == 0 {
						o.world[row{alliance, holder, relation, object}] = dice.IntN(len(windows))
					}
				}
			}
		}
	}
	var actions []string
	for a := range byAction {
		actions = append(actions, a)
	}
	slices.Sort(actions)
	pick := func(ids []kernel.ID) kernel.ID { return ids[dice.IntN(len(ids))] }
	all := make([]question, many())
	groups := append(Groups[:], Sealed)
	for i := range all {
		q := question{action: actions[i%len(actions)], object: pick(objects)}
		die := dice.IntN(12)
		if slices.Contains(whoMay(q.action), Invited) && dice.IntN(2) == 0 {
			die = 4
		}
		if slices.Contains(whoMay(q.action), Outside) && dice.IntN(2) == 0 {
			die = 12
		}
		switch die {
		case 0: // nobody
		case 1:
			q.actor = SystemActor(pick(alliances))
		case 2, 3: // somebody of a family, half of them of the one that is asked for
			family := pick(objects)
			if dice.IntN(2) == 0 {
				family = q.object
			}
			q.actor = MemberActor(pick(alliances), family, pick(people), dice.IntN(2) == 0)
		case 4: // a partner without an account
			q.actor = Actor{Alliance: pick(alliances), Org: pick(orgs), Roles: []Role{Invited}}
		case 12: // somebody without an account, by a form
			q.actor = Actor{Alliance: pick(alliances), Org: pick(orgs), Roles: []Role{Outside}}
		default: // somebody at work, half of them in a role that may
			q.actor = Actor{Alliance: pick(alliances), Person: pick(people), Org: pick(orgs)}
			for range dice.IntN(4) {
				q.actor.Roles = append(q.actor.Roles, Roles[dice.IntN(len(Roles))])
			}
			if may := whoMay(q.action); dice.IntN(2) == 0 && slices.Contains(Roles[:], may[0]) {
				q.actor.Roles = append(q.actor.Roles, may[dice.IntN(len(may))])
			}
		}
		if throughOwn(q.action) && q.actor.Org != "" && dice.IntN(2) == 0 { // what is the actor's own
			q.object = q.actor.Org
		}
		q.code = o.code(t, q.actor, q.action, q.object)
		for _, object := range objects {
			if o.allows(t, q.actor, q.action, object) {
				q.list = append(q.list, object)
			}
		}
		q.group, q.consultation = groups[dice.IntN(len(groups))], dice.IntN(3) == 0
		q.seen = o.sees(t, q.actor, q.group, q.object, q.consultation)
		all[i] = q
	}
	return o, all
}

func TestTheTableAndCedarNeverDiffer(t *testing.T) {
	o, all := questions(t)
	seen := map[string]int{}
	for _, q := range all {
		seen[fmt.Sprint(q.action, " ", q.code == "")]++
	}
	for action := range byAction {
		for _, answer := range []string{" true", " false"} {
			if slices.Contains(whoMay(action), Anyone) {
				continue // nobody is refused
			}
			if seen[action+answer] < 5 {
				t.Errorf("%s%s was the answer only %d times; is the action in testdata/policy.cedar?", action, answer, seen[action+answer])
			}
		}
	}
	object := db.Migrations{Module: "object", Files: os.DirFS("testdata/object")}
	dbtest.Each(t, []db.Migrations{Migrations(), object}, func(t *testing.T, d *db.DB) {
		err := d.Write(ctx, func(q db.Querier) error {
			for w, i := range o.world {
				if err := RelatedFor(ctx, q, w.alliance, w.holder, w.relation, w.object, now, windows[i].Window); err != nil {
					return err
				}
			}
			for _, id := range objects {
				if _, err := q.ExecContext(ctx, `INSERT INTO object (id) VALUES ($1)`, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		differences := 0
		err = d.Read(ctx, func(q db.Querier) error {
			ways := map[string]lister{"filter": once(by(Filter)), "filter of each": once(by(FilterEach)), "walk": once(walked)}
			for i, ask := range all {
				if differences > 10 {
					break
				}
				_, err := Decide(ctx, q, ask.actor, ask.action, ask.object, now)
				if got := kernel.CodeOf(err); got != ask.code {
					differences++
					t.Errorf("%+v asks for %s on %s: the table says %q (%v), Cedar %q", ask.actor, ask.action, ask.object, got, err, ask.code)
				}
				for _, way := range []string{"filter", "filter of each", "walk"} {
					if way != "filter" && i%8 != 0 {
						continue // they are long to plan, and there are questions enough
					}
					list, err := ways[way](q, ask.actor, ask.action)
					if err != nil {
						return err
					}
					if !slices.Equal(list, ask.list) {
						differences++
						t.Errorf("%+v lists for %s: the %s gives %v, Cedar %v", ask.actor, ask.action, way, list, ask.list)
					}
				}
				sight, err := SightOf(ctx, q, ask.actor, ask.object, now, ask.consultation)
				if err != nil {
					return err
				}
				if !ask.consultation && i%8 == 0 { // of many at once it is the same
					all, err := SightsOf(ctx, q, ask.actor, objects, now)
					if err != nil {
						return err
					}
					if all[ask.object].Of(ask.group) != ask.seen {
						differences++
						t.Errorf("%+v looks at %s of %s among others: %v, Cedar %v", ask.actor, ask.group, ask.object, all[ask.object].Of(ask.group), ask.seen)
					}
				}
				if sight.Of(ask.group) != ask.seen {
					differences++
					t.Errorf("%+v looks at %s of %s (consultation: %v): %v, Cedar %v", ask.actor, ask.group, ask.object, ask.consultation, sight.Of(ask.group), ask.seen)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// lister lists what an actor may do an action on.
type lister func(q db.Querier, actor Actor, action string) ([]kernel.ID, error)

// once asks each question once.
func once(list lister) lister {
	known := map[string][]kernel.ID{}
	return func(q db.Querier, actor Actor, action string) ([]kernel.ID, error) {
		key := fmt.Sprint(actor, action)
		found, done := known[key]
		if done {
			return found, nil
		}
		found, err := list(q, actor, action)
		known[key] = found
		return found, err
	}
}

// by lists what a filter lets through, in the middle of other parameters.
func by(filter func(Actor, string, string, int, kernel.Instant) (string, []any)) lister {
	return func(q db.Querier, actor Actor, action string) (list []kernel.ID, err error) {
		condition, args := filter(actor, action, "o.id", 2, now)
		return ids(q, `SELECT o.id FROM object o WHERE o.id <> $1 AND (`+condition+`) ORDER BY o.id`, append([]any{"none"}, args...)...)
	}
}

// walked lists what a walk comes by.
func walked(q db.Querier, actor Actor, action string) (list []kernel.ID, err error) {
	query, args, ok := Walk{Shelves: []string{"a", ""}, Limit: 100}.Query(actor, action, 2, now)
	if !ok {
		return by(Filter)(q, actor, action)
	}
	return ids(q, `SELECT w.object FROM (`+query+`) w WHERE w.object <> $1 ORDER BY w.object`, append([]any{"none"}, args...)...)
}

func ids(q db.Querier, query string, args ...any) (list []kernel.ID, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id kernel.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		list = append(list, id)
	}
	return list, rows.Err()
}

package members_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// calls are the use cases of somebody who manages members, and of somebody who
// looks around in the network, each with things that are there.
func (w town) calls(ctx context.Context) (manage, look map[string]error) {
	_, add := w.AddOrganisation(ctx, members.Organisation{Name: "De Speelvogel", Kind: members.Childcare})
	changed := w.house
	changed.Phone = "+3221234567"
	_, change := w.ChangeOrganisation(ctx, changed)
	_, let := w.AddWorker(ctx, members.Worker{Name: "Rik Peeters", Mail: "rik@huis.example", Lang: kernel.NL}, w.house.ID, policy.Volunteer)
	_, workers := w.Workers(ctx)
	_, list := w.Organisations(ctx, members.Query{})
	_, _, one := w.Organisation(ctx, w.house.ID)
	_, names := w.Names(ctx, w.aicha.ID)
	return map[string]error{
			"add an organisation": add, "change an organisation": change, "let a worker in": let, "list the workers": workers,
			"set roles": w.SetRoles(ctx, w.aicha.ID, w.ocmw.ID, policy.Caseworker, policy.Coordinator),
		}, map[string]error{
			"list the organisations": list, "read an organisation": one, "read names": names,
		}
}

func TestWhoManagesMembersAndWhoLooksAround(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		as := func(roles ...policy.Role) context.Context {
			return act.As(context.Background(), policy.Actor{Alliance: w.alliance, Person: w.aicha.ID, Org: w.ocmw.ID, Roles: roles})
		}
		for _, role := range policy.Roles {
			manage, look := w.calls(as(role))
			for what, err := range look {
				if err != nil {
					t.Errorf("a %s wants to %s: %v", role, what, err)
				}
			}
			want := kernel.Forbidden
			if role == policy.Administrator {
				want = ""
			}
			for what, err := range manage {
				if kernel.CodeOf(err) != want {
					t.Errorf("a %s wants to %s: %v, want %q", role, what, err, want)
				}
			}
		}
		manage, look := w.calls(context.Background())
		for _, some := range []map[string]error{manage, look} {
			for what, err := range some {
				if kernel.CodeOf(err) != kernel.Unauthenticated {
					t.Errorf("a stranger wants to %s: %v", what, err)
				}
			}
		}
	})
}

func TestRolesThatNobodyCanHave(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		for name, roles := range map[string][]policy.Role{
			"none":              {},
			"everybody's":       {policy.Anyone},
			"the house's own":   {policy.Caseworker, policy.System},
			"one that is not":   {"burgomaster"},
			"one without words": {""},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := w.AddWorker(w.admin, members.Worker{Name: "Rik Peeters", Mail: "rik@huis.example", Lang: kernel.NL}, w.house.ID, roles...)
				if kernel.CodeOf(err) != kernel.Invalid {
					t.Errorf("AddWorker = %v, want it refused", err)
				}
				if len(roles) > 0 { // without roles is how somebody leaves
					if err := w.SetRoles(w.admin, w.aicha.ID, w.ocmw.ID, roles...); kernel.CodeOf(err) != kernel.Invalid {
						t.Errorf("SetRoles = %v, want it refused", err)
					}
				}
			})
		}
		if posts := must(w.Workers(w.admin)); len(posts) != 1 || !slices.Equal(posts[0].Roles, []policy.Role{policy.Caseworker}) {
			t.Errorf("something was kept: %+v", posts)
		}
	})
}

func TestTheWorkersOfAnAlliance(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		must(w.AddWorker(w.admin, members.Worker{Name: "Zoë Maes", Mail: "zoe@huis.example", Lang: kernel.FR}, w.house.ID, policy.Volunteer, policy.Coordinator))
		// The mail address knows her: she keeps her name.
		must(w.AddWorker(w.admin, members.Worker{Name: "A. Peeters", Mail: "aicha@ocmw.example", Lang: kernel.DE}, w.house.ID, policy.Coordinator))
		want := "Aïcha Peeters at Huis van het Kind as [coordinator]\n" +
			"Aïcha Peeters at OCMW Kortenaken as [caseworker]\n" +
			"Zoë Maes at Huis van het Kind as [coordinator volunteer]\n"
		if got := w.people(); got != want {
			t.Errorf("the workers are\n%swant\n%s", got, want)
		}
		if err := w.SetRoles(w.admin, w.aicha.ID, w.ocmw.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.people(); strings.Contains(got, "OCMW") || !strings.Contains(got, "Aïcha Peeters at Huis van het Kind") {
			t.Errorf("after she left the OCMW the workers are\n%s", got)
		}
	})
}

func (w town) people() string {
	var b strings.Builder
	for _, p := range must(w.Workers(w.admin)) {
		fmt.Fprintf(&b, "%s at %s as %v\n", p.Worker.Name, p.Organisation.Name, p.Roles)
	}
	return b.String()
}

func TestAKindIsListedPageByPage(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		// Two are called the same once letters are folded; a page ends between them.
		for _, name := range []string{"De Zonnebloem", "École du Parc", "Basisschool Noord", "Ecole du Parc", "Atheneum"} {
			must(w.AddOrganisation(w.admin, members.Organisation{Name: name, Kind: members.School}))
			must(w.AddOrganisation(w.admin, members.Organisation{Name: "Winkel bij " + name, Kind: members.Shop}))
		}
		for limit := 1; limit <= 6; limit++ {
			var names []string
			pages := 0
			for ask := (members.Query{Kind: members.School, Limit: limit}); ; pages++ {
				page := must(w.Organisations(w.admin, ask))
				if len(page.Rows) > limit || pages > 5 {
					t.Fatalf("page %d has %d rows, want at most %d", pages, len(page.Rows), limit)
				}
				for _, o := range page.Rows {
					names = append(names, kernel.Fold(o.Name))
				}
				if ask.After = page.Next; page.Next == "" {
					break
				}
			}
			if got, want := strings.Join(names, ", "), "atheneum, basisschool noord, de zonnebloem, ecole du parc, ecole du parc"; got != want {
				t.Errorf("by %d: %s, want %s", limit, got, want)
			}
		}
	})
}

func TestAnotherAllianceSeesNothing(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		other := must(w.Found(context.Background(), members.Alliance{Slug: "bertem", Municipalities: []kernel.NIS{"24009"},
			Name: kernel.Text{NL: "Bertem", FR: "Bertem", DE: "Bertem", EN: "Bertem"}}))
		there := act.As(context.Background(), policy.Actor{Alliance: other.ID, Person: kernel.NewID(), Org: kernel.NewID(),
			Roles: policy.Roles[:]})

		if page := must(w.Organisations(there, members.Query{})); len(page.Rows) != 0 {
			t.Errorf("the list shows %+v", page.Rows)
		}
		if posts := must(w.Workers(there)); len(posts) != 0 {
			t.Errorf("the workers are %+v", posts)
		}
		if names := must(w.Names(there, w.aicha.ID, w.ocmw.ID)); len(names) != 0 {
			t.Errorf("names %v", names)
		}
		if offices := must(w.WelfareOffices(there, other.ID, "24054")); len(offices) != 0 {
			t.Errorf("welfare offices %+v", offices)
		}
		_, _, read := w.Organisation(there, w.ocmw.ID)
		_, change := w.ChangeOrganisation(there, w.ocmw)
		_, let := w.AddWorker(there, members.Worker{Name: "Rik Peeters", Mail: "rik@bertem.example", Lang: kernel.NL}, w.ocmw.ID, policy.Caseworker)
		_, team := w.AddOrganisation(there, members.Organisation{Name: "Team", Kind: members.OCMW, PartOf: w.ocmw.ID})
		for what, got := range map[string]struct {
			err  error
			want kernel.Code
		}{
			"read its organisation":     {read, kernel.NotFound},
			"change its organisation":   {change, kernel.NotFound},
			"let a worker in":           {let, kernel.NotFound},
			"take a worker's roles":     {w.SetRoles(there, w.aicha.ID, w.ocmw.ID), kernel.NotFound},
			"make a team of its office": {team, kernel.Invalid},
		} {
			if kernel.CodeOf(got.err) != got.want {
				t.Errorf("%s: %v, want %q", what, got.err, got.want)
			}
		}
		if got := w.people(); got != "Aïcha Peeters at OCMW Kortenaken as [caseworker]\n" {
			t.Errorf("it changed something: %s", got)
		}
	})
}

func TestASessionEndsWithItsOrganisation(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		must(w.AddWorker(w.admin, w.aicha, w.house.ID, policy.Coordinator))
		office := must(w.SignInAs(ctx, w.alliance, w.aicha.ID, w.ocmw.ID))
		house := must(w.SignInAs(ctx, w.alliance, w.aicha.ID, w.house.ID))

		gone := w.ocmw
		gone.Active = false
		must(w.ChangeOrganisation(w.admin, gone))
		if _, err := w.Session(ctx, office); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("the session at the organisation that left: %v", err)
		}
		session, err := w.Session(ctx, house)
		if err != nil {
			t.Fatalf("the session at the other organisation: %v", err)
		}
		if posts := must(w.Choices(ctx, session)); len(posts) != 1 || posts[0].Organisation.ID != w.house.ID {
			t.Errorf("she may still act for %+v", posts)
		}
		if _, err := w.ActFor(ctx, house, session, w.alliance, w.ocmw.ID); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("acting for the organisation that left: %v", err)
		}
		if _, err := w.SignInAs(ctx, w.alliance, w.aicha.ID, w.ocmw.ID); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("signing in at the organisation that left: %v", err)
		}
	})
}

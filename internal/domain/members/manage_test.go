package members_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

func TestAnAllianceKeepsAnAdministrator(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		worker := func(name, mail string) members.Worker {
			return must(w.AddWorker(w.admin, members.Worker{Name: name, Mail: kernel.Email(mail), Lang: kernel.NL}, w.house.ID, policy.Administrator))
		}
		wim := worker("Wim Hermans", "wim@kortenaken.example")
		gone := w.house
		gone.Active = false
		if err := w.SetRoles(w.admin, wim.ID, w.house.ID, policy.Caseworker); kernel.CodeOf(err) != kernel.Conflict {
			t.Errorf("the last administrator becomes a caseworker: %v", err)
		}
		if err := w.SetRoles(w.admin, wim.ID, w.house.ID); kernel.CodeOf(err) != kernel.Conflict {
			t.Errorf("the last administrator leaves: %v", err)
		}
		if _, err := w.ChangeOrganisation(w.admin, gone); kernel.CodeOf(err) != kernel.Conflict {
			t.Errorf("the organisation of the last administrator leaves: %v", err)
		}
		if err := w.SetRoles(w.admin, w.aicha.ID, w.ocmw.ID); err != nil {
			t.Errorf("a caseworker leaves: %v", err)
		}
		must(w.AddWorker(w.admin, members.Worker{Name: "An Maes", Mail: "an@kortenaken.example", Lang: kernel.NL}, w.ocmw.ID, policy.Administrator))
		if _, err := w.ChangeOrganisation(w.admin, gone); err != nil {
			t.Errorf("with another administrator elsewhere: %v", err)
		}
	})
}

// Somebody is added twice, with another role each time: neither takes the
// other away.
func TestWhoIsAddedAgainKeepsTheirRoles(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		must(w.AddWorker(w.admin, w.aicha, w.ocmw.ID, policy.Coordinator))
		_, people, err := w.Organisation(w.admin, w.ocmw.ID)
		if err != nil || len(people) != 1 || !slices.Contains(people[0].Roles, policy.Caseworker) || !slices.Contains(people[0].Roles, policy.Coordinator) {
			t.Errorf("%+v, %v", people, err)
		}
	})
}

func TestTeamsAndWhoNoLongerTakesPart(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		team := must(w.AddOrganisation(w.admin, members.Organisation{Name: "Gezinsteam", Kind: members.HouseOfChild, PartOf: w.house.ID}))
		if page := must(w.Organisations(w.admin, members.Query{PartOf: w.house.ID})); len(page.Rows) != 1 || page.Rows[0].ID != team.ID {
			t.Errorf("teams %+v", page.Rows)
		}
		team.Active = false
		team = must(w.ChangeOrganisation(w.admin, team))
		if page := must(w.Organisations(w.admin, members.Query{PartOf: w.house.ID})); len(page.Rows) != 0 {
			t.Errorf("who left is still a team: %+v", page.Rows)
		}
		if page := must(w.Organisations(w.admin, members.Query{Gone: true})); len(page.Rows) != 1 || page.Rows[0].ID != team.ID {
			t.Errorf("gone %+v", page.Rows)
		}
		lost := w.house
		lost.PartOf = kernel.NewID()
		if _, err := w.ChangeOrganisation(w.admin, lost); kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("a team of nobody: %v", err)
		}
	})
}

// The short name stands in addresses and on the command line; nothing is made
// with one that would have to be written otherwise there.
func TestAnAllianceHasAShortNameThatFitsAnAddress(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		before := len(must(w.Alliances(context.Background())))
		for _, slug := range []string{"", "b ad", "Leuven", "liège", "-a", "a-", "a--b", "a/b", "a.b"} {
			_, err := w.Found(context.Background(), members.Alliance{Slug: slug, Name: kernel.Text{NL: "x", FR: "x", DE: "x", EN: "x"}})
			if kernel.CodeOf(err) != kernel.Invalid || !strings.Contains(err.Error(), "alliance.short_name") {
				t.Errorf("%q: %v", slug, err)
			}
		}
		if after := len(must(w.Alliances(context.Background()))); after != before {
			t.Errorf("%d alliances, there were %d", after, before)
		}
		must(w.Found(context.Background(), members.Alliance{Slug: "geel-2", Name: kernel.Text{NL: "x", FR: "x", DE: "x", EN: "x"}}))
	})
}

package directory

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

var modules = []db.Migrations{policy.Migrations(), audit.Migrations(), vault.Migrations(), job.Migrations(), Migrations()}

// town is an alliance with a welfare office and a house of refuge in its
// directory.
type town struct {
	*Desk
	t        testing.TB
	clock    time.Time
	told     *[]Changed
	office   Organisation // the welfare office
	refuge   Organisation
	katrien  context.Context // coordinates, for the welfare office
	aicha    context.Context // caseworker there
	jan      context.Context // caseworker of the refuge
	stranger context.Context // coordinates another alliance
}

func newTown(t testing.TB, d *db.DB) *town {
	w := &town{t: t, clock: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), told: &[]Changed{}}
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	path := filepath.Join(t.TempDir(), "key")
	if err := vault.CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	keeper, err := vault.OpenKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w.Desk = &Desk{Vault: &vault.Vault{Keeper: keeper}, Acts: &act.Acts{DB: d, Audit: &audit.Log{Key: key}, Now: func() time.Time { return w.clock }}}
	act.On(w.Acts, func(_ context.Context, _ *act.Act, e Changed) error { *w.told = append(*w.told, e); return nil })
	as := func(alliance, person, org kernel.ID, roles ...policy.Role) context.Context {
		return act.As(t.Context(), policy.Actor{Alliance: alliance, Person: person, Org: org, Roles: roles})
	}
	w.katrien, w.aicha = as("north", "katrien", "member-office", policy.Coordinator), as("north", "aicha", "member-office", policy.Caseworker)
	w.jan, w.stranger = as("north", "jan", "member-refuge", policy.Caseworker), as("south", "ella", "member-office", policy.Coordinator)
	w.office = must(w.AddOrganisation(w.katrien, Organisation{Name: "OCMW Noord", Member: "member-office", Mail: "hulp@noord.example"}))
	w.refuge = must(w.AddOrganisation(w.katrien, Organisation{Name: "Vluchthuis", Member: "member-refuge"}))
	return w
}

func inTown(t *testing.T, fn func(t *testing.T, w *town)) {
	t.Helper()
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) { fn(t, newTown(t, d)) })
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// wants compares an error with what it should be, as "code key field" of each
// fault.
func wants(t *testing.T, what string, err error, want string) {
	t.Helper()
	var got []string
	if f, ok := err.(*kernel.Fault); ok {
		for _, f := range f.All() {
			got = append(got, strings.TrimSpace(fmt.Sprint(f.Code, " ", f.Key, " ", f.Field)))
		}
		slices.Sort(got)
	} else if err != nil {
		got = []string{err.Error()}
	}
	if g := strings.Join(got, ", "); g != want {
		t.Errorf("%s: %q, want %q", what, g, want)
	}
}

// milk is a service of the welfare office with everything told.
func (w *town) milk() Service {
	l := must(w.AddLocation(w.katrien, Location{Organisation: w.office.ID, Name: "Loket", Street: "Kerkstraat 1", Postal: "3000", City: "Leuven",
		Lat: "50.8798", Lon: "4.7005", Hours: []Hours{{Rule: "FREQ=WEEKLY;BYDAY=MO,WE", From: "09:00", To: "12:00"}}}))
	return Service{Organisation: w.office.ID, State: Open, Name: kernel.Text{NL: "Melk voor baby's", FR: "Lait pour bébés"},
		About: kernel.Text{NL: "Gratis melkpoeder."}, Levers: []Lever{8, 5}, Phases: []Phase{Baby, Pregnancy}, For: Audience{From: 0, To: 12},
		Costs: []Cost{{Free: true}}, Languages: []string{"nl", "ar"}, Access: []Access{StepFree}, Areas: []kernel.NIS{"24062"},
		At:      []Place{{Location: l.ID, Room: Room{Free: -1, Waiting: -1}}},
		Numbers: []Phone{{Number: kernel.FictionalPhone(7), For: "onthaal"}, {Number: kernel.FictionalPhone(8), Private: true}},
		Words:   []string{"pampers", "melkpoeder"}}
}

// shown are the open services as the public reads them.
func (w *town) shown(alliance kernel.ID) (all []PublicRecord) {
	for r, err := range w.Published(context.Background(), alliance) {
		if err != nil {
			panic(err)
		}
		all = append(all, r)
	}
	return all
}

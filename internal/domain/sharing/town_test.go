package sharing_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

// town is an alliance in which Aïcha of the welfare office works with a
// family, and Chloé of the midwives, Stef of the school and Piet of the police
// do not.
type town struct {
	*sharing.Service
	t                               testing.TB
	db                              *db.DB
	clock                           *time.Time
	alliance, family                kernel.ID
	ocmw, midwives, school, police  kernel.ID
	aicha, chloe, stef, piet, nadia context.Context
	persons                         []families.Person
	queue                           *job.Queue
}

var law = sync.OnceValue(func() *rules.Library { return must(rules.Load(packs.FS)) })

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func inTown(t *testing.T, fn func(w *town)) {
	t.Helper()
	modules := []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), vault.Migrations(), members.Migrations(),
		families.Migrations(), sharing.Migrations()}
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) { fn(newTown(t, d)) })
}

func newTown(t testing.TB, d *db.DB) *town {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := vault.CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	keeper := must(vault.OpenKeyFile(path))
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	w := &town{t: t, db: d, clock: &now}
	acts := &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}, Now: func() time.Time { return now }}
	people := &members.Service{Acts: acts, Keeper: keeper}
	files := &families.Service{Acts: acts, Vault: &vault.Vault{Keeper: keeper}, Members: people, Law: law(), Fictional: true}
	w.Service = &sharing.Service{Acts: acts, Vault: files.Vault, Members: people, Families: files}
	act.On(acts, w.Forgotten)
	w.queue = &job.Queue{DB: d, Now: func() time.Time { return now }, Handlers: map[string]job.Handler{sharing.SettleJob: w.Settle}}

	ctx := context.Background()
	al := must(people.Found(ctx, members.Alliance{Slug: "kortenaken", Municipalities: []kernel.NIS{"24054"},
		Name: kernel.Text{NL: "Kortenaken", FR: "Kortenaken", DE: "Kortenaken", EN: "Kortenaken"}}))
	w.alliance = al.ID
	admin := act.As(ctx, policy.Actor{Alliance: al.ID, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.Administrator}})
	hire := func(name string, kind members.Kind) (kernel.ID, context.Context) {
		org := must(people.AddOrganisation(admin, members.Organisation{Name: "Huis " + name, Kind: kind}))
		worker := must(people.AddWorker(admin, members.Worker{Name: name, Mail: kernel.Email(name + "@huis.example"), Lang: kernel.NL}, org.ID, policy.Caseworker))
		return org.ID, act.As(ctx, policy.Actor{Alliance: al.ID, Person: worker.ID, Org: org.ID, Roles: []policy.Role{policy.Caseworker}})
	}
	w.ocmw, w.aicha = hire("aicha", members.OCMW)
	w.midwives, w.chloe = hire("chloe", members.Midwives)
	w.school, w.stef = hire("stef", members.School)
	w.police, w.piet = hire("piet", members.Police)
	_, w.nadia = hire("nadia", members.HouseOfChild)
	w.family = must(files.Open(w.aicha, families.NewFamily{PostalCode: "3470", Persons: []families.NewPerson{
		{Role: families.Applicant, First: "Amina", Last: "Peeters", Birth: "1996-05-17"}, {Role: families.Child, First: "Noor", Last: "Peeters", Birth: "2024-03-01"}},
		Contact: families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(3)}, Address: families.Address{Street: "Dorpsstraat", Number: "3"}}})).ID
	w.persons = must(files.Read(w.aicha, w.family, families.ForCare)).Persons
	mother := w.persons[0].ID
	must(files.RecordFacts(w.aicha, w.family, 0, []families.Fact{
		{Person: mother, Key: "benefit", Value: []byte(`"leefloon"`), Source: families.Told}, {Key: "rent_month", Value: []byte(`"650.00"`), Source: families.Told},
		{Person: mother, Key: "disability_66", Value: []byte(`true`), Source: families.Told}, {Person: mother, Key: "residence_right", Value: []byte(`"asylum"`), Source: families.Told},
		{Person: w.persons[1].ID, Key: "childcare", Value: []byte(`"none"`), Source: families.Told}}))
	must(files.AddNote(w.aicha, w.family, "Ze slaapt slecht."))
	return w
}

func (w *town) today() kernel.Date { return kernel.InstantOf(*w.clock).Date() }

func (w *town) days(n int) { *w.clock = w.clock.AddDate(0, 0, n) }

// sees is what an organisation may see now, and whether within a consultation.
func (w *town) sees(org kernel.ID, consultation bool) (groups []policy.Group) {
	w.t.Helper()
	err := w.db.Read(context.Background(), func(q db.Querier) error {
		sight, err := policy.SightOf(context.Background(), q, policy.Actor{Alliance: w.alliance, Org: org}, w.family, kernel.InstantOf(*w.clock), consultation)
		for _, g := range policy.Groups {
			if sight.Of(g) {
				groups = append(groups, g)
			}
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return groups
}

// says is a decision with which the family agreed just now.
func (w *town) says(to kernel.ID, groups ...policy.Group) sharing.New {
	return sharing.New{Basis: sharing.Consent, Groups: groups, Recipients: []kernel.ID{to}, Ends: w.today().AddDays(30),
		Evidence: sharing.Spoken, ToldHow: sharing.ToldInPerson, ToldOn: w.today()}
}

// wants fails the test when an error has another code or key than "code key".
func wants(t testing.TB, what string, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
		if f, ok := errors.AsType[*kernel.Fault](err); ok {
			got = string(f.Code) + " " + f.Key
		}
	}
	if got != want {
		t.Errorf("%s: %q (%v), want %q", what, got, err, want)
	}
}

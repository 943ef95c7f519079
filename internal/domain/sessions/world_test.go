package sessions_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

var law = sync.OnceValue(func() *rules.Library { return must(rules.Load(packs.FS)) })

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// town is an alliance in which Aïcha works with families, Lucie coordinates the
// parents' house and Vic helps there, and Olga coordinates another house.
type town struct {
	*sessions.Service
	t                       testing.TB
	clock                   *time.Time
	db                      *db.DB
	aicha, lucie, vic, olga context.Context
	families                []kernel.ID
}

func inTown(t *testing.T, fn func(w *town)) {
	t.Helper()
	modules := []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), vault.Migrations(), members.Migrations(),
		families.Migrations(), ledger.Migrations(), depot.Migrations(), sessions.Migrations()}
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) { fn(newTown(t, d)) })
}

// monday is when the stories begin: Monday 23 November 2026, ten o'clock in
// Belgium.
var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func newTown(t testing.TB, d *db.DB) *town {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := vault.CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	keeper := must(vault.OpenKeyFile(path))
	now := monday
	w := &town{t: t, clock: &now, db: d}
	acts := &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}, Now: func() time.Time { return now }}
	people := &members.Service{Acts: acts, Keeper: keeper}
	sealed := &vault.Vault{Keeper: keeper}
	files := &families.Service{Acts: acts, Vault: sealed, Members: people, Law: law(), Fictional: true, Texting: true}
	w.Service = &sessions.Service{Acts: acts, Vault: sealed, Members: people, Families: files, Depot: &depot.Service{Acts: acts, Members: people}}
	act.On(acts, w.FamilyMerged)
	act.On(acts, w.FamilyParted)
	act.On(acts, w.FamilyForgotten)

	ctx := context.Background()
	al := must(people.Found(ctx, members.Alliance{Slug: "liege", Municipalities: []kernel.NIS{"62063"},
		Name: kernel.Text{NL: "Luik", FR: "Liège", DE: "Lüttich", EN: "Liège"}})).ID
	admin := act.As(ctx, policy.Actor{Alliance: al, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.Administrator}})
	org := func(name string) kernel.ID {
		return must(people.AddOrganisation(admin, members.Organisation{Name: name, Kind: members.OCMW})).ID
	}
	hire := func(name string, org kernel.ID, role policy.Role) context.Context {
		worker := must(people.AddWorker(admin, members.Worker{Name: name, Mail: kernel.Email(name + "@huis.example"), Lang: kernel.FR}, org, role))
		return act.As(ctx, policy.Actor{Alliance: al, Person: worker.ID, Org: org, Roles: []policy.Role{role}})
	}
	house, care, other := org("Espace parents-enfants"), org("Consultation"), org("Autre maison")
	w.aicha, w.lucie = hire("aicha", care, policy.Caseworker), hire("lucie", house, policy.Coordinator)
	w.vic, w.olga = hire("vic", house, policy.Volunteer), hire("olga", other, policy.Coordinator)
	return w
}

// at moves the clock to a moment in Belgium.
func (w *town) at(when string) {
	w.t.Helper()
	*w.clock = must(time.ParseInLocation("2006-01-02 15:04", when, kernel.Brussels))
}

// family opens a file of an adult.
func (w *town) family(first string) kernel.ID {
	w.t.Helper()
	in := families.NewFamily{Anyway: true, PostalCode: "4000", Persons: []families.NewPerson{{Role: families.Applicant, First: first, Last: "Dupont", Birth: "1990-01-01"}}}
	id := must(w.Families.Open(w.aicha, in)).ID
	w.families = append(w.families, id)
	return id
}

// liege is the hand-out of Tuesdays and Thursdays.
func liege() sessions.Series {
	return sessions.Series{Name: "Lait et langes", Place: "Rue de l’Exemple 1, Liège", Way: sessions.ByAppointment, Slot: 30, Places: 4, Release: 30, Own: true,
		Recurs: sessions.Recurrence{Weeks: 1, Days: []string{"TU", "TH"}, From: "13:30", To: "16:00", First: "2026-11-23"},
		Items:  []sessions.Item{{Name: "Lait 1er âge", Usual: 2}, {Name: "Langes taille 3", Usual: 1}, {Name: "Vêtements"}}}
}

// tuesday is the first session of a series.
func (w *town) tuesday(in sessions.Series) (sessions.Series, sessions.Session) {
	w.t.Helper()
	made := must(w.Plan(w.lucie, in))
	_, all, err := w.Series(w.lucie, made.ID, "2026-11-23")
	if err != nil || len(all) == 0 {
		w.t.Fatalf("%d sessions: %v", len(all), err)
	}
	return made, all[0]
}

// books makes an appointment for a family.
func (w *town) books(family, session kernel.ID, slot int64) sessions.Booking {
	w.t.Helper()
	b, err := w.Book(w.aicha, sessions.Asking{Session: session, Slot: slot, Family: family})
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// entry is one booking on the list of the desk.
func (w *town) entry(session, booking kernel.ID) (sessions.Booking, bool) {
	w.t.Helper()
	for _, b := range must(w.Day(w.vic, session)).Entries {
		if b.ID == booking {
			return b, true
		}
	}
	return sessions.Booking{}, false
}

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

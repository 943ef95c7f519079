package programmes

import (
	"context"
	"crypto/ed25519"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

var modules = []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), members.Migrations(), Migrations()}

// town is an alliance in Leuven: Katrien coordinates at the welfare office,
// Aïcha is a caseworker there; the house of the child and a bicycle shop are
// partners. Elsewhere another alliance has an organisation of its own.
type town struct {
	*Service
	t              *testing.T
	db             *db.DB
	now            *time.Time
	alliance       kernel.ID
	office         kernel.ID
	house          kernel.ID
	shop           kernel.ID
	stranger       kernel.ID
	katrien, aicha context.Context
	elsewhere      context.Context
	told           *[]Changed
}

func inTown(t *testing.T, fn func(t *testing.T, w *town)) {
	t.Helper()
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) { fn(t, newTown(t, d)) })
}

func newTown(t *testing.T, d *db.DB) *town {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := vault.CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	keeper, err := vault.OpenKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	w := &town{t: t, db: d, now: &now, told: new([]Changed)}
	acts := &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}, Now: func() time.Time { return *w.now }}
	people := &members.Service{Acts: acts, Keeper: keeper}
	w.Service = &Service{Acts: acts, Members: people, Library: library(t), Law: law(t)}
	act.On(acts, func(_ context.Context, _ *act.Act, e Changed) error {
		*w.told = append(*w.told, e)
		return nil
	})
	found := func(slug, name string, nis kernel.NIS) (kernel.ID, context.Context) {
		al := must(people.Found(context.Background(), members.Alliance{Slug: slug, Municipalities: []kernel.NIS{nis},
			Name: kernel.Text{NL: name, FR: name, DE: name, EN: name}}))
		return al.ID, as(al.ID, kernel.NewID(), policy.Administrator)
	}
	var admin context.Context
	w.alliance, admin = found("leuven", "Leuven", "24062")
	add := func(ctx context.Context, name string, kind members.Kind) kernel.ID {
		return must(people.AddOrganisation(ctx, members.Organisation{Name: name, Kind: kind, Receives: true})).ID
	}
	w.office = add(admin, "OCMW Leuven", members.OCMW)
	w.house = add(admin, "Huis van het Kind", members.HouseOfChild)
	w.shop = add(admin, "Fietsenwinkel", members.Shop)
	w.katrien = as(w.alliance, w.office, policy.Coordinator)
	w.aicha = as(w.alliance, w.office, policy.Caseworker)
	other, otherAdmin := found("boom", "Boom", "11005")
	w.stranger = add(otherAdmin, "OCMW Boom", members.OCMW)
	w.elsewhere = as(other, w.stranger, policy.Coordinator)
	return w
}

func as(alliance, org kernel.ID, role policy.Role) context.Context {
	return act.As(context.Background(), policy.Actor{Alliance: alliance, Person: kernel.NewID(), Org: org, Roles: []policy.Role{role}})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// bikes is VELOKadee with all that must be decided.
func bikes() New {
	return New{Template: "leuven-velokadee", Params: map[string]string{"price": "12", "age_to": "12"}}
}

// wants compares an error with "code key field, key field …".
func wants(t *testing.T, what string, err error, want string) {
	t.Helper()
	got := []string{}
	for _, f := range faults(err) {
		got = append(got, strings.TrimSpace(string(f.Code)+" "+f.Key+" "+f.Field))
	}
	if strings.Join(got, ", ") != want {
		t.Errorf("%s: %v, want %q", what, err, want)
	}
}

// records counts the records about a programme.
func (w *town) records(id kernel.ID) (n int) {
	w.t.Helper()
	err := w.db.Read(context.Background(), func(q db.Querier) error {
		return q.QueryRowContext(context.Background(), `SELECT count(*) FROM audit_record WHERE alliance = $1 AND subject = $2`,
			w.alliance, id).Scan(&n)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// carriers are who stands in the relation Partner to a programme.
func (w *town) relations(id kernel.ID) map[kernel.ID]bool {
	w.t.Helper()
	held := map[kernel.ID]bool{}
	err := w.db.Read(context.Background(), func(q db.Querier) error {
		rows, err := q.QueryContext(context.Background(), `SELECT holder FROM policy_relation
			WHERE alliance = $1 AND object = $2 AND relation = 'partner'`, w.alliance, id)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var org kernel.ID
			if err := rows.Scan(&org); err != nil {
				return err
			}
			held[org] = true
		}
		return rows.Err()
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return held
}

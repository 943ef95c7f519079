package incoming

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

var modules = []db.Migrations{policy.Migrations(), audit.Migrations(), vault.Migrations(), job.Migrations(), directory.Migrations(), Migrations()}

// hall is an alliance with an empty directory and somebody who keeps it.
type hall struct {
	*Inbox
	clock   time.Time
	katrien context.Context // coordinates
	aicha   context.Context // does not
	ella    context.Context // coordinates another alliance
}

func newHall(t testing.TB, d *db.DB) *hall {
	w := &hall{clock: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	acts := &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}, Now: func() time.Time { return w.clock }}
	w.Inbox = &Inbox{Acts: acts, Desk: &directory.Desk{Acts: acts}}
	as := func(alliance, person kernel.ID, roles ...policy.Role) context.Context {
		return act.As(t.Context(), policy.Actor{Alliance: alliance, Person: person, Org: "office", Roles: roles})
	}
	w.katrien, w.aicha, w.ella = as("north", "katrien", policy.Coordinator), as("north", "aicha", policy.Caseworker), as("south", "ella", policy.Coordinator)
	return w
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func eachHall(t *testing.T, fn func(t *testing.T, w *hall)) {
	t.Helper()
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) { fn(t, newHall(t, d)) })
}

const threeRows = "Organisatie;Aanbod;Straat;Postcode;Uitleg\nBuurthuis;Babybabbel;Markt 1;3000;Koffie\nBuurthuis;Ruilwinkel;;;Kleren\nOud;Weg;Steeg 2;0000;x\n"

func kart(whole bool) Brought { return Brought{Source: "kaart", Lang: kernel.NL, Whole: whole} }

// A file is looked at, taken over as drafts, and brought again: only what
// changed is told as changed, what somebody wrote here stays beside it, and what
// is gone is named.
func TestAFileIsLookedAtTakenOverAndBroughtAgain(t *testing.T) {
	eachHall(t, func(t *testing.T, w *hall) {
		b := must(w.Bring(w.katrien, kart(true), []byte(threeRows)))
		p := must(w.Look(w.katrien, b.ID))
		if p.Taken.Added != 2 || len(p.Refused) != 1 || p.Refused[0].Line != 4 || p.Refused[0].Name != "Weg" || len(p.Taken.Steps) != 2 || !p.Taken.Steps[0].New {
			t.Fatalf("%+v", p)
		}
		if rows := must(w.Desk.List(w.katrien, directory.Query{})); rows.All != 0 {
			t.Fatalf("to look kept %d", rows.All)
		}
		must(w.Take(w.katrien, b.ID))
		page := must(w.Desk.List(w.katrien, directory.Query{}))
		if page.All != 2 || page.Rows[0].State != directory.Draft || page.Rows[0].Told["name"].Source != "kaart" {
			t.Fatalf("%+v", page)
		}
		if _, err := w.Look(w.katrien, b.ID); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("the file waits still: %v", err)
		}
		v := page.Rows[0].Service
		v.About.NL = "Koffie en thee"
		must(w.Desk.ChangeService(w.katrien, v))
		w.clock = w.clock.Add(24 * time.Hour)
		again := strings.NewReplacer("Koffie", "Water", "Ruilwinkel;;;Kleren", "Weggeefwinkel;;;Kleren").Replace(threeRows)
		got := must(w.Import(w.katrien, kart(true), []byte(again), true)).Taken
		if got.Added != 1 || got.Same != 1 || len(got.Gone) != 1 || got.Gone[0].Name.NL != "Ruilwinkel" {
			t.Errorf("%+v", got)
		}
		if len(got.Kept) != 1 || got.Kept[0] != (directory.Kept{Line: 2, Field: "about", Name: "Babybabbel", Here: "Koffie en thee", There: "Water"}) {
			t.Errorf("%+v", got.Kept)
		}
	})
}

func TestWhatTheColumnsAreIsRememberedByTheSource(t *testing.T) {
	eachHall(t, func(t *testing.T, w *hall) {
		table := []byte("Wie;Wat\nBuurthuis;Babybabbel\n")
		b := must(w.Bring(w.katrien, kart(false), table))
		if p := must(w.Look(w.katrien, b.ID)); p.Ready {
			t.Fatalf("%+v", p)
		}
		if _, err := w.Take(w.katrien, b.ID); kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("taken without knowing who: %v", err)
		}
		twice := []Column{{Head: "Wie", To: "organisation"}, {Head: "Wat", To: "organisation"}}
		if err := w.Map(w.katrien, b.ID, twice); kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("two columns are the same: %v", err)
		}
		if err := w.Map(w.katrien, b.ID, []Column{{Head: "Wie", To: "organisation"}, {Head: "Wat", To: "service_nl"}}); err != nil {
			t.Fatal(err)
		}
		if p := must(w.Look(w.katrien, b.ID)); !p.Ready || p.Taken.Added != 1 {
			t.Errorf("%+v", p)
		}
		next := must(w.Bring(w.katrien, kart(false), table))
		if p := must(w.Look(w.katrien, next.ID)); !p.Ready || p.Taken.Added != 1 {
			t.Errorf("it was forgotten: %+v", p)
		}
		other := must(w.Bring(w.katrien, kart(false), []byte("Organisatie;Aanbod\nA;B\n"))) // another make
		if p := must(w.Look(w.katrien, other.ID)); !p.Ready {
			t.Errorf("%+v", p.File)
		}
	})
}

// Codes of municipalities that went up in others in 2025 come in as those of
// today.
func TestOldCodesOfMunicipalitiesLandInThoseOfToday(t *testing.T) {
	eachHall(t, func(t *testing.T, w *hall) {
		table := "organisation;service;areas;street;municipality\nHuis;Melk;44034 44073;Markt 1;44034\n"
		if got := must(w.Import(w.katrien, kart(false), []byte(table), false)); got.Taken.Added != 1 {
			t.Fatalf("%+v", got)
		}
		v := must(w.Desk.List(w.katrien, directory.Query{})).Rows[0]
		want := map[kernel.NIS]bool{}
		for _, old := range []kernel.NIS{"44034", "44073"} {
			now, _ := kernel.Successor(old, "2026-11-23")
			if now == old {
				t.Fatalf("%s did not go up in another", old)
			}
			want[now] = true
		}
		if len(v.Areas) != len(want) || !want[v.Areas[0]] {
			t.Errorf("areas %v, want %v", v.Areas, want)
		}
		if l, _, err := w.Desk.Location(w.katrien, v.At[0].Location); err != nil || !want[l.Municipality] {
			t.Errorf("%+v, %v", l, err)
		}
	})
}

func TestOnlyACoordinatorOfTheAllianceBringsAndTakes(t *testing.T) {
	eachHall(t, func(t *testing.T, w *hall) {
		if _, err := w.Bring(w.aicha, kart(false), []byte(threeRows)); kernel.CodeOf(err) != kernel.Forbidden {
			t.Error(err)
		}
		b := must(w.Bring(w.katrien, kart(false), []byte(threeRows)))
		for name, ctx := range map[string]context.Context{"a caseworker": w.aicha, "a coordinator of another alliance": w.ella} {
			_, look := w.Look(ctx, b.ID)
			_, take := w.Take(ctx, b.ID)
			if look == nil || take == nil || w.Drop(ctx, b.ID) == nil {
				t.Errorf("%s may: %v, %v", name, look, take)
			}
		}
		for _, source := range []string{"", "partner", "Coordinator", strings.Repeat("x", 61), "a\u202eb"} {
			if _, err := w.Bring(w.katrien, Brought{Source: source, Lang: kernel.NL}, []byte(threeRows)); kernel.CodeOf(err) != kernel.Invalid {
				t.Errorf("source %q: %v", source, err)
			}
		}
		w.clock = w.clock.Add(Life + time.Hour)
		if n, err := w.Sweep(t.Context()); n != 1 || err != nil {
			t.Errorf("swept %d, %v", n, err)
		}
	})
}

func TestAFileThatTwentyTakeAtOnceComesInOnce(t *testing.T) {
	eachHall(t, func(t *testing.T, w *hall) {
		b := must(w.Bring(w.katrien, kart(false), []byte(threeRows)))
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { _, _ = w.Take(w.katrien, b.ID) })
		}
		all.Wait()
		if page := must(w.Desk.List(w.katrien, directory.Query{})); page.All != 2 {
			t.Errorf("%d came in", page.All)
		}
	})
}

func BenchmarkImport(b *testing.B) {
	var rows bytes.Buffer
	rows.WriteString("[")
	for i := range 20_000 {
		if i > 0 {
			rows.WriteString(",")
		}
		rows.WriteString(strings.NewReplacer("ac148810", fmt.Sprintf("%08d", i), "d9d5e0f5", fmt.Sprintf("%08d", i/4), "Buurthuis", fmt.Sprint("Huis ", i/4), "3f64\"", fmt.Sprintf("%04d\"", i%9999), "Babybabbel", fmt.Sprint("Dienst ", i)).Replace(aService))
	}
	rows.WriteString("]")
	for engine, open := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			w := newHall(b, dbtest.Open(b, open(b), modules...))
			for b.Loop() {
				began := time.Now()
				got := must(w.Import(w.katrien, kart(false), rows.Bytes(), false))
				b.ReportMetric(time.Since(began).Seconds(), "s/20000")
				if len(got.Refused) > 0 {
					b.Fatal(got.Refused[0].Why)
				}
			}
		})
	}
}

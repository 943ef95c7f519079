package find_test

import (
	"context"
	"crypto/ed25519"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

var modules = []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), directory.Migrations(), find.Migrations()}

// desk is a directory with a finder over it, and its coordinator.
func desk(t testing.TB, d *db.DB) (*find.Finder, context.Context) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	acts := &act.Acts{DB: d, Audit: &audit.Log{Key: key}, Now: func() time.Time { return now.Time() }}
	f := &find.Finder{Acts: acts, Desk: &directory.Desk{Acts: acts}}
	act.On(acts, f.Changed)
	return f, act.As(t.Context(), policy.Actor{Alliance: "north", Person: "katrien", Org: "office", Roles: []policy.Role{policy.Coordinator}})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestWhatChangesIsFoundAtOnce(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		f, katrien := desk(t, d)
		search := func(words string) (names []string) {
			for _, h := range must(f.Index(t.Context(), "north")).Search(find.Query{Words: words, Lang: kernel.NL, Now: now}).Hits {
				names = append(names, h.Record.Service.Name.NL)
			}
			return names
		}
		if got := search("pampers"); len(got) > 0 {
			t.Fatalf("nothing is told yet, and %q is found", got)
		}
		office := must(f.Desk.AddOrganisation(katrien, directory.Organisation{Name: "OCMW Noord"}))
		bank := must(f.Desk.AddService(katrien, directory.Service{Organisation: office.ID, Name: kernel.Text{NL: "Luierbank"}, State: directory.Draft}))
		if got := search("pampers"); len(got) > 0 {
			t.Errorf("a draft is found: %q", got)
		}
		bank.State = directory.Open
		bank = must(f.Desk.ChangeService(katrien, bank))
		if got := search("pampers"); !slices.Equal(got, []string{"Luierbank"}) {
			t.Errorf("found %q", got)
		}
		if got := must(f.Index(t.Context(), "south")).Len(); got != 0 {
			t.Errorf("another alliance finds %d", got)
		}
		bank.State = directory.Stopped
		must(f.Desk.ChangeService(katrien, bank))
		if got := search("pampers"); len(got) > 0 {
			t.Errorf("what is over is found: %q", got)
		}
	})
}

func TestWhatIsMissedIsCountedWithoutWords(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		f, katrien := desk(t, d)
		q := find.Query{Words: "tandarts voor mijn dochter Zoë", Lang: kernel.FR, Lever: 5, Phase: directory.Primary, NIS: "24062", Now: now}
		found := must(f.Index(t.Context(), "north")).Search(q)
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if err := f.Missed(t.Context(), "north", q, found); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		misses := must(f.Misses(katrien, "2026-11-01", "2026-11-30"))
		want := find.Miss{Day: "2026-11-25", Phase: directory.Primary, Lever: 5, Municipality: "24062", Lang: kernel.FR, Concept: "teeth", Why: find.Nothing, Times: 100}
		if len(misses) != 1 || misses[0] != want {
			t.Errorf("counted %+v", misses)
		}
		if got := must(f.Misses(katrien, "2026-12-01", "2026-12-31")); len(got) > 0 {
			t.Errorf("of another month: %+v", got)
		}
		stranger := act.As(t.Context(), policy.Actor{Alliance: "north", Person: "aicha", Org: "office", Roles: []policy.Role{policy.Caseworker}})
		if _, err := f.Misses(stranger, "2026-11-01", "2026-11-30"); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("a caseworker reads them: %v", err)
		}
	})
}

func TestWhatHelpsIsNotMissed(t *testing.T) {
	full := directory.Room{Status: directory.RoomFull}
	for name, tt := range map[string]struct {
		found  find.Found
		why    find.Why
		missed bool
	}{
		"nothing":               {find.Found{}, find.Nothing, true},
		"one with room":         {find.Found{Total: 1, Hits: []find.Hit{{}}}, "", false},
		"all full":              {find.Found{Total: 2, Hits: []find.Hit{{Room: full}, {Room: full}}}, find.NoRoom, true},
		"full, and more behind": {find.Found{Total: 2, Hits: []find.Hit{{Room: full}}}, "", false},
	} {
		if why, missed := tt.found.WhyMissed(); why != tt.why || missed != tt.missed {
			t.Errorf("%s: %q, %v", name, why, missed)
		}
	}
}

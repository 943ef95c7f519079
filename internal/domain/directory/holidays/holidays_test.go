package holidays

import (
	"context"
	"crypto/ed25519"
	"errors"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// The days are made up: what is tested is how they are read.
func TestADayIsAHolidayWhereItWasTold(t *testing.T) {
	y := Year{{Schools: Flemish, First: "2026-11-02", Last: "2026-11-08"}, {Schools: Flemish, First: "2026-12-21", Last: "2027-01-03"},
		{Schools: French, First: "2026-10-19", Last: "2026-11-01"}, {Schools: French, First: "2026-12-21", Last: "2027-01-03"}}
	const leuven, liege, brussels, eupen = "24062", "62063", "21004", "63023"
	for name, c := range map[string]struct {
		day            kernel.Date
		in             kernel.NIS
		holiday, known bool
	}{
		"the first day":                          {"2026-11-02", leuven, true, true},
		"the last day":                           {"2026-11-08", leuven, true, true},
		"between two holidays":                   {"2026-11-09", leuven, false, true},
		"before anything was told":               {"2026-11-01", leuven, false, false},
		"after all that was told":                {"2027-01-04", leuven, false, false},
		"in another community":                   {"2026-11-03", liege, false, true},
		"in Brussels, where both have a holiday": {"2026-12-24", brussels, true, true},
		"in Brussels, where one has":             {"2026-11-04", brussels, false, false},
		"in Brussels, where none has":            {"2026-11-20", brussels, false, true},
		"where nobody told":                      {"2026-12-24", eupen, false, false},
		"where nobody lives":                     {"2026-12-24", "99999", false, false},
	} {
		if holiday, known := y.Is(c.day, c.in); holiday != c.holiday || known != c.known {
			t.Errorf("%s: %v, known %v", name, holiday, known)
		}
	}
}

func TestACoordinatorTellsHolidays(t *testing.T) {
	modules := []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), Migrations()}
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		c := &Calendar{Acts: &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}, Now: func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }}}
		as := func(role policy.Role) context.Context {
			return act.As(t.Context(), policy.Actor{Alliance: "north", Person: "katrien", Org: "house", Roles: []policy.Role{role}})
		}
		winter := Holiday{Schools: Flemish, Kind: "winter", First: "2026-12-21", Last: "2027-01-03", Source: "Besluit"}
		if err := c.Tell(as(policy.Caseworker), winter); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("a caseworker: %v", err)
		}
		for range 2 { // told again, it is the same
			if err := c.Tell(as(policy.Coordinator), winter); err != nil {
				t.Fatal(err)
			}
		}
		for want, h := range map[string]Holiday{
			"holidays.overlap": {Schools: Flemish, Kind: "other", First: "2027-01-03", Last: "2027-01-05", Source: "x"},
			"holidays.last":    {Schools: Flemish, Kind: "other", First: "2027-02-03", Last: "2027-02-02", Source: "x"},
			"holidays.day":     {Schools: Flemish, Kind: "other", Source: "x"},
			"holidays.source":  {Schools: Flemish, Kind: "other", First: "2027-02-03", Last: "2027-02-03"},
			"holidays.schools": {Schools: "dutch", Kind: "other", First: "2027-02-03", Last: "2027-02-03", Source: "x"},
		} {
			err := c.Tell(as(policy.Coordinator), h)
			if f, ok := errors.AsType[*kernel.Fault](err); !ok || f.Key != want && (len(f.More) == 0 || f.More[0].Key != want) {
				t.Errorf("%v, want %s", err, want)
			}
		}
		all, err := c.Of(t.Context(), "north")
		if err != nil || len(all) != 1 || all[0].Source != "Besluit" {
			t.Fatalf("%+v, %v", all, err)
		}
		if other, err := c.Of(t.Context(), "south"); err != nil || len(other) != 0 {
			t.Errorf("elsewhere: %+v, %v", other, err)
		}
		if err := c.TakeBack(as(policy.Coordinator), all[0].ID); err != nil {
			t.Fatal(err)
		}
		if err := c.TakeBack(as(policy.Coordinator), all[0].ID); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("twice: %v", err)
		}
	})
}

// Whatever somebody tells of holidays is refused or read, and of no day it is
// said that there are holidays of which nobody told.
func FuzzHoliday(f *testing.F) {
	f.Add("flemish", "summer", "2026-07-01", "2026-08-31", "Vlaanderen", "2026-07-02")
	f.Add("german", "", "2026-13-01", "x", "\x00", "")
	f.Fuzz(func(t *testing.T, schools, kind, first, last, source, day string) {
		h := Holiday{Schools: Schools(schools), Kind: kind, First: kernel.Date(first), Last: kernel.Date(last), Source: source}
		if _, err := kernel.ParseDate(first); err != nil {
			return // a form makes days of what is typed
		}
		if _, err := kernel.ParseDate(last); err != nil {
			return
		}
		d, err := kernel.ParseDate(day)
		if err != nil || h.check("2026-11-23") != nil {
			return
		}
		for _, n := range []kernel.NIS{"24062", "62063", "21004", "63023"} {
			if holiday, known := (Year{h}).Is(d, n); known && holiday != (h.First <= d && d <= h.Last) {
				t.Errorf("%s of %+v: %v", d, h, holiday)
			}
		}
	})
}

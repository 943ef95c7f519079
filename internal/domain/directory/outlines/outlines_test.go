package outlines

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
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
)

const square = `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"Wijknaam":" Kessel-Lo "},
 "geometry":{"type":"Polygon","coordinates":[[[4.70,50.88],[4.73,50.88],[4.73,50.90],[4.70,50.90],[4.70,50.88]]]}}]}`

// ragged is a neighbourhood of n points on a wavy round line.
func ragged(n int) string {
	var b strings.Builder
	b.WriteString(`{"type":"FeatureCollection","features":[{"properties":{},"geometry":{"type":"MultiPolygon","coordinates":[[[`)
	for i := range n {
		// a square walked round in n steps, each a hair off the line
		side, at := i*4/n, i*4%n
		x, y := [4]int{at, n, n - at, 0}[side], [4]int{0, at, n, n - at}[side]
		fmt.Fprintf(&b, "[4.%06d,50.%06d],", 600000+x*40000/n+i%2*3, 800000+y*40000/n)
	}
	b.WriteString(`[4.600000,50.800000]]]]}}]}`)
	return b.String()
}

func key(err error) string {
	if f, ok := errors.AsType[*kernel.Fault](err); ok {
		if len(f.More) > 0 {
			return f.More[0].Key
		}
		return f.Key
	}
	return fmt.Sprint(err)
}

func TestOutlinesAreReadAndMadeSimple(t *testing.T) {
	all, err := Read([]byte(square))
	if err != nil || len(all) != 1 || all[0].Name != "Kessel-Lo" || len(all[0].Rings[0]) != 4 || all[0].Rings[0][1] != (kernel.Point{Lat: 50_880000, Lon: 4_730000}) {
		t.Fatalf("%+v, %v", all, err)
	}
	all, err = Read([]byte(ragged(20_000)))
	if err != nil || all[0].Name != "1" {
		t.Fatal(err)
	}
	if n := len(all[0].Rings[0]); n < 4 || n > 40 {
		t.Errorf("of a square in twenty thousand points, %d are left", n)
	}
	for name, c := range map[string]struct{ file, want string }{
		"nothing":                   {"", "outlines.file"},
		"a list":                    {"[]", "outlines.file"},
		"points alone":              {`{"type":"FeatureCollection","features":[{"geometry":{"type":"Point","coordinates":[4.7,50.8]}}]}`, "outlines.file"},
		"metres instead of degrees": {strings.ReplaceAll(square, "4.70,50.88", "173000.5,174000.2"), "outlines.where"},
		"the wrong way round":       {strings.ReplaceAll(square, "4.73,50.90", "50.90,4.73"), "outlines.where"},
		"two points":                {`{"type":"FeatureCollection","features":[{"geometry":{"type":"Polygon","coordinates":[[[4.7,50.8],[4.7,50.8]]]}}]}`, "outlines.file"},
		"a thousand areas":          {`{"type":"FeatureCollection","features":[` + strings.Repeat(`{},`, 1000) + `{}]}`, "outlines.size"},
		"more than a map":           {strings.Repeat(" ", MaxBytes+1), "outlines.size"},
	} {
		if _, err := Read([]byte(c.file)); key(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestACoordinatorBringsOutlinesAndTakesThemAway(t *testing.T) {
	modules := []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), Migrations()}
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		atlas := &Atlas{Acts: &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}, Now: func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }}}
		as := func(alliance kernel.ID, role policy.Role) context.Context {
			return act.As(t.Context(), policy.Actor{Alliance: alliance, Person: "katrien", Org: "house", Roles: []policy.Role{role}})
		}
		if _, err := atlas.Bring(as("north", policy.Caseworker), "Stad", []byte(square)); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("a caseworker: %v", err)
		}
		if _, err := atlas.Bring(as("north", policy.Coordinator), " ", []byte(square)); key(err) != "outlines.source" {
			t.Errorf("from nobody: %v", err)
		}
		for range 2 { // brought again, they are replaced
			if n, err := atlas.Bring(as("north", policy.Coordinator), "Stad Noord", []byte(square)); n != 1 || err != nil {
				t.Fatal(n, err)
			}
		}
		got, err := atlas.Of(t.Context(), "north")
		if err != nil || len(got.Areas) != 1 || got.Source != "Stad Noord" || got.Areas[0].Rings[0][0] != (kernel.Point{Lat: 50_880000, Lon: 4_700000}) {
			t.Errorf("%+v, %v", got, err)
		}
		if other, err := atlas.Of(t.Context(), "south"); err != nil || len(other.Areas) != 0 {
			t.Errorf("elsewhere: %+v, %v", other, err)
		}
		if err := atlas.Drop(as("north", policy.Coordinator)); err != nil {
			t.Fatal(err)
		}
		if got, err := atlas.Of(t.Context(), "north"); err != nil || len(got.Areas) != 0 {
			t.Errorf("after they were taken away: %+v, %v", got, err)
		}
	})
}

// Whatever is brought is answered, and what is kept is small and lies here.
func FuzzRead(f *testing.F) {
	f.Add([]byte(square))
	f.Add([]byte(ragged(40)))
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"geometry":{"type":"MultiPolygon","coordinates":[[[]]]}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := Read(data)
		if err != nil {
			if kernel.CodeOf(err) == kernel.Internal {
				t.Fatal(err)
			}
			return
		}
		for _, o := range all {
			for _, ring := range o.Rings {
				if len(ring) < 3 {
					t.Fatalf("a ring of %d points", len(ring))
				}
			}
		}
	})
}

func TestANeighbourhoodHoldsWhatLiesInIt(t *testing.T) {
	ring := func(west, south, east, north int) []kernel.Point {
		return []kernel.Point{{Lat: south, Lon: west}, {Lat: south, Lon: east}, {Lat: north, Lon: east}, {Lat: north, Lon: west}}
	}
	o := Outline{Rings: [][]kernel.Point{ring(4_600000, 50_800000, 4_800000, 50_900000), ring(4_690000, 50_840000, 4_710000, 50_860000)}}
	for name, tt := range map[string]struct {
		p    kernel.Point
		want bool
	}{
		"within": {kernel.Point{Lat: 50_820000, Lon: 4_650000}, true}, "in its hole": {kernel.Point{Lat: 50_850000, Lon: 4_700000}, false},
		"beside the hole": {kernel.Point{Lat: 50_850000, Lon: 4_720000}, true}, "to the east": {kernel.Point{Lat: 50_850000, Lon: 4_900000}, false},
		"to the north": {kernel.Point{Lat: 50_950000, Lon: 4_700000}, false}, "nowhere": {kernel.Point{}, false},
	} {
		if got := o.Holds(tt.p); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if (Outline{}).Holds(kernel.Point{Lat: 50_820000, Lon: 4_650000}) {
		t.Error("what was never drawn holds something")
	}
}

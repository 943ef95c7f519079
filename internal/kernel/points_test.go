package kernel_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestPlacesLieWhereTheyLie(t *testing.T) {
	for name, tt := range map[string]struct {
		from, to kernel.PostalCode
		least    int // metres
		most     int
	}{
		"Leuven to Heverlee is a walk":             {"3000", "3001", 1_000, 5_000},
		"Leuven to Brussels is a train":            {"3000", "1000", 22_000, 28_000},
		"Ostend to Arlon is the whole country":     {"8400", "6700", 240_000, 270_000},
		"a place is nowhere but where it is":       {"9000", "9000", 0, 0},
		"Eupen to Liège is east to west in a line": {"4700", "4000", 30_000, 40_000},
	} {
		t.Run(name, func(t *testing.T) {
			from, ok := kernel.PointOf(tt.from)
			to, also := kernel.PointOf(tt.to)
			if !ok || !also {
				t.Fatal("a postal code has no point")
			}
			if d := from.Metres(to); d < tt.least || d > tt.most {
				t.Errorf("%d metres, want %d to %d", d, tt.least, tt.most)
			}
		})
	}
}

func TestEveryMunicipalityHasAMiddle(t *testing.T) {
	for _, m := range kernel.AllMunicipalities() {
		p, ok := kernel.MiddleOf(m.NIS)
		if !ok {
			t.Errorf("%s has none", m.Name.NL)
		}
		if q, ok := kernel.PointOf(m.PostalCodes[0]); ok && p.Metres(q) > 20_000 {
			t.Errorf("%s: its middle lies %d metres from its main place", m.Name.NL, p.Metres(q))
		}
	}
}

func TestWhatIsNoPlaceHereIsRefused(t *testing.T) {
	for name, p := range map[string][2]string{
		"nothing":           {"", ""},
		"the wrong way":     {"4.7", "50.8"},
		"words":             {"north", "east"},
		"below nought":      {"-50.1", "4.2"},
		"with an exponent":  {"5e1", "4.2"},
		"two points":        {"50.1.2", "4.2"},
		"another continent": {"40.7", "74.0"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := kernel.ParsePoint(p[0], p[1]); kernel.CodeOf(err) != kernel.Invalid {
				t.Errorf("ParsePoint = %v, %v", got, err)
			}
		})
	}
	if p, err := kernel.ParsePoint("50.8798", " 4.7005123 "); err != nil || p != (kernel.Point{Lat: 50_879800, Lon: 4_700512}) {
		t.Errorf("ParsePoint = %v, %v", p, err)
	}
}

func TestTheWayBackIsAsLong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		point := rapid.Custom(func(t *rapid.T) kernel.Point {
			return kernel.Point{Lat: rapid.IntRange(49_400000, 51_600000).Draw(t, "lat"), Lon: rapid.IntRange(2_500000, 6_500000).Draw(t, "lon")}
		})
		p, q := point.Draw(t, "p"), point.Draw(t, "q")
		if a, b := p.Metres(q), q.Metres(p); a-b > 1 || b-a > 1 {
			t.Errorf("%d and %d", a, b)
		}
		if p.Metres(p) != 0 {
			t.Error("far from itself")
		}
	})
}

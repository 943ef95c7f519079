package rights

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

// What a change costs tells of nobody: of fewer than five who are moved nothing
// is said, and one family more or less moves a sum by no step of its own.
func TestWhatAChangeCostsTellsOfNobody(t *testing.T) {
	for what, tt := range map[string]struct {
		effect rules.Effect
		cost   int64
		secret bool
	}{
		"nobody":          {rules.Effect{Families: 90}, 0, false},
		"four":            {rules.Effect{More: 3, Gain: 1, GainCents: 400000, MostCents: 100000}, 0, true},
		"ten alike":       {rules.Effect{More: 10, GainCents: 840000, MostCents: 84000}, 1000000, false},
		"eleven alike":    {rules.Effect{More: 11, GainCents: 924000, MostCents: 84000}, 1000000, false},
		"hundred alike":   {rules.Effect{More: 100, GainCents: 8400000, MostCents: 84000}, 8500000, false},
		"who have less":   {rules.Effect{Less: 100, LoseCents: 8400000, MostCents: 84000}, -8500000, false},
		"who may have it": {rules.Effect{MayGain: 3}, 0, false},
	} {
		t.Run(what, func(t *testing.T) {
			if m := movesOf("", &tt.effect); int64(m.Cost) != tt.cost || m.Secret != tt.secret {
				t.Errorf("told are %v (kept back: %v), want %v (%v)", m.Cost, m.Secret, tt.cost, tt.secret)
			}
		})
	}
}

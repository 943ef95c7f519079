package kit

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

// TestEveryPairOfColoursCanBeRead computes the contrast of every text on every
// ground it stands on, in both themes, from the palette itself.
func TestEveryPairOfColoursCanBeRead(t *testing.T) {
	source, err := os.ReadFile("assets/src/_palette.scss")
	if err != nil {
		t.Fatal(err)
	}
	const body, text, shape = 7, 4.5, 3
	pairs := []struct {
		over, under string
		least       float64
	}{
		{"ink", "paper", body}, {"ink", "card", body}, {"ink", "soft", body},
		{"ink-2", "paper", body}, {"ink-2", "card", body}, {"ink-2", "soft", text},
		{"link", "paper", body}, {"link", "card", body}, {"link", "soft", text}, {"link", "action-soft", text},
		{"ink", "action-soft", body}, {"on-action", "action", body}, {"on-action", "action-2", body},
		{"action", "card", text}, {"action", "paper", text}, {"action", "action-soft", text}, {"action-2", "action-soft", text},
		{"new-ink", "new-soft", body}, {"certain-ink", "certain-soft", body}, {"possible-ink", "possible-soft", body},
		{"not-ink", "not-soft", body}, {"danger-ink", "danger-soft", body},
		{"wrong", "wrong-soft", text}, {"wrong", "paper", text}, {"wrong", "card", text}, {"on-action", "wrong", text}, {"ink", "wrong-soft", body},
		{"certain", "card", shape}, {"possible", "card", shape}, {"not", "card", shape}, {"danger", "card", shape},
		{"line-2", "card", shape}, {"line-2", "paper", shape}, {"line-2", "soft", shape},
		{"ring", "paper", shape}, {"ring", "card", shape}, {"ring", "halo", shape},
	}
	for _, theme := range []string{"light", "dark"} {
		block := regexp.MustCompile(`(?s)@mixin ` + theme + ` \{(.*?)\n\}`).FindSubmatch(source)
		if block == nil {
			t.Fatalf("the palette has no %s theme", theme)
		}
		colours := map[string][3]float64{}
		for _, m := range regexp.MustCompile(`--([a-z0-9-]+): #([0-9a-f]{6});`).FindAllSubmatch(block[1], -1) {
			colours[string(m[1])] = channels(t, string(m[2]))
		}
		for _, p := range pairs {
			over, ok := colours[p.over]
			under, ok2 := colours[p.under]
			if !ok || !ok2 {
				t.Errorf("%s: %s or %s is no colour", theme, p.over, p.under)
				continue
			}
			if got := contrast(over, under); got < p.least {
				t.Errorf("%s: %s on %s has %.2f to 1, needs %.1f", theme, p.over, p.under, got, p.least)
			}
		}
	}
}

func channels(t *testing.T, hex string) (c [3]float64) {
	t.Helper()
	for i := range c {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c[i] = float64(n) / 255
	}
	return c
}

// contrast is the ratio of WCAG 2.2.
func contrast(a, b [3]float64) float64 {
	luminance := func(c [3]float64) float64 {
		for i, v := range c {
			if v <= 0.04045 {
				c[i] = v / 12.92
			} else {
				c[i] = math.Pow((v+0.055)/1.055, 2.4)
			}
		}
		return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2]
	}
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

package kernel_test

import (
	"slices"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestFold(t *testing.T) {
	for name, tt := range map[string]struct{ in, want string }{
		"capitals":              {"GENT", "gent"},
		"accents":               {"Liège, Bütgenbach, Français", "liege, butgenbach, francais"},
		"accents of their own":  {"Lie\u0300ge", "liege"},
		"a sharp s":             {"Weißmes", "weissmes"},
		"a capital sharp s":     {"WEIẞMES", "weissmes"},
		"œ and æ":               {"Œuvre, Æsop, Cœur", "oeuvre, aesop, coeur"},
		"ø and ł":               {"Søren Łukasz", "soren lukasz"},
		"the Dutch ij in one":   {"Ĳzer, ĳs", "ijzer, ijs"},
		"Turkish i":             {"İstanbul, Işıl", "istanbul, isil"},
		"a final sigma":         {"Νίκος", "νικοσ"},
		"Cyrillic":              {"Йосип", "иосип"},
		"Arabic without vowels": {"مُحَمَّد", "محمد"},
		"a ligature":            {"ﬁets", "fiets"},
		"full width":            {"Ｇｅｎｔ", "gent"},
		"nothing":               {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := kernel.Fold(tt.in); got != tt.want {
				t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestWords(t *testing.T) {
	for name, tt := range map[string]struct {
		in   string
		want []string
	}{
		"dashes part words":    {"Sint-Genesius-Rode", []string{"sint", "genesius", "rode"}},
		"apostrophes too":      {"D'Hondt, An", []string{"d", "hondt", "an"}},
		"the curly one too":    {"L’Été", []string{"l", "ete"}},
		"digits are words":     {"huis 12b", []string{"huis", "12b"}},
		"marks alone are none": {" -- ", nil},
		"nothing":              {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := kernel.Words(tt.in); !slices.Equal(got, tt.want) {
				t.Errorf("Words(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestFoldingTwiceIsFoldingOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		if once := kernel.Fold(s); kernel.Fold(once) != once {
			t.Fatalf("%q folds to %q, and that to %q", s, once, kernel.Fold(once))
		}
	})
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if once := kernel.Fold(string(r)); kernel.Fold(once) != once {
			t.Errorf("%U folds to %q, and that to %q", r, once, kernel.Fold(once))
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "Liège", "ß", "\xff", "İ", "\u0300", "각", "ǅ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := kernel.Fold(s)
		if !utf8.ValidString(once) || kernel.Fold(once) != once {
			t.Errorf("%q folds to %q, and that to %q", s, once, kernel.Fold(once))
		}
		for _, w := range kernel.Words(s) {
			if !slices.Equal(kernel.Words(w), []string{w}) {
				t.Errorf("the word %q of %q is %q", w, s, kernel.Words(w))
			}
		}
	})
}

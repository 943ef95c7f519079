package find

import (
	"slices"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Every concept is told in every language, and whoever types one of its words
// means it.
func TestEveryConceptIsFoundByItsWords(t *testing.T) {
	var written map[string]map[kernel.Lang][]string
	if err := yaml.UnmarshalWithOptions(synonymsYAML, &written, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	ix := &Index{spelling: spellingOf(nil)}
	for c, name := range meanings().names {
		for _, lang := range kernel.FamilyLangs {
			if len(written[name][lang]) == 0 {
				t.Errorf("%s has no word in %s", name, lang)
			}
			for _, said := range written[name][lang] {
				parts := content(tokens(said))
				if len(parts) == 0 || len(parts) > 4 {
					t.Errorf("%s: %q is no word, or too many", name, said)
					continue
				}
				if got, n := ix.clause(parts, readings(parts, lang)); !slices.Contains(got.concepts, c) || n != len(parts) {
					t.Errorf("%s: %q in %s means %v", name, said, lang, got.concepts)
				}
			}
		}
		for lang := range written[name] {
			if !slices.Contains(kernel.FamilyLangs[:], lang) {
				t.Errorf("%s: %q is no language of families", name, lang)
			}
		}
	}
}

// Who types one form of a word finds the others.
func TestFormsOfAWordFindEachOther(t *testing.T) {
	for lang, groups := range map[kernel.Lang][][]string{
		kernel.NL: {{"luier", "luiers"}, {"speelplein", "speelpleinen"}, {"fiets", "fietsen"}, {"vrijwilliger", "vrijwilligers"}},
		kernel.FR: {{"vêtement", "vêtements"}, {"crèche", "crèches", "creche"}, {"allocation", "allocations"}},
		kernel.DE: {{"Wohnung", "Wohnungen"}, {"Schuld", "Schulden"}, {"Kinderwagen", "Kinderwagens"}},
		kernel.EN: {{"nappy", "nappies"}, {"meeting", "meetings"}, {"bicycle", "bicycles"}},
		kernel.AR: {{"حليب", "الحليب"}, {"مدرسة", "المدرسة"}},
		kernel.UK: {{"школа", "школи", "школу", "школою"}, {"підгузки", "підгузків", "підгузками"}, {"одяг", "одягу", "одягом"}, {"допомога", "допомоги", "допомогу"}},
		kernel.TR: {{"oyuncak", "oyuncaklar"}, {"kitap", "kitaplar"}},
	} {
		for _, forms := range groups {
			for _, typed := range forms {
				for _, stands := range forms {
					a, b := tokens(typed)[0], tokens(stands)[0]
					if ways := termsOf(nil, b, []kernel.Lang{lang}); !slices.ContainsFunc(termsOf(nil, a, []kernel.Lang{lang}), func(s string) bool { return slices.Contains(ways, s) }) {
						t.Errorf("%s: %q does not find %q", lang, typed, stands)
					}
				}
			}
		}
	}
}

func TestNearIsNear(t *testing.T) {
	s := spellingOf(map[string]string{"kinderopvang": "kinderopvang", "speelplein": "speelplein", "melk": "melk"})
	for typed, want := range map[string]string{
		"kinderopvan": "kinderopvang", "kindreopvang": "kinderopvang", "speeplein": "speelplein", "spelplein": "speelplein", "mlek": "melk",
	} {
		if got := s.near(typed); len(got) == 0 || got[0] != want {
			t.Errorf("%q is taken for %q, want %q", typed, got, want)
		}
	}
	for _, typed := range []string{"mlk", "zonnebloemolie", "1234", "qqqqqqqq"} {
		if got := s.near(typed); len(got) > 0 {
			t.Errorf("%q is taken for %q", typed, got)
		}
	}
}

// The fast way to near words finds whatever the slow way finds within the
// first letters.
func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"melk", "melk", 0}, {"melk", "mlek", 1}, {"melk", "mel", 1}, {"luier", "luirs", 2}, {"", "ab", 2}, {"abcdef", "ghijkl", 3}} {
		if got := distance([]rune(tt.a), []rune(tt.b), 2); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func FuzzQuery(f *testing.F) {
	for _, s := range []string{"pampers", "lait en poudre", "حليب", "підгузки", "ik zoek 'n \"fiets\" & opvang", "\xff\xfe", "ß", "I\u0307stanbul", "a'b'c", "سم\u064bـ"} {
		f.Add(s)
	}
	ix := &Index{postings: map[string][]posting{}, known: map[string]string{}, concepts: make([][]posting, len(meanings().names)), spelling: spellingOf(nil)}
	ix.scratch.New = func() any { return newTally(0) }
	f.Fuzz(func(t *testing.T, typed string) {
		for _, lang := range kernel.FamilyLangs {
			found := ix.Search(Query{Words: typed, Lang: lang, Now: "2026-11-25T12:30:00.000000Z"})
			if found.Total != 0 {
				t.Errorf("%q finds something in nothing", typed)
			}
		}
	})
}

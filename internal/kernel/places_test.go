package kernel_test

import (
	"slices"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestBelgiumIsWhole(t *testing.T) {
	regions, german, provinces := map[kernel.Region]int{}, 0, map[kernel.NIS]int{}
	codes := map[kernel.PostalCode]kernel.NIS{}
	last := kernel.NIS("")
	for _, m := range kernel.AllMunicipalities() {
		if m.NIS <= last {
			t.Errorf("%s comes after %s", m.NIS, last)
		}
		last = m.NIS
		regions[m.Region]++
		provinces[m.Province]++
		if m.German {
			german++
		}
		if missing := m.Name.Missing(); missing != nil {
			t.Errorf("%s has no name in %v", m.NIS, missing)
		}
		if len(m.Languages) == 0 || slices.ContainsFunc(slices.Concat(m.Languages, m.Facilities), func(l kernel.Lang) bool {
			return l != kernel.NL && l != kernel.FR && l != kernel.DE
		}) {
			t.Errorf("%s speaks %v and %v", m.Name.NL, m.Languages, m.Facilities)
		}
		if (m.Province == "") != (m.Region == kernel.BRU) {
			t.Errorf("%s lies in province %q", m.Name.NL, m.Province)
		}
		if !slices.IsSorted(m.PostalCodes[1:]) {
			t.Errorf("%s has the codes %v", m.Name.NL, m.PostalCodes)
		}
		for _, c := range m.PostalCodes {
			if _, err := kernel.ParsePostalCode(string(c)); err != nil {
				t.Errorf("%s has %s: %v", m.Name.NL, c, err)
			}
			codes[c] = m.NIS
		}
		if again, ok := kernel.MunicipalityByNIS(m.NIS); !ok || again.Name != m.Name {
			t.Errorf("%s is found as %q", m.NIS, again.Name.NL)
		}
	}
	if regions[kernel.VLG] != 285 || regions[kernel.WAL] != 261 || regions[kernel.BRU] != 19 {
		t.Errorf("285 + 261 + 19 municipalities became %v", regions)
	}
	if german != 9 || len(provinces) != 11 {
		t.Errorf("%d German-speaking, %d provinces and Brussels", german, len(provinces))
	}
	if len(codes) != 1146 {
		t.Errorf("%d postal codes", len(codes))
	}
}

func TestMunicipalityByNIS(t *testing.T) {
	for name, tt := range map[string]struct {
		nis     kernel.NIS
		want    kernel.Text
		region  kernel.Region
		german  bool
		speaks  []kernel.Lang
		helpsIn []kernel.Lang
		first   kernel.PostalCode
	}{
		"with a name of its own in each": {"11002", kernel.Text{NL: "Antwerpen", FR: "Anvers", DE: "Antwerpen", EN: "Antwerp"}, kernel.VLG, false, []kernel.Lang{"nl"}, nil, "2000"},
		"in two languages":               {"21004", kernel.Text{NL: "Brussel", FR: "Bruxelles", DE: "Brüssel", EN: "Brussels"}, kernel.BRU, false, []kernel.Lang{"fr", "nl"}, nil, "1000"},
		"in German":                      {"63023", kernel.Text{NL: "Eupen", FR: "Eupen", DE: "Eupen", EN: "Eupen"}, kernel.WAL, true, []kernel.Lang{"de"}, []kernel.Lang{"fr"}, "4700"},
		"English takes the local name":   {"62063", kernel.Text{NL: "Luik", FR: "Liège", DE: "Lüttich", EN: "Liège"}, kernel.WAL, false, []kernel.Lang{"fr"}, nil, "4000"},
		"with facilities":                {"63049", kernel.Text{NL: "Malmedy", FR: "Malmedy", DE: "Malmedy", EN: "Malmedy"}, kernel.WAL, false, []kernel.Lang{"fr"}, []kernel.Lang{"de"}, "4960"},
	} {
		t.Run(name, func(t *testing.T) {
			m, ok := kernel.MunicipalityByNIS(tt.nis)
			if !ok || m.Name != tt.want || m.Region != tt.region || m.German != tt.german {
				t.Errorf("%+v, %v", m, ok)
			}
			if !slices.Equal(m.Languages, tt.speaks) || !slices.Equal(m.Facilities, tt.helpsIn) || m.PostalCodes[0] != tt.first {
				t.Errorf("speaks %v and %v, code %v", m.Languages, m.Facilities, m.PostalCodes)
			}
		})
	}
	for _, gone := range []kernel.NIS{"", "11007", "99999", "1100"} {
		if m, ok := kernel.MunicipalityByNIS(gone); ok {
			t.Errorf("%q is %q", gone, m.Name.NL)
		}
	}
}

func TestSuccessor(t *testing.T) {
	for name, tt := range map[string]struct {
		nis  kernel.NIS
		on   kernel.Date
		want kernel.NIS
	}{
		"Borsbeek after it joined Antwerp":       {"11007", "2025-01-01", "11002"},
		"Borsbeek the day before":                {"11007", "2024-12-31", "11007"},
		"Galmaarden, one of three":               {"23023", today, "23106"},
		"Bertogne, which joined a month earlier": {"82005", "2024-12-02", "82039"},
		"Bertogne the day before":                {"82005", "2024-12-01", "82005"},
		"Hasselt got a new number":               {"71022", today, "71072"},
		"Puurs, which joined in 2019":            {"12030", today, "12041"},
		"La Louvière, renumbered in 2019":        {"55022", today, "58001"},
		"La Louvière before that":                {"55022", "2018-12-31", "55022"},
		"one that stayed":                        {"21004", today, "21004"},
		"one that others joined":                 {"11002", today, "11002"},
		"nowhere":                                {"99999", today, ""},
		"no code":                                {"", today, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := kernel.Successor(tt.nis, tt.on)
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("%q, %v, want %q", got, ok, tt.want)
			}
		})
	}
}

func TestEveryOldCodeLeadsToAMunicipalityOfToday(t *testing.T) {
	old := 0
	for n := range 100_000 {
		nis, err := kernel.ParseNIS(string([]byte{byte('0' + n/10_000), byte('0' + n/1000%10), byte('0' + n/100%10), byte('0' + n/10%10), byte('0' + n%10)}))
		if err != nil {
			continue
		}
		next, ok := kernel.Successor(nis, today)
		if _, now := kernel.MunicipalityByNIS(next); !ok || !now {
			t.Errorf("%s leads to %q", nis, next)
		}
		if next != nis {
			old++
		}
	}
	if old != 55 { // 26 of 2019, 29 of 2025
		t.Errorf("%d codes gave way to others", old)
	}
}

func TestPlacesByPostalCode(t *testing.T) {
	for name, tt := range map[string]struct {
		code           kernel.PostalCode
		places         []string // in Dutch
		municipalities []kernel.NIS
	}{
		"a part of Brussels":      {"1020", []string{"Laken"}, []kernel.NIS{"21004"}},
		"a municipality":          {"1200", []string{"Sint-Lambrechts-Woluwe"}, []kernel.NIS{"21018"}},
		"one that joined another": {"2150", []string{"Borsbeek"}, []kernel.NIS{"11002"}},
		"a code that nobody has":  {"9999", nil, nil},
		"no code":                 {"", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var places []string
			for _, p := range kernel.PlacesByPostalCode(tt.code) {
				places = append(places, p.Name.NL)
				if p.PostalCode != tt.code || !slices.Contains(tt.municipalities, p.NIS) || p.Name.Missing() != nil {
					t.Errorf("%+v", p)
				}
			}
			var municipalities []kernel.NIS
			for _, m := range kernel.MunicipalitiesByPostalCode(tt.code) {
				municipalities = append(municipalities, m.NIS)
			}
			if !slices.Equal(places, tt.places) || !slices.Equal(municipalities, tt.municipalities) {
				t.Errorf("%v in %v, want %v in %v", places, municipalities, tt.places, tt.municipalities)
			}
		})
	}
	if laken := kernel.PlacesByPostalCode("1020")[0].Name; laken.FR != "Laeken" {
		t.Errorf("Laken is %q in French", laken.FR)
	}
	if got := kernel.PlacesByPostalCode("4000"); !slices.ContainsFunc(got, func(p kernel.Place) bool { return p.Name.DE == "Lüttich" }) {
		t.Errorf("Liège has no German name among %v", got)
	}
}

func TestSearchMunicipalities(t *testing.T) {
	for name, tt := range map[string]struct {
		typed string
		first string // the Dutch name of the first
		min   int    // and so many at least
	}{
		"the beginning of a name":      {"antw", "Antwerpen", 1},
		"in French":                    {"anv", "Antwerpen", 1},
		"in German":                    {"lütt", "Luik", 1},
		"in English":                   {"ghent", "Gent", 1},
		"without its accent":           {"liege", "Luik", 1},
		"in capitals":                  {"BOOM", "Boom", 1},
		"spaces for dashes":            {"sint genesius r", "Sint-Genesius-Rode", 1},
		"a word inside":                {"genesius", "Sint-Genesius-Rode", 1},
		"the whole name before longer": {"gent", "Gent", 1},
		"a part of a municipality":     {"laken", "Brussel", 1},
		"one that joined another":      {"borsbeek", "Antwerpen", 1},
		"a postal code":                {"1020", "Brussel", 1},
		"two of one name":              {"saint-nicolas", "Saint-Nicolas", 2},
		"a single letter":              {"b", "Baarle-Hertog", 30},
	} {
		t.Run(name, func(t *testing.T) {
			got := kernel.SearchMunicipalities(tt.typed)
			if len(got) < tt.min || got[0].Name.NL != tt.first {
				t.Errorf("%d found: %v", len(got), names(got))
			}
		})
	}
	for _, nothing := range []string{"", " - ", "xyzzy", "ntwerpen", "%"} {
		if got := kernel.SearchMunicipalities(nothing); got != nil {
			t.Errorf("%q finds %v", nothing, names(got))
		}
	}
}

func names(ms []kernel.Municipality) (names []string) {
	for _, m := range ms {
		names = append(names, m.Name.NL)
	}
	return names
}

func TestNobodyCanChangeTheTable(t *testing.T) {
	m, _ := kernel.MunicipalityByNIS("21004")
	m.PostalCodes[0], m.Languages[0] = "0000", "xx"
	kernel.AllMunicipalities()[0].PostalCodes[0] = "0000"
	kernel.PlacesByPostalCode("1020")[0].NIS = "00000"
	if m, _ := kernel.MunicipalityByNIS("21004"); m.PostalCodes[0] != "1000" || m.Languages[0] != kernel.FR {
		t.Errorf("Brussels became %+v", m)
	}
	if kernel.AllMunicipalities()[0].PostalCodes[0] == "0000" || kernel.PlacesByPostalCode("1020")[0].NIS == "00000" {
		t.Error("the table was changed from outside")
	}
}

func TestParsePostalCode(t *testing.T) {
	for name, tt := range map[string]struct{ in, want, key string }{
		"a code":                 {"9000", "9000", ""},
		"with the country":       {"B-9000", "9000", ""},
		"with two letters of it": {"BE-9000", "9000", ""},
		"with spaces":            {" 90 00 ", "9000", ""},
		"a code that nobody has": {"9999", "", "postal_code"},
		"a Dutch one":            {"1012 AB", "", "postal_code"},
		"a French one":           {"59000", "", "postal_code"},
		"the country alone":      {"B-", "", "postal_code"},
		"nothing":                {"", "", "postal_code"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kernel.ParsePostalCode(tt.in)
			wantFault(t, err, tt.key)
			if string(got) != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzPlaces(f *testing.F) {
	for _, s := range []string{"", "9000", "B-9000", "11002", "11007", "gent", "\xff", "BE-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := kernel.ParsePostalCode(s); err == nil && len(kernel.MunicipalitiesByPostalCode(c)) == 0 {
			t.Errorf("%q is %q, which lies nowhere", s, c)
		}
		if n, err := kernel.ParseNIS(s); err == nil {
			if next, ok := kernel.Successor(n, today); !ok || next == "" {
				t.Errorf("%q is %q, which leads nowhere", s, n)
			}
		} else {
			wantFault(t, err, "nis")
		}
		for _, m := range kernel.SearchMunicipalities(s) {
			if m.NIS == "" {
				t.Errorf("%q finds nowhere", s)
			}
		}
	})
}

func BenchmarkPlaces(b *testing.B) {
	b.Run("by code", func(b *testing.B) {
		for b.Loop() {
			kernel.MunicipalityByNIS("21004")
		}
	})
	b.Run("by postal code", func(b *testing.B) {
		for b.Loop() {
			kernel.MunicipalitiesByPostalCode("4280")
		}
	})
	b.Run("search", func(b *testing.B) {
		for b.Loop() {
			kernel.SearchMunicipalities("sint")
		}
	})
}

// Who reads a language in which a municipality has no name is shown what stands
// on the signs there, and not the name in a language of their own choosing for
// laws: one gets off the bus at Leuven, not at Louvain.
func TestAPlaceIsCalledAsOnItsSigns(t *testing.T) {
	for nis, want := range map[kernel.NIS]string{
		"24062": "Leuven", "62063": "Liège", "63040": "Kelmis", "21009": "Ixelles / Elsene", "21005": "Etterbeek",
	} {
		m, _ := kernel.MunicipalityByNIS(nis)
		for _, l := range []kernel.Lang{kernel.AR, kernel.UK, kernel.TR} {
			if got := m.Called(l); got != want {
				t.Errorf("%s in %s is called %q, want %q", nis, l, got, want)
			}
		}
		for _, l := range kernel.Langs {
			if got := m.Called(l); got != m.Name.In(l) {
				t.Errorf("%s in %s is called %q, not by its name", nis, l, got)
			}
		}
	}
	alliance := kernel.Text{NL: "Alliantie Leuven", FR: "Alliance de Louvain", DE: "Allianz Löwen", EN: "Leuven alliance"}
	for _, tt := range []struct {
		lang kernel.Lang
		in   []kernel.NIS
		want string
	}{
		{kernel.AR, []kernel.NIS{"24062"}, alliance.NL}, {kernel.FR, []kernel.NIS{"24062"}, alliance.FR},
		{kernel.UK, []kernel.NIS{"62063"}, alliance.FR}, {kernel.TR, []kernel.NIS{"21009", "21005"}, alliance.FR + " / " + alliance.NL},
		{kernel.AR, nil, alliance.FR},
	} {
		if got := alliance.CalledIn(tt.lang, tt.in); got != tt.want {
			t.Errorf("in %s it is %q, want %q", tt.lang, got, tt.want)
		}
	}
}

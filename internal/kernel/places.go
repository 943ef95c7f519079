package kernel

import (
	"slices"
	"strings"
)

//go:generate go run ./gen -from $BONDGENOOT_FACTS -to .

// NIS is the code by which the statistical office knows a municipality or a
// province: five digits, kept as text. Its zero value is nowhere.
type NIS string

// PostalCode is a Belgian postal code: four digits. Its zero value is nowhere.
type PostalCode string

// Region is one of the three regions.
type Region string

// The regions. The German-speaking Community lies in Wallonia:
// [Municipality.German] tells it apart.
const (
	VLG Region = "VLG"
	WAL Region = "WAL"
	BRU Region = "BRU"
)

// Municipality is a municipality as it is today.
type Municipality struct {
	NIS         NIS
	Name        Text // where English has no name of its own, the local one
	Region      Region
	German      bool         // one of the nine of the German-speaking Community
	Province    NIS          // "" in Brussels, which lies in none
	Languages   []Lang       // in which it serves everybody
	Facilities  []Lang       // in which it serves who asks for it, by law
	PostalCodes []PostalCode // the main one first, then by number
}

// Place is a place that has a postal code: a municipality, or a part of one.
type Place struct {
	PostalCode PostalCode
	Name       Text
	NIS        NIS // the municipality it lies in
}

// ParsePostalCode reads a Belgian postal code, with or without "B-" before it.
// Another form, or a code that no place has, is Invalid ("postal_code").
func ParsePostalCode(s string) (PostalCode, error) {
	s = bare(s, "")
	for _, country := range []string{"BE-", "B-"} {
		if len(s) > len(country) && s[:len(country)] == country {
			s = s[len(country):]
			break
		}
	}
	code := PostalCode(s)
	if len(s) != 4 || !digits(s) || len(gazette().byCode[code]) == 0 {
		return "", NewInvalid("postal_code")
	}
	return code, nil
}

// ParseNIS reads the code of a municipality, of today or of one that has gone
// up in another since 2011. Any other is Invalid ("nis").
func ParseNIS(s string) (NIS, error) {
	g, n := gazette(), NIS(bare(s, ""))
	if _, now := g.byNIS[n]; now {
		return n, nil
	}
	if _, once := g.successors[n]; once {
		return n, nil
	}
	return "", NewInvalid("nis")
}

// Called is how a municipality is called to a reader: in the reader's language
// where it has a name in it, and otherwise as on the signs in its streets, so
// that who reads Arabic looks for Leuven in Leuven and for Liège in Liège.
func (m Municipality) Called(l Lang) string { return m.Name.onSigns(l, m.Languages) }

// CalledIn is a text that names some municipalities, such as the name of an
// alliance, by the rule of [Municipality.Called].
func (t Text) CalledIn(l Lang, all []NIS) string {
	var signs []Lang
	for _, n := range all {
		m, _ := MunicipalityByNIS(n)
		signs = append(signs, m.Languages...)
	}
	return t.onSigns(l, signs)
}

// onSigns is a name in a language that has one, and otherwise in each of those
// of the signs, once.
func (t Text) onSigns(l Lang, signs []Lang) string {
	if slices.Contains(Langs[:], l) || len(signs) == 0 {
		return t.In(l.Nearest())
	}
	var all []string
	for _, sign := range signs {
		if name := t.In(sign); !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return strings.Join(all, " / ")
}

// AllMunicipalities are the 565 municipalities of today, by code.
func AllMunicipalities() []Municipality {
	g := gazette()
	all := make([]Municipality, len(g.all))
	for i := range g.all {
		all[i] = g.all[i].copy()
	}
	return all
}

// MunicipalityByNIS is the municipality of today that has this code; one that
// has gone up in another is found by [Successor] first.
func MunicipalityByNIS(n NIS) (Municipality, bool) {
	g := gazette()
	i, ok := g.byNIS[n]
	if !ok {
		return Municipality{}, false
	}
	return g.all[i].copy(), true
}

// MunicipalitiesByPostalCode are the municipalities in which places with this
// code lie, by code; none when nobody has it.
func MunicipalitiesByPostalCode(code PostalCode) []Municipality {
	var seen []NIS
	for _, p := range gazette().byCode[code] {
		if !slices.Contains(seen, p.NIS) {
			seen = append(seen, p.NIS)
		}
	}
	slices.Sort(seen)
	var found []Municipality
	for _, n := range seen {
		m, _ := MunicipalityByNIS(n)
		found = append(found, m)
	}
	return found
}

// PlacesByPostalCode are the places that have this code, by municipality and
// name.
func PlacesByPostalCode(code PostalCode) []Place { return slices.Clone(gazette().byCode[code]) }

// Successor is the code under which the territory of a municipality is known
// on a day: mergers and new numbers that took effect on or before that day are
// followed, from 2011 on. A code that has not gone up in another is its own
// successor; an unknown one has none.
func Successor(n NIS, on Date) (NIS, bool) {
	n, err := ParseNIS(string(n))
	if err != nil {
		return "", false
	}
	for next, ok := gazette().successors[n]; ok && next.since <= on; next, ok = gazette().successors[n] {
		n = next.nis
	}
	return n, true
}

// copy is the municipality with lists of its own, so that no caller changes
// the table.
func (m Municipality) copy() Municipality {
	m.Languages = slices.Clone(m.Languages)
	m.Facilities = slices.Clone(m.Facilities)
	m.PostalCodes = slices.Clone(m.PostalCodes)
	return m
}

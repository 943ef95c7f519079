package openreferral

import (
	"maps"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/hsds"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// taxonomy is one of the lists of terms that we add to the specification.
type taxonomy string

const (
	levers    taxonomy = "lever"    // the nine themes
	phases    taxonomy = "phase"    // the parts of a child's life
	access    taxonomy = "access"   // ways to get in
	rooms     taxonomy = "room"     // whether there is room
	details   taxonomy = "detail"   // holidays, days on which it is shut, no address
	languages taxonomy = "language" // of a text that is there in several
)

var taxonomies = [...]taxonomy{levers, phases, access, rooms, details, languages}

// Links say what a term tells of a record.
const (
	linkLever       = "lever"
	linkPhase       = "life_phase"
	linkAccess      = "accessibility"
	linkRoom        = "room"
	linkDetail      = "detail"
	linkTranslation = "translation_of_"
	linkLanguage    = "language_of_"
)

// Codes of details.
const (
	closedOn  = "closed_on"
	sheltered = "sheltered"
	ruleCode  = "recurrence"
	eligible  = "eligibility_rule"
	perCode   = "per" // what a price is for
)

// codes are the terms of a taxonomy in their order.
func (x taxonomy) codes() (all []string) {
	switch x {
	case levers:
		for n := 1; n <= 9; n++ {
			all = append(all, strconv.Itoa(n))
		}
	case phases:
		for _, p := range directory.Phases {
			all = append(all, string(p))
		}
	case access:
		for _, a := range [...]directory.Access{directory.StepFree, directory.Toilet, directory.Pram, directory.SignSpeak, directory.Loop} {
			all = append(all, string(a))
		}
	case rooms:
		for _, r := range [...]directory.RoomStatus{directory.RoomFree, directory.RoomFull, directory.RoomWaiting} {
			all = append(all, string(r))
		}
	case details:
		for _, h := range [...]directory.Holidays{directory.TermOnly, directory.HolidayOnly, directory.EveryDay} {
			all = append(all, string(h))
		}
		all = append(all, closedOn, sheltered, ruleCode, eligible, perCode)
	case languages:
		for _, l := range kernel.Langs {
			all = append(all, string(l))
		}
	}
	return all
}

// Taxonomies are the lists of terms.
func (t Teller) Taxonomies() (all []hsds.Taxonomy) {
	for _, x := range taxonomies {
		all = append(all, t.taxonomy(x))
	}
	return all
}

// Terms are the terms of all taxonomies, one list after the other.
func (t Teller) Terms() (all []hsds.TaxonomyTerm) {
	for _, x := range taxonomies {
		detail := t.taxonomy(x)
		for _, code := range x.codes() {
			term := t.term(x, code)
			term.TaxonomyDetail = &detail
			all = append(all, term)
		}
	}
	return all
}

func (t Teller) taxonomy(x taxonomy) hsds.Taxonomy {
	return hsds.Taxonomy{ID: x.id(), Name: t.Read.T("hsds.taxonomy." + string(x)), Description: t.Read.T("hsds.taxonomy." + string(x) + ".about"), Version: "1"}
}

func (t Teller) term(x taxonomy, code string) hsds.TaxonomyTerm {
	name := t.Read.T("hsds." + string(x) + "." + code)
	return hsds.TaxonomyTerm{ID: x.term(code), Code: code, Name: name, Description: name,
		Taxonomy: t.Read.T("hsds.taxonomy." + string(x)), TaxonomyID: x.id(), Language: string(t.Read.Lang())}
}

func (x taxonomy) id() string { return derived(string(x), "taxonomy", 0) }

func (x taxonomy) term(code string) string { return derived(x.id(), "term/"+code, 0) }

// termCodes are the codes of our terms by their identifiers.
var termCodes = func() map[string]string {
	all := map[string]string{}
	for _, x := range taxonomies {
		for _, code := range x.codes() {
			all[x.term(code)] = code
		}
	}
	return all
}()

// TermsOf are the identifiers of the terms that an open service has, and of
// their taxonomies: what a list of services can be asked for.
func TermsOf(r directory.PublicRecord) (terms, of []string) {
	add := func(x taxonomy, code string) {
		terms, of = append(terms, x.term(code)), append(of, x.id())
	}
	for _, l := range r.Service.Levers {
		add(levers, strconv.Itoa(int(l)))
	}
	for _, p := range r.Service.Phases {
		add(phases, string(p))
	}
	for _, a := range r.Service.Access {
		add(access, string(a))
	}
	if r.Service.Sheltered {
		add(details, sheltered)
	}
	slices.Sort(of)
	return terms, slices.Compact(of)
}

func sortedFields(told directory.PublicTellings) []string { return slices.Sorted(maps.Keys(told)) }

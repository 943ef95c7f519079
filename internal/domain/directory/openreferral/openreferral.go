// Package openreferral tells the directory in the words of the Human Services
// Data Specification, and reads what others tell in them: [Teller] makes
// records of what everybody may know, [Read] makes drafts of what came in.
//
// What the specification has no word for goes along as attributes with terms
// of taxonomies of our own (for which part of life, which of the nine themes,
// what happens in the holidays, a text in another language), so that a
// directory that is told and read again is the same directory.
//
// It owns no table. What it tells comes through the gate of the directory and
// nowhere else: it takes the public types alone.
package openreferral

import (
	"strconv"

	"github.com/google/uuid"

	"github.com/bondgenoot/bondgenoot/hsds"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
)

// namespace is where the identifiers of records come from that have none in
// the directory: they follow from what they belong to, so that they stay the
// same as long as it does.
var namespace = uuid.MustParse("6a2f4f2e-7d0b-5c1e-9a53-0f4e8d1c7b60")

// derived is the identifier of the nth thing of a kind that belongs to
// another.
func derived(of string, kind string, n int) string {
	return uuid.NewSHA1(namespace, []byte(of+"/"+kind+"/"+strconv.Itoa(n))).String()
}

// Teller tells the directory in one language, at one moment.
type Teller struct {
	Read i18n.Reader    // of the language; where a text is not in it, another is taken and named
	Now  kernel.Instant // what was said of room longer ago than it counts is not told
}

// texts collects the attributes of one record.
type texts struct {
	Teller
	of   string // the record
	attr []hsds.Attribute
}

// add gives the record an attribute: a term of one of our taxonomies.
func (t *texts) add(link, code, value string, taxonomy taxonomy) {
	term := t.term(taxonomy, code)
	t.attr = append(t.attr, hsds.Attribute{
		ID: derived(t.of, "attribute/"+link, len(t.attr)), LinkType: link, Value: value, TaxonomyTerm: &term,
	})
}

// say is a text in the language of the teller, or in the first one in which it
// is written; the others go along as attributes named after the field.
func (t *texts) say(field string, s kernel.Text) string {
	main := t.language(s)
	for _, lang := range kernel.Langs {
		if in := s.In(lang); in != "" && lang != main {
			t.add(linkTranslation+field, string(lang), in, languages)
		}
	}
	if main != t.Read.Lang() && main != "" {
		t.add(linkLanguage+field, string(main), "", languages)
	}
	return s.In(main)
}

// language is the one in which a text is told.
func (t Teller) language(s kernel.Text) kernel.Lang {
	if s.In(t.Read.Lang()) != "" {
		return t.Read.Lang()
	}
	for _, lang := range kernel.Langs {
		if s.In(lang) != "" {
			return lang
		}
	}
	return ""
}

// Organization is an organisation with its telephones, its number and the
// places at which its open services are given.
func (t Teller) Organization(o directory.PublicOrganisation, places []directory.PublicLocation) hsds.Organization {
	x := &texts{Teller: t, of: string(o.ID)}
	out := hsds.Organization{
		ID: string(o.ID), Name: o.Name, AlternateName: o.Also, Description: x.say("description", o.About),
		Email: string(o.Mail), Website: o.Website,
		Phones: t.phones(string(o.ID), o.Numbers), Metadata: metadata(string(o.ID), o.Told),
	}
	if o.KBO != "" {
		out.OrganizationIdentifiers = []hsds.OrganizationIdentifier{{
			ID: derived(out.ID, "kbo", 0), IdentifierScheme: schemeKBO, IdentifierType: "KBO/BCE", Identifier: string(o.KBO),
		}}
	}
	for _, l := range places {
		out.Locations = append(out.Locations, t.Location(l))
	}
	out.Attributes = x.attr
	return out
}

// schemeKBO is how org-id.guide names the register of enterprises.
const schemeKBO = "BE-BCE_KBO"

func (t Teller) phones(of string, numbers []directory.PublicPhone) (out []hsds.Phone) {
	for i, n := range numbers {
		out = append(out, hsds.Phone{ID: derived(of, "phone", i), Number: string(n.Number), Type: "voice", Description: n.For})
	}
	return out
}

// metadata says of fields where they come from and who last said that they are
// right. What stood there before is not told.
func metadata(of string, told directory.PublicTellings) (out []hsds.Metadata) {
	for _, field := range sortedFields(told) {
		p := told[field]
		m := hsds.Metadata{ID: derived(of, "metadata/"+field, 0), FieldName: field, UpdatedBy: p.Source,
			LastActionDate: string(p.Retrieved), LastActionType: actionRetrieved, ReplacementValue: p.SourceID}
		if p.Verified != "" && p.Verified >= p.Retrieved {
			m.LastActionDate, m.LastActionType = string(p.Verified), actionVerified
		}
		if m.LastActionDate != "" {
			out = append(out, m)
		}
	}
	return out
}

// What was last done to a field.
const (
	actionRetrieved = "retrieved" // read at its source
	actionVerified  = "verified"  // somebody said that it is right
)

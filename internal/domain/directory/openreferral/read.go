package openreferral

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/hsds"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Draft is a service as somebody else tells it, with its organisation and its
// places, in the types of the directory. Identifiers in it are those of the
// source: who takes it in gives its own, and keeps these as
// [directory.Told.SourceID]. Nothing in it is published by itself: it is a
// draft until somebody opens it.
type Draft struct {
	Organisation directory.Organisation
	Service      directory.Service
	Locations    []directory.Location // of Service.At, by their identifiers at the source
}

// Read makes drafts of a service of the specification. Texts of which nobody
// says otherwise are in lang. What the directory cannot take, such as a
// telephone number that cannot exist, is left out and told as a problem of the
// field that held it; what the directory has no place for is left out as well.
// A service that is not active any more is [directory.Stopped].
func Read(s hsds.Service, lang kernel.Lang) (Draft, hsds.Problems) {
	r := &reading{lang: lang}
	d := Draft{Service: r.service(s)}
	if s.Organization != nil {
		d.Organisation = r.organisation(*s.Organization)
		d.Service.Organisation = d.Organisation.ID
	}
	for _, at := range s.ServiceAtLocations {
		if at.Location == nil || at.Location.LocationType != "physical" {
			continue
		}
		l := r.location(*at.Location)
		place := directory.Place{Location: l.ID, Numbers: r.numbers("service_at_location", at.ID, at.Phones), Room: noRoom()}
		for _, h := range at.Schedules {
			place.Hours = append(place.Hours, r.hours(h))
		}
		d.Service.At = append(d.Service.At, place)
		if !slices.ContainsFunc(d.Locations, func(known directory.Location) bool { return known.ID == l.ID }) {
			d.Locations = append(d.Locations, l)
		}
	}
	return d, r.found
}

func noRoom() directory.Room { return directory.Room{Free: -1, Waiting: -1} }

// reading is the work of reading one service.
type reading struct {
	lang  kernel.Lang
	found hsds.Problems
}

func (r *reading) refuse(record, id, field string) {
	r.found = append(r.found, hsds.Problem{Record: record, ID: id, Field: field, Reason: hsds.Malformed})
}

// in is a text of which nobody says in which language it is.
func (r *reading) in(s string) kernel.Text { return put(kernel.Text{}, r.lang, s) }

func put(t kernel.Text, lang kernel.Lang, s string) kernel.Text {
	switch lang {
	case kernel.FR:
		t.FR = s
	case kernel.DE:
		t.DE = s
	case kernel.EN:
		t.EN = s
	default:
		t.NL = s
	}
	return t
}

// text is a text with what the attributes say of its languages.
func (r *reading) text(field, s string, attributes []hsds.Attribute) kernel.Text {
	lang := r.lang
	for _, a := range attributes {
		if a.LinkType == linkLanguage+field {
			lang = kernel.Lang(codeOf(a))
		}
	}
	out := put(kernel.Text{}, lang, s)
	for _, a := range attributes {
		if a.LinkType == linkTranslation+field {
			out = put(out, kernel.Lang(codeOf(a)), a.Value)
		}
	}
	return out
}

// codeOf is the code of the term of ours that an attribute names; "" for the
// terms of others.
func codeOf(a hsds.Attribute) string {
	id := a.TaxonomyTermID
	if a.TaxonomyTerm != nil {
		id = a.TaxonomyTerm.ID
	}
	return termCodes[id]
}

func (r *reading) service(s hsds.Service) directory.Service {
	v := directory.Service{
		ID: kernel.ID(s.ID), Organisation: kernel.ID(s.OrganizationID), State: directory.Draft, Room: noRoom(),
		Name: r.text("name", s.Name, s.Attributes), About: r.text("description", s.Description, s.Attributes),
		How: r.text("application_process", s.ApplicationProcess, s.Attributes), Website: r.website("service", s.ID, "url", s.URL),
		Mail: r.mail("service", s.ID, s.Email), Numbers: r.numbers("service", s.ID, s.Phones),
		Costs: r.costs(s), Areas: r.areas(s.ServiceAreas),
		For: directory.Audience{From: r.months(s, "minimum_age", s.MinimumAge), To: r.months(s, "maximum_age", s.MaximumAge),
			Words: r.text("eligibility_description", s.EligibilityDescription, s.Attributes)},
	}
	if s.Status == "inactive" || s.Status == "defunct" {
		v.State = directory.Stopped
	}
	for _, word := range strings.Split(s.AlternateName, ",") {
		if word = strings.TrimSpace(word); word != "" {
			v.Words = append(v.Words, word)
		}
	}
	for _, h := range s.Schedules {
		v.Hours = append(v.Hours, r.hours(h))
	}
	for _, l := range s.Languages {
		if l.Code != "" {
			first, rest, _ := strings.Cut(l.Code, "-")
			v.Languages = append(v.Languages, strings.TrimSuffix(strings.ToLower(first)+"-"+rest, "-"))
		}
	}
	for _, a := range s.Attributes {
		switch code := codeOf(a); a.LinkType {
		case linkLever:
			if n, err := strconv.Atoi(code); err == nil {
				v.Levers = append(v.Levers, directory.Lever(n))
			}
		case linkPhase:
			v.Phases = append(v.Phases, directory.Phase(code))
		case linkAccess:
			v.Access = append(v.Access, directory.Access(code))
		case linkDetail:
			v.Sheltered = v.Sheltered || code == sheltered
			if code == eligible {
				v.For.Rule = a.Value
			}
		}
	}
	return v
}

func (r *reading) organisation(o hsds.Organization) directory.Organisation {
	out := directory.Organisation{
		ID: kernel.ID(o.ID), Name: o.Name, Also: o.AlternateName, About: r.text("description", o.Description, o.Attributes),
		Website: r.website("organization", o.ID, "website", o.Website), Mail: r.mail("organization", o.ID, o.Email),
		Numbers: r.numbers("organization", o.ID, o.Phones),
	}
	for _, n := range o.OrganizationIdentifiers {
		if n.IdentifierScheme != schemeKBO && !strings.Contains(strings.ToUpper(n.IdentifierType), "KBO") && !strings.Contains(strings.ToUpper(n.IdentifierType), "BCE") {
			continue
		}
		kbo, err := kernel.ParseKBO(n.Identifier)
		if err != nil {
			r.refuse("organization_identifier", n.ID, "identifier")
		}
		out.KBO = kbo
	}
	return out
}

func (r *reading) location(l hsds.Location) directory.Location {
	out := directory.Location{
		ID: kernel.ID(l.ID), Organisation: kernel.ID(l.OrganizationID), Name: l.Name, Lat: string(l.Latitude), Lon: string(l.Longitude),
		Travel: r.text("transportation", l.Transportation, l.Attributes),
	}
	for _, h := range l.Schedules {
		out.Hours = append(out.Hours, r.hours(h))
	}
	for _, a := range l.Accessibility {
		if way := directory.Access(a.Details); slices.Contains(access.codes(), string(way)) {
			out.Access = append(out.Access, way)
		}
	}
	at := slices.IndexFunc(l.Addresses, func(a hsds.Address) bool { return a.AddressType == "physical" })
	if at < 0 {
		return out
	}
	a := l.Addresses[at]
	if a.Country != "" && a.Country != "BE" {
		r.refuse("address", a.ID, "country")
		return out
	}
	out.Street, out.City = a.Address1, a.City
	if a.PostalCode != "" {
		code, err := kernel.ParsePostalCode(a.PostalCode)
		if err != nil {
			r.refuse("address", a.ID, "postal_code")
		}
		out.Postal = string(code)
		if of := kernel.MunicipalitiesByPostalCode(code); len(of) == 1 {
			out.Municipality = of[0].NIS
		}
	}
	if out.Municipality == "" {
		out.Municipality = named(a.Address2, a.City)
	}
	return out
}

// named is the municipality that has one of these names, if only one has.
func named(names ...string) kernel.NIS {
	for _, name := range names {
		if name == "" {
			continue
		}
		var found []kernel.NIS
		for _, m := range kernel.SearchMunicipalities(name) {
			for _, lang := range kernel.Langs {
				if kernel.Fold(m.Name.In(lang)) == kernel.Fold(name) && !slices.Contains(found, m.NIS) {
					found = append(found, m.NIS)
				}
			}
		}
		if len(found) == 1 {
			return found[0]
		}
	}
	return ""
}

func (r *reading) numbers(record, id string, all []hsds.Phone) (out []directory.Phone) {
	for _, p := range all {
		number, err := kernel.AcceptPhone(p.Number, true)
		if err != nil || p.Extension != "" {
			r.refuse("phone", p.ID, "number")
			continue
		}
		out = append(out, directory.Phone{Number: number, For: p.Description})
	}
	return out
}

func (r *reading) mail(record, id, s string) kernel.Email {
	if s == "" {
		return ""
	}
	mail, err := kernel.ParseEmail(s)
	if err != nil {
		r.refuse(record, id, "email")
	}
	return mail
}

func (r *reading) website(record, id, field, s string) string {
	if s != "" && !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
		r.refuse(record, id, field)
		return ""
	}
	return s
}

// areas are the municipalities that areas name by code or by name. What is no
// municipality of Belgium is told.
func (r *reading) areas(all []hsds.ServiceArea) (out []kernel.NIS) {
	for _, a := range all {
		nis, err := kernel.ParseNIS(strings.TrimPrefix(a.Extent, nisPrefix))
		if err != nil {
			if nis = named(a.Name); nis == "" {
				r.refuse("service_area", a.ID, "extent")
				continue
			}
		}
		out = append(out, nis)
	}
	return out
}

// months is an age in years, in months: the nearest.
func (r *reading) months(s hsds.Service, field string, age hsds.Number) int {
	if age == "" {
		return 0
	}
	whole, part, _ := strings.Cut(string(age), ".")
	years, err := strconv.Atoi(whole)
	thousandths, err2 := strconv.Atoi((part + "000")[:3])
	if err != nil || err2 != nil || years < 0 || years > 150 {
		r.refuse("service", s.ID, field)
		return 0
	}
	return years*12 + (thousandths*12+500)/1000
}

func (r *reading) costs(s hsds.Service) (out []directory.Cost) {
	for _, o := range s.CostOptions {
		c := directory.Cost{Words: r.text("option", o.Option, o.Attributes)}
		if o.Amount != "" {
			cents, err := kernel.ParseCents(string(o.Amount))
			if err != nil || o.Currency != "" && !strings.EqualFold(o.Currency, "EUR") {
				r.refuse("cost_option", o.ID, "amount")
				continue
			}
			c.Amount = cents
		}
		ours := false
		for _, a := range o.Attributes {
			if codeOf(a) == perCode {
				c.Per, ours = a.Value, true
			}
		}
		if !ours && c.Words == (kernel.Text{}) {
			c.Words = r.in(o.AmountDescription)
		}
		c.Free = o.Amount != "" && c.Amount == 0 && c.Per == ""
		out = append(out, c)
	}
	if len(out) == 0 && s.FeesDescription != "" {
		out = append(out, directory.Cost{Words: r.in(s.FeesDescription)})
	}
	return out
}

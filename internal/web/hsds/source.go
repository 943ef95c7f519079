package hsds

import (
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/hsds"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/openreferral"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// source is a list, narrowed to what is asked for.
type source interface {
	n() int
	// page writes the page that is asked for.
	page(b []byte, in request) []byte
	// whole writes the ith record with all that is nested in it.
	whole(b []byte, i int, in request) []byte
	// record writes the record that is asked for; false where it is not there.
	record(b []byte, in request) ([]byte, bool)
}

// sourced is a list of records, made of the indexes of what fits.
type sourced[T hsds.Record] struct {
	fits []int
	find func(id string) (int, bool)
	full func(i int) T
	// brief is what a page shows; nil shows the same as full, without lists.
	minimal func(b []byte, i int) []byte
}

func (s *sourced[T]) n() int { return len(s.fits) }

func (s *sourced[T]) page(b []byte, in request) []byte {
	per := in.ask.perPage
	if per == 0 {
		per = max(1, len(s.fits))
	}
	head := hsds.PageOf(len(s.fits), in.ask.page, per)
	b = head.AppendOpen(b)
	from := head.From(per)
	for n, i := range s.fits[from : from+head.Size] {
		if n > 0 {
			b = append(b, ',')
		}
		switch {
		case in.ask.minimal && s.minimal != nil:
			b = s.minimal(b, i)
		case in.ask.full:
			b = s.append(b, i, in.version)
		default:
			record := s.full(i)
			b = hsds.AppendBrief(b, &record, in.version)
		}
	}
	return append(b, "]}"...)
}

func (s *sourced[T]) append(b []byte, i int, v hsds.Version) []byte {
	record := s.full(i)
	return hsds.Append(b, &record, v)
}

func (s *sourced[T]) whole(b []byte, i int, in request) []byte {
	return s.append(b, s.fits[i], in.version)
}

func (s *sourced[T]) record(b []byte, in request) ([]byte, bool) {
	i, ok := s.find(in.id)
	if !ok {
		return b, false
	}
	return s.append(b, i, in.version), true
}

// source is the list that is asked for, and the language in which it is told.
func (in request) source(f *Feed) (source, kernel.Lang) {
	tell, lang := f.teller(in)
	s := in.shelf
	switch in.list {
	case "services":
		return &sourced[hsds.Service]{
			fits: in.ask.services(s), find: at(s.byID),
			full: func(i int) hsds.Service { return tell.Service(s.services[i].PublicRecord) },
			minimal: func(b []byte, i int) []byte {
				return append(append(append(append(append(b, `{"id":"`...), s.services[i].Service.ID...), `","last_modified":"`...), s.services[i].modified...), `"}`...)
			},
		}, lang
	case "service_at_locations":
		return &sourced[hsds.ServiceAtLocation]{
			fits: in.ask.places(s), find: at(s.placeAt),
			full: func(i int) hsds.ServiceAtLocation {
				p := s.places[i]
				return tell.ServiceAtLocation(s.services[p.of].PublicRecord, s.services[p.of].Places[p.at])
			},
		}, lang
	case "organizations":
		return &sourced[hsds.Organization]{
			fits: in.ask.organizations(s), find: at(s.orgAt),
			full: func(i int) hsds.Organization { return in.organization(tell, s.orgs[i]) },
		}, lang
	case "locations":
		return &sourced[hsds.Location]{
			fits: in.ask.sites(s), find: at(s.siteAt),
			full: func(i int) hsds.Location { return tell.Location(s.sites[i]) },
		}, lang
	case "taxonomies":
		all := tell.Taxonomies()
		return listed(all, func(t hsds.Taxonomy) bool { return in.ask.says(t.Name + " " + t.Description) },
			func(t hsds.Taxonomy) string { return t.ID }), lang
	}
	all := tell.Terms()
	return listed(all, func(t hsds.TaxonomyTerm) bool {
		return in.ask.says(t.Name+" "+t.Code) && (in.ask.taxonomy == "" || in.ask.taxonomy == t.TaxonomyID) &&
			(in.ask.parent == "" || in.ask.parent == t.ParentID)
	}, func(t hsds.TaxonomyTerm) string { return t.ID }), lang
}

func at(index map[string]int) func(string) (int, bool) {
	return func(id string) (int, bool) {
		i, ok := index[id]
		return i, ok
	}
}

// listed is a short list that is made anew each time.
func listed[T hsds.Record](all []T, fits func(T) bool, id func(T) string) *sourced[T] {
	s := &sourced[T]{full: func(i int) T { return all[i] }, find: func(sought string) (int, bool) {
		i := slices.IndexFunc(all, func(t T) bool { return id(t) == sought })
		return i, i >= 0
	}}
	for i, t := range all {
		if fits(t) {
			s.fits = append(s.fits, i)
		}
	}
	return s
}

// organization is an organisation with its services: what they are called, or
// all of them where that is asked for.
func (in request) organization(tell openreferral.Teller, o orgEntry) hsds.Organization {
	out := tell.Organization(o.PublicOrganisation, in.shelf.sitesOf(o))
	for _, i := range o.services {
		v := tell.Service(in.shelf.services[i].PublicRecord)
		v.Organization = nil
		if !in.ask.fullService {
			v = hsds.Service{ID: v.ID, Name: v.Name, Status: v.Status}
		}
		out.Services = append(out.Services, v)
	}
	return out
}

// says tells whether a text holds every word that is searched for.
func (a ask) says(text string) bool { return a.found(kernel.Fold(text)) }

func (a ask) found(folded string) bool {
	for _, word := range a.search {
		if !strings.Contains(folded, word) {
			return false
		}
	}
	return true
}

// takes tells whether a service fits all that is asked for.
func (a ask) takes(e *entry) bool {
	return a.found(e.words) && (a.organization == "" || a.organization == string(e.Organisation.ID)) && e.modified >= a.after &&
		holdsAll(e.terms, a.terms) && holdsAll(e.taxonomies, a.taxonomies)
}

func holdsAll(has, asked []string) bool {
	for _, id := range asked {
		if !slices.Contains(has, id) {
			return false
		}
	}
	return true
}

func (a ask) services(s *shelf) (fits []int) {
	for i := range s.services {
		if e := &s.services[i]; a.takes(e) && a.reaches(e) {
			fits = append(fits, i)
		}
	}
	return fits
}

func (a ask) places(s *shelf) (fits []int) {
	for i, p := range s.places {
		e := &s.services[p.of]
		if a.takes(e) && a.serves(e) && a.near(e.Places[p.at].PublicLocation) {
			fits = append(fits, i)
		}
	}
	return fits
}

func (a ask) organizations(s *shelf) (fits []int) {
	for i, o := range s.orgs {
		has := len(a.terms)+len(a.taxonomies) == 0 || slices.ContainsFunc(o.services, func(j int) bool {
			e := &s.services[j]
			return holdsAll(e.terms, a.terms) && holdsAll(e.taxonomies, a.taxonomies)
		})
		if has && a.found(o.words) {
			fits = append(fits, i)
		}
	}
	return fits
}

func (a ask) sites(s *shelf) (fits []int) {
	for i, l := range s.sites {
		if a.says(strings.Join([]string{l.Name, l.Street, l.Postal, l.City}, " ")) && (a.organization == "" || a.organization == string(l.Organisation)) &&
			(a.postcode == "" || a.within > 0 || l.Postal == string(a.postcode)) && a.near(l) {
			fits = append(fits, i)
		}
	}
	return fits
}

// serves tells whether somebody who lives at the postcode may come.
func (a ask) serves(e *entry) bool {
	if a.postcode == "" || len(e.Service.Areas) == 0 {
		return true
	}
	for _, m := range kernel.MunicipalitiesByPostalCode(a.postcode) {
		if slices.Contains(e.Service.Areas, m.NIS) {
			return true
		}
	}
	return false
}

// reaches tells whether somebody who lives at the postcode may come, and, when
// that is asked for, whether one of the places is near enough.
func (a ask) reaches(e *entry) bool {
	return a.serves(e) && (a.within == 0 || slices.ContainsFunc(e.Places, func(p directory.PublicPlace) bool { return a.near(p.PublicLocation) }))
}

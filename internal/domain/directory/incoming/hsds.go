package incoming

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"

	"github.com/bondgenoot/bondgenoot/hsds"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/openreferral"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// readHSDS reads records of the specification: services, or organisations with
// their places and services.
func readHSDS(text []byte, how Reading) (File, error) {
	f := File{Form: HSDS}
	n := 0
	if ofOrganisations(text) {
		for o, err := range hsds.Read[hsds.Organization](bytes.NewReader(text)) {
			problems, torn := problemsOf(err)
			if torn != nil {
				return cut(f, n+1)
			}
			n++
			f.organisation(n, o, problems, how)
		}
		return f, nil
	}
	for v, err := range hsds.Read[hsds.Service](bytes.NewReader(text)) {
		problems, torn := problemsOf(err)
		if torn != nil {
			return cut(f, n+1)
		}
		n++
		f.service(n, v, problems, how)
	}
	return f, nil
}

// cut is what was read of a file that cannot be read to its end: nothing, when
// it breaks before anything was read.
func cut(f File, line int) (File, error) {
	if len(f.Items)+len(f.Refused) == 0 {
		return File{}, kernel.NewInvalid("incoming.form")
	}
	f.Refused = append(f.Refused, directory.Refused{Line: line, Why: kernel.NewInvalid("incoming.torn")})
	return f, nil
}

// ofOrganisations tells whether the first record is an organisation: it has none
// of what every service has.
func ofOrganisations(text []byte) bool {
	for v, err := range hsds.Read[hsds.Service](bytes.NewReader(text)) {
		if _, torn := problemsOf(err); torn != nil {
			return false
		}
		return v.Status == "" && v.OrganizationID == "" && v.Organization == nil && v.Also != nil
	}
	return false
}

func problemsOf(err error) (hsds.Problems, error) {
	var problems hsds.Problems
	if err == nil || errors.As(err, &problems) {
		return problems, nil
	}
	return nil, err
}

// readPackage reads a package of tables.
func readPackage(files fs.FS, how Reading) (File, error) {
	f := File{Form: Tables}
	tables, err := hsds.ReadTables(files)
	problems, torn := problemsOf(err)
	if torn != nil {
		return File{}, kernel.NewInvalid("list.broken")
	}
	d, loose := tables.Nest()
	for _, p := range append(problems, loose...).Serious() {
		f.Notes = append(f.Notes, Note{Line: p.Line, Record: p.Record, Field: p.Field, Reason: string(p.Reason)})
	}
	byID := map[string]*hsds.Organization{}
	for i := range d.Organizations {
		byID[d.Organizations[i].ID] = &d.Organizations[i]
	}
	served := map[string]bool{}
	for i, v := range d.Services {
		if v.Organization == nil {
			v.Organization = byID[v.OrganizationID]
		}
		f.service(i+1, v, nil, how)
	}
	for _, x := range f.Items {
		served[x.OrganisationID] = true
	}
	for _, o := range d.Organizations {
		if !served[o.ID] {
			f.organisation(len(f.Items)+1, o, nil, how)
		}
	}
	return f, nil
}

// service reads one service with its organisation and its places.
func (f *File) service(line int, v hsds.Service, problems hsds.Problems, how Reading) {
	draft, left := openreferral.Read(v, how.Lang)
	x := directory.Item{Line: line, OrganisationID: string(draft.Organisation.ID), Organisation: draft.Organisation, ServiceID: v.ID, Service: draft.Service}
	if x.OrganisationID == "" {
		x.OrganisationID = v.OrganizationID
	}
	f.note(line, v.Name, append(problems.Serious(), left...))
	for _, l := range draft.Locations {
		place := directory.ItemPlace{SourceID: string(l.ID), Location: l}
		for _, p := range draft.Service.At {
			if p.Location == l.ID {
				place.Hours, place.Numbers = p.Hours, p.Numbers
			}
		}
		x.Places = append(x.Places, place)
	}
	f.put(x, how)
}

// organisation reads one organisation: with each of its services, or alone with
// its places.
func (f *File) organisation(line int, o hsds.Organization, problems hsds.Problems, how Reading) {
	services := o.Services
	o.Services = nil
	if len(services) > 0 {
		for i, v := range services {
			if v.Organization == nil {
				v.Organization = &o
			}
			if i > 0 {
				problems = nil // told of once
			}
			f.service(line, v, problems, how)
		}
		return
	}
	carrier := hsds.Service{Name: o.Name, Organization: &o}
	for i := range o.Locations {
		carrier.ServiceAtLocations = append(carrier.ServiceAtLocations, hsds.ServiceAtLocation{Location: &o.Locations[i]})
	}
	draft, left := openreferral.Read(carrier, how.Lang)
	x := directory.Item{Line: line, OrganisationID: o.ID, Organisation: draft.Organisation}
	for _, l := range draft.Locations {
		x.Places = append(x.Places, directory.ItemPlace{SourceID: string(l.ID), Location: l})
	}
	f.note(line, o.Name, append(problems.Serious(), left...))
	f.put(x, how)
}

// put keeps an item, or refuses it where nobody could know it again.
func (f *File) put(x directory.Item, how Reading) {
	if x.Organisation.Name == "" && how.Organisation != "" {
		x.Organisation.Name = how.Organisation
		if x.OrganisationID == "" {
			x.OrganisationID = "name:" + kernel.Fold(how.Organisation)
		}
	}
	if x.ServiceID == "" && x.OrganisationID == "" {
		f.Refused = append(f.Refused, directory.Refused{Line: x.Line, Name: x.Organisation.Name, Why: kernel.NewInvalid("incoming.nameless").At("id")})
		return
	}
	if x.Organisation.Name == "" {
		f.Refused = append(f.Refused, directory.Refused{Line: x.Line, Name: firstOf(x.Service.Name), Why: kernel.NewInvalid("incoming.nobody").At("organisation")})
		return
	}
	if x.OrganisationID == "" {
		x.OrganisationID = "name:" + kernel.Fold(x.Organisation.Name)
	}
	if x.Places = slim(x.Places); len(x.OrganisationID)+len(x.ServiceID) > maxID || strings.ContainsRune(x.OrganisationID+x.ServiceID, 0) {
		f.Refused = append(f.Refused, directory.Refused{Line: x.Line, Name: x.Organisation.Name, Why: kernel.NewInvalid("incoming.nameless").At("id")})
		return
	}
	f.Items = append(f.Items, x)
}

// maxID is how long the name may be under which a source knows something.
const maxID = 600

// slim leaves out places that say nothing at all, or that nobody could know
// again.
func slim(all []directory.ItemPlace) (kept []directory.ItemPlace) {
	for _, p := range all {
		l := p.Location
		if l.Name == "" && l.Street == "" || len(p.SourceID) > maxID || strings.ContainsRune(p.SourceID, 0) {
			continue
		}
		if p.SourceID == "" {
			p.SourceID = kernel.Fold(l.Name + "/" + l.Street + "/" + l.Postal)
		}
		kept = append(kept, p)
	}
	return kept
}

func (f *File) note(line int, name string, problems hsds.Problems) {
	for _, p := range problems {
		if len(f.Notes) < maxNotes {
			f.Notes = append(f.Notes, Note{Line: line, Name: name, Record: p.Record, Field: p.Field, Reason: string(p.Reason)})
		}
	}
}

func firstOf(t kernel.Text) string {
	for _, lang := range kernel.Langs {
		if s := t.In(lang); s != "" {
			return s
		}
	}
	return ""
}

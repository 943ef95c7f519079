package app

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// knownHelp is what the house knows of help from elsewhere than the directory,
// which stands below the modules that it comes from: authorities from their
// register, partners from the network, programmes that are on, and what the
// library tells of programmes that work in a municipality.
type knownHelp struct {
	desk        *directory.Desk
	members     *members.Service
	programmes  *programmes.Service
	library     *programmes.Library
	authorities directory.Authorities
}

// The names under which these sources stand in the directory.
const (
	fromNetwork = "network"
	fromLibrary = "library"
)

// Of is what is known of the municipalities of the actor's alliance.
func (k knownHelp) Of(ctx context.Context) ([]directory.Take, error) {
	here, err := k.here(ctx)
	if err != nil {
		return nil, err
	}
	partners, err := k.partners(ctx)
	if err != nil {
		return nil, err
	}
	register, names := directory.Take{Source: directory.ByRegister}, directory.Take{Source: directory.ByGazetteer}
	for _, nis := range here {
		told, named := k.authorities.Of(nis)
		register.Items, names.Items = append(register.Items, welfareOf(told, nis, partners)...), append(names.Items, welfareOf(named, nis, partners)...)
	}
	takes := []directory.Take{register, names, network(partners)}
	running, err := k.running(ctx)
	if err != nil {
		return nil, err
	}
	byOrg := map[kernel.ID]members.Organisation{}
	for _, o := range partners {
		byOrg[o.ID] = o
	}
	own := directory.Take{Source: directory.ByProgramme, State: directory.Open}
	for _, p := range running {
		if item, ok := programmeItem(p, byOrg[lead(p)]); ok {
			own.Items = append(own.Items, item)
		}
	}
	return append(takes, own, k.templates(here, running)), nil
}

// here are the municipalities of the actor's alliance.
func (k knownHelp) here(ctx context.Context) ([]kernel.NIS, error) {
	all, err := k.members.Alliances(ctx)
	for _, al := range all {
		if al.ID == act.ActorOf(ctx).Alliance {
			return al.Municipalities, nil
		}
	}
	return nil, err
}

func (k knownHelp) partners(ctx context.Context) (all []members.Organisation, err error) {
	for q := (members.Query{Limit: 100}); ; {
		page, err := k.members.Organisations(ctx, q)
		if err != nil {
			return nil, err
		}
		if all = append(all, page.Rows...); page.Next == "" {
			return all, nil
		}
		q.After = page.Next
	}
}

func (k knownHelp) running(ctx context.Context) (all []programmes.Programme, err error) {
	for q := (programmes.Query{States: []programmes.State{programmes.On}, Limit: 100}); ; {
		page, err := k.programmes.List(ctx, q)
		if err != nil {
			return nil, err
		}
		if all = append(all, page.Rows...); page.Next == "" {
			return all, nil
		}
		q.After = page.Next
	}
}

// welfareOf says which partner the authorities of a municipality are.
func welfareOf(items []directory.Item, nis kernel.NIS, partners []members.Organisation) []directory.Item {
	for i := range items {
		kind := members.Municipality
		if items[i].ServiceID != "" {
			kind = members.OCMW
		}
		at := slices.IndexFunc(partners, func(o members.Organisation) bool {
			return o.Kind == kind && o.Municipality == nis && o.PartOf == ""
		})
		if at >= 0 {
			items[i].Organisation.Member = partners[at].ID
		}
	}
	return items
}

// network are the partners as organisations of the directory: by name, number
// and website, which are no secret. Their telephones are for partners.
func network(partners []members.Organisation) directory.Take {
	t := directory.Take{Source: fromNetwork}
	for _, o := range partners {
		if o.PartOf == "" && o.Kind != members.Police {
			t.Items = append(t.Items, partnerItem(o))
		}
	}
	return t
}

func partnerItem(o members.Organisation) directory.Item {
	return directory.Item{OrganisationID: string(o.ID), Organisation: directory.Organisation{Name: o.Name, KBO: o.KBO, Website: o.Website, Member: o.ID}}
}

func lead(p programmes.Programme) kernel.ID {
	for _, q := range p.Partners {
		if q.Part == programmes.Lead {
			return q.Org
		}
	}
	return ""
}

// programmeItem is a programme of the alliance as a service of its lead.
func programmeItem(p programmes.Programme, by members.Organisation) (directory.Item, bool) {
	if by.ID == "" || p.Of() == nil {
		return directory.Item{}, false
	}
	item := partnerItem(by)
	item.ServiceID = string(p.ID)
	v := directory.Service{Programme: p.ID, State: directory.Open, Name: p.Name(), About: p.Summary(), How: p.How(), Areas: slices.Clone(p.Municipalities)}
	for _, l := range p.Levers() {
		v.Levers = append(v.Levers, directory.Lever(l))
	}
	for _, o := range p.Offers() {
		if cents, set := p.Cents(o.Price); o.Price != "" && set {
			v.Costs = append(v.Costs, directory.Cost{Free: cents == 0, Amount: cents, Words: o.Names})
		}
	}
	item.Service = v
	return item, true
}

// templates are the organisations that the library names for programmes of
// these municipalities, and what they offer, as drafts: the library tells how
// it was, and somebody who is there says whether it still is.
func (k knownHelp) templates(here []kernel.NIS, running []programmes.Programme) directory.Take {
	t := directory.Take{Source: fromLibrary}
	for _, x := range k.library.All() {
		if x.Ended != "" || !slices.ContainsFunc(x.Where, func(n kernel.NIS) bool { return slices.Contains(here, n) }) {
			continue
		}
		carried := slices.ContainsFunc(running, func(p programmes.Programme) bool { return p.Template == x.ID })
		for _, seat := range x.Partners {
			if seat.Name == "" || seat.Part == programmes.Funder {
				continue
			}
			item := directory.Item{OrganisationID: kernel.Fold(seat.Name), Organisation: directory.Organisation{Name: seat.Name}}
			if seat.Part == programmes.Lead && !carried {
				item.ServiceID = x.ID
				item.Service = directory.Service{State: directory.Draft, Name: x.Names, About: x.Summary, How: x.Apply.How, Areas: slices.Clone(x.Where)}
				for _, l := range x.Levers {
					item.Service.Levers = append(item.Service.Levers, directory.Lever(l))
				}
			}
			t.Items = append(t.Items, item)
		}
	}
	return t
}

// ProgrammeChanged keeps the service of a programme in step with it: open while
// it is on, over when it has ended.
func (k knownHelp) ProgrammeChanged(ctx context.Context, a *act.Act, e programmes.Changed) error {
	p, err := k.programmes.ProgrammeIn(ctx, a, e.Programme)
	if kernel.CodeOf(err) == kernel.NotFound {
		return nil // a right that the alliance wrote itself: it is no service
	}
	if err != nil {
		return err
	}
	state := map[programmes.State]directory.State{programmes.On: directory.Open, programmes.Ended: directory.Stopped}[p.State]
	if state == "" {
		state = directory.Draft
	}
	if state != directory.Open {
		known, err := k.desk.Carried(ctx, a, p.ID)
		if err != nil || !known {
			return err
		}
	}
	by, err := k.members.OrganisationIn(ctx, a, lead(p))
	if kernel.CodeOf(err) == kernel.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	item, ok := programmeItem(p, by)
	if !ok {
		return nil
	}
	_, err = k.desk.TakeIn(ctx, a, directory.Take{Source: directory.ByProgramme, Retrieved: a.Today(), State: state, Items: []directory.Item{item}})
	return err
}

package directory

import (
	"context"
	"iter"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// The types below are what everybody may know. They have no place for a
// private number, a shelter, a draft or the name of a worker, so that whatever
// writes them cannot tell it. Only this file makes them.

// PublicRecord is one service that is open, with the organisation that gives
// it and the places where. A service whose place is told to nobody has none.
type PublicRecord struct {
	Organisation PublicOrganisation
	Service      PublicService
	Places       []PublicPlace
}

// PublicOrganisation is what everybody may know of an organisation.
type PublicOrganisation struct {
	ID        kernel.ID
	Name      string
	Also      string
	About     kernel.Text
	KBO       kernel.KBO
	Website   string
	Mail      kernel.Email
	Numbers   []PublicPhone
	Told      PublicTellings
	Version   int64
	ChangedAt kernel.Instant
}

// PublicService is what everybody may know of a service.
type PublicService struct {
	ID           kernel.ID
	Organisation kernel.ID
	Programme    kernel.ID
	Name         kernel.Text
	About        kernel.Text
	How          kernel.Text
	Levers       []Lever
	Phases       []Phase
	For          Audience
	Costs        []Cost
	Languages    []string
	Access       []Access
	Areas        []kernel.NIS
	Hours        []Hours
	Numbers      []PublicPhone
	Mail         kernel.Email
	Website      string
	Words        []string
	Room         Room // as it was said; [Room.At] tells what still counts
	Sheltered    bool // where it is, is told when one calls
	Told         PublicTellings
	Version      int64
	ChangedAt    kernel.Instant
}

// PublicPlace is a place at which a service is given, with what differs there.
type PublicPlace struct {
	PublicLocation
	ServiceHours   []Hours // none: those of the location
	ServiceNumbers []PublicPhone
	Room           Room
}

// PublicLocation is what everybody may know of a place.
type PublicLocation struct {
	ID           kernel.ID
	Organisation kernel.ID
	Name         string
	Street       string
	Postal       string
	City         string
	Municipality kernel.NIS
	Lat, Lon     string
	Hours        []Hours
	Access       []Access
	Travel       kernel.Text
	Told         PublicTellings
	Version      int64
	ChangedAt    kernel.Instant
}

// PublicPhone is a number that everybody may call.
type PublicPhone struct {
	Number kernel.Phone
	For    string
}

// PublicTellings say of fields, by their names, where what stands there comes
// from.
type PublicTellings map[string]PublicTold

// PublicTold is [Told] without who it was.
type PublicTold struct {
	Source    string
	SourceID  string
	Retrieved kernel.Date
	Verified  kernel.Date
}

// Changed is told when the public records of these services may differ from
// what they were: written, opened, stopped, or changed in their organisation or
// at one of their places. [Desk.PublishedIn] reads what they are now; one that
// is not among its answers is told to nobody any more.
type Changed struct {
	Services []kernel.ID
}

// batch is how many services are read at a time.
const batch = 500

// Published are the services of an alliance that are open, in the order of
// their IDs, with all that everybody may know of them: the one gate to the
// public. All come from one moment. The consumer may stop at any time; the last
// pair holds the error, if there was one.
func (d *Desk) Published(ctx context.Context, alliance kernel.ID) iter.Seq2[PublicRecord, error] {
	return func(yield func(PublicRecord, error) bool) {
		err := d.public(ctx, alliance, func(a *act.Act) error {
			for after, going := kernel.ID(""), true; going; {
				services, err := listOpen(ctx, a, alliance, after, batch)
				if err != nil {
					return err
				}
				records, err := published(ctx, a, alliance, services)
				if err != nil {
					return err
				}
				for _, r := range records {
					if !yield(r, nil) {
						return nil
					}
				}
				if going = len(services) == batch; going {
					after = services[len(services)-1].ID
				}
			}
			return nil
		})
		if err != nil {
			yield(PublicRecord{}, err)
		}
	}
}

// PublishedOne is one open service; NotFound ("directory") for any other.
func (d *Desk) PublishedOne(ctx context.Context, alliance, id kernel.ID) (r PublicRecord, err error) {
	err = d.public(ctx, alliance, func(a *act.Act) error {
		found, err := d.PublishedIn(ctx, a, alliance, id)
		if err == nil && len(found) == 0 {
			err = kernel.NewNotFound("directory")
		}
		if err == nil {
			r = found[0]
		}
		return err
	})
	return r, err
}

// PublishedIn are those of the services that are open, for who hears [Changed]
// within the same act. Those that are not open are left out.
func (d *Desk) PublishedIn(ctx context.Context, q db.Querier, alliance kernel.ID, ids ...kernel.ID) (all []PublicRecord, err error) {
	for len(ids) > 0 {
		n := min(batch, len(ids))
		services, err := servicesByID(ctx, q, alliance, ids[:n])
		if err != nil {
			return nil, err
		}
		records, err := published(ctx, q, alliance, services)
		if err != nil {
			return nil, err
		}
		all, ids = append(all, records...), ids[n:]
	}
	return all, nil
}

// WentIn is the record in which one went up that everybody knew: where an
// address of it leads now. NotFound ("directory") for one that stands by itself,
// and for one that was never there.
func (d *Desk) WentIn(ctx context.Context, alliance kernel.ID, kind Kind, id kernel.ID) (now kernel.ID, err error) {
	err = d.public(ctx, alliance, func(a *act.Act) error {
		if now, err = standing(ctx, a, alliance, kind, id); err == nil && now == id {
			err = kernel.NewNotFound("directory")
		}
		return err
	})
	return now, err
}

// Went is a service at a place of which one was joined with another: both as
// they were named then, and as they are now.
type Went struct{ Was, Now [2]kernel.ID }

// WentAt are the services at places of which an address is another since
// something was joined, by the latest five hundred merges that stand.
func (d *Desk) WentAt(ctx context.Context, alliance kernel.ID) (all []Went, err error) {
	err = d.public(ctx, alliance, func(a *act.Act) error {
		all, err = wentAt(ctx, a, alliance)
		return err
	})
	return all, err
}

// public looks as somebody who has not signed in.
func (d *Desk) public(ctx context.Context, alliance kernel.ID, fn func(a *act.Act) error) error {
	return d.Acts.Look(act.As(ctx, policy.Actor{Alliance: alliance}), func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.read", ""); err != nil {
			return err
		}
		return fn(a)
	})
}

// published lets through the gate what may pass: of services that are open and
// whose organisation is there.
func published(ctx context.Context, q db.Querier, alliance kernel.ID, services []Service) ([]PublicRecord, error) {
	var orgs, locations []kernel.ID
	for _, v := range services {
		orgs = append(orgs, v.Organisation)
		if !v.Sheltered {
			for _, p := range v.At {
				locations = append(locations, p.Location)
			}
		}
	}
	byOrg, err := organisationsByID(ctx, q, alliance, orgs)
	if err != nil {
		return nil, err
	}
	byLocation, err := locationsByID(ctx, q, alliance, locations)
	if err != nil {
		return nil, err
	}
	var records []PublicRecord
	for _, v := range services {
		o, known := byOrg[v.Organisation]
		if v.State != Open || v.MergedIn != "" || !known {
			continue
		}
		r := PublicRecord{Organisation: o.public(), Service: v.public()}
		if !v.Sheltered {
			for _, p := range v.At {
				if l, known := byLocation[p.Location]; known && l.MergedIn == "" {
					r.Places = append(r.Places, PublicPlace{l.public(), p.Hours, publicPhones(p.Numbers), p.Room})
				}
			}
		}
		records = append(records, r)
	}
	return records, nil
}

func (o Organisation) public() PublicOrganisation {
	return PublicOrganisation{ID: o.ID, Name: o.Name, Also: o.Also, About: o.About, KBO: o.KBO, Website: o.Website, Mail: o.Mail,
		Numbers: publicPhones(o.Numbers), Told: publicTold(o.Told, o.Numbers), Version: o.Version, ChangedAt: o.ChangedAt}
}

func (v Service) public() PublicService {
	return PublicService{ID: v.ID, Organisation: v.Organisation, Programme: v.Programme, Name: v.Name, About: v.About, How: v.How,
		Levers: v.Levers, Phases: v.Phases, For: v.For, Costs: v.Costs, Languages: v.Languages, Access: v.Access, Areas: v.Areas,
		Hours: v.Hours, Numbers: publicPhones(v.Numbers), Mail: v.Mail, Website: v.Website, Words: v.Words, Room: v.Room,
		Sheltered: v.Sheltered, Told: publicTold(v.Told, v.Numbers), Version: v.Version, ChangedAt: v.ChangedAt}
}

func (l Location) public() PublicLocation {
	return PublicLocation{ID: l.ID, Organisation: l.Organisation, Name: l.Name, Street: l.Street, Postal: l.Postal, City: l.City,
		Municipality: l.Municipality, Lat: l.Lat, Lon: l.Lon, Hours: l.Hours, Access: l.Access, Travel: l.Travel,
		Told: publicTold(l.Told, nil), Version: l.Version, ChangedAt: l.ChangedAt}
}

func publicPhones(all []Phone) (open []PublicPhone) {
	for _, p := range all {
		if !p.Private {
			open = append(open, PublicPhone{p.Number, p.For})
		}
	}
	return open
}

// publicTold leaves out who it was. Where all numbers are private, nothing is
// said of numbers.
func publicTold(told Tellings, phones []Phone) PublicTellings {
	out := PublicTellings{}
	for field, t := range told {
		if field == "numbers" && len(publicPhones(phones)) == 0 || field == "member" {
			continue
		}
		out[field] = PublicTold{t.Source, t.SourceID, t.Retrieved, t.Verified}
	}
	return out
}

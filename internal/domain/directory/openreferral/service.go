package openreferral

import (
	"strconv"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/bondgenoot/bondgenoot/hsds"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Service is an open service with all that everybody may know of it.
func (t Teller) Service(r directory.PublicRecord) hsds.Service {
	out := t.service(r)
	org := t.Organization(r.Organisation, nil)
	out.Organization = &org
	for _, p := range r.Places {
		given := t.serviceAtLocation(r, p)
		given.ServiceID = ""
		out.ServiceAtLocations = append(out.ServiceAtLocations, given)
	}
	return out
}

// ServiceAtLocation is a service at one of its places, with the service.
func (t Teller) ServiceAtLocation(r directory.PublicRecord, p directory.PublicPlace) hsds.ServiceAtLocation {
	out := t.serviceAtLocation(r, p)
	of := t.service(r)
	org := t.Organization(r.Organisation, nil)
	of.Organization = &org
	out.Service = &of
	return out
}

// service is the service without its organisation and its places.
func (t Teller) service(r directory.PublicRecord) hsds.Service {
	v := r.Service
	x := &texts{Teller: t, of: string(v.ID)}
	out := hsds.Service{
		ID: string(v.ID), OrganizationID: string(v.Organisation), Status: "active",
		Name: x.say("name", v.Name), AlternateName: strings.Join(v.Words, ", "), Description: x.say("description", v.About),
		ApplicationProcess: x.say("application_process", v.How), URL: v.Website, Email: string(v.Mail),
		EligibilityDescription: x.say("eligibility_description", v.For.Words),
		MinimumAge:             years(v.For.From), MaximumAge: years(v.For.To),
		AssuredDate: string(assured(v.Told)), LastModified: string(Modified(r)),
		Phones: t.phones(string(v.ID), v.Numbers), Schedules: t.schedules(string(v.ID), v.Hours),
		Languages: t.spoken(string(v.ID), v.Languages), Metadata: metadata(string(v.ID), v.Told),
		ServiceAreas: t.areas(string(v.ID), v.Areas), CostOptions: t.costs(string(v.ID), v.Costs),
	}
	out.FeesDescription = t.fees(v.Costs)
	t.room(&out, x, v.Room)
	for _, l := range v.Levers {
		x.add(linkLever, strconv.Itoa(int(l)), "", levers)
	}
	for _, p := range v.Phases {
		x.add(linkPhase, string(p), "", phases)
	}
	for _, a := range v.Access {
		x.add(linkAccess, string(a), "", access)
	}
	if v.Sheltered {
		x.add(linkDetail, sheltered, "", details)
	}
	if v.For.Rule != "" {
		x.add(linkDetail, eligible, v.For.Rule, details)
	}
	out.Attributes = x.attr
	return out
}

// Modified is the last moment at which the service, its organisation or one of
// its places changed.
func Modified(r directory.PublicRecord) kernel.Instant {
	last := max(r.Service.ChangedAt, r.Organisation.ChangedAt)
	for _, p := range r.Places {
		last = max(last, p.ChangedAt)
	}
	return last
}

// assured is the last day on which somebody said that something of it is
// right.
func assured(told directory.PublicTellings) (last kernel.Date) {
	for _, p := range told {
		last = max(last, p.Verified)
	}
	return last
}

// years is an age in months as the specification has it, to a thousandth of a
// year. Nought is not told.
func years(months int) hsds.Number {
	if months == 0 {
		return ""
	}
	s := strconv.Itoa(months / 12)
	if rest := months % 12; rest > 0 {
		s += strings.TrimRight("."+strconv.Itoa(1000 + (rest*1000+6)/12)[1:], "0")
	}
	return hsds.Number(s)
}

// room tells how much room there is: as a term, in words for 3.0 and, where it
// was counted, as a capacity.
func (t Teller) room(out *hsds.Service, x *texts, said directory.Room) {
	room := said.At(t.Now)
	if room.Status == directory.RoomUnknown {
		return
	}
	x.add(linkRoom, string(room.Status), "", rooms)
	out.WaitTime = t.Read.T("hsds.room." + string(room.Status))
	if room.Status == directory.RoomWaiting && room.Waiting >= 0 {
		out.WaitTime = t.Read.T("hsds.waiting", "n", room.Waiting)
	}
	free := room.Free
	if room.Status != directory.RoomFree {
		free = 0
	}
	if free < 0 {
		return // there is room, and nobody counted how much
	}
	out.Capacities = []hsds.ServiceCapacity{{
		ID: derived(out.ID, "capacity", 0), Available: hsds.Number(strconv.Itoa(free)), Updated: string(room.Said),
		Unit: &hsds.Unit{ID: derived("place", "unit", 0), Name: t.Read.T("hsds.unit")}, Description: out.WaitTime,
	}}
}

func (t Teller) spoken(of string, tags []string) (out []hsds.Language) {
	names := display.Tags(language.MustParse(string(t.Read.Lang())))
	for i, code := range tags {
		l := hsds.Language{ID: derived(of, "language", i), Code: code}
		if tag, err := language.Parse(code); err == nil {
			l.Name = names.Name(tag)
		}
		out = append(out, l)
	}
	return out
}

// nisPrefix begins the extent of an area: the code of a municipality.
const nisPrefix = "NIS "

func (t Teller) areas(of string, all []kernel.NIS) (out []hsds.ServiceArea) {
	for i, nis := range all {
		a := hsds.ServiceArea{ID: derived(of, "area", i), Extent: nisPrefix + string(nis), ExtentType: "text"}
		if m, ok := kernel.MunicipalityByNIS(nis); ok {
			a.Name = m.Name.In(t.Read.Lang())
		}
		out = append(out, a)
	}
	return out
}

func (t Teller) costs(of string, all []directory.Cost) (out []hsds.CostOption) {
	for i, c := range all {
		id := derived(of, "cost", i)
		x := &texts{Teller: t, of: id}
		o := hsds.CostOption{ID: id, Option: x.say("option", c.Words)}
		if c.Free || c.Amount != 0 || c.Per != "" {
			o.Currency, o.Amount = "EUR", hsds.Number(c.Amount.String())
		}
		if c.Free {
			o.AmountDescription = t.Read.T("hsds.free")
		} else if c.Per != "" {
			o.AmountDescription = t.Read.T("hsds.per." + c.Per)
		}
		x.add(linkDetail, perCode, c.Per, details)
		o.Attributes = x.attr
		out = append(out, o)
	}
	return out
}

// fees are the prices in words.
func (t Teller) fees(all []directory.Cost) string {
	var parts []string
	for _, c := range all {
		part := ""
		switch {
		case c.Free:
			part = t.Read.T("hsds.free")
		case c.Amount != 0:
			part = t.Read.Euro(c.Amount)
			if c.Per != "" {
				part += " " + t.Read.T("hsds.per."+c.Per)
			}
		}
		if words := c.Words.In(t.language(c.Words)); words != "" {
			part = strings.TrimPrefix(part+": "+words, ": ")
		}
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; ")
}

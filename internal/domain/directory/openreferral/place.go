package openreferral

import (
	"github.com/bondgenoot/bondgenoot/hsds"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// AtID is the identifier of a service at a location.
func AtID(service, location kernel.ID) string {
	return derived(string(service), "at/"+string(location), 0)
}

func (t Teller) serviceAtLocation(r directory.PublicRecord, p directory.PublicPlace) hsds.ServiceAtLocation {
	id := AtID(r.Service.ID, p.ID)
	l := t.Location(p.PublicLocation)
	return hsds.ServiceAtLocation{
		ID: id, ServiceID: string(r.Service.ID), Location: &l,
		Phones: t.phones(id, p.ServiceNumbers), Schedules: t.schedules(id, p.ServiceHours), Attributes: t.roomHere(id, p.Room),
	}
}

// roomHere tells of room at one place; the specification counts capacity for
// the whole service alone.
func (t Teller) roomHere(id string, said directory.Room) []hsds.Attribute {
	x := &texts{Teller: t, of: id}
	if room := said.At(t.Now); room.Status != directory.RoomUnknown {
		x.add(linkRoom, string(room.Status), "", rooms)
	}
	return x.attr
}

// Location is a place that everybody may know.
func (t Teller) Location(p directory.PublicLocation) hsds.Location {
	id := string(p.ID)
	x := &texts{Teller: t, of: id}
	out := hsds.Location{
		ID: id, LocationType: "physical", OrganizationID: string(p.Organisation), Name: p.Name,
		Transportation: x.say("transportation", p.Travel),
		Latitude:       hsds.Number(p.Lat), Longitude: hsds.Number(p.Lon),
		Schedules: t.schedules(id, p.Hours), Metadata: metadata(id, p.Told),
	}
	if p.Street+p.Postal+p.City != "" || p.Municipality != "" {
		out.Addresses = []hsds.Address{t.address(p)}
	}
	for i, a := range p.Access {
		out.Accessibility = append(out.Accessibility, hsds.Accessibility{
			ID: derived(id, "access", i), Description: t.Read.T("hsds.access." + string(a)), Details: string(a),
		})
	}
	out.Attributes = x.attr
	return out
}

// address is where it is; the parts that nobody told are empty. The province
// stands where other countries have a state, and Brussels, which lies in none,
// has its region.
func (t Teller) address(p directory.PublicLocation) hsds.Address {
	a := hsds.Address{ID: derived(string(p.ID), "address", 0), AddressType: "physical", Country: "BE",
		Address1: p.Street, City: p.City, PostalCode: p.Postal}
	m, ok := kernel.MunicipalityByNIS(p.Municipality)
	if !ok {
		return a
	}
	a.Region = t.Read.T("hsds.region." + string(m.Region))
	if a.StateProvince = a.Region; m.Province != "" {
		a.StateProvince = t.Read.T("hsds.province." + string(m.Province))
	}
	if a.City == "" {
		a.City = m.Name.In(t.Read.Lang())
	}
	if m.Name.In(t.Read.Lang()) != a.City {
		a.Address2 = m.Name.In(t.Read.Lang())
	}
	return a
}

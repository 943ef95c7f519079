package hsds

// Location is a place, physical or not. Latitude and longitude are decimal
// degrees.
type Location struct {
	ID                     string          `hsds:"id,uuid,required"`
	LocationType           string          `hsds:"location_type,physical|postal|virtual,required"`
	URL                    string          `hsds:"url,uri"`
	OrganizationID         string          `hsds:"organization_id,uuid"`
	Name                   string          `hsds:"name"`
	AlternateName          string          `hsds:"alternate_name"`
	Description            string          `hsds:"description"`
	Transportation         string          `hsds:"transportation"`
	Latitude               Number          `hsds:"latitude"`
	Longitude              Number          `hsds:"longitude"`
	ExternalIdentifier     string          `hsds:"external_identifier"`
	ExternalIdentifierType string          `hsds:"external_identifier_type"`
	Languages              []Language      `hsds:"languages"`
	Addresses              []Address       `hsds:"addresses"`
	Contacts               []Contact       `hsds:"contacts"`
	Accessibility          []Accessibility `hsds:"accessibility"`
	Phones                 []Phone         `hsds:"phones"`
	Schedules              []Schedule      `hsds:"schedules"`
	Attributes             []Attribute     `hsds:"attributes"`
	Metadata               []Metadata      `hsds:"metadata"`
	Also                   Members
}

// Address is where a location is. HSDS asks for a state or province and a
// country; where a country has no states, name the province or the region.
type Address struct {
	ID            string      `hsds:"id,uuid,required"`
	LocationID    string      `hsds:"location_id,uuid"`
	Attention     string      `hsds:"attention"`
	Address1      string      `hsds:"address_1,required"`
	Address2      string      `hsds:"address_2"`
	City          string      `hsds:"city,required"`
	Region        string      `hsds:"region"`
	StateProvince string      `hsds:"state_province,required"`
	PostalCode    string      `hsds:"postal_code,required"`
	Country       string      `hsds:"country,required"`
	AddressType   string      `hsds:"address_type,physical|postal|virtual,required"`
	Attributes    []Attribute `hsds:"attributes"`
	Metadata      []Metadata  `hsds:"metadata"`
	Also          Members
}

// Phone is a telephone number of a service, a place, an organization or a
// contact.
type Phone struct {
	ID                  string      `hsds:"id,uuid,required"`
	LocationID          string      `hsds:"location_id,uuid"`
	ServiceID           string      `hsds:"service_id,uuid"`
	OrganizationID      string      `hsds:"organization_id,uuid"`
	ContactID           string      `hsds:"contact_id,uuid"`
	ServiceAtLocationID string      `hsds:"service_at_location_id,uuid"`
	Number              string      `hsds:"number,required"`
	Extension           Number      `hsds:"extension"`
	Type                string      `hsds:"type"`
	Description         string      `hsds:"description"`
	Languages           []Language  `hsds:"languages"`
	Attributes          []Attribute `hsds:"attributes"`
	Metadata            []Metadata  `hsds:"metadata"`
	Also                Members
}

// Contact is a person or a desk to turn to.
type Contact struct {
	ID                  string      `hsds:"id,uuid,required"`
	OrganizationID      string      `hsds:"organization_id,uuid"`
	ServiceID           string      `hsds:"service_id,uuid"`
	ServiceAtLocationID string      `hsds:"service_at_location_id,uuid"`
	LocationID          string      `hsds:"location_id,uuid"`
	Name                string      `hsds:"name"`
	Title               string      `hsds:"title"`
	Department          string      `hsds:"department"`
	Email               string      `hsds:"email,email"`
	Phones              []Phone     `hsds:"phones"`
	Attributes          []Attribute `hsds:"attributes"`
	Metadata            []Metadata  `hsds:"metadata"`
	Also                Members
}

// Schedule is when something is open: the parts of a rule of RFC 5545, with
// times of day. Timezone is in hours from UTC.
type Schedule struct {
	ID                  string      `hsds:"id,uuid,required"`
	ServiceID           string      `hsds:"service_id,uuid"`
	LocationID          string      `hsds:"location_id,uuid"`
	ServiceAtLocationID string      `hsds:"service_at_location_id,uuid"`
	ValidFrom           string      `hsds:"valid_from,date"`
	ValidTo             string      `hsds:"valid_to,date"`
	Start               string      `hsds:"dtstart,date"`
	Timezone            Number      `hsds:"timezone"`
	Until               string      `hsds:"until,date"`
	Count               Number      `hsds:"count"`
	WeekStart           string      `hsds:"wkst,MO|TU|WE|TH|FR|SA|SU"`
	Freq                string      `hsds:"freq,WEEKLY|MONTHLY"`
	Interval            Number      `hsds:"interval"`
	ByDay               string      `hsds:"byday"`
	ByWeekNo            string      `hsds:"byweekno"`
	ByMonthDay          string      `hsds:"bymonthday"`
	ByYearDay           string      `hsds:"byyearday"`
	Description         string      `hsds:"description"`
	OpensAt             string      `hsds:"opens_at,time"`
	ClosesAt            string      `hsds:"closes_at,time"`
	ScheduleLink        string      `hsds:"schedule_link,uri"`
	AttendingType       string      `hsds:"attending_type"`
	Notes               string      `hsds:"notes"`
	Attributes          []Attribute `hsds:"attributes"`
	Metadata            []Metadata  `hsds:"metadata"`
	Also                Members
}

// Language is one that is spoken at a service, a location or a telephone.
type Language struct {
	ID         string      `hsds:"id,uuid,required"`
	ServiceID  string      `hsds:"service_id,uuid"`
	LocationID string      `hsds:"location_id,uuid"`
	PhoneID    string      `hsds:"phone_id,uuid"`
	Name       string      `hsds:"name"`
	Code       string      `hsds:"code"`
	Note       string      `hsds:"note"`
	Attributes []Attribute `hsds:"attributes"`
	Metadata   []Metadata  `hsds:"metadata"`
	Also       Members
}

// Accessibility is how somebody gets in or takes part at a location.
type Accessibility struct {
	ID          string      `hsds:"id,uuid,required"`
	LocationID  string      `hsds:"location_id,uuid"`
	Description string      `hsds:"description"`
	Details     string      `hsds:"details"`
	URL         string      `hsds:"url,uri"`
	Attributes  []Attribute `hsds:"attributes"`
	Metadata    []Metadata  `hsds:"metadata"`
	Also        Members
}

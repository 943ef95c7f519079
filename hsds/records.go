package hsds

// Organization delivers services.
type Organization struct {
	ID                      string                   `hsds:"id,uuid,required"`
	Name                    string                   `hsds:"name,required"`
	AlternateName           string                   `hsds:"alternate_name"`
	Description             string                   `hsds:"description,required"`
	Email                   string                   `hsds:"email,email"`
	Website                 string                   `hsds:"website,uri"`
	AdditionalWebsites      []URL                    `hsds:"additional_websites,3.1"`
	TaxStatus               string                   `hsds:"tax_status"`
	TaxID                   string                   `hsds:"tax_id"`
	YearIncorporated        Number                   `hsds:"year_incorporated"`
	LegalStatus             string                   `hsds:"legal_status"`
	Logo                    string                   `hsds:"logo"`
	URI                     string                   `hsds:"uri,uri"`
	ParentOrganizationID    string                   `hsds:"parent_organization_id,uuid"`
	Funding                 []Funding                `hsds:"funding"`
	Contacts                []Contact                `hsds:"contacts"`
	Phones                  []Phone                  `hsds:"phones"`
	Locations               []Location               `hsds:"locations"`
	Programs                []Program                `hsds:"programs"`
	OrganizationIdentifiers []OrganizationIdentifier `hsds:"organization_identifiers"`
	Attributes              []Attribute              `hsds:"attributes"`
	Metadata                []Metadata               `hsds:"metadata"`
	Services                []Service                `hsds:"services,beside"`
	Also                    Members
}

// Program is a group of services of one organization.
type Program struct {
	ID             string      `hsds:"id,uuid,required"`
	OrganizationID string      `hsds:"organization_id,uuid,table"`
	Name           string      `hsds:"name,required"`
	AlternateName  string      `hsds:"alternate_name"`
	Description    string      `hsds:"description,required"`
	Attributes     []Attribute `hsds:"attributes"`
	Metadata       []Metadata  `hsds:"metadata"`
	Also           Members
}

// Service is one thing that an organization offers to people.
type Service struct {
	ID                     string              `hsds:"id,uuid,required"`
	OrganizationID         string              `hsds:"organization_id,uuid,table"`
	ProgramID              string              `hsds:"program_id,uuid"`
	Name                   string              `hsds:"name,required"`
	AlternateName          string              `hsds:"alternate_name"`
	Description            string              `hsds:"description"`
	URL                    string              `hsds:"url,uri"`
	AdditionalURLs         []URL               `hsds:"additional_urls,3.1"`
	Email                  string              `hsds:"email,email"`
	Status                 string              `hsds:"status,active|inactive|defunct|temporarily closed,required"`
	InterpretationServices string              `hsds:"interpretation_services"`
	ApplicationProcess     string              `hsds:"application_process"`
	FeesDescription        string              `hsds:"fees_description"`
	WaitTime               string              `hsds:"wait_time"`
	Fees                   string              `hsds:"fees"`
	Accreditations         string              `hsds:"accreditations"`
	EligibilityDescription string              `hsds:"eligibility_description"`
	MinimumAge             Number              `hsds:"minimum_age"`
	MaximumAge             Number              `hsds:"maximum_age"`
	AssuredDate            string              `hsds:"assured_date,date"`
	AssurerEmail           string              `hsds:"assurer_email,email"`
	Licenses               string              `hsds:"licenses"`
	Alert                  string              `hsds:"alert"`
	LastModified           string              `hsds:"last_modified,date-time"`
	Phones                 []Phone             `hsds:"phones"`
	Schedules              []Schedule          `hsds:"schedules"`
	ServiceAreas           []ServiceArea       `hsds:"service_areas"`
	ServiceAtLocations     []ServiceAtLocation `hsds:"service_at_locations"`
	Languages              []Language          `hsds:"languages"`
	Organization           *Organization       `hsds:"organization"`
	Funding                []Funding           `hsds:"funding"`
	CostOptions            []CostOption        `hsds:"cost_options"`
	Program                *Program            `hsds:"program"`
	RequiredDocuments      []RequiredDocument  `hsds:"required_documents"`
	Contacts               []Contact           `hsds:"contacts"`
	Capacities             []ServiceCapacity   `hsds:"capacities,3.1"`
	Attributes             []Attribute         `hsds:"attributes"`
	Metadata               []Metadata          `hsds:"metadata"`
	Also                   Members
}

// ServiceAtLocation is a service at one of the places where it is given.
type ServiceAtLocation struct {
	ID           string        `hsds:"id,uuid,required"`
	ServiceID    string        `hsds:"service_id,uuid,table"`
	LocationID   string        `hsds:"location_id,uuid,table"`
	Description  string        `hsds:"description"`
	ServiceAreas []ServiceArea `hsds:"service_areas,3.1"`
	Contacts     []Contact     `hsds:"contacts"`
	Phones       []Phone       `hsds:"phones"`
	Schedules    []Schedule    `hsds:"schedules"`
	Location     *Location     `hsds:"location"`
	Attributes   []Attribute   `hsds:"attributes"`
	Metadata     []Metadata    `hsds:"metadata"`
	Service      *Service      `hsds:"service,beside"`
	Also         Members
}

// ServiceCapacity is how much room a service has. Not in 3.0.
type ServiceCapacity struct {
	ID          string      `hsds:"id,uuid,required"`
	ServiceID   string      `hsds:"service_id,uuid,table"`
	Unit        *Unit       `hsds:"unit,required"`
	UnitID      string      `hsds:"unit_id,uuid,table"`
	Available   Number      `hsds:"available,required"`
	Maximum     Number      `hsds:"maximum"`
	Description string      `hsds:"description"`
	Updated     string      `hsds:"updated,date-time,required"`
	Attributes  []Attribute `hsds:"attributes"`
	Metadata    []Metadata  `hsds:"metadata"`
	Also        Members
}

// Unit is what capacity is counted in. Not in 3.0.
type Unit struct {
	ID         string      `hsds:"id,uuid,required"`
	Name       string      `hsds:"name,required"`
	Scheme     string      `hsds:"scheme"`
	Identifier string      `hsds:"identifier"`
	URI        string      `hsds:"uri,uri"`
	Attributes []Attribute `hsds:"attributes"`
	Metadata   []Metadata  `hsds:"metadata"`
	Also       Members
}

// CostOption is a price, or the price for some people. Amount is in the
// currency's own unit: euros, not cents.
type CostOption struct {
	ID                string      `hsds:"id,uuid,required"`
	ServiceID         string      `hsds:"service_id,uuid,table"`
	ValidFrom         string      `hsds:"valid_from,date"`
	ValidTo           string      `hsds:"valid_to,date"`
	Option            string      `hsds:"option"`
	Currency          string      `hsds:"currency"`
	Amount            Number      `hsds:"amount"`
	AmountDescription string      `hsds:"amount_description"`
	Attributes        []Attribute `hsds:"attributes"`
	Metadata          []Metadata  `hsds:"metadata"`
	Also              Members
}

// RequiredDocument is a paper that one must show.
type RequiredDocument struct {
	ID         string      `hsds:"id,uuid,required"`
	ServiceID  string      `hsds:"service_id,uuid"`
	Document   string      `hsds:"document"`
	URI        string      `hsds:"uri,uri"`
	Attributes []Attribute `hsds:"attributes"`
	Metadata   []Metadata  `hsds:"metadata"`
	Also       Members
}

// Funding is where the money of an organization or a service comes from.
type Funding struct {
	ID             string      `hsds:"id,uuid,required"`
	OrganizationID string      `hsds:"organization_id,uuid"`
	ServiceID      string      `hsds:"service_id,uuid"`
	Source         string      `hsds:"source"`
	Attributes     []Attribute `hsds:"attributes"`
	Metadata       []Metadata  `hsds:"metadata"`
	Also           Members
}

// ServiceArea is for whom, by where they live, a service is.
type ServiceArea struct {
	ID                  string      `hsds:"id,uuid,required"`
	ServiceID           string      `hsds:"service_id,uuid"`
	ServiceAtLocationID string      `hsds:"service_at_location_id,uuid,3.1"`
	Name                string      `hsds:"name"`
	Description         string      `hsds:"description"`
	Extent              string      `hsds:"extent"`
	ExtentType          string      `hsds:"extent_type"`
	URI                 string      `hsds:"uri"`
	Attributes          []Attribute `hsds:"attributes"`
	Metadata            []Metadata  `hsds:"metadata"`
	Also                Members
}

// URL is a further address on the web. Not in 3.0.
type URL struct {
	ID             string      `hsds:"id,uuid,required"`
	Label          string      `hsds:"label"`
	URL            string      `hsds:"url,uri,required"`
	OrganizationID string      `hsds:"organization_id,uuid"`
	ServiceID      string      `hsds:"service_id,uuid"`
	Attributes     []Attribute `hsds:"attributes"`
	Metadata       []Metadata  `hsds:"metadata"`
	Also           Members
}

// OrganizationIdentifier is a number by which a register knows an organization.
type OrganizationIdentifier struct {
	ID               string      `hsds:"id,uuid,required"`
	OrganizationID   string      `hsds:"organization_id,uuid,table"`
	IdentifierScheme string      `hsds:"identifier_scheme"`
	IdentifierType   string      `hsds:"identifier_type,required"`
	Identifier       string      `hsds:"identifier,required"`
	Attributes       []Attribute `hsds:"attributes"`
	Metadata         []Metadata  `hsds:"metadata"`
	Also             Members
}

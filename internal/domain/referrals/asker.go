package referrals

import (
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Origin is who asked for help from outside.
type Origin string

// The origins.
const (
	FromPolice    Origin = "police"
	FromHealth    Origin = "health" // general practitioner, hospital, pharmacist
	FromSchool    Origin = "school"
	FromChildcare Origin = "childcare"
	FromSocial    Origin = "social" // another service
	FromSomebody  Origin = "somebody"
	FromFamily    Origin = "family" // the family itself; by the form for families alone
)

// Origins lists the origins in the order in which a form for partners offers
// them.
var Origins = [...]Origin{FromHealth, FromSchool, FromChildcare, FromPolice, FromSocial, FromSomebody}

// Asker is who asks from outside, and how to reach them: sealed with what they
// wrote.
type Asker struct {
	Name  string `json:"name,omitempty"`  // with the function
	Reach string `json:"reach,omitempty"` // telephone or mail
	Town  string `json:"town,omitempty"`  // where the family lives, as it was written
}

// Consent is whether a family knows that somebody asks for it.
type Consent string

// The consents.
const (
	Agreed     Consent = "agreed"
	NotWilling Consent = "refused" // it knows, and does not want it
	Unaware    Consent = "unaware" // it does not know
)

// Consents lists the consents in the order in which they are offered.
var Consents = [...]Consent{Agreed, NotWilling, Unaware}

// Knock is what was written at a door.
type Knock struct {
	Ticket  string      // of the form
	Lang    kernel.Lang // in which the form was read: the family's own, on its form
	Origin  Origin      // who asks; of a family's form without meaning, and so are the next three
	Name    string
	Reach   string
	Consent Consent
	First   string // the first name, or initials
	Phone   string
	Safely  string // how it can be reached safely: by whom, and how not
	Hours   string // when
	Careful bool   // somebody at home must not know
	Town    string // municipality or postal code
	Asked   string
}

// Package directory knows what help there is: which organisation offers which
// service, where, when, for whom, at what price, in which languages, and
// whether there is room. What is told here is told to everybody; what may not
// be told to everybody is not in these types ([Shelter] is a kind of its own).
//
// Each thing that is told says where it was found, when, and who last said
// that it is still right ([Told]). What nobody told stays empty.
//
// There is one gate to the public, public.go: whatever is served, exported or
// searched by who has not signed in is read through it, and its types cannot
// hold what is private.
//
// Owns the tables directory_organisation, directory_service, directory_tag,
// directory_place, directory_location, directory_shelter, directory_source,
// directory_link, directory_merge and directory_apart.
// Acts: directory.read, directory.work, directory.manage, directory.keep,
// directory.confirm, directory.shelter. Tells [Changed]; hears nothing itself.
// Leaves the job "directory.link", the mail with a link.
package directory

import (
	"embed"
	"io/fs"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this module.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "directory", Files: files}
}

// Organisation offers services. It need not take part in the alliance; where
// it does, Member is its place in the network.
type Organisation struct {
	ID       kernel.ID
	Version  int64
	Name     string
	Also     string // another name under which people know it
	About    kernel.Text
	KBO      kernel.KBO // "" where it has none or nobody told
	Website  string
	Mail     kernel.Email
	Numbers  []Phone
	Member   kernel.ID // the organisation of the network that it is; zero: none
	Told     Tellings
	MergedIn kernel.ID // the record that holds what this one said; zero: none

	ChangedAt kernel.Instant
}

// Service is one thing that an organisation does for families. A family reads
// it; a worker refers to it.
type Service struct {
	ID           kernel.ID
	Version      int64
	Organisation kernel.ID
	Programme    kernel.ID // the programme of the alliance that it is part of; zero: none
	Name         kernel.Text
	About        kernel.Text // what one gets, in plain words
	How          kernel.Text // what one does to get it
	State        State
	Levers       []Lever
	Phases       []Phase
	For          Audience
	Costs        []Cost
	Languages    []string // spoken there, as tags: "nl", "ar"; none: nobody told
	Access       []Access
	Areas        []kernel.NIS // for who lives there; none: for who lives anywhere
	At           []Place
	Hours        []Hours // when it can be reached where it has no place, or wherever it is
	Numbers      []Phone
	Mail         kernel.Email
	Website      string
	Words        []string // other words by which people look for it: "pampers"
	Room         Room
	Sheltered    bool // where it is, is told to nobody here: one calls
	Told         Tellings
	MergedIn     kernel.ID

	ChangedAt kernel.Instant
}

// Place is a location at which a service is given, with what differs there.
type Place struct {
	Location kernel.ID
	Hours    []Hours // none: the hours of the location
	Numbers  []Phone
	Room     Room
}

// Location is a place that everybody may know. What may not be known is a
// [Shelter].
type Location struct {
	ID           kernel.ID
	Version      int64
	Organisation kernel.ID
	Name         string
	Street       string // with the number
	Postal       string
	City         string
	Municipality kernel.NIS
	Lat, Lon     string // decimal degrees as they were told, "50.8798"; "" where nobody told
	Hours        []Hours
	Access       []Access
	Travel       kernel.Text // how to get there: bus, stop, which bell
	Told         Tellings
	MergedIn     kernel.ID

	ChangedAt kernel.Instant
}

// Shelter is a location that only those who work at it may read. It shares no
// type with [Location], so that nothing that writes locations can write it.
type Shelter struct {
	ID           kernel.ID
	Version      int64
	Organisation kernel.ID
	Name         string
	Address      string
	Municipality kernel.NIS
}

// State is whether a service is told to the public.
type State string

// The states of a service.
const (
	Draft   State = "draft"   // being written; nobody but its writers sees it
	Open    State = "open"    // told to everybody
	Stopped State = "stopped" // is over; stays to be read by those who keep it
)

// Lever is one of the nine themes by which a municipality can act against
// child poverty, numbered as in the brochure of the King Baudouin Foundation:
// 1 childcare, 2 education, 3 leisure, 4 parenting, 5 health, 6 housing, 7
// work, 8 income, 9 participation.
type Lever int

// Phase is a part of a child's life.
type Phase string

// The phases, in the order of life.
const (
	Pregnancy Phase = "pregnancy"
	Baby      Phase = "baby"      // to one year
	Toddler   Phase = "toddler"   // from one to two and a half
	Preschool Phase = "preschool" // nursery school, to five
	Primary   Phase = "primary"   // from six to eleven
	Teen      Phase = "teen"      // from twelve to seventeen
	Parents   Phase = "parents"   // whatever the age of the child
)

// Phases are the phases in order.
var Phases = [...]Phase{Pregnancy, Baby, Toddler, Preschool, Primary, Teen, Parents}

// Audience is for whom a service is.
type Audience struct {
	From, To int         // months of age of the child, both included; To 0: no upper end
	Words    kernel.Text // in words, for families
	Rule     string      // the same in the language of the rights engine; "" where there is none
}

// Cost is a price. A service without one has a price nobody told; Free says
// that it costs nothing.
type Cost struct {
	Free   bool
	Amount kernel.Cents
	Per    string // "visit", "month", "year", "once"
	Words  kernel.Text
}

// Access is how somebody gets in who cannot walk, see or hear well.
type Access string

// The ways of access.
const (
	StepFree  Access = "step_free"
	Toilet    Access = "toilet"
	Pram      Access = "pram"
	SignSpeak Access = "sign_language"
	Loop      Access = "hearing_loop"
)

// Phone is a number with what it is for. Private numbers are told to nobody
// outside the alliance.
type Phone struct {
	Number  kernel.Phone
	For     string
	Private bool
}

// Hours say when something is open: a rule of RFC 5545 with its times of day.
type Hours struct {
	Rule     string        // "FREQ=WEEKLY;BYDAY=MO,WE"
	From, To string        // times of day in Brussels, "09:00"
	Since    kernel.Date   // the first day of the rule
	Until    kernel.Date   // the last; "" while no end is known
	Not      []kernel.Date // days on which it is shut although the rule says open
	Holidays Holidays
	Words    kernel.Text // what the rule cannot say: "ring twice"
}

// Holidays is what happens on public holidays and in the school holidays.
type Holidays string

// What holidays change.
const (
	AsEver      Holidays = ""             // open in school holidays, shut on public holidays
	TermOnly    Holidays = "term_only"    // shut in school holidays
	HolidayOnly Holidays = "holiday_only" // open in school holidays alone
	EveryDay    Holidays = "every_day"    // open on public holidays too
)

// Room is whether somebody can still come. It is known for a time: after
// Until, nobody knows again.
type Room struct {
	Status  RoomStatus
	Free    int            // how many can come; -1 where it is not counted
	Waiting int            // how many wait; -1 where it is not counted
	Said    kernel.Instant // when it was said
	Until   kernel.Instant // until when it counts
}

// RoomStatus is how much room there is.
type RoomStatus string

// The ways in which there is room.
const (
	RoomUnknown RoomStatus = ""
	RoomFree    RoomStatus = "free"
	RoomFull    RoomStatus = "full"
	RoomWaiting RoomStatus = "waiting"
)

// At is what is known of the room at a moment: what was said is forgotten
// after its term, and never shown as free.
func (r Room) At(now kernel.Instant) Room {
	if r.Status == RoomUnknown || r.Until == "" || now > r.Until {
		return Room{Free: -1, Waiting: -1}
	}
	return r
}

// Tellings say of fields, by their names, who told what stands there.
type Tellings map[string]Told

// Told is where the value of a field comes from.
type Told struct {
	Source    string      // a name of a source: "sociale-kaart", "ocmw-register", "partner"
	SourceID  string      // by which it is found there
	Retrieved kernel.Date // when it was read there
	Verified  kernel.Date // when somebody last said that it is right; "" while nobody did
	By        kernel.ID   // the worker or link that said so; zero: the source itself
}

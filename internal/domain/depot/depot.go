// Package depot is where things for children are kept and go out: clothes,
// prams, nappies, milk. A gift or a purchase comes in, a partner asks for a
// child, the depot reserves, picks and says that it is ready, and somebody
// comes for it. How much lies where is in the book of the alliance and nowhere else;
// what is kept here is what things are called, who asked for what, and counts.
//
// The depot knows no child. It sees the number of a request, an age, sizes and
// things. To which family a request belongs is kept for the family's own sake,
// and shown to its care team alone.
//
// The book has these accounts, by place: depot/PLACE/free is what can be
// promised, depot/PLACE/held/REQUEST what is promised. An asset is item/ITEM,
// lot/ITEM/DAY for what may not go out after a day, or one/ITEM/THING for what
// has a number of its own. What was handed out lies at world/REQUEST.
//
// Owns the tables depot_place, depot_item, depot_thing, depot_request,
// depot_line, depot_merge, depot_count, depot_counted, depot_order,
// depot_ordered, depot_swap, depot_lack, depot_kit, depot_sent and depot_call.
//
// Acts: depot.read, depot.work, depot.manage, depot.ask, depot.follow,
// depot.family. Tells: nothing. Hears, through app: that families were merged,
// parted and forgotten. Leaves the job "depot.ready", the letter that something
// can be fetched.
package depot

import (
	"embed"
	"io/fs"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
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
	return db.Migrations{Module: "depot", Files: files}
}

// Service is the module's use cases.
type Service struct {
	Acts    *act.Acts
	Members *members.Service
	Coming  Coming // nil: nothing is promised elsewhere
}

// ReadyJob is the letter to who asked: it can be fetched.
const ReadyJob = "depot.ready"

// Kind is what sort of place it is.
type Kind string

// The kinds. In a container people give and take as they like, and only how
// much is counted.
const (
	Store     Kind = "store"
	Container Kind = "container"
)

// Kinds lists the kinds in the order in which they are offered.
var Kinds = [...]Kind{Store, Container}

// First is which request comes first when there is too little.
type First string

// The orders.
const (
	Oldest   First = "oldest"   // who waits longest
	Youngest First = "youngest" // the youngest child
	Urgent   First = "urgent"   // who needs it at once
	Newest   First = "newest"   // who got nothing here for a year
)

// Firsts lists the orders as they are offered.
var Firsts = [...]First{Oldest, Urgent, Newest, Youngest}

// Place is where things are kept, by one organisation.
type Place struct {
	ID      kernel.ID
	Org     kernel.ID // who keeps it
	Name    string
	Kind    Kind
	Rules   Rules
	Closed  bool
	Version int64
}

// Rules say how a place shares out what it has.
type Rules struct {
	KeepDays int64 // how many days what is ready waits to be fetched
	Most     int64 // pieces of one thing in one request, for each of its children
	First    First // who comes first

	PerChild  int64 // pieces of one category for one child in PerMonths months; 0: no bound
	PerMonths int64
}

// Usual are the rules of a new place.
var Usual = Rules{KeepDays: 7, Most: 20, First: Oldest, PerMonths: 12}

// MostChildren is how many children a class may have.
const MostChildren = 60

const (
	longestName  = 80
	mostLines    = 40     // of one request, one order
	mostIncoming = 900    // of what comes in at once
	mostPieces   = 100000 // of one line of a gift, a count or a loss
)

func (p *Place) check() error {
	var faults kernel.Faults
	p.Name = strings.TrimSpace(p.Name)
	faults.Check("name", checkName(p.Name, false))
	if p.Kind != Store && p.Kind != Container {
		faults.Check("kind", kernel.NewInvalid("depot.choose"))
	}
	if p.Rules.KeepDays < 1 || p.Rules.KeepDays > 60 {
		faults.Check("keep_days", kernel.NewInvalid("depot.days"))
	}
	if p.Rules.Most < 1 || p.Rules.Most > 1000 {
		faults.Check("most", kernel.NewInvalid("depot.most"))
	}
	if !p.Rules.First.known() {
		faults.Check("first", kernel.NewInvalid("depot.choose"))
	}
	if p.Rules.PerChild < 0 || p.Rules.PerChild > 1000 {
		faults.Check("per_child", kernel.NewInvalid("depot.most"))
	}
	if p.Rules.PerMonths == 0 {
		p.Rules.PerMonths = Usual.PerMonths
	}
	if p.Rules.PerMonths < 1 || p.Rules.PerMonths > 60 {
		faults.Check("per_months", kernel.NewInvalid("depot.per_months"))
	}
	return faults.Err()
}

func checkName(s string, empty bool) error {
	switch {
	case s == "" && !empty:
		return kernel.NewInvalid("depot.name")
	case len([]rune(s)) > longestName || strings.ContainsAny(s, "\r\n\t\x00"):
		return kernel.NewInvalid("depot.name_long")
	}
	return nil
}

// Grade is in which state a thing is.
type Grade string

// The grades.
const (
	New  Grade = "new"
	Good Grade = "good" // used, and good
	Fair Grade = "fair" // used, and one sees it
)

// Grades lists the grades, the best first.
var Grades = [...]Grade{New, Good, Fair}

// Season is for which part of the year clothes are.
type Season string

// The seasons.
const (
	AllYear Season = "all"
	Summer  Season = "summer"
	Winter  Season = "winter"
)

// Seasons lists the seasons as they are offered.
var Seasons = [...]Season{AllYear, Summer, Winter}

// Item is one sort of thing: winter trousers, size 104, used and good.
type Item struct {
	ID       kernel.ID
	Category Category
	Name     string // more precisely, in the depot's own words; may be empty
	Size     string
	Season   Season
	Grade    Grade
	Pack     int64  // pieces in a pack; 1: there are no packs
	Dated    bool   // each has a last day, and may not go out after it
	Numbered bool   // each has a number of its own
	Years    int64  // how old one with a number may be; 0: no bound
	Level    int64  // pieces under which to buy; 0: none are kept ahead
	EAN      string // on the package; may be empty
	Off      bool   // not in use any more
	Version  int64
}

func (i *Item) check() error {
	var faults kernel.Faults
	i.Name, i.Size = strings.TrimSpace(i.Name), strings.ToUpper(strings.TrimSpace(i.Size))
	if !i.Category.known() {
		faults.Check("category", kernel.NewInvalid("depot.choose"))
	}
	faults.Check("name", checkName(i.Name, true))
	if len([]rune(i.Size)) > 12 || strings.ContainsAny(i.Size, "\r\n\t\x00") {
		faults.Check("size", kernel.NewInvalid("depot.size"))
	}
	switch i.Season {
	case AllYear, Summer, Winter:
	default:
		faults.Check("season", kernel.NewInvalid("depot.choose"))
	}
	switch i.Grade {
	case New, Good, Fair:
	default:
		faults.Check("grade", kernel.NewInvalid("depot.choose"))
	}
	if i.Pack < 1 || i.Pack > 10000 {
		faults.Check("pack", kernel.NewInvalid("depot.pack"))
	}
	if i.Level < 0 || i.Level > mostPieces {
		faults.Check("level", kernel.NewInvalid("depot.pieces").With("most", "100000"))
	}
	if i.Years < 0 || i.Years > 50 {
		faults.Check("years", kernel.NewInvalid("depot.years"))
	}
	if i.Numbered && (i.Dated || i.Pack != 1) {
		faults.Check("numbered", kernel.NewInvalid("depot.numbered"))
	}
	i.EAN = digitsOf(i.EAN)
	faults.Check("ean", checkEAN(i.EAN))
	return faults.Err()
}

// Thing is one of what has a number of its own.
type Thing struct {
	ID       kernel.ID
	Item     kernel.ID
	Mark     string      // the number that stands on it
	Made     kernel.Date // when it was made; zero: not known
	Recalled bool        // its maker asks it back, or it is not safe
}

// Unsafe tells whether a thing may not go out on a day. Of what may not be
// older than some years, one must know when it was made.
func (t Thing) Unsafe(i Item, today kernel.Date) bool {
	if t.Recalled {
		return true
	}
	return i.Years > 0 && (t.Made == "" || t.Made.AddMonths(int(i.Years)*12) <= today)
}

// State is how far a request is.
type State string

// The states.
const (
	Asked     State = "asked"     // waits for the depot: to find, to reserve, to pick
	Ready     State = "ready"     // waits for somebody to come for it
	Collected State = "collected" // it went out, or as much of it as there was
	Missed    State = "missed"    // nobody came for it; it lies in the depot again
	Cancelled State = "cancelled"
)

// States lists the states in which a request can be.
var States = [...]State{Asked, Ready, Collected, Missed, Cancelled}

// Unborn is the age of a child who is on the way.
const Unborn = -1

// Request is what a partner asks for one child, or for a class without a list of
// names. The depot sees its number.
type Request struct {
	ID       kernel.ID
	Number   int64
	Place    kernel.ID
	Org      kernel.ID // who asks
	Worker   kernel.ID
	Months   int64 // the child's age; [Unborn]
	Children int64 // for how many it is: one, or a class
	Urgent   bool  // it is needed at once
	State    State
	MadeAt   kernel.Instant
	ReadyAt  kernel.Instant
	Until    kernel.Date // the last day on which what is ready can be fetched
	ClosedAt kernel.Instant
	Version  int64
	Lines    []Line

	family, child kernel.ID // known to the care team alone
}

// Line is one sort of thing that is asked.
type Line struct {
	No       int64
	Item     kernel.ID
	Asked    int64     // pieces
	Instead  kernel.ID // what the depot proposes in its place; zero: nothing
	Original kernel.ID // what was asked first, when something else was taken; zero: this
	Open     bool      // the depot still looks for it

	Held   int64 // reserved for this request
	Handed int64 // went out
	Free   int64 // lies free in the place
	Others int64 // lies there, but reserved for others

	Lots []Lot // of what is reserved: which ones, where that matters

	wants int64 // pieces that had not gone out when it was last fetched
}

// Missing is how many pieces are neither there nor gone out.
func (l Line) Missing() int64 { return max(0, l.Asked-l.Held-l.Handed) }

// Held tells whether anything is reserved for the request.
func (r Request) Held() bool {
	for _, l := range r.Lines {
		if l.Held > 0 {
			return true
		}
	}
	return false
}

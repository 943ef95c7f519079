// Package members knows who takes part: alliances, the organisations in them,
// the people who work there and in which roles, and their sessions. A person
// acts for exactly one organisation at a time.
//
// Owns the tables alliance, alliance_municipality, organisation, worker,
// worker_role, worker_device, worker_mail_change, sign_in_code, session,
// passkey, passkey_answer, identity, paired and token.
//
// Acts: alliance.found, network.read, member.manage, session.begin,
// session.own, token.own, token.manage, device.pair. Tells: [Left],
// [Stopping]. Hears: nothing. Leaves
// the jobs "members.sign_in_code", the mail with a code,
// "members.mail_change_told", the letters about a new address,
// "members.mail_change", which puts it in place, and "members.way_in_told",
// the letter about a way in that came or went.
package members

import (
	"embed"
	"io/fs"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this module.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "members", Files: files}
}

// Alliance is one or more municipalities with all who work there against
// child poverty.
type Alliance struct {
	ID             kernel.ID
	Slug           string // its name in an address: "leuven"
	Name           kernel.Text
	Municipalities []kernel.NIS
	Founded        kernel.Date
}

// Called is how the alliance is called to a reader, by the rule of
// [kernel.Municipality.Called].
func (al Alliance) Called(l kernel.Lang) string { return al.Name.CalledIn(l, al.Municipalities) }

// shortName is what can stand in an address without being written otherwise.
var shortName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// signInCode is how registers write the codes of organisations.
var signInCode = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`)

// Kind is what sort of organisation it is.
type Kind string

// The kinds, as alliance workers name them.
const (
	OCMW           Kind = "ocmw" // OCMW/CPAS, social house
	Municipality   Kind = "municipality"
	HouseOfChild   Kind = "house_of_the_child"
	School         Kind = "school"
	Childcare      Kind = "childcare"
	Midwives       Kind = "midwives" // midwives and other first-line health care
	NonProfit      Kind = "non_profit"
	Shop           Kind = "shop" // shops and pharmacies
	Police         Kind = "police"
	OtherKind      Kind = "other"
	maxName             = 200
	maxDoes             = 1000
	sessionIdle         = 10 * time.Hour // a working day without a click
	sessionLongest      = 7 * 24 * time.Hour
	sessionKnown        = 7 * 24 * time.Hour // after its end: whose it was, for what they still send
)

// Kinds lists the kinds in the order in which they are offered.
var Kinds = [...]Kind{OCMW, Municipality, HouseOfChild, School, Childcare, Midwives, NonProfit, Shop, Police, OtherKind}

// Organisation is a partner in an alliance, or a team of one (PartOf). What
// is not known of it stays empty.
type Organisation struct {
	ID           kernel.ID
	Version      int64
	Name         string
	Kind         Kind
	PartOf       kernel.ID  // of which organisation it is a team; zero: none
	Municipality kernel.NIS // where it sits; zero: not known
	KBO          kernel.KBO
	SignInCode   string // by which sign-in providers know it, where that is not its KBO: "OVO000123"
	Phone        kernel.Phone
	Mail         kernel.Email
	Website      string
	Does         string // in its own words
	Receives     bool   // whether referrals can be sent to it
	Active       bool
}

// Bound tells whether those who work there are bound by professional secrecy.
// Who is not, hears what is needed for a task, and what a family itself lets
// them know.
func (o Organisation) Bound() bool {
	switch o.Kind {
	case School, Shop, Police, OtherKind:
		return false
	}
	return true
}

// Check says what cannot be right, all of it: the short name, the name in each
// language, and municipalities that are none.
func (al Alliance) Check() error {
	var faults kernel.Faults
	if !shortName.MatchString(al.Slug) {
		faults.Check("slug", kernel.NewInvalid("alliance.short_name"))
	}
	if len(al.Name.Missing()) > 0 {
		faults.Check("name", kernel.NewInvalid("name"))
	}
	for _, nis := range al.Municipalities {
		if _, ok := kernel.MunicipalityByNIS(nis); !ok {
			faults.Check("municipalities", kernel.NewInvalid("municipality"))
			break
		}
	}
	return faults.Err()
}

// Check refuses an organisation that cannot be right, field by field.
func (o Organisation) Check() error {
	var faults kernel.Faults
	if name := strings.TrimSpace(o.Name); name == "" || len(name) > maxName {
		faults.Check("name", kernel.NewInvalid("name"))
	}
	if !knownKind(o.Kind) {
		faults.Check("kind", kernel.NewInvalid("organisation.kind"))
	}
	if o.PartOf != "" && o.PartOf == o.ID {
		faults.Check("part_of", kernel.NewInvalid("organisation.part_of"))
	}
	if o.Municipality != "" {
		if _, ok := kernel.MunicipalityByNIS(o.Municipality); !ok {
			faults.Check("municipality", kernel.NewInvalid("municipality"))
		}
	}
	if o.Website != "" {
		u, err := url.Parse(o.Website)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(o.Website) > maxName {
			faults.Check("website", kernel.NewInvalid("website"))
		}
	}
	if o.SignInCode != "" && !signInCode.MatchString(o.SignInCode) {
		faults.Check("sign_in_code", kernel.NewInvalid("organisation.sign_in_code"))
	}
	if len(o.Does) > maxDoes {
		faults.Check("does", kernel.NewTooMany("text").With("limit", "1000"))
	}
	return faults.Err()
}

func knownKind(k Kind) bool {
	for _, known := range Kinds {
		if k == known {
			return true
		}
	}
	return false
}

// Worker is a person who works in an alliance.
type Worker struct {
	ID      kernel.ID
	Version int64
	Name    string
	Mail    kernel.Email
	Lang    kernel.Lang
	Active  bool
}

// Check refuses a worker who cannot be right, field by field.
func (w Worker) Check() error {
	var faults kernel.Faults
	if name := strings.TrimSpace(w.Name); name == "" || len(name) > maxName {
		faults.Check("name", kernel.NewInvalid("name"))
	}
	if _, err := kernel.ParseEmail(string(w.Mail)); err != nil {
		faults.Check("mail", err)
	}
	if _, err := kernel.ParseLang(string(w.Lang)); err != nil {
		faults.Check("lang", err)
	}
	return faults.Err()
}

// Post is a place at which a worker may act: an organisation, with the roles
// there.
type Post struct {
	Alliance     Alliance
	Worker       Worker
	Organisation Organisation
	Roles        []policy.Role
}

// Left tells that a worker lost a role at an organisation, or no longer acts for
// it at all. What they had through a role that they lost must come to others.
type Left struct {
	Worker, Org kernel.ID
	Still       []policy.Role // what they still are there; empty: nothing
}

// Stopping tells that an organisation is about to take part no longer. A
// listener that keeps what would be left with nobody refuses it.
type Stopping struct {
	Org kernel.ID
}

// Session is a worker at work, for one organisation.
type Session struct {
	Post
	ID          kernel.ID
	How         How
	Browser     string
	Until       kernel.Instant // when a telephone's part ends; zero: this is none
	Provider    string         // where the worker showed who they are; empty: here
	Began, Seen kernel.Instant
}

// Actor is the session's worker as the policy knows them.
func (s Session) Actor() policy.Actor {
	return policy.Actor{Alliance: s.Alliance.ID, Person: s.Worker.ID, Org: s.Organisation.ID, Roles: s.Roles}
}

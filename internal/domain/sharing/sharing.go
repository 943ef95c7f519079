// Package sharing keeps what a family shares with whom: each decision with its
// ground in law, its purpose, the groups of data, who receives them, from when
// to when, how the family was told; and each objection of the family. What it
// decides becomes relations of the policy in the same act, so that a decision
// that ends, is withdrawn or meets an objection shows nothing at the very next
// request.
//
// Beside it stands what must be possible without asking: a file that is opened
// for some minutes because somebody is in danger, which the privacy officer
// judges; and looks that are not shown yet to who would use them against
// another.
//
// Owns the tables sharing_decision, sharing_objection, sharing_emergency and
// sharing_delay, and in the vault "emergency/ID".
//
// Acts: family.share, family.emergency, emergency.judge, looks.delay. Tells:
// nothing. Hears: [families.Merged],
// [families.Parted] and [families.Forgotten]. Writes the relations sees_… and
// consults_…, objected and emergency. Leaves the job
// "sharing.settle", which lets a decision begin after a gap.
package sharing

import (
	"embed"
	"io/fs"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
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
	return db.Migrations{Module: "sharing", Files: files}
}

// Basis is why the law lets something be shared.
type Basis string

// The grounds.
const (
	Consent      Basis = "consent"      // the family says yes
	Secrecy      Basis = "secrecy"      // shared professional secrecy, with its conditions
	Law          Basis = "law"          // a law asks or allows it
	Vital        Basis = "vital"        // somebody is in serious danger
	Consultation Basis = "consultation" // a consultation on the case, organised as the law says
)

// Bases lists the grounds in the order in which they are offered.
var Bases = [...]Basis{Consent, Secrecy, Law, Vital, Consultation}

// Firm tells whether the ground holds although the family objects.
func (b Basis) Firm() bool { return b == Law || b == Vital || b == Consultation }

// Evidence is what shows that it is so.
type Evidence string

// What can show it.
const (
	Spoken  Evidence = "spoken"  // said in a talk
	Signed  Evidence = "signed"  // signed on paper
	Written Evidence = "written" // a letter or message
	Order   Evidence = "order"   // an order or request of an authority
	Minutes Evidence = "minutes" // minutes of a consultation
)

// Evidences lists the evidence in the order in which it is offered.
var Evidences = [...]Evidence{Spoken, Signed, Written, Order, Minutes}

// ToldHow is how the family was told.
type ToldHow string

// The ways.
const (
	ToldInPerson    ToldHow = "person"
	ToldInterpreter ToldHow = "interpreter" // with somebody who interprets
	ToldByPhone     ToldHow = "phone"
	ToldInWriting   ToldHow = "writing"
	NotYetTold      ToldHow = "not_yet" // it would be dangerous, or could not be done yet
)

// ToldHows lists the ways in the order in which they are offered.
var ToldHows = [...]ToldHow{ToldInPerson, ToldInterpreter, ToldByPhone, ToldInWriting, NotYetTold}

// Ended is why a decision ended before its day.
type Ended string

// The reasons.
const (
	Withdrawn Ended = "withdrawn" // the family takes it back
	NotNeeded Ended = "not_needed"
	Mistaken  Ended = "mistake"
)

// EndedReasons lists the reasons in the order in which they are offered.
var EndedReasons = [...]Ended{Withdrawn, NotNeeded, Mistaken}

// Decision is one thing that is shared.
type Decision struct {
	ID         kernel.ID
	Family     kernel.ID
	Version    int64
	Basis      Basis
	Groups     []policy.Group // in the order of [policy.Groups]
	Recipients []kernel.ID    // organisations, or teams of one
	Starts     kernel.Date
	Ends       kernel.Date // the last day
	Edition    string      // what the law asked; [EditionOn]
	Conditions []Condition // that were seen to hold
	Evidence   Evidence
	ToldHow    ToldHow
	ToldOn     kernel.Date // zero: not yet
	DecidedAt  kernel.Instant
	DecidedBy  kernel.ID
	DecidedOrg kernel.ID
	EndedAt    kernel.Instant // zero: it ends on its day
	EndedBy    kernel.ID
	EndedOrg   kernel.ID
	EndedWhy   Ended
}

// Runs tells whether the decision holds on a day.
func (d Decision) Runs(day kernel.Date) bool {
	return d.EndedAt == "" && d.Starts <= day && day <= d.Ends
}

// New is a decision as typed.
type New struct {
	Basis      Basis
	Groups     []policy.Group // who they are is always among them
	Recipients []kernel.ID
	Starts     kernel.Date // zero: today
	Ends       kernel.Date
	Conditions []Condition
	Evidence   Evidence
	ToldHow    ToldHow
	ToldOn     kernel.Date
}

// Objection is a no of the family: to one organisation or to all outside the
// care team, about some groups or all.
type Objection struct {
	ID        kernel.ID
	Family    kernel.ID
	Recipient kernel.ID      // zero: everybody outside the care team
	Groups    []policy.Group // none: all
	ToldHow   ToldHow        // how the family said so
	MadeAt    kernel.Instant
	MadeBy    kernel.ID
	MadeOrg   kernel.ID
	LiftedAt  kernel.Instant // zero: it stands
	LiftedBy  kernel.ID
}

// Covers tells whether the objection stands and is about a group at an
// organisation.
func (o Objection) Covers(org kernel.ID, g policy.Group) bool {
	return o.LiftedAt == "" && (o.Recipient == "" || o.Recipient == org) && (len(o.Groups) == 0 || slices.Contains(o.Groups, g))
}

// longestDays is how long a decision can run: it is taken again, with the
// family, at least every two years.
const longestDays = 731

// read makes a decision of what was typed, or says field by field what is
// wrong.
func (in New) read(today kernel.Date) (d Decision, err error) {
	var faults kernel.Faults
	edition := EditionOn(today)
	d = Decision{Basis: in.Basis, Starts: in.Starts, Ends: in.Ends, Edition: edition.Key, Evidence: in.Evidence, ToldHow: in.ToldHow, ToldOn: in.ToldOn}
	if !slices.Contains(Bases[:], in.Basis) {
		faults.Check("basis", kernel.NewInvalid("sharing.basis"))
	}
	d.Groups = closed(in.Groups)
	for _, g := range in.Groups {
		if _, err := policy.ParseGroup(string(g)); err != nil {
			faults.Check("groups", err)
			break
		}
	}
	if len(in.Groups) == 0 {
		faults.Check("groups", kernel.NewInvalid("sharing.groups"))
	}
	for _, r := range in.Recipients {
		if !slices.Contains(d.Recipients, r) {
			d.Recipients = append(d.Recipients, r)
		}
	}
	if len(d.Recipients) == 0 || len(d.Recipients) > 20 {
		faults.Check("recipients", kernel.NewInvalid("sharing.recipients"))
	}
	in.days(&d, today, &faults)
	for _, c := range edition.Conditions {
		if in.Basis != Secrecy {
			break
		}
		if !slices.Contains(in.Conditions, c) {
			faults.Check("conditions", kernel.NewInvalid("sharing.conditions"))
			break
		}
		d.Conditions = append(d.Conditions, c)
	}
	if !slices.Contains(Evidences[:], in.Evidence) {
		faults.Check("evidence", kernel.NewInvalid("sharing.evidence"))
	}
	return d, faults.Err()
}

// days reads from when to when, and when the family was told.
func (in New) days(d *Decision, today kernel.Date, faults *kernel.Faults) {
	if d.Starts == "" {
		d.Starts = today
	}
	if _, err := kernel.ParseDate(string(d.Starts)); err != nil {
		faults.Check("starts", err)
	} else if _, err := kernel.ParseDate(string(d.Ends)); err != nil {
		faults.Check("ends", err)
	} else if d.Starts < today {
		faults.Check("starts", kernel.NewInvalid("sharing.starts"))
	} else if d.Ends < d.Starts || d.Starts.DaysUntil(d.Ends) > longestDays {
		faults.Check("ends", kernel.NewInvalid("sharing.ends"))
	}
	switch {
	case !slices.Contains(ToldHows[:], d.ToldHow):
		faults.Check("told_how", kernel.NewInvalid("sharing.told_how"))
	case d.ToldHow == NotYetTold && !d.Basis.Firm():
		faults.Check("told_how", kernel.NewInvalid("sharing.told_first"))
	case d.ToldHow == NotYetTold:
		d.ToldOn = ""
	default:
		if _, err := kernel.ParseDate(string(d.ToldOn)); err != nil {
			faults.Check("told_on", err)
		} else if d.ToldOn > today {
			faults.Check("told_on", kernel.NewInvalid("sharing.told_on"))
		}
	}
}

// closed are groups with those that come along, in the order of the list.
func closed(groups []policy.Group) (all []policy.Group) {
	for _, g := range policy.Groups {
		along := g == policy.Identity || slices.Contains(groups, policy.Rights) && slices.Contains(policy.RightsNeed[:], g)
		if along || slices.Contains(groups, g) {
			all = append(all, g)
		}
	}
	return all
}

// fits refuses to share with an organisation what it can never have: shared
// secrecy is among those who are bound by it; the police hears of a case in a
// consultation or because of danger or a law; a school, a shop or another who
// is not bound never has notes or what a child said, save in a consultation.
func (d Decision) fits(o members.Organisation) error {
	if o.Bound() {
		return nil
	}
	closest := slices.Contains(d.Groups, policy.Care) || slices.Contains(d.Groups, policy.Child)
	switch {
	case d.Basis == Secrecy:
		return kernel.NewInvalid("sharing.not_bound")
	case o.Kind == members.Police && d.Basis == Consent:
		return kernel.NewInvalid("sharing.police")
	case closest && d.Basis != Consultation && d.Basis != Vital:
		return kernel.NewInvalid("sharing.too_close")
	}
	return nil
}

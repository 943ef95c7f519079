// Package programmes carries what an alliance offers besides the law. A
// [Template] is a programme as it works somewhere; an alliance switches it on
// as a [Programme] of its own: with its parameters, partners, period and
// budget. For whom it is, is written in the language of the rights engine, so
// that one evaluation of a family answers for the law and for the programmes
// that are on ([Service.RulesIn]). What no template says, a coordinator writes as
// a [LocalRight], by filling in a [Wish].
//
// Owns the tables programme, programme_partner and local_right. Acts: programme.read,
// programme.manage. Writes the policy relation Partner of an organisation to
// the programme it carries out. Tells [Changed]; hears nothing.
package programmes

import (
	"embed"
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

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
	return db.Migrations{Module: "programmes", Files: files}
}

// State is how a programme stands.
type State string

// The states. A draft may be incomplete; one that is on is complete, has a
// lead and is offered to families; one that has ended stays to be read.
const (
	Draft  State = "draft"
	On     State = "on"
	Paused State = "paused"
	Ended  State = "ended"
)

// next says from which states each state is reached.
var next = map[State][]State{
	On:     {Draft, Paused},
	Paused: {On},
	Ended:  {Draft, On, Paused},
}

// Part is what a partner does in a programme.
type Part string

// The parts. A partner may have several.
const (
	Lead     Part = "lead"      // answers for it
	Funder   Part = "funder"    // pays
	HandsOut Part = "hands_out" // gives it to families
	Redeems  Part = "redeems"   // takes the voucher or card
	RefersTo Part = "refers_to" // families are referred to this partner, which receives them
	Finds    Part = "finds"     // meets families and tells them of it, or refers them
)

// Parts are the parts, in the order in which they are shown.
var Parts = [...]Part{Lead, Funder, HandsOut, Redeems, RefersTo, Finds}

// Partner is an organisation that has a part.
type Partner struct {
	Org  kernel.ID
	Part Part
}

// Overrides are the words of the alliance's own, where it has any; a text that
// is zero is the template's.
type Overrides struct {
	Names   kernel.Text `json:"names,omitzero"`
	Summary kernel.Text `json:"summary,omitzero"`
	How     kernel.Text `json:"how,omitzero"` // how one gets it: whom to ask, where, when
}

// Programme is a template as an alliance carries it out. Load one or make one
// with [Service.SwitchOn]; its zero value is offered to nobody.
type Programme struct {
	ID             kernel.ID
	Version        int64
	Template       string
	State          State
	Overrides      Overrides
	Params         Params
	Municipalities []kernel.NIS // for who lives there; none: for who lives anywhere
	Partners       []Partner
	From           kernel.Date
	To             kernel.Date  // the last day; "" while no end is planned
	Budget         kernel.Cents // for the whole period; 0 while none is named
	OpenedAt       kernel.Instant
	OpenedBy       kernel.ID
	OpenedOrg      kernel.ID
	ChangedAt      kernel.Instant

	template *Template
}

// Changed is told when a programme is made, changed or moved to another state:
// what families were found to be entitled to may differ from then on.
type Changed struct {
	Programme kernel.ID
	State     State
}

// OnDay tells whether it is offered on a day: on, begun and not yet over.
func (p *Programme) OnDay(day kernel.Date) bool {
	return p.State == On && p.From <= day && (p.To == "" || day <= p.To)
}

// Has tells whether an organisation has any of these parts.
func (p *Programme) Has(org kernel.ID, parts ...Part) bool {
	return slices.ContainsFunc(p.Partners, func(q Partner) bool { return q.Org == org && slices.Contains(parts, q.Part) })
}

// Receiver is the organisation to which a family is referred: the partner that
// receives families, else the one that hands out, else the lead.
func (p *Programme) Receiver() (kernel.ID, error) {
	for _, part := range []Part{RefersTo, HandsOut, Lead} {
		for _, q := range p.Partners {
			if q.Part == part {
				return q.Org, nil
			}
		}
	}
	return "", kernel.NewConflict("programme.receiver")
}

// move brings the programme to another state on a day, if that is one of the
// ways. To switch on is to be complete; to end is to have a last day.
func (p *Programme) move(to State, today kernel.Date) error {
	if !slices.Contains(next[to], p.State) {
		return kernel.NewConflict("programme.state." + string(p.State))
	}
	switch to {
	case On:
		if err := p.ready(today); err != nil {
			return err
		}
	case Ended:
		if p.To == "" || p.To > today {
			p.To = max(today, p.From)
		}
	}
	p.State = to
	return nil
}

// check holds what every programme holds, a draft too.
func (p *Programme) check() error {
	wrong := kernel.Faults{}
	if p.From == "" {
		wrong.Check("from", kernel.NewInvalid("programme.from"))
	} else if _, err := kernel.ParseDate(string(p.From)); err != nil {
		wrong.Check("from", err)
	}
	if p.To != "" {
		if _, err := kernel.ParseDate(string(p.To)); err != nil {
			wrong.Check("to", err)
		} else if p.To < p.From {
			wrong.Check("to", kernel.NewInvalid("programme.period"))
		}
	}
	if p.Budget < 0 || p.Budget > maxBudget {
		wrong.Check("budget", kernel.NewInvalid("programme.budget"))
	}
	for _, n := range p.Municipalities {
		if _, ok := kernel.MunicipalityByNIS(n); !ok {
			wrong.Check("municipalities", kernel.NewInvalid("nis"))
		}
	}
	for i, q := range p.Partners {
		if !slices.Contains(Parts[:], q.Part) || q.Org == "" {
			wrong.Check("partners", kernel.NewInvalid("programme.partner"))
		} else if slices.Contains(p.Partners[:i], q) {
			wrong.Check("partners", kernel.NewInvalid("programme.partner.twice"))
		}
	}
	p.Overrides.check(&wrong)
	return wrong.Err()
}

const maxBudget kernel.Cents = 1_000_000_000_00

// ready holds what a programme needs before it is offered to families.
func (p *Programme) ready(today kernel.Date) error {
	wrong := kernel.Faults{}
	if !slices.ContainsFunc(p.Partners, func(q Partner) bool { return q.Part == Lead }) {
		wrong.Check("partners", kernel.NewInvalid("programme.partner.lead"))
	}
	if p.To != "" && p.To < today {
		wrong.Check("to", kernel.NewInvalid("programme.over"))
	}
	if p.template == nil {
		wrong.Check("template", kernel.NewInvalid("programme.template"))
	} else {
		wrong = append(wrong, faults(p.template.Complete(p.Params))...)
	}
	return wrong.Err()
}

// trimmed is the same words without space around them.
func (o Overrides) trimmed() Overrides {
	for _, t := range []*kernel.Text{&o.Names, &o.Summary, &o.How} {
		*t = kernel.Text{NL: strings.TrimSpace(t.NL), FR: strings.TrimSpace(t.FR), DE: strings.TrimSpace(t.DE), EN: strings.TrimSpace(t.EN)}
	}
	return o
}

func (o Overrides) check(wrong *kernel.Faults) {
	for _, w := range []struct {
		field string
		text  kernel.Text
	}{{"names", o.Names}, {"summary", o.Summary}, {"how", o.How}} {
		if w.text == (kernel.Text{}) {
			continue
		}
		for _, lang := range w.text.Missing() {
			wrong.Check(w.field+"."+string(lang), kernel.NewInvalid("programme.text"))
		}
		for _, lang := range kernel.Langs {
			if text := w.text.In(lang); !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxWords {
				wrong.Check(w.field+"."+string(lang), kernel.NewInvalid("programme.param.long").With("max", strconv.Itoa(maxWords)))
			}
		}
	}
}

// faults are the faults that an error holds, none for nil; an error that is no
// fault becomes an internal one.
func faults(err error) kernel.Faults {
	var fs kernel.Faults
	if f, ok := errors.AsType[*kernel.Fault](err); ok {
		for _, one := range f.All() {
			alone := *one
			alone.More = nil
			fs = append(fs, &alone)
		}
		return fs
	}
	fs.Check("", err)
	return fs
}

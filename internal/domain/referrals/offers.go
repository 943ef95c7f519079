package referrals

import (
	"context"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Because is why a service is offered in place of one that could not help.
type Because string

// The reasons, the strongest first.
const (
	Proposed   Because = "proposed"    // who declined proposes it
	IsEntitled Because = "entitled"    // the rules say that the programme is for this family
	MayBe      Because = "possible"    // the rules say that it may be: something is not known yet
	SameKind   Because = "same_kind"   // an organisation of the same kind
	SameTown   Because = "same_town"   // it sits where the family lives; beside another reason
	ForTown    Because = "for_town"    // the programme is for who lives there; likewise
	NoRoom     Because = "no_room"     // it is full as far as we know; likewise, and last
	SaidNo     Because = "said_no"     // it said lately that it is full; likewise
	BySomebody Because = "by_somebody" // somebody there decides, no rule; likewise
)

// NextBest is a service that can be asked in place of one that could not help,
// and why it is offered.
type NextBest struct {
	Org          kernel.ID
	Organisation string
	Programme    kernel.ID // zero: none in particular
	Name         kernel.Text
	Because      []Because // at least one
}

// Onward is where a referral can go from here, and by which move: [ReRefer] for
// its sender, [PassOn] for its receiver.
type Onward struct {
	Move   Move
	Offers []NextBest // the best first
}

// most bounds how many are offered.
const most = 6

// lately is how long it counts that an organisation said to be full.
const lately = 30

// NextBest looks which services come after one that could not help: the
// programmes that run, asked of the rules for this family, then organisations
// of the same kind; near by and with room first. Of who was asked already for
// this family none is offered. It is for the sender of a referral that is over
// without the family having arrived, and for the receiver who has taken it on;
// what the rules see is the sketch, or the file when the actor may know the
// rights of its family. Reading them leaves a record.
func (s *Service) NextBest(ctx context.Context, id kernel.ID) (on Onward, err error) {
	var seen weighing
	err = s.Acts.Do(ctx, func(a *act.Act) (err error) {
		r, err := load(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		action := "referral.answer"
		on.Move = PassOn
		if r.SenderOrg == a.Actor.Org {
			action, on.Move = "referral.withdraw", ReRefer
		}
		if err := a.Allow(ctx, action, id); err != nil {
			return err
		}
		switch err := r.check(on.Move); {
		case err != nil:
			return err
		case on.Move == ReRefer && r.AcceptedAt != "":
			return kernel.NewConflict("referral.write_anew")
		}
		if seen, err = s.weigh(ctx, a, r); err != nil {
			return err
		}
		if err := a.Allow(ctx, action, id); err != nil { // the rule of the record
			return err
		}
		return a.Record(ctx, act.Entry{Action: "referral.offers", Subject: r.Family, Detail: map[string]string{"referral": string(id)}})
	})
	if err == nil {
		on.Offers, err = seen.offers()
	}
	if err != nil {
		return Onward{}, err
	}
	return on, nil
}

// weighing is all that is needed to say which services come next, read at one
// moment. The rules are thought through afterwards, so that nobody waits.
type weighing struct {
	r       Referral
	town    kernel.NIS
	kind    members.Kind // of who could not help
	receive []members.Organisation
	asked   []kernel.ID // organisations, for this family
	full    []kernel.ID // organisations, and programmes
	saidNo  []kernel.ID
	running []programmes.Programme
	set     *programmes.Ruleset
	facts   []byte // nil: the actor may not know
}

func (s *Service) weigh(ctx context.Context, a *act.Act, r Referral) (seen weighing, err error) {
	seen.r = r
	was, err := s.Members.OrganisationIn(ctx, a, r.SentTo)
	if err != nil {
		return seen, err
	}
	seen.kind = was.Kind
	if seen.receive, err = s.Members.ReceivingIn(ctx, a); err != nil {
		return seen, err
	}
	if seen.running, err = s.Programmes.RunningIn(ctx, a); err != nil {
		return seen, err
	}
	if seen.set, err = s.Programmes.RulesIn(ctx, a); err != nil {
		return seen, err
	}
	if seen.asked, err = s.askedFor(ctx, a, r); err != nil {
		return seen, err
	}
	if seen.saidNo, err = fullLately(ctx, a, a.Alliance(), a.Now.Date().AddDays(-lately)); err != nil {
		return seen, err
	}
	if err := s.room(ctx, a, &seen); err != nil {
		return seen, err
	}
	return seen, s.caseOf(ctx, a, r, &seen)
}

// caseOf is what the rules may see, if the actor may know it, and where the
// family lives.
func (s *Service) caseOf(ctx context.Context, a *act.Act, r Referral, seen *weighing) error {
	if r.ForgottenAt != "" {
		return nil
	}
	if r.Provisional {
		sketch, err := s.Families.SketchIn(ctx, a, r.Family)
		if err != nil {
			return err
		}
		seen.town = sketch.Municipality
		seen.facts, err = s.Families.SketchCase(ctx, a, r.Family)
		return err
	}
	switch _, err := policy.Decide(ctx, a, a.Actor, "rights.read", r.Family, a.Now); kernel.CodeOf(err) {
	case "":
	case kernel.Internal:
		return err
	default:
		return nil
	}
	file, err := s.Families.ReadIn(ctx, a, r.Family)
	if err != nil {
		return err
	}
	seen.town = file.Municipality
	seen.facts, err = file.Case(a.Today())
	return err
}

// askedFor are the organisations that were asked for this family along the
// chain to which a referral belongs.
func (s *Service) askedFor(ctx context.Context, a *act.Act, r Referral) (asked []kernel.ID, err error) {
	for range 20 { // a chain is short; one that is not says enough
		asked = append(asked, r.SentTo, r.ReceiverOrg, r.SenderOrg)
		if r.PartOf == "" {
			break
		}
		if r, err = load(ctx, a, a.Alliance(), r.PartOf); err != nil {
			return nil, err
		}
	}
	return asked, nil
}

// room notes which organisations and programmes are full: by the limit of open
// referrals, by how many places the programme's offers have.
func (s *Service) room(ctx context.Context, a *act.Act, seen *weighing) error {
	for _, o := range seen.receive {
		limit, err := loadLimit(ctx, a, a.Alliance(), o.ID, "")
		if err != nil {
			return err
		}
		if limit == 0 {
			continue
		}
		n, err := countTaken(ctx, a, a.Alliance(), o.ID, "", "")
		if err != nil {
			return err
		}
		if n >= limit {
			seen.full = append(seen.full, o.ID)
		}
	}
	for i := range seen.running {
		p := &seen.running[i]
		places, known := int64(0), false
		for _, o := range p.Offers() {
			if n, set := p.Count(o.Capacity); o.Capacity != "" && set {
				places, known = places+n, true
			}
		}
		if !known {
			continue
		}
		var n int64
		err := a.QueryRowContext(ctx, `SELECT count(*) FROM referral WHERE alliance = $1 AND programme = $2
			AND due <> '' AND state <> 'sent'`, a.Alliance(), p.ID).Scan(&n)
		if err != nil {
			return err
		}
		if n >= places {
			seen.full = append(seen.full, p.ID)
		}
	}
	return nil
}

// offers asks the rules and puts the answers in order.
func (w weighing) offers() ([]NextBest, error) {
	status, err := w.judged()
	if err != nil {
		return nil, err
	}
	var all []NextBest
	for i := range w.running {
		p := &w.running[i]
		org, err := p.Receiver()
		because := status[p.ID]
		if err != nil || len(because) == 0 {
			continue
		}
		if o, ok := w.open(org); ok {
			if w.town != "" && slices.Contains(p.Municipalities, w.town) {
				because = append(because, ForTown)
			}
			all = append(all, NextBest{org, o.Name, p.ID, p.Name(), w.also(o, because, p.ID)})
		}
	}
	for _, o := range w.receive {
		known := slices.ContainsFunc(all, func(x NextBest) bool { return x.Org == o.ID })
		if _, ok := w.open(o.ID); !ok || known || o.Kind != w.kind && o.ID != w.r.Proposed {
			continue
		}
		var because []Because
		if o.Kind == w.kind {
			because = []Because{SameKind}
		}
		all = append(all, NextBest{Org: o.ID, Organisation: o.Name, Because: w.also(o, because, "")})
	}
	slices.SortStableFunc(all, func(x, y NextBest) int {
		if d := x.weight() - y.weight(); d != 0 {
			return d
		}
		return strings.Compare(x.Organisation, y.Organisation)
	})
	return all[:min(most, len(all))], nil
}

// open tells whether an organisation takes referrals and was not asked yet.
func (w weighing) open(org kernel.ID) (members.Organisation, bool) {
	i := slices.IndexFunc(w.receive, func(o members.Organisation) bool { return o.ID == org })
	if i < 0 || slices.Contains(w.asked, org) {
		return members.Organisation{}, false
	}
	return w.receive[i], true
}

// also adds what holds of an organisation whatever the programme.
func (w weighing) also(o members.Organisation, because []Because, programme kernel.ID) []Because {
	if o.ID == w.r.Proposed {
		because = append([]Because{Proposed}, because...)
	}
	if w.town != "" && o.Municipality == w.town {
		because = append(because, SameTown)
	}
	if slices.Contains(w.full, o.ID) || programme != "" && slices.Contains(w.full, programme) {
		because = append(because, NoRoom)
	} else if slices.Contains(w.saidNo, o.ID) {
		because = append(because, SaidNo)
	}
	return because
}

// judged is what the rules say of each programme: the best of what they say of
// its offers. A programme that is not for this family is not in it.
func (w weighing) judged() (map[kernel.ID][]Because, error) {
	status := map[kernel.ID][]Because{}
	if w.facts == nil {
		return status, nil
	}
	c, err := w.set.Rules.ParseCase(w.facts)
	if err != nil {
		return nil, err
	}
	for _, x := range w.set.Rules.Evaluate(c, rules.Options{Lang: rules.Lang(kernel.NL), Audience: "worker", Rights: w.set.Rights()}).Rights {
		from, local := w.set.Origin(x.ID)
		if !local {
			continue
		}
		var says Because
		switch x.Status {
		case rules.Entitled:
			says = IsEntitled
		case rules.Unknown:
			says = MayBe
		case rules.Refer:
			says = BySomebody
		default:
			continue
		}
		if best := status[from.Programme]; len(best) == 0 || slices.Index(strength[:], says) < slices.Index(strength[:], best[0]) {
			status[from.Programme] = []Because{says}
		}
	}
	return status, nil
}

// strength orders what the rules say.
var strength = [...]Because{IsEntitled, MayBe, BySomebody}

// weight is where an offer stands: what is proposed and certain first, what is
// near by before what is not, what has no room last.
func (x NextBest) weight() (n int) {
	has := func(b Because) bool { return slices.Contains(x.Because, b) }
	switch {
	case has(Proposed):
	case has(IsEntitled):
		n = 10
	case has(MayBe):
		n = 20
	case has(BySomebody):
		n = 25
	default:
		n = 30
	}
	if has(SameTown) || has(ForTown) {
		n -= 3
	}
	if has(NoRoom) || has(SaidNo) {
		n += 100
	}
	return n
}

// fullLately lists the organisations that declined since a day because they
// are full.
func fullLately(ctx context.Context, a *act.Act, alliance kernel.ID, since kernel.Date) (orgs []kernel.ID, err error) {
	rows, err := a.QueryContext(ctx, `SELECT DISTINCT receiver_org FROM referral WHERE alliance = $1 AND state = 'declined'
		AND decline_reason = 'full' AND ended_at >= $2 ORDER BY receiver_org`, alliance, midnight(since))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id kernel.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		orgs = append(orgs, id)
	}
	return orgs, rows.Err()
}

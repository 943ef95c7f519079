package rights

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Service is the module's use cases.
type Service struct {
	Acts       *act.Acts
	Families   *families.Service
	Programmes *programmes.Service
	Packs      string // the fingerprint of the rule packs

	turns turns // of the public check
}

// Find looks what there is for a family today, by law and in its alliance, and
// keeps what is new of it. It leaves one record, as reading the file does: an
// answer shows income and household. Texts are in lang.
//
// The family is read in one act; the rules are thought through afterwards, so
// that nobody waits for them; what they found differently than before is kept
// in an act of its own. The next question is none of those that were left open.
func (s *Service) Find(ctx context.Context, family kernel.ID, lang kernel.Lang, leftOpen ...rules.Missing) (Found, error) {
	var seen sight
	err := s.Acts.Do(ctx, func(a *act.Act) (err error) {
		if err := a.Allow(ctx, "rights.read", family); err != nil {
			return err
		}
		if seen, err = s.see(ctx, a, family); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "rights.read", Subject: family})
	})
	if err != nil {
		return Found{}, err
	}
	found, err := seen.evaluate(rules.Options{Lang: rules.Lang(lang), Audience: "worker", Skip: leftOpen, Questions: questions})
	if err != nil {
		return Found{}, err
	}
	if seen.file.Partial {
		return found, nil // what one part of a file says is not what is kept of it
	}
	return found, s.keep(ctx, seen, found, lang)
}

// questions is how many are listed beside each other: the next one, and others
// that may come up first in a conversation.
const questions = 5

// sight is all that the rules need to answer, read at one moment.
type sight struct {
	file     families.File // zero in a public check
	claims   []Claim
	document json.RawMessage
	set      *programmes.Ruleset
	running  []programmes.Programme
	edition  string // of the rules and programmes
	on       kernel.Date
	before   map[string]Finding
	last     round
}

func (s *Service) see(ctx context.Context, a *act.Act, family kernel.ID) (seen sight, err error) {
	if seen, err = s.seeRules(ctx, a); err != nil {
		return seen, err
	}
	if seen.file, err = s.Families.ReadIn(ctx, a, family); err != nil {
		return seen, err
	}
	if seen.document, err = seen.file.Case(seen.on); err != nil {
		return seen, err
	}
	if seen.claims, err = claimsOf(ctx, a, a.Alliance(), family); err != nil {
		return seen, err
	}
	if seen.before, err = findingsOf(ctx, a, a.Alliance(), family); err != nil {
		return seen, err
	}
	seen.last, err = roundOf(ctx, a, a.Alliance(), family)
	return seen, err
}

func (s *Service) seeRules(ctx context.Context, a *act.Act) (seen sight, err error) {
	if seen.set, err = s.Programmes.RulesIn(ctx, a); err != nil {
		return seen, err
	}
	seen.running, err = s.Programmes.RunningIn(ctx, a)
	seen.edition, seen.on = s.Packs+"."+seen.set.Print, a.Today()
	return seen, err
}

// Fact is what the dictionary says of a fact; nil when there is none.
func (s *Service) Fact(m rules.Missing) *rules.Fact { return factOf(s.Programmes.Law, m) }

// Check answers for a family that nobody knows, and keeps nothing: the public
// self-check. The case is JSON as the rules read it, of today; with an
// alliance, what is offered there counts too. A case that cannot be right is
// Invalid ("rights.case"), at the fact that is wrong; a house that is too busy
// with checks says TooMany ("check.busy"), and so it says of more persons than
// a file can hold ("family.persons").
func (s *Service) Check(ctx context.Context, alliance kernel.ID, document json.RawMessage, lang kernel.Lang, leftOpen ...rules.Missing) (found Found, err error) {
	var seen sight
	if err := fewEnough(document); err != nil {
		return found, err
	}
	ctx = act.As(ctx, policy.Actor{Alliance: alliance})
	err = s.Acts.Look(ctx, func(a *act.Act) (err error) {
		if err := a.Allow(ctx, "public.read", ""); err != nil {
			return err
		}
		seen, err = s.seeRules(ctx, a)
		return err
	})
	if err != nil {
		return found, err
	}
	done, err := s.turns.take(ctx)
	if err != nil {
		return found, err
	}
	defer done()
	seen.document = document
	return seen.evaluate(rules.Options{Lang: rules.Lang(lang), Audience: "family", Skip: leftOpen, Questions: questions})
}

// fewEnough holds that a case is of no more persons than a file can hold. What
// cannot be read is for the rules to judge.
func fewEnough(document json.RawMessage) error {
	var c struct {
		Persons []json.RawMessage `json:"persons"`
	}
	if json.Unmarshal(document, &c) == nil && len(c.Persons) > families.MaxPersons {
		return kernel.NewTooMany("family.persons").With("limit", strconv.Itoa(families.MaxPersons)).At("persons")
	}
	return nil
}

// evaluate asks the rules. A case that they cannot take is Invalid
// ("rights.case"), at the fact that is wrong.
func (seen sight) evaluate(opts rules.Options) (found Found, err error) {
	lib := seen.set.Rules
	c, err := lib.ParseCase(seen.document)
	if wrong, ok := errors.AsType[*rules.InputError](err); ok {
		return found, kernel.NewInvalid("rights.case").At(wrong.Path)
	}
	if err != nil {
		return found, err
	}
	if opts.Rights == nil {
		opts.Rights = seen.set.Rights()
	}
	found = Found{File: seen.file, Claims: seen.claims, Rules: lib, Result: *lib.Evaluate(c, opts), Local: map[string]Local{},
		PackVersion: seen.edition, On: seen.on}
	for _, x := range found.Result.Rights {
		from, ok := seen.set.Origin(x.ID)
		i := slices.IndexFunc(seen.running, func(p programmes.Programme) bool { return p.ID == from.Programme })
		if !ok || i < 0 {
			continue // of the law, or of a programme that has not begun or is over
		}
		found.Local[x.ID] = Local{seen.running[i], offers(&seen.running[i], from.Offers)}
	}
	return found, nil
}

// offers are those of a programme with these ids.
func offers(p *programmes.Programme, ids []string) (out []programmes.Offer) {
	for _, o := range p.Offers() {
		if slices.Contains(ids, o.ID) {
			out = append(out, o)
		}
	}
	return out
}

// keep writes down what changed since the family was last looked at; when
// nothing did, nothing. Whoever was quicker with newer facts stays.
func (s *Service) keep(ctx context.Context, seen sight, found Found, lang kernel.Lang) error {
	family := found.File.ID
	now := round{found.PackVersion, found.File.FactsVersion, found.On, seen.last.Changes, seen.last.Changes}
	changed, gone, err := seen.differing(found)
	if err != nil || len(changed)+len(gone) == 0 && seen.last == now {
		return err
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "rights.read", family); err != nil {
			return err
		}
		last, err := roundOf(ctx, a, a.Alliance(), family)
		if err != nil {
			return err
		}
		if last.FactsVersion <= now.FactsVersion {
			if err := s.write(ctx, a, family, now, changed, gone); err != nil {
				return err
			}
			if len(changed)+len(gone) > 0 || seen.last.PackVersion != now.PackVersion || seen.last.FactsVersion != now.FactsVersion {
				if err := keepLook(ctx, a, family, seen, found, lang); err != nil {
					return err
				}
			}
		}
		return a.Record(ctx, act.Entry{Action: "rights.found", Subject: family, Detail: map[string]string{"changed": strconv.Itoa(len(changed) + len(gone))}})
	})
}

func (s *Service) write(ctx context.Context, a *act.Act, family kernel.ID, now round, changed []Finding, gone []string) error {
	for _, x := range changed {
		x.FoundAt = a.Now
		if err := saveFinding(ctx, a, a.Alliance(), family, x); err != nil {
			return err
		}
	}
	for _, right := range gone {
		if err := deleteFinding(ctx, a, a.Alliance(), family, right); err != nil {
			return err
		}
	}
	return saveRound(ctx, a, a.Alliance(), family, now)
}

// differing lists the findings that are new or other than before, and the
// rights of which no rule speaks any more.
func (seen sight) differing(found Found) (changed []Finding, gone []string, err error) {
	still := map[string]bool{}
	for _, x := range found.Result.Rights {
		amounts, err1 := json.Marshal(bare(x.Amounts))
		missing, err2 := json.Marshal(x.Missing)
		if err := errors.Join(err1, err2); err != nil {
			return nil, nil, err
		}
		now := Finding{
			Right: x.ID, Status: x.Status, Amounts: amounts, Missing: missing, Received: strings.Join(x.Received, " "), Had: x.Had(), PackVersion: found.PackVersion,
			FactsVersion: found.File.FactsVersion, FoundOn: found.On,
		}
		if old, ok := seen.before[x.ID]; !ok || !now.same(old) {
			changed = append(changed, now)
		}
		still[x.ID] = true
	}
	for right := range seen.before {
		if !still[right] {
			gone = append(gone, right)
		}
	}
	slices.Sort(gone)
	return changed, gone, nil
}

// bare is amounts without what explains them: that is told anew each time.
func bare(amounts []rules.Amount) []rules.Amount {
	out := make([]rules.Amount, len(amounts))
	for i, x := range amounts {
		out[i] = rules.Amount{Value: x.Value, Currency: x.Currency, Per: x.Per, To: x.To}
	}
	return out
}

// Findings are what was found about a family when it was last looked at, by
// right; stale tells that the facts, the rules or the programmes changed since.
func (s *Service) Findings(ctx context.Context, family kernel.ID) (findings map[string]Finding, stale bool, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "rights.read", family); err != nil {
			return err
		}
		if findings, err = findingsOf(ctx, a, a.Alliance(), family); err != nil {
			return err
		}
		last, err := roundOf(ctx, a, a.Alliance(), family)
		if err != nil {
			return err
		}
		set, err := s.Programmes.RulesIn(ctx, a)
		if err != nil {
			return err
		}
		stale = last.stale(s.Packs + "." + set.Print)
		return a.Record(ctx, act.Entry{Action: "rights.read", Subject: family, Detail: map[string]string{"findings": strconv.Itoa(len(findings))}})
	})
	return findings, stale, err
}

// FactsChanged hears that rules may answer differently from now on.
func (s *Service) FactsChanged(ctx context.Context, a *act.Act, e families.FactsChanged) error {
	return heardOf(ctx, a, a.Alliance(), e.Family)
}

// Forgotten hears that a family was erased: what was found goes; of what it
// asked for only figures stay.
func (s *Service) Forgotten(ctx context.Context, a *act.Act, e families.Forgotten) error {
	return forget(ctx, a, a.Alliance(), e.Family, a.Now)
}

package rights

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Service is the module's use cases.
type Service struct {
	Acts       *act.Acts
	Families   *families.Service
	Programmes *programmes.Service
	Packs      string // the fingerprint of the rule packs
}

// Find looks what there is for a family today, by law and in its alliance, and
// keeps what it found. It leaves one record, as reading the file does: an
// answer shows income and household. Texts are in lang.
func (s *Service) Find(ctx context.Context, family kernel.ID, lang kernel.Lang) (found Found, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "rights.read", family); err != nil {
			return err
		}
		if found, err = s.FindIn(ctx, a, family, lang); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "rights.read", Subject: family})
	})
	if err != nil {
		return Found{}, err // an answer of a try that was rolled back is no answer
	}
	return found, nil
}

// FindIn is [Service.Find] within an act of a module above, which has asked
// whether it may and leaves the record.
func (s *Service) FindIn(ctx context.Context, a *act.Act, family kernel.ID, lang kernel.Lang) (found Found, err error) {
	file, err := s.Families.ReadIn(ctx, a, family)
	if err != nil {
		return found, err
	}
	document, err := file.Case(a.Today())
	if err != nil {
		return found, err
	}
	set, err := s.Programmes.RulesIn(ctx, a)
	if err != nil {
		return found, err
	}
	if found, err = s.evaluate(ctx, a, set, document, rules.Options{Lang: rules.Lang(lang), Audience: "worker"}); err != nil {
		return found, err
	}
	found.File = file
	if found.Claims, err = claimsOf(ctx, a, a.Alliance(), family); err != nil {
		return found, err
	}
	return found, s.keep(ctx, a, found)
}

// Check answers for a family that nobody knows, and keeps nothing: the public
// self-check. The case is JSON as the rules read it, of today; with an
// alliance, what is offered there counts too. A case that cannot be right is
// Invalid ("rights.case"), at the fact that is wrong.
func (s *Service) Check(ctx context.Context, alliance kernel.ID, document json.RawMessage, lang kernel.Lang) (found Found, err error) {
	actor := act.ActorOf(ctx)
	actor.Alliance = alliance
	err = s.Acts.Look(act.As(ctx, actor), func(a *act.Act) error {
		if err := a.Allow(ctx, "public.read", ""); err != nil {
			return err
		}
		set, err := s.Programmes.RulesIn(ctx, a)
		if err != nil {
			return err
		}
		found, err = s.evaluate(ctx, a, set, document, rules.Options{Lang: rules.Lang(lang), Audience: "family"})
		return err
	})
	return found, err
}

func (s *Service) evaluate(ctx context.Context, a *act.Act, set *programmes.Ruleset, document json.RawMessage, opts rules.Options) (found Found, err error) {
	c, err := set.Rules.ParseCase(document)
	if wrong, ok := errors.AsType[*rules.InputError](err); ok {
		return found, kernel.NewInvalid("rights.case").At(wrong.Path)
	}
	if err != nil {
		return found, err
	}
	opts.Rights = set.Rights()
	found = Found{
		Rules: set.Rules, Result: *set.Rules.Evaluate(c, opts), Local: map[string]Local{},
		PackVersion: s.Packs + "." + set.Print, On: a.Today(),
	}
	running, err := s.Programmes.RunningIn(ctx, a)
	if err != nil {
		return found, err
	}
	for _, x := range found.Result.Rights {
		from, ok := set.Origin(x.ID)
		i := slices.IndexFunc(running, func(p programmes.Programme) bool { return p.ID == from.Programme })
		if !ok || i < 0 {
			continue // of the law, or of a programme that has not begun or is over
		}
		found.Local[x.ID] = Local{running[i], offers(&running[i], from.Offers)}
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

// keep writes down what changed since the family was last looked at.
func (s *Service) keep(ctx context.Context, a *act.Act, found Found) error {
	family := found.File.ID
	before, err := findingsOf(ctx, a, a.Alliance(), family)
	if err != nil {
		return err
	}
	for _, x := range found.Result.Rights {
		amounts, err1 := json.Marshal(bare(x.Amounts))
		missing, err2 := json.Marshal(x.Missing)
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		now := Finding{
			Right: x.ID, Status: x.Status, Amounts: amounts, Missing: missing, PackVersion: found.PackVersion,
			FactsVersion: found.File.FactsVersion, FoundOn: found.On, FoundAt: a.Now,
		}
		if old, ok := before[x.ID]; !ok || !now.same(old) {
			if err := saveFinding(ctx, a, a.Alliance(), family, now); err != nil {
				return err
			}
		}
		delete(before, x.ID)
	}
	for right := range before { // no rule speaks of it any more
		if err := deleteFinding(ctx, a, a.Alliance(), family, right); err != nil {
			return err
		}
	}
	return saveRound(ctx, a, a.Alliance(), family, round{
		PackVersion: found.PackVersion, FactsVersion: found.File.FactsVersion, LookedOn: found.On, LookedAt: a.Now,
	})
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
		last, looked, err := roundOf(ctx, a, a.Alliance(), family)
		if err != nil {
			return err
		}
		set, err := s.Programmes.RulesIn(ctx, a)
		if err != nil {
			return err
		}
		stale = !looked || last.Stale || last.PackVersion != s.Packs+"."+set.Print
		return a.Record(ctx, act.Entry{Action: "rights.read", Subject: family, Detail: map[string]string{"findings": strconv.Itoa(len(findings))}})
	})
	return findings, stale, err
}

// FactsChanged hears that rules may answer differently from now on.
func (s *Service) FactsChanged(ctx context.Context, a *act.Act, e families.FactsChanged) error {
	return markStale(ctx, a, a.Alliance(), e.Family)
}

// Forgotten hears that a family was erased: what was found goes; of what it
// asked for only figures stay.
func (s *Service) Forgotten(ctx context.Context, a *act.Act, e families.Forgotten) error {
	return forget(ctx, a, a.Alliance(), e.Family, a.Now)
}

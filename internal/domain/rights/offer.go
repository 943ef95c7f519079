package rights

import (
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/rules"
)

// OfOffer is what the own rule of a programme says of an offer for a person of
// a family, by what is known today: of whom it is for and of its conditions.
// Where several rules open the offer, the best answer counts. A programme that
// says nothing of the offer, or is not on today, answers rules.Unknown. It keeps
// nothing.
func (m Measure) OfOffer(f families.File, programme kernel.ID, offer string, person kernel.ID) (rules.Status, error) {
	seen := m.seen
	var opens []string
	for _, right := range seen.set.Rights() {
		if from, ok := seen.set.Origin(right); ok && from.Programme == programme && slices.Contains(from.Offers, offer) {
			opens = append(opens, right)
		}
	}
	if len(opens) == 0 {
		return rules.Unknown, nil
	}
	seen.file = f
	var err error
	if seen.document, err = f.Case(seen.on); err != nil {
		return "", err
	}
	found, err := seen.evaluate(rules.Options{Brief: true, Rights: opens})
	if err != nil {
		return "", err
	}
	best := rules.NotEntitled
	for _, x := range found.Result.Rights {
		status := x.Status
		if len(x.Persons) > 0 {
			status = rules.NotEntitled // a person of whom it says nothing
			for _, p := range x.Persons {
				if p.Person == string(person) {
					status = p.Status
				}
			}
		}
		switch {
		case status == rules.Entitled:
			return rules.Entitled, nil
		case status != rules.NotEntitled:
			best = rules.Unknown
		}
	}
	return best, nil
}

// SumOf is what the own rule of a programme gives a person of a family by an
// offer on a day, apart from the conditions of which nothing is known yet; of
// several rules the best that does not refuse it. Where all refuse, it is what it
// would be: whoever decides otherwise need not reckon. Known is false where no
// rule gives a sum, and where it hangs on a fact that nobody told.
func (m Measure) SumOf(f families.File, programme kernel.ID, offer string, person kernel.ID, on kernel.Date) (sum kernel.Cents, known bool, err error) {
	seen := m.seen
	seen.file = f
	if seen.document, err = f.CaseKnown(on, seen.on); err != nil {
		return 0, false, err
	}
	c, err := seen.set.Rules.ParseCase(seen.document)
	if err != nil {
		return 0, false, err
	}
	refused := true
	for _, right := range seen.set.Rights() {
		from, ok := seen.set.Origin(right)
		if !ok || from.Programme != programme || !slices.Contains(from.Offers, offer) {
			continue
		}
		total, any := kernel.Cents(0), false
		for _, x := range seen.set.Rules.Sums(c, right) {
			if x.To == string(person) {
				total, any = total+kernel.Cents(x.Cents), true
			}
		}
		if !any {
			continue
		}
		not := seen.set.Rules.Evaluate(c, rules.Options{Brief: true, Rights: []string{right}}).Rights[0].Status == rules.NotEntitled
		if better := refused && !not || refused == not && total > sum; better || !known {
			sum, refused, known = total, not, true
		}
	}
	return sum, known, nil
}

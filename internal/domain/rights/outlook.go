package rights

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Outlook is all that the rules need to answer for a family today and on days
// to come, without knowing who it is.
type Outlook struct{ seen sight }

// OutlookIn reads it for the house itself at work, within an act of a module
// above, which leaves the record. For anybody else there is none. Think of it
// afterwards, outside the transaction.
func (s *Service) OutlookIn(ctx context.Context, a *act.Act, family kernel.ID) (o Outlook, err error) {
	if o.seen, err = s.seeRules(ctx, a); err != nil {
		return o, err
	}
	if o.seen.file, err = s.Families.RulesIn(ctx, a, family); err != nil {
		return o, err
	}
	o.seen.claims, err = claimsOf(ctx, a, a.Alliance(), family)
	return o, err
}

// EditionIn tells the rules and programmes of the act's alliance apart from
// those of another time.
func (s *Service) EditionIn(ctx context.Context, a *act.Act) (string, error) {
	set, err := s.Programmes.RulesIn(ctx, a)
	if err != nil {
		return "", err
	}
	return s.Packs + "." + set.Print, nil
}

// Edition is that of the rules by which the outlook answers.
func (o Outlook) Edition() string { return o.seen.edition }

// Today is the day on which it was read.
func (o Outlook) Today() kernel.Date { return o.seen.on }

// File is the family, without who it is.
func (o Outlook) File() families.File { return o.seen.file }

// On is what there is for the family on a day, if nothing else happens than
// that everybody grows older, that children are born when they are due and that
// the law changes as it says. Its findings are brief ([rules.Options]). Only the
// rights that are named are looked at; without any, all.
func (o Outlook) On(day kernel.Date, only ...string) (found Found, err error) {
	seen := o.seen
	seen.on = day
	if day > o.seen.on {
		seen.file = seen.file.Born(o.seen.on, day)
	}
	if seen.document, err = seen.file.Case(day); err != nil {
		return found, err
	}
	return seen.evaluate(rules.Options{Brief: true, Rights: only})
}

// Turns lists the days after today, until another, on which an answer can be
// another than the day before: by the family's own days, by the days on which
// the law changes its numbers, and on the first of each month. Of a rule that
// counts single days it does not know when.
func (o Outlook) Turns(until kernel.Date) []kernel.Date {
	days := o.seen.file.Turns(o.seen.on, until)
	add := func(d kernel.Date) {
		if o.seen.on < d && d <= until {
			days = append(days, d)
		}
	}
	first := o.seen.on.AddDays(1 - o.seen.on.Time().Day())
	for n := 1; first.AddMonths(n) <= until; n++ {
		add(first.AddMonths(n))
	}
	for _, r := range o.seen.set.Rules.Rights() {
		if r.ValidFrom != nil {
			add(dayOf(*r.ValidFrom))
		}
		if r.ValidTo != nil {
			add(dayOf(*r.ValidTo).AddDays(1))
		}
		for _, p := range r.Parameters {
			for _, v := range p.Values {
				add(dayOf(v.From))
				if v.To != nil {
					add(dayOf(*v.To).AddDays(1))
				}
			}
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

func dayOf(d rules.Date) kernel.Date { return kernel.Date(d.String()) }

// NamesIn are what rights are called, by id; one that the rules no longer have
// is not among them.
func (s *Service) NamesIn(ctx context.Context, a *act.Act) (func(right string) kernel.Text, error) {
	set, err := s.Programmes.RulesIn(ctx, a)
	if err != nil {
		return nil, err
	}
	return func(right string) kernel.Text { return nameOf(set, right) }, nil
}

// YearOf is what a right gives a person in a year, or the family (zero person), at
// least: of a sum that is open, the least that it can be, and then open is true;
// 0 when it gives no sum, or one of which nobody knows how often it comes.
func YearOf(x rules.Finding, person kernel.ID) (sum kernel.Cents, open bool) {
	for _, a := range x.Amounts {
		if person == "" || a.To == string(person) {
			sum += kernel.Cents(a.Cents) * kernel.Cents(rules.TimesAYear(a.Per))
		}
	}
	for _, r := range x.Ranges {
		if person == "" || r.To == string(person) {
			sum += kernel.Cents(r.Least) * kernel.Cents(rules.TimesAYear(r.Per))
			open = true
		}
	}
	return sum, open
}

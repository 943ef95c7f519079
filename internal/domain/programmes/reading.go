package programmes

import (
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Of is the template that the programme carries out; nil when the library no
// longer has it.
func (p *Programme) Of() *Template { return p.template }

// Name is what the programme is called: the alliance's own name, else the
// template's.
func (p *Programme) Name() kernel.Text {
	return p.words(p.Overrides.Names, func(t *Template) kernel.Text { return t.Names })
}

// Summary is what it is, in the alliance's own words, else the template's.
func (p *Programme) Summary() kernel.Text {
	return p.words(p.Overrides.Summary, func(t *Template) kernel.Text { return t.Summary })
}

// How is how one gets it, in the alliance's own words, else the template's.
func (p *Programme) How() kernel.Text {
	return p.words(p.Overrides.How, func(t *Template) kernel.Text { return t.Apply.How })
}

func (p *Programme) words(own kernel.Text, of func(*Template) kernel.Text) kernel.Text {
	if own == (kernel.Text{}) && p.template != nil {
		return of(p.template)
	}
	return own
}

// Levers are the themes on which it acts.
func (p *Programme) Levers() []Lever {
	if p.template == nil {
		return nil
	}
	return p.template.Levers
}

// Offers are what it gives.
func (p *Programme) Offers() []Offer {
	if p.template == nil {
		return nil
	}
	return p.template.Offers
}

// SumsByRule tells whether the programme's own rule says how much each child, or
// each other person whom it means, gets by an offer.
func (p *Programme) SumsByRule(offer string) bool {
	return p.template != nil && slices.ContainsFunc(p.template.rules, func(r ruleText) bool { return r.sums && slices.Contains(r.offers, offer) })
}

// Value is what holds for a parameter, in canonical text: what the alliance
// chose, else the default; "" when neither is there.
func (p *Programme) Value(param string) string {
	if p.template == nil {
		return p.Params[param]
	}
	return p.template.value(p.Params, param)
}

// Cents is the value of a parameter of type money; set is false when there is
// none.
func (p *Programme) Cents(param string) (c kernel.Cents, set bool) {
	c, err := kernel.ParseCents(p.Value(param))
	return c, err == nil
}

// Count is the value of a parameter of type count; set is false when there is
// none.
func (p *Programme) Count(param string) (n int64, set bool) {
	n, err := strconv.ParseInt(p.Value(param), 10, 64)
	return n, err == nil
}

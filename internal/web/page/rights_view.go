package page

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// rightsView is what was found for a family, as a page shows it: to a worker
// beside the family, or to somebody who checks for themselves.
type rightsView struct {
	Total    rights.Total
	Sums     []sumLine
	Have     []rightCard // the family has it already
	Certain  []rightCard
	Possible []rightCard
	Asks     []askGroup  // the possible ones, by the question that they wait for
	Referred []rightCard // somebody else decides
	Not      []rightCard
	On       kernel.Date
}

// Others counts what is certain and gives no sum of money.
func (w rightsView) Others() (n int) {
	for _, c := range w.Certain {
		if len(c.Amounts) == 0 {
			n++
		}
	}
	return n
}

// sumLine is one line of the adding up.
type sumLine struct {
	Anchor, Name, For, Amount, Per string
	Added, Had                     bool
}

// rightCard is one right or offer.
type rightCard struct {
	ID, Anchor   string
	Name         string
	Summary      string
	Kind         kit.Kind
	Local        *rights.Local // nil: a right of the law
	By           string        // who decides or gives it
	Amounts      []amountLine
	Sum          *amountLine // of several amounts that come as often
	Ranges       []string
	InKind       string
	Ask          *askLink
	Why          []whyGroup
	Steps        []stepGroup
	WhyNot       []string
	Refers       []string
	Law          []string
	Numbers      []string // of the law, with their day
	Sources      []rules.Source
	OldSince     kernel.Date // some amount may have been adapted since then; "": none
	Unsure       bool        // some amount is not certain
	Undetermined bool        // the search ended before it knew whether it can be both
	How, Where   string
	Automatic    bool
	Notes        string
	Standings    []standing
	Had          bool   // the family has it already
	Version      string // of the rules; "": nothing is kept, and so the next
	Before       string // where stands what was found before
}

// standing is how far a right is for one person, or for the family.
type standing struct {
	rights.Standing
	Name string // how the person is called; "" for the family
}

// ToAsk are those for whom the right is still to be asked.
func (c rightCard) ToAsk() (ask []standing) {
	for _, s := range c.Standings {
		if s.ToAsk() {
			ask = append(ask, s)
		}
	}
	return ask
}

type amountLine struct {
	Amount kernel.Cents
	Per    string // in words
	For    string // whom, in words; "" for the family
	What   string
}

// askLink is the one fact that is missing, and where it is asked.
type askLink struct {
	Question, Ref string
	More          int
}

// askGroup is the rights that wait for one question; Ask is nil for those
// about which nobody here can be asked.
type askGroup struct {
	Ask   *askLink
	Cards []rightCard
}

// byQuestion groups what is possible, the question for most rights first.
func byQuestion(possible []rightCard) (groups []askGroup) {
	for _, c := range possible {
		i := slices.IndexFunc(groups, func(g askGroup) bool {
			return g.Ask == nil && c.Ask == nil || g.Ask != nil && c.Ask != nil && g.Ask.Ref == c.Ask.Ref
		})
		if i < 0 {
			groups, i = append(groups, askGroup{Ask: c.Ask}), len(groups)
		}
		groups[i].Cards = append(groups[i].Cards, c)
	}
	slices.SortStableFunc(groups, func(a, b askGroup) int {
		if (a.Ask == nil) != (b.Ask == nil) {
			return map[bool]int{true: 1, false: -1}[a.Ask == nil]
		}
		return len(b.Cards) - len(a.Cards)
	})
	return groups
}

// whyGroup is the conditions of one person, or of the family.
type whyGroup struct {
	For    string
	Lines  []whyLine
	Folded bool // under its name, beside others
}

type whyLine struct {
	Text string
	Kind kit.Kind
	Saw  []string
	Law  string
}

type stepGroup struct {
	For   string
	Steps []rules.Step
}

// naming says how a person of the case is called; the zero ID is the family.
type naming func(person string) string

// viewRights arranges what was found. audience is who can be asked.
func viewRights(v kit.View, found *rights.Found, called naming, audience string) rightsView {
	w := rightsView{Total: found.Total(), On: found.On}
	b := cardBuilder{v, found, called, audience}
	for _, line := range w.Total.Lines {
		w.Sums = append(w.Sums, sumLine{Anchor: anchorOf(line.Right), Name: line.Name, For: called(personOf(line.To)),
			Amount: v.Euro(line.Amount), Per: v.T("per." + line.Per), Added: line.Added, Had: line.Had})
	}
	for _, x := range found.Result.Rights {
		card := b.card(x)
		switch {
		case found.Had(x):
			w.Have = append(w.Have, card)
		case x.Status == rules.Entitled:
			w.Certain = append(w.Certain, card)
		case x.Status == rules.Unknown:
			w.Possible = append(w.Possible, card)
		case x.Status == rules.Refer:
			w.Referred = append(w.Referred, card)
		default:
			w.Not = append(w.Not, card)
		}
	}
	worth := func(c rightCard) (cents kernel.Cents) {
		for _, line := range w.Total.Lines {
			if line.Right == c.ID && line.Added {
				cents += line.Amount
			}
		}
		return cents
	}
	slices.SortStableFunc(w.Have, func(a, b rightCard) int { return int(worth(b) - worth(a)) })
	slices.SortStableFunc(w.Certain, func(a, b rightCard) int { return int(worth(b) - worth(a)) })
	slices.SortStableFunc(w.Possible, func(a, b rightCard) int { return len(b.Ranges) - len(a.Ranges) })
	w.Asks = byQuestion(w.Possible)
	return w
}

// anchorOf is the id of a right's card on the page.
func anchorOf(right string) string { return strings.ReplaceAll(right, ".", "-") }

func personOf(to string) string {
	if to == rules.OfFamily {
		return ""
	}
	return to
}

type cardBuilder struct {
	v        kit.View
	found    *rights.Found
	called   naming
	audience string
}

func (b cardBuilder) card(x rules.Finding) rightCard {
	c := rightCard{
		ID: x.ID, Anchor: anchorOf(x.ID), Name: x.Name, Summary: x.Summary, InKind: x.InKind, By: x.Decides,
		Undetermined: x.Undetermined,
		Law:          x.Law, Sources: x.Sources, How: x.Apply, Where: x.Where, Had: b.found.Had(x), Automatic: x.Mode == "automatic", Notes: x.Notes,
		Kind: map[rules.Status]kit.Kind{rules.Entitled: kit.Certain, rules.Unknown: kit.Possible, rules.NotEntitled: kit.Not, rules.Refer: kit.Plain}[x.Status],
	}
	if local, ok := b.found.Local[x.ID]; ok {
		c.Local = &local
	}
	for _, s := range b.found.Standings(x) {
		c.Standings = append(c.Standings, standing{s, b.called(string(s.Person))})
	}
	if ask, more, ok := b.found.FirstMissing(x, b.audience); ok {
		q := question{Ask: ask, Called: b.called(ask.Person)}
		c.Ask = &askLink{q.Text(b.v), q.Ref(), more}
	}
	b.amounts(&c, x)
	b.why(&c, x)
	for _, r := range x.Refers {
		c.Refers = append(c.Refers, r.Text)
	}
	c.Refers = slices.Compact(c.Refers)
	for _, warning := range x.Warnings {
		if warning.Code == rules.LowConfidence {
			c.Unsure = true
		} else if from := kernel.Date(warning.From); c.OldSince == "" || from < c.OldSince {
			c.OldSince = from
		}
	}
	return c
}

func (b cardBuilder) amounts(c *rightCard, x rules.Finding) {
	var sum kernel.Cents
	alike := len(x.Amounts) > 1
	for _, a := range x.Amounts {
		line := amountLine{Amount: kernel.Cents(a.Cents), Per: b.v.T("per." + a.Per), For: b.called(personOf(a.To)), What: a.Text}
		c.Amounts = append(c.Amounts, line)
		sum += line.Amount
		alike = alike && a.Per == x.Amounts[0].Per
		if len(a.Steps) > 0 {
			c.Steps = append(c.Steps, stepGroup{line.For, a.Steps})
		}
	}
	if alike {
		c.Sum = &amountLine{Amount: sum, Per: c.Amounts[0].Per}
	}
	for _, r := range x.Ranges {
		if s := b.span(r); s != "" && !slices.Contains(c.Ranges, s) {
			c.Ranges = append(c.Ranges, s)
		}
	}
}

// span is an amount that is not certain yet, in words.
func (b cardBuilder) span(r rules.Range) string {
	low, err1 := kernel.ParseCents(r.Min)
	high, err2 := kernel.ParseCents(r.Max)
	per := b.v.T("per." + r.Per)
	switch {
	case err2 == nil && high == 0:
		return ""
	case err1 == nil && err2 == nil && low > 0 && low < high:
		return b.v.T("rights.range.between", "low", low, "high", high, "per", per)
	case err2 == nil:
		return b.v.T("rights.range.to", "high", high, "per", per)
	case err1 == nil && low > 0:
		return b.v.T("rights.range.from", "low", low, "per", per)
	}
	return ""
}

func (b cardBuilder) why(c *rightCard, x rules.Finding) {
	seen := map[string]bool{}
	for _, r := range x.Reasons {
		if r.Condition == "in_force" && r.Holds != nil && *r.Holds {
			continue // that it exists today goes without saying
		}
		line := whyLine{Text: r.Text, Kind: kit.Possible, Law: r.Law}
		if r.Holds != nil && *r.Holds {
			line.Kind = kit.Certain
		} else if r.Holds != nil {
			line.Kind = kit.Not
			if x.Status == rules.NotEntitled && !slices.Contains(c.WhyNot, r.Text) {
				c.WhyNot = append(c.WhyNot, r.Text)
			}
		}
		line.Saw = b.saw(r)
		whom := b.called(r.Person)
		if r.Person == "" {
			whom = ""
		}
		i := slices.IndexFunc(c.Why, func(g whyGroup) bool { return g.For == whom })
		if i < 0 {
			c.Why, i = append(c.Why, whyGroup{For: whom}), len(c.Why)
		}
		c.Why[i].Lines = append(c.Why[i].Lines, line)
		if r.Law != "" && !slices.Contains(c.Law, r.Law) {
			c.Law = append(slices.Clone(c.Law), r.Law)
		}
		for _, p := range r.Parameters {
			if !seen[p.Name] && p.Value != "" {
				seen[p.Name] = true
				c.Numbers = append(c.Numbers, b.number(p))
			}
		}
	}
	c.Why = together(b.v, c.Why)
}

// number is a number of the law, with the day since which it holds.
func (b cardBuilder) number(p rules.SeenParameter) string {
	value := p.Value + " " + unitWords(b.v, p.Unit)
	if cents, err := kernel.ParseCents(p.Value); err == nil && strings.HasPrefix(p.Unit, "EUR") {
		value = b.v.Euro(cents) + " " + unitWords(b.v, p.Unit)
	}
	return b.v.T("rights.number", "what", p.Text, "value", strings.TrimSpace(value), "day", b.v.Date(kernel.Date(p.From)))
}

// unknownShown is of how many facts a condition says that they are not known;
// of more it says how many.
const unknownShown = 3

// saw is what a condition looked at, in words: what is known first, facts of the
// family before those of people.
func (b cardBuilder) saw(r rules.Reason) (lines []string) {
	var unknown []string
	keys := make([]string, 0, len(r.Saw))
	for k := range r.Saw {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		m, ok := parseRef(k)
		if !ok || strings.HasPrefix(k, "param.") || strings.HasPrefix(k, "right.") {
			continue
		}
		entity := rules.OfPerson
		if m.Person == "" {
			entity = rules.OfFamily
		}
		x := b.found.Rules.Facts().Fact(entity, m.Fact)
		if x == nil || x.Key == "role" || r.Saw[k] == "-" {
			continue
		}
		value, err := json.Marshal(r.Saw[k])
		if err != nil {
			continue
		}
		line := x.Names.In(rules.Lang(b.v.Lang())) + ": " + factWords(b.v, x, value)
		if m.Person != "" && m.Person != r.Person {
			line = b.called(m.Person) + ", " + line
		}
		if r.Saw[k] == nil {
			unknown = append(unknown, line)
			continue
		}
		lines = append(lines, line)
	}
	if more := len(unknown) - unknownShown; more > 1 {
		unknown = append(unknown[:unknownShown], b.v.T("rights.saw.more", "n", more))
	}
	return append(lines, unknown...)
}

// offerWays says in which ways the offers of a local right come to a family.
func (c rightCard) offerWays() (ways []programmes.Way) {
	if c.Local != nil {
		for _, o := range c.Local.Offers {
			if !slices.Contains(ways, o.Way) {
				ways = append(ways, o.Way)
			}
		}
	}
	return ways
}

// Referable tells whether a partner brings the family there.
func (c rightCard) Referable() bool {
	return slices.ContainsFunc(c.offerWays(), func(w programmes.Way) bool {
		return w == programmes.Referral || w == programmes.Appointment || w == programmes.Enrolment || w == programmes.Request
	})
}

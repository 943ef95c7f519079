package rules

import (
	"slices"
	"strings"
)

// Sometimes a right is not due although no condition is known to fail: of two
// that are open the one holds only where the other does not. Then a reason says
// so: these cannot hold together, whatever is still found out.

// TogetherReason is the condition that a reason of this kind names.
const TogetherReason = "together"

var togetherText = Text{
	"Deze voorwaarden kunnen voor u niet samen waar zijn: %. Wat we ook nog van u horen: aan één ervan voldoet u niet.",
	"Pour vous, ces conditions ne peuvent pas être remplies ensemble : %. Quoi que vous nous disiez encore, l'une d'elles n'est pas remplie.",
	"Diese Bedingungen können bei Ihnen nicht zusammen zutreffen: %. Was wir auch noch erfahren: Eine davon ist nicht erfüllt.",
	"For you these conditions cannot be true together: %. Whatever we still hear from you, one of them is not met.",
}

var andText = Text{" en ", " et ", " und ", " and "}

// together explains a right that is not due to somebody of whom no reason says
// why.
func (e *explainer) together() {
	if e.out.Status != NotEntitled {
		return
	}
	var whom []string // the persons without a reason; "" is the family
	no := func(person string) bool {
		return slices.ContainsFunc(e.out.Reasons, func(r Reason) bool { return r.Holds != nil && !*r.Holds && (r.Person == "" || r.Person == person) })
	}
	if !e.right.ForEach && !no("") {
		whom = append(whom, "")
	}
	for _, p := range e.out.Persons {
		if !no(p.Person) {
			whom = append(whom, p.Person)
		}
	}
	if len(whom) == 0 {
		return
	}
	left := e.conflict()
	if len(left) == 0 {
		return
	}
	for _, person := range whom {
		e.excludeEachOther(person, left)
	}
}

// excludeEachOther is the reason for one person, or for the family (""). For whom
// the right is counts as a condition where that is open.
func (e *explainer) excludeEachOther(person string, left []*condition) {
	var ids, texts []string
	add := func(id string, t Text) {
		ids, texts = append(ids, id), append(texts, "“"+strings.TrimSuffix(t.In(e.lang), ".")+"”")
	}
	of := func(id string) func(r Reason) bool {
		return func(r Reason) bool { return r.Condition == id && (r.Person == "" || r.Person == person) }
	}
	if slices.ContainsFunc(e.out.Reasons, of("for")) {
		add("for", e.right.forText)
	}
	for _, c := range left {
		add(c.id, c.text)
	}
	if len(ids) == 1 { // it fails in every family, which it takes a search to see
		if i := slices.IndexFunc(e.out.Reasons, of(ids[0])); i >= 0 {
			e.out.Reasons[i].Holds = holds(isFalse)
		}
		return
	}
	list := strings.Join(texts[:len(texts)-1], ", ") + andText.In(e.lang) + texts[len(texts)-1]
	e.out.Reasons = append(e.out.Reasons, Reason{Condition: TogetherReason, Together: ids, Person: person, Holds: holds(isFalse),
		Text: strings.Replace(togetherText.In(e.lang), "%", list, 1), Law: e.right.firstLaw()})
}

// conflict are conditions that never hold together, and of which none can be
// left out; none where a search does not show it.
func (e *explainer) conflict() []*condition {
	f := e.frame
	fuel := f.fuel
	defer func() {
		f.rights[e.right.index].verdicts, f.fuel = nil, fuel // what others find does not hang on it
		f.fresh()
	}()
	var left []*condition
	for _, c := range e.right.conditions {
		if e.watch(func() tri { return c.holds(f) }).holds != isTrue || c.mine {
			left = append(left, c)
		}
	}
	if !e.right.with(left).never(f) {
		return nil
	}
	for i := 0; i < len(left); {
		rest := slices.Delete(slices.Clone(left), i, i+1)
		if len(rest) > 0 && e.right.with(rest).never(f) {
			left = rest
		} else {
			i++
		}
	}
	return left
}

// with is the right with some of its conditions alone.
func (r *Right) with(conditions []*condition) *Right {
	return &Right{ID: r.ID, ForEach: r.ForEach, index: r.index, each: r.each, conditions: conditions, uses: r.uses, weight: r.weight, loops: r.loops, sites: r.sites}
}

// never tells whether a search shows that the right is due in no family.
func (r *Right) never(f *frame) bool {
	f.rights[r.index].verdicts = nil
	f.fresh()
	s := newSearch(f, r)
	s.fuel, f.fuel = f.effort*fuelPerRight, f.effort*fuelPerCase
	s.look(&s.open)
	s.candidates = append(s.candidates, s.trail.order...)
	s.bind()
	s.statusOnly = true
	return !s.differ(nil) && s.have && s.base.status == canRefuse
}

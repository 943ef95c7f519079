package page

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// checkState is all that somebody told in a public check. It travels in the
// form from page to page and is nowhere else.
type checkState struct {
	Postal   kernel.PostalCode
	NIS      kernel.NIS
	Called   string // how the visitor wants to be called here; may be made up
	Partner  bool
	Children []kernel.Date // days of birth
	Unborn   bool
	Due      kernel.Date
	Facts    []checkFact
	Later    []rules.Missing // questions left open
}

// checkFact is one answer.
type checkFact struct {
	rules.Missing
	Value json.RawMessage
}

// The persons of a check.
const (
	checkMe      = "me"
	checkPartner = "partner"
	checkBaby    = "baby"
	checkChild   = "child" // with a number from 1
)

// Bounds of what a check can hold.
const (
	maxChildren    = 12
	maxCheckFacts  = 120
	maxCheckValue  = 64
	maxCheckCalled = 40
	maxCheckBytes  = 24 << 10
)

// hidden is the state as form values; parseCheck reads them.
func (c checkState) hidden() url.Values {
	form := url.Values{}
	set := func(name string, values ...string) {
		for _, s := range values {
			if s != "" {
				form.Add(name, s)
			}
		}
	}
	set("postal", string(c.Postal))
	set("nis", string(c.NIS))
	set("called", c.Called)
	if c.Partner {
		set("partner", "yes")
	}
	if c.Unborn {
		set("unborn", "yes")
	}
	set("due", string(c.Due))
	for _, d := range c.Children {
		set("child", string(d))
	}
	for _, x := range c.Facts {
		set("known", refOf(x.Missing)+"="+string(x.Value))
	}
	for _, m := range c.Later {
		set("later", refOf(m))
	}
	return form
}

// parseCheck reads a state that came back from a form. Somebody may have
// changed it on the way; what cannot be is left out.
func parseCheck(form url.Values, today kernel.Date) (c checkState) {
	if code, err := kernel.ParsePostalCode(form.Get("postal")); err == nil {
		c.Postal = code
	}
	if nis := kernel.NIS(form.Get("nis")); slices.ContainsFunc(kernel.MunicipalitiesByPostalCode(c.Postal), func(m kernel.Municipality) bool { return m.NIS == nis }) {
		c.NIS = nis
	}
	c.Called = nickname(form.Get("called"))
	c.Partner, c.Unborn = form.Get("partner") == "yes", form.Get("unborn") == "yes"
	if d, err := kernel.ParseDate(form.Get("due")); err == nil && c.Unborn {
		c.Due = d
	}
	for _, s := range form["child"] {
		if d, err := kernel.ParseDate(s); err == nil && born(d, today) == nil && len(c.Children) < maxChildren {
			c.Children = append(c.Children, d)
		}
	}
	for _, s := range form["known"] {
		ref, value, ok := strings.Cut(s, "=")
		m, known := parseRef(ref)
		if ok && known && len(value) <= maxCheckValue && json.Valid([]byte(value)) && len(c.Facts) < maxCheckFacts && c.has(m.Person) {
			c.tell(m, json.RawMessage(value))
		}
	}
	for _, s := range form["later"] {
		if m, ok := parseRef(s); ok && len(c.Later) < maxLater && !slices.Contains(c.Later, m) {
			c.Later = append(c.Later, m)
		}
	}
	return c
}

// nickname is one short line, or nothing.
func nickname(typed string) string {
	name := strings.Join(strings.Fields(typed), " ")
	if !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxCheckCalled || strings.ContainsAny(name, "{}") {
		return ""
	}
	return name
}

func born(d, today kernel.Date) error {
	if d > today || d.YearsUntil(today) > 30 {
		return kernel.NewInvalid("check.child")
	}
	return nil
}

// has tells whether a person belongs to the check; "" is the family.
func (c checkState) has(person string) bool {
	return person == "" || slices.ContainsFunc(c.people(), func(p checkPerson) bool { return p.ID == person })
}

// tell puts an answer in, in the place of an older one.
func (c *checkState) tell(m rules.Missing, value json.RawMessage) {
	c.forget(m)
	c.Facts = append(c.Facts, checkFact{m, value})
}

// with is the state after a question was answered, or left open.
func (c checkState) with(m rules.Missing, value json.RawMessage, open bool) checkState {
	c.Facts, c.Later = slices.Clone(c.Facts), slices.Clone(c.Later)
	if open {
		c.forget(m)
		c.Later = append(c.Later, m)
	} else {
		c.tell(m, value)
	}
	return c
}

func (c *checkState) forget(m rules.Missing) {
	c.Facts = slices.DeleteFunc(c.Facts, func(x checkFact) bool { return x.Missing == m })
	c.Later = slices.DeleteFunc(c.Later, func(x rules.Missing) bool { return x == m })
}

func (c checkState) known(m rules.Missing) json.RawMessage {
	for _, x := range c.Facts {
		if x.Missing == m {
			return x.Value
		}
	}
	return nil
}

// checkPerson is one person of a check.
type checkPerson struct {
	ID, Role string
	Birth    kernel.Date // of a child
	Due      kernel.Date
}

func (c checkState) people() []checkPerson {
	all := []checkPerson{{ID: checkMe, Role: "applicant"}}
	if c.Partner {
		all = append(all, checkPerson{ID: checkPartner, Role: "partner"})
	}
	for i, d := range c.Children {
		all = append(all, checkPerson{ID: checkChild + strconv.Itoa(i+1), Role: "child", Birth: d})
	}
	if c.Unborn {
		all = append(all, checkPerson{ID: checkBaby, Role: "unborn", Due: c.Due})
	}
	return all
}

// document is the state as the rules read it.
func (c checkState) document(today kernel.Date) (json.RawMessage, error) {
	family := map[string]json.RawMessage{}
	if c.NIS != "" {
		family["municipality"] = text(string(c.NIS))
	}
	var persons []map[string]json.RawMessage
	for _, p := range c.people() {
		one := map[string]json.RawMessage{"id": text(p.ID), "role": text(p.Role)}
		if p.Birth != "" {
			one["birth_date"] = text(string(p.Birth))
		}
		if p.Due != "" {
			one["due_date"] = text(string(p.Due))
		}
		for _, x := range c.Facts {
			if x.Person == p.ID {
				one[x.Fact] = x.Value
			}
		}
		persons = append(persons, one)
	}
	for _, x := range c.Facts {
		if x.Person == "" {
			family[x.Fact] = x.Value
		}
	}
	return json.Marshal(map[string]any{"date": today, "family": family, "persons": persons})
}

// called says how each person of a check is called.
func (c checkState) called(v kit.View) naming {
	names := map[string]string{checkMe: c.Called, checkPartner: v.T("check.called.partner"), checkBaby: v.T("check.called.baby")}
	if c.Called == "" {
		names[checkMe] = v.T("check.called.me")
	}
	ages := map[int]int{}
	for _, d := range c.Children {
		ages[d.YearsUntil(v.Today)]++
	}
	for i, d := range c.Children {
		age := d.YearsUntil(v.Today)
		name := v.T("check.called.child", "n", age)
		if ages[age] > 1 {
			name += " (" + v.DateShort(d) + ")"
		}
		names[checkChild+strconv.Itoa(i+1)] = name
	}
	return func(person string) string { return names[person] }
}

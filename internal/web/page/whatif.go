package page

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// whatIfPages try other numbers of a right on the families of the alliance
// before anybody decides them. Who coordinates sees at once what they do to the
// first families, and may have all of them counted.
func (s *Site) whatIfPages(page register) {
	page("GET /what-if", "programme.manage", s.whatIf)
	page("POST /what-if", "programme.manage", s.tryNumbers)
	page("GET /what-if/{id}", "programme.manage", s.trial)
}

// whatIfView is a right with the numbers that are tried, and what they do.
type whatIfView struct {
	Rights   []*rules.Right // to choose from
	Right    *rules.Right   // nil: none is chosen yet
	Day      rules.Date
	Form     url.Values
	Errors   kit.Errors
	Prospect *rights.Prospect
	Trial    kernel.ID // that the reader had begun; zero: none
}

// number is one value that can be tried.
type number struct {
	name, field string // of the parameter
	label       string
	now         string
	money       bool
}

// input is what its field is called.
func (n number) input() string {
	if n.field == "" {
		return "value." + n.name
	}
	return "value." + n.name + "." + n.field
}

// numbers are the values of a right that hold today, in the words of the reader.
func (w whatIfView) numbers(v kit.View) (out []number) {
	for _, p := range w.Right.Parameters {
		now := p.On(w.Day)
		if !rights.Tried(p) || now == nil {
			continue
		}
		n := number{name: p.Name, label: p.Text.In(rules.Lang(v.Lang())), now: now.Value, money: strings.HasPrefix(p.Unit, "EUR")}
		if len(p.Fields) == 0 {
			out = append(out, n)
		}
		for _, field := range p.Fields {
			one := n
			one.field, one.now = field, now.Fields[field]
			one.label = v.T("whatif.part", "what", n.label, "part", strings.ReplaceAll(field, "_", " "))
			out = append(out, one)
		}
	}
	return out
}

func (s *Site) whatIf(r *Request) (Answer, error) {
	return s.showWhatIf(r, whatIfView{Form: url.Values{}}, nil)
}

func (s *Site) showWhatIf(r *Request, w whatIfView, wrong error) (Answer, error) {
	day, err := rules.ParseDate(string(r.View.Today))
	if err != nil {
		return Answer{}, err
	}
	w.Day = day
	all, err := s.Rights.Triable(r.Context())
	if err != nil {
		return Answer{}, err
	}
	alliances, err := s.Members.Alliances(r.Context())
	if err != nil {
		return Answer{}, err
	}
	here := slices.IndexFunc(alliances, func(al members.Alliance) bool { return al.ID == r.Session.Alliance.ID })
	for _, x := range all {
		if here >= 0 && reaches(x, alliances[here].Municipalities) {
			w.Rights = append(w.Rights, x)
		}
	}
	if id := r.URL.Query().Get("right"); id != "" {
		if w.Right, err = s.Rights.Numbers(r.Context(), id); err != nil {
			return Answer{}, err
		}
		for _, n := range w.numbers(r.View) {
			if !w.Form.Has(n.input()) {
				w.Form.Set(n.input(), localWords(r.View, n.now))
			}
		}
	}
	if w.Trial, err = s.Rights.OwnTrial(r.Context()); err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		w.Errors = r.View.Problems(wrong)
		return again(whatIfPage(r.View, w), wrong)
	}
	return show(whatIfPage(r.View, w))
}

// reaches tells whether a right can be for somebody who lives in one of the
// municipalities.
func reaches(x *rules.Right, homes []kernel.NIS) bool {
	return slices.ContainsFunc(homes, func(home kernel.NIS) bool {
		m, ok := kernel.MunicipalityByNIS(home)
		if !ok {
			return true
		}
		region := map[kernel.Region]string{kernel.VLG: "flanders", kernel.BRU: "brussels", kernel.WAL: "wallonia"}[m.Region]
		if m.German {
			region = "ostbelgien"
		}
		return (len(x.Regions) == 0 || slices.Contains(x.Regions, region)) &&
			(len(x.Municipalities) == 0 || slices.Contains(x.Municipalities, string(home)))
	})
}

// tryNumbers counts what the numbers would do, and shows it above the form that
// stays as it was filled in.
func (s *Site) tryNumbers(r *Request) (Answer, error) {
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	w := whatIfView{Form: r.PostForm}
	day, err := rules.ParseDate(string(r.View.Today))
	if err != nil {
		return Answer{}, err
	}
	if w.Right, err = s.Rights.Numbers(r.Context(), r.URL.Query().Get("right")); err != nil {
		return Answer{}, err
	}
	w.Day = day
	var values []rules.Override
	var faults kernel.Faults
	for _, n := range w.numbers(r.View) {
		typed := strings.TrimSpace(r.PostForm.Get(n.input()))
		value, err := decimal(typed)
		if err != nil {
			faults.Check(n.input(), err)
			continue
		}
		if typed != localWords(r.View, n.now) && value != n.now {
			values = append(values, rules.Override{Right: w.Right.ID, Parameter: n.name, Field: n.field, Value: value})
		}
	}
	err = faults.Err()
	if err == nil && len(values) == 0 {
		err = kernel.NewInvalid("whatif.same")
	}
	if err == nil && r.PostForm.Get("all") != "" {
		var id kernel.ID
		if id, err = s.Rights.BeginTrial(r.Context(), w.Right.ID, values); err == nil {
			return goTo("/what-if/"+string(id), "")
		}
	} else if err == nil {
		var p rights.Prospect
		if p, err = s.Rights.WhatIf(r.Context(), values, r.View.Lang()); err == nil {
			w.Prospect = &p
		}
	}
	if err != nil && !faulty(err) {
		return Answer{}, err
	}
	return s.showWhatIf(r, w, err)
}

var plainDecimal = regexp.MustCompile(`^[0-9]{1,9}(\.[0-9]{1,6})?$`)

// decimal reads a number as people write it, 1.234,56 or 1234.56, as the rules
// write it; what is none is Invalid ("whatif.number").
func decimal(typed string) (string, error) {
	s := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "€", "").Replace(typed)
	if strings.Contains(s, ",") {
		s = strings.Replace(strings.ReplaceAll(s, ".", ""), ",", ".", 1)
	}
	if !plainDecimal.MatchString(s) {
		return "", kernel.NewInvalid("whatif.number")
	}
	return s, nil
}

// trial is a count over all families, how far it is or what came of it.
func (s *Site) trial(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	t, err := s.Rights.TrialOf(r.Context(), id, r.View.Lang())
	if err != nil {
		return Answer{}, err
	}
	return show(trialPage(r.View, t))
}

// homeWords is a neighbourhood, or that nobody tells where.
func homeWords(v kit.View, name string) string {
	if name == "" {
		return v.T("whatif.home.none")
	}
	return name
}

// triedWords is one number that is tried.
func triedWords(v kit.View, x rights.TriedValue) string {
	label := x.Texts.In(rules.Lang(v.Lang()))
	if label == "" {
		label = x.Parameter
	}
	if x.Field != "" {
		label = v.T("whatif.part", "what", label, "part", strings.ReplaceAll(x.Field, "_", " "))
	}
	return v.T("whatif.tried", "what", label, "value", localWords(v, x.Value))
}

package page

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// helpForm is a form of the directory: of an organisation, a service or a
// place.
type helpForm struct {
	In     directory.Held // the organisation, zero for one that is being added
	ID     kernel.ID      // of what is changed; zero: it is being added
	Title  string
	Action string
	Back   string
	Form   url.Values
	Errors kit.Errors
	Beside []differ
	Hours  []directory.Hours // those that are stored
	Costs  []directory.Cost
	Told   directory.Tellings
	Places []kernel.NIS // of the alliance
	Manage bool
}

func (f helpForm) field(name, label string) kit.Field {
	return kit.Field{Name: name, Label: label}.Kept(f.Form, f.Errors)
}

func (f helpForm) optional(name, label string) kit.Field {
	return kit.Field{Name: name, Label: label, Optional: true, Autocomplete: "off"}.Kept(f.Form, f.Errors)
}

// textName is the name of the field of one language of a text.
func textName(name string, l kernel.Lang) string { return name + "_" + string(l) }

func setText(form url.Values, name string, t kernel.Text) {
	for _, l := range kernel.Langs {
		form.Set(textName(name, l), t.In(l))
	}
}

func textIn(form url.Values, name string) kernel.Text {
	get := func(l kernel.Lang) string { return form.Get(textName(name, l)) }
	return kernel.Text{NL: get(kernel.NL), FR: get(kernel.FR), DE: get(kernel.DE), EN: get(kernel.EN)}
}

// langsFrom are the languages, the reader's own first.
func langsFrom(v kit.View) []kernel.Lang {
	all := []kernel.Lang{v.Lang()}
	for _, l := range kernel.Langs {
		if l != v.Lang() {
			all = append(all, l)
		}
	}
	return all
}

// numberLines is how many telephone numbers a form offers.
const numberLines = 3

func setNumbers(form url.Values, all []directory.Phone) {
	for i, p := range all {
		n := strconv.Itoa(i)
		form.Set("number-"+n, p.Number.Display())
		form.Set("number-for-"+n, p.For)
		if p.Private {
			form.Set("number-private-"+n, "yes")
		}
	}
}

func numbersIn(form url.Values, wrong *kernel.Faults, fictional bool) (all []directory.Phone) {
	for i := range 100 {
		n := strconv.Itoa(i)
		typed := strings.TrimSpace(form.Get("number-" + n))
		if typed == "" {
			continue
		}
		p, err := kernel.AcceptPhone(typed, fictional)
		wrong.Check("number-"+n, err)
		all = append(all, directory.Phone{Number: p, For: strings.TrimSpace(form.Get("number-for-" + n)), Private: form.Get("number-private-"+n) != ""})
	}
	return all
}

func mailIn(form url.Values, wrong *kernel.Faults) (m kernel.Email) {
	if typed := strings.TrimSpace(form.Get("mail")); typed != "" {
		var err error
		m, err = kernel.ParseEmail(typed)
		wrong.Check("mail", err)
	}
	return m
}

func organisationHelpForm(o directory.Organisation) url.Values {
	form := url.Values{"name": {o.Name}, "also": {o.Also}, "kbo": {""}, "website": {o.Website}, "mail": {string(o.Mail)}, "member": {string(o.Member)},
		"version": {strconv.FormatInt(o.Version, 10)}}
	if o.KBO != "" {
		form.Set("kbo", o.KBO.Display())
	}
	setText(form, "about", o.About)
	setNumbers(form, o.Numbers)
	return form
}

func organisationHelpIn(form url.Values, fictional bool) (o directory.Organisation, wrong kernel.Faults) {
	o = directory.Organisation{Name: form.Get("name"), Also: form.Get("also"), About: textIn(form, "about"), Website: form.Get("website"),
		Member: kernel.ID(form.Get("member")), Version: versionIn(form)}
	if typed := strings.TrimSpace(form.Get("kbo")); typed != "" {
		var err error
		o.KBO, err = kernel.ParseKBO(typed)
		wrong.Check("kbo", err)
	}
	o.Mail, o.Numbers = mailIn(form, &wrong), numbersIn(form, &wrong, fictional)
	return o, wrong
}

func serviceForm(v directory.Service) url.Values {
	form := url.Values{"state": {string(v.State)}, "website": {v.Website}, "mail": {string(v.Mail)}, "words": {strings.Join(v.Words, ", ")},
		"version": {strconv.FormatInt(v.Version, 10)}, "rule": {v.For.Rule}}
	setText(form, "name", v.Name)
	setText(form, "about", v.About)
	setText(form, "how", v.How)
	setText(form, "for", v.For.Words)
	setNumbers(form, v.Numbers)
	if v.For.From > 0 {
		form.Set("age_from", strconv.Itoa(v.For.From))
	}
	if v.For.To > 0 {
		form.Set("age_to", strconv.Itoa(v.For.To))
	}
	for _, l := range v.Levers {
		form.Add("levers", strconv.Itoa(int(l)))
	}
	for _, p := range v.Phases {
		form.Add("phases", string(p))
	}
	for i, l := range v.Languages {
		form.Set("language-"+strconv.Itoa(i), l)
	}
	for _, x := range v.Access {
		form.Add("access", string(x))
	}
	for _, n := range v.Areas {
		form.Add("areas", string(n))
	}
	for _, p := range v.At {
		form.Add("at", string(p.Location))
	}
	if v.Sheltered {
		form.Set("sheltered", "yes")
	}
	switch {
	case len(v.Costs) == 1 && v.Costs[0].Free:
		form.Set("cost", "free")
	case len(v.Costs) == 1:
		form.Set("cost", "price")
		form.Set("amount", amountTyped(v.Costs[0].Amount))
		form.Set("per", v.Costs[0].Per)
	case len(v.Costs) > 1:
		form.Set("cost", "keep")
	}
	hoursForm(form, v.Hours)
	return form
}

// amountTyped is an amount as people write it in a field.
func amountTyped(c kernel.Cents) string {
	return strconv.FormatInt(int64(c)/100, 10) + "," + strconv.FormatInt(int64(c)/10%10, 10) + strconv.FormatInt(int64(c)%10, 10)
}

// serviceIn reads the form of a service; what the form does not show is what
// was stored.
func serviceIn(form url.Values, stored directory.Service, fictional bool) (v directory.Service, wrong kernel.Faults) {
	v = stored
	v.Version, v.State, v.Website = versionIn(form), directory.State(form.Get("state")), form.Get("website")
	v.Name, v.About, v.How, v.For.Words = textIn(form, "name"), textIn(form, "about"), textIn(form, "how"), textIn(form, "for")
	v.For.Rule = form.Get("rule")
	v.Words = strings.Split(form.Get("words"), ",")
	months := func(name string) int {
		typed := strings.TrimSpace(form.Get(name))
		if typed == "" {
			return 0
		}
		n, err := strconv.Atoi(typed)
		if err != nil {
			wrong.Check(name, kernel.NewInvalid("directory.age"))
		}
		return n
	}
	v.For.From, v.For.To = months("age_from"), months("age_to")
	v.Levers, v.Phases, v.Languages, v.Access, v.Areas = nil, nil, nil, nil, nil
	for _, s := range form["levers"] {
		n, _ := strconv.Atoi(s)
		v.Levers = append(v.Levers, directory.Lever(n))
	}
	for _, s := range form["phases"] {
		v.Phases = append(v.Phases, directory.Phase(s))
	}
	for i := range 20 {
		if s := form.Get("language-" + strconv.Itoa(i)); s != "" {
			v.Languages = append(v.Languages, s)
		}
	}
	for _, s := range form["access"] {
		v.Access = append(v.Access, directory.Access(s))
	}
	for _, s := range form["areas"] {
		v.Areas = append(v.Areas, kernel.NIS(s))
	}
	v.At = placesIn(form["at"], stored.At)
	v.Sheltered = form.Get("sheltered") != ""
	v.Costs = costsIn(form, stored.Costs, &wrong)
	var err error
	if v.Hours, err = hoursIn(form, stored.Hours); err != nil {
		for _, f := range faultOf(err).All() {
			alone := *f
			alone.More = nil
			wrong = append(wrong, &alone)
		}
	}
	v.Mail, v.Numbers = mailIn(form, &wrong), numbersIn(form, &wrong, fictional)
	return v, wrong
}

func placesIn(chosen []string, stored []directory.Place) (all []directory.Place) {
	for _, s := range chosen {
		p := directory.Place{Location: kernel.ID(s), Room: directory.Room{Free: -1, Waiting: -1}}
		if i := slices.IndexFunc(stored, func(q directory.Place) bool { return q.Location == p.Location }); i >= 0 {
			p = stored[i]
		}
		all = append(all, p)
	}
	return all
}

func costsIn(form url.Values, stored []directory.Cost, wrong *kernel.Faults) []directory.Cost {
	switch form.Get("cost") {
	case "free":
		return []directory.Cost{{Free: true}}
	case "keep":
		return stored
	case "price":
		c := directory.Cost{Per: form.Get("per")}
		if len(stored) == 1 && !stored[0].Free {
			c.Words = stored[0].Words
		}
		var err error
		c.Amount, err = kernel.ParseCents(form.Get("amount"))
		wrong.Check("amount", err)
		return []directory.Cost{c}
	}
	return nil
}

func placeForm(l directory.Location) url.Values {
	form := url.Values{"name": {l.Name}, "street": {l.Street}, "postal": {l.Postal}, "city": {l.City}, "lat": {l.Lat}, "lon": {l.Lon},
		"version": {strconv.FormatInt(l.Version, 10)}}
	setText(form, "travel", l.Travel)
	for _, x := range l.Access {
		form.Add("access", string(x))
	}
	hoursForm(form, l.Hours)
	return form
}

func placeIn(form url.Values, stored directory.Location) (l directory.Location, err error) {
	l = stored
	l.Version, l.Name, l.Street, l.Postal, l.City = versionIn(form), form.Get("name"), form.Get("street"), strings.TrimSpace(form.Get("postal")), form.Get("city")
	if l.Postal != stored.Postal {
		l.Municipality = ""
	}
	l.Lat, l.Lon, l.Travel, l.Access = strings.TrimSpace(form.Get("lat")), strings.TrimSpace(form.Get("lon")), textIn(form, "travel"), nil
	for _, s := range form["access"] {
		l.Access = append(l.Access, directory.Access(s))
	}
	l.Hours, err = hoursIn(form, stored.Hours)
	return l, err
}

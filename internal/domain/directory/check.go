package directory

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Bounds of what is written.
const (
	maxName   = 200   // letters
	maxText   = 4_000 // letters, in each language
	maxList   = 100   // entries of a list
	maxMonths = 300   // of age: to twenty-five, for young people who look for a home
	maxCost   = kernel.Cents(100_000_00)
)

var (
	langTag   = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	timeOfDay = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
	degrees   = regexp.MustCompile(`^-?[0-9]{1,3}(\.[0-9]{1,10})?$`)
	pers      = []string{"", "visit", "day", "week", "month", "year", "once"}
)

// Pers are for what a price can be, in the order in which they are offered.
func Pers() []string { return slices.Clone(pers) }

// Accesses are the ways of access, in the order in which they are offered.
var Accesses = [...]Access{StepFree, Toilet, Pram, SignSpeak, Loop}

// tidy puts what was typed in the order in which it is kept, and then checks.
func (o *Organisation) tidy() error {
	o.Name, o.Also, o.Website = strings.TrimSpace(o.Name), strings.TrimSpace(o.Also), strings.TrimSpace(o.Website)
	o.About, o.Numbers = trimmed(o.About), some(o.Numbers)
	wrong := kernel.Faults{}
	wrong.Check("name", named(o.Name))
	wrong.Check("also", short(o.Also))
	wrong.Check("about", long(o.About))
	if o.KBO != "" {
		_, err := kernel.ParseKBO(string(o.KBO))
		wrong.Check("kbo", err)
	}
	contact(&wrong, o.Website, o.Mail, o.Numbers)
	return wrong.Err()
}

func (v *Service) tidy(today kernel.Date) error {
	v.Name, v.About, v.How, v.Website = trimmed(v.Name), trimmed(v.About), trimmed(v.How), strings.TrimSpace(v.Website)
	v.For.Words, v.For.Rule = trimmed(v.For.Words), strings.TrimSpace(v.For.Rule)
	v.Levers, v.Phases, v.Languages, v.Access = sorted(v.Levers), sortedPhases(v.Phases), sorted(v.Languages), sorted(v.Access)
	v.Areas = areas(v.Areas, today)
	v.Words, v.Costs, v.Numbers, v.At, v.Hours = words(v.Words), some(v.Costs), some(v.Numbers), some(v.At), tidyHours(v.Hours)
	if v.Sheltered {
		v.At = nil // where it is, is told to nobody: it has no place here
	}
	wrong := kernel.Faults{}
	if v.Name == (kernel.Text{}) {
		wrong.Check("name", kernel.NewInvalid("name"))
	}
	for _, lang := range kernel.Langs {
		wrong.Check("name", short(v.Name.In(lang)))
	}
	wrong.Check("about", long(v.About))
	wrong.Check("how", long(v.How))
	if v.State != Draft && v.State != Open && v.State != Stopped {
		wrong.Check("state", kernel.NewInvalid("directory.state"))
	}
	if slices.ContainsFunc(v.Levers, func(l Lever) bool { return l < 1 || l > 9 }) {
		wrong.Check("levers", kernel.NewInvalid("directory.lever"))
	}
	if slices.ContainsFunc(v.Phases, func(p Phase) bool { return !slices.Contains(Phases[:], p) }) {
		wrong.Check("phases", kernel.NewInvalid("directory.phase"))
	}
	if v.For.From < 0 || v.For.To < 0 || v.For.From > maxMonths || v.For.To > maxMonths || v.For.To != 0 && v.For.To < v.For.From {
		wrong.Check("for", kernel.NewInvalid("directory.age"))
	}
	wrong.Check("for", long(v.For.Words))
	wrong.Check("for", long(kernel.Text{NL: v.For.Rule}))
	wrong.Check("costs", costs(v.Costs))
	if slices.ContainsFunc(v.Languages, func(s string) bool { return !langTag.MatchString(s) }) {
		wrong.Check("languages", kernel.NewInvalid("directory.language"))
	}
	wrong.Check("access", access(v.Access))
	for _, n := range v.Areas {
		if _, ok := kernel.MunicipalityByNIS(n); !ok {
			wrong.Check("areas", kernel.NewInvalid("nis"))
			break
		}
	}
	if slices.ContainsFunc(v.Words, func(w string) bool { return utf8.RuneCountInString(w) > maxName }) {
		wrong.Check("words", kernel.NewInvalid("directory.words"))
	}
	checkHours(&wrong, "hours", v.Hours)
	contact(&wrong, v.Website, v.Mail, v.Numbers)
	for i := range v.At {
		v.At[i].Hours, v.At[i].Numbers = tidyHours(v.At[i].Hours), some(v.At[i].Numbers)
		checkHours(&wrong, "at", v.At[i].Hours)
		wrong.Check("at", phones(v.At[i].Numbers))
		if slices.ContainsFunc(v.At[:i], func(p Place) bool { return p.Location == v.At[i].Location }) {
			wrong.Check("at", kernel.NewInvalid("directory.twice"))
		}
	}
	for field, n := range map[string]int{"phases": len(v.Phases), "costs": len(v.Costs), "languages": len(v.Languages), "at": len(v.At),
		"areas": len(v.Areas) - 500, "hours": len(v.Hours), "numbers": len(v.Numbers), "words": len(v.Words)} {
		if n > maxList {
			wrong.Check(field, kernel.NewTooMany("directory.list").With("limit", strconv.Itoa(maxList)))
		}
	}
	return wrong.Err()
}

func (l *Location) tidy(today kernel.Date) error {
	l.Name, l.Street, l.City = strings.TrimSpace(l.Name), strings.TrimSpace(l.Street), strings.TrimSpace(l.City)
	l.Travel, l.Access, l.Hours = trimmed(l.Travel), sorted(l.Access), tidyHours(l.Hours)
	wrong := kernel.Faults{}
	if l.Name == "" && l.Street == "" {
		wrong.Check("name", kernel.NewInvalid("directory.place"))
	}
	wrong.Check("name", short(l.Name))
	wrong.Check("street", short(l.Street))
	wrong.Check("city", short(l.City))
	wrong.Check("travel", long(l.Travel))
	if l.Postal != "" {
		code, err := kernel.ParsePostalCode(l.Postal)
		wrong.Check("postal", err)
		if err == nil {
			l.Postal = string(code)
			if of := kernel.MunicipalitiesByPostalCode(code); l.Municipality == "" && len(of) == 1 {
				l.Municipality = of[0].NIS
			}
		}
	}
	if l.Municipality != "" {
		if now := areas([]kernel.NIS{l.Municipality}, today); len(now) == 1 {
			l.Municipality = now[0]
		}
		if _, ok := kernel.MunicipalityByNIS(l.Municipality); !ok {
			wrong.Check("municipality", kernel.NewInvalid("nis"))
		}
	}
	for field, s := range map[string]string{"lat": l.Lat, "lon": l.Lon} {
		if s != "" && !degrees.MatchString(s) || (l.Lat == "") != (l.Lon == "") {
			wrong.Check(field, kernel.NewInvalid("directory.degrees"))
		}
	}
	wrong.Check("access", access(l.Access))
	checkHours(&wrong, "hours", l.Hours)
	return wrong.Err()
}

func (x *Shelter) tidy() error {
	x.Name, x.Address = strings.TrimSpace(x.Name), strings.TrimSpace(x.Address)
	wrong := kernel.Faults{}
	wrong.Check("name", named(x.Name))
	wrong.Check("address", named(x.Address))
	if x.Municipality != "" {
		if _, ok := kernel.MunicipalityByNIS(x.Municipality); !ok {
			wrong.Check("municipality", kernel.NewInvalid("nis"))
		}
	}
	return wrong.Err()
}

func contact(wrong *kernel.Faults, website string, mail kernel.Email, all []Phone) {
	if website != "" {
		u, err := url.Parse(website)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(website) > maxName {
			wrong.Check("website", kernel.NewInvalid("website"))
		}
	}
	if mail != "" {
		_, err := kernel.ParseEmail(string(mail))
		wrong.Check("mail", err)
	}
	wrong.Check("numbers", phones(all))
}

func phones(all []Phone) error {
	for _, p := range all {
		if _, err := kernel.AcceptPhone(string(p.Number), true); err != nil {
			return err
		}
		if err := short(p.For); err != nil {
			return err
		}
	}
	if len(all) > maxList {
		return kernel.NewTooMany("directory.list").With("limit", strconv.Itoa(maxList))
	}
	return nil
}

func costs(all []Cost) error {
	for _, c := range all {
		if c.Amount < 0 || c.Amount > maxCost || c.Free && c.Amount != 0 || !slices.Contains(pers, c.Per) {
			return kernel.NewInvalid("directory.cost")
		}
		if err := long(c.Words); err != nil {
			return err
		}
	}
	return nil
}

func access(all []Access) error {
	if slices.ContainsFunc(all, func(x Access) bool { return !slices.Contains(Accesses[:], x) }) {
		return kernel.NewInvalid("directory.access")
	}
	return nil
}

func named(s string) error {
	if s == "" {
		return kernel.NewInvalid("name")
	}
	return short(s)
}

func short(s string) error {
	if utf8.RuneCountInString(s) > maxName || !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return kernel.NewTooMany("text").With("limit", strconv.Itoa(maxName))
	}
	return nil
}

func long(t kernel.Text) error {
	for _, lang := range kernel.Langs {
		if s := t.In(lang); utf8.RuneCountInString(s) > maxText || !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			return kernel.NewTooMany("text").With("limit", strconv.Itoa(maxText))
		}
	}
	return nil
}

func trimmed(t kernel.Text) kernel.Text {
	return kernel.Text{NL: strings.TrimSpace(t.NL), FR: strings.TrimSpace(t.FR), DE: strings.TrimSpace(t.DE), EN: strings.TrimSpace(t.EN)}
}

// some is the list, or none where it is empty: what was stored is what was
// written.
func some[T any](all []T) []T {
	if len(all) == 0 {
		return nil
	}
	return slices.Clone(all)
}

func sorted[T interface{ ~string | ~int }](all []T) []T {
	all = some(all)
	slices.Sort(all)
	return slices.Compact(all)
}

func sortedPhases(all []Phase) []Phase {
	all = some(all)
	slices.SortFunc(all, func(a, b Phase) int { return slices.Index(Phases[:], a) - slices.Index(Phases[:], b) })
	return slices.Compact(all)
}

func words(all []string) (kept []string) {
	for _, w := range all {
		if w = strings.TrimSpace(w); w != "" && !slices.Contains(kept, w) {
			kept = append(kept, w)
		}
	}
	return kept
}

// areas are municipalities of today: one that has gone up in another is the one
// that it went up in.
func areas(all []kernel.NIS, today kernel.Date) []kernel.NIS {
	var now []kernel.NIS
	for _, n := range all {
		if next, ok := kernel.Successor(n, today); ok {
			n = next
		}
		now = append(now, n)
	}
	return sorted(now)
}

package hsds

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// ask is which part of a list somebody wants. What is asked for narrows the
// list each time: a record is there only when it fits all of it.
type ask struct {
	page, perPage int
	search        []string // folded words that must all be found
	terms         []string // all of which a record must have
	taxonomies    []string // of each of which it must have some term
	organization  string
	after         kernel.Instant // changed at this moment or later; "": whenever
	postcode      kernel.PostalCode
	within        int // metres from the middle of the postcode; 0: no bound
	taxonomy      string
	parent        string
	topOnly       bool
	minimal       bool // identifiers and when they changed, all on one page
	full          bool
	fullService   bool
	stream        bool // NDJSON, without pages
	lang          kernel.Lang
}

const (
	usualPage   = 50
	longestPage = 500
)

// known are the parameters that each list takes, beside those that all take.
// A parameter that a list does not take is refused: who misspells a filter
// must not believe that everything fits it.
var known = map[string][]string{
	"services":             {"search", "taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "minimal", "full", "postcode", "proximity"},
	"service_at_locations": {"search", "taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "full", "postcode", "proximity"},
	"organizations":        {"search", "taxonomy_term_id", "taxonomy_id", "full", "full_service"},
	"locations":            {"search", "organization_id", "full", "postcode", "proximity"},
	"taxonomies":           {"search"},
	"taxonomy_terms":       {"search", "taxonomy_id", "top_only", "parent_id"},
}

var forAll = []string{"page", "per_page", "format", "lang"}

// wrong is a parameter that cannot be taken.
type wrong struct{ name, why string }

// parse reads what is asked of a list.
func parse(list string, q url.Values) (a ask, bad *wrong) {
	a = ask{page: 1, perPage: usualPage}
	for name := range q {
		if !slices.Contains(forAll, name) && !slices.Contains(known[list], name) {
			return a, &wrong{name, "is not a parameter of this list; it takes " + strings.Join(append(slices.Clone(known[list]), forAll...), ", ")}
		}
	}
	read := parser{q: q}
	a.page = read.number("page", 1, 1<<30)
	a.perPage = min(read.number("per_page", usualPage, 1<<30), longestPage)
	a.search = kernel.Words(q.Get("search"))
	a.terms, a.taxonomies = read.list("taxonomy_term_id"), read.list("taxonomy_id")
	a.taxonomy, a.parent, a.organization = q.Get("taxonomy_id"), q.Get("parent_id"), q.Get("organization_id")
	a.after = read.moment("modified_after")
	a.minimal, a.full, a.fullService, a.topOnly = read.yes("minimal"), read.yes("full"), read.yes("full_service"), read.yes("top_only")
	switch q.Get("format") {
	case "", "json":
	case "ndjson":
		a.stream = true
	default:
		read.refuse("format", "is json or ndjson")
	}
	if s := q.Get("lang"); s != "" {
		lang, err := kernel.ParseLang(s)
		if err != nil {
			read.refuse("lang", "is nl, fr, de or en")
		}
		a.lang = lang
	}
	if s := q.Get("postcode"); s != "" {
		code, err := kernel.ParsePostalCode(s)
		if err != nil {
			read.refuse("postcode", "is the postal code of a place in Belgium")
		}
		a.postcode = code
	}
	if q.Has("proximity") {
		if a.within = read.number("proximity", 0, 1_000_000); a.postcode == "" {
			read.refuse("proximity", "is a number of metres from a postcode: give the postcode too")
		}
	}
	if a.minimal && !q.Has("per_page") {
		a.perPage = 0 // all on one page
	}
	return a, read.bad
}

// parser reads parameters and keeps the first that is wrong.
type parser struct {
	q   url.Values
	bad *wrong
}

func (p *parser) refuse(name, why string) {
	if p.bad == nil {
		p.bad = &wrong{name, why}
	}
}

func (p *parser) number(name string, usual, most int) int {
	if !p.q.Has(name) {
		return usual
	}
	n, err := strconv.Atoi(p.q.Get(name))
	if err != nil || n < 1 || n > most {
		p.refuse(name, "is a whole number from 1")
		return usual
	}
	return n
}

func (p *parser) yes(name string) bool {
	switch p.q.Get(name) {
	case "true", "1":
		return true
	case "", "false", "0":
	default:
		p.refuse(name, "is true or false")
	}
	return false
}

func (p *parser) list(name string) (all []string) {
	for _, s := range p.q[name] {
		for _, id := range strings.Split(s, ",") {
			if id = strings.TrimSpace(id); id != "" {
				all = append(all, id)
			}
		}
	}
	return all
}

func (p *parser) moment(name string) kernel.Instant {
	s := p.q.Get(name)
	if s == "" {
		return ""
	}
	for _, form := range [...]string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.ParseInLocation(form, s, kernel.Brussels); err == nil {
			return kernel.InstantOf(t)
		}
	}
	p.refuse(name, "is a day such as 2026-03-01 or a moment such as 2026-03-01T09:00:00Z")
	return ""
}

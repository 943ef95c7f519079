// Package kit is the look of the house and the frame of every page: layout,
// components, assets, the reader's language, and the guards that stand before
// every handler. It is the only room that knows which fault is which HTTP
// status.
//
// A component takes a [View] when it says something of its own, and plain
// values otherwise. Components are templ files; what a designer reads there is
// the markup that is sent. It owns no table and knows no module.
//
// Pages lay out components with a few classes: bg-split with bg-split__aside
// inside (work beside what one keeps in view), bg-grid (cards side by side),
// bg-figures (a row of [Figure]), bg-stack (things under one another), bg-note
// (small words) and bg-no-print. Running text is govuk-body, a lead govuk-body-l,
// a list govuk-list, a link govuk-link.
package kit

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
)

// View is what a component knows of the request that it answers: in which
// language, for whom, on which page.
type View struct {
	i18n.Reader

	Path   string      // of the page, with its query: where the language switch returns to
	Today  kernel.Date // in Belgium
	Actor  *Actor      // nil when nobody signed in
	Nav    []NavItem
	Draft  *Draft // what the reader was writing on this page; nil: nothing
	Flash  *Flash // said once, after something was done
	Search string // the address that the search field asks; empty: no field
	Query  string // what was searched for, kept in the field
	Public bool   // a page without sign-in: shows the quick way out
	Demo   bool   // a demonstration: every page says that the people are made up
	Family bool   // written to a family: a light frame without scripts
	Leave  string // the address of the quick way out; empty: straight to another site

	Languages LanguageSwitch // how another language is chosen
}

// LanguageSwitch is where the choice of a language goes, and what goes along,
// on a page whose answers are nowhere but in its form. Its zero value
// remembers the choice in a cookie and comes back to the page.
type LanguageSwitch struct {
	Action  string
	Values  url.Values
	Offered []kernel.Lang // none: the four that are complete
}

// Actor is who works, and for which organisation, as every page shows it.
type Actor struct {
	Name         string
	Organisation string
	Post         string // whose page this is: what is typed in it is kept for nobody else
	Alliance     string
	Account      string // address of one's own page
	Switch       string // address to act for another organisation; empty when there is one only
	SignOut      string // address that a POST signs out
}

// NavItem is one of the few places that are always one step away.
type NavItem struct {
	Href    string
	Label   string
	Icon    string // a name from the sprite
	Current bool
	Count   int // what waits there; 0 shows nothing
}

// Flash is a message shown once, on the page after an act.
type Flash struct {
	Kind Kind
	Text string
}

// Link is an address with the words that one clicks.
type Link struct {
	Href, Label string
}

// Kind is the meaning of a colour. Words always say the same as the colour.
type Kind string

// The kinds. Danger is danger to a person and nothing less.
const (
	Plain    Kind = "plain"
	New      Kind = "new"
	Certain  Kind = "certain"
	Possible Kind = "possible"
	Not      Kind = "not"
	Danger   Kind = "danger"
)

// NewView is the view of a request before anybody signed in: its language, its
// path and the day. The pages add who works.
func NewView(r *http.Request, today kernel.Date) View {
	return View{Reader: Reading(r.Context()), Path: pathOf(r), Today: today}
}

// pathOf is where a page returns to: of a page that was asked for, its path
// and query; of a form that was sent, the path alone.
func pathOf(r *http.Request) string {
	if r.Method == http.MethodGet && r.URL.RawQuery != "" {
		return r.URL.EscapedPath() + "?" + r.URL.RawQuery
	}
	return r.URL.EscapedPath()
}

// LocalPath is p when it is a path of this site, and "/" otherwise: nobody is
// sent elsewhere by an address that a stranger wrote.
func LocalPath(p string) string {
	isControl := func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsFunc(p, isControl) {
		return "/"
	}
	return p
}

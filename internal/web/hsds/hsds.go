// Package hsds serves the directory as open data under /hsds/, in the Human
// Services Data Specification of Open Referral: 3.1, and 3.0 under /hsds/3.0/.
//
// /hsds/leuven/services are the open services of the alliance whose name in
// addresses is leuven; where the installation has one alliance, /hsds/services
// are the same. Beside services there are service_at_locations, organizations,
// locations, taxonomies and taxonomy_terms, each as a list and one by one, at /
// what is served, at /openapi.json how, and at /tables.zip all of it as a
// tabular data package. An address with a slash at its end is the same address.
//
// Anybody may read it, from any page on the web, without a key. What is served
// comes through the public gate of the directory and nowhere else. What a list
// is asked for may come in the address or, so that words that somebody searches
// for stand in no log of another, as a form in a POST, which changes nothing.
//
// It owns no table. It keeps in memory what is open, and reads it again when
// the directory tells that something changed.
package hsds

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/bondgenoot/bondgenoot/hsds"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// Root is where it begins.
const Root = "/hsds/"

// Feed serves the directories of an installation.
type Feed struct {
	Texts     *i18n.Texts
	Log       *slog.Logger
	Now       func() time.Time
	Base      string // the public address, without a slash at its end
	Members   *members.Service
	Directory *directory.Desk

	shelves shelves
}

// Register adds the addresses to routes. They are one pattern each, since an
// alliance may stand before the name of a list or not.
func (f *Feed) Register(routes *kit.Routes) {
	for _, method := range [...]string{"GET", "POST", "OPTIONS"} {
		routes.Handle(method+" "+Root+"{path...}", "public.read", http.HandlerFunc(f.serve))
	}
}

// request is what is asked: of which alliance, which list, which one of it, in
// which edition and language, and which part of the list.
type request struct {
	*http.Request
	shelf   *shelf
	version hsds.Version
	list    string // "" for what is served
	id      string
	ask     ask
}

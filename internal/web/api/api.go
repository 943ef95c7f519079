// Package api is what programs ask: JSON under /api/v1 over the same services
// as the pages, described by the OpenAPI document that is made of this code
// ([Document], served at /api/v1/openapi.json and kept as a golden file in
// docs/openapi.json).
//
// Every route is registered with the action that the policy must allow; what
// may be seen of an object is decided by the service. A program is known by a
// token that a person made for it ("Authorization: Bearer bg_…"), a script of
// our own pages by the cookie of the person's session.
//
// Errors are problem+json (RFC 9457) in the reader's language. A POST with an
// Idempotency-Key changes something once. Answers to a POST that changes
// something hold IDs, codes, versions and days, never what the vault keeps:
// they are remembered for a day in clear.
//
// It owns no table.
package api

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/oversight"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/platform/idempotent"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// Root is where the API begins; the version is in it.
const Root = "/api/v1"

// API answers programs over the services of the house.
type API struct {
	Texts    *i18n.Texts
	Log      *slog.Logger
	Now      func() time.Time
	Requests *idempotent.Requests
	Secure   bool         // served over TLS
	PerToken *kit.Limiter // bounds how often one token asks; nil: no bound

	Members    *members.Service
	Families   *families.Service
	Sharing    *sharing.Service
	Programmes *programmes.Service
	Rights     *rights.Service
	Reach      *reach.Service
	Referrals  *referrals.Service
	Oversight  *oversight.Service
	Vouchers   *vouchers.Service
	Depot      *depot.Service
	Loans      *loans.Service
	Sessions   *sessions.Service
	Payments   *payments.Service
}

// Register adds every endpoint to routes.
func (s *API) Register(routes *kit.Routes) {
	d := s.open(routes.Handle)
	document := d.document()
	d.paths[Root+"/openapi.json"] = []string{http.MethodGet}
	routes.Handle("GET "+Root+"/openapi.json", "public.read", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "public, max-age=3600")
		_, _ = w.Write(document) // a reader who left is no fault of ours
	}))
	elsewhere := d.elsewhere()
	for _, method := range methods {
		routes.Handle(method+" "+Root+"/", "public.read", elsewhere)
		for _, path := range d.shadowed(method) {
			routes.Handle(method+" "+path, "public.read", elsewhere)
		}
	}
}

// methods are those to which the API has an answer, if only that a path does
// not know them.
var methods = [...]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}

// shadowed lists the paths that do not know a method, but that the wildcard of
// another path, which does, would take: /families/search read as the ID of a
// family.
func (d *desk) shadowed(method string) (all []string) {
	var known http.ServeMux
	for path, has := range d.paths {
		if slices.Contains(has, method) {
			known.HandleFunc(path, http.NotFound)
		}
	}
	for path, has := range d.paths {
		r := &http.Request{Method: method, URL: &url.URL{Path: path}}
		if _, found := known.Handler(r); !slices.Contains(has, method) && found != "" {
			all = append(all, path)
		}
	}
	slices.Sort(all)
	return all
}

// Document is the OpenAPI document, as it is served and kept.
func Document() []byte {
	return (&API{}).open(func(string, string, http.Handler) {}).document()
}

// open makes every endpoint and hands each, with its pattern and its action,
// to handle.
func (s *API) open(handle func(pattern, action string, h http.Handler)) *desk {
	d := &desk{API: s, handle: handle, paths: map[string][]string{}}
	d.huma = huma.NewAPI(huma.Config{
		OpenAPI: overview(), Formats: huma.DefaultFormats, DefaultFormat: "application/json",
		RejectUnknownQueryParameters: true, Transformers: []huma.Transformer{s.translate},
	}, d)
	s.allianceEndpoints(d)
	s.tokenEndpoints(d)
	s.organisationEndpoints(d)
	s.programmeEndpoints(d)
	s.programmeMoves(d)
	s.familyEndpoints(d)
	s.keepingEndpoints(d)
	s.sharingEndpoints(d)
	s.emergencyEndpoints(d)
	s.peopleEndpoints(d)
	s.factEndpoints(d)
	s.rightEndpoints(d)
	s.claimEndpoints(d)
	s.reachEndpoints(d)
	s.quietEndpoints(d)
	s.referralEndpoints(d)
	s.doorEndpoints(d)
	s.referralMoves(d)
	s.voucherEndpoints(d)
	s.shopEndpoints(d)
	s.setupEndpoints(d)
	s.depotEndpoints(d)
	s.kitEndpoints(d)
	s.depotRequestEndpoints(d)
	s.libraryEndpoints(d)
	s.loanMoves(d)
	s.handoutEndpoints(d)
	s.seriesEndpoints(d)
	s.paymentEndpoints(d)
	s.administrationEndpoints(d)
	return d
}

// document is the description of all endpoints.
func (d *desk) document() []byte {
	doc := d.huma.OpenAPI()
	for _, unused := range []string{"ErrorModel", "ErrorDetail"} { // huma's own; ours are problems
		delete(doc.Components.Schemas.Map(), unused)
	}
	b, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic(err) // cannot happen: it is made of plain values
	}
	return append(b, '\n')
}

// elsewhere answers what is asked under the API and is no endpoint.
func (d *desk) elsewhere() http.Handler {
	var known http.ServeMux
	for path, methods := range d.paths {
		slices.Sort(methods)
		allow := strings.Join(methods, ", ")
		known.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Allow", allow)
			d.sendProblem(w, d.problemOf(d.reader(r), http.StatusMethodNotAllowed, nil))
		})
	}
	known.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		d.sendProblem(w, d.problemOf(d.reader(r), http.StatusNotFound, nil))
	})
	return &known
}

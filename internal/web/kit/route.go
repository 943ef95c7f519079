package kit

import (
	"net/http"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Route is one address that the house answers, and the action that the policy
// must allow before its handler is reached.
type Route struct {
	Pattern string // as http.ServeMux reads it: "GET /families/{id}"
	Action  string // a line of policy.Rules
}

// Routes is the only way to a mux: an address without a policy cannot be
// registered. The zero value is ready to use.
type Routes struct {
	mux   http.ServeMux
	table []Route
}

// Handle registers a handler under its policy. It panics when no rule of the
// policy names the action: such a program must not start.
func (rs *Routes) Handle(pattern, action string, h http.Handler) {
	if !policy.Known(action) {
		panic("route " + pattern + ": no rule of the policy names " + action)
	}
	rs.table = append(rs.table, Route{pattern, action})
	rs.mux.Handle(pattern, Pattern(h))
}

// Table lists every route.
func (rs *Routes) Table() []Route { return slices.Clone(rs.table) }

// Handler is what would answer a request, and its pattern; an empty pattern
// when no route takes it.
func (rs *Routes) Handler(r *http.Request) (http.Handler, string) { return rs.mux.Handler(r) }

// ServeHTTP answers a request.
func (rs *Routes) ServeHTTP(w http.ResponseWriter, r *http.Request) { rs.mux.ServeHTTP(w, r) }

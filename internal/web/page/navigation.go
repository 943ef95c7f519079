package page

import (
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// navigation is the few places that are always one step away, for the roles
// that have them.
func (s *Site) navigation(r *Request) []kit.NavItem {
	within := func(place string) bool {
		return r.URL.Path == place || strings.HasPrefix(r.URL.Path, place+"/")
	}
	var items []kit.NavItem
	for _, place := range []struct {
		href, key, icon, action string
		also                    []string // other addresses that belong there
	}{
		{"/today", "nav.today", "house", "session.own", nil},
		{"/families", "nav.families", "users-three", "family.list", nil},
		{"/reach", "nav.reach", "magnifying-glass", "reach.list", []string{"/registers", "/comparisons"}},
		{"/referrals", "nav.referrals", "hand-heart", "referral.list", []string{"/doors"}},
		{"/material", "nav.material", "package", "session.own", ofMaterial()},
		{"/programmes", "nav.programmes", "book-open", "programme.read", nil},
		{"/network", "nav.network", "tree-structure", "network.read", []string{"/directory", "/finder"}},
		{"/administration", "nav.administration", "gear", "administration.read", nil},
	} {
		if place.href == "/material" && !mayMaterial(r.Session.Actor()) {
			continue
		}
		if policy.May(r.Session.Actor(), place.action) {
			items = append(items, kit.NavItem{Href: place.href, Label: r.View.T(place.key), Icon: place.icon,
				Current: within(place.href) || slices.ContainsFunc(place.also, within)})
		}
	}
	return items
}

package page

import (
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// materialWays are the rooms of material help, for the roles that have them: a
// line a room.
var materialWays = []struct{ href, key, icon, action string }{
	{"/depot", "depot", "t-shirt", "depot.read"},
	{"/handouts", "handouts", "calendar-check", "handout.look"},
	{"/loans", "loans", "handshake", "loan.read"},
	{"/vouchers", "vouchers", "ticket", "voucher.figures"},
	{"/till", "till", "storefront", "voucher.redeem"},
	{"/payments", "payments", "coins", "payment.settle"},
	{"/payments/own", "payments_own", "hand-coins", "payment.own"},
	{"/payments/accounts", "payments_accounts", "buildings", "payment.arrange"},
}

// materialPages are the door to material help.
func (s *Site) materialPages(page register) {
	page("GET /material", "session.own", s.material)
}

// ofMaterial are the addresses that belong to material help.
func ofMaterial() (all []string) {
	for _, w := range materialWays {
		all = append(all, w.href)
	}
	return append(all, "/shops", "/desk")
}

// mayMaterial tells whether somebody has a room there.
func mayMaterial(actor policy.Actor) bool {
	for _, w := range materialWays {
		if policy.May(actor, w.action) {
			return true
		}
	}
	return false
}

// materialWay is one room, as its card shows it.
type materialWay struct{ Href, Icon, Title, Text string }

func (s *Site) material(r *Request) (Answer, error) {
	var ways []materialWay
	for _, w := range materialWays {
		if r.may(w.action) {
			ways = append(ways, materialWay{w.href, w.icon, r.View.T("material." + w.key), r.View.T("material." + w.key + ".text")})
		}
	}
	return show(materialPage(r.View, ways))
}

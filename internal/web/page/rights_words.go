package page

import (
	"net/url"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// whyIcon is the picture of a condition that holds, may hold or does not.
func whyIcon(k kit.Kind) string {
	switch k {
	case kit.Certain:
		return "check-circle"
	case kit.Not:
		return "minus-circle"
	}
	return "question"
}

// localWords writes a plain decimal as the reader does; a text stays as it is.
func localWords(v kit.View, s string) string {
	if strings.Trim(s, "-0123456789.") != "" || s == "" {
		return s
	}
	return rules.Localize(s, rules.Lang(v.Lang()))
}

// hostOf is the site of an address, for people to recognise.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return strings.TrimPrefix(u.Host, "www.")
}

// claimKind is the colour of a claim's state.
func claimKind(s rights.State) kit.Kind {
	switch s {
	case rights.Granted:
		return kit.Certain
	case rights.Refused, rights.Dropped:
		return kit.Not
	case rights.Applied, rights.Appeal:
		return kit.Possible
	}
	return kit.New
}

// claimWords says who has to do what by when.
func claimWords(v kit.View, c rights.Claim) string {
	switch {
	case c.State == rights.Granted && c.Amount > 0:
		return v.T("claim.now.granted.amount", "day", c.DecidedOn, "amount", c.Amount, "per", v.T("per."+string(c.Per)))
	case c.State == rights.Granted:
		return v.T("claim.now.granted", "day", c.DecidedOn)
	case c.State == rights.Dropped:
		return v.T("claim.now.dropped", "day", c.ChangedAt.Date())
	case c.Deadline == "":
		return v.T("claim.now.no_deadline")
	}
	return v.T("claim.now."+string(c.State), "day", c.Deadline)
}

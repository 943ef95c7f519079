package page

import (
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// recordWords says what somebody did, as a privacy officer reads it.
func recordWords(v kit.View, x audit.Record) string {
	if x.Action == "programme.manage" {
		if was := x.Detail["before"]; was != x.Detail["state"] && v.Has("record.did.programme."+x.Detail["state"]) {
			return v.T("record.did.programme." + x.Detail["state"])
		}
	}
	if v.Has("record.did." + x.Action) {
		return v.T("record.did." + x.Action)
	}
	if x.Action == "family.read" || v.Has("looks.did."+x.Action) {
		return lookWords(v, x)
	}
	return v.T("record.did.other", "action", x.Action)
}

// recordDetail says what is worth knowing besides: at which organisation, in
// which roles, and through which relation it was allowed.
func recordDetail(v kit.View, x audit.Record, names map[kernel.ID]string) string {
	var more []string
	if org := names[kernel.ID(x.Detail["org"])]; org != "" {
		more = append(more, org)
	}
	if n, err := strconv.Atoi(x.Detail["times"]); err == nil && x.Action == "access.refused" {
		return v.T("record.times", "n", n)
	}
	if x.Action == "worker.add" || x.Action == "worker.roles" {
		var roles []string
		for _, role := range strings.Fields(x.Detail["roles"]) {
			roles = append(roles, v.T("role."+role))
		}
		if len(roles) == 0 {
			roles = []string{v.T("record.no_roles")}
		}
		more = append(more, v.List(roles))
	}
	if x.Detail["token"] != "" {
		more = append(more, v.T("record.by_program"))
	}
	if _, through, ok := strings.Cut(x.Rule, " through "); ok && v.Has("record.through."+through) {
		more = append(more, v.T("record.through."+through))
	}
	return strings.Join(more, " – ")
}

// aboutOf is what a record concerns: a page to go to, or a number. A family is
// a number: the officer never opens its file.
func aboutOf(v kit.View, x audit.Record, names map[kernel.ID]string) (page *kit.Link, number string) {
	switch {
	case x.Subject == "" || x.Subject == x.Person:
		return nil, ""
	case x.Action == "programme.manage":
		return &kit.Link{Href: "/programmes/" + string(x.Subject), Label: v.T("record.about.programme")}, ""
	case x.Action == "organisation.add" || x.Action == "member.manage":
		if name := names[x.Subject]; name != "" {
			return &kit.Link{Href: "/network/" + string(x.Subject), Label: name}, ""
		}
	case names[x.Subject] != "":
		return nil, names[x.Subject]
	}
	return nil, v.T("record.about."+kindOf(x.Action)) + " " + string(x.Subject)
}

// kindOf is what an action is about, when it is no programme and no partner.
func kindOf(action string) string {
	kind, _, _ := strings.Cut(action, ".")
	switch kind {
	case "family", "rights", "referral":
		return "family"
	}
	return "number"
}

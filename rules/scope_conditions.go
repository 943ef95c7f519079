package rules

import (
	"fmt"
	"strings"
)

// builtIn adds the conditions that every right may have: its period, its
// region and its municipality.
func (lib *Library) builtIn(r *Right) {
	add := func(id, expression string, text Text) {
		x, ok := r.scope.parse(expression, r.at)
		if !ok {
			return
		}
		if e := r.scope.check(x, kindBool); e != nil {
			r.conditions = append(r.conditions, &condition{id: id, text: text, when: e, at: r.at})
		}
	}
	var period []string
	text := Text{"Dit recht geldt op deze dag.", "Ce droit existe à cette date.", "Dieses Recht gilt an diesem Tag.", "This right is in force on this day."}
	if r.ValidFrom != nil {
		period = append(period, fmt.Sprintf("date >= date(%q)", r.ValidFrom))
	}
	if r.ValidTo != nil {
		period = append(period, fmt.Sprintf("date <= date(%q)", r.ValidTo))
	}
	if len(period) > 0 {
		add("in_force", strings.Join(period, " && "), text)
	}
	if len(r.Regions) > 0 {
		var names [4][]string
		for _, key := range r.Regions {
			x := lib.facts.Fact(OfFamily, "region")
			if x == nil || x.choice(key) == nil {
				continue // the check of the expression reports it
			}
			for i, l := range Langs {
				names[i] = append(names[i], x.choice(key).Names.In(l))
			}
		}
		of := func(i int) string { return strings.Join(names[i], ", ") }
		add("region", "family.region in "+quoted(r.Regions), Text{"U woont in " + of(0) + ".", "Vous habitez dans cette région : " + of(1) + ".",
			"Sie wohnen in " + of(2) + ".", "You live in " + of(3) + "."})
	}
	if len(r.Municipalities) > 0 {
		add("municipality", "family.municipality in "+quoted(r.Municipalities), Text{"U woont in de gemeente die dit recht geeft.",
			"Vous habitez dans la commune qui donne ce droit.", "Sie wohnen in der Gemeinde, die dieses Recht gibt.", "You live in the municipality that gives this right."})
	}
}

func quoted(list []string) string {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = fmt.Sprintf("%q", s)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

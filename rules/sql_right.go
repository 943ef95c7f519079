package rules

import (
	"slices"
	"strings"
)

// sqlRight are the columns of a right.
type sqlRight struct {
	of       *sqlItem // the status of the family, or of each person
	family   *sqlItem // the status of the family
	given    *sqlItem // what its amounts give together, 0 where it is not given
	givenAll *sqlItem // to all persons
	pays     []string
	paid     []*sqlItem // what the family gets in each of the periods
}

// status is the one of each person, or that of the family.
func (r *sqlRight) status(ofPerson bool) *sqlItem {
	if ofPerson {
		return r.of
	}
	return r.family
}

// printed are the columns of a right.
func (p *sqlPrinter) printed(r *Right) *sqlRight {
	if out := p.rights[r]; out != nil {
		return out
	}
	out := &sqlRight{pays: r.pays()}
	p.rights[r] = out
	id := strings.ReplaceAll(strings.ReplaceAll(r.ID, ".", "_"), "-", "_")
	row := "f."
	if r.ForEach {
		row = "p."
	}
	names, deep := r.scope.names, 1
	see := func(e *expr) sqlValue { return p.expression(e, names, &deep) }
	holds, away := sqlBool(isTrue), sqlBool(isFalse)
	if r.ForEach {
		holds = see(r.each)
	}
	for _, c := range r.conditions {
		v := see(c.when)
		if c.exclusion {
			v = v.not()
		}
		holds = holds.and(v)
	}
	for _, rf := range r.refers {
		away = away.or(see(rf.when))
	}
	it := p.item(id+"_holds", r.ForEach, deep, holds)
	fitting := p.item(id+"_away", r.ForEach, deep, away)
	var amounts []*sqlItem
	after := max(it.depth, fitting.depth)
	for i, a := range r.amounts {
		deep := 1
		v := p.expression(a.value, names, &deep).counted()
		if !a.exact {
			v = v.rounded(a.unit, a.mode)
		}
		v = sqlExtreme("max", v, sqlValue{v: "0"})
		if a.when != nil {
			v = p.expression(a.when, names, &deep).choose(v, sqlValue{v: "0"})
		}
		amounts = append(amounts, p.item(id+"_amount_"+integer(int64(i+1)).plain(), r.ForEach, deep, v))
		after = max(after, amounts[i].depth)
	}
	h, w := row+it.name, row+fitting.name
	b := "CASE WHEN NOT " + h + " THEN 'not_entitled'"
	if it.stuck {
		b += " WHEN " + h + "_stuck THEN 'refer'"
	}
	decided := w
	if fitting.stuck {
		decided = "(" + w + " OR " + w + "_stuck)"
	}
	b += " WHEN " + h + " AND " + decided + " THEN 'refer'"
	for _, a := range amounts { // an amount that nobody published: somebody has to look it up
		if a.stuck {
			b += " WHEN " + h + " AND NOT " + w + " AND " + row + a.name + "_stuck THEN 'refer'"
		}
	}
	for _, a := range amounts {
		if a.loose {
			b += " WHEN " + row + a.name + " IS NULL THEN NULL"
		}
	}
	b += " WHEN " + h + " AND NOT " + w + " THEN 'entitled' END"
	out.of = p.item(id+"_status", r.ForEach, after+1, sqlValue{v: b})
	p.sums(r, out, id, row, amounts)
	return out
}

// sums are what the right gives together, and to the family.
func (p *sqlPrinter) sums(r *Right, out *sqlRight, id, row string, amounts []*sqlItem) {
	status := row + out.of.name
	sum := func(per string) string {
		parts := []string{"0"}
		for i, a := range r.amounts {
			if per == "" || a.per == per {
				parts = append(parts, row+amounts[i].name)
			}
		}
		return "CASE " + status + " WHEN 'entitled' THEN " + strings.Join(parts, " + ") + " WHEN 'not_entitled' THEN 0"
	}
	tail := slices.ContainsFunc(amounts, func(a *sqlItem) bool { return a.tail })
	given := sqlValue{v: "(" + sum("") + " END)", stuck: "(" + status + " IS NOT DISTINCT FROM 'refer')", loose: true, tail: tail}
	out.given = p.item(id+"_given", r.ForEach, out.of.depth+1, given)
	out.family = out.of
	if !r.ForEach {
		for _, per := range out.pays {
			out.paid = append(out.paid, p.item(id+"_"+per, false, out.of.depth+1, sqlValue{v: sum(per) + " END"}))
		}
		return
	}
	inside := func(s string) string { return strings.ReplaceAll(s, "p.", "q1.") }
	all := over("q1", "CASE WHEN bool_or(v = 'entitled') THEN 'entitled' WHEN count(v) < count(*) THEN NULL WHEN bool_or(v = 'refer') THEN 'refer' ELSE 'not_entitled' END",
		inside(status)+" AS v")
	out.family = p.item(id+"_all", false, out.of.depth+1, sqlValue{v: all})
	of := func(s string) sqlValue { return sqlValue{v: inside(s)} }
	g := added("q1", sqlValue{v: "q1." + out.given.name, stuck: "q1." + out.given.name + "_stuck", loose: true, tail: tail})
	out.givenAll = p.item(id+"_given_all", false, out.given.depth+1, g)
	for _, per := range out.pays {
		out.paid = append(out.paid, p.item(id+"_"+per, false, out.of.depth+1, added("q1", of(sum(per)+" WHEN 'refer' THEN 0 END"))))
	}
}

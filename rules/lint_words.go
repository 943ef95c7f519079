package rules

import (
	"slices"
	"strings"
)

// parameters looks at the numbers: whether something needs them, whether they
// are of today, and where they come from.
func (l *linter) parameters() {
	r := l.right
	needed := l.lib.parametersOf(append(r.expressions(), r.received)...)
	for _, p := range r.Parameters {
		used := slices.Contains(needed, p) || l.lib.borrowed(p)
		switch {
		case p.borrow != "" && !used:
			l.find(LintUnused, p.at, "use it in an expression, or leave it out", "nothing needs the parameter %s", p.Name)
		case p.borrow != "":
			continue
		case !used && !p.Told:
			l.find(LintUnused, p.at, "use it in an expression, leave it out, or write told: true where people are only told it", "nothing is computed with the parameter %s", p.Name)
		case used && p.Told:
			l.find(LintUnused, p.at, "leave told: out", "the parameter %s says that it is only told, and something is computed with it", p.Name)
		}
		l.values(p)
	}
}

// borrowed tells whether another right uses a parameter.
func (lib *Library) borrowed(p *Parameter) bool {
	for _, r := range lib.rights {
		for _, q := range r.Parameters {
			if id, name, _ := strings.Cut(q.borrow, "/"); q.borrow != "" && id == p.right.ID && name == p.Name {
				return true
			}
		}
	}
	return false
}

func (l *linter) values(p *Parameter) {
	for i, v := range p.Values {
		s := slices.IndexFunc(l.right.Sources, func(s Source) bool { return s.ID == v.Source })
		if s >= 0 && (!strings.HasPrefix(l.right.Sources[s].URL, "http") || l.right.Sources[s].Dated == "") {
			l.find(LintSource, p.at, "give the source an address and the day of which it is: url: 'https://…', dated: 2026-01-05", "the source %s of %s cannot be looked up, or has no date", v.Source, p.Name)
		}
		if i+1 < len(p.Values) && v.To != nil && p.Values[i+1].From > *v.To+1 && v.Note == "" && p.Values[i+1].Note == "" {
			l.find(LintHole, p.at, "add the value of those days, or say in a note: why it is not there",
				"%s has no value from %s to %s", p.Name, *v.To+1, p.Values[i+1].From-1)
		}
	}
	if len(p.Values) == 0 || l.right.ValidTo != nil && *l.right.ValidTo < l.on {
		return
	}
	last := p.Values[len(p.Values)-1]
	switch {
	case p.Told && last.To != nil:
	case last.To != nil && *last.To < l.on:
		l.find(LintDue, p.at, "look up the value that holds now", "the last value of %s ended on %s", p.Name, *last.To)
	case p.nextIndexation(last.From) <= l.on:
		l.find(LintDue, p.at, "look up the value that holds now", "the last value of %s is of %s; since %s a newer one is expected", p.Name, last.From, p.nextIndexation(last.From))
	}
}

// lets looks for names that nothing needs, and for steps without words.
func (l *linter) lets() {
	r := l.right
	needed := map[*let]bool{}
	for _, x := range append(r.expressions(), r.received) {
		if x != nil {
			for _, t := range x.reads.lets {
				needed[t] = true
			}
		}
	}
	shown := map[*let]bool{}
	var show func(x *expr)
	show = func(x *expr) {
		if x == nil {
			return
		}
		for _, t := range x.reads.lets {
			if !shown[t] {
				shown[t] = true
				for _, y := range t.reads {
					show(y)
				}
			}
		}
	}
	for _, a := range r.amounts {
		show(a.value)
	}
	for _, t := range r.lets {
		switch {
		case !needed[t]:
			l.find(LintUnused, t.at, "use it, or leave it out", "nothing needs the name %s", t.name)
		case shown[t] && t.kind == kindNumber && t.text.IsZero():
			l.find(LintText, t.at, "add text: in the four languages", "%s is a step of the amount and has no words, so a family reads its name", t.name)
		}
	}
}

// leastCopied is from how many letters on the same text in two languages was
// probably not translated.
const leastCopied = 30

// texts looks for texts that stand in two languages as they were. That one is
// missing is told when the pack is read.
func (l *linter) texts() {
	r := l.right
	look := func(at place, what string, t Text) {
		all := []string{t.NL, t.FR, t.DE, t.EN}
		for j := range all {
			for i := range j {
				if all[i] == all[j] && len(all[i]) >= leastCopied && strings.Contains(all[i], " ") {
					l.find(LintText, at, "translate it", "%s is the same in %s and %s", what, Langs[i], Langs[j])
					return
				}
			}
		}
	}
	look(r.at, "summary", r.Summary)
	look(r.at, "in_kind", r.InKind)
	look(r.at, "apply, how", r.Apply.How)
	look(r.at, "notes", r.Notes)
	for _, p := range r.Parameters {
		if p.borrow == "" {
			look(p.at, "the text of "+p.Name, p.Text)
		}
	}
	for _, c := range r.conditions {
		look(c.at, "the text of "+c.id, c.text)
	}
	for _, rf := range r.refers {
		look(rf.when.at, "the text of "+rf.id, rf.text)
	}
	for _, t := range r.lets {
		look(t.at, "the text of "+t.name, t.text)
	}
}

// facts looks for facts that nobody is asked and no document or register has.
func (l *linter) facts() {
	seen := map[*Fact]bool{}
	for _, x := range append(l.right.expressions(), l.right.received) {
		if x == nil {
			continue
		}
		for _, f := range x.all() {
			if !seen[f] && f.derive == nil && f.Key != "role" && len(f.Ask) == 0 && !slices.Contains(f.Sources, "register") && !slices.Contains(f.Sources, "document") {
				l.find(LintUnknown, x.at, "say in the dictionary who is asked (ask:) or which papers have it (sources:), or use another fact",
					"nobody can know the fact %s: nobody is asked it and it comes from no papers", f.path())
			}
			seen[f] = true
		}
	}
}

package rules

import "slices"

// A brief finding says what a list of families needs to know, of each right: its
// id, how it is called, its status, of each person too, the amounts in cents,
// between what an amount lies that is not certain yet, and
// who has it already. They are those of a whole finding; but a right for which
// the search of a whole one ran out of fuel may be decided here, where less is
// searched, and of an amount a wider range be told. There are no reasons, no steps of the arithmetic, no facts that are
// missing, and what is open is not said to be undetermined. Nothing is
// remembered: a walk over many families would drive out what those remember who
// wait for an answer.

// briefly evaluates for findings that are brief.
func (lib *Library) briefly(f *frame, o Options) *Result {
	f.brief = true
	out := &Result{Date: f.today, Rights: []Finding{}}
	for _, r := range lib.rights {
		if o.Rights == nil || slices.Contains(o.Rights, r.ID) {
			out.Rights = append(out.Rights, r.brief(f, r.relevant(f), o.Lang))
		}
	}
	return out
}

// brief writes the finding of a right without what explains it.
func (r *Right) brief(f *frame, rel relevance, lang Lang) Finding {
	f.fresh()
	out := Finding{ID: r.ID, Name: r.Names.In(lang), Kind: r.Kind, Status: Unknown, Right: r, Mode: r.Apply.Mode, Amounts: []Amount{}}
	if rel.status {
		out.Status = statusNames[rel.outcome.status]
	}
	e := &explainer{frame: f, right: r, out: &out}
	saved := f.bound
	for i := range rel.outcome.people {
		v := &rel.outcome.people[i]
		if r.ForEach && v.outside {
			continue
		}
		f.bound[0] = int8(v.person)
		e.has(v)
		if r.ForEach {
			status := Unknown
			if single(v.status) {
				status = statusNames[v.status]
			}
			out.Persons = append(out.Persons, PersonStatus{f.ids[v.person], status})
		}
		if v.status != canEntitle || out.Status != Entitled {
			continue
		}
		for k, a := range r.amounts {
			switch n := v.amounts[k]; {
			case !n.certain():
				e.ranges(v, a, n)
			case n.lo.sign() != 0:
				out.Amounts = append(out.Amounts, Amount{Value: n.lo.decimal(2, a.most), Currency: "EUR", Per: a.per, To: e.to(v), Cents: n.lo.cents()})
			}
		}
	}
	f.bound = saved
	return out
}

// enough tells that a search for a brief finding has seen what it needs: two
// families of which the status is another, or of a right with one status that
// something still changes it.
func (s *search) enough() bool {
	return s.f.brief && (s.varies || s.one && slices.ContainsFunc(s.found, func(w uint64) bool { return w != 0 }))
}

package page

import (
	"net/url"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// sharingPages are what a family shares with whom, and how it stops.
func (s *Site) sharingPages(page register) {
	page("GET /families/{id}/sharing", "family.share", s.familySharing)
	page("GET /families/{id}/sharing/new", "family.share", s.shareForm)
	page("POST /families/{id}/sharing/new", "family.share", s.share)
	page("POST /families/{id}/sharing/{decision}/end", "family.share", s.stopSharing)
	page("GET /families/{id}/sharing/object", "family.share", s.objectForm)
	page("POST /families/{id}/sharing/object", "family.share", s.object)
	page("POST /families/{id}/objections/{objection}/lift", "family.share", s.liftObjection)
}

// shareView is what a family shares, and the forms to share or to object.
type shareView struct {
	fileView
	sharing.Shared
	Form     url.Values
	Errors   kit.Errors
	Partners []kit.Option
	Edition  sharing.Edition
}

func (s *Site) readSharing(r *Request) (w shareView, err error) {
	if w.fileView, err = s.readOpenFile(r); err != nil {
		return w, err
	}
	w.Edition = sharing.EditionOn(r.View.Today)
	w.Partners, err = s.partners(r, func(o members.Organisation) bool { return o.ID != r.Session.Organisation.ID })
	return w, err
}

// partners are the organisations of the alliance that meet a condition.
func (s *Site) partners(r *Request, fits func(members.Organisation) bool) (options []kit.Option, err error) {
	q := members.Query{Limit: 100}
	for {
		page, err := s.Members.Organisations(r.Context(), q)
		if err != nil {
			return nil, err
		}
		for _, o := range page.Rows {
			if o.Active && fits(o) {
				options = append(options, kit.Option{Value: string(o.ID), Label: o.Name})
			}
		}
		if q.After = page.Next; q.After == "" {
			return options, nil
		}
	}
}

func (s *Site) familySharing(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	var w shareView
	if w.Shared, err = s.Sharing.Of(r.Context(), id); err != nil {
		return Answer{}, err
	}
	if w.fileView, err = s.readFile(r, "care"); err != nil {
		return Answer{}, err
	}
	var ids []kernel.ID
	for _, d := range w.Decisions {
		ids = append(append(ids, d.DecidedBy, d.DecidedOrg), d.Recipients...)
	}
	for _, o := range w.Objections {
		ids = append(ids, o.Recipient, o.MadeBy)
	}
	names, err := s.Members.Names(r.Context(), ids...)
	if err != nil {
		return Answer{}, err
	}
	for id, name := range names {
		w.Names[id] = name
	}
	return show(sharingPage(r.View, w))
}

func (s *Site) shareForm(r *Request) (Answer, error) {
	w, err := s.readSharing(r)
	if err != nil {
		return Answer{}, err
	}
	today := r.View.Today
	w.Form = url.Values{"groups": {string(policy.Identity), string(policy.Contact)}, "starts": {string(today)}, "told_on": {string(today)},
		"ends": {string(today.AddMonths(12))}}
	if to := r.URL.Query().Get("to"); to != "" {
		w.Form.Set("recipients", to)
	}
	return show(sharePage(r.View, w))
}

func (s *Site) share(r *Request) (Answer, error) {
	w, err := s.readSharing(r)
	if err != nil {
		return Answer{}, err
	}
	w.Form = r.PostForm
	in := sharing.New{Basis: sharing.Basis(w.Form.Get("basis")), Groups: groupsOf(w.Form), Evidence: sharing.Evidence(w.Form.Get("evidence")),
		ToldHow: sharing.ToldHow(w.Form.Get("told_how"))}
	for _, id := range w.Form["recipients"] {
		if id, err := kernel.ParseID(id); err == nil {
			in.Recipients = append(in.Recipients, id)
		}
	}
	for _, c := range w.Form["conditions"] {
		in.Conditions = append(in.Conditions, sharing.Condition(c))
	}
	var faults kernel.Faults
	for field, day := range map[string]*kernel.Date{"starts": &in.Starts, "ends": &in.Ends, "told_on": &in.ToldOn} {
		if *day, err = kit.DateOf(w.Form, field); err != nil {
			faults.Check(field, err)
		}
	}
	if err = faults.Err(); err == nil {
		_, err = s.Sharing.Decide(r.Context(), w.ID, in)
	}
	if err == nil {
		return goTo(w.path("/sharing"), "said.sharing.decided")
	}
	if !faulty(err) {
		return Answer{}, err
	}
	w.Errors = r.View.Problems(err)
	return again(sharePage(r.View, w), err)
}

// groupsOf are the groups that were ticked.
func groupsOf(form url.Values) (groups []policy.Group) {
	for _, g := range form["groups"] {
		groups = append(groups, policy.Group(g))
	}
	return groups
}

func (s *Site) stopSharing(r *Request) (Answer, error) {
	family, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	decision, err := r.ID("decision")
	if err != nil {
		return Answer{}, err
	}
	why := sharing.Ended(r.PostFormValue("why"))
	if !slices.Contains(sharing.EndedReasons[:], why) {
		why = sharing.Withdrawn
	}
	if err := s.Sharing.End(r.Context(), family, decision, why); err != nil && kernel.CodeOf(err) != kernel.Conflict {
		return Answer{}, err
	}
	return goTo("/families/"+string(family)+"/sharing", "said.sharing.ended")
}

func (s *Site) objectForm(r *Request) (Answer, error) {
	w, err := s.readSharing(r)
	if err != nil {
		return Answer{}, err
	}
	return show(objectPage(r.View, w))
}

func (s *Site) object(r *Request) (Answer, error) {
	w, err := s.readSharing(r)
	if err != nil {
		return Answer{}, err
	}
	w.Form = r.PostForm
	var recipient kernel.ID
	if to := w.Form.Get("recipient"); to != "" {
		if recipient, err = kernel.ParseID(to); err != nil {
			err = kernel.NewInvalid("sharing.recipients").At("recipient")
		}
	}
	if err == nil {
		_, err = s.Sharing.Object(r.Context(), w.ID, recipient, groupsOf(w.Form), sharing.ToldHow(w.Form.Get("told_how")))
	}
	if err == nil {
		return goTo(w.path("/sharing"), "said.sharing.objected")
	}
	if !faulty(err) {
		return Answer{}, err
	}
	w.Errors = r.View.Problems(err)
	return again(objectPage(r.View, w), err)
}

func (s *Site) liftObjection(r *Request) (Answer, error) {
	family, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	objection, err := r.ID("objection")
	if err != nil {
		return Answer{}, err
	}
	if err := s.Sharing.Lift(r.Context(), family, objection); err != nil && kernel.CodeOf(err) != kernel.Conflict {
		return Answer{}, err
	}
	return goTo("/families/"+string(family)+"/sharing", "said.sharing.lifted")
}

// groupWords lists groups in words; none is all of them.
func groupWords(v kit.View, groups []policy.Group) string {
	if len(groups) == 0 {
		return v.T("sharing.all_groups")
	}
	var words []string
	for _, g := range groups {
		words = append(words, v.T("sharing.group."+string(g)))
	}
	return v.List(words)
}

func (w shareView) recipients(v kit.View, d sharing.Decision) string {
	var names []string
	for _, org := range d.Recipients {
		names = append(names, w.Names[org])
	}
	return v.List(names)
}

// whom is to whom the family said no.
func (w shareView) whom(v kit.View, o sharing.Objection) string {
	if o.Recipient == "" {
		return v.T("sharing.everybody")
	}
	return w.Names[o.Recipient]
}

// decisionRows are a decision in words.
func (w shareView) decisionRows(v kit.View, d sharing.Decision) []kit.SummaryRow {
	told := v.T("sharing.told." + string(d.ToldHow))
	if d.ToldOn != "" {
		told = v.T("sharing.told_at", "how", told, "day", d.ToldOn)
	}
	rows := []kit.SummaryRow{
		{Key: v.T("sharing.what"), Value: kit.Text(groupWords(v, d.Groups))},
		{Key: v.T("sharing.ground"), Value: kit.Text(v.T("sharing.basis." + string(d.Basis)))},
		{Key: v.T("sharing.until"), Value: kit.Text(v.T("sharing.from_to", "from", d.Starts, "to", d.Ends))},
		{Key: v.T("sharing.evidence"), Value: kit.Text(v.T("sharing.evidence." + string(d.Evidence)))},
		{Key: v.T("sharing.told"), Value: kit.Text(told)},
		{Key: v.T("sharing.by"), Value: kit.Text(v.T("file.by", "who", w.Names[d.DecidedBy], "org", w.Names[d.DecidedOrg]))},
	}
	if d.EndedAt != "" {
		rows = append(rows, kit.SummaryRow{Key: v.T("sharing.stopped"), Value: kit.Text(v.T("sharing.stopped_on", "day", d.EndedAt.Date(), "why", v.T("sharing.ended."+string(d.EndedWhy))))})
	}
	return rows
}

func groupOptions(v kit.View) (options []kit.Option) {
	for _, g := range policy.Groups {
		options = append(options, kit.Option{Value: string(g), Label: capital(v.T("sharing.group." + string(g))), Hint: v.T("sharing.group." + string(g) + ".hint")})
	}
	return options
}

// optionsOf are codes with their words.
func optionsOf[S ~string](v kit.View, prefix string, codes []S) (options []kit.Option) {
	for _, c := range codes {
		o := kit.Option{Value: string(c), Label: v.T(prefix + string(c))}
		if v.Has(prefix + string(c) + ".hint") {
			o.Hint = v.T(prefix + string(c) + ".hint")
		}
		options = append(options, o)
	}
	return options
}

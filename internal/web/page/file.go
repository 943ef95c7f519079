package page

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/homes"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/retention"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// filePages are one family's file. They are written to the family: no word in
// them that one would not say to their face.
func (s *Site) filePages(page register) {
	page("GET /families/{id}", "family.read", s.file)
	page("GET /families/{id}/timeline", "family.read", s.fileTimeline)
	page("GET /families/{id}/looks", "family.looks", s.fileLooks)
	page("GET /families/{id}/copy", "family.looks", s.fileCopy)
	s.filePeoplePages(page)
	s.fileContactPages(page)
	s.fileFactPages(page)
	s.fileTeamPages(page)
	s.sharingPages(page)
	s.fileClosingPages(page)
	s.fileDoorPages(page)
	s.fileMergePages(page)
	s.homesPages(page)
}

// fileView is a file as its page shows it.
type fileView struct {
	families.File
	Title    string
	Names    map[kernel.ID]string      // of workers and organisations
	Lists    map[kernel.Instant]string // from which something came, by when it was recorded; of one fact
	Law      *rules.Library
	Claims   []rights.Row        // that are under way
	Received []referrals.Row     // about this family, open ones
	Sent     []referrals.Receipt // about this family, by the reader's organisation
	MayRefer bool
	Merges   []families.Merge // files that went into this one and can come out again
	Homes    []homes.Home     // other homes of the children
	Kept     retention.Due    // of a closed file: until when it is kept; zero when nothing was decided
}

// MayChange tells whether the reader keeps this file.
func (w fileView) MayChange() bool { return !w.Partial && w.State == families.StateOpen }

// path is an address below the file.
func (w fileView) path(rest string) string { return "/families/" + string(w.ID) + rest }

func (w fileView) back(v kit.View) *kit.Link {
	return &kit.Link{Href: w.path(""), Label: v.T("file.back")}
}

// readFile opens the file in the path.
func (s *Site) readFile(r *Request, why families.Purpose) (w fileView, err error) {
	id, err := r.ID("id")
	if err != nil {
		return w, err
	}
	w.File, err = s.Families.Read(r.Context(), id, why)
	if err != nil {
		return w, err
	}
	w.Title, w.Law = titleOf(r.View, w.File), s.Families.Law
	slices.SortStableFunc(w.Persons, byPlace)
	w.MayRefer = policy.May(r.Session.Actor(), "referral.send")
	w.Names, err = s.Members.Names(r.Context(), mentioned(w.File)...)
	return w, err
}

// mentioned are the workers and organisations that a file speaks of.
func mentioned(f families.File) []kernel.ID {
	ids := []kernel.ID{f.OpenedBy, f.OpenedOrg}
	for _, c := range f.Team {
		ids = append(ids, c.Holder)
	}
	for _, x := range f.Facts {
		ids = append(ids, x.RecordedBy, x.RecordedOrg)
	}
	for _, n := range f.Notes {
		ids = append(ids, n.Worker, n.Org)
	}
	return append(ids, mentionedIn(f.Events)...)
}

func mentionedIn(events []families.Event) (ids []kernel.ID) {
	for _, e := range events {
		ids = append(ids, e.Worker, e.Org, e.Subject)
	}
	return ids
}

func (s *Site) file(r *Request) (Answer, error) {
	w, err := s.readFile(r, families.ForCare)
	if err != nil {
		return Answer{}, err
	}
	if !w.Partial {
		claims, err := s.Rights.Claims(r.Context(), rights.Query{Family: w.ID, Limit: 20})
		if err != nil {
			return Answer{}, err
		}
		w.Claims = claims.Rows
		if w.Merges, err = s.Families.Merges(r.Context(), w.ID); err != nil {
			return Answer{}, err
		}
		if w.Homes, err = s.Homes.Of(r.Context(), w.ID); err != nil {
			return Answer{}, err
		}
	}
	if !w.Partial && w.State == families.StateClosed {
		if w.Kept, _, err = s.Retention.Of(r.Context(), w.ID); err != nil {
			return Answer{}, err
		}
	}
	in, err := s.Referrals.Inbox(r.Context(), referrals.Query{Family: w.ID})
	if err != nil {
		return Answer{}, err
	}
	w.Received = in.Rows
	for _, over := range []bool{false, true} {
		out, err := s.Referrals.Outbox(r.Context(), referrals.Query{Family: w.ID, Over: over, Limit: 10})
		if err != nil {
			return Answer{}, err
		}
		w.Sent = append(w.Sent, out.Rows...)
	}
	var to []kernel.ID
	for _, x := range w.Sent {
		to = append(to, x.To)
	}
	more, err := s.Members.Names(r.Context(), to...)
	if err != nil {
		return Answer{}, err
	}
	for id, name := range more {
		w.Names[id] = name
	}
	return show(filePage(r.View, w))
}

// timelineView is a page of what happened.
type timelineView struct {
	fileView
	Events []families.Event
	After  string
	Next   string
}

func (s *Site) fileTimeline(r *Request) (Answer, error) {
	w := timelineView{After: r.URL.Query().Get("after")}
	var err error
	if w.fileView, err = s.readFile(r, families.ForCare); err != nil {
		return Answer{}, err
	}
	w.Events, w.Next, err = s.Families.Timeline(r.Context(), w.ID, families.Query{After: w.After, Limit: 30})
	if err != nil {
		return lostPlace(err, w.path("/timeline"))
	}
	more, err := s.Members.Names(r.Context(), mentionedIn(w.Events)...)
	if err != nil {
		return Answer{}, err
	}
	for id, name := range more {
		w.Names[id] = name
	}
	return show(fileTimelinePage(r.View, w))
}

// factGroup is what is known of one person, or of the family.
type factGroup struct {
	Title string
	Rows  []kit.SummaryRow
}

// byPlace puts those who belong to a family in the order in which one speaks of
// them: the adults, the children from the eldest, who comes, who lives along.
func byPlace(p, q families.Person) int {
	place := func(r families.Role) int { return slices.Index(families.Roles[:], r) }
	if d := cmp.Compare(place(p.Role), place(q.Role)); d != 0 || p.Role != families.Child {
		return d
	}
	return cmp.Compare(p.Birth, q.Birth)
}

// known lists what is known, the family first, each in the order of the
// dictionary.
func (w fileView) known(v kit.View) (groups []factGroup) {
	order := map[string]int{}
	for i, x := range w.Law.Facts().Facts {
		order[x.Entity+"."+x.Key] = i
	}
	whom := []kernel.ID{""}
	for _, p := range w.Persons {
		whom = append(whom, p.ID)
	}
	for _, id := range whom {
		g, entity := factGroup{Title: v.T("file.known.family")}, rules.OfFamily
		if id != "" {
			g.Title, entity = w.called(v, id), rules.OfPerson
		}
		facts := slices.DeleteFunc(slices.Clone(w.Facts), func(x families.Fact) bool { return x.Person != id })
		slices.SortStableFunc(facts, func(a, b families.Fact) int {
			return cmp.Compare(order[entity+"."+a.Key], order[entity+"."+b.Key])
		})
		for _, x := range facts {
			if described := w.Law.Facts().Fact(entity, x.Key); described != nil {
				g.Rows = append(g.Rows, w.factRow(v, described, x))
			}
		}
		if len(g.Rows) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

func (w fileView) factRow(v kit.View, described *rules.Fact, x families.Fact) kit.SummaryRow {
	row := kit.SummaryRow{
		Key:   capital(described.Names.In(rules.Lang(v.Lang()))),
		Value: kit.Text(factWords(v, described, x.Value)),
		Note:  w.howKnown(v, x),
	}
	if w.MayChange() {
		row.Action = &kit.Link{Href: w.path("/facts/" + refOf(rules.Missing{Fact: x.Key, Person: string(x.Person)})), Label: v.T("kit.change")}
	}
	return row
}

// howKnown says how, when and by whom a fact came into the file.
func (w fileView) howKnown(v kit.View, x families.Fact) string {
	words := []string{v.T("family.source." + string(x.Source)), v.Date(x.RecordedAt.Date())}
	if name := w.Names[x.RecordedBy]; name != "" {
		words = append(words, name)
	}
	if list := w.Lists[x.RecordedAt]; list != "" && x.Source == families.Register {
		words = append(words, v.T("register.from_list", "name", list))
	}
	if x.ValidFrom != "" {
		words = append(words, v.T("file.known.since", "day", x.ValidFrom))
	}
	if x.ValidTo != "" {
		words = append(words, v.T("file.known.until", "day", x.ValidTo))
	}
	return strings.Join(words, " · ")
}

// called is how somebody of the family is called on this page.
func (w fileView) called(v kit.View, id kernel.ID) string {
	p, ok := w.Person(id)
	if !ok {
		return v.T("file.somebody")
	}
	return personName(v, p)
}

// personName is how a person is called: by name, or by what they are in the
// family.
func personName(v kit.View, p families.Person) string {
	if name := p.Name(); name != "" {
		return name
	}
	return v.T("file.role." + string(p.Role))
}

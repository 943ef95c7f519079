package page

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// ownView is what every page of a visit knows.
type ownView struct {
	Names kernel.Lang // in which names of rights are shown
}

func viewOf(v ownpage.Visit) ownView { return ownView{Names: v.Names} }

// formal is a name of a right, an organisation or a place, in the language in
// which it is written.
func (w ownView) formal(name string) templ.Component { return kit.FormalName(string(w.Names), name) }

// planView is a plan on the page of a family, or on paper.
type planView struct {
	ownView
	ownpage.Plan
	Link string // the address of the family's page, on paper
}

// homeSteps is how many steps stand on the first page.
const homeSteps = 3

func (s *Site) ownHome(r *Request, v ownpage.Visit) (Answer, error) {
	plan, err := s.Own.Plan(r.Context(), v, v.Names)
	if err != nil {
		return Answer{}, err
	}
	return show(ownHomePage(r.View, planView{ownView: viewOf(v), Plan: plan}))
}

func (s *Site) ownPlan(r *Request, v ownpage.Visit) (Answer, error) {
	plan, err := s.Own.Plan(r.Context(), v, v.Names)
	if err != nil {
		return Answer{}, err
	}
	return show(ownPlanPage(r.View, planView{ownView: viewOf(v), Plan: plan}))
}

func (s *Site) ownTick(r *Request, v ownpage.Visit) (Answer, error) {
	id, err := kernel.ParseID(r.PostForm.Get("step"))
	if err != nil {
		return Answer{}, kernel.NewNotFound("step")
	}
	if err := s.Own.Tick(r.Context(), v, id, ownpage.StepEnd(r.PostForm.Get("how"))); err != nil {
		return Answer{}, err
	}
	return Answer{To: "/mine/plan?said=ticked"}, nil
}

// ownRightsView is what there is.
type ownRightsView struct {
	ownView
	ownpage.Found
}

func (s *Site) ownRights(r *Request, v ownpage.Visit) (Answer, error) {
	found, err := s.Own.Find(r.Context(), v, v.Names)
	if err != nil {
		return Answer{}, err
	}
	return show(ownRightsPage(r.View, ownRightsView{viewOf(v), found}))
}

// talkView is a conversation.
type talkView struct {
	ownView
	ownpage.Talk
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) ownMessages(r *Request, v ownpage.Visit) (Answer, error) {
	page, err := s.talkPage(r, v, nil, nil)
	return Answer{Page: page}, err
}

func (s *Site) talkPage(r *Request, v ownpage.Visit, form url.Values, wrong kit.Errors) (templ.Component, error) {
	talk, err := s.Own.Talk(r.Context(), v)
	if err != nil {
		return nil, err
	}
	return ownMessagesPage(r.View, talkView{viewOf(v), talk, form, wrong}), nil
}

func (s *Site) ownWrite(r *Request, v ownpage.Visit) (Answer, error) {
	err := s.Own.Write(r.Context(), v, ownpage.Word, "", r.PostForm.Get("text"))
	if faulty(err) {
		page, bad := s.talkPage(r, v, r.PostForm, r.View.Problems(err))
		return Answer{Page: page, Status: kit.Status(err)}, bad
	}
	return Answer{To: "/mine/messages?said=sent"}, err
}

// ownLooksView is who looked, put together by visit.
type ownLooksView struct {
	ownView
	Visits []visit
	Next   int64
	Kept   int         // decisions to show something later
	Review kernel.Date // by when the last of them is reviewed
}

func (s *Site) ownLooks(r *Request, v ownpage.Visit) (Answer, error) {
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64) // none: from the newest
	looks, err := s.Own.Looks(r.Context(), v, before)
	if err != nil {
		return Answer{}, err
	}
	w := ownLooksView{ownView: viewOf(v), Next: looks.Next, Kept: looks.KeptBack, Review: looks.ReviewOn}
	var last audit.Record
	for _, x := range looks.Records {
		did := ownLookWords(r.View, x)
		if n := len(w.Visits); n > 0 && last.Person == x.Person && last.Org == x.Org && last.At.Date() == x.At.Date() {
			w.Visits[n-1].From = x.At
			w.Visits[n-1].Did = appendOnce(w.Visits[n-1].Did, did)
		} else {
			w.Visits = append(w.Visits, visit{From: x.At, To: x.At, Who: looks.Names[x.Person], Org: looks.Names[x.Org], Did: []string{did}})
		}
		last = x
	}
	for _, x := range w.Visits {
		slices.Reverse(x.Did)
	}
	return show(ownLooksPage(r.View, w))
}

// ownLookWords says what a record says, to whom it is about.
func ownLookWords(v kit.View, x audit.Record) string {
	key := "other"
	switch x.Action {
	case "family.read", "family.looks":
		key = "read"
		switch x.Detail["purpose"] {
		case "care", "request":
			key = x.Detail["purpose"]
		}
		if x.Detail["part"] == "plan" {
			key = "plan"
		}
	case "family.open":
		key = "open"
	case "family.change":
		key = "change"
	case "family.codes", "family.messages", "family.plan", "family.share":
		key = x.Action[len("family."):]
	case "rights.read", "rights.found":
		key = "rights"
	case "rights.round":
		key = "round"
	case "rights.change":
		key = "claim"
	}
	if len(x.Action) > 9 && x.Action[:9] == "referral." {
		key = "referral"
	}
	if len(x.Action) > 6 && x.Action[:6] == "claim." {
		key = "claim"
	}
	return v.T("own.look." + key)
}

// ownAboutView is what is written of somebody.
type ownAboutView struct {
	ownView
	ownpage.About
	Rows []kit.SummaryRow // what else is known
}

func (s *Site) ownAbout(r *Request, v ownpage.Visit) (Answer, error) {
	about, err := s.Own.About(r.Context(), v)
	if err != nil {
		return Answer{}, err
	}
	w := ownAboutView{ownView: viewOf(v), About: about}
	w.Rows = w.facts(r.View, s)
	return show(ownAboutPage(r.View, w))
}

// correctView asks what is not right.
type correctView struct {
	ownView
	About  string
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) ownCorrect(r *Request, v ownpage.Visit) (Answer, error) {
	return show(ownCorrectPage(r.View, correctView{ownView: viewOf(v), About: r.URL.Query().Get("about")}))
}

func (s *Site) ownAskCorrection(r *Request, v ownpage.Visit) (Answer, error) {
	err := s.Own.Write(r.Context(), v, ownpage.Correction, cmp.Or(r.PostForm.Get("about"), "other"), r.PostForm.Get("text"))
	if faulty(err) {
		return again(ownCorrectPage(r.View, correctView{viewOf(v), r.PostForm.Get("about"), r.PostForm, r.View.Problems(err)}), err)
	}
	return Answer{To: "/mine/messages?said=sent"}, err
}

// sharingView is who sees what is written.
type sharingView struct {
	ownView
	ownpage.Shared
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) ownSharing(r *Request, v ownpage.Visit) (Answer, error) {
	page, err := s.sharingPage(r, v, nil, nil)
	return Answer{Page: page}, err
}

func (s *Site) sharingPage(r *Request, v ownpage.Visit, form url.Values, wrong kit.Errors) (templ.Component, error) {
	shared, err := s.Own.Shared(r.Context(), v)
	if err != nil {
		return nil, err
	}
	return ownSharingPage(r.View, sharingView{ownView: viewOf(v), Shared: shared, Form: form, Errors: wrong}), nil
}

// ownStop ends a decision; what holds although the family objects is told.
func (s *Site) ownStop(r *Request, v ownpage.Visit) (Answer, error) {
	id, err := kernel.ParseID(r.PostForm.Get("decision"))
	if err != nil {
		return Answer{}, kernel.NewNotFound("decision")
	}
	if err := s.Own.StopSharing(r.Context(), v, id); faulty(err) {
		page, bad := s.sharingPage(r, v, nil, r.View.Problems(err))
		return Answer{Page: page, Status: kit.Status(err)}, bad
	} else if err != nil {
		return Answer{}, err
	}
	return Answer{To: "/mine/sharing?said=stopped"}, nil
}

// ownObject says no to one organisation, to all, or in the family's own words
// to something that somebody has to look at.
func (s *Site) ownObject(r *Request, v ownpage.Visit) (Answer, error) {
	var err error
	said := "/mine/sharing?said=stopped"
	switch to := r.PostForm.Get("to"); to {
	case "all":
		err = s.Own.Object(r.Context(), v, "", r.PostForm.Get("text"))
	case "", "words":
		said = "/mine/messages?said=sent"
		err = s.Own.Write(r.Context(), v, ownpage.Objection, "", r.PostForm.Get("text"))
	default:
		id, bad := kernel.ParseID(to)
		if bad != nil {
			return Answer{}, kernel.NewNotFound("decision")
		}
		err = s.Own.Object(r.Context(), v, id, r.PostForm.Get("text"))
	}
	if faulty(err) {
		page, bad := s.sharingPage(r, v, r.PostForm, r.View.Problems(err))
		return Answer{Page: page, Status: kit.Status(err)}, bad
	}
	return Answer{To: said}, err
}

// whom asks who is to see nothing more.
func (w sharingView) whom(v kit.View) kit.Field {
	f := kit.Field{Name: "to", Label: v.T("own.sharing.whom"), Hint: v.T("own.sharing.whom.hint")}
	orgs := slices.Clone(w.Asked)
	for _, d := range w.Decisions {
		orgs = append(orgs, d.Recipients...)
	}
	slices.Sort(orgs)
	for _, org := range slices.Compact(orgs) {
		if name := w.Shared.Names[org]; name != "" && !slices.Contains(w.Refused, org) {
			f.Options = append(f.Options, kit.Option{Value: string(org), Label: name})
		}
	}
	if w.Whole && !slices.Contains(w.Refused, "") {
		f.Options = append(f.Options, kit.Option{Value: "all", Label: v.T("own.sharing.all"), Hint: v.T("own.sharing.all.hint")})
	}
	f.Options = append(f.Options, kit.Option{Value: "words", Label: v.T("own.sharing.words")})
	return f.Kept(w.Form, w.Errors)
}

// ownDownload gives a file with all that the pages of the visitor show.
func (s *Site) ownDownload(r *Request, v ownpage.Visit) (Answer, error) {
	all, err := s.Own.Everything(r.Context(), v, v.Names)
	if err != nil {
		return Answer{}, err
	}
	visits, err := s.ownVisits(r, v)
	if err != nil {
		return Answer{}, err
	}
	lent, err := s.ownLent(r, v)
	if err != nil {
		return Answer{}, err
	}
	x := s.exportOf(r.View, v.Names, all, visits)
	x.Loans = loansOut(lent)
	file, err := json.MarshalIndent(x, "", "  ")
	if err != nil {
		return Answer{}, err
	}
	h := r.writer.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="bondgenoot.json"`)
	h.Set("Cache-Control", "no-store")
	r.writer.WriteHeader(http.StatusOK)
	_, _ = r.writer.Write(file) // a reader who left is no fault of ours
	return Answer{Sent: true}, nil
}

func (s *Site) ownChild(r *Request, v ownpage.Visit) (Answer, error) {
	page, err := s.Own.ChildsPage(r.Context(), v)
	if err != nil {
		return Answer{}, err
	}
	return show(ownChildPage(r.View, page))
}

// facts are what else is known, in the words of the dictionary.
func (w ownAboutView) facts(v kit.View, s *Site) (rows []kit.SummaryRow) {
	formal := v
	formal.Reader = s.Texts.In(w.Names)
	for _, p := range append([]families.Person{{}}, w.Persons...) {
		for _, x := range w.Facts {
			if x.Person != p.ID || x.Key == "birth_date" || x.Key == "due_date" {
				continue
			}
			entity := rules.OfFamily
			if x.Person != "" {
				entity = rules.OfPerson
			}
			described := s.Families.Law.Facts().Fact(entity, x.Key)
			if described == nil {
				continue
			}
			key := capital(described.Names.In(rules.Lang(w.Names)))
			if p.First != "" {
				key = p.First + " – " + key
			}
			rows = append(rows, kit.SummaryRow{Key: key, Value: kit.Text(factWords(formal, described, x.Value)),
				Note: formal.T("own.about."+string(x.Source)) + " · " + formal.Date(x.RecordedAt.Date())})
		}
	}
	return rows
}

// home is where the family lives and how it is reached.
func (w ownAboutView) home(v kit.View) (rows []kit.SummaryRow) {
	place := ""
	if m, ok := kernel.MunicipalityByNIS(w.Municipality); ok {
		place = m.Called(v.Lang())
	}
	address := strings.TrimSpace(w.Contact.Address.Street + " " + w.Contact.Address.Number)
	if town := strings.TrimSpace(string(w.PostalCode) + " " + place); town != "" {
		address = strings.TrimPrefix(address+", "+town, ", ")
	}
	if address != "" {
		rows = append(rows, kit.SummaryRow{Key: v.T("own.about.address"), Value: w.formal(address)})
	}
	for _, p := range w.Contact.Phones {
		row := kit.SummaryRow{Key: v.T("own.about.phone"), Value: kit.FormalName("", p.Display())}
		if p == w.Contact.TextTo {
			row.Note = v.T("own.about.text_to")
		}
		rows = append(rows, row)
	}
	for _, m := range w.Contact.Mails {
		rows = append(rows, kit.SummaryRow{Key: v.T("own.about.mail"), Value: kit.FormalName("", string(m))})
	}
	return rows
}

package page

import (
	"net/url"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// referralPages are what one received and sent, how to send, and each referral
// by itself: for its receiver to work with, for its sender to follow.
func (s *Site) referralPages(page register) {
	page("GET /referrals", "referral.list", s.referralList)
	page("GET /referrals/new", "referral.send", s.referralForm)
	page("POST /referrals", "referral.send", s.sendReferral)
	page("GET /referrals/{id}", "referral.list", s.referral)
	page("POST /referrals/{id}/accept", "referral.answer", s.acceptReferral)
	page("POST /referrals/{id}/decline", "referral.answer", s.declineReferral)
	page("POST /referrals/{id}/open-file", "referral.answer", s.openReferred)
	page("POST /referrals/{id}/tie", "referral.answer", s.tieReferral)
	page("POST /referrals/{id}/schedule", "referral.answer", s.scheduleReferral)
	page("POST /referrals/{id}/arrived", "referral.answer", s.arriveReferral)
	page("POST /referrals/{id}/no-show", "referral.answer", s.missReferral)
	page("POST /referrals/{id}/close", "referral.answer", s.closeReferral)
	page("GET /referrals/{id}/paper", "referral.read", s.paper)
	page("POST /referrals/{id}/hand-over", "referral.answer", s.handOverReferral)
	page("POST /referrals/{id}/take-over", "referral.answer", s.takeOverReferral)
	page("POST /referrals/{id}/turn-down", "referral.answer", s.turnDownReferral)
	page("POST /referrals/{id}/wait", "referral.answer", s.holdReferral)
	page("POST /referrals/{id}/release", "referral.answer", s.releaseReferral)
	page("GET /referrals/{id}/onward", "referral.send", s.onward)
	page("POST /referrals/{id}/onward", "referral.send", s.sendOnward)
	page("POST /referrals/{id}/link", "referral.withdraw", s.linkReferral)
	page("POST /referrals/{id}/withdraw", "referral.withdraw", s.withdrawReferral)
}

// referralListing is both lists of referrals.
type referralListing struct {
	In       referrals.Page[referrals.Row]
	Out      referrals.Page[referrals.Receipt]
	Over     bool
	Names    map[kernel.ID]string
	MaySend  bool
	MayRead  bool
	MayCount bool
	MayLeave bool // says when they are away
	MayOpen  bool // forms for who has no account
	InNext   kit.Pages
	OutNext  kit.Pages
}

func (s *Site) referralList(r *Request) (Answer, error) {
	q := r.URL.Query()
	over := q.Get("show") == "over"
	actor := r.Session.Actor()
	w := referralListing{Over: over, MaySend: policy.May(actor, "referral.send"), MayRead: policy.May(actor, "referral.read"),
		MayCount: policy.May(actor, "referral.figures"), MayOpen: policy.May(actor, "door.manage"),
		MayLeave: policy.May(actor, "referral.away")}
	var err error
	if w.In, err = s.Referrals.Inbox(r.Context(), referrals.Query{Over: over, After: q.Get("in")}); err != nil {
		return lostPlace(err, "/referrals")
	}
	if w.Out, err = s.Referrals.Outbox(r.Context(), referrals.Query{Over: over, After: q.Get("out")}); err != nil {
		return lostPlace(err, "/referrals")
	}
	w.InNext, w.OutNext = w.pages("in", q.Get("in"), w.In.Next), w.pages("out", q.Get("out"), w.Out.Next)
	var ids []kernel.ID
	for _, row := range w.In.Rows {
		ids = append(ids, row.SenderOrg, row.ReceiverOrg, row.Owner)
	}
	for _, row := range w.Out.Rows {
		ids = append(ids, row.To, row.By)
	}
	if w.Names, err = s.Members.Names(r.Context(), ids...); err != nil {
		return Answer{}, err
	}
	return show(referralsPage(r.View, w))
}

// lostPlace leads to the start of a list when the address names a place in it
// that no list gave.
func lostPlace(err error, start string) (Answer, error) {
	if kernel.CodeOf(err) == kernel.Invalid {
		return goTo(start, "")
	}
	return Answer{}, err
}

func (w referralListing) pages(list, after, next string) (p kit.Pages) {
	address := func(after string) string {
		q := url.Values{}
		if w.Over {
			q.Set("show", "over")
		}
		if after != "" {
			q.Set(list, after)
		}
		if len(q) == 0 {
			return "/referrals"
		}
		return "/referrals?" + q.Encode()
	}
	if after != "" {
		p.First = address("")
	}
	if next != "" {
		p.Next = address(next)
	}
	return p
}

// referralDraft is the form with which a referral is sent.
type referralDraft struct {
	Form       url.Values
	Errors     kit.Errors
	Family     kernel.ID // whose file it is about; zero: a family that is told here
	Who        string    // how that family is called
	Receivers  []members.Organisation
	Programmes []programmes.Programme
}

func (s *Site) referralForm(r *Request) (Answer, error) {
	q := r.URL.Query()
	form := url.Values{"told.on": {string(r.View.Today)}}
	for _, key := range []string{"family", "to", "programme"} {
		if id, err := kernel.ParseID(q.Get(key)); err == nil {
			form.Set(key, string(id))
		}
	}
	return s.showDraft(r, form, nil)
}

func (s *Site) showDraft(r *Request, form url.Values, wrong error) (Answer, error) {
	_, persons := readSketch(form)
	d := referralDraft{Form: form, Errors: sketchErrors(r.View.Problems(wrong), persons)}
	if id, err := kernel.ParseID(form.Get("family")); err == nil {
		rows, err := s.Families.Rows(r.Context(), []kernel.ID{id})
		if err != nil {
			return Answer{}, err
		}
		if len(rows) == 0 {
			return Answer{}, kernel.NewNotFound("family")
		}
		d.Family, d.Who = id, rowTitle(r.View, rows[0])
	}
	receivers, err := s.Members.Organisations(r.Context(), members.Query{Receives: true, Limit: 100})
	if err != nil {
		return Answer{}, err
	}
	for _, o := range receivers.Rows {
		if o.ID != r.Session.Organisation.ID {
			d.Receivers = append(d.Receivers, o)
		}
	}
	running, err := s.Programmes.List(r.Context(), programmes.Query{States: []programmes.State{programmes.On}, Limit: 100})
	if err != nil {
		return Answer{}, err
	}
	d.Programmes = running.Rows
	if wrong != nil {
		return again(referralFormPage(r.View, d), wrong)
	}
	return show(referralFormPage(r.View, d))
}

func (s *Site) sendReferral(r *Request) (Answer, error) {
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	receipt, err := s.Referrals.Send(r.Context(), readReferral(r.PostForm))
	if faulty(err) {
		return s.showDraft(r, r.PostForm, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/referrals/"+string(receipt.ID), "said.referral.sent")
}

// readReferral reads the form; what cannot be right is judged by the service,
// all of it at once.
func readReferral(form url.Values) (in referrals.NewReferral) {
	id := func(key string) kernel.ID {
		id, _ := kernel.ParseID(form.Get(key)) // one that is none names nothing
		return id
	}
	in = referrals.NewReferral{
		To: id("to"), Programme: id("programme"), Family: id("family"), PartOf: id("part_of"),
		Urgency: referrals.Urgency(form.Get("urgency")), Why: form.Get("why"), Asked: form.Get("asked"), Reference: form.Get("reference"),
		Wish: form.Get("wish"), Meets: referrals.Meeting(form.Get("meets")), With: form.Get("with"),
		Told: referrals.Told{How: referrals.Way(form.Get("told.how")), On: typedDay(form, "told.on"), Agrees: form.Get("told.agrees") == "yes"},
	}
	if in.Family == "" {
		in.Sketch, _ = readSketch(form)
	}
	return in
}

// readSketch reads who a family without a file is: one adult, the children by
// their birth, a child that is expected, and how to reach them; and how the
// fields of each of its persons begin in the form.
func readSketch(form url.Values) (f families.NewFamily, fields []string) {
	add := func(role families.Role, field string) {
		f.Persons = append(f.Persons, families.NewPerson{Role: role, First: strings.TrimSpace(form.Get(field + "first")), Last: form.Get("last"),
			Birth: typedDay(form, field+"birth")})
		fields = append(fields, field)
	}
	f.Anyway = true
	add(families.Applicant, "")
	for _, field := range childFields {
		if filled(form, field+".") {
			add(families.Child, field+".")
		}
	}
	if due := typedDay(form, "due"); due != "" {
		f.Persons = append(f.Persons, families.NewPerson{Role: families.Unborn, Due: due})
		fields = append(fields, "")
	}
	f.PostalCode = kernel.PostalCode(strings.TrimSpace(form.Get("postal_code")))
	if typed := strings.TrimSpace(form.Get("phone")); typed != "" {
		f.Contact.Phones = []kernel.Phone{kernel.Phone(typed)}
	}
	if lang := form.Get("language"); lang != "" {
		f.Contact.Languages = []string{lang}
	}
	f.Contact.Safe.NoMail = form.Get("safe") == "careful"
	f.Contact.Safe.NoVoicemail = form.Get("safe") == "careful"
	f.Contact.Safe.Note = strings.TrimSpace(form.Get("safe_note"))
	return f, fields
}

// childFields are the places for children in the form.
var childFields = []string{"child1", "child2", "child3", "child4"}

// referral shows a referral to its receiver, or its receipt to its sender.
// Who is neither finds nothing.
func (s *Site) referral(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	return s.showReferral(r, id, nil)
}

// letterView is a referral as its receiver works with it.
type letterView struct {
	referrals.Letter
	Names      map[kernel.ID]string
	Receivers  []members.Organisation // that can be proposed instead
	KnownRows  []families.Row         // those of Known, as a list shows them
	Duplicates []families.Row         // files that seem to be of the same people
	Colleagues []members.Post         // who can be asked to take it over
	Me         kernel.ID
	Coordinate bool
	Programme  string
	Form       url.Values
	Errors     kit.Errors
}

func (s *Site) showReferral(r *Request, id kernel.ID, wrong error) (Answer, error) {
	if policy.May(r.Session.Actor(), "referral.read") {
		letter, err := s.Referrals.Read(r.Context(), id)
		if err == nil {
			return s.showLetter(r, letter, wrong, nil)
		}
		if kernel.CodeOf(err) != kernel.NotFound {
			return Answer{}, err
		}
	}
	if !policy.May(r.Session.Actor(), "referral.follow") {
		return Answer{}, kernel.NewNotFound("referral")
	}
	receipt, err := s.Referrals.Receipt(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	names, err := s.Members.Names(r.Context(), receipt.To, receipt.By, receipt.Instead)
	if err != nil {
		return Answer{}, err
	}
	page := receiptPage(r.View, receipt, names, r.View.Problems(wrong))
	if wrong != nil {
		return again(page, wrong)
	}
	return show(page)
}

func (s *Site) showLetter(r *Request, letter referrals.Letter, wrong error, duplicates []families.Row) (Answer, error) {
	w := letterView{Letter: letter, Form: r.PostForm, Errors: r.View.Problems(wrong), Duplicates: duplicates}
	ids := []kernel.ID{letter.SenderOrg, letter.SenderWorker, letter.Owner, letter.OfferedTo, letter.ReceiverOrg, letter.Proposed}
	for _, step := range letter.Steps {
		ids = append(ids, step.Worker, step.Org)
	}
	var err error
	if w.Names, err = s.Members.Names(r.Context(), ids...); err != nil {
		return Answer{}, err
	}
	if len(letter.Known) > 0 {
		if w.KnownRows, err = s.Families.Rows(r.Context(), letter.Known); err != nil {
			return Answer{}, err
		}
	}
	actor := r.Session.Actor()
	w.Me, w.Coordinate = actor.Person, actor.Is(policy.Coordinator)
	if letter.Can(referrals.HandOver) {
		if _, w.Colleagues, err = s.Members.Organisation(r.Context(), letter.ReceiverOrg); err != nil {
			return Answer{}, err
		}
	}
	if letter.State == referrals.Sent {
		all, err := s.Members.Organisations(r.Context(), members.Query{Receives: true, Limit: 100})
		if err != nil {
			return Answer{}, err
		}
		w.Receivers = all.Rows
	}
	if letter.Programme != "" {
		p, err := s.Programmes.Programme(r.Context(), letter.Programme)
		if err != nil {
			return Answer{}, err
		}
		w.Programme = p.Name().In(r.View.Lang())
	}
	if wrong != nil {
		return again(letterPage(r.View, w), wrong)
	}
	return show(letterPage(r.View, w))
}

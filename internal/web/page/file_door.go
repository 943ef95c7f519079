package page

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// fileDoorPages give the people of a family a page of their own: their codes,
// what they write, and the plan.
func (s *Site) fileDoorPages(page register) {
	page("GET /families/{id}/codes", "family.codes", s.codesPage)
	page("POST /families/{id}/codes", "family.codes", s.giveCode)
	page("POST /families/{id}/codes/end", "family.codes", s.endCode)
	page("GET /families/{id}/messages", "family.messages", s.talksPage)
	page("POST /families/{id}/messages", "family.messages", s.answerTalk)
	page("POST /families/{id}/messages/settled", "family.messages", s.settleMessage)
	page("POST /families/{id}/messages/longer", "family.messages", s.extendRequest)
	page("POST /families/{id}/messages/correction", "family.messages", s.noteCorrection)
	page("GET /families/{id}/plan", "family.plan", s.planPage)
	page("POST /families/{id}/plan", "family.plan", s.addStep)
	page("POST /families/{id}/plan/step", "family.plan", s.changeStep)
	page("GET /families/{id}/plan/paper", "family.plan", s.planPaper)
}

// codesView is who of a family can have a page, and the codes there are.
type codesView struct {
	fileView
	Live    map[kernel.ID]ownpage.Code // the code that each person has
	Ended   int
	Workers []kit.Option // who can be there for a child
	Form    url.Values
	Errors  kit.Errors
}

// days are how long a code can be given for.
var codeDays = [...]int{7, 30, 90, 180, 365}

func (s *Site) readCodes(r *Request) (w codesView, err error) {
	if w.fileView, err = s.readOpenFile(r); err != nil {
		return w, err
	}
	codes, err := s.Own.Codes(r.Context(), w.ID)
	if err != nil {
		return w, err
	}
	w.Live = map[kernel.ID]ownpage.Code{}
	for _, c := range codes {
		if _, known := w.Live[c.Person]; !known && c.Live(r.View.Today) {
			w.Live[c.Person] = c
		} else {
			w.Ended++
		}
	}
	_, posts, err := s.Members.Organisation(r.Context(), r.Session.Organisation.ID)
	if err != nil {
		return w, err
	}
	for _, p := range posts {
		if p.Worker.Active && !slices.ContainsFunc(w.Workers, func(o kit.Option) bool { return o.Value == string(p.Worker.ID) }) {
			w.Workers = append(w.Workers, kit.Option{Value: string(p.Worker.ID), Label: p.Worker.Name})
		}
	}
	return w, nil
}

// Adults are those who can have a page of their own, who left too.
func (w codesView) Adults() (adults []families.Person) {
	for _, p := range slices.Concat(w.Persons, w.Gone) {
		if p.Role != families.Child && p.Role != families.Unborn {
			adults = append(adults, p)
		}
	}
	return adults
}

// Grown are the children who are old enough for a page of their own.
func (w codesView) Grown(today kernel.Date) (children []families.Person) {
	for _, p := range w.Persons {
		if p.Role == families.Child && p.Birth != "" && p.Birth.YearsUntil(today) >= ownpage.ChildFrom {
			children = append(children, p)
		}
	}
	return children
}

func (s *Site) codesPage(r *Request) (Answer, error) {
	w, err := s.readCodes(r)
	if err != nil {
		return Answer{}, err
	}
	return show(fileCodesPage(r.View, w))
}

// slipView is a code on paper, in the language of who gets it.
type slipView struct {
	fileView
	ownpage.Slip
	Own     kit.View // reads the language of who gets it
	Address string   // where the digits are typed
	Scans   string   // what the QR code says
}

func (s *Site) giveCode(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	f := r.PostForm
	days, _ := strconv.Atoi(f.Get("days")) // none: refused with the field
	give := ownpage.Give{Person: kernel.ID(f.Get("person")), Lang: kernel.Lang(f.Get("lang")), Names: kernel.Lang(f.Get("names")), Days: days,
		Away:    f.Get("home") == "away",
		Contact: ownpage.ChildsPerson{Worker: kernel.ID(f.Get("worker")), Phone: kernel.Phone(f.Get("phone")), When: f.Get("when")}}
	for _, child := range f["children"] {
		give.Children = append(give.Children, kernel.ID(child))
	}
	slip, err := s.Own.GiveCode(r.Context(), id, give)
	if faulty(err) {
		w, bad := s.readCodes(r)
		if bad != nil {
			return Answer{}, bad
		}
		w.Form, w.Errors = f, r.View.Problems(err)
		return again(fileCodesPage(r.View, w), err)
	}
	if err != nil {
		return Answer{}, err
	}
	w := slipView{Slip: slip, Address: s.base(r) + "/mine", Own: r.View}
	if w.fileView, err = s.readFile(r, families.ForCare); err != nil {
		return Answer{}, err
	}
	w.Own.Reader = s.Texts.In(slip.Lang)
	w.Scans = w.Address + "?k=" + slip.Scan + "&lang=" + string(slip.Lang)
	return show(fileSlipPage(r.View, w))
}

// base is the public address of the house.
func (s *Site) base(r *Request) string {
	switch {
	case s.Base != "":
		return s.Base
	case s.Secure:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (s *Site) endCode(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	code, err := kernel.ParseID(r.PostForm.Get("code"))
	if err != nil {
		return Answer{}, kernel.NewNotFound("code")
	}
	if err := s.Own.EndCode(r.Context(), id, code); err != nil {
		return Answer{}, err
	}
	return goTo("/families/"+string(id)+"/codes", "said.code_ended")
}

// talksView is what the family and its care team wrote to one another.
type talksView struct {
	fileView
	Talks  []ownpage.Talk
	Noting bool // a request to correct is being written down
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) readTalks(r *Request) (w talksView, err error) {
	id, err := r.ID("id")
	if err != nil {
		return w, err
	}
	if w.Talks, err = s.Own.Talks(r.Context(), id); err != nil {
		return w, err
	}
	w.fileView, err = s.readFile(r, families.ForCare)
	return w, err
}

func (s *Site) talksPage(r *Request) (Answer, error) {
	w, err := s.readTalks(r)
	if err != nil {
		return Answer{}, err
	}
	return show(fileTalksPage(r.View, w))
}

func (s *Site) answerTalk(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	err = s.Own.Answer(r.Context(), id, kernel.ID(r.PostForm.Get("person")), r.PostForm.Get("text"))
	if faulty(err) {
		w, bad := s.readTalks(r)
		if bad != nil {
			return Answer{}, bad
		}
		w.Form, w.Errors = r.PostForm, r.View.Problems(err)
		return again(fileTalksPage(r.View, w), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/families/"+string(id)+"/messages", "said.answered")
}

func (s *Site) settleMessage(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	message, err := kernel.ParseID(r.PostForm.Get("message"))
	if err != nil {
		return Answer{}, kernel.NewNotFound("message")
	}
	if out := r.PostForm.Get("outcome"); r.PostForm.Has("reason") || out != "" {
		err = s.Own.Decide(r.Context(), id, message, ownpage.Outcome(out), r.PostForm.Get("reason"))
	} else {
		err = s.Own.Settle(r.Context(), id, message)
	}
	if faulty(err) {
		w, bad := s.readTalks(r)
		if bad != nil {
			return Answer{}, bad
		}
		w.Form, w.Errors = r.PostForm, r.View.Problems(err)
		return again(fileTalksPage(r.View, w), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/families/"+string(id)+"/messages", "said.settled")
}

// extendRequest takes more time for a request to correct.
func (s *Site) extendRequest(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	message, err := kernel.ParseID(r.PostForm.Get("message"))
	if err != nil {
		return Answer{}, kernel.NewNotFound("message")
	}
	err = s.Own.Extend(r.Context(), id, message, r.PostForm.Get("longer"))
	if faulty(err) {
		w, bad := s.readTalks(r)
		if bad != nil {
			return Answer{}, bad
		}
		w.Form, w.Errors = r.PostForm, r.View.Problems(err)
		return again(fileTalksPage(r.View, w), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/families/"+string(id)+"/messages", "said.extended")
}

// noteCorrection writes down what somebody of the family asked to correct.
func (s *Site) noteCorrection(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	err = s.Own.NoteCorrection(r.Context(), id, kernel.ID(r.PostForm.Get("person")), r.PostForm.Get("text"))
	if faulty(err) {
		w, bad := s.readTalks(r)
		if bad != nil {
			return Answer{}, bad
		}
		w.Noting, w.Form, w.Errors = true, r.PostForm, r.View.Problems(err)
		return again(fileTalksPage(r.View, w), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/families/"+string(id)+"/messages", "said.correction.noted")
}

// reads is the language in which a family is spoken to: the one that was asked
// for, else the first of its own that the house speaks, else the worker's.
func (w fileView) reads(r *Request) kernel.Lang {
	for _, code := range append([]string{r.URL.Query().Get("lang")}, w.Contact.Languages...) {
		if lang, err := kernel.ParseFamilyLang(code); err == nil {
			return lang
		}
	}
	return r.View.Lang()
}

package page

import (
	"net/url"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// The name, mail address and language of somebody, as an administrator keeps
// them.

func (s *Site) personDetails(r *Request) (Answer, error) {
	w, err := s.personAt(r)
	if err != nil {
		return Answer{}, err
	}
	w.Form = url.Values{"name": {w.Worker.Name}, "mail": {string(w.Worker.Mail)}, "lang": {string(w.Worker.Lang)},
		"version": {strconv.FormatInt(w.Worker.Version, 10)}}
	return s.showDetails(r, w, nil, nil)
}

func (s *Site) showDetails(r *Request, w personAtWork, beside []differ, wrong error) (Answer, error) {
	waiting, err := s.Members.MailChangeOf(r.Context(), w.Worker.ID)
	if err != nil {
		return Answer{}, err
	}
	page := personDetailsPage(r.View, w, waiting.Due, string(waiting.Mail), beside)
	if wrong != nil {
		return again(page, wrong)
	}
	return show(page)
}

func (s *Site) changeDetails(r *Request) (Answer, error) {
	w, err := s.personAt(r)
	if err != nil {
		return Answer{}, err
	}
	w.Form = r.PostForm
	typed := members.Worker{ID: w.Worker.ID, Version: versionIn(r.PostForm), Name: r.PostForm.Get("name"),
		Mail: kernel.Email(r.PostForm.Get("mail")), Lang: kernel.Lang(r.PostForm.Get("lang"))}
	_, pending, err := s.Members.ChangeWorker(r.Context(), typed)
	if isStale(err) {
		w.Form.Set("version", strconv.FormatInt(w.Worker.Version, 10))
		w.Errors = staleErrors(r.View)
		return s.showDetails(r, w, differing(workerWords(r.View, w.Worker), workerWords(r.View, typed)), err)
	}
	if faulty(err) {
		w.Errors = r.View.Problems(err)
		return s.showDetails(r, w, nil, err)
	}
	if err != nil {
		return Answer{}, err
	}
	if pending.ID != "" {
		return goTo(w.path()+"/details", "said.worker.mail_waits")
	}
	return goTo(w.path(), "said.worker.details")
}

func (s *Site) stopNewMail(r *Request) (Answer, error) {
	w, err := s.personAt(r)
	if err == nil {
		err = s.Members.StopMailChange(r.Context(), w.Worker.ID)
	}
	return Answer{To: w.path() + "/details", Said: "said.account.mail_stopped"}, err
}

func (s *Site) signOutWorker(r *Request) (Answer, error) {
	w, err := s.personAt(r)
	if err == nil {
		err = s.Members.SignOutWorker(r.Context(), w.Worker.ID)
	}
	return Answer{To: w.path() + "/details", Said: "said.worker.signed_out"}, err
}

// workerWords tells who somebody is, thing by thing.
func workerWords(v kit.View, w members.Worker) []said {
	lang := ""
	if v.Has("language." + string(w.Lang)) {
		lang = v.T("language." + string(w.Lang))
	}
	return []said{{v.T("people.name"), w.Name}, {v.T("people.mail"), string(w.Mail)}, {v.T("people.lang"), lang}}
}

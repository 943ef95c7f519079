package page

import (
	"net/url"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// fileClosingPages write notes, end the work with a family and take it up
// again.
func (s *Site) fileClosingPages(page register) {
	page("GET /families/{id}/notes", "family.change", s.notes)
	page("POST /families/{id}/notes", "family.change", s.addNote)
	page("GET /families/{id}/close", "family.change", s.closeForm)
	page("POST /families/{id}/close", "family.change", s.closeFile)
	page("POST /families/{id}/reopen", "family.change", s.reopenFile)
}

// formView is a small form of a file.
type formView struct {
	fileView
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) notes(r *Request) (Answer, error) {
	w, err := s.readFile(r, families.ForCare)
	if err != nil {
		return Answer{}, err
	}
	if w.Partial {
		return Answer{}, kernel.NewNotFound("family")
	}
	return show(notesPage(r.View, formView{fileView: w}))
}

func (s *Site) addNote(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	_, err = s.Families.AddNote(r.Context(), id, r.PostFormValue("text"))
	if err == nil {
		return goTo("/families/"+string(id)+"/notes", "said.note.added")
	}
	if !faulty(err) {
		return Answer{}, err
	}
	w, wrong := s.readFile(r, families.ForCare)
	if wrong != nil {
		return Answer{}, wrong
	}
	return again(notesPage(r.View, formView{w, r.PostForm, r.View.Problems(err)}), err)
}

func (s *Site) closeForm(r *Request) (Answer, error) {
	w, err := s.readOpenFile(r)
	if err != nil {
		return Answer{}, err
	}
	return show(closePage(r.View, formView{fileView: w}))
}

func (s *Site) closeFile(r *Request) (Answer, error) {
	w, err := s.readOpenFile(r)
	if err != nil {
		return Answer{}, err
	}
	err = s.Families.Close(r.Context(), w.ID, r.PostFormValue("reason"))
	if faulty(err) {
		return again(closePage(r.View, formView{w, r.PostForm, r.View.Problems(err)}), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo(w.path(""), "said.file.closed")
}

func (s *Site) reopenFile(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	if err := s.Families.Reopen(r.Context(), id); err != nil {
		return Answer{}, err
	}
	return goTo("/families/"+string(id), "said.file.reopened")
}

// closeOptions are the reasons for which a file closes.
func closeOptions(v kit.View) (options []kit.Option) {
	for _, reason := range families.CloseReasons {
		options = append(options, kit.Option{Value: reason, Label: v.T("family.close_reason." + reason)})
	}
	return options
}

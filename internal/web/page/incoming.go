package page

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/incoming"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// incomingPages let a coordinator bring a file of somebody else's directory,
// look at what would come of it, and take it over.
func (s *Site) incomingPages(page register) {
	page("GET /directory/import", "directory.manage", s.importForm)
	page("POST /directory/import", "directory.manage", s.bringFile)
	page("GET /directory/import/{id}", "directory.manage", s.importLook)
	page("POST /directory/import/{id}/columns", "directory.manage", s.importColumns)
	page("POST /directory/import/{id}/take", "directory.manage", s.importTake)
	page("POST /directory/import/{id}/drop", "directory.manage", s.importDrop)
}

// importView is the form with which a file is brought.
type importView struct {
	Form    url.Values
	Errors  kit.Errors
	Waiting []incoming.Brought
}

func (s *Site) importForm(r *Request) (Answer, error) {
	w := importView{Form: url.Values{"lang": {string(r.View.Lang())}, "retrieved": {string(r.View.Today)}}}
	var err error
	if w.Waiting, err = s.Incoming.Waiting(r.Context()); err != nil {
		return Answer{}, err
	}
	return show(importPage(r.View, w))
}

func (s *Site) bringFile(r *Request) (Answer, error) {
	form, file, err := kit.Upload(r.Request, "file", incoming.MaxBytes)
	b := incoming.Brought{Source: form.Get("source"), Lang: kernel.Lang(form.Get("lang")), Organisation: form.Get("organisation"), Whole: form.Get("whole") == "1"}
	if err == nil {
		if b.Retrieved, err = kit.DateOf(form, "retrieved"); err != nil {
			var wrong kernel.Faults
			wrong.Check("retrieved", err)
			err = wrong.Err()
		} else {
			b, err = s.Incoming.Bring(r.Context(), b, file)
		}
	}
	if faulty(err) {
		return again(importPage(r.View, importView{Form: form, Errors: r.View.Problems(err)}), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/directory/import/"+string(b.ID), "said.incoming.brought")
}

// lookView is a file that waits, or what came of one that was taken over.
type lookView struct {
	incoming.Preview
	Done   bool
	Errors kit.Errors
}

func (s *Site) importLook(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	b, run, err := s.Incoming.How(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	if run.State != incoming.Waiting {
		return show(runPage(r.View, runView{Brought: b, Run: run}))
	}
	p, err := s.Incoming.Look(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	return show(lookPage(r.View, lookView{Preview: p}))
}

// importColumns keeps what the columns of a table are.
func (s *Site) importColumns(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	p, err := s.Incoming.Look(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	for i := range p.File.Columns {
		p.File.Columns[i].To = r.PostForm.Get("to." + strconv.Itoa(i))
	}
	err = s.Incoming.Map(r.Context(), id, p.File.Columns)
	if faulty(err) {
		return again(lookPage(r.View, lookView{Preview: p, Errors: r.View.Problems(err)}), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/directory/import/"+string(id), "said.incoming.columns")
}

// runView is a large file that is being taken over, or what came of it.
type runView struct {
	incoming.Brought
	incoming.Run
}

// importTake takes a file over at once, or begins to where it is large: the
// page answers, and shows how far it is.
func (s *Site) importTake(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	many, err := s.Incoming.Many(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	if many {
		switch err := s.Incoming.Begin(r.Context(), id); {
		case err == nil:
			return goTo("/directory/import/"+string(id), "said.incoming.begun")
		case !faulty(err):
			return Answer{}, err
		}
	}
	p, err := s.Incoming.Take(r.Context(), id)
	if faulty(err) {
		w := lookView{Errors: r.View.Problems(err)}
		if w.Preview, err = s.Incoming.Look(r.Context(), id); err != nil {
			return Answer{}, err
		}
		return again(lookPage(r.View, w), kernel.NewInvalid("incoming.columns"))
	}
	if err != nil {
		return Answer{}, err
	}
	return show(lookPage(r.View, lookView{Preview: p, Done: true}))
}

func (s *Site) importDrop(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	if err := s.Incoming.Drop(r.Context(), id); err != nil {
		return Answer{}, err
	}
	return goTo("/directory/import", "said.incoming.dropped")
}

// shownAtOnce is how many lines of a report a page shows; the rest is counted.
const shownAtOnce = 200

func first[T any](all []T) []T { return all[:min(len(all), shownAtOnce)] }

// columnChoices are what a column can be.
func columnChoices(v kit.View) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("register.column.none")}}
	for _, to := range incoming.Targets() {
		options = append(options, kit.Option{Value: to, Label: targetName(v, to)})
	}
	return options
}

// targetName is what a column is, in words.
func targetName(v kit.View, to string) string {
	for _, l := range kernel.Langs {
		if text, ok := strings.CutSuffix(to, "_"+string(l)); ok && text != "organisation" {
			return v.T("incoming.column."+text) + " (" + languageName(v, string(l)) + ")"
		}
	}
	return v.T("incoming.column." + to)
}

// changedFields are the fields in which something is different, in words.
func changedFields(v kit.View, fields []string) string {
	var words []string
	for _, f := range fields {
		words = append(words, fieldWord(v, f))
	}
	return v.List(words)
}

// fieldWord is the name of a field of the directory.
func fieldWord(v kit.View, field string) string {
	switch field {
	case "postal", "municipality", "lat", "lon", "member", "merged_in":
		return v.T("incoming.field." + field)
	}
	return v.T("directory.field." + field)
}

// noteWords say what was left out of an object, and why.
func noteWords(v kit.View, n incoming.Note) string {
	where := strings.Trim(n.Record+", "+n.Field, ", ")
	return v.T("incoming.note."+strings.ReplaceAll(n.Reason, " ", "_"), "where", where)
}

// refusedWords are what is wrong with an object.
func refusedWords(v kit.View, x directory.Refused) string {
	var words []string
	for _, f := range x.Why.All() {
		said := v.Fault(f)
		if f.Field != "" {
			name := fieldWord(v, f.Field)
			switch { // a column of the table, or a field of the directory; else as the source calls it
			case v.Has("incoming.column." + f.Field):
				name = v.T("incoming.column." + f.Field)
			case !v.Has("directory.field."+f.Field) && !v.Has("incoming.field."+f.Field):
				name = f.Field
			}
			said = name + ": " + said
		}
		words = append(words, said)
	}
	return strings.Join(words, " ")
}

package page

import (
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// looksView is who opened or changed a file, in plain words.
type looksView struct {
	fileView
	Visits []visit
	Before int64
	Next   int64
}

// visit is what one worker did in a file, one thing after another, on one day.
type visit struct {
	From, To kernel.Instant
	Who, Org string
	Did      []string // in words, each once
}

func (s *Site) fileLooks(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	var w looksView
	w.Before, _ = strconv.ParseInt(r.URL.Query().Get("before"), 10, 64) // none: from the newest
	records, next, err := s.Families.Looks(r.Context(), id, max(w.Before, 0), 100)
	if err != nil {
		return Answer{}, err
	}
	if w.fileView, err = s.readFile(r, families.ForCare); err != nil {
		return Answer{}, err
	}
	w.Next = next
	if w.Visits, err = s.visits(r, records); err != nil {
		return Answer{}, err
	}
	return show(fileLooksPage(r.View, w))
}

// visits puts records into words: what one worker did one after another on one
// day is told as one.
func (s *Site) visits(r *Request, records []audit.Record) (visits []visit, err error) {
	var ids []kernel.ID
	for _, x := range records {
		ids = append(ids, x.Person, x.Org)
	}
	names, err := s.Members.Names(r.Context(), ids...)
	if err != nil {
		return nil, err
	}
	var last audit.Record
	for _, x := range records {
		did := lookWords(r.View, x)
		if n := len(visits); n > 0 && last.Person == x.Person && last.Org == x.Org && last.At.Date() == x.At.Date() {
			v := &visits[n-1]
			v.From = x.At // records come newest first
			v.Did = appendOnce(v.Did, did)
		} else {
			v := visit{From: x.At, To: x.At, Who: names[x.Person], Org: names[x.Org], Did: []string{did}}
			if x.Person == "" {
				v.Who = r.View.T("looks.house")
			}
			visits = append(visits, v)
		}
		last = x
	}
	for _, v := range visits {
		slices.Reverse(v.Did) // told in the order in which it was done
	}
	return visits, nil
}

func appendOnce(list []string, s string) []string {
	for _, t := range list {
		if s == t {
			return list
		}
	}
	return append(list, s)
}

// lookWords says what a record says.
func lookWords(v kit.View, x audit.Record) string {
	if purpose := x.Detail["purpose"]; x.Action == "family.read" && v.Has("looks.purpose."+purpose) {
		return v.T("looks.purpose." + purpose)
	}
	if part := x.Detail["part"]; x.Action == "family.read" && v.Has("looks.part."+part) {
		return v.T("looks.part." + part)
	}
	if v.Has("looks.did." + x.Action) {
		return v.T("looks.did." + x.Action)
	}
	return v.T("looks.did.other")
}

// when says on which day and between which hours.
func (x visit) when(v kit.View) string {
	if x.To.Add(-60e9).Before(x.From) { // within a minute
		return v.Moment(x.To)
	}
	return v.T("looks.between", "day", v.Date(x.To.Date()), "from", v.Time(x.From), "to", v.Time(x.To))
}

func (s *Site) fileCopy(r *Request) (Answer, error) {
	w, err := s.readFile(r, families.ForRequest)
	if err != nil {
		return Answer{}, err
	}
	records, _, err := s.Families.Looks(r.Context(), w.ID, 0, 100)
	if err != nil {
		return Answer{}, err
	}
	curtain, err := s.Sharing.Curtain(r.Context(), w.ID)
	if err != nil {
		return Answer{}, err
	}
	visits, err := s.visits(r, slices.DeleteFunc(records, curtain.Hides)) // paper lies about
	if err != nil {
		return Answer{}, err
	}
	return show(fileCopyPage(r.View, looksView{fileView: w, Visits: visits}, r.Session.Organisation.Name))
}

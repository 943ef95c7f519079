package page

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/gaps"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// gapChildrenView is the form for how many children live somewhere.
type gapChildrenView struct {
	gaps.Children
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) gapChildren(r *Request) (Answer, error) { return s.showGapChildren(r, nil) }

func (s *Site) showGapChildren(r *Request, wrong error) (Answer, error) {
	w := gapChildrenView{Errors: r.View.Problems(wrong)}
	if wrong != nil {
		w.Form = r.PostForm
	}
	var err error
	if w.Children, err = s.Gaps.Children(r.Context(), kernel.NIS(r.PathValue("nis"))); err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		return again(gapChildrenPage(r.View, w), wrong)
	}
	return show(gapChildrenPage(r.View, w))
}

func (s *Site) tellGapChildren(r *Request) (Answer, error) {
	c := gaps.Children{Municipality: kernel.NIS(r.PathValue("nis")), Source: r.PostForm.Get("source"), Births: -1}
	c.Version, _ = strconv.ParseInt(r.PostForm.Get("version"), 10, 64) // none: the figures that came along
	var wrong kernel.Faults
	for field, n := range map[string]*int{"year": &c.Year, "births": &c.Births, "to_4": &c.To4, "to_9": &c.To9, "to_14": &c.To14, "to_19": &c.To19} {
		typed := strings.NewReplacer(" ", "", ".", "", "\u00a0", "", "\u202f", "").Replace(r.PostForm.Get(field))
		if typed == "" && field == "births" {
			continue // nobody told
		}
		got, err := strconv.Atoi(typed)
		if err != nil || got < 0 {
			wrong.Check(field, kernel.NewInvalid("gaps.number"))
			continue
		}
		*n = got
	}
	err := wrong.Err()
	if err == nil {
		err = s.Gaps.TellChildren(r.Context(), c)
	}
	if faulty(err) || kernel.CodeOf(err) == kernel.Conflict {
		return s.showGapChildren(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/directory/gaps", "said.gaps.children")
}

// childrenTable is how many children live in each municipality, beside how many
// services are there for who lives there.
func childrenTable(v kit.View, w gapsView) kit.Table {
	t := kit.Table{Caption: v.T("gaps.children.caption"), Columns: []kit.Column{{Title: v.T("gaps.axis.place")}, {Title: v.T("gaps.births"), Number: true}}}
	for _, key := range []string{"to_4", "to_9", "to_14", "to_19"} {
		t.Columns = append(t.Columns, kit.Column{Title: v.T("gaps.children." + key), Number: true})
	}
	t.Columns = append(t.Columns, kit.Column{Title: v.T("gaps.services"), Number: true}, kit.Column{Title: v.T("gaps.children.source")})
	for _, c := range w.Children {
		births := v.T("gaps.not_told")
		if c.Births >= 0 {
			births = v.Number(c.Births)
		}
		row := []templ.Component{kit.Text(municipalityName(v, c.Municipality)), kit.Text(births)}
		for _, n := range []int{c.To4, c.To9, c.To14, c.To19} {
			row = append(row, kit.Text(v.Number(n)))
		}
		t.Rows = append(t.Rows, append(row, kit.Text(v.Number(w.ServicesIn(c.Municipality))), childrenSource(v, c, w.MayManage)))
	}
	return t
}

// childField is a field of the form for a number.
func (w gapChildrenView) field(v kit.View, name string, n int) kit.Field {
	f := kit.Field{Name: name, Label: v.T("gaps." + name), InputMode: "numeric", Width: 10}
	if n > 0 || n == 0 && name != "births" && w.Year > 0 {
		f.Value = strconv.Itoa(n)
	}
	return f.Kept(w.Form, w.Errors)
}

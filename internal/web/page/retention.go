package page

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/retention"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// retentionPages are for how long files are kept, and what goes.
func (s *Site) retentionPages(page register) {
	page("GET /administration/retention", "retention.manage", s.retention)
	page("POST /administration/retention", "retention.manage", s.changeRetention)
}

// retentionView is what is due, what is kept longer, and the rules.
type retentionView struct {
	retention.List
	Names  map[kernel.ID]string
	Form   url.Values
	Errors kit.Errors
}

// mostOffered is how many files a list to choose from holds.
const mostOffered = 100

func (s *Site) readRetention(r *Request) (w retentionView, err error) {
	if w.List, err = s.Retention.List(r.Context()); err != nil {
		return w, err
	}
	var ids []kernel.ID
	for _, d := range w.Files {
		ids = append(ids, d.OpenedOrg)
	}
	w.Names, err = s.Members.Names(r.Context(), ids...)
	return w, err
}

func (s *Site) retention(r *Request) (Answer, error) {
	w, err := s.readRetention(r)
	if err != nil {
		return Answer{}, err
	}
	return show(retentionPage(r.View, w))
}

func (s *Site) changeRetention(r *Request) (Answer, error) {
	f := r.PostForm
	said := "said.retention.kept"
	var err error
	switch f.Get("do") {
	case "rule":
		said, err = "said.retention.rule", s.setRetentionRule(r)
	case "keep":
		err = s.keepLonger(r)
	default:
		var ids []kernel.ID
		for _, id := range strings.Fields(strings.Join(f["family"], " ")) {
			ids = append(ids, kernel.ID(id))
		}
		if len(ids) == 0 {
			err = kernel.NewInvalid("retention.none").At("family")
			break
		}
		if f.Get("sure") != "yes" {
			return show(sureToForgetPage(r.View, ids))
		}
		said = "said.retention.erase"
		_, err = s.Retention.Erase(r.Context(), ids)
	}
	if !faulty(err) {
		if err != nil {
			return Answer{}, err
		}
		return goTo("/administration/retention", said)
	}
	w, bad := s.readRetention(r)
	if bad != nil {
		return Answer{}, bad
	}
	w.Form, w.Errors = f, r.View.Problems(err)
	return again(retentionPage(r.View, w), err)
}

func (s *Site) setRetentionRule(r *Request) error {
	begins, bad := kit.DateOf(r.PostForm, "begins")
	months, err := strconv.ParseInt(strings.TrimSpace(r.PostForm.Get("months")), 10, 64)
	if err != nil {
		months = -1
	}
	err = s.Retention.SetRule(r.Context(), retention.Rule{Kind: r.PostForm.Get("kind"), Begins: begins, Months: months, Source: r.PostForm.Get("source")})
	if err == nil {
		err = bad
	}
	return err
}

func (s *Site) keepLonger(r *Request) error {
	until, bad := kit.DateOf(r.PostForm, "review_on")
	err := s.Retention.Keep(r.Context(), retention.Hold{Family: kernel.ID(r.PostForm.Get("one")), Reason: retention.HoldReason(r.PostForm.Get("reason")), ReviewOn: until})
	if kernel.CodeOf(err) == kernel.NotFound {
		err = kernel.NewInvalid("retention.one").At("one")
	}
	if err == nil {
		err = bad
	}
	return err
}

// fileWords says of a closed file when it closed, why, and whose it was.
func (w retentionView) fileWords(v kit.View, d retention.Due) string {
	words := []string{v.T("retention.closed", "day", d.ClosedAt.Date())}
	if key := "family.close_reason." + d.Reason; v.Has(key) {
		words = append(words, v.T(key))
	}
	if name := w.Names[d.OpenedOrg]; name != "" {
		words = append(words, name)
	}
	return strings.Join(words, " · ")
}

// goField asks which of the files that are over go.
func (w retentionView) goField(v kit.View) kit.Field {
	f := kit.Field{Name: "family", Label: v.T("retention.go"), Hint: v.T("retention.go.hint")}
	for _, d := range w.Over() {
		f.Options = append(f.Options, kit.Option{Value: string(d.ID), Label: string(d.ID), Hint: w.fileWords(v, d)})
	}
	if w.Form.Get("do") != "" {
		return f
	}
	return f.Kept(w.Form, w.Errors)
}

// ofForm keeps what was typed, in the form that was sent alone.
func (w retentionView) ofForm(do string, f kit.Field) kit.Field {
	if w.Form.Get("do") != do {
		return f
	}
	return f.Kept(w.Form, w.Errors)
}

func (w retentionView) keepFields(v kit.View) (which, why, until kit.Field) {
	which = kit.Field{Name: "one", Label: v.T("retention.one")}
	for _, d := range w.Files[:min(len(w.Files), mostOffered)] {
		which.Options = append(which.Options, kit.Option{Value: string(d.ID), Label: string(d.ID)})
	}
	why = kit.Field{Name: "reason", Label: v.T("retention.why")}
	for _, x := range retention.HoldReasons {
		why.Options = append(why.Options, kit.Option{Value: string(x), Label: v.T("retention.why." + string(x))})
	}
	until = kit.Field{Name: "review_on", Label: v.T("retention.until"), Hint: v.T("retention.until.hint")}
	return w.ofForm("keep", choose(v, which)), w.ofForm("keep", why), w.ofForm("keep", until)
}

func (w retentionView) kindField(v kit.View) kit.Field {
	f := kit.Field{Name: "kind", Label: v.T("retention.kind")}
	for _, k := range retention.Kinds {
		f.Options = append(f.Options, kit.Option{Value: k, Label: v.T("family.close_reason." + k)})
	}
	return w.ofForm("rule", choose(v, f))
}

// coming is what is not over: when it is, or what keeps it.
func (w retentionView) coming(v kit.View) kit.Table {
	t := kit.Table{Columns: []kit.Column{{Title: v.T("retention.number")}, {Title: v.T("retention.what")}, {Title: v.T("retention.when")}}}
	for _, d := range w.Files[:min(len(w.Files), mostOffered)] {
		if d.Over(w.Today) {
			continue
		}
		when := v.T("retention.never")
		switch {
		case d.Hold.ID != "":
			when = v.T("retention.held", "why", v.T("retention.why."+string(d.Hold.Reason)), "day", d.Hold.ReviewOn)
		case d.On != "":
			when = v.Date(d.On)
		}
		t.Rows = append(t.Rows, []templ.Component{kit.Text(string(d.ID)), kit.Text(w.fileWords(v, d)), kit.Text(when)})
	}
	return t
}

// rules says for each kind what holds today and what is to come.
func (w retentionView) rules(v kit.View) (rows []kit.SummaryRow) {
	for _, k := range retention.Kinds {
		row := kit.SummaryRow{Key: v.T("family.close_reason." + k), Value: kit.Text(v.T("retention.undecided"))}
		for _, x := range w.Rules {
			if x.Kind != k {
				continue
			}
			words := v.T("retention.months", "n", int(x.Months))
			if x.Begins <= w.Today {
				row.Value, row.Note = kit.Text(words), v.T("retention.from", "day", x.Begins, "source", x.Source)
			} else {
				row.Note = strings.TrimPrefix(row.Note+" · "+words+", "+v.T("retention.from", "day", x.Begins, "source", x.Source), " · ")
			}
		}
		rows = append(rows, row)
	}
	return rows
}

package page

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// checkFirst reads the first page: where, and who.
func (s *Site) checkFirst(r *Request, more bool) (Answer, error) {
	w := checkView{At: atStart, Form: r.PostForm, Rows: 1}
	if n, err := strconv.Atoi(r.PostForm.Get("rows")); err == nil {
		w.Rows = min(max(n, 1), maxChildren)
	}
	if more {
		w.Rows = min(w.Rows+1, maxChildren)
		return s.showCheck(r, w)
	}
	state, err := readFirst(r.PostForm, w.Rows, r.View.Today)
	if state.Postal != "" && state.NIS == "" {
		w.Choose = kernel.MunicipalitiesByPostalCode(state.Postal)
	}
	if err != nil {
		w.State, w.Errors = state, r.View.Problems(err)
		page, showErr := s.showCheck(r, w)
		page.Status = kit.Status(err)
		return page, showErr
	}
	return s.checkAsk(r, state, "")
}

// readFirst reads what the first page asks; everything that is wrong is told
// at once. Answers that were given before stay.
func readFirst(form url.Values, rows int, today kernel.Date) (checkState, error) {
	before := parseCheck(form, today)
	c := checkState{Facts: before.Facts, Later: before.Later, NIS: before.NIS,
		Partner: form.Get("partner") == "yes", Unborn: form.Get("unborn") == "yes"}
	var wrong kernel.Faults
	code, err := kernel.ParsePostalCode(form.Get("postal"))
	wrong.Check("postal", err)
	c.Postal = code
	if within := kernel.MunicipalitiesByPostalCode(code); len(within) == 1 {
		c.NIS = within[0].NIS
	} else if len(within) > 1 && c.NIS == "" {
		wrong.Check("nis", kernel.NewInvalid("check.municipality"))
	}
	if form.Get("partner") == "" {
		wrong.Check("partner", kernel.NewInvalid("check.partner"))
	}
	if c.Called = nickname(form.Get("called")); c.Called == "" && strings.TrimSpace(form.Get("called")) != "" {
		wrong.Check("called", kernel.NewInvalid("check.called"))
	}
	for i := range rows {
		field := childField(i)
		day, err := kit.DateOf(form, field)
		if err == nil && day != "" {
			err = born(day, today)
		}
		wrong.Check(field, err)
		if err == nil && day != "" {
			c.Children = append(c.Children, day)
		}
	}
	due, err := kit.DateOf(form, "due")
	if err == nil && due != "" && c.Unborn {
		if n := today.DaysUntil(due); n < -21 || n > 300 {
			err = kernel.NewInvalid("check.due")
		}
		c.Due = due
	}
	wrong.Check("due", err)
	return c, wrong.Err()
}

// childField is the name of the date of birth of one child.
func childField(i int) string { return "born" + strconv.Itoa(i+1) }

// typed is the state as the first page shows it.
func (c checkState) typed() url.Values {
	form := c.hidden()
	form.Del("child")
	if !c.Partner && c.Postal != "" {
		form.Set("partner", "no")
	}
	if !c.Unborn && c.Postal != "" {
		form.Set("unborn", "no")
	}
	for i, d := range c.Children {
		setDate(form, childField(i), d)
	}
	form.Del("due")
	setDate(form, "due", c.Due)
	return form
}

func setDate(form url.Values, name string, d kernel.Date) {
	if parts := strings.Split(string(d), "-"); len(parts) == 3 {
		form.Set(name+"-year", parts[0])
		form.Set(name+"-month", strings.TrimPrefix(parts[1], "0"))
		form.Set(name+"-day", strings.TrimPrefix(parts[2], "0"))
	}
}

// field is a field of the first page, with what was typed.
func (w checkView) field(v kit.View, name string) kit.Field {
	f := kit.Field{Name: name, Label: v.T("check.field." + name)}
	yesNo := []kit.Option{{Value: "yes", Label: v.T("kit.yes")}, {Value: "no", Label: v.T("kit.no")}}
	switch name {
	case "postal":
		f.InputMode, f.Width, f.Autocomplete = "numeric", 5, "off"
	case "nis":
		for _, m := range w.Choose {
			f.Options = append(f.Options, kit.Option{Value: string(m.NIS), Label: m.Called(v.Lang())})
		}
	case "called":
		f.Hint, f.Optional, f.Width, f.Autocomplete = v.T("check.field.called.hint"), true, 20, "off"
	case "partner", "unborn":
		f.Options, f.Inline = yesNo, true
	case "due":
		f.Optional = true
	}
	return f.Kept(w.Form, w.Errors)
}

func (w checkView) child(v kit.View, i int) kit.Field {
	return kit.Field{Name: childField(i), Label: v.T("check.field.child", "n", i+1), Optional: i == 0}.Kept(w.Form, w.Errors)
}

package page

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// worthOf says how much a voucher is good for.
func worthOf(v kit.View, euros bool, units int64, cents kernel.Cents) string {
	if euros {
		return v.Euro(cents)
	}
	return v.T("vouchers.pieces", "n", int(units))
}

// ruledWords says how much an offer is that follows the programme's rule, for
// each child that a reader may see.
func (w familyVouchersView) ruledWords(v kit.View, o vouchers.Offered) string {
	words := v.T("vouchers.by_rule")
	for _, r := range o.Ruled {
		sum := v.T("vouchers.by_rule.unknown")
		if r.Cents > 0 {
			sum = v.Euro(r.Cents)
		}
		words += " · " + w.child(v, r.Child) + ": " + sum
	}
	return words
}

func voucherKind(s vouchers.State) kit.Kind {
	switch s {
	case vouchers.Granted:
		return kit.Certain
	case vouchers.Proposed:
		return kit.Possible
	}
	return kit.Plain
}

// usedUp says how much was taken, and for how much.
func usedUp(v kit.View, u vouchers.Use) string {
	s := v.Euro(u.Cents)
	if u.Units > 0 {
		s = v.T("vouchers.pieces", "n", int(u.Units))
		if u.Cents > 0 {
			s += ", " + v.Euro(u.Cents)
		}
	}
	if u.Item != "" {
		s += " – " + u.Item
	}
	return s
}

func tillState(v kit.View, t vouchers.Till) string {
	switch {
	case t.Shut():
		return v.T("vouchers.till.shut")
	case t.Paired == "":
		return v.T("vouchers.till.new")
	}
	return v.T("vouchers.till.since", "day", t.Paired.Date())
}

// shopHref leads a coordinator to a shop.
func shopHref(w boardView, shop vouchers.Owed) string {
	if !w.MayManage {
		return ""
	}
	return "/shops/" + string(shop.Org)
}

func voucherMonths(v kit.View, f vouchers.Figures) kit.Table {
	t := kit.Table{Caption: v.T("vouchers.months"), Columns: []kit.Column{{Title: v.T("vouchers.month")}, {Title: v.T("vouchers.granted"), Number: true},
		{Title: v.T("vouchers.redeemed"), Number: true}, {Title: v.T("vouchers.expired"), Number: true}, {Title: v.T("vouchers.euros"), Number: true}}}
	var most int64
	for _, m := range f.Months {
		most = max(most, m.Granted, m.Redeemed, m.Expired)
	}
	for _, m := range f.Months {
		month := v.Month(kernel.Date(m.Month + "-01"))
		bar := func(key string, n int64) templ.Component { return barCell(v, v.T(key)+" – "+month, n, most) }
		t.Rows = append(t.Rows, []templ.Component{kit.Text(month), bar("vouchers.granted", m.Granted), bar("vouchers.redeemed", m.Redeemed),
			bar("vouchers.expired", m.Expired), kit.Text(v.Euro(m.Euros))})
	}
	return t
}

// budgetYear is the budget of a programme month by month.
func budgetYear(v kit.View, year []vouchers.BudgetMonth) kit.Table {
	t := kit.Table{Caption: v.T("vouchers.year"), Columns: []kit.Column{{Title: v.T("vouchers.month")}, {Title: v.T("vouchers.year.added"), Number: true},
		{Title: v.T("vouchers.year.granted"), Number: true}, {Title: v.T("vouchers.year.returned"), Number: true}, {Title: v.T("vouchers.year.left"), Number: true}}}
	var most kernel.Cents
	for _, m := range year {
		most = max(most, m.Left)
	}
	for _, m := range year {
		month := v.Month(kernel.Date(m.Month + "-01"))
		t.Rows = append(t.Rows, []templ.Component{kit.Text(month), kit.Text(v.Euro(m.Added)), kit.Text(v.Euro(m.Granted)), kit.Text(v.Euro(m.Returned)),
			euroCell(v, v.T("vouchers.year.left")+" – "+month, m.Left, most)})
	}
	return t
}

// parts are the questions of a setup.
func (w setupView) parts(v kit.View) []templ.Component {
	asked := func(name string) kit.Field {
		f := kit.Field{Name: name, Label: v.T("vouchers.setup." + name)}
		if hint := "vouchers.setup." + name + ".hint"; v.Has(hint) {
			f.Hint = v.T(hint)
		}
		return f
	}
	number := func(name string, n int64) templ.Component {
		f := asked(name)
		f.InputMode, f.Width, f.Optional = "numeric", 5, true
		if n != 0 {
			f.Value = itoa(n)
		}
		return kit.TextField(v, f.Kept(w.Form, w.Errors))
	}
	money := func(name string, c kernel.Cents) templ.Component {
		f := asked(name)
		f.Optional = true
		if c != 0 {
			f.Value = strings.Replace(c.String(), ".", ",", 1)
		}
		return kit.MoneyField(v, f.Kept(w.Form, w.Errors))
	}
	choice := func(name, value string, options []kit.Option) templ.Component {
		f := asked(name)
		f.Value, f.Options = value, options
		return kit.SelectField(v, f.Kept(w.Form, w.Errors))
	}
	tick := func(name string, yes bool) templ.Component {
		f := asked(name)
		f.Options = []kit.Option{{Value: "1", Label: v.T("vouchers.setup." + name + ".yes")}}
		if yes {
			f.Values = []string{"1"}
		}
		return kit.CheckField(v, f.Kept(w.Form, w.Errors))
	}
	var byRule []templ.Component
	if w.Programme.SumsByRule(w.Setup.Offer) {
		byRule = append(byRule, tick("by_rule", w.ByRule))
	}
	covers := asked("covers")
	covers.Value, covers.Rows, covers.Optional = strings.Join(w.Covers, "\n"), 4, true
	var events, periods []kit.Option
	for _, e := range vouchers.Events {
		name := string(e)
		if e == vouchers.NoEvent {
			name = "none"
		}
		events = append(events, kit.Option{Value: string(e), Label: v.T("vouchers.event." + name)})
	}
	for _, p := range vouchers.Periods {
		periods = append(periods, kit.Option{Value: string(p), Label: v.T("vouchers.period." + string(p))})
	}
	var bearers []kit.Option
	for _, b := range vouchers.Bearers {
		bearers = append(bearers, kit.Option{Value: string(b), Label: v.T("vouchers.bears." + bearerName(b))})
	}
	var forms []kit.Option
	for _, f := range vouchers.Forms {
		name := string(f)
		if f == vouchers.OnPaper {
			name = "paper"
		}
		forms = append(forms, kit.Option{Value: string(f), Label: v.T("vouchers.form." + name)})
	}
	return slices.Concat([]templ.Component{choice("form", string(w.Setup.Form), forms)}, byRule, []templ.Component{number("units", w.Units), money("cents", w.Cents), money("worth", w.Worth), money("copay", w.Copay), number("months", w.Months),
		choice("event", string(w.Event), events), number("age", w.Age), tick("straight", w.Straight), choice("period", string(w.Period), periods),
		choice("home", string(w.Home), w.Shops), tick("anywhere", w.Anywhere), kit.AreaField(v, covers.Kept(w.Form, w.Errors)),
		tick("offline", w.Offline), choice("bears", string(w.Bears), bearers)})
}

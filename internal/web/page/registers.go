package page

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/registers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// registerPages are the lists that a welfare office reads of its own clients.
func (s *Site) registerPages(page register) {
	page("GET /registers", "register.import", s.registerList)
	page("GET /registers/new", "register.ground", s.newRegister)
	page("POST /registers", "register.ground", s.uploadRegister)
	page("GET /registers/{id}", "register.import", s.register)
	page("GET /registers/{id}/columns", "register.import", s.registerColumns)
	page("POST /registers/{id}/columns", "register.import", s.mapRegister)
	page("POST /registers/{id}/try", "register.import", s.registerStep((*registers.Service).Try, "said.register.try"))
	page("POST /registers/{id}/start", "register.import", s.registerStep((*registers.Service).Start, "said.register.start"))
	page("POST /registers/{id}/stop", "register.import", s.registerStep((*registers.Service).Stop, "said.register.stop"))
	page("POST /registers/mappings", "register.import", s.takeMapping)
	page("GET /registers/mappings/{id}/file", "register.import", s.saveMapping)
	page("POST /registers/mappings/{id}/forget", "register.import", s.forgetMapping)
	s.comparisonPages(page)
}

// registersView is what an organisation reads and compares.
type registersView struct {
	registers.Overview
	Comparisons []registers.Comparison
	mayImport   bool
	mayCompare  bool
	Errors      kit.Errors
}

func (s *Site) registerList(r *Request) (Answer, error) { return s.showRegisters(r, nil) }

// showRegisters shows the lists, and what was wrong with a file of columns.
func (s *Site) showRegisters(r *Request, wrong error) (w Answer, err error) {
	var view registersView
	if view.Overview, err = s.Registers.Overview(r.Context()); err != nil {
		return w, err
	}
	if view.mayImport, err = s.Registers.MayImport(r.Context()); err != nil {
		return w, err
	}
	if view.mayCompare = policy.May(r.Session.Actor(), "register.compare"); view.mayCompare {
		if view.Comparisons, err = s.Registers.Comparisons(r.Context()); err != nil {
			return w, err
		}
	}
	if wrong != nil {
		view.Errors = r.View.Problems(wrong)
		return again(registersPage(r.View, view), wrong)
	}
	return show(registersPage(r.View, view))
}

// registerForm is the form with which a list is brought.
type registerForm struct {
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) newRegister(r *Request) (Answer, error) {
	may, err := s.Registers.MayImport(r.Context())
	if err == nil && !may {
		err = kernel.NewForbidden("register.welfare")
	}
	if err != nil {
		return Answer{}, err
	}
	return show(newRegisterPage(r.View, registerForm{Form: url.Values{"as_of": {string(r.View.Today)}}}))
}

func (s *Site) uploadRegister(r *Request) (Answer, error) {
	form, file, err := kit.Upload(r.Request, "list", lists.MaxBytes)
	var run registers.Run
	if err == nil {
		u := registers.Upload{Name: form.Get("name"), Ground: registers.Ground(form.Get("ground")), Purpose: registers.Purpose(form.Get("purpose")), Data: file}
		if u.AsOf, err = kit.DateOf(form, "as_of"); err != nil {
			var faults kernel.Faults
			faults.Check("as_of", err)
			err = faults.Err()
		} else {
			run, err = s.Registers.Upload(r.Context(), u)
		}
	}
	if faulty(err) {
		return again(newRegisterPage(r.View, registerForm{form, r.View.Problems(err)}), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/registers/"+string(run.ID)+"/columns", "said.register.upload")
}

func (s *Site) register(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	told, err := s.Registers.Run(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	return show(registerPage(r.View, told))
}

// columnsView is a list whose columns are told, with its first rows.
type columnsView struct {
	registers.Preview
	Law     *rules.Library
	Errors  kit.Errors
	mayMake bool
}

func (s *Site) registerColumns(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	return s.showColumns(r, id, registers.Mapping{}, nil)
}

func (s *Site) showColumns(r *Request, id kernel.ID, m registers.Mapping, wrong error) (Answer, error) {
	p, err := s.Registers.Preview(r.Context(), id, m)
	if err != nil {
		return Answer{}, err
	}
	if m.Columns != nil {
		p.Make = r.PostForm.Get("make") == "1"
	}
	w := columnsView{Preview: p, Law: s.Registers.Law, mayMake: policy.May(r.Session.Actor(), "family.open")}
	if wrong != nil {
		w.Errors = r.View.Problems(wrong)
		return again(columnsPage(r.View, w), wrong)
	}
	return show(columnsPage(r.View, w))
}

// mapRegister shows how the list would be read, or keeps it and tries.
func (s *Site) mapRegister(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	p, err := s.Registers.Preview(r.Context(), id, registers.Mapping{})
	if err != nil {
		return Answer{}, err
	}
	m := typedMapping(p, r.PostForm)
	if err := m.Check(s.Registers.Law); err != nil {
		if !faulty(err) {
			return Answer{}, err
		}
		return s.showColumns(r, id, m, err)
	}
	if r.PostForm.Get("do") != "try" {
		return s.showColumns(r, id, m, nil)
	}
	err = s.Registers.Map(r.Context(), id, m, r.PostForm.Get("make") == "1")
	if err == nil {
		err = s.Registers.Try(r.Context(), id)
	}
	if faulty(err) {
		return s.showColumns(r, id, m, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/registers/"+string(id), "said.register.try")
}

// typedMapping is the mapping as the form says it.
func typedMapping(p registers.Preview, form url.Values) registers.Mapping {
	m := registers.Mapping{Dates: lists.Order(form.Get("dates")), Decimal: form.Get("decimal")}
	for i, head := range p.Found.Head {
		c := registers.Column{Head: head, To: form.Get("to." + strconv.Itoa(i))}
		for n := 0; ; n++ {
			at := strconv.Itoa(i) + "." + strconv.Itoa(n)
			cell := form.Get("cell." + at)
			if cell == "" || n > 100 {
				break
			}
			if meant := form.Get("means." + at); meant != "" {
				if c.Values == nil {
					c.Values = map[string]string{}
				}
				c.Values[kernel.Fold(cell)] = meant
			}
		}
		m.Columns = append(m.Columns, c)
	}
	return m
}

// registerStep does one step with a list and shows it again.
func (s *Site) registerStep(step func(*registers.Service, context.Context, kernel.ID) error, said string) handler {
	return func(r *Request) (Answer, error) {
		id, err := r.ID("id")
		if err == nil {
			err = step(s.Registers, r.Context(), id)
		}
		if err != nil {
			return Answer{}, err
		}
		return goTo("/registers/"+string(id), said)
	}
}

func (s *Site) forgetMapping(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err == nil {
		err = s.Registers.Forget(r.Context(), id)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/registers", "said.register.forgot")
}

// saveMapping hands out kept columns as a file, for another office.
func (s *Site) saveMapping(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	m, err := s.Registers.Mapping(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	file, err := m.File()
	if err != nil {
		return Answer{}, err
	}
	h := r.writer.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Disposition", `attachment; filename="bondgenoot-columns.json"`)
	h.Set("Cache-Control", "no-store")
	r.writer.WriteHeader(http.StatusOK)
	_, _ = r.writer.Write(file) // who went away meanwhile fetches it again
	return Answer{Sent: true}, nil
}

// takeMapping keeps the columns that somebody brings as a file.
func (s *Site) takeMapping(r *Request) (Answer, error) {
	_, file, err := kit.Upload(r.Request, "mapping", registers.LongestFile)
	if err == nil {
		_, err = s.Registers.Take(r.Context(), file)
	}
	if kernel.CodeOf(err) == kernel.Invalid || kernel.CodeOf(err) == kernel.TooMany {
		return s.showRegisters(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/registers", "said.register.took")
}

// columnOptions are what a column can be, person by person.
func columnOptions(v kit.View, law *rules.Library) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("register.column.none")}}
	for _, who := range registers.Whose {
		whose := v.T("register.whose." + who)
		for _, what := range registers.Fields(who) {
			options = append(options, kit.Option{Value: who + "." + what, Label: v.T("register.column.of", "what", v.T("register.field."+what), "whose", whose)})
		}
		if strings.HasPrefix(who, "child") && who != "child1" {
			continue // their facts are asked for in the file
		}
		var facts []kit.Option
		for _, key := range registers.Facts(law, who) {
			name := registers.FactOf(law, who+"."+key).Names.In(rules.Lang(v.Lang()))
			facts = append(facts, kit.Option{Value: who + "." + key, Label: v.T("register.column.of", "what", name, "whose", whose)})
		}
		slices.SortStableFunc(facts, func(a, b kit.Option) int { return strings.Compare(kernel.Fold(a.Label), kernel.Fold(b.Label)) })
		options = append(options, facts...)
	}
	return options
}

// columnName is what a column is.
func columnName(v kit.View, law *rules.Library, to string) string {
	who, what, _ := strings.Cut(to, ".")
	name := ""
	if x := registers.FactOf(law, to); x != nil {
		name = x.Names.In(rules.Lang(v.Lang()))
	} else if slices.Contains(registers.Fields(who), what) {
		name = v.T("register.field." + what)
	} else {
		return to
	}
	return v.T("register.column.of", "what", name, "whose", v.T("register.whose."+who))
}

// meanings are what a cell of a column can mean.
func meanings(v kit.View, x *rules.Fact) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("register.means.none")}}
	if x.Type == rules.TypeBool {
		return append(options, kit.Option{Value: "true", Label: v.T("kit.yes")}, kit.Option{Value: "false", Label: v.T("kit.no")})
	}
	for _, c := range x.Values {
		options = append(options, kit.Option{Value: c.Key, Label: c.Names.In(rules.Lang(v.Lang()))})
	}
	return options
}

// samples are the first different cells of a column.
func samples(w columnsView, column int) (cells []string) {
	for _, row := range w.Rows {
		if column < len(row.Cells) && row.Cells[column] != "" && !slices.Contains(cells, row.Cells[column]) && len(cells) < 3 {
			cells = append(cells, row.Cells[column])
		}
	}
	return cells
}

// foundWords say how a list was written.
func foundWords(v kit.View, f registers.Found) string {
	switch f.Form {
	case string(lists.CSV):
		return v.T("register.found.csv", "encoding", strings.ToUpper(f.Encoding), "separator", v.T("register.separator."+separatorName(f.Separator)), "columns", len(f.Head))
	case string(lists.XLSX):
		if f.Sheets > 1 {
			return v.T("register.found.xlsx", "sheet", f.Sheet, "sheets", f.Sheets, "columns", len(f.Head))
		}
		return v.T("register.found.xlsx.one", "sheet", f.Sheet, "columns", len(f.Head))
	}
	return v.T("register.found.parquet", "columns", len(f.Head))
}

func separatorName(s string) string {
	switch s {
	case ",":
		return "comma"
	case "\t":
		return "tab"
	case "|":
		return "bar"
	}
	return "semicolon"
}

// cellWords is a cell as it would be read.
func cellWords(v kit.View, law *rules.Library, row registers.Shown, column registers.Column, dates lists.Order, raw string) string {
	who, what, _ := strings.Cut(column.To, ".")
	x := registers.FactOf(law, column.To)
	if x == nil {
		if day, err := lists.Day(raw, dates, v.Today); what == lists.Birth && err == nil {
			return v.Date(day)
		}
		return raw
	}
	for _, f := range row.Entry.Facts {
		if f.Key == what && (f.Person < 0) == (who == "family") {
			return factWords(v, x, f.Value)
		}
	}
	return raw
}

// faultWords say why a cell or a row could not be taken.
func faultWords(v kit.View, f registers.Fault) string {
	fault := &kernel.Fault{Code: kernel.Invalid, Key: f.Reason}
	if f.Bound != "" {
		fault = fault.With("limit", f.Bound)
	}
	return v.Fault(fault)
}

func registerKind(state registers.State) kit.Kind {
	switch state {
	case registers.Done:
		return kit.Certain
	case registers.Stopped:
		return kit.Plain
	}
	return kit.Possible
}

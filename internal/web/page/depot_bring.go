package page

import (
	"bytes"
	"encoding/csv"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// depotBringPages are a list of stock that comes in, and the note of thanks for
// a gift.
func (s *Site) depotBringPages(page register) {
	page("GET /depot/places/{id}/list", "depot.work", s.depotList)
	page("POST /depot/places/{id}/list", "depot.work", s.depotListDo)
	page("GET /depot/places/{id}/gifts/{gift}", "depot.work", s.depotGift)
}

// depotListView is a list, as it would come in.
type depotListView struct {
	depotView
	Text  string // the list, to be mended here
	Head  []string
	Come  depot.Brought
	Shown bool
}

func (s *Site) depotList(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	return show(depotListPage(r.View, depotListView{depotView: s.depotView(r, p, nil)}))
}

func (s *Site) depotListDo(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	form, file, err := kit.Upload(r.Request, "file", depot.MaxListBytes)
	if form != nil {
		r.PostForm = form
	}
	w := depotListView{Text: r.PostForm.Get("text")}
	in := depot.Bringing{ID: kernel.ID(r.PostForm.Get("id")), Place: p.ID, From: depot.Source(r.PostForm.Get("from")), Words: s.listWords(), Sure: r.PostForm.Get("sure") != ""}
	if err == nil {
		if file == nil {
			file = []byte(w.Text)
		}
		in.List, err = lists.Bounds{Bytes: depot.MaxListBytes, Cell: lists.MaxCell}.Read(file)
	}
	if err == nil {
		w.Head = in.List.Head
		w.Text, err = listText(in.List, file)
	}
	if err == nil {
		in.Columns = columnsTyped(r.PostForm, in.List.Head)
		if r.PostForm.Get("do") == "bring" {
			w.Come, err = s.Depot.Bring(r.Context(), in)
			if err == nil {
				return goTo("/depot/places/"+string(p.ID)+"/stock", "said.depot.list")
			}
		} else {
			w.Come, err = s.Depot.Preview(r.Context(), in)
		}
		w.Shown = len(w.Come.Rows) > 0
	}
	if err != nil && !faulty(err) {
		return Answer{}, err
	}
	w.depotView = s.depotView(r, p, err)
	w.Form = r.PostForm
	if id := r.PostForm.Get("id"); id != "" {
		w.Sent = id
	}
	if err != nil {
		for n, f := range w.Errors {
			if f.Field == "" || f.Field == "list" {
				w.Errors[n].Field = "file"
			}
		}
		return again(depotListPage(r.View, w), err)
	}
	return show(depotListPage(r.View, w))
}

// listText is a list as text that can be mended on the page.
func listText(l *lists.List, file []byte) (string, error) {
	if l.Form == lists.CSV && l.Encoding == "utf-8" {
		return string(bytes.TrimPrefix(file, []byte("\xef\xbb\xbf"))), nil
	}
	var out strings.Builder
	w := csv.NewWriter(&out)
	w.Comma = ';'
	_ = w.Write(l.Head)
	for _, row := range l.Rows {
		if row.Wrong != "" {
			return "", kernel.NewInvalid("depot.list." + row.Wrong).At("file")
		}
		_ = w.Write(row.Cells)
	}
	w.Flush()
	return out.String(), w.Error()
}

// columnsTyped is what each column says, as it was chosen; nil, where nothing
// was.
func columnsTyped(form url.Values, head []string) (columns map[string]depot.Column) {
	for n, name := range head {
		field := "column." + strconv.Itoa(n)
		if form.Get("name."+strconv.Itoa(n)) != name || !form.Has(field) {
			continue
		}
		if columns == nil {
			columns = map[string]depot.Column{}
		}
		columns[name] = depot.Column(form.Get(field))
	}
	return columns
}

// listWords are the words of lists in all languages of the house.
func (s *Site) listWords() depot.Words {
	words := depot.Words{depot.HeadWords: {}, depot.CategoryColumn: {}, depot.SeasonColumn: {}, depot.GradeColumn: {}}
	add := func(of depot.Column, code, text string) {
		for word := range strings.SplitSeq(text, "|") {
			words[of][strings.ToLower(strings.TrimSpace(word))] = code
		}
	}
	for _, lang := range kernel.Langs {
		t := s.Texts.In(lang)
		for _, c := range depot.Columns {
			add(depot.HeadWords, string(c), t.T("depot.list.heads."+string(c)))
			add(depot.HeadWords, string(c), string(c))
		}
		for _, c := range depot.Categories {
			add(depot.CategoryColumn, string(c), t.T("depot.category."+string(c)))
			add(depot.CategoryColumn, string(c), string(c))
		}
		for _, x := range depot.Seasons {
			add(depot.SeasonColumn, string(x), t.T("depot.season."+string(x)))
		}
		for _, x := range depot.Grades {
			add(depot.GradeColumn, string(x), t.T("depot.grade."+string(x)))
		}
	}
	return words
}

func (w depotListView) columnOptions(v kit.View) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("depot.list.unread")}}
	for _, c := range depot.Columns {
		options = append(options, kit.Option{Value: string(c), Label: v.T("depot.list.column." + string(c))})
	}
	return options
}

// wrong are the rows with which something is wrong.
func (w depotListView) wrong() []depot.BroughtRow {
	return slices.DeleteFunc(slices.Clone(w.Come.Rows), func(r depot.BroughtRow) bool { return len(r.Wrong) == 0 })
}

// comes says what a row brings.
func (w depotListView) comes(v kit.View, r depot.BroughtRow) string {
	n := r.In.Amount
	if r.In.Packs {
		n *= r.Item.Pack
	}
	words := v.Number(int(n)) + " × " + itemWords(v, r.Item)
	if r.In.Until != "" {
		words += " · " + v.T("depot.lot.until", "day", r.In.Until)
	}
	if r.In.Mark != "" {
		words += " · " + r.In.Mark
	}
	return words
}

// listWrong says what is wrong with a row, column by column.
func listWrong(v kit.View, r depot.BroughtRow) string {
	var parts []string
	for _, f := range r.Wrong {
		words := v.Fault(f)
		if slices.Contains(depot.Columns[:], depot.Column(f.Field)) {
			words = v.T("depot.list.column."+f.Field) + ": " + words
		}
		parts = append(parts, words)
	}
	return strings.Join(parts, " ")
}

func (s *Site) depotGift(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	id, err := r.ID("gift")
	if err != nil {
		return Answer{}, err
	}
	g, err := s.Depot.Gift(r.Context(), p.ID, id)
	if err != nil {
		return Answer{}, err
	}
	return show(depotGiftPage(r.View, s.depotView(r, p, nil), g))
}

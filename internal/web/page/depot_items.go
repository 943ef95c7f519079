package page

import (
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// depotItemsView is the list of all sorts of things.
type depotItemsView struct {
	depotForm
	Items   []depot.Item
	Item    depot.Item
	MayLead bool
}

func (s *Site) depotItems(r *Request) (Answer, error) {
	all, err := s.Depot.Items(r.Context())
	if err != nil {
		return Answer{}, err
	}
	return show(depotItemsPage(r.View, depotItemsView{Items: all, MayLead: r.may("depot.manage")}))
}

func (s *Site) depotNewItem(r *Request) (Answer, error) {
	w := depotItemsView{depotForm: depotSent(r, nil), Item: depot.Item{Season: depot.AllYear, Grade: depot.Good, Pack: 1}}
	return show(depotItemForm(r.View, w))
}

func (s *Site) depotEditItem(r *Request) (Answer, error) {
	i, err := s.itemAt(r)
	if err != nil {
		return Answer{}, err
	}
	f := depotSent(r, nil)
	f.Sent = string(i.ID)
	return show(depotItemForm(r.View, depotItemsView{depotForm: f, Item: i}))
}

// itemAt is the sort of the address.
func (s *Site) itemAt(r *Request) (depot.Item, error) {
	id, err := r.ID("item")
	if err != nil {
		return depot.Item{}, err
	}
	all, err := s.Depot.Items(r.Context())
	if err != nil {
		return depot.Item{}, err
	}
	for _, i := range all {
		if i.ID == id {
			return i, nil
		}
	}
	return depot.Item{}, kernel.NewNotFound("depot.item")
}

// action is where the form of a sort is sent: one that is there at its own
// address, so that what two people type is brought together.
func (w depotItemsView) action() string {
	if w.Item.Version == 0 {
		return "/depot/items"
	}
	return "/depot/items/" + string(w.Item.ID)
}

func (s *Site) depotSaveItem(r *Request) (Answer, error) {
	form := r.PostForm
	if r.PathValue("item") != "" {
		was, err := s.itemAt(r)
		if err != nil {
			return Answer{}, err
		}
		form.Set("id", string(was.ID))
	}
	i := depot.Item{ID: kernel.ID(form.Get("id")), Category: depot.Category(form.Get("category")), Name: form.Get("name"), Size: form.Get("size"),
		Season: depot.Season(form.Get("season")), Grade: depot.Grade(form.Get("grade")), Pack: max(1, depotNumber(form.Get("pack"))),
		Level: depotNumber(form.Get("level")), Years: depotNumber(form.Get("years")), EAN: form.Get("ean"), Version: depotNumber(form.Get("version"))}
	for _, what := range form["is"] {
		i.Dated, i.Numbered, i.Off = i.Dated || what == "dated", i.Numbered || what == "numbered", i.Off || what == "off"
	}
	_, err := s.Depot.SaveItem(r.Context(), i)
	if faulty(err) {
		return again(depotItemForm(r.View, depotItemsView{depotForm: depotSent(r, err), Item: i}), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/depot/items", "said.depot.item")
}

// is are the boxes that are ticked for a sort of thing.
func (w depotItemsView) is() (all []string) {
	for name, on := range map[string]bool{"dated": w.Item.Dated, "numbered": w.Item.Numbered, "off": w.Item.Off} {
		if on {
			all = append(all, name)
		}
	}
	return all
}

func (w depotItemsView) number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

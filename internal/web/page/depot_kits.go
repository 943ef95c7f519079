package page

import (
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// depotKitPages are the sets: what one is made of, and putting some together in
// a place.
func (s *Site) depotKitPages(page register) {
	page("GET /depot/items/{item}/kit", "depot.manage", s.depotKit)
	page("POST /depot/items/{item}/kit", "depot.manage", s.setDepotKit)
	page("GET /depot/places/{id}/kits", "depot.work", s.depotKits)
	page("POST /depot/places/{id}/kits", "depot.work", s.depotKitDo)
}

// depotKitView is what a set is made of.
type depotKitView struct {
	depotForm
	Item   depot.Item
	Kit    depot.Kit
	Groups []depotGroup
}

func (s *Site) depotKit(r *Request) (Answer, error) { return s.showDepotKit(r, nil) }

func (s *Site) showDepotKit(r *Request, wrong error) (Answer, error) {
	i, err := s.itemAt(r)
	if err != nil {
		return Answer{}, err
	}
	w := depotKitView{depotForm: depotSent(r, wrong), Item: i}
	kits, err := s.Depot.Kits(r.Context())
	if err != nil {
		return Answer{}, err
	}
	sets := map[kernel.ID]bool{}
	for _, k := range kits {
		if sets[k.Item.ID] = true; k.Item.ID == i.ID {
			w.Kit = k
		}
	}
	items, err := s.Depot.Items(r.Context())
	if err != nil {
		return Answer{}, err
	}
	var parts []depot.Stock
	for _, x := range items {
		if x.ID != i.ID && !x.Off && !x.Numbered && !sets[x.ID] {
			parts = append(parts, depot.Stock{Item: x})
		}
	}
	w.Groups = grouped(parts, func(x depot.Item) bool { return w.pieces(x.ID) != "" })
	if wrong != nil {
		return again(depotKitPage(r.View, w), wrong)
	}
	return show(depotKitPage(r.View, w))
}

// pieces is how many of a sort are in the set, or were typed.
func (w depotKitView) pieces(item kernel.ID) string {
	if w.Form != nil {
		return strings.TrimSpace(w.Form.Get("amount." + string(item)))
	}
	for _, p := range w.Kit.Parts {
		if p.Item == item {
			return strconv.FormatInt(p.Pieces, 10)
		}
	}
	return ""
}

func (w depotKitView) part(v kit.View, i depot.Item) kit.Field {
	return w.field(kit.Field{Name: "amount." + string(i.ID), Label: itemWords(v, i), InputMode: "numeric", Width: 3, Autocomplete: "off", Value: w.pieces(i.ID)})
}

func (s *Site) setDepotKit(r *Request) (Answer, error) {
	i, err := s.itemAt(r)
	if err != nil {
		return Answer{}, err
	}
	items, err := s.Depot.Items(r.Context())
	if err != nil {
		return Answer{}, err
	}
	var parts []depot.Part
	for _, x := range items {
		if typed := strings.TrimSpace(r.PostForm.Get("amount." + string(x.ID))); typed != "" && typed != "0" {
			parts = append(parts, depot.Part{Item: x.ID, Pieces: depotNumber(typed)})
		}
	}
	err = s.Depot.SetKit(r.Context(), i.ID, depotNumber(r.PostForm.Get("version")), parts)
	if faulty(err) {
		return s.showDepotKit(r, depotFaults(err, func(n int) string {
			if n < len(parts) {
				return string(parts[n].Item)
			}
			return ""
		}))
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/depot/items", "said.depot.kit")
}

// depotKitsView is the sets of a place.
type depotKitsView struct {
	depotView
	Sets []depot.Set
	At   kernel.ID // of which a form was sent
}

func (s *Site) depotKits(r *Request) (Answer, error) { return s.showDepotKits(r, nil) }

func (s *Site) showDepotKits(r *Request, wrong error) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	w := depotKitsView{depotView: s.depotView(r, p, wrong)}
	if w.Sets, err = s.Depot.Sets(r.Context(), p.ID); err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		w.At = kernel.ID(r.PostForm.Get("kit"))
		return again(depotKitsPage(r.View, w), wrong)
	}
	return show(depotKitsPage(r.View, w))
}

// field is a field of the form of one set.
func (w depotKitsView) kitField(x depot.Set, f kit.Field) kit.Field {
	f.Apart = string(x.Kit.Item.ID)
	if w.At == x.Kit.Item.ID {
		return w.field(f)
	}
	return f
}

// short is what is wrong with a part of a set.
func (w depotKitsView) short(x depot.Set, n int) string {
	if w.At != x.Kit.Item.ID {
		return ""
	}
	return w.Errors.Of("parts." + strconv.Itoa(n))
}

func (s *Site) depotKitDo(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	form, said := r.PostForm, "said.depot.kit.made"
	id, set, n := kernel.ID(form.Get("id")), kernel.ID(form.Get("kit")), depotNumber(form.Get("pieces"))
	switch form.Get("do") {
	case "together":
		err = s.Depot.PutTogether(r.Context(), id, p.ID, set, n)
	case "apart":
		said, err = "said.depot.kit.apart", s.Depot.TakeApart(r.Context(), id, p.ID, set, n)
	default:
		err = kernel.NewNotFound("page")
	}
	if faulty(err) {
		return s.showDepotKits(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/depot/places/"+string(p.ID)+"/kits", said)
}

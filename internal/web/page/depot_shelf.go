package page

import (
	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// depotShelfPages are the shelves: one sort of thing, its lots, its labels;
// the list of all there can be; codes.
func (s *Site) depotShelfPages(page register, routes *kit.Routes) {
	page("GET /depot/places/{id}/items/{item}", "depot.work", s.depotItem)
	page("POST /depot/places/{id}/items/{item}", "depot.work", s.depotItemDo)
	page("POST /depot/places/{id}/items/{item}/recall", "depot.manage", s.depotRecall)
	page("GET /depot/places/{id}/labels", "depot.work", s.depotLabels)
	page("GET /depot/places/{id}/scan", "depot.work", s.depotScan)
	page("POST /depot/places/{id}/scan", "depot.work", s.depotScanned)
	page("GET /depot/places/{id}/c/{code}", "depot.work", s.depotCode)
	page("GET /depot/items", "depot.read", s.depotItems)
	page("GET /depot/items/new", "depot.manage", s.depotNewItem)
	page("POST /depot/items", "depot.manage", s.depotSaveItem)
	page("GET /depot/items/{item}", "depot.manage", s.depotEditItem)
	page("POST /depot/items/{item}", "depot.manage", s.depotSaveItem)
	for _, form := range fileForms {
		routes.Handle("GET /depot/places/{id}/stock."+string(form), "depot.read", s.depotStockFile(form))
		routes.Handle("GET /depot/places/{id}/requests."+string(form), "depot.work", s.depotRequestsFile(form))
	}
}

// depotShelfItemView is one sort of thing in one place.
type depotShelfItemView struct {
	depotView
	depot.Stock
	Others []depot.Place // where it can be brought
}

func (s *Site) depotItem(r *Request) (Answer, error) { return s.showDepotItem(r, nil) }

func (s *Site) showDepotItem(r *Request, wrong error) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	id, err := r.ID("item")
	if err != nil {
		return Answer{}, err
	}
	shelf, err := s.Depot.At(r.Context(), p.ID)
	if err != nil {
		return Answer{}, err
	}
	w := depotShelfItemView{depotView: s.depotView(r, p, wrong)}
	for _, of := range shelf.Stock {
		if of.Item.ID == id {
			w.Stock = of
		}
	}
	if w.Item.ID == "" {
		return Answer{}, kernel.NewNotFound("depot.item")
	}
	places, err := s.Depot.Places(r.Context())
	if err != nil {
		return Answer{}, err
	}
	for _, x := range places {
		if x.ID != p.ID && !x.Closed && x.Kind == depot.Store {
			w.Others = append(w.Others, x)
		}
	}
	if wrong != nil {
		return again(depotItemPage(r.View, w), wrong)
	}
	return show(depotItemPage(r.View, w))
}

func (s *Site) depotItemDo(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	item, err := r.ID("item")
	if err != nil {
		return Answer{}, err
	}
	form, said := r.PostForm, ""
	asset := depot.Asset{Item: item, Until: kernel.Date(form.Get("until")), Thing: kernel.ID(form.Get("thing"))}
	pieces, id := depotNumber(form.Get("pieces")), kernel.ID(form.Get("id"))
	switch form.Get("do") {
	case "lose":
		said, err = "said.depot.lost", s.Depot.Lose(r.Context(), depot.Losing{ID: id, Place: p.ID, Asset: asset, Pieces: pieces, Why: depot.Loss(form.Get("why"))})
	case "move":
		said, err = "said.depot.moved", s.Depot.Move(r.Context(), depot.Moving{ID: id, From: p.ID, To: kernel.ID(form.Get("to")), Asset: asset, Pieces: pieces})
	default:
		err = kernel.NewNotFound("page")
	}
	if faulty(err) {
		return s.showDepotItem(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/depot/places/"+string(p.ID)+"/items/"+string(item), said)
}

func (s *Site) depotRecall(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	item, err := r.ID("item")
	if err != nil {
		return Answer{}, err
	}
	if err := s.Depot.Recall(r.Context(), kernel.ID(r.PostForm.Get("thing")), r.PostForm.Get("recalled") == "yes"); err != nil {
		return Answer{}, err
	}
	return goTo("/depot/places/"+string(p.ID)+"/items/"+string(item), "said.depot.changed")
}

// lotWords is what a lot is called: its last day, or the number on it.
func lotWords(v kit.View, x depot.Lot) string {
	switch {
	case x.Asset.Thing != "" && x.Thing.Made != "":
		return v.T("depot.lot.made", "mark", x.Thing.Mark, "day", x.Thing.Made)
	case x.Asset.Thing != "":
		return x.Thing.Mark
	case x.Until != "":
		return v.T("depot.lot.until", "day", x.Until)
	}
	return v.T("depot.lot.all")
}

// depotLabelsView is a sheet of labels to print.
type depotLabelsView struct {
	depotView
	Stock []depot.Stock
	Base  string
}

func (w depotLabelsView) code(i depot.Item) string {
	return w.Base + "/depot/places/" + string(w.Place.ID) + "/c/I-" + string(i.ID)
}

func (s *Site) depotLabels(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	shelf, err := s.Depot.At(r.Context(), p.ID)
	if err != nil {
		return Answer{}, err
	}
	w := depotLabelsView{depotView: s.depotView(r, p, nil), Base: s.base(r)}
	only := kernel.ID(r.URL.Query().Get("item"))
	for _, of := range shelf.Stock {
		if only == of.Item.ID || only == "" && of.There() > 0 {
			w.Stock = append(w.Stock, of)
		}
	}
	return show(depotLabelsPage(r.View, w))
}

func (s *Site) depotScan(r *Request) (Answer, error) { return s.showDepotScan(r, nil) }

func (s *Site) showDepotScan(r *Request, wrong error) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	page := depotScanPage(r.View, s.depotView(r, p, wrong))
	if wrong != nil {
		return again(page, wrong)
	}
	return show(page)
}

func (s *Site) depotScanned(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	found, err := s.Depot.Scan(r.Context(), p.ID, r.PostForm.Get("code"))
	if faulty(err) {
		return s.showDepotScan(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	switch {
	case found.Request != "":
		return redirect("/depot/requests/" + string(found.Request))
	case found.Warn != "":
		return goTo("/depot/places/"+string(p.ID)+"/items/"+string(found.Item.ID), "said.depot.scan."+found.Warn)
	case r.PostForm.Get("do") == "in":
		return redirect("/depot/places/" + string(p.ID) + "/in?item=" + string(found.Item.ID) + "&until=" + string(found.Until))
	}
	return redirect("/depot/places/" + string(p.ID) + "/items/" + string(found.Item.ID))
}

// depotCode is where the QR code on our own papers leads.
func (s *Site) depotCode(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	found, err := s.Depot.Scan(r.Context(), p.ID, r.PathValue("code"))
	switch {
	case faulty(err):
		return Answer{}, kernel.NewNotFound("depot.item")
	case err != nil:
		return Answer{}, err
	case found.Request != "":
		return redirect("/depot/requests/" + string(found.Request))
	}
	return redirect("/depot/places/" + string(p.ID) + "/items/" + string(found.Item.ID))
}

// sentHere tells whether it was the form of this lot that was sent.
func (w depotShelfItemView) sentHere(x depot.Lot, do string) bool {
	return w.Form != nil && w.Form.Get("do") == do && w.Form.Get("until") == string(x.Until) && w.Form.Get("thing") == string(x.Asset.Thing)
}

// lotField is a field of the form of one lot.
func (w depotShelfItemView) lotField(x depot.Lot, do string, f kit.Field) kit.Field {
	if w.sentHere(x, do) {
		return w.field(f)
	}
	return f
}

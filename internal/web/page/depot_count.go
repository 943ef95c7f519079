package page

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// depotCountPages count a place, and order what runs out.
func (s *Site) depotCountPages(page register) {
	page("GET /depot/places/{id}/count", "depot.work", s.depotCount)
	page("POST /depot/places/{id}/count", "depot.work", s.depotCountDo)
	page("POST /depot/places/{id}/count/book", "depot.manage", s.depotBook)
	page("GET /depot/places/{id}/orders", "depot.work", s.depotOrders)
	page("POST /depot/places/{id}/orders", "depot.manage", s.depotOrder)
	page("GET /depot/places/{id}/orders/{order}", "depot.work", s.depotOrderCame)
	page("POST /depot/places/{id}/orders/{order}", "depot.work", s.depotArrive)
	page("POST /depot/places/{id}/orders/{order}/off", "depot.manage", s.depotCallOff)
}

// depotCountView is the count that goes on in a place.
type depotCountView struct {
	depotView
	depot.Count
	Goes bool
}

func (s *Site) depotCount(r *Request) (Answer, error) { return s.showDepotCount(r, nil) }

func (s *Site) showDepotCount(r *Request, wrong error) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	w := depotCountView{depotView: s.depotView(r, p, wrong)}
	if w.Count, w.Goes, err = s.Depot.CountOf(r.Context(), p.ID); err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		return again(depotCountPage(r.View, w), wrong)
	}
	return show(depotCountPage(r.View, w))
}

func (s *Site) depotCountDo(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	said := "said.depot.counting"
	count := kernel.ID(r.PostForm.Get("count"))
	switch r.PostForm.Get("do") {
	case "begin":
		err = s.Depot.BeginCount(r.Context(), kernel.ID(r.PostForm.Get("id")), p.ID)
	case "drop":
		said, err = "said.depot.dropped", s.Depot.Drop(r.Context(), count)
	case "tell":
		said = "said.depot.told"
		var told []depot.Told
		c, _, readErr := s.Depot.CountOf(r.Context(), p.ID)
		if readErr != nil {
			return Answer{}, readErr
		}
		at := map[int]int{}
		for n, l := range c.Lines {
			typed := strings.TrimSpace(r.PostForm.Get(countName(l)))
			if typed == "" || l.Pieces != depot.Uncounted && depotNumber(typed) == l.Pieces {
				continue
			}
			at[len(told)] = n
			told = append(told, depot.Told{Asset: l.Asset, Pieces: depotNumber(typed)})
		}
		err = s.Depot.Tell(r.Context(), count, told)
		err = depotFaults(err, func(n int) string {
			if line, ok := at[n]; ok {
				return strings.TrimPrefix(countName(c.Lines[line]), "amount.")
			}
			return ""
		})
	default:
		return Answer{}, kernel.NewNotFound("page")
	}
	if faulty(err) {
		return s.showDepotCount(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/depot/places/"+string(p.ID)+"/count", said)
}

func (s *Site) depotBook(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	c, _, err := s.Depot.CountOf(r.Context(), p.ID)
	if err != nil {
		return Answer{}, err
	}
	err = s.Depot.Book(r.Context(), kernel.ID(r.PostForm.Get("count")))
	if faulty(err) {
		return s.showDepotCount(r, depotFaults(err, func(n int) string {
			if n < len(c.Lines) {
				return strings.TrimPrefix(countName(c.Lines[n]), "amount.")
			}
			return ""
		}))
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/depot/places/"+string(p.ID), "said.depot.booked")
}

// countName is the field of a line of a count.
func countName(l depot.Counted) string {
	return "amount." + string(l.Asset.Item) + "_" + string(l.Asset.Until) + string(l.Asset.Thing)
}

func (w depotCountView) amount(v kit.View, l depot.Counted) kit.Field {
	label := itemWords(v, l.Item)
	if l.Asset.Until != "" || l.Asset.Thing != "" {
		label += " · " + lotWords(v, depot.Lot{Asset: l.Asset, Thing: l.Thing})
	}
	f := kit.Field{Name: countName(l), Label: label, InputMode: "numeric", Width: 4, Autocomplete: "off"}
	if l.Pieces != depot.Uncounted {
		f.Value = strconv.FormatInt(l.Pieces, 10)
		f.Hint = v.T("depot.count.difference", "book", v.Number(int(l.Began+l.Moved)), "difference", signed(l.Difference()))
	}
	return w.field(f)
}

func signed(n int64) string {
	if n > 0 {
		return "+" + strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(n, 10)
}

// depotOrdersView is what to buy, and what is on its way.
type depotOrdersView struct {
	depotView
	Proposals []depot.Proposal
	Underway  []depot.Order
	Items     map[kernel.ID]depot.Item
	Order     depot.Order  // that came
	Groups    []depotGroup // of what is not proposed, for who orders it all the same
}

func (s *Site) depotOrdersView(r *Request, wrong error) (w depotOrdersView, err error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return w, err
	}
	w = depotOrdersView{depotView: s.depotView(r, p, wrong), Items: map[kernel.ID]depot.Item{}}
	if w.Proposals, w.Underway, err = s.Depot.Proposals(r.Context(), p.ID); err != nil {
		return w, err
	}
	items, err := s.Depot.Items(r.Context())
	var others []depot.Stock
	for _, i := range items {
		w.Items[i.ID] = i
		proposed := slices.ContainsFunc(w.Proposals, func(x depot.Proposal) bool { return x.Item.ID == i.ID })
		if !i.Off && !i.Numbered && !proposed {
			others = append(others, depot.Stock{Item: i})
		}
	}
	w.Groups = grouped(others, func(i depot.Item) bool { return w.Form.Get("amount."+string(i.ID)) != "" })
	return w, err
}

// elseOpen tells whether something was typed that was not proposed.
func (w depotOrdersView) elseOpen() bool {
	return slices.ContainsFunc(w.Groups, func(g depotGroup) bool { return g.Open })
}

// other asks how much to order of what is not proposed.
func (w depotOrdersView) other(v kit.View, i depot.Item) kit.Field {
	return w.field(kit.Field{Name: "amount." + string(i.ID), Label: itemWords(v, i), InputMode: "numeric", Width: 5, Autocomplete: "off"})
}

func (s *Site) depotOrders(r *Request) (Answer, error) { return s.showDepotOrders(r, nil) }

func (s *Site) showDepotOrders(r *Request, wrong error) (Answer, error) {
	w, err := s.depotOrdersView(r, wrong)
	if err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		return again(depotOrdersPage(r.View, w), wrong)
	}
	return show(depotOrdersPage(r.View, w))
}

func (s *Site) depotOrder(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	items, err := s.Depot.Items(r.Context())
	if err != nil {
		return Answer{}, err
	}
	var lines []depot.Ordered
	for _, i := range items {
		if n := depotNumber(r.PostForm.Get("amount." + string(i.ID))); n != 0 {
			lines = append(lines, depot.Ordered{Item: i.ID, Pieces: n})
		}
	}
	err = s.Depot.Order(r.Context(), kernel.ID(r.PostForm.Get("id")), p.ID, lines)
	if faulty(err) {
		return s.showDepotOrders(r, depotFaults(err, func(n int) string {
			if n < len(lines) {
				return string(lines[n].Item)
			}
			return ""
		}))
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/depot/places/"+string(p.ID)+"/orders", "said.depot.ordered")
}

func (w depotOrdersView) amount(v kit.View, x depot.Proposal) kit.Field {
	hint := v.T("depot.order.hint", "free", v.Number(int(x.Free)), "level", v.Number(int(x.Item.Level)), "pack", v.Number(int(x.Item.Pack)))
	for _, why := range []struct {
		n   int64
		key string
	}{{x.Waits, "depot.order.waits"}, {x.Lacked, "depot.order.lacked"}, {x.Promised, "depot.order.promised"}} {
		if why.n > 0 {
			hint += " " + v.T(why.key, "n", v.Number(int(why.n)))
		}
	}
	return w.field(kit.Field{Name: "amount." + string(x.Item.ID), Label: itemWords(v, x.Item), InputMode: "numeric", Width: 5, Autocomplete: "off",
		Value: strconv.FormatInt(x.Buy, 10), Hint: hint})
}

func (s *Site) depotOrderCame(r *Request) (Answer, error) { return s.showDepotOrder(r, nil) }

func (s *Site) showDepotOrder(r *Request, wrong error) (Answer, error) {
	w, err := s.depotOrdersView(r, wrong)
	if err != nil {
		return Answer{}, err
	}
	id, err := r.ID("order")
	if err != nil {
		return Answer{}, err
	}
	for _, o := range w.Underway {
		if o.ID == id {
			w.Order = o
		}
	}
	if w.Order.ID == "" {
		return Answer{}, kernel.NewNotFound("depot.order")
	}
	if wrong != nil {
		return again(depotOrderPage(r.View, w), wrong)
	}
	return show(depotOrderPage(r.View, w))
}

func (s *Site) depotArrive(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	id, err := r.ID("order")
	if err != nil {
		return Answer{}, err
	}
	items, err := s.Depot.Items(r.Context())
	if err != nil {
		return Answer{}, err
	}
	lines := incomingLines(r, items)
	err = s.Depot.Arrive(r.Context(), id, lines)
	if faulty(err) {
		return s.showDepotOrder(r, depotFaults(err, func(n int) string {
			if n < len(lines) {
				return string(lines[n].Item)
			}
			return ""
		}))
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/depot/places/"+string(p.ID)+"/orders", "said.depot.in")
}

func (s *Site) depotCallOff(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	id, err := r.ID("order")
	if err != nil {
		return Answer{}, err
	}
	err = s.Depot.CallOff(r.Context(), id)
	if faulty(err) {
		return s.showDepotOrders(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/depot/places/"+string(p.ID)+"/orders", "said.depot.changed")
}

// came asks how much of a line of an order came: all of it, unless told.
func (w depotOrdersView) came(v kit.View, l depot.Ordered) kit.Field {
	return w.field(kit.Field{Name: "amount." + string(l.Item), Label: itemWords(v, w.Items[l.Item]), InputMode: "numeric", Width: 5, Autocomplete: "off",
		Value: strconv.FormatInt(l.Pieces, 10)})
}

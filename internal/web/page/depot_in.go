package page

import (
	"errors"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// depotInView is the form for what comes in: every sort of thing, by category.
type depotInView struct {
	depotView
	Groups []depotGroup
}

// depotGroup is a category with its things.
type depotGroup struct {
	Category depot.Category
	Stock    []depot.Stock
	Open     bool // something was typed in it
}

// grouped lays what lies in a place out by category; open are those in which a
// form has something.
func grouped(stock []depot.Stock, open func(depot.Item) bool) (groups []depotGroup) {
	for _, of := range stock {
		if of.Item.Off {
			continue
		}
		if n := len(groups); n == 0 || groups[n-1].Category != of.Item.Category {
			groups = append(groups, depotGroup{Category: of.Item.Category})
		}
		g := &groups[len(groups)-1]
		g.Stock = append(g.Stock, of)
		g.Open = g.Open || open(of.Item)
	}
	return groups
}

func (s *Site) depotIn(r *Request) (Answer, error) { return s.showDepotIn(r, nil) }

func (s *Site) showDepotIn(r *Request, wrong error) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	shelf, err := s.Depot.At(r.Context(), p.ID)
	if err != nil {
		return Answer{}, err
	}
	w := depotInView{depotView: s.depotView(r, shelf.Place, wrong)}
	first := kernel.ID(r.URL.Query().Get("item")) // what was scanned
	w.Groups = grouped(shelf.Stock, func(i depot.Item) bool { return i.ID == first || w.Form.Get("amount."+string(i.ID)) != "" })
	if first != "" && wrong == nil {
		w.Form = map[string][]string{"amount." + string(first): {"1"}, "from": {string(depot.Given)}, "until." + string(first): {r.URL.Query().Get("until")}}
	}
	if wrong != nil {
		return again(depotInPage(r.View, w), wrong)
	}
	return show(depotInPage(r.View, w))
}

func (s *Site) depotTakeIn(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	items, err := s.Depot.Items(r.Context())
	if err != nil {
		return Answer{}, err
	}
	in := depot.Receiving{ID: kernel.ID(r.PostForm.Get("id")), Place: p.ID, From: depot.Source(r.PostForm.Get("from"))}
	in.Lines = incomingLines(r, items)
	err = s.Depot.Receive(r.Context(), in)
	if faulty(err) {
		return s.showDepotIn(r, depotFaults(err, func(n int) string {
			if n >= len(in.Lines) {
				return "" // a form without lines has no such field
			}
			return string(in.Lines[n].Item)
		}))
	}
	if err != nil {
		return Answer{}, err
	}
	if in.From == depot.Given {
		return goTo("/depot/places/"+string(p.ID)+"/gifts/"+string(in.ID), "said.depot.thanks")
	}
	return goTo("/depot/places/"+string(p.ID), "said.depot.in")
}

// incomingLines reads what comes in out of a form with fields for each sort of
// thing.
func incomingLines(r *Request, items []depot.Item) (lines []depot.Incoming) {
	for _, i := range items {
		id := "." + string(i.ID)
		l := depot.Incoming{Item: i.ID, Amount: depotNumber(r.PostForm.Get("amount" + id)), Packs: r.PostForm.Get("packs"+id) == "packs",
			Mark: r.PostForm.Get("mark" + id), Until: depotDay(r.PostForm.Get("until" + id)), Made: depotDay(r.PostForm.Get("made" + id)),
			Sure: r.PostForm.Get("sure"+id) != ""}
		if l.Amount != 0 || l.Mark != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// depotDay reads a day as browsers send it or as people write it; what is none
// stays as it was typed, and is refused.
func depotDay(s string) kernel.Date {
	s = strings.TrimSpace(s)
	for _, sep := range []string{"/", "-", "."} {
		if parts := strings.Split(s, sep); len(parts) == 3 && len(parts[2]) == 4 {
			d, m := "0"+parts[0], "0"+parts[1]
			s = parts[2] + "-" + m[len(m)-2:] + "-" + d[len(d)-2:]
		}
	}
	if d, err := kernel.ParseDate(s); err == nil {
		return d
	}
	return ""
}

// depotFaults says of faults at "lines.N.field" at which field of the form they
// are: "field.ITEM".
func depotFaults(err error, key func(n int) string) error {
	f, ok := errors.AsType[*kernel.Fault](err)
	if !ok {
		return err
	}
	var faults kernel.Faults
	for _, x := range f.All() {
		one := *x
		one.More = nil
		if parts := strings.Split(one.Field, "."); len(parts) >= 2 && parts[0] == "lines" {
			field := "amount"
			if len(parts) == 3 && parts[2] != "pieces" && parts[2] != "item" {
				field = parts[2]
			}
			if n, err := strconv.Atoi(parts[1]); err == nil && n >= 0 {
				if of := key(n); of != "" {
					one.Field = field + "." + of
				}
			}
		}
		faults = append(faults, &one)
	}
	return faults.Err()
}

func (w depotInView) amount(v kit.View, of depot.Stock) kit.Field {
	return w.field(kit.Field{Name: "amount." + string(of.Item.ID), Label: itemWords(v, of.Item), InputMode: "numeric", Width: 4, Autocomplete: "off",
		Hint: v.T("depot.in.there", "count", piecesWords(v, of.Item, of.There()))})
}

func packOptions(v kit.View, i depot.Item) []kit.Option {
	return []kit.Option{{Value: "pieces", Label: v.T("depot.pieces")}, {Value: "packs", Label: v.T("depot.packs.of", "n", int(i.Pack))}}
}

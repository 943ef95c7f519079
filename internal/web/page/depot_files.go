package page

import (
	"net/http"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
)

// depotStockFile is what lies in a place as a file, row by row.
func (s *Site) depotStockFile(form lists.Form) http.Handler {
	return s.listFile("stock", "depot.read", form, func(r *Request, out func() (*lists.Writer, error)) error {
		id, err := r.ID("id")
		if err != nil {
			return err
		}
		shelf, err := s.Depot.At(r.Context(), id)
		if err != nil {
			return err
		}
		w, err := out()
		if err != nil {
			return err
		}
		v := r.View
		_ = w.Write(v.T("depot.category"), v.T("depot.name"), v.T("depot.size"), v.T("depot.season"), v.T("depot.grade"), "EAN", v.T("depot.free"), v.T("depot.held"), v.T("depot.blocked"))
		for _, of := range shelf.Stock {
			i := of.Item
			if err := w.Write(v.T("depot.category."+string(i.Category)), i.Name, i.Size, v.T("depot.season."+string(i.Season)), v.T("depot.grade."+string(i.Grade)), i.EAN, of.Free, of.Held, of.Blocked); err != nil {
				return err
			}
		}
		return w.Close()
	})
}

// depotRequestsFile is what is asked of a place as a file, a line a row: the
// number of the request and how old the child is, and nobody.
func (s *Site) depotRequestsFile(form lists.Form) http.Handler {
	return s.listFile("requests", "depot.work", form, func(r *Request, out func() (*lists.Writer, error)) error {
		p, err := s.ownDepot(r)
		if err != nil {
			return err
		}
		items, err := s.Depot.Items(r.Context())
		if err != nil {
			return err
		}
		named := map[kernel.ID]depot.Item{}
		for _, i := range items {
			named[i.ID] = i
		}
		w, err := out()
		if err != nil {
			return err
		}
		v := r.View
		_ = w.Write(v.T("depot.file.number"), v.T("depot.state"), v.T("depot.file.months"), v.T("depot.file.made"), v.T("depot.item"), v.T("depot.file.asked"))
		for after := int64(0); ; {
			all, next, err := s.Depot.Requests(r.Context(), depot.Query{Place: p.ID, After: after})
			if err != nil {
				return err
			}
			for _, x := range all {
				for _, l := range x.Lines {
					if err := w.Write(x.Number, v.T("depot.state."+string(x.State)), x.Months, string(x.MadeAt.Date()), itemWords(v, named[l.Item]), l.Asked); err != nil {
						return err
					}
				}
			}
			if next == 0 {
				return w.Close()
			}
			after = next
		}
	})
}

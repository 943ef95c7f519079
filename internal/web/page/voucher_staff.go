package page

import (
	"net/http"

	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// voucherStaffPages are what staff do for who has no telephone at hand, for many
// at once, and for a spreadsheet.
func (s *Site) voucherStaffPages(page register, routes *kit.Routes) {
	page("POST /vouchers/{id}/{offer}/approve", "voucher.manage", s.approveWaiting)
	page("POST /shops/take/{id}", "voucher.manage", s.takeForShop)
	page("POST /payments/batches/{id}/back", "payment.approve", s.takeBatchBack)
	for _, form := range fileForms {
		routes.Handle("GET /vouchers/{id}/figures."+string(form), "voucher.figures", s.voucherFile(form))
		routes.Handle("GET /shops/uses/{id}/table."+string(form), "voucher.manage", s.usesFile(form))
	}
}

func (s *Site) approveWaiting(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	done, err := s.Vouchers.ApproveAll(r.Context(), id, r.PathValue("offer"))
	if faulty(err) {
		return s.showBoard(r, r.PathValue("offer"), err)
	}
	said := "said.voucher.all"
	if done.Waiting > 0 {
		said = "said.voucher.some"
	}
	return Answer{To: "/vouchers/" + string(id), Said: said}, err
}

// takeForShop takes a voucher for a shop that has no telephone at hand.
func (s *Site) takeForShop(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	f, faults := r.PostForm, kernel.Faults{}
	in := vouchers.Sale{ID: kernel.ID(f.Get("id")), Shown: f.Get("code"), Units: wholeOf(f, "units", &faults), Cents: centsOf(f, "cents", &faults), Item: f.Get("item"), Org: id}
	if err = faults.Err(); err == nil {
		_, _, err = s.Vouchers.Redeem(r.Context(), in)
	}
	if faulty(err) {
		return s.showShop(r, inWords(r.View, err))
	}
	return Answer{To: "/shops/" + string(id), Said: "said.voucher.taken"}, err
}

func (s *Site) takeBatchBack(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err == nil {
		err = s.Payments.TakeBack(r.Context(), id)
	}
	if foureyes(err) {
		return s.showBatch(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/payments/batches/"+string(id), "said.payment.unsent")
}

// voucherFile is what a programme gave, by offer and month, for a spreadsheet.
func (s *Site) voucherFile(form lists.Form) http.Handler {
	return s.listFile("bondgenoot-vouchers", "voucher.figures", form, func(r *Request, out func() (*lists.Writer, error)) error {
		id, err := r.ID("id")
		if err != nil {
			return err
		}
		b, err := s.Vouchers.Board(r.Context(), id)
		if err != nil {
			return err
		}
		w, err := out()
		if err != nil {
			return err
		}
		v := r.View
		if err := w.Write(v.T("vouchers.offer"), v.T("vouchers.month"), v.T("vouchers.granted"), v.T("vouchers.redeemed"), v.T("vouchers.expired"), v.T("vouchers.euros")); err != nil {
			return err
		}
		for _, f := range b.Offers {
			for _, m := range f.Months {
				if err := w.Write(f.Offer.Names.In(v.Lang()), m.Month, m.Granted, m.Redeemed, m.Expired, m.Euros); err != nil {
					return err
				}
			}
		}
		return w.Close()
	})
}

// usesFile is all that a shop took, for a spreadsheet: read and sent some at a
// time, however much it is.
func (s *Site) usesFile(form lists.Form) http.Handler {
	return s.listFile("bondgenoot-shop", "voucher.manage", form, func(r *Request, out func() (*lists.Writer, error)) error {
		id, err := r.ID("id")
		if err != nil {
			return err
		}
		all, more, err := s.Vouchers.UsesAfter(r.Context(), id, vouchers.Use{}, 0)
		if err != nil {
			return err
		}
		w, err := out()
		if err != nil {
			return err
		}
		v := r.View
		if err := w.Write(v.T("payment.due.day"), v.T("payment.due.what"), v.T("vouchers.units"), v.T("payment.amount"), v.T("vouchers.state")); err != nil {
			return err
		}
		for {
			for _, u := range all {
				if err := w.Write(string(u.At.Date()), u.Item, u.Units, u.Cents, useState(v, u)); err != nil {
					return err
				}
			}
			if !more {
				return w.Close()
			}
			if all, more, err = s.Vouchers.UsesAfter(r.Context(), id, all[len(all)-1], 0); err != nil {
				return err
			}
		}
	})
}

func useState(v kit.View, u vouchers.Use) string {
	switch u.State {
	case vouchers.Undone:
		return v.T("vouchers.use.undone")
	case vouchers.Refunded:
		return v.T("vouchers.use.refunded")
	}
	return v.T("vouchers.use.done")
}

// waitingCost is what it costs to grant all that waits of an offer.
func waitingCost(f vouchers.Figures) kernel.Cents {
	if f.Setup.ByRule {
		return f.Ruled
	}
	return kernel.Cents(f.Proposed) * (f.Setup.Cents + kernel.Cents(f.Setup.Units)*f.Setup.Worth)
}

package page

import (
	"bytes"
	"encoding/csv"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// voucherStaffPages are what staff do for who has no telephone at hand, for many
// at once, and for a spreadsheet.
func (s *Site) voucherStaffPages(page register) {
	page("POST /vouchers/{id}/{offer}/approve", "voucher.manage", s.approveWaiting)
	page("GET /vouchers/{id}/figures.csv", "voucher.figures", s.voucherFile)
	page("POST /shops/take/{id}", "voucher.manage", s.takeForShop)
	page("GET /shops/uses/{id}/table.csv", "voucher.manage", s.usesFile)
	page("POST /payments/batches/{id}/back", "payment.approve", s.takeBatchBack)
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
func (s *Site) voucherFile(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	b, err := s.Vouchers.Board(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	v := r.View
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = true // RFC 4180
	_ = w.Write([]string{v.T("vouchers.offer"), v.T("vouchers.month"), v.T("vouchers.granted"), v.T("vouchers.redeemed"), v.T("vouchers.expired"), v.T("vouchers.euros")})
	for _, f := range b.Offers {
		for _, m := range f.Months {
			_ = w.Write([]string{unformula(f.Offer.Names.In(v.Lang())), m.Month, itoa(m.Granted), itoa(m.Redeemed), itoa(m.Expired), m.Euros.String()}) // a buffer never fails
		}
	}
	w.Flush()
	return paymentFile(r, "text/csv; charset=utf-8", "bondgenoot-vouchers.csv", append([]byte("\xef\xbb\xbf"), out.Bytes()...))
}

// usesFile is all that a shop took, for a spreadsheet: read and sent some at a
// time, however much it is.
func (s *Site) usesFile(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	all, more, err := s.Vouchers.UsesAfter(r.Context(), id, vouchers.Use{}, 0)
	if err != nil {
		return Answer{}, err
	}
	h := r.writer.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="bondgenoot-shop.csv"`)
	h.Set("Cache-Control", "no-store")
	v := r.View
	_, _ = r.writer.Write([]byte("\xef\xbb\xbf")) // the reader may have gone
	w := csv.NewWriter(r.writer)
	w.UseCRLF = true
	_ = w.Write([]string{v.T("payment.due.day"), v.T("payment.due.what"), v.T("vouchers.units"), v.T("payment.amount"), v.T("vouchers.state")})
	for {
		for _, u := range all {
			_ = w.Write([]string{string(u.At.Date()), unformula(u.Item), strconv.FormatInt(u.Units, 10), u.Cents.String(), useState(v, u)})
		}
		w.Flush()
		if w.Error() != nil || !more {
			break
		}
		if all, more, err = s.Vouchers.UsesAfter(r.Context(), id, all[len(all)-1], 0); err != nil {
			s.Log.Error("a file of uses broke off", "error", err)
			break
		}
	}
	return Answer{Sent: true}, nil
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
	return kernel.Cents(f.Proposed) * (f.Setup.Cents + kernel.Cents(f.Setup.Units)*f.Setup.Worth)
}

package page

import (
	"net/url"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// familyVoucherPages are what the children of a family were given.
func (s *Site) familyVoucherPages(page register) {
	page("GET /families/{id}/vouchers", "voucher.read", s.familyVouchers)
	page("POST /families/{id}/vouchers", "voucher.grant", s.giveVoucher)
	page("POST /families/{id}/vouchers/{voucher}", "voucher.grant", s.changeVoucher)
	page("GET /families/{id}/vouchers/{voucher}", "voucher.read", s.printVoucher)
	page("GET /families/{id}/vouchers/cards", "voucher.read", s.printVouchers)
}

// familyVouchersView is a family's vouchers, and the form for one more.
type familyVouchersView struct {
	families.File
	Title   string
	Held    []vouchers.Held
	Offered []vouchers.Offered
	New     kernel.ID
	Names   map[kernel.ID]string // of shops
	Form    url.Values
	Errors  kit.Errors
}

func (w familyVouchersView) path(rest string) string { return "/families/" + string(w.ID) + rest }

// child is whose a voucher is.
func (w familyVouchersView) child(v kit.View, id kernel.ID) string {
	if p, ok := w.Person(id); ok {
		return personName(v, p)
	}
	return ""
}

func (s *Site) familyVouchers(r *Request) (Answer, error) { return s.showFamilyVouchers(r, nil) }

func (s *Site) showFamilyVouchers(r *Request, wrong error) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	w := familyVouchersView{New: kernel.NewID(), Errors: r.View.Problems(inWords(r.View, wrong))}
	if w.Held, w.File, w.Offered, err = s.Vouchers.OfFamily(r.Context(), id); err != nil {
		return Answer{}, err
	}
	w.Title = titleOf(r.View, w.File)
	var shops []kernel.ID
	for _, h := range w.Held {
		for _, u := range h.Uses {
			shops = append(shops, u.Org)
		}
	}
	if w.Names, err = s.Members.Names(r.Context(), shops...); err != nil {
		return Answer{}, err
	}
	if wrong == nil {
		return show(familyVouchersPage(r.View, w))
	}
	w.Form = r.PostForm
	return again(familyVouchersPage(r.View, w), wrong)
}

func (s *Site) giveVoucher(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	f, faults := r.PostForm, kernel.Faults{}
	programme, offer := cutOffer(f.Get("offer"))
	in := vouchers.NewGrant{ID: kernel.ID(f.Get("id")), Family: id, Child: kernel.ID(f.Get("child")), Programme: programme, Offer: offer, Decision: f.Get("decision"),
		Units: wholeOf(f, "units", &faults), Cents: centsOf(f, "cents", &faults)}
	if programme == "" {
		faults.Check("offer", kernel.NewInvalid("voucher.offer"))
	}
	in.DecidedOn, err = kit.DateOf(f, "decided")
	faults.Check("decided", err)
	if err = faults.Err(); err == nil {
		_, err = s.Vouchers.Give(r.Context(), in)
	}
	if faulty(err) {
		return s.showFamilyVouchers(r, err)
	}
	return Answer{To: "/families/" + string(id) + "/vouchers", Said: "said.voucher.given"}, err
}

// cutOffer takes apart what the list of offers sends.
func cutOffer(value string) (programme kernel.ID, offer string) {
	const length = 36 // of an ID
	if len(value) <= length {
		return "", ""
	}
	return kernel.ID(value[:length]), value[length+1:]
}

func (s *Site) changeVoucher(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	grant, err := r.ID("voucher")
	if err != nil {
		return Answer{}, err
	}
	do := r.PostForm.Get("do")
	switch do {
	case "approve":
		err = s.Vouchers.Approve(r.Context(), id, grant)
	case "decline":
		err = s.Vouchers.Decline(r.Context(), id, grant)
	case "replace":
		err = s.Vouchers.Replace(r.Context(), id, grant)
	case "block":
		err = s.Vouchers.Block(r.Context(), id, grant)
	case "revoke":
		err = s.Vouchers.Revoke(r.Context(), id, grant)
	case "bill":
		faults := kernel.Faults{}
		in := vouchers.Bill{ID: kernel.ID(r.PostForm.Get("id")), Units: wholeOf(r.PostForm, "units", &faults), Cents: centsOf(r.PostForm, "cents", &faults)}
		if err = faults.Err(); err == nil {
			_, err = s.Vouchers.WriteBill(r.Context(), id, grant, in)
		}
	case "extend":
		var until kernel.Date
		if until, err = kit.DateOf(r.PostForm, "until"); err == nil {
			err = s.Vouchers.Extend(r.Context(), id, grant, until)
		}
	default:
		err = kernel.NewNotFound("voucher")
	}
	if faulty(err) {
		return s.showFamilyVouchers(r, err)
	}
	return Answer{To: "/families/" + string(id) + "/vouchers", Said: "said.voucher." + do}, err
}

// printedVoucher is a voucher as it is printed.
type printedVoucher struct {
	vouchers.Held
	File families.File
}

func (s *Site) printVoucher(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	grant, err := r.ID("voucher")
	if err != nil {
		return Answer{}, err
	}
	h, file, err := s.Vouchers.Print(r.Context(), id, grant)
	if err != nil {
		return Answer{}, err
	}
	return show(printVoucherPage(r.View, printedVoucher{h, file}))
}

// grantFields are the children and the offers of the form.
func (w familyVouchersView) grantFields(v kit.View) (child, offer kit.Field) {
	child = kit.Field{Name: "child", Label: v.T("vouchers.child")}
	for _, p := range w.Persons {
		if p.Role == families.Child {
			o := kit.Option{Value: string(p.ID), Label: personName(v, p)}
			if p.Birth != "" {
				o.Hint = v.Date(p.Birth)
			}
			child.Options = append(child.Options, o)
		}
	}
	offer = kit.Field{Name: "offer", Label: v.T("vouchers.offer")}
	for _, o := range w.Offered {
		what := worthOf(v, o.Setup.Units == 0, o.Setup.Units, o.Setup.Cents)
		switch {
		case o.Setup.ByRule:
			what = w.ruledWords(v, o)
		case o.Setup.Units == 0 && o.Setup.Cents == 0:
			what = v.T("vouchers.by_decision")
		}
		offer.Options = append(offer.Options, kit.Option{Value: string(o.Programme) + "/" + o.Offer.ID, Label: o.Offer.Names.In(v.Lang()), Hint: o.Named.In(v.Lang()) + " · " + what})
	}
	if len(child.Options) == 1 {
		child.Value = child.Options[0].Value
	}
	return child.Kept(w.Form, w.Errors), offer.Kept(w.Form, w.Errors)
}

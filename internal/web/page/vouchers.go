package page

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// voucherPages are what programmes give as vouchers, in numbers, and what a
// coordinator arranges: how each is given, the budget, the shops and their
// tills.
func (s *Site) voucherPages(page register, routes *kit.Routes) {
	page("GET /vouchers", "voucher.figures", s.voucherBoards)
	page("GET /vouchers/{id}", "voucher.figures", s.voucherBoard)
	page("GET /vouchers/{id}/{offer}", "voucher.manage", s.voucherSetup)
	page("POST /vouchers/{id}/{offer}", "voucher.manage", s.arrangeVoucher)
	page("POST /vouchers/{id}/{offer}/budget", "voucher.manage", s.fundVoucher)
	page("GET /shops/{id}", "voucher.manage", s.shop)
	page("POST /shops/{id}", "voucher.manage", s.openTill)
	page("GET /shops/tills/{id}", "voucher.manage", s.tillCard)
	page("POST /shops/tills/{id}", "voucher.manage", s.closeTill)
	s.familyVoucherPages(page)
	s.voucherStaffPages(page, routes)
}

// inWords is an error with its days, moments and amounts as the reader writes
// them.
func inWords(v kit.View, err error) error {
	f, ok := errors.AsType[*kernel.Fault](err)
	if !ok {
		return err
	}
	all := kernel.Faults{}
	for _, one := range f.All() {
		said := one.At(one.Field)
		for name, value := range one.Args {
			switch name {
			case "day":
				said = said.With(name, v.Date(kernel.Date(value)))
			case "moment":
				said = said.With(name, v.Moment(kernel.Instant(value)))
			case "left", "short":
				if c, err := kernel.ParseCents(value); err == nil && strings.Contains(value, ".") {
					said = said.With(name, v.Euro(c))
				}
			}
		}
		said.More = nil
		all = append(all, said)
	}
	return all.Err()
}

func (s *Site) voucherBoards(r *Request) (Answer, error) {
	all, err := s.Vouchers.Boards(r.Context())
	if err != nil {
		return Answer{}, err
	}
	return show(voucherBoardsPage(r.View, all))
}

// boardView is one programme with its vouchers.
type boardView struct {
	vouchers.Board
	MayManage bool
	New       kernel.ID // of what is added to the budget
	At        string    // the offer whose form was sent
	Form      url.Values
	Errors    kit.Errors
}

func (s *Site) voucherBoard(r *Request) (Answer, error) { return s.showBoard(r, "", nil) }

func (s *Site) showBoard(r *Request, at string, wrong error) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	b, err := s.Vouchers.Board(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	w := boardView{Board: b, MayManage: r.may("voucher.manage"), New: kernel.NewID(), At: at}
	if wrong == nil {
		return show(voucherBoardPage(r.View, w))
	}
	w.Form, w.Errors = r.PostForm, r.View.Problems(inWords(r.View, wrong))
	return again(voucherBoardPage(r.View, w), wrong)
}

// euros tells whether the programme gives anything that costs euros, or has some:
// of one that gives pieces alone an empty purse says nothing.
func (w boardView) euros() bool {
	return w.Budget != 0 || len(w.Year) > 1 || slices.ContainsFunc(w.Offers, func(f vouchers.Figures) bool {
		return f.Setup.Cents > 0 || f.Setup.Worth > 0 || f.Setup.ByRule
	})
}

// field is a field of the form of one offer.
func (w boardView) field(offer string, f kit.Field) kit.Field {
	f.Apart = offer
	if w.At == offer && w.Form != nil {
		return f.Kept(w.Form, w.Errors)
	}
	return f
}

// centsOf reads an amount as people write it; nothing is zero.
func centsOf(form url.Values, name string, faults *kernel.Faults) kernel.Cents {
	typed := strings.TrimSpace(form.Get(name))
	if typed == "" {
		return 0
	}
	c, err := kernel.ParseCents(typed)
	faults.Check(name, err)
	return c
}

// wholeOf reads a whole number; nothing is zero.
func wholeOf(form url.Values, name string, faults *kernel.Faults) int64 {
	typed := strings.TrimSpace(form.Get(name))
	if typed == "" {
		return 0
	}
	n, err := strconv.ParseInt(typed, 10, 64)
	if err != nil {
		faults.Check(name, kernel.NewInvalid("voucher.number"))
	}
	return n
}

func (s *Site) fundVoucher(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	faults, offer := kernel.Faults{}, r.PathValue("offer")
	in := vouchers.Fund{ID: kernel.ID(r.PostForm.Get("id")), Programme: id, Offer: offer,
		Cents: centsOf(r.PostForm, "cents", &faults), Units: wholeOf(r.PostForm, "units", &faults)}
	if err = faults.Err(); err == nil {
		err = s.Vouchers.AddBudget(r.Context(), in)
	}
	if faulty(err) {
		return s.showBoard(r, offer, err)
	}
	return Answer{To: "/vouchers/" + string(id), Said: "said.voucher.funded"}, err
}

// setupView is how one offer is given.
type setupView struct {
	vouchers.Setup
	Programme programmes.Programme
	Offer     programmes.Offer
	Shops     []kit.Option
	Form      url.Values
	Errors    kit.Errors
}

func (s *Site) voucherSetup(r *Request) (Answer, error) { return s.showSetup(r, nil) }

func (s *Site) showSetup(r *Request, wrong error) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	setup, p, err := s.Vouchers.Setup(r.Context(), id, r.PathValue("offer"))
	if err != nil {
		return Answer{}, err
	}
	w := setupView{Setup: setup, Programme: p, Form: r.PostForm, Errors: r.View.Problems(inWords(r.View, wrong))}
	for _, o := range vouchers.Offers(&p) {
		if o.ID == setup.Offer {
			w.Offer = o
		}
	}
	b, err := s.Vouchers.Board(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	w.Shops = append(w.Shops, kit.Option{Value: "", Label: r.View.T("vouchers.home.none")})
	for _, shop := range b.Shops {
		w.Shops = append(w.Shops, kit.Option{Value: string(shop.Org), Label: shop.Name})
	}
	providers := vouchers.Providers(&p)
	names, err := s.Members.Names(r.Context(), providers...)
	if err != nil {
		return Answer{}, err
	}
	for _, org := range providers {
		if !slices.ContainsFunc(w.Shops, func(o kit.Option) bool { return o.Value == string(org) }) {
			w.Shops = append(w.Shops, kit.Option{Value: string(org), Label: names[org]})
		}
	}
	if wrong == nil {
		w.Form = nil
		return show(voucherSetupPage(r.View, w))
	}
	return again(voucherSetupPage(r.View, w), wrong)
}

func (s *Site) arrangeVoucher(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	f, faults := r.PostForm, kernel.Faults{}
	in := vouchers.Setup{Programme: id, Offer: r.PathValue("offer"), Version: wholeOf(f, "version", &faults),
		Units: wholeOf(f, "units", &faults), Cents: centsOf(f, "cents", &faults), Worth: centsOf(f, "worth", &faults), Copay: centsOf(f, "copay", &faults),
		Months: wholeOf(f, "months", &faults), Event: vouchers.Event(f.Get("event")), Age: wholeOf(f, "age", &faults), Period: vouchers.Period(f.Get("period")),
		ByRule: slices.Contains(f["by_rule"], "1"), Straight: slices.Contains(f["straight"], "1"), Anywhere: slices.Contains(f["anywhere"], "1"), Home: kernel.ID(f.Get("home")), Covers: strings.Split(f.Get("covers"), "\n"),
		Offline: slices.Contains(f["offline"], "1"), Bears: vouchers.Bearer(f.Get("bears")), Form: vouchers.Form(f.Get("form"))}
	if err = faults.Err(); err == nil {
		err = s.Vouchers.Arrange(r.Context(), in)
	}
	if faulty(err) {
		return s.showSetup(r, err)
	}
	return Answer{To: "/vouchers/" + string(id), Said: "said.voucher.arranged"}, err
}

// shopView is a shop as the coordinator sees it.
type shopView struct {
	vouchers.Provider
	Tills  []vouchers.Till
	Twice  []vouchers.Conflict
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) shop(r *Request) (Answer, error) { return s.showShop(r, nil) }

func (s *Site) showShop(r *Request, wrong error) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	w := shopView{Form: r.PostForm, Errors: r.View.Problems(wrong)}
	if w.Provider, err = s.Vouchers.Provider(r.Context(), id); err != nil {
		return Answer{}, err
	}
	if w.Tills, err = s.Vouchers.Tills(r.Context(), id); err != nil {
		return Answer{}, err
	}
	if w.Twice, err = s.Vouchers.Conflicts(r.Context(), id); err != nil {
		return Answer{}, err
	}
	if wrong == nil {
		w.Form = nil
		return show(shopPage(r.View, w))
	}
	return again(shopPage(r.View, w), wrong)
}

func (s *Site) openTill(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	t, err := s.Vouchers.OpenTill(r.Context(), id, r.PostForm.Get("name"))
	if faulty(err) {
		return s.showShop(r, err)
	}
	return Answer{To: "/shops/tills/" + string(t.ID)}, err
}

func (s *Site) tillCard(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	t, link, pin, err := s.Vouchers.Till(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	return show(tillCardPage(r.View, t, s.base(r)+"/till/"+link, pin))
}

func (s *Site) closeTill(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	t, _, _, err := s.Vouchers.Till(r.Context(), id)
	if err == nil {
		err = s.Vouchers.CloseTill(r.Context(), id)
	}
	return Answer{To: "/shops/" + string(t.Org), Said: "said.voucher.till_closed"}, err
}

package page

import (
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// walletView is what a family can show in a shop.
type walletView struct {
	ownView
	ownpage.Wallet
}

// now tells whether something is still to come of what a child was given: it can
// be spent, or was not transferred to its last day.
func now(h vouchers.Held, today kernel.Date) bool {
	return h.Open(today) || h.Form == vouchers.Transfer && h.State == vouchers.Granted
}

// Open are the vouchers that are good today, and what is transferred; Over the others.
func (w walletView) Open(today kernel.Date) (all []vouchers.Held) {
	for _, h := range w.Held {
		if now(h, today) {
			all = append(all, h)
		}
	}
	return all
}

// Over are those that are used up or past their day.
func (w walletView) Over(today kernel.Date) (all []vouchers.Held) {
	for _, h := range w.Held {
		if !now(h, today) {
			all = append(all, h)
		}
	}
	return all
}

func (s *Site) ownVouchers(r *Request, v ownpage.Visit) (Answer, error) {
	wallet, err := s.Own.Wallet(r.Context(), v)
	if err != nil {
		return Answer{}, err
	}
	return show(ownVouchersPage(r.View, walletView{viewOf(v), wallet}))
}

// ownWorth says how much a voucher is good for, to the family.
func ownWorth(v kit.View, h vouchers.Held) string {
	if h.Euros() {
		return v.Euro(h.Euro)
	}
	return v.Number(int(h.Left)) + " ×"
}

// exportVoucher is what a child was given.
type exportVoucher struct {
	What    string      `json:"what"`
	Child   string      `json:"child,omitempty"`
	State   string      `json:"state"`
	Pieces  int64       `json:"pieces,omitempty"` // that were given
	Cents   int64       `json:"cents,omitempty"`  // that were given, of a voucher of euros
	From    string      `json:"from"`
	LastDay string      `json:"last_day"`
	Decided string      `json:"decided,omitempty"` // the number of a committee's decision
	Used    []exportUse `json:"used"`
}

type exportUse struct {
	At     string `json:"at"`
	Shop   string `json:"shop"`
	Pieces int64  `json:"pieces,omitempty"`
	Cents  int64  `json:"cents,omitempty"`
	Item   string `json:"item,omitempty"`
}

func vouchersOut(w ownpage.Wallet, names kernel.Lang) []exportVoucher {
	all := []exportVoucher{}
	for _, h := range w.Held {
		out := exportVoucher{What: h.For.In(names), Child: w.Children[h.Child], State: string(h.State), Pieces: h.Units, From: string(h.Begins), LastDay: string(h.LastDay),
			Decided: h.Decision, Used: []exportUse{}}
		if h.Euros() {
			out.Cents = int64(h.Cents)
		}
		for _, u := range h.Uses {
			if u.State != vouchers.Done {
				continue
			}
			use := exportUse{At: string(u.At), Shop: w.Shops[u.Org], Pieces: u.Units, Item: u.Item}
			if h.Euros() {
				use.Cents = int64(u.Cents)
			}
			out.Used = append(out.Used, use)
		}
		all = append(all, out)
	}
	return all
}

package vouchers

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Readiness is what a till needs to take vouchers without net. Of vouchers it
// holds no code, only prints of four bytes: with one nobody can make a code, and
// among a thousand of them a code is mistaken once in four million.
type Readiness struct {
	Alliance kernel.ID
	Shop     kernel.ID
	At       kernel.Instant
	Keys     map[uint16]string // the public keys, in base 64
	Offers   []OfflineOffer
	Ended    []uint32 // prints of what was replaced or blocked
	Home     []uint32 // prints of what is spent at this shop alone
}

// OfflineOffer is an offer as a till shows it without net.
type OfflineOffer struct {
	Mark    uint32 // of programme and offer, as the QR holds it
	For     kernel.Text
	About   kernel.Text
	Worth   kernel.Cents
	Copay   kernel.Cents
	Covers  []string
	Homed   bool // it has a home shop
	Offline bool
	Bears   Bearer
}

// printOf is the print of a serial.
func printOf(alliance kernel.ID, s Serial) uint32 {
	sum := sha256.Sum256(append([]byte("bondgenoot print/"+string(alliance)+"/"), binary.BigEndian.AppendUint64(nil, uint64(s))...))
	return binary.BigEndian.Uint32(sum[:])
}

// Ready tells a till what it needs without net, from now on for as long as
// [WithoutNet] says.
func (s *Service) Ready(ctx context.Context) (r Readiness, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "voucher.redeem", ""); err != nil {
			return err
		}
		if !a.Actor.Is(policy.Till) {
			return kernel.NewForbidden("voucher.offline.till")
		}
		t, err := loadTill(ctx, a, a.Alliance(), "id", string(a.Actor.Person))
		if err != nil {
			return err
		}
		t.ready = a.Now
		if err := saveTill(ctx, a, a.Alliance(), t); err != nil {
			return err
		}
		if r, err = s.readyIn(ctx, a, t.Org); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "voucher.till.ready", Subject: t.ID})
	})
	if err != nil {
		return Readiness{}, err
	}
	return r, nil
}

func (s *Service) readyIn(ctx context.Context, a *act.Act, shop kernel.ID) (r Readiness, err error) {
	r = Readiness{Alliance: a.Alliance(), Shop: shop, At: a.Now, Keys: map[uint16]string{}}
	keys, err := keysOf(ctx, a, a.Alliance())
	if err != nil {
		return r, err
	}
	for _, k := range keys {
		if public, err := hex.DecodeString(k.public); err == nil {
			r.Keys[uint16(k.id)] = base64.StdEncoding.EncodeToString(public)
		}
	}
	if r.Offers, err = s.offlineOffers(ctx, a, shop); err != nil {
		return r, err
	}
	if r.Ended, err = prints(ctx, a, a.Alliance(), `SELECT p.code FROM voucher_paper p JOIN voucher_grant g ON g.alliance = p.alliance AND g.id = p.voucher
		WHERE p.alliance = $1 AND p.state <> 'live' AND g.last_day >= $2`, a.Today()); err != nil {
		return r, err
	}
	r.Home, err = prints(ctx, a, a.Alliance(), `SELECT p.code FROM voucher_paper p JOIN voucher_grant g ON g.alliance = p.alliance AND g.id = p.voucher
		WHERE p.alliance = $1 AND p.state = 'live' AND g.last_day >= $2 AND g.state = 'granted' AND g.home = $3`, a.Today(), shop)
	return r, err
}

func prints(ctx context.Context, q db.Querier, alliance kernel.ID, query string, args ...any) (all []uint32, err error) {
	scan := func(row scanner) (s Serial, err error) {
		err = row.Scan(&s)
		return s, err
	}
	codes, err := collect(ctx, q, scan, query, append([]any{alliance}, args...)...)
	for _, c := range codes {
		all = append(all, printOf(alliance, c))
	}
	return all, err
}

// offlineOffers are the offers of the running programmes that a shop takes.
func (s *Service) offlineOffers(ctx context.Context, a *act.Act, shop kernel.ID) (all []OfflineOffer, err error) {
	running, err := s.Programmes.RunningIn(ctx, a)
	if err != nil {
		return nil, err
	}
	for _, p := range running {
		if !takenAt(&p, shop) {
			continue
		}
		for _, o := range Offers(&p) {
			setup, err := setupIn(ctx, a, a.Alliance(), &p, o.ID)
			if err != nil {
				return nil, err
			}
			all = append(all, OfflineOffer{markOf(p.ID, o.ID), o.Names, o.Text, setup.Worth, setup.Copay, setup.Covers, setup.Home != "", setup.Offline, setup.Bears})
		}
	}
	return all, nil
}

package vouchers_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// desk is Boom where a swap shop hands its bags out on Tuesdays, from its own
// store and from what was granted.
type desk struct {
	*boom
	sessions *sessions.Service
	mia      context.Context // coordinates the swap shop
	day      sessions.Session
	item     string // the key of the item
	store    kernel.ID
}

func atTheDesk(t *testing.T, bags int64, fn func(w *desk)) {
	t.Helper()
	modules := []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), ledger.Migrations(), vault.Migrations(), members.Migrations(),
		families.Migrations(), programmes.Migrations(), depot.Migrations(), sessions.Migrations(), vouchers.Migrations()}
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := &desk{boom: newBoom(t, d)}
		goods := &depot.Service{Acts: w.Acts, Members: w.Members}
		w.sessions = &sessions.Service{Acts: w.Acts, Vault: w.Families.Vault, Members: w.Members, Families: w.Families, Depot: goods, Grants: vouchers.HandOut{Service: w.Service}}
		admin := act.As(context.Background(), policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.Administrator}})
		mia := must(w.Members.AddWorker(admin, members.Worker{Name: "Mia", Mail: "mia@boom.example", Lang: kernel.NL}, w.swap, policy.Coordinator)).ID
		w.mia = act.As(context.Background(), policy.Actor{Alliance: w.alliance, Person: mia, Org: w.swap, Roles: []policy.Role{policy.Coordinator}})
		w.arranged(func(s *vouchers.Setup) { s.Copay, s.Worth = 0, 24_00 })
		w.fund(2400_00, 100)
		w.store = must(goods.OpenPlace(w.mia, depot.Place{ID: kernel.NewID(), Name: "Rek", Kind: depot.Store})).ID
		bag := must(goods.SaveItem(w.mia, depot.Item{ID: kernel.NewID(), Category: "school", Name: "Boekentas", Season: depot.AllYear, Grade: depot.Good, Pack: 1}))
		w.did(goods.Receive(w.mia, depot.Receiving{ID: kernel.NewID(), Place: w.store, From: depot.Given, Lines: []depot.Incoming{{Item: bag.ID, Amount: bags}}}))
		made := must(w.sessions.Plan(w.mia, sessions.Series{Name: "Boekentassen", Place: "Boom", Way: sessions.ByAppointment, Slot: 30, Places: 20, Depot: w.store,
			Recurs: sessions.Recurrence{Weeks: 1, Days: []string{"TU"}, From: "13:30", To: "16:00", First: "2026-11-23"},
			Items:  []sessions.Item{{Name: "Boekentas", Usual: 1, Asset: bag.ID, Paid: sessions.Promise{Programme: w.bags.ID, Offer: "bag"}}}}))
		w.item = made.Items[0].Key
		_, days, err := w.sessions.Series(w.mia, made.ID, "2026-11-23")
		w.did(err)
		w.day = days[0]
		fn(w)
	})
}

// comes makes an appointment for a family.
func (w *desk) comes(family kernel.ID) sessions.Booking {
	w.t.Helper()
	b, err := w.sessions.Book(w.ines, sessions.Asking{Session: w.day.ID, Slot: 0, Family: family})
	w.did(err)
	return b
}

// opening is the hour of the desk.
func (w *desk) opening() { *w.clock = time.Date(2026, 11, 24, 13, 0, 0, 0, time.UTC) }

func (w *desk) tells(kind sessions.Kind, b sessions.Booking, n int64, ago time.Duration) (sessions.Told, error) {
	e := sessions.Event{ID: kernel.NewID(), Booking: b.ID, Kind: kind, At: kernel.InstantOf(w.clock.Add(-ago))}
	if n > 0 {
		e.Lines = []sessions.Line{{Item: w.item, Quantity: n}}
	}
	return w.sessions.Tell(w.mia, w.day.ID, e)
}

// holds compares what is left of the grants of a family, and what lies in the
// store.
func (w *desk) holds(what string, family kernel.ID, left, free int64) {
	w.t.Helper()
	sum := int64(0)
	for _, h := range w.held(family) {
		sum += h.Left
	}
	there := int64(0)
	for _, of := range must(w.sessions.Depot.At(w.mia, w.store)).Stock {
		there += of.Free
	}
	if sum != left || there != free {
		w.t.Errorf("%s: %d left and %d in store, want %d and %d", what, sum, there, left, free)
	}
}

// held are the grants of a family.
func (w *desk) held(family kernel.ID) []vouchers.Held {
	w.t.Helper()
	all, _, _, err := w.OfFamily(w.ines, family)
	w.did(err)
	return all
}

// What is ticked off comes from the stock and from what was granted, both or
// neither; who has nothing left is refused with the number; and what was handed
// out without net is kept, for somebody to look at.
func TestADeskTakesFromTheStockAndTheGrantAtOnce(t *testing.T) {
	atTheDesk(t, 5, func(w *desk) {
		_, err := w.Give(w.ines, vouchers.NewGrant{ID: kernel.NewID(), Family: w.family, Child: w.yusuf, Programme: w.bags.ID, Offer: "bag", Units: 2, Decision: "BCSD 2026/7", DecidedOn: "2026-11-20"})
		w.did(err)
		b := w.comes(w.family)
		none, _ := w.opens("2024-11-24")
		poor := w.comes(none)
		w.opening()
		list := must(w.sessions.Day(w.mia, w.day.ID))
		for _, e := range list.Entries {
			if e.ID == b.ID && e.Left[w.item] != 2 || e.ID == poor.ID && e.Left[w.item] != 0 || e.Family != "" {
				t.Errorf("the list says %+v", e)
			}
		}
		_, err = w.tells(sessions.Hand, b, 3, 0)
		w.refused(err, "handout.spent")
		_, err = w.tells(sessions.Hand, poor, 1, 0)
		w.refused(err, "handout.spent")
		_, err = w.tells(sessions.WalkIn, sessions.Booking{ID: kernel.NewID()}, 1, 0)
		w.refused(err, "handout.granted")
		w.holds("refused", w.family, 2, 5)

		told := must(w.tells(sessions.Hand, b, 1, 0))
		if told.Outcome != sessions.Done {
			t.Errorf("handed out: %s", told.Outcome)
		}
		w.holds("one is handed out", w.family, 1, 4)
		if u := w.held(w.family)[0].Uses; len(u) != 1 || u[0].Org != w.swap || u[0].Cents != 24_00 || u[0].Serial == 0 {
			t.Errorf("the use is %+v", u)
		}
		must(w.tells(sessions.Undo, b, 0, 0))
		w.holds("undone", w.family, 2, 5)
		must(w.tells(sessions.Hand, b, 2, 0))
		w.holds("both are handed out", w.family, 0, 3)

		late := must(w.tells(sessions.Hand, poor, 1, time.Hour))
		if late.Outcome != sessions.Unpaid {
			t.Errorf("an hour ago, without net: %s", late.Outcome)
		}
		w.holds("it lies in somebody's hands", none, 0, 2)
		if d := must(w.sessions.Day(w.mia, w.day.ID)); len(d.Conflicts) != 1 || d.Conflicts[0].Outcome != sessions.Unpaid {
			t.Errorf("to look at: %+v", d.Conflicts)
		}
		must(w.tells(sessions.Undo, poor, 0, 0))
		w.holds("what took no grant is undone", w.family, 0, 3)

		g := w.held(w.family)[0]
		w.did(w.Revoke(w.ines, w.family, g.ID))
		must(w.tells(sessions.Undo, b, 0, 0))
		w.holds("undone after the grant was taken back", w.family, 0, 5)
	})
}

// Where the stock does not have it, the event is told short; the family's grant
// is spent, for the thing is in its hands.
func TestADeskSpendsWhereTheStockIsShort(t *testing.T) {
	atTheDesk(t, 1, func(w *desk) {
		_, err := w.Give(w.ines, vouchers.NewGrant{ID: kernel.NewID(), Family: w.family, Child: w.yusuf, Programme: w.bags.ID, Offer: "bag", Units: 2, Decision: "BCSD 2026/7", DecidedOn: "2026-11-20"})
		w.did(err)
		b := w.comes(w.family)
		w.opening()
		if told := must(w.tells(sessions.Hand, b, 2, 0)); told.Outcome != sessions.Short {
			t.Errorf("two of one: %s", told.Outcome)
		}
		w.holds("short", w.family, 0, 1)
	})
}

// A desk and a till take the last piece at once: one of them has it.
func TestADeskAndATillTakeTheLastPieceOnce(t *testing.T) {
	atTheDesk(t, 50, func(w *desk) {
		_, err := w.Give(w.ines, vouchers.NewGrant{ID: kernel.NewID(), Family: w.family, Child: w.yusuf, Programme: w.bags.ID, Offer: "bag"})
		w.did(err)
		serial := w.held(w.family)[0].Paper.Serial.String()
		b := w.comes(w.family)
		w.opening()
		var won atomic.Int64
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				if i%2 == 0 {
					if told, err := w.tells(sessions.Hand, b, 1, 0); err == nil && told.Outcome == sessions.Done {
						won.Add(1)
					}
				} else if _, _, err := w.Redeem(w.mia, vouchers.Sale{ID: kernel.NewID(), Shown: serial, Units: 1}); err == nil {
					won.Add(1)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Errorf("%d had the last piece", won.Load())
		}
	})
}

package loans

import (
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Tariff is what a library asks, as a table. Of each list the first row that
// fits decides; the last one fits everybody.
type Tariff struct {
	Fees     []Row `json:"fees"`     // for a year; From counts the children of a household who borrow
	Deposits []Row `json:"deposits"` // for a thing; From counts the things that a household has
}

// Row is one line of a tariff.
type Row struct {
	From   int64        `json:"from"`             // from the first, the second …; 1 is every one
	Where  Where        `json:"where,omitempty"`  // zero: wherever one lives
	Social bool         `json:"social,omitempty"` // only for who pays less because they have little
	Coupon bool         `json:"coupon,omitempty"` // only for who shows a coupon
	Cents  kernel.Cents `json:"cents"`
}

// Where is where somebody lives.
type Where string

// The places.
const (
	Anywhere Where = ""
	Here     Where = "here"
	Away     Where = "away" // in another municipality
)

// Wheres lists the places as they are offered.
var Wheres = [...]Where{Anywhere, Here, Away}

// Case is what the price of a loan hangs on.
type Case struct {
	Child   int64 // the how manyth child of the household who borrows, from 1
	Thing   int64 // the how manyth thing that the household has, from 1
	Outside bool
	Social  bool
	Coupon  bool
}

// Price is what is asked when a thing is handed over.
type Price struct{ Fee, Deposit kernel.Cents }

// Price is what a tariff asks in a case.
func (t Tariff) Price(c Case) Price {
	return Price{find(t.Fees, c.Child, c), find(t.Deposits, c.Thing, c)}
}

func find(rows []Row, nth int64, c Case) kernel.Cents {
	for _, r := range rows {
		if r.fits(nth, c) {
			return r.Cents
		}
	}
	return 0
}

func (r Row) fits(nth int64, c Case) bool {
	return nth >= r.From && (r.Where == Anywhere || (r.Where == Away) == c.Outside) && (!r.Social || c.Social) && (!r.Coupon || c.Coupon)
}

// covers tells whether a row fits everything that another one fits.
func (r Row) covers(o Row) bool {
	return r.From <= o.From && (r.Where == Anywhere || r.Where == o.Where) && (!r.Social || o.Social) && (!r.Coupon || o.Coupon)
}

const (
	maxRows  = 12
	maxPrice = 1000_00
)

// check tells all that is wrong with a tariff: a case without a price, a row
// that never decides.
func (t Tariff) check(wrong *kernel.Faults) {
	for _, list := range []struct {
		name string
		rows []Row
	}{{"fees", t.Fees}, {"deposits", t.Deposits}} {
		if len(list.rows) == 0 || len(list.rows) > maxRows {
			wrong.Check(list.name, kernel.NewInvalid("loan.tariff.rows"))
			continue
		}
		for n, r := range list.rows {
			at := list.name + "." + strconv.Itoa(n)
			switch {
			case r.From < 1 || r.From > 9:
				wrong.Check(at, kernel.NewInvalid("loan.tariff.from"))
			case r.Cents < 0 || r.Cents > maxPrice:
				wrong.Check(at, kernel.NewInvalid("loan.tariff.cents"))
			case !slices.Contains(Wheres[:], r.Where):
				wrong.Check(at, kernel.NewInvalid("loan.tariff.where"))
			case slices.ContainsFunc(list.rows[:n], func(o Row) bool { return o.covers(r) }):
				wrong.Check(at, kernel.NewInvalid("loan.tariff.never"))
			}
		}
		if !list.rows[len(list.rows)-1].covers(Row{From: 1}) {
			wrong.Check(list.name, kernel.NewInvalid("loan.tariff.last"))
		}
	}
}

// Example is a case with its price, to show what a tariff comes to.
type Example struct {
	Case
	Price
}

// Examples are cases that differ in what the tariff looks at.
func (t Tariff) Examples() (all []Example) {
	add := func(c Case) { all = append(all, Example{c, t.Price(c)}) }
	add(Case{Child: 1, Thing: 1})
	add(Case{Child: 2, Thing: 2})
	asks := func(fn func(Row) bool) bool {
		return slices.ContainsFunc(t.Fees, fn) || slices.ContainsFunc(t.Deposits, fn)
	}
	if asks(func(r Row) bool { return r.Where != Anywhere }) {
		add(Case{Child: 1, Thing: 1, Outside: true})
		add(Case{Child: 2, Thing: 2, Outside: true})
	}
	if asks(func(r Row) bool { return r.Social }) {
		add(Case{Child: 1, Thing: 1, Social: true})
	}
	if asks(func(r Row) bool { return r.Coupon }) {
		add(Case{Child: 1, Thing: 1, Coupon: true})
	}
	return all
}

// Model is a tariff that exists somewhere, to begin from.
type Model struct {
	Key, Name string
	Tariff    Tariff
}

// Models are tariffs of bicycle libraries, as their own pages and the papers
// gave them (Fietsbieb 2021, Zemst 2020).
func Models() []Model {
	return []Model{
		{"fietsbieb", "Fietsbieb", Tariff{
			Fees:     []Row{{From: 1, Coupon: true}, {From: 1, Cents: 20_00}},
			Deposits: []Row{{From: 1, Cents: 20_00}}}},
		{"zemst", "Zemst", Tariff{
			Fees:     []Row{{From: 2, Where: Away, Cents: 30_00}, {From: 1, Where: Away, Cents: 40_00}, {From: 2, Cents: 20_00}, {From: 1, Cents: 30_00}},
			Deposits: []Row{{From: 2, Cents: 30_00}, {From: 1, Cents: 50_00}}}},
	}
}

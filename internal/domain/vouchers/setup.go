package vouchers

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Bounds of a setup.
const (
	maxUnits             = 1000
	maxCents             = 10_000_00
	maxMonths            = 60
	maxAge               = 18
	maxCovers            = 12
	maxCover             = 60
	usualMonths    int64 = 12 // of a programme that does not say how long a voucher is valid
	secondBirthday       = 2
)

// Offers are the grants of a programme: what of it can be given as a voucher.
func Offers(p *programmes.Programme) (all []programmes.Offer) {
	for _, o := range p.Offers() {
		if o.Kind == programmes.Grant {
			all = append(all, o)
		}
	}
	return all
}

func offerOf(p *programmes.Programme, id string) (programmes.Offer, error) {
	for _, o := range Offers(p) {
		if o.ID == id {
			return o, nil
		}
	}
	return programmes.Offer{}, kernel.NewNotFound("voucher.offer")
}

// shops are the organisations that take the vouchers of a programme.
func shops(p *programmes.Programme) (all []kernel.ID) {
	for _, q := range p.Partners {
		if q.Part == programmes.Redeems {
			all = append(all, q.Org)
		}
	}
	return all
}

// usual is how an offer is given as far as its programme says: what nobody
// said is left empty, for the coordinator.
func usual(p *programmes.Programme, o programmes.Offer) Setup {
	s := Setup{Programme: p.ID, Offer: o.ID, Period: Once, Months: usualMonths, Anywhere: true, Offline: true}
	if n, ok := p.Count(o.Lasts); ok && o.Lasts != "" {
		s.Months = n
	}
	switch amount, ok := p.Cents(o.Amount); {
	case ok && o.Amount != "":
		s.Cents = amount
	case p.SumsByRule(o.ID):
		s.ByRule = true
	default:
		s.Units = 1
		if n, ok := p.Count(o.Quantity); ok && o.Quantity != "" {
			s.Units = n
		}
	}
	if c, ok := p.Cents(o.Price); ok && o.Price != "" {
		s.Copay = c
	}
	switch o.Once {
	case "birth":
		s.Event = Birth
	case "second_birthday":
		s.Event, s.Age = Birthday, secondBirthday
	}
	if o.Every == "month" {
		s.Period = Monthly
	}
	if takers := shops(p); len(takers) > 0 {
		s.Home, s.Anywhere = takers[0], len(takers) == 1
	}
	return s
}

// setupIn is how an offer is given: as the coordinator set it, else as its
// programme says.
func setupIn(ctx context.Context, q db.Querier, alliance kernel.ID, p *programmes.Programme, offer string) (Setup, error) {
	o, err := offerOf(p, offer)
	if err != nil {
		return Setup{}, err
	}
	kept, err := loadSetup(ctx, q, alliance, p.ID, offer)
	if kernel.CodeOf(err) == kernel.NotFound {
		return usual(p, o), nil
	}
	return kept, err
}

// Setup is how an offer is given.
func (s *Service) Setup(ctx context.Context, programme kernel.ID, offer string) (setup Setup, p programmes.Programme, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "voucher.figures", programme); err != nil {
			return err
		}
		if p, err = s.Programmes.ProgrammeIn(ctx, a, programme); err != nil {
			return err
		}
		setup, err = setupIn(ctx, a, a.Alliance(), &p, offer)
		return err
	})
	return setup, p, err
}

// Arrange sets how an offer is given from now on. What was granted stays as it
// was granted. An edit that began from an older version is Conflict ("stale").
func (s *Service) Arrange(ctx context.Context, in Setup) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "voucher.manage", in.Programme); err != nil {
			return err
		}
		p, err := s.Programmes.ProgrammeIn(ctx, a, in.Programme)
		if err != nil {
			return err
		}
		before, err := setupIn(ctx, a, a.Alliance(), &p, in.Offer)
		if err != nil {
			return err
		}
		for i, c := range in.Covers {
			in.Covers[i] = strings.Join(strings.Fields(c), " ")
		}
		in.Covers = slices.DeleteFunc(in.Covers, func(c string) bool { return c == "" })
		if err := in.check(&p); err != nil {
			return err
		}
		if err := act.Fresh(in.Version, before.Version); err != nil {
			return err
		}
		in.Version++
		fields := act.Differing(before, in)
		if err := saveSetup(ctx, a, a.Alliance(), in, a.Now); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "voucher.manage", Subject: in.Programme, Fields: fields, Detail: map[string]string{"offer": in.Offer}})
	})
}

func (s Setup) check(p *programmes.Programme) error {
	wrong := kernel.Faults{}
	refuse := func(bad bool, field, key string) {
		if bad {
			wrong.Check(field, kernel.NewInvalid(key))
		}
	}
	refuse(s.Units < 0 || s.Units > maxUnits, "units", "voucher.setup.units")
	refuse(s.Cents < 0 || s.Cents > maxCents, "cents", "voucher.setup.cents")
	refuse(s.Units == 0 && s.Cents == 0 && !s.ByRule, "units", "voucher.setup.nothing")
	refuse(s.ByRule && (s.Units > 0 || s.Cents > 0), "by_rule", "voucher.setup.by_rule")
	refuse(s.ByRule && !p.SumsByRule(s.Offer), "by_rule", "voucher.setup.no_rule")
	refuse(s.Units > 0 && s.Cents > 0, "cents", "voucher.setup.both")
	refuse(s.Worth < 0 || s.Worth > maxCents || s.Units == 0 && s.Worth > 0, "worth", "voucher.setup.worth")
	refuse(s.Copay < 0 || s.Copay > maxCents || s.Units == 0 && s.Copay > 0, "copay", "voucher.setup.copay")
	refuse(s.Months < 1 || s.Months > maxMonths, "months", "voucher.setup.months")
	refuse(!slices.Contains(Events[:], s.Event), "event", "voucher.setup.event")
	refuse(s.Event == Birthday && (s.Age < 1 || s.Age > maxAge), "age", "voucher.setup.age")
	refuse(!slices.Contains(Periods[:], s.Period), "period", "voucher.setup.period")
	refuse(s.Event != NoEvent && s.Period != s.Event.period(), "period", "voucher.setup.event_once")
	refuse(s.Home != "" && !slices.Contains(s.takers(p), s.Home), "home", "voucher.setup.home")
	refuse(!slices.Contains(Forms[:], s.Form), "form", "voucher.setup.form")
	refuse(s.Form == Transfer && s.Units > 0, "units", "voucher.setup.transfer")
	refuse(s.Form == Billed && s.Home == "", "home", "voucher.setup.billed")
	refuse(s.Bears != AllianceBears && s.Bears != ShopBears, "bears", "voucher.setup.bears")
	refuse(len(s.Covers) > maxCovers, "covers", "voucher.setup.covers")
	for i, c := range s.Covers {
		long := utf8.RuneCountInString(c) > maxCover || strings.ContainsFunc(c, func(r rune) bool { return !unicode.IsPrint(r) })
		refuse(long || slices.Contains(s.Covers[:i], c), "covers", "voucher.setup.covers")
	}
	return wrong.Err()
}

// total is all that one grant sets aside in the ledger, in euros.
func (s Setup) total() kernel.Cents { return s.Cents + kernel.Cents(s.Units)*s.Worth }

// schoolMonths is the age from which a child may go to nursery school, and
// grown the one from which nobody must go to school any more.
const (
	schoolMonths = 30
	grown        = 18 * 12
)

// period is the only one that goes with an event: what comes back is given each
// time, what comes once is given once.
func (e Event) period() Period {
	switch e {
	case EachMonth:
		return AgeMonth
	case EachYear:
		return SchoolYear
	}
	return Once
}

// dayOf is the last day, until today, on which the setup's event fell for a
// child, or the one on which it will; "" for none.
func (s Setup) dayOf(birth, today kernel.Date) kernel.Date {
	if birth == "" {
		return ""
	}
	switch s.Event {
	case Birth:
		return birth
	case Birthday:
		return birth.AddMonths(int(12 * s.Age))
	case SchoolAge:
		ready := birth.AddMonths(schoolMonths)
		first := kernel.DateOf(ready.Time().Year(), 9, 1)
		if ready < first {
			return first
		}
		return ready
	case EachMonth:
		if birth > today {
			return birth
		}
		return birth.AddMonths(birth.MonthsUntil(today))
	case EachYear:
		first := kernel.DateOf(schoolYear(today), 9, 1)
		if birth.AddMonths(schoolMonths) > first || birth.AddMonths(grown) <= first {
			return ""
		}
		return first
	}
	return ""
}

// schoolYear is the year in which the school year of a day began.
func schoolYear(day kernel.Date) int {
	if t := day.Time(); t.Month() < 9 {
		return t.Year() - 1
	}
	return day.Time().Year()
}

// periodOn is the period in which a day lies, for a child.
func (s Setup) periodOn(day, birth kernel.Date) (string, error) {
	switch s.Period {
	case Monthly:
		return string(day[:7]), nil
	case SchoolYear:
		year := schoolYear(day)
		return kernel.DateOf(year, 1, 1).Time().Format("2006") + "-" + kernel.DateOf(year+1, 1, 1).Time().Format("2006"), nil
	case AgeMonth:
		if birth == "" || day < birth {
			return "", kernel.NewInvalid("voucher.birth").At("child")
		}
		return "age-" + number(int64(birth.MonthsUntil(day))), nil
	}
	return string(Once), nil
}

// takenAt tells whether a shop takes the vouchers of a programme.
func takenAt(p *programmes.Programme, shop kernel.ID) bool { return slices.Contains(shops(p), shop) }

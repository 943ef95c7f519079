package loans

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Library is a place of an organisation that lends things.
type Library struct {
	ID         kernel.ID
	Org        kernel.ID
	Name       string
	Place      string   // where and when one can come, on one line
	Months     int64    // for how long a thing is lent
	MoreMonths int64    // by how much a loan is made longer
	KeepDays   int64    // how many days a thing is kept for who waited
	Sizes      []Size   // of a kind the smallest first
	Checks     []string // what is looked at when a thing goes and when it comes back
	Tariff     Tariff
	Closed     bool
	Version    int64
}

// Size is one size of a kind of thing, and which children it fits. What is zero
// is not known.
type Size struct {
	Key        string `json:"key"`  // stable within the library
	Kind       string `json:"kind"` // in the library's own words: "Fiets"
	Name       string `json:"name"` // "16 inch"
	FromMonths int64  `json:"from_months,omitempty"`
	ToMonths   int64  `json:"to_months,omitempty"`
	FromCM     int64  `json:"from_cm,omitempty"`
	ToCM       int64  `json:"to_cm,omitempty"`
	Years      int64  `json:"years,omitempty"` // how old such a thing may be; 0: no bound
}

// Title is how a size is written.
func (z Size) Title() string { return strings.TrimSpace(z.Kind + " " + z.Name) }

// Size is the size of a key; false when the library does not have it.
func (l Library) Size(key string) (Size, bool) {
	for _, z := range l.Sizes {
		if z.Key == key {
			return z, true
		}
	}
	return Size{}, false
}

// After is the next size of the same kind; false when it is the largest.
func (l Library) After(key string) (Size, bool) {
	at := slices.IndexFunc(l.Sizes, func(z Size) bool { return z.Key == key })
	if at < 0 {
		return Size{}, false
	}
	for _, z := range l.Sizes[at+1:] {
		if z.Kind == l.Sizes[at].Kind {
			return z, true
		}
	}
	return Size{}, false
}

// tallFor is for how long a height that somebody told says more than an age.
const tallFor = 9 * 30

// Fit is whether a size is right for a child.
type Fit string

// The fits.
const (
	Unknown Fit = "unknown"
	Fits    Fit = "fits"
	Small   Fit = "small" // the child outgrew it
	Large   Fit = "large"
)

// Fit tells whether the size is right for a child on a day: by its height where
// somebody told it not long ago, else by its age.
func (z Size) Fit(c Card, today kernel.Date) Fit {
	if c.Height > 0 && (z.FromCM > 0 || z.ToCM > 0) && c.HeightOn.DaysUntil(today) <= tallFor {
		return between(c.Height, z.FromCM, z.ToCM)
	}
	if c.Birth != "" && c.Birth <= today && (z.FromMonths > 0 || z.ToMonths > 0) {
		return between(int64(c.Birth.MonthsUntil(today)), z.FromMonths, z.ToMonths)
	}
	return Unknown
}

func between(n, from, to int64) Fit {
	switch {
	case to > 0 && n >= to:
		return Small
	case n < from:
		return Large
	}
	return Fits
}

const (
	maxLine   = 80
	maxSizes  = 16
	maxChecks = 12
)

func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

func line(s string, empty bool) error {
	switch {
	case s == "" && !empty:
		return kernel.NewInvalid("loan.empty")
	case utf8.RuneCountInString(s) > maxLine || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }):
		return kernel.NewInvalid("loan.long").With("limit", strconv.Itoa(maxLine))
	}
	return nil
}

func within(n, least, most int64) error {
	if n < least || n > most {
		return kernel.NewInvalid("loan.within").With("least", strconv.FormatInt(least, 10)).With("most", strconv.FormatInt(most, 10))
	}
	return nil
}

// check tells all that is wrong with a library, and tidies it. Sizes keep the
// keys that they had.
func (l *Library) check(before Library) error {
	var wrong kernel.Faults
	l.Name, l.Place = tidy(l.Name), tidy(l.Place)
	wrong.Check("name", line(l.Name, false))
	wrong.Check("place", line(l.Place, true))
	wrong.Check("months", within(l.Months, 1, 12))
	wrong.Check("more", within(l.MoreMonths, 1, 12))
	wrong.Check("keep", within(l.KeepDays, 1, 60))
	l.Sizes = slices.DeleteFunc(slices.Clone(l.Sizes), func(z Size) bool { return tidy(z.Kind+z.Name) == "" && z.Key == "" })
	if len(l.Sizes) == 0 || len(l.Sizes) > maxSizes {
		wrong.Check("sizes", kernel.NewInvalid("loan.sizes"))
	}
	last := int64(0)
	for _, z := range slices.Concat(before.Sizes, l.Sizes) {
		n, _ := strconv.ParseInt(z.Key, 10, 32)
		last = max(last, n)
	}
	for n := range l.Sizes {
		z := &l.Sizes[n]
		at := "sizes." + strconv.Itoa(n)
		z.Kind, z.Name = tidy(z.Kind), tidy(z.Name)
		wrong.Check(at, cmp.Or(line(z.Kind, false), line(z.Name, true)))
		wrong.Check(at, cmp.Or(within(z.FromMonths, 0, 240), within(z.ToMonths, 0, 240), within(z.FromCM, 0, 220), within(z.ToCM, 0, 220), within(z.Years, 0, 50)))
		if z.ToMonths > 0 && z.ToMonths <= z.FromMonths || z.ToCM > 0 && z.ToCM <= z.FromCM {
			wrong.Check(at, kernel.NewInvalid("loan.band"))
		}
		if slices.ContainsFunc(l.Sizes[:n], func(o Size) bool { return o.Kind == z.Kind && o.Name == z.Name }) {
			wrong.Check(at, kernel.NewConflict("loan.size_twice"))
		}
		for _, was := range before.Sizes { // the same, sent twice
			if z.Key == "" && was.Kind == z.Kind && was.Name == z.Name {
				z.Key = was.Key
			}
		}
		if _, known := before.Size(z.Key); !known {
			last++
			z.Key = strconv.FormatInt(last, 10)
		}
	}
	for n, c := range l.Checks {
		l.Checks[n] = tidy(c)
	}
	l.Checks = slices.DeleteFunc(l.Checks, func(c string) bool { return c == "" })
	if len(l.Checks) > maxChecks {
		wrong.Check("checks", kernel.NewInvalid("loan.checks"))
	}
	for n, c := range l.Checks {
		if err := line(c, false); err != nil || slices.Contains(l.Checks[:n], c) {
			wrong.Check("checks", kernel.NewInvalid("loan.checks"))
		}
	}
	l.Tariff.check(&wrong)
	return wrong.Err()
}

// Save opens a library of the actor's organisation, or changes one. The ID of a
// new one is made by who asks. What was lent stays as it was agreed. A size that
// things have cannot go (Conflict "loan.size_used"); an edit that began from an
// older version is Conflict ("stale").
func (s *Service) Save(ctx context.Context, in Library) (Library, error) {
	err := s.Acts.Do(ctx, func(a *act.Act) error {
		if _, err := kernel.ParseID(string(in.ID)); err != nil {
			return kernel.NewInvalid("loan.id")
		}
		before, err := loadLibrary(ctx, a, a.Alliance(), in.ID)
		fresh := kernel.CodeOf(err) == kernel.NotFound
		if err != nil && !fresh {
			return err
		}
		if in.Org = before.Org; fresh {
			in.Org = a.Actor.Org
		}
		if err := a.Allow(ctx, "loan.manage", in.Org); err != nil {
			return err
		}
		if err := in.check(before); err != nil {
			return err
		}
		if fresh && in.Version == 0 || in.Version == before.Version {
			in.Version = before.Version + 1
		} else if again := in; again.Version+1 == before.Version && len(act.Differing(again, before)) <= 1 {
			in.Version = before.Version // the same, sent twice
		} else if err := act.Fresh(in.Version, before.Version); err != nil {
			return err
		}
		things, err := collect(ctx, a, scanThing, `SELECT `+thingColumns+` FROM loan_thing WHERE alliance = $1 AND library = $2`, a.Alliance(), in.ID)
		if err != nil {
			return err
		}
		for _, t := range things {
			if _, ok := in.Size(t.Size); !ok {
				return kernel.NewConflict("loan.size_used").At("sizes")
			}
		}
		if err := saveLibrary(ctx, a, a.Alliance(), in); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "loan.manage", Subject: in.ID, Fields: act.Differing(before, in)})
	})
	if err != nil {
		return Library{}, err
	}
	return in, nil
}

// Libraries lists the libraries of the alliance, the open ones first.
func (s *Service) Libraries(ctx context.Context) (all []Library, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "loan.read", ""); err != nil {
			return err
		}
		all, err = librariesOf(ctx, a, a.Alliance())
		return err
	})
	return all, err
}

// works loads a library in which the actor works.
func works(ctx context.Context, a *act.Act, id kernel.ID) (Library, error) {
	l, err := loadLibrary(ctx, a, a.Alliance(), id)
	if err != nil {
		return l, err
	}
	return l, a.Allow(ctx, "loan.work", l.Org)
}

// done leaves the record of what was done in a library.
func done(ctx context.Context, a *act.Act, action string, subject kernel.ID, key, value string) error {
	return a.Record(ctx, act.Entry{Action: action, Subject: subject, Detail: map[string]string{key: value}})
}

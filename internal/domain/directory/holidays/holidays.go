// Package holidays knows when there is no school, in each of the three
// communities, so that "closed in the school holidays" can be told of a day. The
// days are decreed by each community for some years; the product carries none,
// and a coordinator tells them with their source.
//
// Owns the table school_holiday. Acts: directory.read (to look),
// directory.manage (to tell and take back). Tells and hears nothing.
package holidays

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this module.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "holidays", Files: files}
}

// Schools are the schools of one community.
type Schools string

// The communities.
const (
	Flemish Schools = "flemish"
	French  Schools = "french"
	German  Schools = "german"
)

// Communities are the communities in order.
var Communities = [...]Schools{Flemish, French, German}

// Kinds are the holidays of a school year; each community has its own names and
// lengths for them.
var Kinds = [...]string{"autumn", "winter", "carnival", "spring", "summer", "other"}

// SchoolsIn are the schools to which children of a municipality go. In Brussels
// there are those of two communities; where nobody knows, there are none.
func SchoolsIn(n kernel.NIS) []Schools {
	m, known := kernel.MunicipalityByNIS(n)
	switch {
	case !known:
		return nil
	case m.German:
		return []Schools{German}
	case m.Region == kernel.BRU:
		return []Schools{Flemish, French}
	case m.Region == kernel.WAL:
		return []Schools{French}
	}
	return []Schools{Flemish}
}

// Holiday is some days on which there is no school.
type Holiday struct {
	ID          kernel.ID
	Schools     Schools
	Kind        string
	First, Last kernel.Date // both included
	Source      string      // who says so
	ToldAt      kernel.Instant
}

const (
	longest       = 80 // days: no holiday is longer
	longestSource = 200
	most          = 300 // of one alliance: many years of three communities
)

func (h *Holiday) check(today kernel.Date) error {
	var wrong kernel.Faults
	h.Source = strings.Join(strings.Fields(h.Source), " ")
	if !slices.Contains(Communities[:], h.Schools) {
		wrong.Check("schools", kernel.NewInvalid("holidays.schools"))
	}
	if !slices.Contains(Kinds[:], h.Kind) {
		wrong.Check("kind", kernel.NewInvalid("holidays.kind"))
	}
	switch {
	case h.First == "" || h.First < today.AddDays(-800) || h.First > today.AddDays(3700):
		wrong.Check("first", kernel.NewInvalid("holidays.day"))
	case h.Last < h.First || h.Last > h.First.AddDays(longest):
		wrong.Check("last", kernel.NewInvalid("holidays.last").With("days", strconv.Itoa(longest)))
	}
	switch {
	case h.Source == "":
		wrong.Check("source", kernel.NewInvalid("holidays.source"))
	case utf8.RuneCountInString(h.Source) > longestSource:
		wrong.Check("source", kernel.NewTooMany("text").With("limit", strconv.Itoa(longestSource)))
	}
	return wrong.Err()
}

// Year is what an alliance was told, in the order of the days.
type Year []Holiday

// Is tells of a day whether there are holidays in the schools of a municipality.
// Known is false where nobody told: of days before the first holiday that was
// told of a community and after the last, and where two communities differ.
func (y Year) Is(d kernel.Date, n kernel.NIS) (holiday, known bool) {
	schools := SchoolsIn(n)
	for i, s := range schools {
		h, k := y.of(d, s)
		if !k || i > 0 && h != holiday {
			return false, false
		}
		holiday = h
	}
	return holiday, len(schools) > 0
}

func (y Year) of(d kernel.Date, s Schools) (holiday, known bool) {
	var first, last kernel.Date
	for _, h := range y {
		if h.Schools != s {
			continue
		}
		if first == "" || h.First < first {
			first = h.First
		}
		last = max(last, h.Last)
		holiday = holiday || h.First <= d && d <= h.Last
	}
	return holiday, first != "" && first <= d && d <= last
}

// Calendar is where holidays are kept.
type Calendar struct{ Acts *act.Acts }

// Of are the holidays of an alliance, for everybody.
func (c *Calendar) Of(ctx context.Context, alliance kernel.ID) (all Year, err error) {
	err = c.Acts.Look(act.As(ctx, policy.Actor{Alliance: alliance}), func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.read", ""); err != nil {
			return err
		}
		all, err = list(ctx, a, alliance)
		return err
	})
	return all, err
}

// Tell adds a holiday. One that overlaps another of the same schools is Conflict
// ("holidays.overlap"); the same told again is the same.
func (c *Calendar) Tell(ctx context.Context, h Holiday) error {
	return c.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		if err := h.check(a.Today()); err != nil {
			return err
		}
		known, err := list(ctx, a, a.Alliance())
		if err != nil {
			return err
		}
		h.ID, h.ToldAt = kernel.NewID(), a.Now
		for _, k := range known {
			switch {
			case k.Schools != h.Schools || k.Last < h.First || h.Last < k.First:
			case k.First == h.First && k.Last == h.Last && k.Kind == h.Kind:
				h.ID = k.ID
			default:
				return kernel.NewConflict("holidays.overlap").At("first")
			}
		}
		if len(known) >= most {
			return kernel.NewTooMany("holidays.most")
		}
		if _, err := a.ExecContext(ctx, `INSERT INTO school_holiday (alliance, id, schools, kind, first_day, last_day, source, told_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (alliance, id) DO UPDATE SET source = excluded.source, told_at = excluded.told_at`,
			a.Alliance(), h.ID, string(h.Schools), h.Kind, h.First, h.Last, h.Source, h.ToldAt); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: h.ID, Detail: map[string]string{"what": "holiday", "step": "add"}})
	})
}

// TakeBack removes a holiday.
func (c *Calendar) TakeBack(ctx context.Context, id kernel.ID) error {
	return c.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		done, err := a.ExecContext(ctx, `DELETE FROM school_holiday WHERE alliance = $1 AND id = $2`, a.Alliance(), id)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return kernel.NewNotFound("directory")
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: id, Detail: map[string]string{"what": "holiday", "step": "drop"}})
	})
}

func list(ctx context.Context, q db.Querier, alliance kernel.ID) (all Year, err error) {
	rows, err := q.QueryContext(ctx, `SELECT id, schools, kind, first_day, last_day, source, told_at FROM school_holiday WHERE alliance = $1 ORDER BY first_day, schools, id`, alliance)
	if err != nil {
		return nil, fmt.Errorf("holidays: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var h Holiday
		if err := rows.Scan(&h.ID, &h.Schools, &h.Kind, &h.First, &h.Last, &h.Source, &h.ToldAt); err != nil {
			return nil, fmt.Errorf("holidays: %w", err)
		}
		all = append(all, h)
	}
	return all, rows.Err()
}

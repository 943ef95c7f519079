package gaps

import (
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

//go:generate go run ./gen -from $BONDGENOOT_FACTS/population_age_sex_2013.csv -to children.csv

//go:embed children.csv
var childrenCSV string

// The figures that the product carries, and what they may be.
const (
	carriedYear   = 2013
	carriedSource = "Statbel"
	mostChildren  = 1_000_000 // in one municipality
	longestSource = 200       // bytes
)

// Children is how many children live in a municipality: for whom there has to
// be help.
type Children struct {
	Municipality kernel.NIS
	Version      int64  // 0: the figures that the product carries
	Year         int    // to which they belong
	Source       string // who says so
	Births       int    // in that year; -1: nobody told
	To4          int    // from 0 to 4 years old, on 1 January of the year
	To9          int    // from 5
	To14         int    // from 10
	To19         int    // from 15
}

// All is how many there are up to the day on which they are twenty.
func (c Children) All() int { return c.To4 + c.To9 + c.To14 + c.To19 }

// carried are the figures of Statbel for 1 January 2013, in the municipalities
// of today. Newer ones, and births, an alliance tells itself.
var carried = sync.OnceValue(func() map[kernel.NIS]Children {
	r := csv.NewReader(strings.NewReader(childrenCSV))
	r.Comment = '#'
	lines, err := r.ReadAll()
	if err != nil {
		panic(err) // cannot happen: the table is embedded, and a test reads it
	}
	of := map[kernel.NIS]Children{}
	for _, line := range lines[1:] {
		c := Children{Municipality: kernel.NIS(line[0]), Year: carriedYear, Source: carriedSource, Births: -1}
		for i, n := range []*int{&c.To4, &c.To9, &c.To14, &c.To19} {
			if *n, err = strconv.Atoi(line[i+1]); err != nil {
				panic(err) // cannot happen, likewise
			}
		}
		of[c.Municipality] = c
	}
	return of
})

// childrenIn are the figures of municipalities: those that the alliance told,
// or else those that the product carries; none where there are none.
func childrenIn(ctx context.Context, q db.Querier, alliance kernel.ID, places []kernel.NIS) (all []Children, err error) {
	rows, err := q.QueryContext(ctx, `SELECT municipality, version, year, source, births, to_4, to_9, to_14, to_19 FROM gap_children WHERE alliance = $1`, alliance)
	if err != nil {
		return nil, fmt.Errorf("gaps: %w", err)
	}
	defer rows.Close()
	told := map[kernel.NIS]Children{}
	for rows.Next() {
		var c Children
		if err := rows.Scan(&c.Municipality, &c.Version, &c.Year, &c.Source, &c.Births, &c.To4, &c.To9, &c.To14, &c.To19); err != nil {
			return nil, fmt.Errorf("gaps: %w", err)
		}
		told[c.Municipality] = c
	}
	for _, place := range places {
		c, ok := told[place]
		if !ok {
			c, ok = carried()[place]
		}
		if ok {
			all = append(all, c)
		}
	}
	return all, rows.Err()
}

// Children are the figures of one municipality of the alliance.
func (s *Service) Children(ctx context.Context, place kernel.NIS) (c Children, err error) {
	places, err := s.mayTell(ctx)
	if err != nil {
		return c, err
	}
	if !slices.Contains(places, place) {
		return c, kernel.NewNotFound("directory")
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		all, err := childrenIn(ctx, a, a.Alliance(), []kernel.NIS{place})
		if len(all) > 0 {
			c = all[0]
		} else {
			c = Children{Municipality: place, Births: -1}
		}
		return err
	})
	return c, err
}

// TellChildren replaces the figures of a municipality of the alliance. c
// carries the version from which the edit began. A coordinator may.
func (s *Service) TellChildren(ctx context.Context, c Children) error {
	places, err := s.mayTell(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(places, c.Municipality) {
		return kernel.NewNotFound("directory")
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		if err := c.check(a.Today()); err != nil {
			return err
		}
		stored, err := childrenIn(ctx, a, a.Alliance(), []kernel.NIS{c.Municipality})
		if err != nil {
			return err
		}
		was := Children{Municipality: c.Municipality, Births: -1}
		if len(stored) > 0 {
			was = stored[0]
		}
		began := c.Version
		c.Version = was.Version
		fields := act.Differing(was, c)
		if err := act.Fresh(began, was.Version, fields...); err != nil {
			return err
		}
		c.Version++
		if _, err := a.ExecContext(ctx, `INSERT INTO gap_children (alliance, municipality, version, year, source, births, to_4, to_9, to_14, to_19)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (alliance, municipality) DO UPDATE SET version = excluded.version, year = excluded.year,
			source = excluded.source, births = excluded.births, to_4 = excluded.to_4, to_9 = excluded.to_9, to_14 = excluded.to_14, to_19 = excluded.to_19`,
			a.Alliance(), c.Municipality, c.Version, c.Year, c.Source, c.Births, c.To4, c.To9, c.To14, c.To19); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: a.Alliance(), Fields: fields,
			Detail: map[string]string{"what": "gaps", "step": "children", "municipality": string(c.Municipality)}})
	})
}

// mayTell are the municipalities of the alliance, for who may tell figures.
func (s *Service) mayTell(ctx context.Context) ([]kernel.NIS, error) {
	var alliance kernel.ID
	if err := s.Acts.Look(ctx, func(a *act.Act) error {
		alliance = a.Alliance()
		return a.Allow(ctx, "directory.manage", "")
	}); err != nil {
		return nil, err
	}
	return s.places(ctx, alliance)
}

func (c *Children) check(today kernel.Date) error {
	var wrong kernel.Faults
	c.Source = strings.TrimSpace(c.Source)
	if c.Year < 2000 || c.Year > today.Time().Year() {
		wrong.Check("year", kernel.NewInvalid("gaps.year").With("to", strconv.Itoa(today.Time().Year())))
	}
	switch {
	case c.Source == "":
		wrong.Check("source", kernel.NewInvalid("gaps.source"))
	case len(c.Source) > longestSource:
		wrong.Check("source", kernel.NewTooMany("text").With("limit", strconv.Itoa(longestSource)))
	}
	if c.Births < -1 || c.Births > mostChildren {
		wrong.Check("births", kernel.NewInvalid("gaps.number"))
	}
	for field, n := range map[string]int{"to_4": c.To4, "to_9": c.To9, "to_14": c.To14, "to_19": c.To19} {
		if n < 0 || n > mostChildren {
			wrong.Check(field, kernel.NewInvalid("gaps.number"))
		}
	}
	return wrong.Err()
}

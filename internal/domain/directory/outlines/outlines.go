// Package outlines keeps where neighbourhoods lie, for the map beside what
// families find. An operator brings them as GeoJSON from their own city; the
// product carries none. They are made simple when they come in, so that a map
// stays light on an old telephone.
//
// Owns the table outline. Acts: directory.read (to look), directory.manage (to
// bring and drop). Tells and hears nothing.
package outlines

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
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
	return db.Migrations{Module: "outlines", Files: files}
}

// Outline is where one neighbourhood lies.
type Outline struct {
	Name  string
	Rings [][]kernel.Point // each closed: the last point leads to the first
}

// Holds tells whether a point lies in the neighbourhood. A ring within a ring is
// a hole.
func (o Outline) Holds(p kernel.Point) bool {
	inside := false
	for _, ring := range o.Rings {
		for i, b := range ring {
			a := ring[(i+len(ring)-1)%len(ring)]
			if (a.Lat > p.Lat) == (b.Lat > p.Lat) {
				continue // the side lies beneath the point, or above it
			}
			// Whether the side lies to the east of it, by a product and not a quotient: all numbers stay whole.
			if left, right := (p.Lon-a.Lon)*(b.Lat-a.Lat), (b.Lon-a.Lon)*(p.Lat-a.Lat); left < right == (b.Lat > a.Lat) && left != right {
				inside = !inside
			}
		}
	}
	return inside
}

// Drawn is what an alliance has, and from whom.
type Drawn struct {
	Areas  []Outline
	Source string
	At     kernel.Instant
}

// Atlas is where outlines are kept.
type Atlas struct{ Acts *act.Acts }

// Of are the outlines of an alliance, for everybody.
func (t *Atlas) Of(ctx context.Context, alliance kernel.ID) (d Drawn, err error) {
	err = t.Acts.Look(act.As(ctx, policy.Actor{Alliance: alliance}), func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.read", ""); err != nil {
			return err
		}
		d, err = list(ctx, a, alliance)
		return err
	})
	return d, err
}

// Bring replaces the outlines of the actor's alliance by those of a file. source
// is who drew them, told under the map.
func (t *Atlas) Bring(ctx context.Context, source string, file []byte) (n int, err error) {
	if err := t.Acts.Look(ctx, func(a *act.Act) error { return a.Allow(ctx, "directory.manage", "") }); err != nil {
		return 0, err // who may not is not told what is wrong with the file
	}
	var wrong kernel.Faults
	source = strings.Join(strings.Fields(source), " ")
	switch {
	case source == "":
		wrong.Check("source", kernel.NewInvalid("outlines.source"))
	case utf8.RuneCountInString(source) > longestName:
		wrong.Check("source", kernel.NewTooMany("text").With("limit", strconv.Itoa(longestName)))
	}
	areas, err := Read(file)
	wrong.Check("file", err)
	if err := wrong.Err(); err != nil {
		return 0, err
	}
	return len(areas), t.replace(ctx, "outlines", source, areas)
}

// Drop takes the outlines away.
func (t *Atlas) Drop(ctx context.Context) error { return t.replace(ctx, "outlines_drop", "", nil) }

func (t *Atlas) replace(ctx context.Context, step, source string, areas []Outline) error {
	return t.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		if _, err := a.ExecContext(ctx, `DELETE FROM outline WHERE alliance = $1`, a.Alliance()); err != nil {
			return err
		}
		for i, o := range areas {
			rings, err := json.Marshal(o.Rings)
			if err != nil {
				return fmt.Errorf("outlines: %w", err)
			}
			if _, err := a.ExecContext(ctx, `INSERT INTO outline (alliance, number, name, rings, source, told_at) VALUES ($1, $2, $3, $4, $5, $6)`,
				a.Alliance(), i, o.Name, string(rings), source, a.Now); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: a.Alliance(), Detail: map[string]string{"what": "map", "step": step}})
	})
}

func list(ctx context.Context, q db.Querier, alliance kernel.ID) (d Drawn, err error) {
	rows, err := q.QueryContext(ctx, `SELECT name, rings, source, told_at FROM outline WHERE alliance = $1 ORDER BY number`, alliance)
	if err != nil {
		return d, fmt.Errorf("outlines: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var o Outline
		var rings string
		if err := rows.Scan(&o.Name, &rings, &d.Source, &d.At); err != nil {
			return d, fmt.Errorf("outlines: %w", err)
		}
		if err := json.Unmarshal([]byte(rings), &o.Rings); err != nil {
			return d, fmt.Errorf("outlines: %w", err)
		}
		d.Areas = append(d.Areas, o)
	}
	return d, rows.Err()
}

package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// rowsAtOnce is how many rows one statement writes: few enough for the bounds
// of both engines on parameters.
const rowsAtOnce = 200

// insertMany writes rows, all of one width, with as few statements as it takes.
func insertMany(ctx context.Context, q db.Querier, into string, rows [][]any) error {
	for part := range slices.Chunk(rows, rowsAtOnce) {
		var marks []string
		var args []any
		for _, row := range part {
			marks = append(marks, "("+db.Marks(len(args)+1, len(row))+")")
			args = append(args, row...)
		}
		if _, err := q.ExecContext(ctx, into+strings.Join(marks, ", "), args...); err != nil {
			return fmt.Errorf("directory: %w", err)
		}
	}
	return nil
}

func insertOrganisations(ctx context.Context, q db.Querier, alliance kernel.ID, all []Organisation) error {
	var rows [][]any
	for _, o := range all {
		body, err := document(o)
		if err != nil {
			return err
		}
		rows = append(rows, []any{alliance, o.ID, o.Version, o.Name, foldedOf(o.Name, o.Also), o.KBO, o.Member, o.MergedIn,
			staleOn(o.Told, filled(o)), body, o.ChangedAt})
	}
	return insertMany(ctx, q, `INSERT INTO directory_organisation (alliance, id, version, name, folded, kbo, member, merged_in, stale_on, body, changed_at) VALUES `, rows)
}

func insertLocations(ctx context.Context, q db.Querier, alliance kernel.ID, all []Location) error {
	var rows [][]any
	for _, l := range all {
		body, err := document(l)
		if err != nil {
			return err
		}
		rows = append(rows, []any{alliance, l.ID, l.Version, l.Organisation, foldedOf(l.Name, l.Street, l.City), l.Postal, l.Municipality, l.MergedIn,
			staleOn(l.Told, filled(l)), body, l.ChangedAt})
	}
	return insertMany(ctx, q, `INSERT INTO directory_location (alliance, id, version, organisation, folded, postal, municipality, merged_in, stale_on, body, changed_at) VALUES `, rows)
}

func insertServices(ctx context.Context, q db.Querier, alliance kernel.ID, all []Service) error {
	var rows [][]any
	for _, v := range all {
		body, err := document(v)
		if err != nil {
			return err
		}
		rows = append(rows, []any{alliance, v.ID, v.Version, v.Organisation, v.Programme, v.folded(), v.State, v.MergedIn,
			staleOn(v.Told, filled(v)), body, v.ChangedAt})
	}
	if err := insertMany(ctx, q, `INSERT INTO directory_service (alliance, id, version, organisation, programme, folded, state, merged_in, stale_on, body, changed_at) VALUES `, rows); err != nil {
		return err
	}
	return found(ctx, q, alliance, all)
}

// folded is what a search among names looks through.
func (v Service) folded() string {
	return foldedOf(v.Name.NL, v.Name.FR, v.Name.DE, v.Name.EN, strings.Join(v.Words, " "))
}

// found writes by what services are found, and where they are given.
func found(ctx context.Context, q db.Querier, alliance kernel.ID, all []Service) error {
	var tags, places [][]any
	for _, v := range all {
		for _, tag := range v.tags() {
			tags = append(tags, []any{alliance, tag, v.ID})
		}
		for _, p := range v.At {
			places = append(places, []any{alliance, v.ID, p.Location})
		}
	}
	if err := insertMany(ctx, q, `INSERT INTO directory_tag (alliance, tag, service) VALUES `, tags); err != nil {
		return err
	}
	return insertMany(ctx, q, `INSERT INTO directory_place (alliance, service, location) VALUES `, places)
}

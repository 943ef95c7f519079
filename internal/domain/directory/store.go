package directory

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// missing turns an empty answer into NotFound.
func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return kernel.NewNotFound("directory")
	}
	return err
}

// once holds that a statement met exactly the row of the version it began from.
func once(done sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(kernel.NewConflict("stale"), err)
	}
	return nil
}

// bodies reads the documents that a query selects.
func bodies[T any](ctx context.Context, q db.Querier, query string, args ...any) (all []T, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		var v T
		if err := json.Unmarshal([]byte(body), &v); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// one reads a single document.
func one[T any](ctx context.Context, q db.Querier, query string, args ...any) (v T, err error) {
	var body string
	if err := q.QueryRowContext(ctx, query, args...).Scan(&body); err != nil {
		return v, missing(err)
	}
	return v, json.Unmarshal([]byte(body), &v)
}

func document(v any) (string, error) {
	body, err := json.Marshal(v)
	return string(body), err
}

// these are the arguments of a query that names records.
func these(alliance kernel.ID, ids []kernel.ID) []any {
	args := []any{alliance}
	for _, id := range ids {
		args = append(args, id)
	}
	return args
}

func loadOrganisation(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Organisation, error) {
	return one[Organisation](ctx, q, `SELECT body FROM directory_organisation WHERE alliance = $1 AND id = $2`, alliance, id)
}

func organisationsByID(ctx context.Context, q db.Querier, alliance kernel.ID, ids []kernel.ID) (map[kernel.ID]Organisation, error) {
	byID := map[kernel.ID]Organisation{}
	for part := range slices.Chunk(distinct(ids), batch) {
		all, err := bodies[Organisation](ctx, q, `SELECT body FROM directory_organisation WHERE alliance = $1 AND id IN (`+db.Marks(2, len(part))+`)`, these(alliance, part)...)
		if err != nil {
			return nil, err
		}
		for _, o := range all {
			byID[o.ID] = o
		}
	}
	return byID, nil
}

// saveOrganisation writes one anew (version 1) or over the version before.
func saveOrganisation(ctx context.Context, q db.Querier, alliance kernel.ID, o Organisation) error {
	if o.Version == 1 {
		return insertOrganisations(ctx, q, alliance, []Organisation{o})
	}
	body, err := document(o)
	if err != nil {
		return err
	}
	name, old := foldedOf(o.Name, o.Also), staleOn(o.Told, filled(o))
	return once(q.ExecContext(ctx, `UPDATE directory_organisation SET version = $3, name = $4, folded = $5, kbo = $6, member = $7, merged_in = $8,
		stale_on = $9, body = $10, changed_at = $11 WHERE alliance = $1 AND id = $2 AND version = $12`,
		alliance, o.ID, o.Version, o.Name, name, o.KBO, o.Member, o.MergedIn, old, body, o.ChangedAt, o.Version-1))
}

func loadService(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Service, error) {
	return one[Service](ctx, q, `SELECT body FROM directory_service WHERE alliance = $1 AND id = $2`, alliance, id)
}

func servicesByID(ctx context.Context, q db.Querier, alliance kernel.ID, ids []kernel.ID) ([]Service, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return bodies[Service](ctx, q, `SELECT body FROM directory_service WHERE alliance = $1 AND id IN (`+db.Marks(2, len(ids))+`) ORDER BY id`, these(alliance, ids)...)
}

func listOpen(ctx context.Context, q db.Querier, alliance, after kernel.ID, limit int) ([]Service, error) {
	return bodies[Service](ctx, q, `SELECT body FROM directory_service WHERE alliance = $1 AND state = 'open' AND id > $2 ORDER BY id LIMIT $3`, alliance, after, limit)
}

func servicesOf(ctx context.Context, q db.Querier, alliance, organisation kernel.ID) ([]Service, error) {
	return bodies[Service](ctx, q, `SELECT body FROM directory_service WHERE alliance = $1 AND organisation = $2 AND merged_in = '' ORDER BY folded, id`, alliance, organisation)
}

func servicesAt(ctx context.Context, q db.Querier, alliance, location kernel.ID) ([]Service, error) {
	return bodies[Service](ctx, q, `SELECT s.body FROM directory_place p JOIN directory_service s ON s.alliance = p.alliance AND s.id = p.service
		WHERE p.alliance = $1 AND p.location = $2 AND s.merged_in = '' ORDER BY s.folded, s.id`, alliance, location)
}

// saveService writes one anew (version 1) or over the version before, with
// what it is found by.
func saveService(ctx context.Context, q db.Querier, alliance kernel.ID, v Service) error {
	if v.Version == 1 {
		return insertServices(ctx, q, alliance, []Service{v})
	}
	body, err := document(v)
	if err != nil {
		return err
	}
	old := staleOn(v.Told, filled(v))
	err = once(q.ExecContext(ctx, `UPDATE directory_service SET version = $3, organisation = $4, programme = $5, folded = $6, state = $7, merged_in = $8,
		stale_on = $9, body = $10, changed_at = $11 WHERE alliance = $1 AND id = $2 AND version = $12`,
		alliance, v.ID, v.Version, v.Organisation, v.Programme, v.folded(), v.State, v.MergedIn, old, body, v.ChangedAt, v.Version-1))
	if err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, `DELETE FROM directory_tag WHERE alliance = $1 AND service = $2`, alliance, v.ID); err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, `DELETE FROM directory_place WHERE alliance = $1 AND service = $2`, alliance, v.ID); err != nil {
		return err
	}
	return found(ctx, q, alliance, []Service{v})
}

// tags are what a list of services can be narrowed by.
func (v Service) tags() (tags []string) {
	for _, l := range v.Levers {
		tags = append(tags, fmt.Sprintf("lever:%d", l))
	}
	for _, p := range v.Phases {
		tags = append(tags, "phase:"+string(p))
	}
	for _, l := range v.Languages {
		tags = append(tags, "lang:"+l)
	}
	for _, n := range v.Areas {
		tags = append(tags, "area:"+string(n))
	}
	return distinct(tags)
}

func loadLocation(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Location, error) {
	return one[Location](ctx, q, `SELECT body FROM directory_location WHERE alliance = $1 AND id = $2`, alliance, id)
}

func locationsByID(ctx context.Context, q db.Querier, alliance kernel.ID, ids []kernel.ID) (map[kernel.ID]Location, error) {
	byID := map[kernel.ID]Location{}
	for part := range slices.Chunk(distinct(ids), batch) {
		all, err := bodies[Location](ctx, q, `SELECT body FROM directory_location WHERE alliance = $1 AND id IN (`+db.Marks(2, len(part))+`)`, these(alliance, part)...)
		if err != nil {
			return nil, err
		}
		for _, l := range all {
			byID[l.ID] = l
		}
	}
	return byID, nil
}

func locationsOf(ctx context.Context, q db.Querier, alliance, organisation kernel.ID) ([]Location, error) {
	return bodies[Location](ctx, q, `SELECT body FROM directory_location WHERE alliance = $1 AND organisation = $2 AND merged_in = '' ORDER BY folded, id`, alliance, organisation)
}

// saveLocation writes one anew (version 1) or over the version before.
func saveLocation(ctx context.Context, q db.Querier, alliance kernel.ID, l Location) error {
	if l.Version == 1 {
		return insertLocations(ctx, q, alliance, []Location{l})
	}
	body, err := document(l)
	if err != nil {
		return err
	}
	name, old := foldedOf(l.Name, l.Street, l.City), staleOn(l.Told, filled(l))
	return once(q.ExecContext(ctx, `UPDATE directory_location SET version = $3, organisation = $4, folded = $5, postal = $6, municipality = $7, merged_in = $8,
		stale_on = $9, body = $10, changed_at = $11 WHERE alliance = $1 AND id = $2 AND version = $12`,
		alliance, l.ID, l.Version, l.Organisation, name, l.Postal, l.Municipality, l.MergedIn, old, body, l.ChangedAt, l.Version-1))
}

func foldedOf(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p = kernel.Fold(p); p != "" && !slices.Contains(kept, p) {
			kept = append(kept, p)
		}
	}
	return strings.ReplaceAll(strings.Join(kept, " "), "\t", " ")
}

func distinct[T ~string](all []T) []T {
	all = slices.Clone(all)
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(s T) bool { return s == "" })
}

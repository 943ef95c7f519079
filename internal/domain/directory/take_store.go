package directory

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// bySources are the records that a source knows by names of its own. Each name
// is looked up by itself, through the index: in one list PostgreSQL would walk
// through all of the table, as it decided while the table was empty.
func bySources(ctx context.Context, q db.Querier, alliance kernel.ID, source, kind string, names []string) (map[string]kernel.ID, error) {
	known := map[string]kernel.ID{}
	for part := range slices.Chunk(distinct(names), batch) {
		args := []any{alliance, source, kind}
		for _, name := range part {
			args = append(args, name)
		}
		err := db.Each(ctx, q, func(rows *sql.Rows) error {
			var name string
			var id kernel.ID
			err := rows.Scan(&name, &id)
			if id != "" {
				known[name] = id
			}
			return err
		}, `SELECT v.column1, coalesce((SELECT s.record FROM directory_source s WHERE s.alliance = $1 AND s.source = $2 AND s.kind = $3 AND s.source_id = v.column1), '')
			FROM (VALUES `+rowsOfOne(4, len(part))+`) AS v`, args...)
		if err != nil {
			return nil, err
		}
	}
	return known, nil
}

// rowsOfOne are marks for rows of one value: "($4), ($5)".
func rowsOfOne(from, n int) string {
	return "(" + strings.ReplaceAll(db.Marks(from, n), ", ", "), (") + ")"
}

// organisationsAlike are those with one of these enterprise numbers or names,
// or that are one of these partners; looked up as in [bySources].
func organisationsAlike(ctx context.Context, q db.Querier, alliance kernel.ID, kbos, members, names []string) (all []Organisation, err error) {
	var found []kernel.ID
	for _, by := range []struct {
		column string
		values []string
	}{{"kbo", kbos}, {"member", members}, {"folded", names}} {
		for part := range slices.Chunk(distinct(by.values), batch) {
			args := []any{alliance}
			for _, s := range part {
				args = append(args, s)
			}
			err := db.Each(ctx, q, func(rows *sql.Rows) error {
				var ids string
				err := rows.Scan(&ids)
				for _, id := range strings.Fields(ids) {
					found = append(found, kernel.ID(id))
				}
				return err
			}, `SELECT coalesce((SELECT string_agg(o.id, ' ' ORDER BY o.id) FROM directory_organisation o WHERE o.alliance = $1 AND o.`+by.column+` = v.column1), '')
				FROM (VALUES `+rowsOfOne(2, len(part))+`) AS v`, args...)
			if err != nil {
				return nil, err
			}
		}
	}
	byID, err := organisationsByID(ctx, q, alliance, found)
	for _, id := range distinct(found) {
		all = append(all, byID[id])
	}
	return all, err
}

func anyShelter(ctx context.Context, q db.Querier, alliance kernel.ID) (bool, error) {
	var n int64
	err := q.QueryRowContext(ctx, `SELECT count(*) FROM directory_shelter WHERE alliance = $1`, alliance).Scan(&n)
	return n > 0, err
}

// goneFrom are the services that came from a source and of which it tells no
// more, but for those that are over here too, by name.
func goneFrom(ctx context.Context, q db.Querier, alliance kernel.ID, t Take) ([]Service, error) {
	told := map[string]bool{}
	for _, x := range t.Items {
		told[x.ServiceID] = true
	}
	var missing []kernel.ID
	err := db.Each(ctx, q, func(rows *sql.Rows) error {
		var name string
		var id kernel.ID
		err := rows.Scan(&name, &id)
		if !told[name] {
			missing = append(missing, id)
		}
		return err
	}, `SELECT source_id, record FROM directory_source WHERE alliance = $1 AND source = $2 AND kind = 'service'`, alliance, t.Source)
	if err != nil {
		return nil, err
	}
	var gone []Service
	for part := range slices.Chunk(missing, batch) {
		found, err := servicesByID(ctx, q, alliance, part)
		if err != nil {
			return nil, err
		}
		for _, v := range found {
			if v.State != Stopped && v.MergedIn == "" {
				gone = append(gone, v)
			}
		}
	}
	slices.SortFunc(gone, func(x, y Service) int { return strings.Compare(x.folded(), y.folded()) })
	return gone, nil
}

// write puts down what the items came to, tells of it and leaves the record.
func (w *taking) write(ctx context.Context) error {
	alliance := w.a.Alliance()
	if err := insertOrganisations(ctx, w.a, alliance, w.orgs.fresh()); err != nil {
		return err
	}
	for _, o := range w.orgs.change {
		if err := saveOrganisation(ctx, w.a, alliance, o); err != nil {
			return err
		}
	}
	if err := insertLocations(ctx, w.a, alliance, w.places.fresh()); err != nil {
		return err
	}
	for _, l := range w.places.change {
		if err := saveLocation(ctx, w.a, alliance, l); err != nil {
			return err
		}
	}
	if err := insertServices(ctx, w.a, alliance, w.services.fresh()); err != nil {
		return err
	}
	for _, v := range w.services.change {
		if err := saveService(ctx, w.a, alliance, v); err != nil {
			return err
		}
	}
	var rows [][]any
	for kind, pairs := range map[string][][2]string{w.orgs.kind: w.orgs.sources, w.places.kind: w.places.sources, w.services.kind: w.services.sources} {
		for _, p := range pairs {
			rows = append(rows, []any{alliance, w.told.Source, kind, p[0], p[1]})
		}
	}
	if err := insertMany(ctx, w.a, `INSERT INTO directory_source (alliance, source, kind, source_id, record) VALUES `, rows); err != nil {
		return err
	}
	touched := slices.Concat(w.services.fresh(), w.services.change)
	for _, o := range w.orgs.change {
		services, err := servicesOf(ctx, w.a, alliance, o.ID)
		if err != nil {
			return err
		}
		touched = append(touched, services...)
	}
	for _, l := range w.places.change {
		services, err := servicesAt(ctx, w.a, alliance, l.ID)
		if err != nil {
			return err
		}
		touched = append(touched, services...)
	}
	if err := w.d.tell(ctx, w.a, touched...); err != nil {
		return err
	}
	return w.a.Record(ctx, act.Entry{Action: "directory.manage", Detail: map[string]string{"what": "source", "step": "take", "by": strings.ToLower(w.told.Source)}})
}

// Carried tells whether the directory has a service of a programme.
func (d *Desk) Carried(ctx context.Context, q *act.Act, programme kernel.ID) (bool, error) {
	var n int64
	err := q.QueryRowContext(ctx, `SELECT count(*) FROM directory_service WHERE alliance = $1 AND programme = $2`, q.Alliance(), programme).Scan(&n)
	return n > 0, err
}

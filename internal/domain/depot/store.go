package depot

import (
	"context"
	"database/sql"
	"errors"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

const placeColumns = `id, org, name, kind, keep_days, most, who_first, per_child, per_months, closed, version`

func scanPlace(scan func(...any) error) (p Place, err error) {
	err = scan(&p.ID, &p.Org, &p.Name, &p.Kind, &p.Rules.KeepDays, &p.Rules.Most, &p.Rules.First, &p.Rules.PerChild, &p.Rules.PerMonths, &p.Closed, &p.Version)
	return p, err
}

func loadPlace(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Place, error) {
	p, err := scanPlace(q.QueryRowContext(ctx, `SELECT `+placeColumns+` FROM depot_place WHERE alliance = $1 AND id = $2`, alliance, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return p, kernel.NewNotFound("depot.place")
	}
	return p, err
}

func placesOf(ctx context.Context, q db.Querier, alliance kernel.ID) (all []Place, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+placeColumns+` FROM depot_place WHERE alliance = $1 ORDER BY id`, alliance)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		p, err := scanPlace(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

func savePlace(ctx context.Context, q db.Querier, alliance kernel.ID, p Place) error {
	_, err := q.ExecContext(ctx, `INSERT INTO depot_place (alliance, `+placeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (alliance, id) DO UPDATE SET name = excluded.name, kind = excluded.kind, keep_days = excluded.keep_days, most = excluded.most,
			who_first = excluded.who_first, per_child = excluded.per_child, per_months = excluded.per_months, closed = excluded.closed, version = excluded.version`,
		alliance, p.ID, p.Org, p.Name, p.Kind, p.Rules.KeepDays, p.Rules.Most, p.Rules.First, p.Rules.PerChild, p.Rules.PerMonths, p.Closed, p.Version)
	return err
}

const itemColumns = `id, category, name, size, season, grade, pack, dated, numbered, years, level, ean, is_off, version`

func scanItem(scan func(...any) error) (i Item, err error) {
	err = scan(&i.ID, &i.Category, &i.Name, &i.Size, &i.Season, &i.Grade, &i.Pack, &i.Dated, &i.Numbered, &i.Years, &i.Level, &i.EAN, &i.Off, &i.Version)
	return i, err
}

func loadItem(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Item, error) {
	i, err := scanItem(q.QueryRowContext(ctx, `SELECT `+itemColumns+` FROM depot_item WHERE alliance = $1 AND id = $2`, alliance, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return i, kernel.NewNotFound("depot.item")
	}
	return i, err
}

// itemsOf are all items of an alliance, also those not in use any more.
func itemsOf(ctx context.Context, q db.Querier, alliance kernel.ID) (map[kernel.ID]Item, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+itemColumns+` FROM depot_item WHERE alliance = $1`, alliance)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[kernel.ID]Item{}
	for rows.Next() {
		i, err := scanItem(rows.Scan)
		if err != nil {
			return nil, err
		}
		all[i.ID] = i
	}
	return all, rows.Err()
}

func saveItem(ctx context.Context, q db.Querier, alliance kernel.ID, i Item) error {
	_, err := q.ExecContext(ctx, `INSERT INTO depot_item (alliance, `+itemColumns+`, folded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (alliance, id) DO UPDATE SET category = excluded.category, name = excluded.name, folded = excluded.folded, size = excluded.size, season = excluded.season,
			grade = excluded.grade, pack = excluded.pack, dated = excluded.dated, numbered = excluded.numbered, years = excluded.years, level = excluded.level,
			ean = excluded.ean, is_off = excluded.is_off, version = excluded.version`,
		alliance, i.ID, i.Category, i.Name, i.Size, i.Season, i.Grade, i.Pack, i.Dated, i.Numbered, i.Years, i.Level, i.EAN, i.Off, i.Version, kernel.Fold(i.Name))
	return err
}

// thingsOf are all things with a number, by ID.
func thingsOf(ctx context.Context, q db.Querier, alliance kernel.ID) (map[kernel.ID]Thing, error) {
	rows, err := q.QueryContext(ctx, `SELECT id, item, mark, made, recalled FROM depot_thing WHERE alliance = $1`, alliance)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[kernel.ID]Thing{}
	for rows.Next() {
		var t Thing
		if err := rows.Scan(&t.ID, &t.Item, &t.Mark, &t.Made, &t.Recalled); err != nil {
			return nil, err
		}
		all[t.ID] = t
	}
	return all, rows.Err()
}

func saveThing(ctx context.Context, q db.Querier, alliance kernel.ID, t Thing) error {
	_, err := q.ExecContext(ctx, `INSERT INTO depot_thing (alliance, id, item, mark, made, recalled) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (alliance, id) DO UPDATE SET made = excluded.made, recalled = excluded.recalled`, alliance, t.ID, t.Item, t.Mark, t.Made, t.Recalled)
	return err
}

const requestColumns = `id, number, place, org, worker, family, child, months, urgent, children, state, made_at, ready_at, until, closed_at, version`

func scanRequest(scan func(...any) error) (r Request, err error) {
	err = scan(&r.ID, &r.Number, &r.Place, &r.Org, &r.Worker, &r.family, &r.child, &r.Months, &r.Urgent, &r.Children, &r.State, &r.MadeAt, &r.ReadyAt, &r.Until, &r.ClosedAt, &r.Version)
	return r, err
}

// loadRequest reads a request with its lines as they were asked.
func loadRequest(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Request, error) {
	r, err := scanRequest(q.QueryRowContext(ctx, `SELECT `+requestColumns+` FROM depot_request WHERE alliance = $1 AND id = $2`, alliance, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return r, kernel.NewNotFound("depot.request")
	}
	if err != nil {
		return r, err
	}
	all := []Request{r}
	err = fillLines(ctx, q, alliance, all)
	return all[0], err
}

// fillLines reads the lines of some requests.
func fillLines(ctx context.Context, q db.Querier, alliance kernel.ID, all []Request) error {
	if len(all) == 0 {
		return nil
	}
	args, at := []any{alliance}, map[kernel.ID]int{}
	for i, r := range all {
		args, at[r.ID] = append(args, r.ID), i
	}
	rows, err := q.QueryContext(ctx, `SELECT request, no, item, asked, instead, original, wants, open FROM depot_line
		WHERE alliance = $1 AND request IN (`+db.Marks(2, len(all))+`) ORDER BY request, no`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var of kernel.ID
		var l Line
		if err := rows.Scan(&of, &l.No, &l.Item, &l.Asked, &l.Instead, &l.Original, &l.wants, &l.Open); err != nil {
			return err
		}
		r := &all[at[of]]
		r.Lines = append(r.Lines, l)
	}
	return rows.Err()
}

// requestsWhere lists requests that meet a condition, with their lines.
func requestsWhere(ctx context.Context, q db.Querier, alliance kernel.ID, condition string, limit int, args ...any) (all []Request, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+requestColumns+` FROM depot_request WHERE alliance = $1 AND `+condition+` LIMIT `+db.Marks(len(args)+2, 1),
		append(append([]any{alliance}, args...), limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanRequest(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return all, fillLines(ctx, q, alliance, all)
}

func nextNumber(ctx context.Context, q db.Querier, alliance kernel.ID) (n int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT coalesce(max(number), 0) FROM depot_request WHERE alliance = $1`, alliance).Scan(&n)
	return n + 1, err
}

// saveRequest writes a request and its lines.
func saveRequest(ctx context.Context, q db.Querier, alliance kernel.ID, r Request) error {
	_, err := q.ExecContext(ctx, `INSERT INTO depot_request (alliance, `+requestColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		ON CONFLICT (alliance, id) DO UPDATE SET family = excluded.family, child = excluded.child, state = excluded.state, ready_at = excluded.ready_at,
			until = excluded.until, closed_at = excluded.closed_at, version = excluded.version`,
		alliance, r.ID, r.Number, r.Place, r.Org, r.Worker, r.family, r.child, r.Months, r.Urgent, r.Children, r.State, r.MadeAt, r.ReadyAt, r.Until, r.ClosedAt, r.Version)
	for _, l := range r.Lines {
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `INSERT INTO depot_line (alliance, request, no, place, item, asked, instead, original, wants, open) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			ON CONFLICT (alliance, request, no) DO UPDATE SET item = excluded.item, asked = excluded.asked, instead = excluded.instead,
				original = excluded.original, wants = excluded.wants, open = excluded.open`, alliance, r.ID, l.No, r.Place, l.Item, l.Asked, l.Instead, l.Original, l.wants, l.Open)
	}
	return err
}

// overdue is a request that was to be fetched before a day; none when there is
// none.
func overdue(ctx context.Context, q db.Querier, today kernel.Date) (id, alliance kernel.ID, err error) {
	err = q.QueryRowContext(ctx, `SELECT id, alliance FROM depot_request WHERE state = 'ready' AND until < $1 ORDER BY until LIMIT 1`, today).Scan(&id, &alliance)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return id, alliance, err
}

package programmes

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

const columns = `id, version, template, state, overrides, params, municipalities, from_day, to_day, budget_cents,
	opened_at, opened_by, opened_org, changed_at`

type scanner interface{ Scan(dest ...any) error }

func scan(row scanner) (p Programme, err error) {
	var overrides, params, municipalities string
	err = row.Scan(&p.ID, &p.Version, &p.Template, &p.State, &overrides, &params, &municipalities,
		&p.From, &p.To, &p.Budget, &p.OpenedAt, &p.OpenedBy, &p.OpenedOrg, &p.ChangedAt)
	if err != nil {
		return p, err
	}
	return p, errors.Join(json.Unmarshal([]byte(overrides), &p.Overrides),
		json.Unmarshal([]byte(params), &p.Params), json.Unmarshal([]byte(municipalities), &p.Municipalities))
}

func load(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Programme, error) {
	p, err := scan(q.QueryRowContext(ctx, `SELECT `+columns+` FROM programme WHERE alliance = $1 AND id = $2`, alliance, id))
	if errors.Is(err, sql.ErrNoRows) {
		return p, kernel.NewNotFound("programme")
	}
	if err != nil {
		return p, fmt.Errorf("load programme: %w", err)
	}
	found := []Programme{p}
	err = loadPartners(ctx, q, alliance, found)
	return found[0], err
}

// loadPartners adds the partners to programmes of one alliance.
func loadPartners(ctx context.Context, q db.Querier, alliance kernel.ID, found []Programme) error {
	if len(found) == 0 {
		return nil
	}
	byID, args := map[kernel.ID]*Programme{}, []any{alliance}
	for i := range found {
		byID[found[i].ID] = &found[i]
		args = append(args, found[i].ID)
	}
	rows, err := q.QueryContext(ctx, `SELECT programme, org, part FROM programme_partner
		WHERE alliance = $1 AND programme IN (`+db.Marks(2, len(found))+`) ORDER BY programme, part, org`, args...)
	if err != nil {
		return fmt.Errorf("load partners: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id kernel.ID
		var partner Partner
		if err := rows.Scan(&id, &partner.Org, &partner.Part); err != nil {
			return fmt.Errorf("load partners: %w", err)
		}
		byID[id].Partners = append(byID[id].Partners, partner)
	}
	return rows.Err()
}

// insert writes a new programme.
func insert(ctx context.Context, q db.Querier, alliance kernel.ID, p Programme) error {
	overrides, params, municipalities, err := documents(p)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO programme (alliance, `+columns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		alliance, p.ID, p.Version, p.Template, p.State, overrides, params, municipalities, p.From, p.To, int64(p.Budget),
		p.OpenedAt, p.OpenedBy, p.OpenedOrg, p.ChangedAt)
	if err != nil {
		return fmt.Errorf("insert programme: %w", err)
	}
	return savePartners(ctx, q, alliance, p)
}

// save writes a programme over the version it was loaded with, one before the
// version it has now.
func save(ctx context.Context, q db.Querier, alliance kernel.ID, p Programme) error {
	overrides, params, municipalities, err := documents(p)
	if err != nil {
		return err
	}
	done, err := q.ExecContext(ctx, `UPDATE programme SET version = $1, state = $2, overrides = $3, params = $4,
		municipalities = $5, from_day = $6, to_day = $7, budget_cents = $8, changed_at = $9
		WHERE alliance = $10 AND id = $11 AND version = $12`,
		p.Version, p.State, overrides, params, municipalities, p.From, p.To, int64(p.Budget), p.ChangedAt,
		alliance, p.ID, p.Version-1)
	if err != nil {
		return fmt.Errorf("save programme: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(kernel.NewConflict("stale"), err)
	}
	return savePartners(ctx, q, alliance, p)
}

func savePartners(ctx context.Context, q db.Querier, alliance kernel.ID, p Programme) error {
	if _, err := q.ExecContext(ctx, `DELETE FROM programme_partner WHERE alliance = $1 AND programme = $2`, alliance, p.ID); err != nil {
		return fmt.Errorf("save partners: %w", err)
	}
	for _, partner := range p.Partners {
		if _, err := q.ExecContext(ctx, `INSERT INTO programme_partner (alliance, programme, org, part) VALUES ($1, $2, $3, $4)`,
			alliance, p.ID, partner.Org, partner.Part); err != nil {
			return fmt.Errorf("save partners: %w", err)
		}
	}
	return nil
}

func documents(p Programme) (overrides, params, municipalities string, err error) {
	o, err1 := json.Marshal(p.Overrides)
	v, err2 := json.Marshal(p.Params)
	m, err3 := json.Marshal(p.Municipalities)
	return string(o), string(v), string(m), errors.Join(err1, err2, err3)
}

// list reads a page of programmes, newest first, in one of the states when
// any is named. condition is the policy's, with its parameters from $3 on.
func list(ctx context.Context, q db.Querier, alliance kernel.ID, query Query, condition string, args []any) ([]Programme, error) {
	where, values := "", append([]any{alliance, query.After}, args...)
	if len(query.States) > 0 {
		where = ` AND state IN (` + db.Marks(len(values)+1, len(query.States)) + `)`
		for _, s := range query.States {
			values = append(values, s)
		}
	}
	if query.Partner != "" {
		values = append(values, query.Partner)
		where += fmt.Sprintf(` AND EXISTS (SELECT 1 FROM programme_partner t
			WHERE t.alliance = programme.alliance AND t.programme = programme.id AND t.org = $%d)`, len(values))
	}
	values = append(values, query.Limit+1)
	rows, err := q.QueryContext(ctx, `SELECT `+columns+` FROM programme
		WHERE alliance = $1 AND (CAST($2 AS TEXT) = '' OR id < $2) AND `+condition+where+
		fmt.Sprintf(` ORDER BY id DESC LIMIT $%d`, len(values)), values...)
	if err != nil {
		return nil, fmt.Errorf("list programmes: %w", err)
	}
	return collect(ctx, q, alliance, rows)
}

// running reads the programmes that are on, oldest first.
func running(ctx context.Context, q db.Querier, alliance kernel.ID) ([]Programme, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+columns+` FROM programme WHERE alliance = $1 AND state = 'on' ORDER BY id`, alliance)
	if err != nil {
		return nil, fmt.Errorf("programmes that are on: %w", err)
	}
	return collect(ctx, q, alliance, rows)
}

func collect(ctx context.Context, q db.Querier, alliance kernel.ID, rows *sql.Rows) ([]Programme, error) {
	defer rows.Close()
	var found []Programme
	for rows.Next() {
		p, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("read programme: %w", err)
		}
		found = append(found, p)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close() // the next query may need this connection
	return found, loadPartners(ctx, q, alliance, found)
}

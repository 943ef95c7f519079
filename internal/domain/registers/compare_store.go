package registers

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

const comparisonColumns = `id, org, partner, name, ground, own_clients, state, until, mark, outcome, proposed_by, proposed_at, agreed_by, agreed_at, ended_at`

func scanComparison(scan func(...any) error) (c Comparison, err error) {
	var outcome string
	err = scan(&c.ID, &c.Org, &c.Partner, &c.Name, &c.Ground, &c.OwnClients, &c.Stage, &c.Until, &c.Mark, &outcome,
		&c.ProposedBy, &c.ProposedAt, &c.AgreedBy, &c.AgreedAt, &c.EndedAt)
	if err == nil {
		err = json.Unmarshal([]byte(outcome), &c.Outcome)
	}
	return c, err
}

func loadComparison(ctx context.Context, q db.Querier, alliance, id kernel.ID) (c Comparison, err error) {
	c, err = scanComparison(q.QueryRowContext(ctx, `SELECT `+comparisonColumns+` FROM register_comparison WHERE alliance = $1 AND id = $2`, alliance, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return c, kernel.NewNotFound("register")
	}
	return c, err
}

func saveComparison(ctx context.Context, q db.Querier, alliance kernel.ID, c Comparison) error {
	outcome, err := json.Marshal(c.Outcome)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO register_comparison (alliance, `+comparisonColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (alliance, id) DO UPDATE SET state = excluded.state, mark = excluded.mark, outcome = excluded.outcome,
			agreed_by = excluded.agreed_by, agreed_at = excluded.agreed_at, ended_at = excluded.ended_at`,
		alliance, c.ID, c.Org, c.Partner, c.Name, c.Ground, c.OwnClients, c.Stage, c.Until, c.Mark, string(outcome),
		c.ProposedBy, c.ProposedAt, c.AgreedBy, c.AgreedAt, c.EndedAt)
	return err
}

// comparisonsOf lists the comparisons in which an organisation takes part.
func comparisonsOf(ctx context.Context, q db.Querier, alliance, org kernel.ID, limit int) (all []Comparison, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		c, err := scanComparison(rows.Scan)
		all = append(all, c)
		return err
	}, `SELECT `+comparisonColumns+` FROM register_comparison WHERE alliance = $1 AND (org = $2 OR partner = $2) ORDER BY id DESC`+fmt.Sprintf(" LIMIT %d", limit), alliance, org)
	return all, err
}

// overdue lists comparisons whose term ended before a day and that have no
// result.
func overdue(ctx context.Context, q db.Querier, before kernel.Date, limit int) (all []runKey, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var k runKey
		err := rows.Scan(&k.alliance, &k.id)
		all = append(all, k)
		return err
	}, `SELECT alliance, id FROM register_comparison WHERE state IN ('proposed', 'agreed') AND until < $1 ORDER BY until`+fmt.Sprintf(" LIMIT %d", limit), before)
	return all, err
}

func insertMatch(ctx context.Context, q db.Querier, alliance, comparison, family kernel.ID) error {
	_, err := q.ExecContext(ctx, `INSERT INTO register_match (alliance, comparison, family) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, alliance, comparison, family)
	return err
}

func matchesOf(ctx context.Context, q db.Querier, alliance, comparison kernel.ID) (families []kernel.ID, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var id kernel.ID
		err := rows.Scan(&id)
		families = append(families, id)
		return err
	}, `SELECT family FROM register_match WHERE alliance = $1 AND comparison = $2 ORDER BY family`, alliance, comparison)
	return families, err
}

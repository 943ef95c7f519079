package drafts

import (
	"context"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

const columns = `alliance, id, form, page, family, about, saved_at`

// list lists drafts by a condition of this package's own, with the alliance of
// each.
func list(ctx context.Context, q db.Querier, condition string, args ...any) (all []Draft, alliances []kernel.ID, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+columns+` FROM draft WHERE `+condition, args...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d Draft
		var alliance kernel.ID
		if err := rows.Scan(&alliance, &d.ID, &d.Form, &d.Page, &d.Family, &d.About, &d.Saved); err != nil {
			return nil, nil, err
		}
		all, alliances = append(all, d), append(alliances, alliance)
	}
	return all, alliances, rows.Err()
}

const ofActor = `alliance = $1 AND worker = $2 AND org = $3`

func load(ctx context.Context, q db.Querier, actor policy.Actor, form string) (d Draft, found bool, err error) {
	all, _, err := list(ctx, q, ofActor+` AND form = $4`, actor.Alliance, actor.Person, actor.Org, form)
	if len(all) == 0 {
		return d, false, err
	}
	return all[0], true, err
}

func newest(ctx context.Context, q db.Querier, actor policy.Actor, page string, since kernel.Instant) (d Draft, found bool, err error) {
	all, _, err := list(ctx, q, ofActor+` AND page = $4 AND saved_at >= $5 ORDER BY saved_at DESC LIMIT 1`,
		actor.Alliance, actor.Person, actor.Org, page, since)
	if len(all) == 0 {
		return d, false, err
	}
	return all[0], true, err
}

func byID(ctx context.Context, q db.Querier, actor policy.Actor, id kernel.ID) (d Draft, err error) {
	all, _, err := list(ctx, q, ofActor+` AND id = $4`, actor.Alliance, actor.Person, actor.Org, id)
	if err == nil && len(all) == 0 {
		err = kernel.NewNotFound("draft")
	}
	if err != nil {
		return d, err
	}
	return all[0], nil
}

// beyond are the drafts of an actor that come after the newest n.
func beyond(ctx context.Context, q db.Querier, actor policy.Actor, n int) ([]Draft, error) {
	all, _, err := list(ctx, q, ofActor+` ORDER BY saved_at DESC`, actor.Alliance, actor.Person, actor.Org)
	return all[min(n, len(all)):], err
}

// about are the drafts of which one column names id.
func about(ctx context.Context, q db.Querier, alliance kernel.ID, column string, id kernel.ID) ([]Draft, error) {
	all, _, err := list(ctx, q, `alliance = $1 AND `+column+` = $2`, alliance, id)
	return all, err
}

func ended(ctx context.Context, q db.Querier, before kernel.Instant, limit int) ([]Draft, []kernel.ID, error) {
	return list(ctx, q, fmt.Sprintf(`saved_at < $1 LIMIT %d`, limit), before)
}

// save writes a draft, or that more was typed in it: what a form is about
// follows from its address and stays.
func save(ctx context.Context, q db.Querier, actor policy.Actor, d Draft) error {
	_, err := q.ExecContext(ctx, `INSERT INTO draft (alliance, worker, org, form, id, page, family, about, saved_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (alliance, worker, org, form) DO UPDATE SET page = excluded.page, saved_at = excluded.saved_at`,
		actor.Alliance, actor.Person, actor.Org, d.Form, d.ID, d.Page, d.Family, d.About, d.Saved)
	return err
}

func remove(ctx context.Context, q db.Querier, alliance, id kernel.ID) error {
	_, err := q.ExecContext(ctx, `DELETE FROM draft WHERE alliance = $1 AND id = $2`, alliance, id)
	return err
}

// twin is the draft, if any, that the writer of a draft has of another form.
func twin(ctx context.Context, q db.Querier, alliance, id kernel.ID, form string) ([]Draft, error) {
	all, _, err := list(ctx, q, `alliance = $1 AND form = $3 AND (worker, org) IN (SELECT d.worker, d.org FROM draft d WHERE d.alliance = $1 AND d.id = $2)`,
		alliance, id, form)
	return all, err
}

func move(ctx context.Context, q db.Querier, alliance kernel.ID, d Draft) error {
	_, err := q.ExecContext(ctx, `UPDATE draft SET form = $3, page = $4, family = $5 WHERE alliance = $1 AND id = $2`,
		alliance, d.ID, d.Form, d.Page, d.Family)
	return err
}

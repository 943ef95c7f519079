package homes

import (
	"context"
	"errors"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

func insertLink(ctx context.Context, q db.Querier, alliance kernel.ID, l link) error {
	_, err := q.ExecContext(ctx, `INSERT INTO home_link (alliance, id, state, asked_at, until, linked_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		alliance, l.id, string(l.state), l.askedAt, l.until, l.linkedAt)
	if err != nil {
		return err
	}
	for _, s := range []side{l.own, l.other} {
		if s.family == "" {
			continue
		}
		_, err := q.ExecContext(ctx, `INSERT INTO home_side (alliance, link, family, person, asked, lives, gives) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			alliance, l.id, s.family, s.person, s.asked, string(s.lives), words(s.gives))
		if err != nil {
			return err
		}
	}
	return nil
}

// linksOf lists the links of a family with both their sides, seen from it, the
// oldest first.
func linksOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) (all []link, err error) {
	rows, err := q.QueryContext(ctx, `SELECT l.id, l.state, l.asked_at, l.until, l.linked_at, s.person, s.asked, s.lives, s.gives,
			coalesce(o.family, ''), coalesce(o.person, ''), coalesce(o.lives, ''), coalesce(o.gives, '')
		FROM home_side s JOIN home_link l ON l.alliance = s.alliance AND l.id = s.link
		LEFT JOIN home_side o ON o.alliance = s.alliance AND o.link = s.link AND o.family <> s.family
		WHERE s.alliance = $1 AND s.family = $2 ORDER BY l.id`, alliance, family)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var l link
		var gives, theirs string
		if err := rows.Scan(&l.id, &l.state, &l.askedAt, &l.until, &l.linkedAt, &l.own.person, &l.own.asked, &l.own.lives, &gives,
			&l.other.family, &l.other.person, &l.other.lives, &theirs); err != nil {
			return nil, err
		}
		l.own.link, l.other.link, l.own.family = l.id, l.id, family
		l.own.gives, l.other.gives = sharesIn(gives), sharesIn(theirs)
		all = append(all, l)
	}
	return all, rows.Err()
}

func loadLink(ctx context.Context, q db.Querier, alliance, family, id kernel.ID) (link, error) {
	all, err := linksOf(ctx, q, alliance, family)
	if err != nil {
		return link{}, err
	}
	for _, l := range all {
		if l.id == id {
			return l, nil
		}
	}
	return link{}, kernel.NewNotFound("home")
}

func linkUp(ctx context.Context, q db.Querier, alliance, id kernel.ID, now kernel.Instant) error {
	result, err := q.ExecContext(ctx, `UPDATE home_link SET state = 'linked', linked_at = $3 WHERE alliance = $1 AND id = $2 AND state = 'asked'`,
		alliance, id, now)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, kernel.NewConflict("stale"))
	}
	return nil
}

func saveSide(ctx context.Context, q db.Querier, alliance kernel.ID, s side) error {
	_, err := q.ExecContext(ctx, `UPDATE home_side SET lives = $4, gives = $5 WHERE alliance = $1 AND link = $2 AND family = $3`,
		alliance, s.link, s.family, string(s.lives), words(s.gives))
	return err
}

func deleteSide(ctx context.Context, q db.Querier, alliance kernel.ID, s side) error {
	_, err := q.ExecContext(ctx, `DELETE FROM home_side WHERE alliance = $1 AND link = $2 AND family = $3`, alliance, s.link, s.family)
	return err
}

// deleteLink takes away all that is kept of a link.
func deleteLink(ctx context.Context, q db.Querier, alliance, id kernel.ID) error {
	for _, statement := range []string{
		`DELETE FROM home_merge WHERE alliance = $1 AND link = $2`,
		`DELETE FROM home_side WHERE alliance = $1 AND link = $2`,
		`DELETE FROM home_link WHERE alliance = $1 AND id = $2`,
	} {
		if _, err := q.ExecContext(ctx, statement, alliance, id); err != nil {
			return err
		}
	}
	return nil
}

// lapsed lists questions that nobody can answer any more, of all alliances.
func lapsed(ctx context.Context, q db.Querier, now kernel.Instant, limit int) (ids, alliances []kernel.ID, err error) {
	rows, err := q.QueryContext(ctx, `SELECT alliance, id FROM home_link WHERE state = 'asked' AND until <= $1 ORDER BY until LIMIT $2`, now, limit)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var alliance, id kernel.ID
		if err := rows.Scan(&alliance, &id); err != nil {
			return nil, nil, err
		}
		ids, alliances = append(ids, id), append(alliances, alliance)
	}
	return ids, alliances, rows.Err()
}

// waiting lists the families, among those that meet a condition, in whose file
// a question waits.
func waiting(ctx context.Context, q db.Querier, alliance kernel.ID, now kernel.Instant, may string, args []any) (all []Awaiting, err error) {
	rows, err := q.QueryContext(ctx, `SELECT s.family, min(l.asked_at) FROM home_side s
		JOIN home_link l ON l.alliance = s.alliance AND l.id = s.link
		WHERE s.alliance = $1 AND NOT s.asked AND l.state = 'asked' AND l.until > $2 AND `+may+`
		GROUP BY s.family ORDER BY min(l.asked_at) LIMIT 100`, append([]any{alliance, now}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var w Awaiting
		if err := rows.Scan(&w.Family, &w.Since); err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, rows.Err()
}

// moveSide brings a side into another file.
func moveSide(ctx context.Context, q db.Querier, alliance kernel.ID, s side, family, person kernel.ID) error {
	_, err := q.ExecContext(ctx, `UPDATE home_side SET family = $4, person = $5 WHERE alliance = $1 AND link = $2 AND family = $3`,
		alliance, s.link, s.family, family, person)
	return err
}

func keepMerge(ctx context.Context, q db.Querier, alliance, merge kernel.ID, s side) error {
	_, err := q.ExecContext(ctx, `INSERT INTO home_merge (alliance, merge, link, person) VALUES ($1, $2, $3, $4)`, alliance, merge, s.link, s.person)
	return err
}

// mergedBy is who the child of each link was in the file that went.
func mergedBy(ctx context.Context, q db.Querier, alliance, merge kernel.ID) (map[kernel.ID]kernel.ID, error) {
	rows, err := q.QueryContext(ctx, `SELECT link, person FROM home_merge WHERE alliance = $1 AND merge = $2`, alliance, merge)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	was := map[kernel.ID]kernel.ID{}
	for rows.Next() {
		var link, person kernel.ID
		if err := rows.Scan(&link, &person); err != nil {
			return nil, err
		}
		was[link] = person
	}
	return was, rows.Err()
}

func forgetMerge(ctx context.Context, q db.Querier, alliance, merge kernel.ID) error {
	_, err := q.ExecContext(ctx, `DELETE FROM home_merge WHERE alliance = $1 AND merge = $2`, alliance, merge)
	return err
}

func words(gives []Share) string {
	var all []string
	for _, g := range gives {
		all = append(all, string(g))
	}
	return strings.Join(all, " ")
}

func sharesIn(text string) (all []Share) {
	for _, w := range strings.Fields(text) {
		all = append(all, Share(w))
	}
	return all
}

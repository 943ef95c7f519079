package ownpage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

const codeColumns = `c.id, c.family, c.person, c.child, c.whole, c.children, c.typed, c.lang, c.names, c.made_at, c.made_by, c.made_org, c.last_day,
	c.ended_at, c.used_at, c.uses, c.wrong, c.wrong_since, c.wrong_ever`

type scanner interface{ Scan(dest ...any) error }

// scanCodeRow reads the columns of a code, after those of before.
func scanCodeRow(row scanner, before ...any) (c Code, err error) {
	var typed string
	err = row.Scan(append(before, &c.ID, &c.Family, &c.Person, &c.Child, &c.Whole, &c.Children, &typed, &c.Lang, &c.Names, &c.MadeAt, &c.MadeBy,
		&c.MadeOrg, &c.LastDay, &c.EndedAt, &c.UsedAt, &c.Uses, &c.wrongNow, &c.wrongSince, &c.Wrong)...)
	c.Typed = typed != ""
	return c, missing(err, "code")
}

func missing(err error, what string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return kernel.NewNotFound(what)
	}
	return err
}

func insertCode(ctx context.Context, q db.Querier, alliance kernel.ID, c Code, scanned, typed string) error {
	_, err := q.ExecContext(ctx, `INSERT INTO own_code (alliance, id, family, person, child, whole, children, lang, names, scanned, typed,
		made_at, made_by, made_org, last_day, ended_at, used_at, uses, wrong, wrong_since, wrong_ever)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', '', 0, 0, '', 0)`,
		alliance, c.ID, c.Family, c.Person, c.Child, c.Whole, c.Children, string(c.Lang), string(c.Names), scanned, typed,
		c.MadeAt, c.MadeBy, c.MadeOrg, c.LastDay)
	return err
}

// codeBehind finds the live code behind a digest, in whichever alliance it is.
func codeBehind(ctx context.Context, q db.Querier, way, digest string, today kernel.Date) (alliance kernel.ID, c Code, err error) {
	column := map[string]string{"scanned": "c.scanned", "typed": "c.typed"}[way]
	c, err = scanCodeRow(q.QueryRowContext(ctx, `SELECT c.alliance, `+codeColumns+` FROM own_code c
		WHERE `+column+` = $1 AND c.ended_at = '' AND c.last_day >= $2 LIMIT 1`, digest, today), &alliance)
	return alliance, c, err
}

func loadCode(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Code, error) {
	return scanCodeRow(q.QueryRowContext(ctx, `SELECT `+codeColumns+` FROM own_code c WHERE c.alliance = $1 AND c.id = $2`, alliance, id))
}

// liveCodeOf is the code that a person has; NotFound when none is live.
func liveCodeOf(ctx context.Context, q db.Querier, alliance, family, person kernel.ID) (Code, error) {
	return scanCodeRow(q.QueryRowContext(ctx, `SELECT `+codeColumns+` FROM own_code c
		WHERE c.alliance = $1 AND c.family = $2 AND c.person = $3 AND c.ended_at = '' ORDER BY c.id DESC LIMIT 1`, alliance, family, person))
}

func codesOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) (codes []Code, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		c, err := scanCodeRow(rows)
		codes = append(codes, c)
		return err
	}, `SELECT `+codeColumns+` FROM own_code c WHERE c.alliance = $1 AND c.family = $2 ORDER BY c.id DESC LIMIT 60`, alliance, family)
	return codes, err
}

func saveCode(ctx context.Context, q db.Querier, alliance kernel.ID, c Code) error {
	_, err := q.ExecContext(ctx, `UPDATE own_code SET used_at = $3, uses = $4, wrong = $5, wrong_since = $6, wrong_ever = $7
		WHERE alliance = $1 AND id = $2`, alliance, c.ID, c.UsedAt, c.Uses, c.wrongNow, c.wrongSince, c.Wrong)
	return err
}

// endCodesOf ends every code of a person, and the visits that began with them.
func endCodesOf(ctx context.Context, q db.Querier, alliance, family, person kernel.ID, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `DELETE FROM own_visit WHERE alliance = $1 AND code IN
		(SELECT c.id FROM own_code c WHERE c.alliance = $1 AND c.family = $2 AND c.person = $3)`, alliance, family, person)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `UPDATE own_code SET ended_at = $4 WHERE alliance = $1 AND family = $2 AND person = $3 AND ended_at = ''`,
		alliance, family, person, now)
	return err
}

func insertVisit(ctx context.Context, q db.Querier, alliance kernel.ID, token string, c Code, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `INSERT INTO own_visit (alliance, token, code, family, lang, names, began, seen)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`, alliance, token, c.ID, c.Family, string(c.Lang), string(c.Names), now)
	return err
}

func loadVisit(ctx context.Context, q db.Querier, alliance kernel.ID, token string) (v Visit, err error) {
	var lang, names kernel.Lang
	v.Alliance = alliance
	v.Code, err = scanCodeRow(q.QueryRowContext(ctx, `SELECT w.lang, w.names, w.began, w.seen, `+codeColumns+` FROM own_visit w
		JOIN own_code c ON c.alliance = w.alliance AND c.id = w.code
		WHERE w.alliance = $1 AND w.token = $2`, alliance, token), &lang, &names, &v.Began, &v.Seen)
	v.Lang, v.Names = lang, names
	return v, err
}

func touchVisit(ctx context.Context, q db.Querier, alliance kernel.ID, token string, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE own_visit SET seen = $3 WHERE alliance = $1 AND token = $2`, alliance, token, now)
	return err
}

func speakVisit(ctx context.Context, q db.Querier, alliance kernel.ID, token string, lang, names kernel.Lang) error {
	_, err := q.ExecContext(ctx, `UPDATE own_visit SET lang = $3, names = $4 WHERE alliance = $1 AND token = $2`, alliance, token, string(lang), string(names))
	return err
}

func deleteVisit(ctx context.Context, q db.Querier, alliance kernel.ID, token string) error {
	_, err := q.ExecContext(ctx, `DELETE FROM own_visit WHERE alliance = $1 AND token = $2`, alliance, token)
	return err
}

// deleteEnded takes away visits that were last seen, or began, before these
// moments, so many at most.
func deleteEnded(ctx context.Context, q db.Querier, seen, began kernel.Instant, most int) (int64, error) {
	result, err := q.ExecContext(ctx, `DELETE FROM own_visit WHERE (alliance, token) IN
		(SELECT alliance, token FROM own_visit WHERE seen < $1 OR began < $2 LIMIT $3)`, seen, began, most)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// forget takes away all that is kept of a family here.
func forget(ctx context.Context, q db.Querier, alliance, family kernel.ID) error {
	for _, statement := range []string{
		`DELETE FROM own_visit WHERE alliance = $1 AND family = $2`,
		`DELETE FROM own_code WHERE alliance = $1 AND family = $2`,
		`DELETE FROM own_message WHERE alliance = $1 AND family = $2`,
		`DELETE FROM own_step WHERE alliance = $1 AND family = $2`,
	} {
		if _, err := q.ExecContext(ctx, statement, alliance, family); err != nil {
			return fmt.Errorf("own page: %w", err)
		}
	}
	return nil
}

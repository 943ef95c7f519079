package vouchers

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

func number(n int64) string { return strconv.FormatInt(n, 10) }

// collect runs a query and reads its rows.
func collect[T any](ctx context.Context, q db.Querier, scan func(scanner) (T, error), query string, args ...any) (all []T, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// first reads the first row of a query; NotFound (key) when there is none.
func first[T any](ctx context.Context, q db.Querier, key string, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	one, err := scan(db.Row(ctx, q, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return one, kernel.NewNotFound(key)
	}
	return one, err
}

type scanner = db.Scanner

const setupColumns = `programme, offer, version, units, cents, worth, copay, months, event, age, period, straight, home, anywhere, covers, offline, bears, form, by_rule`

func scanSetup(row scanner) (s Setup, err error) {
	var covers string
	err = row.Scan(&s.Programme, &s.Offer, &s.Version, &s.Units, &s.Cents, &s.Worth, &s.Copay, &s.Months, &s.Event, &s.Age, &s.Period,
		&s.Straight, &s.Home, &s.Anywhere, &covers, &s.Offline, &s.Bears, &s.Form, &s.ByRule)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal([]byte(covers), &s.Covers)
}

func loadSetup(ctx context.Context, q db.Querier, alliance, programme kernel.ID, offer string) (Setup, error) {
	return first(ctx, q, "voucher.offer", scanSetup, `SELECT `+setupColumns+` FROM voucher_setup WHERE alliance = $1 AND programme = $2 AND offer = $3`,
		alliance, programme, offer)
}

func saveSetup(ctx context.Context, q db.Querier, alliance kernel.ID, s Setup, now kernel.Instant) error {
	covers, err := json.Marshal(s.Covers)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO voucher_setup (alliance, `+setupColumns+`, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
		ON CONFLICT (alliance, programme, offer) DO UPDATE SET version = excluded.version, units = excluded.units, cents = excluded.cents,
			worth = excluded.worth, copay = excluded.copay, months = excluded.months, event = excluded.event, age = excluded.age,
			period = excluded.period, straight = excluded.straight, home = excluded.home, anywhere = excluded.anywhere,
			covers = excluded.covers, offline = excluded.offline, bears = excluded.bears, form = excluded.form, by_rule = excluded.by_rule, changed_at = excluded.changed_at`,
		alliance, s.Programme, s.Offer, s.Version, s.Units, s.Cents, s.Worth, s.Copay, s.Months, string(s.Event), s.Age, string(s.Period),
		s.Straight, s.Home, s.Anywhere, string(covers), s.Offline, string(s.Bears), string(s.Form), s.ByRule, now)
	return err
}

const grantColumns = `id, programme, offer, family, child, period, state, cause, decision, decided_on, units, cents, worth, copay, home,
	anywhere, begins, last_day, made_at, made_by, granted_at, ended_at, form`

func (g *Grant) fields() []any {
	return []any{&g.ID, &g.Programme, &g.Offer, &g.Family, &g.Child, &g.Period, &g.State, &g.Cause, &g.Decision, &g.DecidedOn, &g.Units, &g.Cents,
		&g.Worth, &g.Copay, &g.Home, &g.Anywhere, &g.Begins, &g.LastDay, &g.MadeAt, &g.MadeBy, &g.GrantedAt, &g.EndedAt, &g.Form}
}

func scanGrant(row scanner) (g Grant, err error) {
	err = row.Scan(g.fields()...)
	return g, err
}

func loadGrant(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Grant, error) {
	return first(ctx, q, "voucher", scanGrant, `SELECT `+grantColumns+` FROM voucher_grant WHERE alliance = $1 AND id = $2`, alliance, id)
}

// grantFor is the grant of the same child for the same period.
func grantFor(ctx context.Context, q db.Querier, alliance kernel.ID, g Grant) (Grant, error) {
	return first(ctx, q, "voucher", scanGrant, `SELECT `+grantColumns+` FROM voucher_grant
		WHERE alliance = $1 AND programme = $2 AND offer = $3 AND child = $4 AND period = $5`, alliance, g.Programme, g.Offer, g.Child, g.Period)
}

func grantsOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) ([]Grant, error) {
	return collect(ctx, q, scanGrant, `SELECT `+grantColumns+` FROM voucher_grant WHERE alliance = $1 AND family = $2 ORDER BY made_at DESC, id DESC`, alliance, family)
}

// grantsIn lists grants in a state whose last day lies between two, the ones
// that end first before the others.
func grantsIn(ctx context.Context, q db.Querier, alliance kernel.ID, state State, from, until kernel.Date, limit int) ([]Grant, error) {
	return collect(ctx, q, scanGrant, `SELECT `+grantColumns+` FROM voucher_grant
		WHERE alliance = $1 AND state = $2 AND last_day >= $3 AND last_day <= $4 ORDER BY last_day, id LIMIT $5`, alliance, string(state), from, until, limit)
}

func saveGrant(ctx context.Context, q db.Querier, alliance kernel.ID, g Grant) error {
	_, err := q.ExecContext(ctx, `INSERT INTO voucher_grant (alliance, `+grantColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
		ON CONFLICT (alliance, id) DO UPDATE SET family = excluded.family, child = excluded.child, state = excluded.state, units = excluded.units,
			cents = excluded.cents, worth = excluded.worth, copay = excluded.copay, home = excluded.home, anywhere = excluded.anywhere,
			last_day = excluded.last_day, form = excluded.form, granted_at = excluded.granted_at, ended_at = excluded.ended_at`,
		alliance, g.ID, g.Programme, g.Offer, g.Family, g.Child, g.Period, string(g.State), string(g.Cause), g.Decision, g.DecidedOn, g.Units, g.Cents,
		g.Worth, g.Copay, g.Home, g.Anywhere, g.Begins, g.LastDay, g.MadeAt, g.MadeBy, g.GrantedAt, g.EndedAt, string(g.Form))
	return err
}

func deleteGrant(ctx context.Context, q db.Querier, alliance, id kernel.ID) error {
	_, err := q.ExecContext(ctx, `DELETE FROM voucher_grant WHERE alliance = $1 AND id = $2 AND state IN ('proposed', 'declined')`, alliance, id)
	return err
}

const paperColumns = `code, voucher, state, key_id, made_at, made_by, ended_at`

func (p *Paper) fields() []any {
	return []any{&p.Serial, &p.Grant, &p.State, &p.Key, &p.MadeAt, &p.MadeBy, &p.Ended}
}

func scanPaper(row scanner) (p Paper, err error) {
	err = row.Scan(p.fields()...)
	return p, err
}

// loadHolding is the paper with a code, and the grant that it is of.
func loadHolding(ctx context.Context, q db.Querier, alliance kernel.ID, serial Serial) (holding, error) {
	scan := func(row scanner) (h holding, err error) {
		err = row.Scan(append(h.paper.fields(), h.grant.fields()...)...)
		return h, err
	}
	return first(ctx, q, "voucher.unknown", scan, `SELECT `+of("p", paperColumns)+`, `+of("g", grantColumns)+`
		FROM voucher_paper p JOIN voucher_grant g ON g.alliance = p.alliance AND g.id = p.voucher WHERE p.alliance = $1 AND p.code = $2`, alliance, int64(serial))
}

func papersOf(ctx context.Context, q db.Querier, alliance, grant kernel.ID) ([]Paper, error) {
	return collect(ctx, q, scanPaper, `SELECT `+paperColumns+` FROM voucher_paper WHERE alliance = $1 AND voucher = $2 ORDER BY made_at DESC, code`, alliance, grant)
}

func insertPaper(ctx context.Context, q db.Querier, alliance kernel.ID, p Paper) error {
	_, err := q.ExecContext(ctx, `INSERT INTO voucher_paper (alliance, `+paperColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		alliance, int64(p.Serial), p.Grant, string(p.State), p.Key, p.MadeAt, p.MadeBy, p.Ended)
	return err
}

func endPapers(ctx context.Context, q db.Querier, alliance, grant kernel.ID, as PaperState, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE voucher_paper SET state = $3, ended_at = $4 WHERE alliance = $1 AND voucher = $2 AND state = 'live'`,
		alliance, grant, string(as), now)
	return err
}

// signing is the public half of a key.
type signing struct {
	id, year int64
	public   string
}

func keysOf(ctx context.Context, q db.Querier, alliance kernel.ID) ([]signing, error) {
	scan := func(row scanner) (k signing, err error) {
		err = row.Scan(&k.id, &k.year, &k.public)
		return k, err
	}
	return collect(ctx, q, scan, `SELECT id, year, public FROM voucher_key WHERE alliance = $1 ORDER BY id`, alliance)
}

func insertKey(ctx context.Context, q db.Querier, alliance kernel.ID, k signing) error {
	_, err := q.ExecContext(ctx, `INSERT INTO voucher_key (alliance, id, year, public) VALUES ($1, $2, $3, $4)`, alliance, k.id, k.year, k.public)
	return err
}

// of names the table of each of some columns.
func of(table, columns string) string {
	names := strings.Split(columns, ",")
	for i, name := range names {
		names[i] = table + "." + strings.TrimSpace(name)
	}
	return strings.Join(names, ", ")
}

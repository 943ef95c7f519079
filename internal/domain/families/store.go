package families

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

const familyColumns = `f.id, f.version, f.facts_version, f.contact_version, f.state, f.municipality, f.postal_code,
	f.confidential, f.opened_at, f.opened_by, f.opened_org, f.changed_at`

func (f *Family) columns() []any {
	return []any{&f.ID, &f.Version, &f.FactsVersion, &f.ContactVersion, &f.State, &f.Municipality, &f.PostalCode,
		&f.Confidential, &f.OpenedAt, &f.OpenedBy, &f.OpenedOrg, &f.ChangedAt}
}

func load(ctx context.Context, q db.Querier, alliance, id kernel.ID) (f Family, err error) {
	err = q.QueryRowContext(ctx, `SELECT `+familyColumns+` FROM family f WHERE f.alliance = $1 AND f.id = $2`, alliance, id).
		Scan(f.columns()...)
	if errors.Is(err, sql.ErrNoRows) {
		return f, kernel.NewNotFound("family")
	}
	return f, err
}

func insert(ctx context.Context, q db.Querier, alliance kernel.ID, f Family) error {
	_, err := q.ExecContext(ctx, `INSERT INTO family (alliance, id, version, facts_version, contact_version, state, municipality,
		postal_code, confidential, opened_at, opened_by, opened_org, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		alliance, f.ID, f.Version, f.FactsVersion, f.ContactVersion, f.State, f.Municipality,
		f.PostalCode, f.Confidential, f.OpenedAt, f.OpenedBy, f.OpenedOrg, f.ChangedAt)
	if db.Taken(err) {
		return kernel.NewConflict("family.opened")
	}
	return err
}

// save writes f over the version that was loaded, as the next one, and its
// place in every list.
func save(ctx context.Context, q db.Querier, alliance kernel.ID, f *Family) error {
	result, err := q.ExecContext(ctx, `UPDATE family SET version = $4, facts_version = $5, contact_version = $6, state = $7,
		municipality = $8, postal_code = $9, confidential = $10, changed_at = $11
		WHERE alliance = $1 AND id = $2 AND version = $3`,
		alliance, f.ID, f.Version, f.Version+1, f.FactsVersion, f.ContactVersion, f.State,
		f.Municipality, f.PostalCode, f.Confidential, f.ChangedAt)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, kernel.NewConflict("stale"))
	}
	f.Version++
	return place(ctx, q, alliance, *f)
}

// place tells those who may know the family where it stands in their lists.
func place(ctx context.Context, q db.Querier, alliance kernel.ID, f Family) error {
	return policy.Place(ctx, q, alliance, f.ID, string(f.State), f.ChangedAt)
}

func personsOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) (persons []Person, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var p Person
		err := rows.Scan(&p.ID, &p.Version, &p.Role, &p.position, &p.Added, &p.LeftOn)
		persons = append(persons, p)
		return err
	}, `SELECT id, version, role, position, added_at, left_on FROM family_person
		WHERE alliance = $1 AND family = $2 ORDER BY position, id`, alliance, family)
	return persons, err
}

func insertPerson(ctx context.Context, q db.Querier, alliance, family kernel.ID, p Person) error {
	_, err := q.ExecContext(ctx, `INSERT INTO family_person (alliance, family, id, version, role, position, added_at, left_on)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, alliance, family, p.ID, p.Version, p.Role, p.position, p.Added, p.LeftOn)
	return err
}

func savePerson(ctx context.Context, q db.Querier, alliance, family kernel.ID, p Person) error {
	_, err := q.ExecContext(ctx, `UPDATE family_person SET version = version + 1, role = $4, left_on = $5
		WHERE alliance = $1 AND family = $2 AND id = $3`, alliance, family, p.ID, p.Role, p.LeftOn)
	return err
}

const factColumns = `id, version, person, key, value, source, valid_from, valid_to, recorded_at, recorded_by, recorded_org, superseded_at`

// factsOf lists the facts of a family that meet a condition of this package's
// own, whose parameters start at $3, in the order of recording.
func factsOf(ctx context.Context, q db.Querier, alliance, family kernel.ID, condition string, args ...any) (facts []Fact, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var x Fact
		var value string
		err := rows.Scan(&x.ID, &x.Version, &x.Person, &x.Key, &value, &x.Source, &x.ValidFrom, &x.ValidTo,
			&x.RecordedAt, &x.RecordedBy, &x.RecordedOrg, &x.SupersededAt)
		x.Value = []byte(value)
		facts = append(facts, x)
		return err
	}, `SELECT `+factColumns+` FROM family_fact WHERE alliance = $1 AND family = $2 AND `+condition+` ORDER BY recorded_at, id`,
		append([]any{alliance, family}, args...)...)
	return facts, err
}

// stillHolding is the condition of the facts that nothing newer covers.
const stillHolding = `superseded_at = ''`

func insertFact(ctx context.Context, q db.Querier, alliance, family kernel.ID, x Fact) error {
	_, err := q.ExecContext(ctx, `INSERT INTO family_fact (alliance, family, `+factColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		alliance, family, x.ID, x.Version, x.Person, x.Key, string(x.Value), x.Source, x.ValidFrom, x.ValidTo,
		x.RecordedAt, x.RecordedBy, x.RecordedOrg, x.SupersededAt)
	return err
}

func supersede(ctx context.Context, q db.Querier, alliance, family, id kernel.ID, at kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE family_fact SET superseded_at = $4 WHERE alliance = $1 AND family = $2 AND id = $3`,
		alliance, family, id, at)
	return err
}

// carersOf lists the care team as it is now, the longest there first.
func carersOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) (team []Carer, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var c Carer
		err := rows.Scan(&c.id, &c.Holder, &c.Kind, &c.Since, &c.Until)
		team = append(team, c)
		return err
	}, `SELECT id, holder, kind, since, until FROM family_carer
		WHERE alliance = $1 AND family = $2 AND until = '' ORDER BY since, id`, alliance, family)
	return team, err
}

func insertCarer(ctx context.Context, q db.Querier, alliance, family kernel.ID, c Carer) error {
	_, err := q.ExecContext(ctx, `INSERT INTO family_carer (alliance, family, id, holder, kind, since, until)
		VALUES ($1, $2, $3, $4, $5, $6, '')`, alliance, family, c.id, c.Holder, c.Kind, c.Since)
	return err
}

func endCarer(ctx context.Context, q db.Querier, alliance, family kernel.ID, c Carer, at kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE family_carer SET until = $4 WHERE alliance = $1 AND family = $2 AND id = $3`,
		alliance, family, c.id, at)
	return err
}

func insertEvent(ctx context.Context, q db.Querier, alliance, family kernel.ID, e Event) error {
	_, err := q.ExecContext(ctx, `INSERT INTO family_event (alliance, family, id, at, kind, worker, org, subject, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, alliance, family, e.ID, e.At, e.Kind, e.Worker, e.Org, e.Subject, e.Detail)
	return err
}

// eventsOf lists what happened, newest first, from before a moment and ID.
func eventsOf(ctx context.Context, q db.Querier, alliance, family kernel.ID, after cursor, limit int) (events []Event, err error) {
	where, args := "", []any{alliance, family}
	if after.at != "" {
		where, args = ` AND (at, id) < ($3, $4)`, append(args, after.at, after.id)
	}
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var e Event
		err := rows.Scan(&e.ID, &e.At, &e.Kind, &e.Worker, &e.Org, &e.Subject, &e.Detail)
		events = append(events, e)
		return err
	}, `SELECT id, at, kind, worker, org, subject, detail FROM family_event WHERE alliance = $1 AND family = $2`+where+
		fmt.Sprintf(` ORDER BY at DESC, id DESC LIMIT %d`, limit), args...)
	return events, err
}

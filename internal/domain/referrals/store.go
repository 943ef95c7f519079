package referrals

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

const columns = `x.id, x.version, x.family, x.provisional, x.sender_org, x.sender_worker, x.sent_to, x.receiver_org, x.programme,
	x.urgency, x.state, x.owner, x.next_action, x.due, x.clock, x.sent_at, x.accepted_at, x.scheduled_for, x.arrived_at,
	x.ended_at, x.no_shows, x.decline_reason, x.proposed, x.outcome, x.part_of, x.followed_by, x.forgotten_at,
	x.answered_at, x.released, x.held, x.review_on, x.answer_by, x.joint, x.offered_to, x.origin`

func (r *Referral) columns() []any {
	return []any{&r.ID, &r.Version, &r.Family, &r.Provisional, &r.SenderOrg, &r.SenderWorker, &r.SentTo, &r.ReceiverOrg, &r.Programme,
		&r.Urgency, &r.State, &r.Owner, &r.Next, &r.Due, &r.clock, &r.SentAt, &r.AcceptedAt, &r.ScheduledFor, &r.ArrivedAt,
		&r.EndedAt, &r.NoShows, &r.Declined, &r.Proposed, &r.Outcome, &r.PartOf, &r.FollowedBy, &r.ForgottenAt,
		&r.AnsweredAt, &r.Released, &r.Held, &r.ReviewOn, &r.AnswerBy, &r.Joint, &r.OfferedTo, &r.Origin}
}

func load(ctx context.Context, q db.Querier, alliance, id kernel.ID) (r Referral, err error) {
	err = q.QueryRowContext(ctx, `SELECT `+columns+` FROM referral x WHERE x.alliance = $1 AND x.id = $2`, alliance, id).
		Scan(r.columns()...)
	if errors.Is(err, sql.ErrNoRows) {
		return r, kernel.NewNotFound("referral")
	}
	return r, err
}

func insert(ctx context.Context, q db.Querier, alliance kernel.ID, r Referral) error {
	_, err := q.ExecContext(ctx, `INSERT INTO referral (alliance, id, version, family, provisional, sender_org, sender_worker, sent_to,
		receiver_org, programme, urgency, state, owner, next_action, due, clock, sent_at, accepted_at, scheduled_for, arrived_at,
		ended_at, no_shows, decline_reason, proposed, outcome, part_of, followed_by, forgotten_at, answered_at, released, held, review_on, answer_by, joint, offered_to, origin)
		VALUES (`+db.Marks(1, 36)+`)`,
		alliance, r.ID, r.Version, r.Family, r.Provisional, r.SenderOrg, r.SenderWorker, r.SentTo,
		r.ReceiverOrg, r.Programme, r.Urgency, r.State, r.Owner, r.Next, r.Due, r.clock, r.SentAt, r.AcceptedAt, r.ScheduledFor, r.ArrivedAt,
		r.EndedAt, r.NoShows, r.Declined, r.Proposed, r.Outcome, r.PartOf, r.FollowedBy, r.ForgottenAt,
		r.AnsweredAt, r.Released, r.Held, r.ReviewOn, r.AnswerBy, r.Joint, r.OfferedTo, r.Origin)
	return err
}

// save writes r over the version that was loaded, as the next one. Who sent
// it, to whom and when does not change.
func save(ctx context.Context, q db.Querier, alliance kernel.ID, r *Referral) error {
	result, err := q.ExecContext(ctx, `UPDATE referral SET version = $4, family = $5, provisional = $6, receiver_org = $7, state = $8,
		owner = $9, next_action = $10, due = $11, clock = $12, accepted_at = $13, scheduled_for = $14, arrived_at = $15,
		ended_at = $16, no_shows = $17, decline_reason = $18, proposed = $19, outcome = $20, followed_by = $21, forgotten_at = $22,
		answered_at = $23, released = $24, held = $25, review_on = $26, offered_to = $27
		WHERE alliance = $1 AND id = $2 AND version = $3`,
		alliance, r.ID, r.Version, r.Version+1, r.Family, r.Provisional, r.ReceiverOrg, r.State,
		r.Owner, r.Next, r.Due, r.clock, r.AcceptedAt, r.ScheduledFor, r.ArrivedAt,
		r.EndedAt, r.NoShows, r.Declined, r.Proposed, r.Outcome, r.FollowedBy, r.ForgottenAt,
		r.AnsweredAt, r.Released, r.Held, r.ReviewOn, r.OfferedTo)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, kernel.NewConflict("stale"))
	}
	r.Version++
	return nil
}

func insertStep(ctx context.Context, q db.Querier, alliance, referral kernel.ID, s Step) error {
	_, err := q.ExecContext(ctx, `INSERT INTO referral_step (alliance, referral, id, at, move, from_state, to_state, worker, org, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, alliance, referral, s.ID, s.At, s.Move, s.From, s.To, s.Worker, s.Org, s.Detail)
	return err
}

// stepsOf lists what happened with a referral, oldest first.
func stepsOf(ctx context.Context, q db.Querier, alliance, referral kernel.ID) (steps []Step, err error) {
	rows, err := q.QueryContext(ctx, `SELECT id, at, move, from_state, to_state, worker, org, detail FROM referral_step
		WHERE alliance = $1 AND referral = $2 ORDER BY at, id`, alliance, referral)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s Step
		if err := rows.Scan(&s.ID, &s.At, &s.Move, &s.From, &s.To, &s.Worker, &s.Org, &s.Detail); err != nil {
			return nil, err
		}
		steps = append(steps, s)
	}
	return steps, rows.Err()
}

// ofFamily lists every referral about a family, whoever sent it.
func ofFamily(ctx context.Context, q db.Querier, alliance, family kernel.ID) ([]Referral, error) {
	found, err := query(ctx, q, &where{parts: []string{"x.alliance = $1", "x.family = $2"}, args: []any{alliance, family}}, "'' AS page_key", "x.id", 1000)
	var all []Referral
	for _, k := range found {
		all = append(all, k.Referral)
	}
	return all, err
}

// stillAccepted tells whether another referral of the family, that an
// organisation has taken on, is open.
func stillAccepted(ctx context.Context, q db.Querier, alliance kernel.ID, r Referral) (bool, error) {
	var n int64
	err := q.QueryRowContext(ctx, `SELECT count(*) FROM referral WHERE alliance = $1 AND family = $2 AND receiver_org = $3
		AND id <> $4 AND state IN ('accepted', 'waiting', 'scheduled', 'missed', 'arrived')`, alliance, r.Family, r.ReceiverOrg, r.ID).Scan(&n)
	return n > 0, err
}

// where gathers the conditions of a list and their values.
type where struct {
	parts []string
	args  []any
}

// and adds a condition in which each %s stands for the next of args.
func (w *where) and(condition string, args ...any) {
	marks := make([]any, len(args))
	for i, arg := range args {
		w.args = append(w.args, arg)
		marks[i] = fmt.Sprintf("$%d", len(w.args))
	}
	w.parts = append(w.parts, fmt.Sprintf(condition, marks...))
}

// filter adds a condition that numbered its parameters itself, from
// [where.next] on.
func (w *where) filter(condition string, args []any) {
	w.parts, w.args = append(w.parts, condition), append(w.args, args...)
}

func (w *where) next() int { return len(w.args) + 1 }

// keyed is a referral with the key by which its list pages.
type keyed struct {
	Referral
	key string
}

// query lists referrals with a key, an SQL expression, in an order.
func query(ctx context.Context, q db.Querier, w *where, key, order string, limit int) (found []keyed, err error) {
	rows, err := q.QueryContext(ctx, fmt.Sprintf(`SELECT %s, %s FROM referral x WHERE %s ORDER BY %s LIMIT %d`,
		columns, key, strings.Join(w.parts, " AND "), order, limit), w.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k keyed
		if err := rows.Scan(append(k.columns(), &k.key)...); err != nil {
			return nil, err
		}
		found = append(found, k)
	}
	return found, rows.Err()
}

// tally counts the open referrals of an organisation: those that nobody has
// taken on, those of one worker, and all whose day has passed.
func tally(ctx context.Context, q db.Querier, w *where, worker kernel.ID, today kernel.Date) (c Count, err error) {
	from := w.next()
	err = q.QueryRowContext(ctx, fmt.Sprintf(`SELECT count(*),
		count(*) FILTER (WHERE x.owner = ''), count(*) FILTER (WHERE x.owner = $%d), count(*) FILTER (WHERE x.due < $%d)
		FROM referral x WHERE %s`, from, from+1, strings.Join(w.parts, " AND ")), append(w.args, worker, today)...).
		Scan(&c.Open, &c.Unclaimed, &c.Mine, &c.Overdue)
	return c, err
}

package sessions

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

const bookingColumns = `id, session, slot, family, number, walk_in, state, lines, given, booked_at, handed_at, event`

func decimal(n int) string { return strconv.Itoa(n) }

func written(lines []Line) string {
	if len(lines) == 0 {
		return "[]"
	}
	b, err := json.Marshal(lines)
	if err != nil {
		panic(err) // cannot happen: text and whole numbers
	}
	return string(b)
}

// bookingsOf lists bookings by a condition of this package's own, in the order
// of their numbers.
func bookingsOf(ctx context.Context, q db.Querier, alliance kernel.ID, condition string, args ...any) (all []Booking, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var b Booking
		var lines, given string
		err := rows.Scan(&b.ID, &b.Session, &b.Slot, &b.Family, &b.Number, &b.WalkIn, &b.State, &lines, &given, &b.BookedAt, &b.HandedAt, &b.Event)
		if err == nil {
			err = json.Unmarshal([]byte(lines), &b.Lines)
		}
		if err == nil {
			err = json.Unmarshal([]byte(given), &b.Given)
		}
		all = append(all, b)
		return err
	}, `SELECT `+bookingColumns+` FROM handout_booking WHERE alliance = $1 AND `+condition+` ORDER BY session, number`, append([]any{alliance}, args...)...)
	return all, err
}

func loadBooking(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Booking, error) {
	all, err := bookingsOf(ctx, q, alliance, `id = $2`, id)
	if err == nil && len(all) == 0 {
		err = kernel.NewNotFound("handout")
	}
	if err != nil {
		return Booking{}, err
	}
	return all[0], nil
}

// walkIn is who walked in to a session under a number.
func walkIn(ctx context.Context, q db.Querier, alliance, session kernel.ID, number int64) (Booking, error) {
	all, err := bookingsOf(ctx, q, alliance, `session = $2 AND number = $3 AND walk_in = $4`, session, number, true)
	if err == nil && len(all) == 0 {
		err = kernel.NewInvalid("handout.no_walk_in").At("number")
	}
	if err != nil {
		return Booking{}, err
	}
	return all[0], nil
}

func insertBooking(ctx context.Context, q db.Querier, alliance kernel.ID, b Booking) error {
	_, err := q.ExecContext(ctx, `INSERT INTO handout_booking (alliance, `+bookingColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		alliance, b.ID, b.Session, b.Slot, b.Family, b.Number, b.WalkIn, b.State, written(b.Lines), written(b.Given), b.BookedAt, b.HandedAt, b.Event)
	return err
}

func saveBooking(ctx context.Context, q db.Querier, alliance kernel.ID, b Booking) error {
	_, err := q.ExecContext(ctx, `UPDATE handout_booking SET session = $3, slot = $4, family = $5, number = $6, state = $7, lines = $8, given = $9,
		booked_at = $10, handed_at = $11, event = $12 WHERE alliance = $1 AND id = $2`,
		alliance, b.ID, b.Session, b.Slot, b.Family, b.Number, b.State, written(b.Lines), written(b.Given), b.BookedAt, b.HandedAt, b.Event)
	return err
}

// take takes a place of a time; false when there is none.
func take(ctx context.Context, q db.Querier, alliance, session kernel.ID, slot int64) (bool, error) {
	result, err := q.ExecContext(ctx, `UPDATE handout_slot SET taken = taken + 1 WHERE alliance = $1 AND session = $2 AND n = $3 AND taken < places`, alliance, session, slot)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// give gives a place of a time back.
func give(ctx context.Context, q db.Querier, alliance, session kernel.ID, slot int64) error {
	_, err := q.ExecContext(ctx, `UPDATE handout_slot SET taken = taken - 1 WHERE alliance = $1 AND session = $2 AND n = $3`, alliance, session, slot)
	return err
}

// nextNumber is the number by which the next family of a session is called.
func nextNumber(ctx context.Context, q db.Querier, alliance, session kernel.ID) (n int64, err error) {
	err = q.QueryRowContext(ctx, `UPDATE handout_session SET numbers = numbers + 1 WHERE alliance = $1 AND id = $2 RETURNING numbers`, alliance, session).Scan(&n)
	return n, err
}

// over lists sessions that ended before a moment and are not closed.
func over(ctx context.Context, q db.Querier, before kernel.Instant, limit int) (alliances, ids []kernel.ID, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var alliance, id kernel.ID
		err := rows.Scan(&alliance, &id)
		alliances, ids = append(alliances, alliance), append(ids, id)
		return err
	}, `SELECT alliance, id FROM handout_session WHERE closed = $1 AND ends < $2 ORDER BY ends LIMIT `+decimal(limit), false, before)
	return alliances, ids, err
}

func closeSession(ctx context.Context, q db.Querier, alliance, id kernel.ID) error {
	_, err := q.ExecContext(ctx, `UPDATE handout_session SET closed = $3 WHERE alliance = $1 AND id = $2`, alliance, id, true)
	return err
}

func keepMerge(ctx context.Context, q db.Querier, alliance, merge, booking kernel.ID) error {
	_, err := q.ExecContext(ctx, `INSERT INTO handout_merge (alliance, merge, booking) VALUES ($1, $2, $3)`, alliance, merge, booking)
	return err
}

// mergedBy are the bookings that came along with a merge.
func mergedBy(ctx context.Context, q db.Querier, alliance, merge kernel.ID) ([]Booking, error) {
	return bookingsOf(ctx, q, alliance, `id IN (SELECT m.booking FROM handout_merge m WHERE m.alliance = $1 AND m.merge = $2)`, merge)
}

func forgetMerge(ctx context.Context, q db.Querier, alliance, merge kernel.ID) error {
	_, err := q.ExecContext(ctx, `DELETE FROM handout_merge WHERE alliance = $1 AND merge = $2`, alliance, merge)
	return err
}

func forgetBooking(ctx context.Context, q db.Querier, alliance, booking kernel.ID) error {
	_, err := q.ExecContext(ctx, `DELETE FROM handout_merge WHERE alliance = $1 AND booking = $2`, alliance, booking)
	return err
}

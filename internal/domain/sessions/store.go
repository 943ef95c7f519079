package sessions

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

const seriesColumns = `id, version, org, name, place, weeks, days, nth, from_time, to_time, first_day, last_day, holidays, not_days,
	way, slot, places, release_in, own, items, feed, ended, depot`

func scanSeries(scan func(...any) error, more ...any) (s Series, err error) {
	var days, not, items string
	err = scan(append([]any{&s.ID, &s.Version, &s.Org, &s.Name, &s.Place, &s.Recurs.Weeks, &days, &s.Recurs.Nth, &s.Recurs.From, &s.Recurs.To,
		&s.Recurs.First, &s.Recurs.Last, &s.Recurs.Holidays, &not, &s.Way, &s.Slot, &s.Places, &s.Release, &s.Own, &items, &s.Feed, &s.Ended, &s.Depot}, more...)...)
	if err != nil {
		return s, err
	}
	s.Recurs.Days = strings.Fields(days)
	for _, d := range strings.Fields(not) {
		s.Recurs.Not = append(s.Recurs.Not, kernel.Date(d))
	}
	return s, json.Unmarshal([]byte(items), &s.Items)
}

// values are what is stored of a series, in the order of the columns.
func (s Series) values(alliance kernel.ID) ([]any, error) {
	var not []string
	for _, d := range s.Recurs.Not {
		not = append(not, string(d))
	}
	items, err := json.Marshal(s.Items)
	return []any{alliance, s.ID, s.Version, s.Org, s.Name, s.Place, s.Recurs.Weeks, strings.Join(s.Recurs.Days, " "), s.Recurs.Nth, s.Recurs.From, s.Recurs.To,
		s.Recurs.First, s.Recurs.Last, s.Recurs.Holidays, strings.Join(not, " "), s.Way, s.Slot, s.Places, s.Release, s.Own, string(items), s.Feed, s.Ended, s.Depot}, err
}

func insertSeries(ctx context.Context, q db.Querier, alliance kernel.ID, s Series) error {
	values, err := s.values(alliance)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO handout_series (alliance, `+seriesColumns+`, made_until)
		VALUES (`+db.Marks(1, len(values))+`, '')`, values...)
	return err
}

func updateSeries(ctx context.Context, q db.Querier, alliance kernel.ID, s Series) error {
	values, err := s.values(alliance)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `UPDATE handout_series SET version = $3, org = $4, name = $5, place = $6, weeks = $7, days = $8, nth = $9, from_time = $10,
		to_time = $11, first_day = $12, last_day = $13, holidays = $14, not_days = $15, way = $16, slot = $17, places = $18, release_in = $19, own = $20,
		items = $21, feed = $22, ended = $23, depot = $24, made_until = '' WHERE alliance = $1 AND id = $2`, values...)
	return err
}

func loadSeries(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Series, error) {
	all, err := seriesOf(ctx, q, alliance, `id = $2`, id)
	if err == nil && len(all) == 0 {
		err = kernel.NewNotFound("handout")
	}
	if err != nil {
		return Series{}, err
	}
	return all[0], nil
}

// seriesOf lists series by a condition of this package's own.
func seriesOf(ctx context.Context, q db.Querier, alliance kernel.ID, condition string, args ...any) (all []Series, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		s, err := scanSeries(rows.Scan)
		all = append(all, s)
		return err
	}, `SELECT `+seriesColumns+` FROM handout_series WHERE alliance = $1 AND `+condition+` ORDER BY id`, append([]any{alliance}, args...)...)
	return all, err
}

// behind is a series by what the address of its calendar carries.
func behind(ctx context.Context, q db.Querier, feed string) (alliance kernel.ID, s Series, err error) {
	row := q.QueryRowContext(ctx, `SELECT `+seriesColumns+`, alliance FROM handout_series WHERE feed = $1 AND feed <> ''`, feed)
	s, err = scanSeries(row.Scan, &alliance)
	if errors.Is(err, sql.ErrNoRows) {
		err = kernel.NewNotFound("page")
	}
	return alliance, s, err
}

// due lists series whose sessions are to be made ahead.
func due(ctx context.Context, q db.Querier, until kernel.Date, limit int) (alliances []kernel.ID, all []Series, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var alliance kernel.ID
		s, err := scanSeries(rows.Scan, &alliance)
		all, alliances = append(all, s), append(alliances, alliance)
		return err
	}, `SELECT `+seriesColumns+`, alliance FROM handout_series WHERE ended = $1 AND made_until < $2 ORDER BY made_until LIMIT `+decimal(limit), false, until)
	return alliances, all, err
}

// ahead makes the sessions of a series from a day on, as far as they are not
// there, and tells how many it made.
func ahead(ctx context.Context, q db.Querier, alliance kernel.ID, s Series, today kernel.Date) (made int, err error) {
	until := today.AddDays(Ahead)
	for _, day := range s.Recurs.On(max(today, s.Recurs.First), until) {
		new, err := insertSession(ctx, q, alliance, s.on(day))
		if err != nil {
			return made, err
		}
		if new {
			made++
		}
	}
	_, err = q.ExecContext(ctx, `UPDATE handout_series SET made_until = $3 WHERE alliance = $1 AND id = $2`, alliance, s.ID, until)
	return made, err
}

func insertSession(ctx context.Context, q db.Querier, alliance kernel.ID, s Session) (made bool, err error) {
	result, err := q.ExecContext(ctx, `INSERT INTO handout_session (alliance, id, series, day, starts, ends, cancelled, closed, numbers)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 0) ON CONFLICT DO NOTHING`, alliance, s.ID, s.Series, s.Day, s.Starts, s.Ends, false)
	if err != nil {
		return false, err
	}
	if n, err := result.RowsAffected(); n == 0 || err != nil {
		return false, err
	}
	for _, slot := range s.Slots {
		_, err := q.ExecContext(ctx, `INSERT INTO handout_slot (alliance, session, n, starts, ends, places, taken) VALUES ($1, $2, $3, $4, $5, $6, 0)`,
			alliance, s.ID, slot.N, slot.Starts, slot.Ends, slot.Places)
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// dropEmpty takes away the sessions to come of a series to which nobody comes,
// and that nobody called off.
func dropEmpty(ctx context.Context, q db.Querier, alliance, series kernel.ID, now kernel.Instant) error {
	const those = ` IN (SELECT s.id FROM handout_session s WHERE s.alliance = $1 AND s.series = $2 AND s.starts > $3 AND s.cancelled = $4
		AND NOT EXISTS (SELECT 1 FROM handout_booking b WHERE b.alliance = s.alliance AND b.session = s.id))`
	for _, statement := range []string{`DELETE FROM handout_slot WHERE alliance = $1 AND session` + those, `DELETE FROM handout_session WHERE alliance = $1 AND id` + those} {
		if _, err := q.ExecContext(ctx, statement, alliance, series, now, false); err != nil {
			return err
		}
	}
	return nil
}

// sessionsOf lists sessions by a condition of this package's own on s, with
// their times, in their order.
func sessionsOf(ctx context.Context, q db.Querier, alliance kernel.ID, condition string, args ...any) (all []Session, err error) {
	args = append([]any{alliance}, args...)
	place := map[kernel.ID]int{}
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var s Session
		err := rows.Scan(&s.ID, &s.Series, &s.Day, &s.Starts, &s.Ends, &s.Cancelled, &s.Closed, &s.numbers)
		place[s.ID] = len(all)
		all = append(all, s)
		return err
	}, `SELECT s.id, s.series, s.day, s.starts, s.ends, s.cancelled, s.closed, s.numbers FROM handout_session s
		WHERE s.alliance = $1 AND `+condition+` ORDER BY s.starts, s.id`, args...)
	if err != nil || len(all) == 0 {
		return all, err
	}
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var session kernel.ID
		var t Slot
		err := rows.Scan(&session, &t.N, &t.Starts, &t.Ends, &t.Places, &t.Taken)
		all[place[session]].Slots = append(all[place[session]].Slots, t)
		return err
	}, `SELECT t.session, t.n, t.starts, t.ends, t.places, t.taken FROM handout_slot t JOIN handout_session s ON s.alliance = t.alliance AND s.id = t.session
		WHERE s.alliance = $1 AND `+condition+` ORDER BY t.session, t.n`, args...)
	if err != nil {
		return nil, err
	}
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var session kernel.ID
		var n int64
		err := rows.Scan(&session, &n)
		all[place[session]].Waiting = n
		return err
	}, `SELECT b.session, count(*) FROM handout_booking b JOIN handout_session s ON s.alliance = b.alliance AND s.id = b.session
		WHERE s.alliance = $1 AND b.state = 'waiting' AND `+condition+` GROUP BY b.session`, args...)
	return all, err
}

func loadSession(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Session, error) {
	all, err := sessionsOf(ctx, q, alliance, `s.id = $2`, id)
	if err == nil && len(all) == 0 {
		err = kernel.NewNotFound("handout")
	}
	if err != nil {
		return Session{}, err
	}
	return all[0], nil
}

func cancelSession(ctx context.Context, q db.Querier, alliance, session kernel.ID) error {
	if _, err := q.ExecContext(ctx, `UPDATE handout_booking SET state = $3 WHERE alliance = $1 AND session = $2 AND state IN ($4, $5)`,
		alliance, session, Cancelled, Booked, Waiting); err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, `UPDATE handout_slot SET taken = 0 WHERE alliance = $1 AND session = $2`, alliance, session); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, `UPDATE handout_session SET cancelled = $3 WHERE alliance = $1 AND id = $2`, alliance, session, true)
	return err
}

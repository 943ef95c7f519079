package ownpage

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// A request to correct is answered within a month. Where it is complex, or there
// are many, two months more may be taken, once, if whoever asked is told so and
// why within the first (GDPR, article 12(3)).
const (
	answerWithin = 1 // months
	answerLonger = 2 // months more
)

// lateShown bounds the list of what is late.
const lateShown = 200

// MayExtend tells whether more time can be taken for it on a day.
func (m Message) MayExtend(today kernel.Date) bool {
	return m.waitsFor() && m.ExtendedAt == "" && today <= m.Due
}

// waitsFor tells whether it is a request to correct that nobody decided.
func (m Message) waitsFor() bool {
	return m.Kind == Correction && !m.ByTeam && m.SettledAt == "" && m.Due != ""
}

// Extend takes two months more for a request to correct, with the reason, which
// stands on the page of who asked. It can be done once, within the first month:
// Conflict ("own.extended", "own.extend_late"), or ("own.decided").
func (s *Service) Extend(ctx context.Context, family, message kernel.ID, reason string) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.messages", family); err != nil {
			return err
		}
		m, err := loadMessage(ctx, a, a.Alliance(), family, message)
		switch {
		case err != nil:
			return err
		case m.Kind != Correction || m.ByTeam || m.Due == "":
			return kernel.NewNotFound("message")
		case m.SettledAt != "":
			return kernel.NewConflict("own.decided")
		case m.ExtendedAt != "":
			return kernel.NewConflict("own.extended")
		case !m.MayExtend(a.Today()):
			return kernel.NewConflict("own.extend_late").With("day", string(m.Due))
		}
		var wrong kernel.Faults
		words, err := text(reason, maxMessage)
		if strings.TrimSpace(reason) == "" {
			err = kernel.NewInvalid("own.extend_reason")
		}
		wrong.Check("longer", err)
		if err := wrong.Err(); err != nil {
			return err
		}
		// From the day on which they asked: a month that was too short for the day
		// takes none from the next two.
		due := m.At.Date().AddMonths(answerWithin + answerLonger)
		if err := extendMessage(ctx, a, a.Alliance(), family, message, due, a.Now); err != nil {
			return err
		}
		told := Message{ID: kernel.NewID(), Person: m.Person, Kind: Word, ByTeam: true, Worker: a.Actor.Person, Org: a.Actor.Org, At: a.Now, Text: words}
		if err := s.keep(ctx, a, family, told); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.messages", Subject: m.Person, Detail: map[string]string{"messages": "extended", "due": string(due)}})
	})
}

// Late is a request to correct that nobody decided in time: numbers and days.
type Late struct {
	Family   kernel.ID
	Message  kernel.ID
	AskedOn  kernel.Date
	Due      kernel.Date
	Extended bool
	Houses   []kernel.ID // the organisations that work with the family, whom to ask
}

// Late lists the requests of the alliance to correct that nobody decided in
// time, the longest due first, for who watches over it: no words, no names.
func (s *Service) Late(ctx context.Context) (late []Late, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "requests.watch", ""); err != nil {
			return err
		}
		if late, err = lateMessages(ctx, a, a.Alliance(), a.Today()); err != nil {
			return err
		}
		var ids []kernel.ID
		for _, x := range late {
			ids = append(ids, x.Family)
		}
		houses, err := s.Families.HousesIn(ctx, a, ids)
		for i := range late {
			late[i].Houses = houses[late[i].Family]
		}
		return err
	})
	return late, err
}

func extendMessage(ctx context.Context, q db.Querier, alliance, family, id kernel.ID, due kernel.Date, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE own_message SET due = $4, extended_at = $5
		WHERE alliance = $1 AND family = $2 AND id = $3 AND settled_at = '' AND extended_at = ''`, alliance, family, id, due, now)
	return err
}

func lateMessages(ctx context.Context, q db.Querier, alliance kernel.ID, today kernel.Date) (late []Late, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var x Late
		var at, extended kernel.Instant
		err := rows.Scan(&x.Family, &x.Message, &at, &x.Due, &extended)
		x.AskedOn, x.Extended = at.Date(), extended != ""
		late = append(late, x)
		return err
	}, `SELECT family, id, at, due, extended_at FROM own_message WHERE alliance = $1 AND due <> '' AND settled_at = '' AND due < $2
		ORDER BY due, id LIMIT `+strconv.Itoa(lateShown), alliance, today)
	return late, err
}

package ownpage

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// MessageKind is what somebody of a family writes for.
type MessageKind string

// The kinds.
const (
	Word       MessageKind = "word"       // a message
	Correction MessageKind = "correction" // something that is written of them is not right
	Objection  MessageKind = "objection"  // something is no longer to be shared
)

// Kinds lists the kinds.
var Kinds = [...]MessageKind{Word, Correction, Objection}

// Message is what an adult of a family and the care team write to one another.
// Every adult has a conversation of their own, which the others do not see. The
// words lie in the vault.
type Message struct {
	ID         kernel.ID
	Person     kernel.ID // whose conversation it is in
	Kind       MessageKind
	About      string // of a correction: the key of a fact, or a code; empty: nothing in particular
	ByTeam     bool
	Worker     kernel.ID // who wrote it, of the care team; of one not by the team: who wrote it down for them
	Org        kernel.ID
	At         kernel.Instant
	SeenAt     kernel.Instant // by the other side; zero: not yet
	SettledAt  kernel.Instant // of one from the family: answered, or put right; zero: it waits
	SettledBy  kernel.ID
	Due        kernel.Date    // of a correction: by when it is decided
	Outcome    Outcome        // of a correction that was decided
	ExtendedAt kernel.Instant // of a correction: when its term was made longer; zero: it was not
	Text       string
}

// Bounds of what is written.
const (
	maxMessage  = 2000 // letters
	maxADay     = 30   // messages of one adult
	maxAbout    = 60   // letters of a code
	lastWritten = 100  // messages that a conversation shows
)

// Write sends the visitor's message, correction or objection to the care team.
// It waits there, on the page of today, until somebody answers it or says that
// it is settled.
func (s *Service) Write(ctx context.Context, v Visit, kind MessageKind, about, words string) error {
	ctx = act.As(ctx, v.Actor())
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "own.write", v.Family); err != nil {
			return err
		}
		var wrong kernel.Faults
		text, err := text(words, maxMessage)
		wrong.Check("text", err)
		if !slices.Contains(Kinds[:], kind) {
			wrong.Check("kind", kernel.NewInvalid("own.kind"))
		}
		if len(about) > maxAbout || strings.Trim(about, "abcdefghijklmnopqrstuvwxyz0123456789_.-") != "" {
			wrong.Check("about", kernel.NewInvalid("own.about"))
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		return s.send(ctx, a, v, Message{Person: v.Person, Kind: kind, About: about, Text: text})
	})
}

func (s *Service) keep(ctx context.Context, a *act.Act, family kernel.ID, m Message) error {
	key, err := s.Vault.Open(ctx, a, a.Alliance(), family)
	if err != nil {
		return err
	}
	if err := key.Put(ctx, a, messageEntry(m.ID), m.Text); err != nil {
		return err
	}
	if err := s.Families.Touch(ctx, a, family); err != nil {
		return err
	}
	return insertMessage(ctx, a, a.Alliance(), family, m)
}

func messageEntry(id kernel.ID) string { return "own/message/" + string(id) }

// Talk is a conversation, the oldest first, with the names of who wrote.
type Talk struct {
	Person   families.Person
	Messages []Message
	Names    map[kernel.ID]string
}

// Talk is the visitor's conversation. What the care team wrote counts as seen.
func (s *Service) Talk(ctx context.Context, v Visit) (talk Talk, err error) {
	err = s.own(ctx, v, "messages", func(a *act.Act, file families.File, look sight) error {
		talk = Talk{}
		talk.Person, _ = file.Person(look.me)
		if talk.Messages, err = s.messages(ctx, a, file.ID, look.me); err != nil {
			return err
		}
		if err := seeMessages(ctx, a, a.Alliance(), file.ID, look.me, true, a.Now); err != nil {
			return err
		}
		talk.Names, err = s.writers(ctx, a, talk.Messages)
		return err
	})
	if err != nil {
		return Talk{}, err
	}
	return talk, nil
}

func (s *Service) writers(ctx context.Context, a *act.Act, messages []Message) (map[kernel.ID]string, error) {
	var ids []kernel.ID
	for _, m := range messages {
		org, _, _ := m.Stopped()
		ids = append(ids, m.Worker, m.Org, org)
	}
	return s.Members.NamesIn(ctx, a, ids...)
}

// Talks are the conversations of a family's adults, for its care team: those in
// which something waits first. What the family wrote counts as seen.
func (s *Service) Talks(ctx context.Context, family kernel.ID) (talks []Talk, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.messages", family); err != nil {
			return err
		}
		file, err := s.Families.ReadIn(ctx, a, family)
		if err != nil {
			return err
		}
		talks = nil
		for _, p := range slices.Concat(file.Persons, file.Gone) {
			if p.Role == families.Child || p.Role == families.Unborn {
				continue
			}
			t := Talk{Person: p}
			if t.Messages, err = s.messages(ctx, a, family, p.ID); err != nil {
				return err
			}
			if t.Names, err = s.writers(ctx, a, t.Messages); err != nil {
				return err
			}
			if len(t.Messages) == 0 && p.LeftOn != "" {
				continue
			}
			talks = append(talks, t)
			if len(t.Messages) == 0 {
				continue
			}
			if err := seeMessages(ctx, a, a.Alliance(), family, p.ID, false, a.Now); err != nil {
				return err
			}
			// On record under the person: what one writes the other is not told.
			if err := a.Record(ctx, act.Entry{Action: "family.messages", Subject: p.ID, Detail: map[string]string{"messages": "read"}}); err != nil {
				return err
			}
		}
		slices.SortStableFunc(talks, func(x, y Talk) int { return y.waiting() - x.waiting() })
		return a.Record(ctx, act.Entry{Action: "family.read", Subject: family, Detail: map[string]string{"part": "messages"}})
	})
	if err != nil {
		return nil, err
	}
	return talks, nil
}

// waiting counts what the family wrote and nobody answered.
func (t Talk) waiting() (n int) {
	for _, m := range t.Messages {
		if !m.ByTeam && m.SettledAt == "" {
			n++
		}
	}
	return n
}

// Answer writes to an adult of the family, and settles every message of theirs
// that waited. A correction and an objection wait on, until somebody says that
// they are settled ([Service.Settle]).
func (s *Service) Answer(ctx context.Context, family, person kernel.ID, words string) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.messages", family); err != nil {
			return err
		}
		file, err := s.Families.ReadIn(ctx, a, family)
		if err != nil {
			return err
		}
		if p, ok := file.Person(person); !ok || p.Role == families.Child || p.Role == families.Unborn {
			return kernel.NewInvalid("pagecode.person").At("person")
		}
		text, err := text(words, maxMessage)
		if err != nil {
			var wrong kernel.Faults
			wrong.Check("text", err)
			return wrong.Err()
		}
		m := Message{ID: kernel.NewID(), Person: person, Kind: Word, ByTeam: true, Worker: a.Actor.Person, Org: a.Actor.Org, At: a.Now, Text: text}
		if err := s.keep(ctx, a, family, m); err != nil {
			return err
		}
		if err := settleWords(ctx, a, a.Alliance(), family, person, a.Now, a.Actor.Person); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.messages", Subject: person, Detail: map[string]string{"messages": "answered"}})
	})
}

// Settle says that a message of the family needs nothing more: what was wrong was
// put right, what was to stop has stopped.
func (s *Service) Settle(ctx context.Context, family, message kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.messages", family); err != nil {
			return err
		}
		person, err := settleOne(ctx, a, a.Alliance(), family, message, a.Now, a.Actor.Person)
		if err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.messages", Subject: person, Detail: map[string]string{"messages": "settled"}})
	})
}

// Waiting counts, by family, the messages that nobody of the care team has
// answered or settled, of the actor's own families.
func (s *Service) Waiting(ctx context.Context) (waiting []Awaiting, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		may, args := a.Filter("family.messages", "m.family", 2)
		waiting, err = waitingOf(ctx, a, a.Alliance(), may, args)
		return err
	})
	return waiting, err
}

// Awaiting is a family that wrote.
type Awaiting struct {
	Family kernel.ID
	N      int
	Since  kernel.Instant
	Due    kernel.Date // by when the first of its corrections is decided; zero: none waits
}

// messages are the last of one conversation, opened, the oldest first.
func (s *Service) messages(ctx context.Context, a *act.Act, family, person kernel.ID) ([]Message, error) {
	all, err := messagesOf(ctx, a, a.Alliance(), family, person)
	if err != nil || len(all) == 0 {
		return all, err
	}
	key, err := s.Vault.Open(ctx, a, a.Alliance(), family)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if _, err := key.Get(ctx, a, messageEntry(all[i].ID), &all[i].Text); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(x, y Message) int { return cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(x.ID, y.ID)) })
	return all, nil
}

// line reads what was typed on one line.
func line(typed string, limit int) (string, error) {
	return text(strings.Join(strings.Fields(typed), " "), limit)
}

// text reads what was typed. Signs that make a text other than it looks are
// refused; nothing is too.
func text(typed string, limit int) (string, error) {
	typed = strings.TrimSpace(strings.ReplaceAll(typed, "\r\n", "\n"))
	switch {
	case typed == "":
		return "", kernel.NewInvalid("own.text_empty")
	case utf8.RuneCountInString(typed) > limit:
		return "", kernel.NewTooMany("own.text").With("limit", strconv.Itoa(limit))
	case !utf8.ValidString(typed) || strings.ContainsFunc(typed, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) && r != '\u200e' && r != '\u200f' && r != '\u061c'
	}):
		return "", kernel.NewInvalid("own.text_form")
	}
	return typed, nil
}

func insertMessage(ctx context.Context, q db.Querier, alliance, family kernel.ID, m Message) error {
	_, err := q.ExecContext(ctx, `INSERT INTO own_message (alliance, family, id, person, kind, about, by_team, worker, org, at, seen_at, settled_at, settled_by, due, outcome)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', '', $11, '')`,
		alliance, family, m.ID, m.Person, string(m.Kind), m.About, m.ByTeam, m.Worker, m.Org, m.At, m.Due)
	return err
}

func messagesOf(ctx context.Context, q db.Querier, alliance, family, person kernel.ID) (all []Message, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var m Message
		err := rows.Scan(&m.ID, &m.Person, &m.Kind, &m.About, &m.ByTeam, &m.Worker, &m.Org, &m.At, &m.SeenAt, &m.SettledAt, &m.SettledBy, &m.Due, &m.Outcome, &m.ExtendedAt)
		all = append(all, m)
		return err
	}, `SELECT id, person, kind, about, by_team, worker, org, at, seen_at, settled_at, settled_by, due, outcome, extended_at FROM own_message
		WHERE alliance = $1 AND family = $2 AND person = $3 ORDER BY at DESC, id DESC LIMIT `+strconv.Itoa(lastWritten), alliance, family, person)
	return all, err
}

func sentSince(ctx context.Context, q db.Querier, alliance, family, person kernel.ID, since kernel.Instant) (n int, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM own_message WHERE alliance = $1 AND family = $2 AND person = $3 AND NOT by_team AND at > $4`,
		alliance, family, person, since).Scan(&n)
	return n, err
}

func unseenBy(ctx context.Context, q db.Querier, alliance, family, person kernel.ID) (n int, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM own_message WHERE alliance = $1 AND family = $2 AND person = $3 AND by_team AND seen_at = ''`,
		alliance, family, person).Scan(&n)
	return n, err
}

func seeMessages(ctx context.Context, q db.Querier, alliance, family, person kernel.ID, byTeam bool, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE own_message SET seen_at = $5 WHERE alliance = $1 AND family = $2 AND person = $3 AND by_team = $4 AND seen_at = ''`,
		alliance, family, person, byTeam, now)
	return err
}

func settleWords(ctx context.Context, q db.Querier, alliance, family, person kernel.ID, now kernel.Instant, by kernel.ID) error {
	_, err := q.ExecContext(ctx, `UPDATE own_message SET settled_at = $4, settled_by = $5
		WHERE alliance = $1 AND family = $2 AND person = $3 AND NOT by_team AND kind = 'word' AND settled_at = ''`, alliance, family, person, now, by)
	return err
}

func settleOne(ctx context.Context, q db.Querier, alliance, family, id kernel.ID, now kernel.Instant, by kernel.ID) (person kernel.ID, err error) {
	err = q.QueryRowContext(ctx, `UPDATE own_message SET settled_at = CASE WHEN settled_at = '' THEN $4 ELSE settled_at END,
		settled_by = CASE WHEN settled_by = '' THEN $5 ELSE settled_by END,
		outcome = CASE WHEN kind = 'correction' AND outcome = '' THEN 'done' ELSE outcome END
		WHERE alliance = $1 AND family = $2 AND id = $3 AND NOT by_team RETURNING person`, alliance, family, id, now, by).Scan(&person)
	return person, missing(err, "message")
}

func waitingOf(ctx context.Context, q db.Querier, alliance kernel.ID, may string, args []any) (waiting []Awaiting, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var w Awaiting
		err := rows.Scan(&w.Family, &w.N, &w.Since, &w.Due)
		waiting = append(waiting, w)
		return err
	}, `SELECT m.family, count(*), min(m.at), coalesce(min(CASE WHEN m.due <> '' THEN m.due END), '') FROM own_message m WHERE m.alliance = $1 AND NOT m.by_team AND m.settled_at = '' AND `+may+`
		GROUP BY m.family ORDER BY min(m.at) LIMIT 100`, append([]any{alliance}, args...)...)
	return waiting, err
}

package ownpage

import (
	"context"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Outcome is what came of a request to correct.
type Outcome string

// The outcomes. Zero: it waits.
const (
	PutRight Outcome = "done"
	Declined Outcome = "refused" // with a reason, which the family reads
)

// Outcomes lists the outcomes in the order in which they are offered.
var Outcomes = [...]Outcome{PutRight, Declined}

// About, of an objection, names what stopped: one of these and an ID, or
// everything.
const (
	aboutDecision = "decision."
	aboutOrg      = "org."
	aboutAll      = "all"
)

// Stopped is what an objection stopped at once: the organisation that sees
// nothing more, all of them, or a decision. All zero: somebody has to look.
func (m Message) Stopped() (org kernel.ID, all bool, decision kernel.ID) {
	if id, ok := strings.CutPrefix(m.About, aboutOrg); ok {
		return kernel.ID(id), false, ""
	}
	if id, ok := strings.CutPrefix(m.About, aboutDecision); ok {
		return "", false, kernel.ID(id)
	}
	return "", m.Kind == Objection && m.About == aboutAll, ""
}

// Object says no for the visitor's household: from the next request on the
// organisation, or everybody outside the care team (zero), is shown nothing of
// it, unless a law or a danger asks it. The care team is told, with what the
// visitor wrote beside it (may be empty). It may name those whom the page shows:
// any other is NotFound ("decision").
func (s *Service) Object(ctx context.Context, v Visit, to kernel.ID, words string) error {
	shared, err := s.Shared(ctx, v)
	if err != nil {
		return err
	}
	known := slices.Contains(shared.Asked, to) || slices.ContainsFunc(shared.Decisions, func(d sharing.Decision) bool { return slices.Contains(d.Recipients, to) })
	ctx = act.As(ctx, v.Actor())
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "own.write", v.Family); err != nil {
			return err
		}
		file, err := s.Families.OwnIn(ctx, a, v.Family)
		if err != nil {
			return err
		}
		if !sightOf(v.Code, file).whole || to != "" && !known {
			return kernel.NewNotFound("decision")
		}
		m := Message{Person: v.Person, Kind: Objection, About: aboutAll}
		if to != "" {
			m.About = aboutOrg + string(to)
		}
		if strings.TrimSpace(words) != "" {
			var wrong kernel.Faults
			m.Text, err = text(words, maxMessage)
			wrong.Check("text", err)
			if err := wrong.Err(); err != nil {
				return err
			}
		}
		all, err := s.Sharing.OfIn(ctx, a, v.Family)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all.Objections, func(o sharing.Objection) bool {
			return o.LiftedAt == "" && len(o.Groups) == 0 && (o.Recipient == to || o.Recipient == "")
		}) {
			if _, err := s.Sharing.ObjectIn(ctx, a, v.Family, to, nil, sharing.ToldInWriting); err != nil {
				return err
			}
		}
		return s.send(ctx, a, v, m)
	})
}

// send keeps what the visitor wrote, or what was done in their name, until the
// care team has seen to it.
func (s *Service) send(ctx context.Context, a *act.Act, v Visit, m Message) error {
	sent, err := sentSince(ctx, a, a.Alliance(), v.Family, v.Person, a.Now.Add(-24*triesHour))
	if err != nil {
		return err
	}
	if sent >= maxADay {
		return kernel.NewTooMany("own.messages").At("text")
	}
	m.ID, m.At = kernel.NewID(), a.Now
	if m.Kind == Correction {
		m.Due = a.Today().AddMonths(answerWithin)
	}
	if err := s.keep(ctx, a, v.Family, m); err != nil {
		return err
	}
	return a.Record(ctx, act.Entry{Action: "own.write", Subject: v.Person, Detail: map[string]string{"kind": string(m.Kind)}})
}

// NoteCorrection writes down a request to correct that an adult of the family
// made to a worker. It waits like one that they wrote themselves, and they see
// it on their page.
func (s *Service) NoteCorrection(ctx context.Context, family, person kernel.ID, words string) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.messages", family); err != nil {
			return err
		}
		file, err := s.Families.ReadIn(ctx, a, family)
		if err != nil {
			return err
		}
		var wrong kernel.Faults
		if p, ok := file.Person(person); !ok || p.Role == families.Child || p.Role == families.Unborn {
			wrong.Check("person", kernel.NewInvalid("pagecode.person"))
		}
		text, err := text(words, maxMessage)
		wrong.Check("text", err)
		if err := wrong.Err(); err != nil {
			return err
		}
		m := Message{ID: kernel.NewID(), Person: person, Kind: Correction, About: "other", Worker: a.Actor.Person, Org: a.Actor.Org,
			At: a.Now, Due: a.Today().AddMonths(answerWithin), Text: text}
		if err := s.keep(ctx, a, family, m); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.messages", Subject: person, Detail: map[string]string{"messages": "correction"}})
	})
}

// Decide says what came of a request to correct. The reason, which a refusal
// must have, stands on the page of who asked. What is decided stays so: Conflict
// ("own.decided").
func (s *Service) Decide(ctx context.Context, family, message kernel.ID, out Outcome, reason string) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.messages", family); err != nil {
			return err
		}
		m, err := loadMessage(ctx, a, a.Alliance(), family, message)
		switch {
		case err != nil:
			return err
		case m.Kind != Correction || m.ByTeam:
			return kernel.NewNotFound("message")
		case m.SettledAt != "":
			return kernel.NewConflict("own.decided")
		}
		var wrong kernel.Faults
		if !slices.Contains(Outcomes[:], out) {
			wrong.Check("outcome", kernel.NewInvalid("own.outcome"))
		}
		if strings.TrimSpace(reason) != "" {
			reason, err = text(reason, maxMessage)
			wrong.Check("reason", err)
		} else if reason = ""; out == Declined {
			wrong.Check("reason", kernel.NewInvalid("own.reason"))
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		if err := decideMessage(ctx, a, a.Alliance(), family, message, out, a.Now, a.Actor.Person); err != nil {
			return err
		}
		if reason != "" {
			told := Message{ID: kernel.NewID(), Person: m.Person, Kind: Word, ByTeam: true, Worker: a.Actor.Person, Org: a.Actor.Org, At: a.Now, Text: reason}
			if err := s.keep(ctx, a, family, told); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "family.messages", Subject: m.Person, Detail: map[string]string{"messages": "decided", "outcome": string(out)}})
	})
}

func loadMessage(ctx context.Context, q db.Querier, alliance, family, id kernel.ID) (m Message, err error) {
	err = q.QueryRowContext(ctx, `SELECT id, person, kind, about, by_team, worker, org, at, settled_at, due, extended_at FROM own_message
		WHERE alliance = $1 AND family = $2 AND id = $3`, alliance, family, id).
		Scan(&m.ID, &m.Person, &m.Kind, &m.About, &m.ByTeam, &m.Worker, &m.Org, &m.At, &m.SettledAt, &m.Due, &m.ExtendedAt)
	return m, missing(err, "message")
}

func decideMessage(ctx context.Context, q db.Querier, alliance, family, id kernel.ID, out Outcome, now kernel.Instant, by kernel.ID) error {
	_, err := q.ExecContext(ctx, `UPDATE own_message SET outcome = $4, settled_at = $5, settled_by = $6
		WHERE alliance = $1 AND family = $2 AND id = $3 AND settled_at = ''`, alliance, family, id, string(out), now, by)
	return err
}

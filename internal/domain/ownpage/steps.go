package ownpage

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// NewStep is a step as it was agreed.
type NewStep struct {
	Text   string
	Theirs bool        // the family does it; otherwise the worker who writes it down
	Person kernel.ID   // for whom alone; zero: for the household
	Due    kernel.Date // zero: no day
}

const maxStep = 300 // letters

// most is how many steps a plan has at once: more is no plan.
const most = 30

// AddStep writes down what was agreed.
func (s *Service) AddStep(ctx context.Context, family kernel.ID, in NewStep) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.plan", family); err != nil {
			return err
		}
		file, err := s.Families.ReadIn(ctx, a, family)
		if err != nil {
			return err
		}
		if file.State != families.StateOpen {
			return kernel.NewConflict("family.closed")
		}
		text, err := line(in.Text, maxStep)
		var wrong kernel.Faults
		wrong.Check("text", err)
		wrong.Check("due", dueDay(in.Due, a.Today()))
		if p, ok := file.Person(in.Person); in.Person != "" && (!ok || p.Role == families.Child || p.Role == families.Unborn) {
			wrong.Check("person", kernel.NewInvalid("pagecode.person"))
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		steps, err := stepsOf(ctx, a, a.Alliance(), family)
		if err != nil {
			return err
		}
		if len(slices.DeleteFunc(steps, func(x Step) bool { return x.Done != "" })) >= most {
			return kernel.NewTooMany("plan.steps")
		}
		x := Step{ID: kernel.NewID(), Person: in.Person, Theirs: in.Theirs, Worker: a.Actor.Person, Org: a.Actor.Org, Due: in.Due}
		if err := insertStep(ctx, a, a.Alliance(), family, x, a.Now); err != nil {
			return err
		}
		key, err := s.Vault.Open(ctx, a, a.Alliance(), family)
		if err != nil {
			return err
		}
		if err := key.Put(ctx, a, stepEntry(x.ID), text); err != nil {
			return err
		}
		if err := s.Families.Touch(ctx, a, family); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.plan", Subject: about(family, in.Person), Detail: map[string]string{"step": "added"}})
	})
}

// about is under whom something is on record: the person whom alone it concerns,
// or the family.
func about(family, person kernel.ID) kernel.ID { return cmp.Or(person, family) }

func dueDay(d, today kernel.Date) error {
	if d == "" {
		return nil
	}
	if _, err := kernel.ParseDate(string(d)); err != nil {
		return err
	}
	if n := today.DaysUntil(d); n < 0 || n > 2*366 {
		return kernel.NewInvalid("plan.due")
	}
	return nil
}

func stepEntry(id kernel.ID) string { return "own/step/" + string(id) }

// StepDone says that a step was done, or that it was not; or takes it off the
// plan.
func (s *Service) StepDone(ctx context.Context, family, step kernel.ID, how StepEnd) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.plan", family); err != nil {
			return err
		}
		return s.stepDone(ctx, a, family, step, how, "family.plan", func(Step) bool { return true })
	})
}

// StepEnd is what becomes of a step.
type StepEnd string

// The ends of a step.
const (
	Finished StepEnd = "done"
	NotYet   StepEnd = "not_yet"
	TakenOff StepEnd = "off"
)

// Tick is how the visitor says that they did, or did not yet do, a step of their
// own.
func (s *Service) Tick(ctx context.Context, v Visit, step kernel.ID, how StepEnd) error {
	ctx = act.As(ctx, v.Actor())
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "own.write", v.Family); err != nil {
			return err
		}
		if how == TakenOff {
			return kernel.NewInvalid("own.step")
		}
		file, err := s.Families.OwnIn(ctx, a, v.Family)
		if err != nil {
			return err
		}
		look := sightOf(v.Code, file)
		return s.stepDone(ctx, a, v.Family, step, how, "own.write", func(x Step) bool { return x.Theirs && look.sees(file, x.Person) })
	})
}

func (s *Service) stepDone(ctx context.Context, a *act.Act, family, id kernel.ID, how StepEnd, action string, may func(Step) bool) error {
	steps, err := stepsOf(ctx, a, a.Alliance(), family)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(steps, func(x Step) bool { return x.ID == id && may(x) })
	if i < 0 {
		return kernel.NewNotFound("step")
	}
	switch how {
	case Finished:
		err = markStep(ctx, a, a.Alliance(), family, id, a.Now, a.Actor.Person)
	case NotYet:
		err = markStep(ctx, a, a.Alliance(), family, id, "", "")
	case TakenOff:
		err = s.dropStep(ctx, a, family, id)
	default:
		err = kernel.NewInvalid("own.step")
	}
	if err == nil {
		err = s.Families.Touch(ctx, a, family)
	}
	if err != nil {
		return err
	}
	subject := about(family, steps[i].Person)
	if a.Actor.Family != "" {
		subject = a.Actor.Person
	}
	return a.Record(ctx, act.Entry{Action: action, Subject: subject, Detail: map[string]string{"step": string(how)}})
}

func (s *Service) dropStep(ctx context.Context, a *act.Act, family, id kernel.ID) error {
	key, err := s.Vault.Open(ctx, a, a.Alliance(), family)
	if err != nil {
		return err
	}
	if err := key.Drop(ctx, a, stepEntry(id)); err != nil {
		return err
	}
	return deleteStep(ctx, a, a.Alliance(), family, id)
}

// writtenSteps are those that were agreed, in their own words.
func (s *Service) writtenSteps(ctx context.Context, a *act.Act, family kernel.ID) ([]Step, error) {
	steps, err := stepsOf(ctx, a, a.Alliance(), family)
	if err != nil || len(steps) == 0 {
		return steps, err
	}
	key, err := s.Vault.Open(ctx, a, a.Alliance(), family)
	if err != nil {
		return nil, err
	}
	for i := range steps {
		if _, err := key.Get(ctx, a, stepEntry(steps[i].ID), &steps[i].Text); err != nil {
			return nil, err
		}
	}
	return steps, nil
}

// claimStep is what comes next of a right that was asked for.
func claimStep(c Asked) (x Step, ok bool) {
	kind, ok := map[rights.State]StepKind{rights.ToApply: ToAsk, rights.Applied: ToHear, rights.Refused: ToFight, rights.Appeal: ToJudge}[c.State]
	return Step{Kind: kind, Right: c.Name, Person: c.Person, Worker: c.OpenedBy, Org: c.OpenedOrg, Due: c.Deadline}, ok && c.Name != ""
}

// referralStep is what comes next of an organisation that was asked to help.
func referralStep(r referrals.OwnReferral) Step {
	x := Step{Kind: TheyHelp, Worker: r.Owner, Org: r.Org, Due: r.Due, At: r.At, Place: r.Place}
	switch r.State {
	case referrals.Sent:
		x.Kind = TheyAnswer
	case referrals.Accepted:
		x.Kind = TheyCall
	case referrals.Scheduled:
		x.Kind, x.Theirs = Appointment, true
	}
	return x
}

func insertStep(ctx context.Context, q db.Querier, alliance, family kernel.ID, x Step, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `INSERT INTO own_step (alliance, family, id, person, theirs, worker, org, due, made_at, made_by, done_at, done_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $6, '', '')`, alliance, family, x.ID, x.Person, x.Theirs, x.Worker, x.Org, x.Due, now)
	return err
}

func stepsOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) (steps []Step, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		x := Step{Kind: Agreed}
		err := rows.Scan(&x.ID, &x.Person, &x.Theirs, &x.Worker, &x.Org, &x.Due, &x.Done)
		steps = append(steps, x)
		return err
	}, `SELECT id, person, theirs, worker, org, due, done_at FROM own_step WHERE alliance = $1 AND family = $2 ORDER BY id`, alliance, family)
	return steps, err
}

func markStep(ctx context.Context, q db.Querier, alliance, family, id kernel.ID, at kernel.Instant, by kernel.ID) error {
	_, err := q.ExecContext(ctx, `UPDATE own_step SET done_at = $4, done_by = $5 WHERE alliance = $1 AND family = $2 AND id = $3`,
		alliance, family, id, at, by)
	return err
}

func deleteStep(ctx context.Context, q db.Querier, alliance, family, id kernel.ID) error {
	_, err := q.ExecContext(ctx, `DELETE FROM own_step WHERE alliance = $1 AND family = $2 AND id = $3`, alliance, family, id)
	return err
}

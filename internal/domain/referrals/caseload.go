package referrals

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// highest bounds a limit.
const highest = 1000

// Limit is how many open referrals a worker, or a team as a whole, has at most.
type Limit struct {
	Worker kernel.ID // zero: the team as a whole
	Most   int64
}

// SetLimit says how many open referrals a worker of the actor's organisation
// has at most, or the organisation as a whole (zero worker); 0 lifts the limit.
// What is over it already stays.
func (s *Service) SetLimit(ctx context.Context, l Limit) error {
	if l.Most < 0 || l.Most > highest {
		return kernel.NewInvalid("referral.limit").At("most").With("limit", strconv.Itoa(highest))
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.arrange", ""); err != nil {
			return err
		}
		if l.Worker != "" {
			if err := s.colleague(ctx, a, a.Actor.Org, l.Worker, "worker"); err != nil {
				return err
			}
		}
		if err := saveLimit(ctx, a, a.Alliance(), a.Actor.Org, l); err != nil {
			return err
		}
		subject := l.Worker
		if subject == "" {
			subject = a.Actor.Org
		}
		return a.Record(ctx, act.Entry{Action: "referral.limit", Subject: subject, Fields: []string{"most"}})
	})
}

// Load is how much somebody has.
type Load struct {
	Worker kernel.ID // zero: the organisation as a whole
	Open   int64     // taken on and not over
	Most   int64     // 0: no limit
}

// Caseload is how much each colleague of the actor has who may answer, and the
// organisation as a whole first.
func (s *Service) Caseload(ctx context.Context) (loads []Load, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.arrange", ""); err != nil {
			return err
		}
		loads = nil
		posts, err := s.Members.ColleaguesIn(ctx, a, a.Actor.Org)
		if err != nil {
			return err
		}
		workers := []kernel.ID{""}
		for _, p := range posts {
			if answers(p) {
				workers = append(workers, p.Worker.ID)
			}
		}
		for _, worker := range workers {
			l := Load{Worker: worker}
			if l.Most, err = loadLimit(ctx, a, a.Alliance(), a.Actor.Org, worker); err != nil {
				return err
			}
			if l.Open, err = countTaken(ctx, a, a.Alliance(), a.Actor.Org, worker, ""); err != nil {
				return err
			}
			loads = append(loads, l)
		}
		return nil
	})
	return loads, err
}

// roomFor refuses what would be too much for a worker, or for the organisation
// when the referral is new to it: Conflict ("referral.full_hands",
// "referral.full_team"). It counts in the transaction that assigns.
func (s *Service) roomFor(ctx context.Context, a *act.Act, r Referral, worker kernel.ID, fresh bool) error {
	for _, who := range []struct {
		worker kernel.ID
		key    string
		asked  bool
	}{{worker, "referral.full_hands", worker != ""}, {"", "referral.full_team", fresh}} {
		if !who.asked {
			continue
		}
		most, err := loadLimit(ctx, a, a.Alliance(), r.ReceiverOrg, who.worker)
		if err != nil {
			return err
		}
		if most == 0 {
			continue
		}
		n, err := countTaken(ctx, a, a.Alliance(), r.ReceiverOrg, who.worker, r.ID)
		if err != nil {
			return err
		}
		if n >= most {
			return kernel.NewConflict(who.key).With("limit", strconv.FormatInt(most, 10))
		}
	}
	return nil
}

// colleague refuses who may not answer for an organisation.
func (s *Service) colleague(ctx context.Context, a *act.Act, org, worker kernel.ID, field string) error {
	posts, err := s.Members.ColleaguesIn(ctx, a, org)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(posts, func(p members.Post) bool { return p.Worker.ID == worker && answers(p) }) {
		return kernel.NewInvalid("referral.colleague").At(field)
	}
	return nil
}

// Away is when somebody is not there, and who stands in.
type Away struct {
	Worker   kernel.ID // zero: the actor
	From, To kernel.Date
	StandIn  kernel.ID // who gets the reminders meanwhile
}

// SetAway says when the actor is away and who stands in; a coordinator says it
// of a colleague too. Days that are past end an absence.
func (s *Service) SetAway(ctx context.Context, away Away) error {
	var faults kernel.Faults
	for _, day := range []struct {
		field string
		date  kernel.Date
	}{{"from", away.From}, {"to", away.To}} {
		_, err := kernel.ParseDate(string(day.date))
		faults.Check(day.field, err)
	}
	if len(faults) == 0 && (away.To < away.From || away.From.AddMonths(12) < away.To) {
		faults.Check("to", kernel.NewInvalid("referral.away"))
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.away", ""); err != nil {
			return err
		}
		if away.Worker == "" {
			away.Worker = a.Actor.Person
		}
		if away.Worker != a.Actor.Person && !a.Actor.Is(policy.Coordinator) {
			return kernel.NewForbidden("role")
		}
		if err := s.colleague(ctx, a, a.Actor.Org, away.Worker, "worker"); err != nil {
			return err
		}
		if err := s.colleague(ctx, a, a.Actor.Org, away.StandIn, "stand_in"); err != nil {
			return err
		}
		if away.StandIn == away.Worker {
			return kernel.NewInvalid("referral.colleague").At("stand_in")
		}
		if err := saveAway(ctx, a, a.Alliance(), a.Actor.Org, away); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "referral.away", Subject: away.Worker})
	})
}

// standIn is who answers for a worker on a day: a stand-in while they are away,
// else the worker. Who stands in and is away too passes it on once.
func standIn(ctx context.Context, q db.Querier, alliance, org, worker kernel.ID, day kernel.Date) (kernel.ID, error) {
	for range 2 {
		var next kernel.ID
		err := q.QueryRowContext(ctx, `SELECT stand_in FROM referral_away WHERE alliance = $1 AND org = $2 AND worker = $3
			AND from_day <= $4 AND to_day >= $4`, alliance, org, worker, day).Scan(&next)
		if errors.Is(err, sql.ErrNoRows) {
			return worker, nil
		}
		if err != nil {
			return worker, err
		}
		worker = next
	}
	return worker, nil
}

// WorkerLeft gives back what somebody had who no longer answers for an
// organisation, so that nothing is without an owner: it lies with the
// organisation again, with a new day for an answer. A listener to
// [members.Left].
func (s *Service) WorkerLeft(ctx context.Context, a *act.Act, e members.Left) error {
	if policy.May(policy.Actor{Roles: e.Still}, "referral.answer") {
		return nil
	}
	w := &where{}
	w.and("x.alliance = %s", a.Alliance())
	w.and("x.receiver_org = %s", e.Org)
	w.and("x.due <> ''")
	w.and("(x.owner = %s OR x.offered_to = %s)", e.Worker, e.Worker)
	found, err := query(ctx, a, w, "'' AS page_key", "x.id", 10000)
	if err != nil {
		return err
	}
	for _, k := range found {
		r := k.Referral
		m := making{move: TurnDown, change: func(a *act.Act, r *Referral) error { return r.turnDown(a.Now) }}
		if r.Owner == e.Worker {
			m = making{move: Release, detail: string(OwnerLeft),
				change: func(a *act.Act, r *Referral) error {
					if r.State == Arrived { // it came: only its end is left to say, and the organisation says it
						r.Owner, r.OfferedTo = "", ""
						return nil
					}
					return r.release(OwnerLeft, a.Now)
				},
				follow: func(a *act.Act, was Referral, r *Referral) error {
					if was.State == Arrived {
						return nil
					}
					if err := s.sealPlace(ctx, a, *r, ""); err != nil {
						return err
					}
					return s.letGo(ctx, a, *r)
				}}
		}
		if err := s.makeIn(ctx, a, &r, m); err != nil {
			return err
		}
	}
	return nil
}

// OrganisationStopping refuses that an organisation stops taking part while a
// referral to it is open: Conflict ("organisation.referrals"), with how many. A
// listener to [members.Stopping].
func (s *Service) OrganisationStopping(ctx context.Context, a *act.Act, e members.Stopping) error {
	open, err := countOpen(ctx, a, a.Alliance(), e.Org)
	if err == nil && open > 0 {
		err = kernel.NewConflict("organisation.referrals").With("referrals", strconv.FormatInt(open, 10)).At("active")
	}
	return err
}

func countOpen(ctx context.Context, q db.Querier, alliance, org kernel.ID) (n int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM referral WHERE alliance = $1 AND receiver_org = $2 AND due <> ''`, alliance, org).Scan(&n)
	return n, err
}

func saveLimit(ctx context.Context, q db.Querier, alliance, org kernel.ID, l Limit) error {
	_, err := q.ExecContext(ctx, `INSERT INTO referral_caseload (alliance, org, worker, most) VALUES ($1, $2, $3, $4)
		ON CONFLICT (alliance, org, worker) DO UPDATE SET most = excluded.most`, alliance, org, l.Worker, l.Most)
	return err
}

func loadLimit(ctx context.Context, q db.Querier, alliance, org, worker kernel.ID) (most int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT most FROM referral_caseload WHERE alliance = $1 AND org = $2 AND worker = $3`, alliance, org, worker).Scan(&most)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return most, err
}

// countTaken counts what a worker has taken on, or an organisation as a whole,
// and is not over; one is left out.
func countTaken(ctx context.Context, q db.Querier, alliance, org, worker, but kernel.ID) (n int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM referral WHERE alliance = $1 AND receiver_org = $2 AND due <> '' AND state <> 'sent'
		AND id <> $3 AND (owner = $4 OR CAST($4 AS TEXT) = '')`, alliance, org, but, worker).Scan(&n)
	return n, err
}

func saveAway(ctx context.Context, q db.Querier, alliance, org kernel.ID, away Away) error {
	_, err := q.ExecContext(ctx, `INSERT INTO referral_away (alliance, org, worker, from_day, to_day, stand_in) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (alliance, org, worker) DO UPDATE SET from_day = excluded.from_day, to_day = excluded.to_day, stand_in = excluded.stand_in`,
		alliance, org, away.Worker, away.From, away.To, away.StandIn)
	return err
}

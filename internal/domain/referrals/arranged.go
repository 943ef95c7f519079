package referrals

import (
	"context"
	"errors"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Absences lists who of the actor's organisation is away now or will be, and
// who stands in, the first to leave first.
func (s *Service) Absences(ctx context.Context) (all []Away, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.away", ""); err != nil {
			return err
		}
		all, err = absences(ctx, a, a.Alliance(), a.Actor.Org, a.Today())
		return err
	})
	return all, err
}

// EndAway says that the actor is back, or is not going away after all (zero
// worker); a coordinator says it of a colleague too. To say it of somebody who
// is not away is no fault; of somebody who is no colleague it is Invalid.
func (s *Service) EndAway(ctx context.Context, worker kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.away", ""); err != nil {
			return err
		}
		who := worker
		if who == "" {
			who = a.Actor.Person
		}
		if who != a.Actor.Person && !a.Actor.Is(policy.Coordinator) {
			return kernel.NewForbidden("role")
		}
		ended, err := a.ExecContext(ctx, `DELETE FROM referral_away WHERE alliance = $1 AND org = $2 AND worker = $3`, a.Alliance(), a.Actor.Org, who)
		if err != nil {
			return err
		}
		if n, err := ended.RowsAffected(); err != nil || n == 0 && who != a.Actor.Person {
			if err := errors.Join(err, s.colleague(ctx, a, a.Actor.Org, who, "worker")); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "referral.back", Subject: who})
	})
}

func absences(ctx context.Context, q db.Querier, alliance, org kernel.ID, today kernel.Date) (all []Away, err error) {
	rows, err := q.QueryContext(ctx, `SELECT worker, from_day, to_day, stand_in FROM referral_away
		WHERE alliance = $1 AND org = $2 AND to_day >= $3 ORDER BY from_day, worker`, alliance, org, today)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var x Away
		if err := rows.Scan(&x.Worker, &x.From, &x.To, &x.StandIn); err != nil {
			return nil, err
		}
		all = append(all, x)
	}
	return all, rows.Err()
}

// Arranged is how soon one answers for whom the actor's organisation arranges
// it: itself, a team, or a programme of which one of these receives the
// families.
type Arranged struct {
	Holder    kernel.ID
	Name      kernel.Text
	Programme bool
	Terms     Terms
	Own       bool // it was arranged for it; otherwise the terms are those that hold without
}

// Arranged lists how soon the actor's organisation, its teams and the
// programmes for which they receive families answer.
func (s *Service) Arranged(ctx context.Context) (all []Arranged, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.arrange", ""); err != nil {
			return err
		}
		all = nil
		own, err := s.Members.OrganisationIn(ctx, a, a.Actor.Org)
		if err != nil {
			return err
		}
		teams, err := s.Members.TeamsIn(ctx, a, own.ID)
		if err != nil {
			return err
		}
		ours := map[kernel.ID]bool{own.ID: true}
		for _, o := range teams {
			ours[o.ID] = true
		}
		house := Terms{}
		add := func(holder kernel.ID, name kernel.Text, programme bool) error {
			t, found, err := loadTerms(ctx, a, a.Alliance(), holder)
			if !found {
				if t = house; t == (Terms{}) {
					t = DefaultTerms
				}
			}
			all = append(all, Arranged{holder, name, programme, t, found})
			return err
		}
		same := func(name string) kernel.Text { return kernel.Text{NL: name, FR: name, DE: name, EN: name} }
		if err := add(own.ID, same(own.Name), false); err != nil {
			return err
		}
		house = all[0].Terms
		for _, o := range teams {
			if err := add(o.ID, same(o.Name), false); err != nil {
				return err
			}
		}
		running, err := s.Programmes.RunningIn(ctx, a)
		if err != nil {
			return err
		}
		for i := range running {
			if org, err := running[i].Receiver(); err == nil && ours[org] {
				if err := add(running[i].ID, running[i].Name(), true); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return all, err
}

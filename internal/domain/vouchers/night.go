package vouchers

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// RoundJob walks the families of an alliance, some at a time, and proposes what
// their children are due; the last one ends what is past its last day.
const RoundJob = "vouchers.round"

const (
	night  = 2   // the hour from which a round may begin
	atOnce = 200 // families, or vouchers, that one job passes
)

type walking struct {
	Day   kernel.Date `json:"day"`
	After kernel.ID   `json:"after"`
}

// Sweep begins a round in each alliance in which none was begun today. It takes
// nothing away.
func (s *Service) Sweep(ctx context.Context) (int64, error) {
	all, err := s.Members.Alliances(ctx)
	if err != nil {
		return 0, err
	}
	for _, al := range all {
		if err := s.Begin(ctx, al.ID); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

// Begin begins a round in an alliance, once a day and from two o'clock at night.
func (s *Service) Begin(ctx context.Context, alliance kernel.ID) error {
	ctx = act.As(ctx, policy.SystemActor(alliance))
	due := func(a *act.Act) (bool, error) {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return false, err
		}
		last, err := lastRound(ctx, a, alliance)
		return last < a.Today() && a.Now.Time().In(kernel.Brussels).Hour() >= night, err
	}
	begin := false
	err := s.Acts.Look(ctx, func(a *act.Act) (err error) {
		begin, err = due(a)
		return err
	})
	if err != nil || !begin {
		return err
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		still, err := due(a)
		if err != nil {
			return err
		}
		if still {
			if err := saveRound(ctx, a, alliance, a.Today()); err != nil {
				return err
			}
			if err := a.Later(ctx, RoundJob, walking{Day: a.Today()}, a.Now, string(a.Today())); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "voucher.round", Detail: map[string]string{"begun": yes(still)}})
	})
}

// Walk is the work of [RoundJob].
func (s *Service) Walk(ctx context.Context, j job.Job) error {
	var at walking
	if err := json.Unmarshal(j.Payload, &at); err != nil {
		return fmt.Errorf("payload: %w", err)
	}
	return s.Acts.Do(act.As(ctx, policy.SystemActor(j.Alliance)), func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		auto, err := s.automaticIn(ctx, a)
		if err != nil {
			return err
		}
		var files []families.File
		if len(auto) > 0 {
			if files, err = s.Families.CasesIn(ctx, a, at.After, atOnce); err != nil {
				return err
			}
		}
		made := 0
		for _, file := range files {
			n, err := s.proposeIn(ctx, a, file, auto)
			if err != nil {
				return err
			}
			made += n
		}
		ended := 0
		more := len(files) == atOnce
		if more {
			at.After = files[len(files)-1].ID
		} else if ended, err = s.expireIn(ctx, a); err != nil {
			return err
		} else if more = ended == atOnce; more {
			at.After = lastID
		}
		if more {
			if err := a.Later(ctx, RoundJob, at, a.Now, string(at.Day)+" "+string(at.After)+" "+string(kernel.NewID())); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "voucher.round", Detail: map[string]string{"proposed": strconv.Itoa(made), "expired": strconv.Itoa(ended)}})
	})
}

// lastID comes after the number of every family.
const lastID kernel.ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"

// automaticIn lists what is proposed by itself today.
func (s *Service) automaticIn(ctx context.Context, a *act.Act) (all []automatic, err error) {
	running, err := s.Programmes.RunningIn(ctx, a)
	if err != nil {
		return nil, err
	}
	measure, err := s.Rights.MeasureIn(ctx, a)
	if err != nil {
		return nil, err
	}
	for _, p := range running {
		for _, o := range Offers(&p) {
			setup, err := setupIn(ctx, a, a.Alliance(), &p, o.ID)
			if err != nil {
				return nil, err
			}
			if setup.Event != NoEvent {
				all = append(all, automatic{setup, p, measure})
			}
		}
	}
	return all, nil
}

// automatic is what is proposed by itself, to whom and since when.
type automatic struct {
	Setup
	of    programmes.Programme
	rules rights.Measure
}

// due tells whether a child is due it today: the day came since the programme
// began, and a voucher of that day would still be good.
func (x automatic) due(birth, today kernel.Date) bool {
	day := x.dayOf(birth, today)
	return day != "" && x.of.From <= day && day <= today && today < day.AddMonths(int(x.Months))
}

// proposeIn proposes to the children of a family what they are due and nobody
// gave or declined; what is granted straight is granted while there is budget.
// A family is known here by its number: no name is read.
func (s *Service) proposeIn(ctx context.Context, a *act.Act, file families.File, auto []automatic) (made int, err error) {
	for _, x := range auto {
		if len(x.of.Municipalities) > 0 && !slices.Contains(x.of.Municipalities, file.Municipality) {
			continue
		}
		for _, child := range file.Persons {
			if child.Role != families.Child || !x.due(child.Birth, a.Today()) {
				continue
			}
			proposed, straight, err := x.certainFor(file, child.ID)
			if err != nil {
				return made, err
			}
			if !proposed {
				continue
			}
			g, err := newGrant(x.Setup, child, a.Today())
			if err != nil {
				return made, err
			}
			if x.ByRule {
				sum, known, err := sumIn(x.rules, file, &x.of, g)
				if err != nil {
					return made, err
				}
				if straight = straight && known; known {
					g.Cents = sum
				}
			}
			before, err := grantFor(ctx, a, a.Alliance(), g)
			switch {
			case kernel.CodeOf(err) == kernel.NotFound:
				g.ID, g.Family, g.Cause, g.MadeAt = kernel.NewID(), file.ID, ByEvent, a.Now
				made++
			case err != nil:
				return made, err
			case before.State != Proposed || !straight && before.Cents == g.Cents:
				continue
			default: // it waited for budget, or for what its sum hangs on
				g.ID, g.Family, g.Cause, g.MadeAt = before.ID, before.Family, before.Cause, before.MadeAt
			}
			if err := s.proposalIn(ctx, a, g, straight); err != nil {
				return made, err
			}
		}
	}
	return made, nil
}

// proposalIn keeps a proposal, and grants it at once where that was arranged.
// Without budget, or without an account to transfer it to, it waits as a proposal.
func (s *Service) proposalIn(ctx context.Context, a *act.Act, g Grant, straight bool) error {
	if straight {
		err := s.payableIn(ctx, a, g)
		if err == nil {
			err = s.reserve(ctx, a, g)
		}
		switch {
		case err == nil:
			g.State, g.GrantedAt = Granted, a.Now
		case kernel.CodeOf(err) != kernel.Conflict:
			return err
		}
	}
	if err := saveGrant(ctx, a, a.Alliance(), g); err != nil || g.State != Granted {
		return err
	}
	p, err := s.Programmes.ProgrammeIn(ctx, a, g.Programme)
	if err != nil {
		return err
	}
	return s.beginIn(ctx, a, &p, g)
}

// expireIn ends what is past its last day; what is left returns to the budget.
// A proposal that nobody decided ends too.
func (s *Service) expireIn(ctx context.Context, a *act.Act) (ended int, err error) {
	for _, state := range []State{Granted, Proposed} {
		past, err := grantsIn(ctx, a, a.Alliance(), state, "", a.Today().AddDays(-1), atOnce-ended)
		if err != nil {
			return ended, err
		}
		for _, g := range past {
			units, cents, err := s.left(ctx, a, g)
			if err != nil {
				return ended, err
			}
			if err := s.giveBack(ctx, a, g, "voucher.expired"); err != nil {
				return ended, err
			}
			g.State, g.EndedAt = Expired, a.Now
			switch {
			case g.GrantedAt == "":
				g.State = Declined
			case units == 0 && (cents == 0 || g.Units > 0):
				g.State = Spent
			}
			if err := saveGrant(ctx, a, a.Alliance(), g); err != nil {
				return ended, err
			}
			ended++
		}
	}
	return ended, nil
}

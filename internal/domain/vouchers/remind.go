package vouchers

import (
	"context"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// RemindJob writes to a family that something it was given ends soon: {"grant"}.
const RemindJob = "vouchers.remind"

const (
	remindDays = 28 // before the last day
	remindAt   = 10 // o'clock in Belgium
)

// Reminding is the payload of [RemindJob].
type Reminding struct {
	Grant kernel.ID `json:"grant"`
}

// remind asks for a message four weeks before the last day. What ends sooner than
// that needs none.
func remind(ctx context.Context, a *act.Act, g Grant) error {
	day := g.LastDay.AddDays(-remindDays).Time()
	when := kernel.InstantOf(time.Date(day.Year(), day.Month(), day.Day(), remindAt, 0, 0, 0, kernel.Brussels))
	if when <= a.Now {
		return nil
	}
	return a.Later(ctx, RemindJob, Reminding{g.ID}, when, string(g.ID)+"/"+string(g.LastDay))
}

// Letter is what a family is written: until when. Who else reads it learns
// nothing of what it is.
type Letter struct {
	families.Addressee // nobody: nobody is to be written to
	LastDay            kernel.Date
}

// LetterToMail is what the job behind [RemindJob] sends: nothing when nothing is
// left by now, or when the family is not to be reached so.
func (s *Service) LetterToMail(ctx context.Context, alliance kernel.ID, j Reminding) (l Letter, err error) {
	ctx = act.As(ctx, policy.SystemActor(alliance))
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		l = Letter{}
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		g, err := loadGrant(ctx, a, alliance, j.Grant)
		if kernel.CodeOf(err) == kernel.NotFound {
			return nil
		}
		if err != nil || g.State != Granted || g.Family == "" || g.LastDay < a.Today() || g.LastDay.AddDays(-remindDays) > a.Today() {
			return err // or it was given a later last day since, with a reminder of its own
		}
		units, cents, err := s.left(ctx, a, g)
		if err != nil || units == 0 && (g.Units > 0 || cents == 0) {
			return err
		}
		l.LastDay = g.LastDay
		l.Addressee, err = s.Families.AddresseeIn(ctx, a, g.Family)
		return err
	})
	if err != nil {
		return Letter{}, err
	}
	return l, nil
}

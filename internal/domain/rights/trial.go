package rights

import (
	"context"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Tally is how many families of an alliance a right would reach. Each figure is
// rounded to fives, and one under five is [Few], so that nobody can be told
// from it, also not by changing the rule a little and counting again.
type Tally struct {
	Certain  int // what is known decides that they get it
	Possible int // something that is not known yet decides
	Decided  int // somebody else decides
	Not      int
	Looked   int  // all together
	Partly   bool // there are more families than were looked at
}

// Few is a figure that is kept back: one to four families.
const Few = -1

const (
	trialFamilies = 5000 // at most so many are looked at while somebody waits
	trialBatch    = 200
)

// Try counts the families of the alliance that a right of a library would
// reach today. It opens no name, keeps nothing of a family, and leaves one
// record.
func (s *Service) Try(ctx context.Context, lib *rules.Library, right string) (t Tally, err error) {
	today := kernel.Date("")
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		today = a.Today()
		if err := a.Allow(ctx, "programme.manage", ""); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "programme.manage", Detail: map[string]string{"counted": "families", "most": strconv.Itoa(trialFamilies)}})
	})
	if err != nil {
		return t, err
	}
	c := tallying{lib: lib, right: right}
	c.tally.Partly, err = s.eachCase(ctx, today, c.see)
	return c.tally.rounded(), err
}

// eachCase hands on what rules may see of the first open files of the actor's
// alliance, as a case of a day. partly tells that there are more than are looked
// at while somebody waits. The caller has asked whether the actor may, and left
// the record.
func (s *Service) eachCase(ctx context.Context, today kernel.Date, see func(f families.File, document []byte) error) (partly bool, err error) {
	_, _, done, err := s.cases(ctx, today, "", func(looked int64) bool { return looked < trialFamilies }, see)
	return !done, err
}

// cases hands on what rules may see of the open files of the actor's alliance
// that come after one, for as long as it may go on, and tells which was the last
// and how many they were; done tells that there are no more.
func (s *Service) cases(ctx context.Context, day kernel.Date, after kernel.ID, goOn func(looked int64) bool,
	see func(f families.File, document []byte) error) (last kernel.ID, looked int64, done bool, err error) {
	house := act.As(ctx, policy.SystemActor(act.ActorOf(ctx).Alliance))
	for {
		var files []families.File
		err := s.Acts.Look(house, func(a *act.Act) (err error) {
			if err := a.Allow(house, "system.work", ""); err != nil {
				return err
			}
			files, err = s.Families.CasesIn(house, a, after, trialBatch)
			return err
		})
		if err != nil {
			return after, looked, false, err
		}
		for _, f := range files {
			document, err := f.Case(day)
			if err == nil {
				err = see(f, document)
			}
			if err != nil {
				return after, looked, false, err
			}
			after = f.ID
		}
		looked += int64(len(files))
		if len(files) < trialBatch {
			return after, looked, true, nil
		}
		if !goOn(looked) {
			return after, looked, false, nil
		}
	}
}

func (t *Tally) count(status rules.Status) {
	t.Looked++
	switch status {
	case rules.Entitled:
		t.Certain++
	case rules.NotEntitled:
		t.Not++
	case rules.Refer:
		t.Decided++
	default:
		t.Possible++
	}
}

func (t Tally) rounded() Tally {
	for _, n := range []*int{&t.Certain, &t.Possible, &t.Decided, &t.Not, &t.Looked} {
		*n = toFives(*n)
	}
	return t
}

// toFives rounds a figure to fives; one to four is [Few].
func toFives(n int) int {
	if n > 0 && n < few.Smallest {
		return Few
	}
	return (n + 2) / 5 * 5
}

package rights

import (
	"context"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
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
	house := act.As(ctx, policy.SystemActor(act.ActorOf(ctx).Alliance))
	for after := kernel.ID(""); ; {
		var documents [][]byte
		err := s.Acts.Look(house, func(a *act.Act) error {
			if err := a.Allow(house, "system.work", ""); err != nil {
				return err
			}
			files, err := s.Families.CasesIn(house, a, after, trialBatch)
			for _, f := range files {
				document, wrong := f.Case(today)
				if wrong != nil {
					return wrong
				}
				documents, after = append(documents, document), f.ID
			}
			return err
		})
		if err != nil {
			return t, err
		}
		for _, document := range documents {
			c, err := lib.ParseCase(document)
			if err != nil {
				return t, err
			}
			t.count(lib.Evaluate(c, rules.Options{Rights: []string{right}, NoNext: true}).Rights[0].Status)
		}
		if t.Partly = t.Looked >= trialFamilies && len(documents) == trialBatch; t.Partly || len(documents) < trialBatch {
			return t.rounded(), nil
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
		switch {
		case *n > 0 && *n < 5:
			*n = Few
		case *n > 0:
			*n = (*n + 2) / 5 * 5
		}
	}
	return t
}

package retention

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// EraseJob erases one family whose time is over.
const EraseJob = "retention.erase"

type erasing struct {
	Family kernel.ID `json:"family"`
	Batch  kernel.ID `json:"batch"`
}

// Most files that one look lists, and that are erased in one go.
const mostListed = 500

// List is what is kept, by number: what is due first.
type List struct {
	Today kernel.Date
	Rules []Rule // that hold or are to come, by kind and day
	Files []Due  // closed files; those that may go first, the longest due first
	More  bool   // there are more closed files than are listed
}

// Over are the files that may be erased today.
func (l List) Over() (over []Due) {
	for _, d := range l.Files {
		if d.Over(l.Today) {
			over = append(over, d)
		}
	}
	return over
}

// List lists the closed files with their rules and holds.
func (s *Service) List(ctx context.Context) (l List, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "retention.manage", ""); err != nil {
			return err
		}
		l = List{Today: a.Today()}
		if l.Rules, err = rulesOf(ctx, a, a.Alliance()); err != nil {
			return err
		}
		holds, err := holdsOf(ctx, a, a.Alliance(), "")
		if err != nil {
			return err
		}
		files, err := s.Families.ClosedIn(ctx, a, "", mostListed+1)
		if err != nil {
			return err
		}
		if l.More = len(files) > mostListed; l.More {
			files = files[:mostListed]
		}
		for _, f := range files {
			l.Files = append(l.Files, dueOf(f, l.Rules, holds, l.Today))
		}
		slices.SortStableFunc(l.Files, func(x, y Due) int { return strings.Compare(x.place(l.Today), y.place(l.Today)) })
		return nil
	})
	return l, err
}

// Of is until when a closed file is kept, for its care team; ok is false when
// nothing was decided about it, or when it is not closed.
func (s *Service) Of(ctx context.Context, family kernel.ID) (d Due, ok bool, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.change", family); err != nil {
			return err
		}
		d, ok, err = s.dueIn(ctx, a, family)
		ok = ok && d.On != ""
		return err
	})
	return d, ok, err
}

// dueIn is a closed file beside its rule; ok is false when it is not closed.
func (s *Service) dueIn(ctx context.Context, a *act.Act, id kernel.ID) (d Due, ok bool, err error) {
	if id == "" {
		return d, false, nil
	}
	found, err := s.Families.ClosedIn(ctx, a, id, 1)
	if err != nil || len(found) == 0 {
		return d, false, err
	}
	rules, err := rulesOf(ctx, a, a.Alliance())
	if err != nil {
		return d, false, err
	}
	holds, err := holdsOf(ctx, a, a.Alliance(), id)
	return dueOf(found[0], rules, holds, a.Today()), true, err
}

// place is where a file stands in the list: what may go, then what will, then
// what nobody decided anything about.
func (d Due) place(today kernel.Date) string {
	switch {
	case d.Over(today):
		return "0" + string(d.On)
	case d.On != "":
		return "1" + string(max(d.On, d.Hold.ReviewOn))
	}
	return "2" + string(d.ClosedAt)
}

// SetRule decides for how long files of a kind are kept: of in, Kind, Begins,
// Months and Source.
func (s *Service) SetRule(ctx context.Context, in Rule) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "retention.manage", ""); err != nil {
			return err
		}
		r := Rule{ID: kernel.NewID(), Kind: in.Kind, Begins: in.Begins, Months: in.Months, Source: strings.Join(strings.Fields(in.Source), " "),
			SetAt: a.Now, SetBy: a.Actor.Person}
		if err := r.check(a.Today()); err != nil {
			return err
		}
		if err := insertRule(ctx, a, a.Alliance(), r); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "retention.manage",
			Detail: map[string]string{"kind": r.Kind, "months": strconv.FormatInt(r.Months, 10), "begins": string(r.Begins)}})
	})
}

// Keep keeps a closed file longer: of in, Family, Reason and ReviewOn. What kept
// it until now ends.
func (s *Service) Keep(ctx context.Context, in Hold) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "retention.manage", ""); err != nil {
			return err
		}
		var faults kernel.Faults
		if !slices.Contains(HoldReasons[:], in.Reason) {
			faults.Check("reason", kernel.NewInvalid("retention.reason"))
		}
		if _, err := kernel.ParseDate(string(in.ReviewOn)); err != nil {
			faults.Check("review_on", err)
		} else if in.ReviewOn <= a.Today() || a.Today().DaysUntil(in.ReviewOn) > longestHold {
			faults.Check("review_on", kernel.NewInvalid("retention.review"))
		}
		if err := faults.Err(); err != nil {
			return err
		}
		found, err := s.Families.ClosedIn(ctx, a, in.Family, 1)
		if err == nil && (in.Family == "" || len(found) == 0) {
			err = kernel.NewNotFound("family")
		}
		if err != nil {
			return err
		}
		if err := endHolds(ctx, a, a.Alliance(), in.Family, a.Now); err != nil {
			return err
		}
		h := Hold{ID: kernel.NewID(), Family: in.Family, Reason: in.Reason, ReviewOn: in.ReviewOn, MadeAt: a.Now, MadeBy: a.Actor.Person}
		if err := insertHold(ctx, a, a.Alliance(), h); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "retention.manage", Subject: in.Family, Detail: map[string]string{"kept": string(h.Reason), "review": string(h.ReviewOn)}})
	})
}

// Erase has families erased whose time is over, and counts them. The queue does
// it, one act each. One that may not go is Conflict ("retention.not_due"), and
// then none goes.
func (s *Service) Erase(ctx context.Context, ids []kernel.ID) (n int, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "retention.manage", ""); err != nil {
			return err
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
		if n = len(ids); n == 0 || n > mostListed {
			return kernel.NewInvalid("retention.none").At("family")
		}
		batch := kernel.NewID()
		for _, id := range ids {
			over, err := s.over(ctx, a, id)
			if err != nil {
				return err
			}
			if !over {
				return kernel.NewConflict("retention.not_due").At("family")
			}
			if err := a.Later(ctx, EraseJob, erasing{id, batch}, a.Now, string(id)+" "+string(batch)); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "retention.manage", Detail: map[string]string{"erase": strconv.Itoa(n), "batch": string(batch)}})
	})
	return n, err
}

// over tells whether a family may be erased today.
func (s *Service) over(ctx context.Context, a *act.Act, id kernel.ID) (bool, error) {
	d, ok, err := s.dueIn(ctx, a, id)
	return ok && d.Over(a.Today()), err
}

// EraseOne is the work of [EraseJob]. Who is worked with again since it was
// decided, or is to be kept longer, stays; to erase twice is as good as once.
func (s *Service) EraseOne(ctx context.Context, j job.Job) error {
	var about erasing
	if err := json.Unmarshal(j.Payload, &about); err != nil {
		return fmt.Errorf("payload: %w", err)
	}
	return s.Acts.Do(act.As(ctx, policy.SystemActor(j.Alliance)), func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		over, err := s.over(ctx, a, about.Family)
		if err != nil {
			return err
		}
		if !over {
			return a.Record(ctx, act.Entry{Action: "retention.manage", Subject: about.Family, Detail: map[string]string{"batch": string(about.Batch), "stays": "yes"}})
		}
		return s.Families.ForgetIn(ctx, a, about.Family, "retention")
	})
}

// FamilyForgotten hears that a family was erased: why it was kept goes too.
func (s *Service) FamilyForgotten(ctx context.Context, a *act.Act, e families.Forgotten) error {
	return forgetHolds(ctx, a, a.Alliance(), e.Family)
}

// FamilyReopened hears that somebody works with a family again: when it closes
// anew, it is looked at anew.
func (s *Service) FamilyReopened(ctx context.Context, a *act.Act, e families.Reopened) error {
	return endHolds(ctx, a, a.Alliance(), e.Family, a.Now)
}

// FamilyMerged hears that a file went into another: it is closed no more.
func (s *Service) FamilyMerged(ctx context.Context, a *act.Act, e families.Merged) error {
	return endHolds(ctx, a, a.Alliance(), e.Gone, a.Now)
}

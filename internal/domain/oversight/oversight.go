// Package oversight is how people watch over the house: the work that acts
// left behind and that failed or waits, and the record of what was done and
// read.
//
// It owns no table; it reads those of platform/job and platform/audit. Acts:
// job.manage, audit.read. Tells: nothing. Hears: nothing.
package oversight

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
)

// Service is the module's use cases.
type Service struct {
	Acts *act.Acts
}

// mostJobs is how many jobs of one state are shown: whoever has more than that
// has one trouble, not a hundred.
const mostJobs = 100

// Jobs are the jobs of the actor's alliance that were given up, the newest
// first, and those that wait, the soonest first: of each the hundred that were
// written last.
func (s *Service) Jobs(ctx context.Context) (failed, waiting []job.Job, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "job.manage", ""); err != nil {
			return err
		}
		if failed, err = job.List(ctx, a, a.Alliance(), job.Failed, mostJobs); err != nil {
			return err
		}
		waiting, err = job.List(ctx, a, a.Alliance(), job.Waiting, mostJobs)
		slices.SortStableFunc(waiting, func(a, b job.Job) int { return cmp.Compare(a.RunAt, b.RunAt) })
		return err
	})
	return failed, waiting, err
}

// Retry sets a job that was given up going again, at once; NotFound when the
// alliance has none such.
func (s *Service) Retry(ctx context.Context, id kernel.ID) error {
	err := s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "job.manage", ""); err != nil {
			return err
		}
		if err := job.Retry(ctx, a, a.Alliance(), id, a.Now); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "job.retry", Subject: id})
	})
	if err == nil && s.Acts.Queue != nil {
		s.Acts.Queue.Wake()
	}
	return err
}

// Record is what was done and read in the actor's alliance, the newest first,
// at most limit (1 to 100; otherwise 50), from before the record number before
// (0: from the newest). next is the number to go on from, 0 at the end.
func (s *Service) Record(ctx context.Context, before int64, limit int) (records []audit.Record, next int64, err error) {
	if limit < 1 || limit > 100 {
		limit = 50
	}
	if before < 0 {
		return nil, 0, kernel.NewNotFound("record")
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "audit.read", ""); err != nil {
			return err
		}
		records, err = s.Acts.Audit.Latest(ctx, a, a.Alliance(), before, limit+1)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	if len(records) > limit {
		records = records[:limit]
		next = records[limit-1].Seq
	}
	return records, next, nil
}

// Verify reads the whole record of the actor's alliance and names each entry
// that is not as it was written.
func (s *Service) Verify(ctx context.Context) (report audit.Report, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "audit.read", ""); err != nil {
			return err
		}
		report, err = s.Acts.Audit.VerifyOf(ctx, a, a.Alliance())
		return err
	})
	return report, err
}

// changesLooked is how far back the last change of one thing is looked for.
const changesLooked = 50

// LastChange is the newest record of a change of one thing, for who may change
// it too: of part (a person of a family; empty: of the whole) and of any of the
// fields, when a record of these is near; false when none is.
func (s *Service) LastChange(ctx context.Context, action string, subject kernel.ID, part string, fields []string) (last audit.Record, found bool, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, action, subject); err != nil {
			return err
		}
		records, err := s.Acts.Audit.Of(ctx, a, a.Alliance(), subject, 0, changesLooked)
		if err != nil {
			return err
		}
		for _, r := range records {
			touches := slices.ContainsFunc(r.Fields, func(field string) bool {
				return slices.ContainsFunc(fields, func(f string) bool { return strings.HasPrefix(f, field) || strings.HasPrefix(field, f) })
			})
			if touches && (part == "" || r.Detail["person"] == part) {
				last, found = r, true
				break
			}
		}
		return nil
	})
	return last, found, err
}

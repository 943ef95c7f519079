package oversight_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/oversight"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// house is two alliances whose jobs always fail.
type house struct {
	*testing.T
	*oversight.Service
	db           *db.DB
	now          time.Time
	queue        *job.Queue
	north, south kernel.ID
}

func inHouse(t *testing.T, fn func(h *house)) {
	modules := []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations()}
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		h := &house{T: t, db: d, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), north: kernel.NewID(), south: kernel.NewID()}
		clock := func() time.Time { return h.now }
		h.queue = &job.Queue{DB: d, Now: clock, Handlers: map[string]job.Handler{
			"letter": func(context.Context, job.Job) error { return errors.New("the post is closed") },
		}}
		h.Service = &oversight.Service{Acts: &act.Acts{DB: d, Now: clock, Queue: h.queue,
			Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}}}
		fn(h)
	})
}

func (h *house) as(alliance kernel.ID, role policy.Role) context.Context {
	return act.As(h.Context(), policy.Actor{Alliance: alliance, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{role}})
}

// writes asks for a letter in an alliance.
func (h *house) writes(alliance kernel.ID) {
	h.Helper()
	ctx := act.As(h.Context(), policy.SystemActor(alliance))
	err := h.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		if err := a.Later(ctx, "letter", struct{}{}, "", ""); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "letter.ask", Subject: kernel.NewID()})
	})
	if err != nil {
		h.Fatal(err)
	}
}

// givesUp tries every job until nobody would try it again.
func (h *house) givesUp() {
	h.Helper()
	for range 100 {
		did, err := h.queue.Once(h.Context())
		if err != nil {
			h.Fatal(err)
		}
		if !did {
			h.now = h.now.Add(3 * time.Hour)
		}
	}
}

func (h *house) jobs(ctx context.Context) (failed, waiting []job.Job) {
	h.Helper()
	failed, waiting, err := h.Jobs(ctx)
	if err != nil {
		h.Fatal(err)
	}
	return failed, waiting
}

func TestAJobThatWasGivenUpIsSeenAndTriedAgain(t *testing.T) {
	inHouse(t, func(h *house) {
		admin, elsewhere := h.as(h.north, policy.Administrator), h.as(h.south, policy.Administrator)
		h.writes(h.north)
		if failed, waiting := h.jobs(admin); len(failed) != 0 || len(waiting) != 1 {
			h.Fatalf("%d failed and %d wait, want 0 and 1", len(failed), len(waiting))
		}
		h.givesUp()
		failed, waiting := h.jobs(admin)
		if len(failed) != 1 || len(waiting) != 0 || failed[0].Trouble == "" {
			h.Fatalf("failed %+v, waiting %+v", failed, waiting)
		}
		if f, w := h.jobs(elsewhere); len(f)+len(w) != 0 {
			h.Errorf("another alliance sees %d jobs", len(f)+len(w))
		}
		if err := h.Retry(elsewhere, failed[0].ID); kernel.CodeOf(err) != kernel.NotFound {
			h.Errorf("another alliance tries it again: %v", err)
		}
		if err := h.Retry(admin, failed[0].ID); err != nil {
			h.Fatal(err)
		}
		if failed, waiting := h.jobs(admin); len(failed) != 0 || len(waiting) != 1 {
			h.Errorf("after the retry %d failed and %d wait, want 0 and 1", len(failed), len(waiting))
		}
		if err := h.Retry(admin, failed[0].ID); kernel.CodeOf(err) != kernel.NotFound {
			h.Errorf("a job that waits is tried again: %v", err)
		}
		if records, _, err := h.Record(h.as(h.north, policy.PrivacyOfficer), 0, 1); err != nil || records[0].Action != "job.retry" {
			h.Errorf("the retry left %+v, %v", records, err)
		}
	})
}

func TestTheRecordIsReadByPage(t *testing.T) {
	inHouse(t, func(h *house) {
		for range 5 {
			h.writes(h.north)
		}
		h.writes(h.south)
		officer := h.as(h.north, policy.PrivacyOfficer)
		var seen []int64
		for before := int64(0); ; {
			records, next, err := h.Record(officer, before, 2)
			if err != nil {
				h.Fatal(err)
			}
			for _, r := range records {
				seen = append(seen, r.Seq)
			}
			if before = next; next == 0 {
				break
			}
		}
		if len(seen) != 5 || seen[0] != 4 || seen[4] != 0 {
			h.Errorf("read %v, want 4 to 0", seen)
		}
		if _, _, err := h.Record(officer, -1, 2); kernel.CodeOf(err) != kernel.NotFound {
			h.Errorf("from before the beginning: %v", err)
		}
	})
}

func TestAnOfficerVerifiesTheRecordOfTheAllianceAlone(t *testing.T) {
	inHouse(t, func(h *house) {
		for range 3 {
			h.writes(h.north)
			h.writes(h.south)
		}
		officer := h.as(h.north, policy.PrivacyOfficer)
		if report, err := h.Verify(officer); err != nil || report.Records != 3 || report.Alliances != 1 || len(report.Troubles) != 0 {
			h.Errorf("%+v, %v", report, err)
		}
	})
}

func TestWhoseOversightItIs(t *testing.T) {
	inHouse(t, func(h *house) {
		for _, role := range policy.Roles {
			ctx := h.as(h.north, role)
			want := func(what string, err error, mine bool) {
				if got := kernel.CodeOf(err); mine && got != "" || !mine && got != kernel.Forbidden {
					h.Errorf("%s %s: %v", role, what, err)
				}
			}
			_, _, err := h.Jobs(ctx)
			want("sees the jobs", err, role == policy.Administrator)
			_, _, err = h.Record(ctx, 0, 0)
			want("reads the record", err, role == policy.PrivacyOfficer)
			_, err = h.Verify(ctx)
			want("verifies the record", err, role == policy.PrivacyOfficer)
			if role != policy.Administrator {
				want("tries a job again", h.Retry(ctx, kernel.NewID()), false)
			}
		}
	})
}

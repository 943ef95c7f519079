// Package job does the work that follows a commit: mail, reminders, scans. A
// job is a row written in the transaction of the act that asks for it, so the
// act and its consequence happen both or not at all: the row is the outbox.
//
// A job runs at least once, again after a pause when it fails, and less and
// less often; after [maxAttempts], or at once when trying again cannot help, it
// waits for a person, who sees it on the
// administration page and may set it going again. A payload holds IDs and
// codes, never personal data.
//
// Owns the table job.
package job

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this package.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "job", Files: files}
}

// Job is work to be done after a commit.
type Job struct {
	Alliance kernel.ID
	ID       kernel.ID
	Kind     string
	Payload  json.RawMessage
	RunAt    kernel.Instant
	Unique   string // while a job with this key waits to begin, another is not added; empty: no bound
	State    State
	Attempts int64
	Trouble  string // why the last attempt failed, without personal data
}

// State is how far a job is.
type State string

// The states.
const (
	Waiting State = "waiting"
	Done    State = "done"
	Failed  State = "failed" // given up; a person may retry it
)

const (
	maxAttempts = 20              // over about ten hours: longer than a mail server is away at night
	lease       = 2 * time.Minute // a worker that says nothing for so long has died
	maxTrouble  = 500             // letters that are kept of why an attempt failed
	keepDone    = 30 * 24 * time.Hour
	sweepEvery  = time.Hour
	sweepAtOnce = 500 // jobs in one transaction, so that others write between them
)

// Handler does one kind of job. It may run again after a crash, so doing it
// twice must be as good as once.
type Handler func(ctx context.Context, j Job) error

// About is a handler of jobs whose payload says only what they are about.
func About[T any](do func(ctx context.Context, alliance kernel.ID, about T) error) Handler {
	return func(ctx context.Context, j Job) error {
		var about T
		if err := json.Unmarshal(j.Payload, &about); err != nil {
			return fmt.Errorf("payload: %w", err)
		}
		return do(ctx, j.Alliance, about)
	}
}

// NotYet is what a [Handler] answers that was right to begin and may not do its
// work before a moment: by night, say. The job waits until then, as though it had
// not begun.
type NotYet struct{ Until kernel.Instant }

func (e NotYet) Error() string { return "not before " + string(e.Until) }

// Sweeper takes away rows that have ended by themselves, and tells how many.
type Sweeper func(ctx context.Context) (swept int64, err error)

// Add writes a job within the transaction q.
func Add(ctx context.Context, q db.Querier, j Job) error {
	if j.ID == "" {
		j.ID = kernel.NewID()
	}
	if j.Unique == "" {
		j.Unique = string(j.ID)
	}
	if j.Payload == nil {
		j.Payload = json.RawMessage("{}")
	}
	_, err := q.ExecContext(ctx, `INSERT INTO job (alliance, id, kind, payload, run_at, unique_key, slot, state, attempts, trouble, lease_until)
		VALUES ($1, $2, $3, $4, $5, $6, $6, 'waiting', 0, '', '') ON CONFLICT DO NOTHING`,
		j.Alliance, j.ID, j.Kind, string(j.Payload), j.RunAt, j.Unique)
	return err
}

// Queue runs jobs. Handlers is filled before [Queue.Run] and read-only after.
type Queue struct {
	DB       *db.DB
	Now      func() time.Time
	Logger   *slog.Logger
	Handlers map[string]Handler
	Hopeless func(error) bool   // of a failure, that trying again cannot mend it; nil: none is
	Sweepers map[string]Sweeper // what else is swept away beside old jobs, by whose rows they are

	idle     time.Duration // between two looks at a table without work; zero: a second
	wake     chan struct{}
	once     sync.Once
	claiming sync.Mutex // the workers of one house do not race each other for a job
}

func (s *Queue) waker() chan struct{} {
	s.once.Do(func() { s.wake = make(chan struct{}, 1) })
	return s.wake
}

// Wake tells a running queue that there may be work, so that it need not wait
// for its next look.
func (s *Queue) Wake() {
	select {
	case s.waker() <- struct{}{}:
	default:
	}
}

// Run does jobs until ctx ends, one at a time a worker, and every hour sweeps
// away those that were done long ago, and what else has ended by itself.
func (s *Queue) Run(ctx context.Context, workers int) {
	var wg sync.WaitGroup
	wg.Go(func() {
		for ctx.Err() == nil {
			s.SweepAll(ctx)
			select {
			case <-ctx.Done():
			case <-time.After(sweepEvery):
			}
		}
	})
	for range workers {
		wg.Go(func() {
			for ctx.Err() == nil {
				did, err := s.Once(ctx)
				if err != nil && ctx.Err() == nil {
					s.log().Error("jobs cannot be read", "error", err)
				}
				if did && err == nil {
					s.Wake() // there may be more: another worker looks too
					continue
				}
				select {
				case <-ctx.Done():
				case <-s.waker():
				case <-time.After(cmp.Or(s.idle, time.Second)):
				}
			}
		})
	}
	wg.Wait()
}

// SweepAll sweeps away old jobs and what the Sweepers take away. One that
// fails is logged, and keeps no other from its work.
func (s *Queue) SweepAll(ctx context.Context) {
	sweepers := map[string]Sweeper{"job": s.Sweep}
	maps.Copy(sweepers, s.Sweepers)
	for of, sweep := range sweepers {
		if _, err := sweep(ctx); err != nil && ctx.Err() == nil {
			s.log().Error("what has ended cannot be swept away", "of", of, "error", err)
		}
	}
}

// Sweep takes away what was done more than thirty days ago, and tells how many
// jobs that were. [Queue.Run] does it by itself.
func (s *Queue) Sweep(ctx context.Context) (swept int64, err error) {
	before := kernel.InstantOf(s.Now().Add(-keepDone))
	for {
		var n int64
		err := s.DB.Write(ctx, func(q db.Querier) error {
			result, err := q.ExecContext(ctx, fmt.Sprintf(`DELETE FROM job WHERE (alliance, id) IN (SELECT alliance, id FROM job
				WHERE state = 'done' AND ended_at < $1 ORDER BY ended_at LIMIT %d)`, sweepAtOnce), before)
			if err == nil {
				n, err = result.RowsAffected()
			}
			return err
		})
		swept += n
		if err != nil || n < sweepAtOnce {
			return swept, err
		}
	}
}

// Once claims and does one job that is due, if there is one.
func (s *Queue) Once(ctx context.Context) (did bool, err error) {
	j, err := s.claim(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if j.Attempts > maxAttempts { // and no attempt lived to say why
		return true, s.finish(ctx, j, errors.New("the program stopped each time it tried"))
	}
	trouble := s.do(ctx, j)
	if trouble != nil && ctx.Err() != nil {
		return true, s.giveBack(ctx, j, j.RunAt)
	}
	if wait, ok := errors.AsType[NotYet](trouble); ok {
		return true, s.giveBack(ctx, j, wait.Until)
	}
	return true, s.finish(ctx, j, trouble)
}

// claim takes the job that has waited longest. The lease lets another worker
// take it over when this one dies. A job that has begun lets the next one with
// its key wait: what is asked for from now on, it may not have seen.
func (s *Queue) claim(ctx context.Context) (j Job, err error) {
	s.claiming.Lock()
	defer s.claiming.Unlock()
	now := kernel.InstantOf(s.Now())
	err = s.DB.Write(ctx, func(q db.Querier) error {
		var payload string
		err := q.QueryRowContext(ctx, `UPDATE job SET lease_until = $2, attempts = attempts + 1, slot = id
			WHERE (alliance, id) = (SELECT alliance, id FROM job
				WHERE state = 'waiting' AND run_at <= $1 AND lease_until < $1 ORDER BY run_at, id LIMIT 1)
			RETURNING alliance, id, kind, payload, run_at, unique_key, state, attempts, trouble`,
			now, now.Add(lease)).Scan(&j.Alliance, &j.ID, &j.Kind, &payload, &j.RunAt, &j.Unique, &j.State, &j.Attempts, &j.Trouble)
		j.Payload = json.RawMessage(payload)
		return err
	})
	return j, err
}

func (s *Queue) do(ctx context.Context, j Job) (err error) {
	handler, ok := s.Handlers[j.Kind]
	if !ok {
		return fmt.Errorf("nobody does jobs of kind %q", j.Kind)
	}
	ctx, cancel := context.WithTimeout(ctx, lease-10*time.Second)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			s.log().Error("job panicked", "kind", j.Kind, "job", j.ID, "stack", string(debug.Stack()))
			err = errors.New("the program stumbled over it")
		}
	}()
	return handler(ctx, j)
}

// finish writes down how an attempt ended. A worker whose lease ran out and
// whose job another one took has nothing more to say about it.
func (s *Queue) finish(ctx context.Context, j Job, trouble error) error {
	state, runAt, why, now := Done, j.RunAt, "", kernel.InstantOf(s.Now())
	if trouble != nil {
		state, why = Waiting, told(trouble)
		runAt = now.Add(pause(j.Attempts))
		if j.Attempts >= maxAttempts || s.Hopeless != nil && s.Hopeless(trouble) {
			state = Failed
		}
		s.log().Warn("job failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempts, "error", why)
	}
	ctx = context.WithoutCancel(ctx) // what was done is written down even when the house closes
	return s.DB.Write(ctx, func(q db.Querier) error {
		if state == Waiting {
			return again(ctx, q, j, runAt, why, j.Attempts, now)
		}
		_, err := q.ExecContext(ctx, `UPDATE job SET state = $4, trouble = $5, ended_at = $6, lease_until = '' WHERE `+mine,
			j.Alliance, j.ID, j.Attempts, state, why, now)
		return err
	})
}

// giveBack lets a job wait again as though it had not begun: that the house
// closes, or that it is night, is no fault of the job.
func (s *Queue) giveBack(ctx context.Context, j Job, until kernel.Instant) error {
	ctx = context.WithoutCancel(ctx)
	now := kernel.InstantOf(s.Now())
	return s.DB.Write(ctx, func(q db.Querier) error { return again(ctx, q, j, until, j.Trouble, j.Attempts-1, now) })
}

// mine is the condition that the job is still this worker's: every claim
// counts an attempt.
const mine = `alliance = $1 AND id = $2 AND attempts = $3 AND state = 'waiting' AND lease_until <> ''`

// again lets a job wait for its next attempt, unless another with its key has
// come to wait meanwhile: that one does the same.
func again(ctx context.Context, q db.Querier, j Job, at kernel.Instant, why string, attempts int64, now kernel.Instant) error {
	var twin bool
	err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM job WHERE alliance = $1 AND kind = $2 AND slot = $3 AND id <> $4)`,
		j.Alliance, j.Kind, j.Unique, j.ID).Scan(&twin)
	if err != nil {
		return err
	}
	state, slot, ended := Waiting, j.Unique, kernel.Instant("")
	if twin {
		state, slot, why, ended = Done, string(j.ID), "a newer one took its place; "+why, now
	}
	_, err = q.ExecContext(ctx, `UPDATE job SET state = $4, slot = $5, trouble = $6, run_at = $7, attempts = $8, ended_at = $9, lease_until = ''
		WHERE `+mine, j.Alliance, j.ID, j.Attempts, state, slot, why, at, attempts, ended)
	return err
}

// told is an error as the administrator reads it: short, and text that both
// engines hold.
func told(trouble error) string {
	letters := []rune(strings.ReplaceAll(strings.ToValidUTF8(trouble.Error(), "?"), "\x00", "?"))
	if len(letters) > maxTrouble {
		letters = append(letters[:maxTrouble], '…')
	}
	return string(letters)
}

func (s *Queue) log() *slog.Logger {
	if s.Logger == nil {
		return slog.Default()
	}
	return s.Logger
}

// pause is how long a job waits after its n-th failed attempt: two seconds,
// twice as long each time, and an hour and eight minutes at most.
func pause(attempts int64) time.Duration { return 2 * time.Second << min(attempts-1, 11) }

// List shows jobs of an alliance in one state, newest first.
func List(ctx context.Context, q db.Querier, alliance kernel.ID, state State, limit int) ([]Job, error) {
	rows, err := q.QueryContext(ctx, fmt.Sprintf(`SELECT alliance, id, kind, payload, run_at, unique_key, state, attempts, trouble
		FROM job WHERE alliance = $1 AND state = $2 ORDER BY id DESC LIMIT %d`, limit), alliance, state)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var jobs []Job
	for rows.Next() {
		var j Job
		var payload string
		if err := rows.Scan(&j.Alliance, &j.ID, &j.Kind, &payload, &j.RunAt, &j.Unique, &j.State, &j.Attempts, &j.Trouble); err != nil {
			return nil, err
		}
		j.Payload = json.RawMessage(payload)
		jobs = append(jobs, j)
	}
	return jobs, rows.Err()
}

// Retry sets a job that was given up going again; NotFound when there is none
// such.
func Retry(ctx context.Context, q db.Querier, alliance, id kernel.ID, now kernel.Instant) error {
	result, err := q.ExecContext(ctx, `UPDATE job SET state = 'waiting', attempts = 0, run_at = $3, ended_at = ''
		WHERE alliance = $1 AND id = $2 AND state = 'failed'`, alliance, id, now)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, kernel.NewNotFound("job"))
	}
	return nil
}

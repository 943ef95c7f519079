package incoming

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// TakeJob goes on taking a large file over.
const TakeJob = "directory.take"

// How much is done while somebody waits, and how a large file is cut.
const (
	AtOnce      = 500              // objects of a file that is taken over, or tried, at once
	part        = 250              // objects in one act
	enough      = 40 * time.Second // after which a job leaves the rest to the next
	mostRefused = 1_000            // objects of which a run keeps why they were refused
)

// State is how far the taking over of a large file is.
type State string

// The states.
const (
	Waiting State = ""        // nobody began
	Taking  State = "taking"  // in the background
	Over    State = "over"    // all of it is taken over; the file is gone, the report stays for its term
	Broken  State = "stopped" // who began may no longer, so that the rest was left
)

// Run is how far the taking over of a large file is, and what came of it.
type Run struct {
	State                State
	At, Of               int // objects that were looked at, of so many
	Added, Changed, Same int
	Kept                 int // fields that were left as somebody wrote them here
	Refused              []directory.Refused
	Refusals             int // with those of which the reason is not kept
	Gone                 []directory.Service
	Worker, Org          kernel.ID // who began, and for whom
}

// Share is how much of it is done, of a hundred.
func (r Run) Share() int {
	if r.Of == 0 {
		return 0
	}
	return r.At * 100 / r.Of
}

func (r *Run) add(done directory.Taken, refused []directory.Refused) {
	r.Added, r.Changed, r.Same, r.Kept = r.Added+done.Added, r.Changed+done.Changed, r.Same+done.Same, r.Kept+len(done.Kept)
	r.Refusals += len(refused)
	for _, x := range refused {
		if len(r.Refused) < mostRefused {
			r.Refused = append(r.Refused, x)
		}
	}
}

type taking struct {
	File kernel.ID `json:"file"`
}

// Many tells whether a file is taken over in the background: it is large, or
// somebody began already.
func (x *Inbox) Many(ctx context.Context, id kernel.ID) (bool, error) {
	if _, r, err := x.How(ctx, id); err != nil || r.State != Waiting {
		return r.State != Waiting, err
	}
	_, f, err := x.open(ctx, id)
	return len(f.Items) > AtOnce, err
}

// Begin lets a large file be taken over in the background. Begun twice, it is
// taken once.
func (x *Inbox) Begin(ctx context.Context, id kernel.ID) error {
	b, f, err := x.open(ctx, id)
	if err != nil {
		return err
	}
	if !f.Ready(x.reading(b, kernel.InstantOf(x.Acts.Now()).Date())) {
		return kernel.NewInvalid("incoming.columns")
	}
	return x.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		r, err := loadRun(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		if r.State == Waiting {
			r = Run{State: Taking, Of: len(f.Items), Worker: a.Actor.Person, Org: a.Actor.Org}
			r.add(directory.Taken{}, f.Refused)
			if err := saveRun(ctx, a, a.Alliance(), id, r); err != nil {
				return err
			}
			if err := a.Later(ctx, TakeJob, taking{id}, "", string(id)); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: id, Detail: map[string]string{"what": "source", "step": "take", "by": strings.ToLower(b.Source)}})
	})
}

// How is how far a file is.
func (x *Inbox) How(ctx context.Context, id kernel.ID) (b Brought, r Run, err error) {
	err = x.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		if b, err = loadFile(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		r, err = loadRun(ctx, a, a.Alliance(), id)
		return err
	})
	return b, r, err
}

// Walk is the work of [TakeJob]: part after part, each in an act of the worker
// who began it, together with how far it is. Broken off, it goes on where it
// was; done by two at once, each part is taken once.
func (x *Inbox) Walk(ctx context.Context, j job.Job) error {
	var about taking
	if err := json.Unmarshal(j.Payload, &about); err != nil {
		return fmt.Errorf("payload: %w", err)
	}
	house := act.As(ctx, policy.SystemActor(j.Alliance))
	var b Brought
	var r Run
	var packed []byte
	var who policy.Actor
	err := x.Acts.Look(house, func(a *act.Act) (err error) {
		if err := a.Allow(house, "system.work", ""); err != nil {
			return err
		}
		if b, err = loadFile(house, a, j.Alliance, about.File); err != nil {
			return err
		}
		if r, err = loadRun(house, a, j.Alliance, about.File); err != nil {
			return err
		}
		if packed, err = bodyOf(house, a, j.Alliance, about.File); err != nil {
			return err
		}
		who, err = x.actor(house, a, r)
		return err
	})
	switch {
	case kernel.CodeOf(err) == kernel.NotFound: // somebody threw it away meanwhile
		return nil
	case err != nil:
		return err
	case r.State != Taking:
		return nil
	case !policy.May(who, "directory.manage"):
		return x.stop(house, about.File)
	}
	data, err := unpacking(packed)
	if err != nil {
		return err
	}
	f, err := Read(data, x.reading(b, kernel.InstantOf(x.Acts.Now()).Date()))
	if err != nil {
		return err
	}
	worker := act.As(ctx, who)
	for began := time.Now(); r.State == Taking; {
		if time.Since(began) > enough {
			return x.goOn(house, about.File)
		}
		if r, err = x.some(worker, about.File, b, f, r.At); err != nil {
			return err
		}
	}
	return nil
}

// actor is the worker who began, as they are at that post today.
func (x *Inbox) actor(ctx context.Context, a *act.Act, r Run) (policy.Actor, error) {
	if x.Post != nil {
		return x.Post(ctx, a, r.Worker, r.Org)
	}
	return policy.Actor{Alliance: a.Alliance(), Person: r.Worker, Org: r.Org, Roles: []policy.Role{policy.Coordinator}}, nil
}

// some takes the next part over, from where it was last seen to be. Where
// somebody else was quicker, nothing is taken.
func (x *Inbox) some(ctx context.Context, id kernel.ID, b Brought, f File, from int) (r Run, err error) {
	err = x.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		if r, err = loadRun(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		if r.State == Taking && r.At == from {
			to := min(from+part, len(f.Items))
			take := x.take(b, f, false)
			take.Items = f.Items[from:to]
			done, err := x.Desk.TakeIn(ctx, a, take)
			if err != nil {
				return err
			}
			r.add(done, done.Refused)
			if r.At = to; to == len(f.Items) {
				r.State = Over
				if b.Whole {
					if r.Gone, err = x.Desk.GoneIn(ctx, a, x.take(b, f, false)); err != nil {
						return err
					}
				}
				if err := emptyFile(ctx, a, a.Alliance(), id); err != nil {
					return err
				}
			}
			if err := saveRun(ctx, a, a.Alliance(), id, r); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: id, Detail: map[string]string{"what": "source", "step": "part", "by": strings.ToLower(b.Source)}})
	})
	return r, err
}

// goOn leaves the rest to another job, so that none runs for ever.
func (x *Inbox) goOn(ctx context.Context, id kernel.ID) error {
	return x.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		if err := a.Later(ctx, TakeJob, taking{id}, "", string(id)); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "system.work", Subject: id, Detail: map[string]string{"what": "source", "step": "on"}})
	})
}

// stop leaves the rest of a file whose bringer may not bring any more.
func (x *Inbox) stop(ctx context.Context, id kernel.ID) error {
	return x.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		r, err := loadRun(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		r.State = Broken
		if err := saveRun(ctx, a, a.Alliance(), id, r); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "system.work", Subject: id, Detail: map[string]string{"what": "source", "step": "stop"}})
	})
}

func loadRun(ctx context.Context, q db.Querier, alliance, id kernel.ID) (r Run, err error) {
	var told string
	if err := q.QueryRowContext(ctx, `SELECT run FROM incoming_file WHERE alliance = $1 AND id = $2`, alliance, id).Scan(&told); err != nil {
		return r, missing(err)
	}
	if told == "" {
		return r, nil
	}
	return r, json.Unmarshal([]byte(told), &r)
}

func saveRun(ctx context.Context, q db.Querier, alliance, id kernel.ID, r Run) error {
	r.Refused = slices.Clip(r.Refused)
	told, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("incoming: %w", err)
	}
	return one(q.ExecContext(ctx, `UPDATE incoming_file SET run = $3 WHERE alliance = $1 AND id = $2`, alliance, id, string(told)))
}

// emptyFile drops what was brought, and leaves what came of it.
func emptyFile(ctx context.Context, q db.Querier, alliance, id kernel.ID) error {
	return one(q.ExecContext(ctx, `UPDATE incoming_file SET body = $3 WHERE alliance = $1 AND id = $2`, alliance, id, []byte{}))
}

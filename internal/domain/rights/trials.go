package rights

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/rules"
)

// TrialJob goes on with a count over all families of an alliance.
const TrialJob = "rights.trial"

const (
	trialSitting = 40 * time.Second // after so long a job leaves the rest to the next
	trialKept    = 30               // days that a count stays to be read
)

// Trial is a count over all families of an alliance: of what other numbers in a
// right would do, or of whom a right would reach that is being written. One person
// has one at a time.
type Trial struct {
	ID       kernel.ID
	Right    string
	Values   []TriedValue
	Written  *programmes.LocalEdit // the right that is being written; nil: other numbers are tried
	On       kernel.Date           // from when the numbers would be otherwise
	Looked   int64
	Families int64 // that there were when it began
	BegunAt  kernel.Instant
	EndedAt  kernel.Instant // zero: it goes on
	Prospect Prospect       // of other numbers, once it has ended
	Tally    Tally          // of what is being written, once it has ended
	Names    rules.Text     // of the right; zero: the rules no longer have it

	pack    string
	edition string
	after   kernel.ID
	counts  string
	told    string
}

// TriedValue is one number that is tried.
type TriedValue struct {
	Parameter string `json:"parameter"`
	Field     string `json:"field,omitempty"`
	Value     string `json:"value"`

	Texts rules.Text `json:"-"` // of the parameter, in the words of the rules
}

func (t Trial) overrides() (all []rules.Override) {
	for _, v := range t.Values {
		all = append(all, rules.Override{Right: t.Right, Parameter: v.Parameter, Field: v.Field, Value: v.Value})
	}
	return all
}

// Share is how much of it is done, in hundredths.
func (t Trial) Share() int {
	switch {
	case t.EndedAt != "":
		return 100
	case t.Families == 0:
		return 0
	}
	return int(min(99, 100*t.Looked/t.Families))
}

// BeginTrial leaves it to the house to count what numbers of a right would do to
// all families of the alliance. What the actor had counted before is dropped.
// Values that change nothing are Invalid ("whatif.same").
func (s *Service) BeginTrial(ctx context.Context, right string, values []rules.Override) (id kernel.ID, err error) {
	t := Trial{ID: kernel.NewID(), Right: right}
	for _, v := range values {
		t.Values = append(t.Values, TriedValue{Parameter: v.Parameter, Field: v.Field, Value: v.Value})
	}
	return t.ID, s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "programme.manage", ""); err != nil {
			return err
		}
		set, err := s.Programmes.RulesIn(ctx, a)
		if err != nil {
			return err
		}
		if _, err := comparison(set.Rules, t.overrides(), a.Today()); err != nil {
			return err
		}
		return s.begin(ctx, a, t)
	})
}

// TrialOf is how far a count of the actor's own is. Anybody else's is NotFound
// ("trial").
func (s *Service) TrialOf(ctx context.Context, id kernel.ID, lang kernel.Lang) (t Trial, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "programme.manage", ""); err != nil {
			return err
		}
		var by kernel.ID
		if t, by, err = trialOf(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		if by != a.Actor.Person {
			return kernel.NewNotFound("trial")
		}
		if t.Written != nil {
			return t.tallied()
		}
		set, err := s.Programmes.RulesIn(ctx, a)
		if err != nil {
			return err
		}
		if r := set.Rules.Right(t.Right); r != nil {
			t.Names = r.Names
			for i, v := range t.Values {
				for _, p := range r.Parameters {
					if p.Name == v.Parameter {
						t.Values[i].Texts = p.Text
					}
				}
			}
		}
		if t.told != "" {
			if err := json.Unmarshal([]byte(t.told), &t.Prospect); err != nil {
				return err
			}
			t.Prospect.name(set.Rules, lang)
		}
		return nil
	})
	return t, err
}

// OwnTrial is the number of the count that the actor had begun; zero when there
// is none.
func (s *Service) OwnTrial(ctx context.Context) (id kernel.ID, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "programme.manage", ""); err != nil {
			return err
		}
		err := a.QueryRowContext(ctx, `SELECT id FROM whatif_trial WHERE alliance = $1 AND asked_by = $2 ORDER BY id DESC LIMIT 1`, a.Alliance(), a.Actor.Person).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return id, err
}

// Count goes on with a trial for one sitting. When the rules change meanwhile it
// begins anew; when they no longer have what is tried it ends with nobody
// counted.
func (s *Service) Count(ctx context.Context, j job.Job) error {
	ctx = act.As(ctx, policy.SystemActor(j.Alliance))
	var id kernel.ID
	if err := json.Unmarshal(j.Payload, &id); err != nil {
		return err
	}
	var t Trial
	var lib *rules.Library
	edition := ""
	err := s.Acts.Do(ctx, func(a *act.Act) (err error) {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		if t, _, err = trialOf(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		set, err := s.Programmes.RulesIn(ctx, a)
		if err != nil {
			return err
		}
		lib, edition = set.Rules, s.Packs+"."+set.Print
		if t.edition != edition {
			t.after, t.Looked, t.counts = "", 0, ""
			if t.Families, err = s.Families.CountIn(ctx, a); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: TrialJob})
	})
	if kernel.CodeOf(err) == kernel.NotFound || err == nil && t.EndedAt != "" {
		return nil // dropped, or counted
	}
	if err != nil {
		return err
	}
	c, err := s.counting(t, lib)
	if kernel.CodeOf(err) == kernel.Invalid {
		t.told = "{}"
		return s.sat(ctx, t, edition, true)
	}
	if err != nil {
		return err
	}
	if t.counts != "" {
		if err := c.resume([]byte(t.counts)); err != nil {
			return err
		}
	}
	began := time.Now()
	last, looked, done, err := s.cases(ctx, t.On, t.after, func(int64) bool { return time.Since(began) < trialSitting && ctx.Err() == nil }, c.see)
	if err != nil {
		return err
	}
	t.after, t.Looked = last, t.Looked+looked
	saved, err := c.save()
	if err != nil {
		return err
	}
	if t.counts = string(saved); done {
		told, err := json.Marshal(c.told())
		if err != nil {
			return err
		}
		t.told = string(told)
	}
	return s.sat(ctx, t, edition, done)
}

// sat writes down how far a sitting came. At the end what was counted is
// rounded, and the counts themselves are gone.
func (s *Service) sat(ctx context.Context, t Trial, edition string, done bool) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		if done {
			t.counts, t.after, t.EndedAt = "", "", a.Now
		} else if err := a.Later(ctx, TrialJob, string(t.ID), a.Now, string(t.ID)+" "+string(t.after)); err != nil {
			return err
		}
		if err := updateTrial(ctx, a, a.Alliance(), t, edition); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: TrialJob, Detail: map[string]string{"looked": strconv.FormatInt(t.Looked, 10)}})
	})
}

func insertTrial(ctx context.Context, q db.Querier, alliance, by kernel.ID, t Trial) error {
	tried, err := json.Marshal(t.Values)
	if err != nil {
		return err
	}
	being := ""
	if t.Written != nil {
		text, err := json.Marshal(written{*t.Written, t.pack})
		if err != nil {
			return err
		}
		being = string(text)
	}
	_, err = q.ExecContext(ctx, `INSERT INTO whatif_trial (alliance, id, asked_by, right_id, tried, written, on_day, edition, after, looked, families, counts, told, begun_at, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', 0, 0, '', '', $8, '')`, alliance, t.ID, by, t.Right, string(tried), being, t.On, t.BegunAt)
	return err
}

func updateTrial(ctx context.Context, q db.Querier, alliance kernel.ID, t Trial, edition string) error {
	_, err := q.ExecContext(ctx, `UPDATE whatif_trial SET edition = $3, after = $4, looked = $5, families = $6, counts = $7, told = $8, ended_at = $9
		WHERE alliance = $1 AND id = $2`, alliance, t.ID, edition, t.after, t.Looked, t.Families, t.counts, t.told, t.EndedAt)
	return err
}

func trialOf(ctx context.Context, q db.Querier, alliance, id kernel.ID) (t Trial, by kernel.ID, err error) {
	t.ID = id
	var tried, being string
	err = q.QueryRowContext(ctx, `SELECT asked_by, right_id, tried, written, on_day, edition, after, looked, families, counts, told, begun_at, ended_at
		FROM whatif_trial WHERE alliance = $1 AND id = $2`, alliance, id).
		Scan(&by, &t.Right, &tried, &being, &t.On, &t.edition, &t.after, &t.Looked, &t.Families, &t.counts, &t.told, &t.BegunAt, &t.EndedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return t, by, kernel.NewNotFound("trial")
	}
	if err != nil {
		return t, by, err
	}
	if being != "" {
		var w written
		if err := json.Unmarshal([]byte(being), &w); err != nil {
			return t, by, err
		}
		t.Written, t.pack = &w.Edit, w.Pack
	}
	return t, by, json.Unmarshal([]byte(tried), &t.Values)
}

// dropTrials drops those of a person, and those of anybody that began before a
// moment.
func dropTrials(ctx context.Context, q db.Querier, alliance, by kernel.ID, before kernel.Instant) error {
	_, err := q.ExecContext(ctx, `DELETE FROM whatif_trial WHERE alliance = $1 AND (asked_by = $2 OR begun_at < $3)`, alliance, by, before)
	return err
}

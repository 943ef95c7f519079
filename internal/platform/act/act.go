// Package act is how anything changes, and how anything about a family is
// read: an actor, a decision, a change and a record of it, all or none. An
// act that asked no policy, or left no record, does not commit.
//
// It owns no table. Modules tell upward through it ([Act.Tell]), in the same
// transaction, and outward by jobs ([Act.Later]).
package act

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// An act that breaks one of these promises is a fault of the program: it is
// rolled back, whatever it did.
var (
	ErrUndecided  = errors.New("act: nobody was asked whether this is allowed")
	ErrUnrecorded = errors.New("act: no record was left of this")
)

// Acts begins acts. Make one for the whole house.
type Acts struct {
	DB    *db.DB
	Audit *audit.Log
	Queue *job.Queue // woken when an act left a job
	Now   func() time.Time
	// Refused hears, after an act that came to nothing by it, that somebody asked
	// for an object that is not theirs, whether it is there or not; may be nil.
	Refused func(ctx context.Context, actor policy.Actor)

	heard map[reflect.Type][]listener
}

type listener func(ctx context.Context, a *Act, event any) error

// Act is one transaction with an actor and a time. It is a [db.Querier]:
// stores work on it directly.
type Act struct {
	db.Querier
	Actor policy.Actor
	Now   kernel.Instant

	acts     *Acts
	rule     string // the action and roles of the decision, for the record
	decided  bool
	recorded bool
	jobs     bool
	refused  bool // an object was asked for that is not the actor's
}

type actorKey struct{}

// As is a context in which actor acts.
func As(ctx context.Context, actor policy.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, actor)
}

// ActorOf is who acts in ctx; the zero Actor when nobody signed in.
func ActorOf(ctx context.Context) policy.Actor {
	actor, _ := ctx.Value(actorKey{}).(policy.Actor)
	return actor
}

type alongKey struct{}

// Along is a context whose acts also do fn, last, in their own transaction:
// what fn writes is there exactly when the act is. What it refuses does not
// commit. Looks do not do it.
func Along(ctx context.Context, fn func(ctx context.Context, q db.Querier) error) context.Context {
	return context.WithValue(ctx, alongKey{}, fn)
}

// Do runs fn as one act of the actor in ctx and commits when fn returns nil,
// a policy allowed it and a record was left. fn may run again; it touches
// only the database. An act within an act is [db.ErrNested]: a module above
// calls the method that takes the act.
func (s *Acts) Do(ctx context.Context, fn func(a *Act) error) error {
	var done *Act
	turn := ctx
	if alliance := ActorOf(ctx).Alliance; alliance != "" { // all its acts meet at the end of its record
		turn = db.InTurn(ctx, string(alliance))
	}
	err := s.DB.Write(turn, func(q db.Querier) error {
		a := s.begin(ctx, q)
		done = a
		if err := fn(a); err != nil {
			return err
		}
		switch {
		case !a.decided:
			return ErrUndecided
		case !a.recorded:
			return ErrUnrecorded
		}
		if along, ok := ctx.Value(alongKey{}).(func(context.Context, db.Querier) error); ok {
			return along(ctx, q)
		}
		return nil
	})
	if err == nil && done.jobs && s.Queue != nil {
		s.Queue.Wake()
	}
	if err != nil && done != nil {
		s.tellRefused(ctx, done)
	}
	return err
}

// tellRefused tells that the act was refused an object, if it was.
func (s *Acts) tellRefused(ctx context.Context, a *Act) {
	if a.refused && s.Refused != nil {
		s.Refused(ctx, a.Actor)
	}
}

// Look runs fn over one moment of the data. It serves lists and whatever is
// no secret among workers; it must ask a policy and leaves no record. A
// family's file is read with [Acts.Do].
func (s *Acts) Look(ctx context.Context, fn func(a *Act) error) error {
	var done *Act
	err := s.DB.Read(ctx, func(q db.Querier) error {
		a := s.begin(ctx, q)
		done = a
		if err := fn(a); err != nil {
			return err
		}
		if !a.decided {
			return ErrUndecided
		}
		return nil
	})
	if err != nil && done != nil {
		s.tellRefused(ctx, done)
	}
	return err
}

func (s *Acts) begin(ctx context.Context, q db.Querier) *Act {
	return &Act{Querier: q, Actor: ActorOf(ctx), Now: kernel.InstantOf(s.Now()), acts: s}
}

// Soon runs a statement as [db.Soon] does.
func (a *Act) Soon(ctx context.Context, query string, args ...any) error {
	return db.Soon(ctx, a.Querier, query, args...)
}

// Row reads one row as [db.Row] does.
func (a *Act) Row(ctx context.Context, query string, args ...any) db.Scanner {
	return db.Row(ctx, a.Querier, query, args...)
}

// Alliance is the alliance in which the act happens.
func (a *Act) Alliance() kernel.ID { return a.Actor.Alliance }

// Today is the day of the act in Belgium.
func (a *Act) Today() kernel.Date { return a.Now.Date() }

// Allow asks whether the actor may do action on object (the zero ID where the
// action concerns no single object), and refuses as [policy.Decide] does.
func (a *Act) Allow(ctx context.Context, action string, object kernel.ID) error {
	rule, err := policy.Decide(ctx, a, a.Actor, action, object, a.Now)
	if err != nil {
		a.refused = object != "" && kernel.CodeOf(err) == kernel.NotFound
		return err
	}
	a.decided = true
	a.rule = action
	if len(rule.Through) > 0 {
		a.rule += " through " + string(rule.Through[0])
	}
	return nil
}

// Filter is the SQL condition that keeps a list to what the actor may see; to
// ask for it is to ask the policy, unless no rule names the action.
func (a *Act) Filter(action, column string, from int) (condition string, args []any) {
	a.decided = a.decided || policy.Known(action)
	return policy.Filter(a.Actor, action, column, from, a.Now)
}

// FilterEach is [Act.Filter] for a list that begins with few rows.
func (a *Act) FilterEach(action, column string, from int) (condition string, args []any) {
	a.decided = a.decided || policy.Known(action)
	return policy.FilterEach(a.Actor, action, column, from, a.Now)
}

// Walk is the SQL query for what the actor may see, what moved last first; to
// ask for it is to ask the policy, as with [Act.Filter].
func (a *Act) Walk(action string, w policy.Walk, from int) (query string, args []any, ok bool) {
	a.decided = a.decided || policy.Known(action)
	return w.Query(a.Actor, action, from, a.Now)
}

// Reach counts how much the actor may see, up to a limit.
func (a *Act) Reach(ctx context.Context, action string, shelves []string, limit int) (int, error) {
	return policy.Reach(ctx, a, a.Actor, action, shelves, limit)
}

// Entry is what an act leaves on record besides who, when and by which rule.
type Entry struct {
	Action  string
	Subject kernel.ID
	Fields  []string          // the names of what changed
	Detail  map[string]string // states and codes; never a name, a number or free text
}

// Record leaves the record of the act.
func (a *Act) Record(ctx context.Context, e Entry) error {
	a.recorded = true
	if a.Actor.Token != "" { // it was a program
		e.Detail = maps.Clone(e.Detail)
		if e.Detail == nil {
			e.Detail = map[string]string{}
		}
		e.Detail["token"] = string(a.Actor.Token)
	}
	return a.acts.Audit.Append(ctx, a, audit.Record{
		Alliance: a.Actor.Alliance, At: a.Now, Person: a.Actor.Person, Org: a.Actor.Org,
		Action: e.Action, Subject: e.Subject, Rule: a.rule, Fields: e.Fields, Detail: e.Detail,
	})
}

// On makes fn hear every event of type E, in the transaction of its teller.
// Subscriptions are made once, in app.New.
func On[E any](s *Acts, fn func(ctx context.Context, a *Act, event E) error) {
	if s.heard == nil {
		s.heard = map[reflect.Type][]listener{}
	}
	t := reflect.TypeFor[E]()
	s.heard[t] = append(s.heard[t], func(ctx context.Context, a *Act, event any) error {
		return fn(ctx, a, event.(E))
	})
}

// Tell hands an event to the modules above that listen for its type. What
// they do belongs to this act: if one of them fails, nothing happened.
func (a *Act) Tell(ctx context.Context, event any) error {
	for _, hear := range a.acts.heard[reflect.TypeOf(event)] {
		if err := hear(ctx, a, event); err != nil {
			return fmt.Errorf("%T: %w", event, err)
		}
	}
	return nil
}

// Post writes a transfer in the book of the act's alliance, as [ledger.Post].
func (a *Act) Post(ctx context.Context, t ledger.Transfer) (again bool, err error) {
	return ledger.Post(ctx, a, a.writer(), t)
}

// Correct undoes a transfer of the book, as [ledger.Correct].
func (a *Act) Correct(ctx context.Context, id, of kernel.ID, reason string) (again bool, err error) {
	return ledger.Correct(ctx, a, a.writer(), id, of, reason)
}

func (a *Act) writer() ledger.Writer {
	return ledger.Writer{Alliance: a.Alliance(), Person: a.Actor.Person, Org: a.Actor.Org, At: a.Now}
}

// Later asks for work after the commit, not before at (zero: at once). The
// payload is kept as JSON and holds no personal data.
func (a *Act) Later(ctx context.Context, kind string, payload any, at kernel.Instant, unique string) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	if at == "" {
		at = a.Now
	}
	a.jobs = true
	return job.Add(ctx, a, job.Job{Alliance: a.Actor.Alliance, Kind: kind, Payload: body, RunAt: at, Unique: unique})
}

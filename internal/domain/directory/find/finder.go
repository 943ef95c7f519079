package find

import (
	"context"
	"embed"
	"io/fs"
	"sync"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this module.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "find", Files: files}
}

// Finder keeps an index of each alliance and answers from it.
type Finder struct {
	Acts *act.Acts
	Desk *directory.Desk

	mu      sync.Mutex
	shelves map[kernel.ID]*shelf
}

// shelf is the index of one alliance, and which changes it has seen.
type shelf struct {
	making sync.Mutex // held by who makes a new one
	mu     sync.Mutex
	index  *Index
	seen   int64
}

// small is up to how many services an index is made while its reader waits; of
// a larger one a reader gets the old until the new is there.
const small = 2000

// Changed hears that what is told to everybody may have changed.
func (f *Finder) Changed(ctx context.Context, a *act.Act, _ directory.Changed) error {
	return countChange(ctx, a, a.Alliance())
}

// Index is what an alliance tells to everybody, as it is now; of a large
// directory, as it was a moment ago.
func (f *Finder) Index(ctx context.Context, alliance kernel.ID) (*Index, error) {
	s := f.shelf(alliance)
	changes, err := f.changes(ctx, alliance)
	if err != nil {
		return nil, err
	}
	index, seen := s.now()
	switch {
	case index != nil && seen >= changes:
		return index, nil
	case index == nil || index.Len() <= small:
		return f.make(ctx, alliance, s, changes)
	}
	if s.making.TryLock() {
		s.making.Unlock()
		go func() { _, _ = f.make(context.WithoutCancel(ctx), alliance, s, changes) }() // the next reader asks again
	}
	return index, nil
}

func (f *Finder) shelf(alliance kernel.ID) *shelf {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.shelves == nil {
		f.shelves = map[kernel.ID]*shelf{}
	}
	s := f.shelves[alliance]
	if s == nil {
		s = &shelf{}
		f.shelves[alliance] = s
	}
	return s
}

func (s *shelf) now() (*Index, int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.index, s.seen
}

// make makes a new index, unless somebody else just did. The changes were
// counted before anything was read, so that it never claims to have seen more
// than it did.
func (f *Finder) make(ctx context.Context, alliance kernel.ID, s *shelf, changes int64) (*Index, error) {
	s.making.Lock()
	defer s.making.Unlock()
	if index, seen := s.now(); index != nil && seen >= changes {
		return index, nil
	}
	changes, err := f.changes(ctx, alliance)
	if err != nil {
		return nil, err
	}
	index, err := New(f.Desk.Published(ctx, alliance))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.index, s.seen = index, changes
	return index, nil
}

func (f *Finder) changes(ctx context.Context, alliance kernel.ID) (n int64, err error) {
	err = f.Acts.Look(public(ctx, alliance), func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.read", ""); err != nil {
			return err
		}
		n, err = changesOf(ctx, a, alliance)
		return err
	})
	return n, err
}

// public is somebody who has not signed in.
func public(ctx context.Context, alliance kernel.ID) context.Context {
	return act.As(ctx, policy.Actor{Alliance: alliance})
}

// Why is why somebody went away without help.
type Why string

// The reasons.
const (
	Nothing Why = "none" // nothing fits
	NoRoom  Why = "full" // all that fits is full
)

// WhyMissed tells whether what was found helps nobody, and why.
func (f Found) WhyMissed() (why Why, missed bool) {
	if f.Total == 0 {
		return Nothing, true
	}
	if len(f.Hits) < f.Total {
		return "", false
	}
	for _, h := range f.Hits {
		if h.Room.Status != directory.RoomFull && h.Room.Status != directory.RoomWaiting {
			return "", false
		}
	}
	return NoRoom, true
}

// Miss is something that was looked for in vain, how often.
type Miss struct {
	Day          kernel.Date
	Phase        directory.Phase
	Lever        directory.Lever
	Municipality kernel.NIS
	Lang         kernel.Lang
	Concept      string // a name of synonyms.yaml; "" where nobody knows what was meant
	Why          Why
	Times        int
}

// Missed counts that somebody looked in vain: what they chose and meant, never
// what they typed, and never who it was.
func (f *Finder) Missed(ctx context.Context, alliance kernel.ID, q Query, found Found) error {
	why, missed := found.WhyMissed()
	if !missed {
		return nil
	}
	concepts := found.Concepts
	if len(concepts) == 0 {
		concepts = []string{""}
	}
	return f.Acts.Do(public(ctx, alliance), func(a *act.Act) error {
		if err := a.Allow(ctx, "find.miss", ""); err != nil {
			return err
		}
		for _, c := range concepts[:min(len(concepts), 3)] {
			if err := addMiss(ctx, a, alliance, Miss{a.Today(), q.Phase, q.Lever, q.NIS, q.Lang, c, why, 1}); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "find.miss"})
	})
}

// Misses are what was looked for in vain in the actor's alliance, from one day
// to another, both included, the newest first. Who shows them to anybody keeps
// small figures back.
func (f *Finder) Misses(ctx context.Context, from, to kernel.Date) (all []Miss, err error) {
	err = f.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		all, err = listMisses(ctx, a, a.Alliance(), from, to)
		return err
	})
	return all, err
}

package registers

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// chunk is how many rows are sealed together.
const chunk = 100

// MayImport tells whether the actor's organisation can read lists of its own
// clients: a welfare office, or a team of one.
func (s *Service) MayImport(ctx context.Context) (may bool, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.import", ""); err != nil {
			return err
		}
		may, err = s.welfare(ctx, a)
		return err
	})
	return may, err
}

// welfare tells whether the actor acts for a welfare office or a team of one.
func (s *Service) welfare(ctx context.Context, a *act.Act) (bool, error) {
	for id, n := a.Actor.Org, 0; id != "" && n < 4; n++ {
		o, err := s.Members.OrganisationIn(ctx, a, id)
		if err != nil {
			return false, err
		}
		if o.Kind == members.OCMW {
			return true, nil
		}
		id = o.PartOf
	}
	return false, nil
}

// holder refuses who does not hold the ground: another than a welfare office.
func (s *Service) holder(ctx context.Context, a *act.Act) error {
	may, err := s.welfare(ctx, a)
	if err == nil && !may {
		err = kernel.NewForbidden("register.welfare")
	}
	return err
}

// Upload takes a list in: it is read once to see that it is one, sealed, and
// waits to be told what its columns are. On which ground it may be read stands
// on record. What is wrong with the list itself is a fault at "list".
func (s *Service) Upload(ctx context.Context, u Upload) (r Run, err error) {
	today := kernel.InstantOf(s.Acts.Now()).Date()
	name, err := u.check(today)
	if err != nil {
		return r, err
	}
	l, err := lists.Read(u.Data)
	if err != nil {
		var faults kernel.Faults
		faults.Check("list", err)
		return r, faults.Err()
	}
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.ground", ""); err != nil {
			return err
		}
		if err := s.holder(ctx, a); err != nil {
			return err
		}
		r = Run{ID: kernel.NewID(), Org: a.Actor.Org, Worker: a.Actor.Person, Name: name, Ground: u.Ground, Purpose: u.Purpose, AsOf: u.AsOf, Make: u.Make,
			State: Uploaded, Rows: int64(len(l.Rows)), Uploaded: a.Now,
			Found: Found{Form: string(l.Form), Encoding: l.Encoding, Separator: l.Separator, Sheet: l.Sheet, Sheets: l.Sheets, Head: l.Head}}
		if r.Mapping, err = s.remembered(ctx, a, r.Name, l); err != nil {
			return err
		}
		key, err := s.Vault.Create(ctx, a, a.Alliance(), r.ID)
		if err != nil {
			return err
		}
		for i, rows := range slices.Collect(slices.Chunk(l.Rows, chunk)) {
			if err := key.Put(ctx, a, rowsName(i), rows); err != nil {
				return err
			}
		}
		if err := saveRun(ctx, a, a.Alliance(), r); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "register.ground", Subject: r.ID,
			Detail: map[string]string{"ground": string(u.Ground), "purpose": string(u.Purpose), "rows": strconv.Itoa(len(l.Rows))}})
	})
	return r, err
}

func rowsName(i int) string { return fmt.Sprintf("rows/%05d", i) }

// remembered is the mapping of the same name, or of any list with the same
// columns; otherwise a guess.
func (s *Service) remembered(ctx context.Context, a *act.Act, name string, l *lists.List) (Mapping, error) {
	all, err := savedOf(ctx, a, a.Alliance(), a.Actor.Org)
	if err != nil {
		return Mapping{}, err
	}
	slices.SortStableFunc(all, func(x, y Saved) int {
		if (x.Name == name) != (y.Name == name) {
			if x.Name == name {
				return -1
			}
			return 1
		}
		return 0
	})
	for _, saved := range all {
		if saved.Mapping.fits(l.Head) && saved.Mapping.Check(s.Law) == nil {
			return saved.Mapping, nil
		}
	}
	return propose(l, s.Law, a.Today()), nil
}

// own loads a run of the actor's organisation; NotFound for any other.
func (s *Service) own(ctx context.Context, a *act.Act, id kernel.ID) (Run, error) {
	r, err := loadRun(ctx, a, a.Alliance(), id)
	if err == nil && r.Org != a.Actor.Org {
		err = kernel.NewNotFound("register")
	}
	return r, err
}

// rows opens some rows of a list, from one on.
func (s *Service) rows(ctx context.Context, a *act.Act, run kernel.ID, from int64) ([]lists.Row, error) {
	key, err := s.Vault.Open(ctx, a, a.Alliance(), run)
	if err != nil {
		return nil, err
	}
	var rows []lists.Row
	if _, err := key.Get(ctx, a, rowsName(int(from/chunk)), &rows); err != nil {
		return nil, err
	}
	return rows[min(from%chunk, int64(len(rows))):], nil
}

// destroy forgets what a list held: its key, and all that it sealed.
func (s *Service) destroy(ctx context.Context, a *act.Act, r *Run, state State, why string) error {
	r.State, r.Why, r.Ended = state, why, a.Now
	if err := s.Vault.Forget(ctx, a, a.Alliance(), r.ID); err != nil {
		return err
	}
	return saveRun(ctx, a, a.Alliance(), *r)
}

// Overview is what an organisation reads and has read.
type Overview struct {
	Runs  []Run
	Saved []Saved
}

// Overview lists the newest runs of the actor's organisation, and the mappings
// that it kept.
func (s *Service) Overview(ctx context.Context) (o Overview, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.import", ""); err != nil {
			return err
		}
		if o.Runs, err = runsOf(ctx, a, a.Alliance(), a.Actor.Org, 50); err != nil {
			return err
		}
		o.Saved, err = savedOf(ctx, a, a.Alliance(), a.Actor.Org)
		return err
	})
	return o, err
}

// Forget throws a mapping away.
func (s *Service) Forget(ctx context.Context, mapping kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.import", ""); err != nil {
			return err
		}
		if err := dropMapping(ctx, a, a.Alliance(), a.Actor.Org, mapping); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "register.mapping", Subject: mapping, Detail: map[string]string{"kept": "no"}})
	})
}

// Told is a run with what came of it so far.
type Told struct {
	Run
	Faults   []Fault
	Openings []Opening
}

// mostFaults is how many faults one page shows.
const mostFaults = 500

// Run is one run of the actor's organisation.
func (s *Service) Run(ctx context.Context, id kernel.ID) (t Told, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.import", ""); err != nil {
			return err
		}
		if t.Run, err = s.own(ctx, a, id); err != nil {
			return err
		}
		if t.Faults, err = faultsOf(ctx, a, a.Alliance(), id, mostFaults); err != nil {
			return err
		}
		if t.Openings, err = openingsOf(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		name, err := s.Rights.NamesIn(ctx, a)
		if err != nil {
			return err
		}
		for i, o := range t.Openings {
			t.Openings[i].Name = name(o.Right)
		}
		return nil
	})
	return t, err
}

// ListsOf are the names of the lists that said something of a family, by the
// moment at which it was recorded, for who may read the file.
func (s *Service) ListsOf(ctx context.Context, family kernel.ID) (names map[kernel.Instant]string, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.read", family); err != nil {
			return err
		}
		names, err = entriesOf(ctx, a, a.Alliance(), family)
		return err
	})
	return names, err
}

package families

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// CasesIn is what rules may see of open files, for the house itself when it
// counts them: who belongs to each in which role, where it lives, what is known.
// Of who they are nothing is opened: the vault stays shut. They come in the
// order of their numbers, after one. For anybody else there are none.
func (s *Service) CasesIn(ctx context.Context, a *act.Act, after kernel.ID, limit int) (files []File, err error) {
	if !a.Actor.Is(policy.System) {
		return nil, kernel.NewNotFound("family")
	}
	return s.cases(ctx, a, `f.id > $2`, after, limit)
}

// CaseIn is what rules may see of one open file, within an act of a module above
// that may decide for the family: so that a sum which follows from a rule is the
// same whoever asks for it. It is for reckoning, and shown to nobody.
func (s *Service) CaseIn(ctx context.Context, a *act.Act, id kernel.ID) (File, error) {
	files, err := s.cases(ctx, a, `f.id = $2`, id, 1)
	if err != nil {
		return File{}, err
	}
	if len(files) == 0 {
		return File{}, kernel.NewNotFound("family")
	}
	return files[0], nil
}

// cases are what rules may see of the open files that one condition finds.
func (s *Service) cases(ctx context.Context, a *act.Act, which string, one kernel.ID, limit int) (files []File, err error) {
	at, args := map[kernel.ID]int{}, []any{a.Alliance()}
	err = db.Each(ctx, a, func(rows *sql.Rows) error {
		f := File{law: s.Law}
		err := rows.Scan(f.columns()...)
		at[f.ID] = len(files)
		files, args = append(files, f), append(args, f.ID)
		return err
	}, fmt.Sprintf(`SELECT `+familyColumns+` FROM family f WHERE f.alliance = $1 AND f.state = 'open' AND `+which+` ORDER BY f.id LIMIT %d`, limit), a.Alliance(), one)
	if err != nil || len(files) == 0 {
		return files, err
	}
	among := ` AND family IN (` + db.Marks(2, len(files)) + `)`
	err = db.Each(ctx, a, func(rows *sql.Rows) error {
		var family kernel.ID
		var p Person
		err := rows.Scan(&family, &p.ID, &p.Version, &p.Role, &p.position, &p.Added, &p.LeftOn)
		f := &files[at[family]]
		if p.LeftOn == "" {
			f.Persons = append(f.Persons, p)
		} else {
			f.Gone = append(f.Gone, p)
		}
		return err
	}, `SELECT family, id, version, role, position, added_at, left_on FROM family_person WHERE alliance = $1`+among+` ORDER BY family, position, id`, args...)
	if err != nil {
		return nil, err
	}
	err = db.Each(ctx, a, func(rows *sql.Rows) error {
		var family kernel.ID
		var x Fact
		var value string
		err := rows.Scan(&family, &x.ID, &x.Version, &x.Person, &x.Key, &value, &x.Source, &x.ValidFrom, &x.ValidTo,
			&x.RecordedAt, &x.RecordedBy, &x.RecordedOrg, &x.SupersededAt)
		x.Value = []byte(value)
		files[at[family]].live = append(files[at[family]].live, x)
		return err
	}, `SELECT family, `+factColumns+` FROM family_fact WHERE alliance = $1`+among+` AND `+stillHolding+` ORDER BY recorded_at, id`, args...)
	if err != nil {
		return nil, err
	}
	for i := range files {
		f := &files[i]
		f.Facts = f.FactsOn(a.Today())
		for _, people := range [][]Person{f.Persons, f.Gone} {
			for j, p := range people {
				people[j].Birth, people[j].Due = dateOf(f.Facts, p.ID, factBirth), dateOf(f.Facts, p.ID, factDue)
			}
		}
	}
	return files, nil
}

// CountIn counts the open files of the act's alliance, for the house itself. For
// anybody else there are none.
func (s *Service) CountIn(ctx context.Context, a *act.Act) (n int64, err error) {
	if !a.Actor.Is(policy.System) {
		return 0, nil
	}
	err = a.QueryRowContext(ctx, `SELECT count(*) FROM family WHERE alliance = $1 AND state = 'open'`, a.Alliance()).Scan(&n)
	return n, err
}

package families

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// TurningAges are the birthdays of a child at which much changes for a family:
// school begins, another school, of age, the end of child benefit.
var TurningAges = [...]int{3, 6, 12, 18, 25}

// overdue is how many days after its due date an expected child is still
// listed: somebody may have forgotten to tell of the birth.
const overdue = 21

// Ahead is a day that comes for a family: a birth that is due (Age 0) or a
// birthday at which much changes.
type Ahead struct {
	Row
	Person kernel.ID
	Day    kernel.Date
	Age    int
}

// Ahead lists what comes for the actor's own families until a day, the nearest
// first, at most limit (1 to 100).
func (s *Service) Ahead(ctx context.Context, until kernel.Date, limit int) (ahead []Ahead, err error) {
	limit = max(1, min(limit, 100))
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		days, args := turning(a.Today(), until)
		args = append([]any{a.Alliance()}, args...)
		may, more := a.Filter("family.list", "f.id", len(args)+1)
		ahead = nil
		err := db.Each(ctx, a, func(r *sql.Rows) error {
			var x Ahead
			var role Role
			var value string
			err := r.Scan(&x.ID, &x.Person, &role, &value)
			day := dateIn([]byte(value))
			for _, age := range TurningAges {
				if d := day.AddMonths(12 * age); role == Child && a.Today() <= d && d <= until {
					x.Day, x.Age = d, age
				}
			}
			if role == Unborn {
				x.Day = day
			}
			if x.Day != "" && !slices.ContainsFunc(ahead, func(y Ahead) bool { return y.Person == x.Person }) {
				ahead = append(ahead, x)
			}
			return err
		}, `SELECT f.id, p.id, p.role, x.value FROM family f
			JOIN family_person p ON p.alliance = f.alliance AND p.family = f.id AND p.left_on = ''
			JOIN family_fact x ON x.alliance = p.alliance AND x.family = p.family AND x.person = p.id AND x.superseded_at = ''
			WHERE f.alliance = $1 AND f.state = 'open' AND (`+days+`) AND `+may+
			` ORDER BY x.recorded_at DESC, x.id DESC`, append(args, more...)...)
		if err != nil {
			return err
		}
		slices.SortStableFunc(ahead, func(x, y Ahead) int { return strings.Compare(string(x.Day), string(y.Day)) })
		ahead = ahead[:min(limit, len(ahead))]
		return s.fillAhead(ctx, a, ahead)
	})
	return ahead, err
}

// turning is the condition on a person and a fact: due, or born so long ago
// that a turning age comes. Its parameters are numbered from $2.
func turning(today, until kernel.Date) (condition string, args []any) {
	var parts []string
	between := func(role Role, key string, from, to kernel.Date) {
		parts = append(parts, fmt.Sprintf(`p.role = '%s' AND x.key = '%s' AND x.value BETWEEN $%d AND $%d`,
			role, key, len(args)+2, len(args)+3))
		args = append(args, string(quoted(string(from))), string(quoted(string(to))))
	}
	between(Unborn, factDue, today.AddDays(-overdue), until)
	for _, age := range TurningAges {
		// A day wider on both sides: a month can be too short for the day.
		between(Child, factBirth, today.AddMonths(-12*age).AddDays(-1), until.AddMonths(-12*age).AddDays(1))
	}
	return strings.Join(parts, " OR "), args
}

func (s *Service) fillAhead(ctx context.Context, a *act.Act, ahead []Ahead) error {
	var ids []kernel.ID
	for _, x := range ahead {
		ids = append(ids, x.ID)
	}
	rows, err := s.RowsIn(ctx, a, ids)
	for i := range ahead {
		ahead[i].Row = rows[ahead[i].ID]
	}
	return err
}

// Rows are those of the actor's own families that have one of these IDs, as a
// list shows them.
func (s *Service) Rows(ctx context.Context, ids []kernel.ID) (rows []Row, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		rows = nil
		var own []kernel.ID
		for _, id := range ids {
			may, args := a.Filter("family.list", "f.id", 3)
			err := db.Each(ctx, a, func(r *sql.Rows) error {
				var id kernel.ID
				err := r.Scan(&id)
				own = append(own, id)
				return err
			}, `SELECT f.id FROM family f WHERE f.alliance = $1 AND f.id = $2 AND `+may, append([]any{a.Alliance(), id}, args...)...)
			if err != nil {
				return err
			}
		}
		found, err := s.RowsIn(ctx, a, own)
		for _, id := range own {
			if row, ok := found[id]; ok {
				rows = append(rows, row)
			}
		}
		return err
	})
	return rows, err
}

package population

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

// scan answers for a population in a folder.
func scan(ctx context.Context, t *testing.T, dir string, s Scan) ([]Total, error) {
	t.Helper()
	f, p, err := Find([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	if s.Report == nil {
		s.Report = func(p Problem) { t.Error(p) }
	}
	r, err := Open(library(), f, p, s.Report)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if s.Scanner, err = library().Scanner(rules.ScanOptions{Date: theDay}); err != nil {
		t.Fatal(err)
	}
	return s.Run(ctx, r)
}

func TestAScanWritesWhatEvaluationAnswers(t *testing.T) {
	const n = 120
	dir, _ := made(t, Options{Households: n, Seed: 11, Date: theDay}, Parquet)
	totals, err := scan(t.Context(), t, dir, Scan{Out: dir, Format: CSV})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.Open(filepath.Join(dir, "answers.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	rows, err := csv.NewReader(text).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]bool{}
	for _, row := range rows[1:] {
		written[fmt.Sprint(row[0], row[1], row[2])] = true
	}

	f, p, _ := Find([]string{dir})
	r, err := Open(library(), f, p, func(p Problem) { t.Error(p) })
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	l, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	entitled := map[string]int64{}
	for i := range l.Len() {
		c, err := l.Case(library(), i, theDay)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range library().Evaluate(c, rules.Options{}).Rights {
			if got := written[fmt.Sprint(l.Keys.Text(i), a.ID, a.Status)]; got == (a.Status == rules.NotEntitled) {
				t.Errorf("family %s, %s is %s", l.Keys.Text(i), a.ID, a.Status)
			}
			if a.Status == rules.Entitled {
				entitled[a.ID]++
			}
		}
	}
	for _, total := range totals {
		if total.Entitled != entitled[total.Right.ID] || total.Entitled+total.Not+total.Unknown+total.Refer != n {
			t.Errorf("%s: %+v, and %d entitled", total.Right.ID, total, entitled[total.Right.ID])
		}
	}
}

func TestAScanThatIsStoppedLeavesNoFile(t *testing.T) {
	dir, _ := made(t, Options{Households: 50, Seed: 11, Date: theDay}, CSV)
	out := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := scan(ctx, t, dir, Scan{Out: out, Format: Parquet}); err == nil {
		t.Error("a scan that was stopped is whole")
	}
	if files, _ := os.ReadDir(out); len(files) > 0 {
		t.Errorf("%v is left", files)
	}
}

func TestOnlyWhatIsPaidByThePeriodCountsInAYear(t *testing.T) {
	total := Total{Pays: []string{"month", "year", "once", "quarter", "day"}, Cents: []int64{1, 100, 10_000, 1_000_000, 100_000_000}}
	if got := total.Yearly(); got != 4_010_112 {
		t.Errorf("%d", got)
	}
}

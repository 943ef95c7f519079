package families_test

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// statement is what a service asked of the database.
type statement struct {
	query string
	args  []any
}

// heard are the statements of one call.
func heard(ctx context.Context, call func(ctx context.Context)) (all []statement) {
	call(db.Heard(ctx, func(query string, args []any) { all = append(all, statement{query, args}) }))
	return all
}

// texts are statements without the values of their parameters.
func texts(all []statement) (texts []string) {
	for _, s := range all {
		texts = append(texts, s.query)
	}
	return texts
}

// A page asks as many things of the database for a hundred families as for
// one, and a file as many for a large family as for a small one.
func TestWhatIsAskedDoesNotGrowWithWhatIsShown(t *testing.T) {
	inTown(t, func(w town) {
		var small, large kernel.ID
		count := func() (n map[string]int) {
			return map[string]int{
				"the list": len(heard(w.aicha, func(ctx context.Context) { must(w.List(ctx, families.Query{})) })),
				"a search": len(heard(w.aicha, func(ctx context.Context) { must(w.Search(ctx, "claes", families.Query{})) })),
				"what comes": len(heard(w.aicha, func(ctx context.Context) {
					must(w.Ahead(ctx, "2030-01-01", 100))
				})),
			}
		}
		small = must(w.Open(w.aicha, child("Claes"))).ID
		before := count()
		w.openMany(w.aicha, 24, func(int) families.NewFamily { return child("Claes") }, func(int, kernel.ID) {})
		if after := count(); !reflect.DeepEqual(after, before) {
			t.Errorf("statements for 25 families: %v, for one: %v", after, before)
		}
		in := child("Mertens")
		for i := range 9 {
			in.Persons = append(in.Persons, families.NewPerson{Role: families.Child, First: fmt.Sprintf("Kind%c", 'a'+i), Birth: "2020-01-01"})
		}
		large = must(w.Open(w.aicha, in)).ID
		for range 10 {
			must(w.AddNote(w.aicha, large, "Gebeld."))
		}
		read := func(id kernel.ID) []string {
			return reads(heard(w.aicha, func(ctx context.Context) { must(w.Read(ctx, id, families.ForCare)) }))
		}
		if one, other := read(small), read(large); len(one) != len(other) || len(one) > 14 {
			t.Errorf("a small file takes %d statements, a large one %d:\n%s", len(one), len(other), strings.Join(other, "\n"))
		}
		t.Logf("%v, a file %d", before, len(read(small)))
	})
}

// reads leaves out the record's own tree, which asks more or less as it grows.
func reads(all []statement) (texts []string) {
	for _, s := range all {
		if !strings.Contains(s.query, "audit_") {
			texts = append(texts, s.query)
		}
	}
	return texts
}

func child(name string) families.NewFamily {
	in := family(name)
	in.Persons = append(in.Persons, families.NewPerson{Role: families.Child, First: "Noor", Last: name, Birth: "2024-03-01"})
	return in
}

// Neither a list nor a search walks through families, words or people of
// others, however many there are.
func TestAListAndASearchWalkThroughNothingOfOthers(t *testing.T) {
	inTown(t, func(w town) {
		w.openMany(w.aicha, 70, func(i int) families.NewFamily {
			if i == 7 {
				return child("Zoutleeuw")
			}
			return child("Claes")
		}, func(int, kernel.ID) {})
		crowd := must(w.Open(w.chloe, child("Claes"))).ID
		w.copies(crowd, 2000)
		first := must(w.List(w.aicha, families.Query{}))
		for name, call := range map[string]func(ctx context.Context){
			"the list":         func(ctx context.Context) { must(w.List(ctx, families.Query{})) },
			"its second page":  func(ctx context.Context) { must(w.List(ctx, families.Query{After: first.Next})) },
			"one's own":        func(ctx context.Context) { must(w.List(ctx, families.Query{Mine: true, State: families.AnyState})) },
			"a common name":    func(ctx context.Context) { must(w.Search(ctx, "claes", families.Query{})) },
			"two common words": func(ctx context.Context) { must(w.Search(ctx, "sam claes", families.Query{State: families.AnyState})) },
			"a rare name":      func(ctx context.Context) { must(w.Search(ctx, "noor zoutleeuw", families.Query{})) },
			"a telephone":      func(ctx context.Context) { must(w.Search(ctx, "02 123 45 67", families.Query{})) },
			"nobody's name":    func(ctx context.Context) { must(w.Search(ctx, "tielemans", families.Query{})) },
		} {
			walked := false
			for _, s := range heard(w.aicha, call) {
				for _, line := range w.steps(s) {
					walked = walked || strings.Contains(line, "policy_relation_place")
					if trouble := w.wanders(line); trouble != "" {
						t.Errorf("%s: %s: %s\nin %s", name, trouble, line, s.query)
					}
				}
			}
			if rare := name == "a rare name" || name == "nobody's name" || name == "a telephone"; !walked && !rare {
				t.Errorf("%s: nothing is walked in the order of the changes", name)
			}
		}
	})
}

// copies makes n families like one, for nobody in particular, all found by its
// words.
func (w town) copies(like kernel.ID, n int) {
	w.t.Helper()
	err := w.db.Write(context.Background(), func(q db.Querier) error {
		run := func(query string, args ...any) error {
			_, err := q.ExecContext(context.Background(), query, args...)
			return err
		}
		for made := 1; made < n; made *= 2 { // each time as many again
			mark := strconv.Itoa(made)
			for table, columns := range map[string]string{
				"vault_token": "token", "vault_key": "sealed", "vault_entry": "name, sealed",
				"family_person": "id, version, role, position, added_at, left_on",
				"family_fact":   "id, version, person, key, value, source, valid_from, valid_to, recorded_at, recorded_by, recorded_org, superseded_at",
			} {
				if err := run(`INSERT INTO `+table+` (alliance, family, `+columns+`) SELECT alliance, family || '+`+mark+`', `+columns+`
					FROM `+table+` WHERE substr(family, 1, 36) = $1`, like); err != nil {
					return err
				}
			}
			const columns = `version, facts_version, contact_version, state, municipality, postal_code, confidential, opened_at, opened_by, opened_org, changed_at`
			if err := run(`INSERT INTO family (alliance, id, `+columns+`) SELECT alliance, id || '+`+mark+`', `+columns+` FROM family WHERE substr(id, 1, 36) = $1`, like); err != nil {
				return err
			}
			const ties = `relation, since, shelf, moved`
			if err := run(`INSERT INTO policy_relation (alliance, holder, object, `+ties+`) SELECT alliance, holder, object || '+`+mark+`', `+ties+`
				FROM policy_relation WHERE substr(object, 1, 36) = $1`, like); err != nil {
				return err
			}
		}
		if w.db.Engine == db.PostgreSQL {
			return run(`ANALYZE`) // as the engine does by itself in time
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// steps is how the engine goes about a statement.
func (w town) steps(s statement) (lines []string) {
	w.t.Helper()
	explain, cells := `EXPLAIN QUERY PLAN `, 4
	if w.db.Engine == db.PostgreSQL {
		explain, cells = `EXPLAIN (ANALYZE, TIMING OFF) `, 1
	}
	err := w.db.Read(context.Background(), func(q db.Querier) error {
		if w.db.Engine == db.PostgreSQL { // it rightly reads tables whole that are as small as those of a test
			if _, err := q.ExecContext(context.Background(), `SET LOCAL enable_seqscan = off`); err != nil {
				return err
			}
		}
		rows, err := q.QueryContext(context.Background(), explain+s.query, s.args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			line := make([]any, cells)
			for i := range line {
				line[i] = new(string)
			}
			if err := rows.Scan(line...); err != nil {
				return err
			}
			lines = append(lines, strings.TrimSpace(*line[cells-1].(*string)))
		}
		return rows.Err()
	})
	if err != nil || len(lines) == 0 {
		w.t.Fatalf("%v of %s", err, s.query)
	}
	return lines
}

var (
	// A scan on SQLite; those of a query's own parts are named w, p, way and ways.
	sqliteScan = regexp.MustCompile(`^SCAN (\w+)`)
	ownParts   = []string{"w", "p", "way", "ways", "counted", "CONSTANT"}
	pgRows     = regexp.MustCompile(`actual rows=([\d.]+) loops=(\d+)`)
	pgRemoved  = regexp.MustCompile(`^Rows Removed by .*: (\d+)`)
)

// most is the most rows that one step may bring: more than anything of the own
// 70 families here, and far fewer than the 2,000 of others.
const most = 600

// wanders says what is wrong with a step.
func (w town) wanders(line string) string {
	if w.db.Engine == db.SQLite {
		if m := sqliteScan.FindStringSubmatch(line); m != nil && !strings.Contains(strings.Join(ownParts, " ")+" ", m[1]+" ") {
			return "a whole table is read"
		}
		if strings.Contains(line, " INDEX policy_relation_place") && !strings.Contains(line, "COVERING") {
			return "a walk reads more than its index"
		}
		if strings.Contains(line, " INDEX policy_relation_place") && !strings.Contains(line, "shelf=?") {
			return "all that somebody holds is read"
		}
		if strings.HasSuffix(line, "(alliance=?)") {
			return "all of an alliance is read"
		}
		return ""
	}
	if m := pgRemoved.FindStringSubmatch(line); m != nil {
		if removed, _ := strconv.Atoi(m[1]); removed > most {
			return "a step reads what is not asked"
		}
	}
	if m := pgRows.FindStringSubmatch(line); m != nil {
		rows, _ := strconv.ParseFloat(m[1], 64)
		loops, _ := strconv.ParseFloat(m[2], 64)
		if rows*loops > most {
			return "a step brings what is not asked"
		}
	}
	return ""
}

// Whoever searches a name that only others have asks exactly the same of the
// database as whoever searches a name that nobody has, step by step: neither
// the answer nor the way to it tells the two apart.
func TestASearchForOthersAsksTheSameAsForNobody(t *testing.T) {
	inTown(t, func(w town) {
		for i, own := range []int{1, 70} {
			w.openMany(w.aicha, own, func(int) families.NewFamily { return family("Claes") }, func(int, kernel.ID) {})
			name := []string{"Zoutleeuw", "Tielemans"}[i]
			ask := func(typed string) []string {
				return texts(heard(w.aicha, func(ctx context.Context) { must(w.Search(ctx, typed, families.Query{})) }))
			}
			nobody := ask(name)
			w.later(time.Minute)
			w.openMany(w.chloe, 3, func(int) families.NewFamily { return family(name) }, func(int, kernel.ID) {})
			if others := ask(name); !reflect.DeepEqual(others, nobody) {
				t.Errorf("with %d own: %q, and when nobody had the name %q", own, others, nobody)
			}
		}
	})
}

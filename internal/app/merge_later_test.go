package app_test

import (
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// waits is how each file stands to the same right of its children, by first
// name: the stage, and until when it waits.
func (w *world) waits(files map[string]kernel.ID, names map[kernel.ID]string) map[string]string {
	w.Helper()
	all := map[string]string{}
	err := w.db.Read(w.Context(), func(q db.Querier) error {
		for file, id := range files {
			rows, err := q.QueryContext(w.Context(), `SELECT person, stage, until FROM reach_right WHERE family = $1 AND right_id = 'vl.groeipakket.basis' AND ended_on = ''`, id)
			if err != nil {
				return err
			}
			for rows.Next() {
				var person kernel.ID
				var stage, until string
				if err := rows.Scan(&person, &stage, &until); err != nil {
					return err
				}
				all[file+" "+names[person]] = stage + " " + until
			}
			if err := rows.Err(); err != nil {
				return err
			}
			rows.Close()
		}
		return nil
	})
	w.did(err)
	return all
}

func (w *world) stand(when string, got, want map[string]string) {
	w.Helper()
	for k, v := range want {
		if got[k] != v {
			w.Errorf("%s, %s: %q, want %q", when, k, got[k], v)
		}
	}
	if len(got) != len(want) {
		w.Errorf("%s: %v, want %v", when, got, want)
	}
}

// What was put off in either of two files of one family waits in the file that
// they become: on the nearer day where both wait, and not at all where it was
// asked for. Undone, each waits as before.
func TestWhatWasPutOffInTwoFilesOfOneFamily(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha := w.towns["leuven"].As(w.Context(), "aicha")
		names := map[kernel.ID]string{}
		opens := func(children ...string) kernel.ID {
			persons := []families.NewPerson{{Role: families.Applicant, First: "Selma", Last: "Yildirim", Birth: "1990-02-03"}}
			for i, first := range children {
				persons = append(persons, families.NewPerson{Role: families.Child, First: first, Last: "Yildirim", Birth: kernel.Date("2019-05-02").AddDays(400 * i)})
			}
			f, err := w.app.Families.Open(aicha, families.NewFamily{Anyway: true, PostalCode: "3000", Persons: persons})
			w.did(err)
			file, err := w.app.Families.Read(aicha, f.ID, families.ForCare)
			w.did(err)
			for _, p := range file.Persons {
				names[p.ID] = p.First
			}
			w.tells(f.ID, "all_may_stay", "all_live_here")
			return f.ID
		}
		files := map[string]kernel.ID{"kept": opens("Sami", "Elif", "Omar"), "gone": opens("Sami", "Elif", "Omar", "Aylin")}
		w.later(15 * time.Minute)
		w.work()
		page, err := w.app.Reach.List(aicha, reach.Query{Comes: true, Right: "vl.groeipakket.basis"})
		w.did(err)
		put := map[string]kernel.Date{"kept Sami": "2026-12-10", "gone Sami": "2026-12-20", "kept Omar": "2026-12-24", "gone Omar": "2026-12-12",
			"gone Elif": "2026-12-15", "gone Aylin": "2026-12-16"}
		for _, row := range page.Rows {
			for file, id := range files {
				if until := put[file+" "+names[row.Person]]; row.Family == id && until != "" {
					w.did(w.app.Reach.Put(aicha, row.ID, reach.Papers, until))
				}
			}
		}
		before := map[string]string{"kept Sami": "later 2026-12-10", "kept Elif": "unreached ", "kept Omar": "later 2026-12-24",
			"gone Sami": "later 2026-12-20", "gone Elif": "later 2026-12-15", "gone Omar": "later 2026-12-12", "gone Aylin": "later 2026-12-16"}
		w.stand("before", w.waits(files, names), before)

		joins := func() {
			both, err := w.app.Families.Compare(aicha, files["kept"], files["gone"], nil)
			w.did(err)
			if len(both.Same) != 4 {
				t.Fatalf("%d people are the same", len(both.Same))
			}
			choices := families.Merging{Kept: files["kept"], Gone: files["gone"], KeptVersion: both.Kept.Version, GoneVersion: both.Gone.Version, Same: both.Same}
			_, err = w.app.Families.Join(aicha, choices)
			w.did(err)
		}
		looks := func() {
			w.later(15 * time.Minute)
			w.work()
		}
		together := map[string]string{"kept Sami": "later 2026-12-10", "kept Elif": "later 2026-12-15", "kept Omar": "later 2026-12-12", "kept Aylin": "later 2026-12-16"}
		joins()
		w.stand("as one", w.waits(files, names), together)
		looks()
		w.stand("as one, after the house looked", w.waits(files, names), together)
		parts := func() {
			merges, err := w.app.Families.Merges(aicha, files["kept"])
			w.did(err)
			_, err = w.app.Families.Part(aicha, files["kept"], merges[0].ID)
			w.did(err)
		}
		parts()
		w.stand("as two again", w.waits(files, names), before)
		looks()
		w.stand("as two again, after the house looked", w.waits(files, names), before)

		// once more; meanwhile one is taken up, and one asked for
		joins()
		looks()
		page, err = w.app.Reach.List(aicha, reach.Query{Comes: true, Right: "vl.groeipakket.basis", Put: true})
		w.did(err)
		for _, row := range page.Rows {
			if names[row.Person] == "Elif" {
				w.did(w.app.Reach.TakeUp(aicha, row.ID))
			}
		}
		parts()
		looks()
		before["gone Elif"] = "unreached "
		w.stand("what was taken up in between", w.waits(files, names), before)
		var left int
		w.did(w.db.Read(w.Context(), func(q db.Querier) error {
			return q.QueryRowContext(w.Context(), `SELECT count(*) FROM reach_merge`).Scan(&left)
		}))
		if left != 0 {
			t.Errorf("%d rows are left of merges that were undone", left)
		}
	})
}

package families_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// However relations begin and end and files change, each list is exactly what
// sorting all that one may see would give, page by page.
func TestAListIsWhatSortingAllWouldGive(t *testing.T) {
	steps := 100
	if testing.Short() {
		steps = 40
	}
	inTown(t, func(w town) {
		r := rand.New(rand.NewPCG(20261122, 5))
		aichaAtHouse := w.hat(w.aicha, "aicha@huis.example", w.house, policy.Caseworker)
		everybody := []context.Context{w.aicha, w.bram, w.chloe, aichaAtHouse, w.dirk}
		var files []kernel.ID
		for step := range steps {
			w.later(time.Duration(r.IntN(3)) * time.Minute) // often two at the same moment
			who := everybody[r.IntN(4)]
			what, err := "open", error(nil)
			switch id := kernel.ID(""); {
			case len(files) == 0 || len(files) < 12 && r.IntN(4) == 0:
				in := family(fmt.Sprintf("Claes%c", 'a'+len(files)))
				in.Restricted = r.IntN(3) == 0
				files = append(files, must(w.Open(who, in)).ID)
			case r.IntN(5) == 0:
				id = files[r.IntN(len(files))]
				what, err = w.refer(r, id)
			default:
				id = files[r.IntN(len(files))]
				what, err = w.handle(r, who, id)
			}
			if kernel.CodeOf(err) == kernel.Internal {
				t.Fatalf("step %d, %s: %v", step, what, err)
			}
			if step%5 == 0 || step > steps-5 {
				for i, ctx := range everybody {
					w.sortsAlike(fmt.Sprintf("step %d, %s, worker %d", step, what, i), ctx)
				}
			}
		}
	})
}

// handle does one thing with a file that may give it another place.
func (w town) handle(r *rand.Rand, who context.Context, id kernel.ID) (what string, err error) {
	holders := []kernel.ID{w.person(w.aicha), w.person(w.bram), w.person(w.chloe), w.house, w.ocmw}
	holder := holders[r.IntN(len(holders))]
	switch r.IntN(9) {
	case 0:
		_, err = w.AddNote(who, id, "Gebeld.")
		return "note", err
	case 8:
		file, err := w.Read(who, id, families.ForCare)
		if err != nil {
			return "read", err
		}
		p := file.Persons[r.IntN(len(file.Persons))]
		edit := families.PersonEdit{ID: p.ID, Version: p.Version, Role: p.Role, First: p.First, Last: otherNames[r.IntN(len(otherNames))]}
		_, err = w.ChangePerson(who, id, edit)
		return "another name", err
	case 1, 2:
		kind := families.CarerWorker
		if holder == w.house || holder == w.ocmw {
			kind = families.CarerOrganisation
		}
		return "join", w.JoinTeam(who, id, holder, kind)
	case 3:
		return "quit", w.LeaveTeam(who, id, holder)
	case 4:
		return "close", w.Close(who, id, families.ClosedHelped)
	case 5:
		return "reopen", w.Reopen(who, id)
	case 6:
		if r.IntN(6) > 0 {
			return "nothing", nil
		}
		return "forget", w.Forget(w.dirk, id, "asked")
	}
	_, err = w.RecordFacts(who, id, 0, []families.Fact{told("", "rent", fmt.Sprint(r.IntN(900)))})
	return "facts", err
}

// otherNames are names that people come to have, some of which sound or begin
// like others.
var otherNames = []string{"Claesen", "Peeters", "De Haene", "El Amrani", ""}

// refer begins or ends that an organisation has accepted a referral.
func (w town) refer(r *rand.Rand, id kernel.ID) (what string, err error) {
	org := []kernel.ID{w.house, w.ocmw}[r.IntN(2)]
	begins := r.IntN(2) == 0
	return fmt.Sprint("accepted ", begins), w.db.Write(context.Background(), func(q db.Querier) error {
		if begins {
			return policy.Related(context.Background(), q, w.alliance, org, policy.Accepted, id, kernel.InstantOf(*w.clock))
		}
		return policy.Unrelated(context.Background(), q, w.alliance, org, policy.Accepted, id)
	})
}

// sortsAlike compares each list of a worker, and what a search of all finds,
// with all that the worker may see, sorted.
func (w town) sortsAlike(when string, ctx context.Context) {
	w.t.Helper()
	for _, state := range []families.State{families.StateOpen, families.StateClosed, families.AnyState} {
		for _, mine := range []bool{false, true} {
			q := families.Query{State: state, Mine: mine, Limit: 2}
			want := w.sorted(ctx, q, "")
			list := w.pages(q, func(q families.Query) families.Page { return must(w.List(ctx, q)) })
			if !slices.Equal(list, want) {
				w.t.Fatalf("%s, %s, mine %v: the list is\n%v, want\n%v", when, state, mine, list, want)
			}
			for _, typed := range []string{"claes", "pieters dehaen", "amr el"} {
				if typed != "claes" && (mine || state != families.AnyState) {
					continue // it takes long, and goes the same way
				}
				want := w.sorted(ctx, q, typed)
				found := w.pages(q, func(q families.Query) families.Page { return must(w.Search(ctx, typed, q)) })
				if !slices.Equal(found, want) {
					w.t.Fatalf("%s, %s, mine %v: %s finds\n%v, want\n%v", when, state, mine, typed, found, want)
				}
			}
		}
	}
}

// pages turns over all pages of a list.
func (w town) pages(q families.Query, turn func(families.Query) families.Page) (ids []kernel.ID) {
	for range 50 {
		page := turn(q)
		for _, row := range page.Rows {
			ids = append(ids, row.ID)
		}
		if q.After = page.Next; q.After == "" {
			return ids
		}
	}
	w.t.Fatal("a list has no end")
	return nil
}

// sorted is the slow definition of a list, and of a search when something was
// typed.
func (w town) sorted(ctx context.Context, q families.Query, typed string) (ids []kernel.ID) {
	w.t.Helper()
	actor := act.ActorOf(ctx)
	may, args := policy.Filter(actor, "family.list", "f.id", 2, "2026-11-23T09:00:00.000000Z")
	args = append([]any{w.alliance}, args...)
	if q.Mine {
		may += fmt.Sprintf(` AND f.id IN (SELECT c.object FROM policy_relation c WHERE c.alliance = f.alliance
			AND c.holder = '%s' AND c.relation = 'care_team')`, policy.At(actor.Person, actor.Org))
	}
	if typed != "" {
		carries, more := w.Vault.Seek(w.alliance, typed).Each("f.id", len(args)+1)
		may, args = may+" AND "+carries, append(args, more...)
	}
	states := map[families.State]string{families.AnyState: `'open', 'closed'`}[q.State]
	if states == "" {
		states = "'" + string(q.State) + "'"
	}
	err := w.db.Read(ctx, func(q db.Querier) error {
		rows, err := q.QueryContext(ctx, `SELECT f.id FROM family f WHERE f.alliance = $1 AND f.state IN (`+states+`) AND `+may+`
			ORDER BY f.changed_at DESC, f.id DESC`, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id kernel.ID
			if err := rows.Scan(&id); err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return errors.Join(rows.Err(), rows.Close())
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return ids
}

// Somebody with many families, and a word that few carry: the search begins
// with the word, and finds what asking each family would find. That others
// carry it too makes no difference, nor does it whether they do.
func TestASearchAmongManyBeginsWithARareWord(t *testing.T) {
	inTown(t, func(w town) {
		var own []kernel.ID
		w.openMany(w.aicha, 70, func(i int) families.NewFamily {
			in := family("Claes")
			if i%30 == 7 {
				in = family("Zoutleeuw Claes")
			}
			return in
		}, func(i int, id kernel.ID) {
			if i%30 == 7 {
				own = append(own, id)
			}
		})
		w.openMany(w.chloe, 3, func(int) families.NewFamily { return family("Zoutleeuw") }, func(int, kernel.ID) {})
		slices.Reverse(own)
		for typed, want := range map[string]int{"Zoutleeuw": 3, "zout claes": 3, "claes zoutl": 3, "Sam": 70, "claes": 70, "Tielemans": 0, "zoutleeuw tielemans": 0, "02 123 45 67": 0} {
			list := w.pages(families.Query{Limit: 40}, func(q families.Query) families.Page { return must(w.Search(w.aicha, typed, q)) })
			if len(list) != want {
				t.Errorf("%q finds %d, want %d", typed, len(list), want)
			}
		}
		list := w.pages(families.Query{Limit: 2}, func(q families.Query) families.Page { return must(w.Search(w.aicha, "Zoutleeuw", q)) })
		if !slices.Equal(list, own) {
			t.Errorf("found %v, want %v, the newest first", list, own)
		}
		none := must(w.Search(w.aicha, "Tielemans", families.Query{}))
		w.openMany(w.chloe, 3, func(int) families.NewFamily { return family("Tielemans") }, func(int, kernel.ID) {})
		if got := must(w.Search(w.aicha, "Tielemans", families.Query{})); !reflect.DeepEqual(got, none) {
			t.Errorf("once others have the name the answer is %+v, and was %+v", got, none)
		}
	})
}

// openMany opens n files, a minute apart.
func (w town) openMany(who context.Context, n int, in func(i int) families.NewFamily, opened func(i int, id kernel.ID)) {
	w.t.Helper()
	for i := range n {
		w.later(time.Minute)
		made := in(i)
		made.Anyway = true
		opened(i, must(w.Open(who, made)).ID)
	}
}

// Files from before relations had a place get it when the house is brought up
// to date.
func TestFilesThatWereThereGetTheirPlace(t *testing.T) {
	inTown(t, func(w town) {
		w.openMany(w.aicha, 5, func(int) families.NewFamily { return family("Claes") }, func(int, kernel.ID) {})
		step := must(fs.ReadFile(families.Migrations().Files, "0002_place.sql"))
		err := w.db.Write(t.Context(), func(q db.Querier) error {
			_, before := q.ExecContext(t.Context(), `UPDATE policy_relation SET shelf = '', moved = ''`)
			_, after := q.ExecContext(t.Context(), string(step))
			return errors.Join(before, after)
		})
		if err != nil {
			t.Fatal(err)
		}
		w.sortsAlike("brought up to date", w.aicha)
		if n := len(must(w.List(w.aicha, families.Query{})).Rows); n != 5 {
			t.Errorf("%d files are listed, want 5", n)
		}
	})
}

// Files from before there were hints are found without, and get theirs once: the
// same as they would have been given.
func TestFilesThatWereThereGetTheirHint(t *testing.T) {
	inTown(t, func(w town) {
		names := []string{"Claes", "Peeters", "El Amrani"}
		var ids []kernel.ID
		w.openMany(w.aicha, 9, func(i int) families.NewFamily { return family(names[i%3]) }, func(_ int, id kernel.ID) { ids = append(ids, id) })
		must(0, w.Forget(w.dirk, ids[0], "asked"))
		finds := func(when string) {
			t.Helper()
			for typed, want := range map[string]int{"claes": 2, "pieters": 3, "amr": 3, "el": 3, "tielemans": 0} {
				if n := len(must(w.Search(w.aicha, typed, families.Query{})).Rows); n != want {
					t.Errorf("%s: %q finds %d, want %d", when, typed, n, want)
				}
			}
		}
		hints := func() []string {
			return w.column(`SELECT object || holder || ' ' || hint_a || ' ' || hint_b FROM policy_relation ORDER BY 1`)
		}
		given := hints()
		if left := w.column(`SELECT holder FROM policy_relation WHERE hint_a <> 0 AND object = '` + string(ids[0]) + `'`); len(left) > 0 {
			t.Errorf("%v keep a hint of who was forgotten", left)
		}
		finds("with their hints")
		err := w.db.Write(t.Context(), func(q db.Querier) error {
			_, err := q.ExecContext(t.Context(), `UPDATE policy_relation SET hint_a = -1, hint_b = -1`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		finds("without")
		if n := must(w.Hint(t.Context())); n != 8 {
			t.Errorf("%d families got their hint, want the 8 that have a file", n)
		}
		if again := hints(); !slices.Equal(given, again) {
			t.Errorf("the hints are\n%v, and were\n%v", again, given)
		}
		finds("with new ones")
		if n := must(w.Hint(t.Context())); n != 0 {
			t.Errorf("%d families got their hint twice", n)
		}
	})
}

// A search looks up the words of few families: those whose hint does not hold
// what was typed are passed over.
func TestASearchPassesOverWhoCannotBeMeant(t *testing.T) {
	inTown(t, func(w town) {
		for i := range 26 {
			w.later(time.Minute)
			must(w.Open(w.aicha, family(fmt.Sprintf("%c%c%cman", 'a'+i, 'a'+(i*7)%26, 'a'+(i*11)%26))))
		}
		may := 0
		for _, typed := range []string{"claes", "peeters", "zoutleeuw", "tielemans"} {
			for _, hint := range w.Vault.Seek(w.alliance, typed).Hints()[0] {
				may += len(w.column(fmt.Sprintf(`SELECT DISTINCT object FROM policy_relation
					WHERE (hint_a & %d) = %d AND (hint_b & %d) = %d`, hint[0], hint[0], hint[1], hint[1])))
			}
		}
		if may > 20 {
			t.Errorf("of 26 families %d are taken for one of 8 words that none has", may)
		}
	})
}

// column reads the texts of a query's one column.
func (w town) column(query string) (texts []string) {
	w.t.Helper()
	err := w.db.Read(context.Background(), func(q db.Querier) error {
		rows, err := q.QueryContext(context.Background(), query)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				return err
			}
			texts = append(texts, text)
		}
		return rows.Err()
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return texts
}

package families_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Whatever workers do, allowed or not, in whatever order: a file has one
// applicant and somebody who works with it, its people are found by their
// names and those who left are not, its versions only grow, the rules can read
// it, and the record holds.
func TestAFileKeepsItsPromisesOnARandomWalk(t *testing.T) {
	steps := 120
	if testing.Short() {
		steps = 40
	}
	inTown(t, func(w town) {
		r := rand.New(rand.NewPCG(20261123, 2))
		f := must(w.Open(w.aicha, peeters()))
		seen := f
		for step := range steps {
			w.later(time.Duration(r.IntN(48)) * time.Hour)
			before := must(w.Read(w.aicha, f.ID, families.ForCare))
			what, err := w.stumble(r, before, step)
			if kernel.CodeOf(err) == kernel.Internal {
				t.Fatalf("step %d, %s: %v", step, what, err)
			}
			file := must(w.Read(w.aicha, f.ID, families.ForCare))
			if err != nil && (file.Version != before.Version || file.FactsVersion != before.FactsVersion) {
				t.Fatalf("step %d, %s was refused (%v) and changed the file", step, what, err)
			}
			if file.Version < seen.Version || file.FactsVersion < seen.FactsVersion || file.ContactVersion < seen.ContactVersion {
				t.Fatalf("step %d, %s: versions go back: %+v after %+v", step, what, file.Family, seen)
			}
			seen = file.Family
			w.holds(fmt.Sprintf("step %d, %s", step, what), file)
		}
		err := w.db.Read(context.Background(), func(q db.Querier) error {
			report, err := w.Acts.Audit.Verify(context.Background(), q)
			if len(report.Troubles) != 0 {
				t.Errorf("the record: %v", report.Troubles)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// stumble does one thing, sensible or not.
func (w town) stumble(r *rand.Rand, file families.File, step int) (what string, err error) {
	id := file.ID
	anybody := append(slices.Clone(file.Persons), file.Gone...)
	p := anybody[r.IntN(len(anybody))]
	who := []context.Context{w.aicha, w.bram, w.chloe}[r.IntN(3)]
	switch r.IntN(11) {
	case 0:
		in := families.NewPerson{Role: families.Roles[r.IntN(len(families.Roles))], First: fmt.Sprintf("Kind%c%c", 'a'+step%26, 'a'+step/26)}
		_, err = w.AddPerson(who, id, in)
		return "add " + string(in.Role), err
	case 1:
		return "leave", w.Left(who, id, p.ID, w.today(), families.LeftReasons[r.IntN(len(families.LeftReasons))])
	case 2:
		role := families.Roles[r.IntN(len(families.Roles))]
		_, err = w.ChangePerson(who, id, families.PersonEdit{ID: p.ID, Version: p.Version - int64(r.IntN(2)), Role: role, First: p.First, Last: fmt.Sprintf("Van%c", 'a'+step%26)})
		return "change to " + string(role), err
	case 3:
		_, err = w.Born(who, id, p.ID, w.today(), "Lina", "")
		return "birth", err
	case 4:
		_, err = w.RecordFacts(who, id, file.FactsVersion-int64(r.IntN(3)), []families.Fact{told(p.ID, "works", `true`), told("", "rent", fmt.Sprint(r.IntN(900)))})
		return "facts", err
	case 5:
		_, err = w.RecordFacts(who, id, 0, []families.Fact{told(p.ID, "due_date", `"2027-03-01"`)})
		return "due date", err
	case 6:
		edit := families.ContactEdit{Contact: file.Contact, Version: file.ContactVersion, PostalCode: []kernel.PostalCode{"3470", "3300", ""}[r.IntN(3)]}
		return "contact", w.ChangeContact(who, id, edit)
	case 7:
		holder := []kernel.ID{w.person(w.bram), w.person(w.chloe), w.house, w.ocmw}[r.IntN(4)]
		kind := []families.CarerKind{families.CarerWorker, families.CarerOrganisation}[r.IntN(2)]
		return "join", w.JoinTeam(who, id, holder, kind)
	case 8:
		holders := []kernel.ID{w.person(w.bram), w.person(w.chloe), w.house, w.ocmw}
		return "quit", w.LeaveTeam(who, id, holders[r.IntN(len(holders))])
	case 9:
		return "close", w.Close(who, id, families.ClosedHelped)
	}
	return "reopen", w.Reopen(who, id)
}

func (w town) today() kernel.Date { return kernel.InstantOf(*w.clock).Date() }

// holds checks what is true of every file.
func (w town) holds(when string, file families.File) {
	w.t.Helper()
	applicants := 0
	for _, p := range file.Persons {
		if p.Role == families.Applicant {
			applicants++
		}
		if p.First == "" {
			continue
		}
		if rows := must(w.Search(w.aicha, p.First, families.Query{State: families.AnyState})).Rows; len(rows) != 1 {
			w.t.Fatalf("%s: a person of the family is not found by name", when)
		}
	}
	for _, p := range file.Gone {
		shared := slices.ContainsFunc(file.Persons, func(q families.Person) bool { return q.First == p.First })
		if rows := must(w.Search(w.aicha, p.First+" ", families.Query{State: families.AnyState})).Rows; p.First != "" && !shared && len(rows) != 0 {
			if alike := slices.ContainsFunc(file.Persons, func(q families.Person) bool { return q.First != "" && q.First[0] == p.First[0] }); !alike {
				w.t.Fatalf("%s: who left still leads to the family", when)
			}
		}
	}
	if applicants != 1 || len(file.Team) == 0 {
		w.t.Fatalf("%s: %d applicants, %d in the team", when, applicants, len(file.Team))
	}
	doc := must(file.Case(w.today()))
	if _, err := law().ParseCase(doc); err != nil {
		w.t.Fatalf("%s: the rules cannot read the case: %v", when, err)
	}
}

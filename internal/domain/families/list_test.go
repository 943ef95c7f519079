package families_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

func family(name string) families.NewFamily {
	return families.NewFamily{Persons: []families.NewPerson{{Role: families.Applicant, First: "Sam", Last: name}}}
}

func TestNothingOfAnotherOrganisationShows(t *testing.T) {
	inTown(t, func(w town) {
		number, _ := kernel.NewSyntheticINSZ("1996-05-17", 4)
		in := peeters()
		in.Persons[0].INSZ = string(number)
		must(w.Open(w.aicha, in))
		must(w.Open(w.chloe, family("Claes")))
		empty := must(w.Search(w.chloe, "Vermeulen", families.Query{}))
		for _, typed := range []string{"Peeters", "peet", "Pieters", "Amina Peeters", "02 123 45 67", string(number), number.Display(), "Noor"} {
			if own := must(w.Search(w.aicha, typed, families.Query{})); len(own.Rows) != 1 {
				t.Errorf("%q finds %d of one's own", typed, len(own.Rows))
			}
			if got := must(w.Search(w.chloe, typed, families.Query{})); !reflect.DeepEqual(got, empty) || got.Rows == nil {
				t.Errorf("%q: another organisation is answered %+v, and %+v for a name that nobody has", typed, got, empty)
			}
		}
		for _, typed := range []string{"", "  ", "a", "'; DROP TABLE family", "%", "_____", "Claes Peeters"} {
			if got := must(w.Search(w.chloe, typed, families.Query{})); !reflect.DeepEqual(got, empty) {
				t.Errorf("%q is answered %+v", typed, got)
			}
		}
		if rows := must(w.List(w.chloe, families.Query{})).Rows; len(rows) != 1 || rows[0].Title() != "Sam Claes" {
			t.Errorf("the other organisation lists %+v", rows)
		}
		elsewhere := act.As(t.Context(), policy.Actor{Alliance: kernel.NewID(), Person: w.person(w.aicha), Org: w.ocmw, Roles: []policy.Role{policy.Caseworker}})
		if got := must(w.Search(elsewhere, "Peeters", families.Query{})); !reflect.DeepEqual(got, empty) {
			t.Errorf("another alliance is answered %+v", got)
		}
		for who, ctx := range map[string]policy.Role{"a volunteer": policy.Volunteer, "the privacy officer": policy.PrivacyOfficer} {
			actor := act.ActorOf(w.aicha)
			actor.Roles = []policy.Role{ctx}
			if got := must(w.List(act.As(t.Context(), actor), families.Query{})); !reflect.DeepEqual(got, empty) {
				t.Errorf("%s lists %+v", who, got)
			}
		}
	})
}

func TestAListPagesByItsNewestChange(t *testing.T) {
	inTown(t, func(w town) {
		var opened []kernel.ID
		for i := range 7 {
			if i != 3 {
				w.later(time.Minute) // two of them at the same moment
			}
			opened = append(opened, must(w.Open(w.aicha, family(fmt.Sprintf("Claes%c", 'a'+i)))).ID)
		}
		w.later(time.Minute)
		must(w.AddNote(w.aicha, opened[0], "Teruggebeld."))
		var listed []kernel.ID
		q := families.Query{Limit: 3}
		for pages := 0; ; pages++ {
			page := must(w.List(w.aicha, q))
			for _, r := range page.Rows {
				listed = append(listed, r.ID)
			}
			if q.After = page.Next; q.After == "" || pages > 5 {
				break
			}
		}
		want := []kernel.ID{opened[0], opened[6], opened[5], opened[4], opened[3], opened[2], opened[1]}
		if !reflect.DeepEqual(listed, want) {
			t.Errorf("listed %v\nwant   %v", listed, want)
		}
		must(w.Open(w.bram, family("Mertens")))
		if n := len(must(w.List(w.bram, families.Query{})).Rows); n != 8 {
			t.Errorf("a colleague lists %d of the organisation", n)
		}
		if n := len(must(w.List(w.bram, families.Query{Mine: true})).Rows); n != 1 {
			t.Errorf("a colleague lists %d of their own", n)
		}
		_, err := w.List(w.aicha, families.Query{After: "!"})
		wants(t, "a cursor from nowhere", err, "invalid family.cursor")
	})
}

func TestARowShowsWhoTheyAreAndWhatComes(t *testing.T) {
	inTown(t, func(w town) {
		in := peeters()
		in.Persons = append(in.Persons, families.NewPerson{Role: families.Child, First: "Idris", Last: "Peeters", Birth: "2020-02-29"})
		must(w.Open(w.aicha, in))
		row := must(w.List(w.aicha, families.Query{})).Rows[0]
		if row.Title() != "Amina Peeters" || row.Children() != 2 || row.Due != "2027-02-10" || len(row.Persons) != 4 || row.Persons[1].First != "Noor" {
			t.Errorf("row %+v", row)
		}
		if row.NextBirthday.Day != "2027-03-01" || row.NextBirthday.Age != 3 && row.NextBirthday.Age != 7 {
			t.Errorf("birthday %+v", row.NextBirthday)
		}
		in.Persons[0].Last, in.Confidential, in.Anyway = "Aerts", true, true
		must(w.Open(w.aicha, in))
		for _, row := range must(w.Search(w.aicha, "Aerts", families.Query{})).Rows {
			if row.PostalCode != "" {
				t.Error("a list shows where a family lives that must not be found")
			}
		}
	})
}

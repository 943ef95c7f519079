package app_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
)

// What turns within ninety days is known before: a birthday, a first day at
// school, a birth, the end of a period and its beginning. What turns later is
// not told yet, and who told nothing has nothing that is certain.
func TestEachKindOfTurnIsKnownNinetyDaysBefore(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha := w.towns["leuven"].As(w.Context(), "aicha")
		mother := families.NewPerson{Role: families.Applicant, First: "Noor", Last: "Verbeeck", Birth: "1990-03-14"}
		child := func(born kernel.Date) families.NewPerson {
			return families.NewPerson{Role: families.Child, First: "Sami", Last: "Verbeeck", Birth: born}
		}
		told := func(person int, key, value string, from, to kernel.Date) func([]families.Person) families.Fact {
			return func(of []families.Person) families.Fact {
				x := families.Fact{Key: key, Value: []byte(value), ValidFrom: from, ValidTo: to, Source: families.Told}
				if person >= 0 {
					x.Person = of[person].ID
				}
				return x
			}
		}
		lives := []func([]families.Person) families.Fact{told(-1, "all_may_stay", "true", "", ""), told(-1, "all_live_here", "true", "", "")}
		for name, tt := range map[string]struct {
			people []families.NewPerson
			facts  []func([]families.Person) families.Fact
			right  string
			want   string
		}{
			"a child comes of age": {[]families.NewPerson{mother, child("2009-01-15")}, lives, "vl.groeipakket.schoolbonus", "closes on 2027-01-15"},
			"a child comes of age on the last of the ninety days": {[]families.NewPerson{mother, child("2009-02-21")}, lives, "vl.groeipakket.schoolbonus",
				"closes on 2027-02-21"},
			"a child comes of age the day after those": {[]families.NewPerson{mother, child("2009-02-22")}, lives, "vl.groeipakket.schoolbonus", ""},
			"a child goes to school": {[]families.NewPerson{mother, child("2024-01-04")}, append([]func([]families.Person) families.Fact{
				told(-1, "school_language_all", `"flemish"`, "", ""), told(1, "school", `"nursery"`, "2027-01-11", ""), told(1, "nursery_start", `"2026-11-02"`, "", "")}, lives...),
				"vl.groeipakket.kleutertoeslag", "opens on 2027-01-11"},
			"a child is born": {[]families.NewPerson{mother, {Role: families.Unborn, Due: "2027-01-20"}}, lives, "vl.groeipakket.basis", "opens on 2027-01-20, after the birth"},
			"help ends": {[]families.NewPerson{mother}, []func([]families.Person) families.Fact{told(0, "benefit", `"leefloon"`, "", "2026-12-31")},
				"vl.delijn-vg", "closes on 2027-01-01"},
			"help begins": {[]families.NewPerson{mother}, []func([]families.Person) families.Fact{told(0, "benefit", `"leefloon"`, "2027-02-01", "")},
				"vl.delijn-vg", "opens on 2027-02-01"},
			"nothing is known": {[]families.NewPerson{mother, child("2009-01-15")}, nil, "vl.groeipakket.schoolbonus", ""},
		} {
			t.Run(name, func(*testing.T) {
				f, err := w.app.Families.Open(aicha, families.NewFamily{PostalCode: "3000", Municipality: "24062", Persons: tt.people, Anyway: true})
				w.did(err)
				file, err := w.app.Families.Read(aicha, f.ID, families.ForCare)
				w.did(err)
				var facts []families.Fact
				for _, x := range tt.facts {
					facts = append(facts, x(file.Persons))
				}
				if len(facts) > 0 {
					_, err = w.app.Families.RecordFacts(aicha, f.ID, 0, facts)
					w.did(err)
				}
				w.did(w.app.Reach.Look(w.Context(), job.Job{Alliance: w.towns["leuven"].ID, Payload: fmt.Appendf(nil, `{"family":%q}`, f.ID)}))
				coming, err := w.app.Reach.ComingOf(aicha, f.ID)
				w.did(err)
				var got []string
				for _, c := range coming {
					if c.Right != tt.right {
						continue
					}
					s := "closes on " + string(c.On)
					if c.Opens {
						s = "opens on " + string(c.On)
					}
					if c.Birth {
						s += ", after the birth"
					}
					got = append(got, s)
				}
				if want := slices.DeleteFunc([]string{tt.want}, func(s string) bool { return s == "" }); fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%s: %v, want %v", name, got, want)
				}
			})
		}
	})
}

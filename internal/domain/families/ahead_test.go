package families_test

import (
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestWhatComesForAFamily(t *testing.T) {
	inTown(t, func(w town) { // it is 23 November 2026
		child := func(first string, birth kernel.Date) families.NewPerson {
			return families.NewPerson{Role: families.Child, First: first, Birth: birth}
		}
		in := family("Peeters")
		in.Persons = append(in.Persons, child("Noor", "2023-12-01"), child("Sami", "2020-11-23"), child("Lena", "2009-02-21"),
			child("Bas", "2008-02-22"), child("Ilo", "2022-12-01"), families.NewPerson{Role: families.Unborn, Due: "2027-01-10"})
		f := must(w.Open(w.aicha, in))
		late := family("Claes")
		late.Persons = append(late.Persons, families.NewPerson{Role: families.Unborn, Due: "2026-11-10"})
		must(w.Open(w.bram, late))
		hers := family("Mertens")
		hers.Persons = append(hers.Persons, child("Rik", "2023-12-02"))
		must(w.Open(w.chloe, hers))

		type day struct {
			day kernel.Date
			age int
		}
		var got []day
		for _, x := range must(w.Ahead(w.aicha, "2027-02-21", 50)) {
			got = append(got, day{x.Day, x.Age})
			if x.Title() == "" {
				t.Errorf("nobody knows whose day %+v is", x)
			}
		}
		want := []day{{"2026-11-10", 0}, {"2026-11-23", 6}, {"2026-12-01", 3}, {"2027-01-10", 0}, {"2027-02-21", 18}}
		if len(got) != len(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("got %v, want %v", got, want)
			}
		}
		if short := must(w.Ahead(w.aicha, "2027-02-21", 2)); len(short) != 2 {
			t.Errorf("asked for two, got %d", len(short))
		}
		if other := must(w.Ahead(w.chloe, "2027-02-21", 50)); len(other) != 1 || other[0].Title() != "Sam Mertens" {
			t.Errorf("another organisation sees %+v", other)
		}
		if rows := must(w.Rows(w.chloe, []kernel.ID{f.ID})); len(rows) != 0 {
			t.Errorf("another organisation gets the rows %+v", rows)
		}
		if rows := must(w.Rows(w.bram, []kernel.ID{f.ID})); len(rows) != 1 || rows[0].Title() != "Sam Peeters" {
			t.Errorf("a colleague gets the rows %+v", rows)
		}
		if err := w.Close(w.aicha, f.ID, families.ClosedHelped); err != nil {
			t.Fatal(err)
		}
		if left := must(w.Ahead(w.aicha, "2027-02-21", 50)); len(left) != 1 {
			t.Errorf("of a closed file %d days are listed", len(left)-1)
		}
	})
}

func TestWhoLooked(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, family("Peeters")))
		w.later(time.Hour)
		must(w.Read(w.bram, f.ID, families.ForRequest))
		looks, next, err := w.Looks(w.aicha, f.ID, 0, 10)
		if err != nil || next != 0 || len(looks) != 2 {
			t.Fatalf("%d looks, next %d: %v", len(looks), next, err)
		}
		if looks[0].Person != w.person(w.bram) || looks[0].Action != "family.read" || looks[0].Detail["purpose"] != "request" || looks[1].Action != "family.open" {
			t.Errorf("looks %+v", looks)
		}
		first, next, err := w.Looks(w.aicha, f.ID, 0, 1)
		if err != nil || len(first) != 1 || next == 0 || first[0].Detail["part"] != "looks" {
			t.Fatalf("to look who looked is on record: %+v, next %d: %v", first, next, err)
		}
		if rest, _, err := w.Looks(w.aicha, f.ID, next, 10); err != nil || len(rest) != 2 {
			t.Errorf("the rest is %+v: %v", rest, err)
		}
		if _, _, err := w.Looks(w.chloe, f.ID, 0, 10); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("another organisation: %v", err)
		}
		if _, _, err := w.Looks(w.dirk, f.ID, 0, 10); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("the privacy officer: %v", err)
		}
	})
}

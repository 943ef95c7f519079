package families_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestAnExpectedChildIsBorn(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		unborn := must(w.Read(w.aicha, f.ID, families.ForCare)).Persons[2].ID
		_, err := w.Born(w.aicha, f.ID, unborn, "2026-11-24", "Lina", "Peeters")
		wants(t, "tomorrow", err, "invalid family.birth")
		*w.told = nil
		must(w.Born(w.aicha, f.ID, unborn, "2026-11-22", "Lina", "Peeters"))
		file := must(w.Read(w.aicha, f.ID, families.ForCare))
		lina, _ := file.Person(unborn)
		if lina.Role != families.Child || lina.Name() != "Lina Peeters" || lina.Birth != "2026-11-22" || lina.Due != "" {
			t.Errorf("%+v, want a child of a day old", lina)
		}
		if !slices.Contains(*w.told, any(families.Born{Family: f.ID, Person: unborn})) {
			t.Errorf("told %v", *w.told)
		}
		if rows := must(w.Search(w.aicha, "lina", families.Query{})).Rows; len(rows) != 1 || rows[0].Children() != 2 || rows[0].Due != "" {
			t.Errorf("found %+v by the name of the child", rows)
		}
		_, err = w.Born(w.aicha, f.ID, unborn, "2026-11-22", "Lina", "Peeters")
		wants(t, "born again", err, "invalid family.person_unborn")
	})
}

func TestWhoIsAddedAndWhoLeaves(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		father := must(w.AddPerson(w.aicha, f.ID, families.NewPerson{Role: families.Partner, First: "Yıldız", Last: "Ben Saïd"}))
		if rows := must(w.Search(w.aicha, "ben said", families.Query{})).Rows; len(rows) != 1 || rows[0].Title() != "Amina Peeters & Yıldız Ben Saïd" {
			t.Errorf("found %+v", rows)
		}
		_, err := w.AddPerson(w.aicha, f.ID, families.NewPerson{Role: families.Partner, First: "Jef"})
		wants(t, "a second partner", err, "invalid family.partner")
		persons := must(w.Read(w.aicha, f.ID, families.ForCare)).Persons
		mother := persons[0]

		wants(t, "the applicant leaves", w.Left(w.aicha, f.ID, mother.ID, "2026-11-01", families.LeftMoved), "invalid family.applicant")
		swapped, err := w.ChangePerson(w.aicha, f.ID, families.PersonEdit{ID: father.ID, Version: father.Version, Role: families.Applicant, First: "Yıldız", Last: "Ben Saïd"})
		wants(t, "the partner becomes the applicant", err, "")
		file := must(w.Read(w.aicha, f.ID, families.ForCare))
		if p, _ := file.Person(mother.ID); swapped.Role != families.Applicant || p.Role != families.Partner {
			t.Errorf("after the swap he is %s and she is %s", swapped.Role, p.Role)
		}
		wants(t, "a reason that there is not", w.Left(w.aicha, f.ID, mother.ID, "2026-11-01", "quarrel"), "invalid family.left_reason")
		wants(t, "a day to come", w.Left(w.aicha, f.ID, mother.ID, "2026-12-01", families.LeftMoved), "invalid family.left_future")
		wants(t, "she leaves", w.Left(w.aicha, f.ID, mother.ID, "2026-11-01", families.LeftSeparated), "")
		wants(t, "she leaves again", w.Left(w.aicha, f.ID, mother.ID, "2026-11-01", families.LeftSeparated), "invalid family.person")
		file = must(w.Read(w.aicha, f.ID, families.ForCare))
		if len(file.Persons) != 3 || len(file.Gone) != 1 || file.Gone[0].First != "Amina" || file.Gone[0].LeftOn != "2026-11-01" {
			t.Errorf("present %+v, gone %+v", file.Persons, file.Gone)
		}
		if rows := must(w.Search(w.aicha, "Amina", families.Query{})).Rows; len(rows) != 0 {
			t.Error("who left still leads to the family")
		}
	})
}

func TestAPersonEditFromAnOlderVersionIsRefusedWithItsFields(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		noor := must(w.Read(w.aicha, f.ID, families.ForCare)).Persons[1]
		edit := families.PersonEdit{ID: noor.ID, Version: noor.Version, Role: families.Child, First: "Noor", Last: "Claes"}
		changed := must(w.ChangePerson(w.aicha, f.ID, edit))
		if changed.Version != noor.Version+1 || changed.Last != "Claes" || changed.Birth != noor.Birth {
			t.Errorf("changed %+v", changed)
		}
		edit.First, edit.Last = "Nora", "Peeters"
		_, err := w.ChangePerson(w.bram, f.ID, edit)
		wants(t, "from an older version", err, "conflict stale")
		if fault, ok := errors.AsType[*kernel.Fault](err); !ok || len(fault.More) != 2 || fault.More[0].Field != "first" || fault.More[1].Field != "last" {
			t.Errorf("%v, want first and last named", err)
		}
		edit.First, edit.Last = "Noor", "Claes"
		_, err = w.ChangePerson(w.bram, f.ID, edit)
		wants(t, "what is kept already", err, "")
		edit.Version, edit.Role = changed.Version, families.Unborn
		_, err = w.ChangePerson(w.bram, f.ID, edit)
		wants(t, "a child that is unborn again", err, "invalid family.role")
		edit.Role, edit.ID = families.Child, kernel.NewID()
		_, err = w.ChangePerson(w.bram, f.ID, edit)
		wants(t, "somebody else", err, "invalid family.person")
	})
}

func TestAStaleContactEditIsRefusedWithTheFieldsThatDiffer(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		file := must(w.Read(w.aicha, f.ID, families.ForCare))
		edit := func() families.ContactEdit {
			return families.ContactEdit{Contact: file.Contact, Version: file.ContactVersion, PostalCode: file.PostalCode, Municipality: file.Municipality}
		}
		one := edit()
		one.Phones = []kernel.Phone{"02 123 99 99"}
		wants(t, "the first", w.ChangeContact(w.aicha, f.ID, one), "")
		*w.told = nil
		two := edit()
		two.Safe.NoMail, two.PostalCode, two.Municipality = true, "3300", "24107"
		err := w.ChangeContact(w.bram, f.ID, two)
		wants(t, "the second, from the same version", err, "conflict stale")
		var fields []string
		if fault, ok := errors.AsType[*kernel.Fault](err); ok {
			for _, m := range fault.More {
				fields = append(fields, m.Field)
			}
		}
		if !slices.Equal(fields, []string{"municipality", "phones", "postal_code", "safe"}) {
			t.Errorf("fields %v", fields)
		}
		two.Version++
		two.Phones = one.Phones
		wants(t, "the second, looked at again", w.ChangeContact(w.bram, f.ID, two), "")
		file = must(w.Read(w.aicha, f.ID, families.ForCare))
		if !file.Contact.Safe.NoMail || file.PostalCode != "3300" || file.Contact.Phones[0] != "+3221239999" {
			t.Errorf("contact %+v", file.Contact)
		}
		if len(*w.told) != 1 || !slices.Equal((*w.told)[0].(families.FactsChanged).Keys, []string{"municipality", "postal_code"}) {
			t.Errorf("told %+v, want that they moved", *w.told)
		}
		if rows := must(w.Search(w.aicha, "02/123.99.99", families.Query{})).Rows; len(rows) != 1 {
			t.Error("the new telephone does not find the family")
		}
		if rows := must(w.Search(w.aicha, "021234567", families.Query{})).Rows; len(rows) != 0 {
			t.Error("the old telephone still finds the family")
		}
	})
}

func TestSafeContact(t *testing.T) {
	all := []families.Channel{families.ByMail, families.ByLetter, families.ByText, families.ByPhone}
	for name, tt := range map[string]struct {
		safe families.Safe
		want []families.Channel
	}{
		"nothing was asked":             {families.Safe{}, all},
		"no mail":                       {families.Safe{NoMail: true}, []families.Channel{families.ByLetter, families.ByText, families.ByPhone}},
		"no letters and no texts":       {families.Safe{NoLetter: true, NoText: true}, []families.Channel{families.ByMail, families.ByPhone}},
		"no voicemail":                  {families.Safe{NoVoicemail: true}, []families.Channel{families.ByMail, families.ByLetter, families.ByText}},
		"only at some hours":            {families.Safe{Hours: "9-12"}, []families.Channel{families.ByMail, families.ByLetter}},
		"only through somebody else":    {families.Safe{OnlyVia: "tante Rosa"}, nil},
		"an explanation alone":          {families.Safe{Note: "Spreekt traag."}, all},
		"a channel that there is not":   {families.Safe{}, all},
		"only through, and no mail too": {families.Safe{OnlyVia: "Rosa", NoMail: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []families.Channel
			for _, c := range append(slices.Clone(all), "pigeon") {
				if tt.safe.Allows(c) {
					got = append(got, c)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("allows %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAFileHoldsAFamilyAndNoMore(t *testing.T) {
	inTown(t, func(w town) {
		in := families.NewFamily{PostalCode: "3000", Persons: []families.NewPerson{{Role: families.Applicant, First: "Amina", Last: "Peeters", Birth: "1990-05-01"}}}
		for i := len(in.Persons); i < families.MaxPersons; i++ {
			in.Persons = append(in.Persons, families.NewPerson{Role: families.Other, First: "Gast", Last: "Peeters"})
		}
		f := must(w.Open(w.aicha, in))
		_, err := w.AddPerson(w.aicha, f.ID, families.NewPerson{Role: families.Child, First: "Lina", Last: "Peeters"})
		wants(t, "one too many", err, "too_many family.persons")
		in.Persons, in.Anyway = append(in.Persons, families.NewPerson{Role: families.Child, First: "Lina", Last: "Peeters"}), true
		_, err = w.Open(w.aicha, in)
		wants(t, "too many from the first day", err, "too_many family.persons")
	})
}

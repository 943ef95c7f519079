package families_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

func TestAFileHoldsWhatWasTold(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		file := must(w.Read(w.aicha, f.ID, families.ForCare))
		if len(file.Persons) != 3 || file.Persons[0].Name() != "Amina Peeters" || file.Persons[1].Birth != "2024-03-01" || file.Persons[2].Due != "2027-02-10" {
			t.Errorf("persons %+v", file.Persons)
		}
		if file.Municipality != "24054" || file.PostalCode != "3470" {
			t.Errorf("home %v %v, want the one municipality of 3470", file.PostalCode, file.Municipality)
		}
		if !slices.Equal(file.Contact.Phones, []kernel.Phone{"+3221234567"}) || !file.Contact.Safe.NoVoicemail || file.Contact.Address.Number != "12 bus 3" {
			t.Errorf("contact %+v", file.Contact)
		}
		if len(file.Team) != 2 || file.Team[0].Holder != w.person(w.aicha) || file.Team[1].Holder != w.ocmw {
			t.Errorf("team %+v, want the worker and the organisation", file.Team)
		}
		if len(file.Events) != 1 || file.Events[0].Kind != "opened" {
			t.Errorf("events %+v", file.Events)
		}
		if !slices.Equal(*w.told, []any{families.Opened{Family: f.ID}}) {
			t.Errorf("told %v", *w.told)
		}
	})
}

func TestAFamilyThatCannotBeRightIsRefusedFieldByField(t *testing.T) {
	inTown(t, func(w town) {
		for name, tt := range map[string]struct {
			spoil func(in *families.NewFamily)
			want  string
			field string
		}{
			"without anybody":                        {func(in *families.NewFamily) { in.Persons = nil }, "invalid family.applicant", "persons"},
			"with two applicants":                    {func(in *families.NewFamily) { in.Persons[1].Role = families.Applicant }, "invalid family.applicant", "persons"},
			"with somebody without a name":           {func(in *families.NewFamily) { in.Persons[1].First, in.Persons[1].Last = "", "" }, "invalid family.name", "persons.1.first"},
			"with a name that turns letters around":  {func(in *families.NewFamily) { in.Persons[0].First = "Am\u202eina" }, "invalid family.name_form", "persons.0.first"},
			"with a child born tomorrow":             {func(in *families.NewFamily) { in.Persons[1].Birth = "2026-11-24" }, "invalid family.birth", "persons.1.birth"},
			"with a birth on a day that is none":     {func(in *families.NewFamily) { in.Persons[1].Birth = "2024-02-30" }, "invalid date", "persons.1.birth"},
			"with an unborn child that was born":     {func(in *families.NewFamily) { in.Persons[2].Birth = "2026-01-01" }, "invalid family.birth_unborn", "persons.2.birth"},
			"expecting a child two years from now":   {func(in *families.NewFamily) { in.Persons[2].Due = "2028-11-23" }, "invalid family.due", "persons.2.due"},
			"with the number of a real person":       {func(in *families.NewFamily) { in.Persons[0].INSZ = "85.07.30-033.28" }, "invalid insz.fictional_only", "persons.0.insz"},
			"with a telephone that cannot be":        {func(in *families.NewFamily) { in.Contact.Phones = []kernel.Phone{"", "12"} }, "invalid phone", "contact.phones.0"},
			"with a mail address that cannot be":     {func(in *families.NewFamily) { in.Contact.Mails = []kernel.Email{"amina"} }, "invalid email", "contact.mails.0"},
			"with a language that there is not":      {func(in *families.NewFamily) { in.Contact.Languages = []string{"Klingon!"} }, "invalid family.language", "contact.languages.0"},
			"with a postal code that there is not":   {func(in *families.NewFamily) { in.PostalCode = "0001" }, "invalid postal_code", "postal_code"},
			"with a postal code of another place":    {func(in *families.NewFamily) { in.Municipality = "44021" }, "invalid family.postal_code_elsewhere", "postal_code"},
			"with a role that the house knows not":   {func(in *families.NewFamily) { in.Persons[1].Role = "lodger" }, "invalid family.role", "persons.1.role"},
			"with an explanation as long as a novel": {func(in *families.NewFamily) { in.Contact.Safe.Note = strings.Repeat("a", 501) }, "too_many family.text", "contact.safe.note"},
		} {
			in := peeters()
			tt.spoil(&in)
			_, err := w.Open(w.aicha, in)
			wants(t, name, err, tt.want)
			if f, ok := errors.AsType[*kernel.Fault](err); ok && f.Field != tt.field {
				t.Errorf("%s: at %q, want %q", name, f.Field, tt.field)
			}
		}
		if page := must(w.List(w.aicha, families.Query{})); len(page.Rows) != 0 {
			t.Errorf("%d files were made", len(page.Rows))
		}
	})
}

func TestOnlyACaseworkerOpensAFile(t *testing.T) {
	inTown(t, func(w town) {
		_, err := w.Open(w.dirk, peeters())
		wants(t, "the privacy officer", err, "forbidden role")
		_, err = w.Open(context.Background(), peeters())
		wants(t, "nobody", err, "unauthenticated sign_in")
	})
}

func TestADuplicateIsToldOnlyToWhoMayKnowIt(t *testing.T) {
	inTown(t, func(w town) {
		first := must(w.Open(w.aicha, peeters()))
		for name, in := range map[string]families.NewFamily{
			"by name and birth": {Persons: []families.NewPerson{{Role: families.Applicant, First: "A.", Last: "PEETERS", Birth: "1996-05-17"}}},
			"by telephone": {Persons: []families.NewPerson{{Role: families.Applicant, First: "Ans"}},
				Contact: families.Contact{Phones: []kernel.Phone{"+32 2 123 45 67"}}},
		} {
			_, err := w.Open(w.bram, in)
			wants(t, name, err, "conflict family.duplicate")
			if d, ok := errors.AsType[*families.DuplicateError](err); !ok || !slices.Equal(d.Families, []kernel.ID{first.ID}) {
				t.Errorf("%s: %#v, want the file of the colleague named", name, err)
			}
		}
		in := peeters()
		in.Anyway = true
		must(w.Open(w.bram, in))

		twin, err := w.Open(w.chloe, peeters()) // may not know the first
		wants(t, "another organisation", err, "")
		if rows := must(w.List(w.chloe, families.Query{})).Rows; len(rows) != 1 || rows[0].ID != twin.ID {
			t.Errorf("the other organisation lists %+v", rows)
		}
		twins := must(w.Twins(w.dirk))
		if !slices.ContainsFunc(twins, func(p families.Twin) bool { return p.Family == twin.ID && p.Other == first.ID }) {
			t.Errorf("twins %+v, want the first file beside the other organisation's", twins)
		}
		_, err = w.Twins(w.chloe)
		wants(t, "a caseworker looks at twins", err, "forbidden role")
		wants(t, "settle", w.SettleTwins(w.dirk, twin.ID, first.ID, families.SamePeople), "")
		wants(t, "settle twice", w.SettleTwins(w.dirk, twin.ID, first.ID, families.SamePeople), "not_found family")
	})
}

// The answer to who may not know a file is the same, byte for byte, as when
// there is no file.
func TestADuplicateElsewhereChangesNothingThatTheOpenerSees(t *testing.T) {
	inTown(t, func(w town) {
		alone := must(w.Open(w.chloe, peeters()))
		other := peeters()
		other.Persons[0].Last, other.Persons[1].Last, other.Contact.Phones = "Claes", "Claes", nil
		must(w.Open(w.aicha, other))
		beside := must(w.Open(w.chloe, func() families.NewFamily { in := other; in.Anyway = false; return in }()))
		a, b := must(w.Read(w.chloe, alone.ID, families.ForCare)), must(w.Read(w.chloe, beside.ID, families.ForCare))
		if a.Version != b.Version || len(a.Events) != len(b.Events) || len(a.Team) != len(b.Team) || w.records(alone.ID)["family.open"] != w.records(beside.ID)["family.open"] {
			t.Errorf("a file beside another differs: %+v, %+v", a.Family, b.Family)
		}
	})
}

func TestARestrictedFileIsForTheWorkerAlone(t *testing.T) {
	inTown(t, func(w town) {
		in := peeters()
		in.Restricted = true
		f := must(w.Open(w.aicha, in))
		_, err := w.Read(w.bram, f.ID, families.ForCare)
		wants(t, "a colleague", err, "not_found object")
		_, err = w.Read(w.aicha, f.ID, families.ForCare)
		wants(t, "the worker", err, "")
	})
}

func TestASketchIsNobodysUntilItBecomesAFile(t *testing.T) {
	inTown(t, func(w town) {
		sketched := func(in families.NewFamily) (id kernel.ID) {
			err := w.Acts.Do(w.chloe, func(a *act.Act) (err error) {
				if err := a.Allow(w.chloe, "referral.send", ""); err != nil {
					return err
				}
				if id, err = w.Sketch(w.chloe, a, in); err != nil {
					return err
				}
				return a.Record(w.chloe, act.Entry{Action: "referral.send"})
			})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		id := sketched(peeters())
		for who, ctx := range map[string]context.Context{"the sender": w.chloe, "the receiver": w.aicha} {
			if rows := must(w.Search(ctx, "Peeters", families.Query{})).Rows; len(rows) != 0 {
				t.Errorf("%s finds the sketch", who)
			}
			_, err := w.Read(ctx, id, families.ForCare)
			wants(t, who, err, "not_found object")
		}

		var f families.Family
		err := w.Acts.Do(w.aicha, func(a *act.Act) (err error) {
			f, err = w.OpenIn(w.aicha, a, families.NewFamily{ID: id})
			return err
		})
		wants(t, "the file takes the place of the sketch", err, "")
		file := must(w.Read(w.aicha, f.ID, families.ForReferral))
		if f.ID != id || len(file.Persons) != 3 || file.Persons[0].First != "Amina" || file.Municipality != "24054" {
			t.Errorf("file %+v", file)
		}
		if twins := must(w.Twins(w.dirk)); len(twins) != 0 {
			t.Errorf("a file is the twin of its own sketch: %+v", twins)
		}
		err = w.Acts.Do(w.aicha, func(a *act.Act) error {
			_, err := w.OpenIn(w.aicha, a, peetersAt(id))
			return err
		})
		wants(t, "the same sketch again", err, "conflict family.opened")

		gone := sketched(peeters())
		err = w.Acts.Do(w.chloe, func(a *act.Act) error {
			return errors.Join(a.Allow(w.chloe, "referral.send", ""), w.DropSketch(w.chloe, a, gone), a.Record(w.chloe, act.Entry{Action: "referral.withdraw"}))
		})
		wants(t, "a sketch is dropped", err, "")
		err = w.Acts.Do(w.aicha, func(a *act.Act) error {
			return errors.Join(a.Allow(w.aicha, "family.read", id), w.DropSketch(w.aicha, a, id))
		})
		wants(t, "a file is dropped as if it were a sketch", err, "not_found family")
	})
}

func peetersAt(id kernel.ID) families.NewFamily {
	in := peeters()
	in.ID, in.Anyway = id, true
	return in
}

func TestTheIDOfASketchCannotBeTakenFromOutside(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		g, err := w.Open(w.chloe, peetersAt(f.ID))
		if err != nil || g.ID == f.ID {
			t.Errorf("Open took the ID from outside: %v, %v", g.ID, err)
		}
	})
}

func TestWhoAcceptedAReferralReadsWhatItNeeds(t *testing.T) {
	inTown(t, func(w town) {
		in := peeters()
		in.Confidential = true
		number, _ := kernel.NewSyntheticINSZ("1996-05-17", 2)
		in.Persons[0].INSZ = string(number)
		f := must(w.Open(w.aicha, in))
		must(w.AddNote(w.aicha, f.ID, "Ze slaapt slecht."))
		err := w.Acts.Do(w.aicha, func(a *act.Act) error {
			return errors.Join(a.Allow(w.aicha, "family.read", f.ID), a.Record(w.aicha, act.Entry{Action: "referral.answer"}),
				policy.Related(w.aicha, a, w.alliance, w.house, policy.Accepted, f.ID, a.Now))
		})
		if err != nil {
			t.Fatal(err)
		}
		seen := must(w.Read(w.chloe, f.ID, families.ForReferral))
		if !seen.Partial || seen.Persons[0].First != "Amina" || len(seen.Contact.Phones) != 1 {
			t.Errorf("the receiver sees %+v, want names and telephone", seen)
		}
		if len(seen.Notes) != 0 || seen.Persons[0].INSZ != "" || seen.Contact.Address != (families.Address{}) || seen.PostalCode != "" {
			t.Errorf("the receiver sees notes, a number or a confidential address: %+v", seen)
		}
		whole := must(w.Read(w.bram, f.ID, families.ForCare))
		if whole.Partial || len(whole.Notes) != 1 || whole.Persons[0].INSZ != number || whole.Contact.Address.Street == "" {
			t.Errorf("the care team sees %+v, want all of it", whole)
		}
		_, err = w.AddNote(w.chloe, f.ID, "Dag.")
		wants(t, "the receiver writes", err, "not_found object")
	})
}

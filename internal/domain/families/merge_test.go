package families_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// rowsOf is all that is kept of two files, a line a row: what is sealed as it
// reads, and without what every change moves on (versions, places in lists).
func (w town) rowsOf(kept, gone kernel.ID) (lines []string) {
	w.t.Helper()
	err := w.db.Read(context.Background(), func(q db.Querier) error {
		for table, columns := range map[string]string{
			"family f WHERE f.id":            "id, state, municipality, postal_code, confidential, opened_at, opened_by, opened_org",
			"family_person f WHERE f.family": "family, id, role, position, added_at, left_on",
			"family_fact f WHERE f.family":   "family, id, person, key, value, source, valid_from, valid_to, recorded_at, recorded_by, recorded_org, superseded_at",
			"family_carer f WHERE f.family":  "family, id, holder, kind, since, until",
			"family_event f WHERE f.kind NOT IN ('family.merged', 'family.parted') AND f.family": "family, id, at, kind, worker, org, subject, detail",
			"policy_relation f WHERE f.object":                                                   "object, holder, relation, begins, ends",
			"vault_token f WHERE f.family":                                                       "family, token",
			"vault_entry f WHERE f.family":                                                       "family, name",
		} {
			name, _, _ := strings.Cut(table, " ")
			rows, err := q.QueryContext(context.Background(), `SELECT `+columns+` FROM `+table+` IN ($1, $2)`, kept, gone)
			if err != nil {
				return err
			}
			names, _ := rows.Columns()
			cells, into := make([]any, len(names)), make([]any, len(names))
			for i := range cells {
				into[i] = &cells[i]
			}
			for rows.Next() {
				if err := rows.Scan(into...); err != nil {
					return err
				}
				lines = append(lines, fmt.Sprintf("%s %s", name, fmt.Sprint(cells...)))
			}
			if err := errors.Join(rows.Err(), rows.Close()); err != nil {
				return err
			}
		}
		for _, id := range []kernel.ID{kept, gone} {
			key, err := w.Vault.Open(context.Background(), q, w.alliance, id)
			if err != nil {
				return err
			}
			err = key.Each(context.Background(), q, "", func(name string, decode func(any) error) error {
				var content any
				err := decode(&content)
				lines = append(lines, fmt.Sprint("sealed ", id, " ", name, " ", content))
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

func without(lines, others []string) (left []string) {
	for _, l := range lines {
		if !slices.Contains(others, l) {
			left = append(left, l)
		}
	}
	return left
}

// decided takes each difference from one of the two at random.
func decided(both families.SideBySide, r *rand.Rand) families.Merging {
	in := families.Merging{Kept: both.Kept.ID, Gone: both.Gone.ID, KeptVersion: both.Kept.Version, GoneVersion: both.Gone.Version,
		Same: both.Same, Choose: map[string]families.Which{}}
	for _, d := range both.Differences {
		in.Choose[d.Field] = []families.Which{families.InKept, families.InGone}[r.IntN(2)]
	}
	return in
}

// double opens two files of the Peeters family with what each team knows,
// drawn from r.
func (w town) double(r *rand.Rand) (kept, gone kernel.ID) {
	w.t.Helper()
	var ids []kernel.ID
	for i, who := range []context.Context{w.aicha, w.bram} {
		in := peeters()
		in.Anyway, in.Restricted = true, true
		if i == 1 {
			in.Persons[0].Last = []string{"Peeters", "Peters"}[r.IntN(2)]
			in.Persons = in.Persons[:1+r.IntN(3)]
			in.Contact.Phones = []kernel.Phone{"02 123 45 68"}
			in.Contact.Address.Number = []string{"12 bus 3", "14", ""}[r.IntN(3)]
			in.Contact.Safe = families.Safe{NoMail: r.IntN(2) == 0, OnlyVia: []string{"", "de vroedvrouw"}[r.IntN(2)]}
			in.Confidential = r.IntN(2) == 0
			if r.IntN(2) == 0 {
				in.Persons = append(in.Persons, families.NewPerson{Role: families.Other, First: "Fatma", Last: "Yilmaz", Birth: "1960-01-01"})
			}
			if r.IntN(2) == 0 {
				in.Persons = append(in.Persons, families.NewPerson{Role: families.Partner, First: "Jonas", Last: "Claes", Birth: "1994-01-01"})
			}
		}
		f := must(w.Open(who, in))
		ids = append(ids, f.ID)
		must(w.AddNote(who, f.ID, fmt.Sprintf("Notitie %d", i)))
		people := must(w.Read(who, f.ID, families.ForCare)).Persons
		for range 4 {
			w.later(time.Hour)
			x := []families.Fact{told("", "rent", fmt.Sprintf(`"%d.00"`, 500+r.IntN(3))), told(people[0].ID, "net_income_month", fmt.Sprintf(`"%d.00"`, 900+r.IntN(3))),
				told(people[0].ID, "works", fmt.Sprint(r.IntN(2) == 0)), told("", "tenure", `"tenant"`), told(people[len(people)-1].ID, "residence_right", `"belgian"`)}[r.IntN(5)]
			x.Source = families.Sources[r.IntN(3)]
			if r.IntN(3) == 0 {
				x.ValidFrom = "2026-03-01"
			}
			must(w.RecordFacts(who, f.ID, 0, []families.Fact{x}))
		}
	}
	if err := w.JoinTeam(w.bram, ids[1], w.person(w.aicha), families.CarerWorker); err != nil {
		w.t.Fatal(err)
	}
	return ids[0], ids[1]
}

// To join two files and to undo it gives the same as before, whatever was
// chosen; what was added meanwhile stays.
func TestAJoinedFileComesApartAsItWas(t *testing.T) {
	rounds := 12
	if testing.Short() {
		rounds = 4
	}
	inTown(t, func(w town) {
		r := rand.New(rand.NewPCG(20261122, 9))
		for round := range rounds {
			kept, gone := w.double(r)
			before := w.rowsOf(kept, gone)
			both := must(w.Compare(w.aicha, kept, gone, nil))
			if len(both.Same) == 0 {
				t.Fatal("nobody is found in both files")
			}
			if r.IntN(3) == 0 {
				for g := range both.Same { // a namesake
					if g != both.Gone.Persons[0].ID {
						same := map[kernel.ID]kernel.ID{}
						for a, b := range both.Same {
							if a != g {
								same[a] = b
							}
						}
						both = must(w.Compare(w.aicha, kept, gone, same))
						break
					}
				}
			}
			m := must(w.Join(w.aicha, decided(both, r)))
			if left := w.rowsOf(kept, gone); slices.Equal(left, before) {
				t.Fatal("nothing happened")
			}
			added := r.IntN(2) == 0
			w.later(time.Hour)
			if added {
				must(w.AddNote(w.bram, kept, "Sindsdien"))
				must(w.RecordFacts(w.bram, kept, 0, []families.Fact{told("", "region", `"flanders"`)}))
			}
			w.later(time.Hour)
			if _, err := w.Part(w.aicha, kept, m.ID); err != nil {
				t.Fatal(err)
			}
			after := w.rowsOf(kept, gone)
			if lost := without(before, after); len(lost) > 0 {
				t.Errorf("round %d: lost\n%s", round, strings.Join(lost, "\n"))
			}
			more := without(after, before)
			if !added && len(more) > 0 {
				t.Errorf("round %d: more than before\n%s", round, strings.Join(more, "\n"))
			}
			for _, line := range more {
				if !strings.Contains(line, string(kept)) {
					t.Errorf("round %d: what was added stands elsewhere: %s", round, line)
				}
			}
			if added && len(more) != 4 { // a fact, a note by name and by content, an event
				t.Errorf("round %d: %d lines more, want what was added:\n%s", round, len(more), strings.Join(more, "\n"))
			}
			if t.Failed() {
				return
			}
		}
	})
}

func TestTwoFilesBecomeOne(t *testing.T) {
	inTown(t, func(w town) {
		in := peeters()
		in.Restricted = true
		one := must(w.Open(w.aicha, in))
		in.Anyway, in.Confidential = true, true
		in.Persons = append(in.Persons[:2:2], families.NewPerson{Role: families.Partner, First: "Jonas", Last: "Claes", Birth: "1994-01-01"})
		in.Contact = families.Contact{Phones: []kernel.Phone{"02 123 45 68"}, Safe: families.Safe{NoLetter: true}, Languages: []string{"fr"}}
		two := must(w.Open(w.bram, in))
		note := must(w.AddNote(w.bram, two.ID, "Slaapt slecht."))
		mother := must(w.Read(w.bram, two.ID, families.ForCare)).Persons[0].ID
		must(w.RecordFacts(w.aicha, one.ID, 0, []families.Fact{told("", "rent", `"650.00"`)}))
		paper := told("", "rent", `"700.00"`)
		paper.Source = families.Document
		must(w.RecordFacts(w.bram, two.ID, 0, []families.Fact{paper, told(mother, "works", `true`)}))

		_, err := w.Compare(w.aicha, one.ID, two.ID, nil)
		wants(t, "who knows one of them compares", err, "not_found object")
		_, err = w.Compare(w.dirk, one.ID, two.ID, nil)
		wants(t, "the privacy officer compares", err, "forbidden role")
		if err := w.JoinTeam(w.bram, two.ID, w.person(w.aicha), families.CarerWorker); err != nil {
			t.Fatal(err)
		}
		both := must(w.Compare(w.aicha, one.ID, two.ID, nil))
		if len(both.Same) != 2 || len(both.Joining) != 1 || len(both.Differences) != 1 ||
			both.Differences[0].Key != "rent" || both.Differences[0].Suggested != families.InGone {
			t.Fatalf("side by side: %+v, %+v, %+v", both.Same, both.Joining, both.Differences)
		}
		if w.records(one.ID)["family.read"] < 1 || w.records(two.ID)["family.read"] < 2 {
			t.Error("to compare is to read both")
		}
		ask := families.Merging{Kept: one.ID, Gone: two.ID, KeptVersion: both.Kept.Version, GoneVersion: both.Gone.Version, Same: both.Same}
		_, err = w.Join(w.aicha, ask)
		wants(t, "nothing decided", err, "invalid family.merge_choose")
		ask.Choose = map[string]families.Which{both.Differences[0].Field: families.InGone}
		must(w.AddNote(w.bram, two.ID, "Net binnen."))
		_, err = w.Join(w.aicha, ask)
		wants(t, "somebody wrote meanwhile", err, "conflict stale")
		ask.GoneVersion++
		wrong := ask
		wrong.Same = map[kernel.ID]kernel.ID{mother: mother}
		_, err = w.Join(w.aicha, wrong)
		wants(t, "somebody who is not there", err, "invalid family.merge_person")
		wrong = ask
		wrong.Gone = one.ID
		_, err = w.Join(w.aicha, wrong)
		wants(t, "a file with itself", err, "invalid family.merge_self")
		m := must(w.Join(w.aicha, ask))

		file := must(w.Read(w.bram, one.ID, families.ForCare))
		rent, _ := file.Fact("", "rent")
		works, _ := file.Fact(file.Persons[0].ID, "works")
		if len(file.Persons) != 4 || string(rent.Value) != `"700.00"` || rent.Source != families.Document || string(works.Value) != "true" {
			t.Errorf("one file: %+v, %+v, %+v", file.Persons, rent, works)
		}
		if len(file.Notes) != 2 || file.Notes[1].Text != note.Text || len(file.Team) != 2 {
			t.Errorf("one file: %+v, %+v", file.Notes, file.Team)
		}
		if c := file.Contact; len(c.Phones) != 2 || !c.Safe.NoLetter || !c.Safe.NoVoicemail || !file.Confidential || !slices.Contains(c.Languages, "fr") {
			t.Errorf("the stricter of the two holds: %+v, %v", c, file.Confidential)
		}
		_, err = w.Read(w.bram, two.ID, families.ForCare)
		if to, ok := errors.AsType[*families.MergedError](err); !ok || to.Into != one.ID {
			t.Errorf("the old number leads nowhere: %v", err)
		}
		_, err = w.Read(w.chloe, two.ID, families.ForCare)
		wants(t, "a stranger follows the old number", err, "not_found object")
		_, err = w.AddNote(w.bram, two.ID, "Te laat.")
		wants(t, "a note in the old file", err, "conflict family.moved_on")
		if rows := must(w.List(w.bram, families.Query{State: families.AnyState})).Rows; len(rows) != 1 || rows[0].ID != one.ID {
			t.Errorf("the list holds %+v", rows)
		}
		if rows := must(w.Search(w.bram, "Claes", families.Query{})).Rows; len(rows) != 1 || rows[0].ID != one.ID {
			t.Errorf("the search finds %+v", rows)
		}
		wants(t, "with an unknown merge", second(w.Part(w.aicha, one.ID, two.ID)), "not_found family")
		w.later(families.Undoable)
		wants(t, "too late", second(w.Part(w.aicha, one.ID, m.ID)), "conflict family.merge_late")
		if err := w.Settle(context.Background(), w.alliance, m.ID); err != nil {
			t.Fatal(err)
		}
		if all := w.everything(); strings.Contains(all, "merge/") || strings.Contains(all, "vault_entry "+string(two.ID)) {
			t.Error("after thirty days the old file is still there")
		}
		must(w.Read(w.bram, one.ID, families.ForCare))
	})
}

func second[T any](_ T, err error) error { return err }

// A family that is forgotten is forgotten in every file that it had.
func TestErasingAJoinedFileErasesBoth(t *testing.T) {
	inTown(t, func(w town) {
		number, _ := kernel.NewSyntheticINSZ("1996-05-17", 886)
		in := secretive(number)
		one := must(w.Open(w.aicha, in))
		in.Anyway = true
		two := must(w.Open(w.aicha, in))
		both := must(w.Compare(w.aicha, one.ID, two.ID, nil))
		m := must(w.Join(w.aicha, decided(both, rand.New(rand.NewPCG(1, 1)))))
		wants(t, "erased by its old number", w.Forget(w.dirk, two.ID, "asked"), "")
		all := w.everything()
		for _, id := range []kernel.ID{one.ID, two.ID} {
			for _, table := range []string{"vault_key ", "vault_entry ", "vault_token ", "policy_relation "} {
				if strings.Contains(all, table+string(id)) {
					t.Errorf("%s still holds %s", table, id)
				}
			}
		}
		wants(t, "a second time", w.Forget(w.dirk, one.ID, "asked"), "conflict family.erased")
		wants(t, "undone", second(w.Part(w.aicha, one.ID, m.ID)), "not_found object")
		var families, people int
		err := w.db.Read(context.Background(), func(q db.Querier) error {
			return q.QueryRowContext(context.Background(), `SELECT count(DISTINCT f.id), count(p.id) FROM family f LEFT JOIN family_person p
				ON p.alliance = f.alliance AND p.family = f.id WHERE f.state = 'erased'`).Scan(&families, &people)
		})
		if err != nil || families != 1 || people != 2 {
			t.Errorf("figures: %d families, %d people, %v", families, people, err)
		}
	})
}

func TestAHundredJoinTheSameFilesOnce(t *testing.T) {
	inTown(t, func(w town) {
		kept, gone := w.double(rand.New(rand.NewPCG(7, 7)))
		in := decided(must(w.Compare(w.aicha, kept, gone, nil)), rand.New(rand.NewPCG(7, 8)))
		var all sync.WaitGroup
		answers := make([]error, 100)
		for i := range answers {
			all.Go(func() { _, answers[i] = w.Join(w.aicha, in) })
		}
		all.Wait()
		done := 0
		for _, err := range answers {
			if err == nil {
				done++
			} else if c := kernel.CodeOf(err); c != kernel.Conflict && c != kernel.NotFound {
				t.Fatal(err)
			}
		}
		if done != 1 {
			t.Errorf("%d of a hundred joined them", done)
		}
	})
}

// Two files were taken for one family, and somebody corrected how it is reached
// before that was seen. Apart again, the file that stayed knows no way to the
// stranger; what was told of it meanwhile stays.
func TestAPartedFileKnowsNoWayToAStranger(t *testing.T) {
	inTown(t, func(w town) {
		open := func(c families.Contact, code kernel.PostalCode) families.File {
			f := must(w.Open(w.aicha, families.NewFamily{Anyway: true, PostalCode: code, Contact: c,
				Persons: []families.NewPerson{{Role: families.Applicant, First: "Amina", Last: "Peeters", Birth: "1990-05-01"}}}))
			return must(w.Read(w.aicha, f.ID, families.ForCare))
		}
		const ours, theirs, anew = "+32400123456", "+32400123457", "+32400123458"
		kept := open(families.Contact{Phones: []kernel.Phone{ours}, TextTo: ours, Languages: []string{"nl"}, Safe: families.Safe{Note: "Belt terug."}}, "3000")
		gone := open(families.Contact{Phones: []kernel.Phone{theirs}, TextTo: theirs, Mails: []kernel.Email{"hen@example.org"}, Languages: []string{"fr"},
			Address: families.Address{Street: "Kerkstraat", Number: "4"}, Safe: families.Safe{NoMail: true, OnlyVia: "de vroedvrouw", Hours: "na 18 uur", Note: "Hij leest mee."}}, "4000")
		for name, tt := range map[string]struct {
			text, told kernel.Phone
			change     func(*families.ContactEdit)
		}{
			"a note more":                  {change: func(in *families.ContactEdit) { in.Safe.Note = "Sindsdien.\n" + in.Safe.Note }},
			"a house number more":          {change: func(in *families.ContactEdit) { in.Address.Number = "4 bus 2" }},
			"the stranger's number chosen": {text: theirs, change: func(in *families.ContactEdit) { in.Phones = append([]kernel.Phone{theirs}, in.Phones...) }},
			"a number told anew":           {text: anew, told: anew, change: func(in *families.ContactEdit) { in.Phones = append(in.Phones, anew) }},
		} {
			both := must(w.Compare(w.aicha, kept.ID, gone.ID, nil))
			in := families.Merging{Kept: kept.ID, Gone: gone.ID, KeptVersion: both.Kept.Version, GoneVersion: both.Gone.Version, Same: both.Same, Choose: map[string]families.Which{}}
			for _, d := range both.Differences {
				in.Choose[d.Field] = families.InGone
			}
			m := must(w.Join(w.aicha, in))
			f := must(w.Read(w.aicha, kept.ID, families.ForCare))
			edit := families.ContactEdit{Contact: f.Contact, Version: f.ContactVersion, PostalCode: f.PostalCode, Municipality: f.Municipality, Confidential: f.Confidential}
			edit.TextTo = tt.text
			tt.change(&edit)
			wants(t, name, w.ChangeContact(w.aicha, kept.ID, edit), "")
			must(w.Part(w.aicha, kept.ID, m.ID))
			after := must(w.Read(w.aicha, kept.ID, families.ForCare))
			c := after.Contact
			if all := fmt.Sprint(c.Phones, c.Mails, c.Languages, c.Address, c.Safe); strings.Contains(all, theirs) || strings.Contains(all, "hen@") || strings.Contains(all, "fr") ||
				strings.Contains(all, "Kerkstraat") || strings.Contains(all, "vroedvrouw") || strings.Contains(all, "18") || strings.Contains(all, "leest") {
				t.Errorf("%s: the file still says %s", name, all)
			}
			if c.TextTo != tt.told || c.Phones[0] != ours || !strings.Contains(c.Safe.Note, "Belt terug.") || after.PostalCode != "3000" {
				t.Errorf("%s: what is the family's own is not as it was: %+v, %s", name, c, after.PostalCode)
			}
			if !c.Safe.NoMail {
				t.Errorf("%s: the house may do again what it was to leave", name)
			}
			if g := must(w.Read(w.aicha, gone.ID, families.ForCare)).Contact; g.TextTo != theirs || g.Safe.OnlyVia == "" {
				t.Errorf("%s: the other file lost its own: %+v", name, g)
			}
			wants(t, name, w.ChangeContact(w.aicha, kept.ID, families.ContactEdit{Contact: kept.Contact, Version: after.ContactVersion, PostalCode: "3000"}), "")
		}
	})
}

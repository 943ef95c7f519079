package families_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

func TestReadingAFileLeavesExactlyOneRecord(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		for n := range 3 {
			must(w.Read(w.bram, f.ID, families.ForCare))
			if got := w.records(f.ID)["family.read"]; got != n+1 {
				t.Fatalf("after %d reads %d records", n+1, got)
			}
		}
		_, err := w.Read(w.bram, f.ID, "curiosity")
		wants(t, "for no purpose", err, "invalid family.purpose")
		_, err = w.Read(w.chloe, f.ID, families.ForCare)
		wants(t, "by somebody else", err, "not_found object")
		must(w.List(w.aicha, families.Query{}))
		if got := w.records(f.ID)["family.read"]; got != 3 {
			t.Errorf("%d records, want the three reads", got)
		}
		if got := w.records(f.ID)["family.open"]; got != 1 {
			t.Errorf("%d records of the opening", got)
		}
	})
}

// everything is each cell of each table that could hold personal data, as
// text.
func (w town) everything() string {
	w.t.Helper()
	tables := map[string]string{
		"family":        "alliance, id, state, municipality, postal_code, opened_at, opened_by, opened_org, changed_at",
		"family_person": "alliance, family, id, role, added_at, left_on",
		"family_fact":   "family, id, person, key, value, source, valid_from, valid_to, recorded_at, recorded_by, recorded_org, superseded_at",
		"family_carer":  "family, id, holder, kind, since, until", "family_event": "family, id, at, kind, worker, org, subject, detail",
		"family_twin":  "family, other, found_at, settled_at, settled_by, verdict",
		"audit_record": "alliance, at, person, org, action, subject, rule, body, prev, hash",
		"job":          "alliance, id, kind, payload, unique_key, state, trouble", "policy_relation": "alliance, holder, relation, object, since, shelf, moved, begins, ends",
		"vault_token": "alliance, token, family", "vault_key": "alliance, family, sealed", "vault_entry": "alliance, family, name, sealed",
	}
	var all strings.Builder
	err := w.db.Read(context.Background(), func(q db.Querier) error {
		for table, columns := range tables {
			rows, err := q.QueryContext(context.Background(), "SELECT "+columns+" FROM "+table)
			if err != nil {
				return fmt.Errorf("%s: %w", table, err)
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
				for _, c := range cells {
					if b, ok := c.([]byte); ok {
						c = string(b)
					}
					fmt.Fprintln(&all, table, c)
				}
			}
			if err := rows.Err(); err != nil {
				return err
			}
			rows.Close()
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return all.String()
}

// personal is all that says who the family of [secretive] is.
var personal = []string{"Quintelier", "quintelier", "Zephyrine", "zephyrine", "Marigold", "21238871", "123 88 71", "Lievevrouw", "Rosalinde", "buurvrouw", "geheimschrift"}

func secretive(number kernel.INSZ) families.NewFamily {
	return families.NewFamily{
		Persons: []families.NewPerson{
			{Role: families.Applicant, First: "Zephyrine", Last: "Quintelier", Birth: "1996-05-17", INSZ: string(number)},
			{Role: families.Child, First: "Marigold", Last: "Quintelier", Birth: "2024-03-01"},
		},
		Contact: families.Contact{Phones: []kernel.Phone{"02 123 88 71"}, Mails: []kernel.Email{"zephyrine@example.be"},
			Address: families.Address{Street: "Lievevrouwstraat", Number: "3"},
			Safe:    families.Safe{OnlyVia: "buurvrouw Rosalinde"}},
		PostalCode: "3470",
	}
}

func TestNoTableHoldsANameOrANumber(t *testing.T) {
	inTown(t, func(w town) {
		number, _ := kernel.NewSyntheticINSZ("1996-05-17", 886)
		secret := append([]string{string(number), number.Display()}, personal...)
		f := must(w.Open(w.aicha, secretive(number)))
		must(w.Open(w.chloe, secretive(number)))
		must(w.AddNote(w.aicha, f.ID, "Zephyrine vertelt: geheimschrift."))
		p := must(w.Read(w.aicha, f.ID, families.ForCare)).Persons[1]
		must(w.ChangePerson(w.aicha, f.ID, families.PersonEdit{ID: p.ID, Version: p.Version, Role: families.Child, First: "Marigold", Last: "Quintelier Claes"}))
		if _, err := w.RecordFacts(w.aicha, f.ID, 0, []families.Fact{told("", "Quintelier", `1`)}); err == nil {
			t.Error("a name was taken for a fact")
		}
		must(w.Search(w.aicha, "Quintelier", families.Query{}))
		if _, err := w.FactHistory(w.aicha, f.ID, "", "Quintelier"); err != nil {
			t.Error(err)
		}
		all := w.everything()
		for _, s := range secret {
			if strings.Contains(all, s) {
				t.Errorf("a table holds %q", s)
			}
		}
	})
}

func TestTheFileOfTheDatabaseHoldsNoName(t *testing.T) {
	address := dbtest.SQLite(t)
	w := newTown(t, dbtest.Open(t, address, modules...))
	number, _ := kernel.NewSyntheticINSZ("1996-05-17", 886)
	f := must(w.Open(w.aicha, secretive(number)))
	must(w.AddNote(w.aicha, f.ID, "geheimschrift"))
	files, err := filepath.Glob(strings.TrimPrefix(address, "sqlite:") + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range append([]string{string(number)}, personal...) {
			if bytes.Contains(content, []byte(s)) {
				t.Errorf("%s holds %q", filepath.Base(name), s)
			}
		}
	}
}

func TestErasureLeavesFiguresAndNoName(t *testing.T) {
	inTown(t, func(w town) {
		number, _ := kernel.NewSyntheticINSZ("1996-05-17", 886)
		f := must(w.Open(w.aicha, secretive(number)))
		must(w.RecordFacts(w.aicha, f.ID, 0, []families.Fact{told("", "rent", `"650.00"`)}))
		wants(t, "a caseworker erases", w.Forget(w.aicha, f.ID, "asked"), "forbidden role")
		wants(t, "for no reason", w.Forget(w.dirk, f.ID, "spring_clean"), "invalid family.erase_reason")
		_, err := w.Read(w.dirk, f.ID, families.ForRequest)
		wants(t, "the privacy officer reads", err, "forbidden role")
		wants(t, "the privacy officer erases", w.Forget(w.dirk, f.ID, "asked"), "")
		wants(t, "and again", w.Forget(w.dirk, f.ID, "asked"), "conflict family.erased")

		_, err = w.Read(w.aicha, f.ID, families.ForCare)
		wants(t, "the care team reads", err, "not_found object")
		for _, q := range []families.Query{{}, {State: families.AnyState}, {State: families.StateErased}} {
			if rows := must(w.List(w.aicha, q)).Rows; len(rows) != 0 {
				t.Errorf("an erased family is listed: %+v", rows)
			}
			if rows := must(w.Search(w.aicha, "Quintelier", q)).Rows; len(rows) != 0 {
				t.Errorf("an erased family is found: %+v", rows)
			}
		}
		again, err := w.Open(w.aicha, secretive(number))
		wants(t, "they come back", err, "")
		if again.ID == f.ID {
			t.Error("they come back under their old number")
		}
		all := w.everything()
		for _, s := range []string{"vault_key " + string(f.ID), "vault_entry " + string(f.ID), "vault_token " + string(f.ID), "policy_relation " + string(f.ID), "650.00"} {
			if strings.Contains(all, s) {
				t.Errorf("after the erasure there is still %q", s)
			}
		}
		var children, born int
		err = w.db.Read(context.Background(), func(q db.Querier) error {
			return q.QueryRowContext(context.Background(), `SELECT count(*), count(x.value) FROM family f
				JOIN family_person p ON p.alliance = f.alliance AND p.family = f.id AND p.role = 'child'
				LEFT JOIN family_fact x ON x.alliance = p.alliance AND x.family = p.family AND x.person = p.id
					AND x.key = 'birth_date' AND x.value = '"2024-01-01"'
				WHERE f.alliance = $1 AND f.id = $2 AND f.municipality = '24054' AND f.state = 'erased'`, w.alliance, f.ID).Scan(&children, &born)
		})
		if err != nil || children != 1 || born != 1 {
			t.Errorf("figures: %d children, %d with a year of birth, %v", children, born, err)
		}
	})
}

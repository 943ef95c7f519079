package families_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

func TestAValueIsKeptInOneForm(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		mother := must(w.Read(w.aicha, f.ID, families.ForCare)).Persons[0].ID
		for name, tt := range map[string]struct {
			person     kernel.ID
			key, value string
			want       string // "": refused
		}{
			"an amount as text":                {"", "rent", `"650"`, `"650.00"`},
			"an amount as a number":            {"", "rent", `650.5`, `"650.50"`},
			"an amount with zeros before it":   {"", "rent", `"0650.05"`, `"650.05"`},
			"nothing at all":                   {"", "rent", `0`, `"0.00"`},
			"an amount with three decimals":    {"", "rent", `650.005`, ""},
			"an amount with an exponent":       {"", "rent", `6.5e2`, ""},
			"an amount in words":               {"", "rent", `"much"`, ""},
			"an amount below nothing":          {"", "rent", `-1`, ""},
			"an amount past what is possible":  {"", "rent", `100000.01`, ""},
			"a count":                          {mother, "benefit_months", `7`, `7`},
			"a count with decimals of zero":    {mother, "benefit_months", `7.0`, `7`},
			"a count with a half":              {mother, "benefit_months", `7.5`, ""},
			"a choice":                         {"", "tenure", ` "tenant" `, `"tenant"`},
			"a choice that there is not":       {"", "tenure", `"squatter"`, ""},
			"yes":                              {mother, "works", `true`, `true`},
			"yes in a word":                    {mother, "works", `"yes"`, ""},
			"a list":                           {mother, "works", `[true]`, ""},
			"no JSON":                          {mother, "works", `tru`, ""},
			"nothing":                          {mother, "works", ``, ""},
			"a fact that follows from others":  {mother, "adult", `true`, ""},
			"an age, which a year makes wrong": {mother, "age", `30`, ""},
			"a role":                           {mother, "role", `"child"`, ""},
			"a number of somebody":             {mother, "id", `"x"`, ""},
			"where the family lives":           {"", "municipality", `"24054"`, ""},
			"a region that is not there":       {"", "region", `"wallonia"`, ""},
			"the region that is there":         {"", "region", `"flanders"`, `"flanders"`},
			"what no longer holds":             {"", "rent", `null`, `null`},
		} {
			w.later(24 * time.Hour)
			_, err := w.RecordFacts(w.aicha, f.ID, 0, []families.Fact{told(tt.person, tt.key, tt.value)})
			switch {
			case tt.want == "" && kernel.CodeOf(err) != kernel.Invalid:
				t.Errorf("%s: %v, want a refusal", name, err)
			case tt.want != "" && err != nil:
				t.Errorf("%s: %v", name, err)
			case tt.want != "":
				if got := must(w.FactHistory(w.aicha, f.ID, tt.person, tt.key))[0].Value; string(got) != tt.want {
					t.Errorf("%s is kept as %s, want %s", name, got, tt.want)
				}
			}
		}
	})
}

// A file outlives the bounds within which its facts were told: the rules must
// be able to read it on every later day.
func TestTheRulesCanAlwaysReadTheCase(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		must(w.RecordFacts(w.aicha, f.ID, 0, []families.Fact{told("", "region", `"flanders"`)}))
		for _, day := range []kernel.Date{"2026-11-23", "2027-02-10", "2027-03-03", "2027-03-04", "2030-01-01"} {
			file := must(w.Read(w.aicha, f.ID, families.ForCare))
			doc := must(file.Case(day))
			if _, err := law().ParseCase(doc); err != nil {
				t.Errorf("on %s: %v", day, err)
			}
		}
		contact := must(w.Read(w.aicha, f.ID, families.ForCare))
		must1(t, w.ChangeContact(w.aicha, f.ID, families.ContactEdit{Contact: contact.Contact, Version: contact.ContactVersion, Municipality: "62063"}))
		doc := must(must(w.Read(w.aicha, f.ID, families.ForCare)).Case("2026-11-23"))
		var in struct{ Family map[string]string }
		must1(t, json.Unmarshal(doc, &in))
		if _, err := law().ParseCase(doc); err != nil || in.Family["municipality"] != "62063" || in.Family["region"] != "" {
			t.Errorf("moved to the other region: %s, %v", doc, err)
		}
	})
}

func TestWhoAcceptedAReferralDoesNotSeeSensitiveFacts(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		mother := must(w.Read(w.aicha, f.ID, families.ForCare)).Persons[0].ID
		must(w.RecordFacts(w.aicha, f.ID, 0, []families.Fact{told(mother, "residence_right", `"asylum"`), told(mother, "works", `true`)}))
		must1(t, w.Acts.Do(w.aicha, func(a *act.Act) error {
			return errors.Join(a.Allow(w.aicha, "family.read", f.ID), a.Record(w.aicha, act.Entry{Action: "referral.answer"}),
				policy.Related(w.aicha, a, w.alliance, w.house, policy.Accepted, f.ID, a.Now))
		}))
		seen := must(w.Read(w.chloe, f.ID, families.ForReferral))
		_, sensitive := seen.Fact(mother, "residence_right")
		_, works := seen.Fact(mother, "works")
		if sensitive || !works || seen.Persons[2].Due == "" {
			t.Errorf("the receiver sees %+v", seen.Facts)
		}
		if got := must(w.FactHistory(w.chloe, f.ID, mother, "residence_right")); len(got) != 0 {
			t.Errorf("the receiver sees the history %+v", got)
		}
		if got := must(w.FactHistory(w.chloe, f.ID, mother, "works")); len(got) != 1 {
			t.Errorf("the receiver sees the history %+v", got)
		}
		if doc := string(must(seen.Case("2026-11-23"))); !json.Valid([]byte(doc)) || strings.Contains(doc, "asylum") {
			t.Errorf("the receiver's case is %s", doc)
		}
		must1(t, w.Forget(w.dirk, f.ID, "asked"))
		_, err := w.Read(w.chloe, f.ID, families.ForReferral)
		wants(t, "an erased file is read", err, "not_found family")
		_, _, err = w.Timeline(w.chloe, f.ID, families.Query{})
		wants(t, "the timeline of an erased file", err, "not_found family")
		_, err = w.FactHistory(w.chloe, f.ID, mother, "works")
		wants(t, "the history of an erased file", err, "not_found family")
	})
}

// What this module takes for granted of the dictionary of the house.
func TestTheDictionaryOfTheHouseFitsAFile(t *testing.T) {
	lib, err := rules.Load(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	dict := lib.Facts()
	var roles []families.Role
	for _, r := range dict.Roles {
		roles = append(roles, families.Role(r.Key))
	}
	for _, r := range families.Roles {
		if !slices.Contains(roles, r) {
			t.Errorf("the dictionary has no role %s", r)
		}
	}
	if len(roles) != len(families.Roles) {
		t.Errorf("the dictionary has the roles %v, a file %v", roles, families.Roles)
	}
	for _, want := range []struct{ entity, key, kind string }{
		{rules.OfPerson, "birth_date", rules.TypeDate}, {rules.OfPerson, "due_date", rules.TypeDate}, {rules.OfFamily, "municipality", rules.TypeCode},
	} {
		if x := dict.Fact(want.entity, want.key); x == nil || x.Type != want.kind || !x.Given {
			t.Errorf("the dictionary has no %s of a %s that is a %s", want.key, want.entity, want.kind)
		}
	}
}

package rules_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

func TestCasesThatCannotBeRight(t *testing.T) {
	lib := library(t)
	for name, tt := range map[string]struct{ in, path, reason string }{
		"no JSON":                              {`{"date"`, "$", "line 1, column 7"},
		"no JSON on the third line":            {"{\n \"date\": \"2026-03-01\",\n \"family\": {é}}", "$", "line 3, column 13"},
		"nothing":                              {``, "$", "empty"},
		"a list":                               {`[]`, "$", "no object"},
		"two objects":                          {`{} {}`, "$", "something follows"},
		"nested beyond reason":                 {strings.Repeat(`{"family":`, 40), strings.Repeat("family.", 8) + "family", "nested"},
		"larger than a family":                 {`{"date": "` + strings.Repeat("x", 300<<10) + `"}`, "$", "larger"},
		"an unknown part":                      {`{"date": "2026-03-01", "people": []}`, "people", "unknown key"},
		"no day":                               {`{"persons": []}`, "date", "missing"},
		"a day that does not exist":            {`{"date": "2026-02-29", "persons": []}`, "date", "no day"},
		"a day that is a number":               {`{"date": 20260301, "persons": []}`, "date", "no day"},
		"a day without law":                    {`{"date": "1830-10-04", "persons": []}`, "date", "this year"},
		"no persons":                           {`{"date": "2026-03-01"}`, "persons", "missing"},
		"persons as an object":                 {`{"date": "2026-03-01", "persons": {}}`, "persons", "missing"},
		"nobody who asks":                      {`{"date": "2026-03-01", "persons": []}`, "persons", "0 persons have the role applicant"},
		"two who ask":                          {people(`{"id": "b", "role": "applicant"}`), "persons", "2 persons have the role applicant"},
		"two partners":                         {people(`{"id": "b", "role": "partner"}, {"id": "c", "role": "partner"}`), "persons", "2 persons have the role partner"},
		"a person without id":                  {people(`{"role": "child"}`), "persons[1].id", "needs an id"},
		"an id with a space":                   {people(`{"id": "b c", "role": "child"}`), "persons[1].id", "needs an id"},
		"an id twice":                          {people(`{"id": "a", "role": "child"}`), "persons[1].id", "another person"},
		"a role that is none":                  {people(`{"id": "b", "role": "parent"}`), "persons[1].role", "needs a role"},
		"a person that is a text":              {people(`"b"`), "persons[1]", "no person"},
		"a fact that nobody knows":             {people(`{"id": "b", "role": "child", "brith_date": "2020-01-01"}`), "persons[1].brith_date", "no fact"},
		"a key twice":                          {people(`{"id": "b", "role": "child", "id": "c"}`), "persons[1].id", "twice"},
		"the word for all of them":             {people(`{"id": "family", "role": "child"}`), "persons[1].id", "whole family"},
		"a family's fact of a person":          {people(`{"id": "b", "role": "child", "municipality": "24062"}`), "persons[1].municipality", "no fact"},
		"a birthday that does not exist":       {people(`{"id": "b", "role": "child", "birth_date": "2023-02-29"}`), "persons[1].birth_date", "no day"},
		"a birthday after today":               {people(`{"id": "b", "role": "child", "birth_date": "2026-03-02"}`), "persons[1].birth_date", "outside"},
		"a birthday as a number":               {people(`{"id": "b", "role": "child", "birth_date": 2023}`), "persons[1].birth_date", "no day"},
		"an income below nothing":              {asking(`"net_income_month": -0.01`), "persons[0].net_income_month", "outside"},
		"a tenth of a cent":                    {asking(`"net_income_month": 1000.001`), "persons[0].net_income_month", "two decimals"},
		"an income with an exponent":           {asking(`"net_income_month": 1e3`), "persons[0].net_income_month", "no plain number"},
		"an income with a comma":               {asking(`"net_income_month": "1000,50"`), "persons[0].net_income_month", "no plain number"},
		"an income as yes":                     {asking(`"net_income_month": true`), "persons[0].net_income_month", "no plain number"},
		"a count as a text":                    {asking(`"work_months": "3"`), "persons[0].work_months", "no plain number"},
		"half a month":                         {asking(`"work_months": 3.5`), "persons[0].work_months", "whole number"},
		"yes as a text":                        {asking(`"widowed": "yes"`), "persons[0].widowed", "neither true nor false"},
		"yes as a number":                      {asking(`"widowed": 1`), "persons[0].widowed", "neither true nor false"},
		"a choice that is none":                {asking(`"work": "sleeping"`), "persons[0].work", "none of the values"},
		"a municipality that is none":          {`{"date": "2026-03-01", "family": {"municipality": "3000"}, "persons": [{"id": "a", "role": "applicant"}]}`, "family.municipality", "not written"},
		"what follows from other facts":        {`{"date": "2026-03-01", "family": {"has_partner": true}, "persons": [{"id": "a", "role": "applicant"}]}`, "family.has_partner", "follows from others"},
		"a region elsewhere":                   {`{"date": "2026-03-01", "family": {"municipality": "24062", "region": "brussels"}, "persons": [{"id": "a", "role": "applicant"}]}`, "family.region", "contradicts"},
		"an age that is not the birthday":      {people(`{"id": "b", "role": "child", "birth_date": "2020-01-01", "age": 7}`), "persons[1].age", "contradicts"},
		"a child of three at secondary school": {people(`{"id": "b", "role": "child", "birth_date": "2023-01-01", "school": "secondary"}`), "persons[1].school", "too young"},
		"a child of an age that is told":       {people(`{"id": "b", "role": "child", "age": 8, "school": "secondary"}`), "persons[1].school", "cannot be beside"},
		"more points in a part than in all": {`{"date": "2026-03-01", "family": {"care_needs": "recognised"}, "persons": [{"id": "a", "role": "applicant"},
			{"id": "b", "role": "child", "care_points": 3, "care_points_first": 4}]}`, "persons[1].care_points_first", "more points"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := lib.ParseCase([]byte(tt.in))
			wrong, ok := errors.AsType[*rules.InputError](err)
			if !ok {
				t.Fatalf("got %v, want an InputError", err)
			}
			if wrong.Path != tt.path || !strings.Contains(wrong.Reason, tt.reason) || wrong.Remedy == "" {
				t.Errorf("got %v, want %s at %s, with a remedy", wrong, tt.reason, tt.path)
			}
		})
	}
}

func people(more string) string {
	return `{"date": "2026-03-01", "persons": [{"id": "a", "role": "applicant"}, ` + more + `]}`
}

func asking(facts string) string {
	return `{"date": "2026-03-01", "persons": [{"id": "a", "role": "applicant", ` + facts + `}]}`
}

func TestCasesThatAreRight(t *testing.T) {
	lib := library(t)
	for name, in := range map[string]string{
		"a byte order mark before it":             "\ufeff" + asking(`"widowed": null`),
		"null is not known":                       asking(`"net_income_month": null, "widowed": null`),
		"an amount as a text":                     asking(`"net_income_month": "1000.50"`),
		"an amount with two decimals":             asking(`"net_income_month": 0.01`),
		"an age that agrees":                      people(`{"id": "b", "role": "child", "birth_date": "2020-01-01", "age": 6}`),
		"an age alone":                            people(`{"id": "b", "role": "child", "age": 6}`),
		"a fact that makes no sense for a child":  people(`{"id": "b", "role": "child", "birth_date": "2025-01-01", "willing_to_work": "no"}`),
		"a region that agrees":                    `{"date": "2026-03-01", "family": {"municipality": "24062", "region": "flanders"}, "persons": [{"id": "a", "role": "applicant"}]}`,
		"a region while the municipality is open": `{"date": "2026-03-01", "family": {"municipality": null, "region": "brussels"}, "persons": [{"id": "a", "role": "applicant"}]}`,
		"no facts of the family":                  `{"date": "2026-03-01", "family": null, "persons": [{"id": "a", "role": "applicant"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := lib.ParseCase([]byte(in)); err != nil {
				t.Error(err)
			}
		})
	}
}

// Numbers of municipalities begin with their district; nine of them make the
// German-speaking Community.
func TestRegionFollowsFromTheMunicipality(t *testing.T) {
	lib := library(t)
	for nis, region := range map[string]string{
		"11002": "flanders", "24062": "flanders", "31005": "flanders", "44021": "flanders", "73107": "flanders", "23088": "flanders",
		"21004": "brussels", "21018": "brussels",
		"25112": "wallonia", "52011": "wallonia", "62063": "wallonia", "81001": "wallonia", "92094": "wallonia", "63080": "wallonia",
		"63023": "ostbelgien", "63067": "ostbelgien",
	} {
		for _, said := range []string{"flanders", "brussels", "wallonia", "ostbelgien"} {
			_, err := lib.ParseCase([]byte(`{"date": "2026-03-01", "family": {"municipality": "` + nis + `", "region": "` + said + `"},
				"persons": [{"id": "a", "role": "applicant"}]}`))
			if (err == nil) != (said == region) {
				t.Errorf("%s in %s: %v, want %s", nis, said, err, region)
			}
		}
	}
}

func FuzzParseCase(f *testing.F) {
	lib := library(f)
	for _, in := range benchCases {
		f.Add([]byte(in))
	}
	f.Add([]byte(asking(`"net_income_month": "1000.50"`)))
	f.Add([]byte(people(`{"id": "b", "role": "child", "birth_date": "2023-02-29"}`)))
	f.Add([]byte(`{"date": "2026-03-01", "family": {"municipality": "24062"}, "persons": [{"id": "a", "role": "applicant"}, {"id": "u", "role": "unborn", "due_date": "2026-05-01"}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		c, err := lib.ParseCase(in)
		if err != nil {
			if _, ok := errors.AsType[*rules.InputError](err); !ok {
				t.Fatalf("an error without a place: %v", err)
			}
			return
		}
		for _, r := range lib.Evaluate(c, rules.Options{NoNext: true}).Rights {
			if r.Status == rules.Unknown && len(r.Missing) == 0 {
				t.Errorf("%s is unknown and nothing is missing", r.ID)
			}
		}
	})
}

// Who says in which region the family lives has said in which municipalities it
// does not: nobody asks for the municipality where only another region's would
// give the right, and one of the own region is asked for.
func TestWhatIsGivenBindsWhatItFollowsFrom(t *testing.T) {
	lib := library(t)
	for region, want := range map[string]rules.Certainty{"brussels": rules.Excluded, "wallonia": rules.Excluded, "flanders": rules.Possible} {
		c := mustParse(t, lib, []byte(`{"date": "2026-03-01", "family": {"region": "`+region+`"}, "persons": [{"id": "a", "role": "applicant", "birth_date": "1996-04-01"},
			{"id": "k", "role": "child", "birth_date": "2026-02-01"}]}`))
		for _, f := range lib.Evaluate(c, rules.Options{NoNext: true}).Rights {
			if f.ID != "loc.leuven.geboortetoelage" && f.ID != "loc.liedekerke.luiers" {
				continue
			}
			asks := slices.Contains(f.Missing, rules.Missing{Fact: "municipality"})
			if f.Certainty() == rules.Possible != asks || f.Certainty() != want {
				t.Errorf("in %s, %s is %s and misses %v", region, f.ID, f.Certainty(), f.Missing)
			}
		}
	}
}

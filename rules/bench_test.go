package rules_test

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

// families of the benchmarks: of whom almost nothing is known, half, and all.
var benchCases = map[string]string{
	"little known": `{"date": "2026-03-01", "family": {"municipality": "24062"}, "persons": [
		{"id": "a", "role": "applicant", "birth_date": "1996-04-01"}, {"id": "p", "role": "partner"},
		{"id": "k", "role": "child", "birth_date": "2024-02-01"}, {"id": "l", "role": "child"}, {"id": "u", "role": "unborn"}]}`,
	"half known": `{"date": "2026-03-01", "family": {"municipality": "24062", "all_may_stay": true, "all_live_here": true, "has_bim": false}, "persons": [
		{"id": "a", "role": "applicant", "birth_date": "1996-04-01", "residence_right": "belgian", "willing_to_work": "yes_willing", "work": "employed",
		 "net_income_month": 1500, "net_work_income_month": 1500, "started_job_on_aid": false, "benefit": "none", "disability_66": false, "widowed": false,
		 "gross_taxable_month": 1900, "gross_taxable_year_1": 21000.50, "gross_taxable_year_2": 20000},
		{"id": "k", "role": "child", "birth_date": "2024-02-01", "disability_66": false},
		{"id": "l", "role": "child", "birth_date": "2020-02-01", "disability_66": false}]}`,
	"all known": `{"date": "2026-03-01", "family": {"municipality": "24062", "all_may_stay": true, "all_live_here": true, "all_tax_dependent": true, "assessment_untaxed": false, "has_bim": false,
		"care_needs": "none", "growth_mostly_benefits": false, "growth_other_income": false, "heating": "oil", "home_is_room": false, "lease_start": "2024-02-01",
		"leaves_homelessness": false, "maintenance_due": false, "ocmw_client": false, "owns_other_property": false, "owns_property": false, "parent_died": false,
		"previous_home": "fit", "refused_social_home": false, "rent_month": 750, "school_language_all": "flemish", "social_waiting_months": 30,
		"special_living": false, "debt_help": false, "tenure": "private_rent"}, "persons": [
		{"id": "a", "role": "applicant", "birth_date": "1996-04-01", "residence_right": "belgian", "willing_to_work": "yes_willing", "work": "employed",
		 "net_income_month": 1500, "net_work_income_month": 1500, "started_job_on_aid": false, "benefit": "none", "disability_66": false, "widowed": false,
		 "gross_taxable_month": 1900, "gross_taxable_year_1": 21000.50, "gross_taxable_year_2": 20000, "gross_taxable_year_3": 19000, "taxable_of_assessment": 19000},
		{"id": "k", "role": "child", "birth_date": "2024-02-01", "disability_66": false, "birth_grant_received": true, "childcare": "none", "school": "none"},
		{"id": "l", "role": "child", "birth_date": "2020-02-01", "disability_66": false, "birth_grant_received": true, "school": "primary"}]}`,
}

func BenchmarkParseCase(b *testing.B) {
	lib := library(b)
	for b.Loop() {
		if _, err := lib.ParseCase([]byte(benchCases["half known"])); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := rules.Load(packs.FS); err != nil {
			b.Fatal(err)
		}
	}
}
